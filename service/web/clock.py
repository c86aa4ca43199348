"""The demo's clock: shows the moment, moves it on by buttons. Only in demo mode, and only forward."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from service import clock, people, words
from service.awards import overview
from service.awards.demo_clock import advance_clock
from service.awards.models import Round
from service.awards.rounds import list_rounds
from service.calendar import working_calendar
from service.errors import NotFound
from service.web import pages, plan
from service.web.frame import Link
from service.web.parts import Act, Block, Check

blueprint = Blueprint("clock", __name__)


@blueprint.get("/demo/clock")
def show() -> Response:
    """The moment, and where it can be moved to."""
    pages.me()
    _demo_only()
    today = clock.today()
    acts = [
        _act("day", _("Thêm 1 ngày"), advance="P1D"),
        _act("working", _("Tới ngày làm việc kế tiếp"), to=working_calendar().add(today, 1).isoformat()),
        _act("week", _("Thêm 1 tuần"), advance="P7D"),
    ]
    blocks = [Block(_("Chỉnh đồng hồ tới"), acts=acts, words=_("Đồng hồ chỉ chỉnh tới, không lùi được."), key="move")]
    rounds = list_rounds()
    focus = overview.round_in_focus(rounds)
    if focus is not None and (ahead := _ahead(focus)):
        blocks.append(
            Block(
                _("Mốc kế tiếp của %(round)s", round=focus.name),
                words=_("Sáng hôm sau một mốc, hệ thống đã đóng việc hết hạn và gửi thư nhắc."),
                acts=[_act(f"to-{key}", f"{plan.KEY_WORDS[key]}: {words.full_date(day)}", to=day.isoformat())
                      for key, day in ahead[:3]]
                + [_act(f"after-{key}", _("Sáng sau %(what)s", what=str(plan.KEY_WORDS[key]).lower()),
                        to=(day + timedelta(days=1)).isoformat()) for key, day in ahead[:1]],
                key="round",
            )
        )
    if (final := _final(rounds)) is not None:
        blocks.append(
            Block(
                _("Đợt tổng kết 2030"),
                words=_("Từ ngày này đề nghị được Huân chương Lao động và các hình thức cấp Nhà nước."),
                acts=[_act("final", _("Tới ngày mở đợt tổng kết: %(day)s", day=words.full_date(final)),
                           to=final.isoformat())],
                key="final",
            )
        )
    return pages.page(
        "register",
        crumbs=[Link(_("Đồng hồ chạy thử"), "")],
        sentence=f"{words.weekday(clock.now())}, *{words.full_moment(clock.now())}*",
        status=_("Đồng hồ của bản chạy thử, chung cho mọi người và tiến trình nền."),
        tabs=[], chips=[], url="", keep={}, q=None, filters=[], blocks=blocks, pager=None, main_act=None, acts=[],
        side=[Block(_("Điều gì xảy ra"), checks=[
            Check(_("Đợt tới ngày mở thì tự mở, hết hạn thì tự đóng."), "info"),
            Check(_("Việc tới hạn được nhắc, quá hạn báo Trưởng phòng."), "info"),
            Check(_("Không ai bị đăng xuất."), "info"),
        ])],
    )


def _act(key: str, said: str, **hidden: str) -> Act:
    return Act(said, url_for("clock.move"), key, hidden=hidden)


def _ahead(row: Round) -> list[tuple[str, date]]:
    return [(key, day) for key, day in plan.dates(row).items() if day > clock.today()]


def _final(rounds: list[Round]) -> date | None:
    for row in rounds:
        day = plan.dates(row).get("open")
        if row.stage == "TONG_KET" and day is not None and day > clock.today():
            return day
    return None


@blueprint.post("/demo/clock")
def move() -> AnyResponse:
    """Move the clock on by a duration or to a day."""
    by = pages.me()
    _demo_only()
    people.require(by, "demo.clock")
    advance_clock(advance=request.form.get("advance") or None, to=request.form.get("to") or None, by=by)
    pages.say(_("Bây giờ là %(when)s.", when=words.full_moment(clock.now())))
    return pages.back_to("clock.show")


def _demo_only() -> None:
    if not pages.settings().demo:
        raise NotFound("Chỉ có khi chạy thử.", "Only in demo mode.")
