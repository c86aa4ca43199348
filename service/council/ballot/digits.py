"""Teller codes and receipts as people write them: digits only, because Vietnamese keyboards mangle letters. Pure.

A code is 32 random digits (106 bits) and 4 check digits, such that the whole number leaves 1 when divided by the prime
9973: one wrong digit, or two neighbours swapped, is always noticed.
"""

from __future__ import annotations

import secrets
import unicodedata

RANDOM = 32
CHECK = 4
RECEIPT = 20
_PRIME = 9973


class Mistyped(ValueError):
    """The digits are no code: too few, too many, or the check digits do not fit. Never says the digits."""


def new_code() -> str:
    """Make a code: 36 digits without spaces."""
    head = "".join(secrets.choice("0123456789") for _ in range(RANDOM))
    return head + check_digits(head)


def check_digits(head: str) -> str:
    """The four digits that go behind 32 random ones."""
    return f"{(1 - int(head) * 10**CHECK) % _PRIME:0{CHECK}d}"


def plain_code(typed: str) -> str:
    """The 36 digits of a code however they were typed; raises Mistyped."""
    digits = plain_digits(typed)
    if len(digits) != RANDOM + CHECK:
        raise Mistyped(f"{len(digits)} digits in place of {RANDOM + CHECK}")
    if int(digits) % _PRIME != 1:
        raise Mistyped("the check digits do not fit")
    return digits


def plain_digits(typed: str) -> str:
    """Only the digits of what was typed, in ASCII; spaces, dots and hyphens between groups are let go."""
    return "".join(str(unicodedata.decimal(sign)) for sign in typed if sign.isdecimal())


def grouped(digits: str) -> str:
    """Digits in groups of four, as they are read out and written down."""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))
