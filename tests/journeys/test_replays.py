"""Replays of a whole office: every case run again on a draft in a process of its own, with nothing done to the office."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, inspect, select

from service import clock
from service.db import db, reading, transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.processes.deployments import files_of
from service.processes.enactments import Act, current_deployment, deploy_bundle
from service.processes.models import Deployment
from service.studio import replay, replay_process, replay_work
from service.studio.records import read_records
from service.studio.replay_models import ReplayLine, ReplayRun
from service.studio.replaying import Replayer
from tests.journeys.conftest import OpenOffice
from tests.journeys.office import Office
from tests.service.studio.past_cases import add_past_cases
from tests.service.studio.redrawn import (
    with_a_way_by_the_table,
    with_another_deadline,
    with_another_table,
    with_second_look,
)

ROUND = "HN-2026"
DRAFTS = (with_second_look, with_another_table, with_a_way_by_the_table, with_another_deadline)
MAIN = "nomination_case"


def shipped() -> dict[str, bytes]:
    """The bundle in use."""
    return files_of(current_deployment(MAIN))


@pytest.fixture
def office(office_on: OpenOffice) -> Office:
    """An office in which one case has its certificate, one is checked, one was struck by its own head."""
    return office_on(date(2026, 11, 3), _three_cases)


def _three_cases(office: Office) -> list[int]:
    done, checked, drafting = (office.nominate(ROUND, name=name) for name in ("Hoàng Bình Minh", "Lò Nắng Ấm", "Vàng Mùa Thu"))
    for one in (done, checked, drafting):
        office.assess(one)
    office.sign(done, results={done: ("signed", ""), checked: ("signed", ""), drafting: ("struck", "Chưa đủ hồ sơ.")})
    for one in (done, checked):
        office.check(one)
    office.go_to("2026-12-04")
    office.post(ROUND, [done])
    office.go_to("2026-12-15")
    office.sit(ROUND, {}, [done])
    office.go_to("2026-12-18")
    office.decide(ROUND, 1126, [done])
    office.hand_over(done)
    return [done, checked, drafting]


def _rows() -> dict[str, int]:
    """Rows of every table but those of replays, the trail and what a process leaves of itself."""
    with reading() as s:
        return {
            name: s.execute(select(func.count()).select_from(db.metadata.tables[name])).scalar_one()
            for name in inspect(db.engine).get_table_names()
            if name in db.metadata.tables and not name.startswith(("replay_", "trail_"))
        }


def _replayed(office: Office, files: dict[str, bytes]) -> ReplayRun:
    by = office.who("quantri")
    run = replay.start_replay(files, MAIN, by=by, title="Bản soạn thử")
    replay_process.wait(run.id, office.app.extensions["settings"])
    return replay.read_run(run.id, by=by)


@pytest.mark.long
def test_the_process_in_use_changes_nothing_and_a_new_step_stops_who_passed_there(office: Office) -> None:
    done, checked, drafting = (office.read(n).instance_id for n in office.made)
    before, by = _rows(), office.who("quantri")
    same = _replayed(office, shipped())
    assert (same.state, same.done, same.total, same.counts) == ("done", 3, 3, {"same": 3})
    run = _replayed(office, with_second_look(shipped()))
    assert (run.state, run.counts) == ("done", {"same": 1, "stuck": 2})
    assert _rows() == before
    stuck = replay.read_lines(run.id, by=by, word="stuck")
    assert [(x.instance, x.element, x.why, x.then) for x in stuck] == [
        (done, "second_look", "waits_anew", "certificate"), (checked, "second_look", "waits_anew", None),
    ]
    assert [x.instance for x in replay.read_lines(run.id, by=by, word="same")] == [drafting]
    assert replay.places(run.id, by=by, word="stuck") == [("second_look", 2)]
    line, both = replay.side_by_side(run.id, done or 0, by=by)
    assert both is not None and line.title == "Hoàng Bình Minh"
    assert both.then.outcome == "certificate" and both.now.open == ("second_look",)
    found = replay.effects(run.id)
    assert found.finished and found.changed == 2 and found.total == 3
    # The draft goes live: what its effect was told of is the very bundle that is deployed.
    deployed = deploy_bundle(with_second_look(shipped()), main=MAIN, by=by)
    with reading() as s:
        assert s.get_one(Deployment, deployed).digest == found.digest


@pytest.mark.long
def test_only_who_may_deploy_replays_and_one_at_a_time(office: Office) -> None:
    by = office.who("quantri")
    with pytest.raises(Forbidden):
        replay.start_replay(shipped(), MAIN, by=office.who("vhxh"))
    with pytest.raises(Invalid) as refused:
        replay.start_replay(shipped() | {"award_nomination.bpmn": b"<no/>"}, MAIN, by=by)
    assert refused.value.code == "bundle-refused"
    with pytest.raises(NotFound):
        replay.read_run(99, by=by)
    with pytest.raises(NotFound):
        replay.effects(99)


@pytest.mark.long
def test_a_run_is_cancelled_goes_on_where_it_was_and_ends(office: Office) -> None:
    by, settings = office.who("quantri"), office.app.extensions["settings"]
    add_past_cases(600, walks=30)
    run = replay.start_replay(shipped(), MAIN, by=by)
    assert replay.start_replay(shipped(), MAIN, by=by).id == run.id
    with pytest.raises(Conflict) as refused:
        replay.start_replay(with_second_look(shipped()), MAIN, by=by)
    assert refused.value.code == "replay-under-way"
    replay.cancel_replay(run.id, by=by)
    replay_process.wait(run.id, settings)
    half = replay.read_run(run.id, by=by)
    assert half.state == "cancelled" and half.total == 603
    replay.resume_replay(run.id, by=by)
    replay_process.wait(run.id, settings)
    ended = replay.read_run(run.id, by=by)
    assert (ended.state, ended.done, ended.counts) == ("done", 603, {"same": 603})
    assert replay.count_lines(run.id, by=by) == 603 and 0 < ended.paths < 603


@pytest.mark.long
def test_a_stopped_process_leaves_a_run_that_can_go_on(office: Office) -> None:
    by = office.who("quantri")
    add_past_cases(700, walks=40)
    run = replay.start_replay(shipped(), MAIN, by=by)
    key = (office.app.extensions["settings"].database, run.id)
    process, pipe = replay_process._running.pop(key)
    pipe.close()  # as when the service is killed: nobody holds the other end any more
    process.join()
    process.close()
    left = replay.read_run(run.id, by=by)
    assert left.state == "running" and left.done < 703
    replay_work.work(run.id)
    assert replay.read_run(run.id, by=by).counts == {"same": 703}


@pytest.mark.long
def test_grouped_and_single_runs_say_the_same(office: Office) -> None:
    """What was run once for many is what each of them would have been told by itself."""
    ids = add_past_cases(240, walks=60, seed=5)
    words: set[str] = set()
    drafts = [shipped(), *(draw(shipped()) for draw in DRAFTS), with_another_table(with_a_way_by_the_table(shipped()))]
    for files in drafts:
        together = Replayer(files, MAIN, clock.now())
        grouped = together.judge_all(ids)
        alone = Replayer(files, MAIN, together.until)
        single = [alone.both(one) for one in read_records(ids)]  # this way nothing is shared
        assert together.paths < len(ids)
        assert [(one.verdict, one.now) for one in grouped] == [(both.verdict, both.now.outcome) for both in single if both is not None]
        words |= {one.verdict.why for one in grouped}
    assert {"skipped", "waits_anew", "other_end", "table"} <= words, words


@pytest.mark.long
def test_old_runs_go_with_their_lines_and_what_a_deployment_cites_stays(office: Office) -> None:
    by, settings = office.who("quantri"), office.app.extensions["settings"]
    cited = _replayed(office, with_second_look(shipped()))
    act = Act(note="Thêm bước xem lại.", effects={"run": cited.id, "total": cited.total, **cited.counts})
    deploy_bundle(with_second_look(shipped()), main=MAIN, by=by, act=act)
    with transaction() as s:
        old = {name: getattr(cited, name) for name in ("title", "digest", "total", "done", "asked_at", "moved_at")}
        bundle = replay_work.packed(shipped())
        runs = [ReplayRun(key=key, bundle=bundle, state="done", **old) for key in [MAIN] * (replay.KEPT + 2) + ["another"]]
        s.add_all(runs)
        s.flush()
        ids = [run.id for run in runs]
        s.add_all(ReplayLine(run_id=run, instance_id=office.read(office.made[0]).instance_id, word="same") for run in ids)
    assert len(replay.list_runs(by=by)) == replay.KEPT + 4
    last = replay.start_replay(shipped(), MAIN, by=by)
    replay_process.wait(last.id, settings)
    left = [run.id for run in replay.list_runs(by=by)]
    assert left == [last.id, ids[-1], *reversed(ids[3:-1]), cited.id]
    assert replay.effects(cited.id).total == 3 and replay.count_lines(cited.id, by=by) == 3
    assert [replay.count_lines(run, by=by) for run in ids] == [0, 0, 0] + [1] * (replay.KEPT)
    with pytest.raises(NotFound):
        replay.read_run(ids[0], by=by)
