"""One's own calendar of what is due: making and revoking its secret address, and the feed that a calendar reads there."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from service import doors, people, words
from service.actor import Actor
from service.council.due_calendar import due_calendar
from service.errors import NotFound
from service.web import pages
from service.web.frame import Link
from service.web.parts import Act, Block, Fact

blueprint = Blueprint("own_calendar", __name__)


@blueprint.get("/my-calendar")
def show() -> Response:
    """Whether there is a secret address, and the acts to make and to revoke it."""
    return _page(pages.me())


@blueprint.post("/my-calendar")
def change() -> AnyResponse:
    """Make the address, which this one answer shows, or revoke it."""
    by = pages.me()
    if request.form.get("act") == "revoke":
        if people.revoke_feed(by=by):
            pages.say(_("Đã hủy địa chỉ lịch. Lịch nào đang đọc địa chỉ đó sẽ không nhận việc mới."))
        return pages.back_to("own_calendar.show")
    token = people.make_feed(by=by)
    response = _page(by, f"{pages.settings().address}{url_for('own_calendar.feed', token=token)}")
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/calendar/<token>.ics")
def feed(token: str) -> Response:
    """The calendar itself, for who has the address; it reads and does nothing else."""
    account = people.account_of_feed(token)
    try:
        by = people.actor_of(account) if account is not None else None
    except NotFound:
        by = None  # the account is closed
    if by is None:
        raise NotFound(
            "Địa chỉ lịch này không đúng hoặc đã hủy. Đăng nhập, mở Lịch việc đến hạn để tạo địa chỉ mới.",
            "This address of a calendar is wrong or revoked. Sign in and open the page of the own calendar to make another.",
        )
    language = people.accounts_of([by.account or 0])[by.account or 0].locale
    content = due_calendar(by.through("web"), address=pages.settings().address, language=language)
    return doors.hand_file(content.encode(), "text/calendar", "vinh-danh.ics")


def _page(by: Actor, address: str = "") -> Response:
    made = people.feed_made_at(by)
    make = Act(
        _("Tạo địa chỉ mới") if made else _("Tạo địa chỉ lịch"), url_for("own_calendar.change"), "make", "second" if made else "main",
        effect=_("Tạo địa chỉ mới? Địa chỉ trước đó không dùng được nữa, phải thêm lại vào lịch.") if made and not address else "",
    )
    revoke = Act(
        _("Hủy địa chỉ"), url_for("own_calendar.change"), "revoke", "takes",
        effect=_("Hủy địa chỉ lịch? Lịch trên máy hoặc điện thoại sẽ không nhận việc mới nữa."),
    )
    blocks = [Block(
        _("Địa chỉ lịch của bạn"),
        words=_("Chép địa chỉ này vào mục “Thêm lịch từ địa chỉ” của ứng dụng lịch. Địa chỉ chỉ hiện lần này; ai có địa chỉ đều đọc "
                "được, nên không gửi cho người khác."),
        facts=[Fact(_("Địa chỉ"), address)],
        key="address",
    )] if address else []
    return pages.page(
        "register",
        crumbs=[Link(_("Lịch việc đến hạn"), "")],
        sentence=_("Lịch việc đến hạn"),
        status=_("Đang có một địa chỉ, tạo lúc %(when)s.", when=words.full_moment(made)) if made else _("Chưa có địa chỉ lịch."),
        tabs=[], chips=[], url="", keep={}, q=None, filters=[],
        blocks=[*blocks, Block(
            _("Trong lịch có gì"),
            words=_("Việc có hạn đang chờ bạn và nhóm của bạn, câu hỏi của đồng nghiệp, phiên họp Hội đồng mà bạn được mời. Mỗi việc "
                    "chỉ ghi tên bước và tên hồ sơ như trong thư báo việc, không ghi điểm, lý do hay ý kiến."),
            key="about",
        ), Block(
            _("Khi nào địa chỉ hết hiệu lực"),
            words=_("Khi bạn hủy hoặc tạo địa chỉ mới, khi mật khẩu hoặc xác thực hai bước thay đổi, khi tài khoản bị khóa và khi hệ thống "
                    "phục hồi dữ liệu. Sau đó tạo lại ở trang này rồi thêm vào lịch."),
            key="ends",
        )],
        pager=None, main_act=None, acts=[make, *([revoke] if made else [])], side=[],
    )
