"""What is signed continues what was signed before; what does not fit is not signed, and the entry is named."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from nacl.signing import SigningKey
from sqlalchemy import delete, insert, select, update

from service import clock, trail
from service.actor import machine
from service.db import db, transaction
from service.trail import checkpoints, keys
from service.trail import note as notes
from service.trail.anchors import check_anchor
from service.trail.checkpoints import Unsigned, leaf_file, make_checkpoint, tree_of
from service.trail.models import CHECKPOINT, EVENT, HEAD, NODE
from service.trail.tree import WIDTH, includes
from service.trail.verify import snapshot
from tests.service.trail.conftest import Attacker
from tests.service.trail.test_verify import entries, rewrite

Run = Callable[..., Any]


def write(count: int, kind: str = "hold:lifted") -> None:
    for start in range(0, count, 100):
        with transaction():
            for n in range(start, min(count, start + 100)):
                trail.record(kind, by=machine("worker"), stream=f"instance:{n % 7}", reason="vì vậy")


def signed_note() -> str:
    return checkpoints.list_checkpoints(limit=1)[0][2]


def test_a_checkpoint_says_how_many_entries_there_were_and_who_reads_it_needs_no_database(log: Flask) -> None:
    made = make_checkpoint()
    assert (made.number, made.size, made.previous) == (1, 12, b"")
    note = signed_note()
    assert notes.read_note(note) == made
    public = bytes(keys.signing_key().verify_key)
    assert notes.signer_of(note, [public]) == public
    with snapshot() as connection:
        tree = tree_of(connection, 12)
        for row in entries():
            assert includes(made.root, 12, row["gseq"] - 1, row["hash"], tree.inclusion(row["gseq"] - 1))
    assert make_checkpoint() == made, "nothing came since"
    assert leaf_file(made.origin).read_bytes() == b"".join(row["hash"] for row in entries())
    write(3)
    second = make_checkpoint()
    assert (second.number, second.size, second.previous) == (2, 15, notes.digest_of(note))
    assert second.origin == made.origin and check_anchor(note).ok and check_anchor(signed_note()).ok
    assert "(3)" in check_anchor(note).why


def test_a_maker_takes_another_at_the_same_moment_for_no_loss(log: Flask) -> None:
    make_checkpoint()
    write(1)

    def other() -> None:
        with log.app_context():
            write(1)
            make_checkpoint()
            db.session.remove()

    began = threading.Event()

    def meanwhile(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        """Once this one has seen which checkpoint is the newest, another makes a newer one."""
        if "FROM trail_checkpoint" in statement and not began.is_set():
            began.set()
            thread = threading.Thread(target=other)
            thread.start()
            thread.join()

    sa.event.listen(db.engine, "after_cursor_execute", meanwhile)
    made = make_checkpoint()
    assert (made.number, made.size) == (2, 14)
    assert checkpoints.kept_note() == signed_note() and check_anchor(signed_note()).ok


def test_inner_nodes_are_kept_once_they_are_whole(app: Flask) -> None:
    sizes = (3, 250, 6, WIDTH, 2 * WIDTH + 1)
    for count in sizes:
        write(count)
        made = make_checkpoint()
        with snapshot() as connection:
            assert tree_of(connection, made.size, kept=False).root() == made.root
            nodes = connection.execute(select(NODE.c.index).where(NODE.c.level == 1).order_by(NODE.c.index)).scalars().all()
        assert nodes == list(range(made.size // WIDTH))
    found = checkpoints.list_checkpoints()
    assert [made.number for made, _, _ in found] == [5, 4, 3, 2, 1]
    assert [made.number for made, _, _ in checkpoints.list_checkpoints(past=3)] == [2, 1]
    assert all(check_anchor(text).ok for _, _, text in found)
    assert leaf_file(found[0][0].origin).stat().st_size == 32 * sum(sizes)


def test_it_is_made_each_day_each_hour_and_at_once_where_an_act_asks_for_it(app: Flask) -> None:
    write(1)
    told: list[object] = []
    assert checkpoints.due() == "day" and checkpoints.turn(lambda *what: told.append(what)) == 1
    assert checkpoints.due() == "" and checkpoints.turn(lambda *what: told.append(what)) == 0
    write(1)
    assert checkpoints.due() == ""
    clock.move_to(clock.now() + timedelta(minutes=61))
    assert checkpoints.due() == "hour"
    make_checkpoint("hour")
    with transaction():
        trail.record("trail:verified", by=machine("worker"), stream="system")
    clock.move_to(clock.now() + timedelta(hours=2))
    assert checkpoints.due() == "", "only what follows from a checkpoint"
    clock.move_to(clock.now() + timedelta(hours=23))
    assert checkpoints.due() == "day"
    make_checkpoint("day")
    write(1, "decision:signed")
    assert checkpoints.due() == "decision:signed"
    assert not told


def test_its_cause_is_what_it_covers_whoever_had_it_made(app: Flask) -> None:
    def cause_of(given: str, *kinds: str) -> str:
        for kind in kinds:
            write(1, kind)
        make_checkpoint(given)
        return checkpoints.list_checkpoints(limit=1)[0][1]

    assert cause_of("hour", "hold:lifted") == "hour"
    assert not checkpoints.matters_since(1)
    for given in ("asked", "dossier:exported", "hour", "day"):
        number = checkpoints.list_checkpoints(limit=1)[0][0].number
        assert cause_of(given, "hold:lifted", "ballot:counted", "decision:signed") == "ballot:counted"
        assert checkpoints.matters_since(number), given
        assert cause_of(given, "hold:lifted") == given, "what the one before covers is none of its matter"


def test_a_changed_entry_is_never_signed_and_is_told(log: Flask, attack: Attacker) -> None:
    told: list[tuple[str, int]] = []
    attack(update(EVENT).where(EVENT.c.gseq == 5).values(actor="99", body=entries()[4]["body"].replace(b'"5"', b'"9"')))
    with pytest.raises(Unsigned) as found:
        make_checkpoint()
    assert (found.value.code, found.value.place) == ("changed", 5)
    assert checkpoints.turn(lambda *what: told.append(what)) == 0
    assert checkpoints.turn(lambda *what: told.append(what)) == 0
    assert told == [("changed", 5)], "once, and not again each second"


@pytest.mark.parametrize(("gseq", "code"), [(6, "deleted"), (12, "tail")])
def test_a_missing_entry_is_named(log: Flask, attack: Attacker, gseq: int, code: str) -> None:
    attack(delete(EVENT).where(EVENT.c.gseq == gseq))
    with pytest.raises(Unsigned) as found:
        make_checkpoint()
    assert (found.value.code, found.value.place) == (code, gseq)


def test_a_chain_written_anew_with_the_key_does_not_continue_what_was_signed(log: Flask, attack: Attacker) -> None:
    """Nobody without an anchor can see it in the chain itself; against one it has no place to hide."""
    make_checkpoint()
    note = signed_note()
    rows = entries()
    rows[6]["body"] = rows[6]["body"].replace(b"Trong", b"Trang")
    rewrite(attack, rows, key=trail.mac_key())
    assert trail.verify().ok, "the chain by itself fits"
    verdict = check_anchor(note)
    assert (verdict.code, verdict.place) == ("anchor-root", 7)
    write(1)
    with pytest.raises(Unsigned) as found:
        make_checkpoint()
    assert (found.value.code, found.value.place) == ("fork", 7)
    leaf_file(notes.read_note(note).origin).unlink()
    assert check_anchor(note).code == "anchor-rewritten"


def test_a_tail_cut_together_with_its_head_is_seen_by_an_anchor(log: Flask, attack: Attacker) -> None:
    make_checkpoint()
    note = signed_note()
    ninth = entries()[8]
    attack(delete(EVENT).where(EVENT.c.gseq > 9))
    attack(sa.text("DELETE FROM trail_private WHERE gseq > 9"))
    attack(update(HEAD).values(gseq=9, hash=ninth["hash"], at=ninth["at"]))
    assert trail.verify().ok
    verdict = check_anchor(note)
    assert (verdict.code, verdict.place) == ("anchor-tail", 10)
    with pytest.raises(Unsigned) as found:
        make_checkpoint()
    assert (found.value.code, found.value.place) == ("tail", 10)


def test_a_whole_instance_taken_out_with_the_key_is_seen_by_an_anchor(log: Flask, attack: Attacker) -> None:
    make_checkpoint()
    note = signed_note()
    rows = [row for row in entries() if row["stream"] != "instance:2"]
    attack(sa.text("DELETE FROM trail_private"))
    rewrite(attack, [row | {"body": row["body"]} for row in rows], key=trail.mac_key())
    assert check_anchor(note).code == "anchor-tail"


def test_an_entry_forged_before_a_checkpoint_is_seen_and_one_after_it_by_the_next(log: Flask, attack: Attacker) -> None:
    make_checkpoint()
    first = signed_note()
    write(2)
    make_checkpoint()
    next_ = signed_note()
    assert check_anchor(first).ok and check_anchor(next_).ok
    rows = entries()
    attack(sa.text("DELETE FROM trail_private"))
    rewrite(attack, [dict(row) for row in (*rows[:12], rows[2], *rows[12:])], key=trail.mac_key())  # behind the first, with the key
    assert check_anchor(first).ok, "what lies after an anchor is not proved by it"
    assert (check_anchor(next_).code, check_anchor(next_).place) == ("anchor-root", 13), "but by the next"
    with pytest.raises(Unsigned) as found:
        make_checkpoint()
    assert (found.value.code, found.value.place) == ("fork", 13)
    rewrite(attack, [dict(row) for row in (rows[0], rows[2], *rows[1:])], key=trail.mac_key())  # and before it
    assert (check_anchor(first).code, check_anchor(first).place) == ("anchor-root", 2)
    with pytest.raises(Unsigned) as found:
        make_checkpoint()
    assert (found.value.code, found.value.place) == ("fork", 2)


def test_an_entry_appended_without_the_key_is_not_signed_by_the_next_checkpoint(log: Flask, attack: Attacker) -> None:
    make_checkpoint()
    rows = [dict(row) for row in entries()]
    attack(sa.text("DELETE FROM trail_private"))
    rewrite(attack, [*rows, dict(rows[2])])
    assert check_anchor(signed_note()).ok, "it lies behind"
    with pytest.raises(Unsigned) as found:
        make_checkpoint()
    assert (found.value.code, found.value.place) == ("forged", 13)


def test_an_anchor_of_another_log_or_another_key_is_named(log: Flask) -> None:
    made = make_checkpoint()
    key = keys.signing_key()
    other = notes.signed(notes.Checkpoint("vinhdanh/0000000000000000", made.size, made.root, 7, made.at, b""), key)
    assert check_anchor(other).code == "anchor-other"
    forged = notes.signed(made, SigningKey(bytes(range(32))))
    assert check_anchor(forged).code == "anchor-key"
    note = signed_note()
    for broken in ("", "abc", note[:-1], note.replace("\n12\n", "\n13\n"), note.replace("number 1", "number  1"), note + "x",
                   note.replace("\n\n", "\nmore\n\n"), note.replace("time ", "time 9")):
        assert check_anchor(broken).code in ("anchor-form", "anchor-key"), broken
    assert check_anchor(note).ok


def test_a_checkpoint_is_neither_changed_nor_removed(log: Flask) -> None:
    make_checkpoint()
    with db.engine.begin() as connection:
        connection.execute(insert(NODE), [{"level": 3, "index": 0, "hash": bytes(32)}])
    for statement in (update(CHECKPOINT).values(size=3), delete(CHECKPOINT), update(NODE).values(level=9), delete(NODE)):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), db.engine.begin() as connection:
            connection.execute(statement)


def test_history_that_somebody_put_in_with_a_checkpoint_of_his_own_is_not_signed(log: Flask, attack: Attacker) -> None:
    """Old entries changed with their hashes, and a checkpoint row over them: without the key its signature is none."""
    made = make_checkpoint()
    forged = notes.signed(replace(made, number=2, root=bytes(32)), SigningKey(bytes(range(32))))
    attack(insert(CHECKPOINT), {"number": 2, "origin": made.origin, "size": 12, "root": bytes(32), "at": 1, "cause": "day", "note": forged})
    write(1)
    with pytest.raises(Unsigned) as found:
        make_checkpoint()
    assert (found.value.code, found.value.place) == ("signature", 2)


def test_an_older_database_put_back_in_silence_is_not_signed_over(log: Flask, attack: Attacker) -> None:
    make_checkpoint()
    twelfth = entries()[11]
    write(2)
    make_checkpoint()
    attack(delete(EVENT).where(EVENT.c.gseq > 12))
    attack(sa.text("DELETE FROM trail_private WHERE gseq > 12"))
    attack(delete(CHECKPOINT).where(CHECKPOINT.c.number > 1))
    attack(update(HEAD).values(gseq=12, hash=twelfth["hash"], at=twelfth["at"]))
    write(5)
    assert trail.verify().ok
    with pytest.raises(Unsigned) as found:
        make_checkpoint()
    assert (found.value.code, found.value.place) == ("lost", 2)


def test_a_restored_trail_goes_on_under_another_name_and_old_anchors_say_where_it_forks(log: Flask, attack: Attacker) -> None:
    first = make_checkpoint()
    in_backup = signed_note()
    write(3)
    make_checkpoint()
    lost = signed_note()
    ended = entries()[11]
    attack(delete(EVENT).where(EVENT.c.gseq > 12))  # the database as it was when the backup was taken
    attack(sa.text("DELETE FROM trail_private WHERE gseq > 12"))
    attack(update(HEAD).values(gseq=12, hash=ended["hash"], at=ended["at"]))
    attack(delete(CHECKPOINT).where(CHECKPOINT.c.number > 1))
    assert check_anchor(lost).code == "anchor-tail", "an older backup was put back, and nobody said so"
    with transaction():
        trail.record("trail:restored", by=machine("cli"), stream="system",
                     body={"origin": checkpoints.new_origin(), "former": first.origin, "size": 12})
    assert checkpoints.due() == "trail:restored"
    made = make_checkpoint("trail:restored")
    assert made.origin != first.origin and made.size == 13 and check_anchor(signed_note()).ok
    assert check_anchor(in_backup).ok
    verdict = check_anchor(lost)
    assert (verdict.code, verdict.place) == ("anchor-fork", 13) and "rẽ nhánh" in verdict.why
    write(3)
    assert check_anchor(lost).code == "anchor-fork", "also once as many entries are there again"
    rows = entries()
    rows[2]["body"] = rows[2]["body"].replace(b"Trong", b"Trang")
    attack(sa.text("DELETE FROM trail_private"))
    rewrite(attack, [dict(row) for row in rows], key=trail.mac_key())
    assert check_anchor(in_backup).code == "anchor-root", "a restore is no excuse for what lay before it"
