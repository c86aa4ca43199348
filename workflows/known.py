"""What a bundle may name besides what stands in it, and what a form tells about itself.

Plain values, handed in by whoever checks a bundle; nothing here looks anything up. None = not checked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from workflows.feel.types import Type
from workflows.problems import Problem


@dataclass(frozen=True, slots=True)
class Known:
    """Names that the service knows; None = not checked."""

    groups: Collection[str] | None = None
    topics: Collection[str] | None = None
    #: Letters that come with the service, besides `*.letter` in the bundle.
    letters: Collection[str] | None = None
    #: Values that a `*.letter` may ask for, and whether each is always there.
    gaps: Mapping[str, bool] | None = None
    #: Words of the history that `nom:event` may tell.
    events: Collection[str] | None = None
    #: Kinds of list that `nom:list` may name.
    lists: Collection[str] | None = None
    #: Outcomes that `nom:outcome` may give.
    outcomes: Collection[str] | None = None
    #: Phases that `nom:phase` may name; another one is only warned of.
    phases: Collection[str] | None = None
    #: Legal bases: key → first and last day; None = no such end.
    bases: Mapping[str, tuple[date | None, date | None]] | None = None
    #: Day on which legal bases must be in force.
    day: date | None = None
    #: Data that instances are started with: process → name → type; another process may be given any of it.
    started: Mapping[str, Mapping[str, Type]] | None = None
    #: Messages that may come: name → what each brings besides `result`.
    messages: Mapping[str, Mapping[str, Type]] | None = None
    #: Keys of `rule("KEY")`, `round_date("key")` and `may_block("KEY")`, by function.
    registers: Mapping[str, Collection[str]] = field(default_factory=dict)
    #: Lists that the service gives to papers: name → the entries of a row.
    rows: Mapping[str, Collection[str]] | None = None
    #: Names of answers that the service itself reads.
    read: Collection[str] = ()
    #: Whether diagrams must be drawn, since people see and edit them.
    drawn: bool = False

    def given(self, process: str) -> Mapping[str, Type]:
        """The data that an instance of this process is started with."""
        started = self.started or {}
        return started.get(process) or {name: kind for one in started.values() for name, kind in one.items()}


@dataclass(frozen=True, slots=True)
class Choice:
    """A field of a form in which something is chosen: a list of values, or yes and no."""

    key: str  # dotted path, "*" for rows
    label: str


@dataclass(frozen=True, slots=True)
class FormSeen:
    """What a form tells of itself: its faults, the answers it gives, the names it reads."""

    problems: tuple[Problem, ...] = ()
    #: Name → type of the answers that land in the data; None: not known, as the form has faults.
    answers: Mapping[str, Type] | None = None
    #: Names of which its own expressions and texts read.
    read: frozenset[str] = frozenset()
    choices: tuple[Choice, ...] = ()


CheckForm = Callable[[bytes], FormSeen]
