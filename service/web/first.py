"""What a first page is made of, as one value; `home.py` chooses whose it is, `home_*.py` fill it."""

from __future__ import annotations

from dataclasses import dataclass, field

from service.web.parts import Act, Block, Sum
from service.web.ruler import Ruler


@dataclass(slots=True)
class First:
    """Sentence, status and blocks of a first page; without `side` it has one column.

    `below`: what is less urgent, under both columns across the whole width.
    """

    sentence: str
    status: str = ""
    sums: tuple[Sum, ...] = ()
    main_act: Act | None = None
    ruler: Ruler | None = None
    main: list[Block] = field(default_factory=list)
    side: list[Block] = field(default_factory=list)
    below: list[Block] = field(default_factory=list)
