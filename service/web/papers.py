"""Papers on the web: preview, versions, what comes back edited or signed, certificates of a decision."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from service import doors, papers, words
from service.actor import Actor
from service.awards import lists
from service.errors import Conflict, Invalid, NotFound
from service.papers import Difference, PaperBatch
from service.web import list_page, list_words, paper_parts
from service.web.files import wants_to_look
from service.web.frame import Link
from service.web.pages import back_to, fragment, in_language, me, page, say, shown_faults, whole
from service.web.paper_parts import paper_name
from service.web.parts import Act, Progress

blueprint = Blueprint("papers", __name__)


@blueprint.get("/lists/<int:list_id>/papers/<code>/preview")
def preview(list_id: int, code: str) -> Any:
    """A paper as it would be drawn up now; nothing is kept."""
    content = papers.preview_paper(list_id, code, by=me(), nomination=_name())
    return doors.hand_file(content, "application/pdf", f"{papers.kind_named(code).name}.pdf", look=True)


def _name() -> int | None:
    """Which name a paper is about, where each has its own."""
    return request.args.get("name", type=whole)


@blueprint.post("/lists/<int:list_id>/papers/<code>")
def draw(list_id: int, code: str) -> Any:
    """Draw a paper up from the database."""
    by = me()
    try:
        before = lists.read_list(list_id, by=by).state
        drawn = papers.draw_up_paper(list_id, code, by=by, nomination=_name())
    except Conflict as refusal:
        say(in_language(refusal), "bad")
    else:
        kind, version = paper_name(papers.kind_named(code)), drawn.papers[0].version
        say(_("Đã soạn %(paper)s, bản %(version)s.", paper=words.within_a_sentence(kind), version=version) if drawn.fresh
            else _("Dữ liệu không đổi: bản %(version)s vẫn đúng.", version=version))
        _say_if_unchecked(list_id, before, by)
    return _back(list_id, by)


def _say_if_unchecked(list_id: int, before: str, by: Actor) -> None:
    """Tell that a new version has taken the format check back."""
    if before == "checked" and lists.read_list(list_id, by=by).state == "submitted":
        say(_("Văn bản đã đổi sau khi kiểm tra thể thức: Văn phòng kiểm tra lại thể thức rồi Chủ tịch UBND xã mới ký."), "warn")


def _back(list_id: int, by: Actor) -> Any:
    """Where the papers stand: the page of the name, of the session, of the list."""
    if (name := _name()) is not None:
        return back_to("nominations.show", nomination_id=name, _anchor="papers")
    return redirect(f"{list_page.address(lists.read_list(list_id, by=by))}#papers", code=303)


@blueprint.post("/lists/<int:list_id>/papers/<code>/edited")
def take_edited(list_id: int, code: str) -> Any:
    """Put the DOCX that the office edited in the place of what stands."""
    return _take(list_id, code, signed=False)


@blueprint.post("/lists/<int:list_id>/papers/<code>/signed")
def take_signed(list_id: int, code: str) -> Any:
    """Put the scan of the signed paper in the place of what stands."""
    return _take(list_id, code, signed=True)


def _take(list_id: int, code: str, *, signed: bool) -> Any:
    by, sent = me(), request.files.get("paper")
    try:
        before = lists.read_list(list_id, by=by).state
        if sent is None or not sent.filename:
            raise Invalid("Chọn tệp.", "Choose a file.", code="no-file")
        paper = papers.upload_paper(list_id, code, sent.filename, sent.read(), by=by, signed=signed, nomination=_name())
    except (Invalid, Conflict) as refusal:
        say(in_language(refusal), "bad")
        return _back(list_id, by)
    found = [Difference(**d) for d in paper.differences]
    wrong = sum(d.contradicts for d in found)
    _say_if_unchecked(list_id, before, by)
    if wrong:
        say(ngettext("Đã nhận bản %(version)s. *%(num)d chỗ khác danh sách*: xem dưới tên văn bản.",
                     "Đã nhận bản %(version)s. *%(num)d chỗ khác danh sách*: xem dưới tên văn bản.", wrong, version=paper.version), "warn")
    else:
        say(_("Đã nhận bản %(version)s.", version=paper.version))
    return _back(list_id, by)


@blueprint.post("/lists/<int:list_id>/papers/<code>/sign")
def sign(list_id: int, code: str) -> Any:
    """Sign a paper with the own key file, or number and seal it with the organisation's; the passphrase is kept nowhere."""
    by, passphrase = me(), request.form.get("passphrase", "")
    verb = papers.seal_paper if request.form.get("as") == "organisation" else papers.sign_paper
    try:
        paper = verb(list_id, code, passphrase, by=by)
    except (Invalid, Conflict) as refusal:
        faults = getattr(refusal, "faults", ())
        say(shown_faults(refusal)[0][1] if faults else in_language(refusal), "bad")
    else:
        say(_("Đã ký số, bản %(version)s.", version=paper.version))
    return _back(list_id, by)


@blueprint.get("/papers/<int:paper_id>")
def download(paper_id: int) -> Any:
    """One version, to save; with `look` a PDF is shown in the browser."""
    _paper, file, path = papers.open_paper(paper_id, by=me())
    return doors.hand_file(path, file.media_type, file.name, look=wants_to_look())


@blueprint.get("/lists/<int:list_id>/bundle.zip")
def bundle(list_id: int) -> Any:
    """The whole package to the level above, as one ZIP."""
    name, file = papers.bundle_package(list_id, by=me())
    return doors.hand_file(file, "application/zip", name)


# Certificates: one a name, all of them by the worker


@blueprint.get("/lists/<int:list_id>/certificates")
def certificates(list_id: int) -> Any:
    """How the certificate of a name will look, each name's own, and all of them at once."""
    by = me()
    row = papers.read_for_papers(list_id, by=by)
    kinds = [kind for kind in papers.kinds_of(row) if kind.is_certificate]
    if not kinds:
        raise NotFound("Danh sách này không có Giấy khen.", "This list has no certificates.")
    kind = next((k for k in kinds if k.code == request.args.get("kind")), kinds[0])
    names = [(n.id, n.name, line.id) for line, n in lists.lines_of(row.id) if not line.removed and line.result != "struck"]
    chosen = next((n for n in names if str(n[0]) == request.args.get("name", "")), names[0] if names else None)
    batches = papers.batches_of(row.id)
    batch = batches.get((kind.code, "draw"))
    signing = paper_parts.signing_block(row, kind, batches, by)
    drawn = papers.papers_by_name(row.id, kind.code)  # after what is said of all, while more are being signed
    outdated = papers.outdated(row, kind, drawn)
    stale = batch is not None and batch.state == "done" and papers.is_stale(row, batch)
    return page(
        "certificates",
        crumbs=[Link(_("Danh sách"), url_for("lists.show_all")), Link(row.title, list_page.address(row)), Link(_("Giấy khen"), "")],
        sentence=_("Giấy khen: *%(title)s*", title=row.title),
        status=list_words.mark(row),
        tabs=[Link(paper_name(k), url_for("papers.certificates", list_id=row.id, kind=k.code), current=k is kind) for k in kinds],
        preview_url=url_for("papers.picture", list_id=row.id, code=kind.code, name=chosen[0]) if chosen else "",
        preview_words=_("Giấy khen của %(who)s, xem trước", who=chosen[1]) if chosen else "",
        names=[
            (name, _(paper_parts.OUTDATED[outdated[line]]) if line in outdated else signing.states.get(line, ""), [
                Link(_("Xem trước"), url_for("papers.certificates", list_id=row.id, kind=kind.code, name=number),
                     current=chosen is not None and number == chosen[0]),
                *(paper_parts.ways_to(drawn[f"line:{line}"]) if f"line:{line}" in drawn else []),
            ])
            for number, name, line in names
        ],
        print_all=Act(
            ngettext("In %(num)d Giấy khen ra tệp", "In %(num)d Giấy khen ra tệp", len(names)),
            url_for("papers.print_all", list_id=row.id, code=kind.code), "print-all", "main",
        ) if names and papers.may_draw(by, row, kind) else None,
        progress=_progress(batch) if batch and batch.state == "drawing" else None,
        bound=[
            Link(
                ngettext("Bản in cũ, %(num)d Giấy khen", "Bản in cũ, %(num)d Giấy khen", batch.total) if stale
                else ngettext("Tải %(num)d Giấy khen, một tệp PDF", "Tải %(num)d Giấy khen, một tệp PDF", batch.total),
                url_for("papers.bound", batch_id=batch.id),
            ),
            Link(_("Xem"), url_for("papers.bound", batch_id=batch.id, look=1)),
        ] if batch and batch.state == "done" else [],
        stale=_("Từ khi in tệp này có Giấy khen được sửa, in lại hoặc bị hủy bỏ: bấm in lại.") if stale else "",
        failed=_("Lần in trước không xong. Bấm in lại.") if batch and batch.state == "failed" else "",
        signing=signing,
        signatures=paper_parts.signature_checks(papers.signatures_of(drawn[f"line:{chosen[2]}"]))
        if chosen and f"line:{chosen[2]}" in drawn else [],
    )


@blueprint.get("/lists/<int:list_id>/certificates/<code>/<int:name>.png")
def picture(list_id: int, code: str, name: int) -> Any:
    """The picture of one name's certificate as it would be drawn now."""
    content = papers.picture_certificate(list_id, code, name, by=me())
    return doors.hand_file(content, "image/png", f"{code}.png", look=True)


@blueprint.post("/lists/<int:list_id>/certificates/<code>")
def print_all(list_id: int, code: str) -> Any:
    """Ask the worker for all certificates."""
    by = me()
    try:
        papers.ask_certificates(list_id, code, by=by)
    except Conflict as refusal:
        say(in_language(refusal), "bad")
    return back_to("papers.certificates", list_id=list_id, kind=code)


@blueprint.get("/certificates/<int:batch_id>")
def bound(batch_id: int) -> Any:
    """All certificates of a batch in one PDF, to save; with `look` it is shown in the browser."""
    _batch, file, path = papers.open_batch(batch_id, by=me())
    return doors.hand_file(path, file.media_type, file.name, look=wants_to_look())


@blueprint.get("/certificates/<int:batch_id>/progress")
def progress_of(batch_id: int) -> Any:
    """How far a batch is: a piece of the page, asked for every two seconds."""
    batch = papers.read_batch(batch_id, by=me())
    return fragment("progress", one=_progress(batch) if batch.act == "draw" else paper_parts.signing_progress(batch))


@blueprint.post("/lists/<int:list_id>/certificates/sign")
def sign_all(list_id: int) -> Any:
    """Sign all full-page certificates with the own key file, or with the organisation's; the passphrase is kept nowhere."""
    by, passphrase = me(), request.form.get("passphrase", "")
    verb = papers.seal_certificates if request.form.get("as") == "organisation" else papers.sign_certificates
    try:
        verb(list_id, passphrase, by=by)
    except (Invalid, Conflict) as refusal:
        faults = getattr(refusal, "faults", ())
        say(shown_faults(refusal)[0][1] if faults else in_language(refusal), "bad")
    return back_to("papers.certificates", list_id=list_id, kind=papers.FULL_PAGE)


def _progress(batch: PaperBatch) -> Progress:
    return Progress(
        _("Đang in Giấy khen ra tệp:"), batch.done, batch.total, _("Rời trang được. Tải lại trang để lấy tệp khi xong."),
        url_for("papers.progress_of", batch_id=batch.id) if batch.state == "drawing" else "",
    )
