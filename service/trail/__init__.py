"""The audit trail: what was done, by whom, when and why, in entries that cannot be changed unnoticed."""

from __future__ import annotations

from service.trail.deny import deny, flush_denials
from service.trail.kinds import KINDS, Kind
from service.trail.labels import (
    Change,
    changes,
    door_words,
    field_words,
    is_change,
    kind_choices,
    kind_words,
    part_words,
    stream_words,
    values_from,
    way_words,
)
from service.trail.lock import is_held_by_the_database
from service.trail.read import Page, behalves, count, last_number, read, walk
from service.trail.record import NOBODY, is_stream, record
from service.trail.rights import Sight, may_read
from service.trail.seal import EXEMPT, Unrecorded, mac_key
from service.trail.tell import Event, Locale, accounts_in, actor_name, names_from, sentence, words_from
from service.trail.verify import Verdict, verify
from service.trail.withheld import beginners_from

__all__ = [
    "EXEMPT",
    "KINDS",
    "NOBODY",
    "Change",
    "Event",
    "Kind",
    "Locale",
    "Page",
    "Sight",
    "Unrecorded",
    "Verdict",
    "accounts_in",
    "actor_name",
    "beginners_from",
    "behalves",
    "changes",
    "count",
    "deny",
    "door_words",
    "field_words",
    "flush_denials",
    "is_change",
    "is_held_by_the_database",
    "is_stream",
    "kind_choices",
    "kind_words",
    "last_number",
    "mac_key",
    "may_read",
    "names_from",
    "part_words",
    "read",
    "record",
    "sentence",
    "stream_words",
    "values_from",
    "verify",
    "walk",
    "way_words",
    "words_from",
]
