"""What matters prove of a nominee in the window of a stocktake: plans and reports of the unit, what was published of the nominee."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import people, words
from service.actor import Actor
from service.awards.models import Nomination
from service.awards.nominations import may_see
from service.awards.rounds import end_of_day, start_of_day
from service.awards.window_results import Result, Sought, finders
from service.db import reading
from service.movement.models import Matter, Period, Publication
from service.movement.readers import may_read
from service.movement.registers import registers_in_use
from service.movement.wording import number_words, period_words
from service.processes.models import ProcessInstance
from service.processes.running import read_instance
from service.vietnamese import fold
from workflows.calendar import ZONE


def _told_by_the_unit(s: Session, sought: Sought) -> Iterable[Result]:
    """What the unit, or one that it succeeds, was taken at its word for in each period."""
    kept = registers_in_use()
    rows = s.execute(
        select(Matter, Period, ProcessInstance.outcome, ProcessInstance.ended_at)
        .join(Period, Period.id == Matter.period_id)
        .join(ProcessInstance, ProcessInstance.id == Matter.instance_id)
        .where(
            Matter.process.in_(kept), Period.year.between(sought.window.first.year, sought.window.last.year),
            ProcessInstance.outcome.is_not(None),
        )
        .order_by(Period.year.desc(), Period.half, Matter.process, Matter.id)
    ).all()
    own = people.with_merged([people.current_unit(sought.unit)])
    for matter, period, outcome, ended_at in rows:
        register = kept[matter.process].register
        ended = register.outcomes.get(outcome or "")
        if matter.unit_id not in own or ended is None or ended.tone != "good":
            continue
        what = tuple(f"{one}, {when}" for one, when in zip(register.one, period_words(period), strict=True))
        taken = (words.within_a_sentence(ended.words[0]), words.within_a_sentence(ended.words[1]))
        yield Result(
            f"matter:{matter.id}", period.year, (what[0], what[1]), number_words(register, matter.number, matter.year),
            ended_at.astimezone(ZONE).date() if ended_at else None, taken, case=f"matter:{matter.id}",
        )


def _published(s: Session, sought: Sought) -> Iterable[Result]:
    """Articles that name the nominee: whoever takes one over says by it that it is the same person."""
    kept = registers_in_use()
    rows = s.execute(
        select(Publication, Matter)
        .join(Matter, Matter.id == Publication.matter_id)
        .where(Publication.published_at.between(start_of_day(sought.window.first), end_of_day(sought.window.last)))
        .order_by(Publication.published_at.desc(), Publication.id)
    ).all()
    for row, matter in rows:
        day, register = row.published_at.astimezone(ZONE).date(), kept.get(matter.process)
        if fold(row.name) != fold(sought.name) or register is None:
            continue
        one = register.register.one
        yield Result(
            f"publication:{row.id}", day.year, (f"{one[0]}: {row.title}", f"{one[1]}: {row.title}"),
            number_words(register.register, matter.number, matter.year), day, case=f"publication:{row.id}",
            gone=("bài đã gỡ", "taken down") if row.taken_down_at else ("", ""),
        )


def may_open(line: Result, by: Actor) -> bool:
    """Tell whether somebody may read what a line stands in: a nomination, a matter, or a page for everybody."""
    kind, _colon, number = line.case.partition(":")
    if kind == "matter":
        with reading() as s:
            instance = s.scalar(select(Matter.instance_id).where(Matter.id == int(number)))
        return instance is not None and may_read(by, read_instance(instance))
    if kind == "nomination":
        with reading() as s:
            row = s.get(Nomination, int(number))
        return row is not None and may_see(by, row)
    return kind == "publication" and not line.gone[0]


finders += [_told_by_the_unit, _published]
