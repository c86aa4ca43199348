"""A real Chromium for the browser tests; without one they are skipped, in CI its absence is a failure."""

from __future__ import annotations

import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright
from werkzeug.serving import make_server

from service import clock, people
from service.app import create_app
from service.config import Settings
from service.db import db
from tests.browser import running
from tests.browser.drawing import WIDE
from tests.browser.people import Person
from tests.conftest import Once
from tests.journeys.office import Office, build
from tests.service.web.showcase import showcase

_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=vi",
]


def _chromium() -> str:
    names = (
        os.environ.get("VINHDANH_CHROMIUM"), os.environ.get("CHROMIUM"),
        "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome",
    )
    found = next((path for name in names if name and (path := shutil.which(name))), "")
    if not found and os.environ.get("CI"):
        pytest.fail("no Chromium found; CI must have one")
    if not found:
        pytest.skip("no Chromium found: browser tests are skipped (install the package chromium)")
    return found


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver of the browser, one for the whole run."""
    expect.set_options(timeout=30_000)  # a busy machine is no fault of the page; what holds is seen at once all the same
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for the whole run; each test opens contexts of its own."""
    browser = playwright.chromium.launch(executable_path=_chromium(), args=_FLAGS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def stage_url() -> Iterator[str]:
    """Address of the showcase: every page template with made-up values, under the real policy."""
    server = make_server("127.0.0.1", 0, showcase(), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


FIRST_DAY = date(2026, 11, 3)
"""The demo's office the day after its annual round opened."""


@pytest.fixture(scope="session")
def furnished(once: Once) -> Path:
    """A folder with an office that has people, units and rounds, and no nomination yet."""
    return once(f"office-sqlite-{FIRST_DAY}", lambda folder: build(folder, FIRST_DAY))


@pytest.fixture
def office_var(browser: Browser, furnished: Path, tmp_path: Path) -> Path:
    """The folder of the test's own installation; asks for the browser first, so that without one nothing starts."""
    return running.copy_of(furnished, tmp_path / "var")


@pytest.fixture
def sign_in(browser: Browser) -> Iterator[Callable[..., Person]]:
    """Sign people in at an address, each in a window of their own; a second call gives the same window."""
    found: dict[tuple[str, str], Person] = {}

    def person(url: str, login: str, **options: object) -> Person:
        if (url, login) not in found or options:
            found[url, login] = Person(browser, url, login, **options)
        return found[url, login]

    yield person
    for one in found.values():
        one.leave()


_MEANT = re.compile("409|422|net::ERR_FAILED")
"""What a browser says of an answer that a test asks for: overtaken, refused, or no connection."""


@pytest.fixture
def admins(office_var: Path, sign_in: Callable[..., Person]) -> Iterator[Callable[[str], Person]]:
    """Two administrators at browsers that say what they were refused."""
    app = create_app(Settings(var=office_var, testing=True, demo=True))
    with app.app_context():
        office = Office(app, FIRST_DAY, furnished=True)
        people.grant(people.accounts_by_login()["vanphong"], "admin", by=office.who("quantri"))
        db.session.remove()
        db.engine.dispose()
    clock.follow(None)
    wrong: list[str] = []
    with running.installation(office_var) as url:

        def enter(login: str) -> Person:
            person = sign_in(url, login, **WIDE)
            person.page.on("console", lambda m: wrong.append(m.text) if m.type == "error" and not _MEANT.search(m.text) else None)
            person.page.on("pageerror", lambda e: wrong.append(str(e)))
            person.page.on("request", lambda r: None if r.url.startswith((url, "data:", "blob:")) else wrong.append(r.url))
            return person

        yield enter
    assert wrong == []
