"""How far the messages of a list's acts are is looked up by an index, however many messages there are."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from service.awards import lists
from service.awards.lists.reading import messages_of
from service.db import db, is_postgresql, reading
from tests.journeys.office import Office
from tests.service.awards.test_list_acts import at_once, passed, to_sign


@pytest.mark.long
@pytest.mark.both_databases
def test_messages_of_a_list_are_counted_by_state(office: Office) -> None:
    one, two = passed(office, "Lê Trúc Xanh", "Tạ Suối Mơ")
    decision = to_sign(office, [one, two])
    at_once(office, decision, "sign", "chutich")
    assert lists.progress(decision) == {"queued": 2, "delivered": 0, "dropped": 0}
    office.work()
    assert lists.progress(decision) == {"queued": 0, "delivered": 2, "dropped": 0}


@pytest.mark.both_databases
def test_messages_of_a_list_are_found_by_an_index(office: Office) -> None:
    statement = str(messages_of(7).compile(db.engine, compile_kwargs={"literal_binds": True}))
    with reading() as s:
        if is_postgresql():
            s.execute(sa.text("SET LOCAL enable_seqscan = off"))  # tables of a test are small enough to be read whole
            plan = "\n".join(s.scalars(sa.text(f"EXPLAIN {statement}")))
        else:
            plan = "\n".join(row[3] for row in s.execute(sa.text(f"EXPLAIN QUERY PLAN {statement}")))
    assert "ix_message_source" in plan and "SCAN message" not in plan and "Seq Scan on message" not in plan, plan
