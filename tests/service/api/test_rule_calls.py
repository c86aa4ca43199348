"""The register of rules read, confirmed and changed by a program."""

from __future__ import annotations

from tests.journeys.office import Office
from tests.journeys.program import Program


def test_program_reads_changes_and_confirms_a_rule(office: Office, program: Program) -> None:
    items = {one["key"]: one for one in program.call("donvi", "GET", "/rules")["items"]}
    assert items["BASE_SALARY"]["now"]["value"] == 2_530_000 and items["BASE_SALARY"]["now"]["blocks"]
    assert items["QUORUM"]["now"]["value"] == {"numerator": 2, "denominator": 3, "operator": ">="}
    assert items["VOTE_PROV"]["now"]["value"] is None and items["GATE.G1"]["now"]["recheck"]
    said = {
        "value": {"numerator": 3, "denominator": 4, "operator": ">="}, "citation": "Quy chế 9/QĐ-UBND", "confidence": "S",
        "valid_from": "2026-11-03", "seen": 1, "reason": "Theo quy chế mới",
    }
    assert program.raw("donvi", "POST", "/rules/QUORUM/versions", said).status_code == 403
    wrong = program.raw("vhxh", "POST", "/rules/QUORUM/versions", {**said, "value": 0.75})
    assert wrong.status_code == 422 and wrong.json["errors"][0]["path"] == "value"
    made = program.call("vhxh", "POST", "/rules/QUORUM/versions", said)
    assert made["newest"] == 2 and not made["now"]["blocks"] and made["now"]["made_by"]
    assert program.raw("vhxh", "POST", "/rules/QUORUM/versions", said).status_code == 409
    confirming = {"version": 2, "seen": 2, "reason": "Đã đọc quy chế"}
    assert program.raw("vhxh", "POST", "/rules/QUORUM/confirm", confirming).status_code == 403
    done = program.call("truongphong", "POST", "/rules/QUORUM/confirm", confirming)
    assert done["now"]["blocks"] and done["now"]["confirmed_by"] and [v["version"] for v in done["versions"]] == [3, 2, 1]
    assert program.raw("vhxh", "GET", "/rules/KHONG.CO").status_code == 404
