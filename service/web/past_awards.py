"""The register of past awards: found by name, entered by Excel or one by one, struck with a reason."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from flask import Blueprint, Response, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext
from werkzeug.wrappers import Response as AnyResponse

from service import people, words
from service.actor import Actor
from service.awards import past_awards, past_import
from service.awards.catalogue import KINDS
from service.awards.honours import BASES, honour_name, honours
from service.awards.past_awards import ENTER, READ, Held
from service.awards.past_import import PastTrial
from service.db import transaction
from service.errors import Conflict, Invalid, Refusal
from service.processes import tasks
from service.web import edit, pages
from service.web.case_parts import in_words
from service.web.edit import Page
from service.web.frame import Link
from service.web.office_frame import crumbs, listing, must
from service.web.parts import (
    Act,
    Block,
    Cell,
    Check,
    Column,
    Empty,
    FilterField,
    FilterGroup,
    Pager,
    Table,
    Tag,
)

blueprint = Blueprint("past_awards", __name__)

_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DRAFT = "past-awards"
SIZE = 50
SHOWN_READY = 100
"""How many of the good rows a page shows; all are taken."""


@blueprint.get("/past-awards")
def show_all() -> Response:
    """The register, newest year first."""
    by = pages.me()
    text, what = request.args.get("q", "")[:100], request.args.get("what", "")[:10]
    page = max(1, request.args.get("page", 1, type=int))
    rows, total = past_awards.find_past(by, text=text, what=what, page=page, size=SIZE)
    may = people.allowed(by, ENTER)
    return listing(
        by, "past_awards.show_all",
        ngettext("*%(num)d dòng* khen thưởng đã có", "*%(num)d dòng* khen thưởng đã có", total),
        [
            Block(
                _("Sổ khen thưởng đã có"),
                table=_table(rows, may) if rows else None,
                empty=None if rows else Empty(
                    _("Không tìm thấy dòng nào") if text or what else _("Sổ chưa có dòng nào"),
                    _("Bỏ bớt điều kiện lọc.") if text or what else _(
                        "Nhập danh sách cũ để máy đối chiếu trùng thành tích, số năm liên tục, khoảng cách giữa các lần khen."),
                ),
            )
        ],
        status=_("Danh hiệu, khen thưởng, xếp loại, sáng kiến có trước hoặc ở nơi khác; khen thưởng trên hệ thống được đọc thêm."),
        trail=[Link(_("Khen thưởng đã có"), "")], q=text, url=url_for("past_awards.show_all"),
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
        _("Sổ khen thưởng đã có"),
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
        crumbs(Link(_("Khen thưởng đã có"), back), Link(_("Bỏ dòng"), "")), back, do,
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
        Page(_("Ghi một dòng khen thưởng đã có"), url_for("past_awards.enter"), back, _("Ghi vào sổ"),
             crumbs(Link(_("Khen thưởng đã có"), back), Link(_("Ghi một dòng"), ""))),
        do,
        first={"kind": "INDIVIDUAL", "name": request.args.get("name", "")[:200], "unit": request.args.get("unit", "")[:40]},
    )


@blueprint.get("/past-awards/import")
def show_import() -> Response:
    """Where a sheet is chosen, and what the last dry run said."""
    by = pages.me()
    must(by, ENTER)
    return _import_page(by)


def _import_page(by: Actor, wrong: str = "", code: int = 200) -> Response:
    kept = tasks.read_draft(_DRAFT, by=by)
    back = url_for("past_awards.show_all")
    return pages.page(
        "past_import", code=code,
        crumbs=crumbs(Link(_("Khen thưởng đã có"), back), Link(_("Nhập từ Excel"), "")),
        sentence=_("Nhập khen thưởng đã có từ Excel"),
        status=_("Đọc thử trước: mỗi dòng nhận hay không đều nói rõ. Gửi lại tệp cũ không ghi thêm lần nữa."),
        url=url_for("past_awards.try_import"), back_url=back, template_url=url_for("past_awards.template"), wrong=wrong,
        trial=_trial(past_import.from_kept(kept[0])) if kept else None,
    )


def _trial(trial: PastTrial) -> dict[str, Any]:
    en = words.language() == "en"
    checks = [
        Check(_("Dòng %(n)d, %(name)s: lấy kết quả của công thức ở cột %(cells)s.", n=n, name=name, cells=cells), "warn")
        for n, name, cells in trial.reckoned
    ]
    if trial.known:
        numbers = ", ".join(str(n) for n, _name in trial.known[:20]) + ("…" if len(trial.known) > 20 else "")
        checks.append(Check(_("Sổ đã có, bỏ qua: dòng %(numbers)s.", numbers=numbers), "info"))
    count = len(trial.ready)
    return {
        "summary": ngettext(
            "Đọc được *%(num)d dòng*: %(ready)d dòng sẽ ghi, %(known)d dòng sổ đã có, *%(refused)d dòng chưa nhận*.",
            "Đọc được *%(num)d dòng*: %(ready)d dòng sẽ ghi, %(known)d dòng sổ đã có, *%(refused)d dòng chưa nhận*.",
            trial.read, ready=count, known=len(trial.known), refused=len(trial.refused),
        ),
        "checks": checks,
        "refused": Table(
            [Column(_("Dòng")), Column(_("Ai")), Column(_("Vì sao chưa nhận"))],
            [[Cell(str(one.number)), Cell(one.name or _("không có tên")), Cell(one.message_en if en else one.message)]
             for one in trial.refused],
            _("Dòng chưa nhận"),
        ) if trial.refused else None,
        "refused_url": url_for("past_awards.refused"),
        "ready": Table(
            [Column(_("Ai")), Column(_("Được gì")), Column(_("Năm"), figures=True), Column(_("Quyết định"))],
            [
                [Cell(said.name, people.unit_names([said.unit]).get(said.unit, "")), Cell(honour_name(said.what, words.language())),
                 Cell(str(said.year), figures=True), Cell(said.decision, words.full_date(said.decided_on))]
                for _n, said in trial.ready[:SHOWN_READY]
            ],
            _("Dòng sẽ ghi"),
        ) if trial.ready else None,
        "take": Act(ngettext("Ghi %(num)d dòng vào sổ", "Ghi %(num)d dòng vào sổ", count), url_for("past_awards.take"), "take", "main")
        if count else None,
        "drop": Act(_("Bỏ lần đọc thử này"), url_for("past_awards.drop"), "drop", "text"),
    }


@blueprint.post("/past-awards/import")
def try_import() -> AnyResponse:
    """Read a sheet without writing anything."""
    by = pages.me()
    must(by, ENTER)
    sent = request.files.get("list")
    try:
        if sent is None or not sent.filename:
            raise Invalid("Chọn tệp .xlsx theo mẫu.", "Choose an .xlsx file.", code="no-file")
        trial = past_import.try_past_import(sent.filename, sent.read(), by=by)
    except Invalid as refusal:
        return _import_page(by, pages.in_language(refusal), refusal.status)
    tasks.keep_draft(_DRAFT, trial.kept(), by=by)
    return pages.back_to("past_awards.show_import")


@blueprint.post("/past-awards/import/take")
def take() -> AnyResponse:
    """Enter the good rows of the last dry run; what was refused stays to be fetched and mended."""
    by = pages.me()
    must(by, ENTER)
    kept = tasks.read_draft(_DRAFT, by=by)
    if kept is None:
        pages.say(_("Không còn dòng nào chờ ghi. Đọc thử tệp trước."), "warn")
        return pages.back_to("past_awards.show_import")
    trial = past_import.from_kept(kept[0])
    try:
        new = past_import.take_past_import(trial, by=by)
    except Refusal as refusal:
        pages.say(pages.in_language(refusal), "bad")
        return pages.back_to("past_awards.show_import")
    pages.say(ngettext("Đã ghi %(num)d dòng vào sổ.", "Đã ghi %(num)d dòng vào sổ.", new))
    if trial.refused:
        tasks.keep_draft(_DRAFT, PastTrial((), trial.refused, (), ()).kept(), by=by)
        return pages.back_to("past_awards.show_import")
    tasks.drop_draft(_DRAFT, by=by)
    return pages.back_to("past_awards.show_all")


@blueprint.post("/past-awards/import/drop")
def drop() -> AnyResponse:
    """Forget the last dry run."""
    by = pages.me()
    must(by, ENTER)
    tasks.drop_draft(_DRAFT, by=by)
    return pages.back_to("past_awards.show_import")


@blueprint.get("/past-awards/template.xlsx")
def template() -> Response:
    """The empty sheet."""
    must(pages.me(), READ)
    return _sent(past_import.template(), "Mẫu khen thưởng đã có.xlsx")


@blueprint.get("/past-awards/refused.xlsx")
def refused() -> Response:
    """The rows of the last dry run that were not taken, each with its reason."""
    by = pages.me()
    must(by, ENTER)
    kept = tasks.read_draft(_DRAFT, by=by)
    trial = past_import.from_kept(kept[0]) if kept else PastTrial((), (), (), ())
    return _sent(past_import.refused_sheet(trial), "Dòng chưa nhận.xlsx")


def _sent(content: bytes, name: str) -> Response:
    return send_file(io.BytesIO(content), mimetype=_SHEET, as_attachment=True, download_name=name)
