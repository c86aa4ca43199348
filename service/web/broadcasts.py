"""Messages to chosen people: what was sent and what became of it, and writing one, whose recipients are looked at first."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from service import movement, notices, people, words
from service.actor import Actor
from service.awards import broadcasting
from service.awards.broadcasting import LEFT_OUT, Choosable, Plan, Recipient
from service.awards.models import Broadcast
from service.awards.rounds import list_rounds
from service.errors import Refusal
from service.web import edit, pages
from service.web.case_parts import in_words
from service.web.edit import Page
from service.web.frame import Link
from service.web.parts import Act, Block, Cell, Check, Column, Empty, Fact, Table, Tag
from service.web.standing import pages_of

blueprint = Blueprint("broadcasts", __name__)
SIZE = 50
_TAGS = {"sent": "passed", "failed": "refused", "returned": "refused", "unknown": "note", "withheld": "hold", "held": "hold"}
_LISTED = 200
"""People shown before sending; the rest is counted."""


@blueprint.get("/broadcasts")
def show_all() -> Response:
    """What was sent, the newest first."""
    by = pages.me()
    number = min(max(request.args.get("page", 1, type=int), 1), 10_000)
    rows, total = broadcasting.broadcasts(by=by, page=number, size=SIZE)
    names = people.names([row.made_by for row in rows if row.made_by])
    return pages.page(
        "register",
        crumbs=[Link(_("Thông báo đã gửi"), "")],
        sentence=ngettext("*%(num)d thông báo* đã gửi", "*%(num)d thông báo* đã gửi", total),
        status=_("Mỗi thông báo tới một nhóm người đã chọn, qua mục Thông báo và qua thư."),
        tabs=[], chips=[], url="", keep={}, q=None, filters=[],
        blocks=[
            Block(
                _("Thông báo đã gửi"),
                table=Table(
                    [Column(_("Tiêu đề")), Column(_("Người nhận")), Column(_("Người gửi")), Column(_("Lúc"))],
                    [
                        [
                            Cell(_title(row), url=url_for("broadcasts.show", broadcast_id=row.id)),
                            Cell(_label(broadcasting.sets()[row.chosen]),
                                 ngettext("%(num)d người", "%(num)d người", len(row.told))),
                            Cell(names.get(row.made_by or 0, "")),
                            Cell(words.full_moment(row.made_at)),
                        ]
                        for row in rows
                    ],
                    _("Thông báo đã gửi"),
                ) if rows else None,
                empty=None if rows else Empty(_("Chưa gửi thông báo nào"), _("Thông báo gửi tới một nhóm người hiện ở đây.")),
            )
        ],
        pager=pages_of(number, SIZE, total, False, lambda page: url_for("broadcasts.show_all", page=page)),
        main_act=_make_act() if people.allowed(by, broadcasting.SEND) else None,
        acts=[], side=[],
    )


def _make_act() -> Act:
    return Act(_("Gửi thông báo"), url_for("broadcasts.make"), "broadcast", "main", method="get")


def _title(row: Broadcast) -> str:
    return row.subject or notices.label(row.letter, "en" if words.language() == "en" else "vi")


def _label(one: Choosable) -> str:
    return one.label_en if words.language() == "en" else one.label


@blueprint.get("/broadcasts/<int:broadcast_id>")
def show(broadcast_id: int) -> Response:
    """One message: to whom, what was said, and what became of it for each."""
    by = pages.me()
    found = broadcasting.read_broadcast(broadcast_id, by=by)
    en, row = words.language() == "en", found.row
    arrived = sum(one.state == "sent" for one in found.people)
    may_open = people.allowed(by, "mail.read")
    return pages.page(
        "register",
        crumbs=[Link(_("Thông báo đã gửi"), url_for("broadcasts.show_all")), Link(_title(row), "")],
        sentence=_title(row).replace("*", "∗"),
        status=_("%(label)s: %(told)d người, %(sent)d thư đã gửi.", label=_label(found.chosen), told=len(row.told), sent=arrived),
        tabs=[], chips=[], url="", keep={}, q=None, filters=[],
        blocks=[
            Block(
                _("Người nhận"),
                table=Table(
                    [Column(_("Họ và tên")), Column(_("Thư")), Column(_("Thông báo trên trang"))],
                    [
                        [
                            Cell(one.name or _("tài khoản đã xóa"), one.address),
                            Cell("", url=url_for("office_mail.show", mail_id=one.mail) if one.mail and may_open else "",
                                 tag=Tag(_TAGS.get(one.state, "waiting"), notices.STATES[one.state][en])
                                 if one.state else Tag("note", _("Không gửi thư"))),
                            Cell(words.full_moment(one.read_at) or _("chưa xem")),
                        ]
                        for one in found.people
                    ],
                    _("Người nhận"),
                ),
            )
        ],
        pager=None, main_act=None, acts=[],
        side=[
            Block(
                _("Nội dung"), lines=_lines(row.text or _("Lời đôn đốc của hệ thống.")),
                facts=[
                    Fact(_("Người gửi"), people.names([row.made_by]).get(row.made_by, "") if row.made_by else ""),
                    Fact(_("Lúc"), words.full_moment(row.made_at) or "", figures=True),
                    *([Fact(_("Đợt xét"), found.round.name)] if found.round else []),
                    *([Fact(_("Kỳ"), _("tình hình nộp"), url_for("periods.show", period_id=row.period_id))] if row.period_id else []),
                ],
            )
        ],
    )


@blueprint.route("/broadcasts/new", methods=["GET", "POST"])
def make() -> AnyResponse:
    """Write a message: first the list of who gets it and how it reads, then it goes."""
    by = pages.me()
    people.require(by, broadcasting.SEND)
    ticket = request.args.get("ticket", "") or secrets.token_hex(12)
    seen = request.args.get("seen", "")
    form_ = _form()

    def do(said: dict[str, Any]) -> AnyResponse:
        given = {
            "subject": said["subject"], "text": said["text"], "round_id": pages.number_of(said.get("round")),
            "period_id": pages.number_of(said.get("period")), "group": said.get("group") or None,
        }
        plan = broadcasting.look(said["set"], **given, by=by, language=words.language())
        if plan.seen != seen:
            return edit.draw(form_, _page(ticket, plan), said)
        number = broadcasting.send(said["set"], **given, seen=seen, ticket=ticket, by=by)
        pages.say(ngettext("Đã gửi tới *%(num)d người*.", "Đã gửi tới *%(num)d người*.", len(plan.told)))
        return pages.back_to("broadcasts.show", broadcast_id=number)

    first = {
        "set": request.args.get("set", "not_filed" if request.args.get("round") else ""), "round": request.args.get("round", ""),
        "period": request.args.get("period", ""),
    }
    return edit.edit(form_, _page(ticket, _seen_plan(by, seen)), do, first=first)


def _seen_plan(by: Actor, seen: str) -> Plan | None:
    """The plan that stands above the form when it is refused after it was looked at."""
    if not seen or request.method != "POST":
        return None
    said = request.form
    try:
        return broadcasting.look(
            said.get("set", ""), subject=said.get("subject", ""), text=said.get("text", ""), by=by, language=words.language(),
            round_id=pages.number_of(said.get("round")), period_id=pages.number_of(said.get("period")), group=said.get("group") or None,
        )
    except Refusal:
        return None


def _form() -> Any:
    en = words.language() == "en"
    rounds = [(str(row.id), row.name) for row in list_rounds() if row.state in ("open", "closed")]
    periods = _open_periods()
    return edit.form(
        "broadcast",
        edit.choice("set", _("Người nhận"), [(word, _label(one)) for word, one in broadcasting.sets().items()
                                             if periods or not one.period], required=True),
        edit.choice("round", _("Đợt xét"), rounds, hint=_("Cần khi người nhận là đơn vị hoặc người giữ việc của một đợt.")),
        *([edit.choice("period", _("Kỳ"), periods, hint=_("Cần khi người nhận là đơn vị chưa nộp trong một kỳ."))] if periods else []),
        edit.choice("group", _("Nhóm"), [(word, said[en]) for word, said in broadcasting.groups().items()],
                    hint=_("Cần khi người nhận là một nhóm.")),
        edit.text("subject", _("Tiêu đề"), required=True, most=150),
        edit.area("text", _("Nội dung"), required=True, most=2000,
                  hint=_("Văn bản thuần, không định dạng.")),
    )


def _open_periods() -> list[tuple[str, str]]:
    """Periods in which units can still file, of every register that goes by periods."""
    return [
        (str(row.id), f"{in_words(kept.register.one)}, {in_words(movement.period_words(row))}")
        for kept in movement.registers_in_use().values() if kept.register.period
        for row in movement.list_periods(kept) if row.closed_at is None
    ]


def _page(ticket: str, plan: Plan | None) -> Page:
    act = (
        ngettext("Gửi tới %(num)d người", "Gửi tới %(num)d người", len(plan.told)) if plan is not None and plan.told
        else _("Xem người nhận")
    )
    seen = plan.seen if plan is not None and plan.told else None
    return Page(
        _("Gửi thông báo"), url_for("broadcasts.make", ticket=ticket, seen=seen), url_for("broadcasts.show_all"), act,
        [Link(_("Thông báo đã gửi"), url_for("broadcasts.show_all")), Link(_("Gửi thông báo"), "")],
        _("Xem danh sách người nhận và thư trước, rồi mới gửi. Thông báo của cơ quan là loại bắt buộc: ai cũng thấy ở mục Thông "
          "báo, thư gửi trong giờ làm việc.")
        + " " + _("Trong nội dung, %(gaps)s là đợt xét, kỳ, hạn nộp, người gửi.", gaps="{{ title }}, {{ period }}, {{ closes }}, {{ by }}"),
        above=[_recipients(plan), _letter(plan)] if plan is not None else [],
    )


def _recipients(plan: Plan) -> Block:
    en = words.language() == "en"
    left = [one for one in plan.people if one.left_out]
    return Block(
        ngettext("%(num)d người nhận", "%(num)d người nhận", len(plan.told)),
        checks=[
            Check(ngettext("%(num)d người nhận cả thư", "%(num)d người nhận cả thư", plan.mailed), "ok"),
            *([Check(ngettext("%(num)d người không nhận được thư", "%(num)d người không nhận được thư", len(left)), "warn")]
              if left else []),
        ],
        table=Table(
            [Column(_("Họ và tên")), Column(_("Thư"))],
            [_recipient(one, en) for one in plan.people[:_LISTED]],
            _("Người nhận"),
        ) if plan.people else None,
        words=ngettext("và %(num)d người nữa", "và %(num)d người nữa", len(plan.people) - _LISTED)
        if len(plan.people) > _LISTED else "",
        empty=None if plan.people else Empty(_("Không có ai trong nhóm này"), _("Chọn nhóm khác.")),
    )


def _recipient(one: Recipient, en: bool) -> list[Cell]:
    if one.left_out:
        return [Cell(one.name), Cell(one.address, LEFT_OUT[one.left_out][en], tag=Tag("note", _("Không gửi thư")))]
    return [Cell(one.name), Cell(one.address)]


def _letter(plan: Plan) -> Block:
    return Block(_("Thư sẽ như sau"), facts=[Fact(_("Tiêu đề"), plan.letter.subject)], lines=_lines(plan.letter.text))


def _lines(text: str) -> list[Cell]:
    """Text line by line, as its reader gets it."""
    return [Cell(line, vietnamese=True) for line in text.split("\n") if line.strip()]
