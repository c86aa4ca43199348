"""An emergency access: opened at the command line alone, told to all who watch, written in every entry, ended by itself."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import update

from service import clock, people, trail
from service.actor import Actor, machine
from service.cli import cli
from service.db import transaction
from service.errors import Conflict, Forbidden, Invalid
from service.notices import letters
from service.notices.bell import own_notices
from service.people import break_glass, second_person
from service.people.models import Account
from tests.service.people.enrolling import enrolled

CLI = machine("cli")
OWN = "mưa nguồn suối xa"
WHO, WHY = "Đỗ Trúc Quân", "Cả hai quản trị viên mất điện thoại"


@pytest.fixture
def earnest(app: Flask) -> Flask:
    """The service as a real installation runs it."""
    app.extensions["settings"].demo = False
    for login, group in (("quan", "admin"), ("soat", "inspector"), ("vien", "vhxh")):
        _, code = people.create_account(login, f"Lê {login}", groups=[group], by=CLI)
        people.redeem_code(login, code, OWN, door="web")
    return app


def _inside() -> Actor:
    opened = break_glass.break_glass(WHO, WHY, by=CLI)
    token, actor = people.redeem_code(opened.login, opened.code, OWN, door="web")
    assert actor.must_enrol and not actor.groups, "no door is opened wider than for other administrators"
    enrolled(opened.login, OWN, keep=token)
    found = people.actor_of_token(token, door="web")
    assert found is not None
    return found


def _end_now(by: Actor) -> None:
    """Let the hours pass, by the machine's own clock."""
    with transaction() as s:
        s.execute(update(Account).where(Account.id == by.account).values(emergency_until=clock.unmoved() - timedelta(seconds=1)))
        trail.record("account:changed", by=CLI, stream=f"account:{by.account}")


def test_it_gives_an_administrators_rights_and_every_entry_says_so(earnest: Flask) -> None:
    by = _inside()
    assert by.groups == {"admin"} and by.name == f"Truy cập khẩn cấp: {WHO}"
    code = people.reset_account(people.find_account("quan").id, by=by)
    assert code
    event = trail.read(limit=1).events[0]
    assert (event.kind, event.door, event.account) == ("account:reset", "break_glass", by.account)
    assert trail.door_words(event.door, "vi") == "truy cập khẩn cấp"
    events = trail.read(limit=30, sight=trail.Sight.EVERYTHING).events
    opened = next(event for event in events if event.kind == "break_glass:opened")
    assert (opened.private["who"], opened.private["reason"], opened.door) == (WHO, WHY, "cli")
    assert {e.door for e in events if e.kind == "session:opened" and e.account == by.account} == {"break_glass"}


def test_administrators_and_inspectors_are_told_at_once_whatever_they_chose(earnest: Flask) -> None:
    break_glass.break_glass(WHO, WHY, by=CLI)
    assert letters()["break_glass"].urgent and letters()["break_glass"].compulsory
    earnest.extensions["settings"].demo = True  # to read notices of who has no second factor
    told = {
        login: [one.letter for one in own_notices(by=people.actor_of(login), language="vi").items] for login in ("quan", "soat", "vien")
    }
    assert told == {"quan": ["break_glass"], "soat": ["break_glass"], "vien": []}


def test_it_ends_by_itself_and_lets_nobody_in_afterwards(earnest: Flask) -> None:
    by = _inside()
    opened = break_glass.end_due()
    assert opened == 0 and people.allowed(by, "account.edit")
    _end_now(by)
    with pytest.raises(Forbidden):
        people.sign_in(by.login, OWN, door="web")
    assert by.account not in people.members_of(["admin"])
    assert break_glass.end_due() == 1 and break_glass.end_due() == 0
    assert trail.read(limit=1).events[0].kind == "break_glass:ended"
    again = break_glass.break_glass(WHO, WHY, by=CLI)
    assert again.login == "khan-cap-2" and again.until > clock.unmoved()


def test_only_the_operator_opens_one_at_a_time_and_says_who_and_why(earnest: Flask) -> None:
    for who, why in (("", WHY), (WHO, " ")):
        with pytest.raises(Invalid):
            break_glass.break_glass(who, why, by=CLI)
    with pytest.raises(Forbidden):
        break_glass.break_glass(WHO, WHY, by=people.actor_of("soat"))
    break_glass.break_glass(WHO, WHY, by=CLI)
    with pytest.raises(Conflict):
        break_glass.break_glass(WHO, WHY, by=CLI)
    assert break_glass.end_break_glass(by=CLI) == 1
    break_glass.break_glass(WHO, WHY, by=CLI)


def test_signing_in_again_is_written_as_what_it_is(earnest: Flask) -> None:
    opened = break_glass.break_glass(WHO, WHY, by=CLI)
    people.redeem_code(opened.login, opened.code, OWN, door="web")
    for door in ("web", "api"):
        people.sign_in(opened.login, OWN, door=door)
    people.sign_in("quan", OWN, door="web")
    doors = [(e.account, e.door) for e in trail.read(kind="session:opened", limit=4).events]
    emergency = people.find_account(opened.login).id
    assert doors == [(people.find_account("quan").id, "web"), *[(emergency, "break_glass")] * 3]


def test_no_confirming_verb_takes_it_for_the_second_person(earnest: Flask) -> None:
    enrolled("quan", OWN)
    by, quan = _inside(), people.actor_of("quan", door="web")
    assert by.account not in second_person.seconds("second_person.confirm")
    for right in ("second_person.confirm", "deployment.confirm", "erasure.manage"):
        assert second_person.is_second(quan, right, asked_by=by.account) and people.allowed(by, right)
        with pytest.raises(Forbidden) as refused:
            second_person.must_be_second(by, right, asked_by=quan.account)
        assert refused.value.code == "emergency", right


def test_it_is_no_second_person_and_makes_no_administrator_alone(earnest: Flask) -> None:
    enrolled("quan", OWN)
    by, vien = _inside(), people.find_account("vien").id
    with pytest.raises(second_person.SecondPersonNeeded):
        people.grant(vien, "admin", by=by)
    given = people.grant_given(vien, "admin", None, None, None)
    with pytest.raises(Conflict) as nobody:
        second_person.ask("group.grant", given, by=people.actor_of("quan", door="web"), reason=WHY)
    assert nobody.value.code == "no-second-person"
    people.create_account("truong", "Lê Trưởng", groups=["vhxh_head"], by=CLI)
    request = second_person.ask("group.grant", given, by=people.actor_of("quan", door="web"), reason=WHY)
    with pytest.raises(Forbidden) as refused:
        second_person.confirm(request, by=by)
    assert refused.value.code == "emergency"


def test_command_asks_for_name_and_reason_and_ends_it_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.cli._app", lambda: app)
    opened = CliRunner().invoke(cli, ["break-glass"], input=f"{WHO}\n{WHY}\n")
    assert opened.exit_code == 0, opened.output
    assert re.search(r"khan-cap-1, mã dùng một lần [A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", opened.output)
    second = CliRunner().invoke(cli, ["break-glass", "--who", WHO, "--reason", WHY])
    assert second.exit_code == 1 and "--end" in second.output
    assert "đã kết thúc" in CliRunner().invoke(cli, ["break-glass", "--end"]).output.lower()
    assert "Không có" in CliRunner().invoke(cli, ["break-glass", "--end"]).output
