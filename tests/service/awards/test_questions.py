"""Asking a colleague about a task: who may ask whom, answering, and that the task stays with its holder."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from service import clock, notices, trail
from service.awards import questions
from service.calendar import MOST_AHEAD
from service.council.due_calendar import due_calendar
from service.db import reading
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.notices.models import Mail
from service.processes import history, tasks
from tests.journeys.office import Office
from tests.service.web.browser import Visitor, words

ROUND = "HN-2026"
DAY = date(2026, 11, 6)


def _held(office: Office, **more: object) -> tuple[int, int]:
    """A nomination that waits for the check, and the officer's task, claimed."""
    one = office.nominate(ROUND, **more)  # type: ignore[arg-type]
    office.assess(one)
    office.sign(one)
    task = next(stop.id for stop in history.timeline(office.read(one).instance_id or 0) if stop.state == "open")
    tasks.claim_task(task, by=office.who("vhxh"))
    return one, task


def _ask(office: Office, task: int, to: str = "truongphong", text: str = "Trang 2 có đủ chưa?", by: str = "vhxh") -> int:
    return questions.ask(task, office.who(to).account or 0, text, DAY, by=office.who(by))


def _letters(letter: str) -> list[int]:
    with reading() as s:
        return [row.account for row in s.scalars(select(Mail).where(Mail.letter == letter).order_by(Mail.id))]


@pytest.mark.long
def test_asked_one_answers_and_the_task_stays_with_its_holder(office: Office) -> None:
    _one, task = _held(office)
    before = tasks.read_task(task, by=office.who("vhxh"))
    number = _ask(office, task)
    (waiting,) = questions.asked_of(office.who("truongphong"))
    assert (waiting.id, waiting.text, waiting.due_on, waiting.state) == (number, "Trang 2 có đủ chưa?", DAY, "open")
    assert _letters("question_asked") == [office.who("truongphong").account]
    questions.answer(number, "Đủ rồi.", by=office.who("truongphong"))
    assert questions.asked_of(office.who("truongphong")) == []
    (closed,) = questions.asked_of(office.who("truongphong"), closed=True)
    assert (closed.answer, closed.state) == ("Đủ rồi.", "answered")
    assert _letters("question_answered") == [office.who("vhxh").account]
    (told,) = [n for n in notices.own_notices(by=office.who("vhxh"), language="vi").items if n.letter == "question_answered"]
    assert told.link == f"/tasks/{task}"
    after = tasks.read_task(task, by=office.who("vhxh"))
    assert (after.owner, after.version, after.state) == (before.owner, before.version, "open") and after.owner == office.who("vhxh").account
    with pytest.raises(Conflict):
        questions.answer(number, "Lần nữa", by=office.who("truongphong"))
    told_of = [e for e in trail.read(stream=f"nomination:{_one}", sight=trail.Sight.EVERYTHING, oldest_first=True).events]
    assert [(e.kind, dict(e.private)) for e in told_of] == [
        ("question:asked", {"text": "Trang 2 có đủ chưa?"}), ("question:answered", {"text": "Đủ rồi."}),
    ]
    name, whom = office.who("vhxh").name, office.who("truongphong").name
    assert trail.sentence(told_of[0]).startswith(f"{name} hỏi ý kiến {whom} về việc “") and "06/11/2026" in trail.sentence(told_of[0])
    assert "Trang 2" not in told_of[0].sealed.decode()


def test_only_the_holder_asks_and_only_who_may_read_and_is_not_kept_away(office: Office) -> None:
    one, task = _held(office)
    able = questions.people_to_ask(tasks.read_task(task, by=office.who("vhxh")), by=office.who("vhxh"))
    assert {office.who(login).account for login in ("truongphong", "vanphong", "vanthu")} <= set(able)
    kept = {office.who(login).account for login in ("vhxh", "donvi", "donvi2", "uv1", "thanhtra", "quantri", "congan")}
    assert not kept & set(able)
    for to in ("donvi", "uv1", "thanhtra", "vhxh"):
        with pytest.raises(Invalid) as refused:
            _ask(office, task, to)
        assert refused.value.faults[0].path == "to"
    for login in ("truongphong", "vanphong"):
        with pytest.raises((Forbidden, NotFound)):
            _ask(office, task, "vanthu", by=login)
    number = _ask(office, task)
    with pytest.raises(Conflict, match="asked already"):
        _ask(office, task)
    for stranger in ("donvi", "thutruong", "donvi2", "uv1"):
        with pytest.raises(NotFound):
            questions.read_question(number, by=office.who(stranger))
        assert office.who(stranger).account not in {q.asked for q in questions.of_task(
            tasks.read_task(task, by=office.who("vhxh")), by=office.who("vhxh"))}
    with pytest.raises(Forbidden):
        questions.answer(number, "Tôi trả lời thay", by=office.who("vhxh"))
    assert office.read(one).received_at is not None


def test_who_is_nominated_or_of_the_nominated_office_is_not_asked(office: Office) -> None:
    clerk = office.who("vanthu")
    _one, task = _held(office, name=clerk.name, account=clerk.account)
    able = questions.people_to_ask(tasks.read_task(task, by=office.who("vhxh")), by=office.who("vhxh"))
    assert clerk.account not in able and office.who("truongphong").account in able
    with pytest.raises(Invalid):
        _ask(office, task, "vanthu")


def test_question_ends_when_it_is_taken_back_and_when_the_task_is_done(office: Office) -> None:
    one, task = _held(office)
    first = _ask(office, task)
    with pytest.raises(Forbidden):
        questions.take_back(first, by=office.who("truongphong"))
    questions.take_back(first, by=office.who("vhxh"))
    assert questions.asked_of(office.who("truongphong")) == []
    second = _ask(office, task, text="Còn hỏi lần nữa")
    assert [q.id for q in questions.asked_of(office.who("truongphong"))] == [second]
    office.check(one)
    assert questions.asked_of(office.who("truongphong")) == []
    with pytest.raises(Conflict, match="No answer is needed"):
        questions.answer(second, "Muộn", by=office.who("truongphong"))
    assert {q.state for q in questions.asked_of(office.who("truongphong"), closed=True)} == {"taken_back", "task_done"}


def test_wrong_day_and_empty_words_are_named(office: Office) -> None:
    _one, task = _held(office)
    to = office.who("truongphong").account or 0
    for text, day, field in (("", DAY, "text"), ("Hỏi", None, "day"), ("Hỏi", date(2026, 11, 2), "day")):
        with pytest.raises(Invalid) as refused:
            questions.ask(task, to, text, day, by=office.who("vhxh"))
        assert refused.value.faults[0].path == field
    assert questions.asked_of(office.who("truongphong")) == [] and clock.today() == date(2026, 11, 3)


def test_day_that_no_calendar_holds_is_refused_and_the_last_one_is_shown_everywhere(office: Office) -> None:
    _one, task = _held(office)
    to = office.who("truongphong").account or 0
    last = clock.today() + MOST_AHEAD
    for day in (last + timedelta(days=1), date(2036, 1, 1), date(9999, 12, 31)):
        with pytest.raises(Invalid) as refused:
            questions.ask(task, to, "Khi nào cũng được", day, by=office.who("vhxh"))
        assert refused.value.faults[0].path == "day" and f"{last:%d/%m/%Y}" in refused.value.faults[0].message
    number = questions.ask(task, to, "Khi nào cũng được", last, by=office.who("vhxh"))
    asked = Visitor(office.app, "truongphong")
    assert f"/questions/{number}" in asked.open("/inbox").xpath("//main//a/@href")
    assert f"{last:%d/%m/%Y}" in words(asked.open(f"/questions/{number}"))
    assert f"{last:%Y%m%d}" in due_calendar(office.who("truongphong"), address="http://localhost", language="vi")
    questions.take_back(number, by=office.who("vhxh"))
    assert questions.asked_of(office.who("truongphong")) == []
