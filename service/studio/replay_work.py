"""The work of a replay, page by page: what was judged stands at once, so that a stopped run goes on where it was."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence

import structlog
from sqlalchemy import func, insert, select, update

from service import clock
from service.db import reading, table_of, transaction
from service.processes.models import Deployment, ProcessInstance
from service.studio.replay_models import ReplayLine, ReplayRun
from service.studio.replaying import Judged, Replayer

PAGE = 250
"""Instances that are read, judged and written at once."""

log = structlog.get_logger(__name__)


def packed(files: Mapping[str, bytes]) -> bytes:
    """The files of a bundle as one value."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name), data)
    return content.getvalue()


def unpacked(content: bytes) -> dict[str, bytes]:
    """The files of a run's bundle."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def replayer_of(run: ReplayRun) -> Replayer:
    """What judges instances against the bundle of a run; inside a reading."""
    return Replayer(unpacked(run.bundle), run.key, run.asked_at)


def work(run_id: int) -> None:
    """Judge what a run has not judged yet, until it is done, cancelled or failed."""
    try:
        with reading() as s:
            replayer = replayer_of(s.get_one(ReplayRun, run_id))
        while _do_page(run_id, replayer):
            pass
    except Exception as error:
        log.exception("a replay stopped", run=run_id)
        _end(run_id, "failed", f"{type(error).__name__}: {error}"[:500])
        raise


def _do_page(run_id: int, replayer: Replayer) -> bool:
    with reading() as s:
        run = s.get_one(ReplayRun, run_id)
        if run.state != "running":
            return False
        last = s.execute(select(func.max(ReplayLine.instance_id)).where(ReplayLine.run_id == run_id)).scalar() or 0
        ids = list(
            s.scalars(
                select(ProcessInstance.id)
                .join(Deployment, Deployment.id == ProcessInstance.deployment_id)
                .where(Deployment.key == run.key, ProcessInstance.id > last, ProcessInstance.started_at <= run.asked_at)
                .order_by(ProcessInstance.id)
                .limit(PAGE)
            )
        )
        paths = run.paths
    if not ids:
        _end(run_id, "done")
        return False
    before = replayer.paths
    _keep(run_id, replayer.judge_all(ids), paths + replayer.paths - before)
    return True


def _keep(run_id: int, found: Sequence[Judged], paths: int) -> None:
    counts = Counter[str](one.verdict.word for one in found)
    with transaction() as s:
        run = s.scalars(select(ReplayRun).where(ReplayRun.id == run_id).with_for_update()).one()
        s.execute(
            insert(table_of(ReplayLine)),
            [
                {
                    "run_id": run_id, "instance_id": one.instance, "word": one.verdict.word,
                    "element": one.verdict.element[:60], "why": one.verdict.why, "message": one.verdict.message,
                    "message_en": one.verdict.message_en, "outcome_then": one.then, "outcome_now": one.now,
                }
                for one in found
            ],
        )
        run.counts = dict(Counter(run.counts) + counts)
        run.done += len(found)
        run.total = max(run.total, run.done)
        run.paths = paths
        run.moved_at = clock.unmoved()


def _end(run_id: int, state: str, error: str = "") -> None:
    with transaction() as s:
        s.execute(
            update(ReplayRun)
            .where(ReplayRun.id == run_id, ReplayRun.state == "running")
            .values(state=state, error=error, ended_at=clock.now(), moved_at=clock.unmoved())
        )
