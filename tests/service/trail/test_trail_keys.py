"""One key follows another: what the old one vouched for stays, both vouch for the change, and a false change is named."""

from __future__ import annotations

from hashlib import sha256
from hmac import digest

import orjson
import pytest
import rfc8785
from flask import Flask
from nacl.signing import SigningKey
from sqlalchemy import select, update

from service import trail
from service.actor import Actor, machine
from service.config import Settings
from service.db import transaction
from service.errors import Invalid
from service.trail import checkpoints, keys
from service.trail import note as notes
from service.trail.anchors import check_anchor
from service.trail.checkpoints import make_checkpoint
from service.trail.models import EVENT, HEAD
from service.trail.seal import mac_key
from service.trail.verify import snapshot
from tests.service.trail.conftest import Attacker
from tests.service.trail.test_verify import entries, rewrite

ADMIN = Actor(account=9, login="admin", name="Lê Quản Trị")
WHY = "Định kỳ hằng năm"


def write() -> None:
    with transaction():
        trail.record("hold:lifted", by=machine("worker"), stream="instance:1", reason="vì vậy")


def test_entries_before_and_after_a_new_key_are_verified_each_with_its_own(log: Flask, settings: Settings) -> None:
    assert keys.change_key("trail", reason=WHY, by=ADMIN) == 2
    write()
    assert keys.change_key("trail", reason=WHY, by=ADMIN) == 3
    write()
    assert trail.verify().ok and trail.verify("instance:1").ok and trail.verify("system").ok
    rows = entries()
    numbers = [next(n for n in (1, 2, 3) if row["mac"] == digest(mac_key(n), row["hash"], sha256)) for row in rows]
    assert numbers == [1] * 13 + [2] * 2 + [3]
    assert (settings.var / "keys" / "trail.2").stat().st_mode & 0o777 == 0o600
    told = trail.read(kind="key:changed", limit=1, sight=trail.Sight.EVERYTHING).events[0]
    assert told.actor == "9" and told.reason == WHY and told.body["number"] == 3
    assert settings.key("trail").get_secret_value() not in repr(rows) and settings.key("trail", 2).get_secret_value() not in repr(rows)


def test_another_running_process_goes_on_with_the_new_key(log: Flask) -> None:
    keys.change_key("trail", reason=WHY, by=ADMIN)
    log.extensions["trail_keys"].pop(2)  # what a process does not hold that was started before the change
    write()
    assert trail.verify().ok


def test_a_change_that_the_old_or_the_new_key_does_not_vouch_for_is_named(log: Flask, attack: Attacker) -> None:
    with pytest.raises(Invalid):
        keys.change_key("trail", reason=" ", by=ADMIN)
    keys.change_key("trail", reason=WHY, by=ADMIN)
    write()
    good = entries()
    for changed in ({"proof": "00" * 32}, {"new": "11" * 32}, {"number": 3}, {"purpose": "checkpoints"}):
        rows = [dict(row) for row in good]
        body = orjson.loads(rows[12]["body"])
        rows[12]["body"] = rfc8785.dumps({**body, "x": {**body["x"], **changed}})
        rewrite(attack, rows)
        for row in rows[:13]:  # somebody who stole the old key
            attack(update(EVENT).where(EVENT.c.gseq == row["gseq"]).values(mac=digest(mac_key(1), row["hash"], sha256)))
        verdict = trail.verify()
        assert (verdict.first_bad, verdict.code) == (13, "key-changed"), changed


def test_a_thief_of_the_old_key_writes_nothing_after_the_change(log: Flask, attack: Attacker) -> None:
    keys.change_key("trail", reason=WHY, by=ADMIN)
    write()
    attack(update(EVENT).where(EVENT.c.gseq == 14).values(mac=digest(mac_key(1), entries()[13]["hash"], sha256)))
    assert (trail.verify().first_bad, trail.verify().code) == (14, "forged")
    attack(update(HEAD).values(key=1))
    assert not trail.verify("instance:1").ok


def test_a_key_for_checkpoints_that_the_one_before_did_not_sign_is_none(log: Flask) -> None:
    """Who has taken over the web process has the key of the entries and writes what he likes, but holds no key that signs."""
    make_checkpoint()
    note, (true,) = checkpoints.list_checkpoints()[0][2], checkpoints.fingerprints()
    mine, other = SigningKey(bytes(32)), SigningKey(bytes([1]) * 32)
    for old in (mine, keys.signing_key()):
        statement = f"vinhdanh key\n{bytes(old.verify_key).hex()}\n{bytes(other.verify_key).hex()}\n".encode()
        with transaction():
            trail.record(
                "key:changed", by=machine("worker"), stream="system",
                body={"purpose": "checkpoints", "number": 2, "old": bytes(old.verify_key).hex(), "new": bytes(other.verify_key).hex(),
                      "signed": mine.sign(statement).signature.hex(), "proof": other.sign(statement).signature.hex()},
            )
    assert checkpoints.fingerprints() == [true] and check_anchor(note).ok
    assert (trail.verify().first_bad, trail.verify().code) == (13, "key-changed")
    assert trail.verify("system").code == "key-changed"


def test_checkpoints_signed_by_the_old_key_hold_and_new_ones_are_signed_by_the_new(log: Flask) -> None:
    make_checkpoint()
    old = checkpoints.list_checkpoints()[0][2]
    assert keys.change_key("checkpoints", reason=WHY, by=ADMIN) == 2
    assert checkpoints.due() == "key:changed"
    make_checkpoint("key:changed")
    new = checkpoints.list_checkpoints()[0][2]
    with snapshot() as connection:
        first, second = keys.public_keys(connection)
        assert connection.execute(select(HEAD.c.key)).scalar() == 1, "the other key stays as it is"
    assert (notes.signer_of(old, [first]), notes.signer_of(new, [first]), notes.signer_of(new, [second])) == (first, None, second)
    assert check_anchor(old).ok and check_anchor(new).ok and trail.verify().ok
    assert check_anchor(notes.signed(notes.read_note(new), SigningKey(bytes(32)))).code == "anchor-key"
    assert len(keys.fingerprint(first).split()) == 8
