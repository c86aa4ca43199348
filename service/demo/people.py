"""Loads the demo's units and accounts through the ordinary verbs; loading again adds only what is missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from service import clock, people, trail
from service.actor import machine
from service.db import transaction
from service.demo import source

CLI = machine("cli")
SINCE = date(2025, 7, 1)
"""Day on which the communes of two-tier government began; the units' first names hold from then."""

Progress = Callable[[str, int, int], None]
"""Told after each step: what is being loaded, how much is done, of how many."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Numbers of what the demo knows by code and by sign-in name."""

    units: dict[str, int]
    accounts: dict[str, int]


def load_people(progress: Progress | None = None) -> Loaded:
    """Load units, accounts and their groups in one transaction; raises Forbidden outside demo mode."""
    tell = progress or (lambda what, done, total: None)
    with transaction():
        units = _load_units(tell)
        accounts = _load_accounts(units, tell)
        _merge_units(units)
    return Loaded(units, accounts)


def _load_units(tell: Progress) -> dict[str, int]:
    rows = source.units()
    units: dict[str, int] = {}
    for done, row in enumerate(rows, 1):
        code = row["code"]
        units[code] = people.unit_by_code(code) or people.create_unit(
            code,
            row["name"],
            row["kind"],
            subject_group=row["subject_group"],
            parent=units[row["parent"]] if "parent" in row else None,
            contact=row["contact"],
            phone=row["phone"],
            email=f"{code.lower()}@sonmai.example",
            since=SINCE,
            by=CLI,
        )
        names = {name.name for name in people.names_of_unit(units[code])}
        for renamed in row.get("renamed", ()):
            if renamed["name"] not in names and renamed["since"] <= clock.today():
                people.rename_unit(
                    units[code], renamed["name"], since=renamed["since"], basis=renamed["basis"], by=CLI
                )
        tell("Đơn vị", done, len(rows))
    return units


def _load_accounts(units: dict[str, int], tell: Progress) -> dict[str, int]:
    rows = source.accounts()
    accounts = people.accounts_by_login()
    for done, row in enumerate(rows, 1):
        if row["login"] not in accounts:
            accounts[row["login"]] = people.create_demo_account(
                row["login"],
                row["name"],
                title=row["title"],
                email=f"{row['login']}@sonmai.example",
                groups=[_numbered(group, units) for group in row["groups"]],
                by=CLI,
            )
        tell("Tài khoản", done, len(rows))
    return {row["login"]: accounts[row["login"]] for row in rows}


def _merge_units(units: dict[str, int]) -> None:
    # After the accounts: the people of the merged unit pass to its successor as they would in the office.
    for row in source.units():
        merged = row.get("merged")
        if not merged or merged["on"] > clock.today():
            continue  # loading again on that day does it
        if people.find_unit(units[row["code"]]).dissolved_on is None:
            people.dissolve_unit(
                units[row["code"]],
                on=merged["on"],
                successor=units[merged["into"]],
                reason=f"Sáp nhập theo {merged['basis']}",
                basis=merged["basis"],
                by=CLI,
            )
            trail.record("demo:loaded", by=CLI, stream="system", body={"what": "people"})


def _numbered(group: str, units: dict[str, int]) -> str:
    word, _, code = group.partition(":")
    return f"{word}:{units[code]}" if code else word
