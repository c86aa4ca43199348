"""The words of bringing people in by Excel, and what their rows look like; the pages are those of every import."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from service import people, words
from service.imports import Taken
from service.web.imports import ImportPage
from service.web.parts import Cell, Column
from service.web.rendering import LANGUAGES


def _ready(rows: Sequence[tuple[int, people.account_import.AccountInput]]) -> list[list[Cell]]:
    labels = people.group_labels({group for _n, said in rows for group in said.groups}, words.language())
    return [
        [Cell(said.name, said.title), Cell(said.login, said.email), Cell("; ".join(labels[group] for group in said.groups))]
        for _n, said in rows
    ]


def _value(field: str, value: str) -> str:
    if field == "groups" and value:
        return people.group_labels([value], words.language())[value]
    return LANGUAGES.get(value, value) if field == "locale" else value


def _taken(taken: Taken) -> str:
    if not taken.new:
        return ngettext("Đã sửa %(num)d tài khoản.", "Đã sửa %(num)d tài khoản.", taken.changed)
    said = ngettext("Đã thêm %(num)d tài khoản", "Đã thêm %(num)d tài khoản", taken.new)
    return said + (_(", sửa %(n)d tài khoản", n=taken.changed) if taken.changed else "") + "."


PAGE = ImportPage(
    people.account_import.IMPORT, "/office/people", "office_people.show_all",
    crumb=lambda: _("Người dùng"),
    sentence=lambda: _("Nhập người dùng từ Excel"),
    label=lambda: _("Danh sách người dùng bằng Excel"),
    template_name="Mẫu người dùng.xlsx",
    known=lambda numbers: _("Tài khoản đã ghi như vậy, bỏ qua: dòng %(numbers)s.", numbers=numbers),
    take=lambda count: ngettext("Ghi %(num)d tài khoản", "Ghi %(num)d tài khoản", count),
    taken=_taken,
    columns=lambda: [Column(_("Họ và tên")), Column(_("Tên đăng nhập")), Column(_("Vai, đơn vị"))],
    cells=_ready,
    field_names=lambda: {
        "name": _("Họ và tên"), "title": _("Chức danh"), "email": _("Thư điện tử"), "phone": _("Điện thoại"),
        "locale": _("Ngôn ngữ của thư"), "groups": _("Thêm vai"),
    },
    value=_value,
)
