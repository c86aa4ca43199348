"""Text files of a bundle: each fault with its line, in both languages, whatever the file is for."""

from __future__ import annotations

import pytest

from workflows.written import Unread, Written, read_toml

TEXT = """first = "a"
second = "b"

[part]
first = "c"
long = \"\"\"
one
two {{ x }}\"\"\"
"""


def test_a_file_is_read_as_data_with_its_text() -> None:
    data, source = read_toml(TEXT.encode(), 1000, ("tệp", "file"))
    assert data["part"]["first"] == "c" and source == TEXT
    for content, line in ((TEXT.encode() * 9, 1), (b"a = 1\nb = \xff\n", 2), (b"a = 1\nb = \n", 2), (b"a = 1\na = 2", 2)):
        with pytest.raises(Unread) as unread:
            read_toml(content, 400, ("tệp", "file"))
        fault = unread.value.fault
        assert (fault.part, fault.line) == (None, line) and fault.message != fault.message_en


@pytest.mark.parametrize(
    ("part", "snippet", "line"),
    [
        (("first",), "", 1), (("second",), "", 2), (("part", "first"), "", 5), (("part",), "", 4), (("part", "nothing"), "", 4),
        (("part", "long"), "{{ x }}", 8), (("part", "long"), "not there", 6), (("nothing",), "", 1),
    ],
)
def test_a_part_is_found_by_its_line(part: tuple[str, ...], snippet: str, line: int) -> None:
    found = Written(TEXT).fault(part, "sai", "wrong", snippet)
    assert (found.part, found.line) == (".".join(part), line)


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (3, {}), ("", {}), (" ", {}), ("x" * 11, {}), ("a\nb", {}), ("a\u200b", {}), ("a\x00", {}), ("<b>", {}), ("&amp;", {}),
        ("{% x %}", {}), ("{{ a b }}", {}), ("{{ x }}", {"gaps": False}),
    ],
)
def test_texts_that_are_not_taken(text: object, options: dict[str, bool]) -> None:
    written = Written(TEXT)
    assert list(written.text("{{ x }} y", ("first",), 10)) == list(written.text("a\nb", ("first",), 10, several=True)) == []
    assert list(written.text("", ("first",), 10, empty=True)) == []
    faults = list(written.text(text, ("first",), 10, **options))
    assert faults and all(one.message and one.message_en and one.message != one.message_en for one in faults)


def test_parts_without_meaning_and_missing_ones_are_named() -> None:
    faults = list(Written(TEXT).keys({"first": 1, "odd": 2}, (), ("first", "second"), ("first", "second")))
    assert [one.part for one in faults] == ["odd", None] and "second" in faults[1].message_en
    (inside,) = Written(TEXT).keys({"first": 1}, ("part",), ("first",), ("first", "more"))
    assert (inside.part, inside.line) == ("part", 4) and "in [part]" in inside.message_en
