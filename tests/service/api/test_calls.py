"""Calls as a program makes them: keys of writes, two at once, stale versions, forged and malformed requests."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from service import trail
from service.app import create_app
from service.db import db, transaction
from service.processes import history
from tests.journeys.office import Office
from tests.journeys.program import Program
from tests.service.web.browser import forget

NAME = {
    "round": "HN-2026", "subject_group": "D", "award_form": "GK_XA",
    "recipient": {"kind": "individual", "name": "Hoàng Bình Minh", "title": "Giáo viên", "unit": "DONG-MAY"},
}
CHECKED = {"decision": "accept", "papers": ["LETTER", "UNIT_MINUTES", "REPORT"], "form_recommended": "GK_XA", "D1": {"score": 9}}


def at_once(app: Flask, calls: list[Callable[[Program], Any]], tokens: dict[str, str]) -> list[Any]:
    """Several programs calling at the same moment, each in a thread and on a connection of its own."""
    answers: list[Any] = [None] * len(calls)
    ready = threading.Barrier(len(calls))

    def one(n: int) -> None:
        program = Program(app.test_client(), lambda: None)
        program.tokens = dict(tokens)
        ready.wait()
        answers[n] = calls[n](program)

    db.session.remove()
    threads = [threading.Thread(target=one, args=(n,)) for n in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def to_check(office: Office) -> tuple[int, int]:
    """A nomination that waits for the office's check, and the task."""
    one = office.nominate("HN-2026")
    office.assess(one)
    office.sign(one)
    (stop,) = [s for s in history.timeline(office.read(one).instance_id or 0) if s.state == "open"]
    return one, stop.id


# -- keys of writes


def test_same_key_gives_the_same_answer_and_acts_once(program: Program) -> None:
    key = {"Idempotency-Key": "9d2c"}
    first = program.raw("donvi", "POST", "/nominations", NAME, headers=key)
    again = program.raw("donvi", "POST", "/nominations", NAME, headers=key)
    assert first.status_code == again.status_code == 201
    assert first.json == again.json
    assert again.headers["Idempotent-Replay"] == "true"
    assert program.call("donvi", "GET", "/nominations")["total"] == 1


@pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
def test_same_key_with_another_request_is_a_conflict(program: Program) -> None:
    key = {"Idempotency-Key": "9d2c"}
    assert program.raw("donvi", "POST", "/nominations", NAME, headers=key).status_code == 201
    other = {**NAME, "award_form": "BK_TINH"}
    answer = program.raw("donvi", "POST", "/nominations", other, headers=key)
    assert (answer.status_code, answer.json["code"]) == (409, "idempotency-mismatch")
    another = {**NAME, "recipient": {**NAME["recipient"], "name": "Lê Trúc Xanh"}}
    assert program.raw("thutruong", "POST", "/nominations", another, headers=key).status_code == 201


@pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
def test_refused_call_leaves_its_key_free(program: Program) -> None:
    key = {"Idempotency-Key": "9d2c"}
    wrong = {**NAME, "round": "HN-2077"}
    assert program.raw("donvi", "POST", "/nominations", wrong, headers=key).status_code == 422
    assert program.raw("donvi", "POST", "/nominations", NAME, headers=key).status_code == 201


@pytest.mark.both_databases
def test_same_key_at_the_same_moment_is_one_act(office: Office, program: Program) -> None:
    program.token("donvi")

    def call(p: Program) -> Any:
        return p.raw("donvi", "POST", "/nominations", NAME, headers={"Idempotency-Key": "k"}).json

    answers = at_once(office.app, [call] * 4, program.tokens)
    assert len({a["id"] for a in answers}) == 1, answers
    assert program.call("donvi", "GET", "/nominations")["total"] == 1


@pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
def test_key_that_cannot_be_kept_is_refused(program: Program) -> None:
    for key in ("x" * 201, "ngày"):
        answer = program.raw("donvi", "POST", "/nominations", NAME, headers={"Idempotency-Key": key.encode().decode("latin-1")})
        assert (answer.status_code, answer.json["code"]) == (422, "idempotency-key")


@pytest.mark.both_databases
def test_pressed_several_times_without_a_key_is_one_nomination(office: Office, program: Program) -> None:
    program.token("donvi")

    def call(p: Program) -> Any:
        return p.raw("donvi", "POST", "/nominations", NAME)

    answers = at_once(office.app, [call] * 4, program.tokens)
    assert [a.status_code for a in answers] == [201] * 4
    assert len({a.json["id"] for a in answers}) == 1
    assert program.call("donvi", "GET", "/nominations")["total"] == 1
    assert len(program.call("vhxh", "GET", "/lists?kind=submission")["items"]) == 1


@pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
def test_same_name_is_asked_about_once_and_taken_when_it_was_seen(program: Program) -> None:
    one = program.call("donvi", "POST", "/nominations", NAME)["id"]
    other = {**NAME, "award_form": "BK_TINH"}
    answer = program.raw("donvi", "POST", "/nominations", other)
    assert (answer.status_code, answer.json["code"]) == (409, "same-name")
    assert [line["nomination"] for line in answer.json["lines"]] == [one]
    two = program.call("donvi", "POST", "/nominations", {**other, "seen": [one]})["id"]
    elsewhere = {**NAME, "recipient": {**NAME["recipient"], "unit": "DET-NANG-SOM"}}
    asked = program.raw("donvi2", "POST", "/nominations", {**elsewhere, "seen": []})
    assert [line["nomination"] for line in asked.json["lines"]] == [one, two]
    assert program.raw("donvi2", "POST", "/nominations", elsewhere).status_code == 201


@pytest.mark.long
@pytest.mark.both_databases
def test_list_drawn_up_several_times_at_once_is_one(office: Office, program: Program) -> None:
    one = office.nominate("HN-2026")
    office.to_council(one, "HN-2026")
    office.sit("HN-2026", {})
    program.token("vhxh")

    def call(p: Program) -> Any:
        return p.raw("vhxh", "POST", "/lists", {"kind": "decision", "round": "HN-2026"})

    answers = at_once(office.app, [call] * 3, program.tokens)
    assert sorted(a.status_code for a in answers) == [201, 409, 409]
    assert {a.json.get("code") for a in answers} == {None, "no-lines"}


@pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
def test_signed_again_takes_the_name_that_came_since(office: Office, program: Program) -> None:
    one, two = office.nominate("HN-2026"), office.nominate("HN-2026", name="Lê Trúc Xanh")
    office.assess(one)
    office.sign(one)
    office.assess(two)
    path = f"/submissions/{office.submission(one)}/sign"
    fresh = program.call("thutruong", "POST", path, {})
    assert (fresh["repeated"], fresh["done"]) == (False, 1)
    assert program.call("thutruong", "POST", path, {})["repeated"] is True
    office.work()
    assert office.at(two) == {"check_dossier"}


# -- two people at once


@pytest.mark.both_databases
def test_two_people_completing_at_once_one_wins_the_other_reads_the_name(office: Office, program: Program) -> None:
    one, task = to_check(office)
    for who in ("vhxh", "truongphong"):
        program.token(who)

    def by(who: str) -> Callable[[Program], Any]:
        return lambda p: p.raw(who, "POST", f"/tasks/{task}/complete", {"answers": CHECKED})

    answers = at_once(office.app, [by("vhxh"), by("truongphong")], program.tokens)
    assert sorted(a.status_code for a in answers) == [200, 409]
    names = {w: program.call(w, "GET", "/me")["name"] for w in ("vhxh", "truongphong")}
    won = "vhxh" if answers[0].status_code == 200 else "truongphong"
    lost = next(a for a in answers if a.status_code == 409)
    assert lost.json["code"] == "task-done" and names[won] in lost.json["message"]
    office.work()
    assert office.at(one) == {"wait_posting"}
    assert trail.verify().ok


@pytest.mark.both_databases
def test_enter_pressed_twice_is_one_completion(office: Office, program: Program) -> None:
    _, task = to_check(office)
    program.token("vhxh")

    def call(p: Program) -> Any:
        return p.raw("vhxh", "POST", f"/tasks/{task}/complete", {"answers": CHECKED}).status_code

    assert sorted(at_once(office.app, [call] * 3, program.tokens)) == [200, 409, 409]


@pytest.mark.both_databases
def test_two_claim_at_once_one_holds_it_and_completing_is_his(office: Office, program: Program) -> None:
    _, task = to_check(office)
    for who in ("vhxh", "truongphong"):
        program.token(who)

    def by(who: str) -> Callable[[Program], Any]:
        return lambda p: p.raw(who, "POST", f"/tasks/{task}/claim", {})

    answers = at_once(office.app, [by("vhxh"), by("truongphong")], program.tokens)
    assert sorted(a.status_code for a in answers) == [200, 409]
    lost = "truongphong" if answers[0].status_code == 200 else "vhxh"
    answer = program.raw(lost, "POST", f"/tasks/{task}/complete", {"answers": CHECKED})
    assert (answer.status_code, answer.json["code"]) == (409, "task-claimed")


@pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
def test_stale_version_is_refused_and_nothing_moves(office: Office, program: Program) -> None:
    one, task = to_check(office)
    seen = program.call("vhxh", "GET", f"/tasks/{task}")["version"]
    program.call("vhxh", "POST", f"/tasks/{task}/claim", {})
    program.call("vhxh", "POST", f"/tasks/{task}/release", {})
    answer = program.raw("vhxh", "POST", f"/tasks/{task}/complete", {"answers": CHECKED, "version": seen})
    assert (answer.status_code, answer.json["code"]) == (409, "stale")
    assert office.at(one) == {"check_dossier"}


def test_act_with_one_bad_line_writes_nothing_and_names_it(office: Office, program: Program) -> None:
    one, two = office.nominate("HN-2026"), office.nominate("HN-2026", name="Lê Trúc Xanh")
    office.assess(one)
    office.assess(two)
    list_id = office.submission(one)
    before = program.call("thutruong", "GET", f"/lists/{list_id}")
    said = {
        "lines": [{"nomination": one, "result": "signed"}, {"nomination": two, "result": "struck"}],
        "minutes": {"held_on": "2026-11-03", "chaired_by": "Đinh Vũ Phong", "members": 9, "present": 9, "votes": 9},
    }
    answer = program.raw("thutruong", "POST", f"/submissions/{list_id}/sign", said)
    assert (answer.status_code, answer.json["code"]) == (422, "bad-lines")
    assert [line["name"] for line in answer.json["lines"]] == ["Lê Trúc Xanh"]
    assert program.call("thutruong", "GET", f"/lists/{list_id}") == before
    said["lines"] = []
    assert program.call("thutruong", "POST", f"/submissions/{list_id}/sign", said)["done"] == 2


@pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
def test_events_say_door_change_and_reason_to_whom_may_read_them(office: Office, program: Program) -> None:
    one = office.nominate("HN-2026")
    with transaction():
        trail.record(
            "recipient:changed", by=office.who("vhxh").through("api"), stream=f"instance:{office.read(one).instance_id}",
            before={"form": "GK_XA"}, after={"form": "LDTT"}, reason="Ghi nhầm hình thức",
        )
    path = f"/nominations/{one}/events"
    seen = program.call("vhxh", "GET", path)["items"][-1]
    assert (seen["door"], seen["before"], seen["after"]) == ("api", {"form": "GK_XA"}, {"form": "LDTT"})
    assert seen["reason"] == "Ghi nhầm hình thức"
    own = program.call("donvi", "GET", path)["items"][-1]
    assert own["after"] == {"form": "LDTT"} and own["reason"] is None
    other = program.call("ketoan", "GET", path)["items"][-1]
    assert other["sentence"] and other["door"] == "api"
    assert (other["before"], other["after"], other["reason"]) == ({}, {}, None)


@pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
def test_group_is_called_otherwise_by_an_administrator(office: Office, program: Program) -> None:
    said = {"label": "Phòng Văn hóa mới", "label_en": "New office of culture"}
    assert program.raw("vhxh", "PUT", "/groups/vhxh", said).status_code == 403
    assert program.call("quantri", "PUT", "/groups/vhxh", said) == {"group": "vhxh", "scoped": False} | said
    assert said | {"group": "vhxh", "scoped": False} in program.call("donvi", "GET", "/groups")["items"]
    assert program.raw("quantri", "PUT", "/groups/nobody", said).status_code == 404


# -- malformed, foreign, forged


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/tasks/0", 404), ("/tasks/999999", 404), ("/tasks/-1", 404), ("/tasks/1.5", 404),
        ("/tasks/9223372036854775808", 404), ("/tasks/" + "9" * 400, 404), ("/tasks/x", 404),
        ("/nominations/9007199254740993", 404), ("/lists/999999999999999", 404), ("/files/999999999999999", 404),
        ("/definitions/999999999999999/xml", 404), ("/rounds/999999999999999", 404),
        ("/nominations?round=9223372036854775808", 422), ("/nominations?page=100000000000", 422),
        ("/nominations?size=-1", 422), ("/nominations?q=%00", 400), ("/nominations?q=%ED%A0%80", 200),
        ("/tasks?scope=everything", 422), ("/tasks?nomination=1e9", 422), ("/lists?unit=KHONG-CO", 422),
        ("/nominations/1%00/events", 400), ("/no/such/page", 404),
    ],
)
def test_address_that_names_nothing_gets_one_sentence(caller: Program, path: str, status: int) -> None:
    answer = caller.raw("vhxh", "GET", path)
    assert answer.status_code == status, answer.get_data(as_text=True)
    if status >= 400:
        assert answer.content_type == "application/problem+json"
        assert answer.json["message"] and answer.json["message_en"]


BODIES: dict[str, tuple[bytes, str, int]] = {
    "not json": (b"{", "application/json", 400),
    "a list": (b"[]", "application/json", 422),
    "a number": (b"1", "application/json", 422),
    "nothing": (b"", "application/json", 422),
    "form": (b"round=1", "application/x-www-form-urlencoded", 415),
    "text": (b'{"round": 1}', "text/plain", 415),
    "nan": (b'{"round": NaN}', "application/json", 400),
    "lone surrogate": (b'{"round": "\\ud800"}', "application/json", 400),
    "nul": (b'{"round": "a\\u0000b"}', "application/json", 400),
    "beyond 64 bit": (b'{"round": 99999999999999999999999}', "application/json", 400),
    "deep": (b'{"round": ' + b"[" * 500 + b"]" * 500 + b"}", "application/json", 400),
    "deeper": (b"[" * 100_000, "application/json", 400),
    "not utf-8": (b'{"round": "\xff\xfe"}', "application/json", 400),
    "float for a number": (b'{"round": 1.5}', "application/json", 422),
    "unknown field": (b'{"colour": 1}', "application/json", 422),
    "many files": (b"--x--", "multipart/form-data; boundary=x", 422),
}


@pytest.mark.parametrize("name", sorted(BODIES))
def test_body_that_cannot_be_read_gets_one_sentence(caller: Program, name: str) -> None:
    body, kind, status = BODIES[name]
    for path in ("/nominations", "/submissions"):
        answer = caller.raw("donvi", "POST", path, data=body, content_type=kind)
        assert answer.status_code == status, answer.get_data(as_text=True)
        assert answer.content_type == "application/problem+json"
        assert "Traceback" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
def test_too_large_a_body_and_a_disguised_upload_are_refused(office: Office, program: Program) -> None:
    one = office.nominate("HN-2026")
    office.app.config["MAX_CONTENT_LENGTH"] = 100_000
    good = (io.BytesIO("Báo cáo thành tích".encode()), "Báo cáo.txt")
    path = f"/nominations/{one}/files"
    assert program.raw("donvi", "POST", path, data={"file": good}).status_code in (201, 422)
    huge = program.raw("donvi", "POST", path, data={"file": (io.BytesIO(b"x" * 200_000), "a.pdf")})
    assert (huge.status_code, huge.json["code"]) == (413, "http-413")
    masked = program.raw("donvi", "POST", path, data={"file": (io.BytesIO(b"<?php"), "a.php.pdf")})
    assert (masked.status_code, masked.json["code"]) == (422, "upload-refused")
    assert program.raw("thanhtra", "POST", path, data={"file": (io.BytesIO(b"x"), "a.txt")}).status_code == 403
    assert program.raw("donvi", "POST", path, {"file": "x"}).status_code in (415, 422)


@pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
def test_write_with_a_cookie_needs_the_token_of_the_page(office: Office, program: Program) -> None:
    client = office.app.test_client()
    with client.session_transaction() as session:
        session["token"] = program.token("donvi")
    assert client.get("/api/v1/me").status_code == 200
    forged = client.post("/api/v1/nominations", json=NAME)
    assert (forged.status_code, forged.json["code"] if forged.json else "") == (400, "csrf")
    wrong = client.post("/api/v1/nominations", json=NAME, headers={"X-CSRF-Token": "x"})
    assert wrong.status_code == 400
    with client.session_transaction() as session:
        from itsdangerous import URLSafeTimedSerializer

        session["csrf_token"] = "0" * 40
        token = URLSafeTimedSerializer(office.app.secret_key or "", salt="wtf-csrf-token").dumps("0" * 40)
    assert client.post("/api/v1/nominations", json=NAME, headers={"X-CSRF-Token": str(token)}).status_code == 201


def test_answers_carry_the_headers_that_keep_browsers_safe(caller: Program) -> None:
    for who, path in ((None, "/me"), ("vhxh", "/me"), (None, "/no/such/page")):
        headers = caller.raw(who, "GET", path).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Strict-Transport-Security" not in headers  # this one is reached by http
        assert headers["Cache-Control"] == "no-store"
        assert "Server" not in headers or "Werkzeug" not in headers["Server"]
    refused = caller.raw(None, "GET", "/me")
    assert refused.status_code == 401 and "Bearer" in refused.headers["WWW-Authenticate"]
    answer = caller.raw("vhxh", "PATCH", "/me")
    assert answer.status_code == 405 and "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
def test_where_people_come_by_https_browsers_are_kept_to_it(office: Office) -> None:
    plain, safe = (_limited(office, base_url=f"{scheme}://thi-dua.example") for scheme in ("http", "https"))
    answer = plain.get("/sign-in")
    assert "Strict-Transport-Security" not in answer.headers and answer.headers["Set-Cookie"].startswith("vinhdanh=")
    forget()
    cookie = safe.get("/sign-in").headers["Set-Cookie"]
    for path in ("/sign-in", "/api/v1/me", "/no/such/page", "/healthz"):
        assert safe.get(path).headers["Strict-Transport-Security"] == "max-age=31536000", path
    parts = {part.strip() for part in cookie.split(";")}
    assert cookie.startswith("__Host-vinhdanh=") and {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= parts
    assert "Domain" not in cookie


def _limited(office: Office, **limits: Any) -> Any:
    """A client of an application of its own on the same database, with the limits of a real one, only lower."""
    settings = office.app.extensions["settings"].model_copy(update=limits)
    return create_app(settings).test_client()


@pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
def test_whoever_is_not_signed_in_is_counted_by_address_whatever_token_is_made_up(office: Office) -> None:
    client = _limited(office, rate_address=3)
    made_up = [{"Authorization": f"Bearer made-up-{n}"} for n in range(4)]
    answers = [client.get("/api/v1/me", headers=head) for head in made_up] + [client.get("/api/v1/me")]
    assert [a.status_code for a in answers] == [401, 401, 401, 429, 429]
    last = answers[-1]
    assert last.content_type == "application/problem+json"
    assert last.json is not None and last.json["code"] == "http-429"
    assert int(last.headers["Retry-After"]) > 0
    other = client.get("/api/v1/me", environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
    assert other.status_code == 401
    assert client.get("/sign-in").status_code == 429  # pages count the same
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
def test_whoever_is_signed_in_is_counted_by_account_over_all_sessions_and_addresses(office: Office, program: Program) -> None:
    tokens = []
    for who in ("vhxh", "vhxh", "donvi"):
        program.tokens.clear()
        program.call(who, "GET", "/me")
        tokens.append({"Authorization": f"Bearer {program.tokens[who]}"})
    assert tokens[0] != tokens[1]
    client = _limited(office, rate_account=3, rate_address=1)
    seen = [client.get("/api/v1/me", headers=tokens[n]).status_code for n in (0, 1, 0, 1)]
    assert seen == [200, 200, 200, 429]
    elsewhere = client.get("/api/v1/me", headers=tokens[0], environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
    assert elsewhere.status_code == 429
    assert client.get("/api/v1/me", headers=tokens[2]).status_code == 200  # another account from the same address


@pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
def test_tries_to_sign_in_are_counted_by_address(office: Office) -> None:
    client = _limited(office, rate_sign_in=2)
    said = {"username": "vhxh", "password": "sai"}
    assert [client.post("/api/v1/session", json=said).status_code for _ in range(3)] == [401, 401, 429]


@pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
def test_clock_moves_forward_only_and_by_sense(program: Program) -> None:
    for said in ({"advance": "P1D"}, {"to": "2026-12-01"}):
        program.move_clock(**said)
    assert program.now() == "2026-12-01"
    for bad in ({}, {"to": "2025-01-01"}, {"advance": "soon"}, {"to": "2999-01-01"}, {"advance": "P99999D"}, {"to": "x" * 40}):
        answer = program.raw("quantri", "POST", "/demo/clock", bad)
        assert (answer.status_code, answer.json["code"]) == (422, "clock")
