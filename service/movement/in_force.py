"""Which answers of a matter hold: of a step that writes a paper which is numbered, those that went out with a number."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from service.db import reading
from service.processes import history
from service.processes.cases import Running
from service.processes.deployments import definition_of, paper_of
from service.processes.models import Activity
from workflows.marks import reachable
from workflows.paper_text import NUMBER, WRITE


def not_in_force(running: Running) -> set[int]:
    """Steps of a matter, by their rows, whose answers stand in no paper that is in force: drafts, and what a later paper replaced.

    Papers that the unit issues by itself, those that get no number, and those whose way was not taken are not awaited by anybody.
    """
    elements = definition_of(running.deployment_id).elements.values()
    parts: dict[str, dict[str, str]] = {}
    for one in elements:
        if one.kind == "user" and "paper" in one.attrs:
            parts.setdefault(one.attrs["paper"], {})[one.id] = one.attrs.get("paper_part", WRITE)
    awaited = {
        name: steps for name, steps in parts.items()
        if NUMBER in steps.values() and (text := paper_of(running.deployment_id, name)) is not None and text.issuer != "unit"
    }
    if not awaited:
        return set()
    with reading() as s:
        done = s.execute(
            select(Activity.id, Activity.element)
            .where(Activity.instance_id == running.id, Activity.kind == "user", Activity.state == "done", Activity.item.is_(None))
            .order_by(Activity.closed_at, Activity.id)
        ).all()
    acts = [(row.id, row.element) for row in done]
    standing = [one.element for one in history.open_stops([running.id]).get(running.id, ())]
    comes = {element for _, element in acts} | reachable(definition_of(running.deployment_id), standing)
    return set().union(*(
        _outside(acts, steps) for steps in awaited.values() if any(part == NUMBER and one in comes for one, part in steps.items())
    ))


def _outside(acts: Sequence[tuple[int, str]], parts: dict[str, str]) -> set[int]:
    """Of one paper, the steps that wrote it and whose words the last number is not over."""
    latest, wrote, holds = dict[str, int](), set[int](), set[int]()
    for number, element in acts:
        if parts.get(element) == WRITE:
            latest[element] = number
            wrote.add(number)
        elif parts.get(element) == NUMBER:
            holds = set(latest.values())
    return wrote - holds


__all__ = ["not_in_force"]
