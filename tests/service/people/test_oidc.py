"""Signing in at another house: a real provider in a process of its own, the whole way through our pages over HTTP, and every trick."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from flask import Flask
from lxml import html
from werkzeug.test import TestResponse

from service import clock, doors, people, trail
from service.actor import Actor, machine
from service.errors import Conflict, Forbidden, Invalid
from service.notices import letters
from service.notices.bell import own_notices
from service.people import oidc, second_person
from tests.service.people.enrolling import enrolled
from tests.service.people.oidc_provider import House, running
from tests.service.web.browser import Guest, forget, words

CLI = machine("cli")
GOOD = "mưa nguồn suối xa"
WHY = "Theo giấy đề nghị số 4"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """The provider."""
    with running() as found:
        yield found


@pytest.fixture
def settle(app: Flask, house: House, tmp_path: Path) -> Callable[..., oidc.Provider]:
    """Writes the operator's file and has the service read it."""

    def write(**more: Any) -> oidc.Provider:
        (tmp_path / "secret").write_text("bí mật\n", encoding="utf-8")
        (tmp_path / "secret").chmod(0o600)
        groups = more.pop("groups", {"can-bo-vhxh": ["vhxh"], "quan-tri": ["admin"], "tram": ["unit:TRAM-Y-TE"]})
        said = {"issuer": house.address, "client_id": "vinhdanh", "secret_file": "secret", "name": "Cổng tỉnh", "name_en": "Portal",
                "guarded_groups": True} | more
        lines = [f"{key} = {_toml(value)}" for key, value in said.items()]
        lines += ["[groups]", *(f'"{value}" = {_toml(list(held))}' for value, held in groups.items())]
        (tmp_path / "oidc.toml").write_text("\n".join(lines), encoding="utf-8")
        app.extensions["oidc"] = found = oidc.read_provider(tmp_path / "oidc.toml")
        app.extensions.pop("oidc_kept", None)
        return found

    app.extensions["settings"].base_url = "http://localhost"
    write()
    return write


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, list) else f'"{value}"'


@pytest.fixture
def mai(app: Flask, house: House, settle: Callable[..., oidc.Provider]) -> int:
    """Somebody with an account that is linked, and known at the house."""
    account, code = people.create_account("mai", "Lê Ban Mai", email="mai@sonmai.example", groups=["clerk"], by=CLI)
    people.redeem_code("mai", code, GOOD, door="web")
    people.link_identity(account, "mai-7", by=CLI, at=settle(), reason=WHY)
    house.knows("mai-7", email="mai@sonmai.example", email_verified=True, groups=["can-bo-vhxh", "không có ở đây"])
    return account


def _off(guest: Guest, path: str = "/sign-in/elsewhere") -> str:
    forget()
    answer = guest.client.get(path)
    assert answer.status_code == 303, words(html.fromstring(answer.text))
    return str(answer.headers["Location"])


def _back(guest: Guest, address: str) -> TestResponse:
    parts = urlsplit(address)
    assert f"{parts.scheme}://{parts.netloc}" == "http://localhost"
    forget()
    return guest.client.get(f"{parts.path}?{parts.query}")


def _enter(app: Flask, house: House, subject: str = "mai-7", path: str = "/sign-in/elsewhere") -> tuple[Guest, TestResponse]:
    guest = Guest(app)
    return guest, _back(guest, house.signs_in(_off(guest, path), subject))


def _said(answer: TestResponse) -> str:
    return words(html.fromstring(answer.text))


def _in(guest: Guest) -> bool:
    forget()
    return bool(guest.client.get("/sessions").status_code == 200)


@pytest.mark.long
def test_button_leads_out_and_back_in(app: Flask, house: House, mai: int) -> None:
    guest = Guest(app)
    page = guest.open("/sign-in?next=/inbox")
    (button,) = page.xpath("//a[contains(@href, '/sign-in/elsewhere')]")
    assert words(button) == "Đăng nhập qua Cổng tỉnh"
    address = _off(guest, button.get("href"))
    asked = parse_qs(urlsplit(address).query)
    assert address.startswith(house.address) and asked["response_type"] == ["code"] and asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://localhost/sign-in/elsewhere/done"] and len(asked["state"][0]) > 40
    answer = _back(guest, house.signs_in(address, "mai-7"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/inbox")
    assert _in(guest)
    opened = trail.read(stream=f"account:{mai}", kind="session:opened", limit=1).events[0]
    assert (opened.door, opened.account) == ("oidc", mai) and "nơi liên kết" in trail.door_words(opened.door, "vi")
    assert trail.verify().ok


def test_without_a_provider_there_is_no_button_and_no_page(app: Flask) -> None:
    assert "/sign-in/elsewhere" not in html.tostring(Guest(app).open("/sign-in"), encoding="unicode")
    for path in ("/sign-in/elsewhere", "/sign-in/elsewhere/done"):
        assert Guest(app).client.get(path).status_code == 404


def test_wrong_used_or_missing_state_opens_nothing(app: Flask, house: House, mai: int) -> None:
    guest, other = Guest(app), Guest(app)
    back = house.signs_in(_off(guest), "mai-7")
    assert _back(other, back).status_code == 401 and not _in(other)  # another browser
    wrong = back.replace("state=", "state=x")
    assert _back(guest, wrong).status_code == 401 and not _in(guest)
    assert _back(guest, back).status_code == 401  # the one answer that this sign-in was good for has come
    guest, answer = _enter(app, house)
    assert answer.status_code == 303 and _in(guest)
    told = trail.read(kind="access:denied", limit=5).events
    assert told and told[-1].door == "oidc" and told[-1].body["what"] == "session:elsewhere:provider-refused"


def test_code_is_good_once(app: Flask, house: House, mai: int) -> None:
    guest = Guest(app)
    back = house.signs_in(_off(guest), "mai-7")
    with guest.client.session_transaction() as kept:
        begun = dict(kept["begun"])
    assert _back(guest, back).status_code == 303 and _in(guest)
    thief = Guest(app)
    with thief.client.session_transaction() as stolen:
        stolen["begun"] = begun
    answer = _back(thief, back)
    assert answer.status_code == 401 and not _in(thief) and "Bấm đăng nhập lại" in _said(answer)


def test_code_without_its_verifier_is_not_taken(app: Flask, house: House, mai: int) -> None:
    guest = Guest(app)
    back = house.signs_in(_off(guest), "mai-7")
    with guest.client.session_transaction() as kept:
        kept["begun"] = dict(kept["begun"]) | {"verifier": "x" * 43}
    assert _back(guest, back).status_code == 401 and not _in(guest)


@pytest.mark.parametrize(
    "fault",
    [
        {"nonce": "another"}, {"nonce": None}, {"aud": "another-client"}, {"aud": ["vinhdanh", "another-client"]},
        {"iss": "https://evil.example"}, {"exp": 1_000_000_000}, {"sub": ""}, {"sub": 7}, {"azp": "another-client"},
        {"alg": "none"}, {"alg": "HS256"}, {"alg": "stranger"},
    ],
    ids=str,
)
def test_token_that_proves_nothing_opens_nothing(app: Flask, house: House, mai: int, fault: dict[str, Any]) -> None:
    house.errs(**fault)
    guest, answer = _enter(app, house)
    assert answer.status_code == 401 and not _in(guest), fault
    assert "Xác nhận của nơi đăng nhập không đúng" in _said(answer)
    house.errs(name="x")  # spoilt in nothing that counts: what was refused above was refused for its fault
    guest, answer = _enter(app, house)
    assert answer.status_code == 303 and _in(guest)


def test_token_a_little_late_is_taken_and_much_too_late_is_not(app: Flask, house: House, mai: int) -> None:
    house.errs(exp=int(time.time()) - 20)
    assert _enter(app, house)[1].status_code == 303
    house.errs(exp=int(time.time()) - 120)
    assert _enter(app, house)[1].status_code == 401


def test_person_who_refuses_there_is_told_so(app: Flask, house: House, mai: int) -> None:
    guest = Guest(app)
    address = _off(guest)
    state = parse_qs(urlsplit(address).query)["state"][0]
    answer = _back(guest, f"http://localhost/sign-in/elsewhere/done?error=access_denied&state={state}")
    assert answer.status_code == 401 and "dùng mật khẩu" in _said(answer)


def test_answer_of_another_house_is_refused(app: Flask, house: House, mai: int) -> None:
    guest = Guest(app)
    back = house.signs_in(_off(guest), "mai-7")
    assert _back(guest, f"{back}&iss=https%3A%2F%2Fevil.example").status_code == 401 and not _in(guest)


def test_house_that_is_down_leaves_the_password(app: Flask, mai: int, settle: Callable[..., oidc.Provider]) -> None:
    settle(issuer="http://127.0.0.1:9")
    guest = Guest(app)
    forget()
    answer = guest.client.get("/sign-in/elsewhere")
    assert answer.status_code == 503 and "đang không trả lời" in _said(answer)
    guest.open("/sign-in")
    assert guest.post("/sign-in", username="mai", password=GOOD).status_code == 303 and _in(guest)


def test_unknown_person_is_told_whom_to_ask_and_gets_no_account(app: Flask, house: House, mai: int) -> None:
    house.knows("la-9", email="mai@sonmai.example", email_verified=True, groups=["quan-tri"])
    guest, answer = _enter(app, house, "la-9")
    assert answer.status_code == 403 and not _in(guest)
    assert "quản trị hệ thống" in _said(answer) and "la-9" in _said(answer)
    assert list(people.accounts_by_login()) == ["mai"]


def test_groups_are_given_and_taken_at_each_sign_in(app: Flask, house: House, mai: int) -> None:
    assert people.actor_of("mai").groups == {"clerk"}
    _enter(app, house)
    assert people.actor_of("mai").groups == {"clerk", "vhxh"}
    house.knows("mai-7", groups=["quan-tri"])
    people.create_demo_account("quan", "Quản", by=CLI, groups=["admin"])
    _enter(app, house)
    assert people.actor_of("mai").groups == {"clerk", "admin"}
    house.knows("mai-7")
    _enter(app, house)
    assert people.actor_of("mai").groups == {"clerk"}  # what the settings do not name is left alone
    told = trail.read(stream=f"account:{mai}", limit=50).events
    kinds = [(e.kind, e.body.get("group"), e.actor) for e in told]
    assert ("account:joined_group", "admin", "oidc") in kinds and ("account:left_group", "admin", "oidc") in kinds


def test_last_administrator_stays_one_whatever_the_house_says(app: Flask, house: House, mai: int) -> None:
    house.knows("mai-7", groups=["quan-tri"])
    _enter(app, house)
    house.knows("mai-7", groups=[])
    answer = _enter(app, house)[1]
    assert answer.status_code == 303 and people.actor_of("mai").groups == {"clerk", "admin"}


def test_administrators_come_only_of_a_mapping_that_says_so(
    app: Flask, house: House, mai: int, settle: Callable[..., oidc.Provider]
) -> None:
    settle(groups={"can-bo-vhxh": ["vhxh"]})
    house.knows("mai-7", groups=["admin", "quan-tri", "can-bo-vhxh"])
    _enter(app, house)
    assert people.actor_of("mai").groups == {"clerk", "vhxh"}


def test_unit_of_the_mapping_is_named_by_its_code(app: Flask, house: House, mai: int) -> None:
    house.knows("mai-7", groups=["tram"])
    _enter(app, house)  # a unit that is not there gives nothing
    assert people.actor_of("mai").groups == {"clerk"}
    unit = people.create_unit("TRAM-Y-TE", "Trạm Y tế", next(iter(people.KINDS)), by=CLI)
    _enter(app, house)
    assert people.actor_of("mai").groups == {"clerk", f"unit:{unit}"}


def test_own_second_factor_is_asked_unless_the_house_is_trusted_with_it(
    app: Flask, house: House, mai: int, settle: Callable[..., oidc.Provider]
) -> None:
    secret = enrolled("mai", GOOD)
    house.knows("mai-7", groups=["can-bo-vhxh"], amr=["pwd", "otp"])
    guest, answer = _enter(app, house, path="/sign-in/elsewhere?next=/inbox")
    assert answer.status_code == 200 and "Mã xác thực" in _said(answer) and not _in(guest)
    guest.token = html.fromstring(answer.text).xpath("//input[@name='csrf_token']/@value")[0]
    assert html.fromstring(answer.text).xpath("//form[@action='/sign-in']/input[@name='next']/@value") == ["/inbox"]
    assert "state=" not in answer.text  # what was used once stands on no page
    assert guest.post("/sign-in", code="000000").status_code == 401 and not _in(guest)
    assert guest.post("/sign-in", code=pyotp.TOTP(secret).at(clock.unmoved()), next="/inbox").status_code == 303 and _in(guest)
    settle(amr=["otp"])
    guest, answer = _enter(app, house)
    assert answer.status_code == 303 and _in(guest)
    house.knows("mai-7", amr=["pwd"])
    assert _enter(app, house)[1].status_code == 200  # the house asked for less


def test_role_that_needs_a_second_factor_is_held_with_the_one_of_a_trusted_house_alone(
    app: Flask, house: House, mai: int, settle: Callable[..., oidc.Provider]
) -> None:
    app.extensions["settings"].demo = False
    house.knows("mai-7", groups=["quan-tri"], amr=["otp"])
    guest, answer = _enter(app, house)
    assert answer.headers["Location"] == "/second-factor" and not _in(guest)
    settle(amr=["otp"])
    guest, answer = _enter(app, house)
    assert answer.headers["Location"] == "/" and _in(guest)
    forget()
    assert guest.client.get("/office/people").status_code == 200


def test_blocked_account_stays_out_and_a_link_that_was_taken_opens_nothing(app: Flask, house: House, mai: int) -> None:
    assert _enter(app, house)[1].status_code == 303
    people.disable_account(mai, by=CLI, reason="Nghỉ việc")
    guest, answer = _enter(app, house)
    assert answer.status_code == 403 and "ngừng dùng" in _said(answer) and not _in(guest)
    people.enable_account(mai, by=CLI, reason="Trở lại")
    guest, answer = _enter(app, house)
    assert answer.status_code == 303
    people.unlink_identity(mai, by=CLI, reason="Chuyển công tác")
    assert not _in(guest) and _enter(app, house)[1].status_code == 403
    assert [e.kind for e in trail.read(stream=f"account:{mai}", kind="identity:*", limit=5).events] == [
        "identity:unlinked", "identity:linked",
    ]


def test_link_by_verified_mail_only_where_it_is_switched_on(app: Flask, house: House, settle: Callable[..., oidc.Provider]) -> None:
    for login in ("lan", "hoa"):
        people.create_account(login, login, email=f"{login}@sonmai.example", by=CLI)
    house.knows("lan-1", email="Lan@sonmai.example", email_verified=True)
    house.knows("hoa-1", email="hoa@sonmai.example", email_verified=False)
    assert _enter(app, house, "lan-1")[1].status_code == 403
    settle(link_by_email=True)
    assert _enter(app, house, "hoa-1")[1].status_code == 403
    guest, answer = _enter(app, house, "lan-1")
    assert answer.status_code == 303 and _in(guest)
    account = people.find_account("lan").id
    linked = people.identity_of(account)
    assert linked is not None and linked.subject == "lan-1"
    people.create_account("truong", "Lê Trưởng", email="truong@sonmai.example", groups=["vhxh_head"], by=CLI)
    house.knows("truong-1", email="truong@sonmai.example", email_verified=True)
    assert _enter(app, house, "truong-1")[1].status_code == 403  # confirms what nobody does alone: two people link him
    people.create_account("thanhtra", "Lê Soát", email="soat@sonmai.example", groups=["inspector"], by=CLI)
    house.knows("soat-1", email="soat@sonmai.example", email_verified=True)
    assert _enter(app, house, "soat-1")[1].status_code == 403
    house.knows("ke-trom", email="lan@sonmai.example", email_verified=True)
    assert _enter(app, house, "ke-trom")[1].status_code == 403  # the account has its person


def test_account_with_a_second_factor_is_linked_by_hand_alone(
    app: Flask, house: House, settle: Callable[..., oidc.Provider]
) -> None:
    account, code = people.create_account("chi", "Chi", email="chi@sonmai.example", by=CLI)
    people.redeem_code("chi", code, GOOD, door="web")
    enrolled("chi", GOOD)
    settle(link_by_email=True)
    house.knows("chi-1", email="chi@sonmai.example", email_verified=True)
    assert _enter(app, house, "chi-1")[1].status_code == 403 and people.identity_of(account) is None


def test_signing_out_ends_ours_and_offers_to_end_the_other(app: Flask, house: House, mai: int) -> None:
    guest, _answer = _enter(app, house)
    guest.open("/password")
    answer = guest.post("/sign-out")
    assert answer.status_code == 303 and not _in(guest)
    page = guest.open(answer.headers["Location"])
    (out,) = page.xpath("//a[contains(@href, 'end_session')]")
    assert words(out) == "Đăng xuất cả ở Cổng tỉnh" and out.get("href").startswith(house.address)


def test_linking_is_the_administrators_act_and_one_subject_has_one_account(
    app: Flask, mai: int, settle: Callable[..., oidc.Provider]
) -> None:
    at = settle()
    account, _code = people.create_account("lan", "Lan", by=CLI)
    with pytest.raises(Forbidden):
        people.link_identity(account, "lan-1", by=people.actor_of("mai"), at=at, reason=WHY)
    for number, subject in ((account, "mai-7"), (mai, "mai-8")):
        with pytest.raises(Conflict):
            people.link_identity(number, subject, by=CLI, at=at, reason=WHY)
    with pytest.raises(Invalid):
        people.link_identity(account, "lan-1", by=CLI, at=at, reason=" ")
    people.link_identity(account, "lan-1", by=CLI, at=at, reason=WHY)
    linked = trail.read(kind="identity:linked", limit=1, sight=trail.Sight.EVERYTHING).events[0]
    assert linked.private["reason"] == WHY
    (bell,) = own_notices(by=people.actor_of("lan"), language="vi").items
    assert bell.letter == "identity_linked" and letters()[bell.letter].compulsory and letters()[bell.letter].urgent


@pytest.fixture
def earnest(app: Flask) -> Flask:
    """The service as a real installation runs it, with two administrators and an officer."""
    app.extensions["settings"].demo = False
    for login, group in (("quan", "admin"), ("tri", "admin"), ("vien", "vhxh")):
        _, code = people.create_account(login, f"Lê {login}", groups=[group], by=CLI)
        people.redeem_code(login, code, GOOD, door="web")
        if group == "admin":
            enrolled(login, GOOD)
    return app


def _who(login: str) -> Actor:
    return people.actor_of(login, door="web")


def test_administrator_is_linked_by_two_people_and_anybody_else_by_one(
    earnest: Flask, house: House, settle: Callable[..., oidc.Provider]
) -> None:
    """Else one administrator links another's account with a subject of his own, and comes in as him."""
    at, tri, vien = settle(), people.find_account("tri").id, people.find_account("vien").id
    people.link_identity(vien, "vien-1", by=_who("quan"), at=at, reason=WHY)
    chair, _code = people.create_account("chutich", "Lê Chủ Tịch", groups=["chair"], by=CLI)
    with pytest.raises(second_person.SecondPersonNeeded):
        people.link_identity(chair, "cua-quan", by=_who("quan"), at=at, reason=WHY)
    _number, code = people.create_account("truong", "Lê Trưởng", groups=["vhxh_head"], by=CLI)
    people.redeem_code("truong", code, GOOD, door="web")
    with pytest.raises(second_person.SecondPersonNeeded):
        people.link_identity(tri, "cua-quan", by=_who("quan"), at=at, reason=WHY)
    request = second_person.ask("identity.link", people.link_given(tri, "tri-1", WHY, at), by=_who("quan"), reason=WHY)
    with pytest.raises(Forbidden) as refused:
        second_person.confirm(request, by=_who("tri"))
    assert refused.value.code == "own-case" and people.identity_of(tri) is None
    said = second_person.told(second_person.read_request(request, by=_who("truong")))[0]
    assert "Lê tri" in said and "tri-1" in said
    second_person.confirm(request, by=_who("truong"))
    linked = people.identity_of(tri)
    assert linked is not None and linked.subject == "tri-1"
    for given, code in ((people.link_given(tri, "x", WHY, at), "linked"), (people.link_given(vien, "x", WHY, at), "not-guarded")):
        with pytest.raises(Conflict) as again:
            second_person.ask("identity.link", given, by=_who("quan"), reason=WHY)
        assert again.value.code == code


def test_guarded_groups_come_of_the_mapping_only_by_an_explicit_switch_and_are_told(
    app: Flask, house: House, mai: int, settle: Callable[..., oidc.Provider]
) -> None:
    with pytest.raises(oidc.BadProvider, match="guarded_groups"):
        settle(guarded_groups=False)
    with pytest.raises(oidc.BadProvider, match="vhxh_head"):
        settle(guarded_groups=False, groups={"truong": ["vhxh_head"]})
    for group in ("chair", "member", "inspector"):
        with pytest.raises(oidc.BadProvider, match=group):
            settle(guarded_groups=False, groups={"truong": [group]})
    settle(guarded_groups=False, groups={"can-bo-vhxh": ["vhxh"]})
    settle()
    for login, group in (("quan", "admin"), ("soat", "inspector"), ("vien", "vhxh")):
        people.create_account(login, f"Lê {login}", groups=[group], by=CLI)
    house.knows("mai-7", groups=["quan-tri", "can-bo-vhxh"])
    _enter(app, house)
    assert people.actor_of("mai").may("admin")
    _enter(app, house)  # what he has already is told once
    told = {a: [one.letter for one in own_notices(by=people.actor_of(a), language="vi").items] for a in ("quan", "soat", "vien")}
    assert told == {"quan": ["guarded_role"], "soat": ["guarded_role"], "vien": []}


def test_second_factor_of_a_trusted_house_counts_for_what_is_asked_and_for_tokens_too(
    earnest: Flask, house: House, settle: Callable[..., oidc.Provider]
) -> None:
    """Else what an administrator who signs in there asks for could never be confirmed, and his tokens were dead."""
    at = settle(amr=["otp"])
    mai, _code = people.create_account("mai", "Lê Ban Mai", groups=["admin"], by=CLI)
    people.link_identity(mai, "mai-9", by=CLI, at=at, reason=WHY)
    assert people.actor_of("mai").must_enrol
    house.knows("mai-9", groups=["quan-tri"], amr=["otp"])
    guest, _answer = _enter(earnest, house, "mai-9")
    assert _in(guest)
    with guest.client.session_transaction() as kept:
        by = people.actor_of_token(kept[doors.TOKEN], door="web")
    assert by is not None and by.may("admin")
    _number, token = people.make_token("Sao lưu", by=by)
    found = people.actor_of_api_token(token, changes=False)
    assert found is not None and found.may("admin")
    vien = people.find_account("vien").id
    request = second_person.ask("group.grant", people.grant_given(vien, "admin", None, None, None), by=by, reason=WHY)
    second_person.confirm(request, by=_who("tri"))
    assert people.actor_of("vien").must_enrol  # an administrator now, who has no second factor
    settle()  # the operator trusts the house no more
    found = people.actor_of_api_token(token, changes=False)
    assert found is not None and found.must_enrol and people.actor_of("mai").must_enrol
    settle(amr=["otp"])
    assert people.actor_of("mai").may("admin")
    house.knows("mai-9", groups=["quan-tri"], amr=["pwd"])
    _enter(earnest, house, "mai-9")
    assert people.actor_of("mai").must_enrol  # the house asked for less the last time


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"issuer": "http://evil.example"}, "https"), ({"algorithms": ["none"]}, "algorithms"), ({"algorithms": ["HS256"]}, "algorithms"),
        ({"groups": {"x": ["ban-lanh-dao"]}}, "ban-lanh-dao"), ({"scopes": ["profile"]}, "openid"), ({"secret_file": "gone"}, "gone"),
        ({"color": "red"}, "color"),
    ],
)
def test_file_that_cannot_be_used_is_named(settle: Callable[..., oidc.Provider], said: dict[str, Any], why: str) -> None:
    with pytest.raises(oidc.BadProvider, match=why):
        settle(**said)


def test_secret_that_others_may_read_is_refused(settle: Callable[..., oidc.Provider], tmp_path: Path) -> None:
    settle()
    (tmp_path / "secret").chmod(0o644)
    with pytest.raises(oidc.BadProvider, match="chmod 600"):
        oidc.read_provider(tmp_path / "oidc.toml")


def test_step_after_the_house_is_old_after_ten_minutes(app: Flask, house: House, mai: int, monkeypatch: pytest.MonkeyPatch) -> None:
    enrolled("mai", GOOD)
    guest, answer = _enter(app, house)
    guest.token = html.fromstring(answer.text).xpath("//input[@name='csrf_token']/@value")[0]
    later = clock.unmoved() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "unmoved", lambda: later)
    answer = guest.post("/sign-in", code="000000")
    assert answer.status_code == 401 and "10 phút" in _said(answer)
