"""A due day that somebody set is in the record of the case: told again under every version, kept by moving, undone by nothing."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from service import clock
from service.actor import Actor
from service.db import reading
from service.errors import Conflict, Forbidden, NotFound
from service.processes import history, instances, marks, tasks
from service.processes.deployments import definition_of
from service.processes.models import ProcessInstance
from service.processes.running import read_instance
from service.studio import migration, operating
from service.studio.records import read_records
from service.studio.replaying import Replayer
from service.studio.scenarios import from_record
from tests.service.replayed import not_told_again
from tests.service.studio.plain import ADMIN, APPROVE, ONE, begin, deploy, edited, work
from tests.service.studio.test_operating import LATE
from workflows.calendar import ZONE

HEAD = Actor(account=8, login="head", name="Hồ Trường Sơn", groups=frozenset({"vhxh_head"}))
WHY = "Bão"
RENAMED = edited(LATE, ("review_1", "first_review"))
NAMES = {"review_1": "first_review"}


def end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), ZONE)


def wakes(instance: int) -> datetime | None:
    with reading() as s:
        return s.execute(select(ProcessInstance.due_at).where(ProcessInstance.id == instance)).scalar()


def give(instance: int, day: date) -> None:
    """The head of the office sets another due day for the open step."""
    (task,) = [stop.id for stop in history.timeline(instance) if stop.state == "open"]
    marks.set_due(task, day, WHY, by=HEAD)
    assert wakes(instance) == end_of(day)


def approve(instance: int) -> None:
    tasks.complete_task(next(s.id for s in history.timeline(instance) if s.state == "open"), APPROVE, by=ONE)


def said(files: dict[str, bytes], *cases: int) -> list[str]:
    return [one.verdict.word for one in Replayer(files, "bench", clock.now()).judge_all(list(cases))]


def sweep() -> list[int]:
    """What the worker's look at due timers fires."""
    return [one for one in instances.due_instances() if instances.wake_instance(one)]


@pytest.fixture
def monday(app: Flask) -> date:
    """Monday 2 November 2026, with a process whose first step ends after five working days, on Monday the ninth."""
    clock.start_at(datetime(2026, 11, 2, 9, tzinfo=ZONE))
    deploy(edited(LATE))
    return clock.today()


def test_given_taken_and_lapsed_cases_are_told_again_as_they_went(monday: date) -> None:
    given, lapsed, plain = begin(), begin(), begin()
    for one in (given, lapsed):
        give(one, monday + timedelta(days=11))
    clock.move_to(clock.now() + timedelta(days=8))
    assert sweep() == [plain]
    approve(given)
    assert sweep() == []
    clock.move_to(clock.now() + timedelta(days=5))
    assert sweep() == [lapsed]
    assert not_told_again() == (3, {})
    cases = (given, lapsed, plain)
    assert said(edited(LATE), *cases) == ["same"] * 3
    other = edited(LATE, ("working_days(5)", "working_days(6)"))
    assert said(other, *cases) == ["same"] * 3, "the timer is another one, and was set to the same day"
    shorter = edited(LATE, ("working_days(5)", "working_days(3)"))
    assert said(shorter, *cases) == ["same"] * 3


def test_a_scenario_is_made_from_a_case_that_went_by_the_diagram_alone(monday: date) -> None:
    plain, given = begin(), begin()
    give(given, monday + timedelta(days=11))
    for one in (plain, given):
        approve(one)
    kept, refused = (Replayer(edited(LATE), "bench", clock.now()).both(one) for one in read_records([plain, given]))
    records = [one.record for one in read_records([plain, given])]
    assert kept is not None and refused is not None and records[0] is not None and records[1] is not None
    definition = definition_of(read_instance(plain).deployment_id)
    assert from_record("Như cũ", "bench", records[0], kept.then, definition, {}).moves
    with pytest.raises(Conflict) as told:
        from_record("Như cũ", "bench", records[1], refused.then, definition, {})
    assert told.value.code == "due-set"


def test_a_day_set_before_and_after_a_move_stays_and_is_told_at_its_moment(monday: date) -> None:
    before, after = begin(), begin()
    give(before, monday + timedelta(days=11))
    first, second = read_instance(before).deployment_id, deploy(RENAMED)
    migration.begin(first, second, NAMES, "Quy chế mới", by=ADMIN)
    work()
    assert wakes(before) == end_of(monday + timedelta(days=11))
    give(after, monday + timedelta(days=15))
    clock.move_to(clock.now() + timedelta(days=10))
    assert sweep() == []
    for one in (before, after):
        approve(one)
    assert not_told_again() == (2, {})
    for files in (edited(LATE), RENAMED, edited(LATE, ("working_days(5)", "working_days(4)"))):
        assert said(files, before, after) == ["same", "same"]


def test_a_move_is_not_undone_over_a_day_that_was_set_since(monday: date) -> None:
    stays, goes = begin(), begin()
    first, second = read_instance(stays).deployment_id, deploy(RENAMED)
    number = migration.begin(first, second, NAMES, "Quy chế mới", by=ADMIN)
    work()
    give(goes, monday + timedelta(days=11))
    migration.undo(number, "Nhầm", by=ADMIN)
    work()
    assert [read_instance(one).deployment_id for one in (stays, goes)] == [first, second]
    assert wakes(goes) == end_of(monday + timedelta(days=11))
    assert not_told_again() == (2, {})


def test_suspending_moves_what_was_set(monday: date) -> None:
    instance = begin()
    give(instance, monday + timedelta(days=11))
    operating.suspend(instance, "Chờ", by=ADMIN)
    assert wakes(instance) is None
    clock.move_to(clock.now() + timedelta(days=7))
    operating.resume(instance, "Xong", by=ADMIN)
    (stop,) = [s for s in history.timeline(instance) if s.state == "open"]
    assert wakes(instance) == stop.due_at == end_of(monday + timedelta(days=18))
    clock.move_to(clock.now() + timedelta(days=10))
    approve(instance)
    assert not_told_again() == (1, {}) and said(edited(LATE, ("working_days(5)", "working_days(6)")), instance) == ["same"]


def test_who_may_not_see_the_case_learns_nothing(monday: date) -> None:
    instance = begin()
    (task,) = [stop.id for stop in history.timeline(instance) if stop.state == "open"]
    stranger = Actor(account=3, login="three", name="Đinh Văn Suối", groups=frozenset({"clerk"}))
    for one in (task, 999_999):
        with pytest.raises(Forbidden):
            marks.set_due(one, monday + timedelta(days=3), WHY, by=stranger)
        with pytest.raises(NotFound):
            marks.look_at_due(one, by=stranger)
