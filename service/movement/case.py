"""How a matter takes part in its process: what its steps may know, and what each step means for its row.

An effect on something else of the house (a nomination is held) happens in the step's own transaction, by the right of
whoever does the step, so that it counts at once and a refusal refuses the step. The worker only hands its result on.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock, jobs, notices, people, trail
from service.actor import Actor, machine
from service.awards.changes import is_awarded
from service.awards.files import about_files
from service.awards.models import File, Nomination
from service.awards.rules import Register as Rulebook
from service.awards.rules import register_so_far, rules_on
from service.calendar import Calendars, calendars_so_far, working_calendar
from service.db import reading, session, transaction
from service.errors import Conflict
from service.movement.about_names import add_names
from service.movement.acting import doers_of, symbol_of
from service.movement.concerns import (
    CHOICES,
    NOBODY_LEFT,
    forwards_at,
    may_be_done,
    must_have_doers,
    numbers_of,
    refresh,
)
from service.movement.models import Matter, MatterSubject, Period
from service.movement.numbering import claim_numbers, numbered_in
from service.movement.readers import hidden_from, is_units, may_read, shut_from
from service.movement.registers import Kept, kept_by
from service.processes.cases import KINDS, CaseKind, Past, Recorded, Running
from service.processes.deployments import definition_of, form_of
from service.processes.instances import answer_external
from service.processes.models import Activity, ProcessInstance
from service.processes.running import RUNNING_COLUMNS, running_of
from workflows.environment import Env
from workflows.register import Outcome
from workflows.replay_key import InForce

CASE = "matter"
Effect = Callable[[Matter, Recorded, Mapping[str, Any]], dict[str, Any]]
EFFECTS: dict[str, Effect] = {}
"""Topic → what it does, in the step's transaction: (matter, step, inputs) → what the process gets to know of it."""
INPUTS: dict[str, tuple[str, ...]] = {}
"""Topic → the inputs that it reads."""


STEPPED: list[Callable[[Recorded, Kept], None]] = []
"""What other parts do about every step of a matter, in its transaction."""


def effect(topic: str, *inputs: str) -> Callable[[Effect], Effect]:
    """Register what a topic does to something else of the house when a matter comes to it."""

    def register(call: Effect) -> Effect:
        EFFECTS[topic], INPUTS[topic] = call, inputs
        jobs.handler(topic)(_hand_on)
        return call

    return register


def _hand_on(job: jobs.Job) -> None:
    """Give the process what its effect gave when it was done."""
    instance, task = int(job.payload["instance"]), str(job.payload["task"])
    with transaction() as s:
        row = s.scalars(select(Matter).where(Matter.instance_id == instance)).one_or_none()
        if row is not None and task in row.done:
            answer_external(instance, task, row.done[task], by=machine("worker"))
            row.done = {key: value for key, value in row.done.items() if key != task}


def _environment(running: Running) -> Env:
    rules, period = rules_on(clock.today()), period_dating(running.case)
    return Env(
        now=clock.now, calendar=working_calendar(), dates=_days(period.calendar) if period else {}, rules=rules.values,
        blocking=rules.blocking,
    )


def _days(calendar: Mapping[str, str]) -> dict[str, date]:
    return {key: date.fromisoformat(day) for key, day in calendar.items()}


def period_of(matter: int) -> Period | None:
    """The period in which a matter was asked for; None for one that somebody began."""
    with reading() as s:
        return s.scalars(select(Period).join(Matter, Matter.period_id == Period.id).where(Matter.id == matter)).one_or_none()


def period_dating(matter: int) -> Period | None:
    """The period by whose days a matter goes: in which it was asked for, or about which it was begun (`of_period`)."""
    with reading() as s:
        row = s.execute(select(Matter.period_id, Matter.begun).where(Matter.id == matter)).one_or_none()
        number = period_number(row.period_id, row.begun) if row is not None else None
        return s.get(Period, number) if number is not None else None


def period_number(period: int | None, begun: Mapping[str, Any]) -> int | None:
    """The number of that period, from a matter's row."""
    said = str(begun.get("of_period") or "")
    return period if period is not None else int(said) if said.isdecimal() else None


def _past(matters: Collection[int]) -> Mapping[int, Past]:
    """Rules, working days and the period's days as they were known at each moment; a matter freezes none."""
    days, book = calendars_so_far(), register_so_far()
    with reading() as s:
        rows = s.execute(select(Matter.id, Matter.period_id, Matter.begun).where(Matter.id.in_(matters))).all()
        dating = {row.id: period_number(row.period_id, row.begun) for row in rows}
        periods = {one.id: one for one in s.scalars(select(Period).where(Period.id.in_({*dating.values()} - {None})))}
        return {matter: _past_of(days, book, periods.get(number or 0)) for matter, number in dating.items()}


def _past_of(days: Calendars, book: Rulebook, row: Period | None) -> Past:
    period, calendar, former = (row.id, row.calendar, row.former) if row is not None else (None, {}, [])
    changes = [datetime.fromisoformat(until) for until, _ in former]
    each = [_days(said) for _, said in former] + [_days(calendar)]

    def surroundings(at: datetime) -> Env:
        rules, _ = book.at(at)
        dates = each[bisect_right(changes, at)]
        return Env(now=lambda: at, calendar=days.at(at), dates=dates, rules=rules.values, blocking=rules.blocking)

    def in_force(at: datetime) -> InForce:
        return InForce(book.at(at)[1], days.number_at(at), (period, bisect_right(changes, at)) if period else None)

    return Past(surroundings, in_force, tuple(sorted({*days.changes, *changes})))


def _on_step(recorded: Recorded) -> None:
    step, trigger = recorded.step, recorded.trigger
    if trigger.kind == "user":
        _must_be_open(recorded)
        _open_again(recorded)
    kept = kept_by(recorded.running.deployment_id)
    given = {key: trigger.answers[key] for key in kept.register.columns if key in trigger.answers} if kept else {}
    names = kept is not None and bool(kept.register.concerns) and trigger.kind == "user"
    effects = [one for one in step.opened if one.kind == "external" and one.attrs.get("topic", "") in EFFECTS]
    if kept is not None:
        for told in STEPPED:
            told(recorded, kept)
    numbers = [one for one in numbered_in(kept.deployment) if trigger.answers.get(one.field)] if kept else []
    added = kept is not None and trigger.kind == "user" and any(trigger.answers.get(field) for field in kept.register.about_by)
    if not (given or names or effects or numbers or added or step.ended):
        return
    row = session().scalars(select(Matter).where(Matter.id == recorded.running.case)).one()
    if numbers and kept is not None:
        claim_numbers(session(), row, kept, trigger.answers, _item_of(trigger.activity))
    if given or step.ended:  # what it ended as is told by the end, so it is listed as what the beginning called it
        row.shown = {key: row.begun.get(key, value) if value == step.outcome else value for key, value in {**row.shown, **given}.items()}
    if added and kept is not None:
        add_names(session(), row, trigger.answers, kept.register.about_by)
    if kept is not None and kept.register.concerns:
        refresh(session(), row.id, recorded.running.id)
    if kept is not None and kept.register.forwards and trigger.kind == "user" and not step.ended:
        must_have_doers(recorded, kept)
    for one in effects:
        row.done = {**row.done, one.task: EFFECTS[one.attrs["topic"]](row, recorded, one.inputs or {})}
    if step.ended and kept is not None:
        _tell_ended(recorded, row, kept)


def _item_of(activity: int | None) -> Mapping[str, Any] | None:
    """The item for which a repeated step was done; None for any other step."""
    with reading() as s:
        return s.scalar(select(Activity.item).where(Activity.id == activity)) if activity is not None else None


def _must_be_open(recorded: Recorded) -> None:
    """Refuse a unit's step in a period that is closed, unless the unit may file late."""
    if shut_since(recorded.running, recorded.trigger.element) is not None:
        raise Conflict(
            "Kỳ này đã đóng nên không nhận nộp nữa. Nội dung đã nhập vẫn còn trong bản nháp; muốn nộp muộn, đề nghị Trưởng phòng "
            "Văn hóa - Xã hội cho phép.",
            "This period is closed. What you typed is kept as your draft; to file late, ask the head of the Culture and Society Office.",
            code="period-closed",
        )


def shut_since(running: Running, element: str) -> datetime | None:
    """When the period closed in which a step is the unit's own, and takes nothing more from it; None where it may still be done."""
    period = period_of(running.case) if (running.case_key or "").startswith(f"{CASE}:") else None
    if period is None or period.closed_at is None or str(running.unit_id) in period.late:
        return None
    step = definition_of(running.deployment_id).elements.get(element)
    return period.closed_at if step is not None and _is_filing(step.attrs) else None


def _is_filing(attrs: Mapping[str, str]) -> bool:
    """Whether a step is the unit's own: all its candidates file and judge nobody."""
    groups = attrs.get("candidates", "").replace(",", " ").split()
    return bool(groups) and all(people.is_filing(group) for group in groups)


def _open_again(recorded: Recorded) -> None:
    """Let a unit whose report the office sends back after the closing file it once more."""
    own = any(one.kind == "user" and _is_filing(one.attrs) for one in recorded.step.opened)
    period = period_of(recorded.running.case) if own else None
    unit = recorded.running.unit_id
    if period is None or period.closed_at is None or unit is None or str(unit) in period.late:
        return
    let_file_late(session(), period.id, unit, "Phòng trả lại sau khi kỳ đóng", by=recorded.by)


def let_file_late(s: Session, period_id: int, unit: int, reason: str, *, by: Actor) -> None:
    """Note in the open transaction that one unit may file in a closed period, and why."""
    row = s.scalars(select(Period).where(Period.id == period_id).with_for_update()).one()
    row.late = {**row.late, str(unit): reason}
    trail.record(
        "period:late_allowed", by=by, stream=f"period:{row.id}", body={"unit": people.unit_name(unit, clock.today())}, reason=reason,
    )


def _period_closed(running: Running, matter: Matter) -> bool:
    """Whether the period in which a matter was asked for is closed."""
    period = period_of(matter.id)
    return period is not None and period.closed_at is not None


def _tell_ended(recorded: Recorded, row: Matter, kept: Kept) -> None:
    """Tell who began it how it ended, and a unit that was named and had a step of it; nobody of his own act."""
    outcome = kept.register.outcomes.get(recorded.step.outcome or "")
    told = {row.begun_by, *_unit_told(recorded.running, kept)} - {None, recorded.doer}
    if not told:
        return
    notices.queue(
        "matter_ended",
        to=sorted(one for one in told if one is not None),
        key=f"matter_ended:{row.id}",
        context={
            "title": recorded.running.title, "register": kept.register.one[0], "register_en": kept.register.one[1],
            "outcome": outcome.words[0] if outcome else None, "outcome_en": outcome.words[1] if outcome else None,
            "reason": _why_it_ended(recorded, outcome) or None,
        },
        link=f"/matters/{row.id}",
    )


def _why_it_ended(recorded: Recorded, outcome: Outcome | None) -> str:
    """Why a matter ended so: as the step that ended it says, or the last before it that does, where a paper was numbered since."""
    if (said := reason_of(recorded.trigger.answers, outcome)) or outcome is None or not outcome.reason:
        return said
    with reading() as s:
        answered = s.scalars(
            select(Activity.answers).where(Activity.instance_id == recorded.running.id, Activity.kind == "user", Activity.state == "done")
            .order_by(Activity.closed_at.desc(), Activity.id.desc())
        ).all()
    return next((why for answers in answered if (why := reason_of(answers or {}, outcome))), "")


def reason_of(answers: Mapping[str, Any], outcome: Outcome | None) -> str:
    """Why a matter ended so, in one line, as a step says; empty where its outcome asks for no reason."""
    said = answers.get(outcome.reason) if outcome is not None and outcome.reason else None
    return " ".join(str(said or "").split())


def _unit_told(running: Running, kept: Kept) -> Collection[int]:
    """The people of a unit that somebody named, once a step of theirs has come, done or not."""
    if kept.register.unit != "named" or running.unit_id is None:
        return ()
    with reading() as s:
        came = s.execute(
            select(Activity.deployment_id, Activity.element)
            .where(Activity.instance_id == running.id, Activity.kind == "user")
            .distinct()
        ).all()
    if not any(deployment is not None and is_units(deployment, element) for deployment, element in came):
        return ()
    return people.people_of_unit(people.current_unit(running.unit_id))


def _kept_from(keys: Collection[str], by: Actor) -> set[str]:
    """Letters of ended matters that would tell somebody who began one of which private fields are kept from him."""
    numbers = {int(key.partition(":")[2]): key for key in keys}
    with reading() as s:
        rows = s.execute(
            select(Matter.id, *RUNNING_COLUMNS)
            .join(ProcessInstance, ProcessInstance.id == Matter.instance_id)
            .where(Matter.id.in_(numbers))
        ).all()
    return {numbers[row[0]] for row in rows if hidden_from(by, running_of(row[1:]))}


notices.addressees["matter_ended"] = _kept_from


GIVEN: dict[str, Callable[[Running, Matter], Any]] = {}
"""Name that a form may read (`given`) → what the service knows of it for a matter; looked up only where the form names it."""
SAID, AGAIN = "said_", "again_"
"""Beginnings of the names under which a form reads what earlier steps answered: in words, and as it was answered."""
GIVEN_LIKE: dict[str, Callable[[Running, Matter, Sequence[str]], Mapping[str, Any]]] = {}
"""Beginning of such names → the same for all names that begin so: (case, matter, what follows) → what follows → what is known."""


GIVEN["period_closed"] = _period_closed


def _given(running: Running, element: str) -> dict[str, Any]:
    """What the forms of its steps may read: what it was begun with and its files, less what is private and not asked for there.

    And what they name of `GIVEN`. A step of the unit reads no more than the unit does.
    """
    kept = kept_by(running.deployment_id)
    awaited = _awaited_at(running, element)
    private = awaited | (kept.register.private if kept else frozenset[str]())
    here = definition_of(running.deployment_id).elements.get(element)
    asked = form_of(running.deployment_id, here.attrs["form"]).names if here and "form" in here.attrs else frozenset[str]()
    with reading() as s:
        begun = s.scalar(select(Matter.begun).where(Matter.id == running.case)) or {}
        rows = s.scalars(select(File).where(File.about == f"{CASE}:{running.case}").order_by(File.id)).all()
        hidden = files_said(s, running, private - (asked - awaited))
        files = about_files(one for one in rows if one.id not in hidden)
        named = s.scalars(select(MatterSubject.subject).where(MatterSubject.matter_id == running.case)).all()
        subjects = s.scalars(select(Nomination).where(Nomination.id.in_(numbers_of(named)))).all()
        awarded = any(is_awarded(one) for one in subjects)
    return {
        **{key: value for key, value in begun.items() if key not in private}, "awarded": awarded, "files": files,
        **_looked_up(running, element),
    }


def _awaited_at(running: Running, element: str) -> frozenset[str]:
    """Fields that a step does not read yet, since it is the unit's and the unit reads them later."""
    kept = kept_by(running.deployment_id)
    own = kept is not None and bool(kept.register.unit_reads) and is_units(running.deployment_id, element)
    return kept.register.kept_from_unit(running.phase or "") if kept is not None and own else frozenset()


def _looked_up(running: Running, element: str) -> dict[str, Any]:
    step = definition_of(running.deployment_id).elements.get(element)
    name = step.attrs.get("form") if step else None
    asked = form_of(running.deployment_id, name).given if name else ()
    kept = kept_by(running.deployment_id) if CHOICES.keys() & set(asked) else None
    found: dict[str, Any] = {key: CHOICES[key](kept) for key in asked if kept and key in CHOICES}
    if step is not None and NOBODY_LEFT in asked:
        found[NOBODY_LEFT] = not may_be_done(running, step)
    plain = [key for key in asked if key in GIVEN]
    alike = {start: [key.removeprefix(start) for key in asked if key.startswith(start)] for start in GIVEN_LIKE}
    if awaited := _awaited_at(running, element):
        alike |= {start: [key for key in alike[start] if key not in awaited] for start in (SAID, AGAIN, "day_of_")}
    if not plain and not any(alike.values()):
        return found
    with reading() as s:
        row = s.get_one(Matter, running.case)
        found |= {key: GIVEN[key](running, row) for key in plain}
        for start, keys in alike.items():
            if keys:
                found |= {f"{start}{key}": value for key, value in GIVEN_LIKE[start](running, row, keys).items()}
        return found


def files_said(s: Session, running: Running, fields: Collection[str] | None = None) -> set[int]:
    """Files that answers of a matter name in some fields, or in any: of the form that it was begun with and of its steps."""
    if fields is not None and not fields:
        return set()
    said = [s.scalar(select(Matter.begun).where(Matter.id == running.case)) or {}]
    said += [one or {} for one in s.scalars(select(Activity.answers).where(Activity.instance_id == running.id))]
    return {number for answers in said for name, value in answers.items() if fields is None or name in fields for number in listed(value)}


def listed(value: Any) -> Iterator[int]:
    """Numbers that stand in a list, as those of files do, however deep in groups and rows."""
    if isinstance(value, Mapping):
        for one in value.values():
            yield from listed(one)
    elif isinstance(value, list):
        for one in value:
            if isinstance(one, int):
                yield one
            else:
                yield from listed(one)


def _changed_at(running: Running, asked: Collection[tuple[str, str]]) -> str:
    """The period or the rule by which a day goes."""
    if any(function == "round_date" for function, _key in asked) and (period := period_dating(running.case)) is not None:
        return f"/periods/{period.id}"
    return next((f"/office/rules/{key}" for function, key in asked if function == "rule"), "")


KINDS[CASE] = CaseKind(
    environment=_environment, past=_past, on_step=_on_step, given=_given, may_read=may_read, not_in_force=shut_from, hides=hidden_from,
    forwards=forwards_at, doers=doers_of, symbol=lambda running, name, text: symbol_of(name, text, running), changed_at=_changed_at,
    keys=frozenset({"matter_id"}),
)
