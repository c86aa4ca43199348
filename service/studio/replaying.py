"""Replays instances of one process on a bundle, equal decision paths once. Reads records, writes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from service.processes.deployments import definition_of, files_of
from service.studio.records import PastInstance, read_records
from workflows.definition import Definition, load_definition
from workflows.replay import (
    Record,
    Trace,
    Verdict,
    as_called_here,
    judge,
    mismatch,
    replay_on,
    replay_own,
    same_timers,
)
from workflows.replay_key import Grouping
from workflows.replay_paths import Paths, questions_of

log = structlog.get_logger(__name__)
_MOST_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Judged:
    """One instance with its verdict and the outcomes then and on the draft."""

    instance: int
    verdict: Verdict
    then: str | None = None
    now: str | None = None


@dataclass(frozen=True, slots=True)
class Both:
    """One instance then and on the draft, for who looks at it; `own_fault` says why what happened cannot be told again."""

    then: Trace
    now: Trace
    verdict: Verdict
    own_fault: str = ""
    moved: bool = False  # whether it went through several versions


@dataclass(frozen=True, slots=True)
class _Path:
    """What is remembered of one decision path that was run."""

    stops: tuple[tuple[str, str, int, str], ...]
    ended: bool
    outcome: str | None
    failed: bool
    verdict: Verdict
    now: str | None


@dataclass(slots=True)
class Replayer:
    """One bundle, against which instances are replayed; `paths` counts those that were really run."""

    files: Mapping[str, bytes]
    main: str
    until: datetime
    paths: int = 0
    draft: Definition = field(init=False)
    _groupings: dict[tuple[int, ...], tuple[Definition, Grouping, frozenset[str]]] = field(default_factory=dict)
    _known: Paths[_Path] = field(default_factory=lambda: Paths(_MOST_KEPT))

    def __post_init__(self) -> None:
        self.draft = load_definition(self.files, main=self.main)

    def judge_all(self, ids: Sequence[int]) -> list[Judged]:
        """Judge these instances, in the order of their ids."""
        return [self._judge(one) for one in read_records(ids)]

    def both(self, one: PastInstance) -> Both | None:
        """Run one instance then and on the draft; None where its rows do not hold what it takes."""
        if one.record is None:
            return None
        own, _, timers = self._of(one.versions)
        told = replay_own(one.record, own)
        then, now = self._on_the_draft(one.record, told, timers)
        fault = mismatch(one.record, told)
        return Both(then, now, Verdict("cannot", why=fault) if fault else judge(then, now), fault, len(one.versions) > 1)

    def _on_the_draft(self, record: Record, told: Trace, timers: frozenset[str]) -> tuple[Trace, Trace]:
        """What happened, in the names of the draft, and what would happen there."""
        then = as_called_here(told, record.names, self.draft)
        return then, replay_on(record, self.draft, then, timers, self.until)

    def _judge(self, one: PastInstance) -> Judged:
        if one.record is None or one.past is None:
            return Judged(one.id, Verdict("cannot", why=one.why))
        try:
            return self._judge_record(one, one.record)
        except Exception as error:
            # One record that breaks the engine is told as such; the others are judged all the same.
            log.warning("an instance cannot be replayed", instance=one.id, error=repr(error))
            return Judged(one.id, Verdict("cannot", why="error", message=str(error)[:500], message_en=str(error)[:500]))

    def _judge_record(self, one: PastInstance, record: Record) -> Judged:
        assert one.past is not None
        own, grouping, timers = self._of(one.versions)
        key = grouping.key(record, one.past.in_force)
        place = self._known.find(key, record)
        path = place.leaf
        if path is None:
            then, now, path = self._run(record, own, timers)
            if place.new:
                questions, shared = questions_of(record, then, now, grouping.asked)
                shared = shared and not (now is not None and now.timed)  # time between the acts is each one's own
                self._known.keep(place, record, questions, path if shared else None)
        return _judged(one, record, path)

    def _run(self, record: Record, own: Definition, timers: frozenset[str]) -> tuple[Trace, Trace | None, _Path]:
        self.paths += 1
        then = replay_own(record, own)
        stops = tuple((*stop.place, stop.how) for stop in then.path if stop.kind not in ("timer", "signal"))
        if then.failed is not None:
            return then, None, _Path(stops, then.ended, then.outcome, True, Verdict("cannot", why="act"), None)
        here, now = self._on_the_draft(record, then, timers)
        return then, now, _Path(stops, then.ended, then.outcome, False, judge(here, now), now.outcome)

    def _of(self, versions: tuple[int, ...]) -> tuple[Definition, Grouping, frozenset[str]]:
        """The definition that instances of these versions began on, their grouping, the timers that are still drawn alike."""
        if versions not in self._groupings:
            own = [definition_of(one) for one in versions]
            theirs = _tables(self.files)
            grouping = Grouping(own, self.draft, same_tables=all(_tables(files_of(one)) == theirs for one in versions))
            self._groupings[versions] = own[0], grouping, same_timers(own, self.draft)
        return self._groupings[versions]


def _tables(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if name.endswith(".dmn")}


def _judged(one: PastInstance, record: Record, path: _Path) -> Judged:
    """The verdict of a path for one instance of it, once what the path says of then is what its rows say."""
    verdict = path.verdict
    if not path.failed and path.stops != tuple(record.stops):
        verdict = Verdict("cannot", why="path")
    elif not path.failed and (path.ended, path.outcome) != (record.ended, record.outcome):
        verdict = Verdict("cannot", why="end")
    return Judged(one.id, verdict, record.outcome, path.now if verdict.word != "cannot" else None)
