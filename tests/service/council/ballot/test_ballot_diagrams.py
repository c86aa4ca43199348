"""A diagram that takes a vote through a form is refused where it is deployed, each of many people included (BAL-16)."""

from __future__ import annotations

import orjson
import pytest
from flask import Flask

from service.actor import machine
from service.errors import Invalid
from service.processes import deployments, enactments
from workflows.problems import Problems

DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  xmlns:nom="urn:vinhdanh:nom:1" id="d" targetNamespace="t">
  <bpmn:process id="session" name="Phiên họp" isExecutable="true" camunda:historyTimeToLive="P1D">
    <bpmn:startEvent id="start" name="Bắt đầu"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="read" />
    <bpmn:userTask id="read" name="{name}" camunda:candidateGroups="member" camunda:formKey="{form}">
      <bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing>{loop}
    </bpmn:userTask>
    <bpmn:sequenceFlow id="f2" sourceRef="read" targetRef="end" />
    <bpmn:endEvent id="end" name="Xong"><bpmn:incoming>f2</bpmn:incoming></bpmn:endEvent>
  </bpmn:process>
</bpmn:definitions>
"""
LOOP = '<bpmn:multiInstanceLoopCharacteristics camunda:collection="members" />'
SEQUENTIAL = LOOP.replace(" camunda", ' isSequential="true" camunda')


def _bundle(name: str = "Xem biên bản", loop: str = "", *, kind: str = "checkbox", key: str = "seen") -> dict[str, bytes]:
    field: dict[str, object] = {"type": kind, "id": "f", "key": key, "label": "Nội dung"}
    if kind == "radio":
        field["values"] = [{"value": "agree", "label": "Đồng ý"}, {"value": "disagree", "label": "Không đồng ý"}]
    form = {"schemaVersion": 19, "type": "default", "id": "sheet", "components": [field]}
    return {
        "session.bpmn": DIAGRAM.format(name=name, form="sheet", loop=loop).encode(),
        "sheet.form": orjson.dumps(form),
    }


def _codes(files: dict[str, bytes]) -> set[str]:
    try:
        deployments.check_bundle(files, main="session")
    except Problems as found:
        return {one.code for one in found.problems}
    return set()


@pytest.mark.parametrize("loop", ["", LOOP, SEQUENTIAL], ids=["one", "many at once", "many in turn"])
def test_vote_through_a_form_is_refused_at_the_check_and_at_the_deployment(app: Flask, loop: str) -> None:
    assert "vote-through-form" not in _codes(_bundle(loop=loop))  # reading the minutes is no vote
    for bad in (
        _bundle(loop=loop, kind="radio", key="vote"),
        _bundle(loop=loop, kind="radio", key="lua_chon_bo_phieu"),
        *([_bundle(loop=loop, kind="radio", key="decision"), _bundle("Bỏ phiếu kín", loop)] if loop else []),
    ):
        assert "vote-through-form" in _codes(bad)
        with pytest.raises(Invalid) as refused:
            enactments.deploy_bundle(bad, main="session", by=machine("cli"))
        assert any("tally" in str(line.get("message_en")) for line in refused.value.lines)
