"""The digital index on the pages: drafted by hand, opened, entered with a file, returned with a reason, ranked and drawn."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

from openpyxl import load_workbook

from service import people
from service.movement import index
from service.web import charts
from tests.journeys.office import PDF
from tests.service.movement.index.made import accept, drafted, opened, send
from tests.service.web import browser
from tests.service.web.desk import Desk, words

INDICATOR: dict[str, Any] = {
    "code": "1.9", "pillar": "1", "name": "Văn bản ký số", "name_en": "Signed", "measure": "%",
    "inputs-0-key": "ky", "inputs-0-label": "Số ký",
    "inputs-1-key": "tong", "inputs-1-label": "Tổng số", "formula": "ky / tong * 100", "full": "90", "maximum": "10", "weight": "1,5",
    "who": "unit", "evidence": "Bảng thống kê",
}
OWN = ("Số văn bản đi ký số", "Tổng số văn bản đi", "Bảng thống kê", "Số buổi", "Số người", "buổi")
"""Somebody's own words, which are told as they are."""


def _content(desk: Desk, number: int) -> index.Content:
    return index.read_set(number, by=desk.office.who("vhxh"))


def _published(desk: Desk) -> int:
    number = opened(desk.office)
    accept(desk.office, send(desk.office, number, "1.1", ky_so=3, tong=4), send(desk.office, number, "2.1", buoi=40))
    index.close_set(number, "Hết hạn", by=desk.office.who("vhxh"))
    index.publish_set(number, by=desk.office.who("truongphong"))
    return number


def test_the_way_in_is_the_movements_page(desk: Desk) -> None:
    assert desk.get("donvi", "/registers").xpath("//main//a[@href='/index-sets']")
    assert not desk.get("uv1", "/registers").xpath("//main//a[@href='/index-sets']")
    desk.get("uv1", "/index-sets", 403)


def test_the_office_drafts_a_set_by_hand_and_what_is_refused_keeps_what_was_typed(desk: Desk) -> None:
    page = desk.post("vhxh", "/index-sets/new", {"year": "2026", "name": "Bộ chỉ số", "name_en": "The index", "basis": "Đề xuất"})
    assert "Trụ cột" in words(page)
    (number,) = (row.id for row in index.list_sets(by=desk.office.who("vhxh")))
    base = f"/index-sets/{number}"
    desk.post("vhxh", f"{base}/pillars/new", {"code": "1", "name": "Chính quyền số", "name_en": "Government", "weight": "60"})
    again = desk.post("vhxh", f"{base}/indicators/new", INDICATOR | {"formula": "ky / toan_bo * 100"}, 422)
    assert "toan_bo" in words(again) and again.xpath("//input[@value='Văn bản ký số']") and "Công thức:" in words(again)
    desk.post("vhxh", f"{base}/indicators/new", INDICATOR)
    one = _content(desk, number).indicator("1.9")
    assert (one.formula, one.weight, one.inputs[1]) == ("ky / tong * 100", "1.5", {"key": "tong", "label": "Tổng số"})
    desk.post("vhxh", f"{base}/indicators/1.9", INDICATOR | {"maximum": "20", "parameters-0-name_of": "h", "parameters-0-value": "2",
                                                              "formula": "h * ky / tong"})
    assert (_content(desk, number).indicator("1.9").maximum, _content(desk, number).indicator("1.9").parameters) == ("20", {"h": "2"})
    desk.post("vhxh", f"{base}/pillars/1", {"name": "Chính quyền số", "name_en": "Government", "weight": "70"})
    assert _content(desk, number).pillars[0].weight == "70"
    desk.post("vhxh", f"{base}/indicators/1.9/drop")
    desk.post("vhxh", f"{base}/pillars/1/drop")
    assert _content(desk, number).pillars == []
    desk.post("vhxh", f"{base}/change", {"year": "2027", "name": "Bộ", "name_en": "Index", "basis": ""})
    assert _content(desk, number).row.year == 2027


def test_a_draft_is_opened_copied_and_nobody_else_finds_these_pages(desk: Desk) -> None:
    number = drafted(desk.office)
    desk.get("vhxh", f"/index-sets/{number}/open")
    for login in ("donvi", "thanhtra", "vanphong"):
        desk.get(login, f"/index-sets/{number}/open", 403)
    desk.get("donvi", f"/index-sets/{number}", 404)
    late = desk.post("vhxh", f"/index-sets/{number}/open", {"due_on": "01/01/2026", "units": [str(desk.office.units["DONG-MAY"])]}, 422)
    assert "Hạn nhập đã qua" in words(late)
    desk.post("vhxh", f"/index-sets/{number}/open", {"due_on": "10/12/2026", "units": [str(desk.office.units["DONG-MAY"])]})
    row = _content(desk, number).row
    assert (row.state, row.due_on, row.units) == ("open", date(2026, 12, 10), [desk.office.units["DONG-MAY"]])
    desk.post("vhxh", f"/index-sets/{number}/copy", {"year": "2027"})
    assert "chép từ bộ của năm trước" in desk.read("vhxh", f"/index-sets/{number + 1}")
    assert "Nhập giá trị của đơn vị" in desk.read("donvi", f"/index-sets/{number}")


def test_a_unit_enters_with_a_file_and_mends_what_was_returned(desk: Desk) -> None:
    number = opened(desk.office)
    unit = desk.office.units["DONG-MAY"]
    own, form = f"/index-sets/{number}/units/{unit}", f"/index-sets/{number}/units/{unit}/1.1"
    bare = desk.post("donvi", form, {"said-ky_so": "30", "said-tong": "40"}, 422)
    assert "Kèm minh chứng" in words(bare) and bare.xpath("//input[@name='said-ky_so' and @value='30']")
    sent = [("said-ky_so", "30"), ("said-tong", "40"), ("note", "Quý IV"), ("files", (io.BytesIO(PDF), "Thống kê.pdf"))]
    page = desk.post("donvi", form, sent)
    assert "75 %" in words(page) and "7,5 trên 10" in words(page) and "Chờ xác nhận" in words(page)
    value = index.values_of(_content(desk, number), by=desk.office.who("vhxh"))[0]
    shown = desk.get("vhxh", f"/index-values/{value.id}")
    (file,) = shown.xpath("//main//a[starts-with(@href, '/files/')]/@href")
    for login, code in (("vhxh", 200), ("donvi2", 404)):
        browser.forget()
        answer = desk.who(login).client.get(file)
        answer.close()
        assert answer.status_code == code
    desk.get("donvi2", f"/index-values/{value.id}", 404)
    desk.get("donvi2", own, 404)
    desk.post("vhxh", f"/index-values/{value.id}/return", {"seen": "1", "reason": ""}, 422)
    desk.post("vhxh", f"/index-values/{value.id}/return", {"seen": "1", "reason": "Thiếu quý I"})
    assert "Thiếu quý I" in desk.read("donvi", "/index-sets") and "Thiếu quý I" in desk.read("donvi", own)
    assert "phải sửa, gửi lại" in desk.read("donvi", "/registers")
    for path in ("/", "/inbox"):
        for login in ("donvi", "thutruong"):
            page = desk.get(login, path)
            (way,) = page.xpath(f"//main//a[@href='{form}']")
            assert "1.1. Tỷ lệ văn bản đi ký số (2026)" in words(way), (login, path)
            assert "Lý do trả lại: Thiếu quý I" in words(page) and "Trường" in words(page)
        assert "Thiếu quý I" not in desk.read("donvi2", path)
    assert "1 giá trị chỉ số phải sửa, gửi lại" in desk.read("donvi", "/inbox")
    mend = desk.get("donvi", form)
    assert mend.xpath("//input[@name='said-tong' and @value='40']") and "Thống kê.pdf" in words(mend) and "Thiếu quý I" in words(mend)
    desk.post("donvi", form, {"said-ky_so": "35", "said-tong": "40", "files": str(value.files[0])})
    assert "Thiếu quý I" not in desk.read("donvi", "/") and "Thiếu quý I" not in desk.read("donvi", "/inbox")
    for path in (f"/index-values/{value.id}", own):
        assert "Đã trả lại trước đó: Thiếu quý I" in desk.read("vhxh", path), "who decides sees what was wrong the first time"
    desk.post("vhxh", f"/index-values/{value.id}/accept", {"seen": "1"}, 409)
    assert "Đã nhận" in desk.say("vhxh", f"/index-values/{value.id}/accept", {"seen": "2"})


def test_a_share_above_a_hundred_per_cent_is_kept_and_marked_wherever_it_is_read(desk: Desk) -> None:
    number = opened(desk.office)
    own = f"/index-sets/{number}/units/{desk.office.units['DONG-MAY']}"
    link = {"link": "https://sonmai.example/so"}
    right = desk.post("donvi", f"{own}/1.1", {"said-ky_so": "10", "said-tong": "10", **link})
    assert "vượt 100%" not in words(right)
    sent = desk.post("donvi", f"{own}/1.1", {"said-ky_so": "12", "said-tong": "10", **link})
    assert "Chỉ số 1.1: kết quả 120% vượt 100%" in words(sent), "it is kept, and who sent it is told"
    field = desk.get("donvi", f"{own}/1.1").xpath("//input[@name='said-ky_so']")[0]
    assert field.get("value") == "12" and "vượt 100%" in words(field.xpath("ancestor::div[contains(@class, 'field')][1]")[0])
    bare = desk.post("donvi", f"{own}/1.1", {"said-ky_so": "13", "said-tong": "10"}, 422)
    assert "kết quả 130% vượt 100%" in words(bare), "what is refused for something else is marked too"
    value = index.values_of(_content(desk, number), by=desk.office.who("vhxh"))[0]
    marks = desk.get("vhxh", f"/index-values/{value.id}").xpath("//main//ul[@class='check-list']//span[starts-with(@class, 'is-')]/@class")
    assert marks == ["is-warn", "is-info"], "no tick under a warning"
    assert "vượt 100%" in desk.read("vhxh", f"/index-values/{value.id}") and "vượt 100%" in desk.read("vhxh", own)
    index.accept_value(value.id, seen=value.version, by=desk.office.who("vhxh"))
    results = desk.read("vhxh", f"/index-sets/{number}/results")
    assert "Tỷ lệ vượt 100%, cần xem lại" in results and "có tỷ lệ vượt 100%" in results and "1 giá trị cao hơn mức" in results


def test_what_was_returned_comes_back_unchanged_only_with_a_reason(desk: Desk) -> None:
    number = opened(desk.office)
    url, link = f"/index-sets/{number}/units/{desk.office.units['DONG-MAY']}/1.1", {"link": "https://sonmai.example/thong-ke"}
    value = send(desk.office, number, "1.1", ky_so=50, tong=41)
    index.return_value(value, "Vượt 100%, xem lại mẫu số", seen=1, by=desk.office.who("vhxh"))
    typed = {"said-ky_so": "50", "said-tong": "41", **link}
    refused = desk.post("donvi", url, typed, 422)
    assert "bị trả lại: “Vượt 100%, xem lại mẫu số”" in words(refused.xpath("//*[@data-errors]")[0])
    assert refused.xpath("//input[@name='said-ky_so']/@value") == ["50"], "what was typed stays"
    desk.post("donvi", url, typed | {"note": "Gồm văn bản năm trước ký bù"})
    assert "Gồm văn bản năm trước ký bù" in desk.read("vhxh", f"/index-values/{value}")


def test_what_cannot_be_reckoned_is_returned_or_left_out_and_before_publication_nobody_is_ranked_by_nothing(desk: Desk) -> None:
    number = opened(desk.office)
    own = f"/index-sets/{number}/units/{desk.office.units['DET-NANG-SOM']}"
    bad = send(desk.office, number, "1.1", "donvi2", "DET-NANG-SOM", ky_so=3, tong=0)
    accept(desk.office, send(desk.office, number, "1.1", ky_so=3, tong=4))
    said = desk.get("vhxh", own)
    assert "Chỉ số 1.1: chia cho 0" in words(said) and not said.xpath(f"//form[@action='/index-values/{bad}/accept']")
    desk.post("vhxh", f"/index-values/{bad}/accept", {"seen": "1"}, 409)
    rows = [browser.words(row) for row in desk.get("vhxh", f"/index-sets/{number}/results").xpath("//main//table[last()]/tbody/tr")]
    (missing,) = [row for row in rows if "Nắng Sớm" in row]
    assert "chưa có số liệu" in missing and "đồng hạng" not in missing and "0,0" not in missing
    assert "Tạm tính" in desk.read("vhxh", f"/index-sets/{number}/results")
    desk.post("vhxh", f"/index-values/{bad}/leave-out", {"seen": "1", "reason": "Không có văn bản đi trong năm"})
    assert "Không có văn bản đi trong năm" in desk.read("donvi2", own)
    assert "Chỉ số 1.1: chia cho 0" in desk.read("vhxh", f"/index-sets/{number}/results"), "named, no silent 0"


def test_units_read_a_formula_in_the_labels_of_its_numbers_and_who_edits_it_as_it_is_written(desk: Desk) -> None:
    number = opened(desk.office)
    value = send(desk.office, number, "1.1", ky_so=3, tong=4)
    said = "“Số văn bản đi ký số” / “Tổng số văn bản đi” × 100"
    for path in (f"/index-sets/{number}", f"/index-sets/{number}/units/{desk.office.units['DONG-MAY']}/1.1", f"/index-values/{value}"):
        shown = desk.read("donvi", path)
        assert said in shown and "ky_so" not in shown, path
    judged = desk.read("vhxh", f"/index-values/{value}")
    assert said in judged and "ky_so" not in judged, "who judges a value reads labels, too"
    for path in (f"/index-sets/{number}", f"/index-sets/{drafted(desk.office, 2027)}"):
        assert "ky_so / tong * 100" in desk.read("vhxh", path) and said in desk.read("vhxh", path)


def test_what_is_typed_for_an_indicator_is_kept_until_it_is_sent(desk: Desk) -> None:
    number = opened(desk.office)
    form = f"/index-sets/{number}/units/{desk.office.units['DONG-MAY']}/1.1"
    page = desk.get("donvi", form)
    assert page.xpath("//form[@id='edit']/@data-draft") == [f"{form}/draft"]
    client = desk.who("donvi").client
    token = page.xpath("//input[@name='csrf_token']/@value")[0]
    typed = {"csrf_token": token, "said-ky_so": "12", "said-tong": "10", "note": "Quý I"}
    answer = client.post(f"{form}/draft", data=typed, headers={"Accept": "application/json"})
    assert answer.json["message"].startswith("Đã lưu nháp lúc") and "kết quả 120% vượt 100%" in answer.json["message"]
    again = desk.get("donvi", form)
    assert again.xpath("//input[@name='said-ky_so']/@value") == ["12"] and "Quý I" in words(again) and "Đã lưu nháp lúc" in words(again)
    kept = desk.post("donvi", form, {"said-ky_so": "9", "said-tong": "", "act": "draft"})
    assert kept.xpath("//input[@name='said-ky_so']/@value") == ["9"], "a draft is no value"
    assert index.values_of(_content(desk, number), by=desk.office.who("vhxh")) == []
    desk.post("donvi", form, {"said-ky_so": "9", "said-tong": "10", "link": "https://sonmai.example/so"})
    send(desk.office, number, "1.1", ky_so=8, tong=10)
    assert desk.get("donvi", form).xpath("//input[@name='said-ky_so']/@value") == ["8"], "what was sent stands, no draft over it"
    for login, code in (("donvi2", 404), ("uv1", 403)):
        desk.get(login, form, code)
        assert desk.who(login).client.post(f"{form}/draft", data=typed).status_code in (400, 403, 404)


def test_what_is_not_sent_again_is_left_out_and_the_page_says_why(desk: Desk) -> None:
    number = opened(desk.office)
    value = send(desk.office, number, "1.2", buoi=4)
    index.return_value(value, "Nhầm đơn vị tính", seen=1, by=desk.office.who("vhxh"))
    own, url = f"/index-sets/{number}/units/{desk.office.units['DONG-MAY']}", f"/index-values/{value}/leave-out"
    assert "Chốt không tính" not in desk.read("vhxh", own)
    index.close_set(number, "Hết hạn", by=desk.office.who("vhxh"))
    assert "Chốt không tính" in desk.read("vhxh", own) and "Chốt không tính" not in desk.read("donvi", own)
    assert "0 điểm" in desk.read("vhxh", url)
    desk.get("donvi", url, 403)
    desk.post("vhxh", url, {"seen": "1", "reason": ""}, 422)
    assert "Đã chốt không tính" in desk.say("vhxh", url, {"seen": "1", "reason": "Không gửi lại"})
    for login in ("donvi", "vhxh"):
        assert "Không tính" in desk.read(login, own) and "Lý do không tính: Không gửi lại" in desk.read(login, f"/index-values/{value}")
    assert "Không gửi lại" in desk.read("donvi", own)


def test_who_falls_in_for_the_office_finds_the_buttons_at_its_own_values(desk: Desk) -> None:
    number = opened(desk.office, units=("VHXH", "DONG-MAY"))
    own = send(desk.office, number, "1.2", "vhxh", "VHXH", buoi=1)
    send(desk.office, number, "1.2", buoi=1)
    url = f"/index-sets/{number}/units/{desk.office.units['VHXH']}"
    button = f"//main//form[@action='/index-values/{own}/accept']"
    for login, seen in (("vanphong", 1), ("vhxh", 0), ("truongphong", 0), ("thanhtra", 0)):
        assert len(desk.get(login, url).xpath(button)) == seen, login
    assert not desk.get("vanphong", f"/index-sets/{number}/units/{desk.office.units['DONG-MAY']}").xpath("//main//form[@method='post']")
    desk.get("vhxh", f"/index-values/{own}/return", 403)
    desk.get("vanphong", f"/index-values/{own}/return")
    assert "Đã nhận" in desk.say("vanphong", f"/index-values/{own}/accept", {"seen": "1"})


def test_results_are_drawn_with_their_table_and_go_out_as_excel(desk: Desk) -> None:
    number = _published(desk)
    page = desk.get("donvi", f"/index-sets/{number}/results")
    rows = [browser.words(row) for row in page.xpath("//main//tbody/tr")]
    assert any("Trường" in row and "1" in row for row in rows) and len(page.xpath("//main//table")) == 2
    assert not page.xpath("//main//*[@style]")
    answer = desk.who("donvi").client.get(f"/index-sets/{number}/results.xlsx")
    assert load_workbook(io.BytesIO(answer.get_data())).sheetnames == ["Xếp hạng 2026"]
    answer = desk.who("thanhtra").client.get(f"/index-sets/{number}/results.xlsx")
    assert load_workbook(io.BytesIO(answer.get_data())).sheetnames == ["Xếp hạng 2026", "Giá trị"]
    assert "2026" in desk.read("donvi", "/index-sets/trend")
    desk.post("truongphong", f"/index-sets/{number}/reopen", {"reason": "Nhập nhầm"})
    desk.get("donvi", f"/index-sets/{number}/results", 409)


def test_closing_and_publishing_ask_first(desk: Desk) -> None:
    number = opened(desk.office)
    desk.post("vhxh", f"/index-sets/{number}/close", {"reason": ""}, 422)
    desk.post("vhxh", f"/index-sets/{number}/close", {"reason": "Hết hạn"})
    desk.get("vhxh", f"/index-sets/{number}/publish", 403)
    assert "Công bố điểm" in desk.read("truongphong", f"/index-sets/{number}/publish")
    desk.post("truongphong", f"/index-sets/{number}/publish")
    assert _content(desk, number).row.state == "published"


def test_a_set_that_cannot_be_published_yet_says_why_beforehand_with_the_way_to_what_lacks(desk: Desk) -> None:
    number = opened(desk.office)
    value = send(desk.office, number, "1.1", ky_so=3, tong=4)
    index.close_set(number, "Hết hạn", by=desk.office.who("vhxh"))
    page = desk.get("truongphong", f"/index-sets/{number}")
    assert "Còn 1 giá trị chưa được nhận." in words(page)
    assert page.xpath(f"//main//ul[@class='check-list']//a[@href='/index-sets/{number}/values']")
    assert page.xpath("//button[@aria-disabled='true'][contains(., 'Công bố kết quả')]")
    assert not page.xpath(f"//form[@action='/index-sets/{number}/publish']")
    desk.post("truongphong", f"/index-sets/{number}/publish", code=409)
    accept(desk.office, value)
    page = desk.get("truongphong", f"/index-sets/{number}")
    assert "Còn 1 giá trị" not in words(page) and not page.xpath("//button[@aria-disabled='true'][contains(., 'Công bố kết quả')]")
    desk.post("truongphong", f"/index-sets/{number}/publish")
    assert _content(desk, number).row.state == "published"


def test_who_sends_what_cannot_be_reckoned_is_told_which_number_to_correct(desk: Desk) -> None:
    number = opened(desk.office)
    own = f"/index-sets/{number}/units/{desk.office.units['DONG-MAY']}"
    desk.post("donvi", f"{own}/1.1", {"said-ky_so": "3", "said-tong": "0", "link": "https://sonmai.example/thong-ke"})
    told = "Chỉ số 1.1: chia cho 0. Số “Tổng số văn bản đi” đang là 0 nên không tính được. Sửa lại số đó rồi gửi"
    for page in (own, f"{own}/1.1"):
        assert told in desk.read("donvi", page), page
    desk.post("donvi", f"{own}/1.1", {"said-ky_so": "3", "said-tong": "4", "link": "https://sonmai.example/thong-ke"})
    assert "chia cho 0" not in desk.read("donvi", own) and "75" in desk.read("donvi", own)


def test_a_sheet_is_tried_and_taken(desk: Desk) -> None:
    number = drafted(desk.office)
    content = index.set_sheet(_content(desk, number))
    page = desk.post("vhxh", "/index-sets/import", [("list", (io.BytesIO(content), "bo.xlsx"))])
    assert "4 dòng đã có" in words(page)
    wrong = words(desk.post("vhxh", "/index-sets/import", [("list", (io.BytesIO(b"a,b"), "bo.csv"))], 422))
    assert "Chọn tệp .xlsx theo mẫu." in wrong and "4 dòng đã có" not in wrong, "what is said is of the file that was sent last"
    assert "4 dòng đã có" in desk.read("vhxh", "/index-sets/import"), "and nothing that was read is lost"
    desk.get("donvi", "/index-sets/import", 403)


def test_the_pages_speak_english(desk: Desk) -> None:
    number = _published(desk)
    visitor = browser.Visitor(desk.office.app, "vhxh", language="en")
    unit, own = desk.office.units["DONG-MAY"], (*OWN, *(one.name for one in people.list_units()))
    for path in ("/index-sets", f"/index-sets/{number}", f"/index-sets/{number}/values", f"/index-sets/{number}/units/{unit}",
                 f"/index-sets/{number}/results", "/index-sets/trend", "/index-sets/new"):
        said = words(visitor.open(path))
        for one in own:
            said = said.replace(one, "")
        assert not re.search("[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", said.lower()), (path, said)


def test_drawings_are_of_figures_and_need_enough_of_them() -> None:
    assert charts.radar(["a", "b"], [("Cả xã", [1, 2])], "x") is None and charts.lines([2026], [("Cả xã", [1])], "x") is None
    drawn = charts.radar(["a", "b", "c"], [("Cả xã", [100, 0, 50])], "x")
    assert drawn is not None and drawn.shapes[0].dots[0] == (210.0, 82.0) and drawn.shapes[0].dots[1] == (210.0, 210.0)
    assert (drawn.top, drawn.height) == (41, 263)
    line = charts.lines([2025, 2026], [("Cả xã", [None, 50])], "x")
    assert line is not None and len(line.shapes[0].dots) == 1 and line.shapes[0].dots[0][1] == 122.0
