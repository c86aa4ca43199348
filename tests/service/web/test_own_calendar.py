"""The secret address of one's own calendar: made, read by whoever has it, made anew, revoked; and what stands in it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from service import people, trail
from service.db import reading
from service.notices.event import CalendarEntry, compose_calendar
from service.people.models import CalendarFeed
from service.processes import history, tasks
from tests.service.web.browser import forget
from tests.service.web.desk import ROUND, Desk


@pytest.fixture
def app(desk: Desk) -> Flask:
    return desk.office.app


def _parsed(text: str) -> list[dict[str, str]]:
    """The entries of a calendar, read as RFC 5545 says: folded lines joined, each a name with a value, blocks well nested."""
    assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    lines = text.replace("\r\n ", "").split("\r\n")[:-1]
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR") and {"VERSION:2.0", "CALSCALE:GREGORIAN"} <= set(lines)
    found: list[dict[str, str]] = []
    inside = False
    for line in lines[1:-1]:
        name, colon, value = line.partition(":")
        assert colon and re.fullmatch(r"[A-Z-]+(;[A-Z]+=[A-Z0-9-]+)*", name), line
        if name in ("BEGIN", "END"):
            assert value == "VEVENT" and inside == (name == "END")
            inside = name == "BEGIN"
            found += [{}] if inside else []
        elif inside:
            assert name not in found[-1], line
            found[-1][name] = re.sub(r"\\([\\;,])", r"\1", value)
    assert not inside and all({"UID", "DTSTAMP", "SUMMARY"} <= one.keys() for one in found)
    assert len({one["UID"] for one in found}) == len(found)
    return found


def _made(desk: Desk, login: str) -> str:
    page = desk.post(login, "/my-calendar", {"act": "make"}, 200)
    (address,) = re.findall(r"https?://\S+/calendar/[\w-]{43}\.ics", " ".join(page.text_content().split()))
    return str(re.sub(r"https?://[^/]+", "", address))


def _read(desk: Desk, path: str, code: int = 200) -> str:
    forget()
    answer = desk.office.app.test_client().get(path)
    assert answer.status_code == code
    if code == 200:
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8" and "no-store" in answer.headers["Cache-Control"]
    return answer.get_data(as_text=True)


def test_who_has_the_address_reads_what_is_due_and_no_more_than_the_letters_say(desk: Desk) -> None:
    one = desk.office.nominate(ROUND)
    (task,) = [s.id for s in history.timeline(desk.office.read(one).instance_id or 0) if s.state == "open"]
    path = _made(desk, "donvi")
    text = _read(desk, path)
    (event,) = [one_ for one_ in _parsed(text) if one_["UID"].startswith(f"task-{task}@")]
    assert event["DTSTART;VALUE=DATE"] == "20261120" and event["DTEND;VALUE=DATE"] == "20261121", "the whole day on which it is due"
    assert event["URL"].endswith(f"/tasks/{task}") and event["TRANSP"] == "TRANSPARENT"
    assert event["SUMMARY"] == "Tự đánh giá, kèm minh chứng: Hoàng Bình Minh"
    assert _parsed(_read(desk, path))[0]["UID"] == _parsed(text)[0]["UID"], "the same again is the same entry"
    desk.office.assess(one)
    assert f"task-{task}@" not in _read(desk, path), "what is done is over"
    assert path not in desk.get("donvi", "/my-calendar").text_content(), "it is shown once"


def test_address_reads_and_does_nothing_else_and_is_stored_as_a_hash(desk: Desk) -> None:
    path = _made(desk, "vhxh")
    token = path.split("/")[-1].removesuffix(".ics")
    with reading() as s:
        (row,) = s.scalars(select(CalendarFeed)).all()
        assert token not in row.hash and row.account_id == people.find_account("vhxh").id
    client = desk.office.app.test_client()
    assert client.post(path).status_code in (400, 405)
    client.get(path)
    forget()
    assert client.get("/inbox").status_code in (302, 303), "it signs nobody in"
    kinds = [e.kind for e in trail.read(stream=f"account:{people.find_account('vhxh').id}", limit=5).events]
    assert kinds[0] == "account:calendar_made"


def test_making_anew_and_revoking_end_the_old_address(desk: Desk) -> None:
    first = _made(desk, "vhxh")
    second = _made(desk, "vhxh")
    assert first != second
    _read(desk, first, 404)
    assert "BEGIN:VCALENDAR" in _read(desk, second)
    assert "Đã hủy địa chỉ lịch" in desk.say("vhxh", "/my-calendar", {"act": "revoke"})
    _read(desk, second, 404)
    assert "Chưa có địa chỉ lịch" in desk.read("vhxh", "/my-calendar")
    desk.post("vhxh", "/my-calendar", {"act": "revoke"})  # once more changes nothing
    _read(desk, f"/calendar/{'x' * 43}.ics", 404)
    _read(desk, f"/calendar/{'x' * 500}.ics", 404)


def test_closed_account_and_one_that_lost_its_group_read_nothing_of_it(desk: Desk) -> None:
    one = desk.office.nominate(ROUND)
    desk.office.assess(one)
    desk.office.sign(one)
    (task,) = [s.id for s in history.timeline(desk.office.read(one).instance_id or 0) if s.state == "open"]
    tasks.claim_task(task, by=desk.office.who("truongphong"))
    path = _made(desk, "vanthu")
    assert f"task-{task}@" not in _read(desk, path), "another's task is not in it"
    people.disable_account(people.find_account("vanthu").id, reason="Nghỉ việc", by=desk.office.who("quantri"))
    _read(desk, path, 404)


def test_address_ends_where_the_tokens_of_the_person_end(desk: Desk) -> None:
    account = people.find_account("vanthu").id
    path = _made(desk, "vanthu")
    assert "BEGIN:VCALENDAR" in _read(desk, path)
    people.change_password("vinhdanh", "đường xa gió lặng", by=desk.office.who("vanthu"), keep=None)
    _read(desk, path, 404)
    (entry,) = trail.read(stream=f"account:{account}", kind="account:calendar_revoked", limit=5).events
    assert entry.body["because"] == "credentials" and "do đổi mật khẩu" in trail.sentence(entry, "vi")
    token = people.make_feed(by=desk.office.who("vanthu"))
    assert people.account_of_feed(token) == account
    people.disable_account(account, reason="Nghỉ việc", by=desk.office.who("quantri"))
    people.enable_account(account, reason="Trở lại", by=desk.office.who("quantri"))
    assert people.account_of_feed(token) is None


def test_signs_that_mean_something_in_a_calendar_are_kept_as_words() -> None:
    at = datetime(2026, 11, 3, tzinfo=UTC)
    entry = CalendarEntry("a,b;c@x", "Họp; bàn, xét \\ ký\nBEGIN:VEVENT " + "ữ" * 90, at, at, place="Phòng 1, tầng 2")
    (event,) = _parsed(compose_calendar("Tên; lịch", [entry], at=at))
    assert event["SUMMARY"].startswith("Họp; bàn, xét \\ ký\\nBEGIN:VEVENT") and event["LOCATION"] == "Phòng 1, tầng 2"
    assert event["DTSTART"] == "20261103T000000Z" and event["TRANSP"] == "OPAQUE"
