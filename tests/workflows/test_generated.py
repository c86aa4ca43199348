"""Checker and engine never disagree: five hundred generated bundles, whole and broken, and two hundred jumbled ones.

What the checker accepts runs to an end, to a wait or to a named incident, and never counts as ended with work left. What
is broken is refused with the element and the code that its breaking asks for.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import date

import pytest
from broken import BREAKS, all_broken, jumbled
from generated import DECISIONS, KNOWN, Case, expected, wholes
from running import Run, world

from forms.kinds import see_form
from workflows import engine
from workflows.definition import Definition, check_bundle, read_definition
from workflows.problems import Problems

WHOLE, BROKEN, JUMBLED = 220, 280, 200
MOST_ACTS = 400


def accepted(case: Case) -> Definition:
    """The definition of a bundle that must be accepted."""
    try:
        definition = read_definition(case.files, main="main", known=KNOWN, check_form=see_form)
    except Problems as found:
        raise AssertionError(f"{case.number}: {found}") from None
    return definition


def begin(definition: Definition, seed: int) -> Run:
    data = {"nomination_id": "N1", "kind": "A", "decision": "none", "result": "none"}
    run = Run(definition, data, watched=False, restored=seed % 3 == 0)
    run.world = world(run.clock, dates={"filing": date(2026, 4, 1), "supplement": date(2026, 5, 1)})
    return run


def decide(seed: int, task: str, nth: int) -> str:
    """What a person says at a task the nth time; nobody goes round for ever."""
    return random.Random(f"{seed} {task} {nth}").choice(DECISIONS if nth < 3 else ("go", "stop"))


def standing(run: Run) -> None:
    """Whatever has been done: it has ended with nothing left, or something is waited for, or an incident says why not."""
    step = run.step
    if step.ended:
        run.assert_nothing_left()
        ends = [key for key, one in run.definition.elements.items() if one.kind == "end" and one.process == "main"]
        marks = engine.marks(run.live).elements
        assert any(marks.get(key) == "done" for key in ends), "ended, and no end was reached"
    else:
        waits = run.open or step.due is not None or engine.is_held(run.live)
        assert waits or step.incident is not None, "neither ended nor waiting"


def do(run: Run, dice: random.Random, done: Counter[str], seed: int) -> None:
    """Answer one of the open tasks."""
    place = dice.randrange(len(run.open))
    task = run.open[place]
    nth = run.now[: place + 1].count(task.element) - 1
    done[task.element] += 1
    given: dict[str, object] = {}
    if task.kind == "user":
        given = {"decision": decide(seed, task.element, done[task.element]), "score": 7, "day": "2026-03-09"}
    elif task.attrs.get("values"):
        given = {"result": dice.choice(task.attrs["values"].split())}
    run.do(task.element, nth, **given)


def walk_quietly(run: Run, seed: int) -> Counter[str]:
    """Answer whatever is open until it ends; time goes on only when nothing is."""
    dice, done = random.Random(seed), Counter[str]()
    for _ in range(MOST_ACTS):
        standing(run)
        if run.step.ended or run.step.incident is not None:
            break
        if run.open:
            do(run, dice, done, seed)
        else:
            assert run.step.due is not None
            run.clock.time = max(run.clock.time, run.step.due)
            run.wake()
    return done


def walk_wildly(run: Run, seed: int) -> None:
    """Answers, errors, messages to boundaries, days that pass, holds: in any order."""
    dice, done = random.Random(seed), Counter[str]()
    for _ in range(60):
        standing(run)
        if run.step.ended:
            return
        kind = dice.random()
        if kind < 0.1 and run.live.workflow.deliverable("asked:stop"):
            run.signal("asked:stop", cause="x")
        elif kind < 0.2 or not run.open:
            run.clock.forward(days=dice.randrange(1, 6))
            run.wake()
        elif kind < 0.25:
            dice.choice([run.hold, run.release, run.recalendar, run.retry])()
        elif kind < 0.3 and any(one.kind == "external" for one in run.open):
            run.fail(next(one.element for one in run.open if one.kind == "external"), "E")
        else:
            do(run, dice, done, seed)


@pytest.mark.long
def test_whole_bundles_are_accepted_and_do_what_their_blocks_say() -> None:
    kinds: Counter[str] = Counter()
    for case in wholes(WHOLE):
        definition = accepted(case)
        run = begin(definition, case.number)
        done = walk_quietly(run, case.number)
        assert run.step.ended, (case.number, run.step.incident, run.now)
        assert done == expected(case, lambda task, nth, case=case: decide(case.number, task, nth)), case.number  # type: ignore[misc]
        walk_wildly(begin(definition, case.number + 1), case.number)
        kinds.update(one.kind for one in definition.elements.values())
    assert {"user", "receive", "external", "decision", "script", "call", "subprocess", "boundary_timer"} <= kinds.keys()


@pytest.mark.long
def test_broken_bundles_are_refused_for_what_is_broken() -> None:
    seen: Counter[str] = Counter()
    for case in all_broken(BROKEN):
        found = check_bundle(case.files, main="main", known=KNOWN, check_form=see_form)
        errors = {(one.element, one.code) for one in found if one.severity == "error"}
        assert case.blames is not None
        assert case.blames in errors, (case.number, case.what, case.blames, sorted(map(str, errors)))
        for one in found:
            assert one.message and one.message_en and one.message != one.message_en
            assert one.element is None or one.file is not None, (case.what, one)
        seen[case.what] += 1
    assert seen.keys() == BREAKS.keys()


@pytest.mark.long
def test_jumbled_bundles_are_refused_or_run() -> None:
    ran = 0
    for number in range(JUMBLED):
        try:
            definition = read_definition(jumbled(number), main="main", known=KNOWN, check_form=see_form)
        except Problems as found:
            assert any(one.severity == "error" for one in found.problems)
            continue
        ran += 1
        walk_quietly(begin(definition, number), number)
        walk_wildly(begin(definition, number), number)
    assert ran >= 5, "nearly everything was refused, so nothing was shown"
