"""Acts that meet on one name wait for each other and never stand crosswise: rows are locked in one order."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from service import clock
from service.awards import broadcasting, joining, lists, rounds, ties
from service.awards.models import List
from service.db import db, is_postgresql, reading, transaction
from service.errors import Refusal
from service.processes import history, marks, tasks
from service.processes.models import Activity
from service.processes.running import lock_instance
from tests.journeys.office import CLEAN_FACTS, Office
from tests.service.awards.test_list_acts import beside, passed, state_of, to_sign

pytestmark = pytest.mark.both_databases

ROUND = "HN-2026"
SAID = {"form_asked": "GK_XA", "summary": "Đưa dạy học số tới tất cả các thôn xa.", "person_type": "official",
        "D1": {"score": 9, "note": "Đã làm xong việc.", "contents": ["ND5"]}, "facts": CLEAN_FACTS}


@pytest.fixture(autouse=True)
def _rows_are_locked(office: Office) -> None:
    if not is_postgresql():
        pytest.skip("SQLite has one writer at a time")


@contextmanager
def meeting(office: Office) -> Iterator[Callable[[Callable[[], Any]], list[Any]]]:
    """Let calls begin, each on a connection of its own, and wait until it meets a lock; what each gave stands at the end."""
    threads: list[threading.Thread] = []

    def meet(call: Callable[[], Any]) -> list[Any]:
        given: list[Any] = []

        def run() -> None:
            with office.app.app_context():
                try:
                    given.append(call())
                except Refusal as refusal:
                    given.append(refusal.code)
                except sa.exc.OperationalError as error:
                    given.append(f"SQLSTATE {getattr(error.orig, 'sqlstate', None)}")
                finally:
                    db.session.remove()

        threads.append(threading.Thread(target=run))
        threads[-1].start()
        _until_it_waits(threads[-1], given)
        return given

    yield meet
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()


def _until_it_waits(thread: threading.Thread, given: list[Any]) -> None:
    waits = sa.text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
    for _ in range(500):
        with db.engine.connect() as other:
            if other.execute(waits).scalar_one():
                return
        assert thread.is_alive(), f"it met nobody and gave {given}"
        time.sleep(0.02)
    raise AssertionError("it waits for nothing")


def _withdrawal(office: Office, one: int) -> Callable[[], Any]:
    by = office.who("thutruong")
    letter = {"reason": "Đơn vị xin rút", "dated": clock.today().isoformat()}
    return lambda: lists.file_one("withdrawal", one, "file", letter, by=by).state


def _hold_list(s: Any, number: int) -> None:
    """What every act on a list does first."""
    s.execute(select(List.id).where(List.id == number).with_for_update()).one()


def _hold_task(s: Any, number: int) -> None:
    """What an act on a list does to each of its tasks that it closes."""
    s.execute(select(Activity.id).where(Activity.id == number).with_for_update()).one()


def test_withdrawal_waits_for_the_signature_that_was_first(office: Office) -> None:
    one, two = passed(office, "Lê Trúc Xanh", "Tạ Suối Mơ")
    decision = to_sign(office, [one, two])
    chair, withdrawal = office.who("chutich"), _withdrawal(office, one)
    with meeting(office) as meet:
        with transaction() as s:
            _hold_list(s, decision)
            given = meet(withdrawal)
            assert lists.act_on_list(decision, "sign", by=chair).done == 2
    assert given == ["decided"], "too late, and told so"
    assert state_of(decision) == "signed"


def test_signature_waits_for_the_withdrawal_that_was_first(office: Office) -> None:
    one, two = passed(office, "Lê Trúc Xanh", "Tạ Suối Mơ")
    decision = to_sign(office, [one, two])
    chair, withdrawal = office.who("chutich"), _withdrawal(office, one)
    with meeting(office) as meet:
        with transaction() as s:
            lists.hold_names(s, [one])
            given = meet(lambda: lists.act_on_list(decision, "sign", by=chair).done)
            assert withdrawal() == "done"
    assert given == [1], "the other name is signed"
    assert state_of(decision) == "signed"


def test_withdrawal_leaves_the_list_too_that_took_the_name_on_while_it_waited(office: Office) -> None:
    (one,) = passed(office, "Lê Trúc Xanh")
    decision = to_sign(office, [one])
    with meeting(office) as meet:
        with transaction() as s:
            _hold_list(s, decision)
            given = meet(_withdrawal(office, one))
            other = beside(office, [one])
    assert given == ["done"]
    assert state_of(decision) == state_of(other) == lists.EMPTY


def test_joining_waits_for_the_signature_that_was_first(office: Office) -> None:
    one, two = office.nominate(ROUND), office.nominate(ROUND, unit="DET-NANG-SOM", by="donvi2")
    for n, unit, head in ((one, "donvi", "thutruong"), (two, "donvi2", "thutruong2")):
        office.assess(n, by=unit)
        office.sign(n, by=head, minutes_by=unit)
        office.check(n)
    office.post(ROUND)
    office.sit(ROUND, {})
    decision = to_sign(office, [one, two])
    chair, officer = office.who("chutich"), office.who("vhxh")
    with meeting(office) as meet:
        with transaction() as s:
            _hold_list(s, decision)
            given = meet(lambda: joining.join_nominations(one, two, "Một người", by=officer))
            assert lists.act_on_list(decision, "sign", by=chair).done == 2
    assert given == ["settled"]


def test_withdrawal_waits_for_the_task_that_is_being_completed(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    instance = office.read(one).instance_id or 0
    (stop,) = [x for x in history.timeline(instance) if x.state == "open"]
    officer, withdrawal = office.who("vhxh"), _withdrawal(office, one)
    checked = {"decision": "accept", "papers": ["LETTER", "UNIT_MINUTES", "REPORT"], "form_recommended": "GK_XA", "D1": {"score": 9}}
    with meeting(office) as meet:
        with transaction() as s:
            lock_instance(s, instance)
            given = meet(withdrawal)
            tasks.complete_task(stop.id, checked, by=officer)
    assert given == ["done"]
    office.work()
    assert office.status(one) == ("ended", "withdrawn")


def test_priority_waits_for_the_task_that_is_being_completed(office: Office) -> None:
    one = office.nominate(ROUND)
    instance = office.read(one).instance_id or 0
    (stop,) = [x for x in history.timeline(instance) if x.state == "open"]
    unit, head = office.who("donvi"), office.who("truongphong")
    with meeting(office) as meet:
        with transaction() as s:
            lock_instance(s, instance)
            given = meet(lambda: marks.set_priority(stop.id, "high", by=head))
            tasks.complete_task(stop.id, SAID, by=unit)
    assert given == ["task-gone"], "it holds nothing that the step needs, and is told that it came too late"


def test_priority_of_a_list_waits_for_what_takes_its_tasks_one_by_one(office: Office) -> None:
    (one,) = passed(office, "Lê Trúc Xanh")
    open_tasks = select(Activity.id).where(Activity.list_id == beside(office, [one]), Activity.state == "open").order_by(Activity.id)
    with reading() as s:
        first, second = s.scalars(open_tasks).all()
    head = office.who("truongphong")
    with meeting(office) as meet:
        with transaction() as s:
            _hold_task(s, first)
            given = meet(lambda: marks.set_priority(second, "high", by=head))
            _hold_task(s, second)
    assert given == [None]


def test_closing_of_filing_waits_for_the_assessment_that_is_being_completed(office: Office) -> None:
    one = office.nominate(ROUND)
    instance = office.read(one).instance_id or 0
    (stop,) = [x for x in history.timeline(instance) if x.state == "open"]
    unit, head = office.who("donvi"), office.who("truongphong")
    with meeting(office) as meet:
        with transaction() as s:
            lock_instance(s, instance)
            given = meet(lambda: rounds.close_filing(office.rounds[ROUND], by=head, reason="Hết hạn"))
            tasks.complete_task(stop.id, SAID, by=unit)
    assert given == [None]
    office.work()
    assert office.status(one) == ("ended", "withdrawn")


def test_who_a_nominee_is_waits_for_the_change_of_the_recipient_that_was_first(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    officer, head, account = office.who("truongphong"), office.who("thutruong"), office.who("phochutich").account or 0
    renamed = {"change": "renamed", "new_name": "Hoàng Bình Minh Anh", "dated": clock.today().isoformat()}
    with meeting(office) as meet:
        with transaction() as s:
            lists.hold_names(s, [one])
            given = meet(lambda: ties.tie_account(one, account, by=officer))
            assert lists.file_one("recipient_change", one, "file", renamed, by=head).state == "done"
    assert given == [None]


SAID_TO_ALL: Any = {"subject": "Họp sơ bộ", "text": "Mời các thành viên họp sơ bộ."}


def _sending(office: Office, ticket: str) -> Callable[[], Any]:
    by = office.who("vhxh")
    seen = broadcasting.look("council", **SAID_TO_ALL, by=by).seen
    return lambda: broadcasting.send("council", **SAID_TO_ALL, seen=seen, ticket=ticket, by=by)


def test_one_ticket_sent_twice_at_once_is_one_broadcast(office: Office) -> None:
    send = _sending(office, "ve-so-0001")
    with meeting(office) as meet:
        with transaction():
            number = send()
            given = meet(send)
    assert given == [number]


def test_last_broadcast_of_the_day_is_sent_by_one_of_two(office: Office) -> None:
    for n in range(broadcasting._data()["limits"]["a_day"] - 1):
        _sending(office, f"ve-so-1{n:03}")()
    with meeting(office) as meet:
        with transaction():
            number = _sending(office, "ve-so-2001")()
            given = meet(_sending(office, "ve-so-2002"))
    assert number and given == ["too-many-broadcasts"]
