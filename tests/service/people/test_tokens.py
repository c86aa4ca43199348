"""Personal API tokens: what one is, what it may, and everything that ends it."""

from __future__ import annotations

import re
from datetime import timedelta
from zlib import crc32

import pytest
import sqlalchemy as sa
from flask import Flask

from service import clock, people, trail
from service.actor import Actor, machine
from service.db import reading, transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn, Refusal
from service.notices.models import MAIL
from service.people import rights
from service.people.models import Account, ApiToken, Membership
from tests.service.people.enrolling import enrolled

CLI = machine("cli")
GOOD = "mưa nguồn suối xa"


@pytest.fixture
def mai(app: Flask) -> Actor:
    _account, code = people.create_account("mai", "Lê Ban Mai", email="mai@sonmai.example", groups=["vhxh"], by=CLI)
    people.redeem_code("mai", code, GOOD, door="web")
    return people.actor_of("mai", door="web")


@pytest.fixture
def boss(app: Flask) -> Actor:
    people.create_demo_account("quantri", "Quản Trị", by=CLI, groups=["admin"])
    return people.actor_of("quantri", door="web")


def _made(by: Actor, *scope: str, days: int | None = None, name: str = "Đồng bộ") -> tuple[int, str]:
    return people.make_token(name, by=by, scope=scope, days=days, password=GOOD)


def _through(token: str, *, changes: bool = True) -> Actor | None:
    return people.actor_of_api_token(token, changes=changes)


def _alive(token: str) -> bool:
    return _through(token) is not None


def _kinds(by: Actor) -> list[str]:
    return [one.kind for one in trail.read(stream=f"account:{by.account}", kind="token:*", limit=20).events]


def test_token_is_told_once_kept_as_a_hash_and_known_by_its_form(mai: Actor) -> None:
    number, token = _made(mai, "movement")
    assert re.fullmatch(r"vdp_[0-9A-Za-z]{40}[0-9a-f]{8}", token) and people.is_api_token(token)
    assert int(token[-8:], 16) == crc32(token[:-8].encode())
    with reading() as s:
        stored = s.execute(sa.select(ApiToken)).scalar_one()
        kept = " ".join(str(v) for v in vars(stored).values())
    assert token not in kept and token[:-4] not in kept and stored.hint == token[-4:]
    (one,) = people.list_tokens(by=mai)
    assert (one.id, one.name, one.scope, one.used_on, one.ended) == (number, "Đồng bộ", ("movement",), None, "")
    told = trail.read(stream=f"account:{mai.account}", kind="token:made", limit=1).events[0]
    assert told.body["token"] == number and "name" in told.private and token not in told.sealed.decode()
    with reading() as s:
        mail = s.execute(sa.select(MAIL.c.letter, MAIL.c.account, MAIL.c.context)).one()
    assert (mail.letter, mail.account) == ("token_made", mai.account) and "Đồng bộ" in str(mail.context)


def test_through_a_token_the_person_acts_and_the_day_of_use_is_kept(mai: Actor) -> None:
    number, token = _made(mai)
    by = _through(token, changes=False)
    assert by is not None and (by.account, by.door, by.token, by.groups, by.limits) == (mai.account, "api", number, mai.groups, None)
    (one,) = people.list_tokens(by=mai)
    assert one.used_on is not None
    assert people.actor_of_token(token, door="api") is None  # it is no session


def test_scope_narrows_what_changes_and_never_widens(mai: Actor) -> None:
    _number, token = _made(mai, "movement")
    by = _through(token)
    assert by is not None
    assert people.allowed(mai, "posting.draft") and people.allowed(mai, "round.create")
    assert people.allowed(by, "round.create") and not people.allowed(by, "posting.draft")
    assert people.allowed(by, "posting.read") and people.allowed(by, "file.send")  # reading, and the file that goes with it
    assert not people.allowed(by, "unit.edit") and not people.allowed(mai, "unit.edit")  # what the person may not
    people.require(by, "round.create")
    with pytest.raises(Forbidden) as beyond:
        people.require(by, "posting.draft")
    assert beyond.value.code == "token-scope"
    assert people.units_with(by, "nomination.create") == frozenset()


def test_single_act_is_scope_enough(mai: Actor) -> None:
    by = _through(_made(mai, "posting.draft")[1])
    assert by is not None and people.allowed(by, "posting.draft") and not people.allowed(by, "posting.post")


def test_reading_token_changes_nothing(mai: Actor) -> None:
    by = _through(_made(mai)[1])
    assert by is not None and people.allowed(by, "posting.read")
    assert not any(people.allowed(by, word) for word, act in people.acts().items() if not act.reads)


def test_accounts_and_rights_only_by_name_and_ballots_never(boss: Actor, app: Flask) -> None:
    _number, token = people.make_token("x", by=boss, scope=["system"], password="vinhdanh")
    by = _through(token)
    assert by is not None and people.allowed(by, "mail.resend")
    named = ["account.edit", "group.rename", "substitution.name"]
    assert not any(people.allowed(by, word) for word in named) and all(people.allowed(boss, word) for word in named)
    _number, token = people.make_token("y", by=boss, scope=["account.edit"], password="vinhdanh")
    by = _through(token)
    assert by is not None and people.allowed(by, "account.edit") and not people.allowed(by, "group.rename")
    people.create_demo_account("thuky", "Thư Ký", by=CLI, groups=["secretary"])
    secretary = people.actor_of("thuky", door="web")
    assert people.allowed(secretary, "ballot.open")
    with pytest.raises(Invalid):
        people.make_token("z", by=secretary, scope=["ballot.open"], password="vinhdanh")
    by = _through(people.make_token("z", by=secretary, scope=["council"], password="vinhdanh")[1])
    assert by is not None and people.allowed(by, "council_agenda.run") and not people.allowed(by, "ballot.open")


@pytest.mark.parametrize("scope", [["system"], ["account.edit"], ["không-có"], ["movement", "decision.sign"]])
def test_nobody_gives_what_he_has_not(mai: Actor, scope: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        people.make_token("x", by=mai, scope=scope, password=GOOD)
    assert refused.value.faults[0].path == "scope"


def test_every_word_of_the_rules_stands_in_the_matrix() -> None:
    rules = rights.token_rules()
    assert {*rules["never"], *rules["by_name"], *rules["along"]} <= people.acts().keys()
    assert {w for w in people.acts() if w.startswith("ballot.") and not people.acts()[w].reads} == set(rules["never"])
    assert rules["usual"] in rules["lifetimes"] and max(rules["lifetimes"]) <= 366


def test_making_asks_for_password_name_and_a_lifetime_within_bounds(mai: Actor) -> None:
    with pytest.raises(NotSignedIn) as wrong:
        people.make_token("x", by=mai, password="mưa nguồn suối gần")
    assert wrong.value.code == "wrong-password"
    for name, days in (("", 30), ("x" * 101, 30), ("x", 0), ("x", 366), ("x", -1)):
        with pytest.raises(Invalid):
            people.make_token(name, by=mai, days=days, password=GOOD)
    assert people.list_tokens(by=mai) == []
    _made(mai, days=365)
    for n in range(rights.token_rules()["most"] - 1):
        _made(mai, name=f"số {n}")
    with pytest.raises(Conflict) as many:
        _made(mai)
    assert many.value.code == "too-many-tokens"
    people.revoke_token(people.list_tokens(by=mai)[0].id, by=mai)
    _made(mai)


def test_token_makes_and_revokes_no_token(mai: Actor) -> None:
    number, token = _made(mai, "movement")
    by = _through(token)
    assert by is not None
    for act in (lambda: people.make_token("x", by=by, password=GOOD), lambda: people.revoke_token(number, by=by)):
        with pytest.raises(Forbidden) as never:
            act()
        assert never.value.code == "token-never"
    assert _alive(token)


def test_owner_and_administrator_revoke_and_others_do_not(mai: Actor, boss: Actor) -> None:
    (first, one), (second, two), (_third, three) = _made(mai), _made(mai), _made(mai)
    people.create_demo_account("lan", "Lan", by=CLI, groups=["vhxh"])
    with pytest.raises(NotFound):
        people.revoke_token(first, by=people.actor_of("lan"))
    with pytest.raises(Forbidden):
        people.list_tokens(by=people.actor_of("lan"), account=mai.account)
    people.revoke_token(first, by=mai)
    people.revoke_token(first, by=mai)  # once more is no error, and no entry
    people.revoke_token(second, by=boss)
    assert [_alive(token) for token in (one, two, three)] == [False, False, True]
    with pytest.raises(Invalid):
        people.revoke_tokens(mai.account or 0, by=boss, reason=" ")
    assert people.revoke_tokens(mai.account or 0, by=boss, reason="Máy bị mất") == 1
    assert not _alive(three)
    assert _kinds(mai).count("token:revoked") == 3
    assert [one.ended for one in people.list_tokens(by=boss, account=mai.account)] == ["revoked"] * 3


def test_blocked_person_is_gone_and_does_not_come_back_with_the_account(mai: Actor) -> None:
    _number, token = _made(mai)
    assert _alive(token)
    people.disable_account(mai.account or 0, by=CLI, reason="Nghỉ việc")
    assert not _alive(token)
    people.enable_account(mai.account or 0, by=CLI, reason="Trở lại")
    assert not _alive(token)
    told = trail.read(stream=f"account:{mai.account}", kind="token:revoked", limit=1).events[0]
    assert told.body["because"] == "credentials" and "mật khẩu" in trail.sentence(told, "vi")


def test_forced_change_and_ended_membership_count_at_once(mai: Actor) -> None:
    _number, token = _made(mai, "movement")
    people.revoke(mai.account or 0, "vhxh", by=CLI, reason="Chuyển công tác")
    by = _through(token)
    assert by is not None and by.groups == frozenset() and not people.allowed(by, "posting.read")
    people.force_change(mai.account or 0, by=CLI)
    by = _through(token)
    assert by is not None and by.must_change and not people.allowed(by, "round.read")
    with reading() as s:
        assert s.execute(sa.select(Membership.group)).scalars().all() == ["vhxh"]


@pytest.mark.parametrize("what", ["password", "factor", "reset"])
def test_change_of_credentials_ends_tokens(mai: Actor, what: str) -> None:
    _number, token = _made(mai)
    assert _alive(token)
    if what == "password":
        people.change_password(GOOD, "đường xa gió lặng", by=mai)
    elif what == "factor":
        enrolled("mai", GOOD)
    else:
        people.reset_account(mai.account or 0, by=CLI)
    assert not _alive(token)
    assert people.list_tokens(by=mai)[0].ended == "credentials"


def test_who_lacks_the_second_factor_holds_nothing_through_a_token(app: Flask) -> None:
    _account, code = people.create_account("chi", "Chi", groups=["chair"], by=CLI)
    people.redeem_code("chi", code, GOOD, door="web")
    _number, token = people.make_token("x", by=people.actor_of("chi", door="web"), scope=["award"], password=GOOD)
    by = _through(token)
    assert by is not None and people.allowed(by, "decision.sign")
    app.extensions["settings"].demo = False
    by = _through(token)
    assert by is not None and by.must_enrol and not people.allowed(by, "decision.sign")
    with pytest.raises(Refusal):
        people.make_token("y", by=people.actor_of("chi", door="web"), password=GOOD)


def test_token_ends_with_its_last_day_and_the_worker_says_so(mai: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    _number, token = _made(mai, days=7)
    (one,) = people.list_tokens(by=mai)
    began = clock.unmoved()
    monkeypatch.setattr(clock, "unmoved", lambda: one.until - timedelta(seconds=1))
    assert _alive(token) and people.sweep_tokens() == 0
    monkeypatch.setattr(clock, "unmoved", lambda: one.until)
    assert not _alive(token) and people.list_tokens(by=mai)[0].ended == "expired"
    assert people.sweep_tokens() == 1 and people.sweep_tokens() == 0
    assert _kinds(mai) == ["token:expired", "token:made"]
    assert one.until - began > timedelta(days=7)


def test_wrong_tokens_are_counted_by_address_and_a_right_one_still_opens(mai: Actor) -> None:
    _number, token = _made(mai)
    wrong = token[:-1] + ("0" if token[-1] != "0" else "1")
    for _unused in range(30):
        refused = people.refuse_token(wrong, address="10.0.0.9")
        assert (refused.status, refused.code) == (401, "wrong-token")
    refused = people.refuse_token(wrong, address="10.0.0.9")
    assert (refused.status, refused.code) == (429, "locked")
    assert people.refuse_token(wrong, address="10.0.0.8").status == 401
    assert [one.body["count"] for one in trail.read(kind="session:refused", limit=5).events] == [30]
    assert _alive(token)
    people.sign_in("mai", GOOD, door="web", address="10.0.0.9")  # colleagues behind the address sign in as before
    people.revoke_token(people.list_tokens(by=mai)[0].id, by=mai)
    assert people.refuse_token(token, address="10.0.0.8").code == "token-ended"


def test_entries_name_the_token(mai: Actor) -> None:
    number, token = _made(mai, "movement")
    by = _through(token)
    assert by is not None
    with transaction() as s:
        s.execute(sa.update(Account).where(Account.id == mai.account).values(title="Chuyên viên"))
        trail.record("account:changed", by=by, stream=f"account:{mai.account}")
        trail.record("account:changed", by=mai, stream=f"account:{mai.account}")
    own, through = trail.read(stream=f"account:{mai.account}", kind="account:changed", limit=2).events
    assert (through.token, through.door, own.token, own.door) == (number, "api", None, "web")
    assert trail.way_words(through, "vi") == f"chương trình (API), mã truy cập số {number}"
    assert trail.verify().ok
