"""Past nominations as rows, made by walking the shipped process at random: what a replay reads, and nothing else.

A few hundred walks are run; each stands for several cases, with other people, facts and days.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import insert, select

from service import trail
from service.actor import machine
from service.awards.models import Nomination, Recipient, Round
from service.awards.rules import freeze_rules, rules_on
from service.calendar import working_calendar
from service.db import table_of, transaction
from service.people.models import Unit
from service.processes.deployments import definition_of
from service.processes.enactments import current_deployment
from service.processes.models import Activity, ProcessInstance
from tests.journeys.walk import FACTS
from workflows.calendar import ZONE
from workflows.course import Course
from workflows.environment import Env
from workflows.step import NotWaiting
from workflows.tree import Node

WAYS = {
    "check_dossier": ("accept", "accept", "accept", "supplement", "not_eligible"),
    "check_report": ("accept", "accept", "supplement", "not_eligible"),
    "weigh_objection": ("proceed", "refuse"),
    "review_refusal": ("agenda", "recheck", "uphold"),
    "review_timely_refusal": ("recheck", "uphold"),
    "confirm_successor": ("confirm", "decline"),
    "supplement_package": ("ready", "give_up"),
    "supplement_state_package": ("ready", "give_up"),
}
LIKELY = {"signed": 8, "passed": 8, "granted": 8, "sent": 8, "no_objection": 4}


def add_past_cases(count: int, *, walks: int = 400, seed: int = 1) -> list[int]:
    """Add that many past and waiting nominations of the first round; returns the ids of their instances."""
    dice = random.Random(seed)
    deployment = current_deployment("nomination_case")
    ids: list[int] = []
    with transaction() as s:
        round_ = s.scalars(select(Round).order_by(Round.id)).first()
        unit = s.scalars(select(Unit).order_by(Unit.id)).first()
        assert round_ is not None and unit is not None
        day = datetime.combine(datetime.fromisoformat(round_.calendar["open"]).date(), time(9), ZONE)
        frozen = freeze_rules(s, day.date())
        recipient = Recipient(kind="INDIVIDUAL", name="Người Đã Qua", unit_id=unit.id, search="nguoi da qua", sort_key="")
        s.add(recipient)
        s.flush()
        numbers = list(
            s.scalars(
                insert(Nomination).returning(Nomination.id),
                [
                    {
                        "round_id": round_.id, "unit_id": unit.id, "recipient_id": recipient.id, "name": f"Người Thứ {n}",
                        "unit_name": unit.name, "kind": "INDIVIDUAL", "subject_group": "D", "code_seed": f"past{seed}-{n}",
                        "code_mark": f"past{seed}-{n}",
                        "form_asked": "GK_XA", "rule_set_id": frozen, "received_at": day - timedelta(days=30),
                        "created_at": day,
                    }
                    for n in range(count)
                ],
            )
        )
        courses = [_walk(deployment, round_, day, dice) for _ in range(min(walks, count))]
        for first in range(0, count, 1000):
            ids += _add(s, deployment, unit, courses, numbers[first : first + 1000], day, first, dice)
        trail.record("demo:loaded", by=machine("cli"), stream="system", body={"count": count})
    return ids


def _add(
    s: Any, deployment: int, unit: Unit, courses: Sequence[Course], numbers: Sequence[int], day: datetime, first: int, dice: random.Random
) -> list[int]:
    chosen = [(n, courses[(first + k) % len(courses)], timedelta(days=first // 100 + k % 3)) for k, n in enumerate(numbers)]
    ids = list(
        s.scalars(
            insert(table_of(ProcessInstance)).returning(ProcessInstance.id),
            [
                {
                    "deployment_id": deployment, "case_key": f"nomination:{n}", "version": 1, "holds": 0, "queued": 0,
                    "status": "ended" if course.ended else "running", "outcome": course.outcome, "roles": {}, "excluded": [],
                    "own_units": [], "title": f"Người Thứ {n}", "about": unit.name, "search": f"nguoi thu {n}",
                    "started_at": day + late, "state": b"", "begun_with": start_data(n), "priority": 0,
                }
                for n, course, late in chosen
            ],
        )
    )
    rows = []
    for instance, (number, course, late) in zip(ids, chosen, strict=True):
        for stop in course.path:
            answers = dict(stop.answers)
            if "facts" in answers:
                answers["facts"] = _facts(dice)
            state = {"fired": "done", "told": "done"}.get(stop.how, stop.how)
            told = state == "done" and stop.kind != "timer"
            rows.append(
                {
                    "instance_id": instance, "deployment_id": deployment, "kind": stop.kind, "element": stop.element,
                    "occurrence": stop.occurrence, "state": state, "version": 1, "opened_at": stop.opened_at + late,
                    "sort_at": stop.opened_at, "reminded": 0, "drafted": False, "priority": 0,
                    "closed_at": None if stop.closed_at is None else stop.closed_at + late,
                    "answers": answers if told else None, "message": answers.pop("message", None),
                    "key": str(number) if stop.kind == "receive" else None,
                }
            )
    s.execute(insert(table_of(Activity)), rows)
    return ids


def start_data(number: int) -> dict[str, Any]:
    """What a nomination is started with."""
    return {
        "nomination_id": str(number), "stage": "HANG_NAM", "subject_group": "D", "kind": "INDIVIDUAL", "form_asked": "GK_XA",
        "level": "commune", "reserve_level": None, "granted_level": "none", "reviewed": False, "ask_opinions": False,
        "result": "none", "decision": "none",
    }


def _walk(deployment: int, round_: Round, day: datetime, dice: random.Random) -> Course:
    rules, calendar = rules_on(day.date()), working_calendar()
    dates = {k: datetime.fromisoformat(v).date() for k, v in round_.calendar.items()}

    def surroundings(at: datetime) -> Env:
        return Env(now=lambda: at, calendar=calendar, dates=dates, rules=rules.values, blocking=rules.blocking)

    course = Course(definition_of(deployment), surroundings)
    course.start(start_data(0), day)
    for _ in range(dice.randrange(3, 60)):
        if course.ended:
            break
        course.move_to(course.now + timedelta(hours=dice.randrange(2, 40), microseconds=dice.randrange(1, 1_000_000)))
        armed = course.armed_now()
        if armed and armed[0][0] <= course.now or armed and dice.random() < 0.03:
            course.move_to(armed[0][0])
            course.fire(armed[0][1])
            continue
        if dice.random() < 0.02:
            try:
                course.signal("nomination:withdrawn", {"cause": "letter", "message": "nomination:withdrawn"}, "withdrawn")
            except NotWaiting:
                pass
            continue
        kind, node = dice.choice([(k, n) for k in ("user", "receive", "external") for n in course.open_at(k)])
        _answer(course, kind, node, dice)
    return course


def _answer(course: Course, kind: str, node: Node, dice: random.Random) -> None:
    element = node.task_spec.element
    if kind == "external":
        return course.effect(node, {})
    given: dict[str, Any] = {}
    values = element.attrs.get("values", "").split()
    if values:
        given["result"] = dice.choices(values, [LIKELY.get(v, 1) for v in values])[0]
    if element.id in ("wait_council", "wait_written_opinion"):
        given |= {"level": dice.choice(["commune", "commune", "province"]), "reserve_level": dice.choice([None, "commune"])}
    if element.id in ("wait_submission", "wait_resubmission", "wait_request"):
        given["facts"] = _facts(dice)
    if kind == "user":
        given |= {"decision": dice.choice(WAYS.get(element.id, ("done",))), "note": "Đã xem đủ thành phần hồ sơ."}
        given |= {"ask_opinions": dice.random() < 0.3, "answer_due": f"{course.now + timedelta(days=9):%Y-%m-%d}"}
        return course.answer(node, given)
    return course.tell(node, given | {"message": element.message})


def _facts(dice: random.Random) -> dict[str, Any]:
    return FACTS | {"consecutive_years": dice.randrange(9), "excellent_years": dice.randrange(4), "leader_ratio": dice.randrange(9) / 10}
