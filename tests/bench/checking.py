"""How long a verdict takes: the shipped bundle, a chain of 500 tasks, and the largest files that are still looked at."""

from __future__ import annotations

import gc
import time
from collections.abc import Mapping

from service import parts
from service.install import shipped_bundle
from service.processes import deployments
from tests.workflows.running import chain, diagram, end, flow, gateway, start, user
from workflows.checks import MOST_CELLS, MOST_ELEMENTS, MOST_TEXT

_ROUNDS = 3


def run_check() -> dict[str, float]:
    """The median of a few verdicts on each, the expressions forgotten before each."""
    parts.join_parts()
    gc.collect()
    gc.freeze()  # as the service before it forks: what is loaded is not walked over again and again
    return {
        "check.shipped.seconds": _verdict(shipped_bundle(), "nomination_case"),
        "check.chain500.seconds": _verdict({"chain.bpmn": long_chain(500)}, "p"),
        "check.largest_diagram.seconds": _verdict({"large.bpmn": largest_diagram()}, "p"),
        "check.largest_table.seconds": _verdict({"table.dmn": largest_table()}, "p"),
    }


def _verdict(files: Mapping[str, bytes], main: str) -> float:
    from workflows import feel

    taken = []
    for _ in range(_ROUNDS):
        for cache in (feel._compiled_expression, feel._compiled_unary, feel.parser.parse_unary):
            cache.cache_clear()
        began = time.perf_counter()
        deployments.problems_of(files, main)
        taken.append(time.perf_counter() - began)
    return sorted(taken)[_ROUNDS // 2]


def long_chain(length: int) -> bytes:
    """So many user tasks in a row."""
    names = [f"t{n}" for n in range(length)]
    return diagram(start() + "".join(map(user, names)) + end() + chain("begin", *names, "end"))


def largest_diagram() -> bytes:
    """As many elements as are taken, every other one a choice, with conditions as long as all together may be."""
    count = (MOST_ELEMENTS - 3) // 5
    condition = "decision = " + " + ".join(['"đủ"'] * ((MOST_TEXT // count - 40) // 7))
    tasks, choices = [f"t{n}" for n in range(count)], [f"g{n}" for n in range(count)]
    body = start() + end() + flow("begin", tasks[0])
    for n, (task, choice) in enumerate(zip(tasks, choices, strict=True)):
        following = tasks[n + 1] if n + 1 < count else "end"
        body += user(task) + gateway(choice, f"{choice}__{following}") + flow(task, choice) + flow(choice, following)
        body += flow(choice, task, f"{condition} + string({n})")
    return diagram(body)


def largest_table() -> bytes:
    """A decision table with as many cells as are read."""
    columns = 20
    rules = MOST_CELLS // (columns + 1)
    head = "".join(
        f'<input id="i{c}"><inputExpression id="ie{c}" typeRef="number"><text>f{c}</text></inputExpression></input>'
        for c in range(columns)
    )
    rows = "".join(
        f'<rule id="r{r}">'
        + "".join(f"<inputEntry><text>{_cell(r, c)}</text></inputEntry>" for c in range(columns))
        + f"<outputEntry><text>{r}</text></outputEntry></rule>"
        for r in range(rules)
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n"><decision id="t" '
        f'name="t"><decisionTable id="tt" hitPolicy="FIRST">{head}<output id="o" name="o" typeRef="number"/>{rows}'
        "</decisionTable></decision></definitions>"
    ).encode()


def _cell(row: int, column: int) -> str:
    return f"[{row * 20 + column}..{row * 20 + column + 9}], {column}, &gt; {row}, not({column}), {row} + {column}"


__all__ = ["largest_diagram", "largest_table", "long_chain", "run_check"]
