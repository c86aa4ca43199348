"""Whole nominations through the service, by the verbs that pages and API call (process.md section 8)."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from service import trail
from tests.journeys.office import Office

ROUND = "HN-2026"


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app, date(2026, 11, 3))


def test_certificate_from_self_assessment_to_the_filed_dossier(office: Office) -> None:
    one = office.nominate(ROUND)
    assert office.at(one) == {"self_assess"}
    office.assess(one)
    assert office.status(one)[0] == "signing_by_head"
    office.sign(one)
    assert office.at(one) == {"check_dossier"}
    office.check(one)
    office.go_to("2026-12-04")
    office.post(ROUND)
    office.go_to("2026-12-15")
    office.sit(ROUND, {})
    assert office.status(one)[0] == "deciding"
    office.go_to("2026-12-18")
    office.decide(ROUND, 1126)
    assert office.status(one)[0] == "handing_over"
    office.hand_over(one)
    assert office.status(one) == ("ended", "certificate")
    row = office.read(one)
    assert (row.form_asked, row.form_recommended, row.form_passed, row.form_granted) == ("GK_XA",) * 4
    assert trail.verify().ok
