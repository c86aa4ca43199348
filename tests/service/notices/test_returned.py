"""Letters that come back: only ours count, each once; an address that fails is marked, shown, spared and let off again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from service import cli, notices, trail
from service.actor import Actor
from service.config import Settings
from service.db import db, transaction
from service.errors import Conflict, Forbidden, Invalid
from service.notices.models import NOTICE, RETURN
from service.trail.models import EVENT, PRIVATE
from tests.service.notices.conftest import Post, serving
from tests.service.notices.returns import report
from tests.service.notices.told import XANH, kinds, rows, send, states, tell

ADMIN = Actor(account=2, login="quantri", name="Quản trị", groups=frozenset({"admin"}))
ADDRESS = "la.xanh@thondong.example"

pytestmark = pytest.mark.usefixtures("people")


@pytest.fixture
def post(settings: Settings) -> Iterator[Post]:
    """A mail server that is given time: none of these tests is about one that has none."""
    with serving(settings) as post:
        yield post


def _sent(key: str = "task:7", to: int = 1) -> str:
    """The Message-ID of a mail that went."""
    tell(to, key=key)
    send()
    row = next(row for row in rows() if row.key == key)
    assert row.state == "sent"
    return str(row.message_id)


def test_letter_without_a_mailbox_marks_its_address_and_no_more_are_sent(app: Flask, post: Post) -> None:
    assert notices.take_in(report(_sent()))
    (row,) = rows()
    assert (row.state, row.error.startswith("5.1.1 550 5.1.1")) == ("returned", True)
    mark = notices.own_mark(1)
    assert mark is not None and (mark.address, mark.count, mark.status) == (ADDRESS, 1, "5.1.1")
    assert set(notices.marked_people([1, 2, 3])) == {1}
    tell(1, 2, key="task:8")
    send()
    assert states() == ["returned", "withheld", "sent"]
    assert post.reached == [ADDRESS, "ban.mai@sonmai.example"], "the others get theirs"
    assert kinds() == ["mail:sent", "mail:returned", "address:marked", "mail:withheld", "mail:sent"]
    own = notices.own_notices(by=XANH, language="vi", unread=True).items
    assert [one.subject for one in own if one.letter == "address_fails"] == [f"Thư gửi tới {ADDRESS} bị trả lại"]
    assert "task:8" in {row.key for row in rows(NOTICE) if row.account == 1}, "what is withheld is told on the pages"
    assert trail.verify().ok


def test_address_stands_in_the_trail_as_a_commitment_only(app: Flask, post: Post) -> None:
    notices.take_in(report(_sent()))
    with db.engine.connect() as connection:
        assert ADDRESS in set(connection.scalars(sa.select(PRIVATE.c.value)))
        assert not any(ADDRESS.encode() in bytes(body) for body in connection.scalars(sa.select(EVENT.c.body)))


def test_report_counts_once_and_only_of_a_mail_that_went(app: Flask, post: Post) -> None:
    tell(2, key="task:9")
    (waiting,) = rows()
    assert not notices.take_in(report(waiting.message_id)), "it has not been sent yet"
    send()
    assert not notices.take_in(report("<0123456789abcdef0123456789abcdef@vinhdanh.invalid>"))
    assert not notices.take_in(report("<>"))
    assert notices.take_in(report(waiting.message_id))
    assert not notices.take_in(report(waiting.message_id))
    assert not notices.take_in(report(waiting.message_id, own="2")), "a letter comes back once, whoever tells of it"
    assert len(rows(RETURN)) == 1


def test_report_to_the_address_of_one_mail_names_it(app: Flask, post: Post, settings: Settings) -> None:
    settings.mail_return = "thu-tra-ve+*@sonmai.example"
    message_id = _sent()
    sender = post.mails[0].mail_from
    assert sender == f"thu-tra-ve+{message_id[1:33]}@sonmai.example"
    assert notices.take_in(report("<unreadable>", to=str(sender)))
    assert states() == ["returned"]


def test_wrong_address_for_reports_loses_no_mail(app: Flask, post: Post, settings: Settings) -> None:
    settings.mail_return = "không phải địa chỉ"
    tell(1)
    send()
    assert states() == ["queued"] and "VINHDANH_MAIL_RETURN" in rows()[0].error


def test_late_letters_are_counted_and_mark_nobody(app: Flask, post: Post) -> None:
    message_id = _sent()
    for n in range(9):
        assert notices.take_in(report(message_id, action="delayed", status="4.4.1", own=str(n)))
    assert states() == ["sent"] and notices.own_mark(1) is None
    (one,) = notices.returns(by=ADMIN)
    assert (one.failed, one.late, one.mark) == (0, 9, None)
    assert kinds()[-1] == "mail:late"


def test_doubtful_reports_mark_after_the_number_of_their_rule(app: Flask, post: Post) -> None:
    """Refused for a rule: never; no reason that says anything of the mailbox: the third."""
    for n in range(4):
        notices.take_in(report(_sent(f"a:{n}"), status="5.7.1", said="550 5.7.1 unsolicited"))
    assert notices.own_mark(1) is None
    for n in range(3):
        assert notices.own_mark(1) is None
        notices.take_in(report(_sent(f"b:{n}"), status="5.0.0", said=""))
    mark = notices.own_mark(1)
    assert mark is not None and mark.count == 7
    assert kinds().count("address:marked") == 1


def test_changed_address_is_rid_of_the_mark_and_gets_what_was_withheld(app: Flask, post: Post) -> None:
    notices.take_in(report(_sent()))
    tell(1, key="task:8")
    send()
    moved = notices.Contact("Nguyễn Lá Xanh", "la.xanh@sonmai.example")
    notices.register_contacts(lambda accounts: dict.fromkeys(accounts, moved))
    assert notices.own_mark(1) is None
    with transaction():
        assert notices.let_go(1) == 1
    send()
    assert states() == ["returned", "sent"]
    assert post.reached[-1] == "la.xanh@sonmai.example"


def test_administrator_lets_mail_go_again_with_a_reason(app: Flask, post: Post) -> None:
    notices.take_in(report(_sent()))
    tell(1, key="task:8")
    send()
    (one,) = notices.returns(by=ADMIN)
    assert (one.address, one.people, one.failed) == (ADDRESS, ((1, "Nguyễn Lá Xanh"),), 1) and one.mark is not None
    with pytest.raises(Forbidden):
        notices.returns(by=XANH)
    with pytest.raises(Forbidden):
        notices.lift_mark(ADDRESS, reason="Đã mở lại", by=XANH)
    with pytest.raises(Invalid):
        notices.lift_mark(ADDRESS, reason=" ", by=ADMIN)
    assert notices.lift_mark(ADDRESS.upper(), reason="Thôn đã mở lại hộp thư", by=ADMIN) == 1
    with pytest.raises(Conflict):
        notices.lift_mark(ADDRESS, reason="lần nữa", by=ADMIN)
    send()
    assert states() == ["returned", "sent"] and notices.returns(by=ADMIN) == ()
    assert "address:lifted" in kinds()
    notices.take_in(report(_sent("task:9")))
    assert notices.own_mark(1) is not None, "what comes back anew marks it anew"


def test_letters_that_come_back_again_after_a_resend_do_not_hide(app: Flask, post: Post) -> None:
    notices.take_in(report(_sent(), status="5.0.0", said=""))
    mail = rows()[0].id
    notices.resend(mail, by=ADMIN)
    send()
    assert states() == ["sent"]
    assert not notices.take_in(report(rows()[0].message_id, status="5.0.0", said="")), "that report was of the first time"
    assert notices.take_in(report(rows()[0].message_id, status="5.0.0", said="", own="2"))
    assert states() == ["returned"] and len(rows(RETURN)) == 2


def test_maildir_is_read_and_each_message_put_aside(app: Flask, post: Post, settings: Settings, tmp_path: Path) -> None:
    box = tmp_path / "returned"
    for name in ("new", "cur", "tmp"):
        (box / name).mkdir(parents=True)
    assert notices.read_returns() == 0, "no mailbox is set"
    settings.mail_returns_url = f"maildir://{box}"
    (box / "new" / "1.a.host").write_bytes(report(_sent()))
    (box / "new" / "2.b.host").write_bytes(b"From: a@b.example\r\nSubject: Xin chao\r\n\r\nKhi nao hop?\r\n")
    (tmp_path / "secret").write_bytes(report(_sent("task:8", to=2)))
    (box / "new" / "3.c.host").symlink_to(tmp_path / "secret")
    assert notices.read_returns() == 1
    assert sorted(path.name for path in (box / "cur").iterdir()) == ["1.a.host:2,S", "2.b.host:2,S", "3.c.host:2,S"]
    assert states() == ["returned", "sent"], "a link is not followed"
    assert notices.read_returns() == 0


def test_report_on_standard_input_is_noted_and_a_letter_of_somebody_is_no_error(
    app: Flask, post: Post, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = report(_sent())
    monkeypatch.setenv("VINHDANH_VAR", str(settings.var))
    monkeypatch.setenv("VINHDANH_DATABASE_URL", settings.database)
    monkeypatch.setenv("VINHDANH_TESTING", "1")
    for said, noted in ((content, "1 returned letter noted"), (content, "0 returned letters noted"), (b"Subject: a\n\nb", "0 returned")):
        found = CliRunner().invoke(cli.bounces, ["-"], input=said)
        assert found.exit_code == 0 and noted in found.output, found.output
    assert states() == ["returned"]


@pytest.mark.parametrize("url", ["maildir://gone", "maildir:///nowhere", "imaps://host/INBOX", "ftp://a:b@c", "imap://a:b@127.0.0.1:1/INBOX"])
def test_mailbox_that_cannot_be_read_stops_nothing(app: Flask, settings: Settings, url: str) -> None:
    settings.mail_returns_url = url
    assert notices.read_returns() == 0
