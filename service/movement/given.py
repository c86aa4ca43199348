"""What forms of matters may ask the service for by name: the unit's awards, what was said when it was sent back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select

from service.awards.catalogue import AS_LISTED, form_name
from service.awards.models import Award, Nomination, Recipient
from service.db import session
from service.movement.case import GIVEN, period_of
from service.movement.models import Matter, Period
from service.processes.cases import Running
from service.processes.models import Activity

_COUNTED: Mapping[str, str] = {"COLLECTIVE": "collectives", "INDIVIDUAL": "individuals", "HOUSEHOLD": "households"}


def window_of(period: Period) -> tuple[date, date]:
    """First and last day that a period speaks of."""
    return date(period.year, 1, 1), date(period.year, 6, 30) if period.half else date(period.year, 12, 31)


def awards_of_unit(unit: int, first: date, last: date) -> list[dict[str, Any]]:
    """What a unit's names were granted in a span of days: a row a form of award, with how many of each kind."""
    rows = session().execute(
        select(Award.form, Recipient.kind, func.count())
        .join(Recipient, Recipient.id == Award.recipient_id)
        .join(Nomination, Nomination.id == Award.nomination_id)
        .where(Nomination.unit_id == unit, Award.decided_on.between(first, last), Award.status != "revoked")
        .group_by(Award.form, Recipient.kind)
    ).all()
    found: dict[str, dict[str, Any]] = {}
    for form, kind, count in rows:
        row = found.setdefault(form, {"form": form_name(form), **{_COUNTED[one]: 0 for one in AS_LISTED}})
        row[_COUNTED[kind]] = count
    return [found[form] for form in sorted(found)]


def _unit_awards(running: Running, matter: Matter) -> list[dict[str, Any]]:
    period = period_of(matter.id)
    if matter.unit_id is None:
        return []
    first, last = window_of(period) if period else (date(matter.year, 1, 1), date(matter.year, 12, 31))
    return awards_of_unit(matter.unit_id, first, last)


def _last_note(running: Running, matter: Matter) -> str:
    """What was noted at the step that was done last: why it came back."""
    answers = session().scalars(
        select(Activity.answers)
        .where(Activity.instance_id == running.id, Activity.kind == "user", Activity.state == "done")
        .order_by(Activity.closed_at.desc(), Activity.id.desc())
        .limit(1)
    ).first()
    return str((answers or {}).get("note") or "")


GIVEN["unit_awards"] = _unit_awards
GIVEN["last_note"] = _last_note
