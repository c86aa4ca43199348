"""Papers of matters that somebody signs in the place of an absent person: his form and name stand on them, or he does not sign."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from service import clock, movement, papers, people
from service.actor import machine
from service.errors import Conflict
from tests.journeys.conftest import OpenOffice
from tests.journeys.inspections import begin, draft_decision, notify, sign_decision
from tests.journeys.office import Office
from tests.journeys.petitions import people_named, send_petition
from tests.service.papers.reading import text_of

CLI = machine("cli")


@pytest.fixture
def office(office_on: OpenOffice) -> Office:
    return office_on(date(2026, 11, 3))


def absent(office: Office, away: str, *instead: str, processes: tuple[str, ...] = ()) -> None:
    """Somebody is away for some days, and these stand in for him."""
    since = clock.today()
    for login in instead:
        people.name_substitute(
            office.who(away).account or 0, office.who(login).account or 0, by=CLI, since=since, until=since + timedelta(days=9),
            reason="Nghỉ phép", processes=processes,
        )


def remark(office: Office, *, by: str = "truongphong") -> int:
    """A remark that waits for its answer."""
    matter = send_petition(office)
    office.step(matter, "classify_petition", by=by, kind="remark")
    return matter


def said_in(office: Office, matter: int, name: str) -> str:
    return text_of(papers.preview_matter_paper(matter, name, by=office.who("truongphong")))


@pytest.mark.parametrize("login", ["vhxh", "vanphong"])
def test_a_specialist_who_stands_in_for_the_head_tells_the_sender_himself_and_signs_no_letter(office: Office, login: str) -> None:
    absent(office, "truongphong", login)
    told, letter = remark(office, by=login), remark(office, by=login)
    office.step(told, "answer_petition", by=login, way="here", answer="Đã sửa.", told_on="2026-11-03")
    assert movement.read_matter(told, by=office.who("chutich")).entry.ended
    with pytest.raises(Conflict) as refused:
        office.step(letter, "answer_petition", by=login, way="letter", answer="Đã sửa.")
    assert refused.value.code == "no-post-to-sign"
    for words in ("thay Trưởng phòng Văn hóa - Xã hội", "“Công văn trả lời đơn, kiến nghị”", "chờ người có thẩm quyền ký",
                  "Cấp phó của thủ trưởng đơn vị: Phòng Văn hóa - Xã hội", "Chủ tịch UBND xã", "Phó Chủ tịch UBND xã"):
        assert words in refused.value.message, words
    assert office.stands_at(letter) == {"answer_petition"}
    office.step(letter, "answer_petition", by="truongphong", way="letter", answer="Đã sửa.")
    head = office.who("truongphong").name
    assert f"TL. CHỦ TỊCH TRƯỞNG PHÒNG VĂN HÓA - XÃ HỘI {head}" in said_in(office, letter, "petition_answer")


def test_a_specialist_who_stands_in_for_the_head_sends_nothing_on_to_another_body(office: Office) -> None:
    absent(office, "truongphong", "vhxh")
    kept, sent = send_petition(office), send_petition(office)
    office.step(kept, "classify_petition", by="vhxh", kind="remark")
    assert office.stands_at(kept) == {"answer_petition"}
    with pytest.raises(Conflict, match="Paper that sends a petition on"):
        office.step(sent, "classify_petition", by="vhxh", kind="transferred", transferred_to="UBND tỉnh")
    assert office.stands_at(sent) == {"classify_petition"}
    office.step(sent, "classify_petition", by="truongphong", kind="transferred", transferred_to="UBND tỉnh")
    assert office.stands_at(sent) == {"number_transfer"}


def test_the_deputy_chair_and_the_chair_sign_in_the_heads_place_by_their_own_posts(office: Office) -> None:
    absent(office, "truongphong", "phochutich", "chutich")
    for login, form in (("phochutich", "KT. CHỦ TỊCH PHÓ CHỦ TỊCH"), ("chutich", "CHỦ TỊCH")):
        matter = remark(office, by=login)
        office.step(matter, "answer_petition", by=login, way="letter", answer="Đã sửa.")
        said = said_in(office, matter, "petition_answer")
        assert f"{form} {office.who(login).name}" in said, login
        assert "TL." not in said and "TRƯỞNG PHÒNG" not in said and ("KT." in said) is (login == "phochutich")
    office.step(matter, "number_answer", by="vanthu", answer_number="77", answered_on="2026-11-03")
    assert f"CHỦ TỊCH {office.who('chutich').name}" in said_in(office, matter, "petition_answer")


def test_a_deputy_of_the_head_signs_for_him_what_he_signs_by_order_of_the_chair(office: Office) -> None:
    deputy = office.who("vhxh")
    absent(office, "truongphong", "vhxh")
    matter = remark(office)
    with pytest.raises(Conflict):
        office.step(matter, "answer_petition", by="vhxh", way="letter", answer="Đã sửa.")
    people.grant(deputy.account or 0, f"unit_deputy:{people.unit_by_code('VHXH')}", by=CLI)
    office.step(matter, "answer_petition", by="vhxh", way="letter", answer="Đã sửa.")
    said = said_in(office, matter, "petition_answer")
    assert f"TL. CHỦ TỊCH KT. TRƯỞNG PHÒNG VĂN HÓA - XÃ HỘI PHÓ TRƯỞNG PHÒNG {deputy.name}" in said


def test_who_stands_in_for_the_deputy_chair_does_not_sign_the_letter_about_the_head(office: Office) -> None:
    absent(office, "phochutich", "vanthu")
    matter = send_petition(office, about_people=people_named(office, "truongphong"))
    office.step(matter, "classify_petition", by="vanphong", kind="remark")
    with pytest.raises(Conflict) as refused:
        office.step(matter, "answer_petition", by="vanthu", way="letter", answer="Đã nhắc nhở.")
    assert "thay Phó Chủ tịch UBND xã" in refused.value.message and "cử" not in refused.value.message
    office.step(matter, "answer_petition", by="phochutich", way="letter", answer="Đã nhắc nhở.")
    said = text_of(papers.preview_matter_paper(matter, "petition_answer", by=office.who("vanthu")))
    assert f"KT. CHỦ TỊCH PHÓ CHỦ TỊCH {office.who('phochutich').name}" in said


def test_who_stands_in_for_the_chair_sends_a_paper_back_and_signs_none(office: Office) -> None:
    absent(office, "chutich", "vanthu", processes=("petition",))
    matter = office.complain()
    office.step(matter, "verify_petition", by="vhxh", findings="Đã xem sổ.")
    office.step(matter, "draft_conclusion", by="truongphong", decision="founded", summary="Có sai.")
    office.step(matter, "conclude_petition", by="vanthu", decision="return", note="Thiếu căn cứ.")
    office.step(matter, "draft_conclusion", by="truongphong", decision="founded", summary="Có sai, căn cứ sổ.")
    with pytest.raises(Conflict, match="may not sign"):
        office.step(matter, "conclude_petition", by="vanthu", decision="founded")
    assert office.stands_at(matter) == {"conclude_petition"}


def test_an_inspection_is_called_off_by_a_decision_which_the_chair_or_his_deputy_signs(office: Office) -> None:
    """The step that only reads the decision, and the one that signs another paper, lead to it: both are the signing of it."""
    noticed, again = begin(office), begin(office)
    for matter in (noticed, again):
        draft_decision(office, matter)
        sign_decision(office, matter)
    notify(office, noticed, visit_on="2026-11-12", visit_at="8 giờ")
    office.step(noticed, "confirm_visit", by="donvi", decision="other_day", note="Trường đang thi.")
    office.step(noticed, "notify_unit", by="vhxh", decision="propose_cancel", proposed_reason="Trường đang thi.")
    office.step(again, "notify_unit", by="vhxh", decision="redo", note="Đổi đoàn.")
    draft_decision(office, again)
    absent(office, "chutich", "vanphong", processes=("inspection",))
    absent(office, "chutich", "phochutich")
    for matter, element in ((noticed, "call_off"), (again, "sign_decision")):
        with pytest.raises(Conflict, match="may not sign “Decision to call an inspection off”"):
            office.step(matter, element, by="vanphong", decision="cancel", cancel_reason="Gộp vào đợt sau.")
    office.step(again, "sign_decision", by="vanphong", decision="redo", note="Thêm thành viên.")
    draft_decision(office, again)
    for matter, element in ((noticed, "call_off"), (again, "sign_decision")):
        office.step(matter, element, by="phochutich", decision="cancel", cancel_reason="Gộp vào đợt sau.")
        assert office.stands_at(matter) == {"number_called_off"}
        said = text_of(papers.preview_matter_paper(matter, "call_off_decision", by=office.who("vanthu")))
        assert f"KT. CHỦ TỊCH PHÓ CHỦ TỊCH {office.who('phochutich').name}" in said, element
