"""What papers of decisions, packages and award lists say beside the common: minutes, sums, forms, who is handed what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import words
from service.awards import votes
from service.awards.catalogue import award_forms
from service.awards.models import Award, Line, List, Nomination, Round, Rule
from service.council import session as council
from service.papers.codes import Certified, address_of
from service.papers.facts import (
    OF_KIND,
    Facts,
    awards_of,
    builder,
    granting,
    in_counts,
    in_kinds,
    iso_words,
    rules_for,
    short_day,
    signer,
)
from service.papers.kinds import paper_kinds
from service.papers.spelling import cited, counted, numbered
from workflows.calendar import ZONE


@builder("decision")
def _decision(s: Session, row: List, facts: Facts) -> Facts:
    return facts | _of_a_decision(s, row, facts)


@builder("office_submission")
def _office_submission(s: Session, row: List, facts: Facts) -> Facts:
    submission = row.data.get("submission", {})
    more = _of_a_decision(s, row, facts)
    return facts | more | {"number": submission.get("number") or "", "dated": submission.get("dated")}


def _of_a_decision(s: Session, row: List, facts: Facts) -> Facts:
    submission = row.data.get("submission", {})
    return {
        "submission": {"number": submission.get("number") or "", "day": iso_words(submission.get("dated"))},
        "minutes": _minutes(s, facts),
        "simplified": bool(row.data.get("simplified")),
        "money_basis": _citation(s, row, "MULT.GK_XA"),
        "proved": sum(n["proved"] for n in facts["names"]),
        "of_forms": _of_forms(facts),
    }


def _minutes(s: Session, facts: Facts) -> dict[str, Any]:
    """The council's minutes by which the names were passed, of a session or keyed from paper; the latest, where several were."""
    named = [n["nomination"] for n in facts["names"]]
    sheet = s.scalars(
        select(List)
        .join(Line, Line.list_id == List.id)
        .where(
            List.kind.in_(("council_sheet", council.KIND)), List.state.in_(("signed", "stands")), Line.removed.is_(False),
            Line.nomination_id.in_(named),
        )
        .order_by(List.id.desc())
        .limit(1)
    ).first()
    if sheet is None:
        return {}
    if sheet.kind == council.KIND:
        held = council.minutes_of_agenda(sheet.id).session
        last = held.held_sittings[-1]
        return {
            "number": held.number, "day": words.paper_date(last.opened.astimezone(ZONE).date()), "written": False,
            "members": len(held.members), "present": len(last.present),
        }
    session = sheet.data.get("session", {})
    return {
        "number": sheet.number or "", "day": iso_words(session.get("held_on")), "written": bool(sheet.data.get("written")),
        "members": session.get("members"), "present": session.get("present"),
    }


def _citation(s: Session, row: List, key: str) -> str:
    """What the rule in force on the paper's day rests on: the register's citation, in the order of papers."""
    number = rules_for(row).versions.get(key)
    return cited(s.get_one(Rule, number).citation) if number else ""


def _of_forms(facts: Facts) -> list[dict[str, Any]]:
    """The names by form of award, highest first: what is asked for, for how many of each kind."""
    forms = sorted({n["form"] for n in facts["names"]}, key=lambda code: -award_forms()[code].rank)
    found = []
    for code in forms:
        named = [n for n in facts["names"] if n["form"] == code]
        found.append({"form": award_forms()[code].name, "count": len(named), "counted": in_counts(named),
                      "late": sum(bool(n["late"]) for n in named)})
    return found


@builder("province_submission")
def _province_submission(s: Session, row: List, facts: Facts) -> Facts:
    names = [n | {"ratio": votes.told(n["votes"])} for n in facts["names"]]
    return facts | {"names": names, "minutes": _minutes(s, facts), "of_forms": _of_forms(facts), "decides": _decides(facts)}


def _decides(facts: Facts) -> str:
    """Whether the province itself decides on all, or sends something on."""
    return "province" if all(award_forms()[n["form"]].level == "province" for n in facts["names"]) else "above"


@builder("payment_list")
def _payment_list(s: Session, row: List, facts: Facts) -> Facts:
    # The province and the centre pay for what they grant (law.md 2.7).
    paid = [n for n in facts["names"] if award_forms()[n["form"]].level == "commune"]
    names = [n | {"no": number} for number, n in enumerate(paid, 1)]
    decision = _granted_by(s, row)
    return facts | {
        "names": names, "count": len(names), "counted": in_counts(names), "money": sum(n["money"] for n in names),
        "granting": granting(names), "late": sum(bool(n["late"]) for n in names),
        "counts": {kind: sum(n["kind"] == kind for n in names) for kind in OF_KIND},
        "decision": decision, "money_basis": _citation(s, row, "MULT.GK_XA"), "dated": None, "number": "",
    }


@builder("handover_sheet")
def _handover_sheet(s: Session, row: List, facts: Facts) -> Facts:
    return facts | {"decision": _granted_by(s, row), "dated": None, "number": ""}


def _granted_by(s: Session, row: List) -> dict[str, str]:
    parent = s.get(List, row.parent_id) if row.parent_id else None
    number = (parent.number if parent else None) or ""
    return {"number": number, "day": iso_words(parent.dated if parent else None)}


@builder("certificate")
@builder("certificate_blank")
def _certificates(s: Session, row: List, facts: Facts) -> Facts:
    """Once the decision has its number, only names with an award in force have a certificate: none that was revoked or is held."""
    numbers = [n["nomination"] for n in facts["names"]]
    awards = awards_of(s, numbers)
    reprints = Counter(s.scalars(
        select(Line.nomination_id).join(List, Line.list_id == List.id)
        .where(List.kind == "reprint", List.state == "done", Line.nomination_id.in_(numbers))
    ))
    number = numbered(facts["number"], facts["symbol"])
    names = []
    for n in facts["names"]:
        award = awards.get(n["nomination"])
        if facts["dated"] and award is None:
            continue
        address = ""
        if award is not None and facts["dated"]:
            address = address_of(Certified(
                award.id, n["name"], n["form_name"], number, date.fromisoformat(facts["dated"]), award.book_number or 0,
                facts["issuer"]["body"],
            ))
        names.append(n | {
            "book": counted(award.book_number) if award and award.book_number else "", "address": address,
            "reprints": reprints[n["nomination"]],
        })
    return facts | {"names": names, "day": short_day(facts["dated"])}


_CALLED = ("COLLECTIVE", "HOUSEHOLD", "INDIVIDUAL")
"""In which order kinds of recipient are called up at a ceremony."""


@builder("ceremony_script")
def _ceremony_script(s: Session, row: List, facts: Facts) -> Facts:
    """What is read out at the ceremony: highest form first, a part for each decision, names in the order of calling.

    Only awards in force are called: none that was revoked.
    """
    numbers = [n["nomination"] for n in facts["names"]]
    awards = awards_of(s, numbers)
    rows = {n.id: n for n in s.scalars(select(Nomination).where(Nomination.id.in_(numbers)))}
    called = sorted(
        (n for n in facts["names"] if n["nomination"] in awards),
        key=lambda n: (-award_forms()[n["form"]].rank, awards[n["nomination"]].decision, _CALLED.index(n["kind"]), n["no"]),
    )
    names = [
        n | {
            "no": number, "spoken": f"{n['called']} {n['name']}" if n["kind"] == "INDIVIDUAL" else n["name"],
            "form_name": _spoken(n["form_name"]), "posthumous": rows[n["nomination"]].posthumous,
            "to_family": rows[n["nomination"]].to_family,
        }
        for number, n in enumerate(called, 1)
    ]
    parts = [_script_part(s, row, place, list(named), awards) for place, (_, named) in enumerate(groupby(
        names, key=lambda n: (n["form"], awards[n["nomination"]].decision, awards[n["nomination"]].decided_on)), 1)]
    day = s.get_one(Round, row.round_id).calendar.get("ceremony")
    return facts | {
        "names": names, "count": len(names), "counted": in_counts(names), "parts": parts, "ceremony": iso_words(day),
        "dated": None, "number": "",
    }


def _script_part(s: Session, row: List, place: int, named: list[dict[str, Any]], awards: Mapping[int, Award]) -> dict[str, Any]:
    form, award = award_forms()[named[0]["form"]], awards[named[0]["nomination"]]
    return {
        "place": ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")[place - 1] if place <= 10 else str(place),
        "form_name": named[0]["form_name"], "counted": in_counts(named), "whom": in_kinds(named), "names": named,
        "decision": award.decision or "", "day": iso_words(award.decided_on), "decides": _spoken(form.decides),
        "gives": _who_gives(s, row) if form.level == "commune" else "",
    }


def _who_gives(s: Session, row: List) -> str:
    """Who hands over what the commune's chair granted: who signed the decision, else who holds the post; a higher level names its own."""
    decision = s.get(List, row.parent_id) if row.parent_id else None
    signs = signer(decision if decision is not None and decision.kind == "decision" else row, paper_kinds()["decision"])
    post = "Phó Chủ tịch" if signs["lines"][0].startswith("KT.") else "Chủ tịch"
    return ", ".join(part for part in (f"{post} Ủy ban nhân dân xã", signs["name"]) if part)


def _spoken(text: str) -> str:
    """Words as they are read aloud."""
    return text.replace("UBND", "Ủy ban nhân dân")
