"""What a veil takes out of a text, and what it leaves of a nomination."""

from __future__ import annotations

from unicodedata import normalize

import pytest

from service.awards.blinding import Veil, code_of
from service.awards.models import Nomination
from service.vietnamese import fold

VEIL = Veil({7: "HS-03"}, ((fold("Trường TH&THCS Đồng Mây"), "…"), (fold("Đỗ Hừng Đông"), "HS-03")))


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Ông Đỗ Hừng Đông dạy chữ số.", "Ông HS-03 dạy chữ số."),
        ("ĐỖ HỪNG ĐÔNG, do hung dong, đỗ hừng đông", "HS-03, HS-03, HS-03"),
        ("Giáo viên Trường th&thcs Dong May năm 2026", "Giáo viên … năm 2026"),
        ("Đỗ Hừng Đôngg và Đỗ Hừng", "Đỗ Hừng Đôngg và Đỗ Hừng"),
        ("Ông Đỗ  Hừng\tĐông, Đỗ Hừng\u00a0Đông, Đỗ\r\nHừng Đông dạy", "Ông HS-03, HS-03, HS-03 dạy"),
        ("Trường TH&THCS\nĐồng\u202fMây, ba\n\u00a0lớp", "…, ba\n\u00a0lớp"),
        (normalize("NFD", "Ông Đỗ Hừng Đông"), "Ông HS-03"),
        ("", ""),
    ],
)
def test_names_and_units_go_out_of_a_text_however_they_are_typed(said: str, shown: str) -> None:
    assert VEIL.text(said) == shown


def test_of_a_nomination_only_what_it_is_judged_on_is_left() -> None:
    whole = Nomination(
        id=7, round_id=1, unit_id=2, recipient_id=3, name="Đỗ Hừng Đông", title="Giáo viên", unit_name="Trường TH&THCS Đồng Mây",
        kind="INDIVIDUAL", subject_group="D", achievement="Đỗ Hừng Đông dạy chữ số.", code_mark="ABC", form_asked="GK_XA",
    )
    seen = VEIL.over(whole)
    assert (seen.name, seen.title, seen.unit_name, seen.achievement) == ("HS-03", "", "", "HS-03 dạy chữ số.")
    assert (seen.unit_id, seen.recipient_id, seen.code_mark, seen.created_by) == (None, None, None, None)
    assert code_of(3) == "HS-03"
