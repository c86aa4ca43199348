"""Runs a past instance again from its completion record, on the definition it ran on or on another one, and judges.

A record is what was told to the instance from outside: answers, messages, timers that fired, answers of effects, retries,
due days that somebody set.
The clock is that of the record. Nothing is stored, sent or numbered here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from workflows.course import MOST_TIMERS, Course, Stop, Surroundings
from workflows.definition import Definition
from workflows.migration import CannotMigrate
from workflows.step import Incident, Mark, NotWaiting, WrongAnswer
from workflows.tree import Node

Word = Literal["same", "other_way", "loses", "differs", "stuck", "cannot"]
WORDS: tuple[Word, ...] = ("same", "other_way", "loses", "differs", "stuck", "cannot")
"""What a replay says of an instance, the least remarkable first."""
Place = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that came to an instance from outside, at its moment."""

    at: datetime
    kind: str  # user, receive, external, timer, signal, retry; due, stand, migrate
    element: str = ""
    occurrence: int = 1
    answers: Mapping[str, Any] = field(default_factory=dict)
    message: str | None = None
    key: str | None = None
    error: str | None = None
    due: datetime | None = None  # of a due day that was set: when the task is due from then on
    to: Definition | None = None  # of a migration: the version that it went to,
    mapping: Mapping[str, str] = field(default_factory=dict)  # and what elements are called there


@dataclass(frozen=True, slots=True)
class Record:
    """An instance as its completion record tells it; `acts` in the order in which they came."""

    started_at: datetime
    start: Mapping[str, Any]
    acts: Sequence[Act]
    stops: Sequence[tuple[str, str, int, str]]  # kind, element, occurrence, open | done | cancelled
    ended: bool
    outcome: str | None
    surroundings: Surroundings
    held: Sequence[tuple[datetime, datetime | None]] = ()
    pausing: Collection[str] = ()
    changes: Sequence[datetime] = ()  # when a calendar was changed, and due times with it
    names: Mapping[str, str] = field(default_factory=dict)  # element of an earlier version → its id in the present one


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a replay led: the path with its moments, how it ended or where it stands."""

    path: Sequence[Stop]
    ended: bool
    outcome: str | None
    ends: frozenset[str]
    marks: Mapping[str, Mark]
    incident: Incident | None
    results: Sequence[tuple[str, Any]]
    armed: frozenset[tuple[str, str]]
    lost: Sequence[str] = ()  # recorded elements that this definition does not have
    unused: Sequence[Act] = ()  # records that nothing took
    timed: bool = False  # whether it came to depend on how much time lay between the acts
    decided: Sequence[tuple[int, Any, Mapping[str, Any]]] = ()  # tables asked before that: turn, task, data
    failed: Act | None = None  # on the own definition: the record that could not be told again

    @property
    def open(self) -> tuple[str, ...]:
        """Elements at which something stands open, sorted."""
        return tuple(sorted(stop.element for stop in self.path if stop.how == "open"))

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        """The path without moments."""
        return tuple((stop.kind, stop.element) for stop in self.path)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an instance on another definition; `element` is where, `why` a word for it."""

    word: Word
    element: str = ""
    why: str = ""
    message: str = ""
    message_en: str = ""


def replay_own(record: Record, definition: Definition) -> Trace:
    """Run an instance again on the definition that it began on, each act exactly where it came, migrations too.

    A timer fires when the record says so, whatever the calendar says by now. `failed` names the first act that could
    not be told again.
    """
    course = _begin(record, definition)
    for act in record.acts:
        course.move_to(act.at)
        if course.ended or not _tell_exactly(course, act):
            return _trace(course, failed=act)
    return _trace(course)


def _begin(record: Record, definition: Definition) -> Course:
    course = Course(definition, record.surroundings, held=record.held, pausing=record.pausing, recorded=True)
    course.start(record.start, record.started_at)
    return course


def _tell_exactly(course: Course, act: Act) -> bool:
    if act.kind == "retry":
        course.retry()
        return True
    if act.kind == "stand":
        course.stand()
        return True
    if act.to is not None:
        try:
            course.migrate(act.to, act.mapping)
        except CannotMigrate:
            return False
        return True
    if act.kind == "signal":
        try:
            course.signal(act.message or "", act.answers, act.element)
        except NotWaiting:
            return False
        return True
    if act.kind == "timer":
        node = next((node for _, node in course.armed_now() if node.task_spec.bpmn_id == act.element), None)
        if node is not None:
            course.fire(node)
        return node is not None
    node = next(
        (n for n in course.open_at(_kind(act), act.element) if n.internal_data["nth"] == act.occurrence), None
    )
    if node is None:
        return False
    if act.due is not None:
        course.move_due(node, act.due)
        return True
    try:
        _hand_in(course, node, act)
    except (NotWaiting, WrongAnswer):
        return False
    return True


def _kind(act: Act) -> str:
    """Of which kind the task is that an act is about."""
    return "user" if act.kind == "due" else act.kind


def _hand_in(course: Course, node: Node, act: Act) -> None:
    if act.kind == "user":
        course.answer(node, act.answers)
    elif act.kind == "receive":
        course.tell(node, act.answers)
    else:
        course.effect(node, act.answers, act.error)


def mismatch(record: Record, trace: Trace) -> str:
    """Why a replay on the own definition is not what happened: "act", "path", "end"; empty where it is."""
    if trace.failed is not None:
        return "act"
    if [(*stop.place, stop.how) for stop in trace.path if stop.kind not in ("timer", "signal")] != list(record.stops):
        return "path"
    return "" if (trace.ended, trace.outcome) == (record.ended, record.outcome) else "end"


# -- on another definition


def replay_on(
    record: Record, definition: Definition, then: Trace, same_timers: Collection[str], until: datetime
) -> Trace:
    """Run an instance on another definition as far as its record answers.

    A record waits until its task is open. A timer that was drawn alike and set at the same moment then (`same_timers`)
    fires when it fired then; every other one by its own due time, up to `until`. The whole instance runs here, whichever
    versions it was moved through: what was recorded under another id is looked for under the one that it has here.
    """
    run = _Again(_begin(record, definition), then, frozenset(same_timers), record.changes)
    called = _called_here(record.names, definition)
    for act in record.acts:
        run.let_pass(act.at)
        if run.course.ended:
            if act.kind not in ("due", "stand", "migrate"):
                run.unused.append(act)
            continue
        run.course.move_to(act.at)
        if act.to is None:
            run.take(replace(act, element=called[act.element]) if act.element in called else act)
    run.let_pass(until)
    pending = [act for act in run.pending if act.kind != "due"]  # where nothing opened any more, nothing came to be due
    return _trace(run.course, lost=run.lost, unused=[*pending, *run.unused], timed=run.timed)


def _called_here(names: Mapping[str, str], definition: Definition) -> dict[str, str]:
    """What elements are called in this definition that lacks their ids, by the names that they had and have elsewhere."""
    found: dict[str, str] = {}
    for key in {*names, *names.values()} - definition.elements.keys():
        present = names.get(key, key)
        others = [present, *(old for old, new in names.items() if new == present)]
        here = next((one for one in others if one in definition.elements), None)
        if here is not None:
            found[key] = here
    return found


def as_called_here(trace: Trace, names: Mapping[str, str], definition: Definition) -> Trace:
    """A trace in the names of another definition, as far as that has the elements."""
    called = _called_here(names, definition)
    if not called:
        return trace
    incident = trace.incident
    if incident is not None and incident.element in called:
        incident = replace(incident, element=called[incident.element])
    return replace(
        trace,
        path=[replace(stop, element=called.get(stop.element, stop.element)) for stop in trace.path],
        ends=frozenset(called.get(end, end) for end in trace.ends),
        incident=incident,
        results=[(called.get(element, element), result) for element, result in trace.results],
        armed=frozenset((called.get(element, element), at) for element, at in trace.armed),
    )


class _Again:
    """A course on another definition, and the records that nothing has taken yet."""

    def __init__(self, course: Course, then: Trace, same_timers: frozenset[str], changes: Sequence[datetime]) -> None:
        self.course, self.then, self.same_timers = course, then, same_timers
        self.changes = [at for at in changes if at > course.now]  # of calendars, still to come
        self.pending: list[Act] = []
        self.unused: list[Act] = []
        self.lost: list[str] = []
        self.timed: int | None = None  # how many tables were asked before time between the acts came to count
        self.fired = 0

    def follows(self, node: Node) -> bool:
        """Whether a timer is the one of then, so that the record says when it fires."""
        element = node.task_spec.bpmn_id
        return element in self.same_timers and (element, node.internal_data["at"]) in self.then.armed

    def let_pass(self, until: datetime) -> None:
        """Fire, in their order, the timers of this definition that come due before a moment, by the calendars of their time."""
        while self.changes and self.changes[0] <= until:
            change = self.changes.pop(0)
            self._let_due(change)
            if not self.course.ended:
                self.course.recalendar(change)
        self._let_due(until)

    def _let_due(self, until: datetime) -> None:
        course = self.course
        while not course.ended:
            own = [(due, node) for due, node in course.armed_now() if not self.follows(node)]
            if own and self.timed is None:
                self.timed = len(course.decided)
            if course.held or not own or own[0][0] > until or self.fired >= MOST_TIMERS:
                return
            course.move_to(own[0][0])
            course.fire(own[0][1])
            self.fired += 1
            self.take_pending()

    def take(self, act: Act) -> None:
        """Hand a record in, or keep it until something waits for it."""
        if self._try(act):
            self.take_pending()

    def take_pending(self) -> None:
        """Hand in what waited, in its order, as long as any of it is taken."""
        while self.pending and not self.course.ended:
            waiting, self.pending = self.pending, []
            before = len(waiting)
            for position, act in enumerate(waiting):
                if self._try(act):
                    self.pending += waiting[position + 1 :]
                    break
            if len(self.pending) == before:
                return

    def _try(self, act: Act) -> bool:
        """Whether a record was taken; one that may be taken later is pending then."""
        course = self.course
        if act.kind == "retry":
            if course.incident is not None:
                course.retry()
                return True
            return False
        if act.kind == "stand":
            course.stand()
            return True
        if act.kind == "timer":
            return self._fire(act)
        if act.kind == "signal":
            if course.takes(act.message or ""):
                course.signal(act.message or "", act.answers, act.element)
                return True
            self._keep(act, any(e.message == act.message for e in course.definition.elements.values()))
            return False
        node = self._find(act)
        if act.due is not None:
            return self._move_due(act, node)
        if node is not None:
            try:
                _hand_in(course, node, act)
            except WrongAnswer:
                self.unused.append(act)
                return False
            return True
        known = act.element in course.definition.elements
        self._keep(act, known or act.kind == "receive" and self._has_wait(act.message))
        return False

    def _move_due(self, act: Act, node: Node | None) -> bool:
        """Set a due day once its task is open; one that has passed by then moves nothing, and one of a step that is gone is none."""
        if node is None:
            if act.element in self.course.definition.elements:
                self.pending.append(act)
            return False
        if act.due is not None and act.due > self.course.now:
            self.course.move_due(node, act.due)
        return True

    def _keep(self, act: Act, known: bool) -> None:
        if known:
            self.pending.append(act)
        else:
            self.lost.append(act.element)

    def _fire(self, act: Act) -> bool:
        course = self.course
        for _, node in course.armed_now():
            if node.task_spec.bpmn_id == act.element and self.follows(node):
                course.fire(node)
                return True
        if act.element not in course.definition.elements:
            self.lost.append(act.element)
        return False

    def _find(self, act: Act) -> Node | None:
        """The open task that a record answers: its element's, the same occurrence first; a wait also by its message."""
        nodes = self.course.open_at(_kind(act), act.element)
        if act.kind == "receive" and not nodes and act.element not in self.course.definition.elements:
            nodes = [n for n in self.course.open_at("receive") if n.task_spec.element.message == act.message]
        if act.key is not None:
            nodes = [n for n in nodes if n.internal_data.get("key") is None or str(n.internal_data["key"]) == act.key]
        exact = [n for n in nodes if n.internal_data["nth"] == act.occurrence]
        return next(iter(exact or nodes), None)

    def _has_wait(self, message: str | None) -> bool:
        elements = self.course.definition.elements.values()
        return any(e.kind == "receive" and e.message == message for e in elements)


def _trace(
    course: Course,
    *,
    failed: Act | None = None,
    lost: Sequence[str] = (),
    unused: Sequence[Act] = (),
    timed: int | None = None,
) -> Trace:
    marks = course.marks()
    ends = [key for key, element in course.definition.elements.items() if element.kind == "end"]
    return Trace(
        path=course.path,
        ended=course.ended,
        outcome=course.outcome,
        ends=frozenset(key for key in ends if marks[key] == "done"),
        marks=marks,
        incident=None if course.ended else course.incident,
        results=course.results,
        armed=frozenset(course.armed),
        lost=lost,
        unused=unused,
        timed=timed is not None,
        decided=course.decided[:timed],
        failed=failed,
    )


def judge(then: Trace, now: Trace) -> Verdict:
    """Hold what becomes of an instance against what became of it then."""
    if now.incident is not None and (then.incident is None or then.incident.element != now.incident.element):
        found = now.incident
        return Verdict("stuck", found.element or "", "incident", found.message, found.message_en)
    if not now.ended and (then.ended or now.open != then.open):
        new = [element for element in now.open if element not in then.open] or list(now.open)
        seen = {stop.element for stop in then.path}
        new.sort(key=lambda element: element in seen)  # what is new stands before what only waits elsewhere
        return Verdict("stuck", new[0], "waits_anew" if new[0] not in seen else "waits") if new else Verdict("differs")
    if now.ended and not then.ended:
        return Verdict("differs", _first(now.ends - then.ends), "ends")
    if now.ended and (now.outcome != then.outcome or now.ends != then.ends):
        return Verdict("differs", _first(now.ends - then.ends), "other_end")
    if now.lost:
        return Verdict("loses", now.lost[0], "gone")
    if now.places != then.places:
        passed = {stop.element for stop in now.path}
        missing = next((stop.element for stop in then.path if stop.element not in passed), "")
        return Verdict("other_way", missing or _parting(then, now), "skipped" if missing else "order")
    if list(now.results) != list(then.results):
        return Verdict("other_way", "", "table")
    return Verdict("same")


def _first(ends: Collection[str]) -> str:
    return min(ends, default="")


def _parting(then: Trace, now: Trace) -> str:
    """The first element at which two paths part."""
    for a, b in zip(then.places, now.places, strict=False):
        if a != b:
            return b[1]
    longer = now.places if len(now.places) > len(then.places) else then.places
    return longer[min(len(now.places), len(then.places))][1]


def same_timers(own: Collection[Definition], other: Definition) -> frozenset[str]:
    """Timers that another definition draws as each of these versions that has them: the same time at the same host."""
    theirs = _timers(other)
    drawn = [timer for one in own for timer in _timers(one).items()]
    return frozenset(key for key, _ in drawn) - frozenset(key for key, how in drawn if theirs.get(key) != how)


def _timers(definition: Definition) -> dict[str, tuple[str, str | None]]:
    found: dict[str, tuple[str, str | None]] = {}
    for spec in definition.task_specs:
        expression = getattr(getattr(spec, "event_definition", None), "expression", None)
        if spec.bpmn_id and expression is not None and spec.element is not None:
            text = getattr(expression, "text", None) or repr(expression)
            found[spec.bpmn_id] = (text, spec.element.host)
    return found
