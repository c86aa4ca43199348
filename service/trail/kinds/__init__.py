"""Every kind of entry, in one closed list, with the sentence it is told in; add yours to the table of its subject.

One that a released version recorded is never removed: its entries stay, and are told as long as they do.
A template is filled from the entry's fields (body, commitments that may be shown, `actor`, `basis`). A part in square
brackets is left out when a field in it is missing, so no sentence ever shows a hole; outside brackets a missing field
reads "…". Fields are words to show (a unit's name, a paper's number), not database numbers. `{count|name}` shows a number
with the English noun that it counts, "1 name" or "3 names".
"""

from __future__ import annotations

from service.trail.kinds.council import BALLOT, SESSION
from service.trail.kinds.kind import Kind, Part
from service.trail.kinds.lists import LISTS
from service.trail.kinds.mail import MAIL
from service.trail.kinds.nominations import NOMINATION, TALK
from service.trail.kinds.office import OFFICE
from service.trail.kinds.people import PEOPLE
from service.trail.kinds.rounds import ROUNDS
from service.trail.kinds.work import PAPERS, WORK

TABLES = (NOMINATION, LISTS, ROUNDS, WORK, PAPERS, MAIL, PEOPLE, OFFICE, BALLOT, SESSION, TALK)
"""Kinds by subject, in the order in which they are offered."""
KINDS: dict[str, Kind] = {kind: one for table in TABLES for kind, one in table.items()}

__all__ = ["KINDS", "NOMINATION", "TABLES", "Kind", "Part"]
