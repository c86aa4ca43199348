"""The worker is killed in the middle of a migration and of its undo: each case is wholly in one version, and the batch goes on."""

from __future__ import annotations

import random
import time
from collections import Counter
from datetime import date

import pytest
from sqlalchemy import func, select

from service import trail
from service.actor import machine
from service.config import Settings
from service.db import db, reading
from service.processes import deployments, enactments, instances, live
from service.processes.models import Activity, ProcessInstance
from service.processes.running import look_at
from service.studio import migration
from service.studio.migration_models import MigrationLine
from tests.bench.process import bench_bundle
from tests.journeys.conftest import OpenOffice
from tests.journeys.office import Office
from tests.journeys.test_kill import Machines, machines
from tests.service.studio.plain import INSERTED
from workflows import engine

CASES = 60
WHY = "Quy chế mới thêm bước"
PATIENCE = 120


def _deploy(files: dict[str, bytes]) -> int:
    return enactments.deploy_bundle(files, main="bench", by=machine("cli"))


def _settled(number: int, state: str) -> int:
    with reading() as s:
        return s.scalar(
            select(func.count()).where(MigrationLine.migration_id == number, MigrationLine.state == state)
        ) or 0


def _wholly(number: int, moved: int, not_moved: int, states: dict[str, int]) -> None:
    """Every case stands in one version with all that belongs to it: line, row, state and open stop."""
    live.forget_all()
    with reading() as s:
        lines = s.execute(
            select(MigrationLine.instance_id, MigrationLine.state).where(MigrationLine.migration_id == number)
        ).all()
        standing = {i: d for i, d in s.execute(select(ProcessInstance.id, ProcessInstance.deployment_id))}
        stops = Counter[int | None]()
        for instance, deployment in s.execute(
            select(Activity.instance_id, Activity.deployment_id).where(Activity.state == "open")
        ):
            stops[instance] += 1
            assert instance not in dict(lines) or deployment == standing[instance], "a stop of another version"
    assert Counter(state for _, state in lines).keys() <= states.keys()
    for instance, state in lines:
        assert standing[instance] == (moved if states[state] else not_moved), (instance, state)
        assert [one.element for one in engine.waits(look_at(instance))] == ["review_1"]
        assert stops[instance] == 1


def _kill_while_it_works(both: Machines, number: int, done: str, chance: random.Random, check: dict[str, int], to: tuple[int, int]) -> int:
    """Kill the worker whenever it has settled some more, look, start it again; how often it was in the middle."""
    kills, end = 0, time.monotonic() + PATIENCE
    while (seen := migration.read_migration(number, by=machine("cli"))).state == "running":
        before, wanted = _settled(number, done), chance.randrange(5, 30)
        while _settled(number, done) < min(before + wanted, CASES):
            assert time.monotonic() < end, (seen, before)
            time.sleep(0.005)
        if _settled(number, done) < CASES:
            both.kill("work")
            kills += 1
            _wholly(number, *to, check)
            both.start("work")
        else:
            time.sleep(0.05)
        assert time.monotonic() < end
    return kills


@pytest.fixture
def office(office_on: OpenOffice) -> Office:
    return office_on(date(2026, 11, 3))


@pytest.mark.long
def test_a_killed_worker_leaves_every_case_wholly_moved_or_wholly_not(office: Office) -> None:
    settings: Settings = office.app.extensions["settings"]
    admin, chance = office.who("quantri"), random.Random(7)
    deployments.known_groups.add("bench_reviewer")
    first = _deploy(bench_bundle(3))
    for n in range(CASES):
        instances.start_instance("bench", {"decision": "none"}, by=machine("cli"), title=f"Hồ sơ {n}", search=f"Hồ sơ {n}")
    second = _deploy(INSERTED)
    number = migration.begin(first, second, {}, WHY, by=admin)
    db.session.remove()
    with machines(settings) as both:
        moving = {"waiting": 0, "moved": 1}
        kills = _kill_while_it_works(both, number, "moved", chance, moving, (second, first))
        _wholly(number, second, first, moving)
        assert _settled(number, "moved") == CASES and kills > 1
        migration.undo(number, "Nhầm phiên bản", by=admin)
        back = {"moved": 1, "undone": 0}
        kills = _kill_while_it_works(both, number, "undone", chance, back, (second, first))
        _wholly(number, second, first, back)
        assert _settled(number, "undone") == CASES and kills > 1
    assert trail.verify().ok
