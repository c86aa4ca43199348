"""What open matters of a unit warn of wherever that unit puts somebody forward; it blocks nothing.

Which phases warn, and in which words, stands in the register. The words are for everybody who sees the dossier; which
matter it is only for who reads it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from service import people
from service.actor import Actor
from service.awards.models import List
from service.db import reading
from service.movement.models import Matter
from service.movement.readers import may_read
from service.movement.registers import kept_by
from service.movement.wording import number_words
from service.processes.models import ProcessInstance
from service.processes.running import RUNNING_COLUMNS, running_of
from workflows.register import Words


@dataclass(frozen=True, slots=True)
class Warned:
    """One thing that is told of a unit."""

    words: Words
    matter: int | None = None
    """The matter, for who reads it."""
    number: str = ""


def warns_in(row: List) -> bool:
    """Whether a list puts names of its unit forward, and is not settled yet."""
    return row.kind == "submission" and row.state != "closed"


def warnings_of(unit: int | None, *, by: Actor) -> list[Warned]:
    """What open matters of a unit warn of, the oldest first: each that somebody reads, and of the others each sentence once.

    Matters of the unit that acts for it today, and of all merged into that one, are its own.
    """
    if unit is None:
        return []
    with reading() as s:
        rows = s.execute(
            select(Matter.id, Matter.number, Matter.year, *RUNNING_COLUMNS)
            .join(ProcessInstance, ProcessInstance.id == Matter.instance_id)
            .where(Matter.unit_id.in_(people.with_merged([people.current_unit(unit)])), ProcessInstance.status != "ended")
            .order_by(Matter.id)
        ).all()
        found: dict[Warned, None] = {}
        for matter, number, year, *columns in rows:
            running = running_of(columns)
            kept = kept_by(running.deployment_id)
            words = kept.register.warns.get(running.phase or "") if kept is not None else None
            if kept is None or words is None:
                continue
            if may_read(by, running):
                found[Warned(words, matter, number_words(kept.register, number, year))] = None
            else:
                found[Warned(words)] = None
    return list(found)
