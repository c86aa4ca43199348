"""A year of the movement in one office: registered, reported twice, inspected, complained about, told of, measured, summed up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from service import clock, movement, papers
from service.awards import holds
from service.awards.finding import find_lists
from service.movement import filings, index, read_matter, read_period, warnings_of
from service.processes import tasks
from tests.journeys.inspections import ASSIGN, PUBLISH, TWO, concluded, look, mend
from tests.journeys.office import Office
from tests.journeys.test_exemplar import SAID as EXEMPLAR
from tests.journeys.test_report_period import SAID as REPORT
from tests.service.movement.index.made import accept, drafted, send

BEGINS = date(2026, 1, 5)
UNIT = "DONG-MAY"
TARGETS = [{"content": "ND5", "criterion": "Lớp học số buổi tối", "target": "3 lớp", "by_when": "tháng 6"}]
DEED = {
    "form_asked": "GK_XA", "deed": "Dạy chữ số cho người già", "deed_date": "2026-11-02", "place": "Thôn Đồi Sim",
    "summary": "Mỗi tối thứ năm dạy người cao tuổi dùng dịch vụ công trực tuyến ở nhà văn hóa thôn.",
    "facts": {"same_achievement_awarded": "no", "pending_case": "no", "achievement_before_discipline_end": "no"},
}


@dataclass(frozen=True, slots=True)
class Year:
    """What the year leaves behind, by its numbers in the database."""

    plan: int
    half: int
    whole: int
    nomination: int
    petition: int
    exemplar: int
    certificate: int
    inspection: int
    index: int
    synthesis: int
    period: int
    paper: int
    """The synthesis as PDF."""


def live_a_year(office: Office) -> Year:
    """Live through it from January on, each step by who does it; what is passing (a hold, a warning) is seen while it lasts."""
    plan = _registers(office)
    office.go_to("2026-06-01")
    half = _reports(office, half=True)[1]
    office.go_to("2026-11-03")
    nomination, petition = _complained_about(office)
    exemplar, certificate = _told_of(office)
    inspection = _inspected(office)
    number = _measured(office)
    office.go_to("2026-12-01")
    period, whole = _reports(office, half=False)
    synthesis, paper = _summed_up(office, period)
    return Year(plan, half, whole, nomination, petition, exemplar, certificate, inspection, number, synthesis, period, paper)


def _matter_of(office: Office, period: int) -> int:
    office.follow_up()
    (found,) = [one for one in filings(read_period(period, by=office.who("vhxh"))[1]) if one.unit == office.units[UNIT]]
    return found.matter


def _registers(office: Office) -> int:
    plan = _matter_of(office, movement.open_period("unit_plan", 2026, by=office.who("vhxh")))
    office.step(plan, "write_plan", by="donvi", goals="Mỗi thôn một lớp.", targets=TARGETS, titles=["GK_XA"])
    office.step(plan, "sign_plan", by="thutruong", decision="sign")
    office.step(plan, "check_plan", by="vhxh", decision="accept")
    return plan


def _reports(office: Office, *, half: bool) -> tuple[int, int]:
    """The period and the unit's report, which stands beside the targets that it registered."""
    period = movement.open_period("unit_report", 2026, half=half, by=office.who("vhxh"))
    report = _matter_of(office, period)
    (stop,) = [s for s in office.stops(report) if s.state == "open"]
    assert tasks.read_task(stop.id, by=office.who("donvi")).given["unit_plan"] == TARGETS
    office.step(report, "write_report", by="donvi", **REPORT)
    office.step(report, "sign_report", by="thutruong", decision="sign")
    office.step(report, "check_unit_report", by="vhxh", decision="take")
    return period, report


def _complained_about(office: Office) -> tuple[int, int]:
    (one,) = office.received("HN-2026", "Hoàng Bình Minh")
    petition = office.complain(one)
    assert [hold.cause for hold in holds.open_holds(one)] == ["petition"]
    office.conclude(petition, "unfounded")
    assert not holds.open_holds(one) and office.at(one) == {"check_dossier"}
    office.answer_sender(petition, "Không có căn cứ.")
    return one, petition


def _told_of(office: Office) -> tuple[int, int]:
    """An exemplar, and the ad hoc nomination that it became, with its certificate handed over."""
    exemplar = office.begin("exemplar", by="mttq", **EXEMPLAR)
    (stop,) = [s for s in office.stops(exemplar) if s.state == "open"]
    rounds = tasks.read_task(stop.id, by=office.who("vhxh")).given["timely_rounds"]
    office.step(exemplar, "check_exemplar", by="vhxh", decision="nominate", subject_group="D", award_form="GK_XA",
                unit=str(office.units[UNIT]), round=rounds[0]["value"])
    (subject,) = read_matter(exemplar, by=office.who("vhxh")).subjects
    one = int(subject.partition(":")[2])
    office.complete(one, "short_report", DEED, by="donvi")
    office.act(office.submission(one), "sign", by="thutruong")
    judged = {"decision": "accept", "form_recommended": "GK_XA", "papers": ["LETTER", "SHORT_REPORT"]}
    office.complete(one, "check_report", judged, by="vhxh")
    (sheet,) = find_lists(office.who("thuky"), kind="council_sheet", nomination_id=one)
    office.key_and_sign(sheet.id, {})
    (decision,) = find_lists(office.who("thuky"), kind="decision", nomination_id=one)
    office.sign_decision(decision.id, 1130)
    office.hand_over(one)
    return exemplar, one


def _inspected(office: Office) -> int:
    inspection = concluded(office, TWO)
    (warned,) = warnings_of(office.units[UNIT], by=office.who("vhxh"))
    assert warned.matter == inspection
    for title in (PUBLISH, ASSIGN):
        mend(office, inspection, title, "Đã làm xong.")
        look(office, inspection, title, "mended")
    assert warnings_of(office.units[UNIT], by=office.who("vhxh")) == []
    return inspection


def _measured(office: Office) -> int:
    number = drafted(office)
    by = office.who("vhxh")
    index.open_set(number, date(2026, 12, 10), units=[office.units[UNIT]], by=by)
    values = [send(office, number, "1.1", ky_so=40, tong=100), send(office, number, "1.2", buoi=2), send(office, number, "2.1", buoi=30)]
    accept(office, *values)
    index.close_set(number, "Đủ giá trị", by=by)
    index.publish_set(number, by=office.who("truongphong"))
    return number


def _summed_up(office: Office, period: int) -> tuple[int, int]:
    synthesis = office.begin("movement_report", by="vhxh", of_period=str(period))
    office.step(synthesis, "draft_synthesis", by="vhxh", leading="Đã ban hành kế hoạch.", coming="Mở thêm lớp.")
    office.step(synthesis, "review_synthesis", by="truongphong", decision="pass")
    office.step(synthesis, "sign_synthesis", by="chutich", decision="sign")
    today = clock.today().isoformat()
    office.step(synthesis, "number_synthesis", by="vanthu", number="145", dated=today)
    drawn = papers.draw_up_matter_paper(synthesis, "synthesis_report", by=office.who("vhxh")).papers
    office.step(synthesis, "send_synthesis", by="vhxh", sent_on=today, way="axis")
    return synthesis, next(one.id for one in drawn if one.format == "pdf")
