"""Messages to waiting instances: counted one by one, delivered in order, and an incident where delivery is given up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from service import clock, jobs, trail
from service.actor import machine
from service.db import db, reading, transaction
from service.processes import deployments, instances, messages, vocabulary
from service.processes.models import Incident, Message, ProcessInstance
from tests.workflows.running import chain, diagram, end, files, receive, start

BY = machine("cli")


@pytest.fixture
def instance(app: Flask) -> int:
    """An instance that waits for `a:b`, then for `c:d`; the first takes the results yes and no."""
    vocabulary.known_messages.update({"a:b": {}, "c:d": {}})
    first, second = receive("one", "m", 'nom:values="yes no"'), receive("two", "n")
    body = start() + first + second + end() + chain("begin", "one", "two", "end")
    deployments.deploy_bundle(files(diagram(body, messages={"m": "a:b", "n": "c:d"}), forms=()), main="p", by=BY)
    return instances.start_instance("p", {"nomination_id": "1"}, by=BY)


def _message(instance: int, name: str, once: str, **payload: Any) -> dict[str, Any]:
    return {"instance_id": instance, "name": name, "payload": payload, "source": "list:1:1", "once": once}


def _send(rows: list[dict[str, Any]]) -> int:
    with transaction():
        trail.record("list:told", by=BY, stream="list:1", body={"act": "sign"})
        return messages.send_messages(rows, by=BY)


def _row(instance: int) -> Any:
    with reading() as s:
        return s.execute(
            sa.select(ProcessInstance.status, ProcessInstance.queued).where(ProcessInstance.id == instance)
        ).one()


def _incidents() -> list[Any]:
    with reading() as s:
        return list(s.execute(sa.select(Incident.id, Incident.code, Incident.message, Incident.resolved_at)).all())


def test_several_messages_of_one_act_are_counted_each(instance: int) -> None:
    other = instances.start_instance("p", {"nomination_id": "2"}, by=BY)
    sent = [
        _message(instance, "a:b", "x1", result="yes"),
        _message(instance, "c:d", "x2"),
        _message(other, "a:b", "x3", result="no"),
    ]
    assert _send(sent) == 3
    assert (_row(instance).queued, _row(other).queued) == (2, 1)
    assert _send(sent) == 0
    assert messages.deliver_messages(instance) == 2
    assert tuple(_row(instance)) == ("ended", 0)
    assert tuple(_row(other)) == ("running", 1)


def test_delivery_that_is_given_up_is_an_incident_at_once_and_goes_on_when_tried_again(instance: int) -> None:
    _send([_message(instance, "a:b", "x1", result="perhaps")])
    for _ in range(jobs.TRIES):
        assert _incidents() == []
        jobs.run_due(jobs.Holder())
        clock.move_to(clock.now() + timedelta(minutes=30))
    (incident,) = _incidents()
    assert _row(instance).status == "incident"
    assert "a:b" in incident.message
    assert [c.topic for c in jobs.dead_causes()] == ["instance.deliver"]
    assert "incident:raised" in [e.kind for e in trail.read(stream=f"instance:{instance}").events]

    with db.engine.begin() as connection:
        connection.execute(
            sa.update(Message.__table__).where(Message.once == "x1").values(payload={"result": "yes"})
        )
    assert instances.retry_incident(incident.id, by=BY) is None
    jobs.run_due(jobs.Holder())
    assert tuple(_row(instance)) == ("running", 0)
    assert [i.resolved_at is not None for i in _incidents()] == [True]


def test_delivery_given_up_twice_is_one_incident(instance: int) -> None:
    _send([_message(instance, "a:b", "x1", result="perhaps")])
    job = jobs.Job(1, "instance.deliver", {"instance": instance}, None, instance, jobs.TRIES)
    give_up = jobs.HANDLERS["instance.deliver"].gave_up
    assert give_up is not None
    give_up(job, "first")
    give_up(job, "second")
    assert len(_incidents()) == 1
