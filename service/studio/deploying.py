"""A draft becomes the process of the office: looked over, held against the past cases, put into use as one act.

What the act itself means is known in `processes.enactments`; here stands what a draft must have gone through before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from service.actor import Actor
from service.db import reading, transaction
from service.errors import Conflict, Invalid, Stale, how_many
from service.processes import deployments, enactments
from service.processes.enactments import Act
from service.processes.models import Deployment, ProcessInstance
from service.studio import drafts, replay, scenarios
from service.studio.drafts import Draft
from service.studio.replay import Effects
from service.studio.scenarios import Ran, Results
from workflows.problems import Problem


@dataclass(frozen=True, slots=True)
class Readiness:
    """What stands between a draft and its use.

    `scenarios` is None where the draft cannot be read; `effects`: the finished replay of these very bytes, if there is
    one; `past`: how many cases there are to replay; `in_use`: the version that new cases take now.
    """

    draft: Draft
    problems: Sequence[Problem]
    scenarios: Results | None
    effects: Effects | None
    past: int
    in_use: int | None

    @property
    def errors(self) -> list[Problem]:
        """Problems that stop it."""
        return [one for one in self.problems if one.severity == "error"]

    @property
    def failed(self) -> list[Ran]:
        """Scenarios that no longer end as they say."""
        return [one for one in self.scenarios.ran if not one.result.passed] if self.scenarios else []

    @property
    def replayed(self) -> bool:
        """Whether it is known what becomes of the past cases."""
        return self.effects is not None or self.past == 0


def look_over(draft: int, *, by: Actor) -> Readiness:
    """Check a draft, run its scenarios, and find what replaying said. Raises Forbidden, NotFound."""
    enactments.require_deployer(by)
    return _look_over(drafts.read_draft(draft), drafts.files_of(draft), by)


def deploy_draft(
    draft: int,
    *,
    version: int,
    by: Actor,
    note: str,
    basis: str,
    effective_on: date | None,
    told: Sequence[str] = (),
    without_replay: str = "",
) -> int:
    """Put a draft into use and return the number of its deployment; the draft stays, begun from that one.

    `version` is the draft's that was looked over; `without_replay` says why nobody looked what becomes of the past cases.
    Raises Forbidden, NotFound, Stale where the draft or the version in use changed meanwhile, Invalid with a line for
    each problem or failed scenario, or where note, basis, or replay and reason are missing.
    """
    enactments.require_deployer(by)
    with transaction():
        one = drafts.read_draft(draft)
        if one.version != version:
            raise Stale(
                "Bản soạn đã thay đổi sau khi bạn mở trang này. Xem lại rồi đưa vào dùng; nội dung đã nhập vẫn còn.",
                "The draft changed after you opened this page. Look at it again; what you typed is kept.",
            )
        files = drafts.files_of(draft)
        found = _look_over(one, files, by)
        _must_be_ready(found, note, basis, without_replay)
        effects: dict[str, Any] = {"run": found.effects.run, "total": found.effects.total, **found.effects.counts} if found.effects else {}
        if not found.replayed:
            effects = {"not_replayed": without_replay.strip()}
        number = enactments.deploy_bundle(
            files, main=one.key, by=by,
            act=Act(note=note, basis=basis, effective_on=effective_on, seen=one.base or 0, effects=effects, told=told),
        )
        drafts.rebase(draft, number, by=by)
        return number


def take_version_in_use(draft: int, *, by: Actor) -> None:
    """Say that a draft was held against the version in use: from now on it is reckoned from that one. Raises Conflict."""
    enactments.require_deployer(by)
    one = drafts.read_draft(draft)
    now_used = enactments.used(one.key)
    if now_used is None or now_used == one.base:
        raise Conflict("Bản soạn đã theo phiên bản đang dùng.", "The draft follows the version in use already.")
    drafts.rebase(draft, now_used, by=by)


def _look_over(one: Draft, files: Mapping[str, bytes], by: Actor) -> Readiness:
    problems = deployments.problems_of(files, one.key)
    sound = not any(found.severity == "error" for found in problems)
    digest = deployments.digest_of(files)
    runs = [run for run in replay.list_runs(by=by, key=one.key) if run.digest == digest and run.state == "done"]
    return Readiness(
        draft=one,
        problems=problems,
        scenarios=scenarios.run_all(files, one.key) if sound else None,
        effects=replay.effects(runs[0].id) if runs else None,
        past=_past(one.key),
        in_use=enactments.used(one.key),
    )


def _past(key: str) -> int:
    with reading() as s:
        return s.scalar(
            select(func.count()).select_from(ProcessInstance)
            .join(Deployment, Deployment.id == ProcessInstance.deployment_id).where(Deployment.key == key)
        ) or 0


def _must_be_ready(found: Readiness, note: str, basis: str, without_replay: str) -> None:
    if found.errors:
        n = len(found.errors)
        raise Invalid(
            f"Chưa đưa vào dùng được: bản soạn còn {n} chỗ cần sửa.",
            f"Not put into use: {how_many(n, 'thing')} in the draft to mend.",
            code="bundle-refused",
            lines=[
                {"element": p.element, "code": p.code, "message": p.message, "message_en": p.message_en} for p in found.errors
            ],
        )
    if found.failed:
        n = len(found.failed)
        raise Invalid(
            f"Chưa đưa vào dùng được: {n} kịch bản kết thúc khác điều đã ghi. Sửa sơ đồ hoặc kịch bản.",
            f"Not put into use: {how_many(n, 'scenario')} no longer end as they say. Mend the diagram or the scenario.",
            code="scenarios-failed",
            lines=[
                {
                    "element": one.result.element, "code": one.result.name, "message": one.result.message,
                    "message_en": one.result.message_en,
                }
                for one in found.failed
            ],
        )
    if not note.strip():
        raise Invalid.at("note", "Ghi nội dung thay đổi.", "Say what changes.")
    if not basis.strip():
        raise Invalid.at(
            "basis", "Ghi căn cứ: số, ngày văn bản cho phép thay đổi.", "Name the paper that orders the change: number and day."
        )
    if not found.replayed and not without_replay.strip():
        raise Invalid.at(
            "without_replay", "Chạy lại hồ sơ cũ trên bản soạn này trước, hoặc ghi vì sao không chạy.",
            "Replay the past cases on this draft first, or say why not.",
        )
