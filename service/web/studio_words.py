"""A version of a process as a paper, and two versions or drafts side by side: on the diagram, as text, element by element, file by file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from service import doors, people, words
from service.actor import Actor
from service.errors import NotFound
from service.processes import deployments, enactments
from service.processes.models import Deployment
from service.studio import drafts, procedures
from service.studio.drafts import Draft
from service.web import pages
from service.web.frame import Link
from service.web.parts import Cell, Column, Diagram, FilterField, Step, Table
from service.web.standing import way
from service.web.studio_parts import process_crumbs
from workflows import differences, prose_changes, safexml
from workflows.differences import Differences, ElementChange, FileChange
from workflows.graph import BPMN
from workflows.prose import Procedure, part_and_step
from workflows.prose_changes import PartChanges, StepChange

blueprint = Blueprint("studio_words", __name__)
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CHANGES = {
    "added": ("+", lazy_gettext("Thêm")), "removed": ("−", lazy_gettext("Bỏ")), "changed": ("≠", lazy_gettext("Sửa")),
    "moved": ("↔", lazy_gettext("Dời chỗ")),
}
"""Kind of change → its sign in the drawing, and its word."""
_DETAILS = {
    "name": lazy_gettext("tên gọi"), "lane": lazy_gettext("làn"), "kind": lazy_gettext("loại"), "condition": lazy_gettext("điều kiện"),
    "default": lazy_gettext("hướng mặc định"), "sourceRef": lazy_gettext("từ"), "targetRef": lazy_gettext("đến"),
    "attachedToRef": lazy_gettext("gắn vào"), "cancelActivity": lazy_gettext("dừng bước"), "message": lazy_gettext("thông báo"),
    "calledElement": lazy_gettext("quy trình được gọi"), "documentation": lazy_gettext("mô tả"), "script": lazy_gettext("biểu thức"),
    "timeDate": lazy_gettext("hẹn giờ"), "timeDuration": lazy_gettext("hẹn giờ"), "timeCycle": lazy_gettext("hẹn giờ"),
    "@form": lazy_gettext("biểu mẫu"), "@candidates": lazy_gettext("nhóm xử lý"), "@due": lazy_gettext("thời hạn"),
    "@target": lazy_gettext("mục tiêu"), "@basis": lazy_gettext("căn cứ"), "@list": lazy_gettext("danh sách"),
    "@phase": lazy_gettext("giai đoạn"), "@outcome": lazy_gettext("kết quả ghi nhận"), "@event": lazy_gettext("sự kiện"),
    "@remind": lazy_gettext("nhắc việc"), "@escalate": lazy_gettext("báo khi quá hạn"),
    "@escalate_after": lazy_gettext("ngày báo quá hạn"), "@unclaimed_after": lazy_gettext("ngày chờ người nhận"),
    "@unclaimed_tell": lazy_gettext("báo khi chưa ai nhận"), "@unclaimed_to": lazy_gettext("giao thêm khi chưa ai nhận"),
    "@topic": lazy_gettext("việc nền"),
    "@values": lazy_gettext("kết quả có thể"), "@same_as": lazy_gettext("giao lại"), "@excludes": lazy_gettext("không giao"),
    "@instead": lazy_gettext("người làm thay"),
    "@doers": lazy_gettext("giao thêm cho người được nêu"),
    "@item_title": lazy_gettext("tên theo mục"),
    "@decision_ref": lazy_gettext("bảng quyết định"), "@result_variable": lazy_gettext("nơi ghi"), "@key": lazy_gettext("khóa"),
    "@settles": lazy_gettext("ghi nhận biểu quyết, chữ ký"), "@letter": lazy_gettext("thư báo việc mới"),
    "@paper": lazy_gettext("văn bản của bước"),
    "@group": lazy_gettext("nhóm của làn"),
}


@blueprint.get("/office/processes/<int:deployment>/procedure.<format>")
def paper(deployment: int, format: str) -> Response:
    """The internal procedure of a version as PDF or DOCX."""
    people.require(pages.me(), "deployment.read")
    process = request.args.get("process", "")
    name = f"Quy trình nội bộ, phiên bản {procedures.deployment_of(deployment).version}"
    if format == "pdf":
        content, kind = procedures.print_procedure(deployment, process), "application/pdf"
    elif format == "docx":
        content, kind = procedures.write_procedure(deployment, process), _DOCX
    else:
        raise NotFound("Chỉ có PDF và DOCX.", "Only PDF and DOCX.")
    return doors.hand_file(content, kind, f"{name}.{format}")


@dataclass(frozen=True, slots=True)
class Row:
    """One step of the list of changes: its sign and word, where it stood and stands, its lines as marked pieces."""

    change: str
    sign: str
    word: str
    element: str
    number: str
    title: str
    note: str = ""
    lines: Sequence[Sequence[tuple[str, str]]] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file beside the diagrams that differs: its lines, each with its mark."""

    name: str
    sign: str
    word: str
    lines: Sequence[tuple[Literal["same", "added", "removed", "place"], str]]


@dataclass(frozen=True, slots=True)
class Side:
    """What is compared: a version, or a draft; `word` names it in addresses (`3`, `draft:4`)."""

    word: str
    key: str
    name: str
    said: str
    """How it is called in a sentence."""
    title: str
    files: Mapping[str, bytes]
    url: str
    drawing: Callable[[str], str]
    """Process → address of its drawing."""


@blueprint.get("/office/processes/compare")
def compare() -> Response:
    """Two versions, or a draft and a version, side by side; without any named, the newest and the one before it."""
    by = pages.me()
    people.require(by, "deployment.read")
    rows = deployments.list_deployments()
    old, new = _chosen(rows, by)
    language = words.language()
    before, after = (procedures.procedure_in(one.files, one.key, language) for one in (old, new))
    changes = {part.process: part for part in prose_changes.compare(before, after)}
    differ = differences.differ(old.files, new.files)
    titles = procedures.file_titles(old.files, language), procedures.file_titles(new.files, language)
    processes = list(dict.fromkeys([p.process for p in after.parts] + [p.process for p in before.parts]))
    counted = {p: len(differ.of(p)) for p in processes}
    asked = request.args.get("process", "")
    chosen = asked if asked in processes else next((p for p in processes if counted[p] or p in changes), processes[0])
    return pages.page(
        "studio_compare",
        crumbs=process_crumbs(Link(words.translated(new.name), new.url), Link(_("So sánh"), "")),
        sentence=_("%(old)s và %(new)s", old=old.said, new=words.within_a_sentence(new.said)) if old.key == new.key
        else _("%(old)s và %(new)s", old=words.translated(old.name), new=words.translated(new.name)),
        status=_said(differ, changes),
        url=url_for("studio_words.compare"),
        fields=[_field("from", _("Từ phiên bản"), old, rows, by), _field("to", _("Đến phiên bản"), new, rows, by)],
        chips=[
            Link(_title(after, before, p), compare_url(old.word, new.word, p),
                 count=counted[p], current=p == chosen)
            for p in processes
        ],
        drawings=[
            _drawn(one, procedure, chosen, differ, side)
            for one, procedure, side in ((old, before, "before"), (new, after, "after"))
        ],
        legend=[(key, sign, word) for key, (sign, word) in CHANGES.items()],
        rows=_rows(changes.get(chosen), differ.of(chosen)),
        step_word=part_and_step(language)[1],
        details=_details(differ.of(chosen), titles),
        files=[_file(one, (titles[1] | titles[0] if one.change == "removed" else titles[0] | titles[1])) for one in differ.files],
    )


def compare_url(old: int | str, new: int | str, process: str = "") -> str:
    """Address of the comparison of two versions by their numbers, or of a draft (`draft:4`); of the diagrams that changed first."""
    query: dict[str, Any] = {"from": old, "to": new} | ({"process": process} if process else {})
    return url_for("studio_words.compare", **query)


def draft_compare_url(draft: Draft) -> str:
    """Address of what a draft changes of the version in use; nothing where no version of its process is in use."""
    in_use = enactments.used(draft.key)
    return compare_url(in_use, f"draft:{draft.id}") if in_use is not None else ""


def _chosen(rows: Sequence[Deployment], by: Actor) -> tuple[Side, Side]:
    if not rows:
        raise NotFound("Chưa có quy trình nào.", "No process is deployed yet.")
    to, of = request.args.get("to", ""), request.args.get("from", "")
    new = _side(to or str(rows[0].id), rows, by)
    if not of:
        in_use = enactments.used(new.key) if new.word.startswith("draft:") else procedures.version_before(int(new.word))
        of = str(in_use or rows[0].id)
    return _side(of, rows, by), new


def _side(word: str, rows: Sequence[Deployment], by: Actor) -> Side:
    kind, colon, number = word.rpartition(":")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise NotFound("Không có phiên bản quy trình này.", "There is no such deployment.")
    if colon and kind == "draft":
        people.require(by, "studio.edit")
        draft = drafts.read_draft(int(number))
        said = _("Bản soạn “%(name)s”", name=words.translated(draft.name))
        return Side(
            word, draft.key, draft.name, said, said, drafts.files_of(draft.id), url_for("studio.show", draft=draft.id),
            lambda process: url_for("studio_words.drawing", draft=draft.id, process=process),
        )
    row = next((one for one in rows if one.id == int(number) and not colon), None)
    if row is None:
        raise NotFound("Không có phiên bản quy trình này.", "There is no such deployment.")
    return Side(
        str(row.id), row.key, row.name, _("Phiên bản %(n)d", n=row.version),
        _("Phiên bản %(n)d, %(day)s", n=row.version, day=words.full_date(row.deployed_at)), procedures.files_of(row.id),
        url_for("office_processes.show", deployment=row.id),
        lambda process: way("task.drawing", deployment=row.id, process=process),
    )


@blueprint.get("/office/studio/<int:draft>/drawing/<process>")
def drawing(draft: int, process: str) -> Response:
    """The XML of one diagram of a draft."""
    people.require(pages.me(), "studio.edit")
    file = _diagram_files(drafts.files_of(draft)).get(process)
    if file is None:
        raise NotFound("Không có sơ đồ này.", "There is no such diagram.")
    return doors.hand_file(file, "application/xml", f"{process}.bpmn")


def _diagram_files(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Process → the file that draws it; files that cannot be read are left out."""
    return {
        str(node.get("id")): files[name] for name, tree in safexml.readable(files, ".bpmn") for node in tree.iter(f"{BPMN}process")
    }


def _field(name: str, label: str, chosen: Side, rows: Sequence[Deployment], by: Actor) -> FilterField:
    options = [
        (str(row.id), _("%(name)s, phiên bản %(n)d (%(day)s)", name=words.translated(row.name), n=row.version,
                        day=words.full_date(row.deployed_at)))
        for row in rows
    ]
    if people.allowed(by, "studio.edit"):
        options += [(f"draft:{one.id}", _("Bản soạn “%(name)s”", name=words.translated(one.name))) for one in drafts.list_drafts()]
    return FilterField(name, label, chosen.word, options)


def _said(differ: Differences, changes: Mapping[str, PartChanges]) -> str:
    if not differ.elements and not differ.files and not changes:
        return _("Hai bản giống hệt nhau.")
    counts = {key: sum(one.change == key for one in differ.elements) for key in CHANGES}
    said = [f"{word} {counts[key]}" for key, (_sign, word) in CHANGES.items() if counts[key]]
    if differ.files:
        said.append(ngettext("%(num)d tệp khác", "%(num)d tệp khác", len(differ.files)))
    return ", ".join(said) + "."


def _title(after: Procedure, before: Procedure, process: str) -> str:
    part = after.part(process) or before.part(process)
    return part.title if part else process


def _drawn(one: Side, procedure: Procedure, process: str, differ: Differences, side: str) -> Diagram:
    part = procedure.part(process)
    if part is None or process not in _diagram_files(one.files):
        return Diagram(one.title, "", [])
    hidden = "added" if side == "before" else "removed"
    return Diagram(
        one.title,
        one.drawing(process),
        [Step(step.element, step.number, step.title, "plain") for step in part.steps],
        labels={
            it.element: (it.change, CHANGES[it.change][0]) for it in differ.of(process) if it.change != hidden
        },
        together="compare",
    )


def _rows(part: PartChanges | None, elements: Sequence[ElementChange]) -> list[Row]:
    """What changed in words; then what the text does not say: what only moved in the drawing, or has no words."""
    found = [_row(one) for one in (part.steps if part else ())]
    told = {one.element for one in (part.steps if part else ())} | {
        line.element for one in (part.steps if part else ()) for line in one.lines
    }
    for one in elements:
        if one.element not in told and one.kind != "sequenceFlow":
            sign, word = CHANGES[one.change]
            note = _("chỉ dời hình vẽ") if one.change == "moved" else _("không đổi lời của quy trình")
            found.append(Row(one.change, sign, str(word), one.element, "", words.translated(one.name) or one.element, note))
    return found


def _row(step: StepChange) -> Row:
    sign, word = CHANGES[step.change]
    number = step.after or step.before
    note = _("trước là bước %(old)s", old=step.before) if step.before and step.after and step.before != step.after else ""
    lines = [[(piece.mark, piece.text) for piece in line.pieces] for line in step.lines]
    return Row(step.change, sign, str(word), step.element, number, step.title, note, lines)


_HELD = {"@form": "form", "@letter": "letter", "@paper": "paper"}
"""Attributes that name a file of the bundle → the ending of the file."""


def _details(elements: Sequence[ElementChange], titles: tuple[Mapping[str, str], Mapping[str, str]]) -> Table | None:
    def told(name: str, value: str | None, known: Mapping[str, str]) -> Cell:
        title = known.get(f"{value}.{_HELD[name]}", "") if name in _HELD else ""
        return Cell(title, value or "") if title else Cell(value or "–")

    rows = [
        [Cell(words.translated(one.name) or one.element, one.element), Cell(str(_DETAILS.get(detail.name, detail.name.lstrip("@")))),
         told(detail.name, detail.before, titles[0]), told(detail.name, detail.after, titles[1])]
        for one in elements for detail in one.details
    ]
    if not rows:
        return None
    return Table([Column(_("Phần tử")), Column(_("Thuộc tính")), Column(_("Trước")), Column(_("Sau"))], rows, _("Thuộc tính đã đổi"))


_MARKS: dict[str, Any] = {"+": "added", "-": "removed", "@": "place"}


def _file(one: FileChange, titles: Mapping[str, str]) -> ChangedFile:
    sign, word = CHANGES[one.change]
    lines = [(_MARKS.get(line[:1], "same"), line if line.startswith("@") else line[1:]) for line in one.lines]
    title = titles.get(one.name)
    return ChangedFile(f"{title} ({one.name})" if title else one.name, sign, str(word), lines)
