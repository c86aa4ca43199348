"""Quiet hours: no mail at night, on weekends and public holidays; what is overdue or urgent goes at any hour."""

from __future__ import annotations

import pytest
from flask import Flask

from service.config import Settings
from service.notices import hours
from service.notices.letters import letters
from service.notices.models import MAIL
from tests.service.notices.conftest import Post
from tests.service.notices.told import TASK, at, begin, go_on, rows, send, states, tell

pytestmark = pytest.mark.usefixtures("people", "quiet")

FRIDAY_NIGHT, MONDAY = "2026-11-20 20:00", "2026-11-23 07:00"


@pytest.fixture
def quiet(app: Flask, settings: Settings) -> None:
    """As an installation is without a setting."""
    assert Settings.model_fields["quiet_hours"].default is True
    settings.quiet_hours = True


@pytest.mark.parametrize(
    ("moment", "goes"),
    [
        ("2026-11-20 06:59", "2026-11-20 07:00"),
        ("2026-11-20 07:00", "2026-11-20 07:00"),
        ("2026-11-20 19:59", "2026-11-20 19:59"),
        (FRIDAY_NIGHT, MONDAY),
        ("2026-11-21 10:00", MONDAY),  # a Saturday
        ("2026-11-22 23:30", MONDAY),
        ("2026-11-23 20:30", "2026-11-25 07:00"),  # 24/11 is Culture Day
        ("2026-11-24 10:00", "2026-11-25 07:00"),
        ("2026-12-31 21:00", "2027-01-04 07:00"),  # New Year, then a weekend
    ],
)
def test_mail_waits_for_the_next_working_morning(app: Flask, moment: str, goes: str) -> None:
    assert hours.next_moment("assigned", at(moment)) == at(goes)
    assert hours.next_moment("overdue", at(moment)) == at(moment)


def test_mail_queued_at_night_goes_on_monday_and_what_is_overdue_goes_at_once(app: Flask, post: Post) -> None:
    begin("2026-11-20 19:58")
    tell(1)
    assert send() == 1
    go_on(FRIDAY_NIGHT)
    tell(1, 2, key="task:8")
    tell(1, key="late:8", letter="overdue", context=TASK | {"due": at("2026-11-19 17:00")})
    assert send() == 1
    assert (post.messages[-1]["Subject"] or "").startswith("Quá hạn")
    assert states() == ["sent", "queued", "queued", "sent"]
    assert {row.next_at for row in rows(MAIL) if row.state == "queued"} == {at(MONDAY)}
    go_on("2026-11-22 12:00")
    assert send() == 0
    go_on(MONDAY)
    assert send() == 2
    assert len(post.mails) == 4


@pytest.mark.long
def test_what_was_due_before_and_stood_still_waits_as_well(app: Flask, post: Post) -> None:
    begin("2026-11-20 19:30")
    tell(1)
    go_on(FRIDAY_NIGHT)  # the worker was away
    assert send() == 0
    tell(1, letter="test", key="t", context={"at": at(MONDAY)}, link="/")
    assert send() == 1, "a test letter is asked for now"
    go_on(MONDAY)
    assert send() == 1


def test_another_try_does_not_fall_into_the_night(app: Flask, post: Post) -> None:
    begin("2026-11-20 19:59:50")
    post.orders["mail"] = ["451 4.7.1 thử lại sau"]
    tell(1)
    assert send() == 1
    (row,) = rows(MAIL)
    assert (row.state, row.next_at) == ("queued", at(MONDAY))


def test_office_that_wants_no_quiet_hours_sends_at_night(app: Flask, settings: Settings, post: Post) -> None:
    settings.quiet_hours = False
    begin("2026-11-21 23:00")
    tell(1)
    assert send() == 1


def test_only_what_cannot_wait_goes_at_any_hour() -> None:
    assert {name for name, one in letters().items() if one.urgent} == {
        "overdue", "council_called_off", "test", "password_reset", "trail_alarm", "token_made", "break_glass",
        "identity_linked", "guarded_role", "keeper_asked", "keeper_letter", "keeper_ended", "keeper_missing",
        "keeper_left", "keeper_changed", "access_reset",
    }
