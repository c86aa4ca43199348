"""What members of the council get by mail and in their calendars: invited, moved, adjourned, put off, called off."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest

from service import clock, notices, trail
from service.council import session as sessions
from service.errors import Conflict, Invalid
from service.notices.message import compose
from tests.journeys.conftest import OpenOffice
from tests.journeys.council import Council
from tests.journeys.office import Office
from tests.journeys.test_council_session import DAY


def _filled(office_on: OpenOffice, count: int = 2) -> Council:
    return Council(office_on(DAY, partial(_fill, count=count)))


def _fill(office: Office, **how: Any) -> list[int]:
    return Council(office).fill(**how)


class Told:
    """A mail as its reader gets it, with the calendar entry that it carries."""

    def __init__(self, shown: notices.Shown) -> None:
        self.text = shown.content.text.replace("\n", " ")
        raw = compose(
            shown.content, sender="Vinh Danh <no-reply@sonmai.example>", reply_to="no-reply@sonmai.example",
            to="ban.mai@sonmai.example", person=shown.line.name, message_id=shown.message_id, language="vi", at=clock.now(),
        )
        message = email.message_from_bytes(raw, policy=email.policy.default)
        (self.part,) = [p for p in message.walk() if p.get_content_type() == "text/calendar"]
        lines = self.part.get_content().replace("\r\n ", "").replace("\r\n", "\n").split("\n")
        self.entry = dict(line.split(":", 1) for line in lines if ":" in line)

    @property
    def method(self) -> tuple[str, str]:
        """What the part's head and the entry itself ask the calendar to do: the two must say the same."""
        return self.part["Content-Type"].params["method"], self.entry["METHOD"]


def _told(council: Council, letter: str, sequence: int) -> list[Told]:
    by = council.office.who("quantri")
    lines = notices.outbox(by=by, letter=letter, size=200).lines
    found = [Told(notices.show_mail(line.id, by=by)) for line in lines]
    return [one for one in found if one.entry["SEQUENCE"] == str(sequence)]


def _starts(one: Told) -> datetime:
    return datetime.strptime(one.entry["DTSTART"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


@pytest.mark.long
def test_the_invitation_carries_agenda_and_a_calendar_entry_that_a_new_one_replaces(office_on: OpenOffice) -> None:
    council = _filled(office_on)
    council.plan()
    council.invite()
    one = council.read()
    first = _told(council, "council_invitation", 1)
    assert len(first) == 9
    uid = first[0].entry["UID"]
    for mail in first:
        assert mail.method == ("PUBLISH", "PUBLISH") and mail.entry["UID"] == uid == f"phien-hop-{council.id}"
        assert _starts(mail) == one.held_at and mail.entry["LOCATION"].startswith("Phòng họp số 1")
        for item in one.items:
            assert f"{item.item_no}. {item.name}: Giấy khen" in mail.text
            assert item.achievement not in mail.text or not item.achievement  # nothing of the dossier
        assert "Lý do đổi" not in mail.text
    later = one.held_at.replace(day=one.held_at.day + 1)
    sessions.move_session(council.id, later, one.place, by=council.office.who("thuky"))
    second = _told(council, "council_invitation", 2)
    assert [(m.entry["UID"], _starts(m)) for m in second] == [(uid, later)] * 9


@pytest.mark.long
def test_adjourned_with_a_day_invites_anew_with_the_reason(office_on: OpenOffice) -> None:
    council = _filled(office_on)
    council.plan()
    council.invite()
    council.open()
    with pytest.raises(Invalid, match="08:00"):
        council.do("adjourn", reason="Mất điện", resumes_on="2026-11-20", resumes_at="8 giờ")
    council.do("adjourn", reason="Mất điện", resumes_on="2026-11-20", resumes_at="14:30")
    mails = _told(council, "council_invitation", 2)
    assert [(m.method, m.entry["UID"], _starts(m)) for m in mails] == [
        (("PUBLISH", "PUBLISH"), f"phien-hop-{council.id}", datetime(2026, 11, 20, 7, 30, tzinfo=UTC))
    ] * 9
    assert all("Lý do đổi ngày, giờ: Mất điện" in m.text for m in mails)
    council.office.go_to("2026-11-20", 15)
    council.open()
    council.do("adjourn", reason="Hết giờ")  # no day yet: nothing to put into a calendar
    assert _told(council, "council_invitation", 3) == []


@pytest.mark.long
def test_called_off_takes_the_entry_out_and_says_why(office_on: OpenOffice) -> None:
    council = _filled(office_on)
    council.plan()
    council.invite()
    council.do("call_off", reason="Bão số 9")
    mails = _told(council, "council_called_off", 2)
    assert len(mails) == 9
    for mail in mails:
        assert mail.method == ("CANCEL", "CANCEL") and mail.entry["STATUS"] == "CANCELLED"
        assert mail.entry["UID"] == f"phien-hop-{council.id}" and _starts(mail) == council.read().held_at
        assert "Lý do: Bão số 9" in mail.text
    one = council.read()
    assert (one.ended_for, one.ended_on) == ("Bão số 9", clock.today())
    council.plan()
    council.do("call_off", reason="Lập lại")  # nobody was invited to that one
    assert notices.outbox(by=council.office.who("quantri"), letter="council_called_off").total == 9


@pytest.mark.long
def test_who_was_invited_is_told_when_no_name_is_left(office_on: OpenOffice) -> None:
    council = _filled(office_on, 1)
    council.plan()
    council.invite()
    sessions.take_off_item(council.id, 1, "Hồ sơ còn xem lại", by=council.office.who("thuky"))
    assert council.read().state == "empty"
    assert [m.method for m in _told(council, "council_called_off", 2)] == [("CANCEL", "CANCEL")] * 9


@pytest.mark.long
def test_put_off_for_want_of_a_quorum_is_minuted_and_told(office_on: OpenOffice) -> None:
    council = _filled(office_on)
    council.plan()
    council.invite()
    said = {"reason": "Mưa lớn, đường ngập", "resumes_on": "2026-11-20", "resumes_at": "13:30"}
    with pytest.raises(Conflict) as early:
        council.do("put_off", **said)
    assert early.value.code == "too-early"
    council.office.go_to(council.read().held_at.date())
    council.roll(absent=[6, 7, 8])
    with pytest.raises(Conflict) as enough:
        council.do("put_off", **said)
    assert enough.value.code == "quorum-there"
    council.roll(absent=[5, 6, 7, 8])
    with pytest.raises(Conflict, match="No quorum"):
        council.do("open")
    one = council.do("put_off", **said)
    assert (one.state, one.held_at, one.there) == ("invited", datetime(2026, 11, 20, 6, 30, tzinfo=UTC), 0)
    mails = _told(council, "council_invitation", 2)
    assert [_starts(m) for m in mails] == [one.held_at] * 9
    few = "Không đủ điều kiện tiến hành: có mặt 5 trong 9, cần 6"
    assert all(f"{few}. Mưa lớn, đường ngập" in m.text for m in mails)
    (event,) = [e for e in trail.read(stream=f"list:{one.list_id}", limit=200).events if e.kind == "council_agenda:put_off"]
    assert (event.body["count"], event.body["of"], event.body["to"]) == (5, 9, "13:30 20/11/2026")

    council.office.go_to(date(2026, 11, 20), 14)
    council.open()
    council.discuss(1, 2)
    short = council.round(1)
    for member in (1, 2, 3):
        council.cast(short, member)
    council.seal(short)
    council.vote(1, 2)
    council.close()
    minutes = sessions.minutes_of(council.id, by=council.office.who("thuky"))
    assert [(s.held, s.reason) for s in minutes.session.sittings] == [
        (False, f"{few}. Hoãn đến 13:30 20/11/2026. Mưa lớn, đường ngập"), (True, ""),
    ]
    assert [len(s.present) for s in minutes.session.sittings] == [5, 9]
    assert [(r.state, r.reason) for r in minutes.rounds] == [
        ("cancelled", "Không đủ điều kiện: 3 người bỏ phiếu, cần 6."), ("counted", ""),
    ]
