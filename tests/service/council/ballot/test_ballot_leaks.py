"""A clean round leaves nothing behind, and the leak check finds everything that is planted."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import zstandard
from click.testing import CliRunner

from service import trail
from service.actor import machine
from service.cli import cli
from service.config import Settings
from service.council import ballot
from service.council.ballot import digits, sealing
from service.council.ballot.leaks import check_leaks
from service.db import db, transaction
from service.trail.kinds import KINDS, Kind
from tests.service.council.ballot.chamber import Chamber, left_behind

CLI = machine("cli")
SECRET = bytes(range(100, 132))


def _round(chamber: Chamber) -> str:
    """A round in which one secret is known to the test, counted."""
    round_id = chamber.open(3, recused={4: {3: "em ruột"}})
    chamber.cast(round_id, 1, {1: "agree", 2: "disagree"}, SECRET)
    for member in range(2, 8):
        chamber.cast(round_id, member, "agree" if member % 2 else "disagree")
    ballot.seal_round(round_id, by=chamber.who("thuky"))
    ballot.count_round(round_id, chamber.pair(round_id), by=chamber.who("thuky"))
    return round_id


def _found(round_id: str | None = None, **more: Any) -> set[str]:
    """Which kinds of leak are found."""
    return {leak.what for leak in left_behind(round_id, **more)}


@pytest.mark.long
def test_clean_round_leaves_nothing_and_every_place_is_searched(chamber: Chamber) -> None:
    round_id = _round(chamber)
    var: Path = chamber.app.extensions["settings"].var
    (var / "serve.log").write_text("request done endpoint=ballot.cast status=200\n", encoding="utf-8")
    search = check_leaks(round_id, by=CLI)
    assert [leak for leak in search.found if "/pg_wal/" not in leak.where] == []
    assert {"ballot_box", "trail_event", "trail_private", "mail", "job", "draft", "idempotent_answer"} <= set(search.places)
    assert str(var / "serve.log") in search.places
    if db.engine.dialect.name == "sqlite":
        assert str(var / "vinhdanh.sqlite3") in search.places
        assert str(var / "vinhdanh.sqlite3-wal") in search.places
    else:
        assert any("/base/" in place for place in search.places) or search.missed


def _sheet(round_id: str) -> bytes:
    return bytes.fromhex(round_id) + SECRET + bytes([1, 2, 1]).ljust(60, b"\0")


def _in_mail(text: str) -> None:
    with db.engine.begin() as connection:
        columns = {c["name"]: c for c in sa.inspect(connection).get_columns("mail")}
        values: dict[str, Any] = {}
        for name, column in columns.items():
            if column["nullable"] or column.get("default") is not None or name == "id":
                continue
            kind = str(column["type"])
            short = getattr(column["type"], "length", None)
            values[name] = 0 if "INT" in kind else False if "BOOL" in kind else text[:short]
        table = sa.Table("mail", sa.MetaData(), autoload_with=connection)
        connection.execute(sa.insert(table).values(**values))


def _answered(body: bytes) -> None:
    with db.engine.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO idempotent_answer (account, key, digest, status, content_type, body, answered_at) "
                "VALUES (1, 'k', 'd', 200, 'text/plain', :body, 0)"
            ),
            {"body": body},
        )


def _drafted(text: str) -> None:
    with db.engine.begin() as connection:
        table = sa.Table("draft", sa.MetaData(), autoload_with=connection)
        values = {}
        for column in table.columns:
            kind = str(column.type)
            if column.name != "id":
                values[column.name] = 1 if "INT" in kind else text
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
        connection.execute(sa.insert(table).values(**values))


def _log(chamber: Chamber, data: bytes, name: str = "serve.log") -> None:
    var: Path = chamber.app.extensions["settings"].var
    with (var / name).open("ab") as file:
        file.write(b"\n" * bool(file.tell()) + data)


def _event(round_id: str, **body: Any) -> None:
    with transaction():
        trail.record("ballot:counted", by=CLI, stream=f"ballot:{round_id}", body=body)


PLANTED: dict[str, tuple[str, Callable[[Chamber, str], None]]] = {
    "body of the form in a log": (
        "choice", lambda c, r: _log(c, b"POST /ballots csrf_token=x&secret=00&choice-1=1&choice-2=2\n")),
    "body in a compressed log": (
        "choice", lambda c, r: _log(c, gzip.compress(b"choice-1=1&choice-2=2"), "serve.log.1.gz")),
    "choices of a trace": (
        "choices", lambda c, r: _log(c, b"  choices = {1: 'agree', 2: 'disagree', 3: 'blank'}\n")),
    "autosave of the sheet": ("choice", lambda c, r: _drafted('{"choice-1": "1", "choice-2": "2"}')),
    "record of idempotency": ("choices", lambda c, r: _answered(b'{"choices": {"1": "agree", "2": "disagree"}}')),
    "mail of what was chosen": ("vote", lambda c, r: _in_mail("vote: disagree")),
    "entry of the trail": ("entry", lambda c, r: _event(r, number=1, who=1, said="agree")),
    "unsealed sheet in a value": ("sheet", lambda c, r: _answered(b"xx" + _sheet(r))),
    "unsealed sheet as hex": ("sheet", lambda c, r: _log(c, _sheet(r).hex().encode())),
    "unsealed sheet as base64": ("sheet", lambda c, r: _log(c, b"body=" + base64.b64encode(_sheet(r)))),
    "places of a sheet": ("places", lambda c, r: _log(c, b"1221" + b"0" * 56)),
    "engine's state": (
        "vote", lambda c, r: _answered(zstandard.compress(b'{"votes":[{"member":7,"choice":"agree"}]}'))),
    "secret as hex": ("secret", lambda c, r: _log(c, b"secret=" + SECRET.hex().encode())),
    "secret as base64": ("secret", lambda c, r: _log(c, base64.urlsafe_b64encode(SECRET))),
    "secret inside a value": ("secret", lambda c, r: _answered(b"....." + SECRET + b"...")),
    "code as typed": ("code", lambda c, r: _log(c, digits.grouped(c.codes[r][2]).encode())),
    "code in a mail": ("code", lambda c, r: _in_mail(f"Ma: {c.codes[r][1]}.")),
    "code without its check digits": ("code", lambda c, r: _log(c, c.codes[r][3][:32].encode())),
    "private key": (
        "key",
        lambda c, r: _log(c, bytes(sealing.teller_key(c.codes[r][1], bytes.fromhex(r), 1, light=True)).hex().encode())),
}


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("what", PLANTED)
def test_planted_leak_is_found(chamber: Chamber, what: str) -> None:
    """The same round without it is clean: that is the first test above, for to look everywhere takes seconds."""
    round_id = _round(chamber)
    kind, plant = PLANTED[what]
    plant(chamber, round_id)
    assert kind in _found(round_id)


TOGETHER = (
    ("body of the form in a log", "record of idempotency", "mail of what was chosen", "entry of the trail",
     "code as typed", "private key", "secret as hex", "places of a sheet"),
    ("body in a compressed log", "choices of a trace", "engine's state", "code in a mail", "secret as base64"),
    ("autosave of the sheet", "unsealed sheet in a value"),
    ("secret inside a value", "code without its check digits"),
    ("unsealed sheet as hex",),
    ("unsealed sheet as base64",),
)
"""Leaks of which none looks like another: PostgreSQL's files are large, and are looked through once for each row."""


@pytest.mark.long
@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
@pytest.mark.parametrize("leaks", TOGETHER, ids=lambda leaks: leaks[0])
def test_planted_leaks_are_found_on_postgresql(chamber: Chamber, leaks: tuple[str, ...]) -> None:
    round_id = _round(chamber)
    for what in leaks:
        PLANTED[what][1](chamber, round_id)
    wanted = {PLANTED[what][0] for what in leaks}
    assert len(wanted) == len(leaks)
    assert wanted <= _found(round_id)


def test_every_leak_is_planted_on_both_databases() -> None:
    assert sorted(what for leaks in TOGETHER for what in leaks) == sorted(PLANTED)


def test_deleted_row_is_still_found_in_the_database_s_own_files(chamber: Chamber) -> None:
    round_id = _round(chamber)
    _answered(b"choice-1=1&choice-2=2")
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM idempotent_answer")
    search = check_leaks(round_id, by=CLI)
    if not search.missed:  # PostgreSQL's files belong to a user of their own
        assert "choice" in {leak.what for leak in search.found}
    assert not any(leak.where.startswith("idempotent_answer") for leak in search.found)


def test_entry_of_an_unknown_kind_is_found(chamber: Chamber, monkeypatch: pytest.MonkeyPatch) -> None:
    round_id = _round(chamber)
    with monkeypatch.context() as m:
        m.setitem(KINDS, "vote:cast", Kind("step", "x", "x"))
        with transaction():
            trail.record("vote:cast", by=chamber.who("uyvien1"), stream=f"ballot:{round_id}", body={})
    assert _found(round_id) == {"entry"}


@pytest.mark.long
def test_secret_in_a_raw_file_is_found_when_asked_thoroughly(chamber: Chamber) -> None:
    round_id = _round(chamber)
    _log(chamber, b"\0\1" * 50 + SECRET + b"\2\3" * 50, "core")
    assert _found(round_id) == set()
    assert _found(round_id, thorough=True) == {"secret"}


@pytest.mark.long
def test_backup_elsewhere_is_searched_when_named(chamber: Chamber, tmp_path_factory: pytest.TempPathFactory) -> None:
    round_id = _round(chamber)
    backup = tmp_path_factory.mktemp("backup")
    (backup / "dump.sql").write_text("INSERT INTO x VALUES ('choice-1=1')", encoding="utf-8")
    assert _found(round_id) == set()
    assert _found(round_id, paths=[backup]) == {"choice"}


@pytest.mark.long
def test_command_line_says_what_it_found_and_exits_with_one(
    chamber: Chamber, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_id = _round(chamber)
    for name, value in (("VAR", str(settings.var)), ("DATABASE_URL", settings.database_url), ("TESTING", "1"), ("DEMO", "1")):
        monkeypatch.setenv(f"VINHDANH_{name}", value)
    clean = CliRunner().invoke(cli, ["ballot", "leak-check", round_id])
    if "/pg_wal/" not in clean.output:
        assert clean.exit_code == 0, clean.output
        assert "No choice, code or secret was found" in clean.output
    _log(chamber, b"choice-1=1")
    found = CliRunner().invoke(cli, ["ballot", "leak-check"])
    assert found.exit_code == 1
    assert "LEAK" in found.output
    assert "serve.log" in found.output
    unknown = CliRunner().invoke(cli, ["ballot", "leak-check", "0" * 16])
    assert unknown.exit_code == 1
    assert "no such round" in unknown.output
