"""Who sent a petition stands in the trail, and is told there to the inspector alone: on the page, in a search, a file and a call."""

from __future__ import annotations

import orjson
import pytest
from lxml import html

from service import trail
from service.awards.files import attach_file, open_file
from service.movement import read_matter
from service.trail import Sight
from tests.journeys.office import PDF
from tests.service.web.browser import words
from tests.service.web.desk import ROUND, Desk

SAID = {"kind": "remark", "subject": "Mạng ở thôn xa chập chờn", "content": "Không nộp được hồ sơ.", "received_on": "2026-11-02"}
NAMELESS = "Người lập việc (không nêu tên) ghi vào sổ: Đơn, kiến nghị ĐKN 01/2026."


@pytest.fixture
def sent(desk: Desk) -> int:
    """A petition with its scan, sent by somebody of a unit who also nominated a name, and classified by the head of office."""
    desk.office.nominate(ROUND)
    who = desk.office.who("donvi")
    scan = attach_file(f"draft:{who.account}", "đơn.pdf", PDF, by=who).id
    matter = desk.office.begin("petition", by="donvi", **SAID, scan=[scan])
    desk.office.step(matter, "classify_petition", by="truongphong", kind="remark")
    open_file(scan, by=who)
    return matter


def _entries(page: html.HtmlElement) -> str:
    return " ".join(words(one) for one in page.xpath("//main//*[@class='trail-row']"))


def test_the_administrator_reads_what_happened_and_not_who_sent_it(desk: Desk, sent: int) -> None:
    sender, head = desk.office.who("donvi").name, desk.office.who("truongphong").name
    (link,) = {href for href in desk.get("quantri", f"/matters/{sent}").xpath("//main//a/@href") if href.startswith("/trail?stream=")}
    inspector, admin = _entries(desk.get("thanhtra", link)), _entries(desk.get("quantri", link))
    assert f"{sender} ghi vào sổ: Đơn, kiến nghị ĐKN 01/2026." in inspector and f"{sender} nhận đơn" in inspector
    assert NAMELESS in admin and "nhận đơn, ý kiến phản ánh" in admin and sender not in admin
    assert head in admin  # who did a step is named


def test_no_search_by_a_person_finds_what_he_sent(desk: Desk, sent: int) -> None:
    donvi, head = desk.office.who("donvi"), desk.office.who("truongphong")
    for words_ in (f"who={donvi.account}", f"who={donvi.account}&also=1"):
        told = _entries(desk.get("thanhtra", f"/trail?{words_}"))
        assert "ĐKN 01/2026" in told
        kept = _entries(desk.get("quantri", f"/trail?{words_}"))
        assert "ĐKN 01/2026" not in kept and "nhận đơn" not in kept and "lập trường hợp đề nghị khen thưởng" in kept
    assert "ĐKN 01/2026" in _entries(desk.get("quantri", "/trail?q=ghi+vao+so"))
    assert "ĐKN 01/2026" in _entries(desk.get("thanhtra", "/trail?q=thu+nang+ghi+vao+so"))
    assert "ĐKN 01/2026" not in _entries(desk.get("quantri", "/trail?q=thu+nang+ghi+vao+so"))
    assert "phân loại" in _entries(desk.get("quantri", f"/trail?who={head.account}")).lower()
    asked = {"actor": donvi.account}
    assert trail.count({**asked, "sight": Sight.EVERYTHING}) - trail.count({**asked, "sight": Sight.VALUES}) == len(
        [one for one in _stream(desk, sent, Sight.EVERYTHING) if one.account == donvi.account]
    )


def _stream(desk: Desk, matter: int, sight: Sight) -> list[trail.Event]:
    instance = read_matter(matter, by=desk.office.who("thanhtra")).entry.instance
    return list(trail.walk({"stream": f"instance:{instance}", "sight": sight}))


def test_a_file_holds_back_the_same_and_the_chain_stays_whole(desk: Desk, sent: int) -> None:
    sender = desk.office.who("donvi")
    stream = _stream(desk, sent, Sight.EVERYTHING)[0].stream
    found = {}
    for login in ("thanhtra", "quantri"):
        with desk.who(login).client.get(f"/trail/export.json?stream={stream}") as answer:
            found[login] = orjson.loads(answer.get_data())
        with desk.who(login).client.get(f"/trail/export.csv?stream={stream}") as answer:
            told = answer.get_data().decode("utf-8-sig")
            assert ("ĐKN 01/2026" in told, sender.name in told) == (True, login == "thanhtra")
    held = [one for one in found["quantri"] if one["actor"] == "withheld"]
    assert {one["kind"] for one in held} >= {"instance:started", "petition:received", "matter:begun", "file:opened"}
    assert not any("body" in one or sender.name in str(one) for one in held)
    assert str(sender.account) not in {one["actor"] for one in found["quantri"]}
    assert [(one["prev"], one["hash"]) for one in found["quantri"]] == [(one["prev"], one["hash"]) for one in found["thanhtra"]]
    assert all("body" in one for one in found["thanhtra"]) and trail.verify(stream).ok and trail.verify().ok


def test_a_file_that_was_sent_leads_to_no_petition(desk: Desk, sent: int) -> None:
    donvi = desk.office.who("donvi")
    path = f"/trail?stream=account:{donvi.account}&kind=file:added"
    inspector, admin = _entries(desk.get("thanhtra", path)), _entries(desk.get("quantri", path))
    assert "đơn.pdf" in inspector and f"{donvi.name} thêm tệp" in inspector
    assert f"{donvi.name} thêm tệp" in admin and "đơn.pdf" not in admin
    with desk.who("quantri").client.get(f"/trail/export.json?stream=account:{donvi.account}&kind=file:added") as answer:
        (one,) = orjson.loads(answer.get_data())
    assert one["private"] == {"name": None} and "body" not in one and one["hash"]
    (event,) = trail.read(stream=f"account:{donvi.account}", kind="file:added", sight=Sight.VALUES).events
    assert event.body == {}, "its number would lead to whom it was given to"
