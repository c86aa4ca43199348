"""Starts the demo: loads its data on first use, then runs service and worker until it is told to stop.

The load goes into a file of its own that takes its place only when it is whole, so that a load that was cut off is
begun again. Touches no database but the demo's own SQLite file under `var`.
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

import structlog

from service import clock
from service.app import create_app
from service.config import ROOT, Settings
from service.db import db
from service.demo import source
from service.demo.load import load_demo
from service.errors import Refusal
from service.people.passwords import DEMO_PASSWORD

READY_SECONDS = 180.0
STOP_SECONDS = 30.0
SHOWN = (
    ("donvi", "thutruong"), ("donvi2", "thutruong2"), ("vhxh", "truongphong"), ("vanphong", "quantri"),
    ("thuky", "thuky2"), ("uv1", "uv2"), ("chutich", "phochutich"), ("vanthu", "ketoan"), ("congan", "thue"),
    ("mttq", "ttcudv"), ("tinh", "thanhtra"),
)
"""Sign-in names in the table that is printed, two a line."""


def start(reset: bool, load_only: bool) -> int:
    """Load the demo where it is missing and run it; returns the exit code of the command.

    With `reset` the demo's data is thrown away first. One clear sentence and 1 where that cannot be: another
    database is set, the file holds something else, the port is taken, service or worker ends by itself.
    """
    settings = Settings(demo=True)
    if settings.database_url:
        return _fail(
            "Bản dùng thử chỉ chạy trên tệp SQLite riêng của nó; bỏ VINHDANH_DATABASE_URL rồi chạy lại.",
            "The demo runs on its own SQLite file only; unset VINHDANH_DATABASE_URL and run again.",
        )
    if (not load_only or reset) and _port_taken(settings):
        return _fail(
            f"Cổng {settings.port} đang có chương trình khác dùng; dừng nó, hoặc chọn cổng khác: PORT=8001.",
            f"Port {settings.port} is taken; stop what runs there, or choose another one: PORT=8001.",
        )
    database = settings.var / "vinhdanh.sqlite3"
    what = _what_is_in(database)
    if what == "other":
        return _fail(
            f"{database} không phải dữ liệu dùng thử nên không bị đụng tới; dời tệp đi, hoặc đặt VINHDANH_VAR khác.",
            f"{database} is not the demo's, so it is left alone; move it away, or set another VINHDANH_VAR.",
        )
    if reset or what != "demo":
        try:
            _load(settings, database)
        except Refusal as refusal:
            return _fail(refusal.message, refusal.message_en)
        except KeyboardInterrupt:
            return _fail("Đã dừng khi đang nạp; lần sau nạp lại từ đầu.", "Stopped; the next start loads anew.")
    return 0 if load_only else _run(settings)


def _fail(message: str, message_en: str) -> int:
    print(f"{message}\n{message_en}", file=sys.stderr)
    return 1


def _port_taken(settings: Settings) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            return True
    return False


def _what_is_in(database: Path) -> str:
    """Tell what a database file holds: nothing, the whole demo, or something else that is not ours to touch."""
    if not database.exists():
        return "nothing"
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        ours, others = connection.execute(
            "SELECT coalesce(sum(demo), 0), coalesce(sum(1 - demo), 0) FROM account"
        ).fetchone()
        cases = connection.execute("SELECT count(*) FROM nomination").fetchone()[0]
    except sqlite3.DatabaseError:
        return "other"
    finally:
        connection.close()
    if ours:
        return "demo"  # accounts that somebody added while trying it out are the demo's too
    return "other" if others or cases else "nothing"


def _load(settings: Settings, database: Path) -> None:
    """Load into a file beside and let it take the database's place when it is whole."""
    half = database.with_name("demo-loading.sqlite3")
    if half.exists():
        print("Lần nạp trước bị ngắt giữa chừng, nạp lại từ đầu. / The last load was cut off; it begins again.")
    for path in (half, database):
        _remove(path)
    shutil.rmtree(settings.var / "trail", ignore_errors=True)  # checkpoints of the trail that goes with it
    (settings.var / "clock").unlink(missing_ok=True)
    began = time.monotonic()
    _quiet()
    app = create_app(settings.model_copy(update={"database_url": f"sqlite:///{half}"}))
    with app.app_context():
        load_demo(_tell)
        with db.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")  # a checkpoint stands outside of any transaction
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
        db.session.remove()
        db.engine.dispose()
    with half.open("rb") as written:
        os.fsync(written.fileno())
    half.replace(database)
    _remove(half)
    (settings.var / "clock").unlink(missing_ok=True)
    clock.follow(None)
    print(f"Đã nạp dữ liệu dùng thử trong {time.monotonic() - began:.0f} giây. / Demo data loaded.", flush=True)


def _remove(database: Path) -> None:
    for end in ("", "-wal", "-shm"):
        database.with_name(database.name + end).unlink(missing_ok=True)


def _quiet() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


def _tell(what: str, done: int, total: int) -> None:
    if sys.stdout.isatty():
        print(f"\rĐang tạo {what.lower()} {done} trong {total}", end="\n" if done == total else "", flush=True)
    elif done % 10 == 0 or done == total:
        print(f"Đang tạo {what.lower()} {done} trong {total}", flush=True)


def _run(settings: Settings) -> int:
    """Run service and worker as children; SIGINT and SIGTERM go to both, and both are waited for."""
    asked = False
    children: dict[str, subprocess.Popen[bytes]] = {}

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        asked = True
        for child in children.values():
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        for name in ("serve", "worker"):
            # A session of their own: Ctrl-C reaches them once, through us, and not twice.
            children[name] = subprocess.Popen(
                [sys.executable, "-c", "from service.cli import main; main()", name],
                start_new_session=True,
                env=os.environ | {
                    "VINHDANH_DEMO": "1", "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
                },
            )
            if name == "serve" and not _wait_ready(settings, children[name], lambda: asked):
                return 0 if asked else _fail(
                    "Dịch vụ không khởi động được; xem các dòng phía trên.",
                    "The service did not start; see the lines above.",
                )
        print(_welcome(settings), flush=True)
        while not asked:
            for name, child in children.items():
                if child.poll() is not None and not asked:
                    return _fail(
                        f"Tiến trình “{name}” đã dừng (mã {child.returncode}); chạy lại lệnh này.",
                        f"The process “{name}” ended with code {child.returncode}; run this command again.",
                    )
            time.sleep(0.3)
        return 0
    finally:
        _end(children)
        for number, old in before.items():
            signal.signal(number, old)


def _wait_ready(settings: Settings, child: subprocess.Popen[bytes], asked: object) -> bool:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and child.poll() is None and not (callable(asked) and asked()):
        try:
            with urllib.request.urlopen(f"http://{settings.host}:{settings.port}/healthz", timeout=2) as answer:
                if answer.status == 200:
                    return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return False


def _end(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for child in children.values():
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
    until = time.monotonic() + STOP_SECONDS
    for child in children.values():
        try:
            child.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _welcome(settings: Settings) -> str:
    people = {row["login"]: row for row in source.accounts()}
    lines = [
        "",
        f"Vinh Danh đang chạy tại {settings.address}",
        f"Vinh Danh is running at {settings.address}",
        "",
        f"Mật khẩu của mọi tài khoản: {DEMO_PASSWORD}   (password of every account)",
        "",
    ]
    lines += [_row(pair, people) for pair in SHOWN]
    lines += [
        "",
        "  … uv3 đến uv9: ủy viên Hội đồng (council members)",
        "",
        "Dừng: Ctrl-C. Làm lại từ đầu: make demo-reset. / Stop: Ctrl-C. Begin again: make demo-reset.",
        "",
    ]
    return "\n".join(lines)


def _row(pair: Sequence[str], people: dict[str, source.Row]) -> str:
    return "  " + "".join(f"{login:<12} {_short(people[login]['title']):<42}" for login in pair).rstrip()


def _short(title: str) -> str:
    return title if len(title) <= 40 else f"{title[:39]}…"
