"""Registers and their matters: the overview, one register with filters and its sheet, one matter with its path. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext
from werkzeug.wrappers import Response as AnyResponse

from forms import lay_out
from forms.values import day_of
from service import clock, doors, movement, people, trail, words
from service.actor import Actor
from service.awards import statistics
from service.awards.changes import noted
from service.awards.files import about_files
from service.awards.nominations import read_nomination
from service.errors import NotFound
from service.movement import Entry, Kept, MatterFilter, Whole
from service.processes import history
from service.processes.deployments import definition_of
from service.studio import operating
from service.vietnamese import sort_key
from service.web import (
    case_history,
    edit,
    form_parts,
    matter_facts,
    matter_papers,
    matter_story,
    pages,
    period_parts,
)
from service.web.case_parts import in_words, noted_words
from service.web.files import way_to_look
from service.web.frame import Link
from service.web.matter_ways import standing_words
from service.web.parts import (
    Act,
    Basis,
    Block,
    Cell,
    Column,
    Diagram,
    Empty,
    Fact,
    File,
    FilterField,
    FilterGroup,
    Table,
    Tag,
)
from service.web.standing import due, pages_of, way
from workflows.register import NEVER

blueprint = Blueprint("matters", __name__)
SIZE = 50
_NARROWS = ("state", "phase", "outcome", "unit", "year", "since", "until", "q", "mine")
"""What a register is narrowed by in its address; nothing else of it goes on into other addresses."""
_TONES = {"good": "passed", "bad": "refused", "plain": "done"}


@blueprint.get("/registers")
def registers() -> Response:
    """The registers that somebody may read or begin a matter in, with what is open and late."""
    by = pages.me()
    rows, acts = [], []
    for one in movement.overview(by=by):
        register, process = one.kept.register, one.kept.process
        rows.append([
            Cell(in_words(register.name), in_words(register.hint), url_for("matters.register", process=process)),
            Cell(words.counted(one.open), figures=True),
            _late_cell(one, by),
        ])
        begin = url_for("matter_begin.begin", process=process)
        acts.append([Act(in_words(register.begin), begin, f"begin-{process}", "second", method="get")] if one.begins else [])
    table = Table([Column(_("Sổ theo dõi")), Column(_("Đang giải quyết"), figures=True), Column(_("Quá hạn"), figures=True)], rows,
                  _("Các sổ theo dõi"), row_acts=acts)
    return pages.page(
        "register", crumbs=[Link(_("Phong trào"), "")], sentence=_("Các sổ của phong trào"),
        status=_("Việc quanh khen thưởng: đơn, kiến nghị, báo cáo, kế hoạch, gương điển hình, kiểm tra. Mỗi loại một sổ, một quy trình."),
        tabs=[], chips=[], url="", keep={}, q=None, filters=[],
        blocks=[Block(_("Các sổ theo dõi"), table=table if rows else None,
                      empty=None if rows else Empty(_("Chưa có sổ nào"), _("Quản trị triển khai quy trình có sổ theo dõi."))),
                *_index_block(by)],
        pager=None, main_act=None, acts=_more(by), side=[],
    )


def _late_cell(one: movement.Overview, by: Actor) -> Cell:
    """How many matters of a register are late, under the column that says so.

    Who reads not all of them is told those at a step of his unit, and where the others stand.
    """
    own, elsewhere = one.late, dict[str, int]()
    if one.late and not movement.reads_all(by, one.kept):
        late = movement.find_matters(one.kept, by=by, wanted=MatterFilter(state="late"), size=one.late).entries
        stops = history.open_stops([each.instance for each in late])
        own = 0
        for each in late:
            waits = [stop for stop in stops.get(each.instance, ()) if stop.kind == "user" and stop.due_at and stop.due_at < clock.now()]
            if any(all(people.is_filing(group) for group in stop.candidates) for stop in waits):
                own += 1
            elif waits:
                lane = words.translated(history.lane_of(waits[0]))
                elsewhere[lane] = elsewhere.get(lane, 0) + 1
    told = [_("%(count)d ở %(where)s", count=count, where=where) for where, count in elsewhere.items()]
    return Cell("", "; ".join(told), figures=True, tag=Tag("overdue", words.counted(own)) if own else None)


def _index_block(by: Actor) -> list[Block]:
    """The way to the digital index for who reads it, with what was returned to the own unit."""
    if not people.allowed(by, movement.index.READ_INDEX):
        return []
    back = len(movement.index.returned_to(by))
    told = ngettext("%(num)d giá trị phải sửa, gửi lại", "%(num)d giá trị phải sửa, gửi lại", back)
    return [Block(_("Bộ chỉ số"), lines=[Cell(
        _("Bộ chỉ số chính quyền số, kinh tế số, xã hội số"), _("Chỉ số của năm, giá trị các đơn vị nhập, kết quả, xếp hạng"),
        url_for("index_sets.show_all"), tag=Tag("return", told) if back else None,
    )])]


def _more(by: Actor) -> list[Act]:
    """What else is told of the movement besides its registers: all of it at a glance, the yearly statistics."""
    found = []
    if people.allowed(by, "movement.read"):
        found.append(Act(_("Tổng quan phong trào"), url_for("movement.show"), "movement", "second", method="get"))
    if people.allowed(by, statistics.READ):
        url = url_for("statistics.show", year=clock.today().year)
        found.append(Act(_("Thống kê thi đua, khen thưởng"), url, "statistics", "second", method="get"))
    return found


@blueprint.get("/registers/<process>")
def register(process: str) -> Response:
    """One register, the newest first, narrowed by state, phase, outcome, unit, year, days and words."""
    by = pages.me()
    kept = movement.register_in_use(process)
    wanted = _wanted()
    number = max(request.args.get("page", 1, type=pages.whole), 1)
    found = movement.find_matters(kept, by=by, wanted=wanted, page=number, size=SIZE)
    here: dict[str, Any] = {name: said for name in _NARROWS if (said := request.args.get(name))}
    begins = movement.may_begin(by, kept)
    begin = Act(in_words(kept.register.begin), url_for("matter_begin.begin", process=process), "begin", "main", method="get")
    return pages.page(
        "register",
        crumbs=[Link(_("Phong trào"), url_for("matters.registers")), Link(in_words(kept.register.name), "")],
        sentence=ngettext("%(name)s: *%(n)s việc*", "%(name)s: *%(n)s việc*", found.total, name=in_words(kept.register.name),
                          n=words.counted(found.total)),
        status="" if movement.reads_all(by, kept) else _("Chỉ gồm việc của đơn vị bạn, việc bạn lập và việc bạn làm"),
        tabs=[], chips=[], url=url_for("matters.register", process=process), keep={}, q=wanted.text,
        filters=_filters(kept, wanted),
        blocks=[_table(kept, found.entries, bool(here))],
        pager=pages_of(number, SIZE, found.total, False, lambda page: url_for(
            "matters.register", process=process, **here, **({"page": page} if page > 1 else {}))),
        main_act=begin if begins and not kept.register.period else None,
        acts=_register_acts(kept, by, here, found.total),
        side=[],
    )


def _register_acts(kept: Kept, by: Actor, here: dict[str, Any], total: int) -> list[Act]:
    """What else can be done from a register: its periods, the proposals gathered from it, its sheet."""
    acts, all_of_it = [], movement.reads_all(by, kept)
    if kept.register.period and (all_of_it or people.allowed(by, movement.OPEN)):
        acts.append(Act(_("Các kỳ"), url_for("periods.show_all", process=kept.process), "periods", "second", method="get"))
    if kept.register.proposals and all_of_it:
        url = url_for("proposals.show", year=clock.today().year)
        acts.append(Act(_("Đề xuất sửa đổi kế hoạch"), url, "proposals", "second", method="get"))
    if total:
        acts.append(Act(_("Tải sổ (Excel)"), url_for("matters.export", process=kept.process, **here), "export", "text", method="get"))
    return acts


@blueprint.get("/registers/<process>.xlsx")
def export(process: str) -> Response:
    """The register as it is narrowed, as an Excel sheet: every row, not only a page."""
    by = pages.me()
    kept = movement.register_in_use(process)
    content = movement.sheet_of(kept, by=by, wanted=_wanted(), language=words.language())
    return doors.hand_file(content, movement.SHEET_TYPE, f"{kept.register.name[0]}.xlsx")


def _wanted() -> MatterFilter:
    args = request.args
    return MatterFilter(
        state=args.get("state", "") if args.get("state") in movement.STATES else "",
        phase=args.get("phase", "")[:40], outcome=args.get("outcome", "")[:40],
        unit=pages.number_of(args.get("unit")) if args.get("unit") else None,
        year=pages.number_of(args.get("year")) if args.get("year") else None,
        since=_day("since"), until=_day("until"), text=args.get("q", "")[:200], mine=args.get("mine") == "1",
    )


def _day(name: str) -> date | None:
    return day_of(request.args.get(name, "").strip())


def _filters(kept: Kept, wanted: MatterFilter) -> list[FilterGroup]:
    every = [("", _("Tất cả"))]
    states = [("open", _("đang giải quyết")), ("late", _("quá hạn")), ("ended", _("đã xong"))]
    phases = [(code, in_words(said)) for code, said in kept.register.phases.items()]
    outcomes = [(code, in_words(one.words)) for code, one in kept.register.outcomes.items()]
    fields = [
        FilterField("state", _("Trạng thái"), wanted.state, every + states),
        FilterField("phase", _("Đang ở đâu"), wanted.phase, every + phases),
        FilterField("outcome", _("Kết quả"), wanted.outcome, every + outcomes),
    ]
    if kept.register.unit != "none":
        units = sorted(((str(one.id), one.name) for one in people.list_units()), key=lambda one: sort_key(one[1]))
        fields.append(FilterField("unit", _("Đơn vị"), str(wanted.unit or ""), every + units))
    years = [(str(year), str(year)) for year in range(clock.today().year, 2024, -1)]
    return [
        FilterGroup(_("Tình trạng"), fields=fields),
        FilterGroup(_("Ngày ghi sổ"), fields=[
            FilterField("year", _("Năm"), str(wanted.year or ""), every + years),
            FilterField("since", _("từ ngày"), words.full_date(wanted.since)),
            FilterField("until", _("đến hết ngày"), words.full_date(wanted.until)),
            FilterField("mine", _("Người lập"), "1" if wanted.mine else "", [*every, ("1", _("tôi lập"))]),
        ]),
    ]


def _table(kept: Kept, entries: Sequence[Entry], narrowed: bool) -> Block:
    name = in_words(kept.register.name)
    if not entries:
        return Block(name, empty=Empty(
            _("Không tìm thấy việc nào") if narrowed else _("Sổ chưa có việc nào"),
            _("Bỏ bớt bộ lọc. Tìm không cần dấu.") if narrowed else in_words(kept.register.hint),
            Link(_("Bỏ hết bộ lọc"), url_for("matters.register", process=kept.process)) if narrowed else None,
        ))
    columns = movement.columns_of(kept)
    units = people.unit_names({one.unit_id for one in entries if one.unit_id})
    language = words.language()
    return Block(name, table=Table(
        [Column(_("Số")), Column(in_words(kept.register.one)), *(Column(in_words(one.label)) for one in columns), Column(_("Đang ở đâu"))],
        [
            [
                Cell(one.number.replace(" ", "\u00a0"), words.full_date(one.begun_at)),
                Cell(one.title, units.get(one.unit_id or 0, ""), url_for("matters.show", matter_id=one.id), vietnamese=True),
                *(Cell(column.words(one.shown.get(column.key), language)) for column in columns),
                Cell("", tag=_tag(kept, one), due=due(one.due_at) if not one.ended else None),
            ]
            for one in entries
        ],
        name,
    ))


def _tag(kept: Kept, entry: Entry) -> Tag:
    if not entry.ended:
        return Tag("waiting", standing_words(kept, entry))
    outcome = kept.register.outcomes.get(entry.outcome or "")
    return Tag(_TONES[outcome.tone] if outcome else "done", standing_words(kept, entry))


@blueprint.get("/matters/<int:matter_id>")
def show(matter_id: int) -> Response:
    """One matter: where it stands and who holds it, what it was begun with, what happened, the diagram."""
    by = pages.me()
    whole = movement.read_matter(matter_id, by=by)
    entry, kept = whole.entry, whole.kept
    stops = history.timeline(entry.instance)
    files = movement.files_of(whole, by=by)
    main = movement.read_main_facts(whole, stops, by=by, language=words.language())
    return pages.page(
        "matter",
        crumbs=[Link(_("Phong trào"), url_for("matters.registers")),
                Link(in_words(kept.register.name), url_for("matters.register", process=kept.process)), Link(entry.number, "")],
        sentence=entry.title,
        status=_status(whole, stops),
        tags=[_tag(kept, entry)],
        facts=_facts(whole, by),
        main_facts=[*matter_facts.blocks(main), *matter_story.led_to(stops, by)],
        begun_title=in_words(kept.register.one),
        begun=[*begun_facts(whole, files, but={one.key for one in main}), *concerned_facts(whole, by)],
        hidden_line=_hidden_line(whole, stops),
        files=files_shown(files, stops),
        papers=matter_papers.block(matter_id, by),
        tasks=_waits(stops),
        about=_about(whole, by),
        told=period_parts.told_by(whole, by),
        bases=[Basis(kept.register.basis)] if kept.register.basis else [],
        history=matter_story.history(whole, stops, by),
        history_link=_trail_link(whole, by),
        diagram=diagram_of_matter(whole, request.args.get("process", ""), stops, by),
        acts=_acts(whole, by),
    )


def diagram_of_matter(whole: Whole, chosen: str, stops: Sequence[history.Stop], by: Actor) -> Diagram | None:
    """The diagram of a matter where it stands, or of the process that was chosen; see `case_history.diagram`."""

    def address(process: str) -> str:
        return url_for("matters.show", matter_id=whole.entry.id, process=process) + "#diagram"

    return case_history.diagram(whole.running, chosen, stops, by.within(*whole.kept.diagrams), address)


def _hidden_line(whole: Whole, stops: Sequence[history.Stop]) -> str:
    """What the reader is not shown of a matter, and when he will be."""
    said = [_("Bạn không xem được các mục kín của việc này.")] if whole.private else []
    later = {name for name, phase in whole.kept.register.unit_reads.items() if name in whole.awaited and phase != NEVER}
    if any(later & stop.answers.keys() for stop in stops):
        said.append(_("Mục đang dự thảo thì đơn vị xem được sau, khi đã ký, ban hành."))
    return " ".join(said)


def _status(whole: Whole, stops: Sequence[history.Stop]) -> str:
    entry = whole.entry
    if entry.ended:
        said = {"outcome": standing_words(whole.kept, entry), "day": words.full_date(entry.ended_at)}
        why = _why_ended(whole, stops)
        return _("*%(outcome)s*, ngày %(day)s: %(why)s.", why=why, **said) if why else _("*%(outcome)s*, ngày %(day)s.", **said)
    live = [stop for stop in stops if stop.state == "open" and stop.kind == "user"]
    if not live:
        return standing_words(whole.kept, entry) + "."
    lanes = dict.fromkeys(case_history.holder_words(stop) for stop in live)
    first = min(live, key=lambda stop: (stop.due_at is None, stop.due_at or stop.opened_at))
    who = ", ".join(f"*{lane}*" for lane in lanes)
    lost = _("Không còn ai ở xã giải quyết được: chuyển cấp trên.") if any(not _may_be_done(whole, stop) for stop in live) else ""
    told = f"{words.waiting(who, first.opened_at, first.due_at, clock.today())} {standing_words(whole.kept, entry)}."
    return f"{told} {lost}".strip()


def _may_be_done(whole: Whole, stop: history.Stop) -> bool:
    """Whether somebody of the commune may do an open step himself, and not only send the matter on."""
    step = definition_of(stop.deployment_id).elements.get(stop.element) if stop.deployment_id is not None else None
    return step is None or movement.may_be_done(whole.running, step)


def _why_ended(whole: Whole, stops: Sequence[history.Stop]) -> str:
    """The reason that a matter's outcome names, as far as the reader may see it; who gave it is told by the step in the history."""
    outcome = whole.kept.register.outcomes.get(whole.entry.outcome or "")
    if outcome is None or outcome.reason in whole.hidden:
        return ""
    said = (movement.reason_of(stop.answers, outcome) for stop in reversed(stops) if stop.state == "done")
    return next(filter(None, said), "").rstrip(".")


def _facts(whole: Whole, by: Actor) -> list[Fact]:
    """Its number, its unit, when it was entered, and who began it: a person, or the matter whose step led to it."""
    entry = whole.entry
    pairs = [
        (_("Số"), entry.number), (_("Đơn vị"), movement.unit_words(entry)), (_("Ngày ghi sổ"), words.full_moment(entry.begun_at)),
    ]
    return [Fact(label, said) for label, said in pairs if said] + matter_story.origin(whole, by)


def begun_facts(whole: Whole, rows: Sequence[Any], but: Collection[str] = ()) -> list[Fact]:
    """What the matter says of itself, as it was filled in, less what the reader may not see; and `but` what is told beside it."""
    said = movement.said_in(whole)
    if said is None:
        return [Fact(_("Nội dung"), _("chưa có, đơn vị chưa gửi"))]
    files = about_files(rows)
    concerns = whole.kept.register.concerns  # told by `about_facts`, with whom a step added
    answers = {name: value for name, value in said[1].items() if name not in concerns and name not in but}
    given = {"files": files, **period_parts.choices_of(whole)}
    if "stocktakes" in said[0].given:
        given["stocktakes"] = movement.stocktaking.choices()
    parts = lay_out(said[0], answers, today=clock.today(), given=given, language=words.language())
    names = {number: str(about["name"]) for number, about in files.items()}
    return form_parts.facts(parts, names)


def concerned_facts(whole: Whole, by: Actor) -> list[Fact]:
    """Whom a matter names as concerned, as much of it as its reader may see."""
    return [Fact(label, "; ".join(names)) for label, names in movement.concerned_in(whole, by=by).items()]


def about_facts(whole: Whole, by: Actor) -> list[Fact]:
    """What a step says of the matter besides its form: the nominations, with a way to those that the reader may open, and who began it."""
    rows = []
    for subject in whole.subjects:
        number = int(subject.partition(":")[2])
        try:
            n = read_nomination(number, by=by)
        except NotFound:
            if not movement.reads_from_outside(by, whole.running):  # who sent it is not told which names the office added
                rows.append(Fact(_("Về hồ sơ"), movement.name_of_subject(number)))
            continue
        called = ", ".join(part for part in (n.name, movement.unit_apart(n)) if part)
        rows.append(Fact(_("Về hồ sơ"), called, url_for("nominations.show", nomination_id=n.id)))
        if said := _noted(whole, number):
            rows.append(Fact(_("Với tên này"), said))
    return rows + matter_story.origin(whole, by)


def files_shown(rows: Sequence[Any], stops: Sequence[history.Stop]) -> list[File]:
    """Files of a matter as a page lists them, each with the step that it was sent at, and its item where that is done for each."""
    sent = movement.sent_at(stops)
    return [
        File(row.name, way("files.download", file_id=row.id), row.size, added=words.full_moment(row.uploaded_at),
             about=case_history.step_words(sent[row.id]) if row.id in sent else "", look=way_to_look(row.id, row.media_type))
        for row in rows
    ]


def _waits(stops: Sequence[history.Stop]) -> list[Cell]:
    return [
        Cell(
            case_history.step_words(stop),
            _("%(name)s giữ", name=stop.owner) if stop.owner else case_history.holder_words(stop),
            way("task.show", task_id=stop.id), due=due(stop.due_at),
        )
        for stop in stops
        if stop.state == "open" and stop.kind == "user"
    ]


def _about(whole: Whole, by: Actor) -> list[Cell]:
    rows = []
    for subject in whole.subjects:
        try:
            n = read_nomination(int(subject.partition(":")[2]), by=by)
        except NotFound:
            continue
        rows.append(Cell(n.name, " · ".join(part for part in (n.unit_name, _noted(whole, n.id)) if part),
                         url_for("nominations.show", nomination_id=n.id)))
    return rows


def _noted(whole: Whole, nomination: int) -> str:
    """What a matter means for a name that it does not hold yet, since the name is not before the office."""
    mine = [row for row, _line in noted(nomination) if row.data.get("matter") == whole.entry.id]
    return " ".join(noted_words(row) for row in mine).replace("*", "")


def _trail_link(whole: Whole, by: Actor) -> Link | None:
    """The trail of the case, for who reads the whole trail; who began it is told there to whom it may be."""
    if not people.allowed(by, "trail.read") or not trail.may_read(by):
        return None
    return Link(pgettext("one", "Nhật ký của việc này"), way("trail.show", stream=f"instance:{whole.entry.instance}"))


def _acts(whole: Whole, by: Actor) -> list[Act]:
    acts = []
    for row in movement.publications_of(whole.entry.id):
        acts.append(Act(_("Xem trên trang công khai"), url_for("public.exemplar", publication=row.id), "look", "second", method="get"))
        if people.allowed(by, movement.TAKE_DOWN):
            acts.append(_down_act(row.id))
    if people.allowed(by, operating.OPERATE):
        url = url_for("studio_operating.show", instance=whole.entry.instance)
        acts.append(Act(_("Vận hành quy trình"), url, "operate", "text", method="get"))
    return acts


def _down_act(publication: int) -> Act:
    url = url_for("matters.take_down", publication=publication)
    return Act(
        _("Gỡ khỏi trang công khai"), url, "take-down", "takes", asks=_("Lý do"), page_url=url,
        effect=_("Gỡ bài này khỏi trang công khai? Bài vẫn còn trong sổ."),
    )


@blueprint.route("/publications/<int:publication>/down", methods=["GET", "POST"])
def take_down(publication: int) -> AnyResponse:
    """Take what a matter published off the public page, with a reason."""
    by = pages.me()
    people.require(by, movement.TAKE_DOWN)
    whole = movement.read_matter(movement.read_publication(publication).matter_id, by=by)

    def do(reason: str) -> AnyResponse:
        movement.take_down(publication, reason, by=by)
        pages.say(_("Đã gỡ khỏi trang công khai."))
        return pages.back_to("matters.show", matter_id=whole.entry.id)

    back = url_for("matters.show", matter_id=whole.entry.id)
    return edit.confirm(_down_act(publication), [Link(whole.entry.title, back), Link(_("Gỡ bài"), "")], back, do)


__all__ = ["blueprint", "diagram_of_matter", "files_shown", "register", "registers", "show"]
