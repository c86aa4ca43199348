"""Ten thousand past cases on three drafts: instances a second, and the inbox beside them.

`step` has one more step; `table` another decision table, which is asked for every case over its own facts and day;
`deadline` another time limit, so that cases that came to it are run by themselves.
"""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

from service import people
from service.db import db
from service.processes.deployments import files_of
from service.processes.enactments import current_deployment
from service.studio import replay, replay_process
from tests.bench.ground import DAY, open_office
from tests.bench.http import server
from tests.bench.lists import browser_cookie, inbox_alone, inbox_figures, inbox_while
from tests.journeys.office import Office
from tests.service.studio.past_cases import add_past_cases
from tests.service.studio.redrawn import with_another_deadline, with_another_table, with_second_look

MAIN = "nomination_case"


def run_replay(label: str, var: Path, url: str, cases: int = 10_000) -> dict[str, float]:
    """Replay on each draft while the inbox is read over HTTP; the process is one of its own, as the service starts it."""
    with open_office(var, url) as app:
        office = Office(app, DAY)
        for n in range(60):
            office.nominate("HN-2026", name=f"Người Đang Chờ {n}")
        add_past_cases(cases, walks=1_000)
        shipped = files_of(current_deployment(MAIN))
        token, _ = people.sign_in("donvi", "vinhdanh", door="web")
        cookie = browser_cookie(app, token)
        by, settings = office.who("quantri"), app.extensions["settings"]
        start = "replay10k." if label == "sqlite" else f"replay10k.{label}."
        found: dict[str, float] = {}
        drawn = {"step": with_second_look, "table": with_another_table, "deadline": with_another_deadline}
        for word, draw in drawn.items():
            draft = draw(shipped)
            db.session.remove()
            with server(var, url) as (port, _process):
                alone = inbox_alone(port, cookie)
                begin = perf_counter()
                run = replay.start_replay(draft, MAIN, by=by).id
                meanwhile = inbox_while(port, cookie, lambda run=run: replay.read_run(run, by=by).state == "running")  # type: ignore[misc]
                took = perf_counter() - begin
            replay_process.wait(run, settings)
            ended = replay.read_run(run, by=by)
            assert ended.state == "done" and ended.done >= cases and ended.counts.get("cannot", 0) == 0, ended.counts
            found |= {f"{start}{word}.per_s": ended.done / took, f"{start}{word}.seconds": took, f"{start}{word}.paths": ended.paths}
            found |= inbox_figures(f"{start}{word}.", alone, meanwhile)
        return found
