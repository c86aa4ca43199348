"""What a person chooses: by kind at once, in one mail a day or a week, or on the pages only; compulsory kinds go at once."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from service import notices, people, trail
from service.config import Settings
from service.errors import Invalid
from service.notices import digests, still
from service.notices.models import CHOICE, MAIL, NOTICE
from tests.service.notices.conftest import Post
from tests.service.notices.told import MAI, TASK, XANH, at, begin, go_on, kinds, rows, send, states, tell

pytestmark = pytest.mark.usefixtures("people")

DECIDED = {"letter": "decided", "context": {"act": "Đã có quyết định", "title": "Đợt hằng năm 2026", "count": 1}}


def _text(post: Post, number: int = -1) -> str:
    body = post.messages[number].get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_twenty_things_in_a_day_are_one_mail_grouped_by_case(app: Flask, post: Post) -> None:
    begin("2026-11-19 09:00")
    notices.choose({"assigned": "daily", "decided": "daily"}, by=XANH)
    for number in range(20):
        case = "Hồ sơ của thôn Đông" if number % 2 else "Hồ sơ <b>của</b> thôn Tây"
        tell(1, 2, key=f"task:{number}", context=TASK | {"title": case}, link=f"/tasks/{number}")
    tell(1, key="d", **DECIDED)
    assert (states().count("held"), states().count("queued")) == (21, 20), "somebody else gets each at once"
    assert notices.gather_due() == 0
    send()
    assert len(post.mails) == 20 and "la.xanh@thondong.example" not in post.reached
    go_on("2026-11-20 07:29")
    assert notices.gather_due() == 0
    go_on("2026-11-20 07:30")
    assert notices.gather_due() == 1
    assert notices.gather_due() == 0
    send()
    assert post.reached[20:] == ["la.xanh@thondong.example"]
    message, text = post.messages[-1], _text(post)
    assert message["Subject"] == "Tổng hợp thông báo: 21 tin mới"
    assert [text.count(case) for case in ("\nHồ sơ của thôn Đông\n", "\nHồ sơ <b>của</b> thôn Tây\n", "\nĐợt hằng năm 2026\n")] == [1, 1, 1]
    assert text.count("- Việc mới: Thẩm định hồ sơ") == 20 and "http://127.0.0.1:8000/tasks/19\n" in text
    html = message.get_body(("html",))
    assert html is not None and "Hồ sơ &lt;b&gt;của&lt;/b&gt; thôn Tây" in html.get_content()
    assert states().count("gathered") == 21 and "held" not in states()
    (digest,) = [row for row in rows(MAIL) if row.letter == "digest"]
    assert {row.digest for row in rows(MAIL) if row.state == "gathered"} == {digest.id}
    assert len([row for row in rows(NOTICE) if row.account == 1]) == 21, "the bell has each"
    assert trail.verify().ok


@pytest.mark.parametrize(
    ("moment", "daily", "weekly"),
    [
        ("2026-11-19 09:00", "2026-11-20 07:30", "2026-11-23 07:30"),
        ("2026-11-20 07:29", "2026-11-20 07:30", "2026-11-23 07:30"),
        ("2026-11-20 07:30", "2026-11-23 07:30", "2026-11-23 07:30"),
        ("2026-11-23 08:00", "2026-11-25 07:30", "2026-11-30 07:30"),  # 24/11 is Culture Day
        ("2026-12-31 08:00", "2027-01-04 07:30", "2027-01-04 07:30"),
        ("2027-02-01 06:00", "2027-02-01 07:30", "2027-02-01 07:30"),
        ("2027-04-28 09:00", "2027-04-29 07:30", "2027-05-04 07:30"),  # Monday 3/5 stands in for Saturday 1/5
    ],
)
def test_digests_go_at_half_past_seven_of_a_working_day(app: Flask, moment: str, daily: str, weekly: str) -> None:
    from service.notices import hours

    assert (hours.next_digest("daily", at(moment)), hours.next_digest("weekly", at(moment))) == (at(daily), at(weekly))


def test_task_done_meanwhile_is_not_in_the_digest_and_an_empty_one_does_not_go(app: Flask, post: Post) -> None:
    done: set[int] = set()

    @notices.wanted("assigned")
    def still_open(about: int, account: int) -> bool:
        return about not in done

    begin("2026-11-19 09:00")
    notices.choose({"assigned": "daily"}, by=XANH)
    for number in (7, 8, 9):
        tell(1, key=f"task:{number}", about=number, context=TASK | {"title": f"Hồ sơ số {number}"})
    done.add(7)
    go_on("2026-11-20 07:30")
    assert notices.gather_due() == 1
    done.add(8)  # between gathering and sending
    send()
    assert "Hồ sơ số 9" in _text(post) and "Hồ sơ số 7" not in _text(post) and "Hồ sơ số 8" not in _text(post)
    assert post.messages[-1]["Subject"] == "Tổng hợp thông báo: 1 tin mới"
    assert states() == ["obsolete", "gathered", "gathered", "sent"]
    tell(1, key="task:10", about=10)
    done.add(10)
    go_on("2026-11-23 07:30")
    assert notices.gather_due() == 0
    assert (send(), len(post.mails)) == (0, 1)
    assert not still.is_wanted("assigned", 10, 1)


def test_on_the_pages_only_sends_nothing_and_counts_as_told(app: Flask, post: Post) -> None:
    notices.choose({"assigned": "bell"}, by=XANH)
    assert tell(1, 2) == 2
    assert tell(1, 2) == 0
    send()
    assert post.reached == ["ban.mai@sonmai.example"]
    assert notices.count_unread(1) == 1


def test_compulsory_kinds_say_so_and_cannot_be_switched_off(app: Flask, post: Post) -> None:
    found = {one.letter: one for one in notices.read_choices(by=XANH)}
    assert not found["assigned"].compulsory and found["returned"].compulsory
    assert found.keys().isdisjoint({"test", "digest"}), "nobody chooses of what is mail only"
    notices.choose({"assigned": "weekly"}, by=XANH)  # one that can be
    for ways in ({"returned": "bell"}, {"assigned": "bell", "overdue": "daily"}):
        with pytest.raises(Invalid, match="compulsory"):
            notices.choose(ways, by=XANH)
    with pytest.raises(Invalid, match="no such kind"):
        notices.choose({"test": "bell"}, by=XANH)
    with pytest.raises(Invalid, match="no such way"):
        notices.choose({"assigned": "hourly"}, by=XANH)
    notices.choose({"returned": "now"}, by=XANH)
    assert [(row.letter, row.way) for row in rows(CHOICE)] == [("assigned", "weekly")], "a refusal changes nothing"
    tell(1, letter="returned", context={"title": "Hồ sơ", "count": 1})
    assert states() == ["queued"]


def test_choice_is_ones_own_and_stands_in_the_trail(app: Flask) -> None:
    notices.choose({"assigned": "daily", "reminder": "now"}, by=XANH)
    notices.choose({"assigned": "daily"}, by=XANH)
    assert kinds() == ["account:preferences_changed"], "what changes nothing is not told"
    (event,) = trail.read(stream="account:1", limit=5).events
    assert (event.before, event.after) == ({"assigned": "now"}, {"assigned": "daily"})
    assert {one.letter: one.way for one in notices.read_choices(by=MAI)}["assigned"] == "now"
    notices.choose({"assigned": "now"}, by=XANH)
    assert rows(CHOICE) == []


@pytest.mark.parametrize(("way", "state"), [("now", "queued"), ("bell", "cancelled"), ("weekly", "held")])
def test_what_waits_for_a_digest_follows_a_new_choice(app: Flask, way: str, state: str) -> None:
    begin("2026-11-18 09:00")
    notices.choose({"assigned": "daily", "decided": "daily"}, by=XANH)
    tell(1)
    tell(1, key="d", **DECIDED)
    notices.choose({"assigned": way}, by=XANH)
    assert states() == [state, "held"]
    if way == "weekly":
        assert rows(MAIL)[0].next_at == at("2026-11-23 07:30")


def test_digest_alone_carries_the_one_click_header(app: Flask, settings: Settings, post: Post) -> None:
    settings.base_url = "https://vinhdanh.example"
    begin("2026-11-19 09:00")
    notices.choose({"assigned": "daily"}, by=XANH)
    tell(1, 2)
    go_on("2026-11-20 07:30")
    notices.gather_due()
    send()
    at_once, digest = sorted(post.messages, key=lambda mail: "Tổng hợp" in (mail["Subject"] or ""))
    assert at_once["List-Unsubscribe"] is None and at_once["List-Unsubscribe-Post"] is None
    assert digest["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = (digest["List-Unsubscribe"] or "").strip("<>")
    assert link.startswith("https://vinhdanh.example/digests/") and link.endswith("/stop")
    assert "la.xanh" not in link
    assert notices.account_of_link(link.split("/")[-2]) == 1
    for wrong in ("x", link.split("/")[-2][:-2] + "zz", ""):
        assert notices.account_of_link(wrong) is None


def test_without_https_no_one_click_is_promised(app: Flask, post: Post) -> None:
    begin("2026-11-19 09:00")
    notices.choose({"assigned": "daily"}, by=XANH)
    tell(1)
    go_on("2026-11-20 07:30")
    notices.gather_due()
    send()
    assert post.messages[0]["List-Unsubscribe"] and post.messages[0]["List-Unsubscribe-Post"] is None  # RFC 8058, section 3.1


def test_stopping_digests_leaves_other_choices_and_cancels_what_waits(app: Flask, post: Post) -> None:
    begin("2026-11-19 09:00")
    notices.choose({"assigned": "daily", "decided": "weekly", "reminder": "bell"}, by=XANH)
    tell(1)
    assert notices.stop_digests(1, by=people.stranger("web")) == 2
    assert notices.stop_digests(1, by=people.stranger("web")) == 0
    found = {one.letter: one.way for one in notices.read_choices(by=XANH)}
    assert (found["assigned"], found["decided"], found["reminder"], found["reassigned"]) == ("bell", "bell", "bell", "now")
    assert states() == ["cancelled"]
    assert kinds()[-1] == "account:digests_stopped"
    (entry,) = trail.read(kind="account:digests_stopped", sight=trail.Sight.EVERYTHING).events
    assert (entry.actor, entry.door) == (trail.NOBODY, "web")
    go_on("2026-11-23 07:30")
    assert (notices.gather_due(), send()) == (0, 0)


def test_digest_sent_again_by_hand_says_all_that_it_said(app: Flask, post: Post) -> None:
    done: set[int] = set()

    @notices.wanted("assigned")
    def still_open(about: int, account: int) -> bool:
        return about not in done

    from tests.service.notices.test_outbox import ADMIN

    begin("2026-11-19 09:00")
    notices.choose({"assigned": "daily"}, by=XANH)
    tell(1, about=7)
    go_on("2026-11-20 07:30")
    notices.gather_due()
    send()
    (digest,) = [row for row in rows(MAIL) if row.letter == digests.LETTER]
    assert "Việc mới: Thẩm định hồ sơ" in notices.show_mail(digest.id, by=ADMIN).content.text
    done.add(7)
    notices.resend(digest.id, by=ADMIN)
    send()
    one, two = post.messages
    assert one["Message-ID"] == two["Message-ID"] and _text(post, 0) == _text(post, 1)
    counts: Any = notices.outbox(by=ADMIN).counts
    assert (counts["gathered"], counts["sent"]) == (1, 1)
