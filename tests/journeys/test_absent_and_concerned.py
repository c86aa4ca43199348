"""Nobody lends away a case that concerns himself: who acts in his place only is kept away with him, and it still lands somewhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from service import clock, people, trail
from service.actor import machine
from service.awards import finding, lists, ties
from service.awards.lists import LineInput
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.processes import history, inbox, strayed, tasks
from tests.journeys.office import Office
from tests.journeys.test_own_case import (
    CHAIR,
    OFFICER,
    OTHER,
    ROUND,
    _asks,
    _decision,
    _events,
    _line,
    _report,
    _signed,
)


@pytest.fixture
def office(office_on: Callable[[date], Office]) -> Office:
    return office_on(date(2026, 11, 3))


def lend(office: Office, absent: str, instead: str, group: str | None = None, *, days: int = 90, **more: Any) -> int:
    """Name a substitute from today on; he is the absent person's own choice."""
    logins, today = people.accounts_by_login(), clock.today()
    return people.name_substitute(
        logins[absent], logins[instead], by=office.who(absent), since=today, until=today + timedelta(days=days),
        reason="Nghỉ phép", group=group, **more,
    )


def open_task(office: Office, one: int) -> int:
    """The one open task of a nomination."""
    (stop,) = [s for s in history.timeline(office.read(one).instance_id or 0) if s.state == "open"]
    return stop.id


def _sees(office: Office, login: str, task: int) -> bool:
    return any(i.id == task for i in inbox.read_inbox(office.who(login), "all", size=200).items)


def _counted(office: Office, login: str) -> tuple[int, int]:
    """What the inbox counts for somebody, on its tab and among the steps of its first page."""
    by = office.who(login)
    page = inbox.read_inbox(by, "group")
    return page.counts["group"], sum(n for _element, n, _late in inbox.count_by_element(by, "group"))


@pytest.mark.long
def test_a_nominees_substitute_checks_the_others_and_not_him(office: Office) -> None:
    lend(office, "vhxh", "ketoan", "vhxh")
    before = _counted(office, "ketoan")
    other, own = _signed(office, OTHER, OFFICER)
    free, his = open_task(office, other), open_task(office, own)
    assert _sees(office, "ketoan", free) and not _sees(office, "ketoan", his)
    assert _counted(office, "ketoan") == (before[0] + 1, before[1] + 1)
    assert inbox.tally(office.who("ketoan"), "group").elements["check_dossier"][1] == 1
    assert tasks.may_act(tasks.read_task(free, by=office.who("ketoan")), office.who("ketoan"))
    with pytest.raises((Forbidden, NotFound)) as refused:
        office.check(own, by="ketoan")
    assert refused.value.code == "own-case"
    assert people.accounts_by_login()["ketoan"] not in tasks.eligible_for(tasks.read_task(his, by=office.who("truongphong")))
    office.check(other, by="ketoan")
    (event,) = [e for e in _events(f"instance:{office.read(other).instance_id}", "task:completed") if e.body["el"] == "check_dossier"]
    assert event.behalf == people.accounts_by_login()["vhxh"]
    office.check(own, by="truongphong")  # a colleague is free, and the case went on


def test_a_tie_that_is_found_later_frees_what_the_substitute_holds(office: Office) -> None:
    lend(office, "vhxh", "ketoan", "vhxh")
    (one,) = _signed(office, "Lê Mai")  # the absent officer under another spelling of his name
    task = open_task(office, one)
    tasks.claim_task(task, by=office.who("ketoan"))
    assert tasks.read_task(task, by=office.who("ketoan")).owner == people.accounts_by_login()["ketoan"]
    ties.tie_account(one, people.accounts_by_login()["vhxh"], by=office.who("truongphong"), reason="Cùng một người")
    assert tasks.read_task(task, by=office.who("truongphong")).owner is None
    assert not _sees(office, "ketoan", task)


def test_who_stands_in_for_two_acts_for_the_one_whom_it_does_not_concern(office: Office) -> None:
    lend(office, "vhxh", "ketoan", "vhxh")
    people.grant(people.accounts_by_login()["vanthu"], "vhxh", by=machine("cli"))
    lend(office, "vanthu", "ketoan", "vhxh")
    (own,) = _signed(office, OFFICER)
    office.check(own, by="ketoan")
    (event,) = [e for e in _events(f"instance:{office.read(own).instance_id}", "task:completed") if e.body["el"] == "check_dossier"]
    assert event.behalf == people.accounts_by_login()["vanthu"]


def test_a_right_lent_by_the_nominee_does_not_choose_who_checks_him(office: Office) -> None:
    """The substitute is a colleague who may check it himself; handing it on was the absent head's right alone."""
    logins, head = people.accounts_by_login(), office.who("truongphong").name
    people.grant(logins["ketoan"], "vhxh", by=machine("cli"))
    lend(office, "truongphong", "ketoan", "vhxh_head")
    free, his = (open_task(office, one) for one in _signed(office, OTHER, head))
    by = office.who("ketoan")
    assert [tasks.may_act(tasks.read_task(task, by=by), by) for task in (free, his)] == [True, True]
    assert [tasks.may_reassign(tasks.read_task(task, by=by), by) for task in (free, his)] == [True, False]
    tasks.reassign_task(free, logins["vhxh"], "Đúng chuyên môn", by=by)
    assert tasks.read_task(free, by=by).owner == logins["vhxh"]
    with pytest.raises(Forbidden):
        tasks.reassign_task(his, logins["vhxh"], "Đúng chuyên môn", by=by)
    assert tasks.read_task(his, by=by).owner is None


def test_a_substitute_of_somebody_of_the_own_unit_does_not_judge_it(office: Office) -> None:
    """The officer belongs to the unit: he files for it and does not check it, nor does who acts in his place only."""
    lend(office, "vhxh", "ketoan", "vhxh")
    one, other = _signed(office, OTHER, "Đỗ Hừng Đông")
    assert _sees(office, "ketoan", open_task(office, one))
    people.grant(people.accounts_by_login()["vhxh"], f"unit:{office.units['DONG-MAY']}", by=machine("cli"))
    assert not _sees(office, "ketoan", open_task(office, one))
    with pytest.raises(Forbidden) as refused:
        office.check(other, by="ketoan")
    assert refused.value.code == "own-case"


def test_who_stands_in_for_a_unit_is_of_the_house_and_another_is_asked(office: Office) -> None:
    """An officer who files for the unit while its head is away does not judge it: the case must not land with him alone."""
    logins, cli = people.accounts_by_login(), machine("cli")
    for other in set(people.members_of(["vhxh", "vhxh_head"])) - {logins["vhxh"]}:
        people.disable_account(other, by=cli, reason="nghỉ")
    (free,) = _signed(office, OTHER)
    assert _sees(office, "vhxh", open_task(office, free)) and not _sees(office, "vanphong", open_task(office, free))
    office.check(free, by="vhxh")
    people.name_substitute(
        logins["thutruong"], logins["vhxh"], by=cli, since=clock.today(), until=clock.today() + timedelta(days=9), reason="Nghỉ phép",
        group=f"unit_head:{office.units['DONG-MAY']}",
    )
    assert logins["vhxh"] in people.belonging_to([office.units["DONG-MAY"]])
    one = office.nominate("DX", name="Lê An")
    office.complete(one, "short_report", _report(), by="donvi")
    office.act(office.submission(one), "sign", by="thutruong", lines=[LineInput(one, "signed")])
    assert _sees(office, "vanphong", open_task(office, one)) and not _sees(office, "vhxh", open_task(office, one))


def test_the_chairs_substitute_signs_the_others_and_not_the_chair(office: Office) -> None:
    lend(office, "chutich", "phochutich", "chair")
    one, other = _signed(office, CHAIR, OTHER)
    decision = _decision(office, [one, other])
    with pytest.raises(Invalid) as refused:
        office.act(decision, "sign", by="phochutich", lines=[LineInput(n, "granted") for n in (one, other)])
    assert [x["nomination"] for x in refused.value.lines] == [one]
    assert "xử lý riêng tên này" in refused.value.lines[0]["message"] and "handle it separately" in refused.value.lines[0]["message_en"]
    _line(office, decision, "sign", "phochutich", other, "granted")
    row = lists.read_list(decision, by=office.who("vhxh"))
    assert (row.data["signs_as"], row.data["signed_by"]) == ("KT. CHỦ TỊCH", "Trần Trường Giang")
    (event,) = _events(f"list:{decision}", "decision:signed")
    assert event.behalf == people.accounts_by_login()["chutich"]
    (second,) = [r.id for r in finding.find_lists(office.who("vhxh"), kind="decision", nomination_id=one) if r.id != decision]
    assert _asks(office, "phochutich", second)
    _line(office, second, "sign", "phochutich", one, "granted")  # as the deputy who falls in, not for the chair
    row = lists.read_list(second, by=office.who("vhxh"))
    assert row.data["signs_as"] == "KT. CHỦ TỊCH"
    (event,) = _events(f"list:{second}", "decision:signed")
    assert event.behalf == "Chủ tịch UBND xã"


@pytest.mark.long
def test_nobody_signs_the_chair_in_the_chairs_place_who_is_no_deputy(office: Office) -> None:
    """Even who was lent the chair in time of a lesser rule: the right alone makes nobody a deputy (Decree 30/2020, Art. 13)."""
    (one,) = _signed(office, OTHER)
    decision = _decision(office, [one])
    number = lend(office, "chutich", "phochutich", "chair")
    people.revoke(people.accounts_by_login()["phochutich"], "deputy", by=machine("cli"), reason="thôi giữ chức")
    with pytest.raises(Forbidden) as refused:
        _line(office, decision, "sign", "phochutich", one, "granted")
    assert refused.value.code == "no-post-to-sign"
    people.grant(people.accounts_by_login()["phochutich"], "deputy", by=machine("cli"))
    _line(office, decision, "sign", "phochutich", one, "granted")
    assert lists.read_list(decision, by=office.who("vhxh")).data["signs_as"] == "KT. CHỦ TỊCH"
    people.end_substitution(number, by=office.who("chutich"), reason="Về")


def test_a_unit_deputy_signs_the_others_for_the_head_and_the_head_as_who_falls_in(office: Office) -> None:
    people.grant(people.accounts_by_login()["dv01"], f"unit_deputy:{office.units['DONG-MAY']}", by=machine("cli"))
    lend(office, "thutruong", "dv01")
    one, other = office.nominate(ROUND, name="Đinh Vũ Phong"), office.nominate(ROUND, name=OTHER)
    for n in (one, other):
        office.assess(n)
    submission = office.submission(one)
    office.act(
        submission, "minutes", by="donvi", lines=[LineInput(n, data={"votes": 10}) for n in (one, other)],
        fields={"held_on": "2026-11-02", "chaired_by": "Phó Hiệu trưởng", "members": 13, "present": 12},
    )
    with pytest.raises(Invalid):
        office.act(submission, "sign", by="dv01", lines=[LineInput(n, "signed") for n in (one, other)])
    row = lists.read_list(submission, by=office.who("dv01"))
    assert lists.hindered(row, lists.kind_of(row).act("sign"), by=office.who("dv01")) == {}
    _line(office, submission, "sign", "dv01", other, "signed")
    _line(office, submission, "sign", "dv01", one, "signed")
    assert office.at(one) == office.at(other) == {"check_dossier"}
    behalves = [e.behalf for e in _events(f"list:{submission}", "submission:signed")]
    assert people.accounts_by_login()["thutruong"] in behalves and any(str(b).startswith("Thủ trưởng đơn vị") for b in behalves)


def test_a_papers_whole_list_is_kept_from_the_nominees_substitute(office: Office) -> None:
    """Who submits for the head stands in for a nominee of the list: somebody else submits it."""
    lend(office, "truongphong", "ketoan", "vhxh_head")
    head, other = _signed(office, "Hồ Trường Sơn", OTHER)
    for n in (head, other):
        office.check(n, by="vhxh")
    office.post(ROUND, [head, other])
    office.sit(ROUND, {}, [head, other])
    decision = office.draw_up("decision", ROUND, [head, other], by="vhxh")
    office.act(decision, "prove", by="vhxh")
    fields = {"dated": clock.today().isoformat()}
    assert not _asks(office, "ketoan", decision) and _asks(office, "vanphong", decision)
    with pytest.raises(Forbidden) as refused:
        office.act(decision, "submit", by="ketoan", fields=fields)
    assert refused.value.code == "own-case"
    office.act(decision, "submit", by="vanphong", fields=fields)


@pytest.mark.long
def test_the_head_absents_substitute_submits_where_it_concerns_nobody_of_them(office: Office) -> None:
    lend(office, "truongphong", "ketoan", "vhxh_head")
    (one,) = _signed(office, OTHER)
    office.check(one, by="vhxh")
    office.post(ROUND, [one])
    office.sit(ROUND, {}, [one])
    decision = office.draw_up("decision", ROUND, [one], by="vhxh")
    office.act(decision, "prove", by="vhxh")
    assert _asks(office, "ketoan", decision)
    office.act(decision, "submit", by="ketoan", fields={"dated": clock.today().isoformat()})
    (event,) = _events(f"list:{decision}", "decision:submitted")
    assert event.behalf == people.accounts_by_login()["truongphong"]


def test_who_acts_for_somebody_does_not_untie_him(office: Office) -> None:
    lend(office, "vhxh", "ketoan", "vhxh")
    (one,) = _signed(office, OFFICER)
    account = people.accounts_by_login()["vhxh"]
    with pytest.raises(Forbidden) as refused:
        ties.untie_account(one, account, by=office.who("ketoan"), reason="Trùng tên")
    assert refused.value.code == "own-case"
    ties.untie_account(one, account, by=office.who("truongphong"), reason="Trùng tên, khác năm sinh")


@pytest.mark.long
def test_what_an_absent_person_holds_reaches_the_substitute_and_goes_back(office: Office) -> None:
    done, left, taken = _signed(office, OTHER, "Đỗ Hừng Đông", "Lê An")
    for one in (done, left):
        tasks.claim_task(open_task(office, one), by=office.who("vhxh"))
    with pytest.raises((Conflict, NotFound)):
        office.check(done, by="ketoan")
    number = lend(office, "vhxh", "ketoan", "vhxh", days=5)
    held, his = open_task(office, done), open_task(office, left)
    assert _sees(office, "ketoan", held) and _sees(office, "ketoan", his)
    with pytest.raises(Conflict):  # a colleague who stands in for nobody still may not
        office.check(done, by="truongphong")
    claimed = tasks.claim_task(his, by=office.who("ketoan"))
    assert claimed.owner == people.accounts_by_login()["vhxh"]  # it stays with him
    tasks.save_draft(his, {"note": "x"}, by=office.who("ketoan"))
    tasks.claim_task(open_task(office, taken), by=office.who("ketoan"))
    office.check(done, by="ketoan")
    stream = f"instance:{office.read(done).instance_id}"
    (event,) = [e for e in _events(stream, "task:completed") if e.body["el"] == "check_dossier"]
    assert event.behalf == people.accounts_by_login()["vhxh"] and f"(xử lý thay {OFFICER})" in trail.sentence(event)
    clock.move_to(clock.now() + timedelta(days=7))
    strayed.free_strayed()
    assert not _sees(office, "ketoan", his)
    with pytest.raises(NotFound):
        office.check(left, by="ketoan")
    assert tasks.read_task(open_task(office, taken), by=office.who("truongphong")).owner is None  # what he took himself is free
    assert office.at(done) == {"wait_posting"}  # what was done stays
    office.check(left, by="vhxh")
    with pytest.raises(NotFound):
        people.end_substitution(number, by=office.who("vhxh"), reason="đã hết")


def test_a_colleague_who_stands_in_takes_what_the_absent_one_holds(office: Office) -> None:
    """He holds the group himself: his own acts stay his own, and what the absent one holds he does in his place."""
    people.grant(people.accounts_by_login()["vanthu"], "vhxh", by=machine("cli"))
    held, free = _signed(office, OTHER, "Đỗ Hừng Đông")
    tasks.claim_task(open_task(office, held), by=office.who("vhxh"))
    with pytest.raises(Conflict):
        office.check(held, by="vanthu")
    lend(office, "vhxh", "vanthu", "vhxh")
    for one in (held, free):
        office.check(one, by="vanthu")
    said = [
        event.behalf for one in (held, free)
        for event in _events(f"instance:{office.read(one).instance_id}", "task:completed") if event.body["el"] == "check_dossier"
    ]
    assert said == [people.accounts_by_login()["vhxh"], None]


def test_a_substitute_for_some_processes_acts_within_these_only(office: Office) -> None:
    """For checking dossiers only: tasks of the process reach him, what other lists ask of the group does not."""
    lend(office, "vhxh", "ketoan", "vhxh", processes=["award_nomination"])
    (one,) = _signed(office, OTHER)
    by = office.who("ketoan")
    assert "vhxh" not in by.groups and "vhxh" in by.within("award_nomination").groups
    task = open_task(office, one)
    assert _sees(office, "ketoan", task) and tasks.may_act(tasks.read_task(task, by=by), by)
    assert people.accounts_by_login()["ketoan"] in tasks.eligible_for(tasks.read_task(task, by=by))
    office.check(one, by="ketoan")
    assert office.read(one)
    posting = office.draw_up("posting", ROUND, by="vhxh")
    with pytest.raises((Forbidden, NotFound)):
        office.act(posting, "post", by="ketoan", fields={"place": "Trụ sở UBND xã", "dated": "2026-11-03"})
    lend(office, "vhxh", "ketoan", "vhxh", processes=["posting"])
    office.act(posting, "post", by="ketoan", fields={"place": "Trụ sở UBND xã", "dated": "2026-11-03"})
    (event,) = _events(f"list:{posting}", "posting:posted")
    assert event.behalf == people.accounts_by_login()["vhxh"]


@pytest.mark.long
def test_papers_say_nobody_has_a_post_that_he_only_stands_in_for(office: Office) -> None:
    from service import papers
    from service.papers.facts import signer

    (one,) = _signed(office, OTHER)
    decision = _decision(office, [one], upto="checked")
    row, kind = lists.read_list(decision, by=office.who("vhxh")), papers.kind_named("office_submission")
    assert signer(row, kind)["name"] == "Hồ Trường Sơn"
    lend(office, "truongphong", "ketoan", "vhxh_head")
    assert signer(row, kind)["name"] == ""
    people.disable_account(people.accounts_by_login()["truongphong"], by=machine("cli"), reason="nghỉ")
    assert signer(row, kind)["name"] == ""





@pytest.mark.long
def test_who_did_an_earlier_step_is_not_acted_for_at_the_step_that_excludes_it(office: Office) -> None:
    """Four eyes: neither his substitute nor he whose step a substitute did; who stands in for somebody else may."""
    logins = people.accounts_by_login()
    people.grant(logins["vanthu"], "vhxh", by=machine("cli"))
    first, second = _signed(office, OTHER, "Đỗ Hừng Đông")
    office.check(first, "not_eligible", by="vhxh")
    lend(office, "vhxh", "ketoan", "vhxh")
    office.check(second, "not_eligible", by="ketoan")  # in the officer's place
    office.tell_result(first)  # one letter tells the unit of both
    for one in (first, second):
        office.file("review_request", one, by="thutruong", content="Đề nghị xem lại điểm D1")
        assert office.at(one) == {"review_refusal"}
    said = {"decision": "uphold", "reason": "Giữ kết luận", "basis": "Điều 75"}
    for one, login in ((first, "ketoan"), (second, "ketoan"), (second, "vhxh")):
        with pytest.raises(Forbidden) as refused:
            office.complete(one, "review_refusal", said, by=login)
        assert refused.value.code == "same-person", (one, login)
        task = open_task(office, one)
        assert not _sees(office, login, task)
        assert logins[login] not in tasks.eligible_for(tasks.read_task(task, by=office.who("truongphong")))
    lend(office, "vanthu", "ketoan", "vhxh")
    with pytest.raises(Forbidden):  # he himself checked this one
        office.complete(second, "review_refusal", said, by="ketoan")
    office.complete(first, "review_refusal", said, by="ketoan")
    (event,) = [e for e in _events(f"instance:{office.read(first).instance_id}", "task:completed") if e.body["el"] == "review_refusal"]
    assert event.behalf == logins["vanthu"]
    office.complete(second, "review_refusal", said, by="vanthu")


def test_a_paper_signed_by_written_authorisation_names_the_office(office: Office) -> None:
    from service import papers
    from service.papers.facts import signer

    (one,) = _signed(office, OTHER)
    row = lists.read_list(_decision(office, [one]), by=office.who("vhxh"))
    kind = papers.kind_named("correction_letter")
    for signs_as, lines in (
        ("CHỦ TỊCH", ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"]),
        ("KT. CHỦ TỊCH", ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]),
        ("TUQ. CHỦ TỊCH", ["TUQ. CHỦ TỊCH", "TRƯỞNG PHÒNG VĂN HÓA - XÃ HỘI"]),
    ):
        row.data = {**row.data, "signed_by": "Hồ Trường Sơn", "signs_as": signs_as}
        assert signer(row, kind) == {"lines": lines, "name": "Hồ Trường Sơn"}
