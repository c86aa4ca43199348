"""Drafts of the studio: begun from what is deployed or from files, saved against the version seen, dropped."""

from __future__ import annotations

import io
import threading
import zipfile
from datetime import timedelta
from typing import Any

import pytest

from service import clock, people, trail
from service.actor import Actor
from service.db import db, reading
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.processes import deployments, enactments
from service.studio import drafts
from service.studio.models import StudioFile, StudioVisit
from tests.journeys.office import Office

DIAGRAM = b"""<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d">
  <bpmn:process id="gift" name="T\xe1\xba\xb7ng qu\xc3\xa0" isExecutable="true"/></bpmn:definitions>"""


def _base() -> int:
    return enactments.current_deployment("nomination_case")


@pytest.fixture
def admins(office: Office) -> tuple[Actor, Actor]:
    """Two administrators."""
    first = office.who("quantri")
    people.grant(people.accounts_by_login()["vanphong"], "admin", by=first)
    return first, office.who("vanphong")


def test_a_draft_begun_from_a_deployment_holds_its_files_and_leaves_it_alone(office: Office) -> None:
    by, base = office.who("quantri"), _base()
    before = deployments.files_of(base)
    number = drafts.begin_draft(by=by, base=base)
    one = drafts.read_draft(number)
    assert (one.key, one.base, one.base_version, one.outdated) == ("nomination_case", base, 1, False)
    assert one.name == deployments.definition_of(base).name and drafts.files_of(number) == before
    seen = one.file("award_nomination.bpmn").version
    assert drafts.save_file(number, "award_nomination.bpmn", DIAGRAM, seen=seen, by=by) == seen + 1
    assert drafts.files_of(number)["award_nomination.bpmn"] == DIAGRAM
    assert deployments.files_of(base) == before
    told = [e.kind for e in trail.read(stream=f"draft:{number}", part=None).events]
    assert told == ["draft:begun"], "saves are no acts"


def test_a_draft_says_that_its_base_was_deployed_over_meanwhile(office: Office) -> None:
    by, base = office.who("quantri"), _base()
    number = drafts.begin_draft(by=by, base=base)
    assert not drafts.read_draft(number).outdated
    files = deployments.files_of(base)
    changed = files["nomination_case.bpmn"].replace(b"</bpmn:definitions>", b"<!-- two --></bpmn:definitions>")
    enactments.deploy_bundle(files | {"nomination_case.bpmn": changed}, main="nomination_case", by=by)
    assert drafts.read_draft(number).outdated and [d.outdated for d in drafts.list_drafts()] == [True]


def test_who_saves_on_an_older_version_is_told_by_whom_and_both_can_be_kept(office: Office, admins: tuple[Actor, Actor]) -> None:
    first, second = admins
    number = drafts.begin_draft(by=first, files={"gift.bpmn": DIAGRAM})
    assert drafts.read_draft(number).name == "Tặng quà"
    seen = drafts.read_draft(number).file("gift.bpmn").version
    theirs, mine = DIAGRAM + b"<!-- theirs -->", DIAGRAM + b"<!-- mine -->"
    now = drafts.save_file(number, "gift.bpmn", theirs, seen=seen, by=second)
    with pytest.raises(drafts.Overtaken) as refused:
        drafts.save_file(number, "gift.bpmn", mine, seen=seen, by=first)
    assert second.name in refused.value.message and second.name in refused.value.message_en
    assert (refused.value.version, refused.value.content) == (now, theirs)
    assert drafts.save_file(number, "gift.bpmn", theirs, seen=seen, by=first) == now, "the same bytes are saved already"
    other = drafts.copy_draft(number, instead={"gift.bpmn": mine}, by=first)
    assert drafts.files_of(other)["gift.bpmn"] == mine and drafts.files_of(number)["gift.bpmn"] == theirs
    assert drafts.save_file(number, "gift.bpmn", mine, seen=now, by=first) > now


def test_a_file_dropped_and_made_anew_is_not_taken_for_the_old_one(office: Office, admins: tuple[Actor, Actor]) -> None:
    first, second = admins
    number = drafts.begin_draft(by=first, files={"gift.bpmn": DIAGRAM})
    seen = drafts.save_file(number, "ask.form", b"{}", seen=0, by=first)
    with pytest.raises(drafts.Overtaken):
        drafts.save_file(number, "ask.form", b'{"a":1}', seen=0, by=second)
    drafts.drop_file(number, "ask.form", seen=seen, by=second)
    with pytest.raises(drafts.Overtaken) as gone:
        drafts.save_file(number, "ask.form", b'{"a":2}', seen=seen, by=first)
    assert gone.value.content is None and gone.value.version == 0
    drafts.save_file(number, "ask.form", b"[]", seen=0, by=second)
    with pytest.raises(drafts.Overtaken):
        drafts.save_file(number, "ask.form", b'{"a":3}', seen=seen, by=first)


def test_files_are_renamed_within_their_kind_and_the_last_diagram_stays(office: Office) -> None:
    by = office.who("quantri")
    number = drafts.begin_draft(by=by, files={"gift.bpmn": DIAGRAM, "ask.form": b"{}"})
    seen = drafts.read_draft(number).file("ask.form").version
    with pytest.raises(Invalid):
        drafts.rename_file(number, "ask.form", "ask.bpmn", seen=seen, by=by)
    after = drafts.rename_file(number, "ask.form", "Hỏi ý kiến.form", seen=seen, by=by)
    assert set(drafts.files_of(number)) == {"gift.bpmn", "Hỏi ý kiến.form"}
    drafts.save_file(number, "ask.form", b"{}", seen=0, by=by)
    with pytest.raises(Conflict):
        drafts.rename_file(number, "Hỏi ý kiến.form", "ask.form", seen=after, by=by)
    with pytest.raises(Conflict):
        drafts.drop_file(number, "gift.bpmn", seen=drafts.read_draft(number).file("gift.bpmn").version, by=by)


@pytest.mark.parametrize("name", ["a.exe", "../a.bpmn", "a/b.bpmn", ".bpmn", "a\0.form", "c:a.form", "a.BPMN", "x" * 300 + ".form"])
def test_names_and_sizes_that_no_bundle_takes_are_refused(office: Office, name: str) -> None:
    by = office.who("quantri")
    number = drafts.begin_draft(by=by, files={"gift.bpmn": DIAGRAM})
    assert drafts.save_file(number, "ok.letter", b"x", seen=0, by=by) and drafts.save_file(number, "ok.scenario", b"x", seen=0, by=by)
    with pytest.raises(Invalid):
        drafts.save_file(number, name, b"x", seen=0, by=by)
    with pytest.raises(Invalid):
        drafts.save_file(number, "big.form", b"x" * (deployments.MAX_BYTES + 1), seen=0, by=by)


def test_only_administrators_edit_and_dropping_leaves_an_entry(office: Office) -> None:
    by, other = office.who("quantri"), office.who("vhxh")
    number = drafts.begin_draft(by=by, files={"gift.bpmn": DIAGRAM})
    calls: list[Any] = [
        lambda who: drafts.begin_draft(by=who, files={"gift.bpmn": DIAGRAM}),
        lambda who: drafts.save_file(number, "a.form", b"{}", seen=0, by=who),
        lambda who: drafts.rename_draft(number, "Tên khác", by=who),
        lambda who: drafts.copy_draft(number, by=who),
        lambda who: drafts.drop_draft(number, by=who),
    ]
    for call in calls:
        with pytest.raises(Forbidden):
            call(other)
        call(by)
    with pytest.raises(NotFound):
        drafts.read_draft(number)
    with pytest.raises(NotFound):
        drafts.files_of(number)
    with reading() as s:
        assert not s.query(StudioFile).filter_by(draft_id=number).count()
        assert not s.query(StudioVisit).filter_by(draft_id=number).count()
    dropped = trail.read(stream=f"draft:{number}", part=None).events
    assert {e.kind for e in dropped} == {"draft:begun", "draft:dropped"}
    assert f"{by.name} bỏ bản soạn quy trình Tên khác." in {trail.sentence(e, "vi") for e in dropped}


def test_a_second_editor_is_named_while_the_page_is_open(office: Office, admins: tuple[Actor, Actor]) -> None:
    first, second = admins
    number = drafts.begin_draft(by=first, files={"gift.bpmn": DIAGRAM})
    assert drafts.visit(number, by=first) == []
    assert drafts.visit(number, by=second) == [first.name] and drafts.visit(number, by=first) == [second.name]
    drafts.leave(number, by=second)
    assert drafts.visit(number, by=first) == []
    assert drafts.visit(number, by=second) == [first.name]
    clock.move_to(clock.now() + drafts.PRESENT + timedelta(seconds=1))
    assert drafts.visit(number, by=second) == []


@pytest.mark.both_databases
def test_two_who_save_at_once_stand_in_line_and_the_later_is_refused(office: Office, admins: tuple[Actor, Actor]) -> None:
    first, second = admins
    number = drafts.begin_draft(by=first, files={"gift.bpmn": DIAGRAM})
    gate, outcomes = threading.Barrier(2), []

    def save(by: Actor, content: bytes) -> None:
        with office.app.app_context():
            gate.wait(20)
            try:
                drafts.save_file(number, "ask.form", content, seen=0, by=by)
                outcomes.append("saved")
            except drafts.Overtaken:
                outcomes.append("overtaken")
            finally:
                db.session.remove()

    both = [threading.Thread(target=save, args=(by, by.name.encode())) for by in (first, second)]
    for one in both:
        one.start()
    for one in both:
        one.join(30)
    assert sorted(outcomes) == ["overtaken", "saved"]


def test_files_are_taken_in_together_or_not_at_all_whatever_stands_there(office: Office, admins: tuple[Actor, Actor]) -> None:
    first, second = admins
    number = drafts.begin_draft(by=first, files={"gift.bpmn": DIAGRAM, "ask.form": b"{}"})
    seen = drafts.read_draft(number).file("ask.form").version
    drafts.take_files(number, {"ask.form": b"[]", "new.form": b"{}", "gift.bpmn": DIAGRAM}, by=second)
    assert drafts.files_of(number) == {"gift.bpmn": DIAGRAM, "ask.form": b"[]", "new.form": b"{}"}
    versions = {f.name: f.version for f in drafts.read_draft(number).files}
    assert len(set(versions.values())) == 3 and versions["gift.bpmn"] == seen, "what is the same is not saved again"
    with pytest.raises(drafts.Overtaken) as refused:
        drafts.save_file(number, "ask.form", b'{"mine": 1}', seen=seen, by=first)
    assert refused.value.who == (second.name, second.name)
    before = drafts.files_of(number)
    for wrong in ({"ask.form": b"x", "evil.exe": b"MZ"}, {"ask.form": b"x", "big.form": b"x" * (deployments.MAX_BYTES + 1)}):
        with pytest.raises(Invalid):
            drafts.take_files(number, wrong, by=second)
    with pytest.raises(Forbidden):
        drafts.take_files(number, {"ask.form": b"x"}, by=office.who("vhxh"))
    assert drafts.files_of(number) == before


def test_uploads_are_files_of_a_draft_or_zips_of_them(office: Office) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("gift.bpmn", DIAGRAM)
        archive.writestr("MAIN", "gift")
        archive.writestr("hello.letter", "subject = 'x'")
    files, main = drafts.unpack({"gói.zip": packed.getvalue(), "C:\\tmp\\ask.form": b"{}"})
    assert set(files) == {"gift.bpmn", "hello.letter", "ask.form"} and main == "gift"
    for wrong in ({"virus.exe": b"MZ"}, {"a.zip": b"MZ"}, {"x/gift.bpmn": DIAGRAM, "gift.bpmn": DIAGRAM}):
        with pytest.raises(Invalid):
            drafts.unpack(wrong)
    with pytest.raises(Invalid):
        drafts.begin_draft(by=office.who("quantri"), files={"virus.bpmn": b"MZ\x90\0"})
