"""Papers of the council: minutes and count of a session in secret, what was laid before it; nothing that tells a voter's choice."""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Callable
from datetime import date

import pytest

from service import papers, trail
from service.actor import machine
from service.awards import lists
from service.council import ballot
from service.council import session as sessions
from service.council.ballot import Sum
from service.db import transaction
from service.errors import Conflict, Forbidden, NotFound
from service.papers.codes import bitmap_of
from service.papers.facts import facts_of
from service.papers.kinds import kind_named
from service.papers.settled import must_be_open, stands_for, with_note
from service.trail import anchors, checkpoints, watch
from service.trail.note import read_note, spoken
from tests.journeys.council import MEMBERS, Council
from tests.journeys.office import Office
from tests.service.council.ballot.chamber import left_behind
from tests.service.papers.conftest import docx_of, list_of
from tests.service.papers.reading import replaced, text_of


@pytest.fixture
def council(office_on: Callable[[date], Office]) -> Council:
    """A session of nine over three names: one absent, one kept out of item 2, item 3 lost, all in secret."""
    council = Council(office_on(date(2026, 11, 3)))
    council.fill(3)
    council.plan()
    council.invite()
    sessions.declare_conflict(council.id, 2, "Là em ruột", by=council.office.who("uv3"))
    council.open(absent=[9])
    council.vote(1, 2, absent=[9], against=[4])
    council.vote(3, absent=[9], against=[1, 2, 3, 4, 5, 6])
    return council


def _agenda(council: Council) -> int:
    return council.read().list_id


def _said(council: Council, code: str, by: str = "thuky") -> str:
    content = papers.preview_paper(_agenda(council), code, by=council.office.who(by))
    return unicodedata.normalize("NFC", text_of(content))


def _kinds(council: Council) -> set[str]:
    row = papers.read_for_papers(_agenda(council), by=council.office.who("thuky"))
    return {kind.code for kind in papers.kinds_of(row)}


@pytest.mark.long
def test_minutes_say_that_it_was_put_off_and_that_a_round_had_no_quorum(office_on: Callable[[date], Office]) -> None:
    council = Council(office_on(date(2026, 11, 3)))
    council.fill(1)
    council.plan()
    council.invite()
    council.office.go_to(council.read().held_at.date())
    council.roll(absent=[6, 7, 8, 9])
    council.do("put_off", reason="Mưa lớn", resumes_on="2026-11-20")
    council.open()
    council.discuss(1)
    short = council.round(1)
    council.cast(short, 1)
    council.seal(short)
    council.vote(1)
    council.do("finish", conclusion="Hội đồng thống nhất.")
    said = _said(council, "council_minutes")
    for words in (
        "Không đủ điều kiện tiến hành: có mặt 5 trong 9, cần 6. Hoãn đến 08:00 20/11/2026. Mưa lớn.", "Buổi họp 1: có 05/09 thành viên",
        "Buổi họp 2: có 09/09 thành viên", "hủy, không đủ điều kiện: 1 người bỏ phiếu, cần 6; Ban kiểm phiếu",
    ):
        assert words in said, (words, said)


@pytest.mark.long
def test_minutes_say_what_the_session_did_and_are_held_before_they_are_signed(council: Council) -> None:
    office, agenda = council.office, _agenda(council)
    assert "council_minutes" not in _kinds(council), "there are no minutes before the session is over"
    council.do("finish", conclusion="Hội đồng thống nhất kết quả trên.")
    said = _said(council, "council_minutes")
    names = {i.item_no: i.name for i in council.read().items}
    for words in (
        "HỘI ĐỒNG THI ĐUA - KHEN THƯỞNG", "BIÊN BẢN Họp Hội đồng Thi đua - Khen thưởng xã", "Có 08/09 thành viên dự họp",
        "tại Phòng họp số 1, trụ sở UBND xã", "(Đi công tác)", f"Mục 2, {names[2]}, không tham gia biểu quyết", "(Là em ruột)",
        "Vòng 1, bỏ phiếu kín, mục 1, 2: phát ra 08, thu về 08 phiếu; Ban kiểm phiếu:",
        "02 trường hợp được thông qua, 01 trường hợp không được thông qua. Hội đồng thống nhất kết quả trên.", "THƯ KÝ", "CHỦ TRÌ",
    ):
        assert words in said, (words, said)
    drawn = papers.draw_up_paper(agenda, "council_minutes", by=office.who("thuky"))
    assert {p.format for p in drawn.papers} == {"pdf", "docx"}
    content = docx_of(office, drawn)
    wrong = replaced(content, names[3], "Lê Trúc Xanh")
    papers.upload_paper(agenda, "council_minutes", "Biên bản.docx", wrong, by=office.who("thuky"))
    with pytest.raises(Conflict, match="contradicts") as refused:
        council.do("sign_minutes")
    assert names[3] in {line["name"] for line in refused.value.lines}
    right = replaced(content, "nhất trí", "thống nhất")
    edited = papers.upload_paper(agenda, "council_minutes", "Biên bản.docx", right, by=office.who("thuky"))
    assert edited.differences == []
    council.do("sign_minutes")
    council.do("sign", by="chutich")
    signed = _said(council, "council_minutes")
    assert "Số: 01/BB-HĐTĐKT" in signed and "(Đã ký ngày" in signed
    decision = office.draw_up("decision", "HN-2026", [i.nomination_id for i in council.read().items if i.result == "passed"], by="vhxh")
    basis = text_of(papers.preview_paper(decision, "decision", by=office.who("vhxh")))
    assert "Căn cứ Biên bản họp Hội đồng Thi đua - Khen thưởng xã số 01/BB-HĐTĐKT" in unicodedata.normalize("NFC", basis)


@pytest.mark.long
def test_minutes_of_a_broken_day_read_as_sentences(office_on: Callable[[date], Office]) -> None:
    council = Council(office_on(date(2026, 11, 3)))
    council.fill(3)
    council.plan()
    council.invite()
    gone = council.read().item(1)
    council.office.file("withdrawal", gone.nomination_id, by="thutruong", number="12/CV", reason="Cá nhân xin rút")
    council.open(absent=[9])
    council.discuss(2, 3)
    council.round(2)
    council.roll(absent=[])  # who comes late cancels the round that is open
    council.do("adjourn", reason="Mất điện.")
    council.do("open")
    hands = council.round(2, 3, secret=False)
    council.hands(hands, {2: Sum(9, 0, 0, 0), 3: Sum(8, 1, 0, 0)})
    council.do("finish", conclusion="Hội đồng thống nhất.")
    said = _said(council, "council_minutes")
    for words in (
        "Buổi họp 1: khai mạc", "Tạm dừng: Mất điện. ", f"Mục 1, {gone.name}: đã rút khỏi chương trình, không xét.",
        "hủy, danh sách người dự họp thay đổi sau khi lập vòng; Ban kiểm phiếu", "có mặt 09, biểu quyết 09 thành viên",
        "02 trường hợp được thông qua. Hội đồng thống nhất.",
    ):
        assert words in said, (words, said)
    assert not [odd for odd in ("..", ".)", ".;", ":k", "00 trường hợp") if odd in said.replace("./.", "")]


@pytest.mark.long
def test_counting_minutes_say_sums_and_nothing_that_tells_a_choice(council: Council) -> None:
    said = _said(council, "counting_minutes")
    (one, other) = ballot.rounds_of(council.id, by=council.office.who("thuky"))
    for words in ("Kiểm phiếu xét khen thưởng", "Vòng 1, mục 1, 2", "Số phiếu phát ra: 08; thu về: 08; không thu về: 00", "Vòng 2, mục 3",
                  "BAN KIỂM PHIẾU", "Không đạt"):
        assert words in said, (words, said)
    assert all(code in said.replace(" ", "") for code in (one.root, other.root))
    assert [(i.result.agree, i.result.disagree, i.result.recused) for i in one.items if i.result] == [(7, 1, 0), (6, 1, 1)]
    assert f"{one.items[0].needed}/{one.items[0].denominator} 8 7 1 0 0 Đạt, 77,8%" in said
    assert f"{one.items[1].needed}/{one.items[1].denominator} 7 6 1 0 1 Đạt, 66,7%" in said
    by_name = {m.name for m in one.roll} - {t.name for t in one.tellers}
    assert not [name for name in by_name if name in said], "who votes does not stand on the count at all"
    assert not [r for r in (*one.receipts, *other.receipts) if r in said]
    council.close()
    for code in ("counting_minutes", "council_minutes"):
        papers.draw_up_paper(_agenda(council), code, by=council.office.who("thuky"))
    assert left_behind() == []


@pytest.mark.long
def test_no_count_before_the_box_is_counted(office_on: Callable[[date], Office]) -> None:
    council = Council(office_on(date(2026, 11, 3)))
    council.fill(1)
    council.plan()
    council.invite()
    council.open()
    council.discuss(1)
    round_id = council.round(1)
    for member in range(1, 10):
        council.cast(round_id, member)
    assert "counting_minutes" not in _kinds(council)
    with pytest.raises(Conflict):
        papers.preview_paper(_agenda(council), "counting_minutes", by=council.office.who("thuky"))
    council.count(round_id)
    assert "counting_minutes" in _kinds(council)


@pytest.mark.long
def test_what_the_office_lays_before_the_council(council: Council) -> None:
    said = _said(council, "appraisal_report", by="vhxh")
    for words in ("BÁO CÁO Thẩm định hồ sơ đề nghị khen thưởng", "Kính gửi: Hội đồng Thi đua - Khen thưởng xã Sơn Mai.",
                  "Hồ sơ đã tiếp nhận: 03 cá nhân của 01 đơn vị", "Trình Hội đồng xét: 03 cá nhân", "TRƯỞNG PHÒNG Hồ Trường Sơn"):
        assert words in said, (words, said)
    short = _said(council, "council_summary", by="vhxh")
    for item in council.read().items:
        assert item.name in said and f"{item.name}" in short and item.achievement[:30] in short
    for code in ("appraisal_report", "council_summary"):
        drawn = papers.draw_up_paper(_agenda(council), code, by=council.office.who("vhxh"))
        same = papers.upload_paper(_agenda(council), code, "a.docx", docx_of(council.office, drawn), by=council.office.who("vhxh"))
        assert same.source == "drafted", "what comes back as it went is no new version"


@pytest.mark.long
def test_who_draws_and_reads_papers_of_the_council(council: Council) -> None:
    council.do("finish")
    agenda = _agenda(council)
    drawn = papers.draw_up_paper(agenda, "council_minutes", by=council.office.who("thuky"))
    for reader in (*MEMBERS[:3], "vhxh", "thanhtra"):
        assert papers.open_paper(drawn.papers[0].id, by=council.office.who(reader))
    for other in ("donvi", "congan"):
        with pytest.raises(NotFound):
            papers.open_paper(drawn.papers[0].id, by=council.office.who(other))
    for code, other in (("council_minutes", "vhxh"), ("counting_minutes", "uv1"), ("appraisal_report", "thuky")):
        with pytest.raises(Forbidden):
            papers.draw_up_paper(agenda, code, by=council.office.who(other))


@pytest.mark.long
def test_minutes_of_a_sheet_keyed_from_paper(office_on: Callable[[date], Office]) -> None:
    office = office_on(date(2026, 11, 3))
    found = [office.nominate("HN-2026", name=name) for name in ("Hoàng Bình Minh", "Đỗ Hừng Đông")]
    for one in found:
        office.assess(one)
    office.sign(found[0])
    for one in found:
        office.check(one)
    office.post("HN-2026", found)
    office.sit("HN-2026", {found[1]: {"result": "failed", "reason": "Chưa rõ kết quả"}}, found)
    sheet = list_of(office, "council_sheet", "signed", by="thuky")
    said = unicodedata.normalize("NFC", text_of(papers.preview_paper(sheet.id, "council_minutes", by=office.who("thuky"))))
    assert "Không thông qua. Chưa rõ kết quả" in said and "01 trường hợp được thông qua" in said
    assert "Số: 03/BB-HĐTĐKT" in said and "thành viên dự họp" in said


@pytest.mark.long
@pytest.mark.parametrize("code", ["council_minutes", "counting_minutes"])
def test_minutes_carry_the_checkpoint_over_the_count_out_of_the_house(council: Council, code: str) -> None:
    council.close()
    assert "Mốc nhật ký" not in _said(council, code), "there is none yet"
    watch.sign_due()
    (note,) = [text for *_, text in checkpoints.list_checkpoints()]
    made = read_note(note)
    said = _said(council, code)
    assert f"Mốc nhật ký số {made.number}" in said and made.root.hex() in said.replace(" ", "")
    assert spoken(made.root) in said and len(spoken(made.root).split()) == 8
    assert anchors.check_anchor(note).ok
    assert papers.printed_checkpoints() == set()
    drawn = papers.draw_up_paper(_agenda(council), code, by=council.office.who("thuky"))
    assert drawn.fresh and papers.printed_checkpoints() == {made.number}
    for docx in [p for p in drawn.papers if p.format == "docx"]:
        with zipfile.ZipFile(papers.open_paper(docx.id, by=council.office.who("thuky"))[2]) as archive:
            pictures = [archive.read(name) for name in archive.namelist() if name.endswith(".png")]
        assert pictures == [bitmap_of(note)], "the code is the signed text itself"
    with transaction():
        trail.record("decision:signed", by=machine("cli"), stream="system")
    watch.sign_due()
    again = papers.draw_up_paper(_agenda(council), code, by=council.office.who("thuky"))
    assert not again.fresh, "a later checkpoint changes nothing of the paper"


@pytest.mark.long
def test_a_checkpoint_may_come_onto_signed_minutes_and_is_never_replaced(council: Council) -> None:
    council.close()
    watch.sign_due()
    row = lists.read_list(_agenda(council), by=council.office.who("thuky"))
    kind = kind_named("council_minutes")
    facts = facts_of(row, kind)
    row.state = list(lists.kind_of(row).states)[-1]
    note = {"act": "sign", "facts": stands_for(facts), "version": 1, "source": "drafted"}
    row.data = with_note(row, kind.code, "signed", note)
    for printed in ({**facts, "anchor": {}}, facts):
        must_be_open(row, kind, facts, "drafted", printed=printed)
    with pytest.raises(Conflict, match="was signed"):
        must_be_open(row, kind, {**facts, "anchor": {**facts["anchor"], "note": "another"}}, "drafted", printed=facts)
    with pytest.raises(Conflict, match="was signed"):
        must_be_open(row, kind, {**facts, "anchor": {}}, "drafted", printed=facts)
