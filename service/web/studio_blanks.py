"""What a new file of a draft begins with: a diagram, a table, a letter, a paper."""

from __future__ import annotations

from flask_babel import gettext as _

BLANK_DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" \
xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" \
xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:nom="urn:vinhdanh:nom:1" id="definitions_{id}" \
targetNamespace="urn:vinhdanh:bpmn">
  <bpmn:process id="{id}" name="{name}" isExecutable="true">
    <bpmn:startEvent id="start_{id}" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="diagram_{id}">
    <bpmndi:BPMNPlane id="plane_{id}" bpmnElement="{id}">
      <bpmndi:BPMNShape id="start_{id}_di" bpmnElement="start_{id}"><dc:Bounds x="160" y="160" width="36" height="36" /></bpmndi:BPMNShape>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""
BLANK_TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" \
xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" id="definitions_{id}" name="{name}" namespace="urn:vinhdanh:dmn">
  <decision id="{id}" name="{name}">
    <decisionTable id="table_{id}" hitPolicy="UNIQUE">
      <input id="{id}_in"><inputExpression id="{id}_in_text" typeRef="string"><text></text></inputExpression></input>
      <output id="{id}_out" name="result" label="{result}" typeRef="string" />
    </decisionTable>
  </decision>
  <dmndi:DMNDI><dmndi:DMNDiagram><dmndi:DMNShape dmnElementRef="{id}"><dc:Bounds height="80" width="180" x="160" y="100" />\
</dmndi:DMNShape></dmndi:DMNDiagram></dmndi:DMNDI>
</definitions>
"""


def blank_letter() -> str:
    """A letter to begin with, each part explained in the reader's language; `{name}` is its name."""
    notes = (
        _("Tên mẫu thư, chỉ người soạn quy trình thấy."),
        _("Giá trị điền: viết {{ task }} (tên việc), {{ title }} (tên hồ sơ), {{ due }} (hạn xử lý). Không có lệnh, phép tính hay HTML."),
        _("Bản tiếng Việt. Lời chào, đường dẫn và chân thư có sẵn, không phải viết."),
        _("Tiêu đề: một dòng."),
        _("Câu mở đầu, in đậm. Thư nhiều dòng viết giữa hai lần ba dấu nháy."),
        _("Bảng thông tin: từng cặp nhãn và giá trị. Dòng không có giá trị tự bỏ."),
        _("Lời kết, có thể bỏ."),
        _("Chữ trên nút dẫn tới việc."),
        _("Bản tiếng Anh, cho người chọn tiếng Anh."),
    )
    name, gaps, vi, subject, opening, facts, closing, button, en = (f"# {one}" for one in notes)
    return f"""{name}
name = "{{name}}"
name_en = "{{name}}"

{gaps}

{vi}
[vi]
{subject}
subject = "Việc mới: {{{{ task }}}}"
{opening}
opening = "Bạn có một việc mới cần xử lý."
{facts}
facts = [["Việc", "{{{{ task }}}}"], ["Hồ sơ", "{{{{ title }}}}"], ["Hạn xử lý", "{{{{ due }}}}"]]
{closing}
closing = \"\"\"
Hồ sơ và căn cứ pháp lý có trên trang của việc này.
\"\"\"
{button}
button = "Mở việc này"

{en}
[en]
subject = "New task: {{{{ task }}}}"
opening = "You have a new task."
facts = [["Task", "{{{{ task }}}}"], ["Dossier", "{{{{ title }}}}"], ["Due", "{{{{ due }}}}"]]
closing = \"\"\"
The dossier and its legal basis are on the page of the task.
\"\"\"
button = "Open the task"
"""


def blank_paper() -> str:
    """A paper to begin with, each part explained in the reader's language; `{name}` is its name."""
    notes = (
        _("Tên văn bản."),
        _("Đứng tên: committee (UBND xã), office (Văn phòng), unit (đơn vị của việc), council (Hội đồng)."),
        _("Người ký: chair, office_head, unit_head; hình thức ký: TM, KT, TL, TUQ, hoặc để trống."),
        _("Nơi nhận, mỗi nơi một dòng."),
        _("true thì có thêm bản DOCX để soạn tiếp."),
        _("Từ đây là văn bản, mỗi dòng bắt đầu bằng loại của nó: title, abstract, to, p, h, item, table, signature."),
        _("Giá trị điền: viết tên mục của biểu mẫu giữa hai cặp ngoặc nhọn, ví dụ {{ unit }}; dòng có mục trống tự bỏ."),
    )
    name, issuer, signs, copies, word, text, gaps = (f"# {one}" for one in notes)
    return f"""{name}
name = "{{name}}"
name_en = "{{name}}"
{issuer}
issuer = "committee"
{signs}
signs = "chair"
form = "TM"
{copies}
copies = ["Lưu: VT"]
{word}
word = true
---
{text}
{gaps}
layout: paper
title: {{name}}
p: Số trong sổ: {{{{ register_number }}}}, lập {{{{ begun_on|day }}}}.
signature:
"""
