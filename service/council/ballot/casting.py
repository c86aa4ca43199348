"""Opening a round, and the one transaction in which a ballot falls into the box.

What a member chose stays in memory between the request and the sealed entry. It is in no entry of the trail, no mail, no
record of idempotency, no log line and no error: [secret] in route_rights.toml names the routes, and a test holds the list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b

import sqlalchemy as sa
from flask import current_app
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from service import people, trail
from service.actor import Actor
from service.council.ballot import frozen, sealing
from service.council.ballot.frozen import Rows, lock_round, rows_of
from service.council.ballot.models import BallotBox, BallotRoll, BallotRound
from service.council.ballot.rounds import (
    few_voters,
    needs_quorum,
    needs_state,
    read_value,
    stream,
)
from service.council.ballot.sealing import Broken, Choice
from service.council.ballot.tellers import check_tellers
from service.council.ballot.values import Ballot
from service.db import reading, session, table_of, transaction
from service.errors import Conflict, Forbidden, Invalid, Refusal

PASS = "ballot"
"""What a member signs in again for; a pass for it goes with the round's id behind a colon."""
CHOICES: Mapping[str, Choice] = {"agree": Choice.AGREE, "disagree": Choice.DISAGREE, "blank": Choice.BLANK}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a voter holds: the 20 digits of T, and the service's signature that an entry with it is in the box.

    Both are the same whatever was chosen.
    """

    digits: str
    signature: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the static sheet is drawn from: the round, the items this member keeps out of."""

    ballot: Ballot
    member_no: int
    recused: frozenset[int]


def open_round(round_id: str, *, by: Actor) -> str:
    """Freeze the parameters and open the round; returns their hash, which every member sees.

    Conflict where the tellers are not ready, the roll has no quorum or names somebody who cannot vote here.
    """
    people.require(by, "ballot.open")
    with transaction() as s:
        rows, box = lock_round(round_id)
        needs_state(rows, "planned")
        one = rows.round
        if not one.secret:
            raise Conflict(
                "Vòng này biểu quyết công khai: không mở hòm phiếu, ghi số phiếu đếm được.",
                "This round is an open vote: no box is opened, the hands that were counted are keyed.",
                code="open-vote",
            )
        check_tellers(rows)
        needs_quorum(len(rows.voters), one.quorum)
        few = [i.item_no for i in rows.items if not i.withdrawn
               and rows.electorate(i.item_no, rows.voters) < one.smallest]
        if few:
            raise few_voters(few, one.smallest)
        _freeze_credentials(rows)
        box.n, box.blob = 0, b""
        digest = frozen.freeze(rows)
        one.state = "open"
        s.flush()
        trail.record(
            "ballot:opened", by=by, stream=stream(round_id),
            body={
                "number": one.number, "session": one.session_id, "params": digest,
                "count": len(rows.voters), "items": len(rows.items),
            },
        )
    return digest


def _freeze_credentials(rows: Rows) -> None:
    without = []
    for member in rows.voters:
        version = None if member.person is None else people.credentials.version_of(member.person)
        if version is None:
            without.append(member.name)
        member.cred_version = version
    if without:
        raise Conflict(
            f"Chưa có tài khoản đang dùng: {', '.join(without)}. Tạo tài khoản, hoặc bỏ phiếu giấy cho cả vòng.",
            f"Without an account in use: {', '.join(without)}. Make one, or vote on paper for the whole round.",
            code="no-account",
        )


def read_sheet(round_id: str, *, by: Actor) -> Sheet:
    """The sheet of a member who may vote now; a refusal says why not (not on the roll, voted, closed, altered)."""
    with reading():
        rows = rows_of(round_id)
        member = _voter(rows, by)
        _may_cast(rows, member)
        kept_out = {r.item_no for r in rows.recusals if r.member_no == member.member_no}
        return Sheet(read_value(rows), member.member_no, frozenset(kept_out))


def cast_ballot(
    round_id: str, choices: Mapping[int, str], secret: bytes, *, by: Actor, pass_: str
) -> Receipt:
    """Put a ballot into the box, once; one transaction: open, MAC valid, mark set where it was not, box added to.

    `choices`: item number → agree, disagree or blank; an item left out is blank, one the member keeps out of is marked
    so by the server. `secret`: the 32 random bytes of the sheet, of which the receipt is made. Refuses with Forbidden
    who is not on the roll or has no fresh pass, Conflict a second ballot, a closed round, altered parameters.
    """
    version = people.check_pass(pass_, f"{PASS}:{round_id}", by=by)
    try:
        return _cast(round_id, choices, secret, version, by)
    except Refusal as refusal:
        if refusal.code == "ballot-altered":
            _note_altered(round_id, by)
        raise


def _cast(round_id: str, choices: Mapping[int, str], secret: bytes, version: int, by: Actor) -> Receipt:
    with transaction() as s:
        rows, box = lock_round(round_id)
        member = _voter(rows, by)
        _may_cast(rows, member)
        if version != member.cred_version:
            raise _changed()
        chosen = _read_choices(rows, choices, secret)
        marked = s.execute(
            sa.update(table_of(BallotRoll))
            .where(
                BallotRoll.round == round_id, BallotRoll.member_no == member.member_no, BallotRoll.voted.is_(False)
            )
            .values(voted=True)
            .returning(BallotRoll.member_no)
        ).all()
        if len(marked) != 1:
            raise _voted()
        public = {one.no: one.pub or b"" for one in rows.tellers}
        entry = sealing.seal_sheet(rows.key, secret, frozen.places(rows, member.member_no, chosen), public)
        try:
            blob = sealing.add_entry(box.blob, entry)
        except Broken:
            raise Conflict(
                "Phiếu này đã có trong hòm. Tải lại phiếu để lấy mã biên nhận mới.",
                "The box holds a ballot with this receipt. Open the sheet anew for a fresh one.",
                code="receipt-used",
            ) from None
        s.execute(
            sa.update(table_of(BallotBox)).where(BallotBox.round == round_id).values(n=box.n + 1, blob=blob)
        )
    return signed_receipt(round_id, entry[: sealing.MARK_BYTES])


def _voter(rows: Rows, by: Actor) -> BallotRoll:
    if by.door != "web":
        raise Forbidden(
            "Bỏ phiếu kín chỉ tự tay làm trên trang web.", "A secret ballot is cast in person on the pages only.",
            code="pages-only",
        )
    for one in rows.roll:
        if by.account is not None and one.person == by.account:
            if one.present:
                return one
            raise Forbidden(
                "Danh sách điểm danh ghi bạn vắng mặt, nên bạn không bỏ phiếu ở vòng này.",
                "The roll has you as absent, so that you do not vote in this round.",
                code="absent",
            )
    raise Forbidden(
        "Bạn không có tên trong danh sách bỏ phiếu của vòng này. Không ai bỏ phiếu thay người khác.",
        "You are not on the roll of this round. Nobody votes for somebody else.",
        code="not-on-roll",
    )


def _may_cast(rows: Rows, member: BallotRoll) -> None:
    if member.voted:
        raise _voted()
    needs_state(rows, "open")
    frozen.check(rows)
    if people.credentials.version_of(member.person or 0) != member.cred_version:
        raise _changed()


def _voted() -> Conflict:
    return Conflict(
        "Phiếu của bạn đã vào hòm. So mã biên nhận khi công bố.",
        "Your ballot is in the box. Compare your receipt when the list is published.",
        code="already-voted",
    )


def _changed() -> Conflict:
    return Conflict(
        "Mật khẩu hoặc xác thực hai bước của bạn đã đổi sau khi mở vòng. Báo thư ký: vòng này chuyển sang phiếu giấy.",
        "Your password or second factor has changed since the round was opened. Tell the secretary: the round goes to "
        "paper.",
        code="credential-changed",
    )


def _read_choices(rows: Rows, choices: Mapping[int, str], secret: bytes) -> dict[int, Choice]:
    known = {one.item_no for one in rows.items}
    if len(secret) != sealing.SECRET_BYTES or not set(choices) <= known or not set(choices.values()) <= set(CHOICES):
        # The sentence says nothing of what was sent.
        raise Invalid("Phiếu không đọc được. Mở lại phiếu.", "The sheet cannot be read. Open it anew.", code="no-sheet")
    return {item_no: CHOICES[said] for item_no, said in choices.items()}


def _note_altered(round_id: str, by: Actor) -> None:
    """Say once in the trail that a round's parameters no longer fit."""
    if not trail.read(stream=stream(round_id), kind="ballot:altered", limit=1).events:
        with transaction():
            number = session().scalar(sa.select(BallotRound.number).where(BallotRound.id == round_id))
            trail.record("ballot:altered", by=by, stream=stream(round_id), body={"number": number})


def signed_receipt(round_id: str, mark: bytes) -> Receipt:
    """The answer to a cast: digits of T, and an Ed25519 signature over round and digits, the same for every choice."""
    found = sealing.receipt_of(mark)
    return Receipt(found, _signing().sign(_said(round_id, found)).signature.hex())


def is_ours(round_id: str, receipt: str, signature: str) -> bool:
    """Tell whether this service signed that a ballot with these digits is in the box of the round."""
    verify: VerifyKey = _signing().verify_key
    try:
        verify.verify(_said(round_id, receipt), bytes.fromhex(signature))
    except (BadSignatureError, ValueError):
        return False
    return True


def _said(round_id: str, receipt: str) -> bytes:
    return f"vinhdanh ballot {round_id} {receipt}".encode()


def _signing() -> SigningKey:
    secret = current_app.extensions["settings"].key("ballot-receipt").get_secret_value().encode()
    return SigningKey(blake2b(secret, digest_size=32).digest())
