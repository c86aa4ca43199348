"""What happens after an act on awards: dossiers are filed, nominations stopped on request, units told by one letter an act."""

from __future__ import annotations

from sqlalchemy import select, update

from service import clock, jobs, notices, people, trail
from service.actor import machine
from service.awards import lists
from service.awards.models import Award, Line, List, Nomination, Round
from service.awards.numbers import next_number
from service.awards.rounds import end_of_day
from service.awards.rules import rules_on
from service.calendar import working_calendar
from service.db import reading, transaction
from service.processes.instances import answer_external, send_messages
from service.processes.models import ProcessInstance

TOPICS = ("dossier.archive", "nomination.stop")
"""Topics of external tasks that a diagram may name."""


@jobs.handler("dossier.archive")
def _file_dossier(job: jobs.Job) -> None:
    """File a dossier whose award is handed over: golden book number, award history, then the answer to the process."""
    instance_id = int(job.payload["instance"])
    with transaction() as s:
        nomination = s.scalars(select(Nomination).where(Nomination.instance_id == instance_id)).one()
        award = s.scalars(
            select(Award).where(Award.nomination_id == nomination.id, Award.status == "granted").with_for_update()
        ).first()
        if award is not None:
            award.status = "filed"
            award.book_number = next_number(s, "golden_book", award.decided_on.year)
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
        nomination.reason_code, nomination.refused_by = cause.upper(), "unit"
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


_TOLD = {
    ("decision", "issue"): "Đã có quyết định tặng Giấy khen",
    ("council_sheet", "sign"): "Hội đồng đã xét",
    ("package", "send"): "Đã trình UBND tỉnh",
    ("package", "answer"): "Cấp trên đã trả lời",
    ("posting", "post"): "Đã niêm yết danh sách",
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
        elif (row.kind, act) in _TOLD:
            counts: dict[int, int] = {}
            for line, nomination in lists.lines_of(list_id):
                if not line.removed:
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
    days = int(rules_on(clock.today()).values.get("REVIEW_REQUEST_DAYS", 10))
    until = end_of_day(working_calendar().add(clock.today(), days))
    with reading() as s:
        count = len(s.execute(select(Line.id).where(Line.list_id == row.id, Line.removed.is_(False))).all())
    notices.queue(
        "result",
        to=people.members_of([f"unit:{row.unit_id}", f"unit_head:{row.unit_id}"]),
        key=key,
        context={"title": row.title, "count": count, "review_until": until.isoformat()},
        link=f"/lists/{row.id}",
    )


def rename_case(nomination: Nomination) -> None:
    """Bring the title of a case to its nomination's name, in the open transaction."""
    with transaction() as s:
        s.execute(
            update(ProcessInstance)
            .where(ProcessInstance.id == nomination.instance_id)
            .values(title=nomination.name)
        )
