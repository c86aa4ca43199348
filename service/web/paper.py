"""Entering the paper dossier of a unit whose people do not sign in: the officer begins with the paper itself."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _

from forms import first_answers
from service import people
from service.actor import Actor
from service.awards import lists, rounds
from service.awards.files import about_files, drafted_files
from service.awards.models import Round
from service.awards.submissions import ENTER, enter_paper
from service.errors import Forbidden, NotFound, Refusal
from service.processes import tasks
from service.web import typed
from service.web.frame import Link
from service.web.pages import back_to, me, page, say
from service.web.typed import Typed

blueprint = Blueprint("paper", __name__)


def _form() -> Any:
    return lists.act_forms["paper_dossier"]


def _given(by: Actor) -> dict[str, Any]:
    units = [u for u in people.list_units() if u.kind not in ("agency", "province") and people.allowed_for_other(by, ENTER, u.id)]
    return {"units": [{"value": str(u.id), "label": u.name} for u in units], "files": about_files(drafted_files(by))}


@blueprint.route("/rounds/<int:round_id>/paper", methods=["GET", "POST"])
def start(round_id: int) -> Any:
    """Take a unit's paper dossier in a round: which unit, number, date, scan; then its submission is open to be entered."""
    by = me()
    row = rounds.read_round(round_id)
    given = _given(by)
    if not given["units"]:
        raise Forbidden("Bạn không nhập hồ sơ giấy thay đơn vị.", "You may not enter paper dossiers.")
    if request.method == "GET":
        answers = first_answers(_form(), given)
        wanted = request.args.get("unit", "")
        answers["unit"] = wanted if wanted in [u["value"] for u in given["units"]] else ""
        return _page(row, given, Typed(answers, ""))
    if (answer := typed.attached(_form(), f"draft:{by.account}", by=by)) is not None:
        return answer
    said = typed.read_posted(_form(), f"draft:{by.account}", by=by)
    given = _given(by)  # a scan that was just sent is known only now
    if said.redraws:
        return _page(row, given, said)
    try:
        clean = tasks.checked(_form(), said.answers, given=given)
        number = enter_paper(row.id, int(clean.pop("unit")), clean, by=by)
    except (Forbidden, NotFound):
        raise
    except Refusal as refusal:
        return _page(row, given, said, refusal)
    say(_("Đã ghi văn bản đến. Nhập tiếp tên, phiếu tự đánh giá, biên bản và chữ ký theo hồ sơ giấy."))
    return back_to("submissions.show", list_id=number)


def _page(row: Round, given: dict[str, Any], said: Typed, refusal: Refusal | None = None) -> Response:
    ask = typed.asked(_form(), said.answers, given=given, refusal=refusal, refused=said.refused)
    label = _("Nhập hồ sơ giấy thay đơn vị")
    return page(
        "start",
        code=refusal.status if refusal else said.status,
        crumbs=[Link(_("Đợt xét"), "/rounds"), Link(row.name, f"/rounds/{row.id}"), Link(label, "")],
        sentence=label,
        status=row.name,
        checks=[], checks_title="", said={}, bases=[],
        act_url=url_for("paper.start", round_id=row.id),
        draft_url="",
        draft_line="",
        back_url=f"/rounds/{row.id}",
        parts=ask.parts,
        kept_files=ask.kept_files,
        shut=ask.shut,
        other_faults=ask.other_faults,
        act_words=_("Ghi văn bản đến"),
        takes=False,
        before_act=_("Mọi bước nhập thay đều ghi: thay đơn vị nào, theo văn bản số mấy, ngày nào."),
    )
