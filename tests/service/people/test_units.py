"""Units: dated names, renaming, merging, the tree, order and search."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from service import clock, people
from service.actor import machine
from service.errors import Conflict, Forbidden, Invalid, NotFound

CLI = machine("cli")
LONG_AGO = date(2020, 1, 1)


def unit(code: str, name: str, kind: str = "village", **more: object) -> int:
    return people.create_unit(code, name, kind, by=CLI, since=LONG_AGO, **more)  # type: ignore[arg-type]


def test_a_unit_keeps_the_name_of_each_day(app: Flask) -> None:
    hill = unit("doi-sim", "Thôn Đồi Sim")
    people.rename_unit(hill, "Thôn Đồi Sim Hạ", since=date(2026, 7, 1), by=CLI, basis="NQ 12/NQ-HĐND")
    assert people.unit_name(hill, date(2019, 1, 1)) == "Thôn Đồi Sim"
    assert people.unit_name(hill, date(2026, 6, 30)) == "Thôn Đồi Sim"
    assert people.unit_name(hill, date(2026, 7, 1)) == "Thôn Đồi Sim Hạ"
    assert people.unit_name(hill) == people.find_unit(hill).name == "Thôn Đồi Sim Hạ"
    assert [name.name for name in people.names_of_unit(hill)] == ["Thôn Đồi Sim", "Thôn Đồi Sim Hạ"]
    assert [view.id for view in people.list_units(text="doi sim ha")] == [hill]
    assert [view.id for view in people.list_units(text="thon doi sim")] == [hill]


def test_a_renaming_of_the_future_or_before_the_present_name_is_refused(app: Flask) -> None:
    hill = unit("doi-sim", "Thôn Đồi Sim")
    for day in (clock.today() + timedelta(days=1), LONG_AGO):
        with pytest.raises(Invalid):
            people.rename_unit(hill, "Tên khác", since=day, by=CLI)
    with pytest.raises(Invalid):
        people.rename_unit(hill, "  ", since=clock.today(), by=CLI)
    with pytest.raises(NotFound):
        people.rename_unit(999, "Tên khác", since=clock.today(), by=CLI)


def test_tasks_of_a_merged_unit_reach_the_successors_people(app: Flask) -> None:
    old, heir = unit("suoi", "Thôn Suối"), unit("rung", "Thôn Rừng")
    filer, _ = people.create_account("nguoi", "Đinh Văn Suối", by=CLI, groups=[f"unit:{old}"])
    head, _ = people.create_account("truong", "Đinh Văn Rừng", by=CLI, groups=[f"unit_head:{heir}"])
    former, _ = people.create_account("cu", "Đinh Văn Cũ", by=CLI, groups=[f"unit_head:{old}"])
    assert people.actor_of(head).groups == {f"unit_head:{heir}"}
    people.dissolve_unit(old, on=clock.today(), successor=heir, by=CLI, reason="QĐ 45/QĐ-UBND")
    assert people.current_unit(old) == heir
    assert people.members_of([f"unit_head:{old}"]) == [head]
    assert people.members_of([f"unit:{old}"]) == [filer]
    assert people.actor_of(head).groups == {f"unit_head:{heir}", f"unit_head:{old}"}
    assert people.actor_of(filer).groups == {f"unit:{heir}", f"unit:{old}"}
    assert people.actor_of(former).groups == frozenset()
    assert people.resolve(["successor_head"], unit=old) == (f"unit_head:{heir}",)
    assert [view.id for view in people.list_units()] == [heir]
    assert {view.id for view in people.list_units(ended=True)} == {old, heir}


def test_successors_follow_on_and_end(app: Flask) -> None:
    first, second, third = unit("a1", "Một"), unit("b2", "Hai"), unit("c3", "Ba")
    people.dissolve_unit(first, on=clock.today(), successor=second, by=CLI, reason="sáp nhập")
    people.dissolve_unit(second, on=clock.today(), successor=third, by=CLI, reason="sáp nhập")
    assert people.current_unit(first) == people.current_unit(second) == third
    assert people.find_unit(first).successor == second
    with pytest.raises(Conflict):
        people.dissolve_unit(first, on=clock.today(), successor=third, by=CLI, reason="lần nữa")
    for wrong in (third, first):
        with pytest.raises(Invalid):
            people.dissolve_unit(third, on=clock.today(), successor=wrong, by=CLI, reason="vòng")
    with pytest.raises(Invalid):
        people.dissolve_unit(third, on=clock.today() + timedelta(days=1), by=CLI, reason="mai sau")
    member, _ = people.create_account("ai", "Ai Đó", by=CLI)
    with pytest.raises(Conflict):
        people.grant(member, f"unit:{first}", by=CLI)
    people.dissolve_unit(third, on=clock.today(), by=CLI, reason="giải thể")
    assert people.current_unit(third) == third


def test_people_belong_to_several_units_by_day(app: Flask) -> None:
    one, two = unit("a1", "Một"), unit("b2", "Hai")
    mai, _ = people.create_account("mai", "Lê Ban Mai", by=CLI, groups=[f"unit:{one}", f"unit_head:{two}"])
    assert people.actor_of(mai).units == {one, two}
    people.revoke(mai, f"unit:{one}", by=CLI, reason="thôi")
    assert people.actor_of(mai).units == {two}
    assert people.people_of_unit(two) == [mai]
    assert people.people_of_unit(one) == []
    labels = people.group_labels([f"unit_head:{two}"])
    assert labels == {f"unit_head:{two}": "Thủ trưởng đơn vị: Hai"}


def test_the_tree_stands_in_vietnamese_order(app: Flask) -> None:
    top = unit("xa", "UBND xã", "commune_body")
    for code, name in (
        ("v3", "Thôn Đồi Sim"),
        ("v2", "Thôn Dốc Đá"),
        ("v1", "Thôn Ánh Sáng"),
        ("v4", "Thôn Gió"),
    ):
        unit(code, name, parent=top)
    assert [(depth, view.name) for depth, view in people.unit_tree()] == [
        (0, "UBND xã"),
        (1, "Thôn Ánh Sáng"),
        (1, "Thôn Dốc Đá"),
        (1, "Thôn Đồi Sim"),
        (1, "Thôn Gió"),
    ]
    village = people.unit_by_code("v1")
    assert village is not None
    with pytest.raises(Invalid):
        people.move_unit(top, village, by=CLI)
    people.move_unit(village, None, by=CLI)
    assert [depth for depth, _ in people.unit_tree()] == [0, 0, 1, 1, 1]


def test_a_unit_is_changed_and_bad_fields_refused(app: Flask) -> None:
    hill = unit("doi-sim", "Thôn Đồi Sim")
    people.edit_unit(hill, by=CLI, contact="Phạm Hừng Đông", phone="0900 000 131", subject_group="B")
    view = people.find_unit(hill)
    assert (view.contact, view.phone, view.subject_group) == ("Phạm Hừng Đông", "0900 000 131", "B")
    assert [found.id for found in people.list_units(kind="village", subject_group="B")] == [hill]
    assert people.list_units(kind="school") == []
    for wrong in ({"kind": "castle"}, {"subject_group": "E"}):
        with pytest.raises(Invalid):
            people.edit_unit(hill, by=CLI, **wrong)
    with pytest.raises(Conflict):
        unit("doi-sim", "Tên khác")
    with pytest.raises(Invalid):
        unit("Đồi", "Tên khác")
    people.create_account("mai", "Lê Ban Mai", by=CLI, groups=["vhxh"])
    with pytest.raises(Forbidden):
        people.edit_unit(hill, by=people.actor_of("mai"), contact="Ai")
    assert people.units_of([hill, 999]).keys() == {hill}


def test_a_unit_is_found_by_code_and_by_its_whole_name(app: Flask) -> None:
    hill = unit("doi-sim", "Thôn Đồi Sim")
    unit("doi-sim-2", "Thôn Đồi Sim Hạ")
    assert people.unit_by_code("Doi-Sim") == hill
    assert people.unit_by_code("khac") is None
    assert people.unit_named("thôn  đồi sim") == hill
    assert people.unit_named("Thôn Doi Sim") is None
    assert people.unit_named("Đồi Sim") is None
