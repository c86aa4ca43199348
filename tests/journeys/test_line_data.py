"""What an act may be told of a line: a closed schema for each act, whichever door it comes by."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from service.awards import lists
from service.awards.concerns import Part
from service.awards.holds import open_holds
from service.awards.lists import LineInput
from service.errors import Forbidden, Invalid
from tests.journeys.conftest import OpenOffice
from tests.journeys.office import Office

ROUND = "HN-2026"
SESSION = {"held_on": "2026-11-02", "members": 9, "present": 9, "presided_by": "Chủ tịch Hội đồng"}


DAY = date(2026, 11, 3)


@pytest.fixture
def office(office_on: OpenOffice) -> Office:
    return office_on(DAY)


@pytest.fixture
def sheet_of_one(office_on: OpenOffice) -> Office:
    """An office with a sheet that is to be keyed, over one name."""
    return office_on(DAY, _one_on_a_sheet)


@pytest.fixture
def package_of_one(office_on: OpenOffice) -> Office:
    """An office with a package that was sent, with one name."""
    return office_on(DAY, _one_in_a_package)


def _one_on_a_sheet(office: Office) -> tuple[int, int]:
    sheet, (one,) = _sheet(office, "Hoàng Bình Minh")
    return sheet, one


def _one_in_a_package(office: Office) -> tuple[int, int]:
    sheet, (one,) = _sheet(office, "Hoàng Bình Minh", form="BK_TINH")
    office.key_and_sign(sheet, {})
    return office.send_package(ROUND, [one]), one


def _signed(office: Office, *names: str, form: str = "GK_XA") -> list[int]:
    found = [office.nominate(ROUND, name=name, form=form) for name in names]
    for one in found:
        office.assess(one, facts={"path": "PHONG_TRAO"} if form != "GK_XA" else None)
    office.sign(found[0])
    return found


def _sheet(office: Office, *names: str, form: str = "GK_XA") -> tuple[int, list[int]]:
    found = _signed(office, *names, form=form)
    for one in found:
        office.check(one)
    office.post(ROUND, found)
    return office.draw_up("council_sheet", ROUND, found, by="thuky"), found


def _refused(office: Office, row: int, act: str, by: str, fields: Any, *said: LineInput) -> dict[int, tuple[str, str]]:
    """The lines that an act refuses: nomination → sentence and the same in English; nothing was written."""
    before = lists.read_list(row, by=office.who(by))
    with pytest.raises(Invalid) as refused:
        office.act(row, act, by=by, lines=said, fields=fields)
    assert refused.value.code == "bad-lines"
    assert lists.read_list(row, by=office.who(by)).version == before.version
    for line in refused.value.lines:
        assert line["message"] and line["message_en"] and line["message"] != line["message_en"]
    return {int(str(x["nomination"])): (str(x["message"]), str(x["message_en"])) for x in refused.value.lines}


def test_a_conclusion_lifts_only_its_own_hold(office: Office) -> None:
    one, two = _signed(office, "Hoàng Bình Minh", "Đỗ Hừng Đông")
    first, second = office.complain(one), office.complain(one, two)
    (other,) = open_holds(two)
    row = lists.read_list(office.sheet(first, one), by=office.who("truongphong"))
    fields = {"decision": "unfounded", "note": "Không đúng", "number": "12/KL", "dated": "2026-11-03"}
    with pytest.raises(Forbidden) as driven:
        office.act(row.id, "conclude", by="truongphong", fields=fields)
    assert driven.value.code == "driven", "the sheet is moved by its process alone"
    with pytest.raises(Invalid) as refused:
        lists.act_on_list(
            row.id, "conclude", by=office.who("truongphong"), fields=fields, lines=[LineInput(one, data={"hold": other.id})],
            driven=Part("holder"),
        )
    assert [(x["message"], x["message_en"]) for x in refused.value.lines] == [("việc này không hỏi “hold”", "this act asks for no “hold”")]
    assert lists.read_list(row.id, by=office.who("truongphong")).version == row.version
    office.conclude(first, "unfounded")
    assert [h.list_id for h in open_holds(one)] == [office.sheet(second, one)]
    assert [h.list_id for h in open_holds(two)] == [office.sheet(second, two)]
    office.conclude(second, "unfounded")
    assert (open_holds(one), open_holds(two)) == ([], [])


@pytest.mark.parametrize(
    ("data", "vi", "en"),
    [
        ({"form": "XYZ"}, "Hình thức thông qua: chọn một hình thức", "Form passed: choose a form of award"),
        ({"form": ["GK_XA"]}, "Hình thức thông qua: ghi bằng chữ", "Form passed: give text"),
        ({"form": {"a": 1}, "agree": []}, "Số phiếu đồng ý: ghi một số nguyên", "Votes for: give a whole number"),
        ({"agree": 500, "disagree": 70}, "cộng 570 phiếu, nhiều hơn 9 thành viên", "570 votes in all, more than 9 members"),
        ({"agree": 9, "blank": 1}, "cộng 10 phiếu", "10 votes in all"),
        ({"agree": 10**15}, "số không lớn hơn 100000", "not above 100000"),
        ({"agree": True}, "ghi một số nguyên", "give a whole number"),
        ({"agree": "9"}, "ghi một số nguyên", "give a whole number"),
        ({"agree": 8.5}, "ghi một số nguyên", "give a whole number"),
        ({"agree": -1}, "số không nhỏ hơn 0", "not below 0"),
        ({"hold": 2}, "việc này không hỏi “hold”", "this act asks for no “hold”"),
        ({"reserve": "GK_XA"}, "hình thức dự phòng phải thấp hơn", "the reserve form must be lower"),
        ({"form": "BK_TINH"}, "thông qua thì đúng hình thức đề nghị", "passed means the form proposed"),
    ],
)
def test_a_sheet_takes_only_what_can_stand_on_paper(sheet_of_one: Office, data: dict[str, Any], vi: str, en: str) -> None:
    office = sheet_of_one
    sheet, one = office.made
    said = _refused(office, sheet, "key", "thuky", SESSION, LineInput(one, "passed", data=data))
    assert vi in said[one][0] and en in said[one][1]
    office.act(sheet, "key", by="thuky", lines=[LineInput(one, "passed", data={"agree": 8, "disagree": 1})], fields=SESSION)


def test_more_present_than_members_is_named_at_its_field(sheet_of_one: Office) -> None:
    office = sheet_of_one
    sheet, one = office.made
    with pytest.raises(Invalid) as refused:
        office.act(sheet, "key", by="thuky", lines=[LineInput(one, "passed")], fields=SESSION | {"present": 10})
    assert [f.path for f in refused.value.faults] == ["present"]


@pytest.mark.long
def test_every_bad_line_is_named_and_the_good_one_is_not_written(office: Office) -> None:
    sheet, (one, two, three) = _sheet(office, "Hoàng Bình Minh", "Đỗ Hừng Đông", "Lê Trúc Xanh")
    said = _refused(
        office, sheet, "key", "thuky", SESSION, LineInput(one, "passed", data={"agree": 9}),
        LineInput(two, "passed", data={"votes": 9}), LineInput(three, "passed", data={"agree": "chín"}),
    )
    assert set(said) == {two, three}
    assert "keyed" not in lists.read_list(sheet, by=office.who("thuky")).data


def test_minutes_are_signed_as_both_entries_agree(sheet_of_one: Office) -> None:
    office = sheet_of_one
    sheet, one = office.made
    for who in ("thuky", "thuky2"):
        office.act(sheet, "key", by=who, lines=[LineInput(one, "failed", "Chưa rõ kết quả")], fields=SESSION)
    said = _refused(office, sheet, "sign", "thuky", {"number": "03/BB"}, LineInput(one, "passed"))
    assert "không thông qua" in said[one][0] and "not passed" in said[one][1]
    office.act(sheet, "sign", by="thuky", fields={"number": "03/BB"})
    row = office.read(one)
    assert (row.refused_by, row.reason) == ("council", "Chưa rõ kết quả")


def test_two_entries_that_differ_about_the_session_do_not_agree(sheet_of_one: Office) -> None:
    office = sheet_of_one
    sheet, one = office.made
    office.act(sheet, "key", by="thuky", lines=[LineInput(one, "passed")], fields=SESSION)
    office.act(sheet, "key", by="thuky2", lines=[LineInput(one, "passed")], fields=SESSION | {"present": 8})
    row = lists.read_list(sheet, by=office.who("thuky"))
    assert (row.state, row.data["differing"], row.data["differing_session"]) == ("differs", [], ["present"])
    office.act(sheet, "key", by="thuky2", lines=[LineInput(one, "passed")], fields=SESSION)
    assert lists.read_list(sheet, by=office.who("thuky")).state == "agreed"


@pytest.mark.parametrize(
    ("result", "data", "vi"),
    [
        ("granted", {"form": "HCLD_1", "granted_level": "commune"}, "chọn một giá trị trong danh mục"),
        ("granted", {"form": "HCLD_1"}, "được khen thì đúng hình thức đã trình"),
        ("granted", {"granted_level": "centre"}, "hình thức này không do cấp đó khen"),
        ("other_form", {"form": "HCLD_1"}, "cấp đang trả lời không khen hình thức này"),
        ("other_form", {"form": "GK_XA"}, "cấp đang trả lời không khen hình thức này"),
        ("other_form", {"form": "XYZ"}, "chọn một hình thức khen thưởng"),
        ("other_form", {}, "chọn hình thức được khen, khác hình thức đã trình"),
        ("supplement", {}, "ghi hạn bổ sung"),
        ("supplement", {"answer_due": "mai"}, "ghi ngày có thật"),
        ("supplement", {"answer_due": 20261230}, "ghi bằng chữ"),
        ("refused", {"form": "BK_TINH"}, "không kèm hình thức"),
        ("forwarded", {}, "ở bước này chỉ nhận"),
    ],
)
def test_an_answer_from_above_fits_the_name_and_its_step(
    package_of_one: Office, result: str, data: dict[str, Any], vi: str
) -> None:
    office = package_of_one
    package, one = office.made
    fields = office.paper("412/QĐ-UBND")
    said = _refused(office, package, "answer", "vhxh", fields, LineInput(one, result, "Theo văn bản", data))
    assert vi in said[one][0]
    office.answer(package, one, "other_form", form="CO_TINH")
    assert office.read(one).form_granted == "CO_TINH"


@pytest.mark.long
def test_an_act_without_a_form_takes_no_fields(office: Office) -> None:
    one, = _signed(office, "Hoàng Bình Minh")
    office.check(one)
    office.post(ROUND, [one])
    office.sit(ROUND, {})
    decision = office.draw_up("decision", ROUND, by="vhxh")
    with pytest.raises(Invalid) as refused:
        office.act(decision, "prove", by="vhxh", fields={"hold": 1})
    assert [f.path for f in refused.value.faults] == ["fields.hold"]
    office.act(decision, "prove", by="vhxh")


@pytest.mark.long
def test_a_unit_is_told_which_name_is_not_its_own(office: Office) -> None:
    one, = _signed(office, "Hoàng Bình Minh")
    theirs = office.nominate(ROUND, name="Lê Trúc Xanh", unit="DET-NANG-SOM", by="donvi2")
    office.assess(theirs, by="donvi2")
    office.sign(theirs, by="thutruong2", minutes_by="donvi2")
    for n in (one, theirs):
        office.check(n)
    office.post(ROUND)
    office.sit(ROUND, {})
    decision = office.draw_up("decision", ROUND, by="vhxh")
    with pytest.raises(Invalid) as refused:
        office.act(decision, "prove", by="thutruong2", lines=[LineInput(one, "confirmed")])
    assert [f.path for f in refused.value.faults] == ["lines.0.nomination"], "a foreign name is not on the list that the unit sees"
    office.act(decision, "prove", by="thutruong2", lines=[LineInput(theirs, "confirmed")])
