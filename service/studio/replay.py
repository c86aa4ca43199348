"""Replays as acts: asked for, cancelled, gone on with, read; what a deployment cites as its effect.

The work itself is done by a process of its own (`replay_process`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from service import clock, people, trail
from service.actor import Actor
from service.db import after_commit, let_go, reading, transaction
from service.errors import Conflict, NotFound
from service.processes.deployments import digest_of, invalid_bundle
from service.processes.models import Deployment, Enactment, ProcessInstance
from service.studio import replay_process
from service.studio.records import read_records
from service.studio.replay_models import ReplayLine, ReplayRun
from service.studio.replay_work import packed, replayer_of, unpacked
from service.studio.replaying import Both
from workflows.definition import read_definition
from workflows.problems import Problems
from workflows.replay import WORDS

RIGHT = "deployment.deploy"
KEPT = 10
"""Runs of a process that are kept besides those that a deployment cites."""
_STILL = timedelta(seconds=60)
"""A run that has not gone on for this long was stopped with its process; a page takes a second or two."""


@dataclass(frozen=True, slots=True)
class Effects:
    """What a bundle would do to the past instances of its process: how many are the same, differ and so on."""

    run: int
    digest: str
    finished: bool
    total: int
    counts: Mapping[str, int]

    @property
    def changed(self) -> int:
        """Instances that would not have gone just as they went."""
        return sum(n for word, n in self.counts.items() if word not in ("same", "cannot"))


@dataclass(frozen=True, slots=True)
class Line:
    """One instance of a run, with its name."""

    instance: int
    title: str
    about: str
    word: str
    element: str
    why: str
    message: str
    message_en: str
    then: str | None
    now: str | None


def start_replay(
    files: Mapping[str, bytes], main: str, *, by: Actor, draft: int | None = None, title: str = ""
) -> ReplayRun:
    """Begin to run every past instance of a process again on a bundle; gives the one under way for the same bundle.

    Raises Forbidden, Invalid for a bundle that cannot be read, Conflict while another of this process runs.
    """
    people.require(by, RIGHT)
    try:
        definition = read_definition(files, main=main)
    except Problems as found:
        raise invalid_bundle(found) from None
    digest = digest_of(files)
    with transaction() as s:
        under_way = s.scalars(
            select(ReplayRun).where(ReplayRun.key == main, ReplayRun.state == "running").with_for_update()
        ).first()
        if under_way is not None and not is_stopped(under_way):
            if under_way.digest == digest:
                let_go([under_way])
                return under_way
            raise Conflict(
                "Đang chạy lại một bản soạn khác của quy trình này. Chờ xong, hoặc dừng lần đó.",
                "Another draft of this process is being replayed; wait for it, or cancel it.",
                code="replay-under-way",
            )
        if under_way is not None:
            under_way.state = "cancelled"
        total = s.scalar(
            select(func.count())
            .select_from(ProcessInstance)
            .join(Deployment, Deployment.id == ProcessInstance.deployment_id)
            .where(Deployment.key == main)
        )
        run = ReplayRun(
            key=main, draft_id=draft, title=title or definition.name, digest=digest, bundle=packed(files), state="running",
            total=total or 0, done=0, paths=0, counts={}, asked_at=clock.now(), asked_by=by.account,
            moved_at=clock.unmoved(),
        )
        s.add(run)
        s.flush()
        _prune(s, main)
        trail.record(
            "replay:begun", by=by, stream=f"replay:{run.id}", body={"process": run.title, "count": run.total, "digest": digest}
        )
        _start_after_commit(run.id)
    let_go([run])
    return run


def _prune(s: Session, key: str) -> None:
    """Let go of the older runs of a process with their lines; one that a deployment cites stays as long as that does."""
    older = s.scalars(
        select(ReplayRun.id).where(ReplayRun.key == key, ReplayRun.state != "running").order_by(ReplayRun.id.desc()).offset(KEPT - 1)
    ).all()
    cited = {effects.get("run") for effects in s.scalars(select(Enactment.effects))} if older else set()
    gone = [run for run in older if run not in cited]
    if gone:
        s.execute(delete(ReplayLine).where(ReplayLine.run_id.in_(gone)))
        s.execute(delete(ReplayRun).where(ReplayRun.id.in_(gone)))


def cancel_replay(run_id: int, *, by: Actor) -> None:
    """Stop a run after the page it is at; what was judged stays. One that has ended stays as it is."""
    people.require(by, RIGHT)
    with transaction() as s:
        run = s.scalars(select(ReplayRun).where(ReplayRun.id == run_id).with_for_update()).one_or_none()
        if run is None:
            raise _unknown()
        if run.state == "running":
            run.state, run.ended_at = "cancelled", clock.now()
            trail.record("replay:cancelled", by=by, stream=f"replay:{run_id}", body={"process": run.title, "count": run.done})


def resume_replay(run_id: int, *, by: Actor) -> None:
    """Go on with a run that was cancelled, failed or stopped with the service, where it was."""
    people.require(by, RIGHT)
    with transaction() as s:
        run = s.scalars(select(ReplayRun).where(ReplayRun.id == run_id).with_for_update()).one_or_none()
        if run is None:
            raise _unknown()
        if run.state == "done" or run.state == "running" and not is_stopped(run):
            return
        run.state, run.error, run.ended_at, run.moved_at = "running", "", None, clock.unmoved()
        trail.record("replay:resumed", by=by, stream=f"replay:{run_id}", body={"process": run.title, "count": run.done})
        _start_after_commit(run_id)


def _start_after_commit(run: int) -> None:
    settings, make_app = current_app.extensions["settings"], current_app.extensions["make_app"]
    after_commit(lambda: replay_process.start(run, settings, make_app))


def is_stopped(run: ReplayRun) -> bool:
    """Whether a run was stopped on its way without a word."""
    return run.state == "running" and clock.unmoved() - run.moved_at > _STILL


def list_runs(*, by: Actor, key: str = "") -> list[ReplayRun]:
    """Runs, the newest first, at most a hundred."""
    people.require(by, "replay.read")
    with reading() as s:
        query = select(ReplayRun).order_by(ReplayRun.id.desc()).limit(100)
        rows = list(s.scalars(query.where(ReplayRun.key == key) if key else query))
        let_go(rows)
        return rows


def read_run(run_id: int, *, by: Actor) -> ReplayRun:
    """One run; NotFound, Forbidden."""
    people.require(by, "replay.read")
    with reading() as s:
        row = s.get(ReplayRun, run_id)
        if row is None:
            raise _unknown()
        let_go([row])
        return row


def bundle_of(run_id: int) -> dict[str, bytes]:
    """The files that a run was made on; NotFound."""
    with reading() as s:
        row = s.get(ReplayRun, run_id)
        if row is None:
            raise _unknown()
        return unpacked(row.bundle)


def deployment_of(instance: int) -> int:
    """The version that an instance runs or ran on."""
    with reading() as s:
        return s.execute(select(ProcessInstance.deployment_id).where(ProcessInstance.id == instance)).scalar_one()


def effects(run_id: int) -> Effects:
    """The summary of a run, for the deployment that cites it; NotFound. `digest` is that of the bundle it was made for."""
    with reading() as s:
        row = s.get(ReplayRun, run_id)
        if row is None:
            raise _unknown()
        return Effects(row.id, row.digest, row.state == "done", row.total, {w: row.counts.get(w, 0) for w in WORDS})


def read_lines(
    run_id: int, *, by: Actor, word: str = "", element: str = "", first: int = 0, limit: int = 50
) -> Sequence[Line]:
    """Lines of a run, those of one verdict or at one element, in the order of their cases."""
    people.require(by, "replay.read")
    with reading() as s:
        rows = s.execute(
            select(ReplayLine, ProcessInstance.title, ProcessInstance.about)
            .join(ProcessInstance, ProcessInstance.id == ReplayLine.instance_id)
            .where(*_narrowed(run_id, word, element))
            .order_by(ReplayLine.instance_id)
            .offset(first)
            .limit(limit)
        ).all()
        return [_line(*row) for row in rows]


def count_lines(run_id: int, *, by: Actor, word: str = "", element: str = "") -> int:
    """How many lines those filters leave."""
    people.require(by, "replay.read")
    with reading() as s:
        return s.scalar(select(func.count()).select_from(ReplayLine).where(*_narrowed(run_id, word, element))) or 0


def places(run_id: int, *, by: Actor, word: str) -> list[tuple[str, int]]:
    """Elements at which lines of a verdict are told, with how many, the most first."""
    people.require(by, "replay.read")
    with reading() as s:
        found = s.execute(
            select(ReplayLine.element, func.count())
            .where(*_narrowed(run_id, word, ""), ReplayLine.element != "")
            .group_by(ReplayLine.element)
            .order_by(func.count().desc(), ReplayLine.element)
        )
        return [(element, count) for element, count in found]


def _narrowed(run_id: int, word: str, element: str) -> list[ColumnElement[bool]]:
    found = [ReplayLine.run_id == run_id]
    found += [ReplayLine.word == word] if word else []
    return found + ([ReplayLine.element == element] if element else [])


def side_by_side(run_id: int, instance: int, *, by: Actor) -> tuple[Line, Both | None]:
    """One instance of a run as it went and as it would go; None where its rows do not hold what it takes.

    It is run anew for this look. Raises NotFound for an instance that the run has not judged.
    """
    people.require(by, "replay.read")
    with reading() as s:
        run = s.get(ReplayRun, run_id)
        row = s.execute(
            select(ReplayLine, ProcessInstance.title, ProcessInstance.about)
            .join(ProcessInstance, ProcessInstance.id == ReplayLine.instance_id)
            .where(ReplayLine.run_id == run_id, ReplayLine.instance_id == instance)
        ).one_or_none()
        if run is None or row is None:
            raise _unknown()
        line, replayer = _line(*row), replayer_of(run)
    (one,) = read_records([instance])
    return line, replayer.both(one)


def _line(row: ReplayLine, title: str, about: str) -> Line:
    return Line(
        row.instance_id, title, about, row.word, row.element, row.why, row.message, row.message_en, row.outcome_then,
        row.outcome_now,
    )


def _unknown() -> NotFound:
    return NotFound("Không có lần chạy lại này.", "There is no such replay.")
