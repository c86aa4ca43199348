"""Sets papers as PDF/A-2b with Typst: Tinos alone, the paper's own day, so that the same facts give the same bytes."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from threading import Lock
from typing import Any, Literal

import orjson
import typst

from service.config import ROOT
from service.papers.codes import picture_of
from service.papers.facts import day_words
from service.papers.kinds import HERE
from service.papers.pades import Draw, Slot
from service.papers.spelling import numbered
from service.papers.wording import document_of

FONTS = ROOT / "service" / "static" / "build" / "papers"
"""Where the build lays Tinos."""
STANDARD: Literal["a-2b"] = "a-2b"
_DEFAULTS = {"bold": False, "italic": False, "align": "centre", "lines": 1, "full": False, "rule": False, "colour": "#000000"}
_one_at_a_time = Lock()  # a compiler keeps what it read; it is no place for two at once


class NoFont(RuntimeError):
    """The font of papers was not built: nothing is printed with another one."""


@cache
def _compiler(template: str) -> typst.Compiler:
    if len(list(FONTS.glob("Tinos_*.ttf"))) != 4:
        raise NoFont(f"Tinos is not there: run `make build` (looked in {FONTS.relative_to(ROOT)})")
    folder = HERE / "typst"
    return typst.Compiler(str(folder / template), root=str(folder), font_paths=[str(FONTS)], ignore_system_fonts=True)


def _set(template: str, document: Mapping[str, Any], format: Literal["pdf", "png"] = "pdf", ppi: float = 110) -> list[bytes]:
    with _one_at_a_time:
        made = _compiler(template).compile(
            format=format, ppi=ppi if format == "png" else None, timestamp=0,
            sys_inputs={"document": orjson.dumps(document, option=orjson.OPT_SORT_KEYS).decode()},
            pdf_standards=[STANDARD] if format == "pdf" else [],
        )
    pages = made if isinstance(made, list) else [made]
    return [page for page in pages if page is not None]


def print_paper(facts: Mapping[str, Any]) -> bytes:
    """A paper as PDF/A-2b."""
    return _set("paper.typ", _paper(facts))[0]


def _paper(facts: Mapping[str, Any]) -> dict[str, Any]:
    """A paper's document, its codes as pictures."""
    document = document_of(facts)
    blocks = [{**b, "code": picture_of(b["code"])} if b["kind"] == "anchor" else b for b in document["blocks"]]
    return {**document, "blocks": blocks}


def chart_picture(block: Mapping[str, Any]) -> bytes:
    """A chart of a paper as PNG, as wide as the text of an upright sheet: for a paper in Word."""
    return _set("chart.typ", block, "png", 220)[0]


def print_mark(
    lines: Sequence[str], width: float, height: float, *, size: float, colour: str = "#000000", framed: bool = False, italic: bool = False
) -> bytes:
    """A small box of words, in points: what fills an open place, or stands where somebody signed."""
    return _set("mark.typ", {
        "lines": list(lines), "width": width, "height": height, "size": size, "colour": colour, "framed": framed,
        "italic": italic,
    })[0]


def signature_mark(lines: Sequence[str], colour: str) -> Draw:
    """How the words are set that stand where somebody signed."""
    return lambda width, height: print_mark(lines, width, height, size=7.5, colour=colour, framed=True)


def slots_of(facts: Mapping[str, Any], high: float) -> list[Slot]:
    """The open places of a paper, for number, day and signatures; `high`: height of its pages in points."""
    folder = HERE / "typst"
    found = orjson.loads(typst.query(
        str(folder / "paper.typ"), "<slot>", field="value", root=str(folder), font_paths=[str(FONTS)], ignore_system_fonts=True,
        sys_inputs={"document": orjson.dumps(_paper(facts), option=orjson.OPT_SORT_KEYS).decode()},
    ))
    return [
        Slot(one["name"], one["page"], (one["x"], high - one["y"] - one["height"], one["x"] + one["width"], high - one["y"]))
        for one in found
    ]


def print_certificates(facts: Mapping[str, Any], names: Sequence[Mapping[str, Any]]) -> bytes:
    """Certificates of these names of a decision as one PDF/A-2b, one a page."""
    return _set("certificate.typ", _certificates(facts, names))[0]


def picture(facts: Mapping[str, Any], names: Sequence[Mapping[str, Any]] = (), *, ppi: float = 110) -> list[bytes]:
    """The pages as PNG, to look at; of a certificate those of `names`."""
    if names:
        return _set("certificate.typ", _certificates(facts, names), "png", ppi)
    return _set("paper.typ", _paper(facts), "png", ppi)


@cache
def _layout() -> dict[str, Any]:
    read = tomllib.loads((HERE / "data" / "certificates.toml").read_text(encoding="utf-8"))
    return {
        "sheet": read["sheet"], "code": read["code"], "fields": [_DEFAULTS | field for field in read["field"]],
        "signatures": read["signature"],
    }


def certificate_slots() -> list[Slot]:
    """Where a certificate is signed with keys."""
    layout, point = _layout(), 72 / 25.4
    sheet = layout["sheet"]
    found = []
    for one in layout["signatures"]:
        x, y = one["x"] + sheet["shift_x"], sheet["height"] - one["y"] - sheet["shift_y"]
        box = (x, y - one["height"], x + one["width"], y)
        found.append(Slot(one["name"], 0, (box[0] * point, box[1] * point, box[2] * point, box[3] * point)))
    return found


def certificate_stands_for(facts: Mapping[str, Any], name: Mapping[str, Any]) -> dict[str, Any]:
    """What somebody who signs a certificate stands for: its words, and which printing of it this is.

    The number in the golden book is the register's, not the signer's (decision 0016): it is not among them.
    """
    words = certificate_words(facts, name)
    return {key: said for key, said in words.items() if key != "book"} | {"reprints": name.get("reprints", 0)}


def _certificates(facts: Mapping[str, Any], names: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "name": facts["name"],
        "issuer": facts["issuer"]["body"],
        "day": facts["dated"] or facts["made"],
        "full": facts["kind"] == "certificate",
        "layout": _layout(),
        "certificates": [certificate_words(facts, name) | _code(name) for name in names],
    }


def _code(name: Mapping[str, Any]) -> dict[str, str]:
    """The code of a certificate that was granted; none on a draft."""
    address = str(name.get("address") or "")
    return {"address": address, "code": picture_of(address)} if address else {}


def certificate_words(facts: Mapping[str, Any], name: Mapping[str, Any]) -> dict[str, str]:
    """What stands in each place of one certificate."""
    day = date.fromisoformat(facts["dated"]) if facts["dated"] else None
    praise = str(facts["praise"])
    called = str(name["called"])
    # "Tập thể Thôn Đồi Sim", but a household whose name says so itself is not called one twice.
    who = str(name["name"]) if name["name"].casefold().startswith(called.casefold()) else f"{called} {name['name']}"
    late = bool(name.get("late"))
    if late and facts["kind"] == "certificate_blank":  # "TẶNG" stands on the blank already
        who = f"{who} {name['late']}"
    where = [part for part in (name["title"], name["unit"]) if part and part.casefold() != name["name"].casefold()]
    return {
        "nation": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "motto": "Độc lập - Tự do - Hạnh phúc",
        "body": f"CHỦ TỊCH {facts['issuer']['body']}",
        "grants": "TRUY TẶNG" if late else "TẶNG",
        "heading": "GIẤY KHEN",
        "who": who,
        "where": ", ".join(where),
        "why": praise[:1].upper() + praise[1:],
        "decision": f"Quyết định số {numbered(facts['number'], facts['symbol']).strip() or '……/QĐ-UBND'}\n{day_words(day, facts['year'])}",
        "book": f"Vào sổ vàng số {name['book'] or '…………'}",
        "place_day": f"{facts['commune']}, {day_words(day, facts['year'])}",
        "signer": "\n".join(facts["signer"]["lines"]),
        "signer_name": str(facts["signer"]["name"]),
    }
