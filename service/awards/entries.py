"""What of the trail somebody asks for: by whom, on whose behalf, about which nomination, of what kind, when, through what.

The same words stand in the address of the page, in calls of programs and in the entry that an export leaves. Reads; writes
nothing but that entry.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from service import people, trail
from service.actor import Actor
from service.awards import comments, finding
from service.awards.models import Nomination
from service.awards.nominations import read_nomination
from service.awards.rounds import start_of_day
from service.trail import KINDS, Event, Locale, Sight

_AT_ONCE, _MOST_NAMED = 1000, 12
_LONGEST = 100
_EARLIEST = date(1970, 1, 2)
"""The trail counts time from 1970: a day before it finds all, or nothing."""

MACHINES: Mapping[str, tuple[str, str]] = {
    "timer": ("Đồng hồ hệ thống", "The system's clock"),
    "worker": ("Hệ thống", "The system"),
    "cli": ("Dòng lệnh", "The command line"),
    trail.NOBODY: ("Người chưa đăng nhập", "Somebody not signed in"),
}
"""Who acted without an account."""

LABELS: Mapping[str, tuple[str, str]] = {
    "who": ("Người thực hiện", "Who"),
    "behalf": ("Thay mặt", "On behalf of"),
    "nomination": ("Hồ sơ", "Nomination"),
    "part": ("Nhóm", "Part"),
    "kind": ("Loại", "Kind"),
    "door": ("Ghi qua", "Through"),
    "since": ("Từ ngày", "From"),
    "until": ("Đến hết ngày", "To the end of"),
    "stream": ("Về", "About"),
    "text": ("Có chữ", "With the words"),
}
_NO_KIND = "-"
"""Stands for kinds none of which there is: finds nothing."""
_NO_SUCH_KIND = ("không có loại này", "no such kind")
_ALSO = ("{}, kể cả việc người khác làm thay", "{}, and what others did on the person's behalf")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the trail is narrowed by; what is empty does not narrow."""

    who: str = ""
    """Account number, or the machine's word."""
    also: bool = False
    """And what others did on behalf of `who`."""
    behalf: str = ""
    """Account number, or name of the body."""
    nomination: int | None = None
    part: str = ""
    kind: tuple[str, ...] = ()
    door: str = ""
    since: date | None = None
    until: date | None = None
    """The last day, included."""
    stream: str = ""
    text: str = ""

    def without(self, name: str) -> Asked:
        """The same with one thing less."""
        emptied = replace(self, **{name: getattr(_NOTHING, name)})
        return replace(emptied, also=False) if name == "who" else emptied

    def words(self) -> dict[str, str | int]:
        """As it stands in an address, and in the entry of an export: by name, only what narrows."""
        said: dict[str, str | int | None] = {
            "who": self.who, "also": int(self.also), "behalf": self.behalf, "nomination": self.nomination, "part": self.part,
            "kind": ",".join(self.kind), "door": self.door, "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None, "stream": self.stream, "text": self.text,
        }
        return {key: value for key, value in said.items() if value}


_NOTHING = Asked()


def read_asked(said: Mapping[str, Any]) -> Asked:
    """What an address or a call asks for, by the names of `Asked.words`; what has no meaning does not narrow.

    A person, door or kind that there is not finds nothing.
    """
    word = {key: _text(said.get(key), _LONGEST) for key in ("who", "part", "door", "stream", "text")}
    kinds = [kind for kind in str(said.get("kind") or "").split(",") if kind]
    return Asked(
        who=word["who"],
        also=bool(word["who"]) and str(said.get("also") or "") in ("1", "True"),
        behalf=_text(said.get("behalf"), 200),
        nomination=_number(str(said.get("nomination") or "")),
        part=word["part"] if word["part"] in trail.part_words("vi") else "",
        kind=tuple(kind for kind in kinds if is_kind(kind)) or ((_NO_KIND,) if kinds else ()),
        door=word["door"],
        since=_day(said.get("since")),
        until=_day(said.get("until")),
        stream=word["stream"],
        text=word["text"],
    )


def meaningless(said: Mapping[str, Any], asked: Asked) -> list[str]:
    """Names of what was said and does not narrow: what is found is more than somebody may have meant."""
    read = asked.words()
    return [name for name in LABELS if str(said.get(name) or "").strip() and (name not in read or read[name] == _NO_KIND)]


def is_kind(word: str) -> bool:
    """Tell whether it is a kind of entries, or all of an object: `decision:*`."""
    return word in KINDS or word.endswith(":*") and any(kind.startswith(word[:-1]) for kind in KINDS)


def _number(word: str) -> int | None:
    """The number of a row; a longer one no database can look for."""
    return int(word) if word.isascii() and word.isdecimal() and len(word) < 16 else None


def _text(said: Any, most: int) -> str:
    return str(said or "").replace("\0", "").strip()[:most]


def _day(said: Any) -> date | None:
    if isinstance(said, date):
        return said
    try:
        return date.fromisoformat(str(said or ""))
    except ValueError:
        return None


def narrowed(asked: Asked, *, by: Actor, locale: Locale = "vi") -> dict[str, Any]:
    """The words by which `trail.read` finds it, with as much sight as the person has; NotFound for an unknown nomination."""
    sight = trail.may_read(by)
    last = asked.until
    return {
        "stream": asked.stream or None,
        "doer" if asked.also else "actor": asked.who or None,
        "behalf": asked.behalf or None,
        "door": asked.door or None,
        "kind": asked.kind or None,
        "part": asked.part or None,
        "since": start_of_day(max(asked.since, _EARLIEST)) if asked.since else None,
        "until": start_of_day(max(last, _EARLIEST) + timedelta(days=1)) if last and last < date.max else None,
        "among": None if asked.nomination is None else {
            event.gseq for event in entries_about(read_nomination(asked.nomination, by=by), by=by, sight=sight)
        },
        "text": asked.text or None,
        "sight": sight,
        "locale": locale,
    }


def nominations_named(text: str, *, by: Actor) -> list[Nomination]:
    """Nominations that these words may mean, a dozen at most: by their number alone where it is one, else by name and unit."""
    found = [one.nomination for one in finding.find_nominations(by, finding.NominationFilter(text=text), size=_MOST_NAMED).items]
    number = text.strip().lstrip("#")
    return [n for n in found if str(n.id) == number] or found


def bodies_acted_for() -> list[str]:
    """Bodies on whose behalf something was entered, by name."""
    return [word for word in trail.behalves() if not word.isdecimal()]


def said(asked: Asked, *, by: Actor | None, locale: Locale = "vi") -> dict[str, tuple[str, str]]:
    """What it is narrowed by, in words: name → (label, value); a nomination's name for whom may see it."""
    english = locale == "en"
    value: dict[str, str] = {}
    names = people.names(number for one in (asked.who, asked.behalf) if (number := _number(one)) is not None)
    for key, word in (("who", asked.who), ("behalf", asked.behalf)):
        value[key] = MACHINES[word][english] if word in MACHINES else names.get(_number(word) or 0, word)
    if asked.also:
        value["who"] = _ALSO[english].format(value["who"])
    if asked.nomination is not None and by is not None:
        n = read_nomination(asked.nomination, by=by)
        value["nomination"] = f"{n.name} ({'no.' if english else 'số'} {n.id})"
    value |= {
        "part": trail.part_words(locale).get(asked.part, ""),
        "kind": ", ".join(dict.fromkeys(
            _NO_SUCH_KIND[english] if kind == _NO_KIND else trail.kind_words(kind, locale) for kind in asked.kind
        )),
        "door": trail.door_words(asked.door, locale),
        "since": f"{asked.since:%d/%m/%Y}" if asked.since else "",
        "until": f"{asked.until:%d/%m/%Y}" if asked.until else "",
        "stream": trail.stream_words(asked.stream, locale) if asked.stream else "",
        "text": asked.text,
    }
    return {key: (LABELS[key][english], value[key]) for key in LABELS if value.get(key)}


def value_words(key: str, value: Any, _locale: Locale) -> str | None:
    """A value of an entry that is a number of something, by its name."""
    return people.unit_name(value) if key == "unit" and isinstance(value, int) else None


def export_words(event: Event, locale: Locale) -> dict[str, str]:
    """What an export was narrowed by, for its sentence; the words looked for are personal and stand beside it."""
    if event.kind != "trail:exported" or not isinstance(kept := event.body.get("filter"), dict):
        return {}
    asked = replace(read_asked(kept), nomination=None)
    told = [f"{label}: {value}" for label, value in said(asked, by=None, locale=locale).values()]
    if number := kept.get("nomination"):
        told.append(f"{LABELS['nomination'][locale == 'en']}: {number}")
    return {"filter": "; ".join(told)} if told else {}


def entries_about(n: Nomination, *, by: Actor, sight: Sight, locale: Locale = "vi") -> list[Event]:
    """Every entry about a nomination, the oldest first: of its own process, and of the lists on which it stands or stood.

    The lists tell of others too: only who may read every case sees their entries, and of them those about this one. That
    the office spoke beside the case (`comments`, `questions`) is told to those only who may read what it said there.
    """
    streams = [f"instance:{n.instance_id}"]
    if comments.sight_of(n, by).inside:
        streams.append(comments.stream_of(n, inside=True))
    if sight >= Sight.VALUES:
        streams += [f"list:{one.id}" for one in finding.find_lists(by, nomination_id=n.id)]
    return about_name(streams, n.id, sight, locale)


def about_name(streams: Sequence[str], nomination_id: int, sight: Sight, locale: Locale = "vi") -> list[Event]:
    """Of the entries of these streams, the oldest first, those that are about one name."""
    found = list(trail.walk({"stream": streams, "sight": sight, "locale": locale}, at_once=_AT_ONCE))
    return concerning(found, nomination_id, finding.lists_left(nomination_id))


def concerning(events: Iterable[Event], nomination_id: int, gone: Collection[str] = ()) -> list[Event]:
    """Of the entries of a case and of lists, the oldest first, those that are about one name.

    Of a list: what names it, and what befell the whole list while the name stood on it. `gone`: streams of lists that it
    has left, of which nothing counts after the last entry that names it.
    """
    kept = list(events)
    named = [names_in(event) for event in kept]
    own = {event.stream: at for at, event in enumerate(kept) if nomination_id in (named[at] or ())}
    since: set[str] = set()
    found = []
    for at, event in enumerate(kept):
        if not event.stream.startswith("list:"):
            found.append(event)
            continue
        if nomination_id in (named[at] or ()):
            since.add(event.stream)
        elif named[at] is not None or event.stream not in since or event.stream in gone and at > own[event.stream]:
            continue
        found.append(event)
    return found


def names_in(event: Event) -> set[int] | None:
    """Names that an entry of a list tells of; None where it tells of the list as a whole."""
    found: Sequence[int] = [*event.body.get("names", ()), *event.body.get("left_out", ())]
    if "nomination" in event.body:
        found = [*found, event.body["nomination"]]
    return set(found) if found or "names" in event.body else None
