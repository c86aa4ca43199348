"""Programs with a personal API token: what each call of the API takes, what it refuses, and what the trail says of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from service import people, route_rights, trail
from tests.journeys.office import Office
from tests.journeys.program import Program

ROOT = Path(__file__).resolve().parents[3]


def _token(program: Program, who: str, *scope: str, name: str = "Đồng bộ") -> dict[str, Any]:
    said = {"name": name, "scope": list(scope), "days": 30, "password": "vinhdanh"}
    made: dict[str, Any] = program.call(who, "POST", "/tokens", said)
    return made


def _call(program: Program, token: str, method: str, path: str, body: Any = None) -> Any:
    sent: dict[str, Any] = {} if body is None else {"json": body}
    return program.client.open(f"/api/v1{path}", method=method, headers={"Authorization": f"Bearer {token}"}, **sent)


def _writes(office: Office) -> dict[str, list[tuple[str, str]]]:
    """Endpoint of the API that changes something → its methods and addresses."""
    found: dict[str, list[tuple[str, str]]] = {}
    for rule in office.app.url_map.iter_rules():
        for method in (rule.methods or set()) - route_rights.SAFE:
            if rule.rule.startswith("/api/v1"):
                found.setdefault(rule.endpoint, []).append((method, rule.rule.removeprefix("/api/v1")))
    return found


@pytest.mark.long
def test_every_write_is_open_to_a_scope_or_done_in_person(shared: Office) -> None:
    said = {name: asked for name, asked in route_rights.routes().items() if asked.token}
    assert sorted(set(_writes(shared)) - set(said)) == [], "a new call: say under [token] in service/route_rights.toml who makes it"
    assert sorted(set(said) - set(_writes(shared))) == []
    words = {route_rights.NEVER, route_rights.MATRIX}
    assert {asked.token for asked in said.values()} - words <= {area.word for area in people.areas()}
    for name, asked in said.items():
        asks = asked.acts or asked.thing in ("list_act", "session_act")
        assert asked.token != route_rights.MATRIX or asks, f"{name}: the matrix is asked nothing"
        if asked.token != route_rights.NEVER and asked.acts:
            assert set(asked.acts) - set(people.token_rules()["never"]), f"{name}: no scope could hold what it asks"


@pytest.mark.long
def test_page_of_the_api_names_what_no_token_does(shared: Office) -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    part = page.partition("| never through a token | calls |")[2].partition("\n\n")[0]
    named = re.findall(r"`([A-Z ]+) (/[^`]*)`", part)
    told = {(method, re.sub(r"[A-Z]+", "X", path)) for methods, path in named for method in methods.split()}
    never = {
        (method, re.sub(r"<[^>]*>", "X", path))
        for endpoint, calls in _writes(shared).items() if route_rights.routes()[endpoint].token == route_rights.NEVER
        for method, path in calls
    }
    assert told == never


def test_token_reads_and_changes_within_its_scope(office: Office, program: Program) -> None:
    made = _token(program, "vhxh", "movement")
    said = {"code": "DX-2027", "name": "Đột xuất 2027", "stage": "DOT_XUAT", "year": 2027, "window": ["2027-01-01", "2027-12-31"]}
    assert _call(program, made["token"], "GET", "/me").json["username"] == "vhxh"
    assert _call(program, made["token"], "GET", "/tasks").status_code == 200
    answer = _call(program, made["token"], "POST", "/rounds", said)
    assert answer.status_code == 201, answer.json
    entry = next(e for e in trail.read(limit=20).events if e.kind.startswith("round:"))
    assert (entry.token, entry.door, entry.account) == (made["id"], "api", office.who("vhxh").account)
    told = program.call("thanhtra", "GET", f"/events?kind={entry.kind}")["items"][0]
    assert (told["token"], told["door"]) == (made["id"], "api")
    read_only = _token(program, "vhxh")["token"]
    answer = _call(program, read_only, "POST", "/rounds", said | {"code": "DX-2028"})
    assert (answer.status_code, answer.json["code"]) == (403, "token-scope")
    answer = _call(program, made["token"], "POST", "/lists", {"kind": "posting", "round": "HN-2026"})
    assert (answer.status_code, answer.json["code"]) == (403, "token-scope") or answer.json["code"] == "forbidden"
    (row,) = [one for one in program.call("vhxh", "GET", "/tokens")["items"] if one["id"] == made["id"]]
    assert row["used_on"] and row["scope"] == ["movement"] and made["token"] not in str(row) and row["hint"] == made["token"][-4:]


def test_list_that_waits_in_the_inbox_is_not_signed_through_the_scope_of_tasks(office: Office, program: Program) -> None:
    one = office.nominate("HN-2026")
    office.assess(one)
    rows = program.call("thutruong", "GET", "/tasks?scope=group")["items"]
    (task,) = [row["id"] for row in rows if row["list"] == office.submission(one) and row["element"].endswith(".sign")]
    said = {"answers": {}, "version": program.call("thutruong", "GET", f"/tasks/{task}")["version"]}
    for scope, refused in ((["task"], True), (["filing"], True), (["task", "filing"], False)):
        token = _token(program, "thutruong", *scope)["token"]
        answer = _call(program, token, "POST", f"/tasks/{task}/complete", said)
        assert (answer.status_code == 403) is refused, (scope, answer.json)


def test_scope_of_filing_is_enough_to_nominate(office: Office, program: Program) -> None:
    token = _token(program, "donvi", "filing")["token"]
    who = {"kind": "individual", "name": "Hoàng Bình Minh", "title": "Giáo viên", "unit": "DONG-MAY"}
    said = {"round": "HN-2026", "subject_group": "D", "award_form": "GK_XA", "recipient": who}
    answer = _call(program, token, "POST", "/nominations", said)
    assert answer.status_code == 201, answer.json


def test_single_act_opens_its_own_call_and_no_work_on_tasks(office: Office, program: Program) -> None:
    one = office.nominate("HN-2026")
    office.assess(one)
    office.sign(one)
    task = next(row["id"] for row in program.call("truongphong", "GET", "/tasks?scope=group")["items"] if row["nomination"] == one)
    single, area = (_token(program, "truongphong", scope)["token"] for scope in ("task.prioritise", "task"))
    work: list[tuple[str, Any]] = [
        ("claim", {}), ("draft", {"answers": {}}), ("release", {}), ("follow-up", {"day": "2026-11-20"}), ("complete", {"answers": {}}),
        ("reassign", {"to": office.who("vhxh").account, "reason": "Bận"}),
    ]
    assert _call(program, single, "POST", f"/tasks/{task}/priority", {"priority": "high"}).status_code == 204
    for path, said in [*((f"/tasks/{task}/{act}", said) for act, said in work), ("/task-filters", {"name": "Gấp", "filters": {}}),
                       ("/tasks/bulk", {"act": "claim", "tasks": [task]})]:
        answer = _call(program, single, "POST", path, said)
        assert (answer.status_code, answer.json["code"]) == (403, "token-scope"), (path, answer.json)
    for act, said in work[:3]:
        assert _call(program, area, "POST", f"/tasks/{task}/{act}", said).status_code == 200, act
    assert _call(program, area, "POST", "/tasks/bulk", {"act": "set_priority", "tasks": [task], "priority": "normal"}).json["done"] == 1


@pytest.mark.long
@pytest.mark.parametrize("scope", [["task", "system", "movement", "award", "event", "appraisal", "council"]])
def test_whole_scope_opens_nothing_that_is_done_in_person(shared: Office, caller: Program, scope: list[str]) -> None:
    held = [one.word for one in people.scopes_for(shared.who("quantri"))[0]]
    token = _token(caller, "quantri", *held, "account.edit", "group.rename", "substitution.name")["token"]
    assert set(held) & set(scope)
    tried = 0
    for endpoint, calls in _writes(shared).items():
        asked = route_rights.routes()[endpoint]
        if asked.token != route_rights.NEVER or asked.public:
            continue
        for method, rule in calls:
            path = re.sub(r"<(?:int:)?\w+>", "1", rule)
            answer = _call(caller, token, method, path, {})
            assert (answer.status_code, answer.json["code"]) == (403, "token-never"), (method, path, answer.json)
            tried += 1
    assert tried > 35
    assert _call(caller, token, "GET", "/me").status_code == 200


def test_accounts_are_changed_only_where_the_scope_names_it(shared: Office, caller: Program) -> None:
    account = shared.who("donvi").account
    wide = _token(caller, "quantri", "system", "task")["token"]
    answer = _call(caller, wide, "POST", f"/accounts/{account}/force-change")
    assert (answer.status_code, answer.json["code"]) == (403, "token-scope")
    assert not people.find_account("donvi").must_change
    answer = _call(caller, wide, "PUT", "/groups/vhxh", {"label": "Phòng", "label_en": "Office"})
    assert answer.status_code == 403
    named = _token(caller, "quantri", "group.rename")["token"]
    assert _call(caller, named, "PUT", "/groups/vhxh", {"label": "Phòng Văn hóa", "label_en": "Culture office"}).status_code == 200
    assert _call(caller, named, "POST", f"/accounts/{account}/force-change").status_code == 403


def test_wrong_and_ended_tokens_say_so(shared: Office, caller: Program) -> None:
    made = _token(caller, "vhxh")
    assert _call(caller, made["token"], "GET", "/me").status_code == 200
    wrong = _call(caller, "vdp_" + "x" * 48, "GET", "/me")
    assert (wrong.status_code, wrong.json["code"]) == (401, "wrong-token") and "Bearer" in wrong.headers["WWW-Authenticate"]
    assert caller.raw("donvi", "DELETE", f"/tokens/{made['id']}").status_code == 404
    assert caller.raw("vhxh", "DELETE", f"/tokens/{made['id']}").status_code == 204
    ended = _call(caller, made["token"], "GET", "/me")
    assert (ended.status_code, ended.json["code"]) == (401, "token-ended")
    locked = [_call(caller, "vdp_" + "y" * 48, "GET", "/me") for _ in range(31)][-1]
    assert (locked.status_code, locked.json["code"]) == (429, "locked")
    assert caller.call("vhxh", "GET", "/me")["username"] == "vhxh"  # a session from there is not touched


def test_token_opens_no_page(shared: Office, caller: Program) -> None:
    token = _token(caller, "vhxh", "task")["token"]
    answer = shared.app.test_client().get("/inbox", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 303 and "/sign-in" in answer.headers["Location"]


def test_secret_is_not_kept_for_a_second_asking(shared: Office, caller: Program) -> None:
    said = {"name": "Hai lần", "password": "vinhdanh"}
    first, second = (
        caller.call("vhxh", "POST", "/tokens", said, headers={"Idempotency-Key": "một"}) for _ in range(2)
    )
    assert first["token"] != second["token"]


def test_forced_change_is_answered_as_for_the_person(office: Office, program: Program) -> None:
    token = _token(program, "vhxh", "movement")["token"]
    account = office.who("vhxh").account
    program.call("quantri", "POST", f"/accounts/{account}/force-change")
    answer = _call(program, token, "GET", "/rounds")
    assert (answer.status_code, answer.json["code"]) == (403, "must-change")
