"""Beginning a matter: the register's form is checked, the matter takes the next number of its year, and its process starts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms import Form
from service import clock, people, trail
from service.actor import Actor
from service.awards.files import about_files, drafted_files, take_drafted
from service.awards.models import Nomination
from service.awards.nominations import may_see
from service.awards.numbers import next_number
from service.db import reading, transaction
from service.errors import Conflict, Forbidden, Invalid
from service.movement.concerns import CHOICES, kept_away, must_be_settled_here, named_in, sender_of
from service.movement.models import Matter, MatterSubject, Period
from service.movement.numbering import claim_numbers
from service.movement.registers import Kept, begins_for_any, may_begin, own_units, register_in_use
from service.movement.wording import number_words, period_words, said_on, title_of
from service.processes.deployments import definition_of, form_of
from service.processes.instances import start_instance
from service.processes.models import Incident, ProcessInstance
from service.processes.tasks import checked
from service.vietnamese import fold
from workflows.definition import Definition

MOST_SUBJECTS = 50


def begin_matter(
    process: str, answers: Mapping[str, Any], *, by: Actor, unit: int | None = None, about: Collection[int] = (), source: int | None = None
) -> int:
    """Begin a matter of a register and return its number in the database.

    `unit`: whose it is, where the register asks for one; left out, the only unit for which the person begins. `about`:
    nominations that it concerns, each of which the person may see. `source`: a matter that was signed leads to it, so its first day
    may have come meanwhile. What the form demands is checked as at a task. Raises
    NotFound for an unknown register, Forbidden, Invalid with every fault.
    """
    kept = register_in_use(process)
    if kept.register.period:
        raise Conflict(
            f"“{kept.register.name[0]}” lập theo kỳ: phòng mở kỳ, mỗi đơn vị có sẵn một việc.",
            f"“{kept.register.name[1]}” goes by periods: the office opens one, and each unit has its matter.", code="by-period",
        )
    if not may_begin(by, kept):
        raise Forbidden(
            f"Bạn không lập được việc của “{kept.register.name[0]}”.", f"You may not begin a matter of “{kept.register.name[1]}”."
        )
    unit = _unit(kept, unit, by)
    form = form_to_begin(kept)
    named = {key: look(unit) for key, look in BEGIN_FOR_UNIT.items() if unit is not None and source is None and key in form.given}
    given = given_to_begin(kept, by) | named | ({FIRST_DAY: None} if source is not None else {})
    clean = checked(form, answers, given=given)
    said = said_on(form, clean, given=given)
    with transaction() as s:
        return _begin(s, kept, by, unit=unit, names=_about(s, kept, about, by), begun=clean, said=said, source=source).id


def begin_for_period(s: Session, kept: Kept, period: Period, unit: int, by: Actor) -> int:
    """Begin the matter of a unit in a period, in the open transaction; nothing is filled in yet, the unit's first step asks."""
    return _begin(s, kept, by, unit=unit, period=period).id


def _begin(
    s: Session,
    kept: Kept,
    by: Actor,
    *,
    unit: int | None,
    names: Collection[Nomination] = (),
    begun: Mapping[str, Any] = {},
    said: Mapping[str, str] = {},
    period: Period | None = None,
    source: int | None = None,
) -> Matter:
    year = period.year if period else clock.today().year
    row = Matter(
        process=kept.process, year=year, number=next_number(s, f"matter:{kept.process}", year), unit_id=unit,
        period_id=period.id if period else None, begun=dict(begun),
        shown={key: begun[key] for key in kept.register.columns if key in begun}, begun_at=clock.now(),
        begun_by=by.account, source_id=source,
    )
    _must_be_alone(s, kept, begun)
    s.add(row)
    s.flush()
    s.add_all(MatterSubject(matter_id=row.id, subject=f"nomination:{one.id}") for one in names)
    claim_numbers(s, row, kept, begun)
    take_drafted(s, f"matter:{row.id}", begun, by)
    row.instance_id = _start(row, kept, said, names, period, by)
    _must_run(row.instance_id)
    must_be_settled_here(row.instance_id, kept)
    trail.record(
        "matter:begun", by=by, stream=f"instance:{row.instance_id}",
        body={
            "register": kept.register.one[0], "number": number_words(kept.register, row.number, row.year),
            "names": [one.id for one in names] or None,
        },
        deployment=kept.deployment,
    )
    return row


def _must_be_alone(s: Session, kept: Kept, begun: Mapping[str, Any]) -> None:
    """Refuse a matter of a register that has one of each answer at a time, while another one of the same is open.

    The number of the year, already taken, lets one act at a time look.
    """
    fields = kept.register.once
    if not fields:
        return
    rows = s.execute(
        select(Matter.number, Matter.year, Matter.begun, ProcessInstance.title)
        .join(ProcessInstance, ProcessInstance.id == Matter.instance_id)
        .where(Matter.process == kept.process, ProcessInstance.status != "ended")
        .order_by(Matter.id)
    ).all()
    for number, year, said, title in rows:
        if all(said.get(field) == begun.get(field) for field in fields):
            words = number_words(kept.register, number, year)
            raise Invalid.at(
                fields[0], f"{words} ({title}) chưa xong, nên chưa lập thêm. Làm tiếp việc đó.",
                f"{words} ({title}) is still open, so no other is begun. Go on with that one.", code="open-already",
            )


def form_to_begin(kept: Kept) -> Form:
    """The form that a matter of a register is begun with."""
    return form_of(kept.deployment, kept.register.form)


FIRST_DAY = "first_day"
"""Name by which a form of the beginning asks for the first day that somebody may still plan."""
BEGIN_GIVEN: dict[str, Callable[[Actor], Any]] = {}
"""Name that a form of the beginning may read → what the service knows of it for somebody; looked up only where the form names it."""
BEGIN_FOR_UNIT: dict[str, Callable[[int], Any]] = {}
"""The same of the unit whose matter it is, known only once it is named; of nothing that was planned already."""
BEGIN_GIVEN[FIRST_DAY] = lambda by: clock.today().isoformat()


def given_to_begin(kept: Kept, by: Actor) -> dict[str, Any]:
    """What that form may read: the files that the person sent for it, and what it names of `BEGIN_GIVEN`."""
    asked = form_to_begin(kept).given
    named = {key: look(by) for key, look in BEGIN_GIVEN.items() if key in asked}
    named |= {key: look(kept) for key, look in CHOICES.items() if key in asked}
    return {**named, "files": about_files(drafted_files(by))}


def _unit(kept: Kept, unit: int | None, by: Actor) -> int | None:
    """Whose the matter is; Invalid where that is not said, Forbidden for a unit that is not the person's to begin for."""
    if kept.register.unit == "none":
        return None
    any_unit = kept.register.unit == "named" or begins_for_any(by, kept)
    own = [people.current_unit(one) for one in own_units(by, kept)]
    if unit is None and len(own) == 1:
        unit = own[0]
    if unit is None:
        raise Invalid.at("unit", "Chọn đơn vị.", "Choose the unit.")
    unit = people.current_unit(unit)
    if unit not in own and not any_unit:
        raise Forbidden("Bạn chỉ lập việc cho đơn vị của mình.", "You may begin a matter for your own unit only.")
    if unit not in people.unit_names([unit], clock.today()):
        raise Invalid.at("unit", "Không có đơn vị này. Chọn lại.", "There is no such unit. Choose again.")
    return unit


def _about(s: Session, kept: Kept, about: Collection[int], by: Actor) -> list[Nomination]:
    if not about:
        return []
    if "nomination" not in kept.register.about or len(set(about)) > MOST_SUBJECTS:
        raise Invalid.at("about", "Việc này không gắn được với hồ sơ.", "This matter is not about nominations.")
    rows = list(s.scalars(select(Nomination).where(Nomination.id.in_(about)).order_by(Nomination.id)))
    if len(rows) != len(set(about)) or not all(may_see(by, one) for one in rows):
        raise Invalid.at("about", "Có hồ sơ không tìm thấy. Chọn lại.", "A nomination was not found. Choose again.")
    return rows


def _start(
    row: Matter, kept: Kept, said: Mapping[str, str], names: Collection[Nomination], period: Period | None, by: Actor
) -> int:
    words = number_words(kept.register, row.number, row.year)
    unit = people.unit_name(row.unit_id, clock.today()) if row.unit_id else ""
    title = title_of(kept.register, said, unit=unit, period=period_words(period)[0] if period else "")
    apart = kept_away(kept, row.unit_id, [one.id for one in names], named_in(kept.register.concerns, row.begun), sender_of(kept, row))
    return start_instance(
        kept.process,
        begins_with(definition_of(kept.deployment), partial(form_of, kept.deployment), row.begun) | {"matter_id": str(row.id)},
        by=by,
        case_key=f"matter:{row.id}",
        roles={"unit": f"unit:{row.unit_id}", "unit_head": f"unit_head:{row.unit_id}"} if row.unit_id else {},
        excluded=apart[0],
        own_units=apart[1],
        title=title,
        about=" · ".join(part for part in (words, unit) if part),
        search=fold(" ".join((words, title, unit, *(one.name for one in names))))[:600],
        unit_id=row.unit_id,
    )


def _must_run(instance_id: int) -> None:
    """Refuse a matter that would stand still from its start, as where the register of rules lacks what its first day needs."""
    with reading() as s:
        failed = s.scalars(select(Incident).where(Incident.instance_id == instance_id).limit(1)).one_or_none()
    if failed is not None:
        raise Conflict(
            f"Chưa lập được việc này: {failed.message}", f"This cannot be begun yet: {failed.message_en}",
            code=failed.code,
        )


def begins_with(definition: Definition, form: Callable[[str], Form], begun: Mapping[str, Any]) -> dict[str, Any]:
    """What a matter's process begins with: what its diagrams read of the form, null for what later forms may leave hidden.

    `form` gives the bundle's form of a name.
    """
    tasks = {one.attrs["form"] for one in definition.elements.values() if one.kind == "user" and "form" in one.attrs}
    asked = {field.path[0] for name in tasks for field in form(name).walk() if field.path}
    return {name: begun.get(name) for name in definition.names if name in asked or name in begun}
