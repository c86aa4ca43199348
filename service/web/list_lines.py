"""Lines of a list as rows of its page: the name, what must be seen of it, and what the act at hand asks of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from service import clock, words
from service.awards import council, guards
from service.awards.catalogue import KINDS, award_forms, standing
from service.awards.lists import Act as ListAct
from service.awards.lists import Result
from service.awards.models import Line, List, Nomination
from service.awards.money import award_money
from service.awards.result_letters import others_of
from service.awards.rules import rules_on
from service.web.case_parts import form_words, in_words, nomination_url
from service.web.list_notes import differing, left_now, notes, opinions_on, result_label, same_names_on
from service.web.list_ways import Said, Way
from service.web.parts import Act, Check, LineField, ListLine


def money_of(line: Line, n: Nomination) -> int:
    """Award money of a line: as decided, else what the rules of today give."""
    if isinstance(line.data.get("money"), int):
        return int(line.data["money"])
    form = n.form_granted or n.form_passed or "GK_XA"
    form = form if award_forms()[form].level == "commune" else "GK_XA"
    return award_money(rules_on(clock.today()), form, n.kind)[0]


def information(row: List) -> list[ListLine]:
    """Names that a result letter only tells of: the unit's others in the round, as they stand; no act takes them."""
    if row.kind != "result_letter":
        return []
    return [
        ListLine(
            f"other-{one['nomination']}", "–", str(one["name"]),
            " · ".join(p for p in (str(one["title"]), form_words(one["form"])) if p),
            [in_words(standing(one["phase"], one["outcome"], revoked=one.get("revoked", False)))],
            url=nomination_url(one["nomination"]),
        )
        for one in others_of(row)
    ]


def shown_lines(
    row: List,
    act: ListAct | None,
    way: Way,
    rows: Sequence[tuple[Line, Nomination]],
    said: Said,
    hindered: Mapping[int, Mapping[str, Any]],
    wrong: Mapping[int, str],
    names: Mapping[int, str],
    *,
    far: Collection[int] = (),
    office: bool = True,
) -> list[ListLine]:
    """The rows of the page's table; `far` are lines at another step, where a column says at which.

    What agencies said of a name is for the office only.
    """
    found = []
    number = 0
    offered = guards.offered(act, [n for _line, n in rows]) if act is not None and way.how == "choose" else {}
    opinions = {**opinions_on(row, rows), **same_names_on(row, rows)} if office else {}
    for line, n in rows:
        excepted = way.how == "except" and n.id in said.results
        struck = line.removed or line.result == "struck" or excepted
        number += 0 if struck else 1
        why = hindered.get(n.id)
        checks = _checks(row, act, line, n, opinions.get(n.id, ()), names)
        if struck:
            checks = [*_struck(row, line, n, said, excepted), *checks]
        elif line.reason and not act:
            checks.append(Check(line.reason, "info"))
        if why is not None and not line.removed and n.id not in wrong and n.id not in far:
            checks.append(left_now(act, why))
        look = any(c.level in ("warn", "bad") for c in checks)
        shown = ListLine(
            str(n.id),
            "–" if struck else str(number),
            n.name,
            _second(row, n),
            notes=checks,
            state="struck" if struck else "needs_look" if look else "",
            url=nomination_url(n.id),
            wrong=wrong.get(n.id, ""),
        )
        open_line = not line.removed and (act is None or act.means(line))
        if act is not None and not act.no_lines and open_line:
            shown = _asking(shown, row, act, way, n, said, hindered=why is not None, excepted=excepted)
            if shown.choices:
                shown = replace(shown, choices=[c for c in shown.choices if c[0] in {r.value for r in offered.get(n.id, ())}])
        found.append(shown)
    return found


def _checks(
    row: List, act: ListAct | None, line: Line, n: Nomination, opinions: Sequence[Check], names: Mapping[int, str]
) -> list[Check]:
    found = notes(row, line, n, opinions)
    if row.kind == "council_sheet" and act is not None and (both := differing(row, n, names)):
        found.insert(0, both)
    return found


def _struck(row: List, line: Line, n: Nomination, said: Said, excepted: bool) -> list[Check]:
    """Why a line is struck, or is about to be."""
    reason = said.reasons.get(n.id, "") if excepted else line.reason
    label = result_label(row, said.results.get(n.id) if excepted else line.result) or _("Đã gạch")
    return [Check(f"{label}: {reason}", "bad")] if reason else []


def _asking(
    shown: ListLine, row: List, act: ListAct, way: Way, n: Nomination, said: Said, *, hindered: bool, excepted: bool
) -> ListLine:
    """The line with what the act asks of it; a line that cannot be taken now is asked nothing by a partial act."""
    asks = not (hindered and act.partial)
    return replace(
        shown,
        acts=_row_acts(row, act, n, said, excepted) if way.how == "except" and not hindered else [],
        picks=way.how == "pick" and not hindered,
        picked=n.id in said.picked if said.picked is not None else not hindered,
        choices=[(r.value, in_words((r.label, r.label_en))) for r in _offered(row, act)] if way.how == "choose" and asks else (),
        choice=said.results.get(n.id, ""),
        reason=said.reasons.get(n.id, ""),
        asks_reason=any(r.needs_reason for r in act.results),
        fields=_fields(way, n, said) if asks else (),
    )


def _offered(row: List, act: ListAct) -> Sequence[Result]:
    return council.results_for(row) if (row.kind, act.name) == ("council_sheet", "key") else act.results


def _second(row: List, n: Nomination) -> str:
    unit = n.unit_name if row.kind != "submission" else ""
    form = form_words(n.form_granted or n.form_passed or n.form_recommended or n.form_asked)
    short = "" if row.kind == "decision" else form
    return " · ".join(p for p in (n.title or in_words(KINDS[n.kind]), unit, short) if p)


def _fields(way: Way, n: Nomination, said: Said) -> list[LineField]:
    typed = said.data.get(n.id, {})
    found = []
    for extra in way.extras:
        options = list(extra.options(n))
        if extra.kind == "select" and not options:
            continue
        value = typed.get(extra.name, "")
        if extra.kind == "date" and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            value = words.full_date(date.fromisoformat(value))
        found.append(LineField(extra.name, _(extra.label), value, extra.kind, options))
    return found


def _row_acts(row: List, act: ListAct, n: Nomination, said: Said, excepted: bool) -> list[Act]:
    """Naming a line otherwise than all the others, and taking that back."""
    if excepted:
        return [
            Act(_("Đặt lại"), url_for("lists.except_line", list_id=row.id, act=act.name, nomination=n.id, result="-"),
                "restore", "text")
        ]
    return [
        Act(
            in_words((r.label, r.label_en)),
            url_for("lists.except_line", list_id=row.id, act=act.name, nomination=n.id, result=r.value),
            r.value,
            "takes",
            effect=effect(n, in_words((r.label, r.label_en)), r.follows),
            asks=_("Lý do"),
            page_url=url_for("lists.except_line", list_id=row.id, act=act.name, nomination=n.id, result=r.value),
        )
        for r in act.results[1:]
    ]


def effect(n: Nomination, label: str, follows: str) -> str:
    """What a dialog says before a line is named otherwise."""
    said = _("%(what)s *%(who)s*?", what=label, who=n.name)
    return f"{said} {words.translated(follows) + '. ' if follows else ''}" + _("Lý do sẽ ghi vào nhật ký.")
