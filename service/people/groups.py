"""The catalogue of groups (data/groups.toml): words, labels, who falls in. Knows no person and no table."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_NUMBER = re.compile(r"[0-9]{1,18}")
DATA = Path(__file__).parent / "data"
MANAGERS = ("vhxh_head", "vanphong")
"""On whose list a case lands when nobody else may take it; the first of them that has anybody."""


@dataclass(frozen=True, slots=True)
class Group:
    """One group of the house; a scoped one stands with a unit's number in memberships."""

    word: str
    label: str
    label_en: str
    scoped: bool = False
    fallback: str | None = None
    lendable: bool = False
    second_factor: bool = False
    outside: bool = False
    leads: tuple[str, ...] = ()
    """Groups that work under it, in its own unit where they are a unit's."""
    above: bool = False
    """Whether it stands above the offices: none of their people acts in its place, but who falls in for it."""
    guide: str = ""
    """Page of docs/guides that is written for it."""


@functools.cache
def catalogue() -> dict[str, Group]:
    """All groups by word, in the order of the file."""
    rows = tomllib.loads((DATA / "groups.toml").read_text(encoding="utf-8"))["group"]
    return {row["word"]: Group(**row | {"leads": tuple(row.get("leads", ()))}) for row in rows}


def split(group: str) -> tuple[str, int | None]:
    """Take "unit:17" apart into the group's word and the unit; a group of the office has no unit."""
    word, _, unit = group.partition(":")
    return word, int(unit) if _NUMBER.fullmatch(unit) else None


def unit_of(group: str) -> int | None:
    """The unit that a group belongs to; None for a group of the office."""
    return split(group)[1]


def is_scoped(word: str) -> bool:
    """Tell whether a word of the catalogue stands with a unit's number."""
    found = catalogue().get(split(word)[0])
    return word == "successor_head" or (found is not None and found.scoped)


def is_filing(group: str) -> bool:
    """Tell whether a group is a place in a nominating unit: it files and signs for the unit, and judges nobody."""
    return split(group)[0] in ("unit", "unit_head", "unit_deputy")


def is_group(group: str) -> bool:
    """Tell whether a membership may name this group: a known word, with a unit exactly where it is scoped."""
    word, unit = split(group)
    found = catalogue().get(word)
    return found is not None and found.scoped == (unit is not None) and group == join(word, unit)


def join(word: str, unit: int | None) -> str:
    """The group's name as memberships and tasks hold it."""
    return word if unit is None else f"{word}:{unit}"


def fallback(group: str) -> str | None:
    """Who takes over where everybody of the group is barred: "unit_deputy:17" for "unit_head:17"."""
    word, unit = split(group)
    found = catalogue().get(word)
    if found is None or found.fallback is None:
        return None
    return join(found.fallback, unit if catalogue()[found.fallback].scoped else None)


def is_lendable(group: str) -> bool:
    """Tell whether a named substitute may hold the group."""
    found = catalogue().get(split(group)[0])
    return found is not None and found.lendable


def needs_second_factor(group: str) -> bool:
    """Tell whether who holds the group has to sign in with a second factor."""
    found = catalogue().get(split(group)[0])
    return found is not None and found.second_factor


def houses(groups: Iterable[str]) -> frozenset[str]:
    """To which houses people of these groups belong: the committee's offices, each outside body, each unit."""
    found = set()
    for group in groups:
        word, unit = split(group)
        one = catalogue().get(word)
        if one is not None:
            found.add(f"unit:{unit}" if unit is not None else word if one.outside else "office")
    return frozenset(found)


def candidate_words() -> frozenset[str]:
    """Words that a diagram may name as candidates; scoped ones are bound to a unit by `resolve`."""
    return frozenset(catalogue()) | {"successor_head"}


def guide_of(group: str) -> str:
    """Page of docs/guides that is written for a group, "" where there is none."""
    found = catalogue().get(split(group)[0])
    return found.guide if found else ""
