"""A plain process through the service: claim, complete, draft, who may, who was quicker."""

from __future__ import annotations

import pytest
from flask import Flask

from service.actor import Actor, machine
from service.errors import Conflict, Invalid, NotFound, Stale
from service.processes import deployments, drafts, enactments, history, inbox, instances, tasks
from service.processes.running import read_instance
from tests.bench.process import bench_bundle

ONE = Actor(account=1, login="one", name="Lê Ban Mai", groups=frozenset({"bench_reviewer"}))
TWO = Actor(account=2, login="two", name="Hồ Thu Nắng", groups=frozenset({"bench_reviewer"}))
STRANGER = Actor(account=3, login="three", name="Đinh Văn Suối", groups=frozenset({"clerk"}))


@pytest.fixture
def instance(app: Flask) -> int:
    deployments.known_groups.add("bench_reviewer")
    enactments.deploy_bundle(bench_bundle(3), main="bench", by=machine("cli"))
    return instances.start_instance("bench", {"decision": "none"}, by=machine("cli"), title="Hoàng Bình Minh",
                                    search="hoang binh minh")


def _only(by: Actor, scope: str = "group") -> inbox.Item:
    (item,) = inbox.read_inbox(by, scope).items
    return item


def test_task_is_seen_by_its_group_only(instance: int) -> None:
    assert _only(ONE).name == "Duyệt bước 1"
    assert inbox.read_inbox(STRANGER, "group").items == []
    with pytest.raises(NotFound):
        tasks.read_task(_only(ONE).id, by=STRANGER)


def test_claim_is_refused_to_the_second_with_the_first_ones_name(instance: int) -> None:
    task = _only(ONE).id
    tasks.claim_task(task, by=ONE)
    with pytest.raises(Conflict, match="holds this task"):
        tasks.claim_task(task, by=TWO)
    assert _only(ONE, "mine").id == task


def test_completing_moves_on_and_shows_in_done(instance: int) -> None:
    for n in (1, 2, 3):
        item = _only(ONE)
        assert item.name == f"Duyệt bước {n}"
        tasks.complete_task(item.id, {"decision": "approve", "comment": f"được {n}"}, by=ONE, seen=item.version)
    assert inbox.read_inbox(ONE, "group").items == []
    assert len(inbox.read_inbox(ONE, "done").items) == 3
    assert read_instance(instance).status == "ended"
    assert [stop.state for stop in history.timeline(instance)] == ["done"] * 3


def test_wrong_answers_name_the_field_and_change_nothing(instance: int) -> None:
    item = _only(ONE)
    with pytest.raises(Invalid) as refused:
        tasks.complete_task(item.id, {"decision": "maybe"}, by=ONE)
    assert [f.path for f in refused.value.faults] == ["decision"]
    assert _only(ONE).id == item.id


def test_stale_version_is_refused_and_a_second_completion_conflicts(instance: int) -> None:
    item = _only(ONE)
    tasks.claim_task(item.id, by=ONE)
    with pytest.raises(Stale):
        tasks.complete_task(item.id, {"decision": "approve"}, by=ONE, seen=item.version)
    tasks.complete_task(item.id, {"decision": "approve"}, by=ONE, seen=item.version + 1)
    with pytest.raises(Conflict):
        tasks.complete_task(item.id, {"decision": "approve"}, by=TWO)


def test_draft_is_kept_unchecked_and_belongs_to_its_owner(instance: int) -> None:
    task = _only(ONE).id
    tasks.save_draft(task, {"comment": "đang viết", "decision": "nonsense"}, by=ONE)
    found = drafts.read_draft(f"task:{task}", by=ONE)
    assert found is not None and found[0]["comment"] == "đang viết"
    assert drafts.read_draft(f"task:{task}", by=TWO) is None


def test_search_finds_names_without_diacritics(instance: int) -> None:
    assert inbox.read_inbox(ONE, "group", filters=inbox.Filters(text="hoang minh")).total == 1
    assert inbox.read_inbox(ONE, "group", filters=inbox.Filters(text="hoang lan")).total == 0
