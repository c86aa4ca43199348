"""The yearly statistics: counted from the registers name by name, a revoked award apart, what nobody knows told as such."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from sqlalchemy import update

from service import clock, trail
from service.actor import machine
from service.awards import rules, statistics
from service.awards.catalogue import AD_HOC
from service.awards.models import Award, Recipient, Round, Rule
from service.awards.results import Narrow, find_names, forget_figures, read_results
from service.awards.statistics import columns, due_on, statistics_of, to_send
from service.council.due_calendar import due_calendar
from service.db import db, transaction
from service.errors import Forbidden, NotFound
from tests.journeys.conftest import OpenOffice
from tests.journeys.office import Office


def _granted(office: Office) -> None:
    """A person and an enterprise that were granted the commune's certificate on 3 November 2026."""
    office.posted("HN-2026", "Hoàng Bình Minh", "Lê Trúc Xanh")
    office.sit("HN-2026", {})
    office.decide("HN-2026", 12)


@pytest.fixture
def office(office_on: OpenOffice) -> Office:
    office = office_on(date(2026, 11, 3))
    _granted(office)
    return office


def _change(name: str, **values: object) -> None:
    """What the register says of somebody, changed below the service: what it counts is meant, not who may enter it."""
    with db.engine.begin() as connection:
        connection.execute(update(Recipient).where(Recipient.name == name).values(**values))


def test_a_year_is_counted_name_by_name(office: Office) -> None:
    _change("Hoàng Bình Minh", gender="female", direct_worker=True)
    found = statistics_of(2026, by=office.who("vhxh"))
    count = {column: len(found.of("GK_XA", column)) for column in columns()}
    assert count == {"all": 2, "COLLECTIVE": 0, "INDIVIDUAL": 2, "HOUSEHOLD": 0, "leader": 0, "direct": 1, "other": 1, "woman": 1,
                     "no_gender": 1, "enterprise": 0}
    assert [one.name for one in found.of("GK_XA", "woman")] == ["Hoàng Bình Minh"]
    assert [one.name for one in found.of("GK_XA", "other")] == ["Lê Trúc Xanh"]
    assert [one.code for one in found.forms("commune")] == ["GK_XA"] and not found.forms("national")
    assert len(found.movements) == 1 and [name for _, name in found.rounds] and statistics_of(2025, by=office.who("vhxh")).names == ()


def test_who_leads_is_counted_as_on_the_overview_and_as_no_direct_worker(office: Office) -> None:
    _change("Hoàng Bình Minh", direct_worker=True)
    _change("Lê Trúc Xanh", leader=True, direct_worker=True)
    found = statistics_of(2026, by=office.who("vhxh"))
    assert {one: [x.name for x in found.of(column=one)] for one in ("leader", "direct")} == {
        "leader": ["Lê Trúc Xanh"], "direct": ["Hoàng Bình Minh"]}
    (part,) = [one for one in read_results(Narrow(year=2026), by=office.who("vhxh")).parts if one.key == "person"]
    honoured = {one.narrow.person: one.honoured for one in part.lines}
    assert (honoured["leader"], honoured["direct"]) == (1, 1)


def test_every_person_counts_as_leader_as_direct_worker_or_as_neither_said(office: Office) -> None:
    for leader, direct in ((False, False), (True, True), (False, True)):
        _change("Hoàng Bình Minh", leader=leader, direct_worker=direct)
        found = statistics_of(2026, by=office.who("vhxh"))
        assert sum(len(found.of(column=one)) for one in ("leader", "direct", "other")) == len(found.of(column="INDIVIDUAL")) == 2


def _decided_on(day: date, *, stage: str) -> None:
    """The awards moved to a day, as of a round of a stage: what counts a year is meant, not how they came to be."""
    with db.engine.begin() as connection:
        connection.execute(update(Award).values(decided_on=day))
        connection.execute(update(Round).where(Round.code == "HN-2026").values(stage=stage))
    forget_figures()


def test_an_ad_hoc_award_counts_in_the_year_of_its_decision_here_and_on_the_overview(office: Office) -> None:
    by = office.who("vhxh")
    office.go_to("2027-01-20")
    _decided_on(date(2027, 1, 5), stage=AD_HOC)
    whole = {year: read_results(Narrow(year=year), by=by).whole for year in (2026, 2027, None)}
    assert {year: (one.put_forward, one.honoured) for year, one in whole.items()} == {2026: (0, 0), 2027: (2, 2), None: (2, 2)}
    assert [find_names(one.narrow, by=by)[1] for one in whole.values()] == [0, 2, 2]
    (part,) = [one for one in read_results(Narrow(), by=by).parts if one.key == "year"]
    assert {one.words[0]: one.honoured for one in part.lines} == {"2027": 2}
    assert len(statistics_of(2027, by=by).names) == 2 and statistics_of(2026, by=by).names == statistics_of(2026, by=by).later == ()


def test_what_a_round_gave_in_another_year_than_its_own_is_told_apart_by_name(office: Office) -> None:
    by = office.who("vhxh")
    office.go_to("2027-01-20")
    _decided_on(date(2027, 1, 5), stage="HANG_NAM")
    assert read_results(Narrow(year=2026), by=by).whole.honoured == 2 and read_results(Narrow(year=2027), by=by).whole.honoured == 0
    found = statistics_of(2027, by=by)
    assert len(found.names) == 2 and {(one.name, one.overview) for one in found.of(column="earlier")} == {
        ("Hoàng Bình Minh", 2026), ("Lê Trúc Xanh", 2026)}
    before = statistics_of(2026, by=by)
    assert before.names == () and len(before.of(column="later")) == 2 and not before.of(column="all")


def test_a_collective_of_an_enterprise_counts_as_one_and_as_no_person(office: Office) -> None:
    _change("Hoàng Bình Minh", kind="COLLECTIVE", collective_unit_id=office.units["NUOC-XANH"])
    assert len(statistics_of(2026, by=office.who("vhxh")).of("GK_XA", "enterprise")) == 0
    _change("Hoàng Bình Minh", collective_unit_id=office.units["DET-NANG-SOM"])
    found = statistics_of(2026, by=office.who("vhxh"))
    assert {c: len(found.of(column=c)) for c in ("enterprise", "COLLECTIVE", "INDIVIDUAL", "no_gender")} == {
        "enterprise": 1, "COLLECTIVE": 1, "INDIVIDUAL": 1, "no_gender": 1}


def test_a_revoked_award_does_not_count_and_is_told(office: Office) -> None:
    first, _ = statistics_of(2026, by=office.who("chutich")).names
    with db.engine.begin() as connection:
        connection.execute(update(Award).where(Award.id == first.award).values(status="revoked"))
    found = statistics_of(2026, by=office.who("chutich"))
    assert (len(found.names), found.revoked) == (1, 1)


def test_who_may_not_read_it_is_refused_and_a_year_to_come_too(office: Office) -> None:
    assert statistics_of(2026, by=office.who("thanhtra")).names
    for login in ("donvi", "uv1", "tinh"):
        with pytest.raises(Forbidden):
            statistics_of(2026, by=office.who(login))
    for year in (2027, 1999):
        with pytest.raises(NotFound):
            statistics_of(year, by=office.who("vhxh"))


def test_the_sheet_holds_numbers_names_and_what_is_not_known(office: Office) -> None:
    book = openpyxl.load_workbook(io.BytesIO(statistics.sheet_of(statistics_of(2026, by=office.who("vhxh")))))
    assert book.sheetnames == ["Thống kê 2026", "Danh sách", "Chưa có số liệu"]
    rows = [list(row) for row in book["Thống kê 2026"].iter_rows(values_only=True)]
    assert rows[0][:4] == ["STT", "Danh hiệu, hình thức", "Tổng số", "Tập thể"]
    assert next(row[1:5] for row in rows if row[0] == 1) == ["Giấy khen của Chủ tịch UBND xã", 2, 0, 2]
    assert [row[1] for row in book["Danh sách"].iter_rows(min_row=2, values_only=True)] == ["Hoàng Bình Minh", "Lê Trúc Xanh"]
    said = [row[0] for row in book["Chưa có số liệu"].iter_rows(values_only=True)]
    assert "đối chiếu mẫu trước khi gửi" in str(said[0]) and any("Dân tộc" in str(one) for one in said)
    assert statistics.sheet_of(statistics_of(2026, by=office.who("vhxh")), language="en")


def test_the_day_comes_from_the_rules_and_stands_in_the_calendar_of_the_office(office: Office) -> None:
    assert due_on(2026) == date(2026, 12, 15)
    assert to_send() is None or clock.today() >= date(2026, 11, 15)
    office.go_to("2026-11-20")
    assert to_send() == (2026, date(2026, 12, 15))
    told = due_calendar(office.who("vhxh"), address="https://vd.example", language="vi")
    assert "statistics-2026@vd.example" in told and "20261215" in told
    assert "statistics-2026" not in due_calendar(office.who("donvi"), address="https://vd.example", language="vi")
    office.go_to("2026-12-16")
    assert to_send() is None and "statistics-2026" not in due_calendar(office.who("vhxh"), address="https://vd.example", language="vi")


def test_without_its_rule_no_day_is_said_and_the_numbers_stand(office: Office) -> None:
    office.go_to("2026-11-20")
    assert to_send() is not None
    with transaction() as s:
        s.execute(update(Rule).where(Rule.key == statistics.DUE).values(valid_to=date(2025, 1, 2)))
        trail.record("rule:changed", by=machine("cli"), stream="system", body={"key": statistics.DUE})
    rules._kept.clear()
    assert due_on(2026) is None and to_send() is None and statistics_of(2026, by=office.who("vhxh")).names
    assert "statistics-2026" not in due_calendar(office.who("vhxh"), address="https://vd.example", language="vi")
