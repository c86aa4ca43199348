"""Opinion letters (one an agency, with all its names) and the public posting of the list."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock, people, trail
from service.actor import machine
from service.awards import guards, lists
from service.awards.due import after, give
from service.awards.lists import Act, Acting, ListKind, ListTask, Result
from service.awards.models import Line, List, Nomination, Round
from service.awards.numbers import number_minutes, number_typed
from service.awards.places import standing
from service.awards.rounds import end_of_day
from service.awards.rules import rule_set, rules_on
from service.calendar import working_calendar
from service.db import reading, transaction
from service.errors import Conflict, Invalid
from service.processes.messages import send_messages
from service.processes.models import Activity, ProcessInstance
from service.words import N_
from workflows.calendar import ZONE

_CHECK = "check_dossier"
"""Step at which the officer names the agencies to ask."""
_SEVERITY = ("no_objection", "no_data", "late", "objection")
"""A name's opinions together are the worst of them (process.md section 4)."""


def _send(acting: Acting) -> None:
    """Note the paper; without a date in the round's calendar the agency has the rule's working days from the sending."""
    row = acting.list
    row.number, row.dated = number_typed(acting.s, row, acting.fields, paper="CV"), date.fromisoformat(acting.fields["dated"])
    if "opinions" not in acting.s.get_one(Round, row.round_id).calendar:
        give(row, after("HIEPY_DAYS", acting.at.astimezone(ZONE).date()))


def _answer(acting: Acting) -> None:
    """Keep an agency's answers; a name goes on when the last of its letters has answered."""
    s, row = acting.s, acting.list
    for line, _, said in acting.lines:
        if line.data.get("closed"):
            # The name went on without this answer: it is attached and shown before signing, nothing moves.
            line.data = {**line.data, "late_answer": said.result, "late_on": clock.today().isoformat()}
            line.result = "late"
        line.data = {**line.data, "paper": {k: v for k, v in acting.fields.items() if v}, "entered_for": acting.entered}
    s.flush()
    ready = _complete(s, [n.id for _, n, _ in acting.lines])
    for _, nomination, _ in acting.lines:
        if nomination.id not in ready:
            acting.silent.add(nomination.id)
            continue
        acting.payloads[nomination.id] = {"result": ready[nomination.id]}
    # Whose answer it is stands with each name: a letter may be answered in part by the agency itself.
    row.data = {k: v for k, v in row.data.items() if k != "entered_for"}
    acting.state = "answered" if _all_answered(s, row) else "sent"


def _asked(s: Session, nominations: Collection[int]) -> dict[int, set[int]]:
    """Agencies that the latest check of each nomination wants asked."""
    known = {unit.code: unit.id for unit in people.list_units(kind="agency")}
    found: dict[int, set[int]] = {}
    for nomination, answers in s.execute(
        select(Nomination.id, Activity.answers)
        .join(Activity, Activity.instance_id == Nomination.instance_id)
        .where(Nomination.id.in_(nominations), Activity.element == _CHECK, Activity.state == "done")
        .order_by(Activity.id)
    ):
        said = (answers or {}).get("agencies") or ()
        found[nomination] = {known[code] for code in said if code in known}
    return found


def to_ask(round_id: int | None = None) -> dict[int, set[int]]:
    """Names that wait for opinions → agencies that are to be asked about them and have no letter with them yet."""
    waiting = [n.id for n in lists.waiting(("wait_opinions",), round_id=round_id)]
    with reading() as s:
        asked = _asked(s, waiting)
        for nomination, unit in s.execute(
            select(Line.nomination_id, List.unit_id)
            .join(List, List.id == Line.list_id)
            .where(List.kind == "opinion_letter", Line.nomination_id.in_(waiting), Line.removed.is_(False))
        ):
            asked.get(nomination, set()).discard(unit)
    return {nomination: units for nomination, units in asked.items() if units}


def _complete(s: Session, nominations: Collection[int], *, past: bool = False) -> dict[int, str]:
    """Nominations about which every agency has answered, and that still wait: nomination → worst opinion.

    An agency that is to be asked and has no letter yet keeps the name; once the day is `past` it counts as silent.
    """
    at_wait = standing(s, list(nominations), ("wait_opinions",))
    answers: dict[int, list[str | None]] = {n: [] for n in at_wait}
    missing = _asked(s, at_wait)
    for nomination, unit, result in s.execute(
        select(Line.nomination_id, List.unit_id, Line.result)
        .join(List, List.id == Line.list_id)
        .where(List.kind == "opinion_letter", Line.nomination_id.in_(at_wait), Line.removed.is_(False))
    ):
        answers[nomination].append(result)
        missing.get(nomination, set()).discard(unit)
    for nomination, units in missing.items():
        if units:
            answers[nomination].append("late" if past else None)
    return {
        n: max((r for r in results if r), key=_SEVERITY.index)
        for n, results in answers.items()
        if results and all(results)
    }


def _all_answered(s: Session, row: List) -> bool:
    return (
        s.execute(
            select(Line.id).where(Line.list_id == row.id, Line.result.is_(None), Line.removed.is_(False)).limit(1)
        ).first()
        is None
    )


def close_overdue_letters() -> int:
    """After the round's date for opinions, names whose agencies are silent go on as `late`; the worker's sweep.

    A letter that was never sent keeps nobody either. A name on hold stays where it is until its hold is lifted.
    """
    done = 0
    out = (List.kind == "opinion_letter", List.state.in_(("draft", "sent")))
    with reading() as s:  # nearly always there is nothing, and a look takes no lock
        if s.execute(select(List.id).where(*out).limit(1)).first() is None and not lists.waiting(("wait_opinions",)):
            return 0
    with transaction() as s:
        rows = s.scalars(select(List).where(*out).order_by(List.id).with_for_update(key_share=True)).all()
        for row in rows:
            calendar = s.get_one(Round, row.round_id).calendar
            due = end_of_day(calendar["opinions"]) if "opinions" in calendar else row.due_at
            if due is None or due > clock.now():
                continue
            done += _close_letter(s, row)
        done += _close_unasked(s)
    return done


def _close_unasked(s: Session) -> int:
    """Past the round's date a name goes on also where an agency was never written to."""
    today = clock.today().isoformat()
    over = {r.id for r in s.scalars(select(Round).where(Round.state != "planned")) if r.calendar.get("opinions", today) < today}
    waiting = {n.id: n.instance_id or 0 for n in lists.waiting(("wait_opinions",)) if n.round_id in over}
    ready = _complete(s, waiting, past=True)
    send_messages(
        [
            {
                "instance_id": waiting[nomination],
                "name": "opinions:closed",
                "payload": {"result": result},
                "source": f"nomination:{nomination}",
                "once": f"nomination:{nomination}:opinions:unasked:{today}",
            }
            for nomination, result in ready.items()
        ],
        by=machine("timer"),
    )
    for nomination in ready:
        trail.record(
            "opinion_letter:missed", by=machine("timer"), stream=f"instance:{waiting[nomination]}",
            body={"nomination": nomination},
        )
    return len(ready)


def _close_letter(s: Session, row: List) -> int:
    open_lines = s.execute(
        select(Line, Nomination.instance_id, guards.paused())
        .join(Nomination, Nomination.id == Line.nomination_id)
        .join(ProcessInstance, ProcessInstance.id == Nomination.instance_id)
        .where(Line.list_id == row.id, Line.result.is_(None), Line.removed.is_(False))
    ).all()
    late = [line for line, _, paused in open_lines if not paused]
    if not late:
        return 0
    for line in late:
        line.result = "late"
        line.acts += 1
        line.data = {**line.data, "closed": True}
    s.flush()
    ready = _complete(s, [line.nomination_id for line in late], past=True)
    instances = {line.nomination_id: instance for line, instance, _ in open_lines}
    send_messages(
        [
            {
                "instance_id": instances[line.nomination_id],
                "name": "opinions:closed",
                "payload": {"result": ready[line.nomination_id]},
                "source": f"list:{row.id}:{line.id}",
                "once": f"opinion_letter:{row.id}:{line.id}:overdue:{line.acts}",
            }
            for line in late
            if line.nomination_id in ready
        ],
        by=machine("timer"),
    )
    if len(late) == len(open_lines):
        row.state = "overdue"
    row.version += 1
    lists.open_tasks(s, row)
    trail.record(
        "opinion_letter:overdue", by=machine("timer"), stream=f"list:{row.id}",
        body={"names": [line.nomination_id for line in late]},
    )
    return 1


def _letter_standing(row: List, live: Sequence[Line]) -> str:
    """A sent letter with no unanswered name left asks nobody any more; it is answered only if it was not silence that closed it."""
    if row.state != "sent" or not all(line.result for line in live):
        return row.state
    return "overdue" if any(line.data.get("closed") and "late_answer" not in line.data for line in live) else "answered"


lists.KINDS["opinion_letter"] = ListKind(
    name="opinion_letter",
    label="Văn bản lấy ý kiến",
    label_en="Opinion letter",
    states={"draft": N_("Đang soạn"), "sent": N_("Đã gửi"), "answered": N_("Đã trả lời"), "overdue": N_("Quá hạn trả lời"),
            lists.EMPTY: N_("Thôi hỏi: không còn tên nào")},
    start="draft",
    acts=(
        Act(
            "send", "Gửi lấy ý kiến", "Send", "opinion_letter.send", ("draft",), to="sent", form="paper",
            concerns=False, waits=("wait_opinions",), left="leaves", effect=_send,
            told="Đã gửi lấy ý kiến {n} tên",
            told_en="Asked about {names}",
        ),
        Act(
            "answer",
            "Ghi ý kiến trả lời",
            "Enter the answers",
            "opinion_letter.answer",
            ("sent", "answered", "overdue"),
            results=(
                Result("no_objection", "Thống nhất", "No objection"),
                Result("objection", "Không thống nhất", "Objection", needs_reason=True),
                Result("no_data", "Không có dữ liệu", "No data"),
            ),
            message="opinions:closed",
            form="incoming_paper",
            own_office=True,
            partial=True,
            effect=_answer,
            enter="opinion_letter.enter",
            told="Đã ghi ý kiến về {n} tên",
            told_en="Answers entered for {names}",
        ),
    ),
    tasks={
        "draft": (ListTask("send", N_("Gửi văn bản lấy ý kiến"), lambda row: "vhxh", "opinions"),),
        "sent": (ListTask("answer", N_("Trả lời lấy ý kiến"), lambda row: f"agency:{row.unit_id}", "opinions"),),
    },
    gathers=("wait_opinions",),
    asks="agency",
    alone=False,
    standing=_letter_standing,
    out=lambda row: row.state != "draft",
)


def posting_days(s: Session, row: List) -> int:
    """Working days that a list must hang: the commune's, or the public opinion's where an order stands on it."""
    forms = set(
        s.scalars(
            select(Nomination.form_recommended)
            .join(Line, Line.nomination_id == Nomination.id)
            .where(Line.list_id == row.id)
        )
    )
    sets = [
        n for n in s.scalars(
            select(Nomination.rule_set_id)
            .join(Line, Line.nomination_id == Nomination.id)
            .where(Line.list_id == row.id)
            .distinct()
        ) if n is not None
    ]
    rules = rule_set(max(sets)) if sets else rules_on(clock.today())
    days = rules.number("COMMUNE_POSTING_DAYS")
    if forms & set(rules.value("PUBLIC_OPINION_FORMS")):
        days = max(days, rules.number("PUBLIC_OPINION_DAYS"))
    return days


def _posting_until(row: List) -> str:
    """The last day on which a posting may still begin: the end of posting in the round's calendar.

    Where that has passed, or the round has no calendar, the list is late already: then the next working day.
    """
    with reading() as s:
        until = s.get_one(Round, row.round_id).calendar.get("posting_to", "")
    return max(until, working_calendar().add(clock.today(), 0).isoformat())


def _must_be_worked(day: date) -> None:
    calendar = working_calendar()
    if not calendar.is_working(day):
        after_it = calendar.add(day, 0)
        raise Invalid.at(
            "dated",
            f"Ngày {day:%d/%m/%Y} là ngày nghỉ. Niêm yết từ ngày làm việc, ví dụ {after_it:%d/%m/%Y}.",
            f"{day:%d/%m/%Y} is not a working day. Begin posting on one, such as {after_it:%d/%m/%Y}.",
        )


def _post(acting: Acting) -> None:
    posted = date.fromisoformat(acting.fields["dated"])
    _must_be_worked(posted)
    days = posting_days(acting.s, acting.list)
    until = working_calendar().add(posted, days)
    acting.list.dated = posted
    acting.list.number = number_typed(acting.s, acting.list, acting.fields, paper="TB")
    give(acting.list, None)
    acting.list.due_at = end_of_day(until)
    acting.list.data = {**acting.list.data, **acting.fields, "until": until.isoformat(), "days": days}
    acting.extra["until"] = until.isoformat()


def _withdraw_notice(acting: Acting) -> None:
    """Take a notice down before it ends, as for a slip in its day: the list is a draft again, to be posted anew."""
    row = acting.list
    until = date.fromisoformat(row.data["until"])
    if clock.today() > until:
        raise Conflict(
            f"Đã niêm yết đến hết {until:%d/%m/%Y}: không rút được nữa, lập biên bản kết thúc.",
            f"The list hung until {until:%d/%m/%Y}; it is closed by minutes, not withdrawn.",
            code="posting-over",
        )
    gone: dict[str, Any] = {key: row.data[key] for key in ("place", "number", "dated", "until", "days") if key in row.data}
    gone |= {"reason": acting.fields["reason"], "withdrawn_on": acting.at.astimezone(ZONE).date().isoformat()}
    kept = {key: value for key, value in row.data.items() if key not in gone}
    row.data = {**kept, "withdrawn": [*row.data.get("withdrawn", ()), gone]}
    row.number = row.dated = row.due_at = None
    acting.before = {"dated": gone["dated"], "until": gone["until"]}


def _close_posting(acting: Acting) -> None:
    until = date.fromisoformat(acting.list.data["until"])
    if clock.today() <= until:
        raise Conflict(
            f"Còn niêm yết đến hết {until:%d/%m/%Y}. Lập biên bản kết thúc từ ngày làm việc sau đó.",
            f"The list hangs until {until:%d/%m/%Y}; close it after that day.",
            code="posting-running",
        )
    # Names that were held then close later, by the same minutes.
    number = acting.list.data.get("closing", {}).get("minutes_number") or number_minutes(acting.s, clock.today())
    acting.list.data = {
        **acting.list.data, "closing": {**acting.fields, "minutes_number": number}, "closed_on": clock.today().isoformat(),
    }
    acting.extra["number"] = number
    for line, _, _ in acting.lines:
        line.result = "closed"


lists.KINDS["posting"] = ListKind(
    name="posting",
    label="Niêm yết danh sách",
    label_en="Public posting",
    states={"draft": N_("Đang soạn"), "posted": N_("Đang niêm yết"), "closed": N_("Đã kết thúc niêm yết"),
            lists.EMPTY: N_("Thôi niêm yết: không còn tên nào")},
    start="draft",
    acts=(
        Act(
            "post", "Niêm yết", "Post", "posting.post", ("draft",), to="posted", form="posting_post",
            waits=("wait_posting",), concerns=False, partial=True, left="leaves", effect=_post,
            told="Đã niêm yết {n} tên", told_en="Posted {names}",
        ),
        Act(
            "withdraw", "Rút thông báo niêm yết", "Withdraw the notice", "posting.post", ("posted",), to="draft",
            form="reason", no_lines=True, concerns=False, effect=_withdraw_notice,
            told="Đã rút thông báo. Danh sách chờ niêm yết lại", told_en="Withdrawn; the list waits to be posted anew",
        ),
        Act(
            "close", "Kết thúc niêm yết", "Close the posting", "posting.close", ("posted",), to="closed",
            message="posting:closed", form="posting_close", waits=("wait_posting",), concerns=False, partial=True,
            left="leaves",
            effect=_close_posting, told="Đã kết thúc niêm yết {n} tên", told_en="Closed the posting of {names}",
        ),
    ),
    tasks={
        "draft": (ListTask("post", N_("Niêm yết danh sách"), lambda row: "vhxh", "posting_from"),),
        "posted": (ListTask("close", N_("Kết thúc niêm yết"), lambda row: "vhxh", "posting_to"),),
    },
    gathers=("wait_posting",),
    given=lambda row, by: {"posting_until": _posting_until(row)},
)
lists.ENDED_STATES.update(posting=("closed", lists.EMPTY), opinion_letter=("answered", "overdue", lists.EMPTY))
