"""Papers of matters: their texts are data of the bundle, a step names the paper that it writes (`nom:paper`).

Drawn up, kept and compared as papers of lists are. Who may draw one is whoever may act on an open step that names it, or did
such a step; where it says private fields, only who sees those draws or reads it, and whom the register lets see them draws it
once such a step has come.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from service import clock
from service.actor import Actor
from service.db import let_go, reading, transaction
from service.errors import Conflict, Forbidden
from service.movement import Whole, read_matter, settles_private
from service.movement.models import Matter
from service.papers.facts import Facts
from service.papers.matter_facts import Filled, drafted, facts_of_matter, form_at
from service.papers.models import Paper
from service.papers.versions import (
    READERS,
    SIGNED_SOURCES,
    Drawn,
    Place,
    are_these,
    digest_of,
    held_against,
    keep_version,
    latest_of,
    looked_at,
    may_scan,
    no_paper,
    printed,
    sha_of,
)
from service.processes import drafts, tasks
from service.processes.deployments import definition_of, paper_of
from service.processes.models import Activity
from workflows.paper_text import BEGUN_BY, PaperText

_ASIDE = ("number", "numbered", "dated", "year", "made", "document")
"""Facts that may come after a paper was signed, and what is made of them all."""


@dataclass(frozen=True, slots=True)
class MatterPaper:
    """How a paper of a matter stands: its latest version in each format, the earlier ones, what its reader may do with it."""

    name: str
    text: PaperText
    latest: tuple[Paper, ...]
    earlier: tuple[Paper, ...]
    may_draw: bool
    may_scan: bool
    old: bool
    """Whether the steps say something else by now than when it was drawn up."""
    tasks: tuple[int, ...]
    """Open tasks that name it and on which its reader may act."""
    written: bool = True
    """Whether a step that writes its text at length was sent, where there is one: before, it would be drawn up without."""


def papers_of_matter(matter_id: int, *, by: Actor) -> list[MatterPaper]:
    """The papers of a matter that somebody may read: those that stand, and those that he may draw up; NotFound as for the matter."""
    whole = read_matter(matter_id, by=by)
    texts = {name: text for name, text in _texts(whole).items() if _may_read(whole, text.reads)}
    if not texts:
        return []
    with reading() as s:
        rows = list(s.scalars(
            select(Paper).where(Paper.about == about_matter(matter_id)).order_by(Paper.version.desc(), Paper.format.desc())
        ))
        row = s.get_one(Matter, matter_id)
        let_go(rows)
        found = []
        for name, text in texts.items():
            own = [one for one in rows if one.kind == name and _may_read(whole, one.facts["reads"])]
            latest = tuple(one for one in own if one.version == own[0].version)
            acts = _acts_on(whole, name, text, by)
            if not own and not acts.may:
                continue
            old = bool(latest) and latest[0].source == "drafted" and (
                digest_of(latest[0].facts) != digest_of(facts_of_matter(name, text, row, whole.kept, whole.running))
            )
            found.append(MatterPaper(
                name, text, latest, tuple(own[len(latest) :]), acts.may, acts.may or may_scan(by), old, acts.tasks,
                _written(whole, name, text),
            ))
    return found


def preview_matter_paper(matter_id: int, name: str, *, by: Actor) -> bytes:
    """What a paper of a matter would look like now, as PDF; nothing is kept.

    Whoever fills in an open step that names it sees it with what he has saved there as his own draft.
    """
    whole, text = _read(matter_id, name, by)
    return printed(_facts(whole, name, text, _draft(whole, name, text, by)), ("pdf",))["pdf"]


def draw_up_matter_paper(matter_id: int, name: str, *, by: Actor) -> Drawn:
    """Draw a paper of a matter up from what its steps said, and keep it; a new version only where its bytes are others.

    What is typed at an open step and not sent is not in it. Raises NotFound, Forbidden, Conflict once the signed scan stands and
    the steps say something else.
    """
    whole, text = _read(matter_id, name, by)
    _must_draw(whole, name, text, by)
    facts = _facts(whole, name, text)
    made = printed(facts, text.formats)  # set before the lock is taken, as of lists
    with transaction() as s:
        s.scalars(select(Matter).where(Matter.id == matter_id).with_for_update(key_share=True)).one()
        if digest_of(now := _facts(whole, name, text)) != digest_of(facts):
            facts, made = now, printed(now, text.formats)
        latest = latest_of(s, about_matter(matter_id), name)
        if latest and latest[0].source in SIGNED_SOURCES and _signed_for(latest[0].facts) == _signed_for(facts) or are_these(latest, made):
            drawn = Drawn(tuple(latest), False)
        else:
            _must_not_be_signed(latest, text)
            drawn = Drawn(tuple(keep_version(s, _place(whole, name, text), facts, made, "drafted", by)), True)
    let_go(drawn.papers)
    return drawn


def upload_matter_paper(matter_id: int, name: str, file: str, content: bytes, *, by: Actor, signed: bool = False) -> Paper:
    """Put an edited DOCX, or the scan of the signed paper as PDF, in the place of what stands: a new version.

    What differs in it from the answers is kept with it and told, not refused; the same bytes again change nothing. Raises
    Conflict for an edited one after the signed scan, Invalid for a macro, another type or a document that cannot be read.
    """
    whole, text = _must_take(matter_id, name, by, signed=signed)
    if not (text.word or signed):
        raise Conflict("Văn bản này không sửa bằng Word.", "This paper is not edited as DOCX.", code="not-edited")
    format = looked_at(file, content, signed=signed)
    with transaction() as s:
        s.scalars(select(Matter).where(Matter.id == matter_id).with_for_update(key_share=True)).one()
        facts = _facts(whole, name, text)
        latest = latest_of(s, about_matter(matter_id), name)
        papers = [one for one in latest if one.format == format and one.sha256 == sha_of(content)]
        if not papers:
            if not signed:
                _must_not_be_signed(latest, text)
            found = [] if signed else held_against(file, content, facts)
            source = "signed" if signed else "edited"
            papers = keep_version(s, _place(whole, name, text), facts, {format: content}, source, by, found)
    let_go(papers)
    return papers[0]


def must_take_paper(matter_id: int, name: str, *, by: Actor, signed: bool = False) -> None:
    """Raise what `upload_matter_paper` would for who may not, before any file is looked at."""
    _must_take(matter_id, name, by, signed=signed)


def _must_take(matter_id: int, name: str, by: Actor, *, signed: bool) -> tuple[Whole, PaperText]:
    whole, text = _read(matter_id, name, by)
    if not (signed and may_scan(by)):
        _must_draw(whole, name, text, by)
    return whole, text


def about_matter(matter_id: int) -> str:
    """What a paper of a matter is a paper of."""
    return f"matter:{matter_id}"


def _texts(whole: Whole) -> dict[str, PaperText]:
    """The papers that steps of a matter's process name, by name."""
    deployment = whole.running.deployment_id
    named = dict.fromkeys(
        one.attrs["paper"] for one in definition_of(deployment).elements.values() if one.kind == "user" and one.attrs.get("paper")
    )
    return {name: text for name in named if (text := paper_of(deployment, name)) is not None}


def _may_read(whole: Whole, reads: Collection[str]) -> bool:
    """Whether a paper that reads these names holds nothing that is kept from who reads the matter."""
    kept_away = {*whole.hidden, BEGUN_BY} if whole.private else whole.hidden
    return kept_away.isdisjoint(reads)


def _read(matter_id: int, name: str, by: Actor) -> tuple[Whole, PaperText]:
    """A matter and one of its papers, for who may read both; NotFound for everybody else."""
    whole = read_matter(matter_id, by=by)
    text = _texts(whole).get(name)
    if text is None or not _may_read(whole, text.reads):
        raise no_paper()
    return whole, text


def _read_version(paper: Paper, by: Actor) -> None:
    whole = read_matter(int(paper.about.partition(":")[2]), by=by)
    if not _may_read(whole, paper.facts["reads"]):
        raise no_paper()


READERS["matter"] = _read_version


@dataclass(frozen=True, slots=True)
class _Acts:
    """What makes somebody a writer of a paper: open tasks that name it, on which he may act, whether he did such a step, or sees
    what is private in it.
    """

    tasks: tuple[int, ...]
    did: bool

    @property
    def may(self) -> bool:
        return self.did or bool(self.tasks)


def _acts_on(whole: Whole, name: str, text: PaperText, by: Actor) -> _Acts:
    opened, did = [], False
    sees = bool(text.private) and settles_private(by, whole.running, whole.kept)
    for task in _steps(whole, name):
        did = did or sees
        if task.state == "done":
            did = did or by.account is not None and task.closed_by == by.account
        elif tasks.may_act(task, by) and not tasks.is_another_to_do(task, by):
            opened.append(task.id)
    return _Acts(tuple(opened), did)


def _steps(whole: Whole, name: str) -> Iterator[tasks.Task]:
    """The steps of a matter, done or open, that name a paper."""
    with reading() as s:
        rows = s.execute(
            select(Activity.id, Activity.element, Activity.deployment_id)
            .where(Activity.instance_id == whole.running.id, Activity.kind == "user", Activity.state.in_(("open", "done")))
            .order_by(Activity.id)
        ).all()
    for number, element, deployment in rows:
        found = definition_of(deployment).elements.get(element) if deployment is not None else None
        if found is not None and found.attrs.get("paper") == name:
            yield tasks.find_task(number)


def _written(whole: Whole, name: str, text: PaperText) -> bool:
    states = [
        task.state for task in _steps(whole, name)
        if (form := form_at(task.deployment_id, task.element)) is not None
        and any(one.kind == "textarea" and one.path and one.path[0] in text.reads for one in form.walk())
    ]
    return not states or "done" in states


def _must_draw(whole: Whole, name: str, text: PaperText, by: Actor) -> None:
    if not _acts_on(whole, name, text, by).may:
        raise Forbidden(
            f"Bạn không có quyền soạn văn bản này: {text.name[0]}.", f"You may not draw up this paper: {text.name[1]}."
        )


def _must_not_be_signed(latest: Collection[Paper], text: PaperText) -> None:
    if any(one.source in SIGNED_SOURCES for one in latest):
        raise Conflict(
            f"{text.name[0]} đã có bản chụp đã ký: nội dung không thay được nữa. Nếu chụp nhầm, đưa bản chụp đúng vào.",
            f"{text.name[1]}: the signed scan stands and its contents with it. Where the scan is a wrong one, put the right one in.",
            code="already-signed",
        )


def _facts(whole: Whole, name: str, text: PaperText, draft: Filled | None = None) -> Facts:
    with reading() as s:
        return facts_of_matter(name, text, s.get_one(Matter, whole.entry.id), whole.kept, whole.running, draft)


def _draft(whole: Whole, name: str, text: PaperText, by: Actor) -> Filled | None:
    """What somebody has saved as his own draft of an open step that names a paper."""
    for number in _acts_on(whole, name, text, by).tasks:
        task = tasks.find_task(number)
        kept = drafts.read_draft(f"task:{number}", by=by)
        form = form_at(task.deployment_id, task.element)
        if kept is not None and form is not None:
            return drafted(form, kept[0], task.given, clock.now())
    return None


def _signed_for(facts: Mapping[str, object]) -> bytes:
    """What of the facts a signature stands for."""
    return digest_of({key: value for key, value in facts.items() if key not in _ASIDE})


def _place(whole: Whole, name: str, text: PaperText) -> Place:
    number, instance = whole.entry.number.replace("/", "-"), whole.running.id
    about = about_matter(whole.entry.id)
    return Place(about, name, text.name[0], f"paper:{about}", number, f"instance:{instance}")


__all__ = [
    "MatterPaper", "about_matter", "draw_up_matter_paper", "must_take_paper", "papers_of_matter", "preview_matter_paper",
    "upload_matter_paper",
]
