"""What papers after a decision say: amended, corrected, revoked, blanks written off; each names the decision that it is about."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock, words
from service.awards.catalogue import form_name
from service.awards.correcting import MENDED
from service.awards.models import Award, Line, List
from service.awards.rules import rules_on
from service.db import reading
from service.papers.facts import Facts, builder, iso_words, short_day
from service.papers.kinds import DUE

_GRANTS = {"province": "Sở Nội vụ (Ban Thi đua - Khen thưởng)", "centre": "Sở Nội vụ (Ban Thi đua - Khen thưởng)"}
"""To whom a letter about an award of a level above goes: the commune writes to the province's office, for the centre too."""
_CAUSES = {
    "spoiled": "phôi hỏng khi in", "wrong": "in sai, phải in lại", "damaged": "hư hỏng trước khi trao, phải in lại",
}


def _award(s: Session, row: List, facts: Facts) -> Award | None:
    """The award that the one name of the list was given, in force or revoked by this list."""
    ids = row.data.get("awards")
    wanted = Award.id.in_(ids) if ids else Award.status != "revoked"
    named = [n["nomination"] for n in facts["names"]]
    return s.scalars(select(Award).where(Award.nomination_id.in_(named), wanted).order_by(Award.id)).first()


def _about(s: Session, row: List, facts: Facts) -> Facts:
    """The name and the decision that gave it its award."""
    award = _award(s, row, facts)
    return {
        "who": facts["names"][0],
        "decision": {
            "number": award.decision if award else "", "day": words.paper_date(award.decided_on) if award else "",
            "form": form_name(award.form) if award else "",
        },
    }


@builder("amending_decision")
@builder("correction_letter")
def _amendment(s: Session, row: List, facts: Facts) -> Facts:
    """The name as the decision has it, whatever it reads by now, and what reads otherwise from this paper on."""
    about = _about(s, row, facts)
    line = s.scalars(select(Line).where(Line.list_id == row.id)).one()
    mended: dict[str, list[str]] = line.data.get("mended", {})
    who = about["who"] | {key.removeprefix("new_"): old for key, (old, _new) in mended.items() if key != "new_text"}
    proposal = row.data.get("proposal", {})
    return facts | about | {
        "who": who, "names": [who],
        "changes": [{"what": MENDED[key], "old": old, "new": new} for key, (old, new) in mended.items()],
        "wrong": str(proposal.get("wrong") or ""), "unit": who["unit"],
    }


@builder("revocation_decision")
@builder("revocation_request")
def _revocation(s: Session, row: List, facts: Facts) -> Facts:
    award = _award(s, row, facts)
    proposal = row.data.get("proposal", {})
    decided = row.data.get("decided", {})
    rules = rules_on(row.dated or clock.today())
    return facts | _about(s, row, facts) | {
        "to": _GRANTS.get(award.level if award else "", ""),
        "reason": str(decided.get("reason") or proposal.get("reason") or "").rstrip("."),
        "ground": {"number": str(proposal.get("number") or ""), "day": iso_words(proposal.get("dated"))},
        "handed": bool(award and award.handed_on), "money": award.money if award and award.paid_on else 0,
        "days": rules.shown("RECOVERY_DAYS"), "until": short_day(row.data.get("recover_by")),
    }


@builder("blank_minutes")
def _blank_minutes(s: Session, row: List, facts: Facts) -> Facts:
    said: dict[str, Any] = row.data.get("written_off", {})
    return facts | _about(s, row, facts) | {
        "blanks": int(said.get("blanks") or 0), "cause": _CAUSES.get(str(said.get("cause")), ""),
        "witness": str(said.get("witness") or ""), "note": str(said.get("note") or "").rstrip("."),
        "held": words.paper_date(date.fromisoformat(said["dated"])) if said.get("dated") else "",
    }


DUE["amending_decision"] = lambda row: row.data.get("way") == "amend"
DUE["correction_letter"] = lambda row: row.data.get("way") == "letter"
DUE["revocation_decision"] = lambda row: "commune" in _levels(row)
DUE["revocation_request"] = lambda row: bool(_levels(row) - {"commune"})


def _levels(row: List) -> set[str]:
    """Levels that granted the awards which a revocation is about."""
    ids = row.data.get("awards")
    wanted = Award.id.in_(ids) if ids else Award.status != "revoked"
    named = select(Line.nomination_id).where(Line.list_id == row.id)
    with reading() as s:
        return set(s.scalars(select(Award.level).where(Award.nomination_id.in_(named), wanted)))
