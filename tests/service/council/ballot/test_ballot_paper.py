"""Counts by hand: a whole round on paper, hands in an open vote, written opinions; never mixed with the box."""

from __future__ import annotations

import pytest

from service.awards import sight
from service.council import ballot
from service.council.ballot import Sum
from service.errors import Conflict, Forbidden, Invalid, NotFound
from tests.service.council.ballot.chamber import PDF, Chamber

GOOD = {1: Sum(7, 1, 0, 0), 2: Sum(4, 3, 1, 0), 3: Sum(8, 0, 0, 0)}


def test_two_people_key_the_same_and_the_round_is_counted(chamber: Chamber) -> None:
    round_id = chamber.plan()
    first = ballot.file_paper_count(round_id, 8, GOOD, by=chamber.who("thuky"))
    assert first.state == "paper"
    assert all(item.result is None for item in first.items)
    done = ballot.file_paper_count(round_id, 8, GOOD, by=chamber.who("thuky2"))
    assert done.state == "counted"
    assert [(item.result.agree, item.result.reached) for item in done.items if item.result] == [
        (7, True), (4, False), (8, True),
    ]
    with pytest.raises(Conflict):
        ballot.file_paper_count(round_id, 8, GOOD, by=chamber.who("thuky"))


def test_two_who_disagree_are_told_and_correct_their_own(chamber: Chamber) -> None:
    round_id = chamber.plan()
    ballot.file_paper_count(round_id, 8, GOOD | {2: Sum(5, 2, 1, 0)}, by=chamber.who("thuky"))
    shown = ballot.file_paper_count(round_id, 8, GOOD, by=chamber.who("thuky2"))
    assert shown.state == "paper"
    assert ballot.differing(round_id) == [2]
    assert ballot.file_paper_count(round_id, 8, GOOD, by=chamber.who("thuky")).state == "counted"


def test_third_person_is_refused(chamber: Chamber) -> None:
    round_id = chamber.plan()
    from service import people

    ballot.name_tellers(
        round_id, [people.find_account(f"kiem{n}").id for n in (1, 2, 3)], by=chamber.who("thuky")
    )
    ballot.file_paper_count(round_id, 8, GOOD | {1: Sum(6, 2, 0, 0)}, by=chamber.who("thuky"))
    ballot.file_paper_count(round_id, 8, GOOD, by=chamber.who("kiem1"))
    with pytest.raises(Conflict) as third:
        ballot.file_paper_count(round_id, 8, GOOD, by=chamber.who("kiem2"))
    assert third.value.code == "keyed-twice"
    with pytest.raises(Forbidden):
        ballot.file_paper_count(round_id, 8, GOOD, by=chamber.who("uyvien1"))


@pytest.mark.parametrize(
    ("returned", "sums", "code"),
    [
        (10, GOOD, "invalid"),
        (5, {n: Sum(5, 0, 0, 0) for n in (1, 2, 3)}, "no-quorum"),
        (8, GOOD | {2: Sum(4, 3, 0, 0)}, "does-not-add-up"),
        (8, {1: GOOD[1], 2: GOOD[2]}, "does-not-add-up"),
        (8, GOOD | {9: Sum(8, 0, 0, 0)}, "does-not-add-up"),
        (8, GOOD | {1: Sum(9, -1, 0, 0)}, "does-not-add-up"),
        (8, GOOD | {1: Sum(6, 1, 0, 1)}, "does-not-add-up"),
    ],
    ids=["more than the roll", "no quorum", "a sum", "an item missing", "an item too many", "negative", "recusal"],
)
def test_figures_that_do_not_add_up_are_named(
    chamber: Chamber, returned: int, sums: dict[int, Sum], code: str
) -> None:
    round_id = chamber.plan()
    with pytest.raises(Invalid) as refused:
        ballot.file_paper_count(round_id, returned, sums, by=chamber.who("thuky"))
    assert refused.value.code == code
    assert ballot.file_paper_count(round_id, 8, GOOD, by=chamber.who("thuky")).state == "paper"


def test_paper_is_never_mixed_into_an_electronic_round(chamber: Chamber) -> None:
    round_id = chamber.open()
    chamber.cast(round_id, 1)
    with pytest.raises(Conflict) as mixed:
        ballot.file_paper_count(round_id, 8, GOOD, by=chamber.who("thuky"))
    assert mixed.value.code == "mixed-paper"
    ballot.cancel_round(round_id, "Máy hỏng", by=chamber.who("thuky"))
    with pytest.raises(Conflict):
        ballot.file_paper_count(round_id, 8, GOOD, by=chamber.who("thuky"))
    second = chamber.plan()
    chamber.give_codes(second)
    ballot.file_paper_count(second, 8, GOOD, by=chamber.who("thuky"))
    with pytest.raises(Conflict) as open_:
        ballot.open_round(second, by=chamber.who("thuky"))
    assert open_.value.code == "round-paper"


def test_scan_of_the_counting_minutes_is_attached(chamber: Chamber) -> None:
    round_id = chamber.plan()
    with pytest.raises(Conflict):
        ballot.attach_scan(round_id, "bien-ban.pdf", PDF, by=chamber.who("thuky"))
    assert ballot.without_scan(1) == []
    ballot.file_paper_count(round_id, 8, GOOD, by=chamber.who("thuky"))
    number = ballot.attach_scan(round_id, "bien-ban.pdf", PDF, by=chamber.who("thuky2"))
    assert ballot.read_round(round_id, by=chamber.who("thuky")).scan == number
    ballot.file_paper_count(round_id, 8, GOOD, by=chamber.who("thuky2"))
    later = ballot.attach_scan(round_id, "bien-ban-2.pdf", PDF, by=chamber.who("thuky"))
    assert ballot.read_round(round_id, by=chamber.who("thuky")).scan == later
    assert ballot.without_scan(1) == []
    bare = chamber.plan()
    hands = chamber.plan(secret=False)
    for one in (bare, hands):
        for login in ("thuky", "thuky2"):
            ballot.file_paper_count(one, 8, GOOD, by=chamber.who(login))
    assert ballot.without_scan(1) == [2]  # hands need none
    sealed = chamber.sealed()
    ballot.count_round(sealed, chamber.pair(sealed), by=chamber.who("thuky"))
    with pytest.raises(Conflict) as box:
        ballot.attach_scan(sealed, "bien-ban.pdf", PDF, by=chamber.who("thuky"))
    assert box.value.code == "box-round"


def test_open_vote_is_counted_by_hands_and_opens_no_box(chamber: Chamber) -> None:
    round_id = chamber.plan(secret=False)
    with pytest.raises(Conflict) as open_:
        ballot.open_round(round_id, by=chamber.who("thuky"))
    assert open_.value.code == "open-vote"
    for login in ("thuky", "thuky2"):
        done = ballot.file_paper_count(round_id, 8, GOOD, by=chamber.who(login))
    assert done.state == "counted"
    with pytest.raises(Conflict):
        ballot.recount(round_id, {1: "1", 2: "2"}, by=chamber.who("thuky"))


def test_written_opinion_is_a_named_line_beside_the_secret_sums(chamber: Chamber) -> None:
    round_id = chamber.open(3, absent=[9], recused={9: {3: "em ruột"}})
    for member in range(1, 9):
        chamber.cast(round_id, member, "agree" if member <= 4 else "disagree")
    paper = {"paper": "Văn bản ngày 14/12/2026", "scan": chamber.scan()}
    with pytest.raises(Invalid) as foreign:
        ballot.file_written_opinion(round_id, 9, {1: "agree"}, by=chamber.who("thuky"), **(paper | {"scan": chamber.scan("thuky2")}))
    assert foreign.value.code == "no-file"
    ballot.file_written_opinion(round_id, 9, {1: "disagree", 2: "agree"}, by=chamber.who("thuky"), **paper)
    ballot.file_written_opinion(round_id, 9, {1: "agree", 2: "disagree"}, by=chamber.who("thuky"), **paper)
    for wrong in ({3: "agree"}, {7: "agree"}, {1: "blank"}, {}):
        with pytest.raises(Invalid):
            ballot.file_written_opinion(round_id, 9, wrong, by=chamber.who("thuky"), **paper)
    with pytest.raises(Conflict) as present:
        ballot.file_written_opinion(round_id, 1, {1: "agree"}, by=chamber.who("thuky"), **paper)
    assert present.value.code == "not-absent"
    ballot.seal_round(round_id, by=chamber.who("thuky"))
    with pytest.raises(Conflict) as late:  # what it decides could be reckoned by now
        ballot.file_written_opinion(round_id, 9, {1: "disagree"}, by=chamber.who("thuky"), **paper)
    assert late.value.code == "too-late"
    done = ballot.count_round(round_id, chamber.pair(round_id), by=chamber.who("thuky"))
    first, second, third = (item.result for item in done.items)
    assert first
    assert second
    assert third
    assert (first.agree, first.disagree, first.written_agree, first.written_disagree) == (4, 4, 1, 0)
    assert [one.reached for one in (first, second, third)] == [True, False, False]
    assert [(one.name, one.choice, one.scan) for one in done.item(1).written] == [(done.roll[8].name, "agree", paper["scan"])]
    sight.must_read_file(f"ballot:{round_id}", chamber.who("uyvien1"))
    with pytest.raises(NotFound):
        sight.must_read_file(f"ballot:{round_id}", chamber.who("quantri"))
    with pytest.raises(Conflict):
        ballot.file_written_opinion(round_id, 9, {1: "agree"}, by=chamber.who("thuky"), **paper)


def test_no_written_opinion_after_a_count_was_keyed(chamber: Chamber) -> None:
    round_id = chamber.plan(absent=[9])
    said = {"paper": "5/YK", "scan": chamber.scan()}
    ballot.file_written_opinion(round_id, 9, {1: "agree"}, by=chamber.who("thuky"), **said)
    ballot.file_paper_count(round_id, 8, GOOD, by=chamber.who("thuky"))
    with pytest.raises(Conflict) as late:
        ballot.file_written_opinion(round_id, 9, {2: "agree"}, by=chamber.who("thuky"), **said)
    assert late.value.code == "too-late"
