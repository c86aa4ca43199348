"""Comments on a nomination: who reads and writes them, whom they name, taking back, and what the trail keeps."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from service import clock, notices, people, trail
from service.actor import machine
from service.awards import comments, entries
from service.awards.entries import Asked
from service.awards.talk_models import Comment
from service.db import reading, transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from service.notices.models import Mail
from service.trail import Sight
from tests.journeys.office import Office
from tests.service.web.browser import Visitor, words

ROUND = "HN-2026"


def _texts(office: Office, one: int, login: str) -> list[str | None]:
    return [said.text for said in comments.read_comments(one, by=office.who(login)).items]


def _handles(office: Office, one: int, login: str, *, inside: bool = False, text: str = "") -> list[str]:
    found = comments.people_to_name(office.read(one), by=office.who(login), inside=inside, text=text)
    return [reader.handle for reader in found]


def _mentioned() -> list[tuple[int, str]]:
    with reading() as s:
        return [(row.account, row.state) for row in s.scalars(select(Mail).where(Mail.letter == "mentioned").order_by(Mail.id))]


def _told(office: Office, login: str) -> list[notices.Told]:
    found = notices.own_notices(by=office.who(login), language="vi").items
    return [one for one in found if one.letter == "mentioned"]


def test_unit_and_office_talk_and_what_is_for_the_office_only_stays_there(office: Office) -> None:
    one = office.nominate(ROUND)
    comments.write_comment(one, "Bản chụp trang 2 mờ.\r\nGửi lại giúp.", by=office.who("vhxh"))
    comments.write_comment(one, "Đã gửi lại.", by=office.who("donvi"))
    comments.write_comment(one, "Chờ thanh tra trả lời.", by=office.who("truongphong"), inside=True)
    assert _texts(office, one, "vhxh") == ["Bản chụp trang 2 mờ.\nGửi lại giúp.", "Đã gửi lại.", "Chờ thanh tra trả lời."]
    assert len(_texts(office, one, "thanhtra")) == 3
    for login in ("donvi", "thutruong"):
        assert _texts(office, one, login) == ["Bản chụp trang 2 mờ.\nGửi lại giúp.", "Đã gửi lại."]
    for stranger in ("donvi2", "uv1", "congan"):
        with pytest.raises(NotFound):
            comments.read_comments(one, by=office.who(stranger))
        with pytest.raises(NotFound):
            comments.write_comment(one, "Cho tôi xem.", by=office.who(stranger))
    with pytest.raises(Forbidden):
        comments.write_comment(one, "Nội bộ", by=office.who("donvi"), inside=True)
    with pytest.raises(Forbidden):
        comments.write_comment(one, "Thanh tra chỉ xem", by=office.who("thanhtra"))


def test_who_is_named_is_told_by_bell_and_letter_and_nobody_who_may_not_read_it(office: Office) -> None:
    one = office.nominate(ROUND)
    unit, clerk, other = (office.who(login) for login in ("donvi", "vanthu", "donvi2"))
    text = f"@{unit.name} gửi lại, @{clerk.name}, @{other.name} và @Người Không Có; thư a@{clerk.name} không tính"
    comments.write_comment(one, text, by=office.who("vhxh"))
    assert [account for account, _state in _mentioned()] == [unit.account, clerk.account]
    (told,) = _told(office, "donvi")
    assert told.link == f"/nominations/{one}" and told.unread and "Gửi lại" not in told.subject
    assert _told(office, "donvi2") == []
    (said,) = comments.read_comments(one, by=unit).items
    assert said.mentions == (unit.name, clerk.name)
    comments.write_comment(one, f"@{unit.name} nội bộ", by=office.who("vhxh"), inside=True)
    assert len(_mentioned()) == 2, "whom a comment is kept from is not told of it"


def test_names_are_offered_of_readers_only_and_without_diacritics(office: Office) -> None:
    one = office.nominate(ROUND)
    unit, officer = office.who("donvi"), office.who("vhxh")
    offered = _handles(office, one, "vhxh")
    assert unit.name in offered and office.who("vanthu").name in offered
    assert not {officer.name, office.who("donvi2").name, office.who("uv1").name} & set(offered)
    assert unit.name not in _handles(office, one, "vhxh", inside=True)
    assert _handles(office, one, "vhxh", text="ho thu nang") == [unit.name] == ["Hồ Thu Nắng"]
    assert _handles(office, one, "donvi", inside=True) == [] == _handles(office, one, "thanhtra")


def test_two_of_one_name_are_told_apart_by_their_sign_in_names(office: Office) -> None:
    one = office.nominate(ROUND)
    name = office.who("donvi").name
    people.create_demo_account("donvi.hai", name, title="", email="h@sonmai.example", groups=["vanphong"], by=machine("cli"))
    assert {f"{name} (donvi)", f"{name} (donvi.hai)"} <= set(_handles(office, one, "vhxh"))
    with pytest.raises(Invalid, match="Several people") as refused:
        comments.write_comment(one, f"@{name} xem giúp", by=office.who("vhxh"))
    assert refused.value.faults[0].path == "text" and "(donvi.hai)" in refused.value.faults[0].message
    comments.write_comment(one, f"@{name} (donvi.hai) xem giúp", by=office.who("vhxh"))
    assert [account for account, _state in _mentioned()] == [office.who("donvi.hai").account]


def test_author_takes_back_and_its_trace_stays(office: Office) -> None:
    one = office.nominate(ROUND)
    unit = office.who("donvi")
    number = comments.write_comment(one, f"@{unit.name} nhầm", by=office.who("vhxh"))
    assert _told(office, "donvi")[0].unread
    for login, refusal in (("donvi", Forbidden), ("truongphong", Forbidden), ("donvi2", NotFound)):
        with pytest.raises(refusal):
            comments.take_back(number, by=office.who(login))
    comments.take_back(number, by=office.who("vhxh"))
    (said,) = comments.read_comments(one, by=unit).items
    assert (said.text, said.taken_back_at is not None) == (None, True)
    assert not _told(office, "donvi")[0].unread, "who was named need not look any more"
    office.work()
    assert [state for _account, state in _mentioned()] in (["obsolete"], ["queued"])
    with pytest.raises(Conflict):
        comments.take_back(number, by=office.who("vhxh"))


def test_entries_keep_the_words_apart_and_tell_the_unit_of_no_talk_inside(office: Office) -> None:
    one = office.nominate(ROUND)
    comments.write_comment(one, "Rõ rồi.", by=office.who("vhxh"))
    number = comments.write_comment(one, "Chờ thanh tra.", by=office.who("vhxh"), inside=True)
    comments.take_back(number, by=office.who("vhxh"))
    n = office.read(one)
    whole = [e for e in entries.entries_about(n, by=office.who("thanhtra"), sight=Sight.EVERYTHING) if e.part == "talk"]
    assert [e.kind for e in whole] == ["comment:written", "comment:written_inside", "comment:taken_back"]
    assert [dict(e.private) for e in whole] == [{"text": "Rõ rồi."}, {"text": "Chờ thanh tra."}, {}]
    assert all("Rõ rồi" not in e.sealed.decode() and "thanh tra" not in e.sealed.decode() for e in whole)
    office_sees = [e for e in entries.entries_about(n, by=office.who("vhxh"), sight=Sight.VALUES) if e.part == "talk"]
    assert [dict(e.private) for e in office_sees][:1] == [{"text": None}], "the page shows them to whom they are due"
    unit_sees = [e for e in entries.entries_about(n, by=office.who("donvi"), sight=Sight.SENTENCES) if e.part == "talk"]
    assert [e.kind for e in unit_sees] == ["comment:written"]
    assert trail.verify().ok


def test_nominee_reads_nothing_of_the_talk_about_himself(office: Office) -> None:
    clerk = office.who("vanthu")
    one = office.nominate(ROUND)
    comments.write_comment(one, "Văn thư đọc được.", by=office.who("vhxh"))
    assert _texts(office, one, "vanthu") == ["Văn thư đọc được."] and clerk.name in _handles(office, one, "vhxh")
    own = office.nominate(ROUND, name=clerk.name, account=clerk.account)
    comments.write_comment(own, f"@{clerk.name} không được biết.", by=office.who("vhxh"))
    assert _texts(office, own, "vanthu") == [] and _mentioned() == []
    assert clerk.name not in _handles(office, own, "vhxh")
    with pytest.raises(Forbidden) as refused:
        comments.write_comment(own, "Xin xem xét.", by=clerk)
    assert refused.value.code == "own-case"


def test_officer_who_is_nominated_is_not_told_that_there_is_talk_inside(office: Office) -> None:
    officer = office.who("vanphong")
    own = office.nominate(ROUND, name=officer.name, account=officer.account)
    comments.write_comment(own, "Cần kiểm tra lại.", by=office.who("vhxh"), inside=True)
    kinds = {
        login: [e.kind for e in entries.entries_about(office.read(own), by=office.who(login), sight=Sight.VALUES) if e.part == "talk"]
        for login in ("vhxh", "vanphong")
    }
    assert kinds == {"vhxh": ["comment:written_inside"], "vanphong": []}
    about = Asked(nomination=own, part="talk")
    assert trail.read(**entries.narrowed(about, by=office.who("thanhtra"))).events, "who inspects is told"
    shown = {login: words(Visitor(office.app, login).open(f"/nominations/{own}/trail?part=all")) for login in ("vhxh", "vanphong")}
    assert "ý kiến nội bộ" in shown["vhxh"] and "ý kiến nội bộ" not in shown["vanphong"]


def test_people_of_a_nominated_office_read_as_a_unit_does(office: Office) -> None:
    one = office.nominate(ROUND, name="Phòng Văn hóa - Xã hội", kind="COLLECTIVE", group="A", unit="VHXH", by="vhxh")
    comments.write_comment(one, "Văn phòng thẩm định thay.", by=office.who("vanphong"), inside=True)
    comments.write_comment(one, "Thiếu biên bản.", by=office.who("vanphong"))
    assert _texts(office, one, "vanphong") == ["Văn phòng thẩm định thay.", "Thiếu biên bản."]
    assert _texts(office, one, "vhxh") == ["Thiếu biên bản."] == _texts(office, one, "truongphong")
    with pytest.raises(Forbidden):
        comments.write_comment(one, "Giữa chúng ta", by=office.who("truongphong"), inside=True)


def test_the_same_sent_twice_is_one_and_wrong_words_are_named(office: Office) -> None:
    one, by = office.nominate(ROUND), office.who("vhxh")
    first = comments.write_comment(one, "Xem giúp.", by=by)
    assert comments.write_comment(one, " Xem giúp.\n", by=by) == first
    clock.move_to(clock.now() + timedelta(minutes=3))
    assert comments.write_comment(one, "Xem giúp.", by=by) != first
    for bad in ("", " \n\u202e", "a" * (comments.LONGEST + 1)):
        with pytest.raises(Invalid) as refused:
            comments.write_comment(one, bad, by=by)
        assert refused.value.faults[0].path == "text"
    with reading() as s:
        assert s.scalar(select(func.count()).select_from(Comment)) == 2


def _written_before(one: int, account: int | None, count: int) -> None:
    """Comments that somebody has written today, some of them for the office only."""
    with transaction() as s:
        s.add_all(
            Comment(nomination_id=one, account=account or 0, inside=n % 2 == 1, text=f"Ý {n}", mentions=[], written_at=clock.now())
            for n in range(count)
        )
        trail.record("comment:written", by=machine("worker"), stream=f"nomination:{one}", body={"no": 1, "nomination": one})


def test_page_of_comments_holds_some_and_the_last_one_the_newest(office: Office) -> None:
    one, by = office.nominate(ROUND), office.who("vhxh")
    assert comments.read_comments(one, by=by) == comments.Page((), 0, 1) == comments.newest_comments(one, 5, by=by)
    _written_before(one, by.account, 12)

    def texts(login: str, page: int | None) -> list[str | None]:
        found = comments.read_comments(one, by=office.who(login), page=page, size=5)
        assert found.total == (12 if login == "vhxh" else 6) and (page is None or found.number == page)
        return [said.text for said in found.items]

    assert texts("vhxh", None) == ["Ý 10", "Ý 11"] == texts("vhxh", 3)
    assert texts("vhxh", 1) == [f"Ý {n}" for n in range(5)] and texts("vhxh", 99) == []
    assert texts("donvi", None) == ["Ý 10"] and texts("donvi", 1) == ["Ý 0", "Ý 2", "Ý 4", "Ý 6", "Ý 8"]
    newest = comments.newest_comments(one, 5, by=by)
    assert ([said.text for said in newest.items], newest.total) == ([f"Ý {n}" for n in range(7, 12)], 12)
    few = comments.newest_comments(one, 5, by=office.who("donvi"))
    assert ([said.text for said in few.items], few.total) == ([f"Ý {n}" for n in range(2, 12, 2)], 6)


def test_one_person_writes_so_many_a_day(office: Office) -> None:
    one, other, by = office.nominate(ROUND, name="Lê Trúc Xanh"), office.nominate(ROUND, name="Tạ Suối Mơ"), office.who("vhxh")
    _written_before(one, by.account, comments._data()["limits"]["comments_a_day"] - 1)
    last = comments.write_comment(other, "Còn một.", by=by)
    assert comments.write_comment(other, "Còn một.", by=by) == last, "the same sent twice is one"
    for n in (one, other):
        with pytest.raises(TooMany) as refused:
            comments.write_comment(n, "Thêm nữa.", by=by)
        assert refused.value.code == "too-many-comments"
    comments.write_comment(one, "Người khác thì được.", by=office.who("donvi"))
    office.go_to("2026-11-04")
    comments.write_comment(one, "Hôm sau.", by=by)
