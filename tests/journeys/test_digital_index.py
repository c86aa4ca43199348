"""The digital index of a commune over two years: drafted, entered, returned, verified, published, copied, compared."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from service import notices, trail
from service.movement import index
from service.movement.index import WHOLE
from tests.journeys.conftest import OpenOffice
from tests.journeys.office import Office
from tests.service.movement.index.made import GOV, PORTAL, SIGNED, SOC, accept, send


def _drafted(office: Office) -> int:
    by = office.who("vhxh")
    number = index.make_set(2026, "Bộ chỉ số", "The index", basis="Đề xuất", by=by)
    for pillar in (GOV, SOC):
        index.put_pillar(number, pillar, by=by)
    for one in (SIGNED, PORTAL):
        index.put_indicator(number, one, by=by)
    return number


def _entered(office: Office, number: int, due: date, signed: int, spots: int) -> None:
    units = [office.units["DONG-MAY"], office.units["DET-NANG-SOM"]]
    index.open_set(number, due, units=units, by=office.who("vhxh"))
    first = send(office, number, "1.1", ky_so=signed, tong=100)
    index.return_value(first, "Chưa gồm quý IV", seen=1, by=office.who("vhxh"))
    assert send(office, number, "1.1", ky_so=signed + 10, tong=100) == first
    second = send(office, number, "1.1", "donvi2", "DET-NANG-SOM", ky_so=0, tong=0)
    whole = index.send_value(number, "2.2", WHOLE, {"buoi": spots}, by=office.who("vhxh"))
    accept(office, first, seen=2)
    index.leave_out_value(second, "Không có văn bản đi trong năm", seen=1, by=office.who("vhxh"))
    accept(office, whole, login="truongphong")
    index.close_set(number, "Hết hạn", by=office.who("vhxh"))
    index.publish_set(number, by=office.who("truongphong"))
    office.follow_up()


def test_two_years_of_the_digital_index(office_on: OpenOffice) -> None:
    office = office_on(date(2026, 11, 3))
    number = _drafted(office)
    _entered(office, number, date(2026, 12, 10), 40, 2)
    office.go_to(date(2027, 11, 3))
    later = index.copy_set(number, 2027, by=office.who("vhxh"))
    _entered(office, later, date(2027, 12, 10), 80, 5)

    by = office.who("donvi")
    results = index.results_of(index.read_set(later, by=by), by=by)
    # Half of pillar weights 60 and 40; the second unit has no score, since it divided by nothing.
    assert [(one.unit, one.place, one.total) for one in results.units] == [
        (office.units["DONG-MAY"], 1, Decimal("90.00")), (office.units["DET-NANG-SOM"], 2, Decimal("0.00")),
    ]
    assert [told[0] for _unit, told in results.troubles] == ["Chỉ số 1.1: chia cho 0."]
    years = index.trend(WHOLE, by=by)
    assert [(one.row.year, one.standing.pillars["1"], one.standing.pillars["2"]) for one in years] == [
        (2026, Decimal("25.00"), Decimal("40.00")), (2027, Decimal("45.00"), Decimal("100.00")),
    ]
    told = [one.letter for one in notices.own_notices(by=by, language="vi").items]
    assert told.count("index_opened") == told.count("index_returned") == told.count("index_published") == 2
    kinds = [event.kind for event in trail.read(stream=f"index:{later}", limit=50, oldest_first=True).events]
    assert kinds == ["index:made", "index:opened", "index:closed", "index:published"]
