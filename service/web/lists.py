"""Lists on the web: which there are, what can be drawn up now, and every act on one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

from forms import from_html
from service import people, words
from service.actor import Actor
from service.awards import consulting, finding, lists, rounds, sight
from service.awards.lists import KINDS, ListKind, kind_of
from service.awards.lists import Act as ListAct
from service.awards.models import List
from service.council import session as sessions
from service.db import at_one_moment
from service.errors import Conflict, Forbidden, Invalid, NotFound, Refusal, Stale
from service.processes import drafts
from service.vietnamese import sort_key
from service.web import council_ranking, list_lines, list_notes, list_page, list_ways, list_words, typed
from service.web.case_parts import in_words, nomination_url
from service.web.frame import Link
from service.web.list_page import PAGES, PLANS, SHEETS, Tried, address, draft_key
from service.web.pages import back_to, in_language, me, number_of, page, say, shown_faults, whole
from service.web.parts import Act, Block, Cell, Check, Column, Empty, ListLine, Table, WorkRow
from service.web.standing import pages_of
from service.web.typed import Typed

blueprint = Blueprint("lists", __name__)
SIZE = 50
ORDER = (
    "submission", "opinion_letter", "posting", "council_agenda", "council_sheet", "decision", "award_list", "package",
    "result_letter", "review_request", "withdrawal", "recipient_change", "petition", "hold", "cancellation", "amendment",
    "reprint", "revocation", "unlisting",
)
"""Kinds of lists as a name comes by them, then what is filed beside its way; one that is not named here comes last."""


@blueprint.get("/lists")
def show_all() -> Any:
    """Lists that the reader may see, by kind and round, and what can be drawn up now."""
    by = me()
    kind = request.args.get("kind", "")
    kind = kind if kind in KINDS else ""
    round_id = number_of(request.args.get("round", ""))
    number = max(request.args.get("page", 1, type=whole), 1)
    found = finding.find_lists(by, round_id=round_id, limit=finding.MOST_LISTS)
    counts: dict[str, int] = {}
    for row in found:
        counts[row.kind] = counts.get(row.kind, 0) + 1
    shown = [row for row in found if not kind or row.kind == kind]
    ready = _ready(by, round_id, kind)
    return page(
        "register",
        crumbs=[],
        sentence=_register_words(kind, round_id, len(shown)),
        status=_("Một lần ký hoặc ghi làm cho cả danh sách; kết quả hiện theo từng tên."),
        tabs=[
            Link(_("Tất cả"), url_for("lists.show_all", round=round_id), count=len(found), current=not kind),
            *(
                Link(in_words((KINDS[k].label, KINDS[k].label_en)), url_for("lists.show_all", kind=k, round=round_id),
                     count=counts[k], current=k == kind)
                for k in sorted(counts, key=lambda k: ORDER.index(k) if k in ORDER else len(ORDER))
            ),
        ],
        chips=[
            Link(_("Mọi đợt"), url_for("lists.show_all", kind=kind or None), current=round_id is None),
            *(
                Link(r.name, url_for("lists.show_all", kind=kind or None, round=r.id), current=r.id == round_id)
                for r in rounds.list_rounds()
                if r.state != "planned"
            ),
        ],
        url=url_for("lists.show_all"),
        keep={},
        q=None,
        filters=[],
        blocks=[*([Block(_("Lập được ngay"), work=ready)] if ready else []), _table(shown[(number - 1) * SIZE : number * SIZE])],
        pager=pages_of(number, SIZE, len(shown), False, lambda page: url_for(
            "lists.show_all", kind=kind or None, round=round_id, **({"page": page} if page > 1 else {}))),
        main_act=None,
        acts=[],
        side=[],
    )


def _register_words(kind: str, round_id: int | None, count: int) -> str:
    """Which lists the register shows, and how many."""
    what = [in_words((KINDS[kind].label, KINDS[kind].label_en)) if kind else "",
            rounds.read_round(round_id).name if round_id is not None else ""]
    many = ngettext("%(num)d danh sách", "%(num)d danh sách", count)
    about = ", ".join(word for word in what if word)
    return f"{about}: {many}" if about else many


def _ready(by: Actor, round_id: int | None, only: str) -> list[WorkRow]:
    """Lists that could be drawn up, of one kind or of all: how many names wait for each, where the reader has the right."""
    found = []
    for kind in KINDS.values():
        if not kind.gathers or only not in ("", kind.name) or not people.allowed(by, f"{kind.name}.draft"):
            continue
        if kind.asks:
            found += _letters_ready(kind, round_id)
            continue
        names: dict[int, int] = {}
        for n in lists.waiting(kind.gathers, round_id=round_id, kind=kind.name):
            names[n.round_id] = names.get(n.round_id, 0) + 1
        for number, count in names.items():
            own = PLANS.get(kind.name)
            found.append(
                WorkRow(
                    count,
                    ngettext("tên chờ: %(kind)s", "tên chờ: %(kind)s", count,
                             kind=words.within_a_sentence(in_words((kind.label, kind.label_en)))),
                    own(number) if own else url_for("lists.new", kind=kind.name, round=number),
                    rounds.read_round(number).name,
                )
            )
    return found


def _letters_ready(kind: ListKind, round_id: int | None) -> list[WorkRow]:
    """Letters that could be drawn up: how many names each agency is still to be asked about."""
    asked = consulting.to_ask(round_id)
    round_of = {n.id: n.round_id for n in lists.waiting(kind.gathers, round_id=round_id)}
    counts = Counter((round_of[n], unit) for n, units in asked.items() for unit in units)
    agencies = people.unit_names({unit for _round, unit in counts})
    return [
        WorkRow(
            count,
            ngettext("tên chờ: %(kind)s, %(who)s", "tên chờ: %(kind)s, %(who)s", count,
                     kind=words.within_a_sentence(in_words((kind.label, kind.label_en))), who=agencies[unit]),
            url_for("lists.new", kind=kind.name, round=number, unit=unit),
            rounds.read_round(number).name,
        )
        for (number, unit), count in counts.items()
    ]


def _table(rows: list[List]) -> Block:
    if not rows:
        return Block(
            _("Danh sách"),
            empty=Empty(_("Chưa có danh sách nào"), _("Danh sách hiện ở đây khi đơn vị lập hồ sơ hoặc phòng lập văn bản.")),
        )
    counts = finding.count_lines([r.id for r in rows])
    return Block(
        _("Danh sách"),
        table=Table(
            [Column(pgettext("one", "Danh sách")), Column(_("Trạng thái")), Column(_("Số, ngày")), Column(_("Số tên"), True)],
            [
                [
                    Cell(r.title, in_words((kind_of(r).label, kind_of(r).label_en)), address(r)),
                    Cell(_(kind_of(r).states[r.state])),
                    Cell(list_words.mark(r)),
                    Cell(str(counts.get(r.id, 0)), figures=True),
                ]
                for r in rows
            ],
            _("Danh sách"),
        ),
    )


_RANKED = ("package",)
"""Kinds whose names may be chosen by the ranking: what goes on to the level above."""


@blueprint.route("/lists/new", methods=["GET", "POST"])
def new() -> Any:
    """Draw a list up over names that wait for it."""
    by = me()
    kind = KINDS.get(request.values.get("kind", ""))
    if kind is None or not kind.gathers:
        raise NotFound("Không có loại danh sách này.", "There is no such kind of list.")
    if not people.allowed(by, f"{kind.name}.draft"):
        raise Forbidden(
            f"Bạn không có quyền lập {words.within_a_sentence(kind.label)}.",
            f"You may not draw up a {words.within_a_sentence(kind.label_en)}.",
        )
    round_ = rounds.read_round(number_of(request.values.get("round", "")) or 0)
    if kind.name in PLANS:
        return redirect(PLANS[kind.name](round_.id))
    refusal: Refusal | None = None
    chosen = {int(v) for v in request.form.getlist("line") if v.isascii() and v.isdigit() and len(v) < 16}
    if request.method == "POST":
        try:
            agency = number_of(request.form.get("unit", ""))
            if not chosen:
                raise Conflict("Chọn ít nhất một tên.", "Choose at least one name.", code="no-lines")
            title = request.form.get("title", "").strip()[:300]
            cut = council_ranking.choice(request.form, {}).cut if kind.name in _RANKED else None
            if cut is not None:
                number = sessions.draw_up_chosen(
                    kind.name, round_.id, sorted(chosen), cut, council_ranking.reasons(request.form), title=title, by=by,
                )
            else:
                number = lists.draw_up(
                    kind.name, round_.id, by=by, nominations=sorted(chosen), unit_id=agency, title=title,
                )
        except (Conflict, Invalid) as wrong:
            refusal = wrong
        else:
            names = list_words.names(len(chosen))
            say(_("Đã lập: %(kind)s, %(names)s.", kind=in_words((kind.label, kind.label_en)), names=names))
            return back_to("lists.show", list_id=number)
    ready = lists.waiting(kind.gathers, round_id=round_.id, kind=kind.name if kind.alone else None)
    asked = consulting.to_ask(round_.id) if kind.asks else {}
    here = {n for n, units in asked.items() if number_of(request.values.get("unit", "")) in units}
    choice = (
        council_ranking.choice(request.values, sessions.rank_names(round_.id, {n.id for n in ready}))
        if kind.name in _RANKED and ready else None
    )
    cut_takes = choice.above if choice is not None and choice.cut is not None else ()
    first = chosen or here or set(cut_takes or lists.together(kind.name, [n.id for n in ready]))
    agencies = people.unit_names({unit for units in asked.values() for unit in units})
    origins = lists.origins(kind.name, [n.id for n in ready])
    return page(
        "draw_up",
        code=refusal.status if refusal else 200,
        crumbs=[Link(_("Danh sách"), url_for("lists.show_all")), Link(_("Lập danh sách"), "")],
        sentence=_("Lập: %(kind)s", kind=in_words((kind.label, kind.label_en))),
        status=round_.name,
        wrong=in_language(refusal) if refusal else "",
        lines=[
            ListLine(
                str(n.id), str(i), n.name, " · ".join(p for p in (n.title, n.unit_name) if p), url=nomination_url(n.id),
                notes=[
                    *([Check(_("Trả lại để bổ sung từ %(list)s: lập hồ sơ bổ sung riêng.", list=origins[n.id]), "info")]
                      if n.id in origins else []),
                    *([Check(_("Còn phải hỏi: %(who)s.", who=", ".join(sorted((agencies[u] for u in asked[n.id]), key=sort_key))), "info")]
                      if asked.get(n.id) else []),
                ],
                picked=n.id in first,
            )
            for i, n in enumerate(ready, 1)
        ],
        agencies=[(str(u.id), u.name) for u in people.list_units(kind=kind.asks)] if kind.asks else [],
        agency=request.values.get("unit", ""),
        title_typed=request.form.get("title", "" if kind.asks else lists.title_for(kind, round_.name)),
        kind=kind.name,
        round=round_.id,
        choice=choice,
        whys=council_ranking.reasons(request.form),
        faults=dict(shown_faults(refusal)) if refusal else {},
        url=url_for("lists.new"),
        back_url=url_for("lists.show_all"),
        empty=Empty(_("Chưa có tên nào chờ"), _("Tên hiện ở đây khi hồ sơ tới bước này.")),
    )


@blueprint.get("/lists/<int:list_id>")
@at_one_moment
def show(list_id: int) -> Any:
    """One list with its lines and the act that it waits for; a submission has a page of its own."""
    by = me()
    row = lists.read_list(list_id, by=by)
    by = by.within(row.kind)
    if row.kind in SHEETS or row.kind in PAGES:
        return redirect(address(row, **_query()))
    return list_page.show(row, by, act_name=request.args.get("act", ""))


def _query() -> dict[str, Any]:
    return {k: v for k, v in request.args.items() if k in ("act", "show")}


def _act(row: List, name: str, by: Actor) -> ListAct:
    act = kind_of(row).act(name)
    if not lists.may_act(by, row, act):
        raise Forbidden(
            f"Bạn không có quyền: {words.within_a_sentence(act.label)}.",
            f"You may not: {words.within_a_sentence(act.label_en)}.",
        )
    return act


def _read_typed(row: List, act: ListAct, by: Actor) -> Typed:
    if act.form is None:
        return Typed({}, request.form.get("act", ""))
    return typed.read_posted(lists.act_forms[act.form], f"list:{row.id}", by=by)


@blueprint.post("/lists/<int:list_id>/acts/<act>")
def do(list_id: int, act: str) -> Any:
    """Do an act on a list: all its lines at once, or those that the person names."""
    by = me()
    row = lists.read_list(list_id, by=by)
    by = by.within(row.kind)
    one = _act(row, act, by)
    answer = typed.attached(lists.act_forms[one.form] if one.form else None, f"list:{row.id}", by=by)
    if answer is not None:
        return answer
    way = list_ways.way_of(row, one)
    tried = Tried(_read_typed(row, one, by), list_ways.from_posted(list(request.form.items(multi=True)), way))
    if tried.fields.redraws:
        _keep(row, one, tried, by)
        return list_page.show(row, by, act_name=act, tried=tried)
    if tried.fields.pressed == "draft":
        _keep(row, one, tried, by)
        say(_("Đã lưu nháp."))
        return redirect(address(row, act=act), code=303)
    try:
        outcome = _carry_out(row, one, tried, by)
    except (NotFound, Forbidden):
        raise
    except Refusal as refusal:
        tried.refusal = refusal
        if way.how != "except":
            _keep(row, one, tried, by)
        fresh = lists.read_list(list_id, by=by)
        # An act that is no longer possible has no form: its page says how the list stands now.
        if not list_page.offers(fresh, act, by):
            say(in_language(refusal), "warn")
            return redirect(address(row), code=303)
        return list_page.show(fresh, by, act_name=act, tried=tried)
    drafts.drop_draft(draft_key(row, one), by=by)
    _tell(row, one, outcome, tried.said.results if way.how == "except" and tried.said else {})
    return redirect(address(row), code=303)


def _carry_out(row: List, act: ListAct, tried: Tried, by: Actor) -> lists.Outcome:
    way = list_ways.way_of(row, act)
    said = tried.said or list_ways.Said()
    if way.how == "except":
        _same_exceptions(row, act, said, by)
    hindered = lists.hindered(row, act, by=by) if way.how == "except" else {}
    rows = [
        (line, n)
        for line, n in sight.lines_for(row, by)
        if not line.removed and act.means(line)
    ]
    lines = list_ways.line_inputs(rows, act, way, said, hindered)
    if not lines and way.how in ("pick", "choose") and act.partial:
        raise Conflict("Chưa chọn tên nào.", "No name was chosen.", code="no-lines")
    seen = number_of(request.form.get("version", ""))
    return lists.act_on_list(
        row.id, act.name, by=by, lines=lines, fields=tried.fields.answers, seen=seen,
        skip_bad=tried.fields.pressed == "skip" or way.how in ("all", "except") and _seen_left(row, act, by),
    )


def _seen_left(row: List, act: ListAct, by: Actor) -> bool:
    """Whether the page told already of every line that is left out now: then to go on is to say so."""
    told = {int(v) for v in request.form.get("left", "").split() if v.isascii() and v.isdigit() and len(v) < 16}
    return bool(told) and lists.hindered(row, act, by=by).keys() <= told


def _same_exceptions(row: List, act: ListAct, said: list_ways.Said, by: Actor) -> None:
    """Refuse a page whose struck names are not those kept now: another tab has changed them."""
    kept = drafts.read_draft(draft_key(row, act), by=by)
    now = list_ways.from_kept(kept[0].get("lines") or {}).results if kept else {}
    if now != said.results:
        raise Stale(
            "Danh sách gạch tên đã đổi ở trang khác. Xem lại rồi ký.",
            "The struck names were changed on another page; look again, then sign.",
        )


def _keep(row: List, act: ListAct, tried: Tried, by: Actor) -> Any:
    lines = tried.said.kept() if tried.said else {}
    if list_ways.way_of(row, act).how == "except":
        kept = drafts.read_draft(draft_key(row, act), by=by)
        lines = kept[0].get("lines", {}) if kept else {}
    return drafts.keep_draft(draft_key(row, act), {"fields": tried.fields.answers, "lines": lines}, by=by)


def _tell(row: List, act: ListAct, outcome: lists.Outcome, struck: Mapping[int, str]) -> None:
    """Say what was done: to how many names, and to how many otherwise."""
    told = list_words.told(act, outcome.done - len(struck))
    for result, count in Counter(struck.values()).items():
        told += _(". %(result)s: %(names)s", result=list_notes.result_label(row, result), names=list_words.names(count))
    if outcome.repeated:
        say(_("%(told)s. Lần gửi lại không ghi thêm gì.", told=told), "warn")
        return
    if outcome.state == lists.EMPTY:
        names = list_words.names(outcome.done)
        say(_("Đã gạch %(names)s. %(state)s.", names=names, state=words.translated(kind_of(row).states[lists.EMPTY])))
        return
    say(f"{told}.")
    if outcome.left_out:
        names = "; ".join(
            f"{x['name']}: {in_words((x['message'], x['message_en']))}" for x in outcome.left_out[:8]
        )
        count = len(outcome.left_out)
        say(ngettext("%(num)d dòng chưa ghi: %(names)s", "%(num)d dòng chưa ghi: %(names)s", count, names=names), "warn")


@blueprint.post("/lists/<int:list_id>/acts/<act>/draft")
def keep(list_id: int, act: str) -> Any:
    """Keep what was typed for an act, without any check; the script calls it."""
    by = me()
    row = lists.read_list(list_id, by=by)
    by = by.within(row.kind)
    try:
        one = _act(row, act, by)
        pairs = list(request.form.items(multi=True))
        answers = from_html(lists.act_forms[one.form], pairs) if one.form else {}
        saved = _keep(row, one, Tried(Typed(answers, "draft"), list_ways.from_posted(pairs, list_ways.way_of(row, one))), by)
    except Refusal as refusal:
        return jsonify(message=in_language(refusal)), refusal.status
    return jsonify(message=_("Đã lưu nháp lúc %(time)s. Rời trang không mất gì.", time=words.clock_time(saved)))


@blueprint.route("/lists/<int:list_id>/acts/<act>/lines/<int:nomination>/<result>", methods=["GET", "POST"])
def except_line(list_id: int, act: str, nomination: int, result: str) -> Any:
    """Name one line otherwise than the others, with a reason, or take that back; nothing is done before the act."""
    by = me()
    row = lists.read_list(list_id, by=by)
    by = by.within(row.kind)
    one = _act(row, act, by)
    line = next((n for x, n in sight.lines_for(row, by) if n.id == nomination and not x.removed), None)
    value = next((r for r in one.results[1:] if r.value == result), None)
    if line is None or (value is None and result != "-") or list_ways.way_of(row, one).how != "except":
        raise NotFound("Không có dòng này.", "There is no such line.")
    reason = request.form.get("reason", "").strip()
    if request.method == "POST" and (reason or value is None):
        kept = drafts.read_draft(draft_key(row, one), by=by)
        fields = dict(kept[0].get("fields") or {}) if kept else {}
        said = list_ways.from_kept(kept[0].get("lines") or {}) if kept else list_ways.Said()
        said.results.pop(nomination, None)
        said.reasons.pop(nomination, None)
        if value is not None:
            said.results[nomination], said.reasons[nomination] = value.value, reason[:2000]
        drafts.keep_draft(draft_key(row, one), {"fields": fields, "lines": said.kept()}, by=by)
        return redirect(address(row, act=act) + f"#line-{nomination}", code=303)
    if value is None:
        return redirect(address(row, act=act), code=303)
    return page(
        "confirm",
        code=422 if request.method == "POST" else 200,
        crumbs=[Link(row.title, address(row, act=act)), Link(in_words((value.label, value.label_en)), "")],
        act_=Act(in_words((value.label, value.label_en)), request.path, value.value, "takes",
                 effect=list_lines.effect(line, in_words((value.label, value.label_en)), value.follows), asks=_("Lý do")),
        back_url=address(row, act=act),
        wrong=_("Ghi lý do.") if request.method == "POST" else "",
        typed=reason,
    )


@blueprint.get("/lists/<int:list_id>/progress")
def progress_of(list_id: int) -> Any:
    """How far the messages of a list are: a piece of the page, asked for every two seconds."""
    by = me()
    row = lists.read_list(list_id, by=by)
    by = by.within(row.kind)
    one = list_page.progress(row)
    counts = lists.progress(row.id)
    from service.web.parts import Progress

    done = one or Progress(_("Đã chuyển hết:"), sum(counts.values()), sum(counts.values()))
    return render_template("pages/progress.html", one=done)


