"""A message to a chosen set: who is in it, who is left out and why, that it goes once, within limits, and what became of it."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from service import notices, people, trail
from service.awards import broadcasting, overview, reminding
from service.db import reading, transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound, Stale, TooMany
from service.notices.models import RETURN
from service.people.models import Account
from service.processes import tasks
from service.processes.models import Activity
from tests.journeys.office import Office

ROUND = "HN-2026"
SAID = {
    "subject": "Nộp hồ sơ trước thứ Sáu",
    "text": "Đề nghị các đơn vị nộp hồ sơ.\nĐợt: {{ title }}, hạn {{ closes }}.\nNgười gửi: {{ by }}",
}


def _look(office: Office, chosen: str, *, by: str = "vhxh", **more: Any) -> broadcasting.Plan:
    return broadcasting.look(chosen, **(SAID | more), by=office.who(by))


def _send(office: Office, plan: broadcasting.Plan, *, by: str = "vhxh", ticket: str = "ve-so-0001", **more: Any) -> int:
    return broadcasting.send(
        plan.chosen.word, **(SAID | more), seen=plan.seen, ticket=ticket, by=office.who(by),
        round_id=plan.round.id if plan.round else None, group=plan.group,
    )


def _login(account: int) -> str:
    return people.accounts_of([account])[account].login


@pytest.mark.long
def test_units_that_have_not_filed_are_told_and_those_that_have_are_not(office: Office) -> None:
    round_id = office.rounds[ROUND]
    before = _look(office, "not_filed", round_id=round_id)
    assert {"donvi", "thutruong", "donvi2"} <= {_login(one) for one in before.told}
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    plan = _look(office, "not_filed", round_id=round_id)
    assert {"donvi", "thutruong"} & {_login(one) for one in plan.told} == set() and "donvi2" in {_login(one) for one in plan.told}
    assert "Đợt: " in plan.letter.text and "hạn hết ngày 20/11/2026" in plan.letter.text
    assert f"Người gửi: {office.who('vhxh').name}" in plan.letter.text
    assert trail.read(kind="broadcast:sent").events == (), "looking sends nothing"
    number = _send(office, plan)
    office.work()
    shown = broadcasting.read_broadcast(number, by=office.who("thanhtra"))
    assert {one.account for one in shown.people} == set(plan.told)
    assert {one.state for one in shown.people} == {"sent"} and {one.read_at for one in shown.people} == {None}
    (event,) = trail.read(kind="broadcast:sent").events
    assert (event.body["set"], event.body["count"], event.stream) == ("not_filed", len(plan.told), f"round:{round_id}")
    reader = office.who("donvi2")
    own = notices.own_notices(by=reader, language="vi", unread=True).items[0]
    assert own.subject == SAID["subject"]
    notices.read_notices(by=reader, ids=[own.id])
    (read,) = [one for one in broadcasting.read_broadcast(number, by=office.who("vhxh")).people if one.account == reader.account]
    assert read.read_at is not None


@pytest.mark.long
def test_each_set_holds_the_people_it_names(office: Office) -> None:
    round_id = office.rounds[ROUND]
    heads = {_login(one) for one in _look(office, "unit_heads").told}
    assert "thutruong" in heads and "donvi" not in heads
    council = {_login(one) for one in _look(office, "council").told}
    assert {"uv1", "uv9"} <= council and "vhxh" not in council
    clerks = {_login(one) for one in _look(office, "group", group="clerk").told}
    assert "vanthu" in clerks and "donvi" not in clerks
    assert _look(office, "open_tasks", round_id=round_id).told == ()
    one = office.nominate(ROUND)
    assert "donvi" in {_login(n) for n in _look(office, "open_tasks", round_id=round_id).told}
    office.assess(one)
    office.sign(one)
    assert "donvi" not in {_login(n) for n in _look(office, "open_tasks", round_id=round_id).told}


def test_who_gets_no_mail_is_named_with_the_reason_and_sees_the_notice(office: Office) -> None:
    accounts = people.accounts_by_login()
    one, other = accounts["uv1"], accounts["uv2"]
    people.edit_account(one, email="", by=office.who("quantri"))
    address = people.accounts_of([other])[other].email
    with transaction() as s:
        s.execute(sa.insert(RETURN).values(
            mail=1, account=other, address=address.casefold(), final=True, status="5.1.1", said="", report="x", reported_at=sa.literal(0),
        ))
        trail.record("mail:returned", by=office.who("quantri"), stream=f"account:{other}")
    plan = _look(office, "council")
    assert {(r.account, r.left_out) for r in plan.people if r.left_out} == {(one, "no-address"), (other, "returns")}
    assert plan.mailed == len(plan.told) - 2 and {one, other} <= set(plan.told)
    number = _send(office, plan)
    office.work()
    states = {d.account: d.state for d in broadcasting.read_broadcast(number, by=office.who("vhxh")).people}
    assert (states[one], states[other]) == ("failed", "withheld") and set(states.values()) == {"failed", "withheld", "sent"}
    for account in (one, other):
        actor = office.who(_login(account))
        assert SAID["subject"] in [n.subject for n in notices.own_notices(by=actor, language="vi").items]


def test_list_or_words_that_changed_since_are_looked_at_again(office: Office) -> None:
    plan = _look(office, "council")
    with pytest.raises(Stale):
        _send(office, plan, text="Nội dung khác")
    people.grant(people.find_account("donvi").id, "member", by=office.who("quantri"))
    with pytest.raises(Stale):
        _send(office, plan)
    _send(office, _look(office, "council"))


@pytest.mark.long
def test_one_ticket_sends_once_and_a_day_has_a_limit(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = _look(office, "council")
    first = _send(office, plan)
    assert _send(office, plan) == first
    assert broadcasting.broadcasts(by=office.who("vhxh"))[1] == 1
    most = broadcasting._data()["limits"]["a_day"]
    for n in range(most - 1):
        _send(office, plan, ticket=f"ve-so-1{n:03}")
    with pytest.raises(TooMany):
        _send(office, plan, ticket="ve-so-9999")
    other = _look(office, "council", by="thuky")
    _send(office, other, by="thuky")
    office.go_to("2026-11-04")
    _send(office, plan, ticket="ve-so-9999")


def test_what_does_not_fit_is_refused_at_its_field(office: Office) -> None:
    def faults(chosen: str, **more: Any) -> set[str]:
        with pytest.raises(Invalid) as refused:
            _look(office, chosen, **more)
        return {fault.path for fault in refused.value.faults}

    assert faults("everybody") == {"set"}
    assert faults("not_filed") == {"round"}
    assert faults("group", group="unit_head") == {"group"}
    assert faults("council", subject="") == {"subject"}
    assert faults("council", text="{{ ballot }}") == {"text"}
    assert faults("council", text="{% for x in y %}") == {"text"}
    assert faults("council", subject="<h1>Chào</h1>") == {"subject"}
    with pytest.raises(NotFound):
        _look(office, "not_filed", round_id=999_999)
    with pytest.raises(Conflict):
        _send(office, _look(office, "open_tasks", round_id=office.rounds[ROUND]))


def test_only_who_may_sends_and_reads(office: Office) -> None:
    plan = _look(office, "council")
    for login in ("donvi", "thanhtra", "quantri", "uv1"):
        with pytest.raises(Forbidden):
            _look(office, "council", by=login)
        with pytest.raises(Forbidden):
            _send(office, plan, by=login)
    with pytest.raises(Forbidden):
        broadcasting.broadcasts(by=office.who("donvi"))


@pytest.mark.long
def test_reminder_of_units_is_one_of_them(office: Office) -> None:
    round_id = office.rounds[ROUND]
    late = [one for one in overview.units_in_round(round_id) if not one.filed]
    assert reminding.remind_units(round_id, by=office.who("vhxh")) == len(late)
    (row,), total = broadcasting.broadcasts(by=office.who("vhxh"))
    assert (total, row.chosen, row.letter) == (1, "not_filed", "draft_closing")
    office.work()
    shown = broadcasting.read_broadcast(row.id, by=office.who("vhxh"))
    assert {one.account for one in shown.people} == set(_look(office, "not_filed", round_id=round_id).told)
    assert {one.state for one in shown.people} == {"sent"}
    (event,) = trail.read(kind="round:units_reminded").events
    assert event.body["broadcast"] == row.id


def test_somebody_whose_account_is_closed_is_not_told(office: Office) -> None:
    account = people.find_account("donvi").id
    office.nominate(ROUND)
    with reading() as s:
        (task,) = s.scalars(sa.select(Activity.id).where(Activity.state == "open", Activity.kind == "user"))
    tasks.claim_task(task, by=office.who("donvi"))
    assert _look(office, "open_tasks", round_id=office.rounds[ROUND]).told == (account,)
    with transaction() as s:
        s.execute(sa.update(Account).where(Account.id == account).values(active=False))
        trail.record("account:blocked", by=office.who("quantri"), stream=f"account:{account}", reason="thử")
    plan = _look(office, "open_tasks", round_id=office.rounds[ROUND])
    assert [(one.account, one.left_out) for one in plan.people if one.account == account] == [(account, "closed")]
    assert account not in plan.told
