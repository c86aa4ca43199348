"""Papers of a matter on the web: looked at, drawn up, edited or signed ones put in; the block of them on its page and its tasks'."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from service import doors, movement, papers, people
from service.actor import Actor
from service.errors import Conflict, Invalid
from service.papers import Difference, MatterPaper
from service.processes import tasks
from service.web import paper_parts
from service.web.case_parts import in_words
from service.web.frame import Link
from service.web.pages import back_to, in_language, me, say, whole
from service.web.parts import Act, Check, PaperBlock, PaperRow

blueprint = Blueprint("matter_papers", __name__)


@blueprint.get("/matters/<int:matter_id>/papers/<paper>/preview")
def preview(matter_id: int, paper: str) -> Any:
    """A paper as it would be drawn up now, with the reader's own draft of the step that writes it; nothing is kept."""
    content = papers.preview_matter_paper(matter_id, paper, by=me())
    return doors.hand_file(content, "application/pdf", f"{paper}.pdf", look=True)


@blueprint.post("/matters/<int:matter_id>/papers/<paper>")
def draw(matter_id: int, paper: str) -> Any:
    """Draw a paper up from what the steps said."""
    by = me()
    try:
        drawn = papers.draw_up_matter_paper(matter_id, paper, by=by)
    except Conflict as refusal:
        say(in_language(refusal), "bad")
    else:
        version = drawn.papers[0].version
        say(_("Đã soạn, bản %(version)s.", version=version) if drawn.fresh
            else _("Dữ liệu không đổi: bản %(version)s vẫn đúng.", version=version))
    return _back(matter_id)


@blueprint.post("/matters/<int:matter_id>/papers/<paper>/edited")
def take_edited(matter_id: int, paper: str) -> Any:
    """Put the DOCX that the office edited in the place of what stands."""
    return _take(matter_id, paper, signed=False)


@blueprint.post("/matters/<int:matter_id>/papers/<paper>/signed")
def take_signed(matter_id: int, paper: str) -> Any:
    """Put the scan of the signed paper in the place of what stands."""
    return _take(matter_id, paper, signed=True)


def _take(matter_id: int, paper: str, *, signed: bool) -> Any:
    by, sent = me(), request.files.get("paper")
    papers.must_take_paper(matter_id, paper, by=by, signed=signed)
    try:
        if sent is None or not sent.filename:
            raise Invalid("Chọn tệp.", "Choose a file.", code="no-file")
        taken = papers.upload_matter_paper(matter_id, paper, sent.filename, sent.read(), by=by, signed=signed)
    except (Invalid, Conflict) as refusal:
        say(in_language(refusal), "bad")
        return _back(matter_id)
    wrong = sum(Difference(**one).contradicts for one in taken.differences)
    if wrong:
        say(ngettext("Đã nhận bản %(version)s. *%(num)d chỗ khác dữ liệu*: xem dưới tên văn bản.",
                     "Đã nhận bản %(version)s. *%(num)d chỗ khác dữ liệu*: xem dưới tên văn bản.", wrong, version=taken.version), "warn")
    else:
        say(_("Đã nhận bản %(version)s.", version=taken.version))
    return _back(matter_id)


def _back(matter_id: int) -> Any:
    """Where the papers stand: the page of the task from which one came, else the matter's."""
    if (task := request.args.get("task", type=whole)) is not None:
        return back_to("task.show", task_id=task, _anchor="papers")
    return back_to("matters.show", matter_id=matter_id, _anchor="papers")


def block(matter_id: int, by: Actor) -> PaperBlock | None:
    """What a matter's page shows of its papers; None where there is none for its reader."""
    return _block(matter_id, papers.papers_of_matter(matter_id, by=by), None)


def block_of_task(task: tasks.Task, by: Actor) -> PaperBlock | None:
    """What the page of a task shows of the paper that its step writes; None without one, or for who may not read it."""
    named = task.attrs.get("paper")
    if not named or not (task.running.case_key or "").startswith(f"{movement.CASE}:") or not movement.may_read(by, task.running):
        return None
    matter = task.running.case
    found = [one for one in papers.papers_of_matter(matter, by=by) if one.name == named]
    if not found and movement.read_matter(matter, by=by).private:
        said = _("Văn bản của bước này có mục kín của việc: người xem được mục kín soạn và mở.")
        return PaperBlock([], said)
    return _block(matter, found, task.id)


def _block(matter_id: int, found: list[MatterPaper], task: int | None) -> PaperBlock | None:
    if not found:
        return None
    made_by = people.names({paper.made_by for one in found for paper in (*one.latest, *one.earlier) if paper.made_by})
    typed = any(one.tasks and one.written for one in found)
    words = found[0].document if task is not None else None
    edited = words is not None and found[0].latest and found[0].latest[0].source != "drafted"
    return PaperBlock(
        [_row(matter_id, one, made_by, task) for one in found],
        _("Soạn từ dữ liệu chỉ lấy điều đã gửi. Điều đang nhập và đã lưu nháp chỉ có trong Xem trước của bạn.") if typed else "",
        words=_apart(words) if words is not None else None,
        words_note=_("Bản đang dùng là bản sửa hoặc bản chụp: mở tệp ở trên để đọc. Dưới đây là nội dung theo dữ liệu.") if edited else "",
    )


def _apart(document: Mapping[str, Any]) -> dict[str, Any]:
    """The words of a paper, its annexes apart: they fold out below."""
    blocks = document["blocks"]
    first = next((at for at, one in enumerate(blocks) if one["kind"] == "annex"), len(blocks))
    return {**document, "blocks": blocks[:first], "annexes": blocks[first:]}


def _row(matter_id: int, one: MatterPaper, made_by: dict[int, str], task: int | None) -> PaperRow:
    def url(endpoint: str) -> str:
        return url_for(f"matter_papers.{endpoint}", matter_id=matter_id, paper=one.name, task=task)

    latest = one.latest
    draw_words = _("Soạn lại từ dữ liệu") if latest else _("Soạn từ dữ liệu")
    unwritten = [] if one.written else [Check(_("Gửi bước này xong mới soạn được: trước đó văn bản chưa có lời văn."), "info")]
    return PaperRow(
        key=one.name,
        name=in_words(one.text.name),
        state=paper_parts.version_words(latest[0], made_by) if latest else _("Chưa soạn"),
        links=[*([Link(_("Xem trước"), url("preview"))] if one.tasks or not latest else []), *paper_parts.ways_to(*latest)],
        draw=Act(draw_words, url("draw"), f"draw-{one.name}") if one.may_draw and one.written else None,
        edited_url=url("take_edited") if one.may_edit and one.text.word else "",
        edited_hint=_("Tệp .docx không có macro. Máy so từng tên, từng số với điều các bước đã ghi."),
        signed_url=url("take_signed") if one.may_scan and latest else "",
        checks=[*unwritten, *_stale(one), *paper_parts.difference_checks(latest)],
        versions_before=len({paper.version for paper in one.earlier}),
        earlier=[
            Link(f"{paper_parts.version_words(paper, made_by)} · {paper.format.upper()}", url_for("papers.download", paper_id=paper.id))
            for paper in one.earlier
        ],
    )


def _stale(one: MatterPaper) -> list[Check]:
    """What of a version is behind what the steps say, to whom that is of use."""
    if one.number_after:
        return [Check(_("Bản này có trước khi cho số: bản chụp đã ký phải mang số %(number)s.", number=one.number_after), "info")]
    if one.old and one.may_draw:
        return [Check(_("Các bước đã ghi khác bản này. Soạn lại từ dữ liệu."), "warn")]
    if not one.old or not one.others or one.signed:
        return []
    if one.latest[0].source == "edited":
        return [Check(_("Bản sửa này có trước điều các bước ghi sau. Trả lại để người soạn sửa, trước khi ký."), "warn")]
    return [Check(_("Số liệu đã đổi sau bản này. Nội dung dưới đây là mới nhất, ký xong máy soạn bản mới."), "info")]


__all__ = ["block", "block_of_task", "blueprint"]
