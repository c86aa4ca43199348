"""The register of past awards: what a recipient received before the service or elsewhere, held against new proposals.

Rows are entered, in lists by `past_import` or one by one, and struck with a reason; none is changed or deleted. What the
service itself granted is read from `award` beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from service import clock, people, trail
from service.actor import Actor
from service.awards.catalogue import KINDS
from service.awards.honours import honours
from service.awards.models import Award, Nomination, PastAward, Recipient, Round
from service.awards.recipients import RecipientInput, find_or_make
from service.db import let_go, reading, transaction
from service.errors import Conflict, Invalid, NotFound
from service.vietnamese import clean, contains, fold

READ = "past_award.read"
ENTER = "past_award.enter"


@dataclass(frozen=True, slots=True)
class PastInput:
    """One row as typed: who, what for which year, by which decision."""

    kind: str
    name: str
    unit: int
    birth_year: int | None
    what: str
    year: int
    basis: str = ""
    decision: str = ""
    decided_on: date | None = None
    issuer: str = ""
    achievement: str = ""
    used_for: str = ""


@dataclass(frozen=True, slots=True)
class Earlier:
    """Something that a recipient received, from either register."""

    what: str
    year: int
    basis: str
    decision: str
    decided_on: date | None
    achievement: str = ""
    used_for: str = ""
    own: bool = False
    """Granted through this service."""
    movement: int | None = None
    stage: str = ""

    @property
    def day(self) -> date:
        """When it was decided; the end of its year where nobody knows."""
        return self.decided_on or date(self.year, 12, 31)


@dataclass(frozen=True, slots=True)
class Held:
    """A row of the register with whose it is."""

    row: PastAward
    name: str
    kind: str
    unit: int


def earlier_of(s: Session, recipient: int, *, but: int | None = None) -> list[Earlier]:
    """All that a recipient received and still holds, newest first; `but` leaves the award of one nomination out."""
    past = [
        Earlier(r.what, r.year, r.basis, r.decision, r.decided_on, r.achievement, r.used_for)
        for r in s.scalars(select(PastAward).where(PastAward.recipient_id == recipient, PastAward.struck == ""))
    ]
    granted = s.execute(
        select(Award, Round.year, Round.stage, Round.movement_id)
        .join(Nomination, Nomination.id == Award.nomination_id)
        .join(Round, Round.id == Nomination.round_id)
        .where(Award.recipient_id == recipient, Award.status != "revoked", Award.nomination_id.is_distinct_from(but))
    ).all()
    own = [
        Earlier(a.form, year, "DOT_XUAT" if stage == "DOT_XUAT" else "PHONG_TRAO", a.decision, a.decided_on, a.text, own=True,
                movement=movement, stage=stage)
        for a, year, stage, movement in granted
    ]
    return sorted([*past, *own], key=lambda one: (one.day, one.year), reverse=True)


def find_past(by: Actor, *, text: str = "", what: str = "", page: int = 1, size: int = 50) -> tuple[list[Held], int]:
    """Rows of the register, newest year first, and how many there are; struck ones stand among them. Forbidden without the right."""
    people.require(by, READ)
    wanted = select(PastAward, Recipient.name, Recipient.kind, Recipient.unit_id).join(
        Recipient, Recipient.id == PastAward.recipient_id
    )
    if text.strip():
        wanted = wanted.where(Recipient.search.like(contains(text), escape="\\"))
    if what:
        wanted = wanted.where(PastAward.what == what)
    with reading() as s:
        total = s.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()
        rows = s.execute(
            wanted.order_by(PastAward.year.desc(), Recipient.sort_key, PastAward.id).limit(size).offset((page - 1) * size)
        ).all()
        let_go([row[0] for row in rows])
    return [Held(*row) for row in rows], total


def read_past(number: int, *, by: Actor) -> Held:
    """One row with whose it is; Forbidden, NotFound."""
    people.require(by, READ)
    with reading() as s:
        row = s.execute(
            select(PastAward, Recipient.name, Recipient.kind, Recipient.unit_id)
            .join(Recipient, Recipient.id == PastAward.recipient_id)
            .where(PastAward.id == number)
        ).one_or_none()
        if row is None:
            raise NotFound("Không có dòng này trong sổ.", "There is no such row.")
        let_go([row[0]])
    return Held(*row)


def enter_past(rows: Iterable[PastInput], *, by: Actor) -> int:
    """Add rows to the register, all or none; what stands there already is passed over. Returns how many were new.

    Raises Forbidden, and Invalid as `fault_of` says.
    """
    people.require(by, ENTER)
    new = 0
    with transaction() as s:
        for said in rows:
            if fault := fault_of(s, said):
                raise Invalid(*fault, code="past-award")
            recipient = recipient_of(s, said)
            if recipient is None:
                recipient = find_or_make(s, RecipientInput(said.kind, said.name, _home(said.unit), birth_year=said.birth_year))
            recipient.birth_year = recipient.birth_year or said.birth_year
            once = _once(recipient.id, said)
            if _stands(s, recipient.id, said) or s.scalar(select(PastAward.id).where(PastAward.once == once)):
                continue
            s.add(
                PastAward(
                    recipient_id=recipient.id, what=said.what, year=said.year, basis=said.basis, decision=clean(said.decision),
                    decided_on=said.decided_on, issuer=clean(said.issuer), achievement=clean(said.achievement),
                    used_for=clean(said.used_for), once=once, entered_at=clock.now(), entered_by=by.account,
                )
            )
            s.flush()
            new += 1
        if new:
            trail.record("past_award:entered", by=by, stream="system", body={"count": new})
    return new


def faults_within(
    *, what: str | None, kind: str | None, year: int | None, birth_year: int | None, decision: str | None, decided_on: date | None,
    achievement: str | None,
) -> list[tuple[str, str]]:
    """Everything in a row that does not fit the rest of it, in two languages; what is None is not known and judged by nothing."""
    known, today = honours()[what] if what else None, clock.today()
    found = []
    if year is not None and not 1945 <= year <= today.year:
        found.append((f"năm phải từ 1945 đến {today.year}", f"the year is from 1945 to {today.year}"))
    if birth_year is not None and birth_year > (year if year is not None and year <= today.year else today.year):
        found.append((
            f"năm sinh {birth_year} sau năm được khen, xếp loại", f"the birth year {birth_year} is after the year of the award",
        ))
    if known is not None and known.sort == "award" and decision is not None and not clean(decision):
        found.append(("thiếu số quyết định", "the number of the decision is missing"))
    if decided_on is not None and (decided_on > today or year is not None and decided_on < date(year, 1, 1)):
        found.append((
            f"ngày quyết định {decided_on:%d/%m/%Y} không hợp với năm {year or today.year}",
            f"the decision's day {decided_on:%d/%m/%Y} does not fit the year {year or today.year}",
        ))
    if known is not None and known.sort == "initiative" and achievement is not None and not clean(achievement):
        found.append(("thiếu tên sáng kiến", "the initiative has no name"))
    if known is not None and kind and known.kinds and kind not in known.kinds:
        found.append((
            f"{known.name} không dành cho {KINDS[kind][0].lower()}", f"{known.name_en} is not for: {KINDS[kind][1].lower()}",
        ))
    return found


def fault_of(s: Session, said: PastInput) -> tuple[str, str] | None:
    """Why a row cannot be taken, in two languages; None where it can, or where it stands in the register already."""
    within = faults_within(
        what=said.what, kind=said.kind, year=said.year, birth_year=said.birth_year, decision=said.decision, decided_on=said.decided_on,
        achievement=said.achievement,
    )
    if within:
        return within[0]
    recipients = _alike(s, said)
    if len(recipients) > 1:
        return (
            f"có {len(recipients)} người tên {clean(said.name)} ở đơn vị này, ghi năm sinh",
            f"{len(recipients)} people are called {clean(said.name)} there; give the birth year",
        )
    return _contradicts(s, recipients[0].id, said) if recipients else None


def _contradicts(s: Session, recipient: int, said: PastInput) -> tuple[str, str] | None:
    if honours()[said.what].sort != "rating":
        return None
    for row in s.scalars(select(PastAward).where(PastAward.recipient_id == recipient, PastAward.year == said.year)):
        if row.struck == "" and honours()[row.what].sort == "rating" and row.what != said.what:
            name = honours()[row.what]
            return (
                f"năm {said.year} sổ đã ghi {name.name.lower()}; bỏ dòng cũ trước nếu sai",
                f"the register has {name.name_en.lower()} for {said.year}; strike that row first if it is wrong",
            )
    return None


def stands_already(s: Session, said: PastInput) -> bool:
    """Whether the register, or the awards of this service, have the row already, struck or not."""
    recipient = recipient_of(s, said)
    if recipient is None:
        return False
    if s.scalar(select(PastAward.id).where(PastAward.once == _once(recipient.id, said))):
        return True
    return _stands(s, recipient.id, said)


def _stands(s: Session, recipient: int, said: PastInput) -> bool:
    return s.scalar(
        select(Award.id).where(Award.recipient_id == recipient, Award.form == said.what, Award.decision == clean(said.decision))
    ) is not None


def _once(recipient: int, said: PastInput) -> str:
    sort = honours()[said.what].sort
    own = {"award": said.decision, "initiative": said.achievement}.get(sort, "")
    told = "|".join((str(recipient), said.what, str(said.year), fold(own)))
    return hashlib.sha256(told.encode()).hexdigest()


def recipient_of(s: Session, said: PastInput) -> Recipient | None:
    """The recipient that a row means, where there is exactly one."""
    found = _alike(s, said)
    return found[0] if len(found) == 1 else None


def _alike(s: Session, said: PastInput) -> Sequence[Recipient]:
    rows = s.scalars(
        select(Recipient).where(
            Recipient.kind == said.kind, Recipient.search == fold(said.name), Recipient.unit_id.in_({said.unit, _home(said.unit)}),
        ).order_by(Recipient.id)
    ).all()
    same = [
        r for r in rows
        if clean(r.name) == clean(said.name)
        and (r.birth_year is None or said.birth_year is None or r.birth_year == said.birth_year)
    ]
    return list({r.id: r for r in (s.get_one(Recipient, r.same_as) if r.same_as else r for r in same)}.values())


def _home(unit: int) -> int:
    return people.current_unit(unit)


def strike_past(number: int, reason: str, *, by: Actor) -> None:
    """Strike a row that is wrong: it stays to be read and counts no more. Raises Forbidden, NotFound, Conflict, Invalid."""
    people.require(by, ENTER)
    if not reason.strip():
        raise Invalid.at("reason", "Ghi lý do bỏ dòng này.", "Say why the row is struck.")
    with transaction() as s:
        row = s.scalars(select(PastAward).where(PastAward.id == number).with_for_update()).one_or_none()
        if row is None:
            raise NotFound("Không có dòng này trong sổ.", "There is no such row.")
        if row.struck:
            raise Conflict("Dòng này đã được bỏ.", "The row is struck already.", code="struck")
        row.struck = clean(reason)
        trail.record("past_award:struck", by=by, stream="system", body={"row": number, "what": row.what, "year": row.year},
                     reason=row.struck)


def move_past(s: Session, kept: int, other: int) -> None:
    """Let the rows of a recipient that was joined with another follow; what both have stays once, the second is struck."""
    have = {(r.what, r.year, fold(r.decision), fold(r.achievement)) for r in s.scalars(_of(kept))}
    for row in s.scalars(_of(other)):
        row.recipient_id = kept
        if (row.what, row.year, fold(row.decision), fold(row.achievement)) in have:
            row.struck = row.struck or "Trùng sau khi gộp"


def _of(recipient: int) -> Select[PastAward]:
    return select(PastAward).where(PastAward.recipient_id == recipient)
