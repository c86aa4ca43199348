"""What stands in a person's own calendar: tasks and questions by their due day, sessions of the council by their time.

It says what the letters say of the same things and no more: the step and whose case it is, never a score, a reason or an
agenda. Every entry keeps its UID, so that a calendar moves it and drops it with the next reading.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from service import clock, words
from service.actor import Actor
from service.awards import questions, statistics
from service.council import session as sessions
from service.notices.event import CalendarEntry, compose_calendar
from service.processes import inbox
from workflows.calendar import ZONE

MOST = 200
"""How many tasks it holds, the most urgent first."""
_SESSION_HOURS = 3
_NAMES = {"vi": "Vinh Danh, việc đến hạn", "en": "Vinh Danh, what is due"}
_STATISTICS = {"vi": "Gửi báo cáo thống kê thi đua, khen thưởng năm {}", "en": "The statistics of emulation and commendation of {} are due"}
_ANSWER = {"vi": "Trả lời đồng nghiệp: {}", "en": "Answer a colleague: {}"}


def due_calendar(by: Actor, *, address: str, language: str) -> str:
    """A person's calendar as text/calendar: open tasks with a due day that wait for him, questions, sessions to come.

    Of the office's people also the day by which the year's statistics are to be received.
    """
    host = urlsplit(address).hostname or "vinhdanh"
    of_person = [*_tasks(by, address, host, language), *_questions(by, address, host, language), *_sessions(by, address)]
    entries = [*of_person, *_statistics(by, address, host, language)]
    return compose_calendar(_NAMES[language], entries, at=clock.now())


def _tasks(by: Actor, address: str, host: str, language: str) -> list[CalendarEntry]:
    found = inbox.read_inbox(by, "all", size=MOST).items
    return [
        CalendarEntry(
            f"task-{item.id}@{host}", _summary(item, language), item.due_at.astimezone(ZONE).date(),
            url=f"{address}/inbox" if item.kind == "list" else f"{address}/tasks/{item.id}", busy=False,
        )
        for item in found
        if item.due_at is not None
    ]


def _summary(item: inbox.Item, language: str) -> str:
    if item.kind == "list":
        step, _colon, whose = item.name.partition(":")
        return f"{words.in_language(step, language)}: {whose.strip() or item.title}"
    return f"{words.in_language(item.name, language)}: {item.title}"


def _questions(by: Actor, address: str, host: str, language: str) -> list[CalendarEntry]:
    return [
        CalendarEntry(
            f"question-{one.id}@{host}", _ANSWER[language].format(f"{words.in_language(one.step, language)}, {one.title}"), one.due_on,
            url=f"{address}/questions/{one.id}", busy=False,
        )
        for one in questions.asked_of(by)
    ]


def _statistics(by: Actor, address: str, host: str, language: str) -> list[CalendarEntry]:
    year = clock.today().year
    day = statistics.due_on(year)
    if day is None or day < clock.today() or not by.may("vhxh", "vhxh_head"):
        return []
    return [CalendarEntry(
        f"statistics-{year}@{host}", _STATISTICS[language].format(year), day, url=f"{address}/statistics/{year}", busy=False,
    )]


def _sessions(by: Actor, address: str) -> list[CalendarEntry]:
    """Sessions to which a person is invited, or which he plans; the UID is that of the letter that invites to it."""
    found, _total = sessions.list_sessions(by=by, size=50, running=True)
    since = clock.now() - timedelta(days=1)
    return [
        CalendarEntry(
            f"phien-hop-{one.id}", one.title, one.held_at, one.held_at + timedelta(hours=_SESSION_HOURS),
            url=f"{address}/council/{one.id}", place=one.place,
        )
        for one in found
        if one.held_at >= since and (by.may("secretary") or any(member.account == by.account for member in one.members))
    ]
