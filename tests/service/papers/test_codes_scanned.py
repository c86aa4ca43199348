"""Codes on papers, read off the page by a program that has nothing to do with the one that sets them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from functools import partial
from urllib.parse import urlsplit

import pytest
from pypdf import PdfReader

from service import papers
from service.awards import lists
from service.papers.facts import facts_of
from service.papers.kinds import kind_named
from service.papers.printing import print_certificates
from service.trail import anchors, checkpoints, watch
from tests.journeys.council import Council
from tests.journeys.office import Office
from tests.service.papers.conftest import draft_decision
from tests.service.papers.keys import lay_keys, when_signed
from tests.service.papers.scanning import codes_on, rastered, scanned

NAMES = ("Hoàng Bình Minh", "Đỗ Hừng Đông")


@pytest.fixture
def council(office_on: Callable[[date], Office]) -> Council:
    """A session of nine that has voted on three names in secret."""
    council = Council(office_on(date(2026, 11, 3)))
    council.fill(3)
    council.plan()
    council.invite()
    council.open(absent=[9])
    council.vote(1, 2, 3, absent=[9], against=[4])
    return council


@pytest.mark.long
@pytest.mark.office(after=partial(draft_decision, names=NAMES))
def test_code_on_a_signed_certificate_leads_to_its_page_also_from_a_cheap_scan(office: Office) -> None:
    lay_keys(office.app.extensions["settings"].signing_folder)
    decision, clerk, client = office.sign_decision(office.made, 1126), office.who("vanthu"), office.app.test_client()
    when_signed(office, papers.sign_certificates(decision, "chutich", by=office.who("chutich")))
    when_signed(office, papers.seal_certificates(decision, "organisation", by=clerk))
    facts = facts_of(lists.read_list(decision, by=clerk), kind_named("certificate"))
    kept = papers.papers_by_name(decision, "certificate")
    for (line, _n), name in zip(lists.lines_of(decision), facts["names"], strict=True):
        paper, file, path = papers.open_paper(kept[f"line:{line.id}"].id, by=clerk)
        assert (paper.source, file.media_type) == ("sealed", "application/pdf")
        laid = rastered(path.read_bytes())
        assert codes_on(laid) == codes_on(scanned(laid)) == [name["address"]]
        page = client.get(urlsplit(name["address"]).path).get_data(as_text=True)
        assert name["name"] in page and "Chữ ký số Hồ Đại Ngàn: hợp lệ" in page


@pytest.mark.long
@pytest.mark.office(after=partial(draft_decision, names=NAMES))
def test_certificates_on_blanks_carry_each_their_own_code_and_a_draft_none(office: Office) -> None:
    def printed() -> tuple[list[str], list[list[str]]]:
        facts = facts_of(lists.read_list(office.made, by=office.who("vanthu")), kind_named("certificate_blank"))
        content = print_certificates(facts, facts["names"])
        return [str(name.get("address") or "") for name in facts["names"]], [codes_on(rastered(content, page)) for page in (1, 2)]

    assert printed()[1] == [[], []]
    office.sign_decision(office.made, 1126)
    addresses, found = printed()
    assert len(set(addresses)) == 2 and all(addresses) and found == [[address] for address in addresses]


@pytest.mark.long
@pytest.mark.parametrize("code", ["council_minutes", "counting_minutes"])
def test_code_on_signed_minutes_is_the_checkpoint_itself_also_from_a_cheap_scan(council: Council, code: str) -> None:
    council.close()
    watch.sign_due()
    (note,) = [text for *_, text in checkpoints.list_checkpoints()]
    agenda, by = council.read().list_id, council.office.who("thuky")
    assert lists.read_list(agenda, by=by).state == "signed"
    kept = {one.format: papers.open_paper(one.id, by=by)[2].read_bytes() for one in papers.draw_up_paper(agenda, code, by=by).papers}
    assert kind_named(code).word is ("docx" in kept)
    count = len(PdfReader(io.BytesIO(kept["pdf"])).pages)
    pages = [rastered(kept["pdf"], page, askew=1.5) for page in range(1, count + 1)]
    assert [said for page in pages for said in codes_on(page)] == [note]
    (said,) = (said for page in pages for said in codes_on(scanned(page)))
    assert said == note and anchors.check_anchor(said).ok, "what the scan says is held against the trail as it is"
    if "docx" in kept:
        with zipfile.ZipFile(io.BytesIO(kept["docx"])) as archive:
            (picture,) = (archive.read(name) for name in archive.namelist() if name.endswith(".png"))
        assert codes_on(rastered(picture)) == [note]
