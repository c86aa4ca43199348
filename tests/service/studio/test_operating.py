"""Operating on one instance: suspend, resume, cancel, move with a preview, data with its history; who may, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from service import clock, trail
from service.actor import Actor
from service.db import reading
from service.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from service.processes import history, instances, tasks
from service.processes.models import ProcessInstance
from service.processes.running import read_instance
from service.studio import operating
from tests.bench.process import bench_bundle
from tests.service.studio.plain import ADMIN, APPROVE, ONE, STRANGER, begin, deploy, edited, only, work

WHY = "Theo đề nghị của đơn vị"
LATE = (
    '<bpmn:exclusiveGateway id="choice_1"',
    '<bpmn:boundaryEvent id="late" attachedToRef="review_1"><bpmn:timerEventDefinition>'
    '<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">working_days(5)</bpmn:timeDuration></bpmn:timerEventDefinition>'
    '</bpmn:boundaryEvent><bpmn:sequenceFlow id="late_on" sourceRef="late" targetRef="rejected"/>'
    '<bpmn:exclusiveGateway id="choice_1"',
)


def kinds(instance: int) -> list[tuple[str, str | None]]:
    """What the trail says of an administrator's hand, the oldest first."""
    events = trail.read(stream=f"instance:{instance}", sight=trail.Sight.VALUES, oldest_first=True).events
    return [(e.kind, e.reason) for e in events if e.reason]


def due_of(instance: int) -> Any:
    with reading() as s:
        return s.get_one(ProcessInstance, instance).due_at


def here(instance: int) -> list[str]:
    return [s.element for s in history.timeline(instance) if s.state == "open"]


def test_suspended_refuses_tasks_and_keeps_the_working_time(app: Flask) -> None:
    clock.start_at(clock.now().replace(year=2026, month=11, day=2, hour=9))
    deploy(edited(LATE))
    instance = begin()
    due = due_of(instance)
    assert due is not None
    operating.suspend(instance, WHY, by=ADMIN)
    assert due_of(instance) is None
    with pytest.raises(Conflict, match="on hold"):
        tasks.complete_task(only().id, APPROVE, by=ONE)
    with pytest.raises(Conflict):
        operating.suspend(instance, WHY, by=ADMIN)
    clock.move_to(clock.now().replace(day=16))
    assert instances.due_instances() == []
    operating.resume(instance, "Xong", by=ADMIN)
    after = due_of(instance)
    assert after is not None and (after - due).days == 14
    tasks.complete_task(only().id, APPROVE, by=ONE)
    with pytest.raises(Conflict):
        operating.resume(instance, WHY, by=ADMIN)
    assert kinds(instance) == [("instance:suspended", WHY), ("instance:released", "Xong")]


def test_cancelled_leaves_nothing_open(app: Flask) -> None:
    deploy(bench_bundle(3))
    instance = begin()
    operating.cancel(instance, WHY, by=ADMIN)
    row = read_instance(instance)
    assert (row.status, row.outcome) == ("ended", None) and here(instance) == []
    assert [s.state for s in history.timeline(instance)] == ["cancelled"]
    for verb in (operating.cancel, operating.suspend, operating.resume):
        with pytest.raises(Conflict):
            verb(instance, WHY, by=ADMIN)
    assert kinds(instance) == [("instance:cancelled", WHY)]


def test_moved_back_with_a_preview_and_on_again(app: Flask) -> None:
    deploy(bench_bundle(3))
    instance = begin()
    for _ in range(2):
        tasks.complete_task(only().id, APPROVE, by=ONE)
    version = read_instance(instance).version
    seen = operating.preview_move(instance, "review_1", by=ADMIN)
    assert seen.can_move and seen.back
    assert [s.name for s in seen.undone] == ["Duyệt bước 1", "Duyệt bước 2"]
    assert [s.name for s in seen.closed] == ["Duyệt bước 3"] and seen.kept == ("decision",)
    assert read_instance(instance).version == version and here(instance) == ["review_3"]
    operating.move(instance, "review_1", WHY, by=ADMIN, seen=version)
    assert here(instance) == ["review_1"]
    with pytest.raises(Stale):
        operating.move(instance, "review_2", WHY, by=ADMIN, seen=version)
    stops = history.timeline(instance)
    assert [(s.element, s.occurrence, s.state) for s in stops] == [
        ("review_1", 1, "done"), ("review_2", 1, "done"), ("review_3", 1, "cancelled"), ("review_1", 2, "open")
    ]
    assert stops[0].answers["comment"] == "được", "what was answered stays on record"
    ahead = operating.preview_move(instance, "review_3", by=ADMIN)
    assert not ahead.back and ahead.passed == ("Duyệt bước 2",), "only steps, no gateways"
    operating.move(instance, "review_3", WHY, by=ADMIN)
    tasks.complete_task(only().id, APPROVE, by=ONE)
    assert read_instance(instance).status == "ended"
    assert [kind for kind, _ in kinds(instance)] == ["instance:moved", "instance:moved"]
    with pytest.raises(Conflict):
        operating.move(instance, "review_1", WHY, by=ADMIN)


def test_data_is_shown_with_its_history_and_changed_with_before_and_after(app: Flask) -> None:
    deploy(bench_bundle(3))
    instance = begin()
    tasks.complete_task(only().id, APPROVE, by=ONE)
    (value,) = operating.values_of(instance, by=ADMIN)
    assert (value.name, value.value, value.settled) == ("decision", "approve", False)
    assert [(step, said) for _, step, said in value.history] == [("Duyệt bước 1", "approve")]
    version = read_instance(instance).version
    assert operating.edit_values(instance, {"decision": "reject"}, WHY, by=ADMIN, seen=version) == {"decision": ("approve", "reject")}
    assert operating.values_of(instance, by=ADMIN)[0].value == "reject"
    with pytest.raises(Stale):
        operating.edit_values(instance, {"decision": "x"}, WHY, by=ADMIN, seen=version)
    for wrong in ({"decision": 5}, {"other": "x"}, {"decision": "reject"}, {"decision": "wait"}):
        with pytest.raises(Invalid):
            operating.edit_values(instance, wrong, WHY, by=ADMIN)
    (event,) = trail.read(stream=f"instance:{instance}", kind="instance:edited", sight=trail.Sight.VALUES).events
    assert 'decision = "approve" → decision = "reject"' in trail.sentence(event) and event.reason == WHY
    tasks.complete_task(only().id, APPROVE, by=ONE)


def test_who_may_not(app: Flask) -> None:
    deploy(bench_bundle(3))
    instance = begin()
    for by in (ONE, STRANGER, Actor(account=5, login="x", name="X")):
        for verb in (
            lambda by=by: operating.suspend(instance, WHY, by=by),
            lambda by=by: operating.resume(instance, WHY, by=by),
            lambda by=by: operating.cancel(instance, WHY, by=by),
            lambda by=by: operating.stand(instance, by=by),
            lambda by=by: operating.preview_move(instance, "review_2", by=by),
            lambda by=by: operating.move(instance, "review_2", WHY, by=by),
            lambda by=by: operating.values_of(instance, by=by),
            lambda by=by: operating.edit_values(instance, {"decision": "x"}, WHY, by=by),
        ):
            with pytest.raises(Forbidden):
                verb()
    for verb in (operating.suspend, operating.cancel):
        with pytest.raises(Invalid):
            verb(instance, "  ", by=ADMIN)
        with pytest.raises(NotFound):
            verb(999, WHY, by=ADMIN)
    operating.suspend(instance, WHY, by=ADMIN)


def test_moving_under_suspension_keeps_the_timers_still(app: Flask) -> None:
    deploy(edited(LATE))
    instance = begin()
    tasks.complete_task(only().id, APPROVE, by=ONE)
    operating.suspend(instance, WHY, by=ADMIN)
    operating.move(instance, "review_1", WHY, by=ADMIN)
    assert due_of(instance) is None
    operating.resume(instance, WHY, by=ADMIN)
    assert due_of(instance) is not None
    work()
