"""Operating on one running instance: suspend, resume, cancel, move back or on, and its data. Each with a reason, in the trail.

These go around what the diagram says, so they are an administrator's, and never around a ballot or a signature
(`nom:settles`). While a list's act waits for the name, or a result is on its way, nothing is moved, changed or
cancelled; suspending goes around nothing, as what was sent still arrives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service import clock, people
from service.actor import Actor
from service.db import reading, transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from service.processes import history, own_case
from service.processes.cases import Running, Trigger, kind_of
from service.processes.deployments import definition_of
from service.processes.models import Activity, Incident, ProcessInstance
from service.processes.recording import record_step
from service.processes.running import lock_instance, look_at, read_instance, take_live
from service.studio.data_values import DataValues
from workflows import engine, moving
from workflows.definition import Element
from workflows.engine import EngineError
from workflows.migration import Reason

OPERATE = "instance.operate"
EDIT = "instance.edit"
OPERATORS = "admin"
"""Word of a group that is no unit's own: whom the case keeps away from judging it is kept away from this too."""


@dataclass(frozen=True, slots=True)
class MoveSeen:
    """What moving an instance to an element would do."""

    element: str
    reasons: tuple[Reason, ...]
    back: bool
    undone: tuple[history.Stop, ...]
    """Finished steps whose answers do not count any more; their rows stay as they are."""
    closed: tuple[history.Stop, ...]
    """Open stops that close."""
    passed: tuple[str, ...]
    """Names of steps that are left out; gateways and events are no steps to people."""
    kept: tuple[str, ...]
    """Names of the data, which stays as it is."""

    @property
    def can_move(self) -> bool:
        return not self.reasons


@dataclass(frozen=True, slots=True)
class Value:
    """One value of the instance's data, with where it came from."""

    name: str
    value: Any
    history: tuple[tuple[datetime, str, Any], ...]
    """When, at which step (its name), and what was set there; the oldest first."""
    settled: bool
    """Whether a ballot or a signature settles it, so that nobody changes it by hand."""
    is_key: bool
    """Whether it says whose case it is, so that nobody changes it by hand."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an instance stands in the eyes of who operates it."""

    running: Running
    suspended: bool
    targets: tuple[Element, ...]
    tied: tuple[str, str] | None
    cancelled_by: tuple[str, str] | None


# -- suspend, resume, cancel


def suspend(instance: int, reason: str, *, by: Actor) -> None:
    """Stop an instance: timers stand still, its tasks are refused with a sentence, messages and effects still arrive."""
    people.require(by, OPERATE)
    with transaction() as s:
        running = _locked(s, instance, reason, by=by)
        if _is_suspended(s, instance):
            raise Conflict("Quy trình này đang tạm dừng rồi.", "It is suspended already.", code="suspended")
        _hold(s, running, True, 1)
        live = take_live(s, running)
        held = replace(running, holds=running.holds + 1)
        step = engine.stand(live, kind_of(running).environment(running))
        record_step(s, held, live, step, by=by, trigger=Trigger("suspend", reason=reason.strip()))


def resume(instance: int, reason: str, *, by: Actor) -> None:
    """Let a suspended instance go on: timers have the working time left that they had."""
    people.require(by, OPERATE)
    with transaction() as s:
        running = _locked(s, instance, reason, by=by)
        if not _is_suspended(s, instance):
            raise Conflict("Quy trình này không tạm dừng.", "It is not suspended.", code="not-suspended")
        _hold(s, running, False, -1)
        live = take_live(s, running)
        free = replace(running, holds=running.holds - 1)
        step = engine.stand(live, kind_of(running).environment(running))
        record_step(s, free, live, step, by=by, trigger=Trigger("release", reason=reason.strip()))


def cancel(instance: int, reason: str, *, by: Actor) -> None:
    """End an instance without an outcome; nothing stays open. A case that has an act of its own for this is refused."""
    people.require(by, OPERATE)
    with transaction() as s:
        running = _locked(s, instance, reason, by=by)
        kind = kind_of(running)
        if kind.cancelled_by is not None:
            raise Conflict(*kind.cancelled_by, code="cancelled-otherwise")
        _must_be_free(running)
        live = take_live(s, running)
        step = engine.cancel(live, kind.environment(running))
        record_step(s, running, live, step, by=by, trigger=Trigger("cancel", reason=reason.strip()))
        s.execute(
            update(Incident)
            .where(Incident.instance_id == instance, Incident.resolved_at.is_(None))
            .values(resolved_at=clock.now(), resolved_by=by.account)
        )


# -- moving back and on


def stand(instance: int, *, by: Actor) -> Standing:
    """How an instance stands, and where it can be moved to at all."""
    people.require(by, "process.read")
    running = read_instance(instance)
    _must_be_his(running, by)
    kind = kind_of(running)
    ended = running.status == "ended"
    with reading() as s:
        suspended = _is_suspended(s, instance)
        tied = None if ended else kind.tied(running)
    return Standing(running, suspended, moving.targets(look_at(instance)), tied, kind.cancelled_by)


def preview_move(instance: int, element: str, *, by: Actor) -> MoveSeen:
    """Say what a move to an element would undo, close and leave out, or why it may not be; nothing is changed."""
    people.require(by, OPERATE)
    running = read_instance(instance)
    _must_be_his(running, by)
    live = look_at(instance)
    seen = moving.preview(live, element)
    reasons = list(seen.reasons)
    with reading():
        reasons += [Reason(element, "tied", *said) for said in _what_ties(running)]
    stops = {stop.id: stop for stop in history.timeline(instance)}
    numbers = _stops_of(instance, (*seen.undone, *seen.closed))
    definition = definition_of(running.deployment_id)
    return MoveSeen(
        element, tuple(reasons), seen.back,
        tuple(stops[numbers[task]] for task in seen.undone if task in numbers),
        tuple(stops[numbers[task]] for task in seen.closed if task in numbers),
        tuple(e.name for key in seen.passed for e in (definition.elements[key],) if e.kind in moving.TARGETS),
        tuple(sorted(engine.data(live))) if running.status != "ended" else (),
    )


def move(instance: int, element: str, reason: str, *, by: Actor, seen: int | None = None) -> None:
    """Move an instance to an element as previewed; `seen` is the version of the preview. Raises Conflict, Stale."""
    people.require(by, OPERATE)
    with transaction() as s:
        running = _locked(s, instance, reason, by=by)
        _must_be_as_seen(running, seen)
        _must_be_free(running)
        live = take_live(s, running)
        left = [opened.element for opened in engine.waits(live)]
        try:
            step = moving.move(live, element, kind_of(running).environment(running))
        except EngineError as refused:
            raise _conflict(refused) from None
        trigger = Trigger(
            "move", element, reason=reason.strip(), told={"left": ",".join(left)[:200]},
        )
        record_step(s, running, live, step, by=by, trigger=trigger)


def _stops_of(instance: int, tasks: Sequence[str]) -> dict[str, int]:
    with reading() as s:
        return {
            task: number
            for number, task in s.execute(
                select(Activity.id, Activity.task).where(Activity.instance_id == instance, Activity.task.in_(tasks))
            )
            if task is not None
        }


# -- data


def values_of(instance: int, *, by: Actor) -> list[Value]:
    """The data of an instance by name, each with what the completed steps set it to; none that is kept from who asks."""
    people.require(by, "process.read")
    running = read_instance(instance)
    _must_be_his(running, by)
    set_by: dict[str, list[tuple[datetime, str, Any]]] = {}
    for stop in history.timeline(instance):
        if stop.state == "done" and stop.closed_at is not None:
            for name, value in stop.answers.items():
                set_by.setdefault(name, []).append((stop.closed_at, stop.name, value))
    settled, keys = moving.settled_names(definition_of(running.deployment_id)), kind_of(running).keys
    hidden = kind_of(running).hides(by, running, "")
    return [
        Value(name, value, tuple(set_by.get(name, ())), name in settled, name in keys)
        for name, value in sorted(engine.data(look_at(instance)).items()) if name not in hidden
    ]


def edit_values(
    instance: int, changes: Mapping[str, Any], reason: str, *, by: Actor, seen: int | None = None
) -> dict[str, tuple[Any, Any]]:
    """Change values of the data by hand; gives name → (before, after). Raises Invalid, Stale, Conflict.

    What stood in an incident because of them still waits for its retry. Refused while a list's act waits for the name:
    the list was drawn up by the data as they are.
    """
    people.require(by, EDIT)
    with transaction() as s:
        running = _locked(s, instance, reason, by=by)
        _must_be_as_seen(running, seen)
        _must_be_free(running)
        live = take_live(s, running)
        before = engine.data(live)
        changed = {name: value for name, value in changes.items() if name not in before or before[name] != value}
        if hidden := sorted(changes.keys() & set(kind_of(running).hides(by, running, ""))):
            raise Forbidden(
                f"Mục kín {', '.join(hidden)}: người không được thấy thì không sửa được.",
                f"Private: {', '.join(hidden)}; who may not see it may not change it.",
            )
        if not changed:
            raise Invalid.at("value", "Không có gì thay đổi.", "Nothing was changed.", code="nothing-changed")
        _must_be_possible(running, before, changed)
        try:
            step = moving.edit(live, changed, kind_of(running).environment(running))
        except engine.WrongAnswer as wrong:
            raise Invalid.at("value", wrong.message, wrong.message_en) from None
        except EngineError as refused:
            raise _conflict(refused) from None
        found = {name: (before.get(name), value) for name, value in changed.items()}
        trigger = Trigger(
            "edit", reason=reason.strip(), told={"names": ", ".join(sorted(found))},
            private={"was": _said({n: b for n, (b, _) in found.items()}), "now": _said({n: a for n, (_, a) in found.items()})},
        )
        record_step(s, running, live, step, by=by, trigger=trigger)
        return found


def _must_be_possible(running: Running, before: Mapping[str, Any], changed: Mapping[str, Any]) -> None:
    """Whose case it is stays, and a value is one of those that can stand there."""
    values = DataValues(running.deployment_id)
    for name, value in changed.items():
        if name in kind_of(running).keys:
            raise Invalid.at(
                "value", f"“{name}” cho biết đây là hồ sơ của ai, không sửa tay được.",
                f"“{name}” says whose case this is; it cannot be changed by hand.", code="case-key",
            )
        if name not in before or values.fits(name, before[name], value):
            continue
        if values.sort_of(name, before[name]) == "choice":
            raise Invalid.at(
                "value", "Giá trị không có trong danh sách; chọn một giá trị trong danh sách.",
                "There is no such value; choose one from the list.", code="no-such-value",
            )
        if values.sort_of(name, before[name]) == "date":
            raise Invalid.at(
                "value", "Không có ngày này; ghi ngày dạng năm-tháng-ngày, ví dụ 2026-11-30.",
                "There is no such day; write it as year-month-day, such as 2026-11-30.", code="no-such-day",
            )
        if moving.sort_of(value) == moving.sort_of(before[name]):
            raise Invalid.at(
                "value", "Giá trị này không ghi được ở đây; xem lại từng mục.",
                "This value cannot stand here; look at each part of it again.", code="no-such-value",
            )


def _said(values: Mapping[str, Any]) -> str:
    return "; ".join(f"{name} = {orjson.dumps(value).decode()}" for name, value in sorted(values.items()))


# -- what they share


def _locked(s: Session, instance: int, reason: str, *, by: Actor) -> Running:
    if not reason.strip():
        raise Invalid.at("reason", "Ghi lý do.", "Say why.")
    running = lock_instance(s, instance)
    _must_be_his(running, by)
    if running.status == "ended":
        raise Conflict("Quy trình này đã kết thúc.", "It has ended.", code="ended")
    return running


def _must_be_his(running: Running, by: Actor) -> None:
    """Nobody operates on a case about himself or his own office, nor on one that he may not see."""
    if not kind_of(running).may_read(by, running):
        raise NotFound("Không có hồ sơ này.", "There is no such case.")
    if own_case.bars(running, by, (OPERATORS,)):
        raise Forbidden(
            "Hồ sơ này liên quan đến bạn nên bạn không xử lý được.", "This case concerns you, so you may not act on it.",
            code="own-case",
        )


def _must_be_as_seen(running: Running, seen: int | None) -> None:
    if seen is not None and seen != running.version:
        raise Stale(
            "Hồ sơ đã thay đổi sau khi bạn xem trước; xem trước lại rồi thực hiện.",
            "The case has changed since you looked; look again, then do it.",
        )


def _must_be_free(running: Running) -> None:
    for message, message_en in _what_ties(running):
        raise Conflict(message, message_en, code="tied")


def _what_ties(running: Running) -> list[tuple[str, str]]:
    found = []
    if running.queued:
        found.append((
            "Có kết quả đang chuyển vào hồ sơ này; chờ chuyển xong.", "A result is on its way into this case; wait until it is in.",
        ))
    if running.status != "ended" and (tied := kind_of(running).tied(running)) is not None:
        found.append(tied)
    return found


def _is_suspended(s: Session, instance: int) -> bool:
    return bool(s.execute(select(ProcessInstance.suspended).where(ProcessInstance.id == instance)).scalar_one())


def _hold(s: Session, running: Running, suspended: bool, more: int) -> None:
    now = clock.now().isoformat()
    spans = s.execute(select(ProcessInstance.suspensions).where(ProcessInstance.id == running.id)).scalar_one()
    spans = [*spans, [now, None]] if suspended else [*spans[:-1], [spans[-1][0], now]]
    s.execute(
        update(ProcessInstance)
        .where(ProcessInstance.id == running.id)
        .values(suspended=suspended, suspensions=spans, holds=ProcessInstance.holds + more)
    )


def _conflict(refused: EngineError) -> Conflict:
    preview = getattr(refused, "preview", None)
    code = preview.reasons[0].code if preview is not None and preview.reasons else "not-possible"
    return Conflict(refused.message, refused.message_en, code=code)

