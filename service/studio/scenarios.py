"""Scenarios of a bundle: run before it goes live, with what they cover; kept from a past case or a try-out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from service.awards.rules import rules_on
from service.calendar import working_calendar
from service.errors import Conflict
from service.studio.bundles import definition_in
from service.vietnamese import fold
from workflows.course import Surroundings
from workflows.definition import Definition
from workflows.environment import Env
from workflows.replay import Record, Trace
from workflows.scenario import (
    BadScenario,
    Expected,
    Move,
    Result,
    Scenario,
    answered,
    read_scenario,
    run_scenario,
    write_scenario,
)

ENDING = ".scenario"
_OTHER = re.compile(r"[^a-z0-9]+")
_ACTS = {"user": "answer", "receive": "tell", "external": "effect"}


@dataclass(frozen=True, slots=True)
class Ran:
    """A scenario file with what came of it."""

    file: str
    result: Result


@dataclass(frozen=True, slots=True)
class Results:
    """All scenarios of a bundle, and what of the diagrams they pass."""

    ran: Sequence[Ran]
    covered: frozenset[str]
    """Elements and flows that at least one scenario passes."""
    missed: frozenset[str]
    """Steps and ways that none passes."""

    @property
    def passed(self) -> bool:
        """Whether every scenario came where it must."""
        return all(one.result.passed for one in self.ran)


def run_all(files: Mapping[str, bytes], main: str, definition: Definition | None = None) -> Results:
    """Run every scenario of a bundle on it, by the rules in force on the day on which each begins.

    A file that is no scenario is one that fails. What the files define is read unless it is given. Raises Invalid for a
    bundle that cannot be read.
    """
    definition = definition or definition_in(files, main)
    ran = []
    for name in sorted(files):
        if name.endswith(ENDING):
            try:
                scenario = read_scenario(files[name])
            except BadScenario as bad:
                ran.append(Ran(name, Result(name, False, frozenset(), None, (), (), "", bad.message, bad.message_en)))
                continue
            if scenario.process in ("", main):
                ran.append(Ran(name, run_scenario(scenario, definition, surroundings_of)))
    covered = frozenset[str]().union(*(one.result.covered for one in ran))
    return Results(ran, covered, frozenset(definition.elements) - covered)


def stopped_at(results: Results, definition: Definition) -> dict[str, int]:
    """Steps for people at which scenarios stand that should have gone on, with how many: what a diagram gained since."""
    counts = Counter(e for one in results.ran if not one.result.passed for e in one.result.waits)
    return {e: n for e, n in counts.items() if definition.elements[e].kind == "user"}


def answered_in(files: Mapping[str, bytes], main: str, element: str, given: Mapping[str, Any]) -> dict[str, bytes]:
    """The scenario files of a bundle that stop at a step, each with the step answered. Raises Invalid."""
    definition, changed = definition_in(files, main), {}
    for one in run_all(files, main).ran:
        if not one.result.passed and element in one.result.waits:
            scenario = read_scenario(files[one.file])
            content = write_scenario(answered(scenario, definition, surroundings_of, element, given))
            if content != files[one.file]:
                changed[one.file] = content
    return changed


def surroundings_of(scenario: Scenario) -> Surroundings:
    """Calendar of today, rules of the day on which a scenario begins, its own dates."""
    rules, calendar = rules_on(scenario.begins.date()), working_calendar()

    def at(moment: datetime) -> Env:
        return Env(now=lambda: moment, calendar=calendar, dates=scenario.dates, rules=rules.values, blocking=rules.blocking)

    return at


def from_record(name: str, process: str, record: Record, trace: Trace, definition: Definition, dates: Mapping[str, date]) -> Scenario:
    """The scenario of a past case as it went: only what the diagrams read of its answers, nobody's name, nothing private.

    Raises Conflict where a due day was set for the case alone.
    """
    if any(act.kind == "due" for act in record.acts):
        raise Conflict(
            "Hồ sơ này có hạn đã đổi riêng, mà kịch bản chạy theo đồng hồ chung của sơ đồ, nên không làm kịch bản được.",
            "A due day was set for this case alone, and a scenario goes by the timers of the diagram: it makes no scenario.",
            code="due-set",
        )
    private = definition.register.private if definition.register else frozenset[str]()

    def open_to_all(name: str, value: Any) -> Any:
        return None if name in private else value  # a diagram may read it: it is there, and empty

    told: list[tuple[datetime, Move]] = []
    for act in record.acts:
        if act.kind == "timer":
            told.append((act.at, Move("wait", "due")))
        elif act.kind not in ("retry", "stand"):
            given = {k: open_to_all(k, v) for k, v in act.answers.items() if k in definition.names or k == "result"}
            kind = "signal" if act.kind == "signal" else _ACTS[act.kind]
            place = act.message or "" if kind == "signal" else act.element
            several = act.occurrence if definition.elements[act.element].repeated else None
            told.append((act.at, Move(kind, place, several, given, act.error)))
    for begin, end in record.held:
        told.append((begin, Move("hold")))
        told += [(end, Move("release"))] if end is not None else []
    moves, before = [], record.started_at
    for at, move in sorted(told, key=lambda one: one[0]):
        if move.kind != "wait" and at - before > timedelta(hours=1):
            moves.append(Move("wait", _days(at - before)))
        moves.append(move)
        before = at
    start = {k: open_to_all(k, v) for k, v in record.start.items() if k in definition.names}
    return Scenario(name, start, moves, expected_of(trace.outcome, trace.ended, trace.open), record.started_at, dates, process)


def expected_of(outcome: str | None, ended: bool, waits: Sequence[str]) -> Expected:
    """What a scenario is to come to, from where something came."""
    return Expected(outcome=outcome) if ended and outcome else Expected(waits=sorted(waits))


def _days(time: timedelta) -> str:
    return f"P{time.days}DT{time.seconds // 3600}H" if time.days else f"PT{time.seconds // 3600}H"


def file_of(scenario: Scenario, names: Sequence[str]) -> tuple[str, bytes]:
    """A file name that the bundle does not have yet, made from the scenario's name, and the scenario's content."""
    word = _OTHER.sub("_", fold(scenario.name))[:60].strip("_") or "kich_ban"
    taken, name, number = {one.casefold() for one in names}, f"{word}{ENDING}", 1
    while name in taken:
        number += 1
        name = f"{word}_{number}{ENDING}"
    return name, write_scenario(scenario)


