"""Brings a database to what the service needs to run: tables, register of rules, calendar, the shipped process."""

from __future__ import annotations

import tomllib
from typing import Any

from sqlalchemy import select

from service import trail
from service.actor import machine
from service.awards import rule_versions, rules
from service.awards.nominations import MAIN_PROCESS
from service.calendar import CalendarDay, forget
from service.config import ROOT
from service.council.session.planning import PROCESS
from service.db import reading, transaction
from service.processes import days_off, deployments, enactments
from service.processes.models import Deployment
from service.schema import create_schema
from service.studio import registers
from service.studio.models import StudioDraft

SHIPPED = (
    "nomination_case.bpmn",
    "award_nomination.bpmn",
    "timely_commendation.bpmn",
    "commune_certificate.bpmn",
    "provincial_merit.bpmn",
    "national_nomination.bpmn",
    "eligibility.dmn",
)


def prepare_database() -> None:
    """Make the tables, and put in what is missing; what an office has changed is left alone."""
    create_schema()
    by = machine("cli")
    rule_versions.load_register(by=by)
    _load_calendar()
    for main, files in shipped_bundles().items():
        with transaction() as s:
            deployed = s.execute(select(Deployment.id).where(Deployment.key == main)).first()
        if deployed is None:
            enactments.deploy_bundle(files, main=main, by=by, note="Quy trình kèm theo phần mềm")


def shipped_bundles() -> dict[str, dict[str, bytes]]:
    """Everything that ships: main process → its bundle."""
    return {MAIN_PROCESS: shipped_bundle(), PROCESS: session_bundle(), **movement_bundles()}


def movement_bundles() -> dict[str, dict[str, bytes]]:
    """The shipped processes of the movement, each with its register, its forms and what else stands in its folder."""
    found = {}
    for register in sorted((ROOT / "bpmn").glob("*/*.register")):
        folders = (register.parent, ROOT / "forms" / register.stem)
        found[register.stem] = {
            file.name: file.read_bytes() for folder in folders for file in sorted(folder.iterdir()) if file.name.endswith(deployments.KINDS)
        }
    return found


_TEMPLATES = {"award": MAIN_PROCESS, "session": PROCESS}


def template_keys() -> list[str]:
    """What a draft can begin with besides versions and files.

    `award`, `session`, each shipped process of the movement by its main process, and `register`: a whole small one with a register.
    """
    return [*_TEMPLATES, *movement_bundles(), "register"]


def template(key: str, name: str = "") -> tuple[dict[str, bytes], str] | None:
    """The files of a template and their main process, for a draft of this name; None where there is none of that key."""
    if key == "register":
        return registers.blank_bundle(name, process_ids())
    main = _TEMPLATES.get(key, key)
    return (shipped_bundles()[main], main) if key in template_keys() else None


def process_ids() -> set[str]:
    """Main processes of versions and drafts: what a new one must not be called."""
    with reading() as s:
        return {*s.scalars(select(Deployment.key).distinct()), *s.scalars(select(StudioDraft.key).distinct())}


def shipped_bundle() -> dict[str, bytes]:
    """The shipped diagrams, table and forms, and the ways through them that must stay."""
    ways = {file.name: file.read_bytes() for file in sorted((ROOT / "bpmn" / "scenarios").glob("*.scenario"))}
    return deployments.shipped_bundle(ROOT / "bpmn", ROOT / "forms" / "library", SHIPPED) | ways


def session_bundle() -> dict[str, bytes]:
    """The shipped diagram of a council session."""
    name = f"{PROCESS}.bpmn"
    return {name: (ROOT / "bpmn" / name).read_bytes()}


def _load_calendar() -> None:
    content: dict[str, Any] = tomllib.loads((rules.DATA / "calendar.toml").read_text(encoding="utf-8"))
    with transaction() as s:
        known = set(s.scalars(select(CalendarDay.day).where(CalendarDay.by_office.is_(False))))
        fresh = [
            CalendarDay(
                day=row["date"],
                working=working,
                name=row["name"],
                basis=row.get("citation", row.get("basis", "")),
                confidence=row.get("confidence", "P"),
            )
            for word, working in (("off", False), ("working", True))
            for row in content.get(word, [])
            if row["date"] not in known
        ]
        if fresh:
            s.add_all(fresh)
            trail.record("calendar:changed", by=machine("cli"), stream="system", body={"days": len(fresh)})
            if known:  # a newer release brought them, while cases are under way
                days_off.follow_change(s, {row.day: None for row in fresh}, by_office=False)
    forget()
