"""What a sheet may be called: Excel takes 31 letters, and a name that is cut keeps whole words."""

from __future__ import annotations

import pytest

from service.sheets import sheet_name


@pytest.mark.parametrize(("title", "name"), [
    ("Việc của đơn vị", "Việc của đơn vị"),
    ("Theo cấp và hình thức khen thưởng", "Theo cấp và hình thức khen"),
    ("Báo cáo của đơn vị, 6 tháng đầu năm 2026", "Báo cáo của đơn vị, 6 tháng đầu"),
    ("Kết quả 01/2026: [nháp]", "Kết quả 01-2026- -nháp-"),
    ("x" * 40, "x" * 31),
])
def test_a_title_is_a_name_of_a_sheet(title: str, name: str) -> None:
    assert sheet_name(title) == name and len(sheet_name(title)) <= 31
