"""Process definitions: versions with their files, the diagrams as drawn, and deploying a bundle with its problems named."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext
from werkzeug.wrappers import Response as AnyResponse

from service import people, words
from service.errors import Invalid, NotFound, Refusal
from service.processes import deployments
from service.processes.deployments import definition_of, files_of
from service.processes.models import Deployment
from service.web import pages
from service.web.frame import Link
from service.web.office_frame import crumbs, listing, must
from service.web.parts import Act, Block, Cell, Column, Diagram, Empty, Fact, Step, Table, Tag
from service.web.standing import way
from workflows.problems import Problems

blueprint = Blueprint("office_processes", __name__)
_STEPS = ("user", "receive", "call", "subprocess", "decision", "external", "script")


@blueprint.get("/office/processes")
def show_all() -> Response:
    """Every version of every process, the newest first."""
    by = pages.me()
    people.require(by, "deployment.read")
    rows = deployments.list_deployments()
    names = people.names([row.deployed_by for row in rows if row.deployed_by])
    return listing(
        by, "office_processes.show_all",
        ngettext("*%(num)d phiên bản* quy trình", "*%(num)d phiên bản* quy trình", len(rows)),
        [
            Block(
                _("Phiên bản"),
                table=Table(
                    [Column(pgettext("one", "Quy trình")), Column(_("Phiên bản"), figures=True), Column(_("Đưa vào dùng")), Column("")],
                    [
                        [
                            Cell(words.translated(row.name), row.note or row.key, url_for("office_processes.show", deployment=row.id)),
                            Cell(str(row.version), figures=True),
                            Cell(words.full_moment(row.deployed_at), names.get(row.deployed_by or 0, _("Hệ thống"))),
                            Cell("", tag=Tag("passed", _("đang dùng")) if row.current else Tag("done", _("đã thay"))),
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
        main_act=Act(_("Đưa gói quy trình vào dùng"), url_for("office_processes.deploy"), "deploy", "main", method="get")
        if people.allowed(by, "deployment.deploy") else None,
        acts=[Act(_("Phát lại hồ sơ đã qua"), url_for("studio_replay.show_all"), "replay", method="get")]
        if people.allowed(by, "deployment.deploy") else [],
    )


def _deployment(number: int) -> Deployment:
    found = next((row for row in deployments.list_deployments() if row.id == number), None)
    if found is None:
        raise NotFound("Không có phiên bản quy trình này.", "There is no such deployment.")
    return found


@blueprint.get("/office/processes/<int:deployment>")
def show(deployment: int) -> Response:
    """One version: who deployed it when, its files, each diagram drawn with its numbered text."""
    by = pages.me()
    people.require(by, "deployment.read")
    row = _deployment(deployment)
    definition = definition_of(deployment)
    chosen = request.args.get("process", definition.main)
    chosen = chosen if chosen in definition.file_of else definition.main
    names = people.names([row.deployed_by]) if row.deployed_by else {}
    files = files_of(deployment)
    return pages.page(
        "definition",
        crumbs=crumbs(Link(_("Quy trình"), url_for("office_processes.show_all")), Link(words.translated(row.name), "")),
        sentence=_("%(name)s, phiên bản %(n)d", name=words.translated(row.name), n=row.version),
        status=_("Đưa vào dùng %(when)s, %(who)s.", when=words.full_moment(row.deployed_at),
                 who=names.get(row.deployed_by or 0, _("Hệ thống"))),
        chips=[
            Link(words.translated(definition.processes_named.get(p, p)), url_for("office_processes.show", deployment=deployment, process=p),
                 current=p == chosen)
            for p in definition.processes
        ],
        diagram=_diagram(deployment, chosen),
        side=[
            Block(_("Phiên bản này"), links=_studio(by, f"deployment:{deployment}"), facts=[
                Fact(_("Mã"), row.key), Fact(_("Trạng thái"), _("đang dùng") if row.current else _("đã thay")),
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


def _studio(by: Any, of: str) -> list[Link]:
    """What can be tried with a version, for who may deploy."""
    if not people.allowed(by, "deployment.deploy"):
        return []
    return [
        Link(_("Chạy thử"), url_for("studio_tryout.show_all", of=of)),
        Link(_("Kịch bản"), url_for("studio_tryout.scenarios_of", of=of)),
        Link(_("Phát lại hồ sơ đã qua"), url_for("studio_replay.show_all", of=of)),
    ]


def _diagram(deployment: int, process: str) -> Diagram:
    definition = definition_of(deployment)
    elements = [e for e in definition.elements.values() if e.process == process and e.kind in _STEPS]
    steps = []
    for number, element in enumerate(elements, 1):
        facts = [
            Fact(said, element.attrs[key])
            for key, said in (("form", _("Biểu mẫu")), ("candidates", _("Nhóm xử lý")), ("due", _("Hạn")),
                              ("basis", _("Căn cứ")), ("list", pgettext("one", "Danh sách")))
            if element.attrs.get(key)
        ]
        link = None
        if element.calls:
            link = Link(_("Mở sơ đồ này"), url_for("office_processes.show", deployment=deployment, process=element.calls))
        steps.append(Step(element.id, str(number), words.translated(element.name) or element.id, "ahead", element.id,
                          words.translated(element.lane or ""), facts, link))
    return Diagram(words.translated(definition.processes_named.get(process, process)),
                   way("task.drawing", deployment=deployment, process=process), steps)


@blueprint.get("/office/processes/<int:deployment>/files/<name>")
def file(deployment: int, name: str) -> Response:
    """One file of a version, byte for byte, as text."""
    people.require(pages.me(), "deployment.read")
    content = files_of(deployment).get(name)
    if content is None:
        raise NotFound("Không có tệp này.", "There is no such file.")
    answer = Response(content, content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = "inline"
    return answer


@blueprint.route("/office/processes/new", methods=["GET", "POST"])
def deploy() -> AnyResponse:
    """Deploy a bundle: checked as a whole, every problem named with the id of its element; nothing is half deployed."""
    by = pages.me()
    must(by, "deployment.deploy")
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            number = _deploy(by)
        except Refusal as refused:
            refusal = refused
        else:
            row = _deployment(number)
            pages.say(_("Đã đưa vào dùng: %(name)s, phiên bản %(n)d.", name=words.translated(row.name), n=row.version))
            return pages.back_to("office_processes.show", deployment=number)
    return pages.page(
        "deploy",
        code=refusal.status if refusal else 200,
        crumbs=crumbs(Link(_("Quy trình"), url_for("office_processes.show_all")), Link(_("Đưa gói vào dùng"), "")),
        sentence=_("Đưa gói quy trình vào dùng"),
        status=_("Gói ZIP gồm sơ đồ .bpmn, bảng quyết định .dmn, biểu mẫu .form. Cả gói được kiểm tra trước."),
        url=url_for("office_processes.deploy"), back_url=url_for("office_processes.show_all"),
        wrong=pages.in_language(refusal) if refusal else "",
        problems=_problems(refusal) if refusal else None,
        note=request.form.get("note", ""),
    )


def _deploy(by: Any) -> int:
    sent = request.files.get("bundle")
    if sent is None or not sent.filename:
        raise Invalid.at("bundle", "Chọn một tệp ZIP.", "Choose a ZIP file.")
    files, named = deployments.unpack_bundle(sent.read())
    try:
        main = deployments.main_process(files, named)
    except Problems as found:
        raise deployments.invalid_bundle(found) from None
    return deployments.deploy_bundle(files, main=main, by=by, note=request.form.get("note", "")[:1000])


def _problems(refusal: Refusal) -> Table | None:
    if not refusal.lines:
        return None
    en = words.language() == "en"
    return Table(
        [Column(_("Phần tử")), Column(_("Cần sửa")), Column(_("Loại"))],
        [
            [Cell(str(line.get("element") or _("cả gói"))), Cell(str(line["message_en" if en else "message"])),
             Cell(str(line["code"]))]
            for line in refusal.lines
        ],
        _("Chỗ cần sửa"),
    )
