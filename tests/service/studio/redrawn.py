"""The shipped bundle as an administrator might change it: what replays and scenarios are tried on."""

from __future__ import annotations

from collections.abc import Mapping

_FLOW = '<bpmn:sequenceFlow id="flow_check_dossier__check_result" sourceRef="check_dossier" targetRef="check_result" />'
_SECOND = (
    '<bpmn:userTask id="second_look" name="Xem lại lần hai" camunda:formKey="check_dossier" camunda:candidateGroups="vhxh_head">'
    "<bpmn:incoming>flow_check_dossier__check_result</bpmn:incoming><bpmn:outgoing>flow_second_look</bpmn:outgoing></bpmn:userTask>"
    '<bpmn:sequenceFlow id="flow_check_dossier__check_result" sourceRef="check_dossier" targetRef="second_look" />'
    '<bpmn:sequenceFlow id="flow_second_look" sourceRef="second_look" targetRef="check_result" />'
)
_INCOMING = "<bpmn:incoming>flow_check_dossier__check_result</bpmn:incoming>"


def with_second_look(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """One more step between check and decision."""
    drawn = files["award_nomination.bpmn"].decode()
    assert _FLOW in drawn and _INCOMING in drawn
    drawn = drawn.replace(_INCOMING, "<bpmn:incoming>flow_second_look</bpmn:incoming>").replace(_FLOW, _SECOND)
    return {**files, "award_nomination.bpmn": drawn.encode()}


def with_another_table(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The conditions in another file: each answer is worked out anew."""
    return {**files, "eligibility.dmn": files["eligibility.dmn"] + b"\n"}
