"""The register of legal bases that the steps name, for reading."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from service.awards import rules as register
from service.vietnamese import fold
from service.web import pages
from service.web.case_parts import CONFIDENCE
from service.web.frame import Link
from service.web.office_frame import listing
from service.web.parts import Block, Cell, Column, Empty, Table, Tag

blueprint = Blueprint("office_law", __name__)


@blueprint.get("/office/bases")
def bases() -> Response:
    """The register of legal bases that the steps name."""
    by = pages.me()
    text = request.args.get("q", "")[:100]
    rows = [b for b in register.legal_bases().values() if not text or fold(text) in fold(f"{b.key} {b.citation} {b.note}")]
    return listing(
        by, "office_law.bases", ngettext("*%(num)d căn cứ pháp lý*", "*%(num)d căn cứ pháp lý*", len(rows)),
        [
            Block(
                _("Sổ căn cứ pháp lý"),
                table=Table(
                    [Column(_("Văn bản, điều khoản")), Column(_("Tóm tắt")), Column(_("Độ chắc chắn"))],
                    [
                        [Cell(row.citation, row.key), Cell(row.note),
                         Cell(_(CONFIDENCE.get(row.confidence, row.confidence)),
                              tag=Tag("passed", _("bắt buộc")) if row.sourced else Tag("note", _("chỉ nhắc")))]
                        for row in rows
                    ],
                    _("Sổ căn cứ pháp lý"),
                ) if rows else None,
                empty=None if rows else Empty(_("Không tìm thấy"), _("Tìm không cần dấu, theo số văn bản hoặc điều.")),
            )
        ],
        status=_("Tóm tắt bằng lời của hệ thống, không phải trích nguyên văn."),
        trail=[Link(_("Căn cứ pháp lý"), "")], q=text, url=url_for("office_law.bases"),
    )
