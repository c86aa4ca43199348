"""What papers say of persons: who died before the award, how many lead, and for whom a deputy signs."""

from __future__ import annotations

import unicodedata
from functools import partial

import pytest

from service import papers
from service.awards import lists
from service.papers.compare import differences
from service.papers.facts import facts_of, signer
from service.papers.printing import certificate_words, print_paper
from service.papers.word import write_paper
from tests.journeys.office import Office
from tests.service.papers.conftest import ROUND, draft_decision
from tests.service.papers.reading import text_of

pytestmark = pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
"""What papers say does not hang on the database; files, numbers and signatures are tested on both."""

DEAD, ALIVE = "Hoàng Bình Minh", "Đỗ Hừng Đông"


def _said(office: Office, row: int, code: str) -> str:
    return unicodedata.normalize("NFC", text_of(papers.preview_paper(row, code, by=office.who("vhxh"))))


def _posted(office: Office, *died: str, form: str = "GK_XA") -> list[int]:
    """Two names that passed the council, one of them a leader; who died is asked to be awarded all the same."""
    found = [office.nominate(ROUND, name=name, form=form, leader=name == ALIVE) for name in (DEAD, ALIVE)]
    for one in found:
        leads = {"unit_did_poorly": "no"} if office.read(one).name == ALIVE else {}
        office.assess(one, facts=leads | ({"path": "PHONG_TRAO"} if form != "GK_XA" else {}))
    office.sign(found[0])
    for one in found:
        office.check(one)
        if office.read(one).name in died:
            office.file("recipient_change", one, by="vhxh", change="died", posthumous="yes")
    office.post(ROUND, found)
    office.sit(ROUND, {}, found)
    return found


def test_one_who_died_is_awarded_posthumously_on_every_paper(office: Office) -> None:
    found = _posted(office, DEAD)
    decision = office.draw_up("decision", ROUND, found, by="vhxh")
    for code, words in (
        ("decision", ("Về việc tặng, truy tặng Giấy khen cho các cá nhân", "trong đó truy tặng 01 cá nhân (có danh sách",
                      "ĐƯỢC TẶNG, TRUY TẶNG GIẤY KHEN", f"{DEAD} (truy tặng)", f"{ALIVE} ")),
        ("office_submission", ("tặng, truy tặng Giấy khen", "trong đó truy tặng 01 cá nhân", f"{DEAD} (truy tặng)")),
    ):
        said = _said(office, decision, code)
        assert not [one for one in words if one not in said], said
        assert f"{ALIVE} (truy tặng)" not in said
    row = lists.read_list(decision, by=office.who("vhxh"))
    facts = facts_of(row, papers.kind_named("decision"))
    assert differences(write_paper(facts), facts) == []
    certificate = facts_of(row, papers.kind_named("certificate"))
    by_name = {n["name"]: certificate_words(certificate, n) for n in certificate["names"]}
    assert (by_name[DEAD]["grants"], by_name[ALIVE]["grants"]) == ("TRUY TẶNG", "TẶNG")
    blank = certificate | {"kind": "certificate_blank"}
    dead = next(n for n in certificate["names"] if n["name"] == DEAD)
    assert certificate_words(blank, dead)["who"].endswith(f"{DEAD} (truy tặng)"), "the blank says TẶNG already"


@pytest.mark.long
def test_a_decision_on_the_dead_alone_says_nothing_of_the_living(office: Office) -> None:
    (dead, _) = _posted(office, DEAD)
    decision = office.draw_up("decision", ROUND, [dead], by="vhxh")
    said = _said(office, decision, "decision")
    assert "Về việc truy tặng Giấy khen cho cá nhân" in said and "Điều 1. Truy tặng Giấy khen của Chủ tịch" in said
    assert "Điều 1. Tặng" not in said


@pytest.mark.office(after=partial(draft_decision, names=(DEAD,)))
def test_who_died_after_the_signature_was_awarded_alive(office: Office) -> None:
    decision = office.made
    office.sign_decision(decision, 1126)
    before = _said(office, decision, "decision")
    (one,) = [n.id for _, n in lists.lines_of(decision)]
    office.file("recipient_change", one, by="vhxh", change="died")
    assert office.read(one).to_family
    assert _said(office, decision, "decision") == before and "truy tặng" not in before.lower()


@pytest.mark.long
def test_submission_to_the_province_says_the_dead_and_the_leaders(office: Office) -> None:
    package = office.draw_up("package", ROUND, _posted(office, DEAD, form="BK_TINH"), by="vhxh")
    said = _said(office, package, "province_submission")
    for words in (
        "khen thưởng 02 cá nhân (trong đó có 01 cá nhân là cán bộ lãnh đạo, quản lý)", f"{DEAD} (truy tặng)",
        "Bằng khen của Chủ tịch UBND tỉnh: 02 cá nhân (trong đó truy tặng 01 cá nhân)",
    ):
        assert words in said, said


def test_submission_of_the_office_counts_the_leaders_also_where_there_is_none(office: Office) -> None:
    found = _posted(office)
    decision = office.draw_up("decision", ROUND, found, by="vhxh")
    assert "02 cá nhân (trong đó có 01 cá nhân là cán bộ lãnh đạo, quản lý)" in _said(office, decision, "office_submission")
    facts = facts_of(lists.read_list(decision, by=office.who("vhxh")), papers.kind_named("office_submission"))
    none = " ".join(unicodedata.normalize("NFC", text_of(print_paper(facts | {"leaders": 0}))).split())
    assert "02 cá nhân (không có cá nhân là cán bộ lãnh đạo, quản lý)" in none


@pytest.mark.office(after=draft_decision)
def test_a_deputy_signs_for_the_chair_and_both_for_the_body(office: Office) -> None:
    decision = office.made
    office.sign_decision(decision, 1126)
    (one, *_) = [n.id for _, n in lists.lines_of(decision)]
    row = office.file("amendment", one, "propose", by="vhxh", way="letter", wrong="Trang 2, “Danh sach” ghi đúng là “Danh sách”.",
                      reason="Lỗi chính tả")
    today = office.who("chutich")
    letter = lists.read_list(row, by=today)
    kind = papers.kind_named("correction_letter")
    assert signer(letter, kind)["lines"] == ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"]
    letter.data = {**letter.data, "signed_by": "Trần Trường Giang", "signs_as": "KT. CHỦ TỊCH"}
    assert signer(letter, kind) == {
        "lines": ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"], "name": "Trần Trường Giang",
    }
    assert signer(letter, papers.kind_named("amending_decision"))["lines"] == ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"], (
        "a decision of the chair's is signed in person: no TM."
    )
