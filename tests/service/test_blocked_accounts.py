"""A blocked account loses after a time what only its owner needed; name and acts of duty stay, and the trail verifies."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from service import clock, erasing, jobs, notices, people, trail
from service.actor import machine
from service.config import Settings
from service.db import reading
from service.erasing.plan import blocked_for, values_of_account
from service.people.models import Account, Identity, RecoveryCode, SecondFactor
from service.processes import filters
from service.processes.drafts import keep_draft
from service.processes.inbox import Filters
from service.trail import KINDS
from tests.service.notices.conftest import serving
from tests.service.notices.returns import report
from tests.service.notices.told import rows, send, tell
from tests.service.people.enrolling import enrolled
from tests.service.test_erasing import stored, where

pytestmark = pytest.mark.both_databases
CLI = machine("cli")
NAME, PASSWORD = "Lò Nắng Ấm", "trời-xanh-mây-trắng-09"
MAIL, PHONE, PLACE = "nang.am@sonmai.example", "0987 654 321", "10.9.8.7"
OWN = (MAIL, PHONE, PLACE, "Chương trình của tôi", "Việc của riêng tôi", "đang gõ dở", "Nghỉ thai sản")
SHARED = "Việc quá hạn của phòng"


def days(count: int) -> None:
    clock.move_to(clock.now() + timedelta(days=count))


@pytest.fixture
def officer(app: Flask, settings: Settings) -> int:
    """An officer with all that a person keeps in an account."""
    number, code = people.create_account("nang.am", NAME, by=CLI, title="Công chức", groups=["vhxh"])
    other, _code = people.create_account("chu.dep", "Vàng Chữ Đẹp", by=CLI, email="chu.dep@sonmai.example", groups=["clerk"])
    people.redeem_code("nang.am", code, PASSWORD, door="web", address=PLACE)
    people.edit_account(number, by=CLI, email=MAIL, phone=PHONE)
    enrolled("nang.am", PASSWORD)
    by = people.actor_of("nang.am")
    people.make_token("Chương trình của tôi", by=by, password=PASSWORD)
    filters.save_filter("Việc của riêng tôi", Filters(due="today"), by=by)
    filters.save_filter(SHARED, Filters(due="overdue"), by=by, share="vhxh")
    notices.choose({"assigned": "daily"}, by=by)
    keep_draft("task:1", {"text": "đang gõ dở"}, by=by)
    with serving(settings):
        tell(number)
        send()
    mail = next(row for row in rows() if row.account == number and row.message_id)
    assert notices.take_in(report(str(mail.message_id), address=MAIL, said=f"550 5.1.1 <{MAIL}>: unknown"))
    people.name_substitute(number, other, by=by, since=clock.today(), until=clock.today(), reason="Nghỉ thai sản")
    return number


def test_after_a_time_nothing_is_left_that_was_the_persons_own(officer: int, app: Flask) -> None:
    people.disable_account(officer, by=CLI, reason="Nghỉ việc")
    days(blocked_for() - 1)
    assert erasing.empty_blocked() == 0
    before = stored()
    assert [one for one in OWN if not any(one.encode() in raw for _, raw in before)] == [], "all of it is there"
    days(1)
    assert erasing.empty_blocked() == 1 and erasing.empty_blocked() == 0
    assert [(one, column) for column, raw in stored() for one in OWN if one.encode() in raw] == []
    with reading() as s:
        row = s.get_one(Account, officer)
        assert (row.name, row.title, row.login) == (NAME, "Công chức", "nang.am") and row.password_hash is row.signed_in_at is None
        assert not any(s.query(model).filter_by(account_id=officer).count() for model in (SecondFactor, RecoveryCode, Identity))
    assert where(SHARED) == {"saved_filter.name"} and where("chu.dep@sonmai.example") == {"account.email"}
    assert "trail_private.value" in where("Nghỉ việc"), "why it was blocked is the office's"
    (told,) = trail.read(kind="data:erased").events
    assert (told.stream, told.actor) == (f"account:{officer}", "worker")
    assert f"xóa dữ liệu cá nhân của tài khoản đã khóa {NAME}" in trail.sentence(told)
    verdict = trail.verify()
    assert verdict.ok and verdict.erased == told.body["count"] > 4, verdict


def test_who_is_let_in_again_in_time_loses_nothing_and_later_begins_anew(officer: int, app: Flask) -> None:
    people.disable_account(officer, by=CLI, reason="Nghỉ việc riêng")
    days(blocked_for() - 1)
    people.enable_account(officer, by=CLI, reason="Đi làm lại")
    days(blocked_for())
    assert erasing.empty_blocked() == 0 and where(MAIL)
    people.disable_account(officer, by=CLI, reason="Nghỉ việc")
    days(blocked_for())
    assert erasing.empty_blocked() == 1 and not where(MAIL)
    people.enable_account(officer, by=CLI, reason="Nhận việc lại")
    days(blocked_for())
    assert erasing.empty_blocked() == 0
    code = people.reset_account(officer, by=CLI)
    _token, by = people.redeem_code("nang.am", code, PASSWORD, door="web")
    assert by.account == officer and by.may("vhxh")


def test_what_is_entered_afterwards_goes_again(officer: int, app: Flask) -> None:
    people.disable_account(officer, by=CLI, reason="Nghỉ việc")
    days(blocked_for())
    assert erasing.empty_blocked() == 1 and not where(MAIL)
    people.edit_account(officer, by=CLI, title="Công chức Văn hóa - Xã hội")
    assert erasing.empty_blocked() == 0
    people.edit_account(officer, by=CLI, email=MAIL)
    assert where(MAIL)
    assert erasing.empty_blocked() == 1 and not where(MAIL)
    assert trail.verify().ok


def test_the_worker_does_it_and_the_table_names_kinds_that_there_are(app: Flask) -> None:
    assert ("blocked accounts", erasing.empty_blocked) in jobs.SWEEPS
    assert values_of_account().keys() <= KINDS.keys()
