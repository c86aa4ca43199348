"""Sessions of the council on the web: planned, settled, invited, answered, minuted, signed; the paper set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from forms import Form
from service import clock, papers, people, words
from service.actor import Actor
from service.awards import blinding, lists, rounds
from service.awards.models import List
from service.council import ballot
from service.council import session as sessions
from service.council.session import Member, Session
from service.errors import Conflict, Invalid, Refusal
from service.web import council_parts as parts
from service.web import council_ranking, council_scores, edit, feedback, list_page, pages, paper_parts
from service.web.case_parts import in_words, short_form_words
from service.web.frame import Link
from service.web.parts import Act, Block, Cell, Column, Table, WorkRow
from service.web.standing import pages_of
from workflows.calendar import ZONE

blueprint = Blueprint("council", __name__)
SIZE = 50


@blueprint.get("/council")
def show_all() -> Response:
    """Sessions that the person may read, and rounds whose names wait for one."""
    by = pages.me()
    number = max(request.args.get("page", 1, type=pages.whole), 1)
    found, total = sessions.list_sessions(by=by, page=number, size=SIZE)
    may = people.allowed(by, "council_agenda.draft")
    ready = [
        WorkRow(len(names), _("tên chờ Hội đồng: lập phiên họp"), url_for("council.plan", round=r.id), r.name)
        for r in rounds.list_rounds() if may and (names := sessions.waiting_names(r.id))
    ]
    rows = [
        [
            Cell(one.title, one.place, url_for("council.show", session_id=one.id)),
            Cell(parts.moment(one)), Cell(str(sum(i.live for i in one.items)), figures=True),
            Cell("", tag=parts.state_tag(one)),
        ]
        for one in found
    ]
    blocks = [Block(_("Lập được ngay"), work=ready)] if ready else []
    blocks.append(
        Block(
            _("Các phiên họp"),
            links=[Link(_("Mọi vòng bỏ phiếu"), url_for("ballot.show_all"))],
            table=Table(
                [Column(_("Phiên họp")), Column(_("Thời gian")), Column(_("Số mục"), figures=True), Column(_("Trạng thái"))],
                rows, _("Các phiên họp"),
            ) if rows else None,
            empty=None if rows else parts.no_sessions(may),
        )
    )
    return pages.page(
        "register", crumbs=[], sentence=ngettext("%(num)d phiên họp Hội đồng", "%(num)d phiên họp Hội đồng", total),
        status=_("Chương trình, trả lời, biểu quyết và biên bản của từng phiên."), tabs=[], chips=[], url="", keep={}, q=None,
        filters=[], blocks=blocks, main_act=None, acts=[], side=[],
        pager=pages_of(number, SIZE, total, False, lambda page: url_for("council.show_all", **({"page": page} if page > 1 else {}))),
    )


# --- planning


@blueprint.route("/council/new", methods=["GET", "POST"])
def plan() -> AnyResponse:
    """Plan a session over the names of a round that wait."""
    by = pages.me()
    people.require(by, "council_agenda.draft")
    round_id = request.values.get("round", type=pages.whole) or 0
    faults: list[tuple[str, str]] = []
    status = 200
    if request.method == "POST":
        form = request.form
        chosen = council_ranking.choice(form, {})
        try:
            number = sessions.plan_session(
                round_id, _moment(form.get("held_on", ""), form.get("held_time", "")), form.get("place", ""),
                chair=form.get("chair", type=pages.whole) or 0, vice=form.get("vice", type=pages.whole),
                members=form.getlist("members", type=pages.whole), nominations=form.getlist("names", type=pages.whole),
                cut=chosen.cut, reasons=council_ranking.reasons(form), by=by,
            )
        except Refusal as refusal:
            faults, status = pages.shown_faults(refusal) or [("", pages.in_language(refusal))], refusal.status
        else:
            pages.say(_("Đã lập phiên họp. Xem mục nào không thể đạt, rồi chốt chương trình."))
            _say_day_off(number, by)
            return pages.back_to("council.show", session_id=number)
    return _plan_page(round_id, faults, status)


def _plan_page(round_id: int, faults: list[tuple[str, str]], status: int) -> Response:
    round_ = rounds.read_round(round_id)
    members = sessions.suggested_members()
    names = sessions.waiting_names(round_id)
    posted = request.method == "POST"
    chosen = council_ranking.choice(request.values, sessions.rank_names(round_id, {n.id for n in names}))
    day = date.fromisoformat(round_.calendar["session"]) if "session" in round_.calendar else clock.today()
    first = members[0].id if members else 0
    second = members[1].id if len(members) > 1 else 0
    typed = {
        "held_on": request.form.get("held_on", words.full_date(max(day, clock.today()))),
        "held_time": request.form.get("held_time", "08:00"),
        "place": request.form.get("place", _("Phòng họp, trụ sở UBND xã")),
        "chair": request.form.get("chair", first, type=pages.whole), "vice": request.form.get("vice", second, type=pages.whole),
        "members": request.form.getlist("members", type=pages.whole) if posted else [m.id for m in members],
        "names": request.form.getlist("names", type=pages.whole) if posted
        else [n.id for n in names if chosen.cut is None or n.id in chosen.above],
    }
    groups: dict[str, list[Any]] = {}
    for n in names:
        groups.setdefault(n.form_recommended or n.form_asked, []).append(n)
    return pages.page(
        "council_plan", code=status, crumbs=[Link(_("Hội đồng"), url_for("council.show_all")), Link(_("Lập phiên họp"), "")],
        round=round_, members=members, groups=[(short_form_words(code), rows) for code, rows in groups.items()],
        typed=typed, faults=faults, wrong=dict(faults), url=url_for("council.plan"), back_url=url_for("council.show_all"),
        choice=chosen, whys=council_ranking.reasons(request.form),
    )


def _say_day_off(session_id: int, by: Actor) -> None:
    """A note, no refusal, where the day is one of rest."""
    day = sessions.read_session(session_id, by=by).held_at.astimezone(ZONE).date()
    if off := parts.day_off_words(day):
        pages.say(_("Ngày họp %(day)s là ngày nghỉ: %(why)s.", day=words.full_date(day), why=off), "warn")


def _moment(day: str, hour: str) -> datetime:
    """A typed day (31/12/2026 or 2026-12-31) and hour (08:00) of the commune's clock."""
    try:
        parsed = date(*map(int, day.split("/")[::-1])) if day.count("/") == 2 else date.fromisoformat(day.strip())
    except (ValueError, OverflowError):
        raise Invalid.at(
            "held_on", f"Ngày họp “{day}” không có thật. Nhập dạng ngày/tháng/năm.", "Give the day as day/month/year."
        ) from None
    try:
        at = time.fromisoformat(hour.strip())
    except ValueError:
        raise Invalid.at("held_time", f"Giờ họp “{hour}” không đúng. Nhập dạng 08:00.", "Give the time as 08:00.") from None
    return datetime.combine(parsed, at.replace(tzinfo=None), ZONE)


# --- one session


@blueprint.get("/council/<int:session_id>")
def show(session_id: int) -> AnyResponse:
    """How a session stands: agenda with votes needed, what cannot pass, members, and what comes next."""
    by = pages.me()
    one = sessions.read_session(session_id, by=by)
    main_act, acts = _acts(one, by)
    held = bool(one.sittings)
    found = ballot.rounds_of(session_id, by=by) if held else []
    away = one.member(request.args.get("away", type=pages.whole))
    ahead = sessions.what_if(session_id, away.member_no, by=by) if away is not None else None
    agenda = parts.items_block(one, by, away=away.name if away is not None else "", ahead=ahead)
    main = [
        agenda, council_ranking.cuts_block(one), council_scores.sheets_block(one, by), parts.rounds_block(one, found),
        parts.sittings_block(one), feedback.block_of_session(one, by),
    ]
    side = [parts.facts_block(one), parts.members_block(one)]
    risky = parts.risks(one) if one.state not in ("finished", "minuted", "signed", "called_off", "empty") else []
    if (act := {"finished": "sign_minutes", "minuted": "sign"}.get(one.state)) is not None:
        agenda_list = papers.list_with_papers(one.list_id, by=by)
        risky = paper_parts.signing_checks(agenda_list, act) if agenda_list else []
    return pages.page(
        "council", crumbs=parts.crumbs(one), session=one, sentence=_head(one), status=parts.status(one),
        main_act=main_act, acts=acts, risks=risky, main=[b for b in main if b], ranking=council_ranking.ranking_blocks(one, by),
        side=side, bases=parts.bases(one), tag=parts.state_tag(one), away=away.member_no if away is not None else 0,
        papers=paper_parts.block(one.list_id, by),
        may_ask=one.state in ("planning", "at_risk", "settled", "invited", "adjourned", "sitting")
        and not any(i.sums for i in one.items) and not blinding.hides(by, one.round_id),
    )


def _head(one: Session) -> str:
    n = sum(i.live for i in one.items)
    passed = sum(i.result in ("passed", "lower_form") for i in one.items)
    risky = len(one.at_risk)
    if one.state in ("finished", "minuted", "signed"):
        said = ngettext("*%(passed)d trong %(num)d tên* được thông qua", "*%(passed)d trong %(num)d tên* được thông qua", n,
                        passed=passed)
    elif one.state in ("planning", "at_risk", "settled", "invited") and risky:
        said = ngettext("*%(num)d mục*, %(risky)d mục không thể đạt", "*%(num)d mục*, %(risky)d mục không thể đạt", n, risky=risky)
    else:
        said = ngettext("*%(num)d mục*, %(state)s", "*%(num)d mục*, %(state)s", n, state=_(sessions.states()[one.state]).lower())
    return _("Phiên họp %(day)s: %(said)s", day=words.full_date(one.held_at), said=said)


def _acts(one: Session, by: Actor) -> tuple[Act | None, list[Act]]:
    acts: list[Act] = []
    mine = one.member_of(by.account)
    if parts.runs(by):
        acts += _secretary_acts(one)
    presiding = one.member(one.presided_by)
    if one.state == "minuted" and presiding is not None and presiding.account == by.account:
        n = sum(i.live for i in one.items)
        acts.insert(0, Act(ngettext("Ký biên bản, %(num)d tên", "Ký biên bản, %(num)d tên", n), _url(one, "sign"), "sign", "main", "sign",
                           effect=ngettext("Ký biên bản? Kết quả của *%(num)d tên* được gửi đi ngay, mỗi tên một lần.",
                                           "Ký biên bản? Kết quả của *%(num)d tên* được gửi đi ngay, mỗi tên một lần.", n)))
    if mine is not None and one.state in ("invited", "adjourned", "sitting"):
        acts.append(Act(_("Trang của tôi trong phiên họp"), url_for("council_meeting.my_page", session_id=one.id), "mine",
                        "second" if acts else "main", "person", method="get"))
    if one.sittings:
        acts.append(Act(_("Biên bản"), url_for("council.minutes", session_id=one.id), "minutes", icon="file", method="get"))
    main = next((act for act in acts if act.level == "main"), None)
    return main, [act for act in acts if act is not main]


def _url(one: Session, act: str) -> str:
    return url_for("council.do", session_id=one.id, act=act)


def _secretary_acts(one: Session) -> list[Act]:
    found: list[Act] = []
    match one.state:
        case "planning":
            found = [Act(_("Chốt chương trình"), _url(one, "settle"), "settle", "main")]
        case "at_risk":
            found = [
                Act(_("Giữ các mục này, ghi lý do"), _url(one, "weigh"), "weigh", "main", method="get"),
                Act(_("Xét lại chương trình"), _url(one, "settle"), "settle"),
            ]
        case "settled":
            found = [
                Act(_("Gửi giấy mời tới %(n)d thành viên", n=len(one.members)), _url(one, "invite"), "invite", "main", "mail",
                    effect=_("Gửi giấy mời họp *%(time)s* tới %(n)d thành viên, kèm lịch?", time=parts.moment(one),
                             n=len(one.members)))
            ]
        case "invited" | "sitting" | "adjourned":
            found = [Act(_("Vào màn hình điều hành"), url_for("council_meeting.show", session_id=one.id), "meeting", "main",
                         method="get")]
            if any(not m.reply for m in one.members) and one.state == "invited":
                found.append(Act(_("Nhắc người chưa trả lời"), url_for("council.remind", session_id=one.id), "remind", icon="mail"))
        case "finished":
            found = [Act(_("Thư ký ký biên bản"), _url(one, "sign_minutes"), "sign_minutes", "main", "sign",
                         effect=_("Ký biên bản? Biên bản được cho số của sổ biên bản Hội đồng."))]
    if one.state in ("planning", "at_risk", "settled", "invited", "adjourned"):
        found.append(Act(_("Đổi ngày, giờ, nơi họp"), url_for("council.move", session_id=one.id), "move", method="get"))
    if one.state in ("invited", "sitting", "adjourned"):
        found.append(Act(_("In bộ giấy dự phòng"), url_for("council.paper_set", session_id=one.id), "paper", icon="file",
                         method="get"))
    if one.state in ("invited", "sitting", "adjourned") and parts.away(one):
        found.append(Act(_("In phiếu ý kiến cho người vắng"), url_for("council_written.forms_of_session", session_id=one.id),
                         "written", icon="file", method="get"))
    if one.state in ("planning", "at_risk", "settled", "invited", "adjourned"):
        found.append(Act(_("Hủy phiên họp"), _url(one, "call_off"), "call_off", "takes",
                         effect=_("Hủy phiên họp? Mọi tên trở lại chờ phiên khác."), asks=_("Lý do")))
    return found


_FORMS: dict[str, Callable[[], Form]] = {
    "weigh": lambda: edit.form("weigh", edit.reason(_("Vì sao giữ các mục không thể đạt"))),
    "call_off": lambda: edit.form("call_off", edit.reason()),
    "adjourn": lambda: edit.form(
        "adjourn", edit.area("reason", _("Lý do tạm dừng"), required=True, hint=_("Ghi vào biên bản"), most=2000),
        edit.day("resumes_on", _("Ngày họp lại, nếu đã biết"), hint=_("Có ngày thì mọi thành viên nhận giấy mời mới")),
        edit.text("resumes_at", _("Giờ họp lại, nếu khác giờ cũ"), hint="08:00", most=5)),
    "put_off": lambda: edit.form(
        "put_off", edit.area("reason", _("Lý do hoãn"), required=True, hint=_("Ghi vào biên bản và giấy mời mới"), most=2000),
        edit.day("resumes_on", _("Ngày họp mới"), required=True),
        edit.text("resumes_at", _("Giờ họp mới, nếu khác giờ cũ"), hint="08:00", most=5)),
    "finish": lambda: edit.form(
        "finish", edit.area("conclusion", _("Kết luận của người chủ trì"), hint=_("Ghi vào biên bản"))),
}
_STRAIGHT = ("settle", "invite", "sign_minutes", "sign")
"""Acts that ask for nothing."""


@blueprint.route("/council/<int:session_id>/do/<act>", methods=["GET", "POST"])
def do(session_id: int, act: str) -> AnyResponse:
    """An act that moves the session on; what it asks for stands on a page of its own."""
    by = pages.me()
    one = sessions.read_session(session_id, by=by)
    back = url_for("council.show", session_id=session_id)

    def done(fields: dict[str, Any]) -> AnyResponse:
        asked = {k: int(v) if k == "presided_by" else v for k, v in fields.items() if v not in (None, "")}
        sessions.do(session_id, act, by=by, fields=asked)
        pages.say(_done_words(act, one, sessions.read_session(session_id, by=by)))
        meeting = act in ("open", "adjourn", "put_off") and parts.runs(by)
        return pages.back_to("council_meeting.show" if meeting else "council.show", session_id=session_id)

    if act in _STRAIGHT or act not in ("open", *_FORMS):
        if request.method == "POST":
            return done({})
        return pages.back_to("council.show", session_id=session_id)
    if act == "call_off" and request.method == "POST" and set(request.form) <= {"csrf_token", "reason", "act"}:
        return done({"reason": request.form.get("reason", "")})
    label = lists.KINDS[sessions.KIND].act(act)
    people.require(by, label.right)
    words_ = in_words((label.label, label.label_en))
    first = {}
    if act == "open":
        words_ = parts.open_words(one)
        there = sorted((m for m in one.members if m.present), key=lambda m: (m.part != "chair", m.part != "vice", m.member_no))
        first = {"presided_by": str(there[0].member_no)} if there and there[0].part != "member" else {}
    page = edit.Page(
        words_, url_for("council.do", session_id=session_id, act=act), back, words_, parts.crumbs(one, words_), _ask_words(act, one)
    )
    return edit.edit(_presiding_form(there) if act == "open" else _FORMS[act](), page, done, first=first)


def _presiding_form(there: Sequence[Member]) -> Form:
    """Who presides, of those who are there, chair and vice-chair first; where both are away one must be named."""
    known = [(str(m.member_no), f"{m.name}, {parts.part_words(m)}") for m in there]
    asked = edit.choice("presided_by", _("Người chủ trì"), known, hint=_("Trong số thành viên có mặt"),
                        required=all(m.part == "member" for m in there))
    return edit.form("open", *([asked] if known else []))


def _ask_words(act: str, one: Session) -> str:
    if act == "weigh":
        return " ".join(parts.risk_words(item) for item in one.at_risk)
    if act == "finish":
        rest = [str(i.item_no) for i in one.items if i.state in ("waiting", "discussed")]
        return _("Mục %(items)s chưa có kết quả, sẽ chuyển sang phiên sau.", items=", ".join(rest)) if rest else _(
            "Mọi mục đã có kết quả.")
    if act == "adjourn":
        return _("Vòng đang mở mà chưa niêm phong thì bỏ, biểu quyết lại khi họp tiếp; kết quả đã có giữ nguyên.")
    if act in ("open", "put_off"):
        return parts.quorum_words(one)
    return ""


def _done_words(act: str, one: Session, now: Session) -> str:
    return {
        "settle": _("Đã chốt chương trình. Gửi giấy mời được rồi.") if now.state == "settled" else _(
            "Chưa chốt được: có mục không thể đạt."),
        "weigh": _("Đã giữ các mục này. Gửi giấy mời được rồi."),
        "invite": _("Đã gửi giấy mời tới %(n)d thành viên, kèm lịch.", n=len(one.members)),
        "open": _("Đã họp tiếp. Mở hồ sơ từng mục để thảo luận.") if one.state == "adjourned" else _(
            "Đã khai mạc. Mở hồ sơ từng mục để thảo luận."), "adjourn": _("Đã tạm dừng phiên họp."),
        "put_off": _("Đã ghi hoãn phiên họp. Mọi thành viên nhận giấy mời mới."),
        "finish": _("Đã kết thúc phiên họp. Xem biên bản rồi ký."),
        "sign_minutes": _("Đã ký biên bản, đã cho số. Chờ người chủ trì ký."),
        "sign": _("Đã ký biên bản. Kết quả đang được gửi tới từng tên."), "call_off": _("Đã hủy phiên họp."),
    }[act]


@blueprint.route("/council/<int:session_id>/move", methods=["GET", "POST"])
def move(session_id: int) -> AnyResponse:
    """Another day, time or place."""
    by = pages.me()
    one = sessions.read_session(session_id, by=by)
    people.require(by, parts.RUN)
    held = one.held_at.astimezone(ZONE)

    def do_it(said: dict[str, Any]) -> AnyResponse:
        sessions.move_session(session_id, _moment(str(said["held_on"]), str(said["held_time"])), said["place"], by=by)
        pages.say(_("Đã đổi. Người đã được mời nhận giấy mời mới."))
        _say_day_off(session_id, by)
        return pages.back_to("council.show", session_id=session_id)

    title = _("Đổi ngày, giờ, nơi họp")
    return edit.edit(
        edit.form("move", edit.day("held_on", _("Ngày họp"), required=True), edit.text("held_time", _("Giờ họp"), required=True,
                                                                                        hint="08:00", most=5),
                  edit.text("place", _("Địa điểm"), required=True)),
        edit.Page(title, url_for("council.move", session_id=session_id), url_for("council.show", session_id=session_id),
                  _("Ghi thay đổi"), parts.crumbs(one, title), one.title),
        do_it, first={"held_on": held.date().isoformat(), "held_time": f"{held:%H:%M}", "place": one.place},
    )


@blueprint.post("/council/<int:session_id>/remind")
def remind(session_id: int) -> AnyResponse:
    """Remind who has not answered."""
    n = sessions.remind_silent(session_id, by=pages.me())
    pages.say(ngettext("Đã nhắc %(num)d thành viên.", "Đã nhắc %(num)d thành viên.", n))
    return pages.back_to("council.show", session_id=session_id)


@blueprint.route("/council/<int:session_id>/items/<int:item_no>/take-off", methods=["GET", "POST"])
def take_off(session_id: int, item_no: int) -> AnyResponse:
    """Leave a name to another session before this one is held."""
    people.require(pages.me(), parts.RUN)
    return _with_reason(session_id, item_no, lambda one: parts.row_acts(one, one.item(item_no)), sessions.take_off_item,
                        _("Đã để mục %(n)d sang phiên khác.", n=item_no))


@blueprint.route("/council/<int:session_id>/items/<int:item_no>/postpone", methods=["GET", "POST"])
def postpone(session_id: int, item_no: int) -> AnyResponse:
    """Leave an item to the next session, in the sitting."""
    people.require(pages.me(), parts.RUN)
    return _with_reason(session_id, item_no, lambda one: [parts.postpone_act(one, one.item(item_no))],
                        sessions.postpone_item, _("Đã chuyển mục %(n)d sang phiên sau.", n=item_no))


@blueprint.route("/council/<int:session_id>/items/<int:item_no>/conflict", methods=["GET", "POST"])
def declare(session_id: int, item_no: int) -> AnyResponse:
    """A member keeps out of an item."""
    return _with_reason(session_id, item_no, lambda one: [parts.conflict_act(one, one.item(item_no))],
                        sessions.declare_conflict, _("Bạn không tham gia biểu quyết mục %(n)d.", n=item_no),
                        back="council_meeting.my_page")


@blueprint.route("/council/<int:session_id>/items/<int:item_no>/conflict/take-back", methods=["GET", "POST"])
def take_back(session_id: int, item_no: int) -> AnyResponse:
    """A member takes back what was declared by mistake."""
    return _with_reason(session_id, item_no, lambda one: [parts.take_back_act(one, one.item(item_no))],
                        sessions.take_back_conflict, _("Đã rút khai báo. Bạn tham gia biểu quyết mục %(n)d.", n=item_no),
                        back="council_meeting.my_page")


def _with_reason(
    session_id: int, item_no: int, act: Callable[[Session], list[Act]], verb: Callable[..., None], said: str,
    back: str = "council.show",
) -> AnyResponse:
    by = pages.me()
    one = sessions.read_session(session_id, by=by)
    if all(member.account != by.account for member in one.members):  # a member speaks for himself, the secretary for all
        people.require(by, parts.RUN)
    found = act(one) if any(i.item_no == item_no for i in one.items) else []
    if not found:
        raise Conflict("Không làm được việc này lúc này.", "This cannot be done now.", code="wrong-state")

    def done(reason: str) -> AnyResponse:
        verb(session_id, item_no, reason, by=by)
        pages.say(said)
        return pages.back_to(back, session_id=session_id)

    return edit.confirm(found[0], parts.crumbs(one, found[0].words), url_for(back, session_id=session_id), done)


# --- papers


@blueprint.get("/council/<int:session_id>/minutes")
def minutes(session_id: int) -> Response:
    """The minutes, to read and to print."""
    by = pages.me()
    found = sessions.minutes_of(session_id, by=by)
    one = found.session
    main_act, acts = _acts(one, by)
    return pages.page(
        "council_minutes", crumbs=parts.crumbs(one, _("Biên bản")), minutes=found, session=one, main_act=main_act,
        acts=[a for a in acts if a.key in ("sign", "sign_minutes")], held=parts.moment(one), needed=parts.needed_words,
        recused=parts.recusal_words, item_tag=lambda i: parts.item_tag(i, over=one.over),
        form=parts.form_words, part=parts.part_words, written=parts.written_words, before=parts.before_words,
        scan_url=lambda r: url_for("files.download", file_id=r.scan, look=1),
        cuts=[council_ranking.cut_words(cut) for cut in one.cuts],
    )


@blueprint.get("/council/<int:session_id>/paper-set")
def paper_set(session_id: int) -> Response:
    """Roll, ballots and tally sheets on paper, for the case that the power goes."""
    by = pages.me()
    people.require(by, parts.RUN)
    one = sessions.read_session(session_id, by=by)
    parts.must_show_names(one)
    return pages.page(
        "council_paper", crumbs=parts.crumbs(one, _("Bộ giấy dự phòng")), session=one, held=parts.moment(one),
        needed=parts.needed_words, recused=parts.recusal_words, form=parts.form_words, part=parts.part_words,
        items=[i for i in one.items if i.live and i.state in ("waiting", "discussed")],
    )


def _page_of(row: List) -> str:
    return url_for("council.show", session_id=int(row.data["session"])) if "session" in row.data else url_for("council.show_all")


def _planning_of(round_id: int) -> str:
    return url_for("council.plan", round=round_id)


list_page.PAGES[sessions.KIND] = _page_of
list_page.PLANS[sessions.KIND] = _planning_of
