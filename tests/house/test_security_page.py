"""The page on security names only what is there: every file and every test, and each requirement once."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from service import route_rights

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
_ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| .+ \| (met|n/a|open) \| (.+) \|$", re.MULTILINE)
_NAMED = re.compile(r"`((?:tests|service|workflows|forms|docs)/[\w./-]+|[\w-]+\.(?:toml|md|txt|json)|Makefile)(?:::(\w+))?`")


def test_every_file_and_test_that_it_names_is_there() -> None:
    named = _NAMED.findall(PAGE)
    assert len({test for _file, test in named if test}) > 100
    assert sorted({file for file, _test in named if not (ROOT / file).exists()}) == []
    tests = {file: (ROOT / file).read_text(encoding="utf-8") for file, test in named if test}
    assert sorted(f"{file}::{test}" for file, test in named if test and f"def {test}(" not in tests[file]) == []


def test_each_requirement_stands_once_and_says_where_or_why() -> None:
    rows = _ROW.findall(PAGE)
    numbers = [number for number, _state, _where in rows]
    assert numbers == sorted(set(numbers), key=lambda number: [int(part) for part in number.split(".")])
    assert {number.split(".")[0] for number in numbers} == {str(chapter) for chapter in range(1, 15)}
    assert len(rows) == len(re.findall(r"^\| \d", PAGE, re.MULTILINE)), "a row of another shape"
    counts = Counter(state for _number, state, _where in rows)
    told = f"Of {len(rows)} requirements {counts['met']} are met, {counts['n/a']} do not apply, {counts['open']} are open."
    assert told in PAGE


def test_page_owns_up_to_secrets_in_addresses_and_to_keys_that_last() -> None:
    states = {number: state for number, state, _where in _ROW.findall(PAGE)}
    handled = {asked.secret for asked in route_rights.routes().values()}
    assert {"address", "token"} <= handled
    assert (states["3.1.1"], states["3.5.2"]) == ("open", "open")
