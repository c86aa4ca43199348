"""The bench process: user tasks in a row, each followed by a gateway; also the plainest process for tests."""

from __future__ import annotations

import json

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:nom="urn:vinhdanh:nom:1" '
    'id="defs" targetNamespace="urn:vinhdanh:bench">'
)
_CONDITION = '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{}</bpmn:conditionExpression>'


def bench_bundle(
    tasks: int = 8, *, key: str = "bench", group: str = "bench_reviewer", due: str = ""
) -> dict[str, bytes]:
    """A bundle with `tasks` user tasks: `decision = "approve"` goes on, anything else ends as Rejected."""
    due_attribute = f' camunda:dueDate="{due}"' if due else ""
    nodes = ['<bpmn:startEvent id="start" name="Bắt đầu"/>']
    flows = ['<bpmn:sequenceFlow id="f0" sourceRef="start" targetRef="review_1"/>']
    for n in range(1, tasks + 1):
        nodes.append(
            f'<bpmn:userTask id="review_{n}" name="Duyệt bước {n}" camunda:formKey="review" '
            f'camunda:candidateGroups="{group}"{due_attribute}/>'
            f'<bpmn:exclusiveGateway id="choice_{n}" name="Duyệt?" default="no_{n}"/>'
        )
        target = f"review_{n + 1}" if n < tasks else "approved"
        flows.append(
            f'<bpmn:sequenceFlow id="to_{n}" sourceRef="review_{n}" targetRef="choice_{n}"/>'
            f'<bpmn:sequenceFlow id="yes_{n}" name="duyệt" sourceRef="choice_{n}" targetRef="{target}">'
            f'{_CONDITION.format("decision = &quot;approve&quot;")}</bpmn:sequenceFlow>'
            f'<bpmn:sequenceFlow id="no_{n}" name="không" sourceRef="choice_{n}" targetRef="rejected"/>'
        )
    nodes.append('<bpmn:endEvent id="approved" name="Đã duyệt"/><bpmn:endEvent id="rejected" name="Không duyệt"/>')
    xml = (
        f'{_HEAD}<bpmn:process id="{key}" name="Bench" isExecutable="true">{"".join(nodes)}{"".join(flows)}'
        "</bpmn:process></bpmn:definitions>"
    )
    form = {
        "schemaVersion": 19,
        "type": "default",
        "id": "review",
        "components": [
            {
                "type": "radio",
                "key": "decision",
                "id": "decision",
                "label": "Kết quả",
                "validate": {"required": True},
                "values": [
                    {"value": "approve", "label": "Duyệt"},
                    {"value": "reject", "label": "Không duyệt"},
                ],
            },
            {"type": "textarea", "key": "comment", "id": "comment", "label": "Nhận xét"},
        ],
    }
    return {f"{key}.bpmn": xml.encode(), "review.form": json.dumps(form).encode()}
