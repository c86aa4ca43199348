"""The words of the office's letters at their pages: changed, looked at, tried on oneself, restored; for the administrator alone."""

from __future__ import annotations

from service import notices
from tests.service.web.desk import Desk, fields_of, words

PATH = "/office/mail/letters/assigned"


def _typed(desk: Desk, **changed: str) -> dict[str, str]:
    return fields_of(desk.get("quantri", f"{PATH}/words"), "edit") | changed


def _subject(desk: Desk) -> str:
    return notices.preview("assigned", language="vi", by=desk.office.who("quantri")).subject


def test_words_are_changed_looked_at_tried_and_restored(desk: Desk) -> None:
    assert PATH in desk.get("quantri", "/office/mail").xpath("//a/@href")
    page = desk.get("quantri", PATH)
    assert "Chưa sửa lần nào" in words(page) and f"{PATH}/words" in page.xpath("//@href | //form/@action")
    page = desk.get("quantri", f"{PATH}/words")
    said = words(page)
    assert "{{ task }}" in said and "{{ due }}" in said and "có khi không có" in said
    assert "Kiểm tra, thẩm định hồ sơ" in said  # as a reader gets it, with made-up values, before anything is typed
    typed = _typed(desk, vi_subject="Mời xử lý: {{ task }}", reason="Theo Công văn 12")

    look = desk.post("quantri", f"{PATH}/words", typed | {"act": "look"}, code=200)
    assert "Mời xử lý: Kiểm tra, thẩm định hồ sơ" in words(look) and "Mời xử lý" not in _subject(desk)
    wrong = desk.post("quantri", f"{PATH}/words", typed | {"act": "look", "vi_closing": "{% if x %}"}, code=200)
    assert "không có lệnh hay phép tính" in words(wrong)
    tried = desk.post("quantri", f"{PATH}/words", typed | {"act": "test"}, code=200)
    assert "Đã xếp hàng một thư thử gửi cho bạn." in tried.text_content() and "Mời xử lý" not in _subject(desk)
    box = notices.outbox(by=desk.office.who("quantri"))
    assert box.lines[0].subject == "Mời xử lý: Kiểm tra, thẩm định hồ sơ"

    refused = desk.post("quantri", f"{PATH}/words", typed | {"act": "save", "vi_subject": "{{ nobody }}"}, code=422)
    assert "thư này không có giá trị “nobody”" in words(refused)
    assert refused.xpath("//input[@name='vi_subject']/@value") == ["{{ nobody }}"], "what was typed stands there still"
    desk.post("quantri", f"{PATH}/words", typed | {"act": "save", "reason": ""}, code=422)
    assert "Mời xử lý" not in _subject(desk)
    assert "đang dùng" in desk.say("quantri", f"{PATH}/words", typed | {"act": "save"})
    assert _subject(desk) == "Mời xử lý: Kiểm tra, thẩm định hồ sơ"
    assert "mở trang" in words(desk.post("quantri", f"{PATH}/words", typed | {"act": "save"}, code=409))

    first = desk.read("quantri", f"{PATH}/versions/1")
    assert "Mời xử lý" in first and "Dùng lại" not in first
    assert "Về chữ kèm phần mềm" in desk.read("quantri", f"{PATH}/versions/0")
    desk.post("quantri", f"{PATH}/versions/0/restore", {"reason": ""}, code=422)
    desk.post("quantri", f"{PATH}/versions/0/restore", {"reason": "Về mẫu chung"})
    assert "việc mới: " in _subject(desk)
    assert "Dùng lại chữ này" in desk.read("quantri", f"{PATH}/versions/1")
    desk.post("quantri", f"{PATH}/versions/1/restore?seen=1", {"reason": "Rõ hơn"}, code=409)  # seen before the way back
    desk.post("quantri", f"{PATH}/versions/1/restore?seen=2", {"reason": "Rõ hơn"})
    assert _subject(desk).startswith("Mời xử lý")
    said = desk.read("quantri", PATH)
    assert "Phần đơn vị đã sửa" in said and "Bản tiếng Việt: tiêu đề" in said and "lời mở đầu" not in said
    said = desk.read("quantri", f"{PATH}/words")
    assert said.count("Đang là chữ của đơn vị.") == 1 and said.count("Đang là chữ kèm phần mềm.") == 9
    said = desk.read("quantri", PATH)
    assert "Lần 3" in said and "Rõ hơn" in said and "Theo Công văn 12" in said
    trail = desk.read("quantri", "/trail?part=system")
    assert "sửa chữ của thư “Việc mới” (lần 1): Theo Công văn 12" in trail and "dùng lại chữ của lần sửa 1" in trail
    (kept,) = {one.sha256 for one in notices.read_wording("assigned", by=desk.office.who("quantri")).versions if one.sha256}
    assert kept in desk.read("quantri", f"{PATH}/versions/1") and kept in trail, "version and entry fit together"


def test_page_of_an_alarm_says_why_its_words_stay(desk: Desk) -> None:
    assert f"{PATH}/words" in desk.get("quantri", PATH).xpath("//@href | //form/@action")
    for letter in ("trail_alarm", "keeper_asked"):
        place = f"/office/mail/letters/{letter}"
        page = desk.get("quantri", place)
        assert "chỉ đi bằng chữ kèm phần mềm" in words(page) and f"{place}/words" not in page.xpath("//@href | //form/@action")
        assert "chỉ đi bằng chữ kèm phần mềm" in words(desk.get("quantri", f"{place}/words", code=409))
        desk.post("quantri", f"{place}/words", _typed(desk) | {"act": "test", "reason": "x"}, code=409)
        assert "nội dung thư" in desk.read("thanhtra", place).lower()


def test_only_the_administrator_words_letters(desk: Desk) -> None:
    desk.get("quantri", f"{PATH}/words")
    page = desk.get("thanhtra", PATH)
    assert "Nội dung thư" in words(page) and f"{PATH}/words" not in page.xpath("//@href | //form/@action")
    for path in (f"{PATH}/words", f"{PATH}/versions/0", f"{PATH}/versions/0/restore"):
        desk.get("thanhtra", path, code=403)
    desk.post("thanhtra", f"{PATH}/words", {"vi_subject": "x"}, code=403)
    desk.get("quantri", "/office/mail/letters/nobody", code=404)
    desk.get("quantri", "/office/mail/letters/nobody/words", code=404)
    desk.get("quantri", f"{PATH}/versions/9", code=404)
