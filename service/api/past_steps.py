"""What happened to a case, step by step, for programs: what was decided as much as the caller may read it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from service import doors
from service.actor import Actor
from service.processes.cases import Running
from service.processes.history import Stop
from service.processes.outcomes import Outcome, outcomes_of


def past_steps(stops: Sequence[Stop], running: Running, by: Actor) -> list[dict[str, Any]]:
    """The stops of a case as `PastStop` has them, words in the language of the caller."""
    decided = outcomes_of(stops, running, by)
    return [_past(stop, decided.get(stop.id)) for stop in stops]


def _past(stop: Stop, outcome: Outcome | None) -> dict[str, Any]:
    at, kept = int(doors.language() == "en"), outcome is not None and not any(outcome.words)
    said = None if kept else stop.answers.get("decision") or stop.answers.get("result")
    return {
        "element": stop.element,
        "name": stop.name,
        "item": stop.item_title or None,
        "kind": stop.kind,
        "state": stop.state,
        "opened_at": stop.opened_at.isoformat(),
        "closed_at": stop.closed_at.isoformat() if stop.closed_at else None,
        "by": stop.closed_by or None,
        "decision": str(said) if said else None,
        "decision_words": outcome.words[at] or None if outcome else None,
        "note": outcome.note or None if outcome else None,
    }


__all__ = ["past_steps"]
