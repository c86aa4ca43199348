"""Recipients: persons, collectives and households, found again by name and unit instead of made twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from service import clock, people, trail
from service.actor import Actor
from service.awards.catalogue import KINDS
from service.awards.models import Nomination, Recipient
from service.awards.ties import refresh_case
from service.db import let_go, reading
from service.errors import FieldFault, Invalid
from service.processes.models import ProcessInstance
from service.vietnamese import clean, fold, person_sort_key, sort_key


@dataclass(frozen=True, slots=True)
class RecipientInput:
    """Who is nominated, as typed."""

    kind: str
    name: str
    unit: int
    title: str = ""
    birth_year: int | None = None
    gender: str | None = None
    direct_worker: bool = False
    leader: bool = False
    members: int | None = None
    account: int | None = None
    """The person's account, where who nominates says that it is the same person."""
    not_accounts: tuple[int, ...] = ()
    """Accounts of the same name that are said to be other people."""


def find_or_make(s: Session, said: RecipientInput) -> Recipient:
    """The recipient of this kind, name and unit (and birth year, where both are known), made where there is none.

    Holds the unit to the end of the transaction, so that two at once do not make the same twice.
    """
    faults = _faults(said)
    if faults:
        raise Invalid(
            f"Chưa ghi được: còn {len(faults)} chỗ cần sửa.", "The recipient is not complete.", faults=faults
        )
    people.take_turn(said.unit)
    found = find_recipient(s, said)
    if found is not None:
        found.title = said.title or found.title
        return found
    made = Recipient(
        kind=said.kind,
        name=clean(said.name),
        title=clean(said.title),
        unit_id=said.unit,
        birth_year=said.birth_year,
        gender=said.gender,
        direct_worker=said.direct_worker,
        leader=said.leader,
        members=said.members,
        others=[],
        collective_unit_id=_unit_of_that_name(said),
        search=fold(said.name),
        sort_key=_sort(said.kind, said.name),
    )
    s.add(made)
    s.flush()
    return made


def find_recipient(s: Session, said: RecipientInput) -> Recipient | None:
    """Who is known by this kind, name and unit (and birth year, where both are known); None where nobody is."""
    same = [
        r
        for r in s.scalars(
            select(Recipient).where(
                Recipient.kind == said.kind, Recipient.unit_id == said.unit, Recipient.search == fold(said.name)
            ).order_by(Recipient.id)
        )
        if clean(r.name) == clean(said.name)
        and (r.birth_year is None or said.birth_year is None or r.birth_year == said.birth_year)
    ]
    if not same:
        return None
    return same[0] if same[0].same_as is None else s.get_one(Recipient, same[0].same_as)


def _sort(kind: str, name: str) -> str:
    # Vietnamese lists of persons go by the given name, the last word.
    return person_sort_key(name) if kind == "INDIVIDUAL" else sort_key(clean(name))


def rename_recipient(
    s: Session, nomination: Nomination, *, name: str, title: str | None = None, by: Actor
) -> None:
    """Give a nominee another name or title wherever it is shown, ordered or searched, in the open transaction.

    The nomination, its case and the recipient change; nominations of other rounds keep the name of their day, as do
    papers. Writes nothing where nothing changes.
    """
    name, title = clean(name)[:200], nomination.title if title is None else clean(title)[:200]
    if (name, title) == (nomination.name, nomination.title):
        return
    before = (nomination.name, nomination.title)
    recipient = s.get_one(Recipient, nomination.recipient_id)
    nomination.name, nomination.title = recipient.name, recipient.title = name, title
    nomination.sort_key = recipient.sort_key = _sort(recipient.kind, name)
    recipient.search = fold(name)
    nomination.search = words_to_find(nomination)
    s.flush()
    s.execute(
        update(ProcessInstance)
        .where(ProcessInstance.id == nomination.instance_id)
        .values(title=name, search=nomination.search)
    )
    refresh_case(s, nomination, recipient)
    trail.record(
        "recipient:renamed",
        by=by,
        stream=f"instance:{nomination.instance_id}",
        body={"nomination": nomination.id},
        private={"old_name": before[0], "old_title": before[1], "new_name": name, "new_title": title},
    )


def rename_on_register(s: Session, nomination: Nomination, *, name: str, by: Actor) -> None:
    """Give a nominee another name on the register only: what is signed or sent keeps the name of its day."""
    recipient, name = s.get_one(Recipient, nomination.recipient_id), clean(name)[:200]
    if name == recipient.name:
        return
    before, recipient.name = recipient.name, name
    recipient.search, recipient.sort_key = fold(name), _sort(recipient.kind, name)
    trail.record(
        "recipient:renamed", by=by, stream=f"instance:{nomination.instance_id}", body={"nomination": nomination.id},
        private={"old_name": before, "new_name": name},
    )


def words_to_find(nomination: Nomination) -> str:
    """Folded words by which a nomination is found: name, title, unit."""
    return fold(f"{nomination.name} {nomination.title} {nomination.unit_name}")


def _unit_of_that_name(said: RecipientInput) -> int | None:
    if said.kind != "COLLECTIVE":
        return None
    return people.unit_named(clean(said.name))


def _faults(said: RecipientInput) -> list[FieldFault]:
    faults = []
    if said.kind not in KINDS:
        faults.append(
            FieldFault("recipient.kind", "Chọn cá nhân, tập thể hoặc hộ gia đình.", "Choose a kind of recipient.")
        )
    if not clean(said.name):
        faults.append(FieldFault("recipient.name", "Nhập họ tên hoặc tên tập thể.", "Give a name."))
    if len(said.name) > 200:
        faults.append(FieldFault("recipient.name", "Tên dài quá 200 chữ.", "The name is over 200 characters."))
    if len(said.title) > 200:
        faults.append(FieldFault("recipient.title", "Chức danh dài quá 200 chữ.", "The title is too long."))
    first, last = 1900, clock.today().year
    if said.birth_year is not None and not first <= said.birth_year <= last:
        faults.append(
            FieldFault(
                "recipient.birth_year", f"Năm sinh không hợp lý. Nhập từ {first} đến {last}.",
                f"The birth year cannot be right. Give one from {first} to {last}.",
            )
        )
    return faults


@dataclass(frozen=True, slots=True)
class SameName:
    """Another nomination of the same name in the same round, for the office to join or keep apart."""

    nomination: int
    name: str
    unit_name: str
    same_recipient: bool
    title: str = ""
    birth_year: int | None = None
    phase: str = ""
    form: str = ""


def named_in_round(round_id: int, kind: str, name: str) -> list[SameName]:
    """Nominations in a round that carry a name already, for who is about to nominate."""
    with reading() as s:
        rows = s.execute(
            select(Nomination.id, Nomination.name, Nomination.unit_name)
            .join(Recipient, Recipient.id == Nomination.recipient_id)
            .where(Nomination.round_id == round_id, Nomination.kind == kind, Recipient.search == fold(name))
            .order_by(Nomination.id)
        ).all()
    return [SameName(number, known, unit_name, False) for number, known, unit_name in rows]


def same_in_round(nomination: Nomination) -> list[SameName]:
    """Other nominations in the round of the same name or recipient, of which the office has not said what they are.

    What was withdrawn, joined or kept apart is not asked again (office.md Annex B).
    """
    return same_names([nomination]).get(nomination.id, [])


def same_names(nominations: Sequence[Nomination]) -> dict[int, list[SameName]]:
    """For each of these nominations of one round: the others of the same name that are still to be joined or kept apart."""
    if not nominations:
        return {}
    with reading() as s:
        rows = s.execute(
            select(Nomination, Recipient, ProcessInstance.phase, ProcessInstance.outcome)
            .join(Recipient, Recipient.id == Nomination.recipient_id)
            .join(ProcessInstance, ProcessInstance.id == Nomination.instance_id)
            .where(
                Nomination.round_id.in_({n.round_id for n in nominations}),
                or_(
                    Recipient.search.in_({fold(n.name) for n in nominations}),
                    Nomination.recipient_id.in_({n.recipient_id for n in nominations}),
                ),
            )
            .order_by(Nomination.id)
        ).all()
        found: dict[int, list[SameName]] = {}
        for one, who, _, outcome in rows:
            for other, whom, phase, ended in rows:
                if one.id == other.id or "withdrawn" in (outcome, ended) or not _alike(one, who, other, whom):
                    continue
                found.setdefault(one.id, []).append(
                    SameName(other.id, other.name, other.unit_name, who.id == whom.id, other.title, whom.birth_year,
                             phase or "drafting", other.form_asked)
                )
    wanted = {n.id for n in nominations}
    return {number: same for number, same in found.items() if number in wanted}


def _alike(one: Nomination, who: Recipient, other: Nomination, whom: Recipient) -> bool:
    if one.round_id != other.round_id or one.kind != other.kind:
        return False
    return who.id == whom.id or who.search == whom.search and whom.id not in (who.apart or [])


def joined_with(nomination: Nomination) -> list[str]:
    """Units whose nominations of the same recipient were joined with this one."""
    with reading() as s:
        return list(
            s.scalars(
                select(Nomination.unit_name).where(
                    Nomination.round_id == nomination.round_id,
                    Nomination.recipient_id == nomination.recipient_id,
                    Nomination.id != nomination.id,
                    Nomination.reason_code == "DUPLICATE",
                )
            )
        ) if nomination.reason_code != "DUPLICATE" else []


def open_pairs(round_id: int) -> list[tuple[Nomination, SameName]]:
    """Pairs of one name in a round that the office has still to join or keep apart, each once."""
    with reading() as s:
        twice = (
            select(Recipient.search)
            .join(Nomination, Nomination.recipient_id == Recipient.id)
            .where(Nomination.round_id == round_id)
            .group_by(Recipient.search)
            .having(func.count() > 1)
        )
        rows = list(
            s.scalars(
                select(Nomination)
                .join(Recipient, Recipient.id == Nomination.recipient_id)
                .where(Nomination.round_id == round_id, Recipient.search.in_(twice))
                .order_by(Nomination.id)
            )
        )
        let_go(rows)
    same = same_names(rows)
    return [(n, other) for n in rows for other in same.get(n.id, []) if n.id < other.nomination]
