"""The working calendar of the office: public holidays by law, and days off or worked by decision."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from service import clock, people, words
from service.calendar import CalendarDay, working_calendar
from service.errors import NotFound
from service.processes import days_off
from service.web import edit, pages
from service.web.edit import Page
from service.web.frame import Link
from service.web.office_frame import crumbs, listing, must
from service.web.parts import Act, Block, Cell, Column, Empty, Table

blueprint = Blueprint("office_days", __name__)
FIRST_YEAR = 2025


@blueprint.get("/office/calendar")
def show_all() -> Response:
    """One year: what the office decided, what ships, and the public holidays that the law gives."""
    by = pages.me()
    this_year = clock.today().year
    year = min(max(request.args.get("year", this_year, type=pages.whole), FIRST_YEAR), this_year + 4)
    may = people.allowed(by, "calendar.edit")
    entered = days_off.list_days(year)
    decided = [row for row in entered if row.by_office]
    own = {row.day for row in decided}
    shipped = [row for row in entered if not row.by_office]
    known = {row.day for row in entered}
    by_law = [(day, name) for day, name in working_calendar().off_between(date(year - 1, 12, 31), date(year, 12, 31))
              if day not in known]
    return listing(
        by, "office_days.show_all", _("Lịch làm việc năm %(year)d", year=year),
        [
            Block(
                _("Ngày cơ quan quyết định"),
                table=_table(_("Ngày cơ quan quyết định"), [
                    (row, "", _drop_act(row.day) if may else None) for row in decided
                ]) if decided else None,
                empty=None if decided else Empty(
                    _("Cơ quan chưa quyết định riêng ngày nào của năm này"),
                    _("Có quyết định nghỉ hoặc làm việc khác với các ngày bên dưới thì nhập vào đây."),
                ),
                words=_("Quyết định của cơ quan được tính trước mọi ngày bên dưới."),
            ),
            Block(
                _("Ngày kèm theo phần mềm"),
                table=_table(_("Ngày kèm theo phần mềm"), [
                    (row, _("thay bằng quyết định của cơ quan") if row.day in own else "",
                     _decide_act(row.day, not row.working) if may and row.day not in own else None)
                    for row in shipped
                ]) if shipped else None,
                empty=None if shipped else Empty(_("Chưa có phương án hoán đổi của năm này"),
                                                 _("Có phương án thì nhập vào lịch bằng nút Thêm ngày.")),
            ),
            Block(
                _("Nghỉ lễ, nghỉ bù theo luật"),
                table=Table(
                    [Column(_("Ngày")), Column(_("Tên"))],
                    [[Cell(f"{words.weekday(day)}, {words.full_date(day)}"), Cell(name)] for day, name in by_law],
                    _("Nghỉ lễ, nghỉ bù theo luật"),
                    row_acts=[[_decide_act(day, True)] for day, _name in by_law] if may else (),
                ),
                words=_("Bộ luật Lao động, Điều 111, 112; Ngày Văn hóa Việt Nam 24/11 từ năm 2026."),
            ),
        ],
        status=_("Mọi hạn tính theo lịch này; sửa lịch thì hạn của việc đang mở tính lại."),
        trail=[Link(_("Lịch làm việc"), "")],
        chips=[Link(str(y), url_for("office_days.show_all", year=y), current=y == year)
               for y in range(FIRST_YEAR, this_year + 3)],
        main_act=Act(_("Thêm ngày"), url_for("office_days.enter"), "enter", "main", method="get") if may else None,
    )


def _table(title: str, rows: list[tuple[CalendarDay, str, Act | None]]) -> Table:
    return Table(
        [Column(_("Ngày")), Column(_("Là ngày")), Column(_("Tên")), Column(_("Căn cứ"))],
        [
            [Cell(f"{words.weekday(row.day)}, {words.full_date(row.day)}"),
             Cell(_("làm việc") if row.working else _("nghỉ"), note), Cell(row.name), Cell(row.basis)]
            for row, note, _act in rows
        ],
        title,
        row_acts=[[act] if act else [] for _row, _note, act in rows] if any(act for *_others, act in rows) else (),
    )


def _decide_act(day: date, working: bool) -> Act:
    """Leads to the form that decides otherwise about a day that ships or that the law gives."""
    kind = "working" if working else "off"
    url = url_for("office_days.enter", day=day.isoformat(), kind=kind)
    return Act(_("Làm việc ngày này") if working else _("Nghỉ ngày này"), url, "decide", "text", method="get")


def _drop_act(day: date) -> Act:
    url = url_for("office_days.drop", day=day.isoformat())
    return Act(_("Bỏ quyết định này"), url, "drop", "takes",
               effect=_("Bỏ quyết định về ngày *%(day)s*? Ngày này lại tính theo luật và lịch kèm theo; hạn của việc đang mở"
                        " tính lại.", day=words.full_date(day)),
               asks=_("Lý do"), page_url=url)


@blueprint.route("/office/calendar/new", methods=["GET", "POST"])
def enter() -> AnyResponse:
    """Decide that a day is off or worked, with its paper."""
    by = pages.me()
    must(by, "calendar.edit")

    def do(said: dict[str, Any]) -> AnyResponse:
        day = date.fromisoformat(said["day"])
        days_off.enter_day(day, working=said["kind"] == "working", name=said["name"], basis=said["basis"], by=by)
        pages.say(_("Đã thêm ngày %(day)s. Hạn của việc đang mở đang được tính lại.", day=words.full_date(day)))
        return pages.back_to("office_days.show_all", year=day.year)

    return edit.edit(
        edit.form(
            "calendar_day",
            edit.day("day", _("Ngày"), required=True),
            edit.choice("kind", _("Là ngày"), [("off", _("nghỉ")), ("working", _("làm việc"))], required=True),
            edit.text("name", _("Tên"), hint=_("Ví dụ: Nghỉ Quốc khánh, làm bù Thứ Bảy 22/8"), required=True, most=200),
            edit.text("basis", _("Căn cứ"), hint=_("Số, ngày văn bản"), required=True),
        ),
        Page(_("Thêm ngày vào lịch làm việc"), url_for("office_days.enter"), url_for("office_days.show_all"),
             _("Thêm ngày"), crumbs(Link(_("Lịch làm việc"), url_for("office_days.show_all")), Link(_("Thêm ngày"), ""))),
        do,
        first={"kind": "working" if request.args.get("kind") == "working" else "off", **_named_day()},
    )


def _named_day() -> dict[str, str]:
    try:
        return {"day": date.fromisoformat(request.args.get("day", "")).isoformat()}
    except ValueError:
        return {}


@blueprint.route("/office/calendar/<day>/drop", methods=["GET", "POST"])
def drop(day: str) -> AnyResponse:
    """Take back what the office decided about a day, with a reason."""
    by = pages.me()
    must(by, "calendar.edit")
    try:
        meant = date.fromisoformat(day)
    except ValueError:
        raise NotFound("Ngày này không có trong lịch.", "There is no such day.") from None

    def do(reason: str) -> AnyResponse:
        days_off.drop_day(meant, reason=reason, by=by)
        pages.say(_("Đã bỏ quyết định về ngày %(day)s. Hạn của việc đang mở đang được tính lại.", day=words.full_date(meant)))
        return pages.back_to("office_days.show_all", year=meant.year)

    return edit.confirm(
        _drop_act(meant), crumbs(Link(_("Lịch làm việc"), url_for("office_days.show_all")), Link(_("Bỏ quyết định"), "")),
        url_for("office_days.show_all", year=meant.year), do,
    )
