"""The checks of a nomination, each explained: passed, failed or in need of evidence, by which rule, on which facts.

The eligibility table says what hits; what it is silent of has passed, and is said too. A check that fails stands in the way
only where its rule is sourced or confirmed, in the version that the nomination froze. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock, people, trail
from service.actor import Actor
from service.awards import merits, past_awards
from service.awards.catalogue import award_forms
from service.awards.dossier import eligibility_for
from service.awards.facts import fact_gates, facts_of
from service.awards.honours import EXCELLENT, GOOD
from service.awards.merits import Run
from service.awards.models import Line, List, Nomination, Round, Rule
from service.awards.nominations import read_nomination, status_of
from service.awards.past_awards import Earlier
from service.awards.rule_versions import versions_by_id
from service.awards.rules import Rules, applies, rules_of, shipped
from service.db import reading, transaction
from service.errors import Conflict, Forbidden
from service.processes.models import ProcessInstance

RECHECK = "nomination.recheck"
PARTS = ("form", "general", "earlier", "dossier")
"""Headings of the checks: form and path, general gates, earlier awards, dossier and leaders."""
PASS, FAIL, EVIDENCE = "pass", "fail", "evidence"
_WORST = {FAIL: 0, EVIDENCE: 1}
_YEARS: Mapping[str, Mapping[str, str]] = {
    "Y1": {"CO_TINH": "FLAG_PROV_MIN_YEARS", "CO_CP": "FLAG_GOV_MIN_YEARS"},
    "Y2": {"BK_TTG": "BKTTG_MOVEMENT_MIN_YEARS", "HCLD_3": "HCLD_MOVEMENT_MIN_YEARS"},
}
_OPEN = ("checking", "returning", "supplementing", "weighing", "reviewing", "consulting", "posting")
"""Phases in which the registers may still be held against a nomination anew."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A fact that a check looked at: its value as judged, what the unit declared, what is needed of it and by which rule."""

    fact: str
    value: Any
    declared: Any
    need: Any = None
    need_key: str = ""


@dataclass(frozen=True, slots=True)
class Explained:
    """One check of a nomination with its rule in the version that holds for it."""

    code: str
    key: str
    part: str
    result: str
    effect: str
    """block, warn, display, or note where it decides nothing."""
    rule: Rule
    seen: tuple[Seen, ...] = ()

    @property
    def stands_in_the_way(self) -> bool:
        """Whether it keeps the form of award from being accepted."""
        return self.result == FAIL and self.effect == "block"


@dataclass(frozen=True, slots=True)
class FormStanding:
    """How one form of award stands for a nomination: the codes that block, fail without blocking, want evidence."""

    form: str
    blocked: tuple[str, ...]
    failed: tuple[str, ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """What the registers hold of the recipient: earlier awards, and the run of years that the path asks for."""

    earlier: tuple[Earlier, ...]
    run: Run


@cache
def gates() -> Mapping[str, Mapping[str, Any]]:
    """The gates of the shipped register by key."""
    return {gate["key"]: gate for gate in shipped() if "code" in gate}


def explain(nomination: Nomination, form: str | None = None) -> list[Explained]:
    """Every check of a nomination for a form of award, in the order of the register; empty before it was received."""
    form = form or nomination.form_recommended or nomination.form_asked
    if nomination.received_at is None or nomination.instance_id is None:
        return []
    with reading() as s:
        stage = s.get_one(Round, nomination.round_id).stage
        hits = _hits(eligibility_for(s, nomination, form))
    rules = rules_of(nomination)
    rows = versions_by_id({key: number for key, number in rules.versions.items() if key in gates()})
    path = str(nomination.facts.get("path") or "PHONG_TRAO")
    found = []
    for key, gate in gates().items():
        row, code = rows.get(key), str(gate["code"])
        if row is None or not applies(
            gate, form=form, kind=nomination.kind, stage=stage, path=path, group=nomination.subject_group
        ):
            continue
        result, effect = hits.get(code, (PASS, "note" if gate["wish"] == "note" else ""))
        found.append(Explained(code, key, gate["part"], result, effect, row, _seen(nomination, code, form, path, rules)))
    return found


def _hits(lines: Sequence[Mapping[str, str]]) -> dict[str, tuple[str, str]]:
    """Code → its worst line."""
    found: dict[str, tuple[str, str]] = {}
    for line in sorted(lines, key=lambda one: _WORST.get(one["result"], 2)):
        found.setdefault(line["code"], (line["result"], line["effect"]))
    return found


def _seen(nomination: Nomination, code: str, form: str, path: str, rules: Rules) -> tuple[Seen, ...]:
    facts = [key for key, codes in fact_gates().items() if code in codes and key != "path"]
    needs = merits.NEEDS.get(path, {}) if code in ("P1", "P2", "P3", "I1") else {}
    if code in _YEARS:
        needs = {"movement_years": _YEARS[code].get(form, "")}
    elif code == "D3":
        needs = {"leader_ratio": "LEADER_MAX_RATIO"}
    wanted = [f for f in facts if code not in ("P1", "P2", "P3") or f in needs or f.startswith("earlier_")]
    return tuple(
        Seen(fact, nomination.facts.get(fact), nomination.declared.get(fact), rules.shown(needs[fact]) if needs.get(fact) else None,
             needs.get(fact, ""))
        for fact in wanted
    )


def by_form(nomination: Nomination) -> list[FormStanding]:
    """How each form of award of the plan stands for a nomination, lowest first; empty before it was received."""
    found = []
    for form in award_forms():
        checks = explain(nomination, form)
        if checks:
            found.append(FormStanding(
                form,
                tuple(c.code for c in checks if c.stands_in_the_way),
                tuple(c.code for c in checks if c.result == FAIL and not c.stands_in_the_way),
                tuple(c.code for c in checks if c.result == EVIDENCE),
            ))
    return found


def record_of(nomination: Nomination) -> Record:
    """Earlier awards of the recipient, newest first, and the run of years that the nomination's path looks at."""
    with reading() as s:
        earlier = tuple(past_awards.earlier_of(s, nomination.recipient_id, but=nomination.id))
        day = min(s.get_one(Round, nomination.round_id).window_to, clock.today())
    path = str(nomination.facts.get("path") or nomination.declared.get("path") or "PHONG_TRAO")
    _known, lower = merits.lower_award(earlier, path)
    level = EXCELLENT if path == "d" else GOOD
    run = merits.run_of_years(merits.rating_levels(earlier), level, up_to=day.year, after=lower.day.year if lower else None)
    return Record(earlier, run)


def may_recheck(by: Actor, nomination: Nomination) -> bool:
    """Whether somebody may hold the registers against a nomination anew: an officer, not for the own unit or himself."""
    phase, _outcome, _holds = status_of(nomination)
    return (
        nomination.received_at is not None
        and phase in _OPEN
        and _is_free_to_recheck(by, nomination)
    )


def _is_free_to_recheck(by: Actor, nomination: Nomination) -> bool:
    with reading() as s:
        barred = s.scalar(select(ProcessInstance.excluded).where(ProcessInstance.id == nomination.instance_id)) or ()
    unit = people.current_unit(nomination.unit_id)
    return by.account not in barred and people.allowed_for_other(by.free_of(barred), RECHECK, unit)


def recheck_nomination(nomination_id: int, *, by: Actor) -> list[str]:
    """Hold the registers against a nomination anew; returns the facts that changed, and says so in its history.

    The rules stay those of the day of receipt. Raises NotFound, Forbidden, Conflict before receipt or once it went on.
    """
    found = read_nomination(nomination_id, by=by)
    if not _is_free_to_recheck(by, found):
        raise Forbidden(
            "Đối chiếu lại là việc của phòng Văn hóa - Xã hội, không làm với đề nghị của mình, của đơn vị mình.",
            "Checking anew is the office's, and not for oneself or the own unit.",
        )
    if not may_recheck(by, found):
        raise Conflict(
            "Hồ sơ chưa tiếp nhận hoặc đã qua bước đối chiếu.", "It was not received yet, or went past the checks.",
            code="wrong-state",
        )
    with transaction() as s:
        nomination = s.scalars(select(Nomination).where(Nomination.id == nomination_id).with_for_update(key_share=True)).one()
        changed = refresh(s, nomination)
        lines = eligibility_for(s, nomination, nomination.form_recommended or nomination.form_asked)
        nomination.eligibility = lines
        trail.record(
            "eligibility:rechecked", by=by, stream=f"instance:{nomination.instance_id}",
            body={"count": len(lines), "changed": len(changed), "facts": changed},
        )
    return changed


def refresh(s: Session, nomination: Nomination) -> list[str]:
    """Take the facts of a nomination from the registers as they are now, in the open transaction; the keys that changed."""
    submission = s.get(List, nomination.submission_id) if nomination.submission_id else None
    line = s.scalars(
        select(Line).where(Line.list_id == nomination.submission_id, Line.nomination_id == nomination.id)
    ).one_or_none()
    before = dict(nomination.facts)
    nomination.facts = facts_of(s, nomination, s.get_one(Round, nomination.round_id), submission, line)
    s.flush()
    return sorted(key for key, value in nomination.facts.items() if before.get(key) != value)
