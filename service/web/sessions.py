"""Where somebody is signed in: the list of the own sessions, ending one or all the others."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from service import doors, people, words
from service.people import OpenSession
from service.web import pages
from service.web.frame import Link
from service.web.parts import Act, Block, Cell, Column, Table, Tag

blueprint = Blueprint("sessions", __name__)

_BROWSERS = (
    (r"Edg(?:e|A|iOS)?/", "Edge"), (r"OPR/|Opera", "Opera"), (r"CocCoc", "Cốc Cốc"), (r"Firefox/|FxiOS", "Firefox"),
    (r"HeadlessChrome|Chrome/|CriOS", "Chrome"), (r"Safari/", "Safari"),
)
_SYSTEMS = (
    (r"Android", "Android"), (r"iPhone|iPad", "iOS"), (r"Windows", "Windows"), (r"Mac OS X|Macintosh", "macOS"),
    (r"Linux|X11", "Linux"),
)


def device_words(session: OpenSession) -> str:
    """What a session's device is called: browser and system as it says of itself, or a program at the API."""
    browser, system = (
        next((word for pattern, word in table if re.search(pattern, session.device)), "") for table in (_BROWSERS, _SYSTEMS)
    )
    if browser and system:
        return _("%(browser)s trên %(system)s", browser=browser, system=system)
    if session.door == "api":
        return _("Chương trình, qua API")
    return browser or session.device[:60] or _("không rõ")


def table(rows: Sequence[OpenSession], acts: Sequence[Sequence[Act]]) -> Table:
    """Open sessions, the last used first."""
    return Table(
        [Column(_("Thiết bị")), Column(_("Địa chỉ mạng")), Column(_("Đăng nhập lúc")), Column(_("Dùng gần nhất"))],
        [
            [
                Cell(device_words(one), _("API") if one.door == "api" else "",
                     tag=Tag("mine", _("phiên này")) if one.current else None),
                Cell(one.address or _("không rõ")), Cell(words.full_moment(one.began)),
                Cell(words.full_moment(one.seen)),
            ]
            for one in rows
        ],
        _("Phiên đăng nhập"),
        row_acts=acts,
    )


@blueprint.get("/sessions")
def show() -> Response:
    """The own sessions, each with device, address, since when and last use."""
    by = pages.me()
    rows = people.list_sessions(by=by, token=doors.token())
    others = sum(not one.current for one in rows)
    acts = [
        [] if one.current else [Act(_("Kết thúc"), url_for("sessions.end", session_id=one.id), f"end-{one.id}", "text")]
        for one in rows
    ]
    return pages.page(
        "register",
        crumbs=[Link(_("Phiên đăng nhập của tôi"), "")],
        sentence=ngettext("Bạn đang đăng nhập ở *%(num)d nơi*", "Bạn đang đăng nhập ở *%(num)d nơi*", len(rows)),
        status=_("Thấy phiên lạ thì kết thúc phiên đó, rồi đổi mật khẩu."),
        tabs=[], chips=[], url="", keep={}, q=None, filters=[],
        blocks=[Block(_("Phiên đăng nhập"), table=table(rows, acts))],
        pager=None,
        main_act=None,
        acts=[
            *([Act(_("Kết thúc mọi phiên khác"), url_for("sessions.end_others"), "end-others",
                   effect=ngettext("Kết thúc *%(num)d phiên khác*? Phiên này vẫn giữ.",
                                   "Kết thúc *%(num)d phiên khác*? Phiên này vẫn giữ.", others))] if others else []),
            Act(_("Đổi mật khẩu"), url_for("pages.change_password"), "password", "text", method="get"),
        ],
        side=[],
    )


@blueprint.post("/sessions/<int:session_id>/end")
def end(session_id: int) -> AnyResponse:
    """End one of the own sessions."""
    by = pages.me()
    people.end_session(session_id, by=by)
    pages.say(_("Đã kết thúc phiên."))
    return pages.back_to("sessions.show")


@blueprint.post("/sessions/end-others")
def end_others() -> AnyResponse:
    """End every own session but this one."""
    ended = people.end_sessions(by=pages.me(), keep=doors.token())
    pages.say(ngettext("Đã kết thúc %(num)d phiên khác.", "Đã kết thúc %(num)d phiên khác.", ended))
    return pages.back_to("sessions.show")
