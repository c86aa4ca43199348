"""Accounts: the list, one person with groups and dates, adding, editing, blocking, a new one-time code."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from service import notices, people, words
from service.errors import Invalid, NotFound
from service.people import Person, second_person
from service.web import edit, pages, people_import, trail_filters
from service.web.edit import Page
from service.web.frame import Link
from service.web.imports import add_routes
from service.web.office_frame import crumbs, listing, must
from service.web.own_tokens import scope_words
from service.web.parts import Act, Block, Cell, Column, Empty, Fact, Filter, FilterGroup, Table, Tag
from service.web.rendering import LANGUAGES
from service.web.second_person import do_or_ask
from service.web.sessions import device_words
from service.web.standing import pages_of

blueprint = Blueprint("office_people", __name__)
add_routes(blueprint, people_import.PAGE)
SIZE = 50


@blueprint.get("/office/people")
def show_all() -> Response:
    """Accounts in the order of given names, found without diacritics, by role and state."""
    by = pages.me()
    must(by, "account.read")
    text, group = request.args.get("q", "")[:100], request.args.get("group", "")
    state = request.args.get("state", "")
    number = max(request.args.get("page", 1, type=pages.whole), 1)
    rows, total = people.list_accounts(
        by=by, text=text, group=group or None, active={"on": True, "off": False}.get(state), page=number, size=SIZE
    )
    groups = people.memberships_of([row.id for row in rows]) if rows else {}
    labels = people.group_labels({one.group for held in groups.values() for one in held}, words.language())
    marked = notices.marked_people([row.id for row in rows])
    here: dict[str, Any] = {k: v for k, v in (("q", text), ("group", group), ("state", state)) if v}
    return listing(
        by, "office_people.show_all", ngettext("*%(num)d tài khoản*", "*%(num)d tài khoản*", total),
        [
            Block(
                _("Người dùng"),
                table=Table(
                    [Column(_("Họ và tên")), Column(_("Tên đăng nhập")), Column(_("Vai, đơn vị")), Column(_("Trạng thái"))],
                    [
                        [
                            Cell(row.name, row.title, url_for("office_people.show", account=row.id)),
                            Cell(row.login, row.email, tag=Tag("refused", _("bị trả thư lại")) if row.id in marked else None),
                            Cell(", ".join(labels[one.group] for one in groups.get(row.id, ()) if one.holds)),
                            Cell("", tag=_state(row)),
                        ]
                        for row in rows
                    ],
                    _("Người dùng"),
                ) if rows else None,
                empty=None if rows else Empty(_("Không tìm thấy ai"), _("Tìm không cần dấu, theo tên hoặc tên đăng nhập.")),
            )
        ],
        trail=[Link(_("Người dùng"), "")], q=text, url=url_for("office_people.show_all"),
        filters=_filters(group, state),
        pager=pages_of(number, SIZE, total, False, lambda page: url_for("office_people.show_all", **here, page=page)),
        main_act=Act(_("Thêm người dùng"), url_for("office_people.add"), "add", "main", method="get")
        if people.allowed(by, "account.edit") else None,
        acts=[Act(_("Nhập từ Excel"), url_for("office_people.show_import"), "import", "second", method="get")]
        if people.allowed(by, "account.edit") else (),
    )


def _filters(group: str, state: str) -> list[FilterGroup]:
    roles = [word for word, one in people.catalogue().items() if not one.scoped]
    labels = people.group_labels(roles, words.language())
    counts = {word: len(people.members_of([word])) for word in roles}
    return [
        FilterGroup(_("Vai"), [Filter("group", word, labels[word], counts[word], word == group) for word in roles
                               if counts[word]]),
        FilterGroup(_("Trạng thái"), [
            Filter("state", "off", _("Đã khóa"), _blocked(), state == "off"),
        ]),
    ]


def _blocked() -> int:
    return people.list_accounts(by=pages.me(), active=False, size=1)[1]


def _state(row: Person) -> Tag:
    if not row.active:
        return Tag("refused", _("Đã khóa"))
    if not row.has_password:
        return Tag("waiting", _("Chờ đặt mật khẩu"))
    if row.must_change:
        return Tag("waiting", _("Chờ đổi mật khẩu"))
    return Tag("done", _("Đang dùng"))


def _person(account: int) -> Person:
    found = people.accounts_of([account]).get(account)
    if found is None:
        raise NotFound("Không có tài khoản này.", "There is no such account.")
    return found


@blueprint.get("/office/people/<int:account>")
def show(account: int) -> Response:
    """One person: what is known, groups with their dates, what can be done."""
    by = pages.me()
    must(by, "account.read")
    row = _person(account)
    groups = people.memberships_of([account], past=True)[account]
    labels = people.group_labels({one.group for one in groups}, words.language())
    may = people.allowed(by, "account.edit")
    return listing(
        by, "office_people.show_all", row.name,
        [
            Block(
                _("Vai, đơn vị"),
                [Link(_("Thêm vai"), url_for("office_people.grant", account=account))] if may else (),
                table=Table(
                    [Column(_("Vai")), Column(_("Từ ngày")), Column(_("Thôi từ ngày"))],
                    [[Cell(labels[one.group], one.group, tag=None if one.holds else Tag("done", _("không còn hiệu lực"))),
                      Cell(words.full_date(one.valid_from)), Cell(words.full_date(one.valid_to) or "")]
                     for one in groups],
                    _("Vai, đơn vị"),
                    row_acts=[[_revoke_act(account, one.group, labels[one.group])] if may and one.holds else [] for one in groups],
                ) if groups else None,
                empty=None if groups else Empty(_("Chưa có vai nào"), _("Chưa có vai thì chỉ đổi được mật khẩu.")),
            )
        ],
        status=f"{row.title or row.login}.",
        trail=[Link(_("Người dùng"), url_for("office_people.show_all")), Link(row.name, "")],
        acts=_acts(row) if may else (),
        side=[_facts(row, trail_filters.deeds_link(account, by=by)), *([_sessions(row), *_tokens(row)] if may else [])],
    )


def _sessions(row: Person) -> Block:
    """Where the person is signed in, for who may end it."""
    rows = people.list_sessions(by=pages.me(), account=row.id)
    return Block(
        _("Phiên đăng nhập"),
        acts=[Act(_("Kết thúc mọi phiên"), url_for("office_people.sign_out", account=row.id), "sign-out",
                  effect=_("Kết thúc mọi phiên của *%(name)s*? Người này phải đăng nhập lại.", name=row.name))] if rows else (),
        lines=[
            Cell(device_words(one), _("%(address)s, dùng gần nhất %(when)s", address=one.address or _("không rõ"),
                                      when=words.full_moment(one.seen)))
            for one in rows
        ],
        empty=None if rows else Empty(_("Không đăng nhập ở đâu"), _("Phiên đang mở hiện ở đây.")),
    )


def _tokens(row: Person) -> list[Block]:
    """The person's API tokens that may be used, for who may revoke them; nothing where there is none."""
    rows = [one for one in people.list_tokens(by=pages.me(), account=row.id) if not one.ended]
    return [
        Block(
            _("Mã truy cập API"),
            acts=[_revoke_tokens_act(row)],
            lines=[
                Cell(one.name, _("%(scope)s; dùng đến hết %(until)s, dùng gần nhất %(used)s", scope=scope_words(one),
                                 until=words.full_date(one.last_day), used=words.full_date(one.used_on) or _("chưa dùng")))
                for one in rows
            ],
        )
    ] if rows else []


def _revoke_tokens_act(row: Person) -> Act:
    return Act(_("Thu hồi mọi mã"), url_for("office_people.revoke_tokens", account=row.id), "tokens", "takes",
               effect=_("Thu hồi mọi mã truy cập API của *%(name)s*? Chương trình đang dùng dừng ngay.", name=row.name),
               asks=_("Lý do"))


def _facts(row: Person, deeds: Link | None) -> Block:
    return Block(
        _("Tài khoản"),
        [deeds] if deeds else (),
        facts=[
            Fact(_("Tên đăng nhập"), row.login), Fact(_("Thư điện tử"), row.email or _("chưa ghi")), *_returned(row),
            Fact(_("Điện thoại"), row.phone or _("chưa ghi"), figures=True),
            Fact(_("Ngôn ngữ của thư"), LANGUAGES[row.locale]),
            Fact(_("Trạng thái"), _state(row).words),
            Fact(_("Đăng nhập gần nhất"), words.full_moment(row.signed_in_at) or _("chưa lần nào")),
        ],
    )


def _returned(row: Person) -> list[Fact]:
    """That the address returns letters, and what the other server said."""
    mark = notices.own_mark(row.id)
    if mark is None:
        return []
    said = _("từ %(when)s, %(status)s %(said)s", when=words.full_moment(mark.since), status=mark.status, said=mark.said)
    return [Fact(_("Địa chỉ bị trả thư lại"), said.strip())]


def _revoke_act(account: int, group: str, label: str) -> Act:
    url = url_for("office_people.revoke", account=account)
    return Act(_("Thôi vai này"), url, "revoke", "takes", effect=_("Thôi vai *%(label)s* từ hôm nay?", label=label),
               asks=_("Lý do"), hidden={"group": group},
               page_url=url_for("office_people.revoke", account=account, group=group))


def _acts(row: Person) -> list[Act]:
    acts = [
        Act(_("Sửa thông tin"), url_for("office_people.change", account=row.id), "change", method="get"),
        Act(_("Cấp mã đặt lại mật khẩu"), url_for("office_people.reset", account=row.id), "reset",
            effect=_("Cấp mã mới cho *%(name)s*? Mật khẩu cũ và các phiên đang mở hết hiệu lực.", name=row.name)),
    ]
    if row.has_password and row.active and not row.must_change:
        acts.append(
            Act(_("Bắt đổi mật khẩu"), url_for("office_people.force_change", account=row.id), "force-change",
                effect=_("*%(name)s* phải đặt mật khẩu mới ở lần vào tới, trước đó không làm được việc gì?", name=row.name))
        )
    if people.second_factor.is_on(row.id):
        acts.append(_factor_act(row))
    return [*acts, *_link_acts(row), _block_act(row)]


def _link_acts(row: Person) -> list[Act]:
    at = people.oidc.provider()
    if at is None:
        return []
    if people.identity_of(row.id) is None:
        words_ = _("Liên kết với %(name)s", name=at.name)
        return [Act(words_, url_for("office_people.link", account=row.id), "link", method="get")]
    return [_unlink_act(row)]


def _unlink_act(row: Person) -> Act:
    return Act(_("Bỏ liên kết đăng nhập"), url_for("office_people.unlink", account=row.id), "unlink", "takes",
               effect=_("Bỏ liên kết của *%(name)s*? Người này chỉ còn vào bằng mật khẩu, các phiên đang mở kết thúc.", name=row.name),
               asks=_("Lý do"))


def _factor_act(row: Person) -> Act:
    return Act(_("Gỡ xác thực hai bước"), url_for("office_people.reset_factor", account=row.id), "factor", "takes",
               effect=_("Gỡ xác thực hai bước của *%(name)s*? Chỉ làm khi người này mất điện thoại và mã dự phòng.",
                        name=row.name), asks=_("Lý do"))


def _block_act(row: Person) -> Act:
    if row.active:
        return Act(_("Khóa tài khoản"), url_for("office_people.block", account=row.id), "block", "takes",
                   effect=_("Khóa *%(name)s*? Người này ra khỏi hệ thống ngay.", name=row.name), asks=_("Lý do"))
    return Act(_("Mở khóa tài khoản"), url_for("office_people.unblock", account=row.id), "unblock",
               effect=_("Mở khóa *%(name)s*?", name=row.name), asks=_("Lý do"))


def _fields() -> list[edit.Field]:
    return [
        edit.text("name", _("Họ và tên"), required=True, most=120),
        edit.text("title", _("Chức danh"), most=200),
        edit.text("email", _("Thư điện tử"), most=200),
        edit.text("phone", _("Điện thoại"), most=40),
        edit.choice("locale", _("Ngôn ngữ của thư"), list(LANGUAGES.items())),
    ]


def _group_choices() -> list[tuple[str, str]]:
    labels = people.group_labels([w for w, g in people.catalogue().items() if not g.scoped], words.language())
    choices = [(word, label) for word, label in labels.items()]
    scoped = [(w, g.label_en if words.language() == "en" else g.label) for w, g in people.catalogue().items() if g.scoped]
    units = people.list_units()
    for word, label in scoped:
        choices += [(f"{word}:{unit.id}", f"{label}: {unit.name}") for unit in units]
    return choices


@blueprint.route("/office/people/new", methods=["GET", "POST"])
def add() -> AnyResponse:
    """Make an account; the one-time code is shown once, on the next page."""
    by = pages.me()
    must(by, "account.edit")

    def do(said: dict[str, Any]) -> AnyResponse:
        first = said.get("group") or ""
        later = bool(first) and people.is_guarded(first) and second_person.is_needed("group.grant", by)
        number, code = people.create_account(
            said["login"], said["name"], by=by, title=said.get("title") or "", email=said.get("email") or "",
            phone=said.get("phone") or "", locale=said.get("locale") or "vi", groups=[first] if first and not later else [],
        )
        _tell_code(said["name"], code)
        if later:
            pages.say(_("Vai đã chọn cần người thứ hai xác nhận nên chưa giao. Bấm Thêm vai ở đây để gửi đề nghị."), "warn")
        return pages.back_to("office_people.show", account=number)

    return edit.edit(
        edit.form("account", edit.text("login", _("Tên đăng nhập"), hint=_("Chữ không dấu, số, dấu chấm"),
                                       required=True, most=40),
                  *_fields(), edit.choice("group", _("Vai đầu tiên"), _group_choices())),
        Page(_("Thêm người dùng"), url_for("office_people.add"), url_for("office_people.show_all"), _("Thêm người dùng"),
             crumbs(Link(_("Người dùng"), url_for("office_people.show_all")), Link(_("Thêm"), "")),
             _("Người mới đặt mật khẩu bằng mã dùng một lần, có hiệu lực ba ngày.")),
        do,
        first={"locale": "vi"},
    )


def _tell_code(name: str, code: str) -> None:
    pages.say(_("Mã đặt mật khẩu của %(name)s: *%(code)s*. Mã chỉ hiện lần này, dùng trong ba ngày, tại %(address)s.",
                name=name, code=code, address=url_for("set_password.redeem", _external=True)), "warn")


@blueprint.route("/office/people/<int:account>/edit", methods=["GET", "POST"])
def change(account: int) -> AnyResponse:
    """Change what is said about a person."""
    by = pages.me()
    must(by, "account.edit")
    row = _person(account)

    def do(said: dict[str, Any]) -> AnyResponse:
        people.edit_account(account, by=by, **{k: said.get(k) or "" for k in ("name", "title", "email", "phone")},
                            locale=said.get("locale") or row.locale)
        pages.say(_("Đã sửa thông tin."))
        return pages.back_to("office_people.show", account=account)

    return edit.edit(
        edit.form("account_edit", *_fields()), _page(row, _("Sửa thông tin"), "office_people.change", _("Ghi lại")), do,
        first={"name": row.name, "title": row.title, "email": row.email, "phone": row.phone, "locale": row.locale},
    )


@blueprint.route("/office/people/<int:account>/grant", methods=["GET", "POST"])
def grant(account: int) -> AnyResponse:
    """Give a person a role, from a day, perhaps until a day."""
    by = pages.me()
    must(by, "account.edit")
    row = _person(account)

    def do(said: dict[str, Any]) -> AnyResponse:
        given = (account, said["group"], _day(said.get("valid_from")), _day(said.get("valid_to")), said.get("basis") or None)

        def give() -> None:
            people.grant(*given[:2], by=by, valid_from=given[2], valid_to=given[3], basis=given[4])

        do_or_ask(
            "group.grant", people.grant_given(*given), give, by=by, reason=said.get("reason") or "",
            done=_("Đã thêm vai cho %(name)s.", name=row.name),
        )
        return pages.back_to("office_people.show", account=account)

    return edit.edit(
        edit.form("grant", edit.choice("group", _("Vai"), _group_choices(), required=True),
                  edit.day("valid_from", _("Từ ngày"), hint=_("Để trống: từ hôm nay")),
                  edit.day("valid_to", _("Thôi từ ngày"), hint=_("Để trống: không hạn")),
                  edit.text("basis", _("Căn cứ"), hint=_("Số, ngày quyết định")),
                  *([edit.area("reason", _("Lý do"), hint=_("Cần khi vai phải có người thứ hai xác nhận"), most=2000)]
                    if second_person.is_needed("group.grant", by) else [])),
        _page(row, _("Thêm vai"), "office_people.grant", _("Thêm vai")), do,
    )


@blueprint.route("/office/people/<int:account>/revoke", methods=["GET", "POST"])
def revoke(account: int) -> AnyResponse:
    """Take a role away, with a reason."""
    by = pages.me()
    must(by, "account.edit")
    row, group = _person(account), request.values.get("group", "")

    def do(reason: str) -> AnyResponse:
        people.revoke(account, group, by=by, reason=reason)
        pages.say(_("Đã thôi vai của %(name)s.", name=row.name))
        return pages.back_to("office_people.show", account=account)

    page = _page(row, _("Thôi vai"), "office_people.revoke", "")
    label = people.group_labels([group], words.language()).get(group, group)
    return edit.confirm(_revoke_act(account, group, label), page.crumbs, page.back_url, do)


@blueprint.post("/office/people/<int:account>/reset")
def reset(account: int) -> AnyResponse:
    """Give a new one-time code."""
    by = pages.me()
    must(by, "account.edit")
    row = _person(account)
    _tell_code(row.name, people.reset_account(account, by=by))
    return pages.back_to("office_people.show", account=account)


@blueprint.post("/office/people/<int:account>/force-change")
def force_change(account: int) -> AnyResponse:
    """Make a person choose a new password at the next step."""
    by = pages.me()
    must(by, "account.edit")
    row = _person(account)
    people.force_change(account, by=by)
    pages.say(_("%(name)s phải đổi mật khẩu ở lần vào tới.", name=row.name))
    return pages.back_to("office_people.show", account=account)


@blueprint.post("/office/people/<int:account>/sign-out")
def sign_out(account: int) -> AnyResponse:
    """End all sessions of a person."""
    by = pages.me()
    must(by, "account.edit")
    row = _person(account)
    ended = people.end_sessions(by=by, account=account)
    pages.say(ngettext("Đã kết thúc %(num)d phiên của %(name)s.", "Đã kết thúc %(num)d phiên của %(name)s.", ended,
                       name=row.name))
    return pages.back_to("office_people.show", account=account)


@blueprint.route("/office/people/<int:account>/tokens/revoke", methods=["GET", "POST"])
def revoke_tokens(account: int) -> AnyResponse:
    """End all API tokens of a person, with a reason."""
    by = pages.me()
    must(by, "account.edit")
    row = _person(account)

    def do(reason: str) -> AnyResponse:
        ended = people.revoke_tokens(account, by=by, reason=reason)
        pages.say(ngettext("Đã thu hồi %(num)d mã truy cập.", "Đã thu hồi %(num)d mã truy cập.", ended))
        return pages.back_to("office_people.show", account=account)

    page = _page(row, _("Thu hồi mã truy cập API"), "office_people.revoke_tokens", "")
    return edit.confirm(_revoke_tokens_act(row), page.crumbs, page.back_url, do)


@blueprint.route("/office/people/<int:account>/link", methods=["GET", "POST"])
def link(account: int) -> AnyResponse:
    """Link an account with somebody at the other house, by the subject that it calls him."""
    by = pages.me()
    must(by, "account.edit")
    row, at = _person(account), people.oidc.provider()
    if at is None:
        raise NotFound("Không có trang này.", "There is no such page.")

    def do(said: dict[str, Any]) -> AnyResponse:
        subject, reason = said["subject"], said["reason"]
        do_or_ask(
            "identity.link", people.link_given(account, subject, reason, at),
            lambda: people.link_identity(account, subject, by=by, at=at, reason=reason), by=by, reason=reason,
            done=_("Đã liên kết. %(name)s đăng nhập được qua %(at)s.", name=row.name, at=at.name),
        )
        return pages.back_to("office_people.show", account=account)

    hint = _("Người này thử đăng nhập qua đó sẽ thấy mã định danh của mình; nhận mã trực tiếp từ họ.")
    return edit.edit(
        edit.form("link", edit.text("subject", _("Mã định danh (sub)"), hint=hint, required=True, most=255),
                  edit.area("reason", _("Lý do"), required=True, most=2000)),
        _page(row, _("Liên kết đăng nhập"), "office_people.link", _("Liên kết")), do,
    )


@blueprint.route("/office/people/<int:account>/unlink", methods=["GET", "POST"])
def unlink(account: int) -> AnyResponse:
    """Take the link with the other house away, with a reason."""
    by = pages.me()
    must(by, "account.edit")
    row = _person(account)

    def do(reason: str) -> AnyResponse:
        people.unlink_identity(account, by=by, reason=reason)
        pages.say(_("Đã bỏ liên kết."))
        return pages.back_to("office_people.show", account=account)

    page = _page(row, _("Bỏ liên kết đăng nhập"), "office_people.unlink", "")
    return edit.confirm(_unlink_act(row), page.crumbs, page.back_url, do)


@blueprint.route("/office/people/<int:account>/second-factor", methods=["GET", "POST"])
def reset_factor(account: int) -> AnyResponse:
    """Take a lost second factor off an account, with a reason."""
    by = pages.me()
    must(by, "account.edit")
    row = _person(account)

    def do(reason: str) -> AnyResponse:
        do_or_ask(
            "factor.reset", people.factor_reset.reset_given(account, reason),
            lambda: people.factor_reset.reset(account, by=by, reason=reason), by=by, reason=reason,
            done=_("Đã gỡ xác thực hai bước của %(name)s.", name=row.name),
        )
        return pages.back_to("office_people.show", account=account)

    page = _page(row, _("Gỡ xác thực hai bước"), "office_people.reset_factor", "")
    return edit.confirm(_factor_act(row), page.crumbs, page.back_url, do)


@blueprint.route("/office/people/<int:account>/block", methods=["GET", "POST"])
def block(account: int) -> AnyResponse:
    """Block an account, with a reason."""
    by = pages.me()
    must(by, "account.edit")
    row = _person(account)

    def do(reason: str) -> AnyResponse:
        people.disable_account(account, by=by, reason=reason)
        pages.say(_("Đã khóa %(name)s.", name=row.name))
        return pages.back_to("office_people.show", account=account)

    page = _page(row, _("Khóa tài khoản"), "office_people.block", "")
    return edit.confirm(_block_act(row), page.crumbs, page.back_url, do)


@blueprint.route("/office/people/<int:account>/unblock", methods=["GET", "POST"])
def unblock(account: int) -> AnyResponse:
    """Let an account be used again, with a reason."""
    by = pages.me()
    must(by, "account.edit")
    row = _person(account)

    def do(reason: str) -> AnyResponse:
        people.enable_account(account, by=by, reason=reason)
        pages.say(_("Đã mở khóa %(name)s.", name=row.name))
        return pages.back_to("office_people.show", account=account)

    page = _page(row, _("Mở khóa tài khoản"), "office_people.unblock", "")
    return edit.confirm(_block_act(row), page.crumbs, page.back_url, do)


def _page(row: Person, words_: str, endpoint: str, act_words: str) -> Page:
    return Page(
        f"{words_}: {row.name}", url_for(endpoint, account=row.id), url_for("office_people.show", account=row.id),
        act_words,
        crumbs(Link(_("Người dùng"), url_for("office_people.show_all")),
               Link(row.name, url_for("office_people.show", account=row.id)), Link(words_, "")),
    )


def _day(text: object) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise Invalid("Ngày không có thật.", "There is no such day.") from None
