"""Rounds and units named by number or by code, as programs name them."""

from __future__ import annotations

from service import people
from service.awards import rounds
from service.errors import Invalid


def round_of(said: int | str | None) -> int | None:
    """Number of a round named by number or code; Invalid for an unknown code."""
    if isinstance(said, str):
        found = {r.code.upper(): r.id for r in rounds.list_rounds()}.get(said.strip().upper())
        if found is None:
            raise Invalid.at("round", "Không có đợt xét mang mã này.", "There is no round of this code.")
        return found
    return said


def unit_of(said: int | str | None, path: str = "unit") -> int | None:
    """Number of a unit named by number, code or full name; Invalid for an unknown one."""
    if isinstance(said, str):
        found = people.unit_by_code(said) or people.unit_named(said)
        if found is None:
            raise Invalid.at(path, "Không có đơn vị mang mã này.", "There is no unit of this code.")
        return found
    if said is not None:
        people.find_unit(said)
    return said
