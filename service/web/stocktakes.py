"""The figures of a stocktake of the movement: who filed, results by content and year, awards; each number leads to where it comes from."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from service import movement, words
from service.awards.catalogue import AS_LISTED, GROUPS, KINDS
from service.movement import stocktaking
from service.movement.stocktaking import AwardRow, FilingRow, ResultRow, Stocktake
from service.web import pages
from service.web.case_parts import in_words, short_form_words
from service.web.frame import Link
from service.web.parts import Act, Block, Cell, Column, Empty, Table
from workflows.register import Words

blueprint = Blueprint("stocktakes", __name__)


@blueprint.get("/stocktakes/<int:movement_id>/<stage>")
def show(movement_id: int, stage: str) -> Response:
    """One stocktake: its years, and what the registers hold of them."""
    by = pages.me()
    kept = stocktaking.must_read(by)
    stocktake = stocktaking.read_stocktake(movement_id, stage)
    begins = movement.may_begin(by, kept)
    begin = url_for("matter_begin.begin", process=kept.process)
    return pages.page(
        "register",
        crumbs=[Link(_("Phong trào"), url_for("matters.registers")),
                Link(in_words(kept.register.name), url_for("matters.register", process=kept.process)), Link(in_words(stocktake.name), "")],
        sentence=_("Số liệu: *%(name)s*", name=in_words(stocktake.name)),
        status=_("%(phase)s. Mỗi con số mở ra nơi nó được lấy.", phase=stocktake.window.phase),
        tabs=[], chips=[], url="", keep={}, q=None, filters=[],
        blocks=[_filing(stocktake), _results(stocktake), _awards(stocktake)],
        pager=None,
        main_act=Act(in_words(kept.register.begin), begin, "begin", "main", method="get") if begins else None,
        acts=[], side=[],
    )


def _filing(stocktake: Stocktake) -> Block:
    def row(one: FilingRow) -> list[Cell]:
        url = url_for("periods.show", period_id=one.period)
        return [Cell(str(one.year)), Cell(in_words(one.what), "", url), *(_count(n, url) for n in (one.asked, one.filed, one.taken))]

    columns = [Column(_("Năm")), Column(_("Sổ, kỳ")), Column(_("Đơn vị phải nộp"), figures=True), Column(_("Đã nộp"), figures=True),
               Column(_("Đã nhận"), figures=True)]
    return _block(_("Đơn vị tham gia, báo cáo đã nộp"), columns, [row(one) for one in stocktaking.filing_rows(stocktake)],
                  _("Chưa mở kỳ nào trong các năm xét"))


def _results(stocktake: Stocktake) -> Block:
    found: dict[tuple[Words, Words], dict[int, ResultRow]] = {}
    for one in stocktaking.result_rows(stocktake):
        found.setdefault((one.content, one.what), {})[one.year] = one
    years = sorted({year for told in found.values() for year in told})

    def cell(one: ResultRow | None) -> Cell:
        if one is None:
            return Cell("", figures=True)
        url = url_for("periods.show", period_id=one.period, view="figures")
        units = ngettext("%(num)d đơn vị", "%(num)d đơn vị", one.units)
        return Cell(words.number(one.total), _("%(units)s, 6 tháng đầu năm", units=units) if one.half else units, url, figures=True)

    rows = [[Cell(in_words(what), in_words(content)), *(cell(told.get(year)) for year in years)] for (content, what), told in found.items()]
    columns = [Column(_("Chỉ tiêu")), *(Column(str(year), figures=True) for year in years)]
    return _block(_("Kết quả theo nội dung thi đua"), columns, rows, _("Chưa đơn vị nào nộp số liệu"))


def _awards(stocktake: Stocktake) -> Block:
    def row(one: AwardRow) -> list[Cell]:
        shown: dict[str, Any] = {"round": one.round, "form": one.form, "group": one.group, "awarded": 1}
        if one.by_day:
            shown |= {"decided_from": f"01/01/{one.year}", "decided_to": f"31/12/{one.year}"}
        return [
            Cell(str(one.year)), Cell(short_form_words(one.form), one.round_name), Cell(in_words(GROUPS[one.group])),
            *(_count(n, url_for("nominations.show_all", kind=kind, **shown) if n else "")
              for kind, n in zip(AS_LISTED, one.counts, strict=True)),
        ]

    columns = [Column(_("Năm")), Column(_("Hình thức")), Column(_("Nhóm")),
               *(Column(in_words(KINDS[kind]), figures=True) for kind in AS_LISTED)]
    return _block(_("Khen thưởng các năm"), columns, [row(one) for one in stocktaking.award_rows(stocktake)], _("Chưa có khen thưởng nào"))


def _count(number: int, url: str) -> Cell:
    return Cell(words.number(number), "", url, figures=True)


def _block(title: str, columns: list[Column], rows: list[list[Cell]], none: str) -> Block:
    return Block(title, table=Table(columns, rows, title) if rows else None,
                 empty=None if rows else Empty(none, _("Số liệu hiện ở đây khi các sổ có nội dung của các năm xét.")))
