"""Moved by hand at many steps of the shipped processes: it runs on, and no ballot or signature is gone around."""

from __future__ import annotations

import random

import pytest
from running import Run, assert_same
from test_migration_walks import BUNDLES, Watched, run_on, surroundings, walk
from test_walks import Clock

from workflows import engine, moving
from workflows.definition import Definition, read_definition


@pytest.fixture(scope="module", params=sorted(BUNDLES))
def definition(request: pytest.FixtureRequest) -> Definition:
    return read_definition(BUNDLES[str(request.param)], main=str(request.param))


def as_it_stood(run: Watched, place: int) -> Run:
    state, opened, at = run.stood[place]
    clock = Clock(at)
    other = object.__new__(Run)
    other.definition, other.clock, other.watched, other.restored = run.definition, clock, False, True
    other.world = other.env = surroundings(clock)
    other.live, other.steps, other.data, other.open = engine.restore(run.definition, state), [run.steps[place]], {}, list(opened)
    return other


MOVED: set[tuple[str, bool]] = set()


@pytest.mark.parametrize("seed", [1, 2, 11, 273, 304])
def test_moved_by_hand_it_runs_on(definition: Definition, seed: int) -> None:
    run = walk(definition, seed)
    dice = random.Random(seed)
    settling = {key for key, element in definition.elements.items() if "settles" in element.attrs}
    assert settling
    for place in range(0, len(run.acts), 3):
        other = as_it_stood(run, place)
        before = engine.data(other.live)
        known = {o.task: o.element for step in run.steps[: place + 1] for o in step.opened}
        allowed = []
        for target in moving.targets(other.live):
            seen = moving.preview(other.live, target.id)
            assert seen.can_move or all(r.message and r.message_en for r in seen.reasons)
            if seen.can_move:
                allowed.append(target.id)
                assert not {known[task] for task in seen.undone} & settling, target.id
                assert not set(seen.passed) & settling, target.id
        if not allowed:
            continue
        target = dice.choice(allowed)
        back = moving.preview(other.live, target).back
        step = other._take(moving.move(other.live, target, other.world))
        assert_same(other.live, engine.restore(definition, step.state))
        assert {k: step.data[k] for k in before if k not in step.results} == {k: v for k, v in before.items() if k not in step.results}
        assert step.incident is None and (other.open or step.due or step.ended)
        MOVED.add((target, back))
        run_on(other, dice, None)


def test_the_walks_moved_both_ways(definition: Definition) -> None:
    ways = {True} if definition.main == "council_session" else {True, False}  # there nearly every step settles something
    mine = [(target, back) for target, back in MOVED if target in definition.elements]
    assert {back for _, back in mine} == ways
