"""Pages of webhooks: the addresses that are told of events, entering one, its secret told once, deliveries, sending again."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from service import people, webhooks, words
from service.actor import Actor
from service.web import edit, pages
from service.web.edit import Page
from service.web.frame import Link
from service.web.office_frame import crumbs, listing, must
from service.web.parts import Act, Block, Cell, Check, Column, Empty, Fact, Table, Tag
from service.web.standing import pages_of
from service.webhooks import STATES, Shown, Webhook, WebhookDelivery

blueprint = Blueprint("office_webhooks", __name__)
SIZE = 50
_TAGS = {"queued": "waiting", "delivered": "passed", "given_up": "refused", "cancelled": "done"}


def _event(word: str) -> str:
    kind = webhooks.kinds().get(word)
    if kind is None:
        return _("Gửi thử")
    return kind.label_en if words.language() == "en" else kind.label


def _state(hook: Webhook) -> Tag:
    return {
        "on": Tag("passed", _("đang bật")), "off": Tag("replaced", _("đã tắt")), "paused": Tag("hold", _("tự dừng")),
    }[hook.state]


def _why(hook: Webhook) -> str:
    return {
        "": "", "person": "", "gone": _("Nơi nhận trả lời không nhận nữa (410)."),
        "failures": _("Không gửi được nhiều lần liên tiếp. Sự kiện mới vẫn được ghi lại, chờ bật lại rồi gửi, lâu nhất 30 ngày."),
    }[hook.why]


def _plain(text: str) -> str:
    return text.replace("*", "∗")


@blueprint.get("/office/webhooks")
def show_all() -> Response:
    """Every address with how its deliveries go."""
    by = pages.me()
    must(by, webhooks.READ)
    rows = webhooks.list_webhooks(by=by)
    running = sum(one.hook.state != "off" for one in rows)
    on = sum(one.hook.state == "on" for one in rows)
    may = people.allowed(by, webhooks.MANAGE)
    return listing(
        by, "office_webhooks.show_all",
        ngettext("*%(num)d webhook* đang bật", "*%(num)d webhook* đang bật", on) if on else _("*Chưa có webhook* nào đang bật"),
        [
            Block(
                _("Webhook"),
                table=Table(
                    [Column(_("Nơi nhận")), Column(_("Sự kiện")), Column(_("30 ngày qua")), Column(_("Trạng thái"))],
                    [_row(one) for one in rows],
                    _("Webhook"),
                ) if rows else None,
                empty=None if rows else Empty(
                    _("Chưa có webhook nào"),
                    _("Khi phần mềm khác cần biết ngay có hồ sơ, việc, quyết định mới, nhập địa chỉ của phần mềm đó."),
                ),
            )
        ],
        status=_("Sự kiện gửi đi chỉ có số, mã, trạng thái và đường dẫn, không có tên người, lý do, phiếu. Mỗi lần gửi có chữ ký."),
        trail=[Link(_("Webhook"), "")],
        main_act=Act(_("Thêm webhook"), url_for("office_webhooks.add"), "add", "main", method="get")
        if may and running < webhooks.MOST else None,
    )


def _row(one: Shown) -> list[Cell]:
    return [
        Cell(one.hook.name, one.url, url_for("office_webhooks.show", number=one.hook.id)),
        Cell(", ".join(_event(word) for word in one.hook.events)),
        Cell(_("%(done)d đã nhận", done=one.counts.get("delivered", 0)), _failing(one)),
        Cell("", _why(one.hook), tag=_state(one.hook)),
    ]


def _failing(one: Shown) -> str:
    said = []
    if waiting := one.counts.get("queued", 0):
        said.append(_("%(n)d chờ gửi", n=waiting))
    if lost := one.counts.get("given_up", 0):
        said.append(_("%(n)d thôi gửi", n=lost))
    return ", ".join(said)


@blueprint.get("/office/webhooks/<int:number>")
def show(number: int) -> Response:
    """One address: its deliveries, the newest first, and what can be done about it."""
    by = pages.me()
    must(by, webhooks.READ)
    one = webhooks.read_webhook(number, by=by)
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    page = max(request.args.get("page", 1, type=pages.whole), 1)
    found = webhooks.read_deliveries(number, by=by, state=state, page=page, size=SIZE)
    may = people.allowed(by, webhooks.MANAGE)
    en = words.language() == "en"
    here: dict[str, Any] = {"number": number, **({"state": state} if state else {})}
    chips = [Link(_("Tất cả"), url_for("office_webhooks.show", number=number), count=sum(one.counts.values()), current=not state)]
    chips += [
        Link(STATES[word][en], url_for("office_webhooks.show", number=number, state=word), count=one.counts.get(word, 0),
             current=state == word)
        for word in STATES if one.counts.get(word) or word == state
    ]
    hook, standing = one.hook, one.standing
    checks = [Check(_why(hook), "bad")] if _why(hook) else []
    if hook.state == "on" and standing is not None and standing.failed_since is not None:
        since = words.full_moment(standing.failed_since)
        checks.append(Check(_("%(n)d lần gửi liên tiếp không được, từ %(when)s.", n=standing.failures, when=since), "warn"))
    return listing(
        by, "office_webhooks.show_all", _("Webhook *%(name)s*", name=_plain(hook.name)),
        [
            *([Block(_("Cần xem"), checks=checks)] if checks else []),
            Block(
                _("Các lần gửi"),
                table=Table(
                    [Column(_("Sự kiện")), Column(_("Lúc")), Column(_("Trạng thái")), Column(_("Trả lời"))],
                    [_delivery(row) for row in found.lines],
                    _("Các lần gửi"),
                    row_acts=[
                        [Act(_("Gửi lại"), url_for("office_webhooks.again", number=number, delivery=row.id), f"again-{row.id}", "text")]
                        if may and hook.state != "off" and webhooks.can_go_again(row) else []
                        for row in found.lines
                    ],
                ) if found.lines else None,
                empty=None if found.lines else Empty(_("Chưa có lần gửi nào"), _("Gửi thử để xem nơi nhận trả lời thế nào.")),
            ),
        ],
        trail=[Link(_("Webhook"), url_for("office_webhooks.show_all")), Link(hook.name, "")],
        chips=chips,
        pager=pages_of(page, SIZE, found.total, False, lambda to: url_for("office_webhooks.show", **here, page=to)),
        main_act=_main_act(hook) if may else None,
        acts=_acts(hook) if may else [],
        side=[
            Block(
                _("Webhook"),
                facts=[
                    Fact(_("Địa chỉ"), one.url),
                    Fact(_("Sự kiện"), ", ".join(_event(word) for word in hook.events)),
                    Fact(_("Trạng thái"), _state(hook).words),
                    Fact(_("Nhận gần nhất"), words.full_moment(standing.last_ok if standing else None) or _("chưa"), figures=True),
                    Fact(_("Thêm lúc"), words.full_moment(hook.made_at), figures=True),
                    Fact(_("Người thêm"), people.names([hook.made_by]).get(hook.made_by, "") if hook.made_by else _("Hệ thống")),
                ],
            )
        ],
    )


def _delivery(row: WebhookDelivery) -> list[Cell]:
    en = words.language() == "en"
    waits = _("gửi lại %(when)s", when=words.full_moment(row.next_at)) if row.state == "queued" and row.tries else ""
    fault = webhooks.FAULTS[row.fault][en] if row.fault else ""
    folded = [
        Fact("webhook-id", row.message), Fact(_("Nội dung gửi"), row.body),
        *([Fact(_("Trả lời"), row.answer)] if row.answer else []),
        *([Fact(_("Chi tiết"), row.detail)] if row.detail else []),
    ]
    return [
        Cell(_event(row.event), row.event, folded=folded, fold_words=_("Nội dung")),
        Cell(words.full_moment(row.queued_at), waits),
        Cell("", ngettext("%(num)d lần thử", "%(num)d lần thử", row.tries), tag=Tag(_TAGS[row.state], STATES[row.state][en])),
        Cell(str(row.status) if row.status is not None else "", fault),
    ]


def _main_act(hook: Webhook) -> Act:
    if hook.state == "on":
        return Act(_("Gửi thử"), url_for("office_webhooks.test", number=hook.id), "test", "main")
    return Act(_("Bật lại"), url_for("office_webhooks.turn_on", number=hook.id), "turn-on", "main")


def _acts(hook: Webhook) -> list[Act]:
    found = [
        Act(_("Sửa"), url_for("office_webhooks.change", number=hook.id), "change", method="get"),
        Act(_("Đổi mã bí mật"), url_for("office_webhooks.renew", number=hook.id), "renew", method="get"),
    ]
    if hook.state == "paused":
        found.insert(0, Act(_("Gửi thử"), url_for("office_webhooks.test", number=hook.id), "test"))
    if hook.state != "off":
        found.append(Act(_("Tắt"), url_for("office_webhooks.turn_off", number=hook.id), "turn-off", method="get"))
    return found


def _form() -> Any:
    english = words.language() == "en"
    return edit.form(
        "webhook",
        edit.text("name", _("Nơi nhận"), required=True, most=120, hint=_("Phần mềm nào, của ai.")),
        edit.text("url", _("Địa chỉ"), required=True, most=500, hint=_("Bắt đầu bằng https://. Không gửi vào mạng nội bộ nếu chưa khai.")),
        edit.several("events", _("Sự kiện"), [(one.word, one.label_en if english else one.label) for one in webhooks.kinds().values()]),
    )


@blueprint.route("/office/webhooks/new", methods=["GET", "POST"])
def add() -> AnyResponse:
    """Enter an address, then tell its secret once."""
    by = pages.me()
    must(by, webhooks.MANAGE)

    def do(said: dict[str, Any]) -> AnyResponse:
        number, secret = webhooks.make_webhook(said["name"], said["url"], said.get("events") or [], by=by)
        return _told(number, secret, _("Đã thêm *webhook*"), by=by, both=False)

    page = Page(
        _("Thêm webhook"), url_for("office_webhooks.add"), url_for("office_webhooks.show_all"), _("Thêm webhook"),
        _crumbs(_("Thêm")), _("Mã bí mật để nơi nhận kiểm tra chữ ký hiện ra một lần, sau khi thêm."),
    )
    return edit.edit(_form(), page, do)


@blueprint.route("/office/webhooks/<int:number>/change", methods=["GET", "POST"])
def change(number: int) -> AnyResponse:
    """Change an address, its name, or of what it is told."""
    by = pages.me()
    must(by, webhooks.MANAGE)
    hook = webhooks.read_webhook(number, by=by).hook

    def do(said: dict[str, Any]) -> AnyResponse:
        webhooks.change_webhook(number, said["name"], said["url"], said.get("events") or [], by=by)
        pages.say(_("Đã sửa webhook."))
        return pages.back_to("office_webhooks.show", number=number)

    back = url_for("office_webhooks.show", number=number)
    page = Page(
        _("Sửa webhook *%(name)s*", name=_plain(hook.name)), url_for("office_webhooks.change", number=number), back, _("Lưu"),
        _crumbs(_("Sửa"), hook), _("Sự kiện đang chờ được gửi tới địa chỉ mới."),
    )
    return edit.edit(_form(), page, do, first={"name": hook.name, "url": hook.url, "events": hook.events})


@blueprint.post("/office/webhooks/<int:number>/on")
def turn_on(number: int) -> AnyResponse:
    """Let events go to an address again."""
    count = webhooks.turn_on(number, by=pages.me())
    pages.say(ngettext("Đã bật. *%(num)d sự kiện* chờ được gửi ngay.", "Đã bật. *%(num)d sự kiện* chờ được gửi ngay.", count) if count
              else _("Đã bật."))
    return pages.back_to("office_webhooks.show", number=number)


@blueprint.route("/office/webhooks/<int:number>/off", methods=["GET", "POST"])
def turn_off(number: int) -> AnyResponse:
    """Send nothing to an address any more, with a reason."""
    by = pages.me()
    must(by, webhooks.MANAGE)
    hook = webhooks.read_webhook(number, by=by).hook

    def do(reason: str) -> AnyResponse:
        webhooks.turn_off(number, by=by, reason=reason)
        pages.say(_("Đã tắt webhook."))
        return pages.back_to("office_webhooks.show", number=number)

    act = Act(
        _("Tắt"), url_for("office_webhooks.turn_off", number=number), "turn-off", "takes", asks=_("Lý do, ghi vào nhật ký"),
        effect=_("Không báo sự kiện tới *%(name)s* nữa? Sự kiện đang chờ bị hủy.", name=_plain(hook.name)),
    )
    return edit.confirm(act, _crumbs(_("Tắt"), hook), url_for("office_webhooks.show", number=number), do)


@blueprint.route("/office/webhooks/<int:number>/secret", methods=["GET", "POST"])
def renew(number: int) -> AnyResponse:
    """Make another secret and tell it once."""
    by = pages.me()
    must(by, webhooks.MANAGE)
    hook = webhooks.read_webhook(number, by=by).hook

    def do(_reason: str) -> AnyResponse:
        return _told(number, webhooks.renew_secret(number, by=by), _("Đã đổi *mã bí mật*"), by=by, both=True)

    act = Act(
        _("Đổi mã bí mật"), url_for("office_webhooks.renew", number=number), "renew", "takes",
        effect=_("Đổi mã bí mật của *%(name)s*? Mã cũ còn ký trong 24 giờ.", name=_plain(hook.name)),
    )
    return edit.confirm(act, _crumbs(_("Đổi mã bí mật"), hook), url_for("office_webhooks.show", number=number), do)


@blueprint.post("/office/webhooks/<int:number>/test")
def test(number: int) -> AnyResponse:
    """Queue a test call."""
    webhooks.send_test(number, by=pages.me())
    pages.say(_("Đã xếp hàng một lần gửi thử. Tải lại trang để xem nơi nhận trả lời."))
    return pages.back_to("office_webhooks.show", number=number)


@blueprint.post("/office/webhooks/<int:number>/deliveries/<int:delivery>/again")
def again(number: int, delivery: int) -> AnyResponse:
    """Send a delivery again, with the same id."""
    webhooks.send_again(number, delivery, by=pages.me())
    pages.say(_("Đã xếp hàng gửi lại."))
    return pages.back_to("office_webhooks.show", number=number)


def _told(number: int, secret: str, sentence: str, *, by: Actor, both: bool) -> Response:
    hook = webhooks.read_webhook(number, by=by).hook
    return pages.page(
        "webhook_secret", crumbs=_crumbs(_("Mã bí mật"), hook), sentence=sentence, secret=secret, both=both,
        back_url=url_for("office_webhooks.show", number=number),
    )


def _crumbs(last: str, hook: Webhook | None = None) -> list[Link]:
    own = [Link(hook.name, url_for("office_webhooks.show", number=hook.id))] if hook is not None else []
    return crumbs(Link(_("Webhook"), url_for("office_webhooks.show_all")), *own, Link(last, ""))
