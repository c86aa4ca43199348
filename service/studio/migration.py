"""Migration of waiting instances to another version: dry run, batches with progress, pause, stop and undo.

A batch is rows and a job: each instance is moved in a transaction of its own under its lock, and a closed browser
stops nothing. What one instance's move means stands in `moving`; whether it can go, in `workflows.migration`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service import clock, jobs, people, trail
from service.actor import Actor, machine
from service.db import let_go, reading, transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from service.processes import enactments
from service.processes.cases import kind_named
from service.processes.deployments import definition_of, files_of, version_of
from service.processes.effects import tell_together
from service.processes.models import Deployment, ProcessInstance
from service.processes.running import UNREADABLE, lock_instance
from service.studio.migration_models import Migration, MigrationLine
from service.studio.moving import TO_TELL, MovedOn, carry, carry_back
from service.studio.register_words import told_changes
from workflows import engine
from workflows.codec import UnreadableState
from workflows.definition import Definition
from workflows.migration import DROPPED, CannotMigrate, Proposal, Reason, plan, propose

log = structlog.get_logger(__name__)

RIGHT = "instance.migrate"
LOOKED_AT = 2_000
"""Instances that one dry run looks at; the page says how many are left."""
A_JOB = 20
"""Instances that one job moves before it lets others have their turn."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a dry run says of one instance."""

    instance: int
    case_key: str | None
    title: str
    stands_at: tuple[str, ...]
    """Elements that are open now."""
    reasons: tuple[Reason, ...]

    @property
    def can_go(self) -> bool:
        return not self.reasons


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a migration would do; nothing is changed by looking."""

    looked: tuple[Looked, ...]
    left: int
    """Instances that were not looked at, beyond `LOOKED_AT`."""
    proposals: tuple[Proposal, ...]
    """Mappings that the two diagrams suggest."""
    gone: tuple[str, ...]
    """Elements and called processes at which an instance waits and which the other version lacks, mapped or not."""

    warnings: tuple[Reason, ...] = ()
    """What stops nobody and should be looked at: elements that the service itself knows by ids that are gone."""

    @property
    def can_go(self) -> int:
        return sum(one.can_go for one in self.looked)


@dataclass(frozen=True, slots=True)
class Progress:
    """A batch as it stands."""

    id: int
    from_id: int
    to_id: int
    mapping: Mapping[str, str]
    reason: str
    state: str
    undoing: bool
    made_at: datetime
    made_by: int | None
    undone_by: int | None
    """Who asked last that they go back, and why."""
    undo_reason: str
    ended_at: datetime | None
    counts: Mapping[str, int]
    """Lines by state."""
    can_go_back: int
    """Lines that an undo would try."""

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def settled(self) -> int:
        """Lines that need nothing more."""
        return self.total - self.counts.get("waiting", 0) - (self.counts.get("moved", 0) if self.undoing else 0)


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one instance of a batch."""

    instance: int
    case_key: str | None
    title: str
    state: str
    reasons: tuple[Reason, ...]
    settled_at: datetime | None


# -- looking


def look(
    from_id: int, to_id: int, mapping: Mapping[str, str], *, by: Actor, instances: Collection[int] | None = None
) -> DryRun:
    """Say of each waiting instance of a version, or of the chosen ones, whether it can go to another version and why not."""
    people.require(by, RIGHT)
    with reading() as s:
        _two_versions(s, from_id, to_id)
        never_used = () if enactments.was_used(to_id) else (Reason("", "not-in-use", *_NOT_IN_USE),)
        query = _waiting(from_id, instances)
        total = s.execute(select(func.count()).select_from(query.subquery())).scalar_one()
        rows = s.execute(
            query.add_columns(
                ProcessInstance.case_key, ProcessInstance.title, ProcessInstance.state, ProcessInstance.excluded
            ).limit(LOOKED_AT)
        ).all()
    older, newer = definition_of(from_id), definition_of(to_id)
    looked, gone = [], set[str]()
    for row in rows:
        reasons: tuple[Reason, ...]
        try:
            live = engine.restore(older, bytes(row.state))
        except UnreadableState:
            reasons, here = (_UNREADABLE,), []
        else:
            reasons = plan(live, newer, mapping).reasons
            if by.account is not None and by.account in row.excluded:
                reasons = (Reason("", "own-case", *_OWN_CASE), *reasons)
            here = [opened.element for opened in engine.waits(live)]
            gone.update(e for e in (*here, *engine.marks(live).open_calls) if e not in newer.elements)
            gone.update({older.elements[e].process for e in here} - set(newer.processes))
        looked.append(Looked(row.id, row.case_key, row.title, tuple(here), (*never_used, *reasons)))
    order = [*older.processes, *older.elements]
    return DryRun(
        tuple(looked), max(0, total - len(rows)), propose(older, newer),
        tuple(sorted(gone, key=lambda e: order.index(e) if e in order else len(order))),
        (*_unknown_to_code({(row.case_key or "").partition(":")[0] for row in rows}, older, newer, mapping),
         *_read_otherwise(from_id, to_id, older.main)),
    )


def _read_otherwise(from_id: int, to_id: int, main: str) -> Iterable[Reason]:
    """What the other version's register says otherwise of who reads a matter and what is private: that goes for what is moved."""
    for one in told_changes(files_of(from_id), files_of(to_id), main):
        yield Reason("", "register", f"Việc được chuyển: {one.message}", f"For matters that are moved: {one.message_en}")


def matter_numbers(matters: Collection[int]) -> dict[int, str]:
    """The numbers of these matters as they are written, `ĐKN 12/2026`, with whose they are."""
    keys = {f"matter:{number}": number for number in matters}
    with reading() as s:
        rows = s.execute(select(ProcessInstance.case_key, ProcessInstance.about).where(ProcessInstance.case_key.in_(keys))).all()
    return {keys[key]: about for key, about in rows if key and about}


def _unknown_to_code(words: Collection[str], older: Definition, newer: Definition, mapping: Mapping[str, str]) -> Iterable[Reason]:
    """Elements that the code of these case kinds knows by id and that are in the newer diagram under no id that it knows."""
    named = {element for word in words for element in kind_named(word).named()}
    for key, element in older.elements.items():
        if key in named and key not in newer.elements and mapping.get(key) not in named:
            yield Reason(
                key, "known-to-code",
                f"Phần mềm nhận ra bước “{element.name}” bằng mã {key} (danh sách, biểu mẫu, thống kê); ở mã khác thì các việc ấy "
                "không chạy. Giữ mã cũ trong sơ đồ mới.",
                f"The service knows “{element.name}” by its id {key} (lists, forms, figures), and does none of that under another "
                "one; keep the id in the newer diagram.",
            )


_UNREADABLE = Reason("", "unreadable", *UNREADABLE)


_NOT_IN_USE = (
    "Phiên bản đích chưa từng được dùng (chưa xác nhận, bị từ chối hoặc chưa đến ngày); đưa vào dùng trước rồi mới chuyển hồ sơ.",
    "The target was never in use (not confirmed, refused, or its day has not come); put it into use first, then move.",
)


def _waiting(from_id: int, instances: Collection[int] | None) -> Any:
    query = (
        select(ProcessInstance.id)
        .where(ProcessInstance.deployment_id == from_id, ProcessInstance.status != "ended")
        .order_by(ProcessInstance.id)
    )
    return query if instances is None else query.where(ProcessInstance.id.in_(sorted(instances)))


def _two_versions(s: Session, from_id: int, to_id: int) -> tuple[Deployment, Deployment]:
    found = {row.id: row for row in s.scalars(select(Deployment).where(Deployment.id.in_([from_id, to_id])))}
    if from_id not in found or to_id not in found:
        raise NotFound("Không có phiên bản quy trình này.", "There is no such deployment.")
    if from_id == to_id or found[from_id].key != found[to_id].key:
        raise Invalid.at(
            "to", "Chọn một phiên bản khác của cùng quy trình.", "Choose another version of the same process.",
            code="not-another-version",
        )
    return found[from_id], found[to_id]


def _check_mapping(from_id: int, to_id: int, mapping: Mapping[str, str]) -> None:
    older, newer = definition_of(from_id), definition_of(to_id)
    for old, new in mapping.items():
        there = new == DROPPED or new in newer.elements or new in newer.processes
        if old not in older.elements and old not in older.processes or not there:
            raise Invalid.at(
                "mapping", f"Phần ghép “{old}” → “{new}” có mã không có trong sơ đồ.",
                f"The mapping “{old}” → “{new}” names an id that is not in the diagram.", code="bad-mapping",
            )


# -- batches


def begin(
    from_id: int,
    to_id: int,
    mapping: Mapping[str, str],
    reason: str,
    *,
    by: Actor,
    instances: Collection[int] | None = None,
) -> int:
    """Begin to move waiting instances, all or the chosen ones, and return the batch; the worker does it.

    Raises Invalid, Conflict while another batch of this version is under way and for a target that was never in use:
    what a second person has not confirmed takes no instance, an older version that was in use does.
    """
    people.require(by, RIGHT)
    _must_say_why(reason)
    if instances is not None and not instances:
        raise Invalid.at(
            "instance", "Chưa đánh dấu hồ sơ nào; đánh dấu hồ sơ ở bảng, hoặc chọn tất cả.",
            "No case is ticked; tick some in the table, or choose all of them.", code="none-chosen",
        )
    with transaction() as s:
        _two_versions(s, from_id, to_id)
        s.execute(select(Deployment.id).where(Deployment.id == from_id).with_for_update()).one()
        _check_mapping(from_id, to_id, mapping)
        if not enactments.was_used(to_id):
            raise Conflict(*_NOT_IN_USE, code="not-in-use")
        if s.scalars(
            select(Migration.id).where(Migration.from_id == from_id, Migration.state.in_(("running", "paused")))
        ).first():
            raise Conflict(
                "Đang có một đợt chuyển hồ sơ của phiên bản này; chờ xong hoặc dừng đợt đó.",
                "Instances of this version are being moved already; wait, or stop that migration.", code="migration-running",
            )
        chosen = list(s.scalars(_waiting(from_id, instances)))
        if not chosen and instances is not None:
            raise Conflict(
                "Các hồ sơ đã đánh dấu không còn chờ ở phiên bản này; xem lại danh sách.",
                "The cases that were ticked wait in this version no more; look at the list again.", code="none-waiting",
            )
        if not chosen:
            raise Conflict(
                "Không có hồ sơ nào của phiên bản này đang chờ.", "No instance of this version is waiting.", code="none-waiting"
            )
        row = Migration(
            from_id=from_id, to_id=to_id, mapping=dict(mapping), reason=reason.strip(), state="running", undoing=False,
            made_at=clock.now(), made_by=by.account,
        )
        s.add(row)
        s.flush()
        s.add_all(MigrationLine(migration_id=row.id, instance_id=i, state="waiting", reasons=[], rows=[]) for i in chosen)
        _tell(row, "migration:begun", by, {"count": len(chosen), "to": version_of(to_id)}, reason)
        _ask_worker(row.id)
        return row.id


def pause(number: int, *, by: Actor) -> None:
    """Let a batch rest after the instance that is being moved."""
    _turn(number, by, ("running",), "paused", "migration:paused")


def go_on(number: int, *, by: Actor) -> None:
    """Let a paused batch go on."""
    _turn(number, by, ("paused",), "running", "migration:resumed")


def stop(number: int, *, by: Actor) -> None:
    """End a batch where it is: what was moved stays moved, the rest stays."""
    _turn(number, by, ("running", "paused"), "stopped", "migration:stopped")


def undo(number: int, reason: str, *, by: Actor) -> None:
    """Move the instances of a batch back, each if nothing has moved on in it since; the worker does it.

    It is the act of who asks for it. It can be asked again while some could go back: after a stop, or where the one who
    asked before was kept away from a case. Raises Conflict.
    """
    people.require(by, RIGHT)
    _must_say_why(reason)
    with transaction() as s:
        row = _locked(s, number)
        if row.state not in ("ended", "stopped"):
            raise _too_late()
        again = update(MigrationLine).where(MigrationLine.migration_id == number, _CAN_GO_BACK).values(state="moved", reasons=[])
        if not s.execute(again.returning(MigrationLine.instance_id)).first():
            raise Conflict(
                "Đợt này không còn hồ sơ nào để đưa trở lại.", "There is no instance of this migration to move back.",
                code="none-moved",
            )
        row.state, row.undoing, row.ended_at = "running", True, None
        row.undone_by, row.undo_reason = by.account, reason.strip()
        _tell(row, "migration:undoing", by, {"to": version_of(row.from_id)}, reason)
        _ask_worker(number)


_CAN_GO_BACK = MigrationLine.state.in_(("moved", "kept")) & MigrationLine.before.is_not(None)
"""Of one that has moved on, the state before was dropped."""


def _turn(number: int, by: Actor, before: Sequence[str], after: str, kind: str) -> None:
    people.require(by, RIGHT)
    with transaction() as s:
        row = _locked(s, number)
        if row.state not in before:
            raise _too_late()
        row.state = after
        if after == "stopped":
            row.ended_at = clock.now()
        _tell(row, kind, by, {}, None)
        if after == "running":
            _ask_worker(number)
        else:
            _ask_to_tell(number)


def _too_late() -> Conflict:
    return Conflict(
        "Đợt chuyển đã sang trạng thái khác; tải lại trang để xem.", "The migration stands otherwise by now; reload to see.",
        code="migration-moved",
    )


def _must_say_why(reason: str) -> None:
    if not reason.strip():
        raise Invalid.at("reason", "Ghi lý do chuyển phiên bản.", "Say why the instances are moved.")


def _locked(s: Session, number: int) -> Migration:
    row = s.scalars(
        select(Migration).where(Migration.id == number).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound("Không có đợt chuyển phiên bản này.", "There is no such migration.")
    return row


def _tell(row: Migration, kind: str, by: Actor, body: Mapping[str, Any], reason: str | None) -> None:
    trail.record(
        kind, by=by, stream=f"migration:{row.id}", body=body, reason=reason, deployment=row.to_id
    )


def _ask_worker(number: int) -> None:
    jobs.enqueue("studio.migrate", {"migration": number})


def _ask_to_tell(number: int) -> None:
    jobs.enqueue("studio.tell_moved", {"migration": number})


# -- the worker's part


def _gave_up(job: jobs.Job, error: str) -> None:
    """What the worker cannot do at all rests until somebody lets it go on."""
    with transaction() as s:
        row = _locked(s, int(job.payload["migration"]))
        if row.state == "running":
            row.state = "paused"
            _tell(row, "migration:paused", machine("worker"), {}, None)
            _ask_to_tell(row.id)


@jobs.handler("studio.migrate", gave_up=_gave_up)
def _work(job: jobs.Job) -> None:
    """Settle some lines of a batch, then ask for another turn; idempotent, as a settled line is never taken again."""
    number = int(job.payload["migration"])
    for _ in range(A_JOB):
        if not _settle_next(number):
            return
    with transaction():
        _ask_worker(number)


@jobs.handler("studio.tell_moved")
def _tell_people(job: jobs.Job) -> None:
    """Tell people of the tasks that a batch brought, once it rests or is through: a letter a person and step, not one a case.

    Of a task that merely stands in another version now nobody is told.
    """
    number = int(job.payload["migration"])
    with transaction() as s:
        row = _locked(s, number)
        there = MigrationLine.state.in_(("moved", "kept"))
        lines = s.scalars(
            select(MigrationLine).where(MigrationLine.migration_id == number, there).order_by(MigrationLine.instance_id)
        ).all()
        brought = [(line, one["task"]) for line in lines for one in line.rows if one["table"] == TO_TELL]
        if not brought:
            return
        title = f"{definition_of(row.to_id).name}, phiên bản {version_of(row.to_id)}"
        letters = tell_together([(line.instance_id, task) for line, task in brought], f"migration:{number}", title)
        for line, _task in brought:
            line.rows = [one for one in line.rows if one["table"] != TO_TELL]
        _tell(row, "migration:told", machine("worker"), {"count": len(brought), "letters": letters}, None)


def _settle_next(number: int) -> bool:
    """Move or move back the next instance; False where the batch rests, was stopped, or is through."""
    with reading() as s:
        row = s.get(Migration, number)
        if row is None or row.state != "running":
            return False
        undoing = row.undoing
        instance = s.scalars(
            select(MigrationLine.instance_id)
            .where(MigrationLine.migration_id == number, MigrationLine.state == ("moved" if undoing else "waiting"))
            .order_by(MigrationLine.instance_id)
        ).first()
    if instance is None:
        _end(number)
        return False
    try:
        with transaction() as s:
            _settle(s, number, instance, undoing)
    except Refusal as refused:
        _note(number, instance, undoing, (Reason("", refused.code, refused.message, refused.message_en),))
    except CannotMigrate as cannot:
        _note(number, instance, undoing, cannot.verdict.reasons)
    except MovedOn:
        _note(number, instance, undoing, (_MOVED_ON,), final=True)
    except UnreadableState:
        _note(number, instance, undoing, (_UNREADABLE,))
    except DBAPIError:
        raise  # the database was busy or away: the job comes again
    except Exception as error:  # one broken instance must not keep the others waiting
        log.exception("instance not moved", migration=number, instance=instance)
        _note(number, instance, undoing, (_BROKEN, Reason("", type(error).__name__, str(error)[:200], str(error)[:200])))
    return True


_BROKEN = Reason(
    "", "broken", "Hồ sơ không chuyển được do lỗi của hệ thống; giữ nguyên và báo quản trị kỹ thuật.",
    "The instance could not be moved because of a fault of the service; it stays, tell whoever operates it.",
)
_OWN_CASE = (
    "Hồ sơ này liên quan đến người chuyển; người khác chuyển hồ sơ này.",
    "This case concerns whoever began the migration; somebody else moves it.",
)
_MOVED_ON = Reason(
    "", "moved-on", "Hồ sơ đã đi tiếp sau khi chuyển phiên bản nên không đưa trở lại được.",
    "The instance has gone on since it was moved; it cannot be moved back.",
)


def _settle(s: Session, number: int, instance: int, undoing: bool) -> None:
    """Move one instance or move it back, its lock first; a batch that was paused or settled meanwhile changes nothing."""
    running = lock_instance(s, instance)
    row = s.get_one(Migration, number, populate_existing=True)
    line = s.get_one(MigrationLine, (number, instance), populate_existing=True)
    if row.state != "running" or row.undoing != undoing or line.state != ("moved" if undoing else "waiting"):
        return
    by = _actor_of(row)
    if by.account is not None and by.account in running.excluded:
        raise Forbidden(*_OWN_CASE, code="own-case")
    if undoing:
        before = s.execute(
            select(MigrationLine.before).where(MigrationLine.migration_id == number, MigrationLine.instance_id == instance)
        ).scalar()
        if line.version != running.version or before is None:
            raise MovedOn
        carry_back(s, running, row.from_id, bytes(before), line.rows, by=by, reason=row.undo_reason)
        line.state, line.before = "undone", None
    else:
        if running.status == "ended" or running.deployment_id != row.from_id:
            raise Conflict(
                "Hồ sơ đã kết thúc hoặc đã ở phiên bản khác.", "The instance has ended, or stands in another version by now.",
                code="stands-elsewhere",
            )
        state, rows = carry(s, running, row.to_id, row.mapping, by=by, reason=row.reason)
        line.state, line.before, line.rows, line.version = "moved", state, rows, running.version + 1
        line.moved_at = clock.now()
    line.settled_at = clock.now()


def _actor_of(row: Migration) -> Actor:
    """Who began it, or asked that they go back: each move is that person's act, done by the worker."""
    account = row.undone_by if row.undoing else row.made_by
    if account is None:
        return machine("worker")
    return Actor(account=account, login="", name="", door="worker")


def _note(number: int, instance: int, undoing: bool, reasons: Iterable[Reason], *, final: bool = False) -> None:
    """Say of an instance why it stays, unless somebody else settled its line, or the batch turned, in the meantime."""
    with transaction() as s:
        turned = _locked(s, number).undoing != undoing
        line = s.scalars(
            select(MigrationLine)
            .where(MigrationLine.migration_id == number, MigrationLine.instance_id == instance)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one()
        if turned or line.state != ("moved" if undoing else "waiting"):
            return
        line.state = "kept" if undoing else "refused"
        if final:
            line.before = None
        line.reasons = [asdict(reason) for reason in reasons]
        line.settled_at = clock.now()
        trail.record(
            "migration:settled", by=machine("worker"), stream=f"migration:{number}",
            body={"result": line.state, "instance": instance, "code": line.reasons[0]["code"]},
        )


def _end(number: int) -> None:
    with transaction() as s:
        row = _locked(s, number)
        if row.state != "running":
            return
        row.state, row.ended_at = "ended", clock.now()
        _ask_to_tell(number)
        counts = _counts(s, [number]).get(number, {})
        _tell(
            row, "migration:ended", machine("worker"),
            {"moved": counts.get("moved", 0), "refused": counts.get("refused", 0) + counts.get("kept", 0),
             "undone": counts.get("undone", 0)},
            None,
        )


# -- reading


def _counts(s: Session, numbers: Sequence[int]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    for number, state, n in s.execute(
        select(MigrationLine.migration_id, MigrationLine.state, func.count())
        .where(MigrationLine.migration_id.in_(numbers))
        .group_by(MigrationLine.migration_id, MigrationLine.state)
    ):
        found.setdefault(number, {})[state] = n
    return found


def _can_go_back(s: Session, numbers: Sequence[int]) -> dict[int, int]:
    found = (
        select(MigrationLine.migration_id, func.count())
        .where(MigrationLine.migration_id.in_(numbers), _CAN_GO_BACK)
        .group_by(MigrationLine.migration_id)
    )
    return {number: n for number, n in s.execute(found)}


def list_migrations(*, by: Actor, limit: int = 50) -> list[Progress]:
    """The newest batches with their progress, for who may read all running processes."""
    people.require(by, "process.read")
    with reading() as s:
        rows = list(s.scalars(select(Migration).order_by(Migration.id.desc()).limit(limit)))
        numbers = [row.id for row in rows]
        counts, back = _counts(s, numbers), _can_go_back(s, numbers)
        return [_progress(row, counts.get(row.id, {}), back.get(row.id, 0)) for row in rows]


def read_migration(number: int, *, by: Actor) -> Progress:
    """One batch with its progress."""
    people.require(by, "process.read")
    with reading() as s:
        row = s.get(Migration, number)
        if row is None:
            raise NotFound("Không có đợt chuyển phiên bản này.", "There is no such migration.")
        let_go([row])
        return _progress(row, _counts(s, [number]).get(number, {}), _can_go_back(s, [number]).get(number, 0))


def _progress(row: Migration, counts: Mapping[str, int], can_go_back: int) -> Progress:
    return Progress(
        row.id, row.from_id, row.to_id, row.mapping, row.reason, row.state, row.undoing, row.made_at, row.made_by,
        row.undone_by, row.undo_reason, row.ended_at, counts, can_go_back,
    )


def lines_of(number: int, *, by: Actor, limit: int = LOOKED_AT) -> list[Line]:
    """What became of the instances of a batch, those that could not go first."""
    people.require(by, "process.read")
    with reading() as s:
        rows = s.execute(
            select(MigrationLine, ProcessInstance.case_key, ProcessInstance.title)
            .join(ProcessInstance, ProcessInstance.id == MigrationLine.instance_id)
            .where(MigrationLine.migration_id == number)
            .order_by(MigrationLine.instance_id)
            .limit(limit)
        ).all()
        found = [
            Line(line.instance_id, case_key, title, line.state, tuple(Reason(**r) for r in line.reasons), line.settled_at)
            for line, case_key, title in rows
        ]
    return sorted(found, key=lambda one: (one.state not in ("refused", "kept"), one.instance))
