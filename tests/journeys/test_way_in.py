"""Into an installation that holds nobody: from `vinhdanh user add` to the first page."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

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
    app = create_app(Settings(var=var, testing=True))
    with app.app_context():
        guest = Guest(app)
        page = guest.open("/")  # nobody is signed in: the way leads to the sign-in page
        assert page.xpath("//a[@href='/sign-in/code']")
        guest.open("/sign-in/code")
        home = guest.follow(guest.post("/sign-in/code", username="mai.lb", code=found[0], password=OWN))
        assert home.xpath("//a[@href='/office']")
        again = Guest(app)
        again.open("/sign-in/code")
        assert again.post("/sign-in/code", username="mai.lb", code=found[0], password=OWN).status_code == 401
        again.open("/sign-in")
        assert again.post("/sign-in", username="mai.lb", password=OWN).status_code == 303
        db.session.remove()
        db.engine.dispose()
    told = "".join(capfd.readouterr())
    assert not any(secret in told for secret in (found[0], found[0].replace("-", ""), OWN))
