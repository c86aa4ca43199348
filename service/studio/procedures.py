"""The internal procedure of a deployed version: in words, as a paper, and what changed from another version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select

from service import people
from service.awards.rules import legal_bases
from service.db import database_number, reading
from service.errors import NotFound
from service.papers import printing, word
from service.papers.facts import cited_bases, commune
from service.papers.kinds import bodies, posts
from service.processes import deployments, enactments
from service.processes.models import Deployment
from service.studio import register_words
from service.studio.contents import contents_of
from service.studio.vocabulary import vocabulary
from workflows import prose_changes
from workflows.calendar import ZONE
from workflows.definition import Element
from workflows.differences import Differences, differ
from workflows.prose import Line, Part, Place, Procedure, place_steps, tell
from workflows.prose_changes import PartChanges

_LABELS = {"who": "Trách nhiệm", "due": "Thời hạn"}
_PAPERS = ("Biểu mẫu", "Văn bản")


def deployment_of(number: int) -> Deployment:
    """One deployed version; NotFound where there is none of that number."""
    with reading() as s:
        row = s.get(Deployment, number)
        if row is None:
            raise NotFound("Không có phiên bản quy trình này.", "There is no such deployment.")
        s.expunge(row)
        return row


def version_before(number: int) -> int:
    """The version that this one was to replace; where no act says so, the one kept before it; itself where it is the first.

    Raises NotFound.
    """
    row = deployment_of(number)
    acts = enactments.list_enactments(number)
    if acts:
        return acts[-1].replaces or number
    with reading() as s:
        found = s.execute(
            select(func.max(Deployment.id)).where(Deployment.key == row.key, Deployment.id < number)
        ).scalar()
    return number if found is None else found


def procedure_of(deployment: int, language: str) -> Procedure:
    """A deployed version in words, with the registers as they are today. Raises NotFound."""
    return procedure_in(files_of(deployment), deployment_of(deployment).key, language)


def procedure_in(files: Mapping[str, bytes], main: str, language: str) -> Procedure:
    """Any bundle in words, a draft that would not run as well; the register of its main process stands where that begins."""
    spoken = vocabulary(files, language)
    whole = tell(files, main, spoken)
    kept = register_words.lines(files, main, spoken.language)
    if not kept:
        return whole
    return replace(whole, parts=tuple(
        replace(part, begins=(*kept, *part.begins)) if part.process == main else part for part in whole.parts
    ))


@lru_cache(maxsize=64)
def _places(engine: int, deployment: int) -> Mapping[str, Place]:
    return place_steps(files_of(deployment), deployment_of(deployment).key)


def places_of(deployment: int) -> Mapping[str, Place]:
    """The place of every step in the words of a deployed version: its number, and what sorts it. Raises NotFound."""
    return _places(database_number(), deployment)


def in_order(elements: Iterable[Element], places: Mapping[str, Place]) -> list[tuple[Element, str]]:
    """Steps with their numbers, in the order in which the procedure tells them; what it does not tell comes last."""
    last = Place("", (len(places) + 1,))
    return [(one, place.number) for place, one in sorted(
        ((places.get(one.id, last), one) for one in elements), key=lambda pair: pair[0].order
    )]


def text_changes(old: int, new: int, language: str) -> list[PartChanges]:
    """What changed in words from one deployed version to another. Raises NotFound."""
    return prose_changes.compare(procedure_of(old, language), procedure_of(new, language))


def differences_of(old: int, new: int) -> Differences:
    """What differs between two deployed versions, element by element and file by file. Raises NotFound."""
    for number in (old, new):
        deployment_of(number)
    return differ(files_of(old), files_of(new))


def file_titles(files: Mapping[str, bytes], language: str) -> dict[str, str]:
    """What the forms, letters, papers and the register of a bundle are called, by file; none for one that is called like its file."""
    spoken, held = vocabulary(files, language), contents_of(files)
    titles = {one.file: spoken.form(one.id).strip("“”") for one in held.forms} | {
        one.file: one.name for one in (*held.letters, *held.papers, *held.registers)
    }
    return {file: title for file, title in titles.items() if title and title != file.rpartition(".")[0]}


@lru_cache(maxsize=16)
def _kept(engine: int, deployment: int) -> Mapping[str, bytes]:
    return deployments.files_of(deployment)


def files_of(deployment: int) -> Mapping[str, bytes]:
    """The files of a deployed version, kept for the pages that read them again and again."""
    return _kept(database_number(), deployment)


# -- the paper


def print_procedure(deployment: int, process: str = "") -> bytes:
    """The internal procedure as PDF/A, the whole or one of its parts. Raises NotFound."""
    return printing.print_paper(facts_of(deployment, process))


def write_procedure(deployment: int, process: str = "") -> bytes:
    """The internal procedure as DOCX, the whole or one of its parts. Raises NotFound."""
    return word.write_paper(facts_of(deployment, process))


def facts_of(deployment: int, process: str = "") -> dict[str, Any]:
    """What the paper says; papers are Vietnamese, whoever reads."""
    row = deployment_of(deployment)
    whole = procedure_of(deployment, "vi")
    parts = [part for part in whole.parts if process in ("", part.process)]
    if not parts:
        raise NotFound("Gói này không có quy trình đó.", "The bundle has no such process.")
    first = enactments.first_use(enactments.list_enactments(deployment))
    day = first.effective_on if first else row.deployed_at.astimezone(ZONE).date()
    committee = people.unit_by_code(bodies()["committee"])
    chairs = people.members_of([posts()["chair"].group], own=True)
    title = whole.title if not process else parts[0].title
    return {
        "kind": "internal_procedure",
        "name": f"Quy trình nội bộ giải quyết: {title}",
        "about": title[:1].lower() + title[1:],
        "commune": commune(day),
        "issuer": {"above": "", "body": (people.unit_name(committee, day) if committee else "Ủy ban nhân dân xã").upper()},
        "number": "",
        "symbol": "",
        "dated": None,
        "year": day.year,
        "made": day.isoformat(),
        "since": day.isoformat() if first else "",
        "basis": " ".join(first.basis.split()).rstrip(".") if first else "",
        "version": row.version,
        "signer": {
            "lines": ["TM. ỦY BAN NHÂN DÂN", posts()["chair"].post],
            "name": people.names(chairs)[chairs[0]] if len(chairs) == 1 else "",
        },
        "copies": ["Các phòng, đơn vị thuộc UBND xã", "Niêm yết tại nơi tiếp nhận hồ sơ", "Lưu: VT, VHXH"],
        "bases": cited_bases(" ".join(key for key in whole.bases if key in legal_bases()), day)[0],
        "parts": [_part(part) for part in parts],
        **{f"summary_{place}": _summary(part) for place, part in enumerate(parts, 1)},
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "number": part.number,
        "title": part.title,
        "aim": part.aim,
        "begins": [{"label": line.label, "said": _said(line)} for line in part.begins if line.label not in register_words.LISTING],
        "steps": [
            {
                "number": step.number, "title": step.title,
                "lines": [
                    {"kind": line.kind, "label": line.label, "said": _said(line)} for line in step.lines if line.kind != "edge"
                ],
            }
            for step in part.steps
        ],
        "ends": [f"“{_said(line)}”" for line in part.ends if line.runs],
    }


def _said(line: Line) -> str:
    return "".join(run.text for run in line.runs)


def _summary(part: Part) -> list[dict[str, Any]]:
    """A row for each step: what, who, by when, with which form or paper."""
    rows = []
    for step in part.steps:
        told = {line.label: _said(line).rstrip(".") for line in step.lines}
        rows.append({
            "number": step.number, "title": step.title,
            **{key: told.get(label, "") for key, label in _LABELS.items()},
            "form": "; ".join(said for label in _PAPERS if (said := told.get(label, ""))),
        })
    return rows
