"""Beginning a matter: its number, its unit, what is checked, who may; what is refused leaves nothing."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from service import movement, notices, people, trail
from service.db import reading
from service.errors import Forbidden, Invalid, NotFound
from service.movement.models import Matter
from service.processes.models import ProcessInstance
from tests.journeys.office import Office
from tests.service.movement.trials import deploy


def _number(office: Office, matter: int) -> str:
    return movement.read_matter(matter, by=office.who("thanhtra")).entry.number


def _refused(office: Office, process: str = "trial", *, by: str, **said: Any) -> set[str]:
    """The fields that are named wrong; nothing was begun."""
    with reading() as s:
        before = list(s.scalars(select(Matter.id)))
    with pytest.raises(Invalid) as refused:
        office.begin(process, by=by, **{"subject": "x", **said})
    with reading() as s:
        assert list(s.scalars(select(Matter.id))) == before
    return {fault.path for fault in refused.value.faults}


def test_numbers_run_by_register_and_year_without_a_gap(office: Office) -> None:
    deploy()
    deploy("other", series="K")
    first = office.begin("trial", by="donvi", subject="Một")
    assert _refused(office, by="donvi", subject="") == {"subject"}, "no number is used up"
    second, other = office.begin("trial", by="donvi2", subject="Hai"), office.begin("other", by="donvi", subject="Khác")
    assert [_number(office, one) for one in (first, second, other)] == ["VT 01/2026", "VT 02/2026", "K 01/2026"]
    office.go_to("2027-01-04")
    assert _number(office, office.begin("trial", by="donvi", subject="Ba")) == "VT 01/2027"


def test_it_is_the_unit_of_who_begins_it_or_the_one_that_the_office_names(office: Office) -> None:
    deploy(begins=["unit", "accountant"])
    mine, other = office.units["DONG-MAY"], office.units["DET-NANG-SOM"]

    def unit(matter: int) -> int | None:
        return movement.read_matter(matter, by=office.who("thanhtra")).entry.unit_id

    assert unit(office.begin("trial", by="donvi", subject="x")) == mine == unit(
        office.begin("trial", by="donvi", unit="DONG-MAY", subject="x")
    )
    with pytest.raises(Forbidden):
        office.begin("trial", by="donvi", unit="DET-NANG-SOM", subject="x")
    assert _refused(office, by="ketoan") == {"unit"}, "who begins for every unit says for which"
    assert unit(office.begin("trial", by="ketoan", unit="DET-NANG-SOM", subject="x")) == other
    with pytest.raises(Invalid):
        movement.begin_matter("trial", {"subject": "x"}, by=office.who("ketoan"), unit=99999)


def test_of_a_named_unit_anybody_who_begins_one_says_which(office: Office) -> None:
    deploy(unit="named")
    number = office.begin("trial", by="donvi", unit="DET-NANG-SOM", subject="x")
    assert movement.read_matter(number, by=office.who("donvi2")).entry.unit_id == office.units["DET-NANG-SOM"]


def test_where_no_unit_is_asked_for_none_is_kept(office: Office) -> None:
    deploy(unit="none", begins=["everyone"])
    number = office.begin("trial", by="vanthu", unit="DET-NANG-SOM", subject="x")
    assert movement.read_matter(number, by=office.who("vanthu")).entry.unit_id is None


def test_who_may_not_begin_is_told_so(office: Office) -> None:
    kept, everyone = deploy(), deploy("all", unit="none", begins=["everyone"])
    assert movement.may_begin(office.who("donvi"), kept) and movement.may_begin(office.who("vanthu"), everyone)
    for login, process in (("vanthu", "trial"), ("thutruong", "trial"), ("thanhtra", "trial"), ("thanhtra", "all"), ("quantri", "all")):
        assert not movement.may_begin(office.who(login), movement.register_in_use(process)), (login, process)
        with pytest.raises(Forbidden):
            office.begin(process, by=login, subject="x")
    with pytest.raises(NotFound):
        office.begin("nomination_case", by="donvi")
    assert set(movement.begins_any(office.who("vanthu"))) == {"all", "petition", "exemplar"}


def test_what_is_wrong_is_named_field_by_field(office: Office) -> None:
    deploy()
    deploy("apart", about=[])
    assert _refused(office, by="donvi", subject="x" * 61) == {"subject"}
    one = office.nominate("HN-2026")
    assert office.begin("trial", by="donvi", about=[one], subject="x")
    assert _refused(office, by="donvi2", about=[one]) == {"about"}, "a name that he may not see"
    assert _refused(office, by="donvi", about=[one, 9999]) == {"about"}
    assert _refused(office, "apart", by="donvi", about=[one]) == {"about"}


def test_it_is_found_by_its_words_and_told_without_what_is_private(office: Office) -> None:
    deploy(title="{{ subject }}: {{ unit }}")
    one = office.nominate("HN-2026", name="Hoàng Bình Minh")
    number = office.begin("trial", by="donvi", about=[one], subject="Đường mạng", sender="Bà Hừng Xa")
    unit = people.unit_name(office.units["DONG-MAY"])
    found = movement.read_matter(number, by=office.who("donvi"))
    assert (found.entry.title, found.subjects) == (f"Đường mạng: {unit}", (f"nomination:{one}",))
    assert found.entry.shown == {"subject": "Đường mạng"}
    with reading() as s:
        row = s.get_one(ProcessInstance, found.entry.instance)
        assert row.about == f"VT 01/2026 · {unit}" and "hoang binh minh" in row.search and "duong mang" in row.search
        assert "hung xa" not in row.search and "Hừng" not in str(row.begun_with)
    sight = trail.may_read(office.who("thanhtra"))
    (told,) = trail.read(stream=f"instance:{found.entry.instance}", kind="matter:begun", sight=sight).events
    assert told.body["number"] == "VT 01/2026" and told.body["names"] == [one] and "Hừng" not in str(told)


def test_who_began_it_is_told_how_it_ended_unless_it_was_his_own_act(office: Office) -> None:
    deploy(work="vhxh", confirm="vhxh")
    mine, own = office.begin("trial", by="donvi", subject="Một"), office.begin("trial", by="vhxh", unit="DONG-MAY", subject="Hai")
    for one in (mine, own):
        office.step(one, "trial_work", by="vhxh", result="Được")
        office.step(one, "trial_confirm", by="vhxh", decision="founded")

    def told(login: str) -> list[str]:
        return [n.subject for n in notices.own_notices(by=office.who(login), language="vi").items if n.letter == "matter_ended"]

    assert told("donvi") == ["Đã có kết quả: Một"] and told("vhxh") == []
