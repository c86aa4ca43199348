"""Sets papers as DOCX, for the office to go on writing in: the same document and layout as the PDF, filled by docxtpl.

The template is made here, once a process, so that its measures can be read. The same facts give the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docxtpl import DocxTemplate, InlineImage, RichText

from service.papers.codes import bitmap_of
from service.papers.printing import chart_picture
from service.papers.wording import document_of

FONT = "Times New Roman"
_TEXT_WIDTH = 160
"""Between the margins of an upright sheet, in millimetres."""
_LEFT, _CENTRE, _RIGHT, _BOTH = (
    WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY
)
_DAY_ONE = (1980, 1, 1, 0, 0, 0)


def write_paper(facts: Mapping[str, Any]) -> bytes:
    """A paper as DOCX."""
    document = document_of(facts)
    made = DocxTemplate(io.BytesIO(_template()))
    made.render({**document, "blocks": [_block(b, made) for b in document["blocks"]]}, autoescape=True)
    for table, block in zip(_lists(made), [b for b in document["blocks"] if b["kind"] == "table"], strict=True):
        _measure(table, block)
    _say_charts(made, [b for b in document["blocks"] if b["kind"] == "chart"])
    out = io.BytesIO()
    made.save(out)
    return _same_each_time(out.getvalue())


def _block(block: Mapping[str, Any], made: DocxTemplate) -> dict[str, Any]:
    if block["kind"] == "anchor":
        return {**block, "picture": InlineImage(made, io.BytesIO(bitmap_of(block["code"])), width=Mm(34))}
    if block["kind"] == "chart":
        return {**block, "picture": InlineImage(made, io.BytesIO(chart_picture(block)), width=Mm(_TEXT_WIDTH))}
    if block["kind"] == "table":
        columns = block["columns"]
        rest = block["total"][1:]
        rows: list[dict[str, Any]] = [
            {"cells": [{"words": row["group"], "span": len(columns)}], "bold": True} if "group" in row
            else {"cells": [{"words": words, "span": 1} for words in row["cells"]], "bold": False}
            for row in block["rows"]
        ]
        if block["total"]:
            first = {"words": block["total"][0], "span": len(columns) - len(rest)}
            rows.append({"cells": [first, *({"words": words, "span": 1} for words in rest)], "bold": True})
        return {**block, "rows": [{**row, "cells": [_rich_cell(c, row["bold"]) for c in row["cells"]]} for row in rows]}
    if "runs" not in block:
        return dict(block)
    rich = RichText()
    for words, bold in block["runs"]:
        rich.add(words, bold=bold or block["kind"] in ("h", "enacts", "annex"), italic=block["kind"] in ("basis", "small"))
    return {**block, "rich": rich}


def _say_charts(made: DocxTemplate, charts: Sequence[Mapping[str, Any]]) -> None:
    """What each chart shows in words, for who does not see it: they are the pictures that are as wide as the text."""
    pictures = [one for one in made.docx.inline_shapes if one.width == Mm(_TEXT_WIDTH)]
    for picture, chart in zip(pictures, charts, strict=True):
        bars = "; ".join(f"{bar['label']}: {bar['figure']}" for bar in chart["bars"])
        picture._inline.docPr.set("descr", f"{chart['head'] or 'Biểu đồ'}. {bars}")


def _rich_cell(cell: Mapping[str, Any], bold: bool) -> dict[str, Any]:
    rich = RichText()
    rich.add(cell["words"], bold=bold, size=24)
    return {"rich": rich, "span": cell["span"]}


def _lists(made: DocxTemplate) -> list[Any]:
    """The lists among the tables: the heading and the signatures have no lines around them."""
    return [table for table in made.docx.tables if table.style.name == "Table Grid"]


def _measure(table: Any, block: Mapping[str, Any]) -> None:
    """Widths of the columns, the heading again on every page, no row torn apart, figures to the right."""
    whole = sum(column["width"] for column in block["columns"])
    widths = [Mm(_TEXT_WIDTH * column["width"] / whole) for column in block["columns"]]
    for grid, width in zip(table._tbl.tblGrid.findall(qn("w:gridCol")), widths, strict=False):
        grid.set(qn("w:w"), str(width.twips))
    _flag(table.rows[0], "w:tblHeader")
    for number, row in enumerate(table.rows):
        _flag(row, "w:cantSplit")
        place = 0
        for cell in row._tr.tc_lst:
            span = cell.grid_span
            cell.width = Mm(sum(width.mm for width in widths[place : place + span]))
            align = block["columns"][place]["align"] if span == 1 else "left"
            place += span
            if number:
                for paragraph in cell.p_lst:
                    paragraph.get_or_add_pPr().jc_val = {"left": _LEFT, "centre": _CENTRE, "right": _RIGHT}[align]


def _flag(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


@cache
def _template() -> bytes:
    made = Document()
    _page(made)
    _styles(made)
    _heading(made)
    _title(made)
    _body(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _page(made: Any) -> None:
    section = made.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = section.right_margin = Mm(20)
    section.left_margin = Mm(30)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True  # the first page carries no number
    line = section.header.paragraphs[0]
    line.alignment = _CENTRE
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        run = line.add_run()
        run.font.size = Pt(13)
        if kind:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        else:
            part = OxmlElement("w:instrText")
            part.text = text
        run._r.append(part)


def _styles(made: Any) -> None:
    normal = made.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(14)
    fonts = normal.element.rPr.rFonts
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), FONT)
    normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
    normal.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    made.core_properties.author = made.core_properties.title = ""
    made.core_properties.language = "vi-VN"


def _line(
    place: Any, text: str, *, align: Any = _LEFT, bold: bool = False, italic: bool = False, size: float | None = None,
    before: float = 0, after: float = 0, indent: float = 0, keep: bool = False,
) -> Any:
    """A paragraph at the end of a document or cell."""
    line = place.add_paragraph()
    how = line.paragraph_format
    how.alignment, how.space_before, how.space_after, how.keep_with_next = align, Pt(before), Pt(after), keep
    if indent:
        how.first_line_indent = Mm(indent)
    for part in _parts(text):
        run = line.add_run(part)
        run.bold, run.italic = bold, italic
        if size:
            run.font.size = Pt(size)
    return line


def _parts(text: str) -> list[str]:
    """What stands before a rich value is a run of its own: the value takes the place of the whole run that names it."""
    before, mark, rest = text.partition("{{r")
    return [part for part in (before, mark + rest) if part]


def _tag(place: Any, text: str) -> None:
    """A line that only steers the template."""
    place.add_paragraph(text)


def _cell(table: Any, column: int) -> Any:
    """A cell without the empty paragraph that it comes with."""
    cell = table.rows[0].cells[column]
    cell._tc.remove(cell.paragraphs[0]._p)
    return cell


def _rule(line: Any, left: float, right: float) -> None:
    """A rule under a line, kept in from both sides: the border of a paragraph."""
    line.paragraph_format.left_indent, line.paragraph_format.right_indent = Mm(left), Mm(right)
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("w:val", "single"), ("w:sz", "6"), ("w:space", "1"), ("w:color", "000000")):
        bottom.set(qn(name), value)
    borders.append(bottom)
    line._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _heading(made: Any) -> None:
    table = made.add_table(rows=1, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    left, right = _cell(table, 0), _cell(table, 1)
    left.width, right.width = Mm(66), Mm(98)
    _tag(left, "{%p for one in issuer.above %}")
    _line(left, "{{ one }}", align=_CENTRE, size=13)
    _tag(left, "{%p endfor %}")
    _tag(left, "{%p for one in issuer.body %}")
    _line(left, "{{ one }}", align=_CENTRE, bold=True, size=13)
    _tag(left, "{%p endfor %}")
    _rule(_line(left, "", size=2), 22, 22)
    _tag(left, "{%p if number %}")
    _line(left, "Số: {{ number }}", align=_CENTRE, size=13, before=4)
    _tag(left, "{%p endif %}")
    _tag(left, "{%p if layout == 'letter' %}")
    _line(left, "{{ abstract }}", align=_CENTRE, size=12)
    _tag(left, "{%p endif %}")
    _line(left, "")
    _line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", align=_CENTRE, bold=True, size=13)
    _line(right, "Độc lập - Tự do - Hạnh phúc", align=_CENTRE, bold=True)
    _rule(_line(right, "", size=2), 18, 18)
    _line(right, "{{ place_day }}", align=_CENTRE, italic=True, before=4)


def _title(made: Any) -> None:
    _tag(made, "{%p if layout != 'letter' %}")
    _line(made, "{{ title }}", align=_CENTRE, bold=True, before=12)
    _tag(made, "{%p if abstract %}")
    _line(made, "{{ abstract }}", align=_CENTRE, bold=True)
    _rule(_line(made, "", size=2), 65, 65)
    _tag(made, "{%p endif %}")
    _tag(made, "{%p endif %}")
    _tag(made, "{%p if authority %}")
    _line(made, "{{ authority }}", align=_CENTRE, bold=True, before=10, after=6)
    _tag(made, "{%p endif %}")
    _tag(made, "{%p if to|length == 1 %}")
    _line(made, "Kính gửi: {{ to[0] }}.", align=_CENTRE, before=10, after=10)
    _tag(made, "{%p endif %}")
    _tag(made, "{%p if to|length > 1 %}")
    _line(made, "Kính gửi:", align=_CENTRE, before=10)
    _tag(made, "{%p for one in to %}")
    _line(made, "- {{ one }}{{ '.' if loop.last else ';' }}", indent=50)
    _tag(made, "{%p endfor %}")
    _line(made, "", after=4)
    _tag(made, "{%p endif %}")


_LINES: dict[str, dict[str, Any]] = {
    "p": {"align": _BOTH, "indent": 12.7, "before": 6},
    "basis": {"align": _BOTH, "indent": 12.7, "before": 6, "italic": True},
    "h": {"align": _BOTH, "indent": 12.7, "before": 6},
    "enacts": {"align": _CENTRE, "before": 8, "after": 4},
    "centre": {"align": _CENTRE, "before": 6},
    "small": {"align": _CENTRE, "after": 8, "size": 13},
}


def _body(made: Any) -> None:
    _tag(made, "{%p for b in blocks %}")
    for kind, how in _LINES.items():
        _tag(made, f"{{%p if b.kind == '{kind}' %}}")
        _line(made, "{{r b.rich }}", **how)
        _tag(made, "{%p endif %}")
    _tag(made, "{%p if b.kind == 'item' %}")
    _line(made, "- {{r b.rich }}", align=_BOTH, indent=12.7, before=6)
    _tag(made, "{%p endif %}")
    _tag(made, "{%p if b.kind == 'annex' %}")
    _line(made, "{{r b.rich }}", align=_CENTRE, after=4).paragraph_format.page_break_before = True
    _tag(made, "{%p endif %}")
    _tag(made, "{%p if b.kind == 'table' %}")
    _list(made)
    _tag(made, "{%p endif %}")
    _tag(made, "{%p if b.kind == 'chart' %}")
    _line(made, "{{ b.picture }}", before=8, after=8)
    _tag(made, "{%p endif %}")
    _tag(made, "{%p if b.kind == 'anchor' %}")
    _line(made, "{{ b.picture }}", before=10, keep=True)
    _line(made, "{{ b.words }}", size=11)
    _tag(made, "{%p endif %}")
    _tag(made, "{%p if b.kind == 'signature' %}")
    _signatures(made)
    _tag(made, "{%p endif %}")
    _tag(made, "{%p endfor %}")


def _list(made: Any) -> None:
    table = made.add_table(rows=4, cols=1)
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    head, begins, row, ends = (r.cells[0] for r in table.rows)
    _fill_cells(head, "{%tc for c in b.columns %}", "{{ c.head }}", bold=True)
    begins.paragraphs[0].add_run("{%tr for row in b.rows %}")
    _fill_cells(row, "{%tc for cell in row.cells %}", "{% colspan cell.span %}{{r cell.rich }}")
    ends.paragraphs[0].add_run("{%tr endfor %}")


def _fill_cells(cell: Any, loop: str, text: str, *, bold: bool = False) -> None:
    """One cell for each of a row: the loop stands in cells of its own, left and right of what is repeated."""
    first, last = OxmlElement("w:tc"), OxmlElement("w:tc")
    for place, words in ((first, loop), (last, "{%tc endfor %}")):
        paragraph, run, said = OxmlElement("w:p"), OxmlElement("w:r"), OxmlElement("w:t")
        said.text = words
        run.append(said)
        paragraph.append(run)
        place.append(paragraph)
    cell._tc.addprevious(first)
    cell._tc.addnext(last)
    line = cell.paragraphs[0]
    line.alignment = _CENTRE if bold else _LEFT
    for part in _parts(text):
        run = line.add_run(part)
        run.bold, run.font.size = bold, Pt(12)


def _signatures(made: Any) -> None:
    """Recipients on the left, who signs on the right; of two who sign the first takes the left, three stand beside each other."""
    _line(made, "", size=6, keep=True)
    _tag(made, "{%p if signers|length == 3 %}")
    three = made.add_table(rows=1, cols=3)
    three.autofit = False
    for column in range(3):
        cell = _cell(three, column)
        cell.width = Mm(53)
        _signer(cell, f"signers[{column}]")
    _tag(made, "{%p else %}")
    _of_one_or_two(made)
    _tag(made, "{%p endif %}")


def _of_one_or_two(made: Any) -> None:
    table = made.add_table(rows=1, cols=2)
    table.autofit = False
    left, right = _cell(table, 0), _cell(table, 1)
    left.width, right.width = Mm(70), Mm(90)
    _tag(left, "{%p if copies %}")
    _line(left, "Nơi nhận:", bold=True, italic=True, size=12)
    _tag(left, "{%p endif %}")
    _tag(left, "{%p for one in copies %}")
    _line(left, "- {{ one }}{{ '.' if loop.last else ';' }}", size=11)
    _tag(left, "{%p endfor %}")
    _tag(left, "{%p if signers|length > 1 %}")
    _signer(left, "signers[0]")
    _tag(left, "{%p endif %}")
    _line(left, "")
    _signer(right, "signers[-1]")


def _signer(place: Any, who: str) -> None:
    _tag(place, f"{{%p for one in {who}.lines %}}")
    _line(place, "{{ one }}", align=_CENTRE, bold=True, size=13)
    _tag(place, "{%p endfor %}")
    _tag(place, f"{{%p if {who}.note %}}")
    _line(place, f"{{{{ {who}.note }}}}", align=_CENTRE, italic=True, size=12)
    _tag(place, "{%p endif %}")
    for _ in range(4):
        _line(place, "", align=_CENTRE)
    _line(place, f"{{{{ {who}.name }}}}", align=_CENTRE, bold=True)


def _same_each_time(content: bytes) -> bytes:
    """The same archive with no moment in it: what is packed when is no part of a paper."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in sorted(old.infolist(), key=lambda i: (i.filename != "[Content_Types].xml", i.filename)):
            new.writestr(zipfile.ZipInfo(info.filename, _DAY_ONE), old.read(info), zipfile.ZIP_DEFLATED)
    return out.getvalue()
