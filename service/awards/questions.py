"""The holder of a task asks a colleague for an opinion, by a day; the task stays the holder's.

Who is asked must be able to read the nomination and not be kept away from the task: who could not do it does not advise on it
either. The question is a small task of who is asked, and ends with the answer, when the holder takes it back, or when the task
is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select, update

from service import clock, notices, people, trail
from service.actor import Actor
from service.awards import comments
from service.awards.nomination_steps import nomination_of
from service.awards.talk_models import Question
from service.calendar import last_day
from service.db import reading, transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound, Withheld
from service.processes import own_case, tasks
from service.processes.models import Activity
from service.processes.tasks import Task

MOST_OPEN = 5
"""How many questions about one task may wait at once."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as somebody reads it. `state`: open, answered, taken_back, task_done."""

    id: int
    nomination: int
    task: int
    step: str
    title: str
    text: str
    asked_by: int
    asked_by_name: str
    asked: int
    asked_name: str
    due_on: date
    asked_at: datetime
    answer: str | None
    answered_at: datetime | None
    state: str


def may_ask(task: Task, by: Actor) -> bool:
    """Tell whether somebody may ask about a task: its holder, as long as it is open and about a nomination."""
    return (
        task.state == "open" and task.owner is not None and task.owner == by.account and tasks.may_act(task, by)
        and _is_of_nomination(task)
    )


def people_to_ask(task: Task, *, by: Actor) -> list[int]:
    """Accounts that may be asked: who may read and write on the nomination, and whom the case does not keep away.

    What the office considers is asked of the office's people only.
    """
    if not may_ask(task, by):
        return []
    barred = own_case.barred(task.running, task.groups) | own_case.acted_before(task.running.id, task.attrs)
    of_unit = all(people.is_filing(group) for group in task.groups)
    with reading():
        n = nomination_of(task.running)
        units = [None, n.unit_id, people.current_unit(n.unit_id)]
        writers = people.members_of(people.bound_groups(comments.WRITE, units), barred=barred, process=task.process)
        readers = comments.readers_of(n, inside=not of_unit)
    return sorted({*writers} & {*readers} - barred - {by.account or 0})


def ask(task_id: int, to: int, text: str, due_on: date | None, *, by: Actor) -> int:
    """Ask a colleague about a task that one holds; tells who is asked. Returns the question's number.

    Raises NotFound, Forbidden (not the holder), Conflict (too many wait, or this person is asked already), Invalid.
    """
    with transaction() as s:
        task = _hold(task_id, by=by)
        if not may_ask(task, by):
            raise Forbidden(
                "Chỉ người đang giữ việc được hỏi ý kiến đồng nghiệp về việc đó. Nhận việc trước.",
                "Only who holds a task may ask about it. Claim it first.", code="not-owner",
            )
        said = comments.cleaned(text, "Ghi điều cần hỏi.", "Write what you ask.")
        if due_on is None or not clock.today() <= due_on <= last_day():
            raise Invalid.at(
                "day", f"Ghi ngày trả lời từ hôm nay đến hết ngày {last_day():%d/%m/%Y}.",
                f"Give a day by which to answer, from today to {last_day():%d/%m/%Y}.",
            )
        if to not in people_to_ask(task, by=by):
            raise Invalid.at("to", "Chọn người trong danh sách.", "Choose somebody from the list.", code="not-eligible")
        waiting = s.scalars(_open().where(Question.task_id == task.id)).all()
        if any(one.asked == to for one in waiting):
            raise Conflict("Bạn đã hỏi người này về việc này, đang chờ trả lời.", "This person is asked already.", code="asked-already")
        if len(waiting) >= MOST_OPEN:
            raise Conflict(
                f"Việc này đang có {MOST_OPEN} câu hỏi chờ trả lời. Thôi một câu hỏi trước khi hỏi thêm.",
                f"{MOST_OPEN} questions about this task wait for an answer; take one back first.", code="too-many",
            )
        n = nomination_of(task.running)
        row = Question(
            nomination_id=n.id, task_id=task.id, asked_by=by.account or 0, asked=to, text=said, due_on=due_on, asked_at=clock.now(),
        )
        s.add(row)
        s.flush()
        _record("question:asked", task, row, by, to=to, private={"text": said}, more={"due": due_on})
        notices.queue(
            "question_asked", to=[to], key=f"question:{row.id}", link=f"/questions/{row.id}", about=row.id,
            context={"task": task.name, "title": task.title, "by": by.name, "day": due_on},
        )
        return row.id


def answer(question_id: int, text: str, *, by: Actor) -> int:
    """Answer a question that one was asked; tells who asked, and who holds the task now. Returns the question's number.

    Raises NotFound, Forbidden where the case keeps one away by now, Conflict where it is closed, Invalid.
    """
    with transaction() as s:
        row = _locked(question_id, by)
        if row.asked != by.account:
            raise Forbidden("Câu hỏi này hỏi người khác.", "This question is somebody else's.")
        task = _task(row.task_id)
        _must_be_open(row, task)
        if own_case.bars(task.running, by.within(task.process), task.groups) or by.account in own_case.acted_before(
            task.running.id, task.attrs
        ):
            raise Forbidden(*own_case.refusal(task.running, by.within(task.process), task.groups), code="own-case")
        said = comments.cleaned(text, "Ghi câu trả lời.", "Write your answer.", field="answer")
        s.execute(update(Question).where(Question.id == row.id).values(answer=said, answered_at=clock.now()))
        _record("question:answered", task, row, by, to=row.asked_by, private={"text": said})
        notices.queue(
            "question_answered", to=dict.fromkeys(a for a in (row.asked_by, task.owner) if a), key=f"question:{row.id}:answered",
            link=f"/tasks/{task.id}", context={"task": task.name, "title": task.title, "by": by.name},
        )
        return row.id


def take_back(question_id: int, *, by: Actor) -> int:
    """Who asked, or holds the task now, no longer asks; that it was asked stays. Returns the task."""
    with transaction() as s:
        row = _locked(question_id, by)
        task = _task(row.task_id)
        if by.account not in (row.asked_by, task.owner):
            raise Forbidden("Chỉ người hỏi được thôi hỏi.", "Only who asked may take a question back.")
        _must_be_open(row, task)
        s.execute(update(Question).where(Question.id == row.id).values(taken_back_at=clock.now()))
        _record("question:taken_back", task, row, by, to=row.asked)
        return task.id


def asked_of(by: Actor, *, closed: bool = False, most: int = 50) -> list[Asked]:
    """What somebody is asked and has not answered, the most urgent first; `closed`: what is answered or over, the newest first."""
    if by.account is None:
        return []
    mine = Question.asked == by.account
    with reading() as s:
        if closed:
            rows = s.scalars(select(Question).where(mine, ~_waits()).order_by(Question.id.desc()).limit(most)).all()
        else:
            rows = s.scalars(_open().where(mine).order_by(Question.due_on, Question.id).limit(most)).all()
        return [one for one in (_shown(row) for row in rows) if closed or _may_read(one, by)]


def of_task(task: Task, *, by: Actor) -> list[Asked]:
    """Questions about a task, the oldest first, as far as somebody may read them: who may act on it, asked, or is asked."""
    if not _is_of_nomination(task):
        return []
    with reading() as s:
        rows = s.scalars(select(Question).where(Question.task_id == task.id).order_by(Question.id)).all()
        return [one for one in (_shown(row) for row in rows) if _may_read(one, by)]


def read_question(question_id: int, *, by: Actor) -> Asked:
    """One question, for who asked, is asked, or may act on the task; NotFound for everybody else."""
    with reading() as s:
        row = s.get(Question, question_id)
        if row is None:
            raise _unknown(there=False)
        found = _shown(row)
        if not _may_read(found, by):
            raise _unknown(there=True)
    return found


def _may_read(one: Asked, by: Actor) -> bool:
    """Whoever cannot read the nomination any more, or whom it keeps away by now, reads no question about it either."""
    task = _task(one.task)
    n = nomination_of(task.running)
    if by.account is None or not comments.sight_of(n, by).reads:
        return False
    if by.may("inspector"):
        return True
    if own_case.bars_himself(task.running, by.within(task.process), task.groups):
        return False
    return by.account in (one.asked_by, one.asked, task.owner) or tasks.may_act(task, by)


def _waits() -> ColumnElement[bool]:
    """Whether a question still waits for its answer."""
    unsettled = Question.answered_at.is_(None) & Question.taken_back_at.is_(None)
    return unsettled & exists().where(Activity.id == Question.task_id, Activity.state == "open")


def _open() -> Select[Question]:
    return select(Question).where(_waits())


def _shown(row: Question) -> Asked:
    task = _task(row.task_id)
    names = people.names([row.asked_by, row.asked])
    state = (
        "answered" if row.answered_at else "taken_back" if row.taken_back_at else "open" if task.state == "open" else "task_done"
    )
    return Asked(
        row.id, row.nomination_id, row.task_id, task.name, task.title, row.text, row.asked_by, names.get(row.asked_by, ""),
        row.asked, names.get(row.asked, ""), row.due_on, row.asked_at, row.answer, row.answered_at, state,
    )


def _locked(question_id: int, by: Actor) -> Question:
    """The row of a question that somebody may read, under its lock and its task's."""
    found = read_question(question_id, by=by)
    tasks.find_task(found.task, lock=True)
    with reading() as s:
        return s.scalars(
            select(Question).where(Question.id == question_id).with_for_update().execution_options(populate_existing=True)
        ).one()


def _hold(task_id: int, *, by: Actor) -> Task:
    """A task that somebody may see, under its lock."""
    tasks.read_task(task_id, by=by)
    return tasks.find_task(task_id, lock=True)


def _task(task_id: int) -> Task:
    return tasks.find_task(task_id)


def _is_of_nomination(task: Task) -> bool:
    return (task.running.case_key or "").startswith("nomination:")


def _must_be_open(row: Question, task: Task) -> None:
    if row.answered_at is not None:
        raise Conflict("Câu hỏi này đã có trả lời.", "This question is answered already.", code="answered")
    if row.taken_back_at is not None or task.state != "open":
        raise Conflict(
            "Không cần trả lời nữa: người hỏi đã thôi hỏi, hoặc việc đã xong.",
            "No answer is needed any more: it was taken back, or the task is done.", code="question-closed",
        )


def _record(
    kind: str, task: Task, row: Question, by: Actor, *, to: int, private: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> None:
    """An entry beside the case: what colleagues ask one another is not told to the unit."""
    trail.record(
        kind, by=by, stream=f"nomination:{row.nomination_id}", deployment=task.deployment_id, private=private or {},
        body={"question": row.id, "nomination": row.nomination_id, "task": task.id, "el": task.element, "to": to, **(more or {})},
    )


def _unknown(*, there: bool) -> NotFound:
    return (Withheld if there else NotFound)(
        "Không có câu hỏi này, hoặc bạn không được xem.", "There is no such question, or it is not yours to read."
    )


@notices.wanted_where("question_asked")
def _still_asked(about: ColumnElement[Any], account: ColumnElement[Any]) -> ColumnElement[bool]:
    return exists().where(
        Question.id == about, Question.answered_at.is_(None), Question.taken_back_at.is_(None),
        Activity.id == Question.task_id, Activity.state == "open",
    )


__all__ = [
    "MOST_OPEN", "Asked", "answer", "ask", "asked_of", "may_ask", "of_task", "people_to_ask", "read_question", "take_back",
]
