"""Another due day for one case, and the timer of the process that follows it: the supplement of a unit after a storm."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from service import clock, trail
from service.awards import finding, rounds, rule_versions
from service.awards.rounds import end_of_day
from service.calendar import working_calendar
from service.db import reading
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.notices.models import Mail
from service.processes import history, inbox, live, marks, tasks
from service.processes.deployments import files_of
from service.processes.enactments import current_deployment, deploy_bundle
from service.processes.models import Activity, ProcessInstance
from service.processes.running import read_instance
from service.studio import migration, operating
from service.studio.replaying import Replayer
from tests.journeys.conftest import OpenOffice
from tests.journeys.office import Office
from tests.workflows.edits import rename

ROUND = "HN-2026"
SHIPPED = Path(__file__).parents[3] / "bpmn" / "award_nomination.bpmn"
MAIN = "nomination_case"
WHY = "Bão số 9, thôn bị cô lập"
TIMER = '<bpmn:timeDate xsi:type="bpmn:tFormalExpression">round_date("supplement")</bpmn:timeDate>'
MENDED = {"mended": [{"what": "Thiếu", "note": "Đã nộp", "files": []}], "amend_facts": False}


def returned(office: Office, *names: str) -> list[int]:
    """Nominations of these names, sent back to their unit for a supplement."""
    made = [office.nominate(ROUND, name=name) for name in names]
    send_back(office, made)
    return made


def send_back(office: Office, made: list[int]) -> None:
    """Bring nominations of one unit to where they are supplemented."""
    for one in made:
        office.assess(one)
    office.sign(made[0])
    for one in made:
        office.check(one, "supplement")
    row = next(r for r in finding.find_lists(office.who("vhxh"), nomination_id=made[0]) if r.kind == "submission")
    office.act(row.id, "return", by="vhxh")


def open_row(office: Office, nomination: int) -> Activity:
    """The row of the one open step of a nomination."""
    with reading() as s:
        return s.scalars(
            select(Activity).where(Activity.instance_id == office.read(nomination).instance_id, Activity.state == "open")
            .execution_options(populate_existing=True)
        ).one()


def wakes(office: Office, nomination: int) -> datetime | None:
    """When the worker looks after the case next."""
    with reading() as s:
        return s.execute(select(ProcessInstance.due_at).where(ProcessInstance.id == office.read(nomination).instance_id)).scalar()


def common_day(office: Office) -> date:
    return date.fromisoformat(rounds.read_round(office.rounds[ROUND]).calendar["supplement"])


def with_timer(text: str) -> dict[str, bytes]:
    """The bundle in use, with another time at the edge of the supplement."""
    files = files_of(current_deployment(MAIN))
    drawn = files["award_nomination.bpmn"].decode()
    assert TIMER in drawn
    return {**files, "award_nomination.bpmn": drawn.replace(TIMER, TIMER.replace('round_date("supplement")', text)).encode()}


def verdict(files: dict[str, bytes], office: Office, nomination: int) -> str:
    """What a replay of a nomination on a bundle says."""
    (one,) = Replayer(files, MAIN, clock.now()).judge_all([office.read(nomination).instance_id or 0])
    return one.verdict.word


def _two_returned(office: Office) -> list[int]:
    return returned(office, "Lê Trúc Xanh", "Tạ Suối Mơ")


@pytest.fixture
def office(office_on: OpenOffice) -> Office:
    """An office that sent two names of one unit back for a supplement."""
    return office_on(date(2026, 11, 3), _two_returned)


@pytest.mark.both_databases
def test_more_time_for_one_unit_moves_its_timer_and_nobody_elses(office: Office) -> None:
    one, other = office.made
    common, head = common_day(office), office.who("truongphong")
    later = working_calendar().add(common, 3)
    row = open_row(office, one)
    assert wakes(office, one) == wakes(office, other) == end_of_day(common) == row.due_at
    seen = marks.look_at_due(row.id, by=head)
    (timer,) = seen.timers
    assert (timer.name, timer.seen.together, timer.common, timer.law) == ("Quá hạn bổ sung", True, common, {})
    assert timer.changed_at == f"/rounds/{office.rounds[ROUND]}/calendar" and seen.next_day is not None and seen.next_day[1] > common
    for login in ("vhxh", "donvi", "donvi2"):
        with pytest.raises(Forbidden):
            marks.set_due(row.id, later, WHY, by=office.who(login))
    with pytest.raises(NotFound):
        marks.look_at_due(row.id, by=office.who("donvi2"))
    moved = marks.set_due(row.id, later, WHY, by=head)
    assert [t.element for t in moved] == ["supplement_missed"]
    row = open_row(office, one)
    assert row.due_at == row.sort_at == wakes(office, one) == end_of_day(later)
    assert wakes(office, other) == end_of_day(common)
    assert row.remind_at is not None and row.remind_at.date() == working_calendar().add(later, -3)
    assert tasks.read_task(row.id, by=office.who("donvi")).due_at == end_of_day(later)
    (told,) = trail.read(kind="task:due_set", limit=5, sight=trail.Sight.EVERYTHING).events
    assert told.reason == WHY and told.body["timers"] == "supplement_missed"
    assert f"thành {later:%d/%m/%Y}, đồng hồ “Quá hạn bổ sung” dời theo cho riêng hồ sơ này: {WHY}." in trail.sentence(told)
    with reading() as s:
        mails = set(s.scalars(select(Mail.account).where(Mail.letter == "due_changed")))
    assert office.who("donvi").account in mails, "nobody holds it, so its group is told"
    assert marks.set_due(row.id, later, "Lần nữa", by=head) == (), "nothing changes"

    office.go_past(ROUND, "supplement")
    assert office.at(one) == {"supplement_dossier"} and office.read(other).reason_code == "NOT_SUPPLEMENTED"
    live.forget_all()  # as a worker that was started anew
    office.go_to(later)
    office.complete(one, "supplement_dossier", MENDED, by="donvi")
    assert office.at(one) == {"wait_resubmission"} and wakes(office, one) == end_of_day(later)
    asked = next(i for i in inbox.read_inbox(office.who("thutruong"), "all").items if i.element == "submission.sign_supplement")
    assert asked.due_at == end_of_day(later), "the head signs by the same day"
    office.act(office.submission(one), "sign_supplement", by="thutruong")
    assert office.at(one) == {"check_dossier"}
    assert verdict(with_timer('round_date("supplement")'), office, one) == "same"
    assert verdict(with_timer("working_days(2)"), office, one) == "same", "on another timer what was set is set as well"
    assert verdict(with_timer("working_days(2)"), office, other) == "same"


def test_what_was_given_ends_on_its_own_day(office: Office) -> None:
    one, other = office.made
    later = working_calendar().add(common_day(office), 3)
    marks.set_due(open_row(office, one).id, later, WHY, by=office.who("truongphong"))
    office.go_to(later)
    assert office.at(one) == {"supplement_dossier"} and office.at(other) == {"wait_result_letter"}
    office.go_to(later + timedelta(days=1))
    assert office.at(one) == {"wait_result_letter"} and office.read(one).reason_code == "NOT_SUPPLEMENTED"
    assert verdict(with_timer("working_days(2)"), office, one) == "same"


@pytest.mark.long
def test_day_of_the_signature_holds_under_other_ids_too(office: Office) -> None:
    """In a later version step and subprocess are called otherwise; of a step that has ended no mapping needs to tell."""
    later, first = working_calendar().add(common_day(office), 3), current_deployment(MAIN)
    for one in office.made:
        marks.set_due(open_row(office, one).id, later, WHY, by=office.who("truongphong"))
        office.complete(one, "supplement_dossier", MENDED, by="donvi")

    def signed_by() -> datetime | None:
        return next(i for i in inbox.read_inbox(office.who("thutruong"), "all").items if i.element == "submission.sign_supplement").due_at

    assert signed_by() == end_of_day(later)
    names = {"supplement": "mending", "supplement_dossier": "mend_dossier"}
    second = deploy_bundle(rename(files_of(first), names), main=MAIN, by=office.who("quantri"))
    for one, mapping in zip(office.made, (names, {"supplement": "mending"}), strict=True):
        number = office.read(one).instance_id or 0
        migration.begin(first, second, mapping, "Gọi lại tên bước", by=office.who("quantri"), instances=[number])
        office.follow_up()
        assert read_instance(number).deployment_id == second
        assert signed_by() == end_of_day(later), mapping


def test_less_time_ends_on_its_own_day_too(office: Office) -> None:
    one, other = office.made
    sooner = working_calendar().add(common_day(office), -2)
    row = open_row(office, one)
    marks.set_due(row.id, sooner, "Đơn vị đề nghị", by=office.who("truongphong"))
    assert wakes(office, one) == end_of_day(sooner)
    office.go_to(sooner + timedelta(days=1))
    assert (office.at(one), office.at(other)) == ({"wait_result_letter"}, {"supplement_dossier"})


def test_calendars_leave_what_was_set_and_holds_move_it(office: Office) -> None:
    one, other = office.made
    common, head = common_day(office), office.who("truongphong")
    later = working_calendar().add(common, 3)
    marks.set_due(open_row(office, one).id, later, WHY, by=head)
    calendar = dict(rounds.read_round(office.rounds[ROUND]).calendar)
    moved = working_calendar().add(common, 1)
    rounds.change_calendar(office.rounds[ROUND], calendar | {"supplement": moved.isoformat()}, "Lùi chung", by=head)
    office.work()
    assert (wakes(office, one), wakes(office, other)) == (end_of_day(later), end_of_day(moved))
    assert (open_row(office, one).due_at, open_row(office, other).due_at) == (end_of_day(later), end_of_day(moved))
    (timer,) = marks.look_at_due(open_row(office, one).id, by=head).timers
    assert (timer.seen.due, timer.common) == (end_of_day(later), moved), "the day of all others is told beside it"
    hold = office.complain(one)
    office.follow_up()
    assert wakes(office, one) is None
    began = clock.today()
    office.go_to(working_calendar().add(began, 2))
    office.conclude(hold, "unfounded")
    office.follow_up()
    after = end_of_day(working_calendar().add(later, 2))
    assert wakes(office, one) == after == open_row(office, one).due_at


def test_what_is_wrong_is_named_and_a_task_that_is_done_has_no_due_day(office: Office) -> None:
    one, _other = office.made
    row, later = open_row(office, one), working_calendar().add(common_day(office), 3)
    for day, reason in ((None, WHY), (later, " "), (clock.today() - timedelta(days=1), WHY)):
        with pytest.raises(Invalid):
            marks.set_due(row.id, day, reason, by=office.who("truongphong"))
    head = office.who("truongphong")
    office.complete(one, "supplement_dossier", MENDED, by="donvi")
    with pytest.raises(Conflict) as gone:
        marks.set_due(row.id, later, WHY, by=head)
    assert gone.value.code == "task-gone" and marks.look_at_due(row.id, by=head).timers == ()


def test_nobody_gives_the_own_office_more_time(office: Office) -> None:
    """The head may do so for any other unit; a task of the own unit is no judging, but to move what ends it is."""
    head, later = office.who("truongphong"), working_calendar().add(common_day(office), 3)
    assert marks.set_due(open_row(office, office.made[0]).id, later, WHY, by=head)
    own = office.nominate(ROUND, name="Nông Gió Mới", unit="VHXH", by="vhxh")
    office.assess(own, by="vhxh")
    office.sign(own, by="truongphong", minutes_by="vhxh")
    office.check(own, "supplement", by="vanphong")
    office.act(office.submission(own), "return", by="vanphong")
    row = open_row(office, own)
    assert row.element == "supplement_dossier"
    with pytest.raises(Forbidden) as refused:
        marks.set_due(row.id, later, WHY, by=head)
    assert refused.value.code == "own-case" and open_row(office, own).due_at == row.due_at


def by_rule(key: str) -> dict[str, bytes]:
    """The shipped bundle with a timer at the edge of the supplement that goes by working days of a rule."""
    drawn = SHIPPED.read_text()
    assert TIMER in drawn
    timed = TIMER.replace("timeDate", "timeDuration").replace('round_date("supplement")', f'working_days(rule("{key}"))')
    return {**files_of(current_deployment(MAIN)), SHIPPED.name: drawn.replace(TIMER, timed).encode()}


def brought_to_its_timer(office: Office, nomination: int) -> tuple[int, date]:
    """The open task, due on the day of the timer over it, and that day."""
    task, head = open_row(office, nomination).id, office.who("truongphong")
    (timer,) = marks.look_at_due(task, by=head).timers
    assert timer.common is not None and not timer.seen.together, "the task is due by the round, the timer by the rule"
    marks.set_due(task, timer.common, "Cùng ngày với đồng hồ", by=head)
    return task, timer.common


def test_timer_by_a_proposed_rule_moves_both_ways(office_on: OpenOffice) -> None:
    office = office_on(date(2026, 11, 3))
    deploy_bundle(by_rule("REVIEW_REQUEST_DAYS"), main=MAIN, by=office.who("quantri"))
    (one,) = returned(office, "Lê Trúc Xanh")
    task, common = brought_to_its_timer(office, one)
    for days in (2, -2):
        day = working_calendar().add(common, days)
        assert [t.element for t in marks.set_due(task, day, WHY, by=office.who("truongphong"))] == ["supplement_missed"]
        assert wakes(office, one) == end_of_day(day)


def test_law_behind_a_timer_leaves_no_other_day(office_on: OpenOffice) -> None:
    """A rule that an officer confirmed is not cut short, sourced law stays as it is; each refusal names the rule and its page."""
    office = office_on(date(2026, 11, 3))
    head, calendar = office.who("truongphong"), working_calendar()
    entry = rule_versions.read_rule("REVIEW_REQUEST_DAYS", clock.today())
    rule_versions.confirm_rule("REVIEW_REQUEST_DAYS", entry.newest, seen=entry.newest, reason="Quy chế, Điều 4", by=head)
    names = []
    for key in ("REVIEW_REQUEST_DAYS", "PUBLIC_OPINION_DAYS"):
        deploy_bundle(by_rule(key), main=MAIN, by=office.who("quantri"))
        names.append(office.nominate(ROUND, name=f"Người {key}"))
    send_back(office, names)
    confirmed, sourced = (brought_to_its_timer(office, one) for one in names)

    task, common = confirmed
    assert marks.look_at_due(task, by=head).timers[0].law == {"REVIEW_REQUEST_DAYS": "confirmed"}
    for days in (2, 1):
        assert marks.set_due(task, calendar.add(common, days), WHY, by=head), "later, and back, but not before its own day"
    with pytest.raises(Conflict) as cut:
        marks.set_due(task, calendar.add(common, -1), WHY, by=head)
    assert (cut.value.code, cut.value.link) == ("due-of-timer", "/office/rules/REVIEW_REQUEST_DAYS")
    assert "Không rút ngắn" in cut.value.message and "REVIEW_REQUEST_DAYS" in cut.value.message

    instance = office.read(names[0]).instance_id or 0
    operating.suspend(instance, "Chờ kết luận", by=office.who("quantri"))
    with pytest.raises(Conflict) as held:
        marks.set_due(task, calendar.add(common, 3), WHY, by=head)
    assert held.value.code == "on-hold"
    operating.resume(instance, "Có kết luận", by=office.who("quantri"))
    assert marks.set_due(task, calendar.add(common, 3), WHY, by=head)

    task, common = sourced
    before = open_row(office, names[1]).due_at
    for days in (2, -2):
        with pytest.raises(Conflict) as law:
            marks.set_due(task, calendar.add(common, days), WHY, by=head)
        assert (law.value.code, law.value.link) == ("due-of-timer", "/office/rules/PUBLIC_OPINION_DAYS")
        assert law.value.message.startswith(
            "Hạn này gắn với đồng hồ “Quá hạn bổ sung” của quy trình, tính theo quy định PUBLIC_OPINION_DAYS đã có căn cứ pháp lý"
        )
        assert f"{common:%d/%m/%Y}" in law.value.message_en
    assert open_row(office, names[1]).due_at == before


def test_history_of_the_case_tells_of_it(office: Office) -> None:
    one, _other = office.made
    row = open_row(office, one)
    marks.set_due(row.id, working_calendar().add(common_day(office), 3), WHY, by=office.who("truongphong"))
    stop = next(s for s in history.timeline(office.read(one).instance_id or 0) if s.id == row.id)
    assert stop.due_at == open_row(office, one).due_at
