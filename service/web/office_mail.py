"""The outbox: what was sent, waits or failed; one letter as its reader gets it; sending again, holding everything back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from werkzeug.wrappers import Response as AnyResponse

from service import clock, notices, people, words
from service.actor import Actor
from service.notices import STATES, Line
from service.people import second_person
from service.web import edit, pages
from service.web.frame import Link
from service.web.office_frame import crumbs, listing, must
from service.web.parts import Act, Block, Cell, Check, Column, Empty, Fact, Table, Tag
from service.web.second_person import do_or_ask
from service.web.standing import pages_of

blueprint = Blueprint("office_mail", __name__)
SIZE = 50
_KEPT = lazy_gettext("Người nhận được giữ kín")
_TAGS = {"queued": "waiting", "sending": "waiting", "sent": "passed", "unknown": "note", "failed": "refused",
         "cancelled": "done", "obsolete": "done", "held": "hold", "gathered": "passed", "returned": "refused", "withheld": "hold"}


@blueprint.get("/office/mail")
def show_all() -> Response:
    """The outbox by state, the newest first."""
    by = pages.me()
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    number = max(request.args.get("page", 1, type=pages.whole), 1)
    box = notices.outbox(by=by, state=state or None, page=number, size=SIZE)
    en = words.language() == "en"
    here: dict[str, Any] = {"state": state} if state else {}
    chips = [Link(_("Tất cả"), url_for("office_mail.show_all"), count=sum(box.counts.values()), current=not state)]
    chips += [
        Link(STATES[word][en], url_for("office_mail.show_all", state=word), count=n, current=state == word)
        for word, n in box.counts.items() if n or word == state
    ]
    return listing(
        by, "office_mail.show_all",
        ngettext("*%(num)d thư* trong hộp thư đi", "*%(num)d thư* trong hộp thư đi", sum(box.counts.values())),
        [
            Block(
                _("Thư đi"),
                table=Table(
                    [Column(_("Thư")), Column(_("Gửi cho")), Column(_("Trạng thái")), Column(_("Xếp hàng lúc"))],
                    [_row(line, en) for line in box.lines],
                    _("Thư đi"),
                ) if box.lines else None,
                empty=None if box.lines else Empty(_("Chưa có thư nào ở trạng thái này"),
                                                   _("Khi có việc mới, nhắc hạn, kết quả, thư hiện ở đây.")),
            )
        ],
        status=_way(box.way), trail=[Link(_("Thư đi"), "")], chips=chips,
        pager=pages_of(number, SIZE, box.total, False, lambda page: url_for("office_mail.show_all", **here, page=page)),
        acts=_acts(by, box.freeze),
        side=[*([_frozen(box.freeze)] if box.freeze else []), *_returning(by), _letters()],
    )


def _returning(by: Actor) -> list[Block]:
    """How many addresses return letters, for who sees which."""
    if not people.allowed(by, "mail.read"):
        return []
    marked = sum(one.mark is not None for one in notices.returns(by=by))
    said = ngettext("%(num)d địa chỉ bị trả thư lại", "%(num)d địa chỉ bị trả thư lại", marked) if marked else _("Xem thư bị trả lại")
    return [Block(_("Thư bị trả lại"), lines=[Cell(said, url=url_for("office_mail.show_returns"))])]


def _way(way: str) -> str:
    return {
        "smtp": _("Thư đi qua máy chủ thư của cơ quan."),
        "page": _("Bản chạy thử: thư chỉ hiện ở đây, không gửi ra ngoài."),
        "none": _("Chưa đặt máy chủ thư (SMTP_URL): thư nằm chờ ở đây."),
    }[way]


def _row(line: Line, en: bool) -> list[Cell]:
    return [
        Cell(line.subject, line.label_en if en else line.label, url_for("office_mail.show", mail_id=line.id)),
        Cell(str(_KEPT) if line.private else line.name or _("tài khoản đã xóa"), line.address or ""),
        Cell("", line.error or _waits_until(line), tag=Tag(_TAGS[line.state], STATES[line.state][en])),
        Cell(words.full_moment(line.queued_at)),
    ]


def _waits_until(line: Line) -> str:
    """When a mail goes that waits for more than its turn: quiet hours, a digest, another try."""
    if line.state not in ("queued", "held") or line.next_at <= clock.now():
        return ""
    return _("gửi lúc %(when)s", when=words.full_moment(line.next_at))


def _acts(by: Actor, frozen: notices.Freeze | None) -> list[Act]:
    if not people.allowed(by, "mail.resend"):
        return []
    acts = [Act(_("Gửi thư thử cho tôi"), url_for("office_mail.test"), "test")]
    if frozen is None:
        acts.append(_freeze_act())
    else:
        acts.append(_release_act(by))
    return acts


def _release_act(by: Actor) -> Act:
    url = url_for("office_mail.release")
    if not second_person.is_needed(second_person.RELEASE, by):
        return Act(_("Thôi giữ thư"), url, "release")
    return Act(_("Thôi giữ thư"), url, "release", page_url=url, asks=_("Lý do"),
               effect=_("Đề nghị cho gửi lại thư? Thư chỉ đi khi người thứ hai xác nhận."))


def _freeze_act() -> Act:
    return Act(_("Giữ lại mọi thư"), url_for("office_mail.freeze"), "freeze", "takes",
               effect=_("Giữ lại mọi thư đi? Thư vẫn xếp hàng, chưa gửi cho đến khi thôi giữ."), asks=_("Lý do"))


def _letters() -> Block:
    """Every kind of letter, to be read with made-up values and worded."""
    return Block(
        _("Mẫu thư"),
        lines=[
            Cell(notices.label(name, "en" if words.language() == "en" else "vi"), "",
                 url_for("office_letters.show", letter=name))
            for name in notices.letters()
        ],
    )


def _frozen(frozen: notices.Freeze) -> Block:
    name = people.names([frozen.by]).get(frozen.by, "") if frozen.by else ""
    return Block(
        _("Thư đang bị giữ lại"),
        checks=[Check(_("Từ %(when)s, %(name)s: %(reason)s", when=words.full_moment(frozen.since), name=name,
                        reason=frozen.reason), "warn")],
    )


@blueprint.get("/office/mail/<int:mail_id>")
def show(mail_id: int) -> Response:
    """One letter as its reader gets it."""
    by = pages.me()
    shown = notices.show_mail(mail_id, by=by)
    line, en = shown.line, words.language() == "en"
    acts = []
    if people.allowed(by, "mail.resend"):
        if line.can_resend:
            acts.append(Act(_("Gửi lại"), url_for("office_mail.resend", mail_id=mail_id), "resend"))
        if line.can_cancel:
            acts.append(Act(_("Hủy thư này"), url_for("office_mail.cancel", mail_id=mail_id), "cancel", "takes",
                            effect=_("Hủy thư này? Người nhận sẽ không nhận được.")))
    return pages.page(
        "letter",
        crumbs=crumbs(Link(_("Thư đi"), url_for("office_mail.show_all")), Link(line.subject, "")),
        sentence=shown.content.subject.replace("*", "∗"),
        status=_("Người nhận là người lập việc, được giữ kín.") if line.private
        else _("Gửi %(name)s, %(address)s.", name=line.name, address=line.address or _("chưa có địa chỉ")),
        tags=[Tag(_TAGS[line.state], STATES[line.state][en])],
        facts=[
            Fact(_("Loại thư"), line.label_en if en else line.label),
            Fact(_("Xếp hàng lúc"), words.full_moment(line.queued_at), figures=True),
            *([Fact(_("Gửi"), _waits_until(line))] if _waits_until(line) else []),
            Fact(_("Xong lúc"), words.full_moment(line.settled_at) or _("chưa"), figures=True),
            Fact(_("Số lần gửi"), str(line.attempts), figures=True),
            Fact("Message-ID", shown.message_id),
            *([Fact(_("Lỗi"), line.error)] if line.error else []),
        ],
        content=shown.content,
        acts=acts,
        blocks=[],
    )


@blueprint.post("/office/mail/<int:mail_id>/resend")
def resend(mail_id: int) -> AnyResponse:
    """Send a letter again, with the same Message-ID."""
    notices.resend(mail_id, by=pages.me())
    pages.say(_("Đã xếp hàng gửi lại."))
    return pages.back_to("office_mail.show", mail_id=mail_id)


@blueprint.post("/office/mail/<int:mail_id>/cancel")
def cancel(mail_id: int) -> AnyResponse:
    """Do not send a letter that waits or failed."""
    notices.cancel(mail_id, by=pages.me())
    pages.say(_("Đã hủy thư."))
    return pages.back_to("office_mail.show", mail_id=mail_id)


@blueprint.route("/office/mail/freeze", methods=["GET", "POST"])
def freeze() -> AnyResponse:
    """Hold every mail back, with a reason."""
    by = pages.me()
    people.require(by, "mail.resend")

    def do(reason: str) -> AnyResponse:
        notices.freeze(by=by, reason=reason)
        pages.say(_("Đã giữ lại mọi thư đi."), "warn")
        return pages.back_to("office_mail.show_all")

    back = url_for("office_mail.show_all")
    return edit.confirm(_freeze_act(), crumbs(Link(_("Thư đi"), back), Link(_("Giữ lại"), "")), back, do)


@blueprint.get("/office/mail/returns")
def show_returns() -> Response:
    """Addresses that return letters, marked ones first."""
    by = pages.me()
    found = notices.returns(by=by)
    marked = sum(one.mark is not None for one in found)
    may = people.allowed(by, "mail.resend")
    return listing(
        by, "office_mail.show_all", ngettext("*%(num)d địa chỉ* bị trả thư lại", "*%(num)d địa chỉ* bị trả thư lại", marked),
        [
            Block(
                _("Thư bị trả lại"),
                table=Table(
                    [Column(_("Địa chỉ")), Column(_("Người dùng")), Column(_("Máy chủ nơi nhận báo")), Column(_("Trạng thái"))],
                    [_returning_row(one) for one in found],
                    _("Thư bị trả lại"),
                    row_acts=[[_lift_act(one.address)] if may else [] for one in found],
                ) if found else None,
                empty=None if found else Empty(_("Không có thư nào bị trả lại"),
                                               _("Báo cáo của máy chủ nơi nhận được đọc từ hộp thư đặt trong cấu hình.")),
            )
        ],
        status=_("Địa chỉ đã đánh dấu không nhận thư nữa cho đến khi sửa địa chỉ hoặc cho gửi lại; mọi tin vẫn hiện ở mục Thông báo."),
        trail=[Link(_("Thư đi"), url_for("office_mail.show_all")), Link(_("Thư bị trả lại"), "")],
    )


def _returning_row(one: notices.Returning) -> list[Cell]:
    # A keeper has no account, and so no page of a person.
    names = ", ".join([name for _account, name in one.people] + [_("%(name)s, người giữ mốc", name=name) for _number, name in one.keepers])
    counts = _("%(failed)d thư bị trả, %(late)d lần báo chậm", failed=one.failed, late=one.late)
    tag = Tag("refused", _("Không gửi nữa")) if one.mark else Tag("note", _("Còn gửi"))
    return [
        Cell(one.address, counts, url_for("office_mail.show", mail_id=one.mail)),
        Cell(names or _("không ai dùng địa chỉ này nữa"),
             url=url_for("office_people.show", account=one.people[0][0]) if one.people else ""),
        Cell(one.status, one.said),
        Cell("", words.full_moment(one.last), tag=tag),
    ]


def _lift_act(address: str) -> Act:
    return Act(
        _("Cho gửi lại"), url_for("office_mail.lift"), "lift", "takes",
        effect=_("Cho gửi thư trở lại tới *%(address)s*? Thư bị giữ trong thời gian qua sẽ gửi ngay.", address=address.replace("*", "∗")),
        asks=_("Lý do"), hidden={"address": address}, page_url=url_for("office_mail.lift", address=address),
    )


@blueprint.route("/office/mail/returns/lift", methods=["GET", "POST"])
def lift() -> AnyResponse:
    """Let mail go again to an address that returned letters, with a reason."""
    by = pages.me()
    must(by, "mail.resend")
    address, back = request.values.get("address", "")[:254], url_for("office_mail.show_returns")

    def do(reason: str) -> AnyResponse:
        count = notices.lift_mark(address, reason=reason, by=by)
        pages.say(ngettext("Đã cho gửi lại. *%(num)d thư* bị giữ sẽ gửi ngay.", "Đã cho gửi lại. *%(num)d thư* bị giữ sẽ gửi ngay.", count)
                  if count else _("Đã cho gửi lại."))
        return pages.back_to("office_mail.show_returns")

    return edit.confirm(_lift_act(address), crumbs(Link(_("Thư bị trả lại"), back), Link(_("Cho gửi lại"), "")), back, do)


@blueprint.route("/office/mail/release", methods=["GET", "POST"])
def release() -> AnyResponse:
    """Let mail out again; where that needs a second person, ask for it with a reason."""
    by = pages.me()
    people.require(by, "mail.resend")

    def do(reason: str) -> AnyResponse:
        do_or_ask(
            second_person.RELEASE, {}, lambda: notices.release(by=by), by=by, reason=reason,
            done=_("Đã thôi giữ. Thư chờ sẽ gửi ngay."),
        )
        return pages.back_to("office_mail.show_all")

    back = url_for("office_mail.show_all")
    return edit.confirm(_release_act(by), crumbs(Link(_("Thư đi"), back), Link(_("Thôi giữ thư"), "")), back, do)


@blueprint.post("/office/mail/test")
def test() -> AnyResponse:
    """Send a letter to oneself on the way that all letters go."""
    notices.send_test(by=pages.me())
    pages.say(_("Đã xếp hàng một thư thử gửi cho bạn."))
    return pages.back_to("office_mail.show_all")
