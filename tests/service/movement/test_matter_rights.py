"""Private fields and files of matters, and whom a matter concerns."""

from __future__ import annotations

import pytest

from service import movement
from service.awards import sight
from service.awards.files import attach_file
from service.errors import NotFound
from service.processes import tasks
from tests.journeys.office import PDF, Office
from tests.service.movement.trials import deploy


def _file(office: Office, login: str, name: str) -> int:
    who = office.who(login)
    return attach_file(f"draft:{who.account}", name, PDF, by=who).id


def _opens(office: Office, matter: int, file: int, login: str) -> bool:
    try:
        sight.must_read_file(f"matter:{matter}", office.who(login), file)
    except NotFound:
        return False
    return True


def test_private_fields_are_shown_to_who_sees_them_and_to_who_wrote_them(office: Office) -> None:
    deploy()
    matter = office.begin("trial", by="donvi", subject="x", sender="Bà Hừng Xa")
    office.step(matter, "trial_work", by="vhxh", result="Được", source="Ông Lùi Xa")
    (done,) = [s for s in office.stops(matter) if s.element == "trial_work"]
    for login, begun, step in (("truongphong", True, True), ("thanhtra", True, True), ("donvi", True, False), ("vhxh", False, True)):
        seen = movement.read_matter(matter, by=office.who(login))
        assert ("sender" in seen.begun) is begun and seen.begun["subject"] == "x", login
        task = tasks.read_task(done.id, by=office.who(login)) if login in ("truongphong", "vhxh") else None
        if task is not None:
            assert ("source" in tasks.answers_shown(task, office.who(login))) is step, login
    assert "sender" not in movement.read_matter(matter, by=office.who("thutruong")).begun, "of the unit, but it was not he who wrote it"


def test_a_file_in_a_private_field_is_opened_by_who_sees_the_field(office: Office) -> None:
    deploy()
    open_, shut = _file(office, "donvi", "Mở.pdf"), _file(office, "donvi", "Kín.pdf")
    matter = office.begin("trial", by="donvi", subject="x", open=[open_], shut=[shut])
    proof = attach_file(f"matter:{matter}", "Minh chứng.pdf", PDF, by=office.who("vhxh")).id
    office.step(matter, "trial_work", by="vhxh", result="Được", proof=[proof])
    for login, files in (
        ("truongphong", {open_, shut, proof}), ("thanhtra", {open_, shut, proof}), ("donvi", {open_, shut}), ("vhxh", {open_, proof}),
        ("thutruong", {open_}), ("donvi2", set()), ("vanthu", set()),
    ):
        assert {one for one in (open_, shut, proof) if _opens(office, matter, one, login)} == files, login


def test_who_is_asked_to_do_a_step_reads_the_matter_until_it_is_his_no_more(office: Office) -> None:
    deploy(work="clerk")
    matter = office.begin("trial", by="donvi", subject="x")
    assert movement.read_matter(matter, by=office.who("vanthu")).entry.title == "x"
    for login in ("ketoan", "donvi2", "uv1"):
        with pytest.raises(NotFound):
            movement.read_matter(matter, by=office.who(login))
    office.step(matter, "trial_work", by="vanthu", result="Được")
    assert movement.read_matter(matter, by=office.who("vanthu")).entry.phase == "confirming", "who did a step knows how it goes on"


def test_whom_a_matter_concerns_reads_it_only_where_he_began_it(office: Office) -> None:
    kept = deploy(begins=["unit", "vhxh", "vhxh_head"])
    head = office.who("truongphong")
    one = office.nominate("HN-2026", name=head.name, account=head.account)
    about, own = (
        office.begin("trial", by=by, unit="DONG-MAY", about=[one], subject=by) for by in ("vhxh", "truongphong")
    )
    apart = office.begin("trial", by="donvi", subject="Việc khác")
    assert {e.id for e in movement.find_matters(kept, by=office.who("vhxh")).entries} == {about, own, apart}
    assert {e.id for e in movement.find_matters(kept, by=head).entries} == {own, apart}
    with pytest.raises(NotFound):
        movement.read_matter(about, by=head)
    assert movement.read_matter(own, by=head).begun["subject"] == "truongphong"
    assert [e.id for e in movement.matters_about(f"nomination:{one}", by=head)] == [own]
