"""A value erased on request verifies and is named; one that is merely gone, put back, or excused by a false entry does not."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from hmac import digest
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DatabaseError

from service import trail
from service.actor import machine
from service.db import db, transaction
from service.trail import checkpoints
from service.trail.anchors import check_anchor
from service.trail.models import ERASED, EVENT, HEAD, PRIVATE
from service.trail.seal import leaf_hash, mac_key

pytestmark = pytest.mark.both_databases
Attacker = Callable[..., sa.CursorResult[Any]]
WHO = machine("cli")


def erase(values: dict[str, dict[str, list[str]]], number: int = 1) -> None:
    with transaction():
        body = {"erasure": number, "count": 1, "values": values}
        trail.record("data:erased", by=WHO, stream=f"erasure:{number}", basis="PDPL", body=body)


def value(gseq: int) -> dict[str, Any]:
    with db.engine.connect() as connection:
        return dict(connection.execute(sa.select(PRIVATE).where(PRIVATE.c.gseq == gseq)).one()._mapping)


def test_what_an_entry_erases_is_gone_and_the_trail_verifies_and_names_it(log: Flask) -> None:
    checkpoints.make_checkpoint()
    outside = checkpoints.list_checkpoints(limit=1)[0][2]
    assert trail.verify().erased == 0
    erase({"instance:2": {"4": ["reason"], "6": ["reason"]}})
    with db.engine.connect() as connection:
        left = connection.execute(sa.select(PRIVATE.c.gseq).order_by(PRIVATE.c.gseq)).scalars().all()
    assert left == [3, 8, 9], "the values of others stay"
    verdict = trail.verify()
    assert verdict.ok and verdict.erased == 2 and "2 giá trị riêng đã xóa theo yêu cầu" in verdict.why and "13" in verdict.why_en
    assert trail.verify("instance:2").ok and trail.verify("erasure:1").ok
    assert check_anchor(outside).ok, "hashes are what they were"
    made = checkpoints.make_checkpoint()
    assert made.size == 13
    shown = trail.read(stream="instance:2", sight=trail.Sight.EVERYTHING).events
    assert [event.erased for event in shown] == [{"reason"}, frozenset(), {"reason"}]
    assert [event.private for event in shown] == [{}, {}, {}]


def test_the_database_lets_nothing_be_deleted_but_what_an_entry_names(log: Flask) -> None:
    def refused(statement: sa.Executable) -> None:
        with pytest.raises(DatabaseError), db.engine.begin() as connection:
            connection.execute(statement)

    refused(sa.delete(PRIVATE).where(PRIVATE.c.gseq == 3))
    refused(sa.insert(ERASED).values(gseq=3, path="reason", entry=12))  # not an entry that erases
    erase({"instance:2": {"4": ["reason"]}})
    refused(sa.delete(PRIVATE).where(PRIVATE.c.gseq == 3))
    refused(sa.update(ERASED).values(path="x"))
    refused(sa.delete(ERASED))


def test_an_erasure_that_names_what_is_not_there_is_taken_back_whole(log: Flask) -> None:
    for values in ({"instance:2": {"4": ["name"]}}, {"instance:2": {"40": ["reason"]}}):
        with pytest.raises(RuntimeError, match="not there"):
            erase(values)
    assert trail.last_number() == 12 and trail.verify().ok


def test_a_value_lost_without_an_entry_is_found_beside_one_that_was_erased(log: Flask, attack: Attacker) -> None:
    erase({"instance:2": {"4": ["reason"]}})
    attack(sa.delete(PRIVATE).where(PRIVATE.c.gseq == 8))
    verdict = trail.verify()
    assert (verdict.ok, verdict.first_bad, verdict.code) == (False, 8, "private-lost")


def test_an_erased_value_put_back_is_named_with_its_entry(log: Flask, attack: Attacker) -> None:
    was = value(4)
    erase({"instance:2": {"4": ["reason"]}})
    attack(sa.insert(PRIVATE).values(**was))
    verdict = trail.verify()
    assert (verdict.first_bad, verdict.code) == (4, "private-returned") and "13" in verdict.why


def test_an_erasure_of_one_excuses_no_value_of_another(log: Flask, attack: Attacker) -> None:
    erase({"instance:2": {"4": ["reason"]}})
    attack(sa.insert(ERASED), {"gseq": 8, "path": "reason", "entry": 13})
    attack(sa.delete(PRIVATE).where(PRIVATE.c.gseq == 8))
    verdict = trail.verify()
    assert (verdict.first_bad, verdict.code) == (8, "private-lost"), "the lock's own table proves nothing"


def append(attack: Attacker, values: Any, *, key: bytes | None = None) -> None:
    """Append an entry of an erasure past the service, chained as the service would, with the key or without."""
    with db.engine.connect() as connection:
        last = connection.execute(sa.select(EVENT).order_by(EVENT.c.gseq.desc()).limit(1)).one()
        number = connection.execute(sa.select(sa.func.count()).select_from(EVENT).where(EVENT.c.stream == "erasure:9")).scalar_one() + 1
    body = orjson.dumps(
        {"a": "cli", "d": "cli", "g": last.gseq + 1, "k": "data:erased", "n": number, "s": "erasure:9", "t": last.at,
         "x": {"count": 1, "erasure": 9, "values": values}}, option=orjson.OPT_SORT_KEYS,
    )
    hash_ = leaf_hash(last.hash, body)
    attack(
        sa.insert(EVENT).values(
            gseq=last.gseq + 1, stream="erasure:9", sseq=number, at=last.at, actor="cli", kind="data:erased", door="cli", behalf=None,
            body=body, prev=last.hash, hash=hash_, mac=digest(key, hash_, sha256) if key else bytes(32),
        )
    )
    attack(sa.update(HEAD).values(gseq=last.gseq + 1, hash=hash_))


def test_a_forged_entry_of_an_erasure_excuses_nothing(log: Flask, attack: Attacker) -> None:
    attack(sa.delete(PRIVATE).where(PRIVATE.c.gseq == 8))
    append(attack, {"instance:3": {"8": ["reason"]}})
    verdict = trail.verify()
    assert (verdict.first_bad, verdict.code) == (8, "private-lost")
    assert trail.verify("instance:3").code == "private-lost"


@pytest.mark.parametrize(
    "values",
    [
        {"instance:1": {"8": ["reason"]}},  # another stream's
        {"instance:3": {"8": ["reason", "name"]}},  # a value that was never promised
        {"instance:3": {"8": ["reason"], "40": ["reason"]}},  # an entry that is not there yet
        {"instance:3": "all"},
        {},
    ],
)
def test_an_erasure_whose_range_is_false_is_named_even_with_the_key(log: Flask, attack: Attacker, values: dict[str, Any]) -> None:
    # Who holds the key writes the entry as the service would, and deletes what he likes.
    append(attack, {}, key=mac_key())
    assert trail.verify().ok, "one that names nothing is true"
    attack(sa.delete(PRIVATE).where(PRIVATE.c.gseq == 8))
    append(attack, values, key=mac_key())
    verdict = trail.verify()
    assert not verdict.ok and verdict.code in ("private-lost", "erasure-false")


def test_who_holds_the_key_erases_not_in_silence_and_nothing_twice(log: Flask, attack: Attacker) -> None:
    attack(sa.delete(PRIVATE).where(PRIVATE.c.gseq == 8))
    assert trail.verify().code == "private-lost"
    append(attack, {"instance:3": {"8": ["reason"]}}, key=mac_key())
    assert trail.verify().erased == 1 and "13" in trail.verify().why
    append(attack, {"instance:3": {"8": ["reason"]}}, key=mac_key())
    assert (trail.verify().first_bad, trail.verify().code) == (14, "erasure-false")


def test_values_that_are_all_there_make_a_false_erasure(log: Flask, attack: Attacker) -> None:
    append(attack, {"instance:3": {"8": ["reason"]}}, key=mac_key())
    assert (trail.verify().first_bad, trail.verify().code) == (8, "private-returned")
