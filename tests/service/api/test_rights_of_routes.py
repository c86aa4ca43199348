"""Rights over the API: a stranger gets nothing, an inspector reads all and changes nothing, a filed dossier stays."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from service import papers, people, trail
from service.actor import machine
from service.awards.models import Nomination
from service.council import ballot
from service.council import session as sessions
from service.db import reading
from tests.journeys.council import Council
from tests.journeys.office import Office
from tests.journeys.program import Program
from tests.service.bodies import bodies, said_for, template_of

OPEN = {"/api/v1/session", "/api/v1/session/code"}
OFFICE = (
    "/mail", "/letters", "/jobs", "/incidents", "/drafts", "/accounts", "/units", "/calendar-days", "/webhooks", "/keepers", "/groups",
    "/movements",
)
"""What is the administrator's own work; it holds nothing of a case."""
EVERYONE = {"/movements", "/me", "/my-nominations",
            "/rounds", "/rounds/{round_id}", "/units", "/definitions", "/definitions/{definition_id}/xml",
            "/demo/clock", "/phases", "/tasks", "/task-filters", "/lists", "/nominations", "/nominations/counts",
            "/rounds/{round_id}/quotas", "/sessions", "/rules", "/rules/{key}", "/ballots", "/groups",
            "/substitutions", "/substitutions/choices", "/council-sessions", "/imports/{what}/template", "/definitions/versions",
             "/definitions/{definition_id}/procedure", "/definitions/{definition_id}/changes", "/notices", "/notices/choices",
             "/tokens", "/questions", "/calendar-feed", "/calendar-days", "/enactments", "/registers", "/registers/{process}",
             "/registers/{process}/matters", "/registers/{process}/matters.xlsx", "/rounds/{round_id}/blind"}
"""What anybody who is signed in may read; of tasks, lists and nominations each sees the own only."""


EMPTY = {"/tasks", "/questions", "/my-nominations", "/registers", "/registers/{process}/matters", "/lists", "/nominations", "/ballots",
         "/council-sessions", "/notices"}
"""Of these nothing is theirs who belong to no group."""
OWN = {"/sessions", "/notices/read", "/notices/choices", "/calendar-feed"}
"""What everybody changes of what is the own."""
FOLLOWED = {"/nominations/{nomination_id}/following"}
"""What who sees a nomination changes of what is the own: whether he is told of it."""
EACH = {"/tasks/bulk"}
"""What says for each thing whether it was done: of nothing that is not theirs."""
UNSAID = {"/task-filters", "/tokens", "/session/password"}
"""What anybody may do of what is the own, and the walk does not say how."""
NOT_THERE = {"/files/{file_id}", "/certificates/{batch_id}", "/certificates/{batch_id}/content", "/lists/{list_id}/bundle",
             "/migrations/{migration_id}", "/replays/{replay_id}", "/replays/{replay_id}/cases", "/erasures/{erasure_id}",
             "/broadcasts/{broadcast_id}", "/questions/{question_id}", "/mail/{mail_id}", "/accounts/{account_id}", "/units/{unit_id}",
             "/matters/{matter_id}", "/periods/{period_id}", "/periods/{period_id}/synthesis",
             "/periods/{period_id}/figures.xlsx", "/registers/{process}/periods",
             "/index-sets/{set_id}", "/index-sets/{set_id}/values", "/index-sets/{set_id}/results", "/index-sets/{set_id}/set.xlsx",
             "/index-sets/{set_id}/results.xlsx", "/checkpoints/{number}", "/offline-dossiers/{dossier_id}", "/webhooks/{webhook_id}",
             "/webhooks/{webhook_id}/deliveries", "/matters/{matter_id}/papers", "/matters/{matter_id}/papers/{paper}/preview",
             "/nominations/{nomination_id}/feedback"}
PROOFS = {"/events/verify", "/checkpoints", "/checkpoints/hold", "/nominations/{nomination_id}/offline-dossiers"}
"""What checks and takes out the trail, and changes nothing else: entries, for who reads all of it."""
EDITORS = {"/drafts", "/letters/{letter}/words", "/letters/{letter}/versions/{number}",
           "/council-sessions/{council_session_id}/my-scores"}
"""What is read by who writes it alone."""


def _routes(office: Office) -> list[tuple[str, str]]:
    found = []
    for rule in office.app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1") and rule.rule not in OPEN:
            path = template_of(rule.rule)
            found += [(m, path) for m in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"})]
    return sorted(found)


def _filled(path: str, office: Office) -> str:
    with reading() as s:
        one = s.query(Nomination).order_by(Nomination.id).first()
        assert one is not None
        nomination, submission, instance = one.id, one.submission_id, one.instance_id
    from service.processes import history

    task = next(x.id for x in history.timeline(instance or 0) if x.kind == "user")
    if "/papers/{kind}" in path:
        path = path.replace("{kind}", "unit_list")
    for name, value in (
        ("round_id", next(iter(office.rounds.values()))), ("nomination_id", nomination), ("list_id", submission), ("instance_id", instance),
        ("submission_id", submission), ("task_id", task), ("definition_id", 1), ("file_id", 1), ("filter_id", 1),
        ("act", "sign"), ("kind", "withdrawal"), ("key", "COMMUNE_POSTING_DAYS"), ("process", "petition"),
        ("ballot_id", _ballot(office)), ("group", "vhxh"), ("movement_id", 1), ("stage", "SO_KET"),
        ("year", 2026),
        ("council_session_id", _session(office)), ("item_no", 1), ("member_no", 1),
        ("what", "units"), ("recipient_id", 1), ("letter", "assigned"), ("name", "x.form"), ("paper_id", _paper(office, submission or 0)),
    ):
        path = path.replace(f"{{{name}}}", str(value))
    path = f"{path}?away=1" if path.endswith("/what-if") else f"{path}?name=Xanh" if path == "/erasures/persons" else path
    return re.sub(r"\{\w+\}", "999999", path)


def _session(office: Office) -> int:
    """A session of the council that sits."""
    found, _total = sessions.list_sessions(by=office.who("thuky"))
    if found:
        return found[0].id
    one = office.nominate("HN-2026", name="Trịnh Hoa Vải", unit="DET-NANG-SOM", by="donvi2")
    office.assess(one, by="donvi2")
    office.sign(one, by="thutruong2", minutes_by="donvi2")
    office.check(one)
    office.post("HN-2026", [one])
    council = Council(office)
    council.plan([one])
    council.invite()
    council.open()
    return council.id


def _ballot(office: Office) -> str:
    """A round of voting that stands planned."""
    by = office.who("thuky")
    found = ballot.rounds_of(1, by=by)
    if found:
        return found[0].id
    members = [people.find_account(f"uv{n}") for n in range(1, 10)]
    roll = [ballot.RollEntry(n, row.id, row.name) for n, row in enumerate(members, 1)]
    return ballot.plan_round(
        1, [ballot.BallotItem(1, None, "Lê Trúc Xanh", ("VOTE_COMMUNE", 1), 9, 5)], roll=roll, quorum=6, by=by
    )


def _paper(office: Office, submission: int) -> int:
    """A version of the unit's list."""
    return papers.draw_up_paper(submission, "unit_list", by=office.who("vhxh")).papers[0].id


def _calls(program: Program, office: Office, who: str | None) -> dict[tuple[str, str], Any]:
    answers = {}
    for method, path in _routes(office):
        if method == "GET":
            answers[method, path] = program.raw(who, method, _filled(path, office))
            answers[method, path].get_data()
            answers[method, path].close()  # of papers an open file
        else:
            answers[method, path] = program.raw(who, method, _filled(path, office), **said_for(path, bodies()))
    return answers


@pytest.mark.long
def test_without_a_token_every_route_asks_who_is_there(shared: Office, caller: Program) -> None:
    for (method, path), answer in _calls(caller, shared, None).items():
        assert answer.status_code == 401, (method, path, answer.status_code)  # whatever was sent: who is there comes first


@pytest.mark.long
def test_stranger_is_denied_on_every_route_by_default(shared: Office, caller: Program) -> None:
    if "nguoi.la" not in people.accounts_by_login():
        people.create_demo_account("nguoi.la", "Người Lạ", title="", email="x@sonmai.example", groups=[], by=machine("cli"))
    for (method, path), answer in _calls(caller, shared, "nguoi.la").items():
        if method == "GET" and path in EVERYONE:
            assert answer.status_code == 200, (path, answer.json)
            if path in EMPTY:
                assert answer.json["items"] == [], path
            continue
        if path in OWN:
            assert answer.status_code in (200, 201, 204), (method, path, answer.json)
            continue
        if path in EACH:
            assert answer.json["done"] == 0 < answer.json["refused"], (path, answer.json)
            continue
        assert answer.status_code in (403, 404, 422), (method, path, answer.status_code, answer.json)
        if answer.status_code == 422:
            assert path in UNSAID, (path, answer.json)


@pytest.mark.long
def test_inspector_reads_everything_and_changes_nothing(shared: Office, caller: Program) -> None:
    before = len(trail.read(limit=200).events)
    for (method, path), answer in _calls(caller, shared, "thanhtra").items():
        if method == "GET" and (path in EDITORS or path.startswith("/drafts/")):
            assert answer.status_code == 403, (path, answer.json)
        elif method == "GET":
            assert answer.status_code == 200 or path in NOT_THERE, (path, answer.json)
        elif path in PROOFS:
            assert answer.status_code in (200, 202), (path, answer.json)
        elif path in EACH:
            assert answer.json["done"] == 0 < answer.json["refused"], (path, answer.json)
        elif path in OWN | FOLLOWED | {"/demo/clock"}:
            assert answer.status_code in (200, 201, 204)  # neither the demo's clock nor what is the own is part of the office
        elif answer.status_code == 422:
            assert path in UNSAID, (path, answer.json)
        elif (answer.json or {}).get("code") != "task-gone":  # a task that is gone is gone for everybody
            assert answer.status_code in (403, 404), (method, path, answer.json)
    kinds = [e.kind for e in trail.read(limit=200).events][: max(0, len(trail.read(limit=200).events) - before)]
    # what reading and checking leave
    marks = (
        "session:", "access:", "denied:", "demo:", "trail:", "dossier:asked", "data:exported", "account:calendar_", "nomination:followed",
    )
    assert all(kind.startswith(marks) for kind in kinds), kinds


@pytest.mark.long
@pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
def test_administrator_cannot_alter_a_filed_dossier(office_on: Callable[[date], Office]) -> None:
    office = office_on(date(2026, 11, 3))
    program = Program(office.app.test_client(), office.work)
    one = office.nominate("HN-2026")
    office.to_council(one, "HN-2026")
    office.sit("HN-2026", {})
    office.decide("HN-2026", 1126)
    office.hand_over(one)
    assert office.status(one) == ("ended", "certificate")
    office.work()  # the submission, whose last name has ended, is closed
    before = program.call("quantri", "GET", f"/nominations/{one}")
    for (method, path), answer in _calls(program, office, "quantri").items():
        if method != "GET" and path not in PROOFS and not path.startswith(OFFICE) and path not in (
            "/demo/clock", "/definitions", *OWN, *FOLLOWED, *EACH, "/instances/{instance_id}/move-trial"
        ):
            assert answer.status_code in (403, 404, 409, 422), (method, path, answer.json)
    for row in before["lists"]:
        for act in ("sign", "issue", "post", "close", "key", "hand_over", "pay", "answer"):
            answer = program.raw("quantri", "POST", f"/lists/{row['id']}/acts/{act}", {})
            assert answer.status_code in (403, 404, 409), (row, act, answer.json)
    assert program.call("quantri", "GET", f"/nominations/{one}") == before
