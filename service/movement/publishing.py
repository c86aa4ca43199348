"""What a matter puts on the public page, with the consent of whom it names; taken down on request, never deleted.

Of who referred it, and of the rest of the matter, nothing is public.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, func, select

from service import clock, people, trail
from service.actor import Actor
from service.awards.files import path_of, read_file_row
from service.awards.models import File
from service.awards.rounds import start_of_day
from service.db import let_go, reading, session, transaction
from service.errors import Conflict, Invalid, NotFound
from service.movement.case import CASE, effect
from service.movement.models import Matter, Publication
from service.processes.cases import Recorded

TAKE_DOWN = "publication.take_down"
PICTURES = ("image/png", "image/jpeg", "image/webp")


@effect("page.publish", "title", "text", "name", "picture", "consent")
def _publish(matter: Matter, recorded: Recorded, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Put a matter on the public page; Conflict without consent, Invalid without title, text and name."""
    if inputs.get("consent") is not True:
        raise Conflict(
            "Chưa công bố được: người được nêu tên chưa đồng ý.", "Not published: whom it names has not agreed.", code="no-consent"
        )
    said = {key: str(inputs.get(key) or "").strip() for key in ("title", "text", "name")}
    for key, value in said.items():
        if not value:
            raise Invalid.at(key, "Bài công bố cần tên bài, nội dung và tên người được nêu.", "A publication needs title, text and name.")
    row = Publication(
        matter_id=matter.id, process=matter.process, title=said["title"][:300], body=said["text"], name=said["name"][:200],
        file_id=_picture(matter, inputs.get("picture")), published_at=clock.now(), published_by=recorded.by.account,
    )
    session().add(row)
    session().flush()
    trail.record("publication:published", by=recorded.by, stream=f"instance:{recorded.running.id}", body={"publication": row.id})
    return {"publication": row.id}


def _picture(matter: Matter, said: Any) -> int | None:
    """The first picture among the files that were named, if it is one of this matter."""
    numbers = [n for n in said if isinstance(n, int)] if isinstance(said, list) else []
    rows = session().scalars(select(File).where(File.id.in_(numbers), File.about == f"{CASE}:{matter.id}")).all()
    return next((row.id for row in rows if row.media_type in PICTURES), None)


def take_down(publication: int, reason: str, *, by: Actor) -> None:
    """Take something off the public page, with a reason; who asks is taken off at once."""
    people.require(by, TAKE_DOWN)
    if not reason.strip():
        raise Invalid.at("reason", "Ghi lý do gỡ bài.", "Say why it is taken down.")
    with transaction() as s:
        row = s.scalars(select(Publication).where(Publication.id == publication).with_for_update()).one_or_none()
        if row is None:
            raise NotFound("Không có bài này.", "There is no such publication.")
        if row.taken_down_at is not None:
            return
        row.taken_down_at = clock.now()
        instance = s.scalar(select(Matter.instance_id).where(Matter.id == row.matter_id))
        trail.record(
            "publication:taken_down", by=by, stream=f"instance:{instance}", body={"publication": row.id}, reason=reason.strip()
        )


def published(*, page: int = 1, size: int = 20, year: int | None = None) -> tuple[list[Publication], int]:
    """What stands on the public page, the newest first, and how much there is."""
    where: list[ColumnElement[bool]] = [Publication.taken_down_at.is_(None)]
    if year is not None:
        where += [Publication.published_at >= _start(year), Publication.published_at < _start(year + 1)]
    with reading() as s:
        total = s.execute(select(func.count()).select_from(Publication).where(*where)).scalar_one()
        rows = list(
            s.scalars(
                select(Publication).where(*where).order_by(Publication.published_at.desc(), Publication.id.desc())
                .offset((page - 1) * size).limit(size)
            )
        )
        let_go(rows)
        return rows, total


def _start(year: int) -> datetime:
    return start_of_day(date(year, 1, 1))


def read_publication(publication: int) -> Publication:
    """One that stands on the public page; NotFound for one that does not, or no more."""
    with reading() as s:
        row = s.get(Publication, publication)
        if row is None or row.taken_down_at is not None:
            raise NotFound("Không có bài này, hoặc bài đã gỡ.", "There is no such publication, or it was taken down.")
        let_go([row])
        return row


def picture_of(publication: int) -> tuple[Path, str]:
    """The picture of a publication: where it lies and what it is; NotFound where there is none."""
    row = read_publication(publication)
    if row.file_id is None:
        raise NotFound("Bài này không có ảnh.", "It has no picture.")
    file = read_file_row(row.file_id)
    return path_of(file), file.media_type


def publications_of(matter: int) -> Sequence[Publication]:
    """What a matter has on the public page."""
    with reading() as s:
        rows = list(s.scalars(select(Publication).where(Publication.matter_id == matter, Publication.taken_down_at.is_(None))))
        let_go(rows)
        return rows
