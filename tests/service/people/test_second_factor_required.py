"""Where the second factor is required: by group, outside demo mode, at every door, until it is set up and no longer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyotp
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from service import clock, people, trail
from service.actor import machine
from service.people import groups as catalogue
from service.people.cli import user
from tests.service.people.enrolling import enrolled
from tests.service.web.browser import Guest, forget

CLI = machine("cli")
OWN = "mưa nguồn suối xa"
ASKED = ("admin", "secretary", "member", "chair", "deputy")
WITHOUT = [word for word in catalogue.catalogue() if word not in ASKED]


@pytest.fixture
def earnest(app: Flask) -> Flask:
    """The service as a real installation runs it."""
    app.extensions["settings"].demo = False
    return app


def _made(login: str, *groups: str) -> int:
    account, code = people.create_account(login, f"Lê {login}", groups=groups, by=CLI)
    people.redeem_code(login, code, OWN, door="web")
    return account


def _code(secret: str, ahead: int = 0) -> str:
    return pyotp.TOTP(secret).at(clock.unmoved() + timedelta(seconds=30 * ahead))


def _guest(app: Flask) -> Guest:
    guest = Guest(app)
    guest.open("/sign-in")
    return guest


def test_groups_that_ask_for_it_are_data() -> None:
    assert {word for word in catalogue.catalogue() if catalogue.needs_second_factor(word)} == set(ASKED)
    assert not catalogue.needs_second_factor("unit_head:17") and not catalogue.needs_second_factor("unknown")


def test_who_needs_it_holds_nothing_until_it_is_set_up(earnest: Flask) -> None:
    for word in ASKED:
        _made(word, word, "vhxh")
        token, actor = people.sign_in(word, OWN, door="api")
        assert actor.must_enrol and not actor.groups and not people.allowed(actor, "round.read"), word
        secret = enrolled(word, OWN, keep=token)
        found = people.actor_of_token(token, door="api")
        assert found is not None and not found.must_enrol and found.groups == {word, "vhxh"}
        with pytest.raises(people.CodeNeeded):
            people.sign_in(word, OWN, door="api")
        people.sign_in(word, OWN, door="api", code=_code(secret))
        assert people.allowed(found, "round.read")


def test_others_and_everybody_in_demo_mode_go_in_without(app: Flask) -> None:
    for word in WITHOUT:
        if not catalogue.catalogue()[word].scoped:
            _made(word, word)
            assert people.actor_of(word).groups == {word}
    _made("quan", "admin")
    assert people.actor_of("quan").groups == {"admin"}  # demo mode
    app.extensions["settings"].demo = False
    for word in WITHOUT:
        if not catalogue.catalogue()[word].scoped:
            assert people.actor_of(word).groups == {word} and not people.actor_of(word).must_enrol
    assert people.actor_of("quan").must_enrol


def test_a_lent_group_asks_for_it_too(earnest: Flask) -> None:
    absent, officer = _made("pho.ct", "deputy"), _made("can.bo", "vhxh")
    assert people.actor_of("can.bo").groups == {"vhxh"}
    today = clock.today()
    people.name_substitute(
        absent, officer, group="deputy", since=today, until=today + timedelta(days=2), reason="đi công tác", by=CLI
    )
    assert people.actor_of("can.bo").must_enrol
    enrolled("can.bo", OWN)
    assert people.actor_of("can.bo").groups == {"vhxh", "deputy"}


def test_turned_off_or_taken_off_it_is_asked_for_again(earnest: Flask) -> None:
    account = _made("quan", "admin")
    enrolled("quan", OWN)
    people.second_factor.disable(OWN, by=people.actor_of("quan"))
    assert people.actor_of("quan").must_enrol
    enrolled("quan", OWN)
    people.factor_reset.reset(account, by=CLI, reason="Mất điện thoại")
    assert people.actor_of("quan").must_enrol


def test_begun_and_not_confirmed_does_not_count(earnest: Flask) -> None:
    _made("quan", "admin")
    people.second_factor.begin(OWN, by=people.actor_of("quan"))
    assert people.actor_of("quan").must_enrol


def test_pages_lead_to_the_one_that_sets_it_up_and_nowhere_else(earnest: Flask) -> None:
    _made("quan", "admin")
    guest = _guest(earnest)
    answer = guest.post("/sign-in", username="quan", password=OWN, next="/office")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/second-factor")
    page = guest.open("/second-factor")
    assert "Vai trò của bạn cần xác thực hai bước: bật xong mới làm việc khác được" in page.text_content()
    for path in _paths(earnest, ("GET",)):
        forget()
        answer = guest.client.get(path)
        if answer.status_code == 303:
            assert answer.headers["Location"] == "/second-factor", path
        elif answer.status_code != 404:
            assert path in OPEN and answer.status_code < 500, (path, answer.status_code)
    for path in _paths(earnest, ("POST",)):
        if path not in OPEN:
            answer = guest.post(path)
            assert answer.status_code in (303, 404), (path, answer.status_code)
            assert answer.status_code == 404 or answer.headers["Location"] == "/second-factor", path

    guest.open("/second-factor")
    begun = guest.post("/second-factor", act="begin", password=OWN)
    secret = "".join(html.fromstring(begun.text).xpath("//*[contains(@class, 'secret-letters')]/span/text()"))
    done = guest.post("/second-factor", act="confirm", code=_code(secret))
    assert done.status_code == 200 and "bật xong mới làm việc khác được" not in done.text
    assert guest.open("/office").xpath("//h1")


OPEN = {
    "/second-factor", "/sign-in", "/sign-in/code", "/sign-in/forgotten", "/sign-out", "/password", "/display", "/status", "/honours",
    "/honours/figures", "/exemplars", "/verify", "/healthz", "/api", "/api/", "/kept-pages.js",
}
"""What is open to everybody, and what somebody may do who has yet to set it up."""


def _paths(app: Flask, methods: tuple[str, ...]) -> list[str]:
    """Addresses of pages without a value in them."""
    return sorted({
        rule.rule for rule in app.url_map.iter_rules()
        if not rule.arguments and set(methods) & (rule.methods or set()) and not rule.rule.startswith("/api/")
        and rule.endpoint != "static"
    })


def test_page_offers_turning_it_off_only_where_no_role_asks_for_it(earnest: Flask) -> None:
    for login, group, offered in (("mai", "vhxh", True), ("quan", "admin", False)):
        _made(login, group)
        code = _code(enrolled(login, OWN))
        guest = _guest(earnest)
        guest.post("/sign-in", username=login, password=OWN)
        assert guest.post("/sign-in", code=code).status_code == 303
        page = guest.open("/second-factor")
        assert page.xpath("//button[@value='renew']")
        assert bool(page.xpath("//button[@value='disable']")) is offered
        assert ("nên không tắt ở đây" in page.text_content()) is not offered
    earnest.extensions["settings"].demo = True
    assert guest.open("/second-factor").xpath("//button[@value='disable']")


@pytest.mark.long
def test_calls_are_refused_with_a_code_and_a_sentence(earnest: Flask) -> None:
    account = _made("quan", "admin")
    client = earnest.test_client()
    answer = client.post("/api/v1/session", json={"username": "quan", "password": OWN})
    assert answer.status_code == 201 and answer.json is not None and answer.json["groups"] == []
    head = {"Authorization": f"Bearer {answer.json['token']}"}
    _all_calls_are_refused(earnest, client, head, OWN_CALLS, "second-factor-required", ("xác thực hai bước", "second factor"))
    enrolled("quan", OWN, keep=answer.json["token"])
    forget()
    assert client.get("/api/v1/me", headers=head).json == {
        "account": account, "username": "quan", "name": "Lê quan", "groups": ["admin"], "units": [],
    }
    assert client.delete("/api/v1/session", headers=head).status_code == 204


@pytest.mark.long
def test_calls_wait_for_a_new_password(earnest: Flask) -> None:
    """Also who holds no group and no factor is asked; a new password is enough."""
    account = _made("mai", "vhxh")
    client = earnest.test_client()
    token, _actor = people.sign_in("mai", OWN, door="api")
    head = {"Authorization": f"Bearer {token}"}
    forget()
    assert client.get("/api/v1/sessions", headers=head).status_code == 200
    people.force_change(account, by=CLI)
    _all_calls_are_refused(earnest, client, head, OWN_CALLS | MAY_CHANGE, "must-change", ("Đổi mật khẩu", "Change your password"))
    forget()
    assert client.get("/api/v1/me", headers=head).json == {
        "account": account, "username": "mai", "name": "Lê mai", "groups": [], "units": [],
    }
    people.change_password(OWN, "đường xa gió lặng", by=people.actor_of("mai"), keep=token)
    forget()
    assert client.get("/api/v1/sessions", headers=head).status_code == 200
    people.force_change(account, by=CLI)
    forget()
    assert client.delete("/api/v1/session", headers=head).status_code == 204


OWN_CALLS = {"session.open_session", "session.redeem_code", "session.close_session"}
MAY_CHANGE = {"session.me", "session.change_password"}


def _all_calls_are_refused(
    app: Flask, client: FlaskClient, head: dict[str, str], but: set[str], code: str, said: tuple[str, str]
) -> None:
    tried = 0
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/api/v1/") or rule.endpoint in but:
            continue
        path = rule.build({name: _some(rule, name) for name in rule.arguments})
        assert path is not None
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "DELETE"}):
            forget()
            refused = client.open(path[1], method=method, headers=head)
            assert refused.status_code == 403 and refused.json is not None, (method, path)
            assert refused.json["code"] == code, (method, path)
            assert said[0] in refused.json["message"] and said[1] in refused.json["message_en"]
            tried += 1
    assert tried > 100


def _some(rule: Any, name: str) -> Any:
    return 1 if type(rule._converters[name]).__name__ in ("Number", "IntegerConverter") else "x"


def test_a_changed_password_comes_first(earnest: Flask) -> None:
    account = _made("quan", "admin")
    people.force_change(account, by=CLI)
    guest = _guest(earnest)
    assert guest.post("/sign-in", username="quan", password=OWN).headers["Location"] == "/password"
    guest.open("/password")
    answer = guest.post("/password", old=OWN, new="đường xa gió lặng")
    assert answer.headers["Location"] == "/"
    forget()
    assert guest.client.get("/").headers["Location"] == "/second-factor"


def test_command_takes_a_lost_factor_off(earnest: Flask) -> None:
    account = _made("quan", "admin")
    enrolled("quan", OWN)
    done = CliRunner().invoke(user, ["reset-factor", "quan", "--reason", "Mất điện thoại"])
    assert done.exit_code == 0, done.output
    assert people.actor_of("quan").must_enrol
    (entry,) = trail.read(stream=f"account:{account}", kind="account:code_reset", sight=trail.Sight.EVERYTHING).events
    assert entry.reason == "Mất điện thoại"
