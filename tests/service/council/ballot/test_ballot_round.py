"""A round from plan to burnt box: what each step writes, tells and refuses."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from service import clock, people, trail, worker
from service.actor import Actor
from service.council import ballot
from service.council.ballot import counting
from service.council.ballot.models import BallotBox
from service.db import reading
from service.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from tests.service.council.ballot.chamber import NAMES, Chamber


def _result(chamber: Chamber, round_id: str, item: int = 1) -> tuple[int, int, int, int]:
    found = ballot.read_round(round_id, by=chamber.who("thuky")).item(item).result
    assert found is not None
    return found.agree, found.disagree, found.blank, found.recused


def _kinds(round_id: str) -> list[str]:
    return [event.kind for event in trail.read(stream=f"ballot:{round_id}", oldest_first=True).events]


def test_whole_round_is_counted_and_adds_up(chamber: Chamber) -> None:
    round_id = chamber.open(3, recused={4: {3: "Người được đề nghị là em ruột"}})
    choices = ["agree", "agree", "disagree", "agree", "blank", "agree", "agree", "agree", "disagree"]
    receipts = [chamber.cast(round_id, member, {1: said, 3: said}) for member, said in enumerate(choices, 1)]
    shown = ballot.seal_round(round_id, by=chamber.who("thuky"))
    assert (shown.state, shown.voted, shown.total) == ("sealed", 9, 9)
    assert shown.receipts == tuple(sorted(one.digits for one in receipts))
    assert [member.name for member in shown.roll if member.voted] == list(NAMES[:9])
    done = ballot.count_round(round_id, chamber.pair(round_id, 1, 3), by=chamber.who("thuky"))
    assert done.state == "counted"
    assert _result(chamber, round_id, 1) == (6, 2, 1, 0)
    assert _result(chamber, round_id, 2) == (0, 0, 9, 0)
    assert _result(chamber, round_id, 3) == (5, 2, 1, 1)
    for item in done.items:
        assert item.result
        assert item.result.agree + item.result.disagree + item.result.blank + item.result.recused == done.voted
    assert [item.result.reached for item in done.items if item.result] == [True, False, True]
    assert _kinds(round_id) == [
        "ballot:planned", "ballot:tellers_named", *["ballot:code_issued", "ballot:code_confirmed"] * 3,
        "ballot:opened", "ballot:sealed", "ballot:counted",
    ]  # casting leaves no entry
    assert trail.verify().ok


def test_until_the_seal_nobody_learns_more_than_a_number(chamber: Chamber, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.council.ballot.ticks.TICK", 1e-6)
    round_id = chamber.open()
    chamber.cast(round_id, 2)
    for login in ("thuky", "uyvien1", "kiem1"):
        shown = ballot.read_round(round_id, by=chamber.who(login))
        assert (shown.voted, shown.total) == (1, 9)
        assert {member.voted for member in shown.roll} == {None}
        assert shown.receipts == ()
        assert all(item.result is None for item in shown.items)
    with pytest.raises(NotFound):
        ballot.read_round(round_id, by=chamber.who("quantri"))
    assert ballot.live(round_id) == (1, 9)


def test_number_of_voters_moves_at_ticks_only(chamber: Chamber, monkeypatch: pytest.MonkeyPatch) -> None:
    round_id = chamber.open()
    now = [1000.0 * ballot.TICK]
    monkeypatch.setattr("service.council.ballot.ticks.time.monotonic", lambda: now[0])
    assert ballot.live(round_id) == (0, 9)
    chamber.cast(round_id, 1)
    now[0] += ballot.TICK - 1
    assert ballot.live(round_id) == (0, 9)
    now[0] += 1
    assert ballot.live(round_id) == (1, 9)


def test_roll_and_parameters_are_frozen_with_a_hash_that_every_member_sees(chamber: Chamber) -> None:
    round_id = chamber.open()
    shown = ballot.read_round(round_id, by=chamber.who("uyvien5"))
    (opened,) = trail.read(stream=f"ballot:{round_id}", kind="ballot:opened").events
    assert opened.body["params"] == shown.params_hash
    assert len(shown.params_hash) == 64
    assert ballot.check_round(round_id, by=chamber.who("uyvien5"))


def test_sixty_items_are_counted_and_one_more_is_refused(chamber: Chamber) -> None:
    round_id = chamber.sealed(60)
    done = ballot.count_round(round_id, chamber.pair(round_id), by=chamber.who("kiem1"))
    assert [(item.item_no, item.result.agree if item.result else None) for item in done.items] == [
        (n, 6) for n in range(1, 61)
    ]
    with pytest.raises(Invalid, match="at most 60 items") as refused:
        chamber.plan(61)
    assert "Chia thành hai vòng" in refused.value.message


def test_second_ballot_is_refused_and_the_first_stands(chamber: Chamber) -> None:
    round_id = chamber.open()
    chamber.cast(round_id, 1, "agree")
    with pytest.raises(Conflict, match="in the box") as again:
        chamber.cast(round_id, 1, "disagree")
    assert again.value.code == "already-voted"
    for member in range(2, 7):
        chamber.cast(round_id, member, "agree")
    ballot.seal_round(round_id, by=chamber.who("thuky"))
    ballot.count_round(round_id, chamber.pair(round_id), by=chamber.who("thuky"))
    assert _result(chamber, round_id) == (6, 0, 0, 0)


def test_who_is_not_on_the_roll_or_absent_is_refused(chamber: Chamber) -> None:
    round_id = chamber.open(absent=[9])
    chamber.cast(round_id, 1)
    with pytest.raises(Forbidden, match="not on the roll"):
        by = chamber.who("thuky")
        ballot.cast_ballot(
            round_id, {}, b"r" * 32, by=by, pass_=chamber.pass_for("thuky", f"ballot:{round_id}")
        )
    with pytest.raises(Forbidden, match="absent"):
        chamber.cast(round_id, 9)


def test_pass_is_needed_and_is_bound_to_round_person_purpose_and_time(
    chamber: Chamber, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_id = chamber.open()
    by = chamber.who("uyvien1")
    other = chamber.open(session=2)
    good = chamber.pass_for("uyvien1", f"ballot:{round_id}")
    wrong = {
        "forged": good[:-1] + ("0" if good[-1] != "0" else "1"),
        "none": "",
        "of another person": chamber.pass_for("uyvien2", f"ballot:{round_id}"),
        "for another round": chamber.pass_for("uyvien1", f"ballot:{other}"),
        "for another purpose": chamber.pass_for("uyvien1", f"ballot-code:{round_id}"),
    }
    for what, pass_ in wrong.items():
        with pytest.raises(Forbidden) as refused:
            ballot.cast_ballot(round_id, {}, b"r" * 32, by=by, pass_=pass_)
        assert refused.value.code == "no-pass", what
    later = clock.unmoved() + timedelta(minutes=10, seconds=1)
    with monkeypatch.context() as m:
        m.setattr(clock, "unmoved", lambda: later)
        with pytest.raises(Forbidden) as late:
            ballot.cast_ballot(round_id, {}, b"r" * 32, by=by, pass_=good)
        assert late.value.code == "no-pass"
    assert ballot.cast_ballot(round_id, {}, b"r" * 32, by=by, pass_=good).digits


def test_no_program_and_no_substitute_votes(chamber: Chamber) -> None:
    round_id = chamber.open()
    by = chamber.who("uyvien1")
    pass_ = chamber.pass_for("uyvien1", f"ballot:{round_id}")
    with pytest.raises(Forbidden, match="in person on the pages"):
        ballot.cast_ballot(round_id, {}, b"r" * 32, by=by.through("api"), pass_=pass_)
    today = clock.today()

    def named(by: Actor) -> int:
        return people.name_substitute(
            people.find_account("uyvien2").id, people.find_account("kiem1").id, since=today,
            until=today + timedelta(days=9), reason="Đi công tác", by=by,
        )

    with pytest.raises(Forbidden, match="no role that a substitute may take"):
        named(chamber.who("uyvien2"))
    assert named(chamber.who("quantri"))
    assert not chamber.who("kiem1").may("member")
    with pytest.raises(Forbidden, match="not on the roll"):
        ballot.cast_ballot(
            round_id, {}, b"r" * 32, by=chamber.who("kiem1"),
            pass_=chamber.pass_for("kiem1", f"ballot:{round_id}"),
        )
    assert ballot.cast_ballot(round_id, {}, b"r" * 32, by=by, pass_=pass_).digits


def test_credential_reset_is_refused_and_the_round_goes_to_paper(chamber: Chamber) -> None:
    round_id = chamber.open()
    chamber.cast(round_id, 1)
    by = chamber.who("uyvien2")
    pass_ = chamber.pass_for("uyvien2", f"ballot:{round_id}")
    code = people.reset_account(by.account or 0, by=chamber.who("quantri"))
    people.redeem_code("uyvien2", code, "mưa nguồn suối xa", door="web")
    with pytest.raises(Refusal):
        ballot.cast_ballot(round_id, {}, b"r" * 32, by=chamber.who("uyvien2"), pass_=pass_)
    shown = ballot.read_round(round_id, by=chamber.who("thuky"))
    assert shown.state == "cancelled"
    assert "phiếu giấy" in shown.reason


def test_credential_changed_past_the_service_is_noticed_at_the_cast(chamber: Chamber) -> None:
    round_id = chamber.open()
    chamber.cast(round_id, 1)
    from service.db import db

    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE account SET credential = credential + 1 WHERE login = 'uyvien2'")
    with pytest.raises(Conflict) as refused:
        chamber.cast(round_id, 2)
    assert refused.value.code == "credential-changed"
    assert ballot.read_round(round_id, by=chamber.who("thuky")).state == "open"


def test_closed_round_takes_no_ballot(chamber: Chamber) -> None:
    round_id = chamber.open()
    for member in range(1, 8):
        chamber.cast(round_id, member)
    ballot.seal_round(round_id, by=chamber.who("thuky"))
    with pytest.raises(Conflict) as late:
        chamber.cast(round_id, 8)
    assert late.value.code == "round-sealed"


def test_round_without_its_quorum_is_cancelled_at_the_seal(chamber: Chamber) -> None:
    round_id = chamber.open()
    for member in range(1, 6):
        chamber.cast(round_id, member)
    shown = ballot.seal_round(round_id, by=chamber.who("thuky"))
    assert shown.state == "cancelled"
    assert shown.reason == "Không đủ điều kiện: 5 người bỏ phiếu, cần 6."
    with pytest.raises(Conflict):
        ballot.count_round(round_id, chamber.pair(round_id), by=chamber.who("thuky"))
    with pytest.raises(Conflict) as few:
        chamber.plan(session=2, absent=[5, 6, 7, 8])
    assert few.value.code == "no-quorum"


def test_item_that_cannot_pass_is_named_and_item_with_too_few_voters_refused(chamber: Chamber) -> None:
    round_id = chamber.plan(3, needed=8, recused={1: {2: ""}, 2: {2: ""}})
    shown = ballot.read_round(round_id, by=chamber.who("thuky"))
    assert [item.item_no for item in shown.items if item.hopeless] == [2]
    with pytest.raises(Invalid) as few:
        chamber.plan(3, recused={n: {3: "cùng đơn vị"} for n in range(1, 6)})
    assert few.value.code == "few-voters"
    assert "Mục 3" in few.value.message


def test_item_whose_voters_stayed_away_is_not_summed(chamber: Chamber) -> None:
    round_id = chamber.open(2, recused={1: {2: ""}, 2: {2: ""}})
    for member in range(1, 7):
        chamber.cast(round_id, member)
    ballot.seal_round(round_id, by=chamber.who("thuky"))
    ballot.count_round(round_id, chamber.pair(round_id), by=chamber.who("thuky"))
    assert _result(chamber, round_id, 1) == (6, 0, 0, 0)
    assert ballot.read_round(round_id, by=chamber.who("thuky")).item(2).result is None  # 4 voters, 5 are needed


def test_withdrawn_item_is_not_summed_the_others_are(chamber: Chamber) -> None:
    round_id = chamber.open(3)
    for member in range(1, 10):
        chamber.cast(round_id, member)
    ballot.withdraw_item(round_id, 2, "Đơn vị rút hồ sơ", by=chamber.who("thuky"))
    ballot.seal_round(round_id, by=chamber.who("thuky"))
    done = ballot.count_round(round_id, chamber.pair(round_id), by=chamber.who("thuky"))
    assert [item.result is not None for item in done.items] == [True, False, True]
    with pytest.raises(Conflict):
        ballot.withdraw_item(round_id, 1, "muộn", by=chamber.who("thuky"))


def test_cancelled_before_the_count_and_never_after(chamber: Chamber) -> None:
    first = chamber.sealed()
    ballot.cancel_round(first, "Một thành viên đến muộn", by=chamber.who("thuky"))
    with pytest.raises(Conflict):
        ballot.count_round(first, chamber.pair(first), by=chamber.who("thuky"))
    second = chamber.sealed()
    ballot.count_round(second, chamber.pair(second), by=chamber.who("thuky"))
    with pytest.raises(Conflict) as late:
        ballot.cancel_round(second, "Không vừa ý", by=chamber.who("thuky"))
    assert late.value.code == "round-counted"
    both = ballot.rounds_of(1, by=chamber.who("thuky"))
    assert [(one.number, one.state) for one in both] == [(1, "cancelled"), (2, "counted")]
    with pytest.raises(Invalid):
        ballot.cancel_round(chamber.plan(), " ", by=chamber.who("thuky"))


def test_conflict_or_power_cut_voids_what_was_not_counted(chamber: Chamber) -> None:
    counted = chamber.sealed()
    ballot.count_round(counted, chamber.pair(counted), by=chamber.who("thuky"))
    running = chamber.open()
    assert ballot.void_rounds(1, "Mất điện", ("open", "sealed"), by=chamber.who("thuky")) == 1
    states = {one.id: one.state for one in ballot.rounds_of(1, by=chamber.who("thuky"))}
    assert states == {counted: "counted", running: "cancelled"}


def test_member_who_misses_the_own_receipt_cancels_the_round(chamber: Chamber) -> None:
    round_id = chamber.open()
    mine = [chamber.cast(round_id, member) for member in range(1, 8)]
    ballot.seal_round(round_id, by=chamber.who("thuky"))
    with pytest.raises(Invalid, match="stands in the published list"):
        ballot.complain(round_id, ballot.grouped(mine[2].digits), by=chamber.who("uyvien3"))
    with pytest.raises(Forbidden):
        ballot.complain(round_id, "1" * 20, by=chamber.who("uyvien8"))
    ballot.complain(round_id, "1" * 20, by=chamber.who("uyvien3"))
    assert ballot.read_round(round_id, by=chamber.who("thuky")).state == "cancelled"
    assert _kinds(round_id)[-2:] == ["ballot:complained", "ballot:cancelled"]


def test_receipt_is_signed_and_says_nothing_of_the_choice(chamber: Chamber) -> None:
    round_id = chamber.open()
    secret = bytes(range(32))
    found = chamber.cast(round_id, 1, "disagree", secret)
    assert ballot.is_ours(round_id, found.digits, found.signature)
    assert not ballot.is_ours(round_id, found.digits[::-1], found.signature)
    assert not ballot.is_ours("0" * 16, found.digits, found.signature)
    from service.council.ballot import sealing

    assert found.digits == sealing.receipt_of(sealing.mark_of(bytes.fromhex(round_id), secret))


def test_counted_hook_runs_inside_the_counting_act(chamber: Chamber, monkeypatch: pytest.MonkeyPatch) -> None:
    told = []
    monkeypatch.setattr(counting, "counted", [lambda value, s, by: told.append((value.state, by.login))])
    round_id = chamber.sealed()
    ballot.count_round(round_id, chamber.pair(round_id), by=chamber.who("thuky"))
    assert told == [("counted", "thuky")]

    def breaks(*_: object) -> None:
        raise RuntimeError("the result could not be carried on")

    monkeypatch.setattr(counting, "counted", [breaks])
    second = chamber.sealed()
    with pytest.raises(RuntimeError):
        ballot.count_round(second, chamber.pair(second), by=chamber.who("thuky"))
    assert ballot.read_round(second, by=chamber.who("thuky")).state == "sealed"


def test_recount_says_the_same_until_the_box_is_burnt(chamber: Chamber, monkeypatch: pytest.MonkeyPatch) -> None:
    round_id = chamber.sealed()
    ballot.count_round(round_id, chamber.pair(round_id), by=chamber.who("thuky"))
    ballot.recount(round_id, chamber.pair(round_id, 2, 3), by=chamber.who("kiem2"))
    signed: list[date | None] = [None]
    monkeypatch.setattr(counting, "minutes_signed", [lambda session: signed[0]])
    with pytest.raises(Conflict) as early:
        ballot.burn_round(round_id, by=chamber.who("thuky"))
    assert early.value.code == "minutes-unsigned"
    signed[0] = clock.today()
    with reading() as s:
        before = s.execute(sa.select(BallotBox.blob)).scalar_one()
    assert len(before) == 9 * 620
    ballot.burn_round(round_id, by=chamber.who("thuky"))
    worker.drain(chamber.app)
    with reading() as s:
        assert s.execute(sa.select(BallotBox.blob)).scalar_one() == b""
    with pytest.raises(Conflict):
        ballot.recount(round_id, chamber.pair(round_id), by=chamber.who("thuky"))
    if not str(chamber.app.config["SQLALCHEMY_DATABASE_URI"]).startswith("postgresql"):
        var = chamber.app.extensions["settings"].var
        left = b"".join(path.read_bytes() for path in var.glob("vinhdanh.sqlite3*"))
        assert before[32:120] not in left
    assert ballot.read_round(round_id, by=chamber.who("thuky")).item(1).result is not None


def test_rights_of_each_step(chamber: Chamber) -> None:
    for login in ("uyvien1", "quantri", "kiem1"):
        with pytest.raises(Forbidden):
            ballot.plan_round(1, chamber.items(), roll=chamber.roll(), quorum=6, by=chamber.who(login))
    round_id = chamber.sealed()
    for login in ("uyvien1", "quantri"):
        with pytest.raises(Forbidden):
            ballot.count_round(round_id, chamber.pair(round_id), by=chamber.who(login))
        with pytest.raises(Forbidden):
            ballot.cancel_round(round_id, "x", by=chamber.who(login))
    ballot.count_round(round_id, chamber.pair(round_id), by=chamber.who("kiem3"))


@pytest.mark.parametrize(
    "choices", [{9: "agree"}, {1: "maybe"}], ids=["an item that is not there", "a choice that is not there"]
)
def test_sheet_that_cannot_be_read_is_refused_without_saying_it_back(chamber: Chamber, choices: dict[int, str]) -> None:
    round_id = chamber.open()
    with pytest.raises(Invalid) as refused:
        chamber.cast(round_id, 1, choices)
    for said in (str(refused.value), refused.value.message):
        assert "maybe" not in said
        assert "9" not in said
    chamber.cast(round_id, 1, {1: "agree"})
