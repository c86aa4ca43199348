"""One's own API tokens: the list, making one (told once), revoking one."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from service import people, words
from service.errors import NotFound, Refusal
from service.people import PersonalToken
from service.web import edit, pages
from service.web.frame import Link
from service.web.parts import Act, Block, Cell, Column, Empty, Table, Tag

blueprint = Blueprint("own_tokens", __name__)


def scope_words(one: PersonalToken) -> str:
    """What a token may change, in words."""
    english = words.language() == "en"
    known = {area.word: (area.label, area.label_en) for area in people.areas()}
    known |= {word: (act.label, act.label_en) for word, act in people.acts().items()}
    return "; ".join(known[word][english] if word in known else word for word in one.scope) or _("chỉ đọc")


def state_tag(one: PersonalToken) -> Tag | None:
    """How a token ended; nothing while it may be used."""
    said = {
        "revoked": _("đã thu hồi"), "expired": _("hết hạn"), "restored": _("hết hiệu lực do phục hồi dữ liệu"),
        "credentials": _("hết hiệu lực do đổi mật khẩu, xác thực hai bước"),
    }
    return Tag("done", said[one.ended]) if one.ended else None


@blueprint.get("/my-tokens")
def show() -> Response:
    """The own tokens, with scope, last day, last use."""
    rows = people.list_tokens(by=pages.me())
    live = sum(not one.ended for one in rows)
    table = Table(
        [Column(_("Tên")), Column(_("Phạm vi")), Column(_("Dùng đến hết")), Column(_("Dùng gần nhất"))],
        [
            [
                Cell(one.name, _("số %(n)s, kết thúc bằng %(hint)s", n=one.id, hint=one.hint), tag=state_tag(one)),
                Cell(scope_words(one)), Cell(words.full_date(one.last_day)),
                Cell(words.full_date(one.used_on) or _("chưa dùng")),
            ]
            for one in rows
        ],
        _("Mã truy cập API"),
        row_acts=[[] if one.ended else [_revoke_act(one)] for one in rows],
    )
    return pages.page(
        "register",
        crumbs=[Link(_("Mã truy cập API của tôi"), "")],
        sentence=ngettext("*%(num)d mã truy cập API* đang dùng", "*%(num)d mã truy cập API* đang dùng", live),
        status=_("Chương trình dùng mã để làm thay bạn trong phạm vi bạn chọn. Thấy mã lạ thì thu hồi, rồi đổi mật khẩu."),
        tabs=[], chips=[], url="", keep={}, q=None, filters=[],
        blocks=[
            Block(
                _("Mã truy cập API"), table=table if rows else None,
                empty=None if rows else Empty(_("Chưa có mã nào"), _("Tạo mã khi cần nối chương trình khác với hệ thống.")),
            )
        ],
        pager=None,
        main_act=Act(_("Tạo mã truy cập"), url_for("own_tokens.make"), "make", "main", method="get"),
        acts=[], side=[],
    )


@blueprint.route("/my-tokens/new", methods=["GET", "POST"])
def make() -> Response:
    """Ask what the token is for, then tell it once."""
    by, wrong, code, made = pages.me(), [], 200, ""
    typed = request.form
    days = pages.number_of(typed.get("days"))
    if request.method == "POST":
        try:
            _number, made = people.make_token(
                typed.get("name", ""), by=by, scope=typed.getlist("scope"), days=days, password=typed.get("password", ""),
                address=request.remote_addr or "",
            )
        except Refusal as refusal:
            wrong = pages.shown_faults(refusal) or [("password", pages.in_language(refusal))]
            code = refusal.status
    english, rules = words.language() == "en", people.token_rules()
    areas, acts = people.scopes_for(by)
    return pages.page(
        "token", code=code, url=url_for("own_tokens.make"), back_url=url_for("own_tokens.show"), made=made, wrong=wrong,
        crumbs=[Link(_("Mã truy cập API của tôi"), url_for("own_tokens.show")), Link(_("Tạo mã"), "")],
        scopes=[
            *((area.word, area.label_en if english else area.label) for area in areas),
            *((act.word, act.label_en if english else act.label) for act in acts),
        ],
        chosen=typed.getlist("scope"), name=typed.get("name", ""), lifetimes=rules["lifetimes"], days=days or rules["usual"],
        asks_password=people.has_password(by),
    )


@blueprint.route("/my-tokens/<int:token_id>/revoke", methods=["GET", "POST"])
def revoke(token_id: int) -> AnyResponse:
    """End one of the own tokens."""
    by = pages.me()
    one = next((row for row in people.list_tokens(by=by) if row.id == token_id and not row.ended), None)
    if one is None:
        raise NotFound("Không có mã truy cập này.", "There is no such token.", code="no-token")

    def do(_reason: str) -> AnyResponse:
        people.revoke_token(token_id, by=by)
        pages.say(_("Đã thu hồi mã truy cập."))
        return pages.back_to("own_tokens.show")

    crumbs = [Link(_("Mã truy cập API của tôi"), url_for("own_tokens.show")), Link(one.name, "")]
    return edit.confirm(_revoke_act(one), crumbs, url_for("own_tokens.show"), do)


def _revoke_act(one: PersonalToken) -> Act:
    url = url_for("own_tokens.revoke", token_id=one.id)
    return Act(_("Thu hồi"), url, f"revoke-{one.id}", "takes", page_url=url,
               effect=_("Thu hồi mã *%(name)s*? Chương trình đang dùng mã này dừng ngay.", name=one.name.replace("*", "∗")))
