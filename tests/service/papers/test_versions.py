"""Versions of papers: drawn up anew only where the bytes differ, edited and signed ones, who may, what is refused."""

from __future__ import annotations

from functools import partial

import pytest

from service import papers, trail
from service.awards import lists
from service.awards.lists import LineInput
from service.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from service.papers.compare import differences
from service.papers.facts import facts_of
from service.papers.word import write_paper
from tests.journeys.office import PDF, Office
from tests.service.papers.conftest import ROUND, check_again, docx_of, draft_decision
from tests.service.papers.reading import (
    replaced,
    text_of,
    unseen,
    with_footer,
    with_macro,
    with_row,
    without_row,
)

pytestmark = pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
"""What papers say does not hang on the database; files, numbers and signatures are tested on both."""


def _docx(office: Office, decision: int) -> bytes:
    return docx_of(office, papers.draw_up_paper(decision, "decision", by=office.who("vhxh")))


def _edit(office: Office, decision: int, content: bytes, name: str = "Quyết định.docx") -> papers.Paper:
    return papers.upload_paper(decision, "decision", name, content, by=office.who("vhxh"))


def _said(paper: papers.Paper) -> list[tuple[str, str, str]]:
    return [(d["what"], d["name"], d["says"]) for d in paper.differences]


@pytest.mark.office(after=draft_decision)
def test_drawing_up_anew_makes_a_version_only_where_the_bytes_differ(office: Office) -> None:
    decision, by = office.made, office.who("vhxh")
    first = papers.draw_up_paper(decision, "decision", by=by)
    assert first.fresh and {(p.version, p.format, p.source) for p in first.papers} == {(1, "pdf", "drafted"), (1, "docx", "drafted")}
    again = papers.draw_up_paper(decision, "decision", by=by)
    assert not again.fresh and {p.id for p in again.papers} == {p.id for p in first.papers}
    office.sign_decision(decision, 1126)
    numbered = papers.draw_up_paper(decision, "decision", by=by)
    assert numbered.fresh and {p.version for p in numbered.papers} == {2}
    (pdf,) = [p for p in numbered.papers if p.format == "pdf"]
    assert "Số: 1126/QĐ-UBND" in text_of(papers.open_paper(pdf.id, by=by)[2].read_bytes())
    (old,) = [p for p in first.papers if p.format == "pdf"]
    assert "1126" not in text_of(papers.open_paper(old.id, by=by)[2].read_bytes()), "an earlier version stays as it was"
    told = [e.kind for e in trail.read(stream=f"list:{decision}", limit=50, locale="vi").events]
    assert told.count("paper:drawn_up") == 2 and "file:opened" in told


@pytest.mark.office(after=draft_decision)
def test_edited_paper_is_a_version_and_its_wrong_names_and_figures_are_named(office: Office) -> None:
    decision = office.made
    content = _docx(office, decision)
    as_it_was = _edit(office, decision, replaced(content, "chịu trách nhiệm thi hành", "có trách nhiệm thi hành"))
    assert (as_it_was.version, as_it_was.source, as_it_was.differences) == (2, "edited", [])
    money = _edit(office, decision, replaced(content, "759.000", "795.000"))
    assert ("changed", "Hoàng Bình Minh", "795.000") in _said(money)
    name = _edit(office, decision, replaced(content, "Đỗ Hừng Đông", "Đỗ Hưng Đông"))
    assert ("changed", "Đỗ Hừng Đông", "Đỗ Hưng Đông") in _said(name)
    gone = _edit(office, decision, without_row(content, "Đỗ Hừng Đông"))
    assert ("missing", "Đỗ Hừng Đông", "") in _said(gone)
    more = _edit(office, decision, with_row(content, "Đỗ Hừng Đông", "Lê Trúc Xanh"))
    assert ("extra", "Lê Trúc Xanh", "") in _said(more)
    total = _edit(office, decision, replaced(content, "1.518.000", "1.581.000"))
    (wrong,) = [d for d in total.differences if d["what"] == "changed"]
    assert (wrong["field"], wrong["says"], wrong["known"]) == ("tổng số tiền", "1.581.000", "1.518.000"), "one figure is told once"
    assert wrong["name"].startswith("Điều 2.") and wrong["name"].endswith("; dòng tổng cộng"), "with each place where it stands"
    only = _edit(office, decision, replaced(content, "Tổng cộng: 02 cá nhân", "Tổng cộng: 03 cá nhân"))
    assert [(d["name"], d["says"], d["known"]) for d in only.differences] == [("dòng tổng cộng", "03 cá nhân", "02 cá nhân")]
    count = _edit(office, decision, replaced(content, "02 cá nhân", "03 cá nhân"))
    assert [(d["field"], d["says"]) for d in count.differences] == [("số lượng", "03 cá nhân")]
    spelt_wrong = _edit(office, decision, replaced(content, "một triệu năm trăm mười tám nghìn", "một triệu tám trăm nghìn"))
    assert [(d["field"], d["says"]) for d in spelt_wrong.differences] == [("số tiền bằng chữ", "một triệu tám trăm nghìn")]
    cites = replaced(content, "của Bộ trưởng Bộ Nội vụ", "của Bộ Nội vụ, Quyết định số 99/2026/QĐ-TTg")
    law = _edit(office, decision, cites)
    assert [(d["what"], d["says"]) for d in law.differences] == [("added", "99/2026/QĐ-TTg")]
    assert not any(papers.Difference(**d).contradicts for d in law.differences)
    assert _edit(office, decision, cites).id == law.id, "the same bytes again are no new version"


@pytest.mark.parametrize(("old", "new", "what", "says"), [
    ("12/TTr-VHXH", "21/TTr-VHXH", "changed", "21/TTr-VHXH"),
    ("ngày 16 tháng 12", "ngày 12 tháng 16", "changed", "ngày 12 tháng 16 năm 2026"),
    ("ỦY BAN NHÂN DÂN", "ỦY BAN NHÂN DAN", "changed", ""),
    ("Quyết định này có hiệu lực", "Tặng thêm bà Lê Trúc Xanh. Quyết định này có hiệu lực", "extra", ""),
    ("2. CÁ NHÂN", "2. CÁ NHÂN", "", ""),
])
@pytest.mark.office(after=draft_decision)
def test_numbers_days_bodies_and_persons_outside_the_list_are_held_too(office: Office, old: str, new: str, what: str, says: str) -> None:
    decision = office.made
    content = _docx(office, decision)
    found = [papers.Difference(**d) for d in _edit(office, decision, replaced(content, old, new)).differences]
    assert [d.contradicts for d in found] == ([True] * len(found)), found
    assert {(d.what, d.says) for d in found} >= ({(what, says)} if what else set()) and bool(found) is bool(what)


@pytest.mark.office(after=partial(draft_decision, names=("Hoàng Bình Minh",)))
def test_the_only_name_of_a_decision_is_held_as_it_stands_in_the_sentence(office: Office) -> None:
    decision = office.made
    content = _docx(office, decision)
    (only,) = [n for _, n in lists.lines_of(decision)]
    assert _edit(office, decision, replaced(content, "chịu trách nhiệm thi hành", "có trách nhiệm thi hành")).differences == []
    for old, new, field in (
        ("Hoàng Bình Minh", "Hoàng Bình Minh Anh", "họ tên"), ("Hoàng Bình Minh", "Lê Hoàng Bình Minh", "họ tên"),
        (only.title, "Giám đốc", "chức danh"), (only.unit_name, "Trường khác", "đơn vị"),
    ):
        assert old in only.title + only.unit_name + only.name
        (wrong, *_) = _edit(office, decision, replaced(content, old, new)).differences
        assert (wrong["what"], wrong["name"], wrong["field"]) == ("changed", "Hoàng Bình Minh", field)


@pytest.mark.office(after=draft_decision)
def test_what_is_not_printed_does_not_count_as_said(office: Office) -> None:
    decision = office.made
    content = _docx(office, decision)
    for how in ("hidden", "moved"):
        gone = _edit(office, decision, unseen(content, "Đỗ Hừng Đông", how))
        assert {(d["what"], d["name"]) for d in gone.differences} == {("missing", "Đỗ Hừng Đông")}
    row = _edit(office, decision, with_footer(content, "Kèm theo: bà Lê Trúc Xanh"))
    assert {(d["what"], d["name"]) for d in row.differences} == {("extra", "Lê Trúc Xanh")}


@pytest.mark.office(after=draft_decision)
def test_another_signer_is_told_and_does_not_block(office: Office) -> None:
    decision = office.made
    content = _docx(office, decision)
    signs = papers.draw_up_paper(decision, "decision", by=office.who("vhxh")).papers[0].facts["signer"]["name"]
    other = _edit(office, decision, replaced(content, signs, "Phan Văn Khác"))
    assert [(d["what"], d["known"]) for d in other.differences] == [("gone", signs)]
    check_again(office, decision)
    office.sign_decision(decision, 1126)


@pytest.mark.long
@pytest.mark.office(after=draft_decision)
def test_edited_paper_that_contradicts_the_list_is_not_signed_by_name(office: Office) -> None:
    decision = office.made
    content = _docx(office, decision)
    row = lists.read_list(decision, by=office.who("chutich"))
    (look,) = papers.looks_before(row, "sign")
    assert look.how == "alike"
    _edit(office, decision, replaced(content, "chịu trách nhiệm thi hành", "có trách nhiệm thi hành"))
    check_again(office, decision)
    # The list changes after the format check, and the edited paper says what it said.
    one = next(n.id for _, n in lists.lines_of(decision) if n.name == "Đỗ Hừng Đông")
    office.file("recipient_change", one, by="vhxh", change="renamed", new_name="Đỗ Hưng Đông")
    with pytest.raises(Conflict) as refused:
        office.sign_decision(decision, 1126)
    assert refused.value.code == "paper-differs" and "văn bản ghi “Đỗ Hừng Đông”" in refused.value.message
    assert [line["name"] for line in refused.value.lines] == ["Đỗ Hưng Đông"]
    assert lists.read_list(decision, by=office.who("chutich")).state == "checked", "nothing was written"
    papers.draw_up_paper(decision, "decision", by=office.who("vhxh"))
    check_again(office, decision)
    office.sign_decision(decision, 1126)
    assert lists.read_list(decision, by=office.who("chutich")).state == "issued"


@pytest.mark.office(after=draft_decision)
def test_drawing_up_anew_puts_an_edited_paper_right(office: Office) -> None:
    decision = office.made
    _edit(office, decision, replaced(_docx(office, decision), "759.000", "795.000"))
    drawn = papers.draw_up_paper(decision, "decision", by=office.who("vhxh"))
    assert drawn.fresh and {p.version for p in drawn.papers} == {3}
    check_again(office, decision)
    office.sign_decision(decision, 1126)


@pytest.mark.office(after=draft_decision)
def test_other_figures_are_told_and_do_not_block(office: Office) -> None:
    decision = office.made
    content = _docx(office, decision)
    _edit(office, decision, replaced(content, "của Bộ trưởng Bộ Nội vụ", "của Bộ Nội vụ, Quyết định số 99/2026/QĐ-TTg"))
    (look,) = papers.looks_before(lists.read_list(decision, by=office.who("chutich")), "sign")
    assert look.how == "alike" and len(look.differences) == 1
    check_again(office, decision)
    office.sign_decision(decision, 1126)


@pytest.mark.office(after=draft_decision)
def test_places_left_open_for_number_and_day_are_no_difference(office: Office) -> None:
    decision = office.made
    by, code = office.who("vhxh"), "office_submission"
    facts = facts_of(lists.read_list(decision, by=by), papers.kind_named(code))
    assert facts["dated"] and facts["number"] == "12/TTr-VHXH"
    open_one = write_paper(facts | {"number": "", "dated": None, "submission": {"number": "", "day": ""}})
    assert differences(open_one, facts) == []
    (wrong,) = differences(replaced(write_paper(facts), "ngày 16 tháng 12", "ngày 17 tháng 12"), facts)[:1]
    assert (wrong.known, wrong.says) == ("ngày 16 tháng 12 năm 2026", "ngày 17 tháng 12 năm 2026"), "a day is one thing"


@pytest.mark.office(after=draft_decision)
def test_a_name_that_the_chair_struck_leaves_the_decision_and_not_the_submission_that_went_to_him(office: Office) -> None:
    decision = office.made
    names = [n.id for _, n in lists.lines_of(decision)]
    office.act(decision, "sign", by="chutich", lines=[LineInput(names[0], "struck", "Chờ xác minh"), LineInput(names[1], "granted")])
    row = lists.read_list(decision, by=office.who("chutich"))
    signed, sent = (facts_of(row, papers.kind_named(code)) for code in ("decision", "office_submission"))
    assert ([n["nomination"] for n in signed["names"]], signed["money"]) == (names[1:], 759_000)
    assert ({n["nomination"] for n in sent["names"]}, sent["money"], sent["proved"]) == (set(names), 1_518_000, 2)


@pytest.mark.long
def test_submission_to_the_province_is_looked_at_before_it_is_signed(office: Office) -> None:
    one = office.nominate(ROUND, name="Âu Khói Lam", form="BK_TINH")
    office.assess(one, facts={"path": "PHONG_TRAO"})
    office.sign(one)
    office.check(one)
    office.post(ROUND, [one])
    office.sit(ROUND, {}, [one])
    package = office.draw_up("package", ROUND, [one], by="vhxh")
    drawn = papers.draw_up_paper(package, "province_submission", by=office.who("vhxh"))
    (paper,) = [p for p in drawn.papers if p.format == "docx"]
    content = papers.open_paper(paper.id, by=office.who("vhxh"))[2].read_bytes()
    papers.upload_paper(package, "province_submission", "a.docx", replaced(content, "Âu Khói Lam", "Âu Khói Lan"), by=office.who("vhxh"))
    with pytest.raises(Conflict, match="contradicts"):
        office.act(package, "sign", by="chutich")
    papers.draw_up_paper(package, "province_submission", by=office.who("vhxh"))
    office.act(package, "sign", by="chutich")
    assert lists.read_list(package, by=office.who("chutich")).data["signs_as"] == "CHỦ TỊCH"


@pytest.mark.parametrize("bad", ["macro", "macro-name", "pdf", "text", "broken"])
@pytest.mark.office(after=draft_decision)
def test_what_is_no_plain_docx_is_refused_by_name(office: Office, bad: str) -> None:
    decision = office.made
    content = _docx(office, decision)
    name, sent = {
        "macro": ("Quyết định.docx", with_macro(content)), "macro-name": ("Quyết định.docm", content),
        "pdf": ("Quyết định.pdf", PDF), "text": ("Quyết định.docx", b"Xin"), "broken": ("Quyết định.docx", content[:2000]),
    }[bad]
    _edit(office, decision, replaced(content, "thi hành", "thực hiện"))
    with pytest.raises(Invalid) as refused:
        _edit(office, decision, sent, name)
    assert "Quyết định" in refused.value.message
    if bad == "macro":
        assert "macro" in refused.value.message
    by = office.who("vhxh")
    (stand,) = [s for s in papers.stands_of(lists.read_list(decision, by=by), by=by) if s.kind.code == "decision"]
    assert stand.latest[0].version == 2, "what was refused left nothing behind"


@pytest.mark.office(after=draft_decision)
def test_signed_scan_takes_the_place_of_what_was_drafted(office: Office) -> None:
    decision = office.made
    papers.draw_up_paper(decision, "decision", by=office.who("vhxh"))
    office.sign_decision(decision, 1126)
    edited = _docx(office, decision)
    with pytest.raises(Invalid):
        papers.upload_paper(decision, "decision", "a.docx", edited, by=office.who("vanthu"), signed=True)
    scan = papers.upload_paper(decision, "decision", "QD 1126.pdf", PDF, by=office.who("vanthu"), signed=True)
    assert (scan.source, scan.format) == ("signed", "pdf")
    stays = papers.draw_up_paper(decision, "decision", by=office.who("vhxh"))
    assert not stays.fresh and stays.papers[0].id == scan.id, "what was signed is not drawn over while nothing changed"
    with pytest.raises(Forbidden):
        papers.upload_paper(decision, "decision", "a.docx", edited, by=office.who("vanthu"))


@pytest.mark.office(after=draft_decision)
def test_who_draws_up_and_who_reads_papers(office: Office) -> None:
    decision = office.made
    drawn = papers.draw_up_paper(decision, "decision", by=office.who("vhxh"))
    number = drawn.papers[0].id
    for reader in ("vhxh", "truongphong", "vanphong", "chutich", "vanthu", "thanhtra"):
        assert papers.open_paper(number, by=office.who(reader))[0].id == number, reader
    for other in ("donvi", "thutruong", "donvi2", "congan"):
        with pytest.raises(NotFound):
            papers.open_paper(number, by=office.who(other))
        with pytest.raises(NotFound):
            papers.preview_paper(decision, "decision", by=office.who(other))
    for other, why in (("chutich", Forbidden), ("thanhtra", Forbidden), ("vanthu", Forbidden), ("donvi", NotFound)):
        with pytest.raises(why):
            papers.draw_up_paper(decision, "decision", by=office.who(other))
    from service.awards import sight
    from service.awards.files import read_file_row

    about = read_file_row(drawn.papers[0].file_id).about
    assert about == f"paper:{decision}"
    with pytest.raises(NotFound):
        sight.must_read_file(about, office.who("vhxh"))


def test_unit_prints_its_own_list_and_reads_its_own_letter(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    submission = office.submission(one)
    drawn = papers.draw_up_paper(submission, "unit_list", by=office.who("donvi"))
    assert papers.open_paper(drawn.papers[0].id, by=office.who("thutruong"))
    for other in ("donvi2", "thutruong2"):
        with pytest.raises(Refusal):
            papers.draw_up_paper(submission, "unit_list", by=office.who(other))
    with pytest.raises(Conflict):
        papers.draw_up_paper(submission, "receipt", by=office.who("vhxh"))  # it has no number yet
    office.sign(one)
    assert papers.draw_up_paper(submission, "receipt", by=office.who("vhxh")).fresh


def test_sheet_and_report_of_a_name_are_its_own(office: Office) -> None:
    one, other = office.nominate(ROUND, name="Hoàng Bình Minh"), office.nominate(ROUND, name="Đỗ Hừng Đông")
    office.assess(one)
    submission, by = office.submission(one), office.who("donvi")
    drawn = papers.draw_up_paper(submission, "achievement_report", nomination=one, by=by)
    assert papers.draw_up_paper(submission, "self_sheet", nomination=one, by=by).fresh
    row = lists.read_list(submission, by=by)
    assert [s.source for s in papers.stands_of_name(row, one, by=by)] == ["drafted", "drafted"]
    assert [s.source for s in papers.stands_of_name(row, other, by=by)] == ["", ""]
    assert {"self_sheet", "achievement_report"}.isdisjoint(s.kind.code for s in papers.stands_of(row, by=by))
    docx = next(p for p in drawn.papers if p.format == "docx")
    content = papers.open_paper(docx.id, by=by)[2].read_bytes()
    wrong = papers.upload_paper(
        submission, "achievement_report", "Báo cáo.docx", replaced(content, "Hoàng Bình Minh", "Hoàng Minh"), nomination=one, by=by
    )
    assert ("changed", "Hoàng Bình Minh") in {(d["what"], d["name"]) for d in wrong.differences}
    with pytest.raises(Invalid):
        papers.draw_up_paper(submission, "self_sheet", by=by)
    with pytest.raises(NotFound):
        papers.draw_up_paper(submission, "self_sheet", nomination=one + other, by=by)
    for who in ("donvi2", "congan"):
        with pytest.raises(Refusal):
            papers.preview_paper(submission, "self_sheet", nomination=one, by=office.who(who))


@pytest.mark.office(after=draft_decision)
def test_a_paper_is_of_its_own_kind_of_list(office: Office) -> None:
    decision = office.made
    for code, why in (("payment_list", Conflict), ("nothing", NotFound), ("certificate", Conflict)):
        with pytest.raises(why):
            papers.draw_up_paper(decision, code, by=office.who("vhxh"))


@pytest.mark.long
@pytest.mark.office(after=partial(draft_decision, names=("Hoàng Bình Minh", "Đỗ Hừng Đông", "Lê Trúc Xanh")))
def test_certificates_of_a_decision_are_drawn_by_the_worker_and_bound(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.papers.batches.PIECE", 2)  # three names take two jobs
    decision = office.made
    office.sign_decision(decision, 1126)
    by = office.who("vanthu")
    batch = papers.ask_certificates(decision, "certificate", by=by)
    assert (batch.state, batch.done, batch.total) == ("drawing", 0, 3)
    assert papers.ask_certificates(decision, "certificate", by=by).id == batch.id, "one that is under way is not begun twice"
    with pytest.raises(Conflict):
        papers.open_batch(batch.id, by=by)
    office.work()
    done, file, path = papers.open_batch(batch.id, by=by)
    assert (done.state, done.done) == ("done", 3)
    said = text_of(path.read_bytes())
    assert all(name in said for name in ("Hoàng Bình Minh", "Đỗ Hừng Đông", "Lê Trúc Xanh")) and file.media_type == "application/pdf"
    single = papers.papers_by_name(decision, "certificate")
    assert len(single) == 3
    told = [e.kind for e in trail.read(stream=f"list:{decision}", limit=50, locale="vi").events]
    assert told.count("paper:batch_drawn") == 2 and "paper:batch_bound" in told
    one = next(n.id for _, n in lists.lines_of(decision))
    assert not papers.draw_certificate(decision, "certificate", one, by=by).fresh
    for other, why in (("chutich", Forbidden), ("donvi", NotFound)):
        with pytest.raises(why):
            papers.ask_certificates(decision, "certificate", by=office.who(other))
