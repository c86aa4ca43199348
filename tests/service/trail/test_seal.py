"""Entries are numbered, chained and bound to the change that they tell of."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from hmac import digest
from typing import Any

import hypothesis
import hypothesis.strategies as st
import orjson
import pytest
import rfc8785
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from service import clock, trail
from service.actor import Actor, machine
from service.db import db, is_postgresql, open_connection, run_plain, savepoint, session, transaction
from service.trail.models import EVENT, HEAD, PRIVATE
from service.trail.record import Pending, _plain, commitment
from service.trail.seal import EXEMPT, body_bytes, leaf_hash, mac_key
from tests.bench.ground import counted

HEAD_OF_UNIT = Actor(account=7, login="thutruong", name="Nguyễn Lá Xanh")


def rows(table: sa.Table = EVENT) -> list[sa.Row[Any]]:
    with db.engine.connect() as connection:
        return list(connection.execute(sa.select(table).order_by(*table.primary_key.columns)))


def sign(number: int = 1, **more: Any) -> None:
    with transaction():
        trail.record("submission:signed", by=HEAD_OF_UNIT, stream=f"submission:{number}", **more)


def test_event_is_numbered_chained_and_authenticated(app: Flask) -> None:
    sign(1, body={"count": 4})
    sign(2)
    sign(1)
    first, second, third = rows()
    assert [(r.gseq, r.stream, r.sseq) for r in rows()] == [
        (1, "submission:1", 1),
        (2, "submission:2", 1),
        (3, "submission:1", 2),
    ]
    assert first.prev == bytes(32)
    assert second.prev == first.hash == sha256(b"\0" + first.prev + first.body).digest()
    assert third.hash == leaf_hash(second.hash, third.body)
    assert third.mac == digest(mac_key(), third.hash, sha256)
    head = rows(HEAD)[0]
    assert (head.gseq, head.hash, head.at) == (3, third.hash, third.at)


@hypothesis.given(
    st.dictionaries(
        st.text(st.characters(max_codepoint=0xD7FF), max_size=8),
        st.recursive(st.text() | st.integers(-(2**53) + 1, 2**53 - 1), lambda one: st.lists(one, max_size=3), max_leaves=6), max_size=6,
    )
)
def test_a_body_is_written_as_the_standard_says(said: dict[str, Any]) -> None:
    plain = _plain({unicodedata.normalize("NFC", key): _composed(value) for key, value in said.items()}, "x")
    event = Pending("submission:returned", "submission:1", "7", {"x": plain}, ())
    body = body_bytes(event, 1, 1, 5)
    assert body == rfc8785.dumps(orjson.loads(body))


def _composed(value: Any) -> Any:
    if isinstance(value, list):
        return [_composed(one) for one in value]
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


def test_a_field_has_a_name_that_sorts_alike_everywhere(app: Flask) -> None:
    sign(1, body={"đơn vị": 1})
    with pytest.raises(ValueError, match="no name of a field"):
        sign(1, body={"\ue000": 1})


def test_body_is_the_canonical_form_of_everything_searched(app: Flask) -> None:
    sign(1, body={"unit": "Trạm Y tế Suối Trong", "count": 4}, basis="nd152:33", deployment=3, behalf=9)
    row = rows()[0]
    body = orjson.loads(row.body)
    assert rfc8785.dumps(body) == row.body
    assert body == {
        "g": 1,
        "s": "submission:1",
        "n": 1,
        "t": row.at,
        "a": "7",
        "k": "submission:signed",
        "d": "web",
        "for": 9,
        "law": "nd152:33",
        "dep": 3,
        "x": {"unit": "Trạm Y tế Suối Trong", "count": 4},
    }
    assert abs(row.at / 1e6 - clock.now().timestamp()) < 10


def test_private_value_stands_outside_the_body_as_a_commitment(app: Flask) -> None:
    sign(1, reason="thiếu biên bản", private={"recipient": "Hoàng Bình Minh", "note": None})
    body, private = rows()[0].body.decode(), rows(PRIVATE)
    assert {p.path: p.value for p in private} == {"reason": "thiếu biên bản", "recipient": "Hoàng Bình Minh"}
    assert "thiếu" not in body
    assert "Minh" not in body
    assert orjson.loads(body)["p"] == {p.path: commitment(p.salt, p.value) for p in private}
    assert len({p.salt for p in private}) == 2


def test_values_become_integers_and_text(app: Flask) -> None:
    sign(
        1,
        body={"late": True, "day": date(2026, 12, 20), "score": Decimal("8.50"), "none": None, "ids": (1, 2)},
        before={"form": "BK_TINH", "on": datetime(2026, 1, 2, tzinfo=UTC)},
        after={"form": "GK_XA"},
    )
    body = orjson.loads(rows()[0].body)
    assert body["x"] == {"late": 1, "day": "2026-12-20", "score": "8.50", "ids": [1, 2]}
    assert body["old"] == {"form": "BK_TINH", "on": "2026-01-02T00:00:00+00:00"}
    assert body["new"] == {"form": "GK_XA"}


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"unit": unicodedata.normalize("NFD", "Trạm")}, "NFC"),
        ({unicodedata.normalize("NFD", "đơn vị"): 1}, "NFC"),
        ({"n": 2**53}, "too large"),
        ({"file": b"bytes"}, "bytes"),
        ({"lines": [{"x": object()}]}, "submission:signed/x/lines/0/x"),
    ],
)
def test_body_refuses_what_has_no_one_form(app: Flask, body: dict[str, Any], fault: str) -> None:
    sign(1, body={"unit": "Trạm", "n": 2**53 - 1})
    with pytest.raises(ValueError, match=fault):
        sign(1, body=body)
    assert len(rows()) == 1


def test_typed_text_is_composed_and_storable(app: Flask) -> None:
    sign(1, reason=unicodedata.normalize("NFD", "Trạm Y tế") + "\0\ud800")
    assert rows(PRIVATE)[0].value == "Trạm Y tế\ufffd?"


def test_unknown_kind_stream_or_no_transaction_is_refused(app: Flask) -> None:
    with transaction():
        trail.record("hold:lifted", by=machine("worker"), stream="instance:1")
        with pytest.raises(ValueError, match="unknown kind"):
            trail.record("hold:forgotten", by=HEAD_OF_UNIT, stream="instance:1")
        with pytest.raises(ValueError, match="no stream"):
            trail.record("hold:lifted", by=HEAD_OF_UNIT, stream="instance 1")
    with pytest.raises(RuntimeError, match="outside a transaction"):
        trail.record("hold:lifted", by=HEAD_OF_UNIT, stream="instance:1")
    assert [r.actor for r in rows()] == ["worker"]


def test_rollback_takes_entries_back_and_leaves_no_gap(app: Flask) -> None:
    sign(1)
    with pytest.raises(KeyError), transaction():
        trail.record("hold:lifted", by=HEAD_OF_UNIT, stream="instance:1")
        raise KeyError
    sign(2)
    assert [(r.gseq, r.kind) for r in rows()] == [(1, "submission:signed"), (2, "submission:signed")]


def test_savepoint_taken_back_takes_its_entries_with_it(app: Flask) -> None:
    with transaction():
        trail.record("hold:lifted", by=HEAD_OF_UNIT, stream="instance:1")
        with savepoint():
            trail.record("hold:lifted", by=HEAD_OF_UNIT, stream="instance:2")
        with pytest.raises(KeyError), savepoint():
            trail.record("hold:lifted", by=HEAD_OF_UNIT, stream="instance:3")
            raise KeyError
    assert [r.stream for r in rows()] == ["instance:1", "instance:2"]


def test_time_never_runs_back(app: Flask) -> None:
    sign(1)
    clock.move_to(datetime(2031, 1, 1, tzinfo=UTC))
    sign(2)
    clock.follow(None)  # another process that has not yet read the moved clock
    sign(3)
    moments = [r.at for r in rows()]
    assert moments == sorted(moments)
    assert moments[2] == moments[1]


def test_change_without_entry_is_refused(app: Flask) -> None:
    with db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE purse (id integer primary key, dong integer)")
    with transaction():
        session().execute(sa.text("INSERT INTO purse (id, dong) VALUES (1, 759000)"))
        trail.record("award:paid", by=HEAD_OF_UNIT, stream="list:1")
    with transaction():
        session().execute(sa.text("UPDATE trail_denial SET count = 0"))  # exempt
    for change in ("UPDATE purse SET dong = 0", "DELETE FROM purse", "insert into purse (id) values (2)"):
        with pytest.raises(trail.Unrecorded, match="purse"), transaction():
            session().execute(sa.text(change))
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT dong FROM purse").scalar() == 759000


def test_one_event_costs_few_statements_and_three_hundred_hardly_more(app: Flask) -> None:
    sign(1)
    with counted() as seen:
        sign(1, reason="có lý do")
    assert seen.statements == (2 if is_postgresql() else 4), seen.words
    with counted() as seen, transaction():
        for number in range(300):
            trail.record(
                "submission:returned", by=HEAD_OF_UNIT, stream=f"instance:{number}", reason=f"lỗi {number}"
            )
    assert seen.statements == 5, seen.words
    assert rows(HEAD)[0].gseq == 302


def test_what_goes_straight_to_the_driver_is_refused_as_anything_else(app: Flask) -> None:
    sign(1)
    with pytest.raises(DBAPIError) as refused, transaction() as s:
        run_plain(open_connection(s), sa.insert(HEAD), {"id": 1, "gseq": 0, "hash": b"", "at": 0, "key": 1})
    assert isinstance(refused.value.orig, db.engine.dialect.loaded_dbapi.Error)
    sign(1)
    assert rows(HEAD)[0].gseq == 2 and trail.verify().ok


@pytest.mark.parametrize("table", ["trail_event", "trail_private", "trail_head"])
def test_database_refuses_to_change_or_remove_entries(app: Flask, table: str) -> None:
    sign(1, reason="có lý do")
    attacks = [f"DELETE FROM {table}", f"UPDATE {table} SET gseq = 1"]
    if db.engine.dialect.name == "postgresql":
        attacks += [f"TRUNCATE {table}", *([f"DELETE FROM {table} WHERE gseq = 99"] if table != "trail_private" else [])]
        attacks += ["INSERT INTO trail_head (id, gseq, hash, at) VALUES (2, 9, '', 9)"]
    else:
        attacks += [f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"]
    for attack in attacks:
        with (
            pytest.raises(DBAPIError, match="append-only|only moves forward"),
            db.engine.begin() as connection,
        ):
            connection.exec_driver_sql(attack)
    assert len(rows()) == len(rows(PRIVATE)) == len(rows(HEAD)) == 1
    sign(2)
    assert len(rows()) == 2


def test_each_table_that_needs_no_entry_is_a_table(app: Flask) -> None:
    assert set(EXEMPT) - set(db.metadata.tables) == {"alembic_version"}
