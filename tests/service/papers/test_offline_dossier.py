"""The offline dossier is proved on a machine without the product, and every way of forging it is named."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from nacl.signing import SigningKey

from service import clock, keepers, papers, trail
from service.actor import machine
from service.awards import lists
from service.awards.files import attach_file
from service.db import db, reading, transaction
from service.errors import Conflict, Forbidden, NotFound
from service.jobs.queue import LONGEST_DELAY, TRIES
from service.keepers import KeeperLetter
from service.keepers.acts import link_of
from service.papers import offline_dossier
from service.papers.cli import export_dossier
from service.papers.models import OfflineDossier
from service.trail import Sight, checkpoints, keys, proving, watch
from service.trail import note as notes
from service.trail.models import CHECKPOINT
from service.trail.tree import Tree, continues, node_hash
from tests.journeys.office import PDF, Office
from tests.service.papers.conftest import ROUND
from tests.service.trail.test_tree import reader_of

VERIFIER = Path(trail.__file__).parent / "verifier" / "verify.py"
Files = dict[str, bytes]


@pytest.fixture
def case(office: Office) -> int:
    """A nomination that was checked, with evidence and a drawn paper."""
    number = office.nominate(ROUND)
    office.assess(number)
    attach_file(f"nomination:{number}", "Báo cáo thành tích.pdf", PDF, by=office.who("donvi"))
    office.sign(number)
    row = lists.read_list(office.submission(number), by=office.who("donvi"))
    papers.draw_up_paper(row.id, papers.kinds_of(row)[0].code, by=office.who("donvi"))
    office.check(number)
    return number


def made(office: Office, number: int, by: str = "thanhtra") -> Path:
    """Asked for, made by the worker, taken."""
    asked = offline_dossier.ask_dossier(number, by=office.who(by))
    office.work()
    return offline_dossier.open_dossier(asked, by=office.who(by))[1]


def verified(path: Path, *given: str) -> tuple[int, str]:
    """What the verifier says, alone: no environment, no packages, another folder."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(VERIFIER), str(path), *given], capture_output=True, text=True, env={"PYTHONUTF8": "1"},
        cwd=path.parent, check=False,
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


def fingerprint() -> str:
    return keys.fingerprint(bytes(keys.signing_key().verify_key))


def forged(path: Path, change: Callable[[Files], None]) -> Path:
    """A copy with files changed."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    copy = path.with_name("forged.zip")
    with zipfile.ZipFile(copy, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return copy


def lines(files: Files) -> list[dict[str, Any]]:
    return [json.loads(line) for line in files["events.jsonl"].splitlines()]


def write_lines(files: Files, entries: list[dict[str, Any]]) -> None:
    files["events.jsonl"] = b"".join(json.dumps(one).encode() + b"\n" for one in entries)


def body_of(one: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(base64.b64decode(one["body"]))
    return body


@pytest.mark.long
def test_it_is_proved_with_a_fingerprint_or_an_anchor_from_outside(office: Office, case: int) -> None:
    checkpoints.make_checkpoint()
    earlier = checkpoints.list_checkpoints(limit=1)[0][2]
    path = made(office, case)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
        manifest = json.loads(archive.read("manifest.json"))
        story = archive.read("dien-bien.txt").decode()
        data = json.loads(archive.read("du-lieu.json"))
        note = archive.read("checkpoint.txt").decode()
        known = {one["sha256"] for one in manifest["files"]}
    assert {"verify.py", "verify.html", "DOC-TRUOC.txt", "minh-chung/Báo cáo thành tích.pdf"} <= set(names)
    assert any(name.startswith("van-ban/") and name.endswith("phiên bản 1.pdf") for name in names), names
    assert sha256(PDF).hexdigest() in known
    assert "Hoàng Bình Minh" in story and "ký" in story and data["steps"][0]["state"] == "done"
    assert verified(path) == (2, verified(path)[1]) and "CHƯA CHỨNG MINH" in verified(path)[1]
    code, said = verified(path, "--fingerprint", fingerprint())
    assert (code, "ĐÃ CHỨNG MINH" in said) == (0, True), said
    assert "tệp đúng như danh mục" in said and " 0 tệp đã được nhật ký" not in said
    anchor = path.with_name("moc.txt")
    for outside in (earlier, note):
        anchor.write_text(outside, encoding="utf-8")
        code, said = verified(path, "--anchor", str(anchor), "--english")
        assert (code, "PROVED" in said) == (0, True), said


def test_an_anchor_of_the_same_size_with_another_root_is_a_proven_rewrite(office: Office, case: int) -> None:
    """Only the true key signs an anchor: where it signed two roots over as many entries, the trail was written anew in between."""
    path = made(office, case)
    anchor = path.with_name("moc.txt")
    with zipfile.ZipFile(path) as archive:
        note = notes.read_note(archive.read("checkpoint.txt").decode())
    for root, wanted, word in ((note.root, 0, "PROVED"), (bytes(32), 1, "does not continue the anchor")):
        anchor.write_text(notes.signed(replace(note, root=root), keys.signing_key()), encoding="utf-8")
        code, said = verified(path, "--anchor", str(anchor), "--english")
        assert code == wanted and word in said, said
    anchor.write_text(notes.signed(replace(note, size=note.size - 1, root=bytes(32)), keys.signing_key()), encoding="utf-8")
    code, said = verified(path, "--anchor", str(anchor), "--english")
    assert code == 2 and "no proof that leads to this anchor" in said, "which it may be, or not: nothing here tells"


def test_its_list_names_every_entry_by_number(office: Office, case: int) -> None:
    with zipfile.ZipFile(made(office, case)) as archive:
        numbers = [body_of(json.loads(line))["g"] for line in archive.read("events.jsonl").splitlines()]
        assert json.loads(archive.read("manifest.json"))["entries"] == numbers[:-1] and len(numbers) > 5


def test_values_of_another_dossier_of_the_case_are_not_put_into_one_that_was_made_without_them(
    office: Office, case: int, tmp_path: Path
) -> None:
    offline_dossier.make_dossier(case, tmp_path / "all.zip", sight=Sight.VALUES)
    offline_dossier.make_dossier(case, tmp_path / "less.zip", sight=Sight.SENTENCES)
    assert verified(tmp_path / "less.zip", "--fingerprint", fingerprint())[0] == 0
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        values = {body_of(one)["g"]: one["private"] for one in map(json.loads, archive.read("events.jsonl").splitlines())}
        listed = json.loads(archive.read("manifest.json"))["values"]
    assert listed == {str(number): sorted(paths) for number, paths in values.items() if paths} and listed

    def put_in(files: Files) -> None:
        entries = lines(files)
        for one in entries:
            one["private"] = values.get(body_of(one)["g"], {})
        write_lines(files, entries)

    code, said = verified(forged(tmp_path / "less.zip", put_in), "--fingerprint", fingerprint())
    assert code == 1 and "sau đó mới được thêm" in said, said


def test_two_made_at_once_are_each_closed_by_their_own_entry(office: Office, case: int, tmp_path: Path) -> None:
    start, failed = threading.Barrier(3), []

    def make(path: Path) -> None:
        with office.app.app_context():
            try:
                start.wait()
                offline_dossier.make_dossier(case, path, sight=Sight.VALUES)
            except BaseException as error:  # a thread would swallow it
                failed.append(error)
            finally:
                db.session.remove()

    paths = [tmp_path / f"{n}.zip" for n in range(3)]
    makers = [threading.Thread(target=make, args=(path,)) for path in paths]
    for one in makers:
        one.start()
    for one in makers:
        one.join()
    assert not failed
    for path in paths:
        code, said = verified(path, "--fingerprint", fingerprint())
        assert code == 0, said


def test_it_leads_to_every_checkpoint_that_may_be_held_outside(office: Office, case: int) -> None:
    def checkpoint(cause: str) -> str:
        with transaction():
            trail.record("trail:checkpoint_asked", by=machine("cli"), stream="system")
        checkpoints.make_checkpoint(cause)
        return checkpoints.list_checkpoints(limit=1)[0][2]

    notes_ = [notes.read_note(checkpoint(cause)) for cause in ("day", "hour", "decision:signed", "hour", "hour")]
    text = checkpoint("dossier:exported")
    checkpoint("hour")  # one that came between is none of its matter
    for last, numbers in ((0, [1, 3]), (1, [1, 3, 5]), (60, [1, 2, 3, 4, 5])):  # none went in a letter or on a paper
        led = proving.lead_to(text, last=last)
        assert [one["number"] for one in led] == numbers
        for one in led:
            before, now = notes_[one["number"] - 1], notes.read_note(text)
            proof = [base64.b64decode(step) for step in one["proof"]]
            assert before.size == one["size"] and continues(before.root, before.size, now.root, now.size, proof)


@pytest.mark.long
@pytest.mark.both_databases
def test_every_letter_of_three_weeks_proves_a_dossier_made_at_their_end(
    office: Office, case: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = keepers.ask_keeper("Thanh tra tỉnh", "thanhtra.tinh@tinh.example", outside=True, by=office.who("quantri"))
    keepers.confirm(link_of(keeper).rpartition("/")[2])
    first = clock.now().replace(hour=1, minute=0)  # eight o'clock here
    for day in range(21):
        for hour in range(9):
            clock.move_to(first + timedelta(days=1 + day, hours=hour, minutes=hour))
            with transaction():
                trail.record("trail:checkpoint_asked", by=machine("cli"), stream="system")
            watch.sign_due()
            keepers.send_due()
    with reading() as s:
        letters = s.execute(
            sa.select(KeeperLetter.checkpoint, CHECKPOINT.c.cause, CHECKPOINT.c.note)
            .join(CHECKPOINT, CHECKPOINT.c.number == KeeperLetter.checkpoint).order_by(KeeperLetter.number)
        ).all()
    newest = checkpoints.list_checkpoints(limit=1)[0][0].number
    old = [letter for letter in letters if letter.checkpoint < newest - 60 and letter.cause == "hour"]
    # a letter is due 24 hours after the last, so it may slip a round
    assert len(letters) >= 18 and len(old) > 10, "those that are led to for no other reason"
    path, anchor = tmp_path / "ho-so.zip", tmp_path / "moc.txt"
    offline_dossier.make_dossier(case, path, sight=Sight.VALUES)
    for letter in letters:
        anchor.write_text(letter.note, encoding="utf-8")
        code, said = verified(path, "--anchor", str(anchor))
        assert (code, "ĐÃ CHỨNG MINH" in said) == (0, True), (letter.checkpoint, said)
    monkeypatch.setattr(proving, "sent_out", [])
    offline_dossier.make_dossier(case, path, sight=Sight.VALUES)
    anchor.write_text(old[0].note, encoding="utf-8")
    assert verified(path, "--anchor", str(anchor))[0] == 2, "it is the letter that leads to it"


@pytest.mark.both_databases
def test_every_forgery_is_named(office: Office, case: int) -> None:
    path = made(office, case)
    known = ("--fingerprint", fingerprint())

    def file_changed(files: Files) -> None:
        files["minh-chung/Báo cáo thành tích.pdf"] += b" "

    def file_and_its_hash(files: Files) -> None:
        file_changed(files)
        manifest = json.loads(files["manifest.json"])
        for one in manifest["files"]:
            one["sha256"] = sha256(files[one["path"]]).hexdigest()
        files["manifest.json"] = json.dumps(manifest).encode()

    def strange_file(files: Files) -> None:
        files["minh-chung/them.pdf"] = b"x"

    def missing_file(files: Files) -> None:
        del files["du-lieu.json"]

    def one_byte(files: Files) -> None:
        entries = lines(files)
        raw = bytearray(base64.b64decode(entries[3]["body"]))
        raw[raw.index(b'"a":"') + 5] ^= 1
        entries[3]["body"] = base64.b64encode(bytes(raw)).decode()
        write_lines(files, entries)

    def moved_by_one(step: int) -> Callable[[Files], None]:
        def change(files: Files) -> None:
            entries = lines(files)
            raw = base64.b64decode(entries[3]["body"])
            number = body_of(entries[3])["g"]
            entries[3]["body"] = base64.b64encode(raw.replace(b'"g":%d' % number, b'"g":%d' % (number + step))).decode()
            write_lines(files, entries)

        return change

    def left_out(files: Files) -> None:
        entries = lines(files)
        stream = body_of(entries[-1])["s"]
        own = [place for place, one in enumerate(entries) if body_of(one)["s"] == stream]
        del entries[own[2]]
        write_lines(files, entries)

    def end_left_out(files: Files) -> None:
        write_lines(files, lines(files)[:-1])

    def swapped(files: Files) -> None:
        entries = lines(files)
        entries[1], entries[2] = entries[2], entries[1]
        write_lines(files, entries)

    def value_changed(files: Files) -> None:
        entries = lines(files)
        one = next(one for one in entries if one["private"])
        path_, (salt, value) = next(iter(one["private"].items()))
        one["private"][path_] = [salt, value + "!"]
        write_lines(files, entries)

    def value_left_out(files: Files) -> None:
        entries = lines(files)
        one = next(one for one in entries if one["private"])
        del one["private"][next(iter(one["private"]))]
        write_lines(files, entries)

    def newer_note(files: Files) -> None:
        files["checkpoint.txt"] = files["checkpoint.txt"].replace(b"number 1", b"number 2")

    for change, word in (
        (file_changed, "đã bị sửa"), (file_and_its_hash, "Danh mục tệp"), (strange_file, "Tệp lạ"), (missing_file, "Thiếu tệp"),
        (one_byte, "nội dung hoặc vị trí"), (moved_by_one(1), "nội dung hoặc vị trí"), (moved_by_one(-1), "nội dung hoặc vị trí"),
        (left_out, "Thiếu mục"), (end_left_out, "Danh mục tệp"), (swapped, "không đúng thứ tự"), (value_changed, "giá trị"),
        (value_left_out, "đã bị bớt"), (newer_note, "chữ ký"), (lambda files: files.update({"manifest.json": b"{"}), "không đọc được"),
    ):
        code, said = verified(forged(path, change), *known)
        assert code == 1 and "KHÔNG KHỚP" in said and word in said, (change, said)
    code, said = verified(path, "--fingerprint", "00 " * 32)
    assert code == 1 and "khóa khác" in said
    (path.with_name("none.zip")).write_bytes(b"no zip")
    assert verified(path.with_name("none.zip"), *known)[0] == 1


@pytest.mark.both_databases
def test_a_dossier_signed_with_a_key_of_its_own_is_not_proved(office: Office, case: int) -> None:
    """The forger rewrites what he likes, builds a tree and a checkpoint over it, and signs with his own key."""
    checkpoints.make_checkpoint()
    earlier = checkpoints.list_checkpoints(limit=1)[0][2]
    path, own = made(office, case), SigningKey(bytes(range(32)))

    def rewritten(files: Files) -> None:
        entries, leaves = lines(files), []
        by_place = {body_of(one)["g"]: one for one in entries}
        size = notes.read_note(files["checkpoint.txt"].decode()).size
        for place in range(1, size + 1):
            one = by_place.get(place)
            leaves.append(sha256(b"\0" + base64.b64decode(one["prev"]) + base64.b64decode(one["body"])).digest() if one
                          else node_hash(bytes(32), bytes(32)))
        tree = Tree(size, reader_of(leaves))
        for one in entries:
            one["proof"] = [base64.b64encode(step).decode() for step in tree.inclusion(body_of(one)["g"] - 1)]
        write_lines(files, entries)
        note = replace(notes.read_note(files["checkpoint.txt"].decode()), root=tree.root())
        files["checkpoint.txt"] = notes.signed(note, own).encode()
        files["keys.json"] = json.dumps({"keys": [bytes(own.verify_key).hex()], "changes": []}).encode()

    def beside_the_true_key(files: Files) -> None:
        """The true key is carried too, and what the true key never signed: that his follows it."""
        rewritten(files)
        old, new = bytes(keys.signing_key().verify_key).hex(), bytes(own.verify_key).hex()
        signature = own.sign(f"vinhdanh key\n{old}\n{new}\n".encode()).signature.hex()
        files["keys.json"] = json.dumps({"keys": [old, new], "changes": [{"signed": signature, "proof": signature}]}).encode()

    copy = forged(path, rewritten)
    assert verified(copy)[0] == 2, "in itself it fits, and nothing in it can say otherwise"
    code, said = verified(copy, "--fingerprint", fingerprint())
    assert code == 1 and "khóa khác" in said
    anchor = path.with_name("moc.txt")
    anchor.write_text(earlier, encoding="utf-8")
    code, said = verified(copy, "--anchor", str(anchor))
    assert code == 1 and "không do khóa của bộ hồ sơ ký" in said
    copy = forged(path, beside_the_true_key)
    for given in ((), ("--fingerprint", fingerprint()), ("--anchor", str(anchor))):
        code, said = verified(copy, *given)
        assert code == 1 and "Việc thay khóa thứ 1" in said, "the true key beside his own helps him nothing"


def test_what_was_held_outside_before_the_key_was_replaced_proves_a_dossier_made_after_it(
    office: Office, case: int, tmp_path: Path
) -> None:
    anchors, path = [tmp_path / f"moc-{number}.txt" for number in (1, 2)], tmp_path / "ho-so.zip"
    for anchor in anchors:
        checkpoints.make_checkpoint()
        anchor.write_text(checkpoints.list_checkpoints(limit=1)[0][2], encoding="utf-8")
        keys.change_key("checkpoints", reason="Định kỳ", by=machine("cli"))
    offline_dossier.make_dossier(case, path, sight=Sight.VALUES)
    first, second, third = checkpoints.fingerprints()
    for given, word in (
        (("--anchor", str(anchors[0])), "Khóa ký mốc bên ngoài đã được thay 2 lần"),
        (("--anchor", str(anchors[1])), "Khóa ký mốc bên ngoài đã được thay 1 lần"),
        (("--fingerprint", first), "đã được thay 2 lần"), (("--fingerprint", second), "đã được thay 1 lần"),
        (("--fingerprint", third), "Khóa ký đúng là khóa"), (("--fingerprint", third, "--anchor", str(anchors[0])), "thay 2 lần"),
    ):
        code, said = verified(path, *given)
        assert code == 0 and word in said and "ĐÃ CHỨNG MINH" in said, said

    def with_keys(change: Callable[[dict[str, Any]], None]) -> Path:
        def put(files: Files) -> None:
            told = json.loads(files["keys.json"])
            change(told)
            files["keys.json"] = json.dumps(told).encode()

        return forged(path, put)

    def one_signature(at: int, name: str, other: str) -> Callable[[dict[str, Any]], None]:
        return lambda told: told["changes"][at].update({name: told["changes"][at][other]})

    for change, word in (
        (one_signature(0, "signed", "proof"), "Việc thay khóa thứ 1"), (one_signature(1, "proof", "signed"), "Việc thay khóa thứ 2"),
        (lambda told: told["changes"].reverse(), "Việc thay khóa thứ 1"), (lambda told: told["changes"].pop(), "Chuỗi khóa"),
        (lambda told: told.update(keys=told["keys"][-1:], changes=[]), "không do khóa của bộ hồ sơ ký"),
    ):
        code, said = verified(with_keys(change), "--anchor", str(anchors[0]))
        assert code == 1 and word in said, said


@pytest.mark.long
def test_who_may_have_it_made_and_for_how_long_it_is_kept(office: Office, case: int) -> None:
    path = made(office, case, "quantri")
    assert path.exists()
    (row,) = offline_dossier.dossiers_of(case, by=office.who("quantri"))
    assert (row.state, row.size) == ("made", path.stat().st_size) and row.checkpoint
    for login in ("donvi", "vhxh", "ketoan"):
        with pytest.raises((Forbidden, NotFound)):
            offline_dossier.ask_dossier(case, by=office.who(login))
    with pytest.raises(NotFound):
        offline_dossier.open_dossier(row.id, by=office.who("thanhtra"))
    told = [event.kind for event in trail.read(stream=f"instance:{office.read(case).instance_id}", limit=3).events]
    assert told == ["dossier:taken", "dossier:exported", "dossier:asked"]
    assert trail.verify().ok
    clock.move_to(clock.now() + offline_dossier.KEPT + timedelta(hours=1))
    office.work()
    assert not path.exists()
    with pytest.raises(Conflict):
        offline_dossier.open_dossier(row.id, by=office.who("quantri"))


def test_the_command_line_makes_one_and_the_trail_says_that_it_was_the_command_line(office: Office, case: int, tmp_path: Path) -> None:
    path = tmp_path / "ho-so.zip"
    run = office.app.test_cli_runner().invoke
    done = run(export_dossier, [str(case), str(path)])
    assert done.exit_code == 0 and "Đã lập, mốc số" in done.output, done.output
    code, said = verified(path, "--fingerprint", fingerprint())
    assert code == 0, said
    (told,) = trail.read(stream=f"instance:{office.read(case).instance_id}", kind="dossier:exported").events
    assert (told.actor, told.door) == ("cli", "cli") and "Dòng lệnh" in trail.sentence(told)
    with zipfile.ZipFile(path) as archive:
        assert body_of(json.loads(archive.read("events.jsonl").splitlines()[-1]))["d"] == "cli"
        assert json.loads(archive.read("manifest.json"))["values"]
    without = run(export_dossier, [str(case), str(path), "--without-values"])
    assert without.exit_code == 0 and verified(path, "--fingerprint", fingerprint())[0] == 0
    with zipfile.ZipFile(path) as archive:
        assert json.loads(archive.read("manifest.json"))["values"] == {}
    before = trail.last_number()
    unknown = run(export_dossier, ["99999", str(tmp_path / "none.zip")])
    assert unknown.exit_code == 1 and "There is no such nomination" in unknown.output
    assert not (tmp_path / "none.zip").exists() and trail.last_number() == before


def test_a_file_that_is_gone_is_not_taken(office: Office, case: int) -> None:
    path = made(office, case)
    assert path.stat().st_mode & 0o777 == 0o600 and [one.name for one in path.parent.iterdir()] == [path.name]
    before = trail.last_number()
    path.unlink()
    (row,) = offline_dossier.dossiers_of(case, by=office.who("thanhtra"))
    with pytest.raises(Conflict):
        offline_dossier.open_dossier(row.id, by=office.who("thanhtra"))
    assert trail.last_number() == before


@pytest.mark.long
def test_of_a_trail_that_is_not_intact_nothing_is_handed_out(office: Office, case: int, tmp_path: Path) -> None:
    path = tmp_path / "ho-so.zip"
    offline_dossier.make_dossier(case, path, sight=Sight.VALUES)
    whole = path.read_bytes()
    place = trail.read(stream=f"instance:{office.read(case).instance_id}", limit=1, oldest_first=True).events[0].gseq
    with db.engine.begin() as connection:  # before the last checkpoint, which looks back no more
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("ALTER TABLE trail_event DISABLE TRIGGER USER"))
        else:
            for name in connection.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars():
                connection.execute(sa.text(f'DROP TRIGGER "{name}"'))
        connection.execute(sa.text("UPDATE trail_event SET door = 'api' WHERE gseq = :place"), {"place": place})
    before = trail.last_number()
    with pytest.raises(offline_dossier.BrokenTrail, match="not intact"):
        offline_dossier.make_dossier(case, path, sight=Sight.VALUES)
    assert path.read_bytes() == whole and not list(tmp_path.glob(".*")) and trail.last_number() == before
    asked = offline_dossier.ask_dossier(case, by=office.who("thanhtra"))
    for _ in range(TRIES):
        office.work()
        clock.move_to(clock.now() + 2 * LONGEST_DELAY)
    (row,) = offline_dossier.dossiers_of(case, by=office.who("thanhtra"))
    assert (row.id, row.state) == (asked, "failed") and not list(offline_dossier.file_of(asked).parent.iterdir())


def test_papers_of_lists_and_judgements_are_only_in_it_for_who_reads_them(office: Office, case: int, tmp_path: Path) -> None:
    def taken(name: str, sight: Sight, readable: list[int] | None) -> tuple[list[str], dict[str, Any]]:
        offline_dossier.make_dossier(case, tmp_path / name, sight=sight, readable=readable)
        assert verified(tmp_path / name, "--fingerprint", fingerprint())[0] == 0
        with zipfile.ZipFile(tmp_path / name) as archive:
            return [one for one in archive.namelist() if one.startswith("van-ban/")], json.loads(archive.read("du-lieu.json"))

    names, data = taken("all.zip", Sight.VALUES, None)
    assert names and {"votes", "appraisal", "office_total"} <= set(data["nomination"]) and "office" in data["scores"][0]
    names, data = taken("less.zip", Sight.SENTENCES, [])
    assert not names and not {"votes", "appraisal", "office_total"} & set(data["nomination"])
    assert "own" in data["scores"][0] and not {"office", "office_note"} & set(data["scores"][0])
    asked = offline_dossier.ask_dossier(case, by=office.who("thanhtra"))
    with reading() as s:
        assert s.get_one(OfflineDossier, asked).lists == [office.submission(case)], "kept as it was when it was asked for"


def test_what_was_withheld_from_who_asked_is_not_in_it(office: Office, case: int) -> None:
    with transaction():
        trail.record("petition:received", by=machine("cli"), stream=f"instance:{office.read(case).instance_id}",
                     private={"reason": "Đơn của công dân Hừng Sáng Xa"})
    inspector, admin = made(office, case).read_bytes(), made(office, case, "quantri").read_bytes()

    def values(content: bytes) -> str:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.read("events.jsonl").decode() + archive.read("dien-bien.txt").decode()

    assert "Hừng Sáng Xa" in values(inspector) and "Hừng Sáng Xa" not in values(admin)
