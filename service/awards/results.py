"""What a movement brought: who was put forward and who was honoured, by content, unit, group, form, person and year. Changes nothing.

A figure and the names behind it are asked of the database by the same conditions, so a list never holds more or fewer rows than
its figure says. Put forward is who was received; honoured is whose award is in force.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache, partial
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    extract,
    func,
    literal,
    null,
    or_,
    select,
    union,
    union_all,
)

from service import clock, people, trail
from service.actor import Actor
from service.awards.catalogue import AD_HOC, GROUPS, award_forms
from service.awards.honours import honours
from service.awards.models import Award, Movement, Nomination, PastAward, Recipient, Round
from service.awards.nominations import reads_every
from service.db import database_number, in_transaction, let_go, reading
from service.errors import Forbidden, NotFound
from service.people.models import Unit

Words = tuple[str, str]
UNSAID = "none"
"""In place of a content: nominations of which none was said."""
PERSONS: Mapping[str, Words] = {
    "leader": ("Lãnh đạo, quản lý", "Leaders and managers"),
    "direct": ("Trực tiếp lao động, sản xuất, công tác", "Direct workers"),
    "other": ("Chưa ghi là lãnh đạo hay trực tiếp", "Neither said"),
    "woman": ("Nữ", "Women"),
    "man": ("Nam", "Men"),
    "unsaid": ("Chưa ghi giới tính", "Gender not said"),
}
"""Shares of the persons among the names; the first three are one question, the last three another."""
LEVELS: Mapping[str, Words] = {
    "commune": ("Cấp xã", "Commune"), "province": ("Cấp tỉnh", "Province"), "national": ("Cấp Nhà nước", "National"),
}
_GIVEN = ("award", "title")
"""Sorts of the register of past awards that are an award: a rating or an initiative is none."""


@dataclass(frozen=True, slots=True)
class Narrow:
    """Which names are meant; empty means everything."""

    movement: int | None = None
    year: int | None = None
    unit: int | None = None
    """A unit of today, with those that were merged into it."""
    group: str = ""
    content: str = ""
    form: str = ""
    """Of who was put forward the form asked for, of who was honoured the form granted."""
    level: str = ""
    person: str = ""
    awarded: bool = False
    """Only who was honoured."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of figures, and what finds the names behind them."""

    words: Words
    put_forward: int
    honoured: int
    narrow: Narrow
    below: bool = False
    """Whether it is a part of the line above."""

    @property
    def share(self) -> float | None:
        """How many of those put forward were honoured, as a share; None where nobody was, or a form was granted in place of another."""
        return self.honoured / self.put_forward if self.put_forward and self.honoured <= self.put_forward else None


@dataclass(frozen=True, slots=True)
class Part:
    """Figures by one question."""

    key: str
    title: Words
    lines: tuple[Line, ...]
    note: Words = ("", "")


@dataclass(frozen=True, slots=True)
class Results:
    """The figures of a year or of a whole movement, as one person may see them."""

    movement: Movement
    years: tuple[int, ...]
    whole: Line
    parts: tuple[Part, ...]
    never: tuple[people.UnitView, ...]
    """Living units that were asked for names and never had an award, here or in the register of past awards."""


@dataclass(frozen=True, slots=True)
class Name:
    """One name behind a figure."""

    nomination: Nomination
    round: str
    form: str | None
    """Of the award in force; None where there is none."""
    decision: str
    decided_on: date | None


def seen_units(by: Actor) -> frozenset[int] | None:
    """Units whose names somebody reads; None: of all. Raises Forbidden for who reads none."""
    if reads_every(by):
        return None
    if found := people.units_with(by, "nomination.read"):
        return found
    raise Forbidden("Bạn không xem được số liệu của phong trào.", "You may not see the figures of the movement.")


def movements() -> list[Movement]:
    """Every movement, the latest first."""
    with reading() as s:
        rows = list(s.scalars(select(Movement).order_by(Movement.starts.desc(), Movement.id.desc())))
        let_go(rows)
        return rows


def movement_of(number: int | None, among: Sequence[Movement] | None = None) -> Movement:
    """A movement by its number, the one of today without one; NotFound where there is none. `among`: those that were read already."""
    found = movements() if among is None else among
    today = clock.today()
    running = sorted(found, key=lambda one: not one.starts <= today <= one.ends)
    for one in running:
        if number in (None, one.id):
            return one
    raise NotFound("Không có phong trào này.", "There is no such movement.")


def movement_in(year: int) -> Movement | None:
    """The movement in force in a year, the later of two; None where there was none."""
    return next((one for one in movements() if one.starts.year <= year <= one.ends.year), None)


def years_of(movement: Movement) -> tuple[int, ...]:
    """The years of a movement up to today, the latest first."""
    last = max(min(movement.ends.year, clock.today().year), movement.starts.year)
    return tuple(range(last, movement.starts.year - 1, -1))


# -- one set of conditions for figures and lists


_AWARDED = and_(Award.nomination_id == Nomination.id, Award.status != "revoked")


def _conditions(narrow: Narrow, rounds: Collection[int], units: Collection[int] | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Nomination.round_id.in_(rounds), Nomination.received_at.is_not(None)]
    if narrow.year is not None:
        found.append(YEAR.in_([narrow.year]))
    if units is not None:
        found.append(Nomination.unit_id.in_(units))
    if narrow.awarded:
        found.append(Award.id.is_not(None))
    if narrow.group:
        found.append(Nomination.subject_group == narrow.group)
    if narrow.content:
        found.append(
            Nomination.contents == "" if narrow.content == UNSAID else Nomination.contents.contains(f" {narrow.content} ", autoescape=True)
        )
    form = Award.form if narrow.awarded else Nomination.form_asked
    if narrow.form:
        found.append(form == narrow.form)
    if narrow.level:
        found.append(form.in_([one.code for one in award_forms().values() if one.level == narrow.level]))
    if narrow.person:
        found += [Nomination.kind == "INDIVIDUAL", _PERSON[narrow.person]]
    return found


ROLE = case((Recipient.leader.is_(True), "leader"), (Recipient.direct_worker.is_(True), "direct"), else_="other")
"""What a person is counted as wherever names are counted, as the directory has it: who leads is no direct worker."""
YEAR = case((and_(Round.stage == AD_HOC, Award.decided_on.is_not(None)), extract("year", Award.decided_on)), else_=Round.year)
"""The year in which a name counts: of what an ad hoc round gave that of the decision, of all else that of its round."""
_GENDER = case((Recipient.gender == "female", "woman"), (Recipient.gender == "male", "man"), else_="unsaid")
_PERSON: Mapping[str, ColumnElement[bool]] = {
    word: (ROLE if word in ("leader", "direct", "other") else _GENDER) == word for word in PERSONS
}


def _rounds(narrow: Narrow) -> dict[int, str]:
    """The rounds that may hold a name that is meant: number → name."""
    query = select(Round.id, Round.name)
    if narrow.movement is not None:
        query = query.where(Round.movement_id == narrow.movement)
    if narrow.year is not None:
        query = query.where(or_(Round.year == narrow.year, Round.stage == AD_HOC))
    with reading() as s:
        return {number: name for number, name in s.execute(query)}


def _units(narrow: Narrow, seen: frozenset[int] | None) -> frozenset[int] | None:
    """Units whose nominations count, those that were merged into them among these; None: of all."""
    if narrow.unit is None and seen is None:
        return None
    named = frozenset[int]() if narrow.unit is None else frozenset({narrow.unit})
    wanted = named if seen is None else seen if narrow.unit is None else seen & named
    return people.with_merged(wanted)


def _from(query: Any, *, people_too: bool) -> Any:
    query = query.select_from(Nomination).join(Round, Round.id == Nomination.round_id).outerjoin(Award, _AWARDED)
    return query.join(Recipient, Recipient.id == Nomination.recipient_id) if people_too else query


# -- figures


_Counts = Mapping[str, tuple[int, int]]
"""Answer to a question → how many names answer so: put forward, and honoured."""


def read_results(narrow: Narrow, *, by: Actor, movement: Movement | None = None) -> Results:
    """The figures of a year, or of all years of a movement without one; of who reads not every name, of the own units.

    `movement`: the movement that is meant, where it was read already. Raises Forbidden, and NotFound for one that is not there.
    """
    seen = seen_units(by)
    movement = movement or movement_of(narrow.movement)
    narrow = replace(narrow, movement=movement.id)
    heirs = people.heirs()
    found = _tallies(narrow, _units(narrow, seen))
    units = people.list_units(ended=True)
    names = {str(one.id): (one.name, one.name) for one in units}
    of_unit = _summed((str(heirs.get(int(unit), unit)), count) for unit, count in found["unit"].items())
    # A name that serves several contents counts under each of them.
    of_content = _summed((code, count) for codes, count in found["content"].items() for code in codes.split() or (UNSAID,))
    years = years_of(movement) if narrow.year is None else (narrow.year,)
    parts = [
        _part("content", ("Theo nội dung thi đua", "By content of the movement"), narrow, of_content, contents_of(movement),
              ("Một tên có thể thuộc nhiều nội dung, nên các dòng cộng lại nhiều hơn tổng.",
               "A name may serve several contents, so the lines add up to more than the total.")),
        _part("group", ("Theo nhóm đối tượng", "By subject group"), narrow, found["group"],
              {code: (f"{code}. {said[0]}", f"{code}. {said[1]}") for code, said in GROUPS.items()}),
        _forms(narrow, found["asked"], found["granted"]),
        _part("person", ("Cá nhân, không gồm hộ gia đình: lãnh đạo và người trực tiếp, nam và nữ",
                         "Persons without households: leaders and direct workers, men and women"), narrow,
              {**found["role"], **found["gender"]}, PERSONS,
              ("Không đếm tập thể và hộ gia đình, nên ít hơn nhóm D. Mỗi người đếm một lần theo vị trí, một lần theo giới tính.",
               "Neither collectives nor households count: fewer than in group D. Each person counts by post and by gender.")),
    ]
    if narrow.year is None:
        parts.insert(0, _part("year", ("Theo năm", "By year"), narrow, found["year"],
                             {str(year): (str(year), str(year)) for year in years}))
    parts.append(_part("unit", ("Theo đơn vị đề nghị", "By nominating unit"), narrow, of_unit, names))
    whole = _whole(found, narrow)
    return Results(movement, years, whole, tuple(part for part in parts if part.lines), _never(units, seen, of_unit))


def _whole(found: Mapping[str, _Counts], narrow: Narrow) -> Line:
    of_year = found["year"].values()
    return Line(("Tất cả", "All"), sum(put_forward for put_forward, _ in of_year), sum(honoured for _, honoured in of_year), narrow)


def _tallies(narrow: Narrow, units: Collection[int] | None) -> Mapping[str, _Counts]:
    """Every question with its answers, in one statement; kept until the trail goes on, since nothing counted here changes without it."""
    count = _counted.__wrapped__ if in_transaction() else _counted  # what an act has changed so far may be taken back
    own = None if units is None else tuple(sorted(units))
    return count(database_number(), trail.last_number(), narrow.movement, own, narrow.year)


@lru_cache(maxsize=64)
def _counted(
    engine: int, upto: int, movement: int | None, units: tuple[int, ...] | None, year: int | None
) -> Mapping[str, _Counts]:
    found: dict[str, list[tuple[str, tuple[int, int]]]] = {question: [] for together in _QUESTIONS for question in together}
    given = _in_rounds(movement, year) | ({} if units is None else {"units": units})
    with reading() as s:
        for which, put_forward, honoured, *answers in s.execute(_counting(units is None, year is None), given):
            for question, answer in zip(_QUESTIONS[which], answers, strict=False):
                if answer is not None:
                    found[question].append((answer, (put_forward, honoured)))
    return {question: _summed(counts) for question, counts in found.items()}


def _summed(counts: Iterable[tuple[str, tuple[int, int]]]) -> _Counts:
    """Equal answers as one."""
    found: dict[str, tuple[int, int]] = {}
    for answer, (put_forward, honoured) in counts:
        before = found.get(answer, (0, 0))
        found[answer] = before[0] + put_forward, before[1] + honoured
    return found


def _in_rounds(movement: int | None, year: int | None) -> dict[str, Any]:
    """The rounds whose names may count, by number; for one year apart from the ad hoc ones, of which the decision's year counts."""
    query = select(Round.id, Round.year, Round.stage == AD_HOC)
    with reading() as s:
        rows = s.execute(query if movement is None else query.where(Round.movement_id == movement)).all()
    if year is None:
        return {"rounds": [number for number, _, _ in rows]}
    return {
        "of_year": year, "rounds": [number for number, of, ad_hoc in rows if of == year and not ad_hoc],
        "ad_hoc": [number for number, _, ad_hoc in rows if ad_hoc],
        "undecided": [number for number, of, ad_hoc in rows if of == year and ad_hoc],
    }


def forget_figures() -> None:
    """Count anew what was counted before: what a measurement asks for."""
    _counted.cache_clear()


@cache
def _counting(every_unit: bool, every_year: bool) -> CompoundSelect[Any]:
    """The statement behind `_tallies`: the names are gathered once and counted by `_QUESTIONS`. Kept, as it costs much to put together."""
    person = Nomination.kind == "INDIVIDUAL"
    asked = (
        Nomination.unit_id.label("unit"), Nomination.subject_group.label("group"), Nomination.contents.label("content"),
        Nomination.form_asked.label("asked"), Award.form.label("granted"), case((person, ROLE)).label("role"),
        case((person, _GENDER)).label("gender"),
    )
    received, of_round = Nomination.received_at.is_not(None), partial(_one_of, Nomination.round_id)
    if every_year:
        named = _from(select(cast(YEAR, Integer).label("year"), *asked), people_too=True).where(received, of_round("rounds"))
    else:  # the same as `YEAR`, without looking each round up: what a round decides is known before
        year = bindparam("of_year", type_=Integer)
        named = (
            select(year.label("year"), *asked).select_from(Nomination).outerjoin(Award, _AWARDED)
            .join(Recipient, Recipient.id == Nomination.recipient_id)
            .where(received, or_(
                of_round("rounds"), and_(of_round("ad_hoc"), extract("year", Award.decided_on) == year),
                and_(of_round("undecided"), Award.decided_on.is_(None)),
            ))
        )
    of = (named if every_unit else named.where(Nomination.unit_id.in_(bindparam("units", expanding=True)))).cte("named").c
    most = max(map(len, _QUESTIONS))
    return union_all(*(
        select(literal(which), func.count(), func.count(of.granted), *(cast(of[question], String) for question in together),
               *(null() for _ in range(most - len(together)))).group_by(*(of[question] for question in together))
        for which, together in enumerate(_QUESTIONS)
    ))


def _one_of(column: Any, name: str) -> ColumnElement[bool]:
    return column.in_(bindparam(name, expanding=True))  # type: ignore[no-any-return]


_QUESTIONS = (("group", "role", "gender"), ("asked", "granted"), ("unit", "year"), ("content",))
"""Those of few answers are asked together: each grouping sorts every name, what it finds is soon added up."""


def _part(key: str, title: Words, narrow: Narrow, counts: _Counts, order: Mapping[str, Words], note: Words = ("", "")) -> Part:
    """A line for each answer that somebody gave, in a given order, others after them."""
    words = {**order, **{word: (word, word) for word in sorted(counts) if word not in order}}
    return Part(key, title, tuple(
        Line(said, *counts[word], _narrower(narrow, key, word)) for word, said in words.items() if word in counts
    ), note)


def _narrower(narrow: Narrow, key: str, word: str) -> Narrow:
    more: dict[str, Any] = {key: int(word) if key in ("unit", "year") else word}
    return replace(narrow, **more)


def contents_of(movement: Movement) -> dict[str, Words]:
    """The contents of a movement in its plan's words and their English, by code, and what stands for none."""
    found = {
        one["code"]: (one.get("title", ""), one.get("title_en") or one.get("title", "")) for one in movement.contents
    }
    told = {code: (f"{code}. {vi}".rstrip(". "), f"{code}. {en}".rstrip(". ")) for code, (vi, en) in found.items()}
    return told | {UNSAID: ("Chưa ghi nội dung", "No content said")}


def contents_over() -> dict[str, Words]:
    """The contents of every movement, the latest movement's words first; none before a movement was made."""
    found: dict[str, Words] = {}
    for one in movements():
        found |= {code: said for code, said in contents_of(one).items() if code not in found}
    return found


def _forms(narrow: Narrow, put_forward: _Counts, granted: _Counts) -> Part:
    """Levels, each with its forms below it: put forward by the form asked for, honoured by the form granted."""
    asked = {form: count for form, (count, _) in put_forward.items()}
    given = {form: count for form, (_, count) in granted.items()}
    lines = []
    for level, said in LEVELS.items():
        of_level = [
            Line((one.name, one.name_en), asked.get(one.code, 0), given.get(one.code, 0), replace(narrow, form=one.code), below=True)
            for one in award_forms().values() if one.level == level and (one.code in asked or one.code in given)
        ]
        if of_level:
            sums = (sum(one.put_forward for one in of_level), sum(one.honoured for one in of_level))
            lines += [Line(said, *sums, replace(narrow, level=level)), *of_level]
    return Part("form", ("Theo cấp và hình thức khen thưởng", "By level and form of award"), tuple(lines),
                ("Đề nghị đếm theo hình thức được đề nghị, được khen đếm theo hình thức được tặng. "
                 "Khen đột xuất tính vào năm của quyết định, khen theo đợt tính vào năm của đợt. "
                 "Trang Thống kê tính mọi quyết định vào năm ký và nêu tên nào khác năm.",
                 "Put forward by the form asked for, honoured by the form granted. "
                 "Ad hoc awards count in the year of the decision, those of other rounds in the year of the round. "
                 "The statistics count every decision in its year and name what differs."))


def count_names(narrow: Narrow, *, by: Actor) -> Line:
    """How many were put forward and how many honoured in a year or at all; of who reads not every name, of the own units."""
    seen = seen_units(by)
    return _whole(_tallies(narrow, _units(narrow, seen)), narrow)


# -- names behind a figure


def find_names(narrow: Narrow, *, by: Actor, page: int = 1, size: int = 50) -> tuple[list[Name], int]:
    """The names that a figure counts, in Vietnamese order, and how many they are in all; of who reads not every name, of the own units."""
    seen = seen_units(by)
    rounds = _rounds(narrow)
    where = _conditions(narrow, rounds, _units(narrow, seen))
    with reading() as s:
        total = s.execute(_from(select(func.count()), people_too=bool(narrow.person)).where(*where)).scalar_one()
        rows = s.execute(
            _from(select(Nomination, Award.form, Award.decision, Award.decided_on), people_too=bool(narrow.person))
            .where(*where).order_by(Nomination.sort_key, Nomination.id).offset((page - 1) * size).limit(size)
        ).all()
        let_go(row[0] for row in rows)
    return [Name(row[0], rounds[row[0].round_id], row[1], row[2] or "", row[3]) for row in rows], int(total)


# -- units never awarded


def units_ever_awarded(among: Collection[int]) -> set[int]:
    """Which of these living units ever had an award: as who nominated, as the recipient or its unit, or in the register of past awards.

    What was revoked or struck does not count; an award of a merged unit counts for its successor.
    """
    with reading() as s:
        return set(s.scalars(_ever_awarded(), {"among": sorted(people.with_merged(among))})) if among else set()


@cache
def _ever_awarded() -> Select[int]:
    """By each way apart, gathered and not looked for unit by unit: a unit that never had one would be looked for through all its names.

    Units and status stand in the statement as they are: PostgreSQL soon plans what it has seen often without knowing the values, and
    then looks through the names one by one.
    """
    given = [code for code, one in honours().items() if one.sort in _GIVEN]
    award, past = Award.status != literal("revoked", literal_execute=True), and_(PastAward.struck == "", PastAward.what.in_(given))
    ways = (
        (Nomination.unit_id, Award.nomination_id == Nomination.id, award),
        (Recipient.unit_id, Award.recipient_id == Recipient.id, award),
        (Recipient.collective_unit_id, Award.recipient_id == Recipient.id, award),
        (Recipient.unit_id, PastAward.recipient_id == Recipient.id, past),
        (Recipient.collective_unit_id, PastAward.recipient_id == Recipient.id, past),
    )
    among: BindParameter[Any] = bindparam("among", expanding=True, literal_execute=True)
    had = union(*(select(unit).where(unit.in_(among), *way) for unit, *way in ways)).subquery().c[0]
    return select(func.coalesce(Unit.heir_id, Unit.id)).where(Unit.id.in_(select(had)))


def _never(
    units: Iterable[people.UnitView], seen: frozenset[int] | None, of_unit: _Counts
) -> tuple[people.UnitView, ...]:
    asked = people.units_with_heads() | {int(unit) for unit in of_unit}
    without = asked - {int(unit) for unit, (_, honoured) in of_unit.items() if honoured}
    without -= units_ever_awarded(without)
    return tuple(
        one for one in units if one.id in without and one.dissolved_on is None and (seen is None or one.id in seen)
    )
