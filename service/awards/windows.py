"""The window of a stocktake: which years of its movement an interim or final round looks back on, as the movement's phases say.

The phase that a stocktake closes names it (`stocktake`); a stocktake that looks back further than its phase says so (`stocktake_from`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from service.awards.models import Movement, Round
from service.db import reading

STOCKTAKES = ("SO_KET", "TONG_KET")
"""Kinds of round that take stock of what several years brought."""


@dataclass(frozen=True, slots=True)
class Window:
    """First and last day, and the phase that it takes stock of; its name is empty where no phase of the movement names the stocktake."""

    first: date
    last: date
    phase: str = ""

    @property
    def years(self) -> range:
        """The years that it touches."""
        return range(self.first.year, self.last.year + 1)

    @property
    def told(self) -> str:
        """The years in figures: 2025 - 2027."""
        return f"{self.first.year} - {self.last.year}" if self.first.year != self.last.year else str(self.first.year)

    def holds(self, day: date) -> bool:
        """Tell whether a day lies inside."""
        return self.first <= day <= self.last


def window_by_plan(movement: Movement, stage: str) -> Window | None:
    """The window that the movement's phases give a stocktake; None for a round that takes stock of no phase."""
    for phase in movement.phases:
        if stage in STOCKTAKES and phase.get("stocktake") == stage:
            first = phase.get("stocktake_from") or phase["starts"]
            return Window(date.fromisoformat(first), date.fromisoformat(phase["ends"]), phase["name"])
    return None


def window_of(round_: Round) -> Window:
    """The window of a round as it was planned, with the phase that it takes stock of."""
    with reading() as s:
        planned = window_by_plan(s.get_one(Movement, round_.movement_id), round_.stage)
    return Window(round_.window_from, round_.window_to, planned.phase if planned else "")
