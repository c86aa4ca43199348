"""Putting versions of a process into use: at once or from a day on, with a second person, back again, each told and recorded."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from service import clock
from service.actor import Actor, machine
from service.db import reading
from service.errors import Conflict, Forbidden, Invalid, Stale
from service.notices.models import Mail
from service.processes import deployments, enactments, instances
from service.processes.enactments import Act
from service.processes.running import read_instance
from service.trail.models import TrailEvent
from tests.bench.process import bench_bundle
from tests.journeys.office import Office

GROUP = "vhxh"


def _deploy(by: Actor, tasks: int = 3, **said: object) -> int:
    return enactments.deploy_bundle(bench_bundle(tasks, group=GROUP), main="bench", by=by, act=Act(**said) if said else None)  # type: ignore[arg-type]


def _start() -> int:
    return read_instance(instances.start_instance("bench", {"decision": "none"}, by=machine("cli"))).deployment_id


def _second_person(office: Office) -> None:
    office.app.extensions["settings"] = office.app.extensions["settings"].model_copy(update={"deploy_second": True})


def _kinds(deployment: int) -> list[str]:
    with reading() as s:
        return list(
            s.scalars(select(TrailEvent.kind).where(TrailEvent.stream == f"deployment:{deployment}").order_by(TrailEvent.gseq))
        )


def test_a_version_comes_into_use_and_the_next_takes_its_place(office: Office) -> None:
    admin = office.who("quantri")
    first = _deploy(admin)
    running = instances.start_instance("bench", {"decision": "none"}, by=machine("cli"))
    second = _deploy(admin, 4, note="Thêm một bước", basis="QĐ 12/QĐ-UBND ngày 02/11/2026")
    assert (first, second) != (second, first) and enactments.used("bench") == second
    assert _start() == second and read_instance(running).deployment_id == first
    (act,) = enactments.list_enactments(second)
    assert (act.state, act.replaces, act.basis) == ("confirmed", first, "QĐ 12/QĐ-UBND ngày 02/11/2026")
    assert _kinds(second) == ["deployment:made", "deployment:asked"]
    assert _deploy(admin, 4) == second and len(enactments.list_enactments(second)) == 1  # the same bytes are the same version


def test_a_version_for_a_later_day_waits_for_it_without_any_job(office: Office) -> None:
    admin, day = office.who("quantri"), clock.today() + timedelta(days=3)
    first = _deploy(admin)
    second = _deploy(admin, 4, effective_on=day)
    assert _start() == first
    with pytest.raises(Conflict, match="waits"):
        _deploy(admin, 5)
    clock.move_to(clock.now() + timedelta(days=2))
    assert _start() == first
    clock.move_to(clock.now() + timedelta(days=1))
    assert _start() == second
    with pytest.raises(Invalid, match="past"):
        _deploy(admin, 5, effective_on=date(2026, 11, 1))
    assert _deploy(admin, 5) == enactments.used("bench")


def test_one_that_has_not_come_yet_is_taken_back(office: Office) -> None:
    admin = office.who("quantri")
    first = _deploy(admin)
    second = _deploy(admin, 4, effective_on=clock.today() + timedelta(days=3))
    (act,) = enactments.list_enactments(open_only=True)
    with pytest.raises(Forbidden):
        enactments.refuse(act.id, by=office.who("vhxh"), reason="Chưa tập huấn")
    with pytest.raises(Invalid):
        enactments.refuse(act.id, by=admin, reason=" ")
    enactments.refuse(act.id, by=admin, reason="Chưa tập huấn")
    clock.move_to(clock.now() + timedelta(days=4))
    assert _start() == first
    with pytest.raises(Conflict, match="settled"):
        enactments.refuse(act.id, by=admin, reason="Lần nữa")
    assert _kinds(second)[-1] == "deployment:refused"


def test_where_a_second_person_is_needed_nobody_puts_into_use_alone(office: Office) -> None:
    admin = office.who("quantri")
    first = _deploy(admin)
    _second_person(office)
    second = _deploy(admin, 4, note="Thêm một bước", told=[GROUP, "unit"])
    assert _start() == first
    (act,) = enactments.list_enactments(second)
    with pytest.raises(Forbidden, match="another person"):
        enactments.confirm(act.id, by=admin)
    with pytest.raises(Forbidden):
        enactments.confirm(act.id, by=office.who("vhxh"))
    assert not _told()
    enactments.confirm(act.id, by=office.who("truongphong"))
    assert _start() == second
    assert {office.who("vhxh").account, office.who("donvi").account} <= set(_told())
    assert office.who("thanhtra").account not in _told()
    with pytest.raises(Conflict, match="settled"):
        enactments.confirm(act.id, by=office.who("truongphong"))
    assert _kinds(second) == ["deployment:made", "deployment:asked", "deployment:confirmed"]


def _told() -> list[int]:
    with reading() as s:
        return list(s.scalars(select(Mail.account).where(Mail.letter == "process_changed")))


def test_what_was_reckoned_against_another_version_is_refused_by_name(office: Office) -> None:
    admin = office.who("quantri")
    first = _deploy(admin)
    assert _deploy(admin, 4, seen=first) == enactments.used("bench")
    with pytest.raises(Stale) as refused:
        _deploy(admin, 5, seen=first)
    assert admin.name in refused.value.message
    assert len(deployments.list_deployments()) == len({row.id for row in deployments.list_deployments() if row.key != "bench"}) + 2


def test_an_older_version_comes_back_by_one_act(office: Office) -> None:
    admin = office.who("quantri")
    first = _deploy(admin)
    second = _deploy(admin, 4)
    with pytest.raises(Conflict, match="in use"):
        enactments.roll_back(second, by=admin, reason="Bước mới làm tắc hồ sơ")
    with pytest.raises(Invalid):
        enactments.roll_back(first, by=admin, reason="")
    with pytest.raises(Forbidden):
        enactments.roll_back(first, by=office.who("vhxh"), reason="Bước mới làm tắc hồ sơ")
    _second_person(office)  # an emergency does not wait for a second person; the trail shows who did it
    enactments.roll_back(first, by=admin, reason="Bước mới làm tắc hồ sơ")
    assert _start() == first
    assert next((act.kind, act.note) for act in enactments.list_enactments(first)) == ("rolled_back", "Bước mới làm tắc hồ sơ")
    assert _kinds(first)[-1] == "deployment:rolled_back"


def test_a_version_that_was_never_in_use_does_not_come_back(office: Office) -> None:
    admin = office.who("quantri")
    _deploy(admin)
    second = _deploy(admin, 4, effective_on=clock.today() + timedelta(days=3))
    (act,) = enactments.list_enactments(open_only=True)
    enactments.refuse(act.id, by=admin, reason="Chưa tập huấn")
    with pytest.raises(Conflict, match="never in use"):
        enactments.roll_back(second, by=admin, reason="Dùng luôn")
