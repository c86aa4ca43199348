"""The frozen parameters of a round: what it is about, in one canonical value with a MAC under a key outside the database.

Whoever can write to the database can change rows, but not make the MAC for them; every cast, the seal and the count
compare rows, parameters and MAC, so that a swapped public key, roll or rule is noticed before a ballot is taken.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

import rfc8785
import sqlalchemy as sa
from flask import current_app

from service.council.ballot.models import (
    BallotBox,
    BallotItem,
    BallotRecusal,
    BallotRoll,
    BallotRound,
    BallotTeller,
)
from service.council.ballot.sealing import Choice
from service.db import session
from service.errors import Conflict, NotFound, Withheld

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rows:
    """Every row of a round but its box, in the order of their numbers."""

    round: BallotRound
    tellers: Sequence[BallotTeller]
    roll: Sequence[BallotRoll]
    recusals: Sequence[BallotRecusal]
    items: Sequence[BallotItem]

    @property
    def key(self) -> bytes:
        """The round's id as its 8 bytes."""
        return bytes.fromhex(self.round.id)

    @property
    def voters(self) -> list[BallotRoll]:
        """Members who may vote on the sheet."""
        return [one for one in self.roll if one.present]

    def recused_of(self, member_no: int) -> frozenset[int]:
        """Places on the sheet that a member keeps out of, counted from 0."""
        kept_out = {one.item_no for one in self.recusals if one.member_no == member_no}
        return frozenset(at for at, item in enumerate(self.items) if item.item_no in kept_out)

    def electorate(self, item_no: int, among: Sequence[BallotRoll]) -> int:
        """How many of these may vote on an item."""
        kept_out = {one.member_no for one in self.recusals if one.item_no == item_no}
        return sum(one.member_no not in kept_out for one in among)


def lock_round(round_id: str) -> tuple[Rows, BallotBox]:
    """The rows of a round under the lock of its box, in the open transaction; NotFound where there is none.

    Everything that changes a round takes this lock first: a cast and the close cannot overtake each other.
    """
    box = session().execute(_BOX, {"round": round_id}).scalar_one_or_none()
    if box is None:
        raise no_round()
    return rows_of(round_id), box


def rows_of(round_id: str) -> Rows:
    """The rows of a round as they are now; NotFound where there is none."""
    current = session()
    found = current.get(BallotRound, round_id, populate_existing=True)
    if found is None:
        raise no_round()

    def of(statement: sa.Select[T]) -> Sequence[T]:
        return current.scalars(statement, {"round": round_id}).all()

    return Rows(found, of(_TELLERS), of(_ROLL), of(_RECUSALS), of(_ITEMS))


def _as_now(statement: sa.Select[T]) -> sa.Select[T]:
    return statement.execution_options(populate_existing=True)


# Every cast asks all of them: they are made once.
_ROUND: sa.BindParameter[str] = sa.bindparam("round")
_BOX = _as_now(sa.select(BallotBox).where(BallotBox.round == _ROUND).with_for_update())
_TELLERS = _as_now(sa.select(BallotTeller).where(BallotTeller.round == _ROUND).order_by(BallotTeller.no))
_ROLL = _as_now(sa.select(BallotRoll).where(BallotRoll.round == _ROUND).order_by(BallotRoll.member_no))
_RECUSALS = _as_now(
    sa.select(BallotRecusal).where(BallotRecusal.round == _ROUND).order_by(BallotRecusal.item_no, BallotRecusal.member_no)
)
_ITEMS = _as_now(sa.select(BallotItem).where(BallotItem.round == _ROUND).order_by(BallotItem.item_no))


def no_round(*, there: bool = False) -> NotFound:
    """There is no such round, or not for this person."""
    return (Withheld if there else NotFound)("Không có vòng bỏ phiếu này.", "There is no such round of voting.", code="no-round")


def canonical(rows: Rows) -> bytes:
    """The parameters of a round as canonical bytes (RFC 8785)."""
    one = rows.round
    return rfc8785.dumps(
        {
            "v": 1,
            "round": one.id,
            "session": one.session_id,
            "number": one.number,
            "secret": one.secret,
            "quorum": one.quorum,
            "smallest": one.smallest,
            "blank": one.blank,
            "tellers": [[t.no, t.person, t.pub.hex() if t.pub else ""] for t in rows.tellers],
            "roll": [[m.member_no, m.person, m.name, m.present, m.cred_version] for m in rows.roll],
            "recusals": [[r.item_no, r.member_no] for r in rows.recusals],
            "items": [
                [i.item_no, i.nomination_id, i.title, i.rule_key, i.rule_version, i.denominator, i.needed]
                for i in rows.items
            ],
        }
    )


def freeze(rows: Rows) -> str:
    """Freeze the parameters of a round; returns their hash."""
    rows.round.params = canonical(rows)
    rows.round.params_mac = _mac(rows.round.params)
    return params_hash(rows)


def params_hash(rows: Rows) -> str:
    """SHA-256 of the frozen parameters in hex; empty before opening."""
    return sha256(rows.round.params).hexdigest() if rows.round.params else ""


def check(rows: Rows) -> None:
    """Refuse with Conflict a round whose rows, parameters and MAC do not belong together."""
    params, mac = rows.round.params, rows.round.params_mac
    if params is None or mac is None or not hmac.compare_digest(mac, _mac(params)) or params != canonical(rows):
        raise Conflict(
            "Tham số của vòng này đã bị sửa sau khi mở. Không nhận phiếu, không kiểm phiếu; báo thư ký hủy vòng.",
            "The parameters of this round were changed after it was opened. No ballot is taken and none is counted; "
            "tell the secretary to cancel the round.",
            code="ballot-altered",
        )


def places(rows: Rows, member_no: int, choices: dict[int, Choice]) -> list[Choice]:
    """The places of a sheet: what was chosen, blank where nothing was, recused where the roll says so."""
    kept_out = rows.recused_of(member_no)
    return [
        Choice.RECUSED if at in kept_out else choices.get(item.item_no, Choice.BLANK)
        for at, item in enumerate(rows.items)
    ]


def _mac(params: bytes) -> bytes:
    secret = current_app.extensions["settings"].key("ballot").get_secret_value().encode()
    return hmac.digest(secret, params, sha256)
