"""Checkpoints go out: somebody is asked, agrees by the link in the mail, gets numbered letters, and misses none unnoticed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from service import clock, keepers, notices, people, trail
from service.actor import Actor, machine
from service.db import transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.keepers import Keeper, KeeperLetter
from service.keepers.acts import link_of
from service.notices.models import MAIL
from service.people.models import Account
from service.trail import anchors, checkpoints, watch
from service.trail.models import CHECKPOINT
from tests.journeys.conftest import furnished, office_on
from tests.journeys.office import Office
from tests.service.notices.conftest import Post, serving
from tests.service.web.browser import Guest, Visitor, words

__all__ = ["furnished", "office_on"]

pytestmark = pytest.mark.both_databases
OUT = "thanhtra.tinh@tinh.example"
NAME = "Thanh tra tỉnh"
WHY = "Theo quy chế giữ mốc"


@pytest.fixture
def office(office_on: Callable[..., Office]) -> Office:
    return office_on(date(2026, 11, 3), lambda office: {})


@pytest.fixture
def post(office: Office) -> Iterator[Post]:
    with serving(office.app.extensions["settings"]) as post:
        yield post


@pytest.fixture
def admin(office: Office) -> Actor:
    return office.who("quantri")


def later(office: Office, **by: float) -> None:
    """Some time passes, in which something was done and a checkpoint signed."""
    clock.move_to(clock.now() + timedelta(**by))
    with transaction():
        trail.record("trail:checkpoint_asked", by=machine("cli"), stream="system")
    watch.sign_due()
    office.work()


def to_keeper(post: Post) -> list[str]:
    return [str(m["Subject"]) for m in post.messages if OUT in str(m["To"])]


def link(post: Post) -> str:
    """The keeper's own page, as the newest letter leads there."""
    body = [m for m in post.messages if OUT in str(m["To"])][-1].get_body(("plain",))
    assert body is not None
    found = re.search(r"https?://\S+?(/checkpoint-letters/\S+)", body.get_content())
    assert found is not None
    return found[1]


def agreed(office: Office, admin: Actor, post: Post) -> str:
    """A keeper who agreed and has the first letter; gives the own page."""
    keepers.ask_keeper(NAME, OUT, outside=True, by=admin)
    office.work()
    page, guest = link(post), Guest(office.app)
    guest.open(page)
    guest.follow(guest.post(f"{page}/agree"))
    later(office, minutes=1)
    return page


def test_who_agreed_gets_a_numbered_letter_whose_file_fits_the_trail(office: Office, admin: Actor, post: Post) -> None:
    keepers.ask_keeper(NAME, OUT, outside=True, by=admin)
    later(office, minutes=1)
    assert to_keeper(post) == ["Đề nghị giữ mốc nhật ký của Ủy ban nhân dân xã Sơn Mai"], "nothing goes to who has not agreed"
    page, guest = link(post), Guest(office.app)
    for _ in range(3):  # scanners open links
        assert "Đề nghị bạn giữ mốc nhật ký" in words(guest.open(page))
    assert trail.read(kind="keeper:confirmed").events == ()
    assert "Cảm ơn bạn" in words(guest.follow(guest.post(f"{page}/agree")))
    office.work()
    (letter,) = [m for m in post.messages if "thư số 1" in str(m["Subject"])]
    (file,) = letter.iter_attachments()
    newest = checkpoints.list_checkpoints(limit=1)[0]
    assert file.get_filename() == f"moc-{newest[0].number}.txt" and file.get_content().replace("\r\n", "\n") == newest[2]
    text = letter.get_body(("plain",))
    assert text is not None and newest[0].root.hex() in text.get_content()
    assert "sau khi đăng nhập" not in text.get_content()
    assert anchors.check_anchor(file.get_content().replace("\r\n", "\n")).ok
    assert "1 thư" in words(guest.open(page))
    told = trail.read(kind="keeper:told").events
    assert [event.body["letter"] for event in told] == [1] and trail.verify().ok
    with transaction() as s:
        assert NAME.encode() not in b"".join(s.scalars(sa.text("SELECT body FROM trail_event")))


def test_one_letter_a_day_and_one_at_once_after_what_must_not_be_undone(office: Office, admin: Actor, post: Post) -> None:
    agreed(office, admin, post)
    for _ in range(3):
        later(office, hours=2)
    assert len(to_keeper(post)) == 2, "checkpoints of the hour wait for the day's letter"
    later(office, hours=24)
    assert to_keeper(post)[-1].endswith("thư số 2")
    body = [m for m in post.messages if OUT in str(m["To"])][-1].get_body(("plain",))
    assert body is not None and "Thư trước: số 1; nếu chưa nhận được" in " ".join(body.get_content().split())
    assert "{" not in body.get_content()
    clock.move_to(clock.now() + timedelta(minutes=5))
    with transaction():
        trail.record("decision:signed", by=machine("cli"), stream="system")
    watch.sign_due()
    office.work()
    assert to_keeper(post)[-1].endswith("thư số 3")


def test_a_checkpoint_asked_for_right_after_a_count_holds_the_letter_back_no_more(office: Office, admin: Actor, post: Post) -> None:
    agreed(office, admin, post)
    clock.move_to(clock.now() + timedelta(minutes=5))
    inspector = Visitor(office.app, "thanhtra")
    inspector.open("/trail/checkpoints")
    inspector.post("/trail/checkpoints/sign")
    office.work()
    assert to_keeper(post)[-1].endswith("thư số 1"), "a press alone sends nothing before the day's letter"
    clock.move_to(clock.now() + timedelta(minutes=5))
    with transaction():
        trail.record("ballot:counted", by=machine("cli"), stream="system")
    inspector.open("/trail/checkpoints")
    inspector.post("/trail/checkpoints/sign")
    office.work()  # and no `watch.sign_due`: the press was first
    assert checkpoints.due() == "" and to_keeper(post)[-1].endswith("thư số 2")


def test_letters_go_at_night_and_from_a_frozen_outbox_and_others_do_not(office: Office, admin: Actor, post: Post) -> None:
    agreed(office, admin, post)
    notices.freeze(by=admin, reason="Phục hồi dữ liệu")
    with transaction():
        notices.queue("test", to=[people.find_account("thanhtra").id], key="t:1", context={"at": clock.now()})
    clock.move_to(clock.now().replace(hour=20) + timedelta(days=1))  # 3 in the morning
    later(office, minutes=1)
    assert to_keeper(post)[-1].endswith("thư số 2")
    assert not [m for m in post.messages if "thử" in str(m["Subject"]).lower()]
    notices.release(by=admin)
    office.work()
    assert [m for m in post.messages if "thử" in str(m["Subject"]).lower()], "it could have gone"


@pytest.mark.parametrize("order", ["550 5.1.1 no such user", "lost"])
def test_letter_that_does_not_arrive_is_an_alarm_once(office: Office, admin: Actor, post: Post, order: str) -> None:
    agreed(office, admin, post)
    there = office.app.extensions["settings"].smtp_url
    if order == "lost":
        settings = office.app.extensions["settings"]
        settings.smtp_url = "smtp://127.0.0.1:1?timeout=1"
        later(office, hours=25)
        later(office, hours=26)
    else:
        post.orders["rcpt"].append(order)
        later(office, hours=25)
        office.work()
    missed = trail.read(kind="keeper:missed").events
    assert [event.body["letter"] for event in missed] == [2]
    (alarm,) = watch.alarms_since(clock.now() - timedelta(days=3))
    assert "Thư số 2 mang mốc số" in alarm[1]
    assert "không tới người giữ mốc số 1" in words(Visitor(office.app, "thanhtra").open("/trail/keepers"))
    office.work()
    assert len(trail.read(kind="keeper:missed").events) == 1
    if order == "lost":  # the server is back before the mail is given up
        office.app.extensions["settings"].smtp_url = there
        clock.move_to(clock.now() + timedelta(hours=5))
        office.work()
        assert [event.body["letter"] for event in trail.read(kind="keeper:arrived").events] == [2]
        assert "không tới người giữ mốc" not in words(Visitor(office.app, "thanhtra").open("/trail/keepers"))
    with transaction() as s:
        told = set(s.scalars(sa.select(MAIL.c.account).where(MAIL.c.letter == "keeper_missing")))
    assert told == set(people.members_of(["inspector", "admin"]))


def test_keeper_reports_a_missing_number_and_leaves(office: Office, admin: Actor, post: Post) -> None:
    page = agreed(office, admin, post)
    guest = Guest(office.app)
    guest.open(page)
    assert guest.post(f"{page}/missing/7").status_code == 404
    shown = words(guest.follow(guest.post(f"{page}/missing/1")))
    assert "Đã báo" in shown and "không nhận được" in shown
    guest.post(f"{page}/missing/1")
    assert len(trail.read(kind="keeper:missed").events) == 1 and len(watch.alarms_since(clock.now() - timedelta(days=1))) == 1
    assert guest.post(f"{page}/leave").status_code == 422, "a program that sends forms types nothing"
    assert "thôi giữ mốc" in words(guest.follow(guest.post(f"{page}/leave", reason="Chuyển công tác")))
    with transaction() as s:
        waiting = s.scalars(sa.select(MAIL.c.id).where(MAIL.c.letter == "keeper_left")).one()
    with pytest.raises(Conflict, match="not cancelled"):
        notices.cancel(waiting, by=admin)
    office.work()
    assert to_keeper(post)[-1] == "Bạn đã thôi giữ mốc nhật ký"
    assert guest.post(f"{page}/missing/1").status_code == 409
    later(office, hours=30)
    assert len(to_keeper(post)) == 3, "nothing more goes to who left"
    with transaction() as s:
        told = s.scalars(sa.select(MAIL.c.account).where(MAIL.c.letter == "keeper_changed", MAIL.c.key.like("keeper_changed:%"))).all()
    watching = people.members_of(["inspector", "admin"])
    assert sorted(told) == sorted([*watching] * 3), "asked, agreed and left are told to who watches"


def test_a_missed_number_is_settled_by_the_keeper_once_it_came(office: Office, admin: Actor, post: Post) -> None:
    page = agreed(office, admin, post)
    post.orders["rcpt"].append("550 5.1.1 no such user")
    later(office, hours=25)
    office.work()
    guest, missing = Guest(office.app), "không tới người giữ mốc số 1"
    guest.open(page)
    assert missing in words(Visitor(office.app, "thanhtra").open("/trail/keepers"))
    assert guest.post(f"{page}/received/7").status_code == 404
    guest.post(f"{page}/received/1")
    assert trail.read(kind="keeper:received").events == (), "nobody missed it"
    shown = guest.open(page)
    assert [one.rpartition("/")[0].rpartition("/")[2] for one in shown.xpath("//@data-ask")][:2] == ["received", "missing"]
    told = words(guest.follow(guest.post(f"{page}/received/2")))
    assert "Đã ghi: bạn có thư này" in told and "09:01 đã nhận" in told
    (event,) = trail.read(kind="keeper:received").events
    assert (event.body["keeper"], event.body["letter"]) == (1, 2) and "báo đã nhận thư số 2" in trail.sentence(event)
    assert missing not in words(Visitor(office.app, "thanhtra").open("/trail/keepers"))
    office.work()
    assert len(trail.read(kind="keeper:missed").events) == 1, "what the mail says of it is settled with it"
    guest.post(f"{page}/missing/2")
    assert missing in words(Visitor(office.app, "thanhtra").open("/trail/keepers")), "who pressed the wrong button takes it back"


def test_an_alarm_each_week_while_nobody_outside_keeps_checkpoints(
    office: Office, admin: Actor, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def night(days: int) -> int:
        """How many alarms were raised by the check of the night some days later."""
        before = len(trail.read(kind="trail:alarm").events)
        clock.move_to(clock.now().replace(hour=20, minute=0) + timedelta(days=days))
        watch.verify_tonight()
        return len(trail.read(kind="trail:alarm").events) - before

    def health() -> str:
        return words(Visitor(office.app, "quantri").open("/office/health"))

    assert "Chưa ai giữ mốc nhật ký" in health() and trail.read(kind="trail:alarm").events == ()
    assert night(1) == 0, "a demo has nobody outside"
    with transaction() as s:
        s.execute(sa.update(Account).values(demo=False))  # people who are there in earnest too
        trail.record("trail:checkpoint_asked", by=machine("cli"), stream="system")
    monkeypatch.setattr(office.app.extensions["settings"], "demo", False)
    assert [night(1), night(1), night(5), night(1)] == [1, 0, 0, 1]
    with transaction() as s:
        told = list(s.scalars(sa.select(MAIL.c.account).where(MAIL.c.letter == "keeper_wanted")))
    assert told and sorted(told) == sorted([*people.members_of(["inspector", "admin"])] * 2)
    monkeypatch.setattr(office.app.extensions["settings"], "demo", True)  # where a demo's password lets in
    inside = keepers.ask_keeper("Bí thư", "bithu@xa.example", outside=False, by=admin)
    keepers.confirm(link_of(inside).rpartition("/")[2])
    assert "Chưa có người giữ mốc nào ngoài bộ phận công nghệ thông tin" in health()
    monkeypatch.setattr(office.app.extensions["settings"], "demo", False)
    assert [night(1), night(6)] == [0, 1]
    assert "Chưa có người giữ mốc nào" in trail.sentence(trail.read(kind="trail:alarm", limit=1).events[0])
    monkeypatch.setattr(office.app.extensions["settings"], "demo", True)  # where one administrator is enough
    outside = keepers.ask_keeper(NAME, OUT, outside=True, by=admin)
    assert keepers.lacking() == keepers.INSIDE, "asking is not keeping"
    keepers.confirm(link_of(outside).rpartition("/")[2])
    monkeypatch.setattr(office.app.extensions["settings"], "demo", False)
    assert night(8) == 0
    monkeypatch.setattr(office.app.extensions["settings"], "demo", True)
    assert "Có người giữ mốc ngoài bộ phận công nghệ thông tin" in health()


@pytest.mark.long
def test_pages_say_up_to_where_the_trail_is_proved_to_an_outsider(office: Office, admin: Actor, post: Post) -> None:
    inspector = Visitor(office.app, "thanhtra")
    pages = ("/trail", "/trail/checkpoints")
    inside = keepers.ask_keeper("Bí thư", "bithu@xa.example", outside=False, by=admin)
    keepers.confirm(link_of(inside).rpartition("/")[2])
    later(office, minutes=1)
    for page in pages:
        assert "Chưa thư mang mốc nào tới người giữ ngoài" in words(inspector.open(page)), "the technicians reach that one"
    agreed(office, admin, post)
    office.work()
    made = checkpoints.read_checkpoint(keepers.reach().checkpoint)[0]
    assert keepers.reach() == keepers.Reach(made.number, made.size, trail.last_number() - made.size) and made.size
    with transaction():
        for _ in range(5):
            trail.record("trail:checkpoint_asked", by=machine("cli"), stream="system")
    found = keepers.reach()
    assert (found.size, found.after) == (made.size, trail.last_number() - made.size) and found.after >= 5
    for page in pages:
        shown = words(inspector.open(page))
        assert f"Ghi thêm từ đó{found.after} sự kiện" in shown and f"Đến sự kiện số{made.size} Trong thư mang mốc số{made.number}" in shown
        assert "chưa chứng minh được với người ngoài cơ quan" in shown
    post.orders["rcpt"] += ["550 5.1.1 no such user"] * 2  # of both keepers
    later(office, hours=25)
    office.work()
    assert keepers.reach().size == made.size, "what did not arrive proves nothing"


def test_three_at_most_each_address_once_by_an_administrator(office: Office, admin: Actor, post: Post) -> None:
    for nobody in ("thanhtra", "truongphong"):
        with pytest.raises(Forbidden):
            keepers.ask_keeper(NAME, OUT, outside=True, by=office.who(nobody))
    first = keepers.ask_keeper(NAME, OUT, outside=True, by=admin)
    with pytest.raises(Conflict, match="keeps checkpoints already"):
        keepers.ask_keeper("Ai đó", OUT.upper(), outside=False, by=admin)
    for wrong in ("không phải thư", "a@b\r\nBcc: c@d"):
        with pytest.raises(Invalid):
            keepers.ask_keeper(NAME, wrong, outside=True, by=admin)
    keepers.ask_keeper("Bí thư", "bithu@xa.example", outside=False, by=admin)
    keepers.ask_keeper("Mặt trận", "mttq@xa.example", outside=True, by=admin)
    with pytest.raises(Conflict, match="There are 3"):
        keepers.ask_keeper("Thứ tư", "bon@xa.example", outside=True, by=admin)
    keepers.end_keeper(first, by=admin, reason="Nghỉ hưu")
    office.work()
    assert to_keeper(post) == [], "who is ended before the question went gets no letter at all"
    with pytest.raises(Conflict):
        keepers.end_keeper(first, by=admin, reason="Lần nữa")
    with pytest.raises(NotFound):
        keepers.end_keeper(99, by=admin, reason="Không có")
    assert keepers.ask_keeper("Thứ tư", "bon@xa.example", outside=True, by=admin) == 4
    with transaction() as s:
        assert s.scalar(sa.select(sa.func.count()).select_from(Keeper)) == 4
        assert s.scalar(sa.select(sa.func.count()).select_from(KeeperLetter)) == 0


def test_link_is_the_keepers_alone_and_in_no_preview(office: Office, admin: Actor, post: Post) -> None:
    page = agreed(office, admin, post)
    guest = Guest(office.app)
    for wrong in (f"{page}x", "/checkpoint-letters/MQ.abc", "/checkpoint-letters/1"):
        guest.open(wrong, 404)
    with transaction() as s:
        stored = s.scalars(sa.select(sa.cast(MAIL.c.context, sa.Text)).where(MAIL.c.account < 0)).all()
        numbers = list(s.scalars(sa.select(MAIL.c.id).where(MAIL.c.account < 0)))
    code = page.rpartition("/")[2]
    assert stored and not any(code in one for one in stored)
    shown = Visitor(office.app, "quantri")
    for number in numbers:
        assert code not in words(shown.open(f"/office/mail/{number}"))
    assert NAME in words(shown.open("/office/mail"))


def test_choosing_on_the_pages(office: Office, post: Post) -> None:
    admin = Visitor(office.app, "quantri")
    assert "Chưa ai giữ mốc nhật ký" in words(admin.open("/trail/keepers"))
    admin.open("/trail/keepers/new")
    answer = admin.post("/trail/keepers/new", name=NAME, address="sai", outside="yes", reason=WHY)
    assert answer.status_code == 422 and NAME in answer.text, "what was typed stays"
    shown = words(admin.follow(admin.post("/trail/keepers/new", name=NAME, address=OUT, outside="no", reason=WHY)))
    assert "chờ nhận lời" in shown and "Chưa có người giữ mốc nào ngoài" in shown
    admin.follow(admin.post("/trail/keepers/1/again"))
    office.work()
    assert len(to_keeper(post)) == 2
    refused = admin.post("/trail/keepers/1/again")
    assert refused.status_code == 409 and "trong 24 giờ qua" in refused.text, "it may be a stranger's address"
    clock.move_to(clock.now() + timedelta(days=1, hours=1))
    admin.follow(admin.post("/trail/keepers/1/again"))
    office.work()
    assert len(to_keeper(post)) == 3
    assert admin.post("/trail/keepers/1/end", reason="").status_code == 422
    assert "đã thôi" in words(admin.follow(admin.post("/trail/keepers/1/end", reason="Nhầm địa chỉ")))
    inspector = Visitor(office.app, "thanhtra")
    assert not inspector.open("/trail/keepers").xpath("//a[@href='/trail/keepers/new']")
    assert inspector.client.get("/trail/keepers/new").status_code == 403


def test_link_of_an_earlier_question_opens_nothing(office: Office, admin: Actor, post: Post) -> None:
    number = keepers.ask_keeper(NAME, OUT, outside=True, by=admin)
    office.work()
    first, guest = link(post), Guest(office.app)
    guest.open(first)
    keepers.ask_again(number, by=admin)
    office.work()
    guest.open(first, 404)
    guest.open(link(post))
    clock.move_to(clock.now() + timedelta(days=3))  # the signature's age is of the machine's clock, which nobody moves
    guest.open(link(post))


def test_checkpoint_that_no_key_signed_goes_nowhere(office: Office, admin: Actor, post: Post) -> None:
    agreed(office, admin, post)
    watch.sign_due()
    last, _cause, text = checkpoints.list_checkpoints(limit=1)[0]
    forged = text.replace(f"number {last.number}", f"number {last.number + 1}")
    with transaction() as s:
        s.connection().execute(sa.insert(CHECKPOINT), [{
            "number": last.number + 1, "origin": last.origin, "size": last.size, "root": last.root, "at": 1, "cause": "day", "note": forged,
        }])
        trail.record("trail:checkpoint_asked", by=machine("cli"), stream="system")
    clock.move_to(clock.now() + timedelta(days=2))
    office.work()
    assert len(to_keeper(post)) == 2


def test_who_kept_and_is_ended_is_told(office: Office, admin: Actor, post: Post) -> None:
    agreed(office, admin, post)
    keepers.end_keeper(1, by=admin, reason="Nghỉ hưu")
    office.work()
    assert to_keeper(post)[-1] == "Cơ quan kết thúc việc bạn giữ mốc nhật ký"
