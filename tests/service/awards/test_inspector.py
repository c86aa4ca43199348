"""The inspector sees all and changes nothing: every writing route of API and pages is tried, and the tables stay as they are."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from flask import g
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule

from service import trail
from service.awards import finding, lists
from service.db import Base, reading
from service.processes.models import Activity
from tests.service.awards.conftest import Filled

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

_LETTER = {f"{language}_{part}": "Thử" for language in ("vi", "en") for part in ("subject", "opening")}


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
         "webhook_id": [1], "delivery_id": [1], "delivery": [1],
         "key": ["COMMUNE_POSTING_DAYS"], "version": [1], "past_id": [1], "group": ["vhxh"],
        **{name: [1] for name in ("definition_id", "replay_id", "migration_id", "migration", "instance_id", "instance", "run_id",
                                  "enactment", "enactment_id", "unit_id", "draft", "request_id")},
        **{name: ["none"] for name in ("task", "name", "language", "format", "process", "element", "text")},
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
    tried: dict[str, set[int]] = {}
    for rule in filled.office.app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}):
            if rule.endpoint in OWN:
                continue
            for path in dict.fromkeys(_addresses(rule, values, kinds)):
                tried.setdefault(rule.endpoint, set()).add(_call(filled, visitor, method, path))
    assert len(tried) > 50, "API and pages were walked"
    bad = {endpoint: codes for endpoint, codes in tried.items() if not codes <= {403, 404}}
    expected = {
        # A body of another kind, asked for before the right.
        "api_files.upload": {422}, "definitions.deploy": {422}, "ballots.attach_scan": {422},
        "api_papers.take_edited": {422}, "api_papers.take_signed": {422}, "papers.take_edited": {303}, "papers.take_signed": {303},
        "api_imports.take": {422}, "api_imports.try_sheet": {422},
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


def _call(filled: Filled, visitor: Any, method: str, path: str) -> int:
    if path.startswith("/api/"):
        round_ = f"/rounds/{filled.office.rounds['HN-2026']}"
        said: dict[str, Any] = {"fields": {"reason": "Thử", "cause": "other"}} if "/nominations/" in path or "/lists/" in path else {}
        said |= {"other": filled.ids["b3"], "reason": "Thử"} if path.endswith(("/join", "/keep-apart")) else {}
        said |= {"to": 1, "reason": "Thử"} if path.endswith("/reassign") else {}
        said |= {"label": "Thử", "label_en": "Try"} if "/groups/" in path else {}
        if path.endswith(("/join", "/keep-apart", "/reassign")):
            said.pop("fields", None)
        bodies = {"/tie": {"account": 1}, "/consent": {"answer": "yes"},
                  "/consent/paper": {"answer": "yes", "on": "2026-11-02", "number": "3/BC"},
                  "/comments": {"text": "Thử"}, "/questions": {"to": 1, "text": "Thử", "due_on": "2026-12-20"},
                  "/bulk": {"act": "set_priority", "tasks": _values(filled)["task_id"], "priority": "high"},
                  "/questions/1/answer": {"answer": "Thử"}, "/follow-up": {"day": "2026-12-01"},
                  "/due": {"day": "2026-12-01", "reason": "Thử"}, "/priority": {"priority": "high"},
                  "/past-awards": {"name": "Lê Trúc Xanh", "kind": "individual", "unit": "DONG-MAY", "what": "CSTDCS", "year": 2024},
                  "/substitutions": {"substitute": 1, "since": "2026-11-03", "until": "2026-11-06", "reason": "Thử"},
                  "/substitutions/1/end": {"reason": "Thử"},
                  "/webhooks": {"name": "Thử", "url": "https://kho.example/", "events": ["task.opened"]},
                  "/webhooks/1/change": {"name": "Thử", "url": "https://kho.example/", "events": ["task.opened"]},
                  "/webhooks/1/off": {"reason": "Thử"},
                  "/keepers": {"name": "Thử", "address": "thu@tinh.example", "outside": True}, "/keepers/1/end": {"reason": "Thử"},
                  "/keepers/1/forget": {"reason": "Thử"},
                  "/erasures": {"recipient": 1, "requester": "Thử", "received_on": "2026-11-02"},
                  "/erasures/1/confirm": {"seen": "0"}, "/erasures/1/drop": {"reason": "Thử"},
                  "/strike": {"reason": "Thử"}, "/COMMUNE_POSTING_DAYS/confirm": {"version": 1, "seen": 1, "reason": "Thử"},
                  "/versions": {"value": 6, "citation": "Thử", "confidence": "P", "valid_from": "2026-12-01", "seen": 1,
                                "reason": "Thử"}}
        held = {"held_at": "2026-12-15T08:00:00+07:00", "place": "Thử"}
        bodies |= {
            "/ballots": {"session": 1, "items": [1]}, "/council-sessions": {"round": "HN-2026", "chair": 1, "members": [1], **held},
            "/council-sessions/1/move": held, "/council-sessions/1/reply": {"coming": True}, "/discuss": {"discussion": "Thử"},
            "/council-sessions/1/roll": {"members": [{"member_no": 1, "present": True}]},
            "/take-back": {"reason": "Thử"}, "/conflict": {"reason": "Thử"},
            "/postpone": {"reason": "Thử"}, "/take-off": {"reason": "Thử"},
            "/score-sheets/1": {"items": [{"item_no": 1, "points": [{"criterion": "D1", "points": 8}]}]},
            "/tellers": {"tellers": [1, 2, 3]}, "/count": {"codes": {"1": "1", "2": "2"}},
            "/recount": {"codes": {"1": "1", "2": "2"}}, "/none/cancel": {"reason": "Thử"},
            "/none/withdraw": {"reason": "Thử", "item_no": 1}, "/paper": {"returned": 0, "items": []},
            "/papers": {"kind": "decision"}, "/certificates": {"kind": "certificate"},
            "/signature": {"passphrase": "x", "as": "person"},
            **{f"/instances/1/{turn}": {"reason": "Thử"} for turn in ("suspend", "resume", "cancel")},
            "/migration-trial": {"to": 1}, "/migrations": {"to": 1, "reason": "Thử"}, "/move-trial": {"to": "none"},
            "/migrations/1/undo": {"reason": "Thử"}, "/instances/1/move": {"to": "none", "reason": "Thử"},
            "/data": {"values": {}, "reason": "Thử"},
            "/second-person": {"act": "mail.release", "reason": "Thử"}, "/second-person/1/refuse": {"reason": "Thử"},
            "/opinions": {"member_no": 1, "paper": "x", "scan": 1, "choices": {"1": "agree"}},
            "/mail/freeze": {"reason": "Thử"}, "/mail/returns/lift": {"address": "x@sonmai.example", "reason": "Thử"},
            "/letters/test/words": _LETTER | {"seen": 0, "reason": "Thử"}, "/words/test": _LETTER,
            "/restore": {"seen": 0, "reason": "Thử"}, "/incidents/retry": {"code": "X"}, "/jobs/retry": {"topic": "x", "cause": ""},
            f"{round_}/calendar": {"calendar": {}, "reason": "Thử"}, f"{round_}/close": {"reason": "Thử"}, f"{round_}/remind": {},
            "/drafts/1/name": {"name": "Thử"}, "/rename": {"to": "x.form"}, "/drafts/1/base": {"seen": 1},
            "/drafts/1/deploy": {"version": 1, "note": "Thử", "basis": "QĐ 1"}, "/enactments/1/refuse": {"reason": "Thử"},
            "/roll-back": {"reason": "Thử"},
            "/broadcasts/look": {"set": "council", "subject": "Thử", "text": "Thử"},
            "/broadcasts": {"set": "council", "subject": "Thử", "text": "Thử", "seen": "x", "ticket": "12345678"},
        }
        said = next((body for end, body in bodies.items() if path.endswith(end)), said)
        if path == "/api/v1/nominations":
            recipient = {"kind": "individual", "name": "Lê Trúc Xanh", "unit": "DONG-MAY"}
            said = {"round": "HN-2026", "subject_group": "D", "award_form": "GK_XA", "recipient": recipient}
        elif path == "/api/v1/rounds":
            window = ["2027-01-01", "2027-12-31"]
            said = {"code": "HN-2030", "name": "Thử", "stage": "DOT_XUAT", "year": 2030, "window": window}
        elif path.endswith("/clone"):
            said = {"code": "HN-2030", "name": "Thử", "year": 2030}
        elif path == "/api/v1/submissions":
            said = {"round": "HN-2026", "unit": "DONG-MAY"}
        elif path == "/api/v1/lists":
            said = {"kind": "posting", "round": "HN-2026"}
        elif path == "/api/v1/files":
            import io

            sent = {"file": (io.BytesIO(b"%PDF-1.4\n%%EOF\n"), "a.pdf")}
            return filled.program.raw("thanhtra", method, "/files", data=sent, content_type="multipart/form-data").status_code
        return filled.program.raw("thanhtra", method, path.removeprefix("/api/v1"), said).status_code
    g.pop("csrf_token", None)
    tasks = [("task", str(number)) for number in _values(filled)["task_id"]] if "inbox" in path or "tasks" in path else []
    data = MultiDict([("csrf_token", visitor.token), *SAID.items(), *tasks])
    return int(visitor.client.open(path, method=method, data=data).status_code)


def test_inspector_reads_petitions_but_enters_none(filled: Filled) -> None:
    (row,) = finding.find_lists(filled.office.who("thanhtra"), kind="petition")
    seen = filled.program.call("thanhtra", "GET", f"/lists/{row.id}")
    assert seen["data"]["petition"]["sender"] == "Một hội viên"
    said = {"fields": {"dated": "2026-11-03", "content": "Thử"}}
    assert filled.program.raw("thanhtra", "POST", f"/nominations/{filled.ids['a1']}/petition", said).status_code == 403
    assert filled.program.raw("vanphong", "POST", f"/nominations/{filled.ids['a4']}/petition", said).status_code == 201
