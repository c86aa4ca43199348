"""Dates, sums, deadlines and names as people read them; addresses of built files."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask import Flask

from service import words
from service.web import rendering
from workflows.calendar import vietnam

CALENDAR = vietnam([2026, 2027])
MONDAY = datetime(2026, 11, 23, 2, 42, tzinfo=UTC)  # 09:42 in Viet Nam


def said(day: date | datetime, now: datetime = MONDAY) -> words.Due:
    due = words.due(day, now, CALENDAR)
    assert due
    return due


@pytest.mark.usefixtures("reading")
class TestDays:
    def test_full_date_is_day_month_year(self) -> None:
        assert words.full_date(date(2026, 2, 5)) == "05/02/2026"

    def test_full_date_of_nothing_is_empty(self) -> None:
        assert words.full_date(None) == ""

    def test_moment_is_told_on_the_clock_of_viet_nam(self) -> None:
        late = datetime(2026, 11, 22, 18, 5, tzinfo=UTC)
        assert words.full_moment(late) == "23/11/2026, 01:05"

    def test_moment_without_a_zone_is_utc(self) -> None:
        assert words.clock_time(datetime(2026, 11, 22, 18, 5)) == "01:05"

    def test_short_date_names_another_year(self) -> None:
        assert words.short_date(date(2026, 11, 2), date(2026, 12, 1)) == "02/11"
        assert words.short_date(date(2025, 11, 2), date(2026, 12, 1)) == "02/11/2025"

    @pytest.mark.parametrize(
        ("day", "paper"),
        [
            (date(2026, 11, 23), "ngày 23 tháng 11 năm 2026"),
            (date(2026, 2, 5), "ngày 05 tháng 02 năm 2026"),
            (date(2026, 3, 12), "ngày 12 tháng 3 năm 2026"),
        ],
    )
    def test_long_date_is_as_papers_write_it(self, day: date, paper: str) -> None:
        assert words.long_date(day) == paper

    def test_weekday_is_in_words(self) -> None:
        assert words.weekday(date(2026, 11, 23)) == "Thứ Hai"


@pytest.mark.usefixtures("reading")
class TestFigures:
    def test_money_has_dots_and_the_word(self) -> None:
        assert words.money(60_720_000) == "60.720.000 đồng"

    def test_decimals_have_a_comma(self) -> None:
        assert words.number(Decimal("9.5"), 1) == "9,5"
        assert words.number(10, 1) == "10,0"

    def test_minus_is_a_minus_sign(self) -> None:
        assert words.number(-0.5, 1) == "−0,5"

    @pytest.mark.parametrize(("count", "words_"), [(31, "31"), (999, "999"), (1000, "999+"), (0, "0")])
    def test_count_stops_at_999(self, count: int, words_: str) -> None:
        assert words.counted(count) == words_

    @pytest.mark.parametrize(
        ("count", "words_"), [(380, "380 B"), (380_000, "380 kB"), (1_200_000, "1,2 MB")]
    )
    def test_size_of_a_file(self, count: int, words_: str) -> None:
        assert words.size(count) == words_


@pytest.mark.usefixtures("reading")
class TestDue:
    def test_holiday_in_between_is_named(self) -> None:
        due = said(date(2026, 11, 25))
        assert due.words == "Còn 1 ngày làm việc"
        assert due.note == "25/11, trừ nghỉ lễ 24/11"
        assert due.sentence == "Còn 1 ngày làm việc (24/11 nghỉ lễ)"
        assert due.level == ""

    def test_weekend_is_not_counted_and_not_named(self) -> None:
        assert (
            said(date(2026, 12, 1), datetime(2026, 11, 27, 3, tzinfo=UTC)).sentence == "Còn 2 ngày làm việc"
        )

    def test_overdue_counts_working_days(self) -> None:
        due = said(date(2026, 11, 19))
        assert due.sentence == "Quá hạn 2 ngày làm việc, từ 19/11"
        assert due.level == "bad"

    def test_overdue_on_a_weekend_has_no_count(self) -> None:
        assert said(date(2026, 11, 20), datetime(2026, 11, 21, 3, tzinfo=UTC)).sentence == "Quá hạn, từ 20/11"

    def test_today_tells_the_hour_until_it_has_passed(self) -> None:
        five = datetime(2026, 11, 23, 10, tzinfo=UTC)
        assert said(five).words == "Hạn hôm nay, 17:00"
        assert said(five, datetime(2026, 11, 23, 10, 30, tzinfo=UTC)).words == "Quá hạn từ 17:00 hôm nay"

    def test_end_of_today_has_no_hour(self) -> None:
        assert said(date(2026, 11, 23)).words == "Hạn hôm nay"
        assert said(datetime(2026, 11, 23, 16, 59, 59, tzinfo=UTC)).words == "Hạn hôm nay"

    def test_day_off_ahead_is_no_working_day_left(self) -> None:
        assert said(date(2026, 11, 24)).words == "Hạn 24/11, ngày nghỉ"

    def test_no_deadline_says_nothing(self) -> None:
        assert words.due(None, MONDAY, CALENDAR) is None

    def test_waiting_says_who_since_and_until(self) -> None:
        sentence = words.waiting("Hội đồng", date(2026, 11, 12), date(2026, 11, 20), date(2026, 11, 15))
        assert sentence == "Đang chờ Hội đồng, từ 12/11, hạn 20/11."


class TestLanguage:
    def test_chosen_language_is_kept_in_the_cookie(self, stage: Flask) -> None:
        with stage.test_request_context("/", headers={"Cookie": "language=en"}):
            assert rendering.chosen_language() == "en"
            assert words.long_date(date(2026, 11, 23)) == "23 November 2026"

    @pytest.mark.parametrize("cookie", ["", "language=xx"])
    def test_pages_are_vietnamese_whatever_the_browser_speaks(self, stage: Flask, cookie: str) -> None:
        with stage.test_request_context("/", headers={"Accept-Language": "en", "Cookie": cookie}):
            assert rendering.chosen_language() == "vi"

    def test_theme_comes_from_the_cookie(self, stage: Flask) -> None:
        with stage.test_request_context("/", headers={"Cookie": "theme=dark"}):
            assert rendering.chosen_theme() == "dark"
        with stage.test_request_context("/", headers={"Cookie": 'theme="><script>'}):
            assert rendering.chosen_theme() == "system"


ELSEWHERE = (
    "https://example.org/", "//example.org", "/\\example.org", "kit", "/\t/example.org", "/\n/example.org", "/\r\n/example.org",
    "\t//example.org", "\\\\example.org", "/\t\\example.org", "///example.org", "//[", "javascript:alert(1)", " //example.org",
)
"""What leads to another host, or might where a browser leaves out signs."""


class TestDisplay:
    def test_choice_is_kept_and_leads_back(self, stage: Flask) -> None:
        client = stage.test_client()
        token = client.get("/kit").text.split('name="csrf_token" value="')[1].split('"')[0]
        answer = client.post("/display", data={"csrf_token": token, "theme": "dark", "next": "/kit?a=1"})
        assert (answer.status_code, answer.location) == (303, "/kit?a=1")
        assert 'data-theme="dark"' in client.get("/kit").text

    @pytest.mark.parametrize("elsewhere", ELSEWHERE)
    def test_choice_never_leads_to_another_place(self, stage: Flask, elsewhere: str) -> None:
        client = stage.test_client()
        token = client.get("/kit").text.split('name="csrf_token" value="')[1].split('"')[0]
        answer = client.post("/display", data={"csrf_token": token, "theme": "light", "next": elsewhere})
        assert answer.location == "/"

    def test_choice_without_the_token_is_refused(self, stage: Flask) -> None:
        assert stage.test_client().post("/display", data={"theme": "dark"}).status_code == 400


class TestTemplateWords:
    def test_weighty_words_stand_out_and_the_rest_is_escaped(self) -> None:
        said = rendering.strong("Đang chờ *phòng <VH>*, từ 19/11 & sau")
        assert said == "Đang chờ <strong>phòng &lt;VH&gt;</strong>, từ 19/11 &amp; sau"

    def test_lone_asterisk_is_only_a_sign(self) -> None:
        assert rendering.strong("2 * 3 <b>") == "2 * 3 &lt;b&gt;"

    def test_names_stand_in_the_order_of_vietnamese_lists(self, reading: Flask) -> None:
        people = [{"name": "Đỗ Ánh"}, {"name": "Lê Anh"}, {"name": "Đào Ân"}]
        drawn = reading.jinja_env.from_string("{{ people|names|map(attribute='name')|join(',') }}")
        assert drawn.render(people=people) == "Lê Anh,Đỗ Ánh,Đào Ân"

    def test_search_is_without_diacritics(self, reading: Flask) -> None:
        assert reading.jinja_env.from_string("{{ 'Đỗ'|fold }}").render() == "do"


class TestAssets:
    def test_built_file_has_an_address_that_answers(self, stage: Flask) -> None:
        with stage.test_request_context("/"):
            address = rendering.asset("main.css")
        with stage.test_client().get(address) as answer:
            assert answer.status_code == 200
            assert "max-age=31536000" in answer.headers["Cache-Control"]

    def test_unknown_file_says_how_to_build(self, stage: Flask) -> None:
        with stage.test_request_context("/"), pytest.raises(rendering.AssetsMissing, match="npm run build"):
            rendering.asset("nothing.js")
