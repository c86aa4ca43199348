"""Every route with every group, and with nobody and somebody of no group, against the matrix of rights.

What a route asks stands in service/route_rights.toml, who may do what in people/data/rights.toml; neither is asked of the
code that is walked. An act that would write is taken back at its commit and answers 418. Who may not is kept out twice: by
the door, and by the verb behind it, which is walked with the door left open wherever the request can be read.
"""

from __future__ import annotations

import io
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, has_request_context
from jinja2 import DictLoader
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from service import clock, db, doors, erasing, keepers, people, route_rights, trail
from service.actor import machine
from service.awards import finding, lists
from service.awards.files import attach_file
from service.awards.models import Nomination
from service.council import ballot
from service.errors import Refusal
from service.processes.models import Activity, Queue
from tests.journeys.office import PDF
from tests.service.awards.conftest import Filled
from tests.service.web.browser import Guest, forget

RIGHTS = Path(people.__file__).parent / "data"
GROUPS: dict[str, dict[str, Any]] = {
    row["word"]: row for row in tomllib.loads((RIGHTS / "groups.toml").read_text(encoding="utf-8"))["group"]
}
ACTS: dict[str, dict[str, Any]] = {
    row["word"]: row for row in tomllib.loads((RIGHTS / "rights.toml").read_text(encoding="utf-8"))["act"]
}
NOBODY, NO_GROUP = "nobody", "no group"
WHO = (NOBODY, NO_GROUP, *GROUPS)
WRITES = {"POST", "PUT", "PATCH", "DELETE"}
YES, NO, EITHER = "in", "out", "either"
"""What the declared source says: let in (whatever is then wrong with the request), kept out, or a question of the case."""
ABSENT = re.compile(
    r"<int:(migration_id|replay_id|run_id|draft|dossier_id|batch_id|past_id|incident|job|mail_id|enactment|request_id|filter_id"
    r"|substitution_id|broadcast_id|comment_id|webhook_id|erasure_id)>|/erasures/<int:number>|/webhooks/<int:number>|/checkpoint-letters/|/sign-in/elsewhere|/(?:un)?link$|/tryouts/|/migrations/|/digests/|/past-awards/<|/substitutes/<|/calendar/<|/letters/<|/versions/<"
    r"|/checkpoints/<|/same/<|/verify/|/certificates/<code>|/score-sheets/<|/items/<|/migrate|/council/new|/poll|/studio/(?:replays|tryouts|scenarios)|/compare|/figures\.|/procedure\.|\.bpmn"
)
"""Routes whose thing the office of this test does not have: who may come in is told that there is none."""


class Written(Refusal):
    """An act that got as far as its commit."""

    status = 418
    default_code = "written"


@dataclass
class Walk:
    """The office, a guest's cookie with its token, everybody's own token, and the things that addresses name."""

    filled: Filled
    guest: Guest
    tokens: dict[str, str]
    cookies: dict[str, str]
    unit: int
    values: dict[str, Any]
    task_groups: set[str]

    def call(self, who: str, rule: Rule, method: str, query: str = "") -> tuple[bool, str]:
        """Whether somebody is let in, and what was answered."""
        app, api = self.filled.office.app, rule.rule.startswith("/api/")
        forget()
        client = app.test_client()
        said: dict[str, Any] = {}
        if not api:  # as a browser: pages of the ballot take no bearer token
            client.set_cookie(app.config["SESSION_COOKIE_NAME"], self.cookies[who])
            said = {"data": {"csrf_token": self.guest.token, **PAGE_FIELDS.get(rule.endpoint, {})}} if method in WRITES else {}
        elif method in WRITES and rule.endpoint in SCANS:
            said = {"data": {"file": (io.BytesIO(PDF), "a.pdf")}}
        elif method in WRITES:
            said = {"json": {**BODIES.get(rule.endpoint, {})}}
        headers = {"Authorization": f"Bearer {self.tokens[who]}"} if api and who in self.tokens else {}
        answer = client.open(self.path(rule) + query, method=method, headers=headers, **said)
        code, to = answer.status_code, answer.headers.get("Location", "")
        answer.close()
        out = code in (401, 403, 404) or code == 303 and to.startswith("/sign-in?")
        return not out, f"{code}{' ' + to if to else ''}"

    def path(self, rule: Rule) -> str:
        """An address of the route."""
        values = self.values | OF_ROUTE.get(rule.endpoint, {})
        if rule.endpoint.startswith(("ballot.", "council_written.enter")):
            values = values | {"round_id": self.values["ballot_id"]}
        if rule.endpoint.startswith("workload."):
            values = values | {"account": self.values["head"]}
        for part, own in self.values["lists"].items():
            if rule.endpoint.startswith(part):
                values = values | {"list_id": own}
        path = re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda found: str(values.get(found[1], 1)), rule.rule)
        return path + QUERIES.get(rule.endpoint, "")


WHY = {"reason": "Thử"}
BODIES: dict[str, dict[str, Any]] = {
    "awards.answer_as_nominee": {"answer": "yes"}, "api_council.reply": {"coming": True}, "api_council.declare_conflict": WHY,
    "api_council.take_back_conflict": WHY, "tasks.set_follow_up": {"day": "2026-12-01"},
    "tasks.reassign_task": {"to": 1, **WHY}, "api_papers.sign_paper": {"as": "person", "passphrase": "x"},
    "api_papers.sign_certificates": {"as": "person", "passphrase": "x"},
    "ballots.count_round": {"codes": {"1": "1", "2": "2"}},
    "ballots.recount_round": {"codes": {"1": "1", "2": "2"}}, "ballots.file_paper_count": {"returned": 0, "items": []},
    "talk.ask": {"to": 1, "text": "Thử", "due_on": "2026-12-01"}, "talk.answer": {"answer": "Thử"},
}
"""What is sent where only the thing that is named decides: the body is looked at before the thing."""
SCANS = ("ballots.attach_scan",)
FILES_FIRST = ("papers.take_edited", "papers.take_signed")
"""Pages that say first that no file was sent."""
PAGE_FIELDS: dict[str, dict[str, Any]] = {
    "submissions.open_one": {"round": "1", "unit": "1"}, "inbox.prioritise_many": {"priority": "high"},
}
OF_ROUTE: dict[str, dict[str, Any]] = {
    "council.do": {"act": "put_off"}, "api_council.do_act": {"act": "put_off"}, "same.settle": {"act": "join"},
    "office_processes.file": {"name": "nomination_case.bpmn"},
    "lists.do": {"act": "post"}, "lists.keep": {"act": "post"}, "lists.except_line": {"act": "close", "result": "struck"},
    "api_lists.act_on_list": {"act": "post"},
}
QUERIES = {
    "lists.new": "?kind=posting&round=1", "api_council.what_if": "?away=1", "api_erasures.find_persons": "?name=A",
    "office_mail.lift": "?address=x@sonmai.example",
}
WRITING = {"erasures.look": ("erasure.manage",)}
"""Routes that more may read than write: what the verb behind the writing asks."""
HOLDERS = ("task.reassign", "questions.ask")
"""Pages of a task for who holds it, or may hand it on, and not for whom it waits."""


def _take_back(session: Session, written: frozenset[str]) -> None:
    """Let nothing stand that a call wrote, but for the marks of reading and of refusing."""
    left = {table for table in written if not table.startswith("trail")}
    seen = left == {"session_token"} and not session.info.get("events")  # that somebody is still here, noted every few minutes
    if has_request_context() and left and not seen:
        raise Written("Đã ghi.", "It was written.")


@pytest.fixture(scope="module")
def walk(filled: Filled) -> Iterator[Walk]:
    office, one = filled.office, filled.ids["a1"]
    unit, agency = office.units["DONG-MAY"], office.units["CONG-AN"]
    tokens = {}
    for number, word in enumerate((NO_GROUP, *GROUPS)):
        scoped = GROUPS.get(word, {}).get("scoped")
        groups = [] if word == NO_GROUP else [people.join(word, (agency if word == "agency" else unit) if scoped else None)]
        people.create_demo_account(f"walk{number}", f"Người thứ {number}", email="x@sonmai.example", groups=groups, by=machine("cli"))
        tokens[word] = filled.program.token(f"walk{number}")
    admin = office.who("quantri")
    with db.transaction() as s:  # everybody's data here must be kept, so that nobody could enter one; number 1, as addresses have it
        s.add(erasing.Erasure(
            recipient_id=office.read(one).recipient_id, requester="Người nhà", relation="family", received_on=clock.today(),
            basis="PDPL.ERASE", asked_at=clock.now(), asked_by=admin.account, counts={}, kept=[], files=[],
        ))
        s.flush()
        trail.record("erasure:asked", by=admin, stream="erasure:1", body={"erasure": 1})
    keepers.ask_keeper("Thanh tra tỉnh", "thanhtra@tinh.example", outside=True, by=admin)
    file = attach_file(f"nomination:{one}", "kèm theo.pdf", PDF, by=office.who("donvi"))
    with db.reading() as s:
        instances = {n.id: n.instance_id for n in s.scalars(select(Nomination))}
        task = s.scalars(
            select(Activity).where(Activity.state == "open", Activity.kind == "user", Activity.instance_id.is_not(None))
            .order_by(Activity.id)
        ).first()
        assert task is not None and task.queue_id is not None
        candidates = set(s.get_one(Queue, task.queue_id).groups.split(","))
    members = [people.find_account(f"uv{n}") for n in range(1, 10)]
    round_ = ballot.plan_round(
        1, [ballot.BallotItem(1, None, "Lê Trúc Xanh", ("VOTE_COMMUNE", 1), 9, 5)],
        roll=[ballot.RollEntry(n, row.id, row.name) for n, row in enumerate(members, 1)], quorum=6, by=office.who("thuky"),
    )
    of_kind = {row.kind: row.id for row in finding.find_lists(office.who("thanhtra"), limit=1000)}
    guest = Guest(office.app)
    guest.open("/sign-in")
    values = {
        "nomination_id": one, "nomination": one, "other": filled.ids["a2"], "round_id": office.rounds["HN-2026"], "task_id": task.id,
        "instance_id": instances[one], "instance": instances[one], "file_id": file.id, "unit": unit, "kind": "withdrawal",
        "submission_id": office.submission(one), "list_id": of_kind["posting"], "key": "COMMUNE_POSTING_DAYS", "group": "vhxh",
        "what": "units", "ballot_id": round_, "code": "decision", "process": "nomination_case", "element": "x", "format": "pdf",
        "language": "vi", "letter": "test", "account": people.find_account("donvi").id, "account_id": people.find_account("donvi").id,
        "day": "2026-11-20", "filename": "x", "token": "x", "task": "x", "text": "x", "name": "x", "paper_id": 1, "result": "struck",
        "council_session_id": 1, "session_id": 1, "head": people.find_account("truongphong").id,
        "lists": {"submissions.": office.submission(one), "papers.": of_kind["decision"], "api_papers.": of_kind["decision"],
                  "council_written.": of_kind["council_sheet"]},
    }
    office.app.jinja_env.loader = DictLoader(_Empty())  # what pages look like is not asked here
    db.before_commit.insert(0, _take_back)
    yield Walk(filled, guest, tokens, _cookies(office.app, guest, tokens), unit, values, {group for group in candidates if group})
    db.before_commit.remove(_take_back)


def _cookies(app: Flask, guest: Guest, tokens: dict[str, str]) -> dict[str, str]:
    """The cookie of each, with the token of the guest's forms."""
    name, found = app.config["SESSION_COOKIE_NAME"], {}
    for who in WHO:
        if who in tokens:
            with guest.client.session_transaction() as session:
                session[doors.TOKEN] = tokens[who]
        cookie = guest.client.get_cookie(name)
        assert cookie is not None
        found[who] = cookie.value
    return found


class _Empty(dict[str, str]):
    """Any template, with nothing in it."""

    def __contains__(self, name: object) -> bool:
        return True

    def __getitem__(self, name: str) -> str:
        return ""


def _rules(walk: Walk, *, api: bool) -> list[tuple[Rule, str]]:
    found = [
        (rule, method)
        for rule in walk.filled.office.app.url_map.iter_rules() if rule.rule.startswith("/api/") == api and rule.endpoint != "static"
        for method in sorted((rule.methods or set()) & {"GET", *WRITES})
    ]
    return sorted(found, key=lambda one: (one[0].rule, one[1]))


def _holds(who: str, act: str) -> str:
    """What the matrix says of a group and an act: it may, it may not, or it falls in for one that may."""
    row = ACTS[act]
    if "everyone" in row["groups"]:
        return YES
    if who in row["groups"]:
        return YES
    named = {group for groups in row.get("processes", {}).values() for group in groups}
    return EITHER if who in named or any(GROUPS[group].get("fallback") == who for group in row["groups"]) else NO


def _best(found: set[str]) -> str:
    return YES if YES in found else EITHER if EITHER in found else NO


def _of_thing(walk: Walk, asked: route_rights.Asked, rule: Rule, who: str, method: str) -> str:
    """What the thing that is named says of a group, by the right of the matrix that belongs to it."""
    thing = asked.thing
    if thing == "nomination":
        return _holds(who, "nomination.read")
    if thing == "case_trail":  # service/trail/rights.py, which knows no matrix
        return EITHER if GROUPS[who].get("scoped") else YES if who in ("vhxh", "vhxh_head", "vanphong", "inspector", "admin") else NO
    if thing == "office":
        return YES if _holds(who, "nomination.read") == YES and not GROUPS[who].get("scoped") else NO
    if thing in ("nominee", "seat", "question"):
        # None of them is nominated, asked about a task, or sits in the council of the session; the secretary speaks for who sits.
        return EITHER if thing == "seat" and _holds(who, "council_agenda.run") == YES else NO
    if thing == "session":
        return YES if _holds(who, "council_agenda.read") == YES else NO
    if thing == "session_act":
        return _holds(who, "council_agenda.run")
    if thing == "ballot":
        return EITHER if _best({_holds(who, act) for act in ("ballot.read", "ballot.count", "ballot.paper")}) == YES else NO
    if thing == "task":
        held = {who, f"{who}:{walk.unit}"} & walk.task_groups
        seen = _best({_holds(who, act) for act in ("task.read_all", "task.reassign", "task.prioritise", "nomination.read", "process.read")})
        return YES if held and method == "GET" and rule.endpoint not in HOLDERS else EITHER if held or seen != NO else NO
    if thing == "list":
        submitted = rule.endpoint.startswith(("submissions.", "api_submission_sheets."))
        kind = "submission" if submitted else "decision" if "papers." in rule.endpoint else "posting"
        acting = {_holds(who, right) for act in lists.KINDS[kind].acts for right in (act.right, act.enter) if right}
        read = _holds(who, f"{kind}.read")
        if kind == "decision" and GROUPS[who].get("scoped"):
            return EITHER  # reads the own names of it, and not its papers
        return YES if read == YES else EITHER if YES in acting else NO
    if thing == "list_act":
        kind, name = ("posting", OF_ROUTE[rule.endpoint]["act"]) if rule.endpoint in OF_ROUTE else ("withdrawal", "file")
        act = lists.KINDS[kind].act(name)
        found = _best({_holds(who, right) for right in (act.right, act.enter) if right})
        return EITHER if found != NO else NO
    assert thing == "paper", thing
    reads = _best({_holds(who, right) for right in ("decision.read", "paper.draft", "paper.scan", "paper.seal", "paper.certificate")})
    return EITHER if reads != NO else NO


def _expected(walk: Walk, rule: Rule, method: str, who: str) -> str:
    asked = route_rights.routes()[rule.endpoint]
    if asked.public:
        return EITHER if rule.endpoint.startswith("council_kiosk.") or ABSENT.search(rule.rule) else YES
    if who == NOBODY:
        return NO
    if rule.endpoint.endswith(".bundle") and who == "province":
        return EITHER  # reads packages alone, and the list of this walk is a decision
    if asked.acts:
        acts = WRITING.get(rule.endpoint, asked.acts) if method in WRITES else asked.acts
        found = _best({_holds(who, act) for act in acts})
        return EITHER if found == YES and len(acts) > 1 else found  # which of them is asked, the thing says
    if who == NO_GROUP and rule.endpoint in ("clock.move", "definitions.move_clock"):
        return EITHER  # the demo's clock is moved by who plays a part
    if asked.thing:
        return NO if who == NO_GROUP else _of_thing(walk, asked, rule, who, method)
    lends = rule.endpoint in ("own_substitutes.name", "api_substitutions.name_substitute")  # some hold nothing that can be lent
    return EITHER if asked.own and ("<" in rule.rule or lends) or "/password" in rule.rule else YES


@contextmanager
def _door_open(walk: Walk) -> Iterator[None]:
    """Leave the door open, to see that the verbs keep out by themselves."""
    before = walk.filled.office.app.before_request_funcs[None]
    place = before.index(doors._ask)
    before.pop(place)
    yield
    before.insert(place, doors._ask)


def _surprises(walk: Walk, *, api: bool) -> tuple[list[str], int]:
    found, calls = [], 0
    for rule, method in _rules(walk, api=api):
        let_in = defaultdict(list)
        for who in WHO:
            expected = _expected(walk, rule, method, who)
            calls += 1
            # The body of a call is looked at before the verb is asked, so that there the door alone can be walked.
            by_itself = rule.endpoint not in FILES_FIRST and not (api and method in WRITES) and route_rights.routes()[rule.endpoint].acts
            if expected == NO and who != NOBODY and by_itself:
                with _door_open(walk):
                    was, said = walk.call(who, rule, method)
            else:
                was, said = walk.call(who, rule, method)
            let_in[expected].append((who, was, said))
            if said == "500":
                found.append(f"{method} {rule.endpoint}: breaks for {who}")
            elif expected == NO and was:
                found.append(f"{method} {rule.endpoint}: {who} is let in ({said})")
        outside = [(who, said) for who, was, said in let_in[YES] if not was]
        if outside and not (ABSENT.search(rule.rule) and all(said == "404" for _who, said in outside)):
            found += [f"{method} {rule.endpoint}: {who} is kept out ({said})" for who, said in outside]
    return found, calls


@pytest.mark.long
def test_pages_let_in_whom_the_matrix_lets_in(walk: Walk) -> None:
    found, calls = _surprises(walk, api=False)
    assert calls > 250 * len(WHO)
    assert found == [], "\n" + "\n".join(found)


@pytest.mark.long
def test_calls_let_in_whom_the_matrix_lets_in(walk: Walk) -> None:
    found, calls = _surprises(walk, api=True)
    assert calls > 120 * len(WHO)
    assert found == [], "\n" + "\n".join(found)
