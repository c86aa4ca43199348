"""What the pages about processes share: versions, steps and outcomes in words, diagrams and files of a bundle, ways to try it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from flask import Response, jsonify, make_response, request, url_for
from flask_babel import gettext as _

from service import doors, words
from service.errors import Conflict, Invalid, NotFound
from service.processes.models import Deployment
from service.studio import drafts, procedures
from service.studio.register_words import Told
from service.studio.versions import Version
from service.web import pages
from service.web.frame import Link
from service.web.office_frame import crumbs
from service.web.parts import Block, Check, Diagram, Step
from service.words import N_
from workflows.definition import Definition
from workflows.prose import place_steps

STEPS = ("user", "receive", "call", "subprocess", "decision", "external", "script")
"""Kinds of elements that are steps of a procedure."""
_OUTCOMES = {
    "certificate": N_("Giấy khen"), "provincial_merit": N_("Khen thưởng cấp tỉnh"),
    "national_nomination": N_("Khen thưởng cấp Nhà nước"), "refused": N_("Không được khen thưởng"),
    "withdrawn": N_("Đã rút, dừng xét"),
}


def process_crumbs(*links: Link) -> list[Link]:
    """Where the reader is, below the processes of administration."""
    return crumbs(Link(_("Quy trình"), url_for("office_processes.show_all")), *links)


def draft_crumbs(*links: Link) -> list[Link]:
    """Where the reader is, below the drafts of processes."""
    return crumbs(Link(_("Soạn quy trình"), url_for("studio.show_all")), *links)


def ways_to_try(of: str) -> list[Link]:
    """What can be tried with a bundle that is named by a word such as `draft:3`."""
    return [
        Link(_("Chạy thử"), url_for("studio_tryout.show_all", of=of)),
        Link(_("Kịch bản"), url_for("studio_scenarios.show_all", of=of)),
        Link(_("Chạy lại hồ sơ cũ"), url_for("studio_replay.show_all", of=of)),
    ]


def version_words(version: Deployment | Version) -> str:
    """A version of a process as it is named in lists."""
    return _("%(name)s, phiên bản %(n)d", name=words.translated(version.name), n=version.version)


def element_words(definition: Definition, key: str) -> str:
    """An element or a process by its label, or its id where it has none."""
    element = definition.elements.get(key)
    name = element.name if element is not None else definition.processes_named.get(key, "")
    return words.translated(name) if name else key


def outcome_words(outcome: str, *definitions: Definition) -> str:
    """How a case ended, by the register of its process where it has one; as the diagram says it where that is no outcome of ours."""
    for one in definitions:
        if one.register is not None and outcome in one.register.outcomes:
            return one.register.outcomes[outcome].words[words.language() == "en"]
    return _(_OUTCOMES[outcome]) if outcome in _OUTCOMES else outcome


def case_url(case_key: str | None) -> str:
    """Page of what an instance is about, where it has one."""
    kind, _colon, number = (case_key or "").partition(":")
    if kind == "matter" and number.isdigit():
        return f"/matters/{number}"
    return url_for("nominations.show", nomination_id=int(number)) if kind == "nomination" and number.isdigit() else ""


def register_block(told: Sequence[Told]) -> list[Block]:
    """What a change of a register means for who begins, who reads and what is private; nothing where that stays as it is."""
    return [Block(
        _("Sổ theo dõi: ai lập, ai xem, mục nào kín"),
        words=_("Việc lập theo phiên bản này thì như sau; việc đang chạy giữ phiên bản của mình cho đến khi được chuyển."),
        checks=[Check(pages.in_language(one), "warn" if one.widens else "info") for one in told],
    )] if told else []


def chosen_process(definition: Definition, otherwise: str = "") -> str:
    """The process whose diagram the address asks for; else the one given, else the main one."""
    asked = request.args.get("process") or otherwise
    return asked if asked in definition.file_of else definition.main


def process_chips(
    definition: Definition, chosen: str, address: Callable[[str], str], counts: Mapping[str, int] | None = None
) -> list[Link]:
    """The diagrams of a bundle to choose from."""
    return [
        Link(words.translated(definition.processes_named.get(p, p)), address(p), count=(counts or {}).get(p), current=p == chosen)
        for p in definition.processes
    ]


def drawing_of(files: Mapping[str, bytes], definition: Definition, process: str) -> Response:
    """The XML of one diagram of a bundle. Raises NotFound."""
    if process not in definition.file_of:
        raise NotFound("Không có sơ đồ này.", "There is no such diagram.")
    answer = make_response(files[definition.file_of[process]])
    answer.mimetype = "application/xml"
    return answer


def sent_files() -> tuple[dict[str, bytes], str]:
    """The files that were sent for a draft, ZIPs unpacked, and the main process that one of these names. Raises Invalid."""
    sent = {f.filename: f.read() for f in request.files.getlist("files") if f.filename}
    if not sent:
        raise Invalid.at("files", "Chọn ít nhất một tệp.", "Choose at least one file.")
    return drafts.unpack(sent)


def scenario_file(name: str, content: bytes) -> Response:
    """A scenario to be kept as a file."""
    return doors.hand_file(content, "application/json", name)


def diagram_of(
    definition: Definition, files: Mapping[str, bytes], process: str, marks: Mapping[str, str], source: str
) -> Diagram:
    """One diagram with marks and its text, numbered as the procedure is."""
    elements = [e for e in definition.elements.values() if e.process == process and e.kind in STEPS]
    steps = [
        Step(
            e.id, number, words.translated(e.name) or _("Bước chưa đặt tên"), marks.get(e.id, "ahead"), note=words.translated(e.lane or "")
        )
        for e, number in procedures.in_order(elements, place_steps(files, definition.main))
    ]
    here = {key: mark for key, mark in marks.items() if definition.elements[key].process == process}
    return Diagram(words.translated(definition.processes_named.get(process, process)), source, steps, here)


def answered_in_json(view: Callable[..., Response]) -> Callable[..., Response]:
    """Answer a refusal as JSON in the reader's language; a draft that was overtaken says by whom, with what stands now."""

    @wraps(view)
    def answering(**given: Any) -> Response:
        try:
            return view(**given)
        except (Conflict, Invalid, NotFound) as refusal:
            body: dict[str, Any] = {"code": refusal.code, "message": pages.in_language(refusal)}
            if isinstance(refusal, drafts.Overtaken):
                content = refusal.content
                body |= {
                    "who": refusal.who[words.language() == "en"], "version": refusal.version,
                    "at": words.clock_time(refusal.at) if refusal.at else "",
                    "content": None if content is None else content.decode("utf-8", "replace"),
                }
            answer = jsonify(body)
            answer.status_code = refusal.status
            return answer

    return answering


def typed_files() -> dict[str, bytes]:
    """Files as they stand on the page, by name."""
    body = request.get_json(silent=True)
    said = body.get("files") if isinstance(body, dict) else None
    if not isinstance(said, dict) or not all(isinstance(text, str) for text in said.values()):
        raise unreadable()
    return {drafts.checked_name(name): text.encode() for name, text in said.items()}


def unreadable() -> Invalid:
    """The refusal of data that no page of ours sends."""
    return Invalid("Trang gửi dữ liệu không đọc được. Tải lại trang.", "The page sent unreadable data; reload it.")
