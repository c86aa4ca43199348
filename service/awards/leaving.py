"""A name that goes no further leaves every list that would still take it on, so that it keeps no other name waiting."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import trail
from service.actor import Actor
from service.awards import holds, lists
from service.awards.models import Line, List, Nomination
from service.awards.nomination_steps import on_ended
from service.awards.packages import FINAL
from service.db import session
from service.processes.cases import Recorded

_TAKES_ON: Mapping[str, Callable[[List, Line], bool]] = {
    "submission": lambda row, line: line.result is None,
    "opinion_letter": lambda row, line: line.result is None,
    "posting": lambda row, line: True,
    "council_sheet": lambda row, line: True,
    "council_agenda": lambda row, line: True,
    "decision": lambda row, line: line.result != "struck",
    "package": lambda row, line: row.state != "sent" or line.result not in FINAL,
    "award_list": lambda row, line: True,
    "result_letter": lambda row, line: True,
}
"""Kind of list → whether a line on one that is still open would take its name on."""
AWARDED = ("certificate", "provincial_merit", "national_nomination")


def take_off(s: Session, nomination: Nomination, *, by: Actor, code: str, keep: int = 0) -> None:
    """Take a name off the lists that still take it on, in the open transaction; what it has had done there stays known.

    `code` says why, for who reads the list; `keep` is the list whose act does it.
    """
    on = (
        select(List, Line)
        .join(Line, Line.list_id == List.id)
        .where(Line.nomination_id == nomination.id, Line.removed.is_(False), List.id != keep, List.kind.in_(_TAKES_ON))
        .order_by(List.id)
    )
    # A list that takes the name no further is left alone: who ends a case holds it already, and must not wait for that list.
    wanted = [row.id for row, line in s.execute(on) if _takes_on(row, line)]
    held = on.where(List.id.in_(wanted)).with_for_update(key_share=True).execution_options(populate_existing=True)
    for row, line in s.execute(held).all() if wanted else ():
        if not _takes_on(row, line):
            continue
        lists.leave(line, code)
        lists.settle(s, row, by=by)
        trail.record(
            "list:line_left", by=by, stream=f"list:{row.id}", body={"names": [nomination.id], "result": code}
        )


def list_waiting_for(s: Session, nomination_id: int) -> str | None:
    """Title of an open list that would still take a name on, the oldest; None where there is none."""
    on = (
        select(List, Line)
        .join(Line, Line.list_id == List.id)
        .where(Line.nomination_id == nomination_id, Line.removed.is_(False), List.kind.in_(_TAKES_ON))
        .order_by(List.id)
    )
    return next((row.title for row, line in s.execute(on) if _takes_on(row, line)), None)


def _takes_on(row: List, line: Line) -> bool:
    return row.state not in _closed(row.kind) and _TAKES_ON[row.kind](row, line)


def _closed(kind: str) -> set[str]:
    """States in which a list of a kind takes no name on; a signed decision is still to be numbered."""
    return set(lists.ENDED_STATES.get(kind, ())) - ({"signed"} if kind == "decision" else set())


def _ended(recorded: Recorded, nomination: Nomination) -> None:
    """However a nomination ended without an award, it holds nobody and stands on no open list."""
    s = session()
    holds.end_holds(s, nomination, "ended")
    if recorded.step.outcome not in AWARDED:
        take_off(s, nomination, by=recorded.by, code=recorded.step.outcome or "stopped")


on_ended.append(_ended)
