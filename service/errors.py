"""The errors that verbs raise, named by what is wrong; doors turn them into pages and problem+json.

Refusal
├── NotSignedIn         401  who it is has not been shown
├── Forbidden           403  this person may not
├── NotFound            404  there is no such thing for this person
│   └── Withheld        404  there is, but not for this person: reads the same, and is noted as a refusal
├── Conflict            409  somebody was quicker, or the thing stands elsewhere by now
│   └── Stale           409  the person acted on an older version
├── Invalid             422  what was typed does not fit; carries the fields
└── TooMany             429  too many tries
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


def how_many(number: int, noun: str) -> str:
    """A number with the English noun that it counts: "1 name", "3 names"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with one field: its path, a Vietnamese and an English sentence."""

    path: str
    message: str
    message_en: str


class Refusal(Exception):
    """A verb refuses, with one sentence in Vietnamese and in English and a stable code."""

    status: ClassVar[int] = 400
    default_code: ClassVar[str] = "refused"

    def __init__(
        self,
        message: str,
        message_en: str,
        *,
        code: str | None = None,
        faults: Sequence[FieldFault] = (),
        lines: Sequence[dict[str, object]] = (),
        link: str = "",
    ) -> None:
        super().__init__(" ".join([message_en, *(f"[{f.path}: {f.message_en}]" for f in faults)]))
        self.message = message
        self.message_en = message_en
        self.code = code or self.default_code
        self.faults = tuple(faults)
        self.lines = tuple(lines)
        self.link = link
        """Page of ours where it is done instead."""


class NotSignedIn(Refusal):
    """It has not been shown who acts: wrong name or password, or no valid session."""

    status = 401
    default_code = "not-signed-in"


class Forbidden(Refusal):
    """This person may not do this."""

    status = 403
    default_code = "forbidden"


class NotFound(Refusal):
    """There is no such thing, or not for this person."""

    status = 404
    default_code = "not-found"


class Withheld(NotFound):
    """There is such a thing, but not for this person: answered as if there were none, noted like any refusal."""


class Conflict(Refusal):
    """Somebody was quicker, or the thing is in another state by now."""

    status = 409
    default_code = "conflict"


class Stale(Conflict):
    """The person acted on an older version than the one that stands."""

    default_code = "stale"


class Invalid(Refusal):
    """What was typed does not fit; `faults` name the fields, `lines` the lines of a list."""

    status = 422
    default_code = "invalid"

    @classmethod
    def at(cls, path: str, message: str, message_en: str, *, code: str | None = None) -> Invalid:
        """One field does not fit."""
        return cls(message, message_en, code=code, faults=[FieldFault(path, message, message_en)])


class TooMany(Refusal):
    """Too many tries in a short time."""

    status = 429
    default_code = "too-many"
