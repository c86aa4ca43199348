"""Formulas of indicators: what is taken, what is refused when saved, what cannot be reckoned is named and gives no score."""

from __future__ import annotations

from decimal import Decimal

import pytest

from service.errors import Invalid
from service.movement.index.models import Indicator
from service.movement.index.scoring import (
    Outcome,
    check_formula,
    formula_words,
    outcome_of,
    read_decimal,
    weighted,
)


def _indicator(formula: str, full: str = "100", maximum: str = "10", **parameters: str) -> Indicator:
    return Indicator(code="1.1", formula=formula, full=full, maximum=maximum, parameters=parameters)


@pytest.mark.parametrize("formula", [
    "a / b * 100", "= a / b * 100", "if b >= 10 then a * 100 else a * 50", "min(a, b)", "100 - a / b * 100", "round up(a / b, 1)",
])
def test_a_formula_over_its_numbers_is_taken(formula: str) -> None:
    assert check_formula(formula, ["a", "b"], []).names == {"a", "b"}


@pytest.mark.parametrize(("formula", "why"), [
    ("", "give a formula"), ("a / ", ""), ("a / c", "c"), ("a", "“b” is not used"), ("a / b + today()", "today cannot be used"),
    ('rule("X") * a * b', "rule cannot be used"), ("a > b", "no number"), ('if a > b then "cao" else "thấp"', "no number"),
    ("a + upper case(b)", ""), ("sum(for i in 1..3 return f(a, b))", ""),
])
def test_a_formula_that_cannot_be_is_refused_when_it_is_saved(formula: str, why: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_formula(formula, ["a", "b"], [])
    assert why in refused.value.faults[0].message_en and refused.value.faults[0].message.startswith("Công thức: ")
    assert refused.value.code == "bad-formula"


def test_where_a_formula_breaks_is_said_by_its_signs_for_a_column_is_one_of_a_sheet() -> None:
    with pytest.raises(Invalid) as refused:
        check_formula("a / b * 100 + ", ["a", "b"], [])
    (fault,) = refused.value.faults
    assert fault.message.startswith("Công thức: Ký tự thứ 14") and "Cột" not in fault.message


def test_the_score_is_the_share_of_what_earns_all_of_it() -> None:
    one = _indicator("a / b * 100", full="80")
    assert outcome_of(one, {"a": "20", "b": "50"}) == Outcome(Decimal("40.00"), Decimal("5.00"))
    assert outcome_of(one, {"a": "50", "b": "50"}).score == Decimal("10.00")
    assert outcome_of(_indicator("he_so * a - 5", he_so="2"), {"a": "1"}) == Outcome(Decimal("-3.00"), Decimal("0.00"))


def test_a_share_above_a_hundred_per_cent_is_told_and_scores_no_more_than_the_highest() -> None:
    one = _indicator("a / b * 100")
    one.measure = "%"
    assert outcome_of(one, {"a": "50", "b": "50"}) == Outcome(Decimal("100.00"), Decimal("10.00"))
    found = outcome_of(one, {"a": "2779,2".replace(",", "."), "b": "120"})
    assert found.score == Decimal("10.00") and found.over is not None and found.beyond is not None
    assert found.over[0].startswith("Chỉ số 1.1: kết quả 2.316% vượt 100%.") and "2,316.00%" in found.over[1]
    assert found.beyond[0] == "Kết quả cao hơn mức đạt điểm tối đa, điểm vẫn tính 10."
    one.measure = "buổi"
    assert outcome_of(one, {"a": "60", "b": "50"}).over is None and outcome_of(one, {"a": "60", "b": "50"}).beyond is not None


@pytest.mark.parametrize(("formula", "words", "words_en"), [
    ("a / b * 100", "“Số ký số” / “Tổng số” × 100", "“Số ký số” / “Tổng số” × 100"),
    ("min(a * h, 100) - b", "số nhỏ nhất trong (“Số ký số” × 0,5; 100) - “Tổng số”", "min(“Số ký số” × 0.5, 100) - “Tổng số”"),
    ("if b >= 10 then a else round up(b / 2.5, 0)", "nếu “Tổng số” ≥ 10 thì “Số ký số” nếu không thì làm tròn lên (“Tổng số” / 2,5; 0)",
     "if “Tổng số” ≥ 10 then “Số ký số” else round up(“Tổng số” / 2.5, 0)"),
])
def test_a_formula_is_read_by_the_labels_of_its_numbers(formula: str, words: str, words_en: str) -> None:
    one = _indicator(formula, h="0.5")
    one.inputs = [{"key": "a", "label": "Số ký số"}, {"key": "b", "label": "Tổng số"}]
    assert formula_words(one) == (words, words_en)


@pytest.mark.parametrize(("formula", "said", "told"), [
    ("a / b * 100", {"a": "3", "b": "0"}, "Chỉ số 1.1: chia cho 0."),
    ("if a > 5 then a else null", {"a": "3"}, "Chỉ số 1.1: công thức không cho ra số."),
    ("a ** b", {"a": "999999", "b": "999999"}, "Chỉ số 1.1: "),
    ("a", {}, "Chỉ số 1.1: "),
])
def test_what_cannot_be_reckoned_is_named_and_gives_no_score(formula: str, said: dict[str, str], told: str) -> None:
    found = outcome_of(_indicator(formula), said)
    assert found.result is None and found.score is None and found.trouble is not None
    assert found.trouble[0].startswith(told) and found.trouble[1].startswith("Indicator 1.1: ")


def test_what_has_no_score_counts_as_nothing_and_what_is_not_asked_not_at_all() -> None:
    ten, one, two = Decimal(10), Decimal(1), Decimal(2)
    assert weighted([(Decimal(5), ten, one), (None, ten, one)]) == Decimal("25.00")
    assert weighted([(Decimal(10), ten, two), (None, ten, one)]) == Decimal("66.67")
    assert weighted([]) is None


@pytest.mark.parametrize(("typed", "kept"), [("12,50", "12.5"), (3, "3"), (0, "0"), ("100", "100"), (0.1, "0.1")])
def test_numbers_are_kept_as_decimals(typed: object, kept: str) -> None:
    assert read_decimal(typed, "x", ("Số", "Number")) == kept


@pytest.mark.parametrize("typed", ["", None, "ba", "-1", "1e20", "NaN", True, "1.2.3"])
def test_what_is_no_number_from_nothing_up_is_refused(typed: object) -> None:
    with pytest.raises(Invalid):
        read_decimal(typed, "x", ("Số", "Number"))
