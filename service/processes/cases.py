"""What an instance is about: the parts above register a case kind, and instances ask it for dates, rules and data."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from service import clock, people
from service.actor import Actor, named
from service.calendar import calendars_so_far, working_calendar
from workflows.engine import Step
from workflows.environment import Env
from workflows.paper_text import PaperText
from workflows.replay_key import InForce

ENTERED = "entered_for"
"""Key in a completion's answers: for which unit, by which incoming paper, the office entered it."""

BY_PAPER = "by_paper"
"""Key in what a message brings: number and day of the paper of the chair whose decision it is; who only entered that is not told."""

FAILED = "failed_with"
"""Key in the answers of an external task that failed: its business error."""


@dataclass(frozen=True, slots=True)
class Running:
    """The row of an instance, without its state."""

    id: int
    deployment_id: int
    case_key: str | None
    version: int
    status: str
    phase: str | None
    outcome: str | None
    holds: int
    queued: int
    roles: Mapping[str, str]
    excluded: tuple[int, ...]
    own_units: tuple[int, ...]
    title: str
    unit_id: int | None = None
    priority: int = 0

    @property
    def case(self) -> int:
        """Number after the colon of the case key."""
        return int((self.case_key or ":0").partition(":")[2])


@dataclass(frozen=True, slots=True)
class Trigger:
    """What moved an instance: start, user, receive, signal, external, timer, retry, a due day that was set, an administrator's hand."""

    kind: str
    element: str = ""
    occurrence: int = 1
    activity: int | None = None
    task: str | None = None
    message: str | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    behalf: int | str | None = None
    """In whose place somebody acted: an account, or the name of a body."""
    reason: str | None = None
    """Why an administrator did it."""
    told: Mapping[str, Any] = field(default_factory=dict)
    """What the trail's entry says besides: codes and numbers."""
    private: Mapping[str, str] = field(default_factory=dict)
    """What the entry keeps apart: values before and after, where an administrator changed some."""

    @property
    def mends_nothing(self) -> bool:
        """Whether it only reckons anew, or goes around what the diagram says: what stood in an incident before still does."""
        return self.kind in ("calendar", "due", "migrate", "unmigrate", "suspend", "release", "edit", "move")

    @property
    def untold(self) -> bool:
        """Whether no record tells of it, so that nobody can tell the case again from here on (replay)."""
        return self.kind in ("edit", "move", "cancel")


@dataclass(frozen=True, slots=True)
class Recorded:
    """A step that has just been written, inside the open transaction."""

    running: Running
    step: Step
    trigger: Trigger
    by: Actor
    at: datetime
    sent_by: int | None = None
    """Who sent the message that moved it, where the worker delivered it."""

    @property
    def doer(self) -> int | None:
        """The account of the person whose act the step is; None for the machine's own."""
        return self.sent_by if self.by.account is None else self.by.account


def _plain_environment(running: Running) -> Env:
    return Env(now=clock.now, calendar=working_calendar())


def _nothing(recorded: Recorded) -> None:
    return None


def _nothing_given(running: Running, element: str) -> dict[str, Any]:
    return {}


def _all_of_it(by: Actor, running: Running, candidates: Collection[str]) -> bool:
    return True


def _anyone_with_a_task(by: Actor, running: Running) -> bool:
    return people.allowed(by, "process.read")


@dataclass(frozen=True, slots=True)
class Past:
    """Under what a case stood at each moment, for who runs it again (replay)."""

    surroundings: Callable[[datetime], Env]
    in_force: Callable[[datetime], InForce]
    """Names what was in force at a moment."""
    changes: Sequence[datetime] = ()
    """When calendars were changed, in their order."""
    held: tuple[tuple[datetime, datetime | None], ...] = ()
    """From when to when it was on hold."""


def _plain_past(cases: Collection[int]) -> Mapping[int, Past]:
    days = calendars_so_far()
    past = Past(
        lambda at: Env(now=lambda: at, calendar=days.at(at)), lambda at: InForce(None, days.number_at(at)), days.changes
    )
    return dict.fromkeys(cases, past)


@dataclass(frozen=True, slots=True)
class CaseKind:
    """How one kind of case takes part in its instances."""

    environment: Callable[[Running], Env] = _plain_environment
    past: Callable[[Collection[int]], Mapping[int, Past]] = _plain_past
    """The same for moments that have passed, of many cases at once, by their numbers."""
    on_step: Callable[[Recorded], None] = _nothing
    on_dropped: Callable[[Running, str, str], None] = lambda running, message, source: None
    given: Callable[[Running, str], dict[str, Any]] = _nothing_given
    """What a form of this element may read besides its answers: (instance, element) → data."""
    may_read: Callable[[Actor, Running], bool] = _anyone_with_a_task
    may_read_answers: Callable[[Actor, Running, Collection[str]], bool] = _all_of_it
    """Whether a reader of the case may read what was filled in at a step of these candidates, too."""
    not_in_force: Callable[[Actor, Running], Collection[int]] = lambda by, running: ()
    """Steps, by their rows, whose answers a reader of the case does not open, since they are not in force: (person, case)."""
    hides: Callable[[Actor, Running, str], Collection[str]] = lambda by, running, element: ()
    """Fields of answers that somebody who reads them is not shown all the same, at this element or, without one, anywhere."""
    entry: Callable[[Running, Actor, str, Collection[str]], Mapping[str, str] | None] = lambda running, by, element, groups: None
    """For whom and by which paper (`for_unit`, `paper`, `paper_date`) somebody enters a task that is another's.

    (case, person, element, candidate groups); None where he may not; without `paper` none has been taken yet.
    """
    tied: Callable[[Running], tuple[str, str] | None] = lambda running: None
    """What an administrator's hand would leave dangling (a list whose act waits for this name), in both languages."""
    changed_at: Callable[[Running, Collection[tuple[str, str]]], str] = lambda running, asked: ""
    """Page where one of the days is changed that an expression asks for by (function, key); "" where there is none."""
    rests_on: Callable[[Running, str], str] = lambda running, key: ""
    """On what the version of a rule rests that holds for a case: `sourced` law, a `confirmed` paper, or "" where it is practice."""
    next_day: Callable[[Running, str], tuple[str, date] | None] = lambda running, key: None
    """The day of the case's calendar that comes next after one, by its key; None where there is none."""
    forwards: Callable[[Running, str], Sequence[str]] = lambda running, element: ()
    """Groups that do a step where nobody else may, only to send the case on: (case, element)."""
    doers: Callable[[Running, str], Collection[int]] = lambda running, element: ()
    """Accounts that do a step besides its groups, since an answer of the case names them: (case, element)."""
    symbol: Callable[[Running, str, PaperText], str] = lambda running, name, text: text.symbol
    """What follows the number of a paper in this case: (case, name of the paper, its text)."""
    cancelled_by: tuple[str, str] | None = None
    """How a case of this kind is cancelled, where its process alone must not be: a sentence in both languages."""
    keys: frozenset[str] = frozenset()
    """Names of its data that say whose case it is: nobody changes them by hand, whatever the diagram calls them."""
    named: Callable[[], Collection[str]] = frozenset
    """Elements that the code of this kind knows by their ids: under another id, what it does there is not done."""
    pausing: frozenset[str] = frozenset()
    """Elements that stop the rest of a case like a hold while they are open: timers stand still, other tasks wait."""


_PLAIN = CaseKind()
KINDS: dict[str, CaseKind] = {}
"""Word before the colon of the case key → case kind; filled by the parts above when they are imported."""


def kind_of(running: Running) -> CaseKind:
    """The case kind of an instance; plain instances have one that knows only the calendar."""
    return kind_named((running.case_key or "").partition(":")[0])


def answers_read(by: Actor, running: Running) -> Callable[[int, Collection[str]], bool]:
    """Tells, of the row and the candidates of a step, whether a reader of a case may read what was filled in at it."""
    kind = kind_of(running)
    shut = kind.not_in_force(by, running)
    return lambda step, candidates: step not in shut and kind.may_read_answers(by, running, candidates)


def groups_named(running: Running, element: str, attrs: Mapping[str, str]) -> list[str]:
    """Groups that a step names, as the case binds them, and the people whom the case names for it."""
    words = (word.strip() for word in attrs.get("candidates", "").split(",") if word.strip())
    return [*(running.roles.get(word, word) for word in words), *map(named, sorted(kind_of(running).doers(running, element)))]


def kind_named(word: str) -> CaseKind:
    """The case kind of the word before the colon of a case key."""
    return KINDS.get(word, _PLAIN)
