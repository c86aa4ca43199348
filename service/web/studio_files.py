"""The files of a draft as the editors read and write them: JSON and bytes, each answer with the version to go on from."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence

from flask import Blueprint, Response, jsonify, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response as AnyResponse

from forms import FormProblems, Rejected, compile_form
from forms import check as check_answers
from forms.fields import Part
from forms.samples import sample_answers
from service import clock, doors, people, words
from service.actor import Actor
from service.errors import Invalid, NotFound, Refusal
from service.studio import drafts, letters, registers
from service.studio.vocabulary import vocabulary
from service.web import edit, pages, studio_registers, studio_tables
from service.web.frame import Link
from service.web.letter_fields import named_fields
from service.web.studio import standing
from service.web.studio_parts import answered_in_json, draft_crumbs, sent_files, typed_files, unreadable
from service.web.typed import asked

blueprint = Blueprint("studio_files", __name__)
_FOLDER = "/office/studio/<int:draft>"
# A letter brings its style along in attributes, as mail programs want it; everything else stays shut.
_FRAMED = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox"


def _editor() -> Actor:
    by = pages.me()
    people.require(by, "studio.edit")
    return by


@blueprint.get(f"{_FOLDER}/files/<name>")
@answered_in_json
def file(draft: int, name: str) -> Response:
    """One file, byte for byte, never run by the browser."""
    _editor()
    one = drafts.read_draft(draft).file(name)
    answer = doors.hand_file(drafts.files_of(draft)[name], "text/plain", name)
    answer.headers["X-Version"] = str(one.version)
    return answer


@blueprint.post(f"{_FOLDER}/files/<name>")
@answered_in_json
def save(draft: int, name: str) -> Response:
    """Save one file against the version that was seen."""
    by = _editor()
    version = drafts.save_file(draft, name, request.get_data(), seen=request.args.get("seen", 0, int), by=by)
    return jsonify({"version": version, "at": words.clock_time(clock.now())})


@blueprint.post(f"{_FOLDER}/files/<name>/drop")
@answered_in_json
def drop(draft: int, name: str) -> Response:
    """Take a file out of the draft."""
    drafts.drop_file(draft, name, seen=request.args.get("seen", 0, int), by=_editor())
    return jsonify({})


@blueprint.post(f"{_FOLDER}/files/<name>/rename")
@answered_in_json
def rename(draft: int, name: str) -> Response:
    """Give a file another name of the same kind."""
    by, new = _editor(), drafts.checked_name(request.args.get("to", ""))
    version = drafts.rename_file(draft, name, new, seen=request.args.get("seen", 0, int), by=by)
    return jsonify({"name": new, "version": version})


@blueprint.get(f"{_FOLDER}/files/<name>/preview")
def paper(draft: int, name: str) -> Response:
    """A form as whoever fills it in will see it, on a sheet to print."""
    _editor()
    row = drafts.read_draft(draft)
    row.file(name)
    answers = _answers()
    files = drafts.files_of(draft)
    parts, wrong = _drawn(files[name], answers)
    called = vocabulary(files, words.language()).form(name.removesuffix(".form"))
    return pages.page(
        "studio_form", sentence=_("Biểu mẫu %(name)s", name=called or name.removesuffix(".form")),
        status=_("Như người xử lý sẽ thấy. In trên giấy A4 bằng lệnh in của trình duyệt."),
        crumbs=draft_crumbs(Link(row.name, url_for("studio.show", draft=draft)), Link(name, "")),
        parts=parts, wrong=wrong, answers=answers, choices=ANSWERS,
    )


@blueprint.post(f"{_FOLDER}/files/<name>/preview")
@answered_in_json
def preview(draft: int, name: str) -> Response:
    """The same of what is on the page just now, as a part of it; a letter as its reader gets it, in both languages."""
    by = _editor()
    if name.endswith(".letter"):
        return _letter_part(draft, name, request.get_data(), by)
    answers = _answers()
    parts, wrong = _drawn(request.get_data(), answers)
    return pages.fragment("studio_form_part", parts=parts, wrong=wrong, answers=answers, choices=ANSWERS)


def _letter_part(draft: int, name: str, content: bytes, by: Actor) -> Response:
    """A letter in both languages, as text and as HTML, or what is wrong with it line by line."""
    try:
        shown = letters.preview_letter(content, by=by)
    except Invalid as refusal:
        return pages.fragment("studio_letter_part", shown={}, frames={}, wrong=pages.shown_lines(refusal))
    frames = {language: url_for("studio_files.letter", draft=draft, name=name, language=language) for language in shown}
    return pages.fragment("studio_letter_part", shown=shown, frames=frames, wrong=[])


@blueprint.post(f"{_FOLDER}/files/<name>/fields")
@answered_in_json
def letter_fields(draft: int, name: str) -> Response:
    """A letter or a register as it stands on the page in fields, for the editor; refused where it cannot be read into them."""
    by = _editor()
    row = drafts.read_draft(draft)
    row.file(name)
    if name.endswith(registers.ENDING):
        return studio_registers.drawn_fields(drafts.files_of(draft), row.key, request.get_data(), by)
    typed = letters.typed_letter(request.get_data(), by=by)
    return pages.fragment("studio_letter_fields", parts=asked(edit.form("letter_parts", *named_fields()), typed, given={}).parts)


@blueprint.get(f"{_FOLDER}/files/<name>/letter/<language>")
def letter(draft: int, name: str, language: str) -> Response:
    """The HTML of a letter that is kept, alone, for a frame: it runs nothing, loads nothing, and is nobody's origin."""
    by = _editor()
    drafts.read_draft(draft).file(name)
    shown = letters.preview_letter(drafts.files_of(draft)[name], by=by).get(language)
    if shown is None:
        raise NotFound("Không có mẫu thư này.", "There is no such letter.")
    answer = Response(shown.html, content_type="text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = _FRAMED
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post(f"{_FOLDER}/files/<name>/send")
@answered_in_json
def send(draft: int, name: str) -> Response:
    """Send a letter as it stands on the page to oneself, on the way that all letters go."""
    by = _editor()
    drafts.read_draft(draft).file(name)
    try:
        letters.try_letter(request.get_data(), by=by)
    except Invalid as refusal:
        raise Invalid("; ".join(str(one["message"]) for one in refusal.lines),
                      "; ".join(str(one["message_en"]) for one in refusal.lines), code=refusal.code) from None
    return jsonify({"message": _("Đã xếp hàng một thư thử gửi cho bạn.")})


ANSWERS = {"empty": lazy_gettext("Để trống"), "sample": lazy_gettext("Đã điền mẫu"), "errors": lazy_gettext("Báo thiếu, sai")}
"""As what a form is looked at."""


def _answers() -> str:
    word = request.args.get("answers", "")
    return word if word in ANSWERS else "empty"


def _drawn(content: bytes, answers: str) -> tuple[Sequence[Part], list[str]]:
    """A form laid out with chosen answers and the sample of what the office would give it; or why it cannot be."""
    try:
        form = compile_form(content)
    except FormProblems as found:
        return (), [pages.in_language(problem) for problem in found.problems]
    sample = json.loads(content).get("given")
    given = sample if isinstance(sample, dict) else {}
    if answers == "sample":
        return asked(form, sample_answers(form, today=clock.today(), given=given), given=given).parts, []
    try:
        if answers == "errors":
            check_answers(form, {}, today=clock.today(), given=given)
    except Rejected as rejected:
        return asked(form, {}, given=given, refused=rejected.errors).parts, []
    return asked(form, {}, given=given).parts, []


@blueprint.post(f"{_FOLDER}/files/<name>/review")
@answered_in_json
def review(draft: int, name: str) -> Response:
    """What the tables of a file leave open, as they stand on the page."""
    _editor()
    drafts.read_draft(draft).file(name)
    return jsonify(studio_tables.looked_over(request.get_data()))


@blueprint.post(f"{_FOLDER}/files/<name>/try")
@answered_in_json
def try_row(draft: int, name: str) -> Response:
    """One row of inputs tried on a table, as it stands on the page."""
    _editor()
    drafts.read_draft(draft).file(name)
    body = request.get_json(silent=True)
    said = body if isinstance(body, dict) else {}
    text, decision, inputs = said.get("text"), said.get("decision"), said.get("inputs")
    if not isinstance(text, str) or not isinstance(decision, str) or not isinstance(inputs, dict):
        raise unreadable()
    return jsonify(studio_tables.tried(text.encode(), decision, {str(path): str(typed) for path, typed in inputs.items()}))


@blueprint.post(f"{_FOLDER}/check")
@answered_in_json
def check(draft: int) -> Response:
    """What is wrong with the draft as it stands on the page, and what it holds that can be named."""
    _editor()
    typed = typed_files()
    files = drafts.files_of(draft) | typed
    return jsonify(standing(files, drafts.read_draft(draft).key))


@blueprint.post(f"{_FOLDER}/copy")
@answered_in_json
def copy(draft: int) -> Response:
    """Begin a draft of one's own with what is on the page, so that both versions of a file are kept."""
    number = drafts.copy_draft(draft, by=_editor(), instead=typed_files())
    return jsonify({"url": url_for("studio.show", draft=number), "name": drafts.read_draft(number).name})


@blueprint.post(f"{_FOLDER}/visit")
@answered_in_json
def visit(draft: int) -> Response:
    """Say that the page is open, and hear who else has it open."""
    others = drafts.visit(draft, by=_editor())
    return jsonify({"others": others, "outdated": drafts.read_draft(draft).outdated})


@blueprint.post(f"{_FOLDER}/leave")
@answered_in_json
def leave(draft: int) -> Response:
    """Say that the page was closed."""
    drafts.leave(draft, by=_editor())
    return jsonify({})


@blueprint.get(f"{_FOLDER}/bundle.zip")
def export(draft: int) -> Response:
    """All files in one ZIP, as deploying takes it."""
    _editor()
    row = drafts.read_draft(draft)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("MAIN", row.key)
        for name, content in drafts.files_of(draft).items():
            archive.writestr(name, content)
    return doors.hand_file(packed.getvalue(), "application/zip", f"{row.key}.zip")


@blueprint.post(f"{_FOLDER}/take")
def take(draft: int) -> AnyResponse:
    """Take files into the draft; one of a name that is there already takes its place."""
    by = _editor()
    try:
        files, _main = sent_files()
        drafts.take_files(draft, files, by=by)
    except Refusal as refusal:
        pages.say(pages.in_language(refusal), "bad")
    else:
        pages.say(_("Đã nhập %(names)s.", names=", ".join(sorted(files))))
    return pages.back_to("studio.show", draft=draft)


