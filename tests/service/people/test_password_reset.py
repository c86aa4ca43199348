"""A password forgotten: the letter with its code, what it opens, and what it gives away to nobody."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask
from lxml import html

from service import clock, jobs, notices, people, trail
from service.actor import machine
from service.config import Settings
from service.db import Base, reading, transaction
from service.errors import Conflict, NotSignedIn, TooMany
from service.notices.models import MAIL
from service.people import password_reset, passwords, tally
from service.people.models import Account
from tests.service.notices.conftest import Post, serving
from tests.service.web.browser import Guest, words

CLI = machine("cli")
OWN, NEW = "mưa nguồn suối xa", "đường xa gió lặng"
CODE = re.compile(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}\b")


@pytest.fixture
def post(app: Flask, settings: Settings) -> Iterator[Post]:
    """A mail server, and the settings that lead to it."""
    with serving(settings) as post:
        yield post


@pytest.fixture
def mai(app: Flask) -> int:
    return _made("mai", "Lê Ban Mai", "Ban.Mai@sonmai.example")


def _made(login: str, name: str, email: str = "") -> int:
    account, code = people.create_account(login, name, email=email, groups=["vhxh"], by=CLI)
    people.redeem_code(login, code, OWN, door="web")
    return account


def _send() -> int:
    return notices.send_due(jobs.Holder())


def _code(post: Post, which: int = -1) -> str:
    text = post.messages[which].get_body(("plain",))
    assert text is not None
    (found,) = CODE.findall(text.get_content())
    return str(found)


def _ask(app: Flask, said: str) -> Any:
    guest = Guest(app)
    guest.open("/sign-in/forgotten")
    return guest.post("/sign-in/forgotten", said=said)


def _later(minutes: float) -> None:
    """Let the time of what waits for somebody pass, without waiting."""
    with transaction() as s:
        for row in s.execute(sa.select(Account).where(Account.reset_until.is_not(None))).scalars():
            assert row.reset_until is not None
            row.reset_until -= timedelta(minutes=minutes)
        trail.record("account:changed", by=CLI, stream="system")


def test_letter_brings_a_code_that_sets_the_password_once_and_ends_all_sessions(app: Flask, mai: int, post: Post) -> None:
    token, _ = people.sign_in("mai", OWN, door="web")
    page = html.fromstring(Guest(app).client.get("/sign-in").text)
    assert page.xpath("//a[@href='/sign-in/forgotten']")
    assert _ask(app, " Mai ").status_code == 200
    assert people.actor_of_token(token, door="web") is not None  # asking alone changes nothing
    assert _send() == 1
    assert post.reached == ["Ban.Mai@sonmai.example"]
    text = post.messages[0].get_body(("plain",))
    assert text is not None and "http://127.0.0.1:8000/sign-in/code" in text.get_content()
    assert "Có yêu cầu đặt lại mật khẩu cho tài khoản của bạn." in text.get_content()
    assert "30 phút kể từ lúc yêu cầu" in text.get_content()
    code = _code(post)
    guest = Guest(app)
    guest.open("/sign-in/code")
    assert guest.post("/sign-in/code", username="mai", code=code, password=NEW).status_code == 303
    assert people.actor_of_token(token, door="web") is None
    people.sign_in("mai", NEW, door="web")
    with pytest.raises(NotSignedIn):
        people.redeem_code("mai", code, OWN, door="web")
    kinds = [event.kind for event in trail.read(stream=f"account:{mai}", part=None).events]
    assert kinds.count("account:reset_asked") == 1 and "account:password_changed" in kinds and "mail:sent" in kinds


def test_everybody_gets_the_same_answer(app: Flask, mai: int, post: Post) -> None:
    people.disable_account(_made("nghi", "Người Đã Nghỉ", "nghi@sonmai.example"), by=CLI, reason="nghỉ việc")
    _made("khong.thu", "Người Không Có Thư")
    told = [_ask(app, said) for said in ("mai", "nghi", "khong.thu", "khong-co", "ai@sonmai.example", "")]
    assert {answer.status_code for answer in told} == {200}
    assert len({words(html.fromstring(answer.text).find(".//main")) for answer in told}) == 1
    assert _send() == 1 and post.reached == ["Ban.Mai@sonmai.example"]


def test_unknown_name_takes_about_the_same_work(app: Flask, mai: int, post: Post) -> None:
    app.extensions["settings"].testing = False  # real hashing numbers: the hash must dominate
    passwords.verify(None, "x")  # the dummy hash is made once

    def seconds(said: str) -> float:
        _later(10)
        began = time.perf_counter()
        people.ask_reset(said, door="web")
        return time.perf_counter() - began

    known, unknown = (min(seconds(said) for _ in range(3)) for said in ("mai", "ai-do"))
    assert 0.4 < known / unknown < 2.5


def test_code_stands_in_no_table_no_file_and_on_no_page(app: Flask, mai: int, post: Post, settings: Settings) -> None:
    people.ask_reset("mai", door="web")
    assert _send() == 1
    code = _code(post)
    shapes = [code, code.replace("-", ""), code.lower()]
    with reading() as s:
        held = [str(tuple(row)) for table in Base.metadata.sorted_tables for row in s.execute(sa.select(table))]
        mail = s.execute(sa.select(MAIL.c.id)).scalar_one()
    assert any("Ban.Mai@sonmai.example" in row for row in held)
    assert not [row for row in held for shape in shapes if shape in row]
    files = [path.read_bytes() for path in Path(settings.var).rglob("*") if path.is_file()]
    assert files and not [True for content in files for shape in shapes if shape.encode() in content]
    admin = people.actor_of(people.create_account("quan", "Quản Trị Viên", groups=["admin"], by=CLI)[0])
    shown = notices.show_mail(mail, by=admin).content
    seen = [shown.text, shown.html, shown.subject, notices.preview("password_reset", language="vi", by=admin).text]
    assert "mai" in shown.text and "····-····-····" in shown.text and "····-····-····" in shown.html
    assert not [said for said in seen for shape in shapes if shape in said]


def test_code_grows_old_and_a_letter_that_waited_too_long_is_not_sent(app: Flask, mai: int, post: Post) -> None:
    people.ask_reset("mai", door="web")
    assert _send() == 1
    _later(31)
    with pytest.raises(NotSignedIn):
        people.redeem_code("mai", _code(post), NEW, door="web")
    people.ask_reset("mai", door="web")
    _later(31)
    assert _send() == 1 and len(post.mails) == 1
    with reading() as s:
        assert set(s.execute(sa.select(MAIL.c.state)).scalars()) == {"sent", "obsolete"}


def test_one_code_at_a_time(app: Flask, mai: int, post: Post) -> None:
    people.ask_reset("mai", door="web")
    people.ask_reset("ban.mai@sonmai.example", door="web")  # the letter on its way stands
    assert _send() == 1
    old = _code(post)
    _later(21)
    people.ask_reset("mai", door="web")
    assert _send() == 1 and _code(post) != old
    with pytest.raises(NotSignedIn):
        people.redeem_code("mai", old, NEW, door="web")
    people.redeem_code("mai", _code(post), NEW, door="web")


def test_who_asks_again_takes_no_good_code_away(app: Flask, mai: int, post: Post) -> None:
    people.ask_reset("mai", door="web")
    assert _send() == 1
    _later(12)
    people.ask_reset("mai", door="web")  # anybody may
    assert _send() == 1 and _code(post, 1) == _code(post, 0)
    text = post.messages[1].get_body(("plain",))
    assert text is not None and re.search(r"1[78] phút kể từ lúc yêu cầu", text.get_content())
    people.redeem_code("mai", _code(post, 0), NEW, door="web")


@pytest.mark.parametrize("said", ["mai", "khong-co"])
def test_asking_is_limited_by_name_known_or_not(app: Flask, mai: int, post: Post, said: str) -> None:
    for _ in range(tally.ASKED_LIMIT):
        assert _ask(app, said).status_code == 200
    refused = _ask(app, said)
    assert refused.status_code == 429 and "Đã yêu cầu quá nhiều lần. Thử lại sau 1 phút." in refused.text
    people.sign_in("mai", OWN, door="web")  # nobody is locked out by it


def test_asking_is_limited_by_address(app: Flask, post: Post) -> None:
    for number in range(tally.ADDRESS_LIMIT):
        people.ask_reset(f"ten{number}", door="web", address="203.0.113.7")
    with pytest.raises(TooMany):
        people.ask_reset("mai", door="web", address="203.0.113.7")
    people.ask_reset("mai", door="web", address="203.0.113.8")


def test_people_who_share_an_address_get_a_letter_each(app: Flask, mai: int, post: Post) -> None:
    _made("suoi", "Đinh Văn Suối", "ban.mai@sonmai.example")
    people.ask_reset("BAN.MAI@sonmai.example", door="web")
    assert _send() == 2
    codes = {_code(post, 0), _code(post, 1)}
    assert len(codes) == 2
    text = post.messages[1].get_body(("plain",))
    assert text is not None
    login = "suoi" if "suoi" in text.get_content() else "mai"
    people.redeem_code(login, _code(post, 1), NEW, door="web")


def test_second_factor_is_still_asked_for(app: Flask, mai: int, post: Post) -> None:
    secret = people.second_factor.begin(OWN, by=people.actor_of("mai")).secret
    people.second_factor.confirm(pyotp.TOTP(secret).at(clock.unmoved() - timedelta(seconds=30)), by=people.actor_of("mai"))
    people.ask_reset("mai", door="web")
    assert _send() == 1
    with pytest.raises(people.CodeNeeded) as needed:
        people.redeem_code("mai", _code(post), NEW, door="web")
    people.finish_sign_in(needed.value.step, pyotp.TOTP(secret).at(clock.unmoved()), door="web")
    with pytest.raises(people.CodeNeeded):
        people.sign_in("mai", NEW, door="web")


def test_what_changes_the_account_takes_the_code_of_a_letter_away(app: Flask, mai: int, post: Post) -> None:
    def new_address() -> None:
        people.edit_account(mai, email="moi@sonmai.example", by=CLI)

    def new_password() -> None:
        people.change_password(OWN, NEW, by=people.actor_of("mai"))

    for change in (new_address, new_password, lambda: people.reset_account(mai, by=CLI)):
        people.ask_reset("mai", door="web")
        assert _send() == 1
        change()
        with pytest.raises(NotSignedIn):
            people.redeem_code("mai", _code(post), "núi gió đồi sim", door="web")
        tally_forgotten()


def tally_forgotten() -> None:
    """Let the tries of a test not lock the name."""
    with transaction() as s:
        s.execute(sa.delete(tally.SignInTally))


def test_asking_takes_no_code_on_paper_away(app: Flask, post: Post) -> None:
    _, paper = people.create_account("suoi", "Đinh Văn Suối", email="suoi@sonmai.example", by=CLI)
    people.ask_reset("suoi", door="web")
    people.redeem_code("suoi", paper, OWN, door="web")
    assert _send() == 1 and not post.mails  # the password is set: nobody waits for the letter


def test_letter_sent_again_brings_the_code_while_it_is_good(app: Flask, mai: int, post: Post) -> None:
    people.ask_reset("mai", door="web")
    assert _send() == 1
    with reading() as s:
        mail = s.execute(sa.select(MAIL.c.id)).scalar_one()
    people.create_account("quan", "Quản Trị Viên", groups=["admin"], by=CLI)
    notices.resend(mail, by=people.actor_of("quan"))
    assert _send() == 1
    assert _code(post, 0) == _code(post, 1)


def test_letter_that_is_tried_goes_without_a_code(app: Flask, mai: int, post: Post) -> None:
    people.grant(mai, "admin", by=CLI)
    people.ask_reset("mai", door="web")
    notices.try_words("password_reset", notices.letters()["password_reset"], by=people.actor_of("mai"))
    assert _send() == 2
    told = [body.get_content() for m in post.messages if (body := m.get_body(("plain",))) is not None]
    assert sorted(len(CODE.findall(text)) for text in told) == [0, 1]


def test_without_a_mail_server_it_says_whom_to_ask(app: Flask, mai: int) -> None:
    with pytest.raises(Conflict) as refused:
        people.ask_reset("mai", door="web")
    assert refused.value.code == "no-mail" and "quản trị" in refused.value.message
    assert password_reset.LETTER in notices.letters()
