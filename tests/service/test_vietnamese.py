"""Order and search of Vietnamese words."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from service.vietnamese import bare, clean, contains, fold, has_words, person_sort_key, sort_key, whole_words


def test_words_stand_in_dictionary_order() -> None:
    ordered = "ba bà bả bã bá bạ ban bàn băn bân bê da đa đá e ê lo lô lơ tu tư xa"
    assert " ".join(sorted(reversed(ordered.split()), key=sort_key)) == ordered


def test_syllables_count_before_what_follows() -> None:
    names = ["An", "An Bình", "Ân", "Thôn 2", "Thôn 3", "Thôn Ba", "Thông"]
    assert sorted(reversed(names), key=sort_key) == names


def test_people_stand_by_given_name() -> None:
    names = ["Trần Văn An", "Lê Thị Ánh", "Đinh Bá Bình", "Nguyễn Bá Bình", "Hồ Đại Ngàn"]
    assert sorted(reversed(names), key=person_sort_key) == names


def test_search_words_have_no_marks() -> None:
    assert fold("Đỗ  Hừng Đông") == "do hung dong"
    assert fold("\u00d0ỗ") == fold("Đỗ") == fold("đỗ") == "do"
    assert fold(unicodedata.normalize("NFD", "Hoàng Bình Minh")) == "hoang binh minh"
    assert contains("50%_\\") == "%50\\%\\_\\\\%"


def test_plain_letters_lose_no_letter_of_a_name() -> None:
    assert bare("Danh sách đề nghị, Đỗ Hừng Đông.pdf") == "Danh sach de nghi, Do Hung Dong.pdf"
    assert bare(unicodedata.normalize("NFD", "Quyết định")) == "Quyet dinh" and bare("\u00d0ỗ") == "Do"


@given(st.text(max_size=40))
def test_cleaning_and_folding_are_stable(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert fold(fold(text)) == fold(text)
    assert sort_key(unicodedata.normalize("NFD", text)) == sort_key(text)


def test_marks_that_turn_the_direction_of_writing_go() -> None:
    assert clean("Lò\u202eThử \ufeffMai") == "LòThử Mai"


def test_words_stand_whole_or_not_at_all() -> None:
    whole = whole_words("Nguyễn Văn An")
    assert whole.sub("…", "Ông Nguyễn Văn An, Nguyễn Văn Anh; don_Nguyễn Văn An.pdf") == "Ông …, Nguyễn Văn Anh; don_….pdf"
    assert not whole.search("Nguyễn Văn An2") and not whole.search("Nguyễn Văn An\u0301")
    assert has_words("Trần NGUYEN VAN AN Bình", "Nguyễn Văn An") and not has_words("Nguyễn Văn Anh", "Nguyễn Văn An")
    assert not has_words("An", "") and has_words("Lê A.B (C)", "A.B (C)")
