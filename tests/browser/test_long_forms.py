"""A form with long lists: short at first, opened where it has to be, by mouse, by keyboard and without the script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.barriers import faults
from tests.browser.fitting import misfits
from tests.browser.people import Person
from tests.browser.running import installation

pytestmark = [pytest.mark.browser, pytest.mark.long]


@pytest.fixture
def people(office_var: Path, sign_in: Callable[..., Person]) -> Iterator[Callable[..., Person]]:
    """People of an office with service and worker running."""
    with installation(office_var) as url:
        yield lambda login, **options: sign_in(url, login, **options)


def _places(person: Person) -> Locator:
    return person.page.get_by_role("navigation", name="Các phần của biểu mẫu")


def _height(person: Person) -> int:
    return int(person.page.evaluate("document.documentElement.scrollHeight"))


def test_the_form_of_a_movement_is_folded_where_it_is_filled_in(people: Callable[..., Person]) -> None:
    head = people("truongphong")
    head.go("/movements/1/change")
    expect(_places(head)).to_contain_text("Tiêu chí 13")
    expect(head.page.locator("details.rows-fold[open]")).to_have_count(0)
    assert _height(head) < 1500
    assert misfits(head.page) == [] and faults(head.page) == []

    _places(head).get_by_role("link", name="Nội dung thi đua").click()
    opened = head.page.locator("details.rows-fold[open]")
    expect(opened).to_have_count(1)
    expect(opened).to_contain_text("1. ND1 · ")
    expect(opened.locator("details.row-item[open]")).to_have_count(0)
    assert misfits(head.page) == [] and faults(head.page) == []

    opened.locator("summary").filter(has_text="2. ND2").focus()
    head.page.keyboard.press("Enter")
    row = opened.locator("details.row-item[open]")
    expect(row).to_have_count(1)
    row.get_by_label("Tên ngắn").fill("Chuyển đổi số ở thôn")
    expect(row.locator("summary")).to_contain_text("2. ND2 · Chuyển đổi số ở thôn")

    opened.get_by_role("button", name="Thêm dòng").click()
    expect(_places(head)).to_contain_text("Nội dung thi đua 8")
    expect(head.page.locator("#contents-7-code")).to_be_focused()
    row.get_by_role("button", name="Bỏ dòng 2").click()
    expect(_places(head)).to_contain_text("Nội dung thi đua 7")
    expect(opened).to_contain_text("2. ND3 · ")


def test_what_is_wrong_stands_open(people: Callable[..., Person]) -> None:
    head = people("truongphong", java_script_enabled=False)
    head.go("/movements/1/change")
    head.page.locator("summary").filter(has_text="Tiêu chí").first.click()
    head.page.locator("summary").filter(has_text="1. A1 · ").click()
    head.page.locator("#criteria-0-title").fill("")
    head.write("Lý do sửa", "Kế hoạch mới")
    head.press("Ghi")
    head.reads("Chưa ghi được: còn 1 chỗ cần sửa")
    expect(head.page.locator("details.rows-fold[open]")).to_have_count(1)
    expect(head.page.locator("#criteria-0-title")).to_be_visible()
    expect(head.page.locator("#criteria-1-title")).not_to_be_visible()

    head.page.get_by_role("button", name="Thêm dòng").filter(visible=True).click()
    expect(_places(head)).to_contain_text("Tiêu chí 14")
    expect(head.page.locator("#criteria-13-code")).to_be_visible()


def test_a_new_movement_stands_open_where_nothing_is_said_yet(people: Callable[..., Person]) -> None:
    head = people("truongphong")
    head.go("/movements/new")
    expect(head.page.locator("#phases-0-code")).to_be_visible()
    expect(head.page.locator("#contents-0-code")).not_to_be_visible()
    assert misfits(head.page) == [] and faults(head.page) == []
