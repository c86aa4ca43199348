"""Law as data, for reading: the register of rules with value, citation and certainty, and the register of legal bases."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _

from service import clock, words
from service.awards import rules as register
from service.awards.models import Rule
from service.vietnamese import fold
from service.web import pages
from service.web.case_parts import CONFIDENCE
from service.web.frame import Link
from service.web.office_frame import listing
from service.web.parts import Block, Cell, Column, Empty, Table, Tag

blueprint = Blueprint("office_law", __name__)


@blueprint.get("/office/rules")
def rules() -> Response:
    """Every version of every rule; which are in force, and which may block."""
    by = pages.me()
    state, text = request.args.get("state", ""), request.args.get("q", "")[:100]
    rows = [row for row in register.list_rules() if not text or fold(text) in fold(f"{row.key} {row.label} {row.citation}")]
    groups = {"": rows, "sure": [r for r in rows if _sure(r)], "unsure": [r for r in rows if not _sure(r)],
              "now": [r for r in rows if _now(r)]}
    shown = groups.get(state, rows)
    return listing(
        by, "office_law.rules", _("*%(n)d quy tắc*, %(unsure)d chưa ai xác nhận", n=len(rows), unsure=len(groups["unsure"])),
        [
            Block(
                _("Sổ quy tắc"),
                table=Table(
                    [Column(_("Quy tắc")), Column(_("Giá trị"), figures=True), Column(_("Căn cứ")), Column(_("Hiệu lực")),
                     Column(_("Có chặn không"))],
                    [
                        [
                            Cell(row.label, row.key),
                            Cell(_value(row), figures=True),
                            Cell(row.citation, _(CONFIDENCE.get(row.confidence, row.confidence))),
                            Cell(_span(row)),
                            Cell("", tag=Tag("passed", _("được chặn")) if _sure(row) else Tag("note", _("chỉ nhắc"))),
                        ]
                        for row in shown
                    ],
                    _("Sổ quy tắc"),
                ) if shown else None,
                empty=None if shown else Empty(_("Không có quy tắc nào"), _("Bỏ bớt điều kiện lọc.")),
            )
        ],
        status=_("Chỉ quy tắc đã có nguồn hoặc đã xác nhận mới chặn; còn lại chỉ nhắc. Hồ sơ giữ quy tắc của ngày tiếp nhận."),
        trail=[Link(_("Quy tắc"), "")],
        chips=[
            Link(said, url_for("office_law.rules", state=word or None), count=len(groups[word]),
                 current=state == word)
            for word, said in (("", _("Tất cả")), ("now", _("Đang hiệu lực")), ("sure", _("Được chặn")),
                               ("unsure", _("Chưa xác nhận")))
        ],
        q=text, url=url_for("office_law.rules"),
    )


def _sure(row: Rule) -> bool:
    return row.confidence == register.SOURCED or row.confirmed_at is not None


def _now(row: Rule) -> bool:
    today = clock.today()
    return (row.valid_from is None or row.valid_from <= today) and (row.valid_to is None or today <= row.valid_to)


def _value(row: Rule) -> str:
    value: Any = row.value
    if value is None:
        return ""
    said = words.number(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
    return f"{said} {row.unit}".strip()


def _span(row: Rule) -> str:
    start, end = words.full_date(row.valid_from), words.full_date(row.valid_to)
    if start and end:
        return f"{start} – {end}"
    return _("từ %(day)s", day=start) if start else end


@blueprint.get("/office/bases")
def bases() -> Response:
    """The register of legal bases that the steps name."""
    by = pages.me()
    text = request.args.get("q", "")[:100]
    rows = [b for b in register.legal_bases().values() if not text or fold(text) in fold(f"{b.key} {b.citation} {b.note}")]
    return listing(
        by, "office_law.bases", _("*%(n)d căn cứ pháp lý*", n=len(rows)),
        [
            Block(
                _("Sổ căn cứ pháp lý"),
                table=Table(
                    [Column(_("Văn bản, điều khoản")), Column(_("Tóm tắt")), Column(_("Độ chắc chắn"))],
                    [
                        [Cell(row.citation, row.key), Cell(row.note),
                         Cell(_(CONFIDENCE.get(row.confidence, row.confidence)),
                              tag=Tag("passed", _("được chặn")) if row.sourced else Tag("note", _("chỉ nhắc")))]
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
