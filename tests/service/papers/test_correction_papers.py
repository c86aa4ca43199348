"""Papers after a decision: amended, corrected, revoked, blanks written off; each says which decision it is about."""

from __future__ import annotations

import unicodedata

import pytest

from service import clock, papers
from service.awards import lists
from service.errors import Conflict, Refusal
from tests.journeys.office import Office
from tests.service.papers.conftest import docx_of, draft_decision
from tests.service.papers.reading import replaced, text_of

pytestmark = pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
"""What papers say does not hang on the database; files, numbers and signatures are tested on both."""

NAME = "Hoàng Bình Minh"


def _granted(office: Office) -> int:
    """A name whose certificate was decided with number 1126."""
    decision = draft_decision(office)
    office.sign_decision(decision, 1126)
    office.work()
    return next(n.id for _, n in lists.lines_of(decision) if n.name == NAME)


def _said(office: Office, row: int, code: str) -> str:
    content = papers.preview_paper(row, code, by=office.who("vhxh"))
    return unicodedata.normalize("NFC", text_of(content))


def _codes(office: Office, row: int) -> set[str]:
    return {kind.code for kind in papers.kinds_of(papers.read_for_papers(row, by=office.who("vhxh")))}


def _number(office: Office, row: int, number: int) -> None:
    office.act(row, "issue", by="vanthu", fields={"number": number, "dated": clock.today().isoformat()})


@pytest.mark.long
@pytest.mark.office(after=_granted)
def test_amending_decision_says_what_read_and_what_reads_now_also_once_it_holds(office: Office) -> None:
    one = office.made
    row = office.file("amendment", one, "propose", by="vhxh", way="amend", new_name="Hoàng Bình Minh Anh", reason="Đơn vị báo sai")
    assert _codes(office, row) == {"amending_decision"}
    draft = _said(office, row, "amending_decision")
    for words in ("sửa đổi Quyết định số 1126/QĐ-UBND", f"“{NAME}” sửa thành “Hoàng Bình Minh Anh”", "CHỦ TỊCH"):
        assert words in draft, draft
    office.act(row, "decide", by="chutich", fields={"decision": "approve"})
    _number(office, row, 1140)
    issued = _said(office, row, "amending_decision")
    assert "Số: 1140/QĐ-UBND" in issued and f"“{NAME}” sửa thành “Hoàng Bình Minh Anh”" in issued
    assert office.read(one).name == "Hoàng Bình Minh Anh"


@pytest.mark.long
@pytest.mark.office(after=_granted)
def test_edited_amending_decision_that_names_another_is_not_signed_and_may_be_refused(office: Office) -> None:
    one = office.made
    row = office.file("amendment", one, "propose", by="vhxh", way="amend", new_name="Hoàng Bình Minh Anh", reason="Đơn vị báo sai")
    content = docx_of(office, papers.draw_up_paper(row, "amending_decision", by=office.who("vhxh")))
    wrong = replaced(content, "1126/QĐ-UBND", "1162/QĐ-UBND")
    papers.upload_paper(row, "amending_decision", "Sửa đổi.docx", wrong, by=office.who("vhxh"))
    with pytest.raises(Conflict, match="contradicts") as refused:
        office.act(row, "decide", by="chutich", fields={"decision": "approve"})
    assert refused.value.code == "paper-differs"
    office.act(row, "decide", by="chutich", fields={"decision": "refuse", "reason": "Chưa đủ căn cứ"})
    assert lists.read_list(row, by=office.who("vhxh")).state == "refused"


@pytest.mark.long
@pytest.mark.office(after=_granted)
def test_wrong_layout_takes_a_letter_to_the_unit(office: Office) -> None:
    one = office.made
    row = office.file("amendment", one, "propose", by="vhxh", way="letter", wrong="Tại trang 2, “Danh sach” ghi đúng là “Danh sách”.",
                      reason="Lỗi chính tả")
    assert _codes(office, row) == {"correction_letter"}
    said = _said(office, row, "correction_letter")
    unit = office.read(one).unit_name
    about = "V/v đính chính Quyết định số 1126/QĐ-UBND"
    for words in (about, "“Danh sach” ghi đúng là “Danh sách”", f"Kính gửi: {unit}", "TM. ỦY BAN NHÂN DÂN"):
        assert words in said, said


@pytest.mark.office(after=_granted)
def test_decision_to_revoke_asks_back_what_was_given_and_nothing_else(office: Office) -> None:
    one = office.made
    row = office.file("revocation", one, "propose", by="truongphong", proposal="revoke", number="15/KL-UBND",
                      reason="Kê khai gian dối thành tích")
    draft = _said(office, row, "revocation_decision")
    assert "Căn cứ Văn bản số 15/KL-UBND" in draft and "Lý do: Kê khai gian dối thành tích" in draft
    assert "Không trao Giấy khen" in draft and "Thu hồi" not in draft.partition("Điều 2")[2]
    office.act(row, "decide", by="chutich", fields={"decision": "revoke", "reason": "Thành tích không đúng sự thật"})
    _number(office, row, 1150)
    issued = _said(office, row, "revocation_decision")
    assert "Số: 1150/QĐ-UBND" in issued and "Lý do: Thành tích không đúng sự thật." in issued and "1126/QĐ-UBND" in issued


@pytest.mark.office(after=_granted)
def test_decision_to_revoke_after_handing_over_names_sum_and_last_day(office: Office) -> None:
    one = office.made
    office.hand_over(one)
    row = office.file("revocation", one, "propose", by="truongphong", proposal="revoke", reason="Kê khai gian dối thành tích")
    office.act(row, "decide", by="chutich", fields={"decision": "revoke", "reason": "Thành tích không đúng sự thật"})
    _number(office, row, 1150)
    issued = _said(office, row, "revocation_decision")
    until = lists.read_list(row, by=office.who("vhxh")).data["recover_by"]
    assert "759.000 đồng (bằng chữ: bảy trăm năm mươi chín nghìn đồng)" in issued
    assert f"chậm nhất ngày {until[8:]}/{until[5:7]}/{until[:4]}" in issued


@pytest.mark.office(after=_granted)
def test_blanks_written_off_have_their_minutes_with_number_and_witness(office: Office) -> None:
    one = office.made
    row = office.file("reprint", one, "write_off", by="vanthu", cause="spoiled", blanks=2, witness="Lò Thị Hai",
                      note="Sê-ri 000123, 000124")
    said = _said(office, row, "blank_minutes")
    for words in ("Số: 02/BB-UBND", "02 phôi", "phôi hỏng khi in", NAME, "Lò Thị Hai", "Sê-ri 000123, 000124"):
        assert words in said, said
    with pytest.raises(Refusal):
        papers.draw_up_paper(row, "amending_decision", by=office.who("vhxh"))
