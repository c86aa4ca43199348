"""One kind of entry: which part of the trail it belongs to, and the sentence it is told in."""

from __future__ import annotations

from typing import Literal, NamedTuple

Part = Literal["step", "work", "talk", "view", "admin", "system"]
"""What a filter shows together: main steps, the work around them, talk, reading, administration, the machine."""


class Kind(NamedTuple):
    """Where a kind belongs and how it is told; `hidden`: its private values are for those who settle it only."""

    part: Part
    vi: str
    en: str
    hidden: bool = False
