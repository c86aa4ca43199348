"""Random walks over the shipped diagrams: live and restored at every step do the same, and nothing is left behind."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from running import FORM, Clock, Run, world

from workflows import engine
from workflows.definition import Definition, read_definition

BPMN = Path(__file__).parents[2] / "bpmn"
DATES = (
    "open filing checking supplement opinions mending posting_from posting_to session signing province_intake "
    "ceremony close"
)
DECISIONS = {
    "check_dossier": ["accept", "supplement", "not_eligible"],
    "check_report": ["accept", "supplement", "not_eligible"],
    "weigh_objection": ["proceed", "refuse"],
    "review_refusal": ["agenda", "recheck", "uphold"],
    "review_timely_refusal": ["recheck", "uphold"],
    "confirm_successor": ["confirm", "decline"],
    "supplement_package": ["ready", "give_up"],
    "supplement_state_package": ["ready", "give_up"],
}


class AnyRule(dict[str, Any]):
    """Five, whatever is asked."""

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: str) -> int:
        return 5

    def get(self, key: str, default: Any = None) -> Any:
        return 5


@pytest.fixture(scope="module")
def shipped() -> Definition:
    bundle = {path.name: path.read_bytes() for path in sorted(BPMN.glob("*.*mn"))}
    named = set(re.findall(r'formKey="(\w+)"', b"".join(bundle.values()).decode()))
    return read_definition(bundle | {f"{name}.form": FORM for name in named}, main="nomination_case")


def facts(dice: random.Random) -> dict[str, Any]:
    named = set(re.findall(r"facts\.(\w+)", (BPMN / "eligibility.dmn").read_text()))
    return {
        name: dice.choice([None, None, True, False]) if name.startswith("is_") else None for name in named
    }


def act(run: Run, dice: random.Random) -> None:
    """One act of a person, a program, the clock or an administrator."""
    kind = dice.random()
    if kind < 0.06:
        run.signal("nomination:held", hold_id=f"h{dice.randrange(99)}")
    elif kind < 0.09:
        run.signal("recipient:changed", effect=dice.choice(["successor", "posthumous"]))
    elif kind < 0.10:
        run.signal("nomination:withdrawn", cause="letter")
    elif kind < 0.11:
        run.signal("nomination:stopped", cause=dice.choice(["revoked", "violation"]))
    elif kind < 0.14 or not run.open:
        run.clock.forward(days=dice.randrange(20))
        run.wake()
    elif kind < 0.22:
        dice.choice([run.hold, run.release, run.recalendar, run.retry])()
    elif kind < 0.25 and (people := [one.element for one in run.open if one.kind == "user"]):
        run.move_due(dice.choice(people), run.clock.time + timedelta(days=dice.randrange(1, 30)))
    else:
        answer(run, dice)


def answer(run: Run, dice: random.Random) -> None:
    place = dice.randrange(len(run.open))
    task = run.open[place]
    given: dict[str, Any] = {
        "level": dice.choice(["commune", "province", "national"]),
        "answer_due": "2026-09-09",
    }
    given["reserve_level"] = dice.choice([None, "commune", "province"])
    given["granted_level"] = dice.choice(["none", "province", "centre"])
    values = task.attrs.get("values", "").split()
    if values:
        given["result"] = dice.choice(values)
    if task.kind == "user":
        given["decision"] = dice.choice(DECISIONS.get(task.element, ["done"]))
        given["ask_opinions"] = dice.random() < 0.5
    run.do(task.element, run.now[: place + 1].count(task.element) - 1, **given)


def walk(definition: Definition, seed: int, restored: bool) -> Run:
    dice = random.Random(seed)
    clock = Clock()
    start = {
        "nomination_id": "N1",
        "stage": dice.choice(["HANG_NAM", "DOT_XUAT", "TONG_KET"]),
        "subject_group": "A",
        "kind": dice.choice(["INDIVIDUAL", "COLLECTIVE"]),
        "form_asked": dice.choice(["GK_XA", "BK_TINH", "CO_CP"]),
        "level": "commune",
        "reserve_level": None,
        "granted_level": "none",
        "reviewed": False,
        "ask_opinions": False,
        "result": "none",
        "decision": "none",
        "facts": facts(dice),
    }
    dates = {key: date(2026, 6, 1) for key in DATES.split()}
    env = world(clock, dates=dates, rules=AnyRule(), blocking=AnyRule())
    run = Run(definition, start, clock=clock, restored=restored, env=env)
    for _ in range(60):
        if run.step.ended:
            run.assert_nothing_left()
            break
        try:
            act(run, dice)
        except engine.NotWaiting:
            continue  # a message for a boundary that is gone
        assert run.step.incident is None, run.step.incident
    return run


@pytest.mark.parametrize("seed", range(16))
def test_walk_live_and_restored_go_the_same_way(shipped: Definition, seed: int) -> None:
    live, restored = walk(shipped, seed, False), walk(shipped, seed, True)
    assert len(live.steps) == len(restored.steps)
    for one, other in zip(live.steps, restored.steps, strict=True):
        assert (one.data, one.events, one.phase, one.outcome) == (
            other.data,
            other.events,
            other.phase,
            other.outcome,
        )
        assert (one.due, one.fired, len(one.opened)) == (other.due, other.fired, len(other.opened))
    assert engine.marks(live.live) == engine.marks(restored.live)
