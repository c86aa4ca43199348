"""How much lies with whom, spreading it with a result for each task, and setting a task due another day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from service import clock, trail
from service.awards import rounds
from service.calendar import MOST_AHEAD
from service.db import reading
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.notices.models import Mail
from service.processes import history, inbox, marks, tasks, workload
from service.processes.deployments import definition_of
from service.processes.models import Activity
from tests.journeys.office import Office
from workflows.calendar import ZONE
from workflows.due import asked_by_timer

ROUND = "HN-2026"
DAY = date(2026, 11, 27)


def _open_task(office: Office, one: int) -> int:
    (task,) = [s.id for s in history.timeline(office.read(one).instance_id or 0) if s.state == "open"]
    return task


def _checks(office: Office, *names: str) -> list[int]:
    """Nominations of these names, signed and waiting for the check; their tasks."""
    made = [office.nominate(ROUND, name=name) for name in names]
    for one in made:
        office.assess(one)
    office.sign(made[0])
    return [_open_task(office, one) for one in made]


def _row(task: int) -> Activity:
    with reading() as s:
        return s.scalars(select(Activity).where(Activity.id == task).execution_options(populate_existing=True)).one()


@pytest.mark.long
def test_head_sees_who_has_how_much_and_nobody_else_does(office: Office) -> None:
    one, two, three = _checks(office, "Lê Trúc Xanh", "Tạ Suối Mơ", "Vũ Lá Cọ")
    tasks.claim_task(one, by=office.who("vhxh"))
    tasks.claim_task(two, by=office.who("vhxh"))
    found = workload.read_workload("vhxh", by=office.who("truongphong"))
    officer = next(p for p in found.people if p.account == office.who("vhxh").account)
    assert (officer.open, officer.overdue, officer.done) == (2, 0, 0) and found.people[0] == officer
    assert found.waiting >= 1 and found.waiting_overdue == 0
    assert officer.nearest == _row(one).due_at
    office.check(next(n for n in _nominations(office) if _at(office, n, one)))
    office.go_to("2026-12-01")
    later = workload.read_workload("vhxh", by=office.who("truongphong"))
    officer = next(p for p in later.people if p.account == office.who("vhxh").account)
    assert (officer.open, officer.overdue, officer.done) == (1, 1, 1)
    assert later.waiting_overdue >= 1 and _row(three).owner is None
    office.go_to("2027-01-04")
    assert next(p for p in workload.read_workload("vhxh", by=office.who("truongphong")).people if p.account == officer.account).done == 0
    assert workload.read_workload("vhxh", by=office.who("thanhtra")).people
    for login in ("vhxh", "donvi", "thutruong", "vanphong", "chutich"):
        with pytest.raises(Forbidden):
            workload.read_workload("vhxh", by=office.who(login))
    with pytest.raises(NotFound):
        workload.read_workload("vanphong", by=office.who("truongphong"))


def _nominations(office: Office) -> list[int]:
    from service.awards import finding

    return [f.nomination.id for f in finding.find_nominations(office.who("vhxh"), finding.NominationFilter()).items]


def _at(office: Office, nomination: int, task: int) -> bool:
    return task in {s.id for s in history.timeline(office.read(nomination).instance_id or 0)}


@pytest.mark.long
def test_each_task_is_handed_on_by_itself_and_says_why_not(office: Office) -> None:
    one, two, gone = _checks(office, "Lê Trúc Xanh", "Tạ Suối Mơ", "Vũ Lá Cọ")
    for task in (one, two, gone):
        tasks.claim_task(task, by=office.who("vhxh"))
    head, to = office.who("truongphong"), office.who("truongphong").account or 0
    held = workload.tasks_of(office.who("vhxh").account or 0, by=head)
    assert {t.id for t in held} == {one, two, gone} and {t.title for t in held} >= {"Lê Trúc Xanh"}
    office.check(next(n for n in _nominations(office) if _at(office, n, gone)))
    done = workload.do_each([one, gone, 999_999, two, one], lambda task: tasks.reassign_task(task, to, "Chia bớt việc", by=head))
    assert [(d.task, d.refusal.code if d.refusal else None) for d in done] == [
        (one, None), (gone, "task-done"), (999_999, "not-found"), (two, None),
    ]
    assert {i.id for i in inbox.read_inbox(head, "mine").items} >= {one, two}
    for nothing in ([], list(range(1, workload.MOST + 2))):
        with pytest.raises(Invalid):
            workload.do_each(nothing, lambda task: None)
    with pytest.raises(NotFound):
        workload.tasks_of(office.who("donvi").account or 0, by=head)


def test_another_due_day_is_set_with_a_reason_stays_and_is_told(office: Office) -> None:
    (one,) = _checks(office, "Lê Trúc Xanh")
    tasks.claim_task(one, by=office.who("vhxh"))
    reminded = _row(one).remind_at
    assert reminded is not None
    with pytest.raises(Forbidden):
        marks.set_due(one, DAY, "Tự gia hạn", by=office.who("vhxh"))
    for day, reason, fields in ((None, "", ["day", "reason"]), (date(2026, 11, 2), "x", ["day"]), (DAY, " ", ["reason"])):
        with pytest.raises(Invalid) as refused:
            marks.set_due(one, day, reason, by=office.who("truongphong"))
        assert [f.path for f in refused.value.faults] == fields
    marks.set_due(one, DAY, "Chờ bản chính", by=office.who("truongphong"))
    after = _row(one)
    assert after.due_at == datetime(2026, 11, 27, 23, 59, 59, tzinfo=ZONE) and after.sort_at == after.due_at
    assert after.remind_at is not None and after.remind_at > reminded
    event = trail.read(kind="task:due_set", limit=1, sight=trail.Sight.EVERYTHING).events[0]
    assert event.reason == "Chờ bản chính" and "27/11/2026" in trail.sentence(event)
    with reading() as s:
        told = s.scalars(select(Mail).where(Mail.letter == "due_changed")).all()
    assert [mail.account for mail in told] == [office.who("vhxh").account]
    row = rounds.read_round(office.rounds[ROUND])
    moved = {**row.calendar, "checking": "2026-11-24"}
    rounds.change_calendar(row.id, moved, "Rút ngắn", by=office.who("truongphong"))
    office.work()
    due = datetime(2026, 11, 27, 23, 59, 59, tzinfo=ZONE)
    assert _row(one).due_at == due, "a day that was set by hand is moved by no calendar"


def test_day_that_no_calendar_holds_stops_no_other_task_and_is_refused(office: Office) -> None:
    one, two = _checks(office, "Lê Trúc Xanh", "Tạ Suối Mơ")
    tasks.claim_task(one, by=office.who("vhxh"))
    head, last = office.who("truongphong"), clock.today() + MOST_AHEAD

    def due(day: date) -> list[str | None]:
        done = workload.do_each([one, two], lambda task: marks.set_due(task, day, "Chờ", by=head))
        return [d.refusal.faults[0].path if d.refusal else None for d in done]

    for day in (last + timedelta(days=1), date(2035, 12, 31), date(9999, 12, 31)):
        assert due(day) == ["day", "day"]
        with pytest.raises(Invalid) as refused:
            marks.set_follow_up(one, day, by=office.who("vhxh"))
        assert refused.value.faults[0].path == "follow"
    assert due(last) == [None, None]
    marks.set_follow_up(one, last, by=office.who("vhxh"))
    assert {item.id for item in inbox.read_inbox(office.who("vhxh"), "all").items} >= {one, two}


def test_what_a_list_asks_keeps_its_day_and_a_timer_says_what_it_goes_by(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    submission = office.submission(one)
    listed = next(i.id for i in inbox.read_inbox(office.who("thutruong"), "group").items if i.list_id == submission)
    with pytest.raises((Conflict, NotFound)):
        marks.set_due(listed, DAY, "Thử", by=office.who("truongphong"))
    office.sign(one)
    definition = definition_of(_row(_open_task(office, one)).deployment_id or 0)
    assert asked_by_timer(definition, "supplement_missed") == (("round_date", "supplement"),)
    assert asked_by_timer(definition, "review_lapsed") == (("rule", "REVIEW_REQUEST_DAYS"),)
    assert asked_by_timer(definition, "held") == () == asked_by_timer(definition, "nothing")
