"""Looks at a paper that somebody holds: its codes, and whether it is byte for byte one of ours. Needs no register."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import Any, Literal

from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from sqlalchemy import select
from sqlalchemy.orm import aliased

from service.awards.models import File
from service.db import reading
from service.papers.codes import PATH, Certified, NotOurs, read_code
from service.papers.models import Paper


class NotAPaper(ValueError):
    """A file that is no readable PDF."""


@dataclass(frozen=True, slots=True)
class Found:
    """A code of a paper: on which page, and what it certifies; None where it was not signed by the key."""

    page: int
    certified: Certified | None


def codes_in(content: bytes, key: bytes | None = None) -> list[Found]:
    """The codes of a PDF, page by page; NotAPaper for what cannot be read."""
    found = []
    try:
        reader = PdfFileReader(io.BytesIO(content))
        for number in range(int(reader.root["/Pages"]["/Count"])):
            page: Any = reader.find_page_for_modification(number)[0].get_object()
            for one in page.get("/Annots", ()):
                address = str(one.get_object().get("/A", {}).get("/URI", ""))
                if PATH in address:
                    found.append(Found(number + 1, _read(address, key)))
    except (PdfReadError, KeyError, ValueError, TypeError, IndexError, AttributeError) as broken:
        raise NotAPaper(str(broken)) from broken
    return found


def _read(address: str, key: bytes | None) -> Certified | None:
    try:
        return read_code(address, key)
    except NotOurs:
        return None


def drawn_as(content: bytes) -> Literal["stands", "replaced", ""]:
    """Whether a file is byte for byte what this service drew or signed, and whether a later version replaced it; asks the register."""
    digest = hashlib.sha256(content).hexdigest()
    with reading() as s:
        kept = s.scalars(select(File.id).where(File.sha256 == digest, File.about.startswith("paper:"))).all()
        versions = list(s.scalars(select(Paper).where(Paper.file_id.in_(kept))))
        if not versions:
            return "stands" if kept else ""
        last = aliased(Paper)
        newest = s.scalars(
            select(Paper.id).where(
                Paper.id.in_([one.id for one in versions]),
                ~select(last.id).where(
                    last.about == Paper.about, last.kind == Paper.kind, last.format == Paper.format, last.version > Paper.version
                ).exists(),
            )
        ).first()
    return "stands" if newest is not None else "replaced"
