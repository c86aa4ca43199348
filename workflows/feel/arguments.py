"""What every function of expressions is made of, and how it checks its own arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from workflows.feel.errors import FeelError
from workflows.feel.values import Value, kind_words


@dataclass(frozen=True, slots=True)
class Function:
    """A built-in: how many arguments it takes, and what it does. `most` None means any number.

    `takes` holds the names of its parameters, "from, to?", with a question mark where one may be left out;
    several ways to call it are parted by "|".
    """

    least: int
    most: int | None
    run: Callable[..., Value]  # (frame, *arguments)
    takes: str = ""
    boolean: bool = False

    def order(self, names: Sequence[str]) -> list[int] | None:
        """The places of arguments given by these names, or None where no way to call has them all."""
        for way in self.takes.split("|"):
            needed = {name.strip() for name in way.split(",") if not name.endswith("?")}
            known = [name.strip(" ?") for name in way.split(",")]
            if needed <= set(names) <= set(known) and len(set(names)) == len(names):
                return [known.index(name) for name in names]
        return None


def wrong(name: str, place: int, wanted: str, wanted_en: str, got: Value) -> FeelError:
    """Say that an argument is of the wrong kind."""
    vi, en = kind_words(got)
    return FeelError(
        f"Hàm {name}: đối số {place} phải là {wanted}, không phải {vi}.",
        f"{name}: argument {place} must be {wanted_en}, not {en}.",
    )


def text_of(name: str, place: int, value: Value) -> str:
    """The argument as a string, or FeelError."""
    if type(value) is not str:
        raise wrong(name, place, "chuỗi chữ", "a string", value)
    return value


def number_of(name: str, place: int, value: Value) -> Decimal:
    """The argument as a number, or FeelError."""
    if type(value) is not Decimal:
        raise wrong(name, place, "số", "a number", value)
    return value


def whole_of(name: str, place: int, value: Value, low: int, high: int) -> int:
    """The argument as a whole number within bounds, or FeelError."""
    number = number_of(name, place, value)
    if number != number.to_integral_value() or not low <= number <= high:
        raise FeelError(
            f"Hàm {name}: đối số {place} phải là số nguyên từ {low} đến {high}.",
            f"{name}: argument {place} must be a whole number from {low} to {high}.",
        )
    return int(number)


def list_of(name: str, place: int, value: Value) -> list[Any]:
    """The argument as a list, or FeelError."""
    if type(value) is not list:
        raise wrong(name, place, "danh sách", "a list", value)
    return value
