"""What a person does with a task: see, claim, release, reassign, draft, complete.

The same verbs serve pages, API and tests; who may act is decided here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from forms import AGAIN, Form, Rejected, check
from service import clock, notices, people, trail
from service.actor import Actor
from service.calendar import working_calendar
from service.db import reading, table_of, transaction
from service.errors import Conflict, FieldFault, Forbidden, Invalid, NotFound, Stale, Withheld, how_many
from service.processes import drafts, items, own_case, reminders
from service.processes.cases import ENTERED, Running, Trigger, answers_read, kind_of
from service.processes.deployments import definition_of, form_of
from service.processes.instances import complete_user_task
from service.processes.models import Activity, ProcessInstance
from service.processes.queues import groups_of
from service.processes.running import RUNNING_COLUMNS, running_of
from workflows.calendar import ZONE
from workflows.definition import Element

_TASK = (
    Activity.id,
    Activity.kind,
    Activity.element,
    Activity.occurrence,
    Activity.task,
    Activity.state,
    Activity.version,
    Activity.queue_id,
    Activity.owner,
    Activity.opened_at,
    Activity.due_at,
    Activity.drafted,
    Activity.closed_at,
    Activity.closed_by,
    Activity.deployment_id,
    Activity.answers,
    Activity.priority,
    Activity.follow_at,
    Activity.process,
    Activity.title,
    Activity.item,
)


_FIND = (
    select(*(table_of(Activity).c[c.key] for c in _TASK), *(table_of(ProcessInstance).c[c.key] for c in RUNNING_COLUMNS))
    .join_from(
        table_of(Activity),
        table_of(ProcessInstance),
        table_of(ProcessInstance).c.id == table_of(Activity).c.instance_id,
    )
    .where(table_of(Activity).c.id == bindparam("the_id"), table_of(Activity).c.kind == "user")
)
_FIND_LOCKED = _FIND.with_for_update(of=[table_of(ProcessInstance), table_of(Activity)])


@dataclass(frozen=True, slots=True)
class Task:
    """One user task as its row stands, with its instance."""

    id: int
    kind: str
    element: str
    occurrence: int
    task: str
    state: str
    version: int
    queue_id: int | None
    owner: int | None
    opened_at: datetime
    due_at: datetime | None
    drafted: bool
    closed_at: datetime | None
    closed_by: int | None
    deployment_id: int
    answers: dict[str, Any] | None
    priority: int
    follow_at: datetime | None
    process: str | None
    item_title: str | None
    """Of one that is done once for each item of a list: what tells it from the others."""
    item: dict[str, Any] | None
    running: Running

    @property
    def groups(self) -> frozenset[str]:
        """Candidate groups."""
        return groups_of(self.queue_id)

    @property
    def step(self) -> Element:
        """The element in the diagram that the task was opened by."""
        return definition_of(self.deployment_id).elements[self.element]

    @property
    def attrs(self) -> Mapping[str, str]:
        """Attributes of the element."""
        return self.step.attrs

    @property
    def name(self) -> str:
        """Label of the element."""
        return self.step.name

    @property
    def form(self) -> Form:
        """The form as it was pinned when the task was opened."""
        return form_of(self.deployment_id, self.attrs["form"])

    @property
    def given(self) -> dict[str, Any]:
        """What the form may read besides its answers."""
        found = kind_of(self.running).given(self.running, self.element)
        return found | items.given_for(self.item, self.running.id, self.id, self.form)

    @property
    def title(self) -> str:
        """What it is about: its item, where it is done for each, and its case."""
        return items.title_with(self.item_title, self.running.title)


def read_task(task_id: int, *, by: Actor) -> Task:
    """A task that this person may see: a candidate, its owner, who completed it, or a reader of the case.

    Raises NotFound for everybody else, so that numbers tell nothing.
    """
    with reading() as s:
        task = _find(s, task_id)
        if not (may_act(task, by) or by.account in (task.owner, task.closed_by) or kind_of(task.running).may_read(by, task.running)):
            raise _unknown(there=True)
        return task


def find_task(task_id: int, *, lock: bool = False) -> Task:
    """A task whoever asks, for verbs of parts above that look themselves who may; NotFound. `lock`: its rows, case first."""
    with reading() as s:
        return _find(s, task_id, lock=lock)


def may_act(task: Task, by: Actor) -> bool:
    """Tell whether somebody is a candidate who is not kept away by the case itself.

    Who holds a task and left its groups is none any more; see `strayed`.
    """
    here = by.within(task.process)
    return not own_case.bars(task.running, here, task.groups) and here.may(*task.groups)


def is_kept_away(task: Task, by: Actor) -> bool:
    """Tell whether the case keeps somebody away from a task: himself, or all in whose place he is a candidate."""
    return own_case.bars(task.running, by.within(task.process), task.groups)


def is_another_to_do(task: Task, by: Actor) -> bool:
    """Tell whether a task is another person's because somebody did a step before that it excludes."""
    return own_case.has_acted(task.running.id, task.attrs, by.within(task.process), task.groups)


def is_open_to(task: Task, by: Actor) -> bool:
    """Tell whether nobody else holds a task: it is free, his own, or held by an absent person in whose place he acts."""
    return task.owner in (None, by.account) or stands_in_for_holder(task, by)


def stands_in_for_holder(task: Task, by: Actor) -> bool:
    """Tell whether who holds a task is absent and has lent somebody its group, which the case leaves him."""
    here = own_case.left(task.running, by.within(task.process), task.groups)
    return any(one.behalf == task.owner and one.group in task.groups and one.processes is None for one in here.lent)


def behalf(task: Task, by: Actor) -> int | str | None:
    """In whose place somebody acts on a task: the account that named a substitute, the body that is kept away, or None."""
    if stands_in_for_holder(task, by):
        return task.owner
    if by.himself in task.groups:
        return None
    by = own_case.left(task.running, by.within(task.process), task.groups)
    if (acted := own_case.acted_before(task.running.id, task.attrs)) and by.lent:
        by = by.free_of(acted)
    words = [g.strip() for g in task.attrs.get("candidates", "").split(",") if g.strip()]
    # A scoped word is bound to the case's unit; an office's word that is bound to another group is replaced by it.
    meant = [task.running.roles.get(w, w) if people.is_scoped(w) else w for w in words]
    if by.may(*meant) or not by.may(*task.groups):
        return people.behalf_of(by, *meant)
    return people.behalf_of(by, *task.groups) or people.group_labels(meant[:1])[meant[0]]


def may_read_answers(task: Task, by: Actor) -> bool:
    """Tell whether somebody who sees a task may also read what its form was given and what was filled in."""
    return (
        may_act(task, by) or by.account in (task.owner, task.closed_by)
        or kind_of(task.running).may_read(by, task.running)
        and answers_read(by, task.running)(task.id, candidates_of(task.attrs))
    )


def answers_shown(task: Task, by: Actor) -> Mapping[str, Any]:
    """What was filled in at a task that is done, as much of it as somebody may read who reads its answers."""
    hidden = set() if by.account == task.closed_by else set(kind_of(task.running).hides(by, task.running, task.element))
    return {name: value for name, value in (task.answers or {}).items() if name not in hidden}


def may_read_given(task: Task, by: Actor) -> bool:
    """Tell whether somebody may read what the form of a task is given: who fills it in or did, nobody who reads the case besides.

    What a form is given is chosen for who fills it in: words of earlier steps and names to choose from, whoever may read those elsewhere.
    """
    return may_act(task, by) or by.account in (task.owner, task.closed_by) or "paper" in (entry_for(task, by) or {})


def given_to(task: Task, by: Actor) -> dict[str, Any]:
    """What the form may read, with what the same step answered when it was done before, as much of it as somebody may read (`again`)."""
    found = task.given
    if AGAIN in task.form.given:
        found[AGAIN] = _said_before(task, by)
    return found


def _said_before(task: Task, by: Actor) -> Mapping[str, Any]:
    with reading() as s:
        rows = s.execute(
            select(Activity.id, Activity.item)
            .where(
                Activity.instance_id == task.running.id, Activity.element == task.element, Activity.id < task.id,
                Activity.kind == "user", Activity.state == "done",
            )
            .order_by(Activity.closed_at.desc(), Activity.id.desc())
        ).all()
        way = (task.item or {}).get("way")
        before = next((number for number, item in rows if (item or {}).get("way") == way), None)
        return answers_shown(_find(s, before), by) if before is not None else {}


def candidates_of(attrs: Mapping[str, str]) -> list[str]:
    """Candidates of an element as the diagram names them."""
    return [word.strip() for word in attrs.get("candidates", "").split(",") if word.strip()]


def entry_for(task: Task, by: Actor) -> Mapping[str, str] | None:
    """For whom and by which paper somebody enters a task that is not his group's; None where he acts for himself or may not."""
    by = by.within(task.process)
    if by.may(*task.groups) or own_case.bars(task.running, by, task.groups):
        return None
    return kind_of(task.running).entry(task.running, by, task.element, task.groups)


def claim_task(task_id: int, *, by: Actor, seen: int | None = None) -> Task:
    """Take a task out of its group's queue; Conflict with the first one's name if somebody was quicker."""
    with transaction() as s:
        task = _open_task(s, task_id, by=by, seen=None)
        if task.owner == by.account or stands_in_for_holder(task, by):
            return task  # it is his already, or an absent person's in whose place he acts: it stays with him
        if task.owner is not None:
            raise _held_by_another(task)
        _must_be_another(task, by)
        _check_version(task, seen)
        _move(s, task, owner=by.account)
        trail.record(
            "task:claimed", by=by, stream=_stream(task), deployment=task.deployment_id,
            body={"task": task.id, "el": task.element},
        )
        return _find(s, task_id)


def release_task(task_id: int, *, by: Actor, share_draft: bool = False) -> Task:
    """Put a task back into its queue. The draft stays; the next owner sees it only if it is shared."""
    with transaction() as s:
        task = _open_task(s, task_id, by=by, seen=None)
        if task.owner != by.account:
            raise Conflict(
                "Bạn không giữ việc này nên không trả lại được.",
                "You do not hold this task, so you cannot give it back.",
                code="not-owner",
            )
        _move(s, task, owner=None)
        if share_draft:
            drafts.share_draft(s, f"task:{task_id}", by)
        trail.record(
            "task:released", by=by, stream=_stream(task), deployment=task.deployment_id,
            body={"task": task.id, "el": task.element},
        )
        return _find(s, task_id)


def eligible_for(task: Task) -> list[int]:
    """Accounts that a task can be given to: members of its groups whom the case does not keep away."""
    barred = own_case.barred(task.running, task.groups) | own_case.acted_before(task.running.id, task.attrs)
    return people.members_of(task.groups, barred=barred, process=task.process)


def may_reassign(task: Task, by: Actor) -> bool:
    """Tell whether somebody may hand a task on: its holder, the head of the office, or the head of the unit it is asked of.

    Whom the case keeps away does not choose either who decides it, nor does who holds the right from him only.
    """
    if task.owner is not None and task.owner == by.account:
        return True
    by = by.within(task.process)
    if own_case.bars(task.running, by, task.groups):
        return False
    by = own_case.left(task.running, by, task.groups)
    units = {unit for group in task.groups if (unit := people.unit_of(group)) is not None}
    return any(people.allowed(by, "task.reassign", unit=unit) for unit in (people.NO_UNIT, *units))


def reassign_task(task_id: int, to: int, reason: str, *, by: Actor) -> Task:
    """Give an open task to another eligible person, with a reason; see `may_reassign`."""
    if not reason.strip():
        raise Invalid(
            "Ghi lý do chuyển việc.", "Say why the task is reassigned.",
            faults=[FieldFault("reason", "Ghi lý do chuyển việc.", "Say why the task is reassigned.")],
        )
    with transaction() as s:
        task = _find(s, task_id, lock=True)
        if not may_reassign(task, by):
            raise _unknown(there=True) if not may_act(task, by) else Forbidden(
                "Chỉ người đang giữ việc hoặc lãnh đạo phòng được chuyển việc.",
                "Only the task's owner or the head of the office may reassign it.",
            )
        _must_be_open(task)
        if to not in eligible_for(task):
            raise Invalid(
                "Người này không được nhận việc này.", "This person is not eligible for this task.",
                code="not-eligible",
                faults=[FieldFault("to", "Chọn người trong danh sách.", "Choose somebody from the list.")],
            )
        _move(s, task, owner=to)
        trail.record(
            "task:reassigned", by=by, stream=_stream(task), reason=reason, deployment=task.deployment_id,
            body={"task": task.id, "el": task.element, "to": to, "from": task.owner or 0},
        )
        notices.queue(
            "reassigned",
            to=[to] if to != by.account else [],
            key=f"reassigned:{task.id}:{task.version}",
            context={"task": task.name, "title": task.title, "by": by.name, "due": task.due_at},
            link=f"/tasks/{task.id}",
            about=task.id,
        )
        return _find(s, task_id)


def save_draft(task_id: int, answers: Mapping[str, Any], *, by: Actor, seen: drafts.Seen | None = None) -> datetime:
    """Keep what was typed, without any check; returns when. Only for who may act on the open task.

    `seen`: what the page knows of; Stale where another page has kept something else since.
    """
    with transaction() as s:
        task = _open_task(s, task_id, by=by, seen=None, entering=True)
        if not is_open_to(task, by):
            raise _held_by_another(task)
        if seen is not None:
            drafts.must_be_seen(f"task:{task_id}", answers, seen, by=by)
        saved = drafts.keep_draft(f"task:{task_id}", answers, by=by, page=seen.page if seen else "")
        if not task.drafted:
            s.execute(update(Activity).where(Activity.id == task_id).values(drafted=True))
            trail.record(
                "task:drafted", by=by, stream=_stream(task), deployment=task.deployment_id,
                body={"task": task.id, "el": task.element},
            )
        return saved


def complete_task(task_id: int, answers: Mapping[str, Any], *, by: Actor, seen: int | None = None) -> Task:
    """Complete a task: who may, form check, engine step and record, in one transaction.

    Completing claims where nobody has. Raises NotFound, Conflict (done, held by another, on hold), Stale (`seen` is an
    older version), Invalid (faults by field). Returns the closed task.
    """
    with transaction() as s:
        task = _open_task(s, task_id, by=by, seen=seen, entering=True)
        if not is_open_to(task, by):
            raise _held_by_another(task)
        entry = entry_for(task, by)
        _check_not_on_hold(s, task)
        _must_be_another(task, by)
        clean = checked(task.form, answers, given=task.given)
        if entry is not None:
            clean[ENTERED] = dict(entry)
        complete_user_task(
            s,
            task.running,
            by=by,
            trigger=Trigger(
                "user", task.element, task.occurrence, task.id, task.task, answers=clean, behalf=behalf(task, by)
            ),
        )
        if task.drafted:
            drafts.drop_all(s, f"task:{task_id}")
        return task


def checked(form: Form, answers: Mapping[str, Any], *, given: Mapping[str, Any]) -> dict[str, Any]:
    """Check answers against a form; Invalid names every field."""
    try:
        return check(form, answers, today=clock.today(), given=given)
    except Rejected as rejected:
        n = len(rejected.errors)
        raise Invalid(
            f"Chưa ghi được: còn {n} chỗ cần sửa.",
            f"Not saved: {how_many(n, 'field')} to mend.",
            faults=[FieldFault(e.path, e.message, e.message_en) for e in rejected.errors],
        ) from None


def _find(s: Session, task_id: int, *, lock: bool = False) -> Task:
    row = s.connection().execute(_FIND_LOCKED if lock else _FIND, {"the_id": task_id}).one_or_none()
    if row is None:
        raise _unknown()
    return Task(*(*row[: len(_TASK)], running_of(row[len(_TASK) :])))


def _open_task(s: Session, task_id: int, *, by: Actor, seen: int | None, entering: bool = False) -> Task:
    task = _find(s, task_id, lock=True)
    entry = entry_for(task, by) if entering else None
    if entry is not None and "paper" not in entry:
        raise _paper_missing(entry)
    if not may_act(task, by) and by.account != task.closed_by and entry is None:
        if kind_of(task.running).may_read(by, task.running) and is_kept_away(task, by):
            raise Forbidden(*own_case.refusal(task.running, by.within(task.process), task.groups), code="own-case")
        raise _unknown(there=True)
    _must_be_open(task)
    _check_version(task, seen)
    return task


def _must_be_open(task: Task) -> None:
    if task.state == "done":
        raise Conflict(
            f"{_name(task.closed_by)} đã xử lý việc này lúc {_clock_time(task.closed_at)}.",
            f"{_name(task.closed_by)} completed this task at {_clock_time(task.closed_at)}.",
            code="task-done",
        )
    if task.state != "open":
        raise Conflict(
            "Việc này không còn: hồ sơ đã chuyển sang bước khác.",
            "This task is gone: the case has moved elsewhere.",
            code="task-gone",
        )


def _check_version(task: Task, seen: int | None) -> None:
    if seen is not None and seen != task.version:
        who = f" {_name(task.owner)} đang giữ việc." if task.owner else ""
        who_en = f" {_name(task.owner)} holds it now." if task.owner else ""
        raise Stale(
            f"Việc này đã thay đổi sau khi bạn mở trang.{who} Tải lại trang để xem; nội dung đã nhập vẫn còn.",
            f"This task changed after you opened it.{who_en} Reload to see; what you typed is kept.",
        )


def _check_not_on_hold(s: Session, task: Task) -> None:
    pausing = kind_of(task.running).pausing
    if task.element in pausing:
        return
    if task.running.holds:
        raise Conflict(
            "Hồ sơ đang tạm dừng xem xét. Xử lý tiếp khi có kết luận.",
            "The case is on hold; go on once there is a conclusion.",
            code="on-hold",
        )
    if not pausing:
        return
    stopping = s.scalars(
        select(Activity).where(
            Activity.instance_id == task.running.id, Activity.state == "open", Activity.element.in_(pausing)
        )
    ).first()
    if stopping is not None and stopping.deployment_id is not None:
        name = definition_of(stopping.deployment_id).elements[stopping.element].name
        raise Conflict(
            f"Hồ sơ đang chờ một bước khác: {name}. Xử lý tiếp khi bước đó xong.",
            f"The case waits for another step, {stopping.element}; go on once it is done.",
            code="paused",
        )


def _paper_missing(entry: Mapping[str, str]) -> Conflict:
    return Conflict(
        f"Việc này của {entry['for_unit']}. Ghi văn bản đến của đơn vị (số, ngày, bản chụp) trên trang hồ sơ của đơn vị, "
        "rồi nhập thay.",
        f"This is {entry['for_unit']}'s. Take the unit's incoming paper (number, date, scan) on its submission, then enter it.",
        code="paper-missing",
    )


def _held_by_another(task: Task) -> Conflict:
    return Conflict(
        f"{_name(task.owner)} đang giữ việc này. Bạn xem được, chưa xử lý được.",
        f"{_name(task.owner)} holds this task. You may look, but not act.",
        code="task-claimed",
    )


def _must_be_another(task: Task, by: Actor) -> None:
    if is_another_to_do(task, by):
        raise Forbidden(
            "Bạn, hoặc người mà bạn xử lý thay, đã xử lý bước trước của hồ sơ này nên không xử lý bước này. Việc này của người khác.",
            "You, or the person in whose place you act, did an earlier step of this case, so this step is somebody else's.",
            code="same-person",
        )


def _move(s: Session, task: Task, *, owner: int | None) -> None:
    s.execute(
        update(Activity)
        .where(Activity.id == task.id)
        .values(
            owner=owner,
            version=Activity.version + 1,
            follow_at=None,  # the date was the last holder's own
            unclaimed_at=reminders.unclaimed_moment(task.attrs, clock.now(), working_calendar()) if owner is None else None,
        )
    )


def _name(account: int | None) -> str:
    return next(iter(people.names([account]).values()), "Người khác") if account else "Người khác"


def _clock_time(moment: datetime | None) -> str:
    return f"{moment.astimezone(ZONE):%H:%M %d/%m/%Y}" if moment else ""


def _stream(task: Task) -> str:
    return f"instance:{task.running.id}"


def _unknown(*, there: bool = False) -> NotFound:
    return (Withheld if there else NotFound)(
        "Không có việc này, hoặc việc không thuộc bạn.", "There is no such task, or it is not yours."
    )
