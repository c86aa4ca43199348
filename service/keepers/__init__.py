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
from service.keepers.letters import look_for_missing, send_due
from service.keepers.models import Keeper, KeeperLetter

__all__ = [
    "GUARDED",
    "MANAGE",
    "MISSING",
    "MOST",
    "Keeper",
    "KeeperLetter",
    "Kept",
    "ask_again",
    "ask_keeper",
    "asked_given",
    "confirm",
    "contacts",
    "end_keeper",
    "ended_given",
    "leave",
    "list_keepers",
    "look_for_missing",
    "page_of",
    "report_missing",
    "send_due",
]
