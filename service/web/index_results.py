"""Results of an index set: ranking, the commune by pillar as a radar and a table, a workbook; how all went over the years."""

from __future__ import annotations

from decimal import Decimal

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

from service import doors, people, words
from service.actor import Actor
from service.movement import index
from service.movement.index import WHOLE, Content, Results, Standing, Year
from service.web import charts, imports, pages
from service.web.case_parts import in_words
from service.web.frame import Link
from service.web.index_parts import crumbs, drawn, name_of, of_set, tabs_of
from service.web.parts import (
    Act,
    Block,
    Cell,
    Check,
    Column,
    Empty,
    FilterField,
    FilterGroup,
    Table,
)

blueprint = Blueprint("index_results", __name__)


@blueprint.get("/index-sets/<int:set_id>/results")
def show(set_id: int) -> Response:
    """The commune by pillar, then the ranking of the units; the reader's own unit stands in the drawing too."""
    by = pages.me()
    content = index.read_set(set_id, by=by)
    results = index.results_of(content, by=by)
    blocks = [_commune_block(results, _own(results, content, by)), _ranking_block(results)]
    if results.troubles and people.allowed(by, index.READ_WHOLE_INDEX):
        blocks.insert(0, Block(_("Không tính được"), checks=[
            Check(f"{_named(unit)}: {in_words(why)}", "warn") for unit, why in results.troubles
        ]))
    if results.over and people.allowed(by, index.READ_WHOLE_INDEX):
        told = _("Các giá trị này đã được nhận; điểm tính bằng điểm tối đa.")
        blocks.insert(0, Block(_("Tỷ lệ vượt 100%, cần xem lại"), words=told, checks=[
            Check(f"{_named(unit)}: {in_words(what)}", "warn") for unit, what in results.over
        ]))
    published = content.row.state == "published"
    status = _("Đã công bố ngày %(day)s.", day=words.full_date(content.row.published_at)) if published else _(
        "*Chưa công bố*: chỉ phòng và lãnh đạo xem được, điểm còn thay đổi theo giá trị được nhận.")
    acts = [Act(_("Tải kết quả (Excel)"), url_for("index_results.export", set_id=set_id), "export", "second", method="get"),
            Act(_("Xem qua các năm"), url_for("index_results.trend"), "trend", "text", method="get")]
    return drawn(name_of(content.row), status, crumbs(of_set(content.row), Link(_("Kết quả"), "")), blocks,
                 tabs=tabs_of(content.row, "index_results.show", by), acts=acts)


def _named(unit: int) -> str:
    return in_words(index.unit_words(unit))


def _own(results: Results, content: Content, by: Actor) -> list[Standing]:
    """Standings of the reader's own units, where he does not read all."""
    if people.allowed(by, index.READ_WHOLE_INDEX):
        return []
    mine = index.reads_of(content, by)
    return [one for one in results.units if one.unit in mine]


def _share(value: Decimal | None, content: Content | None = None) -> str:
    """A share in per cent; of a set that is still at work what has no figure may yet get one."""
    if value is None and content is not None and content.row.state != "published":
        return _("chưa có số liệu")
    return words.number(value, 1) if value is not None else _("không nhập")


def _commune_block(results: Results, own: list[Standing]) -> Block:
    content, shown = results.content, [results.commune, *own]
    names = [in_words(one.name) for one in shown]
    axes = [in_words((one.name, one.name_en)) for one in content.pillars]
    series = [(in_words(one.name), [float(one.pillars.get(pillar.code) or 0) for pillar in content.pillars]) for one in shown]
    told = "; ".join(f"{axis} {_share(results.commune.pillars.get(pillar.code), content)}"
                     for axis, pillar in zip(axes, content.pillars, strict=True))
    rows = [[Cell(axis), *(Cell(_share(one.pillars.get(pillar.code), content), figures=True) for one in shown)]
            for axis, pillar in zip(axes, content.pillars, strict=True)]
    rows.append([Cell(_("Điểm chung")), *(Cell(_share(one.total, content), figures=True) for one in shown)])
    title = _("Theo trụ cột, phần trăm điểm tối đa")
    return Block(title, chart=charts.radar(axes, series, _("Điểm của cả xã theo trụ cột: %(told)s.", told=told)),
                 table=Table([Column(_("Trụ cột")), *(Column(name, figures=True) for name in names)], rows, title))


def _ranking_block(results: Results) -> Block:
    content = results.content
    rows = [[
        Cell(one.name[0], _("có tỷ lệ vượt 100%") if one.over else "", vietnamese=True),
        Cell(_("%(place)s (đồng hạng)", place=one.place) if one.shared else str(one.place or ""), figures=True),
        Cell(_share(one.total, content), figures=True),
        *(Cell(_share(one.pillars.get(pillar.code), content), figures=True) for pillar in content.pillars),
        Cell(_("%(n)s trong %(all)s", n=one.accepted, all=one.asked), figures=True),
    ] for one in results.units]
    title = _("Xếp hạng đơn vị, phần trăm điểm tối đa")
    table = Table(
        [Column(pgettext("one", "Đơn vị")), Column(_("Hạng"), figures=True), Column(_("Điểm chung"), figures=True),
         *(Column(in_words((one.name, one.name_en)), figures=True) for one in content.pillars),
         Column(_("Giá trị được nhận"), figures=True)],
        rows, title,
    )
    told = ngettext(
        "%(num)d giá trị cao hơn mức đạt điểm tối đa, điểm vẫn tính bằng điểm tối đa.",
        "%(num)d giá trị cao hơn mức đạt điểm tối đa, điểm vẫn tính bằng điểm tối đa.", results.beyond) if results.beyond else ""
    if content.row.state != "published":
        told = " ".join(filter(None, (_("Tạm tính: chỉ số chưa có số liệu chưa cộng điểm nào."), told)))
    return Block(title, words=told, table=table if rows else None, empty=None if rows else Empty(
        _("Không có đơn vị nào được xếp hạng"), _("Bộ này chỉ có chỉ số của cả xã.")))


@blueprint.get("/index-sets/<int:set_id>/results.xlsx")
def export(set_id: int) -> Response:
    """The results as a workbook; what each unit entered for who reads all of it only."""
    by = pages.me()
    content = index.read_set(set_id, by=by)
    results = index.results_of(content, by=by)
    details = people.allowed(by, index.READ_WHOLE_INDEX)
    return doors.hand_file(index.results_sheet(results, details=details), imports.SHEET, f"Kết quả bộ chỉ số {content.row.year}.xlsx")


@blueprint.get("/index-sets/trend")
def trend() -> Response:
    """How the commune, or a unit, went over the years: total and pillars as lines and as a table."""
    by = pages.me()
    unit = pages.number_of(request.args.get("unit")) if request.args.get("unit") else WHOLE
    years = index.trend(unit or WHOLE, by=by)
    units = [("", in_words(index.unit_words(WHOLE))), *((str(one.id), one.name) for one in people.list_units())]
    name = in_words(index.unit_words(unit or WHOLE))
    title = _("Qua các năm, phần trăm điểm tối đa")
    count = len(years)
    return drawn(
        _("%(name)s qua các năm", name=name), ngettext("%(num)d năm có kết quả.", "%(num)d năm có kết quả.", count),
        crumbs(Link(_("Qua các năm"), "")),
        [_trend_block(title, years) if years else Block(title, empty=Empty(
            _("Chưa có năm nào có kết quả"), _("Kết quả của một năm hiện ở đây khi bộ chỉ số năm đó được công bố.")))],
        url=url_for("index_results.trend"), filters=[FilterGroup(_("Xem của"), fields=[
            FilterField("unit", pgettext("one", "Đơn vị"), str(unit or ""), units)])],
    )


def _year(one: Year) -> str:
    """A year; one that is not published says so."""
    if one.row.state == "published":
        return str(one.row.year)
    return _("%(year)s (chưa công bố)", year=str(one.row.year))


def _trend_block(title: str, years: list[Year]) -> Block:
    names: dict[str, str] = {}
    for year in years:
        names |= {code: in_words(pair) for code, pair in year.pillars.items()}
    shares: dict[str, list[Decimal | None]] = {_("Điểm chung"): [one.standing.total for one in years]}
    for code, name in names.items():
        shares[name] = [one.standing.pillars.get(code) for one in years]
    series = [(name, [None if one is None else float(one) for one in values]) for name, values in shares.items()]
    told = "; ".join(f"{one.row.year}: {_share(one.standing.total)}" for one in years)
    rows = [[Cell(name), *(Cell(_share(one), figures=True) for one in values)] for name, values in shares.items()]
    return Block(
        title, chart=charts.lines(
            [one.row.year for one in years], series, _("Điểm chung qua các năm: %(told)s.", told=told), names=[_year(one) for one in years]
        ),
        table=Table([Column(_("Trụ cột")), *(Column(_year(one), figures=True) for one in years)], rows, title),
        links=[Link(_("Kết quả năm %(year)s", year=str(one.row.year)), url_for("index_results.show", set_id=one.row.id)) for one in years],
    )
