"""Proposals to change the plan, gathered for the committee: on the page, as Excel, as a paper."""

from __future__ import annotations

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from service import clock, doors, movement, words
from service.errors import NotFound
from service.movement import proposals as listing
from service.papers.proposals import proposals_paper
from service.web import pages
from service.web.case_parts import in_words
from service.web.frame import Link
from service.web.matter_ways import standing_words
from service.web.parts import Act, Block, Cell, Column, Empty, Table

blueprint = Blueprint("proposals", __name__)
_TABS = 4
_TYPES = {
    "xlsx": movement.SHEET_TYPE, "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@blueprint.get("/proposals/<int:year>")
def show(year: int) -> Response:
    """The proposals of a year with how each was weighed and decided."""
    by = pages.me()
    rows = listing.proposals(year, by=by, language=words.language())
    kept = listing.gathered_from()
    today = clock.today()
    files = [("docx", _("Tải DOCX"), "main"), ("pdf", _("Mở PDF"), "second"), ("xlsx", _("Tải Excel"), "second")]
    acts = [Act(said, url_for("proposals.export", year=year, format=one), one, kind, method="get") for one, said, kind in files]
    title = _("Đề xuất sửa đổi kế hoạch")
    return pages.page(
        "register",
        crumbs=[Link(_("Phong trào"), url_for("matters.registers")),
                Link(in_words(kept.register.name), url_for("matters.register", process=kept.process)), Link(title, "")],
        sentence=ngettext("*%(num)d đề xuất* sửa đổi kế hoạch năm %(year)s", "*%(num)d đề xuất* sửa đổi kế hoạch năm %(year)s", len(rows),
                          year=year),
        status=_("Gom từ sổ đơn, kiến nghị để trình UBND xã: nội dung, ý kiến của phòng, quyết định. Không ghi người gửi."),
        tabs=[Link(str(one), url_for("proposals.show", year=one), current=one == year)
              for one in range(today.year, today.year - _TABS, -1)],
        chips=[], url="", keep={}, q=None, filters=[],
        blocks=[Block(title, table=Table(
            [Column(_("Đề xuất")), Column(_("Ý kiến của phòng")), Column(_("Quyết định")), Column(_("Đang ở đâu"))],
            [[
                Cell(one.subject, f"{one.entry.number}, {words.full_date(one.received_on)}. {one.content}",
                     url_for("matters.show", matter_id=one.entry.id), vietnamese=True),
                Cell(one.weighed, one.opinion), Cell(one.decided, one.note), Cell(standing_words(kept, one.entry)),
            ] for one in rows],
            title,
        ) if rows else None, empty=None if rows else Empty(
            _("Năm này chưa có đề xuất nào"), _("Đơn được phân loại là đề xuất thì hiện ở đây.")))],
        pager=None, main_act=acts[0], acts=acts[1:], side=[],
    )


@blueprint.get("/proposals/<int:year>/<format>")
def export(year: int, format: str) -> Response:
    """The list as xlsx, docx or pdf."""
    by = pages.me()
    if format not in _TYPES:
        raise NotFound("Chỉ có xlsx, docx và pdf.", "There are xlsx, docx and pdf only.")
    if format == "xlsx":
        language = words.language()
        found = listing.proposals(year, by=by, language=language)
        content = listing.proposals_sheet(found, year, language=language)
    else:
        content = proposals_paper(year, format, by=by)
    return doors.hand_file(content, _TYPES[format], f"Đề xuất sửa đổi kế hoạch {year}.{format}", look=format == "pdf")


__all__ = ["blueprint"]
