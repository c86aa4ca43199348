"""What papers of the council say beside the common: its minutes, the count of its votes, what the office laid before it.

Of a vote only the sums of a counted round are said, as the ballot publishes them; who voted is on no paper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Text, func, select, type_coerce
from sqlalchemy.orm import Session

from service import words
from service.awards.catalogue import KINDS, REASONS, form_name
from service.awards.council import RESULTS
from service.awards.models import Line, List, Nomination, Score
from service.awards.rules import gate_labels
from service.council import session as council
from service.council.ballot import Ballot
from service.council.ballot.rounds import stream
from service.council.session import CAUSES, Item, Minutes, Sitting
from service.db import reading
from service.papers.facts import Facts, builder, in_counts, iso_words
from service.papers.kinds import DUE
from service.papers.models import Paper
from service.papers.spelling import points
from service.trail.checkpoints import first_over
from service.trail.note import read_note, spoken
from workflows.calendar import ZONE

_RESULT = {result.value: result.label for result in RESULTS}
_COUNTED = ("counted", "burnt")


@builder("council_minutes")
def _council_minutes(s: Session, row: List, facts: Facts) -> Facts:
    return facts | (_of_session(row, facts) if row.kind == council.KIND else _of_sheet(s, row, facts))


def _of_session(row: List, facts: Facts) -> Facts:
    minutes = council.minutes_of_agenda(row.id)
    one = minutes.session
    names = {n["nomination"]: n for n in facts["names"]}
    items = [i for i in one.items if i.nomination_id in names]
    last = (one.held_sittings or one.sittings)[-1]
    return _in_order(facts, [i.nomination_id for i in items]) | {
        "number": one.number, "dated": _day(last.opened), "written": False, "place": one.place, "members": len(one.members),
        "sittings": [_sitting(sitting) for sitting in one.sittings],
        "items": [_item(i, names[i.nomination_id]) for i in items],
        "said": [{"no": i.item_no, "name": i.name, "words": _sentence(i.discussion)} for i in items if i.discussion],
        "recused": [
            {"no": i.item_no, "name": i.name, "who": "; ".join(f"{r.name} ({_bare(r.reason) or CAUSES[r.cause][0]})" for r in i.recusals)}
            for i in items if i.recusals
        ],
        "gone": [{"no": i.item_no, "name": i.name} for i in one.items if i.state == "withdrawn"],
        "presided": [
            {"no": i.item_no, "name": i.name, "who": i.presides_name}
            for i in items if i.presides_name and i.sums and i.presides_name != (one.signed_by or last.presided_by)
        ],
        "again": [
            {
                "no": i.item_no, "name": i.name, "result": _RESULT[was.result].lower(), "agree": was.sums.get("agree", 0),
                "disagree": was.sums.get("disagree", 0), "why": _sentence(was.reason),
            }
            for i in items for was in i.reopened
        ],
        "blank_is": next((r.blank for r in minutes.rounds), ""),
        "rounds": [_round(r) for r in minutes.rounds],
        "tally": {"passed": minutes.passed, "failed": minutes.failed, "left": minutes.left_over},
        "conclusion": _sentence(one.conclusion), "anchor": _anchor(minutes),
        "secretary": {"name": one.secretary, "note": _signed(one.secretary_on)},
        "chair": {"name": one.signed_by or last.presided_by, "note": _signed(one.signed_on)},
    }


def _in_order(facts: Facts, order: Sequence[int]) -> Facts:
    """The names in the order of the agenda, not by kind."""
    return {"names": sorted(facts["names"], key=lambda n: order.index(n["nomination"]) if n["nomination"] in order else len(order))}


def _day(moment: datetime) -> str:
    return moment.astimezone(ZONE).date().isoformat()


def _hour(moment: datetime) -> str:
    held = moment.astimezone(ZONE)
    return f"{held:%H} giờ {held:%M} phút, {words.paper_date(held.date())}"


def _bare(text: str) -> str:
    """What somebody typed, to stand inside a sentence: without a point at its end."""
    return text.strip().rstrip(".;, ")


def _inside(text: str) -> str:
    """A sentence as a part of another one; a name at its beginning keeps its capital."""
    bare = _bare(text)
    first, _, rest = bare.partition(" ")
    return bare if rest[:1].isupper() else f"{first.lower()} {rest}".strip()


def _sentence(text: str) -> str:
    text = text.strip()
    return text if not text or text[-1] in ".!?" else f"{text}."


def _signed(day: Any) -> str:
    return f"(Đã ký ngày {words.full_date(day)})" if day else "(Ký, ghi rõ họ tên)"


def _sitting(one: Sitting) -> dict[str, Any]:
    return {
        "no": one.number, "since": _hour(one.opened), "until": _hour(one.ended) if one.ended else "",
        "presided_by": one.presided_by, "present": len(one.present), "names": ", ".join(one.present),
        "absent": "; ".join(f"{name} ({_bare(why)})" if why else name for name, why in one.absent),
        "moves": "; ".join(
            f"{name} {'vào' if came else 'rời'} họp lúc {at.astimezone(ZONE):%H} giờ {at.astimezone(ZONE):%M}"
            + (f" ({_bare(why)})" if why else "")
            for name, came, at, why in one.moves
        ),
        "reason": _sentence(one.reason), "held": one.held,
    }


def _item(item: Item, name: Mapping[str, Any]) -> dict[str, Any]:
    sums = item.sums
    result = _RESULT.get(item.result or "", "")
    reserve = f"; dự phòng {form_name(item.reserve)}" if item.reserve else ""
    return {
        "no": item.item_no, "name": name["name"], "title": name["title"], "unit": name["unit"], "nomination": item.nomination_id,
        "form_name": f"{form_name(item.form)}{reserve}",
        "needed": f"{item.needed}/{item.denominator}" if sums and item.needed is not None else "",
        "agree": _with_written(sums, "agree"), "disagree": _with_written(sums, "disagree"),
        "blank": str(sums["blank"]) if sums else "", "out": str(sums["recused"]) if sums else "",
        "outcome": ". ".join(part for part in (f"{result}{_share(item.agree, item.denominator)}", item.reason) if part),
    }


def _share(agree: int | None, of: int | None) -> str:
    """How many of a hundred agreed, behind a comma; nothing where nobody voted."""
    return f", {points(100 * agree / of)}%" if agree is not None and of else ""


def _with_written(sums: Mapping[str, int], key: str) -> str:
    """Votes in the box, and behind a plus the written opinions of who was away."""
    if not sums:
        return ""
    written = sums[f"written_{key}"]
    return f"{sums[key]} + {written}" if written else str(sums[key])


def _round(one: Ballot) -> dict[str, Any]:
    return {
        "no": one.number, "secret": one.secret, "items": ", ".join(str(i.item_no) for i in one.items),
        "cancelled": _inside(one.reason) if one.state == "cancelled" else "", "issued": one.total, "returned": _returned(one),
        "tellers": ", ".join(t.name for t in one.tellers), "written": _opinions(one),
    }


def _returned(one: Ballot) -> int:
    """Ballots in the box; of a count on paper as the secretaries keyed it."""
    if one.root:
        return one.voted
    result = next((i.result for i in one.items if i.result is not None), None)
    return result.agree + result.disagree + result.blank + result.recused if result else one.total


def _opinions(one: Ballot) -> str:
    """Who sent a written opinion, a named line, and what it says of each item."""
    found: dict[str, list[str]] = {}
    for item in one.items:
        for o in item.written:
            found.setdefault(f"{o.name} ({o.paper})", []).append(
                f"mục {item.item_no} {'đồng ý' if o.choice == 'agree' else 'không đồng ý'}"
            )
    return "; ".join(f"{name}: {', '.join(said)}" for name, said in found.items())


def _of_sheet(s: Session, row: List, facts: Facts) -> Facts:
    """Minutes of a session, or of a poll in writing, whose results two secretaries keyed from paper."""
    session, written = row.data.get("session", {}), bool(row.data.get("written"))
    lines = {line.nomination_id: line for line in s.scalars(select(Line).where(Line.list_id == row.id))}
    items = [_keyed(n, lines[n["nomination"]]) for n in facts["names"]]
    results = [lines[n["nomination"]].result for n in facts["names"]]
    day = iso_words(session.get("held_on"))
    return {
        "dated": session.get("held_on"), "written": written, "place": "", "members": session.get("members", 0), "items": items,
        "presided": [], "again": [], "gone": [], "blank_is": "", "sittings": [{
            "no": 1, "since": day, "until": "", "presided_by": session.get("presided_by") or "", "present": session.get("present", 0),
            "names": "", "absent": "", "moves": "", "reason": "", "held": True,
        }],
        "said": [], "recused": [], "rounds": [],
        "tally": {
            "passed": sum(r in ("passed", "lower_form") for r in results), "failed": results.count("failed"),
            "left": results.count("next_session"),
        },
        "conclusion": "", "anchor": {}, "secretary": {"name": "", "note": _signed(None)},
        "chair": {"name": session.get("presided_by") or "", "note": _signed(None)},
    }


def _keyed(name: Mapping[str, Any], line: Line) -> dict[str, Any]:
    said = line.data
    form, reserve = said.get("form") or name["form"], said.get("reserve")
    outcome = ". ".join(part for part in (_RESULT.get(line.result or "", ""), line.reason) if part)
    return {
        **{key: name[key] for key in ("no", "name", "title", "unit", "nomination")},
        "form_name": f"{form_name(form)}{f'; dự phòng {form_name(reserve)}' if reserve else ''}", "needed": "",
        **{key: "" if said.get(key) is None else str(said[key]) for key in ("agree", "disagree", "blank")}, "out": "",
        "outcome": outcome,
    }


# The count of a secret vote

def _anchor(minutes: Minutes) -> dict[str, Any]:
    """The checkpoint over every count that the paper tells of, which it carries out of the house; nothing before that is signed."""
    note = first_over(("ballot:counted", "ballot:paper_counted"), {stream(r.id) for r in minutes.rounds if r.state in _COUNTED})
    if note is None:
        return {}
    made = read_note(note)
    return {
        "note": note, "number": made.number, "size": made.size, "at": _hour(made.at), "root": made.root.hex(),
        "spoken": spoken(made.root),
    }


def printed_checkpoints() -> set[int]:
    """Numbers of the checkpoints that papers carry out of the house, as the versions that were drawn up tell."""
    said = type_coerce(Paper.facts, Text)  # a column of JSON is text here
    with reading() as s:
        found = s.scalars(select(Paper.facts).where(said.like('%"anchor":{"note"%'))).all()
    return {facts["anchor"]["number"] for facts in found if facts.get("anchor")}


def _secret_rounds(minutes: Minutes) -> list[Ballot]:
    return [r for r in minutes.rounds if r.secret and r.state in _COUNTED]


DUE["counting_minutes"] = lambda row: bool(_secret_rounds(council.minutes_of_agenda(row.id)))


@builder("counting_minutes")
def _counting_minutes(s: Session, row: List, facts: Facts) -> Facts:
    minutes = council.minutes_of_agenda(row.id)
    names = {n["nomination"]: n for n in facts["names"]}
    rounds, tables, tellers = [], {}, []
    for one in _secret_rounds(minutes):
        key = f"round_{one.number}"
        rounds.append(_round(one) | {
            "table": key, "present": sum(m.present for m in one.roll), "members": len(one.roll), "root": one.root,
            "blank_is": one.blank,
        })
        tables[key] = [_count(one, i, names) for i in one.items if not i.withdrawn]
        tellers += [t.name for t in one.tellers if t.name not in tellers]
    held = minutes.session.sittings[-1]
    return facts | tables | {
        "number": "", "dated": _day(held.opened), "place": minutes.session.place, "rounds": rounds, "tellers": tellers,
        "anchor": _anchor(minutes),
    }


def _count(one: Ballot, item: Any, names: Mapping[int, Mapping[str, Any]]) -> dict[str, Any]:
    known, result = names.get(item.nomination_id or 0), item.result
    found = {
        "no": item.item_no, "name": known["name"] if known else item.title, "unit": known["unit"] if known else "",
        "nomination": item.nomination_id, "needed": f"{item.needed}/{item.denominator}",
    }
    if result is None:
        return found | {"valid": "", "agree": "", "disagree": "", "blank": "", "out": "", "outcome": "Không công bố: quá ít phiếu"}
    sums = {
        "agree": result.agree, "disagree": result.disagree, "written_agree": result.written_agree,
        "written_disagree": result.written_disagree,
    }
    valid = result.agree + result.disagree + (0 if one.blank == "invalid" else result.blank)
    share = _share(result.agree + result.written_agree, item.denominator)
    return found | {
        "valid": str(valid), "agree": _with_written(sums, "agree"), "disagree": _with_written(sums, "disagree"), "blank": str(result.blank),
        "out": str(result.recused), "outcome": ("Đạt" if result.reached else "Không đạt") + share,
    }


# What the office lays before the council


@builder("appraisal_report")
def _appraisal_report(s: Session, row: List, facts: Facts) -> Facts:
    numbers = [n["nomination"] for n in facts["names"]]
    known = {n.id: n for n in s.scalars(select(Nomination).where(Nomination.id.in_(numbers)))}
    totals = {
        nomination: (own, office)
        for nomination, own, office in s.execute(
            select(Score.nomination_id, func.sum(Score.own * Score.weight), func.sum(Score.office * Score.weight))
            .where(Score.nomination_id.in_(numbers)).group_by(Score.nomination_id)
        )
    }
    names = []
    for n in facts["names"]:
        own, office = totals.get(n["nomination"], (None, None))
        names.append(n | {
            "asked": form_name(known[n["nomination"]].form_asked), "own": points(own), "office_points": points(office),
            "opinion": _opinion(known[n["nomination"]]),
        })
    received = list(
        s.scalars(
            select(Nomination).where(Nomination.round_id == row.round_id, Nomination.received_at.is_not(None)).order_by(Nomination.id)
        )
    )
    refused = [
        {"no": number, "name": n.name, "title": n.title, "unit": n.unit_name, "nomination": n.id, "why": _why(n)}
        for number, n in enumerate((n for n in received if n.refused_by == "office"), 1)
    ]
    return facts | {
        "names": names, "refused": refused, "received": in_counts([{"kind": n.kind} for n in received]),
        "received_count": len(received), "units": len({n.unit_id for n in received}), "number": "", "dated": None,
    }


def _opinion(n: Nomination) -> str:
    """What the office says of a name, and what of the checks wants a look."""
    labels = gate_labels()
    wants = dict.fromkeys(
        labels.get(line["code"], (line["code"], ""))[0] for line in n.eligibility if line["result"] in ("fail", "evidence")
    )
    return " ".join(_sentence(part) for part in (n.appraisal, f"Lưu ý: {'; '.join(wants)}" if wants else "") if part)


def _why(n: Nomination) -> str:
    reason = REASONS.get(n.reason_code or "", ("", ""))[0]
    return ": ".join(part for part in (reason, n.reason) if part)


@builder("summary")
@builder("council_summary")
def _summary(s: Session, row: List, facts: Facts) -> Facts:
    """Each name with its achievement; number and day are given to the paper that it goes with."""
    return facts | {
        "names": [n | {"achievement": _sentence(n["achievement"]), "what": KINDS[n["kind"]][0]} for n in facts["names"]],
        "number": "", "dated": None,
    }
