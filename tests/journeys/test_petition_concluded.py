"""How a petition ends: the conclusion and its paper, names that stop, awards that are revoked, and what is withdrawn before it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from forms import first_answers
from service import clock, movement, papers, people
from service.awards import holds, lists
from service.awards.finding import find_lists
from service.errors import Conflict, Invalid, NotFound
from service.movement import MatterFilter, find_matters, read_main_facts, read_matter, register_in_use
from service.processes import tasks
from service.processes.running import read_instance
from service.studio import operating
from service.web import case_parts
from tests.journeys.conftest import OpenOffice
from tests.journeys.office import Office
from tests.journeys.petitions import ROUND, finished_awards, people_named, refusal, send_petition
from tests.service.papers.reading import text_of

DAY = date(2026, 11, 3)


@pytest.fixture
def office(office_on: OpenOffice) -> Office:
    return office_on(DAY)


def test_a_founded_complaint_stops_its_names(office: Office) -> None:
    one, other = office.received(ROUND, "Hoàng Bình Minh", "Lê Nắng Mai")
    office.conclude(office.complain(one, other), "founded", note="Khai khống số liệu.")
    assert {office.status(n)[0] for n in (one, other)} == {"ended"}


def test_a_name_that_is_not_filed_yet_is_stopped_once_it_is_and_its_unit_is_told_before(office: Office) -> None:
    clean, found = office.nominate(ROUND), office.nominate(ROUND, name="Lê Nắng Mai")
    for one, decision in ((clean, "unfounded"), (found, "founded")):
        matter = office.complain(one)
        assert not holds.open_holds(one)
        office.conclude(matter, decision)
        assert office.status(one)[0] == "drafting"
        told = [check.words for check in _warned(office, one)]
        assert any("thì dừng xét, không trình Hội đồng" in text for text in told) is (decision == "founded")
    for one in (clean, found):
        office.assess(one)
    office.sign(clean)
    assert office.at(clean) == {"check_dossier"} and office.status(found) == ("ended", "refused")


def _warned(office: Office, nomination: int) -> list[Any]:
    """What the unit is warned of on the page of its name."""
    with office.app.test_request_context():
        return case_parts.warnings(office.read(nomination), office.who("donvi"))


def test_the_head_drafts_the_conclusion_the_chair_signs_it_and_it_counts_once_the_clerk_gave_its_number(office: Office) -> None:
    (one,) = office.received(ROUND, "Hoàng Bình Minh")
    matter = office.complain(one)
    office.step(matter, "verify_petition", by="vhxh", findings="Số liệu đúng.")
    office.step(matter, "draft_conclusion", by="truongphong", decision="founded", summary="Khai khống.")
    office.step(matter, "conclude_petition", by="chutich", decision="return", note="Xem lại số liệu tháng 9.")
    office.step(matter, "draft_conclusion", by="truongphong", decision="unfounded", summary="Số liệu đúng.")
    with pytest.raises(NotFound):
        office.step(matter, "conclude_petition", by="vhxh", decision="unfounded")
    office.step(matter, "conclude_petition", by="chutich", decision="unfounded")
    assert holds.open_holds(one) and office.stands_at(matter) == {"number_conclusion"}
    office.step(matter, "number_conclusion", by="vanthu", number="12", dated="2026-11-03")
    assert not holds.open_holds(one) and office.stands_at(matter) == {"answer_petition"}
    office.step(matter, "answer_petition", by="truongphong", way="letter", answer="Không có vi phạm.")
    assert office.stands_at(matter) == {"number_answer"}
    office.step(matter, "number_answer", by="vanthu", answer_number="78", answered_on="2026-11-03")
    assert "Số: 78/UBND-VHXH" in text_of(papers.preview_matter_paper(matter, "petition_answer", by=office.who("truongphong")))


def test_of_a_number_of_the_communes_only_the_number_is_typed_and_its_symbol_stands_behind_it(office: Office) -> None:
    (one,) = office.received(ROUND, "Hoàng Bình Minh")
    matter = office.complain(one)
    office.conclude(matter, number="12")
    assert lists.read_list(office.sheet(matter, one), by=office.who("truongphong")).data["conclusion"]["number"] == "12/KL-UBND"
    office.step(matter, "answer_petition", by="truongphong", way="letter", answer="Không có vi phạm.")
    whole = {"answer_number": "78/UBND-VHXH", "answered_on": "2026-11-03"}
    assert "Chỉ ghi số" in refusal(office, matter, "number_answer", "answer_number", by="vanthu", **whole)
    office.step(matter, "number_answer", by="vanthu", **whole | {"answer_number": "78"})
    assert "Số: 78/UBND-VHXH" in text_of(papers.preview_matter_paper(matter, "petition_answer", by=office.who("truongphong")))


def test_a_petition_that_is_withdrawn_ends_so_wherever_it_stands_and_lets_go_of_its_names(office: Office) -> None:
    (one,) = office.received(ROUND, "Hoàng Bình Minh")
    back = {"withdrawn_on": "2026-11-03"}
    first, second, third = office.complain(one), send_petition(office), send_petition(office)
    office.step(first, "verify_petition", by="vhxh", findings="Đang làm thì đơn được rút.", withdraws=True, **back)
    office.step(first, "draft_conclusion", by="truongphong", decision="withdrawn", summary="Người gửi rút đơn.", **back)
    assert holds.open_holds(one)
    office.step(first, "conclude_petition", by="chutich", decision="withdrawn")
    office.step(first, "number_conclusion", by="vanthu", number="13", dated="2026-11-03")
    assert not holds.open_holds(one) and office.at(one) == {"check_dossier"}
    office.step(first, "answer_petition", by="truongphong", way="here", answer="Đã đình chỉ.", told_on="2026-11-03")
    office.step(second, "classify_petition", by="truongphong", kind="withdrawn", **back)
    office.step(third, "classify_petition", by="truongphong", kind="remark")
    office.step(third, "answer_petition", by="truongphong", way="withdrawn", **back)
    assert read_matter(first, by=office.who("vhxh")).entry.outcome == "withdrawn"
    found = find_matters(register_in_use("petition"), by=office.who("vhxh"), wanted=MatterFilter(outcome="withdrawn")).entries
    assert {e.id for e in found} == {first, second, third}


def test_nothing_is_discontinued_as_withdrawn_that_nobody_withdrew(office: Office) -> None:
    (one,) = office.received(ROUND, "Hoàng Bình Minh")
    matter = office.complain(one)
    office.step(matter, "verify_petition", by="vhxh", findings="Đã xem sổ.", withdraws=False)
    drafted = {"decision": "withdrawn", "summary": "Người gửi rút đơn."}
    assert "Chưa ghi nhận người gửi rút đơn" in refusal(office, matter, "draft_conclusion", "withdrawn_on", by="truongphong", **drafted)
    office.step(matter, "draft_conclusion", by="truongphong", decision="unfounded", summary="Số liệu đúng.")
    said = refusal(office, matter, "conclude_petition", "decision", by="chutich", decision="withdrawn")
    assert "trả lại để Trưởng phòng ghi ngày rút" in said
    office.step(matter, "conclude_petition", by="chutich", decision="return", note="Người gửi vừa rút đơn.")
    office.step(matter, "draft_conclusion", by="truongphong", **drafted, withdrawn_on="2026-11-03")
    office.step(matter, "conclude_petition", by="chutich", decision="return", note="Sửa tóm tắt.")
    (again,) = [stop for stop in office.stops(matter) if stop.state == "open"]
    task = tasks.find_task(again.id)
    assert first_answers(task.form, tasks.given_to(task, office.who("truongphong")))["withdrawn_on"] == "2026-11-03"
    office.step(matter, "draft_conclusion", by="truongphong", decision="withdrawn", summary="Rút ngày 03/11.", withdrawn_on="2026-11-03")
    office.step(matter, "conclude_petition", by="chutich", decision="withdrawn")
    office.conclude(matter)
    assert not holds.open_holds(one)


def test_a_withdrawal_that_is_not_drafted_again_is_forgotten(office: Office) -> None:
    (one,) = office.received(ROUND, "Hoàng Bình Minh")
    matter = office.complain(one)
    office.step(matter, "verify_petition", by="vhxh", findings="Đã xem sổ.", withdraws=False)
    office.step(matter, "draft_conclusion", by="truongphong", decision="withdrawn", summary="Đã rút.", withdrawn_on="2026-11-03")
    assert "Ngày rút đơn" in _facts(office, matter)
    office.step(matter, "conclude_petition", by="chutich", decision="return", note="Người gửi không rút.")
    office.step(matter, "draft_conclusion", by="truongphong", decision="unfounded", summary="Số liệu đúng.")
    assert "Ngày rút đơn" not in _facts(office, matter)
    said = refusal(office, matter, "conclude_petition", "decision", by="chutich", decision="withdrawn")
    assert "trả lại để Trưởng phòng ghi ngày rút" in said
    paper = text_of(papers.preview_matter_paper(matter, "petition_conclusion", by=office.who("chutich")))
    assert "trả lời người gửi đơn" in paper and "rút đơn" not in paper


def _facts(office: Office, matter: int) -> set[str]:
    chair = office.who("chutich")
    return {fact.label for fact in read_main_facts(read_matter(matter, by=chair), office.stops(matter), by=chair)}


def test_what_is_concluded_is_not_withdrawn_at_its_answer(office: Office) -> None:
    (one,) = office.received(ROUND, "Hoàng Bình Minh")
    matter, remark = office.complain(one), send_petition(office)
    office.conclude(matter, "founded")
    back = {"way": "withdrawn", "withdrawn_on": "2026-11-03"}
    assert "Đơn đã có kết luận" in refusal(office, matter, "answer_petition", "way", by="truongphong", **back)
    office.answer_sender(matter)
    assert read_matter(matter, by=office.who("vhxh")).entry.outcome == "founded"
    office.step(remark, "classify_petition", by="truongphong", kind="remark")
    assert "Chưa ghi nhận" in refusal(office, remark, "answer_petition", "withdrawn_on", by="truongphong", way="withdrawn")
    office.step(remark, "answer_petition", by="truongphong", **back)
    assert read_matter(remark, by=office.who("vhxh")).entry.outcome == "withdrawn"


def test_a_proposal_is_dropped_by_the_chair_only_where_the_office_recorded_that_it_was_withdrawn(office: Office) -> None:
    kept, dropped = (send_petition(office, kind="proposal", subject=subject) for subject in ("Thêm máy", "Thêm lớp"))
    for matter in (kept, dropped):
        office.step(matter, "classify_petition", by="truongphong", kind="proposal")
    office.step(kept, "weigh_proposal", by="vhxh", decision="adopt", opinion="Nên.")
    assert "chưa ghi nhận" in refusal(office, kept, "decide_proposal", "decision", by="chutich", decision="withdrawn")
    weighed = {"decision": "withdrawn", "opinion": "Người gửi thôi."}
    assert "Chưa ghi nhận" in refusal(office, dropped, "weigh_proposal", "withdrawn_on", by="vhxh", **weighed)
    office.step(dropped, "weigh_proposal", by="vhxh", **weighed, withdrawn_on="2026-11-03")
    office.step(dropped, "decide_proposal", by="chutich", decision="withdrawn")
    assert office.stands_at(dropped) == {"answer_petition"}


def test_the_letter_cites_the_conclusion_and_a_withdrawn_petition_is_not_to_be_answered(office: Office) -> None:
    concluded, back, remark = office.complain(by="donvi"), office.complain(by="donvi"), send_petition(office)
    office.step(back, "verify_petition", by="vhxh", findings="Đã xem.", withdraws=True, withdrawn_on="2026-11-03")
    for matter, decision, number in ((concluded, "unfounded", "12"), (back, "unfounded", "13")):
        office.conclude(matter, decision, number=number)
    (task,) = [one for one in office.stops(concluded) if one.state == "open"]
    given = tasks.read_task(task.id, by=office.who("truongphong")).given
    assert (given["said_number"], given["said_dated"]) == ("12", "03/11/2026"), "who writes the letter reads which conclusion it rests on"
    office.step(remark, "classify_petition", by="truongphong", kind="remark")
    for matter, number in ((concluded, "81"), (remark, "82")):
        office.answer_sender(matter, number=number)
    head = office.who("truongphong")
    letters = [text_of(papers.preview_matter_paper(one, "petition_answer", by=head)) for one in (concluded, remark)]
    assert "tại Kết luận số 12/KL-UBND ngày 03 tháng 11 năm 2026" in letters[0] and "Kết luận số" not in letters[1]
    said = [text_of(papers.preview_matter_paper(one, "petition_conclusion", by=head)) for one in (concluded, back)]
    assert "trả lời người gửi đơn" in said[0]
    assert "trả lời người gửi" not in said[1] and "theo dõi việc thực hiện kết luận này" in said[1]


def _revocations(office: Office, *names: int) -> list[int]:
    return [row.id for one in names for row in find_lists(office.who("chutich"), kind="revocation", nomination_id=one)]


def _did(office: Office, matter: int, element: str) -> dict[str, Any]:
    """What the service told of a step of its own."""
    office.follow_up()
    (found,) = [stop.answers for stop in office.stops(matter) if stop.element == element]
    return dict(found)


@pytest.mark.long
def test_a_founded_complaint_about_an_award_that_is_handed_over_comes_before_the_chair(office: Office) -> None:
    guilty, clean = finished_awards(office, "Hoàng Bình Minh", "Lê Nắng Mai")
    cleared = office.complain(clean)
    office.conclude(cleared, "unfounded", number="31")
    assert not _revocations(office, clean) and _did(office, cleared, "settle_names")["kept"] == 1
    matter = office.complain(guilty)
    held = _did(office, matter, "hold_names")
    assert (held["names"], held["held"], held["awarded"], held["awarded_held"]) == (1, 0, 1, 0), "nothing is held any more"
    with pytest.raises(Invalid, match="."):
        office.conclude(matter, "founded", number="32")
    office.conclude(matter, "founded", number="32", proposal="revoke", note="Khai khống.")
    done = _did(office, matter, "settle_names")
    assert (done["stopped"], done["awarded"], done["lifted"]) == (0, 1, 0)
    (row,) = _revocations(office, guilty)
    asked = lists.read_list(row, by=office.who("chutich")).data["proposal"]
    assert (asked["proposal"], asked["number"]) == ("revoke", "32/KL-UBND")
    again = office.complain(guilty)
    office.conclude(again, "founded", number="33", proposal="revoke")
    assert _revocations(office, guilty) == [row], "who is before the chair already is not put before him twice"
    office.act(row, "decide", by="chutich", fields={"decision": "revoke", "reason": "Khai khống."})
    office.act(row, "issue", by="vanthu", fields={"number": 77, "dated": "2026-11-11"})
    assert office.read(guilty).revoked and not office.read(clean).revoked
    last = office.complain(guilty)
    office.conclude(last, "founded", number="34")  # nothing to propose of an award that is revoked
    assert _did(office, last, "settle_names")["awarded"] == 0


def test_a_violation_of_one_name_leaves_the_others_as_they_are(office: Office) -> None:
    guilty, clean = office.received(ROUND, "Hoàng Bình Minh", "Lê Nắng Mai")
    matter, unit = office.complain(guilty, clean), office.read(guilty).unit_name
    office.step(matter, "verify_petition", by="vhxh", findings="Bà Mai không chép báo cáo.")
    drafted = {"decision": "founded", "summary": "Ông Minh khai khống."}
    assert "Vi phạm là của những tên nào" in refusal(office, matter, "draft_conclusion", "violated", by="truongphong", **drafted)
    office.step(matter, "draft_conclusion", by="truongphong", **drafted, violated=[f"nomination:{guilty}", f"nomination:{clean}"])
    (stop,) = [one for one in office.stops(matter) if one.state == "open"]
    task = tasks.find_task(stop.id)
    offered = first_answers(task.form, tasks.given_to(task, office.who("chutich")))
    assert offered["violated"] == [f"nomination:{guilty}", f"nomination:{clean}"], "as it was drafted, to be changed"
    turned = {"decision": "founded", "violated": [f"nomination:{guilty}"], "chair_summary": "Ông Minh khai khống."}
    office.step(matter, "conclude_petition", by="chutich", **turned)
    paper = text_of(papers.preview_matter_paper(matter, "petition_conclusion", by=office.who("chutich")))
    assert f"có vi phạm đối với: Hoàng Bình Minh ({unit})." in paper and f"không có vi phạm đối với: Lê Nắng Mai ({unit})." in paper
    assert "Nội dung đơn nêu có vi phạm." not in paper
    assert f"Dừng xét khen thưởng kể từ ngày ban hành kết luận này đối với: Hoàng Bình Minh ({unit})." in paper
    assert f"Tiếp tục xét khen thưởng kể từ ngày ban hành kết luận này đối với: Lê Nắng Mai ({unit})." in paper
    office.conclude(matter)
    done = _did(office, matter, "settle_names")
    assert (done["stopped"], done["lifted"]) == (1, 1)
    assert office.status(guilty) == ("ended", "refused") and office.at(clean) == {"check_dossier"} and not holds.open_holds(clean)
    (fact,) = [one.said for one in _main(office, matter) if one.key == "violated"]
    assert fact == f"Hoàng Bình Minh ({unit})"


def _main(office: Office, matter: int) -> list[movement.MainFact]:
    chair = office.who("chutich")
    return read_main_facts(read_matter(matter, by=chair), office.stops(matter), by=chair)


@pytest.mark.long
def test_what_the_chair_concludes_takes_the_place_of_what_was_drafted(office: Office) -> None:
    (one,) = finished_awards(office, "Hoàng Bình Minh")
    matter = office.complain(one)
    office.step(matter, "verify_petition", by="vhxh", findings="Đã xem sổ.")
    drafted = {"decision": "founded", "proposal": "revoke", "summary": "Khai khống."}
    office.step(matter, "draft_conclusion", by="truongphong", **drafted)
    assert {one.key: one.said for one in _main(office, matter)}["proposal"] == "Hủy bỏ khen thưởng"
    paper = text_of(papers.preview_matter_paper(matter, "petition_conclusion", by=office.who("chutich")))
    assert "Căn cứ kết quả xác minh và đề nghị của Phòng Văn hóa - Xã hội" in paper and "Xem xét hủy bỏ" in paper
    office.step(matter, "conclude_petition", by="chutich", decision="unfounded", chair_summary="Số liệu đúng với sổ gốc.")
    told = {one.key: one.said for one in _main(office, matter)}
    assert told["decision"] == "Không có vi phạm" and told["chair_summary"] == "Số liệu đúng với sổ gốc." and "proposal" not in told
    paper = text_of(papers.preview_matter_paper(matter, "petition_conclusion", by=office.who("chutich")))
    assert "Căn cứ kết quả xác minh của Phòng Văn hóa - Xã hội" in paper and "đề nghị của" not in paper
    assert "Số liệu đúng với sổ gốc." in paper and "hủy bỏ" not in paper and "Khai khống" not in paper


def test_a_chair_who_names_others_or_does_otherwise_with_their_award_says_so_himself(office: Office) -> None:
    one, other = office.received(ROUND, "Hoàng Bình Minh", "Lê Nắng Mai")
    both = [f"nomination:{one}", f"nomination:{other}"]
    matter = office.complain(one, other)
    office.step(matter, "verify_petition", by="vhxh", findings="Đã xem sổ.")
    office.step(matter, "draft_conclusion", by="truongphong", decision="founded", violated=both, summary="Cả hai khai khống.")
    said = refusal(office, matter, "conclude_petition", "chair_summary", by="chutich", decision="founded", violated=both[:1])
    assert "khác dự thảo" in said
    turned = {"decision": "founded", "violated": both[:1], "chair_summary": "Ông Minh khai khống, bà Mai thì không."}
    (stop,) = [one for one in office.stops(matter) if one.state == "open"]
    tasks.save_draft(stop.id, turned, by=office.who("chutich"))
    (shown,) = [one for one in papers.papers_of_matter(matter, by=office.who("chutich")) if one.name == "petition_conclusion"]
    assert "Ông Minh khai khống, bà Mai thì không." in str(shown.document), "he reads it before he signs"
    office.step(matter, "conclude_petition", by="chutich", **turned)
    paper = text_of(papers.preview_matter_paper(matter, "petition_conclusion", by=office.who("chutich")))
    assert "Ông Minh khai khống, bà Mai thì không." in paper and "Cả hai" not in paper and "đề nghị của" not in paper
    office.step(matter, "number_conclusion", by="vanthu", number="14", dated="2026-11-03")
    office.work()
    same = office.complain(one, other)
    office.step(same, "verify_petition", by="vhxh", findings="Đã xem sổ.")
    office.step(same, "draft_conclusion", by="truongphong", decision="founded", violated=both, summary="Cả hai khai khống.")
    office.step(same, "conclude_petition", by="chutich", decision="founded", violated=both[::-1])
    assert "Cả hai khai khống." in text_of(papers.preview_matter_paper(same, "petition_conclusion", by=office.who("chutich")))


def test_whom_the_signed_conclusion_stops_is_not_changed_by_hand(office: Office) -> None:
    one, other = office.received(ROUND, "Hoàng Bình Minh", "Lê Nắng Mai")
    matter, admin = office.complain(one, other), office.who("quantri")
    office.step(matter, "verify_petition", by="vhxh", findings="Đã xem sổ.")
    said = {"decision": "founded", "violated": [f"nomination:{one}"]}
    office.step(matter, "draft_conclusion", by="truongphong", summary="Khai khống.", **said)
    office.step(matter, "conclude_petition", by="chutich", **said)
    instance = read_matter(matter, by=office.who("thanhtra")).running.id
    values = {value.name: value for value in operating.values_of(instance, by=admin)}
    operating.edit_values(instance, {"summary": "Khai khống số liệu."}, "Ghi nhầm", by=admin, seen=read_instance(instance).version)
    for name, changed in {"decision": "unfounded", "violated": [f"nomination:{other}"], "proposal": "keep"}.items():
        if name in values:
            assert values[name].settled, name
            with pytest.raises(Invalid):
                operating.edit_values(instance, {name: changed}, "Sửa", by=admin, seen=read_instance(instance).version)
    assert {"decision", "violated"} <= values.keys()


@pytest.mark.long
def test_an_award_that_is_given_after_the_chair_signed_comes_before_him_once_the_conclusion_has_its_number(office: Office) -> None:
    name = office.merit(ROUND)
    package, matter = office.send_package(ROUND, [name]), office.complain(name)
    office.step(matter, "verify_petition", by="vhxh", findings="Đã xem sổ.")
    office.step(matter, "draft_conclusion", by="truongphong", decision="founded", summary="Khai khống.")
    office.step(matter, "conclude_petition", by="chutich", decision="founded")
    office.answer(package, name, "granted", form="BK_TINH")
    office.step(matter, "number_conclusion", by="vanthu", number="91", dated=clock.today().isoformat())
    office.work()
    assert office.stands_at(matter) == {"answer_petition"}
    assert len(_revocations(office, name)) == 1, "whether it is revoked is for the chair"


def test_a_conclusion_names_the_people_and_offices_that_it_is_about(office: Office) -> None:
    officer = office.who("vhxh")
    units = [f"unit:{office.units['DONG-MAY']}"]
    matter = send_petition(office, kind="complaint", about_units=units, about_people=people_named(office, "vhxh"))
    office.step(matter, "classify_petition", by="truongphong", kind="complaint", about_people=people_named(office, "vhxh", "phochutich"))
    office.step(matter, "verify_petition", by="truongphong", findings="Đã xem sổ.")
    office.step(matter, "draft_conclusion", by="truongphong", decision="founded", summary="Có nhận quà.")
    paper = text_of(papers.preview_matter_paper(matter, "petition_conclusion", by=office.who("chutich")))
    told = paper.partition("Người, cơ quan, đơn vị được nêu trong đơn:")[2].partition("2. Kết quả xác minh")[0]
    assert officer.name in told and office.who("phochutich").name in told and people.unit_name(office.units["DONG-MAY"], DAY) in told


def test_papers_of_a_petition_that_the_chair_only_sent_are_signed_for_him(office: Office) -> None:
    remark = send_petition(office, by="chutich")
    office.step(remark, "classify_petition", by="truongphong", kind="remark")
    office.step(remark, "answer_petition", by="truongphong", way="letter", answer="Đã sửa.")
    assert "TL. CHỦ TỊCH" in text_of(papers.preview_matter_paper(remark, "petition_answer", by=office.who("truongphong")))
    complaint = send_petition(office, by="chutich", kind="complaint")
    office.step(complaint, "classify_petition", by="truongphong", kind="complaint")
    office.step(complaint, "verify_petition", by="vhxh", findings="Đã xem sổ.")
    office.step(complaint, "draft_conclusion", by="truongphong", decision="founded", summary="Có sai.")
    office.step(complaint, "conclude_petition", by="phochutich", decision="founded")
    assert "KT. CHỦ TỊCH" in text_of(papers.preview_matter_paper(complaint, "petition_conclusion", by=office.who("phochutich")))


def test_a_substitute_of_the_chair_signs_as_his_deputy_or_not_at_all(office: Office) -> None:
    chair, admin = office.who("chutich"), office.who("quantri")
    matter = office.complain()
    office.step(matter, "verify_petition", by="vhxh", findings="Đã xem sổ.")
    office.step(matter, "draft_conclusion", by="truongphong", decision="founded", summary="Có sai.")
    for login in ("truongphong", "phochutich"):
        people.name_substitute(chair.account, office.who(login).account, by=admin, since=DAY, until=date(2026, 12, 1), reason="Nghỉ phép")
    with pytest.raises(Conflict, match="may not sign"):
        office.step(matter, "conclude_petition", by="truongphong", decision="founded")
    assert office.stands_at(matter) == {"conclude_petition"}
    office.step(matter, "conclude_petition", by="phochutich", decision="founded")
    paper = text_of(papers.preview_matter_paper(matter, "petition_conclusion", by=office.who("vanthu")))
    assert "KT. CHỦ TỊCH" in paper and office.who("phochutich").name in paper
