"""What a migration keeps and refuses, case by case: edges, repeats, joins, timers, holds, incidents, gone elements."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from running import (
    Run,
    assert_same,
    boundary,
    call,
    chain,
    diagram,
    end,
    external,
    flow,
    gateway,
    read,
    receive,
    script,
    start,
    subprocess,
    timer,
    user,
)

from workflows import codec, engine, migration
from workflows.definition import Definition

ONE = diagram(start() + user("a") + user("b") + end() + chain("begin", "a", "b", "end"))


def carried(run: Run, newer: Definition, mapping: Mapping[str, str] | None = None) -> Run:
    """The run under a newer definition, through bytes."""
    live, step = migration.migrate(run.live, newer, mapping, run.world)
    assert_same(live, engine.restore(newer, step.state))
    other = object.__new__(Run)
    other.__dict__.update(run.__dict__)
    other.definition, other.live, other.steps = newer, engine.restore(newer, step.state), [step]
    other.open = list(engine.waits(other.live))
    return other


def why(run: Run, newer: Definition, mapping: Mapping[str, str] | None = None) -> set[tuple[str, str]]:
    """(element, code) of every reason; each is said in both languages, and trying leaves no mark."""
    before = codec.encode(run.live)
    verdict = migration.plan(run.live, newer, mapping)
    for reason in verdict.reasons:
        assert reason.message and reason.message_en and reason.message != reason.message_en
    if not verdict.can_go:
        with pytest.raises(migration.CannotMigrate):
            migration.migrate(run.live, newer, mapping, run.world)
    assert codec.encode(run.live) == before
    return {(reason.element, reason.code) for reason in verdict.reasons}


def test_inserted_step_is_visited() -> None:
    newer = read(diagram(start() + user("a") + user("x") + user("b") + end() + chain("begin", "a", "x", "b", "end")))
    run = Run(read(ONE))
    other = carried(run, newer)
    other.do("a", said=1)
    assert other.now == ["x"]
    other.do("x")
    assert other.now == ["b"] and other.step.data["said"] == 1


def test_step_that_is_gone_is_named_with_what_it_may_have_become() -> None:
    newer = read(diagram(start() + user("a") + user("new_b") + end() + chain("begin", "a", "new_b", "end")))
    run = Run(read(ONE))
    run.do("a")
    assert why(run, newer) == {("b", "gone")}
    (proposal,) = migration.plan(run.live, newer).proposals
    assert (proposal.old, proposal.new, proposal.why) == ("b", "new_b", "position")
    task = run.task("b")
    other = carried(run, newer, {"b": "new_b"})
    assert other.task("new_b").task == task.task and other.task("new_b").occurrence == 1
    assert other.do("new_b").ended


def test_removed_step_can_be_mapped_to_the_next_one() -> None:
    newer = read(diagram(start() + user("b") + end() + chain("begin", "b", "end")))
    run = Run(read(ONE))
    other = carried(run, newer, {"a": "b"})
    assert other.now == ["b"] and other.do("b").ended


def test_finished_task_stays_readable_and_comes_back() -> None:
    without = read(diagram(start() + user("b") + end() + chain("begin", "b", "end")))
    run = Run(read(ONE), {"seen": 1})
    run.do("a", answer=2)
    other = carried(run, without)
    assert engine.marks(other.live).elements["b"] == "live"
    again = carried(other, read(ONE))
    assert engine.marks(again.live).elements["a"] == "done"
    assert engine.marks(again.live) == engine.marks(run.live) and not again.live.gone
    assert other.do("b").ended and other.step.data == {"nomination_id": "N1", "seen": 1, "answer": 2}


@pytest.mark.parametrize(
    ("newer", "code"),
    [
        (receive("b", "m"), "other-kind"),
        (external("b"), "other-kind"),
        (subprocess("s", start("in") + user("b") + end("out") + chain("in", "b", "out")), "moved-away"),
    ],
)
def test_step_of_another_kind_is_refused(newer: str, code: str) -> None:
    target = "s" if "subProcess" in newer else "b"
    body = start() + user("a") + newer + end() + chain("begin", "a", target, "end")
    run = Run(read(ONE))
    run.do("a")
    assert why(run, read(diagram(body, messages={"m": "told"}))) == {("b", code)}


def test_repeats_begun_or_ended_by_the_edit_are_refused() -> None:
    plain = read(diagram(start() + external("a") + user("b") + end() + chain("begin", "a", "b", "end")))
    assert why(Run(plain, {"list": [1]}), repeated("item")) == {("a", "repeats-otherwise")}
    assert why(Run(repeated("item"), {"list": [1]}), plain) == {("a", "repeats-otherwise")}


def test_wait_for_another_message_and_another_effect_are_refused() -> None:
    def of(wait: str, ask: str) -> Definition:
        body = start() + wait + ask + end() + chain("begin", "w", "e", "end")
        return read(diagram(body, messages={"m": "told", "n": "other"}))

    run = Run(of(receive("w", "m"), external("e", topic="do.it")))
    assert why(run, of(receive("w", "n"), external("e"))) == {("w", "waits-otherwise")}
    assert why(run, of(receive("w", "m"), external("e", topic="do.other"))) == set()
    run.do("w")
    assert why(run, of(receive("w", "m"), external("e", topic="do.other"))) == {("e", "asks-otherwise")}
    assert why(run, of(receive("w", "n"), external("e"))) == set()


def edged(*edges: str, ways: str = "") -> Definition:
    body = start() + user("a") + "".join(edges) + user("late") + user("b") + end() + end("end2")
    body += chain("begin", "a", "b", "end") + ways + flow("late", "end2")
    return read(diagram(body, messages={"m": "told"})) if edges else read(ONE)


def test_deadline_at_the_edge_is_kept_added_and_taken_away() -> None:
    old = edged(timer("t", "a", "timeDuration", "P10D"), ways=flow("t", "late"))
    run = Run(old)
    due = run.step.due
    assert due is not None
    run.clock.forward(days=3)
    shorter = carried(run, edged(timer("t", "a", "timeDuration", "P2D"), ways=flow("t", "late")))
    assert shorter.step.due == due  # it runs as it was set
    without = carried(run, edged())
    assert without.step.due is None
    assert without.do("a").due is None and without.now == ["b"]
    back = carried(carried(run, edged()), old)
    assert back.step.due == run.clock.time + timedelta(days=10)  # armed anew from now on
    back.clock.forward(days=11)
    back.wake()
    assert back.now == ["late"]


def test_deadline_is_added_to_a_step_without_one() -> None:
    run = Run(read(ONE))
    task = run.task("a").task
    newer = edged(timer("t", "a", "timeDuration", "P10D"), boundary("m1", "a", "m"), ways=flow("t", "late") + flow("m1", "late"))
    other = carried(run, newer)
    assert other.task("a").task == task and other.step.due == run.clock.time + timedelta(days=10)
    assert carried(run, newer).do("a").due is None
    told = carried(run, newer)
    told.signal("told")
    assert told.now == ["late"]
    other.clock.forward(days=11)
    other.wake()
    assert other.now == ["late"]


def test_repeating_deadline_that_is_taken_away_leaves_its_branches() -> None:
    old = edged(timer("t", "a", "timeCycle", "R3/P1D", False), ways=flow("t", "late"))
    run = Run(old)
    run.clock.forward(days=1)
    run.wake()
    assert run.now == ["a", "late"]
    other = carried(run, edged(boundary("m1", "a", "m"), ways=flow("m1", "late")))
    assert other.now == ["a", "late"] and other.step.due is None
    other.do("late")
    other.do("a")
    assert other.do("b").ended
    kept = carried(run, edged(timer("t", "a", "timeCycle", "R3/P2D", False), ways=flow("t", "late")))
    kept.clock.forward(days=1)
    kept.wake()
    assert kept.now == ["a", "late", "late"]


def repeated(name: str, more: str = "") -> Definition:
    loop = (
        f'<bpmn:multiInstanceLoopCharacteristics camunda:collection="list" camunda:elementVariable="{name}" '
        'nom:outputCollection="out" nom:outputElement="said" />'
    )
    body = start() + external("a", inner=loop) + (user(more) if more else "") + user("b") + end()
    return read(diagram(body + chain(*["begin", "a", *([more] if more else []), "b", "end"])))


def test_results_of_a_list_are_kept() -> None:
    run = Run(repeated("item"), {"list": ["x", "y", "z"]})
    run.do("a", 1, said="two")
    other = carried(run, repeated("item", "more"))
    assert len(other.open) == 2
    other.do("a", 0, said="one")
    other.do("a", 0, said="three")
    assert other.now == ["more"] and other.step.data["out"] == ["two", "one", "three"]
    assert why(run, repeated("other")) == {("a", "repeats-otherwise")}


def forked(*branches: str, inner: Mapping[str, str] | None = None) -> Definition:
    body = start() + gateway("fork", kind="parallel") + gateway("join", kind="parallel") + user("after") + end()
    body += chain("begin", "fork") + chain("join", "after", "end")
    for key in branches:
        names = key.split()
        body += "".join(user(name) for name in names) + chain("fork", *names, "join")
    return read(diagram(body))


def test_branch_that_waits_at_a_join_counts_whatever_was_put_before_it() -> None:
    run = Run(forked("a", "b"))
    run.do("a")
    other = carried(run, forked("a x", "b y"))
    other.do("b")
    assert other.now == ["y"]
    other.do("y")
    assert other.now == ["after"] and other.do("after").ended
    gone = carried(run, forked("other", "b"))  # the branch that came is another one now; the join knows it by what is left
    gone.do("b")
    assert gone.now == ["after"]


def test_branch_that_nothing_runs_on_is_refused() -> None:
    run = Run(forked("a", "b"))
    assert why(run, forked("a", "b", "c")) == {("join", "branch-missing")}
    run.do("a")
    assert why(run, forked("a", "b", "c")) == {("join", "branch-missing")}
    assert why(run, forked("a", "c", "d")) == {("b", "gone")} | {
        found for found in why(run, forked("a", "c", "d")) if found[0] == "join"
    }
    before = Run(forked("a", "b"), watched=True)
    before.do("a")
    before.do("b")
    assert why(before, forked("a", "b", "c")) == set()


def test_join_goes_on_where_the_newer_one_waits_for_less() -> None:
    run = Run(forked("a", "b", "c"))
    run.do("a")
    run.do("b")
    body = start() + gateway("fork", kind="parallel") + gateway("join", kind="parallel") + user("after") + end() + end("end2")
    body += "".join(user(name) + flow("fork", name) for name in "abc") + chain("begin", "fork") + flow("a", "join")
    less = read(diagram(body + flow("b", "join") + flow("c", "end2") + chain("join", "after", "end")))
    other = carried(run, less)
    assert other.now == ["c", "after"]
    other.do("c")
    assert other.do("after").ended


def within(inside: str, called: str = "inner", key: str = "c") -> list[bytes]:
    outer = diagram(start() + call(key, called) + user("z") + end() + chain("begin", key, "z", "end"), "p")
    return [outer, diagram(start("begin2") + inside + end("end2"), called)]


def test_called_process() -> None:
    inside = user("a") + user("b") + chain("begin2", "a", "b", "end2")
    run = Run(read(*within(inside)))
    run.do("a")
    more = user("a") + user("b") + user("x") + chain("begin2", "a", "b", "x", "end2")
    other = carried(run, read(*within(more)))
    other.do("b")
    other.do("x")
    assert other.now == ["z"] and other.do("z").ended
    assert why(run, read(*within(inside, "elsewhere"))) == {("c", "calls-other")}
    renamed = carried(run, read(*within(inside, "elsewhere")), {"inner": "elsewhere"})
    renamed.do("b")
    assert renamed.now == ["z"]
    renamed_call = carried(run, read(*within(inside, key="d")), {"c": "d"})
    renamed_call.do("b")
    assert renamed_call.now == ["z"]


def test_finished_called_process_that_is_gone_stays_in_the_state() -> None:
    inside = user("a") + chain("begin2", "a", "end2")
    run = Run(read(*within(inside)))
    run.do("a", found=5)
    plain = read(diagram(start() + user("z") + end() + chain("begin", "z", "end")))
    other = carried(run, plain)
    assert other.now == ["z"]
    back = carried(other, read(*within(inside)))
    assert engine.marks(back.live) == engine.marks(run.live) and not back.live.gone
    assert other.do("z").data["found"] == 5


def test_inside_a_subprocess_that_is_gone() -> None:
    old = read(diagram(start() + subprocess("s", start("in") + user("a") + end("out") + chain("in", "a", "out")) + end()
                       + chain("begin", "s", "end")))
    assert why(Run(old), read(diagram(start() + user("a") + end() + chain("begin", "a", "end")))) == {
        ("s", "gone"), ("s", "inside-gone")
    }


def test_hold_count_and_incident_go_along() -> None:
    def of(condition: str, key: str = "ask") -> Definition:
        body = start() + user("a") + gateway(key, default="other") + user("b") + end() + end("end2")
        body += chain("begin", "a", key) + flow(key, "b", condition) + flow(key, "end2", key="other") + chain("b", "end")
        return read(diagram(body))

    run = Run(of("missing.part = 1"))
    run.do("a", missing=5)
    incident = run.step.incident
    assert incident is not None
    run.hold()
    assert why(run, of("missing = 5", "asked")) == {("ask", "gone")}
    other = carried(run, of("missing = 5", "asked"), {"ask": "asked"})
    assert engine.is_held(other.live)
    assert other.step.incident is not None and other.step.incident.element == "asked"
    other.retry()
    assert other.now == ["b"] and other.step.incident is None


def test_what_runs_by_itself_behind_a_live_task_is_the_newer_one() -> None:
    def of(text: str) -> Definition:
        return read(diagram(start() + user("a") + script("s", text, "found") + user("b") + end()
                            + chain("begin", "a", "s", "b", "end")))

    other = carried(Run(of("1")), of("2"))
    assert other.do("a").data["found"] == 2


def test_faults_of_the_mapping_and_the_wrong_process() -> None:
    run = Run(read(ONE))
    assert why(run, read(ONE), {"a": "nowhere"}) == {("a", "bad-mapping")}
    assert why(run, read(ONE), {"nowhere": "a"}) == {("nowhere", "bad-mapping")}
    other = read(diagram(start() + user("a") + end() + chain("begin", "a", "end"), "q"), main="q")
    assert why(run, other) == {("p", "other-process")}
    run.do("a")
    run.do("b")
    assert {code for _, code in why_ended(run, read(ONE))} == {"ended"}


def why_ended(run: Run, newer: Definition) -> set[tuple[str, str]]:
    return {(r.element, r.code) for r in migration.plan(run.live, newer).reasons}


def test_two_open_steps_do_not_become_one() -> None:
    run = Run(forked("a", "b"))
    newer = forked("b", "c")
    assert ("b", "mapped-twice") in why(run, newer, {"a": "b"})
    assert why(run, newer, {"a": "c"}) == set()


def test_proposals_by_name_place_and_kind() -> None:
    def named(key: str, name: str) -> str:
        return user(key).replace(f'name="{key}"', f'name="{name}"')

    old = read(diagram(start() + named("a", "Thẩm định") + user("b") + end() + chain("begin", "a", "b", "end")))
    new = read(diagram(start() + user("b") + named("a2", "thẩm  định") + named("x", "Khác") + end()
                       + chain("begin", "b", "x", "a2", "end")))
    assert [(p.old, p.new, p.why) for p in migration.propose(old, new)] == [("a", "a2", "name")]


def test_many_moves_there_and_back_leave_the_same_state() -> None:
    old, new = edged(timer("t", "a", "timeDuration", "P10D"), ways=flow("t", "late")), edged(
        timer("t", "a", "timeDuration", "P10D"), ways=flow("t", "late") + "<!-- -->")
    run = Run(old)
    first = codec.encode(run.live)
    data: dict[str, Any] = engine.data(run.live)
    other = run
    for _ in range(5):
        other = carried(carried(other, new), old)
    assert engine.data(other.live) == data and other.now == run.now
    assert len(codec.encode(other.live)) < len(first) + 40


def test_process_that_was_renamed_is_offered_and_carried_over() -> None:
    def drawn(called: str, step: str = "x", name: str = "") -> Definition:
        inner = diagram(start("in") + user(step) + end("out") + chain("in", step, "out"), called)
        if name:
            inner = inner.replace(b' isExecutable="true"', f' name="{name}" isExecutable="true"'.encode())
        return read(diagram(start() + call("c", called) + end() + chain("begin", "c", "end"), "p"), inner)

    run = Run(drawn("inner"))
    newer = drawn("within")
    assert [(p.old, p.new, p.why) for p in migration.propose(run.definition, newer)] == [("inner", "within", "position")]
    assert {code for _, code in why(run, newer)} == {"calls-other"}
    other = carried(run, newer, {"inner": "within"})
    assert other.now == ["x"] and other.do("x").ended
    named = Run(drawn("inner", name="Bên trong"))
    both = drawn("within", "step_x", "Bên trong")
    found = {p.old: p.new for p in migration.propose(named.definition, both)}
    assert found == {"inner": "within", "x": "step_x"}, "a step is looked for in the process that its own became"
    assert carried(named, both, found).now == ["step_x"]


def test_who_did_a_step_must_be_findable_where_the_newer_version_asks() -> None:
    def drawn(first: str, asks: str = "", more: str = "") -> Definition:
        steps = ["begin", first, *more.split(), "b", "end"]
        body = start() + user(first) + "".join(user(one) for one in more.split())
        return read(diagram(body + user("b", f'nom:excludes="{asks}"' if asks else "") + end() + chain(*steps)))

    run = Run(read(ONE))
    newer = drawn("other_a", "other_a")
    assert why(run, newer) == {("a", "gone")}, "nobody has done it yet"
    run.do("a")
    assert why(run, newer) == {("a", "actor-lost")}
    assert why(run, newer, {"a": "other_a"}) == why(run, newer, {"a": migration.DROPPED}) == set()
    (offered,) = migration.plan(run.live, newer).proposals
    assert (offered.old, offered.new) == ("a", "other_a")
    assert why(run, drawn("a", "x", "x")) == set(), "a step that is really new"
    assert why(Run(read(ONE)), drawn("a", "x", "x")) == set()


def test_event_at_an_edge_that_was_renamed_is_offered_and_keeps_its_due_time() -> None:
    def drawn(event: str, step: str = "a") -> Definition:
        body = start() + user(step) + timer(event, step, "timeDuration", "P10D") + end() + end("late_end")
        return read(diagram(body + chain("begin", step, "end") + flow(event, "late_end")))

    run = Run(drawn("late"))
    run.clock.forward(days=4)
    due = engine.recalendar(run.live, run.world).due
    for newer, names in ((drawn("too_late"), {"late": "too_late"}), (drawn("too_late", "b"), {"late": "too_late", "a": "b"})):
        found = {p.old: p.new for p in migration.propose(run.definition, newer)}
        assert found == names
        assert carried(run, newer, found).step.due == due
        assert carried(run, newer, {k: v for k, v in found.items() if k != "late"}).step.due != due, "it would begin anew"
    assert migration.propose(run.definition, drawn("late")) == ()
