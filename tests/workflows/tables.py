"""Decision tables made for tests, written as the editor writes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from workflows.calendar import ZONE, vietnam
from workflows.decisions import DecisionTable, load_decisions
from workflows.environment import Env

ENV = Env(
    now=lambda: datetime(2026, 11, 23, 9, 0, tzinfo=ZONE),
    calendar=vietnam([2026, 2027]),
    rules={"LIMIT": 3},
    blocking={"GATE.A": True},
)
DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def dmn(
    rules: Sequence[tuple[Sequence[str], Sequence[str]]],
    *,
    table: str = "",
    inputs: Sequence[str] = ("x",),
    outputs: Sequence[str] = ('name="y"',),
    output_values: Sequence[str | None] = (),
    input_values: str | None = None,
    defaults: Sequence[str] = (),
    extra: str = "",
    in_decision: str = "",
    kinds: Sequence[str | None] = (),
) -> bytes:
    """A DMN file with one table; cells are FEEL."""

    def text(name: str, content: str | None) -> str:
        return "" if content is None else f"<{name}><text>{escape(content)}</text></{name}>"

    def kind(n: int) -> str:
        return f' typeRef="{kinds[n]}"' if n < len(kinds) and kinds[n] else ""

    columns = "".join(
        f'<input id="i{n}" label={quoteattr(source)}><inputExpression id="e{n}"{kind(n)}><text>{escape(source)}'
        f"</text></inputExpression>{text('inputValues', input_values)}</input>"
        for n, source in enumerate(inputs)
    )
    for n, attributes in enumerate(outputs):
        values = output_values[n] if n < len(output_values) else None
        default = defaults[n] if n < len(defaults) else None
        columns += f'<output id="o{n}" {attributes}>{text("outputValues", values)}'
        columns += f"{text('defaultOutputEntry', default)}</output>"
    rows = ""
    for n, (tests, results) in enumerate(rules):
        cells = "".join(text("inputEntry", cell) for cell in tests)
        cells += "".join(text("outputEntry", cell) for cell in results)
        rows += f'<rule id="r{n}">{cells}</rule>'
    return (
        f'<definitions xmlns="{DMN}" id="d" name="d" namespace="n">{extra}'
        f'<decision id="t" name="T">{in_decision}'
        f'<decisionTable id="dt" {table}>{columns}{rows}</decisionTable></decision></definitions>'
    ).encode()


def load(*args: Any, **kwargs: Any) -> DecisionTable:
    """The one table of such a file."""
    table = load_decisions(dmn(*args, **kwargs))["t"]
    assert isinstance(table, DecisionTable)
    return table


def ask(table: DecisionTable, **scope: Any) -> Any:
    """What the table answers."""
    return table.evaluate(scope, ENV)
