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
from tests.service.test_hostile import SAID

OPEN = {"/api/v1/session", "/api/v1/session/code"}
AT = "/{council_session_id}"
HELD = {"held_at": "2026-12-15T08:00:00+07:00", "place": "Phòng họp số 1"}
WHY = {"reason": "thử"}
LETTER = {f"{language}_{part}": "thử" for language in ("vi", "en") for part in ("subject", "opening")}
OFFICE = ("/mail", "/letters", "/jobs", "/incidents", "/drafts")
"""What is the administrator's own work; it holds nothing of a case."""
EVERYONE = {"/me", "/my-nominations", "/rounds", "/rounds/{round_id}", "/units", "/definitions", "/definitions/{definition_id}/xml",
            "/demo/clock", "/phases", "/tasks", "/task-filters", "/lists", "/nominations", "/nominations/counts",
            "/rounds/{round_id}/quotas", "/sessions", "/rules", "/rules/{key}", "/ballots", "/groups",
            "/substitutions", "/substitutions/choices", "/council-sessions", "/imports/{what}/template", "/definitions/versions",
             "/definitions/{definition_id}/procedure", "/definitions/{definition_id}/changes", "/notices", "/notices/choices",
             "/tokens", "/questions", "/calendar-feed", "/calendar-days", "/enactments"}
"""What anybody who is signed in may read; of tasks, lists and nominations each sees the own only."""


OWN = {"/sessions", "/notices/read", "/notices/choices", "/calendar-feed"}
"""What everybody changes of what is the own."""
FOLLOWED = {"/nominations/{nomination_id}/following"}
"""What who sees a nomination changes of what is the own: whether he is told of it."""
EACH = {"/tasks/bulk"}
"""What says for each thing whether it was done: of nothing that is not theirs."""
NEEDS_A_FILE = {
    "/nominations/{nomination_id}/files", "/files", "/task-filters", "/lists/{list_id}/papers/{kind}/edited",
    "/lists/{list_id}/papers/{kind}/signed", "/imports/{what}", "/imports/{what}/trial",
    "/ballots/{ballot_id}/scan", "/tokens", "/session/password",
}
"""What is looked at before anybody's right: whether the file, or the name, is there at all."""
NOT_THERE = {"/files/{file_id}", "/certificates/{batch_id}", "/certificates/{batch_id}/content", "/lists/{list_id}/bundle",
             "/migrations/{migration_id}", "/replays/{replay_id}", "/replays/{replay_id}/cases", "/erasures/{erasure_id}",
             "/broadcasts/{broadcast_id}", "/questions/{question_id}", "/mail/{mail_id}", "/accounts/{account_id}", "/units/{unit_id}",
             "/checkpoints/{number}", "/offline-dossiers/{dossier_id}", "/webhooks/{webhook_id}",
             "/webhooks/{webhook_id}/deliveries"}
PROOFS = {"/events/verify", "/checkpoints", "/checkpoints/hold", "/nominations/{nomination_id}/offline-dossiers"}
"""What checks and takes out the trail, and changes nothing else: entries, for who reads all of it."""
EDITORS = {"/drafts", "/letters/{letter}/words", "/letters/{letter}/versions/{number}"}
"""What is read by who writes it alone."""


def _routes(office: Office) -> list[tuple[str, str]]:
    found = []
    for rule in office.app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1") and rule.rule not in OPEN:
            path = re.sub(r"<(?:int:)?(\w+)>", r"{\1}", rule.rule.removeprefix("/api/v1"))
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
        ("act", "sign"), ("kind", "withdrawal"), ("key", "COMMUNE_POSTING_DAYS"), ("ballot_id", _ballot(office)), ("group", "vhxh"),
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


def _body(path: str, office: Office) -> dict[str, Any]:
    if path == "/nominations":
        recipient = {"kind": "individual", "name": "Lê Trúc Xanh", "unit": "DONG-MAY"}
        return {"round": "HN-2026", "subject_group": "D", "award_form": "GK_XA", "recipient": recipient}
    return {
        "/submissions": {"round": "HN-2026", "unit": "DONG-MAY"},
        "/lists": {"kind": "posting", "round": "HN-2026"},
        "/lists/{list_id}/papers": {"kind": "unit_list"},
        "/lists/{list_id}/papers/{kind}/signature": {"as": "person", "passphrase": "mật khẩu"},
        "/lists/{list_id}/certificates": {"kind": "certificate"},
        "/lists/{list_id}/certificates/signature": {"as": "person", "passphrase": "mật khẩu"},
        "/substitutions": {"substitute": 1, "since": "2026-11-03", "until": "2026-11-06", "reason": "Nghỉ phép"},
        "/substitutions/{substitution_id}/end": {"reason": "Về sớm"},
        "/tasks/{task_id}/reassign": {"to": 1, "reason": "Nghỉ phép"},
        "/demo/clock": {"advance": "P1D"},
        "/nominations/{nomination_id}/join": {"other": 999_999, "reason": "Cùng một người"},
        "/nominations/{nomination_id}/keep-apart": {"other": 999_999, "reason": "Hai người"},
        "/nominations/{nomination_id}/tie": {"account": "donvi", "reason": "Cùng một người"},
        "/nominations/{nomination_id}/consent": {"answer": "yes"},
        "/nominations/{nomination_id}/consent/paper": {"answer": "yes", "on": "2026-11-02", "number": "3/BC"},
        "/rounds": {
            "code": "DX-2027", "name": "Đột xuất 2027", "stage": "DOT_XUAT", "year": 2027,
            "window": ["2027-01-01", "2027-12-31"],
        },
        "/rounds/{round_id}/clone": {"code": "HN-2028", "name": "Sau", "year": 2028},
        "/rounds/{round_id}/content": {"quotas": {"unit:*": 4}},
        "/past-awards": {
            "name": "Lê Trúc Xanh", "kind": "individual", "unit": "DONG-MAY", "what": "CSTDCS", "year": 2024,
        },
        "/groups/{group}": {"label": "Phòng Văn hóa", "label_en": "Office of culture"},
        "/past-awards/{past_id}/strike": {"reason": "Nhầm người"},
        "/rules/{key}/confirm": {"version": 1, "seen": 1, "reason": "Đã đọc quy chế"},
        "/rules/{key}/versions": {
            "value": 6, "citation": "Quy chế", "confidence": "P", "valid_from": "2026-12-01", "seen": 1, "reason": "Theo quy chế",
        },
        "/definitions/{definition_id}/migration-trial": {"to": 999_999},
        "/definitions/{definition_id}/migrations": {"to": 999_999, "reason": "thử"},
        "/migrations/{migration_id}/undo": WHY,
        **{f"/instances/{{instance_id}}/{act}": WHY for act in ("suspend", "resume", "cancel")},
        "/instances/{instance_id}/move-trial": {"to": "check_dossier"},
        "/instances/{instance_id}/move": {"to": "check_dossier", "reason": "thử"},
        "/instances/{instance_id}/data": {"values": {"level": "commune"}, "reason": "thử"},
        "/erasures": {"recipient": 1, "requester": "Lê Trúc Xanh", "received_on": "2026-11-02"},
        "/erasures/{erasure_id}/confirm": {"seen": "0"},
        "/erasures/{erasure_id}/drop": {"reason": "Rút lại"},
        "/notices/read": {"up_to": 1},
        "/broadcasts/look": {"set": "council", "subject": "Thử", "text": "Thử"},
        "/broadcasts": {"set": "council", "subject": "Thử", "text": "Thử", "seen": "x", "ticket": "12345678"},
        "/notices/choices": {"ways": {"assigned": "now"}},
        "/tasks/bulk": {"act": "set_priority", "tasks": [999_999], "priority": "high"},
        "/nominations/{nomination_id}/comments": {"text": "Xem giúp"},
        "/tasks/{task_id}/questions": {"to": 1, "text": "Ý kiến?", "due_on": "2026-12-20"},
        "/questions/{question_id}/answer": {"answer": "Được"},
        "/tasks/{task_id}/priority": {"priority": "high"},
        "/tasks/{task_id}/follow-up": {"day": "2026-11-20"},
        "/tasks/{task_id}/due": {"day": "2026-11-20", "reason": "Bão"},
        **{
            f"/council-sessions{path}": said
            for path, said in {
                "": {"round": "HN-2026", "chair": 1, "members": [1, 2, 3], **HELD},
                f"{AT}/acts/{{act}}": {}, f"{AT}/move": HELD, f"{AT}/reply": {"coming": True},
                f"{AT}/roll": {"members": [{"member_no": 1, "present": True}]}, f"{AT}/items/{{item_no}}/conflict": WHY,
                f"{AT}/items/{{item_no}}/discuss": {}, f"{AT}/items/{{item_no}}/postpone": WHY,
                f"{AT}/items/{{item_no}}/take-off": WHY,
                f"{AT}/score-sheets/{{member_no}}": {"items": [{"item_no": 1, "points": [{"criterion": "D1", "points": 8}]}]},
            }.items()
        },
        "/mail/freeze": WHY, "/mail/returns/lift": {"address": "x@sonmai.example", "reason": "thử"},
        "/letters/{letter}/words": LETTER | {"seen": 0, "reason": "thử"}, "/letters/{letter}/words/test": LETTER,
        "/letters/{letter}/versions/{number}/restore": {"seen": 0, "reason": "thử"},
        "/incidents/retry": {"code": "X"}, "/jobs/retry": {"topic": "x", "cause": ""}, "/checkpoints/hold": {"note": "Không phải mốc"},
        "/rounds/{round_id}/calendar": {"calendar": {}, "reason": "thử"}, "/rounds/{round_id}/close": WHY, "/rounds/{round_id}/remind": {},
        "/drafts/{draft}/name": {"name": "thử"}, "/drafts/{draft}/files/{name}/rename": {"to": "x.form"},
        "/drafts/{draft}/base": {"seen": 1}, "/drafts/{draft}/deploy": {"version": 1, "note": "thử", "basis": "QĐ 1"},
        "/enactments/{enactment}/refuse": WHY, "/definitions/{definition_id}/roll-back": WHY,
        "/second-person": {"act": "mail.release", "reason": "thử"},
        "/second-person/{request_id}/refuse": WHY,
        "/ballots": {"session": 1, "items": [1]},
        "/council-sessions/{council_session_id}/items/{item_no}/conflict/take-back": {"reason": "thử"},
        "/ballots/{ballot_id}/tellers": {"tellers": [1, 2, 3]},
        "/ballots/{ballot_id}/count": {"codes": {"1": "1", "2": "2"}},
        "/ballots/{ballot_id}/recount": {"codes": {"1": "1", "2": "2"}},
        "/ballots/{ballot_id}/cancel": {"reason": "thử"},
        "/ballots/{ballot_id}/withdraw": {"reason": "thử", "item_no": 1},
        "/ballots/{ballot_id}/paper": {"returned": 0, "items": []},
        "/ballots/{ballot_id}/opinions": {"member_no": 1, "paper": "x", "scan": 1, "choices": {"1": "agree"}},
    }.get(path, {})


def _calls(program: Program, office: Office, who: str | None) -> dict[tuple[str, str], Any]:
    answers = {}
    for method, path in _routes(office):
        if method == "GET":
            answers[method, path] = program.raw(who, method, _filled(path, office))
            answers[method, path].get_data()
            answers[method, path].close()  # of papers an open file
        elif path == "/definitions":
            answers[method, path] = program.raw(who, method, f"{path}?{SAID}", data=b"x", content_type="application/zip")
        elif path.endswith(("/files", "/edited", "/signed", "/imports/{what}", "/trial", "/scan", "/excel", "/files/{name}")):
            answers[method, path] = program.raw(who, method, _filled(path, office), data={})
        elif f"/api/v1{path}" not in OPEN:
            answers[method, path] = program.raw(who, method, _filled(path, office), _body(path, office))
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
            if path in ("/tasks", "/questions", "/my-nominations", "/lists", "/nominations", "/ballots", "/council-sessions", "/notices"):
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
            assert path in NEEDS_A_FILE, (path, answer.json)


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
            assert path in NEEDS_A_FILE, (path, answer.json)
        elif answer.json["code"] != "task-gone":  # a task that is gone is gone for everybody
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
            "/demo/clock", "/definitions", *OWN, *FOLLOWED, *EACH, "/groups/{group}", "/instances/{instance_id}/move-trial"
        ):
            assert answer.status_code in (403, 404, 409, 422), (method, path, answer.json)
    for row in before["lists"]:
        for act in ("sign", "issue", "post", "close", "key", "hand_over", "pay", "answer"):
            answer = program.raw("quantri", "POST", f"/lists/{row['id']}/acts/{act}", {})
            assert answer.status_code in (403, 404, 409), (row, act, answer.json)
    assert program.call("quantri", "GET", f"/nominations/{one}") == before
