"""A blind round: from whom its names are hidden, and what stands in their place. The one place that decides both.

Hidden from a reviewer are the names of a round that he reads as a reviewer only; who reads every nomination by another office
sees them, and does not score. What a unit's own people know of their own names stays theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from unicodedata import normalize

from service import people
from service.actor import Actor
from service.awards.models import Nomination, Round
from service.db import reading
from service.vietnamese import fold, whole_words

REVIEWS = "council_score.own"
_READS_ALL = "nomination.read"
BLIND = ("on", "closed")
"""States of a blind round in which its names are hidden: while it is scored, and until the names are shown again."""
_SHORTEST = 3


def is_blind(round_id: int) -> bool:
    """Tell whether the names of a round are hidden from its reviewers now."""
    return state_of(round_id) in BLIND


def state_of(round_id: int) -> str:
    """How a round is with its names: empty (never blind), on, closed (scored, still hidden), lifted."""
    with reading() as s:
        row = s.get(Round, round_id)
        return row.blind or "" if row is not None else ""


def hides(by: Actor, round_id: int) -> bool:
    """Tell whether the names of a round are hidden from somebody: a reviewer who does not read every nomination."""
    if not people.allowed(by, REVIEWS) or people.allowed(by, _READS_ALL, unit=people.NO_UNIT):
        return False
    return is_blind(round_id)


def who_see() -> set[int]:
    """Accounts that read every nomination by their office, and so do not score in a blind round."""
    return set(people.members_of(people.bound_groups(_READS_ALL, [None])))


@dataclass(frozen=True, slots=True)
class Veil:
    """What stands in the place of names: nomination → its number, and every word that would say who it is."""

    codes: dict[int, str]
    words: tuple[tuple[str, str], ...]
    """Name, title or unit, folded, and what is said instead; the longest first."""

    def text(self, said: str) -> str:
        """A text without the names, titles and units of the nominations, however they are typed; what else may tell stays."""
        said = normalize("NFC", said)
        for word, instead in self.words:
            parts, at = [], 0
            for found in whole_words(word).finditer(_folded(said)):
                parts += [said[at : found.start()], instead]
                at = found.end()
            said = "".join((*parts, said[at:]))
        return said

    def over(self, row: Nomination) -> Nomination:
        """A nomination as a reviewer may see it: what it is judged on, and nothing that says whose it is.

        A row of its own, never written: a field that is not named here is empty.
        """
        return Nomination(
            id=row.id, round_id=row.round_id, kind=row.kind, subject_group=row.subject_group, name=self.codes[row.id], title="",
            unit_name="", achievement=self.text(row.achievement or ""), appraisal=self.text(row.appraisal or ""),
            form_asked=row.form_asked, form_recommended=row.form_recommended, office_total=row.office_total,
        )


def veil(numbered: Iterable[tuple[int, Nomination]]) -> Veil:
    """A veil over nominations, each with the number that it is known by. Inside a read or an act."""
    rows = list(numbered)
    codes = {n.id: code_of(number) for number, n in rows}
    found: dict[str, str] = {}
    for _number, n in rows:
        found |= dict.fromkeys(map(fold, (*_units(n), n.title)), "…")
    found |= {fold(n.name): codes[n.id] for _number, n in rows}
    kept = {word: instead for word, instead in found.items() if len(word) >= _SHORTEST}
    return Veil(codes, tuple(sorted(kept.items(), key=lambda one: -len(one[0]))))


def code_of(number: int) -> str:
    """What a name is called where it is hidden; the same in every language."""
    return f"HS-{number:02d}"


def _units(n: Nomination) -> Sequence[str]:
    numbers = {n.unit_id, people.current_unit(n.unit_id)}
    named = [one.name for number in numbers for one in people.names_of_unit(number)]
    return [n.unit_name, *named, *(word for unit in people.units_of(numbers).values() for word in (unit.name, unit.code))]


def _folded(said: str) -> str:
    """A text letter by letter as one searches for it, so that each place in it is that of the text itself."""
    return "".join((fold(letter) or letter)[:1] for letter in said)


__all__ = ["BLIND", "REVIEWS", "Veil", "code_of", "hides", "is_blind", "state_of", "veil", "who_see"]
