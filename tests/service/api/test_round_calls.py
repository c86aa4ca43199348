"""Rounds planned, cloned and changed by a program; quotas and weighted scores read back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from service import clock, people
from tests.journeys.office import Office
from tests.journeys.program import Answered, Program


def test_program_plans_a_round_with_its_own_scales_and_quotas(office: Office, program: Program) -> None:
    body = {
        "code": "DX-2027", "name": "Đột xuất 2027", "stage": "DOT_XUAT", "year": 2027,
        "window": ["2027-01-01", "2027-12-31"], "criteria": [{"code": "D1", "max": 20, "weight": 1.5}],
        "quotas": {"form:GK_XA": 3}, "guidance": "Khen ngay khi có thành tích.",
    }
    with pytest.raises(Answered) as refused:
        program.call("donvi", "POST", "/rounds", body)
    assert refused.value.status == 403
    made = program.call("vhxh", "POST", "/rounds", body)
    assert [(c["max"], c["weight"]) for c in made["criteria"] if c["code"] == "D1"] == [(20, 1.5)]
    with pytest.raises(Answered) as refused:
        program.call("vhxh", "POST", "/rounds", body)
    assert refused.value.problem["errors"][0]["path"] == "code"
    for wrong, path in (({"window": ["2027-12-31", "2027-01-01"]}, "window_to"), ({"name": "  "}, "name")):
        with pytest.raises(Answered) as refused:
            program.call("vhxh", "POST", "/rounds", body | {"code": "DX-2028"} | wrong)
        assert refused.value.problem["errors"][0]["path"] == path
    changed = program.call("vhxh", "PUT", f"/rounds/{made['id']}/content", {"quotas": {"unit:*": 4}})
    assert changed["quotas"] == {"unit:*": 4} and changed["guidance"] == "Khen ngay khi có thành tích."
    for wrong in ({"quotas": {"form:XX": 1}}, {"quotas": {"unit:99999": 1}}, {"criteria": [{"code": "Z9", "max": 3}]}):
        assert program.raw("vhxh", "PUT", f"/rounds/{made['id']}/content", wrong).status_code == 422
    again = program.call("vhxh", "POST", f"/rounds/{made['id']}/clone", {"code": "DX-2028", "name": "Sau", "year": 2028})
    assert again["quotas"] == {"unit:*": 4} and again["window"][0] == "2028-01-01"
    opened = office.rounds["HN-2026"]
    assert program.raw("vhxh", "PUT", f"/rounds/{opened}/content", {"quotas": {}}).status_code == 409
    one = office.nominate("HN-2026")
    office.assess(one)
    office.sign(one)
    office.check(one)
    (row,) = program.call("vhxh", "GET", f"/rounds/{opened}/scores")["groups"]["D"]
    assert (row["place"], row["name"], row["office"], row["maximum"]) == (1, "Hoàng Bình Minh", 9.0, 10.0)
    assert program.raw("donvi", "GET", f"/rounds/{opened}/scores").status_code == 403
    unit = office.units["DONG-MAY"]
    own = {"items": [{"key": f"unit:{unit}", "allowed": 4, "used": 0}]}
    assert program.call("donvi", "GET", f"/rounds/{made['id']}/quotas") == own
    assert program.call("uv1", "GET", f"/rounds/{made['id']}/quotas") == {"items": []}
    today = clock.today()
    people.name_substitute(
        office.who("donvi").account or 0, office.who("uv1").account or 0, by=office.who("quantri"), since=today, until=today,
        reason="Nghỉ phép", group=f"unit:{unit}", processes=["nomination_case"],
    )
    assert program.call("uv1", "GET", f"/rounds/{made['id']}/quotas") == own


@pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
def test_a_round_is_opened_redated_and_closed(program: Program, office: Office) -> None:
    planned = office.rounds["SK-2027"]
    at = f"/rounds/{planned}"
    calendar = program.call("vhxh", "GET", at)["calendar"]
    later = calendar | {"close": (date.fromisoformat(calendar["close"]) + timedelta(days=1)).isoformat()}
    said = {"calendar": later, "reason": "Lịch tỉnh đổi"}
    for who in ("donvi", "thanhtra"):
        assert program.raw(who, "POST", f"{at}/open").status_code == 403
        assert program.raw(who, "PUT", f"{at}/calendar", said).status_code == 403
        assert program.raw(who, "POST", f"{at}/close", {"reason": "Thử"}).status_code == 403
    assert program.call("vhxh", "PUT", f"{at}/calendar", said)["calendar"]["close"] == later["close"]
    wrong = program.raw("vhxh", "PUT", f"{at}/calendar", said | {"calendar": later | {"close": "2020-01-01"}})
    assert wrong.status_code == 422 and program.call("vhxh", "GET", at)["calendar"]["close"] == later["close"]
    assert program.raw("truongphong", "POST", f"{at}/close", {"reason": "Sớm"}).status_code == 409
    assert program.call("truongphong", "POST", f"{at}/open")["state"] == "open"
    assert program.raw("truongphong", "POST", f"{at}/open").status_code == 409
    assert program.raw("truongphong", "POST", f"{at}/close", {"reason": "  "}).status_code == 422
    assert program.call("truongphong", "POST", f"{at}/close", {"reason": "Đủ hồ sơ"})["state"] == "closed"
    assert program.raw("vhxh", "POST", "/rounds/999999/open").status_code in (403, 404)


@pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
def test_units_that_have_not_filed_are_reminded_once_a_day(program: Program, office: Office) -> None:
    at = f"/rounds/{office.rounds['HN-2026']}/remind"
    assert program.raw("donvi", "POST", at, {}).status_code == 403
    assert program.call("truongphong", "POST", at, {"unit": "DONG-MAY"}) == {"units": 1}
    assert program.raw("truongphong", "POST", at, {"unit": "DONG-MAY"}).json["code"] == "nobody-to-remind"
    assert program.call("truongphong", "POST", at, {})["units"] >= 1
    assert program.raw("truongphong", "POST", at, {"unit": "KHONG-CO"}).status_code == 422
