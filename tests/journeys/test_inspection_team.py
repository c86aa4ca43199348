"""The team of an inspection: its people do its steps, whatever their office; nobody of the inspected unit is in it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from service import clock, people
from service.actor import Actor
from service.errors import Invalid, NotFound
from service.movement import read_main_facts, read_matter
from service.papers import open_paper
from service.papers.matters import draw_up_matter_paper, preview_matter_paper
from service.processes import inbox, tasks
from tests.journeys.conftest import OpenOffice
from tests.journeys.inspections import TWO, begin, decision_days, notify, open_stop, send_visit, sign_decision
from tests.journeys.office import Office
from tests.service.papers.reading import docx_words, text_of


@pytest.fixture
def office(office_on: OpenOffice) -> Office:
    return office_on(date(2026, 11, 3))


def number_of(office: Office, login: str) -> int:
    found = office.who(login).account
    assert found is not None
    return found


def member(office: Office, login: str, role: str) -> dict[str, Any]:
    return {"person": f"account:{number_of(office, login)}", "role": role}


def draft(office: Office, matter: int, *team: dict[str, Any]) -> None:
    office.step(matter, "draft_decision", by="vhxh", scope="Kết quả", period_checked="năm 2026", team=list(team),
                **decision_days(office, matter))


def to_the_visit(office: Office, matter: int) -> None:
    sign_decision(office, matter)
    notify(office, matter, visit_on="2026-11-09", visit_at="8 giờ")
    office.step(matter, "confirm_visit", by="donvi", decision="confirm", contact_name="Đinh Vũ Phong")
    office.go_to("2026-11-09")


def waiting(office: Office, login: str) -> set[str]:
    return {one.element for one in inbox.read_inbox(office.who(login), "all").items}


OUTSIDE = {"name": "Phạm Văn Sơn", "post": "Công chức Thuế cơ sở", "role": "member"}


def test_the_head_of_the_team_and_its_members_do_its_steps_though_they_are_of_no_group_that_does(office: Office) -> None:
    matter = begin(office)
    draft(office, matter, member(office, "ketoan", "head"), member(office, "vanthu", "secretary"), OUTSIDE)
    to_the_visit(office, matter)
    head, secretary = office.who("ketoan"), office.who("vanthu")
    visit = open_stop(office, matter, "visit")
    assert "visit" in waiting(office, "ketoan") and "visit" in waiting(office, "vanthu") and "visit" in waiting(office, "vhxh")
    assert "visit" not in waiting(office, "thue"), "who is not in the team has nothing of it"
    with pytest.raises(NotFound):
        tasks.read_task(visit.id, by=office.who("thue"))
    task = tasks.read_task(visit.id, by=secretary)
    assert task.given["again_head_of_team"] == head.name and task.given["again_secretary_of_team"] == secretary.name
    assert {number_of(office, "ketoan"), number_of(office, "vanthu")} <= set(tasks.eligible_for(task))
    send_visit(office, matter, by="ketoan")
    (done,) = [one for one in office.stops(matter) if one.element == "visit"]
    assert (done.closed_by, done.on_behalf) == (head.name, ""), "for himself, and not in the place of the office"
    said = docx_words(minutes_of(matter, head))
    assert head.name in said and OUTSIDE["name"] in said and "account:" not in said
    office.step(matter, "sign_minutes", by="thutruong", minutes_said="agree", minutes_signed_on=clock.today().isoformat(),
                unit_signer="Đinh Vũ Phong")
    office.step(matter, "record_findings", by="ketoan", strengths="Có kế hoạch.", findings=TWO)
    assert office.stands_at(matter) == {"conclude_inspection"}
    conclude = open_stop(office, matter, "conclude_inspection")
    with pytest.raises(NotFound):
        tasks.complete_task(conclude.id, {"decision": "conclude"}, by=head)


def minutes_of(matter: int, by: Actor) -> bytes:
    drawn = draw_up_matter_paper(matter, "inspection_minutes", by=by)
    (paper,) = [one for one in drawn.papers if one.format == "docx"]
    return open_paper(paper.id, by=by)[2].read_bytes()


def test_a_team_that_is_named_anew_takes_the_steps_from_the_one_before(office: Office) -> None:
    matter = begin(office)
    draft(office, matter, member(office, "ketoan", "head"), member(office, "vhxh", "secretary"))
    office.step(matter, "sign_decision", by="chutich", decision="redo", note="Đổi Trưởng đoàn.")
    draft(office, matter, member(office, "vanthu", "head"), member(office, "vhxh", "secretary"))
    to_the_visit(office, matter)
    assert "visit" in waiting(office, "vanthu") and "visit" not in waiting(office, "ketoan")


def opened(office: Office, matter: int, element: str, login: str) -> list[bool]:
    """Of each time that a step was done, whether somebody opens its form."""
    who = office.who(login)
    done = [one.id for one in office.stops(matter) if one.element == element and one.state == "done"]
    return [tasks.may_read_answers(tasks.read_task(one, by=who), who) for one in done]


def days_told(office: Office, matter: int, login: str) -> dict[str, str]:
    who = office.who(login)
    found = read_main_facts(read_matter(matter, by=who), office.stops(matter), by=who)
    return {one.key: one.said for one in found if one.key in ("from_day", "until_day")}


def test_the_unit_opens_the_decision_that_is_in_force_and_neither_a_draft_nor_the_one_before(office: Office) -> None:
    matter = begin(office)
    team = [member(office, "ketoan", "head"), member(office, "vhxh", "secretary")]
    draft(office, matter, *team)
    office.step(matter, "sign_decision", by="chutich", decision="redo", note="Thêm thành viên.")
    draft(office, matter, *team, OUTSIDE)
    sign_decision(office, matter)
    assert opened(office, matter, "draft_decision", "donvi") == [False, True]
    assert opened(office, matter, "draft_decision", "vhxh") == opened(office, matter, "draft_decision", "uv1") == [True, True]
    office.step(matter, "notify_unit", by="vhxh", decision="redo", note="Đơn vị có lễ.")
    office.step(matter, "draft_decision", by="vhxh", scope="Kết quả", period_checked="năm 2026", team=team, from_day="2026-11-18",
                until_day="2026-11-20")
    assert opened(office, matter, "draft_decision", "donvi") == [False, True, False]
    first = {"from_day": "09/11/2026", "until_day": "13/11/2026"}
    assert days_told(office, matter, "donvi") == first, "a decision that is not signed tells the unit no day"
    assert days_told(office, matter, "vhxh") == {"from_day": "18/11/2026", "until_day": "20/11/2026"}
    sign_decision(office, matter, "14")
    assert opened(office, matter, "draft_decision", "donvi") == [False, False, True]
    assert days_told(office, matter, "donvi") == {"from_day": "18/11/2026", "until_day": "20/11/2026"}


def test_a_number_below_ten_is_written_with_a_nought_on_its_paper_and_wherever_it_is_cited(office: Office) -> None:
    matter = begin(office)
    draft(office, matter, member(office, "ketoan", "head"), member(office, "vhxh", "secretary"))
    number = f"{int(office.paper_number('QĐ-HĐTĐKT', 5)):02d}"
    sign_decision(office, matter, str(int(number)))
    office.step(matter, "notify_unit", by="vhxh", decision="notify", visit_on="2026-11-09", visit_at="8 giờ")
    for name, said in (("inspection_decision", f"Số: {number}/QĐ-HĐTĐKT"), ("inspection_notice", f"Quyết định số {number}/QĐ-HĐTĐKT")):
        assert said in text_of(preview_matter_paper(matter, name, by=office.who("vhxh"))), name


def test_nobody_of_the_inspected_unit_is_in_the_team_chosen_or_written(office: Office) -> None:
    matter = begin(office)
    of_the_unit = office.who("thutruong")
    for wrong, path in (
        (member(office, "thutruong", "head"), "team.0.person"),
        ({"name": of_the_unit.name, "post": "Hiệu trưởng", "role": "head"}, "team.0.name"),
    ):
        with pytest.raises(Invalid) as refused:
            draft(office, matter, wrong, member(office, "vhxh", "secretary"))
        (fault,) = refused.value.faults
        assert fault.path == path
        assert fault.message == f"{of_the_unit.name} là người của đơn vị được kiểm tra nên không tham gia Đoàn kiểm tra. Chọn người khác."
        assert office.stands_at(matter) == {"draft_decision"}
    with pytest.raises(Invalid) as refused:
        draft(office, matter, member(office, "ketoan", "head"), member(office, "vanthu", "head"))
    assert [one.path for one in refused.value.faults] == ["team"]
    draft(office, matter, member(office, "ketoan", "head"), member(office, "vhxh", "secretary"))
    assert office.stands_at(matter) == {"sign_decision"}


def test_nobody_is_in_a_team_twice(office: Office) -> None:
    matter = begin(office)
    head = member(office, "ketoan", "head")
    for twice, path, name in (
        (member(office, "ketoan", "member"), "team.0.person", office.who("ketoan").name), (OUTSIDE, "team.1.name", OUTSIDE["name"]),
    ):
        with pytest.raises(Invalid) as refused:
            draft(office, matter, head, OUTSIDE, twice)
        assert refused.value.faults[0].path == path
        assert {one.message for one in refused.value.faults} == {f"{name} đứng hai dòng trong Đoàn. Chọn người khác."}
    draft(office, matter, head, OUTSIDE, OUTSIDE | {"post": "Công chức Tư pháp", "role": "secretary"})
    assert office.stands_at(matter) == {"sign_decision"}, "two people may have one name"


def test_the_team_does_the_visit_to_the_office_that_otherwise_would(office: Office) -> None:
    matter = begin(office, "VHXH")
    office.step(matter, "draft_decision", by="vanphong", scope="Kết quả", period_checked="năm 2026",
                team=[member(office, "ketoan", "head"), OUTSIDE | {"role": "secretary"}], **decision_days(office, matter))
    sign_decision(office, matter)
    notify(office, matter, by="vanphong", visit_on="2026-11-09", visit_at="8 giờ")
    office.step(matter, "confirm_visit", by="vhxh", decision="confirm", contact_name="Lê Ban Mai")
    office.go_to("2026-11-09")
    assert "visit" in waiting(office, "ketoan") and "visit" not in waiting(office, "vhxh")
    send_visit(office, matter, by="ketoan")
    assert office.stands_at(matter) == {"sign_minutes"}


NOTED = [{"what": "Chưa công khai kết quả", "basis": "", "due_on": "2026-11-20"}]


def papers_said(office: Office, matter: int, login: str) -> list[str]:
    """What the papers of an inspection say on its way to the conclusion, and that calls it off, each whitespace made one."""
    sign_decision(office, matter)
    found = [text_of(preview_matter_paper(matter, "inspection_decision", by=office.who("chutich")))]
    notify(office, matter, by=login, visit_on="2026-11-09", visit_at="8 giờ")
    found.append(text_of(preview_matter_paper(matter, "inspection_notice", by=office.who("chutich"))))
    return found


def concluded_words(office: Office, matter: int, head: str) -> str:
    office.go_to("2026-11-09")
    send_visit(office, matter, by=head)
    (stop,) = [one for one in office.stops(matter) if one.element == "sign_minutes"]
    who = "thutruong" if matter_unit(office, matter) == "DONG-MAY" else "truongphong"
    tasks.complete_task(stop.id, {"minutes_said": "agree", "minutes_signed_on": "2026-11-09", "unit_signer": "B"}, by=office.who(who))
    office.follow_up()
    office.step(matter, "record_findings", by=head, strengths="Có kế hoạch.", findings=NOTED)
    return text_of(preview_matter_paper(matter, "inspection_conclusion", by=office.who("chutich")))


def matter_unit(office: Office, matter: int) -> str:
    unit = read_matter(matter, by=office.who("chutich")).entry.unit_id
    return next(code for code, number in office.units.items() if number == unit)


@pytest.mark.parametrize(("unit", "who", "office_said", "code"), [
    ("DONG-MAY", "vhxh", "Phòng Văn hóa - Xã hội", "VHXH"), ("VHXH", "vanphong", "Văn phòng HĐND và UBND", "VP"),
])
def test_papers_name_the_office_that_acts_and_never_the_inspected_one_as_it(
    office: Office, unit: str, who: str, office_said: str, code: str,
) -> None:
    matter = begin(office, unit)
    office.step(matter, "draft_decision", by=who, scope="Kết quả", period_checked="năm 2026",
                team=[member(office, "ketoan", "head"), OUTSIDE | {"role": "secretary"}], **decision_days(office, matter))
    named = people.unit_name(office.units[unit], clock.today())
    decision, notice = papers_said(office, matter, who)
    assert f"Theo đề nghị của {office_said}." in decision and f"Điều 3. {office_said}, {named} và các ông (bà)" in decision
    assert f"Thủ trưởng {named} bố trí thành phần làm việc và xác nhận lịch với {office_said}./." in notice
    office.step(matter, "confirm_visit", by="donvi" if unit == "DONG-MAY" else "vhxh", decision="confirm", contact_name="Lê Ban Mai")
    concluded = concluded_words(office, matter, "ketoan")
    assert f"kèm minh chứng về {office_said} đúng thời hạn" in concluded and f"thực hiện. {office_said} theo dõi" in concluded
    for said in (decision, notice, concluded):
        assert f"Lưu: VT, {code}" in said and f"{named}, {named}" not in said


def test_the_decision_that_calls_off_an_inspection_of_the_office_is_proposed_by_who_falls_in(office: Office) -> None:
    matter = begin(office, "VHXH")
    office.step(matter, "draft_decision", by="vanphong", scope="Kết quả", period_checked="năm 2026",
                team=[member(office, "ketoan", "head"), OUTSIDE | {"role": "secretary"}], **decision_days(office, matter))
    sign_decision(office, matter)
    office.step(matter, "notify_unit", by="vanphong", decision="propose_cancel", proposed_reason="Đã kiểm tra trong đợt của tỉnh.")
    said = text_of(preview_matter_paper(matter, "call_off_decision", by=office.who("chutich")))
    assert "Theo đề nghị của Văn phòng HĐND và UBND." in said and "Lưu: VT, VP" in said
    assert "Điều 3. Văn phòng HĐND và UBND và các thành viên" in said, "nothing is asked of a unit that had no notice"
