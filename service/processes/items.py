"""Tasks that are done once for each item of a list: which item, what tells it from the others, what was answered for it before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from forms import Form
from service.db import reading
from service.processes.models import Activity


def given_for(item: Mapping[str, Any] | None, instance: int, before: int, form: Form) -> dict[str, Any]:
    """What the form of such a task may read besides: its item by name, and what its own tasks before it answered.

    `before`: the row of the task. Answers of other items never get in, nor what the form does not name under `given`.
    """
    if not item:
        return {}
    asked = form.given.keys() - item["items"].keys()
    found: dict[str, Any] = {}
    if asked:
        with reading() as s:
            rows = s.execute(
                select(Activity.item, Activity.answers)
                .where(
                    Activity.instance_id == instance, Activity.id < before, Activity.kind == "user", Activity.state == "done",
                )
                .order_by(Activity.closed_at, Activity.id)
            ).all()
        for other, answers in rows:
            if other and other["way"] == item["way"]:
                found |= {name: value for name, value in (answers or {}).items() if name in asked}
    return {**found, **item["items"]}


def title_of(instance: int, element: str, occurrence: int = 1, task: int | None = None) -> str:
    """What tells the item of a step from the others: of a task by its row, else of the time that the step was reached.

    Empty where it is done for no item, or its item was erased.
    """
    which = Activity.id == task if task is not None else Activity.occurrence == occurrence
    with reading() as s:
        row = s.execute(
            select(Activity.title, Activity.item).where(Activity.instance_id == instance, Activity.element == element, which)
        ).first()
    return row.title or "" if row is not None and row.item else ""


def title_with(own: str | None, case: str) -> str:
    """What a task is about: its item and the case, or the case alone."""
    return f"{own} · {case}" if own and case else own or case
