"""What would be erased of a person's data, and what must be kept and why. Writes nothing.

A person is a recipient with those that were found to be the same. A nomination is erased as a whole or not at all: while it runs,
was awarded, voted on, sent up, petitioned against, or lies within the time for which it is kept, it stays as it is.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files as package_files
from typing import Any

import orjson
from sqlalchemy import Select, Text, exists, func, not_, or_, select, type_coerce
from sqlalchemy.orm import Session

from service import clock
from service.awards import rule_versions, rules
from service.awards.models import Award, File, Line, List, Nomination, PastAward, Recipient
from service.awards.talk_models import Comment, Question
from service.council.session.models import CouncilItem
from service.errors import Conflict, Invalid, NotFound
from service.keepers import Keeper
from service.movement.concerns import numbers_of
from service.movement.models import Matter, MatterSubject
from service.notices.models import MAIL, NOTICE
from service.papers.models import OfflineDossier, Paper
from service.people.models import Account
from service.processes.drafts import ASIDE
from service.processes.models import Activity, Draft, ProcessInstance
from service.trail.models import EVENT, PRIVATE
from service.trail.tell import ERASED
from service.vietnamese import contains, has_words, whole_words
from workflows.calendar import ZONE

GONE = ERASED[0]
"""What stands in the place of a name or a text that was erased."""
PERSONS = ("INDIVIDUAL", "HOUSEHOLD")
_BELONGS = ("recipient:joined", "recipient:kept_apart")
"""Kinds of entries in which one nomination's case names the person of another."""


_NOT_BY_NAME = ("instance", "nomination", "list", "erasure")
"""Streams of which nothing goes by the mere name."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is kept: in words, on which legal basis, and the rule that says for how many years."""

    word: str
    label: str
    label_en: str
    basis: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that is kept: why, which nomination, until when; no day where it is for good."""

    word: str
    nomination: int | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A nomination that is erased, with its case."""

    id: int
    instance: int
    form: str
    round_id: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What an erasure does: whole where nothing of the person remains but archive papers and commitments."""

    recipient: int
    recipients: tuple[int, ...]
    name: str
    title: str
    unit: int
    whole: bool
    cases: tuple[Case, ...]
    kept: tuple[Kept, ...]
    values: Mapping[str, Mapping[int, tuple[str, ...]]]
    """Private values of the trail: stream → entry → paths."""
    files: tuple[int, ...]
    mails: tuple[int, ...]
    notices: tuple[int, ...]
    drafts: tuple[tuple[str, int], ...]
    dossiers: tuple[int, ...]
    mentions: tuple[int, ...] = field(default=())
    """Mails that name the person though they are about something else: the name goes, the letter stays."""
    talk: int = 0
    """Comments on the nominations, and questions about their tasks."""
    matters: tuple[tuple[int, int], ...] = field(default=())
    """Matters about the nominations alone, each with its instance: they go with them."""
    noted: tuple[int, ...] = field(default=())
    """Notices of that kind."""
    namesakes: int = 0
    """Others, accounts and keepers of checkpoints whose name is this one or holds it: what names it elsewhere is left, since nobody can
    say whom it means."""

    @property
    def counts(self) -> dict[str, int]:
        """How many of what are erased."""
        return {
            "nominations": len(self.cases), "values": sum(len(paths) for entries in self.values.values() for paths in entries.values()),
            "files": len(self.files), "mails": len(self.mails) + len(self.mentions), "notices": len(self.notices) + len(self.noted),
            "comments": self.talk, "drafts": len(self.drafts), "dossiers": len(self.dossiers),
            "matters": len(self.matters),
        }

    @property
    def digest(self) -> str:
        """What was seen, so that nothing else is confirmed: everything that goes, each value, and what stays for which reason."""
        seen = [
            self.recipient, self.recipients, self.whole, [one.id for one in self.cases],
            sorted([k.word, k.nomination or 0, str(k.until or "")] for k in self.kept), self.namesakes, self.counts, self.values,
            self.files, self.mails, self.mentions, self.notices, self.noted, self.drafts, self.dossiers, self.matters,
        ]
        return hashlib.sha256(orjson.dumps(seen, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)).hexdigest()[:32]


@cache
def _content() -> dict[str, Any]:
    return tomllib.loads((package_files(__package__) / "data" / "keeping.toml").read_text(encoding="utf-8"))


@cache
def reasons() -> Mapping[str, Reason]:
    """Every reason to keep something, by its word."""
    return {row["word"]: Reason(**row) for row in _content()["reason"]}


def bases() -> list[str]:
    """Legal bases on which erasure can be asked, by their keys."""
    return list(_content()["asked_on"])


def waits_for() -> int:
    """For how many days a request waits for its second person."""
    return int(_content()["waits_days"])


def blocked_for() -> int:
    """For how many days a blocked account keeps what only its owner needed."""
    return int(_content()["blocked_account_days"])


def values_of_account() -> Mapping[str, list[str]]:
    """Which values of the trail are the person's own, by kind of entry in the account's stream."""
    found: Mapping[str, list[str]] = _content()["account_values"]
    return found


def make_plan(s: Session, recipient_id: int) -> Plan:
    """What an erasure would do now. Raises NotFound; Invalid for a collective, which is no person."""
    who = s.get(Recipient, recipient_id)
    if who is not None and who.same_as is not None:
        who = s.get(Recipient, who.same_as)
    if who is None:
        raise NotFound("Không có người này trong danh sách đối tượng.", "There is no such recipient.")
    if who.kind not in PERSONS:
        raise Invalid(
            "Tập thể không phải cá nhân: chỉ xóa dữ liệu của cá nhân, hộ gia đình.",
            "A collective is no person: only data of individuals and households are erased.", code="no-person",
        )
    if who.name == GONE:
        raise Conflict("Dữ liệu của người này đã xóa.", "The data of this person were erased.", code="erased")
    same = tuple(sorted({who.id, *s.scalars(select(Recipient.id).where(Recipient.same_as == who.id))}))
    cases, kept = _sorted_out(s, same)
    whole = not any(one.nomination is not None or one.word == "PAST_AWARD" for one in kept)
    others = _namesakes(s, who.name, same)
    name = who.name if whole and not others else None
    ids, instances = [one.id for one in cases], [one.instance for one in cases]
    matters = _matters(s, ids)
    instances += [instance for _matter, instance in matters]
    if cases:
        kept.append(Kept("LIST_PAPERS"))
    if _matters_naming(s, who.name) - {matter for matter, _instance in matters}:
        kept.append(Kept("MATTERS"))
    drafts = _drafts(s, instances)
    if _drafts_naming(s, who.name) - set(drafts):
        kept.append(Kept("DRAFTS"))
    kept.append(Kept("TRAIL"))
    about = [f"{kind}:{n}" for kind, ns in (("nomination", ids), ("matter", [matter for matter, _instance in matters])) for n in ns]
    mails, notices_ = (tuple(sorted(set(_linked(s, table, about, instances)))) for table in (MAIL, NOTICE))
    return Plan(
        who.id, same, who.name, who.title, who.unit_id, whole, tuple(cases), tuple(kept),
        values=_values(s, ids, instances, about, name),
        files=tuple(s.scalars(select(File.id).where(File.about.in_(about)).order_by(File.id))), matters=matters,
        mails=mails, mentions=tuple(sorted(set(_naming(s, MAIL, name)) - set(mails))) if name else (),
        notices=notices_, noted=tuple(sorted(set(_naming(s, NOTICE, name)) - set(notices_))) if name else (),
        drafts=drafts,
        talk=sum(
            s.execute(select(func.count()).where(at.in_(ids))).scalar_one() for at in (Comment.nomination_id, Question.nomination_id)
        ),
        dossiers=tuple(s.scalars(select(OfflineDossier.id).where(OfflineDossier.nomination_id.in_(ids)).order_by(OfflineDossier.id))),
        namesakes=others,
    )


def people_named(s: Session, words: str, *, limit: int = 20) -> list[Recipient]:
    """Recipients that are persons and whose name holds these folded words."""
    found = select(Recipient).where(
        Recipient.kind.in_(PERSONS), Recipient.same_as.is_(None), Recipient.name != GONE, Recipient.search.contains(words, autoescape=True)
    )
    return list(s.scalars(found.order_by(Recipient.sort_key, Recipient.id).limit(limit)))


# -- what stays


def _sorted_out(s: Session, recipients: Sequence[int]) -> tuple[list[Case], list[Kept]]:
    cases: list[Case] = []
    kept: list[Kept] = []
    rows = s.execute(
        select(Nomination, ProcessInstance)
        .outerjoin(ProcessInstance, ProcessInstance.id == Nomination.instance_id)
        .where(Nomination.recipient_id.in_(recipients), Nomination.name != GONE)
        .order_by(Nomination.id)
    ).all()
    for n, instance in rows:
        if instance is None or instance.status != "ended" or instance.ended_at is None:
            kept.append(Kept("RUNNING", n.id))
            continue
        why = _why(s, n, instance.ended_at.astimezone(ZONE).date())
        if why is not None:
            kept.append(why)
        else:
            cases.append(Case(n.id, instance.id, n.form_asked, n.round_id))
    standing = s.scalars(select(PastAward.id).where(PastAward.recipient_id.in_(recipients)).limit(1)).first()
    loose = s.scalars(select(Award.id).where(Award.recipient_id.in_(recipients), Award.nomination_id.is_(None)).limit(1)).first()
    if standing is not None or loose is not None:
        kept.append(Kept("PAST_AWARD"))
    return cases, kept


def _why(s: Session, n: Nomination, ended: date) -> Kept | None:
    """Why an ended nomination is kept; None where nothing asks for it."""
    if s.scalars(select(Award.id).where(Award.nomination_id == n.id).limit(1)).first() is not None:
        return Kept("AWARDED", n.id)
    kinds = set(s.scalars(select(List.kind).join(Line, Line.list_id == List.id).where(Line.nomination_id == n.id, Line.removed.is_(False))))
    open_list = select(Activity.id).join(Line, Line.list_id == Activity.list_id).where(
        Activity.state == "open", Line.nomination_id == n.id, Line.removed.is_(False)
    )
    if s.scalars(open_list.limit(1)).first() is not None:
        return Kept("RUNNING", n.id)
    matters = set(s.scalars(_matters_of(n.id)))
    if matters - {"ended"}:
        return Kept("RUNNING", n.id)
    voted = n.votes is not None or "council_sheet" in kinds or s.scalars(
        select(CouncilItem.item_no).where(CouncilItem.nomination_id == n.id, CouncilItem.result.is_not(None)).limit(1)
    ).first() is not None
    found = [
        word for word, holds in (
            ("SENT", "package" in kinds), ("COUNCIL", voted), ("PETITION", bool(matters)), ("RETENTION", True),
        ) if holds
    ]
    until = {word: _years_after(ended, _years(reasons()[word].rule)) for word in found}
    return next((Kept(word, n.id, until[word]) for word in found if until[word] > clock.today()), None)


def _years(key: str) -> int:
    """For how many years a rule keeps something. What one person entered erases nothing for good: until another one has confirmed it,
    the longer counts of what was confirmed last and what came with the service. Conflict where the register has no value in force.
    """
    entry = rule_versions.read_rule(key, clock.today())
    if entry.now is None or entry.now.value is None or entry.now.made_by is None or entry.now.confirmed_at is not None:
        return int(rules.rules_on(clock.today()).value(key))
    confirmed = next((one.value for one in entry.versions if one.confirmed_at is not None), None)
    came = next((one.value for one in entry.versions if one.made_by is None), None)
    return max((int(value) for value in (confirmed, came) if value is not None), default=int(entry.now.value))


def _years_after(day: date, years: int) -> date:
    """The same day so many years later; of 29 February the first of March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _matters_of(nomination: int) -> Select[Any]:
    """How the matters about a nomination stand."""
    return (
        select(ProcessInstance.status).join(Matter, Matter.instance_id == ProcessInstance.id)
        .join(MatterSubject, MatterSubject.matter_id == Matter.id).where(MatterSubject.subject == f"nomination:{nomination}")
    )


# -- what goes


def _matters(s: Session, nominations: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Matters about these nominations and about nothing else, with their instances."""
    rows = s.execute(
        select(Matter.id, Matter.instance_id).where(
            Matter.id.in_(select(MatterSubject.matter_id).where(MatterSubject.subject.in_([f"nomination:{n}" for n in nominations])))
        ).order_by(Matter.id)
    ).all()
    found = []
    for matter, instance in rows:
        subjects = s.scalars(select(MatterSubject.subject).where(MatterSubject.matter_id == matter))
        if instance is not None and set(numbers_of(subjects)) <= set(nominations):
            found.append((matter, instance))
    return tuple(found)


def _matters_naming(s: Session, name: str) -> set[int]:
    """Matters in which somebody wrote this name, at their beginning or at a step."""
    whole, found = whole_words(name), set[int]()
    steps = select(Matter.id, type_coerce(Activity.answers, Text()).label("said")).join(
        Activity, Activity.instance_id == Matter.instance_id
    )
    for rows in (
        select(Matter.id, type_coerce(Matter.begun, Text()).label("said")).where(
            type_coerce(Matter.begun, Text()).contains(name, autoescape=True)
        ),
        steps.where(type_coerce(Activity.answers, Text()).contains(name, autoescape=True)),
    ):
        found |= {row.id for row in s.execute(rows) if _holds(orjson.loads(row.said), whole)}
    return found


def _namesakes(s: Session, name: str, same: Sequence[int]) -> int:
    """How many others bear this name or a longer one that holds it; an account counts, the person's own too, since it stays; so does
    who keeps checkpoints."""
    words = contains(name)
    found = {
        *(row.id for row in s.execute(
            select(Recipient.id, Recipient.name).where(Recipient.search.like(words, escape="\\"), Recipient.id.not_in(same))
        ) if has_words(row.name, name)),
        *(row.recipient_id for row in s.execute(
            select(Nomination.recipient_id, Nomination.name)
            .where(Nomination.search.like(words, escape="\\"), Nomination.recipient_id.not_in(same))
        ) if has_words(row.name, name)),
    }
    accounts = s.execute(select(Account.name).where(Account.search.like(words, escape="\\"))).scalars()
    kept = s.scalars(select(Keeper.name))  # a handful; what asking one said stands in the trail as a name
    return len(found) + sum(has_words(one, name) for one in (*accounts, *kept))


def _values(
    s: Session, nominations: Sequence[int], instances: Sequence[int], about: Sequence[str], name: str | None
) -> dict[str, dict[int, tuple[str, ...]]]:
    """Private values of the trail that are about the person: of the cases all, of lists the person's own, elsewhere by name.

    By name nothing goes of other cases and of lists, whose values are about others too.
    """
    found: dict[str, dict[int, set[str]]] = {}

    def take(stream: str, gseq: int, path: str) -> None:
        found.setdefault(stream, {}).setdefault(gseq, set()).add(path)

    # What the office says beside a case stands in a stream of its own.
    own = [*(f"instance:{n}" for n in instances), *(f"nomination:{n}" for n in nominations)]
    values = select(EVENT.c.stream, EVENT.c.gseq, PRIVATE.c.path, EVENT.c.body).select_from(
        EVENT.join(PRIVATE, PRIVATE.c.gseq == EVENT.c.gseq)
    )
    for row in _rows(s, values.where(EVENT.c.stream.in_(own))):
        take(row.stream, row.gseq, row.path)
    wanted = {f"reason.{n}" for n in nominations}
    lists_ = [f"list:{n}" for n in s.scalars(select(Line.list_id).where(Line.nomination_id.in_(nominations)).distinct())]
    for row in _rows(s, values.where(EVENT.c.stream.in_(lists_))):
        if row.path in wanted or "." not in row.path and _is_about(row.body, nominations):
            take(row.stream, row.gseq, row.path)
    for row in _rows(s, values.where(EVENT.c.kind.in_(_BELONGS))):
        if _told(row.body).get("other") in nominations:
            take(row.stream, row.gseq, row.path)
    sent = {f"account:{one.uploaded_by}": set[int]() for one in s.scalars(select(File).where(File.about.in_(about)))}
    if sent:
        numbers = set(s.scalars(select(File.id).where(File.about.in_(about))))
        for row in _rows(s, values.where(EVENT.c.stream.in_(list(sent)), EVENT.c.kind == "file:added")):
            if _told(row.body).get("file") in numbers:
                take(row.stream, row.gseq, row.path)
    if name is not None:
        elsewhere = not_(or_(*(EVENT.c.stream.like(f"{word}:%") for word in _NOT_BY_NAME)))
        whole = whole_words(name)
        for row in _rows(s, values.add_columns(PRIVATE.c.value).where(elsewhere, PRIVATE.c.value.contains(name, autoescape=True))):
            if whole.search(row.value):
                take(row.stream, row.gseq, row.path)
    return {stream: {gseq: tuple(sorted(paths)) for gseq, paths in sorted(entries.items())} for stream, entries in sorted(found.items())}


def _rows(s: Session, wanted: Select[Any]) -> Iterable[Any]:
    return s.execute(wanted.order_by(EVENT.c.gseq, PRIVATE.c.path)).all()


def _told(body: bytes) -> Mapping[str, Any]:
    try:
        told = orjson.loads(body).get("x", {})
    except (ValueError, AttributeError):
        return {}
    return told if isinstance(told, dict) else {}


def _is_about(body: bytes, nominations: Sequence[int]) -> bool:
    told = _told(body)
    return told.get("nomination") in nominations or isinstance(names := told.get("names"), list) and len(names) == 1 and (
        names[0] in nominations
    )


def _links(about: Sequence[str], instances: Sequence[int], s: Session) -> list[str]:
    tasks = s.scalars(select(Activity.id).where(Activity.instance_id.in_(instances)))
    nominations = numbers_of(about)
    questions = s.scalars(select(Question.id).where(Question.nomination_id.in_(nominations)))
    return [
        *(f"/{page}/{n}" for n in nominations for page in ("nominations", "my-nominations")),
        *(f"/nominations/{n}/comments" for n in nominations),
        *(f"/matters/{one.removeprefix('matter:')}" for one in about if one.startswith("matter:")),
        *(f"/tasks/{task}" for task in tasks), *(f"/questions/{question}" for question in questions),
    ]


def _linked(s: Session, table: Any, about: Sequence[str], instances: Sequence[int]) -> list[int]:
    links = _links(about, instances, s)
    found: list[int] = []
    for start in range(0, len(links), 500):
        found += s.execute(select(table.c.id).where(table.c.link.in_(links[start : start + 500]))).scalars()
    return found


def _naming(s: Session, table: Any, name: str) -> list[int]:
    said, whole = type_coerce(table.c.context, Text()), whole_words(name)
    rows = s.execute(select(table.c.id, said.label("said")).where(said.contains(name, autoescape=True)))
    return [row.id for row in rows if _holds(orjson.loads(row.said), whole)]


def _drafts(s: Session, instances: Sequence[int]) -> tuple[tuple[str, int], ...]:
    """Drafts of the case's own tasks. Another's draft is his, whomever it names: what he has typed is not taken from him."""
    tasks = s.scalars(select(Activity.id).where(Activity.instance_id.in_(instances))).all()
    of_tasks = Draft.key.in_([f"task:{task}{aside}" for task in tasks for aside in ("", ASIDE)])
    return tuple((key, account) for key, account in s.execute(select(Draft.key, Draft.account).where(of_tasks).order_by(Draft.key)))


def _drafts_naming(s: Session, name: str) -> set[tuple[str, int]]:
    said, whole = type_coerce(Draft.answers, Text()), whole_words(name)
    rows = s.execute(select(Draft.key, Draft.account, said.label("said")).where(said.contains(name, autoescape=True)))
    return {(row.key, row.account) for row in rows if _holds(orjson.loads(row.said), whole)}


def _holds(value: Any, whole: re.Pattern[str]) -> bool:
    if isinstance(value, Mapping):
        return any(_holds(one, whole) for one in value.values())
    if isinstance(value, list):
        return any(_holds(one, whole) for one in value)
    return isinstance(value, str) and whole.search(value) is not None


def is_shared(s: Session, file: File, among: Sequence[int]) -> bool:
    """Whether a file's row or bytes are used by something that stays."""
    return bool(
        s.scalar(
            select(
                or_(
                    exists().where(Paper.file_id == file.id),
                    exists().where(File.sha256 == file.sha256, File.id.not_in(among)),
                )
            )
        )
    )
