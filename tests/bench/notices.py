"""A thousand notices queued and delivered while the inbox is read: what the reader feels of it.

Server and worker run as in production, the mail server is a process of its own that takes everything. The inbox is read
alone and beside each thousand of notices in turns, so that what else the machine does falls on both alike.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_connection
from statistics import median
from time import perf_counter, sleep

from flask import Flask
from sqlalchemy import func, select

from service import notices, people, trail
from service.actor import machine
from service.db import db, reading, transaction
from service.notices.models import MAIL
from service.people import accounts
from tests.bench.ground import DAY, open_office
from tests.bench.http import free_port, server, worker
from tests.bench.lists import browser_cookie, inbox_alone, inbox_figures, inbox_while
from tests.journeys.office import Office

ROUNDS, EACH = 2, 1000
LONGEST = 300.0
"""Seconds until a thousand must have been delivered."""


@contextmanager
def _sink() -> Iterator[str]:
    """A mail server on this machine that takes all and keeps nothing; gives its address."""
    port = free_port()
    command = [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Sink"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                with create_connection(("127.0.0.1", port), timeout=1):
                    break
            except OSError:
                sleep(0.1)
        yield f"smtp://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def _people_to_tell() -> list[int]:
    with transaction():
        made = [
            accounts.add(f"nhan{n}", accounts.checked_fields(name=f"Người Nhận {n}", email=f"nhan{n}@sonmai.example"))
            for n in range(EACH)
        ]
        trail.record("demo:loaded", by=machine("cli"), stream="system", body={"count": EACH})
    return made


def _queue(to: list[int], number: int) -> None:
    with transaction():
        notices.queue(
            "assigned", to=to, key=f"bench:{number}", link="/inbox",
            context={"task": "Kiểm tra, thẩm định hồ sơ", "title": f"Hồ sơ của thôn Đông {number}"},
        )


def _left() -> int:
    with reading() as s:
        return s.scalar(select(func.count()).select_from(MAIL).where(MAIL.c.state.in_(("queued", "sending")))) or 0


def _sent() -> int:
    with reading() as s:
        return s.scalar(select(func.count()).select_from(MAIL).where(MAIL.c.key.like("bench:%"), MAIL.c.state == "sent")) or 0


def _goes_on(app: Flask) -> bool:
    left = _left()
    db.session.remove()
    return left > 0


def run_notices(label: str, var: Path, url: str) -> dict[str, float]:
    """The inbox's median beside the delivery over that alone, and notices delivered a second."""
    start = "notices1000." if label == "sqlite" else f"notices1000.{label}."
    alone: list[float] = []
    beside: list[float] = []
    ratios: list[float] = []
    seconds = 0.0
    with open_office(var, url) as app:
        app.extensions["settings"].quiet_hours = False
        office = Office(app, DAY)
        for n in range(60):
            office.nominate("HN-2026", name=f"Người Đang Chờ {n}")
        told = _people_to_tell()
        token, _ = people.sign_in("donvi", "vinhdanh", door="web")
        cookie = browser_cookie(app, token)
        db.session.remove()
        with _sink() as mail, server(var, url) as (port, _), worker(var, url, SMTP_URL=mail, VINHDANH_QUIET_HOURS="false"):
            began = perf_counter()
            while _goes_on(app):  # what the nominations told goes first
                _in_time(began)
                sleep(0.2)
            for number in range(ROUNDS):
                before = inbox_alone(port, cookie)
                began = perf_counter()
                _queue(told, number)
                meanwhile = inbox_while(port, cookie, lambda began=began: _in_time(began) and _goes_on(app))  # type: ignore[misc]
                seconds += perf_counter() - began
                alone += before
                beside += meanwhile
                ratios.append(median(meanwhile) / median(before))
            sent = _sent()
    if sent != ROUNDS * EACH:
        raise RuntimeError(f"{sent} of {ROUNDS * EACH} notices were delivered")
    return inbox_figures(start, alone, beside) | {f"{start}inbox_ratio": median(ratios), f"{start}delivered_per_s": sent / seconds}


def _in_time(began: float) -> bool:
    if perf_counter() - began > LONGEST:
        raise RuntimeError("the notices are not delivered")
    return True
