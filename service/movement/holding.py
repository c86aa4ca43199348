"""What a matter does to the nominations that it is about: holds them, and settles the hold by its conclusion.

Each name has its own sheet beside its path (a list of kind `petition`), which knows what a hold means where the name
stands; the process of the matter alone moves these sheets.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from service.awards import lists
from service.awards.models import List
from service.db import session
from service.movement.case import effect, numbers_of
from service.movement.models import Matter, MatterSubject
from service.processes.cases import Recorded

SHEET = "petition"


@effect("nomination.hold")
def _hold(matter: Matter, recorded: Recorded, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Hold every nomination that the matter is about; one that has no award to hold any more is only noted on its sheet."""
    held = 0
    for nomination in _names(matter):
        lists.file_one(
            SHEET, nomination, "verify", {}, by=recorded.by, driven=True,
            data={"matter": matter.id, "received_on": matter.begun.get("received_on")},
        )
        held += 1
    return {"names": held}


@effect("nomination.conclude", "decision", "number", "dated", "note", "proposal")
def _conclude(matter: Matter, recorded: Recorded, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Settle what the matter held, by the number and day of its conclusion: `unfounded` lifts, `founded` stops.

    Raises Conflict where the office did not say what it proposes of a name that is decided.
    """
    s = session()
    sheets = s.scalars(select(List).where(List.kind == SHEET, List.state == "verifying").order_by(List.id)).all()
    mine = [one for one in sheets if one.data.get("matter") == matter.id]
    fields = {key: inputs[key] for key in ("decision", "number", "dated", "note", "proposal") if inputs.get(key)}
    for sheet in mine:
        said = {k: v for k, v in fields.items() if k != "proposal" or lists.given(sheet, by=recorded.by)["decided"]}
        lists.act_on_list(sheet.id, "conclude", by=recorded.by, fields=said, driven=True)
    return {"names": len(mine)}


def _names(matter: Matter) -> list[int]:
    subjects = session().scalars(select(MatterSubject.subject).where(MatterSubject.matter_id == matter.id).order_by(MatterSubject.subject))
    return numbers_of(subjects)
