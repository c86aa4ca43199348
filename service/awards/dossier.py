"""What the answers of a nomination's user tasks mean for its row, and what their forms may read."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.awards.facts import declared
from service.awards.files import files_about
from service.awards.models import Nomination, Round, Score
from service.awards.nominations import on_answers
from service.db import reading, session
from service.processes.cases import Recorded


def given(nomination_id: int, element: str) -> dict[str, Any]:
    """What the form of an element reads besides its answers: codes of the case, criteria, scores, faults, files."""
    with reading() as s:
        nomination = s.get_one(Nomination, nomination_id)
        round_ = s.get_one(Round, nomination.round_id)
        scores = _scores(s, nomination_id)
        return {
            "stage": round_.stage,
            "subject_group": nomination.subject_group,
            "kind": nomination.kind,
            "form_asked": nomination.form_asked,
            "form_recommended": nomination.form_recommended or nomination.form_asked,
            "criteria": [
                {"code": x.criterion, "max": float(x.maximum), "weight": float(x.weight)} for x in scores
            ],
            "scores": {x.criterion: _number(x.own) for x in scores},
            "faults": nomination.faults,
            "eligibility": nomination.eligibility,
            "files": {f.id: {"name": f.name, "media_type": f.media_type} for f in files_about(nomination_id)},
        }


def _scores(s: Session, nomination_id: int) -> list[Score]:
    return list(s.scalars(select(Score).where(Score.nomination_id == nomination_id).order_by(Score.position)))


def scores_of(nomination_id: int) -> list[Score]:
    """Scores of a nomination in the order of its criteria."""
    with reading() as s:
        rows = _scores(s, nomination_id)
        s.expunge_all()
        return rows


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _keep_assessment(recorded: Recorded, nomination: Nomination) -> None:
    answers = recorded.trigger.answers
    _keep_scores(nomination, answers)
    nomination.achievement = str(answers.get("achievement") or answers.get("summary") or nomination.achievement)
    nomination.form_asked = str(answers.get("form_asked") or nomination.form_asked)
    nomination.facts = {**nomination.facts, **declared(answers)}


def _keep_scores(nomination: Nomination, answers: Mapping[str, Any]) -> None:
    s = session()
    said: Mapping[str, Any] = answers.get("scores") or answers.get("criteria") or {}
    for row in _scores(s, nomination.id):
        one = said.get(row.criterion)
        if isinstance(one, Mapping):
            row.own = one.get("score", row.own)
            row.own_note = str(one.get("note") or one.get("evidence_note") or "")
            row.contents = list(one.get("contents") or [])
            row.files = list(one.get("files") or [])


def _keep_check(recorded: Recorded, nomination: Nomination) -> None:
    answers = recorded.trigger.answers
    s = session()
    said: Mapping[str, Any] = answers.get("scores") or answers.get("office") or {}
    for row in _scores(s, nomination.id):
        one = said.get(row.criterion)
        if isinstance(one, Mapping):
            row.office = one.get("score", row.office)
            row.office_note = str(one.get("reason") or "")
    nomination.form_recommended = str(
        answers.get("form_recommended") or nomination.form_recommended or nomination.form_asked
    )
    nomination.appraisal = str(answers.get("comment") or nomination.appraisal)
    nomination.faults = [dict(f) for f in answers.get("faults") or []] if answers.get("decision") == "supplement" else []
    if answers.get("decision") == "not_eligible":
        nomination.reason_code, nomination.refused_by = "NOT_ELIGIBLE", "office"
        nomination.reason = str(answers.get("reason") or "")


def _keep_supplement(recorded: Recorded, nomination: Nomination) -> None:
    _keep_scores(nomination, recorded.trigger.answers)
    nomination.facts = {**nomination.facts, **declared(recorded.trigger.answers)}


def _keep_weighing(recorded: Recorded, nomination: Nomination) -> None:
    if recorded.trigger.answers.get("decision") == "refuse":
        nomination.reason_code, nomination.refused_by = "OBJECTION", "office"
        nomination.reason = str(recorded.trigger.answers.get("reason") or "")


def _keep_giving_up(recorded: Recorded, nomination: Nomination) -> None:
    if recorded.trigger.answers.get("decision") == "give_up":
        nomination.reason_code, nomination.refused_by = "GIVEN_UP", "unit"


on_answers.update(
    self_assess=_keep_assessment,
    short_report=_keep_assessment,
    check_dossier=_keep_check,
    check_report=_keep_check,
    supplement_dossier=_keep_supplement,
    weigh_objection=_keep_weighing,
    supplement_package=_keep_giving_up,
    supplement_state_package=_keep_giving_up,
)
