"""Following a nomination: who may, who is told of which steps and how, and who is told no more."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from service import clock, notices, people, trail
from service.awards import comments, finding, following, ties
from service.awards.finding import NominationFilter
from service.awards.talk_models import Follower
from service.db import reading
from service.errors import Conflict, Forbidden, NotFound
from service.notices.models import Mail
from service.notices.still import is_wanted
from tests.journeys.office import Office

ROUND = "HN-2026"
CHECKING, RETURNING, SUPPLEMENTING = "Đang kiểm tra, thẩm định", "Chờ gửi yêu cầu bổ sung", "Đang bổ sung, hoàn thiện hồ sơ"


def _signed(office: Office) -> int:
    """A nomination that waits for the office's check."""
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    return one


def _follow(office: Office, one: int, *logins: str) -> None:
    for login in logins:
        following.follow(one, by=office.who(login))


def _notices(office: Office, login: str, language: str = "vi") -> list[notices.Told]:
    found = notices.own_notices(by=office.who(login), language=language).items
    return [one for one in reversed(found) if one.letter == "followed"]


def _told(office: Office, login: str, language: str = "vi") -> list[str]:
    """Where a person was told that nominations stand, the first first."""
    return [one.subject.partition(": ")[2] for one in _notices(office, login, language)]


def _mails(office: Office, login: str) -> list[str]:
    """States of the mails to a person about what he follows."""
    with reading() as s:
        rows = select(Mail.state).where(Mail.letter == "followed", Mail.account == office.who(login).account).order_by(Mail.id)
        return list(s.scalars(rows))


def _entries(office: Office, login: str) -> list[str]:
    found = trail.read(stream=f"account:{office.who(login).account}", part=None, limit=200).events
    return [e.kind for e in reversed(found) if e.kind.startswith("nomination:")]


def _hold(office: Office, one: int, by: str = "truongphong") -> int:
    return office.file("hold", one, "suspend", by=by, cause="other", reason="Chờ giấy tờ")


@pytest.mark.long
def test_followers_are_told_once_of_each_step_of_somebody_else(office: Office) -> None:
    one = _signed(office)
    _follow(office, one, "vanthu", "truongphong", "vhxh", "donvi")
    assert _told(office, "vanthu") == [], "nothing has happened since"
    office.check(one, "supplement")
    assert _told(office, "vanthu") == _told(office, "truongphong") == [RETURNING] and _told(office, "vhxh") == []
    office.act(office.submission(one), "return", by="vhxh")
    office.work()
    for login in ("vanthu", "truongphong", "donvi"):
        assert _told(office, login) == [RETURNING, SUPPLEMENTING] and len(_mails(office, login)) == 2, login
    assert _told(office, "vhxh") == [] == _mails(office, "vhxh"), "the worker delivered it, but it was the officer's act"
    assert _told(office, "chutich") == [], "who does not follow is not told"
    (first, last) = _notices(office, "vanthu")
    assert last.link == first.link == f"/nominations/{one}" and last.unread
    name = office.read(one).name
    assert last.case.startswith(f"{name}, ") and name not in last.subject, "a mail's subject is read by others than its reader"
    assert _told(office, "vanthu", "en") == ["Return for supplement being sent", "Being supplemented"]
    assert trail.verify().ok


def test_claiming_and_talking_move_nothing(office: Office) -> None:
    one = _signed(office)
    _follow(office, one, "vanthu")
    comments.write_comment(one, "Xem giúp trang 2.", by=office.who("vhxh"))
    office.begin(
        "petition", by="vhxh", about=[one], kind="remark", subject="Làm rõ số liệu", content="Kê khai không đúng", sender="Một hội viên",
        received_on="2026-11-03",
    )
    assert _told(office, "vanthu") == []
    office.check(one)
    assert len(_told(office, "vanthu")) == 1


@pytest.mark.long
def test_followers_are_told_of_a_hold_its_end_and_the_end_of_the_case(office: Office) -> None:
    one = _signed(office)
    _follow(office, one, "vanthu", "truongphong", "thutruong")
    row = _hold(office, one)
    assert _told(office, "vanthu") == ["Tạm dừng xem xét"] == _told(office, "thutruong") and _told(office, "truongphong") == []
    second = _hold(office, one)
    office.act(row, "resume", by="truongphong", fields={"reason": "Đã đủ giấy tờ"})
    assert CHECKING not in _told(office, "vanthu"), "another hold keeps it where it is"
    office.act(second, "resume", by="truongphong", fields={"reason": "Đã đủ giấy tờ"})
    assert _told(office, "vanthu")[-1] == CHECKING and _told(office, "vanthu", "en")[0] == "On hold"
    office.file("withdrawal", one, by="thutruong", reason="Đơn vị xin rút")
    assert _told(office, "vanthu")[-1] == "Đã rút" == _told(office, "truongphong")[-1]
    assert "Đã rút" not in _told(office, "thutruong"), "it was the head's own letter"
    assert following.follows(one, by=office.who("vanthu")), "what has ended stays in the list until it is taken off"


@pytest.mark.long
def test_who_may_see_it_no_more_or_whose_account_is_closed_is_not_told(office: Office) -> None:
    one, admin = _signed(office), office.who("quantri")
    _follow(office, one, "vanthu", "ketoan", "truongphong")
    office.check(one, "supplement")
    for login in ("vanthu", "ketoan", "truongphong"):
        assert _told(office, login) == [RETURNING]
    people.revoke(office.who("ketoan").account or 0, "accountant", by=admin, reason="Chuyển công tác")
    closed = office.who("vanthu")
    people.disable_account(closed.account or 0, by=admin, reason="Nghỉ việc")
    office.act(office.submission(one), "return", by="vhxh")
    assert _told(office, "truongphong") == [RETURNING, SUPPLEMENTING] and _told(office, "ketoan") == [RETURNING]
    assert [n.letter for n in notices.own_notices(by=closed, language="vi").items].count("followed") == 1
    following.unfollow(one, by=office.who("ketoan"))
    assert _entries(office, "ketoan") == ["nomination:followed", "nomination:unfollowed"], "who sees it no more still lets it go"


@pytest.mark.long
def test_who_stops_is_told_no_more_and_what_waits_does_not_go(office: Office) -> None:
    one, clerk = _signed(office), office.who("vanthu")
    notices.choose({"followed": "daily"}, by=clerk)
    _follow(office, one, "vanthu", "ketoan")
    office.check(one, "supplement")
    assert _mails(office, "vanthu") == ["held"] and _notices(office, "vanthu")[0].unread
    assert is_wanted("followed", one, clerk.account or 0)
    following.unfollow(one, by=clerk)
    assert not is_wanted("followed", one, clerk.account or 0) and not _notices(office, "vanthu")[0].unread
    office.act(office.submission(one), "return", by="vhxh")
    assert len(_told(office, "vanthu")) == 1 and len(_told(office, "ketoan")) == 2
    office.go_to("2026-11-05")
    assert _mails(office, "vanthu") == ["obsolete"]


def test_each_hears_of_it_in_the_way_he_chose(office: Office) -> None:
    one = _signed(office)
    notices.choose({"followed": "weekly"}, by=office.who("vanthu"))
    notices.choose({"followed": "bell"}, by=office.who("ketoan"))
    _follow(office, one, "vanthu", "ketoan", "truongphong")
    office.check(one)
    assert [len(_told(office, login)) for login in ("vanthu", "ketoan", "truongphong")] == [1, 1, 1]
    assert _mails(office, "vanthu") == ["held"] and _mails(office, "ketoan") == [] and len(_mails(office, "truongphong")) == 1
    assert "held" not in _mails(office, "truongphong")


def test_only_who_may_see_it_and_has_no_interest_in_it_follows(office: Office) -> None:
    clerk = office.who("vanthu")
    one = office.nominate(ROUND)
    for login in ("vanthu", "thanhtra", "thutruong", "quantri"):
        following.follow(one, by=office.who(login))
        assert following.follows(one, by=office.who(login))
    for stranger in ("donvi2", "uv1", "congan"):
        with pytest.raises(NotFound):
            following.follow(one, by=office.who(stranger))
        with pytest.raises(NotFound):
            following.unfollow(one, by=office.who(stranger))
    own = office.nominate(ROUND, name=clerk.name, account=clerk.account)
    following.follow(own, by=office.who("ketoan"))
    with pytest.raises(Forbidden) as refused:
        following.follow(own, by=clerk)
    assert refused.value.code == "own-case" and not following.may_follow(office.read(own), by=clerk)


@pytest.mark.long
def test_who_turns_out_to_be_the_nominee_follows_no_more(office: Office) -> None:
    one = _signed(office)
    clerk = office.who("vanthu")
    _follow(office, one, "vanthu", "ketoan")
    office.check(one, "supplement")
    assert _told(office, "vanthu") == [RETURNING] and _notices(office, "vanthu")[0].unread
    ties.tie_account(one, clerk.account or 0, by=office.who("vhxh"), reason="Cùng một người")
    assert not following.follows(one, by=clerk) and not _notices(office, "vanthu")[0].unread
    assert _entries(office, "vanthu") == ["nomination:followed", "nomination:follower_dropped"]
    office.act(office.submission(one), "return", by="vhxh")
    assert _told(office, "ketoan") == [RETURNING, SUPPLEMENTING] and _told(office, "vanthu") == [RETURNING]
    assert trail.verify().ok


def test_who_stands_in_for_a_nominee_follows_no_more_than_he(office: Office) -> None:
    clerk, instead = office.who("vanthu"), office.who("uv1")
    one, own = office.nominate(ROUND), office.nominate(ROUND, name=clerk.name, account=clerk.account)
    today = clock.today()
    people.name_substitute(
        clerk.account or 0, instead.account or 0, by=office.who("quantri"), since=today, until=today + timedelta(days=3),
        reason="Nghỉ phép",
    )
    following.follow(one, by=office.who("uv1"))
    with pytest.raises(Forbidden) as refused:
        following.follow(own, by=office.who("uv1"))
    assert refused.value.code == "own-case"


def test_substitute_in_this_process_alone_is_told_as_long_as_he_is_one(office: Office) -> None:
    one = _signed(office)
    clerk, instead = office.who("vanthu"), office.who("uv1")
    today = clock.today()
    people.name_substitute(
        clerk.account or 0, instead.account or 0, by=office.who("quantri"), since=today, until=today, reason="Nghỉ phép",
        processes=["nomination_case"],
    )
    _follow(office, one, "uv1")
    office.check(one, "supplement")
    assert _told(office, "uv1") == [RETURNING]
    office.go_to(date(2026, 11, 5))
    office.act(office.submission(one), "return", by="vhxh")
    assert office.status(one)[0] == "supplementing" and _told(office, "uv1") == [RETURNING]


def test_following_twice_is_following_once(office: Office) -> None:
    one, clerk = office.nominate(ROUND), office.who("vanthu")
    for _ in range(2):
        following.follow(one, by=clerk)
    with reading() as s:
        assert s.scalar(select(func.count()).select_from(Follower)) == 1
    for _ in range(2):
        following.unfollow(one, by=clerk)
    with reading() as s:
        assert s.scalar(select(func.count()).select_from(Follower)) == 0
    assert _entries(office, "vanthu") == ["nomination:followed", "nomination:unfollowed"]
    n = office.read(one)
    told = trail.read(stream=f"instance:{n.instance_id}", part=None, limit=200).events
    assert not [e for e in told if "follow" in e.kind], "the unit, which reads what is told of its case, does not learn who follows it"
    following.follow(one, by=clerk)
    assert following.follows(one, by=clerk), "and again"


def test_what_has_ended_is_not_followed_any_more_and_nobody_follows_without_end(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(comments._data()["limits"], "followed", 2)
    clerk = office.who("vanthu")
    one, other, third = (office.nominate(ROUND, name=name) for name in ("Lê Trúc Xanh", "Tạ Suối Mơ", "Vũ Lá Cọ"))
    _follow(office, one, "vanthu")
    _follow(office, other, "vanthu")
    with pytest.raises(Conflict) as refused:
        following.follow(third, by=clerk)
    assert refused.value.code == "too-many-followed"
    following.follow(one, by=clerk)
    following.follow(third, by=office.who("ketoan"))
    office.file("cancellation", one, "cancel", by="truongphong", reason="Nhập nhầm")
    following.follow(third, by=clerk)
    assert following.follows(third, by=clerk), "what has ended does not count"
    following.follow(one, by=clerk)
    with pytest.raises(Conflict) as over:
        following.follow(one, by=office.who("ketoan"))
    assert over.value.code == "ended"


def test_list_of_what_one_follows_is_ones_own(office: Office) -> None:
    one, other = office.nominate(ROUND, name="Lê Trúc Xanh"), office.nominate(ROUND, name="Tạ Suối Mơ")
    _follow(office, one, "vanthu", "donvi")
    _follow(office, other, "ketoan")

    def names(login: str, **narrow: object) -> list[str]:
        found = finding.find_nominations(office.who(login), NominationFilter(followed=True, **narrow))  # type: ignore[arg-type]
        return [f.nomination.name for f in found.items]

    assert names("vanthu") == ["Lê Trúc Xanh"] == names("donvi") and names("ketoan") == ["Tạ Suối Mơ"] and names("vhxh") == []
    assert names("vanthu", text="suoi mo") == []
    page = finding.find_nominations(office.who("vanthu"), NominationFilter(followed=True), size=1)
    assert ([f.nomination.id for f in page.items], page.total, page.more) == ([one], 1, False)
    counts = finding.count_facets(office.who("vanthu"), NominationFilter())
    assert counts["followed"] == {"1": 1, "": 1}
    assert finding.count_facets(office.who("vanthu"), NominationFilter(followed=True))["followed"] == {"1": 1, "": 1}
    assert finding.count_facets(office.who("vanthu"), NominationFilter(followed=True))["unit"] == {str(office.units["DONG-MAY"]): 1}
