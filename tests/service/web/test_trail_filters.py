"""Finding in the trail on its page: conditions that combine and are taken back one by one, what a person did, files of it."""

from __future__ import annotations

import csv
import io
from importlib import import_module

import pytest
from flask import Flask
from pypdf import PdfReader

from service import trail
from service.awards import rounds
from service.db import transaction
from tests.journeys.office import Office
from tests.service.web.browser import Visitor, words
from tests.service.web.desk import Desk

ROUND = "HN-2026"
READING = import_module("service.trail.read")
"""The module: its name in the package is its verb's."""


@pytest.fixture
def office(desk: Desk) -> Office:
    return desk.office


@pytest.fixture
def app(office: Office) -> Flask:
    return office.app


def in_force(page: object) -> dict[str, str]:
    """Conditions in force: words → where one goes to be rid of it."""
    links = page.xpath("//nav[contains(@class, 'in-force')]/a")  # type: ignore[attr-defined]
    return {words(one).split(" ×")[0]: one.get("href") for one in links}


def test_conditions_combine_stay_in_the_address_and_are_taken_back_one_by_one(app: Flask, office: Office) -> None:
    office.nominate(ROUND, name="Lê Trúc Xanh")
    inspector = Visitor(app, "thanhtra")
    who, name = office.who("donvi").account, office.who("donvi").name
    page = inspector.open(f"/trail?who={who}&kind=nomination:started&door=web&since=2026-11-01&until=2026-12-31&q=lap")
    assert "lập trường hợp đề nghị khen thưởng" in words(page)
    links = in_force(page)
    assert list(links) == [
        f"Người thực hiện: {name}", "Loại: Lập trường hợp đề nghị khen thưởng", "Ghi qua: trang web", "Từ ngày: 01/11/2026",
        "Đến hết ngày: 31/12/2026", "Có chữ: lap", "Bỏ hết điều kiện",
    ]
    without = inspector.open(links["Ghi qua: trang web"])
    assert list(in_force(without)) == [one for one in links if not one.startswith("Ghi qua")]
    assert in_force(inspector.open(links["Bỏ hết điều kiện"])) == {}
    assert "Không có sự kiện nào khớp" in words(inspector.open(f"/trail?who={who}&kind=nomination:started&door=cli"))
    chosen = page.xpath("//option[@selected]/text()")
    assert chosen == [name, "Lập trường hợp đề nghị khen thưởng", "trang web"]
    part = inspector.open(f"/trail?who={who}&part=step")
    assert part.xpath("//input[@type='hidden' and @name='part']/@value") == ["step"]
    assert {one.get("label") for one in part.xpath("//select[@name='kind']/optgroup")} == {"Các bước chính"}


def test_a_nomination_is_found_by_number_and_by_name(app: Flask, office: Office) -> None:
    one, two = office.nominate(ROUND, name="Lê Trúc Xanh"), office.nominate(ROUND, name="Lê Trúc Mai")
    office.assess(one)
    inspector = Visitor(app, "thanhtra")
    for typed in (f"%23{one}", str(one), "truc xanh"):
        answer = inspector.client.get(f"/trail?case={typed}&door=web")
        assert answer.status_code == 303 and f"nomination={one}" in answer.headers["Location"] and "door=web" in answer.headers["Location"]
    page = inspector.open(f"/trail?nomination={one}")
    told = words(page)
    assert f"Hồ sơ: Lê Trúc Xanh (số {one})" in in_force(page) and "nộp phiếu tự đánh giá" in told
    assert "nộp phiếu tự đánh giá" not in words(inspector.open(f"/trail?nomination={two}"))
    meant = inspector.open("/trail?case=le+truc")
    assert [words(link) for link in meant.xpath("//*[@id='case-wrong']//a")] == [
        f"Lê Trúc Mai, Trường TH&THCS Đồng Mây (số {two})", f"Lê Trúc Xanh, Trường TH&THCS Đồng Mây (số {one})",
    ]
    assert "Không có hồ sơ nào có “khong co ai”" in words(inspector.open("/trail?case=khong+co+ai"))
    inspector.open("/trail?nomination=999999", 404)


def test_what_a_person_did_is_one_click_from_the_name(app: Flask, office: Office) -> None:
    office.nominate(ROUND)
    mai, head = office.who("vhxh"), office.who("truongphong")
    with transaction():
        trail.record("hold:lifted", by=mai, stream="instance:1", behalf=head.account)
    inspector = Visitor(app, "thanhtra")
    page = inspector.open("/trail?kind=hold:lifted")
    names = {words(link): link.get("href") for link in page.xpath("//a[@class='name']")}
    assert set(names) == {mai.name, head.name}
    assert f"{mai.name} (xử lý thay {head.name}) kết thúc tạm dừng" in words(page)
    deeds = inspector.open(names[head.name])
    assert f"Người thực hiện: {head.name}, kể cả việc người khác làm thay" in in_force(deeds)
    assert "kết thúc tạm dừng" in words(deeds)
    assert "kết thúc tạm dừng" not in words(inspector.open(f"/trail?who={head.account}"))
    assert "kết thúc tạm dừng" in words(inspector.open(f"/trail?behalf={head.account}"))
    admin = Visitor(app, "quantri")
    (link,) = admin.open(f"/office/people/{mai.account}").xpath("//a[text()='Người này đã làm gì']")
    assert "kết thúc tạm dừng" in words(admin.open(link.get("href")))
    own = Visitor(app, "vhxh").open("/nominations/1/trail?part=all")
    assert office.who("donvi").name in words(own) and own.xpath("//a[@class='name']") == []


def test_before_and_after_are_a_table_in_words(app: Flask, office: Office) -> None:
    number = office.rounds[ROUND]
    calendar = dict(rounds.read_round(number).calendar)
    later = f"{calendar['ceremony'][:8]}{int(calendar['ceremony'][8:]) + 1:02}"
    rounds.change_calendar(number, calendar | {"ceremony": later}, "Theo thông báo mới", by=office.who("vhxh"))
    page = Visitor(app, "thanhtra").open("/trail?kind=round:calendar_changed")
    (row,) = page.xpath("//table[@class='changes']/tbody/tr")
    day = "/".join(reversed(calendar["ceremony"].split("-")))
    assert [words(cell) for cell in row] == ["Lễ trao tặng", day, "/".join(reversed(later.split("-")))]
    assert "ceremony" not in words(page)


def test_a_search_that_stopped_says_so(app: Flask, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    inspector = Visitor(app, "thanhtra")
    monkeypatch.setattr(READING, "_PATIENCE", 60)
    assert "Tìm chữ phải đọc từng sự kiện" not in words(inspector.open("/trail?q=lap+dot+xet"))
    monkeypatch.setattr(READING, "_STRETCH", 5)
    monkeypatch.setattr(READING, "_PATIENCE", -1)
    page = inspector.open("/trail?q=lap+dot+xet")
    told = words(page)
    assert "Tìm chữ phải đọc từng sự kiện: mới tìm đến sự kiện số" in told and "Không có sự kiện nào khớp" not in told
    (further,) = page.xpath("//a[@rel='next']")
    assert words(further) == "Tìm tiếp trong các sự kiện trước đó" and "q=lap" in further.get("href")


def test_files_of_what_was_found_are_entries_and_hide_what_is_hidden(app: Flask, office: Office) -> None:
    office.nominate(ROUND, name="Lê Trúc Xanh")
    with transaction():
        trail.record("petition:received", by=office.who("vhxh"), stream="list:1", private={"sender": "Bà Lan Tố"})
    inspector, admin = Visitor(app, "thanhtra"), Visitor(app, "quantri")
    page = inspector.open("/trail?kind=petition:received")
    links = {words(link): link.get("href") for link in page.xpath("//a[@download]")}
    assert set(links) == {"Excel", "CSV", "PDF", "JSON"}
    with inspector.client.get(links["CSV"]) as answer:
        seen = answer.get_data().decode("utf-8-sig")
        assert answer.mimetype == "text/csv" and answer.headers["Content-Disposition"].startswith("attachment; filename=nhat-ky-")
    assert len(list(csv.reader(io.StringIO(seen)))) == 2 and "Bà Lan Tố" in seen
    with admin.client.get(links["CSV"]) as answer:
        kept = answer.get_data().decode("utf-8-sig")
    assert "nhận đơn" in kept and "Bà Lan Tố" not in kept and "không được xem" in kept
    with transaction():
        trail.record("hold:lifted", by=office.who("vhxh"), stream="list:1", reason="Đơn rút\u202e 🎉 Ž 漢")
    with inspector.client.get("/trail/export.pdf?kind=hold:lifted") as answer:
        (page_,) = PdfReader(io.BytesIO(answer.get_data())).pages
    assert "Đơn rút□ □ Ž □" in " ".join(page_.extract_text().split())
    with inspector.client.get("/trail/export.pdf?kind=nomination:started&q=lap") as answer:
        printed = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.get_data())).pages)
    printed = " ".join(printed.split())
    assert "TRÍCH NHẬT KÝ HỆ THỐNG" in printed and "lập trường hợp đề nghị khen thưởng" in printed and "Mai Hoa Cau" in printed
    with admin.client.get("/trail/export.pdf?who=999999&since=2031-01-01") as answer:
        assert answer.status_code == 200 and answer.get_data().startswith(b"%PDF")
    told = [(e.actor, e.body["format"], e.body["count"], e.reason) for e in trail.read(kind="trail:exported").events]
    assert [one[1:3] for one in told] == [("PDF", 0), ("PDF", told[1][2]), ("PDF", 1), ("CSV", 1), ("CSV", 1)] and told[1][2] >= 1
    said = words(inspector.open("/trail?kind=trail:exported"))
    assert "xuất nhật ký, dạng CSV, 1 sự kiện, lọc theo Loại: Nhận đơn, ý kiến phản ánh" in said and "có chữ “lap”" in said
    for login, path in (("vhxh", "/trail/export.csv"), ("donvi", "/trail/export.json")):
        assert Visitor(app, login).client.get(path).status_code == 403
    inspector.open("/trail/export.exe", 404)


def test_words_that_mean_nothing_neither_break_a_page_nor_widen_a_file(app: Flask, office: Office) -> None:
    office.nominate(ROUND, name="Lê Trúc Xanh")
    inspector = Visitor(app, "thanhtra")
    account, name = office.who("donvi").account, office.who("donvi").name
    with inspector.client.get(f"/trail/export.csv?who={account}&kind=nomination:started") as answer:
        assert len(list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))) == 2
    for long in ("9" * 20, "٣"):
        with inspector.client.get(f"/trail/export.csv?who={long}&behalf={long}") as answer:
            assert len(list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))) == 1
    told = words(inspector.open("/trail?kind=trail:exported"))
    assert f"lọc theo Người thực hiện: {name}" in told and f"Người thực hiện: {'9' * 20}; Thay mặt: {'9' * 20}" in told

    assert "Người thực hiện: ٣" in in_force(inspector.open("/trail?who=٣"))
    inspector.open(f"/trail?past={'9' * 30}")
    assert "Không có sự kiện nào khớp" not in words(inspector.open("/trail?kind=nomination:*"))
    for unknown in ("no:such", "no:*", "nomination"):
        page = inspector.open(f"/trail?kind={unknown}")
        assert "Không có sự kiện nào khớp" in words(page) and "Loại: không có loại này" in in_force(page)
    before = trail.last_number()
    for wrong, label in (
        ("kind=no:such", "Loại"), ("part=none", "Nhóm"), ("nomination=x", "Hồ sơ"), ("case=x", "Hồ sơ"), ("since=hier", "Từ ngày"),
        ("until=2026", "Đến hết ngày"),
    ):
        assert f"Điều kiện lọc không đọc được: {label}." in words(inspector.open(f"/trail/export.csv?{wrong}", 422)), wrong
    assert trail.last_number() == before


def test_a_file_that_cannot_hold_so_many_is_refused_with_what_to_do(app: Flask, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    inspector = Visitor(app, "thanhtra")
    monkeypatch.setattr("service.papers.trail_export.MOST", {"csv": None, "pdf": 3})
    before = trail.last_number()
    refused = inspector.open("/trail/export.pdf", 422)
    assert "chứa được 3. Thu hẹp điều kiện lọc, hoặc tải CSV, JSON." in words(refused) and trail.last_number() == before
    with inspector.client.get("/trail/export.csv") as answer:
        rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert len(rows) - 1 == before and trail.last_number() == before + 1


def test_main_steps_of_a_case_are_told_once(app: Flask, office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one, facts={"path": "PHONG_TRAO"})
    office.sign(one)
    officer = Visitor(app, "vhxh")
    steps, whole = (officer.open(f"/nominations/{one}/trail?part={part}") for part in ("step", "all"))

    def sentences(page: object) -> list[str]:
        return [words(p) for p in page.xpath("//div[@class='what']/p[1]")]  # type: ignore[attr-defined]

    signed = [said for said in sentences(steps) if "ký hồ sơ" in said]
    assert len(signed) == 1 and "1 tên" in signed[0]
    assert len([said for said in sentences(whole) if "ký hồ sơ" in said]) == 2
    assert "Cùng việc này, sự kiện số" in words(steps)
