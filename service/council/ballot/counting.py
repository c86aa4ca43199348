"""Closing the box, counting it with the codes of two tellers, counting it again, and emptying it for good.

Keys are derived outside the write transaction; opened sheets live in one function of `sealing` and only sums leave it.
What is wrong with a box is an incident in the trail, and nothing is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from nacl.public import PrivateKey

from service import clock, db, jobs, people, trail
from service.actor import Actor
from service.awards import rules
from service.council.ballot import frozen, sealing
from service.council.ballot.digits import RECEIPT, plain_digits
from service.council.ballot.frozen import Rows, lock_round, rows_of
from service.council.ballot.models import BallotBox
from service.council.ballot.rounds import (
    cancel,
    may_see,
    needs_one_of,
    needs_state,
    read_value,
    stream,
    told,
)
from service.council.ballot.sealing import Broken, Sum
from service.council.ballot.tellers import keys_from
from service.council.ballot.values import Ballot
from service.db import reading, session, transaction
from service.errors import Conflict, Forbidden, Invalid

counted: list[Callable[[Ballot, Any, Actor], None]] = []
"""Called inside the counting transaction with the round's value, the database session and who counted: whatever a
result brings about (one job a nomination) stands if and only if the count does."""
minutes_signed: list[Callable[[int], date | None]] = []
"""Asked with the session's number before a box is emptied: the day its minutes were signed, None while they are not."""

_WHY: Mapping[str, tuple[str, str]] = {
    "altered": ("tham số của vòng đã bị sửa", "the parameters of the round were changed"),
    "marks": ("số phiếu trong hòm khác số người đã bỏ phiếu", "the box holds another number than there are voters"),
    "root": ("phiếu trong hòm khác với lúc niêm phong", "the box is not as it was sealed"),
    "cut": ("hòm phiếu bị cắt mất một phần", "the box is cut"),
    "out-of-order": ("phiếu trong hòm bị xáo trộn", "the box is out of order"),
    "copied": ("có phiếu bị chép thành hai", "a ballot was copied"),
    "unreadable": ("có phiếu không mở được", "a ballot cannot be opened"),
    "other-round": ("có phiếu của vòng khác", "a ballot is of another round"),
    "replaced": ("có phiếu bị thay", "a ballot was replaced"),
    "no-sheet": ("có phiếu không đúng mẫu", "a ballot is no sheet of this round"),
    "recusals": ("số người không tham gia khác danh sách", "recusals are not those of the roll"),
    "differs": ("kết quả kiểm lại khác kết quả đã ghi", "the recount differs from what was written down"),
}


def seal_round(round_id: str, *, by: Actor) -> Ballot:
    """Close the box: nobody votes any more, the receipts are published. Returns the round as it then stands.

    Where too few voted the round is cancelled instead, with that reason; where the marks and the box do not agree, the
    same, and the trail says so.
    """
    people.require(by, "ballot.open")
    with transaction():
        rows, box = lock_round(round_id)
        needs_state(rows, "open")
        voters = [one.member_no for one in rows.voters if one.voted]
        number = rows.round.number
        if why := _fault_before_seal(rows, box, len(voters)):
            trail.record("ballot:broken", by=by, stream=stream(round_id), body={"number": number, "why": why})
            cancel(rows, f"Hòm phiếu không khớp: {_WHY[why][0]}.", by=by)
        elif len(voters) < rows.round.quorum:
            cancel(
                rows, f"Không đủ điều kiện: {len(voters)} người bỏ phiếu, cần {rows.round.quorum}.", by=by
            )
        else:
            rows.round.state = "sealed"
            rows.round.box_root = sealing.root_of(sealing.marks_of(box.blob))
            trail.record(
                "ballot:sealed", by=by, stream=stream(round_id),
                body={"number": number, "count": box.n, "root": rows.round.box_root.hex(), "voters": voters},
            )
        session().flush()
        return read_value(rows)


def _fault_before_seal(rows: Rows, box: BallotBox, voters: int) -> str:
    try:
        frozen.check(rows)
        entries = len(sealing.entries_of(box.blob))
    except Conflict:
        return "altered"
    except Broken as broken:
        return broken.why
    return "" if entries == box.n == voters else "marks"


def count_round(round_id: str, codes: Mapping[int, str], *, by: Actor) -> Ballot:
    """Count the sealed box with the codes of two tellers (`codes`: teller's number → what was typed), in one act.

    Invalid names every code that is mistyped, of somebody else or of another round; nothing is written then. A box that
    is not what was sealed is an incident: Conflict, nothing is counted. A crash before the end leaves the box sealed.
    """
    rows, keys = _keys(round_id, codes, by, "sealed")
    with _whole(rows, by), transaction() as s:
        rows, box = lock_round(round_id)
        needs_state(rows, "sealed")
        sums = _sums(rows, box, keys)
        for item, found in zip(rows.items, sums, strict=True):
            if found is not None:
                item.agree, item.disagree, item.blank, item.recused = (
                    found.agree, found.disagree, found.blank, found.recused,
                )
        rows.round.state = "counted"
        s.flush()
        trail.record(
            "ballot:counted", by=by, stream=stream(round_id),
            body={"number": rows.round.number, "count": box.n, "items": sums_of(rows)},
        )
        told(counted, rows, by)
        return read_value(rows)


def recount(round_id: str, codes: Mapping[int, str], *, by: Actor) -> Ballot:
    """Count the kept box once more and compare with what was written down; a difference is an incident (Conflict)."""
    rows, keys = _keys(round_id, codes, by, "counted")
    with _whole(rows, by), transaction():
        rows, box = lock_round(round_id)
        needs_state(rows, "counted")
        for item, found in zip(rows.items, _sums(rows, box, keys), strict=True):
            stands = (
                None
                if item.agree is None
                else Sum(item.agree, item.disagree or 0, item.blank or 0, item.recused or 0)
            )
            if found != stands:
                raise Broken("differs")
        trail.record(
            "ballot:recounted", by=by, stream=stream(round_id),
            body={"number": rows.round.number, "count": box.n, "items": sums_of(rows)},
        )
        return read_value(rows)


def _keys(
    round_id: str, codes: Mapping[int, str], by: Actor, state: str
) -> tuple[Rows, dict[int, PrivateKey]]:
    with reading():
        rows = rows_of(round_id)
        needs_one_of([one.person for one in rows.tellers], by, "ballot.count")
        needs_state(rows, state)
        if not rows.round.secret or rows.round.box_root is None:
            raise Conflict(
                "Vòng này kiểm phiếu giấy, không có hòm điện tử.", "This round was counted on paper; it has no box.",
                code="paper-round",
            )
    return rows, keys_from(rows, codes)


@contextmanager
def _whole(rows: Rows, by: Actor) -> Iterator[None]:
    """Turn what is wrong with a box into an incident, written down in an act of its own after the count was taken back."""
    try:
        yield
    except Broken as broken:
        raise _broken(rows, broken, by) from None
    except Conflict as conflict:
        if conflict.code != "ballot-altered":
            raise
        raise _broken(rows, Broken("altered"), by) from None


def _sums(rows: Rows, box: BallotBox, keys: Mapping[int, PrivateKey]) -> list[Sum | None]:
    """The sums of a box item by item, None for what is not summed; Broken where anything does not fit."""
    frozen.check(rows)
    voters = [one for one in rows.voters if one.voted]
    marks = sealing.marks_of(box.blob)
    if sealing.root_of(marks) != rows.round.box_root:
        raise Broken("root")
    if not len(marks) == box.n == len(voters) <= len(rows.roll):
        raise Broken("marks")
    recusals = [rows.recused_of(one.member_no) for one in voters]
    sums = sealing.open_box(rows.key, box.blob, keys, len(rows.items), recusals)
    if any(one.total != box.n for one in sums):
        raise Broken("marks")
    return [
        None if item.withdrawn or rows.electorate(item.item_no, voters) < rows.round.smallest else found
        for item, found in zip(rows.items, sums, strict=True)
    ]


def _broken(rows: Rows, broken: Broken, by: Actor) -> Conflict:
    """Write an incident down in an act of its own, and give the refusal that says what it is."""
    with transaction():
        trail.record(
            "ballot:broken", by=by, stream=stream(rows.round.id),
            body={"number": rows.round.number, "why": broken.why, "receipt": broken.receipt or None},
        )
    vi, en = _WHY[broken.why]
    named = f" (mã biên nhận {broken.receipt})" if broken.receipt else ""
    named_en = f" (receipt {broken.receipt})" if broken.receipt else ""
    return Conflict(
        f"Không kiểm được phiếu: {vi}{named}. Chưa ghi kết quả nào; sự cố đã ghi vào nhật ký. Lập biên bản, hủy vòng.",
        f"Nothing was counted: {en}{named_en}. The incident stands in the trail. Minute it and cancel the round.",
        code="box-broken",
    )


def sums_of(rows: Rows) -> list[list[int]]:
    """Per item for the trail: number, agree, disagree, blank, recused; an item that was not summed says its number only."""
    return [
        [item.item_no]
        if item.agree is None
        else [item.item_no, item.agree, item.disagree or 0, item.blank or 0, item.recused or 0]
        for item in rows.items
    ]


def complain(round_id: str, receipt: str, *, by: Actor) -> None:
    """A voter does not find the own receipt in the published list: the round is cancelled, before it is counted.

    Invalid where the receipt does stand in the list.
    """
    with transaction():
        rows, box = lock_round(round_id)
        if not any(one.voted and one.person == by.account for one in rows.roll if by.account is not None):
            raise Forbidden(
                "Chỉ người đã bỏ phiếu trong vòng này khiếu nại được.", "Only who voted in this round can complain.",
                code="not-on-roll",
            )
        needs_state(rows, "sealed")
        digits = plain_digits(receipt)
        if len(digits) != RECEIPT:
            raise Invalid.at("receipt", "Mã biên nhận có 20 chữ số.", "A receipt has 20 digits.")
        if digits in {sealing.receipt_of(mark) for mark in sealing.marks_of(box.blob)}:
            raise Invalid.at(
                "receipt", "Mã này có trong danh sách công bố.", "This receipt stands in the published list."
            )
        trail.record(
            "ballot:complained", by=by, stream=stream(round_id),
            body={"number": rows.round.number, "receipt": digits},
        )
        cancel(rows, "Một thành viên không thấy mã biên nhận của mình trong danh sách công bố.", by=by)


def burn_round(round_id: str, *, by: Actor) -> None:
    """Empty the box for good: once the minutes are signed, and the days the office keeps it (BALLOT_KEEP_DAYS) are over.

    The tellers destroy their paper; there is no recount after this.
    """
    people.require(by, "ballot.count")
    with transaction() as s:
        rows, box = lock_round(round_id)
        needs_state(rows, "counted")
        _may_burn(rows)
        box.blob = b""
        for teller in rows.tellers:
            teller.confirmed = False
        rows.round.state = "burnt"
        s.flush()
        trail.record(
            "ballot:burnt", by=by, stream=stream(round_id), body={"number": rows.round.number, "count": box.n}
        )
        jobs.enqueue(_REWRITE, {}, key=f"{_REWRITE}:{round_id}")


def _may_burn(rows: Rows) -> None:
    for ask in minutes_signed:
        signed = ask(rows.round.session_id)
        if signed is None:
            raise Conflict(
                "Biên bản phiên họp chưa ký: giữ hòm phiếu để còn kiểm lại được.",
                "The minutes are not signed: the box is kept so that it can be counted again.",
                code="minutes-unsigned",
            )
        until = signed + timedelta(days=rules.rules_on(clock.today()).number("BALLOT_KEEP_DAYS"))
        if clock.today() < until:
            raise Conflict(
                f"Hòm phiếu được giữ đến {until:%d/%m/%Y} theo thời hạn lưu của Hội đồng.",
                f"The box is kept until {until.isoformat()}, as the council's regulation says.",
                code="kept",
            )


_REWRITE = "ballot:rewrite"


@jobs.handler(_REWRITE)
def rewrite(job: jobs.Job) -> None:
    """Rewrite the box's pages on disk, so that what was emptied is gone; idempotent."""
    db.rewrite(BallotBox)


def check_round(round_id: str, *, by: Actor) -> bool:
    """Tell whether rows, parameters and MAC of an opened round still belong together; for who may read it."""
    with reading():
        rows = rows_of(round_id)
        if not may_see(rows, by):
            raise frozen.no_round(there=True)
        try:
            frozen.check(rows)
        except Conflict:
            return False
    return True
