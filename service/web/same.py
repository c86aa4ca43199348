"""The same name twice in a round: side by side, with what the office may say of it. Every button is a verb of joining."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from service.actor import Actor
from service.awards.joining import join_nominations, keep_apart, may_join, must_join
from service.awards.models import Nomination
from service.awards.nominations import read_nomination, reads_every, status_of
from service.awards.recipients import SameName, open_pairs, same_in_round
from service.awards.rounds import read_round
from service.errors import Forbidden, NotFound
from service.web import case_parts, edit, pages
from service.web.frame import Link
from service.web.parts import Act, Block, Cell, Column, Empty, Table
from service.web.standing import phase_words

blueprint = Blueprint("same", __name__)


def _must_read(by: Actor, n: Nomination | None = None) -> None:
    if not reads_every(by, n):
        raise Forbidden("Trang này của phòng Văn hóa - Xã hội.", "This page is the office's.")


@blueprint.get("/rounds/<int:round_id>/same")
def show_all(round_id: int) -> Response:
    """Pairs of one name in a round that are still to be joined or kept apart."""
    by = pages.me()
    _must_read(by)
    row = read_round(round_id)
    pairs = open_pairs(round_id)
    table = Table(
        [Column(_("Tập thể, cá nhân")), Column(_("Đơn vị đề nghị")), Column(_("Trùng với đề nghị của"))],
        [[Cell(n.name, n.title, url_for("same.show", nomination_id=n.id)), Cell(n.unit_name), Cell(same.unit_name, same.title)]
         for n, same in pairs],
        _("Trùng tên trong đợt"),
    )
    return pages.page(
        "register",
        crumbs=[Link(_("Đợt xét"), url_for("rounds.show_all")), Link(row.name, url_for("rounds.show", round_id=row.id)),
                Link(_("Trùng tên"), "")],
        sentence=ngettext("*%(num)d cặp* trùng tên chờ gộp hoặc tách", "*%(num)d cặp* trùng tên chờ gộp hoặc tách", len(pairs)),
        status=row.name, tabs=[], chips=[], url="", keep={}, q=None, filters=[],
        blocks=[Block(_("Trùng tên trong đợt"), table=table if pairs else None,
                      empty=None if pairs else Empty(_("Không còn cặp nào trùng tên"),
                                                     _("Hai đơn vị đề nghị cùng một tên thì hiện ở đây.")))],
        pager=None, main_act=None, acts=[], side=[],
    )


@blueprint.get("/nominations/<int:nomination_id>/same")
def show(nomination_id: int) -> Response:
    """One nomination and the others of the same name in its round."""
    by = pages.me()
    n = read_nomination(nomination_id, by=by)
    _must_read(by, n)
    same = same_in_round(n)
    table = Table(
        [Column(_("Tập thể, cá nhân")), Column(_("Đơn vị đề nghị")), Column(_("Năm sinh")), Column(_("Hình thức")),
         Column(_("Đang ở đâu"))],
        [
            [
                Cell(x.name, x.title, case_parts.nomination_url(x.nomination)), Cell(x.unit_name),
                Cell(str(x.birth_year or ""), figures=True), Cell(case_parts.short_form_words(x.form)),
                Cell(phase_words(x.phase)),
            ]
            for x in same
        ],
        _("Đề nghị trùng tên"),
        row_acts=[_row_acts(n, x) if may_join(by, n, read_nomination(x.nomination, by=by)) else [] for x in same],
    )
    phase, outcome, _holds = status_of(n)
    return pages.page(
        "register",
        crumbs=[Link(_("Hồ sơ"), url_for("nominations.show_all")), Link(n.name, case_parts.nomination_url(n.id)),
                Link(_("Trùng tên"), "")],
        sentence=_("Trùng tên: *%(name)s*", name=n.name),
        status=_("%(unit)s đề nghị %(form)s. %(phase)s.", unit=n.unit_name, form=case_parts.form_words(n.form_asked),
                 phase=phase_words(phase, outcome)),
        tabs=[], chips=[], url="", keep={}, q=None, filters=[],
        blocks=[Block(_("Đề nghị trùng tên trong đợt"), table=table if same else None,
                      empty=None if same else Empty(_("Không còn đề nghị trùng tên"),
                                                    _("Đã gộp hoặc đã xác nhận là hai đối tượng khác nhau.")))],
        pager=None, main_act=None, acts=[], side=[],
    )


def _row_acts(n: Nomination, other: SameName) -> list[Act]:
    return [_act(n, other, "join"), _act(n, other, "join_into"), _act(n, other, "apart")]


def _act(n: Nomination, other: SameName, name: str) -> Act:
    label, effect = {
        "join": (
            _("Gộp, dừng đề nghị này"),
            _("Hai đề nghị là của *cùng một đối tượng*? Đề nghị của %(unit)s dừng lại, thành tích khen thưởng gộp làm một.",
              unit=other.unit_name),
        ),
        "join_into": (
            _("Gộp, giữ đề nghị này"),
            _("Hai đề nghị là của *cùng một đối tượng*? Đề nghị của %(unit)s dừng lại, thành tích khen thưởng gộp làm một.",
              unit=n.unit_name),
        ),
        "apart": (
            _("Hai đối tượng khác nhau"), _("Hai đề nghị là của *hai đối tượng khác nhau*? Ghi lại, không hỏi nữa."),
        ),
    }[name]
    url = url_for("same.settle", nomination_id=n.id, other=other.nomination, act=name)
    return Act(label, url, name, "takes", effect=effect, asks=_("Lý do"), page_url=url)


@blueprint.route("/nominations/<int:nomination_id>/same/<int:other>/<act>", methods=["GET", "POST"])
def settle(nomination_id: int, other: int, act: str) -> Any:
    """Join two nominations or keep them apart, with a reason."""
    by = pages.me()
    n = read_nomination(nomination_id, by=by)
    _must_read(by, n)
    must_join(by, n)
    same = next((x for x in same_in_round(n) if x.nomination == other), None)
    if act not in ("join", "join_into", "apart"):
        raise NotFound("Không có thao tác này.", "There is no such act.")
    if same is None and request.method == "GET":
        raise NotFound("Hai đề nghị này đã được gộp hoặc tách.", "These two were joined or kept apart already.")

    def do(reason: str) -> Any:
        if act == "apart":
            keep_apart(n.id, other, reason, by=by)
            pages.say(_("Đã ghi: hai đối tượng khác nhau."))
        else:
            kept, gone = (n.id, other) if act == "join" else (other, n.id)
            join_nominations(kept, gone, reason, by=by)
            pages.say(_("Đã gộp. Đơn vị có đề nghị dừng lại được báo."))
            return pages.back_to("nominations.show", nomination_id=kept)
        return pages.back_to("nominations.show", nomination_id=n.id)

    back = url_for("same.show", nomination_id=n.id)
    if same is None:
        return do(request.form.get("reason", ""))  # the verb says why not
    shown = _act(n, same, act)
    return edit.confirm(shown, [Link(n.name, case_parts.nomination_url(n.id)), Link(_("Trùng tên"), back), Link(shown.words, "")],
                        back, do)
