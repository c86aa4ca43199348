"""The working calendar as a drawing: nothing is written over something else."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from service.web.ruler import WIDTH, Flag, Ruler, lay_out
from workflows.calendar import WorkingCalendar

FIRST = date(2027, 1, 25)


def drawn(days: int, *flags: Flag, off: int = 0) -> Ruler:
    holidays = {FIRST + timedelta(days=14 + n): "Tết Nguyên đán" for n in range(off)}
    return lay_out(FIRST, FIRST + timedelta(days=days), WorkingCalendar(frozenset(holidays), names=holidays), [], flags)


@pytest.mark.parametrize("apart", range(12))
@pytest.mark.parametrize("at", [0, 3, 25])
def test_flags_of_near_days_stand_beside_each_other(at: int, apart: int) -> None:
    today = Flag("Hôm nay 26/1", FIRST + timedelta(days=at))
    safe = Flag("Ngày an toàn cuối cùng: thứ hai 28/1", FIRST + timedelta(days=min(at + apart, 34)), "safe")
    one, two = drawn(34, safe, today).pins
    assert one.label_x + one.label_width < two.label_x
    assert one.label_x >= 0 and two.label_x + two.label_width <= WIDTH + 0.1


@pytest.mark.parametrize("days", [34, 90, 330])
def test_holidays_in_a_row_are_named_as_often_as_there_is_room(days: int) -> None:
    ruler = drawn(days, off=5)
    assert ruler.holidays and len(ruler.off_days) == 5
    assert all(two - one >= 54 for (one, _), (two, _) in pairwise(ruler.holidays))


@pytest.mark.parametrize("days", [34, 90, 330])
def test_dates_under_the_axis_have_room(days: int) -> None:
    dated = [x for x, words in drawn(days).ticks if words]
    assert dated and all(two - one >= 46 for one, two in pairwise(dated))
