"""What waits for a second person: the list, confirming, refusing or taking back; and asking for it where a verb says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from service import people, words
from service.actor import Actor
from service.people import second_person
from service.people.models import SecondPersonRequest as Request
from service.web import edit, pages
from service.web.frame import Link
from service.web.office_frame import crumbs, listing
from service.web.parts import Act, Block, Cell, Column, Empty, Table, Tag

blueprint = Blueprint("second_person", __name__)

_TAGS = {"asked": "waiting", "confirmed": "passed", "refused": "refused", "withdrawn": "replaced", "lapsed": "replaced"}


def _states() -> dict[str, str]:
    return {
        "asked": _("chờ xác nhận"), "confirmed": _("đã xác nhận"), "refused": _("không đồng ý"), "withdrawn": _("đã rút lại"),
        "lapsed": _("hết hạn"),
    }


def do_or_ask(act: str, given: Mapping[str, Any], do: Callable[[], None], *, by: Actor, reason: str, done: str) -> None:
    """Do a chosen act where this person may alone, else ask for its second person; either is said on the next page."""
    try:
        do()
    except second_person.SecondPersonNeeded:
        second_person.ask(act, given, by=by, reason=reason)
        pages.say(_("Đã gửi đề nghị. Việc được thực hiện khi người thứ hai xác nhận."), "warn")
    else:
        pages.say(done)


@blueprint.get("/office/second-person")
def show_all() -> Response:
    """Every request: what waits first, then what was settled."""
    by = pages.me()
    people.require(by, second_person.READ)
    rows = second_person.list_requests(by=by)
    names = people.names({n for row in rows for n in (row.asked_by, row.settled_by) if n is not None})
    waiting = [row for row in rows if second_person.is_open(row)]
    settled = [row for row in rows if not second_person.is_open(row)]
    return listing(
        by, "second_person.show_all", _("Việc cần người thứ hai"),
        [_block(_("Đang chờ"), waiting, names, by), *([_block(_("Đã giải quyết"), settled, names, by)] if settled else [])],
        status=_("Có việc không ai làm một mình: một người đề nghị, người khác xem rồi xác nhận trong thời hạn."),
    )


def _block(title: str, rows: list[Request], names: Mapping[int, str], by: Actor) -> Block:
    if not rows:
        why = _("Đề nghị hiện ở đây khi ai đó bắt đầu một việc cần hai người.")
        return Block(title, empty=Empty(_("Không có đề nghị nào đang chờ"), why))
    return Block(
        title,
        table=Table(
            [Column(_("Việc cần người thứ hai")), Column(_("Lý do")), Column(_("Ai, khi nào")), Column(_("Chờ đến")), Column("")],
            [
                [
                    Cell(_what(row)), Cell(row.reason, row.refusal), Cell(_who(row, names)), Cell(words.full_moment(row.until)),
                    Cell("", tag=_tag(row)),
                ]
                for row in rows
            ],
            title,
            row_acts=[_acts(row, by) for row in rows],
        ),
    )


def _what(row: Request) -> str:
    return second_person.told(row)[words.language() == "en"]


def _who(row: Request, names: Mapping[int, str]) -> str:
    said = _("%(who)s, %(when)s", who=names.get(row.asked_by, ""), when=words.full_moment(row.asked_at))
    if row.state == "confirmed":
        return _("%(asked)s; %(who)s xác nhận", asked=said, who=names.get(row.settled_by or 0, ""))
    if row.state == "refused":
        return _("%(asked)s; %(who)s không đồng ý", asked=said, who=names.get(row.settled_by or 0, ""))
    return said


def _tag(row: Request) -> Tag:
    state = "lapsed" if row.state == "asked" and not second_person.is_open(row) else row.state
    return Tag(_TAGS[state], _states()[state])


def _acts(row: Request, by: Actor) -> list[Act]:
    found = [_confirm_act(row)] if second_person.may_confirm(row, by=by) else []
    if second_person.is_open(row) and (found or row.asked_by == by.account):
        found.append(_refuse_act(row, by))
    return found


def _confirm_act(row: Request) -> Act:
    url = url_for("second_person.confirm", request_id=row.id)
    return Act(_("Xác nhận"), url, "confirm", "main", page_url=url,
               effect=_("Xác nhận: *%(what)s*? Việc được thực hiện ngay.", what=_what(row).replace("*", "∗")))


def _refuse_act(row: Request, by: Actor) -> Act:
    url, own = url_for("second_person.refuse", request_id=row.id), row.asked_by == by.account
    return Act(_("Rút lại") if own else _("Không đồng ý"), url, "refuse", "second", page_url=url, asks=_("Lý do"),
               effect=_("Không thực hiện: *%(what)s*?", what=_what(row).replace("*", "∗")))


@blueprint.route("/office/second-person/<int:request_id>/confirm", methods=["GET", "POST"])
def confirm(request_id: int) -> AnyResponse:
    """Confirm as the second person; the act is done at once."""
    by = pages.me()
    people.require(by, "second_person.confirm")
    row = second_person.read_request(request_id, by=by)

    def do(reason: str) -> AnyResponse:
        second_person.confirm(request_id, by=by)
        pages.say(_("Đã xác nhận và thực hiện: %(what)s.", what=_what(row)))
        return pages.back_to("second_person.show_all")

    return _asked(_confirm_act(row), do)


@blueprint.route("/office/second-person/<int:request_id>/refuse", methods=["GET", "POST"])
def refuse(request_id: int) -> AnyResponse:
    """Refuse a request, or take back one's own, with a reason."""
    by = pages.me()
    row = second_person.read_request(request_id, by=by)
    if row.asked_by != by.account:
        people.require(by, "second_person.confirm")

    def do(reason: str) -> AnyResponse:
        second_person.refuse(request_id, by=by, reason=reason)
        pages.say(_("Không thực hiện: %(what)s.", what=_what(row)))
        return pages.back_to("second_person.show_all")

    return _asked(_refuse_act(row, by), do)


def _asked(act: Act, do: Callable[[str], AnyResponse]) -> AnyResponse:
    back = url_for("second_person.show_all")
    return edit.confirm(act, crumbs(Link(_("Việc cần người thứ hai"), back), Link(act.words, "")), back, do)
