"""The members' score sheets on the web: printed, keyed by two people, how far they are and where the entries differ."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from service import people, words
from service.actor import Actor
from service.council import session as sessions
from service.council.session import Criterion, Item, ScoreSheet, ScoreSheets, Session
from service.errors import Conflict, NotFound, Refusal
from service.web import council_parts as parts
from service.web import pages
from service.web.case_parts import in_words
from service.web.frame import Link
from service.web.parts import Block, Cell, Tag

blueprint = Blueprint("council_scores", __name__)
KEY = "council_score.key"
READ = "council_score.read"
OWN = "council_score.own"
OPEN = ("invited", "sitting", "adjourned")
_FIGURE = re.compile(r"\d{1,4}([.,]\d{1,2})?")


# --- on the session's page


def sheets_block(one: Session, by: Actor) -> Block | None:
    """How far each member's sheet is; where the two entries differ, by item and criterion."""
    if not people.allowed(by, READ):
        return None
    found = sessions.read_sheets(one.id, by=by)
    open_now = one.state in OPEN
    if not found.criteria or not (open_now or any(sheet.keyed_by for sheet in found.sheets)):
        return None
    may = open_now and not found.closed and people.allowed(by, KEY)
    names = people.names({account for sheet in found.sheets for account in sheet.keyed_by})
    done = sum(sheet.counts for sheet in found.sheets)
    return Block(
        _("Phiếu chấm điểm của thành viên Hội đồng"),
        [*([Link(_("Phân công, tiến độ"), url_for("reviewing.show", round_id=one.round_id, session=one.id))]
           if people.allowed(by, "review.read") else []),
         *([Link(_("In phiếu chấm điểm"), url_for("council_scores.print_sheets", session_id=one.id))] if may else [])],
        ngettext("*%(done)d trong %(num)d phiếu* đã tính.", "*%(done)d trong %(num)d phiếu* đã tính.", len(found.sheets), done=done)
        + " " + _("Thành viên tự chấm trên trang của mình; phiếu giấy do hai người nhập độc lập, khớp nhau mới tính. Điểm để tham "
                  "khảo, kết quả do biểu quyết."),
        lines=[
            Cell(
                f"{sheet.member_no}. {sheet.name}", "; ".join(difference_words(sheet, names)),
                url_for("council_scores.key_sheet", session_id=one.id, member_no=sheet.member_no) if may and not sheet.filed else "",
                tag=_sheet_tag(sheet, names),
            )
            for sheet in found.sheets
        ],
        key="score-sheets",
    )


def _sheet_tag(sheet: ScoreSheet, names: Mapping[int, str]) -> Tag:
    if sheet.filed:
        return Tag("passed", _("Tự chấm %(done)d/%(of)d", done=len(sheet.scored), of=len(sheet.items)))
    if sheet.counts:
        return Tag("passed", _("Đã khớp"))
    if sheet.differing:
        n = len(sheet.differing)
        return Tag("note", ngettext("Khác nhau %(num)d chỗ", "Khác nhau %(num)d chỗ", n))
    if sheet.keyed_by:
        return Tag("waiting", _("%(who)s đã nhập, chờ người thứ hai", who=names.get(sheet.keyed_by[0], "")))
    return Tag("waiting", _("Chưa nhập"))


def difference_words(sheet: ScoreSheet, names: Mapping[int, str]) -> list[str]:
    """Each place where the two entries of a sheet differ: item, criterion, what either keyed."""
    who = [names.get(account, "") for account in sheet.keyed_by]
    return [
        _("mục %(n)d, %(code)s: %(one)s %(first)s, %(two)s %(second)s", n=d.item_no, code=d.criterion, one=who[0],
          first=_figure(d.first), two=who[1], second=_figure(d.second))
        for d in sheet.differing
    ]


def _figure(points: Decimal | None) -> str:
    return _("để trống") if points is None else words.number(points)


# --- printing and keying


@dataclass(frozen=True, slots=True)
class SheetItem:
    """An item as it stands on a member's sheet."""

    item: Item
    criteria: Sequence[Criterion]
    out: str
    """Why this member keeps out of it; a dash stands in the place of the points."""


def _rows(one: Session, found: ScoreSheets, member_no: int) -> list[SheetItem]:
    """What stands on a member's sheet: what he is to score, and in the place of the points a dash where he keeps out."""
    to_score = next(sheet.items for sheet in found.sheets if sheet.member_no == member_no)
    return [
        SheetItem(
            item, found.criteria[item.item_no],
            next((r.reason or in_words(sessions.CAUSES[r.cause]) for r in item.recusals if r.member_no == member_no), ""),
        )
        for item in one.items
        if item.item_no in found.open and item.item_no in found.criteria and (item.item_no in to_score or _recused(item, member_no))
    ]


def _recused(item: Item, member_no: int) -> bool:
    return any(r.member_no == member_no for r in item.recusals)


def _must_be_open(one: Session) -> None:
    if one.state not in OPEN:
        raise Conflict(
            "Phiếu chấm điểm in và nhập từ khi gửi giấy mời đến khi kết thúc phiên họp.",
            "Score sheets are printed and keyed from the invitation to the end of the session.",
            code="wrong-state",
        )


@blueprint.get("/council/<int:session_id>/score-sheets")
def print_sheets(session_id: int) -> Response:
    """A score sheet for each member, to be printed."""
    by = pages.me()
    people.require(by, KEY)
    one = sessions.read_session(session_id, by=by, veiled=True)
    _must_be_open(one)
    found = sessions.read_sheets(session_id, by=by)
    return pages.page(
        "council_scores", crumbs=parts.crumbs(one, _("Phiếu chấm điểm")), session=one, held=parts.moment(one),
        sheets=[(member, _rows(one, found, member.member_no)) for member in one.members], part=parts.part_words,
        form=parts.form_words,
    )


@blueprint.route("/council/<int:session_id>/score-sheets/<int:member_no>", methods=["GET", "POST"])
def key_sheet(session_id: int, member_no: int) -> AnyResponse:
    """Key what a member wrote on the own sheet; two people, who must agree."""
    by = pages.me()
    people.require(by, KEY)
    one = sessions.read_session(session_id, by=by)
    _must_be_open(one)
    member = one.member(member_no)
    if member is None:
        raise NotFound("Người này không có trong danh sách thành viên của phiên họp.", "This person is not on the roll.")
    found = sessions.read_sheets(session_id, by=by)
    rows = [row for row in _rows(one, found, member_no) if not row.out]
    faults: list[tuple[str, str]] = []
    status = 200
    if request.method == "POST":
        try:
            sheet = sessions.file_sheet(session_id, member_no, typed(rows), by=by)
        except Refusal as refusal:
            faults, status = pages.shown_faults(refusal) or [("", pages.in_language(refusal))], refusal.status
        else:
            _say_keyed(sheet)
            return pages.back_to("council.show", session_id=session_id, _anchor="score-sheets")
    sheet = next(s for s in found.sheets if s.member_no == member_no)
    said = request.form.to_dict() if request.method == "POST" else {
        f"points-{item}-{code}": words.number(points) for (item, code), points in sheet.own.items()
    }
    names = people.names(sheet.keyed_by)
    return pages.page(
        "council_score_key", code=status, crumbs=parts.crumbs(one, _("Nhập phiếu chấm điểm")), session=one, member=member,
        rows=rows, form=parts.form_words, typed=said, faults=faults, wrong=dict(faults),
        differing=[words.capital(said) for said in difference_words(sheet, names)],
        url=url_for("council_scores.key_sheet", session_id=session_id, member_no=member_no),
        back_url=url_for("council.show", session_id=session_id),
    )


def typed(rows: Sequence[SheetItem]) -> dict[int, dict[str, Decimal]]:
    """What was typed: items with at least one figure; what is no figure is handed on as none, to be refused by name."""
    found: dict[int, dict[str, Decimal]] = {}
    for row in rows:
        for one in row.criteria:
            text = request.form.get(f"points-{row.item.item_no}-{one.code}", "").strip()
            if text:
                points = Decimal(text.replace(",", ".")) if _FIGURE.fullmatch(text) else Decimal("NaN")
                found.setdefault(row.item.item_no, {})[one.code] = points
    return found


def _say_keyed(sheet: ScoreSheet) -> None:
    if sheet.counts:
        pages.say(_("Hai bản nhập phiếu của %(name)s khớp nhau. Phiếu này đã tính.", name=sheet.name))
    elif sheet.differing:
        n = len(sheet.differing)
        pages.say(ngettext("Đã ghi, nhưng hai bản nhập phiếu của %(name)s khác nhau %(num)d chỗ. Đối chiếu tờ phiếu rồi sửa bản sai.",
                           "Đã ghi, nhưng hai bản nhập phiếu của %(name)s khác nhau %(num)d chỗ. Đối chiếu tờ phiếu rồi sửa bản sai.",
                           n, name=sheet.name), "warn")
    else:
        pages.say(_("Đã ghi phiếu của %(name)s. Chờ người thứ hai nhập.", name=sheet.name))


# --- a member's own

def my_scores(one: Session, by: Actor) -> tuple[Link, int] | None:
    """Where a member scores, and how many names wait for his scores; None where none are his to score."""
    if one.state not in OPEN or not people.allowed(by, OWN):
        return None
    found, sheet = sessions.read_own_sheet(one.id, by=by)
    if not (sheet.scored if found.closed else sheet.items) or sheet.keyed_by and not sheet.filed:
        return None
    left = 0 if found.closed else len(sheet.items) - len(sheet.scored)
    said = ngettext("Chấm điểm %(num)d hồ sơ", "Chấm điểm %(num)d hồ sơ", left) if left else _("Xem điểm tôi đã chấm")
    return Link(said, url_for("own_scores.show", session_id=one.id)), left


def waiting_for(by: Actor, *, invited: bool) -> Block | None:
    """What the nearest session wants of a member, for the first page: names to score and, with `invited`, an answer; None for nothing."""
    number = sessions.session_ahead(by.account or 0) if people.allowed(by, OWN) else None
    if number is None:
        return None
    one = sessions.read_session(number, by=by)
    lines = []
    if (scores := my_scores(one, by)) and scores[1]:
        lines.append(Cell(scores[0].words, _("Phiên họp %(time)s", time=parts.moment(one)), scores[0].url))
    mine = one.member_of(by.account)
    if invited and mine is not None and not mine.reply and one.state == "invited":
        url = url_for("council_meeting.my_page", session_id=one.id)
        lines.append(Cell(_("Trả lời giấy mời, xem chương trình"), _("Phiên họp %(time)s", time=parts.moment(one)), url))
    return Block(_("Hội đồng Thi đua - Khen thưởng"), lines=lines, key="council") if lines else None
