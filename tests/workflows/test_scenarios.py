"""Scenarios: read and written as JSON, run, and told in words where they do not come where they must."""

from __future__ import annotations

from datetime import date, datetime

import orjson
import pytest
from running import CALENDAR, chain, diagram, end, external, flow, gateway, read, receive, start, user

from workflows.course import Surroundings
from workflows.definition import Definition
from workflows.environment import Env
from workflows.scenario import (
    BadScenario,
    Expected,
    Move,
    Scenario,
    answered,
    read_scenario,
    run_scenario,
    write_scenario,
)

MESSAGES = {"m": "paper:signed", "stop": "case:stopped"}
LATE = (
    '<bpmn:boundaryEvent id="late" attachedToRef="ask"><bpmn:timerEventDefinition><bpmn:timeDuration>P10D'
    "</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
)


def _process() -> Definition:
    return read(
        diagram(
            start() + user("ask") + LATE + receive("sign", attributes='nom:values="yes no"') + external("tell")
            + gateway("way", "way__no") + end("yes", 'nom:outcome="granted"') + end("no", 'nom:outcome="refused"')
            + end("lapsed", 'nom:outcome="lapsed"') + chain("begin", "ask", "sign", "tell", "way") + chain("late", "lapsed")
            + flow("way", "yes", 'result = "yes"') + flow("way", "no"), messages=MESSAGES,
        )
    )


def _world(scenario: Scenario) -> Surroundings:
    def at(moment: datetime) -> Env:
        return Env(now=lambda: moment, calendar=CALENDAR, dates=scenario.dates, rules={"LIMIT": 3})

    return at


START = {"nomination_id": "7", "result": "none"}
ASK, SIGN, TELL = Move("answer", "ask"), Move("tell", "sign", None, {"result": "yes"}), Move("effect", "tell")


def _scenario(*moves: Move, **expected: object) -> Scenario:
    return Scenario("Được tặng", START, moves, Expected(**expected), dates={"open": date(2026, 11, 2)})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "scenario",
    [
        _scenario(ASK, SIGN, TELL, outcome="granted"),
        _scenario(ASK, SIGN, TELL, ends=["yes"]),
        _scenario(ASK, Move("wait", "P90D"), waits=["sign"]),
        _scenario(Move("wait", "due"), outcome="lapsed"),
        _scenario(Move("wait", "P11D"), ends=["lapsed"]),
        _scenario(Move("hold", ""), Move("wait", "P90D"), Move("release", ""), waits=["ask"]),
        _scenario(Move("wait", "2026-11-20"), outcome="lapsed"),
    ],
)
def test_a_scenario_comes_where_it_must_and_is_read_as_it_was_written(scenario: Scenario) -> None:
    result = run_scenario(scenario, _process(), _world)
    assert result.passed, result.message_en
    again = read_scenario(write_scenario(scenario))
    assert (again.moves, again.expected, again.start, again.dates) == (list(scenario.moves), scenario.expected, START, scenario.dates)
    assert "begin" in result.covered and ("sign" in result.covered) == (ASK in scenario.moves)


@pytest.mark.parametrize(
    ("scenario", "element", "said"),
    [
        (_scenario(ASK, SIGN, TELL, outcome="refused"), "yes", "must come to refused"),
        (_scenario(ASK, outcome="granted"), "sign", "came to: sign"),
        (_scenario(ASK, waits=["tell"]), "sign", "must wait at tell"),
        (_scenario(ASK, SIGN, TELL, ends=["no"]), "no", "must end at no"),
        (_scenario(SIGN), "sign", "stands at: ask"),
        (_scenario(ASK, Move("tell", "sign", None, {"result": "perhaps"})), "sign", "one of: yes, no"),
        (_scenario(Move("signal", "case:stopped")), "case:stopped", "not waiting"),
        (_scenario(ASK, SIGN, TELL, ASK), "ask", "has ended"),
        (_scenario(Move("wait", "tomorrow")), "tomorrow", "no time"),
        (_scenario(Move("wait", "P99999Y")), "P99999Y", "no time"),
        (_scenario(Move("wait", "P9999999999D")), "P9999999999D", "no time"),
        (_scenario(ASK, Move("wait", "due")), "due", "No timer"),
    ],
)
def test_a_scenario_that_fails_says_where_and_why(scenario: Scenario, element: str, said: str) -> None:
    result = run_scenario(scenario, _process(), _world)
    assert not result.passed and result.element == element and said in result.message_en and result.message != result.message_en


@pytest.mark.parametrize(
    "content",
    [
        b"", b"MZ\x90", b"[]", b"{}", b'{"name": 3}', b'{"name": "a", "acts": {}}', b'{"name": "a", "start": []}',
        b'{"name": "a", "acts": [{}]}', b'{"name": "a", "acts": [{"answer": "x", "tell": "y"}]}',
        b'{"name": "a", "acts": [{"answer": 3}]}', b'{"name": "a", "acts": [{"answer": "x", "with": 3}]}',
        b'{"name": "a", "begins": "today"}', b'{"name": "a", "dates": {"open": "soon"}}', b'{"name": "a", "dates": []}',
        b" " * 300_000, orjson.dumps({"name": "a", "acts": [{"answer": "x"}] * 501}),
    ],
)
def test_what_is_no_scenario_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(BadScenario) as refused:
        read_scenario(content)
    assert refused.value.message and refused.value.message != refused.value.message_en


def test_a_step_put_in_later_is_answered_where_a_scenario_stops_at_it() -> None:
    before, after = _process(), read(
        diagram(
            start() + user("ask") + user("again") + receive("sign", attributes='nom:values="yes no"') + external("tell")
            + end("yes", 'nom:outcome="granted"') + chain("begin", "ask", "again", "sign", "tell", "yes"), messages=MESSAGES,
        )
    )
    kept = _scenario(ASK, SIGN, TELL, outcome="granted")
    assert run_scenario(kept, before, _world).passed
    stopped = run_scenario(kept, after, _world)
    assert not stopped.passed and stopped.waits == ("again",)
    mended = answered(kept, after, _world, "again", {"note": "x"})
    assert mended.moves == [ASK, Move("answer", "again", None, {"note": "x"}), SIGN, TELL]
    assert run_scenario(mended, after, _world).passed
    assert answered(mended, after, _world, "again", {}).moves == mended.moves
    waits = _scenario(ASK, waits=["sign"])
    assert answered(waits, after, _world, "again", {}).moves == [ASK, Move("answer", "again")]
    assert answered(_scenario(ASK, waits=["again"]), after, _world, "again", {}).moves == [ASK]
