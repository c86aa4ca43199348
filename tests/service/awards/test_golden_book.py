"""The golden book: each award of a decision has its own number when the decision has, and no other later."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from service import clock
from service.awards import lists
from service.awards.lists import LineInput
from service.awards.models import Award, Nomination
from service.db import db, reading
from tests.journeys.office import Office

ROUND = "HN-2026"


def _books() -> dict[str, tuple[int | None, str]]:
    with reading() as s:
        rows = s.execute(select(Nomination.name, Award.book_number, Award.status).join(Award, Award.nomination_id == Nomination.id))
        return {name: (book, status) for name, book, status in rows}


def _signed(office: Office, *names: str) -> list[int]:
    """Decisions of two names each, signed and not yet numbered."""
    found = office.posted(ROUND, *names)
    office.sit(ROUND, {}, found)
    decisions = [office.draw_up("decision", ROUND, found[place : place + 2], by="vhxh") for place in range(0, len(found), 2)]
    for number, one in enumerate(decisions, 12):
        office.act(one, "prove", by="vhxh")
        office.act(one, "submit", by="truongphong", fields={"dated": clock.today().isoformat(), "number": f"{number}"})
        office.act(one, "check_form", by="vanphong", fields={"decision": "accept"})
        office.act(one, "sign", by="chutich", lines=[LineInput(n.id, "granted") for _, n in lists.lines_of(one)])
    return decisions


@pytest.mark.long
def test_number_is_given_with_the_decisions_and_filing_gives_no_second(office: Office) -> None:
    (decision,) = _signed(office, "Hoàng Bình Minh", "Đỗ Hừng Đông")
    assert _books() == {}
    office.act(decision, "issue", by="vanthu", fields={"number": 1126, "dated": clock.today().isoformat()})
    given = _books()
    assert sorted(given.values()) == [(1, "granted"), (2, "granted")]
    office.hand_over(next(n.id for _, n in lists.lines_of(decision)))
    assert _books() == {name: (book, "filed") for name, (book, _) in given.items()}


@pytest.mark.long
@pytest.mark.both_databases
def test_decisions_numbered_at_once_leave_no_gap_and_no_double(office: Office) -> None:
    decisions = _signed(office, "Hoàng Bình Minh", "Đỗ Hừng Đông", "Lê Trúc Xanh", "Âu Cỏ Biếc", "Âu Đồi Chè", "Âu Hồ Gươm")
    clerk = office.who("vanthu")
    begin = threading.Barrier(len(decisions))

    def issue(decision: int, number: int) -> None:
        with office.app.app_context():
            begin.wait()
            lists.act_on_list(decision, "issue", by=clerk, fields={"number": number, "dated": clock.today().isoformat()})
            db.session.remove()

    threads = [threading.Thread(target=issue, args=(one, number)) for number, one in enumerate(decisions, 1126)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(book or 0 for book, _ in _books().values()) == [1, 2, 3, 4, 5, 6]
    for one in decisions:
        books = [_books()[n.name][0] or 0 for _, n in lists.lines_of(one)]
        assert books[1] == books[0] + 1, "those of one decision follow each other"


@pytest.mark.long
def test_what_came_from_above_is_numbered_when_it_is_filed(office: Office) -> None:
    one = office.merit(ROUND)
    package = office.send_package(ROUND, [one])
    office.answer(package, one, "granted")
    assert list(_books().values()) == [(None, "granted")]
    office.hand_over(one, pay=False)
    assert list(_books().values()) == [(1, "filed")]
