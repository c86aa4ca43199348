"""Past cases are held against a draft by the working days, the dates and the rules of their own time."""

from __future__ import annotations

from datetime import date, datetime
from xml.sax.saxutils import escape

import pytest
from flask import Flask

from service import clock
from service.awards import rounds, rule_versions
from service.awards.reliving import past_of
from service.awards.rule_versions import RuleInput
from service.calendar import calendars_so_far, working_calendar
from service.processes import days_off, history, tasks
from service.processes.running import read_instance
from service.studio.records import read_records
from service.studio.replaying import Judged, Replayer
from tests.journeys.office import Office
from tests.service.replayed import not_told_again
from tests.service.studio.plain import ADMIN, APPROVE, ONE, begin, deploy, edited, work
from tests.service.studio.test_operating import LATE
from workflows.calendar import ZONE

WEDNESDAY = date(2026, 11, 11)
SOON = 'decision = "approve" and working_days(2) < date and time("2026-11-13T00:00:00+07:00")'
BY_DAYS = ('decision = &quot;approve&quot;</bpmn:conditionExpression></bpmn:sequenceFlow><bpmn:sequenceFlow id="no_1"',
           f'{escape(SOON)}</bpmn:conditionExpression></bpmn:sequenceFlow><bpmn:sequenceFlow id="no_1"')


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=ZONE)


def approve(instance: int) -> None:
    tasks.complete_task(next(s.id for s in history.timeline(instance) if s.state == "open"), APPROVE, by=ONE)


def decide(day: date, *, working: bool = False) -> None:
    days_off.enter_day(day, working=working, name="Nghỉ bão", basis="Thông báo 7", by=ADMIN)


def on(files: dict[str, bytes], instances: list[int]) -> tuple[list[Judged], int]:
    """Instances replayed on a bundle, and how many of them were really run."""
    replayer = Replayer(files, "bench", clock.now())
    return replayer.judge_all(instances), replayer.paths


def test_calendars_are_known_as_they_stood(app: Flask) -> None:
    clock.start_at(at(9))
    monday = calendars_so_far()
    assert monday.changes == () and monday.at(at(9)).is_working(WEDNESDAY)
    clock.move_to(at(10))
    decide(WEDNESDAY)
    clock.move_to(at(10, 15))
    days_off.drop_day(WEDNESDAY, reason="Bão tan", by=ADMIN)
    decide(date(2026, 11, 14), working=True)
    found = calendars_so_far()
    assert len(found.changes) == 3 and at(10) <= found.changes[0] < at(10, 12) < found.changes[1] <= found.changes[2]
    told = [
        (found.at(moment).is_working(WEDNESDAY), found.at(moment).is_working(date(2026, 11, 14)))
        for moment in (at(9), found.changes[0], at(10, 12), at(11))
    ]
    assert told == [(True, False), (False, False), (False, False), (True, True)]
    assert found.at(clock.now()).days_off == working_calendar().days_off
    assert [found.number_at(moment) for moment in (at(9), at(10, 12), at(11))] == [0, 1, 3]


def test_a_way_chosen_by_working_days_is_told_by_those_of_its_day(app: Flask) -> None:
    """Two cases approved on one day, a day off decided between them; that is taken back before anything is replayed."""
    files = edited(BY_DAYS)
    clock.start_at(at(10))
    deploy(files)
    before, after, later = begin(), begin(), begin()
    approve(before)
    clock.move_to(at(10, 10))
    decide(WEDNESDAY)
    work()
    clock.move_to(at(10, 11))
    approve(after)
    clock.move_to(at(10, 15))
    days_off.drop_day(WEDNESDAY, reason="Bão tan", by=ADMIN)
    work()
    approve(later)
    cases = [before, after, later]
    assert [read_instance(one).status for one in cases] == ["running", "ended", "running"]
    assert not_told_again() == (3, {})
    found, paths = on(files, cases)
    assert [one.verdict.word for one in found] == ["same"] * 3
    assert paths == 3, "the days of each moment are part of what decides"
    draft = edited((BY_DAYS[0], BY_DAYS[1].replace("working_days(2)", "working_days(1)")))
    assert [one.verdict.word for one in on(draft, cases)[0]] == ["same", "stuck", "same"]


def test_a_deadline_of_the_draft_moves_when_the_calendar_was_changed(app: Flask) -> None:
    """Five working days are ten to the ninth; four would be the sixth, and the ninth once the fourth is off."""
    shorter = edited(LATE, ("working_days(5)", "working_days(4)"))
    clock.start_at(at(2))
    deploy(edited(LATE))
    instance = begin()
    clock.move_to(at(9))
    assert [one.verdict.word for one in on(shorter, [instance])[0]] == ["differs"]
    other = begin()
    clock.move_to(at(10))
    decide(WEDNESDAY)
    work()
    clock.move_to(at(14))
    assert [one.verdict.word for one in on(shorter, [other])[0]] == ["same"], "due on Friday the 13th, were it not for the day off"
    clock.move_to(at(17))
    assert [one.verdict.word for one in on(shorter, [other])[0]] == ["differs"]


@pytest.mark.both_databases
def test_a_nomination_stood_under_the_dates_and_rules_of_the_moment(office: Office) -> None:
    number = office.nominate("HN-2026")
    round_id, by = office.rounds["HN-2026"], office.who("truongphong")
    calendar = dict(rounds.read_round(round_id).calendar)
    began = clock.now()
    office.go_to("2026-11-05")
    rounds.change_calendar(round_id, calendar | {"ceremony": "2027-01-29"}, "Hội trường bận", by=by)
    changed = clock.now()
    assert began < changed
    office.go_to("2026-11-06")
    entry = rule_versions.read_rule("PUBLIC_OPINION_DAYS", clock.today())
    old = entry.now
    assert old is not None
    said = RuleInput(old.value + 2, "Quy chế của xã, Điều 4", date(2026, 1, 1), None, "P", "Sửa số ngày")
    rule_versions.change_rule(old.key, said, seen=entry.newest, by=by)
    entered = clock.now()
    past = past_of([number])[number]
    days = [str(past.surroundings(moment).dates["ceremony"]) for moment in (began, changed, entered)]
    assert days == [calendar["ceremony"], "2027-01-29", "2027-01-29"]
    values = [past.surroundings(moment).rules[old.key] for moment in (began, changed, entered)]
    assert values == [old.value, old.value, old.value + 2], "valid since January, but known only since today"
    first, second, third = (past.in_force(moment) for moment in (began, changed, entered))
    assert (first.rules, first.days) == (second.rules, second.days) and first.dates != second.dates
    assert second.dates == third.dates and second.rules != third.rules
    (change,) = past.changes
    assert began < change <= changed
    (record,) = read_records([office.read(number).instance_id or 0])
    assert record.record is not None and record.record.changes == (change,)
