"""The facts that eligibility is judged on: what the unit declared, and what the registers know better.

Booleans, numbers and codes only; null means that nobody knows yet, which asks for evidence and never passes.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from service import clock, people
from service.awards import completeness, consents, merits, past_awards
from service.awards.catalogue import DATA, award_forms
from service.awards.models import Line, List, Movement, Nomination, Recipient, Round
from service.awards.rules import rules_of

_WORDS = {"yes": True, "no": False, "unknown": None, "": None}


@cache
def fact_keys() -> Mapping[str, str]:
    """Key of each fact → its type."""
    content = tomllib.loads((DATA / "facts.toml").read_text(encoding="utf-8"))
    return {f["key"]: f["type"] for f in content["fact"]}


@cache
def fact_labels(locale: str = "vi") -> Mapping[str, str]:
    """Key of each fact → what it says."""
    content = tomllib.loads((DATA / "facts.toml").read_text(encoding="utf-8"))
    return {f["key"]: f["label_en" if locale == "en" else "label"] for f in content["fact"]}


@cache
def fact_gates() -> Mapping[str, tuple[str, ...]]:
    """Key of each fact → codes of the gates that read it."""
    content = tomllib.loads((DATA / "facts.toml").read_text(encoding="utf-8"))
    return {f["key"]: tuple(f["gates"]) for f in content["fact"]}


def declared(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Take the facts out of a form's answers: under `facts`, with yes, no and unknown as words."""
    said = answers.get("facts") or {}
    found: dict[str, Any] = {}
    for key, kind in fact_keys().items():
        if key in said:
            value = said[key]
            found[key] = _WORDS.get(value, value) if kind == "boolean" and isinstance(value, str) else value
    return found


def facts_of(
    s: Session, nomination: Nomination, round_: Round, submission: List | None, line: Line | None
) -> dict[str, Any]:
    """All facts of a nomination as of now; what a register knows goes before what was declared."""
    facts: dict[str, Any] = dict.fromkeys(fact_keys())
    facts |= {k: v for k, v in nomination.declared.items() if k in facts}
    recipient = s.get_one(Recipient, nomination.recipient_id)
    form = award_forms()[nomination.form_recommended or nomination.form_asked]
    facts["path"] = facts["path"] or "PHONG_TRAO"
    facts["unit_minutes"] = (
        round_.stage == "DOT_XUAT" or bool(submission is not None and submission.data.get("minutes"))
    )
    facts["dissolved"] = bool(
        recipient.collective_unit_id and people.current_unit(recipient.collective_unit_id) != recipient.collective_unit_id
    )
    facts["is_leader"] = recipient.leader
    movement = s.get_one(Movement, round_.movement_id)
    facts["movement_years"] = round_.window_to.year - movement.starts.year + 1
    facts["state_proposals_this_year"] = _state_proposals(s, nomination, round_)
    facts["second_form_asked"] = _second_form(s, nomination)
    facts["leader_ratio"] = leader_ratio(s, round_.id) if form.level != "commune" or recipient.leader else None
    facts["agency_opinion"] = _has_opinion(s, nomination) or None
    facts["nominee_agrees"] = consents.agrees(nomination, recipient)
    facts["missing_papers"] = completeness.missing(nomination, round_.stage, form.code)
    if round_.stage == "DOT_XUAT":  # a feat is rewarded when it happens, outside of a movement and its window
        facts |= {key: True for key in ("in_movement", "inside_window") if facts[key] is None}
    return facts | _earlier(s, nomination, round_, facts, form.code)


def _earlier(s: Session, nomination: Nomination, round_: Round, facts: Mapping[str, Any], form: str) -> dict[str, Any]:
    """What the registers of awards say: of the same achievement, of a certificate in the window, of the standard's years."""
    earlier = past_awards.earlier_of(s, nomination.recipient_id, but=nomination.id)
    window = (round_.window_from, round_.window_to)
    rules = rules_of(nomination)
    needs = {fact: rules.shown(key) for fact, key in merits.NEEDS.get(facts["path"], {}).items()}
    return {
        "same_achievement_awarded": merits.same_achievement(
            earlier, facts["same_achievement_awarded"], form, movement=round_.movement_id, stage=round_.stage, window=window
        ),
        "awarded_in_window": bool(merits.alike_in_window(earlier, form, stage=round_.stage, window=window)),
        "certificate_in_window": any(e.what == "GK_XA" and window[0] <= e.day <= window[1] for e in earlier),
        **merits.from_registers(earlier, facts, needs, path=facts["path"], day=min(round_.window_to, clock.today())),
    }


def _state_proposals(s: Session, nomination: Nomination, round_: Round) -> int:
    national = [f.code for f in award_forms().values() if f.level == "national"]
    return s.execute(
        select(func.count())
        .select_from(Nomination)
        .join(Round, Round.id == Nomination.round_id)
        .where(
            Nomination.recipient_id == nomination.recipient_id,
            Nomination.id != nomination.id,
            Nomination.form_asked.in_(national),
            Round.year == round_.year,
            Round.stage != "DOT_XUAT",
        )
    ).scalar_one()


def _second_form(s: Session, nomination: Nomination) -> bool:
    return (
        s.execute(
            select(Nomination.id)
            .where(
                Nomination.recipient_id == nomination.recipient_id,
                Nomination.round_id == nomination.round_id,
                Nomination.id < nomination.id,
                Nomination.reason_code.is_(None),
            )
            .limit(1)
        ).first()
        is not None
    )


def leader_ratio(s: Session, round_id: int) -> float | None:
    """Share of leaders among the persons nominated in a round, 0 to 1; None where there are none."""
    total, leaders = s.execute(
        select(func.count(), func.sum(case((Recipient.leader, 1), else_=0)))
        .select_from(Nomination)
        .join(Recipient, Recipient.id == Nomination.recipient_id)
        .where(Nomination.round_id == round_id, Nomination.kind == "INDIVIDUAL")
    ).one()
    return round(int(leaders or 0) / int(total), 3) if total else None


def _has_opinion(s: Session, nomination: Nomination) -> bool:
    return (
        s.execute(
            select(Line.id)
            .join(List, List.id == Line.list_id)
            .where(
                List.kind == "opinion_letter", Line.nomination_id == nomination.id, Line.result.is_not(None)
            )
            .limit(1)
        ).first()
        is not None
    )
