"""What the pages of substitutes share: the table, the fields of naming one, and in which processes one counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import pgettext

from service import clock, people, words
from service.actor import Actor
from service.people import Standing
from service.vietnamese import sort_key
from service.web import edit
from service.web.parts import Act, Cell, Column, Table, Tag


def table(rows: Sequence[Standing], end: str, may_end: Callable[[Standing], bool]) -> Table:
    """Who acts in whose place, for which work, from when to when; `end` is the endpoint that ends it."""
    labels = people.group_labels({row.group for row in rows if row.group}, words.language())
    processes = dict(_processes())
    return Table(
        [Column(_("Vắng mặt")), Column(pgettext("one", "Người thay")), Column(_("Việc")), Column(_("Thời gian")), Column(_("Lý do"))],
        [
            [
                Cell(row.account_name), Cell(row.substitute_name),
                Cell(labels[row.group] if row.group else _("mọi việc thay được"),
                     _("Chỉ trong: %(processes)s", processes=", ".join(processes.get(one, one) for one in row.processes))
                     if row.processes else ""),
                Cell(f"{words.full_date(row.since)} – {words.full_date(row.until)}",
                     tag=Tag("mine", _("Đang có hiệu lực")) if row.holds else None),
                Cell(row.reason),
            ]
            for row in rows
        ],
        _("Người thay"),
        row_acts=[
            [Act(_("Kết thúc"), url_for(end, number=row.id), "end", "takes",
                 effect=_("Thôi cử *%(who)s* thay?", who=row.substitute_name), asks=_("Lý do"),
                 page_url=url_for(end, number=row.id))]
            if may_end(row) else []
            for row in rows
        ],
    )


def fields(substitutes: Iterable[tuple[str, str]], groups: Iterable[tuple[str, str]]) -> list[edit.Field]:
    """What is asked of whoever names a substitute, besides who is absent."""
    return [
        edit.choice("substitute", pgettext("one", "Người thay"), substitutes, required=True,
                    hint=_("Chữ ký của Chủ tịch chỉ giao cho Phó Chủ tịch (ký thay), hoặc người được ủy quyền bằng văn bản.")),
        edit.choice("group", _("Chỉ thay một vai"), groups, hint=_("Để trống: thay mọi việc thay được.")),
        edit.several("processes", _("Chỉ trong quy trình, danh sách"), _processes(), hint=_("Không chọn: trong mọi quy trình.")),
        edit.day("since", _("Từ ngày"), required=True),
        edit.day("until", _("Đến hết ngày"), required=True),
        edit.reason(),
    ]


def first() -> dict[str, str]:
    """What the fields hold at first: one day, today."""
    today = clock.today().isoformat()
    return {"since": today, "until": today}


def name(said: dict[str, Any], account: int, *, by: Actor) -> int:
    """Name a substitute as the form says."""
    return people.name_substitute(
        account, int(said["substitute"]), by=by, since=date.fromisoformat(said["since"]), until=date.fromisoformat(said["until"]),
        reason=said["reason"], group=said.get("group") or None, processes=said.get("processes") or (),
    )


def _processes() -> list[tuple[str, str]]:
    """Diagrams and kinds of lists by name, in the reader's language."""
    en = words.language() == "en"
    return sorted(((word, said[en]) for word, said in people.processes_to_lend().items()), key=lambda one: sort_key(one[1]))
