"""The life of a delivery: tried by its job, tried again with growing pauses, delivered or given up; and what that means for its address.

The job table carries leases and takes over from a worker that died; the row here says what became of it. A try whose
worker died may be made again: deliveries come at least once, and the receiver knows one by its `webhook-id`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, and_, delete, or_, update
from sqlalchemy.orm import Session

from service import clock, jobs, notices, people, trail
from service.actor import machine
from service.config import Settings
from service.db import reading, transaction
from service.jobs import Job
from service.webhooks import posting, sealing
from service.webhooks.events import TEST, TOPIC
from service.webhooks.models import Webhook, WebhookDelivery, WebhookStanding

KEPT_TRYING = timedelta(hours=36)
"""How long after its first try a delivery is tried again; and how long an address may fail before it pauses."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=4)
LONGEST_REST = timedelta(minutes=15)
"""How long an address that does not answer is left alone at most before one of what waits is tried."""
MOST_FAILURES = 100
"""So many failures in a row pause an address too."""
KEPT = timedelta(days=30)
"""How long deliveries are shown; and how long they wait for an address that pauses."""
_FROZEN_PAUSE = timedelta(minutes=5)
_DETAIL = 500
LOCK: dict[str, bool] = {"key_share": True}
"""How an address is locked, always before its deliveries: acts that only write deliveries to it wait for nobody."""
_ALONE = ("unreachable", "timeout", "tls", "unknown_host", "inside")

FAULTS: Mapping[str, tuple[str, str]] = {
    "unknown_host": ("Không tìm thấy máy chủ của địa chỉ", "The host of the address was not found"),
    "inside": ("Địa chỉ nằm trong mạng nội bộ, không được phép gửi tới", "The address lies within a private network"),
    "unreachable": ("Không kết nối được, hoặc kết nối bị ngắt", "No connection, or it broke"),
    "timeout": ("Hết giờ chờ trả lời", "No answer in time"),
    "tls": ("Chứng thư của máy chủ không dùng được", "The certificate of the server is not accepted"),
    "status": ("Nơi nhận trả lời không nhận", "The receiver did not accept it"),
    "gone": ("Nơi nhận trả lời không nhận nữa (410)", "The receiver wants no more (410)"),
    "key": ("Khóa của máy này không mở được mã bí mật; đổi mã bí mật", "This machine's key does not open the secret; renew it"),
    "broken": ("Lỗi bên trong hệ thống", "An error within the service"),
}
"""Why a try failed, in words."""
WHY: Mapping[str, tuple[str, str]] = {
    "gone": FAULTS["gone"], "failures": ("Không gửi được nhiều lần liên tiếp", "Too many failures in a row"),
}
"""Why the service itself stopped an address."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one try ended; `fault` is empty where it was delivered."""

    fault: str = ""
    detail: str = ""
    status: int | None = None
    answer: str | None = None


def inside() -> frozenset[str]:
    """Hosts within the own network to which webhooks may go."""
    settings: Settings = current_app.extensions["settings"]
    return frozenset(settings.webhooks_inside.replace(",", " ").lower().split())


def _gave_up(job: Job, error: str) -> None:
    """Our own code failed each time: the delivery must not look as if it still waited."""
    with transaction() as s:
        found = s.get(WebhookDelivery, int(job.payload["delivery"]), with_for_update=True)
        if found is not None and found.state == "queued" and found.turn == job.payload["turn"]:
            found.fault, found.detail = "broken", error[:_DETAIL]
            _give_up(found)


@jobs.handler(TOPIC, gave_up=_gave_up, apart=True)
def deliver(job: Job) -> None:
    """Try one delivery, if it still waits for this job."""
    number, turn = int(job.payload["delivery"]), int(job.payload["turn"])
    with reading() as s:
        row = s.get(WebhookDelivery, number)
        if row is None or row.state != "queued" or row.turn != turn:
            return
        hook = s.get_one(Webhook, row.webhook_id)
        standing = s.get(WebhookStanding, row.webhook_id)
        rests = standing.rest_until if standing is not None else None
        test = row.event == TEST
        if hook.state == "off" or hook.state == "paused" and not test:
            return  # turning it on asks for what waits
        message, body, url = row.message, row.body, hook.url
        kept = [hook.secret, *([hook.former] if hook.former and hook.former_until and hook.former_until > clock.now() else [])]
        webhook, event = hook.id, row.event
    now = clock.now()
    if notices.is_frozen():
        _put_off(number, turn, now + jobs.back_off(1, _FROZEN_PAUSE))
    elif rests is not None and rests > now and not test:
        _put_off(number, turn, rests + jobs.back_off(1, timedelta(seconds=5)))
    else:
        _settle(webhook, number, turn, _try(webhook, url, event, message, body, kept))


def _put_off(number: int, turn: int, until: datetime) -> None:
    """Ask for the same delivery later; it was not tried, and that costs it no try."""
    with transaction() as s:
        row = s.get(WebhookDelivery, number, with_for_update=True)
        if row is not None and row.state == "queued" and row.turn == turn:
            ask(row, until)


def ask(row: WebhookDelivery, at: datetime) -> None:
    """Ask for a try of a delivery at a moment, in the open transaction; jobs asked for before do nothing any more."""
    row.turn += 1
    row.next_at = at
    jobs.enqueue(TOPIC, {"delivery": row.id, "turn": row.turn}, run_at=at)


def _try(webhook: int, url: str, event: str, message: str, body: str, kept: list[bytes]) -> Outcome:
    try:
        secrets = [sealing.opened(webhook, one) for one in kept]
    except sealing.CryptoError:
        return Outcome("key")
    at = int(clock.unmoved().timestamp())  # the machine's own: the receiver holds it against its clock
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "vinhdanh-webhooks/1",
        "webhook-id": message,
        "webhook-timestamp": str(at),
        "webhook-signature": sealing.signature(secrets, message, at, body),
    }
    try:
        answer = posting.post(url, body.encode(), headers, inside=inside())
    except posting.Refused as refused:
        return Outcome(refused.word, str(refused)[:_DETAIL])
    word = "" if 200 <= answer.status < 300 else "gone" if answer.status == 410 else "status"
    return Outcome(word, "", answer.status, answer.text)


def _settle(webhook: int, number: int, turn: int, outcome: Outcome) -> None:
    """Write down how a try ended: delivered, tried again later, given up, or the end of the whole address."""
    now = clock.now()
    with transaction() as s:
        hook = s.get_one(Webhook, webhook, with_for_update=LOCK)
        row = s.get(WebhookDelivery, number, with_for_update=True)
        if row is None or row.state != "queued" or row.turn != turn:
            return  # another worker was quicker, or it was cancelled meanwhile
        standing = s.get_one(WebhookStanding, webhook, with_for_update=True)
        row.tries += 1
        row.tried_at, row.status, row.answer = now, outcome.status, outcome.answer
        row.fault, row.detail = outcome.fault or None, outcome.detail or None
        row.give_up_at = row.give_up_at or now + KEPT_TRYING
        if not outcome.fault:
            row.state, row.settled_at, row.next_at = "delivered", now, None
            standing.failures, standing.failed_since, standing.rest_until, standing.last_ok = 0, None, None, now
            return
        if outcome.fault == "gone":
            _give_up(row)
            if hook.state != "off":
                stop(s, hook, "off", "gone")
            return
        standing.failures += 1
        standing.failed_since = standing.failed_since or now
        if outcome.fault in _ALONE or outcome.status is not None and (outcome.status >= 500 or outcome.status == 429):
            standing.rest_until = now + jobs.back_off(standing.failures, FIRST_PAUSE, LONGEST_REST)
        if row.event == TEST or now >= row.give_up_at:
            _give_up(row)
        else:
            ask(row, now + jobs.back_off(row.tries, FIRST_PAUSE, LONGEST_PAUSE))
        if hook.state == "on" and (standing.failures >= MOST_FAILURES or now - standing.failed_since >= KEPT_TRYING):
            stop(s, hook, "paused", "failures")


def _give_up(row: WebhookDelivery) -> None:
    row.state, row.settled_at, row.next_at = "given_up", clock.now(), None
    trail.record(
        "webhook:given_up", by=machine("worker"), stream=f"webhook:{row.webhook_id}",
        body={"webhook": row.webhook_id, "delivery": row.id, "event": row.event, "fault": row.fault, "tries": row.tries},
    )


def stop(s: Session, hook: Webhook, state: str, why: str) -> None:
    """The service itself turns an address off, or lets it pause, in the open transaction; administrators are told."""
    hook.state, hook.why = state, why
    trail.record(
        "webhook:gone" if why == "gone" else "webhook:paused", by=machine("worker"), stream=f"webhook:{hook.id}",
        body={"webhook": hook.id},
    )
    if state == "off":
        cancel_waiting(s, hook.id)
    notices.queue(
        "webhook_stopped", to=people.members_of(["admin"]), key=f"webhook:{hook.id}:{clock.now().isoformat()}",
        context={"title": hook.name, "what": WHY[why][0], "what_en": WHY[why][1]}, link=f"/office/webhooks/{hook.id}",
    )


def cancel_waiting(s: Session, webhook: int) -> int:
    """Take back what waits for an address, in the open transaction; returns how many."""
    return len(s.execute(
        update(WebhookDelivery)
        .where(WebhookDelivery.webhook_id == webhook, WebhookDelivery.state == "queued")
        .values(state="cancelled", settled_at=clock.now(), next_at=None)
        .returning(WebhookDelivery.id)
    ).all())


def tidy() -> int:
    """Forget deliveries that ended 30 days ago, and what waited as long for an address that pauses; returns how many."""
    before = clock.now() - KEPT
    old: ColumnElement[bool] = or_(
        WebhookDelivery.settled_at < before, and_(WebhookDelivery.state == "queued", WebhookDelivery.queued_at < before)
    )
    with transaction() as s:
        return len(s.execute(delete(WebhookDelivery).where(old).returning(WebhookDelivery.id)).all())
