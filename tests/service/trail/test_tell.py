"""Sentences name people, machines and steps, and never show a hole."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from service import trail
from service.trail import tell


def event(kind: str, **more: object) -> tell.Event:
    fields: dict[str, object] = {"gseq": 1, "stream": "instance:1", "sseq": 1, "actor": "5", "kind": kind}
    fields |= {
        "at": datetime(2026, 11, 23, tzinfo=UTC),
        "door": "web",
        "names": {5: "Lê Ban Mai", 9: "Đinh Mực Tím"},
    }
    return tell.Event(**(fields | more))  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tell, "_words", [])
    monkeypatch.setattr(tell, "_names", [])


def test_sentence_names_who_did_what() -> None:
    signed = event("submission:signed", body={"unit": "Trạm Y tế Suối Trong", "count": 4, "number": "027"})
    assert (
        trail.sentence(signed)
        == "Lê Ban Mai ký hồ sơ của Trạm Y tế Suối Trong, 4 tên, phiếu tiếp nhận số 027."
    )
    assert (
        trail.sentence(signed, "en")
        == "Lê Ban Mai signed the submission of Trạm Y tế Suối Trong, 4 names, receipt 027."
    )


def test_part_of_a_sentence_without_its_field_is_left_out() -> None:
    assert trail.sentence(event("submission:signed", body={"count": 4})) == "Lê Ban Mai ký hồ sơ, 4 tên."
    assert trail.sentence(event("submission:signed", body={"names": [7, 8]})) == "Lê Ban Mai ký hồ sơ, 2 tên."
    assert trail.sentence(event("submission:signed")) == "Lê Ban Mai ký hồ sơ."
    assert trail.sentence(event("task:claimed")) == "Lê Ban Mai nhận việc “…”."


def test_what_a_form_decides_is_told_where_its_code_has_words() -> None:
    assert trail.sentence(event("task:completed", body={"el": "Xét", "decision": "accept"})) == (
        "Lê Ban Mai hoàn thành việc “Xét”: đủ điều kiện.")
    assert trail.sentence(event("task:completed", body={"el": "Xét", "decision": "not_so_known"})) == "Lê Ban Mai hoàn thành việc “Xét”."


def test_names_of_a_roll_are_values_of_their_own_and_told_as_one_list() -> None:
    came = {"came.2": "Lý Bản Hồng", "came.10": "Cù Đá Vàng", "came.3": "Thào Cỏ Non"}
    called = event("council_agenda:roll_called", body={"count": 7, "of": 9}, private={**came, "left.4": "Má Sương Mai"})
    assert trail.sentence(called) == (
        "Lê Ban Mai điểm danh: có mặt 7 trong 9, vào Lý Bản Hồng, Thào Cỏ Non, Cù Đá Vàng, ra Má Sương Mai."
    )
    one = event(
        "council_agenda:roll_called", body={"count": 7, "of": 9}, private={"came.2": "Lý Bản Hồng"}, erased=frozenset({"came.3"})
    )
    assert trail.sentence(one, "en") == "Lê Ban Mai called the roll: 7 of 9 are there, came Lý Bản Hồng, (erased on request)."
    assert trail.field_words("came.3", "vi") == "Vào họp, thành viên số 3"


def test_unknown_kind_and_strange_fields_never_crash() -> None:
    assert trail.sentence(event("later:invented")) == "Lê Ban Mai: later:invented."
    strange = event("submission:signed", body={"unit": ["a"], "count": {"b": 1}, "number": "{actor}[x]"})
    assert trail.sentence(strange) == "Lê Ban Mai ký hồ sơ, phiếu tiếp nhận số {actor}[x]."
    assert event("later:invented").part == "system"


def test_machine_stranger_and_unknown_account_have_names() -> None:
    assert trail.sentence(event("task:released", actor="worker", body={"el": "x"})).startswith("Hệ thống ")
    assert trail.actor_name(event("hold:lifted", actor="timer"), "en") == "The system's clock"
    assert trail.actor_name(event("hold:lifted", actor=trail.NOBODY)) == "Người chưa đăng nhập"
    assert trail.actor_name(event("hold:lifted", actor="77")) == "77"


def test_on_whose_behalf_is_said() -> None:
    entered = event("opinion_letter:answered", behalf="Thuế cơ sở", body={"count": 9, "number": "214/TCS"})
    assert trail.sentence(entered) == "Lê Ban Mai (xử lý thay Thuế cơ sở) ghi ý kiến, 9 tên, văn bản số 214/TCS."
    assert trail.actor_name(event("hold:lifted", behalf=9)) == "Lê Ban Mai"
    assert "(xử lý thay Đinh Mực Tím)" in trail.sentence(event("hold:lifted", behalf=9))


def test_codes_and_accounts_are_said_in_words() -> None:
    checked = event("dossier:checked", body={"decision": "accept", "form": "BK_TINH"})
    assert trail.sentence(checked) == (
        "Lê Ban Mai kiểm tra thành phần, thẩm định: đủ điều kiện, đề nghị Bằng khen của Chủ tịch UBND tỉnh."
    )
    moved = event("task:reassigned", body={"el": "Thẩm định", "to": 9}, private={"reason": "nghỉ phép"})
    assert trail.sentence(moved) == "Lê Ban Mai chuyển việc “Thẩm định” cho Đinh Mực Tím: nghỉ phép."
    kept_back = event("task:reassigned", body={"el": "Thẩm định", "to": 9}, private={"reason": None})
    assert trail.sentence(kept_back) == "Lê Ban Mai chuyển việc “Thẩm định” cho Đinh Mực Tím."


def test_parts_above_say_fields_in_their_words() -> None:
    @trail.words_from
    def words(found: tell.Event, locale: tell.Locale) -> dict[str, str]:
        return (
            {"el": "Kiểm tra hồ sơ" if locale == "vi" else "Check"} if found.body.get("el") == "check" else {}
        )

    claimed = event("task:claimed", body={"el": "check"})
    assert trail.sentence(claimed) == "Lê Ban Mai nhận việc “Kiểm tra hồ sơ”."
    assert trail.sentence(claimed, "en") == "Lê Ban Mai claimed “Check”."
