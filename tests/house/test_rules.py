"""Rules of the house that no linter knows: where things may be said, and what files may hold."""

from __future__ import annotations

import ast
import functools
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import parsed

ROOT = Path(__file__).resolve().parents[2]
CODE = ("workflows", "forms", "service")
LONGEST = 700
"""Lines of a file: past that it tells two stories."""


def _tracked(*suffixes: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git work tree: which files belong to the project is not known")
    files = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [p for p in files if p.is_file() and (not suffixes or p.suffix in suffixes)]


@functools.cache
def _parsed(path: Path) -> ast.Module:
    return parsed(path.read_text(encoding="utf-8"))


def _python(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), _parsed(path)


def _calls(tree: ast.Module, *names: str) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names
    ]


MAY_ROLL_BACK = {
    "service/db.py": "the place of transactions",
    "service/jobs/bell.py": "Procrastinate's own connection, rung after the commit",
}
MAY_COMMIT = {name: MAY_ROLL_BACK[name] for name in ("service/db.py", "service/jobs/bell.py")}


def test_nobody_commits_but_the_database_module() -> None:
    found = {name: lines for name, tree in _python(*CODE) if (lines := _calls(tree, "commit"))}
    assert "service/db.py" in found
    assert found.keys() <= MAY_COMMIT.keys(), {n: found[n] for n in found.keys() - MAY_COMMIT.keys()}


def test_rollback_stands_only_where_there_is_a_reason() -> None:
    found = {name: lines for name, tree in _python(*CODE) if (lines := _calls(tree, "rollback"))}
    assert found.keys() <= MAY_ROLL_BACK.keys(), {n: found[n] for n in found.keys() - MAY_ROLL_BACK.keys()}


def test_files_go_out_by_the_door_alone() -> None:
    """One place says whether a browser saves a file or shows it, and under which policy."""
    found = [
        f"{name}:{node.lineno}"
        for name, tree in _python("service")
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id in ("send_file", "send_from_directory")
        or isinstance(node, ast.Constant) and node.value == "Content-Disposition"
    ]
    assert {line.partition(":")[0] for line in found} == {"service/doors.py"}, found


def test_verbs_read_no_request() -> None:
    doors = ("service/web/", "service/api/", "service/app.py", "service/doors.py", "service/token_calls.py")
    words = {"request", "g", "session", "url_for", "render_template"}
    found = []
    for name, tree in _python("service"):
        if name.startswith(doors):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == "flask":
                found += [f"{name}:{node.lineno} {a.name}" for a in node.names if a.name in words]
    assert found == []


def test_time_is_read_from_the_one_clock() -> None:
    excused = {
        "service/clock.py": "is the clock",
        "workflows/clock.py": "says what a time is",
    }
    found = []
    for name, tree in _python(*CODE):
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("now", "utcnow", "today")
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id in ("datetime", "date")
                and name not in excused
            ):
                found.append(f"{name}:{node.lineno}")
    assert found == []


def _rule_fallbacks(tree: ast.Module, keys: set[str]) -> list[int]:
    """Lines that read a rule and go on without it: `values.get(…)`, `.get("KEY", …)`, `rules.number("KEY") or 5`."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            asked = [a for v in node.values[:-1] for a in ast.walk(v) if isinstance(a, ast.Constant) and a.value in keys]
            found += [node.lineno] if asked else []
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("get", "pop")):
            continue
        on = node.func.value
        if (node.args and isinstance(node.args[0], ast.Constant) and node.args[0].value in keys) or (
            isinstance(on, ast.Attribute) and on.attr == "values" and ast.unparse(on.value) != "request"
        ):
            found.append(node.lineno)
    return sorted(set(found))


def test_a_missing_rule_is_never_replaced_by_a_number_in_code() -> None:
    register = (ROOT / "service" / "awards" / "data" / "rules.toml").read_text(encoding="utf-8")
    keys = set(re.findall(r'^key = "([^"]+)"', register, re.MULTILINE))
    assert "RESULT_NOTICE_DAYS" in keys
    for bad in (
        'rules.values.get("RESULT_NOTICE_DAYS", 10)',
        'int(values.get("RESULT_NOTICE_DAYS") or 1)',
        'rules_on(day).values.get(key)',
        'rules.number("RESULT_NOTICE_DAYS") or 5',
    ):
        assert _rule_fallbacks(ast.parse(bad), keys) == [1], bad
    assert _rule_fallbacks(ast.parse('rules.number("RESULT_NOTICE_DAYS")'), keys) == []
    excused = {"service/awards/rules.py": "says that a rule is missing"}
    found = {
        name: lines
        for name, tree in _python(*CODE)
        if name not in excused and (lines := _rule_fallbacks(tree, keys))
    }
    assert found == {}


def test_names_say_what_a_thing_is() -> None:
    vague = re.compile(r"(Service|Manager|Handler|Helper|Util|Utils)$")
    found = [
        f"{name}: {node.name}"
        for name, tree in _python(*CODE)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and vague.search(node.name)
    ]
    found += [name for name, _ in _python(*CODE) if re.search(r"(^|/)(utils?|helpers?|misc|common)(\.py|/)", name)]
    assert found == []


def test_every_module_says_its_job() -> None:
    silent = [n for n, tree in _python(*CODE) if n != "service/__init__.py" and not ast.get_docstring(tree)]
    assert silent == []
    assert (ROOT / "service" / "__init__.py").read_text(encoding="utf-8") == "", "service/__init__ stays empty"


def test_no_file_tells_two_stories() -> None:
    lengths = {
        p.relative_to(ROOT).as_posix(): len(p.read_text(encoding="utf-8").splitlines())
        for folder in CODE
        for p in (ROOT / folder).rglob("*.py")
    }
    long = {n: length for n, length in lengths.items() if length > LONGEST}
    assert long == {}


def test_nothing_is_left_to_do_later() -> None:
    word = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
    found = [
        f"{p.relative_to(ROOT)}:{number}"
        for p in _tracked(".py", ".js", ".css", ".html", ".md", ".toml", ".bpmn", ".dmn")
        for number, line in enumerate(p.read_text(encoding="utf-8").splitlines(), 1)
        if word.search(line)
    ]
    assert found == []


HOLDS_PATTERNS = {"tests/service/web/test_catalogue.py": "looks for such paths itself"}


def test_no_file_names_a_machine_or_a_registry() -> None:
    hosts = "|".join(("pypi" r"\.org", "python" r"hosted\.org", "npm" r"js\.(org|com)", "registry" r"\.yarnpkg"))
    paths = "|".join(("/work" "/", "/root" "/", "/home" "/[a-z]", r"/tmp" "/vd"))
    found = []
    for path in _tracked():
        name = path.relative_to(ROOT).as_posix()
        if name in HOLDS_PATTERNS:
            continue
        data = path.read_bytes()
        if b"\0" in data[:8000]:
            continue
        for number, line in enumerate(data.decode("utf-8").splitlines(), 1):
            if name == "package-lock.json" and '"url"' in line:
                continue  # where a package asks for support, in its own words
            if re.search(hosts, line) or re.search(rf"(?<![\w.])(?:{paths})", line):
                found.append(f"{name}:{number}: {line.strip()[:100]}")
    assert found == []


def test_changes_and_readme_are_there() -> None:
    assert "## Unreleased" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8") or re.search(
        r"^## \d", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in ("make demo", "make test"):
        assert command in readme


def _links() -> list[tuple[str, str]]:
    found = []
    for path in [ROOT / "README.md", ROOT / "bpmn" / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for target in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8")):
            if "://" not in target:
                found.append((path.relative_to(ROOT).as_posix(), target))
    return found


def test_links_of_documents_lead_somewhere() -> None:
    links = _links()
    assert links
    assert [(p, t) for p, t in links if not ((ROOT / p).parent / t).exists()] == []


def test_decisions_are_listed_and_numbered_without_a_gap() -> None:
    folder = ROOT / "docs" / "decisions"
    files = sorted(p.name for p in folder.glob("[0-9]*.md"))
    assert [int(name[:4]) for name in files] == list(range(1, len(files) + 1))
    listed = (folder / "README.md").read_text(encoding="utf-8")
    assert [name for name in files if f"]({name})" not in listed] == []


def test_test_files_have_names_of_their_own() -> None:
    names = Counter(path.name for path in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name, count in names.items() if count > 1] == [], "pytest imports them by that name"
