"""Scenarios: what is told to a process, and where it must end; kept as JSON with the bundle, run before it goes live.

A scenario is data: start data, then acts in their order, each at its distance from the one before. Rules, calendar and the
round's dates come from whoever runs it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import orjson

from workflows.clock import parse_period
from workflows.course import MOST_TIMERS, Course, Surroundings
from workflows.definition import Definition
from workflows.feel import FeelError
from workflows.step import EngineError
from workflows.tree import Node

KINDS = ("answer", "tell", "effect", "signal", "wait", "hold", "release")
"""Acts: a task is answered, a wait is told, an effect answered, a message sent, time passes, the case is held and released."""
MAX_BYTES = 256 * 1024
MOST_ACTS = 500
START = datetime.fromisoformat("2026-11-03T09:00:00+07:00")


class BadScenario(ValueError):
    """A file that is no scenario; says why in both languages."""

    def __init__(self, message: str, message_en: str) -> None:
        super().__init__(message_en)
        self.message, self.message_en = message, message_en


@dataclass(frozen=True, slots=True)
class Move:
    """One act of a scenario. `at` is an element, a message's name, or for `wait` a duration, a moment or `due`."""

    kind: str
    at: str = ""
    occurrence: int | None = None
    given: Mapping[str, Any] = field(default_factory=dict)
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """Where it must come to: an outcome and end events, or the elements it waits at; what is None is not asked."""

    outcome: str | None = None
    ends: Sequence[str] | None = None
    waits: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """A way through a process that is to stay as it is."""

    name: str
    start: Mapping[str, Any]
    moves: Sequence[Move]
    expected: Expected
    begins: datetime = START
    dates: Mapping[str, date] = field(default_factory=dict)
    process: str = ""  # the main process that it belongs to; empty: whichever its bundle has


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a scenario: whether it came where it must, what stood in the way, what it passed."""

    name: str
    passed: bool
    covered: frozenset[str]
    outcome: str | None
    ends: tuple[str, ...]
    waits: tuple[str, ...]
    element: str = ""
    message: str = ""
    message_en: str = ""


# -- as JSON


def read_scenario(content: bytes) -> Scenario:
    """Read a `.scenario` file. Raises BadScenario naming what is wrong."""
    if len(content) > MAX_BYTES:
        raise BadScenario("Kịch bản quá lớn (tối đa 256 kB).", "The scenario is too large (256 kB at most).")
    try:
        raw = orjson.loads(content)
    except orjson.JSONDecodeError:
        raise BadScenario("Tệp kịch bản không phải JSON đọc được.", "The scenario is no readable JSON.") from None
    if not isinstance(raw, dict) or not isinstance(raw.get("name"), str) or not raw["name"].strip():
        raise BadScenario("Kịch bản thiếu tên (name).", "The scenario has no name.")
    start, acts, expected = raw.get("start", {}), raw.get("acts", []), raw.get("expects", {})
    if not isinstance(start, dict) or not isinstance(acts, list) or not isinstance(expected, dict):
        raise BadScenario(
            "start và expects phải là đối tượng, acts phải là danh sách.", "start and expects must be objects, acts a list."
        )
    if len(acts) > MOST_ACTS:
        raise BadScenario(f"Kịch bản dài quá {MOST_ACTS} việc.", f"The scenario has more than {MOST_ACTS} acts.")
    return Scenario(
        raw["name"], start, [_move(number, one) for number, one in enumerate(acts, 1)],
        Expected(_text(expected, "outcome"), _texts(expected, "ends"), _texts(expected, "waits")),
        _begins(raw), _dates(raw), _text(raw, "process") or "",
    )


def _begins(raw: Mapping[str, Any]) -> datetime:
    try:
        moment = datetime.fromisoformat(str(raw.get("begins", START.isoformat())))
    except ValueError:
        moment = START.replace(tzinfo=None)
    if moment.tzinfo is None:
        raise BadScenario("begins phải là thời điểm có múi giờ.", "begins must be a moment with its zone.")
    return moment


def _dates(raw: Mapping[str, Any]) -> dict[str, date]:
    try:
        return {str(key): date.fromisoformat(day) for key, day in raw.get("dates", {}).items()}
    except (AttributeError, TypeError, ValueError):
        raise BadScenario("dates phải gồm các ngày YYYY-MM-DD.", "dates must hold days as YYYY-MM-DD.") from None


def _move(number: int, raw: Any) -> Move:
    kinds = [kind for kind in KINDS if isinstance(raw, dict) and kind in raw]
    if len(kinds) != 1:
        raise BadScenario(
            f"Việc thứ {number} phải có đúng một trong: {', '.join(KINDS)}.",
            f"Act {number} must have just one of: {', '.join(KINDS)}.",
        )
    (kind,) = kinds
    given, occurrence = raw.get("with", {}), raw.get("occurrence")
    if not isinstance(given, dict) or not isinstance(raw[kind], str | bool):
        raise BadScenario(f"Việc thứ {number} không đúng dạng.", f"Act {number} is not in order.")
    if occurrence is not None and (not isinstance(occurrence, int) or isinstance(occurrence, bool)):
        raise BadScenario(f"Việc thứ {number}: occurrence phải là số.", f"Act {number}: occurrence must be a number.")
    return Move(kind, raw[kind] if isinstance(raw[kind], str) else "", occurrence, given, _text(raw, "error"))


def _text(raw: Mapping[str, Any], key: str) -> str | None:
    value = raw.get(key)
    return value if isinstance(value, str) else None


def _texts(raw: Mapping[str, Any], key: str) -> list[str] | None:
    value = raw.get(key)
    return sorted(str(one) for one in value) if isinstance(value, list) else None


def write_scenario(scenario: Scenario) -> bytes:
    """The file of a scenario, as it is read again."""
    acts = []
    for move in scenario.moves:
        one: dict[str, Any] = {move.kind: move.at or True}
        one |= {"with": dict(move.given)} if move.given else {}
        one |= {"occurrence": move.occurrence} if move.occurrence is not None else {}
        acts.append(one | ({"error": move.error} if move.error is not None else {}))
    expects = {
        key: value
        for key, value in (
            ("outcome", scenario.expected.outcome), ("ends", scenario.expected.ends), ("waits", scenario.expected.waits)
        )
        if value is not None
    }
    said = {
        "name": scenario.name, "process": scenario.process, "begins": scenario.begins.isoformat(),
        "dates": {key: day.isoformat() for key, day in scenario.dates.items()}, "start": dict(scenario.start), "acts": acts,
        "expects": expects,
    }
    return orjson.dumps(said, option=orjson.OPT_INDENT_2) + b"\n"


# -- running


class Stuck(Exception):
    """An act that cannot be done where the process stands."""

    def __init__(self, element: str, message: str, message_en: str) -> None:
        super().__init__(message_en)
        self.element, self.message, self.message_en = element, message, message_en


class Player:
    """A process driven by the moves of a scenario; between moves a quarter of an hour goes by."""

    def __init__(self, definition: Definition, surroundings: Surroundings) -> None:
        self.course = Course(definition, surroundings)

    def begin(self, start: Mapping[str, Any], at: datetime) -> None:
        """Start the instance."""
        self.course.start(start, at)

    def do(self, move: Move) -> None:
        """Do one move. Raises Stuck where nothing waits for it, with where the process stands."""
        course = self.course
        found = None if course.ended else course.incident
        if found is not None:
            raise Stuck(found.element or "", found.message, found.message_en)
        if course.ended:
            raise Stuck(move.at, "Quy trình đã kết thúc trước bước này.", "The process has ended before this act.")
        if move.kind == "wait":
            return self._wait(move.at)
        course.move_to(course.now + timedelta(minutes=15))
        if move.kind in ("hold", "release"):
            return course.hold() if move.kind == "hold" else course.release()
        try:
            if move.kind == "signal":
                course.signal(move.at, move.given)
            elif move.kind == "answer":
                course.answer(self._node("user", move), move.given)
            elif move.kind == "tell":
                course.tell(self._node("receive", move), move.given)
            else:
                course.effect(self._node("external", move), move.given, move.error)
        except EngineError as error:
            raise Stuck(move.at, error.message, error.message_en) from None

    def _node(self, kind: str, move: Move) -> Node:
        nodes = self.course.open_at(kind, move.at)
        if move.occurrence is not None:
            nodes = [node for node in nodes if node.internal_data["nth"] == move.occurrence]
        if not nodes:
            stands = ", ".join(map(self._named, self.course.standing())) or "-"
            raise Stuck(
                move.at, f"Bước “{self._named(move.at)}” không chờ xử lý; quy trình đang ở: {stands}.",
                f"“{self._named(move.at)}” does not wait; the process stands at: {stands}.",
            )
        return nodes[0]

    def _named(self, element: str) -> str:
        found = self.course.definition.elements.get(element)
        return found.name if found is not None and found.name else element

    def _wait(self, until: str) -> None:
        course = self.course
        if until == "due":
            armed = course.armed_now()
            if not armed or course.held:
                raise Stuck(until, "Không có hẹn giờ nào đang chạy.", "No timer runs.")
            return self.pass_to(armed[0][0])
        try:
            period = parse_period(until)
            moment = datetime.fromisoformat(until) if period is None else period.after(course.now)
            self.pass_to(moment if moment.tzinfo else moment.replace(tzinfo=course.now.tzinfo))
        except (ValueError, OverflowError, FeelError):
            raise Stuck(until, f"Không đọc được thời gian “{until}”.", f"“{until}” is no time.") from None

    def pass_to(self, moment: datetime) -> None:
        """Let time go by up to a moment, firing the timers that come due on the way."""
        course = self.course
        for _ in range(MOST_TIMERS):
            armed = [] if course.ended or course.held else course.armed_now()
            if not armed or armed[0][0] > moment:
                break
            course.move_to(armed[0][0])
            course.fire(armed[0][1])
        if not course.ended:
            course.move_to(moment)

    def result(self, name: str, expected: Expected, stuck: Stuck | None = None) -> Result:
        """Hold where the process came to against where it must come."""
        course = self.course
        marks = course.marks()
        ends = sorted(k for k, e in course.definition.elements.items() if e.kind == "end" and marks[k] == "done")
        waits = sorted(course.standing())
        element, message, message_en = "", "", ""
        incident = None if course.ended else course.incident
        if stuck is not None:
            element, message, message_en = stuck.element, stuck.message, stuck.message_en
        elif incident is not None:
            element, message, message_en = incident.element or "", incident.message, incident.message_en
        else:
            element, message, message_en = _missed(expected, course.outcome, ends, waits)
        covered = frozenset(key for key, mark in marks.items() if mark in ("done", "live"))
        return Result(name, not message, covered, course.outcome, tuple(ends), tuple(waits), element, message, message_en)


def _missed(expected: Expected, outcome: str | None, ends: Sequence[str], waits: Sequence[str]) -> tuple[str, str, str]:
    """Where and why it is not where it must be; empty words where it is."""
    came = ", ".join(waits) or outcome or ", ".join(ends) or "-"
    place = next(iter(waits), "") or (ends[-1] if ends else "")
    if expected.outcome is not None and outcome != expected.outcome:
        return (
            place, f"Phải ra kết quả {expected.outcome}, nhưng ra: {came}.",
            f"It must come to {expected.outcome}, and came to: {came}.",
        )
    missing = sorted(set(expected.ends or ()) - set(ends))
    if missing:
        return missing[0], f"Phải kết thúc ở {missing[0]}, nhưng ở: {came}.", f"It must end at {missing[0]}, and is at: {came}."
    if expected.waits is not None and sorted(expected.waits) != sorted(waits):
        said = ", ".join(expected.waits)
        return place, f"Phải chờ ở {said}, nhưng ở: {came}.", f"It must wait at {said}, and is at: {came}."
    return "", "", ""


def run_scenario(scenario: Scenario, definition: Definition, surroundings: Callable[[Scenario], Surroundings]) -> Result:
    """Run a scenario on a definition."""
    player = Player(definition, surroundings(scenario))
    player.begin(scenario.start, scenario.begins)
    stuck = None
    for move in scenario.moves:
        try:
            player.do(move)
        except Stuck as found:
            stuck = found
            break
    return player.result(scenario.name, scenario.expected, stuck)


def answered(
    scenario: Scenario, definition: Definition, surroundings: Callable[[Scenario], Surroundings], element: str, given: Mapping[str, Any]
) -> Scenario:
    """The scenario with this step for people answered wherever it does not go on because the step waits.

    What a diagram gained is so answered once for every scenario that was written before; one that never stops there comes
    back as it is.
    """
    player, moves, answer = Player(definition, surroundings(scenario)), list[Move](), Move("answer", element, None, given)
    player.begin(scenario.start, scenario.begins)
    left = list(scenario.moves)
    while len(moves) < MOST_ACTS:
        waits = not player.course.ended and bool(player.course.open_at("user", element))
        try:
            if left:
                player.do(left[0])
                moves.append(left.pop(0))
                continue
            if not waits or element in (scenario.expected.waits or ()):
                break
        except Stuck:
            if not waits:
                break
        try:
            player.do(answer)
        except Stuck:
            break
        moves.append(answer)
    return replace(scenario, moves=[*moves, *left])
