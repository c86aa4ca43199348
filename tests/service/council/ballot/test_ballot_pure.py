"""The pure parts: codes, receipts, sheets, boxes; and what the tables may not hold."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey

from service.council.ballot import digits, models, sealing
from service.council.ballot.sealing import Choice
from service.db import Base, Instant

ROUND = bytes(range(8))
KEYS: Mapping[int, PrivateKey] = {no: PrivateKey.generate() for no in sealing.TELLERS}
PUBLIC = {no: bytes(key.public_key) for no, key in KEYS.items()}


@given(st.text("0123456789", min_size=32, max_size=32), st.integers(0, 35), st.integers(1, 9))
def test_any_one_wrong_digit_of_a_code_is_noticed(head: str, at: int, more: int) -> None:
    code = head + digits.check_digits(head)
    assert digits.plain_code(digits.grouped(code)) == code
    wrong = code[:at] + str((int(code[at]) + more) % 10) + code[at + 1 :]
    with pytest.raises(digits.Mistyped):
        digits.plain_code(wrong)


@given(st.text("0123456789", min_size=32, max_size=32), st.integers(0, 34))
def test_neighbours_swapped_in_a_code_are_noticed(head: str, at: int) -> None:
    code = head + digits.check_digits(head)
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    if swapped != code:
        with pytest.raises(digits.Mistyped):
            digits.plain_code(swapped)


def test_codes_are_random_digits_and_told_apart_by_groups() -> None:
    codes = {digits.new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code) == 36 and code.isdigit() for code in codes)
    assert digits.plain_digits("１２ 3-٤") == "1234"
    assert digits.grouped("12345678") == "1234 5678"


def test_key_depends_on_code_round_and_number() -> None:
    code = digits.new_code()
    keys = {
        bytes(sealing.teller_key(*one, light=True))
        for one in ((code, ROUND, 1), (code, ROUND, 2), (code, ROUND[::-1], 1), (digits.new_code(), ROUND, 1))
    }
    assert len(keys) == 4
    assert sealing.teller_key(code, ROUND, 1, light=True) == sealing.teller_key(code, ROUND, 1, light=True)
    assert sealing.teller_key(code, ROUND, 1) != sealing.teller_key(code, ROUND, 1, light=True)


CHOSEN = st.lists(st.sampled_from([Choice.AGREE, Choice.DISAGREE, Choice.BLANK]), min_size=4, max_size=4)


@given(st.lists(CHOSEN, min_size=1, max_size=15))
def test_sums_are_those_of_the_sheets_for_every_pair(sheets: list[list[Choice]]) -> None:
    box = b""
    for sheet in sheets:
        box = sealing.add_entry(box, sealing.seal_sheet(ROUND, secrets.token_bytes(32), sheet, PUBLIC))
    assert len(box) == len(sheets) * sealing.ENTRY
    for i, j in sealing.PAIRS:
        sums = sealing.open_box(ROUND, box, {i: KEYS[i], j: KEYS[j]}, 4, [frozenset()] * len(sheets))
        for at, found in enumerate(sums):
            column = [sheet[at] for sheet in sheets]
            assert (found.agree, found.disagree, found.blank, found.recused) == tuple(
                column.count(one) for one in (Choice.AGREE, Choice.DISAGREE, Choice.BLANK, Choice.RECUSED)
            )


@given(CHOSEN, CHOSEN)
def test_entry_of_one_sheet_looks_like_that_of_another(one: list[Choice], other: list[Choice]) -> None:
    secret = secrets.token_bytes(32)
    first, second = (sealing.seal_sheet(ROUND, secret, sheet, PUBLIC) for sheet in (one, other))
    assert len(first) == len(second) == sealing.ENTRY == 620
    assert first[:32] == second[:32] == sealing.mark_of(ROUND, secret)
    for at in range(32, sealing.ENTRY, 196):
        assert first[at : at + 196] != second[at : at + 196]  # sealed anew each time, same choice or not


def test_sheet_with_a_choice_behind_its_last_item_is_no_sheet() -> None:
    long = sealing.seal_sheet(ROUND, secrets.token_bytes(32), [Choice.AGREE] * 4, PUBLIC)
    short = sealing.seal_sheet(ROUND, secrets.token_bytes(32), [Choice.AGREE] * 2, PUBLIC)
    pair = {1: KEYS[1], 2: KEYS[2]}
    assert sealing.open_box(ROUND, long, pair, 4, [frozenset()])[0].agree == 1
    for entry in (long, short):
        with pytest.raises(sealing.Broken, match="no-sheet"):
            sealing.open_box(ROUND, entry, pair, 3, [frozenset()])
    with pytest.raises(ValueError, match="60 places"):
        sealing.seal_sheet(ROUND, secrets.token_bytes(32), [Choice.AGREE] * 61, PUBLIC)


def test_receipt_has_twenty_digits_and_root_depends_on_every_mark() -> None:
    marks = [secrets.token_bytes(32) for _ in range(9)]
    assert all(len(sealing.receipt_of(mark)) == 20 for mark in marks)
    root = sealing.root_of(marks)
    assert root == sealing.root_of(marks[::-1])
    assert root != sealing.root_of(marks[1:])
    assert root != sealing.root_of([*marks[1:], secrets.token_bytes(32)])


# --- tables

TABLES = {
    "ballot_round", "ballot_teller", "ballot_roll", "ballot_recusal", "ballot_item", "ballot_box", "paper_count",
    "ballot_opinion",
}


def test_no_table_of_the_ballot_holds_a_time_a_serial_or_a_sheet() -> None:
    tables = {name: table for name, table in Base.metadata.tables.items() if name in TABLES}
    assert set(tables) == TABLES
    assert {model.__tablename__ for model in vars(models).values() if hasattr(model, "__tablename__")} == TABLES
    clocked = [c for c in Base.metadata.tables["mail"].columns if isinstance(c.type, Instant)]
    assert clocked  # elsewhere a time is found
    for name, table in tables.items():
        for column in table.columns:
            assert not isinstance(column.type, Instant | sa.DateTime | sa.Date | sa.Time), f"{name}.{column.name}"
            assert column.default is None or not column.default.is_callable, f"{name}.{column.name}"
            assert column.server_default is None, f"{name}.{column.name}"
        assert table._autoincrement_column is None, f"{name} numbers its rows"
        assert table.dialect_options["sqlite"]["with_rowid"] is False, f"{name} keeps the order of its rows"
    assert set(tables["ballot_box"].columns.keys()) == {"round", "n", "blob"}
    assert set(tables["ballot_roll"].columns.keys()) == {
        "round", "member_no", "person", "name", "present", "cred_version", "voted",
    }
    choices = [f"{n}.{c}" for n, t in tables.items() for c in list(t.columns.keys()) if "choice" in c or "sheet" in c]
    assert choices == ["ballot_opinion.choice"]  # an absent member's named opinion, never a ballot
