"""Checkpoints go out to people who keep them: asking for an address, numbered letters, and the alarm when one does not arrive."""

from __future__ import annotations

from service.keepers.acts import (
    GUARDED,
    MANAGE,
    MISSING,
    MOST,
    Kept,
    ask_again,
    ask_keeper,
    asked_given,
    confirm,
    contacts,
    end_keeper,
    ended_given,
    leave,
    list_keepers,
    page_of,
    report_missing,
    report_received,
)
from service.keepers.again import TakenUp, goes_through, has_sent, listen, note_all, take_up
from service.keepers.forgetting import GONE, forget, is_forgotten
from service.keepers.letters import look_for_missing, send_due, sent_checkpoints
from service.keepers.models import Keeper, KeeperLetter
from service.keepers.reaching import INSIDE, LACKING, NOBODY, Reach, lacking, reach, tell_lacking

__all__ = [
    "GONE",
    "GUARDED",
    "INSIDE",
    "LACKING",
    "MANAGE",
    "MISSING",
    "MOST",
    "NOBODY",
    "Keeper",
    "KeeperLetter",
    "Kept",
    "Reach",
    "TakenUp",
    "ask_again",
    "ask_keeper",
    "asked_given",
    "confirm",
    "contacts",
    "end_keeper",
    "ended_given",
    "forget",
    "goes_through",
    "has_sent",
    "is_forgotten",
    "lacking",
    "leave",
    "list_keepers",
    "listen",
    "look_for_missing",
    "note_all",
    "page_of",
    "reach",
    "report_missing",
    "report_received",
    "send_due",
    "sent_checkpoints",
    "take_up",
    "tell_lacking",
]
