"""Proposals to change the plan, gathered for the committee: the page, the sheet, the paper; never who sent one."""

from __future__ import annotations

import io

import openpyxl
import pytest

from service import install, movement
from service.actor import machine
from service.processes import enactments
from tests.journeys.office import Office
from tests.service.papers.reading import docx_words, sent, text_of
from tests.service.web.browser import words as words_of
from tests.service.web.desk import Desk

SENDER = "Bà Sương Mai Lan"


def _gathered(office: Office) -> int:
    """One proposal that was weighed and decided, one that waits, and a remark that is none."""
    said = {"content": "Thêm nội dung thi đua về dữ liệu mở.", "received_on": "2026-11-02", "sender": SENDER, "contact": "Thôn 3"}
    decided = office.begin("petition", by="vanphong", kind="proposal", subject="Bổ sung tiêu chí dữ liệu mở", **said)
    office.step(decided, "classify_petition", by="truongphong", kind="proposal")
    office.step(decided, "weigh_proposal", by="vhxh", decision="partly", opinion="Ghép vào ND3.")
    office.step(decided, "decide_proposal", by="chutich", decision="partly", note="Làm trong năm sau.")
    office.begin("petition", by="vanphong", **said | {"kind": "proposal", "subject": "Lùi hạn nộp", "content": "Đến hết tháng 12."})
    remark = office.begin("petition", by="vanphong", **said | {"kind": "proposal", "subject": "Mạng yếu", "content": "Không nộp được."})
    office.step(remark, "classify_petition", by="truongphong", kind="remark")
    return decided


@pytest.mark.office(after=_gathered)
def test_proposals_of_a_year_are_gathered_with_how_each_was_weighed_and_decided(desk: Desk) -> None:
    number = movement.read_matter(desk.office.made, by=desk.office.who("vhxh")).entry.number
    assert desk.get("chutich", "/registers/petition").xpath("//main//a[@href='/proposals/2026']")
    page = desk.get("chutich", "/proposals/2026")
    rows = [words_of(row) for row in page.xpath("//main//tbody/tr")]
    assert len(rows) == 2 and "2 đề xuất sửa đổi kế hoạch năm 2026" in words_of(page.xpath("//main")[0])
    for said in (number, "02/11/2026", "Bổ sung tiêu chí dữ liệu mở", "Ghép vào ND3.", "Làm trong năm sau."):
        assert said in rows[0], (said, rows[0])
    assert "Lùi hạn nộp" in rows[1] and SENDER not in words_of(page.xpath("//main")[0])
    client = desk.who("chutich").client
    book = openpyxl.load_workbook(io.BytesIO(sent(client.get("/proposals/2026/xlsx"))))
    cells = [list(row) for row in book.active.iter_rows(min_row=2, values_only=True)]  # type: ignore[union-attr]
    assert [row[3] for row in cells] == ["Bổ sung tiêu chí dữ liệu mở", "Lùi hạn nộp"] and cells[0][8] == "Làm trong năm sau."
    for words in (text_of(sent(client.get("/proposals/2026/pdf"))), docx_words(sent(client.get("/proposals/2026/docx")))):
        assert number in words.replace("\u00a0", " ") and "Ghép vào ND3." in words and "Mạng yếu" not in words and SENDER not in words
        assert "2 đề xuất; phòng đã xem xét 1, đã có quyết định 1." in words and "Hồ Trường Sơn" in words


@pytest.mark.office(after=_gathered)
def test_what_is_gathered_is_data_of_the_register(desk: Desk) -> None:
    files = install.movement_bundles()["petition"]
    register = files["petition.register"]
    named = register.replace(b'kind = ["proposal"]', b'kind = ["remark"]')
    enactments.deploy_bundle(files | {"petition.register": named}, main="petition", by=machine("cli"))
    page = desk.read("vhxh", "/proposals/2026")
    assert "Mạng yếu" in page and "Lùi hạn nộp" not in page
    without = register.partition(b"[proposals]")[0]
    enactments.deploy_bundle(files | {"petition.register": without}, main="petition", by=machine("cli"))
    assert not desk.get("vhxh", "/registers/petition").xpath("//main//a[contains(@href, '/proposals/')]")
    desk.get("vhxh", "/proposals/2026", 404)


@pytest.mark.office(after=_gathered)
def test_who_does_not_read_the_whole_register_reads_no_list_of_proposals(desk: Desk) -> None:
    desk.get("vhxh", "/proposals/2026")
    for login in ("donvi", "vanphong", "uv1"):
        desk.get(login, "/proposals/2026", 403)
        assert desk.who(login).client.get("/proposals/2026/docx").status_code == 403
    desk.get("vhxh", "/proposals/1900", 404)
    desk.get("vhxh", "/proposals/2026/odt", 404)
    assert "Năm này chưa có đề xuất nào" in desk.read("vhxh", "/proposals/2025")
