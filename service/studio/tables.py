"""Decision tables for whoever draws them: what a file of decisions leaves open, and one row of inputs tried.

Nothing is stored and no case is touched; the rules and the working calendar are those of today.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from service import clock
from service.awards.rules import rules_on
from service.calendar import working_calendar
from workflows import safexml
from workflows.decisions import Decision, DecisionError, DecisionTable, load_decisions, only_tables
from workflows.environment import Env
from workflows.feel.types import ANY, read_cell, read_type
from workflows.problems import Problem
from workflows.table_checks import table_problems
from workflows.table_review import Review, review_table
from workflows.table_trial import Trial, Words, try_table
from workflows.wording import problem

_COMMA = re.compile(r"-?\d+,\d+")


@dataclass(frozen=True, slots=True)
class Asked:
    """A piece of data that a table reads: its name ("facts.years"), FEEL's name for its kind, and the unary tests
    of the values allowed, where a column says them.
    """

    path: str
    label: str
    kind: str | None
    allowed: str | None


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What looking over a file has shown: faults of the file, and by the decision's id one review a table, what the table
    asks for, and which days of a round's calendar.
    """

    problems: tuple[Problem, ...]
    tables: Mapping[str, Review]
    asks: Mapping[str, tuple[Asked, ...]]
    dates: Mapping[str, tuple[str, ...]]


def review(content: bytes) -> Reviewed:
    """Look over all the tables of a DMN file, with today's rules. Never raises for what the file holds: one that
    cannot be read is a problem.
    """
    decisions, problems = _read(content)
    tables = only_tables(decisions)
    env = _today({}) if tables else None
    found = {key: review_table(table, env) for key, table in tables.items()}
    for key, table in tables.items():
        problems += table_problems(table, found[key], used=True)
    return Reviewed(
        tuple(problems), found, {key: _asked(table) for key, table in tables.items()}, {key: _dates(table) for key, table in tables.items()}
    )


def _dates(table: DecisionTable) -> tuple[str, ...]:
    """The keys that a table asks `round_date` for, wherever in it an expression stands."""
    expressions = [
        *(column.expression for column in table.inputs), *(result for rule in table.rules for result in rule.results),
        *(output.default for output in table.outputs if output.default is not None),
    ]
    cells = [*(test for rule in table.rules for test in rule.tests), *(column.allowed for column in table.inputs if column.allowed)]
    readings = [read_type(one, None) for one in expressions] + [read_cell(one, None, ANY, "") for one in cells]
    return tuple(sorted({key for reading in readings for function, key in reading.asked if function == "round_date"}))


def _asked(table: DecisionTable) -> tuple[Asked, ...]:
    columns = {column.expression.text.strip(): column for column in table.inputs}
    found = []
    for path in sorted(table.paths):
        column = columns.get(path)
        allowed = column.allowed.text if column is not None and column.allowed is not None else None
        found.append(Asked(path, column.label if column else path, column.kind if column else None, allowed))
    return tuple(found)


def read_inputs(asked: Iterable[Asked], texts: Mapping[str, str]) -> dict[str, Any]:
    """Turn what somebody typed for each path into the data that a table reads; nothing typed is null.

    A number, true, false and JSON are read as such where the column does not want a string or a day; a number may
    have a comma before its decimals, as numbers are written here.
    """
    data: dict[str, Any] = {}
    for one in sorted(asked, key=lambda a: a.path.count(".")):
        *outer, last = one.path.split(".")
        place = data
        for name in outer:
            inner = place.get(name)
            if not isinstance(inner, dict):
                inner = place[name] = {}
            place = inner
        place[last] = _typed(one.kind, texts.get(one.path, "").strip())
    return data


def _typed(kind: str | None, text: str) -> Any:
    if not text:
        return None
    if kind in (None, "number", "integer", "long", "double", "boolean", "list", "context"):
        try:
            return json.loads(text.replace(",", ".") if _COMMA.fullmatch(text) else text)
        except (ValueError, RecursionError):
            return text
    return text


def try_row(
    content: bytes, decision: str, inputs: Mapping[str, Any], dates: Mapping[str, date] | None = None
) -> Trial | tuple[Problem, ...]:
    """Try one row of inputs (plain JSON, by the names that the table reads) on a table of a DMN file.

    Gives the problems instead when the file cannot be read or has no such table. `dates` is the calendar of a
    round, for tables that ask for it.
    """
    decisions, problems = _read(content)
    if problems:
        return tuple(problems)
    table = only_tables(decisions).get(decision)
    if table is None:
        return (problem("unknown-decision", None, name=decision),)
    return try_table(table, inputs, _today(dates or {}))


def _read(content: bytes) -> tuple[Mapping[str, Decision], list[Problem]]:
    try:
        return load_decisions(content), []
    except safexml.RefusedXml as refused:
        return {}, [Problem(None, refused.code, refused.message, refused.message_en)]
    except DecisionError as error:
        return {}, [
            problem("bad-decision", fault.element, message=fault.message, message_en=fault.message_en)
            for fault in error.faults
        ]


def _today(dates: Mapping[str, date]) -> Env:
    rules = rules_on(clock.today())
    return Env(
        now=clock.now,
        calendar=working_calendar(),
        dates=dates,
        rules=rules.values,
        blocking=rules.blocking,
    )


__all__ = ["Asked", "Reviewed", "Trial", "Words", "read_inputs", "review", "try_row"]
