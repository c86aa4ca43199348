"""What was checked and signed is what stands: versions that come later take the check back or are refused, also on letters."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest

from service import clock, papers, trail
from service.awards import lists
from service.awards.finding import find_lists
from service.awards.lists import LineInput
from service.errors import Conflict
from tests.journeys.office import PDF, Office
from tests.service.papers.conftest import ROUND, docx_of, draft_decision
from tests.service.papers.reading import replaced, with_footer

pytestmark = pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
"""What papers say does not hang on the database; files, numbers and signatures are tested on both."""

ONE, TWO = "Hoàng Bình Minh", "Đỗ Hừng Đông"


def _proved(office: Office, *names: str) -> int:
    """A decision that the office has not submitted yet."""
    found = office.posted(ROUND, *names)
    office.sit(ROUND, {}, found)
    decision = office.draw_up("decision", ROUND, found, by="vhxh")
    office.go_to("2026-12-16")
    office.act(decision, "prove", by="vhxh")
    return decision


def _submit(office: Office, decision: int, number: str = "12") -> None:
    office.act(decision, "submit", by="truongphong", fields={"dated": clock.today().isoformat(), "number": number})


def _check(office: Office, decision: int, decided: str = "accept") -> None:
    note = {"note": "Sai"} if decided == "return" else {}
    office.act(decision, "check_form", by="vanphong", fields={"decision": decided, **note})


def _sign(office: Office, decision: int) -> None:
    office.act(decision, "sign", by="chutich", lines=[LineInput(n.id, "granted") for _, n in lists.lines_of(decision)])


def _state(office: Office, row: int) -> str:
    return lists.read_list(row, by=office.who("vhxh")).state


def _draw(office: Office, row: int, code: str) -> papers.Drawn:
    return papers.draw_up_paper(row, code, by=office.who("vhxh"))


def _edit(office: Office, row: int, code: str, content: bytes) -> papers.Paper:
    return papers.upload_paper(row, code, "Bản sửa.docx", content, by=office.who("vhxh"))


def _refused(office: Office, row: int, act: str, by: str, fields: Mapping[str, Any], code: str = "paper-differs") -> Conflict:
    before = lists.read_list(row, by=office.who("vhxh")).version
    with pytest.raises(Conflict) as refused:
        office.act(row, act, by=by, fields=fields)
    assert refused.value.code == code, refused.value.message
    assert lists.read_list(row, by=office.who("vhxh")).version == before, "nothing was written"
    return refused.value


@pytest.mark.long
@pytest.mark.parametrize("code", ["decision", "office_submission"])
def test_a_red_paper_is_stopped_at_the_submission_and_at_the_format_check(office: Office, code: str) -> None:
    decision = _proved(office, ONE, TWO)
    content = docx_of(office, _draw(office, decision, code))
    _edit(office, decision, code, replaced(content, TWO, "Đỗ Hưng Đông"))
    fields = {"dated": clock.today().isoformat(), "number": "12"}
    said = _refused(office, decision, "submit", "truongphong", fields)
    assert [(line["paper"], line["name"]) for line in said.lines] == [(code, TWO)] and "Đỗ Hưng Đông" in said.message
    _edit(office, decision, code, content)
    _submit(office, decision)
    if code == "decision":  # the office's submission is signed by now, and its contents stand
        content = docx_of(office, _draw(office, decision, code))
        _edit(office, decision, code, replaced(content, TWO, "Đỗ Hưng Đông"))
        said = _refused(office, decision, "check_form", "vanphong", {"decision": "accept"})
        assert [line["name"] for line in said.lines] == [TWO] and len(said.faults) == 1
        _check(office, decision, "return")
        assert _state(office, decision) == "draft", "a red paper may be sent back"
    else:
        _check(office, decision)
        assert _state(office, decision) == "checked"


@pytest.mark.long
@pytest.mark.office(after=partial(draft_decision, names=(ONE, TWO)))
def test_a_drawn_up_paper_whose_data_changed_is_not_signed(office: Office) -> None:
    decision = office.made
    _draw(office, decision, "decision")
    (one, _) = [n.id for _, n in lists.lines_of(decision)]
    office.file("recipient_change", one, by="vhxh", change="renamed", new_name="Hoàng Bình Minh Anh")
    (look,) = papers.looks_before(lists.read_list(decision, by=office.who("chutich")), "sign")
    assert look.how == "old"
    with pytest.raises(Conflict, match="changed since") as refused:
        _sign(office, decision)
    assert refused.value.code == "paper-old" and "Soạn lại từ dữ liệu" in refused.value.message
    _draw(office, decision, "decision")
    assert _state(office, decision) == "submitted", "what is drawn up by other data is checked anew"
    _check(office, decision)
    _sign(office, decision)
    assert _state(office, decision) == "signed"


def test_number_that_comes_after_the_draft_does_not_make_it_old(office: Office) -> None:
    decision = _proved(office, ONE, TWO)
    for code in ("decision", "office_submission"):
        _draw(office, decision, code)
    _submit(office, decision)
    _check(office, decision)
    _sign(office, decision)
    assert _state(office, decision) == "signed"


@pytest.mark.office(after=partial(draft_decision, names=(ONE, TWO)))
def test_a_new_version_takes_the_format_check_back_and_the_inbox_asks_again(office: Office) -> None:
    decision = office.made
    drawn = _draw(office, decision, "decision")
    assert drawn.fresh and _state(office, decision) == "checked", "what the machine draws from the same data was checked"
    content = docx_of(office, drawn)
    edited = replaced(content, "chịu trách nhiệm thi hành", "có trách nhiệm thi hành")
    _edit(office, decision, "decision", edited)
    row = lists.read_list(decision, by=office.who("vanphong"))
    assert row.state == "submitted" and "form_check" not in row.data
    assert "check_form" in {a.name for a in lists.acts_open_to(office.who("vanphong"), row)}
    told = [e.kind for e in trail.read(stream=f"list:{decision}", limit=50, locale="vi").events]
    assert "decision:check_undone" in told
    with pytest.raises(Conflict):
        _sign(office, decision)
    _check(office, decision)
    assert _edit(office, decision, "decision", edited).version == 2 and _state(office, decision) == "checked", "the same bytes again"
    _draw(office, decision, "decision")
    assert _state(office, decision) == "submitted", "drawing up anew replaces the checked words too"


def test_a_scan_before_the_signature_is_no_way_round_the_look(office: Office) -> None:
    decision = _proved(office, ONE)
    with pytest.raises(Conflict, match="not signed yet"):
        papers.upload_paper(decision, "decision", "a.pdf", PDF, by=office.who("vanthu"), signed=True)
    _submit(office, decision)
    _check(office, decision)
    _sign(office, decision)
    assert papers.upload_paper(decision, "decision", "a.pdf", PDF, by=office.who("vanthu"), signed=True).source == "signed"


@pytest.mark.office(after=partial(draft_decision, names=(ONE, TWO)))
def test_after_the_signature_only_number_day_and_the_scan_come(office: Office) -> None:
    decision = office.made
    content = docx_of(office, _draw(office, decision, "decision"))
    with pytest.raises(Conflict, match="not signed yet"):
        papers.upload_paper(decision, "decision", "a.pdf", PDF, by=office.who("vanthu"), signed=True)
    _sign(office, decision)
    with pytest.raises(Conflict) as refused:
        _edit(office, decision, "decision", replaced(content, "chịu trách nhiệm thi hành", "có trách nhiệm thi hành"))
    assert refused.value.code == "already-signed" and "bản chụp đã ký" in refused.value.message
    office.act(decision, "issue", by="vanthu", fields={"number": 1126, "dated": clock.today().isoformat()})
    numbered = _draw(office, decision, "decision")
    assert numbered.fresh and numbered.papers[0].facts["number"] == "1126/QĐ-UBND"
    (one, _) = [n.id for _, n in lists.lines_of(decision)]
    amended = office.file("amendment", one, "propose", by="vhxh", way="amend", new_name="Hoàng Bình Minh Anh", reason="Báo sai")
    office.act(amended, "decide", by="chutich", fields={"decision": "approve"})
    office.act(amended, "issue", by="vanthu", fields={"number": 1140, "dated": clock.today().isoformat()})
    with pytest.raises(Conflict) as changed:
        _draw(office, decision, "decision")
    assert changed.value.code == "already-signed", "the decision reads as it was signed"
    assert papers.upload_paper(decision, "decision", "a.pdf", PDF, by=office.who("vanthu"), signed=True).source == "signed"


@pytest.mark.office(after=partial(draft_decision, names=(ONE, TWO)))
def test_an_edited_decision_that_was_signed_is_not_replaced_by_words_of_the_machine(office: Office) -> None:
    decision = office.made
    content = docx_of(office, _draw(office, decision, "decision"))
    _edit(office, decision, "decision", replaced(content, "chịu trách nhiệm thi hành", "có trách nhiệm thi hành"))
    _check(office, decision)
    _sign(office, decision)
    with pytest.raises(Conflict) as refused:
        _draw(office, decision, "decision")
    assert refused.value.code == "already-signed"


@pytest.mark.office(after=partial(draft_decision, names=(ONE, TWO)))
def test_struck_names_are_gone_from_what_is_drawn_up_after_the_signature(office: Office) -> None:
    decision = office.made
    _draw(office, decision, "decision")
    office.sign_decision(decision, 1126, struck={lists.lines_of(decision)[0][1].id: "Chờ xác minh"})
    drawn = _draw(office, decision, "decision")
    assert drawn.fresh and [n["name"] for n in drawn.papers[0].facts["names"]] == [lists.lines_of(decision)[1][1].name]


@pytest.mark.office(after=partial(draft_decision, names=(ONE,)))
def test_edited_letter_of_correction_is_held_against_the_database(office: Office) -> None:
    decision = office.made
    office.sign_decision(decision, 1126)
    office.work()
    one = lists.lines_of(decision)[0][1].id
    row = office.file("amendment", one, "propose", by="vhxh", way="letter", wrong="Trang 2 ghi đúng là “Danh sách”.", reason="Lỗi")
    content = docx_of(office, _draw(office, row, "correction_letter"))
    _edit(office, row, "correction_letter", replaced(content, "1126/QĐ-UBND", "1162/QĐ-UBND"))
    _refused(office, row, "decide", "chutich", {"decision": "approve"})
    _edit(office, row, "correction_letter", content)
    office.act(row, "decide", by="chutich", fields={"decision": "approve"})
    assert _state(office, row) == "signed"


def _returned(office: Office) -> tuple[int, str, str, str, dict[str, Any]]:
    (one,) = office.received(ROUND, ONE)
    office.check(one, "supplement")
    return office.submission(one), "return_notice", "return", "vhxh", {}


def _asked(office: Office) -> tuple[int, str, str, str, dict[str, Any]]:
    (one,) = office.received(ROUND, ONE)
    office.check(one, ask_opinions=True, agencies=["CONG-AN"])
    letter = office.draw_up("opinion_letter", ROUND, [one], by="vhxh", unit_id=office.units["CONG-AN"])
    return letter, "opinion_request", "send", "vhxh", {"dated": clock.today().isoformat()}


def _told(office: Office) -> tuple[int, str, str, str, dict[str, Any]]:
    (one,) = office.received(ROUND, ONE)
    office.check(one, "not_eligible")
    (letter,) = find_lists(office.who("vhxh"), kind="result_letter", nomination_id=one)
    return letter.id, "result_letter", "send", "vhxh", {"dated": clock.today().isoformat()}


@pytest.mark.parametrize("drafted", [_returned, _asked, _told])
def test_letters_signed_for_the_chair_are_held_against_the_database_before_they_go(office: Office, drafted: Any) -> None:
    row, code, act, by, fields = drafted(office)
    content = docx_of(office, _draw(office, row, code))
    _edit(office, row, code, replaced(content, ONE, "Hoàng Văn Minh"))
    said = _refused(office, row, act, by, fields)
    assert any(str(line["name"]).startswith(ONE) for line in said.lines)
    _edit(office, row, code, content)
    office.act(row, act, by=by, fields=fields)
    with pytest.raises(Conflict) as late:
        _edit(office, row, code, with_footer(content, "Ghi thêm sau khi ký"))
    assert late.value.code == "already-signed"
