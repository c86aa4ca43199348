"""Messages to chosen people over the API."""

from __future__ import annotations

from tests.journeys.office import Office
from tests.journeys.program import Program

SAID = {"set": "council", "subject": "Họp Hội đồng", "text": "Mời họp.\n{{ by }}"}


def test_program_looks_sends_once_and_reads_what_became_of_it(program: Program, office: Office) -> None:
    plan = program.call("vhxh", "POST", "/broadcasts/look", SAID)
    assert plan["told"] == plan["mailed"] == len(plan["people"]) > 5 and plan["subject"] == "Họp Hội đồng"
    assert program.call("vhxh", "GET", "/broadcasts")["total"] == 0
    said = SAID | {"seen": plan["seen"], "ticket": "chuong-trinh-1"}
    changed = program.raw("vhxh", "POST", "/broadcasts", said | {"text": "Khác"})
    assert (changed.status_code, changed.json["code"]) == (409, "plan-changed")
    sent = program.call("vhxh", "POST", "/broadcasts", said)
    assert program.call("vhxh", "POST", "/broadcasts", said)["id"] == sent["id"]
    office.work()
    shown = program.call("thanhtra", "GET", f"/broadcasts/{sent['id']}")
    assert {one["state"] for one in shown["people"]} == {"sent"} and len(shown["people"]) == plan["told"]
    assert program.raw("donvi", "POST", "/broadcasts/look", SAID).status_code == 403
    assert program.raw("donvi", "GET", f"/broadcasts/{sent['id']}").status_code == 403
    refused = program.raw("vhxh", "POST", "/broadcasts/look", SAID | {"set": "not_filed"})
    assert refused.status_code == 422 and refused.json["errors"][0]["path"] == "round"
