"""After a restore: keepers' numbers go on where their mailboxes are, nobody is told twice, and a machine of a drill writes to nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from service import clock, keepers, notices, people, trail
from service.actor import Actor, machine
from service.backup import Restored, make_backup, restore_backup
from service.db import transaction
from service.keepers import TakenUp
from service.notices.models import MAIL
from service.trail import beside, checkpoints, watch
from service.worker import drain
from tests.journeys.conftest import furnished, office_on
from tests.journeys.office import Office
from tests.service.notices.conftest import Post
from tests.service.test_backup import on, second
from tests.service.test_keepers import NAME, OUT, admin, agreed, later, office, post, to_keeper

__all__ = ["admin", "furnished", "office", "office_on", "post", "second"]

pytestmark = pytest.mark.both_databases
CLI = machine("cli")


@pytest.fixture
def restored(office: Office, second: Callable[..., Flask], tmp_path: Path) -> Callable[..., tuple[Flask, Restored]]:
    """Another machine that was made from the backup and reaches the same mail server, with the list beside the database or without."""

    def make(*, listed: bool, folder: str = "second") -> tuple[Flask, Restored]:
        settings, lines = office.app.extensions["settings"], beside.list_file("keepers")
        kept = lines.read_bytes() if lines.exists() else b""
        app = second(folder)
        app.extensions["settings"].smtp_url = settings.smtp_url
        if listed:
            (app.extensions["settings"].var / "trail").mkdir()
            (app.extensions["settings"].var / "trail" / "keepers.jsonl").write_bytes(kept)
        with on(app):
            return app, restore_backup(tmp_path / "copy.zip", reason="Máy chủ hỏng", by=CLI)

    return make


def turn(app: Flask, **by: float) -> None:
    """Some time passes on the other machine, and its worker does what is due."""
    clock.move_to(clock.now() + timedelta(**by))
    watch.sign_due()
    drain(app)


def text_of(post: Post) -> str:
    body = [m for m in post.messages if OUT in str(m["To"])][-1].get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.mark.long
def test_numbers_go_on_and_the_first_letter_says_that_data_were_restored(
    office: Office, admin: Actor, post: Post, restored: Callable[..., tuple[Flask, Restored]], tmp_path: Path
) -> None:
    agreed(office, admin, post)
    make_backup(tmp_path / "copy.zip", by=CLI)
    for _ in range(2):
        later(office, hours=25)
    assert [subject.rpartition(" ")[2] for subject in to_keeper(post)[1:]] == ["1", "2", "3"]
    former = checkpoints.current_origin()
    listed = beside.list_file("keepers").read_bytes()
    assert NAME.encode() not in listed and OUT.encode() not in listed and len(listed.splitlines()) == 3
    app, found = restored(listed=True)
    with on(app):
        assert found.kept == TakenUp(letters=2)
        with transaction():
            notices.queue("test", to=[people.find_account("thanhtra").id], key="t:1", context={"at": clock.now()})
        before = len(post.messages)
        turn(app, minutes=1)
        assert notices.is_frozen() and len(post.messages) == before + 1, "no mail but the letter"
        assert to_keeper(post)[-1].endswith("thư số 4")
        assert f"tên trước là {former}" in text_of(post) and "phục hồi từ bản sao lưu" in text_of(post)
        turn(app, hours=25)
        assert to_keeper(post)[-1].endswith("thư số 5") and "tên trước" not in text_of(post)
        (kept,) = keepers.list_keepers(by=people.actor_of("quantri"))
        assert [letter.number for letter in kept.letters] == [5, 4, 3, 2, 1], "the own page shows what lies in the mailbox"
        assert watch.alarms_since(clock.now() - timedelta(days=9)) == [] and trail.verify().ok
        assert trail.read(kind="keeper:taken_up").events[0].body == {"letters": 2}


@pytest.mark.long
def test_letter_that_was_queued_in_the_backup_does_not_go_again(
    office: Office, admin: Actor, post: Post, restored: Callable[..., tuple[Flask, Restored]], tmp_path: Path
) -> None:
    agreed(office, admin, post)
    settings = office.app.extensions["settings"]
    server, settings.smtp_url = settings.smtp_url, "smtp://127.0.0.1:1?timeout=1"
    later(office, hours=23)
    later(office, hours=2)
    make_backup(tmp_path / "copy.zip", by=CLI)
    settings.smtp_url = server
    clock.move_to(clock.now() + timedelta(hours=1))
    office.work()
    assert [one for one in to_keeper(post) if one.endswith("thư số 2")], "here it goes"
    before = len(post.messages)
    app, _found = restored(listed=True)
    with on(app):
        clock.move_to(clock.now() + timedelta(hours=5))
        drain(app)  # before anything is signed anew
        assert len(post.messages) == before
        with transaction() as s:
            states = s.scalars(sa.select(MAIL.c.state).where(MAIL.c.letter == "keeper_letter").order_by(MAIL.c.id)).all()
        assert states == ["sent", "cancelled"]
        turn(app, hours=30)
        assert to_keeper(post)[-1].endswith("thư số 3") and len(post.messages) == before + 1
        assert watch.alarms_since(clock.now() - timedelta(days=9)) == [], "nobody knows here how that one ended"


@pytest.mark.long
def test_a_machine_that_never_sent_any_writes_to_no_keeper_until_mail_is_let_out(
    office: Office, admin: Actor, post: Post, restored: Callable[..., tuple[Flask, Restored]], tmp_path: Path
) -> None:
    agreed(office, admin, post)
    make_backup(tmp_path / "copy.zip", by=CLI)
    before = len(post.messages)
    app, found = restored(listed=False)
    with on(app):
        assert found.kept == TakenUp()
        for _ in range(2):
            turn(app, hours=13)
        assert len(post.messages) == before and not beside.list_file("keepers").exists()
        notices.release(by=people.actor_of("quantri"))
        assert keepers.has_sent()
        turn(app, minutes=1)
        assert to_keeper(post)[-1].endswith("thư số 2"), "it could have gone"
        notices.freeze(by=people.actor_of("quantri"), reason="Kiểm tra")
        with transaction():
            trail.record("trail:checkpoint_asked", by=CLI, stream="system")
        turn(app, hours=26)
        assert to_keeper(post)[-1].endswith("thư số 3"), "from here on no freeze holds them"


def test_an_alarm_goes_through_a_persons_freeze_and_leaves_no_machine_on_which_a_restore_is_practised(
    office: Office, admin: Actor, post: Post, restored: Callable[..., tuple[Flask, Restored]], tmp_path: Path
) -> None:
    def alarms() -> int:
        return len([one for one in post.messages if str(one["Subject"]) == "Cảnh báo: nhật ký không khớp"])

    notices.freeze(by=admin, reason="Kiểm tra")
    watch.raise_alarm("Mục số 5: nội dung đã bị sửa.", "Entry 5: its content was changed.", "changed", 5)
    office.work()
    told = alarms()
    assert told > 1 and not beside.list_file("keepers").exists(), "also where there was never a keeper"
    make_backup(tmp_path / "copy.zip", by=CLI)  # while a person holds mail back
    app, _found = restored(listed=False)
    with on(app):
        watch.raise_alarm("Mục số 6: nội dung đã bị sửa.", "Entry 6: its content was changed.", "changed", 6)
        turn(app, hours=1)
        assert alarms() == told and notices.outbox(by=people.actor_of("quantri")).freeze is not None
        notices.release(by=people.actor_of("quantri"))
        turn(app, minutes=1)
        assert alarms() > told, "it could have gone"


@pytest.mark.long
def test_who_left_or_was_ended_since_the_backup_is_none_and_not_told_again(
    office: Office, admin: Actor, post: Post, restored: Callable[..., tuple[Flask, Restored]], tmp_path: Path
) -> None:
    agreed(office, admin, post)
    make_backup(tmp_path / "copy.zip", by=CLI)
    keepers.end_keeper(1, by=admin, reason="Nghỉ hưu")
    two = keepers.ask_keeper("Bí thư", "bithu@xa.example", outside=True, by=admin)
    keepers.end_keeper(two, by=admin, reason="Nhầm")
    office.work()
    before = len(post.messages)
    app, found = restored(listed=True)
    with on(app):
        assert found.kept == TakenUp(ended=(1,)), "who was asked after the backup is not here"
        turn(app, hours=26)
        assert len(post.messages) == before
        assert [one.keeper.ended_at is not None for one in keepers.list_keepers(by=people.actor_of("quantri"))] == [True]
        assert trail.read(kind="keeper:taken_up").events[0].body == {"ended": 1, "keepers": [1]}
        assert keepers.ask_keeper("Mặt trận", "mttq@xa.example", outside=True, by=people.actor_of("quantri")) == two
        with transaction() as s:
            assert keepers.take_up(s, by=CLI) == TakenUp(), "a line about the former keeper of that number ends nobody"
        with transaction() as s:
            assert s.get_one(keepers.Keeper, two).ended_at is None
