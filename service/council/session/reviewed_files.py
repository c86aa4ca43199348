"""Files of the names that somebody is to score: in a blind round those of the evidence alone, under numbers.

A reviewer opens what is sent with the names that are his to score, while they are scored. In a blind round a paper whose kind
says whose it is (reports, minutes, everything that is no evidence of a criterion) is kept back, and a file's own name too; what
stands inside a file of the evidence nobody can hide.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from sqlalchemy import select

from service import people
from service.actor import Actor
from service.awards import blinding, sight
from service.awards.dossier import scores_of
from service.awards.files import files_about
from service.awards.models import File, List
from service.council.session.models import CouncilItem, CouncilMember, CouncilSession
from service.council.session.rows import Rows, rows_of
from service.council.session.scoring import OPEN
from service.db import reading


@dataclass(frozen=True, slots=True)
class ReviewedFile:
    """A file as a reviewer is shown it."""

    id: int
    name: str
    media_type: str
    size: int
    criteria: tuple[str, ...]
    """Codes of the criteria whose evidence it is."""


@dataclass(frozen=True, slots=True)
class ReviewedFiles:
    """The files of a name for a reviewer, and how many are kept back because they say whose they are."""

    files: tuple[ReviewedFile, ...] = ()
    withheld: int = 0


def reviewed_files(session_id: int, item_no: int, *, by: Actor) -> ReviewedFiles:
    """What a member opens of the files of an item; none for who is not to score it now."""
    with reading():
        rows = rows_of(session_id)
        item = rows.item(item_no)
        if not _may(rows, item.nomination_id, by):
            return ReviewedFiles()
        return _files(item.nomination_id, hidden=blinding.hides(by, rows.agenda.round_id))


def _may(rows: Rows, nomination: int, by: Actor) -> bool:
    member = rows.member_of(by.account)
    return (
        member is not None and rows.session.invited > 0 and rows.state in OPEN and people.allowed(by, blinding.REVIEWS)
        and rows.reviews(member.member_no, nomination)
    )


def _files(nomination: int, *, hidden: bool) -> ReviewedFiles:
    codes: dict[int, tuple[str, ...]] = {}
    for score in scores_of(nomination):
        for number in score.files or ():
            codes[number] = (*codes.get(number, ()), score.criterion)
    kept = files_about(nomination)
    shown = [row for row in kept if not hidden or row.id in codes]
    return ReviewedFiles(tuple(_shown(shown, codes, hidden)), len(kept) - len(shown))


def _shown(rows: Iterable[File], codes: dict[int, tuple[str, ...]], hidden: bool) -> Iterable[ReviewedFile]:
    for place, row in enumerate(rows, 1):
        name = f"Minh chứng {place}{PurePosixPath(row.name).suffix.lower()}" if hidden else row.name
        yield ReviewedFile(row.id, name, row.media_type, row.size, codes.get(row.id, ()))


def _name_for(nomination: int, file: int, by: Actor) -> str | None:
    """Under which name a reviewer opens a file of a nomination; None where it is not his to open."""
    with reading() as s:
        sessions = s.scalars(
            select(CouncilSession.id)
            .join(CouncilItem, CouncilItem.session_id == CouncilSession.id)
            .join(CouncilMember, CouncilMember.session_id == CouncilSession.id)
            .join(List, List.id == CouncilSession.list_id)
            .where(CouncilItem.nomination_id == nomination, CouncilMember.account == by.account, List.state.in_(OPEN))
        ).all()
        for number in sessions:
            rows = rows_of(number)
            if _may(rows, nomination, by):
                found = _files(nomination, hidden=blinding.hides(by, rows.agenda.round_id))
                return next((one.name for one in found.files if one.id == file), None)
    return None


sight.REVIEWED.append(_name_for)

__all__ = ["ReviewedFile", "ReviewedFiles", "reviewed_files"]
