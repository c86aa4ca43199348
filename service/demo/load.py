"""Loads the demo into an empty database: two years of a commune's awards, lived through by the verbs, act by act.

Nothing is written by rows: the clock stands in autumn 2025 at the start and is moved on to today. Making the database
file and throwing an old one away is not here (start.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import event, func, select

from service import clock, people, trail
from service.awards import past_awards
from service.awards.models import Nomination
from service.awards.past_awards import PastInput
from service.calendar import working_calendar
from service.db import db, reading, transaction
from service.demo import deeds, digital_index, inspections, reports, rounds_now, rounds_past, source
from service.demo.movement import load_movement
from service.demo.office import Office
from service.demo.people import CLI, Progress, load_people
from service.errors import Conflict
from service.install import prepare_database
from workflows.calendar import ZONE

STARTS = date(2025, 10, 27)
"""Day on which the demo's story begins, a week before its first round opens."""
EARLIEST = date(2026, 8, 3)
"""Earliest day on which the demo can be loaded: its second year must have begun."""


def load_demo(progress: Progress) -> None:
    """Load the whole demo up to today and leave the clock at the machine's own time.

    `progress` hears what is made, how much of it, of how many. Raises Conflict for a database that holds anything
    already, and on a machine whose clock cannot be right.
    """
    real = clock.unmoved()
    today = real.astimezone(ZONE).date()
    if today < EARLIEST:
        raise Conflict(
            f"Đồng hồ máy đang chỉ {today:%d/%m/%Y}; dữ liệu minh họa cần ngày từ {EARLIEST:%d/%m/%Y}. Chỉnh đồng hồ rồi chạy lại.",
            f"The machine's clock says {today}; the demo needs {EARLIEST} or later. Set the clock, then run again.",
            code="clock-early",
        )
    with _without_fsync():
        clock.start_at(datetime.combine(STARTS, time(8), ZONE))
        prepare_database()
        _must_be_empty()
        office = _found(today, progress)
        _enter_past(office)
        rounds_past.run_2025(office)
        digital_index.run_last_year(office)
        deeds.run_past_deeds(office)
        office.go_to(date(2026, 7, 1))
        load_people()
        _live_through(office, today)
        office.live()
        clock.move_to(clock.unmoved())
        office.live()
        with transaction():
            trail.record("demo:loaded", by=CLI, stream="system", body={"what": "nominations"})


def _must_be_empty() -> None:
    with reading() as s:
        count = s.execute(select(func.count()).select_from(Nomination)).scalar_one()
    if count or people.accounts_by_login():
        raise Conflict(
            "Cơ sở dữ liệu đã có dữ liệu nên không nạp dữ liệu minh họa.",
            "The database holds data already; the demo is loaded into an empty one only.",
            code="not-empty",
        )


def _found(today: date, progress: Progress) -> Office:
    loaded = load_people(progress)
    (row,) = [r for r in source.rounds() if r["code"] == rounds_now.ROUND]
    day, before = today, 0
    while before < rounds_now.DAYS:
        day = date.fromordinal(day.toordinal() - 1)
        before += working_calendar().is_working(day)
    calendar = source.current(row["calendar"], today, working_calendar(), since=day)
    movement = load_movement(
        by=people.actor_of("truongphong", door="web"), slide=False, calendars={rounds_now.ROUND: calendar}
    )
    return Office(loaded, movement, progress)


def _enter_past(office: Office) -> None:
    """The old list of the office, as its officer enters it."""
    past_awards.enter_past(
        [PastInput(kind="INDIVIDUAL", birth_year=None, **row | {"unit": office.units[row["unit"]]}) for row in source.past_awards()],
        by=office.who("vhxh"),
    )


def _live_through(office: Office, today: date) -> None:
    """The last three weeks, day by day, all rounds together."""
    stories = (rounds_now.days(office), deeds.days(office), inspections.days(office), reports.days(office), digital_index.days(office))
    for n, day in enumerate(rounds_now.working_days_before(office, today)):
        office.go_to(day)
        for story in stories:
            if n in story:
                story[n](day)


@contextmanager
def _without_fsync() -> Iterator[None]:
    """On SQLite, leave the flushing of each commit to the system: a load that is cut off is begun again anyway."""
    engine = db.engine
    if engine.dialect.name != "sqlite":
        yield
        return

    def relax(connection: Any, record: Any, proxy: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF").close()

    event.listen(engine, "checkout", relax)
    db.session.remove()
    try:
        yield
    finally:
        event.remove(engine, "checkout", relax)
        db.session.remove()
        engine.dispose()  # the next connection is a careful one
