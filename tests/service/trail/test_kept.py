"""What is kept of checkpoints and of their tree is held against the entries each night; what differs is named where it differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from nacl.signing import SigningKey
from sqlalchemy import delete, insert, select, update

from service import clock, trail
from service.actor import machine
from service.db import transaction
from service.trail import checkpoints, keys, watch
from service.trail import note as notes
from service.trail.checkpoints import Unsigned, check_kept, leaf_file, make_checkpoint
from service.trail.models import CHECKPOINT, NODE
from service.trail.seal import microseconds
from service.trail.tree import WIDTH
from service.trail.verify import snapshot
from tests.service.trail.conftest import Attacker
from tests.service.trail.test_checkpoints import write

COUNT = 6
Forge = Callable[[int, str], None]


@pytest.fixture
def kept(log: Flask) -> Flask:
    """Six checkpoints of one to three hundred entries, the last two signed by another key than those before."""
    for number in range(1, COUNT + 1):
        write(50)
        if number == 5:
            keys.change_key("checkpoints", reason="Định kỳ", by=machine("cli"))
        make_checkpoint()
    return log


@pytest.fixture
def forge(kept: Flask, attack: Attacker) -> Forge:
    """Put another text into the row of a checkpoint, with columns that fit it."""

    def put(number: int, text: str) -> None:
        made = notes.read_note(text)
        row = {"origin": made.origin, "size": made.size, "root": made.root, "at": microseconds(made.at), "note": text}
        attack(update(CHECKPOINT).where(CHECKPOINT.c.number == number).values(**row))

    return put


@pytest.fixture
def told() -> Iterator[list[tuple[str, str]]]:
    heard: list[tuple[str, str]] = []

    def hear(what: str, what_en: str, moment: int, code: str) -> None:
        heard.append((code, what))

    watch.alarmed.append(hear)
    yield heard
    watch.alarmed.remove(hear)


def found() -> tuple[str, int] | None:
    misfit = check_kept()
    return None if misfit is None else (misfit.code, misfit.place)


def text_of(number: int) -> str:
    return checkpoints.read_checkpoint(number)[1]


def test_what_is_kept_fits_also_after_another_key_and_a_restore(kept: Flask, told: list[tuple[str, str]]) -> None:
    assert check_kept() is None and watch.self_check() and not told
    former = checkpoints.current_origin()
    with transaction():
        trail.record("trail:restored", by=machine("cli"), stream="system",
                     body={"origin": checkpoints.new_origin(), "former": former, "size": trail.last_number()})
    assert check_kept() is None, "before the first checkpoint under the new name"
    assert make_checkpoint("trail:restored").origin != former
    write(3)
    make_checkpoint()
    assert check_kept() is None and watch.self_check() and not told


def test_an_old_checkpoint_that_was_exchanged_deleted_or_changed_is_named(
    kept: Flask, attack: Attacker, forge: Forge, told: list[tuple[str, str]]
) -> None:
    true = {number: text_of(number) for number in range(1, COUNT + 1)}
    third = notes.read_note(true[3])
    exchanged = notes.signed(replace(third, root=bytes(32)), keys.signing_key())
    for text, wanted in (
        (exchanged, ("checkpoint-exchanged", 3)),
        (notes.signed(replace(third, previous=bytes(32)), keys.signing_key()), ("checkpoint-exchanged", 3)),
        (true[2], ("checkpoint-exchanged", 3)),
        (notes.signed(replace(third, root=bytes(32)), SigningKey(bytes(32))), ("unsigned-signature", 3)),
        (true[3].replace("number 3", "number 4"), ("unsigned-signature", 3)),
    ):
        forge(3, text)
        assert found() == wanted, text
        forge(3, true[3])
        assert found() is None
    assert trail.verify().ok
    attack(update(CHECKPOINT).where(CHECKPOINT.c.number == 3).values(size=third.size + 1))
    assert found() == ("checkpoint-column", 3), "proofs lead to what the column says"
    forge(3, true[3])
    attack(update(CHECKPOINT).where(CHECKPOINT.c.number == 3).values(note="không phải mốc"))
    assert found() == ("unsigned-signature", 3)
    attack(delete(CHECKPOINT).where(CHECKPOINT.c.number == 3))
    assert found() == ("checkpoint-gone", 3)
    assert not watch.self_check() and told[-1][0] == "checkpoint-gone" and "Mốc số 3" in told[-1][1]
    assert trail.read(kind="trail:verified", limit=1).events[0].body["result"] == "bad"
    attack(delete(CHECKPOINT).where(CHECKPOINT.c.number <= 3))
    assert found() == ("checkpoint-gone", 3), "the oldest are not forgotten either"


def test_the_newest_is_held_against_the_text_beside_the_database(kept: Flask, attack: Attacker, forge: Forge) -> None:
    last = notes.read_note(text_of(COUNT))
    forge(COUNT, notes.signed(replace(last, at=last.at - timedelta(seconds=1)), keys.signing_key(2)))
    assert found() == ("checkpoint-exchanged", COUNT)
    attack(delete(CHECKPOINT).where(CHECKPOINT.c.number == COUNT))
    assert found() == ("unsigned-lost", COUNT)
    attack(delete(CHECKPOINT))
    assert found() == ("unsigned-lost", COUNT)


def test_a_checkpoint_that_the_key_signed_over_another_trail_is_named(kept: Flask, forge: Forge) -> None:
    """Who has the key for checkpoints too may sign all that follow anew; the entries he does not change tell on him."""
    previous = notes.digest_of(text_of(2))
    for number in range(3, COUNT + 1):
        made = notes.read_note(text_of(number))
        other = replace(made, previous=previous, root=bytes(32) if number == 3 else made.root)
        text = notes.signed(other, keys.signing_key(1 if number < 5 else 2))
        forge(number, text)
        previous = notes.digest_of(text)
    (leaf_file(checkpoints.current_origin()).parent / "last.txt").write_text(text_of(COUNT), encoding="utf-8")
    assert found() == ("checkpoint-root", 3)


@pytest.mark.parametrize(("level", "index", "under"), [(1, 0, 1), (1, 9, 145), (2, 0, 1)])
def test_a_changed_lost_or_strange_node_is_named_with_the_entries_under_it(
    kept: Flask, attack: Attacker, told: list[tuple[str, str]], level: int, index: int, under: int
) -> None:
    here = (NODE.c.level == level) & (NODE.c.index == index)
    with snapshot() as connection:
        true = connection.execute(select(NODE.c.hash).where(here)).scalar_one()
    attack(update(NODE).where(here).values(hash=bytes(32)))
    assert found() == ("node-changed", under)
    assert trail.verify().ok and not watch.self_check()
    assert f"từ số {under} đến số {under + WIDTH ** level - 1}" in told[-1][1]
    attack(delete(NODE).where(here))
    assert found() == ("node-lost", under)
    attack(insert(NODE), {"level": level, "index": index, "hash": true})
    assert found() is None
    for strange in ({"level": level, "index": 400}, {"level": 7, "index": 0}, {"level": level, "index": -1}):
        attack(insert(NODE), {**strange, "hash": bytes(32)})
        assert found() == ("node-added", strange["index"] * WIDTH ** strange["level"] + 1)
        attack(sa.delete(NODE).where(NODE.c.level == strange["level"], NODE.c.index == strange["index"]))
    assert found() is None


def test_a_node_that_no_longer_fits_is_told_apart_from_an_entry_by_who_signs_too(kept: Flask, attack: Attacker) -> None:
    """The last checkpoint does not go on from it, and yet no entry was replaced."""
    here = (NODE.c.level == 2) & (NODE.c.index == 0)
    attack(update(NODE).where(here).values(hash=bytes(32)))
    write(1)
    with pytest.raises(Unsigned) as refused:
        make_checkpoint()
    assert (refused.value.code, refused.value.place) == ("node", 1)
    clock.move_to(clock.now() + timedelta(hours=25))
    assert watch.sign_due() == 0
    assert "Nút của cây băm" in trail.read(kind="trail:alarm", limit=1).events[0].body["what"]
