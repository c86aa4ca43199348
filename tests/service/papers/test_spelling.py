"""Sums in words, as a payment list says them."""

from __future__ import annotations

import pytest

from service.papers.spelling import cited, counted, figure, spelt


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "không"), (5, "năm"), (10, "mười"), (15, "mười lăm"), (21, "hai mươi mốt"), (24, "hai mươi bốn"), (55, "năm mươi lăm"),
        (105, "một trăm linh năm"), (759_000, "bảy trăm năm mươi chín nghìn"),
        (60_720_000, "sáu mươi triệu bảy trăm hai mươi nghìn"), (1_000_005, "một triệu không trăm linh năm"),
        (1_138_500, "một triệu một trăm ba mươi tám nghìn năm trăm"), (2_000_000_000, "hai tỷ"),
        (3_050_000_010, "ba tỷ không trăm năm mươi triệu không trăm mười"),
    ],
)
def test_sum_is_spelt(value: int, words: str) -> None:
    assert spelt(value) == words


def test_only_sums_are_spelt() -> None:
    with pytest.raises(ValueError):
        spelt(-1)


def test_figures() -> None:
    assert (figure(60_720_000), counted(7), counted(12)) == ("60.720.000", "07", "12")


@pytest.mark.parametrize(("register", "paper"), [
    ("Nghị định 152/2025/NĐ-CP, Điều 54 khoản 1 điểm e", "điểm e khoản 1 Điều 54 Nghị định số 152/2025/NĐ-CP"),
    ("Luật Thi đua, khen thưởng 06/2022/QH15, Điều 84 khoản 5", "khoản 5 Điều 84 Luật Thi đua, khen thưởng 06/2022/QH15"),
    ("Nghị định số 152/2025/NĐ-CP, Điều 54; Nghị định 91/2017/NĐ-CP, Điều 73 khoản 2",
     "Điều 54 Nghị định số 152/2025/NĐ-CP; khoản 2 Điều 73 Nghị định số 91/2017/NĐ-CP"),
    ("Quy chế của tỉnh", "Quy chế của tỉnh"), ("", ""),
])
def test_citations_stand_in_the_order_of_papers(register: str, paper: str) -> None:
    assert cited(register) == paper
