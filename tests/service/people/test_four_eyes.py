"""Four eyes on chosen acts: nobody does them alone outside demo mode, and the second person is really another one."""

from __future__ import annotations

from datetime import date, timedelta

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask

from service import clock, keepers, notices, people, trail
from service.actor import Actor, machine
from service.db import transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from service.notices.bell import own_notices
from service.notices.models import MAIL, NOTICE
from service.people import account_import, safeguards, second_person
from service.people.second_person import SecondPersonNeeded
from tests.service.people.enrolling import enrolled
from tests.service.web.browser import Guest, forget

CLI = machine("cli")
OWN = "mưa nguồn suối xa"
WHY = "Theo quyết định phân công số 12/QĐ-UBND"


@pytest.fixture
def earnest(app: Flask) -> Flask:
    """The service as a real installation runs it, with two administrators, a head of office and an officer."""
    app.extensions["settings"].demo = False
    for login, group in (("quan", "admin"), ("tri", "admin"), ("truong", "vhxh_head"), ("vien", "vhxh")):
        _, code = people.create_account(login, f"Lê {login}", groups=[group], by=CLI)
        people.redeem_code(login, code, OWN, door="web")
        if group == "admin":
            app.config[f"SECRET_OF_{login.upper()}"] = enrolled(login, OWN)
    return app


def _posted(app: Flask, path: str, **fields: str) -> tuple[int, str]:
    """Post a form of the pages as the first administrator, who signed in with both factors."""
    token, _actor = people.sign_in("quan", OWN, door="web", code=pyotp.TOTP(app.config["SECRET_OF_QUAN"]).now())
    guest = Guest(app)
    guest.open("/sign-in")
    forget()
    answer = guest.client.post(
        path, data={"csrf_token": guest.token, **fields}, headers={"Authorization": f"Bearer {token}"}
    )
    return answer.status_code, answer.text


def _who(login: str) -> Actor:
    return people.actor_of(login, door="web")


def _given(login: str, group: str = "admin", since: date | None = None) -> dict[str, object]:
    return people.grant_given(people.find_account(login).id, group, since, None, None)


def _asked(login: str = "vien") -> int:
    return second_person.ask("group.grant", _given(login), by=_who("quan"), reason=WHY)


def _groups(login: str) -> set[str]:
    found = people.find_account(login).id
    return {row.group for row in people.memberships_of([found])[found] if row.holds}


def _kinds() -> list[str]:
    return [event.kind for event in trail.read(limit=20).events]


def test_table_names_rights_of_the_matrix_and_hours() -> None:
    words = {"group.grant", "identity.link", "factor.reset", "keeper.change", "mail.release"}
    assert words == set(safeguards.chosen()) == set(second_person.WAYS)
    for row in safeguards.chosen().values():
        assert {row.ask, row.confirm} <= set(people.acts()) and row.hours > 0 and row.label_en
    guarded = {word for word in people.catalogue() if people.is_guarded(word)}
    assert guarded == {"admin", "vhxh_head", "vanphong", "inspector", "chair", "deputy", "secretary", "member"}
    assert not people.is_guarded("unit_head:17"), "a unit's own people are nobody's judges"


@pytest.mark.parametrize("group", ["chair", "deputy", "secretary", "member", "inspector"])
def test_who_signs_votes_or_watches_is_made_by_two_people_also_out_of_oneself(earnest: Flask, group: str) -> None:
    for login in ("vien", "quan"):
        account = people.find_account(login).id
        with pytest.raises(SecondPersonNeeded):
            people.grant(account, group, by=_who("quan"))
        with pytest.raises(SecondPersonNeeded):  # nor a day of it, nor as a role that comes later
            people.grant(account, group, by=_who("quan"), valid_to=clock.today() + timedelta(days=1))
        request = second_person.ask("group.grant", _given(login, group), by=_who("quan"), reason=WHY)
        with pytest.raises(Forbidden):
            second_person.confirm(request, by=_who("quan"))
        assert group not in _groups(login)
        second_person.confirm(request, by=_who("truong"))
        assert group in _groups(login)
    with pytest.raises(SecondPersonNeeded):  # a new account begins with none of them
        people.create_account("moi", "Lê Mới", groups=[group], by=_who("quan"))
    people.create_account("moi", "Lê Mới", groups=["clerk"], by=_who("quan"))
    people.create_account("khac", "Lê Khác", groups=[group], by=CLI)  # the operator, as at the first installation
    assert _groups("khac") == {group}


def test_factor_of_an_inspector_is_taken_off_by_two(earnest: Flask) -> None:
    _, code = people.create_account("soat", "Lê Soát", groups=["inspector"], by=CLI)
    people.redeem_code("soat", code, OWN, door="web")
    enrolled("soat", OWN)
    soat = people.find_account("soat").id
    with pytest.raises(SecondPersonNeeded):
        people.factor_reset.reset(soat, by=_who("quan"), reason="Mất điện thoại")
    request = second_person.ask("factor.reset", people.factor_reset.reset_given(soat, WHY), by=_who("quan"), reason=WHY)
    second_person.confirm(request, by=_who("tri"))
    assert not people.second_factor.is_on(soat)


def test_nobody_names_himself_the_substitute_of_who_holds_a_role_that_two_people_give(earnest: Flask) -> None:
    today, quan = clock.today(), people.find_account("quan").id
    whose, vien = people.find_account("truong").id, people.find_account("vien").id
    for days, group in enumerate(("vhxh_head", None)):
        since = today + timedelta(days=5 * days)
        given = {"group": group, "since": since, "until": since + timedelta(days=1), "reason": "đi họp"}
        with pytest.raises(Forbidden) as refused:
            people.name_substitute(whose, quan, by=_who("quan"), **given)
        assert refused.value.code == "own-account"
        people.name_substitute(whose, quan, by=_who("tri"), **given)
    people.name_substitute(vien, quan, by=_who("quan"), since=today, until=today, reason="ốm")  # an officer's work he may take over


def test_administrator_is_made_by_two_people_and_both_stand_in_the_trail(earnest: Flask) -> None:
    vien = people.find_account("vien").id
    people.grant(vien, "clerk", by=_who("quan"))  # what carries no chosen act is given at once
    assert _groups("vien") == {"vhxh", "clerk"}
    with pytest.raises(SecondPersonNeeded):
        people.grant(vien, "admin", by=_who("quan"))
    request = _asked()
    assert _groups("vien") == {"vhxh", "clerk"}
    people_ = map(_who, ("tri", "truong", "quan", "vien"))
    told = {a.login: [one.letter for one in own_notices(by=a, language="vi").items] for a in people_}
    assert told == {"tri": ["second_person_asked"], "truong": ["second_person_asked"], "quan": [], "vien": []}
    second_person.confirm(request, by=_who("truong"))
    assert _groups("vien") == {"vhxh", "clerk", "admin"}
    given, confirmed = trail.read(limit=20).events[:2]
    assert (given.kind, given.account) == ("account:joined_group", people.find_account("quan").id)
    assert (confirmed.kind, confirmed.account) == ("second_person:confirmed", people.find_account("truong").id)
    assert confirmed.body["asked_by"] == people.find_account("quan").id and confirmed.body["account"] == vien
    assert [one.letter for one in own_notices(by=_who("quan"), language="vi").items] == ["second_person_settled"]
    with pytest.raises(Conflict) as settled:
        second_person.confirm(request, by=_who("tri"))
    assert settled.value.code == "request-settled"


def test_second_person_is_another_one_and_not_who_it_is_about(earnest: Flask) -> None:
    request = second_person.ask("group.grant", _given("truong"), by=_who("quan"), reason=WHY)
    for login, code in (("quan", "same-person"), ("truong", "own-case"), ("vien", "forbidden")):
        with pytest.raises(Forbidden) as refused:
            second_person.confirm(request, by=_who(login))
        assert refused.value.code == code, login
        assert not second_person.may_confirm(second_person.read_request(request, by=_who("quan")), by=_who(login))
    with pytest.raises(Forbidden):
        second_person.confirm(request, by=CLI)
    assert "admin" not in _groups("truong")
    second_person.confirm(request, by=_who("tri"))
    assert "admin" in _groups("truong")


def test_factor_of_who_could_make_others_is_taken_off_by_two(earnest: Flask) -> None:
    tri, vien = people.find_account("tri").id, people.find_account("vien").id
    enrolled("vien", OWN)
    people.factor_reset.reset(vien, by=_who("quan"), reason="Mất điện thoại")  # an officer's is taken off at once
    assert not people.second_factor.is_on(vien)
    given = people.factor_reset.reset_given(tri, "Mất điện thoại")
    with pytest.raises(SecondPersonNeeded):
        people.factor_reset.reset(tri, by=_who("quan"), reason="Mất điện thoại")
    assert people.second_factor.is_on(tri)
    with pytest.raises(Conflict) as needless:
        second_person.ask("factor.reset", people.factor_reset.reset_given(vien, WHY), by=_who("quan"), reason=WHY)
    assert needless.value.code == "no-factor"
    request = second_person.ask("factor.reset", given, by=_who("quan"), reason=WHY)
    with pytest.raises(Forbidden):
        second_person.confirm(request, by=_who("tri"))  # whom it is about
    second_person.confirm(request, by=_who("truong"))
    assert not people.second_factor.is_on(tri)
    people.factor_reset.reset(people.find_account("quan").id, by=CLI, reason="Mất điện thoại")  # the operator of the machine


def test_who_is_watched_does_not_choose_alone_who_watches(earnest: Flask) -> None:
    name, address = "Thanh tra tỉnh", "thanhtra@tinh.example"
    with pytest.raises(SecondPersonNeeded):
        keepers.ask_keeper(name, address, outside=True, by=_who("quan"))
    request = second_person.ask(keepers.GUARDED, keepers.asked_given(name, address, True), by=_who("quan"), reason=WHY)
    with pytest.raises(Forbidden):
        second_person.confirm(request, by=_who("quan"))
    second_person.confirm(request, by=_who("truong"))
    (kept,) = keepers.list_keepers(by=_who("quan"))
    assert (kept.keeper.name, kept.keeper.ended_at) == (name, None)
    with pytest.raises(SecondPersonNeeded):
        keepers.end_keeper(kept.keeper.id, by=_who("quan"), reason="Nghỉ hưu")
    request = second_person.ask(keepers.GUARDED, keepers.ended_given(kept.keeper.id, "Nghỉ hưu"), by=_who("quan"), reason="Nghỉ hưu")
    second_person.confirm(request, by=_who("tri"))
    assert keepers.list_keepers(by=_who("quan"))[0].keeper.ended_at is not None
    assert any(address in str(one.given) for one in second_person.list_requests(by=_who("quan")))
    with transaction() as s:
        (question,) = s.scalars(sa.select(MAIL.c.id).where(MAIL.c.account < 0))
    notices.cancel(question, by=_who("quan"))
    keepers.forget(kept.keeper.id, by=_who("quan"), reason="Người đó yêu cầu")
    assert not any(address in str(one.given) or name in str(one.given) for one in second_person.list_requests(by=_who("quan")))
    with transaction() as s:
        for table in (MAIL, NOTICE):
            assert not any(address in str(said) for said in s.scalars(sa.select(table.c.context)))


def _stands_in(login: str, substitute: str, group: str) -> None:
    today, whose = clock.today(), people.find_account(login).id
    people.name_substitute(
        whose, people.find_account(substitute).id, group=group, since=today, until=today + timedelta(days=2), reason="đi họp", by=CLI
    )


def test_right_that_was_lent_makes_no_second_person(earnest: Flask) -> None:
    """Else one administrator makes an account, names it substitute of the head of office, and confirms himself through it."""
    _stands_in("truong", "vien", "vhxh_head")
    people.create_account("moi", "Lê Mới", by=CLI)
    request = second_person.ask("group.grant", _given("moi"), by=_who("quan"), reason=WHY)
    assert people.allowed(_who("vien"), "second_person.confirm")  # he has the lent right, and that is not enough
    assert not second_person.may_confirm(second_person.read_request(request, by=_who("quan")), by=_who("vien"))
    with pytest.raises(Forbidden) as refused:
        second_person.confirm(request, by=_who("vien"))
    assert refused.value.code == "lent-right" and not own_notices(by=_who("vien"), language="vi").items
    second_person.confirm(request, by=_who("truong"))
    assert "admin" in _groups("moi")


def test_nobody_is_the_second_person_for_whom_he_stands_in(earnest: Flask) -> None:
    people.grant(people.find_account("quan").id, "clerk", by=CLI)
    _stands_in("quan", "tri", "clerk")
    request = _asked()
    with pytest.raises(Forbidden) as refused:
        second_person.confirm(request, by=_who("tri"))
    assert refused.value.code == "same-person"
    second_person.confirm(request, by=_who("truong"))
    assert "admin" in _groups("vien")


def test_operator_is_another_than_any_person_and_not_than_himself(earnest: Flask) -> None:
    quan = people.find_account("quan").id
    second_person.must_be_second(CLI, "erasure.manage", asked_by=quan)
    second_person.must_be_second(CLI, "erasure.manage", asked_by=second_person.SERVICE)
    with pytest.raises(Forbidden) as refused:
        second_person.must_be_second(CLI, "erasure.manage", asked_by=None)
    assert refused.value.code == "same-person"


def test_second_person_is_told_from_when_until_when_and_on_which_basis(earnest: Flask) -> None:
    vien, today = people.find_account("vien").id, clock.today()
    given = people.grant_given(vien, "admin", today, today + timedelta(days=10), "QĐ 12/QĐ-UBND")
    request = second_person.ask("group.grant", given, by=_who("quan"), reason=WHY)
    last = today + timedelta(days=9)
    vi, en = second_person.told(second_person.read_request(request, by=_who("tri")))
    assert vi.endswith(f"Lê vien, từ {today:%d/%m/%Y}, đến hết {last:%d/%m/%Y}, căn cứ: QĐ 12/QĐ-UBND"), vi
    assert en.endswith(f"Lê vien, from {today:%d/%m/%Y}, to the end of {last:%d/%m/%Y}, basis: QĐ 12/QĐ-UBND"), en
    (bell,) = own_notices(by=_who("tri"), language="vi").items
    assert "QĐ 12/QĐ-UBND" in repr(bell)


def test_page_asks_for_a_reason_and_for_the_second_person(earnest: Flask) -> None:
    path = f"/office/people/{people.find_account('vien').id}/grant"
    code, told = _posted(earnest, path, group="admin", reason=WHY, act="save")
    assert code == 303, told
    (row,) = second_person.list_requests(by=_who("tri"))
    assert (row.act, row.given["group"], row.reason, row.state) == ("group.grant", "admin", WHY, "asked")
    assert _groups("vien") == {"vhxh"}


def test_refused_taken_back_and_lapsed_requests_do_nothing(earnest: Flask) -> None:
    with pytest.raises(Invalid):
        second_person.ask("group.grant", _given("vien"), by=_who("quan"), reason=" ")
    refused, quan = _asked(), _who("quan")
    with pytest.raises(Conflict) as again:
        _asked()
    assert again.value.code == "already-asked"
    with pytest.raises(Invalid):
        second_person.refuse(refused, by=_who("tri"), reason="")
    second_person.refuse(refused, by=_who("tri"), reason="Chưa có quyết định phân công")
    taken = _asked()
    with pytest.raises(Forbidden):
        second_person.refuse(taken, by=_who("vien"), reason="thử")
    second_person.refuse(taken, by=quan, reason="Ghi nhầm người")
    lapsed = _asked()
    clock.move_to(clock.now() + safeguards.chosen()["group.grant"].life)
    with pytest.raises(Conflict) as late:
        second_person.confirm(lapsed, by=_who("tri"))
    assert late.value.code == "request-lapsed"
    assert second_person.lapse() == 1 and second_person.lapse() == 0
    assert [row.state for row in second_person.list_requests(by=quan)] == ["lapsed", "withdrawn", "refused"]
    assert {"second_person:refused", "second_person:withdrawn", "second_person:lapsed"} <= set(_kinds())
    assert _groups("vien") == {"vhxh"}
    with pytest.raises(NotFound):
        second_person.read_request(refused, by=_who("vien"))


def test_right_of_who_asked_is_looked_at_again_when_it_is_confirmed(earnest: Flask) -> None:
    request = _asked()
    people.revoke(people.find_account("quan").id, "admin", by=_who("tri"), reason="Chuyển công tác")
    with pytest.raises(Refusal) as refused:
        second_person.confirm(request, by=_who("truong"))
    assert refused.value.code == "forbidden" and _groups("vien") == {"vhxh"}
    assert second_person.list_requests(by=_who("tri"))[0].state == "asked"  # taken back with the confirmation


def test_held_mail_goes_out_again_by_two_people(earnest: Flask) -> None:
    with pytest.raises(Conflict):
        second_person.ask("mail.release", {}, by=_who("quan"), reason=WHY)
    notices.freeze(by=_who("quan"), reason="Vừa phục hồi")
    with pytest.raises(SecondPersonNeeded):
        notices.release(by=_who("quan"))
    assert notices.is_frozen()
    request = second_person.ask("mail.release", {}, by=_who("quan"), reason="Đã đối chiếu thư")
    assert notices.is_frozen()
    second_person.confirm(request, by=_who("tri"))
    assert not notices.is_frozen()
    assert _kinds()[:2] == ["outbox:released", "second_person:confirmed"]


def test_operator_and_demo_mode_need_no_second_person(app: Flask) -> None:
    people.create_demo_account("mot", "Lê Một", groups=["admin"], email="", by=CLI)
    people.create_demo_account("hai", "Lê Hai", groups=[], email="", by=CLI)
    people.grant(people.find_account("hai").id, "admin", by=_who("mot"))
    assert _groups("hai") == {"admin"}
    notices.freeze(by=_who("mot"), reason="Thử")
    notices.release(by=_who("mot"))
    app.extensions["settings"].demo = False
    people.create_account("ba", "Lê Ba", groups=["admin"], by=CLI)
    assert _groups("ba") == {"admin"}


def test_confirmation_of_one_request_opens_no_other_act(earnest: Flask) -> None:
    vien, tri = people.find_account("vien").id, people.find_account("tri").id
    with transaction():
        second_person.demand("group.grant", _given("vien"), by=CLI)
        token = second_person._under_way.set(("group.grant", _given("vien")))
        try:
            people.grant(vien, "admin", by=_who("quan"))
            with pytest.raises(SecondPersonNeeded):
                people.grant(vien, "vhxh_head", by=_who("quan"))
            with pytest.raises(SecondPersonNeeded):
                people.grant(tri, "vhxh_head", by=_who("quan"))
        finally:
            second_person._under_way.reset(token)


def test_sheet_of_people_makes_nobody_an_administrator_alone(earnest: Flask) -> None:
    from tests.service.people.filled import filled, ready, why

    sheet = filled(
        account_import.IMPORT, {"login": "mot", "name": "Lê Một", "groups": "Kế toán"},
        {"login": "hai", "name": "Lê Hai", "groups": "Quản trị hệ thống"},
    )
    trial = account_import.try_account_import("nguoi.xlsx", sheet, by=_who("quan"))
    assert len(ready(trial)) == 1 and "hai người" in next(iter(why(trial).values()))
    sheet = filled(account_import.IMPORT, {"login": "ba", "name": "Lê Ba", "groups": "Kế toán; Ủy viên Hội đồng Thi đua - Khen thưởng"})
    trial = account_import.try_account_import("nguoi.xlsx", sheet, by=_who("quan"))
    assert not ready(trial) and "hai người" in next(iter(why(trial).values()))
