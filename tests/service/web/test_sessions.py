"""Where somebody is signed in: the own list, ending one or the others; the administrator forces a new password."""

from __future__ import annotations

from urllib.parse import unquote, urlencode

from flask import g

from service import people
from tests.journeys.program import Program
from tests.service.web.browser import Guest, Visitor
from tests.service.web.desk import Desk, words
from tests.service.web.test_rendering import ELSEWHERE

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36"


def _second(desk: Desk, login: str) -> Visitor:
    g.pop("csrf_token", None)
    return Visitor(desk.office.app, login)


def _alive(visitor: Visitor) -> bool:
    g.pop("csrf_token", None)
    return bool(visitor.client.get("/inbox").status_code == 200)


def test_own_sessions_are_listed_and_ended_one_by_one(desk: Desk) -> None:
    desk.who("donvi")
    token, _ = people.sign_in("donvi", "vinhdanh", door="web", address="10.0.0.7", device=CHROME)
    text = desk.read("donvi", "/sessions")
    assert "2 nơi" in text and "Chrome trên Windows" in text and "10.0.0.7" in text and text.count("phiên này") == 1
    page = desk.get("donvi", "/sessions")
    (address,) = page.xpath("//form[contains(@action, '/end') and not(contains(@action, 'others'))]/@action")
    assert people.actor_of_token(token, door="web") is not None
    desk.post("donvi", address)
    assert people.actor_of_token(token, door="web") is None
    assert "1 nơi" in desk.read("donvi", "/sessions")


def test_all_other_sessions_end_and_this_one_stays(desk: Desk) -> None:
    other = _second(desk, "donvi")
    assert _alive(other)
    said = desk.say("donvi", "/sessions/end-others")
    assert "Đã kết thúc 1 phiên khác" in said
    assert not _alive(other)
    assert desk.read("donvi", "/inbox")


def test_sessions_of_others_are_not_ended(desk: Desk) -> None:
    token, _ = people.sign_in("donvi2", "vinhdanh", door="web")
    (theirs,) = people.list_sessions(by=desk.office.who("donvi2"))
    desk.post("donvi", f"/sessions/{theirs.id}/end", code=404)
    assert people.actor_of_token(token, door="web") is not None


def test_administrator_forces_a_new_password(desk: Desk) -> None:
    visitor = desk.who("donvi")
    account = desk.office.who("donvi").account
    assert _alive(visitor)
    page = desk.get("quantri", f"/office/people/{account}")
    assert "Bắt đổi mật khẩu" in words(page)
    assert "Chờ đổi mật khẩu" in desk.say("quantri", f"/office/people/{account}/force-change")
    g.pop("csrf_token", None)
    answer = visitor.client.get("/inbox")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/password")
    changed = visitor.open("/password")
    assert changed is not None
    g.pop("csrf_token", None)
    answer = visitor.post("/password", old="vinhdanh", new="mật khẩu mới rất dài 2026")
    assert answer.status_code == 303
    assert _alive(visitor)
    desk.post("vhxh", f"/office/people/{account}/force-change", code=403)


def test_administrator_sees_and_ends_somebody_s_sessions(desk: Desk) -> None:
    other = _second(desk, "donvi")
    account = desk.office.who("donvi").account
    assert "Kết thúc mọi phiên" in desk.read("quantri", f"/office/people/{account}")
    desk.post("quantri", f"/office/people/{account}/sign-out")
    assert not _alive(other)
    assert "Kết thúc mọi phiên" not in desk.read("thanhtra", f"/office/people/{account}")


def test_programs_list_and_end_sessions(desk: Desk) -> None:
    program = Program(desk.office.app.test_client(), desk.office.work)
    second, _ = people.sign_in("donvi", "vinhdanh", door="api")
    third, _ = people.sign_in("donvi", "vinhdanh", door="api")
    rows = program.call("donvi", "GET", "/sessions")["items"]
    assert len(rows) == 3 and [row["current"] for row in rows].count(True) == 1
    one = next(row["id"] for row in rows if not row["current"])
    assert program.raw("donvi2", "DELETE", f"/sessions/{one}").status_code == 404
    assert program.raw("donvi", "DELETE", f"/sessions/{one}").status_code == 204
    assert program.call("donvi", "DELETE", "/sessions") == {"ended": 1}
    assert [people.actor_of_token(t, door="api") for t in (second, third)] == [None, None]
    account = desk.office.who("donvi").account
    assert program.raw("vhxh", "POST", f"/accounts/{account}/force-change").status_code == 403
    assert program.raw("quantri", "POST", f"/accounts/{account}/force-change").status_code == 204
    assert people.find_account("donvi").must_change
    assert program.raw("donvi", "GET", "/rounds").status_code == 403


def test_signing_in_leads_on_within_the_service_only(desk: Desk) -> None:
    """What comes in the address stands in the form, and what the form says is asked again."""
    for wanted, reached in (("/inbox?tab=mine", "/inbox?tab=mine"), ("/nominations?q=Lê", "/nominations?q=Lê"), ("/sign-out", "/"),
                            *((one, "/") for one in ELSEWHERE)):
        guest = Guest(desk.office.app)
        page = guest.open(f"/sign-in?{urlencode({'next': wanted})}")
        assert page.xpath("//form[.//*[@name='username']]//input[@name='next']/@value") == [reached], wanted
        answer = guest.post("/sign-in", username="donvi", password="vinhdanh", next=wanted)
        assert (answer.status_code, unquote(answer.headers["Location"])) == (303, reached), wanted
