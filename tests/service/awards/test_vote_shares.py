"""Votes needed, as whole numbers: more than a share or at least it, of all members, of those there, of those who vote."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from service import people
from service.actor import machine
from service.awards import rule_versions
from service.awards.rule_versions import RuleInput
from service.awards.votes import Share, need, share
from service.council.session.votes import outlook, quorum
from service.install import prepare_database

DAY = date(2026, 12, 15)
HALF = {"numerator": 1, "denominator": 2, "operator": ">"}


def _change(key: str, value: Any) -> None:
    entry = rule_versions.read_rule(key, DAY)
    by = people.actor_of("truongphong", door="web")
    said = RuleInput(value, "Quy chế của Hội đồng", date(2026, 1, 1), None, "P", "Hội đồng quyết định")
    rule_versions.change_rule(key, said, seen=entry.newest, by=by)


@pytest.fixture
def register(app: Flask) -> None:
    prepare_database()
    people.create_demo_account("truongphong", "Ngô Gió Ngàn", by=machine("cli"), groups=["vhxh_head"])


@pytest.mark.parametrize(
    ("numerator", "denominator", "more_than", "of", "enough"),
    [
        (1, 2, True, 10, 6), (1, 2, True, 8, 5), (1, 2, True, 2, 2), (1, 2, True, 9, 5),  # > 1/2 of 10 is 6, not 5
        (1, 2, False, 10, 5), (1, 2, False, 9, 5),
        (2, 3, True, 12, 9), (2, 3, False, 12, 8), (2, 3, False, 9, 6), (2, 3, True, 9, 7), (2, 3, False, 10, 7),
        (4, 5, False, 9, 8), (4, 5, False, 10, 8), (4, 5, True, 10, 9), (9, 10, False, 9, 9), (1, 1, False, 12, 12),
    ],
)
def test_least_whole_number_of_a_share(numerator: int, denominator: int, more_than: bool, of: int, enough: int) -> None:
    found = Share("VOTE_COMMUNE", 1, numerator, denominator, more_than, "", True).of(of)
    assert found == enough
    part, whole = found * denominator, of * numerator
    assert part > whole if more_than else part >= whole
    assert not ((found - 1) * denominator > whole if more_than else (found - 1) * denominator >= whole), "one less is not enough"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_operator_of_the_register_is_the_one_that_is_reckoned_with(register: None) -> None:
    for operator, votes in ((">", 6), (">=", 5)):
        _change("VOTE_COMMUNE", HALF | {"operator": operator, "numerator": 2, "denominator": 4})
        assert share("VOTE_COMMUNE", DAY).more_than is (operator == ">")
        assert need("GK_XA", DAY, members=10, present=10, voting=10).votes == votes
        _change("QUORUM", HALF | {"operator": operator})
        assert quorum(DAY).of(10) == votes


@pytest.mark.parametrize(("base", "of", "votes", "less"), [("members", 12, 7, 7), ("present", 10, 6, 5), ("voting", 8, 5, 4)])
def test_of_whom_the_share_is_reckoned_is_what_the_rule_says(register: None, base: str, of: int, votes: int, less: int) -> None:
    _change("VOTE_COMMUNE", HALF | {"numerator": 2, "denominator": 4})
    if base != "members":
        _change("VOTE_BASE", base)
    found = need("GK_XA", DAY, members=12, present=10, voting=8)
    assert (found.base, found.of, found.votes) == (base, of, votes)
    # The session reckons by the same rule: twelve members, ten there, two of those keep out, and one of the absent.
    ahead = outlook("GK_XA", DAY, members=12, present=set(range(1, 11)), absent={11, 12}, recused={1, 2, 11})
    assert (ahead.base, ahead.denominator, ahead.needed, ahead.less) == (base, of, votes, less)
    assert (ahead.voters, ahead.writers) == (8, 1)
