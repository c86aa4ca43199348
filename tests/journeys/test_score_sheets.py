"""Members' score sheets on paper: keyed by two, mended where they differ, ranked by each method, chosen from by a cut."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import partial

import pytest

from service import clock, people, trail
from service.actor import machine
from service.awards.ranking import Cut
from service.awards.scores import Ranked
from service.council import session as sessions
from service.council.ballot import Sum
from service.errors import Conflict, Forbidden, Invalid
from tests.journeys.conftest import OpenOffice
from tests.journeys.council import DAY, ROUND, Council, filled
from workflows.calendar import ZONE

SCORES = {
    1: "9 9 9 9 9 9 9 9 10",
    2: "7 7 7 7 7 7 7 7 0",
    3: "8 8 8 8 8 8 8 8 10",
    4: "8.5 8 7.5 8 8 8 8 8 10",
}
"""Item → what members 1 to 9 gave; the last member is out of step with the others."""


def _sheet(council: Council, member: int, *, by: str, out: tuple[int, ...] = (), **other: str) -> sessions.ScoreSheet:
    """Key a member's sheet as it stands in `SCORES`; `out`: items left blank; item_2="5": another figure."""
    points = {
        item: {code: Decimal(other.get(f"item_{item}", row.split()[member - 1])) for code in _codes(council, item)}
        for item, row in SCORES.items() if item not in out
    }
    return sessions.file_sheet(council.id, member, points, by=council.office.who(by))


def _codes(council: Council, item: int) -> list[str]:
    return [c.code for c in sessions.read_sheets(council.id, by=council.office.who("thuky")).criteria[item]]


def _places(found: Mapping[str, list[Ranked]], council: Council) -> dict[int, tuple[int | None, str]]:
    items = {i.nomination_id: i.item_no for i in council.read().items}
    (rows,) = found.values()
    return {items[r.nomination.id]: (r.place, f"{r.points:f}") for r in rows}


def _ranked(council: Council) -> dict[int, tuple[int | None, str]]:
    return _places(sessions.ranking(council.id, by=council.office.who("thuky")), council)


def _all_keyed(council: Council) -> None:
    for member in range(1, 10):
        out = (3,) if member == 9 else ()
        _sheet(council, member, by="thuky", out=out)
        _sheet(council, member, by="thuky2", out=out)


@pytest.mark.long
def test_nine_sheets_are_keyed_by_two_who_must_agree_and_rank_by_each_method(council: Council) -> None:
    who = council.office.who
    before = _ranked(council)
    assert {place for place, _ in before.values()} == {1}, "the office gave all the same"
    sessions.declare_conflict(council.id, 3, "Là em ruột", by=who("uv7"))  # member 9
    _all_keyed(council)
    found = sessions.read_sheets(council.id, by=who("thuky"))
    assert [s.counts for s in found.sheets] == [True] * 9

    differs = _sheet(council, 4, by="thuky2", item_2="6.5")
    (one,) = differs.differing
    assert (one.item_no, one.criterion, {one.first, one.second}) == (2, _codes(council, 2)[0], {Decimal(7), Decimal("6.5")})
    assert [r.sheets for r in _rows(council)] == [8, 8, 7, 8], "a sheet on which two differ counts nowhere"
    again = _sheet(council, 4, by="thuky2", item_2="6.5")
    assert again == differs, "the same said again changes nothing"
    assert _sheet(council, 4, by="thuky2").counts
    blank = _sheet(council, 4, by="thuky2", out=(1,))
    assert [(d.item_no, None in (d.first, d.second)) for d in blank.differing] == [(1, True)], "blank against scored differs too"
    assert _sheet(council, 4, by="thuky2").counts
    people.create_demo_account("thuky.ba", "Lý Chè Xanh", title="", email="ba@sonmai.example", groups=["secretary"], by=machine("cli"))
    with pytest.raises(Conflict, match="Two people have keyed"):
        _sheet(council, 4, by="thuky.ba")

    # mean: 1 → 81+10=82/9; 2 → 56/9; 3 → 64/8, member 9 keeps out; 4 → 74/9
    assert _ranked(council) == {1: (1, "9.11"), 4: (2, "8.22"), 3: (3, "8.00"), 2: (4, "6.22")}
    council.rule("RANK_METHOD", "total")
    assert _ranked(council) == {1: (1, "82.00"), 4: (2, "74.00"), 3: (3, "64.00"), 2: (4, "56.00")}
    council.rule("RANK_METHOD", "trimmed")  # of 4 the 7.5 and the 10 are left out: 56.5 of 7
    assert _ranked(council) == {1: (1, "9.00"), 4: (2, "8.07"), 3: (3, "8.00"), 2: (4, "7.00")}
    council.rule("RANK_TRIM_FROM", 10)
    assert _ranked(council)[1] == (1, "9.11"), "with fewer sheets than the rule says none is left out"

    kinds = [e.kind for e in trail.read(stream=f"list:{council.read().list_id}", limit=100).events]
    assert kinds.count("council_agenda:sheet_keyed") == 18 + 4
    assert kinds.count("council_agenda:sheet_agrees") == 9 + 2
    assert trail.verify().ok
    severe = sessions.severity_on([i.nomination_id for i in council.read().items])
    assert (severe[0].name, severe[0].count) == (council.read().members[8].name, 3)
    assert severe[0].mean == (Decimal(1) - 7 + 2) / 3


def _rows(council: Council) -> list[Ranked]:
    (rows,) = sessions.ranking(council.id, by=council.office.who("thuky")).values()
    items = {i.nomination_id: i.item_no for i in council.read().items}
    return sorted(rows, key=lambda r: items[r.nomination.id])


@pytest.mark.long
def test_equal_points_share_a_place_and_what_nobody_scored_has_none(council: Council) -> None:
    for by in ("thuky", "thuky2"):
        _sheet(council, 1, by=by, out=(4,), item_1="8", item_2="8")
    assert _ranked(council) == {1: (1, "8.00"), 2: (1, "8.00"), 3: (1, "8.00"), 4: (None, "9.00")}


def test_sheet_names_each_thing_that_does_not_fit(council: Council) -> None:
    who, code = council.office.who, _codes(council, 1)[0]
    sessions.declare_conflict(council.id, 3, "Là em ruột", by=who("uv7"))
    assert _sheet(council, 1, by="thuky").keyed_by == (who("thuky").account,)

    def refused(points: dict[int, dict[str, Decimal]], member: int = 9) -> list[str]:
        with pytest.raises(Invalid) as one:
            sessions.file_sheet(council.id, member, points, by=who("thuky"))
        return [f.message for f in one.value.faults]

    assert refused({}) == ["Phiếu trống: nhập điểm của ít nhất một mục."]
    assert refused({1: {code: Decimal("10.5")}}) == [f"Mục 1: {code} từ 0 đến 10 điểm, nhiều nhất hai chữ số lẻ."]
    assert refused({1: {code: Decimal("-1")}, 2: {code: Decimal("NaN")}}) == [
        f"Mục {n}: {code} từ 0 đến 10 điểm, nhiều nhất hai chữ số lẻ." for n in (1, 2)
    ]
    assert refused({1: {"A1": Decimal(1)}}) == [
        f"Mục 1: thiếu điểm {code}. Chấm đủ các tiêu chí, hoặc để trống cả mục.", "Mục 1: không chấm theo tiêu chí A1.",
    ]
    assert refused({3: {code: Decimal(1)}}) == ["Mục 3: thành viên này không tham gia, không có điểm."]
    for outsider in ("uv1", "chutich", "vhxh", "thanhtra"):
        with pytest.raises(Forbidden):
            _sheet(council, 1, by=outsider)
    with pytest.raises(Forbidden):
        sessions.read_sheets(council.id, by=who("uv1"))


@pytest.mark.long
def test_what_is_decided_is_scored_no_more_and_a_conflict_takes_its_scores_away(council: Council) -> None:
    _all_keyed_but_blank(council)
    assert [r.sheets for r in _rows(council)] == [9, 9, 9, 9]
    sessions.declare_conflict(council.id, 2, "Là vợ", by=council.office.who("uv1"))
    assert [r.sheets for r in _rows(council)] == [9, 8, 9, 9]
    council.open()
    council.discuss(1)
    council.hands(council.round(1, secret=False), {1: Sum(9, 0, 0, 0)})
    with pytest.raises(Invalid, match="decided"):
        _sheet(council, 1, by="thuky")
    sheet = _sheet(council, 1, by="thuky", out=(1,), item_2="1")
    assert [d.item_no for d in sheet.differing] == [2]
    assert _sheet(council, 1, by="thuky", out=(1,)).counts
    assert [r.sheets for r in _rows(council)] == [9, 8, 9, 9]
    council.discuss(2, 3, 4)
    council.hands(council.round(2, 3, 4, secret=False), {2: Sum(8, 0, 0, 1), 3: Sum(9, 0, 0, 0), 4: Sum(9, 0, 0, 0)})
    council.do("finish")
    with pytest.raises(Conflict):
        _sheet(council, 1, by="thuky", out=(1, 2, 3, 4))


def _all_keyed_but_blank(council: Council) -> None:
    for member in range(1, 10):
        for by in ("thuky", "thuky2"):
            _sheet(council, member, by=by)


@pytest.mark.long
def test_session_is_planned_by_a_cut_and_items_are_put_to_the_vote_by_one(office_on: OpenOffice) -> None:
    council = Council(office_on(DAY, partial(filled, count=4)))
    office, by = council.office, council.office.who("thuky")
    names = [n.id for n in sessions.waiting_names(office.rounds[ROUND])]
    assert len(names) == 4
    (rows,) = sessions.rank_names(office.rounds[ROUND], names).values()
    assert Cut(first=1).tied(rows) == rows, "all have the same points: the line takes them all"

    def plan(chosen: list[int], cut: Cut, reasons: dict[int, str]) -> int:
        at = datetime.combine(clock.today() + timedelta(days=3), time(8), ZONE)
        return sessions.plan_session(
            office.rounds[ROUND], at, "Phòng họp số 1", chair=council.accounts[0], vice=council.accounts[1],
            members=council.accounts, nominations=chosen, cut=cut, reasons=reasons, by=by,
        )

    with pytest.raises(Invalid) as refused:
        plan(names[:3], Cut(first=1), {})
    assert [f.path for f in refused.value.faults] == [f"why-{names[3]}"]
    with pytest.raises(Invalid):
        plan(names[:3], Cut(), {})
    council.id = plan(names[:3], Cut(first=1), {names[3]: "Chờ xác minh thêm"})
    one = council.read()
    (made,) = one.cuts
    assert (made.what, made.first, made.council, len(made.tied)) == ("agenda", 1, False, 4)
    assert [(taken, why) for _name, taken, why in made.against] == [(False, "Chờ xác minh thêm")]

    council.invite()
    for who in ("thuky", "thuky2"):
        points = {n: {c: Decimal(x) for c in _codes(council, n)} for n, x in ((1, 9), (2, 5), (3, 7))}
        sessions.file_sheet(council.id, 1, points, by=office.who(who))
    council.open()
    council.discuss(1, 2, 3)
    with pytest.raises(Invalid) as refused:
        sessions.plan_round(council.id, [1, 2], cut=Cut(points=Decimal(7)), by=by)
    items = {i.item_no: i.nomination_id for i in one.items}
    assert sorted(f.path for f in refused.value.faults) == sorted((f"why-{items[2]}", f"why-{items[3]}"))
    sessions.plan_round(
        council.id, [1, 2], cut=Cut(points=Decimal(7)), reasons={items[2]: "Việc khó", items[3]: "Để vòng sau"}, by=by,
    )
    made = council.read().cuts[1]
    assert (made.what, made.points, made.council, made.tied) == ("round", "7", True, ())
    assert [(taken, why) for _name, taken, why in made.against] == [(True, "Việc khó"), (False, "Để vòng sau")]
    assert trail.verify().ok
