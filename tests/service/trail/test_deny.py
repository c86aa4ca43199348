"""Refusals are entries, few of them however often somebody tries, and nothing that was typed stands in them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from service import clock, trail
from service.actor import Actor
from service.db import transaction

UNIT = Actor(account=3, login="donvi", name="Trạm Y tế", door="api")


def told() -> list[tuple[str, str, str, object]]:
    page = trail.read(kind="access:denied", sight=trail.Sight.EVERYTHING, oldest_first=True)
    return [(e.actor, e.door, e.stream, e.body["count"]) for e in page.events]


def test_first_refusal_is_an_entry_and_repetitions_become_one_more(app: Flask) -> None:
    for _ in range(5):
        trail.deny("decision.sign", by=UNIT, target="list:9")
    trail.deny("rule.edit", by=UNIT)
    assert told() == [("3", "api", "account:3", 1), ("3", "api", "account:3", 1)]
    assert trail.flush_denials() == 0
    clock.move_to(clock.now() + timedelta(minutes=2))
    assert trail.flush_denials() == 2
    assert [row[3] for row in told()] == [1, 1, 4]
    assert trail.flush_denials() == 0
    trail.deny("rule.edit", by=UNIT)
    assert [row[3] for row in told()] == [1, 1, 4, 1]
    assert trail.verify().ok


def test_refusal_after_the_minute_tells_the_ones_before(app: Flask) -> None:
    for _ in range(3):
        trail.deny("rule.edit", by=UNIT)
    clock.move_to(clock.now() + timedelta(minutes=2))
    trail.deny("rule.edit", by=UNIT)
    assert [row[3] for row in told()] == [1, 2, 1]


def test_stranger_is_nobody(app: Flask) -> None:
    trail.deny("page.inbox", by=None, door="web")
    assert told() == [("-", "web", "system", 1)]
    event = trail.read().events[0]
    assert trail.sentence(event) == "Người chưa đăng nhập bị từ chối 1 lần: page.inbox."
    assert trail.sentence(event, "en") == "Somebody not signed in was refused 1 time: page.inbox."


def test_denial_takes_nothing_that_was_typed_and_stands_alone(app: Flask) -> None:
    trail.deny("not-found", by=UNIT, target="instance:12")
    for what, target in (("Nguyễn Văn An", ""), ("page", "hồ sơ 12"), ("", "")):
        with pytest.raises(ValueError, match="word of the code"):
            trail.deny(what, by=UNIT, target=target)
    with transaction(), pytest.raises(RuntimeError, match="inside a transaction"):
        trail.deny("rule.edit", by=UNIT)
    assert len(told()) == 1
