"""Acts that put versions of a process into use: what each said, confirming and refusing one, going back to an older one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_babel import pgettext
from werkzeug.wrappers import Response as AnyResponse

from service import people, words
from service.actor import Actor
from service.errors import NotFound
from service.processes import deployments, enactments
from service.processes.models import Deployment, Enactment
from service.web import edit, pages
from service.web.frame import Link
from service.web.office_frame import must
from service.web.parts import Act, Block, Cell, Column, Table, Tag
from service.web.studio_parts import process_crumbs, version_words
from service.web.studio_replay import counts_in_words

blueprint = Blueprint("office_enactments", __name__)


def standing(acts: Sequence[Enactment], in_use: bool) -> Tag:
    """How a version stands, by its acts: in use, asked for, coming, refused, replaced."""
    if in_use:
        return Tag("passed", _("đang dùng"))
    if acts and acts[0].state == "asked":
        return Tag("waiting", _("chờ xác nhận"))
    if acts and enactments.is_coming(acts[0]):
        return Tag("waiting", _("dùng từ %(day)s", day=words.full_date(acts[0].effective_on)))
    if acts and all(act.state == "refused" for act in acts):
        return Tag("refused", _("không dùng"))
    return Tag("replaced", _("đã thay"))


def in_use_from(acts: Sequence[Enactment]) -> str:
    """The day from which on a version is or was in use for the first time; empty where it never was."""
    first = enactments.first_use(acts)
    return words.full_date(first.effective_on) if first and enactments.was_in_force(first) else ""


def waiting_block() -> Block | None:
    """What waits for its second person or its day, of every process; None where nothing does."""
    acts = enactments.list_enactments(open_only=True)
    if not acts:
        return None
    rows, names = {row.id: row for row in deployments.list_deployments()}, _names(acts)
    return Block(
        _("Chờ xác nhận, chờ đến ngày dùng"),
        table=Table(
            [Column(pgettext("one", "Quy trình")), Column(_("Căn cứ, nội dung")), Column(_("Dùng từ")), Column(_("Ai, khi nào")),
             Column("")],
            [
                [
                    Cell(version_words(row), "", url_for("office_processes.show", deployment=row.id)),
                    Cell(one.basis or one.note or _("không ghi"), one.note if one.basis else ""),
                    Cell(words.full_date(one.effective_on)),
                    Cell(_who(one, names)),
                    Cell("", tag=standing([one], False)),
                ]
                for one in acts for row in [rows[one.deployment_id]]
            ],
            _("Chờ xác nhận, chờ đến ngày dùng"),
        ),
    )


def acts_block(row: Deployment, by: Actor) -> Block:
    """Every act that put this version into use or asked for it: by whom, why, on which basis, with what effects."""
    acts = enactments.list_enactments(row.id)
    names = _names(acts)
    return Block(
        _("Đưa vào dùng"),
        table=Table(
            [Column(_("Việc")), Column(_("Căn cứ, nội dung")), Column(_("Hồ sơ đã có")), Column(_("Dùng từ")),
             Column(_("Ai, khi nào"))],
            [
                [
                    Cell(_("Quay lại phiên bản này") if one.kind == "rolled_back" else _("Đưa vào dùng"), tag=_state(one)),
                    Cell(one.basis or one.note or _("không ghi"), one.note if one.basis else ""),
                    _effects(one, by),
                    Cell(words.full_date(one.effective_on)),
                    Cell(_who(one, names), one.refusal),
                ]
                for one in acts
            ],
            _("Đưa vào dùng"),
        ),
    )


def _effects(one: Enactment, by: Actor) -> Cell:
    """What replaying the past cases said when it was asked, in counts; or why they were not replayed."""
    if "not_replayed" in one.effects:
        return Cell(_("Không chạy lại"), str(one.effects["not_replayed"]))
    if "run" not in one.effects:
        return Cell("–")
    may = people.allowed(by, "replay.read")
    return Cell(counts_in_words(one.effects) or _("không có hồ sơ"), "",
                url_for("studio_replay.show", run_id=one.effects["run"]) if may else "")


def _names(acts: Sequence[Enactment]) -> dict[int, str]:
    return people.names({n for one in acts for n in (one.asked_by, one.settled_by, one.refused_by) if n is not None})


def _who(one: Enactment, names: dict[int, str]) -> str:
    """Who asked when, who else confirmed, who refused it or took it back."""
    said = _("%(who)s, %(when)s", who=names.get(one.asked_by or 0, _("Hệ thống")), when=words.full_moment(one.asked_at))
    if one.settled_by is not None and one.settled_by != one.asked_by:
        said = _("%(asked)s; %(who)s xác nhận", asked=said, who=names.get(one.settled_by, ""))
    if one.state == "refused" and one.refused_by == one.asked_by:
        return _("%(asked)s; đã rút lại", asked=said)
    if one.state == "refused":
        return _("%(asked)s; %(who)s không đồng ý", asked=said, who=names.get(one.refused_by or 0, _("Hệ thống")))
    return said


def _state(one: Enactment) -> Tag:
    if one.state == "asked":
        return Tag("waiting", _("chờ xác nhận"))
    if one.state == "refused":
        return Tag("refused", _("không dùng"))
    return Tag("waiting", _("chờ đến ngày")) if enactments.is_coming(one) else Tag("passed", _("đã xác nhận"))


def open_acts(row: Deployment, by: Actor, in_use: set[int]) -> list[Act]:
    """What the reader may do about a version: confirm, refuse or take back an act that is open, or go back to the version."""
    acts = enactments.list_enactments(row.id)
    waiting = next((one for one in acts if enactments.is_open(one)), None)
    found = []
    if waiting is not None:
        if waiting.state == "asked" and people.allowed(by, enactments.MAY_CONFIRM):
            found.append(_confirm_act(row, waiting, by))
        if waiting.asked_by == by.account or people.allowed(by, enactments.MAY_CONFIRM):
            found.append(_refuse_act(row, waiting, by))
    if row.id not in in_use and any(enactments.was_in_force(one) for one in acts) and people.allowed(by, enactments.MAY_DEPLOY):
        found.append(_back_act(row))
    return found


def _confirm_act(row: Deployment, one: Enactment, by: Actor) -> Act:
    return Act(
        _("Xác nhận đưa vào dùng"), url_for("office_enactments.confirm", enactment=one.id), "confirm", "main",
        why_not=_("Bạn đã đề nghị; người khác xem rồi xác nhận.") if one.asked_by == by.account
        else "" if enactments.may_confirm(one, by=by) else _("Người khác, giữ quyền xác nhận của chính mình, xem rồi xác nhận."),
        effect=_("Xác nhận *%(name)s, phiên bản %(n)d*? Hồ sơ mới chạy theo phiên bản này; hồ sơ đang chạy giữ phiên bản cũ.",
                 name=words.translated(row.name), n=row.version),
    )


def _refuse_act(row: Deployment, one: Enactment, by: Actor) -> Act:
    return Act(
        _("Rút lại") if one.asked_by == by.account else _("Không đồng ý"),
        url_for("office_enactments.refuse", enactment=one.id), "refuse", "second",
        effect=_("Không đưa *%(name)s, phiên bản %(n)d* vào dùng? Phiên bản đang dùng giữ nguyên.",
                 name=words.translated(row.name), n=row.version),
        asks=_("Lý do"), page_url=url_for("office_enactments.refuse", enactment=one.id),
    )


def _back_act(row: Deployment) -> Act:
    url = url_for("office_enactments.roll_back", deployment=row.id)
    return Act(
        _("Quay lại phiên bản này"), url, "roll-back", "second",
        effect=_("Dùng lại *%(name)s, phiên bản %(n)d* ngay từ bây giờ? Hồ sơ mới chạy theo phiên bản này; hồ sơ đang chạy không đổi.",
                 name=words.translated(row.name), n=row.version),
        asks=_("Lý do quay lại"), page_url=url,
    )


def _found(enactment: int) -> tuple[Enactment, Deployment]:
    one = next((row for row in enactments.list_enactments() if row.id == enactment), None)
    if one is None:
        raise NotFound("Không có đề nghị này.", "There is no such act.")
    return one, next(row for row in deployments.list_deployments() if row.id == one.deployment_id)


@blueprint.route("/office/enactments/<int:enactment>/confirm", methods=["GET", "POST"])
def confirm(enactment: int) -> AnyResponse:
    """Confirm as the second person that a version comes into use."""
    by = pages.me()
    must(by, enactments.MAY_CONFIRM)
    one, row = _found(enactment)

    def do(reason: str) -> AnyResponse:
        enactments.confirm(enactment, by=by)
        pages.say(_("Đã xác nhận: %(name)s, phiên bản %(n)d.", name=words.translated(row.name), n=row.version))
        return pages.back_to("office_processes.show", deployment=row.id)

    return _asked(row, _confirm_act(row, one, by), _("Xác nhận"), do)


@blueprint.route("/office/enactments/<int:enactment>/refuse", methods=["GET", "POST"])
def refuse(enactment: int) -> AnyResponse:
    """Refuse an act, or take back one's own; with a reason."""
    by = pages.me()
    one, row = _found(enactment)
    if one.asked_by != by.account:
        must(by, enactments.MAY_CONFIRM)

    def do(reason: str) -> AnyResponse:
        enactments.refuse(enactment, by=by, reason=reason)
        pages.say(_("Không đưa vào dùng: %(name)s, phiên bản %(n)d.", name=words.translated(row.name), n=row.version))
        return pages.back_to("office_processes.show", deployment=row.id)

    act = _refuse_act(row, one, by)
    return _asked(row, act, act.words, do)


@blueprint.route("/office/processes/<int:deployment>/roll-back", methods=["GET", "POST"])
def roll_back(deployment: int) -> AnyResponse:
    """Go back to an older version in one act, with a reason."""
    by = pages.me()
    must(by, enactments.MAY_DEPLOY)
    row = next((one for one in deployments.list_deployments() if one.id == deployment), None)
    if row is None:
        raise NotFound("Không có phiên bản quy trình này.", "There is no such deployment.")

    def do(reason: str) -> AnyResponse:
        enactments.roll_back(deployment, by=by, reason=reason)
        pages.say(_("Đang dùng lại: %(name)s, phiên bản %(n)d.", name=words.translated(row.name), n=row.version))
        return pages.back_to("office_processes.show", deployment=row.id)

    return _asked(row, _back_act(row), _("Quay lại phiên bản"), do)


def _asked(row: Deployment, act: Act, said: str, do: Callable[[str], AnyResponse]) -> AnyResponse:
    back = url_for("office_processes.show", deployment=row.id)
    return edit.confirm(
        act, process_crumbs(Link(words.translated(row.name), back), Link(said, "")),
        back, do,
    )
