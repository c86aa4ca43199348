"""Try-outs: the open steps with their real forms, messages, effects, the clock, the diagram as far as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson
from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext
from werkzeug.wrappers import Response as AnyResponse

from forms import change_rows, first_answers, from_html, lay_out
from forms.problems import FieldError
from service import people, words
from service.awards.facts import fact_keys, fact_labels
from service.awards.honours import BASES
from service.config import Settings
from service.errors import Invalid, NotFound, Refusal
from service.studio import drafts, scenarios, tryout
from service.studio.bundles import bundle_named, definition_in
from service.studio.tryout import Done, Tryout, Wait
from service.studio.vocabulary import vocabulary
from service.web import edit, form_parts, pages
from service.web.check_words import fact_value
from service.web.frame import Link
from service.web.parts import Act, Block, Cell, Column, Empty, Entry, Fact, Table
from service.web.studio_names import messages_and_results
from service.web.studio_parts import (
    chosen_process,
    diagram_of,
    drawing_of,
    outcome_words,
    process_chips,
    process_crumbs,
    scenario_file,
)
from service.words import N_
from workflows import engine, plain
from workflows.definition import Definition
from workflows.plain import Vocabulary
from workflows.scenario import Move

blueprint = Blueprint("studio_tryout", __name__)
MOST_DAYS = 3650
"""Days by which the clock of a try-out goes on at a time, at most."""
_LONG = 120
"""Longer answers of the history are folded."""
_AT_ONCE = 6
"""As many answers stand in the history without being unfolded."""
_FIGURES = 10**15
"""Larger numbers were typed for a trial and stand as they are."""
_DID = {
    "answer": N_("%(who)s xử lý *%(what)s*"), "tell": N_("Nhận kết quả ở *%(what)s*"), "effect": N_("Máy làm xong *%(what)s*"),
    "signal": N_("Gửi thông báo *%(what)s*"), "wait": N_("Thời gian trôi: %(what)s"), "hold": N_("Tạm dừng"),
    "release": N_("Hết tạm dừng"),
}


def _settings() -> Settings:
    return pages.settings()


@blueprint.post("/studio/tryouts")
def start() -> AnyResponse:
    """Begin a try-out of a draft or a version."""
    by = pages.me()
    bundle = bundle_named(request.form.get("of", ""), by=by)
    if tryout.begins_by(bundle.files, definition_in(bundle.files, bundle.main)) is not None:
        return pages.back_to("studio_tryout.begin", of=bundle.word)
    number = tryout.start_tryout(bundle, by=by, settings=_settings())
    return pages.back_to("studio_tryout.show", number=number)


@blueprint.route("/studio/tryouts/begin", methods=["GET", "POST"])
def begin() -> AnyResponse:
    """Begin a try-out of a bundle with a register as a matter is begun: by its form."""
    by = pages.me()
    bundle = bundle_named(request.args.get("of", ""), by=by)
    definition = definition_in(bundle.files, bundle.main)
    form, register = tryout.begins_by(bundle.files, definition), definition.register
    if form is None or register is None:
        return pages.back_to("studio_tryout.show_all", of=bundle.word)

    def do(said: dict[str, Any]) -> AnyResponse:
        return pages.back_to("studio_tryout.show", number=tryout.start_tryout(bundle, by=by, settings=_settings(), said=said))

    at = int(words.language() == "en")
    return edit.edit(
        form,
        edit.Page(
            _("Chạy thử: *%(name)s*", name=register.begin[at]), url_for("studio_tryout.begin", of=bundle.word),
            url_for("studio_tryout.show_all", of=bundle.word), _("Bắt đầu chạy thử"),
            process_crumbs(Link(_("Chạy thử"), url_for("studio_tryout.show_all")), Link(words.translated(bundle.title), "")),
            _("Điền như người lập việc điền. Việc này chỉ có trong hộp cát: không vào sổ, không có số, tệp không cần gửi."),
        ),
        do,
        first=first_answers(form, {}) | tryout.first_said(bundle, form),
    )


@blueprint.get("/studio/tryouts")
def show_all() -> Response:
    """Somebody's own try-outs, and the button that begins one of the bundle that `of` names."""
    by = pages.me()
    found = tryout.list_tryouts(by=by, settings=_settings())
    of = request.args.get("of", "")
    return pages.page(
        "studio_replay", sources=None, progress=None, poll_url="", chips=[], pager=None,
        acts=[Act(_("Bắt đầu chạy thử"), url_for("studio_tryout.start"), "begin", "main", hidden={"of": of})] if of else [],
        crumbs=process_crumbs(Link(_("Chạy thử"), "")),
        sentence=_("Chạy thử quy trình"),
        status=_("Chạy thật trong hộp cát: người tưởng tượng, biểu mẫu thật, đồng hồ riêng. Không thư, không số, không vào nhật ký."),
        blocks=[
            Block(
                _("Đang chạy thử"),
                table=Table(
                    [Column(pgettext("one", "Quy trình"))],
                    [[Cell(words.translated(title), url=url_for("studio_tryout.show", number=number))] for number, title in found],
                    _("Đang chạy thử"),
                    # Here too: whatever keeps one from being shown must not keep it among the few that somebody may have.
                    row_acts=[[Act(_("Kết thúc chạy thử"), url_for("studio_tryout.end", number=number), "end")] for number, _t in found],
                ) if found else None,
                empty=None if found else Empty(_("Chưa chạy thử"), _("Mở một bản soạn hoặc một phiên bản rồi bấm Chạy thử.")),
            )
        ],
    )


@blueprint.get("/studio/tryouts/<number>")
def show(number: str) -> Response:
    """A try-out as it stands."""
    by = pages.me()
    return _show(tryout.read_tryout(number, by=by, settings=_settings()))


@blueprint.get("/studio/tryouts/<number>/tasks/<task>")
@blueprint.get("/studio/tryouts/<number>/moves")
@blueprint.get("/studio/tryouts/<number>/back")
@blueprint.get("/studio/tryouts/<number>/end")
def again(number: str, task: str = "") -> AnyResponse:
    """The address at which something was refused, opened anew: the try-out itself."""
    people.require(pages.me(), tryout.RIGHT)
    return pages.back_to("studio_tryout.show", number=number)


@blueprint.post("/studio/tryouts/<number>/tasks/<task>")
def answer(number: str, task: str) -> AnyResponse:
    """Complete a user task with its form, or draw the form anew after a button."""
    by = pages.me()
    one = tryout.read_tryout(number, by=by, settings=_settings())
    wait = next((w for w in one.waits if _key(w) == task), None)
    if wait is None or wait.opened.kind != "user":
        pages.say(_("Việc này không còn chờ xử lý."), "warn")
        return pages.back_to("studio_tryout.show", number=number)
    form, pairs = one.form(wait), list(request.form.items(multi=True))
    changed = change_rows(form, pairs)
    typed = changed if changed is not None else from_html(form, pairs)
    if changed is not None or request.form.get("act") == "refresh":
        return _show(one, typed={task: typed})
    try:
        tryout.answer_form(number, task, typed, request.form.get("person", ""), by=by, settings=_settings())
    except Refusal as refusal:
        return _show(one, typed={task: typed}, refusal=refusal, at=task)
    return pages.back_to("studio_tryout.show", number=number)


@blueprint.post("/studio/tryouts/<number>/moves")
def move(number: str) -> AnyResponse:
    """Do a move: what a wait is told, an effect's answer, a message, time."""
    by = pages.me()
    try:
        tryout.do(number, _move(), by=by, settings=_settings(), person=request.form.get("person", ""))
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return _show(tryout.read_tryout(number, by=by, settings=_settings()), refusal=refusal, at=request.form.get("at", ""))
    return pages.back_to("studio_tryout.show", number=number)


def _move() -> Move:
    kind, at = request.form.get("kind", ""), request.form.get("at", "")
    if kind not in ("answer", "tell", "effect", "signal", "wait", "hold", "release"):
        raise Invalid.at("kind", "Chọn một việc.", "Choose what to do.")
    if kind == "wait" and at != "due":
        at = f"P{_days(at.strip())}D"
    text = request.form.get("with", "").strip()
    try:
        given = orjson.loads(text) if text else {}
    except orjson.JSONDecodeError:
        given = None
    if not isinstance(given, dict):
        raise Invalid.at("with", "Dữ liệu kèm theo phải là JSON dạng {…}.", "What goes with it must be JSON, {…}.")
    if result := request.form.get("result", ""):
        given["result"] = result
    error = request.form.get("error", "").strip() or None
    occurrence = request.form.get("occurrence", "")
    return Move(kind, at, int(occurrence) if occurrence.isascii() and occurrence.isdigit() and len(occurrence) < 6 else None, given, error)


def _days(text: str) -> int:
    if not text:
        raise Invalid.at("at", f"Chưa ghi số ngày. Ghi số ngày từ 1 đến {MOST_DAYS}.",
                         f"No number of days is given; write a number from 1 to {MOST_DAYS}.")
    days = int(text) if re.fullmatch(r"-?[0-9]{1,12}", text, re.ASCII) else None
    if days is None:
        raise Invalid.at("at", f"“{text[:20]}” không phải số ngày. Ghi số ngày từ 1 đến {MOST_DAYS}.",
                         f"“{text[:20]}” is no number of days; write a number from 1 to {MOST_DAYS}.")
    if days < 1:
        raise Invalid.at("at", f"Đồng hồ chỉ chạy tới, không lùi lại. Ghi số ngày từ 1 đến {MOST_DAYS}.",
                         f"The clock only goes on, never back; write a number from 1 to {MOST_DAYS}.")
    if days > MOST_DAYS:
        raise Invalid.at("at", f"{days} ngày là quá nhiều cho một lần. Ghi số ngày từ 1 đến {MOST_DAYS}.",
                         f"{days} days are too many at a time; write a number from 1 to {MOST_DAYS}.")
    return days


@blueprint.post("/studio/tryouts/<number>/back")
def back(number: str) -> AnyResponse:
    """Undo what was done last."""
    tryout.take_back(number, by=pages.me(), settings=_settings())
    return pages.back_to("studio_tryout.show", number=number)


@blueprint.post("/studio/tryouts/<number>/end")
def end(number: str) -> AnyResponse:
    """End a try-out."""
    tryout.end_tryout(number, by=pages.me(), settings=_settings())
    pages.say(_("Đã kết thúc chạy thử. Không còn gì được giữ lại."))
    return pages.back_to("studio_tryout.show_all")


@blueprint.get("/studio/tryouts/<number>/scenario")
def scenario(number: str) -> AnyResponse:
    """What was done, as a scenario file for the bundle; of a draft, which keeps its own, the try-out."""
    one = tryout.read_tryout(number, by=pages.me(), settings=_settings())
    if one.draft is not None:
        return pages.back_to("studio_tryout.show", number=number)
    name, content = scenarios.file_of(tryout.as_scenario(one, request.args.get("name", "")[:200]), list(one.files))
    return scenario_file(name, content)


@blueprint.post("/studio/tryouts/<number>/scenario")
def keep_in_draft(number: str) -> AnyResponse:
    """Put what was done into the draft as one of its scenarios."""
    by = pages.me()
    one = tryout.read_tryout(number, by=by, settings=_settings())
    if one.draft is None:
        raise NotFound("Không phải chạy thử một bản soạn.", "No draft is being tried out.")
    try:
        name, content = scenarios.file_of(
            tryout.as_scenario(one, request.form.get("name", "")[:200]), list(drafts.files_of(one.draft))
        )
        drafts.save_file(one.draft, name, content, seen=0, by=by)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return _show(one, refusal=refusal)
    pages.say(_("Đã ghi %(file)s vào bản soạn.", file=name))
    return pages.back_to("studio_tryout.show", number=number)


@blueprint.get("/studio/tryouts/<number>/drawing/<process>")
def drawing(number: str, process: str) -> Response:
    """The XML of one diagram of the bundle."""
    one = tryout.read_tryout(number, by=pages.me(), settings=_settings())
    return drawing_of(one.files, one.definition, process)


# -- the page


def _key(wait: Wait) -> str:
    return f"{wait.opened.element}-{wait.opened.occurrence}"


def _show(one: Tryout, *, typed: Mapping[str, Any] | None = None, refusal: Refusal | None = None, at: str = "") -> Response:
    chosen = chosen_process(one.definition, engine.marks(one.player.course.live).innermost)
    asked = [_asked(one, wait, (typed or {}).get(_key(wait)), refusal if at == _key(wait) else None) for wait in one.waits]
    incident = None if one.ended else one.player.course.incident
    of_form = any(at == _key(wait) and wait.opened.kind == "user" for wait in one.waits)  # then it stands at its form
    wrong = pages.in_language(refusal) if refusal and not of_form else ""
    if incident is not None and not wrong:
        wrong = pages.in_language(incident)
    return pages.page(
        "studio_tryout",
        code=refusal.status if refusal else 200,
        crumbs=process_crumbs(Link(_("Chạy thử"), url_for("studio_tryout.show_all")), Link(words.translated(one.title), "")),
        sentence=_sentence(one),
        status=_("Đồng hồ chạy thử: *%(when)s*. Không gì ở đây vào sổ sách của đơn vị.", when=words.full_moment(one.now)),
        wrong=wrong,
        asked=asked,
        signals=[(name, _boundary(one.definition, name), _json(hint)) for name, hint in one.signals.items()],
        armed=[
            (words.translated(one.definition.elements[node.task_spec.bpmn_id].name), words.full_moment(due))
            for due, node in ([] if one.ended else one.player.course.armed_now())
        ],
        held=not one.ended and one.player.course.held,
        ended=one.ended,
        days=request.form.get("at", "")[:20] if refusal and request.form.get("kind") == "wait" else "1",
        name=request.form.get("name", "")[:200],
        number=one.id,
        draft=one.draft,
        history=_history(one),
        chips=process_chips(one.definition, chosen, lambda process: url_for("studio_tryout.show", number=one.id, process=process)),
        diagram=diagram_of(
            one.definition, one.files, chosen, engine.marks(one.player.course.live).elements,
            url_for("studio_tryout.drawing", number=one.id, process=chosen),
        ),
    )


def _sentence(one: Tryout) -> str:
    if one.ended:
        said = outcome_words(one.player.course.outcome or "", one.definition) or _("không có kết quả")
        return _("Chạy thử đã kết thúc: *%(said)s*", said=said)
    return ngettext("*%(num)d bước* đang chờ", "*%(num)d bước* đang chờ", len(one.waits))


def _asked(one: Tryout, wait: Wait, typed: Any, refusal: Refusal | None) -> dict[str, Any]:
    """What the page needs of one open step."""
    opened = wait.opened
    found: dict[str, Any] = {
        "key": _key(wait), "kind": opened.kind, "element": opened.element, "occurrence": opened.occurrence,
        "name": words.translated(opened.name), "people": [(who, _person(who)) for who in wait.people],
        "values": [(value, _result(opened.message or "", value)) for value in wait.values], "parts": (), "faults": (),
        "due": words.full_moment(opened.due) if opened.due else "",
        "hint": _json(wait.hint),
    }
    if opened.kind == "user":
        form, given = one.form(wait), one.given(wait)
        answers = typed if typed is not None else first_answers(form, given) | dict(wait.hint)
        faults = [FieldError(f.path, "", f.message, f.message_en) for f in refusal.faults] if refusal else []
        found["parts"] = lay_out(
            form, answers, today=words.date_of(one.now), given=given, env=one.player.course.env, errors=faults, language=words.language()
        )
        found["faults"] = [("", pages.in_language(refusal))] if refusal and not refusal.faults else []
    return found


def _person(who: str) -> str:
    """An invented person with the name of his group instead of its code."""
    name, opened, group = who.removesuffix(")").partition(" (")
    return f"{name} ({people.group_labels([group], words.language())[group]})" if opened else name


def _boundary(definition: Definition, message: str) -> str:
    """The name of the boundary that takes a message."""
    found = (e.name for e in definition.elements.values() if e.kind == "boundary_message" and e.message == message)
    return words.translated(next(found, message))


def _json(hint: Mapping[str, Any]) -> str:
    return orjson.dumps(dict(hint), option=orjson.OPT_INDENT_2).decode() if hint else ""


def _history(one: Tryout) -> list[Entry]:
    found = []
    for done in reversed(one.done):
        said = _(_DID[done.move.kind], what=_what(one, done.move), who=_person(done.person) or _("Người chạy thử"))
        given = _given(one, done)
        short = [fact for fact in given if len(fact.label) + len(fact.value) <= _LONG]
        found.append(Entry(
            None, said, note="; ".join(f"{fact.label}: {fact.value}" for fact in short[:_AT_ONCE]),
            facts=[fact for fact in given if fact not in short[:_AT_ONCE]],
        ))
    form = one.form_to_begin()
    if form is not None and one.begun is not None:
        parts = lay_out(form, one.begun, today=words.date_of(one.now), given={}, language=words.language())
        found.append(Entry(
            None, _("Lập việc"), facts=[Fact(label, said) for label, said in form_parts.filled(list(form_parts.walk(parts)))],
        ))
    return found


def _what(one: Tryout, move: Move) -> str:
    """What a move was about: a step, a boundary, a time."""
    if move.kind == "wait":
        return _("tới hẹn giờ gần nhất") if move.at == "due" else plain.time_words(move.at, vocabulary({}, words.language()))[1]
    element = one.definition.elements.get(move.at)
    return words.translated(element.name) if element is not None else _boundary(one.definition, move.at)


def _given(one: Tryout, done: Done) -> list[Fact]:
    """What was brought, as its form says it: labels of fields, labels of what was chosen; of messages the words of their lists.

    What has no words of its own anywhere stays as it was typed.
    """
    move = done.move
    element = one.definition.elements.get(move.at)
    forms = one.forms()
    if element is not None and element.kind == "user":
        own = one.form_at(element.id)
        forms = [own, *(form for form in forms if form is not own)]
    left = dict(done.said)
    found, inside = list[tuple[str, str]](), list[tuple[str, str]]()  # a dossier's facts come last
    if isinstance(left.get("result"), str):
        said = _result((element.message if element is not None else move.at) or "", left.pop("result"))
        found.append((_("Kết quả"), said))
    for form in forms:
        mine = {key: value for key, value in left.items() if key in form.names and value is not _TOLD}
        if not mine:
            continue
        parts = lay_out(
            form, mine, today=words.date_of(one.now), given=done.said, env=one.player.course.env, language=words.language()
        )
        for key in mine:
            # As if shown: data sent past the form may hold what the form hides.
            its = [replace(p, shown=True) for p in form_parts.walk(parts) if p.path.partition(".")[0] == key and p.kind != "group"]
            if said_of := form_parts.filled(its):
                (inside if isinstance(left[key], dict) else found).extend(dict.fromkeys(said_of))
                left[key] = _untold(left[key], {p.path.partition(".")[2].partition(".")[0] for p in its if form_parts.filled([p])})
    if move.error:
        found.append((_("Mã lỗi"), move.error))
    spoken = vocabulary(one.files, words.language())
    for key, value in left.items():
        if value is _TOLD:
            continue
        if isinstance(value, dict) and key not in fact_keys():
            inside += [(_called(spoken, name), _plain(spoken, name, one)) for name, one in value.items()]
        else:
            found.append((_called(spoken, key), _plain(spoken, key, value)))
    return [Fact(label, said) for label, said in found + inside if said]


_TOLD = object()


def _untold(value: Any, told: set[str]) -> Any:
    """What a form does not ask for of a value of which it tells some."""
    rest = {key: one for key, one in value.items() if key not in told} if isinstance(value, dict) else {}
    return rest or _TOLD


def _called(spoken: Vocabulary, name: str) -> str:
    """What a value is called, as far as the office has a word for it."""
    datum = spoken.datum(name)
    said = fact_labels(words.language()).get(name) or (datum.noun if datum else "") or name
    return words.capital(said) if said != name else name


def _plain(spoken: Vocabulary, name: str, value: Any) -> str:
    """A value in words, what is in it by its labels."""
    if isinstance(value, dict):
        return "; ".join(f"{_called(spoken, key)}: {_plain(spoken, key, one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(_plain(spoken, name, one) for one in value)
    if isinstance(value, int | float) and not -_FIGURES < value < _FIGURES:
        return str(value)
    if name in fact_keys() and not isinstance(value, str):
        return fact_value(name, value)
    if value is None:
        return _("chưa rõ")
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, str):
        datum = spoken.datum(name)
        return (datum.named.get(value) if datum else None) or (BASES[value][words.language() == "en"] if value in BASES else "") or value
    return words.number(value)


def _result(message: str, value: str) -> str:
    """A result in words: of the list that sends the message, of any list, of the office's own words."""
    language = words.language()
    spoken = vocabulary({}, language)
    held = messages_and_results(int(language == "en"), spoken)[1]
    anywhere = {key: said for offers in held.values() for key, said in offers}
    return dict(held.get(message, ())).get(value) or anywhere.get(value) or spoken.result("", value) or value
