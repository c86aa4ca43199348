"""Versions of papers: drawn up anew from the database, edited by the office, signed; each kept, none changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import orjson
from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from forms.uploads import UploadRefused, inspect
from service import clock, people, trail
from service.actor import Actor
from service.awards import lists
from service.awards.decisions import undo_check
from service.awards.files import keep_made, open_file
from service.awards.models import File, List
from service.db import let_go, reading, transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.papers.compare import Difference, NotReadable, differences
from service.papers.facts import Facts, facts_of
from service.papers.kinds import PaperKind, kind_named, kinds_of
from service.papers.models import Paper
from service.papers.printing import certificate_stands_for, print_certificates, print_paper
from service.papers.settled import must_be_open, undoes_check
from service.papers.word import write_paper

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SIGNED_SOURCES = ("signed", "esigned", "sealed")
"""Scanned; signed with a key by who signs; and then by the organisation."""
MEDIA = {"pdf": PDF, "docx": DOCX}


@dataclass(frozen=True, slots=True)
class Drawn:
    """What drawing up gave: the papers of the version that stands now, and whether it is a new one."""

    papers: tuple[Paper, ...]
    fresh: bool


@dataclass(frozen=True, slots=True)
class Stand:
    """How a kind of paper stands on a list: its latest version in each format, and all the earlier ones."""

    kind: PaperKind
    latest: tuple[Paper, ...]
    earlier: tuple[Paper, ...]
    may_draw: bool

    @property
    def source(self) -> str:
        """drafted, edited or signed; empty where it was never drawn up."""
        return self.latest[0].source if self.latest else ""


def read_for_papers(list_id: int, *, by: Actor) -> List:
    """A list whose papers somebody may read: who reads all of its lines; NotFound otherwise."""
    row = lists.read_list(list_id, by=by)
    if not lists.reads_all(by, row):
        raise lists.unknown_list()
    return row


def list_with_papers(list_id: int | None, *, by: Actor) -> List | None:
    """A list whose papers somebody may read; None where he may not, for pages that then show none."""
    with reading() as s:
        row = s.get(List, list_id) if list_id else None
        if row is None or not lists.reads_all(by, row):
            return None
        let_go([row])
    return row


def may_draw(by: Actor, row: List, kind: PaperKind) -> bool:
    """Tell whether somebody draws this kind of paper up for a list, and puts edited or signed versions in its place."""
    return people.allowed(by, kind.right, unit=people.current_unit(row.unit_id) if row.unit_id else people.NO_UNIT)


def must_draw(by: Actor, row: List, kind: PaperKind) -> None:
    """Raise Forbidden for who has no right to draw the paper up."""
    if not may_draw(by, row, kind):
        raise Forbidden(
            f"Bạn không có quyền soạn văn bản này: {kind.name}.", f"You may not draw up this paper: {kind.name_en}."
        )


def may_scan(by: Actor) -> bool:
    """Tell whether somebody puts the scans of signed papers in."""
    return people.allowed(by, "paper.scan")


def kind_on(row: List, code: str) -> PaperKind:
    """A kind of paper that the list has in its state; Conflict where it has not, NotFound for an unknown one."""
    kind = kind_named(code)
    if kind not in kinds_of(row):
        raise Conflict(
            f"Lúc này danh sách chưa có văn bản: {kind.name}.", f"The list has no such paper now: {kind.name_en}.",
            code="no-such-paper",
        )
    return kind


def stands_of(row: List, *, by: Actor) -> list[Stand]:
    """Every kind of paper of a whole list with its versions."""
    return _stands(row, [kind for kind in kinds_of(row) if not kind.is_by_name], about_list(row.id), by)


def stands_of_name(row: List, nomination: int, *, by: Actor) -> list[Stand]:
    """Every kind of paper of one name of a list with its versions, certificates aside; none for a name that left it."""
    kinds = [kind for kind in kinds_of(row) if kind.of == "name"]
    about = _line_of(row, nomination)
    return _stands(row, kinds, about, by) if kinds and about else []


def _stands(row: List, kinds: Sequence[PaperKind], about: str, by: Actor) -> list[Stand]:
    with reading() as s:
        rows = list(
            s.scalars(
                select(Paper).where(Paper.list_id == row.id, Paper.about == about)
                .order_by(Paper.version.desc(), Paper.format.desc())
            )
        )
        let_go(rows)
    found = []
    for kind in kinds:
        own = [p for p in rows if p.kind == kind.code]
        latest = tuple(p for p in own if p.version == own[0].version)
        found.append(Stand(kind, latest, tuple(own[len(latest) :]), may_draw(by, row, kind)))
    return found


def about_list(list_id: int) -> str:
    """What a paper of a whole list is a paper of."""
    return f"list:{list_id}"


def about_name(row: List, nomination: int) -> str:
    """What a paper of one name of a list is a paper of; NotFound for a name that is not on it."""
    if about := _line_of(row, nomination):
        return about
    raise NotFound("Danh sách không có tên này.", "This name is not on the list.")


def _line_of(row: List, nomination: int) -> str:
    lines = (line for line, n in lists.lines_of(row.id) if n.id == nomination and not line.removed)
    return next((f"line:{line.id}" for line in lines), "")


def _about(row: List, kind: PaperKind, nomination: int | None) -> str:
    if kind.is_certificate:
        raise Conflict("Giấy khen soạn theo từng tên.", "Certificates are drawn for single names.", code="by-name")
    if not kind.is_by_name:
        return about_list(row.id)
    if nomination is None:
        raise Invalid.at("nomination", "Chọn tên mà văn bản này nói về.", "Say which name the paper is about.")
    return about_name(row, nomination)


def latest_of(s: Session, about: str, kind: str) -> list[Paper]:
    """The papers of the latest version of a kind, one a format."""
    last = select(func.max(Paper.version)).where(Paper.about == about, Paper.kind == kind).scalar_subquery()
    return list(s.scalars(select(Paper).where(Paper.about == about, Paper.kind == kind, Paper.version == last).order_by(Paper.format)))


def versions_of(s: Session, about: str, kind: str) -> list[Paper]:
    """All versions of a kind, the newest first, one a format."""
    return list(s.scalars(
        select(Paper).where(Paper.about == about, Paper.kind == kind).order_by(Paper.version.desc(), Paper.format.desc())
    ))


def draw_up_paper(list_id: int, code: str, *, by: Actor, nomination: int | None = None) -> Drawn:
    """Draw a paper of a list, or of one of its names, up from what the database says now.

    A new version only where its bytes are not those that stand already; where the form of a decision was checked, it is
    checked anew. Raises NotFound, Forbidden, Conflict also where what was signed says something else.
    """
    row = read_for_papers(list_id, by=by)
    kind = kind_named(code)
    must_draw(by, row, kind)
    kind_on(row, code)
    about = _about(row, kind, nomination)
    # Set before the lock is taken: a long list takes a while to set, and others write meanwhile.
    facts = facts_of(row, kind, nomination)
    made = set_paper(kind, facts)
    with transaction() as s:
        held = s.scalars(select(List).where(List.id == row.id).with_for_update(key_share=True)).one()
        if digest_of(now := facts_of(held, kind, nomination)) != digest_of(facts):
            facts, made = now, set_paper(kind, now)
        latest = latest_of(s, about, kind.code)
        drawn = keep_drafted(s, held, kind, about, facts, made, by, partial(must_be_open, printed=latest[0].facts if latest else {}))
        if drawn.fresh and undoes_check(held, kind, facts, "drafted"):
            undo_check(s, held, kind.name, by=by)
    let_go(drawn.papers)
    return drawn


def set_paper(kind: PaperKind, facts: Facts, formats: Sequence[str] = ()) -> dict[str, bytes]:
    """The bytes of a paper, one a format; Conflict where no name is left that it could be about."""
    if not facts["names"]:
        raise Conflict("Không còn tên nào để soạn văn bản này.", "No name is left for this paper.", code="no-lines")
    return printed(facts, formats or kind.formats)


def printed(facts: Facts, formats: Sequence[str]) -> dict[str, bytes]:
    """The bytes of what facts say, one a format."""
    makers = {"pdf": print_paper, "docx": write_paper}
    return {format: makers[format](facts) for format in formats}


def signed_facts(facts: Facts) -> bytes:
    """What of the facts a signature stands for: all but number and day, which the clerk gives afterwards; of a certificate its words."""
    if kind_named(facts["kind"]).is_certificate:
        return digest_of(certificate_stands_for(facts, facts["names"][0]))
    return digest_of({key: value for key, value in facts.items() if key not in ("number", "dated", "year", "anchor")})


def digest_of(facts: Facts) -> bytes:
    """What tells whether facts are the same."""
    return orjson.dumps(facts, option=orjson.OPT_SORT_KEYS)


def keep_drafted(
    s: Session, row: List, kind: PaperKind, about: str, facts: Facts, made: Mapping[str, bytes], by: Actor,
    look: Callable[[List, PaperKind, Facts, str], None] = lambda row, kind, facts, source: None,
) -> Drawn:
    """Keep what was set as a new version, unless it is what stands already; in the open transaction.

    A signed paper, or its scan, stays what stands as long as the database says what it said then. `look` may refuse a new one.
    """
    latest = latest_of(s, about, kind.code)
    if latest and latest[0].source in SIGNED_SOURCES and signed_facts(latest[0].facts) == signed_facts(facts):
        return Drawn(tuple(latest), False)
    if are_these(latest, made):
        return Drawn(tuple(latest), False)
    look(row, kind, facts, "drafted")
    return Drawn(tuple(add_version(s, row, kind, about, facts, made, "drafted", by)), True)


def are_these(latest: Sequence[Paper], made: Mapping[str, bytes]) -> bool:
    """Tell whether papers hold these very bytes."""
    return {p.format: p.sha256 for p in latest} == {format: sha_of(content) for format, content in made.items()}


_TOLD = {
    "drafted": "paper:drawn_up", "edited": "paper:edited", "signed": "paper:signed_scan", "esigned": "paper:esigned",
    "sealed": "paper:sealed",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where versions of a paper are kept: of what, under which kind and name, about what its files are, where it is told."""

    about: str
    kind: str
    name: str
    files: str
    """About what its files are: `paper:3`, `paper:matter:12`; opened as papers alone."""
    of: str
    """Behind its name in the names of its files."""
    stream: str
    """"": the versions are not told of one by one."""
    list_id: int | None = None


def add_version(
    s: Session, row: List, kind: PaperKind, about: str, facts: Facts, made: Mapping[str, bytes], source: str, by: Actor,
    found: Sequence[Difference] = (),
) -> list[Paper]:
    """Keep a version of a list's paper, one a format, and tell of it; in the open transaction."""
    of = f"{'danh sách' if about.startswith('list:') else 'dòng'} {about.partition(':')[2]}"
    stream = "" if kind.is_certificate else f"list:{row.id}"
    return keep_version(s, Place(about, kind.code, kind.name, f"paper:{row.id}", of, stream, row.id), facts, made, source, by, found)


def keep_version(
    s: Session, place: Place, facts: Facts, made: Mapping[str, bytes], source: str, by: Actor, found: Sequence[Difference] = ()
) -> list[Paper]:
    """Keep a version in its place, one paper a format, and tell of it; in the open transaction."""
    last = s.execute(select(func.max(Paper.version)).where(Paper.about == place.about, Paper.kind == place.kind)).scalar() or 0
    papers = []
    for format, content in made.items():
        file = keep_made(s, place.files, f"{place.name}, {place.of}, bản {last + 1}.{format}", MEDIA[format], content, by=by)
        papers.append(
            Paper(
                list_id=place.list_id, about=place.about, kind=place.kind, version=last + 1, format=format, source=source,
                sha256=file.sha256, file_id=file.id, facts=facts, differences=[asdict(d) for d in found], made_at=clock.now(),
                made_by=by.account,
            )
        )
    s.add_all(papers)
    s.flush()
    if place.stream:
        trail.record(
            _TOLD[source],
            by=by,
            stream=place.stream,
            body={"paper": place.name, "version": last + 1, "sha256": [p.sha256 for p in papers],
                  **({"differences": len(found)} if source == "edited" else {})},
        )
    return papers


def upload_paper(
    list_id: int, code: str, name: str, content: bytes, *, by: Actor, signed: bool = False, nomination: int | None = None
) -> Paper:
    """Put an edited DOCX, or the scan of the signed paper as PDF, in the place of what stands: a new version.

    It is looked at by content; what differs in it from the database is kept with it and told, not refused. The same
    bytes again change nothing. A changed decision is checked for its form anew; what was signed takes its scan alone.
    Raises Conflict where it is signed, or a scan comes before it is, Invalid for a macro, another type or a document that cannot be read.
    """
    row = read_for_papers(list_id, by=by)
    kind = kind_named(code)
    if not (signed and may_scan(by)):
        must_draw(by, row, kind)
    kind_on(row, code)
    if not (kind.word or signed):
        raise Conflict("Văn bản này không sửa bằng Word.", "This paper is not edited as DOCX.", code="not-edited")
    about = _about(row, kind, nomination)
    format = looked_at(name, content, signed=signed)
    with transaction() as s:
        held = s.scalars(select(List).where(List.id == row.id).with_for_update(key_share=True)).one()
        facts = facts_of(held, kind, nomination)
        found = [] if signed else held_against(name, content, facts)
        latest = latest_of(s, about, kind.code)
        same = [p for p in latest if p.format == format and p.sha256 == sha_of(content)]
        source = "signed" if signed else "edited"
        if not same:
            must_be_open(held, kind, facts, source)
        papers = same or add_version(s, held, kind, about, facts, {format: content}, source, by, found)
        if not same and undoes_check(held, kind, facts, source):
            undo_check(s, held, kind.name, by=by)
    let_go(papers)
    return papers[0]


def sha_of(content: bytes) -> str:
    """The hash under which bytes are kept."""
    return hashlib.sha256(content).hexdigest()


def held_against(name: str, content: bytes, facts: Facts) -> list[Difference]:
    """In what an edited DOCX is not what the facts say; Invalid for one that cannot be read."""
    try:
        return differences(content, facts)
    except NotReadable:
        raise _refused(f"Tệp {name} không đọc được. Lưu lại thành .docx rồi gửi.", f"{name} cannot be read as DOCX.") from None


def looked_at(name: str, content: bytes, *, signed: bool) -> str:
    """The format of an edited DOCX, or of the scan of the signed paper, by its content; Invalid for anything else."""
    try:
        seen = inspect(name, content, limit=current_app.extensions["settings"].upload_limit)
    except UploadRefused as refused:
        raise _refused(refused.message, refused.message_en) from None
    wanted = "pdf" if signed else "docx"
    if seen.media_type != MEDIA[wanted]:
        raise _refused(
            f"Gửi {'bản chụp đã ký dạng .pdf' if signed else 'bản sửa dạng .docx'}; {seen.name} là loại khác.",
            f"Send {'the signed scan as .pdf' if signed else 'the edited paper as .docx'}; {seen.name} is of another type.",
        )
    return wanted


def _refused(message: str, message_en: str) -> Invalid:
    return Invalid(message, message_en, code="upload-refused")


READERS: dict[str, Callable[[Paper, Actor], Any]] = {}
"""Word before the colon of what a paper is about → raises NotFound for who may not read it; others are of lists."""


def open_paper(paper_id: int, *, by: Actor) -> tuple[Paper, File, Path]:
    """A version for reading, with its file; that it was read is noted.

    NotFound for who does not read the whole list, or of a matter's paper may not read that.
    """
    with reading() as s:
        paper = s.get(Paper, paper_id)
        if paper is None:
            raise no_paper()
        let_go([paper])
    try:
        if (read := READERS.get(paper.about.partition(":")[0])) is not None:
            read(paper, by)
        elif paper.list_id is None:
            raise no_paper()
        else:
            read_for_papers(paper.list_id, by=by)
    except NotFound:
        raise no_paper() from None
    file, path = open_file(paper.file_id, by=by)
    return paper, file, path


def no_paper() -> NotFound:
    """The refusal for a version that is not there, or not for this person."""
    return NotFound("Không có văn bản này, hoặc không thuộc bạn.", "There is no such paper, or it is not yours.")


def preview_paper(list_id: int, code: str, *, by: Actor, nomination: int | None = None) -> bytes:
    """What a paper would look like now, as PDF; of certificates one name's, or of all. Nothing is kept."""
    row = read_for_papers(list_id, by=by)
    kind = kind_on(row, code)
    if not kind.is_certificate:
        _about(row, kind, nomination)
        return set_paper(kind, facts_of(row, kind, nomination), formats=("pdf",))["pdf"]
    facts = facts_of(row, kind)
    return print_certificates(facts, named(facts, nomination))


def named(facts: Facts, nomination: int | None = None) -> list[dict[str, Any]]:
    """The names whose certificates are meant: one, or all; NotFound for a name that is not on the decision."""
    found = [n for n in facts["names"] if nomination is None or n["nomination"] == nomination]
    if not found:
        raise NotFound("Quyết định không có tên này.", "This name is not on the decision.")
    return found
