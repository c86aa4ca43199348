"""A second person finds the version that waits for confirmation, looks at what it says, and confirms; the first cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from service import clock
from service.app import create_app
from service.config import Settings
from service.db import db
from service.processes import enactments
from service.processes.enactments import Act
from tests.browser.barriers import faults
from tests.browser.people import Person
from tests.browser.running import installation
from tests.journeys.office import Office
from tests.service.web.test_studio_moving_pages import renamed

pytestmark = pytest.mark.browser


@pytest.fixture
def people(office_var: Path, sign_in: Callable[..., Person]) -> Iterator[Callable[..., Person]]:
    """People of an office in which an administrator asked for a version that waits for a second person."""
    app = create_app(Settings(var=office_var, testing=True, demo=True, deploy_second=True))
    with app.app_context():
        office = Office(app, clock.today(), furnished=True)
        act = Act(
            "Bước kiểm tra đổi mã", "Quyết định số 41/QĐ-UBND ngày 02/11/2026", clock.today() + timedelta(days=2),
            effects={"total": 50, "run": 1, "same": 48, "differs": 2}, told=["vhxh"],
        )
        enactments.deploy_bundle(renamed(), main="nomination_case", by=office.who("quantri"), act=act)
        db.session.remove()
        db.engine.dispose()
    clock.follow(None)
    with installation(office_var) as url:
        yield lambda login, **options: sign_in(url, login, **options)


def test_what_waits_is_found_looked_at_and_confirmed_by_another(people: Callable[..., Person]) -> None:
    admin, head = people("quantri"), people("truongphong")
    admin.go("/office/processes")
    admin.reads("Chờ xác nhận, chờ đến ngày dùng", "Quyết định số 41/QĐ-UBND ngày 02/11/2026")
    assert faults(admin.page) == []
    admin.page.get_by_role("link", name="phiên bản 2").first.click()
    admin.reads("Chưa dùng; lưu", "48 như cũ · 2 khác kết quả", "Rút lại")
    assert faults(admin.page) == []
    head.go("/office/processes")
    head.page.get_by_role("link", name="phiên bản 2").first.click()
    head.press("Xác nhận đưa vào dùng")
    head.page.locator("dialog[open]").get_by_role("button", name="Xác nhận đưa vào dùng").click()
    head.reads("Đã xác nhận", "chờ đến ngày")
    head.go("/office/processes")
    head.reads("chờ đến ngày dùng", "dùng từ")
