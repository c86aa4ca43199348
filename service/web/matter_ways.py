"""Where the pages of registers and matters are: their addresses, and rows that count what a register's phases hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from urllib.parse import urlencode

from flask import current_app
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from service import movement, words
from service.actor import Actor
from service.movement import Entry, Kept, MatterFilter
from service.web.frame import Link
from service.web.parts import Check, WorkRow


def register_url(process: str, **wanted: str) -> str:
    """Address of a register, narrowed; nothing where this installation does not have the page."""
    return _there(f"/registers/{process}") and f"/registers/{process}{_asked(wanted)}"


def start_url(process: str, **given: object) -> str:
    """Address of the page that begins a matter of a register; `about`: the nomination that it concerns."""
    return _there(f"/registers/{process}/new") and f"/registers/{process}/new{_asked(given)}"


def matter_url(number: int) -> str:
    """Address of a matter."""
    return _there(f"/matters/{number}")


def phase_rows(kept: Kept, by: Actor, phases: Collection[str]) -> list[WorkRow]:
    """How many open matters of a register somebody may read in each of these phases; none where there is none."""
    rows, register, at = [], kept.register, int(words.language() == "en")
    for phase in phases:
        count = movement.find_matters(kept, by=by, wanted=MatterFilter(state="open", phase=phase), size=1).total
        if count and phase in register.phases:
            said = f"{register.one[at]}: {words.within_a_sentence(register.phases[phase][at])}"
            rows.append(WorkRow(count, said, register_url(kept.process, phase=phase) or "#"))
    return rows


def warnings(unit: int | None, by: Actor) -> list[Check]:
    """What open matters of a unit warn of in its dossiers; with the way to the matter for who reads it."""
    at = int(words.language() == "en")
    return [
        Check(one.words[at], "warn", Link(one.number, matter_url(one.matter)) if one.matter and matter_url(one.matter) else None)
        for one in movement.warnings_of(unit, by=by)
    ]


def standing_words(kept: Kept, one: Entry) -> str:
    """Where a matter stands, or how it ended, in the words of its register."""
    at = int(words.language() == "en")
    if one.ended:
        outcome = kept.register.outcomes.get(one.outcome or "")
        return outcome.words[at] if outcome else _("Đã xong")
    return kept.register.phases.get(one.phase, (one.phase, one.phase))[at]


def _asked(wanted: Mapping[str, object]) -> str:
    return "?" + urlencode(wanted) if wanted else ""


def _there(path: str) -> str:
    """A path that this installation answers, or nothing (as `standing.way`)."""
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return ""
    return path
