"""What the pages of the digital index share: names, states, ways, frames of forms. Words and shapes only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Response, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from service import people, words
from service.actor import Actor
from service.movement import index
from service.movement.index import Content, IndexSet, IndexValue, Indicator
from service.web import edit, pages
from service.web.case_parts import in_words
from service.web.edit import Page
from service.web.frame import Link
from service.web.parts import Act, Block, Cell, Tag, TaskGroup, TaskRow
from service.words import N_

STATES = {
    "draft": ("note", N_("Đang soạn")), "open": ("mine", N_("Đang thu")), "closed": ("waiting", N_("Đã đóng, chưa công bố")),
    "published": ("passed", N_("Đã công bố")),
}


def name_of(row: IndexSet) -> str:
    """What a set is called, with its year."""
    return _("%(name)s năm %(year)s", name=in_words((row.name, row.name_en)), year=str(row.year))


def state_of(row: IndexSet) -> Tag:
    """Where a set stands."""
    kind, said = STATES[row.state]
    return Tag(kind, words.translated(said))


def crumbs(*links: Link) -> list[Link]:
    """Where the reader is, below the movement."""
    return [Link(_("Phong trào"), url_for("matters.registers")), Link(_("Bộ chỉ số"), url_for("index_sets.show_all")), *links]


def of_set(row: IndexSet) -> Link:
    """The way to a set."""
    return Link(str(row.year), url_for("index_sets.show", set_id=row.id))


def drawn(sentence: str, status: str, links: Sequence[Link], blocks: Sequence[Block], **more: Any) -> Response:
    """A page of the index: a list of blocks under a head."""
    context: dict[str, Any] = {
        "tabs": [], "chips": [], "url": "", "keep": {}, "q": None, "filters": [], "pager": None, "main_act": None, "acts": [], "side": [],
    }
    return pages.page("register", crumbs=list(links), sentence=sentence, status=status, blocks=list(blocks), **context | more)


def tabs_of(row: IndexSet, current: str, by: Actor) -> list[Link]:
    """The sides of a set that somebody may see."""
    found = [("index_sets.show", _("Trụ cột, chỉ số"))]
    if row.state != "draft":
        found.append(("index_values.show_all", _("Giá trị")))
        if row.state == "published" or people.allowed(by, index.READ_WHOLE_INDEX):
            found.append(("index_results.show", _("Kết quả")))
    return [Link(label, url_for(endpoint, set_id=row.id), current=endpoint == current) for endpoint, label in found]


def returned_group(by: Actor) -> TaskGroup | None:
    """What was returned to the reader's units, as tasks above the others; None where nothing was."""
    rows = [
        TaskRow(
            f"i{value.id}", _way_to_mend(row, one, value), _("Sửa, gửi lại chỉ số"), _titled(row, one),
            f"{in_words(index.unit_words(value.unit_id))}. {_why(value)}", picks=False,
        )
        for row, one, value in index.returned_to(by)
    ]
    return TaskGroup(_("Chỉ số bị trả lại"), len(rows), rows) if rows else None


def returned_block(by: Actor) -> Block | None:
    """The same for the first page."""
    lines = [
        Cell(_titled(row, one), f"{in_words(index.unit_words(value.unit_id))}. {_why(value)}", _way_to_mend(row, one, value),
             tag=Tag("return", _("Trả lại")))
        for row, one, value in index.returned_to(by)
    ]
    return Block(_("Chỉ số bị trả lại"), lines=lines, key="returned-values") if lines else None


def count_words(many: int) -> str:
    """How many values were returned, for the head of the inbox."""
    return ngettext("*%(num)d giá trị chỉ số* phải sửa, gửi lại", "*%(num)d giá trị chỉ số* phải sửa, gửi lại", many)


def _titled(row: IndexSet, one: Indicator) -> str:
    return f"{one.code}. {in_words((one.name, one.name_en))} ({row.year})"


def _why(value: IndexValue) -> str:
    return _("Lý do trả lại: %(reason)s", reason=value.reason)


def _way_to_mend(row: IndexSet, one: Indicator, value: IndexValue) -> str:
    return url_for("index_values.enter", set_id=row.id, unit=value.unit_id, code=one.code)


def page_of(row: IndexSet, label: str, url: str, status: str = "") -> Page:
    """The frame of a form about a set."""
    return Page(f"{label}: {name_of(row)}", url, of_set(row).url, label, crumbs(of_set(row), Link(label, "")), status)


def mine(set_id: int, right: str = index.RUN_INDEX) -> tuple[Actor, Content]:
    """Who asks and the set; Forbidden for who has not that right."""
    by = pages.me()
    people.require(by, right)
    return by, index.read_set(set_id, by=by)


def confirm(row: IndexSet, act: Act, do: Callable[[str], AnyResponse]) -> AnyResponse:
    """The page of an act on a set that says what it will do."""
    return edit.confirm(act, crumbs(of_set(row), Link(act.words, "")), of_set(row).url, do)
