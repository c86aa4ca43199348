"""Notices over the API: the own ones, marking them as read, and the way of each kind."""

from __future__ import annotations

from tests.journeys.office import Office
from tests.journeys.program import Program

ROUND = "HN-2026"


def test_program_reads_and_marks_its_persons_notices(program: Program, office: Office) -> None:
    office.nominate(ROUND)
    office.work()
    found = program.call("donvi", "GET", "/notices?unread=true")
    assert found["unread"] == found["total"] == len(found["items"]) > 0
    newest = found["items"][0]
    assert (newest["kind"], newest["open"], newest["read_at"]) == ("assigned", True, None)
    assert newest["link"].startswith("/tasks/") and newest["case"] and newest["subject"].startswith("Việc mới")
    others = program.call("vhxh", "GET", "/notices?size=200")["items"]
    assert newest["id"] not in [one["id"] for one in others]
    assert program.call("vhxh", "POST", "/notices/read", {"ids": [newest["id"]]}) == {"read": 0}
    assert program.call("donvi", "POST", "/notices/read", {"ids": [newest["id"]]}) == {"read": 1}
    assert program.call("donvi", "POST", "/notices/read", {"up_to": newest["id"]}) == {"read": found["unread"] - 1}
    assert program.call("donvi", "GET", "/notices")["unread"] == 0
    assert program.call("donvi", "GET", "/notices")["items"][0]["read_at"] is not None
    for body in ({}, {"ids": [1], "up_to": 1}, {"ids": []}):
        assert program.raw("donvi", "POST", "/notices/read", body).status_code == 422


def test_notice_of_a_task_that_is_done_is_open_no_longer(program: Program, office: Office) -> None:
    one = office.nominate(ROUND)
    office.work()
    first = program.call("donvi", "GET", "/notices?unread=true")["items"][0]
    office.assess(one)
    assert first["id"] not in [n["id"] for n in program.call("donvi", "GET", "/notices?unread=true")["items"]]
    (same,) = [n for n in program.call("donvi", "GET", "/notices?size=200")["items"] if n["id"] == first["id"]]
    assert (same["open"], same["read_at"]) == (False, None)


def test_program_chooses_the_way_of_a_kind_and_none_of_a_compulsory_one(program: Program) -> None:
    said = {one["kind"]: one for one in program.call("donvi", "GET", "/notices/choices")["items"]}
    assert (said["assigned"]["way"], said["assigned"]["compulsory"], said["overdue"]["compulsory"]) == ("now", False, True)
    after = program.call("donvi", "PUT", "/notices/choices", {"ways": {"assigned": "weekly"}})
    assert {one["kind"]: one["way"] for one in after["items"]}["assigned"] == "weekly"
    refused = program.raw("donvi", "PUT", "/notices/choices", {"ways": {"overdue": "bell"}})
    assert refused.status_code == 422 and refused.json["errors"][0]["path"] == "overdue"
    assert program.raw("donvi", "PUT", "/notices/choices", {"ways": {"assigned": "never"}}).status_code == 422
