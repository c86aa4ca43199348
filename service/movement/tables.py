"""A period put together as tables, each a list of plain rows: for papers, where a template draws them, and for pages.

Every number keeps the units that it comes from: by their places in the list of the units that have filed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import select

from service import people
from service.awards.catalogue import AS_LISTED
from service.db import let_go, reading
from service.movement.case import period_of
from service.movement.gathering import Gathered, Source, Synthesis, gather
from service.movement.given import COUNTED, awards_between, period_said, window_of
from service.movement.models import Matter, Period
from service.movement.registers import Kept, register_in_use
from service.movement.wording import figure_words, number_words
from workflows.calendar import ZONE

Rows = list[dict[str, Any]]
GENERAL = "Chỉ tiêu chung"
"""Heading of the numbers that stand under none."""
MOST_CONTENTS = 9
"""Headings of a form for which the table of single units has a column."""
ENTRIES: dict[str, tuple[str, ...]] = {
    "period_figures": ("content", "what", "total", "units", "sources"),
    "period_contents": ("content", "units"),
    "period_groups": ("group", "asked", "filed", "taken", "missing"),
    "period_units": ("unit", "group", "report", "filed_on", "standing", *(f"c{n}" for n in range(1, MOST_CONTENTS + 1))),
    "period_missing": ("unit", "group"),
    "period_awards": ("form", "collectives", "individuals", "households", "total"),
}
"""Name of a table → what a row of it says."""


def period_told(matter: Matter) -> tuple[Kept, Period] | None:
    """The period that a matter tells of: in which it was asked for, or about which it was begun; None for neither."""
    own = period_of(matter.id)
    return (register_in_use(own.process), own) if own is not None else period_said(matter)


def tables_of_period(kept: Kept, period: Period, together: Synthesis | None = None) -> dict[str, Rows]:
    """All tables of a period, by name."""
    together = together or gather(kept, period)
    filed = [one for one in together.units if one.filed_at is not None]
    place = {one.matter: number for number, one in enumerate(filed, 1)}
    numbers = by_heading(together.of("number"))
    with reading():
        reports = reports_of(kept, period)
        kinds = {one.id: one.kind for one in people.list_units(ended=True)}
        awards = awards_between(*window_of(period))
    group = {unit.unit: people.KINDS.get(kinds.get(unit.unit, ""), ("Khác", "Others"))[0] for unit in together.units}
    own = _figures_of_units(numbers)
    return {
        "period_figures": [
            {"content": heading or GENERAL, "what": one.label[0], "total": _plain(one.total), "units": len(one.sources),
             "sources": _ranges(place[source.matter] for source in one.sources if source.value)}
            for heading, ones in numbers for one in ones
        ],
        "period_contents": _contents(together),
        "period_groups": [
            {"group": name, "asked": len(ones), "filed": (done := sum(one.filed_at is not None for one in ones)),
             "taken": sum(one.filed_at is not None and one.outcome is not None for one in ones), "missing": len(ones) - done}
            for name in [*(words[0] for words in people.KINDS.values()), "Khác"]
            if (ones := [one for one in together.units if group[one.unit] == name])
        ],
        "period_units": [
            {"unit": one.name, "group": group[one.unit], "report": reports.get(one.matter, ""),
             "filed_on": one.filed_at.astimezone(ZONE).date().isoformat() if one.filed_at else None,
             "standing": "đã nhận" if one.outcome else "chưa nhận", **own.get(one.matter, {})}
            for one in filed
        ],
        "period_missing": [{"unit": one.name, "group": group[one.unit]} for one in together.units if one.filed_at is None],
        "period_awards": _with_sum(awards),
    }


def by_heading(found: Sequence[Gathered]) -> list[tuple[str, list[Gathered]]]:
    """Fields under the headings of their form, in its order; those that stand under none come last."""
    ordered = sorted(found, key=lambda one: not one.heading[0])
    return [(heading, list(ones)) for heading, ones in groupby(ordered, key=lambda one: one.heading[0])]


def _figures_of_units(numbers: Sequence[tuple[str, Sequence[Gathered]]]) -> dict[int, dict[str, str]]:
    """Matter → what its unit said under each heading, its numbers in the order of the form."""
    found: dict[int, dict[str, str]] = {}
    for column, (_, ones) in enumerate(numbers[:MOST_CONTENTS], 1):
        said: dict[int, dict[str, Any]] = {}
        for one in ones:
            for source in one.sources:
                said.setdefault(source.matter, {})[one.key] = source.value
        for matter, values in said.items():
            found.setdefault(matter, {})[f"c{column}"] = "; ".join(_words(values.get(one.key)) for one in ones)
    return found


def _contents(together: Synthesis) -> Rows:
    """Under each heading of the form how many units told of anything: a text, or a number above nothing."""
    return [
        {"content": heading, "units": len({source.matter for one in ones for source in one.sources if _tells(source)})}
        for heading, ones in by_heading([one for one in together.fields if one.kind in ("number", "text")])
        if heading
    ]


def _tells(source: Source) -> bool:
    return bool(source.value.strip()) if isinstance(source.value, str) else bool(source.value)


def period_about(matter: int) -> tuple[Kept, Period] | None:
    """The period about which a matter was begun; None for any other matter."""
    with reading() as s:
        found = period_said(s.get_one(Matter, matter))
        if found is not None:
            let_go([found[1]])
        return found


def reports_of(kept: Kept, period: Period) -> dict[int, str]:
    """Matter of a period → its number in the register."""
    with reading() as s:
        rows = s.execute(select(Matter.id, Matter.number, Matter.year).where(Matter.period_id == period.id)).all()
    return {row.id: number_words(kept.register, row.number, row.year) for row in rows}


def _with_sum(awards: Rows) -> Rows:
    """Awards with what each row comes to, and a row for all of them where there are several."""
    keys = [COUNTED[kind] for kind in AS_LISTED]
    rows = [{**one, "total": sum(one[key] for key in keys)} for one in awards]
    if len(rows) < 2:
        return rows
    return [*rows, {"form": "Tổng cộng", **{key: sum(one[key] for one in rows) for key in (*keys, "total")}}]


def _ranges(places: Iterable[int]) -> str:
    """Numbers in words: `1-3, 5`; a stroke for none."""
    ordered = sorted(places)
    runs = [[number for _, number in run] for _, run in groupby(enumerate(ordered), key=lambda one: one[1] - one[0])]
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs) or "–"


def _plain(number: Any) -> int | float:
    return int(number) if number == int(number) else float(number)


def _words(value: Any) -> str:
    """A number in words; a stroke for one that was not given."""
    return "–" if value is None else figure_words(value)


__all__ = ["ENTRIES", "GENERAL", "MOST_CONTENTS", "by_heading", "period_about", "period_told", "reports_of", "tables_of_period"]
