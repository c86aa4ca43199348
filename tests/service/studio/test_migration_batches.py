"""Moving waiting instances to another version: dry run, batch, drafts and forms, pause, stop, undo, who may, the trail."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import orjson
import pytest
from flask import Flask
from sqlalchemy import select

from service import clock, trail
from service.actor import Actor, machine
from service.db import db, reading, transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from service.processes import drafts, enactments, history, instances, tasks
from service.processes import live as kept
from service.processes.models import Activity, ProcessInstance
from service.processes.running import look_at, read_instance
from service.studio import migration, operating
from service.studio.moving import labels_before
from service.studio.versions import list_versions
from tests.bench.process import bench_bundle
from tests.service.replayed import not_told_again
from tests.service.studio.plain import (
    ADMIN,
    APPROVE,
    INSERTED,
    ONE,
    RENAMED,
    STRANGER,
    TWO,
    begin,
    deploy,
    edited,
    only,
    work,
)
from workflows import engine
from workflows.migration import DROPPED, Reason

OTHER_ADMIN = Actor(account=8, login="other", name="Vàng Thị Mây", groups=frozenset({"admin"}))
FOUR_EYES = edited(
    ("review_1", "first_review"), ('id="review_2"', 'id="review_2" nom:excludes="first_review"')
)
WHY = "Bổ sung bước theo quy chế mới"


def rows_of(instance: int) -> list[dict[str, Any]]:
    with reading() as s:
        return [
            {c.key: getattr(row, c.key) for c in Activity.__table__.columns if c.key != "version"}
            for row in s.scalars(select(Activity).where(Activity.instance_id == instance).order_by(Activity.id))
        ]


def state_of(instance: int) -> bytes:
    with reading() as s:
        return bytes(s.execute(select(ProcessInstance.state).where(ProcessInstance.id == instance)).scalar_one())


def test_versions_with_their_counts(app: Flask) -> None:
    first = deploy(bench_bundle(3))
    one, two = begin(), begin()
    second = deploy(INSERTED)
    third = begin()
    for _ in range(3):
        tasks.complete_task(next(s.id for s in history.timeline(one) if s.state == "open"), APPROVE, by=ONE)
    operating.suspend(two, "Chờ xác minh", by=ADMIN)
    found = {v.deployment: v for v in list_versions("bench")}
    assert [(v.running, v.suspended, v.incident, v.ended) for v in (found[first], found[second])] == [(1, 1, 0, 1), (1, 0, 0, 0)]
    assert found[second].current and not found[first].current and third


def test_inserted_step_is_visited_and_everything_is_kept(app: Flask) -> None:
    first = deploy(bench_bundle(3))
    instance = begin()
    item = only()
    tasks.claim_task(item.id, by=ONE)
    tasks.save_draft(item.id, {"comment": "đang viết", "old_field": "cũ"}, by=ONE)
    second = deploy(INSERTED)
    before = rows_of(instance)
    number = migration.begin(first, second, {}, WHY, by=ADMIN)
    assert read_instance(instance).deployment_id == first, "the worker does it"
    work()
    seen = migration.read_migration(number, by=ADMIN)
    assert (seen.state, dict(seen.counts), seen.settled, seen.total) == ("ended", {"moved": 1}, 1, 1)
    assert read_instance(instance).deployment_id == second
    after = rows_of(instance)
    assert [row | {"deployment_id": first} for row in after] == before
    with pytest.raises(Stale):
        tasks.complete_task(item.id, APPROVE, by=ONE, seen=item.version + 1)
    found, aside = (drafts.read_draft(f"task:{item.id}{end}", by=ONE) for end in ("", drafts.ASIDE))
    assert found is not None and found[0] == {"comment": "đang viết"}
    assert aside is not None and aside[0] == {"old_field": "cũ"}
    done = tasks.complete_task(item.id, APPROVE, by=ONE)
    assert done.deployment_id == second
    assert [s.element for s in history.timeline(instance) if s.state == "open"] == ["extra"]
    tasks.complete_task(only().id, APPROVE, by=ONE)
    assert [s.element for s in history.timeline(instance) if s.state == "open"] == ["review_2"]


def test_finished_task_keeps_its_old_form(app: Flask) -> None:
    first = deploy(bench_bundle(3))
    instance = begin()
    done = tasks.complete_task(only().id, APPROVE, by=ONE)
    other = edited(("review_1", "first_review"))
    form = orjson.loads(other["review.form"])
    form["components"][1]["label"] = "Ý kiến"
    second = deploy(other | {"review.form": orjson.dumps(form)})
    migration.begin(first, second, {}, WHY, by=ADMIN)
    work()
    old = tasks.read_task(done.id, by=ONE)
    assert (old.deployment_id, old.name) == (first, "Duyệt bước 1")
    assert "Nhận xét" in str(old.form.schema)
    assert tasks.read_task(only().id, by=ONE).deployment_id == second
    stops = {s.element: s.name for s in history.timeline(instance)}
    assert stops == {"review_1": "Duyệt bước 1", "review_2": "Duyệt bước 2"}


def test_dry_run_says_who_cannot_go_and_what_the_step_became(app: Flask) -> None:
    first = deploy(bench_bundle(3))
    ahead, behind = begin("Đi trước"), begin("Đi sau")
    stop = next(s.id for s in history.timeline(ahead) if s.state == "open")
    tasks.complete_task(stop, APPROVE, by=ONE)
    second = deploy(RENAMED)
    states = state_of(ahead), state_of(behind)
    seen = migration.look(first, second, {}, by=ADMIN)
    assert {one.instance: [r.code for r in one.reasons] for one in seen.looked} == {ahead: ["gone"], behind: []}
    assert seen.gone == ("review_2",) and seen.can_go == 1 and seen.left == 0
    assert [(p.old, p.new) for p in seen.proposals] == [("review_2", "second_review")]
    assert migration.look(first, second, {"review_2": "second_review"}, by=ADMIN).can_go == 2
    assert [one.instance for one in migration.look(first, second, {}, by=ADMIN, instances=[behind]).looked] == [behind]
    assert (state_of(ahead), state_of(behind)) == states


def test_batch_without_mapping_leaves_who_cannot_go_and_says_why(app: Flask) -> None:
    first = deploy(bench_bundle(3))
    ahead, behind = begin(), begin()
    tasks.complete_task(next(s.id for s in history.timeline(ahead) if s.state == "open"), APPROVE, by=ONE)
    second = deploy(RENAMED)
    number = migration.begin(first, second, {}, WHY, by=ADMIN)
    work()
    refused, moved = migration.lines_of(number, by=ADMIN)
    assert (refused.instance, refused.state, [r.code for r in refused.reasons]) == (ahead, "refused", ["gone"])
    assert (moved.instance, moved.state) == (behind, "moved")
    assert read_instance(ahead).deployment_id == first
    tasks.complete_task(next(s.id for s in history.timeline(ahead) if s.state == "open"), APPROVE, by=ONE)


def test_mapped_step_keeps_task_and_four_eyes(app: Flask) -> None:
    excludes = ('id="review_2" name="Duyệt bước 2"', 'id="review_2" name="Duyệt bước 2" nom:excludes="review_1"')
    first = deploy(edited(excludes))
    instance = begin()
    tasks.complete_task(only().id, APPROVE, by=ONE)
    second = deploy(edited(excludes, ("review_1", "first_review"), ("review_2", "second_review")))
    names = {"review_1": "first_review", "review_2": "second_review"}
    migration.begin(first, second, names, WHY, by=ADMIN)
    work()
    item = only(TWO)
    assert history.timeline(instance)[-1].element == "second_review"
    with pytest.raises(Forbidden):
        tasks.complete_task(item.id, APPROVE, by=ONE)
    tasks.complete_task(item.id, APPROVE, by=TWO)


def test_other_group_frees_the_task_of_who_left_it(app: Flask) -> None:
    first = deploy(bench_bundle(3))
    begin()
    item = only()
    tasks.claim_task(item.id, by=ONE)
    second = deploy(edited(('candidateGroups="bench_reviewer"', 'candidateGroups="clerk"')))
    number = migration.begin(first, second, {}, WHY, by=ADMIN)
    work()
    assert only(STRANGER).id == item.id
    with pytest.raises(NotFound):
        tasks.complete_task(item.id, APPROVE, by=ONE)
    migration.undo(number, "Nhầm nhóm", by=ADMIN)
    work()
    task = tasks.read_task(item.id, by=ONE)
    assert task.owner == ONE.account and task.groups == {"bench_reviewer"}


def test_undo_puts_state_and_rows_back_until_something_moved_on(app: Flask) -> None:
    first = deploy(bench_bundle(3))
    stays, goes = begin(), begin()
    second = deploy(RENAMED)
    work()
    before = state_of(stays), rows_of(stays)
    number = migration.begin(first, second, {}, WHY, by=ADMIN)
    with pytest.raises(Conflict):
        migration.undo(number, "Nhầm", by=ADMIN)  # still under way
    work()
    tasks.complete_task(next(s.id for s in history.timeline(goes) if s.state == "open"), APPROVE, by=ONE)
    migration.undo(number, "Nhầm phiên bản", by=ADMIN)
    work()
    seen = migration.read_migration(number, by=ADMIN)
    assert (seen.state, dict(seen.counts)) == ("ended", {"undone": 1, "kept": 1})
    kept_line, undone = migration.lines_of(number, by=ADMIN)
    assert (kept_line.instance, [r.code for r in kept_line.reasons]) == (goes, ["moved-on"])
    assert undone.instance == stays
    assert state_of(stays) == before[0]
    changed = [(k, row[k], old[k]) for row, old in zip(rows_of(stays), before[1], strict=True) for k in row if row[k] != old[k]]
    assert changed == []
    assert read_instance(stays).deployment_id == first and read_instance(goes).deployment_id == second
    for _ in range(3):
        tasks.complete_task(next(s.id for s in history.timeline(stays) if s.state == "open"), APPROVE, by=ONE)
    assert read_instance(stays).status == "ended"
    with pytest.raises(Conflict):
        migration.undo(number, "Lần nữa", by=ADMIN)


def test_live_objects_never_mix_definitions(app: Flask) -> None:
    first = deploy(bench_bundle(3))
    instance = begin()
    tasks.complete_task(only().id, APPROVE, by=ONE)  # the object is in memory now
    second = deploy(INSERTED)
    number = migration.begin(first, second, {}, WHY, by=ADMIN)
    work()
    for turn in ("kept", "restored"):
        if turn == "restored":
            kept.forget_all()
        assert look_at(instance).definition.digest != ""
    tasks.complete_task(only().id, APPROVE, by=ONE)
    assert engine.waits(look_at(instance))[0].element == "review_3"
    assert number


def test_pause_go_on_and_stop(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    first = deploy(bench_bundle(3))
    for _ in range(3):
        begin()
    second = deploy(INSERTED)
    number = migration.begin(first, second, {}, WHY, by=ADMIN)
    with pytest.raises(Conflict):
        migration.begin(first, second, {}, WHY, by=ADMIN)
    migration.pause(number, by=ADMIN)
    work()
    assert dict(migration.read_migration(number, by=ADMIN).counts) == {"waiting": 3}
    migration.go_on(number, by=ADMIN)
    assert migration._settle_next(number)
    migration.stop(number, by=ADMIN)
    work()
    seen = migration.read_migration(number, by=ADMIN)
    assert (seen.state, dict(seen.counts)) == ("stopped", {"waiting": 2, "moved": 1})
    with pytest.raises(Conflict):
        migration.go_on(number, by=ADMIN)
    again = migration.begin(first, second, {}, WHY, by=ADMIN)
    work()
    assert dict(migration.read_migration(again, by=ADMIN).counts) == {"moved": 2}


def test_more_than_one_job_takes(app: Flask) -> None:
    first = deploy(bench_bundle(3))
    for _ in range(migration.A_JOB + 3):
        begin()
    second = deploy(INSERTED)
    number = migration.begin(first, second, {}, WHY, by=ADMIN)
    work()
    assert dict(migration.read_migration(number, by=ADMIN).counts) == {"moved": migration.A_JOB + 3}


def test_back_to_the_older_version(app: Flask) -> None:
    first = deploy(bench_bundle(3))
    begin()
    second = deploy(INSERTED)
    migration.begin(first, second, {}, WHY, by=ADMIN)
    work()
    tasks.complete_task(only().id, APPROVE, by=ONE)
    seen = migration.look(second, first, {}, by=ADMIN)
    assert [r.code for r in seen.looked[0].reasons] == ["gone"]  # it stands at the step that the older one lacks
    migration.begin(second, first, {"extra": "review_2"}, "Quay lại", by=ADMIN)
    work()
    assert only().name == "Duyệt bước 2"


def test_who_may_and_what_is_asked(app: Flask) -> None:
    first = deploy(bench_bundle(3))
    begin()
    second = deploy(INSERTED)
    for verb in (
        lambda: migration.look(first, second, {}, by=ONE),
        lambda: migration.begin(first, second, {}, WHY, by=ONE),
        lambda: migration.list_migrations(by=STRANGER),
        lambda: migration.pause(1, by=ONE),
        lambda: migration.undo(1, WHY, by=ONE),
    ):
        with pytest.raises(Forbidden):
            verb()
    with pytest.raises(Invalid):
        migration.begin(first, second, {}, " ", by=ADMIN)
    with pytest.raises(Invalid):
        migration.begin(first, first, {}, WHY, by=ADMIN)
    with pytest.raises(Invalid):
        migration.begin(first, second, {"review_1": "nowhere"}, WHY, by=ADMIN)
    with pytest.raises(NotFound):
        migration.begin(first, 999, {}, WHY, by=ADMIN)
    with pytest.raises(NotFound):
        migration.read_migration(999, by=ADMIN)
    assert migration.begin(first, second, {}, WHY, by=ADMIN)


def test_the_trail_says_who_and_why(app: Flask) -> None:
    first = deploy(bench_bundle(3))
    instance = begin()
    second = deploy(INSERTED)
    number = migration.begin(first, second, {}, WHY, by=ADMIN)
    work()
    migration.undo(number, "Nhầm phiên bản", by=ADMIN)
    work()
    events = trail.read(stream=f"instance:{instance}", sight=trail.Sight.VALUES).events
    told = [event for event in events if event.kind.startswith("instance:migr")]
    assert {(e.kind, e.actor, e.reason) for e in told} == {
        ("instance:migrated", "9", WHY), ("instance:migration_undone", "9", "Nhầm phiên bản")
    }
    batch = {event.kind for event in trail.read(stream=f"migration:{number}").events}
    assert batch == {"migration:begun", "migration:ended", "migration:undoing"}


def test_instance_that_ended_meanwhile_is_left_alone(app: Flask) -> None:
    first = deploy(bench_bundle(1))
    instance = begin()
    second = deploy(edited(tasks=2))
    number = migration.begin(first, second, {}, WHY, by=ADMIN)
    tasks.complete_task(only().id, APPROVE, by=ONE)
    work()
    (line,) = migration.lines_of(number, by=ADMIN)
    assert (line.instance, line.state, line.reasons[0].code) == (instance, "refused", "stands-elsewhere")
    with pytest.raises(Conflict):
        migration.begin(first, second, {}, WHY, by=ADMIN)


def test_unreadable_state_is_told_and_harms_nobody(app: Flask) -> None:
    first = deploy(bench_bundle(3))
    broken, fine = begin("Hỏng"), begin("Lành")
    second = deploy(INSERTED)
    with transaction() as s:
        s.get_one(ProcessInstance, broken).state = b"nothing"
        trail.record("message:none", by=ADMIN, stream=f"instance:{broken}")
    kept.forget_all()
    assert [[r.code for r in one.reasons] for one in migration.look(first, second, {}, by=ADMIN).looked] == [["unreadable"], []]
    number = migration.begin(first, second, {}, WHY, by=ADMIN)
    work()
    assert {line.instance: line.state for line in migration.lines_of(number, by=ADMIN)} == {broken: "refused", fine: "moved"}
    assert instances.due_instances() == []


def test_what_was_answered_before_and_only_the_newer_version_reads_is_known_to_it(app: Flask) -> None:
    first = deploy(bench_bundle(3))
    instance = begin()
    tasks.complete_task(only().id, {"decision": "approve", "comment": "gấp"}, by=ONE)
    assert "comment" not in engine.data(look_at(instance))
    second = deploy(edited(
        ('sourceRef="choice_2" targetRef="review_3"><bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">'
         "decision = &quot;approve&quot;",
         'sourceRef="choice_2" targetRef="review_3"><bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">'
         "comment = &quot;gấp&quot;"),
    ))
    migration.begin(first, second, {}, WHY, by=ADMIN)
    work()
    assert engine.data(look_at(instance)) == {"decision": "approve", "comment": "gấp"}
    tasks.complete_task(only().id, {"decision": "approve", "comment": "gấp"}, by=ONE)
    assert [s.element for s in history.timeline(instance) if s.state == "open"] == ["review_3"]


def test_draft_field_that_is_gone_is_put_aside_and_comes_back(app: Flask) -> None:
    first = deploy(bench_bundle(3))
    instance = begin()
    task = only().id
    tasks.save_draft(task, {"decision": "approve", "comment": "đang viết"}, by=ONE)
    files = bench_bundle(3)
    form = orjson.loads(files["review.form"])
    form["components"] = [c for c in form["components"] if c["key"] != "comment"]
    second = deploy(files | {"review.form": orjson.dumps(form)})
    number = migration.begin(first, second, {}, WHY, by=ADMIN)
    work()
    kept_draft, aside = drafts.read_draft(f"task:{task}", by=ONE), drafts.read_draft(f"task:{task}{drafts.ASIDE}", by=ONE)
    assert kept_draft is not None and kept_draft[0] == {"decision": "approve"}
    assert aside is not None and aside[0] == {"comment": "đang viết"}
    assert labels_before(instance, task)["comment"] == "Nhận xét"
    migration.undo(number, "Nhầm", by=ADMIN)
    work()
    again = drafts.read_draft(f"task:{task}", by=ONE)
    assert again is not None and again[0] == {"decision": "approve", "comment": "đang viết"}
    assert drafts.read_draft(f"task:{task}{drafts.ASIDE}", by=ONE) is None
    tasks.complete_task(task, APPROVE, by=ONE)


def test_nobody_moves_a_case_about_himself(app: Flask) -> None:
    first = deploy(bench_bundle(3))
    mine = instances.start_instance("bench", {"decision": "none"}, by=ADMIN, title="Tôi", excluded=[9])
    second = deploy(INSERTED)
    assert [r.code for r in migration.look(first, second, {}, by=ADMIN).looked[0].reasons] == ["own-case"]
    number = migration.begin(first, second, {}, WHY, by=ADMIN)
    work()
    (line,) = migration.lines_of(number, by=ADMIN)
    assert (line.instance, line.state, line.reasons[0].code) == (mine, "refused", "own-case")
    with pytest.raises(Forbidden):
        operating.suspend(mine, WHY, by=ADMIN)


@pytest.mark.both_databases
def test_several_workers_move_each_instance_once(app: Flask) -> None:
    first = deploy(bench_bundle(3))
    made = [begin() for _ in range(12)]
    second = deploy(INSERTED)
    number = migration.begin(first, second, {}, WHY, by=ADMIN)
    migration.pause(number, by=ADMIN)
    migration.go_on(number, by=ADMIN)  # two jobs of one batch
    failed: list[BaseException] = []

    def run() -> None:
        with app.app_context():
            try:
                while migration._settle_next(number):
                    pass
            except BaseException as error:
                failed.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    work()
    assert failed == []
    assert dict(migration.read_migration(number, by=ADMIN).counts) == {"moved": 12}
    for instance in made:
        told = trail.read(stream=f"instance:{instance}", kind="instance:migrated").events
        assert len(told) == 1
    assert trail.verify().ok


def test_a_version_that_was_never_in_use_takes_nobody(app: Flask) -> None:
    first = deploy(bench_bundle(3))
    begin()
    tomorrow = enactments.Act(effective_on=clock.today() + timedelta(days=1))
    second = enactments.deploy_bundle(INSERTED, main="bench", by=machine("cli"), act=tomorrow)
    for turn in ("coming", "refused"):
        assert [r.code for r in migration.look(first, second, {}, by=ADMIN).looked[0].reasons] == ["not-in-use"], turn
        with pytest.raises(Conflict) as refused:
            migration.begin(first, second, {}, WHY, by=ADMIN)
        assert refused.value.code == "not-in-use"
        if turn == "coming":
            (act,) = enactments.list_enactments(second)
            enactments.refuse(act.id, by=machine("cli"), reason="Chưa đúng")
    assert {v.deployment: v.used for v in list_versions("bench")} == {first: True, second: False}
    third = deploy(INSERTED)
    assert migration.begin(first, third, {}, WHY, by=ADMIN)
    work()
    assert migration.begin(third, first, {}, "Quay lại", by=ADMIN), "an older one that was in use"


def test_undo_is_the_act_of_who_asks_for_it(app: Flask) -> None:
    first = deploy(bench_bundle(3))
    about_other = instances.start_instance("bench", {"decision": "none"}, by=ADMIN, title="Mây", excluded=[8])
    plain = begin()
    second = deploy(INSERTED)
    number = migration.begin(first, second, {}, WHY, by=ADMIN)
    work()
    assert dict(migration.read_migration(number, by=ADMIN).counts) == {"moved": 2}
    migration.undo(number, "Nhầm phiên bản", by=OTHER_ADMIN)
    work()
    lines = {line.instance: (line.state, [r.code for r in line.reasons]) for line in migration.lines_of(number, by=ADMIN)}
    assert lines == {about_other: ("kept", ["own-case"]), plain: ("undone", [])}
    (stop,) = [s.id for s in history.timeline(about_other) if s.state == "open"]
    assert labels_before(about_other, stop)["comment"] == "Nhận xét", "a case that stays keeps the words of its fields too"
    seen = migration.read_migration(number, by=ADMIN)
    assert (seen.made_by, seen.reason, seen.undone_by, seen.undo_reason) == (9, WHY, 8, "Nhầm phiên bản")
    told = trail.read(stream=f"instance:{plain}", sight=trail.Sight.VALUES).events
    assert {(e.kind, e.actor, e.reason) for e in told if e.kind.startswith("instance:migr")} == {
        ("instance:migrated", "9", WHY), ("instance:migration_undone", "8", "Nhầm phiên bản")
    }
    assert seen.can_go_back == 1, "somebody else may"
    migration.undo(number, "Đưa nốt trở lại", by=ADMIN)
    work()
    assert dict(migration.read_migration(number, by=ADMIN).counts) == {"undone": 2}
    assert read_instance(about_other).deployment_id == first


def test_an_undo_that_was_stopped_is_taken_up_again(app: Flask) -> None:
    first = deploy(bench_bundle(3))
    for _ in range(3):
        begin()
    second = deploy(INSERTED)
    number = migration.begin(first, second, {}, WHY, by=ADMIN)
    work()
    migration.undo(number, "Nhầm", by=ADMIN)
    assert migration._settle_next(number)
    migration.stop(number, by=ADMIN)
    work()
    assert dict(migration.read_migration(number, by=ADMIN).counts) == {"undone": 1, "moved": 2}
    migration.undo(number, "Nhầm", by=ADMIN)
    work()
    assert dict(migration.read_migration(number, by=ADMIN).counts) == {"undone": 3}


def test_a_line_that_somebody_else_settled_is_left_as_it_is(app: Flask) -> None:
    first = deploy(bench_bundle(3))
    instance = begin()
    second = deploy(INSERTED)
    number = migration.begin(first, second, {}, WHY, by=ADMIN)
    work()
    migration._note(number, instance, False, (Reason("", "late", "muộn", "late"),))
    (line,) = migration.lines_of(number, by=ADMIN)
    assert (line.state, line.reasons) == ("moved", ())
    migration.undo(number, "Nhầm", by=ADMIN)
    work()
    assert dict(migration.read_migration(number, by=ADMIN).counts) == {"undone": 1}


def test_who_did_a_step_that_was_renamed_is_known_to_a_later_one_that_keeps_him_away(app: Flask) -> None:
    first = deploy(bench_bundle(3))
    instance, fresh = begin(), begin()
    tasks.complete_task(next(s.id for s in history.timeline(instance) if s.state == "open"), APPROVE, by=ONE)
    second = deploy(FOUR_EYES)
    seen = {one.instance: one for one in migration.look(first, second, {"review_1": DROPPED}, by=ADMIN).looked}
    assert seen[instance].can_go and [r.code for r in seen[fresh].reasons] == ["gone"]
    dry = migration.look(first, second, {}, by=ADMIN)
    assert {one.instance: [(r.element, r.code) for r in one.reasons] for one in dry.looked} == {
        instance: [("review_1", "actor-lost")], fresh: [("review_1", "gone")]
    }
    assert [(p.old, p.new, p.why) for p in dry.proposals] == [("review_1", "first_review", "name")]
    migration.begin(first, second, {"review_1": "first_review"}, WHY, by=ADMIN, instances=[instance])
    work()
    open_stop = next(s.id for s in history.timeline(instance) if s.state == "open")
    with pytest.raises(Forbidden):
        tasks.complete_task(open_stop, APPROVE, by=ONE)
    tasks.complete_task(open_stop, APPROVE, by=TWO)


def test_a_step_that_was_dropped_may_be_said_to_be_so(app: Flask) -> None:
    first = deploy(bench_bundle(3))
    instance = begin()
    tasks.complete_task(only().id, APPROVE, by=ONE)
    second = deploy(FOUR_EYES)
    number = migration.begin(first, second, {}, WHY, by=ADMIN)
    work()
    assert [[r.code for r in line.reasons] for line in migration.lines_of(number, by=ADMIN)] == [["actor-lost"]]
    migration.begin(first, second, {"review_1": DROPPED}, WHY, by=ADMIN)
    work()
    assert read_instance(instance).deployment_id == second
    with reading() as s:
        assert s.get_one(ProcessInstance, instance).renamed == {}
    tasks.complete_task(only().id, APPROVE, by=ONE)
    assert not_told_again() == (1, {})


def test_a_state_that_cannot_be_read_is_said_in_plain_words(app: Flask) -> None:
    deploy(bench_bundle(3))
    instance = begin()
    task = only().id
    with transaction() as s:
        s.get_one(ProcessInstance, instance).state = b"nothing"
        trail.record("message:none", by=ADMIN, stream=f"instance:{instance}")
    kept.forget_all()
    for verb in (lambda: tasks.complete_task(task, APPROVE, by=ONE), lambda: operating.stand(instance, by=ADMIN)):
        with pytest.raises(Conflict) as refused:
            verb()
        assert refused.value.code == "unreadable"
    assert only().id == task


def test_a_dry_run_says_how_many_it_left_out(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    first = deploy(bench_bundle(3))
    for _ in range(3):
        begin()
    second = deploy(INSERTED)
    monkeypatch.setattr(migration, "LOOKED_AT", 2)
    seen = migration.look(first, second, {}, by=ADMIN)
    assert (len(seen.looked), seen.left) == (2, 1)
