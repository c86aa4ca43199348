"""What a matter does to the nominations that it is about: holds them, and settles the hold by its conclusion.

Each name has its own sheet beside its path (a list of kind `petition`), which knows what a hold means where the name
stands; the process of the matter alone moves these sheets.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from service import people
from service.awards import lists
from service.awards.concerns import Part
from service.awards.models import List
from service.db import session
from service.errors import Forbidden
from service.movement.case import effect
from service.movement.concerns import numbers_of
from service.movement.models import Matter, MatterSubject
from service.processes.cases import Recorded
from service.processes.deployments import definition_of
from service.processes.tasks import candidates_of

SHEET = "petition"


@effect("nomination.hold")
def _hold(matter: Matter, recorded: Recorded, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Hold every nomination that the matter is about; one that has no award to hold any more is only noted on its sheet."""
    part, held = _part(recorded, "verify"), 0
    for nomination in _names(matter):
        lists.file_one(
            SHEET, nomination, "verify", {}, by=recorded.by, driven=part,
            data={"matter": matter.id, "received_on": matter.begun.get("received_on")},
        )
        held += 1
    return {"names": held}


@effect("nomination.conclude", "decision", "number", "dated", "note", "proposal")
def _conclude(matter: Matter, recorded: Recorded, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Settle what the matter held, by the number and day of its conclusion: `unfounded` lifts, `founded` stops.

    Raises Conflict where the office did not say what it proposes of a name that is decided.
    """
    s, part = session(), _part(recorded, "conclude")
    sheets = s.scalars(select(List).where(List.kind == SHEET, List.state == "verifying").order_by(List.id)).all()
    mine = [one for one in sheets if one.data.get("matter") == matter.id]
    fields = {key: inputs[key] for key in ("decision", "number", "dated", "note", "proposal") if inputs.get(key)}
    awarded = 0
    for sheet in mine:
        decided = bool(lists.given(sheet, by=recorded.by)["decided"])
        awarded += decided
        said = {k: v for k, v in fields.items() if k != "proposal" or decided}
        lists.act_on_list(sheet.id, "conclude", by=recorded.by, fields=said, driven=part)
    return {"names": len(mine), "settled": inputs.get("decision"), "awarded": awarded}


def _part(recorded: Recorded, name: str) -> Part:
    """How whoever did the step takes part in an act of the sheets; Forbidden where the step gives no right to it.

    Whoever falls in for those whom the matter concerns acts by their right, on each of its names.
    """
    act, step, by = lists.KINDS[SHEET].act(name), recorded.trigger, recorded.by
    running = recorded.running
    element = definition_of(running.deployment_id).elements.get(step.element)
    here = by.within(element.process if element is not None else None)
    if people.allowed(here, act.right):
        return Part("holder", step.behalf)
    asked = set(candidates_of(element.attrs)) if element is not None and isinstance(step.behalf, str) else set()
    if asked & set(people.bound_groups(act.right, [None])):
        return Part("substitute", step.behalf)
    raise Forbidden(
        f"Bước này chưa làm được: người làm bước không có quyền “{act.label.lower()}”. Báo quản trị sửa quy trình.",
        f"This step cannot be done: whoever does it may not “{act.label_en.lower()}”. Tell the administrator to mend the process.",
    )


def _names(matter: Matter) -> list[int]:
    subjects = session().scalars(select(MatterSubject.subject).where(MatterSubject.matter_id == matter.id).order_by(MatterSubject.subject))
    return numbers_of(subjects)
