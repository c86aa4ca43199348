"""Taking a lost second factor off somebody's account: an administrator's act, and two people's where the account could make others.

Password and factor together let in. A password alone is reset by one administrator; so that he does not become somebody who decides
that way, the factor of who holds a role that two people give (administrators, who confirms, inspectors, council, chair) takes a
second person.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.actor import Actor
from service.db import transaction
from service.errors import Conflict, Forbidden, Invalid
from service.people import accounts, members, memberships, rights, second_factor, second_person

GUARDED = "factor.reset"
"""Word of the act that nobody does alone (safeguards.toml)."""


def reset(account: int, *, by: Actor, reason: str) -> None:
    """Take a lost second factor off somebody's account and end its sessions; the administrator's act, with a reason.

    Raises Forbidden, Invalid, Conflict where there is none, SecondPersonNeeded where the account holds a group that nobody gives alone.
    """
    rights.require(by, "account.edit")
    given = reset_given(account, reason)
    _check(given, by)
    with transaction():
        if memberships.holds_guarded(account):
            second_person.demand(GUARDED, given, by=by)
        second_factor.take_off(account, by=by, reason=given["reason"])
        accounts.tell_reset(account, "Xác thực hai bước của bạn bị gỡ", "Your second factor was taken off", by)


def reset_given(account: int, reason: str) -> dict[str, Any]:
    """What a request for a second person keeps."""
    return {"account": account, "reason": reason.strip()}


def _check(given: Mapping[str, Any], by: Actor) -> None:
    if not given["reason"]:
        raise Invalid.at("reason", "Ghi lý do.", "Say why.")
    if given["account"] == by.account:
        raise Forbidden(
            "Không tự gỡ xác thực hai bước của mình ở đây. Dùng mật khẩu để tắt, hoặc nhờ quản trị viên khác.",
            "Nobody resets the own second factor here. Turn it off with the password, or ask another administrator.",
            code="own-account",
        )


def _check_asked(given: Mapping[str, Any], by: Actor) -> None:
    _check(given, by)
    if not second_factor.is_on(given["account"]):
        raise Conflict("Tài khoản này không bật xác thực hai bước.", "This account has no second factor.", code="no-factor")
    if not memberships.holds_guarded(given["account"]):
        raise Conflict(
            "Xác thực hai bước của tài khoản này gỡ được ngay, không cần người thứ hai.",
            "The second factor of this account is taken off at once and needs no second person.",
            code="not-guarded",
        )


def _told(given: Mapping[str, Any]) -> tuple[str, str]:
    name = members.names([given["account"]]).get(given["account"], "")
    return f"Gỡ xác thực hai bước của {name}", f"Take the second factor off {name}"


second_person.WAYS[GUARDED] = second_person.Way(
    _check_asked, lambda given, by: reset(given["account"], by=by, reason=given["reason"]), _told,
    concerns=lambda given: [given["account"]],
)
