"""What papers of submissions, letters and postings say beside the common: units, terms, faults, answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import people
from service.awards.catalogue import OUTCOMES, PHASES, REASONS, form_name
from service.awards.decisions import others_of
from service.awards.models import Line, List, Nomination, Round
from service.papers.facts import Facts, builder, iso_words, rules_for, short_day
from service.papers.kinds import kind_named
from service.papers.spelling import numbered
from workflows.calendar import ZONE


def _unit(row: List, facts: Facts) -> str:
    day = date.fromisoformat(facts["dated"] or facts["made"])
    return people.unit_name(row.unit_id, day) if row.unit_id else ""


def _calendar_day(s: Session, row: List, key: str) -> str:
    return short_day(s.get_one(Round, row.round_id).calendar.get(key))


@builder("result_letter")
def _result_letter(s: Session, row: List, facts: Facts) -> Facts:
    told = {line.nomination_id: line for line in s.scalars(select(Line).where(Line.list_id == row.id))}
    nominations = {n.id: n for n in s.scalars(select(Nomination).where(Nomination.id.in_(told)))}
    rows = []
    for name in facts["names"]:
        granted = bool(told[name["nomination"]].data.get("granted"))
        rows.append(name | {"outcome": f"Được tặng {name['form_name']}" if granted else _refused(nominations[name["nomination"]])})
    others = [
        {"no": number, "name": one["name"], "title": one["title"], "form_name": form_name(one["form"]),
         "outcome": (OUTCOMES.get(one["outcome"] or "") or PHASES[one["phase"]])[0]}
        for number, one in enumerate(others_of(row), len(rows) + 1)
    ]
    refused = [one for one in rows if not one["outcome"].startswith("Được tặng")]
    return facts | {
        "unit": _unit(row, facts), "names": rows, "others": others, "granted": len(rows) - len(refused), "refused": len(refused),
        "review_until": _moment_day(row.data.get("review_until")),
    }


def _refused(nomination: Nomination) -> str:
    reason = REASONS.get(nomination.reason_code or "", ("", ""))[0]
    said = ": ".join(part for part in (reason, nomination.reason) if part)
    return f"Không được khen thưởng. {said}".strip()


def _moment_day(text: Any) -> str:
    return f"{datetime.fromisoformat(str(text)).astimezone(ZONE):%d/%m/%Y}" if text else ""


@builder("opinion_request")
def _opinion_request(s: Session, row: List, facts: Facts) -> Facts:
    until = _calendar_day(s, row, "opinions") or (f"{row.due_at.astimezone(ZONE):%d/%m/%Y}" if row.due_at else "")
    days = rules_for(row).shown("HIEPY_DAYS")
    return facts | {"agency": _unit(row, facts), "until": until, "days": days}


@builder("return_notice")
def _return_notice(s: Session, row: List, facts: Facts) -> Facts:
    """The names that were sent back, each with its faults; number and day are the clerk's, the receipt's stand in the text."""
    names = [n for n in facts["names"] if n["faults"]]
    rows = [
        n | {"no": number, "what": "; ".join(_fault(f) for f in n["faults"])} for number, n in enumerate(names, 1)
    ]
    return facts | {
        "unit": _unit(row, facts), "names": rows, "count": len(rows), "receipt": numbered(row.number or "", kind_named("receipt").symbol),
        "received": iso_words(facts["dated"]), "until": _calendar_day(s, row, "supplement"), "number": "", "dated": None,
    }


def _fault(fault: dict[str, str]) -> str:
    what, mend = fault.get("what", ""), fault.get("mend", "")
    return f"{what} ({mend[:1].lower()}{mend[1:]})" if mend else what


@builder("posting_notice")
def _posting_notice(s: Session, row: List, facts: Facts) -> Facts:
    return facts | _posting(row)


@builder("posting_minutes")
def _posting_minutes(s: Session, row: List, facts: Facts) -> Facts:
    """Minutes are of the day of closing, not of the notice."""
    closing = row.data.get("closing", {})
    return facts | _posting(row) | {
        "notice": {"number": row.number or "", "day": iso_words(facts["dated"])},
        "remarks": closing.get("remarks", 0), "note": closing.get("note") or "", "number": closing.get("minutes_number") or "",
        "dated": row.data.get("closed_on"), "held": len(row_left(s, row)), "left": row_left(s, row),
    }


def row_left(s: Session, row: List) -> list[str]:
    """Names that were posted and left the list before it was closed."""
    return list(
        s.scalars(
            select(Nomination.name)
            .join(Line, Line.nomination_id == Nomination.id)
            .where(Line.list_id == row.id, Line.removed.is_(True))
            .order_by(Line.position)
        )
    )


def _posting(row: List) -> Facts:
    data = row.data
    return {
        "place_posted": data.get("place", ""), "days": data.get("days"),
        "from": short_day(row.dated), "until": short_day(data.get("until")),
    }


@builder("unit_list")
def _unit_list(s: Session, row: List, facts: Facts) -> Facts:
    minutes = row.data.get("minutes", {})
    return facts | {
        "unit": _unit(row, facts), "number": minutes.get("letter_number") or "", "dated": minutes.get("letter_date"),
        "held_on": iso_words(minutes.get("held_on")), "chaired_by": minutes.get("chaired_by", ""),
        "members": minutes.get("members"), "present": minutes.get("present"),
    }


@builder("receipt")
def _receipt(s: Session, row: List, facts: Facts) -> Facts:
    minutes = row.data.get("minutes", {})
    rules = rules_for(row)
    return facts | {
        "unit": _unit(row, facts), "late": bool(row.data.get("late")),
        "letter": {"number": minutes.get("letter_number") or "", "day": iso_words(minutes.get("letter_date"))},
        "held_on": iso_words(minutes.get("held_on")), "days": rules.shown("GK_PROCESS_DAYS"),
        "result_on": _calendar_day(s, row, "signing"), "ad_hoc": facts["round"]["stage"] == "DOT_XUAT",
    }
