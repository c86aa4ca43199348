"""Checks and past awards over the API."""

from __future__ import annotations

from tests.journeys.office import Office
from tests.journeys.program import Program
from tests.service.awards.test_award_checks import received


def test_program_reads_checks_enters_past_awards_and_checks_anew(office: Office, program: Program) -> None:
    one = received(office)
    found = program.call("vhxh", "GET", f"/nominations/{one}/checks")
    by_code = {c["code"]: c for c in found["items"]}
    assert by_code["G1"]["result"] == "pass" and by_code["G1"]["sure"] and by_code["G1"]["citation"]
    assert {f["award_form"]: f["blocked"] for f in found["forms"]}["CO_CP"] == ["M1"]
    other = program.call("vhxh", "GET", f"/nominations/{one}/checks?award_form=CO_CP")
    assert {c["code"] for c in other["items"] if c["blocks"]} == {"M1"}
    row = {"name": "Hoàng Bình Minh", "kind": "individual", "unit": "DONG-MAY", "what": "GK_XA", "year": 2026, "basis": "PHONG_TRAO"}
    assert program.raw("donvi", "POST", "/past-awards", row).status_code == 403
    assert program.raw("vhxh", "POST", "/past-awards", row).status_code == 422, "no decision"
    program.call("vhxh", "POST", "/past-awards", row | {"decision": "5/QĐ-UBND"})
    assert program.raw("vhxh", "POST", "/past-awards", row | {"decision": "5/QĐ-UBND"}).status_code == 409
    (kept,) = program.call("thanhtra", "GET", "/past-awards?q=hoang")["items"]
    anew = program.call("vhxh", "POST", f"/nominations/{one}/recheck")
    assert anew["changed"] == ["certificate_in_window", "same_achievement_awarded"]
    assert {c["code"]: c["result"] for c in anew["items"]}["G1"] == "evidence"
    assert program.raw("thanhtra", "POST", f"/nominations/{one}/recheck").status_code == 403
    program.call("vhxh", "POST", f"/past-awards/{kept['id']}/strike", {"reason": "Nhầm người"})
    assert program.call("vhxh", "POST", f"/nominations/{one}/recheck")["changed"]
    assert program.raw("donvi", "GET", f"/nominations/{one}/checks").status_code == 403
