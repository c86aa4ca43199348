"""A bundle becomes the process of the office: looked over, held against the past cases, put into use as one act.

What the act itself means is known in `processes.enactments`; here stands what a bundle must have gone through before it,
whether it comes as a draft or from a program. Looking over takes seconds and happens outside of any transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from service import people
from service.actor import Actor
from service.db import reading, transaction
from service.errors import Conflict, Invalid, Stale, how_many
from service.processes import deployments, enactments
from service.processes.enactments import Act, Checked
from service.processes.models import Deployment, ProcessInstance
from service.studio import drafts, replay, scenarios
from service.studio.register_words import Told, told_changes
from service.studio.replay import Effects
from service.studio.scenarios import Ran, Results
from workflows.problems import Problem


@dataclass(frozen=True, slots=True)
class Readiness:
    """What stands between a bundle and its use.

    `bundle` and `scenarios` are None where it cannot be read; `effects`: the finished replay of these very bytes, if there
    is one; `past`: how many cases there are to replay; `in_use`: the version that new cases take now; `unchanged`: these
    are the files of that version; `register`: what it changes of who begins, who reads and what is private.
    """

    digest: str
    bundle: Checked | None
    problems: Sequence[Problem]
    scenarios: Results | None
    effects: Effects | None
    past: int
    in_use: int | None
    unchanged: bool
    register: Sequence[Told] = ()

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

    @property
    def groups(self) -> Collection[str]:
        """Groups whom the process asks to do something."""
        return enactments.told_groups(self.bundle.definition) if self.bundle else ()


@dataclass(frozen=True, slots=True)
class Said:
    """What is said with the act; `without_replay`: why nobody looked what becomes of the past cases."""

    note: str
    basis: str
    effective_on: date | None = None
    told: Sequence[str] = ()
    without_replay: str = ""


def look_over(draft: int, *, by: Actor) -> Readiness:
    """Check a draft, run its scenarios, and find what replaying said. Raises Forbidden, NotFound."""
    enactments.require_deployer(by)
    return _look_over(drafts.files_of(draft), drafts.read_draft(draft).key, by)


def deploy_draft(draft: int, *, version: int, by: Actor, said: Said, found: Readiness | None = None) -> int:
    """Put a draft into use and return the number of its deployment; the draft stays, begun from that one.

    `version` is the draft's that was looked over, `found` what was found then if it is known still. Raises Forbidden,
    NotFound, Stale where the draft or the version in use changed meanwhile, Invalid with a line for each problem or failed
    scenario, or where note, basis, or replay and reason are missing, Conflict as `enactments.put_into_use`.
    """
    enactments.require_deployer(by)
    _must_be_seen(drafts.read_draft(draft).version, version)
    found = found or look_over(draft, by=by)
    act = _ready(found, said)
    with transaction():
        one = drafts.read_draft(draft)
        _must_be_seen(one.version, version)
        _must_be_seen(deployments.digest_of(drafts.files_of(draft)), found.digest)
        number = act(one.against or 0, by)
        drafts.rebase(draft, number, by=by)
        return number


def deploy_files(files: Mapping[str, bytes], main: str, *, seen: int, by: Actor, said: Said) -> int:
    """Put files into use that are no draft, by the same rules; `seen`: the version they were held against, 0 for none."""
    enactments.require_deployer(by)
    found = _look_over(files, main, by)
    return _ready(found, said)(seen, by)


def take_version_in_use(draft: int, seen: int, *, by: Actor) -> None:
    """Say that a draft was held against the version in use, `seen`: from now on it is reckoned from that one.

    Raises Conflict where it is so already, Stale where another version came into use meanwhile.
    """
    enactments.require_deployer(by)
    one = drafts.read_draft(draft)
    now_used = enactments.used(one.key)
    if now_used is None or now_used == one.against:
        raise Conflict("Bản soạn đã theo phiên bản đang dùng.", "The draft follows the version in use already.")
    if now_used != seen:
        raise Stale(
            "Phiên bản khác vừa được đưa vào dùng sau khi bạn mở trang này. So lại bản soạn với phiên bản ấy.",
            "Another version came into use after you opened this page. Compare the draft with that one.",
        )
    drafts.rebase(draft, now_used, by=by)


def _must_be_seen(now: object, seen: object) -> None:
    if now != seen:
        raise Stale(
            "Bản soạn đã thay đổi sau khi bạn mở trang này. Xem lại rồi đưa vào dùng; nội dung đã nhập vẫn còn.",
            "The draft changed after you opened this page. Look at it again; what you typed is kept.",
        )


def _look_over(files: Mapping[str, bytes], main: str, by: Actor) -> Readiness:
    definition, problems = deployments.look_over(files, main)
    digest, in_use = deployments.digest_of(files), enactments.used(main)
    runs = [run for run in replay.list_runs(by=by, key=main) if run.digest == digest and run.state == "done"]
    with reading() as s:
        past = s.scalar(
            select(func.count()).select_from(ProcessInstance)
            .join(Deployment, Deployment.id == ProcessInstance.deployment_id).where(Deployment.key == main)
        )
        unchanged = in_use is not None and s.get_one(Deployment, in_use).digest == digest
    return Readiness(
        digest=digest,
        bundle=Checked(files, definition, digest) if definition else None,
        problems=problems,
        scenarios=scenarios.run_all(files, main, definition) if definition else None,
        effects=replay.effects(runs[0].id) if runs else None,
        past=past or 0,
        in_use=in_use,
        unchanged=unchanged,
        register=told_changes(deployments.files_of(in_use) if in_use is not None else None, files, main),
    )


def _ready(found: Readiness, said: Said) -> Callable[[int, Actor], int]:
    """The act itself, for the version in use that was seen; Invalid with all that is missing."""
    if found.bundle is None:
        n = len(found.errors)
        raise Invalid(
            f"Chưa đưa vào dùng được: còn {n} chỗ cần sửa.",
            f"Not put into use: {how_many(n, 'thing')} to mend.",
            code="bundle-refused",
            lines=[
                {"element": p.element, "file": p.file, "code": p.code, "message": p.message, "message_en": p.message_en}
                for p in found.errors
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
    if not said.note.strip():
        raise Invalid.at("note", "Ghi nội dung thay đổi.", "Say what changes.")
    if not said.basis.strip():
        raise Invalid.at(
            "basis", "Ghi căn cứ: số, ngày văn bản cho phép thay đổi.", "Name the paper that orders the change: number and day."
        )
    if not found.replayed and not said.without_replay.strip():
        raise Invalid.at(
            "without_replay", "Chạy lại hồ sơ cũ trên các tệp này trước, hoặc ghi vì sao không chạy.",
            "Replay the past cases on these files first, or say why not.",
        )
    if strange := sorted(set(said.told) - set(people.catalogue())):
        raise Invalid.at("told", f"Không có nhóm {', '.join(strange)}.", f"There is no group {', '.join(strange)}.")
    bundle, effects = found.bundle, dict[str, Any]()
    if found.effects:
        effects = {"run": found.effects.run, "total": found.effects.total, **found.effects.counts}
    elif not found.replayed:
        effects = {"not_replayed": said.without_replay.strip()}

    def put_into_use(seen: int, by: Actor) -> int:
        act = Act(note=said.note, basis=said.basis, effective_on=said.effective_on, seen=seen, effects=effects, told=said.told)
        return enactments.put_into_use(bundle, by=by, act=act)

    return put_into_use
