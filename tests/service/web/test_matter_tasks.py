"""The page of a step of a matter: what was sent in stands beside the form, less what its reader may not see."""

from __future__ import annotations

from typing import Any

import pytest

from service import movement, people
from service.movement import filings, read_period
from tests.journeys.office import Office
from tests.journeys.test_report_period import SAID
from tests.service.web.browser import words as words_of
from tests.service.web.desk import Desk

SENDER = "Bà Sương Mai Lan"


def _to_be_answered(office: Office) -> int:
    said = {"kind": "remark", "subject": "Mạng chập chờn", "content": "Ở thôn xa.", "received_on": "2026-11-02", "sender": SENDER}
    matter = office.begin("petition", by="vanphong", **said)
    office.step(matter, "classify_petition", by="truongphong", kind="remark")
    return matter


@pytest.mark.office(after=_to_be_answered)
def test_who_does_a_step_reads_what_was_sent_and_what_was_done_before(desk: Desk) -> None:
    matter = desk.office.made
    (stop,) = [one for one in desk.office.stops(matter) if one.state == "open"]
    page = desk.get("truongphong", f"/tasks/{stop.id}")
    (dossier,) = page.xpath("//main//section[.//h2[normalize-space()='Đơn, kiến nghị']]")
    said = " ".join(dossier.text_content().split())
    assert "Mạng chập chờn" in said and "Ở thôn xa." in said and SENDER in said
    assert dossier.xpath(f".//a[@href='/matters/{matter}']"), "the whole of it is a click away"
    history = " ".join(page.xpath("//section[@id='dossier-history']")[0].text_content().split())
    assert "Phân loại đơn, kiến nghị" in history
    page = desk.get("vhxh", f"/tasks/{stop.id}")
    said = " ".join(page.xpath("//main")[0].text_content().split())
    assert "Ở thôn xa." in said and SENDER not in said, "who sent it, only those see who may"


def _told(office: Office) -> tuple[int, int]:
    """A unit's report that waits for the office, and the synthesis of its period, begun."""
    period = movement.open_period("unit_report", 2026, units=[office.units["DONG-MAY"]], by=office.who("vhxh"))
    office.follow_up()
    (report,) = [one.matter for one in filings(read_period(period, by=office.who("vhxh"))[1])]
    office.step(report, "write_report", by="donvi", **SAID | {"nd3_online": 2316, "nd3_total": 2400})
    office.step(report, "sign_report", by="thutruong", decision="sign")
    return report, office.begin("movement_report", by="vhxh", of_period=str(period))


def _open_step(desk: Desk, matter: int) -> str:
    (stop,) = [one for one in desk.office.stops(matter) if one.state == "open"]
    return f"/tasks/{stop.id}"


@pytest.mark.office(after=_told)
def test_a_report_is_read_under_the_headings_of_its_form_with_numbers_as_papers_write_them(desk: Desk) -> None:
    report, _ = desk.office.made
    for path in (_open_step(desk, report), f"/matters/{report}"):
        page = desk.get("vhxh", path)
        heads = [words_of(one) for one in page.xpath("//main//p[@class='facts-head']")]
        assert any(one.startswith("ND3. Chính quyền số") for one in heads) and "Nội dung khác" in heads, (path, heads)
        (said,) = page.xpath("//main//dl[contains(@class, 'facts')]//dt[.='Số hồ sơ giải quyết trực tuyến'][1]/../dd")[:1]
        assert words_of(said) == "2.316"
        assert not page.xpath("//main//dl/p | //main//dl/h3"), "a list of facts holds facts alone"


@pytest.mark.office(after=_told)
def test_the_synthesis_is_drawn_up_once_its_text_was_sent_and_its_table_stacks_on_a_telephone(desk: Desk) -> None:
    _, synthesis = desk.office.made
    page = desk.get("vhxh", _open_step(desk, synthesis))
    rows = page.xpath("//form[@id='answers']//table[contains(@class, 'folds')]/tbody/tr")
    (row,) = [one for one in rows if "trực tuyến" in words_of(one)]
    assert [cell.get("data-label") for cell in row.xpath("./td")] == ["Chỉ tiêu", "Tổng", "Số đơn vị"] and "2.316" in words_of(row)
    (source,) = row.xpath("./td[@data-label='Tổng']/a/@href")
    assert "Đã báo cáo" in words_of(desk.get("vhxh", source)), "each number leads to the reports behind it"
    assert desk.read("vhxh", _open_step(desk, synthesis)).count("Báo cáo tổng hợp:") == 1, "it is named once"
    asked = words_of(page.xpath("//form[@id='answers']")[0])
    assert "1 báo cáo đã nộp, chưa nhận" in asked and "không điền sẵn vào mục với tỉnh" in asked, "an old form asked once for both"
    draws = "//section[@id='papers']//form[contains(@action, '/papers/synthesis_report') and not(contains(@action, 'ed'))]"
    assert not page.xpath(draws) and "Xem trước" in words_of(page.xpath("//section[@id='papers']")[0])
    desk.office.step(synthesis, "draft_synthesis", by="vhxh", leading="Đã ban hành kế hoạch.", coming="Mở thêm lớp.")
    assert desk.get("vhxh", f"/matters/{synthesis}").xpath(draws)


def _about_who_would_settle_it(office: Office) -> tuple[int, int, int]:
    """A petition of a unit, another about the head of the office, and an inspection of that office."""
    said = {"kind": "complaint", "subject": "Về cách chấm", "content": "Chấm sai.", "received_on": "2026-11-02"}
    usual = office.begin("petition", by="donvi", **said)
    about_head = office.begin("petition", by="donvi", **said, about_people=[f"account:{office.who('truongphong').account}"])
    inspection = office.begin("inspection", by="chutich", unit="VHXH", subject="Hồ sơ khen thưởng", from_day="2026-11-09",
                              until_day="2026-11-13", cause="unplanned", reason="Có phản ánh")
    return usual, about_head, inspection


@pytest.mark.office(after=_about_who_would_settle_it)
def test_a_matter_waits_for_who_falls_in_and_not_for_whom_it_is_about(desk: Desk) -> None:
    usual, about_head, inspection = desk.office.made

    def waits(login: str, matter: int) -> str:
        return words_of(desk.get(login, f"/matters/{matter}").xpath("//main")[0])

    head, office = "Trưởng phòng Văn hóa - Xã hội", "Văn phòng HĐND và UBND"
    assert f"Đang chờ {head}" in waits("donvi", usual)
    said = waits("donvi", about_head)
    assert f"Đang chờ {office}" in said and f"Đang chờ {head}" not in said
    assert f"{office}: Phân loại đơn, kiến nghị" in said, "the history says it alike"
    said = waits("chutich", inspection)
    assert f"Đang chờ {office}" in said and "Đang chờ Phòng" not in said


def _about_a_name(office: Office) -> tuple[int, int]:
    """A complaint of a unit about a name and an office, to be classified, and the name."""
    (one,) = office.received("HN-2026", "Hoàng Bình Minh")
    said = {"kind": "complaint", "subject": "Về cách chấm", "content": "Chấm sai.", "received_on": "2026-11-03", "sender": SENDER}
    return office.begin("petition", by="vhxh", about=[one], about_units=[f"unit:{office.units['VP']}"], **said), one


@pytest.mark.office(after=_about_a_name)
def test_every_step_of_a_petition_says_which_names_it_is_about_who_sent_it_and_whom_it_names(desk: Desk) -> None:
    (matter, one), office = desk.office.made, desk.office
    unit, officer = people.unit_name(office.units["VP"]), office.who("vhxh").account

    def box(login: str) -> Any:
        (stop,) = [step for step in office.stops(matter) if step.state == "open"]
        return desk.get(login, f"/tasks/{stop.id}").xpath("//main//section[.//h2[normalize-space()='Đơn, kiến nghị']]")[0]

    first = box("truongphong")
    assert first.xpath(f".//a[@href='/nominations/{one}']") and "Hoàng Bình Minh" in words_of(first)
    assert unit in words_of(first) and "Người lập" in words_of(first) and "Lê Ban Mai" in words_of(first)
    office.step(matter, "classify_petition", by="truongphong", kind="complaint", about_people=[f"account:{officer}"])
    for element, by, said in (
        ("verify_petition", "truongphong", {"findings": "x"}),
        ("draft_conclusion", "truongphong", {"decision": "unfounded", "summary": "x"}),
        ("conclude_petition", "chutich", {"decision": "unfounded"}),
        ("number_conclusion", "vanthu", {"number": "12", "dated": "2026-11-03"}),
        ("answer_petition", "truongphong", {"way": "letter", "answer": "x"}),
        ("number_answer", "vanthu", {}),
    ):
        told = words_of(box(by))
        assert "Hoàng Bình Minh" in told and unit in told and "Lê Ban Mai (Chuyên viên phòng Văn hóa - Xã hội)" in told, element
        assert ("Người lập" in told) is (by != "vanthu"), element
        if said:
            office.step(matter, element, by=by, **said)
    told = words_of(desk.get("truongphong", f"/matters/{matter}").xpath("//main")[0])
    assert unit in told and "Lê Ban Mai (Chuyên viên" in told
    assert "Lê Ban Mai (Chuyên viên" not in words_of(desk.get("vhxh", f"/matters/{matter}").xpath("//main")[0]), "a step added him"


@pytest.mark.office(after=_about_a_name)
def test_whom_a_petition_is_about_is_ticked_each_with_post_and_unit(desk: Desk) -> None:
    page = desk.get("donvi", "/registers/petition/new")
    assert not page.xpath("//form[@id='answers']//select[@multiple] | //main//select[@multiple]")
    ticks = page.xpath("//main//input[@type='checkbox'][@name='about_people']")
    told = [words_of(one.getparent()) for one in ticks]
    assert "Trần Trường Giang Phó Chủ tịch UBND xã, Ủy ban nhân dân xã Sơn Mai" in told and len(told) > 5
    assert page.xpath("//main//input[@type='checkbox'][@name='about_units']")


def test_the_targets_of_a_plan_stand_in_a_table_where_it_is_signed_and_checked_and_on_its_page(desk: Desk) -> None:
    office = desk.office
    period = movement.open_period("unit_plan", 2027, by=office.who("vhxh"), units=[office.units["DONG-MAY"]])
    office.follow_up()
    (plan,) = [one.matter for one in filings(read_period(period, by=office.who("vhxh"))[1])]
    targets = [
        {"content": "ND5", "criterion": "Lớp học số buổi tối", "target": "3 lớp", "by_when": "tháng 6"},
        {"content": "ND3", "criterion": "Hồ sơ trực tuyến", "target": "90%", "by_when": "tháng 12"},
    ]
    office.step(plan, "write_plan", by="donvi", goals="Mỗi thôn một lớp.", targets=targets, titles=["GK_XA"])
    for login, element in (("thutruong", "sign_plan"), ("vhxh", "check_plan")):
        (stop,) = [one for one in office.stops(plan) if one.state == "open"]
        assert stop.element == element
        for place in (f"/tasks/{stop.id}", f"/matters/{plan}"):
            page = desk.get(login, place)
            (table,) = page.xpath("//table[.//td[contains(., 'Lớp học số buổi tối')]]")
            assert [one.text_content().strip() for one in table.xpath(".//thead//th")][:3] == [
                "Nội dung thi đua", "Tiêu chí, việc cụ thể của đơn vị", "Chỉ tiêu"], place
            assert len(table.xpath(".//tbody/tr")) == 2 and "Mỗi thôn một lớp." in words_of(page), place
            (dossier,) = page.xpath("//main//section[.//h2[normalize-space()='Kế hoạch, đăng ký thi đua']]")
            said = dossier.text_content()
            assert "Mỗi thôn một lớp." in said and "Lớp học số buổi tối" not in said, "and not line by line besides"
        if element == "sign_plan":
            office.step(plan, "sign_plan", by="thutruong", decision="sign")
