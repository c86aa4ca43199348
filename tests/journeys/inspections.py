"""An inspection of a unit and a year's plan of them, step by step as the office and the unit do them."""

from __future__ import annotations

from typing import Any

from service import clock
from service.awards.files import attach_file
from service.movement import find_matters, read_matter, register_in_use
from service.papers.matters import draw_up_matter_paper
from service.processes import tasks
from service.processes.history import Stop
from tests.journeys.office import Office

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc"
    b"\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)
CHECKED = ("c_plan", "c_people", "c_register", "c_spread", "c_results", "c_initiatives", "c_awards", "c_files")
SCHOOL = "Trường TH&THCS Đồng Mây"
PUBLISH, ASSIGN = "Chưa công khai kết quả bình xét", "Chưa phân công người theo dõi"


def begin(office: Office, unit: str = "DONG-MAY", **more: str) -> int:
    said = {"subject": "Thực hiện phong trào năm 2026", "from_day": "2026-11-09", "until_day": "2026-11-13", "cause": "unplanned"} | more
    why = {"reason": "Có phản ánh."} if said["cause"] == "unplanned" else {}
    return office.begin("inspection", by="vhxh", unit=unit, **why | said)


def draft_decision(office: Office, matter: int, *, by: str = "vhxh") -> None:
    team = [
        {"name": "Nguyễn Thị Lan", "post": "Trưởng phòng Văn hóa - Xã hội", "role": "head"},
        {"name": "Trần Văn Bình", "post": "Công chức Văn hóa - Xã hội", "role": "secretary"},
    ]
    office.step(
        matter, "draft_decision", by=by, scope="Kế hoạch, phân công\nKết quả", period_checked="năm 2026", team=team,
        **decision_days(office, matter),
    )


def decision_days(office: Office, matter: int) -> dict[str, str]:
    """The days that an inspection was begun with, as they are offered for its decision."""
    begun = read_matter(matter, by=office.who("chutich")).begun
    return {key: str(begun[key]) for key in ("from_day", "until_day")}


def sign_decision(office: Office, matter: int, number: str = "") -> None:
    """The chair signs the decision, the clerk gives it its number today."""
    office.step(matter, "sign_decision", by="chutich", decision="sign")
    number = number or office.paper_number("QĐ-HĐTĐKT", 12)
    office.step(matter, "number_decision", by="vanthu", decision_number=number, decided_on=clock.today().isoformat())


def notify(office: Office, matter: int, *, by: str = "vhxh", **said: str) -> None:
    """The office names the day of the visit, the chair signs the notice, the clerk numbers it today."""
    office.step(matter, "notify_unit", by=by, decision="notify", **said)
    office.step(matter, "sign_notice", by="chutich", decision="sign")
    number = office.paper_number("TB-HĐTĐKT", 15)
    office.step(matter, "number_notice", by="vanthu", notice_number=number, noticed_on=clock.today().isoformat())


def decided(office: Office, **more: str) -> int:
    """An inspection whose day the unit has confirmed."""
    matter = begin(office, **more)
    draft_decision(office, matter)
    sign_decision(office, matter)
    notify(office, matter, visit_on="2026-11-09", visit_at="8 giờ 00, trụ sở đơn vị", prepare="Kế hoạch, báo cáo")
    office.step(matter, "confirm_visit", by="donvi", decision="confirm", contact_name="Đinh Vũ Phong")
    return matter


def call_off(office: Office, matter: int, why: str) -> None:
    """The chair calls an inspection off that has its decision, the clerk numbers today the decision that does so."""
    office.step(matter, "call_off", by="chutich", decision="cancel", cancel_reason=why)
    number = office.paper_number("QĐ-HĐTĐKT", 12)
    office.step(matter, "number_called_off", by="vanthu", called_off_number=number, called_off_on=clock.today().isoformat())


def visit_answers(photos: list[int]) -> dict[str, Any]:
    return {
        "visited_on": clock.today().isoformat(), "visited_from": "8 giờ 00", "visited_until": "11 giờ 30", "present": "Đinh Vũ Phong",
        "team_signer": "Nguyễn Thị Lan", "minutes_writer": "Trần Văn Bình",
        "observed": "Đơn vị có kế hoạch, chưa công khai kết quả.", "photos": photos, **dict.fromkeys(CHECKED, "good"),
    }


def open_stop(office: Office, matter: int, element: str, title: str = "") -> Stop:
    (found,) = [s for s in office.stops(matter) if s.element == element and s.state == "open" and s.item_title == title]
    return found


def send_visit(office: Office, matter: int, photo: str = "anh-tai-cho.png", *, by: str = "vhxh") -> None:
    stop = open_stop(office, matter, "visit")
    who = office.who(by)
    taken = attach_file(f"matter:{matter}", photo, PNG, by=who).id
    tasks.complete_task(stop.id, visit_answers([taken]), by=who)
    office.follow_up()


def concluded(office: Office, findings: list[dict[str, str]], **more: str) -> int:
    """An inspection whose conclusion is signed."""
    matter = decided(office, **more)
    office.go_to("2026-11-09")
    send_visit(office, matter)
    office.step(matter, "sign_minutes", by="thutruong", minutes_said="agree", minutes_signed_on=clock.today().isoformat(),
                unit_signer="Đinh Vũ Phong")
    office.step(matter, "record_findings", by="vhxh", strengths="Có kế hoạch, có phân công.", findings=findings)
    office.step(matter, "conclude_inspection", by="chutich", decision="conclude")
    number = office.paper_number("TB-HĐTĐKT", 20)
    office.step(matter, "number_conclusion", by="vanthu", conclusion_number=number, concluded_on=clock.today().isoformat())
    return matter


def drafted(office: Office) -> int:
    """An inspection whose conclusion is drafted, drawn up and not signed; the chair has sent it back once."""
    matter = decided(office)
    office.go_to("2026-11-09")
    send_visit(office, matter)
    office.step(matter, "sign_minutes", by="thutruong", minutes_said="agree", minutes_signed_on="2026-11-09", unit_signer="B")
    office.step(matter, "record_findings", by="vhxh", strengths="Có kế hoạch.", findings=TWO)
    office.step(matter, "conclude_inspection", by="chutich", decision="redo", note="Thêm căn cứ.")
    office.step(matter, "record_findings", by="vhxh", strengths="Có kế hoạch, có phân công.", findings=TWO)
    draw_up_matter_paper(matter, "inspection_conclusion", by=office.who("vhxh"))
    return matter


TWO = [
    {"what": PUBLISH, "basis": "Kế hoạch phong trào, phần IV", "due_on": "2026-11-20"},
    {"what": ASSIGN, "basis": "", "due_on": "2026-12-15"},
]


def mend(office: Office, matter: int, title: str, how: str) -> None:
    tasks.complete_task(
        open_stop(office, matter, "mend_finding", title).id, {"how_mended": how, "mended_on": clock.today().isoformat()},
        by=office.who("donvi"),
    )
    office.follow_up()


def look(office: Office, matter: int, title: str, decision: str, **more: str) -> None:
    again = {"due_again": "2026-12-21"} if decision == "return" else {}
    said = {"decision": decision, **again, **more}
    tasks.complete_task(open_stop(office, matter, "check_finding", title).id, said, by=office.who("vhxh"))
    office.follow_up()


def planned(office: Office, *lines: dict[str, str]) -> int:
    """A plan of inspections that waits for the chair."""
    plan = office.begin("inspection_plan", by="vhxh", year=2026, purpose="Phát hiện, biểu dương điển hình; chấn chỉnh thiếu sót.")
    office.step(plan, "draft_inspections", by="vhxh", lines=list(lines), method="Phòng Văn hóa - Xã hội tham mưu.")
    office.step(plan, "submit_inspections", by="truongphong", decision="submit")
    return plan


def signed_plan(office: Office, *lines: dict[str, str]) -> list[int]:
    """The inspections that a plan begins, in the order of its lines; the plan has its number."""
    plan = planned(office, *lines)
    office.step(plan, "sign_inspections", by="chutich", decision="sign")
    number = office.paper_number("KH-HĐTĐKT", 45)
    office.step(plan, "number_inspections", by="vanthu", plan_number=number, signed_on=clock.today().isoformat())
    found = find_matters(register_in_use("inspection"), by=office.who("chutich")).entries
    return sorted(one.id for one in found)[-len(lines):]


def line(office: Office, unit: str, content: str, since: str, until: str) -> dict[str, str]:
    return {"unit": str(office.units[unit]), "content": content, "from_day": since, "until_day": until}
