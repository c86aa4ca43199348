"""Tells which past instances a replay cannot tell apart, so that each such path is run once.

Two instances have one key when everything that the two definitions decide by is equal: start data and answers that
conditions, lists, timers and tables read, the order of what came, rules, holds. Moments count only as far as an
expression reads the clock; a replay that came to depend on the time between acts says so itself (`Trace.timed`).

What only tables read, and is no plain value (the facts of a dossier), is not in the key: a table that counts is asked
for each instance (`Asked`, `replay_paths`), and only its answer chooses the way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from workflows.calendar import ZONE
from workflows.definition import Definition
from workflows.replay import Act, Record

_CLOCK = re.compile(r"\b(?:now|today|working_days)\s*\(")
_DATES = re.compile(r"\bround_date\s*\(")


class InForce(NamedTuple):
    """Names what was in force at a moment: of two equal names the rules, the working days, the round's dates are equal."""

    rules: Hashable
    days: Hashable = None
    dates: Hashable = None


@dataclass(frozen=True, slots=True)
class _Read:
    """One expression of a definition: what it is for, where, its source, the names it reads, what it sets."""

    part: str
    element: str
    text: str
    names: frozenset[str]
    sets: str = ""

    @property
    def said(self) -> tuple[str, str, str, str]:
        """What is equal where an expression was not changed."""
        return self.part, self.element, self.text, self.sets


@dataclass(frozen=True, slots=True)
class Asked:
    """Tables whose answers are worked out for each instance: by element, the names that each reads, then and now."""

    then: Mapping[str, frozenset[str]] = field(default_factory=dict)
    now: Mapping[str, frozenset[str]] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    """Names whose values, where they are not plain, each instance has for itself."""
    unread: frozenset[str] = frozenset()
    """Variables of answers that no expression reads: it counts only which answers are equal."""


class Grouping:
    """The key of instances that ran on one definition, or one after the other on several, and are replayed on another."""

    def __init__(self, own: Sequence[Definition], other: Definition, *, same_tables: bool) -> None:
        """`same_tables`: whether the decision tables of all are the same, byte for byte."""
        each, theirs = [_read(one) for one in own], _read(other)
        mine = [r for one in each for r in one]
        read = [*mine, *theirs]
        both = {r.said for r in theirs}.intersection(*({r.said for r in one} for one in each))
        changed = [r for r in read if r.said not in both or r.part == "table" and not same_tables]
        always = [r for r in read if r.part in _ALWAYS or r.part == "timer"]
        deciding = _closed(_names(always) | _names(r for r in changed if r.part != "key"), read)
        weighing = [*changed, *(r for r in read if r.part in _ALWAYS or r.sets in deciding)]
        counting = {r for r in weighing if r.part == "table"}
        # Of a table that counts only the answer chooses the way: what it alone reads need not be equal.
        asked = _names(counting)
        plain = [r for r in read if r.part != "table"]
        first = _names(always) | _names(r for r in changed if r.part not in ("key", "table"))
        values = _closed(first | asked, plain)
        worked_out = _closed(first | _names(r for r in plain if r.sets in asked), plain)
        sets = frozenset(r.sets for r in read).union(*(_variables(one) for one in (*own, other)))
        self._whole = any(e.repeated for d in (*own, other) for e in d.elements.values())
        deferred = frozenset() if self._whole else asked - worked_out - sets
        self.asked = Asked(
            _by_element(r for r in mine if r in counting),
            _by_element(r for r in theirs if r in counting),
            deferred,
            frozenset(r.sets for r in counting) - _names(read),
        )
        texts = [r.text for r in weighing if r.part not in ("due", "key", "timer", "table")]
        self._values = values
        self._keys = _names(r for r in read if r.part == "key") - values
        self._names = other.names.union(*(one.names for one in own))
        self._days = any(_CLOCK.search(text) for text in texts)
        self._dates = any(_DATES.search(text) for text in texts)
        self._own = tuple(one.digest for one in own)

    def key(self, record: Record, in_force: Callable[[datetime], InForce]) -> Hashable:
        """The key of an instance; `in_force` names what stood at a moment."""
        seen: dict[Hashable, int] = {}
        start = self._data(record.start, seen)
        acts = tuple(
            (*self._told(act, seen), self._moment(record, act.at, in_force)) for act in record.acts
        )
        begun = self._moment(record, record.started_at, in_force)
        return self._own, start, begun, acts, tuple(sorted(record.names.items()))

    def _told(self, act: Act, seen: dict[Hashable, int]) -> tuple[Hashable, ...]:
        if act.to is not None:
            return act.kind, act.to.digest, tuple(sorted(act.mapping.items()))
        key = None if act.key is None else seen.setdefault(act.key, len(seen))
        answers = self._data(act.answers, seen, whole=act.kind == "external")
        return act.kind, act.element, act.occurrence, act.message, key, act.error, act.due, answers

    def _moment(self, record: Record, at: datetime, in_force: Callable[[datetime], InForce]) -> Hashable:
        """What counts of a moment: whether the instance was held, the rules; day and calendars where an expression asks for them."""
        held = any(begin <= at and (end is None or at < end) for begin, end in record.held)
        stood = in_force(at)
        day = (at.astimezone(ZONE).date(), stood.days) if self._days else None
        return held, stood.rules, day, stood.dates if self._dates else None

    def _data(self, given: Mapping[str, Any], seen: dict[Hashable, int], *, whole: bool = False) -> Hashable:
        if self._whole or whole:
            return orjson.dumps(given, option=orjson.OPT_SORT_KEYS)
        found: list[Any] = []
        for name in sorted(given):
            if name in self._values or name == "result":
                value = given[name]
                plain = value is None or isinstance(value, str | int | float)
                said = value if plain else orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
                if not plain and name in self.asked.own:
                    said = seen.setdefault(said, len(seen))  # which of them are equal, and no more
                found.append((name, type(value).__name__, said))
            elif name in self._keys:
                found.append((name, seen.setdefault(str(given[name]), len(seen))))
            elif name in self._names:
                found.append(name)  # that it is there counts: an unknown name is an incident
        return tuple(found)


_ALWAYS = frozenset({"condition", "collection", "count", "done_when"})
_PARTS = ("due", "key", "item_title", "expression", "table", "collection", "count", "done_when")


def _names(read: Iterable[_Read]) -> frozenset[str]:
    return frozenset[str]().union(*(r.names for r in read))


def _closed(found: frozenset[str], read: Sequence[_Read]) -> frozenset[str]:
    """These names, and those that they are worked out from."""
    while True:
        more = found | _names(r for r in read if r.sets and r.sets in found)
        if more == found:
            return found
        found = more


def _by_element(read: Iterable[_Read]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for r in read:
        found[r.element] = found.get(r.element, frozenset()) | r.names
    return found


def _variables(definition: Definition) -> frozenset[str]:
    """Names under which what came from elsewhere or was worked out is kept."""
    return frozenset(name for spec in definition.task_specs if (name := getattr(spec, "variable", None)))


def _read(definition: Definition) -> list[_Read]:
    found: list[_Read] = []

    def note(part: str, element: str, source: Any, sets: str = "") -> None:
        names = getattr(source, "names", None)
        if names is not None:
            found.append(_Read(part, element, getattr(source, "text", ""), frozenset(names | source.perhaps), sets))

    for spec in definition.task_specs:
        element = spec.bpmn_id or spec.name
        for part in _PARTS:
            note(part, element, getattr(spec, part, None), getattr(spec, "variable", None) or "" if part in ("expression", "table") else "")
        note("timer", element, getattr(getattr(spec, "event_definition", None), "expression", None))
        for name, source in getattr(spec, "inputs_asked", {}).items():
            note(f"input {name}", element, source)
        for condition, target in getattr(spec, "cond_task_specs", ()):
            if condition:
                note("condition", f"{element} {target}", condition.args[0].expression)
    return found
