"""One's own substitutes: who acts in one's place during an absence, and in whose place one acts oneself."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from service import people, words
from service.errors import Forbidden
from service.vietnamese import people_in_order
from service.web import edit, pages, substitute_parts
from service.web.edit import Page
from service.web.frame import Link
from service.web.parts import Act, Block, Empty

blueprint = Blueprint("own_substitutes", __name__)


@blueprint.get("/my-substitutes")
def show() -> Response:
    """Who acts in the reader's place, and in whose place the reader acts."""
    by = pages.me()
    rows = people.list_substitutions(by=by, account=by.account)
    named = [row for row in rows if row.account == by.account]
    others = [row for row in rows if row.account != by.account]
    blocks = [
        Block(
            _("Xử lý thay tôi"),
            table=substitute_parts.table(named, "own_substitutes.end", lambda row: True) if named else None,
            empty=None if named else Empty(_("Chưa cử ai thay"), _("Khi vắng mặt, cử người thay theo ngày.")),
        )
    ]
    if others:
        blocks.append(Block(_("Tôi xử lý thay"), table=substitute_parts.table(others, "own_substitutes.end", lambda row: False)))
    return pages.page(
        "register",
        crumbs=[Link(_("Người thay"), "")],
        sentence=_("Người xử lý thay khi vắng mặt"),
        status=_("Việc đang mở và việc mới đến tay người thay từ ngày đầu. Người thay không bỏ phiếu thay, không cử tiếp người khác, "
                 "không xử lý hồ sơ liên quan đến người vắng."),
        tabs=[], chips=[], url=url_for("own_substitutes.show"), keep={}, q=None, filters=[], blocks=blocks, pager=None,
        main_act=Act(_("Cử người thay"), url_for("own_substitutes.name"), "name", "main", method="get") if people.lends(by) else None,
        acts=[], side=[],
    )


@blueprint.route("/my-substitutes/new", methods=["GET", "POST"])
def name() -> AnyResponse:
    """Name who acts in the reader's place, from a day to a day."""
    by = pages.me()
    lent = people.lends(by)
    if not lent or by.account is None:
        raise Forbidden("Bạn không giữ vai trò nào giao cho người thay được.", "You hold no role that a substitute may take.")
    account = by.account
    labels = people.group_labels(lent, words.language())

    def do(said: dict[str, Any]) -> AnyResponse:
        substitute_parts.name(said, account, by=by)
        pages.say(_("Đã cử người thay."))
        return pages.back_to("own_substitutes.show")

    return edit.edit(
        edit.form("own_substitute", *substitute_parts.fields(people_in_order(people.substitutes_for(by)), list(labels.items()))),
        Page(_("Cử người xử lý thay tôi"), url_for("own_substitutes.name"), url_for("own_substitutes.show"), _("Cử người thay"),
             [Link(_("Người thay"), url_for("own_substitutes.show")), Link(_("Cử người thay"), "")],
             _("Việc làm thay ghi rõ trong nhật ký: ai làm, thay ai.")),
        do,
        first=substitute_parts.first(),
    )


@blueprint.route("/my-substitutes/<int:number>/end", methods=["GET", "POST"])
def end(number: int) -> AnyResponse:
    """End a substitution of one's own, with a reason."""
    by = pages.me()
    back = url_for("own_substitutes.show")
    people.read_own_substitution(number, by=by)

    def do(reason: str) -> AnyResponse:
        people.end_substitution(number, by=by, reason=reason)
        pages.say(_("Đã kết thúc việc thay."))
        return pages.back_to("own_substitutes.show")

    act = Act(_("Kết thúc"), url_for("own_substitutes.end", number=number), "end", "takes",
              effect=_("Thôi cử người thay này?"), asks=_("Lý do"))
    return edit.confirm(act, [Link(_("Người thay"), back), Link(_("Kết thúc"), "")], back, do)
