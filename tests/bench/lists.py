"""Lists at the size of a year: 40 submissions with 120 names through a round, and one decision of 300 lines.

The round is done by a program over HTTP, act by act as its people would, and what it asks is counted. Before the
decision of 300 lines the names are brought there by the verbs, then server and worker run and the inbox page is read.
"""

from __future__ import annotations

import http.client
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from service import clock, people
from service.awards import lists
from service.db import db
from service.demo import source
from tests.bench.ground import DAY, ROUND, open_office, percentiles
from tests.bench.http import Wire, server, worker
from tests.journeys.office import CLEAN_FACTS, Office

ASSESSED = {
    "form_asked": "GK_XA", "summary": "Đưa dạy học số tới cả thôn xa.", "person_type": "official",
    "D1": {"score": 9, "note": "Đã làm xong việc được giao.", "contents": ["ND5"]}, "facts": CLEAN_FACTS,
}
CHECKED = {
    "decision": "accept", "papers": ["LETTER", "UNIT_MINUTES", "REPORT"], "form_recommended": "GK_XA", "D1": {"score": 9},
}


def units_of_one(office: Office, units: int) -> list[str]:
    """Codes of villages and schools for which one officer and one head act: the acts are counted, not the people.

    None is a body whose people act on the round themselves: its names would go to a substitute.
    """
    admin = office.who("quantri")
    codes = [row["code"] for row in source.units() if row["kind"] in ("village", "school") and "merged" not in row]
    for n in range(len(codes), units):
        office.units[f"DO-{n}"] = people.create_unit(
            f"DO-{n}", f"Thôn Thứ {n}", "village", subject_group="A", parent=office.units["UBND"], by=admin
        )
        codes.append(f"DO-{n}")
    codes = codes[:units]
    for code in codes:
        for login, group in (("donvi", "unit"), ("thutruong", "unit_head")):
            people.grant(people.find_account(login).id, f"{group}:{office.units[code]}", by=admin)
    return codes


def file_all(wire: Wire, codes: list[str], names: int) -> None:
    """Nominate, assess, sign each submission once, check each name."""
    cases: dict[int, str] = {}
    for n in range(names):
        code = codes[n % len(codes)]
        made = wire.act(
            "donvi", "/nominations",
            {
                "round": ROUND, "subject_group": "D", "award_form": "GK_XA",
                "recipient": {"kind": "individual", "name": f"Người Thứ {n}", "title": "Giáo viên", "unit": code},
            },
        )
        cases[made["id"]] = code
        (task,) = [t["id"] for t in made["open_tasks"] if t["kind"] == "user"]
        wire.act("donvi", f"/tasks/{task}/complete", {"answers": ASSESSED, "version": 1})
    minutes = {"held_on": "2026-11-03", "chaired_by": "Đinh Vũ Phong", "members": 9, "present": 9, "votes": 9}
    drafts = [x for x in wire.read("thutruong", f"/lists?kind=submission&round={ROUND}")["items"] if x["names"]]
    for row in drafts:
        signed = wire.act("thutruong", f"/submissions/{row['id']}/sign", {"minutes": minutes}, on_list=True)
        assert signed["done"] == row["names"]
    waiting = "/tasks?scope=group&element=check_dossier&size=200"
    found = wire.until("vhxh", waiting, lambda said: len(said["items"]) == names)
    for task in found["items"]:
        wire.act("vhxh", f"/tasks/{task['id']}/complete", {"answers": CHECKED, "version": task["version"]})


class Program:
    """The office's acts on lists over the wire, and the wait until the worker has told every name."""

    def __init__(self, wire: Wire, names: int) -> None:
        self.wire, self.names = wire, names

    def draw_up(self, kind: str, by: str) -> dict[str, Any]:
        """A list over all who wait."""
        made: dict[str, Any] = self.wire.act(by, "/lists", {"kind": kind, "round": ROUND}, on_list=True)
        assert len(made["lines"]) == self.names, (kind, len(made["lines"]))
        return made

    def act(self, number: int, act: str, by: str, **said: Any) -> None:
        """One act; where it tells the names something, wait until they have been told."""
        self.wire.act(by, f"/lists/{number}/acts/{act}", said, on_list=True)

    def told(self, number: int, by: str = "vhxh") -> dict[str, Any]:
        """The list, once each name has got its message."""
        found: dict[str, Any] = self.wire.until(
            by, f"/lists/{number}",
            lambda said: said["progress"]["queued"] == 0 and said["progress"]["delivered"] >= self.names,
        )
        return found


def decide_all(wire: Wire, names: int, today: str) -> None:
    """Post, sit, decide, hand over, pay: one act on a list each, for all names."""
    office = Program(wire, names)
    posting = office.draw_up("posting", "vhxh")["id"]
    office.act(posting, "post", "vhxh", fields={"place": "Trụ sở UBND xã", "dated": today})
    until = wire.read("vhxh", f"/lists/{posting}")["data"]["until"]
    today = (date.fromisoformat(until) + timedelta(days=1)).isoformat()
    wire.act("quantri", "/demo/clock", {"to": today})
    office.act(posting, "close", "vhxh", fields={"remarks": 0})
    office.told(posting)

    made = office.draw_up("council_sheet", "thuky")
    sheet, said = made["id"], [
        {"nomination": x["nomination"], "result": "passed", "data": {"agree": 9, "disagree": 0, "blank": 0}}
        for x in made["lines"]
    ]
    fields = {"held_on": today, "members": 9, "present": 9, "presided_by": "Chủ tịch Hội đồng"}
    for secretary in ("thuky", "thuky2"):
        office.act(sheet, "key", secretary, lines=said, fields=fields)
    office.act(sheet, "sign", "thuky", fields={"number": "03/BB-HĐTĐKT"})
    office.told(sheet, "thuky")

    made = office.draw_up("decision", "vhxh")
    decision = made["id"]
    granted = [{"nomination": x["nomination"], "result": "granted"} for x in made["lines"]]
    office.act(decision, "prove", "vhxh")
    office.act(decision, "submit", "truongphong", fields={"dated": today})
    office.act(decision, "check_form", "vanphong", fields={"decision": "accept"})
    office.act(decision, "sign", "chutich", lines=granted)
    office.act(decision, "issue", "vanthu", fields={"number": 1126, "dated": today})
    office.told(decision)

    (awards,) = wire.read("vhxh", f"/lists?kind=award_list&round={ROUND}")["items"]
    assert awards["names"] == names
    office.act(awards["id"], "hand_over", "vhxh", fields={"handed_on": today, "way": "ceremony"})
    paid = {"voucher": "PC-12", "paid_on": today, "budget_year": int(today[:4])}
    office.act(awards["id"], "pay", "ketoan", fields=paid)
    wire.until(
        "vhxh", f"/nominations?round={ROUND}&outcome=certificate&size=1", lambda said: said["total"] == names
    )


def run_round(label: str, var: Path, url: str, names: int = 120, units: int = 40) -> dict[str, float]:
    """A whole round on list acts over HTTP, from the first nomination to the last certificate, worker included."""
    with open_office(var, url) as app:
        codes = units_of_one(Office(app, DAY), units)
        today = clock.today().isoformat()
    with server(var, url) as (port, _), worker(var, url):
        wire = Wire(port)
        begin = perf_counter()
        file_all(wire, codes, names)
        decide_all(wire, names, today)
        seconds = perf_counter() - begin
    start = f"round{names}." if label == "sqlite" else f"round{names}.{label}."
    p50, p95 = percentiles(wire.took)
    return {
        f"{start}seconds": seconds,
        f"{start}request_seconds": sum(wire.took),
        f"{start}requests": wire.requests,
        f"{start}acts": wire.acts,
        f"{start}list_acts": wire.list_acts,
        f"{start}polls": wire.polls,
        f"{start}p50_ms": p50,
        f"{start}p95_ms": p95,
    }


def to_the_signature(app: Flask, names: int, units: int) -> int:
    """Bring names to a decision that only lacks its signature, by the verbs; gives the decision."""
    office = Office(app, DAY)
    codes = units_of_one(office, units)
    settle, office.work = office.work, lambda: None  # type: ignore[method-assign]
    ids = [office.nominate(ROUND, name=f"Người Thứ {n}", unit=codes[n % units]) for n in range(names)]
    for one in ids:
        office.assess(one)
    for one in ids[:units]:
        office.sign(one)
    settle()
    for one in ids:
        office.check(one)
    office.work = settle  # type: ignore[method-assign]
    office.post(ROUND)
    office.sit(ROUND, {})
    decision = office.draw_up("decision", ROUND, by="vhxh")
    office.act(decision, "prove", by="vhxh")
    office.act(decision, "submit", by="truongphong", fields={"dated": clock.today().isoformat()})
    office.act(decision, "check_form", by="vanphong", fields={"decision": "accept"})
    assert len(list(lists.lines_of(decision))) == names
    return decision


def browser_cookie(app: Flask, token: str) -> str:
    """The cookie that a browser holds after signing in with a token."""
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    return f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps({'token': token})}"


def read_page(port: int, cookie: str, path: str = "/inbox?tab=group") -> float:
    """Seconds of one page over HTTP."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    t = perf_counter()
    connection.request("GET", path, headers={"Cookie": cookie})
    answer = connection.getresponse()
    answer.read()
    took = perf_counter() - t
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{path} was answered with {answer.status}")
    return took


def inbox_alone(port: int, cookie: str) -> list[float]:
    """Seconds of a hundred inbox pages while nothing else goes on."""
    for _ in range(20):
        read_page(port, cookie)
    return _pages(port, cookie, 100)


def inbox_while(port: int, cookie: str, goes_on: Callable[[], Any]) -> list[float]:
    """Seconds of inbox pages as long as something goes on."""
    took: list[float] = []
    while goes_on():
        took += _pages(port, cookie, 10)
    return took


def _pages(port: int, cookie: str, count: int) -> list[float]:
    took = []
    for _ in range(count):
        took.append(read_page(port, cookie))
        sleep(0.01)
    return took


def inbox_figures(start: str, alone: list[float], meanwhile: list[float]) -> dict[str, float]:
    """Milliseconds of the inbox alone and meanwhile, and the ratio of the medians."""
    (a50, a95), (m50, m95) = percentiles(alone), percentiles(meanwhile)
    return {
        f"{start}inbox_alone_ms": a50, f"{start}inbox_alone_p95_ms": a95,
        f"{start}inbox_meanwhile_ms": m50, f"{start}inbox_meanwhile_p95_ms": m95, f"{start}inbox_ratio": m50 / a50,
    }


def run_decision(label: str, var: Path, url: str, names: int = 300) -> dict[str, float]:
    """One decision of many lines: its transaction, the release of all names by the worker, and the inbox meanwhile."""
    with open_office(var, url) as app:
        decision = to_the_signature(app, names, 40)
        token, _ = people.sign_in("vhxh", "vinhdanh", door="web")
        cookie = browser_cookie(app, token)
        granted = [{"nomination": n.id, "result": "granted"} for _, n in lists.lines_of(decision)]
        db.session.remove()
    with server(var, url) as (port, _), worker(var, url):
        wire = Wire(port)
        alone = inbox_alone(port, cookie)
        begin = perf_counter()
        wire.act("chutich", f"/lists/{decision}/acts/sign", {"lines": granted}, on_list=True)
        act_seconds = perf_counter() - begin
        meanwhile = inbox_while(port, cookie, lambda: wire.read("vhxh", f"/lists/{decision}")["progress"]["queued"])
        released = perf_counter() - begin - act_seconds
    start = "list300." if label == "sqlite" else f"list300.{label}."
    return {f"{start}act_seconds": act_seconds, f"{start}release_seconds": released} | inbox_figures(start, alone, meanwhile)
