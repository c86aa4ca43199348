"""Walks one nomination through the shipped diagrams on the engine alone, act by act, live and restored.

It stands in for the service where that would send a message or answer an effect; it checks nothing by itself.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from workflows import engine
from workflows.calendar import ZONE, vietnam
from workflows.definition import Definition, read_definition
from workflows.environment import Env
from workflows.step import Marks, Opened, Step

ROOT = Path(__file__).parents[2]
CALENDAR = vietnam([2026, 2027])
DATES = {
    "open": date(2026, 11, 2), "filing": date(2026, 11, 16), "checking": date(2026, 11, 23),
    "supplement": date(2026, 11, 27), "opinions": date(2026, 12, 1), "mending": date(2026, 12, 3),
    "posting_from": date(2026, 12, 1), "posting_to": date(2026, 12, 7), "session": date(2026, 12, 15),
    "signing": date(2026, 12, 18), "province_intake": date(2026, 12, 25), "ceremony": date(2027, 1, 8),
    "close": date(2027, 1, 29),
}
REGISTER = tomllib.loads((ROOT / "service/awards/data/rules.toml").read_text(encoding="utf-8"))
RULES = {entry["key"]: entry.get("value") for entry in REGISTER["rule"]}  # the newest version stands last
BLOCKING = {entry["key"]: entry["confidence"] == "S" for entry in (*REGISTER["rule"], *REGISTER["gate"])}
FACTS: dict[str, Any] = {
    "path": "PHONG_TRAO", "same_achievement_awarded": False, "uses_theme_award": False, "pending_case": False,
    "achievement_before_discipline_end": False, "dissolved": False, "state_proposals_this_year": 0,
    "second_form_asked": False, "in_movement": True, "inside_window": True, "unit_minutes": True,
    "earlier_merit": True, "earlier_bk_ttg": True, "agency_opinion": True, "is_leader": False,
    "unit_did_poorly": False, "certificate_in_window": False, "awarded_in_window": False, "consecutive_years": 5, "excellent_years": 2,
    "unused_initiatives": 2, "cstdcs": 3, "movement_years": 5, "missing_papers": 0, "nominee_agrees": True, "leader_ratio": 0.1,
}


@cache
def award_definition() -> Definition:
    """The shipped bundle of the award process: six diagrams, the decision tables, the forms."""
    files = [*ROOT.glob("bpmn/*.bpmn"), *ROOT.glob("bpmn/*.dmn"), *ROOT.glob("forms/library/*.form")]
    bundle = {path.name: path.read_bytes() for path in files}
    return read_definition(bundle, main="nomination_case")


@dataclass
class Walk:
    """One instance with its clock; `restored`: each act meets an object rebuilt from the last step."""

    restored: bool
    stage: str = "HANG_NAM"
    form: str = "GK_XA"
    kind: str = "INDIVIDUAL"
    now: datetime = datetime(2026, 11, 3, 9, 0, tzinfo=ZONE)
    open: dict[str, Opened] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        data = {
            "nomination_id": "n-1", "stage": self.stage, "subject_group": "A", "kind": self.kind,
            "form_asked": self.form, "level": "commune", "reserve_level": None, "granted_level": "none",
            "reviewed": False, "ask_opinions": False, "result": "none", "decision": "none",
        }
        self.live, step = engine.start(award_definition(), data, self.env)
        self._take(step)

    @property
    def env(self) -> Env:
        return Env(
            now=lambda: self.now, calendar=CALENDAR, dates=DATES, rules=RULES, blocking=BLOCKING,
        )

    def _take(self, step: Step) -> Step:
        assert step.incident is None, step.incident
        for closed in step.closed:
            del self.open[closed.task]
        self.open.update((opened.task, opened) for opened in step.opened)
        self.steps.append(step)
        if self.restored:
            self.live = engine.restore(award_definition(), step.state)
        return step

    def at(self, element: str) -> Opened:
        """The open task at this element; there must be exactly one."""
        found = [opened for opened in self.open.values() if opened.element == element]
        assert len(found) == 1, f"{element} is not open once; open: {self.elements}"
        return found[0]

    @property
    def elements(self) -> list[str]:
        """Elements at which something stands open, sorted."""
        return sorted(opened.element for opened in self.open.values())

    @property
    def marks(self) -> Marks:
        return engine.marks(self.live)

    def act(self, element: str, value: str | None = None, **more: Any) -> Step:
        """Answer the task at `element`: a form's decision, a list's result, or the end of an effect."""
        opened = self.at(element)
        return self.act_on(opened, value, **more)

    def act_on(self, opened: Opened, value: str | None = None, **more: Any) -> Step:
        """The same for a task that is known by its id."""
        if opened.kind == "external":
            return self._take(engine.answer(self.live, opened.task, more, self.env))
        if opened.kind == "user":
            answers = more if value is None else {"decision": value, **more}
            return self._take(engine.complete(self.live, opened.task, answers, self.env))
        payload = more if value is None else {"result": value, **more}
        return self._take(engine.tell(self.live, opened.task, payload, self.env))

    def signal(self, message: str, **payload: Any) -> Step:
        return self._take(engine.signal(self.live, message, payload, self.env))

    def hold(self, hold_id: str) -> None:
        """What the service does when a hold begins: the message, and the timers stand still."""
        self.signal("nomination:held", hold_id=hold_id)
        self._take(engine.hold(self.live, self.env))

    def lift(self, hold_id: str) -> None:
        """What the service does at a conclusion: its own wait, and at the last one the timers go on."""
        waiting = [o for o in self.open.values() if o.element == "wait_release" and o.key == hold_id]
        assert len(waiting) == 1, f"hold {hold_id} is not open once"
        self.act_on(waiting[0])
        if "wait_release" not in self.elements:
            self._take(engine.release(self.live, self.env))

    def wait_until_due(self) -> Step:
        """Let the calendar pass to just after the earliest timer, and wake the instance."""
        due = self.steps[-1].due
        assert due is not None, f"no timer is armed; open: {self.elements}"
        self.now = due + timedelta(seconds=1)
        return self._take(engine.wake(self.live, self.env))

    @property
    def ended_at(self) -> list[str]:
        """The end events of the whole bundle with an outcome that were reached."""
        marks = self.marks.elements
        ends = [key for key, element in award_definition().elements.items() if "outcome" in element.attrs]
        return [key for key in ends if marks[key] == "done"]

    @property
    def outcome(self) -> str | None:
        return next((step.outcome for step in reversed(self.steps) if step.outcome is not None), None)

    @property
    def events(self) -> list[str]:
        return [event for step in self.steps for event in step.events]


def clean(facts: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The facts of a dossier without a fault, and what differs from it."""
    return {**FACTS, **(facts or {})}


# -- stretches of the way --------------------------------------------------------------------------------


def sign(walk: Walk) -> None:
    """From the start to the office's check."""
    walk.act("self_assess")
    walk.act("wait_submission", "signed", facts=clean())


def come_before_council(walk: Walk) -> None:
    """From the start to the council, without a hitch."""
    sign(walk)
    walk.act("check_dossier", "accept", ask_opinions=False)
    walk.act("wait_posting")


def be_passed(walk: Walk, level: str, reserve: str | None = None, result: str = "passed") -> None:
    walk.act("wait_council", result, level=level, reserve_level=reserve)


def get_certificate(walk: Walk) -> None:
    """From the passed name to the filed certificate."""
    walk.act("wait_decision", "granted")
    walk.act("wait_issue")
    walk.act("wait_handover")
    walk.act("wait_payment")
    walk.act("file_dossier")


def assert_ended(walk: Walk, end: str, outcome: str) -> None:
    """Ended there and nowhere else, and nothing is left that waits."""
    last = walk.steps[-1]
    assert last.ended and walk.ended_at == [end]
    assert walk.outcome == outcome
    assert walk.elements == [] and last.due is None
    assert [e for e in walk.events if e == "nomination:ended"] == ["nomination:ended"]
    assert last.phase == "ended" or walk.steps[-2].phase == "ended"
