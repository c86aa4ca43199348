"""The scenarios of the process that run through without a message from aside, live and restored.

Withdrawal, hold, stop and change of recipient stand in `test_scenarios_engine_aside`.
"""

from __future__ import annotations

import pytest

from tests.journeys.walk import (
    DATES,
    Walk,
    assert_ended,
    be_passed,
    clean,
    come_before_council,
    get_certificate,
    sign,
)
from workflows.calendar import ZONE
from workflows.step import NotWaiting, WrongAnswer

# -- ordinary rounds: the commune's own certificate ----------------------------------------------------------


def test_certificate_after_rework(walk: Walk) -> None:
    assert walk.steps[0].phase == "drafting" and walk.events == ["nomination:started"]
    walk.act("self_assess")
    walk.act("wait_submission", "rework")
    assert walk.at("self_assess").occurrence == 2
    sign(walk)
    assert walk.steps[-1].results["eligibility"] == []
    walk.act("check_dossier", "accept", ask_opinions=False)
    assert walk.elements == ["wait_posting"]
    walk.act("wait_posting")
    be_passed(walk, "commune")
    assert walk.marks.open_calls == ("case", "work", "award", "certificate")
    walk.act("wait_decision", "granted")
    assert walk.steps[-1].phase == "issuing"
    walk.act("wait_issue")
    assert walk.elements == ["wait_handover", "wait_payment"] and walk.steps[-1].phase == "handing_over"
    walk.act("wait_payment")
    walk.act("wait_handover")
    assert walk.elements == ["file_dossier"] and walk.steps[-1].phase == "filing"
    walk.act("file_dossier")
    assert_ended(walk, "end_certificate", "certificate")
    assert walk.events == [
        "nomination:started", "assessment:filed", "submission:signed", "assessment:filed",
        "submission:signed", "eligibility:checked", "dossier:checked", "posting:closed", "council:decided",
        "decision:signed", "decision:issued", "award:paid", "award:handed_over", "dossier:filed",
        "nomination:ended",
    ]


@pytest.mark.parametrize(("stage", "lines"), [("TONG_KET", []), ("HANG_NAM", [("M1", "fail", "block")])])
def test_conditions_are_checked_on_the_way(
    restored: bool, stage: str, lines: list[tuple[str, str, str]],
) -> None:
    walk = Walk(restored, form="BK_TTG", stage=stage)
    sign(walk)
    found = [(line["code"], line["result"], line["effect"]) for line in walk.steps[-1].results["eligibility"]]
    assert found == lines
    assert walk.elements == ["check_dossier"], "nothing is refused by itself"


def test_lower_form_after_supplement(restored: bool) -> None:
    walk = Walk(restored, form="BK_TINH")
    sign(walk)
    walk.act("check_dossier", "supplement", ask_opinions=False)
    assert walk.elements == ["wait_return"] and walk.steps[-1].phase == "returning"
    walk.act("wait_return")
    assert walk.elements == ["supplement_dossier"] and walk.steps[-1].due is not None
    walk.act("supplement_dossier")
    walk.act("wait_resubmission", facts=clean())
    assert walk.steps[-1].due is None and "eligibility" in walk.steps[-1].results
    walk.act("check_dossier", "accept", ask_opinions=False)
    walk.act("wait_posting")
    be_passed(walk, "commune", result="lower_form")
    get_certificate(walk)
    assert_ended(walk, "end_certificate", "certificate")


@pytest.mark.parametrize("where", ["supplement_dossier", "wait_resubmission"])
def test_supplement_missed_leads_to_refusal(walk: Walk, where: str) -> None:
    sign(walk)
    walk.act("check_dossier", "supplement", ask_opinions=False)
    walk.act("wait_return")
    if where == "wait_resubmission":
        walk.act("supplement_dossier")
    late = walk.at(where)
    due = walk.steps[-1].due
    assert due is not None and due.astimezone(ZONE).date() == DATES["supplement"]
    step = walk.wait_until_due()
    assert step.fired == ("supplement_missed",) and walk.elements == ["wait_result_letter"]
    assert step.events == ("supplement:missed", "nomination:refused") and step.phase == "refused_open"
    with pytest.raises(NotWaiting):
        walk.act_on(late)
    walk.act("wait_result_letter")
    assert walk.elements == ["wait_review"]
    assert walk.wait_until_due().fired == ("review_lapsed",)
    assert_ended(walk, "end_refused", "refused")


def test_not_eligible_review_upheld(walk: Walk) -> None:
    sign(walk)
    walk.act("check_dossier", "not_eligible", ask_opinions=False)
    walk.act("wait_result_letter")
    walk.act("wait_review")
    assert walk.steps[-1].phase == "reviewing" and walk.steps[-1].due is None
    walk.act("review_refusal", "uphold")
    assert_ended(walk, "end_refused", "refused")


def test_not_eligible_checked_again_after_review(walk: Walk) -> None:
    sign(walk)
    walk.act("check_dossier", "not_eligible", ask_opinions=False)
    walk.act("wait_result_letter")
    walk.act("wait_review")
    walk.act("review_refusal", "recheck")
    assert walk.at("check_dossier").occurrence == 2
    walk.act("check_dossier", "accept", ask_opinions=False)
    walk.act("wait_posting")
    be_passed(walk, "commune")
    get_certificate(walk)
    assert_ended(walk, "end_certificate", "certificate")


@pytest.mark.parametrize("second", ["passed", "failed"])
def test_failed_back_on_the_agenda_once(walk: Walk, second: str) -> None:
    come_before_council(walk)
    walk.act("wait_council", "failed")
    walk.act("wait_result_letter")
    walk.act("wait_review")
    walk.act("review_refusal", "agenda")
    if second == "passed":
        be_passed(walk, "commune")
        get_certificate(walk)
        assert_ended(walk, "end_certificate", "certificate")
    else:
        walk.act("wait_council", "failed")  # no second review: neither letter nor window
        assert_ended(walk, "end_refused", "refused")


@pytest.mark.parametrize("answer", ["no_objection", "no_data", "late"])
def test_opinions_without_objection_go_on_to_posting(walk: Walk, answer: str) -> None:
    sign(walk)
    walk.act("check_dossier", "accept", ask_opinions=True)
    assert walk.elements == ["wait_opinions"] and walk.steps[-1].phase == "consulting"
    walk.act("wait_opinions", answer)
    assert walk.elements == ["wait_posting"]


@pytest.mark.parametrize("decision", ["proceed", "refuse"])
def test_objection_is_weighed(walk: Walk, decision: str) -> None:
    sign(walk)
    walk.act("check_dossier", "accept", ask_opinions=True)
    walk.act("wait_opinions", "objection")
    assert walk.steps[-1].phase == "weighing"
    walk.act("weigh_objection", decision)
    if decision == "refuse":
        assert walk.elements == ["wait_result_letter"]
        return
    walk.act("wait_posting")
    be_passed(walk, "commune")
    get_certificate(walk)
    assert_ended(walk, "end_certificate", "certificate")


def test_next_session_twice(walk: Walk) -> None:
    come_before_council(walk)
    for occurrence in (1, 2):
        assert walk.at("wait_council").occurrence == occurrence
        walk.act("wait_council", "next_session")
    be_passed(walk, "commune")
    get_certificate(walk)
    assert_ended(walk, "end_certificate", "certificate")


def test_struck_by_the_chair(walk: Walk) -> None:
    come_before_council(walk)
    be_passed(walk, "commune")
    walk.act("wait_decision", "struck")
    walk.act("wait_result_letter")
    walk.wait_until_due()
    assert_ended(walk, "end_refused", "refused")


def test_unknown_result_of_a_list_is_refused(walk: Walk) -> None:
    come_before_council(walk)
    with pytest.raises(WrongAnswer):
        walk.act("wait_council", "approved")
    assert walk.elements == ["wait_council"]
    be_passed(walk, "commune")
    assert walk.elements == ["wait_decision"]


# -- province and state --------------------------------------------------------------------------------------


@pytest.fixture
def merit(restored: bool) -> Walk:
    """A name that waits for the package to the province, with the commune's certificate in reserve."""
    walk = Walk(restored, form="BK_TINH")
    come_before_council(walk)
    be_passed(walk, "province", "commune")
    return walk


@pytest.fixture
def state(restored: bool) -> Walk:
    """A name that waits for the package with state awards, with the province's in reserve."""
    walk = Walk(restored, form="BK_TTG", stage="TONG_KET")
    come_before_council(walk)
    be_passed(walk, "national", "province")
    return walk


def test_merit_with_child_package(merit: Walk) -> None:
    merit.act("wait_package", "sent")
    merit.act("wait_answer", "supplement", answer_due="2027-01-15")
    due = merit.at("supplement_package").due
    assert due is not None and due.astimezone(ZONE).date().isoformat() == "2027-01-15"
    merit.act("supplement_package", "ready")
    assert merit.at("wait_package").occurrence == 2
    merit.act("wait_package", "sent")
    merit.act("wait_answer", "granted", granted_level="province")
    merit.act("wait_merit_handover")
    merit.act("file_merit")
    assert_ended(merit, "end_provincial_merit", "provincial_merit")


@pytest.mark.parametrize("way", ["refused", "struck", "give_up"])
def test_merit_not_granted_falls_back_on_the_reserve(merit: Walk, way: str) -> None:
    if way == "struck":
        merit.act("wait_package", "struck")
    else:
        merit.act("wait_package", "sent")
        merit.act("wait_answer", "refused" if way == "refused" else "supplement", answer_due="2027-01-15")
    if way == "give_up":
        merit.act("supplement_package", "give_up")
    assert "reserve:taken" in merit.events and merit.elements == ["wait_decision"]
    get_certificate(merit)
    assert_ended(merit, "end_certificate", "certificate")


def test_merit_refused_without_reserve_is_a_refusal(restored: bool) -> None:
    walk = Walk(restored, form="BK_TINH")
    come_before_council(walk)
    be_passed(walk, "province")
    walk.act("wait_package", "sent")
    walk.act("wait_answer", "refused")
    assert walk.elements == ["wait_result_letter"]


def test_reserve_is_taken_once(merit: Walk) -> None:
    merit.act("wait_package", "sent")
    merit.act("wait_answer", "refused")
    merit.act("wait_decision", "struck")
    assert merit.elements == ["wait_result_letter"]
    assert merit.steps[-1].data["reserve_level"] is None


def test_national_two_levels(state: Walk) -> None:
    state.act("wait_state_package", "sent")
    state.act("wait_province", "forwarded")
    assert state.steps[-1].phase == "at_centre"
    state.act("wait_centre", "granted", granted_level="centre")
    state.act("wait_state_handover")
    state.act("file_state")
    assert_ended(state, "end_national_nomination", "national_nomination")


def test_centre_asks_province_grants_another_form(state: Walk) -> None:
    state.act("wait_state_package", "sent")
    state.act("wait_province", "forwarded")
    state.act("wait_centre", "supplement", answer_due="2027-01-20")
    state.act("supplement_state_package", "ready")
    state.act("wait_state_package", "sent")  # through the province again
    state.act("wait_province", "other_form", granted_level="province")
    state.act("wait_state_handover")
    state.act("file_state")
    assert_ended(state, "end_provincial_merit", "provincial_merit")


@pytest.mark.parametrize("way", ["province", "centre", "struck", "give_up"])
def test_national_not_granted_falls_back_on_the_province(state: Walk, way: str) -> None:
    state.act("wait_state_package", "struck" if way == "struck" else "sent")
    if way == "province":
        state.act("wait_province", "refused")
    elif way == "centre":
        state.act("wait_province", "forwarded")
        state.act("wait_centre", "refused")
    elif way == "give_up":
        state.act("wait_province", "supplement", answer_due="2027-01-20")
        state.act("supplement_state_package", "give_up")
    assert state.elements == ["wait_package"] and state.steps[-1].phase == "packing"
    state.act("wait_package", "sent")
    state.act("wait_answer", "granted", granted_level="province")
    state.act("wait_merit_handover")
    state.act("file_merit")
    assert_ended(state, "end_provincial_merit", "provincial_merit")


# -- ad hoc rounds -------------------------------------------------------------------------------------------


@pytest.fixture
def urgent(restored: bool) -> Walk:
    return Walk(restored, stage="DOT_XUAT")


def report(walk: Walk) -> None:
    walk.act("short_report")
    walk.act("wait_request", "signed", facts=clean())


def test_ad_hoc_certificate(urgent: Walk) -> None:
    due = urgent.at("short_report").due
    assert due is not None and (due.date() - urgent.now.date()).days == 1
    urgent.act("short_report")
    urgent.act("wait_request", "rework")
    report(urgent)
    urgent.act("check_report", "accept")
    urgent.act("wait_written_opinion", "passed", level="commune", reserve_level=None)
    get_certificate(urgent)
    assert_ended(urgent, "end_timely_certificate", "certificate")


def test_ad_hoc_merit(urgent: Walk) -> None:
    report(urgent)
    urgent.act("check_report", "accept")
    urgent.act("wait_written_opinion", "passed", level="province", reserve_level=None)
    urgent.act("wait_package", "sent")
    urgent.act("wait_answer", "granted", granted_level="province")
    urgent.act("wait_merit_handover")
    urgent.act("file_merit")
    assert_ended(urgent, "end_timely_merit", "provincial_merit")


def test_ad_hoc_supplement_goes_back_to_the_report(urgent: Walk) -> None:
    report(urgent)
    urgent.act("check_report", "supplement")
    report(urgent)
    assert urgent.at("check_report").occurrence == 2


def test_ad_hoc_postponed_session_is_not_offered(urgent: Walk) -> None:
    report(urgent)
    urgent.act("check_report", "accept")
    with pytest.raises(WrongAnswer):
        urgent.act("wait_written_opinion", "next_session")


def test_ad_hoc_refused_then_checked_again(urgent: Walk) -> None:
    report(urgent)
    urgent.act("check_report", "not_eligible")
    urgent.act("wait_timely_letter")
    urgent.act("wait_timely_review")
    urgent.act("review_timely_refusal", "recheck")
    urgent.act("check_report", "accept")
    urgent.act("wait_written_opinion", "lower_form", level="commune", reserve_level=None)
    get_certificate(urgent)
    assert_ended(urgent, "end_timely_certificate", "certificate")


@pytest.mark.parametrize("way", ["upheld", "lapsed", "failed twice", "struck", "refused by the province"])
def test_ad_hoc_refused(urgent: Walk, way: str) -> None:
    report(urgent)
    if way in ("upheld", "lapsed"):
        urgent.act("check_report", "not_eligible")
    else:
        urgent.act("check_report", "accept")
        result = "failed" if way == "failed twice" else "passed"
        level = "province" if way == "refused by the province" else "commune"
        urgent.act("wait_written_opinion", result, level=level, reserve_level=None)
    if way == "struck":
        urgent.act("wait_decision", "struck")
    elif way == "refused by the province":
        urgent.act("wait_package", "sent")
        urgent.act("wait_answer", "refused")
    urgent.act("wait_timely_letter")
    if way in ("upheld", "failed twice"):
        urgent.act("wait_timely_review")
        urgent.act("review_timely_refusal", "recheck" if way == "failed twice" else "uphold")
    else:
        assert urgent.wait_until_due().fired == ("timely_review_lapsed",)
    if way == "failed twice":
        urgent.act("check_report", "accept")
        urgent.act("wait_written_opinion", "failed")
    assert_ended(urgent, "end_timely_refused", "refused")


def test_ad_hoc_withdrawn_under_hold(urgent: Walk) -> None:
    report(urgent)
    urgent.hold("h-1")
    urgent.signal("nomination:withdrawn")
    assert_ended(urgent, "end_withdrawn", "withdrawn")
