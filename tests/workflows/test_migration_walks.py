"""Every step of every shipped process moved to an edited diagram, run on to the end, and compared with the run that stayed."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import edits
import pytest
from running import FORM, Clock, Run, assert_same, world
from test_walks import BPMN, DATES, AnyRule, act, facts

from workflows import codec, engine, migration
from workflows.definition import Definition, read_definition
from workflows.environment import Env
from workflows.step import Opened, Step

Act = tuple[str, tuple[Any, ...], dict[str, Any], datetime]
SEEDS = (0, 1, 2, 3, 5, 11, 219, 372, 379)
"""Between them they stand at every step of every process, as the last test says."""
RENAMED = "_moi"


@dataclass
class Watched(Run):
    """A run that remembers what was done, and where it stood before each act."""

    acts: list[Act] = field(default_factory=list)
    stood: list[tuple[bytes, tuple[Opened, ...], datetime]] = field(default_factory=list)
    dues: dict[int, dict[str, datetime | None]] = field(default_factory=dict)

    def _note(self, verb: str, *args: Any, **given: Any) -> None:
        self.stood.append((self.step.state, tuple(self.open), self.clock.time))
        self.acts.append((verb, args, given, self.clock.time))

    def do(self, element: str, nth: int = 0, /, **given: Any) -> Step:
        self._note("do", element, nth, **given)
        return super().do(element, nth, **given)

    def signal(self, message: str, **given: Any) -> Step:
        self._note("signal", message, **given)
        try:
            return super().signal(message, **given)
        except engine.NotWaiting:
            self.acts.pop()
            self.stood.pop()
            raise

    def wake(self) -> Step:
        self._note("wake")
        return super().wake()

    def hold(self) -> Step:
        self._note("hold")
        return super().hold()

    def release(self) -> Step:
        self._note("release")
        return super().release()

    def move_due(self, element: str, due: datetime) -> Step:
        self._note("move_due", element, due)
        return super().move_due(element, due)

    def recalendar(self) -> Step:
        self._note("recalendar")
        return super().recalendar()

    def retry(self, **mended: Any) -> Step:
        self._note("retry", **mended)
        return super().retry(**mended)


def bundle_of(main: str) -> dict[str, bytes]:
    bundle = {
        path.name: path.read_bytes() for path in sorted(BPMN.glob("*.*mn"))
        if (path.stem == "council_session") == (main == "council_session")
    }
    named = set(re.findall(r'formKey="(\w+)"', b"".join(bundle.values()).decode())) | {"extra"}
    return bundle | {f"{name}.form": FORM for name in named}


BUNDLES = {main: bundle_of(main) for main in ("nomination_case", "council_session")}


@dataclass(frozen=True)
class Versions:
    """The definition as shipped and its edited ones."""

    shipped: Definition
    same: Definition
    inserted: Definition
    renamed: Definition
    mapping: Mapping[str, str]
    removed: Mapping[str, Definition]
    swapped: Mapping[tuple[str, str], Definition]


@pytest.fixture(scope="module", params=sorted(BUNDLES))
def versions(request: pytest.FixtureRequest) -> Versions:
    main = str(request.param)
    bundle = BUNDLES[main]

    def read(files: Mapping[str, bytes]) -> Definition:
        return read_definition(files, main=main)

    shipped = read(bundle)
    renamable = {key for key, element in shipped.elements.items() if element.kind != "flow"}
    mapping = {key: key + RENAMED for key in renamable}
    return Versions(
        shipped,
        read(edits.same(bundle)),
        read(edits.insert_everywhere(bundle, "extra")),
        read(edits.rename(bundle, mapping)),
        mapping,
        {key: read(edits.remove(bundle, key)) for key in edits.bypasses(bundle)},
        {pair: read(edits.swap(bundle, *pair)) for pair in edits.swaps(bundle)},
    )


def surroundings(clock: Clock) -> Env:
    return world(clock, dates={key: date(2026, 6, 1) for key in DATES.split()}, rules=AnyRule(), blocking=AnyRule())


def walk(definition: Definition, seed: int) -> Watched:
    dice = random.Random(seed)
    clock = Clock()
    start = {
        "stage": dice.choice(["HANG_NAM", "DOT_XUAT", "TONG_KET"]), "subject_group": "A",
        "kind": dice.choice(["INDIVIDUAL", "COLLECTIVE"]), "form_asked": dice.choice(["GK_XA", "BK_TINH", "CO_CP"]),
        "level": "commune", "reserve_level": None, "granted_level": "none", "reviewed": False,
        "ask_opinions": False, "result": "none", "decision": "none", "facts": facts(dice),
        "session_id": "S1",
    }
    run = Watched(definition, start, clock=clock, watched=False, env=surroundings(clock))
    for _ in range(60):
        if run.step.ended:
            break
        try:
            act(run, dice)
        except engine.NotWaiting:
            continue
    return run


def moved(run: Watched, place: int, newer: Definition, mapping: Mapping[str, str], watched: bool = False) -> Run:
    """The run as it stood before an act, carried over to a newer definition."""
    state, opened, at = run.stood[place]
    clock = Clock(at)
    env = surroundings(clock)
    live, step = migration.migrate(engine.restore(run.definition, state), newer, mapping, env)
    assert not step.opened and not step.closed
    again = engine.restore(newer, step.state)
    assert_same(live, again)
    assert codec.encode(again) == step.state
    other = object.__new__(Run)
    other.definition, other.clock, other.world, other.watched, other.restored = newer, clock, env, watched, True
    other.live, other.steps, other.data, other.env = again, [step], {}, env
    other.open = list(engine.waits(again))
    dues = dues_at(run, place)
    assert [(o.task, o.due, o.key, o.occurrence, o.inputs) for o in other.open] == [
        (o.task, dues[o.task], o.key, o.occurrence, o.inputs) for o in sorted(opened, key=number)
    ]
    return other


def number(opened: Opened) -> int:
    return int(opened.task.rpartition("-")[2])


def dues_at(run: Watched, place: int) -> dict[str, datetime | None]:
    """When what is open at a place falls due, as the run tells it that stayed; asked once, however often it is moved."""
    if place not in run.dues:
        run.dues[place] = {o.task: o.due for o in engine.waits(engine.restore(run.definition, run.stood[place][0]))}
    return run.dues[place]


def told(steps: list[Step]) -> dict[str, Any]:
    """What several steps brought about, for comparing."""
    last = steps[-1]
    return {
        "events": [word for step in steps for word in step.events],
        "phase": next((s.phase for s in reversed(steps) if s.phase), None),
        "outcome": next((s.outcome for s in reversed(steps) if s.outcome), None),
        "fired": [word for step in steps for word in step.fired],
        "data": last.data, "due": last.due, "ended": last.ended,
    }


def go_on_alike(run: Watched, place: int, other: Run, names: Mapping[str, str], many: int) -> None:
    """Do what the run did next on the other one too, answering new steps at once; both must tell the same."""
    for position in range(place, min(len(run.acts), place + many)):
        verb, args, given, at = run.acts[position]
        other.clock.time = at
        before = len(other.steps)
        if verb in ("do", "move_due"):
            args = (names.get(args[0], args[0]), *args[1:])
        getattr(other, verb)(*args, **given)
        while extra := next((e for e in other.now if e.startswith("extra_")), None):
            other.do(extra)
        mine, theirs = told([run.steps[position + 1]]), told(other.steps[before:])
        theirs["fired"] = [name.removesuffix(RENAMED) for name in theirs["fired"]]
        assert theirs == mine, (position, verb, args)
        assert other.step.incident is None


def waiting_elements(definition: Definition) -> set[str]:
    return {key for key, e in definition.elements.items() if e.kind in ("user", "receive", "external")}


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
def test_moved_at_every_step(versions: Versions, seed: int) -> None:
    run = walk(versions.shipped, seed)
    names = versions.mapping
    for place in range(len(run.acts)):
        many = 60 if place % 7 == seed % 7 else 4
        go_on_alike(run, place, moved(run, place, versions.same, {}), {}, many)
        go_on_alike(run, place, moved(run, place, versions.inserted, {}), {}, many)
        go_on_alike(run, place, moved(run, place, versions.renamed, names), names, many)
        without_mapping(run, place, versions)
        taken_out_and_moved(run, place, versions, random.Random(seed * 1000 + place))


def without_mapping(run: Watched, place: int, versions: Versions) -> None:
    """What is open under an id that is gone cannot go, and every one of them is named; names offer the way."""
    state, _, _ = run.stood[place]
    live = engine.restore(run.definition, state)
    verdict = migration.plan(live, versions.renamed, {})
    assert not verdict.can_go
    assert all(reason.message and reason.message_en for reason in verdict.reasons)
    with pytest.raises(migration.CannotMigrate):
        migration.migrate(live, versions.renamed, {}, run.world)
    assert codec.encode(live) == state  # an attempt leaves no mark


def taken_out_and_moved(run: Watched, place: int, versions: Versions, dice: random.Random) -> None:
    state, opened, _ = run.stood[place]
    here = {o.element for o in opened}
    live = engine.restore(run.definition, state)
    for key, newer in versions.removed.items():
        verdict = migration.plan(live, newer, {})
        assert verdict.can_go == (key not in here), (key, verdict)
        if key in here:
            assert [(r.element, r.code) for r in verdict.reasons] == [(key, "gone")]
    for key in dice.sample(sorted(versions.removed), min(2, len(versions.removed))):
        if key not in here:
            run_on(moved(run, place, versions.removed[key], {}), dice, key)
    for pair in dice.sample(sorted(versions.swapped), min(2, len(versions.swapped))):
        run_on(moved(run, place, versions.swapped[pair], {}), dice, None)


def run_on(other: Run, dice: random.Random, without: str | None) -> None:
    """On to an end, or for forty acts: nothing gets stuck, what was taken out is not visited."""
    for _ in range(40):
        if other.step.ended:
            other.assert_nothing_left()
            return
        assert other.open or other.step.due is not None, "nothing waits and nothing will happen"
        assert without not in other.now
        try:
            act(other, dice)
        except engine.NotWaiting:
            continue
        assert other.step.incident is None


@pytest.mark.long
def test_the_walks_stood_everywhere(versions: Versions) -> None:
    waiting = waiting_elements(versions.shipped)
    stood_at = {o.element for seed in SEEDS for _, opened, _ in walk(versions.shipped, seed).stood for o in opened}
    assert waiting <= stood_at, sorted(waiting - stood_at)
