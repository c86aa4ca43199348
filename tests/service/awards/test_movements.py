"""A movement is made after a plan by who may, read by its rounds, and changed without losing what they stand on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from service import trail
from service.awards import results, rounds, windows
from service.awards.movements import (
    MovementInput,
    change_movement,
    faults_of,
    make_movement,
    read_movement,
    seams_of,
    shipped,
)
from service.errors import Forbidden, Invalid
from tests.journeys.office import Office

PLAN = MovementInput(
    name="Thi đua xây dựng xã thông minh", plan="Kế hoạch số 01/KH-UBND ngày 02/01/2031", starts=date(2031, 1, 2), ends=date(2035, 12, 31),
    phases=[
        {"code": "GD1", "name": "Giai đoạn 1", "starts": "2031-01-02", "ends": "2033-12-31", "stocktake": "SO_KET"},
        {"code": "GD2", "name": "Giai đoạn 2", "starts": "2034-01-01", "ends": "2035-12-31", "stocktake": "TONG_KET",
         "stocktake_from": "2031-01-02"},
    ],
    contents=shipped("content"), criteria=shipped("criterion"),
)


def test_a_movement_is_made_and_its_phases_give_stocktakes_their_windows(office: Office) -> None:
    head = office.who("truongphong")
    for login in ("vhxh", "donvi", "chutich"):
        with pytest.raises(Forbidden):
            make_movement("XTM", PLAN, by=office.who(login))
    number = make_movement("XTM", PLAN, by=head)
    row = read_movement(number)
    final = windows.window_by_plan(row, "TONG_KET")
    assert final is not None and (final.first, final.last) == (date(2031, 1, 2), date(2035, 12, 31))
    assert [one["code"] for one in row.contents][-1] == "ND7" and row.criteria[0]["max"] == 10
    assert trail.read(kind="movement:created").events[0].body["code"] == "XTM"
    with pytest.raises(Invalid) as taken:
        make_movement(" XTM ", PLAN, by=head)
    assert taken.value.faults[0].path == "code"


@pytest.mark.parametrize(("wrong", "path"), [
    ({"name": "  "}, "name"), ({"ends": date(2031, 1, 1)}, "ends"), ({"phases": []}, "phases"),
    ({"phases": [dict(PLAN.phases[0]), dict(PLAN.phases[0]) | {"code": "GD2"}]}, "phases"),
    ({"phases": [dict(PLAN.phases[0]) | {"ends": "2040-01-01"}]}, "phases.0.ends"),
    ({"phases": [dict(PLAN.phases[0]) | {"starts": "hôm qua"}]}, "phases.0.starts"),
    ({"phases": [dict(PLAN.phases[0]) | {"stocktake": "", "stocktake_from": "2031-01-02"}]}, "phases.0.stocktake_from"),
    ({"contents": [{"code": "ND1", "title": "Một"}, {"code": "ND1", "title": "Hai"}]}, "contents.1.code"),
    ({"criteria": [{"code": "A1", "group": "Z", "title": "Một", "max": 10}]}, "criteria.0.group"),
    ({"criteria": [{"code": "A1", "group": "A", "title": "Một", "max": 0}]}, "criteria.0.max"),
])
def test_what_is_wrong_is_named_at_its_field(office: Office, wrong: dict[str, object], path: str) -> None:
    with pytest.raises(Invalid) as refused:
        make_movement("XTM", replace(PLAN, **wrong), by=office.who("quantri"))  # type: ignore[arg-type]
    assert path in [one.path for one in refused.value.faults]


def test_one_wrong_day_of_the_movement_is_one_fault_there(office: Office) -> None:
    for wrong, path in (({"ends": date(2032, 12, 31)}, "ends"), ({"starts": date(2034, 6, 1)}, "starts")):
        (fault,) = faults_of(replace(PLAN, **wrong))  # type: ignore[arg-type]
        assert fault.path == path and "GD1, GD2" in fault.message, fault
    criteria = [{"code": "A1", "group": "Z", "title": "Một", "max": "mười"}]
    every = faults_of(replace(PLAN, starts=None, ends=None, name="", criteria=criteria))
    assert [one.path for one in every] == ["name", "starts", "ends", "criteria.0.group", "criteria.0.max"], "all in one round"


@pytest.mark.parametrize(("first", "second", "said"), [
    (("2031-01-02", "2033-12-31"), ("2034-01-01", "2035-12-31"), []),
    (("2031-01-02", "2033-12-30"), ("2034-01-01", "2035-12-31"), ["Ngày 31/12/2033 không thuộc giai đoạn nào."]),
    (("2031-02-01", "2033-12-31"), ("2034-01-01", "2035-11-30"),
     ["Từ 02/01/2031 đến 31/01/2031 không thuộc giai đoạn nào.", "Từ 01/12/2035 đến 31/12/2035 không thuộc giai đoạn nào."]),
    (("2031-01-02", "2034-01-31"), ("2034-01-01", "2035-12-31"), ["Từ 01/01/2034 đến 31/01/2034 thuộc cả hai giai đoạn GD1 và GD2."]),
])
def test_days_in_no_phase_or_in_two_are_told_and_forbid_nothing(
    office: Office, first: tuple[str, str], second: tuple[str, str], said: list[str]
) -> None:
    phases = [dict(one) | {"starts": days[0], "ends": days[1]} for one, days in zip(PLAN.phases, (first, second), strict=True)]
    row = read_movement(make_movement("XTM", replace(PLAN, phases=phases), by=office.who("truongphong")))
    assert [vi for vi, _en in seams_of(row.starts, row.ends, row.phases)] == said


def test_a_change_says_why_and_keeps_what_rounds_stand_on(office: Office) -> None:
    head = office.who("truongphong")
    number = make_movement("XTM", PLAN, by=head)
    longer = replace(PLAN, plan="Kế hoạch số 09/KH-UBND ngày 05/3/2031", contents=PLAN.contents[:6])
    with pytest.raises(Forbidden):
        change_movement(number, longer, "Xã ban hành kế hoạch mới", by=office.who("donvi"))
    with pytest.raises(Invalid):
        change_movement(number, longer, " ", by=head)
    change_movement(number, longer, "Xã ban hành kế hoạch mới", by=head)
    assert len(read_movement(number).contents) == 6
    (event,) = trail.read(kind="movement:changed").events
    assert event.body["reason"] == "Xã ban hành kế hoạch mới"
    change_movement(number, longer, "Ghi lại như cũ", by=head)
    assert len(trail.read(kind="movement:changed").events) == 1, "nothing changed, nothing is told"
    rounds.create_round(
        number, code="DX-2031", name="Đợt đột xuất 2031", stage="DOT_XUAT", year=2031, window=(date(2031, 1, 2), date(2031, 12, 31)),
        calendar={}, by=head,
    )
    used = results.movement_of(None)  # the movement of today, with its rounds of every kind
    with pytest.raises(Invalid) as lost:
        change_movement(used.id, MovementInput(
            name=used.name, plan=used.plan, starts=used.starts, ends=used.ends, phases=used.phases[1:], contents=used.contents,
            criteria=used.criteria,
        ), "Bỏ giai đoạn 1", by=head)
    assert [one.path for one in lost.value.faults] == ["phases"]
