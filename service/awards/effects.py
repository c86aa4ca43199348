"""What happens after an act on awards: dossiers are filed, nominations stopped on request, units told by one letter an act."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock, jobs, notices, people, trail
from service.actor import machine
from service.awards import lists
from service.awards.leaving import take_off
from service.awards.models import Award, List, Nomination, Round
from service.awards.numbers import GOLDEN_BOOK, next_number
from service.awards.rounds import end_of_day
from service.awards.telling import tell_ended
from service.calendar import working_calendar
from service.db import reading, transaction
from service.notices.models import Mail
from service.people.models import Unit
from service.processes.effects import opened_tasks
from service.processes.instances import answer_external, raise_incident
from service.processes.messages import deliver_messages, send_messages
from service.processes.models import Activity, Draft, Message, ProcessInstance
from service.processes.queues import groups_of
from service.words import N_

TOPICS: dict[str, tuple[str, ...]] = {"dossier.archive": (), "nomination.stop": ("cause",)}
"""Topics of external tasks that a diagram may name, each with the inputs that it reads; none of them needs one."""


@jobs.handler("dossier.archive")
def _file_dossier(job: jobs.Job) -> None:
    """File a dossier whose award is handed over, then answer the process.

    What the commune decided has its number in the golden book since; what came from above gets it now.
    """
    instance_id = int(job.payload["instance"])
    with transaction() as s:
        nomination = s.scalars(select(Nomination).where(Nomination.instance_id == instance_id)).one()
        award = s.scalars(
            select(Award).where(Award.nomination_id == nomination.id, Award.status == "granted").with_for_update()
        ).first()
        if award is not None:
            award.status = "filed"
            if award.book_number is None:
                award.book_number = next_number(s, GOLDEN_BOOK, award.decided_on.year)
            trail.record(
                "dossier:filed",
                by=machine("worker"),
                stream=f"instance:{instance_id}",
                body={"book": award.book_number, "decision": award.decision},
            )
        answer_external(instance_id, str(job.payload["task"]), {}, by=machine("worker"))


@jobs.handler("nomination.stop")
def _stop(job: jobs.Job) -> None:
    """A diagram asks that a nomination be stopped: queue the message, then answer the task."""
    instance_id = int(job.payload["instance"])
    cause = str(job.payload.get("inputs", {}).get("cause", "successor_declined"))
    with transaction() as s:
        nomination = s.scalars(select(Nomination).where(Nomination.instance_id == instance_id)).one()
        lists.hold_names(s, [nomination.id])
        nomination.reason_code, nomination.refused_by = cause.upper(), "unit"
        take_off(s, nomination, by=machine("worker"), code="stopped")
        tell_ended([nomination], f"task:{job.payload['task']}:stop")
        send_messages(
            [
                {
                    "instance_id": instance_id,
                    "name": "nomination:stopped",
                    "payload": {"cause": cause},
                    "source": f"task:{job.payload['task']}",
                    "once": f"nomination.stop:{instance_id}:{job.payload['task']}",
                    "urgent": True,
                }
            ],
            by=machine("worker"),
        )
        answer_external(instance_id, str(job.payload["task"]), {}, by=machine("worker"))


@jobs.handler("list.asked")
def _tell_of_list_task(job: jobs.Job) -> None:
    """Tell those who are asked to act on a list: one letter a person, however many names stand on it."""
    with transaction() as s:
        rows = s.scalars(
            select(Activity).where(
                Activity.list_id == job.payload["list"],
                Activity.element.endswith(f".{job.payload['act']}"),
                Activity.kind == "list",
                Activity.state == "open",
            )
        ).all()
        for activity in rows:
            label, _, title = (activity.title or "").partition(": ")
            notices.queue(
                "assigned",
                to=people.members_of(groups_of(activity.queue_id), process=activity.process),
                key=f"assigned:{activity.id}",
                context={
                    "task": label,
                    "title": title or label,
                    "due": activity.due_at.isoformat() if activity.due_at else None,
                },
                link=f"/lists/{activity.list_id}",
                about=activity.id,
            )
            for tell in opened_tasks:
                tell(activity)


@jobs.handler("round.opened")
def _tell_of_round(job: jobs.Job) -> None:
    """Announce an open round to every unit's people."""
    with transaction() as s:
        round_ = s.get_one(Round, job.payload["round"])
        if "filing" in round_.calendar:
            notices.queue(
                "round_opened",
                to=_people_of_units(s),
                key=f"round:{round_.id}:opened",
                context={"title": round_.name, "closes": end_of_day(round_.calendar["filing"]).isoformat()},
                link=f"/rounds/{round_.id}",
            )


def _people_of_units(s: Session, units: set[int] | None = None) -> list[int]:
    found = set(s.scalars(select(Unit.id).where(Unit.dissolved_on.is_(None)))) if units is None else units
    return people.members_of([f"{word}:{u}" for u in found for word in ("unit", "unit_head")])


WARN_WORKING_DAYS = 2


def warn_of_closing() -> int:
    """Tell that filing closes in two working days, once a round: units with unsigned drafts, and whoever has begun to
    nominate and not sent it. The worker's sweep."""
    told = 0
    with reading() as s:
        rounds = [
            (r.id, r.name, r.calendar["filing"])
            for r in s.scalars(select(Round).where(Round.state == "open"))
            if "filing" in r.calendar
        ]
    for number, name, filing in rounds:
        left = working_calendar().between(clock.today(), date.fromisoformat(filing))
        if not 0 <= left <= WARN_WORKING_DAYS:
            continue
        with reading() as s:
            drafts = s.execute(
                select(List.id, List.unit_id).where(
                    List.kind == "submission", List.round_id == number, List.state == "draft"
                )
            ).all()
            begun = set(s.scalars(select(Draft.account).where(Draft.key == f"nominate:{number}")))
            mails = s.execute(select(Mail.key, Mail.account).where(Mail.letter == "draft_closing")).all()
            known = {key for key, _account in mails}
            of_units = _people_of_units(s, {unit for _row, unit in drafts if unit})
        fresh = [(row, unit) for row, unit in drafts if unit and f"closing:{row}" not in known]
        begun -= {*of_units, *(account for key, account in mails if key == f"closing:nominate:{number}")}
        if not fresh and not begun:
            continue
        with transaction() as s:
            for row, unit in fresh:
                told += notices.queue(
                    "draft_closing",
                    to=_people_of_units(s, {unit}),
                    key=f"closing:{row}",
                    context={"title": name, "closes": end_of_day(filing).isoformat(), "days": left},
                    link=f"/submissions/{row}",
                )
            told += notices.queue(
                "draft_closing",
                to=sorted(begun),
                key=f"closing:nominate:{number}",
                context={"title": name, "closes": end_of_day(filing).isoformat(), "days": left},
                link=f"/rounds/{number}/nominate",
            )
            if told:
                trail.record(
                    "round:announced", by=machine("timer"), stream=f"round:{number}",
                    body={"units": len(fresh), "begun": len(begun)},
                )
    return told


STUCK_AFTER = timedelta(days=1)


def stuck_messages() -> int:
    """A message that waits longer than a day for its step becomes an incident that somebody looks at."""
    limit = clock.now() - STUCK_AFTER
    with reading() as s:
        stuck = s.execute(
            select(Message.instance_id, Message.name)
            .join(ProcessInstance, ProcessInstance.id == Message.instance_id)
            .where(
                Message.state == "queued",
                Message.sent_at < limit,
                ProcessInstance.status == "running",
                ProcessInstance.holds == 0,
            )
            .distinct()
        ).all()
    raised = 0
    for instance, name in stuck:
        # After a downtime, or a moved demo clock, it may only not have been tried yet.
        if deliver_messages(instance) == 0:
            raise_incident(instance, None, StuckMessage(name))
            raised += 1
    return raised


class StuckMessage(Exception):
    """A message for which no step waits."""

    def __init__(self, name: str) -> None:
        super().__init__(f"message {name} has waited for more than a day")
        self.message = f"Kết quả “{name}” chờ quá một ngày mà hồ sơ chưa tới bước nhận."


_TOLD = {
    ("decision", "issue"): N_("Đã có quyết định tặng Giấy khen"),
    ("decision", "issue_rest"): N_("Đã có quyết định tặng Giấy khen"),
    ("council_sheet", "sign"): N_("Hội đồng đã xét"),
    ("council_agenda", "sign"): N_("Hội đồng đã xét"),
    ("package", "send"): N_("Đã trình UBND tỉnh"),
    ("package", "answer"): N_("Cấp trên đã trả lời"),
    ("posting", "post"): N_("Đã niêm yết danh sách"),
}
"""Acts of which units are told, each unit once an act."""


@jobs.handler("list.acted")
def _tell_units(job: jobs.Job) -> None:
    """Send each unit one letter about an act, however many of its names it took (office.md section 2)."""
    list_id, act, version = int(job.payload["list"]), str(job.payload["act"]), int(job.payload["version"])
    with transaction() as s:
        row = s.get_one(List, list_id)
        key = f"list:{list_id}:{act}:{version}"
        if row.kind == "submission" and act == "return":
            _tell_returned(row, key)
        elif row.kind == "result_letter" and act == "send":
            _tell_result(row, key)
        elif (row.kind, act) in _OF_ONE:
            _tell_of_one(row, act, key)
        elif (row.kind, act) in _TOLD:
            counts: dict[int, int] = {}
            taken = set(job.payload.get("names", ()))
            for line, nomination in lists.lines_of(list_id):
                if not line.removed and nomination.id in taken:
                    unit = people.current_unit(nomination.unit_id)
                    counts[unit] = counts.get(unit, 0) + 1
            title = s.get_one(Round, row.round_id).name
            for unit, count in counts.items():
                notices.queue(
                    "decided",
                    to=people.members_of([f"unit:{unit}", f"unit_head:{unit}"]),
                    key=f"{key}:{unit}",
                    context={
                        "act": _TOLD[row.kind, act], "title": title, "count": count,
                        "day": clock.today().isoformat(),
                    },
                    link="/nominations",
                )
        trail.record("list:told", by=machine("worker"), stream=f"list:{list_id}", body={"act": act})


_OF_ONE = {("hold", "suspend"): "held", ("hold", "resume"): "resumed"}
"""Acts on one nomination beside its path of which its unit is told → the letter."""


def _tell_of_one(row: List, act: str, key: str) -> None:
    for _, nomination in lists.lines_of(row.id):
        unit = people.current_unit(nomination.unit_id)
        notices.queue(
            _OF_ONE[row.kind, act],
            to=people.members_of([f"unit:{unit}", f"unit_head:{unit}"]),
            key=key,
            context={"title": nomination.name},
            link=f"/nominations/{nomination.id}",
        )


def _tell_returned(row: List, key: str) -> None:
    with reading() as s:
        calendar = s.get_one(Round, row.round_id).calendar
    faulty = [line for line, _ in lists.lines_of(row.id) if line.data.get("faults") and not line.removed]
    due = end_of_day(calendar["supplement"]).isoformat() if "supplement" in calendar else None
    notices.queue(
        "returned",
        to=people.members_of([f"unit:{row.unit_id}", f"unit_head:{row.unit_id}"]),
        key=key,
        context={"title": row.title, "count": max(len(faulty), 1), "due": due},
        link=f"/lists/{row.id}",
    )


def _tell_result(row: List, key: str) -> None:
    told = [line for line, _ in lists.lines_of(row.id) if not line.removed]
    with reading() as s:
        round_name = s.get_one(Round, row.round_id).name
    notices.queue(
        "result",
        to=people.members_of([f"unit:{row.unit_id}", f"unit_head:{row.unit_id}"]),
        key=key,
        context={
            "title": round_name,
            "count": len(told),
            "others": len(row.data["others"]),
            "review_until": row.data.get("review_until"),
        },
        link=f"/lists/{row.id}",
    )
