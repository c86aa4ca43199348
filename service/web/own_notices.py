"""One's own notices: what one was told, by case, read or not. What they say is `notices`; how one hears of it is `own_mail`."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from service import notices, words
from service.notices import Told
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
    number = min(max(request.args.get("page", 1, type=int), 1), 10_000)
    found = notices.own_notices(by=by, language=words.language(), unread=not whole, page=number, size=SIZE)
    kept: dict[str, Any] = {"all": 1} if whole else {}
    return pages.page(
        "register",
        crumbs=[Link(_("Thông báo của tôi"), "")],
        sentence=ngettext("*%(num)d tin* chưa đọc", "*%(num)d tin* chưa đọc", found.unread) if found.unread
        else _("Không có tin chưa đọc"),
        status=_("Tin về một việc tự mất khi việc đó xong. Việc cần xử lý vẫn nằm ở mục Việc cần xử lý."),
        tabs=[],
        chips=[
            Link(_("Chưa đọc"), url_for("own_notices.show"), count=found.unread, current=not whole),
            Link(_("Tất cả"), url_for("own_notices.show", all=1), current=whole),
        ],
        url="", keep={}, q=None, filters=[],
        blocks=[_case(case, told) for case, told in _by_case(found.items)] or [_nothing(whole)],
        pager=pages_of(number, SIZE, found.total, False, lambda page: url_for("own_notices.show", **kept, page=page)),
        main_act=None,
        acts=[
            *([_read_all(found.items)] if any(one.unread for one in found.items) else []),
            Act(_("Chọn cách nhận"), url_for("own_mail.choose"), "ways", "text", method="get"),
        ],
        side=[],
    )


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


def _read_all(items: tuple[Told, ...]) -> Act:
    """All that there were when the page was drawn, those on later pages too; not what came in meanwhile."""
    newest = max(one.id for one in items)
    return Act(_("Đánh dấu đã đọc hết"), url_for("own_notices.read"), "read-all", icon="check", hidden={"up_to": str(newest)})


def _nothing(whole: bool) -> Block:
    title = _("Chưa có tin nào") if whole else _("Đã đọc hết")
    return Block(_("Thông báo của tôi"), empty=Empty(title, _("Khi có việc mới, nhắc hạn, kết quả, tin hiện ở đây.")))


@blueprint.post("/notices/read")
def read() -> AnyResponse:
    """Mark one notice, or all that the page showed, as read."""
    by = pages.me()
    one, up_to = (pages.number_of(request.form.get(name)) for name in ("id", "up_to"))
    if one is not None or up_to is not None:
        read = notices.read_notices(by=by, ids=None if one is None else [one], up_to=up_to)
        pages.say(ngettext("Đã đánh dấu %(num)d tin là đã đọc.", "Đã đánh dấu %(num)d tin là đã đọc.", read))
    return pages.back_to("own_notices.show")
