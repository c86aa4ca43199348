"""The register of past awards: found by name, entered by Excel or one by one, struck with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext
from werkzeug.wrappers import Response as AnyResponse

from service import people, words
from service.awards import past_awards, past_import
from service.awards.catalogue import KINDS
from service.awards.honours import BASES, honour_name, honours
from service.awards.past_awards import ENTER, Held, PastInput
from service.db import transaction
from service.errors import Conflict
from service.web import edit, pages
from service.web.case_parts import in_words
from service.web.edit import Page
from service.web.frame import Link
from service.web.imports import ImportPage, add_routes
from service.web.office_frame import crumbs, listing, must
from service.web.parts import (
    Act,
    Block,
    Cell,
    Column,
    Empty,
    FilterField,
    FilterGroup,
    Pager,
    Table,
    Tag,
)

blueprint = Blueprint("past_awards", __name__)

SIZE = 50


@blueprint.get("/past-awards")
def show_all() -> Response:
    """The register, newest year first."""
    by = pages.me()
    text, what = request.args.get("q", "")[:100], request.args.get("what", "")[:10]
    page = max(1, request.args.get("page", 1, type=pages.whole))
    rows, total = past_awards.find_past(by, text=text, what=what, page=page, size=SIZE)
    may = people.allowed(by, ENTER)
    return listing(
        by, "past_awards.show_all",
        ngettext("*%(num)d dòng* khen thưởng trước đây", "*%(num)d dòng* khen thưởng trước đây", total),
        [
            Block(
                _("Sổ khen thưởng trước đây"),
                table=_table(rows, may) if rows else None,
                empty=None if rows else Empty(
                    _("Không tìm thấy dòng nào") if text or what else _("Sổ chưa có dòng nào"),
                    _("Bỏ bớt điều kiện lọc.") if text or what else _(
                        "Nhập danh sách cũ để máy đối chiếu trùng thành tích, số năm liên tục, khoảng cách giữa các lần khen."),
                ),
            )
        ],
        status=_("Danh hiệu, khen thưởng, xếp loại, sáng kiến có trước hoặc ở nơi khác; khen thưởng trên hệ thống được đọc thêm."),
        trail=[Link(_("Khen thưởng trước đây"), "")], q=text, url=url_for("past_awards.show_all"),
        filters=[FilterGroup(_("Loại"), fields=[FilterField("what", _("Danh hiệu, hình thức, xếp loại"), what, [
            ("", _("Tất cả")), *((code, honour_name(code, words.language())) for code in honours())])])],
        pager=_pager(page, total, text, what),
        main_act=Act(_("Nhập từ Excel"), url_for("past_awards.show_import"), "import", "main", method="get") if may else None,
        acts=[Act(_("Ghi một dòng"), url_for("past_awards.enter"), "enter", "second", method="get")] if may else [],
    )


def _pager(page: int, total: int, text: str, what: str) -> Pager | None:
    if total <= SIZE:
        return None
    last = -(-total // SIZE)

    def at(number: int) -> str:
        return url_for("past_awards.show_all", q=text or None, what=what or None, page=number)

    return Pager(
        (page - 1) * SIZE + 1, min(page * SIZE, total), total,
        [Link(str(n), at(n), current=n == page) for n in range(max(1, page - 3), min(last, page + 3) + 1)],
        at(page - 1) if page > 1 else "", at(page + 1) if page < last else "",
    )


def _table(rows: list[Held], may: bool) -> Table:
    units = people.unit_names({held.unit for held in rows})
    return Table(
        [Column(_("Ai")), Column(_("Được gì")), Column(_("Năm"), figures=True), Column(_("Quyết định")), Column(_("Thành tích"))],
        [
            [
                Cell(held.name, units.get(held.unit, "")),
                Cell(honour_name(held.row.what, words.language()), in_words(BASES.get(held.row.basis)),
                     tag=Tag("refused", _("đã bỏ")) if held.row.struck else None),
                Cell(str(held.row.year), figures=True),
                Cell(held.row.decision, ", ".join(p for p in (words.full_date(held.row.decided_on), held.row.issuer) if p)),
                Cell(held.row.struck or held.row.achievement, _("đã dùng: %(what)s", what=held.row.used_for) if held.row.used_for else ""),
            ]
            for held in rows
        ],
        _("Sổ khen thưởng trước đây"),
        row_acts=[[] if held.row.struck else [_strike_act(held.row.id, held.name, held.row.what, held.row.year)] for held in rows]
        if may else (),
    )


def _strike_act(number: int, name: str, what: str, year: int) -> Act:
    url = url_for("past_awards.strike", number=number)
    return Act(
        _("Bỏ dòng"), url, "strike", "takes",
        effect=_("Bỏ *%(what)s năm %(year)d* của *%(name)s* khỏi sổ? Dòng còn đó để đọc, nhưng không tính nữa.",
                 what=honour_name(what, words.language()), year=year, name=name),
        asks=_("Lý do"), page_url=url,
    )


@blueprint.route("/past-awards/<int:number>/strike", methods=["GET", "POST"])
def strike(number: int) -> AnyResponse:
    """Strike a row that is wrong, with a reason."""
    by = pages.me()
    must(by, ENTER)
    held = past_awards.read_past(number, by=by)
    back = url_for("past_awards.show_all")

    def do(reason: str) -> AnyResponse:
        past_awards.strike_past(number, reason, by=by)
        pages.say(_("Đã bỏ dòng của %(name)s.", name=held.name))
        return pages.back_to("past_awards.show_all", q=held.name)

    return edit.confirm(
        _strike_act(number, held.name, held.row.what, held.row.year),
        crumbs(Link(_("Khen thưởng trước đây"), back), Link(_("Bỏ dòng"), "")), back, do,
    )


@blueprint.route("/past-awards/new", methods=["GET", "POST"])
def enter() -> AnyResponse:
    """Enter one row by hand."""
    by = pages.me()
    must(by, ENTER)
    back = url_for("past_awards.show_all")

    def do(said: dict[str, Any]) -> AnyResponse:
        day = said.get("decided_on")
        cells = {**said, "decision": said.get("number"), "decided_on": date.fromisoformat(day) if day else None}
        row = past_import.understood(cells, people.units_by_words())
        with transaction():
            if not past_awards.enter_past([row], by=by):
                raise Conflict("Sổ đã có dòng này.", "The register has this row already.", code="known")
        pages.say(_("Đã ghi vào sổ: %(name)s.", name=row.name))
        return pages.back_to("past_awards.show_all", q=row.name)

    en = words.language() == "en"
    return edit.edit(
        edit.form(
            "past_award",
            edit.text("name", _("Họ tên, tên tập thể, tên hộ"), required=True, most=200),
            edit.choice("kind", _("Đối tượng"), [(code, in_words(pair)) for code, pair in KINDS.items()], required=True),
            edit.choice("unit", pgettext("one", "Đơn vị"), [(u.code, u.name) for u in people.list_units(ended=True)],
                        required=True),
            edit.number("birth_year", _("Năm sinh"), low=1900, high=2100, hint=_("Cần khi trùng họ tên."), required=False),
            edit.choice("what", _("Danh hiệu, hình thức, xếp loại"), [(c, h.name_en if en else h.name) for c, h in honours().items()],
                        required=True),
            edit.number("year", _("Năm"), low=1945, high=2100, hint=_("Năm được khen, năm được xếp loại")),
            edit.choice("basis", _("Loại hình"), [(pair[0], in_words(pair)) for pair in BASES.values()],
                        hint=_("Để trống nếu chưa rõ.")),
            edit.text("number", _("Số quyết định"), most=60),
            edit.day("decided_on", _("Ngày quyết định")),
            edit.text("issuer", _("Cơ quan quyết định"), most=200),
            edit.area("achievement", _("Thành tích, tên sáng kiến"), most=4_000),
            edit.text("used_for", _("Sáng kiến đã dùng để xét"), hint=_("Danh hiệu đã dùng sáng kiến này để xét"), most=200),
        ),
        Page(_("Ghi một dòng khen thưởng trước đây"), url_for("past_awards.enter"), back, _("Ghi vào sổ"),
             crumbs(Link(_("Khen thưởng trước đây"), back), Link(_("Ghi một dòng"), ""))),
        do,
        first={"kind": "INDIVIDUAL", "name": request.args.get("name", "")[:200], "unit": request.args.get("unit", "")[:40]},
    )


def _ready(rows: Sequence[tuple[int, PastInput]]) -> list[list[Cell]]:
    units = people.unit_names({said.unit for _n, said in rows})
    return [
        [Cell(said.name, units.get(said.unit, "")), Cell(honour_name(said.what, words.language())), Cell(str(said.year), figures=True),
         Cell(said.decision, words.full_date(said.decided_on))]
        for _n, said in rows
    ]


add_routes(blueprint, ImportPage(
    past_import.IMPORT, "/past-awards", "past_awards.show_all",
    crumb=lambda: _("Khen thưởng trước đây"),
    sentence=lambda: _("Nhập khen thưởng trước đây từ Excel"),
    label=lambda: _("Danh sách khen thưởng trước đây bằng Excel"),
    template_name="Mẫu khen thưởng trước đây.xlsx",
    known=lambda numbers: _("Sổ đã có, bỏ qua: dòng %(numbers)s.", numbers=numbers),
    take=lambda count: ngettext("Ghi %(num)d dòng vào sổ", "Ghi %(num)d dòng vào sổ", count),
    taken=lambda taken: ngettext("Đã ghi %(num)d dòng vào sổ.", "Đã ghi %(num)d dòng vào sổ.", taken.new),
    columns=lambda: [Column(_("Ai")), Column(_("Được gì")), Column(_("Năm"), figures=True), Column(_("Quyết định"))],
    cells=_ready,
))
