"""Figures of the steps, from the rows alone: by the clock or by working days, late, waiting, within the target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from service import clock
from service.actor import machine
from service.db import db
from service.errors import Invalid, NotFound
from service.install import prepare_database
from service.processes import enactments
from service.processes.deployments import files_of
from service.processes.enactments import current_deployment
from service.processes.models import NO_DUE, Activity, DeploymentFile
from service.studio import figures, procedures
from service.studio.figures import Figures, Period, StepFigures, figures_of, period_of, share_of
from workflows.calendar import ZONE
from workflows.targets import Target, counts_working_days, read_target

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
MAIN = "nomination_case"


@pytest.fixture
def number(app: Flask) -> Iterator[int]:
    """The shipped process, deployed, on a day of December."""
    clock.start_at(moment("2026-12-01T09:00"))
    prepare_database()
    yield current_deployment(MAIN)
    clock.follow(None)


def moment(text: str) -> datetime:
    """A moment in Viet Nam."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def stops(deployment: int, element: str, spans: Sequence[tuple[str, str]], due: str = "", kind: str = "user", state: str = "done") -> None:
    """Rows as the engine would have left them: opened and closed at these moments."""
    with db.engine.begin() as s:
        s.execute(insert(Activity), [
            {
                "deployment_id": deployment, "kind": kind, "element": element, "state": state, "opened_at": moment(opened),
                "closed_at": moment(closed) if closed else None, "due_at": moment(due) if due else None, "sort_at": NO_DUE,
            }
            for opened, closed in spans
        ])


def one(found: Figures, element: str) -> StepFigures:
    """The figures of one step."""
    return next(step for step in found.steps if step.element == element)


def with_target(number: int, target: str) -> int:
    """The next version, in which the check of a dossier has a target."""
    files = files_of(number)
    step = '<bpmn:userTask id="check_dossier"'
    text = files["award_nomination.bpmn"].decode()
    files["award_nomination.bpmn"] = text.replace(step, f"{step} nom:target='{target}'").encode()
    return enactments.deploy_bundle(files, main=MAIN, by=machine("cli"))


def test_lengths_are_counted_by_the_clock_where_no_working_days_are_asked_for(number: int) -> None:
    stops(number, "check_dossier", [
        ("2026-11-02T08:00", "2026-11-02T08:30"), ("2026-11-02T08:00", "2026-11-03T08:00"), ("2026-11-02T08:00", "2026-11-06T08:00"),
    ], due="2026-11-05T17:00")
    step = one(figures_of(number, YEAR), "check_dossier")
    assert (step.unit, step.done, step.with_due, step.late) == ("clock", 3, 3, 1)
    assert step.median == pytest.approx(1, abs=0.05) and step.ninety == pytest.approx(4, abs=0.05)
    assert step.within == pytest.approx(2 / 3) and step.missed and not step.own_target
    assert step.total == pytest.approx(5.02, abs=0.01) and step.weight == 1
    short = Period(date(2026, 11, 3), date(2026, 11, 5))
    assert one(figures_of(number, short), "check_dossier").done == 1


def test_step_that_is_due_in_working_days_is_measured_in_them(number: int) -> None:
    # Friday to Monday is one working day; over 24 November, a day off, Monday to Wednesday is one as well.
    stops(number, "review_refusal", [
        ("2026-11-06T16:00", "2026-11-09T09:00"), ("2026-11-23T09:00", "2026-11-25T09:00"), ("2026-11-02T09:00", "2026-11-02T16:00"),
        ("2026-11-02T09:00", "2026-11-09T16:00"),
    ])
    step = one(figures_of(number, YEAR), "review_refusal")
    assert step.unit == "working" and step.done == 4
    assert (step.median, step.ninety) == (1.0, 5.0)
    stops(number, "review_refusal", [("2001-01-01T09:00", "2026-11-25T09:00")])
    assert (one(figures_of(number, YEAR), "review_refusal").ninety or 0) > 700  # opened before all that is numbered


def test_what_waits_is_told_apart_from_what_is_done_and_what_was_left_is_not_counted(number: int) -> None:
    since = [("2026-10-01T08:00", ""), ("2026-11-01T08:00", "")]
    stops(number, "wait_council", since, due="2026-11-15T17:00", kind="receive", state="open")
    stops(number, "wait_council", [("2026-10-01T08:00", "2026-10-02T08:00")], kind="receive", state="cancelled")
    stops(number, "wait_council", [("2026-10-01T08:00", "2026-10-02T08:00")], kind="timer")
    step = one(figures_of(number, YEAR), "wait_council")
    assert (step.done, step.waiting, step.with_due, step.late, step.late_rate) == (0, 2, 2, 2, 1.0)
    assert step.waiting_since == moment("2026-10-01T08:00") and step.median is None and not step.missed


def test_own_target_decides_in_its_own_unit_what_is_within(number: int) -> None:
    second = with_target(number, "working_days(2)")
    stops(second, "check_dossier", [("2026-11-02T08:00", "2026-11-04T08:00")] * 8 + [("2026-11-02T08:00", "2026-11-05T08:00")] * 2)
    step = one(figures_of(second, YEAR), "check_dossier")
    assert (step.unit, step.own_target, step.within, step.missed, step.ninety) == ("working", True, 0.8, True, 3.0)
    third = with_target(number, "P3D")
    stops(third, "check_dossier", [("2026-11-02T08:00", "2026-11-04T08:00")] * 9 + [("2026-11-02T08:00", "2026-11-25T08:00")])
    step = one(figures_of(third, YEAR), "check_dossier")
    assert (step.unit, step.within, step.missed) == ("clock", 0.9, False)
    assert one(figures_of(third, YEAR, all_versions=True), "check_dossier").done == 20
    with pytest.raises(NotFound):
        figures_of(999, YEAR)


UNREADABLE = ("working_days(rule())", "working_days()", "soon", 'duration("soon")', "1 +")


@pytest.mark.long
def test_target_that_cannot_be_read_is_not_deployed_and_one_that_was_is_still_shown(number: int) -> None:
    second = with_target(number, "working_days(2)")
    stops(second, "check_dossier", [("2026-11-02T08:00", "2026-11-04T08:00")])
    for text in UNREADABLE:
        with pytest.raises(Invalid) as refused:
            with_target(number, text)
        assert [(line["element"], line["code"]) for line in refused.value.lines] == [("check_dossier", "bad-target")], text
    file = (DeploymentFile.deployment_id == second) & (DeploymentFile.name == "award_nomination.bpmn")
    with db.engine.begin() as s:  # as a gate of an earlier day may have let it pass
        content = bytes(s.execute(select(DeploymentFile.content).where(file)).scalar_one())
        s.execute(update(DeploymentFile).where(file).values(content=content.replace(b"working_days(2)", b"working_days(rule())")))
    step = one(figures_of(second, YEAR), "check_dossier")
    assert (step.done, step.own_target, step.within) == (1, False, None)
    procedures.procedure_of(second, "vi")


def test_what_missed_its_target_lately_is_told_with_its_version(number: int) -> None:
    second = with_target(number, "working_days(2)")
    stops(second, "check_dossier", [("2026-10-02T08:00", "2026-10-22T08:00")])
    assert figures.missed_lately() == ()
    clock.start_at(moment("2026-12-01T09:20"))  # the next quarter of an hour
    stops(second, "check_dossier", [("2026-11-16T08:00", "2026-11-18T08:00")] + [("2026-11-09T08:00", "2026-11-18T08:00")] * 3)
    stops(number, "check_result", [("2026-11-09T08:00", "2026-11-18T08:00")], kind="receive")
    ((deployment, step),) = figures.missed_lately()
    assert (deployment, step.element, step.within) == (second, "check_dossier", 0.25)


def test_bottlenecks_are_the_steps_in_which_most_of_the_time_lies(number: int) -> None:
    stops(number, "check_dossier", [("2026-11-02T08:00", "2026-11-03T08:00")] * 3)
    stops(number, "wait_posting", [("2026-11-02T08:00", "2026-11-22T08:00")], kind="receive")
    stops(number, "gone_since", [("2026-11-02T08:00", "2026-11-03T08:00")])
    found = figures_of(number, YEAR)
    assert [step.element for step in found.bottlenecks] == ["wait_posting", "check_dossier", "gone_since"]
    assert found.bottlenecks[0].weight == pytest.approx(20 / 24, abs=0.01)
    assert one(found, "gone_since").process == ""


def test_period_is_the_last_year_unless_said_and_has_its_bounds(number: int) -> None:
    assert period_of(None, None) == Period(date(2025, 12, 2), date(2026, 12, 1))
    with pytest.raises(Invalid):
        period_of(date(2026, 2, 2), date(2026, 2, 1))
    with pytest.raises(Invalid):
        period_of(date(1990, 1, 1), date(2026, 2, 1))
    assert figures.SHARE == 0.9


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("working_days(3)", Target("working", 3)), ('working_days(rule("N"))', Target("working", 5)), ("P2D", Target("clock", 2)),
        ('duration("PT12H")', Target("clock", 0.5)), ("P1M", Target("clock", 30)), ('working_days(rule("X"))', None),
        ("nothing at all (", None),
        ('round_date("x")', None), ("working_days(a)", None), ("working_days(rule())", None), ("working_days()", None),
        ('working_days(rule("N", "N"))', None), ("working_days(rule(N))", None), ('duration("soon")', None), ("duration()", None),
    ],
)
def test_target_is_read_or_not_there(text: str, read: Target | None) -> None:
    assert read_target(text, {"N": 5}.get) == read
    assert counts_working_days(text) is text.startswith("working_days")


def test_share_of_lengths_is_the_nearest_rank() -> None:
    assert share_of({}, 0.5) is None
    assert share_of({1.0: 1, 2.0: 1, 3.0: 1}, 0.5) == 2.0
    assert share_of({1.0: 9, 5.0: 1}, 0.9) == 1.0 and share_of({1.0: 8, 5.0: 2}, 0.9) == 5.0
