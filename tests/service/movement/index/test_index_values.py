"""Values: a unit sends its own with evidence, the office accepts or returns each; ranked with ties alike; what is whose is kept apart."""

from __future__ import annotations

from decimal import Decimal

import pytest

from service import clock, notices, people, trail
from service.awards import sight
from service.awards.files import attach_file
from service.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from service.movement import index
from service.movement.index import WHOLE
from tests.journeys.office import PDF, Office
from tests.service.movement.index.made import UNITS, accept, opened, send


def _of(office: Office, number: int, login: str = "vhxh") -> dict[tuple[str, int], str]:
    content = index.read_set(number, by=office.who(login))
    codes = {one.id: one.code for one in content.indicators}
    return {(codes[one.indicator_id], one.unit_id): one.state for one in index.values_of(content, by=office.who(login))}


def test_a_value_is_sent_returned_with_a_reason_and_sent_again(office: Office) -> None:
    number = opened(office)
    unit = office.units["DONG-MAY"]
    value = send(office, number, "1.1", ky_so="30", tong="40,5")
    index.return_value(value, "Thiếu quý IV", seen=1, by=office.who("vhxh"))
    (notice, _) = notices.own_notices(by=office.who("donvi"), language="vi").items[:2]
    assert notice.letter == "index_returned" and notice.link == f"/index-sets/{number}/units/{unit}"
    ((row, one, back),) = index.returned_to(office.who("donvi"))
    assert (row.id, one.code, back.reason, back.said) == (number, "1.1", "Thiếu quý IV", {"ky_so": "30", "tong": "40.5"})
    assert index.returned_to(office.who("donvi2")) == []
    with pytest.raises(Invalid, match="Neither numbers nor evidence have changed") as same:
        send(office, number, "1.1", ky_so="30", tong="40.50")
    assert (same.value.faults[0].path, same.value.code) == ("note", "index-unchanged") and "“Thiếu quý IV”" in same.value.message
    assert _of(office, number)["1.1", unit] == "returned", "what is refused writes nothing"
    assert send(office, number, "1.1", ky_so="40", tong="41") == value
    (again,) = index.values_of(index.read_set(number, by=office.who("vhxh")), by=office.who("vhxh"))
    assert (again.state, again.reason) == ("sent", "Thiếu quý IV"), "who decides sees that it was returned before, and why"
    with pytest.raises(Stale):
        index.accept_value(value, seen=1, by=office.who("vhxh"))
    accept(office, value, seen=2)
    accept(office, value, seen=2)
    with pytest.raises(Conflict) as refused:
        send(office, number, "1.1", ky_so="1", tong="1")
    assert refused.value.code == "index-accepted"
    kinds = [event.kind for event in trail.read(stream=f"index_value:{value}", limit=20, oldest_first=True).events]
    assert kinds == ["index_value:sent", "index_value:returned", "index_value:sent", "index_value:accepted"]


def test_what_was_returned_comes_again_as_it_was_only_with_a_word_why(office: Office) -> None:
    number, unit = opened(office), office.units["DONG-MAY"]
    value = send(office, number, "1.1", ky_so=50, tong=41)
    index.return_value(value, "Tử số lớn hơn mẫu số", seen=1, by=office.who("vhxh"))

    def again(**more: str) -> int:
        given = {"link": "https://sonmai.example/thong-ke"} | more
        return index.send_value(number, "1.1", unit, {"ky_so": 50, "tong": 41}, by=office.who("donvi"), **given)

    with pytest.raises(Invalid):
        again(note="  ")
    assert again(note="Gồm cả văn bản năm trước ký bù.") == value
    index.return_value(value, "Chỉ tính năm nay", seen=2, by=office.who("vhxh"))
    with pytest.raises(Invalid):
        again(note="Gồm cả văn bản năm trước ký bù.")
    assert again(link="https://sonmai.example/bang-moi", note="Gồm cả văn bản năm trước ký bù.") == value, "other evidence is an answer"


def test_a_unit_enters_for_itself_alone(office: Office) -> None:
    number = opened(office)
    send(office, number, "1.2", buoi=1)
    with pytest.raises(Forbidden):
        send(office, number, "1.2", "donvi2", buoi=1)
    for login in ("vhxh", "thanhtra", "quantri", "chutich"):
        with pytest.raises(Forbidden):
            send(office, number, "1.2", login, buoi=1)
    assert index.send_value(number, "2.2", WHOLE, {"buoi": 4}, by=office.who("vhxh"))
    with pytest.raises(Forbidden):
        index.send_value(number, "2.2", WHOLE, {"buoi": 4}, by=office.who("donvi"))
    with pytest.raises(Conflict, match="not asked"):
        send(office, number, "2.2", buoi=1)


def test_what_is_missing_is_named_and_nothing_is_written(office: Office) -> None:
    number = opened(office)
    unit, by = office.units["DONG-MAY"], office.who("donvi")
    for said, more, path in (
        ({"ky_so": 1}, {"link": "https://a.vn"}, "said.tong"), ({"ky_so": 1, "tong": 2}, {}, "files"),
        ({"ky_so": 1, "tong": 2}, {"link": "javascript:alert(1)"}, "link"),
        ({"ky_so": 1, "tong": 2, "x": 3}, {"link": "https://a.vn"}, "said.x"),
    ):
        with pytest.raises(Invalid) as refused:
            index.send_value(number, "1.1", unit, said, by=by, **more)
        assert refused.value.faults[0].path == path
    assert _of(office, number) == {}


def test_evidence_goes_with_the_value_and_is_opened_by_who_reads_it(office: Office) -> None:
    number = opened(office)
    by = office.who("donvi")
    mine = attach_file(f"draft:{by.account}", "Thống kê.pdf", PDF, by=by)
    other = attach_file(f"draft:{office.who('donvi2').account}", "Khác.pdf", PDF, by=office.who("donvi2"))
    with pytest.raises(Invalid):
        index.send_value(number, "1.1", office.units["DONG-MAY"], {"ky_so": 1, "tong": 2}, files=[other.id], by=by)
    value = index.send_value(number, "1.1", office.units["DONG-MAY"], {"ky_so": 1, "tong": 2}, files=[mine.id], by=by)
    about = f"index_value:{value}"
    for login in ("donvi", "thutruong", "vhxh", "thanhtra"):
        sight.must_read_file(about, office.who(login), mine.id)
    for login in ("donvi2", "uv1", "congan"):
        with pytest.raises(NotFound):
            sight.must_read_file(about, office.who(login), mine.id)
    assert [one.name for one in index.files_of(index.read_value(value, by=by)[2])] == ["Thống kê.pdf"]


def test_nobody_decides_on_the_own(office: Office) -> None:
    number = opened(office)
    whole = index.send_value(number, "2.2", WHOLE, {"buoi": 4}, by=office.who("vhxh"))
    unit = send(office, number, "1.2", buoi=1)
    for value, login in ((whole, "vhxh"), (unit, "donvi"), (unit, "thanhtra"), (unit, "quantri")):
        with pytest.raises(Forbidden):
            accept(office, value, login=login)
    accept(office, whole, login="truongphong")
    accept(office, unit)


def test_where_everybody_who_may_is_of_the_unit_who_falls_in_decides(office: Office) -> None:
    number = opened(office, units=(*UNITS, "VHXH"))
    own = send(office, number, "1.2", "vhxh", "VHXH", buoi=1)
    other = send(office, number, "1.2", buoi=1)
    for value, login in ((own, "vhxh"), (own, "truongphong"), (other, "vanphong")):
        with pytest.raises(Forbidden):
            accept(office, value, login=login)
        with pytest.raises(Forbidden):
            index.return_value(value, "Thiếu", seen=1, by=office.who(login))
    values = [index.read_value(value, by=office.who("vanphong"))[2] for value in (own, other)]
    assert index.decides_on(values, by=office.who("vanphong")) == {own}
    assert index.decides_on(values, by=office.who("vhxh")) == {other}
    assert index.decides_on(values, by=office.who("donvi")) == set()
    index.return_value(own, "Thiếu quý IV", seen=1, by=office.who("vanphong"))
    send(office, number, "1.2", "vhxh", "VHXH", buoi=2)
    accept(office, own, login="vanphong", seen=2)
    accept(office, other)
    index.close_set(number, "Hết hạn", by=office.who("vhxh"))
    index.publish_set(number, by=office.who("truongphong"))


def test_what_others_sent_is_not_told_before_and_only_in_sum_after(office: Office) -> None:
    number = opened(office)
    send(office, number, "1.2", buoi=1)
    send(office, number, "1.2", "donvi2", "DET-NANG-SOM", buoi=2)
    mine, other = (office.units[one] for one in UNITS)
    assert _of(office, number, "donvi") == {("1.2", mine): "sent"}
    assert _of(office, number, "thanhtra") == {("1.2", mine): "sent", ("1.2", other): "sent"}
    content = index.read_set(number, by=office.who("donvi"))
    with pytest.raises(NotFound):
        index.values_of(content, by=office.who("donvi"), units=[other])


def test_a_closed_set_takes_only_what_was_returned(office: Office) -> None:
    number = opened(office)
    value = send(office, number, "1.2", buoi=1)
    index.close_set(number, "Hết hạn", by=office.who("vhxh"))
    with pytest.raises(Conflict) as refused:
        send(office, number, "2.1", buoi=1)
    assert refused.value.code == "index-closed"
    index.return_value(value, "Nhầm đơn vị tính", seen=1, by=office.who("vhxh"))
    send(office, number, "1.2", buoi=2)
    accept(office, value, seen=2)


def test_what_was_returned_and_is_not_sent_again_is_left_out_with_a_reason_and_stops_nobody(office: Office) -> None:
    number = opened(office)
    value, other = send(office, number, "1.2", buoi=4), send(office, number, "2.1", buoi=40)
    accept(office, other)
    by = office.who("vhxh")
    index.return_value(value, "Nhầm đơn vị tính", seen=1, by=by)
    with pytest.raises(Conflict):
        index.leave_out_value(value, "Không gửi lại", seen=1, by=by)
    index.close_set(number, "Hết hạn", by=by)
    with pytest.raises(Conflict) as refused:
        index.publish_set(number, by=office.who("truongphong"))
    assert refused.value.code == "index-undecided"
    for login, reason, kind in (("donvi", "Không gửi lại", Forbidden), ("vanphong", "Không gửi lại", Forbidden), ("vhxh", " ", Invalid)):
        with pytest.raises(kind):
            index.leave_out_value(value, reason, seen=1, by=office.who(login))
    with pytest.raises(Conflict, match="accepted already"):
        index.leave_out_value(other, "Không gửi lại", seen=1, by=by)
    index.leave_out_value(value, "Không gửi lại", seen=1, by=by)
    index.leave_out_value(value, "Không gửi lại", seen=1, by=by)
    for does in (accept, lambda office, value: send(office, number, "1.2", buoi=5)):
        with pytest.raises(Conflict):
            does(office, value)
    index.return_value(value, "Đơn vị xin gửi lại", seen=1, by=by)
    assert _of(office, number)["1.2", office.units["DONG-MAY"]] == "returned"
    index.leave_out_value(value, "Không gửi lại", seen=1, by=by)
    assert index.returned_to(office.who("donvi")) == []
    index.publish_set(number, by=office.who("truongphong"))
    found = index.results_of(index.read_set(number, by=office.who("donvi")), by=office.who("donvi"))
    assert found.units[0].pillars == {"1": Decimal("0.00"), "2": Decimal("100.00")} and found.units[0].accepted == 1
    kinds = [event.kind.removeprefix("index_value:") for event in trail.read(stream=f"index_value:{value}", oldest_first=True).events]
    assert kinds == ["sent", "returned", "left_out", "returned", "left_out"]


def test_units_are_ranked_by_pillars_and_weights_and_ties_stand_alike(office: Office) -> None:
    number = opened(office, units=(*UNITS, "VHXH"))
    values = [
        send(office, number, "1.1", ky_so=50, tong=100), send(office, number, "2.1", buoi=40),
        send(office, number, "1.1", "donvi2", "DET-NANG-SOM", ky_so=1, tong=2),
        send(office, number, "2.1", "donvi2", "DET-NANG-SOM", buoi=90),
    ]
    accept(office, *values)
    whole = index.send_value(number, "2.2", WHOLE, {"buoi": 5}, by=office.who("vhxh"))
    accept(office, whole, login="truongphong")
    found = index.results_of(index.read_set(number, by=office.who("vhxh")), by=office.who("vhxh"))
    # Pillar 1: 5 of 10 at weight 2 and nothing of 5 at weight 1, so 10 of 25; pillar 2: all. 0.6 x 40 + 0.4 x 100.
    assert [(one.place, one.shared, one.total, one.pillars["1"]) for one in found.units] == [
        (1, True, Decimal("64.00"), Decimal("40.00")), (1, True, Decimal("64.00"), Decimal("40.00")),
        (0, False, None, None),
    ], "of whom nothing is accepted yet has neither figure nor place"
    # The commune: means over the three units, 3.33 of 10 and 3.33 of 5; its own indicator in full.
    assert (found.commune.pillars["1"], found.commune.pillars["2"]) == (Decimal("26.64"), Decimal("83.30"))
    people.dissolve_unit(
        office.units["VHXH"], on=clock.today(), successor=office.units["DONG-MAY"], reason="Sáp nhập", by=office.who("quantri")
    )
    found = index.results_of(index.read_set(number, by=office.who("vhxh")), by=office.who("vhxh"))
    assert [one.unit for one in found.units] == [office.units[one] for one in UNITS], "what was merged has no place"
    assert (found.commune.pillars["1"], found.commune.pillars["2"]) == (Decimal("40.00"), Decimal("100.00")), "nor a part of the mean"


def test_a_division_by_nothing_is_named_and_the_rest_goes_on(office: Office) -> None:
    number = opened(office)
    bad, good = send(office, number, "1.1", ky_so=0, tong=0), send(office, number, "2.1", buoi=20)
    accept(office, good)
    with pytest.raises(Conflict, match="What cannot be reckoned is not accepted") as refused:
        accept(office, bad)
    assert refused.value.code == "index-trouble" and refused.value.message.startswith("Chỉ số 1.1: chia cho 0. ")
    assert _of(office, number)["1.1", office.units["DONG-MAY"]] == "sent"
    with pytest.raises(Conflict):
        index.leave_out_value(good, "Nhầm", seen=1, by=office.who("vhxh"))
    with pytest.raises(Invalid):
        index.leave_out_value(bad, " ", seen=1, by=office.who("vhxh"))
    index.leave_out_value(bad, "Năm nay trường không có văn bản đi", seen=1, by=office.who("vhxh"))
    found = index.results_of(index.read_set(number, by=office.who("vhxh")), by=office.who("vhxh"))
    ((unit, told),) = found.troubles
    assert (unit, told[0]) == (office.units["DONG-MAY"], "Chỉ số 1.1: chia cho 0.")
    assert found.units[0].pillars == {"1": None, "2": Decimal("50.00")}, "no silent 0"
    assert (found.units[0].accepted, found.units[0].asked) == (1, 3) and found.commune.accepted == 1
    index.close_set(number, "Hết hạn", by=office.who("vhxh"))
    index.publish_set(number, by=office.who("truongphong"))
    found = index.results_of(index.read_set(number, by=office.who("vhxh")), by=office.who("vhxh"))
    assert found.units[0].pillars == {"1": Decimal("0.00"), "2": Decimal("50.00")} and len(found.troubles) == 1


def test_a_share_above_a_hundred_per_cent_is_marked_in_the_ranking_with_its_unit(office: Office) -> None:
    number = opened(office)
    accept(office, send(office, number, "1.1", ky_so=12, tong=10), send(office, number, "2.1", buoi=90),
           send(office, number, "1.1", "donvi2", "DET-NANG-SOM", ky_so=10, tong=10))
    found = index.results_of(index.read_set(number, by=office.who("vhxh")), by=office.who("vhxh"))
    ((unit, told),) = found.over
    assert (unit, told[0][:32]) == (office.units["DONG-MAY"], "Chỉ số 1.1: kết quả 120% vượt 10")
    assert {one.unit: one.over for one in found.units} == {office.units["DONG-MAY"]: True, office.units["DET-NANG-SOM"]: False}
    assert found.beyond == 2 and found.units[0].pillars["2"] == Decimal("100.00")


def test_the_trend_tells_published_years_to_units(office: Office) -> None:
    first = opened(office, 2025)
    accept(office, send(office, first, "2.1", buoi=20))
    second = opened(office, 2026)
    accept(office, send(office, second, "2.1", buoi=40))
    unit = office.units["DONG-MAY"]
    assert [(one.row.year, one.standing.pillars["2"]) for one in index.trend(unit, by=office.who("vhxh"))] == [
        (2025, Decimal("50.00")), (2026, Decimal("100.00")),
    ]
    assert index.trend(unit, by=office.who("donvi")) == []
    index.close_set(first, "Hết hạn", by=office.who("vhxh"))
    index.publish_set(first, by=office.who("truongphong"))
    assert [one.row.year for one in index.trend(unit, by=office.who("donvi"))] == [2025]
    with pytest.raises(Forbidden):
        index.trend(unit, by=office.who("uv1"))
