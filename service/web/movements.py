"""Movements as their plans have them: all of them, making one, changing one. Rounds belong to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from forms.values import day_of
from service import people, words
from service.awards import catalogue, results
from service.awards.models import Movement
from service.awards.movements import (
    MovementInput,
    change_movement,
    faults_of,
    make_movement,
    may_edit,
    read_movement,
    seams_of,
    shipped,
)
from service.awards.windows import STOCKTAKES
from service.web import edit, pages
from service.web.case_parts import in_words
from service.web.edit import Field, Page
from service.web.frame import Link
from service.web.parts import Act, Block, Cell, Column, Empty, Table

blueprint = Blueprint("movements", __name__)


@blueprint.get("/movements")
def show_all() -> Response:
    """Every movement with its plan, days, phases; the way to make one, for who may."""
    by = pages.me()
    people.require(by, "round.read")
    rows, may = results.movements(), may_edit(by)
    return pages.page(
        "register",
        crumbs=_crumbs(_("Phong trào thi đua")),
        sentence=ngettext("*%(num)d phong trào* thi đua", "*%(num)d phong trào* thi đua", len(rows)),
        status=_("Phong trào lập theo kế hoạch; đợt xét, báo cáo, sơ kết, tổng kết theo phong trào."),
        tabs=[], chips=[], url="", keep={}, q=None, filters=[],
        blocks=[Block(
            _("Các phong trào"),
            table=Table(
                [Column(_("Phong trào")), Column(_("Kế hoạch")), Column(_("Thời gian")), Column(_("Giai đoạn"))],
                [_row(row, may) for row in rows], _("Các phong trào thi đua"),
            ) if rows else None,
            empty=None if rows else Empty(
                _("Chưa có phong trào thi đua"),
                _("Trưởng phòng Văn hóa - Xã hội hoặc quản trị hệ thống bấm Lập phong trào; có phong trào rồi mới lập được đợt xét."),
            ),
        )],
        pager=None,
        main_act=Act(_("Lập phong trào"), url_for("movements.make"), "make", "main", method="get") if may else None,
        acts=[], side=[],
    )


def _row(row: Movement, may: bool) -> list[Cell]:
    return [
        Cell(words.capital(row.name), row.code, url_for("movements.change", movement_id=row.id) if may else ""),
        Cell(row.plan),
        Cell(_span(row.starts, row.ends)),
        Cell("; ".join(_phase_words(one) for one in row.phases), " ".join(_seams(row))),
    ]


def _phase_words(phase: Mapping[str, str]) -> str:
    return f"{phase['name']}: {_span(date.fromisoformat(phase['starts']), date.fromisoformat(phase['ends']))}"


def _seams(row: Movement) -> list[str]:
    return [in_words(one) for one in seams_of(row.starts, row.ends, row.phases)]


def _warn(movement_id: int) -> None:
    """Say of a movement that was just taken which of its days lie in no phase, or in two."""
    for one in _seams(read_movement(movement_id)):
        pages.say(one, "warn")


def _span(first: date, last: date) -> str:
    return f"{words.full_date(first)} - {words.full_date(last)}"


@blueprint.route("/movements/new", methods=["GET", "POST"])
def make() -> AnyResponse:
    """Make a movement; contents and criteria begin as the plan that comes with the service has them."""
    by = pages.me()
    people.require(by, "movement.edit")

    def do(said: dict[str, Any]) -> AnyResponse:
        made = make_movement(said["code"], _said(said), by=by)
        pages.say(_("Đã lập phong trào. Lập đợt xét đầu tiên ở mục Đợt xét."))
        _warn(made)
        return pages.back_to("movements.show_all")

    code = edit.text("code", _("Mã phong trào"), hint=_("Ví dụ DMST-2025-2030"), required=True, most=40)
    return edit.edit(
        edit.form("movement", code, *_fields()),
        Page(_("Lập phong trào thi đua"), url_for("movements.make"), url_for("movements.show_all"), _("Lập phong trào"),
             _crumbs(_("Lập phong trào")),
             _("Nội dung và tiêu chí điền sẵn theo kế hoạch kèm phần mềm: sửa, thêm, bỏ dòng theo kế hoạch của xã.")),
        do,
        first={"phases": [{}], "contents": shipped("content"), "criteria": shipped("criterion")},
        across=lambda typed: faults_of(_said(typed)),
    )


@blueprint.route("/movements/<int:movement_id>/change", methods=["GET", "POST"])
def change(movement_id: int) -> AnyResponse:
    """Change a movement when its plan changes, with a reason."""
    by = pages.me()
    people.require(by, "movement.edit")
    row = read_movement(movement_id)

    def do(said: dict[str, Any]) -> AnyResponse:
        change_movement(movement_id, _said(said), said["reason"], by=by)
        pages.say(_("Đã sửa phong trào."))
        _warn(movement_id)
        return pages.back_to("movements.show_all")

    return edit.edit(
        edit.form("movement_change", *_fields(), edit.reason(_("Lý do sửa"))),
        Page(_("Sửa phong trào *%(name)s*", name=words.capital(row.name)), url_for("movements.change", movement_id=row.id),
             url_for("movements.show_all"),
             _("Ghi"), _crumbs(_("Sửa phong trào")),
             _("Đợt xét đã lập giữ tiêu chí và thời gian xét của mình. Lý do ghi vào nhật ký.")),
        do,
        first={
            "name": row.name, "plan": row.plan, "starts": row.starts.isoformat(), "ends": row.ends.isoformat(),
            "phases": row.phases, "contents": row.contents, "criteria": row.criteria,
        },
        across=lambda typed: faults_of(_said(typed)),
    )


def _fields() -> list[Field]:
    at = int(words.language() == "en")
    return [
        edit.text("name", _("Tên phong trào"), required=True),
        edit.area("plan", _("Kế hoạch"), hint=_("Số, ngày, cơ quan ban hành kế hoạch phát động phong trào"), required=True, most=1000),
        *edit.side_by_side("span", edit.day("starts", _("Từ ngày"), required=True), edit.day("ends", _("Đến hết ngày"), required=True)),
        _rows("phases", _("Giai đoạn"), [
            edit.text("code", _("Mã"), hint="GD1", required=True, most=20), edit.text("name", _("Tên giai đoạn"), required=True, most=200),
            *edit.side_by_side("days", edit.day("starts", _("Từ ngày"), required=True), edit.day("ends", _("Đến hết ngày"), required=True)),
            edit.choice("stocktake", _("Kết thúc bằng"), [(stage, catalogue.STAGES[stage][at]) for stage in STOCKTAKES],
                        hint=_("Để trống nếu giai đoạn không có sơ kết, tổng kết")),
            edit.day("stocktake_from", _("Sơ kết, tổng kết xét từ ngày"), hint=_("Để trống: từ ngày bắt đầu giai đoạn.")),
            edit.area("text", _("Nêu trong kế hoạch")),
        ], most=10, folds="code name starts ends"),
        _rows("contents", _("Nội dung thi đua"), [
            edit.text("code", _("Mã"), hint="ND1", required=True, most=20), edit.text("title", _("Tên ngắn"), required=True),
            edit.text("title_en", _("Tên tiếng Anh")), edit.area("text", _("Nêu trong kế hoạch")),
        ], most=30, folds="code title"),
        _rows("criteria", _("Tiêu chí"), [
            edit.text("code", _("Mã"), hint="A1", required=True, most=4),
            edit.choice("group", _("Nhóm đối tượng"), [(key, pair[at]) for key, pair in catalogue.GROUPS.items()], required=True),
            edit.text("title", _("Tên ngắn"), required=True),
            edit.number("max", _("Điểm tối đa"), low=0.5, high=100, digits=1), edit.area("text", _("Nêu trong kế hoạch")),
        ], most=60, folds="code title max"),
    ]


def _rows(key: str, label: str, fields: list[Field], *, most: int, folds: str) -> Field:
    """Lines whose fields are told apart from those of other lines in the same form, folded away where they are filled in."""
    return edit.rows(key, label, [one | {"id": f"{key}_{one['id']}"} for one in fields], most=most, folds=folds)


def _said(said: Mapping[str, Any]) -> MovementInput:
    return MovementInput(
        name=said.get("name") or "", plan=said.get("plan") or "", starts=_day(said.get("starts")), ends=_day(said.get("ends")),
        phases=[_phase(one) for one in said.get("phases") or []], contents=said.get("contents") or [], criteria=said.get("criteria") or [],
    )


def _phase(row: Mapping[str, Any]) -> dict[str, Any]:
    """A phase with its days as the form reads them; what is no day stays, the form says so."""
    return {**row, **{key: day.isoformat() for key in ("starts", "ends", "stocktake_from") if (day := _day(row.get(key)))}}


def _day(said: Any) -> date | None:
    """A day as it was typed, None where it is none."""
    return said if isinstance(said, date) else day_of(str(said or ""))


def _crumbs(last: str) -> list[Link]:
    first = [Link(_("Đợt xét"), url_for("rounds.show_all"))]
    if last != _("Phong trào thi đua"):
        first.append(Link(_("Phong trào thi đua"), url_for("movements.show_all")))
    return [*first, Link(last, "")]
