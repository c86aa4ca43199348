"""The inbox as a program reads it: narrowed and sorted, kept filters, follow-up dates, priorities."""

from __future__ import annotations

import pytest

from tests.journeys.office import Office
from tests.journeys.program import Answered, Program


def _titles(program: Program, who: str, query: str) -> list[str]:
    return [i["title"] for i in program.call(who, "GET", f"/tasks?scope=all&{query}")["items"]]


def test_program_narrows_sorts_and_keeps_filters(office: Office, program: Program) -> None:
    for name in ("Hoàng Bình Minh", "Lê Trúc Xanh"):
        office.assess(office.nominate("HN-2026", name=name))
    assert len(_titles(program, "thutruong", "process=submission&unit=DONG-MAY")) == 1
    assert _titles(program, "thutruong", "process=submission&unit=DET-NANG-SOM") == []
    assert _titles(program, "thutruong", "priority=high") == []
    made = program.call("thutruong", "POST", "/task-filters", {"name": "Chờ ký", "filters": {"process": "submission"}})
    (kept,) = program.call("thutruong", "GET", "/task-filters")["items"]
    assert (kept["id"], kept["count"], kept["filters"]) == (made["id"], 1, {"process": "submission"})
    assert len(_titles(program, "thutruong", f"filter={made['id']}")) == 1
    assert _titles(program, "thutruong", f"filter={made['id']}&due=overdue") == []
    for who, status in (("vhxh", 404), ("thutruong", 204)):
        assert program.raw(who, "DELETE", f"/task-filters/{made['id']}").status_code == status
    with pytest.raises(Answered) as refused:
        program.call("vhxh", "POST", "/task-filters", {"name": "x", "filters": {"due": "today"}, "share": "chair"})
    assert refused.value.problem["errors"][0]["path"] == "share"


def test_program_sets_follow_up_and_priority(office: Office, program: Program) -> None:
    one = office.nominate("HN-2026")
    office.assess(one)
    office.sign(one)
    (task,) = [i["id"] for i in program.call("vhxh", "GET", "/tasks?scope=group")["items"] if i["nomination"] == one]
    with pytest.raises(Answered) as refused:
        program.call("vhxh", "POST", f"/tasks/{task}/follow-up", {"day": "2026-11-09"})
    assert refused.value.status == 409
    program.call("vhxh", "POST", f"/tasks/{task}/claim", {})
    program.call("vhxh", "POST", f"/tasks/{task}/follow-up", {"day": "2026-11-09"})
    assert program.call("vhxh", "GET", f"/tasks/{task}")["follow_up"] == "2026-11-09"
    assert program.raw("vhxh", "POST", f"/tasks/{task}/priority", {"priority": "high"}).status_code == 403
    program.call("truongphong", "POST", f"/tasks/{task}/priority", {"priority": "high"})
    assert _titles(program, "vhxh", "priority=high&sort=priority") == ["Hoàng Bình Minh"]
    program.call("vhxh", "POST", f"/tasks/{task}/follow-up", {"day": None})
    assert program.call("vhxh", "GET", f"/tasks/{task}")["follow_up"] is None


def test_program_finds_nominations_by_day_group_version_and_fact(office: Office, program: Program) -> None:
    one = office.nominate("HN-2026")
    office.assess(one, facts={"pending_case": "yes"})
    office.sign(one)

    def found(who: str, query: str) -> list[int]:
        return [n["id"] for n in program.call(who, "GET", f"/nominations?{query}")["items"]]

    assert found("vhxh", f"q={one}&subject_group=D&version=1&received_from=2026-11-03&fact=pending_case:yes") == [one]
    assert found("vhxh", "received_from=2026-11-04") == [] and found("vhxh", "version=2") == []
    assert found("donvi", "subject_group=D") == [one]
    assert program.raw("donvi", "GET", "/nominations?fact=pending_case:yes").status_code == 403
    assert program.raw("vhxh", "GET", "/nominations?fact=x:yes").status_code == 422
    assert program.call("vhxh", "GET", "/nominations/counts?subject_group=D")["counts"]["version"] == {"1": 1}
