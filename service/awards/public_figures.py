"""Figures of the honoured that anybody may see: those of the honour roll, counted. Whoever is not on the roll counts nowhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import CompoundSelect, String, cast, extract, func, literal, select, union_all

from service import trail
from service.awards.catalogue import AS_LISTED, KINDS, award_forms
from service.awards.models import Award, Nomination
from service.awards.public import SHOWN
from service.awards.results import Words, contents_over
from service.db import database_number, in_transaction, reading
from service.vietnamese import sort_key


@dataclass(frozen=True, slots=True)
class Count:
    """One line: what is counted, how often, and what the honour roll is narrowed by to show it, where it can be."""

    words: Words
    count: int
    roll: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """Counts by one question."""

    key: str
    title: Words
    lines: tuple[Count, ...]
    note: Words = ("", "")


def public_figures() -> tuple[int, tuple[Question, ...]]:
    """How many were honoured, and by year, form, kind, content and unit."""
    counting = _counted.__wrapped__ if in_transaction() else _counted
    found = counting(database_number(), trail.last_number())
    contents = Counter[str]()
    for codes, count in found["content"].items():
        contents.update(dict.fromkeys(codes.split(), count))
    years = sorted(found["year"], reverse=True)
    named = contents_over()
    questions = (
        Question("year", ("Theo năm", "By year"), tuple(Count((year, year), found["year"][year], {"year": year}) for year in years)),
        Question("form", ("Theo hình thức khen thưởng", "By form of award"), tuple(
            Count((one.name, one.name_en), found["form"][one.code], {}) for one in award_forms().values() if one.code in found["form"])),
        Question("kind", ("Tập thể, cá nhân, hộ gia đình", "Collectives, persons, households"), tuple(
            Count(KINDS[kind], found["kind"][kind], {}) for kind in AS_LISTED if kind in found["kind"])),
        Question("content", ("Theo nội dung thi đua", "By content of the movement"), tuple(
            Count(said, contents[code], {}) for code, said in named.items() if contents[code]),
            ("Một tên có thể thuộc nhiều nội dung.", "A name may serve several contents.")),
        Question("unit", ("Theo đơn vị", "By unit"), tuple(
            Count((unit, unit), found["unit"][unit], {"unit": unit}) for unit in sorted(found["unit"], key=sort_key))),
    )
    return sum(found["year"].values()), tuple(one for one in questions if one.lines)


@lru_cache(maxsize=8)
def _counted(engine: int, upto: int) -> Mapping[str, Mapping[str, int]]:
    """Question → answer → how many; kept until the trail goes on, so that whoever asks again and again costs nothing."""
    found: dict[str, dict[str, int]] = {word: {} for word in _QUESTIONS}
    with reading() as s:
        for question, answer, count in s.execute(_counting()):
            found[question][answer] = count
    return found


_QUESTIONS: Sequence[str] = ("year", "form", "kind", "content", "unit")


@cache
def _counting() -> CompoundSelect[Any]:
    of = (
        select(
            cast(extract("year", Award.decided_on), String).label("year"), Award.form.label("form"), Nomination.kind.label("kind"),
            Nomination.contents.label("content"), Nomination.unit_name.label("unit"),
        )
        .join(Nomination, Nomination.id == Award.nomination_id).where(SHOWN).cte("shown").c
    )
    return union_all(*(select(literal(word), of[word], func.count()).group_by(of[word]) for word in _QUESTIONS))
