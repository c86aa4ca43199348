"""A real Chromium for the browser tests; without one they are skipped, in CI its absence is a failure."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright
from werkzeug.serving import make_server

from tests.browser import running
from tests.browser.people import Person
from tests.conftest import Once
from tests.journeys.office import build
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
    """Sign people in, each in a window of their own; a second call gives the same window."""
    found: dict[str, Person] = {}

    def person(url: str, login: str, **options: object) -> Person:
        if login not in found or options:
            found[login] = Person(browser, url, login, **options)
        return found[login]

    yield person
    for one in found.values():
        one.leave()
