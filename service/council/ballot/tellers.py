"""The three tellers (Ban kiểm phiếu): named, each given a code once, typed back once. Only public keys are kept.

A code is never mailed, stored or logged: the verb returns it to the page that shows it. One that was lost before the
round is opened is replaced; there is no recovery key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask import current_app
from nacl.public import PrivateKey

from service import people, trail
from service.actor import Actor
from service.council.ballot import digits, sealing
from service.council.ballot.frozen import Rows, lock_round, rows_of
from service.council.ballot.models import BallotRound, BallotTeller
from service.council.ballot.rounds import needs_state, stream
from service.db import reading, transaction
from service.errors import Conflict, FieldFault, Forbidden, Invalid

PASS = "ballot-code"
"""What a teller signs in again for; a pass for it goes with the round's id behind a colon."""
_FROM = ("member", "secretary", "vanphong", "vhxh", "vhxh_head", "clerk", "accountant")
"""Groups from which tellers are chosen."""
_OTHER_ROUNDS = 3
"""Rounds of the same session that a foreign code is tried against, so that it can be named."""


def name_tellers(round_id: str, accounts: Sequence[int], *, by: Actor) -> None:
    """Name three tellers, none a system administrator or a member who is away; codes that were given to others are void.

    Outside demo mode each of them has the second factor on: without it nobody takes a code.
    """
    people.require(by, "ballot.plan")
    found = people.accounts_of(accounts)
    if len(accounts) != len(sealing.TELLERS) or len(set(accounts)) != len(accounts) or len(found) != len(accounts):
        raise Invalid.at("tellers", "Chọn ba người khác nhau vào Ban kiểm phiếu.", "Choose three different tellers.")
    if off := [one.name for one in found.values() if not one.active]:
        raise Invalid.at(
            "tellers", f"Tài khoản đã khóa: {', '.join(off)}. Chọn người khác.", f"Blocked: {', '.join(off)}."
        )
    _no_administrator(accounts)
    _with_second_factor(accounts)
    with transaction() as s:
        rows, _box = lock_round(round_id)
        needs_state(rows, "planned")
        if away := [one.name for one in rows.roll if one.person in accounts and not one.present]:
            raise Invalid.at(
                "tellers", f"{', '.join(away)} vắng mặt nên không vào Ban kiểm phiếu được. Chọn người có mặt.",
                f"{', '.join(away)} are not there and cannot be tellers. Choose people who are.", code="teller-away",
            )
        kept = {(one.no, one.person): (one.pub, one.confirmed) for one in rows.tellers}
        for one in rows.tellers:
            s.delete(one)
        s.flush()
        for no, account in zip(sealing.TELLERS, accounts, strict=True):
            pub, confirmed = kept.get((no, account), (None, False))
            s.add(BallotTeller(round=round_id, no=no, person=account, pub=pub, confirmed=confirmed))
        trail.record(
            "ballot:tellers_named", by=by, stream=stream(round_id),
            body={"number": rows.round.number, "tellers": list(accounts)},
        )


def able_tellers() -> set[int]:
    """Whom to choose tellers from: the council and the committee's offices, without who administers the system."""
    return set(people.members_of(_FROM)) - set(people.members_of(["admin"]))


def _no_administrator(accounts: Sequence[int]) -> None:
    administrators = set(people.members_of(["admin"])) & set(accounts)
    if administrators:
        names = ", ".join(people.names(administrators).values())
        raise Invalid.at(
            "tellers",
            f"{names} quản trị hệ thống nên không vào Ban kiểm phiếu được. Chọn người khác.",
            f"{names} administers the system and cannot be a teller. Choose somebody else.",
            code="teller-administrator",
        )


def _with_second_factor(accounts: Sequence[int]) -> None:
    if without := people.second_factor.lacking(accounts):
        names = ", ".join(people.names(without).values())
        raise Invalid.at(
            "tellers",
            f"{names} chưa bật xác thực hai bước nên chưa nhận mã kiểm phiếu được. Bật rồi chọn lại, hoặc chọn người khác.",
            f"{names} has no second factor and could take no code. Turn it on, or choose somebody else.",
            code="teller-second-factor",
        )


@dataclass(frozen=True, slots=True)
class Duty:
    """What a teller is to do in a round: take the own code (`take`), type it back (`confirm`), type it for the count (`count`)."""

    round: str
    number: int
    session_id: int
    act: str


def duties_of(account: int | None) -> list[Duty]:
    """What somebody is to do now as a teller, by session and round; nothing where the own code is taken and confirmed."""
    with reading() as s:
        found = s.execute(
            sa.select(BallotRound, BallotTeller)
            .join(BallotTeller, BallotTeller.round == BallotRound.id)
            .where(BallotTeller.person == account, BallotRound.state.in_(("planned", "sealed")), BallotRound.secret)
            .order_by(BallotRound.session_id, BallotRound.number)
        ).all()
        acts = [
            (one, "count" if one.state == "sealed" else "take" if teller.pub is None else "" if teller.confirmed else "confirm")
            for one, teller in found
        ]
        return [Duty(one.id, one.number, one.session_id, act) for one, act in acts if act]


def issue_code(round_id: str, *, by: Actor, pass_: str) -> str:
    """Give a teller who has just signed in again a fresh code of 36 digits, told only here; an older one is void."""
    people.check_pass(pass_, f"{PASS}:{round_id}", by=by)
    code = digits.new_code()
    with reading():
        no = _own(rows_of(round_id), by).no
    public = bytes(_key(code, round_id, no).public_key)
    with transaction():
        rows, _box = lock_round(round_id)
        needs_state(rows, "planned")
        teller = _own(rows, by)
        _no_administrator([teller.person])
        if teller.no != no:
            raise Conflict("Ban kiểm phiếu vừa đổi. Làm lại.", "The tellers have just changed. Try again.")
        teller.pub, teller.confirmed = public, False
        trail.record(
            "ballot:code_issued", by=by, stream=stream(round_id), body={"number": rows.round.number, "teller": no}
        )
    return code


def confirm_code(round_id: str, typed: str, *, by: Actor) -> None:
    """The teller types the code back once; Invalid says whether it is mistyped or another one."""
    with reading():
        rows = rows_of(round_id)
        no = _own(rows, by).no
    try:
        code = digits.plain_code(typed)
    except digits.Mistyped:
        raise Invalid.at("code", *_MISTYPED, code="code-mistyped") from None
    public = bytes(_key(code, round_id, no).public_key)
    with transaction():
        rows, _box = lock_round(round_id)
        needs_state(rows, "planned")
        teller = _own(rows, by)
        if teller.pub != public:
            raise Invalid.at(
                "code",
                "Mã này không phải mã vừa cấp. Xem lại giấy; nếu mất mã, cấp mã mới.",
                "This is not the code that was given last. Look at the paper again, or have a new one given.",
                code="code-wrong",
            )
        teller.confirmed = True
        trail.record(
            "ballot:code_confirmed", by=by, stream=stream(round_id),
            body={"number": rows.round.number, "teller": no},
        )


_MISTYPED = (
    "Gõ sai mã: mã có 36 chữ số, và số gõ vào không khớp bốn số kiểm tra. Xem lại từng nhóm bốn số.",
    "The code is mistyped: it has 36 digits, and those typed do not fit the check digits. Look at each group of four.",
)


def keys_from(rows: Rows, codes: Mapping[int, str]) -> dict[int, PrivateKey]:
    """The private keys of the codes typed for at least two tellers; Invalid names each that is not right and why.

    Nor may one administer the system by now: the third teller's code counts instead.
    Takes a tenth of a second a code: call it outside the write transaction.
    """
    given = {no: said for no, said in codes.items() if said.strip()}
    if len(given) < 2 or not set(given) <= {one.no for one in rows.tellers}:
        raise Invalid.at(
            "codes", "Cần mã của hai người trong Ban kiểm phiếu.", "The codes of two tellers are needed.",
            code="one-code",
        )
    _no_administrator([one.person for one in rows.tellers if one.no in given])
    found, faults = {}, []
    names = people.names([one.person for one in rows.tellers])
    for teller in rows.tellers:
        if teller.no not in given:
            continue
        whose = f"{teller.no} ({names.get(teller.person, '')})"
        try:
            code = digits.plain_code(given[teller.no])
        except digits.Mistyped:
            faults.append(_fault(teller.no, whose, *_MISTYPED))
            continue
        key = _key(code, rows.round.id, teller.no)
        if bytes(key.public_key) == teller.pub:
            found[teller.no] = key
        else:
            faults.append(_fault(teller.no, whose, *_whose(rows, code)))
    if faults:
        raise Invalid(
            " ".join(one.message for one in faults), " ".join(one.message_en for one in faults),
            code="code-wrong", faults=faults,
        )
    return found


def _fault(no: int, whose: str, vi: str, en: str) -> FieldFault:
    return FieldFault(f"code_{no}", f"Mã của người kiểm phiếu {whose}: {vi}", f"Code of teller {whose}: {en}")


def _whose(rows: Rows, code: str) -> tuple[str, str]:
    """What a well-typed code is that does not fit its teller: another teller's, another round's, or none of these."""
    for other in rows.tellers:
        if bytes(_key(code, rows.round.id, other.no).public_key) == other.pub:
            return f"đây là mã của người kiểm phiếu {other.no}.", f"this is the code of teller {other.no}."
    with reading() as s:
        others = s.execute(
            sa.select(BallotRound.id, BallotRound.number, BallotTeller.no, BallotTeller.pub)
            .join(BallotTeller, BallotTeller.round == BallotRound.id)
            .where(BallotRound.session_id == rows.round.session_id, BallotRound.id != rows.round.id)
            .order_by(BallotRound.number.desc(), BallotTeller.no)
            .limit(_OTHER_ROUNDS * len(sealing.TELLERS))
        ).all()
    for one in others:
        if bytes(_key(code, one.id, one.no).public_key) == one.pub:
            return f"đây là mã của vòng {one.number}.", f"this is a code of round {one.number}."
    return (
        "mã gõ đúng quy cách nhưng không phải mã của người này trong vòng này.",
        "well typed, but not this teller's code of this round.",
    )


def _own(rows: Rows, by: Actor) -> BallotTeller:
    for one in rows.tellers:
        if by.account is not None and one.person == by.account:
            return one
    raise Forbidden(
        "Bạn không ở trong Ban kiểm phiếu của vòng này.", "You are no teller of this round.", code="no-teller"
    )


def _key(code: str, round_id: str, no: int) -> PrivateKey:
    light = current_app.extensions["settings"].testing
    return sealing.teller_key(code, bytes.fromhex(round_id), no, light=light)


def check_tellers(rows: Rows) -> None:
    """Refuse with Conflict to open a round whose tellers are not three, confirmed, and no administrators."""
    if len(rows.tellers) != len(sealing.TELLERS):
        raise Conflict("Chưa có Ban kiểm phiếu ba người.", "Three tellers have not been named.", code="no-tellers")
    names = people.names([one.person for one in rows.tellers])
    if missing := [names.get(one.person, "") for one in rows.tellers if not one.confirmed or one.pub is None]:
        raise Conflict(
            f"Chưa nhập lại mã: {', '.join(missing)}. Mỗi người trong Ban kiểm phiếu nhập lại mã một lần.",
            f"These tellers have not typed their code back: {', '.join(missing)}.",
            code="code-unconfirmed",
        )
    _no_administrator([one.person for one in rows.tellers])
