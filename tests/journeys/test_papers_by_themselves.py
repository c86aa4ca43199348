"""Papers of inspections that nobody draws up by hand: they are there to be signed, carry their numbers, and the unit only reads."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from service import clock, movement, papers, people
from service.actor import machine
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.papers.matters import MatterPaper, papers_of_matter
from service.processes import tasks
from service.processes.outcomes import outcomes_of
from tests.journeys.conftest import OpenOffice
from tests.journeys.inspections import (
    TWO,
    begin,
    call_off,
    decided,
    draft_decision,
    line,
    notify,
    open_stop,
    planned,
    send_visit,
    sign_decision,
)
from tests.journeys.office import PDF, Office
from tests.journeys.paper_readers import said_in, stands

pytestmark = pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
"""What papers say does not hang on the database."""
DAY = date(2026, 11, 3)


@pytest.fixture
def office(office_on: OpenOffice) -> Office:
    return office_on(DAY)


def sign_and_number(office: Office, matter: int, step: str, name: str, number: str, dated: str, given: str, **said: str) -> None:
    """The chair finds the paper drawn up, and signs it; the clerk opens it and gives its number, which then stands in it."""
    seen = stands(office, matter, name, "chutich")
    assert seen is not None and seen.latest and seen.document and seen.others and not seen.may_draw
    office.step(matter, step, by="chutich", **said)
    assert stands(office, matter, name, "vanthu")
    office.step(matter, f"number_{number.partition('_')[0]}", by="vanthu", **{number: given, dated: clock.today().isoformat()})
    assert f"Số: {given}/" in said_in(office, matter, name, "vhxh")


def test_no_number_goes_to_a_paper_that_does_not_exist_and_the_unit_reads_each_once_it_has_it(office: Office) -> None:
    matter = begin(office)
    draft_decision(office, matter)
    sign_and_number(office, matter, "sign_decision", "inspection_decision", "decision_number", "decided_on", "12", decision="sign")
    assert said_in(office, matter, "inspection_decision", "donvi"), "it is read from the decision on"
    office.step(matter, "notify_unit", by="vhxh", decision="notify", visit_on="2026-11-09", visit_at="8 giờ")
    office.step(matter, "sign_notice", by="chutich", decision="sign")
    assert stands(office, matter, "inspection_notice", "vanthu") and not stands(office, matter, "inspection_notice", "donvi")
    office.step(matter, "number_notice", by="vanthu", notice_number="15", noticed_on="2026-11-03")
    assert "Số: 15/TB-HĐTĐKT" in said_in(office, matter, "inspection_notice", "thutruong")
    office.step(matter, "confirm_visit", by="donvi", decision="confirm", contact_name="B")
    office.go_to("2026-11-09")
    send_visit(office, matter)
    office.step(matter, "sign_minutes", by="thutruong", minutes_said="agree", minutes_signed_on="2026-11-09", unit_signer="B")
    office.step(matter, "record_findings", by="vhxh", strengths="Có.", findings=TWO)
    assert stands(office, matter, "inspection_conclusion", "chutich") and not stands(office, matter, "inspection_conclusion", "donvi")
    sign_and_number(
        office, matter, "conclude_inspection", "inspection_conclusion", "conclusion_number", "concluded_on", "20", decision="conclude",
    )
    assert TWO[0]["what"] in said_in(office, matter, "inspection_conclusion", "donvi")
    for name in ("inspection_decision", "inspection_notice", "inspection_conclusion"):
        unit, officer = stands(office, matter, name, "donvi"), stands(office, matter, name, "vhxh")
        assert unit and not unit.earlier and not unit.may_draw and not unit.old and officer and officer.earlier and not officer.old, name


def test_a_numbered_notice_stays_the_units_while_another_day_is_looked_for_and_nobody_replaces_it_after_the_end(office: Office) -> None:
    matter = begin(office)
    draft_decision(office, matter)
    sign_decision(office, matter)
    notify(office, matter, visit_on="2026-11-12", visit_at="8 giờ")
    name, writer = "inspection_notice", office.who("vhxh")
    number = said_in(office, matter, name, "donvi")
    office.step(matter, "confirm_visit", by="donvi", decision="other_day", note="Trường đang thi.")
    assert said_in(office, matter, name, "donvi") == number, "it was issued, and was not called back"
    writes = stands(office, matter, name, "vhxh")
    assert writes and writes.may_draw
    with pytest.raises(NotFound):
        papers.preview_matter_paper(matter, name, by=office.who("donvi"))
    drawn = papers.draw_up_matter_paper(matter, name, by=writer)
    assert drawn.papers and "Số: 1" not in said_in(office, matter, name, "vhxh"), "what is written anew is a draft without a number"
    assert said_in(office, matter, name, "donvi") == number
    with pytest.raises(NotFound):
        papers.open_paper(drawn.papers[0].id, by=office.who("donvi"))
    office.step(matter, "notify_unit", by="vhxh", decision="propose_cancel", proposed_reason="Trường đang thi.")
    call_off(office, matter, "Trường đang thi.")
    assert said_in(office, matter, name, "donvi") == said_in(office, matter, name, "thutruong") == number
    ended = stands(office, matter, name, "vhxh")
    assert ended and not ended.may_draw and ended.may_scan
    with pytest.raises(Conflict) as over:
        papers.upload_matter_paper(matter, name, "a.docx", docx_of(office, ended), by=writer)
    assert over.value.code == "matter-over"
    scan = papers.upload_matter_paper(matter, name, "a.pdf", PDF, by=writer, signed=True)
    assert scan.source == "signed" and papers.open_paper(scan.id, by=office.who("donvi")), "the scan of what was issued is the unit's"


def test_a_notice_of_another_day_takes_the_place_of_the_former_once_it_has_its_number_and_the_former_stays(office: Office) -> None:
    matter = begin(office)
    draft_decision(office, matter)
    sign_decision(office, matter)
    notify(office, matter, visit_on="2026-11-12", visit_at="8 giờ")
    office.step(matter, "confirm_visit", by="donvi", decision="other_day", note="Trường đang thi.")
    former = stands(office, matter, "inspection_notice", "donvi")
    notify(office, matter, visit_on="2026-11-13", visit_at="8 giờ")
    now = stands(office, matter, "inspection_notice", "donvi")
    assert former and now and "13 tháng 11" in said_in(office, matter, "inspection_notice", "donvi")
    assert [one.id for one in now.earlier] == [one.id for one in former.latest], "both were issued; no draft between them is read"


def test_a_decision_drafted_again_bears_no_number_until_it_has_its_own_and_says_which_one_it_replaces(office: Office) -> None:
    matter, name = begin(office), "inspection_decision"
    draft_decision(office, matter)
    assert "thay thế" not in said_in(office, matter, name, "chutich"), "the first one replaces none"
    sign_decision(office, matter, "21")
    office.step(matter, "notify_unit", by="vhxh", decision="redo", note="Đổi ngày.")
    draft_decision(office, matter)
    draft = said_in(office, matter, name, "chutich")
    assert "Số: 21" not in draft and "thay thế Quyết định số 21/QĐ-HĐTĐKT ngày 03 tháng 11 năm 2026" in draft
    assert "Số: 21/QĐ-HĐTĐKT" in said_in(office, matter, name, "donvi"), "the unit reads the one in force until there is another"
    sign_decision(office, matter, "22")
    said = said_in(office, matter, name, "donvi")
    assert "Số: 22/QĐ-HĐTĐKT" in said and "thay thế Quyết định số 21/QĐ-HĐTĐKT" in said
    office.step(matter, "notify_unit", by="vhxh", decision="redo", note="Đổi ngày nữa.")
    draft_decision(office, matter)
    assert "thay thế Quyết định số 22/QĐ-HĐTĐKT" in said_in(office, matter, name, "chutich")


@pytest.mark.parametrize("again", [False, True])
def test_a_decision_in_force_is_called_off_by_a_decision_of_its_own_that_the_unit_reads(office: Office, again: bool) -> None:
    matter, name = begin(office), "call_off_decision"
    draft_decision(office, matter)
    sign_decision(office, matter, "21")
    if again:  # the chair calls it off where the decision lies with him again
        office.step(matter, "notify_unit", by="vhxh", decision="redo", note="Đổi ngày.")
        draft_decision(office, matter)
        office.step(matter, "sign_decision", by="chutich", decision="cancel", cancel_reason="Trường sáp nhập.")
    else:
        office.step(matter, "notify_unit", by="vhxh", decision="propose_cancel", proposed_reason="Trường sáp nhập.")
        seen = stands(office, matter, name, "chutich")
        assert seen and seen.document and "Quyết định số 21/QĐ-HĐTĐKT" in str(seen.document["blocks"]), "he reads what he decides"
        assert not stands(office, matter, name, "donvi")
        office.step(matter, "call_off", by="chutich", decision="cancel", cancel_reason="Trường sáp nhập.")
    assert office.stands_at(matter) == {"number_called_off"} and not stands(office, matter, name, "donvi")
    office.step(matter, "number_called_off", by="vanthu", called_off_number="23", called_off_on="2026-11-03")
    said = said_in(office, matter, name, "donvi")
    assert "Số: 23/QĐ-HĐTĐKT" in said and "Lý do: Trường sáp nhập." in said and "Hồ Đại Ngàn" in said
    assert "Quyết định số 21/QĐ-HĐTĐKT ngày 03 tháng 11 năm 2026 hết hiệu lực" in said
    writer = stands(office, matter, name, "vhxh")
    assert writer and not writer.may_draw


def test_the_chair_reads_the_notice_that_he_signs_and_has_it_written_again(office: Office) -> None:
    matter, name = begin(office), "inspection_notice"
    draft_decision(office, matter)
    sign_decision(office, matter)
    office.step(matter, "notify_unit", by="vhxh", decision="notify", visit_on="2026-11-09", visit_at="8 giờ")
    seen = stands(office, matter, name, "chutich")
    assert seen and seen.latest and seen.document and not seen.may_draw and "CHỦ TỊCH" in said_in(office, matter, name, "chutich")
    office.step(matter, "sign_notice", by="chutich", decision="redo", note="Ghi rõ phòng họp.")
    given = tasks.read_task(open_stop(office, matter, "notify_unit").id, by=office.who("vhxh")).given
    assert given["last_note"] == "Ghi rõ phòng họp." and not stands(office, matter, name, "donvi")
    notify(office, matter, visit_on="2026-11-09", visit_at="8 giờ, phòng họp")
    assert "phòng họp" in said_in(office, matter, name, "donvi")


def test_the_unit_reads_the_teams_minutes_and_neither_draws_nor_edits_them(office: Office) -> None:
    matter = decided(office)
    office.go_to("2026-11-09")
    send_visit(office, matter)
    head = office.who("thutruong")
    seen = stands(office, matter, "inspection_minutes", "thutruong")
    assert seen and seen.latest and seen.others and not (seen.may_draw or seen.may_scan) and seen.document
    writer = stands(office, matter, "inspection_minutes", "vhxh")
    assert writer and writer.may_draw, "who wrote them may"
    for refused in (
        lambda: papers.draw_up_matter_paper(matter, "inspection_minutes", by=head),
        lambda: papers.upload_matter_paper(matter, "inspection_minutes", "a.docx", b"x", by=head),
        lambda: papers.upload_matter_paper(matter, "inspection_minutes", "a.pdf", PDF, by=head, signed=True),
    ):
        with pytest.raises(Forbidden):
            refused()
    office.step(matter, "sign_minutes", by="thutruong", minutes_said="object", objection="Số liệu sai.", minutes_signed_on="2026-11-09",
                unit_signer="Đinh Vũ Phong")
    assert "Số liệu sai." in said_in(office, matter, "inspection_minutes", "thutruong"), "what the unit said came into them by itself"
    after = stands(office, matter, "inspection_minutes", "vhxh")
    assert after and after.signed and not after.may_draw and after.may_scan
    with pytest.raises(Conflict) as signed:
        papers.upload_matter_paper(matter, "inspection_minutes", "a.docx", docx_of(office, after), by=office.who("vhxh"))
    assert signed.value.code == "already-signed"
    assert papers.upload_matter_paper(matter, "inspection_minutes", "a.pdf", PDF, by=office.who("vhxh"), signed=True).source == "signed"


def docx_of(office: Office, paper: MatterPaper) -> bytes:
    (word,) = [one for one in (*paper.latest, *paper.earlier) if one.format == "docx"][:1]
    return papers.open_paper(word.id, by=office.who("vhxh"))[2].read_bytes() + b"\n"


def test_what_is_sent_back_is_written_again_and_only_then_drawn_up(office: Office) -> None:
    matter = begin(office)
    draft_decision(office, matter)
    first = stands(office, matter, "inspection_decision", "vhxh")
    assert first and first.may_draw and {one.version for one in first.latest} == {1}, "until it is signed who wrote it mends it"
    office.step(matter, "sign_decision", by="chutich", decision="redo", note="Thêm thư ký.")
    back = stands(office, matter, "inspection_decision", "vhxh")
    assert back and {one.version for one in back.latest} == {1} and not back.signed
    draft_decision(office, matter)
    office.step(matter, "sign_decision", by="chutich", decision="sign")
    done = stands(office, matter, "inspection_decision", "vhxh")
    assert done and done.signed and not done.may_draw
    task = tasks.read_task(open_stop(office, matter, "number_decision").id, by=office.who("vanthu"))
    with pytest.raises(Forbidden):
        papers.draw_up_matter_paper(matter, "inspection_decision", by=office.who("vanthu"))
    assert task.state == "open"


def test_a_plan_draws_itself_up_for_the_head_and_the_chair_and_its_clerk_numbers_it(office: Office) -> None:
    plan = office.begin("inspection_plan", by="vhxh", year=2026, purpose="Chấn chỉnh thiếu sót.")
    lines = [line(office, "VHXH", "Hồ sơ khen thưởng", "2026-11-16", "2026-11-20")]
    office.step(plan, "draft_inspections", by="vhxh", lines=lines, method="Phòng Văn hóa - Xã hội tham mưu.")
    for login in ("truongphong", "chutich"):
        seen = stands(office, plan, "inspection_plan", login)
        assert seen and seen.latest and not seen.may_draw, login
    head = stands(office, plan, "inspection_plan", "truongphong")
    assert head and head.document and "Hồ sơ khen thưởng" in str(head.document["blocks"])
    office.step(plan, "submit_inspections", by="truongphong", decision="submit")
    office.step(plan, "sign_inspections", by="chutich", decision="sign")
    office.step(plan, "number_inspections", by="vanthu", plan_number="45", signed_on="2026-11-03")
    assert "Số: 45/KH-HĐTĐKT" in said_in(office, plan, "inspection_plan", "vhxh")
    with pytest.raises(NotFound):
        papers_of_matter(planned(office, *lines), by=office.who("donvi"))


def test_a_complaints_conclusion_is_a_paper_that_who_settles_it_reads_and_who_sent_it_does_not(office: Office) -> None:
    matter = office.complain(by="donvi")
    office.step(matter, "verify_petition", by="vhxh", findings="Nhân chứng kể lại.", withdraws=False)
    office.step(matter, "draft_conclusion", by="truongphong", decision="founded", summary="Đề nghị kết luận có vi phạm.")
    drafted = said_in(office, matter, "petition_conclusion", "chutich")
    for words in ("KẾT LUẬN", "Nội dung đơn “Làm rõ số liệu kê khai”", "Kê khai không đúng.", "Nhân chứng kể lại.", "có vi phạm"):
        assert words in drafted, words
    office.step(matter, "conclude_petition", by="chutich", decision="unfounded", chair_summary="Số liệu đúng.")
    assert "Số: /KL-UBND" in said_in(office, matter, "petition_conclusion", "vanthu"), "the clerk opens what he numbers"
    office.step(matter, "number_conclusion", by="vanthu", number="15", dated="2026-11-03")
    for login in ("vhxh", "truongphong", "vanthu"):
        said = said_in(office, matter, "petition_conclusion", login)
        assert "Số: 15/KL-UBND" in said and "không có vi phạm" in said and "ngày 03 tháng 11 năm 2026" in said, login
        assert "CHỦ TỊCH Hồ Đại Ngàn" in said and "KT. CHỦ TỊCH" not in said, login
    office.answer_sender(matter, "Đơn không đúng.")
    assert said_in(office, matter, "petition_answer", "donvi"), "the letter he does read"
    assert not stands(office, matter, "petition_conclusion", "donvi")
    (paper, *_), sender = stands(office, matter, "petition_conclusion", "vhxh").latest, office.who("donvi")  # type: ignore[union-attr]
    with pytest.raises(NotFound):
        papers.open_paper(paper.id, by=sender)


def test_a_deputy_who_concludes_in_the_chairs_place_is_named_as_one(office: Office) -> None:
    chair, deputy = office.who("chutich"), office.who("phochutich")
    today = clock.today()
    people.name_substitute(
        chair.account or 0, deputy.account or 0, group="chair", since=today, until=today + timedelta(days=9), reason="đi công tác",
        by=machine("cli"),
    )
    matter = office.complain(by="donvi")
    office.step(matter, "verify_petition", by="vhxh", findings="Đã xem.", withdraws=False)
    office.step(matter, "draft_conclusion", by="truongphong", decision="unfounded", summary="Không có vi phạm.")
    office.step(matter, "conclude_petition", by="phochutich", decision="unfounded")
    said = said_in(office, matter, "petition_conclusion", "vanthu")
    assert f"KT. CHỦ TỊCH PHÓ CHỦ TỊCH {deputy.name}" in said


def test_a_conclusion_that_differs_from_the_draft_is_the_chairs_own_and_says_one_thing_only(office: Office) -> None:
    same, other = office.complain(by="donvi"), office.complain(by="donvi")
    for matter in (same, other):
        office.step(matter, "verify_petition", by="vhxh", findings="Đã xem sổ.", withdraws=False)
        office.step(matter, "draft_conclusion", by="truongphong", decision="founded", summary="Chậm trả lời, có vi phạm thời hạn.")
    office.step(same, "conclude_petition", by="chutich", decision="founded")
    said = said_in(office, same, "petition_conclusion", "vanthu")
    assert "Chậm trả lời, có vi phạm thời hạn." in said and "Nội dung đơn nêu có vi phạm." in said
    with pytest.raises(Invalid) as refused:
        office.step(other, "conclude_petition", by="chutich", decision="unfounded", note="Không đồng ý.")
    (fault,) = refused.value.faults
    assert fault.path == "chair_summary" and "khác dự thảo" in fault.message
    office.step(other, "conclude_petition", by="chutich", decision="return", note="Xem lại thời hạn.")
    office.step(other, "draft_conclusion", by="truongphong", decision="founded", summary="Vẫn có vi phạm.")
    office.step(other, "conclude_petition", by="chutich", decision="unfounded", chair_summary="Trả lời trong thời hạn.")
    office.step(other, "number_conclusion", by="vanthu", number="16", dated="2026-11-03")
    said = said_in(office, other, "petition_conclusion", "truongphong")
    assert "Trả lời trong thời hạn." in said and "Nội dung đơn nêu không có vi phạm." in said
    assert "có vi phạm thời hạn" not in said and "Vẫn có vi phạm" not in said


def test_papers_of_a_complaint_about_the_head_speak_for_whoever_falls_in_and_never_for_him(office: Office) -> None:
    head, instead, deputy = office.who("truongphong"), office.who("vanphong"), office.who("phochutich")
    usual = office.complain(by="donvi")
    office.conclude(usual)
    office.answer_sender(usual, number="78")
    matter = office.begin(
        "petition", by="donvi", kind="complaint", subject="Trưởng phòng chậm trả lời", content="Quá hạn.", received_on="2026-11-03",
        about_people=[f"account:{head.account}"],
    )
    office.step(matter, "classify_petition", by="vanphong", kind="complaint")
    office.step(matter, "verify_petition", by="vanphong", findings="Đã xem sổ.", withdraws=False)
    office.step(matter, "draft_conclusion", by="vanphong", decision="founded", summary="Trả lời quá hạn.")
    office.conclude(matter, "founded")
    for login in ("vanphong", "chutich"):
        with pytest.raises(NotFound):
            office.answer_sender(matter, "Đã nhắc nhở.", by=login)
    office.answer_sender(matter, "Đã nhắc nhở.", by="phochutich", number="78")  # a number of another series
    said = {one: [said_in(office, one, f"petition_{name}", "vanthu") for name in ("conclusion", "answer")] for one in (usual, matter)}
    concluded, letter = said[usual]
    assert "đề nghị của Phòng Văn hóa - Xã hội" in concluded and "- Phòng Văn hóa - Xã hội" in concluded
    assert "Số: 78/UBND-VHXH" in letter and "TL. CHỦ TỊCH TRƯỞNG PHÒNG VĂN HÓA - XÃ HỘI" in letter and head.name in letter
    assert "Lưu: VT, VHXH" in letter
    concluded, letter = said[matter]
    assert "đề nghị của Văn phòng HĐND và UBND" in concluded and "Văn phòng HĐND và UBND trả lời người gửi đơn" in concluded
    assert "Số: 78/UBND-VP" in letter and f"KT. CHỦ TỊCH PHÓ CHỦ TỊCH {deputy.name}" in letter
    assert "TL." not in letter and instead.name not in letter, "no specialist signs by order of the chair"
    assert "Lưu: VT, VP" in letter
    whole, by = movement.read_matter(matter, by=office.who("chutich")), office.who("chutich")
    facts = {one.key: one.said for one in movement.read_main_facts(whole, office.stops(matter), by=by)}
    decided = outcomes_of(office.stops(matter), whole.running, by)
    (numbered,) = [decided[one.id].words[0] for one in office.stops(matter) if one.element == "number_answer" and one.id in decided]
    assert facts["answer_number"] == numbered and numbered.startswith("78/UBND-VP, ngày"), "as its paper"
    named = f"Người, cơ quan, đơn vị được nêu trong đơn: {head.name} ({people.accounts_of([head.account])[head.account].title})."
    assert named in concluded, "whom it is about, and nothing else of him"
    for words in ("Văn hóa - Xã hội", "VĂN HÓA - XÃ HỘI", "VHXH", head.name):
        assert words not in concluded.replace(named, "") + letter, words


def _given_at(office: Office, matter: int, element: str) -> dict[str, Any]:
    """What the page of an open step shows of what the service knows."""
    (stop,) = [one for one in office.stops(matter) if one.state == "open" and one.element == element]
    return dict(tasks.read_task(stop.id, by=office.who("thanhtra")).given)


def test_a_conclusion_names_whom_it_is_about_and_what_follows_for_each_by_where_the_name_stands(office: Office) -> None:
    decided, going, alone = office.posted("HN-2026", "Hoàng Bình Minh", "Lê Nắng Mai", "Đỗ Gió Lộng")
    office.sit("HN-2026", {}, [decided])
    office.decide("HN-2026", 21, [decided])
    about, nobody, lifted = office.complain(decided, going), office.complain(), office.complain(alone)
    for matter, decision in ((about, "founded"), (nobody, "founded"), (lifted, "unfounded")):
        office.step(matter, "verify_petition", by="vhxh", findings="Đã xem sổ.", withdraws=False)
        more = {"proposal": "revoke", "violated": [f"nomination:{one}" for one in (decided, going)]} if matter == about else {}
        office.step(matter, "draft_conclusion", by="truongphong", decision=decision, summary="Đã rõ.", **more)
        office.step(matter, "conclude_petition", by="chutich", decision=decision, **more)
        office.conclude(matter)
    said = {one: said_in(office, one, "petition_conclusion", "truongphong") for one in (about, nobody, lifted)}
    unit = office.read(decided).unit_name
    assert f"Dừng xét khen thưởng kể từ ngày ban hành kết luận này đối với: Lê Nắng Mai ({unit})." in said[about]
    stands_decided = said[about].partition("theo Điều 93 Luật Thi đua, khen thưởng năm 2022 đối với: ")[2]
    assert "Trình Chủ tịch" not in said[about], "he signs it himself"
    assert stands_decided.startswith(f"Hoàng Bình Minh ({unit}; Quyết định số "), said[about]
    assert f"Tiếp tục xét khen thưởng kể từ ngày ban hành kết luận này đối với: Đỗ Gió Lộng ({unit})." in said[lifted]
    for words in ("khen thưởng", "liên quan", "Đơn nêu về"):
        assert words not in said[nobody], words


def test_the_head_reads_what_follows_for_each_name_before_the_chair_signs(office: Office) -> None:
    (one,) = office.received("HN-2026", "Hoàng Bình Minh")
    matter, nobody = office.complain(one), office.complain()
    for number in (matter, nobody):
        office.step(number, "verify_petition", by="vhxh", findings="Đã xem sổ.", withdraws=False)
    assert _given_at(office, matter, "draft_conclusion")["names_open"] == f"Hoàng Bình Minh ({office.read(one).unit_name})"
    assert not _given_at(office, nobody, "draft_conclusion")["names_open"]
