"""What an expression may ask of the outside: the clock, the calendar, the round's dates, the rules.

It holds values only; where they come from (database, demo clock, a test) is the caller's business.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from workflows.calendar import WorkingCalendar


@dataclass(frozen=True)
class Env:
    """The outside of one evaluation; frozen, so that a step sees one and the same world throughout."""

    #: The one clock; timezone-aware.
    now: Callable[[], datetime]
    calendar: WorkingCalendar
    #: The round's calendar: `round_date("filing")`.
    dates: Mapping[str, date] = field(default_factory=dict)
    #: Parameters: `rule("KEY")` gives plain JSON; an unknown key is a FeelError.
    rules: Mapping[str, Any] = field(default_factory=dict)
    #: `may_block("KEY")`: whether the rule is sourced, or confirmed by an officer. An unknown key is a
    #: FeelError.
    blocking: Mapping[str, bool] = field(default_factory=dict)
