"""The database's one place of commits: what is taken back, and what a reading leaves."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError

from service import people, trail
from service.actor import machine
from service.db import db, end_read, is_postgresql, reading, session, transaction
from service.people.models import Account

CLI = machine("cli")
_PHONE = sa.select(Account.phone).where(Account.login == "mai")


def _phone() -> str:
    with reading() as s:
        return s.execute(_PHONE).scalar_one()


@pytest.fixture(autouse=True)
def _mai(app: Flask) -> None:
    people.create_account("mai", "Lê Ban Mai", groups=["vhxh"], by=CLI)


def _write(phone: str) -> None:
    session().execute(sa.update(Account).where(Account.login == "mai").values(phone=phone))


def test_what_was_written_outside_of_an_act_is_taken_back() -> None:
    with transaction():
        _write("0900000001")
        trail.record("account:changed", by=CLI, stream="account:1")
    assert _phone() == "0900000001", "an act's does stand"

    with reading():
        _write("0900000002")
    assert _phone() == "0900000001"
    _write("0900000003")
    end_read()
    assert _phone() == "0900000001"
    if is_postgresql():
        session().execute(sa.text("WITH one AS (UPDATE account SET phone = '0900000007' RETURNING 1) SELECT 1 FROM one"))
        end_read()
        assert _phone() == "0900000001"
    account = session().scalars(sa.select(Account).where(Account.login == "mai")).one()
    account.phone = "0900000004"
    session().flush()
    db.session.remove()
    assert _phone() == "0900000001"


def test_what_an_act_did_before_it_failed_is_taken_back() -> None:
    with pytest.raises(ZeroDivisionError), transaction() as s:
        _write("0900000005")
        trail.record("account:changed", by=CLI, stream="account:1")
        s.flush()
        raise ZeroDivisionError
    assert not _phone()


def test_a_reading_keeps_what_the_driver_has_prepared() -> None:
    if not is_postgresql():
        pytest.skip("SQLite's driver keeps statements by itself")
    prepared = sa.text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT account.phone%'")
    for _ in range(12):
        _phone()
    with reading() as s:
        assert s.execute(prepared).scalar_one() == 1
    with pytest.raises(ZeroDivisionError), transaction():  # a true rollback does lose it: that is why
        _write("0900000006")
        raise ZeroDivisionError
    with reading() as s:
        assert s.execute(prepared).scalar_one() == 0


def test_a_lost_connection_is_told_as_such_in_an_act_and_in_a_reading() -> None:
    if not is_postgresql():
        pytest.skip("SQLite has no connection to lose")
    mine, all_ = sa.text("SELECT pg_backend_pid()"), sa.text("SELECT pg_terminate_backend(:pid, 5000)")

    def cut() -> None:
        with db.engine.connect() as other:
            other.execute(all_, {"pid": session().execute(mine).scalar_one()})

    with pytest.raises(OperationalError) as told, transaction():
        _write("0900000008")
        cut()
        _phone()
    assert told.value.connection_invalidated
    with pytest.raises(OperationalError), reading():
        cut()
        _phone()
    with pytest.raises(OperationalError), reading():
        cut()  # and nothing is asked after it
    assert not _phone(), "the next one goes on"
