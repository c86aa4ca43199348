"""Reads what a printed paper says, and changes what a DOCX says, as somebody at Word would."""

from __future__ import annotations

import copy
import io
import re
import zipfile

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from pypdf import PdfReader
from werkzeug.test import TestResponse

from service.papers.compare import read_docx


def sent(answer: TestResponse) -> bytes:
    """The bytes of an answer, and its file closed."""
    content = answer.get_data()
    answer.close()
    return content


def status(answer: TestResponse) -> int:
    """The status of an answer, and its file closed."""
    answer.close()
    return answer.status_code


def text_of(content: bytes) -> str:
    """The words of a PDF in one line."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    return " ".join(" ".join(pages).split())


def pages_of(content: bytes) -> list[str]:
    """The words of each page."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def fonts_of(content: bytes) -> set[str]:
    """Names of the fonts that a PDF carries, without the mark of the subset."""
    found = set()
    for page in PdfReader(io.BytesIO(content)).pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            found.add(str(font.get_object()["/BaseFont"]).partition("+")[2])
    return found


def marks_of(content: bytes) -> tuple[str, str]:
    """Part and conformance of PDF/A as the file says itself."""
    xmp = PdfReader(io.BytesIO(content)).xmp_metadata
    assert xmp is not None
    text = xmp.stream.get_data().decode()
    part, level = re.search(r"pdfaid:part(?:>|=\")(\d)", text), re.search(r"pdfaid:conformance(?:>|=\")(\w)", text)
    assert part and level
    return part[1], level[1]


def docx_words(content: bytes) -> str:
    """The words of a DOCX in one line, those of its lists at the end."""
    read = read_docx(content)
    return " ".join([*read.lines, *(cell for rows in read.lists for row in rows for cell in row)])


def replaced(content: bytes, old: str, new: str) -> bytes:
    """A DOCX in which words are others, wherever they stand in one run."""
    document = docx.Document(io.BytesIO(content))
    for run in document.element.body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"):
        if run.text and old in run.text:
            run.text = run.text.replace(old, new)
    return saved(document)


def without_row(content: bytes, name: str) -> bytes:
    """A DOCX without the row of a name."""
    document = docx.Document(io.BytesIO(content))
    for table in document.tables:
        for row in table.rows:
            if any(cell.text == name for cell in row.cells):
                table._tbl.remove(row._tr)
    return saved(document)


def with_row(content: bytes, like: str, name: str) -> bytes:
    """A DOCX with one more row, the copy of another under another name."""
    document = docx.Document(io.BytesIO(content))
    for table in document.tables:
        for row in list(table.rows):
            if any(cell.text == like for cell in row.cells):
                row._tr.addnext(copy.deepcopy(row._tr))
                fresh = next(r for r in table.rows if r._tr is row._tr.getnext())
                for run in fresh._tr.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"):
                    run.text = (run.text or "").replace(like, name)
    return saved(document)


def unseen(content: bytes, words: str, how: str) -> bytes:
    """A DOCX in which words stand, but are not printed: hidden, or moved away under tracked changes."""
    document = docx.Document(io.BytesIO(content))
    for run in list(document.element.body.iter(qn("w:r"))):
        if "".join(text.text or "" for text in run.iter(qn("w:t"))) != words:
            continue
        if how == "hidden":
            run.get_or_add_rPr().append(OxmlElement("w:vanish"))
        else:
            moved = OxmlElement("w:moveFrom")
            run.addprevious(moved)
            moved.append(run)
    return saved(document)


def with_footer(content: bytes, words: str) -> bytes:
    """A DOCX whose pages say something at their foot."""
    document = docx.Document(io.BytesIO(content))
    document.sections[0].footer.paragraphs[0].text = words
    return saved(document)


def saved(document: docx.document.Document) -> bytes:
    """The bytes of a DOCX."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_macro(content: bytes) -> bytes:
    """The same DOCX with a macro in it."""
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"Sub AutoOpen()")
    return out.getvalue()
