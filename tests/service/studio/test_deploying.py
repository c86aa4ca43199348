"""A draft becomes the office's process: only when it is sound, its scenarios hold, and what becomes of past cases is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from service import clock
from service.db import in_transaction
from service.errors import Conflict, Forbidden, Invalid, Stale
from service.processes import deployments, enactments
from service.studio import deploying, drafts, replay, replay_process, scenarios
from service.studio.deploying import Said
from tests.journeys.office import Office
from tests.service.studio.redrawn import with_second_look

MAIN = "nomination_case"
ROUND = "HN-2026"
WHY = {"note": "Thêm bước xem lại lần hai", "basis": "Quyết định 12/QĐ-UBND ngày 02/11/2026", "effective_on": None}


@pytest.fixture
def draft(office: Office) -> int:
    """A draft of the shipped process with a step more."""
    used = enactments.current_deployment(MAIN)
    files = {n: c for n, c in with_second_look(deployments.files_of(used)).items() if not n.endswith(".scenario")}
    return drafts.begin_draft(by=office.who("quantri"), base=used, files=files)


def _deploy(office: Office, draft: int, **said: object) -> int:
    return deploying.deploy_draft(
        draft, version=drafts.read_draft(draft).version, by=office.who("quantri"), said=Said(**(WHY | said))  # type: ignore[arg-type]
    )


def test_a_sound_draft_comes_into_use_and_goes_on_from_there(office: Office, draft: int) -> None:
    before = enactments.used(MAIN)
    with pytest.raises(Forbidden):
        deploying.look_over(draft, by=office.who("vhxh"))
    found = deploying.look_over(draft, by=office.who("quantri"))
    assert not found.errors and not found.failed and found.replayed and found.in_use == before
    number = _deploy(office, draft, effective_on=clock.today() + timedelta(days=1), told=["vhxh"])
    assert deployments.files_of(number) == drafts.files_of(draft) and enactments.used(MAIN) == before
    clock.move_to(clock.now() + timedelta(days=1))
    assert enactments.used(MAIN) == number and drafts.read_draft(draft).base == number and not drafts.read_draft(draft).outdated
    (act,) = enactments.list_enactments(number)
    assert (act.note, act.basis, act.told, act.replaces) == (WHY["note"], WHY["basis"], ["vhxh"], before)


def test_what_is_missing_is_asked_for_at_its_field(office: Office, draft: int) -> None:
    for field in ("note", "basis"):
        with pytest.raises(Invalid) as refused:
            _deploy(office, draft, **{field: " "})
        assert [fault.path for fault in refused.value.faults] == [field]
    _deploy(office, draft)


def test_a_draft_with_faults_or_a_scenario_that_fails_is_refused_line_by_line(office: Office, draft: int) -> None:
    by = office.who("quantri")
    name, kept = next((n, c) for n, c in drafts.files_of(draft).items() if n.endswith(".form"))
    seen = drafts.save_file(draft, name, b"{", seen=drafts.read_draft(draft).file(name).version, by=by)
    assert deploying.look_over(draft, by=by).scenarios is None
    with pytest.raises(Invalid) as refused:
        _deploy(office, draft)
    assert refused.value.code == "bundle-refused" and refused.value.lines
    drafts.save_file(draft, name, kept, seen=seen, by=by)
    drafts.save_file(draft, "sai.scenario", b"{}", seen=0, by=by)
    with pytest.raises(Invalid) as refused:
        _deploy(office, draft)
    assert refused.value.code == "scenarios-failed" and [line["code"] for line in refused.value.lines] == ["sai.scenario"]


@pytest.mark.long
def test_past_cases_are_replayed_first_or_it_is_said_why_not(office: Office, draft: int) -> None:
    office.nominate(ROUND)
    with pytest.raises(Invalid) as refused:
        _deploy(office, draft)
    assert [fault.path for fault in refused.value.faults] == ["without_replay"]
    by, one = office.who("quantri"), drafts.read_draft(draft)
    run = replay.start_replay(drafts.files_of(draft), one.key, by=by, draft=draft)
    replay_process.wait(run.id, office.app.extensions["settings"])
    found = deploying.look_over(draft, by=by)
    assert found.effects is not None and found.effects.total == found.past == 1
    (act,) = enactments.list_enactments(_deploy(office, draft))
    assert act.effects["run"] == run.id and act.effects["total"] == 1
    assert sum(act.effects[word] for word in found.effects.counts) == 1


def test_a_reason_stands_in_for_the_replay(office: Office, draft: int) -> None:
    office.nominate(ROUND)
    (act,) = enactments.list_enactments(_deploy(office, draft, without_replay="Chỉ sửa chính tả"))
    assert act.effects == {"not_replayed": "Chỉ sửa chính tả"}


@pytest.mark.long
def test_a_replay_of_other_bytes_does_not_count(office: Office, draft: int) -> None:
    office.nominate(ROUND)
    by, one = office.who("quantri"), drafts.read_draft(draft)
    run = replay.start_replay(drafts.files_of(draft), one.key, by=by, draft=draft)
    replay_process.wait(run.id, office.app.extensions["settings"])
    name = next(f.name for f in one.files if f.name.endswith(".form"))
    drafts.save_file(draft, name, drafts.files_of(draft)[name] + b"\n", seen=one.file(name).version, by=by)
    assert deploying.look_over(draft, by=by).effects is None


def test_nobody_deploys_what_he_has_not_seen(office: Office, draft: int) -> None:
    by, one = office.who("quantri"), drafts.read_draft(draft)
    name = next(f.name for f in one.files if f.name.endswith(".form"))
    drafts.save_file(draft, name, drafts.files_of(draft)[name] + b"\n", seen=one.file(name).version, by=by)
    with pytest.raises(Stale, match="changed"):
        deploying.deploy_draft(draft, version=one.version, by=by, said=Said(**WHY))  # type: ignore[arg-type]
    other = drafts.begin_draft(by=by, base=one.base)
    changed = drafts.files_of(draft)[name]
    drafts.save_file(other, name, changed, seen=drafts.read_draft(other).file(name).version, by=by)
    used = _deploy(office, other)
    assert drafts.read_draft(draft).outdated and not drafts.read_draft(other).outdated
    with pytest.raises(Stale, match="Compare"):
        _deploy(office, draft)
    with pytest.raises(Conflict):
        deploying.take_version_in_use(other, used, by=by)
    with pytest.raises(Stale, match="came into use after"):
        deploying.take_version_in_use(draft, one.base or 0, by=by)
    deploying.take_version_in_use(draft, used, by=by)
    assert drafts.read_draft(draft).base == used
    assert _deploy(office, draft) != used


def test_an_act_of_ones_own_that_is_not_in_force_is_no_newer_version(office: Office, draft: int) -> None:
    by, before = office.who("quantri"), enactments.used(MAIN)
    first = _deploy(office, draft, effective_on=clock.today() + timedelta(days=3))
    assert not drafts.read_draft(draft).outdated
    name = next(f.name for f in drafts.read_draft(draft).files if f.name.endswith(".form"))
    seen = drafts.read_draft(draft).file(name).version
    drafts.save_file(draft, name, drafts.files_of(draft)[name] + b"\n", seen=seen, by=by)
    with pytest.raises(Conflict) as refused:
        _deploy(office, draft)
    assert refused.value.code == "another-waits", "nobody put another version into use"
    (act,) = enactments.list_enactments(first)
    enactments.refuse(act.id, by=by, reason="Chưa tập huấn")
    one = drafts.read_draft(draft)
    assert (one.base, one.against, one.outdated) == (first, before, False)
    second = _deploy(office, draft)
    assert enactments.used(MAIN) == second and not drafts.read_draft(draft).outdated
    enactments.roll_back(before or 0, by=by, reason="Bước mới làm tắc hồ sơ")
    assert drafts.read_draft(draft).outdated, "another version is in use than the one that it goes on from"
    deploying.take_version_in_use(draft, before or 0, by=by)
    assert not drafts.read_draft(draft).outdated


def test_the_files_of_the_version_in_use_are_not_deployed_again(office: Office, draft: int) -> None:
    number = _deploy(office, draft)
    assert deploying.look_over(draft, by=office.who("quantri")).unchanged
    with pytest.raises(Conflict) as refused:
        _deploy(office, draft, effective_on=clock.today() + timedelta(days=3))
    assert refused.value.code == "nothing-changed" and len(enactments.list_enactments(number)) == 1


def test_looking_over_holds_no_other_act_up_and_happens_once(
    office: Office, draft: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, bool]] = []

    def watched(word: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **more: Any) -> Any:
            seen.append((word, in_transaction()))
            return real(*given, **more)

        return call

    monkeypatch.setattr(deployments, "check_bundle", watched("check", deployments.check_bundle))
    monkeypatch.setattr(scenarios, "run_all", watched("scenarios", scenarios.run_all))
    _deploy(office, draft)
    assert seen == [("check", False), ("scenarios", False)]


@pytest.mark.long
def test_files_of_a_program_go_through_the_same(office: Office, draft: int) -> None:
    by, files = office.who("quantri"), drafts.files_of(draft)
    before = enactments.used(MAIN) or 0
    office.nominate(ROUND)
    said = Said(**WHY, told=["vhxh"], without_replay="Chỉ thêm một bước")  # type: ignore[arg-type]
    with pytest.raises(Forbidden):
        deploying.deploy_files(files, MAIN, seen=before, by=office.who("vhxh"), said=said)
    for field, value in (("note", ""), ("basis", " "), ("without_replay", ""), ("told", ["không có"])):
        with pytest.raises(Invalid) as refused:
            deploying.deploy_files(files, MAIN, seen=before, by=by, said=replace(said, **{field: value}))  # type: ignore[arg-type]
        assert [fault.path for fault in refused.value.faults] == [field]
    with pytest.raises(Invalid) as refused:
        deploying.deploy_files({**files, "sai.scenario": b"{}"}, MAIN, seen=before, by=by, said=said)
    assert refused.value.code == "scenarios-failed"
    with pytest.raises(Stale):
        deploying.deploy_files(files, MAIN, seen=0, by=by, said=said)
    assert enactments.used(MAIN) == before
    (act,) = enactments.list_enactments(deploying.deploy_files(files, MAIN, seen=before, by=by, said=said))
    assert (act.note, act.basis, act.told, act.replaces) == (WHY["note"], WHY["basis"], ["vhxh"], before)
    assert act.effects == {"not_replayed": "Chỉ thêm một bước"} and enactments.used(MAIN) == act.deployment_id
