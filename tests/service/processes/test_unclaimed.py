"""How long a task may be overdue, or lie with nobody, before others hear of it: what its step says, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from service import clock, people, trail
from service.actor import machine
from service.calendar import working_calendar
from service.db import reading
from service.errors import Invalid
from service.notices.letters import render
from service.notices.models import Mail
from service.processes import enactments, instances, reminders, tasks
from service.processes.models import Activity
from service.processes.queues import groups_of
from service.studio import operating
from tests.bench.process import bench_bundle
from tests.journeys.conftest import OpenOffice
from tests.journeys.office import Office
from workflows.calendar import ZONE

DAY = date(2026, 11, 3)
"""A Tuesday."""


@pytest.fixture
def office(office_on: OpenOffice) -> Office:
    return office_on(DAY)


def _deploy(said: str, *, group: str = "vhxh", due: str = "") -> None:
    bundle = bench_bundle(2, group=group, due=due)
    task = b'<bpmn:userTask id="review_1"'
    bundle["bench.bpmn"] = bundle["bench.bpmn"].replace(task, task + f" {said}".encode())
    enactments.deploy_bundle(bundle, main="bench", by=machine("cli"))


def _start(office: Office, **more: Any) -> Activity:
    number = instances.start_instance("bench", {"decision": "none"}, by=machine("cli"), title="Hồ sơ thử", search="x", **more)
    office.work()
    return _open(number)


def _open(instance: int) -> Activity:
    with reading() as s:
        (row,) = s.scalars(select(Activity).where(Activity.instance_id == instance, Activity.state == "open"))
        s.expunge_all()
        return row


def _events(row: Activity) -> list[str]:
    return [e.kind for e in trail.read(stream=f"instance:{row.instance_id}", limit=100).events]


def _told(letter: str, about: int) -> list[int]:
    with reading() as s:
        return sorted(s.scalars(select(Mail.account).where(Mail.letter == letter, Mail.about == about)))


def _members(*groups: str) -> list[int]:
    return sorted(people.members_of(groups))


def _days(kind: str, attrs: dict[str, str]) -> Sequence[str]:
    opened, due = (datetime(2026, 11, day, 16, tzinfo=ZONE) for day in (3, 5))  # Tuesday, Thursday
    found = reminders.moments(attrs, opened, due, working_calendar())
    return [f"{at:%d/%m}" for at, what in found if what == kind]


def test_escalation_comes_on_the_days_that_the_step_says(office: Office) -> None:
    assert _days("escalation", {}) == ["06/11", "10/11", "12/11"], "one, three and five working days, as ever"
    assert _days("escalation", {"escalate_after": ""}) == ["06/11", "10/11", "12/11"]
    assert _days("escalation", {"escalate_after": "2"}) == ["09/11"]
    assert _days("escalation", {"escalate_after": "10 2"}) == ["09/11", "19/11"]
    assert _days("reminder", {"remind": "0", "escalate_after": "2"}) == ["05/11"]


def test_a_step_that_escalates_later_tells_its_groups_then_and_not_before(office: Office) -> None:
    _deploy('nom:remind="0" nom:escalate="vhxh_head,secretary" nom:escalateAfter="2"', due="working_days(2)")
    task = _start(office)
    office.go_to("2026-11-06", 9)
    assert "task:escalated" not in _events(task)
    office.go_to("2026-11-09", 9)
    assert _events(task).count("task:escalated") == 1
    assert set(_members("vhxh_head", "secretary")) == set(_told("escalated", task.id)), "groups with a comma between are two groups"
    office.go_to("2026-11-20", 9)
    assert _events(task).count("task:escalated") == 1


def test_days_that_cannot_be_read_are_stopped_at_the_gate(office: Office) -> None:
    _deploy('nom:escalateAfter="1 60" nom:unclaimedAfter="60"')
    for part, text, code in (
        ("escalateAfter", "1 x", "bad-days"), ("escalateAfter", "0", "bad-days"),
        ("unclaimedAfter", "61", "bad-day"), ("unclaimedAfter", "1 2", "bad-day"),
    ):
        with pytest.raises(Invalid) as refused:
            _deploy(f'nom:{part}="{text}"')
        assert [(line["element"], line["code"]) for line in refused.value.lines] == [("review_1", code)], text


def test_what_nobody_takes_is_told_to_the_head_after_its_days_and_once(office: Office) -> None:
    _deploy('nom:unclaimedAfter="2"')
    task = _start(office)
    office.go_to("2026-11-04", 9)
    assert _told("unclaimed", task.id) == []
    office.go_to("2026-11-05", 9)
    assert _told("unclaimed", task.id) == _members("vhxh_head")
    assert groups_of(_open(task.instance_id or 0).queue_id) == {"vhxh"}, "told, not handed on"
    office.go_to("2026-11-12", 9)
    assert _events(task).count("task:unclaimed") == 1
    (said,) = [trail.sentence(e, "vi") for e in trail.read(stream=f"instance:{task.instance_id}", kind="task:unclaimed").events]
    assert said == "Đã báo việc “Duyệt bước 1” chưa ai nhận."
    with reading() as s:
        context = s.scalars(select(Mail.context).where(Mail.letter == "unclaimed")).first()
    assert context is not None and context["days"] == 2
    read = render("unclaimed", context, language="vi", person="Lê Ban Mai")
    assert "Đã 2 ngày làm việc mà có một việc chưa ai nhận." in read.text and read.subject == "Chưa ai nhận: Duyệt bước 1"


def test_what_is_taken_is_told_of_only_after_it_lay_anew(office: Office) -> None:
    _deploy('nom:unclaimedAfter="2" nom:unclaimedTell="secretary"')
    task, by = _start(office), office.who("vhxh")
    tasks.claim_task(task.id, by=by)
    office.go_to("2026-11-09", 9)
    assert "task:unclaimed" not in _events(task)
    tasks.release_task(task.id, by=by)
    office.go_to("2026-11-10", 9)
    assert "task:unclaimed" not in _events(task)
    office.go_to("2026-11-11", 9)
    assert _told("unclaimed", task.id) == _members("secretary")
    tasks.claim_task(task.id, by=by)
    tasks.release_task(task.id, by=by)
    office.go_to("2026-11-13", 9)
    assert _events(task).count("task:unclaimed") == 2


def test_what_nobody_takes_is_handed_on_to_who_may_take_it_then(office: Office) -> None:
    _deploy('nom:unclaimedAfter="1" nom:unclaimedTo="vanphong" nom:unclaimedTell="vhxh_head"')
    task = _start(office)
    other = office.who("vanphong")
    assert not tasks.may_act(tasks.find_task(task.id), other)
    office.go_to("2026-11-04", 9)
    assert groups_of(_open(task.instance_id or 0).queue_id) == {"vhxh", "vanphong"}
    assert set(_told("assigned", task.id)) == set(_members("vhxh", "vanphong"))
    assert set(_told("unclaimed", task.id)) == set(_members("vhxh_head")) - set(_members("vanphong"))
    done = tasks.complete_task(task.id, {"decision": "reject"}, by=other, seen=tasks.claim_task(task.id, by=other).version)
    assert done is not None and _events(task).count("task:handed_on") == 1
    (said,) = [trail.sentence(e, "vi") for e in trail.read(stream=f"instance:{task.instance_id}", kind="task:handed_on").events]
    assert said.startswith("Việc “Duyệt bước 1” chưa ai nhận, giao thêm cho ")


def test_a_units_own_step_is_told_of_and_never_handed_to_an_office(office: Office) -> None:
    unit = next(g for g in office.who("donvi").groups if g.startswith("unit:"))
    _deploy('nom:unclaimedAfter="1" nom:unclaimedTo="vhxh unit_head" nom:unclaimedTell="vhxh_head"', group="unit")
    task = _start(office, roles={"unit": unit, "unit_head": f"unit_head:{unit.partition(':')[2]}"})
    office.go_to("2026-11-04", 9)
    assert groups_of(_open(task.instance_id or 0).queue_id) == {unit, f"unit_head:{unit.partition(':')[2]}"}
    assert "task:handed_on" in _events(task)


def test_what_is_on_hold_waits_and_is_told_of_after(office: Office) -> None:
    _deploy('nom:unclaimedAfter="1"')
    task, by = _start(office), office.who("quantri")
    operating.suspend(task.instance_id or 0, "Chờ xác minh", by=by)
    office.go_to("2026-11-05", 9)
    assert "task:unclaimed" not in _events(task) and "task:reminder_postponed" in _events(task)
    operating.resume(task.instance_id or 0, "Đã rõ", by=by)
    office.go_to("2026-11-06", 9)
    assert "task:unclaimed" in _events(task)
    assert clock.today() == date(2026, 11, 6)
