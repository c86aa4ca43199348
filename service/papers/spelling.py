"""Figures as papers write them: 60.720.000, and in words, "sáu mươi triệu bảy trăm hai mươi nghìn"."""

from __future__ import annotations

import re
from typing import Any

_OF_AN_ACT = re.compile(
    r"(?P<act>[^;]+?), Điều (?P<article>\d+\w?)(?: khoản (?P<clause>\d+\w?)(?: điểm (?P<point>\w+))?)?(?=$|[;,(])"
)
_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_GROUPS = ("", "nghìn", "triệu", "tỷ")


def figure(value: int) -> str:
    """A whole number with dots between thousands."""
    return f"{value:,}".replace(",", ".")


def counted(value: int) -> str:
    """A count as papers write it: numbers below ten take a zero (Decree 30/2020, Annex I)."""
    return f"{value:02d}"


def cited(citation: str) -> str:
    """A citation of the register as a paper writes it: "điểm e khoản 1 Điều 54 Nghị định số 152/2025/NĐ-CP"; other words as they are."""

    def turned(found: re.Match[str]) -> str:
        said = [f"{word} {found[key]}" for word, key in (("điểm", "point"), ("khoản", "clause"), ("Điều", "article")) if found[key]]
        lead = " " * (len(found["act"]) - len(found["act"].lstrip()))
        act = re.sub(r"^(Nghị định|Thông tư|Quyết định|Nghị quyết) (?=\d)", r"\1 số ", found["act"].strip())
        return f"{lead}{' '.join(said)} {act}"

    return _OF_AN_ACT.sub(turned, citation)


def points(value: Any) -> str:
    """A score with one place behind its comma; nothing for none."""
    return "" if value is None else f"{value:.1f}".replace(".", ",")


def numbered(number: str, symbol: str) -> str:
    """Number and symbol: as the clerk gave them; with room for the number where there is none yet."""
    if not number:
        return f"          {symbol}" if symbol else ""
    if "/" in number or not symbol:
        return number
    return f"{int(number):02d}{symbol}" if number.isdecimal() else f"{number}{symbol}"


def spelt(value: int) -> str:
    """A sum in words, without its unit; ValueError below nothing and from a thousand milliards of milliards on."""
    if not 0 <= value < 10**18:
        raise ValueError("only sums of money are spelt")
    if value == 0:
        return _DIGITS[0]
    high, low = divmod(value, 10**9)
    if high:
        rest = f" {_below_milliard(low, led=True)}" if low else ""
        return f"{spelt(high)} tỷ{rest}"
    return _below_milliard(low, led=False)


def _below_milliard(value: int, *, led: bool) -> str:
    parts: list[str] = []
    for place in (2, 1, 0):
        group = value // 1000**place % 1000
        if group:
            parts.append(f"{_hundreds(group, led=led or bool(parts))} {_GROUPS[place]}".rstrip())
    return " ".join(parts)


def _hundreds(value: int, *, led: bool) -> str:
    """Three digits; behind others, "không trăm linh" keeps their place."""
    hundred, ten, one = value // 100, value // 10 % 10, value % 10
    parts: list[str] = [_DIGITS[hundred], "trăm"] if hundred or led else []
    if ten == 0:
        if one and parts:
            parts.append("linh")
    elif ten == 1:
        parts.append("mười")
    else:
        parts += [_DIGITS[ten], "mươi"]
    if one:
        parts.append(_last(ten, one))
    return " ".join(parts)


def _last(ten: int, one: int) -> str:
    if one == 1 and ten > 1:
        return "mốt"
    if one == 5 and ten > 0:
        return "lăm"
    return _DIGITS[one]
