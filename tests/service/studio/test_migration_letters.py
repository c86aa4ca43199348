"""How many mails a batch of moved cases makes: none for tasks that stay, one a person for steps that are theirs now."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select

from service import jobs, people, trail
from service.actor import machine
from service.db import reading
from service.notices.letters import render
from service.notices.models import Mail
from service.processes import enactments, instances
from service.processes.models import Activity
from service.studio import migration
from tests.bench.process import bench_bundle
from tests.journeys.office import Office

WHY = "Quy chế mới"
MANY = 50


@pytest.fixture
def cases(office: Office) -> list[int]:
    """Many cases at the first step, whose people have been told of it."""
    _deploy("vhxh")
    found = [
        instances.start_instance("bench", {"decision": "none"}, by=machine("cli"), title=f"Hồ sơ {n}", search="x") for n in range(MANY)
    ]
    office.follow_up()
    return found


def _deploy(first: str, **more: Any) -> int:
    files = bench_bundle(3, group="vhxh", **more)
    files["bench.bpmn"] = files["bench.bpmn"].replace(
        b'candidateGroups="vhxh"', f'candidateGroups="{first}"'.encode(), 1
    )
    return enactments.deploy_bundle(files, main="bench", by=machine("cli"))


def _mails(of: list[int]) -> Counter[int]:
    """Letters of a new task by account, of these cases' tasks and of several cases together."""
    with reading() as s:
        stops = select(Activity.id).where(Activity.instance_id.in_(of))
        return Counter(s.scalars(select(Mail.account).where(Mail.letter == "assigned", Mail.about.is_(None) | Mail.about.in_(stops))))


def _move(office: Office, to: int, of: list[int] | None = None) -> int:
    before = next(v for v in _versions() if v != to)
    number = migration.begin(before, to, {}, WHY, by=office.who("quantri"), instances=of)
    office.follow_up()
    return number


def _versions() -> list[int]:
    with reading() as s:
        return sorted(set(s.scalars(select(Activity.deployment_id).where(Activity.state == "open", Activity.element == "review_1"))))


@pytest.mark.long
def test_nobody_is_mailed_of_a_task_that_merely_stands_in_another_version(office: Office, cases: list[int]) -> None:
    before = _mails(cases)
    assert set(before.values()) == {MANY}, "each case was told of when it began"
    number = _move(office, _deploy("vhxh", due="P30D"))
    assert migration.read_migration(number, by=office.who("quantri")).counts == {"moved": MANY}
    assert _mails(cases) == before
    assert "migration:told" not in [e.kind for e in trail.read(stream=f"migration:{number}").events]


@pytest.mark.long
def test_who_is_asked_anew_in_many_cases_is_told_once(office: Office, cases: list[int]) -> None:
    before = _mails(cases)
    newer = _deploy("vanphong")
    number = _move(office, newer, cases[: MANY - 1])
    asked = set(people.members_of(["vanphong"]))
    more = _mails(cases) - before
    assert asked and more == dict.fromkeys(asked, 1), "49 cases, one mail a person"
    with reading() as s:
        context = s.scalars(select(Mail.context).where(Mail.key.startswith(f"migration:{number}:"))).first()
        link = s.scalars(select(Mail.link).where(Mail.key.startswith(f"migration:{number}:"))).first()
    assert context is not None and context["count"] == MANY - 1 and link == "/inbox"
    read = render("assigned", context, language="vi", person="Lê Ban Mai")
    assert read.subject == "49 việc mới: Duyệt bước 1" and "Bench, phiên bản" in read.text
    (said,) = trail.read(stream=f"migration:{number}", kind="migration:told").events
    assert trail.sentence(said, "vi") == f"Đã gửi {len(asked)} thư báo 49 việc mới của đợt chuyển phiên bản."
    last = _move(office, newer)
    assert _mails(cases) - before - more == dict.fromkeys(asked, 1), "a single case is told of as ever"
    with reading() as s:
        (stop,) = s.scalars(select(Activity.id).where(Activity.instance_id == cases[-1], Activity.state == "open"))
        assert s.scalars(select(Mail.account).where(Mail.letter == "assigned", Mail.about == stop, Mail.account.in_(asked))).all()
    assert last != number


@pytest.mark.long
def test_nothing_is_told_while_the_batch_runs_and_what_was_moved_is_told_when_it_rests(office: Office, cases: list[int]) -> None:
    before, by = _mails(cases), office.who("quantri")
    older, newer = _versions()[0], _deploy("vanphong")
    number = migration.begin(older, newer, {}, WHY, by=by)
    holder = jobs.Holder()
    jobs.run_due(holder, limit=1)
    moved = migration.read_migration(number, by=by).counts.get("moved", 0)
    assert 0 < moved < MANY and _mails(cases) == before, "the mail waits for the batch"
    migration.pause(number, by=by)
    office.follow_up()
    told = _mails(cases) - before
    assert set(told.values()) == {1}
    migration.go_on(number, by=by)
    office.follow_up()
    assert set((_mails(cases) - before).values()) == {2}, "the rest, once more, and nothing twice"
    with reading() as s:
        one = next(iter(told))
        said = s.scalars(select(Mail.context).where(Mail.key.startswith(f"migration:{number}:"), Mail.account == one)).all()
    assert sorted(context["count"] for context in said) == sorted([moved, MANY - moved])
