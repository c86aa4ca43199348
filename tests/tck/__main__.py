"""`make tck TCK=<folder>`: counts per level, reasons of refusals, and every answer that is wrong.

`-v` lists each refusal too; words after it keep only the files whose names hold one of them.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from tests.tck.kit import Outcome, run


def main(folder: str, *rest: str) -> int:
    loud = "-v" in rest
    words = [word for word in rest if word != "-v"]
    found = [o for o in run(Path(folder)) if not words or any(word in o.file for word in words)]
    for outcome in found:
        if outcome.verdict in ("WRONG", "CRASH") or (loud and outcome.verdict != "right"):
            print(outcome.verdict, outcome.file, outcome.case, outcome.decision, "-", outcome.why)
    for level in ("2", "3"):
        _summary(level, [outcome for outcome in found if outcome.level == level])
    return int(not found or any(outcome.verdict in ("WRONG", "CRASH") for outcome in found))


def _summary(level: str, found: list[Outcome]) -> None:
    counts = Counter(outcome.verdict for outcome in found)
    print(f"\nLevel {level}: {len(found)} answers asked: " + ", ".join(f"{n} {v}" for v, n in counts.items()))
    wanted = sum(outcome.verdict == "right" and bool(outcome.why) for outcome in found)
    print(f"  of the right ones {wanted} are errors that the kit wants")
    for verdict, words in (
        ("refused", "refused when read"),
        ("null", "an error by name where the kit has null"),
        ("error", "an error by name where the kit has a value"),
    ):
        reasons = Counter(outcome.why for outcome in found if outcome.verdict == verdict)
        if reasons:
            print(f"  {words}:")
        for why, number in reasons.most_common():
            print(f"    {number:5} {why}")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
