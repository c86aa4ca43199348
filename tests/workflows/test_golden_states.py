"""Instances under way survive an upgrade: states that every release wrote are read by today's code and run on to an end."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson
import pytest
from golden import FOLDER, MAIN, Kept, kept
from running import Clock, Run, assert_same, diagram, read, start, user
from running import chain as in_a_row
from running import end as an_end
from test_migration_walks import surroundings
from test_walks import act

from workflows import codec, engine
from workflows.codec import UnreadableState
from workflows.definition import Definition, load_definition
from workflows.live import Live


def resumed(definition: Definition, state: bytes, clock: Clock) -> Run:
    """An instance taken up from its stored state."""
    run = object.__new__(Run)
    run.definition, run.clock, run.watched, run.restored = definition, clock, False, False
    run.live = engine.restore(definition, state)
    run.world = run.env = surroundings(clock)
    run.data, run.steps = {}, [engine.stand(run.live, run.world)]
    run.open = list(engine.waits(run.live))
    return run


def run_on(definition: Definition, state: bytes, clock: Clock, seed: int) -> bool:
    """Act on as people might; whether it came to an end, and never to an incident."""
    dice = random.Random(seed)
    run = resumed(definition, state, Clock(clock.time))
    for _ in range(150):
        if run.step.ended:
            return True
        try:
            act(run, dice)
        except engine.NotWaiting:
            continue
        assert run.step.incident is None, run.step.incident
    return False


@pytest.mark.parametrize("left", list(kept()), ids=[path.stem for path in sorted(FOLDER.glob("states_*.zip"))])
def test_states_of_every_release_are_read_and_run_on_to_an_end(left: Kept) -> None:
    definition = load_definition(left.bundle, main=MAIN)
    waiting = {key for key, e in definition.elements.items() if e.kind in ("user", "receive", "external")}
    assert waiting <= left.states.keys(), "a step of the process has no state"
    for element, (state, at) in left.states.items():
        live = engine.restore(definition, state)
        if element.startswith("ended"):
            assert live.finished is not None and engine.marks(live).elements.keys() == definition.elements.keys()
            continue
        assert element in {one.element for one in engine.waits(live)}, element
        assert_same(live, engine.restore(definition, codec.encode(live)))
        assert any(run_on(definition, state, Clock(at), seed) for seed in range(20)), element


def test_the_form_that_is_written_is_kept() -> None:
    assert (FOLDER / f"states_{codec.VERSION}.zip").exists()


def _drawn() -> Definition:
    return read(diagram(start() + user("a") + user("b") + an_end() + in_a_row("begin", "a", "b", "end")))


def test_parts_built_in_another_order_are_told_by_their_names() -> None:
    run = Run(_drawn())
    run.do("a", said=1)
    other = _drawn()
    other = replace(other, as_built=other.as_built[::-1])  # as a later release of the parser might build them
    again = codec.decode(other, run.step.state)
    assert [one.element for one in engine.waits(again)] == ["b"] and codec.encode(again) == run.step.state
    names = [spec.name for spec in other.task_specs]
    assert names == sorted(names) and [spec.index for spec in other.task_specs] == list(range(len(names)))


def test_a_definition_of_other_parts_is_refused_by_name() -> None:
    run = Run(_drawn())
    definition = _drawn()
    assert codec.decode(definition, run.step.state)
    with pytest.raises(UnreadableState, match="other parts"):
        codec.decode(replace(definition, shape="0" * 64), run.step.state)


def _broken(content: list[Any]) -> Iterator[list[Any]]:
    yield [*content[:5], {"s": [[1]]}, *content[6:]]
    yield [*content[:5], {"f": ["d", {}, {}]}]
    yield [*content[:6], [*content[6][:5], 1, [0, 9_999, 3, 0]]]
    yield [*content[:6], [7, 0, 0, 0, 0]]
    yield [*content[:5], None]
    yield [content[0], 5, *content[2:]]
    yield [*content[:6], "x"]


def test_whatever_breaks_while_reading_has_one_name() -> None:
    run = Run(_drawn())
    content = orjson.loads(codec._squeezer.unpack(run.step.state))
    assert isinstance(codec.decode(run.definition, codec._squeezer.pack(orjson.dumps(content))), Live)
    for bad in _broken(content):
        with pytest.raises(UnreadableState):
            codec.decode(run.definition, codec._squeezer.pack(orjson.dumps(bad)))
