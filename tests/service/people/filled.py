"""Sheets filled in as somebody would, from rows by the keys of their columns."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any

from openpyxl import Workbook, load_workbook

from service.imports import Import, Trial


def filled(kind: Import[Any], *rows: Mapping[str, Any]) -> bytes:
    """The template with rows in it."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["STT", *(c.heading for c in kind.columns)])
    for number, row in enumerate(rows, 1):
        page.append([number, *(row.get(c.key) for c in kind.columns)])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def reckoned(content: bytes, formula: str, value: str) -> bytes:
    """The same sheet as a spreadsheet leaves it that has reckoned the formula: its text lies beside it."""
    source, out = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith("sheet1.xml"):
                before = f"<f>{formula}</f><v".encode()
                assert before in data
                end = data.index(before) + len(before)
                close = data.index(b">", end)
                rest = data[close + 1 :].removeprefix(b"</v>")
                data = data[:end] + f">{value}</v>".encode() + rest
            target.writestr(name, data)
    return out.getvalue()


def cells_of(content: bytes) -> list[dict[str, Any]]:
    """The rows of a sheet by their headings."""
    first, *rows = load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(first, row, strict=True)) for row in rows]


def why(trial: Trial[Any]) -> dict[int, str]:
    """The refused rows by number, with their reasons."""
    assert all(one.message_en for one in trial.refused)
    return {one.number: one.message for one in trial.refused}


def ready(trial: Trial[Any]) -> list[int]:
    """Numbers of the rows that would be taken."""
    return [number for number, _said in trial.ready]
