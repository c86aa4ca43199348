"""The chair signs all certificates of a decision with his key in a real browser, then the clerk with the organisation's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect

from service import clock
from service.app import create_app
from service.config import Settings
from service.db import db
from tests.browser.barriers import faults
from tests.browser.people import Person
from tests.browser.running import installation
from tests.journeys.office import Office
from tests.service.papers.conftest import draft_decision
from tests.service.papers.keys import lay_keys

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Signed:
    """A decision with its number; the address of the service."""

    url: str
    decision: int


@pytest.fixture
def signed(office_var: Path) -> Iterator[Signed]:
    app = create_app(Settings(var=office_var, testing=True, demo=True))
    with app.app_context():
        office = Office(app, clock.today(), furnished=True)
        decision = office.sign_decision(draft_decision(office, ("Hoàng Bình Minh", "Đỗ Hừng Đông", "Lê Trúc Xanh")), 1126)
        lay_keys(app.extensions["settings"].signing_folder)
        db.session.remove()
        db.engine.dispose()
    clock.follow(None)
    with installation(office_var) as url:
        yield Signed(url, decision)


@pytest.mark.long
def test_chair_and_clerk_sign_every_certificate(signed: Signed, sign_in: Callable[..., Person]) -> None:
    chair = sign_in(signed.url, "chutich")
    chair.go(f"/lists/{signed.decision}")
    chair.press("Giấy khen: xem trước, in, ký số hàng loạt")
    chair.reads("0 trong 3 Giấy khen đã ký số", "chưa ký số")
    assert faults(chair.page) == []
    chair.write("Mật khẩu của khóa", "khong-phai")
    chair.press("Ký số 3 Giấy khen")
    chair.reads("Mật khẩu của khóa không đúng.")
    chair.write("Mật khẩu của khóa", "chutich")
    chair.press("Ký số 3 Giấy khen")
    chair.go(f"/lists/{signed.decision}/certificates")
    _until(chair, signed, "3 trong 3 Giấy khen đã ký số")
    chair.reads("Chữ ký số Hồ Đại Ngàn: hợp lệ")
    clerk = sign_in(signed.url, "vanthu")
    clerk.go(f"/lists/{signed.decision}/certificates")
    clerk.write("Mật khẩu của khóa", "organisation")
    clerk.press("Ký số của cơ quan lên 3 Giấy khen")
    _until(clerk, signed, "3 có chữ ký số của cơ quan")
    clerk.reads("Chữ ký số ỦY BAN NHÂN DÂN XÃ SƠN MAI: hợp lệ")
    assert faults(clerk.page) == []
    clerk.picture("certificates-signed", full=True)


def _until(person: Person, signed: Signed, words: str) -> None:
    """Look anew until the page says so; what is under way shows how far it is."""
    for _ in range(60):
        if words in person.page.locator("main").inner_text():
            return
        person.page.wait_for_timeout(500)
        person.go(f"/lists/{signed.decision}/certificates")
    expect(person.page.locator("main")).to_contain_text(words)
