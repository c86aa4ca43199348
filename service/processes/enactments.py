"""Puts versions of a process into use as official acts: asked, confirmed by a second person where that is switched on,
in force from a day on, told to those concerned; and puts an older version back.

Checks and keeps no bundle itself (`deployments`). What is in use is a question of time, never of a job that must run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Any, TypeVarTuple

from flask import current_app
from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service import clock, notices, people, trail
from service.actor import Actor
from service.db import let_go, reading, transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from service.people import allowed
from service.processes import deployments
from service.processes.models import Deployment, DeploymentFile, Enactment
from service.words import N_
from workflows.definition import Definition
from workflows.problems import Problems

_Columns = TypeVarTuple("_Columns")
MAY_DEPLOY = "deployment.deploy"
MAY_CONFIRM = "deployment.confirm"


@dataclass(frozen=True, slots=True)
class Act:
    """What is said when a version is put into use.

    `effective_on`: first day of use, today where it is None. `seen`: the version that was in use when the effects were
    looked at. `effects`: what replaying the past cases said, in numbers. `told`: groups that get a letter.
    """

    note: str = ""
    basis: str = ""
    effective_on: date | None = None
    seen: int | None = None
    effects: Mapping[str, Any] | None = None
    told: Sequence[str] = ()


def second_person() -> bool:
    """Whether another person must confirm before a version comes into use (VINHDANH_DEPLOY_SECOND)."""
    return bool(current_app.extensions["settings"].deploy_second)


def require_deployer(by: Actor) -> None:
    """Refuse who may not deploy; a door asks before it unpacks what was sent. Raises Forbidden."""
    if by.account is not None and not allowed(by, MAY_DEPLOY):
        raise Forbidden(
            "Bạn không có quyền triển khai quy trình. Việc này thuộc quản trị hệ thống.",
            "You may not deploy a process; administrators do.",
        )


@dataclass(frozen=True, slots=True)
class Checked:
    """Files that were checked as a bundle, what they define, and the digest that tells them from others."""

    files: Mapping[str, bytes]
    definition: Definition
    digest: str


def checked(files: Mapping[str, bytes], main: str) -> Checked:
    """Check a bundle as deploying does. Raises Invalid with one line a problem."""
    try:
        definition = deployments.check_bundle(files, main=main)
    except Problems as found:
        raise deployments.invalid_bundle(found) from None
    return Checked(files, definition, deployments.digest_of(files))


def deploy_bundle(files: Mapping[str, bytes], *, main: str, by: Actor, note: str = "", act: Act | None = None) -> int:
    """Check a bundle and put it into use (`put_into_use`); raises Invalid with one line a problem besides."""
    require_deployer(by)
    return put_into_use(checked(files, main), by=by, act=act or Act(note=note))


def put_into_use(bundle: Checked, *, by: Actor, act: Act) -> int:
    """Keep a checked bundle as the next version of its main process, ask that it come into use, and return its number.

    Running instances stay on theirs. Where no second person is needed the act is confirmed at once. The same bytes as
    the version in use are that version to an installation that runs again; a person is told that nothing changed.
    Raises Forbidden, Conflict `nothing-changed`, `deployed-meanwhile` or, where another act waits, `another-waits`, and
    Stale where another version came into use since `act.seen`.
    """
    require_deployer(by)
    main = bundle.definition.main
    with transaction() as s:
        _lock(s, main)
        now_used = used(main)
        if now_used is not None and s.get_one(Deployment, now_used).digest == bundle.digest:
            if by.account is None:
                return now_used
            raise Conflict(
                "Không có gì thay đổi: các tệp giống hệt phiên bản đang dùng.",
                "Nothing changed: the files are those of the version in use, byte for byte.",
                code="nothing-changed",
            )
        _must_be_seen(act, main, now_used)
        row = _keep(s, bundle, act, by)
        _ask(s, row, "deployed", act, now_used, by)
        return row.id


def roll_back(deployment: int, *, by: Actor, reason: str) -> None:
    """Put an older version into use again, at once and by one act; running instances stay where they are.

    What waits for its second person or its day was reckoned against the version that now goes, and is refused with it.
    Whoever was told of what is undone is told again. Raises Forbidden, NotFound, Invalid without a reason, Conflict for
    the version in use or one that never was in use.
    """
    require_deployer(by)
    if not reason.strip():
        raise Invalid.at("reason", "Ghi lý do quay lại phiên bản trước.", "Say why the older version comes back.")
    with transaction() as s:
        row = s.get(Deployment, deployment)
        if row is None:
            raise NotFound("Không có phiên bản quy trình này.", "There is no such deployment.")
        _lock(s, row.key)
        past = list(s.scalars(_in_force(select(Enactment), row.key)))
        now_used = past[0].deployment_id if past else None
        if now_used == deployment:
            raise Conflict("Phiên bản này đang dùng.", "This version is in use.", code="in-use")
        if all(one.deployment_id != deployment for one in past):
            raise Conflict(
                "Phiên bản này chưa từng được dùng nên không quay lại được; hãy đưa vào dùng như phiên bản mới.",
                "This version was never in use; put it into use as a new one.",
                code="never-used",
            )
        for one in list_enactments(key=row.key, open_only=True):
            _refuse(s, one, by, reason.strip(), N_("Đã quay lại phiên bản cũ hơn"))
        undone = takewhile(lambda one: one.deployment_id != deployment, past)
        act = Act(note=reason.strip(), told=sorted({group for one in undone for group in one.told}))
        _write(s, row, "rolled_back", act, now_used, by, confirmed=True)


def confirm(enactment: int, *, by: Actor) -> None:
    """Confirm as the second person that a version comes into use.

    Raises Forbidden for who is no second person (`second_person.must_be_second`), NotFound, Conflict, Stale.
    """
    people.require(by, MAY_CONFIRM)
    with transaction() as s:
        row = _locked(s, enactment)
        people.second_person.must_be_second(by, MAY_CONFIRM, asked_by=row.asked_by)
        _must_wait(row.state == "asked")
        _must_be_seen(Act(seen=row.replaces or 0), row.key, used(row.key))
        row.state, row.settled_at, row.settled_by = "confirmed", _after_all(s, row.key), by.account
        row.effective_on = max(row.effective_on, clock.today())
        s.flush()
        _record("deployment:confirmed", s, row, by)
        _tell(s, row)
        _answer(s, row, by, N_("Đã xác nhận đưa vào dùng"))


def refuse(enactment: int, *, by: Actor, reason: str) -> None:
    """Refuse an act that waits, or take back one whose day has not come; who asked may take it back too.

    Whoever was told of the day that will not come is told of that. Raises Forbidden, NotFound, Invalid, Conflict.
    """
    if not reason.strip():
        raise Invalid.at("reason", "Ghi lý do.", "Say why.")
    with transaction() as s:
        row = _locked(s, enactment)
        if by.account != row.asked_by:
            people.require(by, MAY_CONFIRM)
        _must_wait(is_open(row))
        _refuse(s, row, by, reason.strip())


def used(key: str) -> int | None:
    """The version of a process that new instances take now, if there is one."""
    with reading() as s:
        found: int | None = s.execute(_in_force(select(Enactment.deployment_id), key).limit(1)).scalar()
    return found


def current_deployment(key: str) -> int:
    """Number of the version of a process that new instances take; NotFound if there is none."""
    found = used(key)
    if found is None:
        raise NotFound(f"Chưa triển khai quy trình {key}.", f"Process {key} is not deployed.")
    return found


def used_now() -> dict[str, int]:
    """The version in use of every process."""
    with reading() as s:
        rows = s.execute(_in_force(select(Enactment.key, Enactment.deployment_id))).all()
    found: dict[str, int] = {}
    for key, deployment in rows:
        found.setdefault(key, deployment)
    return found


def was_used(deployment: int) -> bool:
    """Whether a version is or ever was in use: a confirmed act named it, and its day has come."""
    return deployment in ever_used()


def ever_used() -> set[int]:
    """Every version that is or ever was in use."""
    with reading() as s:
        return set(
            s.scalars(
                select(Enactment.deployment_id).where(Enactment.state == "confirmed", Enactment.effective_on <= clock.today())
            )
        )


def list_enactments(
    deployment: int | None = None, *, key: str | None = None, open_only: bool = False
) -> list[Enactment]:
    """The acts, the newest first: all, those of one version or process, or those that wait for confirmation or their day."""
    asked = select(Enactment).order_by(Enactment.id.desc())
    if deployment is not None:
        asked = asked.where(Enactment.deployment_id == deployment)
    if key is not None:
        asked = asked.where(Enactment.key == key)
    with reading() as s:
        rows = list(s.scalars(asked))
        let_go(rows)
    return [row for row in rows if is_open(row)] if open_only else rows


def acts_by_deployment() -> dict[int, list[Enactment]]:
    """All acts by the version that each is about, the newest first."""
    found = defaultdict[int, list[Enactment]](list)
    for row in list_enactments():
        found[row.deployment_id].append(row)
    return found


def is_open(row: Enactment) -> bool:
    """Whether an act can still be refused: it waits for a second person, or for its day."""
    return row.state == "asked" or is_coming(row)


def may_confirm(row: Enactment, *, by: Actor) -> bool:
    """Whether this person may be the second one for an act that waits."""
    return row.state == "asked" and people.second_person.is_second(by, MAY_CONFIRM, asked_by=row.asked_by)


def is_coming(row: Enactment) -> bool:
    """Whether an act is confirmed and only waits for its day."""
    return row.state == "confirmed" and row.effective_on > clock.today()


def was_in_force(row: Enactment) -> bool:
    """Whether an act put its version into use, be it replaced since."""
    return row.state == "confirmed" and row.effective_on <= clock.today()


def first_use(acts: Iterable[Enactment]) -> Enactment | None:
    """Of the acts of one version the confirmed one from whose day on it is, or will be, in use for the first time."""
    return min((one for one in acts if one.state == "confirmed"), key=lambda one: (one.effective_on, one.id), default=None)


def held_against(deployment: int, acts: Sequence[Enactment]) -> int | None:
    """The version that would give way to what follows a deployment, of which these are the acts.

    That is itself once it was in use. As long as it waits, and where it was refused, it is the one that it was to replace:
    an act that is one's own and not in force is no newer version.
    """
    if not acts or any(was_in_force(one) for one in acts):
        return deployment
    return min(acts, key=lambda one: one.id).replaces


# -- what the acts share


def _in_force(what: Select[*_Columns], key: str | None = None) -> Select[*_Columns]:
    """Of the acts that put a version of a process, or of any, into use: the one that holds now, then those before it."""
    if key is not None:
        what = what.where(Enactment.key == key)
    return what.where(
        Enactment.state == "confirmed", Enactment.effective_on <= clock.today()
    ).order_by(Enactment.effective_on.desc(), Enactment.settled_at.desc(), Enactment.id.desc())


def _lock(s: Session, key: str) -> None:
    """Let two who deploy one process at once come one after the other."""
    s.execute(select(Deployment.id).where(Deployment.key == key).with_for_update()).all()


def _after_all(s: Session, key: str) -> datetime:
    """Now, but after every other act of a process was settled: which of two counts never hangs on a clock that was set back."""
    last = s.scalar(select(func.max(Enactment.settled_at)).where(Enactment.key == key))
    return clock.now() if last is None else max(clock.now(), last + timedelta(microseconds=1))


def _must_be_seen(act: Act, key: str, now_used: int | None) -> None:
    if act.seen is None or (act.seen or None) == now_used:
        return
    with reading() as s:
        last = s.scalars(_in_force(select(Enactment), key).limit(1)).first()
        asked_by = last.asked_by if last is not None else None
        version = s.get_one(Deployment, last.deployment_id).version if last is not None else 0
    who = people.names([asked_by]).get(asked_by, "") if asked_by is not None else ""
    did = ("đã đưa vào dùng phiên bản", "put into use version")
    if last is not None and last.kind == "rolled_back":
        did = ("đã quay lại phiên bản", "went back to version")
    raise Stale(
        f"{who or 'Người khác'} {did[0]} {version} trong lúc này. Đối chiếu lại với phiên bản đang dùng rồi làm lại.",
        f"Meanwhile {who or 'somebody'} {did[1]} {version}. Compare with the version in use, then do it again.",
    )


def _keep(s: Session, bundle: Checked, act: Act, by: Actor) -> Deployment:
    main = bundle.definition.main
    last = s.execute(select(func.max(Deployment.version)).where(Deployment.key == main)).scalar() or 0
    row = Deployment(
        key=main, version=last + 1, digest=bundle.digest, name=bundle.definition.name or main, note=act.note.strip(),
        deployed_at=clock.now(), deployed_by=by.account,
    )
    s.add(row)
    try:
        s.flush()
    except IntegrityError:  # of a process that nobody has deployed yet there was no row to lock
        raise Conflict(
            "Người khác vừa đưa quy trình này vào dùng; tải lại trang để xem rồi làm lại.",
            "Somebody else has just deployed this process; reload, look, then do it again.",
            code="deployed-meanwhile",
        ) from None
    s.add_all(DeploymentFile(deployment_id=row.id, name=n, content=c) for n, c in sorted(bundle.files.items()))
    trail.record(
        "deployment:made", by=by, stream=f"deployment:{row.id}", deployment=row.id,
        body={"key": main, "version": row.version, "digest": bundle.digest},
    )
    return row


def _ask(s: Session, row: Deployment, kind: str, act: Act, now_used: int | None, by: Actor) -> None:
    if list_enactments(key=row.key, open_only=True):
        raise Conflict(
            "Đang có một phiên bản khác chờ xác nhận hoặc chờ đến ngày dùng; hãy giải quyết phiên bản đó trước.",
            "Another version waits for its confirmation or its day; settle that one first.",
            code="another-waits",
        )
    if act.effective_on is not None and act.effective_on < clock.today():
        raise Invalid.at("effective_on", "Ngày bắt đầu dùng không được ở quá khứ.", "The first day of use lies in the past.")
    _write(s, row, kind, act, now_used, by, confirmed=by.account is None or not second_person())


def _write(
    s: Session, row: Deployment, kind: str, act: Act, now_used: int | None, by: Actor, *, confirmed: bool
) -> None:
    one = Enactment(
        key=row.key, deployment_id=row.id, kind=kind, replaces=now_used, note=act.note.strip(), basis=act.basis.strip(),
        effects=dict(act.effects or {}), told=list(act.told), effective_on=act.effective_on or clock.today(), asked_at=clock.now(),
        asked_by=by.account, state="confirmed" if confirmed else "asked", settled_at=_after_all(s, row.key) if confirmed else None,
        settled_by=by.account if confirmed else None,
    )
    s.add(one)
    s.flush()
    if not confirmed:
        _record("deployment:proposed", s, one, by, reason=one.note)
        _call_for(s, one, by)
        return
    _record("deployment:rolled_back" if kind == "rolled_back" else "deployment:asked", s, one, by, reason=one.note)
    _tell(s, one)


def _refuse(s: Session, row: Enactment, by: Actor, reason: str, said: str = "") -> None:
    """Settle an open act as refused; `said` is what who asked reads of it, where that is neither a no nor a taking back."""
    announced = row.state == "confirmed"
    row.state, row.refused_at, row.refused_by, row.refusal = "refused", clock.now(), by.account, reason
    s.flush()
    _record("deployment:taken_back" if by.account == row.asked_by else "deployment:refused", s, row, by, reason=reason)
    if announced:
        _send(s, row, "process_kept", people.members_of(_named(row.told)), {"day": row.effective_on})
    _answer(s, row, by, said or (N_("Đã rút lại ngày đưa vào dùng") if announced else N_("Không đồng ý đưa vào dùng")))


def _locked(s: Session, enactment: int) -> Enactment:
    row = s.get(Enactment, enactment)
    if row is None:
        raise NotFound("Không có đề nghị này.", "There is no such act.")
    _lock(s, row.key)
    s.refresh(row)
    return row


def _must_wait(waits: bool) -> None:
    """Refuse what was settled; asked after the right, so that who has none is not told how it stands."""
    if not waits:
        raise Conflict("Đề nghị này đã được giải quyết.", "This was settled already.", code="enactment-settled")


def _record(kind: str, s: Session, row: Enactment, by: Actor, *, reason: str = "") -> None:
    deployment = s.get_one(Deployment, row.deployment_id)
    trail.record(
        kind, by=by, stream=f"deployment:{row.deployment_id}", deployment=row.deployment_id, reason=reason or None,
        body={
            "process": deployment.name, "version": deployment.version, "basis": row.basis,
            "from": f"{row.effective_on:%d/%m/%Y}", "effects": row.effects,
        },
    )


# -- who hears of it


def _tell(s: Session, row: Enactment) -> None:
    """Tell those whom a change of the process concerns."""
    to = people.members_of(_named(row.told))
    if row.kind == "rolled_back":
        _send(s, row, "process_back", to, {"day": row.effective_on})
    else:
        _send(s, row, "process_changed", to, {"day": row.effective_on, "note": row.note or None})


def _call_for(s: Session, row: Enactment, by: Actor) -> None:
    """Tell those who may confirm that an act waits for one of them."""
    others = people.second_person.seconds(MAY_CONFIRM, barred=[by.account])
    _send(s, row, "enactment_asked", others, {"by": by.name, "day": row.effective_on, "note": row.note or None})


def _answer(s: Session, row: Enactment, by: Actor, said: str) -> None:
    """Tell who asked what another person said."""
    if row.asked_by is not None and row.asked_by != by.account:
        _send(s, row, "enactment_settled", [row.asked_by], {"by": by.name, "said": said})


def _send(s: Session, row: Enactment, letter: str, to: Collection[int], said: Mapping[str, Any]) -> None:
    if not to:
        return
    deployment = s.get_one(Deployment, row.deployment_id)
    notices.queue(
        letter, to=to, key=f"{letter}:{row.id}:{row.state}",
        context={"process": deployment.name, "version": deployment.version, **said},
        link=f"/office/processes/{row.deployment_id}",
    )


def _named(words: Sequence[str]) -> list[str]:
    """Groups by name: a word that is bound to a unit stands for that group of every unit."""
    units = [unit.id for unit in people.list_units()]
    return [group for word in words for group in ([f"{word}:{u}" for u in units] if people.is_scoped(word) else [word])]


def told_groups(definition: Definition) -> Collection[str]:
    """Groups that a process asks to do something: whom a change of it concerns. Who heads a successor is nobody yet."""
    return sorted(
        {
            word.strip()
            for element in definition.elements.values() if element.kind == "user"
            for word in element.attrs.get("candidates", "").split(",") if word.strip() in people.catalogue()
        }
    )
