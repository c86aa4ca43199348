"""Proposals to change the plan, gathered from the register of petitions: what each says, how the office weighed it, what was decided.

Of who sent one nothing is here: what the register keeps private stays out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from forms.values import day_of
from service import sheets, words
from service.actor import Actor
from service.db import reading
from service.errors import Forbidden, NotFound
from service.movement.finding import Entry, MatterFilter, find_matters
from service.movement.models import Matter
from service.movement.registers import Kept, reads_all, registers_in_use
from service.movement.wording import said_on
from service.processes.deployments import definition_of, form_of
from service.processes.models import Activity
from workflows.register import PROPOSAL_STEPS

_AT_ONCE = 500
HEADS = (
    ("Số", "Number"), ("Ngày nhận", "Received on"), ("Nội dung chính", "Subject"), ("Nội dung đề xuất", "What it proposes"),
    ("Ý kiến của phòng", "The office's view"), ("Lý do, nội dung đề nghị sửa", "Why, and what to change"),
    ("Quyết định", "Decision"), ("Ý kiến chỉ đạo", "Instruction"),
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal, in words; what was not said yet is empty."""

    entry: Entry
    received_on: date | None
    subject: str
    content: str
    weighed: str
    opinion: str
    decided: str
    note: str

    @property
    def cells(self) -> tuple[str, ...]:
        """What a list says of it, in the order of `HEADS`."""
        return (self.entry.number, words.full_date(self.received_on) or "", self.subject, self.content, self.weighed, self.opinion,
                self.decided, self.note)


def gathered_from() -> Kept:
    """The register in use that names its proposals (`[proposals]`), the first by name; NotFound where none does."""
    found = next((kept for kept in registers_in_use().values() if kept.register.proposals), None)
    if found is None:
        raise NotFound("Không sổ nào có danh sách đề xuất.", "No register has a list of proposals.")
    return found


def proposals(year: int, *, by: Actor, language: str = "vi") -> list[Proposal]:
    """The proposals that were entered in a year, in the order of the register, for who reads the whole of it.

    What a petition is says its classification; before that who sent it. Raises Forbidden, NotFound without the register and for a year
    that it cannot have.
    """
    if not 2000 <= year <= 2099:
        raise NotFound("Không có năm này trong sổ.", "The register has no such year.")
    kept = gathered_from()
    if not reads_all(by, kept):
        raise Forbidden("Bạn không xem được toàn bộ sổ này.", "You may not read the whole of this register.")
    found: list[Proposal] = []
    page = 1
    while True:
        rows = find_matters(kept, by=by, wanted=MatterFilter(year=year), page=page, size=_AT_ONCE)
        found += _of(kept, rows.entries, language)
        if page * _AT_ONCE >= rows.total:
            return sorted(found, key=lambda one: one.entry.id)
        page += 1


def _of(kept: Kept, entries: tuple[Entry, ...], language: str) -> list[Proposal]:
    named = kept.register.proposals
    with reading() as s:
        begun = {row.id: row.begun for row in s.execute(select(Matter.id, Matter.begun).where(Matter.id.in_([e.id for e in entries])))}
        done = s.execute(
            select(Activity.instance_id, Activity.element, Activity.deployment_id, Activity.answers)
            .where(Activity.instance_id.in_([e.instance for e in entries]), Activity.kind == "user", Activity.state == "done",
                   Activity.element.in_([named[key] for key in PROPOSAL_STEPS]))
            .order_by(Activity.id)
        ).all()
    steps: dict[int, dict[str, tuple[int, Mapping[str, Any]]]] = {}
    for instance, element, deployment, answers in done:
        steps.setdefault(instance, {})[element] = (deployment, answers or {})
    found = []
    for entry in entries:
        own = steps.get(entry.instance, {})
        kind = own[first][1].get("kind") if (first := named["classify"]) in own else begun[entry.id].get("kind")
        if kind == named["kind"]:
            found.append(_proposal(kept, entry, begun[entry.id], own, language))
    return found


def _proposal(
    kept: Kept, entry: Entry, begun: Mapping[str, Any], own: Mapping[str, tuple[int, Mapping[str, Any]]], language: str
) -> Proposal:
    said = {key: value for key, value in begun.items() if key not in kept.register.private}
    steps = [kept.register.proposals[key] for key in ("weigh", "decide")]
    weighed, decided = (_words(own[step], step, language) if step in own else {} for step in steps)
    return Proposal(
        entry, day_of(str(said.get("received_on") or "")), str(said.get("subject") or entry.title), str(said.get("content") or ""),
        weighed.get("decision", ""), weighed.get("opinion", ""), decided.get("decision", ""), decided.get("note", ""),
    )


def _words(step: tuple[int, Mapping[str, Any]], element: str, language: str) -> dict[str, str]:
    deployment, answers = step
    name = definition_of(deployment).elements[element].attrs["form"]
    return said_on(form_of(deployment, name), answers, language=language)


def proposals_sheet(found: list[Proposal], year: int, *, language: str = "vi") -> bytes:
    """The list as an Excel workbook."""
    at = int(language == "en")
    columns = [sheets.Column(f"c{n}", head[at], width=40 if n in (3, 5, 7) else 20) for n, head in enumerate(HEADS)]
    book, sheet = sheets.new_sheet(f"{('Đề xuất', 'Proposals')[at]} {year}", columns)
    for number, one in enumerate(found, 1):
        sheet.append([number, *(sheets.safe_cell(cell) for cell in one.cells)])
    return sheets.content_of(book)


__all__ = ["HEADS", "Proposal", "gathered_from", "proposals", "proposals_sheet"]
