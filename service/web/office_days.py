"""The working calendar of the office: public holidays by law, and days off or worked by decision."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from service import clock, people, words
from service.calendar import working_calendar
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
    """One year: what was entered, and the public holidays that the law gives."""
    by = pages.me()
    this_year = clock.today().year
    year = min(max(request.args.get("year", this_year, type=int), FIRST_YEAR), this_year + 4)
    may = people.allowed(by, "calendar.edit")
    entered = days_off.list_days(year)
    known = {row.day for row in entered}
    by_law = [(day, name) for day, name in working_calendar().off_between(date(year - 1, 12, 31), date(year, 12, 31))
              if day not in known]
    return listing(
        by, "office_days.show_all", _("Lịch làm việc năm %(year)d", year=year),
        [
            Block(
                _("Ngày theo quyết định hằng năm"),
                table=Table(
                    [Column(_("Ngày")), Column(_("Là ngày")), Column(_("Tên")), Column(_("Căn cứ"))],
                    [
                        [Cell(f"{words.weekday(row.day)}, {words.full_date(row.day)}"),
                         Cell(_("làm việc") if row.working else _("nghỉ")), Cell(row.name), Cell(row.basis)]
                        for row in entered
                    ],
                    _("Ngày theo quyết định hằng năm"),
                    row_acts=[[_drop_act(row.day)] if may else [] for row in entered] if may else (),
                ) if entered else None,
                empty=None if entered else Empty(_("Chưa nhập ngày nào của năm này"),
                                                 _("Có quyết định hoán đổi ngày làm việc thì nhập vào đây.")),
            ),
            Block(
                _("Nghỉ lễ, nghỉ bù theo luật"),
                lines=[Cell(name, f"{words.weekday(day)}, {words.full_date(day)}") for day, name in by_law],
                words=_("Bộ luật Lao động, Điều 111, 112; Ngày Văn hóa Việt Nam 24/11 từ năm 2026."),
            ),
        ],
        status=_("Mọi hạn tính theo lịch này; sửa lịch thì hạn của việc đang mở tính lại."),
        trail=[Link(_("Lịch làm việc"), "")],
        chips=[Link(str(y), url_for("office_days.show_all", year=y), current=y == year)
               for y in range(FIRST_YEAR, this_year + 3)],
        main_act=Act(_("Thêm ngày"), url_for("office_days.enter"), "enter", "main", method="get") if may else None,
    )


def _drop_act(day: date) -> Act:
    url = url_for("office_days.drop", day=day.isoformat())
    return Act(_("Bỏ ngày này"), url, "drop", "takes",
               effect=_("Bỏ *%(day)s* khỏi lịch? Hạn của việc đang mở tính lại.", day=words.full_date(day)),
               asks=_("Lý do"), page_url=url)


@blueprint.route("/office/calendar/new", methods=["GET", "POST"])
def enter() -> AnyResponse:
    """Enter a day off or a worked weekend day, with its paper."""
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
            edit.choice("kind", _("Là ngày"), [("off", _("nghỉ")), ("working", _("làm bù (cuối tuần)"))], required=True),
            edit.text("name", _("Tên"), hint=_("Ví dụ: Nghỉ Quốc khánh, làm bù Thứ Bảy 22/8"), required=True, most=200),
            edit.text("basis", _("Căn cứ"), hint=_("Số, ngày văn bản"), required=True),
        ),
        Page(_("Thêm ngày vào lịch làm việc"), url_for("office_days.enter"), url_for("office_days.show_all"),
             _("Thêm ngày"), crumbs(Link(_("Lịch làm việc"), url_for("office_days.show_all")), Link(_("Thêm ngày"), ""))),
        do,
        first={"kind": "off"},
    )


@blueprint.route("/office/calendar/<day>/drop", methods=["GET", "POST"])
def drop(day: str) -> AnyResponse:
    """Take an entered day out again, with a reason."""
    by = pages.me()
    must(by, "calendar.edit")
    try:
        meant = date.fromisoformat(day)
    except ValueError:
        raise NotFound("Ngày này không có trong lịch.", "There is no such day.") from None

    def do(reason: str) -> AnyResponse:
        days_off.drop_day(meant, reason=reason, by=by)
        pages.say(_("Đã bỏ ngày %(day)s khỏi lịch.", day=words.full_date(meant)))
        return pages.back_to("office_days.show_all", year=meant.year)

    return edit.confirm(
        _drop_act(meant), crumbs(Link(_("Lịch làm việc"), url_for("office_days.show_all")), Link(_("Bỏ ngày"), "")),
        url_for("office_days.show_all", year=meant.year), do,
    )
