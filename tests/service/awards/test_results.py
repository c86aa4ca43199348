"""Figures of a movement: each says as many as the list behind it holds; a unit sees its own; what was revoked does not count."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import update

from service import trail
from service.actor import machine
from service.awards import results
from service.awards.models import Award
from service.awards.results import Line, Narrow, Results
from service.db import transaction
from service.errors import Forbidden, NotFound
from tests.journeys.conftest import OpenOffice
from tests.journeys.office import Office

ROUND = "HN-2026"
WHO = (
    ("Hoàng Bình Minh", "DONG-MAY", "donvi", "thutruong", {"gender": "male", "leader": True}),
    ("Trịnh Hoa Vải", "DET-NANG-SOM", "donvi2", "thutruong2", {"gender": "female", "direct_worker": True}),
)


def _decided(office: Office) -> None:
    """Two names of two units were honoured; a third was received alone, a fourth is still being written."""
    for name, unit, by, head, more in WHO:
        one = office.nominate(ROUND, name=name, unit=unit, by=by, **more)
        office.assess(one, by=by, facts={"unit_did_poorly": "no"} if more.get("leader") else {})
        office.sign(one, by=head, minutes_by=by)
        office.check(one)
    office.post(ROUND)
    office.sit(ROUND, {})
    office.decide(ROUND, 12)
    received = office.nominate("DX", name="Lê Trúc Xanh")
    office.complete(received, "short_report", {
        "form_asked": "GK_XA", "deed": "Cứu dữ liệu của trường", "deed_date": "2026-11-02", "place": "Trường học",
        "contents": ["ND3", "ND6"],
        "summary": "Đã khôi phục toàn bộ dữ liệu của nhà trường.", "effect": "Việc dạy học không gián đoạn.", "files": [],
        "facts": {"same_achievement_awarded": "no", "pending_case": "no", "achievement_before_discipline_end": "no"},
    }, by="donvi")
    office.sign(received)
    office.nominate("DX", name="Đỗ Hừng Đông", seen=[])


@pytest.fixture
def office(office_on: OpenOffice) -> Office:
    return office_on(date(2026, 11, 3), before=_decided)


def _read(office: Office, login: str = "vhxh", year: int | None = 2026) -> Results:
    return results.read_results(Narrow(year=year), by=office.who(login))


def _lines(found: Results, key: str) -> dict[str, tuple[int, int]]:
    (part,) = [one for one in found.parts if one.key == key]
    return {one.words[0]: (one.put_forward, one.honoured) for one in part.lines}


def _behind(office: Office, login: str, line: Line) -> tuple[int, int]:
    """How many rows the lists behind a line hold."""
    rows = []
    for narrow in (line.narrow, replace(line.narrow, awarded=True)):
        names, total = results.find_names(narrow, by=office.who(login), size=200)
        assert len({one.nomination.id for one in names}) == len(names) == total
        rows.append(total)
    return rows[0], rows[1]


@pytest.mark.long
def test_each_figure_says_as_many_as_the_list_behind_it(office: Office) -> None:
    for login, whole in (("vhxh", (3, 2)), ("chutich", (3, 2)), ("donvi", (2, 1)), ("thutruong2", (1, 1))):
        for year in (2026, None):
            found = _read(office, login, year)
            assert (found.whole.put_forward, found.whole.honoured) == whole, (login, year)
            lines = [found.whole, *(one for part in found.parts for one in part.lines)]
            assert len(lines) >= 8
            for one in lines:
                assert _behind(office, login, one) == (one.put_forward, one.honoured), (login, one)
    assert _read(office, year=2025).parts == () and _read(office, year=2025).whole.put_forward == 0


@pytest.mark.long
def test_names_are_counted_by_content_group_form_person_and_unit(office: Office) -> None:
    found = _read(office)
    contents = _lines(found, "content")
    assert {code.split(".")[0]: n for code, n in contents.items()} == {"ND3": (1, 0), "ND5": (2, 2), "ND6": (1, 0)}
    assert _lines(found, "group") == {"D. Cá nhân, hộ gia đình": (3, 2)}
    assert _lines(found, "form") == {"Cấp xã": (3, 2), "Giấy khen của Chủ tịch UBND xã": (3, 2)}
    assert _lines(found, "person") == {
        "Lãnh đạo, quản lý": (1, 1), "Trực tiếp lao động, sản xuất, công tác": (1, 1), "Chưa ghi là lãnh đạo hay trực tiếp": (1, 0),
        "Nữ": (1, 1), "Nam": (1, 1), "Chưa ghi giới tính": (1, 0),
    }
    assert sorted(_lines(found, "unit").values()) == [(1, 1), (2, 1)]
    assert "year" not in {one.key for one in found.parts} and _lines(_read(office, year=None), "year") == {"2026": (3, 2)}


@pytest.mark.long
def test_what_was_revoked_counts_as_put_forward_alone(office: Office) -> None:
    had = {one.name for one in _read(office).never}
    unit = office.units["DONG-MAY"]
    with transaction() as s:
        s.execute(update(Award).values(status="revoked"))
        trail.record("demo:loaded", by=machine("cli"), stream="system", body={"count": 2})
    found = _read(office)
    assert (found.whole.put_forward, found.whole.honoured) == (3, 0)
    assert unit in {one.id for one in found.never} and len(found.never) == len(had) + 2


@pytest.mark.long
def test_who_reads_no_nomination_sees_no_figure(office: Office) -> None:
    assert {one.id for one in _read(office, "donvi").never} <= {office.units["DONG-MAY"]}
    other, total = results.find_names(Narrow(unit=office.units["DET-NANG-SOM"]), by=office.who("donvi"))
    assert (other, total) == ([], 0)
    for login in ("uv1", "tinh"):
        with pytest.raises(Forbidden):
            _read(office, login)
        with pytest.raises(Forbidden):
            results.find_names(Narrow(), by=office.who(login))
    with pytest.raises(NotFound):
        results.read_results(Narrow(movement=999), by=office.who("vhxh"))
