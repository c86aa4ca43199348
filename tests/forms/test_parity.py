"""form-js under Node and this service judge the same answers: they agree, or the case says why not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from forms import Form, Rejected, check, compile_form
from tests.forms.parity_cases import OURS, SAME, Case

ROOT = Path(__file__).parents[2]
ORACLE = Path(__file__).parent / "oracle" / "judge.mjs"
TODAY = date(2026, 11, 23)


def _schema(case: Case) -> dict[str, Any]:
    """The case's form, with ids that tell where an answer lies."""

    def named(component: dict[str, Any], base: str) -> dict[str, Any]:
        own = component.get("key") or component.get("path") or ""
        path = f"{base}.{own}".strip(".")
        below = f"{path}.*" if component["type"] == "dynamiclist" else path
        found = {**component, "id": f"at_{path.replace('.', '_').replace('*', 'x')}_{component['type']}"}
        if "components" in component:
            found["components"] = [named(child, below) for child in component["components"]]
        return found

    return {
        "type": "default",
        "id": "parity",
        "schemaVersion": 19,
        "given": {name: None for name in case.given if name != "files"},
        "components": [named(one, "") for one in case.components],
    }


def ask_form_js(asked: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What form-js says to each form with data, by name. Skips the test where form-js is not installed,
    except in CI.
    """
    node = shutil.which("node")
    if node is None or not (ROOT / "node_modules" / "@bpmn-io" / "form-js").is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail("form-js is not installed: run npm ci")
        pytest.skip("form-js is not installed: run npm ci to compare with it")
    done = subprocess.run(
        [node, str(ORACLE)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    said = {one["name"]: one for one in json.loads(done.stdout)}
    assert not [one for one in said.values() if "broken" in one]
    return said


def as_theirs(form: Form, said: dict[str, Any]) -> set[str]:
    """Paths that form-js refuses; it names a field by id and row numbers, which belong into the path."""
    paths = {one.id: one.path for one in form.walk()}
    found: set[str] = set()
    for place in said["refused"]:
        name, *numbers = place.split(".")
        left = iter(numbers)
        found.add(".".join(next(left) if segment == "*" else segment for segment in paths[name]))
    return found


@pytest.fixture(scope="module")
def oracle() -> dict[str, dict[str, Any]]:
    """What form-js says to each case, by its name."""
    return ask_form_js(
        [
            {"name": case.name, "schema": _schema(case), "data": {**case.given, **case.answers}}
            for case in [*SAME, *OURS]
        ]
    )


def _ours(case: Case) -> tuple[set[str], dict[str, Any]]:
    form = compile_form(_schema(case))
    try:
        return set(), check(form, case.answers, today=TODAY, given=case.given)
    except Rejected as rejected:
        return {error.path for error in rejected.errors}, {}


def test_names_of_cases_are_unique() -> None:
    names = [case.name for case in [*SAME, *OURS]]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("case", SAME, ids=lambda case: case.name)
def test_form_js_and_the_service_agree(case: Case, oracle: dict[str, dict[str, Any]]) -> None:
    said = oracle[case.name]
    refused, clean = _ours(case)
    assert refused == as_theirs(compile_form(_schema(case)), said)
    if not refused:
        assert clean == said["data"]


@pytest.mark.parametrize("case", OURS, ids=lambda case: case.name)
def test_the_service_differs_where_the_case_says_why(case: Case, oracle: dict[str, dict[str, Any]]) -> None:
    said = oracle[case.name]
    assert case.why
    refused, clean = _ours(case)
    assert refused == set(case.refused)
    theirs = as_theirs(compile_form(_schema(case)), said)
    assert refused != theirs or clean != said["data"], "no difference: move the case to SAME"
