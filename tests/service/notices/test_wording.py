"""The office's own words of its letters: plain text with gaps, versions, what a mail holds on to, and the way back."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
import sqlalchemy as sa
from flask import Flask

from service import clock, jobs, notices, trail
from service.actor import Actor
from service.db import db, transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from service.notices.letters import letters
from service.notices.models import WORDS
from service.trail.models import EVENT
from tests.service.notices.conftest import Post
from tests.service.notices.test_desk import ADMIN, INSPECTOR, TASK

pytestmark = pytest.mark.usefixtures("people")


def typed(name: str = "assigned", **changed: str) -> dict[str, str]:
    """What the page would post for a letter as it stands, with some parts changed."""
    return notices.typed_of(notices.read_wording(name, by=ADMIN).letter) | changed


def save(name: str = "assigned", *, seen: int = 0, reason: str = "Theo Công văn 12", by: Actor = ADMIN, **changed: str) -> int:
    return notices.save_words(name, typed(name, **changed), seen=seen, reason=reason, by=by)


def queue(key: str, *to: int) -> None:
    with transaction():
        notices.queue("assigned", to=to or [1], key=key, context=TASK, link="/tasks/7")


FREE = sorted(name for name, one in letters().items() if not one.fixed)
FIXED = sorted(letters().keys() - set(FREE))


@pytest.mark.parametrize("name", FREE)
def test_each_letter_can_be_worded_from_what_it_says_now(app: Flask, name: str) -> None:
    first = typed(name)
    letter = notices.typed_letter(name, first)
    assert notices.typed_of(letter) == first
    for language in notices.LANGUAGES:
        before, now = notices.preview(name, language=language, by=ADMIN), notices.shown(letter, language=language, by=ADMIN)
        assert now.subject and "{" not in now.subject + now.text and bool(now.event) == bool(before.event)
        assert now == before or before.event, "what is offered is what is sent, sentence by sentence"
        assert (now.subject, now.text) == (before.subject, before.text)


def test_part_that_is_left_as_it_is_stays_in_the_words_of_the_service(app: Flask, post: Post) -> None:
    assert save("reminder", vi_closing="Trân trọng.") == 1
    found = notices.read_wording("reminder", by=ADMIN)
    assert found.changed and found.letter.own_parts == (("vi", "closing"),)
    with db.engine.begin() as behind:
        assert behind.execute(sa.select(WORDS.c.words)).scalar_one() == {"vi": {"closing": "Trân trọng."}}
    sample = dict(letters()["reminder"].sample)
    with transaction():
        for days, key in ((3, "a"), (1, "b"), (None, "c")):
            notices.queue("reminder", to=[1, 3], key=key, context=sample | {"days": days}, link="/tasks/7")
    notices.send_due(jobs.Holder())
    task = sample["task"]
    assert {m["Subject"] for m in post.messages if m["Subject"].endswith(task)} == {
        f"Còn 3 ngày làm việc: {task}", f"Còn 1 ngày làm việc: {task}", f"Sắp đến hạn: {task}",
    }
    assert [m["Subject"].partition(":")[0] for m in post.messages if not m["Subject"].endswith(task)] == [
        "3 working days left", "1 working day left", "Due soon",
    ]
    body = post.messages[0].get_body(("plain",))
    assert body is not None and "Việc này chưa xong, còn 3 ngày làm việc." in body.get_content() and "Trân trọng." in body.get_content()
    assert save("reminder", seen=1, vi_closing=letters()["reminder"].words["vi"]["closing"]) == 2  # the way back, by hand
    assert not notices.read_wording("reminder", by=ADMIN).changed
    with pytest.raises(Invalid, match="in the words of the service"):
        save("reminder", seen=2)


def test_own_words_say_what_is_reckoned_too(app: Flask) -> None:
    letter = notices.typed_letter("escalated", typed("escalated", vi_opening="{{ holding }} việc dưới đây.\nViệc {{ late }}."))
    text = notices.shown(letter, language="vi", by=ADMIN).text
    assert "Thôn Đông chưa xử lý xong việc dưới đây.\nViệc quá hạn 2 ngày làm việc." in text


def test_mail_goes_in_the_newest_words_and_one_that_waits_keeps_its_own(app: Flask, post: Post) -> None:
    queue("task:1")
    said = {"vi_subject": "Mời xử lý: {{ task }}", "vi_opening": "Có việc mới.\nHạn là {{ due }}."}
    assert save(**said, en_subject="Please see to {{ task }}") == 1
    queue("task:2", 1, 3)
    assert save(seen=1, vi_subject="Việc cần làm: {{ task }}") == 2
    queue("task:3")
    assert notices.restore_words("assigned", 1, seen=2, reason="Lần trước rõ hơn", by=ADMIN) == 3
    queue("task:4")
    assert notices.restore_words("assigned", 0, seen=3, reason="Về mẫu chung", by=ADMIN) == 4
    queue("task:5")
    notices.send_due(jobs.Holder())
    assert [m["Subject"] for m in post.messages] == [
        f"Việc mới: {TASK['task']}", f"Mời xử lý: {TASK['task']}", f"Please see to {TASK['task']}", f"Việc cần làm: {TASK['task']}",
        f"Mời xử lý: {TASK['task']}", f"Việc mới: {TASK['task']}",
    ]
    body = post.messages[1].get_body(("plain",))
    assert body is not None and "Có việc mới." in body.get_content() and "Hạn" not in body.get_content()  # no due time, no line
    assert notices.outbox(by=ADMIN).lines[-1].subject == f"Việc mới: {TASK['task']}"


def test_versions_say_who_when_and_why_and_each_can_be_read(app: Flask) -> None:
    save(vi_subject="Mời xử lý: {{ task }}")
    notices.restore_words("assigned", 0, seen=1, reason="Về mẫu chung", by=ADMIN)
    wording = notices.read_wording("assigned", by=ADMIN)
    assert [(v.number, v.saved_by, v.reason, v.shipped) for v in wording.versions] == [
        (2, 1, "Về mẫu chung", True), (1, 1, "Theo Công văn 12", False),
    ]
    assert not wording.changed and wording.number == 2
    assert notices.typed_of(notices.read_version("assigned", 1, by=ADMIN))["vi_subject"] == "Mời xử lý: {{ task }}"
    assert notices.read_version("assigned", 2, by=ADMIN) == notices.read_version("assigned", 0, by=ADMIN) == letters()["assigned"]
    with pytest.raises(NotFound):
        notices.read_version("assigned", 3, by=ADMIN)
    with transaction() as s:
        assert [e.kind for e in s.query(EVENT).all()] == ["letter:reworded", "letter:unworded"]


def test_entry_says_the_hash_of_the_words_that_the_version_keeps(app: Flask) -> None:
    save(vi_subject="Mời xử lý: {{ task }}")
    save(seen=1, vi_subject="Việc cần làm: {{ task }}")
    notices.restore_words("assigned", 1, seen=2, reason="Rõ hơn", by=ADMIN)
    notices.restore_words("assigned", 0, seen=3, reason="Về mẫu chung", by=ADMIN)
    kept = {one.number: one.sha256 for one in notices.read_wording("assigned", by=ADMIN).versions}
    said = [sha256(json.dumps({"vi": {"subject": words}}, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
            for words in ("Mời xử lý: {{ task }}", "Việc cần làm: {{ task }}")]
    assert kept == {1: said[0], 2: said[1], 3: said[0], 4: ""}, "anybody can reckon it"
    entries = [one for one in reversed(trail.read(limit=9).events) if one.kind.startswith("letter:")]
    assert [(one.body["version"], one.before["words_sha256"], one.after["words_sha256"]) for one in entries] == [
        (1, "", kept[1]), (2, kept[1], kept[2]), (3, kept[2], kept[1]), (4, kept[1], ""),
    ]
    with db.engine.begin() as behind:  # who changes a version behind the service is seen
        behind.execute(sa.update(WORDS).where(WORDS.c.number == 2).values(words={"vi": {"subject": "Không có gì"}}))
    assert notices.read_wording("assigned", by=ADMIN).versions[2].sha256 != entries[1].after["words_sha256"]


def test_alarms_and_what_tells_of_checkpoints_are_worded_by_nobody(app: Flask, post: Post) -> None:
    assert set(FIXED) == {
        "trail_alarm", "key_alarm", "break_glass", "guarded_role", "keeper_asked", "keeper_letter", "keeper_missing", "keeper_left",
        "keeper_changed", "keeper_ended", "keeper_wanted",
    }
    assert save(vi_subject="Mời xử lý: {{ task }}") == 1, "another letter could be"
    for name in FIXED:
        words = notices.typed_of(letters()[name]) | {"vi_opening": "Không có gì."}
        for act in (
            lambda name=name, words=words: notices.save_words(name, words, seen=0, reason="x", by=ADMIN),
            lambda name=name, words=words: notices.typed_letter(name, words),
            lambda name=name: notices.restore_words(name, 0, seen=0, reason="x", by=ADMIN),
        ):
            with pytest.raises(Conflict, match="the words of the service alone"):
                act()
        assert notices.read_wording(name, by=ADMIN).letter == letters()[name]
    with db.engine.begin() as behind:  # nor does a row that stands in the table word one
        behind.execute(sa.insert(WORDS).values(
            letter="trail_alarm", number=1, words={"vi": {"opening": "Không có gì."}}, saved_at=clock.now(), saved_by=1, reason="x",
        ))
    assert not notices.read_wording("trail_alarm", by=ADMIN).changed
    with transaction():
        notices.queue("trail_alarm", to=[1], key="a", context=letters()["trail_alarm"].sample, words={"versions": {"trail_alarm": 2}})
    notices.send_due(jobs.Holder())
    body = post.messages[-1].get_body(("plain",))
    assert body is not None and "Không có gì." not in body.get_content() and "nhật ký không khớp" in body.get_content()


def test_letter_of_a_version_that_has_no_such_letter_goes_in_the_offices_words(app: Flask, post: Post) -> None:
    save("withdrawn", vi_subject="Đã rút")
    save("assigned", vi_subject="Mời xử lý: {{ task }}")
    with transaction():
        notices.queue("assigned", to=[1], key="a", context=TASK, words={"deployment": 99, "name": "assigned"})
    notices.send_due(jobs.Holder())
    assert post.messages[0]["Subject"] == f"Mời xử lý: {TASK['task']}"


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("vi_subject", ""), ("vi_subject", "{{ nobody }}"), ("vi_subject", "Hạn {{ due }}"), ("vi_subject", "x" * 151),
        ("en_opening", "{% if due %}x{% endif %}"), ("en_opening", "{{ task.__class__ }}"), ("en_opening", "{{ 7 * 7 }}"),
        ("vi_opening", "{# x #}"), ("vi_closing", "<b>Gấp</b>"), ("vi_facts", "không có nhãn"), ("vi_facts", "Nhãn:"),
        ("vi_button", "{{ task }}"), ("en_subject", "a\u202eb"), ("vi_closing", "{{ self._TemplateReference__context }}"),
        ("vi_facts", "\n".join(f"Dòng {n}: {{{{ task }}}}" for n in range(13))),
    ],
)
def test_anything_but_text_and_gaps_is_refused_at_its_field(app: Flask, part: str, text: str) -> None:
    assert notices.typed_letter("assigned", typed())
    with pytest.raises(Invalid) as refused:
        save(**{part: text})
    assert [fault.path for fault in refused.value.faults] == [part]
    assert notices.read_wording("assigned", by=ADMIN).versions == ()


def test_only_the_administrator_words_letters_and_never_without_a_reason_or_over_somebody(app: Flask) -> None:
    save(vi_subject="Một: {{ task }}")
    for act in (
        lambda: save(seen=1, by=INSPECTOR), lambda: notices.restore_words("assigned", 0, seen=1, reason="x", by=INSPECTOR),
        lambda: notices.read_wording("assigned", by=INSPECTOR), lambda: notices.read_version("assigned", 1, by=INSPECTOR),
    ):
        with pytest.raises(Forbidden):
            act()
    with pytest.raises(Invalid):
        save(seen=1, reason=" ")
    with pytest.raises(Stale):
        save(seen=0)
    with pytest.raises(NotFound):
        notices.read_wording("nobody", by=ADMIN)
    with pytest.raises(Invalid):
        notices.restore_words("withdrawn", 0, seen=0, reason="x", by=ADMIN)
    assert notices.read_wording("assigned", by=ADMIN).number == 1


def test_words_that_are_typed_are_tried_on_oneself_without_being_kept(app: Flask, post: Post) -> None:
    said = notices.typed_letter("council_invitation", typed("council_invitation", vi_subject="Kính mời: {{ title }}"))
    notices.try_words("council_invitation", said, by=ADMIN)
    notices.send_due(jobs.Holder())
    (mail,) = post.messages
    assert mail["Subject"] == f"Kính mời: {letters()['council_invitation'].sample['title']}"
    (entry,) = [part.get_content() for part in mail.iter_attachments()]
    assert "UID:test:" in str(entry), "an entry of a real calendar is never touched"
    assert notices.read_wording("council_invitation", by=ADMIN).versions == ()
    with pytest.raises(Forbidden):
        notices.try_words("council_invitation", said, by=INSPECTOR)


def test_words_that_a_release_no_longer_reads_close_no_page(app: Flask) -> None:
    assert save(vi_opening="Mời xử lý {{ task }}.") == 1
    with db.engine.begin() as behind:
        said = behind.execute(sa.select(WORDS.c.words)).scalar_one()
        said["vi"]["opening"] = "Mời xử lý {{ gone }}."
        behind.execute(sa.update(WORDS).values(words=said))
    found = notices.read_wording("assigned", by=ADMIN)
    assert found.unread and found.letter == letters()["assigned"] and found.number == 1
    for refused in (
        lambda: notices.read_version("assigned", 1, by=ADMIN),
        lambda: notices.restore_words("assigned", 1, seen=1, reason="Dùng lại", by=ADMIN),
    ):
        with pytest.raises(Invalid, match="can no longer be used"):
            refused()
    assert save(seen=1, vi_opening="Mời xử lý: {{ task }}.") == 2
    assert not notices.read_wording("assigned", by=ADMIN).unread
