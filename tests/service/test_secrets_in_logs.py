"""What is logged when signing in, a password or a second factor breaks: the kind of the error, and nothing that was typed."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pyotp
import pytest
import sqlalchemy as sa
import structlog
from flask import Flask
from sqlalchemy.exc import DBAPIError

from service import clock, keepers, logs, people, route_rights
from service.actor import machine
from service.awards.public import LENGTH
from service.db import db, reading
from service.keepers.acts import link_of
from service.notices import digests
from tests.service.people.enrolling import enrolled
from tests.service.web.browser import Guest, forget

CLI = machine("cli")
MARK = "dấu-hiệu-bí-mật-81"
Case = Callable[[Guest], tuple[str, dict[str, str]]]


@contextmanager
def _logged(app: Flask) -> Iterator[io.StringIO]:
    """Everything that is logged, with traces as a careless set-up would show them: with the values of variables."""
    stream, before = io.StringIO(), structlog.get_config()
    formatter = structlog.dev.RichTracebackFormatter(show_locals=True, width=200)
    renderer = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=formatter)
    structlog.configure(processors=[structlog.processors.add_log_level, renderer],
                        logger_factory=structlog.PrintLoggerFactory(stream), cache_logger_on_first_use=False)
    testing, app.testing = app.testing, False
    try:
        yield stream
    finally:
        app.testing = testing
        structlog.configure(**before)


@pytest.fixture
def mai(app: Flask) -> int:
    account, code = people.create_account("mai", "Lê Ban Mai", email="mai@sonmai.example", groups=["vhxh"], by=CLI)
    people.redeem_code("mai", code, MARK, door="web")
    return account


def _break(table: str) -> None:
    db.session.remove()
    with db.engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {table}_gone")


def _signed_in(app: Flask, code: str = "") -> Guest:
    guest = Guest(app)
    guest.open("/sign-in")
    assert guest.post("/sign-in", username="mai", password=MARK).status_code in (200, 303)
    if code:
        assert guest.post("/sign-in", code=code).status_code == 303
    guest.open("/password")
    return guest


def _said(stream: io.StringIO, endpoint: str) -> None:
    told = stream.getvalue()
    assert told.count("request failed") == 1 and f"endpoint={endpoint}" in told, told
    assert MARK not in told and "Traceback" not in told and "locals" not in told


@pytest.mark.parametrize("broken", ["account", "trail_head"])
@pytest.mark.parametrize(
    ("endpoint", "path", "fields"),
    [
        ("pages.sign_in", "/sign-in", {"username": "mai", "password": MARK}),
        ("set_password.redeem", "/sign-in/code", {"username": "mai", "code": "CODE", "password": MARK}),
        ("set_password.forgotten", "/sign-in/forgotten", {"said": "mai"}),
        ("session.open_session", "/api/v1/session", {"username": "mai", "password": MARK}),
        ("session.redeem_code", "/api/v1/session/code", {"username": "mai", "code": "CODE", "password": MARK}),
    ],
)
def test_signing_in_that_breaks_says_nothing_of_what_was_typed(
    app: Flask, mai: int, endpoint: str, path: str, fields: dict[str, str], broken: str
) -> None:
    app.extensions["settings"].smtp_url = "smtp://127.0.0.1:1"
    code = people.reset_account(mai, by=CLI) if "code" in fields else ""
    fields = {name: code if said == "CODE" else said for name, said in fields.items()}
    guest = Guest(app)
    guest.open("/sign-in")
    _break(broken)
    with _logged(app) as stream:
        if path.startswith("/api/"):
            forget()
            answer = guest.client.post(path, json=fields)
        else:
            answer = guest.post(path, **fields)
    assert answer.status_code == 500, answer.text[:300]
    _said(stream, endpoint)
    assert not code or code not in stream.getvalue()
    assert MARK not in answer.text


def test_unknown_name_that_was_a_password_typed_in_the_wrong_field_is_not_told(app: Flask) -> None:
    guest = Guest(app)
    guest.open("/sign-in")
    _break("account")
    with _logged(app) as stream:
        assert guest.post("/sign-in", username=MARK, password="x").status_code == 500
    _said(stream, "pages.sign_in")


@pytest.mark.long
def test_other_pages_do_tell_their_trace(app: Flask, mai: int) -> None:
    guest = _signed_in(app)
    _break("round")
    with _logged(app) as stream:
        forget()
        assert guest.client.get("/rounds").status_code == 500
    assert "Traceback" in stream.getvalue()


def test_own_password_and_second_factor_that_break_say_nothing(app: Flask, mai: int) -> None:
    guest = _signed_in(app)
    begun = people.second_factor.begin(MARK, by=people.actor_of("mai")).secret
    code = pyotp.TOTP(begun).at(clock.unmoved())
    _break("trail_head")
    posts: list[tuple[str, str, dict[str, Any]]] = [
        ("pages.change_password", "/password", {"old": MARK, "new": f"{MARK} mới"}),
        ("second_factor.act", "/second-factor", {"act": "begin", "password": MARK}),
        ("second_factor.act", "/second-factor", {"act": "confirm", "code": code}),
    ]
    for endpoint, path, fields in posts:
        with _logged(app) as stream:
            assert guest.post(path, **fields).status_code == 500, path
        _said(stream, endpoint)
        assert code not in stream.getvalue() and begun not in stream.getvalue()


def test_second_step_and_recovery_codes_that_break_say_nothing(app: Flask, mai: int) -> None:
    secret = enrolled("mai", MARK)
    code, later = (pyotp.TOTP(secret).at(clock.unmoved() + timedelta(seconds=30 * n)) for n in (0, 1))
    guest = _signed_in(app, code)
    second = Guest(app)
    second.open("/sign-in")
    assert second.post("/sign-in", username="mai", password=MARK).status_code == 200
    _break("trail_head")
    for one, endpoint, path, fields in (
        (second, "pages.sign_in", "/sign-in", {"code": later}),
        (guest, "second_factor.act", "/second-factor", {"act": "renew", "password": MARK}),
        (guest, "second_factor.act", "/second-factor", {"act": "disable", "password": MARK}),
    ):
        with _logged(app) as stream:
            assert one.post(path, **fields).status_code == 500, path
        _said(stream, endpoint)
        assert later not in stream.getvalue() and secret not in stream.getvalue()


@pytest.mark.parametrize(
    ("endpoint", "method", "more"),
    [
        ("keepers.own", "get", ""), ("keepers.agree", "post", "/agree"), ("keepers.missing", "post", "/missing/1"),
        ("keepers.leave", "get", "/leave"), ("keepers.leave", "post", "/leave"),
    ],
)
def test_keepers_page_that_breaks_does_not_tell_its_address(app: Flask, endpoint: str, method: str, more: str) -> None:
    people.create_account("quantri", "Lê Ban Mai", groups=["admin"], by=CLI)
    number = keepers.ask_keeper("Thanh tra tỉnh", "tt@tinh.example", outside=True, by=people.actor_of("quantri"))
    address = urlsplit(link_of(number)).path
    guest = Guest(app)
    guest.open(address)
    _break("keeper")
    with _logged(app) as stream:
        if method == "get":
            forget()
            answer = guest.client.get(f"{address}{more}")
        else:
            answer = guest.post(f"{address}{more}", reason=MARK)
    assert answer.status_code == 500, answer.text[:300]
    _said(stream, endpoint)
    assert address.rpartition("/")[2] not in stream.getvalue()


def test_status_code_and_link_of_a_digest_that_break_are_not_told(app: Flask, mai: int) -> None:
    address, code = urlsplit(digests.stop_link(mai)).path, "MVKX" * (LENGTH // 4)
    guest = Guest(app)
    guest.open(address)
    guest.open(f"/status?code={code}", 404)
    _break("nomination")
    _break("notice_choice")
    for endpoint, ask in (
        ("own_mail.stop", lambda: guest.post(address)), ("public.standing", lambda: guest.client.get(f"/status?code={code}")),
    ):
        with _logged(app) as stream:
            forget()
            assert ask().status_code == 500
        _said(stream, endpoint)
        assert code not in stream.getvalue() and address.split("/")[2] not in stream.getvalue()


def test_each_endpoint_that_takes_a_password_or_a_code_is_known() -> None:
    known = {
        "session.open_session", "session.redeem_code", "pages.sign_in", "pages.change_password", "set_password.redeem",
        "set_password.forgotten", "second_factor.act", "tokens.make_token", "own_tokens.make", "session.change_password",
    }
    assert known <= {name for name, asked in route_rights.routes().items() if asked.secret}


def test_database_errors_do_not_print_what_was_bound(app: Flask) -> None:
    with reading() as s, pytest.raises(DBAPIError) as broken:
        s.execute(sa.text("SELECT 1 FROM gone WHERE login = :said"), {"said": MARK})
    assert "gone" in str(broken.value) and MARK not in str(broken.value)


def test_secrets_are_masked_by_name_and_traces_show_no_values(capfd: pytest.CaptureFixture[str]) -> None:
    before = structlog.get_config()
    try:
        logs.configure()
        log = structlog.get_logger()
        log.warning("thử", login="mai", password=MARK, reset_code=MARK, said={"Authorization": MARK, "deep": [{"token": MARK}]})
        held = MARK  # a variable of the frame
        try:
            raise ZeroDivisionError("hỏng")
        except ZeroDivisionError:
            log.exception("lỗi", size=len(held))
    finally:
        structlog.configure(**before)
    out, told = capfd.readouterr()
    assert not out
    assert "login=mai" in told and told.count(logs.MASK) == 4 and "ZeroDivisionError: hỏng" in told
    assert MARK not in told
