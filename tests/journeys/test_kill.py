"""Service and worker are killed at random moments while a program works: nothing is lost and nothing is doubled."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from service import trail, worker
from service.config import ROOT, Settings
from service.db import db, reading
from service.jobs.models import JOB
from service.processes import history, live
from service.processes.models import Activity, Message
from service.processes.running import look_at
from tests.journeys.office import CLEAN_FACTS, Office
from tests.service.notices.conftest import free_port
from workflows import engine
from workflows.calendar import ZONE

FORM = {
    "form_asked": "GK_XA", "summary": "Đưa dạy học số tới cả thôn xa, bảy lớp.", "person_type": "official",
    "D1": {"score": 9, "note": "Đã làm xong việc được giao.", "contents": ["ND5"]}, "facts": CLEAN_FACTS,
}
CHECKED = {
    "decision": "accept", "papers": ["LETTER", "UNIT_MINUTES", "REPORT"], "form_recommended": "GK_XA", "D1": {"score": 9},
}
SOAK = int(os.environ.get("VINHDANH_SOAK_SECONDS", "300"))

class Machines:
    """The two processes of an installation, started and killed at will."""

    def __init__(self, settings: Settings) -> None:
        self.port = free_port()
        self.log = (settings.var / "killed.log").open("w")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.journeys.kill_process"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True, cwd=ROOT,
            env=os.environ | {
                "VINHDANH_VAR": str(settings.var), "VINHDANH_DATABASE_URL": settings.database, "VINHDANH_DEMO": "1",
                "VINHDANH_LEASE_SECONDS": "1.5", "VINHDANH_WORKER_PAUSE": "0.05", "SMTP_URL": "",
            },
        )
        self.pids = {"serve": 0, "work": 0}

    def start(self, what: str) -> None:
        """Start one of the two."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(f"serve {self.port}\n" if what == "serve" else "work\n")
        self.process.stdin.flush()
        self.pids[what] = int(self.process.stdout.readline())

    def kill(self, what: str) -> None:
        """End one of the two without a warning; it must have lived until now."""
        os.kill(self.pids[what], signal.SIGKILL)

    def close(self) -> None:
        """End all."""
        for what in self.pids:
            with suppress(ProcessLookupError):
                self.kill(what)
        with self.process, self.log:
            assert self.process.stdin
            self.process.stdin.close()
            self.process.wait(20)  # the last two are nobody's children then


@contextmanager
def machines(settings: Settings) -> Iterator[Machines]:
    """Both processes, ended at the end."""
    made = Machines(settings)
    try:
        made.start("serve")
        made.start("work")
        yield made
    finally:
        made.close()


class Killer(threading.Thread):
    """Kills service and worker at random moments, each as often as the other, and starts them anew at once.

    Between two kills something is answered, so that a slow machine gets on too.
    """

    def __init__(self, both: Machines, chance: random.Random, answered: Callable[[], int]) -> None:
        super().__init__()
        self.both, self.chance, self.answered, self.end = both, chance, answered, threading.Event()
        self.kills: Counter[str] = Counter()
        self.failed: BaseException | None = None

    def run(self) -> None:
        """Kill until told to end."""
        try:
            while True:
                for what in self.chance.sample(("serve", "work"), 2):
                    before = self.answered()
                    while self.answered() == before:
                        if self.end.wait(0.05):
                            return
                    if self.end.wait(self.chance.uniform(0, 1.2)):
                        return
                    self.both.kill(what)
                    self.both.start(what)
                    self.kills[what] += 1
        except BaseException as error:
            self.failed = error


class Stubborn:
    """A program that asks again until it is answered, with the same key."""

    def __init__(self, port: int, until: float) -> None:
        self.port, self.until, self.token = port, until, ""
        self.answers: Counter[int] = Counter()

    def call(self, method: str, path: str, body: Any = None, key: str = "") -> Any:
        """One call that must go well, repeated while nobody answers or the service says to come again."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": key} if body is not None else {}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        while True:
            with suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
                with closing(connection):
                    connection.request(method, f"/api/v1{path}", json.dumps(body) if body is not None else None, headers)
                    answer = connection.getresponse()
                    said = json.loads(answer.read())
                self.answers[answer.status] += 1
                if answer.status != 503:
                    assert answer.status < 300, (method, path, said)
                    return said
            assert time.monotonic() < self.until, f"nobody answered {method} {path}"
            time.sleep(0.05)

    def sign_in(self, who: str) -> None:
        """Get a token; the call carries no key that would be kept."""
        self.token = ""
        self.token = self.call("POST", "/session", {"username": who, "password": "vinhdanh"})["token"]


def _nominate(program: Stubborn, mine: int, stop: threading.Event, done: list[int]) -> None:
    """Nominate and assess, one name after the other."""
    program.sign_in("donvi")
    n = 0
    while not stop.is_set():
        n += 1
        said = {
            "round": "HN-2026", "subject_group": "D", "award_form": "GK_XA",
            "recipient": {"kind": "individual", "name": f"Người thứ {mine} {n}", "title": "Giáo viên", "unit": "DONG-MAY"},
        }
        made = program.call("POST", "/nominations", said, key=f"new-{mine}-{n}")
        (task,) = [t["id"] for t in made["open_tasks"] if t["kind"] == "user"]
        program.call("POST", f"/tasks/{task}/complete", {"answers": FORM}, key=f"done-{mine}-{n}")
        done.append(made["id"])


def _sign_and_check(program: Stubborn, office: Office, done: list[int], checks: int) -> list[int]:
    """The head signs all names in one act, the officer checks the first ones; gives those that were checked."""
    program.sign_in("thutruong")
    with reading():
        submission = office.submission(done[0])
    minutes = {"held_on": "2026-11-03", "chaired_by": "Đinh Vũ Phong", "members": 9, "present": 9, "votes": 9}
    said = program.call("POST", f"/submissions/{submission}/sign", {"minutes": minutes}, key="sign")
    assert said["done"] == len(set(done)), said
    program.sign_in("vhxh")
    checked = done[:checks]
    for n in checked:
        task: list[int] = []
        while not task:  # the worker brings the signature to each name
            found = program.call("GET", f"/nominations/{n}")["open_tasks"]
            task = [t["id"] for t in found if t["element"] == "check_dossier"]
            assert time.monotonic() < program.until, found
        program.call("POST", f"/tasks/{task[0]}/complete", {"answers": CHECKED}, key=f"check-{n}")
    return checked


def _killed(office: Office, seconds: float, seed: int, checks: int = 4) -> None:
    settings: Settings = office.app.extensions["settings"]
    db.session.remove()
    done: list[int] = []
    failed: list[BaseException] = []
    stop = threading.Event()
    with machines(settings) as both:
        programs = [Stubborn(both.port, time.monotonic() + seconds + 120) for _ in range(2)]

        def run(mine: int) -> None:
            try:
                _nominate(programs[mine], mine, stop, done)
            except BaseException as error:
                failed.append(error)

        threads = [threading.Thread(target=run, args=(mine,)) for mine in range(2)]
        end = time.monotonic() + seconds
        killer = Killer(both, random.Random(seed), lambda: sum(p.answers.total() for p in programs))

        def enough() -> bool:
            often = min(killer.kills["serve"], killer.kills["work"]) >= 2
            return often and len(done) > checks and time.monotonic() > end

        for thread in (*threads, killer):
            thread.start()
        try:
            _until(lambda: enough() or bool(failed), seconds + 100)
            stop.set()
            for thread in threads:
                thread.join(150)
            assert not failed, failed
            checked = _sign_and_check(programs[0], office, done, checks)
        finally:
            stop.set()
            killer.end.set()
            killer.join()
    assert killer.failed is None
    assert len(done) > checks == len(checked)
    _nothing_lost(office, done, checked)


def _nothing_lost(office: Office, done: list[int], checked: list[int]) -> None:
    live.forget_all()
    time.sleep(1.6)  # leases of the killed worker run out
    _until(lambda: _drained(office))
    assert len(set(done)) == len(done), "an answered nomination came twice"
    with reading() as s:
        names = Counter(n.name for n in _nominations())
        assert set(names.values()) == {1}, names.most_common(3)
        states = Counter(s.scalars(select(Message.state)))
        assert set(states) == {"delivered"} and states["delivered"] == len(names), states
        assert s.execute(select(JOB.c.id).where(JOB.c.state.in_(("dead", "running"))).limit(1)).first() is None
    for n in _nominations():
        stops = history.timeline(n.instance_id or 0)
        waits = engine.waits(look_at(n.instance_id or 0))
        stands = Counter(x.element for x in stops if x.state == "open")
        assert Counter(w.element for w in waits) == stands, (stands, waits)
        assert Counter(x.element for x in stops if x.kind == "user") == {"self_assess": 1, "check_dossier": 1}
        assert ("check_dossier" in stands) == (n.id not in checked), stands
    assert trail.verify().ok


def _drained(office: Office) -> bool:
    worker.drain(office.app)
    with reading() as s:
        return s.execute(select(Message.id).where(Message.state == "queued").limit(1)).first() is None


def _nominations() -> list[Any]:
    from service.awards.models import Nomination
    from service.db import let_go

    with reading() as s:
        rows = list(s.scalars(select(Nomination).where(Nomination.name.startswith("Người thứ"))))
        let_go(rows)
        return rows


def _until(condition: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.1)


@pytest.mark.long
def test_killed_at_random_moments_nothing_is_lost_or_doubled(office_on: Callable[[date], Office]) -> None:
    _killed(office_on(date(2026, 11, 3)), seconds=4, seed=1)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(4))
def test_killed_for_long_nothing_is_lost_or_doubled(office_on: Callable[[date], Office], seed: int) -> None:
    _killed(office_on(date(2026, 11, 3)), seconds=SOAK / 8, seed=seed, checks=40)


def test_deadline_that_passed_while_the_service_was_off_fires_once(office_on: Callable[[date], Office]) -> None:
    from service import clock

    office = office_on(date(2026, 11, 3))
    one = office.nominate("HN-2026")
    office.assess(one)
    office.sign(one)
    office.check(one, "supplement")
    office.act(office.submission(one), "return", by="vhxh")
    assert office.at(one) == {"supplement_dossier"}
    live.forget_all()  # the service is off …
    clock.move_to(datetime(2026, 12, 20, 8, tzinfo=ZONE))  # … over the deadline, and started again
    for _ in range(3):
        worker.drain(office.app)
    instance = office.read(one).instance_id or 0
    with reading() as s:
        fired = Counter(
            s.scalars(select(Activity.element).where(Activity.instance_id == instance, Activity.kind == "timer"))
        )
    assert fired and set(fired.values()) == {1}, fired
    assert office.status(one)[0] == "refused_open"
    assert trail.verify().ok
