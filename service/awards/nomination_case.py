"""The case kind of a nomination: by what days and rules its process goes, who reads and enters what, what a hand must not break."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from service import clock, people
from service.actor import Actor
from service.awards import dossier, fairness
from service.awards.guards import CONFIRM
from service.awards.leaving import list_waiting_for
from service.awards.lists import KINDS as LIST_KINDS
from service.awards.lists import entered_words, paper_of
from service.awards.models import Line, List, Nomination, Round, Rule
from service.awards.nomination_steps import nomination_of, note_step, on_answers, on_opened
from service.awards.nominations import may_see, reads_every, within
from service.awards.reliving import past_of
from service.awards.rounds import CALENDAR_KEYS
from service.awards.rules import SOURCED, Rules, is_sure, rule_set, rules_of, rules_on
from service.calendar import working_calendar
from service.db import reading, session
from service.processes.cases import KINDS, CaseKind, Running
from service.processes.deployments import definition_of, form_of
from workflows.environment import Env


def _environment(running: Running) -> Env:
    row = session().execute(
        select(Round.calendar, Nomination.rule_set_id)
        .join(Nomination, Nomination.round_id == Round.id)
        .where(Nomination.id == running.case)
    ).one_or_none()
    calendar: Mapping[str, str] = row[0] if row else {}
    rules: Rules = rule_set(row[1]) if row and row[1] else rules_on(clock.today())
    return Env(
        now=clock.now,
        calendar=working_calendar(),
        dates={k: date.fromisoformat(v) for k, v in calendar.items()},
        rules=rules.values,
        blocking=rules.blocking,
    )


def entry_of(running: Running, by: Actor, element: str) -> Mapping[str, str] | None:
    """For which unit, by which paper, the office may complete a task of the unit; None where it may not.

    Without a paper that was taken the words say only the unit.
    """
    nomination = nomination_of(running)
    unit = people.current_unit(nomination.unit_id)
    if not people.allowed_for_other(by, "nomination.enter_for_unit", unit):
        return None
    with reading() as s:
        submission = s.get(List, nomination.submission_id) if nomination.submission_id else None
        paper = paper_of(submission, supplement=element.startswith("supplement_")) if submission else {}
    return entered_words(unit, paper) if paper else {"for_unit": people.unit_name(unit, clock.today())}


def _entry(running: Running, by: Actor, element: str, groups: Collection[str]) -> Mapping[str, str] | None:
    own = {running.roles.get("unit", ""), running.roles.get("unit_head", "")}
    return entry_of(running, by, element) if own & set(groups) else None


def _may_read(by: Actor, running: Running) -> bool:
    with reading() as s:
        row = s.get(Nomination, running.case)
        return row is not None and may_see(by, row)


_UNITS_OWN = frozenset({"unit", "unit_head", "unit_deputy", "successor_head"})
"""Candidates of the steps at which the unit itself writes."""


def _may_read_answers(by: Actor, running: Running, candidates: Collection[str]) -> bool:
    """The office reads what was filled in at every step, a unit what it wrote itself: not scores, reasons and opinions."""
    by = within(by, nomination_of(running))
    return reads_every(by) or bool(candidates) and _UNITS_OWN.issuperset(candidates)


def _given(running: Running, element: str) -> dict[str, Any]:
    step = definition_of(running.deployment_id).elements.get(element)
    name = step.attrs.get("form") if step else None
    asked = form_of(running.deployment_id, name).given if name else ()
    return dossier.given(running.case, element) | dossier.given_besides(running.case, asked)


def _tied(running: Running) -> tuple[str, str] | None:
    """A list whose act waits for this name: moved by hand, the name would leave the list dangling."""
    title = list_waiting_for(session(), running.case)
    return None if title is None else (
        f"Tên này đang ở trong danh sách “{title}” chưa xử lý xong; đưa ra khỏi danh sách hoặc xử lý xong danh sách trước.",
        f"The name stands on the list “{title}”, which is not done; take it off or finish the list first.",
    )


def _named() -> set[str]:
    """Elements that lists gather from and act on, and at which forms, effects and figures of awards look."""
    found = {CONFIRM, *on_answers, *on_opened, *dossier.LOOKED_AT, *fairness.CHECKS}
    for kind in LIST_KINDS.values():
        found.update(kind.gathers, *(act.waits for act in kind.acts), *(task.when for tasks in kind.tasks.values() for task in tasks))
    return found


def _on_dropped(running: Running, message: str, source: str) -> None:
    """A message that came too late is shown on its line."""
    parts = source.split(":")
    if parts[0] == "list" and len(parts) == 3:
        line = session().get(Line, int(parts[2]))
        if line is not None:
            line.data = {**line.data, "dropped": message}


def _changed_at(running: Running, asked: Collection[tuple[str, str]]) -> str:
    """The calendar of the nomination's round, or the rule, by which a day goes."""
    if any(function == "round_date" for function, _key in asked):
        found = session().execute(select(Nomination.round_id).where(Nomination.id == running.case)).scalar()
        return f"/rounds/{found}/calendar" if found else ""
    return next((f"/office/rules/{key}" for function, key in asked if function == "rule"), "")


def _rests_on(running: Running, key: str) -> str:
    """On what the version of a rule rests that holds for the nomination."""
    row = session().get(Rule, rules_of(nomination_of(running)).versions.get(key, 0))
    return "" if row is None or not is_sure(row) else "sourced" if row.confidence == SOURCED else "confirmed"


def _next_day(running: Running, key: str) -> tuple[str, date] | None:
    """The day of the round's calendar that comes next after one: what is supplemented later than that comes too late for it."""
    found = session().execute(
        select(Round.calendar).join(Nomination, Nomination.round_id == Round.id).where(Nomination.id == running.case)
    ).scalar() or {}
    if key not in found or key not in CALENDAR_KEYS:
        return None
    later = CALENDAR_KEYS[CALENDAR_KEYS.index(key) + 1 :]
    days = [(word, date.fromisoformat(found[word])) for word in later if found.get(word, "") > found[key]]
    return min(days, key=lambda one: one[1], default=None)


KINDS["nomination"] = CaseKind(
    environment=_environment, changed_at=_changed_at, rests_on=_rests_on, next_day=_next_day,
    past=past_of, on_step=note_step, on_dropped=_on_dropped, given=_given,
    may_read=_may_read,
    may_read_answers=_may_read_answers, entry=_entry, named=_named, pausing=frozenset({CONFIRM}), tied=_tied,
    keys=frozenset({"nomination_id", "hold_id"}),
    cancelled_by=(
        "Trường hợp đề nghị khen thưởng được hủy bằng “Hủy trường hợp đề nghị” trên trang hồ sơ, để các danh sách biết.",
        "A nomination is cancelled by “Cancel the nomination” on its page, so that its lists learn of it.",
    ),
)
