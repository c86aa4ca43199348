"""A council of fifteen over sixty items: the ballots cast, sealed and counted over HTTP, as browsers send them."""

from __future__ import annotations

import http.client
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from urllib.parse import urlencode

from flask import Flask
from lxml import html

from service import people
from service.actor import machine
from service.council import ballot
from service.council.ballot import BallotItem, RollEntry
from service.db import db
from tests.bench.ground import DAY, open_office
from tests.bench.http import Wire, server
from tests.bench.lists import browser_cookie
from tests.journeys.office import Office

OWN = "mật-khẩu-đo-tốc-độ-01"
TELLERS = ("vanthu", "vanphong", "ketoan")


class Browser:
    """One person's browser: keeps its cookies, posts forms with their token, counts the seconds until each answer."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port, self.cookies = port, dict([cookie.split("=", 1)])
        self.seconds = 0.0
        self.page = html.Element("html")

    def ask(self, method: str, path: str, fields: Sequence[tuple[str, str]] = ()) -> None:
        """One request, following what it leads to."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        head = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if method == "POST":
            head["Content-Type"] = "application/x-www-form-urlencoded"
        t = perf_counter()
        connection.request(method, path, urlencode(fields) if fields else None, head)
        answer = connection.getresponse()
        body = answer.read()
        self.seconds += perf_counter() - t
        connection.close()
        for line in answer.msg.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status in (302, 303):
            self.ask("GET", answer.headers["Location"])
        elif answer.status != 200:
            raise RuntimeError(f"{method} {path} was answered with {answer.status}")
        else:
            self.page = html.fromstring(body)

    def send(self, action: str, **fields: str) -> None:
        """Post the form of this page that goes to an address, with what is typed."""
        form = next(f for f in self.page.forms if f.action == action or action in (f.action or ""))
        said = {name: value for name, value in form.form_values()} | fields
        self.ask("POST", form.action, list(said.items()))


def run_council(label: str, var: Path, url: str, members: int = 15, items: int = 60) -> dict[str, float]:
    """A secret round over many items: seconds of the server for all ballots, the seal and the count."""
    with open_office(var, url) as app:
        round_id, cookies, codes, token = _open_round(app, members, items)
        db.session.remove()
    with server(var, url) as (port, _):
        cast = 0.0
        for n, cookie in enumerate(cookies):
            member = Browser(port, cookie)
            member.ask("GET", f"/ballots/{round_id}/sheet")
            if member.page.xpath("//input[@name='password']"):  # the second look at who it is
                member.send("/again", password="vinhdanh" if n < 9 else OWN)
            choices = {f"choice-{item}": "1" if (n + item) % 4 else "2" for item in range(1, items + 1)}
            member.send("/sheet", **choices)
            cast += member.seconds
        wire = Wire(port)
        wire.tokens["thuky"] = token
        wire.act("thuky", f"/ballots/{round_id}/seal", {})
        counted = wire.act("thuky", f"/ballots/{round_id}/count", {"codes": codes})
        assert counted["state"] == "counted" and counted["voted"] == members, counted["state"]
        closed = sum(wire.took)
    start = f"council{members}x{items}." if label == "sqlite" else f"council{members}x{items}.{label}."
    return {f"{start}cast_seconds": cast, f"{start}closed_seconds": closed, f"{start}seconds": cast + closed}


def _open_round(app: Flask, members: int, items: int) -> tuple[str, list[str], dict[str, str], str]:
    """An open round, the cookies of its members, two tellers' codes and the secretary's token."""
    office = Office(app, DAY)
    by = office.who
    # Codes and passwords as heavy as in earnest: the server opens with them what is sealed here.
    app.extensions["settings"] = app.extensions["settings"].model_copy(update={"testing": False})
    roll, cookies = [], []
    for n in range(1, members + 1):
        login = f"uv{n}"
        if n > 9:
            account, code = people.create_account(login, f"Ủy viên Thứ {n}", groups=["member"], by=machine("cli"))
            people.redeem_code(login, code, OWN, door="web")
            token, _ = people.sign_in(login, OWN, door="web")
        else:
            account = people.find_account(login).id
            token, _ = people.sign_in(login, "vinhdanh", door="web")
        roll.append(RollEntry(n, account, f"Ủy viên Thứ {n}", {}))
        cookies.append(browser_cookie(app, token))
    asked = [
        BallotItem(n, None, f"Tập thể Thứ {n}", ("VOTE_COMMUNE", 1), members, members // 2 + 1, note="Giấy khen")
        for n in range(1, items + 1)
    ]
    round_id = ballot.plan_round(1, asked, roll=roll, quorum=members * 2 // 3 + 1, by=by("thuky"))
    ballot.name_tellers(round_id, [people.find_account(one).id for one in TELLERS], by=by("thuky"))
    codes = {}
    for no, login in enumerate(TELLERS, 1):
        pass_ = people.open_pass(f"ballot-code:{round_id}", "vinhdanh", None, by=by(login))
        codes[str(no)] = ballot.issue_code(round_id, by=by(login), pass_=pass_)
        ballot.confirm_code(round_id, codes[str(no)], by=by(login))
    ballot.open_round(round_id, by=by("thuky"))
    token, _ = people.sign_in("thuky", "vinhdanh", door="api")
    return round_id, cookies, {no: codes[no] for no in ("1", "3")}, token
