"""A password set with a one-time code, on the page and over the API: the right code, and every wrong one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask
from lxml import html

from service import clock, people, trail
from service.actor import machine
from service.api.idempotency import Answered
from service.app import create_app
from service.db import reading, transaction
from service.people import tally
from service.people.models import Account, SessionToken
from tests.service.web.browser import Guest, heading, words

CLI = machine("cli")
OWN = "mưa nguồn suối xa"
NEW = "đường xa gió lặng"


def _asked(app: Flask, login: str, code: str, password: str = OWN) -> Any:
    guest = Guest(app)
    guest.open("/sign-in/code")
    return guest.post("/sign-in/code", username=login, code=code, password=password)


def _called(app: Flask, login: str, code: str, password: str = OWN, **more: Any) -> Any:
    said = {"username": login, "code": code, "password": password}
    return app.test_client().post("/api/v1/session/code", json=said, **more)


def test_code_of_the_people_page_lets_a_new_person_in(app: Flask) -> None:
    _, code = people.create_account("mai", "Lê Ban Mai", by=CLI, groups=["vhxh"])
    typed = f" {code.lower().replace('-', ' ')} "
    guest = Guest(app)
    guest.open("/sign-in/code")
    page = guest.follow(guest.post("/sign-in/code", username="Mai", code=typed, password=OWN))
    assert page.xpath("//form[@action='/sign-out']")
    people.sign_in("mai", OWN, door="web")


@pytest.mark.long
def test_code_works_over_the_api_once_and_is_kept_nowhere(app: Flask) -> None:
    account, code = people.create_account("mai", "Lê Ban Mai", by=CLI, groups=["vhxh"])
    answer = _called(app, "mai", code, headers={"Idempotency-Key": "một".encode().hex()})
    assert answer.status_code == 201, answer.text
    assert answer.json["groups"] == ["vhxh"]
    head = {"Authorization": f"Bearer {answer.json['token']}"}
    assert app.test_client().get("/api/v1/me", headers=head).json["account"] == account
    assert _called(app, "mai", code).status_code == 401
    with reading() as s:
        assert s.execute(sa.select(sa.func.count()).select_from(Answered)).scalar_one() == 0


def test_new_password_ends_the_sessions_of_before(app: Flask) -> None:
    account, code = people.create_account("mai", "Lê Ban Mai", by=CLI)
    token, _ = people.redeem_code("mai", code, OWN, door="web")
    with transaction() as s:  # the code of a reset would have ended it before
        s.execute(sa.update(Account).values(code_hash=people.passwords.hash_code("AAAA-BBBB-CCCC"),
                                            code_until=clock.unmoved() + timedelta(days=1)))
        trail.record("account:changed", by=CLI, stream=f"account:{account}")
    assert people.actor_of_token(token, door="web") is not None
    assert _asked(app, "mai", "AAAA-BBBB-CCCC", NEW).status_code == 303
    assert people.actor_of_token(token, door="web") is None
    told = [e.kind for e in trail.read(stream=f"account:{account}", part=None).events]
    assert told.count("account:password_changed") == 2


def test_wrong_old_used_and_unknown_are_one_answer(app: Flask) -> None:
    people.create_account("khac", "Đinh Văn Suối", by=CLI)
    account, old = people.create_account("mai", "Lê Ban Mai", by=CLI)
    with transaction() as s:
        s.execute(sa.update(Account).where(Account.id == account).values(code_until=clock.unmoved() - timedelta(seconds=1)))
        trail.record("account:changed", by=CLI, stream=f"account:{account}")
    _, used = people.create_account("nang", "Hồ Thu Nắng", by=CLI)
    assert _asked(app, "nang", used).status_code == 303
    tries = [("mai", old), ("khac", "AAAA-BBBB-CCCC"), ("nang", used), ("khong-co", "AAAA-BBBB-CCCC"), ("khong-co", "")]
    pages = [_asked(app, *one) for one in tries]
    assert {answer.status_code for answer in pages} == {401}
    said = {words(html.fromstring(answer.text).xpath("//*[@role='alert']")[0]) for answer in pages}
    assert len(said) == 1 and "hoặc mã đã hết hạn" in said.pop()
    calls = [_called(app, *one) for one in tries[:4]]
    assert len({answer.get_data() for answer in calls}) == 1
    assert calls[0].json["code"] == "wrong-code"


@pytest.mark.parametrize("login", ["mai", "khong-co"])
def test_tries_lock_the_name_as_at_sign_in_known_or_not(app: Flask, login: str) -> None:
    _, code = people.create_account("mai", "Lê Ban Mai", by=CLI)
    for _ in range(tally.NAME_LIMIT):
        assert _asked(app, login, "AAAA-BBBB-CCCC").status_code == 401
    locked = _asked(app, login, code)
    assert locked.status_code == 429
    assert _called(app, login, code).json["code"] == "locked"
    with pytest.raises(people.passwords.Invalid):  # a weak password is told of without counting
        people.redeem_code(login, code, "ngắn", door="web")


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_tries_are_counted_by_address_too(app: Flask) -> None:
    settings = app.extensions["settings"].model_copy(update={"rate_sign_in": 2})
    limited = create_app(settings)
    said = {"username": "mai", "code": "AAAA-BBBB-CCCC", "password": OWN}
    client = limited.test_client()
    assert [client.post("/api/v1/session/code", json=said).status_code for _ in range(3)] == [401, 401, 429]


def test_weak_password_leaves_the_code_good(app: Flask) -> None:
    _, code = people.create_account("mai", "Lê Ban Mai", by=CLI)
    weak = _asked(app, "mai", code, "ngắn quá")
    assert weak.status_code == 422 and "cần ít nhất 10" in weak.text
    assert code not in weak.text
    assert _asked(app, "mai", code).status_code == 303


def test_second_factor_is_still_asked_for(app: Flask) -> None:
    account, code = people.create_account("mai", "Lê Ban Mai", by=CLI, groups=["vhxh"])
    people.redeem_code("mai", code, OWN, door="web")
    secret = people.second_factor.begin(OWN, by=people.actor_of("mai")).secret
    now = clock.unmoved()
    people.second_factor.confirm(pyotp.TOTP(secret).at(now - timedelta(seconds=30)), by=people.actor_of("mai"))
    code = people.reset_account(account, by=CLI)
    guest = Guest(app)
    guest.open("/sign-in/code")
    asked = guest.post("/sign-in/code", username="mai", code=code, password=NEW)
    assert asked.status_code == 200 and 'name="password"' not in asked.text, heading(asked)
    with reading() as s:
        assert s.execute(sa.select(sa.func.count()).select_from(SessionToken)).scalar_one() == 0
    assert guest.post("/sign-in", code=pyotp.TOTP(secret).at(now)).status_code == 303
    people.end_sessions(by=people.actor_of("mai"))

    code = people.reset_account(account, by=CLI)
    answer = _called(app, "mai", code, OWN)
    assert (answer.status_code, answer.json["code"]) == (401, "code-needed")
    body = {"username": "mai", "password": OWN, "code": pyotp.TOTP(secret).at(now + timedelta(seconds=30))}
    assert app.test_client().post("/api/v1/session", json=body).status_code == 201
