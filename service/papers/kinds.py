"""The kinds of paper, read from `data/kinds.toml`: plain values that say of what each is made and how it stands."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from service.awards import lists
from service.awards.models import List
from service.errors import NotFound

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class PaperKind:
    """One kind of paper; the meaning of each word stands at the head of `data/kinds.toml`."""

    code: str
    name: str
    name_en: str
    of: Literal["list", "name", "line"]
    lists: Mapping[str, tuple[str, ...]]
    right: str
    number: Literal["external", "own"]
    symbol: str
    issuer: Literal["committee", "office", "unit", "council"]
    signs: str
    form: Literal["", "TM", "KT", "TL", "TUQ"]
    bases: str
    word: bool
    award: Literal["asked", "recommended", "passed", "granted"]
    copies: tuple[str, ...]
    struck: bool = False

    @property
    def formats(self) -> tuple[str, ...]:
        """The forms in which it is drawn up."""
        return ("pdf", "docx") if self.word else ("pdf",)

    @property
    def is_certificate(self) -> bool:
        """Whether it is a certificate of one name."""
        return self.of == "line"

    @property
    def is_by_name(self) -> bool:
        """Whether each name of the list has its own."""
        return self.of != "list"


@dataclass(frozen=True, slots=True)
class Post:
    """Who signs: the post, the post of who signs in the place, the group whose member holds it, and that of the deputies, if one."""

    post: str
    deputy: str
    group: str
    deputies: str = ""


@cache
def _content() -> dict[str, Any]:
    return tomllib.loads((HERE / "data" / "kinds.toml").read_text(encoding="utf-8"))


@cache
def paper_kinds() -> Mapping[str, PaperKind]:
    """All kinds of paper by code, in the order of the file."""
    return {
        row["code"]: PaperKind(
            **{**row, "copies": tuple(row["copies"]), "lists": {k: tuple(v) for k, v in row["lists"].items()}}
        )
        for row in _content()["kind"]
    }


@cache
def bodies() -> Mapping[str, str]:
    """Codes of the units whose names stand on papers: committee, office, secretariat, finance."""
    return dict(_content()["bodies"])


@cache
def posts() -> Mapping[str, Post]:
    """Who signs papers, by the word of the kinds."""
    return {word: Post(**row) for word, row in _content()["posts"].items()}


def kind_named(code: str) -> PaperKind:
    """A kind by its code; NotFound for an unknown one."""
    try:
        return paper_kinds()[code]
    except KeyError:
        raise NotFound("Không có loại văn bản này.", "There is no such kind of paper.") from None


def kinds_of(row: List) -> list[PaperKind]:
    """The kinds of paper that a list of this kind has in its state."""
    return [
        kind
        for kind in paper_kinds().values()
        if row.kind in kind.lists and (not kind.lists[row.kind] or row.state in kind.lists[row.kind])
        and DUE.get(kind.code, _always)(row)
    ]


def _always(row: List) -> bool:
    return True


DUE: dict[str, Callable[[List], bool]] = {
    "return_notice": lambda row: bool(row.data.get("returns")) or any(n.faults for line, n in lists.lines_of(row.id) if not line.removed),
    "receipt": lambda row: row.number is not None,
}
"""Kind → whether a list has such a paper yet, beyond its state: a receipt once the submission has its number, a notice of return once a
name has faults."""
