"""Texts of many units in one field of a paper: no unit vanishes in the middle of a word, and what has no room is said."""

from __future__ import annotations

from service.movement.wording import whole_lines


def test_texts_that_have_room_stand_whole() -> None:
    assert whole_lines([], "đơn vị") == ""
    assert whole_lines(["- Thôn Một: Mạng yếu.", "- Thôn Hai: Thiếu máy."], "đơn vị") == "- Thôn Một: Mạng yếu.\n- Thôn Hai: Thiếu máy."


def test_many_long_texts_end_at_a_whole_line_and_say_how_many_are_left_out() -> None:
    lines = [f"- Đơn vị {number:02}: {'khó khăn ' * 100}hết." for number in range(60)]
    *kept, last = whole_lines(lines, "đơn vị").split("\n")
    assert 0 < len(kept) < 60 and kept == lines[:len(kept)], "each line that is there is whole"
    assert last == f"… và {60 - len(kept)} đơn vị khác, xem trang của kỳ"
    assert 19_000 < len("\n".join([*kept, last])) <= 20_000, "as many as have room in the field of the form"
    assert whole_lines(["x" * 30_000], "đơn vị") == "… và 1 đơn vị khác, xem trang của kỳ"
