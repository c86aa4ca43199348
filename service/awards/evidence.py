"""Taking lines of the registers over into a nomination as its evidence, and giving them back, until the head of the unit signs."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from service import people, trail
from service.actor import Actor
from service.awards.models import Nomination
from service.awards.nominations import read_nomination, status_of
from service.awards.window_results import checked_sources, offered, results_of
from service.db import transaction
from service.errors import Conflict, Forbidden


def may_choose(by: Actor, nomination: Nomination) -> bool:
    """Tell whether somebody may still take over or give back lines: the unit, before its head has signed."""
    return _may_file(by, nomination) and _unsigned(nomination)


def _may_file(by: Actor, nomination: Nomination) -> bool:
    return people.allowed(by, "nomination.create", unit=people.current_unit(nomination.unit_id))


def must_be_unit(by: Actor, nomination: Nomination) -> None:
    """Refuse whoever does not file for the unit that nominates; Forbidden."""
    if not _may_file(by, nomination):
        raise Forbidden("Minh chứng từ sổ do đơn vị đề nghị chọn.", "The nominating unit chooses what it takes from the registers.")


def _unsigned(nomination: Nomination) -> bool:
    return nomination.received_at is None and status_of(nomination)[0] != "ended"


def choose_evidence(nomination_id: int, sources: Collection[str], *, by: Actor) -> list[str]:
    """Let a nomination stand on these lines of the registers and no others; returns them in the registers' order.

    Raises NotFound, Forbidden, Conflict once the dossier is signed, Invalid for a line that no register offers, or that stands in
    another unit's nomination.
    """
    found = read_nomination(nomination_id, by=by)
    must_be_unit(by, found)
    with transaction() as s:
        row = s.scalars(select(Nomination).where(Nomination.id == nomination_id).with_for_update(key_share=True)).one()
        if not _unsigned(row):
            raise Conflict(
                "Hồ sơ đã ký nộp: minh chứng lấy từ sổ không đổi được nữa.",
                "The dossier is signed: what was taken from the registers stays.", code="wrong-state",
            )
        chosen = checked_sources(offered(results_of(row), row.unit_id, row.evidence), sources)
        if chosen != row.evidence:
            added, dropped = set(chosen) - set(row.evidence), set(row.evidence) - set(chosen)
            row.evidence = chosen
            trail.record(
                "nomination:evidence_chosen", by=by, stream=f"instance:{row.instance_id}",
                body={"count": len(chosen), "added": sorted(added), "dropped": sorted(dropped)},
            )
        return chosen
