"""The look at a paper before it is signed: whether what was edited still says what the list says. Changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.awards.files import read_bytes
from service.awards.lists import Act
from service.awards.models import List
from service.db import let_go, reading
from service.errors import Conflict
from service.papers.compare import Difference, differences
from service.papers.facts import facts_of
from service.papers.kinds import kind_named
from service.papers.models import Paper
from service.papers.versions import SIGNED_SOURCES, about_list, digest_of, latest_of

SIGNED = {
    ("decision", "sign"): "decision", ("package", "sign"): "province_submission",
    ("council_agenda", "sign_minutes"): "council_minutes", ("council_agenda", "sign"): "council_minutes",
    ("council_sheet", "sign"): "council_minutes", ("amendment", "decide"): "amending_decision",
    ("revocation", "decide"): "revocation_decision",
}
"""Act of signing → the paper that is signed by it."""
_UNSIGNED = ("refuse", "keep")
"""Decisions by which an act that may sign signs nothing."""
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Look:
    """What was found on the paper that is to be signed.

    `how`: none (never drawn up), alike, old (drafted before the list changed), differs (edited, and not what the list says).
    """

    how: str
    paper: Paper | None
    differences: tuple[Difference, ...] = ()

    @property
    def contradictions(self) -> tuple[Difference, ...]:
        """The differences that contradict the list."""
        return tuple(d for d in self.differences if d.contradicts)


def look_before_signing(row: List, act: str) -> Look | None:
    """Hold the paper that an act signs against the list as it stands; None for an act that signs no paper of ours."""
    code = SIGNED.get((row.kind, act))
    if code is None:
        return None
    kind = kind_named(code)
    with reading() as s:
        latest = latest_of(s, about_list(row.id), code)
        let_go(latest)
        if not latest:
            return Look("none", None)
        paper = latest[0]
        facts = facts_of(row, kind)
    if paper.source in SIGNED_SOURCES:
        return Look("alike", paper)
    if paper.source == "drafted":
        return Look("alike" if digest_of(paper.facts) == digest_of(facts) else "old", paper)
    found = tuple(differences(read_bytes(paper.file_id), facts))
    return Look("differs" if any(d.contradicts for d in found) else "alike", paper, found)


def must_agree(row: List, act: Act, fields: Mapping[str, Any]) -> None:
    """Refuse to sign while an edited paper contradicts the list; Conflict names what differs."""
    if fields.get("decision") in _UNSIGNED:
        return
    look = look_before_signing(row, act.name)
    if look is None or look.how != "differs":
        return
    said = [d.words() for d in look.contradictions]
    more = f" Còn {len(said) - _MOST_NAMED} chỗ khác." if len(said) > _MOST_NAMED else ""
    raise Conflict(
        f"Chưa ký: văn bản đã sửa khác danh sách. {' '.join(vi for vi, _ in said[:_MOST_NAMED])}{more} "
        "Tải lên bản đã sửa đúng, hoặc soạn lại từ dữ liệu.",
        f"Not signed: the edited paper contradicts the list. {' '.join(en for _, en in said[:_MOST_NAMED])} "
        "Upload a corrected version, or draw it up anew.",
        code="paper-differs",
        lines=[
            {"nomination": d.nomination, "name": d.name, "what": d.what, "field": d.field, "says": d.says, "known": d.known,
             "message": vi, "message_en": en}
            for d, (vi, en) in zip(look.contradictions, said, strict=True)
        ],
    )
