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
)
from service.keepers.again import TakenUp, goes_through, has_sent, listen, note_all, take_up
from service.keepers.forgetting import GONE, forget, is_forgotten
from service.keepers.letters import look_for_missing, send_due
from service.keepers.models import Keeper, KeeperLetter

__all__ = [
    "GONE",
    "GUARDED",
    "MANAGE",
    "MISSING",
    "MOST",
    "Keeper",
    "KeeperLetter",
    "Kept",
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
    "leave",
    "list_keepers",
    "listen",
    "look_for_missing",
    "note_all",
    "page_of",
    "report_missing",
    "send_due",
    "take_up",
]
