"""A petition by clicking and typing only: a unit sends it, the office classifies and answers, the unit is told. And on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.barriers import faults
from tests.browser.fitting import misfits
from tests.browser.people import Person
from tests.browser.running import installation
from tests.journeys.office import PDF

pytestmark = [pytest.mark.browser, pytest.mark.long]

SUBJECT = "Mạng ở thôn xa chập chờn"


@pytest.fixture
def people(office_var: Path, sign_in: Callable[..., Person]) -> Iterator[Callable[..., Person]]:
    """People of an office with service and worker running."""
    with installation(office_var) as url:
        yield lambda login, **options: sign_in(url, login, **options)


def test_a_unit_sends_a_petition_and_is_told_its_answer(people: Callable[..., Person]) -> None:
    unit = people("donvi")
    unit.go("/registers")
    unit.press("Gửi đơn, kiến nghị")
    unit.tick("Phản ánh, kiến nghị")
    unit.write("Nội dung chính", SUBJECT)
    unit.press("Gửi đơn, kiến nghị")
    expect(unit.page.locator("[data-errors]")).to_be_visible()
    expect(unit.page.get_by_label("Nội dung chính")).to_have_value(SUBJECT)
    unit.page.locator("textarea#content").fill("Không nộp được hồ sơ trực tuyến.")
    unit.page.locator("#received_on").fill("02/11/2026")
    unit.attach("Bản chụp đơn", "Đơn.pdf", PDF)
    assert misfits(unit.page) == [] and faults(unit.page) == []
    unit.press("Gửi đơn, kiến nghị")
    unit.reads("Đã ghi vào sổ, số ĐKN 01/2026", SUBJECT, "Trưởng phòng Văn hóa - Xã hội", "Đơn.pdf")
    address = unit.page.url.removeprefix(unit.url)

    head = people("truongphong")
    head.open_work("Phân loại đơn, kiến nghị", SUBJECT)
    head.tick("Phản ánh, kiến nghị")
    head.press("Ghi và chuyển bước sau")

    head.open_work("Ký trả lời người gửi", SUBJECT)
    head.tick("Trả lời trực tiếp")
    head.write("Nội dung trả lời", "Đã đề nghị nhà mạng.")
    head.page.locator("#told_on").fill("03/11/2026")
    head.press("Ghi và chuyển bước sau")
    officer = people("vhxh")
    officer.go(address)
    officer.reads("Đã trả lời", "Bạn không xem được các mục kín của việc này.")

    for _ in range(60):
        unit.go("/notices")
        if unit.page.get_by_text(f"Đã có kết quả: {SUBJECT}").count():
            break
        unit.page.wait_for_timeout(250)
    unit.reads(f"Đã có kết quả: {SUBJECT}")
    for path in ("/registers", "/registers/petition", "/registers/petition/new", address):
        unit.go(path)
        assert misfits(unit.page) == [], path
        assert faults(unit.page) == [], path
