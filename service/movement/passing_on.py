"""A matter that begins matters of another register: a plan, once it is signed, each of the inspections that stand in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service import clock, people
from service.errors import Conflict, Invalid
from service.movement.beginning import begin_matter
from service.movement.case import effect
from service.movement.models import Matter
from service.processes.cases import Recorded


@effect("matter.begin", "register", "unit", "answers")
def _begin(matter: Matter, recorded: Recorded, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Begin a matter of a register by the right of whoever does the step, as that register's first form asks.

    `unit`: whose it is, where the register asks for one. `answers`: a context, field by field. Raises what beginning raises;
    what the form refuses refuses the step with one sentence.
    """
    unit, answers = _number(inputs.get("unit")), inputs.get("answers")
    try:
        number = begin_matter(
            str(inputs.get("register") or ""), answers if isinstance(answers, Mapping) else {}, by=recorded.by, unit=unit,
            source=matter.id,
        )
    except (Invalid, Conflict) as wrong:
        whose = people.unit_name(unit, clock.today()) if unit else ""
        first = wrong.faults[0] if isinstance(wrong, Invalid) and wrong.faults else wrong
        vi, en = first.message, first.message_en
        raise Conflict(
            f"Chưa lập được việc{f' của {whose}' if whose else ''}: {vi} Trả lại để sửa.",
            f"A matter{f' of {whose}' if whose else ''} cannot be begun: {en} Send it back to be mended.", code="not-begun",
        ) from wrong
    return {"matter": number}


def _number(said: Any) -> int | None:
    text = str(said if said is not None else "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
