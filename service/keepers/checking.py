"""People have the trail checked: the whole chain, a checkpoint signed on request, one from outside held against it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from service import jobs, people, trail
from service.actor import Actor
from service.db import transaction
from service.errors import Conflict
from service.trail import Verdict, anchors, checkpoints
from service.trail.anchors import AnchorVerdict

RIGHT = "trail.verify"
_checking = Lock()
"""A trail of years takes a while: who checks it several times at once would keep everybody else waiting."""


@dataclass(frozen=True, slots=True)
class Held:
    """What became of holding a checkpoint from outside against the trail; `whole`: of the trail itself, where the checkpoint fits."""

    anchor: AnchorVerdict
    whole: Verdict | None

    @property
    def fits(self) -> bool:
        """Whether the checkpoint and the trail are sound."""
        return self.anchor.ok and self.whole is not None and self.whole.ok


def check_trail(*, by: Actor) -> Verdict:
    """Check the whole chain now; what came of it, with the first bad entry, stands in the trail.

    Raises Forbidden; Conflict while somebody else has it checked.
    """
    people.require(by, RIGHT)
    with _alone():
        verdict = trail.verify()
    with transaction():
        trail.record(
            "trail:verified", by=by, stream="system",
            body={
                "result": "ok" if verdict.ok else "bad", "count": verdict.count, "why": verdict.why,
                "why_en": verdict.why_en, **({} if verdict.first_bad is None else {"first": verdict.first_bad}),
            },
        )
    return verdict


@contextmanager
def _alone() -> Iterator[None]:
    if not _checking.acquire(blocking=False):
        raise Conflict(
            "Đang có người kiểm tra nhật ký. Xem lại sau ít phút.", "The trail is being checked already. Look again in a few minutes.",
            code="checking",
        )
    try:
        yield
    finally:
        _checking.release()


def ask_checkpoint(*, by: Actor) -> None:
    """Have the worker sign what stands now; it alone holds the key. Raises Forbidden."""
    people.require(by, RIGHT)
    with transaction():
        trail.record("trail:checkpoint_asked", by=by, stream="system")
        jobs.enqueue(checkpoints.TOPIC, {})


def hold_anchor(note: str, *, by: Actor) -> Held:
    """Hold the text of a checkpoint that came back from outside against the trail as it stands. Raises Forbidden, Conflict."""
    people.require(by, RIGHT)
    verdict = anchors.check_anchor(note.replace("\r\n", "\n").strip() + "\n")
    whole = None
    if verdict.ok:
        with _alone():
            whole = trail.verify()
    held = Held(verdict, whole)
    with transaction():
        trail.record(
            "trail:anchor_held", by=by, stream="system",
            body={"result": "ok" if held.fits else "bad", "why": verdict.why.rstrip("."), "why_en": verdict.why_en.rstrip("."),
                  **({"number": verdict.checkpoint.number} if verdict.checkpoint and verdict.ok else {})},
        )
    return held
