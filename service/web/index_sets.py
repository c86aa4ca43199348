"""Index sets: the years, one set with its pillars and indicators, its life, indicators by Excel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from service import clock, doors, people, words
from service.actor import Actor
from service.imports import Taken
from service.movement import index, units_to_ask
from service.movement.index import Content, IndexPillar, IndexSet, Indicator
from service.web import edit, imports, pages
from service.web.case_parts import in_words
from service.web.edit import Page
from service.web.frame import Link
from service.web.index_content import drop_indicator_act, drop_pillar_act
from service.web.index_parts import (
    confirm,
    crumbs,
    drawn,
    mine,
    name_of,
    page_of,
    returned_block,
    state_of,
    tabs_of,
)
from service.web.parts import Act, Block, Cell, Check, Column, Empty, Fact, Table

blueprint = Blueprint("index_sets", __name__)
@blueprint.get("/index-sets")
def show_all() -> Response:
    """The years, and what was returned to the reader's own unit."""
    by = pages.me()
    rows = index.list_sets(by=by)
    may = people.allowed(by, index.RUN_INDEX)
    table = Table(
        [Column(_("Năm")), Column(_("Căn cứ")), Column(_("Hạn nhập")), Column(_("Trạng thái"))],
        [[Cell(name_of(row), "", url_for("index_sets.show", set_id=row.id)), Cell(row.basis, vietnamese=True),
          Cell(words.full_date(row.due_on)), Cell("", tag=state_of(row))] for row in rows],
        _("Các bộ chỉ số"),
    )
    blocks = [Block(_("Các bộ chỉ số"), table=table if rows else None, empty=None if rows else Empty(
        _("Chưa có bộ chỉ số nào"), _("Phòng Văn hóa - Xã hội lập bộ chỉ số của năm, mở cho các đơn vị nhập giá trị.")))]
    if back := returned_block(by):
        blocks.insert(0, back)
    acts = [Act(_("Nhập chỉ số từ Excel"), url_for("index_sets.show_import"), "import", "second", method="get")] if may else []
    if any(row.state == "published" for row in rows) or rows and people.allowed(by, index.READ_WHOLE_INDEX):
        acts.append(Act(_("Xem qua các năm"), url_for("index_results.trend"), "trend", "text", method="get"))
    return drawn(
        _("Bộ chỉ số chính quyền số, kinh tế số, xã hội số"), _("Đơn vị nhập giá trị kèm minh chứng; phòng xác nhận, tính điểm, công bố."),
        crumbs()[:1] + [Link(_("Bộ chỉ số"), "")], blocks,
        main_act=Act(_("Lập bộ chỉ số"), url_for("index_sets.make"), "make", "main", method="get") if may else None, acts=acts,
    )


def _set_fields() -> list[edit.Field]:
    return [
        edit.number("year", _("Năm"), low=2021, high=2099),
        edit.text("name", _("Tên bộ chỉ số"), required=True, most=200),
        edit.text("name_en", _("Tên tiếng Anh"), required=True, most=200),
        edit.area("basis", _("Căn cứ"), hint=_("Văn bản ban hành, hoặc ghi rõ là đề xuất."), most=2000),
    ]


@blueprint.route("/index-sets/new", methods=["GET", "POST"])
def make() -> AnyResponse:
    """Make an empty set of a year."""
    by = pages.me()
    people.require(by, index.RUN_INDEX)

    def do(said: dict[str, Any]) -> AnyResponse:
        number = index.make_set(int(said["year"]), said["name"], said["name_en"], basis=said.get("basis") or "", by=by)
        pages.say(_("Đã lập bộ chỉ số. Thêm trụ cột, chỉ số, hoặc nhập từ Excel."))
        return pages.back_to("index_sets.show", set_id=number)

    return edit.edit(
        edit.form("index_set", *_set_fields()),
        Page(_("Lập bộ chỉ số"), url_for("index_sets.make"), url_for("index_sets.show_all"), _("Lập bộ chỉ số"),
             crumbs(Link(_("Lập bộ chỉ số"), ""))),
        do, first={"year": clock.today().year},
    )


@blueprint.get("/index-sets/<int:set_id>")
def show(set_id: int) -> Response:
    """One set: its pillars and indicators, and what can be done with it."""
    by = pages.me()
    content = index.read_set(set_id, by=by)
    row = content.row
    edits = row.state == "draft" and people.allowed(by, index.RUN_INDEX)
    written = people.allowed(by, index.RUN_INDEX)
    before = index.why_not_published(row.id) if row.state == "closed" and people.allowed(by, index.PUBLISH_INDEX) else None
    values = Link(_("Xem các giá trị"), url_for("index_values.show_all", set_id=set_id))
    lacks = [Block(_("Chưa công bố được"), checks=[Check(in_words(before), "warn", values)])] if before else []
    blocks = lacks + ([_pillar_block(content, pillar, edits, written) for pillar in content.pillars] or [Block(_("Trụ cột"), empty=Empty(
        _("Chưa có trụ cột nào"), _("Thêm trụ cột rồi thêm chỉ số, hoặc nhập cả bộ từ Excel.")))])
    return drawn(
        name_of(row), _status(content), crumbs(Link(str(row.year), "")), blocks, tabs=tabs_of(row, "index_sets.show", by),
        main_act=_main_act(content, by), acts=_acts(content, by),
    )


def _status(content: Content) -> str:
    row = content.row
    count = len(content.indicators)
    parts = [state_of(row).words, ngettext("%(num)d chỉ số", "%(num)d chỉ số", count)]
    if row.due_on is not None:
        parts += [ngettext("thu của %(num)d đơn vị", "thu của %(num)d đơn vị", len(row.units)),
                  _("hạn nhập %(day)s", day=words.full_date(row.due_on))]
    if row.copied_from is not None:
        parts.append(_("chép từ bộ của năm trước"))
    return ", ".join(parts) + "." + (f" {row.basis}" if row.basis else "")


def _pillar_block(content: Content, pillar: IndexPillar, edits: bool, written: bool) -> Block:
    title = _("%(code)s. %(name)s, trọng số %(weight)s", code=pillar.code, name=in_words((pillar.name, pillar.name_en)),
              weight=words.number(float(pillar.weight)))
    at: dict[str, Any] = {"set_id": content.row.id, "code": pillar.code}
    acts = [Act(_("Sửa trụ cột"), url_for("index_content.change_pillar", **at), f"pillar-{pillar.code}", "second", method="get")]
    own = content.of(pillar)
    if not own:
        acts.append(drop_pillar_act(content, pillar))
    table = Table(
        [Column(_("Mã")), Column(_("Chỉ số")), Column(_("Công thức")), Column(_("Đạt điểm tối đa khi")),
         Column(_("Điểm tối đa"), figures=True), Column(_("Trọng số"), figures=True), Column(_("Ai nhập"))],
        [_indicator_cells(one, written) for one in own], title, row_acts=[_indicator_acts(content, one) for one in own] if edits else (),
    )
    return Block(title, table=table if own else None, acts=acts if edits else (),
                 empty=None if own else Empty(_("Trụ cột chưa có chỉ số"), _("Thêm chỉ số vào trụ cột này.")))


def _indicator_cells(one: Indicator, written: bool) -> list[Cell]:
    """A row of the set; `written`: with the formula as it is written and its names, for who edits sets."""
    inputs = "; ".join(f"{entry['key']}: {entry['label']}" for entry in one.inputs)
    parameters = "; ".join(f"{key} = {words.number(float(value))}" for key, value in one.parameters.items())
    source = [(_("Công thức (FEEL)"), one.formula), (_("Các số"), inputs), (_("Tham số"), parameters)] if written else []
    who = in_words(index.WHO[one.who]).replace(" ", "\u00a0")
    kinds = ", ".join(in_words(people.KINDS[kind]) for kind in one.kinds)
    return [
        Cell(one.code), Cell(in_words((one.name, one.name_en)), _("Minh chứng: %(what)s", what=one.evidence) if one.evidence else ""),
        Cell(in_words(index.formula_words(one)), vietnamese=True, folded=[Fact(label, said) for label, said in source if said],
             fold_words=_("Cách viết trong bộ")),
        Cell(f"{words.number(float(one.full))} {one.measure}"), Cell(words.number(float(one.maximum)), figures=True),
        Cell(words.number(float(one.weight)), figures=True), Cell(who, kinds),
    ]


def _indicator_acts(content: Content, one: Indicator) -> list[Act]:
    at: dict[str, Any] = {"set_id": content.row.id, "code": one.code}
    return [
        Act(_("Sửa"), url_for("index_content.change_indicator", **at), f"change-{one.code}", "second", method="get"),
        drop_indicator_act(content, one),
    ]


def _main_act(content: Content, by: Actor) -> Act | None:
    row, number = content.row, content.row.id
    if row.state == "draft" and people.allowed(by, index.RUN_INDEX):
        why = "" if content.indicators else _("Bộ chưa có chỉ số nào.")
        return Act(_("Mở cho đơn vị nhập"), url_for("index_sets.open_one", set_id=number), "open", "main", method="get", why_not=why)
    if row.state == "open" and (own := index.enters_for(content, by)) and not people.allowed(by, index.RUN_INDEX):
        return Act(_("Nhập giá trị của đơn vị"), url_for("index_values.show", set_id=number, unit=own[0]), "enter", "main", method="get")
    if row.state == "closed" and people.allowed(by, index.PUBLISH_INDEX):
        return _publish_act(row)
    return None


def _acts(content: Content, by: Actor) -> list[Act]:
    row, number = content.row, content.row.id
    acts = []
    if people.allowed(by, index.RUN_INDEX):
        if row.state == "draft":
            acts += [
                Act(_("Thêm trụ cột"), url_for("index_content.add_pillar", set_id=number), "pillar", "second", method="get"),
                Act(_("Thêm chỉ số"), url_for("index_content.add_indicator", set_id=number), "indicator", "second", method="get",
                    why_not="" if content.pillars else _("Thêm trụ cột trước.")),
                Act(_("Nhập từ Excel"), url_for("index_sets.show_import"), "import", "second", method="get"),
                Act(_("Sửa tên, năm, căn cứ"), url_for("index_sets.change", set_id=number), "change", "text", method="get"),
            ]
        if row.state == "open":
            acts.append(_close_act(row))
        acts.append(Act(_("Chép sang năm khác"), url_for("index_sets.copy", set_id=number), "copy", "second", method="get"))
    if row.state in ("closed", "published") and people.allowed(by, index.PUBLISH_INDEX):
        acts.append(_reopen_act(row))
    acts.append(Act(_("Tải bộ chỉ số (Excel)"), url_for("index_sets.export", set_id=number), "export", "text", method="get"))
    return acts


def _close_act(row: IndexSet) -> Act:
    url = url_for("index_sets.close", set_id=row.id)
    return Act(_("Đóng"), url, "close", "takes", asks=_("Lý do"), page_url=url,
               effect=_("Đóng bộ chỉ số? Đơn vị không gửi thêm được, trừ giá trị bị trả lại."))


def _publish_act(row: IndexSet) -> Act:
    url = url_for("index_sets.publish", set_id=row.id)
    before = index.why_not_published(row.id)
    return Act(_("Công bố kết quả"), url, "publish", "main", page_url=url, why_not=in_words(before) if before else "",
               effect=_("Công bố điểm và xếp hạng cho mọi đơn vị trong bộ? Các đơn vị nhận thư báo."))


def _reopen_act(row: IndexSet) -> Act:
    url = url_for("index_sets.reopen", set_id=row.id)
    return Act(_("Mở lại"), url, "reopen", "takes", asks=_("Lý do"), page_url=url,
               effect=_("Mở lại bộ chỉ số? Đơn vị gửi tiếp được; kết quả đã công bố không hiện cho đơn vị nữa."))


@blueprint.get("/index-sets/<int:set_id>.xlsx")
def export(set_id: int) -> Response:
    """The set as a sheet that can be changed and brought in again."""
    content = index.read_set(set_id, by=pages.me())
    return doors.hand_file(index.set_sheet(content), imports.SHEET, f"Bộ chỉ số {content.row.year}.xlsx")


@blueprint.route("/index-sets/<int:set_id>/change", methods=["GET", "POST"])
def change(set_id: int) -> AnyResponse:
    """Change year, names and basis of a draft."""
    by, content = mine(set_id)
    row = content.row

    def do(said: dict[str, Any]) -> AnyResponse:
        index.change_set(set_id, year=int(said["year"]), name=said["name"], name_en=said["name_en"], basis=said.get("basis") or "", by=by)
        pages.say(_("Đã sửa bộ chỉ số."))
        return pages.back_to("index_sets.show", set_id=set_id)

    first = {"year": row.year, "name": row.name, "name_en": row.name_en, "basis": row.basis}
    url = url_for("index_sets.change", set_id=set_id)
    return edit.edit(edit.form("index_set", *_set_fields()), page_of(row, _("Sửa tên, năm, căn cứ"), url), do, first=first)


@blueprint.route("/index-sets/<int:set_id>/copy", methods=["GET", "POST"])
def copy(set_id: int) -> AnyResponse:
    """Make the set of another year out of this one."""
    by, content = mine(set_id)

    def do(said: dict[str, Any]) -> AnyResponse:
        number = index.copy_set(set_id, int(said["year"]), by=by)
        pages.say(_("Đã chép bộ chỉ số. Sửa cho năm mới rồi mở."))
        return pages.back_to("index_sets.show", set_id=number)

    form = edit.form("index_copy", edit.number("year", _("Năm của bộ mới"), low=2021, high=2099))
    url = url_for("index_sets.copy", set_id=set_id)
    return edit.edit(form, page_of(content.row, _("Chép sang năm khác"), url), do, first={"year": content.row.year + 1})


@blueprint.route("/index-sets/<int:set_id>/open", methods=["GET", "POST"])
def open_one(set_id: int) -> AnyResponse:
    """Open a draft for units: from now on nothing of it changes."""
    by, content = mine(set_id)

    def do(said: dict[str, Any]) -> AnyResponse:
        chosen = [int(one) for one in said.get("units") or []]
        index.open_set(set_id, date.fromisoformat(said["due_on"]), units=chosen, by=by)
        pages.say(_("Đã mở bộ chỉ số. Các đơn vị nhận thư báo."))
        return pages.back_to("index_sets.show", set_id=set_id)

    asked = units_to_ask()
    form = edit.form(
        "index_open", edit.day("due_on", _("Hạn nhập"), required=True),
        edit.several("units", _("Đơn vị phải nhập"), [(str(one.id), one.name) for one in people.list_units()]),
    )
    first = {"due_on": (clock.today() + timedelta(days=30)).isoformat(), "units": [str(one) for one in asked]}
    status = _("Sau khi mở, trụ cột, chỉ số, công thức *không sửa được nữa*.")
    url = url_for("index_sets.open_one", set_id=set_id)
    return edit.edit(form, page_of(content.row, _("Mở cho đơn vị nhập"), url, status), do, first=first)


@blueprint.route("/index-sets/<int:set_id>/close", methods=["GET", "POST"])
def close(set_id: int) -> AnyResponse:
    """Close an open set, with a reason."""
    by, content = mine(set_id)

    def do(reason: str) -> AnyResponse:
        index.close_set(set_id, reason, by=by)
        pages.say(_("Đã đóng bộ chỉ số."))
        return pages.back_to("index_sets.show", set_id=set_id)

    return confirm(content.row, _close_act(content.row), do)


@blueprint.route("/index-sets/<int:set_id>/publish", methods=["GET", "POST"])
def publish(set_id: int) -> AnyResponse:
    """Show scores and ranking to the units."""
    by, content = mine(set_id, index.PUBLISH_INDEX)

    def do(_reason: str) -> AnyResponse:
        index.publish_set(set_id, by=by)
        pages.say(_("Đã công bố. Các đơn vị nhận thư báo."))
        return pages.back_to("index_results.show", set_id=set_id)

    return confirm(content.row, _publish_act(content.row), do)


@blueprint.route("/index-sets/<int:set_id>/reopen", methods=["GET", "POST"])
def reopen(set_id: int) -> AnyResponse:
    """Open a closed or published set again, with a reason."""
    by, content = mine(set_id, index.PUBLISH_INDEX)

    def do(reason: str) -> AnyResponse:
        index.reopen_set(set_id, reason, by=by)
        pages.say(_("Đã mở lại bộ chỉ số."))
        return pages.back_to("index_sets.show", set_id=set_id)

    return confirm(content.row, _reopen_act(content.row), do)


def _ready(rows: Sequence[tuple[int, Any]]) -> list[list[Cell]]:
    return [[Cell(f"{row.indicator.code}. {row.indicator.name}", row.indicator.measure), Cell(str(row.year), figures=True),
             Cell(row.pillar.name), Cell(row.indicator.formula, vietnamese=True)] for _number, row in rows]


def _taken(taken: Taken) -> str:
    return _("Đã ghi: %(new)d chỉ số mới, %(changed)d chỉ số sửa.", new=taken.new, changed=taken.changed)


imports.add_routes(blueprint, imports.ImportPage(
    index.IMPORT, "/index-sets", "index_sets.show_all",
    crumb=lambda: _("Bộ chỉ số"),
    sentence=lambda: _("Nhập chỉ số từ Excel"),
    label=lambda: _("Bộ chỉ số bằng Excel"),
    template_name="Mẫu bộ chỉ số.xlsx",
    known=lambda numbers: _("Bộ chỉ số đã ghi như vậy, bỏ qua: dòng %(numbers)s.", numbers=numbers),
    take=lambda count: ngettext("Ghi %(num)d chỉ số", "Ghi %(num)d chỉ số", count),
    taken=_taken,
    columns=lambda: [Column(_("Chỉ số")), Column(_("Năm"), figures=True), Column(_("Trụ cột")), Column(_("Công thức"))],
    cells=_ready,
    field_names=lambda: {one.key: one.heading for one in index.IMPORT.columns},
))

