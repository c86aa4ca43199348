"""Where nobody answers, `make audit` says so; with VINHDANH_AUDIT=must it fails."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import audit

ROOT = Path(__file__).parents[2]


@pytest.fixture
def silent(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine on which no advisory service answers: programs stand first in the path that find nobody."""
    for name in ("npm", "pip-audit", "python"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\necho nobody answers >&2\nexit 1\n", encoding="utf-8")
        program.chmod(0o755)
    return {key: value for key, value in os.environ.items() if key != audit.MUST} | {"PATH": f"{tmp_path}:/usr/bin:/bin"}


def _audited(folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    # pip-audit is looked for beside the interpreter: the one that lies beside the silent one
    told = f"import sys; sys.executable = {str(folder / 'python')!r}; from tests.house.audit import main; sys.exit(main())"
    return subprocess.run([sys.executable, "-c", told], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(("said", "code"), [("", 0), ("must", 1), ("maybe", 2)])
def test_where_nobody_answers_a_release_fails_and_nothing_else_does(silent: dict[str, str], tmp_path: Path, said: str, code: int) -> None:
    done = _audited(tmp_path, silent | ({audit.MUST: said} if said else {}))
    assert done.returncode == code, done.stdout + done.stderr
    if code != 2:
        assert [f"no advisory service answered for {what}" in done.stdout for what in ("Python", "npm")] == [True, True]
    assert (audit.MUST in done.stdout) == bool(said)


def test_a_hole_fails_it_and_an_answer_without_one_does_not(silent: dict[str, str], tmp_path: Path) -> None:
    answer = {"none": '{"dependencies": [{"name": "a", "version": "1", "vulns": []}]}',
              "one": '{"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "X-1", "aliases": [], "fix_versions": ["2"]}]}]}'}
    (tmp_path / "npm").write_text(
        "#!/bin/sh\necho '{\"vulnerabilities\": {}, \"metadata\": {\"dependencies\": {\"prod\": 3}}}'\n", encoding="utf-8"
    )
    for holes, code in (("none", 0), ("one", 1)):
        (tmp_path / "pip-audit").write_text(f"#!/bin/sh\necho '{answer[holes]}'\n", encoding="utf-8")
        done = _audited(tmp_path, silent | {audit.MUST: "must"})
        assert done.returncode == code, done.stdout + done.stderr
