"""What a diagram may name: gathered from the parts above when they are joined, and handed to the checker of bundles.

An empty one is not checked, so that the processes part can be tested without the subjects above it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date

from workflows.feel.types import Type
from workflows.known import Known

known_topics: set[str] = set()
"""Topics of external tasks that the worker can carry out; the parts that do so add theirs."""
topic_inputs: dict[str, tuple[str, ...]] = {}
"""Topic → the inputs that it reads."""
known_groups: set[str] = set()
"""Candidate groups that a diagram may name."""
known_letters: set[str] = set()
"""Letters that come with the service and can tell of a task that opens."""
letter_gaps: dict[str, bool] = {}
"""Values that a letter of a process may ask for, and whether each is always there."""
known_events: set[str] = set()
"""Words of the history."""
known_lists: set[str] = set()
"""Kinds of list whose acts end a wait."""
known_outcomes: set[str] = set()
"""Outcomes that a case can end with."""
known_phases: set[str] = set()
"""Phases that a process may be in."""
known_bases: dict[str, tuple[date | None, date | None]] = {}
"""Legal bases: key → first and last day of validity."""
known_messages: dict[str, dict[str, Type]] = {}
"""Messages that acts send: name → what each brings besides `result`."""
started_with: dict[str, Mapping[str, Type]] = {}
"""Main process → the data that the service starts its instances with."""
registers: dict[str, Callable[[], Collection[str]]] = {}
"""Function of expressions (`rule`, `round_date`, `may_block`) → the keys that it may be asked for."""
paper_rows: dict[str, tuple[str, ...]] = {}
"""Lists that papers of matters may show besides those of their forms: name → the entries of a row."""
read_by_service: set[str] = set()
"""Names of answers that the service itself acts on."""


def known_on(day: date) -> Known:
    """All of it, on a day."""
    return Known(
        groups=known_groups or None,
        topics=known_topics or None,
        letters=known_letters or None,
        gaps=letter_gaps or None,
        events=known_events or None,
        lists=known_lists or None,
        outcomes=known_outcomes or None,
        phases=known_phases or None,
        bases=known_bases or None,
        day=day,
        started=started_with or None,
        messages=known_messages or None,
        registers={function: keys() for function, keys in registers.items()},
        rows=paper_rows,
        read=read_by_service,
        drawn=True,
    )
