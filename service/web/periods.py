"""Periods of a register: opened, redated, closed; which unit has filed; what units said, put together with its sources."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from service import clock, doors, movement, people, words
from service.actor import Actor
from service.awards import broadcasting
from service.errors import Conflict
from service.movement import Kept, Synthesis, UnitFiling
from service.movement.models import Period
from service.vietnamese import sort_key
from service.web import edit, pages, period_parts
from service.web.case_parts import in_words
from service.web.edit import Page
from service.web.frame import Link
from service.web.parts import Act, Block, Cell, Column, Empty, Table, Tag
from service.words import N_
from workflows.register import DAYS

blueprint = Blueprint("periods", __name__)
DAY_WORDS = {
    "filing": N_("Hạn đơn vị nộp"), "checking": N_("Hạn phòng kiểm tra"), "signing": N_("Chủ tịch UBND xã ký"),
    "province_intake": N_("Hạn gửi tỉnh"),
}
VIEWS = ("units", "figures", "texts")


@blueprint.get("/registers/<process>/periods")
def show_all(process: str) -> Response:
    """The periods of a register, the latest first."""
    by = pages.me()
    kept = _of_office(process, by)
    rows = movement.list_periods(kept)
    table = Table(
        [Column(_("Kỳ")), Column(_("Hạn đơn vị nộp")), Column(_("Đã nộp"), figures=True), Column(_("Trạng thái"))],
        [_row(row) for row in rows], _("Các kỳ"),
    )
    return pages.page(
        "register", crumbs=_crumbs(kept), sentence=_("Các kỳ: %(name)s", name=in_words(kept.register.name)),
        status=in_words(kept.register.hint), tabs=[], chips=[], url="", keep={}, q=None, filters=[],
        blocks=[Block(_("Các kỳ"), table=table if rows else None, empty=None if rows else Empty(
            _("Chưa mở kỳ nào"), _("Mở kỳ thì mỗi đơn vị có sẵn một việc để điền, có hạn và được nhắc.")))],
        pager=None, main_act=_open_act(kept, by), acts=[], side=[],
    )


def _of_office(process: str, by: Actor) -> Kept:
    """A register that goes by periods, for who opens periods or reads the whole register."""
    kept = movement.register_in_use(process)
    if not kept.register.period:
        raise Conflict("Sổ này không theo kỳ.", "This register does not go by periods.", code="no-periods")
    if not movement.reads_all(by, kept):
        people.require(by, movement.OPEN)
    return kept


def _open_act(kept: Kept, by: Actor) -> Act | None:
    if not people.allowed(by, movement.OPEN):
        return None
    return Act(_("Mở kỳ mới"), url_for("periods.open_one", process=kept.process), "open", "main", method="get")


def _crumbs(kept: Kept, *more: Link) -> list[Link]:
    return [
        Link(_("Phong trào"), url_for("matters.registers")),
        Link(in_words(kept.register.name), url_for("matters.register", process=kept.process)),
        *more,
    ]


def _row(row: Period) -> list[Cell]:
    found = movement.filings(row)
    filed = sum(one.filed_at is not None for one in found)
    return [
        Cell(words.capital(in_words(movement.period_words(row))), "", url_for("periods.show", period_id=row.id)),
        Cell(words.full_date(date.fromisoformat(row.calendar["filing"]))),
        Cell(_("%(n)s trong %(all)s", n=filed, all=len(found)), figures=True),
        Cell("", tag=_state(row)),
    ]


def _state(row: Period) -> Tag:
    if row.closed_at is not None:
        return Tag("done", _("Đã đóng"))
    late = date.fromisoformat(row.calendar["filing"]) < clock.today()
    return Tag("overdue", _("Quá hạn nộp, chưa đóng")) if late else Tag("mine", _("Đang thu"))


@blueprint.route("/registers/<process>/periods/open", methods=["GET", "POST"])
def open_one(process: str) -> AnyResponse:
    """Open a period: of which year, by which days; each unit that has a head gets its matter."""
    by = pages.me()
    people.require(by, movement.OPEN)
    kept = _of_office(process, by)
    today = clock.today()
    halves = kept.register.period == "half"
    half, year = _next_free(kept, today)
    fields: list[edit.Field] = []
    if halves:
        fields.append(edit.choice("half", _("Kỳ"), [("yes", _("6 tháng đầu năm")), ("no", _("Cả năm"))], required=True))
    fields.append(edit.number("year", _("Năm"), low=2021, high=2099))
    fields += [edit.day(key, _(DAY_WORDS[key]), hint=_by_rule(kept, key, year)) for key in kept.register.days]
    names, asked = people.unit_names(movement.units_to_ask()), movement.units_asked(by)
    fields.append(edit.several(
        "units", _("Thu của đơn vị"), sorted(((str(unit), name) for unit, name in names.items()), key=lambda one: sort_key(one[1])),
        hint=_("Đơn vị có người đứng đầu. UBND xã và đơn vị của bạn không chọn sẵn; chọn thêm nếu cần."), required=True,
    ))
    first: dict[str, Any] = {"half": "yes" if half else "no", "year": year, "units": [str(unit) for unit in asked]}

    def do(said: dict[str, Any]) -> AnyResponse:
        wanted = {key: date.fromisoformat(said[key]) for key in kept.register.days if said.get(key)}
        number = movement.open_period(process, int(said["year"]), half=said.get("half") == "yes", days=wanted, by=by,
                                      units=[int(unit) for unit in said.get("units") or []])
        pages.say(_("Đã mở kỳ. Mỗi đơn vị nhận việc và thư báo."))
        return pages.back_to("periods.show", period_id=number)

    count = len(asked)
    return edit.edit(
        edit.form("open_period", *fields),
        Page(_("Mở kỳ: %(name)s", name=in_words(kept.register.name)), url_for("periods.open_one", process=process),
             url_for("periods.show_all", process=process), _("Mở kỳ"), _crumbs(kept, Link(_("Mở kỳ"), "")),
             ngettext("Chọn sẵn %(num)d đơn vị có người đứng đầu.", "Chọn sẵn %(num)d đơn vị có người đứng đầu.", count)),
        do, first=first,
    )


def _next_free(kept: Kept, today: date) -> tuple[bool, int]:
    """The period that is opened next: the one of today, or the first after it that is not open yet: whether a half, and the year."""
    known = {(row.half, row.year) for row in movement.list_periods(kept)}
    halves = (True, False) if kept.register.period == "half" else (False,)
    coming = ((half, year) for year in range(today.year, 2100) for half in halves if year > today.year or today.month <= 7 or not half)
    return next((one for one in coming if one not in known), (False, today.year))


def _by_rule(kept: Kept, key: str, year: int) -> str:
    """Which day of the year it is where nobody chooses one: by the rules, for each sort of period."""
    whole = f"{movement.default_days(kept, year, False)[key]:%d/%m}"
    if kept.register.period != "half":
        return _("Để trống thì là ngày %(day)s của năm đã chọn.", day=whole)
    half = f"{movement.default_days(kept, year, True)[key]:%d/%m}"
    return _("Để trống thì là ngày %(half)s với kỳ 6 tháng đầu năm, %(whole)s với kỳ cả năm, của năm đã chọn.", half=half, whole=whole)


@blueprint.get("/periods/<int:period_id>")
def show(period_id: int) -> Response:
    """One period: which unit stands where, what they said put together, and what can be done with it."""
    by = pages.me()
    kept, row = movement.read_period(period_id, by=by)
    view = request.args.get("view", "units")
    view = view if view in VIEWS else "units"
    found = movement.filings(row)
    together = movement.gather(kept, row)
    labels = {"units": _("Tình hình nộp"), "figures": _("Số liệu"), "texts": _("Nội dung")}
    tabs = [Link(labels[one], url_for("periods.show", period_id=row.id, view=one), current=one == view) for one in VIEWS]
    of = request.args.get("of", "")
    blocks = {
        "units": lambda: _units_blocks(row, found, by),
        "figures": lambda: period_parts.sources_of(kept, row, together, of) if of else period_parts.figure_blocks(row, together),
        "texts": lambda: period_parts.text_blocks(together),
    }[view]()
    if view == "figures":
        blocks = [*period_parts.signed_blocks(kept, row, together, by), *blocks]
    return pages.page(
        "register",
        crumbs=_crumbs(kept, Link(_("Các kỳ"), url_for("periods.show_all", process=kept.process)),
                       Link(words.capital(in_words(movement.period_words(row))), "")),
        sentence=f"{in_words(kept.register.one)}, {in_words(movement.period_words(row))}",
        status=_standing(row, together), tabs=tabs, chips=[], url="", keep={}, q=None, filters=[], blocks=blocks, pager=None,
        main_act=_remind_act(row, found, by), acts=_acts(row, by, together), side=[],
    )


def _standing(row: Period, together: Synthesis) -> str:
    told = _("*%(filed)s trong %(asked)s* đơn vị đã nộp, %(taken)s đã nhận.", filed=together.filed, asked=together.asked,
             taken=together.taken) + period_parts.waiting_words(together)
    known = {key: words.full_date(date.fromisoformat(day)) for key, day in row.calendar.items()}
    labels = {key: words.within_a_sentence(words.translated(DAY_WORDS[key])) for key in DAYS if key in known}
    days = words.capital("; ".join(f"{label} {known[key]}" for key, label in labels.items()))
    closed = " " + _("Đã đóng ngày %(day)s.", day=words.full_date(row.closed_at)) if row.closed_at else ""
    return f"{told} {days}.{closed}"


def _remind_act(row: Period, found: list[UnitFiling], by: Actor) -> Act | None:
    missing = sum(one.filed_at is None for one in found)
    if row.closed_at is not None or not missing or not people.allowed(by, movement.OPEN):
        return None
    return Act(
        ngettext("Đôn đốc %(num)d đơn vị chưa nộp", "Đôn đốc %(num)d đơn vị chưa nộp", missing),
        url_for("periods.remind", period_id=row.id), "remind", "main",
    )


def _acts(row: Period, by: Actor, together: Synthesis) -> list[Act]:
    acts = []
    if together.filed:
        acts.append(Act(_("Tải số liệu (Excel)"), url_for("periods.export", period_id=row.id), "export", "text", method="get"))
    if people.allowed(by, movement.OPEN):
        if row.closed_at is None:
            if together.filed < together.asked and people.allowed(by, broadcasting.SEND):
                url = url_for("broadcasts.make", period=row.id, set="period_not_filed")
                acts.append(Act(_("Viết thông báo riêng"), url, "broadcast", "second", method="get"))
            acts += [
                Act(_("Đổi ngày"), url_for("periods.redate", period_id=row.id), "redate", "second", method="get"),
                Act(_("Thêm đơn vị"), url_for("periods.join", period_id=row.id), "join", "second", method="get"),
                _close_act(row),
            ]
        elif people.allowed(by, movement.LATE):
            acts.append(Act(_("Thêm đơn vị"), url_for("periods.join", period_id=row.id), "join", "second", method="get"))
    return acts


def _units_blocks(row: Period, found: list[UnitFiling], by: Actor) -> list[Block]:
    """Who has not filed, whom the office has to ask; then who has."""
    missing = [one for one in found if one.filed_at is None]
    filed = [one for one in found if one.filed_at is not None]
    may_allow = row.closed_at is not None and people.allowed(by, movement.LATE)
    blocks = []
    if missing:
        acts = [[_late_act(row, one.unit, one.name)] if may_allow and not one.allowed else [] for one in missing]
        blocks.append(Block(_("Chưa nộp"), table=Table(
            [Column(_("Đơn vị")), Column(_("Đang ở đâu")), Column(_("Đôn đốc lần cuối"))],
            [[_unit_cell(one), Cell("", tag=_unit_tag(one)), Cell(words.full_moment(one.reminded))] for one in missing],
            _("Đơn vị chưa nộp"), row_acts=acts if any(acts) else (),
        )))
    if filed:
        blocks.append(Block(_("Đã nộp"), table=Table(
            [Column(_("Đơn vị")), Column(_("Đang ở đâu")), Column(_("Nộp lúc"))],
            [[_unit_cell(one), Cell("", tag=_unit_tag(one)), Cell(words.full_moment(one.filed_at))] for one in filed],
            _("Đơn vị đã nộp"),
        )))
    return blocks


def _unit_cell(one: UnitFiling) -> Cell:
    second = _("được nộp muộn: %(why)s", why=one.allowed) if one.allowed else ""
    return Cell(one.name, second, url_for("matters.show", matter_id=one.matter))


def _unit_tag(one: UnitFiling) -> Tag:
    if one.outcome is not None:
        return Tag("passed", _("Đã nhận"))
    if one.filed_at is not None:
        return Tag("note", _("Đã nộp muộn, chờ kiểm tra")) if one.late else Tag("waiting", _("Đã nộp, chờ kiểm tra"))
    return Tag("overdue", _("Quá hạn, chưa nộp")) if one.late else Tag("mine", _("Chưa nộp"))


@blueprint.get("/periods/<int:period_id>.xlsx")
def export(period_id: int) -> Response:
    """The figures of a period as an Excel sheet: a row a unit, a column a number, their sum below."""
    by = pages.me()
    kept, row = movement.read_period(period_id, by=by)
    name = f"{kept.register.one[0]}, {movement.period_words(row)[0]}"
    return doors.hand_file(movement.figures_sheet(kept, row, language=words.language()), movement.SHEET_TYPE, f"{name}.xlsx")


@blueprint.post("/periods/<int:period_id>/remind")
def remind(period_id: int) -> AnyResponse:
    """Mail the people of the units that have not filed."""
    by = pages.me()
    try:
        count = movement.remind_missing(period_id, by=by)
    except Conflict as refusal:
        pages.say(pages.in_language(refusal), "warn")
    else:
        pages.say(ngettext("Đã gửi thư đôn đốc %(num)d đơn vị.", "Đã gửi thư đôn đốc %(num)d đơn vị.", count))
    return pages.back_to("periods.show", period_id=period_id)


@blueprint.route("/periods/<int:period_id>/days", methods=["GET", "POST"])
def redate(period_id: int) -> AnyResponse:
    """Give a period other days; what is open in it is due anew."""
    by = pages.me()
    people.require(by, movement.OPEN)
    kept, row = movement.read_period(period_id, by=by)

    def do(said: dict[str, Any]) -> AnyResponse:
        days = {key: date.fromisoformat(said[key]) for key in row.calendar if said.get(key)}
        movement.redate_period(period_id, days, said["reason"], by=by)
        pages.say(_("Đã đổi ngày. Hạn của các việc đang mở được tính lại."))
        return pages.back_to("periods.show", period_id=period_id)

    fields = [edit.day(key, _(DAY_WORDS[key]), required=True) for key in DAYS if key in row.calendar]
    return edit.edit(
        edit.form("redate", *fields, edit.reason()), _one_page(kept, row, _("Đổi ngày"), "periods.redate"), do, first=dict(row.calendar)
    )


@blueprint.route("/periods/<int:period_id>/close", methods=["GET", "POST"])
def close(period_id: int) -> AnyResponse:
    """Close a period, with a reason."""
    by = pages.me()
    people.require(by, movement.OPEN)
    kept, row = movement.read_period(period_id, by=by)

    def do(reason: str) -> AnyResponse:
        movement.close_period(period_id, reason, by=by)
        pages.say(_("Đã đóng kỳ."))
        return pages.back_to("periods.show", period_id=period_id)

    return edit.confirm(_close_act(row), _crumbs(kept, _link(row), Link(_("Đóng kỳ"), "")), _link(row).url, do)


def _close_act(row: Period) -> Act:
    url = url_for("periods.close", period_id=row.id)
    return Act(
        _("Đóng kỳ"), url, "close", "takes", asks=_("Lý do"), page_url=url,
        effect=_("Đóng kỳ này? Đơn vị chưa nộp thì không nộp được nữa, trừ khi Trưởng phòng cho nộp muộn."),
    )


@blueprint.route("/periods/<int:period_id>/units", methods=["GET", "POST"])
def join(period_id: int) -> AnyResponse:
    """Ask one more unit in an open period."""
    by = pages.me()
    people.require(by, movement.OPEN)
    kept, row = movement.read_period(period_id, by=by)
    asked = {one.unit for one in movement.filings(row)}
    units = sorted(((str(one.id), one.name) for one in people.list_units() if one.id not in asked), key=lambda one: sort_key(one[1]))
    if not units:
        raise Conflict("Mọi đơn vị đã có trong kỳ này.", "Every unit is in this period already.", code="nobody-left")

    def do(said: dict[str, Any]) -> AnyResponse:
        movement.join_period(period_id, int(said["unit"]), by=by)
        pages.say(_("Đã thêm đơn vị vào kỳ."))
        return pages.back_to("periods.show", period_id=period_id)

    form = edit.form("join", edit.choice("unit", _("Đơn vị"), units, required=True))
    return edit.edit(form, _one_page(kept, row, _("Thêm đơn vị"), "periods.join"), do)


@blueprint.route("/periods/<int:period_id>/late/<int:unit>", methods=["GET", "POST"])
def late(period_id: int, unit: int) -> AnyResponse:
    """Let one unit file after the closing, with a reason."""
    by = pages.me()
    people.require(by, movement.LATE)
    kept, row = movement.read_period(period_id, by=by)

    def do(reason: str) -> AnyResponse:
        movement.allow_late(period_id, unit, reason, by=by)
        pages.say(_("Đã cho nộp muộn."))
        return pages.back_to("periods.show", period_id=period_id)

    act = _late_act(row, unit, people.unit_name(unit, clock.today()))
    return edit.confirm(act, _crumbs(kept, _link(row), Link(_("Cho nộp muộn"), "")), _link(row).url, do)


def _late_act(row: Period, unit: int, name: str) -> Act:
    url = url_for("periods.late", period_id=row.id, unit=unit)
    return Act(
        _("Cho nộp muộn"), url, "late", "text", asks=_("Lý do"), effect=_("Cho *%(unit)s* nộp muộn?", unit=name), page_url=url
    )


def _link(row: Period) -> Link:
    return Link(words.capital(in_words(movement.period_words(row))), url_for("periods.show", period_id=row.id))


def _one_page(kept: Kept, row: Period, label: str, endpoint: str) -> Page:
    sentence = f"{label}: {in_words(kept.register.one)}, {in_words(movement.period_words(row))}"
    url = url_for(endpoint, period_id=row.id)
    return Page(sentence, url, _link(row).url, label, _crumbs(kept, _link(row), Link(label, "")))
