"""Accounts with their groups by Excel: new ones with a code told once, changes, refusals with every fault, repeat safe."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from service import clock, people, trail
from service.actor import Actor, machine
from service.db import db, reading
from service.errors import Forbidden, Invalid, Stale
from service.imports import MOST_ROWS, Taken, Trial, codes_sheet
from service.people.account_import import IMPORT
from tests.service.people.filled import cells_of, filled, ready, why

CLI = machine("cli")
MAI: dict[str, Any] = {
    "login": "mai.lb", "name": "Lê Ban Mai", "title": "Chuyên viên", "email": "mai@sonmai.example", "phone": "0900 000 121",
    "groups": "Phòng Văn hóa - Xã hội; Đơn vị đề nghị: SUOI",
}
NEW: dict[str, Any] = {"login": "phong.dv", "name": "Đinh Vũ Phong", "groups": "unit_head:SUOI"}


@pytest.fixture(autouse=True)
def suoi(app: Flask) -> int:
    return people.create_unit("SUOI", "Trường Suối Trong", "school", by=CLI)


def tried(*rows: dict[str, Any], by: Actor = CLI) -> Trial[Any]:
    return IMPORT.try_("nguoi.xlsx", filled(IMPORT, *rows), by)


def take(trial: Trial[Any], by: Actor = CLI) -> Taken:
    return IMPORT.take(IMPORT.from_kept(trial.kept()), by)


def held(login: str) -> set[str]:
    number = people.find_account(login).id
    return {one.group for one in people.memberships_of([number])[number]}


def test_people_are_tried_without_writing_taken_once_and_sign_in_with_their_codes(suoi: int) -> None:
    trial = tried(MAI, NEW)
    assert (ready(trial), why(trial)) == ([2, 3], {}) and people.accounts_by_login() == {}
    taken = take(trial)
    assert (taken.new, taken.changed, [c.login for c in taken.codes]) == (2, 0, ["mai.lb", "phong.dv"])
    mai = people.find_account("mai.lb")
    assert (mai.title, mai.email, mai.locale, mai.has_password, mai.demo) == ("Chuyên viên", "mai@sonmai.example", "vi", False, False)
    assert held("mai.lb") == {"vhxh", f"unit:{suoi}"} and held("phong.dv") == {f"unit_head:{suoi}"}
    token, _by = people.redeem_code("mai.lb", taken.codes[0].code, "mây trắng qua suối", door="web")
    assert token
    written = len(trail.read(limit=200).events)
    assert take(trial) == Taken(0, 0), "pressed twice"
    again = tried(MAI, NEW)
    assert (again.ready, [n for n, _name in again.known]) == ((), [2, 3])
    assert take(again) == Taken(0, 0) and len(trail.read(limit=200).events) == written


def test_code_stands_nowhere_but_in_what_taking_gives(suoi: int) -> None:
    trial = tried(MAI)
    taken = take(trial)
    (code,) = (one.code for one in taken.codes)
    assert code and code not in repr(taken) and code not in str(trial.kept())
    assert "phong.dv" not in _everything_stored() and "mai.lb" in _everything_stored(), "the walk finds what is stored"
    assert code not in _everything_stored() and code.replace("-", "") not in _everything_stored()
    assert cells_of(codes_sheet(taken.codes))[0]["Tên đăng nhập"] == "mai.lb"
    assert code in cells_of(codes_sheet(taken.codes))[0].values()


def _everything_stored() -> str:
    with reading() as s:
        return " ".join(
            str(value) for table in db.metadata.sorted_tables for row in s.execute(sa.select(table)).all() for value in row
        )


def test_row_says_what_it_changes_and_takes_nothing_away(suoi: int) -> None:
    take(tried({**MAI, "name": "Le Bàn Mai"}))
    people.grant(people.find_account("mai.lb").id, "accountant", by=CLI)
    trial = tried({"login": "MAI.LB", "name": "Lê Ban Mai", "phone": 900000122, "locale": "Tiếng Anh", "groups": "Văn thư\nvhxh"})
    assert [(c.field, c.before, c.after) for c in trial.changes[2]] == [
        ("phone", "0900 000 121", "0900000122"), ("locale", "vi", "en"), ("name", "Le Bàn Mai", "Lê Ban Mai"), ("groups", "", "clerk"),
    ]
    assert take(trial) == Taken(0, 1)
    mai = people.find_account("mai.lb")
    assert (mai.name, mai.title, mai.phone, mai.locale) == ("Lê Ban Mai", "Chuyên viên", "0900000122", "en")
    assert held("mai.lb") == {"vhxh", f"unit:{suoi}", "accountant", "clerk"}


def test_group_held_until_a_day_is_not_made_one_for_good(suoi: int) -> None:
    take(tried(MAI))
    until = clock.today().replace(year=clock.today().year + 1)
    people.grant(people.find_account("mai.lb").id, "clerk", by=CLI, valid_to=until)
    assert [n for n, _name in tried({**MAI, "groups": "Văn thư"}).known] == [2]


def test_last_administrator_stays_whatever_a_sheet_says(suoi: int) -> None:
    admin, _code = people.create_account("quantri", "Hồ Trường Sơn", by=CLI, groups=["admin"])
    by = people.actor_of(admin)
    trial = tried({"login": "quantri", "name": "Hồ Trường Sơn", "groups": "Văn thư"}, {**NEW, "groups": "Quản trị hệ thống"}, by=by)
    assert [(n.number, n.message) for n in trial.notes] == [(3, "được giao quyền quản trị hệ thống")]
    take(trial, by)
    assert held("quantri") == {"admin", "clerk"} and people.find_account("quantri").active


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"login": None}, "thiếu tên đăng nhập"),
        ({"login": "nguyễn a"}, "Tên đăng nhập gồm 2 đến 40 chữ không dấu"),
        ({"login": "x" * 41}, "Tên đăng nhập gồm 2 đến 40"),
        ({"name": None}, "thiếu họ và tên"),
        ({"name": "Dài " * 40}, "họ và tên dài quá 120 chữ"),
        ({"email": "khong-phai-thu"}, "Địa chỉ thư điện tử chưa đúng dạng"),
        ({"locale": "Tiếng Pháp"}, "ngôn ngữ của thư “Tiếng Pháp” không có"),
        ({"groups": "Giám đốc"}, "không có vai “Giám đốc”"),
        ({"groups": "Thủ trưởng đơn vị"}, "thiếu đơn vị, ghi “Thủ trưởng đơn vị: MÃ ĐƠN VỊ”"),
        ({"groups": "Văn thư: SUOI"}, "vai “Văn thư” không gắn với đơn vị"),
        ({"groups": "unit:LA"}, "đơn vị “LA” không có trong danh mục"),
        ({"groups": "unit:HET"}, "đơn vị “HET” đã giải thể"),
        ({"groups": "#N/A"}, "cột Vai, đơn vị báo lỗi #N/A"),
        ({"name": "=A1"}, "cột Họ và tên là công thức chưa tính"),
        ({"login": "co.nguoi"}, "tên đăng nhập co.nguoi là của Trần Suối Mơ"),
        ({"login": "bi.khoa", "name": "Trần Suối Khô"}, "tài khoản bi.khoa đã khóa"),
        ({"login": "co.nguoi", "email": "x", "groups": "Giám đốc; unit:LA; Văn thư"}, "Địa chỉ thư điện tử chưa đúng"),
    ],
)
def test_half_right_row_is_refused_with_every_fault_and_kept_to_be_mended(suoi: int, wrong: dict[str, Any], said: str) -> None:
    people.create_account("co.nguoi", "Trần Suối Mơ", by=CLI)
    blocked, _code = people.create_account("bi.khoa", "Trần Suối Khô", by=CLI)
    people.disable_account(blocked, by=CLI, reason="nghỉ")
    people.dissolve_unit(people.create_unit("HET", "Thôn Hết", "village", by=CLI), on=clock.today(), by=CLI, reason="sáp nhập")
    trial = tried(MAI, NEW | wrong)
    assert ready(trial) == [2] and said in why(trial)[3], why(trial)
    if len(wrong) == 3:
        for part in ("không có vai “Giám đốc”", "đơn vị “LA” không có", "là của Trần Suối Mơ"):
            assert part in why(trial)[3], part
    (back,) = cells_of(IMPORT.refused_sheet(trial))
    assert "Dòng 3" in back["Vì sao chưa nhận"] and said in back["Vì sao chưa nhận"]
    assert take(trial).new == 1 and people.find_account("co.nguoi").name == "Trần Suối Mơ"


def test_login_twice_is_named_by_row_and_the_same_name_is_noted(suoi: int) -> None:
    people.create_account("mai.cu", "Lê Ban Mai", by=CLI)
    trial = tried(MAI, {**NEW, "login": " MAI.LB"}, {**NEW, "login": "mai2", "name": unicodedata.normalize("NFD", "Lê Ban Mai")})
    assert ready(trial) == [2, 4] and why(trial) == {3: "tên đăng nhập mai.lb trùng dòng 2"}
    assert [(n.number, n.message) for n in trial.notes] == [
        (2, "cùng họ tên với tài khoản mai.cu"), (4, "cùng họ tên với tài khoản mai.cu"), (4, "cùng họ tên với dòng 2")]


def test_names_without_diacritics_and_decomposed_ones_change_nothing(suoi: int) -> None:
    take(tried(MAI))
    nfd = {key: unicodedata.normalize("NFD", value) for key, value in MAI.items()}
    assert nfd != MAI and [n for n, _name in tried(nfd).known] == [2]
    plain = tried({**MAI, "name": "LE BAN MAI", "groups": "phong van hoa - xa hoi; don vi de nghi: truong suoi trong"})
    assert [n for n, _name in plain.known] == [2] and plain.notes[0].message == "họ tên ghi không dấu, giữ “Lê Ban Mai”"
    new = tried({**NEW, "name": unicodedata.normalize("NFD", "Đỗ Hừng Đông")})
    take(new)
    assert people.find_account("phong.dv").name == "Đỗ Hừng Đông"


def test_group_is_named_as_the_office_calls_it(suoi: int) -> None:
    people.rename_group("vhxh", "Phòng Văn xã", "Culture", by=CLI)
    take(tried({**MAI, "groups": "Phòng văn xã; Chủ tịch UBND xã"}))
    assert held("mai.lb") == {"vhxh", "chair"}


def test_account_without_a_group_is_noted(suoi: int) -> None:
    assert [n.message for n in tried({**NEW, "groups": None}).notes] == ["chưa có vai nào, chỉ đổi được mật khẩu"]


def test_taking_is_all_or_none_and_only_what_was_seen(suoi: int) -> None:
    take(tried(MAI))
    number = people.find_account("mai.lb").id
    trial = tried(NEW, {**MAI, "phone": "2"})
    people.edit_account(number, by=CLI, phone="3")
    with pytest.raises(Stale, match=r"Row 3: the account mai\.lb was changed"):
        take(trial)
    assert "phong.dv" not in people.accounts_by_login()
    people.edit_account(number, by=CLI, phone="0900 000 121")
    people.create_account("phong.dv", "Người Khác", by=CLI)
    with pytest.raises(Stale, match=r"Row 2: the sign-in name phong\.dv is Người Khác's"):
        take(trial)
    assert people.find_account("mai.lb").phone == "0900 000 121"


def test_unit_that_ended_after_the_dry_run_refuses_the_whole(suoi: int) -> None:
    trial = tried({**NEW, "login": "khac", "name": "Khác", "groups": "clerk"}, NEW)
    people.dissolve_unit(suoi, on=clock.today(), by=CLI, reason="sáp nhập")
    with pytest.raises(Exception, match="dissolved or merged"):
        take(trial)
    assert people.accounts_by_login() == {}


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_sheet_that_is_none_empty_or_too_long_is_refused_whole(suoi: int) -> None:
    for name, content in (("a.xlsx", b"x"), ("a.csv", b"x"), ("a.xlsx", filled(IMPORT))):
        with pytest.raises(Invalid):
            IMPORT.try_(name, content, CLI)
    many = [{**NEW, "login": f"nguoi{n}", "name": f"Người Thứ {n}"} for n in range(MOST_ROWS + 1)]
    with pytest.raises(Invalid, match="More than 2000"):
        tried(*many)
    taken = take(tried(*many[:-1]))
    assert taken.new == MOST_ROWS and len({one.code for one in taken.codes}) == MOST_ROWS


def test_cells_of_every_kind_are_read_or_refused_and_break_nothing(suoi: int) -> None:
    odd = [True, 12.0, 3.5, 1e300, clock.today(), "\u202evăn thư", "a\nb", "'=1+1", "\ufeff", ";;:;", "x" * 32_000, 10**20]
    for key in (c.key for c in IMPORT.columns):
        trial = tried(*[{"login": f"n{n}.x", "name": f"Người {n}", key: value} for n, value in enumerate(odd)])
        assert trial.read == len(odd) and all(t.message and t.message_en for t in trial.refused), key
    good = tried({**NEW, "groups": "\u202eVăn  thư ;; KẾ TOÁN;ke toan", "phone": 2553123456})
    assert (good.ready[0][1].groups, good.ready[0][1].phone) == (("clerk", "accountant"), "02553123456")


def test_template_says_which_groups_there_are(suoi: int) -> None:
    people.rename_group("vhxh", "Phòng Văn xã", "Culture", by=CLI)
    assert cells_of(IMPORT.template()) == [{"STT": 1} | {c.heading: None for c in IMPORT.columns}]
    guide = " ".join(said for _heading, said in IMPORT.guide())
    assert "Phòng Văn xã" in guide and "Thủ trưởng đơn vị" in guide


def test_only_the_administrator_tries_and_takes(suoi: int) -> None:
    actors = {
        group: people.actor_of(people.create_account(f"nguoi.{group}", f"Người {group}", by=CLI, groups=[group])[0])
        for group in ("admin", "vhxh_head", "inspector")
    }
    trial = tried(NEW, by=actors["admin"])
    for group in ("vhxh_head", "inspector"):
        with pytest.raises(Forbidden):
            tried(NEW, by=actors[group])
        with pytest.raises(Forbidden):
            take(trial, actors[group])
    assert take(trial, actors["admin"]).new == 1
