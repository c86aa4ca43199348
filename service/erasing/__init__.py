"""Erasing a person's data on request, so that the trail still verifies: what goes, what stays and why, two people, one verb."""

from __future__ import annotations

from service.erasing.acts import (
    MANAGE,
    READ,
    RELATIONS,
    Asked,
    ask_erasure,
    confirm_erasure,
    drop_erasure,
    find_people,
    is_open,
    lapse,
    list_erasures,
    look,
    may_confirm,
    read_erasure,
)
from service.erasing.again import Again, erase_again
from service.erasing.blocked_accounts import empty_blocked
from service.erasing.models import Erasure
from service.erasing.plan import GONE, Kept, Plan, Reason, bases, reasons

__all__ = [
    "GONE",
    "MANAGE",
    "READ",
    "RELATIONS",
    "Again",
    "Asked",
    "Erasure",
    "Kept",
    "Plan",
    "Reason",
    "ask_erasure",
    "bases",
    "confirm_erasure",
    "drop_erasure",
    "empty_blocked",
    "erase_again",
    "find_people",
    "is_open",
    "lapse",
    "list_erasures",
    "look",
    "may_confirm",
    "read_erasure",
    "reasons",
]
