"""The scenarios of the process with a message from aside: withdrawn, held, stopped, recipient changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.journeys.walk import (
    Walk,
    assert_ended,
    be_passed,
    clean,
    come_before_council,
    get_certificate,
    sign,
)
from workflows import engine
from workflows.step import NotWaiting, Step


def test_withdrawn_under_hold_leaves_nothing(walk: Walk) -> None:
    come_before_council(walk)
    walk.hold("h-1")
    walk.hold("h-2")
    assert walk.elements == ["wait_council", "wait_release", "wait_release"]
    walk.lift("h-1")
    assert walk.elements == ["wait_council", "wait_release"]
    council = walk.at("wait_council")
    walk.signal("nomination:withdrawn")
    assert_ended(walk, "end_withdrawn", "withdrawn")
    with pytest.raises(NotWaiting):
        walk.act_on(council, "passed", level="commune", reserve_level=None)


def _places(walk: Walk) -> Iterator[str]:
    """Walk on to the end of a review, stopping where a boundary must be armed."""
    yield "self_assess"
    sign(walk)
    walk.act("check_dossier", "supplement", ask_opinions=False)
    walk.act("wait_return")
    yield "supplement_dossier"
    walk.act("supplement_dossier")
    walk.act("wait_resubmission", facts=clean())
    walk.act("check_dossier", "accept", ask_opinions=True)
    yield "wait_opinions"
    walk.act("wait_opinions", "late")
    walk.act("wait_posting")
    be_passed(walk, "province", "commune")
    yield "wait_package"
    walk.act("wait_package", "sent")
    walk.act("wait_answer", "refused")
    walk.act("wait_decision", "granted")
    walk.act("wait_issue")
    yield "wait_handover"


@pytest.mark.parametrize("stop", range(5))
@pytest.mark.parametrize(
    ("message", "end", "outcome"),
    [
        ("nomination:withdrawn", "end_withdrawn", "withdrawn"),
        ("nomination:stopped", "end_stopped", "refused"),
    ],
)
def test_boundaries_are_armed_everywhere(
    restored: bool, stop: int, message: str, end: str, outcome: str,
) -> None:
    walk = Walk(restored, form="BK_TINH")
    for number, place in enumerate(_places(walk)):
        if number == stop:
            assert place in walk.elements
            break
    walk.signal(message, cause="violation")
    assert_ended(walk, end, outcome)


def test_hold_in_the_child_lifted(walk: Walk) -> None:
    come_before_council(walk)
    be_passed(walk, "commune")
    before = walk.steps[-1].data
    walk.hold("h-1")
    assert walk.elements == ["wait_decision", "wait_release"]
    walk.lift("h-1")
    assert {k: v for k, v in walk.steps[-1].data.items() if k != "hold_id"} == before
    get_certificate(walk)
    assert_ended(walk, "end_certificate", "certificate")


def test_hold_stops_the_window_and_keeps_what_remains(walk: Walk) -> None:
    sign(walk)
    walk.act("check_dossier", "supplement", ask_opinions=False)
    walk.act("wait_return")
    due = walk.steps[-1].due
    walk.hold("h-1")
    assert due is not None and walk.steps[-1].due is None
    walk.now = due.replace(day=30)
    assert engine.wake(walk.live, walk.env).fired == ()
    walk.lift("h-1")
    later = walk.steps[-1].due
    assert later is not None and later > walk.now and walk.elements == ["supplement_dossier"]


def test_complaint_founded(walk: Walk) -> None:
    come_before_council(walk)
    walk.hold("h-1")
    walk.signal("nomination:stopped", cause="violation")
    assert_ended(walk, "end_stopped", "refused")


def test_revoked_before_handing_over(walk: Walk) -> None:
    come_before_council(walk)
    be_passed(walk, "commune")
    walk.act("wait_decision", "granted")
    walk.act("wait_issue")
    walk.hold("h-1")
    walk.signal("nomination:stopped", cause="revoked")
    assert_ended(walk, "end_revoked", "refused")


def test_died_where_posthumous_award_is_allowed(walk: Walk) -> None:
    come_before_council(walk)
    walk.signal("recipient:changed", effect="posthumous")
    assert walk.elements == ["wait_council"]
    be_passed(walk, "commune")
    get_certificate(walk)
    assert_ended(walk, "end_certificate", "certificate")


def test_died_where_it_is_not_allowed(walk: Walk) -> None:
    come_before_council(walk)
    walk.signal("nomination:withdrawn")
    assert_ended(walk, "end_withdrawn", "withdrawn")


def test_successor_confirms(walk: Walk) -> None:
    come_before_council(walk)
    walk.signal("recipient:changed", effect="successor")
    assert walk.at("confirm_successor").attrs["candidates"] == "successor_head"
    walk.act("confirm_successor", "confirm")
    assert walk.elements == ["wait_council"]
    walk.signal("recipient:changed", effect="successor")  # armed again
    walk.act("confirm_successor", "confirm")
    be_passed(walk, "commune")
    get_certificate(walk)
    assert_ended(walk, "end_certificate", "certificate")


def test_successor_declines(walk: Walk) -> None:
    come_before_council(walk)
    walk.signal("recipient:changed", effect="successor")
    walk.act("confirm_successor", "decline")
    assert walk.at("stop_nomination").inputs == {"cause": "successor_declined"}
    walk.act("stop_nomination")
    assert walk.elements == ["wait_council"]
    walk.signal("nomination:stopped", cause="successor_declined")
    assert_ended(walk, "end_stopped", "refused")


def test_collective_dissolved(restored: bool) -> None:
    walk = Walk(restored, kind="COLLECTIVE")
    come_before_council(walk)
    walk.signal("nomination:stopped", cause="dissolved")
    assert_ended(walk, "end_stopped", "refused")


def test_side_branch_does_not_feed_the_main_path(walk: Walk) -> None:
    come_before_council(walk)
    walk.signal("recipient:changed", effect="successor")
    walk.act("confirm_successor", "confirm")
    walk.act("wait_council", "failed")
    assert walk.elements == ["wait_result_letter"]
    walk.act("wait_result_letter")
    walk.act("wait_review")
    assert walk.elements == ["review_refusal"]


def test_steps_of_a_restored_instance_equal_those_of_a_live_one() -> None:
    walks = [Walk(restored=False, form="BK_TINH"), Walk(restored=True, form="BK_TINH")]
    for walk in walks:
        places = list(_places(walk))
        assert places[-1] in walk.elements
        walk.hold("h-1")
        walk.signal("recipient:changed", effect="successor")
        walk.signal("nomination:stopped", cause="revoked")
    told = [[_told(step) for step in walk.steps] for walk in walks]
    assert told[0] == told[1]


def _told(step: Step) -> dict[str, object]:
    """What a step tells, without the ids, which begin with a random word."""
    return {
        "opened": [replace(opened, task="") for opened in step.opened],
        "closed": [closed.how for closed in step.closed], "due": step.due, "phase": step.phase,
        "outcome": step.outcome, "ended": step.ended, "events": step.events, "fired": step.fired,
        "results": step.results, "data": step.data,
    }
