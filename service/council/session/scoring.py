"""Score sheets of the council's members: filed by the member himself, or keyed from paper by two people, who must agree.

The criteria are those of the name's own sheet and of the office. A sheet on paper counts once two people have keyed it alike;
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
OWN = "council_score.own"
OPEN = ("invited", "sitting", "adjourned")
"""States of a session in which sheets are printed and keyed."""
LONGEST = 1_000
"""Characters of a comment on one criterion."""
SCORED = ("waiting", "discussed", "voting", "postponed")
"""States of an item that is still scored: not decided, not withdrawn."""
_CLOSED = ("closed", "lifted")

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
    comments: Mapping[tuple[int, str], str]
    """What the person who asks has said of an item's criterion, where the sheet is his own."""
    filed: bool
    """Whether the member filed it himself."""
    items: tuple[int, ...]
    """Items that the member is to score."""
    scored: tuple[int, ...]
    """Those of them whose scores count."""

    @property
    def counts(self) -> bool:
        """Whether the member filed it himself, or two people have keyed it alike."""
        return self.filed or len(self.keyed_by) > 1 and not self.differing


@dataclass(frozen=True, slots=True)
class ScoreSheets:
    """The sheets of a session: its members', with the criteria of each item."""

    criteria: Mapping[int, tuple[Criterion, ...]]
    """Item number → its criteria; without any it is not scored."""
    open: tuple[int, ...]
    """Items that are still scored."""
    sheets: tuple[ScoreSheet, ...]
    closed: bool = False
    """Whether its scores were closed, in a blind round: nothing is scored or mended any more."""


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
            tuple(_sheet(rows, keyed, m.member_no, by) for m in rows.members), rows.blind in _CLOSED,
        )


def read_own_sheet(session_id: int, *, by: Actor) -> tuple[ScoreSheets, ScoreSheet]:
    """The sheet of the member who asks, with the criteria of each item; NotFound for who is not on the roll of an invited session."""
    people.require(by, OWN)
    with reading():
        rows = rows_of(session_id)
        member = rows.member_of(by.account)
        if member is None or not rows.session.invited:
            raise no_session(there=True)
        sheet = _sheet(rows, _keyed(session_id), member.member_no, by)
        return ScoreSheets(_criteria(rows), tuple(i.item_no for i in _open_items(rows)), (sheet,), rows.blind in _CLOSED), sheet


def file_own_sheet(
    session_id: int, points: Mapping[int, Mapping[str, Decimal]], comments: Mapping[tuple[int, str], str] | None = None, *, by: Actor
) -> ScoreSheet:
    """File the own sheet as a member: item → criterion → points, and what he says of one; it counts at once.

    Items that are left blank are not scored; until an item is decided it may be corrected, and the same said again changes
    nothing. Refused as `file_sheet` refuses, and with Conflict where the sheet was keyed from paper.
    """
    people.require(by, OWN)
    with transaction():
        rows = lock_session(session_id)
        member = rows.member_of(by.account)
        if member is None or not rows.session.invited:
            raise no_session(there=True)
        needs_state(rows, *OPEN)
        must_be_scored(rows)
        said = {at: text.strip() for at, text in (comments or {}).items() if text.strip()}
        _check(rows, member.member_no, points, said)
        if _keyed(session_id).get(member.member_no, {}).keys() - {by.account}:
            raise Conflict(
                "Thư ký đã nhập phiếu giấy của bạn. Báo thư ký nếu điểm cần sửa.",
                "Your sheet was keyed from paper. Tell the secretary if a score is to be mended.", code="keyed-from-paper",
            )
        changed = _replace(rows, member.member_no, points, said, by)
        sheet = _sheet(rows, _keyed(session_id), member.member_no, by)
        if changed is not None:
            trail.record(
                "council_agenda:scored", by=by, stream=f"list:{rows.agenda.id}",
                body={"seat": member.member_no, "count": len(changed), "done": len(sheet.scored), "of": len(sheet.items)},
                private={"member": member.name, "points": _points_words(changed)},
            )
        return sheet


def file_sheet(session_id: int, member_no: int, points: Mapping[int, Mapping[str, Decimal]], *, by: Actor) -> ScoreSheet:
    """Key a member's sheet: item → criterion → points; items that he left blank are left out. The second person's must agree.

    Each of the two may correct the own entry while the items are open; the same said again changes nothing. Conflict
    before the invitation and after the sitting, for a third person, and where the member filed it himself. Invalid names each
    item that is decided, that the member keeps out of or was not given, whose criteria are not all scored, and each figure out
    of bounds, at `points-ITEM-CRITERION`.
    """
    people.require(by, KEY)
    with transaction():
        rows = lock_session(session_id)
        needs_state(rows, *OPEN)
        must_be_scored(rows)
        member = rows.member(member_no)
        if by.account is None:
            raise Forbidden("Chỉ người có tài khoản nhập được.", "Only people with an account key a sheet.")
        _check(rows, member_no, points, {})
        keyed = _keyed(session_id).get(member_no, {})
        if member.account in (by.account, *keyed):
            raise Conflict(
                f"{member.name} tự chấm trên trang của mình, không nhập phiếu giấy nữa.",
                f"{member.name} scores on the own page; no sheet is keyed from paper.", code="filed-by-member",
            )
        if len(keyed.keys() - {by.account}) > 1:
            raise Conflict(
                f"Đã có hai người nhập phiếu của {member.name}. Người đã nhập mới sửa được bản của mình.",
                f"Two people have keyed the sheet of {member.name}; each may correct the own entry.",
                code="keyed-twice",
            )
        changed = _replace(rows, member_no, points, {}, by)
        sheet = _sheet(rows, _keyed(session_id), member_no, by)
        if changed is not None:
            trail.record(
                "council_agenda:sheet_keyed", by=by, stream=f"list:{rows.agenda.id}",
                body={
                    "seat": member.member_no, "count": len(changed),
                    "differing": [f"{d.item_no} {d.criterion}" for d in sheet.differing] or None,
                },
                private={"member": member.name, "points": _points_words(changed)},
            )
            if sheet.counts:
                trail.record(
                    "council_agenda:sheet_agrees", by=by, stream=f"list:{rows.agenda.id}", body={"seat": member.member_no},
                    private={"member": member.name},
                )
        return sheet


def must_be_scored(rows: Rows) -> None:
    """Refuse scores of a session whose scores were closed: in a blind round, before its names are shown."""
    if rows.blind in _CLOSED:
        raise Conflict(
            "Đợt này đã khóa điểm, không chấm, không sửa điểm nữa.", "The scores of this round are closed.", code="scores-closed"
        )


def _replace(
    rows: Rows, member_no: int, points: Mapping[int, Mapping[str, Decimal]], comments: Mapping[tuple[int, str], str], by: Actor
) -> Points | None:
    """Put an entry in the place of what this person entered of the items that are open; None where it says the same."""
    s, of = session(), rows.session.id
    still = {i.item_no for i in _open_items(rows)}
    mine = (
        CouncilScore.session_id == of, CouncilScore.member_no == member_no, CouncilScore.keyed_by == by.account,
        CouncilScore.item_no.in_(still),
    )
    kept = s.execute(select(CouncilScore.item_no, CouncilScore.criterion, CouncilScore.points, CouncilScore.comment).where(*mine))
    before = {(row.item_no, row.criterion): (row.points, row.comment) for row in kept}
    now = {(item, code): x for item, scored in points.items() for code, x in scored.items()}
    if before == {at: (x, comments.get(at, "")) for at, x in now.items()}:
        return None
    s.execute(delete(CouncilScore).where(*mine))
    s.add_all(
        CouncilScore(
            session_id=of, member_no=member_no, keyed_by=by.account, item_no=item, criterion=code, points=x,
            comment=comments.get((item, code), ""),
        )
        for (item, code), x in now.items()
    )
    s.flush()
    return now


def _points_words(points: Points) -> str:
    return "; ".join(f"{item} {code}: {x.normalize():f}" for (item, code), x in sorted(points.items()))


def _check(
    rows: Rows, member_no: int, points: Mapping[int, Mapping[str, Decimal]], comments: Mapping[tuple[int, str], str]
) -> None:
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
        elif not rows.reviews(member_no, item.nomination_id):
            fault(number, "", "thành viên này không được phân công chấm.", "was not assigned to this member.")
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
    for (number, code), text in sorted(comments.items()):
        if code not in points.get(number, {}):
            fault(number, code, f"có nhận xét về {code} mà chưa có điểm.", f"has a comment on {code}, but no score.")
        elif len(text) > LONGEST:
            fault(number, code, f"nhận xét về {code} dài quá {LONGEST} ký tự.", f"the comment on {code} has more than {LONGEST} letters.")
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
    member, mine = rows.member(member_no), keyed.get(member_no, {})
    own = mine.get(by.account, {}) if by.account is not None else {}
    wanted, done = to_score(rows, member_no, _criteria(rows), mine)
    return ScoreSheet(
        member_no, member.name, tuple(mine), _differing(rows, mine, member_no), own,
        _comments(rows, member_no) if member.account == by.account else {}, member.account in mine,
        wanted, done,
    )


def to_score(
    rows: Rows, member_no: int, criteria: Collection[int], mine: Mapping[int, Points]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Items that a member is to score, and those of them whose scores count (`mine`: who keyed → what).

    His are those on the agenda, with criteria, assigned to him where any are, and which he does not keep out of. What was
    decided without his scores is not his any more: nobody can score it.
    """
    scored = _by_item(_agreed(rows, mine, member_no))
    wanted = tuple(
        i.item_no for i in rows.items
        if (i.state in SCORED or i.state != "withdrawn" and i.item_no in scored)
        and i.item_no in criteria and rows.reviews(member_no, i.nomination_id)
    )
    return wanted, tuple(n for n in wanted if n in scored)


def standing(rows: Rows) -> dict[int, tuple[tuple[int, ...], tuple[int, ...]]]:
    """Member number → items that he is to score, and those of them whose scores count. Inside a read or an act."""
    keyed, criteria, found = _keyed(rows.session.id), _criteria(rows), {}
    for member in rows.members:
        found[member.member_no] = to_score(rows, member.member_no, criteria, keyed.get(member.member_no, {}))
    return found


def begun(rows: Rows) -> set[tuple[int, int]]:
    """Member and item numbers of which something was entered, whether it counts or not. Inside a read or an act."""
    return {(no, item) for no, mine in _keyed(rows.session.id).items() for entry in mine.values() for item, _code in entry}


def _comments(rows: Rows, member_no: int) -> dict[tuple[int, str], str]:
    found = session().scalars(
        select(CouncilScore).where(CouncilScore.session_id == rows.session.id, CouncilScore.member_no == member_no)
    )
    return {(row.item_no, row.criterion): row.comment for row in found if row.comment}


def _agreed(rows: Rows, mine: Mapping[int, Points], member_no: int) -> Points:
    """What counts of a sheet: what the member filed himself, else what two people keyed alike, item by item; nothing where they differ."""
    if (filed := mine.get(rows.member(member_no).account)) is not None:
        return filed
    if len(mine) < 2 or _differing(rows, mine, member_no):
        return {}
    first, second = (_by_item(entry) for entry in mine.values())
    return {(item, code): x for item, scored in first.items() if scored == second.get(item) for code, x in scored.items()}


def _differing(rows: Rows, mine: Mapping[int, Points], member_no: int) -> tuple[Difference, ...]:
    """Where two entries differ, of the items that can still be mended."""
    if len(mine) < 2 or rows.member(member_no).account in mine:
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
    standing = {i.item_no: i.nomination_id for i in rows.items if i.state != "withdrawn"}
    for member in rows.members:
        who = Scorer(member.account, member.name)
        for number, scored in _by_item(_agreed(rows, keyed.get(member.member_no, {}), member.member_no)).items():
            nomination = standing.get(number)
            if nomination is not None and member.member_no not in rows.recused(nomination):
                found.setdefault(nomination, {})[who] = scored
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
