"""Which entries of the trail are about one name: those of its case, and of lists while it stood on them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from service import trail
from service.awards.finding import lists_left
from service.trail import Event, Locale, Sight

_AT_ONCE = 1000


def about_name(streams: Sequence[str], nomination_id: int, sight: Sight, locale: Locale = "vi") -> list[Event]:
    """Every entry of these streams about a name, the oldest first; a long list tells mostly of others, so it is read to its end."""
    found: list[Event] = []
    past = None
    while True:
        page = trail.read(stream=streams, sight=sight, past=past, limit=_AT_ONCE, oldest_first=True, locale=locale)
        found += page.events
        if (past := page.past) is None:
            return concerning(found, nomination_id, lists_left(nomination_id))


def concerning(events: Iterable[Event], nomination_id: int, gone: Collection[str] = ()) -> list[Event]:
    """Of the entries of a case and of lists, the oldest first, those that are about one name.

    Of a list: what names it, and what befell the whole list while the name stood on it. `gone`: streams of lists that it
    has left, of which nothing counts after the last entry that names it.
    """
    kept = list(events)
    told = [named(event) for event in kept]
    own = {event.stream: at for at, event in enumerate(kept) if nomination_id in (told[at] or ())}
    since: set[str] = set()
    found = []
    for at, event in enumerate(kept):
        if not event.stream.startswith("list:"):
            found.append(event)
            continue
        if nomination_id in (told[at] or ()):
            since.add(event.stream)
        elif told[at] is not None or event.stream not in since or event.stream in gone and at > own[event.stream]:
            continue
        found.append(event)
    return found


def named(event: Event) -> set[int] | None:
    """Names that an entry of a list tells of; None where it tells of the list as a whole."""
    found = [*event.body.get("names", ()), *event.body.get("left_out", ())]
    if "nomination" in event.body:
        found.append(event.body["nomination"])
    return set(found) if found or "names" in event.body else None
