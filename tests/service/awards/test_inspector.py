"""The inspector sees all and changes nothing: every writing route of API and pages is tried, and the tables stay as they are."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from flask import g
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule

from service import movement, trail
from service.awards import finding, lists
from service.db import Base, reading
from service.errors import Forbidden
from service.processes.models import Activity
from tests.service.awards.conftest import Filled
from tests.service.bodies import bodies, said_for, template_of

OWN = {
    "pages.sign_in", "pages.sign_out", "pages.change_password", "display.choose", "clock.move", "sessions.end",
    "sessions.end_others", "trail.verify", "trail_proofs.sign", "trail_proofs.hold", "trail_proofs.ask", "session.open_session",
    "session.redeem_code", "session.close_session", "session.end_session", "session.end_other_sessions", "set_password.redeem",
    "set_password.forgotten", "definitions.move_clock", "inbox_filters.keep", "inbox_filters.drop", "tasks.save_filter",
    "tasks.drop_filter", "second_factor.act", "own_mail.choose", "own_mail.stop", "own_notices.read", "api_notices.read_notices",
    "api_notices.choose", "own_tokens.make", "own_tokens.revoke", "tokens.make_token", "tokens.revoke_token",
    "own_calendar.change", "calendar_feed.make", "calendar_feed.revoke", "session.change_password",
    "api_proofs.verify", "api_proofs.ask_checkpoint", "api_proofs.hold", "api_proofs.ask_dossier",
    "following.follow", "following.unfollow", "api_following.follow", "api_following.unfollow",
}
"""The own session, password, second step, API tokens, display, mail, calendar, notices, filters, and which nominations one follows;
the demo's clock, which is no part of the office; checking the trail, and taking its proofs out."""
NOTED = re.compile(r"session_token|trail|failure|job|draft_never|demo_clock|offline_dossier")
"""Tables in which reading and refusing leave their marks."""
SAID = {
    "reason": "Thử", "cause": "other", "content": "Thử", "dated": "2026-11-03", "number": "7", "decision": "accept", "to": "1",
    "title": "Thử", "name": "Lê Trúc Xanh", "unit": "1", "kind": "posting", "round": "1", "login": "moi", "group": "vhxh",
    "priority": "high", "day": "01/12/2026",
}


def _tables() -> dict[str, list[Any]]:
    with reading() as s:
        return {
            table.name: [tuple(row) for row in s.execute(sa.select(table).order_by(*table.primary_key.columns))]
            for table in Base.metadata.sorted_tables
            if not NOTED.search(table.name)
        }


def _values(filled: Filled) -> dict[str, list[Any]]:
    rows = finding.find_lists(filled.office.who("thanhtra"), limit=1000)
    with reading() as s:
        tasks = list(s.scalars(sa.select(Activity.id).where(Activity.state == "open").order_by(Activity.id)))
    one = filled.ids["a3"]
    submission = filled.office.submission(one)
    return {
        "list_id": [row.id for row in rows], "submission_id": [submission], "nomination_id": [one], "nomination": [one],
        "round_id": [filled.office.rounds["HN-2026"]], "task_id": tasks, "kind": list(lists.BESIDE), "result": ["struck"],
        "act": sorted({a.name for kind in lists.KINDS.values() for a in kind.acts}), "account": [1], "account_id": [1],
        "incident": [1], "job": [1], "code": ["X"], "mail_id": [1], "letter": ["test"], "number": [1], "unit": [1],
        "deployment": [1], "session_id": [1], "substitution_id": [1], "filter_id": [1], "other": [filled.ids["b3"]], "day": ["2026-11-20"],
         "recipient": [1], "recipient_id": [1], "erasure_id": [1], "comment_id": [1], "question_id": [1], "keeper_id": [1],
         "webhook_id": [1], "delivery_id": [1], "delivery": [1], "matter_id": [1], "paper": ["petition_answer"],
         "key": ["COMMUNE_POSTING_DAYS"], "version": [1], "past_id": [1], "group": ["vhxh"],
        **{name: [1] for name in ("definition_id", "replay_id", "migration_id", "migration", "instance_id", "instance", "run_id",
                                  "enactment", "enactment_id", "unit_id", "draft", "request_id", "matter_id", "period_id", "publication",
                                  "set_id", "value_id", "movement_id")}, "stage": ["SO_KET"],
        **{name: ["none"] for name in ("task", "name", "language", "format", "element", "text")}, "process": ["none", "petition"],
        "council_session_id": [1], "ballot_id": ["none"], "what": ["none"], "no": [1], "item_no": [1], "member_no": [1], "round": ["none"],
    }


def _addresses(rule: Rule, values: dict[str, list[Any]], kinds: dict[int, str]) -> Iterator[str]:
    names = sorted(rule.arguments)
    for chosen in itertools.product(*(values[name] for name in names)):
        given = dict(zip(names, chosen, strict=True))
        if {"list_id", "act"} <= given.keys() and given["act"] not in {a.name for a in lists.KINDS[kinds[given["list_id"]]].acts}:
            continue
        if rule.endpoint == "same.settle":
            given["act"] = "join"
        path = re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda found, given=given: str(given[found[1]]), rule.rule)  # type: ignore[misc]
        yield path


def test_inspector_writes_nothing_on_any_route(filled: Filled) -> None:
    values = _values(filled)
    rows = finding.find_lists(filled.office.who("thanhtra"), limit=1000)
    kinds = {row.id: row.kind for row in rows}
    filled.office.work()
    filled.program.token("thanhtra")
    visitor = filled.desk.who("thanhtra")
    g.pop("csrf_token", None)
    visitor.open("/password")
    before = _tables()
    assert len(before) > 15 and sum(map(len, before.values())) > 200, "the tables are full"
    sent = bodies(other=filled.ids["b3"], to=1, tasks=values["task_id"], paper="decision")
    tried: dict[str, set[int]] = {}
    for rule in filled.office.app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}):
            if rule.endpoint in OWN:
                continue
            for path in dict.fromkeys(_addresses(rule, values, kinds)):
                said = said_for(template_of(rule.rule), sent)
                tried.setdefault(rule.endpoint, set()).add(_call(filled, visitor, method, path, said, values["task_id"]))
    assert len(tried) > 50, "API and pages were walked"
    bad = {endpoint: codes for endpoint, codes in tried.items() if not codes <= {403, 404}}
    expected = {
        "papers.take_edited": {303}, "papers.take_signed": {303},  # a file is asked for before the right
        "ballot.issue_code": {303},  # asks to sign in again first
        "task.follow_up": {303, 404}, "tasks.set_follow_up": {404, 409},  # only who holds the task may
        # Each says for each task that it was not taken, followed or put first.
        "workload_calls.act_on_tasks": {200},
        "inbox.claim_many": {303}, "inbox.release_many": {303}, "inbox.follow_many": {303}, "inbox.prioritise_many": {303},
    }
    odd = {endpoint: codes for endpoint, codes in bad.items() if codes != expected.get(endpoint)}
    assert odd == {}
    after = _tables()
    assert {name for name in before if before[name] != after[name]} == set()
    account = filled.office.who("thanhtra").account
    done = [e.kind for e in trail.read(actor=account, limit=200).events]
    assert all(kind.startswith(("session:", "denied:", "access:", "file:opened")) for kind in done), done


def _call(filled: Filled, visitor: Any, method: str, path: str, said: Mapping[str, Any], tasks: Sequence[int]) -> int:
    if path.startswith("/api/"):
        return filled.program.raw("thanhtra", method, path.removeprefix("/api/v1"), **said).status_code
    g.pop("csrf_token", None)
    chosen = [("task", str(number)) for number in tasks] if "inbox" in path or "tasks" in path else []
    data = MultiDict([("csrf_token", visitor.token), *SAID.items(), *chosen])
    return int(visitor.client.open(path, method=method, data=data).status_code)


def test_inspector_reads_petitions_but_enters_none(filled: Filled) -> None:
    office, inspector = filled.office, filled.office.who("thanhtra")
    (row,) = finding.find_lists(inspector, kind="petition")
    assert filled.program.call("thanhtra", "GET", f"/lists/{row.id}")["data"]["matter"] == row.data["matter"]
    (entry,) = movement.find_matters(movement.register_in_use("petition"), by=inspector).entries
    seen = movement.read_matter(entry.id, by=inspector)
    assert (entry.id, seen.begun["sender"]) == (row.data["matter"], "Một hội viên")
    said = {"kind": "remark", "subject": "Thử", "content": "Thử", "received_on": "2026-11-03"}
    with pytest.raises(Forbidden):
        movement.begin_matter("petition", said, by=inspector)
    assert movement.begin_matter("petition", said, by=office.who("vanphong"))
    # The sheet beside a name is its process's alone: there is no door to it.
    fields = {"fields": {"decision": "unfounded", "number": "9/KL", "dated": "2026-11-03"}}
    for login in ("thanhtra", "truongphong"):
        assert filled.program.raw(login, "POST", f"/lists/{row.id}/acts/conclude", fields).status_code == 403
        assert filled.program.raw(login, "POST", f"/nominations/{filled.ids['a4']}/petition", {}).status_code == 404
