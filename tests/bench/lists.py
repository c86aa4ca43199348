"""Lists at the size of a year: 40 submissions with 120 names through a round, and one decision of 300 lines."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from time import perf_counter

from flask import Flask

from service import clock
from service.awards import lists
from service.awards.lists import LineInput
from service.db import db
from service.processes import inbox
from tests.bench.ground import percentiles
from tests.journeys.office import Office

ROUND = "HN-2026"


class Counter:
    """Acts of people and the seconds they took, without the worker's."""

    def __init__(self) -> None:
        self.acts = 0
        self.seconds = 0.0

    def __call__(self, act: Callable[[], object]) -> None:
        t = perf_counter()
        act()
        self.seconds += perf_counter() - t
        self.acts += 1


def to_decision(office: Office, names: int, units: int) -> tuple[list[int], Counter]:
    """Nominate, assess, sign, check, post, sit: everybody stands at the decision afterwards."""
    count = Counter()
    codes = [c for c, u in sorted(office.units.items(), key=lambda x: x[1])][:units]
    admin = office.who("quantri")
    from service import people

    for code in codes:  # one officer and one head who act for every unit: the acts are counted, not the people
        for login, group in (("donvi", "unit"), ("thutruong", "unit_head")):
            people.grant(people.find_account(login).id, f"{group}:{office.units[code]}", by=admin)
    office_work, office.work = office.work, lambda: None  # type: ignore[method-assign]
    ids: list[int] = []
    for n in range(names):
        def nominate(n: int = n) -> None:
            ids.append(office.nominate(ROUND, name=f"Người Thứ {n}", unit=codes[n % units]))

        count(nominate)
    office_work()
    for one in ids:
        count(lambda one=one: office.assess(one))  # type: ignore[misc]
    office_work()
    for one in ids[:units]:
        office.sign(one)
        count.acts += 2
    office_work()
    for one in ids:
        count(lambda one=one: office.check(one))  # type: ignore[misc]
    office_work()
    office.work = office_work  # type: ignore[method-assign]
    t = perf_counter()
    office.post(ROUND)
    office.sit(ROUND, {})
    count.acts += 7
    count.seconds += perf_counter() - t
    return ids, count


def run_round(app: Flask, names: int = 120, units: int = 40) -> dict[str, float]:
    """A whole round on list acts; seconds from the first nomination to the released decision, worker included."""
    office = Office(app, date(2026, 11, 3))
    begin = perf_counter()
    _, count = to_decision(office, names, units)
    office.decide(ROUND, 1126)
    seconds = perf_counter() - begin
    return {
        f"round{names}.seconds": seconds,
        f"round{names}.acts": count.acts + 5,
        f"round{names}.list_acts": units * 2 + 12,
    }


def run_decision(app: Flask, names: int = 300) -> dict[str, float]:
    """One decision of many lines: its transaction, the release of all names, and the inbox meanwhile."""
    office = Office(app, date(2026, 11, 3))
    ids, _ = to_decision(office, names, 40)
    by, clerk = office.who("vhxh"), office.who("vanthu")
    decision = office.draw_up("decision", ROUND, by="vhxh")
    office.act(decision, "prove", by="vhxh")
    office.act(decision, "submit", by="truongphong", fields={"dated": clock.today().isoformat()})
    office.act(decision, "check_form", by="vanphong", fields={"decision": "accept"})

    def read_inbox(seconds: float, until: threading.Event | None = None) -> list[float]:
        took: list[float] = []
        end = perf_counter() + seconds
        while perf_counter() < end and not (until and until.is_set()):
            t = perf_counter()
            inbox.read_inbox(by, "group")
            took.append(perf_counter() - t)
            threading.Event().wait(0.01)
        return took

    alone = read_inbox(2.0)
    t = perf_counter()
    lists.act_on_list(
        decision, "sign", by=office.who("chutich"), lines=[LineInput(n, "granted") for n in ids]
    )
    act_seconds = perf_counter() - t
    meanwhile: list[float] = []
    done = threading.Event()

    def watch() -> None:
        with app.app_context():
            meanwhile.extend(read_inbox(120.0, done))
            db.session.remove()

    watcher = threading.Thread(target=watch)
    t = perf_counter()
    watcher.start()
    office.work()
    released = perf_counter() - t
    done.set()
    watcher.join()
    office.act(decision, "issue", by="vanthu", fields={"number": 1126, "dated": clock.today().isoformat()})
    assert clerk and all(office.status(n)[0] == "handing_over" for n in ids[:3])
    a50, _ = percentiles(alone)
    m50, m95 = percentiles(meanwhile)
    return {
        "list300.act_seconds": act_seconds,
        "list300.release_seconds": released,
        "list300.inbox_alone_ms": a50,
        "list300.inbox_meanwhile_ms": m50,
        "list300.inbox_meanwhile_p95_ms": m95,
        "list300.inbox_ratio": m50 / a50,
    }
