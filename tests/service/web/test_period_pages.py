"""Periods on the pages: what units said put together, each number with the reports behind it; a report that comes too late."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from service import movement, people
from service.movement import filings, read_period
from service.processes import history
from tests.service.papers.reading import sent
from tests.service.web.browser import words as words_of
from tests.service.web.desk import Desk, fields_of

FIGURES: dict[str, Any] = {
    "nd1_events": 3, "nd1_people": 1120, "nd2_money": 15, "nd2_points": 1, "nd3_online": 40, "nd3_total": 52, "nd4_shops": 0,
    "nd5_classes": 2, "nd5_learners": 45, "nd6_trained": 30, "nd7_works": 1, "initiatives": 2,
}
TEXTS = {"nd1_text": "Đã quán triệt.", "nd3_text": "Nộp hồ sơ trực tuyến.", "nd5_text": "Mở lớp học số.", "difficulties": "Mạng yếu."}


def _period(desk: Desk) -> int:
    units = [desk.office.units["DONG-MAY"], desk.office.units["DOI-SIM"]]
    period = movement.open_period("unit_report", 2026, units=units, by=desk.office.who("vhxh"))
    desk.office.follow_up()
    return period


def _report(desk: Desk, period: int) -> int:
    row = read_period(period, by=desk.office.who("vhxh"))[1]
    (report,) = [one.matter for one in filings(row) if one.unit == desk.office.units["DONG-MAY"]]
    return report


def _filed(desk: Desk, period: int) -> int:
    report = _report(desk, period)
    desk.office.step(report, "write_report", by="donvi", **FIGURES, **TEXTS)
    desk.office.step(report, "sign_report", by="thutruong", decision="sign")
    return report


def test_the_committee_and_the_office_are_not_ticked_when_a_period_is_opened(desk: Desk) -> None:
    page = desk.get("vhxh", "/registers/unit_report/periods/open")
    boxes = {box.get("value"): box.get("checked") is not None for box in page.xpath("//input[@name='units']")}
    own = {str(desk.office.units[code]) for code in ("UBND", "VHXH")}
    assert own <= boxes.keys() and {unit for unit, ticked in boxes.items() if not ticked} == own
    typed = fields_of(page, "edit") | {"half": "no", "units": [str(desk.office.units["UBND"]), str(desk.office.units["DOI-SIM"])]}
    refused = desk.post("vhxh", "/registers/unit_report/periods/open", {**typed, "units": []}, 422)
    assert refused.xpath("//input[@name='year']/@value") == ["2026"], "what was typed stays"
    opened = words_of(desk.post("vhxh", "/registers/unit_report/periods/open", typed).xpath("//main")[0])
    assert "Ủy ban nhân dân xã Sơn Mai" in opened and "Thôn Đồi Sim" in opened and "Thôn Gió Núi" not in opened


def test_the_period_offered_first_is_the_next_that_is_not_open_yet(desk: Desk) -> None:
    def offered() -> tuple[str, str]:
        typed = fields_of(desk.get("vhxh", "/registers/unit_report/periods/open"), "edit")
        return typed["half"], typed["year"]

    assert offered() == ("no", "2026")
    for then in (("yes", "2027"), ("no", "2027"), ("yes", "2028")):
        typed = fields_of(desk.get("vhxh", "/registers/unit_report/periods/open"), "edit")
        desk.post("vhxh", "/registers/unit_report/periods/open", typed | {"units": [str(desk.office.units["DOI-SIM"])]})
        assert offered() == then


def test_days_that_are_left_empty_are_those_of_the_period_that_was_chosen(desk: Desk) -> None:
    page = desk.get("vhxh", "/registers/unit_report/periods/open")
    assert "10/06 với kỳ 6 tháng đầu năm, 01/12 với kỳ cả năm" in words_of(page.xpath("//main")[0])
    typed = fields_of(page, "edit") | {"half": "yes", "year": "2027", "units": [str(desk.office.units["DOI-SIM"])]}
    wrong = desk.post("vhxh", "/registers/unit_report/periods/open", typed | {"filing": "01/12/2026"}, 422)
    assert "ngày đã ghi thuộc năm 2026" in words_of(wrong.xpath("//main")[0])
    desk.post("vhxh", "/registers/unit_report/periods/open", typed)
    kept = movement.register_in_use("unit_report")
    (calendar,) = [row.calendar for row in movement.list_periods(kept) if row.year == 2027]
    assert calendar == {"filing": "2027-06-10", "province_intake": "2027-06-20"}


def test_each_figure_of_a_period_leads_to_the_reports_behind_it(desk: Desk) -> None:
    period = _period(desk)
    report = _filed(desk, period)
    number = movement.read_matter(report, by=desk.office.who("vhxh")).entry.number
    page = desk.get("vhxh", f"/periods/{period}?view=figures")
    (way,) = [a.get("href") for a in page.xpath("//main//td/a") if words_of(a) == "1.120"]
    found = desk.get("vhxh", way)
    (row,) = found.xpath("//main//tbody/tr")
    assert number in words_of(row).replace("\u00a0", " ") and "1.120" in words_of(row)
    assert row.xpath(".//th/a/@href") == [f"/matters/{report}"]
    assert "Tổng 1.120, từ báo cáo của 1 đơn vị." in desk.read("vhxh", way)
    assert "chưa nhận" in words_of(row) and "Số liệu cộng cả 1 báo cáo chưa nhận." in desk.read("vhxh", f"/periods/{period}?view=figures")
    book = load_workbook(BytesIO(sent(desk.who("vhxh").client.get(f"/periods/{period}.xlsx"))))
    (line,) = [one for one in book.active.iter_rows(min_row=2, values_only=True) if one[0] == 1]  # type: ignore[union-attr]
    assert line[2] == "chưa nhận" and 1120 in line
    desk.office.step(report, "check_unit_report", by="vhxh", decision="take")
    assert "chưa nhận" not in desk.read("vhxh", way)
    desk.get("vhxh", f"/periods/{period}?view=figures&of=no_such_figure", 404)
    desk.get("vhxh", f"/periods/{period}?view=figures&of=nd1_text", 404)
    desk.get("donvi", way, 404)


def test_the_page_of_a_synthesis_shows_its_figures_and_links_only_who_may_open_them(desk: Desk) -> None:
    period = _period(desk)
    _filed(desk, period)
    matter = desk.office.begin("movement_report", by="vhxh", of_period=str(period))
    page = desk.get("chutich", f"/matters/{matter}")
    said = desk.read("chutich", f"/matters/{matter}")
    assert "1 trong 2 đơn vị đã nộp, 0 đã nhận." in said
    assert "kỳnàoBáocáocủađơnvị,năm2026" in said.replace(" ", ""), "what it is about is said in words"
    ways = [a.get("href") for a in page.xpath("//main//td/a") if words_of(a) == "45"]
    assert ways == [f"/periods/{period}?view=figures&of=nd5_learners"]
    desk.get("chutich", ways[0])
    clerk = desk.get("vanthu", f"/matters/{matter}")
    assert "1.120" in words_of(clerk.xpath("//main")[0]) and not clerk.xpath(f"//main//a[contains(@href, '/periods/{period}')]")
    petition = desk.office.begin("petition", by="vhxh", kind="remark", subject="Mạng", content="Yếu.", received_on="2026-11-02")
    assert "Số liệu của kỳ" not in desk.read("vhxh", f"/matters/{petition}")


def test_a_report_sent_after_the_closing_is_refused_with_its_sentence_and_nothing_typed_is_lost(desk: Desk) -> None:
    period = _period(desk)
    report = _report(desk, period)
    (stop,) = [one for one in desk.office.stops(report) if one.state == "open"]
    left = "//header[contains(., 'từ')]"
    assert ", hạn 01/12" in words_of(desk.get("donvi", f"/tasks/{stop.id}").xpath(left)[0])
    movement.close_period(period, "Đã tổng hợp", by=desk.office.who("vhxh"))
    said = words_of(desk.get("donvi", f"/tasks/{stop.id}").xpath(left)[0])
    assert "Kỳ đã đóng ngày" in said and ", hạn 01/12" not in said, "no days are left where nothing is taken"
    page = desk.post("donvi", f"/tasks/{stop.id}", {**FIGURES, **TEXTS, "act": "complete"}, 409)
    assert "Kỳ này đã đóng nên không nhận nộp nữa." in words_of(page.xpath("//main")[0])
    assert page.xpath("//textarea[@name='nd1_text']")[0].text.strip() == "Đã quán triệt."
    assert page.xpath("//input[@name='nd1_people']/@value") == ["1120"]
    again = desk.get("donvi", f"/tasks/{stop.id}")
    assert again.xpath("//textarea[@name='nd5_text']")[0].text.strip() == "Mở lớp học số.", "the words say it is kept as a draft"


def test_the_office_writes_its_own_words_to_units_that_have_not_filed(desk: Desk) -> None:
    period = _period(desk)
    _filed(desk, period)
    (way,) = desk.get("vhxh", f"/periods/{period}").xpath("//main//a[contains(@href, '/broadcasts/new')]/@href")
    page = desk.get("vhxh", way)
    typed = fields_of(page, "edit") | {"subject": "Nộp báo cáo", "text": "Gửi sớm giúp phòng.\nKỳ: {{ period }}."}
    assert typed["period"] == str(period) and typed["set"] == "period_not_filed"
    refused = desk.post("vhxh", "/broadcasts/new", typed | {"period": ""}, code=422)
    assert "Chọn kỳ." in words_of(refused.xpath("//main")[0])
    shown = desk.post("vhxh", page.xpath("//form[contains(@action, '/broadcasts/new')]/@action")[0], typed, code=200)
    said = words_of(shown.xpath("//main")[0])
    assert "Kỳ: Báo cáo của đơn vị, năm 2026." in said and "Gửi tới" in said
    head = people.names(people.members_of([f"unit_head:{desk.office.units['DONG-MAY']}"]))
    assert not any(name in said for name in head.values()), "who has filed is not written to"
    sent = desk.post("vhxh", shown.xpath("//form[contains(@action, 'seen=')]/@action")[0], typed)
    assert sent.xpath(f"//main//a[@href='/periods/{period}']")
    desk.get("donvi", "/broadcasts/new", 403)
    movement.close_period(period, "Đã tổng hợp", by=desk.office.who("vhxh"))
    assert not desk.get("vhxh", f"/periods/{period}").xpath("//main//a[contains(@href, '/broadcasts/new')]")


def test_a_unit_is_asked_besides_until_every_unit_is_in_the_period(desk: Desk) -> None:
    by, office = desk.office.who("vhxh"), desk.office
    period = movement.open_period("unit_report", 2026, by=by, units=[office.units["DONG-MAY"]])
    page = desk.get("vhxh", f"/periods/{period}/units")
    (form,) = [one for one in page.forms if f"/periods/{period}/units" in (one.action or "")]
    assert "Đã thêm đơn vị vào kỳ." in desk.say("vhxh", form.action, {"unit": str(office.units["VHXH"])})
    for one in people.list_units():
        movement.join_period(period, one.id, by=by)
    assert "Mọi đơn vị đã có trong kỳ này." in desk.get("vhxh", f"/periods/{period}/units", 409).text_content()


def test_a_report_says_first_what_it_asks_and_what_it_lacks_by_its_content(desk: Desk) -> None:
    period = _period(desk)
    instance = movement.read_matter(_report(desk, period), by=desk.office.who("vhxh")).entry.instance
    (task,) = [one.id for one in history.timeline(instance) if one.element == "write_report"]
    page = desk.get("donvi", f"/tasks/{task}")
    said = words_of(page.xpath("//form[@id='answers']")[0])
    assert said.index("không có thì ghi 0") < said.index("ND1. "), "said before anything is filled in"
    typed = {key: str(value) for key, value in (fields_of(page) | FIGURES).items()} | {"nd2_money": "12,5", "act": "complete"}
    refused = desk.post("donvi", f"/tasks/{task}", typed | {"nd4_shops": ""}, 422)
    told = [words_of(one) for one in refused.xpath("//*[@data-errors]//li")]
    shops = "Số hộ, cơ sở, doanh nghiệp bán hàng trên nền tảng số còn trống"
    assert [one.partition(".")[0] for one in told] == ["ND1", "ND3", shops, "ND5"], told
    desk.post("donvi", f"/tasks/{task}", typed | TEXTS)
    report = _report(desk, period)
    desk.office.step(report, "sign_report", by="thutruong", decision="sign")
    figures = words_of(desk.get("vhxh", f"/periods/{period}?view=figures").xpath("//main")[0])
    assert "12,5" in figures and "12.5" not in figures


def test_a_row_of_a_plan_that_lacks_something_is_named(desk: Desk) -> None:
    period = movement.open_period("unit_plan", 2027, units=[desk.office.units["DONG-MAY"]], by=desk.office.who("vhxh"))
    desk.office.follow_up()
    (task,) = [one.id for one in history.timeline(movement.read_matter(_report(desk, period), by=desk.office.who("vhxh")).entry.instance)
               if one.state == "open"]
    typed = fields_of(desk.get("donvi", f"/tasks/{task}")) | {
        "goals": "Dạy học số.", "targets-0-content": "ND5", "targets-0-criterion": "Lớp học số", "targets-0-target": "12 lớp",
        "targets-1-content": "ND3", "targets-1-criterion": "Học bạ số", "act": "complete"}
    refused = desk.post("donvi", f"/tasks/{task}", typed, 422)
    assert [words_of(one) for one in refused.xpath("//*[@data-errors]//li")] == [
        "Chỉ tiêu đăng ký, dòng 2 (ND3. Chính quyền số) - Chỉ tiêu còn trống. Nhập nội dung."]


def test_a_unit_is_told_what_is_late_with_itself_and_where_the_rest_waits(desk: Desk) -> None:
    period = _period(desk)
    desk.office.go_to("2026-12-31")

    def late(login: str) -> str:
        (row,) = [one for one in desk.get(login, "/registers").xpath("//main//tbody/tr") if "Sổ báo cáo của đơn vị" in words_of(one)]
        return words_of(row.xpath("./td[2] | ./td[@data-label='Quá hạn']")[-1])

    assert late("donvi") == "1" and late("vhxh") == "2", "the heading says that it is late"
    _filed(desk, period)
    assert late("donvi") == "", "with the office, not late there yet"
    desk.office.go_to("2027-01-29")
    assert late("donvi") == "1 ở Phòng Văn hóa - Xã hội" and late("vhxh") == "2"


def test_the_days_of_a_period_read_as_one_sentence(desk: Desk) -> None:
    said = desk.read("vhxh", f"/periods/{_period(desk)}")
    assert "; hạn gửi tỉnh" in said and "; Hạn" not in said and "Hạn đơn vị nộp" in said


def test_what_was_sent_back_begins_with_what_its_unit_had_written(desk: Desk) -> None:
    def open_task(matter: int, element: str) -> int:
        stops = history.timeline(movement.read_matter(matter, by=desk.office.who("vhxh")).entry.instance)
        (task,) = [one.id for one in stops if one.element == element and one.state == "open"]
        return task

    report = _report(desk, _period(desk))
    desk.office.step(report, "write_report", by="donvi", **FIGURES, **TEXTS)
    desk.office.step(report, "sign_report", by="thutruong", decision="rework", note="Thêm số lớp học.")
    page = desk.get("donvi", f"/tasks/{open_task(report, 'write_report')}")
    typed = fields_of(page)
    assert {key: typed[key] for key in TEXTS} == TEXTS and typed["nd1_people"] == "1120" and "Thêm số lớp học." in words_of(page)
    desk.post("donvi", f"/tasks/{open_task(report, 'write_report')}", typed | {"act": "complete", "nd5_classes": "4"})
    decided = desk.get("thutruong", f"/tasks/{open_task(report, 'sign_report')}").xpath("//input[@name='decision'][@checked]")
    assert not decided, "what was decided once is decided anew"
    period = movement.open_period("unit_plan", 2027, units=[desk.office.units["DONG-MAY"]], by=desk.office.who("vhxh"))
    desk.office.follow_up()
    plan, target = _report(desk, period), {"content": "ND5", "criterion": "Lớp học số", "target": "12 lớp"}
    desk.office.step(plan, "write_plan", by="donvi", goals="Dạy học số.", targets=[target])
    desk.office.step(plan, "sign_plan", by="thutruong", decision="rework", note="Ghi rõ tháng.")
    typed = fields_of(desk.get("donvi", f"/tasks/{open_task(plan, 'write_plan')}"))
    assert typed["goals"] == "Dạy học số." and typed["targets-0-criterion"] == "Lớp học số" and typed["targets-0-target"] == "12 lớp"


def test_what_a_signed_synthesis_says_stays_and_whoever_sends_a_report_back_is_told_first(desk: Desk) -> None:
    office, period = desk.office, _period(desk)
    report = _filed(desk, period)
    synthesis = office.begin("movement_report", by="vhxh", of_period=str(period))
    step = f"/tasks/{_open_step(desk, report)}"
    warns = "//p[contains(., 'gồm số liệu của báo cáo này')][not(ancestor-or-self::*[@hidden])]"
    assert not desk.get("vhxh", step).xpath(warns), "nothing is signed"
    office.step(synthesis, "draft_synthesis", by="vhxh", leading="Đã ban hành kế hoạch.", coming="Mở thêm lớp.")
    office.step(synthesis, "review_synthesis", by="truongphong", decision="pass")
    office.step(synthesis, "sign_synthesis", by="chutich", decision="sign")
    office.step(synthesis, "number_synthesis", by="vanthu", number="145", dated="2026-11-03")
    office.follow_up()
    (told,) = desk.get("vhxh", step).xpath(warns)
    assert "Báo cáo tổng hợp 145/BC-UBND đã ký" in words_of(told)
    page = desk.read("vhxh", f"/matters/{synthesis}")
    assert "1 trong 2 đơn vị đã nộp" in page and "Số liệu giữ như khi ký" in page and "đã khác số liệu đã ký" not in page
    number = movement.read_matter(report, by=office.who("vhxh")).entry.number
    office.step(report, "check_unit_report", by="vhxh", decision="return", note="Ghi lại số lượt người.")
    figures = f"/periods/{period}?view=figures"
    for address in (f"/matters/{synthesis}", figures):
        told = desk.read("vhxh", address)
        assert "Số liệu của kỳ đã khác số liệu đã ký" in told and f"({number}, đã trả lại)" in told, address
    page = desk.read("vhxh", f"/matters/{synthesis}")
    assert "1 trong 2 đơn vị đã nộp" in page and "Số lượt người tham dự 1.120nay 0" in page
    assert "Báo cáo tổng hợp 145/BC-UBND" in desk.read("vhxh", figures) and "1.120" not in desk.read("vhxh", figures)
    office.step(report, "write_report", by="donvi", **FIGURES | {"nd1_people": 1121}, **TEXTS)
    office.step(report, "sign_report", by="thutruong", decision="sign")
    assert "1.120nay 1.121" in desk.read("chutich", f"/matters/{synthesis}"), "to whoever reads the synthesis"
    assert f"({number}, số liệu khác khi ký)" in desk.read("vhxh", figures)


def _open_step(desk: Desk, matter: int) -> int:
    stops = history.timeline(movement.read_matter(matter, by=desk.office.who("vhxh")).entry.instance)
    return next(one.id for one in stops if one.state == "open")
