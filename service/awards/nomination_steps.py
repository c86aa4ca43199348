"""What each step of its process means for a nomination: parts that have something to do about it say so here.

They are called in the open transaction of the step. A nomination's path is its process instance; nothing here moves it.
"""

from __future__ import annotations

from collections.abc import Callable

from service.awards import holds
from service.awards.guards import CONFIRM
from service.awards.lists import settle_tasks
from service.awards.models import Nomination
from service.db import session
from service.processes.cases import Recorded, Running

on_answers: dict[str, Callable[[Recorded, Nomination], None]] = {}
"""Element → what its answers mean for the nomination."""
on_opened: dict[str, Callable[[Recorded, Nomination], None]] = {}
"""Element of a wait → what is prepared when a nomination comes to stand there."""
on_delivered: dict[str, Callable[[Recorded, Nomination], None]] = {}
"""Message → what its delivery means for the nomination."""
on_ended: list[Callable[[Recorded, Nomination], None]] = []
"""Called when a nomination has ended, however."""
on_considered: list[Callable[[Recorded, Nomination], None]] = []
"""Called when a name comes before the office, or comes back: received, brought back by a review, refused above."""
on_moved: list[Callable[[Recorded, Nomination], None]] = []
"""Called last, when a nomination has come to stand elsewhere: in another phase, on hold, off it, or at its end."""


def nomination_of(running: Running) -> Nomination:
    """The row behind a case, in the open transaction or read."""
    return session().get_one(Nomination, running.case)


def note_step(recorded: Recorded) -> None:
    """Write what a step means for its nomination, in the step's transaction: its row, then what the parts have to do."""
    nomination = nomination_of(recorded.running)
    trigger = recorded.trigger
    if nomination.instance_id is None:
        nomination.instance_id = recorded.running.id
    if trigger.kind == "user" and trigger.element in on_answers:
        on_answers[trigger.element](recorded, nomination)
    if trigger.message and trigger.message in on_delivered:
        on_delivered[trigger.message](recorded, nomination)
    if "eligibility" in recorded.step.results:
        nomination.eligibility = list(recorded.step.results["eligibility"] or [])
    for opened in recorded.step.opened:
        if opened.element in on_opened:
            on_opened[opened.element](recorded, nomination)
    before, after = recorded.running.phase or "drafting", recorded.step.phase
    if recorded.step.ended:
        for call in on_ended:
            call(recorded, nomination)
    elif after in holds.LIVE and before not in holds.LIVE:
        for call in on_considered:
            call(recorded, nomination)
    moved = trigger.message in _FREEING or trigger.element == CONFIRM
    if moved or trigger.kind != "user":
        settle_tasks(session(), nomination.id, anew=moved)
    if _stands_elsewhere(recorded, before):
        for call in on_moved:
            call(recorded, nomination)


def _stands_elsewhere(recorded: Recorded, before: str) -> bool:
    """Whether who reads the case sees another state of it than before the step."""
    trigger = recorded.trigger
    if trigger.kind in ("migrate", "unmigrate"):  # another version of the diagram may call the same step's phase otherwise
        return False
    if recorded.step.ended or (recorded.step.phase or before) != before:
        return True
    if trigger.message == "hold:lifted":
        return not recorded.running.holds  # else another hold keeps it where it is
    return trigger.message == "nomination:held" or trigger.kind in ("suspend", "release")


_FREEING = ("nomination:held", "hold:lifted", "recipient:changed")
"""Messages after which lists may or must not take a name that stands where it stood."""
