"""The year's inspections: a plan that the chair signed, one inspection that is through, one with a finding that is still open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from service import clock
from service.awards import files
from service.demo import papers
from service.demo.office import Office
from service.movement import find_matters, read_matter, register_in_use

DONE, OPEN = "DET-NANG-SOM", "DONG-MAY"
"""Units that are inspected."""
_PEOPLE = {DONE: ("donvi2", "thutruong2"), OPEN: ("donvi", "thutruong")}
_CHECKED = ("c_plan", "c_people", "c_register", "c_spread", "c_results", "c_initiatives", "c_awards", "c_files")
_TEAM = {"vhxh": "head", "uv1": "secretary"}
"""Who inspects, and as what in the team."""
_BOARD, _FILES, _NOBODY = (
    "Chưa niêm yết kết quả bình xét tại nơi làm việc", "Minh chứng lưu rời, chưa có danh mục", "Chưa phân công người theo dõi phong trào",
)


def days(office: Office) -> dict[int, Callable[[date], None]]:
    """Working day (0 = fifteen before today) → what happens with the inspections on that day."""
    found: dict[str, int] = {}

    def plan(day: date) -> None:
        found.update(_plan(office, day))

    def first_notice(day: date) -> None:
        _notice(office, found[DONE], DONE, day)

    def second_notice(day: date) -> None:
        _notice(office, found[OPEN], OPEN, day)

    def first_visit(day: date) -> None:
        _visit(office, found[DONE], DONE, "Đơn vị có kế hoạch riêng, phân công rõ; bảng tin chưa có kết quả bình xét.", poor="c_awards")

    def first_end(day: date) -> None:
        _conclude(office, found[DONE], "41", [_finding(_BOARD, office.working(day, 3))])

    def first_mended(day: date) -> None:
        unit = _PEOPLE[DONE][0]
        office.step(found[DONE], "mend_finding", by=unit, how_mended="Đã niêm yết tại bảng tin của đơn vị, có ảnh.", mended_on=_today(),
                    mend_proof=[_picture(office, found[DONE], "Bảng tin đã niêm yết.png", 7, unit)])

    def first_checked(day: date) -> None:
        office.step(found[DONE], "check_finding", by="vhxh", decision="mended")

    def second_visit(day: date) -> None:
        _visit(office, found[OPEN], OPEN, "Trường có sáng kiến tốt; minh chứng lưu rời, chưa có người theo dõi chung.", poor="c_files")

    def second_end(day: date) -> None:
        _conclude(office, found[OPEN], "42", [_finding(_FILES, office.working(day, 3)), _finding(_NOBODY, office.working(day, 12))])

    def second_mended(day: date) -> None:
        unit = _PEOPLE[OPEN][0]
        office.step(found[OPEN], "mend_finding", by=unit, item=_FILES, how_mended="Đã lập danh mục minh chứng theo từng nội dung.",
                    mended_on=_today())

    return {
        0: plan, 1: first_notice, 2: second_notice, 5: first_visit, 6: second_visit, 7: first_end, 8: second_end, 9: first_mended,
        10: first_checked, 11: second_mended,
    }


def _today() -> str:
    return clock.today().isoformat()


def _finding(what: str, due_on: date) -> dict[str, Any]:
    return {"what": what, "basis": "Kế hoạch phong trào, phần tổ chức thực hiện", "due_on": due_on.isoformat()}


def _plan(office: Office, day: date) -> dict[str, int]:
    """The plan of the year, signed: what it begins, by unit."""
    plan = office.begin("inspection_plan", by="vhxh", year=office.working(day, 5).year,
                        purpose="Phát hiện, biểu dương điển hình.\nKịp thời chấn chỉnh thiếu sót khi thực hiện phong trào.")
    lines = [
        {"unit": str(office.units[unit]), "content": f"Thực hiện phong trào thi đua năm {day.year}",
         "from_day": office.working(day, 5).isoformat(), "until_day": office.working(day, 7).isoformat()}
        for unit in (DONE, OPEN)
    ]
    office.step(plan, "draft_inspections", by="vhxh", lines=lines,
                method="Phòng Văn hóa - Xã hội tham mưu quyết định, thông báo và theo dõi việc khắc phục.")
    office.step(plan, "submit_inspections", by="truongphong", decision="submit")
    office.step(plan, "sign_inspections", by="chutich", decision="sign")
    office.step(plan, "number_inspections", by="vanthu", plan_number="03", signed_on=_today())
    begun = {one.unit_id: one.id for one in find_matters(register_in_use("inspection"), by=office.who("vhxh")).entries}
    return {unit: begun[office.units[unit]] for unit in (DONE, OPEN)}


def _notice(office: Office, matter: int, unit: str, day: date) -> None:
    """The decision, the notice to the unit, its confirmation; the visit is four working days away."""
    planned = read_matter(matter, by=office.who("vhxh")).begun
    team = [{"person": f"account:{office.who(login).account}", "role": role} for login, role in _TEAM.items()]
    office.step(matter, "draft_decision", by="vhxh", team=team, period_checked=f"từ 01/01/{day.year} đến ngày kiểm tra",
                from_day=planned["from_day"], until_day=planned["until_day"],
                scope="Kế hoạch, phân công thực hiện.\nKết quả bảy nội dung thi đua.\nBình xét, đề nghị khen thưởng.")
    number = f"{office.units[unit]:02d}"
    office.step(matter, "sign_decision", by="chutich", decision="sign")
    office.step(matter, "number_decision", by="vanthu", decision_number=number, decided_on=_today())
    office.step(matter, "notify_unit", by="vhxh", decision="notify", visit_on=office.working(day, 4).isoformat(),
                visit_at="8 giờ 00, trụ sở đơn vị", prepare="Kế hoạch thực hiện phong trào.\nHồ sơ bình xét, minh chứng.")
    office.step(matter, "sign_notice", by="chutich", decision="sign")
    office.step(matter, "number_notice", by="vanthu", notice_number=number, noticed_on=_today())
    who, head = _PEOPLE[unit]
    office.step(matter, "confirm_visit", by=who, decision="confirm", contact_name=office.who(head).name)


def _picture(office: Office, matter: int, name: str, seed: int, by: str) -> int:
    return files.attach_file(f"matter:{matter}", name, papers.png(seed), by=office.who(by)).id


def _visit(office: Office, matter: int, unit: str, observed: str, *, poor: str) -> None:
    """The visit with its checklist and a photograph; the head of the unit agrees to the minutes."""
    head = office.who(_PEOPLE[unit][1]).name
    leads, writes = (office.who(login).name for login in _TEAM)
    office.step(
        matter, "visit", by="vhxh", visited_on=_today(), visited_from="8 giờ 00", visited_until="10 giờ 30", observed=observed,
        present=f"{head}, thủ trưởng đơn vị", team_signer=leads, minutes_writer=writes,
        photos=[_picture(office, matter, "Bảng tin của đơn vị.png", matter, "vhxh")],
        **{key: "partly" if key == poor else "good" for key in _CHECKED},
    )
    office.step(matter, "sign_minutes", by=_PEOPLE[unit][1], minutes_said="agree", minutes_signed_on=_today(), unit_signer=head)


def _conclude(office: Office, matter: int, number: str, found: list[dict[str, Any]]) -> None:
    office.step(matter, "record_findings", by="vhxh", strengths="Có kế hoạch, có phân công, tuyên truyền đến từng người.",
                weaknesses="Còn việc phải khắc phục như dưới đây.", findings=found)
    office.step(matter, "conclude_inspection", by="chutich", decision="conclude")
    office.step(matter, "number_conclusion", by="vanthu", conclusion_number=number, concluded_on=_today())
