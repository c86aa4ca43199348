"""The trail on pages: who may read it, how it is narrowed, and what a check of the chain says."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from service import clock, trail
from service.awards.entries import concerning
from service.awards.lists import LineInput
from service.db import db
from service.keepers import checking
from service.processes import history
from service.trail import Event
from service.vietnamese import person_sort_key
from tests.journeys.office import Office
from tests.service.web.browser import Visitor, words
from tests.service.web.desk import Desk

ROUND = "HN-2026"


@pytest.fixture
def office(desk: Desk) -> Office:
    return desk.office


@pytest.fixture
def app(office: Office) -> Flask:
    return office.app


def test_trail_is_for_inspector_and_administrator_only(app: Flask, office: Office) -> None:
    assert "Nhật ký hệ thống" in words(Visitor(app, "thanhtra").open("/trail"))
    Visitor(app, "quantri").open("/trail")
    Visitor(app, "vhxh").open("/trail", 403)
    Visitor(app, "donvi").open("/trail", 403)


def test_trail_is_narrowed_by_kind_person_day_and_words(app: Flask, office: Office) -> None:
    office.nominate(ROUND)
    inspector = Visitor(app, "thanhtra")
    assert "thêm 1 tên vào danh sách" in words(inspector.open("/trail?part=work")) or "Hồ Thu Nắng" in words(
        inspector.open("/trail?part=work")
    )
    mine = office.who("donvi").account
    assert "Hồ Trường Sơn lập đợt xét" not in words(inspector.open(f"/trail?who={mine}"))
    assert "lập đợt xét" in words(inspector.open("/trail?q=lap+dot+xet"))
    assert "Không có sự kiện nào khớp" in words(inspector.open("/trail?since=2031-01-01"))
    assert "Không có sự kiện nào khớp" not in words(inspector.open("/trail?since=khong-phai-ngay"))


def test_pages_of_the_trail_go_back_by_the_last_number_seen(app: Flask, office: Office) -> None:
    inspector = Visitor(app, "thanhtra")
    page = inspector.open("/trail")
    (older,) = page.xpath("//main//a[@rel='next']")
    numbers = [words(one) for one in page.xpath("//*[contains(@class, 'seq')]")]
    before = [words(one) for one in inspector.open(older.get("href")).xpath("//*[contains(@class, 'seq')]")]
    assert numbers and before and not set(numbers) & set(before)


def test_check_says_the_chain_is_whole_and_then_names_the_first_bad_entry(app: Flask, office: Office) -> None:
    inspector = Visitor(app, "thanhtra")
    inspector.open("/trail")
    assert "Nhật ký còn nguyên vẹn" in words(inspector.follow(inspector.post("/trail/verify", act="verify")))
    with checking._alone():
        busy = inspector.post("/trail/verify", act="verify")
    assert busy.status_code == 409 and "Đang có người kiểm tra nhật ký" in busy.text, "one at a time"
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("ALTER TABLE trail_event DISABLE TRIGGER USER"))
        else:
            for name in connection.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars():
                connection.execute(sa.text(f'DROP TRIGGER "{name}"'))
        connection.execute(sa.text("UPDATE trail_event SET kind = 'round:closed' WHERE gseq = 3"))
    broken = words(inspector.follow(inspector.post("/trail/verify", act="verify")))
    assert "Mục số 3" in broken and "Khóa chống sửa" in broken


def test_trail_of_a_nomination_is_checked_and_kept_from_other_units(app: Flask, office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one, facts={"path": "PHONG_TRAO"})
    page = words(Visitor(app, "vhxh").open(f"/nominations/{one}/trail?part=all"))
    assert "Nhật ký còn nguyên vẹn" in page and "Hồ Thu Nắng" in page
    Visitor(app, "donvi").open(f"/nominations/{one}/trail")
    Visitor(app, "donvi2").open(f"/nominations/{one}/trail", 404)


def test_refusals_name_what_was_wanted_of_what_even_where_the_page_says_there_is_none(app: Flask, office: Office) -> None:
    number = office.nominate(ROUND)
    other = Visitor(app, "donvi2")
    Visitor(app, "vhxh").open("/trail", 403)
    other.open(f"/nominations/{number}", 404)
    other.open("/nominations/999999", 404)  # there is none: no refusal
    (task,) = (s.id for s in history.timeline(office.read(number).instance_id or 0) if s.state == "open")
    Visitor(app, "donvi").open(f"/tasks/{task}")
    other.open(f"/tasks/{task}", 404)
    other.open("/tasks/999999", 404)
    denied = trail.read(kind="access:denied", oldest_first=True).events
    assert [(e.body["what"], e.body.get("target")) for e in denied] == [
        ("trail.show", None), ("nominations.show", f"nomination:{number}"), ("task.show", f"task:{task}")
    ]
    told = words(Visitor(app, "thanhtra").open("/trail?part=view"))
    assert f"bị từ chối 1 lần: nominations.show, nomination:{number}" in told
    assert "bị từ chối 1 lần: trail.show" in told


def test_entries_say_through_which_door_they_came(app: Flask, office: Office) -> None:
    number = office.nominate(ROUND)
    page = Visitor(app, "vhxh").open(f"/nominations/{number}/trail?part=all")
    assert "Ghi quatrang web" in words(page)
    system = Visitor(app, "thanhtra").open("/trail?who=cli")
    assert "Ghi quadòng lệnh" in words(system)


def test_english_trail_names_steps_in_english(app: Flask, office: Office) -> None:
    number = office.nominate(ROUND)
    office.assess(number)
    page = Visitor(app, "vhxh", language="en").open(f"/nominations/{number}/trail?part=all")
    told = words(page)
    assert "Tự đánh giá" not in told and "elf-assess" in told


def test_trail_of_a_name_leaves_out_what_concerned_others_only(app: Flask, office: Office) -> None:
    one, two = office.nominate(ROUND), office.nominate(ROUND, name="Lê Trúc Xanh")
    for n in (one, two):
        office.assess(n)
    office.sign(one)
    for n in (one, two):
        office.check(n, ask_opinions=True, agencies=["CONG-AN"])
    letter = office.draw_up("opinion_letter", ROUND, [one, two], by="vhxh", unit_id=office.units["CONG-AN"])
    office.act(letter, "send", by="vhxh", fields={"dated": clock.today().isoformat()})
    office.act(letter, "answer", by="congan", lines=[LineInput(one, "no_objection")])
    officer = Visitor(app, "vhxh")
    mine, other = (words(officer.open(f"/nominations/{n}/trail")) for n in (one, two))
    assert "gửi văn bản lấy ý kiến" in mine and "gửi văn bản lấy ý kiến" in other
    assert "ghi ý kiến" in mine and "ghi ý kiến" not in other
    assert mine.count("Đinh Vũ Phong ký hồ sơ") == other.count("Đinh Vũ Phong ký hồ sơ") == 2


def test_what_befell_a_whole_list_counts_while_the_name_stood_on_it() -> None:
    def event(number: int, stream: str, kind: str, **body: object) -> Event:
        return Event(number, stream, number, clock.now(), "5", kind, "web", body=body)

    told = [
        event(1, "instance:1", "nomination:created"),
        event(2, "list:9", "submission:line_added", nomination=1),
        event(3, "list:9", "submission:signed", names=[1]),
        event(4, "list:9", "submission:closed"),
        event(5, "list:9", "submission:line_added", nomination=2),
        event(6, "list:9", "submission:signed", names=[2], left_out=[3]),
        event(7, "list:9", "submission:closed"),
    ]
    assert [e.gseq for e in concerning(told, 1)] == [1, 2, 3, 4, 7]
    assert [e.gseq for e in concerning(told, 1, {"list:9"})] == [1, 2, 3]
    assert [e.gseq for e in concerning(told, 2)] == [1, 5, 6, 7]
    assert [e.gseq for e in concerning(told, 3, {"list:9"})] == [1, 6]


def test_people_to_filter_by_stand_in_the_order_of_vietnamese_lists(app: Flask, office: Office) -> None:
    page = Visitor(app, "thanhtra").open("/trail")
    names = [one for one in page.xpath("//select[@name='who']/option/text()") if " " in one][1:]
    people_ = [n for n in names if n not in ("Đồng hồ hệ thống", "Hệ thống", "Dòng lệnh", "Người chưa đăng nhập")]
    assert len(people_) > 20 and people_ == sorted(people_, key=person_sort_key) != sorted(people_)
