"""An inspection of a unit from the decision to the last finding that is mended; each finding a task of its own, with its own day."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from forms import lay_out
from service import clock, movement, people
from service.awards import rule_versions
from service.awards.files import attach_file
from service.awards.rules import rules_on
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.movement import files_of, find_matters, read_matter, register_in_use, warnings_of
from service.papers import open_paper
from service.papers.matters import draw_up_matter_paper, papers_of_matter
from service.processes import inbox, tasks
from tests.journeys.conftest import OpenOffice
from tests.journeys.inspections import (
    ASSIGN,
    PNG,
    PUBLISH,
    SCHOOL,
    TWO,
    begin,
    concluded,
    decided,
    decision_days,
    draft_decision,
    drafted,
    line,
    look,
    mend,
    notify,
    open_stop,
    planned,
    send_visit,
    sign_decision,
    signed_plan,
    visit_answers,
)
from tests.journeys.office import Office
from tests.service.papers.reading import docx_words, text_of
from workflows.calendar import ZONE

DAY = date(2026, 11, 3)


@pytest.fixture
def office(office_on: OpenOffice) -> Office:
    return office_on(DAY)


def test_each_finding_is_a_task_of_the_unit_with_its_own_day_and_is_mended_by_itself(office: Office) -> None:
    matter = concluded(office, TWO)
    seen = read_matter(matter, by=office.who("donvi")).entry
    assert (seen.number, seen.phase, seen.title) == ("KT 01/2026", "mending", f"Kiểm tra {SCHOOL}: Thực hiện phong trào năm 2026")
    due = {s.item_title: s.due_at.astimezone(ZONE).date() for s in office.stops(matter) if s.state == "open" and s.due_at}
    assert due == {PUBLISH: date(2026, 11, 20), ASSIGN: date(2026, 12, 15)}
    first = tasks.read_task(open_stop(office, matter, "mend_finding", PUBLISH).id, by=office.who("donvi"))
    second = tasks.read_task(open_stop(office, matter, "mend_finding", ASSIGN).id, by=office.who("donvi"))
    assert first.given["finding"]["what"] == PUBLISH and second.given["finding"]["what"] == ASSIGN
    listed = {one.title: one.about for one in inbox.read_inbox(office.who("donvi"), "all").items if one.element == "mend_finding"}
    assert set(listed) == {PUBLISH, ASSIGN} and "KT 01/2026" in listed[PUBLISH]
    found = inbox.read_inbox(office.who("donvi"), "all", filters=inbox.Filters(text="phan cong nguoi")).items
    assert [one.title for one in found] == [ASSIGN]
    mend(office, matter, PUBLISH, "Đã niêm yết tại nhà văn hóa.")
    assert {(s.element, s.item_title) for s in office.stops(matter) if s.state == "open"} == {
        ("check_finding", PUBLISH), ("mend_finding", ASSIGN)}
    look(office, matter, PUBLISH, "mended")
    mend(office, matter, ASSIGN, "Đã ra quyết định phân công.")
    look(office, matter, ASSIGN, "mended")
    ended = read_matter(matter, by=office.who("donvi")).entry
    assert (ended.ended, ended.outcome) == (True, "mended")


def test_what_is_sent_back_is_said_to_its_own_finding_alone(office: Office) -> None:
    matter = concluded(office, TWO)
    mend(office, matter, PUBLISH, "Đã niêm yết.")
    mend(office, matter, ASSIGN, "Đã phân công.")
    checked = tasks.read_task(open_stop(office, matter, "check_finding", PUBLISH).id, by=office.who("vhxh"))
    assert checked.given["how_mended"] == "Đã niêm yết."
    with pytest.raises(Invalid) as refused:
        look(office, matter, PUBLISH, "return")
    assert [f.path for f in refused.value.faults] == ["check_note"]
    look(office, matter, PUBLISH, "return", check_note="Thiếu ảnh niêm yết.")
    look(office, matter, ASSIGN, "return", check_note="Quyết định chưa ký.")
    for title, why in ((PUBLISH, "Thiếu ảnh niêm yết."), (ASSIGN, "Quyết định chưa ký.")):
        again = tasks.read_task(open_stop(office, matter, "mend_finding", title).id, by=office.who("donvi"))
        assert again.given["check_note"] == why
    mend(office, matter, PUBLISH, "Đã gửi ảnh.")
    look(office, matter, PUBLISH, "mended")
    assert office.stands_at(matter) == {"mend_finding"}


def test_an_inspection_without_findings_ends_with_its_conclusion(office: Office) -> None:
    ended = read_matter(concluded(office, [], cause="unplanned", reason="Có phản ánh."), by=office.who("vhxh")).entry
    assert (ended.ended, ended.outcome) == (True, "clean")


def test_the_unit_may_ask_for_another_day_and_object_to_the_minutes(office: Office) -> None:
    matter = begin(office)
    office.step(matter, "draft_decision", by="vhxh", scope="Kết quả", period_checked="năm 2026", **decision_days(office, matter),
                team=[
        {"name": "A", "post": "x", "role": "head"}, {"name": "B", "post": "y", "role": "member"}])
    office.step(matter, "sign_decision", by="chutich", decision="redo", note="Thêm thư ký.")
    redo = tasks.read_task(open_stop(office, matter, "draft_decision").id, by=office.who("vhxh"))
    assert redo.given["last_note"] == "Thêm thư ký."
    office.step(matter, "draft_decision", by="vhxh", scope="Kết quả", period_checked="năm 2026", **decision_days(office, matter),
                team=[
        {"name": "A", "post": "x", "role": "head"}, {"name": "B", "post": "y", "role": "secretary"}])
    sign_decision(office, matter)
    notice = tasks.read_task(open_stop(office, matter, "notify_unit").id, by=office.who("vhxh"))
    assert (notice.given["rule_INSPECTION_NOTICE_DAYS"], notice.given["day_after_INSPECTION_NOTICE_DAYS"]) == (3, "06/11/2026")
    said = {"visit_on": "2026-11-09", "visit_at": "8 giờ"}
    notify(office, matter, **said)
    asked = tasks.read_task(open_stop(office, matter, "confirm_visit").id, by=office.who("donvi"))
    assert (asked.given["said_visit_on"], asked.given["said_visit_at"]) == ("09/11/2026", "8 giờ")
    office.step(matter, "confirm_visit", by="donvi", decision="other_day", note="Xin chuyển sang ngày 10.")
    notify(office, matter, **said | {"visit_on": "2026-11-10"})
    office.step(matter, "confirm_visit", by="donvi", decision="confirm", contact_name="B")
    (visit,) = [s for s in office.stops(matter) if s.state == "open"]
    assert visit.due_at and visit.due_at.astimezone(ZONE).date() == date(2026, 11, 10)
    office.go_to("2026-11-10")
    send_visit(office, matter)
    office.step(matter, "sign_minutes", by="thutruong", minutes_said="object", objection="Số liệu sai.", minutes_signed_on="2026-11-10",
                unit_signer="B")
    record = tasks.read_task(open_stop(office, matter, "record_findings").id, by=office.who("vhxh"))
    assert record.given["said_objection"] == "Số liệu sai."


def test_a_member_of_the_council_fills_in_the_checklist_at_the_unit_if_he_is_in_the_team(office: Office) -> None:
    matter = begin(office)
    team = [{"person": f"account:{office.who('uv1').account}", "role": "head"},
            {"name": "Trần Văn Bình", "post": "Công chức Văn hóa - Xã hội", "role": "secretary"}]
    office.step(matter, "draft_decision", by="vhxh", scope="Kế hoạch", period_checked="năm 2026", team=team,
                **decision_days(office, matter))
    sign_decision(office, matter)
    notify(office, matter, visit_on="2026-11-09", visit_at="8 giờ 00, trụ sở đơn vị")
    office.step(matter, "confirm_visit", by="donvi", decision="confirm", contact_name="Đinh Vũ Phong")
    office.go_to("2026-11-09")
    stop = open_stop(office, matter, "visit")
    for login, has in {"vhxh": True, "thuky": True, "uv1": True, "uv2": False}.items():
        assert (stop.id in [one.id for one in inbox.read_inbox(office.who(login), "all").items]) == has, login
    send_visit(office, matter, by="uv1")
    assert office.stands_at(matter) == {"sign_minutes"}
    assert read_matter(matter, by=office.who("uv2")).entry.phase == "minuting"  # the rest of the council reads it on


def test_a_finding_due_in_the_past_is_refused_by_its_row_and_nothing_moves(office: Office) -> None:
    matter = decided(office)
    office.go_to("2026-11-09")
    send_visit(office, matter)
    office.step(matter, "sign_minutes", by="thutruong", minutes_said="agree", minutes_signed_on="2026-11-09", unit_signer="B")
    with pytest.raises(Invalid) as refused:
        office.step(matter, "record_findings", by="vhxh", strengths="Có.", findings=[TWO[1], {"what": PUBLISH, "due_on": "2026-11-08"}])
    assert [f.path for f in refused.value.faults] == ["findings.1.due_on"]
    assert office.stands_at(matter) == {"record_findings"}


def test_a_visit_that_is_sent_again_after_it_is_through_is_refused_with_one_sentence(office: Office) -> None:
    matter = decided(office)
    office.go_to("2026-11-09")
    stop = open_stop(office, matter, "visit")
    send_visit(office, matter)
    with pytest.raises(Conflict) as late:
        tasks.complete_task(stop.id, visit_answers([]), by=office.who("vhxh"))
    assert late.value.code == "task-done"


def test_who_is_not_of_the_office_begins_no_inspection_and_another_unit_reads_none(office: Office) -> None:
    matter = begin(office)
    assert "inspection" in movement.begins_any(office.who("vhxh")) and "inspection" not in movement.begins_any(office.who("donvi"))
    with pytest.raises(Invalid) as refused:
        begin(office, from_day="2026-11-02", until_day="2026-11-01")
    assert {f.path for f in refused.value.faults} == {"from_day", "until_day"}
    assert read_matter(decided(office), by=office.who("donvi")).entry.unit_id == office.units["DONG-MAY"]
    with pytest.raises(NotFound):
        read_matter(matter, by=office.who("donvi2"))


def test_each_paper_of_an_inspection_has_its_number_from_the_clerk_before_it_goes_on(office: Office) -> None:
    plan = planned(office, line(office, "VHXH", "Hồ sơ khen thưởng", "2026-11-16", "2026-11-20"))
    office.step(plan, "sign_inspections", by="chutich", decision="sign")
    matter = begin(office)
    draft_decision(office, matter)
    office.step(matter, "sign_decision", by="chutich", decision="sign")
    assert not any(seen_by(office, "donvi", matter)), "nothing is told before the decision has its number"
    numbered(office, matter, "number_decision", "decision_number", "decided_on")
    office.step(matter, "notify_unit", by="vhxh", decision="notify", visit_on="2026-11-09", visit_at="8 giờ")
    assert "confirm_visit" not in [one.element for one in inbox.read_inbox(office.who("donvi"), "all").items]
    office.step(matter, "sign_notice", by="chutich", decision="sign")
    numbered(office, matter, "number_notice", "notice_number", "noticed_on")
    assert office.stands_at(matter) == {"confirm_visit"}
    numbered(office, plan, "number_inspections", "plan_number", "signed_on")
    assert read_matter(plan, by=office.who("vhxh")).entry.outcome == "issued"
    office.step(matter, "confirm_visit", by="donvi", decision="confirm", contact_name="B")
    office.go_to("2026-11-09")
    send_visit(office, matter)
    office.step(matter, "sign_minutes", by="thutruong", minutes_said="agree", minutes_signed_on="2026-11-09", unit_signer="B")
    office.step(matter, "record_findings", by="vhxh", strengths="Có.", findings=TWO)
    office.step(matter, "conclude_inspection", by="chutich", decision="conclude")
    numbered(office, matter, "number_conclusion", "conclusion_number", "concluded_on")
    assert office.stands_at(matter) == {"mend_finding"}


def numbered(office: Office, matter: int, element: str, number: str, dated: str) -> None:
    """The clerk gives a number, and nobody else; nothing but digits is one."""
    today = clock.today().isoformat()
    for login in ("vhxh", "chutich"):
        with pytest.raises((Forbidden, NotFound)):
            office.step(matter, element, by=login, **{number: "12", dated: today})
    for wrong in ("", "12/QĐ-HĐTĐKT"):
        with pytest.raises(Invalid) as refused:
            office.step(matter, element, by="vanthu", **{number: wrong, dated: today})
        assert [f.path for f in refused.value.faults] == [number], wrong
    office.step(matter, element, by="vanthu", **{number: "13" if number == "conclusion_number" else "12", dated: today})


def test_the_days_of_inspections_and_stocktakes_are_rules_and_no_step_has_a_number_of_its_own(office: Office) -> None:
    book = rules_on(DAY)
    for file in (*Path("bpmn/inspection").glob("*.bpmn"), Path("bpmn/inspection_plan/inspection_plan.bpmn"),
                 Path("bpmn/stocktake_report/stocktake_report.bpmn")):
        dues = re.findall(r"camunda:dueDate=(?:'([^']+)'|\"([^\"]+)\")", file.read_text())
        for due in (one or other for one, other in dues):
            if not due.startswith("date("):
                assert (found := re.search(r'working_days\(rule\("([A-Z_]+)"\)\)', due)), (file.name, due)
                assert book.number(found[1]) > 0 and not re.search(r"working_days\([1-9]", due), (file.name, due)


def seen_by(office: Office, login: str, matter: int) -> tuple[bool, ...]:
    """Whether somebody reads an inspection, finds it in the register, sees it in what units have to do, and may see its papers."""
    who, kept = office.who(login), register_in_use("inspection")
    asked = {key for _unit, key in movement.read_matrix([DAY.year], by=who).cells}
    found = [matter in [one.id for one in find_matters(kept, by=who).entries], "inspection" in asked]
    for read in (read_matter, papers_of_matter):
        try:
            read(matter, by=who)
            found.append(True)
        except NotFound:
            found.append(False)
    return tuple(found)


def test_the_inspected_unit_knows_nothing_of_it_until_it_is_decided(office: Office) -> None:
    matter = begin(office)
    for login in ("donvi", "thutruong"):
        assert not any(seen_by(office, login, matter)), login
    assert all(seen_by(office, "vhxh", matter))
    assert not [one for one in movement.overview(by=office.who("donvi")) if one.kept.process == "inspection"]
    draft_decision(office, matter)
    assert not any(seen_by(office, "donvi", matter))
    sign_decision(office, matter)
    assert all(seen_by(office, "donvi", matter)) and all(seen_by(office, "thutruong", matter))


def test_the_minutes_have_a_line_to_sign_for_the_secretary_the_unit_and_the_team(office: Office) -> None:
    matter = decided(office)
    office.go_to("2026-11-09")
    send_visit(office, matter)
    office.step(matter, "sign_minutes", by="thutruong", minutes_said="agree", minutes_signed_on="2026-11-09", unit_signer="Đinh Vũ Phong")
    drawn = draw_up_matter_paper(matter, "inspection_minutes", by=office.who("vhxh"))
    for paper in drawn.papers:
        content = open_paper(paper.id, by=office.who("thutruong"))[2].read_bytes()
        said = text_of(content) if paper.format == "pdf" else docx_words(content)
        signed = said[said.rindex("ký xác nhận"):]
        for said_there in (
            "NGƯỜI GHI BIÊN BẢN", "Trần Văn Bình", "ĐẠI DIỆN ĐƠN VỊ", "Đinh Vũ Phong", "TM. ĐOÀN KIỂM TRA", "Nguyễn Thị Lan",
        ):
            assert said_there in signed, (paper.format, said_there)
        assert signed.count("(Ký, ghi rõ họ tên)") == 3, paper.format


ALWAYS_KEPT = {
    "note", "go_on_why", "proposed_reason", "cancel_reason", "sign_decision.decision", "notify_unit.decision", "sign_notice.decision",
    "call_off.decision", "conclude_inspection.decision", "called_off_for", "notify_unit.called_off_for",
    "office_proposes", "notify_unit.office_proposes",
}
DRAFT = {"strengths", "weaknesses", "findings", "recommend", "conclusion_number", "concluded_on"} | ALWAYS_KEPT


def conclusion_of(office: Office, matter: int, login: str) -> list[str]:
    return [one.name for one in papers_of_matter(matter, by=office.who(login)) if one.name == "inspection_conclusion"]


def files_seen(office: Office, matter: int, login: str) -> set[str]:
    who = office.who(login)
    return {one.name for one in files_of(read_matter(matter, by=who), by=who)}


def said_at(office: Office, matter: int, element: str, login: str) -> dict[str, object]:
    """What somebody is shown of what was answered at a step, last."""
    done = [s.id for s in office.stops(matter) if s.element == element and s.state == "done"][-1]
    return dict(tasks.answers_shown(tasks.read_task(done, by=office.who(login)), office.who(login)))


def test_the_unit_reads_findings_and_conclusion_once_they_are_signed_and_no_draft_of_them(office: Office) -> None:
    matter = drafted(office)
    for login in ("vhxh", "chutich", "uv1"):
        assert not read_matter(matter, by=office.who(login)).hidden, login
        assert said_at(office, matter, "record_findings", login)["strengths"] == "Có kế hoạch, có phân công.", login
        assert conclusion_of(office, matter, login) == ["inspection_conclusion"], login
    attach_file(f"matter:{matter}", "du-thao.png", PNG, by=office.who("vhxh"))  # beside the draft, in no answer yet
    assert files_seen(office, matter, "vhxh") == files_seen(office, matter, "uv1") == {"anh-tai-cho.png", "du-thao.png"}
    for login in ("donvi", "thutruong"):
        assert read_matter(matter, by=office.who(login)).hidden == DRAFT and files_seen(office, matter, login) == {"anh-tai-cho.png"}, login
        assert not said_at(office, matter, "record_findings", login) and not conclusion_of(office, matter, login), login
        assert said_at(office, matter, "conclude_inspection", login) == {}, login
    office.step(matter, "conclude_inspection", by="chutich", decision="conclude")
    office.step(matter, "number_conclusion", by="vanthu", conclusion_number="20", concluded_on="2026-11-09")
    for login in ("donvi", "thutruong"):
        assert read_matter(matter, by=office.who(login)).hidden == ALWAYS_KEPT, login
        assert said_at(office, matter, "record_findings", login)["findings"] == TWO, login
        assert conclusion_of(office, matter, login) == ["inspection_conclusion"], login
    first = next(s.id for s in office.stops(matter) if s.element == "conclude_inspection")
    assert tasks.answers_shown(tasks.read_task(first, by=office.who("vhxh")), office.who("vhxh"))["note"] == "Thêm căn cứ."
    assert "note" not in tasks.answers_shown(tasks.read_task(first, by=office.who("donvi")), office.who("donvi"))


def test_what_the_unit_said_itself_it_reads_at_once(office: Office) -> None:
    matter = begin(office)
    draft_decision(office, matter)
    sign_decision(office, matter)
    notify(office, matter, visit_on="2026-11-09", visit_at="8 giờ")
    office.step(matter, "confirm_visit", by="donvi", decision="other_day", note="Xin chuyển sang ngày 10.")
    assert said_at(office, matter, "confirm_visit", "thutruong")["note"] == "Xin chuyển sang ngày 10."
    assert said_at(office, matter, "sign_decision", "vhxh")["decision"] == "sign"


def told_of_notice(office: Office, matter: int, visit_on: str) -> str:
    """What the form says of a day that is too near; nothing where it is not."""
    task = tasks.read_task(open_stop(office, matter, "notify_unit").id, by=office.who("vhxh"))
    parts = lay_out(task.form, {"visit_on": visit_on}, today=clock.today(), given=task.given)
    return next((one.description for one in parts if one.field.id == "notice_short" and one.shown), "")


def test_a_visit_nearer_than_the_notice_warns_with_its_basis_and_is_refused_once_the_rule_is_confirmed(office: Office) -> None:
    lines = [line(office, unit, "Phong trào", "2026-11-03", "2026-11-13") for unit in ("DONG-MAY", "DET-NANG-SOM")]
    first, second = signed_plan(office, *lines)
    third = begin(office, from_day="2026-11-03", reason="Đơn phản ánh gấp.")
    for matter in (first, second, third):
        draft_decision(office, matter)
        sign_decision(office, matter)
    assert told_of_notice(office, first, "2026-11-06") == ""
    told = told_of_notice(office, first, "2026-11-05")
    assert "06/11/2026" in told and "3 ngày làm việc" in told and "Căn cứ: Đề xuất của hệ thống, chờ xã quyết định" in told
    notify(office, first, visit_on="2026-11-05", visit_at="8 giờ")
    assert office.stands_at(first) == {"confirm_visit"}, "a rule that nobody has confirmed only warns"
    rule_versions.confirm_rule("INSPECTION_NOTICE_DAYS", 1, seen=1, reason="Quy chế Hội đồng, Điều 9", by=office.who("truongphong"))
    assert "Căn cứ: Quy chế Hội đồng, Điều 9" in told_of_notice(office, second, "2026-11-05")
    with pytest.raises(Invalid) as refused:
        notify(office, second, visit_on="2026-11-05", visit_at="8 giờ")
    (fault,) = refused.value.faults
    assert fault.path == "visit_on" and "06/11/2026" in fault.message and office.stands_at(second) == {"notify_unit"}
    notify(office, second, visit_on="2026-11-06", visit_at="8 giờ")
    assert office.stands_at(second) == {"confirm_visit"}
    assert "06/11/2026" in told_of_notice(office, third, "2026-11-04")
    notify(office, third, visit_on="2026-11-04", visit_at="8 giờ")
    assert office.stands_at(third) == {"confirm_visit"}, "one without a plan has said why it is so soon"


def inspections(office: Office) -> list[str]:
    found = find_matters(register_in_use("inspection"), by=office.who("chutich")).entries  # the office does not read the one of itself
    return [f"{one.number}: {one.title}" for one in reversed(found)]


def test_a_plan_that_is_signed_begins_one_inspection_for_each_of_its_lines(office: Office) -> None:
    plan = planned(
        office, line(office, "DONG-MAY", "Triển khai phong trào", "2026-11-09", "2026-11-13"),
        line(office, "VHXH", "Hồ sơ khen thưởng", "2026-11-16", "2026-11-20"),
    )
    assert inspections(office) == []
    office.step(plan, "sign_inspections", by="chutich", decision="sign")
    first, second = inspections(office)
    assert first == f"KT 01/2026: Kiểm tra {SCHOOL}: Triển khai phong trào" and second.startswith("KT 02/2026")
    signed = read_matter(plan, by=office.who("vhxh")).entry
    assert (signed.number, signed.ended, signed.phase) == ("KHKT 01/2026", False, "numbering")


def test_a_plan_with_a_unit_whose_inspection_nobody_may_sign_is_not_signed_and_names_the_unit(office: Office) -> None:
    plan = planned(office, line(office, "UBND", "Hồ sơ khen thưởng", "2026-11-16", "2026-11-20"))
    with pytest.raises(Conflict, match="A matter of Ủy ban nhân dân xã Sơn Mai cannot be begun") as refused:
        office.step(plan, "sign_inspections", by="chutich", decision="sign")
    assert refused.value.code == "not-begun" and "Trả lại để sửa." in refused.value.message
    office.step(plan, "sign_inspections", by="chutich", decision="redo", note="Bỏ dòng của UBND xã")


def test_a_plan_with_a_line_that_cannot_be_begun_is_not_signed_and_says_which(office: Office) -> None:
    plan = planned(
        office, line(office, "VHXH", "Hồ sơ khen thưởng", "2026-11-16", "2026-11-20"),
        line(office, "DONG-MAY", "Triển khai phong trào", "2026-11-04", "2026-11-05"),
    )
    office.go_to("2026-11-06")
    with pytest.raises(Conflict, match=f"A matter of {SCHOOL} cannot be begun") as refused:
        office.step(plan, "sign_inspections", by="chutich", decision="sign")
    assert refused.value.code == "not-begun" and f"của {SCHOOL}" in refused.value.message
    assert office.stands_at(plan) == {"sign_inspections"} and inspections(office) == []
    office.step(plan, "sign_inspections", by="chutich", decision="redo", note="Sửa ngày của trường.")
    assert office.stands_at(plan) == {"draft_inspections"}


def test_an_open_finding_warns_in_the_nominations_of_its_unit_until_the_last_one_is_mended(office: Office) -> None:
    one, = office.received("HN-2026", "Hoàng Bình Minh")
    unit = office.read(one).unit_id

    def told(login: str) -> list[tuple[str, bool]]:
        return [(w.number, w.matter is not None) for w in warnings_of(unit, by=office.who(login))]

    matter = concluded(office, TWO)
    assert told("vhxh") == told("donvi") == [("KT 01/2026", True)]
    assert told("uv1") == [("KT 01/2026", True)]
    assert told("donvi2") == [("", False)]  # who may not read the inspection is told that there is one, and no more
    assert not warnings_of(office.units["VHXH"], by=office.who("vhxh"))
    for title in (PUBLISH, ASSIGN):
        mend(office, matter, title, "Đã làm xong.")
        assert told("vhxh")
        look(office, matter, title, "mended")
    assert told("vhxh") == told("donvi") == told("uv1") == told("donvi2") == []


def test_a_finding_against_a_unit_warns_of_the_one_that_it_was_merged_into(office: Office) -> None:
    concluded(office, TWO)
    old, heir = office.units["DONG-MAY"], office.units["DET-NANG-SOM"]
    assert warnings_of(old, by=office.who("vhxh")) and not warnings_of(heir, by=office.who("vhxh"))
    people.dissolve_unit(old, on=clock.today(), successor=heir, reason="Sáp nhập", by=office.who("quantri"))
    for unit in (old, heir):
        assert [one.number for one in warnings_of(unit, by=office.who("vhxh"))] == ["KT 01/2026"]


def test_an_inspection_whose_decision_nobody_could_sign_is_not_begun(office: Office) -> None:
    assert begin(office, "VHXH"), "somebody falls in for that office"
    with pytest.raises(Conflict, match="for the superior body") as refused:
        begin(office, "UBND")
    assert refused.value.code == "nobody-left"
    found = find_matters(register_in_use("inspection"), by=office.who("chutich")).entries
    assert len(found) == 1, "nothing is half begun"
