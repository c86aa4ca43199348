"""Versions of processes with their instances, and moving waiting ones to another version: dry run, mapping, progress, undo."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext
from werkzeug.wrappers import Response as AnyResponse

from service import people, words
from service.actor import Actor
from service.awards import public
from service.errors import Forbidden, NotFound, Refusal
from service.processes import enactments
from service.processes.deployments import definition_of
from service.studio import migration
from service.studio.versions import Version, list_versions
from service.web import office_enactments, pages
from service.web.frame import Link
from service.web.office_frame import listing, must
from service.web.parts import Act, Block, Cell, Check, Column, Empty, Fact, Progress, Table, Tag
from service.web.studio_parts import case_url, element_words, process_crumbs, version_words
from service.words import N_
from workflows.definition import Definition
from workflows.migration import DROPPED, Proposal, is_mappable

blueprint = Blueprint("studio_migration", __name__)
SHOWN = 200
"""Rows of a dry run or a batch that a page shows; those that cannot go come first."""


@blueprint.get("/office/processes/versions")
def versions() -> Response:
    """Which version has how many instances, and what is being moved."""
    by = pages.me()
    people.require(by, "deployment.read")
    found = list_versions()
    may = people.allowed(by, migration.RIGHT)
    waiting = sum(v.waiting for v in found if not v.current)
    blocks = [Block(_("Hồ sơ theo phiên bản"), table=_versions_table(found, may))]
    if may:
        blocks.append(_batches(by, {v.deployment: v for v in found}))
    return listing(
        by, "office_processes.show_all",
        ngettext("*%(num)d hồ sơ* đang ở phiên bản đã thay", "*%(num)d hồ sơ* đang ở phiên bản đã thay", waiting),
        blocks,
        status=_("Hồ sơ giữ phiên bản lúc bắt đầu cho đến khi được chuyển."),
        trail=[Link(_("Quy trình"), url_for("office_processes.show_all")), Link(_("Hồ sơ theo phiên bản"), "")],
    )


def _versions_table(found: list[Version], may: bool) -> Table:
    acts = enactments.acts_by_deployment()
    others = {v.deployment: any(o.key == v.key and o.used and o.deployment != v.deployment for o in found) for v in found}
    return Table(
        [Column(pgettext("one", "Quy trình")), Column(_("Đang chạy"), figures=True), Column(_("Sự cố"), figures=True),
         Column(_("Đã kết thúc"), figures=True), Column("")],
        [
            [
                Cell(version_words(v), words.full_moment(v.deployed_at), url_for("office_processes.show", deployment=v.deployment)),
                Cell(words.number(v.running), _("%(n)d tạm dừng", n=v.suspended) if v.suspended else "", figures=True),
                Cell(words.number(v.incident), figures=True),
                Cell(words.number(v.ended), figures=True),
                Cell("", tag=office_enactments.standing(acts.get(v.deployment, ()), v.current)),
            ]
            for v in found
        ],
        _("Hồ sơ theo phiên bản"),
        row_acts=[
            [Act(_("Chuyển hồ sơ"), url_for("studio_migration.plan", deployment=v.deployment), f"migrate-{v.deployment}", method="get")]
            if may and v.waiting and others[v.deployment] else []
            for v in found
        ],
    )


_STATES = {
    "running": ("waiting", N_("đang chạy")), "paused": ("hold", N_("tạm dừng")),
    "stopped": ("done", N_("đã dừng")), "ended": ("passed", N_("đã xong")),
}
_LINES = {
    "waiting": ("waiting", N_("đang chờ")), "moved": ("passed", N_("đã chuyển")), "refused": ("refused", N_("giữ nguyên")),
    "undone": ("return", N_("đã đưa trở lại")), "kept": ("note", N_("không đưa trở lại được")),
}


def _state_tag(one: migration.Progress) -> Tag:
    kind, said = _STATES[one.state]
    return Tag(kind, _(said))


def _batches(by: Actor, known: Mapping[int, Version]) -> Block:
    rows = migration.list_migrations(by=by)
    names = people.names([r.made_by for r in rows if r.made_by])
    return Block(
        _("Các đợt chuyển phiên bản"),
        table=Table(
            [Column(_("Từ, đến")), Column(_("Hồ sơ"), figures=True), Column(_("Lúc, người làm")), Column("")],
            [
                [
                    Cell(_("phiên bản %(a)d → %(b)d", a=known[r.from_id].version, b=known[r.to_id].version),
                         words.translated(known[r.to_id].name), url_for("studio_migration.show", number=r.id)),
                    Cell(words.number(r.total), figures=True),
                    Cell(words.full_moment(r.made_at), names.get(r.made_by or 0, _("Hệ thống"))),
                    Cell("", tag=_state_tag(r)),
                ]
                for r in rows
            ],
            _("Các đợt chuyển phiên bản"),
        ) if rows else None,
        empty=None if rows else Empty(_("Chưa chuyển hồ sơ nào"), _("Chọn “Chuyển hồ sơ” ở một phiên bản để xem trước.")),
    )


# -- the dry run


@blueprint.route("/office/processes/<int:deployment>/migrate", methods=["GET", "POST"])
def plan(deployment: int) -> AnyResponse:
    """Which instances can go to another version and why not, the mapping of renamed steps, and the button that begins."""
    by = pages.me()
    must(by, migration.RIGHT)
    mine = next((v for v in list_versions() if v.deployment == deployment), None)
    if mine is None:
        raise NotFound("Không có phiên bản quy trình này.", "There is no such deployment.")
    others = [v for v in list_versions(mine.key) if v.deployment != deployment and v.used]
    given = request.form if request.method == "POST" else request.args
    asked = given.get("to", "")
    to = next((v for v in others if str(v.deployment) == asked), None)
    to = to or next((v for v in others if v.current), others[0] if others else None)
    if to is None:
        raise NotFound(
            "Quy trình này chưa có phiên bản nào khác đã được dùng để chuyển sang.",
            "No other version of this process was ever in use; there is nothing to move to.",
        )
    mapping = {
        name.removeprefix("map:"): value for name, value in given.items() if name.startswith("map:") and value
    }
    chosen = [int(n) for n in given.getlist("instance") if n.isascii() and n.isdigit() and len(n) < 16]
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            # What was asked for, not what the page offers in its place.
            target = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 16 else 0
            number = migration.begin(
                deployment, target, mapping, given.get("reason", "")[:2000], by=by,
                instances=chosen if given.get("which") == "chosen" else None,
            )
        except Refusal as refused:
            refusal = refused
        else:
            pages.say(_("Đã bắt đầu chuyển. Rời trang được, việc vẫn chạy tiếp."))
            return pages.back_to("studio_migration.show", number=number)
    seen = migration.look(deployment, to.deployment, mapping, by=by)
    if "looked" not in given and not mapping:
        mapping = {p.old: p.new for p in seen.proposals if p.old in seen.gone or _is_sure(p, definition_of(deployment))}
        if mapping:
            seen = migration.look(deployment, to.deployment, mapping, by=by)
    fields = _mapping_fields(definition_of(deployment), definition_of(to.deployment), seen, mapping)
    return pages.page(
        "studio_migrate",
        code=refusal.status if refusal else 200,
        crumbs=process_crumbs(
            Link(_("Hồ sơ theo phiên bản"), url_for("studio_migration.versions")), Link(_("Chuyển hồ sơ"), ""),
        ),
        sentence=_("*%(can)s trong %(all)s hồ sơ* chuyển được sang phiên bản %(n)d",
                   can=words.number(seen.can_go), all=words.number(len(seen.looked)), n=to.version),
        status=_status(mine, seen),
        warnings=[Check(pages.in_language(one), "warn") for one in seen.warnings],
        url=url_for("studio_migration.plan", deployment=deployment),
        back_url=url_for("studio_migration.versions"),
        targets=[(str(v.deployment), version_words(v) + (f" ({_('đang dùng')})" if v.current else "")) for v in others],
        to=str(to.deployment),
        steps=[field for field in fields if field["waits"]],
        other_steps=[field for field in fields if not field["waits"]],
        mapping=mapping,
        rows=_rows(deployment, seen),
        left=seen.left,
        hidden_rows=max(0, len(seen.looked) - SHOWN),
        can_go=seen.can_go,
        total=len(seen.looked),
        chosen={str(n) for n in chosen},
        which=given.get("which", "all"),
        reason=given.get("reason", ""),
        faults=dict(pages.shown_faults(refusal) or [("", pages.in_language(refusal))]) if refusal else {},
    )


def _status(mine: Version, seen: migration.DryRun) -> str:
    said = _("%(name)s, đang ở phiên bản %(n)d. Xem trước không thay đổi gì.", name=words.translated(mine.name), n=mine.version)
    if seen.left:
        said += " " + ngettext("*Còn %(num)d hồ sơ* chưa xem trước.", "*Còn %(num)d hồ sơ* chưa xem trước.", seen.left)
    return said


def _is_sure(proposal: Proposal, older: Definition) -> bool:
    """Whether a proposal is filled in where nobody waits either: the same name, or the one that there is in that place."""
    old = older.elements.get(proposal.old)
    return proposal.why == "name" or old is None or old.host is not None


def _mapping_fields(
    older: Definition, newer: Definition, seen: migration.DryRun, mapping: Mapping[str, str]
) -> list[dict[str, Any]]:
    """For each step and called process that is gone: its name, what it can be mapped to, whether somebody waits there."""
    offered = {p.old: (p.new, p.why) for p in seen.proposals}
    why = {"name": _("cùng tên"), "position": _("cùng vị trí"), "kind": _("cùng loại")}
    gone = [p for p in older.processes if p not in newer.processes]
    gone += [e.id for e in older.elements.values() if is_mappable(e) and e.id not in newer.elements]
    fields = []
    for key in dict.fromkeys((*seen.gone, *gone, *(k for k in mapping if k in older.elements))):
        found = offered.get(key)
        fitting = dict.fromkeys([*_fitting(key, older, newer, mapping), *([found[0]] if found else [])])
        fields.append({
            "key": key, "words": element_words(older, key), "process": key in older.processes, "waits": key in seen.gone,
            "options": [(one, f"{element_words(newer, one)} ({one})") for one in fitting],
            "chosen": mapping.get(key, ""), "dropped": DROPPED,
            "note": _("Đề nghị: %(name)s, vì %(why)s.", name=element_words(newer, found[0]), why=why[found[1]]) if found else "",
        })
    return fields


def _fitting(key: str, older: Definition, newer: Definition, mapping: Mapping[str, str]) -> list[str]:
    """Processes that are new, or elements of the same kind in the same place."""
    if key in older.processes:
        return [p for p in newer.processes if p not in older.processes]
    old = older.elements[key]
    scope = mapping.get(old.scope, old.scope)
    host = mapping.get(old.host or "", old.host)
    return [e.id for e in newer.elements.values() if (e.kind, e.scope, e.host) == (old.kind, scope, host)]


def _rows(deployment: int, seen: migration.DryRun) -> list[dict[str, Any]]:
    definition = definition_of(deployment)
    ordered = sorted(seen.looked, key=lambda one: (one.can_go, one.instance))[:SHOWN]
    said = _cases_in_words([one.case_key for one in ordered if (one.case_key or "").startswith("matter:")])
    return [
        {
            "instance": str(one.instance),
            "title": " · ".join(part for part in (said.get(one.case_key or ""), one.title) if part) or one.case_key or str(one.instance),
            "url": case_url(one.case_key),
            "stands": ", ".join(element_words(definition, e) for e in one.stands_at),
            "can_go": one.can_go,
            "tag": Tag("passed", _("được")) if one.can_go else Tag("refused", _("giữ nguyên")),
            "why": " ".join(pages.in_language(r) for r in one.reasons),
            "elements": ", ".join(r.element for r in one.reasons if r.element),
        }
        for one in ordered
    ]


def _cases_in_words(keys: Sequence[str | None]) -> dict[str, str]:
    """What instances are about, as people name it: case key → "Hồ sơ" and the code by which it is looked up, a matter by its number."""
    numbers = {int(number): f"{kind}:{number}" for kind, _colon, number in map(_split, keys) if kind == "nomination"}
    found = {
        numbers[number]: _("Hồ sơ %(code)s", code=public.grouped(code)) for number, code in public.codes_of(list(numbers)).items()
    }
    matters = {int(number): f"{kind}:{number}" for kind, _colon, number in map(_split, keys) if kind == "matter"}
    return found | {matters[number]: said for number, said in migration.matter_numbers(list(matters)).items()}


def _split(key: str | None) -> tuple[str, str, str]:
    kind, colon, number = (key or "").partition(":")
    return (kind, colon, number) if number.isdigit() else ("", "", "")


# -- a batch


@blueprint.get("/office/migrations/<int:number>")
def show(number: int) -> Response:
    """A batch: how far it is, what could not go and why, and what can be done with it."""
    by = pages.me()
    one = migration.read_migration(number, by=by)
    known = {v.deployment: v for v in list_versions()}
    lines = migration.lines_of(number, by=by, limit=migration.LOOKED_AT)
    older, newer = definition_of(one.from_id), definition_of(one.to_id)
    acts = _acts(one)
    return pages.page(
        "studio_migration",
        crumbs=process_crumbs(
            Link(_("Hồ sơ theo phiên bản"), url_for("studio_migration.versions")), Link(_("Đợt chuyển %(n)d", n=number), ""),
        ),
        sentence=_("Đưa trở lại phiên bản %(n)d", n=known[one.from_id].version) if one.undoing
        else _("Chuyển sang phiên bản %(n)d", n=known[one.to_id].version),
        status=" ".join(_who_and_why(one)),
        tag=_state_tag(one),
        progress=_progress(one),
        acts=acts,
        facts=[
            Fact(_("Từ"), version_words(known[one.from_id])), Fact(_("Đến"), version_words(known[one.to_id])),
            *[
                Fact(_("Ghép bước"), f"{element_words(older, a)} ({a}) → " + (
                    _("bỏ hẳn") if b == DROPPED else f"{element_words(newer, b)} ({b})"
                ))
                for a, b in one.mapping.items()
            ],
            *[
                Fact(_(said), words.number(one.counts[state]), figures=True)
                for state, (_kind, said) in _LINES.items() if one.counts.get(state)
            ],
        ],
        table=_lines_table(lines[:SHOWN]),
        hidden_rows=max(0, one.total - SHOWN),
    )


def _who_and_why(one: migration.Progress) -> Iterator[str]:
    names = people.names([who for who in (one.made_by, one.undone_by) if who])
    yield _("*%(who)s* bắt đầu %(when)s. Lý do: %(why)s", who=names.get(one.made_by or 0, _("Hệ thống")),
            when=words.full_moment(one.made_at), why=words.as_sentence(one.reason))
    if one.undoing:
        yield _("*%(who)s* đưa trở lại. Lý do: %(why)s", who=names.get(one.undone_by or 0, _("Hệ thống")),
                why=words.as_sentence(one.undo_reason))


def _lines_table(lines: list[migration.Line]) -> Table:
    said = _cases_in_words([one.case_key for one in lines])
    return Table(
        [Column(pgettext("one", "Hồ sơ")), Column(_("Kết quả")), Column(_("Vì sao"))],
        [
            [
                Cell(one.title or str(one.instance), said.get(one.case_key or "", ""), case_url(one.case_key)),
                Cell("", tag=Tag(_LINES[one.state][0], _(_LINES[one.state][1]))),
                Cell(" ".join(pages.in_language(r) for r in one.reasons), ", ".join(r.element for r in one.reasons if r.element)),
            ]
            for one in lines
        ],
        _("Hồ sơ của đợt chuyển"),
    )


def _progress(one: migration.Progress) -> Progress:
    said = _("Đang đưa trở lại:") if one.undoing else _("Đang chuyển:")
    if one.state != "running":
        said = _("Đã xử lý:")
    poll = url_for("studio_migration.progress_of", number=one.id) if one.state == "running" else ""
    return Progress(said, one.settled, one.total, _("Rời trang được, việc vẫn chạy tiếp.") if poll else "", poll, "migration")


@blueprint.get("/office/migrations/<int:number>/progress")
def progress_of(number: int) -> Response:
    """How far a batch is: a piece of its page, asked for every two seconds; the whole page once it has come to an end."""
    one = migration.read_migration(number, by=pages.me())
    answer = pages.fragment("progress", one=_progress(one))
    if one.state != "running":
        answer.headers["HX-Refresh"] = "true"
    return answer


def _acts(one: migration.Progress) -> list[Act]:
    def at(endpoint: str) -> str:
        return url_for(f"studio_migration.{endpoint}", number=one.id)

    found = []
    if one.state == "running":
        found.append(Act(_("Tạm dừng"), at("pause"), "pause"))
    if one.state == "paused":
        found.append(Act(_("Cho chạy tiếp"), at("go_on"), "go-on", "main"))
    if one.state in ("running", "paused"):
        found.append(Act(_("Dừng hẳn"), at("stop"), "stop", "takes",
                         effect=_("Dừng đợt chuyển? Hồ sơ đã chuyển giữ phiên bản mới, các hồ sơ còn lại giữ nguyên.")))
    if one.state in ("ended", "stopped") and one.can_go_back:
        found.append(Act(
            _("Đưa trở lại"), at("undo"), "undo", "takes",
            effect=_("Đưa *%(n)s hồ sơ* trở lại phiên bản cũ? Hồ sơ nào đã đi tiếp thì giữ nguyên.", n=words.number(one.can_go_back)),
            asks=_("Lý do"),
        ))
    return found


def _turned(number: int, turn: Any, said: str) -> AnyResponse:
    try:
        turn()
    except (Forbidden, NotFound):
        raise
    except Refusal as refusal:
        pages.say(pages.in_language(refusal), "warn")
    else:
        pages.say(said)
    return pages.back_to("studio_migration.show", number=number)


@blueprint.post("/office/migrations/<int:number>/pause")
def pause(number: int) -> AnyResponse:
    """Let it rest."""
    by = pages.me()
    return _turned(number, lambda: migration.pause(number, by=by), _("Đã tạm dừng đợt chuyển."))


@blueprint.post("/office/migrations/<int:number>/go-on")
def go_on(number: int) -> AnyResponse:
    """Let it go on."""
    by = pages.me()
    return _turned(number, lambda: migration.go_on(number, by=by), _("Đợt chuyển chạy tiếp."))


@blueprint.post("/office/migrations/<int:number>/stop")
def stop(number: int) -> AnyResponse:
    """End it where it is."""
    by = pages.me()
    return _turned(number, lambda: migration.stop(number, by=by), _("Đã dừng đợt chuyển."))


@blueprint.post("/office/migrations/<int:number>/undo")
def undo(number: int) -> AnyResponse:
    """Move its instances back."""
    by = pages.me()
    reason = request.form.get("reason", "")[:2000]
    return _turned(number, lambda: migration.undo(number, reason, by=by), _("Đang đưa các hồ sơ trở lại."))
