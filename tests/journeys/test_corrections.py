"""What comes after a decision: errors in print, amending, revoking and recovering, death; nothing is deleted (office.md 9, 10)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from service import clock, papers, trail
from service.actor import machine
from service.awards import correcting, lists
from service.awards.models import Award, Counter, PaperNumber
from service.awards.numbers import number_minutes
from service.db import reading, transaction
from service.errors import Conflict, Forbidden, Invalid
from service.notices.models import Mail
from service.papers import kinds_of
from service.processes import inbox
from tests.journeys.office import Office
from tests.service.papers.conftest import docx_of
from tests.service.papers.reading import replaced, text_of

ROUND = "HN-2026"
NAME = "Hoàng Bình Minh"


@pytest.fixture
def office(office_on: Callable[[date], Office]) -> Office:
    return office_on(date(2026, 11, 3))


def _decided(office: Office, form: str = "GK_XA") -> int:
    one = office.nominate(ROUND, form=form)
    office.to_council(one, ROUND)
    office.sit(ROUND, {})
    office.decide(ROUND, 1126)
    return one


def _today() -> str:
    return clock.today().isoformat()


def _award(nomination: int) -> Award:
    with reading() as s:
        found = s.scalars(select(Award).where(Award.nomination_id == nomination)).one()
        s.expunge(found)
        return found


def _state(office: Office, list_id: int) -> str:
    return lists.read_list(list_id, by=office.who("vhxh")).state


def _asked(office: Office, login: str) -> set[str]:
    by = office.who(login)
    return {e for scope in ("mine", "group") for e, _n, _late in inbox.count_by_element(by, scope)}


def _mails(letter: str) -> int:
    with reading() as s:
        return len(s.scalars(select(Mail).where(Mail.letter == letter)).all())


def _propose(office: Office, nomination: int, *, by: str, **fields: str) -> int:
    outcome = lists.file_one("amendment", nomination, "propose", fields, by=office.who(by))
    office.work()
    return outcome.list_id


def _number(office: Office, list_id: int, number: int) -> None:
    office.act(list_id, "issue", by="vanthu", fields={"number": number, "dated": _today()})


@pytest.mark.long
def test_wrong_name_is_amended_by_a_decision_of_its_own_with_its_own_number(office: Office) -> None:
    one = _decided(office)
    row = _propose(office, one, by="vhxh", way="amend", new_name="Hoàng Bình Minh Anh", reason="Đơn vị báo sai tên")
    assert "amendment.decide" in _asked(office, "chutich")
    assert correcting.may_follow(one) == {"revocation", "reprint", "unlisting"}
    with pytest.raises(Conflict, match="on its way already"):
        _propose(office, one, by="vhxh", way="amend", new_title="Hiệu trưởng", reason="Sai chức danh")
    with pytest.raises(Forbidden):
        office.act(row, "decide", by="vhxh", fields={"decision": "approve"})
    office.act(row, "decide", by="chutich", fields={"decision": "approve"})
    assert office.read(one).name == NAME  # signed only: the name holds from the number on
    with pytest.raises(Invalid) as taken:
        _number(office, row, 1126)
    assert "Số 1126/QĐ-UBND năm 2026 đã dùng cho “Quyết định tặng Giấy khen, " in taken.value.faults[0].message
    _number(office, row, 1140)
    assert office.read(one).name == "Hoàng Bình Minh Anh" and _award(one).decision == "1126/QĐ-UBND"
    ((line, _),) = lists.lines_of(row)
    assert line.data["mended"] == {"new_name": [NAME, "Hoàng Bình Minh Anh"]}
    assert lists.read_list(row, by=office.who("vhxh")).number == "1140/QĐ-UBND"
    assert _mails("award_amended") == 2  # the unit's head and its officer
    said = [trail.sentence(e) for e in trail.read(kind="award:amended").events]
    assert said == ["Khen thưởng được sửa theo văn bản số 1140/QĐ-UBND."]
    office.hand_over(one)
    assert office.status(one) == ("ended", "certificate")


@pytest.mark.long
def test_text_of_an_award_that_ended_is_amended_and_both_wordings_stay(office: Office) -> None:
    one = _decided(office)
    office.hand_over(one)
    before = _award(one).text
    row = _propose(office, one, by="truongphong", way="amend", new_text="Đưa dạy học số tới 12 thôn", reason="Sai số thôn")
    office.act(row, "decide", by="chutich", fields={"decision": "approve"})
    _number(office, row, 1140)
    assert _award(one).text == "Đưa dạy học số tới 12 thôn" != before
    (entry,) = trail.read(kind="award:amended", sight=trail.Sight.EVERYTHING).events
    assert before in trail.sentence(entry) and "12 thôn" in trail.sentence(entry)


@pytest.mark.long
def test_layout_is_corrected_by_a_letter_and_changes_nothing_of_the_award(office: Office) -> None:
    one = _decided(office)
    same = _award(one).text
    with pytest.raises(Invalid) as refused:
        _propose(office, one, by="vhxh", way="letter", reason="Sai khổ giấy")
    assert [f.path for f in refused.value.faults] == ["wrong"]
    row = _propose(office, one, by="vhxh", way="letter", wrong="Thiếu dấu chấm lửng cuối căn cứ", reason="Sai thể thức")
    office.act(row, "decide", by="chutich", fields={"decision": "approve"})
    _number(office, row, 1126)  # letters are numbered in another series than decisions
    assert lists.read_list(row, by=office.who("vhxh")).number == "1126/UBND-VHXH"
    assert (office.read(one).name, _award(one).text) == (NAME, same)
    with reading() as s:
        assert sorted(tuple(r) for r in s.execute(select(PaperNumber.paper, PaperNumber.number))) == [("CV", 1126), ("QĐ", 1126)]


def test_correction_needs_a_difference_an_award_of_the_commune_and_the_chairs_yes(office: Office) -> None:
    undecided = office.nominate(ROUND, name="Lê Trúc Xanh")
    assert correcting.may_follow(undecided) == set()
    with pytest.raises(Conflict, match="no decision of the commune"):
        _propose(office, undecided, by="vhxh", way="amend", new_name="Lê Trúc", reason="Sai tên")
    one = _decided(office)
    with pytest.raises(Invalid, match="nothing differs"):
        _propose(office, one, by="vhxh", way="amend", new_name=NAME, reason="Sai tên")
    row = _propose(office, one, by="vhxh", way="amend", new_title="Hiệu trưởng", reason="Sai chức danh")
    with pytest.raises(Invalid):
        office.act(row, "decide", by="chutich", fields={"decision": "refuse"})
    office.act(row, "decide", by="chutich", fields={"decision": "refuse", "reason": "Quyết định ghi đúng"})
    assert _state(office, row) == "refused" and office.read(one).title == "Giáo viên"
    assert "amendment.issue" not in _asked(office, "vanthu")
    _propose(office, one, by="vhxh", way="amend", new_title="Tổ trưởng", reason="Sai chức danh")


@pytest.mark.long
def test_spoiled_blank_is_written_off_by_minutes_of_the_offices_own_register(office: Office) -> None:
    one = _decided(office)
    fields = {"cause": "spoiled", "blanks": 2, "witness": "Trần Văn Bình"}
    with pytest.raises(Forbidden):
        office.file("reprint", one, "write_off", by="donvi", **fields)
    with pytest.raises(Invalid):
        office.file("reprint", one, "write_off", by="vhxh", **fields | {"dated": (clock.today() + timedelta(1)).isoformat()})
    first = office.file("reprint", one, "write_off", by="vhxh", **fields)
    second = office.file("reprint", one, "write_off", by="vanthu", **fields | {"cause": "wrong"})
    numbers = [lists.read_list(row, by=office.who("vhxh")).number for row in (first, second)]
    assert numbers == ["02/BB-UBND", "03/BB-UBND"]  # 01 are the closing minutes of the posting
    office.hand_over(one)
    with pytest.raises(Conflict, match="was handed over"):
        office.file("reprint", one, "write_off", by="vhxh", **fields | {"cause": "damaged"})
    assert _award(one).book_number == 1


@pytest.mark.long
def test_revoked_award_is_asked_back_certificate_and_money_each_by_whom_it_concerns(office: Office) -> None:
    one = _decided(office)
    office.hand_over(one)
    row = office.file("revocation", one, "propose", by="truongphong", proposal="revoke", reason="Gian dối thành tích")
    office.act(row, "decide", by="chutich", fields={"decision": "revoke", "reason": "Gian dối"})
    assert _state(office, row) == "signed" and _award(one).status == "filed"
    _number(office, row, 1141)
    assert (_state(office, row), _award(one).status) == ("recovering", "revoked")
    assert _mails("award_revoked") == 2
    assert "revocation.take_back" in _asked(office, "vhxh") and "revocation.pay_back" in _asked(office, "ketoan")
    with pytest.raises(Forbidden):
        office.act(row, "pay_back", by="vhxh", fields={"receipt": "PT-03", "dated": _today()})
    office.act(row, "take_back", by="vhxh", fields={"how": "returned", "dated": _today()})
    assert _state(office, row) == "recovering" and "revocation.take_back" not in _asked(office, "vhxh")
    with pytest.raises(Conflict, match="Nothing is left"):
        office.act(row, "take_back", by="vhxh", fields={"how": "lost", "dated": _today(), "note": "Cháy nhà"})
    office.act(row, "pay_back", by="ketoan", fields={"receipt": "PT-03", "dated": _today()})
    award = _award(one)
    assert (award.returned_on, award.repaid_on, award.receipt) == (clock.today(), clock.today(), "PT-03")
    assert office.read(one).revoked
    unit = lists.read_list(row, by=office.who("thutruong"))
    assert unit.data["decided"]["reason"] == "Gian dối"
    assert "proposal" not in lists.data_for(unit, by=office.who("thutruong"))
    assert _state(office, row) == "revoked" and award.money and award.book_number == 1  # nothing is deleted
    (paid,) = trail.read(kind="revocation:money_recovered").events
    assert f"{award.money:,}".replace(",", ".") in trail.sentence(paid)


@pytest.mark.long
def test_what_the_province_granted_is_revoked_by_the_province_at_the_commune_s_request(office: Office) -> None:
    one = office.merit(ROUND)
    office.answer(office.send_package(ROUND), one, "granted")
    office.hand_over(one, pay=False)
    row = office.file("revocation", one, "propose", by="truongphong", proposal="revoke", number="15/KL", reason="Gian dối thành tích")
    codes = {kind.code for kind in kinds_of(lists.read_list(row, by=office.who("vhxh")))}
    assert codes == {"revocation_request"}, "the commune does not decide on what the province granted"
    content = docx_of(office, papers.draw_up_paper(row, "revocation_request", by=office.who("vhxh")))
    papers.upload_paper(row, "revocation_request", "a.docx", replaced(content, "412/QĐ", "413/QĐ"), by=office.who("vhxh"))
    with pytest.raises(Conflict, match="contradicts"):
        office.act(row, "decide", by="chutich", fields={"decision": "revoke", "reason": "Gian dối"})
    papers.upload_paper(row, "revocation_request", "a.docx", content, by=office.who("vhxh"))
    office.act(row, "decide", by="chutich", fields={"decision": "revoke", "reason": "Gian dối"})
    assert _state(office, row) == "requesting" and "revocation.send" in _asked(office, "vanthu")
    with pytest.raises(Conflict):
        _number(office, row, 1141)  # there is no decision of the commune to number
    office.act(row, "send", by="vanthu", fields={"number": 88, "dated": _today()})
    assert (_state(office, row), _award(one).status) == ("asked", "filed"), "a letter that asks changes nothing"
    assert lists.read_list(row, by=office.who("vhxh")).number == "88/UBND-VHXH"
    said = text_of(papers.preview_paper(row, "revocation_request", by=office.who("vhxh")))
    assert "Sở Nội vụ" in said and "412/QĐ-UBND" in said and "đề nghị hủy bỏ quyết định khen thưởng" in said
    assert "revocation" not in correcting.may_follow(one)
    with pytest.raises(Invalid):
        office.act(row, "record", by="vhxh", fields={"decision": "revoke", "number": "500/QĐ-UBND", "dated": _today()})  # no scan
    office.act(row, "record", by="vhxh", fields={"decision": "revoke", **office.paper("500/QĐ-UBND")})
    assert (_state(office, row), _award(one).status) == ("recovering", "revoked")
    (entry,) = trail.read(kind="award:revoked").events
    assert "500/QĐ-UBND" in trail.sentence(entry)
    assert _mails("award_revoked") == 2
    office.act(row, "take_back", by="vhxh", fields={"how": "returned", "dated": _today()})
    assert _state(office, row) == "revoked"


@pytest.mark.long
def test_what_was_neither_handed_over_nor_paid_is_not_asked_back(office: Office) -> None:
    one = _decided(office)
    row = office.file("revocation", one, "propose", by="truongphong", proposal="revoke", reason="Gian dối thành tích")
    office.act(row, "decide", by="chutich", fields={"decision": "revoke", "reason": "Gian dối"})
    _number(office, row, 1141)
    assert _state(office, row) == "revoked" and office.status(one) == ("ended", "refused")
    assert _mails("award_revoked") == 0 and _mails("stopped") == 2  # one letter, not two


def test_awardee_who_died_after_the_decision_is_honoured_by_the_family(office: Office) -> None:
    one = _decided(office)
    office.file("recipient_change", one, by="vhxh", change="died")
    assert (office.read(one).posthumous, office.read(one).to_family) == (False, True), "the decision stands as it is"
    row = office.award_list(one)
    for nobody in ({}, {"to_whom": NAME}):
        with pytest.raises(Invalid) as refused:
            office.act(row, "hand_over", by="vhxh", lines=[lists.LineInput(one, data=nobody)],
                       fields={"handed_on": _today(), "way": "office"})
        assert "ghi người nhận thay" in refused.value.lines[0]["message"]
    said = [lists.LineInput(one, data={"to_whom": "Bà Nguyễn Thị Hoa, vợ"})]
    office.act(row, "hand_over", by="vhxh", lines=said, fields={"handed_on": _today(), "way": "office"})
    assert _award(one).handed_to == "Bà Nguyễn Thị Hoa, vợ"


@pytest.mark.both_databases
def test_own_numbers_have_no_gap_and_no_double_when_many_take_them_at_once(office: Office) -> None:
    def take(n: int) -> str | None:
        try:
            with office.app.app_context(), transaction() as s:
                given = number_minutes(s, date(2026, 12, 1))
                trail.record("reprint:written_off", by=machine("worker"), stream="system", body={"number": given})
                if n % 3 == 0:
                    raise KeyError(given)  # what is taken back gives its number back
                return given
        except KeyError:
            return None

    with ThreadPoolExecutor(6) as pool:
        given = [x for x in pool.map(take, range(24)) if x]
    assert sorted(given) == [f"{n:02d}/BB-UBND" for n in range(1, 17)]
    with reading() as s:
        assert s.execute(select(Counter.last).where(Counter.register == "minutes")).scalar_one() == 16
