"""What must not work: swapped keys, changed rows, tampered boxes, wrong codes, races, crashes."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from nacl.public import PrivateKey

from service import db as database
from service import people, trail
from service.council import ballot
from service.council.ballot import digits, sealing, tellers
from service.council.ballot.models import BallotBox, BallotRoll, BallotRound
from service.db import db, reading
from service.errors import Conflict, Invalid, Refusal
from tests.service.council.ballot.chamber import PASSWORD, TELLERS, Chamber
from tests.service.people.enrolling import enrolled


def _by_hand(statement: str, **values: Any) -> None:
    """Change the database as somebody who holds it would, past the service."""
    with db.engine.begin() as connection:
        connection.execute(sa.text(statement), values)


def _state(round_id: str) -> str:
    with reading() as s:
        return s.execute(sa.select(BallotRound.state).where(BallotRound.id == round_id)).scalar_one()


def _box(round_id: str) -> tuple[int, bytes]:
    with reading() as s:
        row = s.execute(sa.select(BallotBox.n, BallotBox.blob).where(BallotBox.round == round_id)).one()
        return row.n, row.blob


def _marked(round_id: str) -> int:
    with reading() as s:
        statement = sa.select(sa.func.count()).select_from(BallotRoll).where(BallotRoll.round == round_id, BallotRoll.voted)
        return s.execute(statement).scalar_one()


# --- parameters


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ballot_teller SET pub = :pub WHERE no = 1",
        "UPDATE ballot_roll SET person = (SELECT id FROM account WHERE login = 'quantri') WHERE member_no = 9",
        "UPDATE ballot_roll SET name = 'Ai Đó' WHERE member_no = 2",
        "DELETE FROM ballot_recusal WHERE item_no = 3",
        "UPDATE ballot_item SET needed = 1 WHERE item_no = 1",
        "UPDATE ballot_round SET quorum = 1",
    ],
    ids=["public key", "voter", "name", "recusal", "needed", "quorum"],
)
def test_parameters_changed_after_opening_refuse_the_cast(chamber: Chamber, change: str) -> None:
    round_id = chamber.open(3, recused={4: {3: "em ruột"}})
    chamber.cast(round_id, 1)
    wanted = ":pub" in change
    _by_hand(change, **({"pub": bytes(PrivateKey.generate().public_key)} if wanted else {}))
    with pytest.raises(Conflict) as refused:
        chamber.cast(round_id, 5)
    assert refused.value.code == "ballot-altered"
    assert _box(round_id)[0] == 1
    assert not ballot.check_round(round_id, by=chamber.who("thuky"))
    with pytest.raises(Conflict):
        chamber.cast(round_id, 6)
    told = trail.read(stream=f"ballot:{round_id}", kind="ballot:altered").events
    assert len(told) == 1
    assert ballot.seal_round(round_id, by=chamber.who("thuky")).state == "cancelled"


def test_parameters_and_rows_changed_together_lack_the_mac(chamber: Chamber) -> None:
    round_id = chamber.open()
    chamber.cast(round_id, 1)
    theirs = bytes(PrivateKey.generate().public_key)
    with reading() as s:
        row = s.get_one(BallotRound, round_id)
        ours = tellers.rows_of(round_id).tellers[0].pub
        params = row.params
    assert params is not None
    assert ours is not None
    swapped = params.replace(ours.hex().encode(), theirs.hex().encode())
    assert swapped != params
    _by_hand("UPDATE ballot_teller SET pub = :pub WHERE no = 1", pub=theirs)
    _by_hand("UPDATE ballot_round SET params = :params", params=swapped)
    with pytest.raises(Conflict) as refused:
        chamber.cast(round_id, 2)
    assert refused.value.code == "ballot-altered"


# --- codes


def test_every_pair_of_tellers_opens_and_three_do_too(chamber: Chamber) -> None:
    for pair in ((1, 2), (1, 3), (2, 3), (1, 2, 3)):
        round_id = chamber.sealed()
        done = ballot.count_round(round_id, chamber.pair(round_id, *pair), by=chamber.who("thuky"))
        result = done.item(1).result
        assert result
        assert (result.agree, result.disagree) == (6, 3), pair


def test_wrong_codes_are_named_and_open_nothing(chamber: Chamber) -> None:
    first = chamber.sealed()
    round_id = chamber.sealed()
    good = chamber.codes[round_id]
    slip = good[1][:7] + str((int(good[1][7]) + 1) % 10) + good[1][8:]
    swapped_at = next(at for at in range(31) if good[2][at] != good[2][at + 1])
    swapped = good[2][:swapped_at] + good[2][swapped_at + 1] + good[2][swapped_at] + good[2][swapped_at + 2 :]
    cases = {
        "single": ({1: good[1]}, "hai người"),
        "single twice": ({1: good[1], 2: " "}, "hai người"),
        "mistyped": ({1: slip, 2: good[2]}, "người kiểm phiếu 1 (Kiểm Phiếu 1): Gõ sai mã"),
        "neighbours swapped": ({1: good[1], 2: swapped}, "người kiểm phiếu 2 (Kiểm Phiếu 2): Gõ sai mã"),
        "too short": ({1: good[1][:-1], 3: good[3]}, "người kiểm phiếu 1 (Kiểm Phiếu 1): Gõ sai mã"),
        "of another teller": ({1: good[3], 2: good[2]}, "đây là mã của người kiểm phiếu 3"),
        "the same one twice": ({1: good[1], 2: good[1]}, "đây là mã của người kiểm phiếu 1"),
        "of another round": ({1: chamber.codes[first][1], 2: good[2]}, "đây là mã của vòng 1"),
        "made up": ({2: good[2], 3: digits.new_code()}, "không phải mã của người này"),
        "of nobody": ({2: good[2], 7: good[3]}, "hai người"),
    }
    for what, (codes, says) in cases.items():
        with pytest.raises(Invalid) as refused:
            ballot.count_round(round_id, codes, by=chamber.who("thuky"))
        assert says in refused.value.message, what
        assert good[1] not in refused.value.message + str(refused.value)
    both = {1: slip, 2: chamber.codes[first][2]}
    with pytest.raises(Invalid) as two:
        ballot.count_round(round_id, both, by=chamber.who("thuky"))
    assert [fault.path for fault in two.value.faults] == ["code_1", "code_2"]
    assert _state(round_id) == "sealed"
    spaced = {1: digits.grouped(good[1]), 3: good[3].replace("", ".")}
    assert ballot.count_round(round_id, spaced, by=chamber.who("thuky")).state == "counted"


def test_code_lost_before_opening_is_replaced_and_must_be_confirmed(chamber: Chamber) -> None:
    round_id = chamber.plan()
    old = chamber.give_codes(round_id)
    by = chamber.who("kiem2")
    fresh = ballot.issue_code(round_id, by=by, pass_=chamber.pass_for("kiem2", f"ballot-code:{round_id}"))
    with pytest.raises(Conflict) as unconfirmed:
        ballot.open_round(round_id, by=chamber.who("thuky"))
    assert "Kiểm Phiếu 2" in unconfirmed.value.message
    with pytest.raises(Invalid) as lost:
        ballot.confirm_code(round_id, old[2], by=by)
    assert lost.value.code == "code-wrong"
    ballot.confirm_code(round_id, fresh, by=by)
    ballot.open_round(round_id, by=chamber.who("thuky"))
    with pytest.raises(Conflict):
        ballot.issue_code(round_id, by=by, pass_=chamber.pass_for("kiem2", f"ballot-code:{round_id}"))


def test_tellers_are_three_and_none_administers(chamber: Chamber) -> None:
    round_id = chamber.plan()
    accounts = [people.find_account(login).id for login in (*TELLERS[:2], "quantri")]
    with pytest.raises(Invalid) as admin:
        ballot.name_tellers(round_id, accounts, by=chamber.who("thuky"))
    assert admin.value.code == "teller-administrator"
    for some in (accounts[:2], [accounts[0], accounts[0], accounts[1]], [accounts[0], accounts[1], 999_999]):
        with pytest.raises(Invalid):
            ballot.name_tellers(round_id, some, by=chamber.who("thuky"))
    chamber.give_codes(round_id)
    people.grant(people.find_account("kiem3").id, "admin", by=chamber.who("quantri"))
    with pytest.raises(Invalid) as later:
        ballot.open_round(round_id, by=chamber.who("thuky"))
    assert later.value.code == "teller-administrator"


def test_outside_demo_mode_tellers_have_the_second_factor_on(chamber: Chamber) -> None:
    round_id, by = chamber.plan(), chamber.who("thuky")
    accounts = [people.find_account(login).id for login in TELLERS]
    enrolled("kiem1", PASSWORD)
    settings = chamber.app.extensions["settings"]
    settings.demo = False
    with pytest.raises(Invalid) as refused:
        ballot.name_tellers(round_id, accounts, by=by)
    assert refused.value.code == "teller-second-factor"
    assert "Kiểm Phiếu 2, Kiểm Phiếu 3 chưa bật" in refused.value.message
    settings.demo = True
    enrolled("kiem2", PASSWORD)
    enrolled("kiem3", PASSWORD)
    settings.demo = False
    ballot.name_tellers(round_id, accounts, by=by)


def test_teller_who_came_to_administer_the_system_opens_no_box(chamber: Chamber) -> None:
    round_id = chamber.sealed()
    codes = chamber.codes[round_id]
    people.grant(people.find_account("kiem3").id, "admin", by=chamber.who("quantri"))
    with pytest.raises(Invalid) as refused:
        ballot.count_round(round_id, {1: codes[1], 3: codes[3]}, by=chamber.who("thuky"))
    assert refused.value.code == "teller-administrator" and _state(round_id) == "sealed"
    assert ballot.count_round(round_id, {1: codes[1], 2: codes[2]}, by=chamber.who("thuky")).state == "counted"


def test_series_of_backups_with_one_code_opens_nothing(chamber: Chamber) -> None:
    """Whoever keeps a copy of the box after each ballot and holds one code can decrypt one layer and reads nothing."""
    round_id = chamber.open()
    copies = []
    for member in range(1, 10):
        chamber.cast(round_id, member, "agree" if member % 2 else "disagree")
        copies.append(_box(round_id)[1])
    key = bytes.fromhex(round_id)
    mine = sealing.teller_key(chamber.codes[round_id][1], key, 1, light=True)
    other = sealing.teller_key(chamber.codes[round_id][2], key, 2, light=True)
    recusals = [frozenset[int]()] * 9
    assert sealing.open_box(key, copies[-1], {1: mine, 2: other}, 3, recusals)[0].agree == 5  # two open it
    from nacl.exceptions import CryptoError
    from nacl.public import SealedBox

    for copy in copies:
        with pytest.raises(ValueError, match="two tellers"):
            sealing.open_box(key, copy, {1: mine}, 3, recusals)
        for guess in (PrivateKey.generate(), mine):
            with pytest.raises(sealing.Broken):
                sealing.open_box(key, copy, {1: mine, 2: guess}, 3, recusals)
        for entry in sealing.entries_of(copy):
            for at in range(32, len(entry), 196):
                try:
                    inner = SealedBox(mine).decrypt(entry[at : at + 196])
                except CryptoError:
                    continue  # a box of the other two
                assert len(inner) == 148  # the other's sealed box: nothing of the sheet shows
                assert key not in inner


# --- the box


def _tamper(what: str, box: bytes, round_id: str, chamber: Chamber) -> bytes:
    entries = sealing.entries_of(box)
    key = bytes.fromhex(round_id)
    public = {no: bytes(sealing.teller_key(code, key, no, light=True).public_key)
              for no, code in chamber.codes[round_id].items()}
    forged = sealing.seal_sheet(key, secrets.token_bytes(32), [sealing.Choice.AGREE] * 3, public)
    if what == "deleted":
        return b"".join(entries[1:])
    if what == "added":
        return b"".join(sorted([*entries, forged]))
    if what == "replaced":
        return b"".join(sorted([*entries[1:], forged]))
    if what == "replaced under the same mark":
        return b"".join([entries[0][:32] + forged[32:], *entries[1:]])
    if what == "copied":
        return b"".join(sorted([entries[0], *entries[:-1]]))
    if what == "copied under another mark":
        return b"".join([entries[0], entries[1][:32] + entries[0][32:], *entries[2:]])
    if what == "of another round":
        other = sealing.seal_sheet(secrets.token_bytes(8), secrets.token_bytes(32), [sealing.Choice.AGREE] * 3, public)
        return b"".join([entries[0][:32] + other[32:], *entries[1:]])
    if what == "one bit":
        return box[:100] + bytes([box[100] ^ 1]) + box[101:]
    if what == "cut":
        return box[:-1]
    assert what == "out of order"
    return b"".join(reversed(entries))


TAMPERED = [
    "deleted", "added", "replaced", "replaced under the same mark", "copied", "copied under another mark",
    "of another round", "one bit", "cut", "out of order",
]


@pytest.mark.parametrize("what", TAMPERED)
def test_tampered_box_stops_the_count_and_is_an_incident(chamber: Chamber, what: str) -> None:
    round_id = chamber.sealed()
    n, box = _box(round_id)
    changed = _tamper(what, box, round_id, chamber)
    _by_hand("UPDATE ballot_box SET blob = :blob, n = :n", blob=changed, n=len(changed) // sealing.ENTRY)
    with pytest.raises(Conflict) as refused:
        ballot.count_round(round_id, chamber.pair(round_id), by=chamber.who("thuky"))
    assert refused.value.code == "box-broken", what
    assert _state(round_id) == "sealed"
    assert all(item.result is None for item in _shown(chamber, round_id).items), "a broken box is shown, and nothing of it is counted"
    assert [e.kind for e in trail.read(stream=f"ballot:{round_id}", limit=1).events] == ["ballot:broken"]
    _by_hand("UPDATE ballot_box SET blob = :blob, n = :n", blob=box, n=n)
    assert ballot.count_round(round_id, chamber.pair(round_id), by=chamber.who("thuky")).state == "counted"


@pytest.mark.parametrize("what", ["cut", "copied", "out of order"])
def test_round_whose_box_was_broken_can_still_be_read_and_cancelled(chamber: Chamber, what: str) -> None:
    round_id = chamber.sealed()
    _n, box = _box(round_id)
    changed = _tamper(what, box, round_id, chamber)
    _by_hand("UPDATE ballot_box SET blob = :blob, n = :n", blob=changed, n=len(changed) // sealing.ENTRY)
    assert round_id in {one.id for one in ballot.list_rounds(by=chamber.who("thuky"))[0]}
    ballot.cancel_round(round_id, "Hòm phiếu bị sửa", by=chamber.who("thuky"))
    assert _state(round_id) == "cancelled"


def _shown(chamber: Chamber, round_id: str) -> ballot.Ballot:
    return ballot.read_round(round_id, by=chamber.who("thuky"))


@pytest.mark.parametrize("what", ["deleted", "added", "cut", "copied", "out of order"])
def test_box_that_does_not_fit_the_marks_is_never_sealed(chamber: Chamber, what: str) -> None:
    round_id = chamber.open()
    for member in range(1, 8):
        chamber.cast(round_id, member)
    _by_hand("UPDATE ballot_box SET blob = :blob", blob=_tamper(what, _box(round_id)[1], round_id, chamber))
    assert ballot.seal_round(round_id, by=chamber.who("thuky")).state == "cancelled"
    assert "ballot:broken" in [e.kind for e in trail.read(stream=f"ballot:{round_id}").events]


def test_replaced_before_the_seal_is_noticed_by_who_compares_receipts(chamber: Chamber) -> None:
    round_id = chamber.open()
    mine = {member: chamber.cast(round_id, member).digits for member in range(1, 8)}
    _by_hand("UPDATE ballot_box SET blob = :blob", blob=_tamper("replaced", _box(round_id)[1], round_id, chamber))
    shown = ballot.seal_round(round_id, by=chamber.who("thuky"))
    (missing,) = [member for member, receipt in mine.items() if receipt not in shown.receipts]
    ballot.complain(round_id, mine[missing], by=chamber.who(f"uyvien{missing}"))
    assert _state(round_id) == "cancelled"


def test_recusal_written_into_a_sheet_past_the_server_is_noticed(chamber: Chamber) -> None:
    """A forged sheet with its own T and another recusal, put in before the seal, in place of an honest one."""
    round_id = chamber.open(3, recused={4: {3: "em ruột"}})
    for member in range(1, 8):
        chamber.cast(round_id, member)
    entries = sealing.entries_of(_box(round_id)[1])
    key = bytes.fromhex(round_id)
    public = {no: bytes(sealing.teller_key(code, key, no, light=True).public_key)
              for no, code in chamber.codes[round_id].items()}
    places = [sealing.Choice.RECUSED, sealing.Choice.AGREE, sealing.Choice.RECUSED]
    forged = sealing.seal_sheet(key, secrets.token_bytes(32), places, public)
    _by_hand("UPDATE ballot_box SET blob = :blob", blob=b"".join(sorted([forged, *entries[1:]])))
    ballot.seal_round(round_id, by=chamber.who("thuky"))
    with pytest.raises(Conflict, match="recusals"):
        ballot.count_round(round_id, chamber.pair(round_id), by=chamber.who("thuky"))


def test_counts_changed_afterwards_are_found_by_the_recount(chamber: Chamber) -> None:
    round_id = chamber.sealed()
    ballot.count_round(round_id, chamber.pair(round_id), by=chamber.who("thuky"))
    _by_hand("UPDATE ballot_item SET agree = agree + 1, disagree = disagree - 1 WHERE item_no = 2")
    with pytest.raises(Conflict, match="recount differs"):
        ballot.recount(round_id, chamber.pair(round_id), by=chamber.who("thuky"))


def test_receipt_used_twice_is_refused(chamber: Chamber) -> None:
    round_id = chamber.open()
    chamber.cast(round_id, 1, secret=b"x" * 32)
    with pytest.raises(Conflict) as refused:
        chamber.cast(round_id, 2, secret=b"x" * 32)
    assert refused.value.code == "receipt-used"
    assert (_box(round_id)[0], _marked(round_id)) == (1, 1)


# --- at once


def _at_once(chamber: Chamber, *acts: Callable[[], Any]) -> list[Any]:
    """Run acts in threads that start together; gives what each returned or raised."""
    barrier = threading.Barrier(len(acts))
    found: list[Any] = [None] * len(acts)

    def run(at: int) -> None:
        with chamber.app.app_context():
            barrier.wait(60)
            try:
                found[at] = acts[at]()
            except Refusal as refusal:
                found[at] = refusal
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(acts))]
    for one in threads:
        one.start()
    for one in threads:
        one.join(120)
    return found


def test_fifty_posts_of_one_member_put_one_ballot_into_the_box(chamber: Chamber) -> None:
    round_id = chamber.open()
    by = chamber.who("uyvien1")
    pass_ = chamber.pass_for("uyvien1", f"ballot:{round_id}")

    def cast() -> ballot.Receipt:
        return ballot.cast_ballot(round_id, {1: "agree"}, secrets.token_bytes(32), by=by, pass_=pass_)

    found = _at_once(chamber, *[cast] * 50)
    taken = [one for one in found if isinstance(one, ballot.Receipt)]
    assert len(taken) == 1
    assert {one.code for one in found if isinstance(one, Refusal)} == {"already-voted"}
    assert (_box(round_id)[0], _marked(round_id)) == (1, 1)
    assert sealing.receipt_of(sealing.marks_of(_box(round_id)[1])[0]) == taken[0].digits


def test_casts_racing_the_close_are_in_the_box_or_refused(chamber: Chamber) -> None:
    round_id = chamber.open(quorum=1)
    chamber.cast(round_id, 1)
    acts: list[Callable[[], Any]] = []
    for member in range(2, 10):
        by = chamber.who(f"uyvien{member}")
        pass_ = chamber.pass_for(by.login, f"ballot:{round_id}")
        acts.append(
            lambda by=by, pass_=pass_: ballot.cast_ballot(
                round_id, {1: "agree"}, secrets.token_bytes(32), by=by, pass_=pass_
            )
        )
    secretary = chamber.who("thuky")
    acts.insert(4, lambda: ballot.seal_round(round_id, by=secretary))
    found = _at_once(chamber, *acts)
    taken = [one.digits for one in found if isinstance(one, ballot.Receipt)]
    assert {one.code for one in found if isinstance(one, Refusal)} <= {"round-sealed"}
    shown = _shown(chamber, round_id)
    assert shown.state == "sealed"
    assert len(shown.receipts) == shown.voted == _marked(round_id) == 1 + len(taken)
    assert set(taken) <= set(shown.receipts)
    assert ballot.count_round(round_id, chamber.pair(round_id), by=secretary).voted == shown.voted


# --- crashes


class Crash(Exception):
    """The machine stops."""


@contextmanager
def _crash_at(number: int) -> Iterator[list[int]]:
    """Stop at the n-th statement that reaches the database; gives how many there were."""
    seen, noted = [0], database._note

    def count(*statement: Any) -> None:
        seen[0] += 1
        if seen[0] == number:
            raise Crash
        noted(*statement)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "_note", count)  # every statement passes there, what goes past SQLAlchemy's events too
        yield seen


def _crash_everywhere(act: Callable[[], Any], untouched: Callable[[], Any]) -> int:
    """Let an act crash at each of its statements in turn, nothing may have changed; at last it goes through."""
    before = untouched()
    number = 0
    while True:
        number += 1
        with _crash_at(number) as seen:
            try:
                act()
            except Crash:
                pass
            else:
                assert seen[0] < number
                return number - 1
        db.session.remove()
        assert untouched() == before, f"after a crash at statement {number}"


def test_crash_at_every_statement_of_a_cast_leaves_no_half_ballot(chamber: Chamber) -> None:
    round_id = chamber.open()
    by = chamber.who("uyvien3")
    pass_ = chamber.pass_for("uyvien3", f"ballot:{round_id}")
    statements = _crash_everywhere(
        lambda: ballot.cast_ballot(round_id, {1: "agree"}, b"s" * 32, by=by, pass_=pass_),
        lambda: (_box(round_id), _marked(round_id)),
    )
    assert statements > 6
    assert (_box(round_id)[0], _marked(round_id)) == (1, 1)


def test_crash_at_every_statement_of_seal_and_count_changes_nothing(chamber: Chamber) -> None:
    round_id = chamber.open()
    for member in range(1, 8):
        chamber.cast(round_id, member)
    by = chamber.who("thuky")

    def untouched() -> Any:
        with reading() as s:
            items = [tuple(row) for row in s.execute(sa.text("SELECT * FROM ballot_item ORDER BY item_no"))]
            entries = s.execute(sa.text("SELECT count(*) FROM trail_event")).scalar_one()
            return _state(round_id), _box(round_id), items, entries

    assert _crash_everywhere(lambda: ballot.seal_round(round_id, by=by), untouched) > 6
    assert _state(round_id) == "sealed"
    codes = chamber.pair(round_id)
    assert _crash_everywhere(lambda: ballot.count_round(round_id, codes, by=by), untouched) > 8
    result = _shown(chamber, round_id).item(1).result
    assert result
    assert (result.agree, result.disagree) == (7, 0)
    assert trail.verify().ok


# --- parameters between the seal and the count


@pytest.mark.parametrize("change", ["UPDATE ballot_item SET needed = 1", "UPDATE ballot_item SET denominator = 5"])
def test_parameters_changed_after_the_seal_count_nothing(chamber: Chamber, change: str) -> None:
    round_id = chamber.sealed()
    _by_hand(f"{change} WHERE item_no = 1")
    with pytest.raises(Conflict) as refused:
        ballot.count_round(round_id, chamber.pair(round_id), by=chamber.who("thuky"))
    assert refused.value.code == "box-broken"
    _nothing_counted(chamber, round_id)


def test_parameters_and_rows_changed_after_the_seal_lack_the_mac(chamber: Chamber) -> None:
    round_id = chamber.sealed()
    with reading() as s:
        params = s.get_one(BallotRound, round_id).params
    assert params is not None
    changed = params.replace(b'"VOTE_COMMUNE",1,9,5]', b'"VOTE_COMMUNE",1,9,1]')
    assert changed != params
    _by_hand("UPDATE ballot_item SET needed = 1")
    _by_hand("UPDATE ballot_round SET params = :params", params=changed)
    with pytest.raises(Conflict) as refused:
        ballot.count_round(round_id, chamber.pair(round_id), by=chamber.who("thuky"))
    assert refused.value.code == "box-broken"
    _nothing_counted(chamber, round_id)


def test_parameters_changed_after_the_count_are_found_by_the_recount(chamber: Chamber) -> None:
    round_id = chamber.sealed()
    by = chamber.who("thuky")
    ballot.count_round(round_id, chamber.pair(round_id), by=by)
    ballot.recount(round_id, chamber.pair(round_id), by=by)
    _by_hand("UPDATE ballot_item SET needed = 1 WHERE item_no = 1")
    with pytest.raises(Conflict) as refused:
        ballot.recount(round_id, chamber.pair(round_id), by=by)
    assert refused.value.code == "box-broken"


def _nothing_counted(chamber: Chamber, round_id: str) -> None:
    shown = ballot.read_round(round_id, by=chamber.who("thuky"))
    assert (shown.state, {item.result for item in shown.items}) == ("sealed", {None})
    (told,) = trail.read(stream=f"ballot:{round_id}", kind="ballot:broken").events
    assert told.body["why"] == "altered"
