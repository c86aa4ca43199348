"""Reviewing a round on the web: who scores what, how far each is, and reminding those behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from service import clock, people, words
from service.actor import Actor
from service.awards.models import Round
from service.awards.rounds import read_round
from service.council import session as sessions
from service.council.session import Reviewer, Reviewing
from service.errors import Conflict, Refusal
from service.web import edit, pages
from service.web.case_parts import in_words, short_form_words
from service.web.frame import Link
from service.web.parts import Act, Block, Cell, Column, Empty, Fact, Table, Tag

blueprint = Blueprint("reviewing", __name__)
READ = "review.read"
ASSIGN = "review.assign"
BLIND = "review.blind"
CLOSE = "review.close"


@blueprint.get("/rounds/<int:round_id>/reviewing")
def show(round_id: int) -> Response:
    """Who scores which names of a round's session, the load of each and how far he is; the latest session where none is named."""
    by = pages.me()
    people.require(by, READ)
    return _page(read_round(round_id), by, pages.number_of(request.args.get("session")))


def _page(
    round_: Round, by: Actor, session_id: int | None = None, *, wrong: str = "", code: int = 200, keep: bool = False
) -> Response:
    known = sessions.sessions_of_round(round_.id)
    found = sessions.read_reviewing(session_id if session_id in known else known[0], by=by) if known else None
    may = people.allowed(by, ASSIGN)
    ticked = request.form.getlist("pair") if keep else [
        f"{no}-{i.item_no}" for i in found.items for no in i.reviewers
    ] if found is not None and found.assigned else []
    return pages.page(
        "reviewing", code=code, wrong=wrong, reviewing=found, typed=request.form.to_dict() if keep else {},
        crumbs=_crumbs(round_, _("Phân công chấm điểm")),
        sentence=_sentence(found), status=_status(found), tabs=_tabs(round_, found, known),
        acts=_acts(found) if may and found is not None else [], reviewers=_reviewers_block(found) if found else None,
        ticked=set(ticked), given={f"{no}-{i.item_no}" for i in found.items for no in i.reviewers} if found and found.assigned else set(),
        may_assign=may and found is not None and found.open, form=short_form_words, units=_units(found), draws=_draws_block(found),
        empty=Empty(_("Chưa có phiên họp"), _("Thư ký lập phiên họp của đợt này, rồi phân công chấm điểm hồ sơ của phiên.")),
        blind=_blind_block(round_, by),
        urls={word: url_for(f".{word}", session_id=found.session_id) for word in ("draw", "assign_unit", "assign")} if found else {},
    )


def _blind_block(round_: Round, by: Actor) -> Block:
    """Whether the round is scored blind, and what may be done about it now."""
    state = sessions.blind_state(round_.id)
    may_set, may_close = people.allowed(by, BLIND), people.allowed(by, CLOSE)
    acts, links = [], []
    if not state and may_set:
        too_late = sessions.why_not_blind(round_.id)
        links = [
            Link(_("Xem phiên họp"), url_for("council.show", session_id=number)) for number in sessions.sessions_of_round(round_.id)
        ] if too_late else []
        acts.append(Act(
            _("Đặt chấm ẩn danh"), url_for(".set_blind", round_id=round_.id), "blind", "takes",
            effect=_("Người chấm của *%(name)s* không thấy tên người, tên đơn vị cho tới khi khóa điểm. Chỉ đặt được trước khi gửi "
                     "giấy mời và trước khi chấm, và không bỏ được trước khi khóa điểm.", name=round_.name), asks=_("Lý do"),
            why_not=in_words(too_late) if too_late else ""))
    if state == "on" and may_close:
        held = [sessions.read_reviewing(number, by=by) for number in sessions.sessions_of_round(round_.id)]
        behind = sum(bool(reviewer.behind) for one in held for reviewer in one.reviewers)
        left = ngettext("Còn %(num)d người chưa chấm xong.", "Còn %(num)d người chưa chấm xong.", behind) if behind else ""
        acts.append(Act(
            _("Khóa điểm"), url_for(".close_scores", round_id=round_.id), "close", "takes",
            effect=f'{_("Khóa điểm? Không ai chấm hoặc sửa điểm nữa. Sau đó Trưởng phòng bỏ ẩn danh.")} {left}'.rstrip(),
            asks=_("Vì sao khóa khi còn người chưa chấm xong") if behind else ""))
    if state == "closed" and may_set:
        acts.append(Act(_("Bỏ ẩn danh"), url_for(".lift_blind", round_id=round_.id), "lift",
                        effect=_("Bỏ ẩn danh? Thành viên Hội đồng thấy tên người, tên đơn vị của mọi hồ sơ trong đợt.")))
    said = {
        "": _("Đợt này không chấm ẩn danh: người chấm thấy tên người và đơn vị."),
        "on": _("*Đang chấm ẩn danh.* Người chấm chỉ thấy số của hồ sơ (HS-01). Ai đọc mọi hồ sơ theo nhiệm vụ khác thì không chấm."),
        "closed": _("*Đã khóa điểm*, tên vẫn ẩn. Trưởng phòng bỏ ẩn danh rồi mới khai mạc phiên họp."),
        "lifted": _("Đã chấm ẩn danh, đã khóa điểm và bỏ ẩn danh."),
    }[state]
    return Block(_("Ẩn danh"), key="blind", words=said, acts=acts, links=links)


def _sentence(found: Reviewing | None) -> str:
    if found is None:
        return _("Phân công chấm điểm")
    behind = sum(r.behind for r in found.reviewers)
    said = ngettext("%(num)d hồ sơ", "%(num)d hồ sơ", len(found.items))
    if not behind:
        return _("Chấm điểm *%(names)s*: mọi người đã chấm xong", names=said)
    return ngettext("Chấm điểm *%(names)s*: %(num)d người còn hồ sơ chưa chấm",
                    "Chấm điểm *%(names)s*: %(num)d người còn hồ sơ chưa chấm", behind, names=said)


def _status(found: Reviewing | None) -> str:
    if found is None:
        return ""
    told = _("%(title)s. Hạn chấm *%(day)s*.", title=found.title, day=words.full_date(found.due))
    if not found.assigned:
        told += " " + _("Chưa phân công: mọi thành viên chấm mọi hồ sơ.")
    return told


def _tabs(round_: Round, found: Reviewing | None, known: list[int]) -> list[Link]:
    if found is None or len(known) < 2:
        return []
    return [
        Link(_("Phiên %(n)d", n=place), url_for(".show", round_id=round_.id, session=number), current=number == found.session_id)
        for place, number in enumerate(sorted(known), 1)
    ]


def _acts(found: Reviewing) -> list[Act]:
    today = clock.today()
    late = [r for r in found.reviewers if r.behind and r.reminded != today]
    if not found.scoring or not late:
        return []
    return [Act(ngettext("Nhắc %(num)d người chưa chấm xong", "Nhắc %(num)d người chưa chấm xong", len(late)),
                url_for(".remind", session_id=found.session_id), "remind", "main", "mail")]


def _reviewers_block(found: Reviewing) -> Block:
    rows = [
        [
            Cell(f"{r.member_no}. {r.name}", r.title), Cell(str(len(r.assigned)), figures=True), Cell(str(len(r.done)), figures=True),
            Cell("", tag=_tag(found, r)),
            Cell(", ".join(map(str, r.kept_out)) or "–"), Cell(words.full_date(r.reminded) if r.reminded else "–"),
        ]
        for r in found.reviewers
    ]
    return Block(
        _("Người chấm"), key="reviewers",
        table=Table(
            [Column(_("Thành viên")), Column(_("Được giao"), figures=True), Column(_("Đã chấm"), figures=True), Column(_("Tiến độ")),
             Column(_("Không chấm mục")), Column(_("Nhắc gần nhất"))],
            rows, _("Người chấm"),
        ),
    )


def _tag(found: Reviewing, one: Reviewer) -> Tag:
    if one.sees:
        return Tag("note", _("Thấy tên, không chấm"))
    if not one.assigned:
        return Tag("note", _("Không có hồ sơ"))
    if not one.behind:
        return Tag("passed", _("Đã xong"))
    left = len(one.assigned) - len(one.done)
    return Tag("refused" if clock.today() > found.due else "waiting", ngettext("Còn %(num)d hồ sơ", "Còn %(num)d hồ sơ", left))


def _units(found: Reviewing | None) -> list[tuple[int, str, int]]:
    """Units with names in the session: number, name, how many."""
    counted: dict[int, tuple[str, int]] = {}
    for item in found.items if found else ():
        counted[item.unit_id] = (item.unit_name, counted.get(item.unit_id, ("", 0))[1] + 1)
    return [(unit, name, n) for unit, (name, n) in sorted(counted.items(), key=lambda one: one[1])]


def _draws_block(found: Reviewing | None) -> Block | None:
    if found is None or not found.draws:
        return None
    return Block(
        _("Các lần bốc thăm"), key="draws", words=_("Cùng số bốc thăm, cùng hồ sơ và thành viên thì ra cùng kết quả."),
        facts=[
            Fact(_("Số %(seed)d", seed=d.seed),
                 _("mỗi hồ sơ %(each)d người, giao %(count)d lượt, %(by)s, ngày %(day)s", each=d.each, count=d.count, by=d.by,
                   day=words.full_date(d.on)))
            for d in found.draws
        ],
    )


# --- the blind mode of a round


@blueprint.route("/rounds/<int:round_id>/reviewing/blind", methods=["GET", "POST"])
def set_blind(round_id: int) -> AnyResponse:
    """Hide the names of a round from its reviewers."""
    return _of_round(round_id, BLIND, "blind", lambda reason, by: sessions.set_blind(round_id, reason, by=by),
                     _("Đã đặt chấm ẩn danh."))


@blueprint.route("/rounds/<int:round_id>/reviewing/close", methods=["GET", "POST"])
def close_scores(round_id: int) -> AnyResponse:
    """Close the scores of a blind round."""
    return _of_round(round_id, CLOSE, "close", lambda reason, by: sessions.close_scores(round_id, reason, by=by), _("Đã khóa điểm."))


@blueprint.route("/rounds/<int:round_id>/reviewing/lift", methods=["GET", "POST"])
def lift_blind(round_id: int) -> AnyResponse:
    """Show the names of a round again."""
    return _of_round(round_id, BLIND, "lift", lambda _reason, by: sessions.lift_blind(round_id, by=by), _("Đã bỏ ẩn danh."))


def _of_round(round_id: int, right: str, key: str, do: Callable[[str, Actor], None], said: str) -> AnyResponse:
    by = pages.me()
    people.require(by, right)
    round_ = read_round(round_id)
    act = next((one for one in _blind_block(round_, by).acts if one.key == key), None)
    if act is None:
        if request.method == "POST":
            do(request.form.get("reason", "")[:2000] or "–", by)  # says why not
        raise Conflict("Không làm được việc này lúc này.", "This cannot be done now.", code="wrong-state")

    def done(reason: str) -> AnyResponse:
        do(reason, by)
        pages.say(said)
        return pages.back_to("reviewing.show", round_id=round_id)

    return edit.confirm(act, _crumbs(round_, act.words), url_for(".show", round_id=round_id), done)


def _crumbs(round_: Round, last: str) -> list[Link]:
    return [Link(_("Đợt xét"), url_for("rounds.show_all")), Link(round_.name, url_for("rounds.show", round_id=round_.id)), Link(last, "")]


# --- giving names


@blueprint.post("/council/<int:session_id>/reviewing/assign")
def assign(session_id: int) -> AnyResponse:
    """Give and take names as they are ticked; what was ticked when the page was drawn comes with it."""
    by = pages.me()
    ticked, was = _pairs("pair"), _pairs("was")

    def do() -> str:
        n = sessions.assign_reviewers(session_id, ticked - was, was - ticked, request.form.get("reason", "")[:2000], by=by)
        return ngettext("Đã đổi %(num)d lượt chấm.", "Đã đổi %(num)d lượt chấm.", n) if n else _("Không có gì thay đổi.")

    return _do(session_id, by, do)


def _pairs(field: str) -> set[tuple[int, int]]:
    found = set()
    for text in request.form.getlist(field)[:20_000]:
        no, _dash, item = text.partition("-")
        if no.isdecimal() and item.isdecimal() and len(text) < 20:
            found.add((int(no), int(item)))
    return found


@blueprint.post("/council/<int:session_id>/reviewing/unit")
def assign_unit(session_id: int) -> AnyResponse:
    """Give a reviewer all names of a unit."""
    by = pages.me()

    def do() -> str:
        n = sessions.assign_unit(session_id, _number("unit"), _number("member"), by=by)
        return ngettext("Đã giao %(num)d hồ sơ.", "Đã giao %(num)d hồ sơ.", n) if n else _("Không có gì thay đổi.")

    return _do(session_id, by, do)


@blueprint.post("/council/<int:session_id>/reviewing/draw")
def draw(session_id: int) -> AnyResponse:
    """Give names at random, evenly."""
    by = pages.me()

    def do() -> str:
        seed = request.form.get("seed", "").strip()
        used = sessions.draw_reviewers(session_id, _number("each"), (pages.number_of(seed) or 0) if seed else None, by=by)
        return _("Đã bốc thăm, số %(seed)d. Xem từng người được giao bao nhiêu.", seed=used)

    return _do(session_id, by, do)


@blueprint.post("/council/<int:session_id>/reviewing/remind")
def remind(session_id: int) -> AnyResponse:
    """Remind those behind, by notice and letter."""
    by = pages.me()

    def do() -> str:
        n = sessions.remind_reviewers(session_id, by=by)
        return ngettext("Đã nhắc %(num)d người.", "Đã nhắc %(num)d người.", n)

    return _do(session_id, by, do)


def _number(field: str) -> int:
    return pages.number_of(request.form.get(field)) or 0


def _do(session_id: int, by: Actor, act: Any) -> AnyResponse:
    """Do an act and go back to the round's page; a refusal is said there, with what was typed."""
    people.require(by, ASSIGN)
    round_ = read_round(sessions.read_session(session_id, by=by).round_id)
    try:
        said = act()
    except Refusal as refusal:
        wrong = " ".join(text for _path, text in pages.shown_faults(refusal)) or pages.in_language(refusal)
        return _page(round_, by, session_id, wrong=wrong, code=refusal.status, keep=True)
    pages.say(said)
    return pages.back_to("reviewing.show", round_id=round_.id, session=session_id)
