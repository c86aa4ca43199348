"""A session of the council: planned, invited, held, minuted, signed; its agenda is a list of the awards.

The names below are the whole face of the package; docs/decisions says how it is put together.
"""

from __future__ import annotations

from service.awards.blinding import BLIND
from service.awards.votes import Share
from service.council.session.agenda import minutes_signed_on, states
from service.council.session.assigning import (
    Draw,
    ReviewedItem,
    Reviewer,
    Reviewing,
    assign_reviewers,
    assign_unit,
    draw_reviewers,
    read_reviewing,
    remind_reviewers,
    sessions_of_round,
)
from service.council.session.blind import blind_state, close_scores, lift_blind, set_blind, why_not_blind
from service.council.session.feedback import (
    Feedback,
    draft_feedback,
    feedback_states,
    read_feedback,
    release_feedback,
    return_feedback,
)
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
from service.council.session.reviewed_files import ReviewedFile, ReviewedFiles, reviewed_files
from service.council.session.rows import KIND
from service.council.session.running import do
from service.council.session.scoring import (
    Criterion,
    ScoreSheet,
    ScoreSheets,
    file_own_sheet,
    file_sheet,
    read_own_sheet,
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
    "BLIND",
    "CAUSES",
    "KIND",
    "ChangedRule",
    "Criterion",
    "CutMade",
    "Draw",
    "Feedback",
    "Item",
    "Member",
    "Minutes",
    "Outlook",
    "Recusal",
    "Reopened",
    "ReviewedFile",
    "ReviewedFiles",
    "ReviewedItem",
    "Reviewer",
    "Reviewing",
    "ScoreSheet",
    "ScoreSheets",
    "Session",
    "Share",
    "Sitting",
    "asked_in_secret",
    "assign_reviewers",
    "assign_unit",
    "blind_state",
    "check_in",
    "close_scores",
    "cuts_of",
    "declare_conflict",
    "discuss_item",
    "do",
    "draft_feedback",
    "draw_reviewers",
    "draw_up_chosen",
    "feedback_states",
    "file_own_sheet",
    "file_sheet",
    "items_ranked",
    "lift_blind",
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
    "read_feedback",
    "read_own_sheet",
    "read_reviewing",
    "read_session",
    "read_sheets",
    "release_feedback",
    "remind_reviewers",
    "remind_silent",
    "reply",
    "return_feedback",
    "reviewed_files",
    "session_ahead",
    "session_of_list",
    "sessions_of_round",
    "set_blind",
    "severity_on",
    "states",
    "suggested_members",
    "take_back_conflict",
    "take_off_item",
    "waiting_names",
    "what_if",
    "why_not_blind",
]
