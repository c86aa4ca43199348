"""The product's own forms: one for each task of the diagrams, complete, and the same to form-js as to the
service.
"""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from forms import Form, Rejected, check, codes, compile_form, first_answers, lay_out, visible
from forms.library import library
from tests.forms.test_parity import as_theirs, ask_form_js

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 23)
FORMS: dict[str, Form] = {
    name.removesuffix(".form"): compile_form(source) for name, source in library().items()
}

#: Values as the gateways of domain/process.md read them, the one that moves the nomination on first.
DECISIONS = {
    "self_assessment": None,
    "check_dossier": ("accept", "supplement", "not_eligible"),
    "supplement_dossier": None,
    "weigh_objection": ("proceed", "refuse"),
    "review_refusal": ("agenda", "recheck", "uphold"),
    "confirm_successor": ("confirm", "decline"),
    "short_report": None,
    "check_report": ("accept", "supplement", "not_eligible"),
    "review_timely_refusal": ("recheck", "uphold"),
    "supplement_package": ("ready", "give_up"),
    "supplement_state_package": ("ready", "give_up"),
}
CRITERIA = {"A": 6, "B": 2, "C": 3, "D": 2}


def given(group: str = "A", **more: Any) -> dict[str, Any]:
    kind = "INDIVIDUAL" if group == "D" else "COLLECTIVE"
    return {"subject_group": group, "kind": kind, "stage": "HANG_NAM", "form_asked": "GK_XA", **more}


def criterion(**more: Any) -> dict[str, Any]:
    return {"score": "8,5", "note": "Đã số hóa 100 % hồ sơ.", "contents": ["ND3"], **more}


def assessment(*codes_: str, **more: Any) -> dict[str, Any]:
    return {
        "form_asked": "GK_XA",
        "summary": "Đơn vị hoàn thành vượt mức các chỉ tiêu chuyển đổi số được giao.",
        "facts": {
            "same_achievement_awarded": "no",
            "pending_case": "no",
            "achievement_before_discipline_end": "no",
            "in_movement": "yes",
            "inside_window": "yes",
        },
        **{code: criterion() for code in codes_},
        **more,
    }


def faults(name: str, answers: dict[str, Any], **more: Any) -> set[str]:
    with pytest.raises(Rejected) as caught:
        check(FORMS[name], answers, today=TODAY, given=more)
    return {error.path for error in caught.value.errors}


def taken(name: str, answers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return check(FORMS[name], answers, today=TODAY, given=more)


def test_every_form_that_a_diagram_names_is_there() -> None:
    named = {
        key
        for file in (ROOT / "bpmn").glob("*.bpmn")
        for key in re.findall(r'formKey="(\w+)"', file.read_text())
    }
    assert named == set(FORMS) == set(DECISIONS)


@pytest.mark.parametrize("name", FORMS)
def test_decisions_are_those_of_the_process(name: str) -> None:
    assert FORMS[name].id == name
    assert FORMS[name].decision == DECISIONS[name]


@pytest.mark.parametrize("name", FORMS)
def test_every_field_has_a_label_in_both_languages_and_every_choice_says_what_follows(name: str) -> None:
    for one in FORMS[name].walk():
        if one.kind not in ("text", "table"):
            assert one.label and one.properties["label.en"]
        if one.path == ("decision",):
            assert all(
                option.follows and one.properties[f"follows.{option.value}.en"] for option in one.options
            )


@pytest.mark.parametrize("name", FORMS)
def test_every_form_is_laid_out_from_its_first_answers(name: str) -> None:
    form = FORMS[name]
    assert lay_out(form, first_answers(form, given()), today=TODAY, given=given())


@pytest.mark.parametrize("group", CRITERIA)
def test_each_subject_group_sees_its_own_criteria_only(group: str) -> None:
    answers = {"person_type": "official"} if group == "D" else {}
    shown = {
        path.split(".")[0]
        for path in visible(FORMS["self_assessment"], answers, today=TODAY, given=given(group))
    }
    expected = {"D1"} if group == "D" else {f"{group}{n}" for n in range(1, CRITERIA[group] + 1)}
    assert {path for path in shown if re.fullmatch("[A-D][1-6]", path)} == expected


def test_officials_are_assessed_on_d1_and_everybody_else_on_d2() -> None:
    for person, code, other in (("official", "D1", "D2"), ("other", "D2", "D1")):
        clean = taken("self_assessment", assessment(code, other, person_type=person), **given("D"))
        assert code in clean and other not in clean


def test_a_self_assessment_is_taken_with_its_total() -> None:
    files = {4: {"name": "Ảnh.png", "media_type": "image/png"}}
    links = [{"title": "Trang xã", "link": "https://sonmai.gov.vn/x"}, {}]
    answers = assessment("B1", B2=criterion(score=7, files=[4], links=links))
    clean = taken("self_assessment", answers, **given("B"), files=files)
    assert clean["total"] == 15.5
    assert clean["B2"]["files"] == [4] and len(clean["B2"]["links"]) == 1
    assert codes(FORMS["self_assessment"], clean)["B1"] == {"score": 8.5, "contents": ["ND3"]}


def test_a_criterion_without_achievement_asks_for_no_evidence() -> None:
    clean = taken("self_assessment", assessment("B1", B2={"score": 0}), **given("B"))
    assert clean["B2"] == {"score": 0}
    assert faults("self_assessment", assessment("B1", B2={"score": 0.5}), **given("B")) == {
        "B2.note",
        "B2.contents",
    }


def test_a_round_sets_its_own_maximum_and_weight() -> None:
    answers = assessment("B1", "B2", B1=criterion(score=15))
    assert faults("self_assessment", answers, **given("B")) == {"B1.score"}
    own = {"maximum": {"B1": 20}, "weights": {"B1": 2}}
    assert taken("self_assessment", answers, **given("B"), **own)["total"] == 38.5
    assert "B2.score" in faults(
        "self_assessment", assessment("B1", B2=criterion(score=10.5)), **given("B"), **own
    )


def test_only_forms_that_the_round_offers_can_be_asked_for() -> None:
    offered = [{"label": "Giấy khen", "value": "GK_XA"}]
    assert taken("self_assessment", assessment("B1", "B2"), **given("B"), award_forms=offered)
    answers = assessment("B1", "B2", form_asked="HCLD_1")
    assert faults("self_assessment", answers, **given("B"), award_forms=offered) == {"form_asked"}


PATHS = {
    ("BK_TINH", "d"): {"consecutive_years", "unused_initiatives", "uses_theme_award"},
    ("BK_TTG", "b"): {"consecutive_years", "earlier_merit", "cstdcs", "uses_theme_award"},
    ("HCLD_3", "e"): {"consecutive_years", "excellent_years", "earlier_bk_ttg", "cstdcs", "uses_theme_award"},
    ("BK_TINH", "PHONG_TRAO"): set(),
}


@pytest.mark.parametrize(("asked", "path"), PATHS)
def test_only_declarations_that_matter_for_the_form_asked_are_demanded(asked: str, path: str) -> None:
    answers = assessment("D1", person_type="official", form_asked=asked)
    assert faults("self_assessment", answers, **given("D")) == {"facts.path"}
    answers["facts"] = {**answers["facts"], "path": path}
    if PATHS[asked, path]:
        wanted = {f"facts.{key}" for key in PATHS[asked, path]}
        assert faults("self_assessment", answers, **given("D")) == wanted
    else:
        assert taken("self_assessment", answers, **given("D"))["facts"]["path"] == path
    wrong = {**answers, "facts": {**answers["facts"], "path": "b" if path != "b" else "d"}}
    assert "facts.path" in faults("self_assessment", wrong, **given("D"))


def test_declarations_are_those_that_eligibility_reads() -> None:
    known = re.findall(r'^key = "(\w+)"', (ROOT / "service/awards/data/facts.toml").read_text(), re.MULTILINE)
    asked = {
        key.removeprefix("facts.") for form in FORMS.values() for key in form.keys if key.startswith("facts.")
    }
    assert asked and asked <= set(known)


def test_a_leader_is_asked_about_the_unit() -> None:
    answers = assessment("D1", person_type="official")
    assert taken("self_assessment", answers, **given("D"))
    assert faults("self_assessment", answers, **given("D", is_leader=True)) == {"facts.unit_did_poorly"}


def test_a_dossier_is_accepted_with_one_answer_and_keeps_the_units_scores() -> None:
    clean = taken("check_dossier", {"decision": "accept"}, **given("A"), self_scores={"A1": 9.0})
    assert clean["decision"] == "accept" and clean["ask_opinions"] is False and clean["A1"] == {"score": None}


@pytest.mark.parametrize("name", ["check_dossier", "check_report"])
def test_a_demanded_paper_that_is_not_ticked_needs_a_reason(name: str) -> None:
    asked = {"papers_demanded": {"GK_XA": ["LETTER"], "BK_TINH": ["LETTER", "EVIDENCE"]}}
    ticked = {"decision": "accept", "papers": ["LETTER"]}
    assert "papers_reason" not in taken(name, ticked, **given("A"), **asked)
    assert faults(name, {"decision": "accept"}, **given("A"), **asked) == {"papers_reason"}
    higher = {**ticked, "form_recommended": "BK_TINH"}
    assert faults(name, higher, **given("A"), **asked) == {"papers_reason"}, "the form recommended says what is demanded"
    reason = "Đơn vị nộp bản giấy tại phòng, đã xem."
    assert taken(name, {**higher, "papers_reason": reason}, **given("A"), **asked)["papers_reason"] == reason
    row = {"what": "Thiếu văn bản đề nghị", "mend": "Nộp văn bản đề nghị"}
    assert taken(name, {"decision": "supplement", "faults": [row]}, **given("A"), **asked), "what is missing is asked for"


def test_a_score_that_differs_by_two_needs_a_reason_in_words() -> None:
    self_scores = {"A1": 9.0, "A2": 7}
    close = {"decision": "accept", "A1": {"score": 7.5}, "A2": {"score": 8.5}}
    assert taken("check_dossier", close, **given("A"), self_scores=self_scores)
    far = {"decision": "accept", "A1": {"score": "6,0"}, "A2": {"score": 9}}
    with pytest.raises(Rejected) as caught:
        taken("check_dossier", far, **given("A"), self_scores=self_scores)
    assert [error.message for error in caught.value.errors] == [
        "Ghi lý do: tự đánh giá 9, thẩm định 6.",
        "Ghi lý do: tự đánh giá 7, thẩm định 9.",
    ]


def test_a_lower_form_needs_a_reason_and_the_same_or_a_higher_one_does_not() -> None:
    more = given("A", form_asked="BK_TINH")
    assert faults("check_dossier", {"decision": "accept", "form_recommended": "GK_XA"}, **more) == {
        "lower_reason"
    }
    for form in ("BK_TINH", "CO_TINH"):
        assert taken("check_dossier", {"decision": "accept", "form_recommended": form}, **more)
    assert faults("check_report", {"decision": "accept", "form_recommended": "GK_XA"}, **more) == {
        "lower_reason"
    }


@pytest.mark.parametrize("name", ["check_dossier", "check_report"])
def test_a_supplement_names_every_fault_and_how_to_mend_it(name: str) -> None:
    assert faults(name, {"decision": "supplement"}) == {"faults"}
    assert faults(name, {"decision": "supplement", "faults": [{"what": "Thiếu biên bản"}]}) == {
        "faults.0.mend"
    }
    row = {"what": "Thiếu biên bản họp", "mend": "Nộp biên bản có chữ ký"}
    clean = taken(name, {"decision": "supplement", "faults": [row], "reason": "cũ"})
    assert clean["faults"] == [row] and "reason" not in clean


@pytest.mark.parametrize(
    ("name", "decision"),
    [("check_dossier", "not_eligible"), ("check_report", "not_eligible"), ("weigh_objection", "refuse")],
)
def test_a_refusal_has_reason_code_and_basis(name: str, decision: str) -> None:
    more = {"mended": "no"} if name == "weigh_objection" else {}
    assert faults(name, {"decision": decision, **more}) == {"reason_code", "reason", "basis"}
    reason = {"reason_code": "STANDARD", "reason": "Chưa đủ thành tích.", "basis": "khoản 1 Điều 75"}
    assert taken(name, {"decision": decision, **more, **reason})["reason_code"] == "STANDARD"


def test_a_blocking_gate_takes_acceptance_away() -> None:
    closed = {"decision": {"accept": ("Cổng G4 chặn.", "Gate G4 blocks.")}}
    assert taken("check_dossier", {"decision": "accept"}, **given("A"))
    assert faults("check_dossier", {"decision": "accept"}, **given("A"), closed=closed) == {"decision"}


def test_a_supplement_answers_each_fault_that_was_named() -> None:
    named = [{"what": "Thiếu biên bản", "mend": "Nộp"}, {"what": "Thiếu ảnh", "mend": "Gửi"}]
    begun = first_answers(FORMS["supplement_dossier"], {"faults": named})
    assert [row["what"] for row in begun["mended"]] == ["Thiếu biên bản", "Thiếu ảnh"]
    assert faults("supplement_dossier", begun, faults=named) == {"mended.0.note", "mended.1.note"}
    for row in begun["mended"]:
        row["note"] = "Đã nộp bản có chữ ký."
    assert "facts" not in taken("supplement_dossier", begun, faults=named)
    assert faults("supplement_dossier", {**begun, "amend_facts": True}, faults=named) >= {
        "facts.pending_case"
    }


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("weigh_objection", {"decision": "proceed", "mended": "yes", "weighing": "Đơn vị đã nộp đủ thuế."}),
        ("review_refusal", {"decision": "agenda", "reason": "Có tình tiết mới."}),
        ("review_refusal", {"decision": "uphold", "reason": "Không có tình tiết mới.", "basis": "Điều 75"}),
        ("review_timely_refusal", {"decision": "recheck", "reason": "Có tình tiết mới."}),
        (
            "confirm_successor",
            {"decision": "confirm", "paper_date": "01/07/2026", "paper_number": "12/QĐ-UBND"},
        ),
        ("confirm_successor", {"decision": "decline", "reason": "Không còn công tác tại đơn vị."}),
        ("supplement_package", {"decision": "ready", "note": "Đã bổ sung xác nhận thuế."}),
        ("supplement_state_package", {"decision": "give_up", "reason": "Không có giấy tờ đó."}),
    ],
)
def test_short_decisions_are_taken(name: str, answers: dict[str, Any]) -> None:
    clean = taken(name, answers)
    assert clean["decision"] == answers["decision"]
    if answers["decision"] != "confirm":
        assert faults(name, {"decision": answers["decision"]})


def test_an_ad_hoc_deed_is_reported_shortly() -> None:
    answers = {
        "form_asked": "GK_XA",
        "deed": "Cứu hai học sinh đuối nước",
        "deed_date": "20/11/2026",
        "place": "Suối Mai",
        "summary": "Chiều 20/11, trên đường về nhà, đã lao xuống cứu hai em.",
        "contents": [],
        "facts": {
            "same_achievement_awarded": "no",
            "pending_case": "unknown",
            "achievement_before_discipline_end": "no",
        },
    }
    clean = taken("short_report", answers, **given("D", stage="DOT_XUAT"))
    assert clean["deed_date"] == "2026-11-20" and set(clean["facts"]) == set(answers["facts"])


CASES = [
    ("self_assessment", {}, given("A")),
    ("self_assessment", {"person_type": "other"}, given("D")),
    (
        "self_assessment",
        assessment("D1", person_type="official", form_asked="BK_TTG"),
        given("D", is_leader=True),
    ),
    ("self_assessment", assessment("B1", B2={"score": 0}), given("B")),
    ("self_assessment", assessment("C1", C2={"score": 12}, C3={"score": 3.3}), given("C")),
    (
        "check_dossier",
        {"decision": "accept", "form_recommended": "GK_XA", "A1": {"score": 4}},
        given("A", form_asked="BK_TINH", self_scores={"A1": 9}),
    ),
    ("check_dossier", {"decision": "supplement", "faults": [{"what": "Thiếu biên bản"}]}, given("A")),
    ("check_dossier", {"decision": "not_eligible"}, given("D")),
    ("weigh_objection", {"decision": "refuse", "mended": "no"}, {}),
    ("weigh_objection", {"decision": "proceed"}, {}),
    ("review_refusal", {"decision": "uphold"}, {}),
    ("review_timely_refusal", {}, {}),
    ("confirm_successor", {"decision": "decline"}, {}),
    ("supplement_dossier", {"amend_facts": True, "mended": [{"what": "x"}]}, {}),
    ("supplement_package", {"decision": "ready"}, {}),
    ("supplement_state_package", {"decision": "give_up"}, {}),
    ("short_report", {}, given("D", stage="DOT_XUAT")),
    ("check_report", {"decision": "accept", "form_recommended": "BK_TINH"}, given("D", form_asked="GK_XA")),
]


def test_form_js_demands_the_same_of_the_library() -> None:
    """Numbers are typed with a comma here, which form-js does not read, so the cases have JSON numbers."""
    asked = []
    for number, (name, answers, more) in enumerate(CASES):
        schema = json.loads(library()[f"{name}.form"])
        plain = json.loads(json.dumps(answers).replace('"8,5"', "8.5"))
        merged = {**schema.get("given", {}), **more, **plain}
        for key in FORMS[name].names - plain.keys():
            merged.pop(key, None)  # form-js would take what is given for an answer
        for key, usual in schema.get("given", {}).items():
            if isinstance(usual, dict) and key in more:
                merged[key] = {**usual, **more[key]}
        asked.append({"name": str(number), "schema": schema, "data": merged})
    said = ask_form_js(asked)
    for number, (name, answers, more) in enumerate(CASES):
        theirs = as_theirs(FORMS[name], said[str(number)])
        try:
            taken(name, answers, **more)
            ours: set[str] = set()
        except Rejected as rejected:
            ours = {error.path for error in rejected.errors}
        assert ours == theirs, (name, answers)


def test_every_day_in_the_acts_and_the_library_says_how_late_or_early_it_may_be() -> None:
    found = {
        f"{path.stem}.{one.key}": bool(one.latest or one.earliest)
        for path in sorted((ROOT / "forms").glob("*/*.form"))
        for one in compile_form(path.read_bytes()).walk()
        if one.kind == "datetime"
    }
    assert len(found) > 20 and all(found.values()), [name for name, held in found.items() if not held]
