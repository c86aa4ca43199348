"""A period of unit reports: opened for all units, filled in, signed, checked; reminded, redated, closed, filed late."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from service import clock, movement, notices, papers, people
from service.errors import Conflict, Forbidden, Invalid
from service.movement import filings, read_matter, read_period
from service.movement.given import targets_of
from service.processes import drafts, history, tasks
from tests.journeys.conftest import OpenOffice
from tests.journeys.office import Office
from tests.service.papers.reading import text_of

DAY = date(2026, 5, 18)
SAID: dict[str, Any] = {
    "nd1_text": "Đã quán triệt tới toàn thể giáo viên.", "nd1_events": 3, "nd1_people": 120, "nd2_money": 15, "nd2_points": 1,
    "nd3_text": "Xếp loại học sinh trên nền tảng số.", "nd3_online": 40, "nd3_total": 52, "nd4_shops": 0,
    "nd5_text": "Mở lớp học số buổi tối.", "nd5_classes": 2, "nd5_learners": 45, "nd6_trained": 30, "nd7_works": 1, "initiatives": 2,
    "difficulties": "Mạng yếu.",
}


@pytest.fixture
def office(office_on: OpenOffice) -> Office:
    return office_on(DAY)


def _open(office: Office, **more: Any) -> int:
    number = movement.open_period("unit_report", 2026, half=True, by=office.who("vhxh"), **more)
    office.follow_up()
    return number


def _of(office: Office, period: int, unit: str = "DONG-MAY") -> movement.UnitFiling:
    (found,) = [one for one in filings(read_period(period, by=office.who("vhxh"))[1]) if one.unit == office.units[unit]]
    return found


def test_each_unit_gets_its_report_with_the_day_of_the_rules(office: Office) -> None:
    period = _open(office)
    _, row = read_period(period, by=office.who("truongphong"))
    assert row.calendar == {"filing": "2026-06-10", "province_intake": "2026-06-20"}
    found = filings(row)
    assert len(found) == len(movement.units_asked(office.who("vhxh"))) > 10 and not any(one.filed_at or one.late for one in found)
    mine = _of(office, period)
    ask = set(movement.units_to_ask()) - {one.unit for one in found}
    assert ask == {office.units["UBND"], office.units["VHXH"]}, "who gathers the reports and to whom they go is not asked by itself"
    entry = read_matter(mine.matter, by=office.who("donvi")).entry
    assert entry.title.startswith("Báo cáo 6 tháng đầu năm 2026, ") and entry.number.startswith("BCĐV ")
    (stop,) = [s for s in office.stops(mine.matter) if s.state == "open"]
    assert (stop.element, f"{stop.due_at:%d/%m}") == ("write_report", "10/06")
    with pytest.raises(Conflict, match="open already"):
        _open(office)


def test_a_report_goes_from_the_unit_over_its_head_to_the_office_and_back_once(office: Office) -> None:
    report = _of(office, _open(office)).matter
    office.step(report, "write_report", by="donvi", **SAID)
    office.step(report, "sign_report", by="thutruong", decision="rework", note="Thêm số lớp học.")
    (stop,) = [s for s in office.stops(report) if s.state == "open"]
    task = tasks.read_task(stop.id, by=office.who("donvi"))
    assert task.given["last_note"] == "Thêm số lớp học."
    office.step(report, "write_report", by="donvi", **SAID | {"nd5_classes": 3})
    office.step(report, "sign_report", by="thutruong", decision="sign")
    office.step(report, "check_unit_report", by="vhxh", decision="take")
    ended = read_matter(report, by=office.who("donvi")).entry
    assert (ended.outcome, ended.shown) == ("taken", {"initiatives": 2})


def test_a_part_is_not_more_than_its_whole_and_the_refusal_names_both_numbers(office: Office) -> None:
    report = _of(office, _open(office)).matter
    for more, path, said in (
        ({"nd3_online": 500, "nd3_total": 100}, "nd3_online",
         "Số hồ sơ giải quyết trực tuyến 500 nhiều hơn tổng số hồ sơ đã giải quyết (100). Sửa một trong hai."),
        ({"nd5_classes": 9, "nd5_learners": 4}, "nd5_classes",
         "Số lớp bình dân học vụ số 9 nhiều hơn số người học (4). Sửa một trong hai."),
    ):
        with pytest.raises(Invalid) as refused:
            office.step(report, "write_report", by="donvi", **SAID | more)
        assert [(one.path, one.message) for one in refused.value.faults] == [(path, said)]
    with pytest.raises(Invalid):
        office.step(report, "write_report", by="donvi", **SAID | {"nd3_online": 5, "nd3_total": None})
    office.step(report, "write_report", by="donvi", **SAID | {"nd3_online": 100, "nd3_total": 100})


def test_what_was_granted_in_the_period_stands_in_the_report(office_on: OpenOffice) -> None:
    office = office_on(date(2026, 11, 3))
    office.posted("HN-2026", "Hoàng Bình Minh")
    office.sit("HN-2026", {})
    office.decide("HN-2026", 12)
    report = _of(office, movement.open_period("unit_report", 2026, by=office.who("vhxh"))).matter
    office.follow_up()
    (stop,) = [s for s in office.stops(report) if s.state == "open"]
    rows = tasks.read_task(stop.id, by=office.who("donvi")).given["unit_awards"]
    assert [(row["form"], row["individuals"], row["collectives"]) for row in rows] == [("Giấy khen của Chủ tịch UBND xã", 1, 0)]
    year, heir = (date(2026, 1, 1), date(2026, 12, 31)), office.units["DET-NANG-SOM"]
    assert movement.awards_between(*year, heir) == []
    people.dissolve_unit(office.units["DONG-MAY"], on=clock.today(), successor=heir, reason="Sáp nhập", by=office.who("quantri"))
    assert movement.awards_between(*year, heir) == rows, "the successor tells what was granted to whom it succeeds"


def test_who_has_not_filed_is_reminded_once_a_day(office: Office) -> None:
    period = _open(office, units=[office.units["DONG-MAY"], office.units["VHXH"]])
    report = _of(office, period).matter
    office.step(report, "write_report", by="donvi", **SAID)
    office.step(report, "sign_report", by="thutruong", decision="sign")
    assert movement.remind_missing(period, by=office.who("vhxh")) == 1
    with pytest.raises(Conflict):
        movement.remind_missing(period, by=office.who("vhxh"))
    assert not [n for n in notices.own_notices(by=office.who("donvi"), language="vi").items if n.letter == "period_reminder"]
    with pytest.raises(Forbidden):
        movement.remind_missing(period, by=office.who("donvi"))


def test_other_days_move_what_is_due(office: Office) -> None:
    period = _open(office)
    movement.redate_period(period, {"filing": date(2026, 6, 15)}, "Bão số 1", by=office.who("vhxh"))
    office.follow_up()
    (stop,) = [s for s in office.stops(_of(office, period).matter) if s.state == "open"]
    assert f"{stop.due_at:%d/%m}" == "15/06"
    with pytest.raises(Invalid):
        movement.redate_period(period, {"filing": date(2026, 7, 15)}, "Sai thứ tự", by=office.who("vhxh"))


def test_a_closed_period_takes_nothing_and_loses_nothing_and_the_head_lets_one_file_late(office: Office) -> None:
    period = _open(office)
    office.go_to(date(2026, 6, 12))
    assert _of(office, period).late
    movement.close_period(period, "Đã tổng hợp", by=office.who("vhxh"))
    report = _of(office, period).matter
    (stop,) = [s for s in office.stops(report) if s.state == "open"]
    tasks.save_draft(stop.id, SAID, by=office.who("donvi"))
    with pytest.raises(Conflict) as refused:
        office.step(report, "write_report", by="donvi", **SAID)
    assert refused.value.code == "period-closed"
    kept = drafts.read_draft(f"task:{stop.id}", by=office.who("donvi"))
    assert kept is not None and kept[0]["nd1_events"] == 3
    with pytest.raises(Forbidden):
        movement.allow_late(period, office.units["DONG-MAY"], "Mất điện", by=office.who("vhxh"))
    movement.allow_late(period, office.units["DONG-MAY"], "Mất điện", by=office.who("truongphong"))
    office.step(report, "write_report", by="donvi", **SAID)
    assert _of(office, period).allowed == "Mất điện" and office.stands_at(report) == {"sign_report"}


def test_what_the_office_sends_back_after_the_closing_is_filed_once_more_by_that_unit_alone(office: Office) -> None:
    period = _open(office, units=[office.units["DONG-MAY"], office.units["DET-NANG-SOM"]])
    report = _of(office, period).matter
    office.step(report, "write_report", by="donvi", **SAID)
    office.step(report, "sign_report", by="thutruong", decision="sign")
    (stop,) = [s for s in office.stops(report) if s.state == "open"]
    assert tasks.read_task(stop.id, by=office.who("vhxh")).given["period_closed"] is False
    movement.close_period(period, "Đã tổng hợp", by=office.who("vhxh"))
    assert tasks.read_task(stop.id, by=office.who("vhxh")).given["period_closed"] is True, "who sends it back is told what that does"
    office.step(report, "check_unit_report", by="vhxh", decision="return", note="Thiếu số lớp học.")
    assert _of(office, period).allowed == "Phòng trả lại sau khi kỳ đóng" and not _of(office, period, "DET-NANG-SOM").allowed
    office.step(report, "write_report", by="donvi", **SAID)
    office.step(report, "sign_report", by="thutruong", decision="sign")
    office.step(report, "check_unit_report", by="vhxh", decision="take")
    with pytest.raises(Conflict):
        office.step(_of(office, period, "DET-NANG-SOM").matter, "write_report", by="donvi2", **SAID)


def test_a_closed_period_is_joined_by_the_heads_word_alone_and_that_unit_files_late(office: Office) -> None:
    period = _open(office, units=[office.units["DONG-MAY"]])
    movement.close_period(period, "Đã tổng hợp", by=office.who("vhxh"))
    with pytest.raises(Conflict) as refused:
        movement.join_period(period, office.units["DET-NANG-SOM"], by=office.who("vhxh"))
    assert refused.value.code == "period-closed" and len(filings(read_period(period, by=office.who("vhxh"))[1])) == 1
    late = movement.join_period(period, office.units["DET-NANG-SOM"], by=office.who("truongphong"))
    office.follow_up()
    office.step(late, "write_report", by="donvi2", **SAID)
    assert _of(office, period, "DET-NANG-SOM").allowed == "Thêm vào sau khi kỳ đóng"


def test_the_day_for_filing_is_of_the_periods_year_and_by_the_rules_where_none_is_given(office: Office) -> None:
    with pytest.raises(Invalid) as refused:
        movement.open_period("unit_report", 2027, by=office.who("vhxh"), days={"filing": date(2026, 12, 1)})
    (fault,) = refused.value.faults
    assert fault.path == "filing"
    assert fault.message == "Hạn nộp của kỳ năm 2027 phải trong năm 2027 hoặc năm 2028; ngày đã ghi thuộc năm 2026."
    with pytest.raises(Invalid, match="must be in 2027;"):
        movement.open_period("unit_report", 2027, half=True, by=office.who("vhxh"), days={"filing": date(2028, 1, 10)})
    year = movement.open_period("unit_report", 2027, by=office.who("vhxh"), days={"filing": date(2028, 1, 10)})
    assert read_period(year, by=office.who("vhxh"))[1].calendar == {"filing": "2028-01-10", "province_intake": "2028-01-10"}
    half = movement.open_period("unit_report", 2027, half=True, by=office.who("vhxh"), days={"province_intake": date(2027, 6, 25)})
    assert read_period(half, by=office.who("vhxh"))[1].calendar == {"filing": "2027-06-10", "province_intake": "2027-06-25"}
    with pytest.raises(Invalid, match="must be in 2027;"):
        movement.redate_period(half, {"filing": date(2026, 6, 1)}, "Sai năm", by=office.who("vhxh"))


def test_no_step_of_a_synthesis_is_due_after_the_communes_day(office: Office) -> None:
    period = _open(office, units=[office.units["DONG-MAY"]])

    def due(matter: int) -> str:
        (stop,) = [s for s in office.stops(matter) if s.state == "open"]
        return f"{stop.element} {stop.due_at:%d/%m}"

    early = office.begin("movement_report", by="vhxh", of_period=str(period))
    assert due(early) == "draft_synthesis 25/05", "five working days"
    sooner = {"filing": date(2026, 5, 20), "province_intake": date(2026, 5, 22)}
    movement.redate_period(period, sooner, "Tỉnh thu sớm", by=office.who("vhxh"))
    office.follow_up()
    assert due(early) == "draft_synthesis 22/05", "a new day moves it too"
    office.go_to("2026-05-21")
    for element, by, said in (
        ("draft_synthesis", "vhxh", {"leading": "x", "coming": "y"}), ("review_synthesis", "truongphong", {"decision": "pass"}),
        ("sign_synthesis", "chutich", {"decision": "sign"}), ("number_synthesis", "vanthu", {"number": "45", "dated": "2026-05-21"}),
    ):
        assert due(early) == f"{element} 22/05"
        office.step(early, element, by=by, **said)
    assert due(early) == "send_synthesis 22/05"


def test_the_office_is_reminded_once_where_no_synthesis_is_begun_when_the_communes_day_is_near(office: Office) -> None:
    first = _open(office, units=[office.units["DONG-MAY"]])
    by = office.who("vhxh")
    days = {"filing": date(2026, 6, 10), "province_intake": date(2026, 6, 19)}
    second = movement.open_period("unit_report", 2026, by=by, units=[office.units["DONG-MAY"]], days=days)

    def told(login: str) -> list[str]:
        found = notices.own_notices(by=office.who(login), language="vi").items
        return sorted(one.link for one in found if one.letter == "synthesis_awaited")

    office.go_to("2026-06-11")
    office.follow_up()
    assert told("vhxh") == []
    office.begin("movement_report", by="vhxh", of_period=str(first))
    office.go_to("2026-06-15")
    for _ in range(2):
        office.follow_up()
    assert told("vhxh") == told("truongphong") == [f"/periods/{second}"] and told("chutich") == []


def test_a_unit_that_joins_later_is_asked_once(office: Office) -> None:
    period = _open(office, units=[office.units["DONG-MAY"]])
    added = movement.join_period(period, office.units["VHXH"], by=office.who("vhxh"))
    assert movement.join_period(period, office.units["VHXH"], by=office.who("vhxh")) == added
    assert len(filings(read_period(period, by=office.who("vhxh"))[1])) == 2
    office.follow_up()
    mine, joined = _of(office, period).matter, _of(office, period, "VHXH").matter
    assert joined == added
    (first,), (later,) = ([s for s in office.stops(one) if s.state == "open"] for one in (mine, joined))
    assert (later.element, later.due_at) == (first.element, first.due_at), "asked the same, by the same day"


def test_the_synthesis_is_drafted_from_what_units_said_and_goes_to_the_province(office: Office) -> None:
    period = _open(office, units=[office.units["DONG-MAY"], office.units["VHXH"]])
    report = _of(office, period).matter
    office.step(report, "write_report", by="donvi", **SAID)
    office.step(report, "sign_report", by="thutruong", decision="sign")
    kept, row = read_period(period, by=office.who("vhxh"))
    together = movement.gather(kept, row)
    assert (together.asked, together.filed, together.taken) == (2, 1, 0)
    (learners,) = [one for one in together.of("number") if one.key == "nd5_learners"]
    assert (learners.total, [(one.unit, one.matter) for one in learners.sources]) == (45, [(office.units["DONG-MAY"], report)])
    matter = office.begin("movement_report", by="vhxh", of_period=str(period))
    assert read_matter(matter, by=office.who("chutich")).entry.title == "Báo cáo tổng hợp: Báo cáo của đơn vị, 6 tháng đầu năm 2026"
    (stop,) = [s for s in office.stops(matter) if s.state == "open"]
    given = tasks.read_task(stop.id, by=office.who("vhxh")).given
    assert given["gathered_difficulties"].endswith(": Mạng yếu.") and given["period_filing"].startswith("1 trong 2 đơn vị")
    assert {"content": "ND5. Xã hội số, học tập, kỹ năng số", "what": "Số người học", "total": "45", "units": 1,
            "source": f"/periods/{period}?view=figures&of=nd5_learners"} in given["period_figures"]
    office.step(matter, "draft_synthesis", by="vhxh", leading="Đã ban hành kế hoạch.", coming="Mở thêm lớp.")
    office.step(matter, "review_synthesis", by="truongphong", decision="pass")
    office.step(matter, "sign_synthesis", by="chutich", decision="return", note="Thêm nhiệm vụ.")
    office.step(matter, "draft_synthesis", by="vhxh", leading="Đã ban hành kế hoạch.", coming="Mở thêm lớp, thêm máy.")
    office.step(matter, "review_synthesis", by="truongphong", decision="pass")
    office.step(matter, "sign_synthesis", by="chutich", decision="sign")
    office.step(matter, "number_synthesis", by="vanthu", number="45", dated=clock.today().isoformat())
    drawn = papers.draw_up_matter_paper(matter, "synthesis_report", by=office.who("vhxh")).papers
    assert {paper.format for paper in drawn} == {"pdf", "docx"}
    content = papers.open_paper(next(paper.id for paper in drawn if paper.format == "pdf"), by=office.who("chutich"))[2].read_bytes()
    for words in ("Số: 45/BC-UBND", "6 tháng đầu năm 2026", "Mở thêm lớp, thêm máy.", "Số người học 45 1 1", "NGUỒN SỐ LIỆU"):
        assert words in text_of(content), words
    office.step(matter, "send_synthesis", by="vhxh", sent_on=clock.today().isoformat(), way="axis")
    ended = read_matter(matter, by=office.who("vanthu")).entry
    assert (ended.outcome, ended.shown["number"]) == ("sent", "45")


def test_targets_that_were_accepted_stand_beside_report_and_self_assessment(office_on: OpenOffice) -> None:
    office = office_on(date(2026, 1, 5))
    period = movement.open_period("unit_plan", 2026, by=office.who("vhxh"))
    office.follow_up()
    plan = _of(office, period).matter
    targets = [{"content": "ND5", "criterion": "Lớp học số buổi tối", "target": "3 lớp", "by_when": "tháng 6"}]
    office.step(plan, "write_plan", by="donvi", goals="Mỗi thôn một lớp.", targets=targets, titles=["GK_XA"])
    office.step(plan, "sign_plan", by="thutruong", decision="sign")
    report = _of(office, movement.open_period("unit_report", 2026, half=True, by=office.who("vhxh"))).matter
    office.follow_up()
    (stop,) = [s for s in office.stops(report) if s.state == "open"]
    assert tasks.read_task(stop.id, by=office.who("donvi")).given["unit_plan"] == []
    office.step(plan, "check_plan", by="vhxh", decision="accept")
    assert tasks.read_task(stop.id, by=office.who("donvi")).given["unit_plan"] == targets
    office.go_to(date(2026, 11, 3))
    one = office.nominate("HN-2026")
    instance = office.read(one).instance_id
    (assess,) = [s for s in history.timeline(instance or 0) if s.state == "open"]
    assert tasks.read_task(assess.id, by=office.who("donvi")).given["unit_plan"] == targets
    heir = office.units["DET-NANG-SOM"]
    assert targets_of(heir, 2026) == []
    people.dissolve_unit(office.units["DONG-MAY"], on=clock.today(), successor=heir, reason="Sáp nhập", by=office.who("quantri"))
    assert targets_of(heir, 2026) == targets, "what it took over with the unit"
