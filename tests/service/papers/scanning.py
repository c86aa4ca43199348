"""Puts a printed page before an independent reader of codes: rastered as on a screen, or as a cheap scanner gives it back."""

from __future__ import annotations

import random
import tempfile
from dataclasses import dataclass
from pathlib import Path

import typst
import zxingcpp

from tests.service.papers.png import greys


@dataclass(frozen=True, slots=True)
class Grey:
    """A page in greys, a byte a pixel, row by row."""

    width: int
    height: int
    pixels: bytes


def rastered(content: bytes, page: int = 1, *, ppi: float = 150, askew: float = 0) -> Grey:
    """A page of a file, PDF or PNG, as it is kept, with all that was signed into it; `askew`: degrees by which it lies aslant."""
    of = f", page: {page}" if content.startswith(b"%PDF") else ""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        (here / "page").write_bytes(content)
        sort = "pdf" if of else "png"
        (here / "main.typ").write_text(
            "#set page(width: auto, height: auto, margin: 5mm)\n"
            f'#rotate({askew}deg, reflow: true, image("page", format: "{sort}"{of}))', encoding="utf-8",
        )
        made = typst.Compiler(str(here / "main.typ"), root=folder, ignore_system_fonts=True).compile(format="png", ppi=ppi)
    assert isinstance(made, bytes)
    return Grey(*greys(made))


def scanned(page: Grey) -> Grey:
    """The same page a little out of focus, pale and grainy; the same each time."""
    wide = page.width
    rows = [page.pixels[at : at + wide] for at in range(0, len(page.pixels), wide)]
    soft = [bytes((a + 2 * b + c) // 4 for a, b, c in zip(row[:1] + row, row, row[1:] + row[-1:], strict=False)) for row in rows]
    grain = random.Random(7).choices(range(-10, 11), k=wide + 991)
    found = []
    for y, (a, b, c) in enumerate(zip(soft[:1] + soft, soft, soft[1:] + soft[-1:], strict=False)):
        shift = y * 37 % 991
        found.append(bytes(
            45 + (p + 2 * q + r) * 43 // 256 + g for p, q, r, g in zip(a, b, c, grain[shift : shift + wide], strict=True)
        ))
    return Grey(wide, page.height, b"".join(found))


def codes_on(page: Grey) -> list[str]:
    """What the codes on a page say, as another program than the one that set them reads them."""
    pixels = memoryview(page.pixels).cast("B", (page.height, page.width))
    return [one.text for one in zxingcpp.read_barcodes(pixels, formats=zxingcpp.BarcodeFormat.QRCode)]
