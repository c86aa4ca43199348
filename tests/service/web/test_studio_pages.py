"""The procedure beside its diagram and as a paper, two versions compared, the figures of the steps."""

from __future__ import annotations

import io
import json

import pypdf
import pytest
from docx import Document
from openpyxl import load_workbook

from service.config import ROOT
from service.errors import Stale
from service.processes import deployments, enactments
from service.processes.deployments import files_of
from service.processes.enactments import current_deployment
from service.studio import drafts
from tests.service.web.desk import Desk, words

MAIN = "nomination_case"


def second_version(desk: Desk) -> tuple[int, int]:
    """The shipped bundle deployed again with a step more before the council and a form reworded; both versions."""
    first = current_deployment(MAIN)
    files = files_of(first)
    text = files["award_nomination.bpmn"].decode()
    text = text.replace(
        'sourceRef="wait_posting" targetRef="wait_council" />',
        'sourceRef="wait_posting" targetRef="read_again" /><bpmn:sequenceFlow id="flow_again" sourceRef="read_again"'
        ' targetRef="wait_council" />',
    )
    text = text.replace(
        '<bpmn:receiveTask id="wait_council"',
        '<bpmn:userTask id="read_again" name="Rà soát trước Hội đồng" camunda:formKey="weigh_objection"'
        ' camunda:candidateGroups="vhxh" camunda:dueDate="working_days(2)" nom:target="working_days(1)"/>'
        '<bpmn:receiveTask id="wait_council"', 1,
    )
    shape = (
        '<bpmndi:BPMNShape id="read_again_di" bpmnElement="read_again"><dc:Bounds x="1290" y="700" width="120" height="80" />'
        "</bpmndi:BPMNShape>"
        '<bpmndi:BPMNEdge id="flow_again_di" bpmnElement="flow_again"><di:waypoint x="1350" y="780" /><di:waypoint x="1350" y="1010" />'
        "</bpmndi:BPMNEdge>"
    )
    files["award_nomination.bpmn"] = text.replace("</bpmndi:BPMNPlane>", f"{shape}</bpmndi:BPMNPlane>").encode()
    files["weigh_objection.form"] = files["weigh_objection.form"].replace("Kết quả xem xét".encode(), "Kết quả cân nhắc".encode())
    return first, enactments.deploy_bundle(files, main=MAIN, by=desk.office.who("quantri"), note="Thêm bước rà soát")


def test_text_stands_beside_the_diagram_and_each_leads_to_the_other(desk: Desk) -> None:
    number = current_deployment(MAIN)
    page = desk.get("quantri", f"/office/processes/{number}?process=award_nomination")
    said = words(page)
    assert "Bước 4. Kiểm tra thành phần, thẩm định" in said and "Trách nhiệm: Phòng Văn hóa - Xã hội." in said
    assert "a) đủ điều kiện, khi kết quả kiểm tra, thẩm định là “Hồ sơ đủ, đủ điều kiện”: chuyển sang Bước 7." in said
    ids = page.xpath("//*[starts-with(@id, 'step-')]/@id")
    assert len(ids) == len(set(ids))
    assert {"step-check_dossier", "step-check_result", "step-supplement_missed", "step-end_refused"} <= set(ids)
    for link in page.xpath("//div[contains(@class, 'procedure')]//a[starts-with(@href, '#step-')]/@href"):
        assert link[1:] in ids, link
    shown = set(page.xpath("//@data-show-on-diagram"))
    assert {"check_dossier", "check_result", "supplement_missed"} <= shown
    (called,) = page.xpath("//li[@id='step-certificate']//a[contains(@href, 'process=commune_certificate')]")
    assert called.text_content().startswith("Phần ")
    english = words(desk.get("quantri", f"/office/processes/{number}?process=award_nomination&lang=en"))
    assert english


@pytest.mark.long
def test_internal_procedure_is_printed_and_written(desk: Desk) -> None:
    number = current_deployment(MAIN)
    client = desk.who("quantri").client
    drawn = client.get(f"/office/processes/{number}/procedure.pdf")
    assert drawn.mimetype == "application/pdf"
    assert client.get(f"/office/processes/{number}/procedure.pdf").data == drawn.data
    read = " ".join("\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(drawn.data)).pages).split())
    for said in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "QUY TRÌNH NỘI BỘ", "PHẦN I.", "Bước 1. ", "CĂN CỨ PHÁP LÝ",
                 "BẢNG TỔNG HỢP CÁC BƯỚC", "Phiên bản 1, áp dụng từ ngày"):
        assert said in read, said
    written = client.get(f"/office/processes/{number}/procedure.docx")
    text = "\n".join(p.text for p in Document(io.BytesIO(written.data)).paragraphs)
    assert "Trách nhiệm: Đơn vị đề nghị." in text and "CĂN CỨ PHÁP LÝ" in text
    assert client.get(f"/office/processes/{number}/procedure.txt").status_code == 404
    assert client.get("/office/processes/999/procedure.pdf").status_code == 404
    assert client.get(f"/office/processes/{number}/procedure.pdf?process=x").status_code == 404
    one = client.get(f"/office/processes/{number}/procedure.pdf?process=commune_certificate")
    assert len(pypdf.PdfReader(io.BytesIO(one.data)).pages) < 5
    assert desk.who("donvi").client.get(f"/office/processes/{number}/procedure.pdf").status_code == 200  # a procedure is for everybody


@pytest.mark.long
def test_a_form_and_a_letter_of_the_office_are_called_as_it_calls_them(desk: Desk) -> None:
    first = current_deployment(MAIN)
    files = files_of(first)
    form = json.loads(files["weigh_objection.form"])
    said = '[{0}]\nsubject = "a"\nopening = "b"\n'
    letter = 'name = "Mời rà soát"\nname_en = "Review"\n' + said.format("vi") + said.format("en")
    diagram = files["award_nomination.bpmn"].replace(
        b'camunda:formKey="weigh_objection"', b'camunda:formKey="phieu_ra_soat" nom:letter="moi"'
    )

    def deployed(title: str) -> int:
        own = {"phieu_ra_soat.form": json.dumps(form | {"title": title}).encode(), "moi.letter": letter.encode()}
        return enactments.deploy_bundle(files | own | {"award_nomination.bpmn": diagram}, main=MAIN, by=desk.office.who("quantri"))

    named, nameless = deployed("Phiếu rà soát!"), deployed("phieu_ra_soat")
    client = desk.who("quantri").client
    docx = client.get(f"/office/processes/{named}/procedure.docx?process=award_nomination")
    paper = Document(io.BytesIO(docx.data))
    read = "\n".join([*(p.text for p in paper.paragraphs), *(c.text for t in paper.tables for r in t.rows for c in r.cells)])
    said = words(desk.get("quantri", f"/office/processes/{named}?process=award_nomination"))
    page = words(desk.get("quantri", f"/office/processes/compare?from={first}&to={named}&process=award_nomination"))
    for one in (read, said, page):
        assert "Phiếu rà soát!" in one
    said = said.replace("phieu_ra_soat.form", "")  # the list of files
    assert "phieu_ra_soat" not in read + said and "Phiếu rà soát! (phieu_ra_soat.form)" in page and "Mời rà soát" in page
    step = definition_name(nameless)
    said = words(desk.get("quantri", f"/office/processes/{nameless}?process=award_nomination"))
    assert f"Biểu mẫu: “{step}”" in said and "phieu_ra_soat" not in said.replace("phieu_ra_soat.form", "")


def definition_name(number: int) -> str:
    """The name of the step whose form has none of its own."""
    elements = deployments.definition_of(number).elements.values()
    return next(e.name for e in elements if e.attrs.get("form") == "phieu_ra_soat")


@pytest.mark.long
def test_two_versions_are_compared_on_the_diagram_in_words_and_file_by_file(desk: Desk) -> None:
    first, second = second_version(desk)
    said = words(desk.get("quantri", f"/office/processes/{second}"))
    assert "So với phiên bản 1" in said
    (link,) = desk.get("quantri", f"/office/processes/{second}").xpath("//a[contains(., 'So với phiên bản 1')]/@href")
    opened = desk.get("quantri", link).xpath("//a[@aria-current and contains(@href, 'process=')]/@href")
    assert [one.rpartition("=")[2] for one in opened] == ["award_nomination"], "the first diagram that has changes, not the frame"
    page = desk.get("quantri", f"/office/processes/compare?from={first}&to={second}")
    said = words(page)
    assert "Phiên bản 1 và phiên bản 2" in said and "Thêm 2, Sửa 1" in said and "1 tệp khác" in said
    assert "Thêm: Bước 11. Rà soát trước Hội đồng" in said
    (row,) = page.xpath("//li[@id='step-read_again']")
    assert row.xpath(".//ins")[0].text_content() == "Trách nhiệm: Phòng Văn hóa - Xã hội."
    drawings = page.xpath("//figure/@data-marks")
    assert len(drawings) == 2 and '"look": "added"' in drawings[1] and "read_again" not in drawings[0]
    assert page.xpath("//details[@class='compare-file']//ins") and "weigh_objection.form" in said
    same = words(desk.get("quantri", f"/office/processes/compare?from={first}&to={first}"))
    assert "Hai bản giống hệt nhau." in same and "Lời của quy trình này không đổi." in same
    turned = desk.get("quantri", f"/office/processes/compare?from={second}&to={first}")
    assert "Bỏ: Bước 11. Rà soát trước Hội đồng" in words(turned)
    assert desk.read("quantri", "/office/processes/compare")
    desk.get("quantri", "/office/processes/compare?from=abc", 404)
    assert "Thêm: Bước 11" in desk.read("donvi", "/office/processes/compare?from=1&to=" + str(second))


@pytest.mark.long
def test_a_draft_is_compared_with_the_version_in_use_and_says_so_before_it_replaces_it(desk: Desk) -> None:
    first, second = second_version(desk)
    by = desk.office.who("quantri")
    draft = drafts.begin_draft(by=by, files=files_of(second), main=MAIN, base=second)
    editor, deploy = f"/office/studio/{draft}", f"/office/studio/{draft}/deploy"
    assert desk.get("quantri", editor).xpath("//p[@data-part='outdated']/@hidden")
    assert "Bước phải làm trước" not in desk.read("quantri", deploy)
    enactments.roll_back(first, by=by, reason="Bước mới làm tắc hồ sơ")
    address = f"/office/processes/compare?from={first}&to=draft:{draft}"
    banner = desk.get("quantri", editor).xpath("//p[@data-part='outdated']")[0]
    assert banner.get("hidden") is None and banner.xpath("a/@href") in ([address], [address.replace("draft:", "draft%3A")])
    page = desk.get("quantri", banner.xpath("a/@href")[0])
    said = words(page)
    assert "Phiên bản 1 và bản soạn “" in said and "Thêm: Bước 11. Rà soát trước Hội đồng" in said
    sources = page.xpath("//figure/@data-src")
    assert len(sources) == 2 and f"/office/studio/{draft}/drawing/award_nomination" in sources[1]
    assert b"read_again" in desk.who("quantri").client.get(sources[1]).data
    desk.get("donvi", banner.xpath("a/@href")[0], 403)
    desk.get("donvi", sources[1], 403)
    page = desk.get("quantri", deploy)
    assert "Bước phải làm trước: so bản soạn với phiên bản đang dùng" in words(page)
    assert page.xpath("//a[contains(., 'So bản soạn với phiên bản 1')]/@href") == banner.xpath("a/@href")
    assert "Tôi đã so, bản soạn này thay phiên bản 1" in words(page)
    with pytest.raises(Stale) as refused:
        enactments.deploy_bundle(files_of(second), main=MAIN, by=by, act=enactments.Act(seen=second))
    assert "đã quay lại phiên bản 1 trong lúc này" in refused.value.message
    desk.post("quantri", f"{deploy}/base", code=409)
    desk.post("quantri", f"{deploy}/base", {"seen": page.xpath("//input[@name='seen']/@value")[0]})
    assert "Bước phải làm trước" not in desk.read("quantri", deploy)


def test_why_nothing_was_replayed_is_not_called_optional(desk: Desk) -> None:
    desk.office.assess(desk.office.nominate("HN-2026"))
    draft = drafts.begin_draft(by=desk.office.who("quantri"), base=1)
    (label,) = desk.get("quantri", f"/office/studio/{draft}/deploy").xpath("//label[contains(., 'Vì sao không chạy lại')]")
    assert "bắt buộc nếu chưa chạy lại" in label.text_content() and "không bắt buộc" not in label.text_content()


@pytest.mark.long
def test_figures_of_the_steps_are_drawn_listed_and_exported(desk: Desk) -> None:
    number = current_deployment(MAIN)
    desk.office.nominate("HN-2026")
    desk.office.go_to("2026-11-20")
    page = desk.get("quantri", f"/office/processes/{number}/figures?process=award_nomination")
    said = words(page)
    assert "Điểm nghẽn" in said and "1. Tự đánh giá, kèm minh chứng" in said
    assert "1 đang chờ" in page.xpath("//figure/@data-marks")[0]
    client = desk.who("quantri").client
    sheet = client.get(f"/office/processes/{number}/figures.xlsx")
    book = load_workbook(io.BytesIO(sheet.data))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    book.close()
    assert rows[0][1] == "Mã bước" and any(row[1] == "self_assess" for row in rows)
    lines = client.get(f"/office/processes/{number}/figures.csv").data.decode("utf-8-sig").splitlines()
    assert len(lines) == len(rows) and lines[0].startswith("Mã bước,")
    desk.get("quantri", f"/office/processes/{number}/figures?from=31/02/2026", 422)
    desk.get("quantri", f"/office/processes/{number}/figures?from=01/12/2026&to=01/11/2026", 422)
    assert "mọi phiên bản" in desk.read("quantri", f"/office/processes/{number}/figures?versions=all&shade=weight")
    desk.get("donvi", f"/office/processes/{number}/figures", 403)


@pytest.mark.parametrize("main", ["nomination_case", "council_session"])
def test_every_part_of_every_shipped_process_has_its_page(desk: Desk, main: str) -> None:
    number = current_deployment(main)
    for process in deployments.definition_of(number).processes:
        assert "Quy trình bằng chữ" in desk.read("quantri", f"/office/processes/{number}?process={process}")
    assert (ROOT / "bpmn" / f"{main}.bpmn").exists()
