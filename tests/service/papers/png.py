"""Pictures of pages: small enough for the docs, in few colours, packed again; in greys. Knows PNG as Typst writes it: eight bits, RGBA."""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

_HEAD = b"\x89PNG\r\n\x1a\n"


def shrunk(content: bytes, colours: int = 64) -> bytes:
    """The same picture with at most so many colours, the most frequent ones; others take the nearest of them."""
    width, height, rows = _read(content)
    step = 17  # sixteen steps a channel
    pixels = [[tuple(min(255, (v + 8) // step * step) for v in row[x : x + 3]) for x in range(0, len(row), 4)] for row in rows]
    kept = [colour for colour, _ in Counter(p for row in pixels for p in row).most_common(colours)]
    index: dict[tuple[int, ...], int] = {colour: n for n, colour in enumerate(kept)}
    for colour in {p for row in pixels for p in row} - set(index):
        index[colour] = min(range(len(kept)), key=lambda n: sum((a - b) ** 2 for a, b in zip(kept[n], colour, strict=True)))
    depth = 4 if len(kept) <= 16 else 8
    packed = b"".join(b"\0" + _packed([index[p] for p in row], depth) for row in pixels)
    return _HEAD + b"".join((
        _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, 3, 0, 0, 0)), _chunk(b"PLTE", bytes(v for c in kept for v in c)),
        _chunk(b"IDAT", zlib.compress(packed, 9)), _chunk(b"IEND", b""),
    ))


def greys(content: bytes) -> tuple[int, int, bytes]:
    """Width, height and one byte a pixel: its green, which is near enough to how light it is and quicker to have than all."""
    width, height, rows = _read(content, every=4, at=1)
    return width, height, b"".join(rows)


def _packed(row: list[int], depth: int) -> bytes:
    if depth == 8:
        return bytes(row)
    return bytes(a << 4 | b for a, b in zip(row[::2], [*row[1::2], 0][: len(row[::2])], strict=True))


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(_HEAD)
    while place < len(content):
        (size,) = struct.unpack(">I", content[place : place + 4])
        yield content[place + 4 : place + 8], content[place + 8 : place + 8 + size]
        place += size + 12


def _read(content: bytes, *, every: int = 1, at: int = 0) -> tuple[int, int, list[bytearray]]:
    """Width, height and the rows of pixels, their filters undone (PNG, third edition, 9); `every` fourth byte is one channel alone."""
    parts = list(_chunks(content))
    width, height, depth, colour = struct.unpack(">IIBB", dict(parts)[b"IHDR"][:10])
    assert (depth, colour) == (8, 6)
    raw = zlib.decompress(b"".join(body for kind, body in parts if kind == b"IDAT"))
    wide, step = width * 4, 4 // every
    rows, above = [], bytearray(width * step)
    for y in range(height):
        start = y * (wide + 1)
        above = _unfiltered(raw[start], bytearray(raw[start + 1 + at : start + 1 + wide : every]), above, step)
        rows.append(above)
    return width, height, rows


def _unfiltered(how: int, row: bytearray, above: bytearray, step: int) -> bytearray:
    for n in range(len(row)) if how else ():
        left, up, corner = (row[n - step], above[n], above[n - step]) if n >= step else (0, above[n], 0)
        if how == 4:
            guess = left + up - corner
            near = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]
        else:
            near = {1: left, 2: up, 3: (left + up) // 2}[how]
        row[n] = (row[n] + near) & 255
    return row
