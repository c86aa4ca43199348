"""The second factor: enrolled, asked for, used up, replaced by recovery codes, turned off, reset."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask
from lxml import html
from werkzeug.test import TestResponse

from service import clock, people, trail
from service.actor import Actor, machine
from service.config import Settings
from service.db import db, reading
from service.errors import Conflict, Forbidden, Invalid, NotSignedIn, TooMany
from service.people import factor_reset, second_factor
from service.people.models import Account, RecoveryCode, SecondFactor
from tests.service.web.browser import Visitor, forget

CLI = machine("cli")
GOOD = "mưa nguồn suối xa"


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """The machine's clock, stopped; moved on by the test."""
    moment = [datetime(2026, 12, 15, 8, tzinfo=UTC)]
    monkeypatch.setattr(clock, "unmoved", lambda: moment[0])

    def on(seconds: float) -> None:
        moment[0] += timedelta(seconds=seconds)

    return on


@pytest.fixture
def mai(app: Flask, now: Callable[[float], None]) -> Actor:
    _account, code = people.create_account("mai", "Lê Ban Mai", by=CLI, groups=["vhxh"])
    people.redeem_code("mai", code, GOOD, door="web")
    return people.actor_of("mai", door="web")


@pytest.fixture
def boss(app: Flask) -> Actor:
    people.create_demo_account("quantri", "Quản Trị", by=CLI, groups=["admin"])
    return people.actor_of("quantri", door="web")


def _app_code(secret: str) -> str:
    return pyotp.TOTP(secret).at(clock.unmoved())


def _enrol(by: Actor) -> tuple[str, list[str]]:
    offered = second_factor.begin(GOOD, by=by)
    return offered.secret, second_factor.confirm(_app_code(offered.secret), by=by)


def test_enrolled_account_is_asked_for_a_code_that_counts_once(mai: Actor, now: Callable[[float], None]) -> None:
    people.sign_in("mai", GOOD, door="web")
    secret, recovery = _enrol(mai)
    assert len(recovery) == len(set(recovery)) == 10
    with pytest.raises(people.CodeNeeded) as needed:
        people.sign_in("mai", GOOD, door="api")
    now(30)
    code = _app_code(secret)
    assert people.sign_in("mai", GOOD, door="api", code=code)[1].account == mai.account
    with pytest.raises(NotSignedIn) as again:
        people.sign_in("mai", GOOD, door="api", code=code)
    assert again.value.code == "wrong-code"
    now(30)
    assert people.finish_sign_in(needed.value.step, _app_code(secret), door="web")[1].account == mai.account


def test_code_of_the_neighbouring_half_minute_counts_and_an_older_one_does_not(
    mai: Actor, now: Callable[[float], None]
) -> None:
    secret, _recovery = _enrol(mai)
    now(30)
    late = _app_code(secret)
    now(30)
    people.sign_in("mai", GOOD, door="web", code=late)
    now(30)
    old = _app_code(secret)
    now(60)
    with pytest.raises(NotSignedIn):
        people.sign_in("mai", GOOD, door="web", code=old)


def test_recovery_code_stands_in_once(mai: Actor, now: Callable[[float], None]) -> None:
    _secret, recovery = _enrol(mai)
    people.sign_in("mai", GOOD, door="web", code=recovery[3].lower().replace("-", " "))
    with pytest.raises(NotSignedIn):
        people.sign_in("mai", GOOD, door="web", code=recovery[3])
    assert second_factor.recovery_left(mai.account or 0) == 9
    fresh = second_factor.renew_recovery(GOOD, by=mai)
    with pytest.raises(NotSignedIn):
        people.sign_in("mai", GOOD, door="web", code=recovery[4])
    people.sign_in("mai", GOOD, door="web", code=fresh[0])


def test_wrong_codes_are_counted_and_lock(mai: Actor, now: Callable[[float], None]) -> None:
    secret, _recovery = _enrol(mai)
    now(30)
    for _unused in range(5):
        with pytest.raises(NotSignedIn):
            people.sign_in("mai", GOOD, door="web", code="000000")
    with pytest.raises(TooMany):
        people.sign_in("mai", GOOD, door="web", code=_app_code(secret))
    now(61)
    people.sign_in("mai", GOOD, door="web", code=_app_code(secret))


def test_step_of_signing_in_is_bound_to_time_and_credentials(mai: Actor, now: Callable[[float], None]) -> None:
    secret, _recovery = _enrol(mai)
    now(30)
    with pytest.raises(people.CodeNeeded) as needed:
        people.sign_in("mai", GOOD, door="web")
    step = needed.value.step
    with pytest.raises(NotSignedIn):
        people.finish_sign_in(step[:-1] + ("0" if step[-1] != "0" else "1"), _app_code(secret), door="web")
    now(601)
    with pytest.raises(NotSignedIn) as over:
        people.finish_sign_in(step, _app_code(secret), door="web")
    assert over.value.code == "step-over"
    with pytest.raises(people.CodeNeeded) as second:
        people.sign_in("mai", GOOD, door="web")
    people.change_password(GOOD, "nước nguồn rừng sâu", by=mai)
    with pytest.raises(NotSignedIn):
        people.finish_sign_in(second.value.step, _app_code(secret), door="web")


def test_secret_is_encrypted_and_codes_are_hashes(mai: Actor, settings: Settings) -> None:
    secret, recovery = _enrol(mai)
    with reading() as s:
        stored = s.execute(sa.select(SecondFactor.secret)).scalar_one()
        hashes = s.execute(sa.select(RecoveryCode.hash)).scalars().all()
    assert secret.encode() not in stored
    assert not set(recovery) & set(hashes)
    assert (settings.var / "keys" / "second-factor").exists()
    with db.engine.begin() as connection:  # a copied secret does not open on another account
        connection.execute(sa.text("UPDATE second_factor SET secret = :s"), {"s": stored[:-1] + bytes([stored[-1] ^ 1])})
    with pytest.raises(Exception, match="Decryption failed"):
        people.sign_in("mai", GOOD, door="web", code="000000")


def test_secret_that_was_never_confirmed_is_not_asked_for(mai: Actor) -> None:
    offered = second_factor.begin(GOOD, by=mai)
    people.sign_in("mai", GOOD, door="web")
    with pytest.raises(Invalid):
        second_factor.confirm("000000", by=mai)
    again = second_factor.begin(GOOD, by=mai)
    assert again.secret != offered.secret
    second_factor.confirm(_app_code(again.secret), by=mai)
    with pytest.raises(Conflict):
        second_factor.begin(GOOD, by=mai)


def test_person_turns_it_off_with_the_password_and_each_change_is_a_new_version(mai: Actor) -> None:
    def version() -> int:
        with reading() as s:
            return s.execute(sa.select(Account.credential).where(Account.id == mai.account)).scalar_one()

    before = version()
    _enrol(mai)
    assert version() == before + 1
    with pytest.raises(NotSignedIn):
        second_factor.disable("sai mật khẩu", by=mai)
    second_factor.disable(GOOD, by=mai)
    assert version() == before + 2
    people.sign_in("mai", GOOD, door="web")
    with pytest.raises(Conflict):
        second_factor.disable(GOOD, by=mai)
    people.change_password(GOOD, "nước nguồn rừng sâu", by=mai)
    assert version() == before + 3


def test_administrator_resets_it_with_a_reason_and_a_trail(mai: Actor, boss: Actor) -> None:
    _enrol(mai)
    with pytest.raises(Forbidden):
        factor_reset.reset(boss.account or 0, by=mai, reason="thử")
    with pytest.raises(Invalid):
        factor_reset.reset(mai.account or 0, by=boss, reason=" ")
    with pytest.raises(Forbidden):
        factor_reset.reset(boss.account or 0, by=boss, reason="của mình")
    factor_reset.reset(mai.account or 0, by=boss, reason="Mất điện thoại")
    people.sign_in("mai", GOOD, door="web")
    (entry,) = trail.read(stream=f"account:{mai.account}", kind="account:code_reset", sight=trail.Sight.EVERYTHING).events
    assert entry.reason == "Mất điện thoại"


def test_pass_asks_for_the_code_outside_demo_mode(
    mai: Actor, app: Flask, now: Callable[[float], None]
) -> None:
    assert people.check_pass(people.open_pass("x:1", GOOD, None, by=mai), "x:1", by=mai)  # demo: password alone
    app.extensions["settings"].demo = False
    with pytest.raises(Forbidden) as needed:
        people.open_pass("x:1", GOOD, None, by=mai)
    assert needed.value.code == "second-factor-needed"
    secret, _recovery = _enrol(mai)
    now(30)
    for code in (None, "", "000000"):
        with pytest.raises(NotSignedIn):
            people.open_pass("x:1", GOOD, code, by=mai)
    good = people.open_pass("x:1", GOOD, _app_code(secret), by=mai)
    people.check_pass(good, "x:1", by=mai)
    people.change_password(GOOD, "nước nguồn rừng sâu", by=mai)
    with pytest.raises(Forbidden) as changed:
        people.check_pass(good, "x:1", by=mai)
    assert changed.value.code == "credential-changed"


def test_sessions_that_gave_no_code_end_when_it_is_set_up_turned_off_or_reset(
    app: Flask, mai: Actor, boss: Actor, now: Callable[[float], None]
) -> None:
    """Kept is the one in which it is done; an administrator's reset ends all of them."""

    def alive(token: str) -> int:
        forget()
        return app.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code

    own, other = (people.sign_in("mai", GOOD, door="api")[0] for _unused in range(2))
    offered = second_factor.begin(GOOD, by=mai)
    assert [alive(own), alive(other)] == [200, 200]
    second_factor.confirm(_app_code(offered.secret), by=mai, keep=own)
    assert [alive(own), alive(other)] == [200, 401]

    now(30)
    other, _actor = people.sign_in("mai", GOOD, door="api", code=_app_code(offered.secret))
    assert [alive(own), alive(other)] == [200, 200]
    second_factor.disable(GOOD, by=mai, keep=own)
    assert [alive(own), alive(other)] == [200, 401]

    offered = second_factor.begin(GOOD, by=mai)
    second_factor.confirm(_app_code(offered.secret), by=mai, keep=own)
    assert alive(own) == 200
    factor_reset.reset(mai.account or 0, by=boss, reason="Mất điện thoại")
    assert alive(own) == 401


def test_page_keeps_the_session_in_which_it_is_set_up(app: Flask, now: Callable[[float], None], boss: Actor) -> None:
    here, elsewhere = Visitor(app, "quantri"), Visitor(app, "quantri")
    here.open("/second-factor")
    elsewhere.open("/second-factor")
    page = here.post("/second-factor", act="begin", password="vinhdanh").text
    secret = "".join(html.fromstring(page).xpath("//*[contains(@class, 'secret-letters')]/span/text()"))
    done = here.post("/second-factor", act="confirm", code=_app_code(secret)).text
    assert "Các phiên đăng nhập khác đã kết thúc" in done
    here.open("/second-factor")
    forget()
    assert elsewhere.client.get("/second-factor").headers["Location"].startswith("/sign-in")


def test_pages_lead_through_enrolment_and_sign_in(app: Flask, now: Callable[[float], None], boss: Actor) -> None:
    visitor = Visitor(app, "quantri")
    visitor.open("/second-factor")
    assert visitor.post("/second-factor", act="begin", password="sai").status_code == 401
    page = visitor.post("/second-factor", act="begin", password="vinhdanh").text
    secret = "".join(html.fromstring(page).xpath("//*[contains(@class, 'secret-letters')]/span/text()"))
    assert visitor.post("/second-factor", act="confirm", code="000000").status_code == 422
    done = visitor.post("/second-factor", act="confirm", code=_app_code(secret)).text
    assert len(html.fromstring(done).xpath("//*[contains(@class, 'recovery')]/li")) == 10
    now(30)
    client = app.test_client()

    def sign_in(**fields: str) -> TestResponse:
        forget()
        token = html.fromstring(client.get("/sign-in").text).xpath("//input[@name='csrf_token']/@value")[0]
        forget()
        return client.post("/sign-in", data={"csrf_token": token, **fields})

    first = sign_in(username="quantri", password="vinhdanh")
    assert first.status_code == 200
    assert html.fromstring(first.text).xpath("//input[@name='code']")
    assert not html.fromstring(first.text).xpath("//input[@name='password']")
    wrong = sign_in(code="000000")
    assert wrong.status_code == 401
    assert html.fromstring(wrong.text).xpath("//input[@name='code']")
    assert sign_in(code=_app_code(secret)).status_code == 303
    forget()
    assert client.get("/second-factor").status_code == 200


def test_api_takes_the_code(app: Flask, boss: Actor, now: Callable[[float], None]) -> None:
    offered = second_factor.begin("vinhdanh", by=boss)
    second_factor.confirm(_app_code(offered.secret), by=boss)
    now(30)
    client = app.test_client()
    said = {"username": "quantri", "password": "vinhdanh"}
    needed = client.post("/api/v1/session", json=said)
    assert (needed.status_code, needed.json["code"]) == (401, "code-needed")
    assert client.post("/api/v1/session", json=said | {"code": _app_code(offered.secret)}).status_code == 201
