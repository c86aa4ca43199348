"""The movement at a glance: units by duties, figures of the results with the names behind them, as pages, Excel and PDF. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from service import clock, doors, movement, people, words
from service.actor import Actor
from service.awards import results
from service.awards.catalogue import GROUPS, award_forms
from service.awards.models import Movement
from service.awards.results import Line, Narrow, Part, Results
from service.db import at_one_moment
from service.movement import Duty, Matrix, Standing
from service.papers import movement_overview
from service.web import pages
from service.web.case_parts import in_words, short_form_words
from service.web.frame import Link
from service.web.parts import Act, Block, Cell, Column, Empty, FilterField, FilterGroup, Table, Tag
from service.web.standing import pages_of, way

blueprint = Blueprint("movement", __name__)
SIZE = 50
TAGS = {"missing": "overdue", "late": "note", "waiting": "waiting", "done": "done", "none": "replaced"}
"""How a unit stands in a duty → the look of its tag."""
_PARTS = ("duties", "results")


@blueprint.get("/movement")
@at_one_moment
def show() -> Response:
    """The movement in a year, or over all its years: what units have done, or what came of it."""
    by = pages.me()
    every = results.movements()
    if not every:
        return _before_any(by)
    which, year, part = asked(every)
    years = results.years_of(which) if year is None else (year,)
    seen = results.seen_units(by)
    matrix = movement.read_matrix(years, by=by, movement=which.id) if part == "duties" else None
    found = results.read_results(Narrow(which.id, year), by=by, movement=which) if part == "results" else None
    here = _here(which, year)
    return pages.page(
        "movement",
        crumbs=[Link(_("Phong trào"), url_for("matters.registers")), Link(_("Tổng quan"), "")],
        sentence=_duties_sentence(matrix) if matrix else results_sentence(found.whole) if found else "",
        status=_status(which, year, own=seen is not None),
        tabs=[
            Link(_("Việc của đơn vị"), url_for("movement.show", part="duties", **here), current=part == "duties"),
            Link(_("Kết quả khen thưởng"), url_for("movement.show", part="results", **here), current=part == "results"),
        ],
        url=url_for("movement.show"), keep={"part": part}, fields=_fields(which, every, year),
        acts=[
            Act(_("Tải Excel"), url_for("movement.export", **here), "export", "text", method="get"),
            Act(_("Tải PDF"), url_for("movement.printed", **here), "print", "text", method="get"),
        ],
        matrix=_matrix_shown(matrix, year, by) if matrix else None,
        parts=[part_shown(one, names=True) for one in found.parts] if found else [],
        blocks=_blocks(matrix, found, year),
    )


def _before_any(by: Actor) -> Response:
    """The page before a movement was made: what to do, for who reads figures."""
    results.seen_units(by)
    return pages.page(
        "movement",
        crumbs=[Link(_("Phong trào"), url_for("matters.registers")), Link(_("Tổng quan"), "")],
        sentence=_("Chưa có phong trào nào"), status="", tabs=[], url="", keep={}, fields=[], acts=[], matrix=None, parts=[],
        blocks=[Block(_("Phong trào thi đua"), [Link(_("Các phong trào"), url_for("movements.show_all"))], empty=Empty(
            _("Chưa có phong trào thi đua"),
            _("Phòng Văn hóa - Xã hội lập phong trào theo kế hoạch, rồi lập đợt xét; số liệu hiện ở đây."),
        ))],
    )


def asked(every: Sequence[Movement]) -> tuple[Movement, int | None, str]:
    """Which movement, which year of it (None: all of them), which part; what is not there is the first that is."""
    number = pages.number_of(request.args.get("movement"))
    which = results.movement_of(number if number in {one.id for one in every} else None, every)
    years = results.years_of(which)
    said = request.args.get("year", "")
    year = None if said == "all" else pages.number_of(said)
    if said != "all" and year not in years:
        year = first_year(which)
    part = request.args.get("part", "")
    return which, year, part if part in _PARTS else _PARTS[0]


def first_year(which: Movement) -> int:
    """The year of a movement that is shown when nobody asked for one: this one, else its last."""
    years = results.years_of(which)
    return clock.today().year if clock.today().year in years else years[0]


def _here(which: Movement, year: int | None) -> dict[str, Any]:
    return {"movement": which.id, "year": year or "all"}


def _status(which: Movement, year: int | None, *, own: bool) -> str:
    span = _("năm %(year)s", year=year) if year else _("%(first)s đến %(last)s", first=which.starts.year, last=which.ends.year)
    told = f"{words.capital(which.name)}, {span}."
    return f"{told} " + _("Chỉ gồm đơn vị của bạn.") if own else told


def _fields(which: Movement, every: Sequence[Movement], year: int | None) -> list[FilterField]:
    years = [(str(one), str(one)) for one in results.years_of(which)]
    found = [FilterField("year", _("Năm"), str(year or "all"), [*years, ("all", _("cả phong trào"))])]
    if len(every) > 1:
        found.insert(0, FilterField("movement", _("Phong trào"), str(which.id), [(str(one.id), one.name) for one in every]))
    return found


def _duties_sentence(matrix: Matrix) -> str:
    behind = matrix.behind()
    if not matrix.cells:
        return _("Chưa đơn vị nào được giao việc")
    if not behind:
        return _("Không đơn vị nào quá hạn")
    return ngettext("*%(num)d đơn vị* còn việc quá hạn", "*%(num)d đơn vị* còn việc quá hạn", behind)


def results_sentence(whole: Line) -> str:
    """How many were put forward and how many honoured, in a sentence."""
    return _("*%(given)s* được khen trong *%(asked)s* tên được đề nghị", given=words.number(whole.honoured, 0),
             asked=words.number(whole.put_forward, 0))


# -- units by duties


def _matrix_shown(matrix: Matrix, year: int | None, by: Actor) -> dict[str, Any]:
    """The table of units and duties as its template draws it: plain values."""
    return {
        "duties": [{"words": in_words(one.words), "due": words.full_date(one.due), "url": duty_url(one, by)} for one in matrix.duties],
        "rows": [
            {
                "name": unit.name, "url": url_for("office_units.show", unit=unit.id),
                "cells": [_cell(matrix.cells.get((unit.id, duty.key)), unit.id, year) for duty in matrix.duties],
            }
            for unit in matrix.units
        ],
        "legend": [Tag(TAGS[word], f"{in_words(said)}: {words.number(matrix.count(word), 0)}") for word, said in movement.STANDS.items()],
    }


def _cell(one: Standing | None, unit: int, year: int | None) -> dict[str, str] | None:
    if one is None:
        return None
    said = in_words(movement.STANDS[one.state])
    second = words.full_date(one.day) if one.asked == 1 else f"{one.done}/{one.asked}"
    return {"kind": TAGS[one.state], "words": said, "second": second, "url": record_url(one.link, unit, year)}


def duty_url(duty: Duty, by: Actor) -> str:
    """Where a duty of all units is found; "" for a period, for who neither reads its whole register nor opens periods."""
    kind, what = duty.link
    if kind == "period":
        kept = movement.registers_in_use().get(duty.key.partition(":")[0])
        opens = people.allowed(by, movement.OPEN) or kept is not None and movement.reads_all(by, kept)
        return url_for("periods.show", period_id=what) if opens else ""
    if kind == "register":
        return url_for("matters.register", process=what)
    return url_for("rounds.show", round_id=what) if kind == "round" else url_for("rounds.show_all")


def record_url(link: tuple[str, str | int] | None, unit: int, year: int | None) -> str:
    """Where what a unit did is found: the record, or its register narrowed to the unit and the year; "" for nothing to open."""
    if link is None:
        return ""
    kind, what = link
    if kind == "matter":
        return url_for("matters.show", matter_id=what)
    if kind == "list":
        return way("submissions.show", list_id=what)
    return url_for("matters.register", process=what, unit=unit, year=year)


# -- figures


def part_shown(part: Part, *, names: bool) -> dict[str, Any]:
    """Figures by one question as their template draws them; `names`: each leads to the names behind it."""
    base = url_for("movement.names")
    most = max((max(one.put_forward, one.honoured) for one in part.lines), default=0) or 1
    return {
        "key": part.key, "title": in_words(part.title), "note": in_words(part.note),
        "rows": [
            {
                "words": in_words(one.words), "below": one.below, "put_forward": one.put_forward, "honoured": one.honoured,
                "share": share_words(one.share),
                "bars": (100 * one.put_forward / most, 100 * one.honoured / most),
                "urls": names_urls(one.narrow, base) if names else ("", ""),
            }
            for one in part.lines
        ],
    }


def share_words(share: float | None) -> str:
    """A share in hundredths, with one place behind the comma where it has one."""
    return "" if share is None else f"{words.number(round(share * 100, 1))}%"


def names_urls(narrow: Narrow, base: str) -> tuple[str, str]:
    """Where the names behind a figure are, all and those honoured; `base`: the page that lists them."""
    url = f"{base}?{urlencode({one: value for one in _NARROWS if (value := getattr(narrow, one))})}"
    return url, f"{url}&awarded=1"


_NARROWS = tuple(one.name for one in fields(Narrow) if one.name != "awarded")


def _blocks(matrix: Matrix | None, found: Results | None, year: int | None) -> list[Block]:
    if matrix is not None:
        return [] if matrix.cells and not matrix.unopened else [*_no_duties(matrix), *_unopened(matrix, year)]
    if found is None:
        return []
    if not found.whole.put_forward:
        return [Block(_("Kết quả khen thưởng"), empty=Empty(
            _("Chưa có tên nào được đề nghị"), _("Thủ trưởng đơn vị ký hồ sơ đề nghị xong thì số liệu hiện ở đây.")))]
    return [_never(found)]


def _no_duties(matrix: Matrix) -> list[Block]:
    if matrix.cells:
        return []
    return [Block(_("Việc của đơn vị"), empty=Empty(
        _("Chưa giao việc nào cho đơn vị"),
        _("Phòng mở kỳ báo cáo, kỳ đăng ký thi đua hoặc đợt xét thì việc của từng đơn vị hiện ở đây.")))]


def _unopened(matrix: Matrix, year: int | None) -> list[Block]:
    if not matrix.unopened:
        return []
    said = _("Sổ chưa mở kỳ năm %(year)s", year=year) if year else _("Sổ chưa mở kỳ nào từ đầu phong trào")
    return [Block(said, lines=[Cell(in_words(one)) for one in matrix.unopened], key="unopened")]


def _never(found: Results) -> Block:
    return Block(
        ngettext("%(num)d đơn vị chưa từng được khen", "%(num)d đơn vị chưa từng được khen", len(found.never)),
        words=_("Không có khen thưởng nào trong hệ thống và trong sổ khen thưởng trước đây. "
                "Sổ có thể chưa đủ: xem lại trước khi kết luận."),
        lines=[Cell(one.name, url=url_for("office_units.show", unit=one.id)) for one in found.never],
        empty=None if found.never else Empty(_("Đơn vị nào cũng đã được khen"), ""), key="never",
    )


# -- the names behind a figure


@blueprint.get("/movement/names")
@at_one_moment
def names() -> Response:
    """The names that a figure counts: as many rows as it says."""
    by = pages.me()
    narrow = narrowed()
    number = min(max(request.args.get("page", 1, type=pages.whole), 1), 10_000)
    found, total = results.find_names(narrow, by=by, page=number, size=SIZE)
    here: dict[str, Any] = {key: value for key, value in request.args.items() if key != "page"}
    said = _("được khen") if narrow.awarded else _("được đề nghị")
    return pages.page(
        "register",
        crumbs=[
            Link(_("Phong trào"), url_for("matters.registers")),
            Link(_("Tổng quan"), url_for("movement.show", part="results", movement=narrow.movement, year=narrow.year or "all")),
            Link(_("Danh sách tên"), ""),
        ],
        sentence=ngettext("*%(n)s tên* %(said)s", "*%(n)s tên* %(said)s", total, n=words.number(total, 0), said=said),
        status=_narrow_words(narrow), tabs=[], chips=[], url=url_for("movement.names"),
        keep={key: value for key, value in here.items() if key not in ("year", "awarded")}, q=None,
        filters=[FilterGroup(_("Lọc"), fields=[
            FilterField("awarded", _("Kết quả"), "1" if narrow.awarded else "", [("", _("được đề nghị")), ("1", _("được khen"))]),
            FilterField("year", _("Năm"), str(narrow.year or ""), [
                ("", _("cả phong trào")), *((str(one), str(one)) for one in results.years_of(results.movement_of(narrow.movement)))]),
        ])],
        blocks=[_names_block(found, by)],
        pager=pages_of(number, SIZE, total, False, lambda page: url_for("movement.names", **here, **({"page": page} if page > 1 else {}))),
        main_act=None, acts=[], side=[],
    )


def narrowed() -> Narrow:
    """What the address narrows by; what nothing knows is passed over."""
    args = request.args
    year, unit = (pages.number_of(args.get(key)) for key in ("year", "unit"))
    known = {one.id: one for one in results.movements()}
    number = pages.number_of(args.get("movement"))
    which = results.movement_of(number if number in known else None)
    codes = {one["code"] for one in which.contents} | {results.UNSAID}

    def one_of(key: str, values: Any) -> str:
        return args.get(key, "") if args.get(key, "") in values else ""

    return Narrow(
        movement=which.id, year=year if year and 1900 <= year <= 2200 else None, unit=unit, group=one_of("group", GROUPS),
        content=one_of("content", codes), form=one_of("form", award_forms()), level=one_of("level", results.LEVELS),
        person=one_of("person", results.PERSONS), awarded=args.get("awarded") == "1",
    )


def _narrow_words(narrow: Narrow) -> str:
    told = [words.capital(_("năm %(year)s", year=narrow.year) if narrow.year else _("cả phong trào"))]
    if narrow.unit:
        told += people.unit_names([narrow.unit]).values()
    told += [in_words(said[key]) for key, said in ((narrow.group, GROUPS), (narrow.level, results.LEVELS), (narrow.person, results.PERSONS))
             if key]
    if narrow.content:
        told.append(_("chưa ghi nội dung") if narrow.content == results.UNSAID else narrow.content)
    if narrow.form:
        told.append(short_form_words(narrow.form))
    return " · ".join(told) + "."


def _names_block(found: list[results.Name], by: Actor) -> Block:
    if not found:
        return Block(_("Danh sách tên"), empty=Empty(_("Không có tên nào"), _("Chọn năm khác, hoặc quay lại trang tổng quan.")))
    return Block(_("Danh sách tên"), table=Table(
        [Column(_("Tập thể, cá nhân")), Column(_("Đơn vị đề nghị")), Column(_("Hình thức")), Column(_("Quyết định"))],
        [
            [
                Cell(one.nomination.name, one.nomination.title, url_for("nominations.show", nomination_id=one.nomination.id)),
                Cell(one.nomination.unit_name, one.round),
                Cell(short_form_words(one.form or one.nomination.form_asked), "" if one.form else _("đề nghị")),
                Cell(one.decision, words.full_date(one.decided_on)),
            ]
            for one in found
        ],
        _("Danh sách tên"),
    ))


# -- the same as files


@blueprint.get("/movement.xlsx")
@at_one_moment
def export() -> Response:
    """Every table of the overview as a sheet of one workbook."""
    which, year, _part = asked(results.movements())
    found = movement.read_overview(which, year, by=pages.me())
    return doors.hand_file(movement.workbook_of(found, words.language()), movement.SHEET_TYPE, f"{_file_name(which, year)}.xlsx")


@blueprint.get("/movement.pdf")
@at_one_moment
def printed() -> Response:
    """The overview on paper, A4 across."""
    by = pages.me()
    which, year, _part = asked(results.movements())
    found = movement.read_overview(which, year, by=by)
    return doors.hand_file(movement_overview.print_overview(found, by=by), "application/pdf", f"{_file_name(which, year)}.pdf")


def _file_name(which: Movement, year: int | None) -> str:
    return f"Tổng quan phong trào {which.code} {year or ''}".strip()
