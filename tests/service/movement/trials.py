"""A small process with a register: work, then confirmation; who does what is chosen by the test."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from service.actor import machine
from service.movement import Kept, register_in_use
from service.processes import enactments

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:nom="urn:vinhdanh:nom:1" id="file" targetNamespace="urn:trial">'
)
_FIELD = {"type": "textfield"}
_FILES = {"type": "filepicker", "multiple": True, "accept": ".pdf"}
FIELDS: dict[str, dict[str, dict[str, Any]]] = {
    "begin": {
        "subject": {**_FIELD, "validate": {"required": True, "maxLength": 60}}, "sender": _FIELD, "open": _FILES, "shut": _FILES,
    },
    "work": {"result": {**_FIELD, "validate": {"required": True}}, "source": _FIELD, "proof": _FILES},
    "confirm": {
        "decision": {"type": "radio", "validate": {"required": True}, "values": [
            {"value": "founded", "label": "Có"}, {"value": "unfounded", "label": "Không"}]},
        "number": _FIELD, "dated": _FIELD,
    },
}


def _form(name: str) -> bytes:
    parts = [{"key": key, "id": key, "label": key.capitalize(), **field} for key, field in FIELDS[name].items()]
    return json.dumps({"schemaVersion": 19, "type": "default", "id": name, "components": parts}).encode()


def _effect(key: str, topic: str) -> str:
    inputs = "".join(
        f'<camunda:inputParameter name="{name}">{name}</camunda:inputParameter>' for name in ("decision", "number", "dated")
    ) if topic.endswith("conclude") else ""
    inner = f"<bpmn:extensionElements><camunda:inputOutput>{inputs}</camunda:inputOutput></bpmn:extensionElements>" if inputs else ""
    return (
        f'<bpmn:serviceTask id="{key}" name="{key}" camunda:type="external" camunda:topic="{topic}" nom:phase="working">{inner}'
        "</bpmn:serviceTask>"
    )


def bundle(key: str, *, work: str, confirm: str, effects: bool, **register: Any) -> dict[str, bytes]:
    """Files of a process: `work` and `confirm` are the groups of its steps; `effects`: the first holds, the second concludes."""
    nodes = {
        f"{key}_begins": f'<bpmn:startEvent id="{key}_begins" name="Bắt đầu"/>',
        f"{key}_work": f'<bpmn:userTask id="{key}_work" name="Làm" camunda:formKey="work" camunda:candidateGroups="{work}" '
        'camunda:dueDate="working_days(5)" nom:phase="working"/>',
        **({f"{key}_hold": _effect(f"{key}_hold", "nomination.hold")} if effects else {}),
        f"{key}_confirm": f'<bpmn:userTask id="{key}_confirm" name="Xác nhận" camunda:formKey="confirm" '
        f'camunda:candidateGroups="{confirm}" nom:phase="confirming"/>',
        **({f"{key}_conclude": _effect(f"{key}_conclude", "nomination.conclude")} if effects else {}),
        f"{key}_done": f'<bpmn:endEvent id="{key}_done" name="Xong" nom:outcome="done"/>',
    }
    names = list(nodes)
    flows = "".join(
        f'<bpmn:sequenceFlow id="{a}__{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairwise(names)
    )
    said = {
        "name": f"Sổ {key}", "name_en": f"Register {key}", "one": "Việc thử", "one_en": "Trial", "form": "begin",
        "title": "{{ subject }}", "series": "VT", "unit": "own", "begins": ["unit", "vhxh"], "reads": ["vhxh"], "sees": ["vhxh_head"],
        "private": ["sender", "shut", "source", "proof"], "columns": ["subject", "result"], "about": ["nomination"], **register,
    }
    text = "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in said.items())
    text += '[phases]\nworking = ["Đang làm", "At work"]\nconfirming = ["Chờ xác nhận", "To be confirmed"]\n'
    text += '[outcomes]\ndone = ["Xong", "Done", "good"]\n'
    body = "".join(nodes.values()) + flows
    xml = f'{_HEAD}<bpmn:process id="{key}" name="Việc {key}" isExecutable="true">{body}</bpmn:process></bpmn:definitions>'
    return {f"{key}.bpmn": xml.encode(), f"{key}.register": text.encode(), **{f"{name}.form": _form(name) for name in FIELDS}}


def deploy(key: str = "trial", *, work: str = "vhxh", confirm: str = "vhxh_head", effects: bool = False, **register: Any) -> Kept:
    """Put such a process into use and give its register."""
    files = bundle(key, work=work, confirm=confirm, effects=effects, **register)
    enactments.deploy_bundle(files, main=key, by=machine("cli"))
    return register_in_use(key)


def numbers(entries: Sequence[Any]) -> list[str]:
    """Numbers of matters as they are listed."""
    return [one.number for one in entries]
