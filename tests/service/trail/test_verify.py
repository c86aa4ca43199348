"""Every way of tampering that the design names is found, and called by its name."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from hashlib import sha256
from hmac import digest
from typing import Any

import orjson
import pytest
import rfc8785
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import delete, insert, select, update

from service import trail
from service.actor import machine
from service.db import db, transaction
from service.trail.cli import audit
from service.trail.faults import FAULTS
from service.trail.models import EVENT, HEAD, PRIVATE
from service.trail.seal import leaf_hash
from tests.bench.trail_paging import fill

Run = Callable[..., Any]


def entries() -> list[dict[str, Any]]:
    with db.engine.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(select(EVENT).order_by(EVENT.c.gseq))]


def change(gseq: int, /, **values: Any) -> Any:
    return update(EVENT).where(EVENT.c.gseq == gseq).values(**values)


def body_of(gseq: int) -> dict[str, Any]:
    body: dict[str, Any] = orjson.loads(entries()[gseq - 1]["body"])
    return body


def rewrite(run: Run, rows: list[dict[str, Any]], key: bytes | None = None) -> None:
    """Write the log anew, numbered and chained as the service would, with another key or with the old macs."""
    prev, last = bytes(32), dict[str, int]()
    for gseq, row in enumerate(rows, 1):
        sseq = last[row["stream"]] = last.get(row["stream"], 0) + 1
        body = {**orjson.loads(row["body"]), "g": gseq, "n": sseq}
        row.update(gseq=gseq, sseq=sseq, body=rfc8785.dumps(body), prev=prev)
        row["hash"] = prev = leaf_hash(prev, row["body"])
        if key:
            row["mac"] = digest(key, prev, sha256)
    run(delete(EVENT))
    run(insert(EVENT), *rows)
    run(update(HEAD).values(gseq=len(rows), hash=prev, at=rows[-1]["at"]))


def one_byte(run: Run) -> None:
    body = entries()[4]["body"]
    run(change(5, body=body.replace(b"Trong", b"Trang")))


def one_byte_of_no_meaning(run: Run) -> None:
    run(change(5, body=entries()[4]["body"].replace(b'{"', b'{ "', 1)))


def no_json(run: Run) -> None:
    run(change(5, body=b"\xff\x00"))


def other_json(run: Run) -> None:
    run(change(5, body=b"[5]"))


def actor_in_the_body_only(run: Run) -> None:
    run(change(5, body=rfc8785.dumps({**body_of(5), "a": "7"})))


def time_in_the_body_only(run: Run) -> None:
    run(change(5, body=rfc8785.dumps({**body_of(5), "t": body_of(5)["t"] - 1})))


def byte_and_its_hash(run: Run) -> None:
    row = entries()[4]
    body = row["body"].replace(b"Trong", b"Trang")
    run(change(5, body=body, hash=leaf_hash(row["prev"], body)))


def swapped_bodies(run: Run) -> None:
    rows = entries()
    run(change(5, body=rows[7]["body"]))
    run(change(8, body=rows[4]["body"]))


def swapped_whole(run: Run) -> None:
    rows = entries()
    run(delete(EVENT).where(EVENT.c.gseq.in_([5, 8])))
    run(insert(EVENT), {**rows[4], "gseq": 8}, {**rows[7], "gseq": 5})


def middle_deleted(run: Run) -> None:
    run(delete(EVENT).where(EVENT.c.gseq == 5))


def instance_deleted(run: Run) -> None:
    run(delete(PRIVATE).where(PRIVATE.c.gseq.in_([4, 5, 6])))
    run(delete(EVENT).where(EVENT.c.stream == "instance:2"))


def instance_deleted_and_the_rest_moved_up(run: Run) -> None:
    run(delete(PRIVATE).where(PRIVATE.c.gseq >= 4))
    run(delete(EVENT).where(EVENT.c.stream == "instance:2"))
    for gseq in range(7, 13):
        run(change(gseq, gseq=gseq - 3))
    run(update(HEAD).values(gseq=9))


def first_deleted(run: Run) -> None:
    run(delete(EVENT).where(EVENT.c.gseq == 1))


def tail_cut(run: Run) -> None:
    run(delete(EVENT).where(EVENT.c.gseq > 10))


def everything_deleted(run: Run) -> None:
    run(delete(PRIVATE))
    run(delete(EVENT))


def duplicated(run: Run) -> None:
    copy = entries()[4]
    for gseq in range(12, 5, -1):
        run(change(gseq, gseq=gseq + 1))
    run(insert(EVENT), {**copy, "gseq": 6, "sseq": 99})
    run(update(HEAD).values(gseq=13))


def duplicated_over_another(run: Run) -> None:
    copy = entries()[4]
    run(change(8, body=copy["body"], hash=copy["hash"], prev=copy["prev"], mac=copy["mac"]))


def inserted(run: Run) -> None:
    rows = entries()
    for gseq in range(12, 5, -1):
        run(change(gseq, gseq=gseq + 1))
    body = rfc8785.dumps({**body_of(5), "g": 6, "n": 3})
    forged = {**rows[4], "gseq": 6, "sseq": 99, "body": body, "prev": rows[4]["hash"]}
    run(insert(EVENT), {**forged, "hash": leaf_hash(rows[4]["hash"], body)})
    run(update(HEAD).values(gseq=13))


def rewritten_from_the_middle(run: Run) -> None:
    rows = entries()
    rows[4]["body"] = rows[4]["body"].replace(b"Trong", b"Trang")
    rewrite(run, rows)


def rewritten_whole(run: Run) -> None:
    rows = entries()
    rows[0]["body"] = rows[0]["body"].replace(b"Trong", b"Trang")
    rewrite(run, rows, key=b"another key")


def appended(run: Run) -> None:
    last = entries()[-1]
    body = rfc8785.dumps({**orjson.loads(last["body"]), "g": 13, "n": 5})
    row = {
        **last,
        "gseq": 13,
        "sseq": 5,
        "body": body,
        "prev": last["hash"],
        "hash": leaf_hash(last["hash"], body),
    }
    run(insert(EVENT), row)


def appended_with_the_head(run: Run) -> None:
    appended(run)
    run(update(HEAD).values(gseq=13, hash=entries()[-1]["hash"]))


def decomposed(run: Run) -> None:
    run(change(5, body=unicodedata.normalize("NFD", entries()[4]["body"].decode()).encode()))


def hash_only(run: Run) -> None:
    run(change(5, hash=bytes(32)))


def prev_only(run: Run) -> None:
    run(change(5, prev=bytes(32)))


def mac_only(run: Run) -> None:
    run(change(5, mac=bytes(32)))


def hash_empty(run: Run) -> None:
    run(change(5, hash=b""))


def actor_column(run: Run) -> None:
    run(change(5, actor="7"))


def door_column(run: Run) -> None:
    run(change(5, door="api"))


def behalf_column(run: Run) -> None:
    run(change(5, behalf="7"))


def time_column(run: Run) -> None:
    run(change(5, at=EVENT.c.at - 1))


def kind_and_stream_column(run: Run) -> None:
    run(change(5, kind="petition:received", stream="instance:3", sseq=77))


def value_lost(run: Run) -> None:
    run(delete(PRIVATE).where(PRIVATE.c.gseq == 4))


def value_changed(run: Run) -> None:
    run(update(PRIVATE).where(PRIVATE.c.gseq == 4).values(value="đủ biên bản"))


def value_decomposed(run: Run) -> None:
    text = unicodedata.normalize("NFD", "thiếu biên bản")
    run(update(PRIVATE).where(PRIVATE.c.gseq == 4).values(value=text))


def value_added(run: Run) -> None:
    run(insert(PRIVATE), {"gseq": 5, "path": "note", "salt": b"x", "value": "y"})


def value_of_no_entry(run: Run) -> None:
    run(insert(PRIVATE), {"gseq": 40, "path": "note", "salt": b"x", "value": "y"})


def head_lost(run: Run) -> None:
    run(delete(HEAD))


def head_changed(run: Run) -> None:
    run(update(HEAD).values(hash=bytes(32)))


ATTACKS: list[tuple[Callable[[Run], None], int, str]] = [
    (one_byte, 5, "changed"),
    (one_byte_of_no_meaning, 5, "changed"),
    (no_json, 5, "changed"),
    (other_json, 5, "changed"),
    (actor_in_the_body_only, 5, "changed"),
    (time_in_the_body_only, 5, "changed"),
    (byte_and_its_hash, 5, "forged"),
    (swapped_bodies, 5, "swapped"),
    (swapped_whole, 5, "swapped"),
    (middle_deleted, 5, "deleted"),
    (instance_deleted, 4, "deleted"),
    (instance_deleted_and_the_rest_moved_up, 4, "deleted"),
    (first_deleted, 1, "deleted"),
    (tail_cut, 11, "tail"),
    (everything_deleted, 1, "tail"),
    (duplicated, 6, "duplicated"),
    (duplicated_over_another, 8, "duplicated"),
    (inserted, 6, "inserted"),
    (rewritten_from_the_middle, 5, "forged"),
    (rewritten_whole, 1, "key"),
    (appended, 13, "forged"),
    (appended_with_the_head, 13, "forged"),
    (decomposed, 5, "unicode"),
    (hash_only, 5, "column"),
    (hash_empty, 5, "column"),
    (prev_only, 5, "column"),
    (mac_only, 5, "forged"),
    (actor_column, 5, "column"),
    (door_column, 5, "column"),
    (behalf_column, 5, "column"),
    (time_column, 5, "column"),
    (kind_and_stream_column, 5, "column"),
    (value_lost, 4, "private-lost"),
    (value_changed, 4, "private-changed"),
    (value_decomposed, 4, "private-changed"),
    (value_added, 5, "private-added"),
    (value_of_no_entry, 40, "private-added"),
    (head_lost, 12, "head-lost"),
    (head_changed, 12, "head-changed"),
]


def test_untouched_trail_verifies(log: Flask) -> None:
    verdict = trail.verify()
    assert (verdict.ok, verdict.count, verdict.first_bad, verdict.unlocked) == (True, 12, None, ())
    assert "12" in verdict.why
    assert "12" in verdict.why_en


def test_empty_trail_verifies(app: Flask) -> None:
    assert trail.verify().ok


def test_what_the_bench_measures_on_is_a_sound_trail(log: Flask) -> None:
    """Long enough for each kind that it makes up, over a trail with private values, behind locks that are shut again."""
    fill(20_000)
    verdict = trail.verify()
    assert (verdict.ok, verdict.count, verdict.unlocked) == (True, 20_000, ()), verdict


@pytest.mark.parametrize(("tamper", "place", "code"), ATTACKS, ids=[row[0].__name__ for row in ATTACKS])
def test_tampering_is_named(attack: Run, tamper: Callable[[Run], None], place: int, code: str) -> None:
    assert trail.verify().ok
    tamper(attack)
    verdict = trail.verify()
    assert (verdict.ok, verdict.first_bad, verdict.code) == (False, place, code), verdict
    assert str(place) in verdict.why
    assert str(place) in verdict.why_en
    assert len(verdict.unlocked) >= 4


def test_every_fault_is_told_in_both_languages(app: Flask) -> None:
    words = {"place": 1, "names": "actor", "other": 2, "count": 3, "path": "reason"}
    words |= {"stream": "instance:1", "expected": 2, "found": 4, "number": 7, "origin": "vinhdanh/1", "size": 12, "left": 9, "entry": 5}
    words |= {"level": 1, "last": 16}
    for vi, en in FAULTS.values():
        assert "{" not in vi.format(**words) + en.format(**words)


def test_time_running_back_is_named_even_with_the_key(attack: Run) -> None:
    rows = entries()
    rows[7] |= {"body": rfc8785.dumps({**body_of(8), "t": 1}), "at": 1}
    rewrite(attack, rows, key=trail.mac_key())
    verdict = trail.verify()
    assert (verdict.first_bad, verdict.code) == (8, "time")


def test_other_key_is_named(log: Flask) -> None:
    log.extensions["trail_keys"] = {1: bytes(32)}
    verdict = trail.verify()
    assert (verdict.first_bad, verdict.code) == (1, "key")


def test_one_stream_is_verified_by_itself(attack: Run) -> None:
    assert trail.verify("instance:1").count == 4
    attack(change(10, kind="decision:issued"))
    assert trail.verify("instance:1").ok
    verdict = trail.verify("list:9")
    assert (verdict.ok, verdict.first_bad, verdict.code) == (False, 10, "column")
    attack(update(PRIVATE).where(PRIVATE.c.gseq == 3).values(value="khác"))
    assert trail.verify("instance:1").code == "private-changed"


def test_gap_in_one_stream_is_named(attack: Run) -> None:
    attack(delete(PRIVATE).where(PRIVATE.c.gseq == 4))
    attack(delete(EVENT).where(EVENT.c.gseq == 4))
    verdict = trail.verify("instance:2")
    assert (verdict.first_bad, verdict.code) == (5, "stream")


def test_tail_cut_together_with_the_head_needs_an_anchor_outside(attack: Run) -> None:
    """What the design says openly: what lies after the last outside anchor is not proved."""
    attack(delete(PRIVATE).where(PRIVATE.c.gseq > 8))
    attack(delete(EVENT).where(EVENT.c.gseq > 8))
    last = entries()[-1]
    attack(update(HEAD).values(gseq=8, hash=last["hash"], at=last["at"]))
    assert trail.verify().ok


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)  # PostgreSQL keeps types itself
def test_text_in_a_column_of_bytes_is_a_verdict_not_a_crash(attack: Run) -> None:
    attack(sa.text("UPDATE trail_event SET hash = 'abc', mac = 17 WHERE gseq = 5"))
    assert trail.verify().code == "changed"
    attack(sa.text("UPDATE trail_private SET salt = 'abc', value = x'00' WHERE gseq = 3"))
    assert trail.verify().code == "private-changed"


def test_verification_goes_on_while_others_write(log: Flask) -> None:
    with transaction():
        trail.record("hold:lifted", by=machine("worker"), stream="instance:1")
        assert trail.verify().count == 12
    assert trail.verify().count == 13


def test_command_line_names_the_first_bad_entry_and_fails(attack: Run, log: Flask) -> None:
    log.cli.add_command(audit)
    runner = log.test_cli_runner()
    fine = runner.invoke(args=["audit", "verify"])
    assert fine.exit_code == 0
    assert "12 mục" in fine.output
    attack(change(5, actor="7"))
    bad = runner.invoke(args=["audit", "verify"])
    assert bad.exit_code == 1
    assert "Mục số 5" in bad.output
    assert "actor" in bad.output
    english = runner.invoke(args=["audit", "verify", "--english", "--stream", "instance:2"])
    assert english.exit_code == 1
    assert "Entry 5" in english.output
