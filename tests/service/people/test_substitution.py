"""Substitutes: whom a person may name for himself, for which processes, who may sign in whose place, who counts as free."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from service import clock, people, trail
from service.actor import Actor, Lent, machine
from service.awards import lists
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.people import signing
from service.people.groups import catalogue, houses
from service.trail import Event

CLI = machine("cli")


def account(login: str, *groups: str) -> int:
    return people.create_account(login, login.title(), by=CLI, groups=groups)[0]


def actor(login: str) -> Actor:
    return people.actor_of(login)


def days(*, by: Actor = CLI, last: int = 3, **more: Any) -> dict[str, Any]:
    """From today to a day, by somebody, for a reason."""
    return {"by": by, "since": clock.today(), "until": clock.today() + timedelta(days=last), "reason": "nghỉ phép", **more}


def test_the_table_of_signing_names_posts_and_papers_that_there_are(app: Flask) -> None:
    from service.papers.kinds import paper_kinds, posts

    for post in signing.posts_that_sign().values():
        assert catalogue()[post.group].lendable
        assert set(post.lists) <= lists.KINDS.keys()
        assert post.name in {one.post for one in posts().values() if one.group == post.group}
    for stand in signing.stands():
        word, _, unit = stand.by.partition(":")
        assert stand.group in signing.posts_that_sign() and catalogue()[word].scoped is bool(unit)
        assert set(stand.papers) <= paper_kinds().keys() and stand.form in ("KT", "TUQ")


def test_the_deputy_signs_kt_the_head_of_the_office_some_papers_by_authorisation_and_nobody_else(app: Flask) -> None:
    chair, deputy, head, clerk = account("ct", "chair"), account("pct", "deputy"), account("tp", "vhxh_head"), account("vt", "clerk")
    for instead in (deputy, head):
        people.name_substitute(chair, instead, **days(by=actor("ct")))
    with pytest.raises(Invalid) as refused:
        people.name_substitute(chair, clerk, **days(by=actor("ct")))
    assert [fault.path for fault in refused.value.faults] == ["substitute"]
    assert people.signs_as(actor("ct"), "chair", "decision") == "CHỦ TỊCH"
    assert people.signs_as(actor("pct"), "chair", "decision") == "KT. CHỦ TỊCH"
    assert people.signs_as(actor("tp"), "chair", "correction_letter") == "TUQ. CHỦ TỊCH"
    for login, paper in (("tp", "decision"), ("vt", "correction_letter")):
        with pytest.raises(Forbidden) as kept:
            people.signs_as(actor(login), "chair", paper)
        assert kept.value.code == "no-post-to-sign"


def test_a_post_that_signs_no_list_is_lent_to_anybody_and_only_its_deputy_signs_for_it(app: Flask) -> None:
    office = people.create_unit("VHXH", "Phòng Văn hóa - Xã hội", kind="commune_body", by=CLI)
    head, deputy, officer = account("tp", "vhxh_head"), account("ptp", f"unit_deputy:{office}"), account("cb", "vhxh")
    for instead in (deputy, officer):
        people.name_substitute(head, instead, **days(by=actor("tp")))
    assert actor("cb").may("vhxh_head") and people.signs_as(actor("ptp"), "vhxh_head", "petition_answer") == "KT. TRƯỞNG PHÒNG"
    with pytest.raises(Forbidden):
        people.signs_as(actor("cb"), "vhxh_head", "petition_answer")
    assert people.stand_ins("vhxh_head", "petition_answer") == [f"unit_deputy:{office}"]


def test_nobody_passes_on_what_he_was_authorised_to_sign(app: Flask) -> None:
    """The deputy's own substitute holds the deputy's work, and is no deputy (Decree 30/2020, Art. 13.3)."""
    deputy, clerk = account("pct", "deputy"), account("vt", "clerk")
    people.name_substitute(deputy, clerk, **days(by=actor("pct")))
    assert actor("vt").may("deputy") and "deputy" not in actor("vt").own
    with pytest.raises(Forbidden):
        people.signs_as(actor("vt"), "chair", "decision")


def test_a_post_that_signs_is_lent_to_another_for_work_in_which_nothing_is_signed(app: Flask) -> None:
    chair, clerk = account("ct", "chair"), account("vt", "clerk")
    with pytest.raises(Invalid):
        people.name_substitute(chair, clerk, **days(processes=["petition", "decision"]))
    people.name_substitute(chair, clerk, **days(processes=["petition"]))
    assert not actor("vt").may("chair") and actor("vt").within("petition").may("chair")


def test_a_deputy_of_these_days_is_asked_for_not_one_of_others(app: Flask) -> None:
    chair, deputy = account("ct", "chair"), account("pct")
    people.grant(deputy, "deputy", by=CLI, valid_from=clock.today() + timedelta(days=10))
    with pytest.raises(Invalid):
        people.name_substitute(chair, deputy, **days())
    people.name_substitute(chair, deputy, **days(last=20))


def test_somebody_names_people_of_his_own_house_and_the_administration_anybody(app: Flask) -> None:
    one, other = (people.create_unit(code, name, kind="school", by=CLI) for code, name in (("TR-A", "Trường A"), ("TR-B", "Trường B")))
    head, teacher, stranger = account("ht", f"unit_head:{one}"), account("gv", f"unit:{one}"), account("la", f"unit:{other}")
    officer, clerk, province = account("cb", "vhxh"), account("vt", "clerk"), account("tinh", "province")
    assert people.substitutes_for(actor("ht")) == {teacher: "Gv"}
    assert set(people.substitutes_for(actor("cb"))) == {clerk}
    people.name_substitute(head, teacher, **days(by=actor("ht")))
    people.name_substitute(officer, clerk, **days(by=actor("cb")))
    for who, by, instead in ((head, "ht", stranger), (officer, "cb", province), (officer, "cb", teacher)):
        with pytest.raises(Invalid):
            people.name_substitute(who, instead, **days(by=actor(by)))
    people.name_substitute(head, stranger, **days())
    assert houses(["vhxh", "clerk"]) == {"office"} and houses(["province", "unit:7"]) == {"province", "unit:7"}


def test_who_holds_nothing_that_can_be_lent_names_nobody(app: Flask) -> None:
    clerk = account("vt", "clerk")
    inspector = account("tt", "inspector", "member")
    with pytest.raises(Forbidden) as refused:
        people.name_substitute(inspector, clerk, **days(by=actor("tt")))
    assert refused.value.code == "nothing-to-lend"
    people.grant(inspector, "accountant", by=CLI)
    people.name_substitute(inspector, clerk, **days(by=actor("tt")))
    assert people.lends(actor("tt")) == ("accountant",) and actor("vt").groups == {"clerk", "accountant"}
    assert people.lends(actor("vt")) == ("clerk",)  # nothing is lent on


def test_some_processes_are_named_by_their_words_and_count_within_them_only(app: Flask) -> None:
    officer, clerk = account("cb", "vhxh"), account("vt", "clerk")
    with pytest.raises(Invalid) as refused:
        people.name_substitute(officer, clerk, **days(processes=["posting", "nowhere"]))
    assert [fault.path for fault in refused.value.faults] == ["processes"]
    number = people.name_substitute(officer, clerk, **days(processes=["posting"]))
    with pytest.raises(Conflict):
        people.name_substitute(officer, clerk, **days(processes=["posting", "petition"]))
    with pytest.raises(Conflict):
        people.name_substitute(officer, clerk, **days())
    people.name_substitute(officer, clerk, **days(processes=["petition"]))
    by = actor("vt")
    assert by.groups == {"clerk"} == by.own and not people.allowed(by, "posting.post") and not by.substitutes
    within = by.within("posting")
    assert within.groups == {"clerk", "vhxh"} and within.substitutes == (("vhxh", officer),)
    assert people.behalf_of(within, "vhxh") == officer
    assert by.within("decision").groups == {"clerk"}
    assert people.members_of(["vhxh"]) == [officer]
    assert people.members_of(["vhxh"], process="posting") == [officer, clerk]
    assert people.takers(["vhxh"], barred={officer}, process="decision").how != "candidates"
    (standing, _other) = people.list_substitutions(by=actor("cb"), account=officer)
    assert (standing.id, standing.processes) == (number, ("posting",))


def test_who_holds_a_group_only_for_a_barred_person_is_barred_with_him(app: Flask) -> None:
    officer, clerk, other = account("cb", "vhxh"), account("vt", "clerk"), account("cb2", "vhxh")
    account("vp", "vanphong")
    people.name_substitute(officer, clerk, **days())
    assert people.takers(["vhxh"], barred={other}).accounts == (officer, clerk)
    assert people.takers(["vhxh"], barred={officer}).accounts == (other,)
    assert people.takers(["vhxh"], barred={officer, other}).how == "substitute"
    assert people.members_of(["vhxh"], barred={officer}) == [other]
    assert people.standing_in_for(officer, ["vhxh"]) == [clerk]
    assert people.standing_in_for(officer, ["vhxh"], barred={officer}) == []
    people.name_substitute(other, clerk, **days())
    assert people.takers(["vhxh"], barred={officer}).accounts == (clerk, other)  # for the one who is free
    assert actor("vt").free_of({officer}).may("vhxh") and not actor("vt").free_of({officer, other}).may("vhxh")


def test_a_right_held_only_for_a_barred_person_is_refused(app: Flask) -> None:
    chair, deputy, second = account("ct", "chair"), account("pct", "deputy"), account("pct2", "deputy")
    people.name_substitute(chair, deputy, **days())
    people.require(actor("pct"), "package.sign")
    people.require(actor("pct"), "decision.sign", barred={second})
    people.require(actor("pct"), "decision.sign", barred={chair})  # as the deputy who falls in
    officer, clerk, colleague = account("cb", "vhxh"), account("vt", "clerk"), account("cb2", "vhxh")
    people.name_substitute(officer, clerk, **days())
    people.require(actor("vt"), "posting.post", barred={colleague})
    with pytest.raises(Forbidden) as refused:
        people.require(actor("vt"), "posting.post", barred={officer})
    assert refused.value.code == "own-case"


def test_a_colleague_stands_in_beside_his_own_work(app: Flask) -> None:
    officer, colleague = account("cb", "vhxh"), account("cb2", "vhxh")
    people.name_substitute(officer, colleague, **days())
    by = actor("cb2")
    assert by.substitutes == () and by.own == {"vhxh"} and by.lent == (Lent("vhxh", officer),)
    assert people.behalf_of(by, "vhxh") is None
    assert by.free_of({officer}).groups == {"vhxh"}


def test_an_end_is_the_absent_persons_and_unknown_to_others(app: Flask) -> None:
    officer, clerk, third = account("cb", "vhxh"), account("vt", "clerk"), account("kt", "accountant")
    number = people.name_substitute(officer, clerk, **days(by=actor("cb")))
    with pytest.raises(Forbidden):
        people.end_substitution(number, by=actor("vt"), reason="không rảnh")
    with pytest.raises(NotFound):
        people.end_substitution(number, by=actor("kt"), reason="thử")
    with pytest.raises(NotFound):
        people.read_own_substitution(number, by=actor("vt"))
    people.end_substitution(number, by=actor("cb"), reason="về sớm")
    named, ended = (_entry(kind, officer) for kind in ("account:substituted", "account:substitution_ended"))
    assert trail.sentence(named).startswith("Cb cử Vt xử lý thay Cb, từ ")
    assert trail.sentence(ended) == "Cb kết thúc việc Vt xử lý thay Cb."
    assert third


def _entry(kind: str, of: int) -> Event:
    (found,) = [event for event in trail.read(stream=f"account:{of}", limit=50).events if event.kind == kind]
    return found
