"""What happens to the items of a sitting: discussed, put to the vote in rounds, decided by the count, or postponed.

Votes needed, denominator, roll and recusals of a round are reckoned here, never taken from a caller. The ballot says what
was counted; sums are all that comes back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from service import people, trail
from service.actor import Actor
from service.awards import lists, rules
from service.awards.catalogue import award_forms, form_name
from service.awards.models import Nomination
from service.awards.ranking import Cut
from service.clock import today
from service.council import ballot
from service.council.ballot import Ballot, BallotItem, RollEntry
from service.council.session.agenda import RUN, needs_quorum, outlooks, quorum_of
from service.council.session.models import CouncilItem, CouncilSession
from service.council.session.ranking import choose_by
from service.council.session.rows import (
    KIND,
    Rows,
    live_names,
    lock_session,
    needs_reason,
    needs_state,
    refresh_recusals,
    rows_of,
)
from service.council.session.values import Item
from service.db import session, transaction
from service.errors import Conflict, Invalid
from workflows.calendar import ZONE

CAUSES = {
    "nominee": ("là người được đề nghị", "is the nominee"),
    "unit": ("thuộc đơn vị đề nghị", "belongs to the nominating unit"),
    "declared": ("khai có liên quan", "declared an interest"),
}


def discuss_item(
    session_id: int,
    item_no: int,
    *,
    by: Actor,
    discussion: str = "",
    form: str | None = None,
    reserve: str | None = None,
    form_reason: str = "",
    again_reason: str = "",
) -> None:
    """Write down that an item was discussed, and which form is put to the vote, with which reserve form.

    A form lower than the one proposed, and a reserve form, need a reason. An item that was postponed comes back by this act; one
    that was decided comes back to be voted again only with a reason, which the trail and the minutes keep with what it was, and
    what was counted before stays in the minutes with its round.
    """
    people.require(by, RUN)
    with transaction():
        rows = lock_session(session_id)
        needs_state(rows, "sitting")
        item = rows.item(item_no)
        _must_stand(rows, [item])
        if item.state == "voting":
            raise Conflict(
                f"Mục {item_no} đang được biểu quyết. Hủy vòng trước, rồi sửa.",
                f"Item {item_no} is being voted on. Cancel its round first.",
                code="item-voting",
            )
        chosen = form or item.proposed
        why = _checked_forms(item, chosen, reserve, form_reason)
        if item.state == "decided":
            _reopen(rows, item, again_reason or (why if chosen != item.form else ""), by)
        item.form, item.reserve, item.form_reason = chosen, reserve or None, why
        item.discussion = discussion.strip()
        item.state, item.result, item.reason, item.ballot = "discussed", None, "", None
        item.needed = item.denominator = None
        item.sums = {}
        item.presided_by = rows.presides(item)
        trail.record(
            "council_agenda:item_discussed", by=by, stream=f"list:{rows.agenda.id}",
            body={"item": item_no, "names": [item.nomination_id], "form": form_name(chosen)},
            reason=why or None, private={"discussion": item.discussion} if item.discussion else {},
        )


def _reopen(rows: Rows, item: CouncilItem, reason: str, by: Actor) -> None:
    """A decided item is up again: what it was is kept with the reason, so that no vote is repeated in silence."""
    if not reason.strip():
        raise Invalid.at(
            "again_reason",
            f"Mục {item.item_no} đã có kết quả. Ghi lý do biểu quyết lại.",
            f"Item {item.item_no} is decided. Say why it is voted on again.",
            code="decided",
        )
    item.reopened = [
        *item.reopened,
        {"round": item.ballot, "result": item.result, "sums": item.sums, "reason": reason.strip(), "on": today().isoformat()},
    ]
    trail.record(
        "council_agenda:item_reopened", by=by, stream=f"list:{rows.agenda.id}",
        body={"item": item.item_no, "names": [item.nomination_id], "result": item.result, "sums": item.sums}, reason=reason.strip(),
    )


def _checked_forms(item: CouncilItem, form: str, reserve: str | None, reason: str) -> str:
    forms = award_forms()
    if form not in forms or forms[form].rank > forms[item.proposed].rank:
        raise Invalid.at(
            "form",
            f"Chọn {form_name(item.proposed)} hoặc hình thức thấp hơn.",
            f"Choose {forms[item.proposed].name_en} or a lower form.",
        )
    if reserve and (reserve not in forms or forms[reserve].rank >= forms[form].rank):
        raise Invalid.at(
            "reserve",
            "Hình thức dự phòng phải thấp hơn hình thức đưa ra biểu quyết.",
            "The reserve form must be lower than the form put to the vote.",
        )
    if (form != item.proposed or reserve) and not reason.strip():
        raise Invalid.at(
            "form_reason",
            "Ghi lý do hạ mức khen hoặc chọn hình thức dự phòng.",
            "Say why the form is lower, or why there is a reserve form.",
        )
    return reason.strip()


def _must_stand(rows: Rows, items: Sequence[CouncilItem]) -> None:
    """Refuse with Conflict, each by its name, items that are not up now: withdrawn, on hold, without a presiding member."""
    names = live_names(rows)
    stopped = lists.hindered(rows.agenda, lists.KINDS[KIND].act("sign"), by=_NOBODY)
    wrong, wrong_en = [], []
    for item in items:
        why = stopped.get(item.nomination_id)
        if item.nomination_id not in names or item.state == "withdrawn":
            wrong.append(f"Mục {item.item_no}: đã rút khỏi chương trình")
            wrong_en.append(f"item {item.item_no}: off the agenda")
        elif why is not None:
            wrong.append(f"Mục {item.item_no}: {why['message']}")
            wrong_en.append(f"item {item.item_no}: {why['message_en']}")
        elif rows.presides(item) is None:
            wrong.append(f"Mục {item.item_no}: chủ tịch, phó chủ tịch đều vắng hoặc có liên quan, cần người khác chủ trì")
            wrong_en.append(f"item {item.item_no}: nobody can preside over it")
    if wrong:
        raise Conflict("; ".join(wrong) + ".", "; ".join(wrong_en) + ".", code="items-not-up")


_NOBODY = Actor(account=None, login="session", name="")


def plan_round(
    session_id: int,
    item_nos: Sequence[int],
    *,
    secret: bool = True,
    cut: Cut | None = None,
    reasons: Mapping[int, str] | None = None,
    by: Actor,
) -> str:
    """Put items that were discussed to the vote in one round, secret or open; returns the round's id.

    With a `cut` they are chosen by the ranking of the items discussed; each one against it needs its reason (`reasons`, by
    nomination).

    Conflict without a quorum, for an item that is not up, or whose rule is missing; Invalid for one that was not
    discussed, and where one of the forms must be voted in secret (VOTE_SECRET_FORMS, where it is confirmed; before
    that the trail says that the vote was open against the rule).
    """
    people.require(by, "ballot.plan")
    with transaction() as s:
        rows = lock_session(session_id)
        needs_state(rows, "sitting")
        needs_quorum(rows)
        refresh_recusals(rows)
        items = [rows.item(n) for n in dict.fromkeys(item_nos)]
        if not items:
            raise Invalid.at("items", "Chọn ít nhất một mục đã thảo luận.", "Choose at least one item that was discussed.")
        _must_stand(rows, items)
        early = [i.item_no for i in items if i.state != "discussed"]
        if early:
            said = ", ".join(map(str, early))
            raise Invalid.at(
                "items",
                f"Mục {said}: chưa thảo luận xong, hoặc đang biểu quyết, hoặc đã có kết quả.",
                f"Items {said}: not discussed yet, being voted on, or decided.",
                code="not-discussed",
            )
        warned = [] if secret else _against_rule(items)
        ahead = outlooks(rows)
        for item in items:
            if missing := ahead[item.item_no].missing:
                raise Conflict(f"Mục {item.item_no}: {missing[0]}", f"Item {item.item_no}: {missing[1]}", code="rule-missing")
        numbers = [i.nomination_id for i in rows.items if i in items or i.state == "discussed"]
        names = {n.id: n for n in s.scalars(select(Nomination).where(Nomination.id.in_(numbers)))}
        if cut is not None:
            choose_by(
                rows.agenda, "round", cut, {number: names[number].name for number in numbers},
                {i.nomination_id for i in items}, reasons or {}, day=_first_day(rows), by=by,
            )
        round_id = ballot.plan_round(
            session_id,
            [_ballot_item(item, names[item.nomination_id], ahead[item.item_no]) for item in items],
            roll=_roll(rows, items), quorum=quorum_of(rows), secret=secret, by=by,
        )
        for item in items:
            found = ahead[item.item_no]
            item.state, item.ballot = "voting", round_id
            item.needed, item.denominator, item.presided_by = found.needed, found.denominator, rows.presides(item)
        trail.record(
            "council_agenda:round_planned", by=by, stream=f"list:{rows.agenda.id}",
            body={
                "items": [i.item_no for i in items], "names": [i.nomination_id for i in items], "secret": secret,
                **({"against_rule": warned} if warned else {}),
            },
        )
        return round_id


def _first_day(rows: Rows) -> date:
    return datetime.fromisoformat(rows.session.sittings[0]["opened"]).astimezone(ZONE).date()


def asked_in_secret(items: Sequence[CouncilItem] | Sequence[Item]) -> list[int]:
    """Numbers of the items whose form of award the rule wants voted on in secret (VOTE_SECRET_FORMS)."""
    wanted = rules.rules_on(today()).shown("VOTE_SECRET_FORMS")
    return [i.item_no for i in items if i.form in wanted] if wanted else []


def _against_rule(items: Sequence[CouncilItem]) -> list[int]:
    """Items that an open vote takes although the rule wants them voted on in secret; Invalid where the rule may block."""
    register = rules.rules_on(today())
    register.value("VOTE_SECRET_FORMS")
    bound = asked_in_secret(items)
    if bound and register.blocking["VOTE_SECRET_FORMS"]:
        said = ", ".join(map(str, bound))
        raise Invalid.at(
            "secret",
            f"Mục {said}: hình thức này phải bỏ phiếu kín.",
            f"Items {said}: this form is voted on in secret.",
            code="secret-needed",
        )
    return bound


def _ballot_item(item: CouncilItem, name: Nomination, ahead: Any) -> BallotItem:
    form = form_name(item.form) if item.form == item.proposed else f"{form_name(item.form)} (hạ mức khen)"
    return BallotItem(
        item.item_no, name.id, name.name, (ahead.rule.key, ahead.rule.version), ahead.denominator, ahead.needed,
        note=f"{form} · {name.unit_name}", summary=name.achievement or name.appraisal, basis=ahead.rule.citation,
    )


def _roll(rows: Rows, items: Sequence[CouncilItem]) -> list[RollEntry]:
    reasons: dict[int, dict[int, str]] = {}
    by_nomination = {i.nomination_id: i.item_no for i in items}
    for one in rows.recusals:
        if one.nomination_id in by_nomination:
            reasons.setdefault(one.member_no, {})[by_nomination[one.nomination_id]] = (
                one.reason or CAUSES[one.cause][0].capitalize()
            )
    return [
        RollEntry(m.member_no, m.account, m.name, reasons.get(m.member_no, {}), present=m.present) for m in rows.members
    ]


def postpone_item(session_id: int, item_no: int, reason: str, *, by: Actor) -> None:
    """Leave an item to the next session, with the reason, in a sitting."""
    people.require(by, RUN)
    why = needs_reason(reason)
    with transaction():
        rows = lock_session(session_id)
        needs_state(rows, "sitting", "adjourned")
        item = rows.item(item_no)
        if item.state == "voting" or item.state == "withdrawn":
            raise Conflict(
                f"Mục {item_no} đang được biểu quyết hoặc đã rút.", f"Item {item_no} is being voted on, or was withdrawn.",
                code="item-voting",
            )
        item.state, item.result, item.reason = "postponed", "next_session", why
        trail.record(
            "council_agenda:item_postponed", by=by, stream=f"list:{rows.agenda.id}",
            body={"item": item_no, "names": [item.nomination_id]}, reason=why,
        )


def _of_round(one: Ballot) -> tuple[Rows, list[CouncilItem]] | None:
    if session().get(CouncilSession, one.session_id) is None:
        return None
    rows = rows_of(one.session_id)
    return rows, [i for i in rows.items if i.ballot == one.id]


def _counted(one: Ballot, s: Any, by: Actor) -> None:
    """A counted round decides its items: the sums are copied, the result follows from the votes needed."""
    found = _of_round(one)
    if found is None:
        return
    rows, items = found
    for item in items:
        counted = one.item(item.item_no)
        if item.state == "withdrawn":
            continue
        if counted.result is None:  # taken off this round, or too few voted for a secret sum: it is up again
            item.state, item.ballot = "discussed", None
            continue
        sums = counted.result
        item.sums = {
            "agree": sums.agree, "disagree": sums.disagree, "blank": sums.blank, "recused": sums.recused,
            "written_agree": sums.written_agree, "written_disagree": sums.written_disagree,
        }
        item.state = "decided"
        if sums.reached:
            lower = item.form != item.proposed
            item.result, item.reason = ("lower_form", item.form_reason) if lower else ("passed", item.form_reason)
        else:
            item.result = "failed"
            item.reason = (
                f"Được {sums.agree + sums.written_agree} phiếu đồng ý, cần {counted.needed} trong {counted.denominator}."
            )
    trail.record(
        "council_agenda:round_counted", by=by, stream=f"list:{rows.agenda.id}",
        body={
            "number": one.number, "names": [i.nomination_id for i in items],
            "results": [f"{i.item_no}:{i.result}" for i in items if i.result],
        },
    )


def _cancelled(one: Ballot, s: Any, by: Actor) -> None:
    """The items of a cancelled round are up again, discussed and not voted on."""
    found = _of_round(one)
    for item in found[1] if found else ():
        if item.state == "voting":
            item.state, item.ballot = "discussed", None


ballot.counted.append(_counted)
ballot.cancelled.append(_cancelled)
