"""A restore lacks no key on which printed codes and sent links depend, and a key that is another one is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from service import people, trail
from service.awards import public
from service.awards.models import Nomination
from service.backup import BadBackup, make_backup, restore_backup
from service.db import reading
from service.notices import outbox
from service.trail import watch
from service.worker import _tidy
from tests.journeys.conftest import furnished, office_on
from tests.journeys.office import Office
from tests.service.test_backup import CLI, on, second

__all__ = ["furnished", "office_on", "second"]

pytestmark = pytest.mark.both_databases
LOST = ("mail", "mail-links", "status-codes")


@pytest.fixture
def office(office_on: Callable[..., Office]) -> Office:
    office = office_on(date(2026, 11, 3), lambda office: {"one": office.nominate("HN-2026")})
    for purpose in LOST:
        office.app.extensions["settings"].key(purpose)
    return office


def code_of(number: int) -> str:
    with reading() as s:
        return public.code_of(s.get_one(Nomination, number))


def found(code: str) -> int | None:
    nomination = public.nomination_of_code(code)
    return nomination.id if nomination else None


def test_keys_of_codes_and_links_must_be_there_unless_somebody_says_otherwise(
    office: Office, second: Callable[..., Flask], tmp_path: Path
) -> None:
    one = office.made["one"]
    printed = code_of(one)
    make_backup(tmp_path / "copy.zip", by=CLI)
    with on(second()):
        restore_backup(tmp_path / "copy.zip", reason="Máy chủ hỏng", by=CLI)
        assert found(printed) == one and public.check_codes(), "with its keys the code on paper finds its nomination"
    app = second("third")
    keys = app.extensions["settings"].var / "keys"
    for purpose in LOST:
        (keys / purpose).unlink()
    (keys / "cookies").unlink(missing_ok=True)  # what lives for hours is asked for by nobody
    with on(app):
        with pytest.raises(BadBackup, match="missing in the folder keys: mail, mail-links, status-codes. Codes on paper"):
            restore_backup(tmp_path / "copy.zip", reason="Máy chủ hỏng", by=CLI)
        assert not [purpose for purpose in LOST if (keys / purpose).exists()], "nor was one made anew"
        restore_backup(tmp_path / "copy.zip", reason="Máy chủ hỏng", by=CLI, without_keys=True)
        assert trail.read(kind="trail:restored").events[0].body["without"] == "mail, mail-links, status-codes"
        assert found(printed) is None and found(code_of(one)) == one, "the old code is dead, a fresh one finds it"
        assert public.check_codes() and trail.verify().ok
    fourth = second("fourth")
    (fourth.extensions["settings"].var / "keys" / "checkpoints").unlink(missing_ok=True)
    (fourth.extensions["settings"].var / "keys" / "trail").unlink()
    with on(fourth), pytest.raises(BadBackup, match="missing in the folder keys: .*trail"):
        restore_backup(tmp_path / "copy.zip", reason="Máy chủ hỏng", by=CLI, without_keys=True)


def test_key_that_is_another_one_is_an_alarm_once_a_day(office: Office) -> None:
    _tidy()
    assert not trail.read(kind="trail:alarm").events
    office.nominate("HN-2026", name="Lò Nắng Ấm")
    key = office.app.extensions["settings"].var / "keys" / public.KEY
    own = key.read_bytes()
    key.write_text("0" * 64, encoding="ascii")
    office.nominate("HN-2026", name="Vàng Mây Trôi")  # the newest fits the new key; the older ones tell
    _tidy()
    _tidy()
    (alarm,) = trail.read(kind="trail:alarm").events
    assert alarm.body["code"] == public.CODE_ALARM
    told = outbox(by=people.actor_of("quantri"), letter="key_alarm")
    assert told.total == len(people.members_of(["inspector", "admin"])) and watch.self_check(), "the trail itself is sound"
    key.write_bytes(own)
    assert found(code_of(office.made["one"])) == office.made["one"]
