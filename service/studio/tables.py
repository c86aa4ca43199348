"""Decision tables for whoever draws them: what a file of decisions leaves open, and one row of inputs tried.

Nothing is stored and no case is touched; the rules and the working calendar are those of today.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from service import clock
from service.awards.rules import rules_on
from service.calendar import working_calendar
from workflows import safexml
from workflows.decisions import Decision, DecisionError, load_decisions, only_tables
from workflows.environment import Env
from workflows.problems import Problem
from workflows.table_review import Review, review_table, table_problems
from workflows.table_trial import Trial, Words, try_table
from workflows.wording import problem


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What looking over a file has shown: faults of the file, and one review a table by the decision's id."""

    problems: tuple[Problem, ...]
    tables: Mapping[str, Review]


def review(content: bytes) -> Reviewed:
    """Look over all the tables of a DMN file. Never raises: a file that cannot be read is a problem."""
    decisions, problems = _read(content)
    tables = only_tables(decisions)
    found = {key: review_table(table) for key, table in tables.items()}
    for key, table in tables.items():
        problems += table_problems(table, found[key], used=True)
    return Reviewed(tuple(problems), found)


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


__all__ = ["Reviewed", "Trial", "Words", "review", "try_row"]
