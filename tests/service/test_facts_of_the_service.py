"""Facts 14 and 16 of the engine paper, each shown to bite on the naive way and not to bite here.

14: on SQLite a read that turns into a write after another commit fails at once, in spite of the busy timeout. 16: the
version that a person's act carries is the open task's, and acts that meet on the instance's row follow each other.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError

from service import clock, people, trail
from service.actor import Actor, machine
from service.db import db, reading, session, transaction
from service.people.models import Account
from service.processes import deployments, enactments, inbox, instances, reminders, tasks
from service.processes.models import Activity, ProcessInstance
from service.processes.running import lock_instance, read_instance
from tests.bench.process import bench_bundle

GROUP = "bench_reviewer"
CLI = machine("cli")
ONE = Actor(account=1, login="one", name="Lê Ban Mai", groups=frozenset({GROUP}))
TWO = Actor(account=2, login="two", name="Hồ Thu Nắng", groups=frozenset({GROUP}))
APPROVED = {"decision": "approve", "comment": "Đủ điều kiện."}


def elsewhere(app: Flask, n: int = 0) -> None:
    """Another commit, as another process would do it: on a connection of its own."""
    with closing(sqlite3.connect(app.extensions["settings"].var / "vinhdanh.sqlite3", timeout=5)) as other:
        other.execute("UPDATE account SET signed_in_at = ?", (n,))
        other.commit()


# -- 14 ------------------------------------------------------------------------------------------------------


@pytest.fixture
def office(app: Flask) -> tuple[str, int]:
    """A person's token, and an open task of his group."""
    deployments.known_groups.add(GROUP)
    enactments.deploy_bundle(bench_bundle(3), main="bench", by=CLI)
    _, code = people.create_account("mai", "Lê Ban Mai", groups=["vhxh"], by=CLI)
    token, who = people.redeem_code("mai", code, "mưa nguồn suối xa", door="api")
    instance = instances.start_instance("bench", {"decision": "none"}, by=CLI, roles={GROUP: "vhxh"})
    (item,) = inbox.read_inbox(who, "group").items
    assert instance
    return token, item.id


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_14_read_that_becomes_a_write_after_another_commit_fails_at_once(
    app: Flask, office: tuple[str, int]
) -> None:
    look_up = sa.select(Account.name).where(Account.login == "mai")
    rename = sa.update(Account).where(Account.login == "mai").values(phone="0900000000")
    with db.engine.connect() as naive:  # reads first, without the write lock, as a session does by itself
        assert naive.exec_driver_sql("PRAGMA busy_timeout").scalar() == 15_000
        naive.rollback()
        assert naive.execute(look_up).scalar_one() == "Lê Ban Mai"
        elsewhere(app)
        began = time.monotonic()
        with pytest.raises(OperationalError, match="database is locked"):
            naive.execute(rename)
        assert time.monotonic() - began < 5, "it did not even wait"

    with transaction() as s:  # ours: the lock comes before the first read, so the other one waits
        assert s.execute(look_up).scalar_one() == "Lê Ban Mai"
        other = threading.Thread(target=elsewhere, args=(app, 1))
        other.start()
        other.join(0.3)
        assert other.is_alive()
        s.execute(rename)
        trail.record("account:changed", by=CLI, stream="account:1")
    other.join(10)
    with reading() as s:
        assert s.execute(sa.select(Account.phone)).scalar_one() == "0900000000"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_14_request_that_read_its_account_before_another_commit_writes_all_the_same(
    app: Flask, office: tuple[str, int]
) -> None:
    token, task = office
    # The naive way: account and act in one session, begun by the look-up.
    session().execute(sa.select(Account.name).where(Account.login == "mai"))
    assert session().in_transaction()
    elsewhere(app, 2)
    with pytest.raises(OperationalError, match="database is locked"):
        session().execute(sa.update(Activity).where(Activity.id == task).values(owner=1))
    session().rollback()

    looked_up: list[str] = []

    def commit_between() -> None:  # after the door's look-up, before the act
        from flask import g

        looked_up.append(g.actor.login)
        elsewhere(app, 3)

    app.before_request(commit_between)
    answer = app.test_client().post(
        f"/api/v1/tasks/{task}/complete",
        json={"answers": APPROVED, "version": 1},
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "once"},
    )
    assert looked_up == ["mai"]
    assert answer.status_code == 200, answer.get_json()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_14_every_transaction_that_writes_takes_the_lock_before_its_first_read(
    app: Flask, office: tuple[str, int]
) -> None:
    token, task = office
    said: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        said.append(statement.split(None, 1)[0] if statement != "BEGIN IMMEDIATE" else statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    headers = {"Authorization": f"Bearer {token}"}
    client = app.test_client()
    for path, body in (
        ("/session", {"username": "mai", "password": "mưa nguồn suối xa"}),
        (f"/tasks/{task}/claim", {}),
        (f"/tasks/{task}/draft", {"answers": {"comment": "đang viết"}}),
        (f"/tasks/{task}/complete", {"answers": APPROVED, "version": 2}),
    ):
        said.clear()
        answer = client.post(f"/api/v1{path}", json=body, headers={} if path == "/session" else headers)
        assert answer.status_code < 300, answer.get_json()
        lock = said.index("BEGIN IMMEDIATE")
        for n, word in enumerate(said):
            if word in ("INSERT", "UPDATE", "DELETE"):
                begun = max(i for i in range(n) if said[i].startswith("BEGIN"))
                assert said[begun] == "BEGIN IMMEDIATE", (path, said)
        assert "BEGIN" in said[:lock] or path == "/session", "the account is looked up before"


# -- 16 ------------------------------------------------------------------------------------------------------

_TWO_OPINIONS = (
    '<bpmn:startEvent id="start" name="Bắt đầu"/><bpmn:parallelGateway id="ask" name="Hỏi"/>'
    + "".join(
        f'<bpmn:userTask id="opinion_{n}" name="Ý kiến {n}" camunda:formKey="review" camunda:candidateGroups="{GROUP}" '
        'camunda:dueDate="P10D"/>'
        f'<bpmn:sequenceFlow id="to_{n}" sourceRef="ask" targetRef="opinion_{n}"/>'
        f'<bpmn:sequenceFlow id="from_{n}" sourceRef="opinion_{n}" targetRef="together"/>'
        for n in (1, 2)
    )
    + '<bpmn:boundaryEvent id="late" name="Nhắc" attachedToRef="opinion_1" cancelActivity="false">'
    "<bpmn:timerEventDefinition><bpmn:timeDuration>P1D</bpmn:timeDuration></bpmn:timerEventDefinition>"
    '</bpmn:boundaryEvent><bpmn:endEvent id="reminded" name="Đã nhắc"/>'
    '<bpmn:sequenceFlow id="tell" sourceRef="late" targetRef="reminded"/>'
    '<bpmn:parallelGateway id="together" name="Đủ"/><bpmn:endEvent id="end" name="Xong"/>'
    '<bpmn:sequenceFlow id="in" sourceRef="start" targetRef="ask"/>'
    '<bpmn:sequenceFlow id="out" sourceRef="together" targetRef="end"/>'
)


@pytest.fixture
def opinions(app: Flask) -> tuple[int, int, int]:
    """An instance with two opinions asked at once and a reminder on the first: its id, and its two tasks."""
    deployments.known_groups.add(GROUP)
    bundle = bench_bundle(1, key="opinions")
    head, _, _ = bundle["opinions.bpmn"].decode().partition("<bpmn:startEvent")
    bundle["opinions.bpmn"] = f"{head}{_TWO_OPINIONS}</bpmn:process></bpmn:definitions>".encode()
    enactments.deploy_bundle(bundle, main="opinions", by=CLI)
    instance = instances.start_instance("opinions", {}, by=CLI)
    with reading() as s:
        found = dict(
            s.execute(
                sa.select(Activity.element, Activity.id).where(
                    Activity.instance_id == instance, Activity.kind == "user"
                )
            ).all()
        )
    return instance, found["opinion_1"], found["opinion_2"]


def test_16_reminder_and_parallel_opinion_do_not_age_an_open_task(opinions: tuple[int, int, int]) -> None:
    instance, first, second = opinions
    seen, seen_instance = tasks.read_task(first, by=ONE).version, read_instance(instance).version
    clock.move_to(clock.now() + timedelta(days=9, hours=20))
    assert instances.wake_instance(instance)
    assert reminders.remind_due() > 0
    tasks.complete_task(second, APPROVED, by=TWO)
    # The naive way, the instance's version: the page of the first opinion would be refused as old.
    assert read_instance(instance).version == seen_instance + 2
    assert tasks.read_task(first, by=ONE).version == seen
    tasks.complete_task(first, APPROVED, by=ONE, seen=seen)
    assert read_instance(instance).status == "ended"
    assert trail.verify().ok


def test_16_two_that_meet_on_the_row_are_refused_by_a_version_check_alone(
    app: Flask, opinions: tuple[int, int, int]
) -> None:
    instance, first, second = opinions
    table = ProcessInstance.__table__
    read = sa.select(table.c.version).where(table.c.id == instance)  # type: ignore[attr-defined]

    def move(seen: int) -> sa.Update:
        return sa.update(ProcessInstance).where(table.c.id == instance, table.c.version == seen).values(version=seen + 1)  # type: ignore[attr-defined]

    with db.engine.connect() as one, db.engine.connect() as two:  # the naive way: read, think, write if unchanged
        seen = [one.execute(read).scalar_one(), two.execute(read).scalar_one()]
        one.rollback()
        two.rollback()
        moved = []
        for connection, version in ((one, seen[0]), (two, seen[1])):
            moved.append(connection.execute(move(version)).rowcount)
            connection.commit()
        assert moved == [1, 0], "the second opinion would get: somebody was quicker"
        one.execute(sa.update(ProcessInstance).where(ProcessInstance.id == instance).values(version=seen[0]))
        one.commit()

    refused: list[BaseException] = []

    def complete() -> None:
        with app.app_context():
            try:
                tasks.complete_task(second, APPROVED, by=TWO, seen=1)
            except BaseException as error:
                refused.append(error)
            finally:
                db.session.remove()

    meeting = threading.Thread(target=complete)
    with transaction() as s:
        before = lock_instance(s, instance).version
        meeting.start()
        meeting.join(0.4)
        assert meeting.is_alive(), "it waits for the row"
        tasks.complete_task(first, APPROVED, by=ONE, seen=1)
    meeting.join(20)
    assert not refused
    after = read_instance(instance)
    assert (after.version, after.status) == (before + 2, "ended")
    assert trail.verify().ok


def test_16_opinions_and_timer_at_the_same_moment_all_count(app: Flask, opinions: tuple[int, int, int]) -> None:
    instance, first, second = opinions
    clock.move_to(clock.now() + timedelta(days=9, hours=20))
    together = threading.Barrier(4)
    failed: list[BaseException] = []

    def at_once(act: object) -> None:
        with app.app_context():
            try:
                together.wait()
                act()  # type: ignore[operator]
            except BaseException as error:
                failed.append(error)
            finally:
                db.session.remove()

    acts = (
        lambda: tasks.complete_task(first, APPROVED, by=ONE, seen=1),
        lambda: tasks.complete_task(second, APPROVED, by=TWO, seen=1),
        lambda: instances.wake_instance(instance),
        reminders.remind_due,
    )
    threads = [threading.Thread(target=at_once, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not failed
    assert read_instance(instance).status == "ended"
    assert trail.verify().ok
