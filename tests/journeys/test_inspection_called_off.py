"""An inspection that is called off, and one that its unit does not answer: who goes on with it, and who is told."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from forms import first_answers
from service import notices
from service.db import reading
from service.errors import Conflict, Invalid, NotFound
from service.movement import find_matters, read_main_facts, read_matter, register_in_use
from service.notices.letters import render
from service.notices.models import Mail
from service.papers.matters import draw_up_matter_paper, papers_of_matter, preview_matter_paper
from service.processes import inbox, tasks
from tests.journeys.conftest import OpenOffice
from tests.journeys.inspections import (
    begin,
    call_off,
    decided,
    draft_decision,
    notify,
    open_stop,
    sign_decision,
)
from tests.journeys.office import Office
from tests.service.papers.reading import text_of
from tests.service.web.browser import Visitor, words
from workflows.calendar import ZONE

DAY = date(2026, 11, 3)


@pytest.fixture
def office(office_on: OpenOffice) -> Office:
    return office_on(DAY)


def told(office: Office, login: str) -> list[str]:
    """Subjects of what somebody was told of ends."""
    found = notices.own_notices(by=office.who(login), language="vi").items
    return [one.subject for one in found if one.letter == "matter_ended"]


def mailed(office: Office, login: str) -> list[str]:
    """Each letter of an end that went to somebody, as it is read."""
    with reading() as s:
        rows = s.scalars(select(Mail.context).where(Mail.account == office.who(login).account, Mail.letter == "matter_ended")).all()
    return [f"{one.subject}\n{one.text}" for row in rows for one in [render("matter_ended", row, language="vi", person="A", url="/")]]


def page_of(office: Office, login: str, matter: int) -> str:
    return words(Visitor(office.app, login).open(f"/matters/{matter}"))


def noticed(office: Office) -> int:
    """An inspection that waits for its unit to confirm the day."""
    matter = begin(office)
    draft_decision(office, matter)
    sign_decision(office, matter)
    notify(office, matter, visit_on="2026-11-12", visit_at="8 giờ 00, trụ sở đơn vị")
    return matter


def in_register(office: Office, login: str, matter: int) -> bool:
    return matter in [one.id for one in find_matters(register_in_use("inspection"), by=office.who(login)).entries]


def test_the_office_proposes_to_call_an_inspection_off_the_chair_decides_and_the_unit_reads_why(office: Office) -> None:
    matter = noticed(office)
    office.step(matter, "confirm_visit", by="donvi", decision="other_day", note="Trường đang thi.")
    with pytest.raises(Invalid) as refused:
        office.step(matter, "notify_unit", by="vhxh", decision="cancel", proposed_reason="Đã kiểm tra trong đợt của tỉnh.")
    assert [fault.path for fault in refused.value.faults] == ["decision"], "the office does not call it off itself"
    with pytest.raises(Invalid) as refused:
        office.step(matter, "notify_unit", by="vhxh", decision="propose_cancel")
    assert [fault.path for fault in refused.value.faults] == ["proposed_reason"]
    office.step(matter, "notify_unit", by="vhxh", decision="propose_cancel", proposed_reason="Đã kiểm tra trong đợt của tỉnh.")
    assert office.stands_at(matter) == {"call_off"} and told(office, "donvi") == told(office, "thutruong") == []
    asked = open_stop(office, matter, "call_off")
    proposed = tasks.read_task(asked.id, by=office.who("chutich"))
    assert first_answers(proposed.form, proposed.given)["cancel_reason"] == "Đã kiểm tra trong đợt của tỉnh."
    with pytest.raises(NotFound):
        tasks.complete_task(asked.id, {"decision": "cancel", "cancel_reason": "Thôi."}, by=office.who("vhxh"))
    shown = page_of(office, "donvi", matter)
    assert "Đã kiểm tra trong đợt" not in shown and "Đề nghị hủy" not in shown, "a proposal is not the unit's to read"
    assert "Đề nghị hủy" in page_of(office, "vhxh", matter)
    call_off(office, matter, "Đã kiểm tra trong đợt của tỉnh.")
    ended = read_matter(matter, by=office.who("donvi")).entry
    assert (ended.ended, ended.outcome) == (True, "called_off") and in_register(office, "donvi", matter)
    for login in ("donvi", "thutruong"):
        assert told(office, login) == [f"Đã hủy cuộc kiểm tra: {ended.title}"]
    assert told(office, "donvi2") == [], "another unit hears nothing"
    (letter,) = mailed(office, "donvi")
    assert letter.startswith("Đã hủy cuộc kiểm tra: ") and "Đã kiểm tra trong đợt của tỉnh." in letter and "Đã có kết quả" not in letter
    for login in ("donvi", "vhxh"):
        said = page_of(office, login, matter)
        assert said.count("Đã hủy cuộc kiểm tra, ngày 03/11/2026: Đã kiểm tra trong đợt của tỉnh.") == 1, login
        assert "Hồ Đại Ngàn: Quyết định việc hủy: Hủy cuộc kiểm tra. Lý do hủy: Đã kiểm tra trong đợt của tỉnh." in said, login
        assert said.partition("Sơ đồ:")[0].count("Lý do hủy") == 1, "the history alone says who gave it"


def test_the_chair_lets_an_inspection_go_on_that_the_office_would_call_off_or_has_it_drafted_again(office: Office) -> None:
    first, second = noticed(office), noticed(office)
    for matter in (first, second):
        office.step(matter, "confirm_visit", by="donvi", decision="other_day", note="Trường đang thi.")
        office.step(matter, "notify_unit", by="vhxh", decision="propose_cancel", proposed_reason="Trường đang thi.")
    with pytest.raises(Invalid) as refused:
        office.step(first, "call_off", by="chutich", decision="go_on")
    assert [fault.path for fault in refused.value.faults] == ["go_on_why"]
    office.step(first, "call_off", by="chutich", decision="go_on", go_on_why="Vẫn kiểm tra, báo ngày khác.")
    given = tasks.read_task(open_stop(office, first, "notify_unit").id, by=office.who("vhxh")).given
    assert given["said_go_on_why"] == "Vẫn kiểm tra, báo ngày khác." and given["last_note"] == ""
    assert "Lý do hủy" not in page_of(office, "vhxh", first), "nothing is called off"
    notify(office, first, visit_on="2026-11-13", visit_at="8 giờ")
    assert office.stands_at(first) == {"confirm_visit"}
    office.step(second, "call_off", by="chutich", decision="redo", note="Lùi sang tuần sau.")
    given = tasks.read_task(open_stop(office, second, "draft_decision").id, by=office.who("vhxh")).given
    assert given["last_note"] == "Lùi sang tuần sau."
    assert told(office, "donvi") == []


def test_the_chair_calls_off_an_inspection_that_the_unit_never_heard_of_and_it_stays_unheard_of(office: Office) -> None:
    matter = begin(office)
    draft_decision(office, matter)
    with pytest.raises(Invalid) as refused:
        office.step(matter, "sign_decision", by="chutich", decision="cancel")
    assert [fault.path for fault in refused.value.faults] == ["cancel_reason"]
    office.step(matter, "sign_decision", by="chutich", decision="cancel", cancel_reason="Gộp vào đợt kiểm tra quý sau.")
    ended = read_matter(matter, by=office.who("vhxh")).entry
    assert (ended.ended, ended.outcome) == (True, "called_off") and in_register(office, "vhxh", matter)
    assert len(told(office, "vhxh")) == 1, "who began it is told"
    assert told(office, "donvi") == [] and not in_register(office, "donvi", matter)
    with pytest.raises(NotFound):
        read_matter(matter, by=office.who("donvi"))


def test_a_unit_that_does_not_answer_leaves_the_office_the_task_which_keeps_the_day(office: Office) -> None:
    answered = decided(office)
    matter = noticed(office)
    asked = open_stop(office, matter, "confirm_visit")
    office.go_to("2026-11-06")
    assert office.stands_at(matter) == {"confirm_visit"}, "until its day is over the unit may answer"
    office.go_to("2026-11-09")
    assert office.stands_at(matter) == {"settle_visit"} and office.stands_at(answered) == {"visit"}
    with pytest.raises(Conflict):
        tasks.complete_task(asked.id, {"decision": "confirm", "contact_name": "B"}, by=office.who("donvi"))
    waiting = {login: [one.element for one in inbox.read_inbox(office.who(login), "all").items] for login in ("vhxh", "donvi")}
    assert "settle_visit" in waiting["vhxh"] and not {"settle_visit", "confirm_visit"} & set(waiting["donvi"])
    asked = open_stop(office, matter, "settle_visit")
    assert tasks.read_task(asked.id, by=office.who("vhxh")).given["said_visit_on"] == "12/11/2026"
    with pytest.raises(Invalid) as refused:
        office.step(matter, "settle_visit", by="vhxh", decision="confirm")
    assert [fault.path for fault in refused.value.faults] == ["reached"]
    assert "Ngày đã báo đã qua" not in shown_of(office, "vhxh", asked.id)
    office.step(matter, "settle_visit", by="vhxh", decision="confirm", reached="Gọi điện ngày 09/11, đơn vị nhận lịch.")
    assert office.stands_at(matter) == {"visit"}
    due = open_stop(office, matter, "visit").due_at
    assert due and due.astimezone(ZONE).date() == date(2026, 11, 12)


def test_the_office_may_also_go_back_to_the_notice_of_a_unit_that_does_not_answer_and_propose_to_call_it_off(office: Office) -> None:
    matter = noticed(office)
    office.go_to("2026-11-16")
    assert "Ngày đã báo đã qua." in shown_of(office, "vhxh", open_stop(office, matter, "settle_visit").id)
    office.step(matter, "settle_visit", by="vhxh", decision="other_day", reached="Không liên hệ được.")
    assert office.stands_at(matter) == {"notify_unit"}
    given = tasks.read_task(open_stop(office, matter, "notify_unit").id, by=office.who("vhxh")).given
    assert given["last_note"] == "", "the unit asked for nothing"
    office.step(matter, "notify_unit", by="vhxh", decision="propose_cancel", proposed_reason="Đơn vị đang giải thể.")
    call_off(office, matter, "Đơn vị đang giải thể.")
    assert read_matter(matter, by=office.who("donvi")).entry.outcome == "called_off"
    assert len(told(office, "donvi")) == 1, "it had the notice, though it never answered"


def unheard_of(office: Office, *, returned: bool = False) -> int:
    """An inspection called off after its decision was numbered and before the unit was told of any day."""
    matter = begin(office)
    draft_decision(office, matter)
    sign_decision(office, matter)
    if returned:
        office.step(matter, "notify_unit", by="vhxh", decision="notify", visit_on="2026-11-12", visit_at="8 giờ")
        office.step(matter, "sign_notice", by="chutich", decision="redo", note="Ghi rõ nơi làm việc.")
    office.step(matter, "notify_unit", by="vhxh", decision="propose_cancel", proposed_reason="Đã kiểm tra trong đợt của tỉnh.")
    call_off(office, matter, "Đã kiểm tra trong đợt của tỉnh.")
    return matter


@pytest.mark.parametrize("returned", [False, True], ids=["never signed", "sent back"])
def test_no_notice_is_drawn_up_of_an_inspection_that_is_called_off(office: Office, returned: bool) -> None:
    living, matter = begin(office), unheard_of(office, returned=returned)
    who = office.who("vhxh")
    draft_decision(office, living)
    sign_decision(office, living)
    may = [one.name for one in papers_of_matter(living, by=who) if one.may_draw]
    assert "inspection_notice" in may and draw_up_matter_paper(living, "inspection_notice", by=who).fresh, "before the end it is"
    stands = {one.name: one for one in papers_of_matter(matter, by=who)}
    assert not [name for name, one in stands.items() if one.may_draw]
    assert "inspection_notice" not in stands or stands["inspection_notice"].latest
    with pytest.raises(Conflict) as refused:
        draw_up_matter_paper(matter, "inspection_notice", by=who)
    assert refused.value.code == ("matter-over" if returned else "paper-not-coming")


def shown_of(office: Office, login: str, task: int) -> str:
    """The texts of a step's form that are shown."""
    page = Visitor(office.app, login).open(f"/tasks/{task}")
    return " ".join(one.text_content() for one in page.xpath("//form[@id='answers']//p[not(ancestor-or-self::*[@hidden])]"))


def facts_told(office: Office, login: str, matter: int, language: str = "vi") -> dict[str, str]:
    who = office.who(login)
    found = read_main_facts(read_matter(matter, by=who), office.stops(matter), by=who, language=language)
    return {one.key: one.said for one in found if one.said}


def test_the_main_facts_say_which_decision_called_it_off_and_that_the_first_is_in_force_no_more(office: Office) -> None:
    living, matter = noticed(office), noticed(office)
    first = facts_told(office, "vhxh", matter)["decision_number"]
    assert first.endswith("/QĐ-HĐTĐKT, ngày 03/11/2026") and "called_off_number" not in facts_told(office, "vhxh", matter)
    office.step(matter, "confirm_visit", by="donvi", decision="other_day", note="Trường đang thi.")
    office.step(matter, "notify_unit", by="vhxh", decision="propose_cancel", proposed_reason="Trường giải thể.")
    office.step(matter, "call_off", by="chutich", decision="cancel", cancel_reason="Trường giải thể.")
    assert facts_told(office, "vhxh", matter)["decision_number"] == first, "without its number no decision revokes another"
    number = office.paper_number("QĐ-HĐTĐKT", 12)
    office.step(matter, "number_called_off", by="vanthu", called_off_number=number, called_off_on="2026-11-03")
    for login in ("vhxh", "donvi"):
        said = facts_told(office, login, matter)
        assert said["called_off_number"] == f"{int(number):02d}/QĐ-HĐTĐKT, ngày 03/11/2026", login
        assert said["decision_number"] == f"{first} (hết hiệu lực)", login
    assert facts_told(office, "vhxh", matter, "en")["decision_number"].endswith("(in force no more)")
    assert "hết hiệu lực" not in facts_told(office, "vhxh", living)["decision_number"]


def test_the_chair_reads_the_reason_on_the_paper_before_he_calls_it_off_and_whether_the_unit_will_be_told(office: Office) -> None:
    heard, matter = noticed(office), begin(office)
    office.step(heard, "confirm_visit", by="donvi", decision="other_day", note="Trường đang thi.")
    draft_decision(office, matter)
    sign_decision(office, matter)
    office.step(matter, "notify_unit", by="vhxh", decision="notify", visit_on="2026-11-12", visit_at="8 giờ")
    office.step(matter, "sign_notice", by="chutich", decision="redo", note="Ghi rõ nơi làm việc.")
    for one in (heard, matter):
        office.step(one, "notify_unit", by="vhxh", decision="propose_cancel", proposed_reason="Đã kiểm tra trong đợt của tỉnh.")
        read = text_of(preview_matter_paper(one, "call_off_decision", by=office.who("chutich")))
        assert "Lý do: Đã kiểm tra trong đợt của tỉnh." in read
        assert "Đã kiểm tra trong đợt" not in page_of(office, "donvi", heard)
    asked = {one: shown_of(office, "chutich", open_stop(office, one, "call_off").id) for one in (heard, matter)}
    assert "Đơn vị đã nhận Thông báo số" in asked[heard] and "không có tin báo hủy" not in asked[heard]
    assert "Đơn vị chưa nhận thông báo lịch kiểm tra" in asked[matter] and "Đơn vị đã nhận" not in asked[matter]
    for one, why in ((heard, "Đã kiểm tra trong đợt của tỉnh."), (matter, "Gộp vào quý sau.")):
        call_off(office, one, why)
        assert f"Lý do: {why}" in text_of(preview_matter_paper(one, "call_off_decision", by=office.who("vanthu")))
    assert "Lý do: Đã kiểm tra" in text_of(preview_matter_paper(heard, "call_off_decision", by=office.who("donvi")))
    assert len(told(office, "donvi")) == 1, "of the one whose notice the unit had"


def test_a_decision_to_call_off_says_that_the_office_proposed_it_only_where_it_did(office: Office) -> None:
    proposed, alone = noticed(office), noticed(office)
    for matter in (proposed, alone):
        office.step(matter, "confirm_visit", by="donvi", decision="other_day", note="Trường đang thi.")
        office.step(matter, "notify_unit", by="vhxh", decision="propose_cancel", proposed_reason="Trường đang thi.")
    call_off(office, proposed, "Trường đang thi.")
    read = _call_off_decision(office, proposed)
    assert "Theo đề nghị của Phòng Văn hóa - Xã hội." in read
    assert "Điều 3. Phòng Văn hóa - Xã hội, Trường TH&THCS Đồng Mây và các thành viên Đoàn kiểm tra" in read
    office.step(alone, "call_off", by="chutich", decision="go_on", go_on_why="Vẫn kiểm tra.")
    office.step(alone, "notify_unit", by="vhxh", decision="redo", note="Đổi ngày.")
    draft_decision(office, alone)
    office.step(alone, "sign_decision", by="chutich", decision="cancel", cancel_reason="Gộp vào quý sau.")
    read = _call_off_decision(office, alone)
    assert "Theo đề nghị" not in read and "về việc thành lập Đoàn kiểm tra. QUYẾT ĐỊNH:" in read and "Lý do: Gộp vào quý sau." in read


def _call_off_decision(office: Office, matter: int) -> str:
    return text_of(preview_matter_paper(matter, "call_off_decision", by=office.who("vanthu")))
