"""Decision paths that were run, so that instances that decide alike are run once.

Instances of one key (`replay_key`) go one way until a decision table that was changed is asked. What it would answer
each of them is worked out from its own record; the way forks by the answers.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

import orjson

from workflows.feel import FeelError
from workflows.replay import Record, Trace
from workflows.replay_key import Asked
from workflows.specs import storable

_START = -1
Leaf = TypeVar("Leaf")


@dataclass(frozen=True, slots=True)
class Question:
    """A table that is asked on the way: in which turn, over which data; `own` are values that each instance has for itself."""

    turn: int
    table: Any
    scope: Mapping[str, Any]
    own: Mapping[str, tuple[int, str]]  # name → the act that brought the value, and under what name
    unread: bool  # whether nothing reads the answer, so that it counts only in comparing what was answered then and now

    def way(self, record: Record, seen: dict[bytes, int]) -> Hashable:
        """By what the instance goes on; `seen` are the answers on its way that count only by which are equal."""
        answer = self.answer(record)
        return seen.setdefault(answer, len(seen)) if self.unread and isinstance(answer, bytes) else answer

    def answer(self, record: Record) -> Hashable:
        """What the table answers for this instance; an error is an answer too, as it stops the instance."""
        own = {name: _told(record, act)[key] for name, (act, key) in self.own.items()}
        at = max(record.started_at, record.acts[self.turn - 1].at) if self.turn else record.started_at
        try:
            given = self.table.evaluate({**self.scope, **own}, record.surroundings(at))
            return orjson.dumps(storable(given))
        except FeelError as error:
            return error.message, error.message_en, getattr(error, "text", None)


@dataclass(slots=True)
class _Fork(Generic[Leaf]):
    """Where the way goes on by the answer to a question."""

    question: Question
    ways: dict[Hashable, _Fork[Leaf] | Leaf | None] = field(default_factory=dict)


_NONE = object()


@dataclass(slots=True)
class Place(Generic[Leaf]):
    """Where an instance stands among what was run: behind so many questions; `leaf` is what is known of its path."""

    ways: dict[Hashable, _Fork[Leaf] | Leaf | None]
    at: Hashable
    passed: int
    seen: dict[bytes, int]
    leaf: Leaf | None = None
    new: bool = False  # whether nothing was run here yet


class Paths(Generic[Leaf]):
    """All that was run, at most so many paths. What must be run for each instance by itself is kept as None."""

    def __init__(self, most: int) -> None:
        self._first: dict[Hashable, _Fork[Leaf] | Leaf | None] = {}
        self._left = most

    def find(self, key: Hashable, record: Record) -> Place[Leaf]:
        """The place of an instance with this key."""
        ways, at, passed = self._first, key, 0
        seen: dict[bytes, int] = {}
        while True:
            found = ways.get(at, _NONE)
            if not isinstance(found, _Fork):
                new = found is _NONE
                return Place(ways, at, passed, seen, None if new else cast("Leaf | None", found), new)
            ways, at, passed = found.ways, found.question.way(record, seen), passed + 1

    def keep(self, place: Place[Leaf], record: Record, questions: Sequence[Question], leaf: Leaf | None) -> None:
        """Keep what was run at a new place; `questions` are all that the run asked."""
        if self._left <= 0:
            return
        self._left -= 1
        ways, at = place.ways, place.at
        for question in questions[place.passed :]:
            fork = _Fork[Leaf](question)
            ways[at] = fork
            ways, at = fork.ways, question.way(record, place.seen)
        ways[at] = leaf


def questions_of(record: Record, then: Trace, now: Trace | None, asked: Asked) -> tuple[list[Question], bool]:
    """What two runs asked that each instance may answer in its own way; False where they cannot be told apart by that."""
    brought = {
        id(value): (act, name)
        for act in range(_START, len(record.acts))
        for name, value in _told(record, act).items()
        if isinstance(value, dict | list)
    }
    found: list[Question] = []
    for trace, elements in ((then, asked.then), (now, asked.now)):
        for turn, spec, data in trace.decided if trace is not None else ():
            if spec.bpmn_id not in elements:
                continue
            scope = {name: data[name] for name in elements[spec.bpmn_id] if name in data}
            own = {name: brought.get(id(value)) for name, value in scope.items() if name in asked.own and isinstance(value, dict | list)}
            if None in own.values():  # put together on the way, so that no act brought it
                return found, False
            common = {name: value for name, value in scope.items() if name not in own}
            mine = cast("dict[str, tuple[int, str]]", own)
            found.append(Question(turn, spec.table, common, mine, spec.variable in asked.unread))
    return found, True


def _told(record: Record, act: int) -> Mapping[str, Any]:
    return record.start if act == _START else record.acts[act].answers
