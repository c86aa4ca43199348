"""The letters: words in two languages, dates, escaping, and what can never get in."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime

import pytest

from service.notices.letters import (
    FOLDER,
    LANGUAGES,
    SUBJECT_LENGTH,
    checked,
    letters,
    render,
    sample_of,
)

TASK = {"task": "Kiểm tra, thẩm định hồ sơ", "title": "Hồ sơ của thôn Đông"}


@pytest.mark.parametrize("name", sorted(letters()))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_can_be_written_and_says_the_same_in_both_forms(name: str, language: str) -> None:
    assert checked(name, letters()[name].sample)
    written = sample_of(letters()[name], language=language, person="Lê Ban Mai", url="https://vinhdanh.example/tasks/7")
    assert written.subject and "\n" not in written.subject and "{" not in written.subject
    opening = written.text.split("\n")[2]
    assert opening in written.html
    for part in (written.text, written.html):
        assert "Lê Ban Mai" in part
        assert letters()[name].sample.get(letters()[name].page, "https://vinhdanh.example/tasks/7") in part
        assert "{{" not in part and "{%" not in part
    assert written.text.index("Lê Ban Mai") == 0 + len("Gửi " if language == "vi" else "Dear ")


def test_the_letters_of_the_issue_are_there() -> None:
    assert {"assigned", "returned", "reminder", "overdue", "decided"} <= letters().keys()


def test_no_letter_takes_a_reason_a_vote_a_name_list_or_a_citizen_number() -> None:
    allowed = {
        "task",
        "title",
        "count",
        "others",
        "due",
        "by",
        "days",
        "holder",
        "act", "what", "what_en", "found",
        "register", "register_en", "outcome", "outcome_en", "period", "period_en",
        "said",
        "day",
        "review_until",
        "closes",
        "at",
        "held_at",
        "place",
        "uid",
        "sequence",
        "number",
        "process",
        "version",
        "note",
    }
    own = {
        "council_invitation": {"agenda", "reason"}, "council_called_off": {"reason"},  # who must come, to what, why not
        "matter_ended": {"reason"},  # why an inspection that a unit was told of is called off
        "password_reset": {"login", "code", "minutes"}, "address_fails": {"address"},
        "keeper_asked": {"authority", "page"}, "keeper_ended": {"letters"}, "keeper_left": {"letters"},
        "keeper_letter": {"letter", "before", "checkpoint", "size", "root", "spoken", "signed", "trail", "page"},
    }
    taken = {name: letter.fields.keys() - own.get(name, set()) for name, letter in letters().items()}
    assert set().union(*taken.values()) == allowed
    secret = {(name, field) for name, letter in letters().items() for field, (kind, _) in letter.fields.items() if kind == "secret"}
    assert secret == {("password_reset", "code"), ("keeper_asked", "page"), ("keeper_letter", "page")}


def test_secret_is_kept_with_no_mail_and_shown_to_nobody() -> None:
    said = {"login": "mai", "minutes": 30, "code": "K7MQ-2WXA-9DFT"}
    whole = render("password_reset", said, language="vi", person="Lê Ban Mai")
    assert "K7MQ-2WXA-9DFT" in whole.text and "K7MQ-2WXA-9DFT" in whole.html
    kept = checked("password_reset", said)
    assert kept == {"login": "mai", "minutes": 30}
    shown = render("password_reset", kept, language="vi", person="Lê Ban Mai")
    assert "····-····-····" in shown.text and "K7MQ" not in shown.text + shown.html


def test_words_of_the_house_are_said_in_the_readers_language_and_lines_are_left_as_they_are() -> None:
    context = checked("assigned", {"task": "Kiểm tra thành phần, thẩm định", "title": "Đã niêm yết danh sách"})
    written = render("assigned", context, language="en", person="Lê Ban Mai")
    assert "New task" in written.subject and "Kiểm tra" not in written.text
    assert "Đã niêm yết danh sách" in written.text  # a title is somebody's own words
    decided = checked("decided", {"act": "Đã niêm yết danh sách", "title": "Đợt 2026", "count": 1})
    assert "Đã" not in render("decided", decided, language="en", person="Mai").text
    assert "Đã niêm yết danh sách" in render("decided", decided, language="vi", person="Mai").text
    late = checked("escalated", {"task": "Báo cáo", "title": "Hồ sơ", "due": datetime(2026, 11, 27, tzinfo=UTC)})
    assert "Nobody has taken a task" in render("escalated", late, language="en", person="Mai").text
    assert "Chưa ai nhận một việc" in render("escalated", late, language="vi", person="Mai").text


def test_field_too_many_or_too_few_is_named() -> None:
    assert checked("assigned", TASK) == TASK
    with pytest.raises(ValueError, match="does not take reason"):
        checked("assigned", TASK | {"reason": "thiếu biên bản"})
    with pytest.raises(ValueError, match="needs 'title'"):
        checked("assigned", {"task": "x"})
    with pytest.raises(ValueError, match="no letter 'assinged'"):
        checked("assinged", TASK)
    with pytest.raises(ValueError, match="assigned.count takes a count"):
        checked("assigned", TASK | {"count": "bảy"})
    with pytest.raises(ValueError, match="no time zone"):
        checked("assigned", TASK | {"due": datetime(2026, 11, 27, 17)})


@pytest.mark.parametrize(
    ("moment", "vi", "en"),
    [
        (datetime(2026, 11, 27, 10, 0, tzinfo=UTC), "17:00 ngày 27/11/2026", "27/11/2026, 17:00"),
        (datetime(2026, 11, 27, 16, 59, 59, tzinfo=UTC), "hết ngày 27/11/2026", "end of 27/11/2026"),
        (datetime(2026, 11, 26, 17, 30, tzinfo=UTC), "00:30 ngày 27/11/2026", "27/11/2026, 00:30"),
    ],
)
def test_moments_are_said_in_vietnamese_time(moment: datetime, vi: str, en: str) -> None:
    context = checked("assigned", TASK | {"due": moment})
    assert f"Hạn xử lý: {vi}" in render("assigned", context, language="vi", person="A").text
    assert f"Due: {en}" in render("assigned", context, language="en", person="A").text


def test_days_are_said_day_first() -> None:
    context = checked(
        "decided", {"act": "Đã có quyết định", "title": "Đợt 2026", "count": 7, "day": date(2026, 12, 1)}
    )
    assert "Ngày: 01/12/2026" in render("decided", context, language="vi", person="A").text


def test_fact_without_a_value_leaves_no_hole() -> None:
    with_due = render("assigned", TASK | {"due": "2026-11-27T10:00:00Z"}, language="vi", person="A")
    without = render("assigned", TASK, language="vi", person="A")
    assert "Hạn xử lý" in with_due.text and "Hạn xử lý" in with_due.html
    assert "Hạn xử lý" not in without.text and "Hạn xử lý" not in without.html


def test_a_letter_to_somebody_who_is_not_named_greets_a_recipient() -> None:
    assert render("assigned", TASK, language="vi", person="A").text.startswith("Gửi A,")
    assert render("assigned", TASK, language="vi", person="").text.startswith("Gửi người nhận,")


def test_markup_in_a_task_name_stays_text() -> None:
    context = TASK | {"task": '<h1>Ký & "đóng dấu"</h1><script>alert(1)</script>'}
    written = render("assigned", context, language="vi", person="<b>Mai</b>", url="https://x.example/tasks/1")
    assert '<h1>Ký & "đóng dấu"</h1>' in written.text
    assert "<h1>" not in written.html and "<script" not in written.html and "<b>" not in written.html
    assert "&lt;h1&gt;Ký &amp;" in written.html
    assert "&lt;b&gt;Mai&lt;/b&gt;" in written.html


def test_line_breaks_are_kept_in_the_body_and_never_reach_the_subject() -> None:
    context = TASK | {"task": "Dòng một\r\nBcc: x@y.example\nDòng ba"}
    written = render("assigned", context, language="vi", person="A")
    assert written.subject == "Việc mới: Dòng một Bcc: x@y.example Dòng ba"
    assert "Việc: Dòng một\n  Bcc: x@y.example\n  Dòng ba" in written.text
    assert "Dòng một<br>Bcc: x@y.example<br>Dòng ba" in written.html


def test_marks_that_turn_or_hide_text_are_taken_out() -> None:
    context = TASK | {"task": "an\u202eoàn\x07 \u2028xong"}
    written = render("assigned", context, language="vi", person="A")
    assert written.subject == "Việc mới: an oàn xong"


def test_template_signs_in_a_value_are_not_read() -> None:
    written = render("assigned", TASK | {"task": "{{ 7 * 7 }}{% for x in y %}"}, language="vi", person="A")
    assert "{{ 7 * 7 }}{% for x in y %}" in written.text


def test_words_leave_composed() -> None:
    loose = unicodedata.normalize("NFD", "Thẩm định hồ sơ đề nghị Ế Ợ Ẫ")
    written = render(
        "assigned", TASK | {"task": loose}, language="vi", person=unicodedata.normalize("NFD", "Lê Ợ")
    )
    for part in (written.subject, written.text, written.html):
        assert unicodedata.is_normalized("NFC", part)
        assert unicodedata.normalize("NFC", loose) in part


def test_long_subject_is_cut_the_body_is_not() -> None:
    written = render("assigned", TASK | {"task": "việc " * 80}, language="vi", person="A")
    assert len(written.subject) == SUBJECT_LENGTH and written.subject.endswith("…")
    assert ("việc " * 80).strip() in written.text


def test_html_brings_its_style_along_and_loads_nothing() -> None:
    html = sample_of(letters()["assigned"], language="vi", person="A", url="https://vinhdanh.example/tasks/7").html
    assert "<style" not in html and "<img" not in html and "<link" not in html and "<script" not in html
    assert 'style="' in html
    assert '<html lang="vi">' in html


def test_unknown_language_falls_back_to_vietnamese() -> None:
    assert render("assigned", TASK, language="fr", person="A").subject.startswith("Việc mới")


def test_no_letter_speaks_of_votes_or_reasons_in_detail() -> None:
    for file in FOLDER.glob("*.toml"):
        words = file.read_text(encoding="utf-8").lower()
        for word in ("số phiếu", "phiếu bầu", "cccd", "căn cước", "ballot", "citizen", "token"):
            if (file.stem, word) != ("token_made", "token"):  # it says that there is one; its fields have no place for it
                assert word not in words, (file.name, word)
