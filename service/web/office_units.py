"""Units: the tree, one unit with its names over time, adding, editing, renaming from a day, dissolving into another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext
from werkzeug.wrappers import Response as AnyResponse

from service import clock, people, words
from service.actor import Actor
from service.awards import catalogue
from service.imports import Taken
from service.people import UnitView
from service.web import edit, pages
from service.web.edit import Page
from service.web.frame import Link
from service.web.imports import ImportPage, add_routes
from service.web.office_frame import crumbs, listing, must
from service.web.parts import Act, Block, Cell, Column, Empty, Fact, Table, Tag

blueprint = Blueprint("office_units", __name__)


@blueprint.get("/office/units")
def show_all() -> Response:
    """The units as a tree, or those that a text finds, by older names too."""
    by = pages.me()
    people.require(by, "unit.read")
    text, ended = request.args.get("q", "")[:100], request.args.get("ended") == "1"
    tree = [(0, unit) for unit in people.list_units(text=text, ended=True)] if text else people.unit_tree(ended=ended)
    en = words.language() == "en"
    return listing(
        by, "office_units.show_all", ngettext("*%(num)d đơn vị*", "*%(num)d đơn vị*", len(tree)),
        [
            Block(
                _("Đơn vị"),
                table=Table(
                    [Column(pgettext("one", "Đơn vị")), Column(_("Loại")), Column(_("Nhóm")), Column(_("Người phụ trách"))],
                    [
                        [
                            Cell("– " * depth + unit.name, unit.code, url_for("office_units.show", unit=unit.id),
                                 tag=Tag("done", _("đã giải thể")) if unit.dissolved_on else None),
                            Cell(people.KINDS[unit.kind][en] if unit.kind in people.KINDS else unit.kind),
                            Cell(unit.subject_group), Cell(unit.contact, unit.phone),
                        ]
                        for depth, unit in tree
                    ],
                    _("Đơn vị"),
                ) if tree else None,
                empty=None if tree else Empty(_("Không tìm thấy đơn vị nào"), _("Tìm không cần dấu, cả theo tên cũ.")),
            )
        ],
        trail=[Link(_("Đơn vị"), "")], q=text, url=url_for("office_units.show_all"),
        chips=[Link(_("Đang hoạt động"), url_for("office_units.show_all"), current=not ended and not text),
               Link(_("Cả đơn vị đã giải thể"), url_for("office_units.show_all", ended=1), current=ended)],
        main_act=Act(_("Thêm đơn vị"), url_for("office_units.add"), "add", "main", method="get") if _may(by) else None,
        acts=[Act(_("Nhập từ Excel"), url_for("office_units.show_import"), "import", "second", method="get")] if _may(by) else (),
    )


def _may(by: Actor) -> bool:
    return people.allowed(by, "unit.edit")


@blueprint.get("/office/units/<int:unit>")
def show(unit: int) -> Response:
    """One unit: what is known, its names with their days and papers, its people, its successor."""
    by = pages.me()
    people.require(by, "unit.read")
    row = people.find_unit(unit)
    names = people.names_of_unit(unit)
    en = words.language() == "en"
    blocks = [
        Block(
            _("Tên qua các thời kỳ"),
            table=Table(
                [Column(_("Tên")), Column(_("Từ ngày")), Column(_("Căn cứ"))],
                [[Cell(one.name), Cell(words.full_date(one.valid_from)), Cell(one.basis)] for one in reversed(names)],
                _("Tên qua các thời kỳ"),
            ),
        ),
    ]
    if people.allowed(by, "account.read"):
        blocks.append(_people(unit))
    facts = [
        Fact(_("Mã"), row.code), Fact(_("Loại"), people.KINDS[row.kind][en] if row.kind in people.KINDS else row.kind),
        Fact(_("Nhóm đối tượng"), row.subject_group), Fact(_("Người phụ trách"), row.contact or _("chưa ghi")),
        Fact(_("Điện thoại"), row.phone or _("chưa ghi"), figures=True), Fact(_("Thư điện tử"), row.email or _("chưa ghi")),
    ]
    if row.parent:
        facts.append(Fact(_("Thuộc"), people.unit_name(row.parent), url_for("office_units.show", unit=row.parent)))
    if row.dissolved_on:
        facts.append(Fact(_("Giải thể từ"), words.full_date(row.dissolved_on)))
    if row.successor:
        facts.append(Fact(_("Đơn vị kế thừa"), people.unit_name(row.successor),
                          url_for("office_units.show", unit=row.successor)))
    return listing(
        by, "office_units.show_all", row.name, blocks,
        trail=[Link(_("Đơn vị"), url_for("office_units.show_all")), Link(row.name, "")],
        acts=_acts(row) if _may(by) and row.dissolved_on is None else (),
        side=[Block(_("Đơn vị này"), facts=facts)],
    )


def _people(unit: int) -> Block:
    found = []
    en = words.language() == "en"
    for group, one in people.catalogue().items():
        if one.scoped:
            found += [(account, one.label_en if en else one.label) for account in people.members_of([f"{group}:{unit}"])]
    known = people.accounts_of([account for account, _label in found])
    return Block(
        _("Người của đơn vị"),
        lines=[Cell(known[account].name, f"{label} · {known[account].title}",
                    url_for("office_people.show", account=account)) for account, label in found],
        empty=None if found else Empty(_("Chưa có ai"), _("Thêm vai của đơn vị cho tài khoản ở mục Người dùng.")),
    )


def _acts(row: UnitView) -> list[Act]:
    return [
        Act(_("Sửa thông tin"), url_for("office_units.change", unit=row.id), "change", method="get"),
        Act(_("Đổi tên"), url_for("office_units.rename", unit=row.id), "rename", method="get"),
        Act(_("Giải thể, sáp nhập"), url_for("office_units.dissolve", unit=row.id), "dissolve", "text", method="get"),
    ]


def _kinds() -> list[tuple[str, str]]:
    return [(word, pair[words.language() == "en"]) for word, pair in people.KINDS.items()]


def _groups() -> list[tuple[str, str]]:
    en = words.language() == "en"
    return [(word, f"{word}: {catalogue.GROUPS[word][en]}") for word in people.SUBJECT_GROUPS if word in catalogue.GROUPS]


def _contact() -> list[edit.Field]:
    return [
        edit.text("contact", _("Người phụ trách"), most=120),
        edit.text("phone", _("Điện thoại"), most=40),
        edit.text("email", _("Thư điện tử"), most=200),
    ]


@blueprint.route("/office/units/new", methods=["GET", "POST"])
def add() -> AnyResponse:
    """Make a unit."""
    by = pages.me()
    must(by, "unit.edit")

    def do(said: dict[str, Any]) -> AnyResponse:
        number = people.create_unit(
            said["code"], said["name"], said["kind"], by=by, subject_group=said["subject_group"],
            parent=int(said["parent"]) if said.get("parent") else None, contact=said.get("contact") or "",
            phone=said.get("phone") or "", email=said.get("email") or "",
        )
        pages.say(_("Đã thêm %(name)s.", name=said["name"]))
        return pages.back_to("office_units.show", unit=number)

    parents = [(str(one.id), one.name) for one in people.list_units()]
    return edit.edit(
        edit.form(
            "unit",
            edit.text("name", _("Tên đơn vị"), required=True),
            edit.text("code", _("Mã"), hint=_("Chữ hoa không dấu, ví dụ THON-DONG"), required=True, most=40),
            edit.choice("kind", _("Loại"), _kinds(), required=True),
            edit.choice("subject_group", _("Nhóm đối tượng"), _groups(), required=True),
            edit.choice("parent", _("Thuộc đơn vị"), parents),
            *_contact(),
        ),
        Page(_("Thêm đơn vị"), url_for("office_units.add"), url_for("office_units.show_all"), _("Thêm đơn vị"),
             crumbs(Link(_("Đơn vị"), url_for("office_units.show_all")), Link(_("Thêm"), ""))),
        do,
    )


@blueprint.route("/office/units/<int:unit>/edit", methods=["GET", "POST"])
def change(unit: int) -> AnyResponse:
    """Change what is said about a unit."""
    by = pages.me()
    must(by, "unit.edit")
    row = people.find_unit(unit)

    def do(said: dict[str, Any]) -> AnyResponse:
        people.edit_unit(unit, by=by, kind=said["kind"], subject_group=said["subject_group"],
                         **{key: said.get(key) or "" for key in ("contact", "phone", "email")})
        pages.say(_("Đã sửa thông tin."))
        return pages.back_to("office_units.show", unit=unit)

    return edit.edit(
        edit.form("unit_edit", edit.choice("kind", _("Loại"), _kinds(), required=True),
                  edit.choice("subject_group", _("Nhóm đối tượng"), _groups(), required=True), *_contact()),
        _page(row, _("Sửa thông tin"), "office_units.change", _("Ghi lại")), do,
        first={"kind": row.kind, "subject_group": row.subject_group, "contact": row.contact, "phone": row.phone,
               "email": row.email},
    )


@blueprint.route("/office/units/<int:unit>/rename", methods=["GET", "POST"])
def rename(unit: int) -> AnyResponse:
    """Give a unit another name from a day on; older papers keep the older one."""
    by = pages.me()
    must(by, "unit.edit")
    row = people.find_unit(unit)

    def do(said: dict[str, Any]) -> AnyResponse:
        people.rename_unit(unit, said["name"], since=date.fromisoformat(said["since"]), by=by,
                           basis=said.get("basis") or "")
        pages.say(_("Đã đổi tên thành %(name)s.", name=said["name"]))
        return pages.back_to("office_units.show", unit=unit)

    return edit.edit(
        edit.form("unit_rename", edit.text("name", _("Tên mới"), required=True),
                  edit.day("since", _("Từ ngày"), required=True), edit.text("basis", _("Căn cứ"), hint=_("Số, ngày văn bản"))),
        _page(row, _("Đổi tên"), "office_units.rename", _("Đổi tên"),
              _("Hồ sơ, quyết định đã lập giữ tên của ngày ấy.")),
        do, first={"name": row.name, "since": clock.today().isoformat()},
    )


@blueprint.route("/office/units/<int:unit>/dissolve", methods=["GET", "POST"])
def dissolve(unit: int) -> AnyResponse:
    """Record that a unit ended, perhaps merged into another, which takes over its open cases."""
    by = pages.me()
    must(by, "unit.edit")
    row = people.find_unit(unit)

    def do(said: dict[str, Any]) -> AnyResponse:
        people.dissolve_unit(
            unit, on=date.fromisoformat(said["on"]), by=by, reason=said["reason"], basis=said.get("basis") or "",
            successor=int(said["successor"]) if said.get("successor") else None,
        )
        pages.say(_("Đã ghi %(name)s giải thể. Việc đang mở chuyển sang đơn vị kế thừa.", name=row.name))
        return pages.back_to("office_units.show", unit=unit)

    others = [(str(one.id), one.name) for one in people.list_units() if one.id != unit]
    return edit.edit(
        edit.form("unit_dissolve", edit.choice("successor", _("Đơn vị kế thừa"), others,
                                               hint=_("Để trống khi không có đơn vị kế thừa.")),
                  edit.day("on", _("Từ ngày"), required=True),
                  edit.text("basis", _("Căn cứ"), hint=_("Số, ngày nghị quyết, quyết định")), edit.reason()),
        _page(row, _("Giải thể, sáp nhập"), "office_units.dissolve", _("Ghi giải thể"),
              _("Vai trong đơn vị hết hiệu lực từ ngày này; người lập hồ sơ lập tiếp cho đơn vị kế thừa.")),
        do, first={"on": clock.today().isoformat()},
    )


def _ready(rows: Sequence[tuple[int, people.unit_import.UnitInput]]) -> list[list[Cell]]:
    return [
        [Cell(said.name, said.code), Cell(_value("kind", said.kind)), Cell(said.subject_group),
         Cell(said.parent if said.parent != people.unit_import.NOWHERE else _("không"))]
        for _n, said in rows
    ]


def _value(field: str, value: str) -> str:
    return people.KINDS[value][words.language() == "en"] if field == "kind" and value in people.KINDS else value


def _taken(taken: Taken) -> str:
    if not taken.new:
        return ngettext("Đã sửa %(num)d đơn vị.", "Đã sửa %(num)d đơn vị.", taken.changed)
    said = ngettext("Đã thêm %(num)d đơn vị", "Đã thêm %(num)d đơn vị", taken.new)
    return said + (_(", sửa %(n)d đơn vị", n=taken.changed) if taken.changed else "") + "."


add_routes(blueprint, ImportPage(
    people.unit_import.IMPORT, "/office/units", "office_units.show_all",
    crumb=lambda: _("Đơn vị"),
    sentence=lambda: _("Nhập đơn vị từ Excel"),
    label=lambda: _("Danh sách đơn vị bằng Excel"),
    template_name="Mẫu đơn vị.xlsx",
    known=lambda numbers: _("Danh mục đã ghi như vậy, bỏ qua: dòng %(numbers)s.", numbers=numbers),
    take=lambda count: ngettext("Ghi %(num)d đơn vị", "Ghi %(num)d đơn vị", count),
    taken=_taken,
    columns=lambda: [Column(pgettext("one", "Đơn vị")), Column(_("Loại")), Column(_("Nhóm")), Column(_("Thuộc đơn vị"))],
    cells=_ready,
    field_names=lambda: {
        "name": _("Tên đơn vị"), "kind": _("Loại"), "subject_group": _("Nhóm"), "parent": _("Thuộc đơn vị"),
        "contact": _("Người phụ trách"), "phone": _("Điện thoại"), "email": _("Thư điện tử"),
    },
    value=_value,
))


def _page(row: UnitView, said: str, endpoint: str, act_words: str, status: str = "") -> Page:
    return Page(
        f"{said}: {row.name}", url_for(endpoint, unit=row.id), url_for("office_units.show", unit=row.id), act_words,
        crumbs(Link(_("Đơn vị"), url_for("office_units.show_all")),
               Link(row.name, url_for("office_units.show", unit=row.id)), Link(said, "")), status,
    )
