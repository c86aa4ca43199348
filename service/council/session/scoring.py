"""Score sheets of the council's members: keyed by two people, who must agree; what the sheets say, and how severe each is.

The criteria are those of the name's own sheet and of the office. A sheet counts once two people have keyed it alike;
of an item that a member keeps out of nothing counts, whatever was keyed before he declared it. Scores inform the
council: they decide nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import and_, delete, or_, select

from service import people, trail
from service.actor import Actor
from service.awards import lists
from service.awards.models import Nomination, Round, Score
from service.council.session.models import CouncilItem, CouncilScore
from service.council.session.rows import Rows, lock_session, needs_state, no_session, rows_of
from service.db import reading, session, transaction
from service.errors import Conflict, FieldFault, Forbidden, Invalid

KEY = "council_score.key"
READ = "council_score.read"
OPEN = ("invited", "sitting", "adjourned")
"""States of a session in which sheets are printed and keyed."""
SCORED = ("waiting", "discussed", "voting", "postponed")
"""States of an item that is still scored: not decided, not withdrawn."""

Points = Mapping[tuple[int, str], Decimal]
"""Item and criterion → points."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion on which an item is scored."""

    code: str
    words: str
    maximum: Decimal
    weight: Decimal


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the two entries of a sheet differ; None where one left it blank."""

    item_no: int
    criterion: str
    first: Decimal | None
    second: Decimal | None


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """A member's score sheet, as far as it was keyed."""

    member_no: int
    name: str
    keyed_by: tuple[int, ...]
    """Accounts of who keyed it; the first of them brought `first` of the differences."""
    differing: tuple[Difference, ...]
    own: Points
    """What the person who asks has keyed."""

    @property
    def counts(self) -> bool:
        """Whether two people have keyed it alike."""
        return len(self.keyed_by) > 1 and not self.differing


@dataclass(frozen=True, slots=True)
class ScoreSheets:
    """The sheets of a session: its members', with the criteria of each item."""

    criteria: Mapping[int, tuple[Criterion, ...]]
    """Item number → its criteria; without any it is not scored."""
    open: tuple[int, ...]
    """Items that are still scored."""
    sheets: tuple[ScoreSheet, ...]


def read_sheets(session_id: int, *, by: Actor) -> ScoreSheets:
    """How far the sheets of a session are; NotFound for who may not read the session, Forbidden for who may not see sheets."""
    with reading():
        rows = rows_of(session_id)
        if not lists.may_read(by, rows.agenda):
            raise no_session(there=True)
        people.require(by, READ)
        keyed = _keyed(session_id)
        return ScoreSheets(
            _criteria(rows), tuple(i.item_no for i in _open_items(rows)),
            tuple(_sheet(rows, keyed, m.member_no, by) for m in rows.members),
        )


def file_sheet(session_id: int, member_no: int, points: Mapping[int, Mapping[str, Decimal]], *, by: Actor) -> ScoreSheet:
    """Key a member's sheet: item → criterion → points; items that he left blank are left out. The second person's must agree.

    Each of the two may correct the own entry while the items are open; the same said again changes nothing. Conflict
    before the invitation and after the sitting, and for a third person. Invalid names each item that is decided, that the
    member keeps out of, whose criteria are not all scored, and each figure out of bounds, at `points-ITEM-CRITERION`.
    """
    people.require(by, KEY)
    with transaction() as s:
        rows = lock_session(session_id)
        needs_state(rows, *OPEN)
        member = rows.member(member_no)
        if by.account is None:
            raise Forbidden("Chỉ người có tài khoản nhập được.", "Only people with an account key a sheet.")
        _check(rows, member_no, points)
        keyed = _keyed(session_id).get(member_no, {})
        if len(keyed.keys() - {by.account}) > 1:
            raise Conflict(
                f"Đã có hai người nhập phiếu của {member.name}. Người đã nhập mới sửa được bản của mình.",
                f"Two people have keyed the sheet of {member.name}; each may correct the own entry.",
                code="keyed-twice",
            )
        still = {i.item_no for i in _open_items(rows)}
        before = {at: x for at, x in keyed.get(by.account, {}).items() if at[0] in still}
        now = {(item, code): x for item, scored in points.items() for code, x in scored.items()}
        if before != now:
            s.execute(
                delete(CouncilScore).where(
                    CouncilScore.session_id == session_id, CouncilScore.member_no == member_no,
                    CouncilScore.keyed_by == by.account, CouncilScore.item_no.in_(still),
                )
            )
            s.add_all(
                CouncilScore(
                    session_id=session_id, member_no=member_no, keyed_by=by.account, item_no=item, criterion=code, points=x
                )
                for (item, code), x in now.items()
            )
            s.flush()
        sheet = _sheet(rows, _keyed(session_id), member_no, by)
        if before != now:
            trail.record(
                "council_agenda:sheet_keyed", by=by, stream=f"list:{rows.agenda.id}",
                body={
                    "seat": member.member_no, "count": len(now),
                    "differing": [f"{d.item_no} {d.criterion}" for d in sheet.differing] or None,
                },
                private={
                    "member": member.name,
                    "points": "; ".join(f"{item} {code}: {x.normalize():f}" for (item, code), x in sorted(now.items())),
                },
            )
            if sheet.counts:
                trail.record(
                    "council_agenda:sheet_agrees", by=by, stream=f"list:{rows.agenda.id}", body={"seat": member.member_no},
                    private={"member": member.name},
                )
        return sheet


def _check(rows: Rows, member_no: int, points: Mapping[int, Mapping[str, Decimal]]) -> None:
    if not any(points.values()):
        raise Invalid.at("points", "Phiếu trống: nhập điểm của ít nhất một mục.", "The sheet is empty: key at least one item.")
    criteria, still = _criteria(rows), {i.item_no for i in _open_items(rows)}
    faults: list[FieldFault] = []

    def fault(item: int, code: str, vi: str, en: str) -> None:
        faults.append(FieldFault(f"points-{item}-{code}" if code else f"points-{item}", f"Mục {item}: {vi}", f"Item {item}: {en}"))

    for number, scored in sorted(points.items()):
        item = rows.item(number)
        wanted = {c.code: c for c in criteria.get(number, ())}
        if number not in still:
            fault(number, "", "đã có kết quả hoặc đã rút, không chấm nữa.", "is decided or withdrawn, and not scored any more.")
        elif member_no in rows.recused(item.nomination_id):
            fault(number, "", "thành viên này không tham gia, không có điểm.", "this member keeps out of it and has no score.")
        elif not wanted:
            fault(number, "", "hồ sơ không có tiêu chí chấm điểm.", "its dossier has no criteria.")
        else:
            for code in sorted(wanted.keys() - scored.keys()):
                fault(number, code, f"thiếu điểm {code}. Chấm đủ các tiêu chí, hoặc để trống cả mục.",
                      f"{code} is missing. Score every criterion, or leave the whole item blank.")
            for code in sorted(scored.keys() - wanted.keys()):
                fault(number, code, f"không chấm theo tiêu chí {code}.", f"is not scored on {code}.")
            for code, one in sorted(wanted.items()):
                x = scored.get(code)
                if x is not None and not (x.is_finite() and 0 <= x <= one.maximum and x == round(x, 2)):
                    most = f"{one.maximum.normalize():f}"
                    fault(number, code, f"{code} từ 0 đến {most.replace('.', ',')} điểm, nhiều nhất hai chữ số lẻ.",
                          f"{code} is 0 to {most} points, with at most two decimals.")
    if faults:
        raise Invalid("Phiếu chưa ghi được.", "The sheet was not saved.", code="sheet-wrong", faults=faults)


def _open_items(rows: Rows) -> list[CouncilItem]:
    return [i for i in rows.items if i.state in SCORED]


def _criteria(rows: Rows) -> dict[int, tuple[Criterion, ...]]:
    """The criteria of each item: those of the subject group on which the name was scored (of D1 and D2 one)."""
    s = session()
    texts = {c["code"]: str(c.get("title") or c.get("text", "")) for c in s.get_one(Round, rows.agenda.round_id).criteria}
    found: dict[int, list[Criterion]] = {}
    for row in s.execute(
        select(Score.nomination_id, Score.criterion, Score.maximum, Score.weight)
        .where(Score.nomination_id.in_([i.nomination_id for i in rows.items]), or_(Score.own.is_not(None), Score.office.is_not(None)))
        .order_by(Score.position)
    ):
        found.setdefault(row.nomination_id, []).append(Criterion(row.criterion, texts.get(row.criterion, ""), row.maximum, row.weight))
    return {i.item_no: tuple(found[i.nomination_id]) for i in rows.items if i.nomination_id in found}


Keyed = dict[int, dict[int, dict[tuple[int, str], Decimal]]]
"""Member number → who keyed → item and criterion → points."""


def _keyed(session_id: int) -> Keyed:
    found: Keyed = {}
    for row in session().execute(
        select(CouncilScore.member_no, CouncilScore.keyed_by, CouncilScore.item_no, CouncilScore.criterion, CouncilScore.points)
        .where(CouncilScore.session_id == session_id)
        .order_by(CouncilScore.member_no, CouncilScore.keyed_by)
    ):
        found.setdefault(row.member_no, {}).setdefault(row.keyed_by, {})[row.item_no, row.criterion] = row.points
    return found


def _sheet(rows: Rows, keyed: Keyed, member_no: int, by: Actor) -> ScoreSheet:
    mine = keyed.get(member_no, {})
    own = mine.get(by.account, {}) if by.account is not None else {}
    return ScoreSheet(member_no, rows.member(member_no).name, tuple(mine), _differing(rows, mine, member_no), own)


def _differing(rows: Rows, mine: Mapping[int, Points], member_no: int) -> tuple[Difference, ...]:
    """Where two entries differ, of the items that can still be mended."""
    if len(mine) < 2:
        return ()
    first, second = mine.values()
    mended = {i.item_no for i in _open_items(rows) if member_no not in rows.recused(i.nomination_id)}
    return tuple(
        Difference(item, code, first.get((item, code)), second.get((item, code)))
        for item, code in sorted(first.keys() | second.keys())
        if item in mended and first.get((item, code)) != second.get((item, code))
    )


# --- what the sheets say


@dataclass(frozen=True, slots=True)
class Scorer:
    """Who scored: the account, and the name as the session knew it."""

    account: int
    name: str


def points_on(nominations: Collection[int]) -> dict[int, dict[Scorer, dict[str, Decimal]]]:
    """What counts of the sheets on these names: nomination → member → criterion → points; the latest session's where several were.

    Inside a read or an act.
    """
    if not nominations:
        return {}
    sessions_of = session().scalars(
        select(CouncilItem.session_id)
        .join(CouncilScore, and_(CouncilScore.session_id == CouncilItem.session_id, CouncilScore.item_no == CouncilItem.item_no))
        .where(CouncilItem.nomination_id.in_(nominations))
        .distinct()
    )
    found: dict[int, dict[Scorer, dict[str, Decimal]]] = {}
    for number in sorted(sessions_of):
        rows = rows_of(number)
        found |= {n: scored for n, scored in _counting(rows).items() if n in nominations}
    return found


def _counting(rows: Rows) -> dict[int, dict[Scorer, dict[str, Decimal]]]:
    found: dict[int, dict[Scorer, dict[str, Decimal]]] = {}
    keyed = _keyed(rows.session.id)
    for member in rows.members:
        mine = keyed.get(member.member_no, {})
        if len(mine) < 2 or _differing(rows, mine, member.member_no):
            continue
        first, second = (_by_item(entry) for entry in mine.values())
        who = Scorer(member.account, member.name)
        for item in rows.items:
            scored = first.get(item.item_no)
            if scored is None or scored != second.get(item.item_no) or item.state == "withdrawn":
                continue
            if member.member_no not in rows.recused(item.nomination_id):
                found.setdefault(item.nomination_id, {})[who] = scored
    return found


def _by_item(entry: Points) -> dict[int, dict[str, Decimal]]:
    found: dict[int, dict[str, Decimal]] = {}
    for (number, code), x in entry.items():
        found.setdefault(number, {})[code] = x
    return found


def totals_on(nominations: Collection[int]) -> dict[int, list[Decimal]]:
    """The weighted total of each sheet that counts: nomination → totals. Inside a read or an act."""
    points = points_on(nominations)
    if not points:
        return {}
    weights = {
        (number, code): weight
        for number, code, weight in session().execute(
            select(Score.nomination_id, Score.criterion, Score.weight).where(Score.nomination_id.in_(points))
        )
    }
    return {
        number: [sum((x * weights[number, code] for code, x in scored.items()), Decimal()) for scored in sheets.values()]
        for number, sheets in points.items()
    }


@dataclass(frozen=True, slots=True)
class Severity:
    """How far a scorer lies from the others, in points a criterion: above is milder, below is stricter."""

    name: str
    mean: Decimal
    count: int
    """Scores that others gave too, so that they can be compared."""


def severity_on(nominations: Collection[int]) -> list[Severity]:
    """Of each member who scored these names, the mean difference to the others' mean on the same criterion; the furthest first."""
    apart: dict[Scorer, list[Decimal]] = {}
    with reading():
        for sheets in points_on(nominations).values():
            for who, scored in sheets.items():
                for code, x in scored.items():
                    others = [one[code] for other, one in sheets.items() if other != who and code in one]
                    if others:
                        apart.setdefault(who, []).append(x - sum(others, Decimal()) / len(others))
    found = [Severity(who.name, sum(found, Decimal()) / len(found), len(found)) for who, found in apart.items()]
    return sorted(found, key=lambda one: (-abs(one.mean), one.name))


def names_scored(round_id: int) -> list[int]:
    """Names of a round on whom something was keyed. Inside a read or an act."""
    return list(
        session().scalars(
            select(CouncilItem.nomination_id)
            .join(CouncilScore, and_(CouncilScore.session_id == CouncilItem.session_id, CouncilScore.item_no == CouncilItem.item_no))
            .join(Nomination, Nomination.id == CouncilItem.nomination_id)
            .where(Nomination.round_id == round_id)
            .distinct()
        )
    )
