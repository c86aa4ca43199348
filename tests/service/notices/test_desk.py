"""The outbox page: who sees it, what it shows, and what can be done there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from service import actor, clock, jobs, notices, people, trail
from service.actor import Actor
from service.config import Settings
from service.db import db, transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.trail.models import EVENT
from tests.service.notices.conftest import Post

ADMIN = Actor(account=1, login="quantri", name="Quản trị", groups=frozenset({"admin"}))
INSPECTOR = Actor(account=2, login="thanhtra", name="Thanh tra", groups=frozenset({"inspector"}))
OFFICER = Actor(account=3, login="vhxh", name="Lê Ban Mai", groups=frozenset({"vhxh"}))
TASK = {"task": "Ký <h1>", "title": "Hồ sơ của thôn Đông"}

pytestmark = pytest.mark.usefixtures("people")


@pytest.fixture
def outbox(people: None, settings: Settings, post: Post) -> Post:
    """Five mails: one sent, one failed, one unknown, two waiting."""
    settings.demo = False
    post.orders["rcpt"] = ["250 OK", "550 không có hộp thư"]
    post.orders["data"] = ["250 OK", "drop"]
    with transaction():
        notices.queue("assigned", to=[1, 2, 3], key="task:7", context=TASK, link="/tasks/7")
    notices.send_due(jobs.Holder())
    with transaction():
        notices.queue("withdrawn", to=[1, 2], key="n:1", context={"title": "Hồ sơ 1", "by": "Thôn Đông"})
    return post


def _id(state: str, letter: str = "assigned") -> int:
    return next(
        line.id for line in notices.outbox(by=ADMIN).lines if line.state == state and line.letter == letter
    )


@pytest.mark.usefixtures("outbox")
def test_page_shows_newest_first_with_counts_and_filters() -> None:
    page = notices.outbox(by=INSPECTOR)
    assert [(line.letter, line.state) for line in page.lines] == [
        ("withdrawn", "queued"),
        ("withdrawn", "queued"),
        ("assigned", "unknown"),
        ("assigned", "failed"),
        ("assigned", "sent"),
    ]
    sent = page.lines[-1]
    assert (sent.name, sent.address) == ("Nguyễn Lá Xanh", "la.xanh@thondong.example")
    assert (sent.subject, sent.label, sent.label_en) == ("Việc mới: Ký <h1>", "Việc mới", "New task")
    assert page.lines[2].subject == "New task: Ký <h1>"
    assert page.lines[3].error == "550 không có hộp thư"
    assert {k: v for k, v in page.counts.items() if v} == {"queued": 2, "unknown": 1, "failed": 1, "sent": 1}
    assert (page.total, page.way, page.freeze) == (5, "smtp", None)
    failed = notices.outbox(by=ADMIN, state="failed")
    assert ([line.state for line in failed.lines], failed.total) == (["failed"], 1)
    assert notices.outbox(by=ADMIN, letter="withdrawn", account=2).total == 1
    assert [len(notices.outbox(by=ADMIN, page=n, size=2).lines) for n in (1, 2, 3, 4)] == [2, 2, 1, 0]


@pytest.mark.usefixtures("outbox")
def test_only_those_concerned_see_mail_and_only_the_administrator_acts(settings: Settings) -> None:
    with pytest.raises(Forbidden):
        notices.outbox(by=OFFICER)
    settings.demo = True
    with pytest.raises(Forbidden):  # made up or not: the matrix of rights says who reads the outbox
        notices.outbox(by=OFFICER)
    assert notices.outbox(by=INSPECTOR).total == 5
    mail = _id("failed")
    for act in (notices.resend, notices.cancel):
        with pytest.raises(Forbidden):
            act(mail, by=INSPECTOR)
    with pytest.raises(Forbidden):
        notices.freeze(by=INSPECTOR, reason="thử")
    with pytest.raises(Forbidden):
        notices.send_test(by=OFFICER)


@pytest.mark.usefixtures("outbox")
def test_one_mail_is_shown_in_its_readers_words() -> None:
    shown = notices.show_mail(_id("sent"), by=INSPECTOR)
    assert shown.line.name == "Nguyễn Lá Xanh"
    assert shown.message_id.startswith("<")
    assert "/tasks/7" in shown.content.text
    assert "&lt;h1&gt;" in shown.content.html
    with pytest.raises(NotFound):
        notices.show_mail(999, by=INSPECTOR)


def test_failed_and_unknown_go_again_and_the_trail_says_who_asked(outbox: Post) -> None:
    for state in ("failed", "unknown", "sent"):
        notices.resend(_id(state), by=ADMIN)
    notices.send_due(jobs.Holder())
    assert notices.outbox(by=ADMIN, letter="assigned").counts["sent"] == 3
    assert len({m["Message-ID"] for m in outbox.messages if "thondong" in m["To"]}) == 2  # task:7 and n:1
    with db.engine.connect() as connection:
        kinds = list(connection.scalars(sa.select(EVENT.c.kind).where(EVENT.c.actor == "1")))
    assert kinds == ["mail:resent"] * 3


@pytest.mark.usefixtures("outbox")
def test_waiting_mail_is_cancelled_and_never_goes() -> None:
    mail = _id("queued", "withdrawn")
    with pytest.raises(Conflict, match="Queued"):
        notices.resend(mail, by=ADMIN)
    notices.cancel(mail, by=ADMIN)
    with pytest.raises(Conflict, match="Cancelled"):
        notices.cancel(mail, by=ADMIN)
    with pytest.raises(Conflict, match="Sent"):
        notices.cancel(_id("sent"), by=ADMIN)
    with pytest.raises(NotFound):
        notices.cancel(999, by=ADMIN)
    notices.send_due(jobs.Holder())
    assert notices.outbox(by=ADMIN, letter="withdrawn").counts["cancelled"] == 1
    notices.resend(mail, by=ADMIN)
    assert notices.send_due(jobs.Holder()) == 1


@pytest.mark.usefixtures("outbox")
def test_freeze_is_shown_with_its_reason() -> None:
    notices.freeze(by=ADMIN, reason="khôi phục từ bản sao lưu")
    held = notices.outbox(by=INSPECTOR).freeze
    assert held is not None
    assert (held.by, held.reason) == (1, "khôi phục từ bản sao lưu")
    assert clock.now() - held.since < timedelta(minutes=1)


def test_test_letter_goes_to_oneself_on_the_usual_way(app: Flask, post: Post) -> None:
    notices.send_test(by=ADMIN)
    notices.send_test(by=ADMIN)
    assert notices.send_due(jobs.Holder()) == 2
    assert [m["Subject"] for m in post.messages] == ["Thư thử của hệ thống Vinh Danh"] * 2
    assert post.reached == ["la.xanh@thondong.example"] * 2


def test_letter_is_previewed_in_both_languages(app: Flask) -> None:
    assert notices.preview("reminder", language="vi", by=ADMIN).subject.startswith("Còn 3 ngày làm việc")
    assert notices.preview("reminder", language="en", by=ADMIN).subject.startswith("3 working days left")
    for letter, language in (("bygone", "vi"), ("reminder", "fr")):
        with pytest.raises(NotFound):
            notices.preview(letter, language=language, by=ADMIN)


@pytest.fixture
def granted() -> Iterator[set[str]]:
    """Another matrix of rights for the time of a test: the acts in this set are everybody's, and nothing else is anybody's."""
    acts: set[str] = set()

    def require(by: Actor, act: str) -> None:
        assert act in people.acts()
        if act not in acts:
            raise Forbidden("Không được.", "No.")

    actor.register_matrix(lambda by, act: act in acts, require)
    yield acts
    actor.register_matrix(people.allowed, people.require)


@pytest.mark.usefixtures("outbox")
def test_verbs_below_people_ask_the_matrix_and_no_group_by_its_name(granted: set[str]) -> None:
    typed = notices.typed_of(notices.letters()["assigned"])
    verbs: dict[str, list[Callable[[Actor], object]]] = {
        "mail.read": [
            lambda by: notices.outbox(by=by), lambda by: notices.returns(by=by), lambda by: notices.show_mail(1, by=by),
            lambda by: notices.preview("assigned", language="vi", by=by),
        ],
        "mail.resend": [
            lambda by: notices.resend(1, by=by), lambda by: notices.cancel(2, by=by), lambda by: notices.send_test(by=by),
            lambda by: notices.freeze(by=by, reason="thử"), lambda by: notices.lift_mark("x@sonmai.example", reason="thử", by=by),
        ],
        "letter.edit": [
            lambda by: notices.read_wording("assigned", by=by), lambda by: notices.read_version("assigned", 0, by=by),
            lambda by: notices.save_words("assigned", typed, seen=0, reason="thử", by=by),
            lambda by: notices.try_words("assigned", notices.letters()["assigned"], by=by),
        ],
        "job.retry": [
            lambda by: jobs.retry_job(1, by=by), lambda by: jobs.retry_cause("x", "y", by=by),
            lambda by: jobs.drop_job(1, by=by, reason="thử"),
        ],
    }
    for right, told in verbs.items():
        for verb in told:
            with pytest.raises(Forbidden):
                verb(ADMIN)
            granted.add(right)
            with suppress(Conflict, NotFound, Invalid):  # what there is to do is another question
                verb(OFFICER)
            granted.remove(right)


def test_how_much_of_the_trail_somebody_reads_stands_in_the_matrix(app: Flask, granted: set[str]) -> None:
    assert trail.may_read(INSPECTOR) == trail.may_read(INSPECTOR, "instance:1") == trail.Sight.NOTHING
    granted |= {"trail.read_cases"}
    assert (trail.may_read(ADMIN), trail.may_read(ADMIN, "account:1"), trail.may_read(ADMIN, "instance:1")) == (0, 0, trail.Sight.VALUES)
    granted |= {"trail.read"}
    assert trail.may_read(OFFICER) == trail.may_read(OFFICER, "account:1") == trail.Sight.VALUES
    granted |= {"trail.read_hidden"}
    assert trail.may_read(OFFICER) == trail.Sight.EVERYTHING
