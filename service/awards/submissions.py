"""Submissions (unit × round): the unit's minutes and one signature, one return with all faults, the supplement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from service import clock, people, trail
from service.actor import Actor, machine
from service.awards import consents, lists
from service.awards.due import after, give
from service.awards.facts import facts_of
from service.awards.line_data import Count, LineData, labelled
from service.awards.lists import Act, Acting, ListKind, ListTask, Result
from service.awards.models import Line, List, Nomination, Round
from service.awards.nomination_steps import on_delivered, on_opened
from service.awards.nominations import may_file_for
from service.awards.numbers import next_number
from service.awards.rounds import filing_closed
from service.awards.rules import freeze_rules, rules_on
from service.awards.telling import tell_ended
from service.db import reading, session, transaction
from service.errors import Conflict, FieldFault, Forbidden, Invalid, NotFound
from service.processes.cases import Recorded
from service.processes.messages import send_messages
from service.processes.models import ProcessInstance
from service.words import N_
from workflows.calendar import ZONE

SIGNABLE = ("wait_submission", "wait_request")
ENTER = "nomination.enter_for_unit"
"""Right of the office to enter the paper dossier of a unit whose people do not sign in (office.md, point 5)."""


class Voted(LineData):
    """How many of the unit's meeting were for a name."""

    votes: Count | None = labelled("Số phiếu đồng ý", "Votes in favour")


def _keep_minutes(acting: Acting) -> None:
    """Keep the minutes of the unit's meeting with the votes for each name (office.md Annex B)."""
    present = acting.fields["present"]
    faults = []
    if present > acting.fields["members"]:
        faults.append(
            FieldFault(
                "present",
                f"Số người dự họp {present} nhiều hơn số người của đơn vị {acting.fields['members']}.",
                "More people present than the unit has.",
            )
        )
    for line, nomination, _ in acting.lines:
        votes = line.data.get("votes")
        if not isinstance(votes, int) or not 0 <= votes <= present:
            faults.append(
                FieldFault(
                    f"lines.{nomination.id}.votes",
                    f"{nomination.name}: ghi số phiếu đồng ý từ 0 đến {present}.",
                    f"{nomination.name}: give the votes in favour, 0 to {present}.",
                )
            )
    if faults:
        raise Invalid("Chưa ghi được biên bản.", "The minutes were not saved.", faults=faults)
    _keep_earlier(acting)
    acting.list.data = {**acting.list.data, "minutes": dict(acting.fields)}
    acting.extra["present"] = present


def _keep_earlier(acting: Acting) -> None:
    """Minutes that names were signed by stand for those names; what is filed anew is told with the values before it."""
    row = acting.list
    old = row.data.get("minutes")
    if not old:
        return
    known = {n for one in row.data.get("earlier_minutes", ()) for n in one["names"]}
    signed = [
        n for n in acting.s.scalars(
            select(Line.nomination_id).where(Line.list_id == row.id, Line.result == "signed").order_by(Line.nomination_id)
        ) if n not in known
    ]
    if signed:
        earlier = [*row.data.get("earlier_minutes", ()), {"minutes": old, "names": signed}]
        row.data = {**row.data, "earlier_minutes": earlier}
    before, after = _counted(old), _counted(acting.fields)
    for line, nomination, _ in acting.lines:
        before[f"votes.{nomination.id}"] = acting.was[nomination.id].get("votes")
        after[f"votes.{nomination.id}"] = line.data.get("votes")
    changed = [key for key in after if before[key] != after[key]]
    acting.before, acting.after = {k: before[k] for k in changed}, {k: after[k] for k in changed}


def _counted(minutes: Mapping[str, Any]) -> dict[str, Any]:
    return {key: minutes.get(key) for key in ("held_on", "members", "present")}


def minutes_of(row: List, nomination: int) -> Mapping[str, Any]:
    """The minutes that a name on a submission goes by: those it was signed by, else the latest; empty where there are none."""
    for one in row.data.get("earlier_minutes", ()):
        if nomination in one["names"]:
            found: Mapping[str, Any] = one["minutes"]
            return found
    return row.data.get("minutes") or {}


def _sign(acting: Acting) -> None:
    """One signature for the whole list: day of receipt, frozen rules, facts for each name."""
    row, s = acting.list, acting.s
    round_ = s.get_one(Round, row.round_id)
    signed = [(line, n) for line, n, said in acting.lines if said.result == "signed"]
    if signed and round_.stage != "DOT_XUAT":
        _check_minutes(row, signed)
    if signed and filing_closed(round_):
        _check_late(row)
        acting.extra["late"] = "yes"
        row.data = {**row.data, "late": True}
    day = acting.at.astimezone(ZONE).date()
    rules = freeze_rules(s, day)
    for line, nomination in signed:
        nomination.received_at = acting.at
        nomination.rule_set_id = rules
        nomination.facts = facts_of(s, nomination, round_, row, line)
        acting.payloads[nomination.id] = {"facts": nomination.facts}
    for line, nomination, said in acting.lines:
        if said.result == "struck":
            _take_name_off(acting, line, nomination, said.reason)
    if signed and row.number is None:
        row.number = str(next_number(s, "receipt", day.year))
        row.dated = day
        acting.extra["receipt"] = row.number
    acting.state = "received" if _all_settled(s, row) else "draft"


def _take_off(acting: Acting) -> None:
    """The unit takes names off before its head has signed them: no letter is needed (process.md section 3)."""
    for line, nomination, said in acting.lines:
        _take_name_off(acting, line, nomination, said.reason)
    acting.state = "received" if acting.list.number and _all_settled(acting.s, acting.list) else acting.list.state


def _take_name_off(acting: Acting, line: Line, nomination: Nomination, reason: str) -> None:
    nomination.reason_code, nomination.reason, nomination.refused_by = "NOT_NOMINATED", reason, "unit"
    acting.payloads[nomination.id] = {"cause": "NOT_NOMINATED"}
    line.removed = True


def _check_minutes(row: List, signed: list[tuple[Line, Nomination]]) -> None:
    if not row.data.get("minutes"):
        raise Conflict(
            "Chưa có biên bản họp bình xét của đơn vị. Ghi biên bản với số phiếu từng tên rồi ký.",
            "The minutes of the unit's meeting are missing; enter them with the votes per name, then sign.",
            code="minutes-missing",
        )
    without = [n.name for line, n in signed if not isinstance(line.data.get("votes"), int)]
    if without:
        raise Conflict(
            f"Biên bản chưa có số phiếu của: {', '.join(without)}.",
            f"The minutes lack the votes for: {', '.join(without)}.",
            code="votes-missing",
        )


def _check_late(row: List) -> None:
    if not row.data.get("late_reason"):
        raise Conflict(
            "Đã hết hạn nộp. Trưởng phòng Văn hóa - Xã hội ghi lý do nhận nộp muộn, rồi đơn vị ký.",
            "Filing is over; the head of the office gives a reason for taking it late, then the unit signs.",
            code="filing-closed",
        )


def _take_paper(acting: Acting) -> None:
    """Keep the number, date and scan of a paper that a unit sent in: what is entered for it rests on that paper."""
    row = acting.list
    fresh = {**acting.fields, "taken_by": acting.by.account, "taken_at": acting.at.isoformat()}
    row.data = {**row.data, "papers": [*row.data.get("papers", []), fresh]}


def _take_late(acting: Acting) -> None:
    acting.list.data = {**acting.list.data, "late_reason": acting.fields["reason"]}


def _all_settled(s: Session, row: List) -> bool:
    s.flush()
    open_lines = s.execute(
        select(func.count())
        .select_from(Line)
        .where(
            Line.list_id == row.id,
            Line.removed.is_(False),
            Line.result.is_distinct_from("signed"),
        )
    ).scalar_one()
    return open_lines == 0


def _return(acting: Acting) -> None:
    """One return with all faults by name; a second one needs the office head's reason (TTHC: at most once)."""
    row = acting.list
    times = int(row.data.get("returns", 0))
    most = rules_on(clock.today()).number("SUPPLEMENT_MAX")
    again = times >= most
    if again:
        if not people.allowed(acting.by, "submission.return_again"):
            raise Forbidden(
                "Hồ sơ này đã trả một lần. Trả lần nữa do Trưởng phòng Văn hóa - Xã hội quyết định, có lý do.",
                "This submission was returned once; a second return is the office head's, with a reason.",
            )
        if not str(acting.fields.get("reason", "")).strip():
            raise Invalid(
                "Ghi lý do trả lần thứ hai.", "Say why it is returned again.",
                faults=[FieldFault("reason", "Ghi lý do trả lần thứ hai.", "Say why it is returned again.")],
            )
    row.data = {
        **row.data, "returns": times + 1, "return_again": times + 1 >= most, "papers_returned": len(row.data.get("papers", [])),
    }
    if again:
        row.data = {**row.data, "again": dict(acting.fields)}
    for line, nomination, _ in acting.lines:
        line.data = {**line.data, "faults": nomination.faults}
    # A submission whose other names still wait for their head stays open for his signature.
    acting.state = "draft" if row.state == "draft" else "returned"
    acting.extra["time"] = times + 1


def _sign_supplement(acting: Acting) -> None:
    round_ = acting.s.get_one(Round, acting.list.round_id)
    for line, nomination, _ in acting.lines:
        nomination.facts = facts_of(acting.s, nomination, round_, acting.list, line)
        acting.payloads[nomination.id] = {"facts": nomination.facts}


_ASK_SIGNATURE = ListTask("sign", N_("Ký hồ sơ đề nghị"), lambda row: f"unit_head:{row.unit_id}", "filing", SIGNABLE)
_ASK_RETURN = ListTask(
    "return", N_("Gửi yêu cầu bổ sung"), lambda row: "vhxh_head" if row.data.get("return_again") else "vhxh", "checking",
    ("wait_return",),
)
_ASK_SUPPLEMENT = ListTask(
    "sign_supplement", N_("Ký hồ sơ bổ sung"), lambda row: f"unit_head:{row.unit_id}", "supplement",
    ("wait_resubmission",), follows=True,
)

SUBMISSION = ListKind(
    name="submission",
    label="Hồ sơ đề nghị của đơn vị",
    label_en="Submission",
    states={
        "draft": N_("Đang soạn"),
        "received": N_("Đã tiếp nhận"),
        "returned": N_("Đã yêu cầu bổ sung"),
        "closed": N_("Đã xong"),
    },
    start="draft",
    acts=(
        Act(
            "minutes",
            "Ghi biên bản họp bình xét",
            "Enter the unit's minutes",
            "submission.minutes",
            ("draft",),
            form="submission_minutes",
            line=Voted,
            but={"signed": ("đã ký, biên bản và số phiếu giữ nguyên", "signed; its minutes and votes stand")},
            concerns=False,
            effect=_keep_minutes,
            enter=ENTER,
            told="Đã ghi biên bản họp bình xét",
            told_en="Minutes saved",
        ),
        Act(
            "sign",
            "Ký hồ sơ đề nghị",
            "Sign the submission",
            "submission.sign",
            ("draft", "received"),
            results=(
                Result("signed", "Ký đề nghị", "Sign", follows=N_("Nộp phòng Văn hóa - Xã hội, nhận phiếu tiếp nhận")),
                Result(
                    "rework", "Trả lại để làm lại", "Back to self-assessment", needs_reason=True,
                    follows=N_("Người lập phiếu tự đánh giá sửa lại"),
                ),
                Result(
                    "struck", "Không đề nghị nữa", "Not nominated", needs_reason=True,
                    message="nomination:withdrawn", follows=N_("Rút khỏi danh sách của đơn vị"),
                ),
            ),
            message="submission:signed",
            waits=SIGNABLE,
            partial=True,
            refuses=lambda nomination, said: consents.declined(nomination) if said.result == "signed" else None,
            effect=_sign,
            enter=ENTER,
            told="Đã ký {n} tên",
            told_en="Signed {names}",
        ),
        Act(
            "take_off",
            "Bỏ tên khỏi danh sách",
            "Take names off",
            "submission.minutes",
            ("draft",),
            results=(
                Result(
                    "taken_off", "Không đề nghị nữa", "Not nominated", needs_reason=True,
                    message="nomination:withdrawn", follows=N_("Rút khỏi danh sách của đơn vị"),
                ),
            ),
            waits=("self_assess", "short_report", *SIGNABLE),
            concerns=False,
            partial=True,
            urgent=True,
            effect=_take_off,
            enter=ENTER,
            aside=True,
            told="Đã bỏ {n} tên khỏi danh sách",
            told_en="Took {names} off",
        ),
        Act(
            "take_paper",
            "Ghi văn bản đến của đơn vị",
            "Take the unit's paper",
            ENTER,
            ("draft", "received", "returned"),
            form="unit_paper",
            no_lines=True,
            enter=ENTER,
            aside=True,
            effect=_take_paper,
            told="Đã ghi văn bản đến. Nhập tiếp hồ sơ thay đơn vị theo văn bản này",
            told_en="Paper taken. Go on entering the dossier for the unit",
        ),
        Act(
            "take_late",
            "Nhận nộp muộn",
            "Take it late",
            "submission.allow_late",
            ("draft",),
            form="reason",
            own_office=True,
            no_lines=True,
            effect=_take_late,
            told="Đã cho nộp muộn",
            told_en="Taken late",
        ),
        Act(
            "return",
            "Gửi yêu cầu bổ sung",
            "Return for supplement",
            "submission.return",
            ("draft", "received", "returned"),
            message="submission:returned",
            form="return_again",
            own_office=True,
            waits=("wait_return",),
            partial=True,
            effect=_return,
            told="Đã yêu cầu bổ sung {n} tên",
            told_en="Returned {names}",
        ),
        Act(
            "sign_supplement",
            "Ký hồ sơ bổ sung",
            "Sign the supplement",
            "submission.resubmit",
            ("draft", "returned"),
            message="submission:resubmitted",
            waits=("wait_resubmission",),
            partial=True,
            effect=_sign_supplement,
            enter=ENTER,
            told="Đã ký bổ sung {n} tên",
            told_en="Supplement signed for {names}",
        ),
    ),
    tasks={
        "draft": (_ASK_SIGNATURE, _ASK_RETURN, _ASK_SUPPLEMENT),
        "received": (_ASK_SIGNATURE, _ASK_RETURN),
        "returned": (_ASK_RETURN, _ASK_SUPPLEMENT),
    },
    made="created",
)
lists.KINDS["submission"] = SUBMISSION
lists.ENDED_STATES["submission"] = ("closed",)


def _ask_on_submission(recorded: Recorded, nomination: Nomination) -> None:
    """A name that comes to wait for its unit's head or for the return puts that task into the inbox."""
    if nomination.submission_id is None:
        return
    s = session()
    row = s.get_one(List, nomination.submission_id)
    if any(o.element == "wait_request" for o in recorded.step.opened):
        # The head's own working days run from the report, each time that it comes.
        give(row, after("ADHOC_REPORT_DAYS", recorded.at.astimezone(ZONE).date()))
    lists.open_tasks(s, row)


for _element in (*SIGNABLE, "wait_return", "wait_resubmission"):
    on_opened[_element] = _ask_on_submission


def _on_signed(recorded: Recorded, nomination: Nomination) -> None:
    """A name sent back by its head may be signed again later: its line is open anew."""
    if recorded.trigger.answers.get("result") == "rework":
        line = session().scalars(
            select(Line).where(
                Line.list_id == nomination.submission_id, Line.nomination_id == nomination.id
            )
        ).one()
        line.result = None


on_delivered["submission:signed"] = _on_signed


def close_done() -> int:
    """Close submissions all of whose names have ended; the worker's sweep, so that no delivery waits for a list's row.

    One that was never signed stays open to further names as long as its round takes them.
    """
    on_it = (
        select(Line.id)
        .join(Nomination, Nomination.id == Line.nomination_id)
        .join(ProcessInstance, ProcessInstance.id == Nomination.instance_id)
        .where(Line.list_id == List.id)
    )
    done = (
        List.kind == "submission", List.state != "closed",
        or_(List.number.is_not(None), List.round_id.in_(select(Round.id).where(Round.state != "open"))),
        on_it.exists(), ~on_it.where(ProcessInstance.status != "ended").exists(),
    )
    with reading() as s:
        found = list(s.scalars(select(List.id).where(*done)))
    for number in found:
        with transaction() as s:
            s.scalars(select(List.id).where(List.id == number).with_for_update(key_share=True)).one()
            # A name may have been added since: asked again under the lock.
            row = s.scalars(select(List).where(List.id == number, *done)).one_or_none()
            if row is None:
                continue
            row.state, row.version = "closed", row.version + 1
            lists.open_tasks(s, row)
            trail.record("submission:closed", by=machine("timer"), stream=f"list:{number}")
    return len(found)


def take_off_unsigned(s: Session, round_: Round, by: Actor) -> None:
    """When filing closes, what was not signed is taken off the submissions (NOT_FILED)."""
    unsigned = (
        select(Line, Nomination)
        .join(List, List.id == Line.list_id)
        .join(Nomination, Nomination.id == Line.nomination_id)
        .where(
            List.kind == "submission",
            List.round_id == round_.id,
            Line.removed.is_(False),
            Line.result.is_distinct_from("signed"),
        )
    )
    lists.hold_names(s, s.scalars(unsigned.with_only_columns(Nomination.id)).all())
    rows: Any = s.execute(unsigned).all()
    messages = []
    for line, nomination in rows:
        line.removed = True
        line.acts += 1
        nomination.reason_code, nomination.refused_by = "NOT_FILED", "unit"
        messages.append(
            {
                "instance_id": nomination.instance_id,
                "name": "nomination:withdrawn",
                "payload": {"cause": "NOT_FILED"},
                "source": f"list:{line.list_id}:{line.id}",
                "once": f"submission:{line.list_id}:{line.id}:closed:{line.acts}",
                "urgent": True,
            }
        )
    send_messages(messages, by=by)
    tell_ended([nomination for _, nomination in rows], f"round:{round_.id}:filing_closed")


def enter_paper(round_id: int, unit_id: int, paper: Mapping[str, Any], *, by: Actor) -> int:
    """Take the paper dossier of a unit: its submission in the round, with number, date and scan; returns its id."""
    with transaction():
        number = open_submission(round_id, unit_id, by=by)
        lists.act_on_list(number, "take_paper", by=by, fields=paper)
        return number


def open_submission(round_id: int, unit_id: int, *, by: Actor) -> int:
    """The unit's submission that is being drafted in a round, made where there is none; returns its id."""
    unit = people.current_unit(unit_id)
    if not may_file_for(by, "submission.create", unit):
        people.require(by, "submission.create", unit=unit)
    with transaction() as s:
        people.take_turn(unit)
        round_ = s.get(Round, round_id)
        if round_ is None:
            raise NotFound("Không có đợt xét này.", "There is no such round.")
        if round_.state != "open":
            raise Conflict("Đợt này không nhận hồ sơ lúc này.", "This round is not open.", code="round-not-open")
        found = s.scalars(
            select(List.id).where(
                List.kind == "submission", List.round_id == round_id, List.unit_id == unit, List.state == "draft"
            )
        ).first()
        if found is not None:
            return found
        title = f"{people.unit_name(unit, clock.today())}, {round_.name}"
        return lists.create_list("submission", round_id, title=title, by=by, unit_id=unit, sole=round_.stage != "DOT_XUAT")
