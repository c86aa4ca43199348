"""What members are told of a session by mail and in their calendars: invited, invited anew, not held. Decides nothing.

A calendar entry has one UID a session; each new mail raises its SEQUENCE, so that the newest one holds (RFC 5545, 5546).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from service import clock, notices
from service.awards import blinding
from service.awards.catalogue import form_name
from service.awards.models import Nomination
from service.council.session.rows import Rows, as_told, live_names
from service.db import session


def send_invitations(rows: Rows, only: set[int] | None = None, key: str = "", reason: str = "") -> int:
    """Queue the invitation to all members, or some, with agenda, place and calendar entry; how many mails are new.

    `reason`: why it is sent anew, where the time was changed in or before a sitting.
    """
    one = rows.session
    if not key:
        one.invited += 1
    return notices.queue(
        "council_invitation",
        to=[m.account for m in rows.members if only is None or m.member_no in only],
        key=key or f"session:{one.id}:{one.invited}",
        context={**_occasion(rows), "agenda": _agenda_words(rows), **({"reason": as_told(rows, reason)} if reason else {})},
        link=f"/council/{one.id}",
    )


def _occasion(rows: Rows) -> dict[str, Any]:
    """What every letter about a session says of it, for the reader and for his calendar."""
    one = rows.session
    return {
        "title": as_told(rows, rows.agenda.title), "held_at": one.held_at.isoformat(), "place": one.place, "uid": f"phien-hop-{one.id}",
        "sequence": one.invited,
    }


def _agenda_words(rows: Rows) -> str:
    """The items as the session's page shows them to members: number, name, form of award; nothing of the dossier.

    In a blind round, to all of them, the number in the place of the name: a letter is no page that knows its reader.
    """
    live = live_names(rows)
    items = [item for item in rows.items if item.nomination_id in live]
    if rows.blind in blinding.BLIND:
        return "\n".join(f"{item.item_no}. {blinding.code_of(item.item_no)}: {form_name(item.form)}" for item in items)
    names = dict(
        session().execute(select(Nomination.id, Nomination.name).where(Nomination.id.in_([i.nomination_id for i in items]))).all()
    )
    return "\n".join(f"{item.item_no}. {names[item.nomination_id]}: {form_name(item.form)}" for item in items)


def end_unheld(rows: Rows, reason: str) -> None:
    """Keep why and when a session ended without its signatures; who was invited is told, and its calendar entry goes."""
    one = rows.session
    rows.agenda.data = {**rows.agenda.data, "ended": {"reason": reason, "on": clock.today().isoformat()}}
    in_the_room = bool(one.sittings) and one.sittings[-1]["ended"] is None
    if not one.invited or in_the_room:
        return
    one.invited += 1
    notices.queue(
        "council_called_off", to=[m.account for m in rows.members], key=f"session:{one.id}:{one.invited}",
        context={**_occasion(rows), "reason": as_told(rows, reason)}, link=f"/council/{one.id}",
    )
