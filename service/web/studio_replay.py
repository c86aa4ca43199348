"""Replays: asked for, watched, their cases by verdict, one shown side by side with what it would be on the draft."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext
from werkzeug.wrappers import Response as AnyResponse

from service import people, words
from service.actor import Actor
from service.errors import Invalid, NotFound, Refusal
from service.processes import deployments
from service.processes.deployments import definition_of
from service.studio import drafts, procedures, replay, scenarios
from service.studio.bundles import Bundle, bundle_named
from service.studio.records import read_records
from service.studio.replay import Line
from service.studio.replay_models import ReplayRun
from service.studio.replaying import Both
from service.web import pages
from service.web.frame import Link
from service.web.parts import Act, Block, Cell, Column, Empty, Fact, Pager, Progress, Table, Tag
from service.web.studio_parts import outcome_words, process_crumbs, scenario_file, version_words
from service.words import N_
from workflows.course import Stop
from workflows.definition import Definition, load_definition
from workflows.prose import Place, place_steps
from workflows.replay import WORDS

blueprint = Blueprint("studio_replay", __name__)

VERDICTS = {
    "same": (N_("Như cũ"), "passed"),
    "other_way": (N_("Cùng kết quả, khác đường"), "note"),
    "loses": (N_("Mất bước"), "return"),
    "differs": (N_("Khác kết quả"), "overdue"),
    "stuck": (N_("Dừng lại"), "hold"),
    "cannot": (N_("Không chạy lại được"), "done"),
}
"""Verdict → its words and the kind of its tag."""
WHY = {
    "waits_anew": N_("chờ ở bước mới mà hồ sơ chưa có nội dung"),
    "waits": N_("chờ ở bước này"),
    "incident": N_("gặp sự cố"),
    "ends": N_("kết thúc sớm hơn"),
    "other_end": N_("kết thúc ở chỗ khác"),
    "gone": N_("bước đã có trong hồ sơ, bản soạn không còn"),
    "skipped": N_("không đi qua bước này nữa"),
    "order": N_("đi theo thứ tự khác từ bước này"),
    "table": N_("bảng quyết định trả lời khác"),
    "act": N_("diễn biến đã ghi không dựng lại được trên chính phiên bản của hồ sơ"),
    "path": N_("dựng lại ra đường khác với diễn biến đã ghi"),
    "end": N_("dựng lại ra kết quả khác với diễn biến đã ghi"),
    "no_start": N_("không có dữ liệu lúc bắt đầu"),
    "erased": N_("dữ liệu đã xóa theo yêu cầu"),
    "no_case": N_("không còn hồ sơ gốc"),
    "moved": N_("người vận hành đã chuyển bước, sửa dữ liệu hoặc hủy"),
    "error": N_("máy không đọc được"),
}
STATES = {
    "running": (N_("đang chạy"), "waiting"), "done": (N_("xong"), "passed"), "cancelled": (N_("đã dừng"), "done"),
    "failed": (N_("hỏng giữa chừng"), "overdue"),
}
KINDS = {
    "user": N_("Việc"), "receive": N_("Chờ kết quả"), "external": N_("Việc giao máy"), "timer": N_("Hết giờ"), "signal": N_("Thông báo"),
}
HOW = {
    "open": N_("đang chờ"), "done": N_("xong"), "cancelled": N_("thôi"), "fired": N_("đến hạn"), "told": N_("nhận"),
}
_A_PAGE = 50


def _where(*links: Link) -> list[Link]:
    return process_crumbs(Link(_("Chạy lại hồ sơ cũ"), url_for("studio_replay.show_all")), *links)


def _page(**context: Any) -> Response:
    left_out: dict[str, Any] = {"sources": None, "progress": None, "poll_url": "", "acts": [], "chips": [], "pager": None}
    return pages.page("studio_replay", **(left_out | context))


@blueprint.get("/studio/replays")
def show_all() -> Response:
    """The runs, and the form that asks for one."""
    return _list(pages.me(), None)


def _list(by: Actor, refusal: Refusal | None) -> Response:
    runs = replay.list_runs(by=by)
    names = people.names([run.asked_by for run in runs if run.asked_by])
    rows = [
        [
            Cell(words.translated(run.title), "", url_for("studio_replay.show", run_id=run.id)),
            Cell(words.full_moment(run.asked_at), names.get(run.asked_by or 0, "")),
            Cell(words.number(run.total), figures=True),
            Cell(counts_in_words(run.counts)),
            Cell("", tag=_state(run)),
        ]
        for run in runs
    ]
    columns = [Column(pgettext("one", "Quy trình")), Column(_("Chạy lại lúc")), Column(_("Hồ sơ"), figures=True),
               Column(_("Kết luận")), Column("")]
    return _page(
        code=refusal.status if refusal else 200,
        crumbs=process_crumbs(Link(_("Chạy lại hồ sơ cũ"), "")),
        sentence=_("Chạy lại hồ sơ cũ"),
        status=_("Chạy lại mọi hồ sơ đã xong và đang chờ trên một bản khác, theo đúng những gì đã ghi. Hồ sơ thật không đổi."),
        wrong=pages.in_language(refusal) if refusal else "",
        sources=_sources(request.values.get("of", "")) if people.allowed(by, replay.RIGHT) else None,
        url=url_for("studio_replay.start"),
        blocks=[
            Block(_("Các lần chạy lại"), table=Table(columns, rows, _("Các lần chạy lại")) if rows else None,
                  empty=None if rows else Empty(_("Chưa chạy lại lần nào"), _("Chọn một bản rồi bấm Chạy lại.")))
        ],
    )


def _sources(chosen: str) -> list[tuple[str, str, bool]]:
    """What can be replayed on: value, words, chosen; a draft only where its page led here."""
    found = [
        (f"deployment:{d.id}", version_words(d), chosen == f"deployment:{d.id}")
        for d in deployments.list_deployments()
    ]
    if chosen.startswith("draft:"):
        found.insert(0, (chosen, _("Bản soạn %(n)s", n=chosen.partition(":")[2]), True))
    return found


@blueprint.post("/studio/replays")
def start() -> AnyResponse:
    """Begin a replay on a draft, a version or a ZIP."""
    by = pages.me()
    try:
        bundle = _bundle(by)
        run = replay.start_replay(bundle.files, bundle.main, by=by, draft=bundle.draft, title=bundle.title)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return _list(by, refusal)
    return pages.back_to("studio_replay.show", run_id=run.id)


def _bundle(by: Actor) -> Bundle:
    sent = request.files.get("bundle")
    if sent is None or not sent.filename:
        return bundle_named(request.form.get("of", ""), by=by)
    people.require(by, replay.RIGHT)
    files, main = deployments.open_bundle(sent.read())
    if not main:
        raise Invalid.at("bundle", "Chọn một tệp ZIP.", "Choose a ZIP file.")
    return Bundle(files, main, "", "")


def _state(run: ReplayRun) -> Tag:
    if replay.is_stopped(run):
        return Tag("overdue", _("dừng giữa chừng"))
    said, kind = STATES[run.state]
    return Tag(kind, _(said))


def counts_in_words(counts: Mapping[str, Any]) -> str:
    """How many cases have which verdict, those that none has left out."""
    return " · ".join(f"{words.number(counts[w])} {_(VERDICTS[w][0]).lower()}" for w in WORDS if counts.get(w))


@blueprint.get("/studio/replays/<int:run_id>")
def show(run_id: int) -> Response:
    """One run: how many of each verdict, where, and the cases of one of them."""
    by = pages.me()
    run = replay.read_run(run_id, by=by)
    word, element = request.args.get("word", ""), request.args.get("element", "")
    word = word if word in WORDS else ""
    first = _first(request.args.get("first", ""))
    lines = replay.read_lines(run_id, by=by, word=word, element=element, first=first, limit=_A_PAGE)
    count = replay.count_lines(run_id, by=by, word=word, element=element)
    drawn = _drawn(run)
    return _page(
        crumbs=_where(Link(words.translated(run.title), "")),
        sentence=_sentence(run),
        status=_status(run),
        progress=_progress(run) if run.state == "running" else None,
        poll_url=_at(run_id, word, element, first)
        if run.state == "running" and not replay.is_stopped(run) else "",
        acts=_acts(run) if people.allowed(by, replay.RIGHT) else [],
        chips=[
            Link(_("Tất cả"), url_for("studio_replay.show", run_id=run_id), count=run.done, current=not word),
            *(
                Link(_(VERDICTS[w][0]), url_for("studio_replay.show", run_id=run_id, word=w), count=run.counts[w],
                     current=w == word)
                for w in WORDS
                if run.counts.get(w)
            ),
        ],
        blocks=[*_places(run, word, element, drawn, by), _cases(lines, run, drawn, count)],
        pager=_pager(run_id, word, element, first, len(lines), count),
    )


def _sentence(run: ReplayRun) -> str:
    changed = replay.effects(run.id).changed
    if run.state == "running" and not replay.is_stopped(run):
        return _("Đang chạy lại *%(total)s hồ sơ*", total=words.number(run.total))
    if not changed:
        return ngettext("*%(num)d hồ sơ* đã chạy lại, không hồ sơ nào đổi", "*%(num)d hồ sơ* đã chạy lại, không hồ sơ nào đổi", run.done)
    return _("*%(changed)s trong %(done)s hồ sơ* sẽ đi khác", changed=words.number(changed), done=words.number(run.done))


def _status(run: ReplayRun) -> str:
    said = _("Chạy lại trên *%(title)s* lúc %(when)s. %(paths)s đường xét khác nhau.", title=words.translated(run.title),
             when=words.full_moment(run.asked_at), paths=words.number(run.paths))
    if replay.is_stopped(run):
        return f"{said} {_('Việc chạy lại đã dừng cùng dịch vụ; bấm Chạy lại tiếp.')}"
    return f"{said} {run.error}".strip()


def _progress(run: ReplayRun) -> Progress:
    return Progress(_("Đã chạy lại:"), run.done, run.total, _("Rời trang được. Việc khác của đơn vị không bị chậm."))


def _acts(run: ReplayRun) -> list[Act]:
    if run.state == "running" and not replay.is_stopped(run):
        return [Act(_("Dừng chạy lại"), url_for("studio_replay.cancel", run_id=run.id), "cancel")]
    if run.state != "done":
        return [Act(_("Chạy lại tiếp"), url_for("studio_replay.resume", run_id=run.id), "resume", "main")]
    return []


@blueprint.post("/studio/replays/<int:run_id>/cancel")
def cancel(run_id: int) -> AnyResponse:
    """Stop a run; what was judged stays."""
    replay.cancel_replay(run_id, by=pages.me())
    return pages.back_to("studio_replay.show", run_id=run_id)


@blueprint.post("/studio/replays/<int:run_id>/resume")
def resume(run_id: int) -> AnyResponse:
    """Go on where a run was."""
    replay.resume_replay(run_id, by=pages.me())
    return pages.back_to("studio_replay.show", run_id=run_id)


def _drawn(run: ReplayRun) -> Definition:
    return load_definition(replay.bundle_of(run.id), main=run.key)


def _name(element: str, *definitions: Definition) -> str:
    """An element as drawn in one of these, or in another version of the process that cases were moved through."""
    found = _drawn_in(element, definitions)
    if found is None:
        others = (one.id for one in deployments.list_deployments() if one.key == definitions[0].main)
        found = _drawn_in(element, map(definition_of, others))
    return words.translated(found) if found is not None else element


def _drawn_in(element: str, definitions: Iterable[Definition]) -> str | None:
    return next((one.elements[element].name for one in definitions if element in one.elements), None)


def _places(run: ReplayRun, word: str, element: str, drawn: Definition, by: Actor) -> Iterator[Block]:
    if word in ("", "same"):
        return
    found = replay.places(run.id, by=by, word=word)
    if found:
        yield Block(
            _("Ở bước nào"),
            lines=[
                Cell(_name(key, drawn), ngettext("%(num)d hồ sơ", "%(num)d hồ sơ", n),
                     url_for("studio_replay.show", run_id=run.id, word=word, element=key),
                     tag=Tag("mine", _("đang xem")) if key == element else None)
                for key, n in found
            ],
        )


def _cases(lines: Sequence[Line], run: ReplayRun, drawn: Definition, count: int) -> Block:
    columns = [Column(pgettext("one", "Hồ sơ")), Column(_("Kết luận")), Column(_("Vì sao")), Column(_("Kết quả đã có")),
               Column(_("Trên bản soạn"))]
    rows = [
        [
            Cell(line.title, line.about, url_for("studio_replay.case", run_id=run.id, instance=line.instance)),
            Cell("", tag=Tag(VERDICTS[line.word][1], _(VERDICTS[line.word][0]))),
            Cell(_reason(line, drawn)),
            Cell(_outcome(line.then, drawn)),
            Cell(_outcome(line.now, drawn) if line.word != "cannot" else ""),
        ]
        for line in lines
    ]
    return Block(
        ngettext("%(num)d hồ sơ", "%(num)d hồ sơ", count),
        table=Table(columns, rows, _("Hồ sơ đã chạy lại")) if rows else None,
        empty=None if rows else Empty(
            _("Chưa có hồ sơ nào"),
            _("Hồ sơ hiện dần khi chạy lại.") if run.state == "running" else _("Lần chạy lại này không có hồ sơ nào."),
        ),
    )


def _reason(line: Line, *definitions: Definition) -> str:
    if line.why == "incident":
        return f"{_name(line.element, *definitions)}: {pages.in_language(line)}"
    said = _(WHY[line.why]) if line.why in WHY else ""
    return f"{_name(line.element, *definitions)}: {said}" if line.element else said


def _outcome(word: str | None, *definitions: Definition) -> str:
    if word is None:
        return _("chưa kết thúc")
    return outcome_words(word, *definitions)


def _first(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _at(run_id: int, word: str, element: str, first: int) -> str:
    return url_for("studio_replay.show", run_id=run_id, word=word or None, element=element or None, first=first or None)


def _pager(run_id: int, word: str, element: str, first: int, shown: int, count: int) -> Pager | None:
    if count <= _A_PAGE:
        return None

    def at(start: int) -> str:
        return _at(run_id, word, element, start)

    return Pager(
        first + 1, first + shown, count, [], at(max(first - _A_PAGE, 0)) if first else "",
        at(first + _A_PAGE) if first + shown < count else "",
    )


@blueprint.get("/studio/replays/<int:run_id>/cases/<int:instance>")
def case(run_id: int, instance: int) -> Response:
    """One case step by step: as it went, and as it would go."""
    by = pages.me()
    run = replay.read_run(run_id, by=by)
    line, both = replay.side_by_side(run_id, instance, by=by)
    drawn = _drawn(run)
    deployment = replay.deployment_of(instance)
    own = definition_of(deployment)
    places = {**procedures.places_of(deployment), **place_steps(replay.bundle_of(run_id), run.key)}
    for edge in (*own.elements.values(), *drawn.elements.values()):
        if edge.host in places:  # what happens at the edge of a step comes behind it
            places.setdefault(edge.id, Place("", (*places[edge.host].order, -1)))
    blocks = [
        Block(_("Kết luận"), facts=[
            Fact(_("Kết luận"), _(VERDICTS[line.word][0])), Fact(_("Vì sao"), _reason(line, drawn, own) or _("như cũ")),
            Fact(_("Kết quả đã có"), _outcome(line.then, own, drawn)),
            Fact(_("Trên bản soạn"), _outcome(line.now, drawn) if line.word != "cannot" else _("không rõ")),
        ])
    ]
    if both is not None:
        blocks.insert(0, _steps(both, own, drawn, places))
    return _page(
        acts=_keep_acts(run, instance) if both is not None and not both.own_fault and not both.moved else [],
        crumbs=_where(Link(words.translated(run.title), url_for("studio_replay.show", run_id=run_id)), Link(line.title, "")),
        sentence=f"*{line.title}*: {_(VERDICTS[line.word][0]).lower()}",
        status=line.about,
        blocks=blocks,
    )


def _keep_acts(run: ReplayRun, instance: int) -> list[Act]:
    url = url_for("studio_replay.keep", run_id=run.id, instance=instance)
    acts = [Act(_("Tải làm kịch bản"), url, "keep", "text", method="get")]
    if run.draft_id is not None:
        acts.insert(0, Act(_("Giữ làm kịch bản của bản soạn"), url, "keep"))
    return acts


@blueprint.get("/studio/replays/<int:run_id>/cases/<int:instance>/scenario")
def keep(run_id: int, instance: int) -> Response:
    """What happened in a case, as a scenario file without anybody's name."""
    file, content = _scenario(replay.read_run(run_id, by=pages.me()), instance, replay.bundle_of(run_id))
    return scenario_file(file, content)


@blueprint.post("/studio/replays/<int:run_id>/cases/<int:instance>/scenario")
def keep_in_draft(run_id: int, instance: int) -> AnyResponse:
    """Put what happened in a case into the draft as one of its scenarios."""
    by = pages.me()
    run = replay.read_run(run_id, by=by)
    if run.draft_id is None:
        raise NotFound("Lần chạy này không phải trên bản soạn.", "This run was on no draft.")
    file, content = _scenario(run, instance, drafts.files_of(run.draft_id))
    drafts.save_file(run.draft_id, file, content, seen=0, by=by)
    pages.say(_("Đã ghi %(file)s vào bản soạn.", file=file))
    return pages.back_to("studio_replay.case", run_id=run_id, instance=instance)


def _scenario(run: ReplayRun, instance: int, names: Collection[str]) -> tuple[str, bytes]:
    by = pages.me()
    _line, both = replay.side_by_side(run.id, instance, by=by)
    (one,) = read_records([instance])
    if both is None or one.record is None or both.own_fault or both.moved:
        raise NotFound("Hồ sơ này không dựng lại được nên không làm kịch bản được.", "This case cannot be told again.")
    own = definition_of(one.versions[0])
    name = _("Như hồ sơ %(n)d", n=instance)
    dates = one.record.surroundings(one.record.started_at).dates
    kept = scenarios.from_record(name, run.key, one.record, both.then, own, dates)
    return scenarios.file_of(kept, list(names))


def _steps(both: Both, own: Definition, drawn: Definition, places: Mapping[str, Place]) -> Block:
    columns = [Column(_("Bước")), Column(_("Đã đi")), Column(_("Trên bản soạn"))]
    rows = [
        [_stop(then or now, own, drawn, places), _moment(then), _moment(now)]
        for then, now in _aligned(both.then.path, both.now.path, places)
    ]
    return Block(_("Từng bước"), table=Table(columns, rows, _("Từng bước")))


def _stop(stop: Stop | None, own: Definition, drawn: Definition, places: Mapping[str, Place]) -> Cell:
    assert stop is not None
    times = f" ({stop.occurrence})" if stop.occurrence > 1 else ""
    number = f"{place.number}. " if (place := places.get(stop.element)) and place.number else ""
    return Cell(number + _name(stop.element, drawn, own) + times, _(KINDS[stop.kind]))


def _moment(stop: Stop | None) -> Cell:
    if stop is None:
        return Cell("", tag=Tag("done", _("không qua")))
    at: datetime = stop.closed_at or stop.opened_at
    return Cell(words.full_moment(at), _(HOW[stop.how]))


def _aligned(
    then: Sequence[Stop], now: Sequence[Stop], places: Mapping[str, Place]
) -> Iterator[tuple[Stop | None, Stop | None]]:
    """Both paths beside each other: what stands in both in one row, the rest each in its own, as the procedure orders them."""
    matcher = SequenceMatcher(None, [s.place for s in then], [s.place for s in now], autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            yield from zip(then[i:j], now[k:m], strict=True)
            continue
        while i < j or k < m:
            if k >= m or (i < j and _order(then[i], places) <= _order(now[k], places)):
                yield then[i], None
                i += 1
            else:
                yield None, now[k]
                k += 1


def _order(stop: Stop, places: Mapping[str, Place]) -> tuple[int, ...]:
    place = places.get(stop.element)
    return place.order if place is not None else ()
