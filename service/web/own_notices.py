"""One's own notices: what one was told, by case, read or not. What they say is `notices`; how one hears of it is `own_mail`."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from service import notices, words
from service.notices import Notices, Told
from service.web import pages
from service.web.frame import Link
from service.web.parts import Act, Block, Cell, Column, Empty, Table, Tag
from service.web.standing import pages_of

blueprint = Blueprint("own_notices", __name__)
SIZE = 60


@blueprint.get("/notices")
def show() -> Response:
    """The own notices grouped by case, the newest first: unread ones, or all."""
    by = pages.me()
    whole = request.args.get("all") == "1"
    number = min(max(request.args.get("page", 1, type=pages.whole), 1), 10_000)
    found = notices.own_notices(by=by, language=words.language(), unread=not whole, page=number, size=SIZE)
    kept: dict[str, Any] = {"all": 1} if whole else {}
    return pages.page(
        "register",
        crumbs=[Link(_("Thông báo của tôi"), "")],
        sentence=_how_many(found.unread),
        status=_("Tin về một việc tự mất khi việc đó xong. Việc cần xử lý vẫn nằm ở mục Việc cần xử lý."),
        tabs=[],
        chips=[
            _unread_link(found.unread, not whole),
            Link(_("Tất cả"), url_for("own_notices.show", all=1), current=whole),
        ],
        url="", keep={}, q=None, filters=[],
        blocks=[_case(case, told) for case, told in _by_case(found.items)] or [_nothing(whole, found)],
        pager=pages_of(number, SIZE, found.total, False, lambda page: url_for("own_notices.show", **kept, page=page)),
        main_act=None,
        acts=[
            *([_read_all(found.newest)] if found.unread else []),
            Act(_("Chọn cách nhận"), url_for("own_mail.choose"), "ways", "text", method="get"),
        ],
        side=[],
    )


def _how_many(unread: int) -> str:
    """How many are unread, as the bell says it."""
    if not unread:
        return _("Không có tin chưa đọc")
    if unread >= notices.MOST_COUNTED:
        return _("*Hơn %(num)d tin* chưa đọc", num=notices.MOST_COUNTED - 1)
    return ngettext("*%(num)d tin* chưa đọc", "*%(num)d tin* chưa đọc", unread)


def _unread_link(unread: int, current: bool) -> Link:
    url = url_for("own_notices.show")
    if unread >= notices.MOST_COUNTED:
        return Link(_("Chưa đọc, hơn %(num)d", num=notices.MOST_COUNTED - 1), url, current=current)
    return Link(_("Chưa đọc"), url, count=unread, current=current)


def _by_case(items: tuple[Told, ...]) -> list[tuple[str, list[Told]]]:
    found: dict[str, list[Told]] = {}
    for one in items:
        found.setdefault(one.case, []).append(one)
    return list(found.items())


def _case(case: str, told: list[Told]) -> Block:
    return Block(
        case or _("Khác"),
        table=Table(
            [Column(_("Tin")), Column(_("Lúc"))], [[_said(one), Cell(words.full_moment(one.told_at))] for one in told],
            case or _("Khác"), row_acts=[[_read_one(one)] if one.unread else [] for one in told],
        ),
    )


def _said(one: Told) -> Cell:
    tag = Tag("waiting", _("Chưa đọc")) if one.unread else None if one.open else Tag("done", _("Việc đã xong"))
    return Cell(one.subject, one.label, one.link or "", tag=tag)


def _read_one(one: Told) -> Act:
    return Act(_("Đã đọc"), url_for("own_notices.read"), f"read-{one.id}", "text", hidden={"id": str(one.id)})


def _read_all(newest: int) -> Act:
    """All that there were when the page was drawn, those on other pages too; not what came in meanwhile."""
    return Act(_("Đánh dấu đã đọc hết"), url_for("own_notices.read"), "read-all", icon="check", hidden={"up_to": str(newest)})


def _nothing(whole: bool, found: Notices) -> Block:
    """Only who has read all is told so: a page past the end may be empty while others are not."""
    title = _("Trang này không có tin") if found.total else _("Chưa có tin nào") if whole else _("Đã đọc hết")
    return Block(_("Thông báo của tôi"), empty=Empty(title, _("Khi có việc mới, nhắc hạn, kết quả, tin hiện ở đây.")))


@blueprint.post("/notices/read")
def read() -> AnyResponse:
    """Mark one notice, or all that there were when the page was drawn, as read."""
    by = pages.me()
    one, up_to = (pages.number_of(request.form.get(name)) for name in ("id", "up_to"))
    if one is not None or up_to is not None:
        read = notices.read_notices(by=by, ids=None if one is None else [one], up_to=up_to)
        pages.say(ngettext("Đã đánh dấu %(num)d tin là đã đọc.", "Đã đánh dấu %(num)d tin là đã đọc.", read))
    return pages.back_to("own_notices.show")
