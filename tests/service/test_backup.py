"""The restore drill: a backup made while others write, an installation made from it, and what it says of itself."""

from __future__ import annotations

import json
import os
import shutil
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from hmac import digest
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from service import backup, clock, notices, people, trail
from service.actor import machine
from service.app import create_app
from service.awards.files import attach_file, files_about, read_bytes
from service.backup import BadBackup, make_backup, restore_backup
from service.config import Settings
from service.db import db, reading, transaction
from service.install import prepare_database
from service.processes import inbox
from service.schema import create_schema
from service.trail import checkpoints
from service.trail.anchors import check_anchor
from service.worker import drain
from tests.conftest import as_service, on_server, with_name
from tests.journeys.conftest import furnished, office_on
from tests.journeys.office import PDF, Office
from tests.service.notices.conftest import serving

__all__ = ["furnished", "office_on"]

pytestmark = pytest.mark.both_databases
CLI = machine("cli")


@pytest.fixture
def office(office_on: Callable[[date], Office]) -> Office:
    """An office with one nomination under way and a file."""
    office = office_on(date(2026, 11, 3))
    number = office.nominate("HN-2026")
    attach_file(f"nomination:{number}", "Báo cáo.pdf", PDF, by=office.who("donvi"))
    office.assess(number)
    return office


@pytest.fixture
def second(office: Office, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Flask]]:
    """Another machine: an empty database of the same kind or the other, with the keys of the first one or without."""
    name, here = f"vd_restored_{os.getpid()}", db.engine.dialect.name
    server = ""
    made: list[Flask] = []

    def make(folder: str = "second", *, keys: bool = True, other: bool = False) -> Flask:
        nonlocal server
        var, url, owner = tmp_path / folder, "", ""
        if (here == "postgresql") != other:
            server = request.getfixturevalue("postgres_url")
        var.mkdir()
        if keys:
            shutil.copytree(office.app.extensions["settings"].var / "keys", var / "keys")
        if server:
            on_server(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            on_server(server, f'CREATE DATABASE "{name}"')
            owner = with_name(server, name)
            url = as_service(owner)
        made.append(create_app(Settings(var=var, testing=True, demo=True, database_url=url, owner_url=owner)))
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    if server:
        on_server(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def on(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield
        db.session.remove()


def rows() -> dict[str, int]:
    with reading() as s:
        return {t.name: s.execute(sa.select(sa.func.count()).select_from(t)).scalar_one() for t in db.metadata.sorted_tables}


def test_what_is_restored_is_the_office_as_it_was_and_says_so(
    office: Office, second: Callable[..., Flask], tmp_path: Path
) -> None:
    address = people.make_feed(by=office.who("donvi"))
    checkpoints.make_checkpoint()
    in_backup = checkpoints.list_checkpoints(limit=1)[0][2]
    before = rows()
    counts = make_backup(tmp_path / "copy.zip", by=CLI)
    assert counts["files"] >= 1 and (tmp_path / "copy.zip").stat().st_mode & 0o777 == 0o600
    told = trail.read(kind="backup:made", limit=1).events[0]
    assert len(told.body["sha256"]) == 64
    with pytest.raises(FileExistsError):
        make_backup(tmp_path / "copy.zip", by=CLI)
    # the first machine goes on, and its last checkpoint leaves the house, before it burns down
    office.nominate("HN-2026", name="Lò Nắng Ấm")
    checkpoints.make_checkpoint()
    lost = checkpoints.list_checkpoints(limit=1)[0][2]
    with on(second()):
        found = restore_backup(tmp_path / "copy.zip", reason="Máy chủ hỏng", by=CLI)
        assert (found.entries, found.rows, found.files) == (counts["entries"], counts["rows"], counts["files"])
        prepare_database()
        after = rows()
        changed = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
        left = {"session_token", "calendar_feed", "trail_event", "trail_private", "mail_freeze", "studio_visit"}
        assert set(changed) <= left, changed
        assert trail.verify().ok
        assert notices.is_frozen()
        with pytest.raises(BadBackup, match="holds data"):
            restore_backup(tmp_path / "copy.zip", reason="Lần nữa", by=CLI)
        assert check_anchor(in_backup).ok
        verdict = check_anchor(lost)
        assert verdict.code == "anchor-fork" and str(verdict.place) in verdict.why
        assert checkpoints.due() == "trail:restored"
        assert checkpoints.make_checkpoint().origin == found.origin
        (file,) = files_about(1)
        assert read_bytes(file.id) == PDF
        # an address that was revoked since is not good again
        assert people.account_of_feed(address) is None and not people.revoke_feed(by=people.actor_of("donvi"))
        # and people work on
        signer = people.actor_of("thutruong", door="web")
        assert inbox.read_inbox(signer, "group").items or inbox.read_inbox(signer, "mine").items is not None
        assert people.sign_in("donvi", "vinhdanh", door="web", address="127.0.0.1", device="") is not None
    assert check_anchor(lost).ok, "the first machine knows nothing of it"
    assert people.account_of_feed(address) is not None


def test_an_office_moves_to_the_other_database_and_its_mail_waits_to_be_let_out(
    office: Office, second: Callable[..., Flask], tmp_path: Path
) -> None:
    checkpoints.make_checkpoint()
    in_backup, here, before = checkpoints.list_checkpoints(limit=1)[0][2], db.engine.dialect.name, rows()
    make_backup(tmp_path / "copy.zip", by=CLI)
    app = second(other=True)
    with on(app), serving(app.extensions["settings"]) as post:
        restore_backup(tmp_path / "copy.zip", reason="Chuyển máy chủ", by=CLI)
        prepare_database()
        assert db.engine.dialect.name != here
        after = rows()
        differ = {name for name in before if before[name] != after[name]}
        assert differ <= {"session_token", "calendar_feed", "trail_event", "trail_private", "mail_freeze", "studio_visit"}
        assert trail.verify().ok and check_anchor(in_backup).ok
        (file,) = files_about(1)
        assert read_bytes(file.id) == PDF
        assert people.sign_in("donvi", "vinhdanh", door="web", address="127.0.0.1", device="") is not None
        with transaction():  # new numbers follow those that came along
            notices.queue("test", to=[people.find_account("thanhtra").id], key="moved:1", context={"at": clock.now()})
        drain(app)
        assert notices.is_frozen() and not post.messages
        notices.release(by=people.actor_of("quantri"))
        drain(app)
        assert [m["To"] for m in post.messages if "thanhtra" in str(m["To"])], "let out, it goes"
        assert trail.verify().ok


def test_a_restore_that_broke_off_sends_nothing_and_is_taken_up_again(
    office: Office, second: Callable[..., Flask], tmp_path: Path
) -> None:
    counts = make_backup(tmp_path / "copy.zip", by=CLI)
    with on(second()):
        create_schema()  # broke off before anything was loaded
        with backup._opened(tmp_path / "copy.zip") as (archive, manifest):
            backup._load(archive, manifest)  # and again, after that
        db.session.remove()
        assert notices.is_frozen() and trail.last_number() == counts["entries"]
        make_backup(tmp_path / "other.zip", by=CLI)
        with pytest.raises(BadBackup, match="holds data"):
            restore_backup(tmp_path / "copy.zip", reason="Đã có người làm việc", by=CLI)
    with on(second("third")):
        create_schema()
        with backup._opened(tmp_path / "copy.zip") as (archive, manifest):
            backup._load(archive, manifest)
        found = restore_backup(tmp_path / "copy.zip", reason="Mất điện", by=CLI)
        assert (found.entries, found.rows, found.files) == (counts["entries"], counts["rows"], counts["files"])
        assert [event.kind for event in trail.read(limit=2).events] == ["outbox:frozen", "trail:restored"]
        assert notices.is_frozen() and trail.verify().ok


def test_an_anchor_from_after_a_backup_without_any_before_is_a_fork(office: Office, second: Callable[..., Flask], tmp_path: Path) -> None:
    assert not checkpoints.list_checkpoints()
    make_backup(tmp_path / "copy.zip", by=CLI)
    name = checkpoints.list_checkpoints(limit=1)[0][0].origin
    office.nominate("HN-2026", name="Lò Nắng Ấm")
    assert checkpoints.make_checkpoint().origin == name
    lost = checkpoints.list_checkpoints(limit=1)[0][2]
    with on(second()):
        restore_backup(tmp_path / "copy.zip", reason="Máy chủ hỏng", by=CLI)
        assert trail.read(kind="trail:restored", limit=1).events[0].body["former"] == name
        assert check_anchor(lost).code == "anchor-fork"


def test_a_backup_is_one_state_while_others_write(office: Office, second: Callable[..., Flask], tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        n = 0
        while not stop.is_set():
            with office.app.app_context():
                office.nominate("HN-2026", name=f"Lê Trúc Xanh {n}")
                db.session.remove()
            n += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for n in range(3):
            make_backup(tmp_path / f"{n}.zip", by=CLI)
    finally:
        stop.set()
        writer.join()
    with on(second()):
        restore_backup(tmp_path / "2.zip", reason="Diễn tập", by=CLI)
        assert trail.verify().ok
        with reading() as s:
            lonely = s.execute(sa.text(
                "SELECT count(*) FROM nomination n LEFT JOIN process_instance p ON p.id = n.instance_id WHERE p.id IS NULL"
            )).scalar_one()
        assert lonely == 0


def test_what_cannot_be_restored_is_refused_and_leaves_nothing(office: Office, second: Callable[..., Flask], tmp_path: Path) -> None:
    make_backup(tmp_path / "good.zip", by=CLI)

    def changed(name: str, change: Callable[[dict[str, bytes]], None]) -> Path:
        with zipfile.ZipFile(tmp_path / "good.zip") as archive:
            members = {one: archive.read(one) for one in archive.namelist()}
        change(members)
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for one, content in members.items():
                archive.writestr(one, content)
        return tmp_path / name

    def vouched(members: dict[str, bytes]) -> None:
        """What only the holder of the key can do; what is looked at after it must hold without it."""
        secret = bytes.fromhex(office.app.extensions["settings"].key("backup").get_secret_value())
        members["manifest.mac"] = digest(secret, members["manifest.json"], sha256).hex().encode()

    def with_hash(members: dict[str, bytes], name: str) -> None:
        manifest = json.loads(members["manifest.json"])
        manifest["members"][name]["sha256"] = sha256(members[name]).hexdigest()
        members["manifest.json"] = json.dumps(manifest).encode()

    def intruder(members: dict[str, bytes]) -> None:
        members["tables/account.jsonl"] += members["tables/account.jsonl"].splitlines(keepends=True)[0]
        with_hash(members, "tables/account.jsonl")

    def added(members: dict[str, bytes]) -> None:
        members["files/aa/them"] = b"x"

    def table_left_out(members: dict[str, bytes]) -> None:
        manifest = json.loads(members["manifest.json"])
        del members["tables/group_label.jsonl"], manifest["members"]["tables/group_label.jsonl"]
        members["manifest.json"] = json.dumps(manifest).encode()
        vouched(members)

    def column_left_out(members: dict[str, bytes]) -> None:
        manifest = json.loads(members["manifest.json"])
        manifest["columns"]["account"].pop()
        members["manifest.json"] = json.dumps(manifest).encode()
        vouched(members)

    def unvouched(members: dict[str, bytes]) -> None:
        del members["manifest.mac"]

    def damaged(members: dict[str, bytes]) -> None:
        members["tables/account.jsonl"] += b"[]\n"

    def forged(members: dict[str, bytes]) -> None:
        lines = members["tables/trail_event.jsonl"].splitlines(keepends=True)
        row = json.loads(lines[4])
        row[4] = "99"
        lines[4] = json.dumps(row).encode() + b"\n"
        members["tables/trail_event.jsonl"] = b"".join(lines)
        with_hash(members, "tables/trail_event.jsonl")
        vouched(members)

    def older(members: dict[str, bytes]) -> None:
        members["manifest.json"] = members["manifest.json"].replace(b'"schema": "', b'"schema": "x')
        vouched(members)

    (tmp_path / "none.zip").write_bytes(b"khong phai")
    bad = {
        tmp_path / "none.zip": "no backup", changed("damaged.zip", damaged): "damaged", changed("forged.zip", forged): "not intact",
        changed("older.zip", older): "schema", changed("intruder.zip", intruder): "its list was changed",
        changed("added.zip", added): "damaged at files/aa/them", changed("column.zip", column_left_out): "damaged at tables/account",
        changed("table.zip", table_left_out): "damaged at tables/group_label", changed("unvouched.zip", unvouched): "no backup",
    }
    app = second()
    with on(app):
        for path, words in bad.items():
            with pytest.raises(BadBackup, match=words):
                restore_backup(path, reason="Thử", by=CLI)
            assert not sa.inspect(db.engine).has_table("trail_head") or not sa.inspect(db.engine).get_table_names(), path
            assert not [one for one in (app.extensions["settings"].var / "files").rglob("*") if one.is_file()], path
        restore_backup(tmp_path / "good.zip", reason="Thử", by=CLI)
        assert trail.verify().ok
    third = second("third", keys=False)
    keys = third.extensions["settings"].var / "keys"
    with on(third):
        with pytest.raises(BadBackup, match="missing in the folder keys: backup, trail"):
            restore_backup(tmp_path / "good.zip", reason="Không có khóa", by=CLI)
        assert not (keys / "backup").exists(), "nor was one made anew"
        for name in ("backup", "trail"):
            third.extensions["settings"].key(name)
        with pytest.raises(BadBackup, match="not those of this backup"):
            restore_backup(tmp_path / "good.zip", reason="Khóa khác", by=CLI)
