"""Process definitions: versions with their files, the diagrams as drawn, and deploying a bundle with its problems named."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext
from werkzeug.wrappers import Response as AnyResponse

from service import doors, people, words
from service.actor import Actor
from service.errors import Invalid, NotFound, Refusal
from service.processes import deployments, enactments
from service.processes.deployments import definition_of, files_of
from service.processes.models import Deployment, Enactment
from service.studio import drafts, procedures
from service.studio.register_words import told_changes
from service.web import office_enactments, pages
from service.web.frame import Link
from service.web.office_frame import listing, must
from service.web.parts import Act, Block, Cell, Column, Diagram, Empty, Fact, Step, Table
from service.web.standing import way
from service.web.studio_parts import (
    chosen_process,
    process_chips,
    process_crumbs,
    register_block,
    version_words,
    ways_to_try,
)
from service.web.studio_words import compare_url
from workflows.prose import Part, part_and_step

blueprint = Blueprint("office_processes", __name__)


@blueprint.get("/office/processes")
def show_all() -> Response:
    """Every version of every process, the newest first."""
    by = pages.me()
    people.require(by, "deployment.read")
    rows, in_use = deployments.list_deployments(), set(enactments.used_now().values())
    acts, waiting = enactments.acts_by_deployment(), office_enactments.waiting_block()
    names = people.names([row.deployed_by for row in rows if row.deployed_by])
    return listing(
        by, "office_processes.show_all",
        ngettext("*%(num)d phiên bản* quy trình", "*%(num)d phiên bản* quy trình", len(rows)),
        [
            *([waiting] if waiting else []),
            Block(
                _("Phiên bản"),
                table=Table(
                    [Column(pgettext("one", "Quy trình")), Column(_("Phiên bản"), figures=True), Column(_("Lưu lúc, ai lưu")),
                     Column(_("Dùng từ")), Column("")],
                    [
                        [
                            Cell(words.translated(row.name), row.note or row.key, url_for("office_processes.show", deployment=row.id)),
                            Cell(str(row.version), figures=True),
                            Cell(words.full_moment(row.deployed_at), names.get(row.deployed_by or 0, _("Hệ thống"))),
                            Cell(office_enactments.in_use_from(acts.get(row.id, ())) or "–"),
                            Cell("", tag=office_enactments.standing(acts.get(row.id, ()), row.id in in_use)),
                        ]
                        for row in rows
                    ],
                    _("Phiên bản"),
                ) if rows else None,
                empty=None if rows else Empty(_("Chưa có quy trình nào"), _("Đưa gói sơ đồ vào dùng thì hiện ở đây.")),
            )
        ],
        status=_("Hồ sơ đang chạy giữ phiên bản lúc bắt đầu; phiên bản mới dùng cho hồ sơ mới."),
        trail=[Link(_("Quy trình"), "")],
        main_act=Act(_("Soạn quy trình"), url_for("studio.show_all"), "studio", "main", method="get")
        if people.allowed(by, "studio.edit") else None,
        acts=_acts(by),
    )


def _acts(by: Actor) -> list[Act]:
    acts = [Act(_("Hồ sơ theo phiên bản"), url_for("studio_migration.versions"), "versions", method="get")]
    if people.allowed(by, enactments.MAY_DEPLOY):
        acts += [
            Act(_("Chạy lại hồ sơ cũ"), url_for("studio_replay.show_all"), "replay", method="get"),
            Act(_("Đưa gói quy trình vào dùng"), url_for("office_processes.deploy"), "deploy", method="get"),
        ]
    return acts


@blueprint.get("/office/processes/<int:deployment>")
def show(deployment: int) -> Response:
    """One version: who deployed it when, its files, each diagram drawn with its numbered text."""
    by = pages.me()
    people.require(by, "deployment.read")
    row, in_use = procedures.deployment_of(deployment), set(enactments.used_now().values())
    definition = definition_of(deployment)
    chosen = chosen_process(definition)
    names = people.names([row.deployed_by]) if row.deployed_by else {}
    files, acts = files_of(deployment), enactments.list_enactments(deployment)
    first = office_enactments.in_use_from(acts)
    when, who = words.full_moment(row.deployed_at), names.get(row.deployed_by or 0, _("Hệ thống"))
    part = procedures.procedure_of(deployment, words.language()).part(chosen)
    tried = ways_to_try(f"deployment:{deployment}") if people.allowed(by, enactments.MAY_DEPLOY) else []
    return pages.page(
        "definition",
        crumbs=process_crumbs(Link(words.translated(row.name), "")),
        sentence=version_words(row),
        status=_("Dùng lần đầu từ %(day)s; lưu %(when)s, %(who)s.", day=first, when=when, who=who)
        if first else _("Chưa dùng; lưu %(when)s, %(who)s.", when=when, who=who),
        chips=process_chips(
            definition, chosen, lambda process: url_for("office_processes.show", deployment=deployment, process=process)
        ),
        diagram=drawn(deployment, chosen, part),
        part=part,
        step_word=part_and_step(words.language())[1],
        address={p: url_for("office_processes.show", deployment=deployment, process=p) for p in definition.processes},
        papers=[
            Link(_("Quy trình nội bộ (PDF)"), url_for("studio_words.paper", deployment=deployment, format="pdf")),
            Link(_("Quy trình nội bộ (DOCX)"), url_for("studio_words.paper", deployment=deployment, format="docx")),
        ],
        ways=_ways(by, row, chosen),
        acts=office_enactments.open_acts(row, by, in_use),
        below=[office_enactments.acts_block(row, by), *_register(row, acts)],
        side=[
            Block(_("Phiên bản này"), links=tried, facts=[
                Fact(_("Mã"), row.key), Fact(_("Trạng thái"), office_enactments.standing(acts, deployment in in_use).words),
                Fact(_("Mã băm"), row.digest[:16], figures=True), Fact(_("Ghi chú"), row.note or _("không có")),
            ]),
            Block(ngettext("%(num)d tệp", "%(num)d tệp", len(files)), lines=[
                Cell(name, words.size(len(content)),
                     url_for("office_processes.file", deployment=deployment, name=name)) for name, content in
                sorted(files.items())
            ]),
        ],
        by=by.name,
    )


def _register(row: Deployment, acts: Sequence[Enactment]) -> list[Block]:
    """What a version that waits for its use changes of its register: whoever confirms it reads it here."""
    if not any(act.state == "asked" or enactments.is_coming(act) for act in acts):
        return []
    before = procedures.version_before(row.id)
    old = procedures.files_of(before) if before != row.id else None
    return register_block(told_changes(old, procedures.files_of(row.id), row.key))


def _ways(by: Actor, row: Deployment, process: str) -> list[Link]:
    """What else can be looked at of a version: its figures, and what it changed from the one before it."""
    found = []
    if people.allowed(by, "deployment.figures"):
        found.append(Link(_("Số liệu từng bước"), url_for("studio_figures.show", deployment=row.id, process=process)))
    before = procedures.deployment_of(procedures.version_before(row.id))
    if before.id != row.id:
        found.insert(0, Link(_("So với phiên bản %(n)d", n=before.version), compare_url(before.id, row.id)))
    return found


def drawn(deployment: int, process: str, part: Part | None) -> Diagram:
    """A diagram of a version, its shapes numbered as the text is; what calls another process leads to it."""
    definition = definition_of(deployment)
    steps = []
    for step in part.steps if part else ():
        called = definition.elements[step.element].calls if step.element in definition.elements else None
        link = Link(_("Mở sơ đồ này"), url_for("office_processes.show", deployment=deployment, process=called)) if called else None
        steps.append(Step(step.element, step.number, step.title, "ahead", link=link))
    return Diagram(words.translated(definition.processes_named.get(process, process)),
                   way("task.drawing", deployment=deployment, process=process), steps)


@blueprint.get("/office/processes/<int:deployment>/files/<name>")
def file(deployment: int, name: str) -> Response:
    """One file of a version, byte for byte."""
    people.require(pages.me(), "deployment.read")
    content = files_of(deployment).get(name)
    if content is None:
        raise NotFound("Không có tệp này.", "There is no such file.")
    return doors.hand_file(content, "text/plain", name)


@blueprint.route("/office/processes/new", methods=["GET", "POST"])
def deploy() -> AnyResponse:
    """Begin a draft from a bundle that is sound, and go on where it is put into use; every problem is named with its element."""
    by = pages.me()
    must(by, "deployment.deploy")
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            draft = _begin_draft(by)
        except Refusal as refused:
            refusal = refused
        else:
            return pages.back_to("studio_deploy.deploy", draft=draft)
    return pages.page(
        "deploy",
        code=refusal.status if refusal else 200,
        crumbs=process_crumbs(Link(_("Đưa gói vào dùng"), "")),
        sentence=_("Đưa gói quy trình vào dùng"),
        status=_("Gói ZIP gồm sơ đồ .bpmn, bảng quyết định .dmn, biểu mẫu .form. "
                 "Gói không có lỗi thì thành bản soạn, rồi đưa vào dùng từ đó."),
        url=url_for("office_processes.deploy"), back_url=url_for("office_processes.show_all"),
        wrong=pages.in_language(refusal) if refusal else "",
        problems=_problems(refusal) if refusal else None,
    )


def _begin_draft(by: Actor) -> int:
    sent = request.files.get("bundle")
    if sent is None or not sent.filename:
        raise Invalid.at("bundle", "Chọn một tệp ZIP.", "Choose a ZIP file.")
    files, main = deployments.open_bundle(sent.read())
    enactments.checked(files, main)
    return drafts.begin_draft(by=by, files=files, main=main)


def _problems(refusal: Refusal) -> Table | None:
    if not refusal.lines:
        return None
    return Table(
        [Column(_("Phần tử")), Column(_("Cần sửa")), Column(_("Loại"))],
        [
            [Cell(str(line.get("element") or _("cả gói"))), Cell(said), Cell(str(line["code"]))]
            for line, said in zip(refusal.lines, pages.shown_lines(refusal), strict=True)
        ],
        _("Chỗ cần sửa"),
    )
