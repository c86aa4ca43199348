"""The pages that only read, on both databases: what one takes in a statement the other may not."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.journeys.office import Office
from tests.service.web.browser import Visitor, words
from tests.service.web.desk import DAY, ROUND

PAGES = {
    "vhxh": ("/", "/nominations", "/nominations?q=hoang&state=signing_by_head&held=", "/nominations/1", "/rounds",
             "/rounds/2", "/nominations/1/trail?part=all"),
    "donvi": ("/", "/nominations", "/nominations/1"),
    "thanhtra": ("/", "/trail", "/trail?q=khen&part=work&since=2026-11-01", "/office/mail", "/office/health"),
    "quantri": ("/", "/office/people?q=ho", "/office/units", "/office/calendar", "/office/processes/1", "/office/rules"),
}  # fmt: skip


@pytest.mark.long
def test_reading_pages_open_on_either_database(app: Flask) -> None:
    office = Office(app, DAY)
    one = office.nominate(ROUND)
    office.assess(one, facts={"path": "PHONG_TRAO"})
    for login, paths in PAGES.items():
        visitor = Visitor(app, login)
        for path in paths:
            assert words(visitor.open(path).find(".//h1"))
