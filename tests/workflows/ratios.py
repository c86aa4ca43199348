"""Measures the engine against the library's own step, for the bench and for the test of the targets.

Run it as a script for the table. Figures are medians; only the ratios mean anything on a shared machine.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parent))

from lxml import etree
from running import (
    Clock,
    call,
    chain,
    diagram,
    end,
    flow,
    gateway,
    read,
    start,
    timer,
    user,
    world,
)
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from workflows import codec, engine

T = TypeVar("T")
ANSWERS = {"decision": "approve", "comment": "Hồ sơ đầy đủ, đúng thành phần, đề nghị trình bước sau."}


def eight_tasks() -> list[bytes]:
    """The bench's process: eight user tasks, each followed by an exclusive gateway."""
    body, before = start(), "begin"
    for number in range(1, 9):
        name, choice = f"task{number}", f"after_task{number}"
        body += user(name) + gateway(choice, f"{choice}__rejected")
        body += flow(before, name, 'decision = "approve"' if before != "begin" else None) + flow(name, choice)
        body += flow(choice, "rejected")
        before = choice
    return [
        diagram(
            body
            + end("approved", 'nom:outcome="certificate"')
            + end("rejected", 'nom:outcome="refused"')
            + flow(before, "approved", 'decision = "approve"')
        )
    ]


def ten_tasks_three_calls() -> list[bytes]:
    """Ten user tasks, four of them in three called processes, with two boundary timers."""
    body, before, called = start(), "begin", []
    for number in range(1, 10):
        name = f"step{number}"
        if number % 3 == 0:
            inner = [f"{name}_a", f"{name}_b"] if number == 9 else [f"{name}_a"]
            called.append(
                diagram(
                    start(f"{name}_begin")
                    + "".join(user(one) for one in inner)
                    + end(f"{name}_end")
                    + chain(f"{name}_begin", *inner, f"{name}_end"),
                    f"called{number}",
                )
            )
            body += call(name, f"called{number}")
        else:
            body += user(name)
        if number in (2, 6):
            body += timer(f"{name}_late", name, "timeDuration", "P30D") + chain(f"{name}_late", "late")
        body += flow(before, name)
        before = name
    return [diagram(body + end() + end("late") + flow(before, "end")), *called]


def _stock(diagrams: list[bytes], rounds: int) -> float:
    """The library alone: its parser, its script engine, one task run and the engine's steps."""
    parser = BpmnParser()
    for content in diagrams:
        content = content.replace(b' = "approve"', b' == "approve"').replace(b"P30D", b'"P30D"')
        parser.add_bpmn_xml(etree.fromstring(content))
    spec, inner = parser.get_spec("p"), parser.get_subprocess_specs("p")
    times = []
    for _ in range(rounds):
        workflow = BpmnWorkflow(spec, inner)
        workflow.do_engine_steps()
        while (task := workflow.get_next_task(state=TaskState.READY, manual=True)) is not None:
            began = perf_counter()
            task.data.update(ANSWERS)
            task.run()
            workflow.do_engine_steps()
            times.append(perf_counter() - began)
        assert workflow.completed
    return median(times)


def _timed(times: list[float], act: Callable[[], T]) -> T:
    began = perf_counter()
    result = act()
    times.append(perf_counter() - began)
    return result


def measure(diagrams: list[bytes], rounds: int = 40) -> dict[str, float]:
    """Medians in milliseconds, bytes, and ratios to the library's step alone."""
    definition, env = read(*diagrams), world(Clock())
    acts: list[float] = []
    encodes: list[float] = []
    restores: list[float] = []
    largest = 0
    for _ in range(rounds):
        live, step = engine.start(definition, {"nomination_id": "N1"}, env)
        while not step.ended:
            task, current = step.opened[0].task, live
            step = _timed(acts, lambda: engine.complete(current, task, ANSWERS, env))  # noqa: B023
            if not step.ended:
                _timed(encodes, lambda: codec.encode(current))  # noqa: B023
                _timed(restores, lambda: engine.restore(definition, step.state))  # noqa: B023
                largest = max(largest, len(step.state))
    stock = _stock(diagrams, rounds)
    return {
        "step.alone_ms": stock * 1e3,
        "verb_ms": median(acts) * 1e3,
        "encode_ms": median(encodes) * 1e3,
        "restore_ms": median(restores) * 1e3,
        "bytes.largest": largest,
        "bytes.finished": len(step.state),
        "ratio.step_encode": median(acts) / stock,
        "ratio.restore": median(restores) / stock,
    }


if __name__ == "__main__":
    for title, diagrams in (
        ("8 tasks", eight_tasks()),
        ("10 tasks, 3 calls, 2 timers", ten_tasks_three_calls()),
    ):
        print(title, {key: round(value, 3) for key, value in measure(diagrams).items()})
