"""Reads the demo data's files (data/*.toml) as plain rows; writes nothing and knows no table."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from workflows.calendar import WorkingCalendar

DATA = Path(__file__).parent / "data"
Row = dict[str, Any]


@functools.cache
def _file(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def movement() -> Row:
    """The movement itself: code, name, plan, starts, ends, basis; with its phases and bodies. Its contents and criteria are those
    with which every movement begins.
    """
    content = _file("movement")
    itself: Row = content["movement"]
    return itself | {
        "phases": content["phase"],
        "bodies": content["body"],
    }


def past_awards() -> list[Row]:
    """What people of the demo had received before; unit by its code."""
    found: list[Row] = _file("past_awards")["past"]
    return found


def rounds() -> list[Row]:
    """The rounds, each with `calendar`: key → date; the ad hoc round has `open` and `close` only."""
    found: list[Row] = _file("movement")["round"]
    return found


def units() -> list[Row]:
    """The units, the ended one last; parents stand before their parts."""
    found: list[Row] = _file("units")["unit"]
    return found


def accounts() -> list[Row]:
    """The accounts; groups of a unit stand with its code ("unit:DONG-MAY")."""
    found: list[Row] = _file("people")["account"]
    return found


def recipients() -> list[Row]:
    """Who can be nominated, each with `unit` (code), `achievement` and the `contents` that it serves."""
    found: list[Row] = _file("recipients")["recipient"]
    return found


def cases() -> list[Row]:
    """The nominations, each with `round`, `unit`, `name`, `form`, how far it is taken (`to`), and `who` it is."""
    known = {(row["unit"], row["name"]): row for row in recipients()}
    found: list[Row] = _file("cases")["case"]
    return [row | {"who": row.get("who") or known[row["unit"], row["name"]]} for row in found]


def notes() -> Mapping[str, list[str]]:
    """Criterion → what units write beside their score."""
    found: dict[str, list[str]] = _file("notes")["note"]
    return found


def texts() -> Row:
    """Sentences of the office and the units."""
    found: Row = _file("notes")["texts"]
    return found


def digital_index() -> Row:
    """The digital index: name, pillars, indicators, which units are asked, what they enter, what is returned."""
    return _file("index")


def current(calendar: Mapping[str, date], today: date, working: WorkingCalendar, *, since: date) -> dict[str, date]:
    """A round's calendar under which it is at work today: open `since` a day, filing at least a week ahead.

    As with `slid`, all dates from filing on move by the same whole weeks, and only if they must.
    """
    moved = {**calendar, "open": min(calendar["open"], since)}
    if calendar["filing"] >= today + timedelta(weeks=1):
        return moved
    return slid(moved, today, working) if calendar["filing"] < today else slid(
        moved, calendar["filing"] + timedelta(days=1), working
    )


def slid(calendar: Mapping[str, date], today: date, working: WorkingCalendar) -> dict[str, date]:
    """A round's calendar whose filing has not passed: from `filing` on every date is moved by the same whole
    weeks.

    Filing then lies at least a week ahead, dates that hit a day off go to the next working day, and what was
    open stays open. A calendar that is still ahead comes back as it is.
    """
    if "filing" not in calendar or calendar["filing"] >= today:
        return dict(calendar)
    weeks = (today - calendar["filing"]).days // 7 + 2
    moved = {}
    for key, day in calendar.items():
        if key != "open":
            day += timedelta(weeks=weeks)
            while not working.is_working(day):
                day += timedelta(days=1)
        moved[key] = day
    return moved
