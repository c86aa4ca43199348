"""Programs with a personal API token: what each call of the API takes, what it refuses, and what the trail says of it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from service import people, trail
from service.api.token_calls import ANY, CALLS
from tests.journeys.office import Office
from tests.journeys.program import Program

WRITES = {"POST", "PUT", "PATCH", "DELETE"}
IN_PERSON = {
    "session.open_session", "session.redeem_code", "session.close_session", "session.end_session", "session.end_other_sessions",
    "tokens.make_token", "tokens.revoke_token", "api_papers.sign_paper", "api_papers.sign_certificates",
    "api_substitutions.name_substitute", "api_substitutions.end_substitution", "awards.answer_as_nominee",
    "api_council.call_roll", "api_council.check_in", "api_council.reply", "api_council.declare_conflict", "api_council.take_back_conflict",
}
"""Beside ballots: what is the person's own act, or about whom he is."""


def _token(program: Program, who: str, *scope: str, name: str = "Đồng bộ") -> dict[str, Any]:
    said = {"name": name, "scope": list(scope), "days": 30, "password": "vinhdanh"}
    made: dict[str, Any] = program.call(who, "POST", "/tokens", said)
    return made


def _call(program: Program, token: str, method: str, path: str, body: Any = None) -> Any:
    sent: dict[str, Any] = {} if body is None else {"json": body}
    return program.client.open(f"/api/v1{path}", method=method, headers={"Authorization": f"Bearer {token}"}, **sent)


def test_every_write_is_open_to_a_scope_or_done_in_person(shared: Office) -> None:
    written = {
        rule.endpoint for rule in shared.app.url_map.iter_rules() if rule.rule.startswith("/api/v1") and WRITES & (rule.methods or set())
    }
    ballots = {endpoint for endpoint in written if endpoint.startswith("ballots.")}
    assert written == set(CALLS) | IN_PERSON | ballots and not set(CALLS) & (IN_PERSON | ballots)
    assert set(CALLS.values()) - {ANY} <= {area.word for area in people.areas()}


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


@pytest.mark.parametrize("scope", [["task", "system", "movement", "award", "event", "appraisal", "council"]])
def test_whole_scope_opens_nothing_that_is_done_in_person(shared: Office, caller: Program, scope: list[str]) -> None:
    held = [one.word for one in people.scopes_for(shared.who("quantri"))[0]]
    token = _token(caller, "quantri", *held, "account.edit", "group.rename", "substitution.name")["token"]
    assert set(held) & set(scope)
    tried = 0
    for rule in shared.app.url_map.iter_rules():
        if not rule.rule.startswith("/api/v1") or rule.endpoint in {*CALLS, "session.open_session", "session.redeem_code"}:
            continue
        for method in (rule.methods or set()) & WRITES:
            path = re.sub(r"<(?:int:)?\w+>", "1", rule.rule.removeprefix("/api/v1"))
            answer = _call(caller, token, method, path, {})
            assert (answer.status_code, answer.json["code"]) == (403, "token-never"), (method, path, answer.json)
            tried += 1
    assert tried > 20
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
