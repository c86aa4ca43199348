"""The life of an index set: drafted, opened (frozen, units told), closed, published, opened again; copied to a new year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from service import notices, trail
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.movement import index
from tests.journeys.office import Office
from tests.service.movement.index.made import DRILLS, DUE, GOV, SIGNED, accept, drafted, opened, send


def _kinds(number: int) -> list[str]:
    return [event.kind for event in trail.read(stream=f"index:{number}", limit=200, oldest_first=True).events]


def _told(office: Office, login: str) -> list[str]:
    return [one.letter for one in notices.own_notices(by=office.who(login), language="vi").items if one.letter.startswith("index_")]


def test_a_set_is_drafted_and_changed_and_each_act_stands_in_its_trail(office: Office) -> None:
    number = drafted(office)
    by = office.who("vhxh")
    index.put_indicator(number, replace(SIGNED, maximum="20"), by=by)
    index.put_indicator(number, replace(SIGNED, maximum="20"), by=by)
    index.drop_indicator(number, "1.2", by=by)
    index.change_set(number, year=2026, name="Bộ chỉ số xã", name_en="The index", basis="Đề xuất", by=by)
    content = index.read_set(number, by=by)
    assert [one.code for one in content.indicators] == ["1.1", "2.1", "2.2"] and content.indicator("1.1").maximum == "20"
    assert _kinds(number) == [
        "index:made", *["index:pillar_put"] * 2, *["index:indicator_put"] * 5, "index:indicator_dropped", "index:changed",
    ]
    with pytest.raises(Conflict, match="has indicators"):
        index.drop_pillar(number, "1", by=by)


def test_a_year_has_one_set_and_only_who_runs_it_makes_it(office: Office) -> None:
    drafted(office)
    with pytest.raises(Conflict):
        index.make_set(2026, "Bộ khác", "Another", by=office.who("vhxh"))
    for login in ("donvi", "thutruong", "vanphong", "thanhtra", "quantri", "chutich"):
        with pytest.raises(Forbidden):
            index.make_set(2027, "Bộ khác", "Another", by=office.who(login))


def test_a_draft_is_the_offices_until_it_is_opened(office: Office) -> None:
    number = drafted(office)
    assert index.read_set(number, by=office.who("thanhtra")).row.state == "draft"
    with pytest.raises(NotFound):
        index.read_set(number, by=office.who("donvi"))
    assert index.list_sets(by=office.who("donvi")) == []
    index.open_set(number, DUE, units=[office.units["DONG-MAY"]], by=office.who("vhxh"))
    assert index.read_set(number, by=office.who("donvi")).row.state == "open"
    for login in ("uv1", "congan", "tinh"):
        with pytest.raises(Forbidden):
            index.read_set(number, by=office.who(login))


def test_what_is_opened_changes_no_more_and_its_units_are_told(office: Office) -> None:
    number = opened(office)
    by = office.who("vhxh")
    for act in (
        lambda: index.put_indicator(number, DRILLS, by=by), lambda: index.put_pillar(number, GOV, by=by),
        lambda: index.drop_indicator(number, "1.1", by=by), lambda: index.open_set(number, DUE, by=by),
        lambda: index.change_set(number, year=2028, name="x", name_en="x", basis="", by=by),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "index-frozen"
    assert _told(office, "donvi") == ["index_opened"] and _told(office, "donvi2") == ["index_opened"] and not _told(office, "dv04")


def test_what_is_not_ready_is_not_opened(office: Office) -> None:
    by = office.who("vhxh")
    number = index.make_set(2026, "Bộ chỉ số", "The index", by=by)
    with pytest.raises(Invalid):
        index.open_set(number, DUE, by=by)
    index.put_pillar(number, GOV, by=by)
    with pytest.raises(Invalid, match="needs an indicator"):
        index.open_set(number, DUE, by=by)
    index.put_indicator(number, SIGNED, by=by)
    with pytest.raises(Invalid, match="passed"):
        index.open_set(number, date(2026, 1, 1), by=by)
    with pytest.raises(Invalid):
        index.open_set(number, DUE, units=[], by=by)
    index.open_set(number, DUE, by=by)
    assert len(index.read_set(number, by=by).row.units) > 10


def test_a_new_year_copies_the_set_and_says_from_which(office: Office) -> None:
    number = opened(office)
    by = office.who("vhxh")
    copied = index.copy_set(number, 2027, by=by)
    content = index.read_set(copied, by=by)
    assert (content.row.copied_from, content.row.state, content.row.units) == (number, "draft", [])
    assert [(one.code, one.formula, one.parameters) for one in content.indicators] == [
        ("1.1", "ky_so / tong * 100", {}), ("1.2", "buoi * he_so", {"he_so": "2"}), ("2.1", "buoi", {}), ("2.2", "buoi", {}),
    ]
    index.put_indicator(copied, replace(SIGNED, full="90"), by=by)
    assert index.read_set(number, by=by).indicator("1.1").full == "100"
    with pytest.raises(Conflict):
        index.copy_set(number, 2027, by=by)


def test_results_are_published_by_the_head_when_all_is_decided(office: Office) -> None:
    number = opened(office)
    value = send(office, number, "1.1", ky_so=3, tong=4)
    head, officer = office.who("truongphong"), office.who("vhxh")
    with pytest.raises(Conflict, match="Close"):
        index.publish_set(number, by=head)
    index.close_set(number, "Hết hạn", by=officer)
    with pytest.raises(Conflict, match="1 value neither accepted nor left out"):
        index.publish_set(number, by=head)
    accept(office, value)
    with pytest.raises(Forbidden):
        index.publish_set(number, by=officer)
    with pytest.raises(Conflict) as refused:
        index.results_of(index.read_set(number, by=office.who("donvi")), by=office.who("donvi"))
    assert refused.value.code == "index-unpublished"
    index.publish_set(number, by=head)
    assert index.results_of(index.read_set(number, by=office.who("donvi")), by=office.who("donvi")).units[0].place == 1
    assert _told(office, "donvi") == ["index_published", "index_opened"]
    index.reopen_set(number, "Nhập nhầm", by=head)
    assert index.read_set(number, by=head).row.state == "open"
    with pytest.raises(Invalid):
        index.close_set(number, " ", by=officer)
