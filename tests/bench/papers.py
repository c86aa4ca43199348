"""A decision over three hundred names as papers: drawn, signed with a key, numbered, every certificate, these signed too; a ranking.

What a reader of the inbox feels while certificates are drawn and signed is measured over HTTP, with server and worker running.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from time import perf_counter, sleep

from service import clock, papers, people
from service.awards import lists
from service.awards.lists import LineInput
from service.db import db
from tests.bench.ground import DAY, ROUND, open_office, percentiles
from tests.bench.http import Wire, server, worker
from tests.bench.lists import (
    browser_cookie,
    inbox_alone,
    inbox_figures,
    inbox_while,
    read_page,
    to_the_signature,
    units_of_one,
)
from tests.journeys.office import Office
from tests.service.papers.keys import lay_keys, when_signed


def run_papers(label: str, var: Path, url: str, names: int = 300) -> dict[str, float]:
    """From the draft to the last certificate in one file, then each certificate signed by chair and organisation; one process.

    That the names' cases go on meanwhile is measured with the decision of three hundred lines, and left out here.
    """
    with open_office(var, url) as app:
        decision = to_the_signature(app, names, 40)
        lay_keys(app.extensions["settings"].signing_folder)
        office = Office(app, DAY, furnished=True)
        by = office.who
        begin = perf_counter()
        papers.draw_up_paper(decision, "decision", by=by("vhxh"))
        drawn = perf_counter() - begin
        released = 0.0
        granted = [LineInput(n.id, "granted") for _, n in lists.lines_of(decision)]
        lists.act_on_list(decision, "sign", by=by("chutich"), lines=granted)
        papers.sign_paper(decision, "decision", "chutich", by=by("chutich"))
        released += _settled(office)
        lists.act_on_list(decision, "issue", by=by("vanthu"), fields={"number": 1126, "dated": clock.today().isoformat()})
        papers.seal_paper(decision, "decision", "organisation", by=by("vanthu"))
        signed = perf_counter() - begin - released
        released += _settled(office)
        batch = papers.ask_certificates(decision, "certificate", by=by("vanthu"))
        office.work()
        done = perf_counter() - begin - released
        batch = papers.read_batch(batch.id, by=by("vanthu"))
        assert (batch.state, batch.done) == ("done", names), (batch.state, batch.done)
        by_chair = _signed(office, papers.sign_certificates(decision, "chutich", by=by("chutich")), names)
        by_both = by_chair + _signed(office, papers.seal_certificates(decision, "organisation", by=by("vanthu")), names)
        db.session.remove()
    start = f"papers{names}." if label == "sqlite" else f"papers{names}.{label}."
    return {
        f"{start}drawn_seconds": drawn, f"{start}signed_seconds": signed, f"{start}seconds": done,
        f"{start}certificates_by_chair_seconds": by_chair, f"{start}certificates_signed_seconds": done + by_both,
    }


def run_signing(label: str, var: Path, url: str, names: int = 300) -> dict[str, float]:
    """The inbox while three hundred certificates are drawn, then signed by chair and organisation; the seconds that signing takes."""
    with open_office(var, url) as app:
        decision = to_the_signature(app, names, 40)
        lay_keys(app.extensions["settings"].signing_folder)
        office = Office(app, DAY, furnished=True)
        lists.act_on_list(
            decision, "sign", by=office.who("chutich"), lines=[LineInput(n.id, "granted") for _, n in lists.lines_of(decision)]
        )
        lists.act_on_list(
            decision, "issue", by=office.who("vanthu"), fields={"number": 1126, "dated": clock.today().isoformat()}
        )
        office.work()
        token, _ = people.sign_in("vhxh", "vinhdanh", door="web")
        cookie = browser_cookie(app, token)
        db.session.remove()
    start = f"signing{names}." if label == "sqlite" else f"signing{names}.{label}."
    with server(var, url) as (port, _), worker(var, url):
        wire = Wire(port)
        alone = inbox_alone(port, cookie)
        found: dict[str, float] = {}
        for word, who, path, said in (
            ("drawing", "vanthu", "certificates", {"kind": "certificate"}),
            ("chair", "chutich", "certificates/signature", {"as": "person", "passphrase": "chutich"}),
            ("organisation", "vanthu", "certificates/signature", {"as": "organisation", "passphrase": "organisation"}),
        ):
            begin = perf_counter()
            batch = wire.act(who, f"/lists/{decision}/{path}", said)
            meanwhile = inbox_while(port, cookie, partial(_goes_on, wire, batch["id"]))
            found[f"{start}{word}.seconds"] = perf_counter() - begin
            state = wire.read("vanthu", f"/certificates/{batch['id']}")
            assert (state["state"], state["done"]) == ("done", names), state
            found |= inbox_figures(f"{start}{word}.", alone, meanwhile)
    return found


def _goes_on(wire: Wire, batch: int) -> bool:
    return bool(wire.read("vanthu", f"/certificates/{batch}")["state"] != "done")


def _signed(office: Office, batch: papers.PaperBatch, names: int) -> float:
    """Seconds until every certificate is signed with a key."""
    begin = perf_counter()
    batch = when_signed(office, batch)
    took = perf_counter() - begin
    assert (batch.state, batch.done) == ("done", names), (batch.state, batch.done)
    return took


def _settled(office: Office) -> float:
    """Seconds until every case has gone on."""
    begin = perf_counter()
    office.work()
    return perf_counter() - begin


def run_ranking(label: str, var: Path, url: str, names: int = 1_000) -> dict[str, float]:
    """The page that ranks a round of many names, beside the inbox of the same office: milliseconds, and their ratio."""
    with open_office(var, url) as app:
        office = Office(app, DAY)
        codes = units_of_one(office, 40)
        work, office.work = office.work, lambda: None  # type: ignore[method-assign]
        found = [office.nominate(ROUND, name=f"Người Thứ {n}", unit=codes[n % 40]) for n in range(names + 60)]
        for one in found:
            office.assess(one)
        for one in found[:40]:
            office.sign(one)
        work()
        for n, one in enumerate(found[:names]):  # the others fill a page of the inbox
            office.check(one, D1={"score": 8 + n % 5 / 2, "reason": "Điểm của số đo"})
        round_id = office.rounds[ROUND]
        token, _ = people.sign_in("vhxh", "vinhdanh", door="web")
        cookie = browser_cookie(app, token)
        db.session.remove()
    took: dict[str, list[float]] = {"/inbox?tab=group": [], f"/rounds/{round_id}/scores": []}
    with server(var, url) as (port, _):
        for turn in range(60):
            for path, seconds in took.items():
                one = read_page(port, cookie, path)
                if turn >= 10:
                    seconds.append(one)
                sleep(0.01)
    inbox, ranking = (percentiles(seconds)[0] for seconds in took.values())
    start = f"ranking{names}." if label == "sqlite" else f"ranking{names}.{label}."
    return {f"{start}inbox_ms": inbox, f"{start}ranking_ms": ranking, f"{start}ratio": ranking / inbox}
