"""A small trail, and the means of somebody who owns the database and means ill."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from service import trail
from service.actor import Actor
from service.db import db, transaction
from service.trail.models import EVENT, LOCK_NAMES

Attacker = Callable[..., sa.CursorResult[Any]]


@pytest.fixture
def log(app: Flask) -> Flask:
    """Twelve entries in three streams, written in six transactions; 4, 5 and 6 are the whole of instance 2."""
    officer = Actor(account=5, login="vhxh", name="Lê Ban Mai")
    head = Actor(account=7, login="thutruong", name="Nguyễn Lá Xanh", door="api")
    acts: list[list[tuple[str, Actor, str, str | None]]] = [
        [("submission:signed", head, "submission:1", None), ("assessment:filed", head, "instance:1", None)],
        [("dossier:checked", officer, "instance:1", "đủ thành phần")],
        [
            ("dossier:checked", officer, "instance:2", "thiếu biên bản"),
            ("submission:returned", officer, "instance:2", None),
        ],
        [("dossier:supplemented", head, "instance:2", "đã nộp biên bản họp bình xét")],
        [
            ("council:decided", officer, "instance:1", None),
            ("nomination:held", officer, "instance:3", "có đơn"),
        ],
        [
            ("hold:lifted", officer, "instance:3", "đơn không có cơ sở"),
            ("decision:signed", officer, "list:9", None),
        ],
        [("decision:issued", officer, "list:9", None), ("nomination:ended", officer, "instance:1", None)],
    ]
    for act in acts:
        with transaction():
            for kind, by, stream, reason in act:
                trail.record(kind, by=by, stream=stream, reason=reason, body={"unit": "Trạm Y tế Suối Trong"})
    return app


@pytest.fixture
def attack(log: Flask) -> Attacker:
    """Run a statement as the database's owner, who first drops every trigger."""
    with db.engine.begin() as connection:
        for name in LOCK_NAMES[connection.dialect.name]:
            table = name.split("_")[0] + "_" + name.split("_")[1]
            on = f" ON {table}" if connection.dialect.name == "postgresql" else ""
            connection.exec_driver_sql(f"DROP TRIGGER {name}{on}")

    def run(statement: sa.Executable, *rows: dict[str, Any]) -> sa.CursorResult[Any]:
        with db.engine.begin() as connection:
            return connection.execute(statement, list(rows) or None)

    return run


def entry(gseq: int) -> dict[str, Any]:
    """One entry as it lies in the table."""
    with db.engine.connect() as connection:
        return dict(connection.execute(sa.select(EVENT).where(EVENT.c.gseq == gseq)).one()._mapping)
