"""A course: one instance driven in memory by what is told to it, with the path it takes noted; nothing is stored.

Replay, scenarios and the try-out stand on it. It knows how an act is done, not which acts there are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from workflows import codec, engine, migration
from workflows.definition import Definition
from workflows.due import due_of, timers
from workflows.environment import Env
from workflows.step import Incident, Mark, Opened, Step
from workflows.tree import Node

How = Literal["open", "done", "cancelled", "fired", "told"]
Surroundings = Callable[[datetime], Env]
MOST_TIMERS = 200  # a repeating timer that nobody ends would fire for ever


@dataclass(slots=True)
class Stop:
    """One place where the course stood or passed: a task, a timer that fired, a message at a boundary."""

    kind: str  # user, receive, external, timer, signal
    element: str
    occurrence: int
    opened_at: datetime
    how: How = "open"
    closed_at: datetime | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> tuple[str, str, int]:
        """What two courses are compared by."""
        return self.kind, self.element, self.occurrence


class Course:
    """One instance under way in memory, with its own clock that only moves forward."""

    def __init__(
        self,
        definition: Definition,
        surroundings: Surroundings,
        *,
        held: Sequence[tuple[datetime, datetime | None]] | None = None,
        pausing: Collection[str] = (),
        recorded: bool = False,
    ) -> None:
        """`held` are the spans on hold, `pausing` the elements that stop the timers while they stand open.

        Without `held`, acts of their own hold and release it. What is `recorded` is plain JSON and is not copied again.
        """
        self.definition = definition
        self.path: list[Stop] = []
        self.results: list[tuple[str, Any]] = []
        self.armed: set[tuple[str, str]] = set()  # timers ever set: element, and when it was entered
        self.turn = 0  # how often the clock was moved on
        self.decided: list[tuple[int, Any, Mapping[str, Any]]] = []  # in which turn a table was asked, its task, the data
        self.outcome: str | None = None
        self.phase: str | None = None
        self.ended = False
        self._surroundings = surroundings
        self._held, self._pausing = held, pausing
        self._plain = dict if recorded else engine.plain
        self._by_task: dict[str, Stop] = {}
        self.now: datetime

    # -- acts

    def start(self, data: Mapping[str, Any], at: datetime) -> None:
        """Begin with this data."""
        self.now = at
        self.live, step = engine.start(self.definition, self._plain(data), self._surroundings(at), kept=False)
        self._note(step)

    def answer(self, node: Node, answers: Mapping[str, Any]) -> None:
        """A person's answers end a user task; only what the diagrams read of them is taken. Raises WrongAnswer."""
        read = self._plain({key: value for key, value in answers.items() if key in self.definition.names})
        self._close(node, answers)
        self._note(engine.complete(self.live, self.live.task_id(node), read, self.env))

    def tell(self, node: Node, payload: Mapping[str, Any]) -> None:
        """A message reaches a wait. Raises WrongAnswer for a result that the wait does not take."""
        given = self._plain(payload)
        engine.check_values(node, given)
        self._close(node, payload)
        self._note(engine.tell(self.live, self.live.task_id(node), given, self.env))

    def effect(self, node: Node, result: Mapping[str, Any], error: str | None = None) -> None:
        """An external task is answered, or fails with a business error."""
        given = self._plain(result)
        self._close(node, result)
        self._note(engine.answer(self.live, self.live.task_id(node), given, self.env, error=error))

    def signal(self, message: str, payload: Mapping[str, Any], element: str = "") -> None:
        """A message reaches a boundary. Raises NotWaiting where none takes it now."""
        if not self.takes(message):
            raise engine.NotWaiting(message)
        given = self._plain(payload)
        self.path.append(Stop("signal", element or message, 1, self.now, "told", self.now, payload))
        self._note(engine.signal(self.live, message, given, self.env))

    def fire(self, node: Node) -> None:
        """A timer fires now, due or not."""
        self._note(engine.wake(self.live, self.env, only=node.id))

    def retry(self) -> None:
        """What an incident stopped is tried again."""
        self._note(engine.retry(self.live, self.env))

    def move_due(self, node: Node, due: datetime) -> None:
        """An open user task is due at another moment, set by hand; timers over it follow."""
        self._note(engine.move_due(self.live, self.live.task_id(node), due, self.env))

    def hold(self) -> None:
        """Stop the timers until they are released."""
        self._note(engine.hold(self.live, self.env))

    def release(self) -> None:
        """Let the timers run on with the working time they had left."""
        self._note(engine.release(self.live, self.env))

    def recalendar(self, moment: datetime) -> None:
        """A calendar was changed at that moment: due times are reckoned anew. It is no act, and no turn."""
        self.now = max(self.now, moment)
        self._note(engine.recalendar(self.live, self.env))

    def stand(self) -> None:
        """Nothing comes from outside; what begins or ends by now (a span on hold) does."""
        self._note(engine.stand(self.live, self.env))

    def migrate(self, newer: Definition, mapping: Mapping[str, str]) -> None:
        """Go on under another version; what stands open takes its names. Raises CannotMigrate."""
        unread = newer.names - self.definition.names
        answers = [stop.answers for stop in self.path if stop.kind == "user" and stop.how == "done"] if unread else []
        known = {name: value for given in answers for name, value in given.items() if name in unread}
        self.live, step = migration.migrate(self.live, newer, mapping, self.env, known)
        self.definition, called = newer, migration.renamed(mapping)
        for stop in self.path:
            if stop.how == "open":
                stop.element = called.get(stop.element, stop.element)
        self._note(step)

    def move_to(self, moment: datetime) -> None:
        """Move the clock on; the past changes nothing. No timer fires by this."""
        self.now = max(self.now, moment)
        self.turn += 1

    # -- what it looks like

    @property
    def env(self) -> Env:
        """The surroundings at this moment."""
        return self._surroundings(self.now)

    @property
    def incident(self) -> Incident | None:
        """What keeps it from going on by itself."""
        return next(iter(self.live.workflow.stuck.values()), None)

    @property
    def held(self) -> bool:
        """Whether its timers stand still."""
        return self.live.held_at is not None

    def open_at(self, kind: str, element: str | None = None) -> list[Node]:
        """Open tasks of a kind, in the order of opening."""
        return [
            node
            for _, node in sorted(self.live.open.items())
            if codec.opens(node) == kind and element in (None, node.task_spec.bpmn_id)
        ]

    def waits(self) -> tuple[Opened, ...]:
        """What stands open now."""
        return () if self.ended else engine.waits(self.live)

    def takes(self, message: str) -> bool:
        """Whether a boundary takes a message of that name now."""
        return not self.ended and self.live.workflow.deliverable(message) is not None

    def armed_now(self) -> list[tuple[datetime, Node]]:
        """Timers that run, the earliest first."""
        found = [(due, node.id, node) for node in timers(self.live) if (due := due_of(node)) is not None]
        return [(due, node) for due, _, node in sorted(found)]

    def standing(self) -> tuple[str, ...]:
        """Elements at which something stands open."""
        return tuple(stop.element for stop in self.path if stop.how == "open")

    def marks(self) -> Mapping[str, Mark]:
        """How far each element and flow is."""
        return engine.marks(self.live).elements

    # -- notes

    def _close(self, node: Node, answers: Mapping[str, Any]) -> None:
        stop = self._by_task[self.live.task_id(node)]
        stop.answers = answers

    def _note(self, step: Step) -> None:
        step = self._settle(step)
        now = self.now
        if asked := self.live.workflow.decided:
            self.decided += [(self.turn, spec, data) for spec, data in asked]
            asked.clear()
        for closed in step.closed:
            if (stop := self._by_task.get(closed.task)) is not None:
                stop.how, stop.closed_at = ("done" if closed.how == "completed" else "cancelled"), now
        gone = {closed.task: closed.how for closed in step.closed}
        for opened in step.opened:
            stop = Stop(opened.kind, opened.element, opened.occurrence, now)
            if opened.task in gone:  # opened and closed in one step
                stop.how, stop.closed_at = ("done" if gone[opened.task] == "completed" else "cancelled"), now
            self._by_task[opened.task] = stop
            self.path.append(stop)
        self.path += [Stop("timer", element, 1, now, "fired", now) for element in step.fired]
        self.results += step.results.items()
        self.phase, self.outcome = step.phase or self.phase, step.outcome or self.outcome
        self.ended = step.ended
        if not step.ended:
            self.armed.update((node.task_spec.bpmn_id, node.internal_data["at"]) for _, node in self.armed_now())

    def _settle(self, step: Step) -> Step:
        """Let the timers stand still and run on as the service does with each step."""
        if step.ended or self._held is None:
            return step
        stands = any(begin <= self.now and (end is None or self.now < end) for begin, end in self._held)
        stands = stands or bool(self._pausing) and engine.stands_at(self.live, self._pausing)
        if stands == engine.is_held(self.live):
            return step
        settle = engine.hold if stands else engine.release
        return engine.followed_by(step, settle(self.live, self.env))
