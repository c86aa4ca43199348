"""Nominations found by what one knows of them: number, unit, days, version, who worked, facts; and how many there are."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from service import clock, people
from service.actor import Actor, machine
from service.awards.finding import NominationFilter, count_facets, count_phases, find_nominations
from service.awards.nominations import read_nomination
from service.errors import Forbidden, Invalid, NotFound
from service.processes import deployments, enactments
from tests.journeys.office import Office

ROUND = "HN-2026"


def _found(by: Actor, **narrow: object) -> list[str]:
    return [f.nomination.name for f in find_nominations(by, NominationFilter(**narrow)).items]  # type: ignore[arg-type]


def _stands_in(office: Office, absent: str, login: str, *processes: str) -> None:
    """Name a substitute of any house, for some processes."""
    logins, today = people.accounts_by_login(), clock.today()
    people.name_substitute(
        logins[absent], logins[login], by=office.who("quantri"), since=today, until=today + timedelta(days=90), reason="Nghỉ phép",
        processes=processes,
    )


@pytest.fixture
def names(office: Office) -> dict[str, int]:
    """One that was withdrawn on 20/11, one at the check with a pending case, one of another unit that was only begun."""
    made = {
        "Hoàng Bình Minh": office.nominate(ROUND),
        "Lê Trúc Xanh": office.nominate(ROUND, name="Lê Trúc Xanh"),
        "Phạm Thoi Vàng": office.nominate(ROUND, name="Phạm Thoi Vàng", unit="DET-NANG-SOM", by="donvi2", group="C",
                                          kind="COLLECTIVE"),
    }
    office.assess(made["Hoàng Bình Minh"])
    office.assess(made["Lê Trúc Xanh"], facts={"pending_case": "yes"})
    office.sign(made["Hoàng Bình Minh"])
    office.go_to("2026-11-20")
    office.check(made["Hoàng Bình Minh"])
    office.file("withdrawal", made["Hoàng Bình Minh"], by="thutruong", reason="Đơn vị xin rút")
    return made


def test_nomination_is_found_by_number_unit_group_and_text(office: Office, names: dict[str, int]) -> None:
    by = office.who("vhxh")
    one = names["Lê Trúc Xanh"]
    for key in (str(one), f"#{one}", f"nomination:{one}"):
        assert _found(by, text=key) == ["Lê Trúc Xanh"]
    assert _found(by, text=f"#{10**14}") == []
    assert _found(by, units=(office.units["DET-NANG-SOM"],)) == ["Phạm Thoi Vàng"]
    assert _found(by, groups=("C",)) == ["Phạm Thoi Vàng"]
    assert len(_found(by, groups=("C", "D"))) == 3
    assert _found(office.who("donvi"), text=str(names["Phạm Thoi Vàng"])) == []


@pytest.mark.long
def test_nomination_is_found_by_the_days_it_came_and_was_decided(office: Office, names: dict[str, int]) -> None:
    by = office.who("vhxh")
    both = ["Hoàng Bình Minh", "Lê Trúc Xanh"]
    assert _found(by, received=(date(2026, 11, 3), date(2026, 11, 3))) == both
    assert _found(by, received=(date(2026, 11, 4), None)) == []
    assert _found(by, received=(None, date(2026, 11, 2))) == []
    assert _found(by, decided=(date(2026, 11, 20), date(2026, 11, 20))) == ["Hoàng Bình Minh"]
    assert _found(by, decided=(date(2027, 1, 1), None)) == []
    assert _found(by, decided=(None, date(2026, 11, 19))) == []


def test_nomination_is_found_by_version_worker_and_facts(office: Office, names: dict[str, int]) -> None:
    by = office.who("vhxh")
    assert len(_found(by, versions=(1,))) == 3 and _found(by, versions=(2,)) == []
    assert _found(by, worker=by.account) == ["Hoàng Bình Minh"]
    assert _found(by, worker=office.who("ketoan").account) == []
    assert _found(by, fact="pending_case:yes") == ["Lê Trúc Xanh"]
    assert _found(by, fact="pending_case:no") == ["Hoàng Bình Minh"]
    assert _found(by, fact="pending_case:unknown") == ["Phạm Thoi Vàng"]
    with pytest.raises(Invalid):
        _found(by, fact="no_such:yes")
    unit = office.who("donvi")
    for narrow in ({"fact": "pending_case:yes"}, {"worker": by.account}):
        with pytest.raises(Forbidden):
            _found(unit, **narrow)
        with pytest.raises(Forbidden):
            count_facets(unit, NominationFilter(**narrow))  # type: ignore[arg-type]


@pytest.mark.long
def test_each_choice_is_counted_while_the_others_stay(office: Office, names: dict[str, int]) -> None:
    by = office.who("vhxh")
    told = count_facets(by, NominationFilter(groups=("D",)))
    assert told["group"] == {"C": 1, "D": 2} and told["version"] == {"1": 2}
    assert told["unit"] == {str(office.units["DONG-MAY"]): 2}
    assert count_facets(by, NominationFilter(fact="pending_case:yes"))["group"] == {"D": 1}


def test_who_stands_in_for_one_process_finds_what_the_absent_person_sees_of_it(office: Office, names: dict[str, int]) -> None:
    assert _found(office.who("ttcudv")) == []
    _stands_in(office, "thutruong", "ttcudv", "award_nomination")
    by = office.who("ttcudv")
    assert not by.groups & {"vhxh", *(f"unit_head:{unit}" for unit in office.units.values())}, "what was lent counts within the process"
    assert _found(by) == ["Hoàng Bình Minh", "Lê Trúc Xanh"]
    assert count_facets(by, NominationFilter())["unit"] == {str(office.units["DONG-MAY"]): 2}
    _stands_in(office, "vhxh", "ttcudv", "award_nomination")
    by = office.who("ttcudv")
    assert sorted(_found(by)) == sorted(names)
    assert _found(by, units=(office.units["DET-NANG-SOM"],)) == ["Phạm Thoi Vàng"]
    assert count_phases(by) == count_phases(office.who("vhxh")) and sum(count_phases(by).values()) == 3
    with pytest.raises(Forbidden):
        _found(by, fact="pending_case:yes")
    _stands_in(office, "vhxh", "mttq", "posting")
    assert "vhxh" in office.who("mttq").within("posting").groups
    assert _found(office.who("mttq")) == [] and count_phases(office.who("mttq")) == {}


def test_names_of_the_own_units_are_told_from_those_that_somebody_reads_for_another_reason(
    office: Office, names: dict[str, int]
) -> None:
    assert _found(office.who("donvi2")) == _found(office.who("donvi2"), own_units=True) == ["Phạm Thoi Vàng"]
    _stands_in(office, "vhxh", "donvi2", "award_nomination")
    by = office.who("donvi2")
    assert sorted(_found(by)) == sorted(names)
    assert _found(by, own_units=True) == ["Phạm Thoi Vàng"]
    assert count_facets(by, NominationFilter(own_units=True))["unit"] == {str(office.units["DET-NANG-SOM"]): 1}
    office_own = office.nominate(ROUND, name="Nông Gió Mới", unit="VHXH", by="vhxh")
    assert len(_found(office.who("vhxh"))) == 4 and _found(office.who("vhxh"), own_units=True) == [office.read(office_own).name]
    assert _found(office.who("thanhtra")) and _found(office.who("thanhtra"), own_units=True) == [], "no unit is his"


def test_who_stands_in_for_one_process_does_not_find_those_of_another(office: Office) -> None:
    """A later version calls a diagram of another name: what was lent within the one of before does not count there."""
    before = office.nominate(ROUND)
    _stands_in(office, "vhxh", "ttcudv", "commune_certificate")
    files = deployments.files_of(enactments.current_deployment("nomination_case"))
    other = {name: content.replace(b'"commune_certificate"', b'"commune_certificate_2"') for name, content in files.items()}
    enactments.deploy_bundle(other, main="nomination_case", by=machine("cli"))
    after = office.nominate(ROUND, name="Đỗ Hừng Đông")
    by = office.who("ttcudv")
    assert [f.nomination.id for f in find_nominations(office.who("vhxh")).items] == [after, before]
    assert [f.nomination.id for f in find_nominations(by).items] == [before]
    assert read_nomination(before, by=by).id == before
    with pytest.raises(NotFound):
        read_nomination(after, by=by)


@pytest.mark.long
def test_new_version_is_told_apart(office: Office, names: dict[str, int]) -> None:
    files = {
        name: content for name, content in deployments.files_of(enactments.current_deployment("nomination_case")).items()
    }
    name = "nomination_case.bpmn"
    files[name] = files[name].replace(b"</bpmn:definitions>", b"<!-- two --></bpmn:definitions>")
    enactments.deploy_bundle(files, main="nomination_case", by=machine("cli"))
    office.go_to("2027-01-04")
    by = office.who("vhxh")
    office.nominate("DX", name="Đỗ Hừng Đông")
    assert _found(by, versions=(2,)) == ["Đỗ Hừng Đông"]
    assert count_facets(by, NominationFilter())["version"] == {"1": 3, "2": 1}
