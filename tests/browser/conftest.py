"""A real Chromium for the browser tests; without one they are skipped, in CI its absence is a failure."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright
from werkzeug.serving import make_server

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
]


def _chromium() -> str:
    names = (os.environ.get("VINHDANH_CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if name and (path := shutil.which(name))), "")
    if not found and os.environ.get("CI"):
        pytest.fail("no Chromium found; CI must have one")
    if not found:
        pytest.skip("no Chromium found: browser tests are skipped (install the package chromium)")
    return found


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver of the browser, one for the whole run."""
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
