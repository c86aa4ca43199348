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
from contextlib import contextmanager, suppress
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from service import trail, worker
from service.config import ROOT, Settings
from service.db import db, reading
from service.jobs.models import JOB
from service.processes import history, live
from service.processes.instances import look_at
from service.processes.models import Activity, Message
from tests.journeys.office import CLEAN_FACTS, Office
from tests.service.notices.conftest import free_port
from workflows import engine
from workflows.calendar import ZONE

FORM = {
    "form_asked": "GK_XA", "summary": "Đưa dạy học số tới cả thôn xa, bảy lớp.", "person_type": "official",
    "D1": {"score": 9, "note": "Đã làm xong việc được giao.", "contents": ["ND5"]}, "facts": CLEAN_FACTS,
}
SOAK = int(os.environ.get("VINHDANH_SOAK_SECONDS", "300"))

pytestmark = pytest.mark.soak


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
        """End one of the two without a warning."""
        with suppress(ProcessLookupError):
            os.kill(self.pids[what], signal.SIGKILL)

    def close(self) -> None:
        """End all."""
        for what in self.pids:
            self.kill(what)
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(20)
        self.log.close()


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


class Stubborn:
    """A program that asks again until it is answered, with the same key."""

    def __init__(self, port: int, until: float) -> None:
        self.port, self.until, self.token = port, until, ""
        self.answers: Counter[int] = Counter()

    def call(self, method: str, path: str, body: Any = None, key: str = "") -> tuple[int, Any]:
        """One call, repeated while nobody answers or the service says to come again."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": key} if body is not None else {}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        while True:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
                connection.request(method, f"/api/v1{path}", json.dumps(body) if body is not None else None, headers)
                answer = connection.getresponse()
                said = answer.read()
                self.answers[answer.status] += 1
                if answer.status != 503:
                    return answer.status, json.loads(said)
            except (OSError, http.client.HTTPException):
                self.answers[0] += 1
            assert time.monotonic() < self.until, f"nobody answered {method} {path}"
            time.sleep(0.05)

    def sign_in(self, who: str) -> None:
        """Get a token; the call carries no key that would be kept."""
        status, said = self.call("POST", "/session", {"username": who, "password": "vinhdanh"}, key="")
        assert status == 201, said
        self.token = said["token"]


def _work(program: Stubborn, mine: int, stop: threading.Event, done: list[int]) -> None:
    """Nominate and assess, one name after the other."""
    program.sign_in("donvi")
    n = 0
    while not stop.is_set():
        n += 1
        said = {
            "round": "HN-2026", "subject_group": "D", "award_form": "GK_XA",
            "recipient": {"kind": "individual", "name": f"Người thứ {mine} {n}", "title": "Giáo viên", "unit": "DONG-MAY"},
        }
        status, made = program.call("POST", "/nominations", said, key=f"new-{mine}-{n}")
        assert status == 201, made
        (task,) = [t["id"] for t in made["open_tasks"] if t["kind"] == "user"]
        status, said = program.call("POST", f"/tasks/{task}/complete", {"answers": FORM}, key=f"done-{mine}-{n}")
        assert status == 200, said
        done.append(made["id"])


def _killed(office: Office, seconds: float, seed: int) -> None:
    settings: Settings = office.app.extensions["settings"]
    chance = random.Random(seed)
    db.session.remove()
    done: list[int] = []
    failed: list[BaseException] = []
    stop = threading.Event()
    with machines(settings) as both:
        programs = [Stubborn(both.port, time.monotonic() + seconds + 120) for _ in range(2)]

        def run(mine: int) -> None:
            try:
                _work(programs[mine], mine, stop, done)
            except BaseException as error:
                failed.append(error)

        threads = [threading.Thread(target=run, args=(mine,)) for mine in range(2)]
        for thread in threads:
            thread.start()
        end, kills = time.monotonic() + seconds, 0
        while time.monotonic() < end or not done:
            time.sleep(chance.uniform(0.5, 2.5))
            what = chance.choice(("serve", "work"))
            both.kill(what)
            both.start(what)
            kills += 1
        stop.set()
        for thread in threads:
            thread.join(150)
        assert not failed, failed
        _sign_all(programs[0], office, done, both, chance)
    _nothing_lost(office, done)
    assert kills >= 3


def _sign_all(
    program: Stubborn, office: Office, done: list[int], both: Machines, chance: random.Random
) -> None:
    """The head signs all names in one act, and the worker is killed while it delivers."""
    program.token = ""
    program.sign_in("thutruong")
    with reading():
        submission = office.submission(done[0])
    minutes = {"held_on": "2026-11-03", "chaired_by": "Đinh Vũ Phong", "members": 9, "present": 9, "votes": 9}
    status, said = program.call("POST", f"/submissions/{submission}/sign", {"minutes": minutes}, key="sign")
    assert status == 200 and said["done"] == len(set(done)), said
    for _ in range(3):
        time.sleep(chance.uniform(0.1, 0.6))
        both.kill("work")
        both.start("work")


def _nothing_lost(office: Office, done: list[int]) -> None:
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
        assert Counter(x.element for x in stops if x.kind == "user") == {"self_assess": 1, "check_dossier": 1}
        waits = engine.waits(look_at(n.instance_id or 0))
        assert [w.element for w in waits] == [x.element for x in stops if x.state == "open"] == ["check_dossier"]
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
        assert time.monotonic() < end, "messages stayed behind"
        time.sleep(0.1)


@pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
def test_killed_at_random_moments_nothing_is_lost_or_doubled(office_on: Callable[[date], Office]) -> None:
    _killed(office_on(date(2026, 11, 3)), seconds=8, seed=1)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(4))
def test_killed_for_long_nothing_is_lost_or_doubled(office_on: Callable[[date], Office], seed: int) -> None:
    _killed(office_on(date(2026, 11, 3)), seconds=SOAK / 8, seed=seed)


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
