"""What an administrator does about webhooks: entering an address, changing it, on and off, another secret, a test, sending again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import clock, people, trail
from service.actor import Actor
from service.db import let_go, reading, transaction
from service.errors import Conflict, Invalid, NotFound
from service.webhooks import posting, sealing, sending
from service.webhooks.events import TEST, kinds, note
from service.webhooks.models import Webhook, WebhookDelivery, WebhookStanding

MANAGE = "webhook.manage"
READ = "webhook.read"
MOST = 10
"""Addresses at a time."""
BOTH_SIGN = timedelta(days=1)
"""How long after a change of the secret is signed by the former one too."""
STATES: Mapping[str, tuple[str, str]] = {
    "queued": ("Chờ gửi", "Queued"), "delivered": ("Đã nhận", "Delivered"), "given_up": ("Thôi gửi", "Given up"),
    "cancelled": ("Đã hủy", "Cancelled"),
}
"""What people call the states of a delivery, in Vietnamese and English."""
_AGAIN = ("delivered", "given_up", "cancelled")


@dataclass(frozen=True, slots=True)
class Shown:
    """A webhook as pages and API show it; `url` without its query for who may not manage it."""

    hook: Webhook
    url: str
    standing: WebhookStanding | None
    counts: Mapping[str, int]
    """Deliveries of the last 30 days by state."""


@dataclass(frozen=True, slots=True)
class Page:
    """Deliveries of one webhook, the newest first; `total` of those that were asked for."""

    lines: tuple[WebhookDelivery, ...]
    total: int


def list_webhooks(*, by: Actor) -> list[Shown]:
    """All addresses. Raises Forbidden."""
    people.require(by, READ)
    with reading() as s:
        rows = list(s.scalars(select(Webhook).order_by(Webhook.state == "off", Webhook.id).limit(200)))
        found = [_shown(s, row, by) for row in rows]
        let_go(rows)
        return found


def read_webhook(number: int, *, by: Actor) -> Shown:
    """One address. Raises Forbidden, NotFound."""
    people.require(by, READ)
    with reading() as s:
        row = _found(s, number)
        found = _shown(s, row, by)
        let_go([row])
        return found


def _shown(s: Session, row: Webhook, by: Actor) -> Shown:
    standing = s.get(WebhookStanding, row.id)
    counted = select(WebhookDelivery.state, func.count()).where(WebhookDelivery.webhook_id == row.id).group_by(WebhookDelivery.state)
    counts = {state: number for state, number in s.execute(counted)}
    if standing is not None:
        let_go([standing])
    parts = urlsplit(row.url)
    # What stands behind the question mark often opens the receiver's door.
    url = row.url if people.allowed(by, MANAGE) or not parts.query else parts._replace(query="").geturl() + "?…"
    return Shown(row, url, standing, counts)


def make_webhook(name: str, url: str, events: Collection[str], *, by: Actor) -> tuple[int, str]:
    """Enter an address; returns its number and the secret, which is told only here. Raises Forbidden, Invalid, Conflict."""
    people.require(by, MANAGE)
    said, address, words = _checked(name, url, events)
    secret = sealing.new_secret()
    with transaction() as s:
        if (s.scalar(select(func.count()).select_from(Webhook).where(Webhook.state != "off")) or 0) >= MOST:
            raise _full()
        row = Webhook(
            name=said, url=address, events=words, state="on", why="", secret=b"", former=None, former_until=None, made_at=clock.now(),
            made_by=by.account,
        )
        s.add(row)
        s.flush()
        row.secret = sealing.locked(row.id, secret)
        s.add(WebhookStanding(webhook_id=row.id, failures=0))
        trail.record(
            "webhook:made", by=by, stream=f"webhook:{row.id}", body={"webhook": row.id, "host": _host(address), "events": words},
            private={"name": said, "url": address},
        )
        return row.id, secret


def change_webhook(number: int, name: str, url: str, events: Collection[str], *, by: Actor) -> None:
    """Change an address, its name, or of what it is told; what waits goes to the new address. Raises Forbidden, NotFound, Invalid."""
    people.require(by, MANAGE)
    said, address, words = _checked(name, url, events)
    with transaction() as s:
        row = _found(s, number, lock=True)
        before = {"host": _host(row.url), "events": row.events}
        row.name, row.url, row.events = said, address, words
        trail.record(
            "webhook:changed", by=by, stream=f"webhook:{row.id}", body={"webhook": row.id}, before=before,
            after={"host": _host(address), "events": words}, private={"name": said, "url": address},
        )


def turn_on(number: int, *, by: Actor) -> int:
    """Let events go to an address again; returns how many waited. Raises Forbidden, NotFound, Conflict."""
    people.require(by, MANAGE)
    with transaction() as s:
        row = _found(s, number, lock=True)
        if row.state == "on":
            raise Conflict("Webhook này đang bật.", "This webhook is on.", code="webhook-on")
        if row.state == "off" and (s.scalar(select(func.count()).select_from(Webhook).where(Webhook.state != "off")) or 0) >= MOST:
            raise _full()
        row.state, row.why = "on", ""
        standing = s.get_one(WebhookStanding, number, with_for_update=True)
        standing.failures, standing.failed_since, standing.rest_until = 0, None, None
        waiting = s.scalars(
            select(WebhookDelivery).where(WebhookDelivery.webhook_id == number, WebhookDelivery.state == "queued")
            .order_by(WebhookDelivery.id).with_for_update()
        ).all()
        for one in waiting:
            one.give_up_at = None
            sending.ask(one, clock.now())
        trail.record("webhook:turned_on", by=by, stream=f"webhook:{number}", body={"webhook": number, "count": len(waiting)})
        return len(waiting)


def turn_off(number: int, *, by: Actor, reason: str) -> int:
    """Send nothing any more; what waits is cancelled. Returns how many. Raises Forbidden, NotFound, Invalid, Conflict."""
    people.require(by, MANAGE)
    if not reason.strip():
        raise Invalid.at("reason", "Ghi lý do.", "Say why.")
    with transaction() as s:
        row = _found(s, number, lock=True)
        if row.state == "off":
            raise Conflict("Webhook này đã tắt.", "This webhook is off.", code="webhook-off")
        row.state, row.why = "off", "person"
        count = sending.cancel_waiting(s, number)
        trail.record(
            "webhook:turned_off", by=by, stream=f"webhook:{number}", body={"webhook": number, "count": count}, reason=reason.strip()[:2000]
        )
        return count


def renew_secret(number: int, *, by: Actor) -> str:
    """Make another secret, told only here; for a day is signed by the former one too. Raises Forbidden, NotFound."""
    people.require(by, MANAGE)
    secret = sealing.new_secret()
    with transaction() as s:
        row = _found(s, number, lock=True)
        row.former, row.former_until = row.secret, clock.now() + BOTH_SIGN
        if not _opens(number, row.former):  # kept under the key of another machine: it signs nothing here
            row.former = row.former_until = None
        row.secret = sealing.locked(number, secret)
        trail.record("webhook:secret_renewed", by=by, stream=f"webhook:{number}", body={"webhook": number})
        return secret


def _opens(number: int, kept: bytes) -> bool:
    try:
        return bool(sealing.opened(number, kept))
    except sealing.CryptoError:
        return False


def send_test(number: int, *, by: Actor) -> int:
    """Queue a test call, which goes even while the address pauses; returns its delivery. Raises Forbidden, NotFound, Conflict."""
    people.require(by, MANAGE)
    with transaction() as s:
        if _found(s, number, lock=True).state == "off":
            raise _off()
        (delivery,) = note(s, TEST, {"webhook": number}, only=number)
        trail.record("webhook:tested", by=by, stream=f"webhook:{number}", body={"webhook": number, "delivery": delivery})
        return delivery


def send_again(number: int, delivery: int, *, by: Actor) -> None:
    """Send a delivery again, as it was and with the same id. Raises Forbidden, NotFound, Conflict."""
    people.require(by, MANAGE)
    with transaction() as s:
        if _found(s, number, lock=True).state == "off":
            raise _off()
        row = s.get(WebhookDelivery, delivery, with_for_update=True)
        if row is None or row.webhook_id != number:
            raise NotFound("Không có lần gửi này.", "There is no such delivery.")
        if row.state not in _AGAIN:
            raise Conflict("Lần gửi này đang chờ gửi.", "This delivery is queued already.", code="delivery-queued")
        row.state, row.settled_at, row.give_up_at, row.tries = "queued", None, None, 0
        sending.ask(row, clock.now())
        trail.record("webhook:sent_again", by=by, stream=f"webhook:{number}", body={"webhook": number, "delivery": delivery})


def read_deliveries(number: int, *, by: Actor, state: str = "", page: int = 1, size: int = 50) -> Page:
    """Deliveries of an address, the newest first. Raises Forbidden, NotFound."""
    people.require(by, READ)
    where = [WebhookDelivery.webhook_id == number, *([WebhookDelivery.state == state] if state else [])]
    with reading() as s:
        _found(s, number)
        total = s.scalar(select(func.count()).select_from(WebhookDelivery).where(*where)) or 0
        rows = list(s.scalars(
            select(WebhookDelivery).where(*where).order_by(WebhookDelivery.id.desc()).limit(size).offset((max(page, 1) - 1) * size)
        ))
        let_go(rows)
    return Page(tuple(rows), total)


def can_go_again(row: WebhookDelivery) -> bool:
    """Tell whether a delivery has ended, so that it may be sent again."""
    return row.state in _AGAIN


def _checked(name: str, url: str, events: Collection[str]) -> tuple[str, str, list[str]]:
    said = " ".join(name.split())[:120]
    if not said:
        raise Invalid.at("name", "Ghi tên nơi nhận.", "Say who receives it.")
    try:
        address = posting.checked(url, plain=current_app.extensions["settings"].demo)
    except posting.BadAddress as bad:
        raise Invalid.at("url", *_BAD[str(bad)]) from None
    unknown = sorted(set(events) - kinds().keys())
    if unknown:
        raise Invalid.at("events", f"Không có loại sự kiện {', '.join(unknown)}.", f"There is no event {', '.join(unknown)}.")
    if not events:
        raise Invalid.at("events", "Chọn ít nhất một loại sự kiện.", "Choose at least one kind of event.")
    return said, address, [word for word in kinds() if word in set(events)]


_BAD = {
    "address": (
        "Địa chỉ chưa đúng. Ghi dạng https://may-chu.example/duong-dan, không quá 500 ký tự, không dấu.",
        "This is no address. Write https://host.example/path, at most 500 characters of ASCII.",
    ),
    "scheme": ("Địa chỉ phải bắt đầu bằng https://.", "The address must begin with https://."),
    "user": (
        "Địa chỉ không mang tên, mật khẩu. Nơi nhận kiểm tra chữ ký thay cho mật khẩu.",
        "The address carries no name and no password. The receiver checks the signature instead.",
    ),
}


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _found(s: Session, number: int, *, lock: bool = False) -> Webhook:
    row = s.get(Webhook, number, with_for_update=sending.LOCK if lock else None)
    if row is None:
        raise NotFound("Không có webhook này.", "There is no such webhook.")
    return row


def _full() -> Conflict:
    return Conflict(
        f"Đã đủ {MOST} webhook. Tắt một webhook trước khi thêm.", f"There are {MOST} webhooks already; turn one off first.",
        code="webhooks-full",
    )


def _off() -> Conflict:
    return Conflict("Webhook này đã tắt. Bật lại rồi gửi.", "This webhook is off; turn it on first.", code="webhook-off")
