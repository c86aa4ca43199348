"""Workers killed at each moment of a mail's way, for real: `kill -9` of a process, a server on a socket, both databases.

The server of these tests knows the worker and kills it in the midst of the conversation. Where the worker must not get on
meanwhile, the database is held: it has read the 250 and waits to write it down, or has sent all but the last byte and waits
to note that.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

from service import clock, jobs, notices, trail
from service.actor import Actor
from service.config import Settings
from service.db import db, transaction
from service.jobs.models import JOB
from tests.ready import Process, begin
from tests.service.notices.conftest import Post, free_port
from tests.service.notices.told import kinds, rows, states
from tests.service.worker_process import TABLES

ADMIN = Actor(account=1, login="quantri", name="Quản trị", groups=frozenset({"admin"}))
AGAIN, UNKNOWN = ("connect", "mail", "rcpt", "content"), ("dot", "answered")
"""Moments of a kill: up to the last byte another worker sends the mail; after it nobody but a person may."""


class Deadly(Post):
    """A mail server that kills the worker at a moment of the conversation: `at`, used up one by one."""

    def __init__(self, engine: sa.Engine) -> None:
        super().__init__()
        self.at: list[str] = []
        self.victim: Process | None = None
        self.killed: list[str] = []
        self._engine = engine

    async def handle_EHLO(self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]) -> list[str]:
        session.host_name = hostname
        self._meet("connect")
        return responses

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        self._meet("mail")
        return await super().handle_MAIL(server, session, envelope, address, options)

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        self._meet("rcpt")
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self._is_next("dot"):  # the last byte came, the answer never goes, and the mail is thrown away
            self._meet("dot")
            return "451 4.3.0 không nhận"
        self.mails.append(envelope)
        if self._is_next("answered"):
            with self.database_held():
                await server.push("250 OK")
                peer = session.peer
                assert isinstance(peer, tuple)
                await _until(lambda: _has_read_all(int(peer[1])))
                self._meet("answered")
        return "250 OK"

    async def content(self, server: SMTP) -> None:
        """Kill while the content comes in; the worker cannot have noted that the last byte goes."""
        if self._is_next("content"):
            with self.database_held():
                await server.push("354 End data with <CR><LF>.<CR><LF>")
                await server._reader.readline()  # type: ignore[attr-defined]
                self._meet("content")

    def _is_next(self, moment: str) -> bool:
        return self.victim is not None and bool(self.at) and self.at[0] == moment

    def _meet(self, moment: str) -> None:
        """Kill the worker if this is the moment. Waits for nothing else: a line that breaks ends what the server is about."""
        if not self._is_next(moment):
            return
        assert self.victim is not None
        os.kill(self.victim.pid, 9)
        assert self.victim.wait() == -9
        self.killed.append(self.at.pop(0))
        self.victim = None

    @contextmanager
    def database_held(self) -> Iterator[None]:
        """Nobody writes a mail's row meanwhile."""
        with self._engine.connect().execution_options(writes=True) as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("LOCK TABLE mail IN SHARE ROW EXCLUSIVE MODE")
            else:
                connection.exec_driver_sql("SELECT 1")  # the beginning took the write lock
            yield


async def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, "it took too long"
        await asyncio.sleep(0.01)


def _has_read_all(port: int) -> bool:
    """Whether a process has taken up all that came in at its port of this machine."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        local, remote, waiting = (line.split()[n] for n in (1, 2, 4))
        if int(local.split(":")[1], 16) == port and remote.startswith("0100007F"):
            return int(waiting.split(":")[1], 16) == 0
    raise LookupError(f"nobody talks from port {port}")


class Conversation(SMTP):
    """The server's side of it, with a word before the content."""

    async def smtp_DATA(self, arg: str) -> None:
        handler = self.event_handler
        assert isinstance(handler, Deadly)
        await handler.content(self)
        await super().smtp_DATA(arg)


class Listening(Controller):
    """Where it listens."""

    def factory(self) -> SMTP:
        return Conversation(self.handler, hostname="thu.example", decode_data=False)


@pytest.fixture
def deadly(app: Flask, settings: Settings) -> Iterator[Deadly]:
    """The mail server to which the workers' settings lead."""
    handler = Deadly(db.engine)
    controller = Listening(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.smtp_url = f"smtp://127.0.0.1:{controller.port}?timeout=20"
    yield handler
    controller.stop()


Start = Callable[[], Process]


@pytest.fixture
def start(app: Flask, settings: Settings, deadly: Deadly) -> Iterator[Start]:
    """Begins a worker process on the test's database, the next victim."""
    with db.engine.begin() as connection:
        for statement in TABLES:
            connection.execute(sa.text(statement))
    environment = os.environ | {
        "VINHDANH_VAR": str(settings.var), "VINHDANH_DATABASE_URL": settings.database, "VINHDANH_DEMO": "1",
        "VINHDANH_LEASE_SECONDS": "1.5", "VINHDANH_WORKER_PAUSE": "0.05", "SMTP_URL": settings.smtp_url,
    }
    begun: list[Process] = []

    def start() -> Process:
        begun.append(begin("tests.service.worker_process:work", env=environment, log=settings.var / "workers.log"))
        deadly.victim = begun[-1]
        return begun[-1]

    yield start
    for process in begun:
        process.terminate()
    for process in begun:
        process.wait()


def _tell(count: int = 1, key: str = "task:7") -> None:
    with transaction():
        notices.queue("assigned", to=range(1, count + 1), key=key, context={"task": "Thẩm định hồ sơ", "title": "Hồ sơ của thôn Đông"})


def _wait(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


def _settled() -> bool:
    return not {"queued", "sending"} & set(states())


def _arrived(post: Deadly) -> Counter[str]:
    return Counter(str(message["Message-ID"]) for message in post.messages)


@pytest.mark.long
def test_killed_before_the_last_byte_the_mail_goes_once_by_a_later_worker(start: Start, deadly: Deadly) -> None:
    _tell()
    deadly.at = list(AGAIN)
    for n in range(len(AGAIN)):
        start()
        _wait(lambda n=n: len(deadly.killed) == n + 1)  # type: ignore[misc]
        (left,) = rows()
        assert (left.state, left.handed_at, deadly.mails) == ("sending", None, []), deadly.killed
    start()
    _wait(_settled)
    assert (states(), list(_arrived(deadly).values())) == (["sent"], [1])
    assert _told_of_mail() == ["mail:sent"]


@pytest.mark.long
@pytest.mark.parametrize("moment", UNKNOWN)
def test_killed_after_the_last_byte_the_mail_is_unknown_and_goes_again_only_when_told(
    start: Start, deadly: Deadly, moment: str
) -> None:
    """Between the server's 250 and the mark, and between the last byte and the 250."""
    _tell()
    deadly.at = [moment]
    start()
    _wait(lambda: deadly.killed == [moment])
    (left,) = rows()
    assert left.state == "sending" and left.handed_at is not None and left.settled_at is None
    taken = int(moment == "answered")
    assert len(deadly.mails) == taken
    start()
    _wait(_settled)
    assert (states(), len(deadly.mails)) == (["unknown"], taken)
    clock.move_to(clock.now() + timedelta(days=3))
    _tell(key="task:8")
    _wait(lambda: states() == ["unknown", "sent"])
    assert _arrived(deadly)[left.message_id] == taken, "nobody sends it again by himself, in days"
    notices.resend(left.id, by=ADMIN)
    _wait(lambda: states() == ["sent", "sent"])
    assert _arrived(deadly)[left.message_id] == taken + 1, "one double at most, and only one that was asked for"
    assert set(_arrived(deadly)) == {row.message_id for row in rows()}
    assert _told_of_mail() == ["mail:unknown", "mail:sent", "mail:resent", "mail:sent"]
    assert trail.verify().ok


@pytest.mark.long
@pytest.mark.parametrize("topic", ["die_uncommitted", "die_committed"])
def test_killed_around_the_commit_of_its_cause_the_mail_goes_once(start: Start, deadly: Deadly, topic: str) -> None:
    """Before the commit there is no mail, after it there is one; the job is tried again, and tells nobody twice."""
    with transaction():
        jobs.enqueue(topic, {"n": 1})
    first = start()
    assert first.wait(60) == -9
    assert states() == (["queued"] if topic == "die_committed" else [])
    assert deadly.mails == []
    start()
    _wait(lambda: bool(deadly.mails) and _settled() and _left() == 0)
    assert (states(), list(_arrived(deadly).values())) == (["sent"], [1])


def test_workers_killed_one_after_the_other_lose_nothing_and_make_no_storm(start: Start, deadly: Deadly) -> None:
    moments = ["rcpt", "answered", "content", "dot", "answered"]
    _tell(30)
    deadly.at = list(moments)
    for n in range(len(moments)):
        start()
        _wait(lambda n=n: len(deadly.killed) == n + 1)  # type: ignore[misc]
    start()
    _wait(_settled)
    assert Counter(states()) == {"sent": 27, "unknown": 3}, "each kill after the last byte leaves one in doubt, and no other"
    arrived = _arrived(deadly)
    assert set(arrived.values()) == {1}, "no double"
    assert all(row.message_id in arrived for row in rows() if row.state == "sent"), "nothing lost"
    for row in rows():
        if row.state == "unknown":
            notices.resend(row.id, by=ADMIN)
    _wait(lambda: set(states()) == {"sent"})
    assert set(_arrived(deadly)) == {row.message_id for row in rows()}, "everybody has it now"
    assert Counter(_arrived(deadly).values()) == {1: 28, 2: 2}, "doubles only of what was asked for, under the same Message-ID"
    assert trail.verify().ok


def _told_of_mail() -> list[str]:
    """Entries of mail; a worker may also have looked over the trail, as it does once a night."""
    return [kind for kind in kinds() if kind.startswith("mail:")]


def _left() -> int:
    with db.engine.connect() as connection:
        return int(connection.scalar(sa.select(sa.func.count()).select_from(JOB)) or 0)
