"""The digital index over the API: drafted, opened, values sent and decided, results; who may and who may not."""

from __future__ import annotations

from typing import Any

from tests.journeys.office import Office
from tests.journeys.program import Program

PILLAR = {"name": "Chính quyền số", "name_en": "Digital government", "weight": 60}
INDICATOR = {
    "pillar": "1", "name": "Văn bản ký số", "name_en": "Signed papers", "measure": "%", "formula": "ky / tong * 100",
    "full": 90, "maximum": "10", "weight": 1.5, "inputs": [{"key": "ky", "label": "Số ký"}, {"key": "tong", "label": "Tổng số"}],
}
SET = {"year": 2026, "name": "Bộ chỉ số", "name_en": "The index"}


def _opened(program: Program) -> int:
    number = int(program.call("vhxh", "POST", "/index-sets", SET)["id"])
    program.call("vhxh", "PUT", f"/index-sets/{number}/pillars/1", PILLAR)
    program.call("vhxh", "PUT", f"/index-sets/{number}/indicators/1.1", INDICATOR)
    program.call("vhxh", "PUT", f"/index-sets/{number}/indicators/1.2", INDICATOR | {"who": "commune"})
    program.call("vhxh", "POST", f"/index-sets/{number}/open", {"due_on": "2026-12-10", "units": ["DONG-MAY", "DET-NANG-SOM"]})
    return number


def _send(
    program: Program, number: int, who: str = "donvi", unit: str | None = "DONG-MAY", code: str = "1.1", **said: Any
) -> dict[str, Any]:
    path = f"/index-sets/{number}/indicators/{code}/value"
    found: dict[str, Any] = program.call(who, "PUT", path, {"unit": unit, "said": said})
    return found


def _refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


def test_a_set_is_drafted_changed_copied_and_frozen(program: Program, office: Office) -> None:
    number = int(program.call("vhxh", "POST", "/index-sets", SET)["id"])
    program.call("vhxh", "PUT", f"/index-sets/{number}/pillars/1", PILLAR)
    bad = program.raw("vhxh", "PUT", f"/index-sets/{number}/indicators/1.1", json=INDICATOR | {"formula": "ky / x"})
    assert _refused(bad) == (422, "bad-formula")
    whole = program.call("vhxh", "PUT", f"/index-sets/{number}/indicators/1.1", INDICATOR)
    assert whole["indicators"][0]["formula"] == "ky / tong * 100" and whole["indicators"][0]["weight"] == "1.5"
    assert program.call("vhxh", "PUT", f"/index-sets/{number}", SET | {"basis": "Đề xuất"})["basis"] == "Đề xuất"
    copied = program.call("vhxh", "POST", f"/index-sets/{number}/copy", {"year": 2027})
    assert (copied["copied_from"], copied["state"], len(copied["indicators"])) == (number, "draft", 1)
    program.call("vhxh", "DELETE", f"/index-sets/{copied['id']}/indicators/1.1")
    program.call("vhxh", "DELETE", f"/index-sets/{copied['id']}/pillars/1")
    program.call("vhxh", "POST", f"/index-sets/{number}/open", {"due_on": "2026-12-10"})
    assert _refused(program.raw("vhxh", "PUT", f"/index-sets/{number}/pillars/1", json=PILLAR)) == (409, "index-frozen")
    assert [one["year"] for one in program.call("vhxh", "GET", "/index-sets")["items"]] == [2027, 2026]
    assert [one["year"] for one in program.call("donvi", "GET", "/index-sets")["items"]] == [2026]
    for who in ("donvi", "thanhtra"):
        assert program.raw(who, "POST", "/index-sets", json=SET | {"year": 2028}).status_code == 403
    assert program.raw("uv1", "GET", "/index-sets").status_code == 403


def test_values_are_sent_returned_accepted_and_ranked(program: Program, office: Office) -> None:
    number = _opened(program)
    first = _send(program, number, ky=45, tong=100)
    assert (first["state"], first["result"], first["score"], first["version"]) == ("sent", "45.00", "5.00", 1)
    broken = _send(program, number, "donvi2", "DET-NANG-SOM", ky=0, tong=0)
    assert (broken["score"], broken["trouble"]) == (None, "Chỉ số 1.1: chia cho 0.")
    assert [one["id"] for one in program.call("donvi", "GET", f"/index-sets/{number}/values")["items"]] == [first["id"]]
    assert len(program.call("thanhtra", "GET", f"/index-sets/{number}/values")["items"]) == 2
    back = program.call("vhxh", "POST", f"/index-values/{first['id']}/return", {"seen": 1, "reason": "Thiếu quý I"})
    assert (back["state"], back["reason"]) == ("returned", "Thiếu quý I")
    _send(program, number, ky=90, tong=100)
    assert _refused(program.raw("vhxh", "POST", f"/index-values/{first['id']}/accept", json={"seen": 1})) == (409, "stale")
    program.call("vhxh", "POST", f"/index-values/{first['id']}/accept", {"seen": 2})
    assert _refused(program.raw("vhxh", "POST", f"/index-values/{broken['id']}/accept", json={"seen": 1})) == (409, "index-trouble")
    program.call("vhxh", "POST", f"/index-values/{broken['id']}/leave-out", {"seen": 1, "reason": "Năm nay không có văn bản đi"})
    whole = _send(program, number, "vhxh", None, "1.2", ky=1, tong=1)
    assert program.raw("vhxh", "POST", f"/index-values/{whole['id']}/accept", json={"seen": 1}).status_code == 403
    program.call("truongphong", "POST", f"/index-values/{whole['id']}/accept", {"seen": 1})
    assert _refused(program.raw("donvi", "GET", f"/index-sets/{number}/results")) == (409, "index-unpublished")
    program.call("vhxh", "POST", f"/index-sets/{number}/close", {"reason": "Hết hạn"})
    program.call("truongphong", "POST", f"/index-sets/{number}/publish")
    results = program.call("donvi", "GET", f"/index-sets/{number}/results")
    assert [(one["place"], one["total"]) for one in results["units"]] == [(1, "100.00"), (2, "0.00")]
    assert program.call("donvi", "GET", "/index-trend")["years"][0]["standing"]["total"] == results["commune"]["total"]
    for path in ("set.xlsx", "results.xlsx"):
        assert program.raw("donvi", "GET", f"/index-sets/{number}/{path}").data[:2] == b"PK"
    program.call("truongphong", "POST", f"/index-sets/{number}/reopen", {"reason": "Nhập nhầm"})


def test_what_is_not_sent_again_is_left_out_once_the_set_is_closed(program: Program, office: Office) -> None:
    number = _opened(program)
    sent = _send(program, number, ky=45, tong=100)["id"]
    program.call("vhxh", "POST", f"/index-values/{sent}/return", {"seen": 1, "reason": "Thiếu quý I"})
    said = {"seen": 1, "reason": "Không gửi lại"}
    assert _refused(program.raw("vhxh", "POST", f"/index-values/{sent}/leave-out", json=said)) == (409, "index-state")
    program.call("vhxh", "POST", f"/index-sets/{number}/close", {"reason": "Hết hạn"})
    assert program.raw("donvi", "POST", f"/index-values/{sent}/leave-out", json=said).status_code == 403
    assert program.raw("vhxh", "POST", f"/index-values/{sent}/leave-out", json={"seen": 1}).status_code == 422
    left = program.call("vhxh", "POST", f"/index-values/{sent}/leave-out", said)
    assert (left["state"], left["reason"]) == ("left_out", "Không gửi lại")
    program.call("truongphong", "POST", f"/index-sets/{number}/publish")


def test_who_is_of_another_unit_neither_sends_nor_reads(program: Program, office: Office) -> None:
    number = _opened(program)
    sent = _send(program, number, ky=1, tong=2)
    path = f"/index-sets/{number}/indicators/1.1/value"
    assert program.raw("donvi2", "PUT", path, json={"unit": "DONG-MAY", "said": {"ky": 1, "tong": 2}}).status_code == 403
    for who in ("donvi", "thanhtra", "quantri"):
        assert program.raw(who, "POST", f"/index-values/{sent['id']}/accept", json={"seen": 1}).status_code == 403
    assert program.call("donvi2", "GET", f"/index-sets/{number}/values")["items"] == []
