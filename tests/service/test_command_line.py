"""The commands that take a bundle, as one types them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from service.config import ROOT

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a command in an installation of its own, in a process of its own."""

    def command(*words: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", "from service.cli import main; main()", *map(str, words)],
            env={**os.environ, "VINHDANH_VAR": str(tmp_path / "var"), "PYTHONPATH": str(ROOT)},
            capture_output=True, text=True, timeout=120, check=False,
        )

    return command


@pytest.mark.long
def test_shipped_diagrams_with_their_forms_are_checked_and_deployed(run: Run) -> None:
    shipped = (ROOT / "bpmn", ROOT / "forms" / "library")
    checked = run("check", *shipped)
    assert checked.returncode == 0, checked.stderr
    assert "Không có lỗi." in checked.stdout
    deployed = run("deploy", *shipped, "--note", "Thử")
    assert deployed.returncode == 0, deployed.stderr


@pytest.mark.long
def test_diagrams_without_their_forms_are_refused_by_name(run: Run) -> None:
    refused = run("check", ROOT / "bpmn")
    assert refused.returncode == 1
    assert "check_dossier" in refused.stderr
    assert "Traceback" not in refused.stderr
