"""`make bench`: measures, prints, and writes `var/bench.json` (flat)."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from service.app import create_app
from service.config import Settings
from service.db import db
from service.schema import create_schema
from tests.bench.ground import folder, fresh_database, postgresql, service
from tests.bench.http import run_http
from tests.bench.inbox import run_inbox
from tests.bench.lists import run_decision, run_round
from tests.bench.verbs import against_bare_commit, bytes_by_table, count_one_completion, run_verbs
from tests.workflows.ratios import eight_tasks, measure, ten_tasks_three_calls

OUT = Path("var/bench.json")


def main(parts: list[str]) -> None:
    """Run all parts, or those that are named."""
    found: dict[str, float] = {}
    with postgresql() as url:
        for name, part in _parts(url).items():
            if parts and name not in parts:
                continue
            print(f"— {name}", flush=True)
            more = part()
            found |= more
            for key, value in more.items():
                print(f"{key:44} {value:12.3f}", flush=True)
    if "inbox.sqlite.ratio_100k_1k" in found:
        found["inbox.ratio_100k_1k"] = found["inbox.sqlite.ratio_100k_1k"]
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps({k: round(v, 4) for k, v in found.items()}, indent=1, sort_keys=True) + "\n")
    print(f"→ {OUT}")


def _parts(url: str) -> dict[str, Callable[[], dict[str, float]]]:
    return {
        "engine": _engine,
        "sqlite": _sqlite,
        "postgresql": lambda: _postgresql(url),
        "http": lambda: _http(url),
        "inbox": lambda: _inbox(url),
        "round": lambda: _on_office(run_round),
        "decision": lambda: _on_office(run_decision),
    }


def _engine() -> dict[str, float]:
    found = dict(measure(eight_tasks()).items())
    more = {f"{k}.calls_and_timers": v for k, v in measure(ten_tasks_three_calls()).items()}
    return found | more


def _sqlite() -> dict[str, float]:
    with folder() as var:
        with service(var):
            found = count_one_completion()
        with folder() as second, service(second):
            found |= run_verbs("sqlite")
            db.session.remove()
            db.engine.dispose()
            sizes = bytes_by_table(second / "vinhdanh.sqlite3", 60)
        kept = {
            t: b for t, b in sizes.items()
            if t not in ("mail", "sqlite_schema", "deployment_file", "job")
        }
        found |= {f"bytes.sqlite.{t}": b for t, b in kept.items()}
        found["bytes.finished.sqlite"] = sum(kept.values())
        with folder() as third, service(third):
            found |= against_bare_commit()
    return found


def _postgresql(url: str) -> dict[str, float]:
    with folder() as var, service(var, fresh_database(url, "vd_bench_verbs")):
        return run_verbs("postgresql")


def _http(url: str) -> dict[str, float]:
    with folder() as var:
        found = run_http("sqlite", var, "")
    with folder() as var:
        return found | run_http("postgresql", var, fresh_database(url, "vd_bench_http"))


def _inbox(url: str) -> dict[str, float]:
    with folder() as var, service(var):
        found = run_inbox("sqlite")
    with folder() as var, service(var, fresh_database(url, "vd_bench_inbox")):
        return found | run_inbox("postgresql")


@contextmanager
def _office(var: Path) -> Iterator[Flask]:
    app = create_app(Settings(var=var, demo=True, testing=True))
    with app.app_context():
        create_schema()
        yield app
        db.session.remove()
        db.engine.dispose()


def _on_office(run: Callable[[Flask], dict[str, float]]) -> dict[str, float]:
    with folder() as var, _office(var) as app:
        return run(app)


if __name__ == "__main__":
    main(sys.argv[1:])
