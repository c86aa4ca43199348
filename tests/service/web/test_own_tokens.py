"""The page of one's own API tokens, and what the administrator sees of somebody's."""

from __future__ import annotations

from service import people
from tests.service.web.desk import Desk


def _make(desk: Desk, login: str, **more: object) -> str:
    fields = {"name": "Phần mềm một cửa", "scope": ["movement"], "days": "30", "password": "vinhdanh", **more}
    page = desk.post(login, "/my-tokens/new", fields, code=200)
    (token,) = page.xpath("//input[@id='token']/@value")
    return str(token)


def test_token_is_shown_once_then_listed_and_revoked(desk: Desk) -> None:
    assert "Chưa có mã nào" in desk.read("vhxh", "/my-tokens")
    form = desk.get("vhxh", "/my-tokens/new")
    offered = form.xpath("//input[@name='scope']/@value")
    assert "movement" in offered and "system" not in offered and "account.edit" not in offered
    token = _make(desk, "vhxh")
    assert people.actor_of_api_token(token, changes=False) is not None
    text = desk.read("vhxh", "/my-tokens")
    assert "1 mã truy cập API" in text and "Phần mềm một cửa" in text and "Phong trào, đợt xét, quy định" in text
    assert token not in text and token[-4:] in text
    page = desk.get("vhxh", "/my-tokens")
    (address,) = set(page.xpath("//@data-ask"))
    desk.post("donvi", address, code=404)
    assert "Thu hồi mã" in desk.read("vhxh", address)
    assert "Đã thu hồi" in desk.say("vhxh", address)
    assert people.actor_of_api_token(token, changes=False) is None
    assert "đã thu hồi" in desk.read("vhxh", "/my-tokens")


def test_wrong_password_keeps_what_was_typed(desk: Desk) -> None:
    fields = {"name": "Đồng bộ", "scope": ["task"], "days": "180", "password": "sai"}
    page = desk.post("vhxh", "/my-tokens/new", fields, code=401)
    assert page.xpath("//input[@name='name']/@value") == ["Đồng bộ"]
    assert page.xpath("//input[@name='scope'][@checked]/@value") == ["task"]
    assert page.xpath("//option[@selected]/@value") == ["180"]
    assert people.list_tokens(by=desk.office.who("vhxh")) == []
    desk.post("vhxh", "/my-tokens/new", fields | {"password": "vinhdanh", "days": "9999"}, code=422)
    desk.post("vhxh", "/my-tokens/new", fields | {"password": "vinhdanh", "scope": ["ballot.open"]}, code=422)


def test_administrator_sees_and_revokes_somebodys_tokens(desk: Desk) -> None:
    account = desk.office.who("vhxh").account
    assert "Mã truy cập API" not in desk.read("quantri", f"/office/people/{account}")
    token = _make(desk, "vhxh")
    assert "Phần mềm một cửa" in desk.read("quantri", f"/office/people/{account}")
    assert "Phần mềm một cửa" not in desk.read("thanhtra", f"/office/people/{account}")
    desk.post("vhxh", f"/office/people/{account}/tokens/revoke", {"reason": "Thử"}, code=403)
    desk.post("quantri", f"/office/people/{account}/tokens/revoke", {"reason": ""}, code=422)
    assert people.actor_of_api_token(token, changes=False) is not None
    assert "Đã thu hồi 1 mã" in desk.say("quantri", f"/office/people/{account}/tokens/revoke", {"reason": "Máy bị mất"})
    assert people.actor_of_api_token(token, changes=False) is None
