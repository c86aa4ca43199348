"""Which addresses return our letters so often that no more are sent to them. Reads only; what marks them is `returned`."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from service import db
from service.notices.models import RETURN

_FILE = Path(__file__).with_name("returned.toml")


@dataclass(frozen=True, slots=True)
class Mark:
    """An address that returns letters: since the report that marked it; how many came back, what the last one said."""

    address: str
    since: datetime
    count: int
    status: str
    said: str


@cache
def _said() -> Mapping[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def days_again() -> int:
    """For how many days withheld letters go again by themselves."""
    return int(_said()["again"]["days"])


def rule_of(status: str) -> tuple[str, int]:
    """The rule for a status code, and how many such reports mark an address; 0: none ever does."""
    for end in (5, 3, 1):  # class, subject, detail: "5.1.1", "5.1", "5"
        word = ".".join(status.split(".")[: (end + 1) // 2])
        if word in _said()["marks"]:
            return word, int(_said()["marks"][word])
    return "", 0


def same(address: str) -> str:
    """An address as it is compared."""
    return address.strip().casefold()


def marks_of(addresses: Collection[str]) -> dict[str, Mark]:
    """Those of these addresses that are marked, by `same`."""
    asked = {same(one) for one in addresses if one}
    if not asked:
        return {}
    with db.reading() as s:
        rows = s.execute(
            select(RETURN.c.address, RETURN.c.status, RETURN.c.said, RETURN.c.reported_at)
            .where(RETURN.c.address.in_(asked), RETURN.c.final, RETURN.c.lifted_at.is_(None)).order_by(RETURN.c.id)
        ).all()
    return reckon(rows)


def reckon(rows: Iterable[Any]) -> dict[str, Mark]:
    """Marks out of the reports of letters that were given up, in the order in which they came."""
    counts: dict[str, Counter[str]] = {}
    found: dict[str, Mark] = {}
    for row in rows:
        rule, most = rule_of(row.status)
        own = counts.setdefault(row.address, Counter())
        own[rule] += 1
        marked = found.get(row.address)
        if marked is not None or (most and own[rule] >= most):
            since = marked.since if marked else row.reported_at
            found[row.address] = Mark(row.address, since, own.total(), row.status, row.said)
    return found
