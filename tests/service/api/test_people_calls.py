"""Administration by calls: accounts and their roles, units, the working calendar, versions in use, what is one's own; who may not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyotp
import pytest
from sqlalchemy import update

from service import notices, people, trail
from service.db import transaction
from service.people import oidc
from service.processes import enactments
from service.studio import replay_process
from service.studio.replay_models import ReplayRun
from tests.journeys.office import Office
from tests.journeys.program import Program
from tests.service.api.conftest import DAY
from tests.service.api.test_deploy_calls import deploy
from tests.service.people.enrolling import enrolled
from tests.service.studio.past_cases import add_past_cases

pytestmark = pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
NEW = "mưa nguồn suối xa"
OTHER = "đường xa gió lặng"
WHY = {"reason": "Theo giấy đề nghị số 4"}
TODAY = DAY.isoformat()


def _code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


def test_administrator_makes_an_account_and_its_holder_begins(office: Office, program: Program) -> None:
    said = {"username": "moi.den", "name": "Lê Mới Đến", "title": "Văn thư", "email": "moi@sonmai.example", "groups": ["clerk"]}
    assert _code(program.raw("vhxh", "POST", "/accounts", said)) == (403, "forbidden")
    made = program.call("quantri", "POST", "/accounts", said)
    assert program.raw("quantri", "POST", "/accounts", said).json["code"] == "login-taken"
    listed = program.call("thanhtra", "GET", "/accounts?q=moi%20den&group=clerk")
    assert [row["id"] for row in listed["items"]] == [made["id"]] and (listed["total"], listed["more"]) == (1, False)
    assert not listed["items"][0]["has_password"]
    assert program.raw("vhxh", "GET", "/accounts").status_code == 403
    answer = program.raw(None, "POST", "/session/code", {"username": "moi.den", "code": made["code"], "password": NEW})
    program.tokens["moi.den"] = answer.json["token"]
    assert program.call("moi.den", "GET", "/me")["groups"] == ["clerk"]
    seen = program.call("thanhtra", "GET", f"/accounts/{made['id']}")
    assert seen["has_password"] and not seen["second_factor"] and seen["linked"] is None and not seen["mail_returned"]
    assert [(one["group"], one["since"], one["until"], one["holds"]) for one in seen["groups"]] == [("clerk", TODAY, None, True)]
    assert program.raw("thanhtra", "GET", "/accounts/999999").status_code == 404
    assert program.raw("vhxh", "GET", f"/accounts/{made['id']}").status_code == 403


def test_what_is_said_of_a_person_is_changed_field_by_field(office: Office, program: Program) -> None:
    clerk = office.who("vanthu").account
    program.token("vanthu")
    before = program.call("thanhtra", "GET", f"/accounts/{clerk}")
    assert program.raw("vanthu", "PATCH", f"/accounts/{clerk}", {"title": "Thử"}).status_code == 403
    after = program.call("quantri", "PATCH", f"/accounts/{clerk}", {"phone": "0912 345 678", "language": "en"})
    assert after == before | {"phone": "0912 345 678", "language": "en"}
    wrong = program.raw("quantri", "PATCH", f"/accounts/{clerk}", {"email": "không phải thư"})
    assert wrong.status_code == 422 and wrong.json["errors"][0]["path"] == "email"
    assert program.raw("quantri", "PATCH", "/accounts/999999", {"title": "Thử"}).status_code == 404


def test_roles_are_given_with_dates_and_taken_with_a_reason(office: Office, program: Program) -> None:
    clerk, unit = office.who("vanthu").account, office.units["DONG-MAY"]
    role = f"unit:{unit}"
    said = {"group": role, "since": "2026-11-10", "until": "2026-12-01", "basis": "12/QĐ"}
    assert program.raw("vhxh", "POST", f"/accounts/{clerk}/groups", said).status_code == 403
    given = program.call("quantri", "POST", f"/accounts/{clerk}/groups", said)
    (held,) = [one for one in given["groups"] if one["group"] == role]
    assert (held["since"], held["until"], held["holds"]) == ("2026-11-10", "2026-12-01", False)
    assert people.unit_name(unit) in held["label"]
    program.call("quantri", "POST", f"/accounts/{clerk}/groups", {"group": "accountant"})
    assert "accountant" in program.call("vanthu", "GET", "/me")["groups"]
    for wrong, status in (({"group": "khong_co"}, 422), ({"group": "vhxh", "since": TODAY, "until": TODAY}, 422)):
        assert program.raw("quantri", "POST", f"/accounts/{clerk}/groups", wrong).status_code == status
    revoked = WHY | {"group": "accountant"}
    assert program.raw("vhxh", "POST", f"/accounts/{clerk}/groups/revoke", revoked).status_code == 403
    program.call("quantri", "POST", f"/accounts/{clerk}/groups/revoke", revoked)
    assert "accountant" not in program.call("vanthu", "GET", "/me")["groups"]
    assert _code(program.raw("quantri", "POST", f"/accounts/{clerk}/groups/revoke", revoked)) == (404, "not-a-member")
    own = office.who("quantri").account
    last = program.raw("quantri", "POST", f"/accounts/{own}/groups/revoke", WHY | {"group": "admin"})
    assert _code(last) == (409, "last-administrator")


def test_access_is_ended_and_given_back(office: Office, program: Program) -> None:
    clerk = office.who("vanthu").account
    program.token("vanthu")
    token = program.call("vanthu", "POST", "/tokens", {"name": "Đồng bộ", "password": "vinhdanh"})["token"]
    acts = ("sign-out", "tokens/revoke", "block", "unblock", "reset", "second-factor/reset", "unlink")
    for act in acts:
        for who in ("vhxh", "vanthu", "thanhtra"):
            assert _code(program.raw(who, "POST", f"/accounts/{clerk}/{act}", WHY)) == (403, "forbidden"), (who, act)
        if act not in ("unlink", "second-factor/reset"):
            assert program.raw("quantri", "POST", f"/accounts/999999/{act}", WHY).status_code == 404, act
    assert len(program.call("quantri", "GET", f"/sessions?account={clerk}")["items"]) == 1
    assert program.raw("vhxh", "GET", f"/sessions?account={clerk}").status_code == 403
    assert program.call("quantri", "POST", f"/accounts/{clerk}/tokens/revoke", WHY) == {"ended": 1}
    assert program.client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).json["code"] == "token-ended"
    assert program.call("quantri", "POST", f"/accounts/{clerk}/sign-out") == {"ended": 1}
    assert program.raw("vanthu", "GET", "/me").status_code == 401
    assert program.raw("quantri", "POST", f"/accounts/{clerk}/block", {}).status_code == 422
    assert program.raw("quantri", "POST", f"/accounts/{clerk}/block", WHY).status_code == 204
    assert not program.call("thanhtra", "GET", f"/accounts/{clerk}")["active"]
    assert [row["id"] for row in program.call("thanhtra", "GET", "/accounts?active=false")["items"]] == [clerk]
    assert program.raw(None, "POST", "/session", {"username": "vanthu", "password": "vinhdanh"}).status_code in (401, 403)
    assert program.raw("quantri", "POST", f"/accounts/{clerk}/unblock", WHY).status_code == 204
    first, second = (
        program.call("quantri", "POST", f"/accounts/{clerk}/reset", headers={"Idempotency-Key": "k"})["code"] for _ in range(2)
    )
    assert first != second  # a code is kept nowhere
    for code, status in ((first, 401), (second, 201)):
        said = {"username": "vanthu", "code": code, "password": NEW}
        assert program.raw(None, "POST", "/session/code", said).status_code == status


def test_lost_second_factor_is_taken_off_by_another(office: Office, program: Program) -> None:
    clerk = office.who("vanthu").account
    assert _code(program.raw("quantri", "POST", f"/accounts/{clerk}/second-factor/reset", WHY)) == (409, "second-factor-off")
    enrolled("vanthu", "vinhdanh")
    assert program.call("thanhtra", "GET", f"/accounts/{clerk}")["second_factor"]
    assert program.raw("quantri", "POST", f"/accounts/{clerk}/second-factor/reset", WHY).status_code == 204
    assert not program.call("thanhtra", "GET", f"/accounts/{clerk}")["second_factor"]
    own = office.who("quantri").account
    assert _code(program.raw("quantri", "POST", f"/accounts/{own}/second-factor/reset", WHY)) == (403, "own-account")


def test_account_is_linked_with_another_house(office: Office, program: Program, tmp_path: Path) -> None:
    clerk = office.who("vanthu").account
    said = WHY | {"subject": "cb-7"}
    assert _code(program.raw("quantri", "POST", f"/accounts/{clerk}/link", said)) == (404, "no-provider")
    (tmp_path / "secret").write_text("bí mật\n", encoding="utf-8")
    (tmp_path / "secret").chmod(0o600)
    lines = ['issuer = "http://127.0.0.1:9"', 'client_id = "vinhdanh"', 'secret_file = "secret"', 'name = "Cổng"', 'name_en = "Portal"']
    (tmp_path / "oidc.toml").write_text("\n".join([*lines, "[groups]"]), encoding="utf-8")
    office.app.extensions["oidc"] = oidc.read_provider(tmp_path / "oidc.toml")
    assert _code(program.raw("vhxh", "POST", f"/accounts/{clerk}/link", said)) == (403, "forbidden")
    linked = program.call("quantri", "POST", f"/accounts/{clerk}/link", said)["linked"]
    assert (linked["issuer"], linked["subject"]) == ("http://127.0.0.1:9", "cb-7")
    assert program.raw("quantri", "POST", f"/accounts/{clerk}/link", said).status_code == 409
    assert program.raw("quantri", "POST", f"/accounts/{clerk}/unlink", WHY).status_code == 204
    assert _code(program.raw("quantri", "POST", f"/accounts/{clerk}/unlink", WHY)) == (404, "not-linked")


def test_role_that_nobody_gives_alone_is_asked_for_and_confirmed(office: Office, program: Program) -> None:
    for login, groups in (("quan", ["admin"]), ("truong", ["vhxh_head"]), ("vien", ["vhxh"])):
        made = program.call("quantri", "POST", "/accounts", {"username": login, "name": f"Lê {login}", "groups": groups})
        answer = program.raw(None, "POST", "/session/code", {"username": login, "code": made["code"], "password": NEW})
        program.tokens[login] = answer.json["token"]
    secret = enrolled("quan", NEW)
    office.app.extensions["settings"].demo = False
    said = {"username": "quan", "password": NEW, "code": pyotp.TOTP(secret).now()}
    program.tokens["quan"] = program.raw(None, "POST", "/session", said).json["token"]
    officer = people.find_account("vien").id
    assert _code(program.raw("quan", "POST", f"/accounts/{officer}/groups", {"group": "admin"})) == (409, "second-person-needed")
    asked = program.call("quan", "POST", "/second-person", WHY | {"act": "group.grant", "account": officer, "group": "admin"})
    assert not asked["may_confirm"] and program.raw("quan", "POST", f"/second-person/{asked['id']}/confirm").status_code == 403
    program.call("truong", "POST", f"/second-person/{asked['id']}/confirm")
    assert "admin" in [one["group"] for one in program.call("quan", "GET", f"/accounts/{officer}")["groups"]]


def test_own_password_is_changed_also_where_nothing_else_may_be_called(office: Office, program: Program) -> None:
    program.token("vanthu")
    elsewhere = Program(program.client, office.work)
    elsewhere.token("vanthu")
    said = {"old": "vinhdanh", "new": NEW}
    assert program.raw(None, "POST", "/session/password", said).status_code == 401
    assert program.raw("vanthu", "POST", "/session/password", said | {"old": "sai rồi"}).status_code == 401
    weak = program.raw("vanthu", "POST", "/session/password", said | {"new": "ngắn"})
    assert weak.status_code == 422 and weak.json["errors"][0]["path"] == "new"
    assert program.raw("vanthu", "POST", "/session/password", said).status_code == 204
    assert program.call("vanthu", "GET", "/me")["username"] == "vanthu"
    assert elsewhere.raw("vanthu", "GET", "/me").status_code == 401
    program.call("quantri", "POST", f"/accounts/{office.who('vanthu').account}/force-change")
    assert _code(program.raw("vanthu", "GET", "/tasks")) == (403, "must-change")
    assert program.raw("vanthu", "POST", "/session/password", {"old": NEW, "new": OTHER}).status_code == 204
    assert program.raw("vanthu", "GET", "/tasks").status_code == 200


def test_language_of_the_own_mail_stands_beside_its_ways(office: Office, program: Program) -> None:
    assert program.call("vhxh", "GET", "/notices/choices")["language"] == "vi"
    changed = program.call("vhxh", "PUT", "/notices/choices", {"language": "en"})
    assert changed["language"] == people.find_account("vhxh").locale == "en"
    assert program.call("vanthu", "GET", "/notices/choices")["language"] == "vi"
    kept = program.call("vhxh", "PUT", "/notices/choices", {"ways": {"assigned": "daily"}})
    assert kept["language"] == "en" and {one.letter: one.way for one in notices.read_choices(by=office.who("vhxh"))}["assigned"] == "daily"
    assert program.raw("vhxh", "PUT", "/notices/choices", {"language": "fr"}).status_code == 422


def test_unit_is_made_changed_renamed_and_merged(office: Office, program: Program) -> None:
    said = {"code": "SUOI-CAN", "name": "Thôn Suối Cạn", "kind": "village", "subject_group": "D", "parent": "DONG-MAY"}
    assert program.raw("vhxh", "POST", "/units", said).status_code == 403
    made = program.call("quantri", "POST", "/units", said)
    unit, parent = made["id"], office.units["DONG-MAY"]
    assert made["parent"] == parent and [one["name"] for one in made["names"]] == ["Thôn Suối Cạn"]
    assert _code(program.raw("quantri", "POST", "/units", said)) == (409, "code-taken")
    assert program.raw("quantri", "POST", "/units", said | {"code": "THON-2", "parent": "KHONG-CO"}).json["errors"][0]["path"] == "parent"
    assert program.raw("vhxh", "PATCH", f"/units/{unit}", {"contact": "Lê Suối"}).status_code == 403
    assert program.call("quantri", "PATCH", f"/units/{unit}", {"contact": "Lê Suối"})["contact"] == "Lê Suối"
    office.go_to("2026-11-10")
    renamed = {"name": "Thôn Suối Cạn Mới", "since": "2026-11-10", "basis": "3/NQ"}
    assert program.raw("vhxh", "POST", f"/units/{unit}/rename", renamed).status_code == 403
    program.call("quantri", "POST", f"/units/{unit}/rename", renamed)
    assert [one["name"] for one in program.call("donvi", "GET", f"/units/{unit}")["names"]] == ["Thôn Suối Cạn", "Thôn Suối Cạn Mới"]
    clerk = office.who("vanthu").account
    program.call("quantri", "POST", f"/accounts/{clerk}/groups", {"group": f"unit:{unit}"})
    ending = WHY | {"on": "2026-11-10", "successor": "DONG-MAY", "basis": "4/NQ"}
    assert program.raw("vhxh", "POST", f"/units/{unit}/dissolve", ending).status_code == 403
    later = program.raw("quantri", "POST", f"/units/{unit}/dissolve", ending | {"on": "2026-12-10"})
    assert later.status_code == 422 and later.json["errors"][0]["path"] == "on"
    ended = program.call("quantri", "POST", f"/units/{unit}/dissolve", ending)
    assert (ended["dissolved_on"], ended["successor"]) == ("2026-11-10", parent)
    held = program.call("thanhtra", "GET", f"/accounts/{clerk}")["groups"]
    assert {one["group"]: one["holds"] for one in held}.items() >= {f"unit:{unit}": False, f"unit:{parent}": True}.items()
    found = [row["id"] for row in program.call("donvi", "GET", "/units?q=suoi%20can&ended=true")["items"]]
    assert found == [unit] and program.call("donvi", "GET", "/units?q=suoi%20can")["items"] == []
    assert _code(program.raw("quantri", "POST", f"/units/{unit}/dissolve", ending)) == (409, "unit-dissolved")


def test_office_decides_about_a_day_and_takes_it_back(office: Office, program: Program) -> None:
    said = {"day": "2026-12-24", "working": False, "name": "Nghỉ theo thông báo", "basis": "12/TB"}
    assert program.raw("donvi", "POST", "/calendar-days", said).status_code == 403
    before = program.call("donvi", "GET", "/calendar-days?year=2026")
    assert {"law", "office"} - {one["of"] for one in before["items"]} == {"office"}
    assert program.call("truongphong", "POST", "/calendar-days", said) == said | {"of": "office"}
    assert [one for one in program.call("donvi", "GET", "/calendar-days")["items"] if one["of"] == "office"] == [said | {"of": "office"}]
    assert _code(program.raw("truongphong", "POST", "/calendar-days", said)) == (409, "day-taken")
    assert program.raw("truongphong", "POST", "/calendar-days", said | {"day": "2026-12-26"}).status_code == 422  # a Saturday
    assert program.raw("donvi", "POST", "/calendar-days/2026-12-24/drop", WHY).status_code == 403
    assert program.raw("truongphong", "POST", "/calendar-days/2026-12-24/drop", WHY).status_code == 204
    assert program.call("donvi", "GET", "/calendar-days?year=2026") == before
    for day in ("2026-12-24", "hom-nay"):
        assert program.raw("truongphong", "POST", f"/calendar-days/{day}/drop", WHY).status_code == 404


def test_version_is_confirmed_refused_and_gone_back_to(office: Office, program: Program) -> None:
    settings = office.app.extensions["settings"]
    first = deploy(program, 3).json["id"]
    settings.deploy_second = True
    second = deploy(program, 4, seen=first).json["id"]
    (waiting,) = program.call("donvi", "GET", "/enactments?open=true")["items"]
    assert (waiting["definition"], waiting["state"], waiting["may_confirm"]) == (second, "asked", False)
    at = f"/enactments/{waiting['id']}"
    assert program.raw("vhxh", "POST", f"{at}/confirm").status_code == 403
    assert program.raw("quantri", "POST", f"{at}/confirm").status_code == 403  # who asked is no second person
    done = program.call("truongphong", "POST", f"{at}/confirm")
    assert (done["state"], done["open"]) == ("confirmed", False) and enactments.used("bench") == second
    assert _code(program.raw("truongphong", "POST", f"{at}/refuse", WHY)) == (409, "enactment-settled")
    third = deploy(program, 5, seen=second).json["id"]
    (waiting,) = program.call("donvi", "GET", "/enactments?open=true")["items"]
    assert program.raw("vhxh", "POST", f"/enactments/{waiting['id']}/refuse", WHY).status_code == 403
    refused = program.call("truongphong", "POST", f"/enactments/{waiting['id']}/refuse", WHY)
    assert (refused["definition"], refused["state"], refused["refusal"]) == (third, "refused", WHY["reason"])
    assert program.raw("vhxh", "POST", f"/definitions/{first}/roll-back", WHY).status_code == 403
    back = program.call("quantri", "POST", f"/definitions/{first}/roll-back", WHY)
    assert (back["kind"], back["replaces"]) == ("rolled_back", second) and enactments.used("bench") == first
    assert _code(program.raw("quantri", "POST", f"/definitions/{first}/roll-back", WHY)) == (409, "in-use")
    assert _code(program.raw("quantri", "POST", f"/definitions/{third}/roll-back", WHY)) == (409, "never-used")


@pytest.mark.long
def test_cancelled_replay_goes_on(office: Office, program: Program) -> None:
    add_past_cases(4, walks=4)
    run = program.call("quantri", "POST", "/replays?of=deployment:1")["id"]
    settings = office.app.extensions["settings"]
    replay_process.wait(run, settings)
    with transaction() as s:
        s.execute(update(ReplayRun).where(ReplayRun.id == run).values(state="cancelled"))
    assert program.raw("vhxh", "POST", f"/replays/{run}/resume").status_code == 403
    assert program.call("quantri", "POST", f"/replays/{run}/resume")["state"] in ("running", "done")
    replay_process.wait(run, settings)
    assert program.call("quantri", "GET", f"/replays/{run}")["state"] == "done"
    assert program.raw("quantri", "POST", "/replays/999999/resume").status_code == 404


def test_what_was_done_by_calls_stands_in_the_trail_with_its_door(office: Office, program: Program) -> None:
    clerk = office.who("vanthu").account
    program.call("quantri", "POST", f"/accounts/{clerk}/groups", {"group": "accountant"})
    program.call("quantri", "POST", f"/accounts/{clerk}/block", WHY)
    told = trail.read(stream=f"account:{clerk}", door="api", limit=20).events
    assert {"account:joined_group", "account:blocked"} <= {event.kind for event in told}
