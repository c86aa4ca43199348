"""What administrators did to running cases is told again too: moved to another version, suspended, moved back."""

from __future__ import annotations

import orjson
from flask import Flask

from service import clock
from service.processes import history, tasks
from service.processes.running import read_instance
from service.studio import migration, operating
from service.studio.records import read_records
from service.studio.replaying import Judged, Replayer
from tests.bench.process import bench_bundle
from tests.service.replayed import not_told_again
from tests.service.studio.plain import ADMIN, APPROVE, INSERTED, ONE, RENAMED, begin, deploy, edited, work
from tests.service.studio.test_operating import LATE

WHY = "Quy chế mới"
TO_SECOND = {"review_2": "second_review"}


def on(files: dict[str, bytes], instance: int) -> Judged:
    """An instance replayed on a bundle."""
    (one,) = Replayer(files, "bench", clock.now()).judge_all([instance])
    return one


def said(one: Judged) -> tuple[str, str, str]:
    return one.verdict.word, one.verdict.element, one.verdict.why


def approve(instance: int) -> None:
    tasks.complete_task(next(s.id for s in history.timeline(instance) if s.state == "open"), APPROVE, by=ONE)


def test_a_case_that_was_moved_is_replayed_under_the_names_of_any_version(app: Flask) -> None:
    first = deploy(bench_bundle(3))
    at_it, behind_it, ended = begin(), begin(), begin()
    approve(at_it)
    approve(ended)
    for _ in range(2):
        approve(behind_it)
    second = deploy(RENAMED)
    migration.begin(first, second, TO_SECOND, WHY, by=ADMIN)
    work()
    assert {read_instance(i).deployment_id for i in (at_it, behind_it, ended)} == {second}
    for _ in range(2):
        approve(ended)
    assert read_instance(ended).status == "ended"
    for instance in (at_it, behind_it, ended):
        for files in (bench_bundle(3), RENAMED):
            assert said(on(files, instance)) == ("same", "", "")
        (record,) = read_records([instance])
        assert record.versions[0] == first and record.why == ""
    replayer = Replayer(RENAMED, "bench", clock.now())
    both = replayer.both(next(iter(read_records([ended]))))
    assert both is not None and both.moved and [s.element for s in both.then.path] == ["review_1", "second_review", "review_3"]
    assert not_told_again() == (3, {})


def test_moved_cases_that_decide_alike_are_run_once_and_told_as_each_by_itself(app: Flask) -> None:
    first = deploy(bench_bundle(3))
    made = [begin() for _ in range(9)]
    for instance in made[3:]:
        approve(instance)
    second = deploy(RENAMED)
    migration.begin(first, second, TO_SECOND, WHY, by=ADMIN, instances=made[:6])
    work()
    third = deploy(INSERTED)
    migration.begin(second, third, {"second_review": "review_2"}, WHY, by=ADMIN, instances=made[:1])
    work()
    for instance in made[5:]:
        approve(instance)
    for files in (bench_bundle(3), RENAMED, INSERTED, edited(("review_3", "last_review"))):
        together = Replayer(files, "bench", clock.now())
        found = together.judge_all(made)
        alone = [together.both(one) for one in read_records(made)]
        assert [one.verdict for one in found] == [both.verdict for both in alone if both is not None]
        assert together.paths == 5, "by versions, and by how far they are"


def test_a_recorded_step_without_a_counterpart_is_named(app: Flask) -> None:
    first = deploy(bench_bundle(3))
    instance = begin()
    second = deploy(INSERTED)
    migration.begin(first, second, {}, WHY, by=ADMIN)
    work()
    for _ in range(4):
        approve(instance)
    assert read_instance(instance).status == "ended"
    assert said(on(INSERTED, instance)) == ("same", "", "")
    assert said(on(bench_bundle(3), instance)) == ("loses", "extra", "gone")
    other = begin()
    assert said(on(edited(("review_1", "first_review")), other)) == ("stuck", "first_review", "waits_anew")


def test_a_case_that_passed_an_inserted_step_before_it_was_moved_would_wait_there(app: Flask) -> None:
    first = deploy(bench_bundle(3))
    instance = begin()
    approve(instance)
    second = deploy(INSERTED)
    migration.begin(first, second, {}, WHY, by=ADMIN)
    work()
    assert said(on(INSERTED, instance)) == ("stuck", "extra", "waits_anew")


def test_a_move_that_was_undone_leaves_no_trace(app: Flask) -> None:
    first = deploy(bench_bundle(3))
    instance = begin()
    approve(instance)
    second = deploy(RENAMED)
    number = migration.begin(first, second, TO_SECOND, WHY, by=ADMIN)
    work()
    migration.undo(number, "Nhầm", by=ADMIN)
    work()
    approve(instance)
    assert said(on(bench_bundle(3), instance)) == ("same", "", "")
    assert not_told_again() == (1, {})


def test_there_and_back_again(app: Flask) -> None:
    first = deploy(bench_bundle(3))
    instance = begin()
    approve(instance)
    second = deploy(RENAMED)
    migration.begin(first, second, TO_SECOND, WHY, by=ADMIN)
    work()
    migration.begin(second, first, {"second_review": "review_2"}, "Quay lại", by=ADMIN)
    work()
    approve(instance)
    for files in (bench_bundle(3), RENAMED):
        assert said(on(files, instance)) == ("same", "", "")
    assert not_told_again() == (1, {})


def test_what_was_answered_before_the_move_is_known_after_it(app: Flask) -> None:
    """The newer version reads what the older one did not keep in its data."""
    first = deploy(bench_bundle(3))
    instance = begin()
    approve(instance)
    reads = (
        'sourceRef="choice_2" targetRef="review_3"><bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">'
        "decision = &quot;approve&quot;",
        'sourceRef="choice_2" targetRef="review_3"><bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">'
        "comment = &quot;được&quot;",
    )
    files = edited(reads)
    form = orjson.loads(files["review.form"])
    second = deploy(files | {"review.form": orjson.dumps(form)})
    migration.begin(first, second, {}, WHY, by=ADMIN)
    work()
    approve(instance)
    assert said(on(files, instance)) == ("same", "", "") and not_told_again() == (1, {})


def test_a_suspended_case_is_replayed_with_its_timers_standing_still(app: Flask) -> None:
    clock.start_at(clock.now().replace(year=2026, month=11, day=2, hour=9))
    deploy(edited(LATE))
    instance, still = begin(), begin()
    for one in (instance, still):
        operating.suspend(one, WHY, by=ADMIN)
    clock.move_to(clock.now().replace(day=16))  # past the deadline, had it run on
    operating.resume(instance, "Xong", by=ADMIN)
    assert said(on(edited(LATE), instance)) == ("same", "", "")
    assert said(on(edited(LATE, ("working_days(5)", "working_days(4)")), instance)) == ("same", "", "")
    approve(instance)
    clock.move_to(clock.now().replace(day=27))
    assert said(on(edited(LATE), instance)) == said(on(edited(LATE), still)) == ("same", "", "")
    assert not_told_again() == (2, {})


def test_what_a_hand_did_is_told_as_such(app: Flask) -> None:
    deploy(bench_bundle(3))
    moved, changed, cancelled, plain = begin(), begin(), begin(), begin()
    operating.move(moved, "review_2", WHY, by=ADMIN)
    operating.edit_values(changed, {"decision": "reject"}, WHY, by=ADMIN)
    operating.cancel(cancelled, WHY, by=ADMIN)
    for instance in (moved, changed, cancelled):
        assert said(on(bench_bundle(3), instance)) == ("cannot", "", "moved")
    assert said(on(bench_bundle(3), plain)) == ("same", "", "")
