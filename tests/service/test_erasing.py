"""Erasing a person's data on request: what must stay stays and says why, the rest is nowhere, and the trail verifies."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from service import backup, clock, erasing, movement, people, trail
from service.actor import Actor, machine
from service.awards import comments, following, questions, rule_versions
from service.awards.files import attach_file, read_bytes
from service.awards.models import Nomination, Recipient
from service.awards.rule_versions import RuleInput
from service.db import db, reading, transaction
from service.erasing import again
from service.erasing.apply import clear_files
from service.errors import Conflict, Forbidden, Invalid, Stale
from service.notices.models import NOTICE
from service.papers import offline_dossier
from service.people.actors import EMERGENCY
from service.processes import history, running, tasks
from service.processes.drafts import keep_draft
from service.trail import checkpoints, keys
from service.trail.anchors import check_anchor
from tests.journeys.conftest import furnished, office_on
from tests.journeys.office import PDF, Office
from tests.service.test_backup import on, second
from tests.service.web.browser import Visitor, words

__all__ = ["furnished", "office_on", "second"]

pytestmark = pytest.mark.both_databases
NAME, OTHER = "Lò Nắng Ấm", "Vàng Mây Trôi"
LONGER = f"{NAME}p"
"""Another's name, which begins with all of that one."""
WHY = "Gia đình Lò Nắng Ấm chuyển đi nơi khác"
CLI = machine("cli")
KEPT_FOR = "RETENTION.NOT_AWARDED"


def _begin(office: Office) -> dict[str, int]:
    """One who withdrew, with everything that names him; another who is under way."""
    gone = office.nominate("HN-2026", name=NAME)
    stays = office.nominate("HN-2026", name=OTHER, unit="DET-NANG-SOM", by="donvi2")
    attach_file(f"nomination:{gone}", f"Đơn của {NAME}.pdf", PDF + b"%1", by=office.who("donvi"))
    office.assess(gone)
    office.sign(gone)
    keep_draft("nominate", {"name": f"{NAME} (nháp)"}, by=office.who("donvi"))
    office.file("withdrawal", gone, by="thutruong", reason=WHY)
    people.grant(people.find_account("truongphong").id, "admin", by=CLI, basis="Trực thay")
    return {"gone": gone, "stays": stays}


@pytest.fixture
def office(office_on: Callable[..., Office]) -> Office:
    return office_on(date(2026, 11, 3), _begin)


def who(office: Office, nomination: str) -> int:
    return office.read(office.made[nomination]).recipient_id


def asked(day: date | None = None, **more: Any) -> erasing.Asked:
    said = {"requester": NAME, "relation": "self", "received_on": day or clock.today(), "basis": "PDPL.ERASE", **more}
    return erasing.Asked(**said)


def admins(office: Office) -> tuple[Actor, Actor]:
    return office.who("quantri"), office.who("truongphong")


def let_go(office: Office) -> None:
    """The office says that a dossier without an award need not be kept: one enters it, another confirms it."""
    confirm(office, enter(office, 0))


def enter(office: Office, years: int, rule: str = KEPT_FOR) -> int:
    entry = rule_versions.read_rule(rule, clock.today())
    said = RuleInput(years, f"Quy chế lưu trữ của xã, bản {entry.newest}", clock.today(), None, "P", "Xã quyết định")
    return rule_versions.change_rule(rule, said, seen=entry.newest, by=office.who("truongphong"))


def confirm(office: Office, version: int, rule: str = KEPT_FOR) -> None:
    rule_versions.confirm_rule(rule, version, seen=version, reason="Đã đọc quy chế", by=office.who("vanphong"))


def erase(office: Office, nomination: str = "gone") -> int:
    one, other = admins(office)
    number = erasing.ask_erasure(who(office, nomination), asked(), by=one)
    _row, plan = erasing.read_erasure(number, by=other)
    assert plan is not None
    erasing.confirm_erasure(number, by=other, seen=plan.digest)
    return number


def where(text: str) -> set[str]:
    """Every table and column in which these words still stand."""
    return {column for column, raw in stored() if text.encode() in raw}


def stored() -> list[tuple[str, bytes]]:
    """All that is stored, each value with its table and column."""
    found = []
    with db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            for column in table.columns:
                for value in connection.execute(sa.select(sa.type_coerce(column, sa.types.NullType()))).scalars():
                    raw = value.encode() if isinstance(value, str) else bytes(value) if isinstance(value, bytes | memoryview) else b""
                    found.append((f"{table.name}.{column.name}", raw))
    return found


@pytest.mark.long
def test_what_must_be_kept_is_kept_and_says_why(office: Office) -> None:
    by, other = admins(office)
    plan = erasing.look(who(office, "stays"), by=by)
    assert [(k.word, k.nomination) for k in plan.kept] == [("RUNNING", office.made["stays"]), ("TRAIL", None)] and not plan.cases
    plan = erasing.look(who(office, "gone"), by=by)
    assert not plan.whole and plan.kept[0].word == "RETENTION" and plan.kept[0].until == date(2028, 11, 3)
    for one in ("stays", "gone"):
        with pytest.raises(Conflict, match="must be kept"):
            erasing.ask_erasure(who(office, one), asked(), by=by)
    let_go(office)
    assert erasing.look(who(office, "gone"), by=by).whole
    assert not erasing.look(who(office, "stays"), by=by).whole, "who is under way stays"
    with pytest.raises(Forbidden):
        erasing.look(who(office, "gone"), by=office.who("vhxh"))
    with pytest.raises(Invalid) as wrong:
        erasing.ask_erasure(who(office, "gone"), asked(date(2027, 1, 1), requester=" ", relation="x", basis="LAW"), by=by)
    assert {fault.path for fault in wrong.value.faults} == {"requester", "relation", "basis", "received_on"}
    number = erasing.ask_erasure(who(office, "gone"), asked(), by=by)
    with pytest.raises(Conflict, match="waits already"):
        erasing.ask_erasure(who(office, "gone"), asked(), by=other)
    _row, plan_ = erasing.read_erasure(number, by=by)
    assert plan_ is not None and where(NAME), "nothing goes before it is confirmed"
    with pytest.raises(Forbidden, match="another administrator"):
        erasing.confirm_erasure(number, by=by, seen=plan_.digest)
    with pytest.raises(Stale):
        erasing.confirm_erasure(number, by=other, seen="0" * 32)
    with pytest.raises(Invalid):
        erasing.drop_erasure(number, by=other, reason=" ")
    erasing.drop_erasure(number, by=other, reason="Người yêu cầu rút lại")
    with pytest.raises(Conflict, match="settled"):
        erasing.confirm_erasure(number, by=other, seen=plan_.digest)


def test_after_an_erasure_no_word_is_left_and_everything_verifies(office: Office, tmp_path: Path) -> None:
    let_go(office)
    checkpoints.make_checkpoint()
    outside = checkpoints.list_checkpoints(limit=1)[0][2]
    folder = office.app.extensions["settings"].var / "files"
    assert {"recipient.name", "nomination.name", "trail_private.value", "draft.answers", "process_instance.title"} <= where(NAME)
    before = {path for path in folder.rglob("*") if path.is_file()}
    number = erase(office)
    office.work()  # the worker clears the disk
    left = where(NAME)
    assert left == {"erasure.requester", "trail_private.value", "draft.answers"}, "but the proof of who asked, and another's own draft"
    asking = trail.read(kind="erasure:asked", sight=trail.Sight.EVERYTHING).events[0]
    with reading() as s:
        values = s.execute(sa.text("SELECT gseq FROM trail_private WHERE value LIKE :n"), {"n": f"%{NAME}%"}).scalars().all()
    assert values == [asking.gseq]
    assert where("chuyển đi nơi khác") == set() and where("Đưa dạy học số") == set()
    assert where(OTHER) >= {"recipient.name", "nomination.name"}, "nobody else's"
    assert len(before - {path for path in folder.rglob("*") if path.is_file()}) == 1
    verdict = trail.verify()
    erased = trail.read(kind="data:erased", sight=trail.Sight.EVERYTHING).events[0]
    assert verdict.ok and verdict.erased == erased.body["count"] >= 3 and str(erased.gseq) in verdict.why
    assert check_anchor(outside).ok and trail.verify(f"instance:{office.read(office.made['gone']).instance_id}").ok
    assert checkpoints.make_checkpoint().size == trail.last_number()
    row, plan = erasing.read_erasure(number, by=office.who("thanhtra"))
    assert (row.state, plan, row.files) == ("done", None, []) and row.counts["files"] == 1
    assert {one["word"] for one in row.kept} == {"LIST_PAPERS", "DRAFTS", "TRAIL"}
    with pytest.raises(Conflict, match="were erased"):
        erasing.look(who(office, "gone"), by=office.who("quantri"))
    with pytest.raises(Conflict, match="erased on the nominee"):
        running.look_at(office.read(office.made["gone"]).instance_id or 0)
    # pages of what is left open, and say so
    visitor = Visitor(office.app, "thanhtra")
    for path in (f"/nominations/{office.made['gone']}", f"/nominations/{office.made['gone']}/trail", "/nominations", "/lists",
                 f"/submissions/{office.submission(office.made['gone'])}", "/office/mail", "/office/mail?state=sent"):
        assert NAME not in words(visitor.open(path)), path
    for path in ("/trail", f"/office/erasures/{number}"):  # where it stands who asked
        visitor.open(path)
    assert "đã xóa theo yêu cầu" in words(visitor.open(f"/nominations/{office.made['gone']}/trail"))
    # an offline dossier made now says so too
    offline_dossier.make_dossier(office.made["gone"], tmp_path / "ho-so.zip", sight=trail.Sight.EVERYTHING)
    with zipfile.ZipFile(tmp_path / "ho-so.zip") as archive:
        inside = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
    assert "đã xóa theo yêu cầu" in inside["dien-bien.txt"] and not [name for name, text in inside.items() if NAME in text]
    # somebody of the same name is somebody else
    assert erasing.find_people(NAME, by=office.who("quantri")) == []
    office.nominate("HN-2026", name=NAME, unit="DET-NANG-SOM", by="donvi2")
    with reading() as s:
        assert s.scalar(sa.select(sa.func.count()).select_from(Recipient).where(Recipient.name == NAME)) == 1


def test_a_petition_about_it_keeps_a_dossier_and_goes_with_it_once_its_years_are_over(office: Office) -> None:
    by, one = office.who("quantri"), office.made["gone"]
    let_go(office)
    assert erasing.look(who(office, "gone"), by=by).whole
    said = {"content": f"{NAME} đã chuyển đi", "sender": "Bà Hừng Xa", "received_on": "2026-11-03"}
    mine = office.begin("petition", by="vhxh", about=[one], kind="remark", subject=f"Về {NAME}", **said)
    both = office.begin("petition", by="vhxh", about=[one, office.made["stays"]], kind="remark", subject="Về hai tên", **said)

    def reason() -> tuple[str, int | None]:
        kept = erasing.look(who(office, "gone"), by=by).kept[0]
        return kept.word, kept.nomination

    assert reason() == ("RUNNING", one), "a petition about it is being settled"
    for matter, answer in ((mine, f"Đã trả lời về {NAME}."), (both, "Đã trả lời.")):
        office.step(matter, "classify_petition", by="truongphong", kind="remark")
        office.step(matter, "answer_petition", by="truongphong", way="here", answer=answer, told_on="2026-11-03")
    assert reason() == ("PETITION", one)
    confirm(office, enter(office, 0, "RETENTION.COMMUNE"), "RETENTION.COMMUNE")
    plan = erasing.look(who(office, "gone"), by=by)
    assert plan.whole and [matter for matter, _instance in plan.matters] == [mine] and "MATTERS" in [k.word for k in plan.kept]
    number = erase(office)
    entry = movement.read_matter(mine, by=office.who("thanhtra"))
    assert (entry.begun, entry.entry.number, entry.entry.ended) == ({}, "ĐKN 01/2026", True) and NAME not in entry.entry.title
    left = movement.read_matter(both, by=office.who("thanhtra"))
    assert left.begun["content"] == said["content"], "what is about others too is an archive record"
    assert {column.partition(".")[0] for column in where(NAME)} == {"matter", "matter_tables", "draft", "erasure", "trail_private"}
    with reading() as s:
        assert set(s.execute(sa.text("SELECT matter_id FROM matter_tables")).scalars()) == {both}, "what its papers say, with its record"
        named = s.execute(sa.text("SELECT gseq FROM trail_private WHERE value LIKE :n"), {"n": f"%{NAME}%"}).scalars().all()
        streams = s.execute(sa.text("SELECT DISTINCT stream FROM trail_event WHERE gseq IN :n").bindparams(
            sa.bindparam("n", named, expanding=True))).scalars().all()
    assert streams == [f"erasure:{number}"], "the proof of who asked"
    assert trail.verify().ok


def test_where_somebody_has_the_same_name_only_what_is_tied_to_the_case_goes(office: Office) -> None:
    let_go(office)
    with reading() as s:
        seen = list(s.scalars(sa.select(Nomination.id)))
    namesake = office.nominate("HN-2026", name=NAME, unit="DET-NANG-SOM", by="donvi2", seen=seen)
    plan = erasing.look(who(office, "gone"), by=office.who("quantri"))
    assert plan.namesakes == 1 and not plan.mentions
    erase(office)
    assert office.read(namesake).name == NAME and trail.verify().ok
    assert "draft.answers" in where(NAME), "nobody can say whom it means"


def _talk(office: Office) -> dict[str, int]:
    """A comment for everybody, one for the office only, a question with its answer, a follower: all about who withdrew then."""
    gone = office.nominate("HN-2026", name=NAME)
    office.assess(gone)
    office.sign(gone)
    n, officer, head = office.read(gone), office.who("vhxh"), office.who("truongphong")
    comments.write_comment(gone, f"@{office.who('donvi').name} {NAME} chưa ký trang hai", by=officer)
    comments.write_comment(gone, f"Nghe nói {NAME} sắp chuyển đi", by=officer, inside=True)
    (task,) = [stop.id for stop in history.timeline(n.instance_id or 0) if stop.state == "open"]
    tasks.claim_task(task, by=officer)
    question = questions.ask(task, head.account or 0, f"Giấy của {NAME} đủ chưa?", clock.today(), by=officer)
    questions.answer(question, "Thiếu trang hai", by=head)
    following.follow(gone, by=office.who("vanthu"))
    office.work()
    office.file("withdrawal", gone, by="thutruong", reason=WHY)
    people.grant(people.find_account("truongphong").id, "admin", by=CLI, basis="Trực thay")
    return {"gone": gone, "question": question}


@pytest.mark.long
def test_what_was_said_beside_a_case_goes_with_it(office_on: Callable[..., Office]) -> None:
    office = office_on(date(2026, 11, 3), _talk)
    let_go(office)
    left = {"comment.text", "question.text", "question.answer", "trail_private.value"}
    assert left <= {place for text in ("trang hai", "sắp chuyển đi", "đủ chưa?") for place in where(text)}
    plan = erasing.look(who(office, "gone"), by=office.who("quantri"))
    with reading() as s:
        assert s.scalars(sa.select(NOTICE.c.context).where(NOTICE.c.letter == "followed")).all(), "who followed was told of the withdrawal"
    assert plan.counts["comments"] == 3 and f"nomination:{office.made['gone']}" in plan.values
    erase(office)
    assert not {place for text in ("trang hai", "sắp chuyển đi", "đủ chưa?") for place in where(text)}
    assert where(NAME) == {"erasure.requester", "trail_private.value"} and trail.verify().ok
    with reading() as s:
        links = s.execute(sa.select(NOTICE.c.link)).scalars().all()
    assert f"/questions/{office.made['question']}" not in links and f"/nominations/{office.made['gone']}" not in links
    following.unfollow(office.made["gone"], by=office.who("vanthu"))
    visitor = Visitor(office.app, "vhxh")
    for path in (f"/nominations/{office.made['gone']}/comments", f"/questions/{office.made['question']}"):
        page = words(visitor.open(path))
        assert "đã xóa theo yêu cầu" in page and NAME not in page, path


@pytest.mark.long
def test_whose_name_merely_begins_alike_loses_nothing(office: Office) -> None:
    let_go(office)
    # nobody of the register has it: a colleague's words in a draft and a notice, and an officer who writes
    keep_draft("nominate", {"name": LONGER}, by=office.who("donvi2"))
    with transaction() as s:
        told = {"title": f"{LONGER}, {NAME}", "by": "Vàng Thu"}
        s.execute(sa.insert(NOTICE).values(key="x", account=1, letter="task", context=told, link="/lists/9", told_at=clock.now()))
        trail.record("trail:exported", by=office.who("vhxh"), stream="system", private={"text": LONGER})
        trail.record("trail:exported", by=office.who("vhxh"), stream="system", private={"text": f"tìm {NAME}"})
    plan = erasing.look(who(office, "gone"), by=office.who("quantri"))
    assert not plan.namesakes and "DRAFTS" in {kept.word for kept in plan.kept}
    erase(office)
    assert {"draft.answers", "notice.context", "trail_private.value"} <= where(LONGER), "it stands as it stood"
    with reading() as s:
        assert s.execute(sa.select(NOTICE.c.context).where(NOTICE.c.key == "x")).scalar_one()["title"] == f"{LONGER}, {erasing.GONE}"
    assert not where(f"tìm {NAME}") and "draft.answers" in where(NAME), "a draft is whose writes it"


@pytest.mark.parametrize("what", ["recipient", "account", "longer", "within"])
def test_where_anybody_bears_a_name_that_holds_it_nothing_goes_by_name(office: Office, what: str) -> None:
    let_go(office)
    assert erasing.look(who(office, "gone"), by=office.who("quantri")).namesakes == 0
    names = {"longer": f"{NAME} Áp", "within": f"Trần {NAME.lower()} Hoa", "recipient": "Lo Nang Am", "account": NAME}
    if what == "account":
        people.create_account("lonangam", NAME, by=office.who("quantri"))
    else:
        office.nominate("HN-2026", name=names[what], unit="DET-NANG-SOM", by="donvi2", seen=list(office.made.values()))
    plan = erasing.look(who(office, "gone"), by=office.who("quantri"))
    assert plan.namesakes == 1 and not plan.mentions and not plan.noted
    assert {stream.partition(":")[0] for stream in plan.values} <= {"instance", "nomination", "list", "account"}


def test_what_one_person_entered_of_a_rule_erases_nothing(office: Office) -> None:
    def until() -> date | None:
        return erasing.look(who(office, "gone"), by=office.who("quantri")).kept[0].until

    assert until() == date(2028, 11, 3)
    alone = enter(office, 0)
    assert until() == date(2028, 11, 3), "as it came with the service"
    confirm(office, alone)
    assert erasing.look(who(office, "gone"), by=office.who("quantri")).whole, "two have seen it"
    confirm(office, enter(office, 5))
    assert until() == date(2031, 11, 3)
    enter(office, 1)
    assert until() == date(2031, 11, 3), "as it was confirmed last"


def test_who_confirms_is_a_second_pair_of_eyes(office: Office) -> None:
    let_go(office)
    one, other = admins(office)
    recipient = who(office, "gone")
    number = erasing.ask_erasure(recipient, asked(), by=CLI)
    row, plan = erasing.read_erasure(number, by=one)
    assert plan is not None

    def refused(by: Actor, code: str) -> None:
        assert not erasing.may_confirm(row, by=by)
        with pytest.raises(Forbidden) as no:
            erasing.confirm_erasure(number, by=by, seen=plan.digest if plan else "")
        assert no.value.code == code

    refused(CLI, "same-person")
    refused(one.through(EMERGENCY), "emergency")
    with transaction() as s:  # somebody has said that the person is the second administrator
        s.get_one(Recipient, recipient).account_id = other.account
        trail.record("recipient:tied", by=one, stream="system", body={"recipient": recipient, "account": other.account})
    refused(other, "own-case")
    assert erasing.may_confirm(row, by=one) and where(NAME)


def test_a_request_waits_for_some_days_only(office: Office) -> None:
    let_go(office)
    one, other = admins(office)
    number = erasing.ask_erasure(who(office, "gone"), asked(), by=one)
    row, plan = erasing.read_erasure(number, by=other)
    assert plan is not None and erasing.may_confirm(row, by=other) and erasing.lapse() == 0
    clock.move_to(clock.now() + timedelta(days=31))
    assert not erasing.may_confirm(row, by=other)
    with pytest.raises(Conflict) as late:
        erasing.confirm_erasure(number, by=other, seen=erasing.look(who(office, "gone"), by=other).digest)
    assert late.value.code == "request-lapsed"
    assert "hết hạn" in words(Visitor(office.app, "truongphong").open("/office/erasures"))
    again_ = erasing.ask_erasure(who(office, "gone"), asked(), by=one)
    assert erasing.read_erasure(number, by=one)[0].state == "lapsed"
    assert trail.read(kind="erasure:lapsed").events[0].body["erasure"] == number
    clock.move_to(clock.now() + timedelta(days=31))
    assert erasing.lapse() == 1 and erasing.read_erasure(again_, by=one)[0].state == "lapsed"


def test_what_is_confirmed_is_all_that_was_seen(office: Office) -> None:
    let_go(office)
    one, other = admins(office)
    number = erasing.ask_erasure(who(office, "gone"), asked(), by=one)
    _row, plan = erasing.read_erasure(number, by=other)
    assert plan is not None and Visitor(office.app, "truongphong").post(f"/office/erasures/{number}/confirm").status_code == 409
    people.create_account("lonangam", NAME, by=one)
    with pytest.raises(Stale):
        erasing.confirm_erasure(number, by=other, seen=plan.digest)  # a namesake came since
    assert where(NAME) and erasing.look(who(office, "gone"), by=other).digest != plan.digest
    fresh = erasing.look(who(office, "gone"), by=other)
    attach_file(f"nomination:{office.made['gone']}", "Thêm.pdf", PDF + b"%2", by=office.who("donvi"))
    with pytest.raises(Stale):
        erasing.confirm_erasure(number, by=other, seen=fresh.digest)


def test_a_file_that_is_sent_again_while_the_disk_is_cleared_keeps_its_bytes(office: Office) -> None:
    let_go(office)
    number = erase(office)
    _row, _plan = erasing.read_erasure(number, by=office.who("quantri"))
    app, failed = office.app, list[BaseException]()

    def clear() -> None:
        with app.app_context():
            try:
                clear_files(number)
            except RuntimeError as busy:  # SQLite's log is cut once nobody reads; the worker tries again
                failed.append(busy)
            finally:
                db.session.remove()

    clearing = Thread(target=clear)
    with transaction():
        sent = attach_file(f"nomination:{office.made['stays']}", "Đơn.pdf", PDF + b"%1", by=office.who("donvi2"))
        clearing.start()
        clearing.join(2)
    clearing.join(60)
    assert not clearing.is_alive() and read_bytes(sent.id) == PDF + b"%1", failed
    assert _row.files, "the file of who was erased was one of its own"


def test_the_page_shows_what_goes_and_what_stays_and_takes_two_people(office: Office) -> None:
    let_go(office)
    first, second_ = Visitor(office.app, "quantri"), Visitor(office.app, "truongphong")
    page = first.open("/office/erasures?q=lo%20nang")
    assert NAME in words(page)
    recipient = who(office, "gone")
    told = words(first.open(f"/office/erasures/new/{recipient}"))
    assert "Giữ, và vì sao" in told and "Luật Lưu trữ" in told
    said = {"requester": NAME, "relation": "self", "received_on": clock.today().isoformat(), "basis": "PDPL.ERASE"}
    assert first.post(f"/office/erasures/new/{recipient}", **{**said, "requester": ""}).status_code == 422
    assert first.post(f"/office/erasures/new/{recipient}", **said).status_code == 303
    number = erasing.list_erasures(by=office.who("quantri"))[0].id
    assert first.post(f"/office/erasures/{number}/confirm").status_code == 403
    page = second_.open(f"/office/erasures/{number}/confirm")
    seen = page.xpath("//input[@name='seen']/@value")
    assert second_.post(f"/office/erasures/{number}/confirm", seen=seen[0]).status_code == 303
    assert "đã xóa" in words(first.open("/office/erasures")).lower() and NAME not in words(first.open("/nominations"))
    assert Visitor(office.app, "thanhtra").post(f"/office/erasures/{number}/drop", reason="x").status_code == 403


@pytest.mark.long
def test_a_restored_older_backup_is_erased_again(office: Office, second: Callable[..., Flask], tmp_path: Path) -> None:
    early = tmp_path / "early.zip"
    backup.make_backup(early, by=CLI)  # the rule still keeps the dossier in this one
    let_go(office)
    backup.make_backup(tmp_path / "copy.zip", by=CLI)
    erase(office)
    listed = again.list_file().read_bytes()
    assert NAME.encode() not in listed and len(listed.splitlines()) == 1
    with on(app := second()):
        folder = app.extensions["settings"].var / "trail"
        folder.mkdir(exist_ok=True)
        (folder / "erasures.jsonl").write_bytes(listed + b'{"said":"{}","mac":"00"}\n')
        found = backup.restore_backup(tmp_path / "copy.zip", reason="Máy chủ hỏng", by=CLI)
        assert (found.erased, found.to_erase) == (1, ())
        assert where(NAME) == {"draft.answers"} and trail.verify().erased >= 3
        assert trail.read(kind="data:erased").events[0].body["again"] == 1
        assert erasing.erase_again(by=CLI) == erasing.Again(0), "once"
    with on(app := second("third")):
        folder = app.extensions["settings"].var / "trail"
        folder.mkdir(exist_ok=True)
        (folder / "erasures.jsonl").write_bytes(listed)
        found = backup.restore_backup(early, reason="Máy chủ hỏng", by=CLI)
        assert found.erased == 0 and len(found.to_erase) == 1, "it is told, and waits on the page"
        row, plan = erasing.read_erasure(found.to_erase[0], by=CLI)
        assert row.state == "asked" and plan is not None and plan.kept[0].word == "RETENTION"


def _past_only(office: Office) -> int:
    """Somebody of the register without a nomination."""
    with transaction() as s:
        like = s.get_one(Recipient, who(office, "stays"))
        s.add(row := Recipient(kind="INDIVIDUAL", name="Lù Khe Vắng", unit_id=like.unit_id, search="lu khe vang", sort_key="x"))
        s.flush()
        trail.record("recipient:kept_apart", by=CLI, stream="system")
        return row.id


@pytest.mark.long
def test_a_person_without_a_case_is_erased_again_or_told(office: Office, second: Callable[..., Flask], tmp_path: Path) -> None:
    one, other = admins(office)
    person = _past_only(office)
    backup.make_backup(tmp_path / "early.zip", by=CLI)  # before anybody asked: nothing proves whom it means
    number = erasing.ask_erasure(person, asked(), by=one)
    backup.make_backup(tmp_path / "copy.zip", by=CLI)
    _row, plan = erasing.read_erasure(number, by=other)
    assert plan is not None and plan.whole and not plan.cases
    keys.change_key("trail", reason="Định kỳ", by=CLI)
    erasing.confirm_erasure(number, by=other, seen=plan.digest)
    listed = again.list_file().read_bytes()
    assert b'"key":2' in listed

    def restore(name: str, file: str) -> backup.Restored:
        folder = (app := second(name)).extensions["settings"].var / "trail"
        folder.mkdir(exist_ok=True)
        (folder / "erasures.jsonl").write_bytes(listed + listed.replace(b'"key":2', b'"key":7'))
        with on(app):
            found = backup.restore_backup(tmp_path / file, reason="Máy chủ hỏng", by=CLI)
            assert bool(where("Lù Khe Vắng")) == (not found.erased) and trail.verify().ok
            assert not (folder.parent / "keys" / "trail.7").exists(), "a line makes no key"
            return found

    found = restore("second", "copy.zip")
    assert (found.erased, found.to_erase, found.unsure) == (1, (), ())
    found = restore("third", "early.zip")
    assert (found.erased, found.to_erase, found.unsure) == (0, (), (number,)), "told, and not guessed"
