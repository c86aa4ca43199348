"""What the pages of administration share: their tabs by right, and the frame of a list. Knows no subject."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, url_for
from flask_babel import gettext as _

from service import people
from service.actor import Actor
from service.web import pages
from service.web.frame import Link
from service.web.parts import Act, Block, FilterGroup, Pager


def allowed_tabs(by: Actor) -> list[tuple[str, str, str]]:
    """Endpoints and words of the parts of administration that a person may open, and what each is about."""
    found = [
        ("office_people.show_all", _("Người dùng"), _("Tài khoản, nhóm, mã đặt lại mật khẩu"), people.allowed(by, "account.read")),
        ("office_units.show_all", _("Đơn vị"), _("Cây đơn vị, đổi tên theo ngày, sáp nhập"), True),
        ("office.rights", _("Quyền"), _("Vai nào làm được việc gì"), people.allowed(by, "rights.read")),
        ("office.substitutes", _("Người thay"), _("Ai làm thay ai, từ ngày nào đến ngày nào"), people.allowed(by, "substitution.name")),
        ("office_days.show_all", _("Lịch làm việc"), _("Ngày nghỉ, ngày làm bù theo quyết định hằng năm"), True),
        ("second_person.show_all", _("Việc cần người thứ hai"), _("Việc đang chờ một người khác xem rồi xác nhận hoặc từ chối"),
         people.allowed(by, "second_person.read")),
        ("office_mail.show_all", _("Thư đi"), _("Thư đã gửi, chờ gửi, không gửi được"), people.allowed(by, "mail.read")),
        ("office_webhooks.show_all", _("Webhook"), _("Nơi được báo sự kiện qua mạng, có chữ ký; các lần gửi"),
         people.allowed(by, "webhook.read")),
        ("office_health.show", _("Tình trạng"), _("Việc nền, trường hợp kẹt, tiến trình"), people.allowed(by, "health.read")),
        ("office_processes.show_all", _("Quy trình"), _("Phiên bản sơ đồ, biểu mẫu, bảng quyết định"), True),
        ("studio.show_all", _("Soạn quy trình"),
         _("Vẽ sơ đồ, sửa biểu mẫu, bảng quyết định, thư; kiểm tra trước khi đưa vào dùng"), people.allowed(by, "studio.edit")),
        ("office_rules.show_all", _("Quy định"), _("Giá trị, căn cứ, độ chắc chắn; quy định nào chặn"), True),
        ("office_law.bases", _("Căn cứ pháp lý"), _("Văn bản mà các bước dẫn chiếu"), True),
        ("past_awards.show_all", _("Khen thưởng trước đây"), _("Danh hiệu, khen thưởng, xếp loại, sáng kiến có trước; nhập từ Excel"),
         people.allowed(by, "past_award.read")),
        ("erasures.show_all", _("Xóa dữ liệu"), _("Yêu cầu xóa dữ liệu cá nhân: xóa gì, giữ gì, vì sao"),
         people.allowed(by, "erasure.read")),
    ]
    return [(endpoint, said, about) for endpoint, said, about, may in found if may]


def tabs(by: Actor, current: str) -> list[Link]:
    """The tabs, with the one that is open."""
    return [Link(said, url_for(endpoint), current=endpoint == current) for endpoint, said, _about in allowed_tabs(by)]


def crumbs(*links: Link) -> list[Link]:
    """Where the reader is, below administration."""
    return [Link(_("Quản trị"), url_for("office.show")), *links]


def listing(
    by: Actor,
    current: str,
    sentence: str,
    blocks: Sequence[Block],
    *,
    status: str = "",
    trail: Sequence[Link] = (),
    chips: Sequence[Link] = (),
    q: str | None = None,
    url: str = "",
    filters: Sequence[FilterGroup] = (),
    pager: Pager | None = None,
    main_act: Act | None = None,
    acts: Sequence[Act] = (),
    side: Sequence[Block] = (),
) -> Response:
    """A page of administration that is a list, under its tabs."""
    return pages.page(
        "register",
        crumbs=crumbs(*trail) if trail else [Link(_("Quản trị"), "")],
        sentence=sentence,
        status=status,
        tabs=tabs(by, current),
        chips=list(chips),
        url=url,
        keep={},
        q=q,
        filters=list(filters),
        blocks=list(blocks),
        pager=pager,
        main_act=main_act,
        acts=list(acts),
        side=list(side),
    )


def must(by: Actor, act: str) -> None:
    """Refuse with Forbidden unless the person may do the act."""
    people.require(by, act)
