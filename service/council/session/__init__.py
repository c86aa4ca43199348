"""A session of the council: planned, invited, held, minuted, signed; its agenda is a list of the awards.

The names below are the whole face of the package; docs/decisions says how it is put together.
"""

from __future__ import annotations

from service.awards.votes import Share
from service.council.session.agenda import minutes_signed_on, states
from service.council.session.members import (
    check_in,
    declare_conflict,
    mark_present,
    remind_silent,
    reply,
    take_back_conflict,
)
from service.council.session.minutes import Minutes, minutes_of, minutes_of_agenda
from service.council.session.planning import (
    move_session,
    plan_session,
    suggested_members,
    take_off_item,
    waiting_names,
)
from service.council.session.ranking import cuts_of, draw_up_chosen, rank_names, rank_scored
from service.council.session.reading import (
    items_ranked,
    list_sessions,
    nearness,
    rank_day,
    ranking,
    read_dossier,
    read_session,
    session_ahead,
    session_of_list,
    what_if,
)
from service.council.session.rows import KIND
from service.council.session.running import do
from service.council.session.scoring import (
    Criterion,
    ScoreSheet,
    ScoreSheets,
    file_sheet,
    read_sheets,
    severity_on,
)
from service.council.session.values import (
    ChangedRule,
    CutMade,
    Item,
    Member,
    Recusal,
    Reopened,
    Session,
    Sitting,
)
from service.council.session.votes import Outlook
from service.council.session.voting import CAUSES, asked_in_secret, discuss_item, plan_round, postpone_item

__all__ = [
    "CAUSES",
    "KIND",
    "ChangedRule",
    "Criterion",
    "CutMade",
    "Item",
    "Member",
    "Minutes",
    "Outlook",
    "Recusal",
    "Reopened",
    "ScoreSheet",
    "ScoreSheets",
    "Session",
    "Share",
    "Sitting",
    "asked_in_secret",
    "check_in",
    "cuts_of",
    "declare_conflict",
    "discuss_item",
    "do",
    "draw_up_chosen",
    "file_sheet",
    "items_ranked",
    "list_sessions",
    "mark_present",
    "minutes_of",
    "minutes_of_agenda",
    "minutes_signed_on",
    "move_session",
    "nearness",
    "plan_round",
    "plan_session",
    "postpone_item",
    "rank_day",
    "rank_names",
    "rank_scored",
    "ranking",
    "read_dossier",
    "read_session",
    "read_sheets",
    "remind_silent",
    "reply",
    "session_ahead",
    "session_of_list",
    "severity_on",
    "states",
    "suggested_members",
    "take_back_conflict",
    "take_off_item",
    "waiting_names",
    "what_if",
]
