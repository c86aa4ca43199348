"""Units by duties: periods, rounds and matters of whatever register is in use; late, missing, not asked; who sees which column."""

from __future__ import annotations

from datetime import date

import pytest

from service import movement, people
from service.awards import results, rounds
from service.errors import Forbidden
from service.movement import Matrix, read_matrix
from tests.bench.ground import counted
from tests.journeys.inspections import begin, draft_decision
from tests.journeys.office import Office
from tests.journeys.test_report_period import SAID
from tests.service.movement.trials import deploy

UNITS = ("DONG-MAY", "DET-NANG-SOM")


def _open(office: Office) -> int:
    number = movement.open_period(
        "unit_report", 2026, by=office.who("vhxh"), units=[office.units[code] for code in UNITS],
        days={"filing": date(2026, 11, 10), "province_intake": date(2026, 11, 20)},
    )
    office.follow_up()
    return number


def _file(office: Office, period: int, unit: str, by: str, head: str) -> None:
    _kept, row = movement.read_period(period, by=office.who("vhxh"))
    (matter,) = [one.matter for one in movement.filings(row) if one.unit == office.units[unit]]
    office.step(matter, "write_report", by=by, **SAID)
    office.step(matter, "sign_report", by=head, decision="sign")


def _column(matrix: Matrix, office: Office, words: str) -> dict[str, str]:
    (key,) = [one.key for one in matrix.duties if one.words[0].startswith(words)]
    return {code: one.state for code in UNITS if (one := matrix.cells.get((office.units[code], key)))}


def test_a_period_goes_from_waiting_to_done_late_or_overdue_just_as_its_own_page_says(office: Office) -> None:
    period = _open(office)
    _file(office, period, "DONG-MAY", "donvi", "thutruong")
    found = read_matrix([2026], by=office.who("vhxh"))
    assert _column(found, office, "Báo cáo của đơn vị") == dict(zip(UNITS, ("done", "waiting"), strict=True))
    office.go_to("2026-11-12")
    found = read_matrix([2026], by=office.who("chutich"))
    assert _column(found, office, "Báo cáo của đơn vị") == dict(zip(UNITS, ("done", "missing"), strict=True))
    assert office.units["DET-NANG-SOM"] in {unit for (unit, _), one in found.cells.items() if one.state == "missing"}
    _file(office, period, "DET-NANG-SOM", "donvi2", "thutruong2")
    found = read_matrix([2026], by=office.who("vhxh"))
    assert _column(found, office, "Báo cáo của đơn vị") == dict(zip(UNITS, ("done", "late"), strict=True))
    _kept, row = movement.read_period(period, by=office.who("vhxh"))
    (key,) = [one.key for one in found.duties if one.words[0].startswith("Báo cáo của đơn vị")]
    for one in movement.filings(row):
        said = found.cells[one.unit, key]
        assert (said.state in ("late", "missing"), said.link) == (one.late, ("matter", one.matter))
    asked = {unit for unit, duty in found.cells if duty == key}
    assert asked == {office.units[code] for code in UNITS}, "who was not asked has an empty place"


def test_names_for_a_round_are_filed_once_the_head_signed(office: Office) -> None:
    one = office.nominate("HN-2026")
    words = f"Đề nghị khen thưởng, {rounds.read_round(office.rounds['HN-2026']).name}"
    assert _column(read_matrix([2026], by=office.who("vhxh")), office, words) == dict.fromkeys(UNITS, "waiting")
    office.assess(one)
    office.sign(one)
    assert _column(read_matrix([2026], by=office.who("vhxh")), office, words)["DONG-MAY"] == "done"
    office.go_past("HN-2026", "filing")
    found = read_matrix([2026], by=office.who("vhxh"))
    assert _column(found, office, words) == {"DONG-MAY": "done", "DET-NANG-SOM": "none"}
    (key,) = [one.key for one in found.duties if one.words[0] == words]
    assert sum(x.state == "none" for (_, duty), x in found.cells.items() if duty == key) > 5
    assert found.behind() == 0, "nobody must nominate"
    committee = {one.id for one in people.list_units() if one.kind == "commune_body" and one.parent is None}
    left_out = committee | set(office.who("vhxh").units)
    assert left_out and not left_out & {unit for unit, duty in found.cells if duty == key}, "they ask, nobody asks them"
    assert read_matrix([2026], by=office.who("vhxh"), movement=999).duties == (), "rounds of another movement are none of it"


def test_names_that_the_head_has_not_signed_are_no_done_duty(office: Office) -> None:
    words = f"Đề nghị khen thưởng, {rounds.read_round(office.rounds['HN-2026']).name}"

    def stands() -> dict[str, str]:
        return _column(read_matrix([2026], by=office.who("vhxh")), office, words)

    one = office.nominate("HN-2026")
    office.assess(one)
    office.sign(one)
    office.nominate("HN-2026", name="Ông Nắng Vàng", unit="DET-NANG-SOM", by="donvi2")
    assert stands() == {"DONG-MAY": "done", "DET-NANG-SOM": "waiting"}
    office.nominate("HN-2026", name="Bà Mưa Phùn", by="vhxh")
    assert stands()["DONG-MAY"] == "waiting", "a name that came after the signed ones is not filed yet"
    office.go_past("HN-2026", "filing")
    assert stands() == dict.fromkeys(UNITS, "missing"), "it has names: it nominates somebody"
    office.go_past("HN-2026", "checking")
    office.follow_up()
    assert rounds.read_round(office.rounds["HN-2026"]).state == "closed"
    assert stands() == {"DONG-MAY": "done", "DET-NANG-SOM": "none"}, "their names were taken off"


def test_an_inspection_that_was_called_off_was_neither_asked_nor_done(office: Office) -> None:
    unit, key = office.units["DONG-MAY"], "inspection"

    def stands() -> tuple[int, int] | None:
        one = read_matrix([2026], by=office.who("vhxh")).cells.get((unit, key))
        return (one.done, one.asked) if one is not None else None

    assert stands() is None
    matter = begin(office)
    draft_decision(office, matter)
    assert stands() == (0, 1)
    office.step(matter, "sign_decision", by="chutich", decision="cancel", cancel_reason="Đơn vị chống bão.")
    assert stands() is None


def test_a_register_that_is_deployed_later_shows_up_by_itself(office: Office) -> None:
    by = office.who("vhxh")
    assert "Việc thử" not in {one.words[0] for one in read_matrix([2026], by=by).duties}
    deploy(unit="own")
    first = office.begin("trial", by="donvi", subject="Kết luận kiểm tra")
    assert _column(read_matrix([2026], by=by), office, "Việc thử") == {"DONG-MAY": "waiting"}
    office.go_to("2026-11-20")
    assert _column(read_matrix([2026], by=by), office, "Việc thử") == {"DONG-MAY": "waiting"}, "the office is late, not the unit"
    office.step(first, "trial_work", by="vhxh", result="Xong")
    office.step(first, "trial_confirm", by="truongphong", decision="founded")
    (one,) = [x for (unit, key), x in read_matrix([2026], by=by).cells.items() if key == "trial"]
    assert (one.state, one.done, one.asked, one.link) == ("done", 1, 1, ("register", "trial"))
    office.begin("trial", by="donvi", subject="Kết luận thứ hai")
    (one,) = [x for (unit, key), x in read_matrix([2026], by=by).cells.items() if key == "trial"]
    assert (one.state, one.done, one.asked) == ("waiting", 1, 2), "the worst of them, and how many are done"
    assert "trial" not in {x.key for x in read_matrix([2026], by=office.who("vanphong")).duties}, "its register does not let him read"
    assert "trial" in {x.key for x in read_matrix([2026], by=office.who("donvi")).duties}
    assert not [x for (unit, key), x in read_matrix([2026], by=office.who("donvi2")).cells.items() if key == "trial"]


def test_a_unit_is_behind_with_its_own_steps_alone(office: Office) -> None:
    by = office.who("vhxh")
    deploy("own_step", work="unit", unit="own")
    deploy("office_step", unit="own")
    office.begin("own_step", by="donvi", subject="Việc của đơn vị")
    office.begin("office_step", by="donvi2", subject="Việc của phòng")
    assert read_matrix([2026], by=by).behind() == 0
    office.go_to("2026-11-20")
    found = read_matrix([2026], by=by)
    late = {unit: key for (unit, key), one in found.cells.items() if one.state == "missing" and not key.startswith("round:")}
    assert late == {office.units["DONG-MAY"]: "own_step"}


def test_a_unit_has_its_own_row_and_who_reads_no_name_none(office: Office) -> None:
    _open(office)
    mine = read_matrix([2026], by=office.who("donvi"))
    assert [one.id for one in mine.units] == [office.units["DONG-MAY"]] and mine.unopened == ()
    assert len(read_matrix([2026], by=office.who("thanhtra")).units) > 10
    assert len(read_matrix([2026], by=office.who("mttq")).units) == 1, "the Front is one of those who file"
    for login in ("uv1", "tinh"):
        with pytest.raises(Forbidden):
            read_matrix([2026], by=office.who(login))


def test_over_several_years_duties_of_one_kind_are_one_and_units_cost_no_more_statements(office: Office) -> None:
    _open(office)
    with counted() as before:
        read_matrix([2026], by=office.who("vhxh"))
    days = {"filing": date(2027, 11, 10), "province_intake": date(2027, 11, 20)}
    movement.open_period("unit_report", 2027, by=office.who("vhxh"), days=days)
    office.follow_up()
    with counted() as after:
        found = read_matrix([2026, 2027], by=office.who("vhxh"))
    assert after.statements <= before.statements + 1, after.words
    (key,) = [one.key for one in found.duties if one.words[0] == "Báo cáo của đơn vị"]
    one = found.cells[office.units["DONG-MAY"], key]
    assert (one.done, one.asked, one.link) == (0, 2, ("register", "unit_report"))
    with counted() as few:
        results.read_results(results.Narrow(), by=office.who("vhxh"))
    assert few.statements <= 14, few.words
