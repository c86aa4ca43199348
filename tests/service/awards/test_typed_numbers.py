"""Numbers that are typed: taken once for body, kind of paper and year, wherever they are typed; gaps are normal."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import date

import pytest

from service import clock
from service.actor import machine
from service.awards import lists
from service.awards.models import List, PaperNumber
from service.awards.numbers import OFFICE, number_typed, take_number
from service.db import db, reading, transaction
from service.errors import Invalid
from service.trail import record
from tests.journeys.office import Office

ROUND = "HN-2026"


def _drafts(office: Office, *names: str) -> list[int]:
    """Decisions of one name each, proved and not yet submitted."""
    found = office.posted(ROUND, *names)
    office.sit(ROUND, {}, found)
    drafts = [office.draw_up("decision", ROUND, [one], by="vhxh") for one in found]
    for one in drafts:
        office.act(one, "prove", by="vhxh")
    return drafts


def _submit(office: Office, decision: int, number: str) -> str:
    office.act(decision, "submit", by="truongphong", fields={"dated": clock.today().isoformat(), "number": number})
    row = lists.read_list(decision, by=office.who("truongphong"))
    return str(row.data["submission"]["number"])


@pytest.mark.long
def test_number_of_the_offices_submission_is_taken_once_a_year_and_gets_its_symbol(office: Office) -> None:
    one, two = _drafts(office, "Hoàng Bình Minh", "Đỗ Hừng Đông")
    assert _submit(office, one, "12") == "12/TTr-VHXH"
    for typed in ("12", "12/TTr-VHXH", "012/TTr"):
        with pytest.raises(Invalid) as refused:
            _submit(office, two, typed)
        assert refused.value.code == "number-taken" and refused.value.faults[0].path == "number"
        title = lists.read_list(one, by=office.who("truongphong")).title
        assert f"Số 12/TTr-VHXH năm 2026 đã dùng cho “{title}”" in refused.value.faults[0].message
    for typed in ("TTr-VHXH", "0", "12b"):
        with pytest.raises(Invalid) as odd:
            _submit(office, two, typed)
        assert "ví dụ 87/TTr-VHXH" in odd.value.faults[0].message
    assert lists.read_list(two, by=office.who("vhxh")).state == "draft", "nothing was written"
    assert _submit(office, two, "15/TTr-VHXH") == "15/TTr-VHXH", "gaps are normal"


@pytest.mark.long
def test_submission_that_went_back_comes_again_under_its_number(office: Office) -> None:
    (one,) = _drafts(office, "Hoàng Bình Minh")
    _submit(office, one, "12")
    office.act(one, "check_form", by="vanphong", fields={"decision": "return", "note": "Sai lề"})
    assert _submit(office, one, "12") == "12/TTr-VHXH"


@pytest.mark.long
def test_office_and_committee_number_apart_and_each_kind_and_year_too(office: Office) -> None:
    def take(row: int, number: int, *, paper: str, body: str, day: date) -> None:
        with transaction() as s:
            take_number(s, s.get_one(List, row), paper=paper, number=number, dated=day, body=body)
            record("demo:clock_moved", by=machine("cli"), stream="system", body={"to": str(number)})

    one, two = _drafts(office, "Hoàng Bình Minh", "Đỗ Hừng Đông")
    take(one, 12, paper="TTr", body=OFFICE, day=date(2026, 12, 1))
    for paper, body, day in (("TTr", "UBND", date(2026, 12, 1)), ("CV", OFFICE, date(2026, 12, 1)), ("TTr", OFFICE, date(2027, 1, 4))):
        take(two, 12, paper=paper, body=body, day=day)
    with pytest.raises(Invalid):
        take(two, 12, paper="TTr", body=OFFICE, day=date(2026, 12, 30))


@pytest.mark.long
def test_letters_share_one_book(office: Office) -> None:
    from service.awards.finding import find_lists

    found = [office.nominate(ROUND), office.nominate(ROUND, name="Ông Nắng Vàng", unit="DET-NANG-SOM", by="donvi2")]
    for one, (head, unit) in zip(found, (("thutruong", "donvi"), ("thutruong2", "donvi2")), strict=True):
        office.assess(one, by=unit)
        office.sign(one, by=head, minutes_by=unit)
        office.check(one, "not_eligible")
    letters = find_lists(office.who("vhxh"), kind="result_letter")
    fields: Mapping[str, str] = {"dated": clock.today().isoformat(), "number": "215"}
    office.act(letters[0].id, "send", by="vhxh", fields=fields)
    with pytest.raises(Invalid) as refused:
        office.act(letters[1].id, "send", by="vhxh", fields=fields)
    assert refused.value.code == "number-taken"
    office.act(letters[1].id, "send", by="vhxh", fields={**fields, "number": "216"})
    assert lists.read_list(letters[1].id, by=office.who("vhxh")).number == "216/UBND-VHXH"


@pytest.mark.long
@pytest.mark.both_databases
def test_two_who_type_one_number_at_once_do_not_both_get_it(office: Office) -> None:
    drafts = _drafts(office, "Hoàng Bình Minh", "Đỗ Hừng Đông")
    got: list[int] = []

    def take(row: int) -> None:
        with office.app.app_context():
            try:
                with transaction() as s:
                    fields = {"number": "44", "dated": "2026-12-01"}
                    number_typed(s, s.get_one(List, row), fields, paper="TTr", body=OFFICE)
                    record("demo:clock_moved", by=machine("cli"), stream="system", body={"to": str(row)})
                got.append(row)
            except Invalid:
                pass
            finally:
                db.session.remove()

    threads = [threading.Thread(target=take, args=(one,)) for one in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 1
    with reading() as s:
        assert s.query(PaperNumber).filter_by(paper="TTr", number=44).count() == 1
