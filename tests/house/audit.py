"""Asks the advisory services about what the service runs on; says so in one line where none answers, and fails with VINHDANH_AUDIT=must.

A hole that is found fails the check. A hole that cannot touch us stands in EXCUSED with the reason. Not a test: what
the answer is depends on the day.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

EXCUSED: dict[str, str] = {}
"""Number of an advisory -> why it does not touch us, and until when that was looked at."""

MUST = "VINHDANH_AUDIT"
"""Set to `must` where a release is made: then what nobody judged counts as a hole."""

PATIENCE_SECONDS = 180


def audit_python(lock: str) -> tuple[int, list[str]] | None:
    """Return how many packages were judged and the holes found in one lock file; None when nobody answers."""
    command = [str(Path(sys.executable).with_name("pip-audit")), "-r", lock, "--require-hashes", "--disable-pip"]
    answer = _answer([*command, "--progress-spinner", "off", "--format", "json"])
    rows = [row for row in answer.get("dependencies", []) if "skip_reason" not in row]
    if not rows:
        return None
    holes = [
        f"{row['name']} {row['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or 'no version'}"
        for row in rows
        for hole in row["vulns"]
        if not {hole["id"], *hole.get("aliases", [])} & EXCUSED.keys()
    ]
    return len(rows), holes


def audit_node() -> tuple[int, list[str]] | None:
    """Return how many packages were judged and the holes of grade high or worse in what the browser gets."""
    answer = _answer([shutil.which("npm") or "npm", "audit", "--omit=dev", "--json"])
    if "vulnerabilities" not in answer:
        return None
    holes = [
        f"{name}: {row['severity']}"
        for name, row in answer["vulnerabilities"].items()
        if row["severity"] in {"high", "critical"} and name not in EXCUSED
    ]
    return answer["metadata"]["dependencies"]["prod"], holes


def _answer(command: list[str]) -> dict[str, Any]:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
        return dict(json.loads(done.stdout[done.stdout.index("{") :]))
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return {}


def main() -> int:
    """Ask for Python and for the front end; 1 when a hole was found, or something was not judged that must be; 2 for a wrong setting."""
    said = os.environ.get(MUST, "")
    if said not in ("", "must"):
        print(f"audit: {MUST} is {said!r}; leave it out, or set it to must")
        return 2
    # A short question first: where nobody answers it, the long one need not be asked.
    python = audit_python("requirements-build.txt") and audit_python("requirements.txt")
    found = False
    for what, judged in (("Python", python), ("npm", audit_node())):
        if judged is None:
            print(f"audit: no advisory service answered for {what}; nothing was judged" + (f"; {MUST} asks for it" if said else ""))
            found = found or bool(said)
            continue
        number, holes = judged
        print(f"audit: {number} packages of {what}, {len(holes)} with a known hole")
        for line in holes:
            print(f"  {line}")
        found = found or bool(holes)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
