"""The letter that a step names: what goes out when the task opens, pinned by the deployment, on both databases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
import sqlalchemy as sa

from service import notices, people
from service.actor import machine
from service.db import db, transaction
from service.errors import Invalid
from service.notices.models import MAIL
from service.processes import deployments, enactments, instances, tasks
from service.processes.models import DeploymentFile
from tests.bench.process import bench_bundle
from tests.journeys.office import Office
from tests.service.notices.conftest import Post, serving

LETTER = """name = "Mời xác nhận"
name_en = "Please confirm"
[vi]
subject = "Mời bạn: {{ task }}"
opening = "Mời bạn xác nhận {{ title }}."
facts = [["Bước", "{{ task }}"], ["Xong trước", "{{ due }}"]]
closing = "Bản thứ nhất."
[en]
subject = "Please: {{ task }}"
opening = "Please confirm {{ title }}."
closing = "The first version."
"""
TITLE = 'Hoàng <b>Bình</b> Minh\r\nBcc: x@y.example'


@pytest.fixture
def post(office: Office) -> Iterator[Post]:
    """A mail server to which the office's mail goes; what the office said before is gone already."""
    office.work()
    with serving(office.app.extensions["settings"]) as post:
        yield post


def _deploy(name: str = "moi", files: dict[str, bytes] | None = None, due: str = "") -> int:
    bundle = bench_bundle(2, group="vhxh", due=due)
    task = b'<bpmn:userTask id="review_1"'
    bundle["bench.bpmn"] = bundle["bench.bpmn"].replace(task, task + f' nom:letter="{name}"'.encode())
    letters = {"moi.letter": LETTER.encode()} if files is None else files
    return enactments.deploy_bundle(bundle | letters, main="bench", by=machine("cli"))


def _start(office: Office) -> None:
    instances.start_instance("bench", {"decision": "none"}, by=machine("cli"), title=TITLE, search="x")
    office.work()


def _sent(office: Office, post: Post) -> EmailMessage:
    """The one mail to the officer of the group."""
    office.work()
    address = people.accounts_of([office.who("vhxh").account or 0])[office.who("vhxh").account or 0].email
    (message,) = [m for m, to in zip(post.messages, post.reached, strict=True) if to == address]
    post.mails.clear()
    return message


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_the_step_that_names_a_letter_is_told_of_by_it_and_no_other_step(office: Office, post: Post) -> None:
    _deploy()
    _start(office)
    message = _sent(office, post)
    assert message["Subject"] == "Mời bạn: Duyệt bước 1" and message["Bcc"] is None
    text, html = _part(message, "plain"), _part(message, "html")
    assert "Mời bạn xác nhận Hoàng <b>Bình</b> Minh\nBcc: x@y.example." in text and "Bước: Duyệt bước 1" in text
    assert "Xong trước" not in text, "a task without a due time"
    assert "Hoàng &lt;b&gt;Bình&lt;/b&gt; Minh<br>Bcc: x@y.example." in html and "<b>" not in html
    assert "/tasks/" in text and "Mở việc này" in html
    plain = bench_bundle(1, group="vhxh")
    enactments.deploy_bundle(plain | {"moi.letter": LETTER.encode()}, main="bench", by=machine("cli"))
    _start(office)
    assert str(_sent(office, post)["Subject"]).startswith("Việc mới: Duyệt bước 1")


def test_a_mail_already_queued_reads_the_same_after_the_letter_was_changed(office: Office, post: Post) -> None:
    first, admin = _deploy(due="P3D"), office.who("quantri")
    notices.freeze(by=admin, reason="thử")
    _start(office)
    changed = LETTER.replace("Bản thứ nhất", "Bản thứ hai").replace("Mời bạn", "Kính mời")
    second = _deploy(files={"moi.letter": changed.encode()}, due="P3D")
    (line,) = [
        one for one in notices.outbox(by=admin, state="queued", letter="assigned").lines if one.account == office.who("vhxh").account
    ]
    assert (line.label, line.label_en, line.subject, line.letter) == ("Mời xác nhận", "Please confirm", "Mời bạn: Duyệt bước 1", "assigned")
    assert "Bản thứ nhất." in notices.show_mail(line.id, by=admin).content.text
    notices.release(by=admin)
    text = _part(_sent(office, post), "plain")
    assert "Bản thứ nhất." in text and "Xong trước: " in text
    _start(office)
    later = _sent(office, post)
    assert "Bản thứ hai." in _part(later, "plain") and later["Subject"] == "Kính mời: Duyệt bước 1"
    assert deployments.letter_of(first, "moi") == LETTER.encode() != deployments.letter_of(second, "moi")


def test_a_letter_of_the_service_may_be_named_and_gives_way_where_a_value_is_missing(office: Office, post: Post) -> None:
    _deploy("reminder", {}, due="P3D")
    _start(office)
    with_due = _sent(office, post)
    assert "Duyệt bước 1" in with_due["Subject"] and not str(with_due["Subject"]).startswith("Việc mới")
    _deploy("reminder", {})
    _start(office)
    assert str(_sent(office, post)["Subject"]).startswith("Việc mới: ")
    own = LETTER.replace("Mời bạn", "Của xã")
    _deploy("assigned", {"assigned.letter": own.encode()})
    _start(office)
    assert _sent(office, post)["Subject"] == "Của xã: Duyệt bước 1"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Mời bạn xác nhận", "{% for x in y %}"),
        ("{{ title }}", "{{ ''.__class__.__mro__ }}"),
        ("Mời bạn: {{ task }}", "Mời\\r\\nBcc: x@y.example"),
        ("Bản thứ nhất.", "<img src=x onerror=alert(1)>"),
        ("Bản thứ nhất.", "\\u202e"),
        ("Bản thứ nhất.", "x" * 1_000_000),
    ],
)
def test_a_hostile_letter_is_stopped_at_the_gate_with_file_and_line(office: Office, old: str, new: str) -> None:
    assert _deploy() and old in LETTER
    with pytest.raises(Invalid) as refused:
        _deploy(files={"moi.letter": LETTER.replace(old, new, 1).encode()})
    assert {(line["file"], line["code"]) for line in refused.value.lines} == {("moi.letter", "bad-letter")}
    assert all(re.match(r"moi\.letter, line \d+: ", str(line["message_en"])) for line in refused.value.lines)


@pytest.mark.parametrize("content", [b"x", b"\xff", b"[" * 9000, LETTER.replace("{{ title }}", "{{ ''.__class__ }}").encode()])
def test_what_an_older_gate_let_in_never_keeps_a_task_from_being_told_of(office: Office, post: Post, content: bytes) -> None:
    number = _deploy()
    with db.engine.begin() as behind:
        kept = sa.update(DeploymentFile).where(DeploymentFile.deployment_id == number, DeploymentFile.name == "moi.letter")
        behind.execute(kept.values(content=content))
    _start(office)
    message = _sent(office, post)
    assert str(message["Subject"]).startswith("Việc mới: ") and "class" not in _part(message, "plain")


def test_the_task_is_told_of_once_however_often_it_is_asked_and_not_when_it_is_done(office: Office, post: Post) -> None:
    _deploy()
    notices.freeze(by=office.who("quantri"), reason="thử")
    _start(office)
    with transaction() as s:
        rows = s.execute(sa.select(MAIL).where(MAIL.c.account == office.who("vhxh").account, MAIL.c.words.is_not(None))).all()
        (row,) = [one for one in rows if one.words]
        assert notices.queue("assigned", to=[row.account], key=row.key, context=row.context, words=row.words) == 0
    doer = office.who("vhxh")
    tasks.complete_task(row.about, {"decision": "reject"}, by=doer, seen=tasks.read_task(row.about, by=doer).version)
    notices.release(by=office.who("quantri"))
    office.work()
    assert notices.outbox(by=office.who("quantri"), account=row.account, letter="assigned").lines[0].state == "obsolete"
    assert not [m for m in post.messages if str(m["Subject"]).startswith("Mời bạn")]
