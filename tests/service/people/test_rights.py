"""The matrix of rights: deny by default, rights of a unit for that unit only, nobody on himself."""

from __future__ import annotations

import pytest
from flask import Flask

from service import people
from service.actor import Actor, machine
from service.errors import Forbidden
from service.people import groups

CLI = machine("cli")


def person(*held: str, account: int = 1, must_change: bool = False) -> Actor:
    return Actor(account, "ai", "Ai", frozenset(held), must_change=must_change)


def test_every_act_names_known_groups_an_area_and_words() -> None:
    areas = {area.word for area in people.areas()}
    for act in people.acts().values():
        assert act.groups
        assert set(act.groups) <= set(people.catalogue()) | {"everyone"}, act.word
        assert act.area in areas
        assert act.label
        assert act.label_en
        for granted in act.processes.values():
            assert set(granted) <= set(people.catalogue())
    for group in people.catalogue().values():
        assert group.fallback is None or group.fallback in people.catalogue()


def test_a_right_of_the_office_and_no_other() -> None:
    assert people.allowed(person("chair"), "decision.sign")
    assert not people.allowed(person("deputy", "vhxh", "admin"), "decision.sign")
    assert not people.allowed(person(), "decision.sign")
    assert people.allowed(person(), "round.read")
    assert not people.allowed(machine("worker"), "round.read")
    assert not people.allowed(person("chair", must_change=True), "round.read")


def test_an_unknown_act_is_a_programming_error() -> None:
    with pytest.raises(LookupError):
        people.allowed(person("admin"), "decision.burn")


def test_a_right_of_a_unit_counts_for_that_unit_only() -> None:
    head = person("unit_head:7")
    assert people.allowed(head, "submission.sign", unit=7)
    assert not people.allowed(head, "submission.sign", unit=8)
    assert people.allowed(head, "submission.sign")
    assert not people.allowed(head, "decision.sign")
    assert people.allowed(person("agency:3"), "opinion_letter.answer", unit=3)
    assert not people.allowed(person("agency:3"), "opinion_letter.answer", unit=4)
    assert people.allowed(person("vhxh"), "opinion_letter.enter", unit=4)


def test_to_require_a_right_of_a_unit_names_the_unit(app: Flask) -> None:
    head = person("unit_head:7")
    people.require(head, "submission.sign", unit=7)
    for unit in (8, None):
        with pytest.raises(Forbidden):
            people.require(head, "submission.sign", unit=unit)


def test_a_right_of_one_process_is_not_one_of_another() -> None:
    unit = person("unit:7")
    assert people.allowed(unit, "process.start", unit=7, process="nomination_case")
    assert not people.allowed(unit, "process.start", unit=7, process="bench")
    assert people.allowed(person("admin"), "process.start", process="bench")
    assert not people.allowed(person("admin"), "process.start", process="nomination_case")


def test_a_refusal_names_the_act_and_whose_it_is(app: Flask) -> None:
    people.require(person("clerk"), "decision.issue")
    with pytest.raises(Forbidden) as refused:
        people.require(person("vhxh"), "decision.issue")
    assert refused.value.message == "Bạn chưa có quyền: Cho số, đóng dấu quyết định. Việc này của: Văn thư."


def test_the_command_line_administers_and_signs_nothing() -> None:
    assert people.allowed(CLI, "account.edit")
    assert not people.allowed(CLI, "decision.sign")
    assert not people.allowed(machine("worker"), "account.edit")


def test_nobody_acts_on_his_own_case_and_the_deputy_falls_in_only_then(app: Flask) -> None:
    chair, _ = people.create_account("ct", "Hồ Đại Ngàn", by=CLI, groups=["chair"])
    people.create_account("pct", "Võ Trường Sơn", by=CLI, groups=["deputy"])
    people.require(people.actor_of("ct"), "decision.sign")
    with pytest.raises(Forbidden) as own:
        people.require(people.actor_of("ct"), "decision.sign", barred={chair})
    assert own.value.code == "own-case"
    people.require(people.actor_of("pct"), "decision.sign", barred={chair})
    for barred in (set(), {999}):
        with pytest.raises(Forbidden):
            people.require(people.actor_of("pct"), "decision.sign", barred=barred)


def test_for_a_barred_head_the_units_own_deputy_signs(app: Flask) -> None:
    here = people.create_unit("dong-may", "Trường TH&THCS Đồng Mây", "school", by=CLI)
    there = people.create_unit("ban-mai", "Trường Mầm non Ban Mai", "school", by=CLI)
    head, _ = people.create_account("ht", "Hồ Thu Nắng", by=CLI, groups=[f"unit_head:{here}"])
    people.create_account("pho", "Lê Cát Tường", by=CLI, groups=[f"unit_deputy:{here}"])
    people.create_account("pho2", "Lê Bình An", by=CLI, groups=[f"unit_deputy:{there}"])
    people.require(people.actor_of("ht"), "submission.sign", unit=here)
    people.require(people.actor_of("pho"), "submission.sign", unit=here, barred={head})
    with pytest.raises(Forbidden):
        people.require(people.actor_of("pho"), "submission.sign", unit=here)
    with pytest.raises(Forbidden):
        people.require(people.actor_of("pho2"), "submission.sign", unit=here, barred={head})


def test_candidates_of_a_diagram_are_bound_to_the_unit(app: Flask) -> None:
    unit = people.create_unit("dong-may", "Trường TH&THCS Đồng Mây", "school", by=CLI)
    assert people.resolve(["unit", "vhxh"], unit=unit) == (f"unit:{unit}", "vhxh")
    assert people.resolve(["successor_head"], unit=unit) == (f"unit_head:{unit}",)
    assert people.resolve(["agency"], unit=unit, agency=5) == ("agency:5",)
    assert "successor_head" in people.candidate_words()
    assert groups.fallback("clerk") == "vanphong"
    assert groups.fallback("admin") is None
