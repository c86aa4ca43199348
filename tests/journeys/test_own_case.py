"""Nobody confirms, checks, appraises or signs for himself, nor an officer for the own office (office.md, point 7)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from service import clock, movement, people, trail
from service.actor import machine
from service.awards import finding, holds, lists, ties
from service.awards.lists import LineInput
from service.db import reading
from service.errors import Forbidden, Invalid, NotFound
from service.processes import history, inbox, tasks
from service.processes.models import Activity
from service.processes.queues import groups_of
from tests.journeys.office import Office

ROUND = "HN-2026"
CHAIR, HEAD, OFFICER = "Hồ Đại Ngàn", "Hồ Trường Sơn", "Lê Ban Mai"
OTHER = "Hoàng Bình Minh"
SESSION = {"held_on": "2026-11-02", "members": 9, "present": 9, "presided_by": "Chủ tịch Hội đồng"}


@pytest.fixture
def office(office_on: Callable[[date], Office]) -> Office:
    return office_on(date(2026, 11, 3))


def _signed(office: Office, *names: str, **more: Any) -> list[int]:
    found = [office.nominate(ROUND, name=name, **more) for name in names]
    for one in found:
        office.assess(one)
    office.sign(found[0])
    return found


def _decision(office: Office, found: list[int], *, upto: str = "checked") -> int:
    """The names pass the council and stand on a decision that waits for the chair."""
    for one in found:
        office.check(one)
    office.post(ROUND, found)
    office.sit(ROUND, {}, found)
    return _drafted(office, found)


def _drafted(office: Office, found: list[int]) -> int:
    decision = office.draw_up("decision", ROUND, found, by="vhxh")
    office.act(decision, "prove", by="vhxh")
    office.act(decision, "submit", by="truongphong", fields={"dated": clock.today().isoformat()})
    office.act(decision, "check_form", by="vanphong", fields={"decision": "accept"})
    return decision


def _events(stream: str, kind: str) -> list[trail.Event]:
    return [e for e in trail.read(stream=stream, limit=200).events if e.kind == kind]


def _asks(office: Office, login: str, list_id: int) -> bool:
    """Whether a list's task stands in somebody's inbox."""
    return any(i.list_id == list_id for i in inbox.read_inbox(office.who(login), "all", size=200).items)


def _line(office: Office, row: int, act: str, by: str, one: int, result: str | None = None, **more: Any) -> None:
    office.act(row, act, by=by, lines=[LineInput(one, result)], **more)


@pytest.mark.long
def test_an_officer_does_not_check_himself_but_his_colleague_does(office: Office) -> None:
    one, other = _signed(office, OFFICER, OTHER)
    office.check(other, by="vhxh")
    with pytest.raises(Forbidden) as refused:
        office.check(one, by="vhxh")
    assert refused.value.code == "own-case"
    office.check(one, by="truongphong")
    assert office.at(one) == {"wait_posting"}


def test_the_own_office_is_checked_by_the_substitute_and_the_trail_says_for_whom(office: Office) -> None:
    (one,) = _signed_by_own_office(office)
    for login in ("vhxh", "truongphong"):
        with pytest.raises((Forbidden, NotFound)):
            office.check(one, by=login)
    office.check(one, by="vanphong")
    instance = office.read(one).instance_id
    (event,) = [e for e in _events(f"instance:{instance}", "task:completed") if e.body["el"] == "check_dossier"]
    assert event.behalf == "Phòng Văn hóa - Xã hội"
    assert "(xử lý thay Phòng Văn hóa - Xã hội)" in trail.sentence(event)
    (stop,) = [s for s in history.timeline(instance or 0) if s.element == "check_dossier"]
    assert (stop.closed_by, stop.on_behalf) == ("Đinh Suối Trong", "Phòng Văn hóa - Xã hội")


def _signed_by_own_office(office: Office, name: str = HEAD) -> list[int]:
    """A name of the Culture and Society Office, signed by the deputy where its head is the nominee."""
    one = office.nominate(ROUND, name=name, unit="VHXH", by="vhxh")
    office.assess(one, by="vhxh")
    people.grant(people.accounts_by_login()["dv01"], f"unit_deputy:{office.units['VHXH']}", by=machine("cli"))
    submission = office.submission(one)
    office.act(
        submission, "minutes", by="vhxh", lines=[LineInput(one, data={"votes": 5})],
        fields={"held_on": "2026-11-02", "chaired_by": "Phó Trưởng phòng", "members": 6, "present": 6},
    )
    with pytest.raises(Forbidden) as refused:
        office.act(submission, "sign", by="truongphong", lines=[LineInput(one, "signed")])
    assert refused.value.code == "own-case"
    office.act(submission, "sign", by="dv01", lines=[LineInput(one, "signed")])
    (event,) = _events(f"list:{submission}", "submission:signed")
    assert isinstance(event.behalf, str) and event.behalf.startswith("Thủ trưởng đơn vị")
    return [one]


@pytest.mark.long
def test_the_return_of_the_own_offices_submission_is_the_substitutes(office: Office) -> None:
    (one,) = _signed_by_own_office(office)
    office.check(one, "supplement", by="vanphong")
    submission = office.submission(one)
    with pytest.raises(Forbidden) as refused:
        office.act(submission, "return", by="vhxh")
    assert refused.value.code == "own-case"
    assert _asks(office, "vanphong", submission) and not _asks(office, "vhxh", submission)
    office.act(submission, "return", by="vanphong")
    assert office.at(one) == {"supplement_dossier"}


def test_a_head_signs_the_other_names_and_his_deputy_signs_him(office: Office) -> None:
    people.grant(people.accounts_by_login()["dv01"], f"unit_deputy:{office.units['DONG-MAY']}", by=machine("cli"))
    one, other = office.nominate(ROUND, name="Đinh Vũ Phong"), office.nominate(ROUND, name=OTHER)
    for n in (one, other):
        office.assess(n)
    submission = office.submission(one)
    office.act(
        submission, "minutes", by="donvi", lines=[LineInput(n, data={"votes": 10}) for n in (one, other)],
        fields={"held_on": "2026-11-02", "chaired_by": "Phó Hiệu trưởng", "members": 13, "present": 12},
    )
    with pytest.raises(Invalid) as refused:
        office.act(submission, "sign", by="thutruong", lines=[LineInput(n, "signed") for n in (one, other)])
    assert [x["nomination"] for x in refused.value.lines] == [one]
    assert _asks(office, "thutruong", submission) and _asks(office, "dv01", submission)
    with pytest.raises(Invalid) as refused:  # the deputy stands in for that name only
        office.act(submission, "sign", by="dv01", lines=[LineInput(n, "signed") for n in (one, other)])
    assert [x["nomination"] for x in refused.value.lines] == [other]
    _line(office, submission, "sign", "thutruong", other, "signed")
    _line(office, submission, "sign", "dv01", one, "signed")
    assert office.at(one) == office.at(other) == {"check_dossier"}


@pytest.mark.long
def test_the_chair_signs_the_others_and_the_deputy_signs_the_chair_with_kt(office: Office) -> None:
    one, other = _signed(office, CHAIR, OTHER)
    decision = _decision(office, [one, other])
    assert _asks(office, "chutich", decision) and not _asks(office, "phochutich", decision)
    with pytest.raises(Invalid) as refused:
        office.act(decision, "sign", by="chutich", lines=[LineInput(n, "granted") for n in (one, other)])
    assert [x["nomination"] for x in refused.value.lines] == [one]
    with pytest.raises(Forbidden):
        _line(office, decision, "sign", "phochutich", other, "granted")
    _line(office, decision, "sign", "chutich", other, "granted")
    row = lists.read_list(decision, by=office.who("vhxh"))
    assert row.data["signs_as"] == "CHỦ TỊCH"
    (second,) = [
        r.id for r in finding.find_lists(office.who("vhxh"), kind="decision", nomination_id=one) if r.id != decision
    ]
    assert [n.id for line, n in lists.lines_of(decision) if not line.removed] == [other]
    assert [(n.id, line.data["proof"]) for line, n in lists.lines_of(second)] == [(one, "confirmed")]
    office.act(decision, "issue", by="vanthu", fields={"number": 1126, "dated": clock.today().isoformat()})
    assert _asks(office, "phochutich", second) and not _asks(office, "chutich", second)
    with pytest.raises(Forbidden) as own:
        _line(office, second, "sign", "chutich", one, "granted")
    assert own.value.code == "own-case"
    _line(office, second, "sign", "phochutich", one, "granted")
    row = lists.read_list(second, by=office.who("vhxh"))
    assert (row.data["signs_as"], row.data["signed_by"]) == ("KT. CHỦ TỊCH", "Trần Trường Giang")
    (event,) = _events(f"list:{second}", "decision:signed")
    assert event.behalf == "Chủ tịch UBND xã"
    (event,) = _events(f"instance:{office.read(one).instance_id}", "decision:signed")
    assert event.behalf == "Chủ tịch UBND xã"
    (stop,) = [s for s in history.timeline(office.read(one).instance_id or 0) if s.element == "wait_decision"]
    assert (stop.closed_by, stop.on_behalf) == ("Trần Trường Giang", "Chủ tịch UBND xã")


@pytest.mark.long
def test_who_says_that_it_is_another_person_gives_the_chair_back_his_right(office: Office) -> None:
    (one,) = _signed(office, CHAIR)
    decision = _decision(office, [one])
    account = people.accounts_by_login()["chutich"]
    assert [p.id for p in ties.tie_of(office.read(one)).asked] == [account]
    with pytest.raises(Forbidden):
        _line(office, decision, "sign", "chutich", one, "granted")
    with pytest.raises(Forbidden):
        ties.untie_account(one, account, by=office.who("chutich"))
    with pytest.raises(NotFound):
        ties.untie_account(one, account, by=office.who("donvi2"))
    ties.untie_account(one, account, by=office.who("vhxh"), reason="Trùng tên, khác năm sinh")
    assert ties.tie_of(office.read(one)).asked == ()
    (event,) = _events(f"instance:{office.read(one).instance_id}", "recipient:untied")
    assert CHAIR in trail.sentence(event)
    assert _asks(office, "chutich", decision) and not _asks(office, "phochutich", decision)
    _line(office, decision, "sign", "chutich", one, "granted")
    assert office.at(one) == {"wait_issue"}


@pytest.mark.long
def test_a_tie_moves_what_stands_open_and_its_end_moves_it_back(office: Office) -> None:
    one = office.nominate(ROUND, name="Lê Mai")  # signs in under another spelling of the name
    office.assess(one)
    office.sign(one)
    account = people.accounts_by_login()["vhxh"]
    (stop,) = [s for s in history.timeline(office.read(one).instance_id or 0) if s.state == "open"]

    tasks.claim_task(stop.id, by=office.who("vhxh"))
    with pytest.raises(Forbidden):
        ties.tie_account(one, account, by=office.who("vanthu"))
    ties.tie_account(one, account, by=office.who("truongphong"), reason="Cùng một người")
    assert tasks.read_task(stop.id, by=office.who("truongphong")).owner is None
    with pytest.raises(Forbidden) as refused:
        office.check(one, by="vhxh")
    assert refused.value.code == "own-case"
    ties.untie_account(one, account, by=office.who("truongphong"), reason="Nhầm")
    office.check(one, by="vhxh")
    kinds = [e.kind for e in trail.read(stream=f"instance:{office.read(one).instance_id}", limit=200).events]
    assert kinds.count("recipient:tied") == kinds.count("recipient:untied") == 1


@pytest.mark.long
def test_a_secretary_does_not_key_the_sheet_that_holds_his_name(office: Office) -> None:
    (one,) = _signed(office, "Cao Rừng Lim")
    office.check(one)
    office.post(ROUND, [one])
    sheet = office.draw_up("council_sheet", ROUND, [one], by="vhxh")
    said: dict[str, Any] = {"lines": [LineInput(one, "passed", data={"agree": 9})], "fields": SESSION}
    with pytest.raises(Forbidden) as refused:
        office.act(sheet, "key", by="thuky", **said)
    assert refused.value.code == "own-case"
    office.act(sheet, "key", by="thuky2", **said)
    assert _asks(office, "vanphong", sheet)
    office.act(sheet, "key", by="vanphong", **said)  # two are needed, and one is kept away
    (first, *_) = _events(f"list:{sheet}", "council_sheet:keyed")
    assert first.behalf == "Thư ký Hội đồng Thi đua - Khen thưởng"
    with pytest.raises(Forbidden):
        office.act(sheet, "sign", by="thuky", fields={"number": "03/BB"})
    office.act(sheet, "sign", by="thuky2", fields={"number": "03/BB"})
    assert office.at(one) == {"wait_decision"}


@pytest.mark.long
def test_papers_over_the_whole_list_are_not_for_its_nominee(office: Office) -> None:
    one, other = _signed(office, HEAD, OTHER)
    for n in (one, other):
        office.check(n, by="vhxh")
    office.post(ROUND, [one, other])
    office.sit(ROUND, {}, [one, other])
    decision = office.draw_up("decision", ROUND, [one, other], by="vhxh")
    office.act(decision, "prove", by="vhxh")
    fields = {"dated": clock.today().isoformat()}
    with pytest.raises(Forbidden) as refused:
        office.act(decision, "submit", by="truongphong", fields=fields)
    assert refused.value.code == "own-case"
    office.act(decision, "submit", by="vanphong", fields=fields)
    (event,) = _events(f"list:{decision}", "decision:submitted")
    assert event.behalf == "Trưởng phòng Văn hóa - Xã hội"


@pytest.mark.long
def test_a_clerk_does_not_number_his_own_decision(office: Office) -> None:
    (one,) = _signed(office, "Trần Văn Suối")
    decision = _decision(office, [one])
    office.act(decision, "sign", by="chutich", lines=[LineInput(one, "granted")])
    fields = {"number": 1126, "dated": clock.today().isoformat()}
    with pytest.raises(Forbidden):
        office.act(decision, "issue", by="vanthu", fields=fields)
    office.act(decision, "issue", by="vanphong", fields=fields)
    assert office.status(one)[0] == "handing_over"


@pytest.mark.long
def test_a_petition_about_the_head_is_settled_by_the_substitute_and_hidden_from_him(office: Office) -> None:
    one, other, third = _signed(office, HEAD, OTHER, "Lê Trúc Xanh")
    said = {"subject": "Làm rõ số liệu", "content": "Kê khai không đúng.", "sender": "Một người dân", "received_on": "2026-11-03"}
    petition = office.begin("petition", by="vhxh", about=[one, third], kind="complaint", **said)
    about_other = office.begin("petition", by="vhxh", about=[other], kind="complaint", **said)
    head, instead, kept = office.who("truongphong"), office.who("vanphong"), movement.register_in_use("petition")
    assert movement.read_matter(about_other, by=head).begun["sender"] == "Một người dân"
    with pytest.raises(NotFound):
        movement.read_matter(petition, by=head)
    assert [e.id for e in movement.find_matters(kept, by=head).entries] == [about_other]
    assert movement.matters_about(f"nomination:{one}", by=head) == []
    (task,) = [s for s in office.stops(petition) if s.state == "open"]
    with pytest.raises(NotFound):
        tasks.complete_task(task.id, {"kind": "remark"}, by=head)
    assert [i.id for i in inbox.read_inbox(instead, "group").items if i.id == task.id] == [task.id]
    seen = movement.read_matter(petition, by=instead)
    assert seen.begun["content"] == "Kê khai không đúng." and seen.begun["sender"] == "Một người dân"
    with pytest.raises(NotFound):
        movement.read_matter(about_other, by=instead)
    office.step(petition, "classify_petition", by="vanphong", kind="complaint")
    for n in (one, third):
        assert [h.list_id for h in holds.open_holds(n)] == [office.sheet(petition, n)]
    office.step(petition, "verify_petition", by="vhxh", findings="Đã làm việc với đơn vị.")
    with pytest.raises(NotFound):
        office.step(petition, "draft_conclusion", by="truongphong", decision="unfounded", summary="x")
    office.conclude(petition, by="vanphong")
    assert not holds.open_holds(one) and not holds.open_holds(third)


def test_who_is_found_to_be_meant_later_is_kept_away_from_what_is_begun_already(office: Office) -> None:
    (one,) = _signed(office, OTHER)
    petition = office.complain(one)
    head = office.who("truongphong")
    assert movement.read_matter(petition, by=head).entry.id == petition
    ties.tie_account(one, head.account, by=office.who("vhxh"), reason="Là trưởng phòng")
    with pytest.raises(NotFound):
        movement.read_matter(petition, by=head)
    office.step(petition, "verify_petition", by="vanphong", findings="Đã làm việc với đơn vị.")  # nobody who works under him
    (task,) = [s for s in office.stops(petition) if s.state == "open"]
    assert task.id in [i.id for i in inbox.read_inbox(office.who("vanphong"), "group").items]


def test_an_agency_gives_no_opinion_on_the_collective_that_it_is(office: Office) -> None:
    police = office.units["CONG-AN"]
    one = office.nominate(ROUND, name=people.unit_name(police), kind="COLLECTIVE", group="A")
    other = office.nominate(ROUND, name=OTHER)
    for n in (one, other):
        office.assess(n)
    office.sign(one)
    for n in (one, other):
        office.check(n, ask_opinions=True, agencies=["CONG-AN"])
    assert ties.tie_of(office.read(one)).unit == police
    letter = office.draw_up("opinion_letter", ROUND, [one, other], by="vhxh", unit_id=police)
    office.act(letter, "send", by="vhxh", fields={"number": "31", "dated": clock.today().isoformat()})
    with pytest.raises(Invalid) as refused:
        office.act(letter, "answer", by="congan", lines=[LineInput(n, "no_objection") for n in (one, other)], fields={})
    assert [x["nomination"] for x in refused.value.lines] == [one]
    _line(office, letter, "answer", "congan", other, "no_objection", fields={})
    ties.tie_unit(one, None, by=office.who("vhxh"), reason="Tên gọi trùng")
    _line(office, letter, "answer", "congan", one, "no_objection", fields={})


@pytest.mark.long
def test_a_named_substitute_is_told_of_everywhere(office: Office) -> None:
    logins = people.accounts_by_login()
    today = clock.today()
    people.name_substitute(
        logins["chutich"], logins["phochutich"], by=office.who("chutich"), since=today,
        until=today + timedelta(days=90), reason="Đi công tác", group="chair",
    )
    people.name_substitute(
        logins["vhxh"], logins["ketoan"], by=office.who("vhxh"), since=today, until=today + timedelta(days=90),
        reason="Nghỉ phép", group="vhxh",
    )
    (one,) = _signed(office, OTHER)
    office.check(one, by="ketoan")
    stream = f"instance:{office.read(one).instance_id}"
    (event,) = [e for e in _events(stream, "task:completed") if e.body["el"] == "check_dossier"]
    assert event.behalf == logins["vhxh"] and f"(xử lý thay {OFFICER})" in trail.sentence(event)
    (stop,) = [s for s in history.timeline(office.read(one).instance_id or 0) if s.element == "check_dossier"]
    assert stop.on_behalf == OFFICER
    office.post(ROUND, [one])
    office.sit(ROUND, {}, [one])
    decision = _drafted(office, [one])
    office.act(decision, "sign", by="phochutich", lines=[LineInput(one, "granted")])
    assert lists.read_list(decision, by=office.who("vhxh")).data["signs_as"] == "KT. CHỦ TỊCH"
    (event,) = _events(f"list:{decision}", "decision:signed")
    assert event.behalf == logins["chutich"] and f"(xử lý thay {CHAIR})" in trail.sentence(event)
    (event,) = _events(stream, "decision:signed")
    assert event.behalf == logins["chutich"]
    (signed,) = _events(f"list:{office.submission(one)}", "submission:signed")
    assert signed.behalf is None  # who acts for himself acts for nobody else


def test_a_unit_whose_only_person_is_the_nominee_is_filed_for_by_its_head(office: Office) -> None:
    one = office.nominate(ROUND, name="Hồ Thu Nắng", by="donvi")
    (stop,) = [s for s in history.timeline(office.read(one).instance_id or 0) if s.element == "self_assess"]

    with reading() as s:
        assert groups_of(s.get_one(Activity, stop.id).queue_id) == {f"unit_head:{office.units['DONG-MAY']}"}
    office.assess(one, by="thutruong")
    assert office.status(one)[0] == "signing_by_head"


def test_who_is_concerned_still_passes_papers_on_and_asks_for_himself(office: Office) -> None:
    """Posting and sending judge nobody, and a head may withdraw the own name."""
    one, other = _signed(office, OFFICER, OTHER)
    office.check(one, by="truongphong")
    office.check(other, by="vhxh")
    posting = office.draw_up("posting", ROUND, by="vhxh")
    outcome = office.act(posting, "post", by="vhxh", fields={"place": "Trụ sở UBND xã", "dated": "2026-11-03"})
    assert outcome.done == 2
    people.grant(people.accounts_by_login()["dv01"], f"unit_deputy:{office.units['DONG-MAY']}", by=machine("cli"))
    head = office.nominate("DX", name="Đinh Vũ Phong")
    office.complete(head, "short_report", _report(), by="donvi")
    office.act(office.submission(head), "sign", by="dv01", lines=[LineInput(head, "signed")])
    office.file("withdrawal", head, by="thutruong", number="01/CV", reason="Xin rút")
    assert office.status(head) == ("ended", "withdrawn")


def _report() -> dict[str, Any]:
    return {
        "form_asked": "GK_XA", "deed": "Cứu người bị nạn", "deed_date": "2026-11-02", "place": "Thôn Đồng Mây",
        "summary": "Cứu hai người bị lũ cuốn trong đêm, đưa về nơi an toàn.", "effect": "Được nhân dân ghi nhận.",
        "contents": ["ND1"], "files": [],
        "facts": {"same_achievement_awarded": "no", "pending_case": "no", "achievement_before_discipline_end": "no"},
    }
