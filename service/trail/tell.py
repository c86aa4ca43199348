"""An entry as people read it: a value with its fields, and the sentence that tells it.

Knows no table. Names of people and labels of steps come from the parts above, which register how to look them up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from service.actor import machine
from service.trail.codes import CODES
from service.trail.kinds import KINDS, Kind
from service.trail.record import NOBODY
from service.trail.withheld import WITHHELD

Locale = Literal["vi", "en"]
Names = Callable[[Collection[int]], Mapping[int, str]]
"""Account numbers → names to show."""

_ACCOUNTS = ("account", "substitute", "to", "from", "asked_by")
"""Fields in which a number is an account."""

_LISTS = ("came", "left")
"""Fields that are kept as one value for each member, by his number: `came.3`."""
_MACHINES_EN = {"timer": "The system's clock", "worker": "The system", "cli": "The command line", "oidc": "The sign-in provider"}
_NOBODY = {"vi": "Người chưa đăng nhập", "en": "Somebody not signed in"}
_WITHHELD = {"vi": "Người lập việc (không nêu tên)", "en": "Whoever began it (not named)"}
_MISSING = "…"
ERASED = ("(đã xóa theo yêu cầu)", "(erased on request)")
"""What stands in the place of a value that was erased."""
_DAY = re.compile(r"^(\d{4})-(\d\d)-(\d\d)$")
_BARE = re.compile(r"[a-z]+(_[a-z]+)*")
"""A code that is told to nobody."""
_FIELD = re.compile(r"\{(\w+)(?:\|(\w+))?\}")


@dataclass(frozen=True, slots=True)
class Event:
    """One entry, parsed; `private` holds the values that this reader may see, None for those that are kept back."""

    gseq: int
    stream: str
    sseq: int
    at: datetime
    actor: str
    kind: str
    door: str
    behalf: int | str | None = None
    token: int | None = None
    """The personal API token through which it was done."""
    basis: str | None = None
    deployment: int | None = None
    body: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    private: Mapping[str, str | None] = field(default_factory=dict)
    erased: frozenset[str] = frozenset()
    """Paths of private values that were erased on request: nobody sees them any more."""
    names: Mapping[int, str] = field(default_factory=dict)
    sealed: bytes = b""
    """The entry's body as it was hashed; with `prev` and `hash` a reader can check it without the service."""
    prev: bytes = b""
    hash: bytes = b""

    @property
    def account(self) -> int | None:
        """The person's account, None for the machine."""
        return int(self.actor) if self.actor.isdecimal() else None

    @property
    def part(self) -> str:
        """Which filter shows it: step, work, talk, view, admin, system."""
        return KINDS[self.kind].part if self.kind in KINDS else "system"

    @property
    def reason(self) -> str | None:
        """The reason that was given, if this reader may see it."""
        return self.private.get("reason")


_names: list[Names] = []
_words: list[Callable[[Event, Locale], Mapping[str, str]]] = []


def names_from(look_up: Names) -> Names:
    """Register where names of accounts come from; one call a page."""
    if look_up not in _names:
        _names.append(look_up)
    return look_up


def words_from(
    give: Callable[[Event, Locale], Mapping[str, str]],
) -> Callable[[Event, Locale], Mapping[str, str]]:
    """Register who says fields in words: `{"el": "Kiểm tra hồ sơ"}` for an entry whose `el` is an element's id."""
    if give not in _words:
        _words.append(give)
    return give


def look_up_names(accounts: Collection[int]) -> dict[int, str]:
    """Names of these accounts, as far as anybody knows them."""
    found: dict[int, str] = {}
    if accounts:
        for look_up in _names:
            found.update(look_up(accounts))
    return found


def accounts_in(event: Event) -> set[int]:
    """Accounts that the entry's sentence may name."""
    numbers = [event.account, event.behalf, *(event.body.get(name) for name in _ACCOUNTS)]
    return {number for number in numbers if isinstance(number, int)}


def actor_name(event: Event, locale: Locale = "vi") -> str:
    """Who acted: the person's name, or what the machine is called."""
    if event.account is not None:
        return event.names.get(event.account, event.actor)
    if event.actor == NOBODY:
        return _NOBODY[locale]
    if event.actor == WITHHELD:
        return _WITHHELD[locale]
    if event.actor in _MACHINES_EN:
        return machine(event.actor).name if locale == "vi" else _MACHINES_EN[event.actor]
    return event.actor


def sentence(event: Event, locale: Locale = "vi") -> str:
    """Tell the entry in one sentence; a kind or a field that is not known never raises."""
    kind = KINDS.get(event.kind, Kind("system", f"{{actor}}: {event.kind}.", f"{{actor}}: {event.kind}."))
    words = _fields(event, locale)
    told = "".join(
        part if not optional or all(words.get(name) for name, _noun in _FIELD.findall(part)) else ""
        for optional, part in _parts(kind.vi if locale == "vi" else kind.en)
    )
    told = _FIELD.sub(lambda found: _shown(words.get(found[1]) or _MISSING, found[2]), told)
    return told[:1].upper() + told[1:]


def _shown(word: str, noun: str | None) -> str:
    """A field's word, and the noun that it counts."""
    return word if noun is None else f"{word} {noun}" if word == "1" else f"{word} {noun}s"


def _fields(event: Event, locale: Locale) -> dict[str, str]:
    words = {name: value for name, value in event.private.items() if value}
    words |= dict.fromkeys(event.erased, ERASED[locale == "en"])
    words = _listed(words) | words
    for name, value in {**event.after, **event.body}.items():
        if isinstance(value, int) and name in _ACCOUNTS:
            words[name] = event.names.get(value, str(value))
        elif isinstance(value, int | str):
            code = CODES.get(value) if isinstance(value, str) else None
            if name == "decision" and code is None and _BARE.fullmatch(str(value)):
                continue  # what a form of an office's own process decides has its words in that form, not here
            words[name] = code[locale == "en"] if code else _DAY.sub(r"\3/\2/\1", str(value))
    if isinstance(lines := event.body.get("names"), list):
        words.setdefault("count", str(len(lines)))
    for give in _words:
        words.update(give(event, locale))
    words["actor"] = actor_name(event, locale) + _behalf(event, locale) + _entered(event, locale)
    return words


def _listed(words: Mapping[str, str]) -> dict[str, str]:
    """What stands as one value for each of several, `came.3`, told as one list."""
    found: dict[str, list[str]] = {}
    for path in sorted(words, key=lambda path: (len(path), path)):
        word, _, of = path.partition(".")
        if of and word in _LISTS:
            found.setdefault(word, []).append(words[path])
    return {word: ", ".join(values) for word, values in found.items()}


def _behalf(event: Event, locale: Locale) -> str:
    if event.behalf is None:
        return ""
    known = event.names.get(event.behalf) if isinstance(event.behalf, int) else None
    whom = known or event.behalf
    return f" (xử lý thay {whom})" if locale == "vi" else f" (in place of {whom})"


def _entered(event: Event, locale: Locale) -> str:
    """For which unit, by which incoming paper, the office entered it (office.md, point 5)."""
    unit, paper, day = (event.body.get(name) for name in ("for_unit", "paper", "paper_date"))
    if not unit:
        return ""
    if not paper:
        return f" (nhập thay {unit})" if locale == "vi" else f" (for {unit})"
    if locale == "vi":
        return f" (nhập thay {unit} theo văn bản số {paper} ngày {day})"
    return f" (for {unit}, by paper no. {paper} of {day})"


@lru_cache(maxsize=1024)
def _parts(template: str) -> tuple[tuple[bool, str], ...]:
    """The template cut at its square brackets: (left out when a field is missing, text)."""
    pieces = re.split(r"\[([^\]]*)\]", template)
    return tuple((bool(at % 2), piece) for at, piece in enumerate(pieces) if piece)
