"""What each person checked and sent back: by who found the faults, in 30 days, each dossier once, and whose turn it was again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service import clock, trail
from service.awards import returns
from service.awards.returns import CHECKS, Returns
from service.errors import Forbidden, NotFound
from service.processes import deployments, enactments
from tests.journeys.office import Office

ROUND = "HN-2026"
HEAD = "Hồ Trường Sơn"
MENDED = {"mended": [{"what": "Thiếu", "note": "Đã nộp", "files": []}], "amend_facts": False}
TWO = [{"what": "Thiếu minh chứng D1", "mend": "Nộp bản chụp"}, {"what": "Sai họ tên", "mend": "Sửa lại"}]


def _signed(office: Office, *names: str) -> list[int]:
    found = [office.nominate(ROUND, name=name) for name in names]
    for one in found:
        office.assess(one)
    office.sign(found[0])
    return found


def _supplement(office: Office, one: int, *, by: str, reason: str = "") -> None:
    """The list goes to the unit, which mends the dossier and sends it back."""
    submission = office.submission(one)
    office.act(submission, "return", by=by, fields={"reason": reason} if reason else None)
    office.complete(one, "supplement_dossier", MENDED, by="donvi")
    office.act(submission, "sign_supplement", by="thutruong")


def _seen(office: Office, login: str) -> Returns | None:
    return returns.returns_by_person("vhxh", by=office.who("truongphong")).get(office.who(login).account or 0)


def _account(office: Office, login: str) -> int:
    found = office.who(login).account
    assert found is not None
    return found


def test_a_return_is_of_who_found_the_faults_and_each_dossier_counts_once(office: Office) -> None:
    one, two, three = _signed(office, "Lê Trúc Xanh", "Tạ Suối Mơ", "Vũ Lá Cọ")
    assert _seen(office, "vhxh") is None
    office.check(one, "supplement", by="vhxh")
    office.check(two, by="vhxh")
    office.check(three, by="truongphong")
    assert _seen(office, "vhxh") == Returns(2, 1, 0) and _seen(office, "truongphong") == Returns(1, 0, 0)
    _supplement(office, one, by="truongphong")  # who sends the list is no reviewer of it
    assert _seen(office, "truongphong") == Returns(1, 0, 0)
    office.check(one, by="vhxh")
    assert _seen(office, "vhxh") == Returns(2, 1, 0), "checked twice, counted once"
    assert returns.returns_of(_account(office, "vhxh"), by=office.who("truongphong")) == Returns(2, 1, 0)


def test_a_second_return_of_a_dossier_counts_for_who_asked_again(office: Office) -> None:
    one, two = _signed(office, "Lê Trúc Xanh", "Tạ Suối Mơ")
    office.check(one, "supplement", by="vhxh")
    office.check(two, "supplement", by="vhxh")
    _supplement(office, one, by="vhxh")
    office.check(one, "supplement", by="vhxh", faults=TWO)
    assert _seen(office, "vhxh") == Returns(2, 2, 1)
    head, officer = office.who("truongphong"), _account(office, "vhxh")
    found = returns.returned_by(officer, by=head)
    assert [(r.nomination, r.name, r.time, r.faults) for r in found] == [
        (one, "Lê Trúc Xanh", 2, 2), (two, "Tạ Suối Mơ", 1, 1), (one, "Lê Trúc Xanh", 1, 1),
    ]
    assert clock.now() - found[0].asked_at < timedelta(minutes=5) and found[0].unit_name == office.read(one).unit_name
    assert returns.returned_by(_account(office, "truongphong"), by=head) == []


def test_after_thirty_days_it_counts_no_more(office: Office) -> None:
    one, two = _signed(office, "Lê Trúc Xanh", "Tạ Suối Mơ")
    office.check(one, "supplement", by="vhxh")
    office.check(two, by="vhxh")
    office.act(office.submission(one), "return", by="vhxh")
    office.go_to("2026-12-01")
    assert _seen(office, "vhxh") == Returns(2, 1, 0)
    office.go_to("2026-12-04")
    assert _seen(office, "vhxh") is None and returns.returned_by(_account(office, "vhxh"), by=office.who("truongphong")) == []


def test_who_may_not_look_at_the_workload_reads_no_returns_and_reading_leaves_no_entry(office: Office) -> None:
    (one,) = _signed(office, "Lê Trúc Xanh")
    office.check(one, "supplement", by="vhxh")
    officer = _account(office, "vhxh")
    before = trail.read(limit=1, sight=trail.Sight.EVERYTHING).events[0].gseq
    for login in ("truongphong", "thanhtra"):
        assert returns.returns_by_person("vhxh", by=office.who(login))[officer] == Returns(1, 1, 0)
        assert returns.returned_by(officer, by=office.who(login))
    assert trail.read(limit=1, sight=trail.Sight.EVERYTHING).events[0].gseq == before
    for login in ("vhxh", "donvi", "thutruong", "vanphong", "chutich"):
        who = office.who(login)
        with pytest.raises(Forbidden):
            returns.returns_by_person("vhxh", by=who)
        for read in (returns.returns_of, returns.returned_by):
            with pytest.raises(Forbidden):
                read(officer, by=who)
    with pytest.raises(NotFound):
        returns.returns_by_person("vanphong", by=office.who("truongphong"))
    with pytest.raises(NotFound):
        returns.returned_by(_account(office, "donvi"), by=office.who("truongphong"))


def test_case_that_keeps_the_reader_away_is_counted_but_not_named(office: Office) -> None:
    own, other = _signed(office, HEAD, "Lê Trúc Xanh")
    office.check(own, "supplement", by="vhxh")
    office.check(other, "supplement", by="vhxh")
    officer = _account(office, "vhxh")
    assert {r.name for r in returns.returned_by(officer, by=office.who("thanhtra"))} == {HEAD, "Lê Trúc Xanh"}
    assert [r.name for r in returns.returned_by(officer, by=office.who("truongphong"))] == ["Lê Trúc Xanh"]
    assert _seen(office, "vhxh") == Returns(2, 2, 0)


def test_checks_are_the_steps_that_the_diagrams_in_use_call_so(office: Office) -> None:
    elements = deployments.definition_of(enactments.current_deployment("nomination_case")).elements
    assert {one.id for one in elements.values() if one.attrs.get("event") == "dossier:checked"} == set(CHECKS)
