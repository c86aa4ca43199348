"""Outgoing mail, the words of letters, and stuck work over the API: for the administrator; the inspector reads."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from service import clock, db, jobs, notices, people, trail
from service.actor import machine
from service.db import transaction
from service.jobs.models import JOB
from service.notices.models import RETURN
from service.processes import history
from service.processes.instances import raise_incident
from tests.journeys.office import Office
from tests.journeys.program import Program

pytestmark = pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
LETTER = "/letters/assigned"


def _refused(program: Program, who: str, method: str, path: str, body: Any = None) -> tuple[int, str]:
    answer = program.raw(who, method, path, body)
    return answer.status_code, answer.json["code"]


def test_a_mail_is_found_read_cancelled_and_sent_again(program: Program, office: Office) -> None:
    program.raw("quantri", "POST", "/mail/test")
    office.work()
    found = program.call("quantri", "GET", "/mail?letter=test")
    (row,) = found["items"]
    assert (found["total"], found["way"], row["state"], row["can_resend"]) == (1, "page", "sent", True)
    assert found["counts"]["sent"] == 1 and program.call("thanhtra", "GET", "/mail?state=failed")["items"] == []
    at = f"/mail/{row['id']}"
    shown = program.call("thanhtra", "GET", at)
    assert shown["subject"] == row["subject"] and shown["text"] and "<" in shown["html"] and shown["message_id"]
    assert _refused(program, "quantri", "POST", f"{at}/cancel") == (409, "mail-moved-on")
    assert program.call("quantri", "POST", f"{at}/resend")["state"] == "queued"
    assert program.call("quantri", "POST", f"{at}/cancel")["state"] == "cancelled"
    done = [(e.kind, e.door) for e in trail.read(kind="mail:cancelled", limit=1).events + trail.read(kind="mail:resent", limit=1).events]
    assert done == [("mail:cancelled", "api"), ("mail:resent", "api")]
    for who in ("thanhtra", "vhxh"):
        for act in ("resend", "cancel"):
            assert _refused(program, who, "POST", f"{at}/{act}") == (403, "forbidden")
        assert program.raw(who, "POST", "/mail/test").status_code == 403
    assert program.raw("vhxh", "GET", at).status_code == program.raw("vhxh", "GET", "/mail").status_code == 403
    assert program.raw("quantri", "GET", "/mail/999999").status_code == 404
    assert program.raw("quantri", "POST", "/mail/999999/resend").status_code == 404
    assert program.raw("quantri", "GET", "/mail?state=lost").status_code == 422


def test_mail_is_held_back_with_a_reason_and_let_out(program: Program, office: Office) -> None:
    assert program.call("quantri", "GET", "/mail")["freeze"] is None
    for who in ("thanhtra", "vhxh"):
        assert program.raw(who, "POST", "/mail/freeze", {"reason": "Thử"}).status_code == 403
    refused = program.raw("quantri", "POST", "/mail/freeze", {"reason": "  "})
    assert refused.status_code == 422 and refused.json["errors"][0]["path"] == "reason"
    held = program.call("quantri", "POST", "/mail/freeze", {"reason": "Vừa phục hồi"})
    assert held["reason"] == "Vừa phục hồi" and program.call("thanhtra", "GET", "/mail")["freeze"] == held
    assert program.raw("quantri", "POST", "/mail/freeze", {"reason": "Lần nữa"}).status_code == 409
    assert program.raw("thanhtra", "POST", "/mail/release").status_code == 403 and notices.is_frozen()
    assert program.raw("quantri", "POST", "/mail/release").status_code == 204 and not notices.is_frozen()
    assert program.raw("quantri", "POST", "/mail/release").status_code == 409


def test_an_address_that_returns_letters_is_listed_and_let_off(program: Program, office: Office) -> None:
    person = people.find_account("donvi")
    assert program.call("thanhtra", "GET", "/mail/returns") == {"items": []}
    with transaction() as s:
        s.execute(sa.insert(RETURN).values(
            mail=1, account=person.id, address=person.email, final=True, status="5.1.1", said="550 unknown", report="x",
            reported_at=clock.now(),
        ))
        trail.record("mail:returned", by=machine("worker"), stream=f"account:{person.id}")
    (one,) = program.call("thanhtra", "GET", "/mail/returns")["items"]
    assert (one["address"], one["accounts"], one["failed"], one["said"]) == (person.email, [person.id], 1, "550 unknown")
    assert one["marked_since"]
    lift = {"address": person.email, "reason": "Đã mở lại hộp thư"}
    for who in ("thanhtra", "vhxh"):
        assert program.raw(who, "POST", "/mail/returns/lift", lift).status_code == 403
    assert program.raw("vhxh", "GET", "/mail/returns").status_code == 403
    assert _refused(program, "quantri", "POST", "/mail/returns/lift", lift | {"address": "khong@ai.example"}) == (409, "nothing-returned")
    assert program.call("quantri", "POST", "/mail/returns/lift", lift) == {"going": 0}
    assert program.call("quantri", "GET", "/mail/returns") == {"items": []}


def test_a_letter_is_read_worded_anew_tried_and_restored(program: Program, office: Office) -> None:
    assert "assigned" in {one["name"] for one in program.call("thanhtra", "GET", "/letters")["items"]}
    before = program.call("thanhtra", "GET", LETTER)["subject"]
    stands = program.call("quantri", "GET", f"{LETTER}/words")
    assert (stands["number"], stands["changed"], stands["versions"]) == (0, False, []) and stands["gaps"]["task"] is True
    words = stands["words"] | {"vi_subject": "Mời xử lý: {{ task }}"}
    assert program.raw("quantri", "POST", f"{LETTER}/words/test", words).status_code == 204
    assert notices.outbox(by=office.who("quantri")).lines[0].subject.startswith("Mời xử lý: ")
    assert program.call("thanhtra", "GET", LETTER)["subject"] == before, "a test changes no words"

    said = words | {"seen": 0, "reason": "Theo Công văn 12"}
    refused = program.raw("quantri", "PUT", f"{LETTER}/words", said | {"vi_subject": "{{ nobody }}"})
    assert (refused.status_code, refused.json["errors"][0]["path"]) == (422, "vi_subject")
    changed = program.call("quantri", "PUT", f"{LETTER}/words", said)
    assert (changed["number"], changed["changed"], changed["versions"][0]["reason"]) == (1, True, "Theo Công văn 12")
    assert program.call("thanhtra", "GET", LETTER)["subject"].startswith("Mời xử lý: ")
    assert program.raw("quantri", "PUT", f"{LETTER}/words", said).status_code == 409, "somebody saved since"
    assert program.call("quantri", "GET", f"{LETTER}/versions/1")["words"]["vi_subject"] == "Mời xử lý: {{ task }}"
    assert program.call("quantri", "GET", f"{LETTER}/versions/0")["subject"] == before
    assert program.raw("quantri", "GET", f"{LETTER}/versions/9").status_code == 404
    back = program.call("quantri", "POST", f"{LETTER}/versions/0/restore", {"seen": 1, "reason": "Về mẫu chung"})
    assert (back["number"], back["changed"]) == (2, False) and program.call("thanhtra", "GET", LETTER)["subject"] == before
    assert program.raw("quantri", "POST", f"{LETTER}/versions/1/restore", {"seen": 1, "reason": "Rõ hơn"}).status_code == 409
    for who in ("thanhtra", "vhxh"):
        assert program.raw(who, "GET", f"{LETTER}/words").status_code == program.raw(who, "GET", f"{LETTER}/versions/1").status_code == 403
        for method, path, body in (
            ("PUT", "words", said | {"seen": 2}), ("POST", "words/test", words),
            ("POST", "versions/1/restore", {"seen": 2, "reason": "Thử"}),
        ):
            assert program.raw(who, method, f"{LETTER}/{path}", body).status_code == 403
    assert program.raw("vhxh", "GET", "/letters").status_code == program.raw("vhxh", "GET", LETTER).status_code == 403
    assert program.raw("quantri", "GET", "/letters/nobody").status_code == 404
    assert program.raw("quantri", "GET", "/letters/nobody/words").status_code == 404


def test_an_alarm_is_worded_by_no_program(program: Program, office: Office) -> None:
    fixed = {one["name"] for one in program.call("quantri", "GET", "/letters")["items"] if one["fixed"]}
    assert {"trail_alarm", "keeper_letter"} <= fixed and "assigned" not in fixed
    words = program.call("quantri", "GET", "/letters/trail_alarm/words")["words"]
    for method, path, body in (
        ("PUT", "words", words | {"seen": 0, "reason": "Thử"}), ("POST", "words/test", words),
        ("POST", "versions/0/restore", {"seen": 0, "reason": "Thử"}),
    ):
        assert _refused(program, "quantri", method, f"/letters/trail_alarm/{path}", body) == (409, "letter-fixed")


def test_stuck_cases_are_listed_by_cause_and_tried_again(program: Program, office: Office) -> None:
    names = [office.nominate("HN-2026"), office.nominate("HN-2026", name="Đỗ Hừng Đông"), office.nominate("HN-2026", name="Lê Xuân")]
    assert program.call("thanhtra", "GET", "/incidents")["groups"] == []
    for name in names:
        raise_incident(office.read(name).instance_id or 0, "self_assess", RuntimeError("đĩa đầy"))
    (group,) = program.call("thanhtra", "GET", "/incidents")["groups"]
    assert (group["code"], group["count"]) == ("RuntimeError", 3) and group["items"][0]["case"] == f"nomination:{names[-1]}"
    first = history.incidents_of("RuntimeError")[0]
    for who in ("truongphong", "thanhtra"):
        assert program.raw(who, "POST", f"/incidents/{first}/retry").status_code == 403
        assert program.raw(who, "POST", "/incidents/retry", {"code": "RuntimeError"}).status_code == 403
    assert len(history.incidents_of("RuntimeError")) == 3
    assert program.call("quantri", "POST", f"/incidents/{first}/retry") == {"again": None}
    assert _refused(program, "quantri", "POST", f"/incidents/{first}/retry") == (409, "incident-settled")
    assert program.call("quantri", "POST", "/incidents/retry", {"code": "RuntimeError"}) == {"went": 2, "stuck": 0}
    found = program.call("quantri", "GET", "/incidents")
    assert found["groups"] == [] and {(one["again"], one["resolved_by"]) for one in found["retried"]} == {
        (None, office.who("quantri").account)}
    assert program.raw("donvi", "GET", "/incidents").status_code == 403
    assert program.raw("quantri", "POST", "/incidents/999999/retry").status_code == 404


def test_jobs_that_were_given_up_run_again_one_by_one_or_by_cause(program: Program, office: Office) -> None:
    assert program.call("thanhtra", "GET", "/jobs")["dead"] == []
    with db.transaction() as s:
        for _ in range(3):
            s.execute(sa.insert(JOB).values(
                topic="mail.none", payload={}, state="dead", attempts=8, run_at=clock.now(), queued_at=clock.now(),
                settled_at=clock.now(), cause="DiskFull", error="DiskFull: đĩa đầy",
            ))
        trail.record("trail:checkpoint_asked", by=machine("cli"), stream="system")
    found = program.call("thanhtra", "GET", "/jobs")
    (cause,) = found["causes"]
    assert (cause["topic"], cause["cause"], cause["count"]) == ("mail.none", "DiskFull", 3)
    assert program.call("quantri", "GET", "/health")["dead"] == 3
    job, said = found["dead"][0]["id"], {"topic": "mail.none", "cause": "DiskFull"}
    for who in ("thanhtra", "truongphong"):
        assert program.raw(who, "POST", f"/jobs/{job}/retry").status_code == 403
        assert program.raw(who, "POST", "/jobs/retry", said).status_code == 403
    assert program.raw("quantri", "POST", f"/jobs/{job}/retry").status_code == 204
    assert _refused(program, "quantri", "POST", f"/jobs/{job}/retry") == (409, "job-not-dead")
    assert program.call("quantri", "POST", "/jobs/retry", said) == {"count": 2}
    assert {one["state"] for one in program.call("quantri", "GET", "/jobs")["retried"]} == {"queued"} and jobs.health().dead == 0
    assert program.raw("quantri", "POST", "/jobs/999999/retry").status_code == 404
    assert program.raw("donvi", "GET", "/jobs").status_code == program.raw("donvi", "GET", "/health").status_code == 403


def test_a_token_reads_mail_but_lets_none_go(program: Program, office: Office) -> None:
    made = program.call(
        "quantri", "POST", "/tokens", {"name": "Theo dõi", "scope": ["system"], "days": 30, "password": "vinhdanh"}
    )["token"]

    def call(method: str, path: str, body: Any = None) -> Any:
        more = {} if body is None else {"json": body}
        return program.client.open(f"/api/v1{path}", method=method, headers={"Authorization": f"Bearer {made}"}, **more)

    assert call("GET", "/mail").status_code == 200 and call("POST", "/mail/freeze", {"reason": "Thử"}).status_code == 200
    answer = call("POST", "/mail/release")
    assert (answer.status_code, answer.json["code"]) == (403, "token-never") and notices.is_frozen()
    restore = call("POST", f"{LETTER}/versions/0/restore", {"seen": 0, "reason": "Thử"})
    assert (restore.status_code, restore.json["code"]) == (403, "token-never")
