"""The demo data: in the plan's own words, whole, plainly made up, and loaded twice without doubling."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from service import people
from service.awards.catalogue import award_forms
from service.awards.movements import shipped
from service.awards.rounds import CALENDAR_KEYS
from service.db import reading
from service.demo import source
from service.demo.people import load_people
from service.errors import Forbidden
from service.people.models import Account, Membership, Unit
from workflows.calendar import vietnam

ISSUE_ACCOUNTS = (
    "donvi thutruong donvi2 thutruong2 vhxh truongphong vanphong thuky thuky2 uv1 uv2 uv3 uv4 uv5 uv6 uv7 "
    "uv8 uv9 chutich phochutich vanthu ketoan congan thue mttq ttcudv tinh quantri thanhtra"
)
WORKING = vietnam(range(2025, 2032))


def test_the_movement_has_what_the_plan_has() -> None:
    movement = source.movement()
    contents, criteria = shipped("content"), shipped("criterion")
    assert [row["code"] for row in contents] == [f"ND{n}" for n in range(1, 8)]
    codes = " ".join(row["code"] for row in criteria)
    assert codes == "A1 A2 A3 A4 A5 A6 B1 B2 C1 C2 C3 D1 D2"
    assert {row["max"] for row in criteria} == {10}
    assert [row["stocktake"] for row in movement["phases"]] == ["SO_KET", "TONG_KET"]
    assert [row["point"] for row in movement["bodies"]] == [f"V.2.{letter}" for letter in "abcdđe"]
    assert "“truyền thống” sang không gian số" in contents[0]["text"]
    assert criteria[5]["text"].startswith("Thực hiện có hiệu quả việc tinh gọn bộ máy")
    assert len(award_forms()) == 8  # six forms of III.2, one of them in three classes


def test_each_round_has_a_whole_calendar_of_working_days_in_order() -> None:
    assert [(row["stage"], row["year"]) for row in source.rounds()] == [
        ("HANG_NAM", 2025),
        ("HANG_NAM", 2026),
        ("SO_KET", 2027),
        ("TONG_KET", 2030),
        ("DOT_XUAT", 2026),
    ]
    for row in source.rounds():
        calendar = row["calendar"]
        if row["stage"] == "DOT_XUAT":
            assert set(calendar) == {"open", "close"}
            continue
        assert tuple(calendar) == CALENDAR_KEYS
        assert list(calendar.values()) == sorted(calendar.values())
        assert all(WORKING.is_working(day) for day in calendar.values()), row["code"]
        least = 10 if row["stage"] == "TONG_KET" else 5
        assert WORKING.between(calendar["posting_from"], calendar["posting_to"]) >= least
    assert source.rounds()[1]["calendar"]["session"] == date(2026, 12, 15)


def test_a_calendar_whose_filing_passed_slides_by_weeks_and_stays_in_order() -> None:
    calendar = source.rounds()[1]["calendar"]
    assert source.slid(calendar, date(2026, 11, 20), WORKING) == calendar
    for today in (date(2026, 11, 21), date(2026, 11, 23), date(2026, 12, 29), date(2027, 2, 1)):
        moved = source.slid(calendar, today, WORKING)
        assert moved["open"] == calendar["open"]
        assert (moved["filing"] - today).days >= 7
        assert list(moved.values()) == sorted(moved.values())
        assert all(WORKING.is_working(day) for day in moved.values())


def test_every_recipient_names_a_unit_and_what_it_did() -> None:
    codes = {row["code"] for row in source.units()}
    contents = {row["code"] for row in shipped("content")}
    logins = {row["login"] for row in source.accounts()}
    rows = source.recipients()
    assert len(rows) >= 115
    for row in rows:
        assert row["unit"] in codes
        assert set(row["contents"]) <= contents
        assert row["achievement"]
        assert row.get("account") in logins | {None}
        if row["kind"] == "INDIVIDUAL":
            assert {"title", "birth_year", "gender"} <= row.keys()
        else:
            assert row["members"] > 0
    kinds = Counter(row["kind"] for row in rows)
    assert kinds["INDIVIDUAL"] > kinds["COLLECTIVE"] > kinds["HOUSEHOLD"] > 5
    assert sum(row.get("direct_worker", False) for row in rows) > 25
    assert sum(row.get("leader", False) for row in rows) > 3
    same = Counter(row["name"] for row in rows if row["kind"] == "INDIVIDUAL")
    assert [name for name, count in same.items() if count == 2] == ["Hồ Thu Nắng"]


def test_loading_makes_forty_units_and_the_named_accounts(app: Flask) -> None:
    told: list[tuple[str, int, int]] = []
    loaded = load_people(lambda what, done, total: told.append((what, done, total)))
    assert told[0] == ("Đơn vị", 1, 41)
    assert told[-1][1] == told[-1][2] == len(source.accounts())
    assert len(people.list_units()) == 40
    assert set(ISSUE_ACCOUNTS.split()) <= set(loaded.accounts)
    for login in ISSUE_ACCOUNTS.split():
        actor = people.actor_of(login)
        assert actor.groups, login
    school = loaded.units["DONG-MAY"]
    assert people.actor_of("donvi").groups == {f"unit:{school}"}
    assert people.actor_of("thutruong").groups == {f"unit_head:{school}"}
    assert people.actor_of("truongphong").groups >= {"vhxh", "vhxh_head"}
    assert people.actor_of("congan").groups == {f"agency:{loaded.units['CONG-AN']}"}
    assert len(people.members_of(["member"])) == 9
    _, actor = people.sign_in("vhxh", "vinhdanh", door="web")
    assert actor.name == "Lê Ban Mai"


def test_every_living_unit_has_somebody_who_files_and_a_head(app: Flask) -> None:
    load_people()
    for unit in people.list_units():
        assert people.members_of([f"unit:{unit.id}"]), unit.name
        assert people.members_of([f"unit_head:{unit.id}"]), unit.name
        assert unit.contact


def test_the_renamed_and_the_merged_unit(app: Flask) -> None:
    units = load_people().units
    cloud = units["MAY-TRANG"]
    assert people.unit_name(cloud, date(2026, 2, 28)) == "Thôn Dốc Mây"
    assert people.unit_name(cloud, date(2026, 3, 1)) == "Thôn Mây Trắng"
    assert people.current_unit(units["HO-SUONG"]) == units["RUNG-THONG"]
    assert people.actor_of("dv41").groups == {f"unit:{units['HO-SUONG']}", f"unit:{units['RUNG-THONG']}"}


def test_loading_again_doubles_nothing(app: Flask) -> None:
    first = load_people()
    before = _counts()
    assert load_people() == first
    assert _counts() == before


def test_demo_accounts_are_made_in_demo_mode_only(app: Flask) -> None:
    load_people()
    app.extensions["settings"].demo = False
    with pytest.raises(Forbidden):
        people.sign_in("quantri", "vinhdanh", door="web")
    app.extensions["settings"].demo = True
    with reading() as s:
        assert set(s.execute(sa.select(Account.demo)).scalars()) == {True}


def test_names_of_the_demo_are_no_known_persons() -> None:
    real = "Đinh Thanh Minh"  # signed the plan
    text = "".join(path.read_text(encoding="utf-8") for path in Path(source.DATA).glob("*.toml"))
    assert "Hồ Đại Ngàn" in text
    assert real not in text


def _counts() -> list[int]:
    with reading() as s:
        return [
            s.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in (Unit, Account, Membership)
        ]
