"""Rounds: all of them, the page of one, and making, cloning, opening, closing, re-dating."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from service import clock, people, words
from service.actor import Actor
from service.awards import catalogue, finding
from service.awards.models import Movement, Round
from service.awards.nominations import may_add, reads_every
from service.awards.rounds import (
    CALENDAR_KEYS,
    STATES,
    change_calendar,
    change_content,
    clone_round,
    close_filing,
    create_round,
    list_rounds,
    open_round,
    read_round,
    scaled,
    stands,
)
from service.awards.rules import rules_on
from service.db import at_one_moment, reading, transaction
from service.errors import Conflict, Invalid
from service.web import backward_plan, edit, pages, plan, round_content, round_page
from service.web.edit import Field, Page
from service.web.frame import Link
from service.web.parts import Act, Block, Cell, Column, Empty, Table, Tag
from service.web.standing import way

blueprint = Blueprint("rounds", __name__)
_STATES_EN = {"planned": "Planned", "open": "Open for filing", "closed": "Filing is over", "ended": "Ended"}
_TAGS = {"planned": "waiting", "open": "mine", "closed": "waiting", "ended": "done"}


def state_words(row: Round) -> str:
    """State of a round in words."""
    return _STATES_EN[stands(row)] if words.language() == "en" else STATES[stands(row)]


@blueprint.get("/rounds")
def show_all() -> Response:
    """Every round with its state, filing date, session and how many names it has."""
    by = pages.me()
    people.require(by, "round.read")
    rows = list_rounds()
    counts = finding.count_facets(by, finding.NominationFilter())["round"]
    making = people.allowed(by, "round.create")
    return pages.page(
        "register",
        crumbs=[Link(_("Đợt xét"), "")],
        sentence=ngettext("*%(num)d đợt xét* khen thưởng", "*%(num)d đợt xét* khen thưởng", len(rows)),
        status=ngettext("%(num)d đợt đang nhận hồ sơ.", "%(num)d đợt đang nhận hồ sơ.", sum(stands(r) == "open" for r in rows)),
        tabs=[], chips=[], url="", keep={}, q=None, filters=[],
        blocks=[
            Block(
                _("Các đợt"),
                table=Table(
                    [Column(pgettext("one", "Đợt xét")), Column(_("Trạng thái")), Column(_("Hạn nộp")), Column(_("Phiên họp")),
                     Column(_("Số tên"), figures=True)],
                    [_row(row, counts.get(str(row.id), 0)) for row in rows],
                    _("Các đợt xét khen thưởng"),
                ) if rows else None,
                empty=None if rows else Empty(_("Chưa lập đợt xét nào"),
                                              _("Lập đợt có đủ lịch; đến ngày mở, đợt tự mở và đơn vị nhận thư.")),
            )
        ],
        pager=None,
        main_act=Act(_("Lập đợt xét"), url_for("rounds.make"), "make", "main", method="get") if making else None,
        acts=[Act(_("Phong trào thi đua"), url_for("movements.show_all"), "movements", "text", method="get")], side=[],
    )


def _row(row: Round, names: int) -> list[Cell]:
    known = plan.dates(row)
    return [
        Cell(row.name, round_page.stage_words(row), url_for("rounds.show", round_id=row.id)),
        Cell("", tag=Tag(_TAGS[stands(row)], state_words(row))),
        Cell(words.full_date(known.get("filing"))),
        Cell(words.full_date(known.get("session"))),
        Cell(words.number(names), figures=True),
    ]


@blueprint.get("/rounds/<int:round_id>")
@at_one_moment
def show(round_id: int) -> Response:
    """One round: how long there is, its calendar, names, units, lists, criteria, forms of award."""
    by = pages.me()
    people.require(by, "round.read")
    row = read_round(round_id)
    main, side = round_page.blocks(row, by)
    return pages.page(
        "round",
        crumbs=[Link(_("Đợt xét"), url_for("rounds.show_all")), Link(row.name, "")],
        sentence=row.name,
        status=_status(by, row),
        tags=[Tag(_TAGS[stands(row)], state_words(row))],
        main_act=_main_act(by, row),
        acts=_acts(by, row),
        ruler=plan.ruler(row, whole=True),
        main=main,
        side=side,
    )


@blueprint.get("/rounds/<int:round_id>/plan")
def plan_anew(round_id: int) -> Response:
    """The backward plan, drawn anew."""
    by = pages.me()
    people.require(by, "round.read")
    turn = pages.number_of(request.args.get("turn")) or 0
    return pages.fragment("round_plan", main=backward_plan.blocks(read_round(round_id), by, turn))


def _status(by: Actor, row: Round) -> str:
    if not row.calendar or "session" not in row.calendar:
        return _("Đợt đột xuất: không có lịch chung, mỗi trường hợp tính hạn theo ngày làm việc.")
    told = plan.sentence(row) + "."
    if stands(row) == "open" and by.units and people.allowed(by, "nomination.create") and not may_add(row.id, by=by):
        told += " " + _("Đơn vị đã ký nộp hồ sơ; thêm tên thì gửi văn bản tới phòng Văn hóa - Xã hội.")
    return told


def _main_act(by: Actor, row: Round) -> Act | None:
    if row.state == "planned" and people.allowed(by, "round.open"):
        return _open_act(row)
    url = way("nominate.start", round_id=row.id)
    taken = stands(row) == "open" or row.state == "open" and people.allowed(by, "submission.allow_late")
    if taken and url and people.allowed(by, "nomination.create") and may_add(row.id, by=by):
        return Act(_("Đề nghị khen thưởng"), url, "nominate", "main", method="get")
    return None


def _open_act(row: Round) -> Act:
    return Act(_("Mở đợt này"), url_for("rounds.open_now", round_id=row.id), "open", "main",
               effect=_("Mở *%(name)s*? Đơn vị nộp được hồ sơ ngay, không chờ ngày mở trong lịch.", name=row.name))


def _close_act(row: Round) -> Act:
    return Act(_("Kết thúc nhận hồ sơ"), url_for("rounds.close", round_id=row.id), "close", "takes",
               effect=_("Kết thúc nhận hồ sơ của *%(name)s*? Tên chưa ký nộp bị đưa ra khỏi danh sách.", name=row.name),
               asks=_("Lý do"))


def _acts(by: Actor, row: Round) -> list[Act]:
    acts = []
    if row.state == "planned" and people.allowed(by, "round.edit"):
        acts.append(Act(_("Sửa tiêu chí, chỉ tiêu, hướng dẫn"), url_for("round_content.change", round_id=row.id), "content",
                        method="get"))
    if row.state != "planned" and reads_every(by):
        acts.append(Act(_("Bảng điểm"), url_for("round_content.ranking", round_id=row.id), "scores", "text", method="get"))
    if row.state != "planned" and people.allowed(by, "review.read"):
        acts.append(Act(_("Phân công chấm điểm"), url_for("reviewing.show", round_id=row.id), "reviewing", "text", method="get"))
    if row.state == "open" and people.allowed(by, "nomination.enter_for_unit"):
        acts.append(Act(_("Nhập hồ sơ giấy thay đơn vị"), url_for("paper.start", round_id=row.id), "paper", method="get"))
    if row.state == "open" and people.allowed(by, "round.close"):
        acts.append(_close_act(row))
    if row.state in ("open", "closed") and people.allowed(by, "broadcast.send"):
        acts.append(Act(_("Gửi thông báo"), url_for("broadcasts.make", round=row.id), "broadcast", method="get"))
    if people.allowed(by, "round.create"):
        if row.calendar and row.stage != "DOT_XUAT" and row.state != "ended":
            acts.append(Act(_("Đổi lịch"), url_for("rounds.redate", round_id=row.id), "redate", method="get"))
        acts.append(Act(_("Lập đợt năm sau từ đợt này"), url_for("rounds.clone", round_id=row.id), "clone", "text",
                        method="get"))
    return acts


@blueprint.route("/rounds/<int:round_id>/open", methods=["GET", "POST"])
def open_now(round_id: int) -> AnyResponse:
    """Open a planned round before its day."""
    by = pages.me()
    people.require(by, "round.open")
    row = read_round(round_id)

    def do(reason: str) -> AnyResponse:
        open_round(round_id, by=by)
        pages.say(_("Đã mở đợt. Đơn vị nộp được hồ sơ từ bây giờ."))
        return pages.back_to("rounds.show", round_id=round_id)

    return edit.confirm(_open_act(row), _crumbs(row, _("Mở đợt")), url_for("rounds.show", round_id=round_id), do)


@blueprint.route("/rounds/<int:round_id>/close", methods=["GET", "POST"])
def close(round_id: int) -> AnyResponse:
    """Close the filing of a round, with a reason."""
    by = pages.me()
    people.require(by, "round.close")
    row = read_round(round_id)

    def do(reason: str) -> AnyResponse:
        close_filing(round_id, by=by, reason=reason)
        pages.say(_("Đã kết thúc nhận hồ sơ."))
        return pages.back_to("rounds.show", round_id=round_id)

    return edit.confirm(_close_act(row), _crumbs(row, _("Kết thúc nhận hồ sơ")),
                        url_for("rounds.show", round_id=round_id), do)


@blueprint.route("/rounds/<int:round_id>/calendar", methods=["GET", "POST"])
def redate(round_id: int) -> AnyResponse:
    """Change the calendar with a reason; deadlines of open steps follow."""
    by = pages.me()
    people.require(by, "round.edit")
    row = read_round(round_id)

    def do(said: dict[str, Any]) -> AnyResponse:
        change_calendar(round_id, _days(said), said["reason"], by=by)
        pages.say(_("Đã đổi lịch. Hạn của các việc đang mở đã tính lại theo lịch mới."))
        return pages.back_to("rounds.show", round_id=round_id)

    url = url_for("rounds.show", round_id=round_id)
    return edit.edit(
        edit.form("round_calendar", _calendar_fields(), edit.reason(_("Lý do đổi lịch"))),
        Page(_("Đổi lịch %(name)s", name=row.name), url_for("rounds.redate", round_id=round_id), url, _("Ghi lịch mới"),
             _crumbs(row, _("Đổi lịch")), _("Hạn của việc đang mở tính lại ngay; lý do ghi vào nhật ký.")),
        do,
        first={"calendar": dict(row.calendar)},
    )


@blueprint.route("/rounds/<int:round_id>/clone", methods=["GET", "POST"])
def clone(round_id: int) -> AnyResponse:
    """Plan a later year's round from this one: criteria and guidance stay, the calendar moves by whole years."""
    by = pages.me()
    people.require(by, "round.create")
    row = read_round(round_id)

    def do(said: dict[str, Any]) -> AnyResponse:
        _must_be_free(said["code"])
        with transaction():
            number = clone_round(round_id, code=said["code"], name=said["name"], year=int(said["year"]), by=by)
            change_content(number, scales=round_content.said_scales(said), quotas=round_content.said_quotas(said),
                           guidance=said.get("guidance") or "", by=by)
        pages.say(_("Đã lập %(name)s. Xem lại lịch: ngày nghỉ của năm mới có thể khác.", name=said["name"]))
        return pages.back_to("rounds.show", round_id=number)

    return edit.edit(
        edit.form(
            "round_clone",
            edit.number("year", _("Năm"), low=row.year + 1, high=2040),
            edit.text("code", _("Mã đợt"), hint=_("Ví dụ HN-2027"), required=True, most=40),
            edit.text("name", _("Tên đợt"), required=True),
            *round_content.fields(row.criteria),
        ),
        Page(_("Lập đợt sau từ *%(name)s*", name=row.name), url_for("rounds.clone", round_id=round_id),
             url_for("rounds.show", round_id=round_id), _("Lập đợt"), _crumbs(row, _("Lập đợt sau")),
             _("Tiêu chí, hướng dẫn, chỉ tiêu lấy từ đợt này, sửa được; lịch dời đúng số năm.")),
        do,
        first={
            "year": row.year + 1,
            "code": row.code.replace(str(row.year), str(row.year + 1)),
            "name": row.name.replace(str(row.year), str(row.year + 1)),
        } | round_content.first(row.criteria, row.quotas, row.guidance),
    )


@blueprint.route("/rounds/new", methods=["GET", "POST"])
def make() -> AnyResponse:
    """Plan a round: its calendar is checked as a whole, each date that is wrong is named at its field."""
    by = pages.me()
    people.require(by, "round.create")
    with reading() as s:
        found = s.execute(select(Movement.id, Movement.name, Movement.criteria).order_by(Movement.id)).all()
    if not found:
        raise Conflict("Chưa có phong trào: lập phong trào trước, ở mục Đợt xét, Phong trào thi đua.",
                       "There is no movement yet: make one first, under Rounds, Movements.", code="no-movement")
    movements = [(str(row.id), row.name) for row in found]
    criteria = {str(row.id): row.criteria for row in found}
    known = list({c["code"]: c for many in criteria.values() for c in many}.values())
    en = words.language() == "en"

    def do(said: dict[str, Any]) -> AnyResponse:
        _must_be_free(said["code"])
        own = {c["code"] for c in criteria[said["movement"]]}
        scales = {code: pair for code, pair in round_content.said_scales(said).items() if code in own}
        number = create_round(
            int(said["movement"]), code=said["code"], name=said["name"], stage=said["stage"], year=int(said["year"]),
            window=_window(said), calendar=_days(said), by=by, guidance=said.get("guidance") or "",
            criteria=scaled(criteria[said["movement"]], scales), quotas=round_content.said_quotas(said),
        )
        pages.say(_("Đã lập đợt. Đến ngày mở trong lịch, đợt tự mở."))
        return pages.back_to("rounds.show", round_id=number)

    form = edit.form(
        "round",
        edit.choice("movement", _("Phong trào thi đua"), movements, required=True),
        edit.text("name", _("Tên đợt"), required=True),
        edit.text("code", _("Mã đợt"), hint=_("Ví dụ HN-2027"), required=True, most=40),
        edit.choice("stage", _("Loại đợt"), [(word, pair[en]) for word, pair in catalogue.STAGES.items()], required=True),
        edit.number("year", _("Năm"), low=2025, high=2040),
        edit.day("window_from", _("Xét thành tích từ ngày"),
                 hint=_("Đợt sơ kết, tổng kết để trống cả hai ngày: lấy theo giai đoạn của phong trào")),
        edit.day("window_to", _("Đến hết ngày")),
        _calendar_fields(),
        *round_content.fields(known),
    )
    return edit.edit(
        form,
        Page(_("Lập đợt xét khen thưởng"), url_for("rounds.make"), url_for("rounds.show_all"), _("Lập đợt"),
             [Link(_("Đợt xét"), url_for("rounds.show_all")), Link(_("Lập đợt"), "")],
             _("Đợt đột xuất không cần lịch. Các đợt khác cần đủ ngày, ngày sau không sớm hơn ngày trước.")),
        do,
        first={"movement": movements[0][0] if movements else "", "stage": "HANG_NAM", "year": clock.today().year + 1}
        | round_content.first(known),
    )


def _calendar_fields() -> Field:
    days = rules_on(clock.today()).shown("HIEPY_DAYS")
    hints = {}
    if days:
        hints["opinions"] = ngettext("Để trống: %(num)s ngày làm việc sau hạn nộp hồ sơ",
                                     "Để trống: %(num)s ngày làm việc sau hạn nộp hồ sơ", days)
    return edit.group(
        "calendar", _("Lịch của đợt"),
        edit.side_by_side("days", *(edit.day(key, str(plan.KEY_WORDS[key]), hint=hints.get(key, "")) for key in CALENDAR_KEYS)),
    )


def _days(said: Mapping[str, Any]) -> dict[str, str]:
    return {key: value for key, value in (said.get("calendar") or {}).items() if value}


def _window(said: Mapping[str, Any]) -> tuple[date, date] | None:
    """The days as typed; None where both were left to the phase of the movement."""
    days = {key: said.get(key) for key in ("window_from", "window_to")}
    if not any(days.values()):
        return None
    for key, value in days.items():
        if not value:
            raise Invalid.at(key, "Ghi đủ hai ngày, hoặc để trống cả hai.", "Give both days, or neither.")
    return date.fromisoformat(str(days["window_from"])), date.fromisoformat(str(days["window_to"]))


def _must_be_free(code: str) -> None:
    if any(row.code == code for row in list_rounds()):
        raise Invalid.at("code", f"Mã {code} đã dùng cho đợt khác. Chọn mã khác.", f"The code {code} is in use.")


def _crumbs(row: Round, last: str) -> list[Link]:
    return [Link(_("Đợt xét"), url_for("rounds.show_all")), Link(row.name, url_for("rounds.show", round_id=row.id)),
            Link(last, "")]


