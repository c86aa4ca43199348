"""What a matter does to the nominations that it is about: holds them, and settles the hold by its conclusion.

Each name has its own sheet beside its path (a list of kind `petition`), which knows what a hold means where the name
stands; the process of the matter alone moves these sheets.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select

from service import people
from service.awards import holds, lists
from service.awards.changes import is_awarded
from service.awards.concerns import Part
from service.awards.models import Hold, Line, List, Nomination
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
    part, sheets = _part(recorded, "verify"), list[int]()
    for nomination in _names(matter):
        sheets.append(lists.file_one(
            SHEET, nomination, "verify", {}, by=recorded.by, driven=part,
            data={"matter": matter.id, "received_on": matter.begun.get("received_on")},
        ).list_id)
    return {"names": len(sheets)} | _counted(sheets)


@effect("nomination.conclude", "decision", "number", "dated", "note", "proposal", "violated")
def _conclude(matter: Matter, recorded: Recorded, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Settle what the matter held, by the number and day of its conclusion: `unfounded` lifts, `founded` stops.

    Where the conclusion says which names the violation concerns (`violated`), it is `unfounded` for the others. What nobody was asked
    about, since the award was decided after the chair had signed, comes before him as what may be revoked: he decides it apart.
    """
    s, part = session(), _part(recorded, "conclude")
    sheets = s.scalars(select(List).where(List.kind == SHEET, List.state == "verifying").order_by(List.id)).all()
    mine = [one for one in sheets if one.data.get("matter") == matter.id]
    fields = {key: inputs[key] for key in ("decision", "number", "dated", "note", "proposal") if inputs.get(key)}
    guilty = [one.id for one in mine if inputs.get("decision") == "founded" and _is_concerned(one, inputs.get("violated"))]
    at_fault, cleared = _counted(guilty), _counted([one.id for one in mine if one.id not in guilty])
    for sheet in mine:
        said = fields if sheet.id in guilty or fields.get("decision") != "founded" else fields | {"decision": "unfounded"}
        asked = said.get("decision") == "founded" and lists.given(sheet, by=recorded.by)["decided"]
        said = {"proposal": "revoke"} | said if asked else {k: v for k, v in said.items() if k != "proposal"}
        lists.act_on_list(sheet.id, "conclude", by=recorded.by, fields=said, driven=part)
    return {
        "names": len(mine), "settled": inputs.get("decision"), "stopped": at_fault["held"], "awarded": at_fault["awarded"],
        "lifted": cleared["held"] + cleared["awarded_held"], "kept": cleared["awarded"] - cleared["awarded_held"],
    }


def _is_concerned(sheet: List, violated: Any) -> bool:
    """Whether the violation concerns the name on a sheet: where the conclusion names none, it concerns all."""
    return not violated or bool({one.id for _, one in lists.lines_of(sheet.id)} & set(numbers_of(violated)))


def _counted(sheets: Collection[int]) -> dict[str, int]:
    """Of the names on these sheets how many are held before a decision, and how many have an award, held or handed over already."""
    s = session()
    s.flush()
    names = s.execute(select(Line, Nomination).join(Nomination, Nomination.id == Line.nomination_id).where(Line.list_id.in_(sheets))).all()
    held = {line.nomination_id for line, _ in names if "hold" in line.data and s.get_one(Hold, line.data["hold"]).lifted_at is None}
    awarded = {one.id for _, one in names if holds.stage_of(s, one) in holds.DECIDED or is_awarded(one)}
    return {"held": len(held - awarded), "awarded": len(awarded), "awarded_held": len(awarded & held)}


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
