"""A session of nine members over twelve names, from the waiting names to the result in each nomination's process."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import pytest

from service import clock, notices, trail
from service.awards import lists, rule_versions
from service.awards.finding import find_lists
from service.awards.rounds import open_round
from service.council import ballot
from service.council import session as sessions
from service.council.ballot import Sum
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.processes import history
from tests.journeys.conftest import OpenOffice
from tests.journeys.council import DAY, MEMBERS, ROUND, Council, filled


@pytest.fixture
def council(office_on: OpenOffice) -> Council:
    return Council(office_on(DAY))


def _filled(office_on: OpenOffice, count: int, **more: Any) -> Council:
    """A council before whose door names stand; their numbers are what was made in its office."""
    return Council(office_on(DAY, partial(filled, count=count, **more)))


def _steps(council: Council) -> list[str]:
    instance = council.read().instance_id or 0
    return [s.element for s in history.timeline(instance) if s.state == "open"]


def test_nine_members_decide_on_twelve_names(council: Council) -> None:
    council.rule("VOTE_PROV", {"numerator": 4, "denominator": 5, "operator": ">="})
    names = council.fill(forms={0: "BK_TINH", 5: "BK_TINH"})
    office = council.office
    assert [n.id for n in sessions.waiting_names(office.rounds[ROUND])][:2] == [names[0], names[5]]
    council.plan()
    one = council.read()
    assert [i.item_no for i in one.items] == list(range(1, 13))
    assert [i.proposed for i in one.items][:3] == ["BK_TINH", "BK_TINH", "GK_XA"]  # gathered by form of award
    assert (one.items[0].outlook.needed, one.items[0].outlook.denominator) == (8, 9)  # 4/5 of nine
    assert (one.items[2].outlook.needed, one.quorum) == (5, 6)
    assert _steps(council) == ["wait_agenda"]

    council.invite()
    assert council.read().state == "invited"
    for member, login in enumerate(MEMBERS, 1):
        sessions.reply(council.id, member != 9, "Đi công tác tỉnh" if member == 9 else "", by=office.who(login))
    sessions.declare_conflict(council.id, 3, "Là em ruột", by=office.who("uv3"))
    sessions.declare_conflict(council.id, 12, "Là chồng", by=office.who("uv4"))
    council.open(absent=[9])
    one = council.read()
    assert (one.state, one.there, one.presided_by) == ("sitting", 8, 1)
    assert one.items[0].outlook.tight  # eight are there, eight are needed

    first = council.vote(1, 2, against=[4], absent=[9])
    assert [i.needed for i in first.items] == [8, 8]
    council.vote(*range(3, 11), against=[2, 3], absent=[9])
    one = council.read()
    assert [one.item(n).result for n in (1, 2, 3, 4)] == ["failed", "failed", "passed", "passed"]
    assert one.item(3).sums["recused"] == 1
    assert one.item(1).reason == "Được 7 phiếu đồng ý, cần 8 trong 9."

    council.discuss(1, form="GK_XA", form_reason="Thành tích nổi trội ở xã")
    council.discuss(11)
    hands = council.round(1, 11, secret=False)
    council.hands(hands, {1: Sum(8, 0, 0, 0), 11: Sum(3, 5, 0, 0)}, returned=8)
    sessions.postpone_item(council.id, 12, "Chờ xác minh thêm", by=office.who("thuky"))
    one = council.read()
    assert [one.item(n).result for n in (1, 11, 12)] == ["lower_form", "failed", "next_session"]

    council.do("finish", conclusion="Hội đồng thống nhất.")
    with pytest.raises(Conflict):
        council.do("sign", by="chutich")  # the secretary signs first
    council.do("sign_minutes")
    with pytest.raises(Forbidden):
        council.do("sign", by="phochutich")
    council.do("sign", by="chutich")
    with pytest.raises(Conflict):
        council.do("sign", by="chutich")  # once
    by_item = {i.item_no: i for i in council.read().items}
    assert office.at(by_item[3].nomination_id) == {"wait_decision"}
    assert office.at(by_item[12].nomination_id) == {"wait_council"}
    assert office.at(by_item[2].nomination_id) == {"wait_result_letter"}
    lower = office.read(by_item[1].nomination_id)
    assert (lower.form_asked, lower.form_passed, lower.votes) == ("BK_TINH", "GK_XA", {"agree": 8, "disagree": 0, "blank": 0, "of": 9})
    assert [m for m in office.messages() if m[0] == "council:result"] == [("council:result", "delivered")] * 12
    assert _steps(council) == []
    minutes = sessions.minutes_of(council.id, by=office.who("thuky"))
    assert (minutes.passed, minutes.failed, minutes.left_over) == (9, 2, 1)
    assert minutes.does_not_add_up() == []
    assert trail.verify().ok

    left = sessions.waiting_names(office.rounds[ROUND])  # what was left over goes to the next agenda
    assert [n.id for n in left] == [by_item[12].nomination_id]
    council.plan()
    (item,) = council.read().items
    assert item.left_over_from
    assert [(r.member_no, r.cause, r.reason) for r in item.recusals] == [(6, "declared", "Là chồng")], "and so does a conflict"


def test_invitation_goes_out_with_a_calendar_entry_and_members_answer_once(office_on: OpenOffice) -> None:
    council = _filled(office_on, 2)
    council.plan()
    with pytest.raises(NotFound):
        council.read("uv1")  # nothing is shown to members before they are invited
    council.invite()
    assert council.read("uv1").state == "invited"
    mails = [m for m in notices.outbox(by=council.office.who("quantri")).lines if m.letter == "council_invitation"]
    assert len(mails) == 9
    with pytest.raises(Invalid):
        sessions.reply(council.id, False, by=council.office.who("uv1"))
    sessions.reply(council.id, False, "Bận họp tỉnh", by=council.office.who("uv1"))
    assert council.read().coming == 8
    assert sessions.remind_silent(council.id, by=council.office.who("thuky")) == 8
    with pytest.raises(Conflict, match="reminded today"):
        sessions.remind_silent(council.id, by=council.office.who("thuky"))
    with pytest.raises(NotFound):
        sessions.reply(council.id, True, by=council.office.who("vanthu"))  # not on the roll


def test_what_cannot_pass_is_named_before_anybody_is_invited(office_on: OpenOffice) -> None:
    council = _filled(office_on, 3, forms={0: "BK_TINH"})
    council.plan()
    one = council.do("settle")
    assert one.state == "at_risk"  # VOTE_PROV has no value: nothing is reckoned instead
    assert "VOTE_PROV" in (one.at_risk[0].outlook.missing or ("",))[0]
    with pytest.raises(Conflict):
        council.do("invite")
    council.rule("VOTE_PROV", {"numerator": 9, "denominator": 9, "operator": ">="})
    assert council.do("settle").state == "settled"
    council.do("invite")
    sessions.reply(council.id, False, "Ốm", by=council.office.who("uv2"))
    one = council.read()
    assert one.items[0].outlook.hopeless
    assert one.items[0].outlook.by_writing  # nine of nine, if the absent member writes
    assert [i.item_no for i in one.at_risk] == [1]
    ahead = sessions.what_if(council.id, 5, by=council.office.who("thuky"))
    assert (ahead[2].voters, ahead[2].needed) == (7, 5)


def test_a_name_left_to_another_session_is_free_at_once(office_on: OpenOffice) -> None:
    council = _filled(office_on, 3)
    names = council.office.made
    council.plan()
    one = council.read()
    sessions.take_off_item(council.id, 2, "Hồ sơ còn xem lại", by=council.office.who("thuky"))
    assert [n.id for n in sessions.waiting_names(council.office.rounds[ROUND])] == [one.items[1].nomination_id]
    with pytest.raises(Invalid):
        council.office.draw_up("council_sheet", ROUND, [names[0]], by="thuky")  # one list at a time, of either kind
    council.do("call_off", reason="Chưa đủ hồ sơ")
    assert len(sessions.waiting_names(council.office.rounds[ROUND])) == 3
    council.office.draw_up("council_sheet", ROUND, names, by="thuky")  # the paper way is there


@pytest.mark.long
def test_quorum_is_asked_at_the_roll_and_lost_in_mid_session(office_on: OpenOffice) -> None:
    council = _filled(office_on, 2)
    council.plan()
    council.invite()
    with pytest.raises(Conflict, match="No quorum") as few:
        council.open(absent=[5, 6, 7, 8])
    assert "có 5 thành viên, cần 6 trong 9" in few.value.message
    council.open(absent=[8, 9])
    council.discuss(1)
    round_id = council.round(1)
    by = council.office.who("thuky")
    council.cast(round_id, 1)
    sessions.mark_present(council.id, {6: False, 7: False}, {6: "Có việc gấp"}, by=by)
    assert ballot.read_round(round_id, by=by).state == "cancelled"  # its roll is another one now
    assert council.read().item(1).state == "discussed"
    with pytest.raises(Conflict) as lost:
        sessions.plan_round(council.id, [1], by=by)
    assert lost.value.code == "no-quorum"
    council.do("adjourn", reason="Không đủ số người", resumes_on="2026-12-30")
    one = council.read()
    assert (one.state, one.held_at.date().isoformat(), len(one.sittings)) == ("adjourned", "2026-12-30", 1)
    council.open()
    assert len(council.read().sittings) == 2
    council.vote(1, 2)
    council.close()
    assert council.read().state == "signed"


def test_power_cut_voids_the_open_round_only(office_on: OpenOffice) -> None:
    council = _filled(office_on, 3)
    council.plan()
    council.invite()
    council.open()
    council.vote(1)
    council.discuss(2, 3)
    round_id = council.round(2, 3)
    council.cast(round_id, 1)
    council.do("adjourn", reason="Mất điện")
    one = council.read()
    assert [one.item(n).state for n in (1, 2, 3)] == ["decided", "discussed", "discussed"]
    council.open()
    on_paper = sessions.plan_round(council.id, [2, 3], by=council.office.who("thuky"))  # the rest goes on by paper
    council.hands(on_paper, {2: Sum(9, 0, 0, 0), 3: Sum(4, 5, 0, 0)})
    assert [council.read().item(n).result for n in (2, 3)] == ["passed", "failed"]


@pytest.mark.long
def test_conflicts_by_rule_and_by_declaration_are_enforced(council: Council) -> None:
    chair = council.accounts[0]
    council.fill(3, account=chair, name=council.office.who("chutich").name)
    council.plan()
    first = next(i for i in council.read().items if i.recusals)
    assert [(r.member_no, r.cause) for r in first.recusals] == [(1, "nominee")]
    assert first.presides == 2  # for items on the chair the vice-chair presides
    council.invite()
    council.open()
    council.discuss(1, 2, 3)
    round_id = council.round(1, 2, 3)
    with pytest.raises(Invalid):
        council.cast(round_id, 1, {first.item_no: "agree", 77: "agree"})
    with pytest.raises(Invalid):
        sessions.declare_conflict(council.id, 2, " ", by=council.office.who("uv4"))
    other = 1 if first.item_no != 1 else 2
    sessions.declare_conflict(council.id, other, "Cùng góp vốn", by=council.office.who("uv4"))
    by = council.office.who("thuky")
    assert ballot.read_round(round_id, by=by).state == "cancelled"  # a conflict after opening
    again = council.round(1, 2, 3)
    shown = ballot.read_round(again, by=by)
    assert (shown.item(first.item_no).recused, shown.item(other).recused) == ((1,), (6,))
    for member in range(1, 10):
        council.cast(again, member)
    council.count(again)
    with pytest.raises(Conflict, match="decided"):
        sessions.declare_conflict(council.id, other, "Nhớ ra", by=council.office.who("uv5"))
    assert council.read().item(first.item_no).sums["recused"] == 1


@pytest.mark.long
def test_an_open_vote_against_the_rule_is_told_and_refused_once_the_rule_is_confirmed(council: Council) -> None:
    council.rule("VOTE_PROV", {"numerator": 1, "denominator": 2, "operator": ">"})
    council.fill(2, forms={0: "BK_TINH"})
    council.plan()
    council.invite()
    council.open()
    council.discuss(1, 2)
    by = council.office.who("thuky")
    sessions.plan_round(council.id, [2], secret=False, by=by)  # a certificate may be voted on openly
    first = council.round(1, secret=False)
    told = [e.body for e in trail.read(limit=60).events if e.kind == "council_agenda:round_planned"]
    assert sorted(b.get("against_rule", []) for b in told) == [[], [1]]
    ballot.cancel_round(first, "Bỏ phiếu lại, kín", by=by)
    entry = rule_versions.read_rule("VOTE_SECRET_FORMS", clock.today())
    rule_versions.confirm_rule(
        "VOTE_SECRET_FORMS", entry.newest, seen=entry.newest, reason="Đã đọc nghị định", by=council.office.who("truongphong")
    )
    with pytest.raises(Invalid, match="voted on in secret"):
        sessions.plan_round(council.id, [1], secret=False, by=by)
    sessions.plan_round(council.id, [1], by=by)


@pytest.mark.long
def test_a_session_takes_names_of_one_round_and_is_planned_by_its_own_verb(office_on: OpenOffice) -> None:
    council = _filled(office_on, 1)
    names = council.office.made
    later = "SK-2027"
    open_round(council.office.rounds[later], by=council.office.who("truongphong"))
    other = council.office.nominate(later, name="Tạ Suối Mơ")
    council.office.assess(other)
    council.office.sign(other)
    council.office.check(other)
    council.office.post(later, [other])
    with pytest.raises(Invalid) as refused:
        council.plan([*names, other])
    assert refused.value.code == "another-round"
    assert "Tạ Suối Mơ" in refused.value.message
    assert "Hoàng" not in refused.value.message
    with pytest.raises(Conflict) as apart:
        council.office.draw_up("council_agenda", ROUND, names, by="thuky")
    assert apart.value.code == "planned-apart"
    council.plan(names)
    assert [i.nomination_id for i in council.read().items] == names


@pytest.mark.long
def test_own_unit_keeps_out_where_the_rule_says_so(office_on: OpenOffice) -> None:
    council = _filled(office_on, 1, account=None)
    council.plan()
    assert council.read().items[0].recusals == ()
    council.do("call_off", reason="Lập lại")
    council.rule("RECUSE_OWN_UNIT", "yes")
    head = council.office.who("thutruong").account or 0
    council.accounts[4] = head
    council.plan()
    assert [(r.member_no, r.cause) for r in council.read().items[0].recusals] == [(5, "unit")]


@pytest.mark.long
def test_a_nominee_withdrawn_after_the_agenda_went_out_leaves_it_and_its_round(office_on: OpenOffice) -> None:
    council = _filled(office_on, 3)
    names = council.office.made
    council.plan()
    council.invite()
    council.open()
    council.discuss(1, 2, 3)
    round_id = council.round(1, 2, 3)
    gone = council.read().item(2).nomination_id
    assert gone in names
    council.office.file("withdrawal", gone, by="thutruong", number="12/CV", reason="Cá nhân xin rút")
    one = council.read()
    assert one.item(2).state == "withdrawn"
    assert ballot.read_round(round_id, by=council.office.who("thuky")).item(2).withdrawn
    for member in range(1, 10):
        council.cast(round_id, member)
    council.count(round_id)
    assert [council.read().item(n).result for n in (1, 2, 3)] == ["passed", None, "passed"]
    council.close()
    assert [m for m in council.office.messages() if m[0] == "council:result"] == [("council:result", "delivered")] * 2


@pytest.mark.long
def test_an_item_taken_off_a_round_is_up_again_after_the_count(office_on: OpenOffice) -> None:
    council = _filled(office_on, 2)
    council.plan()
    council.invite()
    council.open()
    council.discuss(1, 2)
    round_id = council.round(1, 2)
    ballot.withdraw_item(round_id, 2, "Cần xem lại minh chứng", by=council.office.who("thuky"))
    for member in range(1, 10):
        council.cast(round_id, member)
    council.count(round_id)
    one = council.read()
    assert [(i.state, i.result) for i in one.items] == [("decided", "passed"), ("discussed", None)]
    assert council.vote(2).item(2).result is not None
    council.close()
    assert [i.result for i in council.read().items] == ["passed", "passed"]


@pytest.mark.long
def test_a_decided_item_is_voted_again_only_with_a_reason_that_the_minutes_keep(office_on: OpenOffice) -> None:
    council = _filled(office_on, 1)
    council.plan()
    council.invite()
    council.open()
    council.vote(1, against=range(1, 7))
    assert council.read().item(1).result == "failed"
    with pytest.raises(Invalid, match="voted on again") as silent:
        council.discuss(1)
    assert [f.path for f in silent.value.faults] == ["again_reason"] and council.read().item(1).result == "failed"
    council.vote(1, again_reason="Có thêm minh chứng về sáng kiến")
    item = council.read().item(1)
    assert item.result == "passed"
    assert [(was.result, was.sums["agree"], was.reason) for was in item.reopened] == [("failed", 3, "Có thêm minh chứng về sáng kiến")]
    told = [e for e in trail.read(stream=f"list:{council.read().list_id}", limit=200).events if e.kind == "council_agenda:item_reopened"]
    assert len(told) == 1 and told[0].body["result"] == "failed"
    rounds = sessions.minutes_of(council.id, by=council.office.who("thuky")).rounds
    assert [r.items[0].result.agree for r in rounds if r.items[0].result] == [3, 9]


@pytest.mark.long
def test_a_conflict_cancels_the_round_of_its_item_alone(office_on: OpenOffice) -> None:
    council = _filled(office_on, 2)
    council.plan()
    council.invite()
    council.open()
    council.discuss(1, 2)
    first, second = council.round(1), council.round(2)
    for member in range(1, 10):
        council.cast(first, member)
    by = council.office.who("thuky")
    ballot.seal_round(first, by=by)
    sessions.declare_conflict(council.id, 2, "Cùng góp vốn", by=council.office.who("uv4"))
    assert [ballot.read_round(r, by=by).state for r in (first, second)] == ["sealed", "cancelled"]
    ballot.count_round(first, {no: council.codes[first][no] for no in (1, 3)}, by=by)
    assert [i.state for i in council.read().items] == ["decided", "discussed"]


def test_a_name_on_hold_is_not_put_to_the_vote_and_its_result_does_not_go_out(office_on: OpenOffice) -> None:
    council = _filled(office_on, 3)
    council.plan()
    council.invite()
    council.open()
    council.vote(1)
    council.discuss(2, 3)
    for item in (1, 2):
        lists.file_one(
            "hold", council.read().item(item).nomination_id, "suspend", {"cause": "other", "reason": "Chờ xác minh đơn"},
            by=council.office.who("truongphong"),
        )
        council.office.work()
    with pytest.raises(Conflict, match="on hold") as held:
        sessions.plan_round(council.id, [2], by=council.office.who("thuky"))
    assert "Mục 2" in held.value.message
    council.vote(3)
    council.close()
    assert [m for m in council.office.messages() if m[0] == "council:result"] == [("council:result", "delivered")]
    assert council.office.at(council.read().item(1).nomination_id) >= {"wait_council"}


@pytest.mark.long
def test_secretaries_who_disagree_are_told_the_item(office_on: OpenOffice) -> None:
    council = _filled(office_on, 2)
    council.plan()
    council.invite()
    council.open()
    council.discuss(1, 2)
    hands = council.round(1, 2, secret=False)
    by, other = council.office.who("thuky"), council.office.who("thuky2")
    ballot.file_paper_count(hands, 9, {1: Sum(9, 0, 0, 0), 2: Sum(8, 1, 0, 0)}, by=by)
    ballot.file_paper_count(hands, 9, {1: Sum(9, 0, 0, 0), 2: Sum(7, 2, 0, 0)}, by=other)
    with pytest.raises(Conflict, match="not counted"):
        council.do("finish")
    assert ballot.differing(hands) == [2]
    ballot.file_paper_count(hands, 9, {1: Sum(9, 0, 0, 0), 2: Sum(8, 1, 0, 0)}, by=other)
    assert [council.read().item(n).result for n in (1, 2)] == ["passed", "passed"]


@pytest.mark.long
def test_forms_must_be_lower_and_give_a_reason(council: Council) -> None:
    council.rule("VOTE_PROV", {"numerator": 1, "denominator": 2, "operator": ">"})
    council.fill(2, forms={0: "BK_TINH"})
    council.plan()
    council.invite()
    council.open()
    by = council.office.who("thuky")
    with pytest.raises(Invalid, match="Say why"):
        sessions.discuss_item(council.id, 1, form="GK_XA", by=by)
    with pytest.raises(Invalid, match="lower form"):
        sessions.discuss_item(council.id, 2, form="BK_TINH", by=by)
    with pytest.raises(Invalid, match="reserve form"):
        sessions.discuss_item(council.id, 1, reserve="BK_TINH", form_reason="x", by=by)
    with pytest.raises(Invalid, match="not discussed"):
        sessions.plan_round(council.id, [1], by=by)
    sessions.discuss_item(council.id, 1, reserve="GK_XA", form_reason="Nếu tỉnh không khen", by=by)
    round_id = council.round(1)
    for member in range(1, 10):
        council.cast(round_id, member)
    council.count(round_id)
    council.close()
    row = council.office.read(council.read().item(1).nomination_id)
    assert (row.form_passed, row.form_reserve) == ("BK_TINH", "GK_XA")
    assert council.office.at(row.id) == {"wait_package"}


@pytest.mark.long
def test_paper_and_box_of_an_empty_session_end_with_the_minutes(office_on: OpenOffice) -> None:
    council = _filled(office_on, 1)
    council.plan()
    council.invite()
    council.open()
    counted = council.vote(1)
    by = council.office.who("thuky")
    with pytest.raises(Conflict, match="minutes are not signed"):
        ballot.burn_round(counted.id, by=by)
    council.close()
    ballot.burn_round(counted.id, by=by)
    (agenda,) = find_lists(by, kind="council_agenda")
    assert lists.read_list(agenda.id, by=by).state == "signed"
    assert clock.today() >= date(2026, 11, 3)


def test_a_conflict_declared_by_mistake_is_taken_back_until_its_round_is_opened(office_on: OpenOffice) -> None:
    council = _filled(office_on, 2)
    council.plan()
    council.invite()
    who = council.office.who
    with pytest.raises(Conflict) as nothing:
        sessions.take_back_conflict(council.id, 1, "Nhầm", by=who("uv3"))
    assert nothing.value.code == "not-declared"
    sessions.declare_conflict(council.id, 1, "Cùng góp vốn", by=who("uv3"))
    with pytest.raises(Invalid):
        sessions.take_back_conflict(council.id, 1, " ", by=who("uv3"))
    with pytest.raises(Conflict):
        sessions.take_back_conflict(council.id, 1, "Nhầm", by=who("uv4"))  # another's stands
    with pytest.raises(Forbidden):
        sessions.take_back_conflict(council.id, 1, "Nhầm", by=who("uv4"), member_no=5)
    sessions.take_back_conflict(council.id, 1, "Ghi nhầm mục", by=who("uv3"))
    assert council.read().item(1).recusals == ()
    told = [e for e in trail.read(stream=f"list:{council.read().list_id}", limit=200, sight=trail.Sight.VALUES).events
            if e.kind == "council_agenda:conflict_taken_back"]
    assert [(e.private["member"], e.body["item"]) for e in told] == [(who("uv3").name, 1)] and "member" not in told[0].body

    council.open()
    council.discuss(1, 2)
    sessions.declare_conflict(council.id, 1, "Cùng góp vốn", by=who("uv3"))
    planned = sessions.plan_round(council.id, [1, 2], by=who("thuky"))
    sessions.take_back_conflict(council.id, 1, "Ghi nhầm mục", by=who("uv3"))
    assert ballot.read_round(planned, by=who("thuky")).state == "cancelled"  # planned without him
    sessions.declare_conflict(council.id, 2, "Em ruột", by=who("uv3"))
    opened = council.round(1, 2)
    assert ballot.read_round(opened, by=who("thuky")).item(1).recused == ()
    with pytest.raises(Conflict) as late:
        sessions.take_back_conflict(council.id, 2, "Ghi nhầm mục", by=who("uv3"))
    assert late.value.code == "item-decided"
    assert ballot.read_round(opened, by=who("thuky")).state == "open"
    for member in range(1, 10):
        council.cast(opened, member)
    council.count(opened)
    with pytest.raises(Conflict):
        sessions.take_back_conflict(council.id, 2, "Ghi nhầm mục", by=who("uv3"))
    assert [r.member_no for r in council.read().item(2).recusals] == [5]


@pytest.mark.long
def test_who_keeps_out_by_rule_stays_out_when_a_declaration_is_taken_back(council: Council) -> None:
    council.fill(1, account=council.accounts[0], name=council.office.who("chutich").name)
    council.plan()
    council.invite()
    by = council.office.who("chutich")
    assert [(r.member_no, r.cause) for r in council.read().item(1).recusals] == [(1, "nominee")]
    sessions.declare_conflict(council.id, 1, "Là tôi", by=by)  # out already: nothing new
    with pytest.raises(Conflict):
        sessions.take_back_conflict(council.id, 1, "Vẫn muốn bỏ phiếu", by=by)
    assert [(r.member_no, r.cause) for r in council.read().item(1).recusals] == [(1, "nominee")]
