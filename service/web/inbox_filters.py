"""What the inbox can be narrowed by, with a count on each, and the filters that people keep under a name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import pgettext

from service import people, words
from service.actor import Actor
from service.awards.lists import KINDS as LIST_KINDS
from service.errors import Invalid, Refusal
from service.processes import filters, inbox
from service.vietnamese import sort_key
from service.web.case_parts import in_words
from service.web.frame import Link
from service.web.pages import back_to, in_language, me, say
from service.web.parts import Filter, FilterGroup, KeepFilter, KeptFilter
from service.words import N_

blueprint = Blueprint("inbox_filters", __name__)

DUE_WORDS = {"overdue": N_("Quá hạn"), "today": N_("Hôm nay"), "week": N_("Tuần này"), "later": N_("Sau tuần này")}
PRIORITY_WORDS = {"high": N_("Khẩn"), "normal": N_("Bình thường")}
_ARGUMENTS = {"text": "q", "element": "step", "due": "due", "process": "process", "unit": "unit", "priority": "priority"}
"""Field of the filters → its name in the address."""


def chosen() -> inbox.Filters:
    """What the address narrows by; what no filter knows is passed over."""
    said = {
        field: ",".join(one for one in request.args.getlist(name) if "," not in one)
        for field, name in _ARGUMENTS.items() if field != "text"
    }
    return filters.clean(said | {"text": request.args.get("q", "")})


def address(tab: str, narrow: inbox.Filters) -> str:
    """Where the inbox shows what filters leave."""
    kept: dict[str, Any] = {
        _ARGUMENTS[field]: value if field == "text" else value.split(",")
        for field, value in filters.as_words(narrow).items()
    }
    return url_for("inbox.show", tab=tab, **kept)


def groups(narrow: inbox.Filters, tally: inbox.Tally | None) -> list[FilterGroup]:
    """Every filter with how many tasks it shows."""
    if tally is None:
        return []
    many = "" if tally.whole else _(" (trong 1.000 việc gần hạn nhất)")
    units = people.unit_names(tally.units)

    def group(title: str, name: str, picked: str, rows: Iterable[tuple[str, str, int]]) -> FilterGroup:
        on = picked.split(",")
        return FilterGroup(title + many, [Filter(name, value, said, n, value in on) for value, said, n in rows])

    found = [
        group(_("Hạn xử lý"), "due", narrow.due, [(d, _(DUE_WORDS[d]), tally.dues[d]) for d in inbox.DUES]),
        group(_("Mức ưu tiên"), "priority", narrow.priority,
              [(p, _(PRIORITY_WORDS[p]), tally.priorities[p]) for p in inbox.PRIORITIES]),
        group(_("Loại việc"), "step", narrow.element,
              _by_count((e, words.translated(name), n) for e, (name, n) in tally.elements.items())),
        group(_("Quy trình, danh sách"), "process", narrow.process,
              _by_count((p, process_words(p, name), n) for p, (name, n) in tally.processes.items())),
        group(pgettext("one", "Đơn vị"), "unit", narrow.unit,
              _by_count((str(u), units.get(u, str(u)), n) for u, n in tally.units.items())),
    ]
    # Where there is nothing to tell apart, a filter is only in the way.
    return [
        one for one in found
        if one.filters and (one.filters[0].name in ("due", "step") or any(f.chosen for f in one.filters)
                            or sum(f.count > 0 for f in one.filters) > 1)
    ]


def process_words(process: str, name: str) -> str:
    """What a diagram, or a kind of list, is called."""
    kind = LIST_KINDS.get(process)
    return in_words((kind.label, kind.label_en)) if kind else words.translated(name)


def _by_count(rows: Iterable[tuple[str, str, int]]) -> list[tuple[str, str, int]]:
    return sorted(rows, key=lambda one: (-one[2], sort_key(one[1])))


def kept(by: Actor, tab: str, narrow: inbox.Filters) -> list[KeptFilter]:
    """Filters of the reader and the reader's groups, each with how many tasks it shows in this tab."""
    found: Sequence[filters.Saved] = filters.list_filters(by)
    counts = inbox.count_filters(by, tab, [one.filters for one in found]) if tab != "done" else [None] * len(found)
    return [
        KeptFilter(
            Link(one.name, address(tab, one.filters), count=count, current=one.filters == narrow),
            _note(one),
            url_for("inbox_filters.drop", filter_id=one.id, tab=tab) if one.mine else "",
        )
        for one, count in zip(found, counts, strict=True)
    ]


def _note(one: filters.Saved) -> str:
    if not one.mine:
        return _("%(who)s chia sẻ", who=one.maker)
    if one.shared_with is None:
        return ""
    return _("Chia sẻ với %(group)s", group=people.group_labels([one.shared_with], words.language())[one.shared_with])


def keep_form(by: Actor, tab: str, narrow: inbox.Filters) -> KeepFilter | None:
    """The form that keeps what is chosen now; none where nothing is."""
    said = filters.as_words(narrow)
    if not said:
        return None
    labels = people.group_labels(by.groups, words.language())
    return KeepFilter(url_for("inbox_filters.keep"), {"tab": tab} | said, sorted(labels.items(), key=lambda one: sort_key(one[1])))


@blueprint.post("/inbox/filters")
def keep() -> Any:
    """Keep the filters that were chosen under a name."""
    by = me()
    narrow, tab = filters.clean(request.form), request.form.get("tab", "all")
    try:
        filters.save_filter(request.form.get("name", ""), narrow, by=by, share=request.form.get("share", ""))
    except Invalid as refusal:
        fault = refusal.faults[0] if refusal.faults else refusal
        say(in_language(Refusal(fault.message, fault.message_en)), "bad")
    else:
        say(_("Đã lưu bộ lọc: %(name)s.", name=" ".join(request.form.get("name", "").split())))
    return redirect(address(tab if tab in inbox.SCOPES else "all", narrow), code=303)


@blueprint.post("/inbox/filters/<int:filter_id>/drop")
def drop(filter_id: int) -> Any:
    """Remove a filter of one's own."""
    filters.drop_filter(filter_id, by=me())
    say(_("Đã xóa bộ lọc."))
    return back_to("inbox.show", tab=request.args.get("tab", "all"))
