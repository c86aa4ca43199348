"""What papers of submissions, letters and postings say beside the common: units, terms, faults, answers; what a unit says of a name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import people
from service.awards import window_results
from service.awards.catalogue import REASONS, REVOKED, award_forms, form_name, standing
from service.awards.files import files_about
from service.awards.honours import honour_name
from service.awards.models import Line, List, Nomination, Round, Score
from service.awards.past_awards import earlier_of
from service.awards.result_letters import others_of
from service.papers.facts import Facts, builder, iso_words, rules_for, short_day
from service.papers.kinds import kind_named
from service.papers.spelling import numbered, points
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
        rows.append(name | {"outcome": _told(nominations[name["nomination"]], name, granted=granted)})
    others = [
        {"no": number, "name": one["name"], "title": one["title"], "form_name": form_name(one["form"]),
         "outcome": standing(one["phase"], one["outcome"], revoked=one.get("revoked", False))[0]}
        for number, one in enumerate(others_of(row), len(rows) + 1)
    ]
    refused = [one for one in rows if not one["outcome"].startswith("Được ")]
    return facts | {
        "unit": _unit(row, facts), "names": rows, "others": others, "granted": len(rows) - len(refused), "refused": len(refused),
        "review_until": _moment_day(row.data.get("review_until")),
    }


def _told(nomination: Nomination, name: Mapping[str, Any], *, granted: bool) -> str:
    if nomination.revoked:
        return f"{REVOKED[0]}."
    return f"Được {'truy tặng' if name['late'] else 'tặng'} {name['form_name']}" if granted else _refused(nomination)


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


# Papers of one name: what the unit says of it itself


@builder("self_sheet")
@builder("achievement_report")
def _of_one_name(s: Session, row: List, facts: Facts) -> Facts:
    (name,) = facts["names"] or [{"nomination": 0, "kind": "", "form": ""}]
    nomination = s.get(Nomination, name["nomination"])
    if nomination is None:
        return facts
    scores = _scores(s, nomination)
    return facts | {
        "unit": _unit(row, facts), "number": "", "dated": None, "scores": scores,
        "own_total": points(sum(x["weighed"] for x in scores)), "most_total": points(sum(x["most"] for x in scores)),
        "achievement": nomination.achievement.strip(), "earlier": _earlier(s, nomination),
        "evidence": [line.told() for line in window_results.taken(nomination)],
        "above": bool(name["form"]) and award_forms()[name["form"]].level != "commune",
        "ad_hoc": facts["round"]["stage"] == "DOT_XUAT",
    }


def _scores(s: Session, nomination: Nomination) -> list[dict[str, Any]]:
    """The criteria that the person was scored on by the unit itself; of those left out none stands."""
    texts = {c["code"]: c.get("title") or c.get("text", "") for c in s.get_one(Round, nomination.round_id).criteria}
    names = {f.id: f.name for f in files_about(nomination.id)}
    rows = s.scalars(select(Score).where(Score.nomination_id == nomination.id, Score.own.is_not(None)).order_by(Score.position))
    return [
        {
            "no": x.criterion, "what": texts.get(x.criterion, ""), "note": " ".join(x.own_note.split()).rstrip("."),
            "contents": ", ".join(x.contents), "own": points(x.own), "scale": points(x.maximum), "weight": points(x.weight),
            "weighed": float(x.own * x.weight), "most": float(x.maximum * x.weight),
            "files": "; ".join(names[f] for f in x.files if f in names),
        }
        for x in rows
    ]


def _earlier(s: Session, nomination: Nomination) -> list[dict[str, Any]]:
    """What the registers hold of earlier awards, the newest first."""
    return [
        {"no": number, "what": honour_name(one.what), "year": str(one.year),
         "decision": ", ".join(part for part in (one.decision, short_day(one.decided_on)) if part)}
        for number, one in enumerate(earlier_of(s, nomination.recipient_id, but=nomination.id), 1)
    ]
