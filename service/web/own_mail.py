"""One's own mail: in which language it is written. Pages keep their language in the browser, mail needs it kept here."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from service import people
from service.web import edit, pages
from service.web.edit import Page
from service.web.frame import Link
from service.web.rendering import LANGUAGES

blueprint = Blueprint("own_mail", __name__)


@blueprint.route("/my-mail", methods=["GET", "POST"])
def choose() -> AnyResponse:
    """Choose the language of the letters that one gets."""
    by = pages.me()
    row = people.accounts_of([by.account] if by.account else [])[by.account or 0]

    def do(said: dict[str, Any]) -> AnyResponse:
        people.set_locale(said["locale"], by=by)
        pages.say(_("Từ nay thư gửi bạn viết bằng ngôn ngữ đã chọn."))
        return pages.back_to("own_mail.choose")

    return edit.edit(
        edit.form("own_mail", edit.choice("locale", _("Ngôn ngữ của thư"), list(LANGUAGES.items()), required=True)),
        Page(
            _("Thư gửi cho tôi"), url_for("own_mail.choose"), url_for("pages.home"), _("Ghi lại"),
            [Link(_("Thư gửi cho tôi"), "")],
            _("Thư gửi tới %(address)s. Ngôn ngữ của trang chọn ở trình đơn.", address=row.email or _("chưa ghi")),
        ),
        do,
        first={"locale": row.locale},
    )
