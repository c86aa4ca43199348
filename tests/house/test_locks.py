"""Lock files: everything by hash, in step with what is asked for, and no address of any registry or machine."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-build.txt")
_PIN = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)(?:\s*;\s*([^\\]+?))?(?:\s*\\)?$")


def _pins(lock: str) -> dict[str, str]:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    return {canonicalize_name(found[1]): found[2] for line in lines if (found := _PIN.match(line))}


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_every_part_by_hash(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text)
    assert _pins(lock)
    for block in blocks:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block


@pytest.mark.parametrize("lock", [*LOCKS, "package-lock.json", "package.json", "pyproject.toml", ".npmrc"])
def test_lock_holds_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    if lock == "package-lock.json":
        # Where a package asks for money is in its own words; where it is fetched from is not said at all.
        packages = json.loads(text)["packages"]
        assert not [name for name, row in packages.items() if "resolved" in row]
        text = json.dumps([{k: v for k, v in row.items() if k != "funding"} for row in packages.values()])
    assert "://" not in text
    assert not re.search(r"--(extra-)?index-url|--find-links|--trusted-host|(?<![\w.])/(opt|root|home|work|tmp)/", text)


def test_package_lock_names_every_part_by_hash() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    parts = {name: row for name, row in packages.items() if name and not row.get("link")}
    assert parts
    assert not [name for name, row in parts.items() if not row.get("integrity", "").startswith("sha512-")]


def test_package_lock_in_step_with_package() -> None:
    asked = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"][""]
    for group in ("dependencies", "devDependencies"):
        assert locked[group] == asked[group], "npm install --package-lock-only brings the lock in step"


@pytest.mark.parametrize(
    ("lock", "groups"),
    [
        ("requirements.txt", ["project", "install"]),
        ("requirements-dev.txt", ["project", "install", "dev"]),
        ("requirements-build.txt", ["build"]),
    ],
)
def test_lock_in_step_with_pyproject(lock: str, groups: list[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = {"project": project["project"]["dependencies"], **project["dependency-groups"]}
    pins = _pins(lock)
    for group in groups:
        for line in asked[group]:
            wish = Requirement(line)
            pinned = pins.get(canonicalize_name(wish.name))
            assert pinned is not None, f"{lock} lacks {wish.name}: `make requirements` writes it anew"
            assert Version(pinned) in wish.specifier, f"{lock} pins {wish.name} {pinned}, asked is {wish.specifier}"


def test_test_lock_holds_what_runs() -> None:
    assert _pins("requirements.txt").items() <= _pins("requirements-dev.txt").items()


def test_lock_file_with_addresses_is_not_kept() -> None:
    assert not [name for name in ("uv.lock", "pylock.toml", "poetry.lock") if (ROOT / name).exists()]
