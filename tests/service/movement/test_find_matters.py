"""Finding matters: each filter by itself, pages in a steady order, counts, and who finds what."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from service import movement
from service.movement import Kept, MatterFilter, find_matters
from tests.journeys.office import Office
from tests.service.movement.trials import deploy, numbers


def _found(office: Office, kept: Kept, login: str = "vhxh", **wanted: Any) -> list[str]:
    found = find_matters(kept, by=office.who(login), wanted=MatterFilter(**wanted))
    assert found.total == len(found.entries)
    return [one.title for one in found.entries]


@pytest.fixture
def kept(office: Office) -> Kept:
    """A register with four matters: two of one unit, one of another that is over, one about a name in the next year."""
    found = deploy()
    office.begin("trial", by="donvi", subject="Mạng yếu")
    office.begin("trial", by="vhxh", unit="DONG-MAY", subject="Máy hỏng")
    over = office.begin("trial", by="donvi2", subject="Thiếu phòng")
    office.step(over, "trial_work", by="vhxh", result="Có phòng")
    office.step(over, "trial_confirm", by="truongphong", decision="founded")
    one = office.nominate("HN-2026", name="Lê Trúc Xanh")
    office.go_to("2027-01-04")
    last = office.begin("trial", by="donvi", about=[one], subject="Năm sau")
    office.step(last, "trial_work", by="vhxh", result="Đang chờ")
    return found


def test_each_filter_narrows_by_what_it_says(office: Office, kept: Kept) -> None:
    newest_first = ["Năm sau", "Thiếu phòng", "Máy hỏng", "Mạng yếu"]
    assert _found(office, kept) == newest_first
    unit = office.units["DET-NANG-SOM"]
    one = next(iter(movement.read_matter(4, by=office.who("vhxh")).subjects))
    for wanted, expected in (
        ({"state": "open"}, ["Năm sau", "Máy hỏng", "Mạng yếu"]),
        ({"state": "ended"}, ["Thiếu phòng"]),
        ({"state": "late"}, ["Máy hỏng", "Mạng yếu"]),  # five working days from 3 November are over
        ({"phase": "confirming"}, ["Năm sau"]),
        ({"phase": "working"}, ["Máy hỏng", "Mạng yếu"]),
        ({"outcome": "done"}, ["Thiếu phòng"]),
        ({"unit": unit}, ["Thiếu phòng"]),
        ({"year": 2027}, ["Năm sau"]),
        ({"since": date(2027, 1, 4)}, ["Năm sau"]),
        ({"until": date(2026, 11, 3)}, newest_first[1:]),
        ({"since": date(2026, 11, 4), "until": date(2026, 12, 31)}, []),
        ({"text": "MAY hong"}, ["Máy hỏng"]),
        ({"text": "truc xanh"}, ["Năm sau"]),
        ({"text": "VT 03"}, ["Thiếu phòng"]),
        ({"text": "100%_"}, []),
        ({"subject": one}, ["Năm sau"]),
        ({"mine": True}, ["Máy hỏng"]),
        ({"state": "open", "unit": unit}, []),
    ):
        assert _found(office, kept, **wanted) == expected, wanted
    (entry,) = find_matters(kept, by=office.who("vhxh"), wanted=MatterFilter(state="ended")).entries
    assert (entry.ended, entry.outcome, entry.shown["result"]) == (True, "done", "Có phòng") and entry.ended_at


def test_pages_keep_one_order_and_know_how_many_there_are(office: Office, kept: Kept) -> None:
    pages = [find_matters(kept, by=office.who("vhxh"), page=page, size=3) for page in (1, 2, 3)]
    assert [numbers(page.entries) for page in pages] == [["VT 01/2027", "VT 03/2026", "VT 02/2026"], ["VT 01/2026"], []]
    assert {page.total for page in pages} == {4}


def test_each_finds_what_he_may_read(office: Office, kept: Kept) -> None:
    everything = {"Năm sau", "Thiếu phòng", "Máy hỏng", "Mạng yếu"}
    for login in ("vhxh", "thanhtra", "quantri"):
        assert set(_found(office, kept, login)) == everything, login
    for login in ("donvi", "thutruong"):
        assert set(_found(office, kept, login)) == everything - {"Thiếu phòng"}, login
    assert _found(office, kept, "donvi2") == ["Thiếu phòng"]
    assert _found(office, kept, "vanthu") == [] == _found(office, kept, "ketoan")
    assert _found(office, kept, "donvi", unit=office.units["DET-NANG-SOM"]) == [], "a filter opens nothing"


def test_counts_are_of_what_is_open_and_of_what_is_late(office: Office, kept: Kept) -> None:
    assert movement.counts([kept], by=office.who("vhxh")) == {"trial": (3, 2)}
    assert movement.counts([kept], by=office.who("donvi2")) == {"trial": (0, 0)}


def test_matters_about_a_name_are_found_from_it(office: Office, kept: Kept) -> None:
    subject = next(iter(movement.read_matter(4, by=office.who("vhxh")).subjects))
    assert numbers(movement.matters_about(subject, by=office.who("vhxh"))) == ["VT 01/2027"]
    assert movement.matters_about(subject, by=office.who("donvi2")) == []
    assert movement.matters_about("nomination:9999", by=office.who("vhxh")) == []
