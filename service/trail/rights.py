"""Who may read the trail, and how much of it; the right to read is one of its own. Changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

from service.actor import Actor, allowed
from service.trail.kinds import KINDS


class Sight(IntEnum):
    """How much a person sees; NOTHING is false in a condition."""

    NOTHING = 0
    SENTENCES = 1
    """What happened, when, by whom; no private value."""
    VALUES = 2
    """And personal values and reasons, but not those of petitions."""
    EVERYTHING = 3


_OFFICE_STREAMS = ("instance", "submission", "list", "round", "unit", "ballot")


def may_read(by: Actor, stream: str | None = None, *, own: Callable[[str], bool] | None = None) -> Sight:
    """How much of a stream, or of the whole trail, this person may read.

    Inspectors see everything; administrators all but the values of petitions and who began them (`withheld`); the office its
    cases and lists with their values; a unit the sentences of its own cases, which `own(stream)` tells. Others see nothing.
    """
    if allowed(by, "trail.read"):
        return Sight.EVERYTHING if allowed(by, "trail.read_hidden") else Sight.VALUES
    if stream is None:
        return Sight.NOTHING
    if allowed(by, "trail.read_cases") and stream.partition(":")[0] in _OFFICE_STREAMS:
        return Sight.VALUES
    if own is not None and by.units and own(stream):
        return Sight.SENTENCES
    return Sight.NOTHING


def shows_values(kind: str, sight: Sight) -> bool:
    """Tell whether the private values of an entry of this kind are shown."""
    hidden = kind not in KINDS or KINDS[kind].hidden
    return sight >= (Sight.EVERYTHING if hidden else Sight.VALUES)
