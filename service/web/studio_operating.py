"""Operating on one instance: suspend, resume, cancel, move back or on with a preview, and its data with their history."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import pgettext
from werkzeug.wrappers import Response as AnyResponse

from service import people, words
from service.errors import Refusal
from service.processes.deployments import definition_of
from service.processes.history import Stop
from service.processes.running import read_instance
from service.studio import operating, procedures
from service.studio.data_values import DataValues, data_values
from service.web import case_history, pages, studio_values
from service.web.frame import Link
from service.web.parts import Act, Cell, Check, Column, Fact, Table, Tag
from service.web.studio_parts import case_url, element_words, process_crumbs, version_words

blueprint = Blueprint("studio_operating", __name__)


@blueprint.get("/office/instances/<int:instance>")
def show(instance: int) -> Response:
    """How an instance stands, what can be done with it, a move as it would be, and its data."""
    return _page(instance)


def _page(instance: int, refusal: Refusal | None = None) -> Response:
    by = pages.me()
    people.require(by, operating.OPERATE)
    stands = operating.stand(instance, by=by)
    running = stands.running
    definition = definition_of(running.deployment_id)
    given = request.form if request.method == "POST" else request.args
    to = given.get("to", "")
    preview = operating.preview_move(instance, to, by=by) if to else None
    may_edit = people.allowed(by, operating.EDIT)
    values = operating.values_of(instance, by=by) if may_edit else []
    said = data_values(running.deployment_id)
    free = [v for v in values if not v.settled and not v.is_key] if stands.tied is None else []
    editing = next((v for v in free if v.name == given.get("edit", "")), None)
    url = case_url(running.case_key)
    title = running.title or running.case_key or str(instance)
    return pages.page(
        "studio_operate",
        code=refusal.status if refusal else 200,
        crumbs=[Link(_("Hồ sơ"), url_for("nominations.show_all")), Link(title, url), Link(_("Vận hành quy trình"), "")]
        if definition.register is None and url else process_crumbs(Link(title, url), Link(_("Vận hành quy trình"), "")),
        sentence=_("Vận hành quy trình: %(name)s", name=title),
        status=_("Mọi thao tác ở đây ghi vào nhật ký kèm lý do. Không bỏ qua được bước bỏ phiếu và bước ký."),
        tag=_tag(stands),
        facts=[
            Fact(pgettext("one", "Quy trình"), version_words(procedures.deployment_of(running.deployment_id)),
                 url_for("office_processes.show", deployment=running.deployment_id)),
            Fact(_("Số hiệu"), str(instance), figures=True),
        ],
        notes=_notes(stands),
        acts=_acts(stands),
        ended=running.status == "ended",
        targets=_targets(stands),
        to=to,
        move_url=url_for("studio_operating.move", instance=instance),
        url=url_for("studio_operating.show", instance=instance),
        back_url=url or url_for("studio_migration.versions"),
        version=str(running.version),
        preview=_preview(preview, element_words(definition, to), said) if preview else None,
        values=studio_values.table(instance, values, {v.name for v in free}, said),
        may_edit=may_edit,
        editing=studio_values.field(editing, said, given.get("value")) if editing else None,
        edit_url=url_for("studio_operating.edit", instance=instance),
        reason=given.get("reason", ""),
        faults=dict(pages.shown_faults(refusal) or [("", pages.in_language(refusal))]) if refusal else {},
    )


def _targets(stands: operating.Standing) -> list[tuple[str, list[tuple[str, str]]]]:
    """Where it can be moved, by process, numbered and ordered as the procedure tells the steps."""
    deployment = stands.running.deployment_id
    definition = definition_of(deployment)
    found: dict[str, list[tuple[str, str]]] = {}
    for element, number in procedures.in_order(stands.targets, procedures.places_of(deployment)):
        said = element_words(definition, element.id)
        found.setdefault(element.process, []).append((element.id, f"{number}. {said}" if number else said))
    return [(element_words(definition, process), steps) for process, steps in found.items()]


def _tag(stands: operating.Standing) -> Tag:
    if stands.running.status == "ended":
        return Tag("done", _("đã kết thúc"))
    if stands.suspended:
        return Tag("hold", _("Tạm dừng"))
    if stands.running.status == "incident":
        return Tag("overdue", _("Sự cố"))
    return Tag("waiting", _("đang chạy"))


def _acts(stands: operating.Standing) -> list[Act]:
    number = stands.running.id
    if stands.running.status == "ended":
        return []
    found = []
    if stands.suspended:
        found.append(Act(_("Cho chạy tiếp"), url_for("studio_operating.resume", instance=number), "resume", "second",
                         effect=_("Cho quy trình chạy tiếp? Các hạn lùi đúng số ngày làm việc đã dừng."), asks=_("Lý do")))
    else:
        found.append(Act(_("Tạm dừng"), url_for("studio_operating.suspend", instance=number), "suspend", "second",
                         effect=_("Tạm dừng quy trình? Hạn đứng lại, việc đang mở không ghi được cho đến khi chạy tiếp."),
                         asks=_("Lý do")))
    if stands.cancelled_by is None:
        found.append(Act(_("Hủy quy trình"), url_for("studio_operating.cancel", instance=number), "cancel", "takes",
                         effect=_("Hủy quy trình này? Mọi việc đang mở đóng lại, không có kết quả."), asks=_("Lý do")))
    return found


def _notes(stands: operating.Standing) -> list[Check]:
    """What is not done here: under a list nothing is moved or changed, and a case that has an act of its own ends by that."""
    en = words.language() == "en"
    found = [Check(stands.tied[en], "warn")] if stands.tied else []
    if stands.cancelled_by is not None and stands.running.status != "ended" and stands.cancelled_by != stands.tied:
        found.append(Check(stands.cancelled_by[en], "info"))
    return found


def _preview(seen: operating.MoveSeen, name: str, said: DataValues) -> dict[str, Any]:
    return {
        "can": seen.can_move,
        "title": _("Trở lại bước “%(name)s”", name=name) if seen.back else _("Chuyển tới bước “%(name)s”", name=name),
        "reasons": [Check(pages.in_language(one), "bad") for one in seen.reasons],
        "undone": _stops(seen.undone, _("Bước không còn tính")) if seen.undone else None,
        "closed": _stops(seen.closed, _("Việc đang mở sẽ đóng")) if seen.closed else None,
        "passed": "; ".join(words.translated(p) for p in seen.passed),
        "kept": ", ".join(said.label(name) or name for name in seen.kept),
    }


def _stops(stops: tuple[Stop, ...], caption: str) -> Table:
    return Table(
        [Column(_("Bước")), Column(_("Ai, lúc nào"))],
        [
            [Cell(case_history.step_words(s), s.element),
             Cell(s.closed_by or s.owner or "", words.full_moment(s.closed_at or s.opened_at))]
            for s in stops
        ],
        caption,
    )


def _done(instance: int, turn: Any, said: str) -> AnyResponse:
    try:
        turn()
    except Refusal as refusal:
        return _page(instance, refusal)
    pages.say(said)
    return pages.back_to("studio_operating.show", instance=instance)


def _reason() -> str:
    return request.form.get("reason", "")[:2000]


def _seen() -> int | None:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


@blueprint.post("/office/instances/<int:instance>/suspend")
def suspend(instance: int) -> AnyResponse:
    """Stop it."""
    by = pages.me()
    return _done(instance, lambda: operating.suspend(instance, _reason(), by=by), _("Đã tạm dừng quy trình."))


@blueprint.post("/office/instances/<int:instance>/resume")
def resume(instance: int) -> AnyResponse:
    """Let it go on."""
    by = pages.me()
    return _done(instance, lambda: operating.resume(instance, _reason(), by=by), _("Quy trình chạy tiếp."))


@blueprint.post("/office/instances/<int:instance>/cancel")
def cancel(instance: int) -> AnyResponse:
    """End it without an outcome."""
    by = pages.me()
    return _done(instance, lambda: operating.cancel(instance, _reason(), by=by), _("Đã hủy quy trình."))


@blueprint.post("/office/instances/<int:instance>/move")
def move(instance: int) -> AnyResponse:
    """Move it to another element, as previewed."""
    by = pages.me()
    to = request.form.get("to", "")
    return _done(instance, lambda: operating.move(instance, to, _reason(), by=by, seen=_seen()), _("Đã chuyển bước."))


@blueprint.post("/office/instances/<int:instance>/data")
def edit(instance: int) -> AnyResponse:
    """Change one value of its data."""
    by = pages.me()
    name, typed = request.form.get("edit", ""), request.form.get("value", "")[:10_000]

    def change() -> None:
        found = next((v for v in operating.values_of(instance, by=by) if v.name == name), None)
        said = data_values(read_instance(instance).deployment_id)
        value = studio_values.read(found, said, typed) if found is not None else typed
        operating.edit_values(instance, {name: value}, _reason(), by=by, seen=_seen())

    return _done(instance, change, _("Đã sửa dữ liệu."))
