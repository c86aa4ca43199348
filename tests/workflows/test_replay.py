"""A past instance run again: on its own definition just as it went, on another as far as its record answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from running import Clock, chain, diagram, end, flow, gateway, read, receive, start, user, world

from workflows.definition import Definition
from workflows.replay import Act, Record, Trace, Verdict, judge, mismatch, replay_on, replay_own, same_timers
from workflows.replay_key import Grouping, InForce

T0 = Clock().time
IN_FORCE = InForce("rules", "days", "dates")
LATE = T0 + timedelta(days=400)
MESSAGES = {"m": "paper:signed"}


def _at(days: float) -> datetime:
    return T0 + timedelta(days=days)


def _drawn(*steps: str, ways: str = "", deadline: str = "P10D", extra: str = "") -> Definition:
    """The steps in a row, then a gateway on `decision`; `look` has a deadline that leads to `lapsed`."""
    timer = (
        '<bpmn:boundaryEvent id="late" attachedToRef="look"><bpmn:timerEventDefinition><bpmn:timeDuration>'
        f"{deadline}</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    )
    body = "".join(receive(s) if s == "wait" else user(s) for s in steps)
    names = ["begin", *steps, "way"]
    condition = ways or 'decision = "yes"'
    timed = timer + end("lapsed", 'nom:outcome="lapsed"') + chain("late", "lapsed") if "look" in steps else ""
    return read(
        diagram(
            start() + body + timed + gateway("way", "way__no") + end("yes", 'nom:outcome="granted"')
            + end("no", 'nom:outcome="refused"') + chain(*names) + flow("way", "yes", condition) + flow("way", "no") + extra,
            messages=MESSAGES,
        )
    )


OWN = ("ask", "look", "wait")


def _record(acts: Sequence[Act], definition: Definition | None = None) -> Record:
    """The record of what the own process made of these acts."""
    clock = Clock()
    record = Record(T0, {"decision": "none", "nomination_id": "7"}, acts, (), False, None, lambda at: world(clock, now=lambda: at))
    told = replay_own(record, definition or _drawn(*OWN))
    stops = [(*stop.place, stop.how) for stop in told.path if stop.kind not in ("timer", "signal")]
    return replace(record, stops=stops, ended=told.ended, outcome=told.outcome)


ASK = Act(_at(1), "user", "ask", answers={"decision": "yes"})
LOOK = Act(_at(3), "user", "look", answers={})
WAIT = Act(_at(5), "receive", "wait", message="paper:signed", key="7")
LAPSE = Act(_at(12), "timer", "late")
GRANTED = _record([ASK, LOOK, WAIT])


def _on(record: Record, draft: Definition, own: Definition | None = None) -> tuple[Verdict, Trace, Trace]:
    own = own or _drawn(*OWN)
    then = replay_own(record, own)
    assert not mismatch(record, then)
    now = replay_on(record, draft, then, same_timers([own], draft), LATE)
    return judge(then, now), then, now


@pytest.mark.parametrize("acts", [[], [ASK], [ASK, LOOK, WAIT], [ASK, LAPSE]])
def test_on_its_own_definition_everything_goes_as_it_went(acts: list[Act]) -> None:
    record = _record(acts)
    then = replay_own(record, _drawn(*OWN))
    assert not mismatch(record, then) and [stop.element for stop in then.path]
    assert _on(record, _drawn(*OWN))[0] == Verdict("same")


def test_what_cannot_be_told_again_is_named() -> None:
    moved = replace(GRANTED, acts=[ASK, WAIT])
    assert mismatch(moved, replay_own(moved, _drawn(*OWN))) == "act"
    assert mismatch(replace(GRANTED, stops=GRANTED.stops[:-1]), replay_own(GRANTED, _drawn(*OWN))) == "path"
    assert mismatch(replace(GRANTED, outcome="refused"), replay_own(GRANTED, _drawn(*OWN))) == "end"


@pytest.mark.parametrize(
    ("draft", "word", "element", "why"),
    [
        (_drawn("ask", "look", "second", "wait"), "stuck", "second", "waits_anew"),
        (_drawn("ask", "wait"), "loses", "look", "gone"),
        (_drawn("wait", "look", "ask"), "other_way", "wait", "order"),
        (_drawn(*OWN, ways='decision = "no"'), "differs", "no", "other_end"),
        (_drawn(*OWN, ways='unheard_of = "no"'), "stuck", "way", "incident"),
    ],
)
def test_a_finished_instance_on_a_changed_process(draft: Definition, word: str, element: str, why: str) -> None:
    verdict, then, _ = _on(GRANTED, draft)
    assert then.outcome == "granted"
    assert (verdict.word, verdict.element, verdict.why) == (word, element, why)


def test_a_record_waits_until_its_task_is_open() -> None:
    _, _, now = _on(GRANTED, _drawn("wait", "look", "ask"))
    assert now.ended and not now.unused and [s.element for s in now.path if s.kind != "timer"] == ["wait", "look", "ask"]


def test_a_message_reaches_a_wait_that_was_renamed() -> None:
    own, draft = _drawn(*OWN), read(
        diagram(
            start() + user("ask") + user("look") + receive("wait_for_it") + gateway("way", "way__no")
            + end("yes", 'nom:outcome="granted"') + end("no") + chain("begin", "ask", "look", "wait_for_it", "way")
            + flow("way", "yes", 'decision = "yes"') + flow("way", "no"), messages=MESSAGES,
        )
    )
    verdict, _, now = _on(GRANTED, draft, own)
    assert now.outcome == "granted" and verdict.word == "other_way"


def test_a_waiting_instance_that_would_wait_elsewhere_is_stuck_there() -> None:
    waiting = _record([ASK, LOOK])
    assert _on(waiting, _drawn(*OWN))[0].word == "same"
    verdict, then, now = _on(waiting, _drawn("ask", "look", "second", "wait"))
    assert (then.open, now.open) == (("wait",), ("second",))
    assert (verdict.word, verdict.element, verdict.why) == ("stuck", "second", "waits_anew")


def test_timers_drawn_alike_follow_the_record_and_others_their_own_time() -> None:
    late_worker = _record([ASK, replace(LOOK, at=_at(11.2)), replace(WAIT, at=_at(13))])
    assert _on(late_worker, _drawn(*OWN))[0].word == "same"  # due on the eleventh day, and then not fired
    shorter = _drawn(*OWN, deadline="P1D")
    verdict, _, now = _on(GRANTED, shorter)
    assert (verdict.word, now.outcome) == ("differs", "lapsed") and now.timed
    lapsed = _record([ASK, LAPSE])
    assert lapsed.outcome == "lapsed" and _on(lapsed, _drawn(*OWN))[0].word == "same"
    verdict, _, now = _on(lapsed, _drawn(*OWN, deadline="P30D"))
    assert (verdict.word, now.path[-1].element) == ("same", "late")  # nobody answered, so it lapses later
    assert now.path[-1].closed_at == _at(31)


def test_what_decides_alike_has_one_key_and_nothing_else() -> None:
    own = _drawn(*OWN)
    grouping = Grouping([own], _drawn("ask", "look", "second", "wait"), same_tables=True)

    def key(record: Record) -> object:
        return grouping.key(record, lambda at: IN_FORCE)

    other_person = replace(
        GRANTED, started_at=_at(9), start={"decision": "none", "nomination_id": "8"},
        acts=[
            replace(a, at=a.at + timedelta(days=9), key="8" if a.key else None, answers={**a.answers, "note": "khác"})
            for a in GRANTED.acts
        ],
    )
    assert key(other_person) == key(GRANTED)
    assert key(replace(GRANTED, acts=[replace(ASK, answers={"decision": "no"}), LOOK, WAIT])) != key(GRANTED)
    assert key(replace(GRANTED, acts=[ASK, LOOK])) != key(GRANTED)
    assert grouping.key(GRANTED, lambda at: InForce("others")) != key(GRANTED)
    listed = Grouping([own], _drawn(*OWN, ways='count([{a: 1}][a = nomination_id]) = 0'), same_tables=True)
    assert listed.key(other_person, lambda at: IN_FORCE) != listed.key(GRANTED, lambda at: IN_FORCE)
    by_day = Grouping([own], _drawn(*OWN, ways='today() > date("2026-03-04")'), same_tables=True)
    assert by_day.key(other_person, lambda at: IN_FORCE) != by_day.key(GRANTED, lambda at: IN_FORCE)
    assert by_day.key(GRANTED, lambda at: InForce("rules", "other days", "dates")) != by_day.key(GRANTED, lambda at: IN_FORCE)
    assert by_day.key(GRANTED, lambda at: InForce("rules", "days", "others")) == by_day.key(GRANTED, lambda at: IN_FORCE)
    assert grouping.key(GRANTED, lambda at: InForce("rules", "other days", "others")) == key(GRANTED), "nothing asks for them"
    by_date = Grouping([own], _drawn(*OWN, ways='now() > round_date("filing")'), same_tables=True)
    assert by_date.key(GRANTED, lambda at: InForce("rules", "days", "others")) != by_date.key(GRANTED, lambda at: IN_FORCE)


MOVED = Act(_at(2), "due", "look", due=_at(20))
"""Whoever heads the office gave more time to `look`, whose timer would have fired on the eleventh day."""


def test_a_due_day_that_was_set_is_told_again_at_its_moment() -> None:
    late = [replace(LOOK, at=_at(15)), replace(WAIT, at=_at(16))]
    given = _record([ASK, MOVED, *late])
    assert given.outcome == "granted" and _on(given, _drawn(*OWN))[0] == Verdict("same")
    for deadline in ("P12D", "P5D", "P30D"):
        verdict, _, now = _on(given, _drawn(*OWN, deadline=deadline))
        assert (verdict.word, now.outcome, now.timed) == ("same", "granted", True), deadline
    assert _on(_record([ASK, *late]), _drawn(*OWN, deadline="P12D"))[0].word == "differs", "had nobody given it"
    sooner = _record([ASK, replace(MOVED, due=_at(3)), replace(LAPSE, at=_at(3.1))])
    for draft in (_drawn(*OWN), _drawn(*OWN, deadline="P30D")):
        assert (sooner.outcome, _on(sooner, draft)[0]) == ("lapsed", Verdict("same"))


def test_a_due_day_waits_for_its_task_and_is_left_where_it_has_passed_or_the_step_is_gone() -> None:
    given = _record([ASK, MOVED, replace(LOOK, at=_at(15)), replace(WAIT, at=_at(16))])
    _, _, now = _on(given, _drawn("ask", "second", "look", "wait", deadline="P1D"))
    assert now.open == ("second",)
    verdict, _, now = _on(given, _drawn("wait", "look", "ask", deadline="P1D"))
    assert now.outcome == "granted" and now.ended, "opened on the sixteenth, where it is due on the twentieth"
    passed = _record([ASK, replace(MOVED, due=_at(16)), replace(LOOK, at=_at(15)), replace(WAIT, at=_at(16))])
    assert _on(passed, _drawn("wait", "look", "ask", deadline="P1D"))[2].ended, "a day that has passed fires nothing"
    verdict, _, now = _on(given, _drawn("ask", "wait"))
    assert (verdict.word, now.lost) == ("loses", ["look"])
    again = replace(given, acts=[ASK, replace(MOVED, occurrence=2), *given.acts[2:]])
    assert mismatch(again, replay_own(again, _drawn(*OWN))) == "act", "of a task that was not open then"


def test_instances_with_other_due_days_are_run_each() -> None:
    grouping = Grouping([_drawn(*OWN)], _drawn(*OWN, deadline="P12D"), same_tables=True)
    records = [_record([ASK, replace(MOVED, due=_at(day)), LOOK, WAIT]) for day in (20, 20, 21)]
    one, same, other = (grouping.key(record, lambda _: IN_FORCE) for record in records)
    assert one == same != other
