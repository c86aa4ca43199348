"""Looks at a paper that somebody holds: its codes, and whether it is byte for byte one of ours. Needs no register."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from sqlalchemy import select

from service.awards.models import File
from service.db import reading
from service.papers.codes import PATH, Certified, NotOurs, read_code


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


def is_as_drawn(content: bytes) -> bool:
    """Whether a file is byte for byte a version that this service keeps; asks the register."""
    digest = hashlib.sha256(content).hexdigest()
    with reading() as s:
        kept = select(File.id).where(File.sha256 == digest, File.about.startswith("paper:")).limit(1)
        return s.scalars(kept).first() is not None
