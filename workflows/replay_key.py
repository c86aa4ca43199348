"""Tells which past instances a replay cannot tell apart, so that each such path is run once.

Two instances have one key when everything that the two definitions decide by is equal: start data and answers that
conditions, lists, timers and tables read, the order of what came, rules, holds. Moments count only as far as an
expression reads the clock; a replay that came to depend on the time between acts says so itself (`Trace.timed`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from workflows.calendar import ZONE
from workflows.definition import Definition
from workflows.replay import Act, Record

_CLOCK = re.compile(r"\b(?:now|today|working_days)\s*\(")
_DATES = re.compile(r"\bround_date\s*\(")


@dataclass(frozen=True, slots=True)
class _Read:
    """One expression of a definition: what it is for, where, its source, the names it reads, what it sets."""

    part: str
    element: str
    text: str
    names: frozenset[str]
    sets: str = ""


class Grouping:
    """The key of instances that ran on one definition and are replayed on another."""

    def __init__(self, own: Definition, other: Definition, *, same_tables: bool, tables: str = "") -> None:
        """`same_tables`: whether the decision tables of both are the same, byte for byte; `tables` is their text."""
        mine, theirs = _read(own), _read(other)
        known = {(r.part, r.element, r.text, r.sets) for r in mine}
        new = [
            r for r in theirs
            if (r.part, r.element, r.text, r.sets) not in known or r.part == "table" and not same_tables
        ]
        deciding = _deciding([*mine, *theirs]) | frozenset().union(*(r.names for r in new if r.part != "key"))
        keys = frozenset().union(*(r.names for r in (*mine, *theirs) if r.part == "key"))
        weighing = [*new, *(r for r in theirs if r.part in _ALWAYS or r.sets in deciding)]
        texts = [r.text for r in weighing if r.part not in ("due", "key", "timer")]
        texts += [tables for r in weighing if r.part == "table"]  # what a table asks stands in its cells
        self._values = deciding
        self._keys = keys - deciding
        self._names = own.names | other.names
        self._days = any(_CLOCK.search(text) for text in texts)
        self._dates = any(_DATES.search(text) for text in texts)
        self._whole = any(e.repeated for d in (own, other) for e in d.elements.values())
        self._own = own.digest

    def key(self, record: Record, rules: Callable[[datetime], Hashable], dates: Hashable) -> Hashable:
        """The key of an instance; `rules` names the rules in force at a moment, `dates` the round's calendar."""
        seen: dict[str, int] = {}
        start = self._data(record.start, seen)
        acts = tuple(
            (*self._told(act, seen), self._moment(record, act.at, rules)) for act in record.acts
        )
        return self._own, start, self._moment(record, record.started_at, rules), acts, dates if self._dates else None

    def _told(self, act: Act, seen: dict[str, int]) -> tuple[Hashable, ...]:
        key = None if act.key is None else seen.setdefault(act.key, len(seen))
        answers = self._data(act.answers, seen, whole=act.kind == "external")
        return act.kind, act.element, act.occurrence, act.message, key, act.error, answers

    def _moment(self, record: Record, at: datetime, rules: Callable[[datetime], Hashable]) -> Hashable:
        """What counts of a moment: whether the instance was held, the rules, the day where an expression asks for it."""
        held = any(begin <= at and (end is None or at < end) for begin, end in record.held)
        return held, rules(at), at.astimezone(ZONE).date() if self._days else None

    def _data(self, given: Mapping[str, Any], seen: dict[str, int], *, whole: bool = False) -> Hashable:
        if self._whole or whole:
            return orjson.dumps(given, option=orjson.OPT_SORT_KEYS)
        found: list[Any] = []
        for name in sorted(given):
            if name in self._values or name == "result":
                value = given[name]
                plain = value is None or isinstance(value, str | int | float)
                found.append((name, type(value).__name__, value if plain else orjson.dumps(value, option=orjson.OPT_SORT_KEYS)))
            elif name in self._keys:
                found.append((name, seen.setdefault(str(given[name]), len(seen))))
            elif name in self._names:
                found.append(name)  # that it is there counts: an unknown name is an incident
        return tuple(found)


_ALWAYS = frozenset({"condition", "collection", "count", "done_when"})
_PARTS = ("due", "key", "expression", "table", "collection", "count", "done_when")


def _deciding(read: Iterable[_Read]) -> frozenset[str]:
    """Names whose values choose the way, and those that these are worked out from."""
    read = list(read)
    found = frozenset[str]().union(*(r.names for r in read if r.part in _ALWAYS or r.part == "timer"))
    while True:
        more = found.union(*(r.names for r in read if r.sets and r.sets in found))
        if more == found:
            return found
        found = more


def _read(definition: Definition) -> list[_Read]:
    found: list[_Read] = []

    def note(part: str, element: str, source: Any, sets: str = "") -> None:
        names = getattr(source, "names", None)
        if names is not None:
            found.append(_Read(part, element, getattr(source, "text", ""), frozenset(names), sets))

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
