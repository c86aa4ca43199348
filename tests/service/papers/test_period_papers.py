"""Papers of periods: the commune's synthesis with tables, charts and the source of each number; the report of a unit."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from sqlalchemy import update

from service import movement, papers
from service.awards.models import Movement
from service.db import db
from service.errors import NotFound
from service.movement import filings, read_period, tables_of_period
from service.papers.printing import print_paper
from service.papers.word import write_paper
from tests.journeys.conftest import OpenOffice
from tests.journeys.office import Office
from tests.service.papers.reading import docx_words, marks_of, text_of

SAID: dict[str, Any] = {
    "nd1_text": "Đã quán triệt tới toàn thể giáo viên.", "nd1_events": 3, "nd1_people": 1120, "nd2_money": 15, "nd2_points": 1,
    "nd3_text": "Xếp loại học sinh trên nền tảng số.", "nd3_online": 40, "nd3_total": 52, "nd4_shops": 0,
    "nd5_text": "Mở lớp học số buổi tối.", "nd5_classes": 2, "nd5_learners": 45, "nd6_trained": 30, "nd7_works": 1, "initiatives": 2,
    "difficulties": "Mạng yếu.", "proposals": "Lắp thêm trạm phát sóng.",
}


@pytest.fixture
def office(office_on: OpenOffice) -> Office:
    return office_on(date(2026, 5, 18))


def _filed(office: Office, period: int) -> int:
    """The report of the demo's school, filled in and signed by its head."""
    row = read_period(period, by=office.who("vhxh"))[1]
    (report,) = [one.matter for one in filings(row) if one.unit == office.units["DONG-MAY"]]
    office.step(report, "write_report", by="donvi", **SAID)
    office.step(report, "sign_report", by="thutruong", decision="sign")
    return report


def _synthesis(office: Office) -> tuple[int, int, int]:
    """A period in which one of two units has filed, its report, and the synthesis about it."""
    units = [office.units["DONG-MAY"], office.units["VHXH"]]
    period = movement.open_period("unit_report", 2026, half=True, units=units, by=office.who("vhxh"))
    office.follow_up()
    report = _filed(office, period)
    return period, report, office.begin("movement_report", by="vhxh", of_period=str(period))


def _draft(office: Office, matter: int) -> None:
    told = {"gathered_difficulties": "- Trường: Mạng yếu.", "gathered_nd5_text": "- Trường: Mở lớp học số buổi tối."}
    office.step(matter, "draft_synthesis", by="vhxh", leading="Đã ban hành kế hoạch.\nĐã họp giao ban.", coming="Mở thêm lớp.", **told)


def _bytes(office: Office, drawn: papers.Drawn, format: str, by: str) -> bytes:
    (paper,) = [one for one in drawn.papers if one.format == format]
    return papers.open_paper(paper.id, by=office.who(by))[2].read_bytes()


def test_the_synthesis_is_a_report_of_the_commune_with_the_units_behind_each_number(office: Office) -> None:
    _, report, matter = _synthesis(office)
    _draft(office, matter)
    drawn = papers.draw_up_matter_paper(matter, "synthesis_report", by=office.who("vhxh"))
    pdf = _bytes(office, drawn, "pdf", "chutich")
    assert marks_of(pdf) == ("2", "B")
    said, number = text_of(pdf), movement.read_matter(report, by=office.who("vhxh")).entry.number
    for words in (
        "ỦY BAN NHÂN DÂN XÃ SƠN MAI", "BÁO CÁO", "và chuyển đổi số” 6 tháng đầu năm 2026", "TM. ỦY BAN NHÂN DÂN CHỦ TỊCH",
        "báo cáo của 2 đơn vị; đến nay 1 đơn vị đã nộp, 0 báo cáo đã được", "Biểu đồ 1. Số đơn vị đã nộp báo cáo, theo nhóm đơn vị",
        "ND5. Xã hội số, học tập, kỹ năng số", "Số lượt người tham dự 1.120 1 1", "Biểu đồ 2. Số đơn vị có kết quả",
        "Trong kỳ, xã chưa có quyết định khen thưởng nào.", "Mạng yếu.", "Mở thêm lớp.", "Phụ lục I", number, "18/05/2026",
        "chưa nhận", "có 1 báo cáo đã nộp nhưng Phòng Văn hóa - Xã hội chưa kiểm tra, nhận",
        "Phong trào thi đua “Xã Sơn Mai thi đua đổi mới sáng tạo và chuyển đổi số” 6 tháng", "Đơn vị chưa nộp khi lập báo cáo:",
        "Phòng Văn hóa - Xã hội", "Phụ lục II", "3; 1.120",
    ):
        assert words in said, (words, said)
    content = _bytes(office, drawn, "docx", "vhxh")
    word = docx_words(content)
    assert "6 tháng đầu năm 2026" in word and "1.120" in word and number in word
    shapes = Document(BytesIO(content)).inline_shapes
    told = [shape._inline.docPr.get("descr") for shape in shapes]
    assert len(told) == 2 and "ND5. Xã hội số, học tập, kỹ năng số: 1" in told[1], "a chart says itself to who does not see it"
    facts = drawn.papers[0].facts
    assert print_paper(facts) == print_paper(facts) and write_paper(facts) == write_paper(facts)
    assert not papers.upload_matter_paper(matter, "synthesis_report", "a.docx", content, by=office.who("vhxh")).differences


def test_once_every_report_is_accepted_the_synthesis_marks_none(office: Office) -> None:
    _, report, matter = _synthesis(office)
    office.step(report, "check_unit_report", by="vhxh", decision="take")
    _draft(office, matter)
    said = text_of(_bytes(office, papers.draw_up_matter_paper(matter, "synthesis_report", by=office.who("vhxh")), "pdf", "chutich"))
    assert "đã nhận" in said and "chưa nhận" not in said and "chưa kiểm tra, nhận" not in said


def test_before_any_movement_the_papers_name_none(office: Office) -> None:
    _, report, matter = _synthesis(office)
    _draft(office, matter)
    with db.engine.begin() as connection:
        connection.execute(update(Movement).values(starts=date(2030, 1, 1), ends=date(2031, 12, 31)))
    said = text_of(papers.preview_matter_paper(matter, "synthesis_report", by=office.who("vhxh")))
    assert "Kết quả thực hiện phong trào thi đua 6 tháng đầu năm 2026" in said and "“”" not in said
    own = text_of(papers.preview_matter_paper(report, "unit_report", by=office.who("donvi")))
    assert "Kết quả thực hiện phong trào thi đua 6 tháng" in own


def test_a_report_that_comes_later_makes_the_drawn_synthesis_old_and_stands_in_the_next(office: Office) -> None:
    period, _, matter = _synthesis(office)
    _draft(office, matter)
    first = papers.draw_up_matter_paper(matter, "synthesis_report", by=office.who("vhxh"))
    (before,) = papers.papers_of_matter(matter, by=office.who("truongphong"))
    movement.join_period(period, office.units["DOI-SIM"], by=office.who("vhxh"))
    (after,) = papers.papers_of_matter(matter, by=office.who("truongphong"))
    assert (before.old, after.old) == (False, True)
    again = papers.draw_up_matter_paper(matter, "synthesis_report", by=office.who("vhxh"))
    assert again.fresh and not first.fresh, "the first came by itself when the head was asked to pass it on"


def test_what_the_chair_signed_stays_as_he_signed_it(office: Office) -> None:
    period, _, matter = _synthesis(office)
    _draft(office, matter)
    office.step(matter, "review_synthesis", by="truongphong", decision="pass")
    movement.join_period(period, office.units["DOI-SIM"], by=office.who("vhxh"))
    read = text_of(papers.preview_matter_paper(matter, "synthesis_report", by=office.who("chutich")))
    assert "báo cáo của 3 đơn vị; đến nay 1 đơn vị đã nộp" in read, "before he signs it says what stands"
    office.step(matter, "sign_synthesis", by="chutich", decision="return", note="Thêm nhiệm vụ.")
    joined = movement.join_period(period, office.units["DET-NANG-SOM"], by=office.who("vhxh"))
    _draft(office, matter)
    office.step(matter, "review_synthesis", by="truongphong", decision="pass")
    drawn = papers.draw_up_matter_paper(matter, "synthesis_report", by=office.who("vhxh"))
    office.step(matter, "sign_synthesis", by="chutich", decision="sign")
    office.follow_up()
    office.step(joined, "write_report", by="donvi2", **SAID | {"nd5_learners": 45})
    office.step(joined, "sign_report", by="thutruong2", decision="sign")
    movement.join_period(period, office.units["UBND"], by=office.who("vhxh"))
    (paper,) = papers.papers_of_matter(matter, by=office.who("truongphong"))
    assert not paper.old, "nothing of what he signed has changed"
    office.step(matter, "number_synthesis", by="vanthu", number="45", dated="2026-05-18")
    last = papers.draw_up_matter_paper(matter, "synthesis_report", by=office.who("vhxh"))
    assert not last.fresh, "it drew itself up with its number"
    said, before = (text_of(_bytes(office, one, "pdf", "vanthu")) for one in (last, drawn))
    for words in ("báo cáo của 4 đơn vị; đến nay 1 đơn vị đã nộp", "Số người học 45 1 1"):
        assert words in said and words in before, words
    assert "Số: 45/BC-UBND" in said


def test_the_clerks_number_and_day_stand_on_the_synthesis(office: Office) -> None:
    _, _, matter = _synthesis(office)
    _draft(office, matter)
    assert "Số: /BC-UBND" in text_of(papers.preview_matter_paper(matter, "synthesis_report", by=office.who("vhxh")))
    office.step(matter, "review_synthesis", by="truongphong", decision="pass")
    office.step(matter, "sign_synthesis", by="chutich", decision="sign")
    office.step(matter, "number_synthesis", by="vanthu", number="45", dated="2026-05-18")
    said = text_of(_bytes(office, papers.draw_up_matter_paper(matter, "synthesis_report", by=office.who("vhxh")), "pdf", "vanthu"))
    assert "Số: 45/BC-UBND" in said and "Sơn Mai, ngày 18 tháng 5 năm 2026" in said


def test_a_unit_draws_its_own_report_up_and_no_other_unit_does(office: Office) -> None:
    _, report, _ = _synthesis(office)
    drawn = papers.draw_up_matter_paper(report, "unit_report", by=office.who("donvi"))
    said = text_of(_bytes(office, drawn, "pdf", "thutruong"))
    head = papers.open_paper(drawn.papers[0].id, by=office.who("vhxh"))[0].facts["signer"]
    assert head["lines"] and head["name"] and head["name"] in said
    for words in ("Kết quả thực hiện Phong trào thi đua “Xã Sơn Mai thi đua đổi mới sáng tạo và chuyển đổi số” 6 tháng đầu năm 2026",
                  "Số lượt người tham dự: 1.120.", "III. KHÓ KHĂN, VƯỚNG MẮC Mạng yếu. IV. KIẾN NGHỊ, ĐỀ XUẤT Với xã: Lắp thêm"):
        assert words in said, (words, said)
    with pytest.raises(NotFound):
        papers.draw_up_matter_paper(report, "unit_report", by=office.who("donvi2"))


def test_tables_of_a_period_say_what_units_said_and_where_each_number_comes_from(office: Office) -> None:
    period, report, _ = _synthesis(office)
    tables = tables_of_period(*read_period(period, by=office.who("vhxh")))
    assert set(tables) == set(movement.ENTRIES)
    learners = next(row for row in tables["period_figures"] if row["what"] == "Số người học")
    shops = next(row for row in tables["period_figures"] if row["what"].startswith("Số hộ, cơ sở"))
    assert (learners["total"], learners["units"], learners["sources"]) == (45, 1, "1")
    assert (shops["total"], shops["units"], shops["sources"]) == (0, 1, "–"), "who said nought adds nothing"
    (source,) = tables["period_units"]
    assert (source["report"], source["c1"], source["c3"], source["c8"]) == (
        movement.read_matter(report, by=office.who("vhxh")).entry.number, "3; 1.120", "40; 52", "2")
    assert {row["content"][:3]: row["units"] for row in tables["period_contents"]} == {
        "ND1": 1, "ND2": 1, "ND3": 1, "ND4": 0, "ND5": 1, "ND6": 1, "ND7": 1}
    assert [(row["group"], row["asked"], row["filed"], row["missing"]) for row in tables["period_groups"]] == [
        ("Cơ quan chuyên môn thuộc UBND xã", 1, 0, 1), ("Trường học", 1, 1, 0)]
