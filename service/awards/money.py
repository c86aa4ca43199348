"""Award money as a multiple of the base salary."""

from __future__ import annotations

from decimal import Decimal

from service.awards.catalogue import award_forms
from service.awards.rules import Rules


def award_money(rules: Rules, form: str, kind: str) -> tuple[int, str]:
    """Award money in dong and how it was reckoned: multiple × base salary × factor (NĐ 152, Art. 54).

    The base salary is the one of the day of decision, so `rules` are those of that day.
    """
    salary = Decimal(str(rules.value("BASE_SALARY")))
    multiple = Decimal(str(rules.value(f"MULT.{form}")))
    factor = Decimal(1)
    # The multiple of a flag is already that of a collective.
    if award_forms()[form].legal_kind == "FORM" and kind in ("COLLECTIVE", "HOUSEHOLD"):
        factor = Decimal(str(rules.value(f"FACTOR.{kind}")))
    money = salary * multiple * factor
    rounding = rules.value("ROUNDING")
    if rounding == "NEAREST_10000":
        money = (money / 10_000).to_integral_value() * 10_000
    elif rounding == "UP_10000":
        money = -(-money // 10_000) * 10_000
    parts = [_comma(multiple), *([_comma(factor)] if factor != 1 else []), f"{int(salary):,} đồng".replace(",", ".")]
    return int(money), " × ".join(parts)


def _comma(number: Decimal) -> str:
    return f"{number.normalize():f}".replace(".", ",")
