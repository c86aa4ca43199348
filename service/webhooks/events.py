"""What webhooks tell of: entries of the trail become deliveries in the transaction that records them. Sends nothing.

It stands before the seal of each commit, so that no subject knows of it. Bodies hold numbers, codes and addresses of
pages: who may know more asks the API for it.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

import orjson
from flask import current_app
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service import clock, db, jobs
from service.processes.models import Activity, ProcessInstance
from service.trail.models import CHECKPOINT
from service.trail.record import Pending
from service.webhooks.models import Webhook, WebhookDelivery

TOPIC = "webhook.deliver"
TEST = "webhook.test"
"""The event of a test call; nobody subscribes to it."""
_DELIVERY = db.table_of(WebhookDelivery)
_HOOK = db.table_of(Webhook)
_EVENTS = select(_HOOK.c.events).where(_HOOK.c.state != "off")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of event, as `events.toml` says it."""

    word: str
    label: str
    label_en: str
    stream: str = ""
    kinds: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    ended: bool = False
    """Whether it is told only of an instance that has ended by it, with the outcome."""


@functools.cache
def kinds() -> Mapping[str, Kind]:
    """The closed list, by word."""
    said = tomllib.loads(Path(__file__).with_name("events.toml").read_text(encoding="utf-8"))["event"]
    lists = ("kinds", "fields")
    return {row["word"]: Kind(**{**row, **{name: tuple(row.get(name, ())) for name in lists}}) for row in said}


@functools.cache
def _by_entry() -> Mapping[tuple[str, str], Kind]:
    return {(one.stream, entry): one for one in kinds().values() for entry in one.kinds}


def listen() -> None:
    """Look at every commit, before the trail is sealed; may be called more than once."""
    if _note_entries not in db.before_commit:
        db.before_commit.insert(0, _note_entries)


def _note_entries(s: Session, written: frozenset[str]) -> None:
    pending: Sequence[Pending] = s.info.get("events", ())
    told = [(kind, entry) for entry in pending if (kind := _by_entry().get((entry.stream.partition(":")[0], entry.kind)))]
    signed = CHECKPOINT.name in written
    if not told and not signed:
        return
    known = subscribed(s)
    told = [(kind, entry) for kind, entry in told if kind.word in known]
    about = _about(s, {int(e.stream.partition(":")[2]) for _, e in told if e.stream.startswith("instance:")})
    seen = set()
    for kind, entry in told:
        number = int(entry.stream.partition(":")[2])
        if kind.ended and (not about.get(number, {}).get("outcome") or (kind.word, number) in seen):
            continue
        seen.add((kind.word, number))
        body = entry.fields.get("x") or {}
        said = {name: body[name] for name in kind.fields if name in body}
        if kind.stream == "list":
            data: dict[str, Any] = {"list": number, "kind": entry.kind.partition(":")[0], "page": f"/lists/{number}", **said}
        else:
            known_of = about.get(number, {"instance": number})
            data = {word: value for word, value in known_of.items() if word != "outcome" or kind.ended} | said
        note(s, kind.word, data)
    if signed and "checkpoint.signed" in known:
        row = s.execute(select(CHECKPOINT.c.number, CHECKPOINT.c.size).order_by(CHECKPOINT.c.number.desc()).limit(1)).one()
        note(s, "checkpoint.signed", {"checkpoint": row.number, "size": row.size, "page": "/trail/checkpoints"})


def subscribed(s: Session) -> set[str]:
    """Events that somebody is told of, in the open transaction."""
    return {word for (events,) in db.run_plain(db.open_connection(s), _EVENTS) for word in orjson.loads(events)}


def _about(s: Session, instances: Collection[int]) -> dict[int, dict[str, Any]]:
    """What an instance is about, in numbers and codes, by its number."""
    found: dict[int, dict[str, Any]] = {}
    if instances:
        wanted = select(ProcessInstance.id, ProcessInstance.case_key, ProcessInstance.status, ProcessInstance.outcome)
        for row in s.execute(wanted.where(ProcessInstance.id.in_(instances))):
            word, _, number = (row.case_key or "").partition(":")
            data: dict[str, Any] = {"instance": row.id}
            if word == "nomination":
                data |= {"nomination": int(number), "page": f"/nominations/{number}"}
            if row.status == "ended":
                data["outcome"] = row.outcome
            found[row.id] = data
    return found


def note_task(activity: Activity) -> None:
    """Note that a task opened, in the open transaction; what was noted before is not noted again."""
    s = db.session()
    if "task.opened" not in subscribed(s):
        return
    data: dict[str, Any] = {"task": activity.id, "element": activity.element}
    if activity.list_id is not None:
        data |= {"list": activity.list_id, "page": f"/lists/{activity.list_id}"}
    else:
        data |= _about(s, [activity.instance_id or 0]).get(activity.instance_id or 0, {}) | {"page": f"/tasks/{activity.id}"}
        data.pop("outcome", None)
    data["due"] = _text(activity.due_at) if activity.due_at else None
    note(s, "task.opened", data, key=f"task.opened:{activity.id}")


def note(s: Session, event: str, data: Mapping[str, Any], *, key: str | None = None, only: int | None = None) -> list[int]:
    """Write the deliveries of an event to all who asked for it, or to one; returns their numbers."""
    wanted = select(Webhook.id, Webhook.state, Webhook.events)
    wanted = wanted.where(Webhook.state != "off") if only is None else wanted.where(Webhook.id == only)
    found = [row for row in s.execute(wanted.order_by(Webhook.id)) if only is not None or event in row.events]
    if not found:
        return []
    now, body = clock.now(), _body(event, data)
    values = [
        {
            "webhook_id": row.id, "message": f"msg_{token_hex(16)}", "key": key, "event": event, "body": body, "state": "queued",
            "turn": 1, "tries": 0, "queued_at": now, "next_at": now,
        }
        for row in found
    ]
    dialect = postgresql if db.is_postgresql() else sqlite
    once = dialect.insert(_DELIVERY).on_conflict_do_nothing(index_elements=[_DELIVERY.c.webhook_id, _DELIVERY.c.key])
    made = s.execute(once.returning(_DELIVERY.c.id, _DELIVERY.c.webhook_id), values).all()
    running = {row.id for row in found if row.state == "on" or only is not None}
    jobs.enqueue_many([{"topic": TOPIC, "payload": {"delivery": n, "turn": 1}} for n, webhook in made if webhook in running])
    return [n for n, _ in made]


def _body(event: str, data: Mapping[str, Any]) -> str:
    """The bytes that are sent and signed; addresses of pages are whole."""
    said = {key: value for key, value in data.items() if value is not None}
    if page := said.pop("page", None):
        said["page"] = current_app.extensions["settings"].address + page
    return orjson.dumps({"type": event, "timestamp": _text(clock.now()), "data": said}).decode()


def _text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
