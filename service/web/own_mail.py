"""One's own mail: in which language it is written, and how one hears of each kind of notice.

Pages keep their language in the browser, mail needs it kept here. The link in a digest that stops digests leads here too.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from service import notices, people, words
from service.errors import NotFound
from service.notices import WAYS, Choice
from service.web import edit, pages
from service.web.edit import Page
from service.web.frame import Link
from service.web.parts import Act, Block, Check
from service.web.rendering import LANGUAGES

blueprint = Blueprint("own_mail", __name__)


@blueprint.route("/my-mail", methods=["GET", "POST"])
def choose() -> AnyResponse:
    """Choose the language of the letters that one gets, and the way of each kind that may be chosen."""
    by = pages.me()
    row = people.accounts_of([by.account] if by.account else [])[by.account or 0]
    choices = notices.read_choices(by=by)
    free = [one for one in choices if not one.compulsory]

    def do(said: dict[str, Any]) -> AnyResponse:
        # A kind that was not sent stays as it is.
        notices.choose({one.letter: said["ways"][one.letter] for one in free if said.get("ways", {}).get(one.letter)}, by=by)
        if said["locale"] != row.locale:
            people.set_locale(said["locale"], by=by)
        pages.say(_("Đã ghi ngôn ngữ của thư và cách nhận thông báo."))
        return pages.back_to("own_mail.choose")

    en = words.language() == "en"
    ways = [(way, said[en]) for way, said in WAYS.items()]
    return edit.edit(
        edit.form(
            "own_mail",
            edit.choice("locale", _("Ngôn ngữ của thư"), list(LANGUAGES.items()), required=True),
            edit.group("ways", _("Cách nhận từng loại"), [edit.choice(one.letter, _label(one), ways, chosen=True) for one in free]),
        ),
        Page(
            _("Thư gửi cho tôi"), url_for("own_mail.choose"), url_for("pages.home"), _("Ghi lại"),
            [Link(_("Thư gửi cho tôi"), "")],
            _("Thư gửi tới %(address)s. Ngôn ngữ của trang chọn ở trình đơn. Mọi tin đều hiện ở mục Thông báo; thư đi trong giờ "
              "làm việc, thư tổng hợp đi lúc 7:30.", address=row.email or _("chưa ghi")),
            above=[*_returned(by.account), _compulsory([one for one in choices if one.compulsory])],
        ),
        do,
        first={"locale": row.locale, "ways": {one.letter: one.way for one in free}},
    )


def _label(one: Choice) -> str:
    return one.label_en if words.language() == "en" else one.label


def _returned(account: int | None) -> list[Block]:
    """That one's address returns letters, where it does."""
    mark = notices.own_mark(account) if account else None
    if mark is None:
        return []
    return [Block(
        _("Thư gửi tới địa chỉ của bạn bị trả lại"),
        checks=[Check(
            _("Thư gửi tới %(address)s bị trả lại từ %(when)s, nên không gửi tới đó nữa. Báo quản trị viên sửa địa chỉ; mọi tin vẫn hiện "
              "ở mục Thông báo.", address=mark.address, when=words.full_moment(mark.since)),
            "warn",
        )],
    )]


def _compulsory(kinds: list[Choice]) -> Block:
    return Block(
        _("Thông báo bắt buộc"),
        words=_("Các loại sau là thông báo phải gửi theo quy định hoặc theo yêu cầu của hồ sơ: luôn gửi thư ngay, không tắt được:")
        + " " + "; ".join(_label(one) for one in kinds) + ".",
    )


@blueprint.route("/digests/<token>/stop", methods=["GET", "POST"])
def stop(token: str) -> AnyResponse:
    """Stop digests by the link in one, without signing in; looking at the page changes nothing (RFC 8058)."""
    account = notices.account_of_link(token)
    if account is None:
        raise NotFound(
            "Đường dẫn này không đúng hoặc đã quá hạn. Đăng nhập, mở trang Thư gửi cho tôi để chọn cách nhận.",
            "This link is wrong or too old. Sign in and open the page Mail to me to choose.",
        )

    back = url_for("pages.sign_in")
    crumbs = [Link(_("Thư tổng hợp"), "")]
    if request.method == "POST":
        notices.stop_digests(account, by=people.stranger("web"))
        # No redirection: mail programs do not follow one (RFC 8058, section 3.1).
        return pages.page(
            "register", crumbs=crumbs, sentence=_("Đã ngừng gửi thư tổng hợp"),
            status=_("Các tin đó vẫn hiện ở mục Thông báo sau khi đăng nhập; thông báo bắt buộc vẫn gửi. Muốn nhận lại, chọn ở "
                     "trang Thư gửi cho tôi."),
            tabs=[], chips=[], url="", keep={}, q=None, filters=[], blocks=[], pager=None, main_act=None,
            acts=[Act(_("Đăng nhập"), back, "sign-in", "text", method="get")], side=[],
        )
    act = Act(
        _("Ngừng gửi thư tổng hợp"), url_for("own_mail.stop", token=token), "stop", "main",
        effect=_("Ngừng gửi thư tổng hợp? Các tin đó vẫn hiện ở mục Thông báo sau khi đăng nhập; thông báo bắt buộc vẫn gửi."),
    )
    return pages.page("confirm", crumbs=crumbs, act_=act, back_url=back, wrong="", typed="")
