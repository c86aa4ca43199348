"""Lists that papers of matters may show of a period: figures, groups of units, single units, awards, and where each comes from."""

from __future__ import annotations

from typing import Any

from service.movement import ENTRIES, awards_in_window, period_told, tables_of_period
from service.movement.models import Matter
from service.papers.matter_facts import lists, rows


@lists(ENTRIES)
def _period(row: Matter) -> dict[str, list[dict[str, Any]]]:
    """The tables of the period that a matter tells of; empty ones where it tells of none."""
    found = period_told(row)
    return tables_of_period(*found) if found is not None else {name: [] for name in ENTRIES}


@rows("unit_awards", "form", "collectives", "individuals", "households")
def _of_unit(row: Matter) -> list[dict[str, Any]]:
    """What the names of a matter's unit were granted in its period."""
    return awards_in_window(row)
