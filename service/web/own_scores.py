"""A member's own scores: the names that he is to score, each criterion with points and what he says of it."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from service import words
from service.council import session as sessions
from service.errors import Refusal
from service.web import council_parts as parts
from service.web import council_scores, pages
from service.web.council_scores import SheetItem

blueprint = Blueprint("own_scores", __name__)


@blueprint.route("/council/<int:session_id>/my-scores", methods=["GET", "POST"])
def show(session_id: int) -> AnyResponse:
    """Score the names of a session that wait for one's own scores."""
    by = pages.me()
    found, sheet = sessions.read_own_sheet(session_id, by=by)
    one = sessions.read_session(session_id, by=by)
    rows = [
        SheetItem(item, found.criteria[item.item_no], "")
        for item in one.items if item.item_no in sheet.items and item.item_no in found.open
    ]
    by_secretary = bool(sheet.keyed_by) and not sheet.filed
    may = one.state in council_scores.OPEN and not by_secretary and not found.closed
    faults: list[tuple[str, str]] = []
    status = 200
    if request.method == "POST":
        try:
            kept = sessions.file_own_sheet(session_id, council_scores.typed(rows), _comments(rows), by=by)
        except Refusal as refusal:
            faults, status = pages.shown_faults(refusal) or [("", pages.in_language(refusal))], refusal.status
        else:
            left = len(kept.items) - len(kept.scored)
            pages.say(
                ngettext("Đã ghi điểm. Còn %(num)d hồ sơ chưa chấm.", "Đã ghi điểm. Còn %(num)d hồ sơ chưa chấm.", left) if left
                else _("Đã ghi điểm. Bạn đã chấm xong mọi hồ sơ.")
            )
            return pages.back_to("own_scores.show", session_id=session_id)
    typed = request.form.to_dict() if faults else {
        **{f"points-{item}-{code}": words.number(points) for (item, code), points in sheet.own.items()},
        **{f"comment-{item}-{code}": said for (item, code), said in sheet.comments.items()},
    }
    return pages.page(
        "own_scores", code=status, crumbs=parts.crumbs(one, _("Chấm điểm")), session=one, sheet=sheet, rows=rows,
        form=parts.form_words, typed=typed, faults=faults, wrong=dict(faults), may=may, by_secretary=by_secretary, closed=found.closed,
        url=url_for(".show", session_id=session_id), held=parts.moment(one),
        item_url=lambda item: url_for("council_meeting.show_item", session_id=session_id, item_no=item.item_no),
        back_url=url_for("council_meeting.my_page", session_id=session_id),
    )


def _comments(rows: list[SheetItem]) -> dict[tuple[int, str], str]:
    return {
        (row.item.item_no, one.code): request.form.get(f"comment-{row.item.item_no}-{one.code}", "")[:5_000].replace("\r\n", "\n")
        for row in rows for one in row.criteria
    }
