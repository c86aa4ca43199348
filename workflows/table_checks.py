"""What a review of a decision table means for its deployment: the faults as the checker tells them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from workflows.decision_table import SINGLE, Decision, DecisionTable
from workflows.decisions import only_tables
from workflows.problems import Problem
from workflows.table_review import Review, review_table
from workflows.wording import problem


def check_tables(tables: Mapping[str, Decision], asked: Collection[str]) -> list[Problem]:
    """The faults of all the tables of a bundle; a gap stops only where a step asks for the answer (`asked`: the
    decisions that steps name), itself or through another decision.
    """
    used: set[str] = set()
    queue = [decision for key, decision in tables.items() if key in asked]
    while queue:
        decision = queue.pop()
        if decision.id not in used:
            used.add(decision.id)
            queue.extend(decision.needs)
    return [
        fault
        for table in only_tables(tables).values()
        if table.hit_policy in SINGLE
        for fault in table_problems(table, review_table(table), used=table.id in used)
    ]


def table_problems(table: DecisionTable, found: Review, *, used: bool) -> list[Problem]:
    """The faults of a table as the checker tells them; `used` says that a step of the process reads its
    answer.
    """
    problems: list[Problem] = []
    single = table.hit_policy in SINGLE and all(output.default is None for output in table.outputs)
    if found.gaps and single:
        code = "table-gap" if used else "table-gap-unused"
        region = found.gaps[0]
        problems.append(
            problem(
                code,
                table.id,
                name=table.name,
                example=region.sample,
                where=region.words,
                count=f"{len(found.gaps)}{'+' if found.more else ''}",
            )
        )
    for overlap in found.overlaps:
        if overlap.effect == "clash":
            code = "table-overlap" if table.hit_policy == "UNIQUE" else "table-clash"
            problems.append(
                problem(
                    code,
                    overlap.rules[1] or table.id,
                    name=table.name,
                    one=_row(overlap.rows[0], overlap.rules[0]),
                    other=_row(overlap.rows[1], overlap.rules[1]),
                    where=overlap.region.words,
                )
            )
    for row in found.hidden:
        rule = table.rules[row - 1].id
        problems.append(problem("table-row-hidden", rule or table.id, name=table.name, row=_row(row, rule)))
    return problems


def _row(number: int, rule: str | None) -> str:
    return f"{number} ({rule})" if rule else str(number)
