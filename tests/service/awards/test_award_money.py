"""Award money follows the base salary of the decision's day (law.md section 11)."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from service.awards.money import award_money
from service.awards.rules import Rules, rules_on
from service.errors import Conflict
from service.install import prepare_database


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("day", "kind", "money"),
    [
        (date(2026, 6, 30), "INDIVIDUAL", 702_000),
        (date(2026, 7, 1), "INDIVIDUAL", 759_000),
        (date(2026, 6, 30), "HOUSEHOLD", 1_053_000),
        (date(2026, 7, 1), "HOUSEHOLD", 1_138_500),
    ],
)
def test_money_of_a_certificate_follows_the_day_of_the_decision(app: Flask, day: date, kind: str, money: int) -> None:
    prepare_database()
    amount, words = award_money(rules_on(day), "GK_XA", kind)
    assert amount == money
    assert "đồng" in words


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("kind", "words"),
    [("INDIVIDUAL", "0,3 × 2.530.000 đồng"), ("COLLECTIVE", "0,3 × 2 × 2.530.000 đồng"),
     ("HOUSEHOLD", "0,3 × 1,5 × 2.530.000 đồng")],
)
def test_how_money_was_reckoned_is_written_the_vietnamese_way(app: Flask, kind: str, words: str) -> None:
    prepare_database()
    assert award_money(rules_on(date(2026, 7, 1)), "GK_XA", kind)[1] == words


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("key", ["BASE_SALARY", "MULT.GK_XA", "FACTOR.HOUSEHOLD", "ROUNDING"])
def test_money_is_not_reckoned_without_one_of_its_rules(app: Flask, key: str) -> None:
    prepare_database()
    known = rules_on(date(2026, 7, 1))
    assert award_money(known, "GK_XA", "HOUSEHOLD")[0] == 1_138_500
    with pytest.raises(Conflict, match=key) as refused:
        award_money(Rules({k: v for k, v in known.values.items() if k != key}, known.blocking), "GK_XA", "HOUSEHOLD")
    assert refused.value.code == "rule-missing"
    assert key in refused.value.message
