"""Letters of a bundle: what is taken, what is refused by file and line, and how gaps are filled."""

from __future__ import annotations

import pytest

from tests.workflows.running import GOOD, diagram
from workflows.definition import check_bundle
from workflows.known import Known
from workflows.letter_text import MOST_BYTES, MOST_LETTERS, BadLetter, check_letters, fill_gaps, read_letter

GAPS = {"task": True, "title": True, "due": False}
LETTER = """name = "Mời xác nhận"
name_en = "Please confirm"

[vi]
subject = "Mời xác nhận: {{ task }}"
opening = "Bạn có một việc cần xác nhận."
facts = [["Việc", "{{task}}"], ["Hạn", "{{ due }}"]]
closing = \"\"\"
Hồ sơ: {{ title }}.
Xin xong trước {{ due }}.\"\"\"
button = "Mở việc"

[en]
subject = "Please confirm: {{ task }}"
opening = "You have something to confirm."
"""


def _faults(text: str | bytes) -> list[tuple[str | None, int]]:
    with pytest.raises(BadLetter) as bad:
        read_letter(text.encode() if isinstance(text, str) else text, GAPS)
    assert all(one.message and one.message_en and one.message != one.message_en for one in bad.value.faults)
    return [(one.part, one.line) for one in bad.value.faults]


def test_letter_is_read_with_what_may_be_left_out() -> None:
    letter = read_letter(LETTER.encode(), GAPS)
    assert (letter.name, letter.name_en) == ("Mời xác nhận", "Please confirm")
    assert letter.words["vi"]["facts"] == [["Việc", "{{task}}"], ["Hạn", "{{ due }}"]]
    assert letter.words["en"] == {"subject": "Please confirm: {{ task }}", "opening": "You have something to confirm.", "facts": [],
                                  "closing": "", "button": ""}
    assert read_letter(b"\xef\xbb\xbf" + LETTER.replace("\n", "\r\n").encode(), GAPS) == letter


@pytest.mark.parametrize(
    ("old", "new", "part", "line"),
    [
        ("cần xác nhận.", "cần {% if task %}xác nhận{% endif %}.", "vi.opening", 6),
        ("cần xác nhận.", "cần {# ẩn #} xác nhận.", "vi.opening", 6),
        ("cần xác nhận.", "cần {{ ''.__class__ }}.", "vi.opening", 6),
        ("cần xác nhận.", "cần {{ task.__class__.__mro__ }}.", "vi.opening", 6),
        ("cần xác nhận.", "cần {{ task|upper }}.", "vi.opening", 6),
        ("cần xác nhận.", "cần {{ 7 * 7 }}.", "vi.opening", 6),
        ("cần xác nhận.", "cần {{ {{ task }} }}.", "vi.opening", 6),
        ("cần xác nhận.", "cần {{ reason }}.", "vi.opening", 6),
        ("cần xác nhận.", "cần {{ count }}.", "vi.opening", 6),
        ("cần xác nhận.", "cần <b>xác nhận</b>.", "vi.opening", 6),
        ("cần xác nhận.", "cần <script>alert(1)</script>", "vi.opening", 6),
        ("cần xác nhận.", "cần &lt;b&gt;", "vi.opening", 6),
        ("cần xác nhận.", "cần \\u0000", "vi.opening", 6),
        ("cần xác nhận.", "cần \\u202e", "vi.opening", 6),
        ("cần xác nhận.", "cần \\u200b", "vi.opening", 6),
        ("cần xác nhận.", "chữ " * 501, "vi.opening", 6),
        ("Bạn có một việc cần xác nhận.", "  ", "vi.opening", 6),
        ("Bạn có một việc cần xác nhận.", "Hạn {{ due }}", "vi.opening", 6),
        ("Mời xác nhận: {{ task }}", "Mời {{ due }}", "vi.subject", 5),
        ("Mời xác nhận: {{ task }}", "Mời\\r\\nBcc: x@y.example", "vi.subject", 5),
        ("Mời xác nhận: {{ task }}", "Mời\\nBcc: x@y.example", "vi.subject", 5),
        ('"Mở việc"', '"Mở {{ task }}"', "vi.button", 11),
        ('["Việc", "{{task}}"]', '["Việc", "{{x}}"]', "vi.facts", 7),
        ('["Việc", "{{task}}"]', '["Việc"]', "vi.facts", 7),
        ('["Việc", "{{task}}"]', '["Việc", 3]', "vi.facts", 7),
        ("Hồ sơ: {{ title }}.", "Hồ sơ: {{ citizen }}.", "vi.closing", 9),
        ('button = "Mở việc"', 'sender = "x@y.example"', "vi.sender", 11),
        ('name_en = "Please confirm"', 'name_en = ["x"]', "name_en", 2),
        ('name_en = "Please confirm"', "", None, 1),
        ("[en]", "[fr]", "fr", 13),
    ],
)  # fmt: skip
def test_what_a_letter_may_not_hold_is_named_with_its_line(old: str, new: str, part: str | None, line: int) -> None:
    assert old in LETTER
    found = _faults(LETTER.replace(old, new, 1))
    assert (part, line) in found


@pytest.mark.parametrize(
    "text", [b"", b"x", b"\xff\xfe", b"name = ", b"[" * 9000, b"a = " + b"[" * 9000, b"a = 1" + b"0" * 9000, b"x = \x00"]
)
def test_what_is_no_letter_at_all_is_refused_too(text: bytes) -> None:
    assert _faults(text)


def test_a_letter_of_a_megabyte_is_refused_before_it_is_read() -> None:
    read_letter(LETTER.encode().ljust(MOST_BYTES), GAPS)
    assert _faults(b"x = [" * 200_000) == [(None, 1)]


def test_gaps_are_filled_once_and_a_line_without_its_value_is_left_out() -> None:
    text = "Việc {{ task }}, {{title}}.\n\nHạn {{ due }}."
    values = {"task": "{{ title }} {% x %}", "title": r"\1 \g<0>", "due": ""}
    assert fill_gaps(text, values) == "Việc {{ title }} {% x %}, \\1 \\g<0>.\n"
    assert fill_gaps(text, values | {"due": "mai"}).endswith("\n\nHạn mai.")


def test_the_check_of_a_bundle_names_file_and_line() -> None:
    def said(**letters: bytes) -> list[tuple[str | None, str, str | None]]:
        files = {"a.bpmn": diagram(GOOD)} | {f"{n}.letter": c for n, c in letters.items()}
        return [(p.file, p.code, p.element) for p in check_bundle(files, main="p", known=Known(gaps=GAPS)) if "letter" in p.code]

    assert said(good=LETTER.encode()) == []
    assert said(good=LETTER.encode(), odd=LETTER.replace("{{ title }}", "{{ x }}").encode()) == [("odd.letter", "bad-letter", "vi.closing")]
    (one,) = check_letters({"odd": LETTER.replace("{{ title }}", "{{ x }}").encode()}, GAPS)
    assert one.message.startswith("odd.letter, dòng 9: ") and one.message_en.startswith("odd.letter, line 9: ")
    assert [p.code for p in check_letters({"thư mời": LETTER.encode()}, GAPS)] == ["bad-letter-name"]
    many = {f"l{n}": LETTER.encode() for n in range(MOST_LETTERS + 1)}
    assert [p.code for p in check_letters(many, GAPS)] == ["too-many-letters"]
    del many["l0"]
    assert list(check_letters(many, GAPS)) == []
