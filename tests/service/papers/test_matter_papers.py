"""Papers of matters: drawn from what the steps said, by whom, what stays private, what an answer cannot do, versions, edited ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from service import movement, papers, trail
from service.awards import files, sight
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.install import movement_bundles
from service.papers.matter_facts import ROWS, Rows, rows
from service.papers.printing import print_paper
from service.papers.word import write_paper
from service.processes import enactments, tasks
from service.processes.vocabulary import paper_rows
from tests.journeys.office import PDF, Office
from tests.service.papers.reading import docx_words, marks_of, replaced, text_of, with_macro

pytestmark = pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
"""What papers say does not hang on the database."""
NAME = "petition_answer"
SENDER = "Bà Sương Mai Lan"
HOSTILE = "Dòng một **đậm** {{ sender }} {% if x %}\ntitle: TIÊU ĐỀ KHÁC\nsignature:\n<b>đậm</b> #strong[x] $x$ \\ &"


def _begun(office: Office, by: str = "vanphong", **more: Any) -> int:
    said = {"kind": "remark", "subject": "Mạng ở thôn xa chập chờn", "content": "Không nộp được.", "received_on": "2026-11-02",
            "sender": SENDER, "contact": "Thôn 3"} | more
    matter = office.begin("petition", by=by, **said)
    office.step(matter, "classify_petition", by="truongphong", kind="remark")
    return matter


def _answer(office: Office, matter: int, by: str = "truongphong", **more: Any) -> None:
    _sign(office, matter, by, **more)
    office.step(matter, "number_answer", by="vanthu", answer_number="45", answered_on="2026-11-03")


def _sign(office: Office, matter: int, by: str = "truongphong", **more: Any) -> None:
    """The head writes and signs the letter; the clerk has not numbered it."""
    said = {"way": "letter", "answer": "Đã đề nghị nhà mạng.\nXong trước ngày 15/12/2026."} | more
    office.step(matter, "answer_petition", by=by, **said)


def _draw(office: Office, matter: int, by: str = "truongphong") -> papers.Drawn:
    return papers.draw_up_matter_paper(matter, NAME, by=office.who(by))


def _bytes(office: Office, drawn: papers.Drawn, format: str, by: str = "truongphong") -> bytes:
    (paper,) = [one for one in drawn.papers if one.format == format]
    return papers.open_paper(paper.id, by=office.who(by))[2].read_bytes()


def _open_task(office: Office, matter: int) -> int:
    (stop,) = [one for one in office.stops(matter) if one.state == "open"]
    return stop.id


def test_of_a_matter_about_the_chair_nobody_signs_for_him(office: Office) -> None:
    for about, signs in (([], True), ([f"account:{office.who('chutich').account}"], False)):
        matter = _begun(office, about_people=about)
        office.step(matter, "answer_petition", by="truongphong", way="letter", answer="Đã xem xét.")
        said = text_of(papers.preview_matter_paper(matter, NAME, by=office.who("truongphong")))
        assert ("TL. CHỦ TỊCH TRƯỞNG PHÒNG VĂN HÓA - XÃ HỘI" in said) is signs
        assert "TRƯỞNG PHÒNG VĂN HÓA - XÃ HỘI Hồ Trường Sơn" in said and ("CHỦ TỊCH" in said) is signs


def _edit(office: Office, matter: int, content: bytes) -> papers.Paper:
    return papers.upload_matter_paper(matter, NAME, "Công văn.docx", content, by=office.who("truongphong"))


def test_the_answer_is_drawn_up_in_both_formats_as_the_decree_lays_it_out(office: Office) -> None:
    matter = _begun(office)
    _answer(office, matter)
    drawn = _draw(office, matter)
    pdf = _bytes(office, drawn, "pdf")
    assert marks_of(pdf) == ("2", "B")
    said = text_of(pdf)
    for words in (
        "ỦY BAN NHÂN DÂN XÃ SƠN MAI", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Số: 45/UBND-VHXH",
        "V/v trả lời phản ánh, kiến nghị “Mạng ở thôn xa chập chờn”", "Sơn Mai, ngày 03 tháng 11 năm 2026", f"Kính gửi: {SENDER}.",
        "Ngày 02 tháng 11 năm 2026, Ủy ban nhân dân xã Sơn Mai nhận được phản ánh, kiến nghị",
        "(số ĐKN 01/2026 trong Sổ đơn, kiến nghị)", "Đã đề nghị nhà mạng. Xong trước ngày 15/12/2026.", "trả lời để người gửi biết./.",
        "Nơi nhận: - Như trên; - Lưu: VT, VHXH.", "TL. CHỦ TỊCH TRƯỞNG PHÒNG VĂN HÓA - XÃ HỘI Hồ Trường Sơn",
    ):
        assert words in said, (words, said)
    word = docx_words(_bytes(office, drawn, "docx"))
    for words in ("Số: 45/UBND-VHXH", f"Kính gửi: {SENDER}.", "Đã đề nghị nhà mạng.", "Xong trước ngày 15/12/2026.", "TL. CHỦ TỊCH"):
        assert words in word, words
    assert "trả lời đề xuất" not in said and "nhận được đơn" not in said, "what its conditions leave out"


def test_the_same_facts_give_the_same_bytes_and_a_version_is_new_only_where_they_differ(office: Office) -> None:
    matter = _begun(office)
    first = _draw(office, matter)
    assert first.fresh and {(p.version, p.format, p.source, p.about, p.list_id) for p in first.papers} == {
        (1, "pdf", "drafted", f"matter:{matter}", None), (1, "docx", "drafted", f"matter:{matter}", None),
    }
    facts = first.papers[0].facts
    assert print_paper(facts) == print_paper(facts) and write_paper(facts) == write_paper(facts)
    office.go_to("2026-11-04", 15)
    again = _draw(office, matter)
    assert not again.fresh and {p.id for p in again.papers} == {p.id for p in first.papers}, "nothing of the hour stands in it"
    open_words = text_of(_bytes(office, first, "pdf"))
    assert "Số: /UBND-VHXH" in open_words and "ngày tháng năm 2026" in open_words and "Sau khi xem xét" in open_words
    _answer(office, matter)
    second = _draw(office, matter)
    assert not second.fresh and {p.version for p in second.papers} == {3}, "it drew itself up when it was signed, and when it was numbered"
    (stand,) = papers.papers_of_matter(matter, by=office.who("truongphong"))
    assert [p.version for p in stand.latest] == [3, 3] and [p.version for p in stand.earlier] == [2, 2, 1, 1] and not stand.old
    entries = trail.read(stream=f"instance:{movement.read_matter(matter, by=office.who('truongphong')).running.id}", limit=80, locale="vi")
    told = [entry.kind for entry in entries.events]
    assert told.count("paper:drawn_up") == 3 and "file:opened" in told


def test_what_is_typed_and_not_sent_stands_in_the_preview_of_who_typed_it_alone(office: Office) -> None:
    matter = _begun(office)
    task = _open_task(office, matter)
    typed = {"way": "letter", "answer": "Chưa gửi đi đâu."}
    tasks.save_draft(task, typed, by=office.who("truongphong"))
    own = text_of(papers.preview_matter_paper(matter, NAME, by=office.who("truongphong")))
    assert "Chưa gửi đi đâu." in own
    assert "Chưa gửi" not in text_of(papers.preview_matter_paper(matter, NAME, by=office.who("thanhtra")))
    assert "Chưa gửi" not in text_of(_bytes(office, _draw(office, matter), "pdf"))
    odd = {"answer": "Ngày \x07viết sai.", "way": ["²"], "withdrawn_on": "40/40/2026"}
    tasks.save_draft(task, odd, by=office.who("truongphong"))
    assert "Ngày viết sai." in text_of(papers.preview_matter_paper(matter, NAME, by=office.who("truongphong")))


def test_an_answer_begins_no_line_and_makes_nothing_bold(office: Office) -> None:
    matter = _begun(office, subject="**Đậm** {{ sender }} <b>x</b>", sender="title: X")
    _answer(office, matter, answer=HOSTILE)
    drawn = _draw(office, matter)
    document = drawn.papers[0].facts["document"]
    texts = ["".join(words for words, _ in one["runs"]) for one in document["blocks"] if "runs" in one]
    assert {bold for one in document["blocks"] for _, bold in one.get("runs", ())} == {False}
    assert (document["title"], document["to"]) == ("", ["title: X"])
    assert [one["kind"] for one in document["blocks"]].count("signature") == 1
    assert "Dòng một **đậm** {{ sender }} {% if x %}" in texts and "title: TIÊU ĐỀ KHÁC" in texts and "signature:" in texts
    for said in (text_of(_bytes(office, drawn, "pdf")), docx_words(_bytes(office, drawn, "docx"))):
        assert "**Đậm** {{ sender }} <b>x</b>" in said and "<b>đậm</b> #strong[x] $x$ \\ &" in said, said
        assert said.count("TIÊU ĐỀ KHÁC") == 1


def test_who_does_not_see_the_sender_neither_draws_nor_reads_the_letter(office: Office) -> None:
    matter = _begun(office)
    assert papers.papers_of_matter(matter, by=office.who("truongphong"))
    drawn = _draw(office, matter)
    paper = drawn.papers[0]
    assert papers.open_paper(paper.id, by=office.who("thanhtra"))[0].id == paper.id, "an inspector sees what is private"
    hidden = office.who("vhxh")
    assert movement.read_matter(matter, by=hidden).hidden and papers.papers_of_matter(matter, by=hidden) == []
    for refused in (
        lambda: papers.open_paper(paper.id, by=hidden), lambda: papers.preview_matter_paper(matter, NAME, by=hidden),
        lambda: papers.draw_up_matter_paper(matter, NAME, by=hidden),
        lambda: papers.upload_matter_paper(matter, NAME, "a.pdf", PDF, by=hidden, signed=True),
        lambda: sight.must_read_file(files.read_file_row(paper.file_id).about, office.who("truongphong"), paper.file_id),
    ):
        with pytest.raises(NotFound):
            refused()
    with pytest.raises(NotFound):
        papers.papers_of_matter(matter, by=office.who("donvi"))
    assert SENDER not in str([entry for entry in trail.read(limit=100, locale="vi").events if entry.kind.startswith("paper:")])


def test_who_settles_it_and_sees_the_sender_draws_before_and_after_the_step_and_an_inspector_does_not(office: Office) -> None:
    matter = _begun(office)
    assert papers.draw_up_matter_paper(matter, NAME, by=office.who("chutich")).fresh, "before it is answered"
    inspector = office.who("thanhtra")
    assert "Kính gửi" in text_of(papers.preview_matter_paper(matter, NAME, by=inspector)), "he sees the sender and looks at it"
    for refused in (
        lambda: papers.draw_up_matter_paper(matter, NAME, by=inspector),
        lambda: papers.upload_matter_paper(matter, NAME, "a.docx", b"x", by=inspector),
        lambda: papers.upload_matter_paper(matter, NAME, "a.pdf", PDF, by=inspector, signed=True),
    ):
        with pytest.raises(Forbidden):
            refused()
    (stand,) = papers.papers_of_matter(matter, by=inspector)
    assert (stand.may_draw, stand.may_scan, stand.tasks) == (False, False, ())
    _answer(office, matter)
    for login in ("truongphong", "chutich"):
        assert not _draw(office, matter, by=login).fresh, "the same letter, whoever draws it"
    for name in ("no_such", "answer_petition", "../petition"):
        with pytest.raises(NotFound):
            papers.draw_up_matter_paper(matter, name, by=office.who("truongphong"))


def test_before_its_step_there_is_no_paper_and_the_page_does_not_offer_it(office: Office) -> None:
    matter = office.begin("petition", by="vanphong", kind="remark", subject="x", content="x", received_on="2026-11-02", sender=SENDER)
    assert [one.name for one in papers.papers_of_matter(matter, by=office.who("truongphong"))] == ["petition_transfer"]
    with pytest.raises(NotFound):
        _draw(office, matter)


def test_who_sends_for_himself_is_addressed_by_his_name(office: Office) -> None:
    matter = _begun(office, by="donvi", sender="", contact="")
    assert f"Kính gửi: {office.who('donvi').name}." in text_of(_bytes(office, _draw(office, matter), "pdf"))


def test_edited_letter_is_a_version_and_what_contradicts_the_answers_is_named(office: Office) -> None:
    matter = _begun(office)
    _sign(office, matter)
    content = _bytes(office, _draw(office, matter), "docx")
    as_it_was = _edit(office, matter, replaced(content, "Sau khi xem xét", "Qua xem xét"))
    assert (as_it_was.version, as_it_was.source, as_it_was.differences) == (2, "edited", [])
    found = {}
    for old, new in (("15/12/2026", "25/12/2026"), (SENDER, "Bà Lê Trúc Xanh"), ("ĐKN 01/2026", "ĐKN 07/2026")):
        found[new] = [papers.Difference(**one) for one in _edit(office, matter, replaced(content, old, new)).differences]
        assert any(one.contradicts for one in found[new]), (new, found)
    assert [one.known for one in found["25/12/2026"]] == ["15/12/2026"]
    vi, en = found["25/12/2026"][0].words(of_list=False)
    assert "dữ liệu ghi “15/12/2026”" in vi and "the data “15/12/2026”" in en
    assert any(one.name == "kính gửi" and one.known == SENDER for one in found["Bà Lê Trúc Xanh"])
    again = replaced(content, "Sau khi", "Sau lúc")
    assert _edit(office, matter, again).id == _edit(office, matter, again).id, "the same bytes again are no new version"
    for wrong, code in ((with_macro(content), "upload-refused"), (PDF, "upload-refused"), (content[:400], "upload-refused")):
        with pytest.raises(Invalid) as refused:
            _edit(office, matter, wrong)
        assert refused.value.code == code


def test_once_the_signed_scan_stands_nothing_else_comes_but_another_scan(office: Office) -> None:
    matter = _begun(office)
    _sign(office, matter)
    by = office.who("truongphong")
    content = _bytes(office, _draw(office, matter), "docx")
    scan = papers.upload_matter_paper(matter, NAME, "a.pdf", PDF, by=by, signed=True)
    assert (scan.version, scan.source) == (2, "signed")
    office.step(matter, "number_answer", by="vanthu", answer_number="45", answered_on="2026-11-03")
    assert [one.id for one in _draw(office, matter).papers] == [scan.id], "drawn up anew it says the same: the scan stands"
    with pytest.raises(Conflict) as refused:
        _edit(office, matter, replaced(content, "Sau khi xem xét", "Qua xem xét"))
    assert refused.value.code == "already-signed"
    right = papers.upload_matter_paper(matter, NAME, "b.pdf", PDF + b"\n", by=by, signed=True)
    assert right.version == 3
    (stand,) = papers.papers_of_matter(matter, by=by)
    assert [one.source for one in stand.latest] == ["signed"] and len(stand.earlier) == 3


def test_a_scan_that_came_before_number_and_day_stands_for_what_is_given_after_it(office: Office) -> None:
    matter = _begun(office)
    _draw(office, matter)
    scan = papers.upload_matter_paper(matter, NAME, "a.pdf", PDF, by=office.who("truongphong"), signed=True)
    assert [one.id for one in _draw(office, matter).papers] == [scan.id]
    _answer(office, matter)
    with pytest.raises(Conflict) as refused:
        _draw(office, matter)
    assert refused.value.code == "already-signed", "what it answers came after the scan: that is no longer what was signed"


def test_a_drawn_paper_is_told_old_once_the_steps_say_something_else(office: Office) -> None:
    matter = _begun(office)
    _draw(office, matter)
    (before,) = papers.papers_of_matter(matter, by=office.who("truongphong"))
    office.step(matter, "answer_petition", by="truongphong", way="here", answer="Đã nói tại chỗ.", told_on="2026-11-03")
    (after,) = papers.papers_of_matter(matter, by=office.who("truongphong"))
    assert (before.old, after.old) == (False, True) and before.tasks and not after.tasks


def test_a_letter_nobody_drew_up_is_there_for_the_clerk_who_opens_it_numbers_it_and_changes_nothing(office: Office) -> None:
    matter, clerk = _begun(office), office.who("vanthu")
    with pytest.raises(NotFound):
        papers.papers_of_matter(matter, by=clerk)
    _sign(office, matter)
    (stand,) = papers.papers_of_matter(matter, by=clerk)
    assert [one.version for one in stand.latest] == [1, 1] and (stand.may_draw, stand.may_scan) == (False, True)
    content = papers.open_paper(stand.latest[0].id, by=clerk)[2].read_bytes()
    assert SENDER in text_of(content) and "Xong trước ngày 15/12/2026." in text_of(content), "it names to whom he sends it"
    assert stand.document and stand.document["to"] == [SENDER]
    assert "sender" in movement.read_matter(matter, by=clerk).hidden, "nothing else that is private"
    word = _bytes(office, _draw(office, matter), "docx")
    for refused in (
        lambda: papers.draw_up_matter_paper(matter, NAME, by=clerk),
        lambda: papers.upload_matter_paper(matter, NAME, "a.docx", word, by=clerk),
    ):
        with pytest.raises(Forbidden):
            refused()
    office.step(matter, "number_answer", by="vanthu", answer_number="45", answered_on="2026-11-03")
    (stand,) = papers.papers_of_matter(matter, by=clerk)
    assert {one.version for one in stand.latest} == {2} and not stand.old
    said = text_of(papers.open_paper(stand.latest[0].id, by=clerk)[2].read_bytes())
    assert "Số: 45/UBND-VHXH" in said and "ngày 03 tháng 11 năm 2026" in said
    head = office.who("truongphong")
    with pytest.raises(Conflict) as late:
        papers.upload_matter_paper(matter, NAME, "a.docx", replaced(word, "Sau khi", "Sau lúc"), by=head)
    assert late.value.code == "already-signed"
    assert papers.upload_matter_paper(matter, NAME, "a.pdf", PDF, by=clerk, signed=True).source == "signed"


def test_a_letter_edited_by_hand_is_not_replaced_when_it_is_numbered_and_its_number_is_asked_of_the_scan(office: Office) -> None:
    matter, head = _begun(office), office.who("truongphong")
    _sign(office, matter)
    edited = _edit(office, matter, replaced(_bytes(office, _draw(office, matter), "docx"), "Sau khi xem xét", "Qua xem xét"))
    office.step(matter, "number_answer", by="vanthu", answer_number="45", answered_on="2026-11-03")
    (stand,) = papers.papers_of_matter(matter, by=office.who("vanthu"))
    assert [one.id for one in stand.latest] == [edited.id] and stand.number_after == "45/UBND-VHXH" and not stand.old
    with pytest.raises(Conflict) as refused:
        papers.draw_up_matter_paper(matter, NAME, by=head)
    assert refused.value.code == "already-signed"


def test_who_sent_it_reads_the_letter_with_its_number_and_no_version_before(office: Office) -> None:
    matter = _begun(office, by="donvi", sender="", contact="")
    draft = _draw(office, matter).papers[0]
    _sign(office, matter)
    sender = office.who("donvi")
    assert papers.papers_of_matter(matter, by=sender) == []
    office.step(matter, "number_answer", by="vanthu", answer_number="45", answered_on="2026-11-03")
    (stand,) = papers.papers_of_matter(matter, by=sender)
    assert {one.facts["number"] for one in stand.latest} == {"45"} and not stand.earlier and not stand.may_draw
    assert papers.open_paper(stand.latest[0].id, by=sender)
    with pytest.raises(NotFound):
        papers.open_paper(draft.id, by=sender)


def test_a_letter_that_is_not_sent_as_one_is_not_drawn_up(office: Office) -> None:
    matter = _begun(office)
    office.step(matter, "answer_petition", by="truongphong", way="here", answer="Đã nói.", told_on="2026-11-03")
    assert not [one for one in papers.papers_of_matter(matter, by=office.who("truongphong")) if one.latest]


@pytest.fixture
def given_rows() -> Iterator[Callable[[Rows], None]]:
    """Lets a test give rows to papers as a part of the service would."""
    names = []

    def give(call: Rows) -> None:
        names.append(call.__name__)
        rows(call.__name__, "name", "since", "amount")(call)

    yield give
    for name in names:
        ROWS.pop(name, None), paper_rows.pop(name, None)


def test_a_paper_shows_rows_that_a_part_of_the_service_gives(office: Office, given_rows: Callable[[Rows], None]) -> None:
    def participants(row: Any) -> list[dict[str, Any]]:
        return [{"name": f"Thôn {n} của việc {row.id}", "since": date(2026, 11, n), "amount": 1000 * n} for n in (1, 2)]

    given_rows(participants)
    bundle = _changed_bundle("p: Sau khi xem xét, Ủy ban nhân dân xã trả lời như sau:", """table: participants
col: no | STT | 1 | centre
col: name | Tên | 5 | left
col: since | Từ ngày | 3 | left
col: amount | Số tiền | 3 | right | figure""")
    enactments.deploy_bundle(bundle, main="petition", by=office.who("quantri"), note="x")
    matter = _begun(office)
    said = text_of(_bytes(office, _draw(office, matter), "pdf"))
    assert f"1 Thôn 1 của việc {matter} 01/11/2026 1.000 2 Thôn 2 của việc {matter} 02/11/2026 2.000" in said


def _changed_bundle(old: str, new: str) -> dict[str, bytes]:
    files = dict(movement_bundles()["petition"])
    text = files[f"{NAME}.paper"].decode()
    assert old in text
    return files | {f"{NAME}.paper": text.replace(old, new).encode()}
