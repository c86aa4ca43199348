"""Units by Excel: new, changed, the same, refused with every fault; parents in any order; all or none; repeat safe."""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from service import clock, people, trail
from service.actor import Actor, machine
from service.errors import Forbidden, Invalid, Stale
from service.imports import MOST_ROWS, Trial
from service.people.unit_import import IMPORT
from tests.service.people.filled import cells_of, filled, ready, reckoned, why

CLI = machine("cli")
LONG_AGO = date(2020, 1, 1)
SCHOOL: dict[str, Any] = {
    "code": "TRUONG-SUOI", "name": "Trường TH Suối Trong", "kind": "Trường học", "subject_group": "A", "contact": "Đinh Mây Ngàn",
    "phone": "0900 000 107", "email": "suoi@sonmai.example", "since": "01/07/2025", "basis": "QĐ 12/QĐ-UBND",
}
VILLAGE: dict[str, Any] = {"code": "THON-SUOI", "name": "Thôn Suối Trong", "kind": "thon", "subject_group": "D"}


def tried(*rows: dict[str, Any], by: Actor = CLI) -> Trial[Any]:
    return IMPORT.try_("don-vi.xlsx", filled(IMPORT, *rows), by)


def take(trial: Trial[Any], by: Actor = CLI) -> tuple[int, int]:
    taken = IMPORT.take(IMPORT.from_kept(trial.kept()), by)
    return taken.new, taken.changed


def unit(code: str, name: str, **more: Any) -> int:
    return people.create_unit(code, name, "village", by=CLI, since=LONG_AGO, **more)


def found(code: str) -> people.UnitView:
    return people.find_unit(people.unit_by_code(code) or 0)


def events() -> int:
    return len(trail.read(limit=200).events)


def test_sheet_is_tried_without_writing_taken_once_and_the_same_again_writes_nothing(app: Flask) -> None:
    trial = tried(SCHOOL, VILLAGE)
    assert (ready(trial), why(trial), trial.known) == ([2, 3], {}, ())
    assert people.list_units() == [] and events() == 0
    assert take(trial) == (2, 0)
    school = found("TRUONG-SUOI")
    assert (school.kind, school.subject_group, school.contact, school.phone) == ("school", "A", "Đinh Mây Ngàn", "0900 000 107")
    assert people.names_of_unit(school.id) == [people.DatedName("Trường TH Suối Trong", date(2025, 7, 1), "QĐ 12/QĐ-UBND")]
    written = events()
    assert take(trial) == (0, 0), "pressed twice"
    again = tried(SCHOOL, VILLAGE)
    assert (again.ready, [n for n, _name in again.known]) == ((), [2, 3])
    assert take(again) == (0, 0) and events() == written


def test_row_says_what_it_changes_and_an_empty_cell_leaves_what_stands(app: Flask) -> None:
    take(tried(SCHOOL, VILLAGE))
    trial = tried({"code": "truong-suoi", "name": "Trường TH&THCS Suối Trong", "phone": 900000114, "parent": "THON-SUOI",
                   "basis": "NQ 3/NQ-HĐND"}, VILLAGE)
    assert [(c.field, c.before, c.after) for c in trial.changes[2]] == [
        ("phone", "0900 000 107", "0900000114"), ("name", "Trường TH Suối Trong", "Trường TH&THCS Suối Trong"),
        ("parent", "", "THON-SUOI"),
    ]
    assert take(trial) == (0, 1)
    school = found("TRUONG-SUOI")
    assert (school.contact, school.parent) == ("Đinh Mây Ngàn", found("THON-SUOI").id)
    assert people.unit_name(school.id, clock.today() - timedelta(days=1)) == "Trường TH Suối Trong"
    assert take(tried({"code": "TRUONG-SUOI", "name": school.name, "parent": "không"})) == (0, 1)
    assert found("TRUONG-SUOI").parent is None


def test_parents_stand_in_the_sheet_in_any_order_by_code_or_name(app: Flask) -> None:
    trial = tried(
        {**VILLAGE, "code": "C3", "name": "Tổ Ba", "parent": "B2"},
        {**VILLAGE, "code": "B2", "name": "Tổ Hai", "parent": "tổ một"},
        {**VILLAGE, "code": "A1", "name": "Tổ Một"},
    )
    assert why(trial) == {} and take(trial) == (3, 0)
    assert [(depth, one.code) for depth, one in people.unit_tree()] == [(0, "A1"), (1, "B2"), (2, "C3")]
    turned = tried({"code": "A1", "name": "Tổ Một", "parent": "C3"}, {"code": "C3", "name": "Tổ Ba", "parent": "không"})
    assert why(turned) == {} and take(turned) == (0, 2)
    assert [(depth, one.code) for depth, one in people.unit_tree()] == [(0, "C3"), (1, "A1"), (2, "B2")]


def test_ring_is_refused_row_by_row_and_what_hangs_under_a_refused_row_too(app: Flask) -> None:
    unit("GOC", "Gốc")
    unit("NGON", "Ngọn", parent=people.unit_by_code("GOC"))
    trial = tried(
        {**VILLAGE, "code": "A1", "name": "Một", "parent": "B2"}, {**VILLAGE, "code": "B2", "name": "Hai", "parent": "A1"},
        {**VILLAGE, "code": "C3", "name": "Ba", "parent": "A1"}, {**VILLAGE, "code": "D4", "name": "Bốn", "parent": "C3"},
        {**VILLAGE, "code": "E5", "name": "Năm", "parent": "GOC"}, {"code": "GOC", "name": "Gốc", "parent": "NGON"},
        {**VILLAGE, "code": "F6", "name": "Sáu", "parent": "F6"}, {**VILLAGE, "code": "G7", "name": "Bảy", "parent": "LA"},
    )
    assert why(trial) == {
        2: "đơn vị cấp trên quay vòng: A1 → B2 → A1", 3: "đơn vị cấp trên quay vòng: A1 → B2 → A1",
        4: "đơn vị cấp trên A1 ở dòng chưa nhận", 5: "đơn vị cấp trên C3 ở dòng chưa nhận",
        7: "đơn vị cấp trên quay vòng: GOC → NGON → GOC", 8: "đơn vị không đặt dưới chính nó",
        9: "đơn vị cấp trên “LA” không có trong danh mục và trong tệp",
    }
    assert ready(trial) == [6] and take(trial) == (1, 0)
    assert found("E5").parent == found("GOC").id and found("GOC").parent is None


def test_long_chain_of_units_under_a_refused_one_is_refused_whole(app: Flask) -> None:
    rows = [{**VILLAGE, "code": f"T{n}", "name": f"Tổ {n}", "parent": f"T{n + 1}"} for n in range(300)]
    good = tried(*rows, {**VILLAGE, "code": "T300", "name": "Tổ 300"})
    assert len(good.ready) == 301
    assert len(why(tried(*rows, {**VILLAGE, "code": "T300", "name": "Tổ 300", "kind": "Xóm"}))) == 301


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"code": None}, "thiếu mã"),
        ({"code": "thôn đông!"}, "Mã đơn vị gồm chữ không dấu"),
        ({"name": " "}, "thiếu tên đơn vị"),
        ({"name": "Dài " * 100}, "tên đơn vị dài quá 300 chữ"),
        ({"kind": None}, "thiếu loại"),
        ({"kind": "Xóm"}, "loại “Xóm” không có"),
        ({"subject_group": "E"}, "nhóm đối tượng “E” không có"),
        ({"since": "31/02/2025"}, "không đúng"),
        ({"since": date(2099, 1, 1)}, "chưa đến"),
        ({"name": "#REF!"}, "cột Tên đơn vị báo lỗi #REF!"),
        ({"phone": "=1+1"}, "cột Điện thoại là công thức chưa tính"),
        ({"name": "Thôn Có Sẵn"}, "đã có đơn vị tên “Thôn Có Sẵn”, mã CO-SAN: ghi mã ấy"),
        ({"code": "HET"}, "đơn vị HET đã giải thể từ"),
        ({"parent": "HET"}, "đơn vị cấp trên HET đã giải thể"),
        ({"parent": "Thôn Trùng"}, "đơn vị cấp trên “Thôn Trùng” trùng tên với đơn vị khác, ghi mã"),
        ({"kind": "Xóm", "subject_group": None, "parent": "LA", "since": "mai"},
         "loại “Xóm” không có, ghi một trong: "),
    ],
)
def test_half_right_row_is_refused_with_every_fault_and_kept_to_be_mended(app: Flask, wrong: dict[str, Any], said: str) -> None:
    unit("CO-SAN", "Thôn Có Sẵn")
    for code in ("T1", "T2"):
        unit(code, "Thôn Trùng")
    people.dissolve_unit(unit("HET", "Thôn Hết"), on=clock.today(), by=CLI, reason="sáp nhập")
    trial = tried(SCHOOL, VILLAGE | wrong)
    assert ready(trial) == [2] and said in why(trial)[3], why(trial)
    if len(wrong) == 4:
        assert all(part in why(trial)[3] for part in ("thiếu nhóm đối tượng", "“LA” không có", "“mai” không đúng"))
    (back,) = cells_of(IMPORT.refused_sheet(trial))
    assert "Dòng 3" in back["Vì sao chưa nhận"] and said in back["Vì sao chưa nhận"]
    assert back["Mã"] == wrong.get("code", "THON-SUOI")
    assert take(trial) == (1, 0)


def test_same_code_or_name_twice_in_the_sheet_is_named_by_row(app: Flask) -> None:
    trial = tried(VILLAGE, {**VILLAGE, "code": "thon-suoi ", "name": "Thôn Khác"}, {**VILLAGE, "code": "KHAC"})
    assert ready(trial) == [2] and why(trial) == {3: "mã THON-SUOI trùng dòng 2", 4: "tên trùng dòng 2"}


def test_names_without_diacritics_and_decomposed_ones_rename_nothing(app: Flask) -> None:
    unit("DONG", "Thôn Đồng Mây")
    nfd = unicodedata.normalize("NFD", "Thôn Đồng Mây")
    assert nfd != "Thôn Đồng Mây"
    same = tried({"code": "DONG", "name": nfd})
    assert [n for n, _name in same.known] == [2]
    other = unicodedata.normalize("NFD", "Thôn Động Mây")
    plain = tried({"code": "DONG", "name": "Thon Dong May"}, {**VILLAGE, "code": "MOI", "name": other})
    assert [n for n, _name in plain.known] == [2]
    assert [(n.number, n.message) for n in plain.notes] == [
        (2, "tên ghi không dấu, giữ “Thôn Đồng Mây”"), (3, "tên gần như “Thôn Đồng Mây”, mã DONG")]
    take(plain)
    assert found("MOI").name == "Thôn Động Mây" and found("DONG").name == "Thôn Đồng Mây"
    with_marks = tried({"code": "DONG", "name": "Thôn Đồng Mãy"})
    assert [c.after for c in with_marks.changes[2]] == ["Thôn Đồng Mãy"]


def test_old_sheet_does_not_bring_an_old_name_back(app: Flask) -> None:
    people.rename_unit(unit("DONG", "Thôn Đồng"), "Thôn Đồng Mới", since=clock.today() - timedelta(days=9), by=CLI)
    assert "“Thôn Đồng” là tên cũ, nay là “Thôn Đồng Mới”" in why(tried({"code": "DONG", "name": "Thôn Đồng"}))[2]
    early = tried({"code": "DONG", "name": "Thôn Khác", "since": clock.today() - timedelta(days=9)})
    assert "ghi ngày đổi tên sau đó" in why(early)[2]
    assert take(tried({"code": "DONG", "name": "Thôn Đồng", "since": clock.today()})) == (0, 1)


def test_taking_is_all_or_none_and_only_what_was_seen(app: Flask) -> None:
    unit("DONG", "Thôn Đồng", phone="1")
    trial = tried(VILLAGE, {"code": "DONG", "name": "Thôn Đồng", "phone": "2"})
    people.edit_unit(people.unit_by_code("DONG") or 0, by=CLI, phone="3")
    with pytest.raises(Stale, match="Row 3: the unit DONG was changed"):
        take(trial)
    assert people.unit_by_code("THON-SUOI") is None and found("DONG").phone == "3"
    people.edit_unit(found("DONG").id, by=CLI, phone="2")
    assert take(trial) == (1, 0), "what is done by now is passed over"


def test_formula_that_was_reckoned_is_taken_and_said(app: Flask) -> None:
    content = reckoned(filled(IMPORT, VILLAGE | {"phone": "=1+1"}), "1+1", "2")
    trial = IMPORT.try_("a.xlsx", content, CLI)
    assert trial.reckoned == ((2, "Thôn Suối Trong", "Điện thoại"),) and trial.ready[0][1].phone == "2"


def test_cells_that_would_run_come_back_as_text(app: Flask) -> None:
    trial = tried({**VILLAGE, "kind": "Xóm", "contact": "@SUM(A1)", "basis": "+1"})
    (back,) = cells_of(IMPORT.refused_sheet(trial))
    assert (back["Người phụ trách"], back["Căn cứ"]) == ("'@SUM(A1)", "'+1")


def test_sheet_that_is_none_empty_or_too_long_is_refused_whole(app: Flask) -> None:
    for name, content in (("a.xlsx", b"x"), ("a.csv", b"x"), ("a.xlsx", filled(IMPORT))):
        with pytest.raises(Invalid):
            IMPORT.try_(name, content, CLI)
    many = [{**VILLAGE, "code": f"T{n}", "name": f"Thôn {n}"} for n in range(MOST_ROWS + 1)]
    assert len(tried(*many[:-1]).ready) == MOST_ROWS
    with pytest.raises(Invalid, match="More than 2000"):
        tried(*many)


def test_cells_of_every_kind_are_read_or_refused_and_break_nothing(app: Flask) -> None:
    odd = [True, 12.0, 3.5, 1e300, date(2026, 1, 2), "\u202eđơn vị", "a\nb", "'=1+1", "\ufeff", "x" * 32_000, 10**20]
    endless = reckoned(filled(IMPORT, VILLAGE | {"phone": "=1+1"}), "1+1", "1e999")
    assert IMPORT.try_("a.xlsx", endless, CLI).ready[0][1].phone == "inf"
    for key in (c.key for c in IMPORT.columns):
        trial = tried(*[{**VILLAGE, "code": f"M{n}", "name": f"Thôn {n}", key: value} for n, value in enumerate(odd)])
        assert trial.read == len(odd) and all(t.message and t.message_en for t in trial.refused), key
        assert cells_of(IMPORT.refused_sheet(trial)) or not trial.refused
    good = tried({**VILLAGE, "contact": "\u202eĐinh\u00a0 Mây  Ngàn", "phone": 900000107.0, "basis": "'=1+1"})
    assert (good.ready[0][1].contact, good.ready[0][1].phone, good.ready[0][1].basis) == ("Đinh Mây Ngàn", "0900000107", "=1+1")


def test_template_has_its_guide_and_is_itself_a_sheet(app: Flask) -> None:
    assert cells_of(IMPORT.template()) == [{"STT": 1} | {c.heading: None for c in IMPORT.columns}]
    with pytest.raises(Invalid, match="no rows"):
        IMPORT.try_("mau.xlsx", IMPORT.template(), CLI)


def test_only_who_may_change_units_tries_and_takes(app: Flask) -> None:
    head, _code = people.create_account("truong.phong", "Hồ Trường Sơn", by=CLI, groups=["vhxh_head"])
    other, _code = people.create_account("can.bo", "Lê Ban Mai", by=CLI, groups=["vhxh"])
    trial = tried(VILLAGE, by=people.actor_of(head))
    with pytest.raises(Forbidden):
        tried(VILLAGE, by=people.actor_of(other))
    with pytest.raises(Forbidden):
        take(trial, people.actor_of(other))
    assert take(trial, people.actor_of(head)) == (1, 0)
