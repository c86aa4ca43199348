"""Into an installation that holds nobody: from `vinhdanh user add` to the first page."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from lxml import html

from service import clock
from service.app import create_app
from service.config import ROOT, Settings
from service.db import db
from tests.service.web.browser import Guest

OWN = "mưa nguồn suối xa"


def _command(var: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", "from service.cli import main; main()", *words],
        env={**os.environ, "VINHDANH_VAR": str(var), "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=120, check=True,
    )
    return done.stdout


def test_first_administrator_comes_in_with_the_code_that_was_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    var = tmp_path / "var"
    said = _command(var, "user", "add", "mai.lb", "--name", "Lê Ban Mai", "--group", "admin")
    found = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", said)
    assert found, said
    clock.follow(None)  # the command told today's day, and no other test's
    app = create_app(Settings(var=var, testing=True))
    with app.app_context():
        guest = Guest(app)
        page = guest.open("/")  # nobody is signed in: the way leads to the sign-in page
        assert page.xpath("//a[@href='/sign-in/code']")
        guest.open("/sign-in/code")
        lead = guest.post("/sign-in/code", username="mai.lb", code=found[0], password=OWN)
        assert lead.headers["Location"] == "/second-factor"  # an administrator goes no further without it
        guest.follow(lead)
        begun = guest.post("/second-factor", act="begin", password=OWN)
        secret = "".join(html.fromstring(begun.text).xpath("//*[contains(@class, 'secret-letters')]/span/text()"))
        now = clock.unmoved()
        done = guest.post("/second-factor", act="confirm", code=pyotp.TOTP(secret).at(now))
        assert len(html.fromstring(done.text).xpath("//*[contains(@class, 'recovery')]/li")) == 10
        assert guest.open("/").xpath("//a[@href='/office']")
        again = Guest(app)
        again.open("/sign-in/code")
        assert again.post("/sign-in/code", username="mai.lb", code=found[0], password=OWN).status_code == 401
        again.open("/sign-in")
        assert again.post("/sign-in", username="mai.lb", password=OWN).status_code == 200
        code = pyotp.TOTP(secret).at(now + timedelta(seconds=30))
        assert again.follow(again.post("/sign-in", code=code)).xpath("//a[@href='/office']")
        db.session.remove()
        db.engine.dispose()
    told = "".join(capfd.readouterr())
    assert not any(secret in told for secret in (found[0], found[0].replace("-", ""), OWN))
