"""Pages of requests to erase a person's data: finding the person, what goes and what stays, asking, confirming."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from service import clock, erasing, people, words
from service.actor import Actor
from service.awards.catalogue import award_forms
from service.awards.rules import legal_bases
from service.erasing import Erasure, Kept, Plan
from service.web import edit, pages
from service.web.edit import Page
from service.web.frame import Link
from service.web.office_frame import crumbs, listing, must
from service.web.parts import Act, Block, Cell, Column, Empty, Fact, Table, Tag

blueprint = Blueprint("erasures", __name__)


def _counted() -> list[tuple[str, str]]:
    return [
        ("nominations", _("Hồ sơ đề nghị")), ("values", _("Giá trị riêng trong nhật ký")), ("files", _("Tệp đính kèm")),
        ("comments", _("Ý kiến, câu hỏi trao đổi")), ("mails", _("Nội dung thư")), ("notices", _("Thông báo")), ("drafts", _("Bản nháp")),
        ("dossiers", _("Bộ hồ sơ ngoại tuyến còn giữ")),
        ("matters", _("Đơn, kiến nghị về hồ sơ")),
    ]


def _state(row: Erasure) -> Tag:
    return {
        "asked": Tag("waiting", _("chờ xác nhận")), "done": Tag("done", _("đã xóa")), "dropped": Tag("refused", _("không xóa")),
        "lapsed": Tag("replaced", _("hết hạn")),
    }[row.state if row.state != "asked" or erasing.is_open(row) else "lapsed"]


@blueprint.get("/office/erasures")
def show_all() -> Response:
    """All requests, and finding the person of a new one."""
    by = pages.me()
    must(by, "erasure.read")
    rows = erasing.list_erasures(by=by)
    q = (request.args.get("q") or "")[:100]
    waiting = sum(erasing.is_open(row) for row in rows)
    return listing(
        by, "erasures.show_all",
        ngettext("*%(num)d yêu cầu xóa dữ liệu* chờ xác nhận", "*%(num)d yêu cầu xóa dữ liệu* chờ xác nhận", waiting) if waiting
        else _("Yêu cầu xóa dữ liệu cá nhân"),
        [*([_found(by, q)] if q else []), _requests(rows)],
        status=_("Tìm người theo họ tên để xem dữ liệu nào xóa được, dữ liệu nào phải giữ và vì sao. Xóa rồi không lấy lại được; nhật ký"
                 " vẫn kiểm tra được."),
        q=q, url=url_for("erasures.show_all"), trail=[Link(_("Xóa dữ liệu"), "")],
    )


def _found(by: Actor, q: str) -> Block:
    found = erasing.find_people(q, by=by)
    return Block(
        _("Người tìm thấy"),
        table=Table(
            [Column(_("Họ tên")), Column(_("Chức danh")), Column(_("Đơn vị"))],
            [
                [Cell(one.name, "", url_for("erasures.look", recipient=one.id)), Cell(one.title), Cell(people.unit_name(one.unit_id))]
                for one in found
            ],
            _("Người tìm thấy"),
        ) if found else None,
        empty=None if found else Empty(
            _("Không tìm thấy ai"), _("Gõ họ tên, không cần dấu. Tập thể không phải cá nhân nên không có ở đây.")
        ),
        key="found",
    )


def _requests(rows: list[Erasure]) -> Block:
    return Block(
        _("Các yêu cầu"),
        table=Table(
            [Column(_("Số")), Column(_("Người yêu cầu")), Column(_("Nhận ngày")), Column(_("Căn cứ")), Column(_("Tình trạng"))],
            [
                [
                    Cell(str(row.id), "", url_for("erasures.show", number=row.id)), Cell(row.requester),
                    Cell(words.full_date(row.received_on)), Cell(legal_bases()[row.basis].citation), Cell("", tag=_state(row)),
                ]
                for row in rows
            ],
            _("Các yêu cầu"),
        ) if rows else None,
        empty=None if rows else Empty(_("Chưa có yêu cầu nào"), _("Tìm người ở ô phía trên để nhập yêu cầu đầu tiên.")),
    )


@blueprint.route("/office/erasures/new/<int:recipient>", methods=["GET", "POST"])
def look(recipient: int) -> AnyResponse:
    """What would be erased of a person's data and what stays, and entering the request."""
    by = pages.me()
    must(by, "erasure.read")
    plan = erasing.look(recipient, by=by)
    may = people.allowed(by, "erasure.manage") and bool(plan.cases or plan.whole)
    above = [_goes(plan.counts, plan), _stays(plan.kept)]
    trail = [Link(_("Xóa dữ liệu"), url_for("erasures.show_all")), Link(plan.name, "")]
    if request.method == "POST":
        must(by, "erasure.manage")
    if not may:
        return listing(by, "erasures.show_all", _("Dữ liệu cá nhân của *%(name)s*", name=plan.name), above, trail=trail)

    def do(said: dict[str, Any]) -> AnyResponse:
        number = erasing.ask_erasure(
            recipient,
            erasing.Asked(
                said["requester"], said["relation"], date.fromisoformat(said["received_on"]), said["basis"], said.get("paper") or ""
            ),
            by=by,
        )
        pages.say(_("Đã ghi yêu cầu. Người quản trị khác xem rồi xác nhận, dữ liệu mới bị xóa."))
        return pages.back_to("erasures.show", number=number)

    english = words.language() == "en"
    return edit.edit(
        edit.form(
            "erasure",
            edit.text("requester", _("Người yêu cầu"), required=True, most=200, hint=_("Lưu lại làm bằng chứng của yêu cầu.")),
            edit.choice("relation", _("Tư cách"), [(key, said[english]) for key, said in erasing.RELATIONS.items()], required=True),
            edit.day("received_on", _("Ngày nhận yêu cầu"), required=True),
            edit.text("paper", _("Số văn bản yêu cầu"), most=60),
            edit.choice("basis", _("Căn cứ pháp lý"), [(key, legal_bases()[key].citation) for key in erasing.bases()], required=True),
        ),
        Page(
            _("Yêu cầu xóa dữ liệu cá nhân của *%(name)s*", name=plan.name), url_for("erasures.look", recipient=recipient),
            url_for("erasures.show_all"), _("Ghi yêu cầu"), crumbs(*trail), above=above,
        ),
        do,
        first={"received_on": clock.today().isoformat(), "basis": erasing.bases()[0], "relation": "self"},
    )


@blueprint.get("/office/erasures/<int:number>")
def show(number: int) -> Response:
    """One request: what it would do now, or what it did."""
    by = pages.me()
    must(by, "erasure.read")
    row, plan = erasing.read_erasure(number, by=by)
    kept = plan.kept if plan else [
        Kept(one["word"], one["nomination"], date.fromisoformat(one["until"]) if one["until"] else None) for one in row.kept
    ]
    names = people.names({n for n in (row.asked_by, row.settled_by) if n is not None})
    may, own = people.allowed(by, "erasure.manage") and row.state == "asked", row.asked_by == by.account
    confirms = erasing.may_confirm(row, by=by)
    return listing(
        by, "erasures.show_all",
        _("Yêu cầu xóa dữ liệu của *%(name)s*", name=plan.name) if plan else _("Yêu cầu xóa dữ liệu *số %(number)d*", number=row.id),
        [_goes(plan.counts if plan else row.counts, plan), _stays(kept)] if row.state in ("asked", "done") else [],
        status=_("Bạn đã nhập yêu cầu này; người quản trị khác xem rồi xác nhận.") if may and own else row.refusal,
        trail=[Link(_("Xóa dữ liệu"), url_for("erasures.show_all")), Link(_("Số %(n)d", n=row.id), "")],
        main_act=Act(_("Xem và xác nhận xóa"), url_for("erasures.confirm", number=row.id), "confirm", "main", method="get")
        if confirms else None,
        acts=[Act(_("Không xóa"), url_for("erasures.drop", number=row.id), "drop", method="get")] if may else [],
        side=[
            Block(
                _("Yêu cầu"),
                facts=[
                    Fact(_("Người yêu cầu"), row.requester),
                    Fact(_("Tư cách"), erasing.RELATIONS[row.relation][words.language() == "en"]),
                    Fact(_("Nhận ngày"), words.full_date(row.received_on)),
                    *([Fact(_("Số văn bản"), row.paper)] if row.paper else []),
                    Fact(_("Căn cứ pháp lý"), legal_bases()[row.basis].citation),
                    Fact(_("Người nhập"), names.get(row.asked_by or 0, _("Hệ thống"))),
                    *([Fact(_("Người xác nhận"), names.get(row.settled_by or 0, _("Hệ thống")))] if row.settled_at else []),
                ],
            )
        ],
    )


def _goes(counts: dict[str, int], plan: Plan | None) -> Block:
    forms = award_forms()
    return Block(
        _("Xóa"),
        facts=[Fact(said, str(counts.get(word, 0)), figures=True) for word, said in _counted()],
        lines=[
            Cell(_("Hồ sơ số %(n)d", n=one.id), forms[one.form].name_en if words.language() == "en" else forms[one.form].name,
                 url_for("nominations.show", nomination_id=one.id))
            for one in plan.cases
        ] if plan else [],
        words=_(
            "Có người khác, hoặc tài khoản, mang tên này hay tên dài hơn chứa tên này: chữ ở nơi khác nhắc đến tên được giữ, vì không rõ"
            " chỉ ai."
        ) if plan and plan.namesakes else "",
        key="goes",
    )


def _stays(kept: Any) -> Block:
    bases, why, english = legal_bases(), erasing.reasons(), words.language() == "en"
    return Block(
        _("Giữ, và vì sao"),
        table=Table(
            [Column(_("Vì")), Column(_("Hồ sơ")), Column(_("Đến")), Column(_("Căn cứ"))],
            [
                [
                    Cell(why[one.word].label_en if english else why[one.word].label),
                    Cell(str(one.nomination), "", url_for("nominations.show", nomination_id=one.nomination)) if one.nomination
                    else Cell(""),
                    Cell(words.full_date(one.until) if one.until else _("không có hạn") if one.word != "RUNNING" else ""),
                    Cell(bases[why[one.word].basis].citation, bases[why[one.word].basis].confidence),
                ]
                for one in kept
            ],
            _("Giữ, và vì sao"),
        ),
        key="stays",
    )


@blueprint.route("/office/erasures/<int:number>/confirm", methods=["GET", "POST"])
def confirm(number: int) -> AnyResponse:
    """Confirm as the second administrator, after what it does was said once more."""
    by = pages.me()
    must(by, "erasure.manage")
    _row, plan = erasing.read_erasure(number, by=by)
    seen = request.form.get("seen", "")  # what the page showed, and nothing that was looked up since

    def do(_reason: str) -> AnyResponse:
        erasing.confirm_erasure(number, by=by, seen=seen)
        pages.say(_("Đã xóa. Tiến trình nền dọn nốt tệp trên đĩa."))
        return pages.back_to("erasures.show", number=number)

    act = Act(
        _("Xóa dữ liệu"), url_for("erasures.confirm", number=number), "confirm", "takes", hidden={"seen": plan.digest if plan else ""},
        effect=_("Xóa dữ liệu của *%(name)s*: %(n)d hồ sơ, %(v)d giá trị riêng, %(f)d tệp, %(m)d thư? Không lấy lại được.",
                 name=plan.name, n=plan.counts["nominations"], v=plan.counts["values"], f=plan.counts["files"], m=plan.counts["mails"])
        if plan else _("Yêu cầu này đã xử lý xong."),
    )
    return edit.confirm(act, _crumbs(number), url_for("erasures.show", number=number), do)


@blueprint.route("/office/erasures/<int:number>/drop", methods=["GET", "POST"])
def drop(number: int) -> AnyResponse:
    """Drop a request that waits, with the reason."""
    by = pages.me()
    must(by, "erasure.manage")

    def do(reason: str) -> AnyResponse:
        erasing.drop_erasure(number, by=by, reason=reason)
        pages.say(_("Đã bỏ yêu cầu."))
        return pages.back_to("erasures.show", number=number)

    act = Act(
        _("Không xóa"), url_for("erasures.drop", number=number), "drop", "takes", asks=_("Lý do"),
        effect=_("Bỏ yêu cầu xóa dữ liệu *số %(n)d*? Ghi lý do để trả lời người yêu cầu.", n=number),
    )
    return edit.confirm(act, _crumbs(number), url_for("erasures.show", number=number), do)


def _crumbs(number: int) -> list[Link]:
    return crumbs(
        Link(_("Xóa dữ liệu"), url_for("erasures.show_all")), Link(_("Số %(n)d", n=number), url_for("erasures.show", number=number)),
    )
