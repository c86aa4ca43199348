"""Tables of deployments, instances, activities, messages and incidents."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base, Json, Key

NO_DUE = datetime(2999, 1, 1, tzinfo=UTC)
"""Where a task without a due time sorts: after all others."""


class Deployment(Base):
    """An immutable version of a process: main process, called processes, decisions and forms, pinned together."""

    __tablename__ = "deployment"
    __table_args__ = (Index("uq_deployment_key_version", "key", "version", unique=True),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    key: Mapped[str] = mapped_column(String(100))
    """Id of the main process."""
    version: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text, default="")
    deployed_at: Mapped[datetime]
    deployed_by: Mapped[int | None]


class DeploymentFile(Base):
    """One file of a deployment, byte for byte as it was checked."""

    __tablename__ = "deployment_file"

    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Enactment(Base):
    """The act that puts a version of a process into use from a day on: a new one, or an older one again.

    In use is what the latest confirmed act whose day has come names; what an act says is never changed afterwards.
    """

    __tablename__ = "enactment"
    __table_args__ = (Index("ix_enactment_key", "key", "effective_on", "settled_at", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    key: Mapped[str] = mapped_column(String(100))
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    kind: Mapped[str] = mapped_column(String(11))
    """deployed, rolled_back."""
    replaces: Mapped[int | None]
    """The version that was in use when it was asked; what the effect list was reckoned against."""
    note: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(Text)
    """Number and day of the paper that orders the change."""
    effects: Mapped[dict[str, Any]] = mapped_column(Json)
    """What replaying the past cases said, in numbers; empty where none were replayed."""
    told: Mapped[list[str]] = mapped_column(Json)
    """Groups whose people get a letter."""
    effective_on: Mapped[date]
    """First day of use; of two acts with one day the one that was settled later counts."""
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(9))
    """asked, confirmed, refused."""
    settled_at: Mapped[datetime | None]
    """When it was confirmed; stays where it is taken back before its day."""
    settled_by: Mapped[int | None]
    refused_at: Mapped[datetime | None]
    refused_by: Mapped[int | None]
    refusal: Mapped[str] = mapped_column(Text, default="")


class ProcessInstance(Base):
    """One running or ended process; `state` is the engine's own encoding, never read by SQL."""

    __tablename__ = "process_instance"
    __table_args__ = (
        Index("ix_process_instance_due", "due_at", sqlite_where=text("due_at IS NOT NULL"),
              postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_process_instance_case", "case_key"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    case_key: Mapped[str | None] = mapped_column(String(60))
    """What the instance is about, `nomination:12`; the word before the colon names its case kind."""
    version: Mapped[int] = mapped_column(default=1)
    status: Mapped[str] = mapped_column(String(12), default="running")
    """running, incident, ended."""
    phase: Mapped[str | None] = mapped_column(String(40))
    outcome: Mapped[str | None] = mapped_column(String(40))
    due_at: Mapped[datetime | None]
    """Earliest timer of the engine, so that no instance is loaded to find the due ones."""
    holds: Mapped[int] = mapped_column(default=0)
    queued: Mapped[int] = mapped_column(default=0)
    """Messages that wait for delivery."""
    roles: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    """Candidate group of the diagram → group of this case: {"unit": "unit:17", "vhxh": "vanphong"}."""
    excluded: Mapped[list[int]] = mapped_column(Json, default=list)
    """Accounts that may never act on this case: the nominee."""
    own_units: Mapped[list[int]] = mapped_column(Json, default=list)
    """Units that the case is about: their people do the unit's own steps and no others."""
    title: Mapped[str] = mapped_column(String(300), default="")
    about: Mapped[str] = mapped_column(String(300), default="")
    search: Mapped[str] = mapped_column(String(600), default="")
    unit_id: Mapped[int | None]
    """The unit that the case comes from; its tasks carry it on, so that the inbox can be narrowed by unit."""
    priority: Mapped[int] = mapped_column(default=0)
    """0 normal, 1 high; tasks that are opened take it over."""
    started_at: Mapped[datetime]
    started_by: Mapped[int | None]
    begun_with: Mapped[dict[str, Any] | None] = mapped_column(Json, deferred=True)
    """The data it was started with: with its activities, what it takes to run it again."""
    ended_at: Mapped[datetime | None]
    suspended: Mapped[bool] = mapped_column(default=False)
    """Stopped by hand; counted in `holds` like every other hold."""
    suspensions: Mapped[list[list[str | None]]] = mapped_column(Json, default=list, deferred=True)
    """From when to when it was stopped by hand, as ISO moments; the last one without an end while it is."""
    dues_set: Mapped[list[list[Any]]] = mapped_column(Json, default=list, deferred=True)
    """Due days that somebody set, in their order: when (ISO), the task's row, its element and occurrence, the new due time (ISO)."""
    by_hand: Mapped[bool] = mapped_column(default=False)
    """Whether an administrator moved it to a step, changed its data or cancelled it: no record tells how it came where it stands."""
    renamed: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    """Element of an earlier version → what it is called in the present one; finished stops keep the old name."""
    state: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class Queue(Base):
    """A set of candidate groups that tasks share; few rows, kept in memory."""

    __tablename__ = "queue"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    groups: Mapped[str] = mapped_column(String(400), unique=True)
    """Group names, sorted, with a comma between."""


class Activity(Base):
    """One stop of a process, open or done: a user task, a wait, an external task, a timer that fired; or a list task.

    The rows of an instance in order of `id` are its completion record.
    """

    __tablename__ = "activity"
    __table_args__ = (
        Index("ix_activity_instance", "instance_id", "id"),
        Index("ix_activity_list", "list_id", "id", sqlite_where=text("list_id IS NOT NULL"),
              postgresql_where=text("list_id IS NOT NULL")),
        Index("ix_activity_queue", "queue_id", "sort_at", "id", sqlite_where=text("state = 'open'"),
              postgresql_where=text("state = 'open'")),
        Index("ix_activity_high", "queue_id", "sort_at", "id", sqlite_where=text("state = 'open' AND priority > 0"),
              postgresql_where=text("state = 'open' AND priority > 0")),
        Index("ix_activity_owner", "owner", "sort_at", "id",
              sqlite_where=text("state = 'open' AND owner IS NOT NULL"),
              postgresql_where=text("state = 'open' AND owner IS NOT NULL")),
        Index("ix_activity_remind", "remind_at", sqlite_where=text("remind_at IS NOT NULL"),
              postgresql_where=text("remind_at IS NOT NULL")),
        Index("ix_activity_unclaimed", "unclaimed_at", sqlite_where=text("unclaimed_at IS NOT NULL"),
              postgresql_where=text("unclaimed_at IS NOT NULL")),
        # Holds all that the figures of steps read, so that no row is fetched for them.
        Index("ix_activity_figures", "deployment_id", "closed_at", "element", "opened_at", "due_at", "kind", "state",
              sqlite_where=text("state = 'done'"), postgresql_where=text("state = 'done'")),
        Index("ix_activity_done_by", "closed_by", "closed_at", sqlite_where=text("closed_by IS NOT NULL"),
              postgresql_where=text("closed_by IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("process_instance.id"))
    list_id: Mapped[int | None]
    """The list whose act this task asks for, when it belongs to no instance."""
    deployment_id: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(8))
    """user, receive, external, timer, signal, list."""
    element: Mapped[str] = mapped_column(String(60))
    occurrence: Mapped[int] = mapped_column(default=1)
    task: Mapped[str | None] = mapped_column(String(36))
    """The engine's id of the task."""
    message: Mapped[str | None] = mapped_column(String(60))
    key: Mapped[str | None] = mapped_column(String(60))
    """Key of a wait, as text."""
    state: Mapped[str] = mapped_column(String(9), default="open")
    """open, done, cancelled."""
    version: Mapped[int] = mapped_column(default=1)
    """Grows with every claim, release, reassignment; an act names the version that its person saw."""
    queue_id: Mapped[int | None]
    owner: Mapped[int | None]
    title: Mapped[str | None] = mapped_column(String(300))
    """Of a list task its own; of a task that is done once for each item what tells it from the others; the rest take the instance's."""
    search: Mapped[str | None] = mapped_column(String(300))
    """The title as it is searched for, without diacritics."""
    item: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """Of a task that is done once for each item of a list: `way`, the same for all tasks of one item, and `items`, by name."""
    process: Mapped[str | None] = mapped_column(String(60))
    """Diagram that the element stands in, or the kind of list; what the inbox is narrowed by."""
    unit_id: Mapped[int | None]
    priority: Mapped[int] = mapped_column(default=0)
    """0 normal, 1 high."""
    follow_at: Mapped[datetime | None]
    """When its holder wants to look at it again; goes with the holder."""
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    sort_at: Mapped[datetime]
    """The due time, or a moment after all others: databases disagree on where NULL sorts."""
    remind_at: Mapped[datetime | None]
    reminded: Mapped[int] = mapped_column(default=0)
    unclaimed_at: Mapped[datetime | None]
    """When it is told of, or handed on, as one that nobody took; only while nobody holds it and it was not told."""
    drafted: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None]
    on_behalf: Mapped[str | None] = mapped_column(String(300))
    """In whose place it was done: an account's number, or the name of a body."""
    door: Mapped[str | None] = mapped_column(String(8))
    answers: Mapped[dict[str, Any] | None] = mapped_column(Json)


class Draft(Base):
    """What somebody typed and has not sent; belongs to that person only, kept without any check."""

    __tablename__ = "draft"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    """`task:12`, or the page of a start form."""
    account: Mapped[int] = mapped_column(primary_key=True)
    answers: Mapped[dict[str, Any]] = mapped_column(Json)
    saved_at: Mapped[datetime]
    page: Mapped[str] = mapped_column(String(16), default="")
    """Which drawing of the page kept it last; "" where none says so."""


class SavedFilter(Base):
    """A way to narrow the inbox, kept under a name by one person and perhaps shared with one of that person's groups."""

    __tablename__ = "saved_filter"
    __table_args__ = (
        UniqueConstraint("account", "name"),
        Index("ix_saved_filter_shared_with", "shared_with", sqlite_where=text("shared_with IS NOT NULL"),
              postgresql_where=text("shared_with IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))
    shared_with: Mapped[str | None] = mapped_column(String(60))
    """A group whose people see it too."""
    filters: Mapped[dict[str, str]] = mapped_column(Json)
    """Name of a filter → its chosen values, with a comma between."""
    made_at: Mapped[datetime]


class Message(Base):
    """A message on its way to a waiting instance; delivered in order of `id`, urgent ones first."""

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_queued", "instance_id", "urgent", "id", sqlite_where=text("state = 'queued'"),
              postgresql_where=text("state = 'queued'")),
        Index("ix_message_source", "source"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"))
    name: Mapped[str] = mapped_column(String(60))
    key: Mapped[str | None] = mapped_column(String(60))
    """Key of the wait, where it is not the case's own (the hold that is lifted)."""
    urgent: Mapped[bool] = mapped_column(default=False)
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    source: Mapped[str] = mapped_column(String(60))
    """Where it comes from: `list:12:3` is line 3 of list 12."""
    once: Mapped[str] = mapped_column(String(120), unique=True)
    """Idempotency key: the same act again queues nothing."""
    state: Mapped[str] = mapped_column(String(9), default="queued")
    """queued, delivered, dropped."""
    sent_at: Mapped[datetime]
    sent_by: Mapped[int | None]
    sent_for: Mapped[str | None] = mapped_column(String(300))
    """In whose place, as in `Activity.on_behalf`."""
    settled_at: Mapped[datetime | None]


class Incident(Base):
    """An instance that cannot go on by itself: where, why, and what became of each retry."""

    __tablename__ = "incident"
    __table_args__ = (
        Index("ix_incident_open", "code", sqlite_where=text("resolved_at IS NULL"),
              postgresql_where=text("resolved_at IS NULL")),
        Index("ix_incident_instance", "instance_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"))
    element: Mapped[str | None] = mapped_column(String(60))
    code: Mapped[str] = mapped_column(String(60))
    message: Mapped[str] = mapped_column(Text)
    message_en: Mapped[str] = mapped_column(Text)
    raised_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[int | None]
    retry_of: Mapped[int | None]
    """The incident whose retry led here."""
