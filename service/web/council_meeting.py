"""Meeting mode: the secretary's one screen, the dossier on the wall, the member's page on the own telephone.

Every page is whole by itself and draws its live part anew, so that a device that dropped out goes on where the session
stands. Nothing is fetched from anywhere but this server.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from service import clock, people
from service.actor import Actor
from service.awards import blinding
from service.awards.catalogue import award_forms
from service.awards.scores import Ranked
from service.council import ballot
from service.council import session as sessions
from service.council.ballot import Ballot
from service.council.session import Item, Session
from service.errors import Conflict, NotFound, Refusal
from service.web import ballot_parts, council_ranking, council_scores, evidence, matter_ways, pages
from service.web import council_parts as parts
from service.web.case_parts import in_words, scale_words, score_rows, short_form_words
from service.web.files import way_to_look
from service.web.parts import Act
from workflows.calendar import ZONE

blueprint = Blueprint("council_meeting", __name__)


# --- the secretary's screen


@blueprint.get("/council/<int:session_id>/meeting")
def show(session_id: int) -> Response:
    """Roll, agenda, round, result and what comes next on one screen."""
    return _meeting(session_id, pages.me())


def _meeting(session_id: int, by: Actor, wrong: str = "", code: int = 200) -> Response:
    people.require(by, parts.RUN)
    one = sessions.read_session(session_id, by=by)
    found = ballot.rounds_of(session_id, by=by)
    ready = [i for i in one.items if i.state == "discussed"]
    chosen = council_ranking.choice(request.values, _ready_ranked(one, ready, by))
    return pages.page(
        "council_meeting", code=code, crumbs=parts.crumbs(one, _("Điều hành")), session=one, wrong=wrong,
        sentence=_meeting_sentence(one, found), status=parts.status(one), roll_url=url_for(".call_roll", session_id=one.id),
        rounds=parts.rounds_block(one, found), live=_live(one, found), live_url=url_for(".live", session_id=one.id),
        ready=ready, asked_secret=", ".join(map(str, sessions.asked_in_secret(ready))),
        round_url=url_for(".plan_round", session_id=one.id), items=one.items, next_item=_next_item(one),
        item_url=lambda i: url_for(".show_item", session_id=one.id, item_no=i.item_no), item_tag=parts.item_tag,
        needed=parts.needed_words, form=short_form_words, part=parts.part_words, acts=_acts(one),
        kiosk_url=url_for("council_kiosk.start", session_id=one.id), risks=parts.risks(one),
        paper_url=url_for("council.paper_set", session_id=one.id), recused=parts.recusal_words,
        choice=chosen, whys=council_ranking.reasons(request.form),
        chosen=request.form.getlist("items", type=pages.whole) if request.method == "POST" else
        [i.item_no for i in ready if chosen.cut is None or i.nomination_id in chosen.above],
        show_url=url_for(".show", session_id=one.id),
    )


def _ready_ranked(one: Session, ready: list[Item], by: Actor) -> dict[str, list[Ranked]]:
    """The items that were discussed, ranked as a cut takes them; none where the rule is missing."""
    try:
        return sessions.items_ranked(one.id, [i.item_no for i in ready], by=by) if ready else {}
    except Conflict:
        return {}


def _next_item(one: Session) -> Item | None:
    return next((i for i in one.items if i.state == "waiting"), None)


def _running(found: list[Ballot]) -> Ballot | None:
    return next((r for r in found if r.state in ("planned", "open", "sealed", "paper")), None)


def _meeting_sentence(one: Session, found: list[Ballot]) -> str:
    running = _running(found)
    if one.state in ("invited", "adjourned"):
        return _("Điểm danh: có mặt *%(n)d trong %(of)d*", n=one.there, of=len(one.members))
    if running is not None:
        return ngettext("Vòng %(n)d: *%(num)d mục* đang biểu quyết", "Vòng %(n)d: *%(num)d mục* đang biểu quyết",
                        len(running.items), n=running.number)
    done = sum(i.result is not None for i in one.items if i.live)
    return ngettext("*%(done)d trong %(num)d mục* đã có kết quả", "*%(done)d trong %(num)d mục* đã có kết quả",
                    sum(i.live for i in one.items), done=done)


def _acts(one: Session) -> list[Act]:
    def act(word: str, words: str, level: str = "second", why_not: str = "") -> Act:
        url = url_for("council.do", session_id=one.id, act=word)
        return Act(words, url, word, level, why_not=why_not, method="get")

    if one.state in ("invited", "adjourned"):
        found = [act("open", parts.open_words(one), "main", "" if one.quorate else parts.quorum_words(one).replace("*", ""))]
        if not one.quorate and clock.today() >= one.held_at.astimezone(ZONE).date():
            found.append(act("put_off", _("Hoãn vì không đủ số người")))
        return found
    if one.state == "sitting":
        return [act("adjourn", _("Tạm dừng phiên họp")), act("finish", _("Kết thúc phiên họp"))]
    return []


def _live(one: Session, found: list[Ballot]) -> dict[str, Any]:
    running = _running(found)
    return {
        "there": one.there, "of": len(one.members), "quorum": one.quorum, "quorate": one.quorate, "round": running,
        "count": ballot.live(running.id) if running is not None and running.state == "open" else None,
        "round_url": url_for("ballot.show", round_id=running.id) if running is not None else "",
        "state": one.state,
    }


@blueprint.get("/council/<int:session_id>/meeting/live")
def live(session_id: int) -> Response:
    """Who is there and how many have voted, drawn anew."""
    by = pages.me()
    people.require(by, parts.RUN)
    one = sessions.read_session(session_id, by=by)
    found = ballot.rounds_of(session_id, by=by)
    response = pages.fragment("council_live", live=_live(one, found), live_url=url_for(".live", session_id=session_id))
    running = _running(found)
    if request.args.get("was", "") not in ("", f"{one.state}-{running.state if running else ''}"):
        response.headers["HX-Refresh"] = "true"
    return response


@blueprint.post("/council/<int:session_id>/roll")
def call_roll(session_id: int) -> AnyResponse:
    """Write down who is there."""
    by = pages.me()
    one = sessions.read_session(session_id, by=by)
    here = set(request.form.getlist("here", type=pages.whole))
    reasons = {m.member_no: request.form.get(f"why-{m.member_no}", "") for m in one.members}
    seen = request.form.getlist("shown", type=pages.whole)
    was = set(request.form.getlist("was", type=pages.whole))
    try:
        kept = sessions.mark_present(
            session_id, {m.member_no: m.member_no in here for m in one.members}, reasons, by=by,
            shown={n: n in was for n in seen} if seen else None,
        )
    except Refusal as refusal:
        return _meeting(session_id, by, pages.in_language(refusal), refusal.status)
    there = sessions.read_session(session_id, by=by).there
    pages.say(_("Đã ghi điểm danh: có mặt %(n)d trong %(of)d.", n=there, of=len(one.members)))
    if kept:
        pages.say(_("Điểm danh của %(names)s đã đổi sau khi bạn mở trang, nên giữ theo lần ghi mới hơn. Xem lại, sửa nếu chưa đúng.",
                    names=", ".join(kept)), "warn")
    return pages.back_to("council_meeting.show", session_id=session_id)


@blueprint.post("/council/<int:session_id>/rounds")
def plan_round(session_id: int) -> AnyResponse:
    """Put discussed items to the vote."""
    by = pages.me()
    items, secret = request.form.getlist("items", type=pages.whole), request.form.get("how") != "open"
    try:
        round_id = sessions.plan_round(
            session_id, items, secret=secret, cut=council_ranking.choice(request.form, {}).cut,
            reasons=council_ranking.reasons(request.form), by=by,
        )
    except Refusal as refusal:
        faults = pages.shown_faults(refusal)
        wrong = pages.in_language(refusal) if len(faults) < 2 else " ".join(said for _path, said in faults)
        return _meeting(session_id, by, wrong, refusal.status)
    pages.say(ngettext("Đã lập vòng, %(num)d mục.", "Đã lập vòng, %(num)d mục.", len(items)))
    chosen = [i for i in sessions.read_session(session_id, by=by).items if i.item_no in items]
    if not secret and (asked := sessions.asked_in_secret(chosen)):
        pages.say(
            _("Quy định hỏi phiếu kín ở mục %(items)s mà vòng này công khai. Hủy vòng nếu không cố ý.",
              items=", ".join(map(str, asked))), "warn",
        )
    return pages.back_to("ballot.show", round_id=round_id)


# --- the dossier on the wall


@blueprint.get("/council/<int:session_id>/items/<int:item_no>")
def show_item(session_id: int, item_no: int) -> Response:
    """One name: who, what, scores side by side, votes needed; the secretary notes the discussion here."""
    return _item(session_id, item_no, pages.me())


def _item(
    session_id: int, item_no: int, by: Actor, *, faults: list[tuple[str, str]] | None = None, code: int = 200
) -> Response:
    one = sessions.read_session(session_id, by=by)
    item, nomination, found = sessions.read_dossier(session_id, item_no, by=by)
    scores = score_rows(nomination, found, by, office=True)
    place = council_ranking.place_of(one, nomination.id, by)
    at = [i.item_no for i in one.items if i.live]
    here = at.index(item_no) if item_no in at else -1

    def beside(step: int) -> str:
        to = here + step
        return url_for(".show_item", session_id=one.id, item_no=at[to]) if here >= 0 and 0 <= to < len(at) else ""

    forms = award_forms()
    mine = one.member_of(by.account)
    return pages.page(
        "council_item", code=code, crumbs=parts.crumbs(one, _("Mục %(n)d", n=item_no)), session=one, item=item,
        nomination=nomination, scores=scores, scale=scale_words(scores), place=place, tag=parts.item_tag(item, over=one.over),
        needed=parts.needed_words(item), less=parts.less_words(item.outlook), recused=parts.recusal_words(item),
        risk=parts.risk_words(item) if not one.over and (item.outlook.hopeless or item.outlook.missing) else "",
        stopped=in_words(item.stopped) if item.stopped else "", before_url=beside(-1), after_url=beside(1),
        may_note=parts.runs(by) and one.state == "sitting" and item.state in ("waiting", "discussed", "decided", "postponed"),
        forms=[(c, short_form_words(c)) for c, f in forms.items() if f.rank <= forms[item.proposed].rank][::-1],
        reserves=[(c, short_form_words(c)) for c, f in forms.items() if f.rank < forms[item.proposed].rank],
        typed=request.form.to_dict() if request.method == "POST" else {
            "discussion": item.discussion, "form": item.form, "reserve": item.reserve or "", "form_reason": item.form_reason,
        },
        faults=faults or [], wrong=dict(faults or []), url=url_for(".discuss", session_id=one.id, item_no=item_no),
        form=short_form_words, meeting_url=url_for(".show", session_id=one.id) if parts.runs(by) else "",
        before=parts.before_words,
        evidence=None if blinding.hides(by, nomination.round_id) else evidence.block(nomination, by, office=True),
        warnings=[] if one.over else matter_ways.warnings(item.unit, by),
        files=sessions.reviewed_files(session_id, item_no, by=by), look_url=way_to_look,
        file_url=lambda one: url_for("files.download", file_id=one.id),
        out_act=parts.conflict_act(one, item) if mine is not None and _may_declare(one, item, mine.member_no) else None,
    )


def _may_declare(one: Session, item: Item, member_no: int) -> bool:
    early = one.state in ("invited", "sitting", "adjourned") and item.state in ("waiting", "discussed", "voting")
    return early and all(r.member_no != member_no for r in item.recusals)


def _may_take_back(one: Session, item: Item, member_no: int, planned: Collection[str]) -> bool:
    """Whether a declared interest can still be taken back: no round with the item was opened."""
    early = item.state in ("waiting", "discussed", "postponed") or item.state == "voting" and item.ballot in planned
    declared = any(r.member_no == member_no and r.cause == "declared" for r in item.recusals)
    return early and declared and one.state in ("invited", "sitting", "adjourned")


@blueprint.post("/council/<int:session_id>/items/<int:item_no>/discuss")
def discuss(session_id: int, item_no: int) -> AnyResponse:
    """Note the discussion and the form that is put to the vote."""
    by = pages.me()
    said = request.form
    try:
        sessions.discuss_item(
            session_id, item_no, by=by, discussion=said.get("discussion", "")[:5000], form=said.get("form") or None,
            reserve=said.get("reserve") or None, form_reason=said.get("form_reason", "")[:2000],
            again_reason=said.get("again_reason", "")[:2000],
        )
    except Refusal as refusal:
        faults = pages.shown_faults(refusal) or [("", pages.in_language(refusal))]
        return _item(session_id, item_no, by, faults=faults, code=refusal.status)
    pages.say(_("Đã ghi mục %(n)d. Mục này đưa ra biểu quyết được.", n=item_no))
    one = sessions.read_session(session_id, by=by)
    ahead = next((i.item_no for i in one.items if i.state == "waiting" and i.item_no > item_no), None)
    if ahead is None:
        return pages.back_to("council_meeting.show", session_id=session_id)
    return pages.back_to("council_meeting.show_item", session_id=session_id, item_no=ahead)


# --- the member's page


@blueprint.get("/council/<int:session_id>/me")
def my_page(session_id: int) -> Response:
    """What a member does: answer, be there, keep out, vote; first of all on a telephone."""
    return _mine(session_id, pages.me())


def _mine(session_id: int, by: Actor, wrong: str = "", typed: str = "", code: int = 200) -> Response:
    one = sessions.read_session(session_id, by=by)
    member = one.member_of(by.account)
    if member is None:
        raise NotFound("Bạn không có trong danh sách thành viên của phiên họp.", "You are not on the roll of the session.")
    planned = {r.id for r in ballot.rounds_of(one.id, by=by) if r.state == "planned"} if one.sittings else set()
    rows = [
        {
            "item": i, "needed": parts.needed_words(i), "form": short_form_words(i.form), "tag": parts.item_tag(i, over=one.over),
            "url": url_for(".show_item", session_id=one.id, item_no=i.item_no),
            "out": next((r.reason or in_words(sessions.CAUSES[r.cause]) for r in i.recusals if r.member_no == member.member_no), ""),
            "out_url": url_for("council.declare", session_id=one.id, item_no=i.item_no)
            if _may_declare(one, i, member.member_no) else "",
            "back_url": url_for("council.take_back", session_id=one.id, item_no=i.item_no)
            if _may_take_back(one, i, member.member_no, planned) else "",
        }
        for i in one.items if i.live
    ]
    today = clock.today() >= one.held_at.astimezone(ZONE).date()
    return pages.page(
        "council_member", code=code, session=one, status=parts.status(one) if one.over else one.place,
        member=member, rows=rows, wrong=wrong, typed=typed, held=parts.moment(one),
        part=parts.part_words(member), tag=parts.state_tag(one), live=_my_live(one, by),
        live_url=url_for(".my_live", session_id=one.id), reply_url=url_for(".reply", session_id=one.id),
        duties=ballot_parts.duties(by, one.id), may_reply=one.state in ("invited", "adjourned"),
        crumbs=parts.crumbs(one, _("Trang của tôi")), scores=council_scores.my_scores(one, by),
        check_in_url=url_for(".check_in", session_id=one.id)
        if today and one.state in ("invited", "adjourned") and not member.present else "",
    )


def _my_live(one: Session, by: Actor) -> dict[str, Any]:
    """What a member is to do now, in one sentence with at most one act."""
    member = one.member_of(by.account)
    found = ballot.rounds_of(one.id, by=by) if one.sittings else []
    running = _running(found)
    state = f"{one.state}-{running.id + running.state if running else ''}-{member.present if member else ''}"
    if running is not None and running.state == "open" and member is not None:
        try:
            ballot.read_sheet(running.id, by=by)
        except Refusal as refusal:
            return {"state": state, "words": pages.in_language(refusal), "url": url_for("ballot.show", round_id=running.id),
                    "act": _("Xem vòng bỏ phiếu"), "main": False}
        return {"state": state, "words": ngettext(
            "Vòng %(n)d đang mở: %(num)d mục, bỏ phiếu kín.", "Vòng %(n)d đang mở: %(num)d mục, bỏ phiếu kín.",
            len(running.items), n=running.number),
                "url": url_for("ballot.sheet", round_id=running.id), "act": _("Mở phiếu của tôi"), "main": True}
    if running is not None and running.state == "sealed":
        return {"state": state, "words": _("Hòm phiếu đã niêm phong. So mã biên nhận của bạn với danh sách công bố."),
                "url": url_for("ballot.show", round_id=running.id), "act": _("Xem mã biên nhận"), "main": True}
    if running is not None:
        return {"state": state, "words": _("Vòng %(n)d đang được chuẩn bị hoặc kiểm phiếu.", n=running.number), "url": "",
                "act": "", "main": False}
    if one.state == "sitting":
        return {"state": state, "words": _("Hội đồng đang thảo luận. Khi mở vòng bỏ phiếu, nút hiện ở đây."), "url": "",
                "act": "", "main": False}
    return {"state": state, "words": "", "url": "", "act": "", "main": False}


@blueprint.get("/council/<int:session_id>/me/live")
def my_live(session_id: int) -> Response:
    """The member's next step, drawn anew; the whole page when the session went on."""
    by = pages.me()
    one = sessions.read_session(session_id, by=by)
    found = _my_live(one, by)
    response = pages.fragment("council_my_live", live=found, live_url=url_for(".my_live", session_id=session_id))
    if request.args.get("was", found["state"]) != found["state"]:
        response.headers["HX-Refresh"] = "true"
    return response


@blueprint.post("/council/<int:session_id>/reply")
def reply(session_id: int) -> AnyResponse:
    """Say whether one comes."""
    by = pages.me()
    coming, reason = request.form.get("coming") == "yes", request.form.get("reason", "")[:2000]
    try:
        sessions.reply(session_id, coming, "" if coming else reason, by=by)
    except Refusal as refusal:
        return _mine(session_id, by, pages.in_language(refusal), reason, refusal.status)
    pages.say(_("Đã ghi: bạn dự họp.") if coming else _("Đã ghi: bạn vắng mặt."))
    return pages.back_to("council_meeting.my_page", session_id=session_id)


@blueprint.post("/council/<int:session_id>/check-in")
def check_in(session_id: int) -> AnyResponse:
    """Say that one is there."""
    sessions.check_in(session_id, by=pages.me())
    pages.say(_("Đã ghi bạn có mặt."))
    return pages.back_to("council_meeting.my_page", session_id=session_id)
