"""Makes small valid papers for the demo: a one-page PDF and a PNG, drawn from nothing; they carry no words."""

from __future__ import annotations

import struct
import zlib


def pdf(seed: int) -> bytes:
    """A page of A4 with a frame, a heading's bar and ruled lines, as a scan of a paper looks from afar."""
    lines = ["0.4 w", "48 48 499 746 re S", "0.55 0.1 0.1 rg", "180 730 235 14 re f", "0.3 g"]
    for i in range(18):
        width = 300 + (seed * 37 + i * 61) % 150
        lines.append(f"72 {690 - 28 * i} {width} 5 re f")
    content = "\n".join(lines).encode("ascii")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    ]
    out = bytearray(b"%PDF-1.4\n")
    starts = []
    for number, body in enumerate(objects, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % start for start in starts)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


def png(seed: int) -> bytes:
    """A small picture: hills under a sky, a little different for each seed."""
    width, height = 160, 100
    rows = bytearray()
    for y in range(height):
        rows.append(0)  # filter: none
        for x in range(width):
            hill = 55 + ((x * (3 + seed % 4)) % 60 - 30) ** 2 // 45
            rows += b"\x5a\x8f\x4e" if y > hill else bytes((150 + y, 190 + y // 2, 235))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
