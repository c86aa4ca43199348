"""Letters to units about what became of their names: withdrawn, stopped, reviewed. One mail a person, unit and act."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from service import notices, people
from service.awards.lists import told_by_mail
from service.awards.models import Nomination, Round
from service.db import session

TAKEN_BACK = ("UNIT_LETTER", "NOT_NOMINATED")
"""Reasons for which the unit itself took a name back; every other end without a judgement is told as a stop."""


def tell_ended(nominations: Sequence[Nomination], key: str) -> None:
    """Tell units that names of theirs go no further, in the transaction of the act that ends them.

    The office, at whose desks a received dossier lay, learns of one that a unit took back.
    """
    for unit, names in by_unit(nominations).items():
        back = [n for n in names if n.reason_code in TAKEN_BACK]
        stopped = [n for n in names if n.reason_code not in TAKEN_BACK]
        if back:
            office = ["vhxh"] if any(n.received_at for n in back) else []
            notices.queue(
                "withdrawn",
                to=people.members_of([*_people(unit), *office]),
                key=f"{key}:{unit}",
                context={"title": _title(back), "by": people.unit_name(unit)},
                link=_page(back),
            )
        if stopped:
            notices.queue(
                "stopped",
                to=people.members_of(_people(unit)),
                key=f"{key}:{unit}",
                context={"title": _title(stopped), "count": len(stopped)},
                link=_page(stopped),
            )


def tell_reviewed(nomination: Nomination, key: str) -> None:
    """Tell a unit that its request for a review is answered, in the transaction of the answer."""
    notices.queue(
        "review",
        to=people.members_of(_people(people.current_unit(nomination.unit_id))),
        key=key,
        context={"title": _title([nomination])},
        link=_page([nomination]),
    )


def tell_of_award(nomination: Nomination, letter: str, key: str, *, number: str, day: date | None) -> None:
    """Tell a unit what a later paper did to an award: revoked or amended it; in the transaction that numbers the paper."""
    notices.queue(
        letter,
        to=people.members_of(_people(people.current_unit(nomination.unit_id))),
        key=key,
        context={"title": _title([nomination]), "number": number, "day": day},
        link=_page([nomination]),
    )


def by_unit(nominations: Sequence[Nomination]) -> dict[int, list[Nomination]]:
    """Nominations by the unit that acts for them today."""
    found: dict[int, list[Nomination]] = {}
    for nomination in nominations:
        found.setdefault(people.current_unit(nomination.unit_id), []).append(nomination)
    return found


def _people(unit: int) -> list[str]:
    return [f"unit:{unit}", f"unit_head:{unit}"]


def _title(names: Sequence[Nomination]) -> str:
    round_name = session().get_one(Round, names[0].round_id).name
    return f"{names[0].name}, {round_name}" if len(names) == 1 else round_name


def _page(names: Sequence[Nomination]) -> str:
    return f"/nominations/{names[0].id}" if len(names) == 1 else "/nominations"


told_by_mail["nomination:withdrawn"] = tell_ended
told_by_mail["nomination:stopped"] = tell_ended
