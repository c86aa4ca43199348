"""Queues are numbered once; a process that has just started still finds all of them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from service.actor import Actor, machine
from service.db import db, is_postgresql, transaction
from service.processes import queues
from service.trail import record


def _make(*groups: str) -> int:
    with transaction():
        record("demo:loaded", by=machine("cli"), stream="system")
        return queues.queue_of(groups)


def _forget() -> None:
    for memory in (queues._by_groups, queues._by_id, queues._loaded):
        memory.clear()


def test_queue_has_one_number_in_whatever_order_its_groups_are_named(app: Flask) -> None:
    assert _make("vhxh", "province") == _make("province", "vhxh")


def test_a_fresh_process_that_first_makes_a_task_still_sees_the_older_queues(app: Flask) -> None:
    _forget()
    old, new = _make("vhxh"), _make("unit:7")
    _forget()
    assert _make("unit:7") == new
    by = Actor(account=1, login="one", name="Lê Ban Mai", groups=frozenset({"vhxh", "unit:7"}))
    assert sorted(queues.queues_for(by)) == [old, new]
    assert queues.groups_of(old) == {"vhxh"}


def test_a_queue_committed_after_one_with_a_higher_number_is_still_found(app: Flask) -> None:
    if not is_postgresql():
        pytest.skip("SQLite has one writer at a time")
    _make("vhxh")
    by = Actor(account=1, login="one", name="Lê Ban Mai", groups=frozenset({"vhxh", "unit:7", "unit:8"}))
    with db.engine.connect() as slow:
        late = slow.execute(sa.text("INSERT INTO queue (groups) VALUES ('unit:7') RETURNING id")).scalar_one()
        quick = _make("unit:8")
        assert late < quick and late not in queues.queues_for(by) and quick in queues.queues_for(by)
        slow.commit()
    assert late in queues.queues_for(by)
    assert queues.groups_of(late) == {"unit:7"}
