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


def allowed_tabs(by: Actor) -> list[tuple[str, str]]:
    """Endpoints and words of the parts of administration that a person may open."""
    found = [
        ("office_people.show_all", _("Người dùng"), people.allowed(by, "account.read")),
        ("office_units.show_all", _("Đơn vị"), True),
        ("office.rights", _("Quyền"), people.allowed(by, "rights.read")),
        ("office.substitutes", _("Người thay"), people.allowed(by, "substitution.name")),
        ("office_days.show_all", _("Lịch làm việc"), True),
        ("second_person.show_all", _("Việc cần người thứ hai"), people.allowed(by, "second_person.read")),
        ("office_mail.show_all", _("Thư đi"), people.allowed(by, "mail.read")),
        ("office_health.show", _("Tình trạng"), people.allowed(by, "health.read")),
        ("office_processes.show_all", _("Quy trình"), True),
        ("studio.show_all", _("Soạn quy trình"), people.allowed(by, "studio.edit")),
        ("office_rules.show_all", _("Quy định"), True),
        ("office_law.bases", _("Căn cứ pháp lý"), True),
        ("past_awards.show_all", _("Khen thưởng trước đây"), people.allowed(by, "past_award.read")),
        ("erasures.show_all", _("Xóa dữ liệu"), people.allowed(by, "erasure.read")),
    ]
    return [(endpoint, said) for endpoint, said, may in found if may]


def tabs(by: Actor, current: str) -> list[Link]:
    """The tabs, with the one that is open."""
    return [Link(said, url_for(endpoint), current=endpoint == current) for endpoint, said in allowed_tabs(by)]


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
