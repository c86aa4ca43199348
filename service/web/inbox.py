"""The inbox: what waits for the reader and the groups, what the reader did, and the own nominations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from service import clock, people, words
from service.actor import Actor
from service.awards import catalogue, finding
from service.errors import Conflict, Invalid, Refusal
from service.processes import history, inbox, marks, tasks
from service.web import inbox_filters, index_parts, questions
from service.web.case_parts import NEXT, form_words, in_words, nomination_url
from service.web.frame import Link
from service.web.pages import back_to, in_language, me, page, say
from service.web.parts import (
    Act,
    Block,
    Cell,
    Check,
    Column,
    Empty,
    Pager,
    Table,
    Tag,
    TaskGroup,
    TaskRow,
)
from service.web.rendering import due
from service.web.typed import typed_day
from service.words import N_

blueprint = Blueprint("inbox", __name__)

SIZE = inbox.PAGE
MOST = 200
"""How many tasks one click may claim or release."""


@blueprint.get("/inbox")
def show() -> Any:
    """One tab of the inbox, narrowed, sorted and paged as the address says."""
    by = me()
    tab = request.args.get("tab", "all")
    if tab == "nominations":
        return _nominations(by)
    if tab not in inbox.SCOPES:
        tab = "all"
    filters = inbox_filters.chosen()
    order = request.args.get("sort", "due")
    order = order if order in inbox.ORDERS else "due"
    number = _number(request.args.get("page", "1"))
    found = inbox.read_inbox(by, tab, filters=filters, order=order, page=number, size=SIZE)
    first = number == 1 and filters == inbox.Filters()
    asked = questions.group(by) if first and tab in ("all", "mine") else None
    back = index_parts.returned_group(by) if first and tab in ("all", "group") else None
    beside = [*([questions.count_words(asked.count)] if asked else []), *([index_parts.count_words(back.count)] if back else [])]
    tally = None if tab == "done" else inbox.tally(by, tab)
    return page(
        "inbox",
        sentence=". ".join([*([] if beside and not found.total else [_sentence(by, tab, found, tally)]), *beside]),
        tabs=_tabs(tab, found.counts),
        url=url_for("inbox.show"),
        keep={"tab": tab},
        q=filters.text,
        sort=order,
        sorts=_sorts(tab),
        filters=inbox_filters.groups(filters, tally),
        kept=inbox_filters.kept(by, tab, filters),
        keep_form=inbox_filters.keep_form(by, tab, filters),
        groups=[*filter(None, (asked, back)), *_groups(found, by, tab, order, filters, tally)],
        total=found.total,
        bulk=_bulk(by, tab) if any(_picks(item, by) for item in found.items) else [],
        follow_url=url_for("inbox.follow_many") if any(item.owner == by.account for item in found.items) else "",
        pager=_pager(found, number),
        empty=_empty(tab, filters),
        elsewhere=_elsewhere(by),
        chips=_chips(tab, filters, tally),
    )


def _elsewhere(by: Actor) -> Check | None:
    """Where who spreads the work sees how much lies with whom."""
    if not people.allowed(by, "task.workload") or not people.allowed(by, "task.set_due"):
        return None
    return Check(_("Chia việc trong phòng:"), "info", Link(_("Khối lượng việc của từng người"), url_for("workload.show")))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 5 and int(text) else 1


def _sentence(by: Actor, tab: str, found: inbox.Page, tally: inbox.Tally | None) -> str:
    total = found.total if tab in ("mine", "group", "done") else sum(found.counts.values())
    many = words.counted(total)
    if tab == "done":
        if not total:
            return _("Bạn chưa xử lý việc nào")
        return ngettext("Bạn đã xử lý %(many)s việc", "Bạn đã xử lý %(many)s việc", total, many=many)
    if not total:
        return _("Không có việc nào chờ bạn")
    who = {"mine": _("bạn"), "group": _("người nhận trong nhóm của bạn"), "all": _("bạn và nhóm của bạn")}[tab]
    late = tally.dues["overdue"] if tally else 0
    said = ngettext("%(many)s việc chờ %(who)s", "%(many)s việc chờ %(who)s", total, many=many, who=who)
    if late:
        said += ngettext(", *%(late)s việc quá hạn*", ", *%(late)s việc quá hạn*", late, late=words.counted(late))
    return said


def _tabs(tab: str, counts: Mapping[str, int]) -> list[Link]:
    both = sum(counts.values())
    return [
        Link(label, url_for("inbox.show", tab=name), count=count, current=name == tab)
        for name, label, count in (
            ("all", _("Tôi và nhóm"), both),
            ("mine", _("Của tôi"), counts.get("mine", 0)),
            ("group", _("Chưa ai nhận"), counts.get("group", 0)),
            ("done", _("Tôi đã làm"), None),
            ("nominations", _("Hồ sơ của tôi"), None),
        )
    ]


def _sorts(tab: str) -> list[tuple[str, str]]:
    if tab == "done":
        return [("due", _("ngày xử lý"))]
    return [("due", _("hạn xử lý")), ("follow", _("ngày theo dõi lại")), ("priority", _("mức ưu tiên")),
            ("opened", _("ngày nhận"))]


def _chips(tab: str, filters: inbox.Filters, tally: inbox.Tally | None) -> list[Link]:
    if tally is None:
        return []
    return [
        Link(_("Tất cả"), url_for("inbox.show", tab=tab), count=sum(tally.dues.values()), current=not filters.due),
        Link(_("Quá hạn"), url_for("inbox.show", tab=tab, due="overdue"), count=tally.dues["overdue"],
             current=filters.due == "overdue"),
    ]


def _groups(
    found: inbox.Page, by: Actor, tab: str, order: str, filters: inbox.Filters, tally: inbox.Tally | None
) -> list[TaskGroup]:
    names = finding.count_lines([item.list_id for item in found.items if item.list_id is not None])
    rows = [(item, _row(item, by, tab, names)) for item in found.items]
    if tab == "done" or order == "opened":
        title = _("Mới xử lý trước") if tab == "done" else _("Mới nhận trước")
        return [TaskGroup(title, found.total, [row for _item, row in rows])] if rows else []
    plain = filters == inbox.Filters() and tally is not None and tally.whole
    if order == "priority":
        counts = tally.priorities if tally and plain else {}
        return _parted(rows, lambda item: "high" if item.urgent else "normal", inbox_filters.PRIORITY_WORDS, counts)
    if order == "follow":
        return _parted(rows, _follow_word, FOLLOW_WORDS, {})
    counts = tally.dues if tally and plain else {}
    return _parted(rows, lambda item: inbox.due_word(item.due_at), inbox_filters.DUE_WORDS, counts)


FOLLOW_WORDS = {"now": N_("Đến ngày theo dõi lại"), "ahead": N_("Theo dõi lại sau"), "none": N_("Không hẹn ngày")}


def _follow_word(item: inbox.Item) -> str:
    if item.follow_at is None:
        return "none"
    return "now" if item.follow_at <= clock.now() else "ahead"


def _parted(
    rows: Sequence[tuple[inbox.Item, TaskRow]],
    part: Callable[[inbox.Item], str],
    titles: Mapping[str, str],
    counts: Mapping[str, int],
) -> list[TaskGroup]:
    """Rows under the headings of their order; where the page is all there is, headings say how many there are in all."""
    groups = []
    for name, title in titles.items():
        here = [row for item, row in rows if part(item) == name]
        if here:
            groups.append(TaskGroup(_(title), counts.get(name, len(here)), here))
    return groups


def _row(item: inbox.Item, by: Actor, tab: str, names: Mapping[int, int]) -> TaskRow:
    if item.kind == "list":
        step, _colon, who = item.name.partition(":")
        count = names.get(item.list_id or 0, 0)
        second = ngettext("%(num)d tên", "%(num)d tên", count)
        url = url_for("lists.show", list_id=item.list_id, act=item.element.partition(".")[2])
    else:
        step, who = item.name, item.title
        second = item.about
        url = url_for("task.show", task_id=item.id)
    since = item.closed_at if tab == "done" else item.opened_at
    label = _("xử lý %(day)s") if tab == "done" else _("nhận %(day)s")
    second = " · ".join(p for p in (second, label % {"day": words.short_date(since, clock.today())}) if p)
    free = item.kind == "user" and item.owner is None and tab != "done"
    return TaskRow(
        str(item.id),
        url,
        words.translated(step),
        who.strip() or item.title,
        words.capital(second),
        None if tab == "done" else due(item.due_at),
        item.owner_name,
        mine=item.owner == by.account and tab != "done",
        claim_url=url_for("task.claim", task_id=item.id) if free else "",
        tags=_tags(item, by) if tab != "done" else [],
        picks=_picks(item, by) and tab != "done",
    )


def _picks(item: inbox.Item, by: Actor) -> bool:
    """Whether a row can be chosen: what a list asks is nobody's to claim, but may be made urgent."""
    return item.kind == "user" or people.allowed(by, "task.prioritise")


def _tags(item: inbox.Item, by: Actor) -> list[Tag]:
    tags = [Tag("urgent", _("Khẩn"))] if item.urgent else []
    if item.owner in {one.behalf for one in by.lent}:
        tags.append(Tag("mine", _("Xử lý thay")))
    if item.on_hold:
        tags.append(Tag("hold", _("Tạm dừng")))
    if item.follow_at is not None:
        come = item.follow_at <= clock.now()
        day = words.short_date(item.follow_at, clock.today())
        tags.append(Tag("note", _("Đến ngày theo dõi lại")) if come else
                    Tag("waiting", _("Theo dõi lại %(day)s", day=day)))
    return tags


def _bulk(by: Actor, tab: str) -> list[Act]:
    claim = Act(_("Nhận việc đã chọn"), url_for("inbox.claim_many"), "claim", "main")
    release = Act(_("Trả việc đã chọn"), url_for("inbox.release_many"), "release")
    acts = {"all": [claim, release], "group": [claim], "mine": [release]}.get(tab, [])
    if acts and people.allowed(by, "task.prioritise"):
        acts += [Act(_("Đặt khẩn"), url_for("inbox.prioritise_many"), "high"),
                 Act(_("Bỏ khẩn"), url_for("inbox.prioritise_many"), "normal")]
    return acts


def _pager(found: inbox.Page, number: int) -> Pager | None:
    if not found.items:
        return None
    first = (number - 1) * SIZE + 1
    last_page = max(number + (1 if found.more else 0), -(-min(found.total, inbox.COUNTED) // SIZE))
    numbers = sorted({1, number - 1, number, number + 1, last_page} & set(range(1, last_page + 1)))
    pages: list[Link] = []
    for at in numbers:
        if pages and at - int(pages[-1].words) > 1:
            pages.append(Link("…", ""))
        pages.append(Link(str(at), _page_url(at), current=at == number))
    return Pager(
        first,
        first + len(found.items) - 1,
        max(found.total, first + len(found.items) - 1),
        pages,
        before=_page_url(number - 1) if number > 1 else "",
        after=_page_url(number + 1) if found.more else "",
    )


def _page_url(number: int) -> str:
    kept: dict[str, Any] = {k: v for k, v in request.args.to_dict(flat=False).items() if k != "page"}
    return url_for("inbox.show", **kept, page=number)


def _empty(tab: str, filters: inbox.Filters) -> Empty:
    if filters != inbox.Filters():
        said = _('Không tìm thấy "%(q)s"', q=filters.text) if filters.text else _("Không có việc nào như vậy")
        return Empty(said, _("Bớt điều kiện lọc hoặc tìm ở thẻ khác."), Link(_("Bỏ lọc"), url_for("inbox.show", tab=tab)))
    if tab == "done":
        return Empty(_("Chưa có việc nào"), _("Việc bạn xử lý xong sẽ hiện ở đây, việc mới nhất trước."))
    return Empty(
        _("Không có việc nào chờ"), _("Việc mới hiện ở đây khi một hồ sơ tới bước của bạn, và có thư báo cho bạn.")
    )


@blueprint.post("/inbox/claim")
def claim_many() -> Any:
    """Claim the chosen tasks, each on its own: one that is refused stops no other."""
    by = me()
    return _each(lambda task: tasks.claim_task(task, by=by), _claimed, lists_too=False)


@blueprint.post("/inbox/release")
def release_many() -> Any:
    """Give the chosen tasks back, each on its own."""
    by = me()
    return _each(lambda task: tasks.release_task(task, by=by), _released, lists_too=False)


@blueprint.post("/inbox/follow-up")
def follow_many() -> Any:
    """Set the day on which the reader wants to look at the chosen tasks again; without a day it is taken away."""
    by, day = me(), typed_day(request.form.get("day", ""))
    told = _followed if day else _unfollowed
    return _each(lambda task: marks.set_follow_up(task, day, by=by), told, lists_too=False)


@blueprint.post("/inbox/priority")
def prioritise_many() -> Any:
    """Make the cases of the chosen tasks urgent or not."""
    by, priority = me(), request.form.get("act", "")
    told = _made_urgent if priority == "high" else _made_normal
    return _each(lambda task: marks.set_priority(task, priority, by=by), told, lists_too=True)


def _followed(count: int) -> str:
    return ngettext("Đã hẹn ngày theo dõi lại %(num)d việc.", "Đã hẹn ngày theo dõi lại %(num)d việc.", count)


def _unfollowed(count: int) -> str:
    return ngettext("Đã bỏ ngày theo dõi lại của %(num)d việc.", "Đã bỏ ngày theo dõi lại của %(num)d việc.", count)


def _made_urgent(count: int) -> str:
    return ngettext("Đã đặt khẩn %(num)d việc.", "Đã đặt khẩn %(num)d việc.", count)


def _made_normal(count: int) -> str:
    return ngettext("Đã bỏ khẩn %(num)d việc.", "Đã bỏ khẩn %(num)d việc.", count)


def _claimed(count: int) -> str:
    return ngettext("Đã nhận %(num)d việc.", "Đã nhận %(num)d việc.", count)


def _released(count: int) -> str:
    return ngettext("Đã trả %(num)d việc.", "Đã trả %(num)d việc.", count)


def _each(act: Callable[[int], object], told: Callable[[int], str], *, lists_too: bool) -> Any:
    chosen = [int(t) for t in dict.fromkeys(request.form.getlist("task")) if t.isascii() and t.isdigit() and len(t) < 16]
    if not chosen:
        raise Invalid("Chọn ít nhất một việc.", "Choose at least one task.", code="none-chosen")
    if len(chosen) > MOST:
        raise Invalid(f"Mỗi lần nhiều nhất {MOST} việc.", f"At most {MOST} tasks at once.", code="too-many")
    by = me()
    of_lists = inbox.list_rows(by, chosen)
    done: list[str] = []
    refused: list[tuple[int, Refusal]] = []
    for number in chosen:
        try:
            if number in of_lists and not lists_too:
                raise _of_a_list()
            act(number)
        except Refusal as refusal:
            refused.append((number, refusal))
        else:
            done.append(of_lists.get(number) or _title(number, by))
    if done:
        say(told(len(done)) + " " + ", ".join(done[:10]) + ("…" if len(done) > 10 else "."))
    for number, why in refused:
        say(f"{of_lists.get(number) or _title(number, by)}: {in_language(why)}", "bad" if not done else "warn")
    return back_to("inbox.show", tab="mine" if done and told is _claimed else "all")


def _title(number: int, by: Actor) -> str:
    try:
        return tasks.read_task(number, by=by).title
    except Refusal:
        return _("Việc số %(number)s", number=number)


def _of_a_list() -> Conflict:
    return Conflict(
        "Việc trên danh sách không nhận riêng: mở danh sách để làm.",
        "What a list asks is not claimed: open the list to do it.", code="list-task",
    )


def _nominations(by: Actor) -> Any:
    """Nominations that the reader filed or whose unit filed them: state, holder, since when, what comes next."""
    number = _number(request.args.get("page", "1"))
    own = None if by.units else by.account
    found = finding.find_nominations(
        by,
        finding.NominationFilter(text=request.args.get("q", "")[:200], created_by=own),
        page=number,
        size=SIZE,
    )
    counts = inbox.count_open(by)
    stops = history.open_stops([f.nomination.instance_id or 0 for f in found.items])
    table = Table(
        [Column(_("Tập thể, cá nhân")), Column(_("Đang ở đâu")), Column(_("Ai giữ")), Column(_("Từ")),
         Column(_("Hạn")), Column(_("Bước sau"))],
        [_nomination_row(f, stops.get(f.nomination.instance_id or 0, [])) for f in found.items],
        _("Hồ sơ của tôi"),
    )
    last = (number - 1) * SIZE + len(found.items)
    return page(
        "register",
        crumbs=[],
        sentence=ngettext("*%(num)d hồ sơ* của bạn", "*%(num)d hồ sơ* của bạn", found.total),
        status="",
        tabs=_tabs("nominations", counts),
        chips=[],
        url=url_for("inbox.show"),
        keep={"tab": "nominations"},
        q=request.args.get("q", ""),
        filters=[],
        blocks=[
            Block(_("Hồ sơ của tôi"), table=table)
            if found.items
            else Block(_("Hồ sơ của tôi"), empty=Empty(_("Chưa có hồ sơ nào"), _("Hồ sơ bạn lập sẽ hiện ở đây.")))
        ],
        pager=Pager(
            (number - 1) * SIZE + 1, last, found.total, [Link(str(number), "", current=True)],
            before=_page_url(number - 1) if number > 1 else "", after=_page_url(number + 1) if found.more else "",
        ) if found.items else None,
        main_act=None,
        acts=[],
        side=[],
    )


def _nomination_row(one: finding.Found, stops: Sequence[history.Stop]) -> list[Cell]:
    n, stop = one.nomination, next(iter(stops), None)
    state = in_words(catalogue.standing(one.phase, one.outcome, revoked=n.revoked))
    return [
        Cell(n.name, f"{form_words(n.form_asked)} · {n.unit_name}", nomination_url(n.id)),
        Cell(state, tag=Tag("hold", _("Tạm dừng")) if one.holds else None),
        Cell((stop.owner or words.translated(stop.lane or stop.name)) if stop else ""),
        Cell(words.short_date(stop.opened_at, clock.today()) if stop else "", figures=True),
        Cell("", due=due(stop.due_at) if stop else None),
        Cell("" if one.outcome else _(NEXT[one.phase]) if one.phase in NEXT else ""),
    ]
