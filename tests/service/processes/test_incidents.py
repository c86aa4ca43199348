"""A case that stands in an incident stands in one, whatever is reckoned anew meanwhile, until somebody tries it again."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from service import trail
from service.actor import machine
from service.db import reading
from service.processes import enactments, instances, vocabulary
from service.processes.models import Incident, ProcessInstance
from tests.workflows.running import chain, diagram, end, files, flow, gateway, receive, start
from workflows.feel.types import BOOLEAN, STRING

BY = machine("cli")


@pytest.fixture
def process(app: Flask) -> str:
    """A process that goes one of two ways, by `wanted`: nothing but yes and no will do."""
    vocabulary.known_messages.update({"a:b": {}, "c:d": {}})
    vocabulary.started_with["two_ways"] = {"nomination_id": STRING, "wanted": BOOLEAN}
    body = start() + gateway("choose", "choose__two") + receive("one", "m") + receive("two", "n") + end()
    body += chain("begin", "choose", "two", "end") + flow("choose", "one", "wanted") + chain("one", "end")
    drawn = diagram(body, process="two_ways", messages={"m": "a:b", "n": "c:d"})
    enactments.deploy_bundle(files(drawn, forms=()), main="two_ways", by=BY)
    return "two_ways"


def _status(instance: int) -> str:
    with reading() as s:
        return s.scalars(sa.select(ProcessInstance.status).where(ProcessInstance.id == instance)).one()


def _incidents(instance: int) -> list[Any]:
    with reading() as s:
        found = sa.select(Incident.id, Incident.retry_of, Incident.resolved_at).where(Incident.instance_id == instance)
        return list(s.execute(found.order_by(Incident.id)).all())


def _told(instance: int, kind: str) -> int:
    return [e.kind for e in trail.read(stream=f"instance:{instance}", limit=100).events].count(kind)


def test_changed_calendar_raises_no_incident_again_that_stands_already(process: str) -> None:
    instance = instances.start_instance(process, {"nomination_id": "1", "wanted": 3}, by=BY)
    (first,) = _incidents(instance)
    for _ in range(2):
        instances.recalculate(instance, by=BY)
    assert _told(instance, "instance:recalculated") == 2, "it was reckoned anew each time"
    assert _incidents(instance) == [first] and _told(instance, "incident:raised") == 1
    assert _status(instance) == "incident"
    again = instances.retry_incident(first.id, by=BY)
    assert [(one.id, one.retry_of) for one in _incidents(instance)] == [(first.id, None), (again, first.id)]


def test_changed_calendar_mends_nothing(process: str) -> None:
    """What the worker gave up stands still until somebody tries it again, though the engine knows of nothing wrong."""
    instance = instances.start_instance(process, {"nomination_id": "1", "wanted": True}, by=BY)
    assert _status(instance) == "running"
    instances.raise_incident(instance, "one", RuntimeError("disk full"))
    instances.recalculate(instance, by=BY)
    assert _status(instance) == "incident"
    (only,) = _incidents(instance)
    assert instances.retry_incident(only.id, by=BY) is None
    assert _status(instance) == "running"
    instances.recalculate(instance, by=BY)
    assert _status(instance) == "running"
