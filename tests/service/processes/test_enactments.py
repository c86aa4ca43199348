"""Putting versions of a process into use: at once or from a day on, with a second person, back again, each told and recorded."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from service import clock, people
from service.actor import Actor, machine
from service.db import db, is_postgresql, reading, transaction
from service.errors import Conflict, Forbidden, Invalid, Stale
from service.notices.models import Mail
from service.processes import deployments, enactments, instances
from service.processes.enactments import Act
from service.processes.models import Enactment
from service.processes.running import read_instance
from service.trail.models import TrailEvent
from service.trail.seal import Unrecorded
from tests.bench.process import bench_bundle
from tests.journeys.office import Office
from tests.service.awards.test_lock_order import meeting

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


def test_the_same_bytes_again_are_no_act(office: Office) -> None:
    admin = office.who("quantri")
    first = _deploy(admin)
    with pytest.raises(Conflict) as refused:
        _deploy(admin, note="Thêm một bước", basis="QĐ 12/QĐ-UBND", effective_on=clock.today() + timedelta(days=3))
    assert refused.value.code == "nothing-changed"
    assert _deploy(machine("cli")) == first, "an installation that runs again finds what it put in"
    assert len(enactments.list_enactments(first)) == 1


def test_a_version_for_a_later_day_waits_for_it_without_any_job(office: Office) -> None:
    admin, day = office.who("quantri"), clock.today() + timedelta(days=3)
    first = _deploy(admin)
    second = _deploy(admin, 4, effective_on=day)
    assert _start() == first
    with pytest.raises(Conflict) as refused:
        _deploy(admin, 5)
    assert refused.value.code == "another-waits"
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
    assert _kinds(second)[-1] == "deployment:taken_back"


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
    assert not _told() and _kinds(second) == ["deployment:made", "deployment:proposed"]
    assert office.who("truongphong").account in _told("enactment_asked") and admin.account not in _told("enactment_asked")
    enactments.confirm(act.id, by=office.who("truongphong"))
    assert _start() == second and _told("enactment_settled") == [admin.account]
    assert {office.who("vhxh").account, office.who("donvi").account} <= set(_told())
    assert office.who("thanhtra").account not in _told()
    with pytest.raises(Conflict, match="settled"):
        enactments.confirm(act.id, by=office.who("truongphong"))
    assert _kinds(second) == ["deployment:made", "deployment:proposed", "deployment:confirmed"]


def test_neither_a_lent_right_nor_an_emergency_access_puts_into_use(office: Office) -> None:
    admin, head, today = office.who("quantri"), office.who("truongphong"), clock.today()
    _deploy(admin)
    _second_person(office)
    people.name_substitute(
        head.account or 0, office.who("vhxh").account or 0, group="vhxh_head", since=today, until=today, reason="Đi họp", by=admin
    )
    opened = people.break_glass.break_glass("Đỗ Trúc Quân", "Mất điện thoại", by=machine("cli"))
    _token, emergency = people.redeem_code(opened.login, opened.code, "mưa nguồn suối xa", door="web")
    version = _deploy(admin, 4)
    (act,) = enactments.list_enactments(version)
    assert not {office.who("vhxh").account, emergency.account} & set(_told("enactment_asked"))
    for by, code in ((people.actor_of("vhxh", door="web"), "lent-right"), (emergency, "emergency")):
        assert people.allowed(by, enactments.MAY_CONFIRM) and not enactments.may_confirm(act, by=by)
        with pytest.raises(Forbidden) as refused:
            enactments.confirm(act.id, by=by)
        assert refused.value.code == code
    assert enactments.may_confirm(act, by=head)
    enactments.confirm(act.id, by=head)
    assert enactments.used("bench") == version


def _told(letter: str = "process_changed") -> list[int]:
    with reading() as s:
        return list(s.scalars(select(Mail.account).where(Mail.letter == letter)))


def test_who_asked_hears_of_the_refusal_and_nobody_else_who_was_not_told(office: Office) -> None:
    admin, head = office.who("quantri"), office.who("truongphong")
    _deploy(admin)
    _second_person(office)
    (act,) = enactments.list_enactments(_deploy(admin, 4, told=[GROUP]))
    enactments.refuse(act.id, by=head, reason="Chưa tập huấn")
    assert _told("enactment_settled") == [admin.account] and not _told("process_kept")
    assert _kinds(act.deployment_id)[-1] == "deployment:refused"


def test_who_was_told_of_a_day_that_will_not_come_is_told_so(office: Office) -> None:
    admin, head, day = office.who("quantri"), office.who("truongphong"), clock.today() + timedelta(days=3)
    _deploy(admin)
    _second_person(office)
    (act,) = enactments.list_enactments(_deploy(admin, 4, told=[GROUP], effective_on=day))
    enactments.confirm(act.id, by=head)
    assert office.who("vhxh").account in _told() and not _told("process_kept")
    enactments.refuse(act.id, by=admin, reason="Chưa tập huấn")
    assert _told("process_kept") == _told()
    (act,) = enactments.list_enactments(act.deployment_id)
    assert (act.settled_by, act.refused_by) == (head.account, admin.account), "who confirmed it is not forgotten"


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


def test_going_back_refuses_what_still_waits_and_tells_whoever_was_told(office: Office) -> None:
    admin, inspector = office.who("quantri"), office.who("thanhtra").account
    first = _deploy(admin)
    second = _deploy(admin, 4, told=[GROUP])
    third = _deploy(admin, 5, told=["unit"], effective_on=clock.today() + timedelta(days=3))
    enactments.roll_back(first, by=admin, reason="Bước mới làm tắc hồ sơ")
    (act,) = enactments.list_enactments(third)
    assert (act.state, act.refusal) == ("refused", "Bước mới làm tắc hồ sơ")
    assert _kinds(third)[-1] == "deployment:taken_back"
    assert office.who("vhxh").account in _told("process_back") and office.who("donvi").account in _told("process_kept")
    assert office.who("donvi").account not in _told("process_back") and inspector not in _told("process_back")
    clock.move_to(clock.now() + timedelta(days=4))
    assert _start() == first, "its effects were reckoned against the version that went"
    enactments.roll_back(second, by=admin, reason="Lỗi không ở bước mới")
    assert _told("process_back").count(office.who("vhxh").account or 0) == 2


def test_going_back_refuses_what_waits_for_its_second_person(office: Office) -> None:
    admin = office.who("quantri")
    first, second = _deploy(admin), _deploy(admin, 4)
    _second_person(office)
    (act,) = enactments.list_enactments(_deploy(admin, 5))
    enactments.roll_back(first, by=admin, reason="Bước mới làm tắc hồ sơ")
    with pytest.raises(Conflict, match="settled"):
        enactments.confirm(act.id, by=office.who("truongphong"))
    assert enactments.used("bench") == first and second != first


def test_of_two_acts_of_one_day_the_one_settled_later_counts(office: Office) -> None:
    admin = office.who("quantri")
    first, second = _deploy(admin), _deploy(admin, 4)
    assert enactments.used("bench") == second
    with pytest.raises(Unrecorded), transaction() as s:  # no act of ours leaves two like that; nothing of this is kept
        s.scalars(select(Enactment).where(Enactment.deployment_id == first)).one().settled_at = clock.now() + timedelta(minutes=1)
        s.flush()
        assert enactments.used("bench") == first


@pytest.mark.parametrize("known", [False, True], ids=["new", "known"])
def test_of_two_who_deploy_at_once_one_is_told_of_the_other(office: Office, known: bool) -> None:
    admin = office.who("quantri")
    seen = _deploy(admin) if known else 0
    line, came = threading.Barrier(2), dict[int, object]()

    def deploy(tasks: int) -> None:
        with office.app.app_context():
            try:
                line.wait(30)
                came[tasks] = _deploy(admin, tasks, seen=seen)
            except Exception as error:
                came[tasks] = error
            finally:
                db.session.remove()

    both = [threading.Thread(target=deploy, args=(tasks,)) for tasks in (4, 5)]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
    (made,) = [one for one in came.values() if isinstance(one, int)]
    (refused,) = [one for one in came.values() if not isinstance(one, int)]
    assert isinstance(refused, Conflict) and refused.code in ("stale", "deployed-meanwhile"), refused
    assert enactments.used("bench") == made
    assert [row.version for row in deployments.list_deployments() if row.key == "bench"] == ([2, 1] if known else [1])


def test_who_deploys_a_new_process_while_another_does_is_told_so(office: Office) -> None:
    if not is_postgresql():
        pytest.skip("SQLite has one writer at a time")
    admin = office.who("quantri")
    with meeting(office) as meet:
        with transaction():
            number = _deploy(admin)
            given = meet(lambda: _deploy(admin, 4))
    assert given == ["deployed-meanwhile"] and enactments.used("bench") == number


def test_another_fault_of_the_database_is_not_taken_for_that(office: Office) -> None:
    admin = office.who("quantri")
    _deploy(admin)
    lost = enactments.checked({**bench_bundle(4, group=GROUP)}, "bench")
    lost.files["x.form"] = None  # type: ignore[index]
    with pytest.raises(IntegrityError):
        enactments.put_into_use(lost, by=admin, act=Act())
