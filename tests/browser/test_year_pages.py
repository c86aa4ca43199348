"""A year of the movement looked back on in the browser: every register, the overview, the index, the report, by each who reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from service import clock
from service.app import create_app
from service.config import Settings
from service.db import db
from service.schema import create_schema
from tests.browser.barriers import faults
from tests.browser.fitting import misfits
from tests.browser.people import Person
from tests.browser.running import installation
from tests.journeys.office import Office
from tests.journeys.year import BEGINS, Year, live_a_year

pytestmark = [pytest.mark.browser, pytest.mark.long]


@pytest.fixture
def year(browser: object, tmp_path: Path) -> Iterator[tuple[str, Year]]:
    """The address of an office that has lived through a year, and what the year left behind."""
    app = create_app(Settings(var=tmp_path / "var", testing=True, demo=True))
    with app.app_context():
        create_schema()
        lived = live_a_year(Office(app, BEGINS))
        db.session.remove()
        db.engine.dispose()
    clock.follow(None)
    with installation(tmp_path / "var") as url:
        yield url, lived


def test_what_a_year_left_behind_is_found_on_the_pages(year: tuple[str, Year], sign_in: Callable[..., Person]) -> None:
    url, lived = year
    officer = sign_in(url, "vhxh")
    pages = {
        "/registers": "Sổ báo cáo của đơn vị", f"/matters/{lived.plan}": "Đã nhận", f"/matters/{lived.half}": "6 tháng đầu năm 2026",
        f"/matters/{lived.petition}": "Không có căn cứ.", f"/matters/{lived.exemplar}": "Đinh Suối Mơ",
        f"/matters/{lived.inspection}": "KT 01/2026", f"/periods/{lived.period}?view=figures": "45",
        f"/index-sets/{lived.index}/results": "Trường TH&THCS Đồng Mây", f"/matters/{lived.synthesis}": "145/BC-UBND",
        "/movement?year=2026": "Trường TH&THCS Đồng Mây", "/movement?year=2026&part=results": "ND5", "/statistics/2026": "Giấy khen",
        f"/nominations/{lived.certificate}": "Đinh Suối Mơ",
    }
    for path, words in pages.items():
        officer.go(path)
        officer.reads(words)
        assert (path, misfits(officer.page), faults(officer.page)) == (path, [], [])
    officer.go(f"/periods/{lived.period}?view=figures")
    places = officer.page.eval_on_selector_all(
        "table.even thead th.num:nth-child(2)", "all => all.map(one => Math.round(one.getBoundingClientRect().left))")
    assert len(places) > 5 and len(set(places)) == 1, "figures stand below each other from table to table"
    officer.go("/movement?year=2026")
    officer.picture("year-movement")
    for login, path, words in (
        ("donvi", "/movement?year=2026", "Trường TH&THCS Đồng Mây"), ("chutich", f"/matters/{lived.synthesis}", "145/BC-UBND"),
        ("thanhtra", f"/matters/{lived.inspection}", "KT 01/2026"), ("mttq", f"/matters/{lived.exemplar}", "Đinh Suối Mơ"),
    ):
        person = sign_in(url, login)
        person.go(path)
        person.reads(words)
        assert (login, misfits(person.page), faults(person.page)) == (login, [], [])
