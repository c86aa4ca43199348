"""`make bench`: measures, prints, and writes `var/bench.json` (flat); `ARGS="http inbox"` measures some parts anew."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from service.db import db
from tests.bench.checking import run_check
from tests.bench.council import run_council
from tests.bench.ground import folder, fresh_database, postgresql, service
from tests.bench.http import run_http
from tests.bench.inbox import run_inbox
from tests.bench.lists import run_decision, run_round
from tests.bench.movement import run_movement
from tests.bench.notices import run_notices
from tests.bench.papers import run_papers, run_ranking, run_signing
from tests.bench.periods import run_periods
from tests.bench.replay import run_replay
from tests.bench.trail_costs import run_trail_costs
from tests.bench.trail_paging import run_trail_paging
from tests.bench.verbs import against_bare_commit, bytes_of_finished, count_one_completion, run_verbs
from tests.workflows.ratios import eight_tasks, measure, ten_tasks_three_calls

OUT = Path("var/bench.json")
TARGETS = {
    "completion.commits": ("<=", 1), "completion.statements": ("<=", 12),
    "completion.postgresql.commits": ("<=", 1), "completion.postgresql.statements": ("<=", 12),
    "ratio.step_encode": ("<=", 1.8), "ratio.restore": ("<=", 1.5), "bytes.finished.sqlite": ("<=", 16_000),
    "service.sqlite.per_s": (">=", 200), "service.postgresql.per_s": (">=", 200),
    "http1.sqlite.per_s": (">=", 100), "http1.postgresql.per_s": (">=", 100),
    "http4.sqlite.per_s": (">=", 100), "http4.postgresql.per_s": (">=", 100),
    "inbox.sqlite.ratio_100k_1k": ("<=", 1.5), "inbox.postgresql.ratio_100k_1k": ("<=", 1.5),
    **{f"check.{what}.seconds": ("<=", 2) for what in ("shipped", "chain500", "largest_diagram", "largest_table")},
    "council15x60.seconds": ("<=", 5), "council15x60.postgresql.seconds": ("<=", 5),
    "papers300.seconds": ("<=", 15), "papers300.postgresql.seconds": ("<=", 15),
    "papers300.certificates_signed_seconds": ("<=", 60), "papers300.postgresql.certificates_signed_seconds": ("<=", 60),
    "period400.seconds": ("<=", 5), "period400.postgresql.seconds": ("<=", 5),
    "trail1m.page_max_ms": ("<=", 100), "trail1m.postgresql.page_max_ms": ("<=", 100),
    **{f"trail.{on}completion_ratio": ("<=", 1.15) for on in ("", "postgresql.")},
    **{f"trail.{on}beside_checkpoint_ratio": ("<=", 1.05) for on in ("", "postgresql.")},
    **{f"trail.{on}verified_per_s": (">=", 20_000) for on in ("", "postgresql.")},
    **{f"trail.{on}checkpoint100k_seconds": ("<=", 10) for on in ("", "postgresql.")},
    **{f"trail.{on}proof1m_ms": ("<=", 50) for on in ("", "postgresql.")},
    "ranking1000.ratio": ("<=", 1), "ranking1000.postgresql.ratio": ("<=", 1),
    **{f"movement20k.{on}{word}_ratio": ("<=", 1.5) for on in ("", "postgresql.") for word in ("duties", "results", "names")},
    "notices1000.inbox_ratio": ("<=", 1.2), "notices1000.postgresql.inbox_ratio": ("<=", 1.2),
    "list300.inbox_ratio": ("<=", 1.3), "list300.postgresql.inbox_ratio": ("<=", 1.3),
    **{
        f"replay10k.{on}{word}.per_s": (">=", 150) for on in ("", "postgresql.") for word in ("step", "table")
    },
    **{f"replay10k.{on}{word}.inbox_ratio": ("<=", 1.3) for on in ("", "postgresql.") for word in ("step", "table")},
    **{
        f"signing300.{on}{word}.inbox_ratio": ("<=", 1.3) for on in ("", "postgresql.") for word in ("drawing", "chair", "organisation")
    },
}
"""What is to be reached."""


def main(parts: list[str]) -> None:
    """Run all parts, or those that are named; what was not measured anew stays as it stood. Ends with 1 where a target was missed."""
    found: dict[str, float] = {}
    missed: list[str] = []
    with postgresql() as url:
        known = _parts(url)
        if unknown := set(parts) - known.keys():
            sys.exit(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
        for name, part in known.items():
            if parts and name not in parts:
                continue
            print(f"— {name}", flush=True)
            more = part()
            found |= more
            for key, value in more.items():
                print(f"{key:50} {value:12.3f}  {_judged(key, value)}".rstrip(), flush=True)
                missed += [key] if _judged(key, value).endswith("MISSED") else []
    if "inbox.sqlite.ratio_100k_1k" in found:
        found["inbox.ratio_100k_1k"] = found["inbox.sqlite.ratio_100k_1k"]
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    if parts and OUT.exists():
        found = json.loads(OUT.read_text()) | found
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps({k: round(v, 4) for k, v in found.items()}, indent=1, sort_keys=True) + "\n")
    print(f"→ {OUT}")
    if missed:
        sys.exit(f"missed: {', '.join(missed)}")


def _judged(key: str, value: float) -> str:
    if key not in TARGETS:
        return ""
    how, target = TARGETS[key]
    reached = value <= target if how == "<=" else value >= target
    return f"{how} {target} {'reached' if reached else 'MISSED'}"


def _parts(url: str) -> dict[str, Callable[[], dict[str, float]]]:
    return {
        "engine": _engine,
        "check": run_check,
        "sqlite": _sqlite,
        "postgresql": lambda: _postgresql(url),
        "http": lambda: _on_both(url, run_http),
        "inbox": lambda: _on_both(url, _inbox),
        "round": lambda: _on_both(url, run_round),
        "decision": lambda: _on_both(url, run_decision),
        "council": lambda: _on_both(url, run_council),
        "papers": lambda: _on_both(url, run_papers),
        "signing": lambda: _on_both(url, run_signing),
        "notices": lambda: _on_both(url, run_notices),
        "movement": lambda: _on_both(url, run_movement),
        "ranking": lambda: _on_both(url, run_ranking),
        "periods": lambda: _on_both(url, run_periods),
        "replay": lambda: _on_both(url, run_replay),
        "trail_paging": lambda: _on_both(url, run_trail_paging),
        "trail_costs": lambda: _on_both(url, run_trail_costs),
    }


def _engine() -> dict[str, float]:
    found = dict(measure(eight_tasks()).items())
    more = {f"{k}.calls_and_timers": v for k, v in measure(ten_tasks_three_calls()).items()}
    return found | more


@contextmanager
def _fresh(url: str = "") -> Iterator[tuple[Flask, Path]]:
    with folder() as var, service(var, fresh_database(url, "vd_bench") if url else "") as app:
        yield app, var


def _sqlite() -> dict[str, float]:
    with _fresh():
        found = count_one_completion()
    with _fresh():
        found |= run_verbs("sqlite")
    with _fresh() as (app, var):
        found |= bytes_of_finished(app, var / "vinhdanh.sqlite3")
    with _fresh():
        return found | against_bare_commit()


def _postgresql(url: str) -> dict[str, float]:
    with _fresh(url):
        found = count_one_completion("completion.postgresql.")
        db.session.remove()
        found |= run_verbs("postgresql")
    with _fresh(url):
        return found | against_bare_commit(".postgresql")


def _on_both(url: str, run: Callable[[str, Path, str], dict[str, float]]) -> dict[str, float]:
    """Measure on SQLite, then on PostgreSQL."""
    with folder() as var:
        found = run("sqlite", var, "")
    with folder() as var:
        return found | run("postgresql", var, fresh_database(url, "vd_bench"))


def _inbox(label: str, var: Path, url: str) -> dict[str, float]:
    with service(var, url) as app:
        return run_inbox(label, app)


if __name__ == "__main__":
    main(sys.argv[1:])
