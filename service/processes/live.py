"""Live workflow objects between steps: an instance that was just moved is not restored from its bytes.

An object is taken out while it is used and put back only after the commit, so that nobody ever sees one that was
moved by a transaction that was taken back. It is used only if the row still has the version that it was kept at.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from workflows.engine import Live

KEPT = 512

_lock = Lock()
_kept: OrderedDict[tuple[int, int], tuple[int, Live]] = OrderedDict()


def take(engine: int, instance: int, version: int) -> Live | None:
    """Take the object of an instance out, if it stands at this version."""
    with _lock:
        found = _kept.pop((engine, instance), None)
    return found[1] if found and found[0] == version else None


def put(engine: int, instance: int, version: int, live: Live) -> None:
    """Keep an object for the next step; the longest unused one is forgotten."""
    with _lock:
        _kept[engine, instance] = (version, live)
        _kept.move_to_end((engine, instance))
        while len(_kept) > KEPT:
            _kept.popitem(last=False)


def forget_all() -> None:
    """Forget every object; the next steps restore theirs."""
    with _lock:
        _kept.clear()
