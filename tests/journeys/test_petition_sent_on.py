"""A petition that goes to the superior body: where nobody of the commune may settle it, or it is not for the commune; by which paper."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from service import notices, papers, people
from service.actor import machine
from service.db import reading
from service.errors import Conflict, Invalid, NotFound
from service.movement import read_matter
from service.notices.models import Mail
from service.processes import tasks
from tests.journeys.conftest import OpenOffice
from tests.journeys.office import Office
from tests.journeys.petitions import people_named, refusal, send_petition
from tests.service.papers.reading import text_of

DAY = date(2026, 11, 3)


@pytest.fixture
def office(office_on: OpenOffice) -> Office:
    return office_on(DAY)


def _send_on(office: Office, matter: int, number: str) -> None:
    office.step(matter, "classify_petition", by="truongphong", kind="transferred", transferred_to="UBND tỉnh")
    office.step(matter, "number_transfer", by="vanthu", transfer_number=number, transferred_on="2026-11-03")


def test_what_nobody_of_the_commune_may_conclude_goes_to_the_superior_body(office: Office) -> None:
    chair = people_named(office, "chutich")
    answered = send_petition(office, about_people=chair)
    office.step(answered, "classify_petition", by="truongphong", kind="remark")
    assert office.stands_at(answered) == {"answer_petition"}
    matter = send_petition(office, kind="complaint", about_people=chair)  # the deputy works under the chair
    assert "chuyển cấp trên" in refusal(office, matter, "classify_petition", "kind", by="truongphong", kind="complaint")
    _send_on(office, matter, "12")
    assert read_matter(matter, by=office.who("donvi")).entry.outcome == "transferred"


def test_who_is_named_at_the_step_itself_is_found_when_it_is_sent(office: Office) -> None:
    matter = send_petition(office, kind="complaint")
    with pytest.raises(Conflict, match="send it on to the superior body") as refused:
        office.step(matter, "classify_petition", by="truongphong", kind="complaint", about_people=people_named(office, "chutich"))
    assert refused.value.code == "nobody-left" and [fault.path for fault in refused.value.faults] == ["kind"]
    office.step(matter, "classify_petition", by="truongphong", kind="complaint")


def test_where_all_who_settle_are_concerned_it_is_only_sent_on_and_never_by_an_administrator(office: Office) -> None:
    everybody = people_named(office, "chutich", "phochutich", "truongphong", "vhxh", "vanphong", "vanthu")
    matter = send_petition(office, kind="complaint", about_people=everybody)
    (task,) = [s for s in office.stops(matter) if s.state == "open"]
    assert task.asked == {"secretary"}
    with pytest.raises(NotFound):
        tasks.complete_task(task.id, {"kind": "complaint"}, by=office.who("quantri"))
    assert "chuyển cấp trên" in refusal(office, matter, "classify_petition", "kind", by="thuky", kind="complaint")
    office.step(matter, "classify_petition", by="thuky", kind="transferred", transferred_to="UBND tỉnh")
    (task,) = [s for s in office.stops(matter) if s.state == "open"]
    assert (task.element, task.asked) == ("number_transfer", {"secretary"}), "the clerk is concerned too"
    with pytest.raises(NotFound):
        tasks.complete_task(task.id, {"transfer_number": "13", "transferred_on": "2026-11-03"}, by=office.who("vanthu"))
    paper = text_of(papers.preview_matter_paper(matter, "petition_transfer", by=office.who("thuky")))
    assert office.who("thuky").name in paper and "CHỦ TỊCH" not in paper and office.who("truongphong").name not in paper
    office.step(matter, "number_transfer", by="thuky", transfer_number="13", transferred_on="2026-11-03")
    assert read_matter(matter, by=office.who("donvi")).entry.outcome == "transferred"


def test_where_nobody_is_left_even_to_send_it_on_whom_it_is_about_is_neither_told_nor_asked(office: Office) -> None:
    settle = ("chutich", "phochutich", "truongphong", "vhxh", "vanphong", "vanthu")
    falls_in = send_petition(office, kind="complaint", about_people=people_named(office, "truongphong"))
    for group in ("secretary", "accountant"):
        for one in people.members_of([group]):
            people.revoke(one, group, by=machine("cli"), reason="Thôi việc")
    lost = send_petition(office, kind="complaint", about_people=people_named(office, *settle))
    office.work()
    told = {matter: [s.asked for s in office.stops(matter) if s.state == "open"] for matter in (falls_in, lost)}
    assert told[falls_in] == [{"vanphong"}] and told[lost] == [{"vhxh_head"}], "asked as the diagram says; he may not act"
    with reading() as s:
        mailed = s.scalars(select(Mail.account).where(Mail.letter == "assigned", Mail.about.in_(
            [one.id for one in office.stops(lost) if one.state == "open"]))).all()
    assert mailed == []
    (task,) = [one for one in office.stops(lost) if one.state == "open"]
    with pytest.raises(NotFound):
        tasks.complete_task(task.id, {"kind": "remark"}, by=office.who("truongphong"))


def test_a_petition_is_sent_on_by_a_paper_that_who_classified_signs_and_the_clerk_numbers(office: Office) -> None:
    matter = send_petition(office, by="vanphong", sender="Bà Sương Mai Lan", contact="Thôn 3")
    office.step(matter, "classify_petition", by="truongphong", kind="transferred", transferred_to="UBND tỉnh")
    assert office.stands_at(matter) == {"number_transfer"} and read_matter(matter, by=office.who("vhxh")).entry.phase == "transferring"
    office.work()
    head = office.who("truongphong")
    draft = text_of(papers.preview_matter_paper(matter, "petition_transfer", by=office.who("vanthu")))
    for words in ("PHIẾU CHUYỂN ĐƠN", "Kính gửi: UBND tỉnh", "Người gửi: Bà Sương Mai Lan", "Thôn 3", "Không nộp được hồ sơ", head.name):
        assert words in draft, words
    with pytest.raises(NotFound):
        papers.preview_matter_paper(matter, "petition_transfer", by=office.who("vhxh"))
    typed = {"transfer_number": "14/PC", "transferred_on": "2026-11-03"}
    assert "Chỉ ghi số" in refusal(office, matter, "number_transfer", "transfer_number", by="vanthu", **typed)
    office.step(matter, "number_transfer", by="vanthu", transfer_number="14", transferred_on="2026-11-03")
    office.work()
    (last,) = [one for one in office.stops(matter) if one.element == "number_transfer"]
    assert last.answers["transfer_told"] == "UBND tỉnh, Phiếu chuyển số 14/PC-UBND ngày 03/11/2026"
    assert "Số: 14/PC-UBND" in text_of(papers.preview_matter_paper(matter, "petition_transfer", by=head))
    taken = send_petition(office)
    office.step(taken, "classify_petition", by="truongphong", kind="transferred", transferred_to="UBND tỉnh")
    with pytest.raises(Invalid, match="14/PC-UBND"):
        office.step(taken, "number_transfer", by="vanthu", transfer_number="14", transferred_on="2026-11-03")


def test_who_sent_a_petition_that_is_sent_on_is_told_where_to_and_by_which_paper(office: Office) -> None:
    matter = send_petition(office)
    _send_on(office, matter, "14")
    (told,) = [n for n in notices.own_notices(by=office.who("donvi"), language="vi").items if n.letter == "matter_ended"]
    mail = next(one for one in notices.outbox(by=office.who("thanhtra")).lines if one.letter == "matter_ended")
    assert "Phiếu chuyển số 14/PC-UBND ngày 03/11/2026" in notices.show_mail(mail.id, by=office.who("thanhtra")).content.text, told
