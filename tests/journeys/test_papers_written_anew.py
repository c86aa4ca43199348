"""Papers that are written anew, called off, or numbered before the worker came: what is signed exists and is the right one."""

from __future__ import annotations

from datetime import date

import pytest

from service import papers
from service.errors import Conflict, Forbidden, NotFound
from service.papers.matters import (
    draw_up_matter_paper,
    papers_of_matter,
    preview_matter_paper,
    upload_matter_paper,
)
from service.processes import tasks
from tests.journeys.conftest import OpenOffice
from tests.journeys.inspections import (
    begin,
    decided,
    draft_decision,
    notify,
    open_stop,
    send_visit,
    sign_decision,
)
from tests.journeys.office import PDF, Office
from tests.journeys.paper_readers import said_in, stands
from tests.journeys.petitions import send_petition
from tests.service.web.desk import Desk

pytestmark = pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
"""What papers say does not hang on the database."""
DECISION, NOTICE, CALLED_OFF = "inspection_decision", "inspection_notice", "call_off_decision"
DAY = "2026-11-03"


@pytest.fixture
def office(office_on: OpenOffice) -> Office:
    return office_on(date.fromisoformat(DAY))


def scan(office: Office, matter: int, name: str) -> int:
    return upload_matter_paper(matter, name, "a.pdf", PDF, by=office.who("vanthu"), signed=True).id


def edited_from(office: Office, matter: int, name: str, login: str = "vhxh") -> bytes:
    """A DOCX that somebody saved once more."""
    found = stands(office, matter, name, login)
    assert found is not None
    word = next(one for one in (*found.latest, *found.earlier) if one.format == "docx")
    return papers.open_paper(word.id, by=office.who(login))[2].read_bytes() + b"\n"


def at_once(office: Office, matter: int, element: str, by: str, **answers: str) -> None:
    """A step that is done before the worker comes to anything."""
    tasks.complete_task(open_stop(office, matter, element).id, answers, by=office.who(by))


def test_no_paper_that_sends_a_petition_on_is_drawn_up_of_one_that_the_commune_settles(office: Office) -> None:
    """Before its step says how it is settled the paper may be drafted; afterwards only where it is sent on."""
    head, name = office.who("truongphong"), "petition_transfer"
    early, sent, complaint, remark = (send_petition(office, subject=f"Đơn {number}") for number in range(4))
    assert stands(office, early, name, "truongphong") and draw_up_matter_paper(early, name, by=head).fresh
    for matter, kind in ((early, "remark"), (complaint, "complaint"), (remark, "remark")):
        office.step(matter, "classify_petition", by="truongphong", kind=kind)
    office.step(sent, "classify_petition", by="truongphong", kind="transferred", transferred_to="UBND tỉnh")
    assert "UBND tỉnh" in said_in(office, sent, name, "truongphong")
    for matter in (complaint, remark):
        assert name not in [one.name for one in papers_of_matter(matter, by=head)]
        with pytest.raises(NotFound):
            preview_matter_paper(matter, name, by=head)
        with pytest.raises(Conflict) as refused:
            draw_up_matter_paper(matter, name, by=head)
        assert refused.value.code == "paper-not-coming" and "Phiếu chuyển đơn" in refused.value.message
        with pytest.raises(Conflict):
            upload_matter_paper(matter, name, "a.pdf", PDF, by=head, signed=True)
    assert draw_up_matter_paper(remark, "petition_answer", by=head).fresh, "the letter of it may still come"
    kept = stands(office, early, name, "truongphong")
    assert kept and kept.latest and not kept.may_draw and not kept.may_edit, "what was drafted before stays, and is not drawn anew"
    assert not draw_up_matter_paper(early, name, by=head).fresh
    with pytest.raises(Conflict) as refused:
        upload_matter_paper(early, name, "a.docx", edited_from(office, early, name, "truongphong"), by=head)
    assert refused.value.code == "paper-not-coming"
    office.step(remark, "answer_petition", by="truongphong", way="here", answer="Đã sửa.", told_on=DAY)
    assert [one.name for one in papers_of_matter(remark, by=head) if one.may_draw] == []


def signed(office: Office, number: str = "") -> int:
    """An inspection whose decision is signed, and numbered where a number is given."""
    matter = begin(office)
    draft_decision(office, matter)
    if number:
        sign_decision(office, matter, number)
    else:
        office.step(matter, "sign_decision", by="chutich", decision="sign")
    return matter


def test_a_notice_of_another_day_comes_and_bears_its_number_though_the_former_was_scanned(office: Office) -> None:
    matter = signed(office, "12")
    notify(office, matter, visit_on="2026-11-12", visit_at="8 giờ")
    former = scan(office, matter, NOTICE)
    with pytest.raises(Conflict):
        upload_matter_paper(matter, NOTICE, "a.docx", edited_from(office, matter, NOTICE), by=office.who("vhxh"))
    office.step(matter, "confirm_visit", by="donvi", decision="other_day", note="Bận.")
    office.step(matter, "notify_unit", by="vhxh", decision="notify", visit_on="2026-11-13", visit_at="9 giờ")
    drawn = stands(office, matter, NOTICE, "chutich")
    assert drawn and drawn.latest[0].source == "drafted" and "13 tháng 11" in said_in(office, matter, NOTICE, "chutich")
    assert [one.id for one in stands(office, matter, NOTICE, "donvi").latest] == [former], "until then the unit has the former"  # type: ignore[union-attr]
    office.step(matter, "sign_notice", by="chutich", decision="sign")
    office.step(matter, "number_notice", by="vanthu", notice_number="99", noticed_on=DAY)
    for login in ("donvi", "vhxh", "vanthu"):
        said = said_in(office, matter, NOTICE, login)
        assert "Số: 99/" in said and "13 tháng 11" in said, login
    unit = stands(office, matter, NOTICE, "donvi")
    assert unit and unit.signed and former in [one.id for one in unit.earlier], "what was issued stays issued"
    now = scan(office, matter, NOTICE)
    assert [one.id for one in stands(office, matter, NOTICE, "donvi").latest] == [now]  # type: ignore[union-attr]


def test_a_decision_drafted_again_is_drawn_up_and_may_be_edited_though_the_former_was_scanned(office: Office) -> None:
    matter = signed(office, "61")
    scan(office, matter, DECISION)
    office.step(matter, "notify_unit", by="vhxh", decision="redo", note="Đổi ngày.")
    late = scan(office, matter, DECISION)
    drafts = stands(office, matter, DECISION, "vhxh")
    assert drafts and drafts.may_draw and drafts.may_edit
    assert not any(one.may_draw for login in ("chutich", "vanthu") for one in papers_of_matter(matter, by=office.who(login)))
    draft_decision(office, matter)
    seen = stands(office, matter, DECISION, "chutich")
    assert seen and seen.latest[0].source == "drafted" and not seen.signed, "a scan that came late is one of the former decision"
    sign_decision(office, matter, "62")
    said = said_in(office, matter, DECISION, "donvi")
    assert "Số: 62/" in said and "thay thế Quyết định số 61/" in said
    assert late in [one.id for one in stands(office, matter, DECISION, "donvi").earlier]  # type: ignore[union-attr]
    assert draw_up_matter_paper(matter, DECISION, by=office.who("vhxh")).fresh is False


def test_what_was_edited_gives_way_once_it_is_sent_back_and_written_again(office: Office) -> None:
    matter = begin(office)
    draft_decision(office, matter)
    content = edited_from(office, matter, DECISION)
    edited = upload_matter_paper(matter, DECISION, "a.docx", content, by=office.who("vhxh"))
    assert [one.id for one in stands(office, matter, DECISION, "chutich").latest] == [edited.id]  # type: ignore[union-attr]
    office.step(matter, "sign_decision", by="chutich", decision="redo", note="Thêm nội dung.")
    draft_decision(office, matter)
    again = stands(office, matter, DECISION, "chutich")
    assert again and again.latest[0].source == "drafted" and again.latest[0].version > edited.version
    kept = upload_matter_paper(matter, DECISION, "a.docx", content + b"\n", by=office.who("vhxh"))
    sign_decision(office, matter, "61")
    now = stands(office, matter, DECISION, "vhxh")
    assert now and now.latest[0].id == kept.id and now.number_after, "what is edited since stays, and is signed"


def test_a_decision_to_call_off_that_nobody_took_is_no_paper_and_minutes_are_none_before_the_visit(office: Office) -> None:
    matter = decided(office)
    donvi = office.who("donvi")
    for name in ("inspection_minutes", CALLED_OFF):
        with pytest.raises(NotFound):
            preview_matter_paper(matter, name, by=donvi)
    assert preview_matter_paper(matter, NOTICE, by=donvi) and preview_matter_paper(matter, "inspection_minutes", by=office.who("vhxh"))
    office.go_to("2026-11-09")
    send_visit(office, matter)
    assert preview_matter_paper(matter, "inspection_minutes", by=donvi)
    office.step(matter, "sign_minutes", by="thutruong", minutes_said="agree", minutes_signed_on="2026-11-09", unit_signer="B")
    office.step(matter, "record_findings", by="vhxh", strengths="Có kế hoạch.", findings=[])
    office.step(matter, "conclude_inspection", by="chutich", decision="conclude")
    office.step(matter, "number_conclusion", by="vanthu", conclusion_number="20", concluded_on="2026-11-09")
    assert not office.stands_at(matter) and preview_matter_paper(matter, "inspection_conclusion", by=donvi)
    for login in ("donvi", "thutruong", "vhxh"):
        with pytest.raises(NotFound):
            preview_matter_paper(matter, CALLED_OFF, by=office.who(login))


@pytest.mark.parametrize("again", [False, True])
def test_who_calls_an_inspection_off_has_not_signed_its_decision(office: Office, again: bool) -> None:
    matter = signed(office, "61") if again else begin(office)
    if again:
        office.step(matter, "notify_unit", by="vhxh", decision="redo", note="Đổi ngày.")
    draft_decision(office, matter)
    before = stands(office, matter, DECISION, "vhxh")
    office.step(matter, "sign_decision", by="chutich", decision="cancel", cancel_reason="Trường sáp nhập.")
    after = stands(office, matter, DECISION, "vhxh")
    assert before and after and not after.signed and after.latest[0].version == before.latest[0].version
    if again:
        assert "Số: 61/" in said_in(office, matter, DECISION, "donvi") and office.stands_at(matter) == {"number_called_off"}
        office.step(matter, "number_called_off", by="vanthu", called_off_number="62", called_off_on=DAY)
        called = stands(office, matter, CALLED_OFF, "donvi")
        assert called and called.signed and "Số: 62/" in said_in(office, matter, CALLED_OFF, "donvi")
        after = stands(office, matter, DECISION, "vhxh")
    assert not office.stands_at(matter) and after and not after.signed and not after.may_draw
    done = stands(office, signed(office), DECISION, "vhxh")
    assert done and done.signed, "who signs has"


def test_no_number_is_taken_before_there_is_a_paper_and_who_numbers_gets_out_of_it(office: Office) -> None:
    matter = signed(office, "12")
    for element, by, said in (
        ("notify_unit", "vhxh", {"decision": "notify", "visit_on": "2026-11-12", "visit_at": "8 giờ"}),
        ("sign_notice", "chutich", {"decision": "sign"}),
    ):
        at_once(office, matter, element, by, **said)
    with pytest.raises(Conflict) as early:
        at_once(office, matter, "number_notice", "vanthu", notice_number="15", noticed_on=DAY)
    assert early.value.code == "paper-not-drawn" and "Thông báo" in early.value.message
    seen = stands(office, matter, NOTICE, "vanthu")
    assert seen and not seen.latest and seen.may_draw and not seen.may_edit
    with pytest.raises(Forbidden):
        draw_up_matter_paper(matter, NOTICE, by=office.who("truongphong"))
    desk, task = Desk(office), f"/tasks/{open_stop(office, matter, 'number_notice').id}"
    page = desk.post("vanthu", task, {"notice_number": "15", "noticed_on": DAY, "act": "complete"}, 409)
    said = " ".join(page.text_content().split())
    assert "chưa soạn xong nên chưa cho số được" in said and page.xpath("//input[@name='notice_number']/@value") == ["15"]
    (draw,) = desk.get("vanthu", task).xpath(f"//form[contains(@action, '/papers/{NOTICE}')]/@action")
    assert "Đã soạn, bản 1." in desk.say("vanthu", draw), "he draws it up himself where the worker does not"
    with pytest.raises(Forbidden):
        draw_up_matter_paper(matter, NOTICE, by=office.who("vanthu"))
    at_once(office, matter, "number_notice", "vanthu", notice_number="15", noticed_on=DAY)
    assert not stands(office, matter, NOTICE, "donvi").latest, "what bears no number is not issued"  # type: ignore[union-attr]
    office.follow_up()
    assert "Số: 15/" in said_in(office, matter, NOTICE, "donvi")


def test_a_paper_is_not_written_anew_before_its_number_stands_in_it(office: Office) -> None:
    matter = signed(office)
    at_once(office, matter, "number_decision", "vanthu", decision_number="44", decided_on=DAY)
    with pytest.raises(Conflict) as early:
        at_once(office, matter, "notify_unit", "vhxh", decision="redo", note="Đổi ngày.")
    assert early.value.code == "paper-not-drawn" and office.stands_at(matter) == {"notify_unit"}
    waits = stands(office, matter, DECISION, "vhxh")
    assert waits and waits.may_draw, "who wrote it draws it with its number where the worker does not"
    assert draw_up_matter_paper(matter, DECISION, by=office.who("vhxh")).fresh
    at_once(office, matter, "notify_unit", "vhxh", decision="redo", note="Đổi ngày.")
    office.follow_up()
    assert "Số: 44/" in said_in(office, matter, DECISION, "donvi")
    assert office.stands_at(matter) == {"draft_decision"}
