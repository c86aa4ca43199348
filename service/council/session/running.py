"""The acts by which a session goes on: acts on its agenda, named as there, done for the session's number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.actor import Actor
from service.awards import lists
from service.awards.lists import Outcome
from service.council.session.rows import no_session, rows_of
from service.db import reading


def do(session_id: int, act: str, *, by: Actor, fields: Mapping[str, Any] | None = None, seen: int | None = None) -> Outcome:
    """Do an act on a session: settle, weigh, invite, open, adjourn, put_off, finish, sign_minutes, sign, call_off.

    As every act on a list: rights, state, fields, one transaction, the same said again is done once. The signature of who
    presided leaves names out that are on hold by then; they go to the next session.
    """
    with reading():
        rows = rows_of(session_id)
        if not lists.may_read(by, rows.agenda):
            raise no_session(there=True)
        agenda = rows.agenda.id
    return lists.act_on_list(agenda, act, by=by, fields=fields, seen=seen, skip_bad=act == "sign")
