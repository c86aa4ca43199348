"""Working days of a Vietnamese office: holidays, compensation, swaps and counting (law.md section 6)."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.calendar import MOST_DAYS, OutsideCalendar, WorkingCalendar, read_overrides, vietnam

OVERRIDES = Path(__file__).parents[2] / "service/awards/data/calendar.toml"


@pytest.fixture(scope="module")
def calendar() -> WorkingCalendar:
    off, working = read_overrides(OVERRIDES.read_text(encoding="utf-8"))
    return vietnam(range(2024, 2032), off=off, working=working)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 1),
        date(2026, 4, 27),  # Giỗ Tổ on Sunday 26/4, compensated
        date(2026, 4, 30),
        date(2026, 5, 1),
        date(2026, 9, 1),
        date(2026, 9, 2),
        date(2026, 11, 24),  # from 2026, NQ 28/2026/QH16
        date(2027, 1, 1),
        date(2027, 4, 30),
        date(2027, 5, 3),  # 01/5/2027 is a Saturday
        date(2027, 9, 2),
        date(2027, 9, 3),
        date(2030, 11, 25),  # 24/11/2030 is a Sunday
        *(date(2026, 2, 16) + timedelta(days=i) for i in range(5)),  # Tết 2026: 14/02 to 22/02
    ],
)
def test_public_holiday_is_not_worked(calendar: WorkingCalendar, day: date) -> None:
    assert day.weekday() < 5
    assert not calendar.is_working(day)
    assert calendar.names[day]


@pytest.mark.parametrize(
    "day", [date(2026, 11, 23), date(2026, 11, 25), date(2025, 11, 24), date(2027, 5, 4)]
)
def test_day_beside_a_holiday_is_worked(calendar: WorkingCalendar, day: date) -> None:
    assert calendar.is_working(day)


def test_swapped_days_of_the_yearly_decision_count_the_other_way_round(calendar: WorkingCalendar) -> None:
    plain = vietnam([2026])
    assert plain.is_working(date(2026, 1, 2)) and not plain.is_working(date(2026, 1, 10))
    assert not calendar.is_working(date(2026, 1, 2)) and calendar.is_working(date(2026, 1, 10))
    assert not calendar.is_working(date(2026, 8, 31)) and calendar.is_working(date(2026, 8, 22))


def test_posting_of_ten_days_across_24_november_ends_one_day_later(calendar: WorkingCalendar) -> None:
    posted = date(2026, 11, 16)
    without = WorkingCalendar()
    assert without.add(posted, 10) == date(2026, 11, 30)
    assert calendar.add(posted, 10) == date(2026, 12, 1)


def test_counting_starts_on_the_day_after(calendar: WorkingCalendar) -> None:
    friday = date(2026, 11, 20)
    assert calendar.add(friday, 1) == date(2026, 11, 23)
    assert calendar.add(friday, 2) == date(2026, 11, 25)
    assert calendar.between(friday, date(2026, 11, 25)) == 2
    assert calendar.between(friday, friday) == 0
    assert calendar.between(date(2026, 11, 25), friday) == -2


def test_last_day_on_a_day_off_moves_to_the_next_working_day(calendar: WorkingCalendar) -> None:
    assert calendar.add(date(2027, 5, 1), 0) == date(2027, 5, 4)
    assert calendar.add(date(2027, 5, 4), 0) == date(2027, 5, 4)


def test_a_saturday_counts_only_where_it_is_entered_as_worked(calendar: WorkingCalendar) -> None:
    friday, saturday, monday = date(2026, 12, 4), date(2026, 12, 5), date(2026, 12, 7)
    assert calendar.add(friday, 1) == calendar.add(saturday, 1) == monday, "days of what comes in then begin with the next working day"
    assert calendar.add(saturday, 0) == monday, "and what would end then ends with it"
    worked = vietnam([2026], working=[saturday])
    assert worked.add(friday, 1) == worked.add(saturday, 0) == saturday and worked.add(saturday, 1) == monday


def test_counting_back_gives_the_reminder_days(calendar: WorkingCalendar) -> None:
    assert calendar.add(date(2026, 11, 26), -3) == date(2026, 11, 20)


def test_an_override_wins_over_what_was_computed_either_way() -> None:
    culture, swapped = date(2026, 11, 24), date(2026, 8, 22)
    assert vietnam([2026]).is_working(swapped)  # known to the list of holidays
    calendar = vietnam([2026], working=[culture], off={swapped: "Nghỉ"})
    assert calendar.is_working(culture) and culture not in calendar.names
    assert not calendar.is_working(swapped)


def test_days_off_between_are_named(calendar: WorkingCalendar) -> None:
    named = calendar.off_between(date(2026, 11, 20), date(2026, 11, 27))
    assert named == ((date(2026, 11, 24), "Ngày Văn hóa Việt Nam"),)


def test_unknown_year_is_an_error_rather_than_a_year_without_holidays(calendar: WorkingCalendar) -> None:
    assert calendar.is_working(date(2031, 12, 31))
    with pytest.raises(OutsideCalendar, match="2032"):
        calendar.add(date(2031, 12, 31), 3)


def test_absurd_number_of_days_is_refused(calendar: WorkingCalendar) -> None:
    with pytest.raises(ValueError, match="too many"):
        calendar.add(date(2026, 1, 1), MOST_DAYS + 1)


@pytest.mark.parametrize(
    "text", ['[[off]]\nname = "x"', "[[working]]\ndate = 2026-01-10", '[[off]]\ndate = "x"\nname="y"']
)
def test_override_without_date_or_name_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="entry 1"):
        read_overrides(text)


@given(st.dates(date(2025, 1, 1), date(2028, 1, 1)), st.integers(1, 300))
def test_add_and_between_are_inverse(day: date, n: int) -> None:
    calendar = _CALENDAR
    end = calendar.add(day, n)
    assert calendar.is_working(end)
    assert calendar.between(day, end) == n


_CALENDAR = vietnam(range(2025, 2031))
