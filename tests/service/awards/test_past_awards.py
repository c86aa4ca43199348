"""The register of past awards by Excel: dry run, repeat-safe, half-right rows by name; joined recipients; who may."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from service import trail
from service.awards import past_awards, past_import
from service.awards.joining import join_nominations
from service.awards.models import PastAward, Recipient
from service.awards.past_import import COLUMNS, PastTrial
from service.db import reading
from service.errors import Conflict, Forbidden, Invalid
from tests.journeys.office import Office

HEADINGS = [c.heading for c in COLUMNS]
GOOD: dict[str, Any] = {
    "name": "Hoàng Bình Minh", "kind": "Cá nhân", "unit": "Trường TH&THCS Đồng Mây", "what": "Bằng khen tỉnh", "year": 2020,
    "basis": "Công trạng", "decision": "412/QĐ-UBND", "decided_on": date(2020, 12, 20), "issuer": "Chủ tịch UBND tỉnh",
}


def sheet(*rows: dict[str, Any]) -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["STT", *HEADINGS])
    for number, row in enumerate(rows, 1):
        page.append([number, *(row.get(c.key) for c in COLUMNS)])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def tried(office: Office, content: bytes, *, by: str = "vhxh") -> PastTrial:
    return past_import.try_past_import("da-khen.xlsx", content, by=office.who(by))


def take(office: Office, trial: PastTrial, *, by: str = "vhxh") -> int:
    return past_import.take_past_import(past_import.from_kept(trial.kept()), by=office.who(by))


def test_sheet_is_read_without_writing_then_taken_once(office: Office) -> None:
    content = sheet(GOOD, {**GOOD, "what": "CSTĐCS", "year": 2021, "decision": None, "decided_on": None},
                    {**GOOD, "what": "hoàn thành tốt nhiệm vụ", "year": 2021.0, "decision": None, "decided_on": None})
    trial = tried(office, content)
    assert (len(trial.ready), trial.refused, trial.known) == (3, (), ())
    with reading() as s:
        assert s.scalars(select(PastAward)).all() == []
    assert take(office, trial) == 3
    again = tried(office, content)
    assert (again.ready, len(again.known)) == ((), 3)
    assert take(office, trial) == 0, "pressed twice"
    rows, total = past_awards.find_past(office.who("thanhtra"), text="hoang binh")
    assert total == 3 and {r.row.what for r in rows} == {"BK_TINH", "CSTDCS", "HTT"}
    (event,) = trail.read(stream="system", kind="past_award:entered").events
    assert "3 dòng" in trail.sentence(event, "vi")


@pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"name": " "}, "thiếu tên"),
        ({"kind": "Người"}, "ghi đối tượng"),
        ({"unit": "Xã khác"}, "đơn vị “Xã khác” không có trong danh mục"),
        ({"unit": None}, "thiếu đơn vị"),
        ({"what": "Bằng khen vàng"}, "không có trong danh mục danh hiệu"),
        ({"year": "hai nghìn"}, "năm phải là số"),
        ({"year": None}, "thiếu năm"),
        ({"year": 2031}, "năm phải từ 1945 đến 2026"),
        ({"decision": None}, "thiếu số quyết định"),
        ({"decided_on": "31/02/2020"}, "“31/02/2020” không đúng"),
        ({"decided_on": date(2019, 1, 1)}, "không hợp với năm 2020"),
        ({"basis": "Khác"}, "loại hình “Khác”"),
        ({"year": "#N/A"}, "cột Năm báo lỗi #N/A"),
        ({"year": "=2000+20"}, "cột Năm là công thức chưa tính"),
        ({"what": "Sáng kiến", "achievement": None}, "thiếu tên sáng kiến"),
        ({"decision": None, "decided_on": "32/13/2020"}, "ngày quyết định “32/13/2020” không đúng, ghi ngày có thật dạng 31/12/2025; "
         "thiếu số quyết định"),
        ({"unit": "Xã khác", "year": 2099}, "đơn vị “Xã khác” không có trong danh mục; năm phải từ 1945 đến 2026"),
        ({"birth_year": 2090}, "năm sinh 2090 sau năm được khen"),
        ({"what": "LĐTT", "kind": "Tập thể"}, "Lao động tiên tiến không dành cho tập thể"),
        ({"unit": "Xã khác", "year": None, "kind": "x"}, "ghi đối tượng: cá nhân, tập thể hoặc hộ gia đình; đơn vị “Xã khác” "
         "không có trong danh mục; thiếu năm"),
    ],
)
def test_half_right_row_is_refused_by_name_and_kept_to_be_mended(office: Office, wrong: dict[str, Any], why: str) -> None:
    trial = tried(office, sheet(GOOD, GOOD | {"name": "Lê Trúc Xanh", **wrong}))
    assert [n for n, _ in trial.ready] == [2]
    (turned,) = trial.refused
    assert turned.number == 3 and why in turned.message and turned.message_en
    back = load_workbook(io.BytesIO(past_import.refused_sheet(trial))).worksheets[0]
    cells = dict(zip([c.value for c in back[1]], [c.value for c in back[2]], strict=False))
    assert cells["Số quyết định"] == (None if "decision" in wrong else "412/QĐ-UBND")
    assert "Dòng 3" in str(cells["Vì sao chưa nhận"]) and why in str(cells["Vì sao chưa nhận"])
    if str(wrong.get("year", "")).startswith("="):
        assert cells["Năm"] == "'=2000+20", "a formula comes back as it was written, and as text"
    assert take(office, trial) == 1


def test_name_in_small_letters_is_taken_and_pointed_at(office: Office) -> None:
    trial = tried(office, sheet(GOOD, GOOD | {"name": "lê trúc xanh"}))
    assert len(trial.ready) == 2 and [(n.number, n.name) for n in trial.notes] == [(3, "lê trúc xanh")]


def test_refused_rows_mended_and_sent_again_are_all_that_is_new(office: Office) -> None:
    trial = tried(office, sheet(GOOD, GOOD | {"name": "Lê Trúc Xanh", "unit": "Xã khác"}))
    take(office, trial)
    book = load_workbook(io.BytesIO(past_import.refused_sheet(trial)))
    page = book.worksheets[0]
    page.cell(2, HEADINGS.index("Đơn vị") + 2).value = "DONG-MAY"
    stream = io.BytesIO()
    book.save(stream)
    mended = tried(office, stream.getvalue())
    assert [said.name for _, said in mended.ready] == ["Lê Trúc Xanh"] and not mended.refused
    assert mended.ready[0][1].decided_on == date(2020, 12, 20)
    assert take(office, mended) == 1


def reckoned_sheet() -> bytes:
    """A sheet whose year came from a formula that Excel reckoned: the value lies beside the formula."""
    content = sheet({**GOOD, "year": "=2000+20"})
    import zipfile

    source, out = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith("sheet1.xml"):
                assert b"<f>2000+20</f><v />" in data or b"<f>2000+20</f><v></v>" in data or b"<f>2000+20</f><v/>" in data
                for empty in (b"<v />", b"<v></v>", b"<v/>"):
                    data = data.replace(b"<f>2000+20</f>" + empty, b"<f>2000+20</f><v>2020</v>")
            target.writestr(name, data)
    return out.getvalue()


def test_formula_that_was_reckoned_is_taken_and_said(office: Office) -> None:
    trial = tried(office, reckoned_sheet())
    assert trial.ready[0][1].year == 2020 and trial.reckoned == ((2, "Hoàng Bình Minh", "Năm"),)


@pytest.mark.long
@pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
def test_sheet_that_is_none_or_lacks_a_column_is_refused_whole(office: Office) -> None:
    assert tried(office, sheet(GOOD)).ready
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["STT", "Họ tên, tên tập thể, tên hộ", "Năm"])
    page.append([1, "Hoàng Bình Minh", 2020])
    stream = io.BytesIO()
    book.save(stream)
    with pytest.raises(Invalid, match="lacks: Đối tượng, Đơn vị"):
        tried(office, stream.getvalue())
    for name, content in (("a.xlsx", b"x"), ("a.csv", b"x"), ("a.xlsx", sheet())):
        with pytest.raises(Invalid):
            past_import.try_past_import(name, content, by=office.who("vhxh"))
    with pytest.raises(Invalid, match="More than"):
        tried(office, sheet(*[{**GOOD, "name": f"Người Thứ {n}"} for n in range(past_import.MOST_ROWS + 1)]))


def test_same_row_twice_and_two_ratings_of_a_year_are_told_apart(office: Office) -> None:
    rating = {**GOOD, "decision": None, "decided_on": None, "year": 2024}
    trial = tried(office, sheet(GOOD, GOOD, {**rating, "what": "HTT"}, {**rating, "what": "HTXS"}))
    assert [t.message for t in trial.refused] == ["trùng dòng 2", "dòng 4 xếp loại khác cho cùng năm: Hoàn thành tốt nhiệm vụ"]
    take(office, trial)
    later = tried(office, sheet({**rating, "what": "HTXS"}))
    assert "sổ đã ghi hoàn thành tốt nhiệm vụ" in later.refused[0].message


def test_two_people_of_one_name_need_the_birth_year(office: Office) -> None:
    for year in (1970, 1990):
        take(office, tried(office, sheet({**GOOD, "birth_year": year, "decision": f"{year}/QĐ"})))
    trial = tried(office, sheet({**GOOD, "decision": "5/QĐ"}))
    assert "có 2 người tên Hoàng Bình Minh" in trial.refused[0].message
    assert tried(office, sheet({**GOOD, "decision": "5/QĐ", "birth_year": 1990})).ready


def test_only_the_office_enters_and_strikes(office: Office) -> None:
    trial = tried(office, sheet(GOOD))
    for login in ("donvi", "thanhtra", "quantri", "chutich"):
        with pytest.raises(Forbidden):
            tried(office, sheet(GOOD), by=login)
        with pytest.raises(Forbidden):
            take(office, trial, by=login)
    with pytest.raises(Forbidden):
        past_awards.find_past(office.who("donvi"))
    take(office, trial)
    (held,), _ = past_awards.find_past(office.who("vhxh"))
    with pytest.raises(Forbidden):
        past_awards.strike_past(held.row.id, "Sai", by=office.who("thanhtra"))
    with pytest.raises(Invalid):
        past_awards.strike_past(held.row.id, " ", by=office.who("vhxh"))
    past_awards.strike_past(held.row.id, "Nhầm người", by=office.who("vhxh"))
    with pytest.raises(Conflict):
        past_awards.strike_past(held.row.id, "Nhầm người", by=office.who("vhxh"))
    with reading() as s:
        assert past_awards.earlier_of(s, held.row.recipient_id) == []
    assert tried(office, sheet(GOOD)).known, "a struck row is not brought back by the same sheet"


def test_past_awards_follow_the_recipient_that_was_joined(office_on: Callable[[date], Office]) -> None:
    office = office_on(date(2026, 11, 3))
    one = office.nominate("HN-2026")
    other = office.nominate("HN-2026", unit="DET-NANG-SOM", by="donvi2", seen=[one])
    take(office, tried(office, sheet(GOOD, {**GOOD, "unit": "DET-NANG-SOM"}, {**GOOD, "unit": "DET-NANG-SOM", "year": 2015,
                                                                          "decided_on": datetime(2015, 5, 1), "decision": "7/QĐ"})))
    join_nominations(one, other, "Cùng một người", by=office.who("vhxh"))
    with reading() as s:
        kept = office.read(one).recipient_id
        assert s.get_one(Recipient, kept).same_as is None
        assert sorted(e.year for e in past_awards.earlier_of(s, kept)) == [2015, 2020]
