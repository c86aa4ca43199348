"""What may have been received before: forms of award, titles, ratings of a year, initiatives; words as data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from service.awards.catalogue import DATA, award_forms
from service.vietnamese import fold


@dataclass(frozen=True, slots=True)
class Honour:
    """One thing of the register of past awards; `level` ranks ratings, 4 highest."""

    code: str
    name: str
    name_en: str
    sort: str
    """award, title, rating, initiative."""
    level: int = 0
    kinds: tuple[str, ...] = ()
    """Kinds of recipient that can receive it; none: any."""


BASES = {
    "CONG_TRANG": ("Công trạng", "Merit"),
    "PHONG_TRAO": ("Phong trào", "Movement"),
    "CHUYEN_DE": ("Chuyên đề", "Theme"),
    "DOT_XUAT": ("Đột xuất", "Ad hoc"),
}
"""Types of commendation that an earlier award may have been given by."""
EXCELLENT, GOOD = 4, 3
MERITS = ("BK_TINH", "BK_BO")
"""Awards that count as the earlier merit of a ministry or a province (Law 73(1)(b))."""


@cache
def honours() -> Mapping[str, Honour]:
    """Everything the register can hold, by code: the plan's forms of award first."""
    forms = {f.code: Honour(f.code, f.name, f.name_en, "award") for f in award_forms().values()}
    return forms | {
        h["code"]: Honour(h["code"], h["name"], h["name_en"], h["sort"], h.get("level", 0), tuple(h.get("kinds", ())))
        for h in _content()
    }


@cache
def by_words() -> Mapping[str, str]:
    """Folded words of a cell → code."""
    known = {fold(f.short): code for code, f in award_forms().items()}
    known |= {fold(word): h["code"] for h in _content() for word in h.get("also", [])}
    known |= {fold(h.name): code for code, h in honours().items()} | {fold(c.replace("_", " ")): c for c in honours()}
    return known


def honour_name(code: str, locale: str = "vi") -> str:
    """Name of what was received; the code itself where nothing is known of it."""
    found = honours().get(code)
    return code if found is None else found.name_en if locale == "en" else found.name


@cache
def _content() -> list[dict[str, Any]]:
    content = tomllib.loads((DATA / "honours.toml").read_text(encoding="utf-8"))
    return list(content["honour"])
