"""The agenda as a kind of list: its states, its acts from settling to the signatures, and what each act means.

Everything that lists guarantee holds for it: a name stands on one list at a time, what is on hold or withdrawn leaves, one
message a name, due times, the trail. An act also moves the session's process instance, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select

from service import clock, people, trail
from service.actor import Actor
from service.awards import blinding, council, leaving, lists
from service.awards.lists import Act, Acting, ListKind, ListTask
from service.awards.models import Line, List, Nomination
from service.awards.nomination_steps import on_ended
from service.awards.numbers import number_minutes
from service.council import ballot
from service.council.session import votes
from service.council.session.models import CouncilItem, CouncilSession
from service.council.session.rows import KIND, Rows, live_names, refresh_recusals, session_of_agenda
from service.council.session.telling import end_unheld, send_invitations
from service.db import session
from service.errors import Conflict, Forbidden, Invalid, how_many
from service.processes.cases import KINDS, CaseKind, Recorded, Running
from service.processes.messages import deliver_messages, send_messages
from service.words import N_
from workflows.calendar import ZONE

RUN, SIGN = "council_agenda.run", "council_agenda.sign"
FURTHEST = timedelta(days=366)
"""How far ahead a session may be held."""


def _tell(rows: Rows, word: str, by: Actor, **payload: Any) -> None:
    """Move the session's process by the message of an act, at once, in the act's own transaction."""
    instance = rows.session.instance_id
    if instance is None:
        return
    once = f"session:{rows.session.id}:{word}:{rows.agenda.version}"
    send_messages(
        [
            {
                "instance_id": instance, "name": f"agenda:{word}", "payload": payload,
                "source": f"list:{rows.agenda.id}", "once": once,
            }
        ],
        by=by,
    )
    deliver_messages(instance)


def outlooks(rows: Rows) -> dict[int, votes.Outlook]:
    """How each item stands before the vote, by its number."""
    day = clock.today()
    return {
        item.item_no: votes.outlook(
            item.form, day, members=len(rows.members), present=rows.present, absent=rows.absent,
            recused=rows.recused(item.nomination_id),
        )
        for item in rows.items
    }


def quorum_of(rows: Rows) -> int:
    """How many members must be there (QUORUM of the council's members)."""
    return votes.quorum(clock.today()).of(len(rows.members))


def needs_quorum(rows: Rows) -> None:
    """Refuse with Conflict, with both numbers, what needs more members than are present."""
    there, needed = sum(m.present for m in rows.members), quorum_of(rows)
    if there < needed:
        raise Conflict(
            f"Chưa đủ điều kiện tiến hành: có {there} thành viên, cần {needed} trong {len(rows.members)}.",
            f"No quorum: {how_many(there, 'member')} present, {needed} of {len(rows.members)} needed.",
            code="no-quorum",
        )


def _settle(acting: Acting) -> None:
    rows = session_of_agenda(acting.list.id)
    refresh_recusals(rows)
    names = live_names(rows)
    if not names:
        raise Conflict("Chương trình chưa có tên nào.", "No name is on the agenda.", code="no-lines")
    risky = [
        n for n, one in outlooks(rows).items()
        if rows.item(n).nomination_id in names and (one.hopeless or one.missing)
    ]
    acting.extra["items"] = risky
    acting.state = "at_risk" if risky else "settled"
    if rows.state == "planning":
        _tell(rows, "settled", acting.by, result="at_risk" if risky else "clear")
    elif not risky:
        _tell(rows, "weighed", acting.by)


def _weigh(acting: Acting) -> None:
    _tell(session_of_agenda(acting.list.id), "weighed", acting.by)


def _invite(acting: Acting) -> None:
    rows = session_of_agenda(acting.list.id)
    refresh_recusals(rows)
    send_invitations(rows)
    known = votes.in_force([item.form for item in rows.items], clock.today())
    acting.list.data = {**acting.list.data, "invited_on": clock.today().isoformat(), "rules": known}
    acting.extra["count"] = len(rows.members)
    _tell(rows, "invited", acting.by)


def _open(acting: Acting) -> None:
    """Begin a sitting, or go on: the roll was called, there is a quorum, somebody presides."""
    rows = session_of_agenda(acting.list.id)
    if rows.blind in blinding.BLIND:
        raise Conflict(
            "Đợt này đang chấm ẩn danh. Khóa điểm rồi bỏ ẩn danh ở trang phân công chấm điểm của đợt, sau đó khai mạc.",
            "This round is scored blind. Close the scores and show the names on the round's page of reviewing, then open.",
            code="blind",
        )
    needs_quorum(rows)
    refresh_recusals(rows)
    here = {m.member_no for m in rows.members if m.present}
    said = acting.fields.get("presided_by")
    named = int(said) if said is not None else None
    if named is not None and named not in here:
        raise Invalid.at(
            "presided_by", "Người chủ trì phải là thành viên đang có mặt.", "Who presides must be a member who is there."
        )
    order = (named, rows.session.chair, rows.session.vice)
    presiding = next((no for no in order if no is not None and no in here), None)
    if presiding is None:
        raise Invalid.at(
            "presided_by",
            "Chủ tịch và phó chủ tịch Hội đồng đều vắng. Chọn người chủ trì trong số thành viên có mặt.",
            "Chair and vice-chair are away. Name a member who is there to preside.",
        )
    rows.session.presided_by = presiding
    rows.session.sittings = [
        *rows.session.sittings,
        {
            "opened": clock.now().isoformat(), "ended": None, "reason": "", "presided_by": presiding,
            "present": sorted(here),
            "absent": {str(m.member_no): m.reason for m in rows.members if not m.present},
        },
    ]
    acting.extra |= {"count": len(here), "of": len(rows.members), "presided_by": rows.member(presiding).name}
    _tell(rows, "opened", acting.by)


def end_sitting(one: CouncilSession, reason: str) -> None:
    """Write down that the sitting ended, and why where it was cut off."""
    *before, last = one.sittings
    one.sittings = [*before, {**last, "ended": clock.now().isoformat(), "reason": reason}]


def _put_off(acting: Acting) -> None:
    """Too few came: nothing is opened; who was there and why it is put off stand in the minutes, all are invited anew."""
    rows = session_of_agenda(acting.list.id)
    there, needed = sum(m.present for m in rows.members), quorum_of(rows)
    if there >= needed:
        raise Conflict(
            f"Đã đủ điều kiện tiến hành: có {there} thành viên, cần {needed}. Khai mạc phiên họp, hoặc đổi ngày họp.",
            f"There is a quorum: {how_many(there, 'member')} present, {needed} needed. Open the session, or move it.",
            code="quorum-there",
        )
    if clock.today() < rows.session.held_at.astimezone(ZONE).date():
        raise Conflict(
            "Chưa đến ngày họp. Đổi ngày, giờ, nơi họp.", "The day has not come; move the session.", code="too-early"
        )
    reason = str(acting.fields["reason"]).strip()
    now = clock.now().isoformat()
    held = {
        "present": sorted(m.member_no for m in rows.members if m.present),
        "absent": {str(m.member_no): m.reason for m in rows.members if not m.present},
    }
    few = f"Không đủ điều kiện tiến hành: có mặt {there} trong {len(rows.members)}, cần {needed}"
    _resume_at(acting, rows, f"{few}. {reason}")
    said = f"{few}. Hoãn đến {acting.extra['to']}. {reason}"
    rows.session.sittings = [
        *rows.session.sittings,
        {"opened": now, "ended": now, "reason": said, "presided_by": None, "put_off": True, **held},
    ]
    for member in rows.members:  # the next roll is called anew
        member.present = False
    acting.extra |= {"count": there, "of": len(rows.members)}


def _adjourn(acting: Acting) -> None:
    """Adjourn: an item round that was not sealed is void and voted again, what was decided stands."""
    rows, reason = session_of_agenda(acting.list.id), str(acting.fields["reason"])
    acting.extra["rounds"] = ballot.void_rounds(
        rows.session.id, f"Tạm dừng phiên họp: {reason}", ("planned", "open"), by=acting.by
    )
    end_sitting(rows.session, reason)
    if acting.fields.get("resumes_on"):
        _resume_at(acting, rows, reason)
    _tell(rows, "sat", acting.by, result="adjourned")


def _resume_at(acting: Acting, rows: Rows, reason: str) -> None:
    """Set the day and the hour on which it goes on, and invite all members anew, with the reason."""
    held = datetime.combine(date.fromisoformat(str(acting.fields["resumes_on"])), _hour_of(acting, rows), ZONE)
    if held < clock.now():
        raise Invalid.at("resumes_on", "Ngày, giờ họp lại đã qua. Họp lại trong ngày thì ghi giờ.",
                         "The time at which it goes on has passed; on the same day, give the hour.")
    if held > clock.now() + FURTHEST:
        raise far_off("resumes_on")
    move_to(rows, held)
    acting.extra["to"] = f"{held:%H:%M %d/%m/%Y}"
    send_invitations(rows, reason=reason)


def _hour_of(acting: Acting, rows: Rows) -> time:
    """The hour that was typed, else the one at which the session was to be held."""
    said = str(acting.fields.get("resumes_at") or "").strip()
    try:
        return time.fromisoformat(said).replace(tzinfo=None) if said else rows.session.held_at.astimezone(ZONE).time()
    except ValueError:
        raise Invalid.at("resumes_at", f"Giờ họp “{said}” không đúng. Nhập dạng 08:00.", "Give the time as 08:00.") from None


def far_off(field: str) -> Invalid:
    """The refusal of a day so far ahead that it was mistyped."""
    return Invalid.at(field, "Ngày họp còn quá một năm. Xem lại năm.", "The day is more than a year ahead; look at the year.")


def move_to(rows: Rows, held_at: datetime) -> None:
    """Let the session be held at another time; the agenda carries it for what is due."""
    rows.session.held_at = held_at
    rows.agenda.data = {**rows.agenda.data, "held_at": held_at.isoformat()}


def _finish(acting: Acting) -> None:
    """Close the session: what was not decided goes to the next one; the results stand on the lines."""
    rows = session_of_agenda(acting.list.id)
    running = [r for r in ballot.states_of(rows.session.id) if r[1] not in ("counted", "burnt", "cancelled")]
    if running:
        said = ", ".join(str(number) for number, _ in running)
        raise Conflict(
            f"Vòng {said} chưa kiểm phiếu xong. Kiểm phiếu hoặc hủy vòng, rồi kết thúc phiên họp.",
            f"Round {said} is not counted. Count or cancel it, then close the session.",
            code="round-running",
        )
    names = live_names(rows)
    for item in rows.items:
        line = names.get(item.nomination_id)
        if line is None:
            item.state = "withdrawn"
            continue
        if item.state not in ("decided", "postponed"):
            item.state, item.result = "postponed", "next_session"
            item.reason = "Chưa xét xong trong phiên này."
        _to_line(item, line)
    end_sitting(rows.session, "")
    rows.session.minutes = {"conclusion": str(acting.fields.get("conclusion") or "")}
    acting.extra["results"] = [f"{i.item_no}:{i.result}" for i in rows.items if i.result]
    _tell(rows, "sat", acting.by, result="finished")


def _to_line(item: CouncilItem, line: Line) -> None:
    line.result, line.reason = item.result, item.reason
    counted = {k: item.sums[k] for k in ("agree", "disagree", "blank") if k in item.sums}
    written = {
        "agree": item.sums.get("written_agree", 0), "disagree": item.sums.get("written_disagree", 0), "blank": 0,
    }
    passed = item.result in ("passed", "lower_form")
    line.data = {
        **line.data, "form": item.form if passed else None, "reserve": item.reserve if passed else None,
        **{k: n + written[k] for k, n in counted.items()}, **({"of": item.denominator} if counted and item.denominator else {}),
    }


def _sign_minutes(acting: Acting) -> None:
    rows = session_of_agenda(acting.list.id)
    if missing := ballot.without_scan(rows.session.id):
        said = ", ".join(map(str, missing))
        raise Conflict(
            f"Vòng {said} kiểm phiếu giấy mà chưa có bản chụp biên bản kiểm phiếu. Tải lên ở trang của vòng, rồi ký.",
            f"Round {said} was counted on paper, and the scan of its count is missing. Attach it on the round's page, then sign.",
            code="no-scan",
        )
    rows.session.minutes = {
        **rows.session.minutes, **acting.fields, "secretary": acting.by.account, "secretary_name": acting.by.name,
        "secretary_on": clock.today().isoformat(),
    }
    acting.list.number = number_minutes(acting.s, clock.today(), "council_minutes")
    _tell(rows, "minuted", acting.by)


def _sign(acting: Acting) -> None:
    """The signature of who presided: every name's result goes out, once (council:result)."""
    rows = session_of_agenda(acting.list.id)
    presided = rows.member(rows.session.presided_by or rows.session.chair)
    if acting.by.account != presided.account:
        raise Forbidden(
            f"Biên bản này do người chủ trì phiên họp ký: {presided.name}.",
            f"The minutes are signed by who presided: {presided.name}.",
            code="not-presiding",
        )
    rows.session.minutes = {
        **rows.session.minutes, "chair": acting.by.account, "chair_name": acting.by.name,
        "chair_on": clock.today().isoformat(),
    }
    council.carry_results(acting)
    _tell(rows, "signed", acting.by)


def _call_off(acting: Acting) -> None:
    rows = session_of_agenda(acting.list.id)
    ballot.void_rounds(
        rows.session.id, f"Hủy phiên họp: {acting.fields['reason']}", ("planned", "open", "sealed", "paper"), by=acting.by
    )
    if rows.session.sittings and rows.session.sittings[-1]["ended"] is None:
        end_sitting(rows.session, str(acting.fields["reason"]))
    end_unheld(rows, str(acting.fields["reason"]))
    _tell(rows, "called_off", acting.by)


def emptied(rows: Rows, by: Actor) -> None:
    """No name is left on the agenda: the session is not held."""
    end_unheld(rows, "Chương trình không còn tên nào.")
    _tell(rows, "called_off", by)


def minutes_signed_on(session_id: int) -> date | None:
    """The day on which who presided signed the minutes; None before. A round of no session waits for none."""
    row = session().get(CouncilSession, session_id)
    if row is None:
        return date.min
    said = row.minutes.get("chair_on")
    return date.fromisoformat(said) if said else None


def _held_at(row: List) -> datetime | None:
    said = row.data.get("held_at")
    return datetime.fromisoformat(said) if said else None


def _signer(row: List) -> str:
    found = session_of_agenda(row.id)
    account = found.member(found.session.presided_by or found.session.chair).account
    return next((word for word in ("chair", "deputy") if account in people.members_of([word], own=True)), "member")


def _out(row: List) -> bool:
    return "invited_on" in row.data


def _act(name: str, label: str, label_en: str, states: tuple[str, ...], to: str | None, **more: Any) -> Act:
    # Running a session judges no name: who is a nominee keeps out of the vote, not of the roll.
    return Act(name, label, label_en, more.pop("right", RUN), states, to=to, no_lines=True, concerns=False, **more)


lists.KINDS[KIND] = ListKind(
    name=KIND,
    label="Phiên họp Hội đồng",
    label_en="Council session",
    states={
        "planning": N_("Đang lập chương trình"),
        "at_risk": N_("Có mục không thể đạt"),
        "settled": N_("Đã chốt chương trình, chưa mời"),
        "invited": N_("Đã mời họp"),
        "sitting": N_("Đang họp"),
        "adjourned": N_("Tạm dừng, sẽ họp lại"),
        "finished": N_("Đã họp xong, chờ ký biên bản"),
        "minuted": N_("Thư ký đã ký, chờ chủ trì ký"),
        "signed": N_("Đã ký biên bản"),
        "called_off": N_("Đã hủy"),
        lists.EMPTY: N_("Thôi họp: không còn tên nào"),
    },
    start="planning",
    acts=(
        _act("settle", "Chốt chương trình", "Settle the agenda", ("planning", "at_risk"), None, effect=_settle,
             anew=True),
        _act("weigh", "Giữ các mục này, ghi lý do", "Keep these items, with the reason", ("at_risk",), "settled",
             form="reason", effect=_weigh),
        _act("invite", "Gửi giấy mời", "Send the invitation", ("settled",), "invited", effect=_invite),
        _act("open", "Khai mạc, họp tiếp", "Open the sitting", ("invited", "adjourned"), "sitting",
             form="session_open", effect=_open),
        _act("adjourn", "Tạm dừng phiên họp", "Adjourn", ("sitting",), "adjourned", form="session_adjourn",
             effect=_adjourn, aside=True),
        _act("put_off", "Hoãn vì không đủ số người", "Put off for want of a quorum", ("invited", "adjourned"), None,
             form="session_put_off", effect=_put_off, aside=True),
        _act("finish", "Kết thúc phiên họp", "Close the session", ("sitting",), "finished", form="session_finish",
             effect=_finish),
        _act("sign_minutes", "Thư ký ký biên bản", "Sign the minutes as secretary", ("finished",), "minuted",
             form="session_minutes", effect=_sign_minutes),
        Act(
            "sign", "Chủ trì ký biên bản", "Sign the minutes as who presided", SIGN, ("minuted",), to="signed",
            results=council.sign_results(), message="council:result", waits=("wait_council",), keeps=False,
            partial=True, left="leaves", concerns=False, effect=_sign,
            told="Đã ký biên bản, {n} tên", told_en="Minutes signed for {names}",
        ),
        _act("call_off", "Hủy phiên họp", "Call the session off",
             ("planning", "at_risk", "settled", "invited", "adjourned"), "called_off", form="reason", effect=_call_off,
             aside=True),
    ),
    tasks={
        "planning": (ListTask("settle", N_("Chốt chương trình họp Hội đồng"), lambda row: "secretary", "session"),),
        "at_risk": (ListTask("weigh", N_("Xử lý mục không thể đạt"), lambda row: "secretary", "session"),),
        "settled": (ListTask("invite", N_("Gửi giấy mời họp Hội đồng"), lambda row: "secretary", "session"),),
        "invited": (ListTask("open", N_("Điểm danh, khai mạc phiên họp"), lambda row: "secretary", until=_held_at),),
        "adjourned": (ListTask("open", N_("Điểm danh, họp lại"), lambda row: "secretary", until=_held_at),),
        "sitting": (ListTask("finish", N_("Điều hành phiên họp đến khi xong"), lambda row: "secretary", until=_held_at),),
        "finished": (ListTask("sign_minutes", N_("Ký biên bản họp Hội đồng"), lambda row: "secretary", "session"),),
        "minuted": (ListTask("sign", N_("Chủ trì ký biên bản họp Hội đồng"), _signer, "session"),),
    },
    gathers=("wait_council",),
    apart=True,
    rivals=("council_sheet",),
    out=_out,
)
lists.ENDED_STATES[KIND] = ("signed", "called_off", lists.EMPTY)


def _withdrawn(recorded: Recorded, nomination: Nomination) -> None:
    """A name that ended after the agenda went out leaves it, and the round in which it is; nothing else moves."""
    s = session()
    found = s.execute(
        select(CouncilItem, CouncilSession)
        .join(CouncilSession, CouncilSession.id == CouncilItem.session_id)
        .join(List, List.id == CouncilSession.list_id)
        .where(CouncilItem.nomination_id == nomination.id, List.state.not_in(("signed", "called_off")))
    ).all()
    for item, one in found:
        row = s.get_one(List, one.list_id)
        if s.execute(
            select(func.count()).select_from(Line).where(
                Line.list_id == row.id, Line.nomination_id == nomination.id, Line.removed.is_(False)
            )
        ).scalar_one():
            continue  # it left with its result
        item.state, item.result = "withdrawn", None
        item.reason = "Đã rút, dừng xét sau khi gửi chương trình."
        if item.ballot is not None:
            ballot.take_off_item(item.ballot, item.item_no, "Tên này không còn được đề nghị.", by=recorded.by)
        trail.record(
            "council_agenda:item_left", by=recorded.by, stream=f"list:{row.id}",
            body={"item": item.item_no, "names": [nomination.id]},
        )
        if row.state == lists.EMPTY:
            emptied(session_of_agenda(row.id), recorded.by)


assert leaving  # what has ended leaves its lists first: that part registers before this one
on_ended.append(_withdrawn)


def _may_read(by: Actor, running: Running) -> bool:
    row = session().get(CouncilSession, running.case)
    return row is not None and lists.may_read(by, session().get_one(List, row.list_id))


_OWN_ACTS = (
    "Phiên họp đi theo chương trình, biểu quyết và biên bản của nó; làm trên trang phiên họp.",
    "A session goes by its agenda, its votes and its minutes; do it on the session's page.",
)
KINDS["session"] = CaseKind(
    may_read=_may_read, tied=lambda running: _OWN_ACTS, cancelled_by=_OWN_ACTS, keys=frozenset({"session_id"}),
)


def states() -> Mapping[str, str]:
    """What each state of a session is called."""
    return lists.KINDS[KIND].states
