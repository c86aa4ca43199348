"""A period of four hundred unit reports put together: the synthesis as tables, its page, its paper as PDF and DOCX."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import Any

from service import movement, papers, people
from service.db import db
from tests.bench.ground import DAY, open_office, percentiles
from tests.bench.http import server
from tests.bench.lists import browser_cookie, read_page, units_of_one
from tests.journeys.office import Office

TURNS = 30


def said_by(number: int) -> dict[str, Any]:
    """What the unit of a number reports."""
    return {
        "nd1_text": f"Quán triệt tại {number % 7 + 1} hội nghị.", "nd1_events": number % 7 + 1, "nd1_people": 20 + number % 90,
        "nd2_money": number % 40, "nd2_points": number % 3, "nd3_text": "Giải quyết hồ sơ trên Cổng dịch vụ công.",
        "nd3_online": number % 50, "nd3_total": number % 50 + 4, "nd4_shops": number % 5, "nd5_text": "Mở lớp học số buổi tối.",
        "nd5_classes": number % 4, "nd5_learners": number % 4 * 18, "nd6_trained": number % 25, "nd7_works": number % 2,
        "initiatives": number % 3, "difficulties": "Mạng ở thôn xa còn yếu." if number % 5 == 0 else "",
        "proposals": "Lắp thêm trạm phát sóng." if number % 9 == 0 else "",
    }


def filed_period(office: Office, codes: list[str], filed: int) -> tuple[int, int]:
    """Open a period for units, let the first of them file, and begin the synthesis about it; the period and the synthesis."""
    units = [office.units[code] for code in codes]
    period = movement.open_period("unit_report", DAY.year, by=office.who("vhxh"), units=units)
    row = movement.read_period(period, by=office.who("vhxh"))[1]
    by_unit = {one.unit: one.matter for one in movement.filings(row)}
    for number, unit in enumerate(units[:filed]):
        office.step(by_unit[unit], "write_report", by="donvi", **said_by(number))
        office.step(by_unit[unit], "sign_report", by="thutruong", decision="sign")
    return period, office.begin("movement_report", by="vhxh", of_period=str(period))


def run_periods(label: str, var: Path, url: str, units: int = 400) -> dict[str, float]:
    """Seconds of each: all reports put together, the paper drawn up in both formats; and milliseconds of its pages."""
    with open_office(var, url) as app:
        office = Office(app, DAY)
        work, office.follow_up = office.follow_up, lambda: None  # type: ignore[method-assign]
        period, matter = filed_period(office, units_of_one(office, units), units)
        work()
        found = movement.read_period(period, by=office.who("vhxh"))
        begin = perf_counter()
        tables = movement.tables_of_period(*found)
        gathered = perf_counter() - begin
        assert len(tables["period_units"]) == units, len(tables["period_units"])
        office.step(matter, "draft_synthesis", by="vhxh", leading="Đã ban hành kế hoạch.", coming="Mở thêm lớp.")
        begin = perf_counter()
        papers.draw_up_matter_paper(matter, "synthesis_report", by=office.who("vhxh"))
        drawn = perf_counter() - begin
        token, _ = people.sign_in("vhxh", "vinhdanh", door="web")
        cookie = browser_cookie(app, token)
        db.session.remove()
    took: dict[str, list[float]] = {f"/periods/{period}?view=figures": [], f"/matters/{matter}": []}
    with server(var, url) as (port, _):
        for turn in range(TURNS + 3):
            for path, seconds in took.items():
                one = read_page(port, cookie, path)
                if turn >= 3:
                    seconds.append(one)
    page, of_matter = (percentiles(seconds)[0] for seconds in took.values())
    start = f"period{units}." if label == "sqlite" else f"period{units}.{label}."
    return {
        f"{start}synthesis_seconds": gathered, f"{start}paper_seconds": drawn, f"{start}seconds": gathered + drawn,
        f"{start}figures_page_ms": page, f"{start}matter_page_ms": of_matter,
    }
