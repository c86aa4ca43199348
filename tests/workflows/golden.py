"""Writes states as this release writes them, one at each step of the shipped main process, with the bundle that they ran on.

Run once for each form of states, before the release that first writes it; what was kept before is never written anew:
`PYTHONPATH=. python tests/workflows/golden.py`. Not a test.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from edits import edited
from test_migration_walks import BUNDLES, SEEDS, walk

from workflows import codec
from workflows.definition import read_definition

FOLDER = Path(__file__).with_name("golden")
MAIN = "nomination_case"


@dataclass(frozen=True)
class Kept:
    """What one release left: its bundle, and by element a state of an instance that waits there, with the moment."""

    bundle: dict[str, bytes]
    states: dict[str, tuple[bytes, datetime]]


def kept() -> Iterator[Kept]:
    """What each release left that wrote states in another form."""
    for path in sorted(FOLDER.glob("states_*.zip")):
        with zipfile.ZipFile(path) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        bundle = {name.removeprefix("bundle/"): content for name, content in files.items() if name.startswith("bundle/")}
        states = {}
        for name, content in files.items():
            if name.startswith("states/"):
                moment, _, state = content.partition(b"\n")
                states[name.removeprefix("states/")] = state, datetime.fromisoformat(moment.decode())
        yield Kept(bundle, states)


def main() -> None:
    """Write the file of this release."""
    bundle = edited(BUNDLES[MAIN], lambda root: None)  # without the drawings
    definition = read_definition(bundle, main=MAIN)
    found: dict[str, tuple[bytes, datetime]] = {}
    for seed in SEEDS:
        run = walk(definition, seed)
        for state, opened, at in run.stood:
            for one in opened:  # the shortest course that leads there
                if one.element not in found or len(state) < len(found[one.element][0]):
                    found[one.element] = state, at
        if run.step.ended:
            found.setdefault(f"ended {run.step.outcome}", (run.step.state, run.clock.time))
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"states_{codec.VERSION}.zip"
    if path.exists():
        raise SystemExit(f"{path} is kept as it is")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(bundle.items()):
            archive.writestr(zipfile.ZipInfo(f"bundle/{name}"), content, zipfile.ZIP_DEFLATED)
        for element, (state, at) in sorted(found.items()):
            archive.writestr(zipfile.ZipInfo(f"states/{element}"), f"{at.isoformat()}\n".encode() + state)


if __name__ == "__main__":
    main()
