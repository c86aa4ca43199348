"""Award money follows the base salary of the decision's day (law.md section 11)."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from service.awards.decisions import award_money
from service.awards.rules import rules_on
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
