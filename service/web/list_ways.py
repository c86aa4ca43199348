"""What acts on lists ask of each line, and what somebody says of the lines: typed, kept as a draft, handed to the verb."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _

from service import clock
from service.actor import Actor
from service.awards.catalogue import award_forms
from service.awards.council import proposed_form
from service.awards.lists import Act as ListAct
from service.awards.lists import LineInput
from service.awards.models import Line, List, Nomination
from service.awards.rules import rules_on
from service.web.case_parts import form_words
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
    """Forms that a level above may grant in place of the one sent: none of the commune's, of the centre's only where one was sent."""
    national = n.form_passed is not None and award_forms()[n.form_passed].level == "national"
    levels = ("province", "national") if national else ("province",)
    return [(f.code, form_words(f.code)) for f in award_forms().values() if f.code != n.form_passed and f.level in levels]


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
        "pick", (Extra("to_whom", N_("Trao cho"), first=lambda line, n: "" if n.posthumous or n.to_family else n.name),)
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
