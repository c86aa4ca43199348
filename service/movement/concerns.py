"""Whom a matter concerns: whoever the nominations that it is about keep away, whom its answers name, and a unit that somebody named.

Which fields name them stands in the register (`concerns`): `account:7`, `unit:3`. He does no step of it but his unit's own, and reads
it, if at all, as his unit does. Who is named once stays away: a later answer may add somebody, and lets nobody back in.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select, true
from sqlalchemy.orm import Session

from service import people
from service.actor import Actor
from service.awards import ties
from service.awards.models import Nomination, Recipient
from service.db import reading
from service.errors import Conflict, FieldFault
from service.movement.models import Matter, MatterSubject
from service.movement.registers import Kept, kept_by, reads_all, sees_private
from service.processes import own_case
from service.processes.cases import Recorded, Running
from service.processes.deployments import definition_of, form_of
from service.processes.models import Activity, ProcessInstance
from service.processes.running import RUNNING_COLUMNS, read_instance, running_of
from service.processes.strayed import change_queue
from service.vietnamese import fold, sort_key
from workflows.definition import Element
from workflows.marks import reachable
from workflows.register import ENDED

NOBODY_LEFT = "nobody_left"
"""Under which a form reads whether nobody may do its step but who sends the matter on."""


def kept_away(
    kept: Kept, unit: int | None, nominations: Collection[int], named: Iterable[str] = (), sender: int | None = None
) -> tuple[list[int], list[int]]:
    """Accounts and units that may not settle a matter: whoever may not act on a nomination that it is about, those named, who sent it.

    And the unit that it was begun for by somebody who named it, since others look at what that unit does.
    """
    named = list(named)
    accounts, units = accounts_in(named), _numbers(named, "unit")
    if kept.register.concerns:
        accounts |= people.led_by(accounts | _nominees(nominations))
    if sender is not None:
        accounts.add(sender)
    units |= {people.current_unit(one) for one in units}
    if unit is not None and kept.register.unit == "named":
        units.add(unit)
    if not nominations:
        return sorted(accounts), sorted(units)
    with reading() as s:
        rows = s.execute(
            select(ProcessInstance.excluded, ProcessInstance.own_units)
            .join(Nomination, Nomination.instance_id == ProcessInstance.id)
            .where(Nomination.id.in_(nominations))
        ).all()
    return sorted(accounts.union(*(row[0] for row in rows))), sorted(units.union(*(row[1] for row in rows)))


def sender_of(kept: Kept, row: Matter) -> int | None:
    """The account of whoever sent a matter himself; None where he entered it for somebody else, or the register does not ask."""
    fields = kept.register.sent_by
    said = {fold(str(row.begun.get(field) or "")).strip() for field in fields} - {""}
    if not fields or said and said != {fold(people.names([row.begun_by]).get(row.begun_by, "")) if row.begun_by else ""}:
        return None
    return row.begun_by


def concerned_by(running: Running) -> set[int]:
    """Accounts whom a matter concerns, but not whoever only sent it."""
    kept = kept_by(running.deployment_id)
    if kept is None:
        return set()
    with reading() as s:
        row = s.get_one(Matter, running.case)
        subjects = s.scalars(select(MatterSubject.subject).where(MatterSubject.matter_id == row.id)).all()
        named = named_so_far(s, row.id, running.id, kept.register.concerns)
        return set(kept_away(kept, row.unit_id, numbers_of(subjects), named)[0])


def _nominees(nominations: Collection[int]) -> set[int]:
    """Accounts of those who are nominated."""
    if not nominations:
        return set()
    with reading() as s:
        accounts = s.scalars(
            select(Recipient.account_id)
            .join(Nomination, Nomination.recipient_id == Recipient.id)
            .where(Nomination.id.in_(nominations), Recipient.account_id.is_not(None))
        )
        return {one for one in accounts if one is not None}


def may_be_done(running: Running, step: Element, forwards: Sequence[str] = ()) -> bool:
    """Tell whether somebody may do a step of a matter: one of its groups, who falls in for them, or who only sends it on (`forwards`)."""
    groups = [running.roles.get(word, word) for word in step.attrs.get("candidates", "").replace(",", " ").split()]
    kept_away = own_case.barred(running, groups)
    instead = own_case.instead_at(step.attrs)
    return not kept_away or people.takers(
        groups, barred=kept_away, process=step.process, forwards=forwards, instead=instead
    ).how != "nobody"


def forwards_at(running: Running, element: str) -> Sequence[str]:
    """Who only sends a matter on at a step that nobody else may do: the form of such a step asks whether it is so (`nobody_left`)."""
    kept = kept_by(running.deployment_id)
    here = definition_of(running.deployment_id).elements.get(element)
    if kept is None or not kept.register.forwards or here is None or "form" not in here.attrs:
        return ()
    return kept.register.forwards if NOBODY_LEFT in form_of(running.deployment_id, here.attrs["form"]).given else ()


def must_have_doers(recorded: Recorded, kept: Kept) -> None:
    """Refuse a step after which the matter would come to one that nobody of the commune may do.

    Raises Conflict that says what to do instead: a register that names who sends on has a step that does it.
    """
    opened = [one.element for one in recorded.step.opened]
    if lost := _lost(kept, recorded.running.id, {*opened, *reachable(definition_of(kept.deployment), opened)}):
        vi = f"Sau bước này không còn ai ở xã giải quyết được (bước “{lost}”): chuyển cấp trên."
        en = f"After this step nobody of the commune may settle it (step “{lost}”): send it on to the superior body."
        raise Conflict(
            vi, en, code="nobody-left", faults=[FieldFault(field, vi, en)] if (field := _chosen_at(recorded, kept)) else (),
        )


def nobody_from(running: Running, elements: Iterable[str]) -> dict[str, bool]:
    """Of each of these steps, whether a matter that came to it would come to one that nobody may do, by whom it concerns so far."""
    definition = definition_of(running.deployment_id)
    steps = (one for one in definition.elements.values() if one.kind == "user")
    lost = {one.id for one in steps if not may_be_done(running, one, forwards_at(running, one.id))}
    return {one: not lost.isdisjoint({one, *reachable(definition, [one])}) for one in elements}


def must_be_settled_here(instance: int, kept: Kept) -> None:
    """Refuse to begin a matter with a step that nobody of the commune may do, where its register has no way to send it on."""
    if not kept.register.forwards and (lost := _lost(kept, instance, definition_of(kept.deployment).elements)):
        raise Conflict(
            f"Việc này liên quan đến mọi người ở xã làm được bước “{lost}”: không lập ở xã, đề nghị cấp trên.",
            f"This concerns everybody of the commune who may do the step “{lost}”: it is for the superior body, and not begun here.",
            code="nobody-left",
        )


def _lost(kept: Kept, instance: int, among: Collection[str]) -> str:
    """The first of some steps that nobody may do, not even to send the matter on, by name; "" where each has somebody."""
    running = read_instance(instance)
    steps = (one for one in definition_of(kept.deployment).elements.values() if one.kind == "user" and one.id in among)
    return next((one.name for one in steps if not may_be_done(running, one, forwards_at(running, one.id))), "")


def _chosen_at(recorded: Recorded, kept: Kept) -> str:
    """The field of a step's form at which such a refusal stands: its first choice, since another way is to be chosen."""
    step = definition_of(kept.deployment).elements.get(recorded.trigger.element)
    if step is None or "form" not in step.attrs:
        return ""
    fields = form_of(kept.deployment, step.attrs["form"]).walk()
    return next((".".join(one.path) for one in fields if one.kind == "radio" and one.path), "")


def named_in(fields: Collection[str], *answers: Mapping[str, Any]) -> list[str]:
    """Whom answers name in these fields: `account:7`, `unit:3`."""
    said = (one.get(field) for one in answers for field in fields)
    return [str(name) for value in said for name in (value if isinstance(value, list) else [value]) if name]


def _settlers(kept: Kept) -> list[dict[str, str]]:
    """Who settles or reads the matters of a register by a place of the office, or falls in for one who does."""
    elements = definition_of(kept.deployment).elements.values()
    groups = {*kept.register.reads, *kept.register.sees}
    groups |= {group for one in elements for group in one.attrs.get("candidates", "").replace(",", " ").split()}
    office = {group for group in groups if not people.is_scoped(group)}
    known = people.catalogue()
    office |= {known[group].fallback or group for group in office if group in known}
    found = people.accounts_of(people.members_of(office))
    posts = _posts(found)
    return [
        {"value": f"account:{one.id}", "label": one.name, "follows": posts[one.id]}
        for one in sorted(found.values(), key=lambda one: sort_key(one.name))
    ]


def _posts(accounts: Mapping[int, people.Person]) -> dict[int, str]:
    """Post and unit of each person, the unit where the post does not say it."""
    units = {
        number: [unit for one in held if (unit := people.unit_of(one.group)) is not None]
        for number, held in people.memberships_of(accounts).items()
    }
    names, found = people.unit_names({unit for each in units.values() for unit in each}), dict[int, str]()
    for number, one in accounts.items():
        more = dict.fromkeys(names[unit] for unit in units[number] if unit in names and fold(names[unit]) not in fold(one.title))
        found[number] = ", ".join([one.title, *more] if one.title else more)
    return found


def _units(kept: Kept) -> list[dict[str, str]]:
    return [{"value": f"unit:{one.id}", "label": one.name} for one in people.list_units()]


def _everybody(kept: Kept) -> list[dict[str, str]]:
    """Everybody who has a place in the commune today, with his post beside the name."""
    found = {one.id: one for one in people.all_accounts() if one.active}
    held = people.memberships_of(found)
    found = {number: one for number, one in found.items() if any(place.holds for place in held[number])}
    posts = _posts(found)
    return [
        {"value": f"account:{one.id}", "label": f"{one.name}, {posts[one.id]}" if posts[one.id] else one.name, "name": one.name,
         "post": posts[one.id]}
        for one in sorted(found.values(), key=lambda one: sort_key(one.name))
    ]


CHOICES: Mapping[str, Callable[[Kept], list[dict[str, str]]]] = {
    "settlers": _settlers, "concerned_units": _units, "everybody": _everybody,
}
"""Name that a form may read (`given`) → whom its fields can name: as concerned, or to do a step."""


def concerned_names(said: Iterable[str]) -> list[str]:
    """Whom such answers name, in words, in their order: a person with the post, a unit as it is called today."""
    named = list(dict.fromkeys(said))
    found = people.accounts_of(accounts_in(named))
    units = people.unit_names(_numbers(named, "unit"))
    words = {f"account:{number}": f"{one.name} ({one.title})" if one.title else one.name for number, one in found.items()}
    words |= {f"unit:{number}": name for number, name in units.items()}
    return [words[one] for one in named if one in words]


def reads_as_settler(by: Actor, case: own_case.Case, kept: Kept) -> bool:
    """Tell whether somebody reads a matter because its register lets him read all, and it does not concern him.

    Neither it himself, nor the office for which he settles it, nor all in whose place alone he reads the register.
    """
    groups = kept.register.reads
    return not own_case.bars_himself(case, by, groups) and reads_all(own_case.left(case, by, groups), kept)


def sees_as_settler(by: Actor, case: own_case.Case, kept: Kept) -> bool:
    """Tell the same of the private fields of a matter."""
    groups = kept.register.sees
    return not own_case.bars_himself(case, by, groups) and sees_private(own_case.left(case, by, groups), kept)


def reads_as_unit(by: Actor, running: Running, kept: Kept) -> bool:
    """Tell whether somebody is of a matter's unit, and the matter has come once to where its register lets the unit read."""
    if running.unit_id is None or running.unit_id not in by.within(*kept.diagrams).units:
        return False
    register = kept.register
    if not register.unit_reads_from or running.phase != ENDED and running.phase in register.unit_phases:
        return True
    with reading() as s:
        return s.scalar(select(ProcessInstance.id).where(ProcessInstance.id == running.id, _came_to_unit(kept))) is not None


def read_by_unit(kept: Kept) -> ColumnElement[bool]:
    """Condition under which a matter's unit reads it; one that never came to where the unit reads stays unread."""
    register = kept.register
    if not register.unit_reads_from:
        return true()
    phases = ProcessInstance.phase.in_(register.unit_phases)
    return or_(and_(phases, ProcessInstance.phase != ENDED), _came_to_unit(kept))


def _came_to_unit(kept: Kept) -> ColumnElement[bool]:
    elements = definition_of(kept.deployment).elements
    there = [name for name, one in elements.items() if one.attrs.get("phase") in kept.register.unit_phases]
    return exists().where(Activity.instance_id == ProcessInstance.id, Activity.element.in_(there))


def settles_private(by: Actor, case: own_case.Case, kept: Kept) -> bool:
    """Tell whether somebody works with the private fields of a matter as one of those whom its register names, and not to inspect them."""
    return not own_case.bars(case, by, kept.register.sees) and by.within(*kept.diagrams).may(*kept.register.sees)


def not_to_read(by: Actor, kept: Kept) -> list[int]:
    """Matters of a register that somebody who reads all of it does not read, since they concern him.

    Not those that he reads as one of their unit.
    """
    named = own_case.units_of(by) if kept.register.unit == "named" else set[int]()
    concerned = or_(Matter.id.in_(select(MatterSubject.matter_id)), Matter.unit_id.in_(named))
    keeps_away = or_(ProcessInstance.excluded != [], ProcessInstance.own_units != [])
    with reading() as s:
        rows = s.execute(
            select(Matter.id, read_by_unit(kept), *RUNNING_COLUMNS)
            .join(ProcessInstance, ProcessInstance.id == Matter.instance_id)
            .where(Matter.process == kept.process, keeps_away, *([] if kept.register.concerns else [concerned]))
        ).all()
    own = by.within(*kept.diagrams).units
    return [
        matter for matter, shown, *columns in rows
        if not reads_as_settler(by, one := running_of(columns), kept)
        if by.account in one.excluded or not (shown and one.unit_id in own)
    ]


def _refresh(s: Session, nomination: Nomination) -> None:
    """Whom a nomination keeps away has changed: so have the running matters about it."""
    running = s.execute(
        select(Matter.id, ProcessInstance.id)
        .join(MatterSubject, MatterSubject.matter_id == Matter.id)
        .join(ProcessInstance, ProcessInstance.id == Matter.instance_id)
        .where(MatterSubject.subject == f"nomination:{nomination.id}", ProcessInstance.status != "ended")
        .order_by(Matter.id)
    ).all()
    for matter, number in running:
        refresh(s, matter, number)


def refresh(s: Session, matter: int, number: int) -> None:
    """Keep away from a matter, in the open transaction, whoever is to be by now; a task that moves thereby is asked for anew."""
    subjects = s.scalars(select(MatterSubject.subject).where(MatterSubject.matter_id == matter)).all()
    instance = s.get_one(ProcessInstance, number, with_for_update=True)
    kept = kept_by(instance.deployment_id)
    if kept is None:
        return
    named = named_so_far(s, matter, number, kept.register.concerns)
    row = s.get_one(Matter, matter)
    instance.excluded, instance.own_units = kept_away(kept, row.unit_id, numbers_of(subjects), named, sender_of(kept, row))
    s.flush()
    change_queue(s, instance.id)


def named_so_far(s: Session, matter: int, number: int, fields: Collection[str]) -> list[str]:
    """Whom a matter named so far: on the form that it was begun with and at its steps."""
    if not fields:
        return []
    begun = s.scalar(select(Matter.begun).where(Matter.id == matter)) or {}
    done = s.scalars(select(Activity.answers).where(Activity.instance_id == number, Activity.state == "done"))
    return named_in(fields, begun, *(one or {} for one in done))


def accounts_in(named: Iterable[str]) -> set[int]:
    """Accounts among whom answers name."""
    return _numbers(named, "account")


def _numbers(named: Iterable[str], kind: str) -> set[int]:
    return {int(number) for what, _, number in (one.partition(":") for one in named) if what == kind and number.isdigit()}


def numbers_of(subjects: Iterable[str]) -> list[int]:
    """Numbers of the nominations among what a matter is about."""
    return [int(number) for kind, _, number in (one.partition(":") for one in subjects) if kind == "nomination"]


ties.on_kept_away.append(_refresh)
