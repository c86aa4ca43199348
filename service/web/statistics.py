"""The yearly statistics of emulation and commendation: numbers from the registers, each with its names, and what is not known."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _

from service import clock, doors, movement, words
from service.awards import statistics
from service.awards.catalogue import award_forms, form_name
from service.awards.statistics import Statistics
from service.errors import NotFound
from service.web import pages
from service.web.case_parts import in_words
from service.web.frame import Link
from service.web.parts import Act, Block, Cell, Check, Column, Empty, Table, WorkRow

blueprint = Blueprint("statistics", __name__)
_TABS = 4
"""Years shown: this one and those before it."""


@blueprint.get("/statistics/<int:year>")
def show(year: int) -> Response:
    """The numbers of a year; with `form` and `column` the names behind one of them."""
    by = pages.me()
    found = statistics.statistics_of(year, by=by)
    form, column = request.args.get("form", ""), request.args.get("column", "")
    if column not in ("", *statistics.columns(), *statistics.APART) or form not in ("", *award_forms()):
        raise NotFound("Không có số liệu này.", "There is no such figure.")
    today = clock.today()
    due = statistics.due_on(year)
    named = column or form
    title = Link(_("Thống kê năm %(year)s", year=year), url_for("statistics.show", year=year) if named else "")
    return pages.page(
        "register",
        crumbs=[Link(_("Phong trào"), url_for("matters.registers")), title, *([Link(_("Danh sách"), "")] if named else [])],
        sentence=_("Thống kê thi đua, khen thưởng *năm %(year)s*", year=year),
        status=(_("Hạn gửi %(day)s.", day=words.full_date(due)) + " " if due else "")
        + _("Tính theo ngày quyết định, đến hết %(until)s; mỗi số mở ra danh sách tên.",
            until=words.full_date(min(today, date(year, 12, 31)))),
        tabs=[Link(str(one), url_for("statistics.show", year=one), current=one == year)
              for one in range(today.year, today.year - _TABS, -1)],
        chips=[], url="", keep={}, q=None, filters=[],
        blocks=[_names(found, form, column or "all")] if named else [_warning(), *_sections(found), *_apart(found), _movements(found)],
        pager=None, main_act=Act(_("Tải Excel"), url_for("statistics.export", year=year), "export", "main", method="get"), acts=[],
        side=[] if named else [_unknown(found)],
    )


def _warning() -> Block:
    return Block(_("Trước khi gửi"), checks=[Check(in_words(statistics.compare_first()), "warn")])


def _sections(found: Statistics) -> list[Block]:
    """A table a level, a row a form of award, a column each count; every number but nought leads to its names."""
    columns = statistics.columns()
    blocks = []
    for level, said in statistics.sections().items():
        forms = found.forms(level)
        heads = [Column(_("Danh hiệu, hình thức")), *(Column(in_words(one), figures=True) for one in columns.values())]
        rows = [[Cell(form_name(one.code, words.language())), *(_count(found, one.code, column) for column in columns)] for one in forms]
        blocks.append(Block(in_words(said), table=Table(heads, rows, in_words(said)) if rows else None, empty=None if rows else Empty(
            _("Sổ không có quyết định nào trong năm"), _("Chỉ tính quyết định đã ghi trong hệ thống."))))
    return blocks


def _count(found: Statistics, form: str, column: str) -> Cell:
    number = len(found.of(form, column))
    url = url_for("statistics.show", year=found.year, form=form, column=column) if number else ""
    return Cell(words.number(number, 0), "", url, figures=True)


def _apart(found: Statistics) -> list[Block]:
    """What the overview of the movement counts in another year than this page; nothing where both agree."""
    counted = {word: len(found.of(column=word)) for word in statistics.APART}
    if not any(counted.values()):
        return []
    told = _("Trang này tính mọi quyết định vào năm ký; trang Tổng quan tính khen theo đợt vào năm của đợt.")
    return [Block(_("Khác với trang Tổng quan"), words=told, lines=[
        Cell(f"{in_words(statistics.APART[word])}: {words.number(number, 0)}", "",
             url_for("statistics.show", year=found.year, column=word)) for word, number in counted.items() if number
    ])]


def _names(found: Statistics, form: str, column: str) -> Block:
    """The names behind one number."""
    rows = found.of(form, column)
    said = [form_name(form, words.language())] if form else []
    if column != "all":
        said.append(in_words({**statistics.columns(), **statistics.APART}[column]))
    name = ": ".join(said) or _("Tất cả")
    return Block(
        f"{name} ({words.number(len(rows), 0)})", links=[Link(_("Mọi số liệu của năm"), url_for("statistics.show", year=found.year))],
        table=Table(
            [Column(_("Họ và tên, tên tập thể")), Column(_("Danh hiệu, hình thức")), Column(_("Quyết định")), Column(_("Ngày"))],
            [[
                Cell(one.name, one.unit, url_for("nominations.show", nomination_id=one.nomination) if one.nomination else ""),
                Cell(form_name(one.form, words.language())), Cell(one.decision), Cell(words.full_date(one.decided_on)),
            ] for one in rows],
            name,
        ) if rows else None,
        empty=None if rows else Empty(_("Không có tên nào"), _("Sổ không có quyết định nào khớp số này.")),
    )


def _movements(found: Statistics) -> Block:
    """Movements in force in the year, and its rounds."""
    rows = [
        [Cell(words.capital(name)), Cell(words.full_date(starts)), Cell(words.full_date(ends)),
         Cell(_("có") if starts.year == found.year else _("không"))]
        for name, starts, ends in found.movements
    ]
    rounds = ", ".join(name for _id, name in found.rounds)
    said = _("Đợt xét khen thưởng trong năm: %(rounds)s.", rounds=rounds) if rounds else _("Trong năm không có đợt xét khen thưởng.")
    title = _("Phong trào thi đua (%(n)s)", n=len(rows))
    return Block(title, words=said.replace("*", "∗"), table=Table(
        [Column(_("Phong trào đang triển khai trong năm")), Column(_("Từ ngày")), Column(_("Đến ngày")), Column(_("Bắt đầu trong năm"))],
        rows, title,
    ) if rows else None, empty=None if rows else Empty(_("Chưa có phong trào nào"), _("Sổ không có phong trào nào trong năm.")))


def _unknown(found: Statistics) -> Block:
    """What the registers cannot tell: no nought stands for it."""
    lines = [Cell(in_words(one.label), in_words(one.why)) for one in statistics.unknown()]
    if found.past:
        lines.append(Cell(_("Sổ khen thưởng trước đây có %(n)s dòng của năm này", n=found.past), _("Không cộng vào các số bên cạnh."),
                          url_for("past_awards.show_all")))
    if found.revoked:
        lines.append(Cell(_("%(n)s quyết định trong năm đã bị hủy bỏ, thu hồi", n=found.revoked), _("Không cộng vào các số bên cạnh.")))
    return Block(_("Chưa có số liệu"), words=_("Biểu có thể hỏi, sổ không có; tự tìm rồi điền."), lines=lines)


@blueprint.get("/statistics/<int:year>.xlsx")
def export(year: int) -> Response:
    """The same as an Excel workbook, with a sheet of all names."""
    found = statistics.statistics_of(year, by=pages.me())
    content = statistics.sheet_of(found, language=words.language())
    return doors.hand_file(content, movement.SHEET_TYPE, f"Thống kê thi đua, khen thưởng {year}.xlsx")


def due_row() -> WorkRow | None:
    """The statistics that are to be sent soon, for the first page of the office."""
    found = statistics.to_send()
    if found is None:
        return None
    year, day = found
    return WorkRow(
        (day - clock.today()).days, _("ngày nữa là hạn gửi thống kê thi đua, khen thưởng năm %(year)s", year=year),
        url_for("statistics.show", year=year), _("hạn %(day)s", day=words.full_date(day)), "warn",
    )


__all__ = ["blueprint", "due_row"]
