"""The studio's pages: the list of drafts, beginning one, and the editor of a draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf.csrf import generate_csrf
from markupsafe import escape
from werkzeug.wrappers import Response as AnyResponse

from service import install, people, words
from service.errors import Invalid, Refusal
from service.processes import deployments, enactments
from service.studio import contents, drafts, registers
from service.studio.contents import Found
from service.studio.vocabulary import vocabulary
from service.web import edit, pages, studio_blanks, studio_editor_words, studio_names
from service.web.frame import Link
from service.web.office_frame import listing, must
from service.web.parts import Act, Block, Cell, Column, Empty, Table, Tag
from service.web.studio_parts import draft_crumbs, sent_files, version_words, ways_to_try
from service.web.studio_words import draft_compare_url
from workflows import prose

blueprint = Blueprint("studio", __name__)


@blueprint.get("/office/studio")
def show_all() -> Response:
    """Every draft: of which process, who changed it last, whether its base is still the one in use."""
    by = pages.me()
    must(by, "studio.edit")
    rows = drafts.list_drafts()
    names = people.names({row.changed_by for row in rows if row.changed_by})
    return listing(
        by, "studio.show_all",
        ngettext("*%(num)d bản soạn* quy trình", "*%(num)d bản soạn* quy trình", len(rows)),
        [Block(
            _("Bản soạn"),
            table=Table(
                [Column(_("Bản soạn")), Column(_("Bắt đầu từ")), Column(_("Sửa lần cuối")), Column("")],
                [_row(row, names) for row in rows], _("Bản soạn"),
                row_acts=[[Act(_("Bỏ"), url_for("studio.drop", draft=row.id), "drop", "takes",
                               effect=_("Bỏ bản soạn *%(name)s* với mọi tệp trong đó? Bản đang dùng không đổi.", name=row.name),
                               page_url=url_for("studio.drop", draft=row.id))] for row in rows],
            ) if rows else None,
            empty=None if rows else Empty(_("Chưa có bản soạn nào"), _("Bắt đầu từ bản đang dùng, từ mẫu kèm theo hoặc từ tệp có sẵn.")),
        )],
        status=_("Bản soạn tách khỏi bản đang dùng: sửa ở đây không đổi hồ sơ nào cho tới khi đưa vào dùng."),
        trail=[Link(_("Soạn quy trình"), "")],
        main_act=Act(_("Bắt đầu soạn"), url_for("studio.begin"), "begin", "main", method="get"),
    )


def _row(row: drafts.Draft, names: dict[int, str]) -> list[Cell]:
    base = _("phiên bản %(n)s", n=row.base_version) if row.base else _("tệp riêng")
    return [
        Cell(row.name, row.key, url_for("studio.show", draft=row.id)),
        Cell(base),
        Cell(words.full_moment(row.changed_at), names.get(row.changed_by or 0, _("Hệ thống"))),
        Cell("", tag=Tag("note", _("đang dùng phiên bản khác")) if row.outdated else None),
    ]


@blueprint.get("/office/studio/new")
def begin() -> Response:
    """What a draft can begin with: a deployed version, a shipped template, or files of one's own."""
    by = pages.me()
    must(by, "studio.edit")
    return _begin_page(None)


def _begin_page(refusal: Refusal | None) -> Response:
    rows, in_use = deployments.list_deployments(), set(enactments.used_now().values())
    return pages.page(
        "studio_new",
        code=refusal.status if refusal else 200,
        crumbs=draft_crumbs(Link(_("Bắt đầu soạn"), "")),
        sentence=_("Bắt đầu soạn"),
        status=_("Chọn một cách bắt đầu. Bản đang dùng giữ nguyên cho tới khi bản soạn được đưa vào dùng."),
        url=url_for("studio.begin_draft"), back_url=url_for("studio.show_all"),
        processes=refusal.processes if isinstance(refusal, drafts.MainUnclear) else {},
        deployed=[
            (str(row.id), version_words(row), row.id in in_use, row.note)
            for row in sorted(rows, key=lambda row: (row.id not in in_use, row.id))
        ],
        templates=_templates(),
        typed=request.form,
        wrong=pages.in_language(refusal) if refusal else "",
        lines=pages.shown_lines(refusal) if refusal else [],
    )


def _templates() -> list[tuple[str, str, str]]:
    """What comes with the software: key, name, what it is."""
    said = {
        "award": (_("Xét khen thưởng"), _("Cả quy trình kèm theo phần mềm: sơ đồ, biểu mẫu, bảng điều kiện")),
        "session": (_("Phiên họp Hội đồng"), _("Từ chương trình họp đến biên bản")),
        "register": (_("Quy trình mới có sổ theo dõi"),
                     _("Một bước, hai biểu mẫu và một sổ: sửa thành quy trình của đơn vị, không cần lập trình")),
        "blank": (_("Sơ đồ trống"), _("Chỉ có điểm bắt đầu")),
    }
    for main, files in install.movement_bundles().items():
        if register := registers.register_in(files, main):
            said[main] = (register.name[words.language() == "en"], _("Sơ đồ, biểu mẫu và sổ theo dõi kèm theo phần mềm"))
    order = [*install.template_keys(), "blank"]
    return [(key, *said[key]) for key in order if key in said]


def _template(key: str, name: str) -> tuple[dict[str, bytes], str] | None:
    if key == "blank":
        called = name.strip()[:60] or "Quy trình mới"
        main = registers.free_id(called, install.process_ids())
        text = studio_blanks.BLANK_DIAGRAM.replace("{id}", main).replace("{name}", str(escape(called)))
        return {f"{main}.bpmn": text.encode()}, main
    return install.template(key, name)


@blueprint.post("/office/studio/new")
def begin_draft() -> AnyResponse:
    """Begin a draft and open it."""
    by = pages.me()
    must(by, "studio.edit")
    source, _colon, which = request.form.get("source", "").partition(":")
    name = request.form.get("name", "")
    try:
        if source == "deployed" and which.isascii() and which.isdigit():
            number = drafts.begin_draft(by=by, base=int(which), name=name)
        elif source == "template" and (made := _template(which, name)):
            number = drafts.begin_draft(by=by, files=made[0], main=made[1], name=name)
        elif source == "files":
            unpacked, named = sent_files()
            main = request.form.get("main") or named
            number = drafts.begin_draft(by=by, files=unpacked, main=main or None, name=name)
        else:
            raise Invalid.at("source", "Chọn một cách bắt đầu.", "Choose what to begin with.")
    except Refusal as refusal:
        return _begin_page(refusal)
    return pages.back_to("studio.show", draft=number)


@blueprint.route("/office/studio/<int:draft>/drop", methods=["GET", "POST"])
def drop(draft: int) -> AnyResponse:
    """Throw a draft away."""
    by = pages.me()
    must(by, "studio.edit")
    row = drafts.read_draft(draft)
    back = url_for("studio.show_all")

    def do(_reason: str) -> AnyResponse:
        drafts.drop_draft(draft, by=by)
        pages.say(_("Đã bỏ bản soạn %(name)s.", name=row.name))
        return pages.back_to("studio.show_all")

    act = Act(_("Bỏ"), url_for("studio.drop", draft=draft), "drop", "takes",
              effect=_("Bỏ bản soạn *%(name)s* với mọi tệp trong đó? Bản đang dùng không đổi.", name=row.name))
    return edit.confirm(act, draft_crumbs(Link(_("Bỏ"), "")), back, do)


@blueprint.post("/office/studio/<int:draft>/rename")
def rename(draft: int) -> AnyResponse:
    """Give a draft another name for people."""
    by = pages.me()
    must(by, "studio.edit")
    try:
        drafts.rename_draft(draft, request.form.get("name", ""), by=by)
    except Invalid as refusal:
        pages.say(pages.in_language(refusal), "bad")
    return pages.back_to("studio.show", draft=draft)


@blueprint.get("/office/studio/<int:draft>")
def show(draft: int) -> Response:
    """The editor of a draft: its files, the drawing, the properties, what is wrong."""
    by = pages.me()
    must(by, "studio.edit")
    row = drafts.read_draft(draft)
    files = drafts.files_of(draft)
    names = people.names([row.changed_by] if row.changed_by else [])
    held, compare = contents.contents_of(files), draft_compare_url(row)
    return pages.page(
        "studio_draft",
        draft=row,
        crumbs=draft_crumbs(Link(row.name, "")),
        status=_status(row, names),
        data={
            "draft": draft, "account": by.account, "main": row.key, "csrf": generate_csrf(),
            "files": {f.name: f.version for f in row.files},
            "first": next((one.file for one in held.elements if one.kind == "process" and one.id == row.key), row.files[0].name),
            "catalogue": studio_names.offered(),
            **standing(files, row.key),
            "url": {
                **{act: url_for(f"studio_files.{act}", draft=draft, name="NAME")
                   for act in ("file", "drop", "rename", "preview", "review", "send")},
                "fields": url_for("studio_files.letter_fields", draft=draft, name="NAME"),
                "try": url_for("studio_files.try_row", draft=draft, name="NAME"),
                **{act: url_for(f"studio_files.{act}", draft=draft) for act in ("check", "visit", "leave", "copy")},
                "register": url_for("studio_registers.add", draft=draft),
            },
        },
        spoken=studio_editor_words.spoken(),
        kinds=studio_editor_words.spoken()["kinds"],
        ways=[
            *([Link(_("So sánh"), compare)] if compare else []),
            *(ways_to_try(f"draft:{row.id}") if people.allowed(by, enactments.MAY_DEPLOY) else []),
        ],
        compare_url=compare,
        deploy_url=url_for("studio_deploy.deploy", draft=draft) if people.allowed(by, enactments.MAY_DEPLOY) else "",
        export_url=url_for("studio_files.export", draft=draft),
        take_url=url_for("studio_files.take", draft=draft),
        rename_url=url_for("studio.rename", draft=draft),
        register_url=url_for("studio_registers.fields", draft=draft),
        has_register=registers.name_of(row.key) in files,
        files=[(f.name, f.size) for f in row.files],
        file_url=lambda name: url_for("studio_files.file", draft=draft, name=name),
    )


def _status(row: drafts.Draft, names: dict[int, str]) -> str:
    who = names.get(row.changed_by or 0, _("Hệ thống"))
    when = words.full_moment(row.changed_at)
    if row.base:
        return _("Bản soạn từ phiên bản %(n)s, sửa lần cuối %(when)s, %(who)s.", n=row.base_version, when=when, who=who)
    return _("Bản soạn riêng, sửa lần cuối %(when)s, %(who)s.", when=when, who=who)


def _named(one: Found) -> str:
    """What an element is called; parts of tables by what they are."""
    said = {"rule": _("Dòng %(name)s", name=one.name), "input": _("Cột điều kiện %(name)s", name=one.name),
            "output": _("Cột kết quả %(name)s", name=one.name)}
    return said.get(one.kind, one.name).strip()


def standing(files: Mapping[str, bytes], main: str) -> dict[str, Any]:
    """How a draft stands, as the scripts read it: what is wrong, what can be named, the numbers of the steps in the words."""
    return {
        "problems": [_told(one) for one in contents.problems_of(files, main)],
        "contents": _named_forms(asdict(contents.contents_of(files))) | {"register": _register(files, main)},
        "numbers": prose.step_numbers(files),
    }


def _register(files: Mapping[str, bytes], main: str) -> dict[str, Any] | None:
    """What the draft's own register brings to its diagrams."""
    found = registers.naming(files, main, words.language())
    return asdict(found) if found else None


def _named_forms(held: dict[str, Any]) -> dict[str, Any]:
    """Forms that bear no title by what the office calls them."""
    spoken = vocabulary({}, words.language())
    for one in held["forms"]:
        if one["name"] == one["id"]:
            one["name"] = spoken.form(one["id"]).strip("“”") or one["id"]
    return held


def _told(one: Found) -> dict[str, Any]:
    """A problem as the scripts read it, in the reader's language."""
    problem = one.problem
    return {
        "element": problem.element, "code": problem.code, "severity": problem.severity, "file": one.file, "name": _named(one),
        "part": problem.part,
        "message": pages.in_language(problem).removeprefix(f"{one.file}: "),
    }
