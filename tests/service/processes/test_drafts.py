"""Drafts of pages: kept by one person under a key, also when two windows save at the same moment."""

from __future__ import annotations

import threading

from service.db import db, transaction
from service.processes import drafts
from tests.journeys.office import Office

KEY = "list:7:sign"


def test_two_windows_that_save_at_once_both_succeed_and_the_later_stays(office: Office) -> None:
    by, failed = office.who("chutich"), []

    def save() -> None:
        with office.app.app_context():
            try:
                drafts.keep_draft(KEY, {"note": "sau"}, by=by)
            except Exception as error:
                failed.append(error)
            finally:
                db.session.remove()

    other = threading.Thread(target=save)
    with transaction():
        drafts.keep_draft(KEY, {"note": "trước"}, by=by)
        other.start()
        other.join(0.5)
        assert other.is_alive(), "it waits for the first"
    other.join(20)
    assert not failed
    kept = drafts.read_draft(KEY, by=by)
    assert kept is not None and kept[0] == {"note": "sau"}
