"""Own numbers of papers have no gap and no double."""

from __future__ import annotations

import threading

import pytest
from flask import Flask

from service import trail
from service.actor import machine
from service.awards.numbers import next_number
from service.db import db, transaction


@pytest.mark.both_databases
def test_own_numbers_have_no_gap_and_no_double_when_taken_at_once(app: Flask) -> None:
    taken: list[int] = []

    def take() -> None:
        with app.app_context():
            for n in range(5):
                try:
                    with transaction() as s:
                        number = next_number(s, "receipt", 2026)
                        trail.record("demo:clock_moved", by=machine("cli"), stream="system", body={"to": str(n)})
                        if n == 2:
                            raise KeyError  # an act that is taken back gives its number back
                    taken.append(number)
                except KeyError:
                    pass
            db.session.remove()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(taken) == list(range(1, 17))
    with pytest.raises(KeyError), transaction() as s:
        assert next_number(s, "receipt", 2026) == 17
        assert next_number(s, "receipt", 2027) == 1
        raise KeyError
