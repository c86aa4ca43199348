"""What is signed stays as signed: the tables that the service gives to a matter's paper are kept when the matter is signed.

From which phase on says the head of the paper (`settled`); before it every drawing takes them anew. A matter that goes back before
that phase loses what was kept.
"""

from __future__ import annotations

from functools import lru_cache

from service import clock
from service.db import database_number, session
from service.movement.case import STEPPED
from service.movement.models import Matter
from service.movement.registers import Kept
from service.papers.matter_facts import gathered_now
from service.papers.models import MatterTables
from service.processes.cases import Recorded
from service.processes.deployments import definition_of, paper_of
from workflows.paper_text import PaperText


@lru_cache(maxsize=128)
def _settled_papers(engine: int, deployment: int) -> tuple[tuple[str, PaperText], ...]:
    """The papers of a version that are kept as they were signed, by name."""
    elements = definition_of(deployment).elements.values()
    names = dict.fromkeys(one.attrs["paper"] for one in elements if "paper" in one.attrs)
    return tuple((name, text) for name in names if (text := paper_of(deployment, name)) is not None and text.settled)


def _keep_tables(recorded: Recorded, kept: Kept) -> None:
    found = _settled_papers(database_number(), kept.deployment)
    if not found:
        return
    s, case, order = session(), recorded.running.case, [*kept.register.phases, "ended"]
    phase = "ended" if recorded.step.ended else recorded.step.phase or recorded.running.phase
    for name, text in found:
        row = s.get(MatterTables, (case, name))
        if phase not in order or order.index(phase) < order.index(text.settled):
            if row is not None:
                s.delete(row)
        elif row is None:
            lists, counts = gathered_now(text, s.get_one(Matter, case))
            s.add(MatterTables(matter_id=case, paper=name, lists=lists, counts=counts, kept_at=clock.now()))


STEPPED.append(_keep_tables)
