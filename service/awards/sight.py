"""What a person sees of a list: its lines, its files, what its acts rest on; one answer for pages and programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from service import people
from service.actor import Actor
from service.awards import lists, nominations
from service.awards.models import File, Line, List, Nomination
from service.errors import NotFound, Withheld
from service.processes import deployments, enactments


def lines_for(row: List, by: Actor) -> list[tuple[Line, Nomination]]:
    """Lines of a list that a person may see, in order."""
    seen = lists.sees(by, row)
    return [(line, n) for line, n in lists.lines_of(row.id) if seen(line, n)]


def is_own(n: Nomination, by: Actor) -> bool:
    """Tell whether somebody sees all that is kept of a line: his unit's name, or he reads every nomination."""
    return nominations.reads_every(by) or bool(by.units & {n.unit_id, people.current_unit(n.unit_id)})


READERS: dict[str, Callable[[str, int, Actor], Any]] = {}
"""Things of other parts about which files stand, by the word before the colon: reads one for this file, or raises NotFound."""


REVIEWED: list[Callable[[int, int, Actor], str | None]] = []
"""Asked of a file of a nomination for who does not read that: under which name somebody who is to score it is shown it, or None."""


def name_of_file(row: File, by: Actor) -> str:
    """Under which name somebody may open a file: its own, or for a reviewer of a blind round a number; NotFound for others."""
    try:
        must_read_file(row.about, by, row.id)
    except NotFound:
        kind, _, number = row.about.partition(":")
        asked = (ask(int(number), row.id, by) for ask in REVIEWED) if kind == "nomination" else ()
        if (name := next((name for name in asked if name is not None), None)) is None:
            raise
        return name
    return row.name


def must_read_file(about: str, by: Actor, file: int = 0) -> None:
    """Raise NotFound unless the person may see a file by what it is about."""
    kind, _, number = about.partition(":")
    if kind == "nomination":
        nominations.read_nomination(int(number), by=by)
    elif kind == "list":
        lists.read_list(int(number), by=by)
    elif kind in READERS:
        READERS[kind](number, file, by)
    elif kind != "draft" or number != str(by.account):
        raise _no_file()  # a paper is opened as a paper, by who reads the whole list


def _no_file() -> Withheld:
    return Withheld("Không có tệp này.", "There is no such file.")


def basis_keys(act: lists.Act) -> str:
    """Keys of the legal bases of an act: those of the steps at which its lines wait, as the diagrams name them."""
    try:
        elements = deployments.definition_of(enactments.current_deployment(nominations.MAIN_PROCESS)).elements
    except NotFound:
        return ""
    waits = act.waits or [e.id for e in elements.values() if e.kind == "receive" and act.message and e.message == act.message]
    keys = " ".join(elements[w].attrs.get("basis", "") for w in waits if w in elements)
    return " ".join(dict.fromkeys(keys.split()))


__all__ = ["basis_keys", "is_own", "lines_for", "must_read_file", "name_of_file"]
