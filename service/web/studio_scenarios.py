"""Scenarios of a bundle: run as they stand now, what none of them passes, and a step answered in all of a draft that stop there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext
from werkzeug.wrappers import Response as AnyResponse

from service import words
from service.errors import NotFound
from service.studio import drafts, scenarios
from service.studio.bundles import Bundle, bundle_named, definition_in, form_to_try
from service.studio.scenarios import Results
from service.web import edit, pages
from service.web.frame import Link
from service.web.parts import Block, Cell, Column, Empty, Table, Tag
from service.web.studio_parts import (
    STEPS,
    chosen_process,
    diagram_of,
    drawing_of,
    outcome_words,
    process_chips,
    process_crumbs,
)
from workflows.definition import Definition

blueprint = Blueprint("studio_scenarios", __name__)


@blueprint.get("/studio/scenarios")
def show_all() -> Response:
    """The scenarios of a bundle, run now: which come where they must, and what of the diagrams none passes."""
    by = pages.me()
    of = request.args.get("of", "")
    bundle = bundle_named(of, by=by)
    results = scenarios.run_all(bundle.files, bundle.main)
    definition = definition_in(bundle.files, bundle.main)
    chosen = chosen_process(definition)
    failed = sum(not one.result.passed for one in results.ran)
    return pages.page(
        "studio_scenarios",
        crumbs=process_crumbs(Link(_("Kịch bản"), "")),
        sentence=ngettext("*%(num)d kịch bản* không ra như đã ghi", "*%(num)d kịch bản* không ra như đã ghi", failed)
        if failed else _("Cả *%(n)s kịch bản* ra đúng như đã ghi", n=len(results.ran)),
        status=_("%(title)s. Kịch bản nằm cùng gói và được chạy trước mỗi lần đưa vào dùng.", title=words.translated(bundle.title)),
        blocks=[*_stopped(bundle, results, definition), _ran(results, definition), *_unpassed(results, definition)],
        chips=process_chips(definition, chosen, lambda process: url_for("studio_scenarios.show_all", of=of, process=process)),
        diagram=diagram_of(
            definition, bundle.files, chosen, {key: "done" if key in results.covered else "ahead" for key in definition.elements},
            url_for("studio_scenarios.drawing", of=of, process=chosen),
        ),
    )


@blueprint.get("/studio/scenarios/drawing")
def drawing() -> Response:
    """The XML of one diagram of a bundle."""
    bundle = bundle_named(request.args.get("of", ""), by=pages.me())
    return drawing_of(bundle.files, definition_in(bundle.files, bundle.main), request.args.get("process", ""))


def _stopped(bundle: Bundle, results: Results, definition: Definition) -> Sequence[Block]:
    """Steps that the scenarios of a draft do not answer yet, each with the way to answer it in all of them at once."""
    found = scenarios.stopped_at(results, definition) if bundle.draft is not None else {}
    if not found:
        return []
    return [Block(
        _("Bước mà kịch bản chưa trả lời"),
        words=_("Kịch bản viết trước khi có các bước này nên dừng ở đó. Trả lời một lần, máy ghi vào mọi kịch bản dừng ở bước ấy."),
        lines=[
            Cell(words.translated(definition.elements[e].name),
                 ngettext("%(num)d kịch bản dừng ở đây", "%(num)d kịch bản dừng ở đây", n),
                 url_for("studio_scenarios.answer", draft=bundle.draft, element=e))
            for e, n in found.items()
        ],
    )]


@blueprint.route("/studio/scenarios/<int:draft>/answers/<element>", methods=["GET", "POST"])
def answer(draft: int, element: str) -> AnyResponse:
    """Answer a step, with its own form, in all scenarios of a draft that stop there."""
    by = pages.me()
    bundle = bundle_named(f"draft:{draft}", by=by)
    definition = definition_in(bundle.files, bundle.main)
    step = definition.elements.get(element)
    if step is None or step.kind != "user":
        raise NotFound("Không có bước này.", "There is no such step.")
    name, back = words.translated(step.name), url_for("studio_scenarios.show_all", of=bundle.word)

    def do(said: dict[str, Any]) -> AnyResponse:
        read = {k: v for k, v in said.items() if k in definition.names}
        changed = scenarios.answered_in(bundle.files, bundle.main, element, read)
        there = {f.name: f.version for f in drafts.read_draft(draft).files}
        for file, content in changed.items():
            drafts.save_file(draft, file, content, seen=there[file], by=by)
        pages.say(ngettext("Đã ghi bước này vào %(num)d kịch bản.", "Đã ghi bước này vào %(num)d kịch bản.", len(changed)))
        return pages.back_to("studio_scenarios.show_all", of=bundle.word)

    return edit.edit(
        form_to_try(bundle.files[f"{step.attrs['form']}.form"]),
        edit.Page(
            _("Trả lời bước *%(name)s* trong các kịch bản", name=name), request.url, back, _("Ghi vào các kịch bản"),
            process_crumbs(Link(_("Kịch bản"), back), Link(name, "")),
            _("Nội dung dưới đây là câu trả lời mà mọi kịch bản dừng ở bước này sẽ dùng. Kịch bản khác không đổi."),
        ),
        do,
    )


def _ran(results: Results, definition: Definition) -> Block:
    columns = [Column(pgettext("one", "Kịch bản")), Column(_("Kết luận")), Column(_("Ra"))]
    rows = []
    for one in results.ran:
        result = one.result
        where = ", ".join(_named(w, definition) for w in result.waits)
        came = where or outcome_words(result.outcome or "", definition)
        rows.append([
            Cell(result.name, one.file, vietnamese=True),
            Cell("", tag=Tag("passed", _("đúng"))) if result.passed
            else Cell(pages.in_language(result), tag=Tag("overdue", _("sai"))),
            Cell(came),
        ])
    return Block(_("Kịch bản"), table=Table(columns, rows, _("Kịch bản")) if rows else None,
                 empty=None if rows else Empty(_("Gói chưa có kịch bản"), _("Giữ một lần chạy thử hoặc một hồ sơ cũ làm kịch bản.")))


def _named(element: str, definition: Definition) -> str:
    return words.translated(definition.elements[element].name) if element in definition.elements else element


def _unpassed(results: Results, definition: Definition) -> Sequence[Block]:
    missed = [e for e in definition.elements.values() if e.id in results.missed and e.kind in STEPS]
    if not missed or not results.ran:
        return []
    return [Block(_("Bước chưa kịch bản nào đi qua"), lines=[
        Cell(words.translated(e.name), words.translated(definition.processes_named.get(e.process, ""))) for e in missed
    ])]
