"""The digital index in the demo: last year's set to its published ranking, this year's copied from it and at work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from service import clock
from service.demo import source
from service.demo.office import Office
from service.movement import index
from service.movement.index import WHOLE, IndicatorInput, PillarInput

LAST, THIS = 2025, 2026


def run_last_year(office: Office) -> None:
    """Draw up last year's set, have it entered and verified, publish it."""
    plan = source.digital_index()
    number = index.make_set(LAST, plan["name"], plan["name_en"], basis=plan["basis"], by=office.who("vhxh"))
    for row in plan["pillar"]:
        index.put_pillar(number, PillarInput(**row), by=office.who("vhxh"))
    for row in plan["indicator"]:
        index.put_indicator(number, IndicatorInput(**row | {"inputs": [tuple(one) for one in row["inputs"]]}), by=office.who("vhxh"))
    _open(office, number, 0)
    _accept(office, _enter(office, number, LAST))
    index.close_set(number, "Các đơn vị đã gửi đủ.", by=office.who("vhxh"))
    index.publish_set(number, by=office.who("truongphong"))


def days(office: Office) -> dict[int, Callable[[date], None]]:
    """Working day (0 = fifteen before today) → what is done with this year's set that day."""
    made: dict[str, Any] = {}

    def copied(_day: date) -> None:
        last = next(row.id for row in index.list_sets(by=office.who("vhxh")) if row.year == LAST)
        made["set"] = index.copy_set(last, THIS, by=office.who("vhxh"))
        _open(office, made["set"], 18)

    def entered(_day: date) -> None:
        made["values"] = _enter(office, made["set"], THIS)

    def decided(_day: date) -> None:
        for act, word in ((index.return_value, "returned"), (index.leave_out_value, "left_out")):
            for unit, row in source.digital_index()[word][str(THIS)].items():
                for code, reason in row.items():
                    act(made["values"].pop((unit, code)), reason, seen=1, by=office.who("vhxh"))
        waiting = {key: value for key, value in made["values"].items() if key[0] in ("BAN-MAI", "TTCUDV")}
        _accept(office, {key: value for key, value in made["values"].items() if key not in waiting})

    return {3: copied, 9: entered, 12: decided}


def _open(office: Office, number: int, days: int) -> None:
    """Open a set for its units, with some working days to enter values."""
    units = [office.units[code] for code in source.digital_index()["units"]]
    index.open_set(number, office.working(clock.today(), days), units=units, by=office.who("vhxh"))


def _enter(office: Office, number: int, year: int) -> dict[tuple[str, str], int]:
    """What each unit, and the office for the commune, sends; by unit and indicator."""
    plan = source.digital_index()
    keys = {row["code"]: [key for key, _label in row["inputs"]] for row in plan["indicator"]}
    rows: Mapping[str, Mapping[str, list[int]]] = plan["entered"][str(year)]
    return {
        (unit, code): index.send_value(
            number, code, office.units[unit] if unit else WHOLE, dict(zip(keys[code], said, strict=True)),
            link=f"{plan['link']}/{year}/{code}", by=office.who(office.filers[unit] if unit else "vhxh"),
        )
        for unit, values in rows.items() for code, said in values.items()
    }


def _accept(office: Office, values: Mapping[tuple[str, str], int]) -> None:
    """The officer verifies what units sent, the head what the officer sent for the commune."""
    for (unit, _code), value in values.items():
        index.accept_value(value, seen=1, by=office.who("vhxh" if unit else "truongphong"))
