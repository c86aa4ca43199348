"""The same recipient twice in a round: joined into one with its awards, or kept apart for good."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from service import people, trail
from service.awards import recipients
from service.awards.joining import join_nominations, keep_apart
from service.awards.models import Award, Nomination, Recipient
from service.db import reading, transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.notices.models import Mail
from tests.journeys.office import Office

ROUND = "HN-2026"
NAME = "Nguyễn Văn An"


def _two(office: Office, **more: int) -> tuple[int, int]:
    """The school and another unit nominate one name."""
    return office.nominate(ROUND, name=NAME, **more), office.nominate(ROUND, name=NAME, unit="DET-NANG-SOM", by="donvi2")


def _same(office: Office, one: int) -> list[int]:
    return [x.nomination for x in recipients.same_in_round(office.read(one))]


def _recipient(office: Office, one: int) -> Recipient:
    with reading() as s:
        return s.get_one(Recipient, office.read(one).recipient_id)


def test_joined_nominations_become_one_with_its_awards(office: Office) -> None:
    one, two = _two(office)
    gone = office.read(two).recipient_id
    with transaction() as s:
        s.add(Award(recipient_id=gone, form="GK_XA", level="commune", decision="9/QĐ-UBND", decided_on=date(2025, 12, 20)))
        trail.record("demo:clock_moved", by=office.who("vhxh"), stream="system")
    assert _same(office, one) == [two] and _same(office, two) == [one]
    join_nominations(one, two, "Cùng một giáo viên", by=office.who("vhxh"))
    office.work()
    assert office.status(two) == ("ended", "withdrawn") and office.status(one)[0] == "drafting"
    assert (office.read(two).reason_code, office.read(two).refused_by) == ("DUPLICATE", "office")
    assert office.read(one).recipient_id == office.read(two).recipient_id
    with reading() as s:
        assert s.get_one(Recipient, gone).same_as == office.read(one).recipient_id
        assert s.scalars(select(Award.recipient_id)).all() == [office.read(one).recipient_id]
        assert s.scalars(select(Mail.letter).where(Mail.key.like(f"joined:{two}%"))).first() == "stopped"
    assert _same(office, one) == [] and recipients.open_pairs(office.rounds[ROUND]) == []
    for n in (one, two):
        events = trail.read(stream=f"instance:{office.read(n).instance_id}", kind="recipient:joined", sight=trail.Sight.VALUES)
        assert [e.reason for e in events.events] == ["Cùng một giáo viên"]
    assert recipients.joined_with(office.read(one)) == [office.read(two).unit_name]


def test_next_year_both_units_meet_the_one_recipient(office: Office) -> None:
    one, two = _two(office)
    join_nominations(two, one, "Cùng một người", by=office.who("vhxh"))
    office.work()
    again = office.nominate(ROUND, name=NAME)
    assert office.read(again).recipient_id == office.read(two).recipient_id
    assert _same(office, again) == [two], "the same recipient twice is asked again"


def test_kept_apart_is_recorded_and_not_asked_again(office: Office) -> None:
    one, two = _two(office)
    keep_apart(one, two, "Hai người, khác năm sinh", by=office.who("vhxh"))
    assert _same(office, one) == [] == _same(office, two)
    assert office.status(one)[0] == office.status(two)[0] == "drafting"
    with pytest.raises(Conflict, match="no open pair"):
        join_nominations(one, two, "Đổi ý", by=office.who("vhxh"))
    third = office.nominate(ROUND, name=NAME, unit="KINH-TE", by="dv04")
    assert _same(office, third) == [one, two], "a third one is asked of"
    told = trail.read(stream=f"instance:{office.read(two).instance_id}", kind="recipient:kept_apart", sight=trail.Sight.VALUES)
    assert "khác năm sinh" in trail.sentence(told.events[0])


def test_two_of_one_name_in_one_unit_are_parted(office: Office) -> None:
    one = office.nominate(ROUND, name=NAME)
    two = office.nominate(ROUND, name=NAME, form="BK_TINH", seen=[one])
    assert office.read(one).recipient_id == office.read(two).recipient_id
    keep_apart(one, two, "Hai giáo viên cùng tên", by=office.who("vhxh"))
    assert office.read(one).recipient_id != office.read(two).recipient_id
    assert _same(office, one) == []


def test_nominee_s_account_keeps_him_away_from_the_joined_one(office: Office) -> None:
    officer = office.who("truongphong").account
    same = people.names([officer or 0])[officer or 0]
    one = office.nominate(ROUND, name=same, not_accounts=(officer,))
    two = office.nominate(ROUND, name=same, unit="DET-NANG-SOM", by="donvi2", account=officer)
    with pytest.raises(Forbidden, match="concerns you"):
        join_nominations(one, two, "Cùng người", by=office.who("truongphong"))
    join_nominations(one, two, "Cùng người", by=office.who("vhxh"))
    office.work()
    from service.processes.running import read_instance

    assert officer in read_instance(office.read(one).instance_id or 0).excluded


def test_own_unit_is_the_substitute_s(office: Office) -> None:
    one = office.nominate(ROUND, name=NAME)
    two = office.nominate(ROUND, name=NAME, unit="VHXH", by="vhxh")
    with pytest.raises(Forbidden):
        join_nominations(one, two, "Cùng người", by=office.who("vhxh"))
    join_nominations(one, two, "Cùng người", by=office.who("vanphong"))


@pytest.mark.parametrize("who", ["donvi", "thutruong2", "chutich", "thanhtra", "quantri", "thuky"])
def test_only_the_office_joins(office: Office, who: str) -> None:
    one, two = _two(office)
    for act in (join_nominations, keep_apart):
        with pytest.raises((Forbidden, NotFound)):
            act(one, two, "Cùng người", by=office.who(who))


@pytest.mark.long
def test_reason_and_an_open_second_are_needed(office: Office) -> None:
    one, two = _two(office)
    with pytest.raises(Invalid):
        join_nominations(one, two, "  ", by=office.who("vhxh"))
    office.to_council(one, ROUND)
    office.sit(ROUND, {})
    office.decide(ROUND, 1126)
    with pytest.raises(Conflict, match="decided"):
        join_nominations(two, one, "Cùng người", by=office.who("vhxh"))
    join_nominations(one, two, "Cùng người", by=office.who("vhxh"))
    office.work()
    assert office.status(two) == ("ended", "withdrawn")
    with reading() as s:
        assert s.scalars(select(Nomination.id).where(Nomination.reason_code == "DUPLICATE")).all() == [two]
