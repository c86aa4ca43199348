"""Tasks that are done once for each item of a list know their item: by itself, and inside a process that is called for each."""

from __future__ import annotations

from datetime import date

import pytest
from running import Run, call, chain, codes, diagram, end, read, start, user

from workflows.calendar import ZONE
from workflows.marks import marks

FINDINGS = {
    "findings": [{"what": "Chưa công khai kết quả", "due_on": "2026-12-01"}, {"what": "Thiếu  phân\ncông", "due_on": "2026-12-15"}]
}
EACH = '<bpmn:multiInstanceLoopCharacteristics camunda:collection="findings" camunda:elementVariable="finding"{more} />'
KEPT = ' nom:outputCollection="mended" nom:outputElement="decision"'
MEND = 'nom:itemTitle="finding.what" camunda:dueDate="date(finding.due_on)"'

both = pytest.mark.parametrize("restored", [False, True], ids=["live", "restored"])


def one_task() -> bytes:
    mend = user("mend", MEND, inner=EACH.format(more=""))
    return diagram(start() + mend + user("after") + end() + chain("begin", "mend", "after", "end"))


def a_process_each() -> tuple[bytes, bytes]:
    each = call("each", "inner", inner=EACH.format(more=KEPT))
    main = start() + each + end() + chain("begin", "each", "end")
    return diagram(main), diagram(
        start("inner_begin") + user("mend", MEND) + user("look", MEND) + end("inner_end")
        + chain("inner_begin", "mend", "look", "inner_end"), process="inner",
    )


@both
def test_each_task_has_its_item_its_title_and_its_own_day(restored: bool) -> None:
    run = Run(read(one_task()), FINDINGS, restored=restored)
    first, second = run.open
    assert [dict(one.items) for one in run.open] == [{"finding": one} for one in FINDINGS["findings"]]
    assert (first.item_title, second.item_title) == ("Chưa công khai kết quả", "Thiếu phân công")
    assert [one.due.astimezone(ZONE).date() for one in run.open if one.due] == [date(2026, 12, 1), date(2026, 12, 15)]
    assert first.way != second.way and first.way and second.way
    run.do("mend", 1)
    assert [one.item_title for one in run.open] == ["Chưa công khai kết quả"]
    run.do("mend")
    (after,) = run.open
    assert (after.way, dict(after.items), after.item_title) == ("", {}, "")


@both
def test_steps_of_a_process_that_is_called_for_each_share_their_item_and_their_way(restored: bool) -> None:
    run = Run(read(*a_process_each()), FINDINGS, restored=restored)
    before = {one.item_title: one.way for one in run.open}
    run.do("mend", 1)
    assert [one.element for one in run.open] == ["mend", "look"]
    look = run.open[1]
    assert (look.item_title, dict(look.items)) == ("Thiếu phân công", {"finding": FINDINGS["findings"][1]})
    assert look.way == before["Thiếu phân công"] != before["Chưa công khai kết quả"]
    run.do("look", decision="accept")
    run.do("mend")
    run.do("look", decision="accept")
    run.assert_nothing_left()
    assert run.step.data["mended"] == ["accept", "accept"]


def test_the_diagram_shows_every_place_where_the_process_of_an_item_stands() -> None:
    run = Run(read(*a_process_each()), FINDINGS)
    run.do("mend", 1)
    found = marks(run.live)
    assert (found.elements["mend"], found.elements["look"], found.innermost) == ("live", "live", "inner")
    run.do("look", decision="accept")
    run.do("mend")
    found = marks(run.live)
    assert (found.elements["mend"], found.elements["look"]) == ("done", "live")


def test_a_title_that_cannot_be_read_is_told_at_its_step() -> None:
    mend = user("mend", 'nom:itemTitle="finding.what +"', inner=EACH.format(more=""))
    assert ("mend", "expression") in codes(diagram(start() + mend + end() + chain("begin", "mend", "end")))
