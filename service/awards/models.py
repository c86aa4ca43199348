"""Tables of movements, rounds, recipients, nominations, lists, awards, files and rules."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, Numeric, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, validates

from service.db import Base, Json, Key


class Movement(Base):
    """An emulation movement (phong trào thi đua) with its contents and phases."""

    __tablename__ = "movement"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(300))
    plan: Mapped[str] = mapped_column(Text)
    """Number, date and issuer of the plan that launched it."""
    starts: Mapped[date]
    ends: Mapped[date]
    contents: Mapped[list[dict[str, str]]] = mapped_column(Json)
    """[{"code": "ND1", "title": ..., "text": ...}] in the plan's words."""
    phases: Mapped[list[dict[str, str]]] = mapped_column(Json)
    criteria: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    """[{"code": "A1", "group": "A", "text": ..., "max": 10}]; a round may say otherwise."""


class Round(Base):
    """One collection of nominations with its calendar (đợt xét khen thưởng)."""

    __tablename__ = "round"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    movement_id: Mapped[int] = mapped_column(ForeignKey("movement.id"))
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(300))
    stage: Mapped[str] = mapped_column(String(10))
    """HANG_NAM, SO_KET, TONG_KET, DOT_XUAT."""
    year: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default="planned")
    """planned, open, closed (no more filing), ended."""
    window_from: Mapped[date]
    window_to: Mapped[date]
    calendar: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    """Calendar key → ISO date; empty in an ad hoc round."""
    calendar_version: Mapped[int] = mapped_column(default=1)
    criteria: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    guidance: Mapped[str] = mapped_column(Text, default="")
    quotas: Mapped[dict[str, int]] = mapped_column(Json, default=dict)
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    blind: Mapped[str] = mapped_column(String(8), default="")
    """Whether its names are hidden from reviewers (`blinding`): empty, on, closed, lifted."""


class Broadcast(Base):
    """One message to a chosen set of people; what became of it for each stands with its notices and mails."""

    __tablename__ = "broadcast"
    __table_args__ = (UniqueConstraint("made_by", "ticket"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    chosen: Mapped[str] = mapped_column(String(20))
    """A set of `broadcasts.toml`."""
    round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"))
    period_id: Mapped[int | None] = mapped_column(ForeignKey("period.id"))
    group: Mapped[str | None] = mapped_column(String(40))
    letter: Mapped[str] = mapped_column(String(24))
    """Which letter words it: the sender's own text, or a reminder of the service."""
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    told: Mapped[list[int]] = mapped_column(Json)
    made_by: Mapped[int | None]
    made_at: Mapped[datetime]
    ticket: Mapped[str | None] = mapped_column(String(64))
    """What one sending is known by, however often it is asked for."""


class FormerCalendar(Base):
    """The calendar that a round had until it was changed."""

    __tablename__ = "former_calendar"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    until: Mapped[datetime]
    calendar: Mapped[dict[str, str]] = mapped_column(Json)


class Recipient(Base):
    """A person, collective or household that can be awarded; lives longer than its nominations."""

    __tablename__ = "recipient"
    __table_args__ = (Index("ix_recipient_unit", "unit_id"), Index("ix_recipient_collective_unit", "collective_unit_id"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    """INDIVIDUAL, COLLECTIVE, HOUSEHOLD."""
    name: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(200), default="")
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    account_id: Mapped[int | None] = mapped_column(index=True)
    """The recipient's own account, who then may not act on the nomination."""
    others: Mapped[list[int]] = mapped_column(Json, default=list)
    """Accounts of the same name that somebody said to be other people."""
    collective_unit_id: Mapped[int | None]
    """The unit that this collective is, where it is one: its officers may not act on it."""
    birth_year: Mapped[int | None]
    gender: Mapped[str | None] = mapped_column(String(6))
    direct_worker: Mapped[bool] = mapped_column(default=False)
    leader: Mapped[bool] = mapped_column(default=False)
    members: Mapped[int | None]
    search: Mapped[str] = mapped_column(String(500), index=True)
    sort_key: Mapped[str] = mapped_column(String(300), default="")
    died_on: Mapped[date | None]
    same_as: Mapped[int | None]
    """The recipient that this one was found to be; nominations and awards are moved there."""
    apart: Mapped[list[int]] = mapped_column(Json, default=list)
    """Recipients of the same name of whom the office has said that they are others."""


class Nomination(Base):
    """One recipient in one round (trường hợp đề nghị khen thưởng); its path is one process instance."""

    __tablename__ = "nomination"
    __table_args__ = (
        Index("ix_nomination_round_unit", "round_id", "unit_id"),
        Index("ix_nomination_ranking", "round_id", "subject_group", "office_total"),
        Index("ix_nomination_recipient", "recipient_id"),
        Index("ix_nomination_unit", "unit_id"),
        # Holds all that the figures of a movement read of a nomination, so that no row is fetched for them.
        Index("ix_nomination_figures", "round_id", "received_at", "unit_id", "subject_group", "kind", "form_asked", "contents",
              "recipient_id", "id"),
        Index("uq_nomination_instance", "instance_id", unique=True),
        Index("uq_nomination_code_mark", "code_mark", unique=True),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("list.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    """Nominating unit as of the day; tasks follow its successor."""
    recipient_id: Mapped[int] = mapped_column(ForeignKey("recipient.id"))
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("process_instance.id"))
    name: Mapped[str] = mapped_column(String(200))
    """Name of the day, as it is to be printed."""
    title: Mapped[str] = mapped_column(String(200), default="")
    unit_name: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(10))
    subject_group: Mapped[str] = mapped_column(String(1))
    achievement: Mapped[str] = mapped_column(Text, default="")
    evidence: Mapped[list[str]] = mapped_column(Json, default=list)
    """Lines of registers that it takes over as evidence, `award:12`: what they say is read from the registers (`window_results`)."""
    contents: Mapped[str] = mapped_column(Text, default="")
    """Codes of the movement's contents that it serves, as its assessment says, each between spaces: ` ND1 ND5 `."""
    code_seed: Mapped[str] = mapped_column(String(32))
    """Random; with a key outside the database it gives the code by which anybody may ask how this stands (`public.code_of`)."""
    code_mark: Mapped[str] = mapped_column(String(64))
    """By which a code that somebody types is found: keyed too, so that nobody reads or tries a code out of the database."""
    form_asked: Mapped[str] = mapped_column(String(10))
    form_recommended: Mapped[str | None] = mapped_column(String(10))
    form_passed: Mapped[str | None] = mapped_column(String(10))
    form_reserve: Mapped[str | None] = mapped_column(String(10))
    form_granted: Mapped[str | None] = mapped_column(String(10))
    received_at: Mapped[datetime | None]
    rule_set_id: Mapped[int | None] = mapped_column(ForeignKey("rule_set.id"))
    declared: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Facts as the unit said them."""
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Facts as judged: what was declared, held against the registers."""
    eligibility: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    appraisal: Mapped[str] = mapped_column(Text, default="")
    office_total: Mapped[Any | None] = mapped_column(Numeric(8, 2))
    """Weighted total of the office's scores, by which names are ranked; None until the dossier was accepted."""
    papers: Mapped[list[str] | None] = mapped_column(Json)
    """Codes of the papers that were ticked when the dossier was accepted; None until then."""
    faults: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    """What is to be mended, by the last check that asked for a supplement."""
    reason: Mapped[str] = mapped_column(Text, default="")
    reason_code: Mapped[str | None] = mapped_column(String(40))
    refused_by: Mapped[str | None] = mapped_column(String(12))
    """office, council, chair, province, centre, unit."""
    posthumous: Mapped[bool] = mapped_column(default=False)
    """Whether it is decided on as an award to somebody who has died."""
    to_family: Mapped[bool] = mapped_column(default=False)
    """Whether who was honoured died after the decision, which stands as it is: the family receives it."""
    revoked: Mapped[bool] = mapped_column(default=False)
    """Whether its award was revoked: a status of the award, which the case's outcome does not tell."""
    reviewed: Mapped[bool] = mapped_column(default=False)
    consent: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Whether the nominee agrees: answer (yes, no), how, day, by whom, reason, paper, what he adds; see `consents`."""
    votes: Mapped[dict[str, int] | None] = mapped_column(Json)
    """The council's: agree, disagree, blank, and `of`: of how many the rule reckons."""
    search: Mapped[str] = mapped_column(String(700), default="")
    sort_key: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime]
    created_by: Mapped[int | None]


class Score(Base):
    """Score of one criterion: the unit's own, and the office's beside it."""

    __tablename__ = "score"

    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), primary_key=True)
    criterion: Mapped[str] = mapped_column(String(4), primary_key=True)
    position: Mapped[int]
    own: Mapped[Any | None] = mapped_column(Numeric(5, 2))
    own_note: Mapped[str] = mapped_column(Text, default="")
    contents: Mapped[list[str]] = mapped_column(Json, default=list)
    """ND1–ND7 that the achievement serves."""
    files: Mapped[list[int]] = mapped_column(Json, default=list)
    office: Mapped[Any | None] = mapped_column(Numeric(5, 2))
    office_note: Mapped[str] = mapped_column(Text, default="")
    maximum: Mapped[Any] = mapped_column(Numeric(5, 2), default=10)
    weight: Mapped[Any] = mapped_column(Numeric(5, 2), default=1)


class List(Base):
    """Something an office acts on once for many names: submission, opinion letter, posting, decision, package …

    What each kind may do stands in `lists.KINDS`.
    """

    __tablename__ = "list"
    __table_args__ = (Index("ix_list_round_kind", "round_id", "kind"), Index("ix_list_unit", "unit_id", "kind"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """Nominating unit, or the agency asked."""
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("list.id"))
    """Child package → package; award list → decision or package."""
    state: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(300))
    number: Mapped[str | None] = mapped_column(String(60))
    dated: Mapped[date | None]
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Fields of the kind: minutes, place, notice, budget year."""
    version: Mapped[int] = mapped_column(default=1)
    sole: Mapped[str | None] = mapped_column(String(60), unique=True)
    """While it is drafted, what there may be only one of: `submission:ROUND:UNIT`."""
    due_at: Mapped[datetime | None]
    due_days: Mapped[int | None]
    """Working days after `due_since` by which it is due; none where it is due on a fixed day."""
    due_since: Mapped[date | None]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None]

    @validates("state")
    def _move(self, key: str, state: str) -> str:
        """A list that leaves its first state makes room for the next draft."""
        if self.state is not None and state != self.state:
            self.sole = None
        return state


class Line(Base):
    """One nomination on a list, with what became of it there."""

    __tablename__ = "line"
    __table_args__ = (
        UniqueConstraint("list_id", "nomination_id"),
        Index("ix_line_nomination", "nomination_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("list.id"))
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"))
    position: Mapped[int]
    result: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text, default="")
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Fields of the line: printed name, text, money, votes, answer's paper."""
    acts: Mapped[int] = mapped_column(default=0)
    """How often an act took this line; the last part of the idempotency key."""
    removed: Mapped[bool] = mapped_column(default=False)


class PaperNumber(Base):
    """A number that was typed for a paper: unique for body, kind of paper and year (Decree 30/2020, Art. 15)."""

    __tablename__ = "paper_number"
    __table_args__ = (UniqueConstraint("body", "paper", "year", "number"), Index("ix_paper_number_about", "about"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    body: Mapped[str] = mapped_column(String(40))
    paper: Mapped[str] = mapped_column(String(20))
    year: Mapped[int]
    number: Mapped[int]
    dated: Mapped[date]
    about: Mapped[str] = mapped_column(String(60))
    """Whose paper carries it: `list:12`, `matter:3`."""
    place: Mapped[str] = mapped_column(String(100), default="")
    """Field that holds it, where what it is about has several papers."""
    title: Mapped[str] = mapped_column(String(300))
    """What the paper is called where the number is asked for again; nothing private stands in it."""


class Counter(Base):
    """Last own number given in one register and year: from 1, without a gap."""

    __tablename__ = "counter"

    register: Mapped[str] = mapped_column(String(120), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class Award(Base):
    """What a recipient was given; never deleted, at most revoked."""

    __tablename__ = "award"
    __table_args__ = (
        Index("ix_award_recipient", "recipient_id"),
        Index("ix_award_nomination", "nomination_id", "status", "form", "decided_on"),
        # Whatever two lists try, one nomination has one award in force.
        Index("uq_award_in_force", "nomination_id", unique=True, sqlite_where=text("status <> 'revoked'"),
              postgresql_where=text("status <> 'revoked'")),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    nomination_id: Mapped[int | None] = mapped_column(ForeignKey("nomination.id"))
    recipient_id: Mapped[int] = mapped_column(ForeignKey("recipient.id"))
    form: Mapped[str] = mapped_column(String(10))
    level: Mapped[str] = mapped_column(String(8))
    """commune, province, centre."""
    decision: Mapped[str] = mapped_column(String(60))
    decided_on: Mapped[date]
    text: Mapped[str] = mapped_column(Text, default="")
    money: Mapped[int] = mapped_column(Integer, default=0)
    """Dong."""
    money_basis: Mapped[str] = mapped_column(String(200), default="")
    status: Mapped[str] = mapped_column(String(12), default="granted")
    """granted, filed, revoked."""
    book_number: Mapped[int | None]
    """In the golden book of the decision's year, from 01: given with the decision's number, or when what came from above is filed."""
    handed_on: Mapped[date | None]
    handed_to: Mapped[str] = mapped_column(String(200), default="")
    paid_on: Mapped[date | None]
    voucher: Mapped[str] = mapped_column(String(60), default="")
    returned_on: Mapped[date | None]
    """Of a revoked award: when certificate and artefact came back, or were written off."""
    repaid_on: Mapped[date | None]
    """Of a revoked award: when its money came back into the fund."""
    receipt: Mapped[str] = mapped_column(String(60), default="")
    """Number of the receipt for money paid back."""
    unlisted: Mapped[bool] = mapped_column(default=False)
    """Whether it was taken off the public honour page on request."""


class PastAward(Base):
    """What a recipient received before or elsewhere: award, title, rating of a year, initiative; struck, never deleted."""

    __tablename__ = "past_award"
    __table_args__ = (Index("ix_past_award_recipient", "recipient_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    recipient_id: Mapped[int] = mapped_column(ForeignKey("recipient.id"))
    what: Mapped[str] = mapped_column(String(10))
    """Code of a form of award, or of honours.toml."""
    year: Mapped[int]
    """Year that it was given for: of a rating the year rated."""
    basis: Mapped[str] = mapped_column(String(12), default="")
    """Type of commendation: CONG_TRANG, PHONG_TRAO, CHUYEN_DE, DOT_XUAT, or empty where nobody knows."""
    decision: Mapped[str] = mapped_column(String(60), default="")
    decided_on: Mapped[date | None]
    issuer: Mapped[str] = mapped_column(String(200), default="")
    achievement: Mapped[str] = mapped_column(Text, default="")
    """For what; of an initiative its name."""
    used_for: Mapped[str] = mapped_column(String(200), default="")
    """Of an initiative: the title that it was used for already."""
    once: Mapped[str] = mapped_column(String(120), unique=True)
    """What makes the row the same as another, so that the same sheet again adds nothing."""
    struck: Mapped[str] = mapped_column(Text, default="")
    """Why it does not count, where somebody struck it."""
    entered_at: Mapped[datetime]
    entered_by: Mapped[int | None]


class Hold(Base):
    """A nomination is not to go on until a conclusion (tạm dừng xem xét)."""

    __tablename__ = "hold"
    __table_args__ = (Index("ix_hold_nomination", "nomination_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"))
    list_id: Mapped[int | None] = mapped_column(ForeignKey("list.id"))
    """The petition, where one is the cause."""
    cause: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text, default="")
    opened_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    conclusion: Mapped[str] = mapped_column(Text, default="")


class File(Base):
    """A file that somebody attached; its bytes lie under `var/files` by their hash."""

    __tablename__ = "file"
    __table_args__ = (Index("ix_file_about", "about"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    about: Mapped[str] = mapped_column(String(40))
    """`nomination:12`, `list:3`, `paper:3` for papers of a list, or `draft:ACCOUNT` before the thing exists."""
    name: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[int]


class Rule(Base):
    """One version of a rule with its legal basis; a change or a confirmation is a new version, none is ever rewritten."""

    __tablename__ = "rule"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    key: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]
    value: Mapped[Any | None] = mapped_column(Json)
    """Of the type that the shipped register names; of a gate what it does where it may: block, warn, note."""
    unit: Mapped[str] = mapped_column(String(40), default="")
    label: Mapped[str] = mapped_column(String(300))
    citation: Mapped[str] = mapped_column(Text)
    law: Mapped[str] = mapped_column(String(40), default="")
    """The law that it rests on, where that law was amended since."""
    confidence: Mapped[str] = mapped_column(String(8))
    """S, S-old, S-weak, MH, ML, P (law.md 0.1)."""
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    confirmed_by: Mapped[int | None]
    confirmed_at: Mapped[datetime | None]
    made_by: Mapped[int | None]
    """Who entered this version; None where it came with the service."""
    made_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why this version was made, and which paper was read."""


class RuleSet(Base):
    """The rules in force on the day a dossier was received, frozen for good."""

    __tablename__ = "rule_set"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    values: Mapped[dict[str, Any]] = mapped_column(Json)
    blocking: Mapped[dict[str, bool]] = mapped_column(Json)
    versions: Mapped[dict[str, int]] = mapped_column(Json)
    """Key → the row of `rule` that was in force, with its citation and who confirmed it."""
    frozen_at: Mapped[datetime]
