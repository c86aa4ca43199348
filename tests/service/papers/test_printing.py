"""Each kind of paper as it is printed: what it says, PDF/A-2b, one font, the same bytes, long names and long lists."""

from __future__ import annotations

import io
import unicodedata
from typing import Any

import pytest
from pypdf import PdfReader

from service.awards import past_awards
from service.papers import kinds_of, paper_kinds
from service.papers.compare import differences
from service.papers.facts import facts_of
from service.papers.kinds import kind_named
from service.papers.printing import certificate_words, print_certificates, print_paper
from service.papers.word import write_paper
from service.papers.wording import document_of
from tests.service.papers.conftest import Filled, list_of
from tests.service.papers.reading import docx_words, fonts_of, marks_of, pages_of, text_of

HEAD = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
SAYS: dict[str, tuple[tuple[str, str], tuple[str, ...]]] = {
    "decision": (("decision", "published"), (
        "ỦY BAN NHÂN DÂN XÃ SƠN MAI", "Số: 1126/QĐ-UBND", "QUYẾT ĐỊNH Về việc tặng Giấy khen cho các cá nhân",
        "CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ SƠN MAI", "Căn cứ Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022;",
        "Căn cứ Nghị định số 152/2025/NĐ-CP ngày 14 tháng 6 năm 2025 của Chính phủ quy định về phân cấp, phân quyền trong lĩnh vực thi đua",
        "theo điểm e khoản 1 Điều 54 Nghị định số 152/2025/NĐ-CP.", "Phong trào thi đua “Xã Sơn Mai thi đua",
        "Căn cứ Kế hoạch ngày 22 tháng 9 năm 2025 của Ủy ban nhân dân xã Sơn Mai triển khai",
        "Căn cứ Biên bản họp Hội đồng Thi đua - Khen thưởng xã số 03/BB-HĐTĐKT", "Theo đề nghị của Trưởng phòng Văn hóa - Xã hội",
        "QUYẾT ĐỊNH: Điều 1. Tặng Giấy khen", "02 cá nhân đã có thành tích xuất sắc trong Phong trào thi đua “Xã Sơn Mai thi đua",
        "1.518.000 đồng (bằng chữ: một triệu năm trăm mười tám nghìn đồng)", "chịu trách nhiệm thi hành Quyết định này./.",
        "Nơi nhận: - Như Điều 3;", "- Lưu: VT, VHXH.", "CHỦ TỊCH Hồ Đại Ngàn",
        "(Kèm theo Quyết định số 1126/QĐ-UBND",
        "1 Âu Cỏ Biếc Giáo viên, Trường TH&THCS Đồng Mây 759.000", "Tổng cộng: 02 cá nhân 1.518.000",
    )),
    "office_submission": (("decision", "published"), (
        "PHÒNG VĂN HÓA - XÃ HỘI", "TỜ TRÌNH Về việc tặng Giấy khen", "Kính gửi: Chủ tịch Ủy ban nhân dân xã Sơn Mai.",
        "có 09/09 thành viên dự họp", "rà soát: 02/02 tên", "TRƯỞNG PHÒNG Hồ Trường Sơn",
    )),
    "province_submission": (("package", ""), (
        "/TTr-UBND", "- Chủ tịch Ủy ban nhân dân tỉnh;", "- Sở Nội vụ (Ban Thi đua - Khen thưởng).",
        "- Bằng khen của Chủ tịch UBND tỉnh: 01 cá nhân.", "Âu Khói Lam", "9/9", "CHỦ TỊCH Hồ Đại Ngàn",
    )),
    "result_letter": (("result_letter", "sent"), (
        "/UBND-VHXH V/v thông báo kết quả đợt xét khen thưởng hằng năm 2026", "Kính gửi: Trường TH&THCS Đồng Mây.",
        "Được tặng Giấy khen của Chủ tịch UBND xã", "Không được khen thưởng. Hội đồng không thông qua: Chưa rõ kết quả",
        "đơn vị có thể đề nghị xem xét lại bằng văn bản", "TL. CHỦ TỊCH TRƯỞNG PHÒNG VĂN HÓA - XÃ HỘI",
    )),
    "opinion_request": (("opinion_letter", ""), (
        "V/v lấy ý kiến về các cá nhân được đề nghị khen thưởng", "Kính gửi: Công an xã.", "hồ sơ đề nghị khen thưởng của 02 cá nhân",
        "thống nhất; không thống nhất (ghi lý do); hoặc không có dữ liệu", "trước ngày 02/12/2026",
    )),
    "posting_notice": (("posting", "closed"), (
        "Số: /TB-UBND", "THÔNG BÁO Về việc niêm yết, công khai danh sách", "- Nơi niêm yết: Trụ sở UBND xã.",
        "05 ngày làm việc, từ ngày 03/11/2026 đến hết ngày 10/11/2026", "Tổng cộng: 06 cá nhân",
    )),
    "posting_minutes": (("posting", "closed"), (
        "BIÊN BẢN Kết thúc niêm yết", "Ngày 11 tháng 11 năm 2026, tại trụ sở", "Phản ánh, kiến nghị nhận được: không.",
        "NGƯỜI LẬP BIÊN BẢN", "ĐẠI DIỆN NƠI NIÊM YẾT",
    )),
    "unit_list": (("submission", ""), (
        "TRƯỜNG TH&THCS ĐỒNG MÂY", "DANH SÁCH Các cá nhân đề nghị khen thưởng (đợt xét khen thưởng hằng năm 2026)",
        "do Đinh Vũ Phong chủ trì, có 12/13 người dự họp", "Đưa dạy học số tới cả thôn xa.", "THỦ TRƯỞNG ĐƠN VỊ Đinh Vũ Phong",
    )),
    "self_sheet": (("submission", ""), (
        "PHIẾU TỰ ĐÁNH GIÁ Đợt xét khen thưởng hằng năm 2026", "Âu Cỏ Biếc, Giáo viên, Trường TH&THCS Đồng Mây.",
        "Danh hiệu, hình thức đề nghị: Giấy khen của Chủ tịch UBND xã.", "Tổng điểm nhân hệ số (tối đa", "NGƯỜI TỰ ĐÁNH GIÁ",
        "THỦ TRƯỞNG ĐƠN VỊ",
    )),
    "achievement_report": (("submission", ""), (
        "BÁO CÁO THÀNH TÍCH Đề nghị tặng Giấy khen của Chủ tịch UBND xã", "I. THÔNG TIN CHUNG", "- Họ và tên: Âu Cỏ Biếc.",
        "II. THÀNH TÍCH ĐẠT ĐƯỢC", "Đưa dạy học số tới cả thôn xa.", "III. CÁC HÌNH THỨC KHEN THƯỞNG ĐÃ NHẬN",
        "Chưa có hình thức nào trong sổ khen thưởng.", "cam đoan nội dung báo cáo là đúng sự thật./.", "NGƯỜI BÁO CÁO",
    )),
    "summary": (("package", ""), (
        "/BC-UBND", "BÁO CÁO TÓM TẮT Thành tích của cá nhân được đề nghị khen thưởng", "1. Âu Khói Lam",
        "Bằng khen của Chủ tịch UBND tỉnh.", "Đưa dạy học số tới cả thôn xa.",
    )),
    "receipt": (("submission", ""), (
        "Số: 01/PTN-VHXH", "PHIẾU TIẾP NHẬN HỒ SƠ", "Đơn vị nộp: Trường TH&THCS Đồng Mây.", "Ngày tiếp nhận: 03 tháng 11 năm 2026.",
        "Số trường hợp đề nghị: 04 cá nhân.", "NGƯỜI NỘP HỒ SƠ", "NGƯỜI TIẾP NHẬN",
    )),
    "payment_list": (("award_list", ""), (
        "DANH SÁCH CHI TIỀN THƯỞNG Theo Quyết định số 1126/QĐ-UBND ngày 11 tháng 11 năm 2026", "759.000",
        "Bằng chữ: Một triệu năm trăm mười tám nghìn đồng./.", "NGƯỜI LẬP", "KẾ TOÁN",
    )),
    "ceremony_script": (("award_list", ""), (
        "KỊCH BẢN ĐỌC TẠI LỄ TRAO TẶNG", "I. Giấy khen của Chủ tịch Ủy ban nhân dân xã: 02 cá nhân",
        "Quyết định số 1126/QĐ-UBND ngày 11 tháng 11 năm 2026 của Chủ tịch Ủy ban nhân dân xã tặng Giấy khen",
        "Người trao: Chủ tịch Ủy ban nhân dân xã, Hồ Đại Ngàn.", "1. Ông (bà) Âu Cỏ Biếc, Giáo viên, Trường TH&THCS Đồng Mây.",
        "Đưa dạy học số tới cả thôn xa.", "Đã gọi đủ 02 cá nhân./.", "TRƯỞNG PHÒNG Hồ Trường Sơn",
    )),
    "handover_sheet": (("award_list", ""), ("DANH SÁCH TRAO TẶNG, KÝ NHẬN", "Ký nhận", "NGƯỜI TRAO")),
}
"""Kind → the list it is drawn from, and what must stand on it."""


def _facts(filled: Filled, code: str) -> dict[str, Any]:
    kind, state = SAYS[code][0] if code in SAYS else ("decision", "published")
    row = list_of(filled.office, kind, state)
    assert kind_named(code) in kinds_of(row)
    return facts_of(row, kind_named(code), filled.ids["a1"] if kind_named(code).of == "name" else None)


BY_THE_COUNCIL = {"council_minutes", "counting_minutes", "appraisal_report", "council_summary"}
"""Kinds that `test_council_papers` looks at, after a session."""
AFTER_THE_DECISION = {"amending_decision", "correction_letter", "revocation_decision", "revocation_request", "blank_minutes"}
"""Kinds that `test_correction_papers` looks at."""


def test_every_kind_of_paper_is_looked_at() -> None:
    by_name = {code for code, kind in paper_kinds().items() if kind.is_certificate}
    assert set(SAYS) | by_name | BY_THE_COUNCIL | AFTER_THE_DECISION | {"return_notice"} == set(paper_kinds())


@pytest.mark.parametrize("code", SAYS)
def test_paper_says_what_the_database_knows(filled: Filled, code: str) -> None:
    content = print_paper(_facts(filled, code))
    said = unicodedata.normalize("NFC", text_of(content))
    missing = [words for words in (*HEAD, *SAYS[code][1]) if words not in said]
    assert not missing, said
    assert marks_of(content) == ("2", "B")
    assert fonts_of(content) <= {"Tinos-Regular", "Tinos-Bold", "Tinos-Italic", "Tinos-BoldItalic"}
    assert print_paper(_facts(filled, code)) == content, "the same facts give the same bytes"


@pytest.mark.parametrize("code", [code for code in SAYS if kind_named(code).word])
def test_docx_says_the_same_as_the_pdf(filled: Filled, code: str) -> None:
    facts = _facts(filled, code)
    content = write_paper(facts)
    assert write_paper(facts) == content
    whole = docx_words(content)
    for name in facts["names"]:
        assert name["name"] in whole
    assert "{" not in whole and "<" not in whole
    assert differences(content, facts) == []


def test_notice_of_return_names_every_fault(filled: Filled) -> None:
    facts = _facts(filled, "unit_list")
    fault = [{"what": "Thiếu minh chứng D1", "mend": "Nộp bản chụp quyết định"}]
    what = "Thiếu minh chứng D1 (nộp bản chụp quyết định)"
    rows = [n | {"no": i, "what": what, "faults": fault} for i, n in enumerate(facts["names"][:2], 1)]
    said = text_of(print_paper(facts | {
        "kind": "return_notice", "names": rows, "count": 2, "receipt": "01/PTN-VHXH", "received": "ngày 03 tháng 11 năm 2026",
        "until": "28/11/2026",
    }))
    assert "Thiếu minh chứng D1 (nộp bản chụp quyết định)" in said and "chậm nhất hết ngày 28/11/2026" in said


def test_layout_of_the_decree_is_kept(filled: Filled) -> None:
    pages = pages_of(print_paper(_facts(filled, "decision")))
    assert not pages[0].startswith("1 "), "the first page carries no number"
    assert all(page.startswith(f"{number} ") for number, page in enumerate(pages[1:], 2))
    assert pages[-1].startswith(f"{len(pages)} DANH SÁCH CÁC CÁ NHÂN ĐƯỢC TẶNG GIẤY KHEN")
    document = document_of(_facts(filled, "decision"))
    assert document["number"] == "1126/QĐ-UBND"
    assert [b["kind"] for b in document["blocks"]].count("basis") >= 5


def test_number_is_left_open_until_the_clerk_gives_it(filled: Filled) -> None:
    facts = facts_of(list_of(filled.office, "decision", "draft"), kind_named("decision"))
    said = text_of(print_paper(facts))
    assert "/QĐ-UBND" in said and "năm 2026" in said and "1126" not in said


def test_what_is_not_looked_up_is_not_cited_and_told(filled: Filled) -> None:
    facts = _facts(filled, "decision")
    assert facts["bases"], "sourced ones are cited"
    assert facts["bases_left"] == ["Luật số 06/2026/QH16 sửa đổi Luật Thi đua, khen thưởng"]
    assert "06/2026/QH16" not in text_of(print_paper(facts))


def test_three_hundred_names_repeat_the_heading_of_the_list_on_every_page(filled: Filled) -> None:
    facts = _facts(filled, "decision")
    one = facts["names"][0]
    names = [one | {"no": i, "name": f"Đoàn Thị Sông Hương {i}", "line": i, "nomination": i} for i in range(1, 301)]
    facts |= {"names": names, "count": 300, "counted": "300 cá nhân", "money": 300 * one["money"]}
    pages = pages_of(print_paper(facts))
    listed = [page for page in pages if "Đoàn Thị Sông Hương" in page]
    assert len(listed) > 5 and all("Họ và tên, tên tập thể" in page for page in listed)
    assert "Đoàn Thị Sông Hương 300" in listed[-1] and "Tổng cộng: 300 cá nhân 227.700.000" in listed[-1]


@pytest.mark.parametrize("total", [[], ["Tất cả cộng lại", "9"]], ids=["its last row", "its total"])
def test_the_last_row_of_a_list_stands_alone_on_no_page(filled: Filled, total: list[str]) -> None:
    document = document_of(_facts(filled, "decision"))
    columns = [{"key": "who", "head": "Ai", "width": 5, "align": "left"}, {"key": "n", "head": "Số", "width": 2, "align": "right"}]
    over = 0
    for count in range(25, 33):
        rows = [{"row": {"no": str(n)}, "cells": [f"Dòng thứ {n} đây", str(n)]} for n in range(1, count + 1)]
        document["blocks"] = [{"kind": "table", "columns": columns, "rows": rows, "total": total}, *document["blocks"][-1:]]
        pages = pages_of(print_paper({"document": document}))
        last, before = (total[0], f"Dòng thứ {count} đây") if total else (f"Dòng thứ {count} đây", f"Dòng thứ {count - 1} đây")
        (place,) = [page for page in pages if last in page]
        assert before in place, count
        over += last not in pages[0]
    assert 0 < over < 8, "some of them break over two pages"


def test_kinds_of_recipient_stand_under_headings(filled: Filled) -> None:
    facts = _facts(filled, "decision")
    first, second = facts["names"]
    facts |= {"names": [first | {"kind": "COLLECTIVE"}, second]}
    said = text_of(print_paper(facts))
    assert said.index("I. TẬP THỂ") < said.index(first["name"]) < said.index("II. CÁ NHÂN") < said.index(second["name"])


def test_words_of_the_database_stay_words(filled: Filled) -> None:
    facts = _facts(filled, "decision")
    evil = "**Lê**\nenacts: {{ 7 * 7 }} #strong[x] <b>& “Trúc” \\"
    facts |= {"names": [facts["names"][0] | {"name": evil}, facts["names"][1]]}
    said = text_of(print_paper(facts))
    assert "**Lê** enacts: {{ 7 * 7 }} #strong[x] <b>& “Trúc” \\" in said
    assert " ".join(evil.split()) in docx_words(write_paper(facts))


def test_certificate_says_whose_it_is_and_what_for(filled: Filled) -> None:
    facts = _facts(filled, "certificate")
    content = print_certificates(facts, facts["names"])
    assert marks_of(content) == ("2", "B") and print_certificates(facts, facts["names"]) == content
    first, second = pages_of(content)
    assert "GIẤY KHEN" in first and "CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ SƠN MAI" in first and "Âu Cỏ Biếc" in first
    assert "Quyết định số 1126/QĐ-UBND ngày 11 tháng 11 năm 2026" in first and "Ông Nắng Vàng" in second
    blank = pages_of(print_certificates(facts | {"kind": "certificate_blank"}, facts["names"]))
    assert "Âu Cỏ Biếc" in blank[0] and "Hồ Đại Ngàn" in blank[0]
    assert "GIẤY KHEN" not in blank[0] and "CỘNG HÒA" not in blank[0], "what stands on the blank is not printed twice"


@pytest.mark.parametrize("kind", ["certificate", "certificate_blank"])
def test_long_names_take_two_lines_and_are_then_set_smaller(filled: Filled, kind: str) -> None:
    facts = _facts(filled, "certificate") | {"kind": kind}
    short = "Âu Cỏ Biếc"
    long = "Ban Chỉ đạo phát triển khoa học, công nghệ, đổi mới sáng tạo và chuyển đổi số xã Sơn Mai"
    longest = f"{long}, tổ công nghệ số cộng đồng thôn Suối Trong, thôn Gió Núi và thôn Thác Bạc"
    found = {}
    for name in (short, long, longest):
        content = print_certificates(facts, [facts["names"][0] | {"name": name, "called": "Tập thể"}])
        assert name in text_of(content)
        found[name] = _lines_of(content, f"Tập thể {name}")
    assert [len(lines) for lines in found.values()] == [1, 2, 2]
    sizes = [lines[0] for lines in found.values()]
    assert sizes[0] == sizes[1] == 26 and 8 < sizes[2] < 26


def _lines_of(content: bytes, words: str) -> list[float]:
    """The sizes of the lines in which words are set, from the top."""
    (page,) = PdfReader(io.BytesIO(content)).pages
    lines: dict[int, tuple[str, float]] = {}

    def visit(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        if text.strip():
            high = round(tm[5] * cm[3] + cm[5])
            lines[high] = (lines.get(high, ("", 0))[0] + text, size)

    page.extract_text(visitor_text=visit)
    return [size for said, size in lines.values() if " ".join(said.split()) and " ".join(said.split()) in words]


def test_a_unit_that_is_the_name_itself_is_not_said_twice(filled: Filled) -> None:
    facts = _facts(filled, "decision")
    first, second = facts["names"]
    rows = [first | {"name": first["unit"], "title": "", "kind": "COLLECTIVE"}, second | {"title": f"Hội viên, {second['unit']}"}]
    (table,) = [b for b in document_of(facts | {"names": rows})["blocks"] if b["kind"] == "table"]
    assert [row["cells"][2] for row in table["rows"] if "cells" in row] == ["", f"Hội viên, {second['unit']}"]


def test_earlier_awards_stand_in_the_report_of_a_name(filled: Filled) -> None:
    office, n = filled.office, filled.office.read(filled.ids["a4"])
    past = past_awards.PastInput(n.kind, n.name, n.unit_id, None, "GK_XA", 2024, "PHONG_TRAO", "77/QĐ-UBND")
    past_awards.enter_past([past], by=office.who("vhxh"))
    facts = facts_of(list_of(office, "submission"), kind_named("achievement_report"), n.id)
    assert [(e["what"], e["year"]) for e in facts["earlier"]] == [("Giấy khen của Chủ tịch UBND xã", "2024")]
    said = unicodedata.normalize("NFC", text_of(print_paper(facts)))
    assert "1 2024 Giấy khen của Chủ tịch UBND xã 77/QĐ-UBND" in said
    assert "XÁC NHẬN CỦA ỦY BAN NHÂN DÂN XÃ SƠN MAI" in said, "what goes above the commune is confirmed by it"
    assert differences(write_paper(facts), facts) == []


def test_household_is_not_called_one_twice(filled: Filled) -> None:
    facts = _facts(filled, "certificate")
    name = facts["names"][0] | {"name": "Hộ gia đình ông Lê Trúc", "called": "Hộ gia đình"}
    assert certificate_words(facts, name)["who"] == "Hộ gia đình ông Lê Trúc"
