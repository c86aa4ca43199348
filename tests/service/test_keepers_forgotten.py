"""Who kept checkpoints can be erased: name and address are nowhere, numbers stay, the trail verifies, a restore erases again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from service import erasing, keepers, notices, trail
from service.actor import Actor, machine
from service.backup import make_backup, restore_backup
from service.db import transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.keepers import TakenUp
from service.trail import beside
from tests.journeys.conftest import furnished, office_on
from tests.journeys.office import Office
from tests.service.notices.conftest import Post
from tests.service.notices.returns import report
from tests.service.test_backup import on, second
from tests.service.test_erasing import where
from tests.service.test_keepers import OUT, admin, agreed, office, post
from tests.service.test_keepers_mail import letter
from tests.service.web.browser import Visitor, words

__all__ = ["admin", "furnished", "office", "office_on", "post", "second"]

pytestmark = pytest.mark.both_databases
CLI = machine("cli")
NAME = "Lý Mây Ngàn"
WHY = "Theo yêu cầu của người đó"


@pytest.fixture
def kept(office: Office, admin: Actor, post: Post, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Somebody who keeps checkpoints, to whom a letter came back."""
    monkeypatch.setattr("tests.service.test_keepers.NAME", NAME)
    agreed(office, admin, post)
    notices.take_in(report(letter()[1], address=OUT, said=f"550 5.1.1 <{OUT}>: User unknown"))
    return office


def end(office: Office, admin: Actor) -> None:
    keepers.end_keeper(1, by=admin, reason=f"{NAME} nghỉ hưu")
    office.work()
    notices.lift_mark(OUT, reason="Thư cuối phải tới", by=admin)
    office.work()


@pytest.mark.long
def test_name_and_address_of_an_ended_keeper_are_nowhere_and_the_trail_verifies(kept: Office, admin: Actor) -> None:
    with pytest.raises(Conflict, match="keeps checkpoints"):
        keepers.forget(1, by=admin, reason=WHY)
    end(kept, admin)
    assert {"keeper.name", "trail_private.value"} <= where(NAME) and {"keeper.address", "mail.address"} <= where(OUT)
    for nobody in ("thanhtra", "truongphong"):
        with pytest.raises(Forbidden):
            keepers.forget(1, by=kept.who(nobody), reason=WHY)
    with pytest.raises(Invalid):
        keepers.forget(1, by=admin, reason=" ")
    with pytest.raises(NotFound):
        keepers.forget(9, by=admin, reason=WHY)
    keepers.forget(1, by=admin, reason=WHY)
    kept.work()
    assert where(NAME) == set() and where(OUT) == set()
    (told,) = trail.read(kind="data:erased").events
    assert told.stream == "system" and told.body["keeper"] == 1 and "của người giữ mốc số 1" in trail.sentence(told)
    verdict = trail.verify()
    assert verdict.ok and verdict.erased == told.body["count"] > 2
    (row,) = keepers.list_keepers(by=admin)
    assert (row.keeper.name, row.keeper.address, row.count) == (keepers.GONE, "", 1), "what went stays, by numbers"
    with pytest.raises(Conflict, match="were erased"):
        keepers.forget(1, by=admin, reason=WHY)
    shown = Visitor(kept.app, "thanhtra")
    for page in ("/trail/keepers", "/trail", "/office/mail", "/office/mail/returns"):
        assert NAME not in (said := words(shown.open(page))) and OUT not in said


def test_the_last_letter_goes_before_anybody_is_erased(kept: Office, admin: Actor) -> None:
    notices.freeze(by=admin, reason="Kiểm tra")
    keepers.ask_keeper("Bí thư", "bithu@xa.example", outside=True, by=admin)
    with transaction():
        trail.record("trail:checkpoint_asked", by=CLI, stream="system")
    keepers.end_keeper(2, by=admin, reason="Nhầm")
    with pytest.raises(Conflict) as refused:
        keepers.forget(2, by=admin, reason=WHY)
    assert refused.value.code == "keeper-mail-waits"
    notices.release(by=admin)
    kept.work()
    keepers.forget(2, by=admin, reason=WHY)


@pytest.mark.long
def test_a_restored_older_backup_erases_again(
    kept: Office, admin: Actor, second: Callable[..., Flask], tmp_path: Path
) -> None:
    end(kept, admin)
    make_backup(tmp_path / "copy.zip", by=CLI)
    keepers.forget(1, by=admin, reason=WHY)
    listed = beside.list_file("keepers").read_bytes()
    assert NAME.encode() not in listed
    with on(app := second()):
        (app.extensions["settings"].var / "trail").mkdir()
        (app.extensions["settings"].var / "trail" / "keepers.jsonl").write_bytes(listed)
        found = restore_backup(tmp_path / "copy.zip", reason="Máy chủ hỏng", by=CLI)
        assert found.kept == TakenUp(erased=(1,)) and trail.verify().ok
        assert where(NAME) == set() and where(OUT) == set()
        assert trail.read(kind="data:erased").events[0].body["again"] == 1
    with on(second("third")):
        restore_backup(tmp_path / "copy.zip", reason="Máy chủ hỏng", by=CLI)
        assert "keeper.name" in where(NAME), "without the list nothing tells"


def test_a_recipient_of_a_keepers_name_takes_nothing_of_the_keeper(kept: Office, admin: Actor) -> None:
    number = kept.nominate("HN-2026", name=NAME)
    plan = erasing.look(kept.read(number).recipient_id, by=admin)
    assert plan.namesakes == 1
    end(kept, admin)
    keepers.forget(1, by=admin, reason=WHY)
    assert erasing.look(kept.read(number).recipient_id, by=admin).namesakes == 0, "else it would stand alone"


def test_erasing_on_the_page(kept: Office, admin: Actor) -> None:
    end(kept, admin)
    visitor = Visitor(kept.app, "quantri")
    assert visitor.open("/trail/keepers").xpath("//a[@href='/trail/keepers/1/forget'] | //form[@action='/trail/keepers/1/forget']")
    visitor.open("/trail/keepers/1/forget")
    assert visitor.post("/trail/keepers/1/forget", reason="").status_code == 422
    shown = visitor.follow(visitor.post("/trail/keepers/1/forget", reason=WHY))
    assert NAME not in words(shown) and not shown.xpath("//*[contains(@href, '/forget') or contains(@action, '/forget')]")
    inspector = Visitor(kept.app, "thanhtra")
    assert inspector.client.get("/trail/keepers/1/forget").status_code == 403
