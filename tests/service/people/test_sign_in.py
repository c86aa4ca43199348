"""Signing in: right and wrong, known and unknown, locks, sessions, codes, demo accounts."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from service import clock, people, trail
from service.actor import machine
from service.config import Settings
from service.db import db, reading, session, transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn, TooMany
from service.people import passwords, sessions, tally
from service.people.models import Account, SessionToken, SignInTally
from service.trail.models import EVENT

CLI = machine("cli")
GOOD = "mưa nguồn suối xa"


@pytest.fixture
def mai(app: Flask) -> int:
    account, code = people.create_account("mai", "Lê Ban Mai", by=CLI, groups=["vhxh"])
    people.redeem_code("mai", code, GOOD, door="web")
    people.end_sessions(by=people.actor_of("mai"))
    return account


def test_right_password_opens_a_session_with_live_groups(mai: int) -> None:
    token, actor = people.sign_in("  Mai ", GOOD, door="api", address="10.0.0.1", device="Firefox")
    assert actor.account == mai
    assert (actor.login, actor.name, actor.door) == ("mai", "Lê Ban Mai", "api")
    assert actor.groups == {"vhxh"}
    assert people.actor_of_token(token, door="web") == actor.through("web")
    with reading() as s:
        stored = s.execute(sa.select(SessionToken.hash)).scalar_one()
        password = s.execute(sa.select(Account.password_hash)).scalar_one()
    assert token not in stored
    assert password is not None
    assert password.startswith("$argon2id$")


def test_wrong_password_and_unknown_name_get_the_same_answer(mai: int) -> None:
    people.sign_in("mai", GOOD, door="web")
    with pytest.raises(NotSignedIn) as wrong:
        people.sign_in("mai", "mưa nguồn suối gần", door="web")
    with pytest.raises(NotSignedIn) as unknown:
        people.sign_in("khong-co", "mưa nguồn suối gần", door="web")
    assert (wrong.value.message, wrong.value.code) == (unknown.value.message, unknown.value.code)


@pytest.mark.long
def test_unknown_name_takes_about_the_same_work(mai: int, app: Flask) -> None:
    app.extensions["settings"].testing = False  # real hashing numbers: the hash must dominate
    with transaction() as s:
        s.execute(sa.update(Account).values(password_hash=passwords.hash_password(GOOD)))
        trail.record("account:changed", by=CLI, stream=f"account:{mai}")
    passwords.verify(None, "x")  # the dummy hash is made once

    def seconds(login: str) -> float:
        began = time.perf_counter()
        with pytest.raises(NotSignedIn):
            people.sign_in(login, "sai mật khẩu", door="web")
        return time.perf_counter() - began

    known = min(seconds("mai") for _ in range(3))
    unknown = min(seconds("ai-do") for _ in range(3))
    assert 0.4 < known / unknown < 2.5


def test_password_is_the_same_however_the_keyboard_composes_it(mai: int) -> None:
    import unicodedata

    people.sign_in("mai", unicodedata.normalize("NFD", GOOD), door="web")


@pytest.mark.parametrize("login", ["mai", "khong-co"])
def test_five_failures_lock_a_name_known_or_not_until_time_passes(mai: int, login: str) -> None:
    for _ in range(tally.NAME_LIMIT):
        with pytest.raises(NotSignedIn):
            people.sign_in(login, "sai mật khẩu", door="web")
    with pytest.raises(TooMany) as locked:
        people.sign_in(login, GOOD, door="web")
    assert "Thử lại sau 1 phút" in locked.value.message
    with transaction() as s:
        s.execute(sa.update(SignInTally).values(locked_until=clock.unmoved() - timedelta(seconds=1)))
    if login == "mai":
        people.sign_in(login, GOOD, door="web")
        with reading() as s:
            assert s.execute(sa.select(sa.func.count()).select_from(SignInTally)).scalar_one() == 0
    else:
        with pytest.raises(NotSignedIn):
            people.sign_in(login, GOOD, door="web")
        with pytest.raises(TooMany) as again:
            people.sign_in(login, GOOD, door="web")
        assert "2 phút" in again.value.message


def test_lock_stands_in_the_trail_and_unknown_names_do_not(mai: int) -> None:
    for login in ("mai", "khong-co"):
        for _ in range(tally.NAME_LIMIT):
            with pytest.raises(NotSignedIn):
                people.sign_in(login, "sai mật khẩu", door="web")
    with reading() as s:
        rows = s.execute(sa.select(EVENT.c.kind, EVENT.c.stream, EVENT.c.body).order_by(EVENT.c.gseq)).all()
        kept = s.execute(sa.select(SignInTally.subject)).scalars().all()
    assert ("account:locked", f"account:{mai}") in [(row.kind, row.stream) for row in rows]
    assert ("session:refused", "system") in [(row.kind, row.stream) for row in rows]
    assert not any(b"khong-co" in row.body for row in rows)
    assert not any("khong-co" in subject for subject in kept)


def test_an_address_is_locked_after_thirty_failures_on_many_names(mai: int) -> None:
    for number in range(tally.ADDRESS_LIMIT):
        with pytest.raises(NotSignedIn):
            people.sign_in(f"ten{number}", "sai mật khẩu", door="web", address="203.0.113.7")
    with pytest.raises(TooMany):
        people.sign_in("mai", GOOD, door="web", address="203.0.113.7")
    people.sign_in("mai", GOOD, door="web", address="203.0.113.8")


def test_failures_are_forgotten_after_an_hour(mai: int) -> None:
    for _ in range(tally.NAME_LIMIT - 1):
        with pytest.raises(NotSignedIn):
            people.sign_in("mai", "sai mật khẩu", door="web")
    with transaction() as s:
        s.execute(sa.update(SignInTally).values(failed_at=clock.unmoved() - timedelta(minutes=61)))
    with pytest.raises(NotSignedIn):
        people.sign_in("mai", "sai mật khẩu", door="web")
    people.sign_in("mai", GOOD, door="web")


def test_failures_that_nobody_was_told_of_stand_in_the_trail_once_they_are_forgotten(mai: int) -> None:
    for login in ("mai", "mai", "khong-co"):
        with pytest.raises(NotSignedIn):
            people.sign_in(login, "sai mật khẩu", door="web")
    people.sweep()
    assert not trail.read(kind="session:refused", part=None).events
    with transaction() as s:
        s.execute(sa.update(SignInTally).values(failed_at=clock.unmoved() - timedelta(minutes=61)))
    people.sweep()
    people.sweep()
    (told,) = trail.read(kind="session:refused", part=None).events
    assert told.body["count"] == 3 and trail.sentence(told, "vi") == "Đăng nhập không thành công, 3 lần."


def test_disabled_account_is_told_only_with_the_right_password(mai: int) -> None:
    token, _ = people.sign_in("mai", GOOD, door="web")
    people.disable_account(mai, by=CLI, reason="nghỉ việc")
    assert people.actor_of_token(token, door="web") is None
    with pytest.raises(Forbidden) as told:
        people.sign_in("mai", GOOD, door="web")
    assert told.value.code == "account-disabled"
    with pytest.raises(NotSignedIn):
        people.sign_in("mai", "sai mật khẩu", door="web")
    people.enable_account(mai, by=CLI, reason="đi làm lại")
    people.sign_in("mai", GOOD, door="web")


def test_demo_accounts_and_password_work_in_demo_mode_only(app: Flask) -> None:
    with transaction():
        fields = {"name": "Hồ Thu Nắng", "sort": "", "search": ""}
        from service.people import accounts

        hashed = passwords.hash_password(people.DEMO_PASSWORD)
        accounts.add("mau", fields, demo=True, password_hash=hashed)
        accounts.add("that", fields, password_hash=hashed)
        trail.record("demo:loaded", by=CLI, stream="system")
    token, _ = people.sign_in("mau", "vinhdanh", door="web")
    people.sign_in("that", "vinhdanh", door="web")
    settings: Settings = app.extensions["settings"]
    settings.demo = False
    for login in ("mau", "that"):
        with pytest.raises(Forbidden) as refused:
            people.sign_in(login, "vinhdanh", door="web")
        assert refused.value.code == "demo-only"
    assert people.actor_of_token(token, door="web") is None
    with pytest.raises(NotFound):
        people.actor_of("mau")


def test_a_session_ends_after_twelve_idle_hours(mai: int) -> None:
    token, _ = people.sign_in("mai", GOOD, door="web")
    _seen(clock.unmoved() - timedelta(hours=11, minutes=59))
    assert people.actor_of_token(token, door="web") is not None  # and this use is noted
    with reading() as s:
        assert s.execute(sa.select(SessionToken.seen_at)).scalar_one() > clock.unmoved() - timedelta(
            minutes=1
        )
    _seen(clock.unmoved() - timedelta(hours=12, minutes=1))
    assert people.actor_of_token(token, door="web") is None


def test_a_session_ends_seven_days_after_it_began_used_or_not(mai: int) -> None:
    token, _ = people.sign_in("mai", GOOD, door="web")
    with transaction() as s:
        s.execute(sa.update(SessionToken).values(until=clock.unmoved() - timedelta(seconds=1)))
    assert people.actor_of_token(token, door="web") is None
    people.sweep()
    with reading() as s:
        assert s.execute(sa.select(sa.func.count()).select_from(SessionToken)).scalar_one() == 0


def test_moving_the_demo_clock_signs_nobody_out(mai: int) -> None:
    token, _ = people.sign_in("mai", GOOD, door="web")
    clock.move_to(clock.now() + timedelta(days=1500))
    assert people.actor_of_token(token, door="web") is not None


def test_signing_out_ends_this_session_alone(mai: int) -> None:
    first, _ = people.sign_in("mai", GOOD, door="web")
    second, _ = people.sign_in("mai", GOOD, door="api")
    people.sign_out(first)
    people.sign_out(first)
    people.sign_out("nothing")
    assert people.actor_of_token(first, door="web") is None
    assert people.actor_of_token(second, door="api") is not None


def test_a_person_lists_and_ends_own_sessions_and_nobody_elses(mai: int) -> None:
    here, actor = people.sign_in("mai", GOOD, door="web", address="10.0.0.1", device="Firefox")
    away, _ = people.sign_in("mai", GOOD, door="api", device="curl")
    listed = people.list_sessions(by=actor, token=here)
    assert sorted((row.device, row.current) for row in listed) == [("Firefox", True), ("curl", False)]
    other, code = people.create_account("khac", "Đinh Văn Suối", by=CLI)
    _, stranger = people.redeem_code("khac", code, "núi gió đồi sim", door="web")
    for row in listed:
        with pytest.raises(NotFound):
            people.end_session(row.id, by=stranger)
    with pytest.raises(Forbidden):
        people.end_sessions(by=stranger, account=mai)
    people.end_session(next(row.id for row in listed if not row.current), by=actor)
    assert people.actor_of_token(away, door="api") is None
    assert people.actor_of_token(here, door="web") is not None
    assert people.end_sessions(by=CLI, account=mai) == 1
    assert people.actor_of_token(here, door="web") is None
    assert other != mai


def test_a_new_account_begins_with_a_one_time_code(app: Flask) -> None:
    _, code = people.create_account("suoi", "Đinh Văn Suối", by=CLI, email="suoi@mau.vn")
    with pytest.raises(NotSignedIn):
        people.sign_in("suoi", code, door="web")
    with pytest.raises(NotSignedIn):
        people.redeem_code("suoi", "AAAA-BBBB-CCCC", GOOD, door="web")
    typed = code.lower().replace("-", " ")
    token, actor = people.redeem_code("suoi", typed, GOOD, door="web")
    assert people.actor_of_token(token, door="web") == actor
    with pytest.raises(NotSignedIn):
        people.redeem_code("suoi", code, "lần thứ hai thì thôi", door="web")
    people.sign_in("suoi", GOOD, door="web")


def test_a_reset_ends_sessions_and_password_and_its_code_grows_old(mai: int) -> None:
    token, _ = people.sign_in("mai", GOOD, door="web")
    code = people.reset_account(mai, by=CLI)
    assert people.actor_of_token(token, door="web") is None
    with pytest.raises(NotSignedIn):
        people.sign_in("mai", GOOD, door="web")
    with transaction() as s:
        s.execute(sa.update(Account).values(code_until=clock.unmoved() - timedelta(seconds=1)))
        trail.record("account:changed", by=CLI, stream=f"account:{mai}")
    with pytest.raises(NotSignedIn):
        people.redeem_code("mai", code, "đường xa gió lặng", door="web")
    people.redeem_code("mai", people.reset_account(mai, by=CLI), "đường xa gió lặng", door="web")
    people.sign_in("mai", "đường xa gió lặng", door="web")


@pytest.mark.parametrize("weak", ["ngắn quá", "aaaaaaaaaaaa", "password123", "vinhdanh", "x" * 257])
def test_a_weak_password_is_refused_at_its_field(mai: int, weak: str) -> None:
    with pytest.raises(Invalid) as refused:
        people.change_password(GOOD, weak, by=people.actor_of("mai"))
    assert refused.value.faults[0].path == "new"


def test_changing_the_password_ends_the_other_sessions(mai: int) -> None:
    here, actor = people.sign_in("mai", GOOD, door="web")
    away, _ = people.sign_in("mai", GOOD, door="api")
    with pytest.raises(NotSignedIn):
        people.change_password("không phải", "đường xa gió lặng", by=actor, keep=here)
    with pytest.raises(Invalid):
        people.change_password(GOOD, GOOD, by=actor, keep=here)
    people.change_password(GOOD, "đường xa gió lặng", by=actor, keep=here)
    assert people.actor_of_token(here, door="web") is not None
    assert people.actor_of_token(away, door="api") is None
    people.sign_in("mai", "đường xa gió lặng", door="web")


def test_a_forced_change_takes_all_groups_until_it_is_done(mai: int) -> None:
    token, actor = people.sign_in("mai", GOOD, door="web")
    assert actor.may("vhxh")
    people.force_change(mai, by=CLI)
    forced = people.actor_of_token(token, door="web")
    assert forced is not None
    assert forced.must_change
    assert not forced.groups
    assert not people.allowed(forced, "round.read")
    people.change_password(GOOD, "đường xa gió lặng", by=forced, keep=token)
    free = people.actor_of_token(token, door="web")
    assert free is not None
    assert free.groups == {"vhxh"}
    assert people.allowed(free, "round.read")


def test_actor_of_a_session_takes_one_statement(mai: int, app: Flask) -> None:
    token, _ = people.sign_in("mai", GOOD, door="web")
    seen: list[str] = []
    engine = session().get_bind()

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        seen.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    assert people.actor_of_token(token, door="web") is not None
    sa.event.remove(engine, "before_cursor_execute", note)
    assert len([statement for statement in seen if statement.lstrip().startswith("SELECT")]) == 1
    assert len([statement for statement in seen if not statement.startswith("BEGIN")]) == 1


def test_a_login_in_use_or_of_a_wrong_shape_is_refused(mai: int) -> None:
    with pytest.raises(Conflict):
        people.create_account("MAI", "Người khác", by=CLI)
    for login in ("", "a", "có dấu", "x" * 41, "a b"):
        with pytest.raises(Invalid):
            people.create_account(login, "Người khác", by=CLI)


def test_a_password_of_weaker_numbers_is_hashed_anew_at_sign_in(mai: int, app: Flask) -> None:
    with reading() as s:
        weak = s.execute(sa.select(Account.password_hash)).scalar_one()
    app.extensions["settings"].testing = False
    people.sign_in("mai", GOOD, door="web")
    with reading() as s:
        strong = s.execute(sa.select(Account.password_hash)).scalar_one()
    assert weak != strong
    assert strong is not None
    assert "m=65536,t=3,p=4" in strong
    people.sign_in("mai", GOOD, door="web")
    assert sessions.normal_login(" MAI ") == "mai"


@pytest.mark.both_databases
def test_two_at_once_enter_although_the_first_renews_the_hash(mai: int, app: Flask) -> None:
    app.extensions["settings"].testing = False
    with transaction() as s:
        weak = passwords.PasswordHasher(time_cost=1, memory_cost=1024).hash(GOOD)
        s.execute(sa.update(Account).values(password_hash=weak))
        trail.record("account:changed", by=CLI, stream=f"account:{mai}")
    assert passwords.verify(weak, GOOD) and passwords.is_outdated(weak)
    together = threading.Barrier(4)
    entered: list[str] = []

    def enter() -> None:
        with app.app_context():
            together.wait()
            entered.append(people.sign_in("mai", GOOD, door="api")[1].login)
            db.session.remove()

    threads = [threading.Thread(target=enter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert entered == ["mai"] * 4
    with pytest.raises(NotSignedIn):
        people.sign_in("mai", "mưa nguồn suối gần", door="api")


def _seen(moment: object) -> None:
    with transaction() as s:
        s.execute(sa.update(SessionToken).values(seen_at=moment))


@pytest.mark.parametrize("odd", ["\0", "\ud800", "a\0b", "\u202e", "x" * 5000, ""])
def test_odd_signs_are_a_wrong_name_or_password_and_no_crash(mai: int, odd: str) -> None:
    for login, password in ((odd, GOOD), ("mai", odd)):
        with pytest.raises(NotSignedIn):
            people.sign_in(login, password, door="api", address=odd, device=odd)
    with pytest.raises(NotSignedIn):
        people.redeem_code("mai", odd, "một câu đủ dài", door="web")
    assert people.actor_of_token(odd, door="api") is None
    people.sign_out(odd)
    assert people.list_accounts(by=CLI, text=odd, group=odd or None)[1] in (0, 1)
    assert people.list_units(text=odd, kind=odd or None) == []
    with pytest.raises(NotFound):
        people.find_account(odd)
    people.sign_in("mai", GOOD, door="api", address=odd, device=odd)
