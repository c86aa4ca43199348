"""The pictures of docs/papers.md, one a kind of paper; `make pictures` keeps them. They are drawn from the lists of two offices."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from service import papers
from service.awards import lists
from service.awards.models import List
from service.papers.facts import Facts, facts_of
from service.papers.kinds import kind_named, paper_kinds
from service.papers.printing import picture, print_paper
from tests.journeys.conftest import Furnished, opened
from tests.journeys.council import Council
from tests.journeys.office import Office
from tests.service.papers.conftest import Filled, list_of
from tests.service.papers.png import shrunk
from tests.service.papers.reading import pages_of

DOCS = Path(__file__).resolve().parents[3] / "docs"
KEEP = bool(os.environ.get("VINHDANH_PICTURES"))
STATES = {
    "decision": ("decision", "published"), "office_submission": ("decision", "published"), "province_submission": ("package", ""),
    "summary": ("package", ""), "result_letter": ("result_letter", "sent"), "opinion_request": ("opinion_letter", ""),
    "posting_notice": ("posting", "closed"), "posting_minutes": ("posting", "closed"), "unit_list": ("submission", ""),
    "self_sheet": ("submission", ""), "achievement_report": ("submission", ""), "receipt": ("submission", ""),
    "payment_list": ("award_list", ""), "handover_sheet": ("award_list", ""), "ceremony_script": ("award_list", ""),
    "certificate": ("decision", "published"),
    "certificate_blank": ("decision", "published"), "correction_letter": ("amendment", ""), "revocation_decision": ("revocation", ""),
    "blank_minutes": ("reprint", "done"),
}


@pytest.fixture(scope="module")
def drawn(request: pytest.FixtureRequest, furnished: Furnished, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Facts]:
    """What every kind of paper says, drawn from lists of two offices, one of which held a session of its council."""
    found: dict[str, Facts] = {}
    plain, _name = furnished("sqlite", date(2026, 11, 3))
    with opened(plain, tmp_path_factory.mktemp("council"), date(2026, 11, 3), "", "", "") as office:
        (back,) = office.received("HN-2026", "Âu Sao Hôm")
        office.check(back, "supplement")
        _take(found, lists.read_list(office.submission(back), by=office.who("vhxh")), "return_notice")
        council = _held(office)
        agenda = lists.read_list(council.read().list_id, by=office.who("thuky"))
        for code in ("council_minutes", "counting_minutes", "appraisal_report", "council_summary"):
            _take(found, agenda, code)
    with opened(plain, tmp_path_factory.mktemp("province"), date(2026, 11, 3), "", "", "") as office:
        _take(found, lists.read_list(_asked_back(office), by=office.who("vhxh")), "revocation_request")
    filled: Filled = request.getfixturevalue("filled")
    office = filled.office
    amended = office.file("amendment", filled.ids["b1"], "propose", by="vhxh", way="amend", new_name="Ông Nắng Vàng Mới", reason="Báo sai")
    _take(found, lists.read_list(amended, by=office.who("vhxh")), "amending_decision")
    for code, where in STATES.items():
        _take(found, list_of(office, *where), code, filled.ids["a1"] if kind_named(code).of == "name" else None)
    return found


def _take(found: dict[str, Facts], row: List, code: str, name: int | None = None) -> None:
    assert kind_named(code) in papers.kinds_of(row), code
    found[code] = facts_of(row, kind_named(code), name)


def _asked_back(office: Office) -> int:
    """A proposal to have an award revoked that the province granted."""
    one = office.nominate("HN-2026", name="Âu Mây Trắng", form="BK_TINH")
    office.assess(one, facts={"path": "PHONG_TRAO"})
    office.sign(one)
    office.check(one)
    office.post("HN-2026")
    office.sit("HN-2026", {})
    office.answer(office.send_package("HN-2026"), one, "granted")
    office.hand_over(one, pay=False)
    return office.file(
        "revocation", one, "propose", by="truongphong", proposal="revoke", number="15/KL-UBND", reason="Kê khai không đúng thành tích",
    )


def _held(office: Office) -> Council:
    """A session over two units' names, voted in secret."""
    names = [
        office.nominate("HN-2026", name=name, unit="DET-NANG-SOM", by="donvi2", **more)
        for name, more in (
            ("Đỗ Nắng Vàng", {}), ("Lê Mưa Phùn", {}), ("Võ Sương Sớm", {}),
        )
    ]
    for one in names:
        office.assess(one, by="donvi2")
    office.sign(names[0], by="thutruong2", minutes_by="donvi2")
    for one in names:
        office.check(one)
    office.post("HN-2026", names)
    council = Council(office)
    council.plan(names)
    council.invite()
    council.open(absent=[9])
    council.vote(1, 2, 3, absent=[9], against=[4])
    council.do("finish", conclusion="Hội đồng thống nhất kết quả trên.")
    return council


@pytest.mark.long
def test_every_kind_of_paper_has_its_picture_in_the_guide(drawn: dict[str, Facts]) -> None:
    assert set(drawn) == set(paper_kinds())
    guide = (DOCS / "papers.md").read_text(encoding="utf-8")
    for code, facts in drawn.items():
        names = facts["names"][:1] if kind_named(code).is_certificate else ()
        page = picture(facts, names, ppi=85)[0]
        assert page.startswith(b"\x89PNG")
        file = DOCS / "pictures" / f"paper-{code}.png"
        if KEEP:
            file.write_bytes(shrunk(page, 64 if names else 16))
        assert 0 < file.stat().st_size < 80_000, f"{file.name}: {file.stat().st_size} bytes"
        assert f"pictures/{file.name}" in guide, f"{file.name} is not in docs/papers.md"


@pytest.mark.long
@pytest.mark.parametrize("code", ["appraisal_report", "council_minutes", "payment_list", "unit_list"])
def test_no_row_of_a_list_is_torn_over_a_page(drawn: dict[str, Facts], code: str) -> None:
    facts = drawn[code]
    key = "items" if code == "council_minutes" else "names"
    one = facts[key][0]
    long = " ".join(["Thành tích nổi bật trong chuyển đổi số của thôn"] * 6)
    rows = [
        one | {"no": n, "line": n, "nomination": n, "name": f"Đầu{n:02d} {long} Cuối{n:02d}", "opinion": long} for n in range(1, 25)
    ]
    pages = pages_of(print_paper(facts | {key: rows}))
    assert len(pages) > 3
    for n in range(1, 25):
        (begins,) = [p for p, text in enumerate(pages) if f"Đầu{n:02d}" in text]
        (ends,) = [p for p, text in enumerate(pages) if f"Cuối{n:02d}" in text]
        assert begins == ends, f"row {n} begins on page {begins + 1} and ends on page {ends + 1}"


@pytest.mark.long
def test_a_row_that_is_higher_than_a_page_is_set_all_the_same(drawn: dict[str, Facts]) -> None:
    facts = drawn["appraisal_report"]
    long = " ".join(f"lời{n}" for n in range(900))
    pages = pages_of(print_paper(facts | {"names": [facts["names"][0] | {"opinion": long}]}))
    assert "lời0" in " ".join(pages) and "lời899" in " ".join(pages)
