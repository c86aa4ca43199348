"""The words of a paper: facts put into the text of its kind, and the text read into blocks that both printers set.

A text (`texts/KIND.txt`) is a Jinja template whose lines each begin with what they are: `title:`, `basis:`, `p:` …;
`**…**` is bold. What comes from the database can neither begin a line nor make anything bold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from service.papers.facts import OF_KIND, day_words, iso_words
from service.papers.kinds import HERE
from service.papers.spelling import counted, figure, numbered, spelt

_STAR = "\ue000"
"""Stands for a star of the database's while the text is read."""
_LINE = re.compile(r"([a-z]+):[ ]?(.*)")
_HEAD = ("title", "abstract", "authority", "layout", "note")
_TEXTS = ("p", "h", "item", "centre", "basis", "enacts", "annex", "small")
_PARTED = {"ỦY BAN NHÂN DÂN XÃ ": "ỦY BAN NHÂN DÂN\nXÃ ", "HỘI ĐỒNG THI ĐUA - ": "HỘI ĐỒNG\nTHI ĐUA - "}
"""Where the names of bodies part on a heading."""
_LONG = 22
"""Letters of a body's name that stand on one line beside the national heading."""
_ALIGNS = ("left", "centre", "right")

Runs = list[tuple[str, bool]]
Document = dict[str, Any]


class BadText(Exception):
    """A text of a kind cannot be read: a fault of ours, not of the person who draws a paper up."""


def _plain(value: Any) -> Any:
    """Words of the database as one line without marks."""
    return " ".join(value.split()).replace("*", _STAR) if isinstance(value, str) else value


@cache
def _texts() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "texts"), undefined=StrictUndefined, finalize=_plain,
    )
    made.filters |= FILTERS
    return made


def _smaller(text: str) -> str:
    return text[:1].lower() + text[1:]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _eights(text: str) -> str:
    """A long code in pieces of eight, so that it can be read and parted."""
    return " ".join(text[place : place + 8] for place in range(0, len(text), 8))


FILTERS: Mapping[str, Callable[[Any], str]] = {
    "figure": figure, "counted": counted, "spelt": spelt, "smaller": _smaller, "sentence": _sentence, "day": iso_words, "eights": _eights,
}
"""What may stand behind the name of a value."""


def document_of(facts: Mapping[str, Any]) -> Document:
    """What a printer sets: head, blocks, signature and recipients of one paper, as plain values.

    Facts of a matter's paper bring their document with them: its words are its bundle's, not ours.
    """
    if "document" in facts:
        brought: Document = facts["document"]
        return brought
    text = _texts().get_template(f"{facts['kind']}.txt").render(**facts)
    found = blank_document()
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        read = _LINE.fullmatch(line.strip())
        if read is None:
            raise BadText(f"{facts['kind']}.txt, line {number}: {line[:60]!r}")
        _take(found, read[1], read[2].strip(), facts)
    return found | head_of(facts, found)


def blank_document() -> Document:
    """A document in which nothing stands yet."""
    return {"layout": "paper", "title": "", "abstract": "", "authority": "", "note": "", "to": [], "blocks": [], "signers": []}


def head_of(facts: Mapping[str, Any], found: Document) -> Document:
    """The parts of a document that the facts alone say: who issues it, number, place and day, who signs, to whom copies go."""
    dated = date.fromisoformat(facts["dated"]) if facts["dated"] else None
    signer = facts["signer"]
    return {
        "kind": facts["kind"],
        "name": facts["name"],
        "issuer": {place: _lines(name) for place, name in facts["issuer"].items()},
        "number": numbered(str(facts["number"]), str(facts["symbol"])),
        "place_day": f"{facts['commune']}, {day_words(dated, facts['year'])}",
        "day": facts["dated"] or facts["made"],
        "signers": found["signers"] or [{"lines": signer["lines"], "note": "", "name": signer["name"]}],
        "copies": facts["copies"],
    }


def _lines(name: str) -> list[str]:
    """The lines of a body's name: long ones stand on two, of about the same length where no other place is known."""
    for whole, parted in _PARTED.items():
        name = name.replace(whole, parted)
    spaces = [place for place, one in enumerate(name) if one == " "]
    if "\n" in name or len(name) <= _LONG or not spaces:
        return name.splitlines()
    middle = min(spaces, key=lambda place: abs(place - len(name) // 2))
    return [name[:middle], name[middle + 1 :]]


def _take(found: Document, word: str, said: str, facts: Mapping[str, Any]) -> None:
    blocks: list[dict[str, Any]] = found["blocks"]
    if word in _HEAD:
        found[word] = _whole(said)
    elif word == "to":
        found["to"].append(_whole(said))
    elif word in _TEXTS:
        blocks.append({"kind": word, "runs": _runs(said)})
    elif word == "table":
        blocks.append({"kind": "table", "columns": [], "rows": _rows(facts[said], facts), "total": []})
    elif word == "col":
        _add_column(blocks[-1], said)
    elif word == "total":
        blocks[-1]["total"] = [_whole(part.strip()) for part in said.split("|")]
    elif word == "anchor":
        blocks.append({"kind": "anchor", "words": _whole(said), "code": facts["anchor"]["note"]})
    elif word == "signature":
        blocks.append({"kind": "signature"})
    elif word == "signer":
        lines, note, name = (part.strip() for part in said.split("|", 2))
        found["signers"].append({"lines": [_whole(lines)], "note": _whole(note), "name": _whole(name)})
    else:
        raise BadText(f"{facts['kind']}.txt: {word}")


def _whole(text: str) -> str:
    return text.replace(_STAR, "*")


def _runs(text: str) -> Runs:
    return [(_whole(part), bold % 2 == 1) for bold, part in enumerate(text.split("**")) if part]


def _rows(names: list[dict[str, Any]], facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a table; where they are of several kinds, a heading before each kind."""
    kinds = [kind for kind in OF_KIND if any(n.get("kind") == kind for n in names)]
    if len(kinds) < 2:
        return [{"row": n} for n in names]
    found: list[dict[str, Any]] = []
    for number, kind in enumerate(kinds):
        found.append({"group": f"{('I', 'II', 'III')[number]}. {OF_KIND[kind].upper()}"})
        found += [{"row": n} for n in names if n.get("kind") == kind]
    return found + [{"row": n} for n in names if n.get("kind") not in kinds]


def _add_column(table: dict[str, Any], said: str) -> None:
    key, head, width, align, *how = (part.strip() for part in said.split("|"))
    if align not in _ALIGNS:
        raise BadText(align)
    table["columns"].append({"key": key, "head": head, "width": float(width), "align": align})
    for row in table["rows"]:
        if "row" in row:
            row.setdefault("cells", []).append(_cell(row["row"], key, how[0] if how else ""))


def _cell(row: Mapping[str, Any], key: str, how: str) -> str:
    """What stands in a cell: a field, or several with a comma between, none said twice, words in brackets with none; sums with dots."""
    if how == "figure":
        return figure(int(row.get(key) or 0))
    said: list[str] = []
    for part in key.split("+"):
        words = " ".join(str(row.get(part, "") if row.get(part) is not None else "").split())
        beside = said if part == "name" else [str(row.get("name", "")), *said]
        if words and not ("+" in key and any(words.casefold() in one.casefold() for one in beside)):
            said.append(words)
    return ", ".join(said).replace(", (", " (")
