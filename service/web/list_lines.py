"""Lines of a list on its page: what each act asks of a line, what was typed or kept of it, what must be seen first."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from service import clock, people, words
from service.actor import Actor
from service.awards import council, guards, lists
from service.awards.catalogue import REASONS, REVOKED, award_forms, standing
from service.awards.council import proposed_form
from service.awards.lists import Act as ListAct
from service.awards.lists import LineInput, Result
from service.awards.models import Line, List, Nomination
from service.awards.money import award_money
from service.awards.recipients import same_names
from service.awards.result_letters import others_of
from service.awards.rules import rules_on
from service.web.case_parts import entered_words, form_words, in_words, nomination_url
from service.web.parts import Act, Check, LineField, ListLine
from service.words import N_

Options = Callable[[Nomination], Sequence[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Extra:
    """One more thing that an act asks of each line; `first` gives what stands there at the beginning."""

    name: str
    label: str
    kind: str = "text"
    options: Options = lambda n: ()
    first: Callable[[Line, Nomination], Any] = lambda line, n: None


@dataclass(frozen=True, slots=True)
class Way:
    """How an act takes its lines.

    `all`: every line that stands there, nothing to choose; `choose`: a result on each line; `pick`: the lines with a
    tick; `except`: the act's first result for all but those that were named otherwise, each with a reason.
    """

    how: str = "all"
    extras: tuple[Extra, ...] = ()


def _lower_forms(n: Nomination) -> list[tuple[str, str]]:
    rank = award_forms()[proposed_form(n)].rank
    return [(f.code, form_words(f.code)) for f in award_forms().values() if f.rank < rank]


def _other_forms(n: Nomination) -> list[tuple[str, str]]:
    return [(f.code, form_words(f.code)) for f in award_forms().values() if f.code != n.form_passed]


def _levels(n: Nomination) -> list[tuple[str, str]]:
    return [("province", _("cấp tỉnh")), ("centre", _("Trung ương"))]


WAYS: Mapping[tuple[str, str], Way] = {
    ("submission", "minutes"): Way(
        extras=(Extra("votes", N_("Số phiếu đồng ý"), "number", first=lambda line, n: line.data.get("votes")),)
    ),
    ("submission", "sign"): Way("except"),
    ("submission", "take_off"): Way("choose"),
    ("opinion_letter", "answer"): Way("choose"),
    ("posting", "post"): Way("pick"),
    ("posting", "close"): Way("pick"),
    ("council_sheet", "key"): Way(
        "choose",
        (
            Extra("form", N_("Hình thức thông qua, nếu thấp hơn"), "select", _lower_forms),
            Extra("reserve", N_("Hình thức dự phòng, nếu có"), "select", _lower_forms),
            Extra("agree", N_("Đồng ý"), "number"),
            Extra("disagree", N_("Không đồng ý"), "number"),
            Extra("blank", N_("Phiếu trắng"), "number"),
        ),
    ),
    ("decision", "prove"): Way(
        "choose",
        (
            Extra("printed_name", N_("Họ tên in trên Giấy khen"), first=lambda line, n: n.name),
            Extra("printed_title", N_("Chức danh in trên Giấy khen"), first=lambda line, n: n.title),
        ),
    ),
    ("decision", "sign"): Way("except"),
    ("award_list", "hand_over"): Way(
        "pick", (Extra("to_whom", N_("Trao cho"), first=lambda line, n: "" if n.posthumous else n.name),)
    ),
    ("award_list", "pay"): Way("pick"),
    ("package", "note_opinion"): Way("pick"),
    ("package", "sign"): Way("except"),
    ("package", "answer"): Way(
        "choose",
        (
            Extra("form", N_("Hình thức được khen, nếu khác"), "select", _other_forms),
            Extra("granted_level", N_("Cấp khen, nếu khác cấp trả lời"), "select", _levels),
            Extra("answer_due", N_("Hạn bổ sung"), "date"),
        ),
    ),
}
"""Acts that ask more than a button: kind, act → how they take their lines."""


def way_of(row: List, act: ListAct) -> Way:
    """How an act takes its lines."""
    return WAYS.get((row.kind, act.name), Way())


@dataclass(slots=True)
class Said:
    """What somebody says of the lines: typed just now, or kept as a draft."""

    results: dict[int, str] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)
    data: dict[int, dict[str, str]] = field(default_factory=dict)
    """As typed, by line and name."""
    picked: set[int] | None = None
    """Lines with a tick; None: nothing was said yet."""

    def kept(self) -> dict[str, Any]:
        """For a draft."""
        return {
            "results": {str(k): v for k, v in self.results.items()},
            "reasons": {str(k): v for k, v in self.reasons.items()},
            "data": {str(k): v for k, v in self.data.items()},
            "picked": sorted(self.picked) if self.picked is not None else None,
        }


def from_kept(kept: Mapping[str, Any]) -> Said:
    """What a draft says of the lines."""
    picked = kept.get("picked")
    return Said(
        {int(k): v for k, v in (kept.get("results") or {}).items()},
        {int(k): v for k, v in (kept.get("reasons") or {}).items()},
        {int(k): dict(v) for k, v in (kept.get("data") or {}).items()},
        None if picked is None else set(picked),
    )


_NAMED = re.compile(r"([a-z_]+)-([1-9][0-9]{0,15})")


def from_posted(pairs: Sequence[tuple[str, str]], way: Way) -> Said:
    """What a posted page says of its lines; names that the act does not ask are passed over."""
    said = Said()
    known = {extra.name for extra in way.extras}
    if way.how == "pick":
        said.picked = {int(v) for k, v in pairs if k == "line" and v.isascii() and v.isdigit() and len(v) < 16}
    for name, value in pairs:
        match = _NAMED.fullmatch(name)
        if match is None:
            continue
        what, nomination = match[1], int(match[2])
        if what == "result" and value:
            said.results[nomination] = value
        elif what == "reason" and value.strip():
            said.reasons[nomination] = value[:4000]
        elif what in known:
            said.data.setdefault(nomination, {})[what] = value[:500]
    return said


def line_inputs(
    rows: Sequence[tuple[Line, Nomination]], act: ListAct, way: Way, said: Said, hindered: Mapping[int, Any]
) -> list[LineInput]:
    """What the verb is told of the lines; empty where all that stand there are meant."""
    kinds = {extra.name: extra.kind for extra in way.extras}
    found = []
    for _line, n in rows:
        data = {
            name: read
            for name, text in said.data.get(n.id, {}).items()
            if (read := _value(text, kinds.get(name, "text"))) is not None
        }
        result, reason = said.results.get(n.id), said.reasons.get(n.id, "")
        if way.how == "all" and way.extras or way.how == "pick" and n.id in (said.picked or ()):
            found.append(LineInput(n.id, None, "", data))
        elif way.how == "choose" and (result or not act.partial):
            found.append(LineInput(n.id, result, reason, data if result != "confirmed" else {}))
        elif way.how == "except" and (n.id not in hindered or result):
            found.append(LineInput(n.id, result or act.results[0].value, reason))
    return found


def _value(text: str, kind: str) -> Any:
    text = text.strip()
    if not text:
        return None
    if kind == "number" and text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    if kind == "date":
        match = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
        try:
            return date(int(match[3]), int(match[2]), int(match[1])).isoformat() if match else text
        except ValueError:
            return text
    return text


def first_said(row: List, way: Way, rows: Sequence[tuple[Line, Nomination]], by: Actor) -> Said:
    """What stands in the lines before anything is typed: earlier values, and a secretary's own entry."""
    said = Said()
    own = (row.data.get("keyed") or {}).get(str(by.account), {}) if row.kind == "council_sheet" else {}
    for line, n in rows:
        entry = own.get(str(n.id), {})
        if entry.get("result"):
            said.results[n.id] = entry["result"]
            said.reasons[n.id] = entry.get("reason") or ""
        for extra in way.extras:
            value = entry.get(extra.name) if entry else extra.first(line, n)
            if extra.name == "form" and entry.get("result") == "passed":
                value = None
            if value is not None:
                said.data.setdefault(n.id, {})[extra.name] = str(value)
    if (row.kind, way.how) == ("package", "pick"):
        forms = rules_on(clock.today()).shown("PUBLIC_OPINION_FORMS")
        said.picked = {n.id for _line, n in rows if forms and n.form_passed in forms}
    return said


def money_of(line: Line, n: Nomination) -> int:
    """Award money of a line: as decided, else what the rules of today give."""
    if isinstance(line.data.get("money"), int):
        return int(line.data["money"])
    form = n.form_granted or n.form_passed or "GK_XA"
    form = form if award_forms()[form].level == "commune" else "GK_XA"
    return award_money(rules_on(clock.today()), form, n.kind)[0]


_MENDED = {"new_name": N_("Họ tên"), "new_title": N_("Chức danh"), "new_text": N_("Thành tích")}


def notes(row: List, line: Line, n: Nomination, opinions: Sequence[Check]) -> list[Check]:
    """What must be seen on a line before anybody acts on it."""
    found = []
    if row.kind == "council_sheet" and (votes := council.reckoned(row, line, n)) is not None:
        found.append(_votes_needed(row, line, votes))
    if dropped := line.data.get("dropped"):
        found.append(Check(_("Thông báo “%(what)s” tới quá muộn: hồ sơ đã sang bước khác.", what=dropped), "bad"))
    if late := line.data.get("late_answer"):
        found.append(Check(_("Trả lời muộn, ngày %(day)s: %(what)s.", day=_day(line.data.get("late_on")),
                             what=_label("opinion_letter", late).lower()), "warn"))
    if entered := line.data.get("entered_for"):
        found.append(Check(_("Phòng %(entered)s.", entered=entered_words(entered)), "info"))
    if before := line.data.get("before"):
        was = ", ".join(p for p in before if p) if isinstance(before, list) else str(before)
        found.append(Check(_("Đơn vị sửa họ tên, chức danh. Trước là: %(was)s.", was=was), "warn"))
    for key, (old, new) in line.data.get("mended", {}).items():
        found.append(Check(_("%(what)s: “%(old)s” sửa thành “%(new)s”.", what=words.translated(_MENDED[key]), old=old, new=new), "warn"))
    if (gone := left_before(line)) is not None:
        found.append(gone)
    if row.kind == "decision" and row.number and line.result == "granted" and "money" not in line.data and not line.removed:
        found.append(Check(
            _("Để lại khi cho số.") + " " + _("Khi hết tạm dừng, văn thư ghi cùng số, ngày của quyết định này."), "warn"))
    if line.data.get("noted"):
        found.append(Check(_("Mới ghi nhận: tính khi phòng nhận hồ sơ, hoặc khi kết quả xem xét lại đưa tên này trở lại."),
                           "warn"))
    if line.data.get("above"):
        found.append(Check(_("Hồ sơ đang ở cấp trên: báo tỉnh bằng văn bản. Vẫn ghi được trả lời; trao tặng thì chờ."), "warn"))
    if line.data.get("archive"):
        found.append(Check(_("Đã có quyết định: trao cho đơn vị kế thừa lưu giữ."), "warn"))
    if line.data.get("register"):
        found.append(Check(_("Đã trao tặng xong: chỉ ghi vào sổ. Muốn hủy bỏ khen thưởng thì trình Chủ tịch UBND xã."), "warn"))
    if row.kind == "result_letter" or line.removed and not line.reason:
        why = in_words(REASONS.get(n.reason_code or ""))
        if why or n.reason:
            found.append(Check(": ".join(p for p in (why, n.reason) if p), "info"))
    if noted := line.data.get("public_opinion"):
        found.append(_public_opinion(noted))
    if line.data.get("for_unit"):
        found.append(Check(_("Phòng rà họ tên, chức danh thay đơn vị."), "info"))
    if n.posthumous:
        found.append(Check(_("Truy tặng."), "warn"))
    if n.revoked and row.kind != "revocation":
        found.append(Check(f"{in_words(REVOKED)}.", "bad"))
    if row.kind == "submission" and row.state in ("received", "returned"):
        found += [Check(f"*{f.get('what', '')}* {f.get('mend', '')}".strip(), "warn") for f in n.faults]
    return found + list(opinions)


def _votes_needed(row: List, line: Line, one: council.Reckoned) -> Check:
    """What a name's form needs, and whether the result keyed is the one that the votes give."""
    written = bool(row.data.get("written"))
    if one.need is None:
        return Check(in_words(one.missing), "info")
    if one.contradicts:
        said = in_words(council.contradiction({"result": line.result}, one, written=written))
    else:
        said = in_words(council.need_words(one.need, written=written))
    unsure = "" if one.need.sure else " " + _("Quy định chưa xác nhận.")
    return Check(f"{said[:1].upper()}{said[1:]}.{unsure}", "warn" if one.contradicts else "info")


def _public_opinion(noted: Mapping[str, str]) -> Check:
    """The public opinion on an order: notice, time, result."""
    said = _("Lấy ý kiến Nhân dân: thông báo %(number)s ngày %(dated)s, tại %(place)s, đến hết %(until)s.",
             number=noted["number"], dated=_day(noted["dated"]), place=noted["place"], until=_day(noted.get("until")))
    if noted.get("outcome"):
        result = _("Có ý kiến: %(what)s", what=noted.get("remarks", "")) if noted["outcome"] == "remarks" else (
            _("Không có ý kiến khác."))
        return Check(f"{said} {result}", "warn" if noted["outcome"] == "remarks" else "info")
    if noted.get("until", "9999") < clock.today().isoformat():
        return Check(" ".join((said, _("Đã hết thời gian, chưa ghi kết quả."))), "warn")
    return Check(said, "info")


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


def opinions_on(row: List, rows: Sequence[tuple[Line, Nomination]]) -> dict[int, list[Check]]:
    """What agencies said late or against names, for who passes or signs them: nomination → notes."""
    if row.kind not in ("decision", "package", "council_sheet"):
        return {}
    letters = lists.letters_about([n.id for _line, n in rows])
    units = people.unit_names({x.unit_id for pairs in letters.values() for x, _line in pairs if x.unit_id})
    found: dict[int, list[Check]] = {}
    for nomination, pairs in letters.items():
        for letter, line in pairs:
            who = units.get(letter.unit_id or 0, "")
            if line.data.get("late_answer"):
                said = _("%(who)s trả lời muộn: %(what)s.", who=who,
                         what=_label("opinion_letter", line.data["late_answer"]).lower())
            elif line.result == "objection":
                said = _("%(who)s không thống nhất: %(why)s", who=who, why=line.reason)
            else:
                continue
            found.setdefault(nomination, []).append(Check(said, "warn"))
    return found


def _same_names(row: List, rows: Sequence[tuple[Line, Nomination]]) -> dict[int, list[Check]]:
    """Names of a submission that another unit nominates too: the office joins them or keeps them apart."""
    if row.kind != "submission":
        return {}
    return {
        number: [Check(_("Trùng tên với đề nghị của %(unit)s. Mở trường hợp để gộp hoặc tách.", unit=x.unit_name), "warn") for x in same]
        for number, same in same_names([n for line, n in rows if not line.removed]).items()
    }


def _day(text: Any) -> str:
    try:
        return words.short_date(date.fromisoformat(str(text)), clock.today())
    except ValueError:
        return ""


def _label(kind: str, value: str) -> str:
    """What a result is called, whichever act of the kind gives it."""
    for act in lists.KINDS[kind].acts:
        for result in act.results:
            if result.value == value:
                return in_words((result.label, result.label_en))
    said = lists.KINDS[kind].states.get(value)  # what becomes of the whole list becomes of its lines
    return _(said) if said else value


def result_label(row: List, value: str | None) -> str:
    """What a line's result is called, empty for none."""
    return _label(row.kind, value) if value else ""


def differing(row: List, n: Nomination, names: Mapping[int, str]) -> Check | None:
    """Both secretaries' entries of a line on which they differ."""
    pair = council.differences(row).get(n.id)
    if pair is None:
        return None
    who = [names.get(int(account), account) for account in row.data["keyed"]]
    return Check(
        _("*Hai bản khác nhau.* %(one)s: %(first)s. %(two)s: %(second)s.", one=who[0], first=_entry(pair[0]),
          two=who[1], second=_entry(pair[1])),
        "warn",
    )


def _entry(entry: Mapping[str, Any]) -> str:
    said = _label("council_sheet", str(entry.get("result") or ""))
    parts = [said[:1].lower() + said[1:]]
    if entry.get("result") == "lower_form":
        parts.append(form_words(entry.get("form")))
    if entry.get("reserve"):
        parts.append(_("dự phòng %(form)s", form=form_words(entry["reserve"])))
    votes = [entry.get(k) for k in ("agree", "disagree", "blank")]
    if any(v is not None for v in votes):
        parts.append(_("phiếu %(votes)s", votes="/".join("–" if v is None else str(v) for v in votes)))
    return ", ".join(parts)


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
    opinions = {**opinions_on(row, rows), **_same_names(row, rows)} if office else {}
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
            checks.append(_left_now(act, why))
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


def _left_now(act: ListAct | None, why: Mapping[str, Any]) -> Check:
    """Why an act does not take a line now, and what becomes of it."""
    said = _("Để lại lần này: %(why)s.", why=in_words((why["message"], why["message_en"])))
    code = why["code"]
    paused = code in (guards.HELD, guards.SUCCESSOR)
    if act is None or not (paused or code == guards.OWN):
        return Check(said, "info")
    if not paused:
        return Check(f"{said} " + _("Người thay sẽ xử lý."), "info")
    if act.name == "issue":
        return Check(f"{said} " + _("Khi hết tạm dừng, văn thư ghi cùng số, ngày của quyết định này."), "warn")
    if act.left == "stays":
        return Check(f"{said} " + _("Tên ở lại danh sách này, xử lý khi hết tạm dừng."), "warn")
    return Check(f"{said} " + _("Tên rời danh sách này; khi hết tạm dừng thì lập danh sách mới."), "warn")


def left_before(line: Line) -> Check | None:
    """Why a line has left the list, and what becomes of its name."""
    left = line.data.get("left")
    if not left:
        return None
    told = {
        guards.HELD: _("Để lại ngày %(day)s: đang tạm dừng xem xét. Khi hết tạm dừng thì lập danh sách mới."),
        guards.OWN: _("Rời danh sách ngày %(day)s: liên quan đến người ký, người thay ký ở danh sách riêng."),
        guards.SUCCESSOR: _("Để lại ngày %(day)s: chờ đơn vị kế thừa xác nhận. Xác nhận xong thì lập danh sách mới."),
        "withdrawn": _("Rời danh sách ngày %(day)s: đã rút hồ sơ đề nghị."),
        "stopped": _("Rời danh sách ngày %(day)s: dừng xét trường hợp này."),
        "refused": _("Rời danh sách ngày %(day)s: không được xét khen thưởng."),
        "revoked": _("Rời danh sách ngày %(day)s: khen thưởng đã bị hủy bỏ."),
    }.get(left["code"], _("Để lại ngày %(day)s. Tên chờ ở bước này thì lập danh sách mới."))
    return Check(told % {"day": _day(left.get("on"))}, "bad")


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
    return " · ".join(p for p in (n.title or in_words(_kind(n)), unit, short) if p)


def _kind(n: Nomination) -> tuple[str, str]:
    from service.awards.catalogue import KINDS

    return KINDS[n.kind]


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
