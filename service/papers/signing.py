"""The look at papers before an act signs them or hands them on: whether they still say what the list says; and what was signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from service.awards import lists
from service.awards.files import read_bytes
from service.awards.lists import Act
from service.awards.models import List
from service.db import let_go, reading
from service.errors import Conflict, FieldFault
from service.papers.compare import Difference, differences
from service.papers.facts import facts_of
from service.papers.kinds import PaperKind, kind_named, kinds_of
from service.papers.models import Paper
from service.papers.settled import CHECKED, SIGNED, UNSIGNED, is_old, stands_for, with_note
from service.papers.versions import SIGNED_SOURCES, about_list, latest_of

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Look:
    """What was found on a paper that is to be signed.

    `how`: none (never drawn up), alike, old (drafted before the list changed), differs (edited, and not what the list says).
    """

    kind: PaperKind
    how: str
    paper: Paper | None
    differences: tuple[Difference, ...] = ()

    @property
    def contradictions(self) -> tuple[Difference, ...]:
        """The differences that contradict the list."""
        return tuple(d for d in self.differences if d.contradicts)


def looks_before(row: List, act: str) -> tuple[Look, ...]:
    """Hold each paper that an act signs, checks or hands on against the list as it stands; none for an act with no paper of ours."""
    codes = dict.fromkeys((*SIGNED.get((row.kind, act), ()), *CHECKED.get((row.kind, act), ())))
    there = kinds_of(row) if codes else []
    return tuple(_look(row, kind) for code in codes if (kind := kind_named(code)) in there)


def _look(row: List, kind: PaperKind) -> Look:
    with reading() as s:
        latest = latest_of(s, about_list(row.id), kind.code)
        let_go(latest)
        if not latest:
            return Look(kind, "none", None)
        paper = latest[0]
        facts = facts_of(row, kind)
    if paper.source in SIGNED_SOURCES:
        return Look(kind, "alike", paper)
    if paper.source == "drafted":
        return Look(kind, "old" if is_old(paper.facts, facts) else "alike", paper)
    found = tuple(differences(read_bytes(paper.file_id), facts))
    return Look(kind, "differs" if any(d.contradicts for d in found) else "alike", paper, found)


def must_agree(row: List, act: Act, fields: Mapping[str, Any]) -> None:
    """Refuse an act while a paper that it signs, checks or hands on is not what the list says; Conflict names each place."""
    if fields.get("decision") in UNSIGNED:
        return
    looks = looks_before(row, act.name)
    if old := [look for look in looks if look.how == "old" and look.paper is not None]:
        named = "; ".join(f"{look.kind.name}, bản {look.paper.version}" for look in old if look.paper)
        named_en = "; ".join(f"{look.kind.name_en}, version {look.paper.version}" for look in old if look.paper)
        raise Conflict(
            f"Chưa ghi: dữ liệu đã đổi sau khi soạn ({named}). Soạn lại từ dữ liệu, xem lại rồi làm tiếp.",
            f"Nothing was written: the data changed since the paper was drawn up ({named_en}). Draw it up anew, look at it, then go on.",
            code="paper-old",
        )
    found = [(look.kind, d, d.words()) for look in looks for d in look.contradictions]
    if not found:
        return
    said = [words for _, _, words in found]
    more = f" Còn {len(said) - _MOST_NAMED} chỗ khác." if len(said) > _MOST_NAMED else ""
    more_en = f" {len(said) - _MOST_NAMED} more." if len(said) > _MOST_NAMED else ""
    raise Conflict(
        f"Chưa ghi: văn bản đã sửa khác danh sách. {' '.join(vi for vi, _ in said[:_MOST_NAMED])}{more} "
        "Tải lên bản đã sửa đúng, hoặc soạn lại từ dữ liệu.",
        f"Nothing was written: the edited paper contradicts the list. {' '.join(en for _, en in said[:_MOST_NAMED])}{more_en} "
        "Upload a corrected version, or draw it up anew.",
        code="paper-differs",
        faults=[FieldFault(f"papers.{kind.code}", *words) for kind, _, words in found],
        lines=[
            {"paper": kind.code, "nomination": d.nomination, "name": d.name, "what": d.what, "field": d.field, "says": d.says,
             "known": d.known, "message": vi, "message_en": en}
            for kind, d, (vi, en) in found
        ],
    )


def note_settled(s: Session, row: List, act: Act, fields: Mapping[str, Any]) -> None:
    """Note on a list which version of a paper was signed or checked, and what the data said: that is what stands from now on."""
    if fields.get("decision") in UNSIGNED or row.state == lists.EMPTY:
        return
    for how, codes in (("signed", SIGNED.get((row.kind, act.name), ())), ("checked", CHECKED.get((row.kind, act.name), ()))):
        there = kinds_of(row) if codes else []
        for kind in (kind_named(code) for code in codes):
            if kind not in there:
                continue
            latest = latest_of(s, about_list(row.id), kind.code)
            note = {
                "act": act.name, "facts": stands_for(facts_of(row, kind)), "version": latest[0].version if latest else 0,
                "source": latest[0].source if latest else "",
            }
            row.data = with_note(row, kind.code, how, note)
    s.flush()
