"""A whole year of the movement in one story, and what each who looks back on it finds: the office, the unit, the inspector, the public."""

from __future__ import annotations

from decimal import Decimal

import pytest

from service import movement, papers, trail
from service.movement import index, read_matter, read_period
from tests.journeys.conftest import OpenOffice
from tests.journeys.year import BEGINS, UNIT, live_a_year
from tests.service.papers.reading import text_of


@pytest.mark.long
def test_a_year_of_the_movement_from_registration_to_the_report_to_the_province(office_on: OpenOffice) -> None:
    office = office_on(BEGINS)
    year = live_a_year(office)

    by = office.who("vhxh")
    outcomes = {name: read_matter(getattr(year, name), by=by).entry.outcome for name in
                ("plan", "half", "whole", "petition", "exemplar", "inspection", "synthesis")}
    assert outcomes == {
        "plan": "accepted", "half": "taken", "whole": "taken", "petition": "unfounded", "exemplar": "nominated",
        "inspection": "mended", "synthesis": "sent",
    }
    assert office.status(year.certificate) == ("ended", "certificate") and office.at(year.nomination) == {"check_dossier"}

    results = index.results_of(index.read_set(year.index, by=by), by=office.who("donvi"))
    assert [(one.unit, one.place) for one in results.units] == [(office.units[UNIT], 1)] and results.units[0].total > Decimal(0)

    together = movement.gather(*read_period(year.period, by=by))
    assert (together.filed, together.taken) == (1, 1)
    said = text_of(papers.open_paper(year.paper, by=office.who("chutich"))[2].read_bytes())
    assert "Số: 145/BC-UBND" in said and "năm 2026" in said and "NGUỒN SỐ LIỆU" in said

    matrix = movement.read_matrix((2026,), by=by)
    done = sorted((duty.key.partition(":")[0], matrix.cells[office.units[UNIT], duty.key].state) for duty in matrix.duties)
    assert done == [(duty, "done") for duty in ("inspection", "round", "unit_plan", "unit_report", "unit_report")]
    checked = trail.verify()
    assert checked.ok, checked
