"""How long the steps of a version take: on the diagram, as a table, as a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from service import clock, doors, people, words
from service.actor import Actor
from service.errors import Invalid, NotFound
from service.processes.deployments import definition_of
from service.processes.models import Deployment
from service.sheets import Column as SheetColumn
from service.sheets import as_day, content_of, csv_of, new_sheet, safe_cell
from service.studio import figures, procedures
from service.studio.figures import Figures, Period, StepFigures
from service.studio.vocabulary import vocabulary
from service.web import pages
from service.web.frame import Link
from service.web.parts import Block, Cell, Check, Column, Diagram, FilterField, Step, Table, Tag
from service.web.standing import way
from service.web.studio_parts import chosen_process, process_chips, process_crumbs
from workflows import plain
from workflows.prose import Procedure

blueprint = Blueprint("studio_figures", __name__)
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LEVELS = 4
"""Shades of the heat map above the lightest."""


@blueprint.get("/office/processes/<int:deployment>/figures")
def show(deployment: int) -> Response:
    """The figures of a version, or of all versions of its process, over a period."""
    by = pages.me()
    people.require(by, "deployment.figures")
    row = procedures.deployment_of(deployment)
    definition = definition_of(deployment)
    wrong, found = "", None
    try:
        period, every = _asked()
    except Invalid as refused:
        wrong = pages.in_language(refused)
        period, every = figures.period_of(None, None), False
    found = figures.figures_of(deployment, period, all_versions=every)
    told = procedures.procedure_of(deployment, words.language())
    chosen = chosen_process(definition)
    by_median = request.args.get("shade") != "weight"
    keep = _query(period, every) | {"shade": "median" if by_median else "weight"}
    return pages.page(
        "studio_figures",
        code=422 if wrong else 200,
        crumbs=process_crumbs(Link(words.translated(row.name), url_for("office_processes.show", deployment=deployment)),
                              Link(_("Số liệu từng bước"), "")),
        sentence=_sentence(found),
        status=_status(row, found, every),
        url=url_for("studio_figures.show", deployment=deployment),
        process=chosen,
        wrong=wrong,
        fields=_fields(row, period, every, by_median),
        chips=process_chips(
            definition, chosen, lambda process: url_for("studio_figures.show", deployment=deployment, process=process, **keep),
            {p: sum(step.done for step in found.of(p)) for p in definition.processes},
        ),
        diagram=_diagram(deployment, chosen, found, told, by_median),
        levels=range(_LEVELS + 1),
        blocks=[_missed(found), _bottlenecks(found, told), _table(found.of(chosen), told)],
        exports=[
            Link(said, url_for("studio_figures.export", deployment=deployment, format=format, **_query(period, every)))
            for said, format in ((_("Tải Excel"), "xlsx"), (_("Tải CSV"), "csv"))
        ],
    )


@blueprint.get("/office/processes/<int:deployment>/figures.<format>")
def export(deployment: int, format: str) -> Response:
    """The figures of all steps as a sheet."""
    people.require(pages.me(), "deployment.figures")
    row = procedures.deployment_of(deployment)
    period, every = _asked()
    found = figures.figures_of(deployment, period, all_versions=every)
    columns, rows = sheet_of(found)
    name = f"Số liệu từng bước, {row.key}, phiên bản {row.version}"
    if format == "csv":
        content, kind = csv_of([column.heading for column in columns], rows), "text/csv; charset=utf-8"
    elif format == "xlsx":
        book, sheet = new_sheet("Số liệu", columns)
        for number, cells in enumerate(rows, 1):
            sheet.append([number, *(safe_cell(cell) for cell in cells)])
        content, kind = content_of(book), _SHEET
    else:
        raise NotFound("Chỉ có Excel và CSV.", "Only Excel and CSV.")
    return doors.hand_file(content, kind, f"{name}.{format}")


def sheet_of(found: Figures) -> tuple[list[SheetColumn], list[list[Any]]]:
    """The columns and rows of the sheet, in the reader's language; lengths in days as numbers."""
    heads = (
        ("element", _("Mã bước"), 24), ("name", _("Bước"), 40), ("process", _("Sơ đồ"), 24), ("done", _("Số lần xong"), 12),
        ("unit", _("Tính theo"), 18), ("median", _("Trung vị (ngày)"), 14), ("ninety", _("90% xong trong (ngày)"), 14),
        ("weight", _("Phần thời gian (%)"), 14), ("waiting", _("Đang chờ"), 10), ("since", _("Chờ lâu nhất từ"), 18),
        ("late", _("Quá hạn"), 10), ("late_rate", _("Tỷ lệ quá hạn (%)"), 14), ("target", _("Mục tiêu"), 30),
        ("within", _("Trong mục tiêu (%)"), 14),
    )
    rows = [
        [
            one.element, words.translated(one.name), one.process, one.done, unit_words(one), _rounded(one.median), _rounded(one.ninety),
            round(one.weight * 100, 1), one.waiting, words.full_moment(one.waiting_since), one.late, _percent(one.late_rate),
            one.target, _percent(one.within),
        ]
        for one in found.steps
    ]
    return [SheetColumn(key, str(head), width) for key, head, width in heads], rows


def _rounded(days: float | None) -> float | None:
    return None if days is None else round(days, 2)


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 1)


# -- what was asked for


def _asked() -> tuple[Period, bool]:
    return figures.period_of(_day("from"), _day("to")), request.args.get("versions") == "all"


def _day(name: str) -> date | None:
    text = request.args.get(name, "").strip()
    try:
        return date.fromisoformat(text) if len(text) == 10 and text[4] == "-" else as_day(text, _("Ngày"))
    except ValueError:
        raise Invalid.at(name, "Nhập ngày có thật dạng ngày/tháng/năm.", "Give a real day as day/month/year.") from None


def _query(period: Period, every: bool) -> dict[str, Any]:
    return {"from": period.first.isoformat(), "to": period.last.isoformat(), "versions": "all" if every else "one"}


def _fields(row: Deployment, period: Period, every: bool, by_median: bool) -> list[FilterField]:
    return [
        FilterField("from", _("Xong từ ngày"), words.full_date(period.first)),
        FilterField("to", _("Đến ngày"), words.full_date(period.last)),
        FilterField("versions", _("Phiên bản"), "all" if every else "one",
                    [("one", _("chỉ phiên bản %(n)d", n=row.version)), ("all", _("mọi phiên bản"))]),
        FilterField("shade", _("Tô đậm theo"), "median" if by_median else "weight",
                    [("median", _("thời gian trung vị")), ("weight", _("phần thời gian của cả quy trình"))]),
    ]


# -- words


def unit_words(one: StepFigures) -> str:
    """By what a length is counted."""
    return _("ngày làm việc") if one.unit == "working" else _("ngày lịch")


def length_words(days: float | None, one: StepFigures) -> str:
    """A length for reading: "2 ngày làm việc", "trong ngày", "3,5 ngày", "4 giờ", "12 phút"."""
    if days is None:
        return ""
    if one.unit == "working":
        count = round(days)
        return ngettext("%(num)d ngày làm việc", "%(num)d ngày làm việc", count) if count else _("trong ngày")
    if days >= 1:
        return _("%(n)s ngày", n=words.number(round(days, 1)))
    if days >= 1 / 24:
        return _("%(n)s giờ", n=words.number(round(days * 24, 1)))
    minutes = round(days * 24 * 60)
    return _("%(n)s phút", n=words.number(minutes, 0)) if minutes else _("dưới 1 phút")


def share_words(share: float | None) -> str:
    """A share as a percentage."""
    return "" if share is None else f"{words.number(round(share * 100, 1))}%"


def target_words(one: StepFigures) -> str:
    """The target in words; a due time where there is no own one."""
    if not one.target:
        return ""
    said = plain.due(one.target, vocabulary({}, words.language()))
    return said if one.own_target else _("theo hạn: %(due)s", due=said)


def _sentence(found: Figures) -> str:
    count = sum(one.done for one in found.steps)
    return ngettext("*%(n)s lần* xong một bước", "*%(n)s lần* xong một bước", count, n=words.number(count, 0))


def _status(row: Deployment, found: Figures, every: bool) -> str:
    which = _("mọi phiên bản") if every else _("phiên bản %(n)d", n=row.version)
    return _("%(name)s, %(which)s, từ %(first)s đến %(last)s. Việc đang chờ tính đến lúc này.", name=words.translated(row.name),
             which=which, first=words.full_date(found.period.first), last=words.full_date(found.period.last))


def _numbered(told: Procedure) -> dict[str, str]:
    return {step.element: step.number for part in told.parts for step in part.steps}


def _called(one: StepFigures, numbers: dict[str, str]) -> str:
    number = numbers.get(one.element)
    return f"{number}. {words.translated(one.name)}" if number else words.translated(one.name)


def _diagram(deployment: int, process: str, found: Figures, told: Procedure, by_median: bool) -> Diagram:
    part = told.part(process)
    steps = found.of(process)
    most = max((_heat(one, by_median) for one in found.steps), default=0) or 1
    labels = {}
    for one in steps:
        if one.done or one.waiting:
            said = [length_words(one.median, one)] if by_median and one.done else [share_words(one.weight)] if one.done else []
            said.append(_("%(n)s lần", n=words.number(one.done, 0)) if one.done else "")
            said.append(_("%(n)s đang chờ", n=words.number(one.waiting, 0)) if one.waiting else "")
            if one.missed:
                said.append(_("chưa đạt mục tiêu"))
            level = round(_LEVELS * _heat(one, by_median) / most)
            labels[one.element] = (f"heat-{level}", " · ".join(word for word in said if word))
    return Diagram(
        part.title if part else process,
        way("task.drawing", deployment=deployment, process=process),
        [Step(step.element, step.number, step.title, "plain") for step in (part.steps if part else ())],
        labels=labels,
    )


def _heat(one: StepFigures, by_median: bool) -> float:
    if not by_median:
        return one.weight
    return (one.median or 0) * (1.4 if one.unit == "working" else 1)  # five days of work lie in a week of seven


def _missed(found: Figures) -> Block:
    missed = [one for one in found.steps if one.missed]
    return Block(
        ngettext("%(num)d bước chưa đạt mục tiêu", "%(num)d bước chưa đạt mục tiêu", len(missed)),
        words=_("Mục tiêu đạt khi ít nhất %(share)s số lần xong trong thời gian mục tiêu; bước không đặt mục tiêu thì lấy hạn của bước.",
                share=share_words(figures.SHARE)),
        checks=[
            Check(_("*%(step)s*: %(share)s trong mục tiêu (%(target)s), 90%% xong trong %(ninety)s", step=words.translated(one.name),
                    share=share_words(one.within), target=target_words(one), ninety=length_words(one.ninety, one)), "warn",
                  Link(_("xem bước"), f"#step-{one.element}"))
            for one in missed
        ] or [Check(_("Không có bước nào chậm so với mục tiêu."), "ok")],
        key="missed",
    )


def _bottlenecks(found: Figures, told: Procedure) -> Block:
    numbers = _numbered(told)
    rows = [
        [
            Cell(_called(one, numbers), words.translated(told_title(told, one.process))), Cell(share_words(one.weight), figures=True),
            Cell(length_words(one.median, one), figures=True), Cell(words.number(one.done, 0), figures=True),
            Cell(words.number(one.waiting, 0), figures=True),
        ]
        for one in found.bottlenecks
    ]
    columns = [Column(_("Bước")), Column(_("Phần thời gian"), figures=True), Column(_("Trung vị"), figures=True),
               Column(_("Số lần"), figures=True), Column(_("Đang chờ"), figures=True)]
    return Block(
        _("Điểm nghẽn"),
        words=_("Năm bước chiếm nhiều thời gian nhất: thời gian của mọi lần cộng lại, trên thời gian của mọi bước."),
        table=Table(columns, rows, _("Điểm nghẽn")) if rows else None,
        key="bottlenecks",
    )


def told_title(told: Procedure, process: str) -> str:
    """The title of the part that a step stands in."""
    part = told.part(process)
    return part.title if part else ""


def _table(steps: Sequence[StepFigures], told: Procedure) -> Block:
    numbers = _numbered(told)
    order = {element: place for place, element in enumerate(numbers)}
    rows = [
        [
            Cell(_called(one, numbers), target_words(one), tag=Tag("note", _("chưa đạt mục tiêu")) if one.missed else None),
            Cell(words.number(one.done, 0), figures=True),
            Cell(length_words(one.median, one), figures=True), Cell(length_words(one.ninety, one), figures=True),
            Cell(unit_words(one)),
            Cell(words.number(one.waiting, 0), _("từ %(when)s", when=words.full_date(one.waiting_since)) if one.waiting_since else "",
                 figures=True),
            Cell(share_words(one.late_rate), words.number(one.late, 0) if one.late else "", figures=True),
            Cell(share_words(one.within), figures=True),
        ]
        for one in sorted(steps, key=lambda one: order.get(one.element, len(order)))
    ]
    columns = [
        Column(_("Bước")), Column(_("Số lần xong"), figures=True), Column(_("Trung vị"), figures=True),
        Column(_("90% xong trong"), figures=True), Column(_("Tính theo")), Column(_("Đang chờ"), figures=True),
        Column(_("Quá hạn"), figures=True), Column(_("Trong mục tiêu"), figures=True),
    ]
    return Block(_("Từng bước"), table=Table(columns, rows, _("Từng bước")), key="steps")


# -- on first pages

_MOST_TOLD = 4


def missed_block(by: Actor) -> Block | None:
    """Steps that missed their target lately, each leading to its figures; None where there is none, or nothing for this person."""
    missed = figures.missed_lately() if people.allowed(by, "deployment.figures") else ()
    if not missed:
        return None
    lines = [
        Cell(
            _("Bước %(step)s vượt thời gian mục tiêu: %(share)s trong %(days)d ngày qua", step=words.translated(one.name),
              share=share_words(1 - (one.within or 0)), days=figures.LATELY),
            _("mục tiêu: %(target)s", target=target_words(one)), _lately(deployment, one),
        )
        for deployment, one in missed[:_MOST_TOLD]
    ]
    if (left := len(missed) - _MOST_TOLD) > 0:
        deployment, one = missed[_MOST_TOLD]
        lines.append(Cell(ngettext("Còn %(num)d bước nữa", "Còn %(num)d bước nữa", left), "", _lately(deployment, one)))
    return Block(_("Chậm so với mục tiêu"), lines=lines, key="targets")


def _lately(deployment: int, one: StepFigures) -> str:
    period = Period(clock.today() - timedelta(days=figures.LATELY - 1), clock.today())
    return url_for("studio_figures.show", deployment=deployment, process=one.process, **_query(period, every=True)) + "#missed"
