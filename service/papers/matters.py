"""Papers of matters: their texts are data of the bundle, a step names the paper that it writes (`nom:paper`).

Drawn up, kept and compared as papers of lists are. Who may draw one is whoever may act on an open step that writes it, or did
such a step; where it says private fields, whom the register lets see them draws it too once such a step has come. Who reads it,
and when it is signed, says `matter_rights`; from then on only number and day come into it, and the scan of what was signed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from service import clock
from service.actor import Actor
from service.db import let_go, reading, transaction
from service.errors import Conflict, Forbidden
from service.movement import Kept, Whole, number_words, read_matter
from service.movement.models import Matter
from service.papers.facts import Facts
from service.papers.matter_facts import Filled, drafted, facts_of_matter, form_at
from service.papers.matter_rights import (
    hand_of,
    handles,
    is_signed,
    may_read_paper,
    may_read_version,
    papers_in,
    part_of,
    steps_naming,
    version_in_use,
)
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
    looked_at,
    may_scan,
    no_paper,
    printed,
    sha_of,
    versions_of,
)
from service.papers.wording import Document
from service.processes import drafts, history, tasks
from service.processes.deployments import definition_of
from workflows.marks import reachable
from workflows.paper_text import NUMBER, SIGN, WRITE, PaperText

_ASIDE = ("number", "numbered", "dated", "year", "made", "document")
"""Facts that may come after a paper was signed, and what is made of them all."""


@dataclass(frozen=True, slots=True)
class MatterPaper:
    """How a paper of a matter stands: the version that counts for its reader, in each format, the others, what he may do with it."""

    name: str
    text: PaperText
    latest: tuple[Paper, ...]
    earlier: tuple[Paper, ...]
    may_draw: bool
    may_edit: bool
    may_scan: bool
    old: bool
    """Whether the steps say something else by now than when it was drawn up."""
    tasks: tuple[int, ...]
    """Open tasks that write it and on which its reader may act."""
    others: tuple[int, ...] = ()
    """Open tasks that sign, number or read it and on which he may act."""
    signed: bool = False
    """Whether it is signed, and was not sent back since."""
    number_after: str = ""
    """Number and symbol that it was given after an edited version or a scan was put in, which does not carry them."""
    document: Document | None = None
    """What it says now by what the steps said, for who signs, numbers or reads it."""
    written: bool = True
    """Whether a step that writes its text at length was sent, where there is one: before, it would be drawn up without."""


def papers_of_matter(matter_id: int, *, by: Actor) -> list[MatterPaper]:
    """The papers of a matter that somebody may read: those that stand, and those that he may draw up; NotFound as for the matter."""
    whole = read_matter(matter_id, by=by)
    found = []
    for name, text in papers_in(whole.running.deployment_id).items():
        steps = steps_naming(whole.running, name)
        if steps:
            found += _stand(whole, name, text, steps, by)
    return found


def _stand(whole: Whole, name: str, text: PaperText, steps: Sequence[tasks.Task], by: Actor) -> list[MatterPaper]:
    """How one paper stands for its reader; none where there is nothing of it that he may open or draw up."""
    hand, signed = hand_of(whole, steps, text, by), is_signed(whole, steps)
    rows = _versions(whole.entry.id, name)
    now = may_read_paper(whole, name, text, steps, by)
    own = [one for one in rows if may_read_version(whole, text, steps, one, rows, by)]
    if not own and not (now and (hand.writes or hand.others)):
        return []
    comes = bool(hand.tasks) or _still_comes(whole, name, steps)
    if not own and not comes:
        return []
    used = version_in_use(steps, rows)
    shown = next((one.version for one in own if used and one.version == used[0].version), own[0].version if own else 0)
    latest = tuple(one for one in own if one.version == shown)
    facts = _facts(whole, name, text) if now and (latest or hand.others) else {}
    stays = used and signed and not _lacks_number(used, facts) or rows and (whole.entry.ended and not signed or not comes)
    return [MatterPaper(
        name, text, latest, tuple(one for one in own if one.version != shown),
        _may_draw(whole, steps, text, used, by) and not stays, hand.writes and not stays, hand.writes or may_scan(by),
        now and _is_old(latest, facts, former=not used), hand.tasks, hand.others, signed,
        _number_after(latest, facts) if now and used else "",
        _facts(whole, name, text, _draft(whole, steps, text, by))["document"] if now and hand.others else None,
        _written(steps, text),
    )]


def _versions(matter_id: int, name: str) -> list[Paper]:
    """All versions of a paper, the newest first."""
    with reading() as s:
        rows = versions_of(s, about_matter(matter_id), name)
        let_go(rows)
    return rows


def _lacks_number(used: Sequence[Paper], facts: Mapping[str, object]) -> bool:
    """Whether a paper that was drawn up waits to be drawn with its number."""
    return used[0].source == "drafted" and used[0].facts["numbered"] != facts.get("numbered", used[0].facts["numbered"])


def _is_old(latest: Sequence[Paper], facts: Facts, *, former: bool) -> bool:
    """Whether the steps say something else by now than a version that is no scan; of an edited one, than what is signed in it.

    So do they than any version of before the paper was written anew, its scan too.
    """
    if not latest or not former and latest[0].source in SIGNED_SOURCES:
        return False
    said = digest_of if latest[0].source == "drafted" else _signed_for
    return said(latest[0].facts) != said(facts)


def _number_after(latest: Sequence[Paper], facts: Facts) -> str:
    late = bool(latest) and latest[0].source != "drafted" and latest[0].facts["numbered"] != facts["numbered"]
    return str(facts["numbered"]) if late else ""


def preview_matter_paper(matter_id: int, name: str, *, by: Actor) -> bytes:
    """What a paper of a matter would look like now, as PDF; nothing is kept.

    Whoever fills in an open step that names it sees it with what he has saved there as his own draft. NotFound where nothing stands
    of it and the matter went another way.
    """
    whole, text, steps = _read(matter_id, name, by)
    if not _versions(matter_id, name) and not _comes(whole, name, text, steps, by):
        raise no_paper()
    return printed(_facts(whole, name, text, _draft(whole, steps, text, by)), ("pdf",))["pdf"]


def draw_up_matter_paper(matter_id: int, name: str, *, by: Actor) -> Drawn:
    """Draw a paper of a matter up from what its steps said, and keep it; a new version only where its bytes are others.

    What is typed at an open step and not sent is not in it. Raises NotFound, Forbidden, Conflict once the signed scan stands and
    the steps say something else, and where the matter went a way on which there is no such paper.
    """
    whole, text, steps = _read(matter_id, name, by)
    _must_draw(whole, steps, text, version_in_use(steps, _versions(matter_id, name)), by)
    facts = _facts(whole, name, text)
    made = printed(facts, text.formats)  # set before the lock is taken, as of lists
    with transaction() as s:
        s.scalars(select(Matter).where(Matter.id == matter_id).with_for_update(key_share=True)).one()
        if digest_of(now := _facts(whole, name, text)) != digest_of(facts):
            facts, made = now, printed(now, text.formats)
        used = version_in_use(steps, versions := versions_of(s, about_matter(matter_id), name))
        if used and used[0].source in SIGNED_SOURCES and _signed_for(used[0].facts) == _signed_for(facts) or are_these(used, made):
            drawn = Drawn(tuple(used), False)
        else:
            _must_not_be_signed(used, text)
            if used and is_signed(whole, steps) and (used[0].source == "edited" or _signed_for(used[0].facts) != _signed_for(facts)):
                raise _signed_already(text)
            _must_still_come(whole, name, steps, versions, text, by)
            drawn = Drawn(tuple(keep_version(s, _place(whole, name, text), facts, made, "drafted", by)), True)
    let_go(drawn.papers)
    return drawn


def upload_matter_paper(matter_id: int, name: str, file: str, content: bytes, *, by: Actor, signed: bool = False) -> Paper:
    """Put an edited DOCX, or the scan of the signed paper as PDF, in the place of what stands: a new version.

    What differs in it from the answers is kept with it and told, not refused; the same bytes again change nothing. Raises
    Conflict for an edited one after the signed scan, and where the matter went a way on which there is no such paper, Invalid for a
    macro, another type or a document that cannot be read.
    """
    whole, text, steps = _must_take(matter_id, name, by, signed=signed)
    if not (text.word or signed):
        raise Conflict("Văn bản này không sửa bằng Word.", "This paper is not edited as DOCX.", code="not-edited")
    format = looked_at(file, content, signed=signed)
    with transaction() as s:
        s.scalars(select(Matter).where(Matter.id == matter_id).with_for_update(key_share=True)).one()
        facts = _facts(whole, name, text)
        used = version_in_use(steps, versions := versions_of(s, about_matter(matter_id), name))
        papers = [one for one in used if one.format == format and one.sha256 == sha_of(content)]
        if not papers:
            if not signed:
                _must_not_be_signed(used, text)
                if versions and is_signed(whole, steps):
                    raise _signed_already(text)
            if not signed or not versions:
                _must_still_come(whole, name, steps, versions, text, by)
            found = [] if signed else held_against(file, content, facts)
            source = "signed" if signed else "edited"
            papers = keep_version(s, _place(whole, name, text), facts, {format: content}, source, by, found)
    let_go(papers)
    return papers[0]


def must_take_paper(matter_id: int, name: str, *, by: Actor, signed: bool = False) -> None:
    """Raise what `upload_matter_paper` would for who may not, before any file is looked at."""
    _must_take(matter_id, name, by, signed=signed)


def _must_take(matter_id: int, name: str, by: Actor, *, signed: bool) -> tuple[Whole, PaperText, list[tasks.Task]]:
    whole, text, steps = _read(matter_id, name, by)
    if not (signed and may_scan(by)):
        _must_draw(whole, steps, text, None, by)
    return whole, text, steps


def about_matter(matter_id: int) -> str:
    """What a paper of a matter is a paper of."""
    return f"matter:{matter_id}"


def _read(matter_id: int, name: str, by: Actor) -> tuple[Whole, PaperText, list[tasks.Task]]:
    """A matter, one of its papers and the steps that name it, for who may read both; NotFound for everybody else."""
    whole = read_matter(matter_id, by=by)
    text = papers_in(whole.running.deployment_id).get(name)
    steps = steps_naming(whole.running, name)
    if text is None or not steps or not may_read_paper(whole, name, text, steps, by):
        raise no_paper()
    return whole, text, steps


def _read_version(paper: Paper, by: Actor) -> None:
    whole = read_matter(int(paper.about.partition(":")[2]), by=by)
    text = papers_in(whole.running.deployment_id).get(paper.kind)
    versions = _versions(whole.entry.id, paper.kind)
    if text is None or not may_read_version(whole, text, steps_naming(whole.running, paper.kind), paper, versions, by):
        raise no_paper()


READERS["matter"] = _read_version


def _comes(whole: Whole, name: str, text: PaperText, steps: Sequence[tasks.Task], by: Actor) -> bool:
    """Whether somebody has a paper to write at an open step, or it came to those who sign or number it, or may yet."""
    return bool(hand_of(whole, steps, text, by).tasks) or _still_comes(whole, name, steps)


def _still_comes(whole: Whole, name: str, steps: Sequence[tasks.Task]) -> bool:
    """Whether a paper that others sign or number came to one of them, or may yet; where the step that writes it went another way, not.

    After the end only one that they did sign or number.
    """
    definition = definition_of(whole.running.deployment_id)
    after = {one.id for one in definition.elements.values() if one.attrs.get("paper") == name and part_of(one.attrs) in (SIGN, NUMBER)}
    if whole.entry.ended:
        return not after or is_signed(whole, steps)
    came = {task.element for task in steps}
    standing = [one.element for one in history.open_stops([whole.running.id]).get(whole.running.id, ())]
    return not after or bool(after & came) or bool(after & reachable(definition, standing))


def _written(steps: Sequence[tasks.Task], text: PaperText) -> bool:
    states = [
        task.state for task in steps
        if (form := form_at(task.deployment_id, task.element)) is not None
        and any(
            one.kind == "textarea" or one.kind == "textfield" and one.required and part_of(task.attrs) == WRITE
            for one in form.walk() if one.path and one.path[0] in text.reads
        )
    ]
    return not states or "done" in states


def _may_draw(whole: Whole, steps: Sequence[tasks.Task], text: PaperText, used: Sequence[Paper] | None, by: Actor) -> bool:
    """Whether somebody draws a paper up: who writes it; where no version is in use, who has it to sign or number, lest he wait on."""
    missing = used is not None and not used
    return hand_of(whole, steps, text, by).writes or missing and any(one.state == "open" and handles(one, by) for one in steps)


def _must_draw(whole: Whole, steps: Sequence[tasks.Task], text: PaperText, used: Sequence[Paper] | None, by: Actor) -> None:
    if not _may_draw(whole, steps, text, used, by):
        raise Forbidden(
            f"Bạn không có quyền soạn văn bản này: {text.name[0]}.", f"You may not draw up this paper: {text.name[1]}."
        )


def _signed_already(text: PaperText) -> Conflict:
    return Conflict(
        f"{text.name[0]} đã ký: nội dung không thay được nữa, chỉ đưa được bản chụp đã ký vào.",
        f"{text.name[1]} is signed: its contents stay as they are; only the scan of what was signed is put in.", code="already-signed",
    )


def _must_still_come(
    whole: Whole, name: str, steps: Sequence[tasks.Task], versions: Collection[Paper], text: PaperText, by: Actor,
) -> None:
    if versions and whole.entry.ended and not is_signed(whole, steps):
        raise Conflict(
            f"Việc đã kết thúc: {text.name[0]} không soạn nữa, chỉ đưa được bản chụp đã ký vào.",
            f"The matter is over: {text.name[1]} is not drawn up any more; only the scan of what was signed is put in.", code="matter-over",
        )
    if not _comes(whole, name, text, steps, by):
        raise Conflict(
            f"Việc đi hướng khác nên không có “{text.name[0]}”: không soạn, không đưa bản nào vào.",
            f"The matter went another way and has no “{text.name[1]}”: none is drawn up or put in.", code="paper-not-coming",
        )


def _must_not_be_signed(used: Collection[Paper], text: PaperText) -> None:
    if any(one.source in SIGNED_SOURCES for one in used):
        raise Conflict(
            f"{text.name[0]} đã có bản chụp đã ký: nội dung không thay được nữa. Nếu chụp nhầm, đưa bản chụp đúng vào.",
            f"{text.name[1]}: the signed scan stands and its contents with it. Where the scan is a wrong one, put the right one in.",
            code="already-signed",
        )


def _facts(whole: Whole, name: str, text: PaperText, draft: Filled | None = None) -> Facts:
    with reading() as s:
        return facts_of_matter(name, text, s.get_one(Matter, whole.entry.id), whole.kept, whole.running, draft)


def _draft(whole: Whole, steps: Sequence[tasks.Task], text: PaperText, by: Actor) -> Filled | None:
    """What somebody has saved as his own draft of an open step that writes, signs or numbers a paper."""
    hand = hand_of(whole, steps, text, by)
    for number in (*hand.tasks, *hand.others):
        task = tasks.find_task(number)
        kept = drafts.read_draft(f"task:{number}", by=by)
        form = form_at(task.deployment_id, task.element)
        if kept is not None and form is not None:
            return drafted(form, task.element, kept[0], task.given, clock.now())
    return None


def _signed_for(facts: Mapping[str, object]) -> bytes:
    """What of the facts a signature stands for."""
    return digest_of({key: value for key, value in facts.items() if key not in _ASIDE})


def _place(whole: Whole, name: str, text: PaperText) -> Place:
    with reading() as s:
        return place_of(s.get_one(Matter, whole.entry.id), whole.kept, whole.running.id, name, text)


def place_of(row: Matter, kept: Kept, instance: int, name: str, text: PaperText) -> Place:
    """Where versions of a paper of a matter are kept."""
    number, about = number_words(kept.register, row.number, row.year).replace("/", "-"), about_matter(row.id)
    return Place(about, name, text.name[0], f"paper:{about}", number, f"instance:{instance}")


__all__ = [
    "MatterPaper", "about_matter", "draw_up_matter_paper", "must_take_paper", "papers_of_matter", "place_of", "preview_matter_paper",
    "upload_matter_paper",
]
