"""Rounds: all of them, one with its calendar and what lies in it, and making, cloning, opening, closing, re-dating."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from service import clock, people, words
from service.actor import Actor
from service.awards import catalogue, finding, overview
from service.awards.lists import KINDS as LIST_KINDS
from service.awards.models import Movement, Round
from service.awards.nominations import ALL_READERS, may_add
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
)
from service.awards.rules import rules_on
from service.calendar import working_calendar
from service.db import reading, transaction
from service.errors import Invalid
from service.vietnamese import sort_key
from service.web import edit, pages, plan, round_content
from service.web.edit import Field, Page
from service.web.frame import Link
from service.web.home_office import lists_block, not_filed, posting_link
from service.web.parts import Act, Block, Cell, Column, Empty, Fact, Table, Tag
from service.web.standing import funnel, holds_block, phase_words, way

blueprint = Blueprint("rounds", __name__)
_STATES_EN = {"planned": "Planned", "open": "Open for filing", "closed": "Filing is over", "ended": "Ended"}
_TAGS = {"planned": "waiting", "open": "mine", "closed": "waiting", "ended": "done"}


def state_words(row: Round) -> str:
    """State of a round in words."""
    return _STATES_EN[row.state] if words.language() == "en" else STATES[row.state]


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
        status=ngettext("%(num)d đợt đang nhận hồ sơ.", "%(num)d đợt đang nhận hồ sơ.", sum(r.state == "open" for r in rows)),
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
        acts=[], side=[],
    )


def _row(row: Round, names: int) -> list[Cell]:
    known = plan.dates(row)
    return [
        Cell(row.name, _stage(row), url_for("rounds.show", round_id=row.id)),
        Cell("", tag=Tag(_TAGS[row.state], state_words(row))),
        Cell(words.full_date(known.get("filing"))),
        Cell(words.full_date(known.get("session"))),
        Cell(words.number(names), figures=True),
    ]


def _stage(row: Round) -> str:
    return catalogue.STAGES[row.stage][words.language() == "en"]


@blueprint.get("/rounds/<int:round_id>")
def show(round_id: int) -> Response:
    """One round: how long there is, its calendar, names, units, lists, criteria, forms of award."""
    by = pages.me()
    people.require(by, "round.read")
    row = read_round(round_id)
    office = by.may(*ALL_READERS)
    main: list[Block] = []
    side: list[Block] = [_facts(row)]
    if office:
        units = overview.units_in_round(row.id)
        main += [b for b in (_names(by, row), not_filed(by, row, units, origin="round"), _filed(row, units)) if b]
        side += [b for b in (_by_state(by, row), holds_block(row.id)) if b]
        side.append(_stages(row))
    quotas = round_content.quota_block(row, None if office else sorted(by.units))
    side += [quotas] if quotas else []
    side.append(_lists(by, row))
    main += [_calendar(row), *_criteria(row)]
    side.append(_forms(row))
    return pages.page(
        "round",
        crumbs=[Link(_("Đợt xét"), url_for("rounds.show_all")), Link(row.name, "")],
        sentence=row.name,
        status=_status(by, row),
        tags=[Tag(_TAGS[row.state], state_words(row))],
        main_act=_main_act(by, row),
        acts=_acts(by, row),
        ruler=plan.ruler(row, whole=True),
        main=main,
        side=side,
    )


def _status(by: Actor, row: Round) -> str:
    if not row.calendar or "session" not in row.calendar:
        return _("Đợt đột xuất: không có lịch chung, mỗi trường hợp tính hạn theo ngày làm việc.")
    told = plan.sentence(row) + "."
    if row.state == "open" and by.units and people.allowed(by, "nomination.create") and not may_add(row.id, by=by):
        told += " " + _("Đơn vị đã ký nộp hồ sơ; thêm tên thì gửi văn bản tới phòng Văn hóa - Xã hội.")
    return told


def _main_act(by: Actor, row: Round) -> Act | None:
    if row.state == "planned" and people.allowed(by, "round.open"):
        return _open_act(row)
    url = way("nominate.start", round_id=row.id)
    if row.state == "open" and url and people.allowed(by, "nomination.create") and may_add(row.id, by=by):
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
    if row.state != "planned" and by.may(*ALL_READERS):
        acts.append(Act(_("Bảng điểm"), url_for("round_content.ranking", round_id=row.id), "scores", "text", method="get"))
    if row.state == "open" and people.allowed(by, "nomination.enter_for_unit"):
        acts.append(Act(_("Nhập hồ sơ giấy thay đơn vị"), url_for("paper.start", round_id=row.id), "paper", method="get"))
    if row.state == "open" and people.allowed(by, "round.close"):
        acts.append(_close_act(row))
    if people.allowed(by, "round.create"):
        if row.calendar and row.stage != "DOT_XUAT" and row.state != "ended":
            acts.append(Act(_("Đổi lịch"), url_for("rounds.redate", round_id=row.id), "redate", method="get"))
        acts.append(Act(_("Lập đợt năm sau từ đợt này"), url_for("rounds.clone", round_id=row.id), "clone", "text",
                        method="get"))
    return acts


def _facts(row: Round) -> Block:
    facts = [
        Fact(_("Mã đợt"), row.code),
        Fact(_("Loại đợt"), _stage(row)),
        Fact(_("Năm"), str(row.year), figures=True),
        Fact(_("Xét thành tích từ"), words.full_date(row.window_from), figures=True),
        Fact(_("đến hết ngày"), words.full_date(row.window_to), figures=True),
    ]
    if row.calendar_version > 1:
        facts.append(Fact(_("Lịch"), ngettext("đã đổi %(num)d lần", "đã đổi %(num)d lần", row.calendar_version - 1)))
    return Block(_("Đợt này"), words=row.guidance, facts=facts, key="about")


def _stages(row: Round) -> Block:
    """How far the round has come, told by its own state and by its lists."""
    told = {
        "open": _("Mở nhận hồ sơ"), "closed": _("Hết hạn nộp"), "posted": _("Niêm yết"), "sat": _("Hội đồng họp"),
        "decided": _("Có quyết định"), "handed_over": _("Trao tặng"), "ended": _("Kết thúc đợt"),
    }
    return Block(
        _("Đợt đã tới bước nào"),
        facts=[
            Fact(
                told[one.word],
                _("đã xong") if one.reached and not one.lists
                else ngettext("đã xong %(done)d/%(num)d danh sách", "đã xong %(done)d/%(num)d danh sách", one.lists,
                              done=one.done) if one.lists
                else _("chưa"),
            )
            for one in overview.stages_of_round(row)
        ],
        key="stages",
    )


def _names(by: Actor, row: Round) -> Block:
    counted = overview.count_round(row.id)
    total = sum(one.count for one in counted)
    return Block(
        ngettext("%(num)d trường hợp đang ở đâu", "%(num)d trường hợp đang ở đâu", total),
        [Link(_("Mở danh sách"), url_for("nominations.show_all", round=row.id))],
        stages=funnel(counted, posting=posting_link(by, row)) if total else (),
        empty=None if total else Empty(_("Chưa có trường hợp nào"), _coming(row)),
        key="names",
    )


def _by_state(by: Actor, row: Round) -> Block | None:
    counts = _in_order(finding.count_phases(by, row.id))
    if not counts:
        return None
    return Block(
        _("Theo trạng thái"),
        facts=[
            Fact(phase_words(word if word in catalogue.PHASES else "ended", word), str(n),
                 url_for("nominations.show_all", round=row.id, state=word), figures=True)
            for word, n in counts
        ],
        key="states",
    )


def _in_order(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    order = [*catalogue.PHASES, *catalogue.OUTCOMES]
    return [(word, counts[word]) for word in order if counts.get(word)]


def _coming(row: Round) -> str:
    known = plan.dates(row)
    if "open" in known and "filing" in known:
        return _("Đợt mở từ %(open)s đến %(filing)s.", open=words.full_date(known["open"]),
                 filing=words.full_date(known["filing"]))
    return _("Đơn vị lập đề nghị thì tên hiện ở đây.")


def _filed(row: Round, units: list[overview.UnitStanding]) -> Block | None:
    filed = [one for one in units if one.filed]
    if not filed:
        return None
    states = LIST_KINDS["submission"].states
    return Block(
        ngettext("%(num)d đơn vị đã nộp", "%(num)d đơn vị đã nộp", len(filed)),
        table=Table(
            [Column(pgettext("one", "Đơn vị")), Column(_("Trạng thái")), Column(_("Số tên"), figures=True)],
            [
                [
                    Cell(one.unit.name, "", way("lists.show", list_id=one.list_id)),
                    Cell(words.translated(states.get(one.state, one.state))),
                    Cell(str(one.names), figures=True),
                ]
                for one in filed
            ],
            _("Đơn vị đã nộp"),
        ),
        key="filed",
    )


def _lists(by: Actor, row: Round) -> Block:
    found = [one for one in finding.find_lists(by, round_id=row.id) if one.kind != "submission"]
    shown = sorted(found, key=lambda one: (one.kind, -one.id))[:30]
    block = lists_block(
        _("Danh sách, văn bản của đợt"), shown, _("Chưa có danh sách nào"),
        _("Văn bản lấy ý kiến, niêm yết, kết quả Hội đồng, quyết định hiện ở đây khi được lập."),
    )
    return block


def _calendar(row: Round) -> Block:
    known, calendar = plan.dates(row), working_calendar()
    today = clock.today()

    def left(day: date) -> str:
        if day < today:
            return _("đã qua")
        if day == today:
            return _("hôm nay")
        return ngettext("còn %(num)d ngày làm việc", "còn %(num)d ngày làm việc", calendar.between(today, day))

    return Block(
        _("Lịch của đợt"),
        table=Table(
            [Column(_("Việc")), Column(_("Ngày")), Column(_("Còn lại"))],
            [
                [Cell(str(plan.KEY_WORDS[key])),
                 Cell(f"{words.weekday(day)}, {words.full_date(day)}",
                      "" if calendar.is_working(day) else _("ngày nghỉ")),
                 Cell(left(day))]
                for key, day in known.items()
            ],
            _("Lịch của đợt"),
        ) if known else None,
        empty=None if known else Empty(_("Đợt này không có lịch chung"),
                                       _("Hạn từng việc tính theo ngày làm việc kể từ khi việc tới.")),
        key="calendar",
    )


def _criteria(row: Round) -> list[Block]:
    blocks = []
    for group, pair in catalogue.GROUPS.items():
        found = sorted((c for c in row.criteria if c["group"] == group), key=lambda c: sort_key(c["code"]))
        if not found:
            continue
        alone = group in catalogue.ONE_CRITERION
        blocks.append(
            Block(
                _("Tiêu chí nhóm %(group)s: %(name)s", group=group, name=pair[words.language() == "en"]),
                words=_("Mỗi tên chỉ chấm theo một tiêu chí của nhóm.") if alone else "",
                table=Table(
                    [Column(_("Tiêu chí")), Column(_("Nội dung")), Column(_("Hệ số"), figures=True),
                     Column(_("Điểm tối đa"), figures=True)],
                    [
                        [Cell(c["code"]), Cell(c.get("title") or c.get("text", ""), c.get("text", "") if c.get("title")
                              else ""),
                         Cell(words.number(c.get("weight", 1)), figures=True),
                         Cell(words.number(c.get("max", 10)), figures=True)]
                        for c in found
                    ],
                    _("Tiêu chí nhóm %(group)s: %(name)s", group=group, name=pair[words.language() == "en"]),
                    foot=[] if alone else [Cell(_("Tổng")), Cell(""), Cell(""),
                          Cell(words.number(sum(c.get("max", 10) * c.get("weight", 1) for c in found)), figures=True)],
                ),
            )
        )
    return blocks


def _forms(row: Round) -> Block:
    en = words.language() == "en"
    return Block(
        _("Danh hiệu, hình thức được đề nghị"),
        lines=[
            Cell(form.name_en if en else form.name,
                 _("%(who)s quyết định · %(kinds)s", who=form.decides_en if en else form.decides,
                   kinds=", ".join(catalogue.KINDS[k][en].lower() for k in form.kinds)))
            for form in catalogue.award_forms().values()
            if row.stage in form.stages
        ],
        key="forms",
    )


@blueprint.route("/rounds/<int:round_id>/open", methods=["GET", "POST"])
def open_now(round_id: int) -> AnyResponse:
    """Open a planned round before its day."""
    by, row = pages.me(), read_round(round_id)

    def do(reason: str) -> AnyResponse:
        open_round(round_id, by=by)
        pages.say(_("Đã mở đợt. Đơn vị nộp được hồ sơ từ bây giờ."))
        return pages.back_to("rounds.show", round_id=round_id)

    return edit.confirm(_open_act(row), _crumbs(row, _("Mở đợt")), url_for("rounds.show", round_id=round_id), do)


@blueprint.route("/rounds/<int:round_id>/close", methods=["GET", "POST"])
def close(round_id: int) -> AnyResponse:
    """Close the filing of a round, with a reason."""
    by, row = pages.me(), read_round(round_id)

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
    movements = [(str(row.id), row.name) for row in found]
    criteria = {str(row.id): row.criteria for row in found}
    known = list({c["code"]: c for many in criteria.values() for c in many}.values())
    en = words.language() == "en"

    def do(said: dict[str, Any]) -> AnyResponse:
        _must_be_free(said["code"])
        start, end = date.fromisoformat(said["window_from"]), date.fromisoformat(said["window_to"])
        own = {c["code"] for c in criteria[said["movement"]]}
        scales = {code: pair for code, pair in round_content.said_scales(said).items() if code in own}
        number = create_round(
            int(said["movement"]), code=said["code"], name=said["name"], stage=said["stage"], year=int(said["year"]),
            window=(start, end), calendar=_days(said), by=by, guidance=said.get("guidance") or "",
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
        edit.day("window_from", _("Xét thành tích từ ngày"), required=True),
        edit.day("window_to", _("Đến hết ngày"), required=True),
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


def _must_be_free(code: str) -> None:
    if any(row.code == code for row in list_rounds()):
        raise Invalid.at("code", f"Mã {code} đã dùng cho đợt khác. Chọn mã khác.", f"The code {code} is in use.")


def _crumbs(row: Round, last: str) -> list[Link]:
    return [Link(_("Đợt xét"), url_for("rounds.show_all")), Link(row.name, url_for("rounds.show", round_id=row.id)),
            Link(last, "")]


