"""The trail is looked after by itself: each night all of it, each fault an alarm, the same one once a day."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from datetime import datetime, timedelta

import orjson
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import delete, update

from service import clock, trail, worker
from service.actor import machine
from service.db import transaction
from service.trail import checkpoints, watch
from service.trail.cli import audit
from service.trail.models import CHECKPOINT, EVENT, HEAD
from service.trail.note import read_note
from service.trail.seal import leaf_hash
from service.trail.tree import includes
from tests.service.trail.conftest import Attacker
from tests.service.trail.test_verify import entries
from workflows.calendar import ZONE


def go(day: int, hour: int) -> None:
    clock.move_to(datetime(2027, 3, day, hour, tzinfo=ZONE))


@pytest.fixture
def told() -> Iterator[list[str]]:
    """What was told to who registered for alarms."""
    heard: list[str] = []

    def hear(what: str, what_en: str, moment: int, code: str) -> None:
        heard.append(what)

    watch.alarmed.append(hear)
    yield heard
    watch.alarmed.remove(hear)


def test_the_whole_trail_is_verified_once_a_night(log: Flask, told: list[str]) -> None:
    go(1, 1)
    assert watch.verify_tonight() == 0, "not yet night"
    go(1, 3)
    assert watch.verify_tonight() == 1 and watch.verify_tonight() == 0
    go(1, 20)
    assert watch.verify_tonight() == 0
    go(2, 2)
    assert watch.verify_tonight() == 1
    found = trail.read(kind="trail:verified").events
    assert [(event.actor, event.body["result"]) for event in found] == [("worker", "ok")] * 2
    assert not told


def test_a_fault_is_an_alarm_once_a_day(log: Flask, attack: Attacker, told: list[str]) -> None:
    go(1, 3)
    attack(update(EVENT).where(EVENT.c.gseq == 5).values(actor="99"))
    assert not watch.self_check() and not watch.self_check()
    assert len(told) == 1 and "số 5" in told[0]
    (alarm,) = trail.read(kind="trail:alarm").events
    assert trail.sentence(alarm).startswith("Cảnh báo nhật ký: Mục số 5") and "Entry 5" in trail.sentence(alarm, "en")
    clock.move_to(clock.now() + timedelta(hours=25))
    watch.self_check()
    assert len(told) == 2
    assert [what for _, what, _ in watch.alarms_since(datetime(2027, 3, 2, tzinfo=ZONE))] == [told[1].rstrip(".")]


def test_a_tail_cut_with_its_head_is_found_at_night_by_the_last_checkpoint(log: Flask, attack: Attacker, told: list[str]) -> None:
    checkpoints.make_checkpoint()
    ninth = entries()[8]
    attack(delete(EVENT).where(EVENT.c.gseq > 9))
    attack(sa.text("DELETE FROM trail_private WHERE gseq > 9"))
    attack(update(HEAD).values(gseq=9, hash=ninth["hash"], at=ninth["at"]))
    assert trail.verify().ok, "the chain by itself fits"
    assert not watch.self_check()
    assert "đuôi bị cắt từ mục số 10" in told[0]
    attack(delete(CHECKPOINT))
    attack(sa.text("DELETE FROM trail_node"))
    clock.move_to(clock.now() + timedelta(hours=25))
    assert not watch.self_check(), "the last one is kept beside the database too"
    assert checkpoints.turn(lambda code, place: told.append(f"{code} {place}")) == 0 and told[-1] == "lost 1"


def test_an_opened_lock_is_an_alarm(log: Flask, attack: Attacker, told: list[str]) -> None:
    assert trail.verify().ok and not watch.self_check()
    assert "Khóa chống sửa" in told[0]


def test_what_breaks_who_reads_is_an_alarm_and_breaks_nothing_else(log: Flask, attack: Attacker, told: list[str]) -> None:
    checkpoints.make_checkpoint()
    with transaction():
        trail.record("decision:signed", by=machine("worker"), stream="list:9")
    attack(update(CHECKPOINT).values(note="x"))
    assert watch.sign_due() == 0 and "không đọc được" in told[0]
    assert checkpoints.list_checkpoints() == []
    assert not watch.self_check() and len(told) == 2
    attack(update(EVENT).where(EVENT.c.gseq == 5).values(body=entries()[4]["body"].replace(b'"g":5', b'"g":18446744073709551615')))
    assert (trail.verify().first_bad, trail.verify().code) == (5, "changed")


def test_the_worker_signs_what_is_due(log: Flask) -> None:
    assert watch.sign_due() == 1 and watch.sign_due() == 0
    go(3, 9)
    with transaction():
        trail.record("hold:lifted", by=machine("worker"), stream="instance:1", reason="vì vậy")
    worker.run(log, once=True)
    assert [cause for _, cause, _ in checkpoints.list_checkpoints()] == ["day", "decision:signed"]


def test_command_line_signs_and_holds_what_came_from_outside_against_the_trail(log: Flask, attack: Attacker) -> None:
    made = log.test_cli_runner().invoke(audit, ["checkpoint"])
    assert made.exit_code == 0 and read_note(made.output).size == 12
    held = log.test_cli_runner().invoke(audit, ["anchor", "-"], input=made.output)
    assert held.exit_code == 0 and "còn khớp mốc số 1" in held.output
    other = log.test_cli_runner().invoke(audit, ["anchor", "-", "--english"], input=made.output.replace("\n12\n", "\n13\n", 1))
    assert other.exit_code == 1 and "not signed by a key" in other.output
    shown = log.test_cli_runner().invoke(audit, ["keys"])
    assert len(shown.output.split()) == 1 + 8
    proved = log.test_cli_runner().invoke(audit, ["prove", "3", "12"])
    assert proved.exit_code == 0 and proved.output.startswith("{")
    told, root = orjson.loads(proved.output), read_note(made.output).root
    for number, entry in zip((3, 12), told["entries"], strict=True):
        prev, body, *path = (b64decode(part) for part in (entry["prev"], entry["body"], *entry["proof"]))
        assert orjson.loads(body)["g"] == number and not entry["private"]
        assert includes(root, 12, number - 1, leaf_hash(prev, body), path) and told["checkpoint"] == made.output
    for unknown in ("13", "99"):
        missing = log.test_cli_runner().invoke(audit, ["prove", unknown])
        assert missing.exit_code == 1 and "No checkpoint covers" in missing.output
    changed = log.test_cli_runner().invoke(audit, ["change-key", "trail", "--reason", "Định kỳ"])
    assert changed.exit_code == 0 and "số 2" in changed.output and trail.verify().ok
    attack(update(EVENT).where(EVENT.c.gseq == 13).values(body=b"{}"))
    broken = log.test_cli_runner().invoke(audit, ["checkpoint", "--english"])
    assert broken.exit_code == 1 and broken.output == "Entry 13: its content does not fit its hash.\n"
