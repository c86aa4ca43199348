"""The verbs on a live workflow: start, complete, tell, signal, wake, answer, cancel, retry, recalendar, move_due,
hold, release.

The only driver of the library's workflow object. Each verb is a function of (live workflow, act) that gives a
Step; nothing here knows a database, a web page or a person. Timers fire in `wake` only.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

import orjson
from SpiffWorkflow.util.task import TaskState

from workflows import codec
from workflows.calendar import OutsideCalendar
from workflows.definition import Definition
from workflows.due import (
    TimerOver,
    due_of,
    fire,
    is_timer,
    next_due,
    reckon,
    resume,
    set_by_hand,
    set_due,
    task_due,
    timer_due,
    timers,
)
from workflows.due import timers_over as _timers_over
from workflows.environment import Env
from workflows.feel import FeelError, to_json
from workflows.live import Finished, Live
from workflows.marks import marks
from workflows.repeats import repeat_of
from workflows.specs import (
    BoundaryEvent,
    Message,
    MultiInstance,
    throw_error,
)
from workflows.step import (
    Closed,
    EngineError,
    Incident,
    Kind,
    NotWaiting,
    Opened,
    Step,
    WrongAnswer,
)
from workflows.tree import DEEPEST, RETRY_DEPTH, Node, Workflow, copy_json

Move = tuple[Node, int, int]
_LONGEST_TITLE = 300


# -- the verbs


def start(definition: Definition, data: dict[str, Any], env: Env, *, kept: bool = True) -> tuple[Live, Step]:
    """Begin an instance with this data; it runs at once to where it first waits.

    One that is not `kept` lives in memory alone: its steps carry no state and no data, and what is handed in is taken as
    it is, `plain` already (replay, try-out).
    """
    given = plain(data) if kept else data
    workflow = Workflow(definition.spec, definition.subprocess_specs)
    workflow.decided = None if kept else []
    workflow.task_tree.data = given
    live = Live(definition, workflow, secrets.token_hex(8), kept=kept)
    _begin(live, env, keep_moves=True)
    return live, go_on(live, env)


def restore(definition: Definition, state: bytes) -> Live:
    """Rebuild a live workflow from the state of its last step, under the definition that it ran on."""
    return codec.decode(definition, state)


def complete(live: Live, task: str, answers: dict[str, Any], env: Env) -> Step:
    """A person's answers end a user task. Raises NotWaiting, WrongAnswer."""
    node = _open_task(live, task, "user")
    given = _given(live, answers)
    _begin(live, env)
    node.data = {**node.data, **given}
    node.run()
    return go_on(live, env)


def tell(live: Live, task: str, payload: dict[str, Any], env: Env) -> Step:
    """A message reaches the receive task with this id; `result` must be one of its values. Raises NotWaiting,
    WrongAnswer.
    """
    node = _open_task(live, task, "receive")
    given = _given(live, payload)
    check_values(node, given)
    _begin(live, env)
    _hand_over(node, given)
    return go_on(live, env)


def signal(live: Live, message: str, payload: dict[str, Any], env: Env) -> Step:
    """A message reaches the boundary of that name, the outermost if there are several. Raises NotWaiting."""
    given = _given(live, payload)
    node = live.workflow.deliverable(message)
    if node is None:
        raise NotWaiting(message)
    _begin(live, env)
    _hand_over(node, given)
    return go_on(live, env)


def answer(
    live: Live, task: str, result: dict[str, Any] | None, env: Env, *, error: str | None = None
) -> Step:
    """The world's answer to an external task, or its business error. A late answer raises NotWaiting.

    With a result variable the whole result lies under it, else its keys join the data. An error that no
    boundary takes is an incident; the task stays open and may be answered again.
    """
    node = _open_task(live, task, "external")
    given = _given(live, result or {})
    _begin(live, env)
    live.workflow.stuck.pop(node.id, None)
    if error is not None:
        if not throw_error(node, error, given):
            live.workflow.stuck[node.id] = Incident(
                node.task_spec.bpmn_id,
                "unhandled-error",
                f"Bước ngoài hệ thống báo lỗi “{error}” mà sơ đồ không có nhánh xử lý; hãy làm lại bước này.",
                f"The effect failed with “{error}” and no boundary takes it; run the effect again.",
            )
        return go_on(live, env)
    variable = node.task_spec.variable
    node.data = {**node.data, variable: given} if variable else {**node.data, **given}
    node.complete()
    return go_on(live, env)


def wake(live: Live, env: Env, *, only: int | None = None) -> Step:
    """Fire every timer that is due; rounds missed by a repeating timer count once. Nothing fires under a
    hold.

    `only` names one task whose timer fires, due or not: it did so then, and is told again.
    """
    _begin(live, env)
    fired: list[str] = []
    if live.held_at is None or only is not None:
        now = env.now()
        late = [
            (due, n.id, n)
            for n in timers(live)
            if (due := due_of(n)) is not None and (due <= now if only is None else n.id == only)
        ]
        for _, _, node in sorted(late):
            if node._state == TaskState.WAITING and node.id in node.workflow.tasks:
                fired.append(node.task_spec.bpmn_id)
                fire(node, now)
                live.workflow.run(live.depth_limit)
    return go_on(live, env, fired=tuple(fired))


def cancel(live: Live, env: Env) -> Step:
    """End the instance without an outcome; nothing stays open."""
    _begin(live, env)
    live.workflow.stuck.clear()
    live.workflow.cancel()
    return go_on(live, env)


def retry(live: Live, env: Env, data: dict[str, Any] | None = None) -> Step:
    """Try again what an incident stopped, with the env as it is now, and with data that an administrator
    mends.

    A loop that went too deep may go a little on, so that it can find its end. Raises WrongAnswer.
    """
    mended = plain(data or {})
    _begin(live, env)
    workflow = live.workflow
    stuck, workflow.stuck = workflow.stuck, {}
    for key in stuck:
        node = _find(workflow, key)
        if node is None:
            continue
        if mended:
            node.data = {**node.data, **mended}
        if node._state == TaskState.FUTURE:
            if node.task_spec.begin(node):
                node._ready()
        elif "at" in node.internal_data:
            reckon(live, node, env)
        elif isinstance(node.task_spec, MultiInstance) and node._state == TaskState.STARTED:
            node.task_spec.look_whether_done(node)
        else:
            workflow.moves.append((node, node._state, node._state))
        if stuck[key].code == "too-deep":
            live.depth_limit = min(node.tree_depth + RETRY_DEPTH, DEEPEST)
    return go_on(live, env)


def recalendar(live: Live, env: Env) -> Step:
    """Work out again the due times of timers and open user tasks, as seen from when each was entered."""
    _begin(live, env)
    dues: dict[str, datetime | None] = {}
    for node in [*timers(live), *live.open.values()]:
        if "at" in node.internal_data and reckon(live, node, env) and node.id in live.open:
            dues[live.task_id(node)] = due_of(node)
    return go_on(live, env, dues=dues)


def move_due(live: Live, task: str, due: datetime, env: Env) -> Step:
    """Let an open user task be due at another moment, and with it the timers over it that follow (`TimerOver.follows`).

    Calendars leave them from then on, holds move them; the day that all cases have is the way back to it. Raises NotWaiting.
    """
    node = _open_task(live, task, "user")
    _begin(live, env)
    for timer, seen in _timers_over(node, env):
        if seen.follows(due):
            set_by_hand(timer, due, env)
    set_by_hand(node, due, env)
    return go_on(live, env, dues={task: due_of(node)})


def timers_over(live: Live, task: str, env: Env) -> tuple[TimerOver, ...]:
    """The timers over an open user task, the innermost first; nothing is changed. Raises NotWaiting."""
    return tuple(seen for _, seen in _timers_over(_open_task(live, task, "user"), env))


def hold(live: Live, env: Env) -> Step:
    """Stop the timers; a second hold changes nothing."""
    _begin(live, env)
    if live.held_at is None:
        live.held_at = env.now()
    return go_on(live, env)


def release(live: Live, env: Env) -> Step:
    """Start the timers again with the working time that remained when the hold began."""
    _begin(live, env)
    return go_on(live, env, dues=resume(live, env))


def stand(live: Live, env: Env) -> Step:
    """Change nothing: the step says how the instance stands, for recording it under another version."""
    _begin(live, env)
    return go_on(live, env)


def data(live: Live, task: str | None = None) -> dict[str, Any]:
    """The data of the instance as it stands, or as an open task sees it (the item of a list), a copy.

    Raises NotWaiting for a task that is not open.
    """
    if task is not None:
        node = next((node for node in live.open.values() if live.task_id(node) == task), None)
        if node is None:
            raise NotWaiting(task)
        found = node.data
    else:
        found = live.finished.data if live.finished is not None else live.workflow.collect()
    return cast(dict[str, Any], copy_json(found))


def waits(live: Live) -> tuple[Opened, ...]:
    """What stands open now, in the order of opening."""
    return tuple(_opened(live, node, cast(Kind, codec.opens(node))) for _, node in sorted(live.open.items()))


def stands_at(live: Live, elements: Collection[str]) -> bool:
    """Whether one of these elements stands open now."""
    return any(node.task_spec.bpmn_id in elements for node in live.open.values())


def is_held(live: Live) -> bool:
    """Whether the timers stand still."""
    return live.held_at is not None


def followed_by(first: Step, second: Step) -> Step:
    """Two steps of one transaction as one: where it stands comes from the second, what happened from both.

    A task that opened in the first and closed in the second is told in both lists.
    """
    return replace(
        second,
        opened=first.opened + second.opened,
        closed=first.closed + second.closed,
        phase=second.phase or first.phase,
        outcome=second.outcome or first.outcome,
        events=first.events + second.events,
        fired=first.fired + second.fired,
        results={**first.results, **second.results},
        dues={**first.dues, **second.dues},
    )


# -- what the verbs share


def _given(live: Live, given: dict[str, Any]) -> dict[str, Any]:
    return plain(given) if live.kept else given


def plain(given: object) -> dict[str, Any]:
    """A copy of what was handed in, which must be an object of plain JSON."""
    if isinstance(given, Mapping):
        try:
            copy = orjson.loads(
                orjson.dumps(given, option=orjson.OPT_PASSTHROUGH_SUBCLASS | orjson.OPT_PASSTHROUGH_DATACLASS)
            )
        except TypeError:
            copy = None
        if isinstance(copy, dict):
            return copy
    raise WrongAnswer(
        "Nội dung gửi lên không đúng dạng; hãy gửi lại một đối tượng JSON.",
        "What was sent is no object of plain JSON; send it again as one.",
    )


def _open_task(live: Live, task: str, kind: Kind) -> Node:
    name, _, number = task.rpartition("-")
    node = live.open.get(int(number)) if name == live.name and number.isascii() and number.isdigit() else None
    if node is None or live.task_id(node) != task or codec.opens(node) != kind:
        raise NotWaiting(task)
    return node


def check_values(node: Node, given: Mapping[str, Any]) -> None:
    """Raise WrongAnswer where a wait does not take this result."""
    values = node.task_spec.element.attrs.get("values", "").replace(",", " ").split()
    if values and given.get("result") not in values:
        raise WrongAnswer(
            f"Kết quả phải là một trong: {', '.join(values)}.",
            f"The result must be one of: {', '.join(values)}.",
        )


def _hand_over(node: Node, payload: dict[str, Any]) -> None:
    definition = node.task_spec.event_definition
    if isinstance(definition, Message) and payload:
        node.internal_data[definition.name] = payload
    node.internal_data["event_fired"] = True
    node.task_spec._update(node)


def _find(workflow: Workflow, key: int) -> Node | None:
    for tree in (workflow, *workflow.subprocesses.values()):
        if key in tree.tasks:
            return cast(Node, tree.tasks[key])
    return None


def _begin(live: Live, env: Env, keep_moves: bool = False) -> None:
    if live.finished is not None or (live.workflow.completed and not keep_moves):
        raise NotWaiting(live.name)
    live.workflow.evaluator.env = env
    live.workflow.results = {}
    if not keep_moves:
        live.workflow.moves.clear()


def go_on(
    live: Live,
    env: Env,
    *,
    fired: tuple[str, ...] = (),
    dues: Mapping[str, datetime | None] | None = None,
) -> Step:
    """Run what runs by itself, then tell what came of the act; every verb ends here."""
    workflow = live.workflow
    workflow.run(live.depth_limit)
    moves = list(workflow.moves)
    workflow.moves.clear()
    _enter(live, env, moves)
    phase, outcome, events = _read_marks(moves)
    closed = _close(live)
    opened = _open(live, moves)
    ended = workflow.completed
    if not ended and not live.open and not workflow.stuck and not timers(live):
        _note_deadlock(workflow)
    workflow.evaluator.env = None
    now_data = workflow.collect() if live.kept or ended else {}
    if ended:
        live.finished = Finished(now_data, dict(marks(live).elements), live.counts)
    if live.kept:
        state = codec.encode_finished(live) if ended else codec.encode(live)
    else:
        state, now_data = b"", {}
    return Step(
        state=state,
        opened=opened,
        closed=closed,
        due=next_due(live),
        phase=phase,
        outcome=outcome,
        ended=ended,
        events=events,
        fired=fired,
        results=copy_json(workflow.results),
        incident=next(iter(workflow.stuck.values()), None),
        data=copy_json(now_data),
        dues=dues or {},
    )


def _note_deadlock(workflow: Workflow) -> None:
    """Nothing is open, nothing will fire, and it has not ended: a join waits for a branch that never comes."""
    trees = (workflow, *workflow.subprocesses.values())
    joins = [n for tree in trees for n in tree.waiting_joins.values() if n.task_spec.bpmn_id]
    node = joins[-1] if joins else workflow.last_task or workflow.task_tree
    workflow.stuck[node.id] = Incident(
        node.task_spec.bpmn_id,
        "deadlock",
        "Quy trình đứng yên: không còn việc nào mở mà chưa kết thúc; hãy xem các nhánh dẫn vào phần tử này.",
        "The process stands still: nothing is open and it has not ended; look at the ways that lead here.",
    )


def _read_marks(moves: list[Move]) -> tuple[str | None, str | None, tuple[str, ...]]:
    """Phase, outcome and events from the nom: attributes of the elements entered and passed, in order."""
    phase = outcome = None
    events: list[str] = []
    for node, before, state in moves:
        element = getattr(node.task_spec, "element", None)
        if element is None or not element.attrs or node.triggered:
            continue
        passed = state == TaskState.COMPLETED
        entered = passed if isinstance(node.task_spec, BoundaryEvent) else before < TaskState.WAITING
        if entered and "phase" in element.attrs:
            phase = element.attrs["phase"]
        if passed:
            outcome = element.attrs.get("outcome", outcome)
            if "event" in element.attrs:
                events.append(element.attrs["event"])
    return phase, outcome, tuple(events)


def _enter(live: Live, env: Env, moves: list[Move]) -> None:
    """Work out due time and key of what was entered; where that fails, it does not open and there is an
    incident.
    """
    for node, _, _ in moves:
        if "at" in node.internal_data or node.id in live.workflow.stuck:
            continue
        timer = is_timer(node) and node._state == TaskState.WAITING
        if not timer and codec.opens(node) is None:
            continue
        if node.id not in node.workflow.tasks:
            continue
        try:
            if timer:
                set_due(node, timer_due(node, env))
            else:
                set_due(node, task_due(node, env))
                if getattr(node.task_spec, "key", None) is not None:
                    node.internal_data["key"] = to_json(node.task_spec.key.evaluate(node.data, env))
                if (title := getattr(node.task_spec, "item_title", None)) is not None:
                    node.internal_data["title"] = _one_line(to_json(title.evaluate(node.data, env)))
        except (FeelError, OutsideCalendar) as error:
            live.workflow.note_trouble(node, "expression", cast(Exception, error))
        else:
            node.internal_data["at"] = env.now().isoformat()


def _close(live: Live) -> tuple[Closed, ...]:
    gone = [
        node for node in live.open.values() if codec.opens(node) is None or node.id not in node.workflow.tasks
    ]
    for node in gone:
        del live.open[node.id]
        for key in ("at", "nth", "due", "key", "title", "inputs", "held", "set"):
            node.internal_data.pop(key, None)
        node.row = None
    return tuple(
        Closed(live.task_id(node), "completed" if node._state == TaskState.COMPLETED else "cancelled")
        for node in gone
    )


def _open(live: Live, moves: list[Move]) -> tuple[Opened, ...]:
    opened = []
    for node, _, _ in moves:
        kind = codec.opens(node)
        if (
            kind is None
            or node.id in live.open
            or "at" not in node.internal_data
            or node.id not in node.workflow.tasks
        ):
            continue
        live.open[node.id] = node
        element = node.task_spec.element
        live.counts[element.id] = node.internal_data["nth"] = live.counts.get(element.id, 0) + 1
        opened.append(_opened(live, node, cast(Kind, kind)))
    return tuple(opened)


def _opened(live: Live, node: Node, kind: Kind) -> Opened:
    element, repeat = node.task_spec.element, repeat_of(node)
    return Opened(
        task=live.task_id(node),
        element=element.id,
        kind=kind,
        name=element.name,
        process=element.process,
        occurrence=node.internal_data["nth"],
        attrs=element.attrs,
        due=due_of(node),
        key=node.internal_data.get("key"),
        message=element.message,
        inputs=copy_json(node.internal_data.get("inputs", {})),
        way=repeat.way,
        items=copy_json(dict(repeat.items)),
        item_title=node.internal_data.get("title", ""),
    )


def _one_line(value: Any) -> str:
    return " ".join(str("" if value is None else value).split())[:_LONGEST_TITLE]


__all__ = [
    "EngineError",
    "Incident",
    "Live",
    "NotWaiting",
    "Opened",
    "Step",
    "TimerOver",
    "WrongAnswer",
    "answer",
    "cancel",
    "check_values",
    "complete",
    "data",
    "followed_by",
    "go_on",
    "hold",
    "is_held",
    "marks",
    "move_due",
    "plain",
    "recalendar",
    "release",
    "restore",
    "retry",
    "signal",
    "stand",
    "start",
    "tell",
    "timers_over",
    "waits",
    "wake",
]
