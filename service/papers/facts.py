"""What the database says for a paper, as a plain value: words, numbers and rows that templates and checks read.

Reads only. The same rows give the same value: nothing of the hour, the reader or the language gets in.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock, people, words
from service.awards import lists
from service.awards.catalogue import AS_LISTED, award_forms, form_name
from service.awards.models import Award, Line, List, Movement, Nomination, Recipient, Round
from service.awards.money import award_money
from service.awards.rules import Rules, legal_bases, rules_on
from service.db import reading
from service.papers.kinds import PaperKind, bodies, posts
from service.papers.spelling import counted
from workflows.calendar import ZONE

Facts = dict[str, Any]
Builder = Callable[[Session, List, Facts], Facts]
"""Adds what one kind of paper says beside what all say."""
BUILDERS: dict[str, Builder] = {}
SURE = ("S", "MH")
"""Bases that are printed by themselves: sourced, or well known; the others are told to who draws the paper up."""
OF_KIND = {"COLLECTIVE": "tập thể", "INDIVIDUAL": "cá nhân", "HOUSEHOLD": "hộ gia đình"}
"""In the order of lists on papers, as `AS_LISTED`."""
BLANK = "……"
LATE = "(truy tặng)"
"""What stands behind the name of somebody who died before the award was decided (office.md 9, law.md 3.5)."""
_FOR_THE_BODY = "TM. ỦY BAN NHÂN DÂN"
_FOR_THE_COUNCIL = "TM. HỘI ĐỒNG"


def builder(code: str) -> Callable[[Builder], Builder]:
    """Register what a kind of paper says of its own."""

    def register(build: Builder) -> Builder:
        BUILDERS[code] = build
        return build

    return register


def facts_of(row: List, kind: PaperKind, nomination: int | None = None) -> Facts:
    """What the database says now for a paper of a list, or of one of its names."""
    with reading() as s:
        found = _common(s, row, kind, nomination)
        return BUILDERS[kind.code](s, row, found) if kind.code in BUILDERS else found


def _common(s: Session, row: List, kind: PaperKind, nomination: int | None) -> Facts:
    round_ = s.get_one(Round, row.round_id)
    movement = s.get_one(Movement, round_.movement_id)
    made = row.created_at.astimezone(ZONE).date()
    day = row.dated or made
    live = [(line, n) for line, n in lists.lines_of(row.id) if stands(kind, line) and nomination in (None, n.id)]
    names = _names(s, row, kind, live)
    cited, left = cited_bases(kind.bases, day)
    return {
        "kind": kind.code,
        "name": kind.name,
        "commune": commune(day),
        "issuer": issuer_of(kind.issuer, row.unit_id, day),
        "number": row.number or "",
        "symbol": kind.symbol,
        "dated": row.dated.isoformat() if row.dated else None,
        "year": day.year,
        "made": made.isoformat(),
        "round": {"name": round_.name, "stage": round_.stage, "year": round_.year},
        "movement": titled(movement.name),
        "plan": movement.plan.replace(f"“{movement.name}”", f"“{titled(movement.name)}”"),
        "praise": praise(round_, movement),
        "bases": cited,
        "bases_left": left,
        "names": names,
        "counts": {kind_: sum(n["kind"] == kind_ for n in names) for kind_ in OF_KIND},
        "count": len(names),
        "counted": in_counts(names),
        "whom": in_kinds(names),
        "money": sum(n["money"] for n in names),
        "granting": granting(names),
        "late": sum(bool(n["late"]) for n in names),
        "leaders": sum(n["leader"] for n in names),
        "signer": signer(row, kind),
        "copies": list(kind.copies),
        "office": _unit(bodies()["office"], day),
        "secretariat": _unit(bodies()["secretariat"], day),
        "finance": _unit(bodies()["finance"], day),
    }


def awards_of(s: Session, nominations: Collection[int]) -> dict[int, Award]:
    """The awards that these nominations were granted and that were not revoked."""
    rows = s.scalars(select(Award).where(Award.nomination_id.in_(nominations), Award.status != "revoked"))
    return {award.nomination_id: award for award in rows if award.nomination_id is not None}


def stands(kind: PaperKind, line: Line) -> bool:
    """Whether a name of a list stands on a paper of it."""
    return not line.removed and (kind.struck or line.result != "struck")


def _names(s: Session, row: List, kind: PaperKind, live: Sequence[tuple[Line, Nomination]]) -> list[dict[str, Any]]:
    """The rows of a paper: collectives, then persons, then households, each in the list's order, numbered through."""
    awards = awards_of(s, [n.id for _, n in live])
    recipients = {
        r.id: r for r in s.scalars(select(Recipient).where(Recipient.id.in_([n.recipient_id for _, n in live])))
    }
    found = []
    for number, (line, n) in enumerate(sorted(live, key=lambda one: (AS_LISTED.index(one[1].kind), one[0].position)), 1):
        form = _form(kind, n)
        award = awards.get(n.id)
        gender = recipients[n.recipient_id].gender if n.recipient_id in recipients else None
        found.append({
            "no": number, "line": line.id, "nomination": n.id, "name": n.name, "title": n.title, "unit": n.unit_name,
            "kind": n.kind, "form": form, "form_name": form_name(form), "called": called(n.kind, gender),
            "late": LATE if line.data.get("posthumous", n.posthumous) else "", "leader": _leads(n, recipients.get(n.recipient_id)),
            "achievement": n.achievement, "money": award.money if award else _money(row, form, n.kind),
            "votes": n.votes, "unit_votes": line.data.get("votes"),
            # Nothing of how the line fares afterwards: what was signed would count as changed once it was sent or answered.
            "faults": line.data.get("faults") or n.faults, "proved": bool(line.data.get("proof")),
        })
    return found


def _leads(n: Nomination, recipient: Recipient | None) -> bool:
    """Whether a person is a leader, by the facts of the day on which the dossier was received."""
    return n.kind == "INDIVIDUAL" and bool(n.facts.get("is_leader", recipient is not None and recipient.leader))


def granting(names: Sequence[Mapping[str, Any]]) -> str:
    """What is done for these names: "tặng", for the dead "truy tặng", for some of each both."""
    return ", ".join(dict.fromkeys("truy tặng" if n["late"] else "tặng" for n in sorted(names, key=lambda n: bool(n["late"])))) or "tặng"


def _form(kind: PaperKind, n: Nomination) -> str:
    """The form of award that a paper of this kind says."""
    ways = {"asked": n.form_asked, "recommended": n.form_recommended, "passed": n.form_passed, "granted": n.form_granted}
    known = [form for form in list(ways.values())[: list(ways).index(kind.award) + 1] if form]
    return known[-1]


def rules_for(row: List) -> Rules:
    """The rules by which a paper's sums are reckoned: of its day, and until it has one, of today."""
    return rules_on(row.dated or clock.today())


def _money(row: List, form: str, kind: str) -> int:
    """What a name is to be given by the rules; only where the commune pays it (law.md 2.7)."""
    if row.kind not in ("decision", "award_list") or award_forms()[form].level != "commune":
        return 0
    return award_money(rules_for(row), form, kind)[0]


def called(kind: str, gender: str | None) -> str:
    """How somebody is named on a paper: Ông, Bà, Tập thể, Hộ gia đình."""
    if kind != "INDIVIDUAL":
        return {"COLLECTIVE": "Tập thể", "HOUSEHOLD": "Hộ gia đình"}[kind]
    return {"male": "Ông", "female": "Bà"}.get(gender or "", "Ông (bà)")


def in_counts(names: Sequence[Mapping[str, Any]]) -> str:
    """"02 tập thể, 05 cá nhân và 01 hộ gia đình"."""
    counts = [(sum(n["kind"] == kind for n in names), said) for kind, said in OF_KIND.items()]
    return joined([f"{counted(count)} {said}" for count, said in counts if count])


def in_kinds(names: Sequence[Mapping[str, Any]]) -> str:
    """"các tập thể, cá nhân và hộ gia đình"; one alone has no "các"."""
    counts = [(sum(n["kind"] == kind for n in names), said) for kind, said in OF_KIND.items()]
    kinds = [said for count, said in counts if count]
    return f"các {joined(kinds)}" if len(names) > 1 else joined(kinds)


def joined(parts: Sequence[str]) -> str:
    """Words in a row, the last one behind "và"."""
    return " và ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def praise(round_: Round, movement: Movement) -> str:
    """For what an award of this round is given, as it stands on decision and certificate."""
    if round_.stage == "DOT_XUAT":
        return "đã có thành tích xuất sắc đột xuất"
    when = f"năm {round_.year}"
    if round_.stage in ("SO_KET", "TONG_KET"):
        when = f"giai đoạn {round_.window_from.year} - {round_.window_to.year}"
    return f"đã có thành tích xuất sắc trong Phong trào thi đua “{titled(movement.name)}” {when}"


def titled(name: str) -> str:
    """The name of a movement as papers write it between quotes: it begins with a capital, as a title does (Decree 30/2020, Annex II)."""
    return name[:1].upper() + name[1:]


def cited_bases(keys: str, day: date) -> tuple[list[str], list[str]]:
    """Citations of the register in force on a day: those that a paper prints, and those that nobody has looked up yet."""
    printed: list[str] = []
    left: list[str] = []
    for key in keys.split():
        basis = legal_bases()[key]
        if basis.valid_from and day < basis.valid_from or basis.valid_to and day > basis.valid_to:
            continue
        (printed if basis.confidence in SURE else left).append(basis.cited)
    return printed, left


def _unit(code: str, day: date) -> str:
    number = people.unit_by_code(code)
    return people.unit_name(number, day) if number else ""


def commune(day: date) -> str:
    """Name of the commune on a day: what stands behind "xã" in the committee's name."""
    name = _unit(bodies()["committee"], day)
    return name.rpartition(" xã ")[2] or BLANK


def issuer_of(issuer: str, unit: int | None, day: date) -> dict[str, str]:
    """Whose name stands on top of a paper on a day, and whose above it; `unit`: whose the thing is."""
    committee = _unit(bodies()["committee"], day) or "Ủy ban nhân dân xã"
    if issuer == "committee":
        # The committee of a commune stands alone: no body above it is named (Decree 30/2020, Annex I).
        return {"above": "", "body": committee.upper()}
    if issuer == "office":
        return {"above": committee.upper(), "body": _unit(bodies()["office"], day).upper()}
    if issuer == "council":
        return {"above": committee.upper(), "body": "HỘI ĐỒNG THI ĐUA - KHEN THƯỞNG"}
    return {"above": "", "body": (people.unit_name(unit, day) if unit else "").upper()}


def signer(row: List, kind: PaperKind) -> dict[str, Any]:
    """The block of the signature: what stands above the name, line by line, and the name (Decree 30/2020, Art. 13)."""
    if kind.signs != "chair" or not row.data.get("signed_by"):
        return signature_of(kind.signs, kind.form, row.unit_id)
    stands = str(row.data.get("signs_as", ""))
    form = "KT" if stands.startswith("KT.") else "TUQ" if stands.startswith("TUQ.") else kind.form
    found = signature_of(kind.signs, form, row.unit_id, office=posts()["office_head"].post)
    # A deputy stands in for the chair, and both for the body.
    lines = [_FOR_THE_BODY, *found["lines"]] if kind.form == "TM" and form == "KT" else found["lines"]
    return {"lines": lines, "name": str(row.data["signed_by"])}


def signature_of(signs: str, form: str, unit: int | None, *, office: str = "", issuer: str = "committee") -> dict[str, Any]:
    """What stands above the name of who signs for whom, and the name of who holds the post; `unit`: whose the thing is."""
    post = posts()[signs]
    office = office or post.post
    lines = {
        "": [post.post],
        "TM": [_FOR_THE_COUNCIL if issuer == "council" else _FOR_THE_BODY, post.post],
        "KT": [f"KT. {post.post}", post.deputy],
        "TL": ["TL. CHỦ TỊCH", _office_post(office)],
        "TUQ": ["TUQ. CHỦ TỊCH", _office_post(office)],
    }[form]
    return {"lines": lines, "name": _holder(unit, post.group)}


def _office_post(post: str) -> str:
    """The post of who signs for the chair, with the office it is of: "TRƯỞNG PHÒNG VĂN HÓA - XÃ HỘI"."""
    number = people.unit_by_code(bodies()["office"])
    name = people.unit_name(number).upper() if number else ""
    return f"{post} {name.removeprefix('PHÒNG ')}" if post.endswith("PHÒNG") and name.startswith("PHÒNG ") else post


def _holder(unit: int | None, group: str) -> str:
    """Name of who holds a post; nothing where nobody or several do, so that no wrong name is printed."""
    named = f"{group}:{people.current_unit(unit)}" if group == "unit_head" and unit else group
    members = people.members_of([named])
    # Whoever stands in for an absent person has not his post, and no paper may say so.
    return people.names(members)[members[0]] if len(members) == 1 and members == people.members_of([named], own=True) else ""


def day_words(day: date | None, year: int) -> str:
    """The day as papers write it; with room to write it in where there is none yet."""
    return words.paper_date(day) if day else f"ngày       tháng       năm {year}"


def iso_words(text: Any) -> str:
    """A stored day as papers write it; nothing for none."""
    return words.paper_date(date.fromisoformat(str(text))) if text else ""


def short_day(text: Any) -> str:
    """A stored day as dd/mm/yyyy; nothing for none."""
    return words.full_date(date.fromisoformat(str(text))) if text else ""
