"""Webhooks: events go signed to a real server that answers, refuses, is silent or hangs up; nothing gets lost, nothing goes inside."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import sqlalchemy as sa

from service import clock, jobs, notices, trail, webhooks
from service.actor import Actor, machine
from service.config import Settings
from service.db import db, reading, transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.notices.models import MAIL
from service.trail import watch
from service.webhooks import WebhookDelivery, posting
from service.webhooks.models import Webhook
from tests.journeys.conftest import furnished, office_on
from tests.journeys.office import Office
from tests.journeys.program import Answered, Program
from tests.ready import begin
from tests.service.web.browser import Visitor, words

__all__ = ["furnished", "office_on"]

pytestmark = pytest.mark.both_databases
ALL = ["nomination.started", "nomination.filed", "nomination.ended", "task.opened", "task.completed", "checkpoint.signed"]


@dataclass
class Receiver:
    """A server that keeps what it got; `orders` says how it answers, one by one, then 204: a code, `silent`, `drop`, `drip`, `kill`."""

    port: int
    orders: list[str] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    victim: int = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/nhan?khoa=b1m4t"

    @property
    def events(self) -> list[dict[str, Any]]:
        """Bodies, read."""
        return [json.loads(body) for _, body in self.got]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found: Receiver

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.got.append(({k.lower(): v for k, v in self.headers.items()}, self.rfile.read(int(self.headers["Content-Length"]))))
            found.paths.append(self.path)
            order = found.orders.pop(0) if found.orders else "204"
            if order == "kill":
                os.kill(found.victim, signal.SIGKILL)
            elif order == "silent":
                time.sleep(1.5)
            elif order == "drip":
                with suppress(OSError):
                    for _ in range(100):
                        self.wfile.write(b"H")
                        time.sleep(0.1)
            elif order == "302":
                self.send_response(302)
                self.send_header("Location", found.url)
                self.end_headers()
            elif order != "drop":
                self.send_response(int(order))
                self.end_headers()
                self.wfile.write(f"đã trả lời {order}\n".encode() * 100 if order != "204" else b"")
            self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.daemon_threads = True
    found = Receiver(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def office(office_on: Callable[..., Office], receiver: Receiver) -> Office:
    found = office_on(date(2026, 11, 3), lambda office: {})
    found.app.extensions["settings"].webhooks_inside = f"127.0.0.1:{receiver.port}"
    return found


@pytest.fixture
def admin(office: Office) -> Actor:
    return office.who("quantri")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not answer is waited for half a second."""
    monkeypatch.setattr(posting, "TOTAL_SECONDS", 0.5)


def fits(secret: str, headers: dict[str, str], body: bytes) -> list[bool]:
    """What a receiver does, from the text of Standard Webhooks: one answer for each signature."""
    key = base64.b64decode(secret.split("whsec_")[1])
    signed = headers["webhook-id"].encode() + b"." + headers["webhook-timestamp"].encode() + b"." + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return [one == f"v1,{expected}" for one in headers["webhook-signature"].split(" ")]


def rows(**where: Any) -> list[WebhookDelivery]:
    with reading() as s:
        found = list(s.scalars(sa.select(WebhookDelivery).filter_by(**where).order_by(WebhookDelivery.id)))
        s.expunge_all()
    return found


def state_of(number: int) -> tuple[str, str]:
    with reading() as s:
        row = s.get_one(Webhook, number)
        return row.state, row.why


def later(office: Office, **by: float) -> None:
    clock.move_to(clock.now() + timedelta(**by))
    office.work()


def kinds_told() -> list[str]:
    return [e.kind for e in trail.read(limit=200).events if e.kind.startswith("webhook:")]


def test_events_of_a_nomination_arrive_signed_and_without_a_name(office: Office, admin: Actor, receiver: Receiver) -> None:
    number, secret = webhooks.make_webhook("Kho dữ liệu tỉnh", receiver.url, ALL, by=admin)
    name = office.nominate("HN-2026", name="Hoàng Bình Minh")
    office.assess(name)
    office.sign(name)
    office.work()
    with transaction():
        trail.record("trail:checkpoint_asked", by=machine("cli"), stream="system")
    clock.move_to(clock.now() + timedelta(days=1))
    watch.sign_due()
    office.work()
    said = {event["type"] for event in receiver.events}
    assert said >= {"nomination.started", "nomination.filed", "task.opened", "task.completed", "checkpoint.signed"}, said
    assert "nomination.ended" not in said
    for headers, body in receiver.got:
        assert fits(secret, headers, body) == [True] and headers["content-type"] == "application/json"
        assert abs(int(headers["webhook-timestamp"]) - time.time()) < 600, "by the machine's own clock, however the demo's is moved"
        assert "Hoàng Bình Minh" not in body.decode() and "Giáo viên" not in body.decode()
    assert fits("whsec_" + base64.b64encode(b"x" * 32).decode(), *receiver.got[0]) == [False], "another secret does not fit"
    (filed,) = [event["data"] for event in receiver.events if event["type"] == "nomination.filed"]
    assert filed["nomination"] == name and filed["page"].endswith(f"/nominations/{name}")
    ids = [headers["webhook-id"] for headers, _ in receiver.got]
    assert len(set(ids)) == len(ids) and receiver.paths[0] == "/nhan?khoa=b1m4t"
    opened = [event["data"]["task"] for event in receiver.events if event["type"] == "task.opened"]
    assert opened and len(set(opened)) == len(opened)
    assert {row.state for row in rows(webhook_id=number)} == {"delivered"}
    with db.engine.connect() as connection:
        kept = connection.execute(sa.select(sa.text("secret")).select_from(sa.text("webhook"))).scalar_one()
    assert secret.encode() not in bytes(kept), "the secret is not in the database as it is"
    with transaction() as s:
        bodies = b"".join(s.scalars(sa.text("SELECT body FROM trail_event")))
    assert secret.encode() not in bodies and b"b1m4t" not in bodies


def test_an_ended_nomination_is_told_once_with_its_outcome(office: Office, admin: Actor, receiver: Receiver) -> None:
    webhooks.make_webhook("Kho", receiver.url, ["nomination.ended"], by=admin)
    name = office.nominate("HN-2026")
    office.assess(name)
    office.sign(name)
    office.file("withdrawal", name, by="thutruong", reason="Đơn vị xin rút")
    office.work()
    assert office.status(name)[0] == "ended"
    (event,) = receiver.events
    assert event["data"]["nomination"] == name and event["data"]["outcome"] == office.status(name)[1]


def test_what_is_taken_back_is_not_told_and_only_what_was_asked_for(office: Office, admin: Actor, receiver: Receiver) -> None:
    webhooks.make_webhook("Kho", receiver.url, ["decision.signed"], by=admin)
    with pytest.raises(ZeroDivisionError), transaction():
        trail.record("decision:signed", by=admin, stream="list:1", body={"state": "signed"})
        raise ZeroDivisionError
    with transaction():
        trail.record("decision:published", by=admin, stream="list:1")
    office.work()
    assert receiver.got == []
    with transaction():
        trail.record(
            "decision:signed", by=admin, stream="list:1", body={"state": "signed", "names": [1], "results": ["granted"]}, reason="Vì"
        )
    office.work()
    (event,) = receiver.events
    page = event["data"].pop("page")
    assert page.endswith("/lists/1") and event["data"] == {"list": 1, "kind": "decision", "state": "signed"}


@pytest.mark.parametrize(("order", "fault", "status"), [
    ("500", "status", 500), ("404", "status", 404), ("302", "status", 302), ("silent", "timeout", None), ("drip", "timeout", None),
    ("drop", "unreachable", None),
])
def test_failure_is_tried_again_with_the_same_id(
    office: Office, admin: Actor, receiver: Receiver, order: str, fault: str, status: int | None
) -> None:
    number, secret = webhooks.make_webhook("Kho", receiver.url, ALL, by=admin)
    receiver.orders[:] = [order]
    with transaction():
        trail.record("nomination:started", by=admin, stream="instance:999")
    office.work()
    (row,) = rows()
    assert (row.state, row.fault, row.status, row.tries) == ("queued", fault, status, 1)
    assert row.next_at is not None and timedelta(seconds=20) < row.next_at - clock.now() < timedelta(seconds=95)
    if order in ("500", "404"):
        assert row.answer is not None and row.answer.startswith(f"đã trả lời {order} ") and len(row.answer) < 510
    office.work()
    assert len(receiver.got) == 1, "not before its time"
    for _ in range(5):
        later(office, minutes=2)
    (row,) = rows()
    assert (row.state, row.tries, row.status) == ("delivered", 2, 204) and len(receiver.got) == 2
    (first, body), (second, same) = receiver.got
    assert first["webhook-id"] == second["webhook-id"] and body == same and fits(secret, second, same) == [True]
    assert state_of(number) == ("on", "")


@pytest.mark.long
def test_given_up_after_a_day_and_a_half_and_the_address_pauses(office: Office, admin: Actor, receiver: Receiver) -> None:
    number, _ = webhooks.make_webhook("Kho", receiver.url, ALL, by=admin)
    receiver.orders[:] = ["503"] * 1000
    begun = clock.now()
    with transaction():
        trail.record("nomination:started", by=admin, stream="instance:999")
    while rows()[0].state == "queued":
        later(office, hours=1)
        assert clock.now() - begun < timedelta(hours=48)
    assert clock.now() - begun >= timedelta(hours=36) and 10 < rows()[0].tries < 30
    assert state_of(number) == ("paused", "failures")
    assert kinds_told().count("webhook:given_up") == 1 and kinds_told().count("webhook:paused") == 1
    with reading() as s:
        assert s.scalar(sa.select(sa.func.count()).where(MAIL.c.letter == "webhook_stopped")) >= 1
    tried = len(receiver.got)
    with transaction():
        trail.record("nomination:started", by=admin, stream="instance:998")
    later(office, hours=5)
    assert len(receiver.got) == tried and rows()[1].state == "queued", "events are kept, none goes"
    receiver.orders.clear()
    webhooks.send_test(number, by=admin)
    office.work()
    assert receiver.events[-1]["type"] == "webhook.test" and state_of(number)[0] == "paused", "a test goes and turns nothing on"
    assert webhooks.turn_on(number, by=admin) == 1
    office.work()
    assert [row.state for row in rows()] == ["given_up", "delivered", "delivered"]
    webhooks.send_again(number, rows()[0].id, by=admin)
    office.work()
    assert rows()[0].state == "delivered" and receiver.got[-1][0]["webhook-id"] == receiver.got[0][0]["webhook-id"]
    with pytest.raises(NotFound):
        webhooks.send_again(number, 999, by=admin)


def test_one_that_is_silent_is_not_asked_for_each_event(office: Office, admin: Actor, receiver: Receiver) -> None:
    webhooks.make_webhook("Kho", receiver.url, ALL, by=admin)
    receiver.orders[:] = ["503"]
    with transaction():
        for number in range(20):
            trail.record("nomination:started", by=admin, stream=f"instance:{900 + number}")
    office.work()
    assert len(receiver.got) == 1, "the others wait until the address had its rest"
    later(office, minutes=3)
    later(office, minutes=3)
    assert {row.state for row in rows()} == {"delivered"} and len(receiver.got) == 21


def test_410_turns_it_off(office: Office, admin: Actor, receiver: Receiver) -> None:
    number, _ = webhooks.make_webhook("Kho", receiver.url, ALL, by=admin)
    receiver.orders[:] = ["410"]
    with transaction():
        trail.record("nomination:started", by=admin, stream="instance:999")
        trail.record("nomination:started", by=admin, stream="instance:998")
    office.work()
    assert state_of(number) == ("off", "gone") and len(receiver.got) == 1
    assert [row.state for row in rows()] == ["given_up", "cancelled"] and "webhook:gone" in kinds_told()
    with transaction():
        trail.record("nomination:started", by=admin, stream="instance:997")
    assert len(rows()) == 2, "nothing is written for what is off"
    with pytest.raises(Conflict):
        webhooks.send_test(number, by=admin)


def test_frozen_outbox_holds_webhooks_back_too(office: Office, admin: Actor, receiver: Receiver) -> None:
    webhooks.make_webhook("Kho", receiver.url, ALL, by=admin)
    notices.freeze(by=admin, reason="Phục hồi dữ liệu")
    with transaction():
        trail.record("nomination:started", by=admin, stream="instance:999")
    later(office, hours=50)
    (row,) = rows()
    assert receiver.got == [] and (row.state, row.tries) == ("queued", 0), "waiting costs no try"
    notices.release(by=admin)
    later(office, minutes=10)
    assert len(receiver.got) == 1 and rows()[0].state == "delivered"


def test_secret_is_renewed_and_for_a_day_both_sign(office: Office, admin: Actor, receiver: Receiver) -> None:
    number, first = webhooks.make_webhook("Kho", receiver.url, ALL, by=admin)
    second = webhooks.renew_secret(number, by=admin)
    webhooks.send_test(number, by=admin)
    office.work()
    assert fits(first, *receiver.got[-1]) == [False, True] and fits(second, *receiver.got[-1]) == [True, False]
    later(office, hours=25)
    webhooks.send_test(number, by=admin)
    office.work()
    assert fits(second, *receiver.got[-1]) == [True] and fits(first, *receiver.got[-1]) == [False]


def test_secret_of_another_machine_signs_nothing_until_renewed(office: Office, admin: Actor, receiver: Receiver) -> None:
    number, _ = webhooks.make_webhook("Kho", receiver.url, ALL, by=admin)
    settings: Settings = office.app.extensions["settings"]
    (settings.var / "keys" / "webhooks").unlink()  # as after a restore elsewhere
    webhooks.send_test(number, by=admin)
    office.work()
    assert receiver.got == [] and rows()[-1].fault == "key"
    secret = webhooks.renew_secret(number, by=admin)
    webhooks.send_test(number, by=admin)
    office.work()
    assert fits(secret, *receiver.got[-1]) == [True]


@pytest.mark.long
def test_killed_after_the_commit_or_in_the_middle_loses_nothing(office: Office, admin: Actor, receiver: Receiver) -> None:
    webhooks.make_webhook("Kho", receiver.url, ALL, by=admin)
    with transaction():  # nobody works: whoever asked may be killed now
        trail.record("nomination:started", by=admin, stream="instance:999")
    settings: Settings = office.app.extensions["settings"]
    environment = os.environ | {
        "VINHDANH_VAR": str(settings.var), "VINHDANH_DATABASE_URL": settings.database, "VINHDANH_DEMO": "1",
        "VINHDANH_LEASE_SECONDS": "1.5", "VINHDANH_WORKER_PAUSE": "0.05", "VINHDANH_WEBHOOKS_INSIDE": settings.webhooks_inside,
    }
    receiver.orders[:] = ["kill"]  # as it has come whole, and before anybody knows
    workers = []
    try:
        for _ in range(2):
            workers.append(begin("tests.service.worker_process:work", env=environment, log=settings.var / "workers.log"))
            receiver.victim = workers[-1].pid
            end = time.monotonic() + 60
            while len(receiver.got) < len(workers) or len(workers) == 2 and rows()[0].state != "delivered":
                assert time.monotonic() < end, (settings.var / "workers.log").read_text()[-2000:]
                time.sleep(0.05)
            if len(workers) == 1:
                assert workers[0].wait() == -signal.SIGKILL and rows()[0].state == "queued"
    finally:
        for worker in workers:
            with suppress(ProcessLookupError):
                os.kill(worker.pid, signal.SIGKILL)
    told = [headers["webhook-id"] for headers, body in receiver.got if b"nomination.started" in body]
    assert len(told) >= 2 and len(set(told)) == 1, "the receiver sees that it is the same"


def test_webhooks_hold_up_no_other_job(office: Office, admin: Actor, receiver: Receiver) -> None:
    webhooks.make_webhook("Kho", receiver.url, ALL, by=admin)
    with transaction():
        trail.record("nomination:started", by=admin, stream="instance:999")
    while jobs.run_due(jobs.Holder()):
        pass
    assert receiver.got == [], "their jobs are no part of the common loop"
    assert jobs.run_due(jobs.Holder(), apart=True) == 1 and len(receiver.got) == 1


@pytest.mark.parametrize("inside", ["127.0.0.1", "localhost", "127.0.0.1:{port}"])
def test_goes_inside_only_where_the_setting_lists_the_host(office: Office, admin: Actor, receiver: Receiver, inside: str) -> None:
    settings: Settings = office.app.extensions["settings"]
    settings.webhooks_inside = "may-khac.xa.example, 127.0.0.1:1"
    host = "localhost" if inside == "localhost" else "127.0.0.1"
    number, _ = webhooks.make_webhook("Kho", f"http://{host}:{receiver.port}/", ALL, by=admin)
    webhooks.send_test(number, by=admin)
    office.work()
    assert receiver.got == [] and rows()[-1].fault == "inside"
    settings.webhooks_inside = inside.format(port=receiver.port)
    webhooks.send_test(number, by=admin)
    office.work()
    assert len(receiver.got) == 1


def test_connects_to_the_very_address_that_was_looked_at(monkeypatch: pytest.MonkeyPatch, receiver: Receiver) -> None:
    asked: list[str] = []
    real = socket.getaddrinfo

    def rebinding(host: str, *args: Any, **more: Any) -> Any:
        """A name server of somebody who means ill: outside first, this machine afterwards."""
        if host == "doi.example":
            asked.append(host)
            return real("203.0.113.7" if len(asked) == 1 else "127.0.0.1", *args, **more)
        return real(host, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(posting, "is_public", lambda address: address == "203.0.113.7")
    with pytest.raises(posting.Refused):
        posting.post(f"http://doi.example:{receiver.port}/", b"{}", {}, inside=())
    assert asked == ["doi.example"] and receiver.got == []


@pytest.mark.parametrize("address", [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
    "255.255.255.255", "240.0.0.1", "192.0.2.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2001:db8::1",
])
def test_address_within_is_refused(address: str) -> None:
    assert posting.is_public("1.1.1.1") and posting.is_public("2606:4700:4700::1111") and posting.is_public("64:ff9b::101:101")
    assert not posting.is_public(address)


@pytest.mark.parametrize(("url", "word"), [
    ("http://tinh.example/", "scheme"), ("ftp://tinh.example/", "scheme"), ("file:///etc/passwd", "scheme"), ("//tinh.example/", "scheme"),
    ("https://a:b@tinh.example/", "user"), ("https://tinh.example/#x", "address"), ("https:///x", "address"),
    ("https://tinh.example:0/", "address"), ("https://tinh.example:99999/", "address"), ("https://tinh example/", "address"),
    ("https://tỉnh.example/", "address"), ("https://tinh.example/\r\nX: y", "address"), ("https://0x7f.1/", "address"),
    ("https://2130706433/", "address"), ("https://tinh%2eexample/", "address"), ("https://tinh.example\\@x/", "address"),
    ("https://x/" + "a" * 500, "address"), ("", "scheme"),
])
def test_what_is_no_address_is_refused(url: str, word: str) -> None:
    for good in ("https://tinh.example/nhan?a=1", "https://[2606:4700::1]:8443/x", "https://1.1.1.1", "http://localhost:8080/"):
        assert posting.checked(good, plain=False) == good
    assert posting.checked("http://tinh.example/", plain=True) == "http://tinh.example/"
    with pytest.raises(posting.BadAddress) as found:
        posting.checked(url, plain=False)
    assert str(found.value) == word


def test_administrator_manages_inspector_reads_others_nothing(office: Office, admin: Actor, receiver: Receiver) -> None:
    number, _ = webhooks.make_webhook("Kho", receiver.url, ALL, by=admin)
    inspector = office.who("thanhtra")
    (shown,) = webhooks.list_webhooks(by=inspector)
    assert "b1m4t" not in shown.url and "b1m4t" in webhooks.read_webhook(number, by=admin).url
    for act in (
        lambda: webhooks.make_webhook("X", receiver.url, ALL, by=inspector), lambda: webhooks.turn_off(number, by=inspector, reason="x"),
        lambda: webhooks.renew_secret(number, by=inspector), lambda: webhooks.send_test(number, by=inspector),
        lambda: webhooks.list_webhooks(by=office.who("truongphong")),
    ):
        with pytest.raises(Forbidden):
            act()
    with pytest.raises(Invalid):
        webhooks.make_webhook("X", receiver.url, ["decision.signed", "ballot.cast"], by=admin)
    with pytest.raises(Invalid):
        webhooks.make_webhook("X", receiver.url, [], by=admin)
    for _ in range(webhooks.MOST - 1):
        webhooks.make_webhook("Khác", receiver.url, ALL, by=admin)
    with pytest.raises(Conflict, match="There are 10"):
        webhooks.make_webhook("Quá", receiver.url, ALL, by=admin)
    webhooks.turn_off(number, by=admin, reason="Nơi nhận đóng")
    webhooks.make_webhook("Nay được", receiver.url, ALL, by=admin)


def test_old_deliveries_are_forgotten(office: Office, admin: Actor, receiver: Receiver) -> None:
    number, _ = webhooks.make_webhook("Kho", receiver.url, ALL, by=admin)
    webhooks.send_test(number, by=admin)
    office.work()
    assert webhooks.tidy() == 0 and len(rows()) == 1
    clock.move_to(clock.now() + timedelta(days=31))
    assert webhooks.tidy() == 1 and rows() == []


def test_on_the_pages(office: Office, receiver: Receiver) -> None:
    admin = Visitor(office.app, "quantri")
    assert "Chưa có webhook nào đang bật" in words(admin.open("/office/webhooks"))
    admin.open("/office/webhooks/new")
    answer = admin.post("/office/webhooks/new", name="Kho dữ liệu", url="gopher://x", events="nomination.ended")
    assert answer.status_code == 422 and "Kho dữ liệu" in answer.text and "gopher://x" in answer.text, "what was typed stays"
    made = admin.post("/office/webhooks/new", name="Kho dữ liệu", url=receiver.url, events="nomination.ended")
    assert made.status_code == 200 and "whsec_" in made.text
    secret = made.text.split('value="whsec_')[1].split('"')[0]
    assert "1 webhook đang bật" in words(admin.open("/office/webhooks"))
    receiver.orders[:] = ["418"]
    admin.open("/office/webhooks/1")
    admin.follow(admin.post("/office/webhooks/1/test"))
    office.work()
    shown = admin.open("/office/webhooks/1")
    assert "418" in words(shown) and "đã trả lời 418" in words(shown) and secret not in words(shown)
    number = rows()[0].id
    assert "Đã xếp hàng gửi lại" in words(admin.follow(admin.post(f"/office/webhooks/1/deliveries/{number}/again")))
    office.work()
    assert len(receiver.got) == 2
    admin.open("/office/webhooks/1/change")
    admin.follow(admin.post("/office/webhooks/1/change", name="Kho mới", url=receiver.url, events="task.opened"))
    renewed = admin.post("/office/webhooks/1/secret")
    assert renewed.status_code == 200 and secret not in renewed.text and "whsec_" in renewed.text
    assert admin.post("/office/webhooks/1/off", reason="").status_code == 422
    assert "đã tắt" in words(admin.follow(admin.post("/office/webhooks/1/off", reason="Thử xong")))
    assert "đang bật" in words(admin.follow(admin.post("/office/webhooks/1/on")))
    inspector = Visitor(office.app, "thanhtra")
    seen = inspector.open("/office/webhooks/1")
    assert "Kho mới" in words(seen) and "b1m4t" not in words(seen)
    assert not seen.xpath("//form[contains(@action, 'webhooks')]") and inspector.client.get("/office/webhooks/new").status_code == 403
    Visitor(office.app, "truongphong").open("/office/webhooks", 403)


def test_over_the_api(office: Office, receiver: Receiver) -> None:
    program = Program(office.app.test_client(), office.work)
    said = {"name": "Kho", "url": receiver.url, "events": ["nomination.started"]}
    made = program.call("quantri", "POST", "/webhooks", said)
    assert made["secret"].startswith("whsec_") and made["state"] == "on"
    path = f"/webhooks/{made['id']}"
    assert "secret" not in program.call("quantri", "GET", path)
    office.nominate("HN-2026")
    office.work()
    found = program.call("thanhtra", "GET", f"{path}/deliveries")
    assert found["total"] == 1 and found["items"][0]["state"] == "delivered"
    assert fits(made["secret"], *receiver.got[0]) == [True]
    program.call("quantri", "POST", f"{path}/deliveries/{found['items'][0]['id']}/again")
    assert program.call("quantri", "POST", f"{path}/test")["delivery"] > 0
    office.work()
    assert len(receiver.got) == 3
    assert program.call("quantri", "POST", f"{path}/change", said | {"name": "Khác"})["name"] == "Khác"
    assert program.call("quantri", "POST", f"{path}/secret")["secret"] != made["secret"]
    assert program.call("quantri", "POST", f"{path}/off", {"reason": "Thử"})["state"] == "off"
    assert program.call("quantri", "POST", f"{path}/on")["state"] == "on"
    for who, call, status in (("thanhtra", ("POST", "/webhooks", said), 403), ("vhxh", ("GET", "/webhooks"), 403),
                              ("quantri", ("POST", "/webhooks", said | {"events": ["x"]}), 422), ("quantri", ("GET", "/webhooks/99"), 404)):
        with pytest.raises(Answered) as refused:
            program.call(who, *call)
        assert refused.value.status == status
