"""What a step of an instance leaves in the trail: who moved it, in whose place, and what came of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson

from service import trail
from service.actor import Actor
from service.processes.cases import ENTERED, Running, Trigger
from service.processes.deployments import definition_of
from workflows.engine import Step

_TRIGGER_EVENTS = {
    "start": "instance:started",
    "user": "task:completed",
    "receive": "message:delivered",
    "signal": "message:delivered",
    "external": "external:answered",
    "timer": "timer:fired",
    "calendar": "instance:recalculated",
    "due": "task:due_set",
    "retry": "instance:resumed",
    "migrate": "instance:migrated",
    "unmigrate": "instance:migration_undone",
    "suspend": "instance:suspended",
    "release": "instance:released",
    "cancel": "instance:cancelled",
    "move": "instance:moved",
    "edit": "instance:edited",
}


def tell_step(
    running: Running, step: Step, trigger: Trigger, *, by: Actor, sent_by: int | None = None
) -> None:
    """Say in the open transaction's trail what moved an instance, and what the step brought about."""
    stream = f"instance:{running.id}"
    element = definition_of(running.deployment_id).elements.get(trigger.element)
    basis = element.attrs.get("basis") if element and trigger.kind != "due" else None  # the step's, not that of another day for it
    body: dict[str, Any] = {"el": trigger.element or ",".join(step.fired)}
    if trigger.occurrence > 1:
        body["n"] = trigger.occurrence
    if trigger.message:
        body["message"] = trigger.message
    for word in ("decision", "result"):
        if isinstance(said := trigger.answers.get(word), str):
            body[word] = said
    entered = trigger.answers.get(ENTERED)
    by_paper: dict[str, Any] = dict(entered) if trigger.kind == "user" and isinstance(entered, Mapping) else {}
    body |= by_paper
    body |= trigger.told
    if trigger.answers:
        body["sum"] = answers_digest(trigger.task, trigger.answers)
    if step.phase and step.phase != running.phase:
        body["phase"] = step.phase
    if step.outcome:
        body["outcome"] = step.outcome
    trail.record(
        _TRIGGER_EVENTS[trigger.kind], by=by, stream=stream, body=body, basis=basis,
        deployment=running.deployment_id, behalf=trigger.behalf if trigger.kind == "user" else None,
        reason=trigger.reason, private=trigger.private,
    )
    # What a message brings about is the act of whoever sent it, not of the worker that delivers it.
    doer = Actor(account=sent_by, login="", name="", door=by.door) if sent_by else by
    for word in step.events:
        trail.record(word, by=doer, stream=stream, deployment=running.deployment_id, behalf=trigger.behalf, body=by_paper)


def answers_digest(task: str | None, answers: Mapping[str, Any]) -> str:
    """Bind the trail to the answers in the activity's row; the engine's random task id is the salt."""
    sealed = hashlib.sha256((task or "").encode())
    sealed.update(orjson.dumps(dict(answers), option=orjson.OPT_SORT_KEYS))
    return sealed.hexdigest()


def kept_behalf(behalf: int | str | None) -> str | None:
    """In whose place somebody acted, as a column keeps it."""
    return None if behalf is None else str(behalf)[:300]


def read_behalf(kept: str | None) -> int | str | None:
    """In whose place somebody acted, read from a column: an account's number, or the name of a body."""
    return int(kept) if kept is not None and kept.isascii() and kept.isdigit() else kept
