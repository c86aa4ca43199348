"""Offices for papers: one of the test's own on both databases, and one filled with lists of every kind that all share."""

from __future__ import annotations

from datetime import date

import pytest

from service import clock, papers
from service.awards import lists
from service.awards.finding import find_lists
from service.awards.models import List
from tests.journeys.conftest import OpenOffice, done_before, furnished, office_on
from tests.journeys.office import Office
from tests.service.awards.conftest import Filled, filled

__all__ = ["Filled", "filled", "furnished", "office_on"]
ROUND = "HN-2026"


@pytest.fixture
def office(request: pytest.FixtureRequest, office_on: OpenOffice) -> Office:
    """The office on the day before filing begins; with a mark, one in which something was done before."""
    return office_on(date(2026, 11, 3), done_before(request))


def list_of(office: Office, kind: str, state: str = "", by: str = "vhxh") -> List:
    """The first list of a kind, in a state where one is named."""
    found = sorted(find_lists(office.who(by), kind=kind, limit=100), key=lambda row: row.id)
    return next(lists.read_list(row.id, by=office.who(by)) for row in found if not state or row.state == state)


def draft_decision(office: Office, names: tuple[str, ...] = ("Hoàng Bình Minh", "Đỗ Hừng Đông")) -> int:
    """A decision that waits for the chair's signature, over names that came all the way; the worker posted and voted."""
    found = office.posted(ROUND, *names)
    office.sit(ROUND, {}, found)
    decision = office.draw_up("decision", ROUND, found, by="vhxh")
    office.go_to("2026-12-16")
    office.act(decision, "prove", by="vhxh")
    office.act(decision, "submit", by="truongphong", fields={"dated": clock.today().isoformat(), "number": "12/TTr-VHXH"})
    office.act(decision, "check_form", by="vanphong", fields={"decision": "accept"})
    return decision


def docx_of(office: Office, drawn: papers.Drawn) -> bytes:
    """The DOCX of a version that was drawn up."""
    (paper,) = [p for p in drawn.papers if p.format == "docx"]
    return papers.open_paper(paper.id, by=office.who("vhxh"))[2].read_bytes()


def check_again(office: Office, decision: int) -> None:
    """The format check by Văn phòng, again, once a paper has become another."""
    office.act(decision, "check_form", by="vanphong", fields={"decision": "accept"})
