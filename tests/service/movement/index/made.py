"""A small index set for tests: two pillars, four indicators, opened for two units."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from service.movement import index
from service.movement.index import WHOLE, IndicatorInput, PillarInput
from tests.journeys.office import Office

DUE = date(2026, 12, 10)
GOV, SOC = PillarInput("1", "Chính quyền số", "Digital government", "60"), PillarInput("2", "Xã hội số", "Digital society", "40")
SIGNED = IndicatorInput(
    "1", "1.1", "Tỷ lệ văn bản đi ký số", "Outgoing papers signed digitally", "%",
    [("ky_so", "Số văn bản đi ký số"), ("tong", "Tổng số văn bản đi")], "ky_so / tong * 100", "100", "10", "2", evidence="Bảng thống kê",
)
DRILLS = IndicatorInput(
    "1", "1.2", "Buổi tập huấn", "Trainings", "buổi", [("buoi", "Số buổi")], "buoi * he_so", "4", "5", "1", parameters={"he_so": "2"},
)
LEARNED = replace(DRILLS, pillar="2", code="2.1", name="Người học kỹ năng số", name_en="Learners", full="40", parameters={},
                  formula="buoi", inputs=[("buoi", "Số người")])
PORTAL = replace(LEARNED, code="2.2", name="Điểm phát Wi-Fi", name_en="Hot spots", who="commune", full="5")
UNITS = ("DONG-MAY", "DET-NANG-SOM")


def drafted(office: Office, year: int = 2026) -> int:
    """A draft with all of them; its number."""
    by = office.who("vhxh")
    number = index.make_set(year, "Bộ chỉ số", "The index", by=by)
    for pillar in (GOV, SOC):
        index.put_pillar(number, pillar, by=by)
    for one in (SIGNED, DRILLS, LEARNED, PORTAL):
        index.put_indicator(number, one, by=by)
    return number


def opened(office: Office, year: int = 2026, units: tuple[str, ...] = UNITS) -> int:
    """The same, open."""
    number = drafted(office, year)
    index.open_set(number, DUE, units=[office.units[one] for one in units], by=office.who("vhxh"))
    return number


def send(office: Office, number: int, code: str, login: str = "donvi", unit: str = "DONG-MAY", **said: object) -> int:
    """A unit sends a value, with a link as its evidence."""
    where = office.units[unit] if unit else WHOLE
    return index.send_value(number, code, where, said, by=office.who(login), link="https://sonmai.example/thong-ke")


def accept(office: Office, *values: int, login: str = "vhxh", seen: int = 1) -> None:
    """The office accepts them as they were sent first."""
    for value in values:
        index.accept_value(value, seen=seen, by=office.who(login))
