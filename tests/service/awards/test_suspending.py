"""Suspending, resuming and cancelling a nomination: timers stand still, a reason is kept, the unit is told."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from service import clock, notices, trail
from service.awards import lists
from service.awards.holds import open_holds
from service.db import reading
from service.errors import Conflict, Forbidden
from service.notices.models import Mail
from service.processes.models import ProcessInstance
from tests.journeys.office import Office

ROUND = "HN-2026"


def _checked(office: Office) -> int:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    return one


def _file(office: Office, kind: str, one: int, act: str, *, by: str, **fields: str) -> int:
    outcome = lists.file_one(kind, one, act, fields, by=office.who(by))
    office.work()
    return outcome.list_id


def _due(office: Office, one: int) -> object:
    with reading() as s:
        return s.execute(select(ProcessInstance.due_at).where(ProcessInstance.id == office.read(one).instance_id)).scalar()


def _letters() -> list[str]:
    with reading() as s:
        return list(s.scalars(select(Mail.letter).order_by(Mail.id)))


def _suspend(office: Office, one: int, by: str = "truongphong") -> int:
    return _file(office, "hold", one, "suspend", by=by, cause="verification", reason="Chờ kết luận thanh tra")


@pytest.mark.parametrize("by", ["truongphong", "quantri", "chutich"])
def test_suspended_name_stands_still_until_it_is_resumed(office: Office, by: str) -> None:
    one = _checked(office)
    row = _suspend(office, one, by)
    assert office.at(one) == {"check_dossier", "wait_release"}
    with pytest.raises(Conflict, match="on hold"):
        office.check(one)
    assert [h.cause for h in open_holds(one)] == ["verification"]
    office.act(row, "resume", by=by, fields={"reason": "Đã có kết luận", "number": "4/KL"})
    assert open_holds(one) == [] and office.at(one) == {"check_dossier"}
    office.check(one)
    assert office.at(one) == {"wait_posting"}
    assert trail.verify().ok


def test_timer_keeps_the_working_time_that_remained(office: Office) -> None:
    one = _checked(office)
    office.check(one, "supplement")
    office.act(office.submission(one), "return", by="vhxh")
    before = _due(office, one)
    row = _suspend(office, one)
    assert before is not None and _due(office, one) is None
    office.go_past(ROUND, "supplement")
    assert office.status(one)[0] == "supplementing", "the date of the supplement passes without effect"
    office.act(row, "resume", by="truongphong", fields={"reason": "Đã có kết luận", "number": "4/KL"})
    after = _due(office, one)
    assert isinstance(after, datetime) and after > clock.now()
    office.go_to((after + timedelta(days=1)).date())
    assert office.status(one)[0] == "refused_open", "the timer runs again"


def test_cancelled_nomination_ends_without_judgement_with_its_reason(office: Office) -> None:
    one = office.nominate(ROUND)
    row = _file(office, "cancellation", one, "cancel", by="quantri", reason="Nhập nhầm hai lần")
    assert office.status(one) == ("ended", "withdrawn") and office.at(one) == set()
    assert (office.read(one).reason_code, office.read(one).reason) == ("CANCELLED", "Nhập nhầm hai lần")
    event = trail.read(stream=f"list:{row}", kind="cancellation:done", sight=trail.Sight.VALUES).events[0]
    assert event.reason == "Nhập nhầm hai lần"
    assert trail.sentence(event).endswith("hủy trường hợp đề nghị: Nhập nhầm hai lần.")


def test_cancelling_under_a_hold_leaves_nothing_open(office: Office) -> None:
    one = _checked(office)
    _suspend(office, one)
    _file(office, "cancellation", one, "cancel", by="truongphong", reason="Đơn vị đã giải thể")
    assert office.status(one) == ("ended", "withdrawn") and office.at(one) == set()
    assert open_holds(one) == []


def test_unit_is_told_of_each_act_by_mail(office: Office) -> None:
    one = _checked(office)
    row = _suspend(office, one)
    office.act(row, "resume", by="truongphong", fields={"reason": "Đã có kết luận", "number": "4/KL"})
    _file(office, "cancellation", one, "cancel", by="truongphong", reason="Nhập nhầm")
    told = _letters()
    for letter in ("held", "resumed", "stopped"):
        assert told.count(letter) == 2, "the officer of the unit and its head"
        assert notices.label(letter)


def test_officers_units_and_inspector_may_not(office: Office) -> None:
    one = _checked(office)
    assert lists.may_file(office.who("truongphong"), lists.KINDS["hold"].acts[0], office.units["DONG-MAY"])
    for who in ("vhxh", "donvi", "thutruong", "thanhtra", "thuky"):
        for kind, act in (("hold", "suspend"), ("cancellation", "cancel")):
            with pytest.raises(Forbidden):
                _file(office, kind, one, act, by=who, cause="other", reason="Thử")
    row = _suspend(office, one)
    with pytest.raises(Forbidden):
        office.act(row, "resume", by="vhxh", fields={"reason": "Thử"})
    with pytest.raises(Forbidden):
        office.act(row, "resume", by="donvi", fields={"reason": "Thử"})


@pytest.mark.long
def test_what_a_decision_has_settled_is_not_cancelled(office: Office) -> None:
    one = office.nominate(ROUND)
    office.to_council(one, ROUND)
    office.sit(ROUND, {})
    office.decide(ROUND, 1126)
    with pytest.raises(Conflict, match="revoked by the chair"):
        _file(office, "cancellation", one, "cancel", by="truongphong", reason="Thử")
    assert office.status(one)[0] == "handing_over"
