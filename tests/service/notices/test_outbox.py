"""Mail on both databases against a real SMTP server: with its cause or not at all, once, and honest when in doubt."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from service import clock, jobs, notices, trail
from service.actor import Actor
from service.config import Settings
from service.db import db, transaction
from service.errors import Conflict
from service.notices import sending
from service.notices.letters import letters
from service.notices.models import MAIL
from service.trail.models import EVENT
from tests.service.notices.conftest import PEOPLE, Post, free_port

ADMIN = Actor(account=1, login="quantri", name="Quản trị", groups=frozenset({"admin"}))
TASK: dict[str, Any] = {"task": "Thẩm định hồ sơ", "title": "Hồ sơ của thôn Đông"}

pytestmark = pytest.mark.usefixtures("people")


def _queue(*to: int, letter: str = "assigned", key: str = "task:7", **words: Any) -> int:
    with transaction():
        return notices.queue(
            letter, to=to or (1,), key=key, **({"context": TASK, "link": "/tasks/7"} | words)
        )


def _send() -> int:
    return notices.send_due(jobs.Holder())


def _rows() -> list[Any]:
    with db.engine.connect() as connection:
        return list(connection.execute(sa.select(MAIL).order_by(MAIL.c.id)).all())


def _states() -> list[str]:
    return [row.state for row in _rows()]


def _kinds() -> list[str]:
    with db.engine.connect() as connection:
        return list(connection.scalars(sa.select(EVENT.c.kind).order_by(EVENT.c.gseq)))


def _later(by: timedelta) -> None:
    clock.move_to(clock.now() + by)


def _expire() -> None:
    with transaction() as s:
        s.execute(
            sa.update(MAIL)
            .where(MAIL.c.state == "sending")
            .values(lease_until=clock.unmoved() - timedelta(seconds=1))
        )


def test_mail_reaches_each_person_alone_and_in_their_language(app: Flask, post: Post) -> None:
    assert _queue(1, 3, 1) == 2
    assert _send() == 2
    assert post.reached == ["la.xanh@thondong.example", "suong.som@sonmai.example"]
    assert [m["Subject"] for m in post.messages] == ["Việc mới: Thẩm định hồ sơ", "New task: Thẩm định hồ sơ"]
    assert post.mails[0].mail_from == "no-reply@vinhdanh.invalid"
    text = post.messages[0].get_body(("plain",))
    assert text is not None and "http://127.0.0.1:8000/tasks/7" in text.get_content()
    assert _states() == ["sent", "sent"]
    assert _kinds() == ["mail:sent", "mail:sent"]
    assert _send() == 0


def test_mail_of_a_transaction_taken_back_never_goes(app: Flask, post: Post) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        notices.queue("assigned", to=[1], key="task:7", context=TASK)
        raise ZeroDivisionError
    assert _send() == 0
    assert post.mails == []


def test_mail_outside_a_transaction_or_to_no_page_of_ours_is_refused(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        notices.queue("assigned", to=[1], key="task:7", context=TASK)
    for link in ("https://x.example/", "/tasks/7?act=approve", "//x.example/", "/tasks/../7", "tasks/7"):
        with pytest.raises(ValueError, match="links to a page of ours"):
            _queue(link=link)
    assert _queue(link="/") == 1


def test_same_event_is_told_once(app: Flask, post: Post) -> None:
    assert _queue(1, 2) == 2
    assert _queue(1, 2) == 0
    assert _queue(1, key="task:8") == 1
    assert _queue(1, letter="reassigned", context=TASK | {"by": "Mai"}) == 1
    _send()
    assert len(post.mails) == 4


def test_hundred_people_are_told_with_one_insert_a_table(app: Flask) -> None:
    statements: list[str] = []

    @sa.event.listens_for(db.engine, "before_cursor_execute")
    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    assert _queue(*range(100)) == 100
    assert [s.split()[2] for s in statements if s.startswith("INSERT")] == ["notice", "mail"]


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
@pytest.mark.parametrize("answer", ["451 4.7.1 thử lại sau", "421 4.3.2 đang đóng"])
def test_temporary_refusal_is_tried_again_later_with_the_same_id(
    app: Flask, post: Post, stage: str, answer: str
) -> None:
    post.orders[stage] = [answer]
    _queue(1, 2)
    assert _send() == 2
    first, second = _rows()
    assert (first.state, first.attempts, first.error) == ("queued", 1, answer)
    assert second.state == "sent", "the next mail goes, over a new connection if need be"
    assert timedelta(seconds=20) < first.next_at - clock.now() < timedelta(seconds=91)
    assert _send() == 0
    _later(timedelta(minutes=2))
    assert _send() == 1
    assert _states() == ["sent", "sent"]
    assert post.messages[-1]["Message-ID"] == first.message_id


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
def test_permanent_refusal_stops_at_once_and_only_for_that_person(app: Flask, post: Post, stage: str) -> None:
    post.orders[stage] = ["550 5.1.1 không có hộp thư này"]
    _queue(1, 2)
    _send()
    _later(timedelta(days=2))
    assert _send() == 0
    assert _states() == ["failed", "sent"]
    assert _rows()[0].error == "550 5.1.1 không có hộp thư này"
    assert post.reached == ["ban.mai@sonmai.example"]


@pytest.mark.parametrize("stage", ["mail", "rcpt"])
@pytest.mark.parametrize("order", ["sleep", "drop"])
def test_line_lost_before_the_content_is_tried_again(app: Flask, post: Post, stage: str, order: str) -> None:
    post.orders[stage] = [order]
    _queue(1)
    _send()
    assert _states() == ["queued"]
    _later(timedelta(minutes=2))
    _send()
    assert (_states(), len(post.mails)) == (["sent"], 1)


@pytest.mark.parametrize("order", ["sleep", "drop"])
def test_line_lost_after_the_content_is_unknown_and_goes_again_only_when_told(
    app: Flask, post: Post, order: str
) -> None:
    post.orders["data"] = [order]
    _queue(1)
    _send()
    assert _states() == ["unknown"]
    _later(timedelta(days=2))
    notices.reclaim()
    assert _send() == 0
    assert len(post.mails) == 1
    notices.resend(_rows()[0].id, by=ADMIN)
    assert _send() == 1
    assert _states() == ["sent"]
    one, two = (message["Message-ID"] for message in post.messages)
    assert one == two
    assert _kinds() == ["mail:unknown", "mail:resent", "mail:sent"]


def test_no_server_is_tried_again_and_given_up_after_a_day_and_a_half(app: Flask, settings: Settings) -> None:
    settings.smtp_url = f"smtp://127.0.0.1:{free_port()}"
    _queue(1, 2)
    began = clock.now()
    tries = 0
    while "queued" in _states():
        tries += 1
        _send()
        if "queued" in _states():
            _later(max(row.next_at for row in _rows()) - clock.now() + timedelta(seconds=1))
    assert tries == sending.TRIES
    assert timedelta(hours=18) < clock.now() - began < timedelta(hours=60)
    assert _states() == ["failed", "failed"]
    assert "refused" in _rows()[0].error


def test_wrong_password_or_wrong_address_of_the_server_loses_no_mail(
    app: Flask, settings: Settings, post: Post
) -> None:
    right = settings.smtp_url
    _queue(1)
    for wrong in (right.replace("smtp://", "smtp://ai:sai@"), "http://x.example", right + "&tls=1"):
        settings.smtp_url = wrong
        _send()
        assert _states() == ["queued"]
        _later(timedelta(hours=1))
    settings.smtp_url = right
    _send()
    assert _states() == ["sent"]


def test_person_who_cannot_be_reached_is_named_and_holds_up_nobody(app: Flask, post: Post) -> None:
    _queue(4, 5, 6, 99, 1)
    _send()
    assert _states() == ["failed"] * 4 + ["sent"]
    assert [row.error for row in _rows()[:3]] == [
        "the account is closed",
        "the account has no mail address",
        "'không phải địa chỉ' is not a mail address",
    ]


def test_crash_before_the_last_byte_loses_and_doubles_nothing(app: Flask, post: Post) -> None:
    _queue(1)
    assert len(sending._claim("dead", 10)) == 1
    assert _send() == 0, "another's lease stands"
    _expire()
    assert notices.reclaim() == 1
    assert _send() == 1
    assert (_states(), len(post.mails)) == (["sent"], 1)


def test_worker_that_lost_its_lease_does_not_hand_the_mail_over(app: Flask, post: Post) -> None:
    _queue(1)
    (mail,) = sending._claim("slow", 10)
    _expire()
    notices.reclaim()
    assert not sending._note_handing_over(mail, "slow")
    assert _send() == 1
    assert len(post.mails) == 1


def test_leases_of_a_living_worker_are_lengthened_and_given_back_when_it_leaves(app: Flask) -> None:
    _queue(1)
    alive = jobs.Holder()
    alive.mails.take(mail.id for mail in sending._claim(alive.name, 10))
    _expire()
    notices.renew(alive)
    assert notices.reclaim() == 0
    notices.leave(alive)
    assert [(row.state, row.attempts) for row in _rows()] == [("queued", 0)]


def test_mail_of_a_broken_turn_is_not_held_for_ever_by_a_living_worker(
    app: Flask, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise OSError("the database is away")

    _queue(1)
    alive = jobs.Holder()
    with monkeypatch.context() as patch, pytest.raises(OSError, match="away"):
        patch.setattr(sending, "_settle", broken)
        notices.send_due(alive)
    _expire()
    notices.renew(alive)
    assert notices.reclaim() == 1
    assert _states() == ["unknown"]


def test_reminder_stops_when_the_task_is_done(app: Flask, post: Post) -> None:
    open_tasks = {7, 8}
    asked: list[tuple[int, int]] = []

    @notices.wanted("reminder", "overdue")
    def still_open(about: int, account: int) -> bool:
        asked.append((about, account))
        return about in open_tasks

    due = {"due": clock.now() + timedelta(days=1)}
    _queue(1, letter="reminder", context=TASK | due, about=7)
    _queue(1, letter="reminder", key="task:8", context=TASK | due, about=8)
    open_tasks.remove(7)
    _send()
    assert _states() == ["obsolete", "sent"]
    assert len(post.mails) == 1
    assert asked == [(7, 1), (8, 1)]


def test_question_that_breaks_delays_its_mail_only(app: Flask, post: Post) -> None:
    @notices.wanted("reminder")
    def broken(about: int, account: int) -> bool:
        raise KeyError(about)

    _queue(1, letter="reminder", context=TASK | {"due": clock.now()}, about=7)
    _queue(2)
    _send()
    assert _states() == ["queued", "sent"]


def test_frozen_outbox_lets_nothing_out_until_released(app: Flask, post: Post) -> None:
    _queue(1)
    notices.freeze(by=ADMIN, reason="khôi phục từ bản sao lưu")
    assert _send() == 0
    with pytest.raises(Conflict):
        notices.freeze(by=ADMIN, reason="lần nữa")
    assert (post.mails, _states()) == ([], ["queued"])
    notices.release(by=ADMIN)
    with pytest.raises(Conflict):
        notices.release(by=ADMIN)
    assert _send() == 1
    assert len(post.mails) == 1
    assert _kinds() == ["outbox:frozen", "outbox:released", "mail:sent"]


@pytest.mark.parametrize("letter", ["trail_alarm", "key_alarm", "break_glass", "guarded_role"])
def test_an_alarm_goes_through_a_freeze_and_nobody_cancels_it(app: Flask, post: Post, letter: str) -> None:
    notices.freeze(by=ADMIN, reason="thử")
    _queue(1, key="other")
    _queue(2, letter=letter, context=letters()[letter].sample, key="alarm")
    waits, alarm = (next(one for one in notices.outbox(by=ADMIN).lines if one.letter == name) for name in ("assigned", letter))
    assert waits.can_cancel and not alarm.can_cancel
    with pytest.raises(Conflict, match="not cancelled"):
        notices.cancel(alarm.id, by=ADMIN)
    notices.cancel(waits.id, by=ADMIN)
    _queue(1, key="more")
    assert _send() == 1
    assert post.reached == [PEOPLE[2].address] and [row.state for row in _rows()] == ["cancelled", "sent", "queued"]


def test_freeze_stops_the_mail_that_is_on_its_way(
    app: Flask, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = sending._note_handing_over

    def freeze_first(mail: int, holder: str) -> bool:
        notices.freeze(by=ADMIN, reason="dừng ngay")
        return real(mail, holder)

    _queue(1)
    with monkeypatch.context() as patch:
        patch.setattr(sending, "_note_handing_over", freeze_first)
        _send()
    assert (post.mails, [(r.state, r.attempts) for r in _rows()]) == ([], [("queued", 0)])


def test_demo_without_a_server_shows_mail_and_sends_none(app: Flask) -> None:
    assert notices.way_out() == "page"
    _queue(1, 5)
    assert _send() == 2
    assert [(row.state, row.shown_only) for row in _rows()] == [("sent", True), ("failed", False)]


def test_installation_without_a_server_keeps_mail_waiting(app: Flask, settings: Settings) -> None:
    settings.demo = False
    assert notices.way_out() == "none"
    _queue(1)
    assert _send() == 0
    assert _states() == ["queued"]


def test_message_ids_are_stable_here_and_differ_elsewhere(app: Flask, settings: Settings) -> None:
    here = sending.message_id("task:7", 1, "assigned")
    assert here == sending.message_id("task:7", 1, "assigned")
    assert here.endswith("@vinhdanh.invalid>")
    others = {sending.message_id("task:8", 1, "assigned"), sending.message_id("task:7", 2, "assigned")}
    assert len(others | {here}) == 3
    app.extensions["mail_key"] = b"another installation"
    assert sending.message_id("task:7", 1, "assigned") != here


def test_letter_that_cannot_be_written_any_more_is_kept_with_its_reason(app: Flask, post: Post) -> None:
    _queue(1)
    _queue(2)
    with transaction() as s:
        s.execute(sa.update(MAIL).where(MAIL.c.account == 1).values(letter="bygone"))
    _send()
    assert _states() == ["failed", "sent"]
    assert "bygone" in _rows()[0].error
    assert trail.verify().ok
