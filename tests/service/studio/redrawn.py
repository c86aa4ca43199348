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
_DRAWN = (
    '<bpmndi:BPMNShape id="second_look_di" bpmnElement="second_look"><dc:Bounds x="1060" y="40" width="100" height="80" />'
    '</bpmndi:BPMNShape><bpmndi:BPMNEdge id="flow_second_look_di" bpmnElement="flow_second_look"><di:waypoint x="1110" y="120" />'
    '<di:waypoint x="1110" y="180" /></bpmndi:BPMNEdge></bpmndi:BPMNPlane>'
)
_INCOMING = "<bpmn:incoming>flow_check_dossier__check_result</bpmn:incoming>"


def with_second_look(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """One more step between check and decision."""
    drawn = files["award_nomination.bpmn"].decode()
    assert _FLOW in drawn and _INCOMING in drawn
    drawn = drawn.replace(_INCOMING, "<bpmn:incoming>flow_second_look</bpmn:incoming>").replace(_FLOW, _SECOND)
    drawn = drawn.replace("</bpmndi:BPMNPlane>", _DRAWN)
    return {**files, "award_nomination.bpmn": drawn.encode()}


def with_another_table(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Another row of the conditions, one that asks for the day: each answer is worked out anew."""
    row = 'if today() &lt; date("2026-11-20") then 0.2 else 0.6'
    return _replaced(files, "eligibility.dmn", 'rule("LEADER_MAX_RATIO")', row)


def with_a_way_by_the_table(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Who checks may accept only where no condition speaks against it: what a table answers chooses the way."""
    return _replaced(files, "award_nomination.bpmn", '>decision = "accept"<', '>decision = "accept" and count(eligibility) = 0<')


def with_another_deadline(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Less time to ask for a review: what comes of it depends on the time between the acts."""
    return _replaced(files, "award_nomination.bpmn", 'working_days(rule("REVIEW_REQUEST_DAYS"))', "working_days(2)")


def _replaced(files: Mapping[str, bytes], name: str, old: str, new: str) -> dict[str, bytes]:
    text = files[name].decode()
    assert old in text
    return {**files, name: text.replace(old, new).encode()}
