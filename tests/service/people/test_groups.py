"""Groups: live memberships, the last administrator, who takes over, renaming, substitutes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from flask import Flask

from service import clock, people
from service.actor import Actor, machine, named
from service.db import db
from service.errors import Conflict, Forbidden, Invalid, NotFound

CLI = machine("cli")


def account(login: str, *groups: str) -> int:
    return people.create_account(login, login.title(), by=CLI, groups=groups)[0]


def actor(login: str) -> Actor:
    return people.actor_of(login)


def test_moving_a_person_changes_access_at_once(app: Flask) -> None:
    mai = account("mai", "vhxh")
    account("ad", "admin")
    assert actor("mai").may("vhxh")
    assert people.members_of(["vhxh"]) == [mai]
    people.revoke(mai, "vhxh", by=actor("ad"), reason="chuyển phòng")
    people.grant(mai, "clerk", by=actor("ad"))
    assert actor("mai").groups == {"clerk"}
    assert people.members_of(["vhxh"]) == []
    people.grant(mai, "vhxh", by=actor("ad"))
    assert actor("mai").groups == {"clerk", "vhxh"}


def test_a_membership_holds_between_its_days_only(app: Flask) -> None:
    mai = account("mai")
    today = clock.today()
    people.grant(
        mai, "vhxh", by=CLI, valid_from=today + timedelta(days=2), valid_to=today + timedelta(days=4)
    )
    held = []
    for _ in range(5):
        held.append(actor("mai").may("vhxh"))
        clock.move_to(clock.now() + timedelta(days=1))
    assert held == [False, False, True, True, False]


def test_granting_twice_and_unknown_groups(app: Flask) -> None:
    mai = account("mai", "vhxh")
    people.grant(mai, "vhxh", by=CLI)
    assert len(people.memberships_of([mai])[mai]) == 1
    for wrong in ("nobody", "unit", "vhxh:1", "unit:x", "unit:007"):
        with pytest.raises(Invalid):
            people.grant(mai, wrong, by=CLI)
    with pytest.raises(NotFound):
        people.grant(mai, "unit:99", by=CLI)
    with pytest.raises(NotFound):
        people.grant(999, "vhxh", by=CLI)
    with pytest.raises(NotFound):
        people.revoke(mai, "clerk", by=CLI, reason="thử")
    with pytest.raises(Invalid):
        people.revoke(mai, "vhxh", by=CLI, reason=" ")
    with pytest.raises(Invalid):
        people.grant(mai, "clerk", by=CLI, valid_from=clock.today(), valid_to=clock.today())


def test_only_an_administrator_gives_and_takes_groups(app: Flask) -> None:
    mai = account("mai", "vhxh_head")
    for act in (
        lambda: people.grant(mai, "admin", by=actor("mai")),
        lambda: people.revoke(mai, "vhxh_head", by=actor("mai"), reason="thử"),
        lambda: people.create_account("x1", "X", by=actor("mai")),
        lambda: people.disable_account(mai, by=actor("mai"), reason="thử"),
        lambda: people.reset_account(mai, by=actor("mai")),
        lambda: people.rename_group("vhxh", "A", "A", by=actor("mai")),
    ):
        with pytest.raises(Forbidden):
            act()


def test_the_last_administrator_stays(app: Flask) -> None:
    first, second = account("ad1", "admin"), account("ad2", "admin")
    people.revoke(second, "admin", by=actor("ad1"), reason="đổi việc")
    for act in (
        partial(people.revoke, first, "admin", by=CLI, reason="thử"),
        partial(people.disable_account, first, by=CLI, reason="thử"),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "last-administrator"
    people.grant(second, "admin", by=CLI, valid_to=clock.today() + timedelta(days=3))
    with pytest.raises(Conflict):  # an administrator for three days is none that can be relied on
        people.disable_account(first, by=CLI, reason="thử")
    people.grant(second, "admin", by=CLI)
    people.disable_account(first, by=actor("ad2"), reason="nghỉ hưu")
    assert people.members_of(["admin"]) == [second]


@pytest.mark.both_databases
def test_two_administrators_who_remove_each_other_leave_one(app: Flask) -> None:
    one, two = account("ad1", "admin"), account("ad2", "admin")
    both = Barrier(2)

    def remove(number: int, act: Callable[..., None]) -> str:
        with app.app_context():
            both.wait()
            try:
                act(number, by=CLI, reason="cùng lúc")
            except Conflict as refused:
                return refused.code
            finally:
                db.session.remove()
        return "done"

    for act in (people.disable_account, partial(people.revoke, group="admin")):
        with ThreadPoolExecutor(2) as pool:
            answers = [
                found.result() for found in [pool.submit(remove, number, act) for number in (one, two)]
            ]
        assert sorted(answers) == ["done", "last-administrator"]
        assert len(people.members_of(["admin"])) == 1
        for number in (one, two):
            people.enable_account(number, by=CLI, reason="lại")
            people.grant(number, "admin", by=CLI)


def test_renaming_a_group_changes_its_label_and_no_access(app: Flask) -> None:
    mai = account("mai", "vhxh")
    assert people.group_labels(["vhxh"]) == {"vhxh": "Phòng Văn hóa - Xã hội"}
    people.rename_group("vhxh", "Phòng Văn hóa, Khoa học và Xã hội", "Culture, Science and Society", by=CLI)
    assert people.group_labels(["vhxh"]) == {"vhxh": "Phòng Văn hóa, Khoa học và Xã hội"}
    assert people.group_labels(["vhxh"], "en") == {"vhxh": "Culture, Science and Society"}
    assert actor("mai").groups == {"vhxh"}
    assert people.members_of(["vhxh"]) == [mai]
    with pytest.raises(NotFound):
        people.rename_group("nobody", "A", "B", by=CLI)


def test_where_everybody_is_barred_the_named_group_falls_in_then_the_manager(app: Flask) -> None:
    officer, other = account("o1", "vhxh"), account("o2", "vhxh")
    office, head = account("vp", "vanphong"), account("tp", "vhxh_head")
    assert people.takers(["vhxh"]) == people.Takers(("vhxh",), (officer, other), "candidates")
    assert people.takers(["vhxh"], barred={officer}).accounts == (other,)
    assert people.takers(["vhxh"], barred={officer, other}) == people.Takers(
        ("vanphong",), (office,), "substitute"
    )
    assert people.takers(["vhxh"], barred={officer, other, office}) == people.Takers(
        ("vhxh_head",), (head,), "manager"
    )
    assert people.takers(["accountant"]) == people.Takers(("vhxh_head",), (head,), "manager")
    people.disable_account(head, by=CLI, reason="nghỉ")
    assert people.takers(["accountant"]) == people.Takers(("vanphong",), (office,), "manager")


def test_at_a_step_that_says_so_another_falls_in_first(app: Flask) -> None:
    head, office, deputy, chair = account("tp", "vhxh_head"), account("vp", "vanphong"), account("pct", "deputy"), account("ct", "chair")
    say = {"instead": ["deputy", "chair"]}
    assert people.takers(["vhxh_head"], **say) == people.Takers(("vhxh_head",), (head,), "candidates")
    assert people.takers(["vhxh_head"], barred={head}) == people.Takers(("vanphong",), (office,), "substitute")
    assert people.takers(["vhxh_head"], barred={head}, **say) == people.Takers(("deputy",), (deputy,), "substitute")
    assert people.takers(["vhxh_head"], barred={head, deputy}, **say) == people.Takers(("chair",), (chair,), "substitute")
    assert people.takers(["vhxh_head"], barred={head, deputy, chair}, **say).groups == ("vanphong",)


def test_who_is_named_among_groups_is_asked_himself_and_nobody_in_his_place(app: Flask) -> None:
    officer, clerk = account("o1", "vhxh"), account("vt", "clerk")
    groups = ["vhxh", named(clerk)]
    assert people.members_of(groups) == sorted([officer, clerk]) and people.members_of(groups, barred={clerk}) == [officer]
    assert actor("vt").may(*groups) and not actor("vt").may("vhxh") and people.group_labels([named(clerk)]) == {named(clerk): "Vt"}
    assert not machine("worker").may(*groups)
    people.disable_account(clerk, by=CLI, reason="nghỉ")
    assert people.members_of(groups) == [officer]


def test_nobody_of_the_offices_acts_in_the_place_of_the_chair_and_an_administrator_in_nobodys(app: Flask) -> None:
    chair, deputy, head, clerk = account("ct", "chair"), account("pct", "deputy"), account("tp", "vhxh_head"), account("vt", "clerk")
    account("qt", "admin")
    assert people.takers(["chair"], barred={chair}) == people.Takers(("deputy",), (deputy,), "substitute")
    assert people.takers(["chair"], barred={chair, deputy}) == people.Takers(("chair",), (), "nobody")
    assert people.takers(["chair"], barred={chair, deputy}, forwards=["clerk"]) == people.Takers(("clerk",), (clerk,), "forwarder")
    assert people.takers(["accountant"], barred={clerk}).accounts == (head,)
    assert people.takers(["accountant"], barred={head}) == people.Takers(("accountant",), (), "nobody")


def test_people_work_under_who_leads_their_office_or_their_own_unit(app: Flask) -> None:
    one, other = (people.create_unit(code, code, kind="school", by=CLI) for code in ("TR-A", "TR-B"))
    head, officer = account("tp", "vhxh_head"), account("cb", "vhxh")
    principal, teacher, stranger = account("ht", f"unit_head:{one}"), account("gv", f"unit:{one}"), account("la", f"unit:{other}")
    assert people.led_by([head]) == {officer} and people.led_by([principal]) == {teacher}
    assert people.led_by([officer, teacher, stranger]) == people.led_by([]) == set()


def test_a_substitute_holds_the_group_between_the_days_and_says_for_whom(app: Flask) -> None:
    chair, deputy = account("ct", "chair", "member"), account("pct", "deputy")
    today = clock.today()
    people.name_substitute(
        chair, deputy, by=actor("ct"), since=today, until=today + timedelta(days=1), reason="đi công tác"
    )
    acting = actor("pct")
    assert acting.groups == {"chair", "deputy"}  # and not `member`: a ballot is never lent
    assert acting.substitutes == (("chair", chair),)
    assert people.behalf_of(acting, "chair") == chair
    assert people.behalf_of(acting, "deputy", "chair") is None
    assert people.behalf_of(actor("ct"), "chair") is None
    assert people.members_of(["chair"]) == [chair, deputy]
    assert people.allowed(acting, "decision.sign")
    clock.move_to(clock.now() + timedelta(days=2))
    assert actor("pct").groups == {"deputy"}
    assert people.members_of(["chair"]) == [chair]


def test_substitution_does_not_chain(app: Flask) -> None:
    one, two, three = account("c1", "chair"), account("c2", "deputy"), account("c3", "clerk")
    today = clock.today()
    for absent, instead in ((one, two), (two, three)):
        people.name_substitute(absent, instead, by=CLI, since=today, until=today, reason="vắng")
    assert actor("c2").groups == {"deputy", "chair"}
    assert actor("c3").groups == {"clerk", "deputy"}
    assert people.members_of(["chair"]) == [one, two]


def test_substitution_for_one_group_ends_early_and_with_the_membership(app: Flask) -> None:
    head, office = account("tp", "vhxh_head", "vhxh"), account("vp", "vanphong")
    today = clock.today()
    number = people.name_substitute(
        head, office, by=CLI, since=today, until=today, reason="nghỉ phép", group="vhxh_head"
    )
    assert actor("vp").groups == {"vanphong", "vhxh_head"}
    people.revoke(head, "vhxh_head", by=CLI, reason="thôi giữ chức")
    assert actor("vp").groups == {"vanphong"}
    people.grant(head, "vhxh_head", by=CLI)
    assert actor("vp").groups == {"vanphong", "vhxh_head"}
    assert [row.substitute_name for row in people.list_substitutions(by=actor("tp"), account=head)] == ["Vp"]
    people.end_substitution(number, by=actor("tp"), reason="đã về")
    assert actor("vp").groups == {"vanphong"}
    with pytest.raises(NotFound):
        people.end_substitution(number, by=actor("tp"), reason="lần nữa")


def test_bad_substitutions_are_refused(app: Flask) -> None:
    chair, deputy, other = account("ct", "chair", "member"), account("pct", "deputy"), account("kh", "clerk")
    today = clock.today()
    given = {"by": CLI, "since": today, "until": today, "reason": "vắng"}
    people.name_substitute(chair, deputy, **given)  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        people.name_substitute(chair, deputy, **given)  # type: ignore[arg-type]
    for change in (
        {"reason": " "},
        {"until": today - timedelta(days=1)},
        {"group": "member"},
        {"group": "clerk"},
    ):
        with pytest.raises(Invalid):
            people.name_substitute(chair, other, **(given | change))  # type: ignore[arg-type]
    with pytest.raises(Invalid):
        people.name_substitute(chair, chair, **given)  # type: ignore[arg-type]
    with pytest.raises(Forbidden):
        people.name_substitute(chair, other, **(given | {"by": actor("kh")}))  # type: ignore[arg-type]
    people.disable_account(other, by=CLI, reason="nghỉ")
    with pytest.raises(Invalid):
        people.name_substitute(chair, other, **given)  # type: ignore[arg-type]


def test_accounts_are_listed_by_given_name_and_found_without_diacritics(app: Flask) -> None:
    for login, name in (
        ("b", "Đỗ Hừng Đông"),
        ("a", "Trần Văn Ánh"),
        ("c", "Hoàng Bình Minh"),
        ("d", "Lê An"),
    ):
        people.create_account(f"{login}1", name, by=CLI)
    listed, count = people.list_accounts(by=CLI)
    assert [person.name for person in listed] == ["Lê An", "Trần Văn Ánh", "Đỗ Hừng Đông", "Hoàng Bình Minh"]
    assert count == 4
    for text, found in (("hoang", ["c1"]), ("do hung", ["b1"]), ("ÐỖ", ["b1"]), ("%", []), ("A1", ["a1"])):
        assert [person.login for person in people.list_accounts(by=CLI, text=text)[0]] == found
    page, _ = people.list_accounts(by=CLI, size=2, page=2)
    assert [person.name for person in page] == ["Đỗ Hừng Đông", "Hoàng Bình Minh"]
    with pytest.raises(Forbidden):
        people.list_accounts(by=actor("a1"))


def test_an_account_is_changed_and_bad_fields_refused(app: Flask) -> None:
    mai = account("mai", "vhxh")
    people.edit_account(mai, by=CLI, name="Lê  Ban Mai", title="Chuyên viên", email="mai@mau.vn")
    person = people.find_account("MAI")
    assert (person.name, person.title, person.email) == ("Lê Ban Mai", "Chuyên viên", "mai@mau.vn")
    assert people.names([mai]) == {mai: "Lê Ban Mai"}
    people.set_locale("en", by=actor("mai"))
    assert people.accounts_of([mai])[mai].locale == "en"
    with pytest.raises(Invalid):
        people.set_locale("fr", by=actor("mai"))
    for wrong in ({"name": " "}, {"email": "không phải"}):
        with pytest.raises(Invalid):
            people.edit_account(mai, by=CLI, **wrong)
    with pytest.raises(NotFound):
        people.edit_account(999, by=CLI, name="Ai")
