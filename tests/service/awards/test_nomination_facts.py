"""One nomination, and many at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from service.awards.models import List
from service.db import db, reading
from tests.journeys.office import Office


@pytest.mark.both_databases
def test_first_names_of_a_unit_at_once_go_onto_one_submission(office_on: Callable[[date], Office]) -> None:
    office = office_on(date(2026, 11, 3))
    together = threading.Barrier(4)
    made: list[int] = []

    def nominate(n: int) -> None:
        with office.app.app_context():
            together.wait()
            made.append(office.nominate("HN-2026", name=f"Người Thứ {n}"))
            db.session.remove()

    threads = [threading.Thread(target=nominate, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(made) == 4
    with reading() as s:
        drafts = s.scalars(select(List.id).where(List.kind == "submission")).all()
    assert {office.submission(n) for n in made} == set(drafts) and len(drafts) == 1
