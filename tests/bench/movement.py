"""The movement at a glance with 6 years, 60 units and 20,000 nominations, beside the inbox page of the same database.

Rows are made by bulk insert: the pages read only rows. Figures are counted anew for each page, but for those `_kept`, which were
counted before and nothing was written since. Pages are asked for in turns with the inbox, so that what else the machine
does falls on both alike.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from sqlalchemy import insert, select

from service import clock, people, trail
from service.actor import machine
from service.awards import results
from service.awards.catalogue import award_forms
from service.awards.models import Award, List, Movement, Nomination, Recipient, Round
from service.db import Base, db, table_of, transaction
from service.movement.models import Matter, Period
from service.processes.enactments import current_deployment
from service.processes.models import Activity, ProcessInstance
from service.processes.queues import queue_of
from tests.bench.ground import DAY, open_office
from tests.bench.lists import browser_cookie, units_of_one
from tests.journeys.office import Office
from workflows.calendar import ZONE

YEARS, UNITS, NAMES, WAITING = range(2021, 2027), 60, 20_000, 1_000
_TIMES = 40
_FORMS = tuple(award_forms())
_STEPS = {"unit_plan": ("write_plan", "check_plan"), "unit_report": ("write_report", "check_unit_report")}


def run_movement(label: str, var: Path, url: str) -> dict[str, float]:
    """p50 of each view of the movement in milliseconds, and the most of them over that of the inbox page."""
    start = "movement20k." if label == "sqlite" else f"movement20k.{label}."
    with open_office(var, url) as app:
        office = Office(app, DAY)
        units = [office.units[code] for code in units_of_one(office, UNITS)]
        _fill(units)
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
        client = app.test_client()
        token, _ = people.sign_in("vhxh", "vinhdanh", door="web")
        name, _, value = browser_cookie(app, token).partition("=")
        client.set_cookie(name, value)
        took: dict[str, list[float]] = {}
        pages = {
            "inbox": ("/inbox?tab=group", "Báo cáo"), "duties": ("/movement", "Quá hạn"),
            "results": ("/movement?part=results", "Theo nội dung thi đua"), "names": ("/movement/names?year=2026&awarded=1", "Người"),
            "duties_all_years": ("/movement?year=all", "Quá hạn"), "results_all_years": ("/movement?part=results&year=all", "Theo năm"),
            "results_all_years_kept": ("/movement?part=results&year=all", "Theo năm"),
        }
        for turn in range(_TIMES + 3):
            for word, (path, said) in pages.items():
                if not word.endswith("_kept"):
                    results.forget_figures()
                began = perf_counter()
                answer = client.get(path)
                if turn >= 3:
                    took.setdefault(word, []).append(perf_counter() - began)
                if answer.status_code != 200 or said not in answer.text:
                    raise RuntimeError(f"{path}: {answer.status_code}")
    found = {f"{start}{word}_p50_ms": median(seconds) * 1e3 for word, seconds in took.items()}
    inbox = found[f"{start}inbox_p50_ms"]
    for word in took.keys() - {"inbox"}:
        found[f"{start}{word}_ratio"] = found[f"{start}{word}_p50_ms"] / inbox
    return found


def _fill(units: list[int]) -> None:
    with transaction() as s:
        movement = s.scalars(select(Movement)).one()
        movement.starts, movement.ends = date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31)
        template = s.scalars(select(Round).where(Round.stage == "HANG_NAM")).first()
        assert template is not None
        rounds = {template.year: template.id} | {
            year: _add(s, Round, [{
                "movement_id": movement.id, "code": f"DO-{year}", "name": f"Đợt {year}", "stage": "HANG_NAM", "year": year,
                "state": "ended", "window_from": date(year, 1, 1), "window_to": date(year, 12, 31), "calendar": {"filing": f"{year}-11-20"},
                "calendar_version": 1, "criteria": [], "guidance": "", "quotas": {},
            }])[0]
            for year in YEARS if year != template.year
        }
        submissions = {
            (year, unit): _add(s, List, [{
                "kind": "submission", "round_id": rounds[year], "unit_id": unit, "state": "received", "title": "Hồ sơ", "number": "1",
                "dated": date(year, 11, 18 + unit % 4), "data": {}, "version": 1, "created_at": clock.now(),
            }])[0]
            for year in YEARS for unit in units if unit % 9
        }
        _fill_names(s, units, rounds, submissions)
        for year in YEARS:
            for process, half in (("unit_plan", False), ("unit_report", True), ("unit_report", False)):
                _fill_period(s, process, year, half, units)
        trail.record("demo:loaded", by=machine("cli"), stream="system", body={"count": NAMES})


def _fill_names(s: Any, units: list[int], rounds: dict[int, int], submissions: dict[tuple[int, int], int]) -> None:
    recipients = _add(s, Recipient, [
        {
            "kind": "INDIVIDUAL" if n % 5 else "COLLECTIVE", "name": f"Người {n}", "title": "", "unit_id": units[n % UNITS], "others": [],
            "gender": ("female", "male", None)[n % 3], "direct_worker": n % 7 < 4, "leader": n % 7 == 6, "search": f"nguoi {n}",
            "sort_key": f"nguoi {n:06}", "apart": [],
        }
        for n in range(NAMES)
    ])
    rows = []
    for n, recipient in enumerate(recipients):
        year, unit = YEARS[n * len(YEARS) // NAMES], units[n % UNITS]
        rows.append({
            "round_id": rounds[year], "submission_id": submissions.get((year, unit)), "unit_id": unit, "recipient_id": recipient,
            "name": f"Người {n}", "title": "", "unit_name": f"Đơn vị {unit}", "kind": "INDIVIDUAL" if n % 5 else "COLLECTIVE",
            "subject_group": "ABCD"[n % 4], "achievement": "", "contents": f" ND{n % 7 + 1} " + (f"ND{n % 5 + 1} " if n % 3 else ""),
            "code_seed": f"{n:032}", "code_mark": f"{n:064}", "form_asked": _FORMS[n % 11 % len(_FORMS)],
            "received_at": datetime(year, 11, 18, 9, tzinfo=ZONE), "declared": {}, "facts": {}, "eligibility": [], "appraisal": "",
            "faults": [], "reason": "", "posthumous": False, "to_family": False, "revoked": False, "reviewed": False, "consent": {},
            "search": f"nguoi {n}", "sort_key": f"nguoi {n:06}", "created_at": datetime(year, 11, 1, 9, tzinfo=ZONE),
        })
    numbers = _add(s, Nomination, rows)
    _add(s, Award, [
        {
            "nomination_id": number, "recipient_id": row["recipient_id"], "form": row["form_asked"], "level": "commune",
            "decision": f"{n}/QĐ-UBND", "decided_on": date(YEARS[n * len(YEARS) // NAMES], 12, 20), "text": "", "money": 700_000,
            "money_basis": "", "status": "granted", "handed_to": "", "voucher": "", "receipt": "", "unlisted": False,
        }
        for n, (number, row) in enumerate(zip(numbers, rows, strict=True)) if n % 3
    ])


def _fill_period(s: Any, process: str, year: int, half: bool, units: list[int]) -> None:
    """A period in which each unit has its matter; most have filed, a few of them late."""
    due = datetime(year, 6 if half else 11, 10 if half else 2, 17, tzinfo=ZONE)
    deployment, own, office = current_deployment(process), [queue_of([f"unit:{unit}"]) for unit in units], queue_of(["vhxh"])
    (period,) = _add(s, Period, [{
        "process": process, "year": year, "half": half, "calendar": {"filing": f"{due:%Y-%m-%d}"}, "former": [], "late": {},
        "opened_at": due - timedelta(days=30),
    }])
    instances = _add(s, ProcessInstance, [
        {
            "deployment_id": deployment, "version": 1, "status": "running", "phase": "checking", "holds": 0, "queued": 0, "roles": {},
            "excluded": [], "own_units": [], "title": f"Báo cáo {n}", "about": "", "search": "bao cao", "unit_id": unit, "priority": 0,
            "started_at": due - timedelta(days=30), "suspended": False, "suspensions": [], "dues_set": [], "by_hand": False, "renamed": {},
            "state": b"",
        }
        for n, unit in enumerate(units)
    ])
    _add(s, Matter, [
        {
            "process": process, "year": year, "number": n + 1 + (1000 if half else 0), "unit_id": unit, "period_id": period,
            "instance_id": instance, "begun": {}, "shown": {}, "done": {}, "begun_at": due - timedelta(days=30),
        }
        for n, (unit, instance) in enumerate(zip(units, instances, strict=True))
    ])
    steps = []
    for n, instance in enumerate(instances):
        filed = None if n % 11 == 0 else due + timedelta(days=2 if n % 13 == 0 else -2)
        written, checked = _STEPS[process]
        steps.append(_step(instance, deployment, process, written, own[n], due, filed))
        if filed:
            steps.append(_step(instance, deployment, process, checked, office, due, None if year == YEARS[-1] else filed))
    _add(s, Activity, steps)


def _step(
    instance: int, deployment: int, process: str, element: str, queue: int, due: datetime, closed: datetime | None
) -> dict[str, Any]:
    return {
        "instance_id": instance, "deployment_id": deployment, "kind": "user", "element": element, "occurrence": 1, "version": 1,
        "state": "done" if closed else "open", "queue_id": queue, "opened_at": due - timedelta(days=20), "closed_at": closed, "due_at": due,
        "sort_at": due, "reminded": 0, "drafted": False, "process": process,
    }


def _add(s: Any, model: type[Base], rows: list[dict[str, Any]]) -> list[int]:
    """Rows in one go, with their numbers in the same order."""
    key: Any = table_of(model).c.id
    found: list[int] = []
    for first in range(0, len(rows), 2_000):
        some = rows[first : first + 2_000]
        found += s.execute(insert(table_of(model)).returning(key, sort_by_parameter_order=True), some).scalars()
    return found
