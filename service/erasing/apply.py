"""Erases what a plan names, in the open transaction: rows, the private values of the trail by its entry, and later the files.

Rows stay where others refer to them, with nothing about the person in them. Hashes of the trail do not change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.orm import Session

from service import clock, jobs, trail
from service.actor import Actor, machine
from service.awards.files import ON_DISK
from service.awards.models import File, Hold, Line, List, Nomination, Recipient, Score
from service.awards.public import new_code
from service.awards.talk_models import Comment, Question
from service.council.session.models import CouncilFeedback, CouncilItem, CouncilScore
from service.db import database_number, hold, is_postgresql, rewrite, transaction
from service.erasing.models import Erasure
from service.erasing.plan import GONE, Plan, is_shared
from service.movement.models import Matter
from service.notices.models import MAIL, NOTICE
from service.papers.models import MatterTables, OfflineDossier
from service.papers.offline_dossier import file_of
from service.processes import live
from service.processes.models import Activity, Draft, Incident, Message, ProcessInstance
from service.studio.migration_models import MigrationLine
from service.studio.replay_models import ReplayLine
from service.trail.models import TrailPrivate
from service.vietnamese import has_words, whole_words

TOPIC = "erasure.files"
"""The worker's job that removes what lies outside the rows: files, and what the database's file still holds."""
_AT_ONCE = 1000
"""Values that one entry names at most."""
_ENDLESS = ("queued", "held")


def erase(s: Session, row: Erasure, plan: Plan, *, by: Actor, again: bool = False) -> None:
    """Erase what the plan names and say so in the trail; `again`: after a restore, of what had been erased before."""
    with s.no_autoflush:
        row.files = _files(s, plan)
    for one in plan.cases:
        _case(s, one.instance)
        _nomination(s, one.id)
    for matter, instance in plan.matters:
        _case(s, instance)
        s.execute(update(Matter).where(Matter.id == matter).values(begun={}, shown={}, done={}))
        s.execute(delete(MatterTables).where(MatterTables.matter_id == matter))
    _told(s, plan)
    _dossiers(s, plan)
    if plan.whole:
        _recipients(s, plan.recipients)
    row.counts = plan.counts
    row.kept = [
        {"word": kept.word, "nomination": kept.nomination, "until": kept.until.isoformat() if kept.until else None} for kept in plan.kept
    ]
    s.flush()
    body = {
        "erasure": row.id, "recipient": plan.recipient, "cases": [one.id for one in plan.cases],
        "kept": sorted({kept.word for kept in plan.kept}),
        **{key: n for key, n in plan.counts.items() if n}, **({"again": 1} if again else {}),
    }
    flat = iter([(stream, gseq, paths) for stream, entries in plan.values.items() for gseq, paths in entries.items()])
    first = True
    while (piece := list(islice(flat, _AT_ONCE))) or first:
        values: dict[str, dict[str, list[str]]] = {}
        for stream, gseq, paths in piece:
            values.setdefault(stream, {})[str(gseq)] = list(paths)
        trail.record(
            "data:erased", by=by, stream=f"erasure:{row.id}", basis=row.basis,
            body={**(body if first else {"erasure": row.id}), "count": sum(len(paths) for *_, paths in piece), "values": values},
        )
        first = False
    jobs.enqueue(TOPIC, {"erasure": row.id}, key=f"{TOPIC}:{row.id}")


def _case(s: Session, instance: int) -> None:
    version = s.execute(select(ProcessInstance.version).where(ProcessInstance.id == instance)).scalar_one()
    live.take(database_number(), instance, version)
    s.execute(
        update(ProcessInstance).where(ProcessInstance.id == instance)
        .values(version=version + 1, title=GONE, about="", search="", begun_with=None, state=b"", excluded=[])
    )
    # The engine's number of a task is the salt of what the trail says of its answers.
    s.execute(update(Activity).where(Activity.instance_id == instance).values(answers=None, task=None, title=None, search=None, item=None))
    s.execute(update(Message).where(Message.instance_id == instance).values(payload={}))
    s.execute(update(Incident).where(Incident.instance_id == instance).values(message=GONE, message_en="(erased on request)"))
    s.execute(update(MigrationLine).where(MigrationLine.instance_id == instance).values(before=None, rows=[], reasons=[]))
    s.execute(update(ReplayLine).where(ReplayLine.instance_id == instance).values(message="", message_en=""))


def _nomination(s: Session, number: int) -> None:
    n = s.get_one(Nomination, number)
    name = n.name
    n.name, n.title, n.achievement, n.appraisal, n.reason = GONE, "", "", "", ""
    n.declared, n.facts, n.eligibility, n.faults, n.consent = {}, {}, [], [], {}
    n.search, n.sort_key = "", ""
    for key, value in new_code().items():  # the old one finds nothing any more
        setattr(n, key, value)
    s.execute(update(Score).where(Score.nomination_id == number).values(own_note="", office_note="", files=[]))
    s.execute(update(Hold).where(Hold.nomination_id == number).values(note="", conclusion=""))
    # Of what was said beside the case it stays who wrote when; what was taken back or not answered stays empty.
    s.execute(update(Comment).where(Comment.nomination_id == number, Comment.text.is_not(None)).values(text=GONE))
    s.execute(update(Question).where(Question.nomination_id == number).values(text=GONE))
    s.execute(update(Question).where(Question.nomination_id == number, Question.answer.is_not(None)).values(answer=GONE))
    s.execute(update(CouncilItem).where(CouncilItem.nomination_id == number).values(form_reason="", discussion="", reason=""))
    s.execute(update(CouncilFeedback).where(CouncilFeedback.nomination_id == number).values(words=GONE, returned_for=""))
    at = select(CouncilItem.session_id, CouncilItem.item_no).where(CouncilItem.nomination_id == number)
    s.execute(update(CouncilScore).where(tuple_(CouncilScore.session_id, CouncilScore.item_no).in_(at)).values(comment=""))
    for line, row in s.execute(select(Line, List).join(List, List.id == Line.list_id).where(Line.nomination_id == number)):
        line.reason, line.data = "", blanked(line.data)
        if not (whole := whole_words(name)).search(row.title) or _of_others(s, row.id, number, name):
            continue  # of several names: its papers are archive records
        row.title = whole.sub(GONE, row.title)
        row.data = {key: value if key == "last" else blanked(value) for key, value in row.data.items()}
        for task in s.scalars(select(Activity).where(Activity.list_id == row.id)):
            task.title, task.search = whole.sub(GONE, task.title or ""), ""


def _of_others(s: Session, list_id: int, number: int, name: str) -> bool:
    """Whether another line's name is this one or holds it, so that the list's title may mean that one."""
    rows = s.scalars(select(Nomination.name).join(Line, Line.nomination_id == Nomination.id).where(
        Line.list_id == list_id, Nomination.id != number
    ))
    return any(has_words(one, name) for one in rows)


def _told(s: Session, plan: Plan) -> None:
    """Letters keep that they went, and nothing of what they said; what still waits does not go."""
    now = clock.now()
    for number in (*plan.mails, *plan.mentions):
        state, context = s.execute(select(MAIL.c.state, MAIL.c.context).where(MAIL.c.id == number)).one()
        only = plan.name if number in plan.mentions else None
        changed: dict[str, Any] = {"context": blanked(context, only), "error": None}
        if only is None and state in _ENDLESS:
            changed |= {"state": "cancelled", "settled_at": now}
        s.execute(update(MAIL).where(MAIL.c.id == number).values(**changed))
    for start in range(0, len(plan.notices), 500):
        s.execute(delete(NOTICE).where(NOTICE.c.id.in_(plan.notices[start : start + 500])))
    for number in plan.noted:
        context = s.execute(select(NOTICE.c.context).where(NOTICE.c.id == number)).scalar_one()
        s.execute(update(NOTICE).where(NOTICE.c.id == number).values(context=blanked(context, plan.name)))
    for key, account in plan.drafts:
        s.execute(delete(Draft).where(Draft.key == key, Draft.account == account))


def _files(s: Session, plan: Plan) -> list[str]:
    """Take the rows of files away; gives the hashes of those whose bytes nothing else needs."""
    gone = []
    for number in plan.files:
        file = s.get_one(File, number)
        if not is_shared(s, file, plan.files):
            gone.append(file.sha256)
        s.delete(file)
    return sorted(set(gone))


def _dossiers(s: Session, plan: Plan) -> None:
    for row in s.scalars(select(OfflineDossier).where(OfflineDossier.id.in_(plan.dossiers))):
        row.state = "gone"


def _recipients(s: Session, recipients: Sequence[int]) -> None:
    for who in s.scalars(select(Recipient).where(Recipient.id.in_(recipients))):
        who.name, who.title, who.gender, who.birth_year, who.died_on, who.members = GONE, "", None, None, None, None
        who.account_id, who.others, who.apart, who.sort_key = None, [], [], ""
        who.search = f"#{who.id}"  # nobody is found by it, and no two of them have one name


def blanked(value: Any, only: str | None = None) -> Any:
    """The same shape without its texts; codes, days and numbers stay. `only`: just this name, where it stands whole."""
    if isinstance(value, Mapping):
        return {key: blanked(one, only) for key, one in value.items()}
    if isinstance(value, list):
        return [blanked(one, only) for one in value]
    if not isinstance(value, str):
        return value
    if only is not None:
        return whole_words(only).sub(GONE, value)
    return value if _is_code(value) else GONE


def _is_code(text: str) -> bool:
    if not text or text.isascii() and text.replace("_", "").replace(".", "").replace(":", "").replace("-", "").isalnum():
        return True
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


@jobs.handler(TOPIC)
def _clear(job: jobs.Job) -> None:
    clear_files(int(job.payload["erasure"]))


def clear_files(number: int) -> None:
    """Remove from the disk what an erasure left there; on SQLite write the database's file anew. Idempotent."""
    folder: Path = current_app.extensions["settings"].var / "files"
    with transaction() as s:
        hold(ON_DISK, alone=True)  # who sends the same file just now has its row before this looks, or writes its bytes after
        hashes = list(s.get_one(Erasure, number).files)
        needed = set(s.scalars(select(File.sha256).where(File.sha256.in_(hashes))))
        dossiers = list(s.scalars(select(OfflineDossier.id).where(OfflineDossier.state == "gone")))
        for one in set(hashes) - needed:
            (folder / one[:2] / one).unlink(missing_ok=True)
    for dossier in dossiers:
        file_of(dossier).unlink(missing_ok=True)
    if not is_postgresql():
        rewrite(TrailPrivate)
    if hashes:
        with transaction() as s:
            s.get_one(Erasure, number).files = []
            trail.record(
                "erasure:cleared", by=machine("worker"), stream=f"erasure:{number}", body={"erasure": number, "files": len(hashes)}
            )
