"""An exemplar: referred by anybody, looked into, published with consent and taken down on request, or put forward for a timely award."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from service import movement
from service.errors import Forbidden, Invalid, NotFound
from service.movement import read_matter
from service.processes import tasks
from tests.journeys.conftest import OpenOffice
from tests.journeys.office import Office
from tests.service.web import browser
from tests.service.web.browser import Guest

DAY = date(2026, 11, 3)
SAID: dict[str, Any] = {
    "kind": "INDIVIDUAL", "name": "Đinh Suối Mơ", "place": "Thôn Đồi Sim", "deed": "Dạy chữ số cho người già",
    "story": "Mỗi tối thứ năm ở nhà văn hóa thôn.", "agreed": "yes", "referrer": "Ủy ban MTTQ Việt Nam xã", "contact": "0900 000 999",
}


@pytest.fixture
def office(office_on: OpenOffice) -> Office:
    return office_on(DAY)


def test_nothing_is_published_without_consent(office: Office) -> None:
    matter = office.begin("exemplar", by="donvi", **SAID)
    with pytest.raises(Invalid) as refused:
        office.step(matter, "check_exemplar", by="vhxh", decision="publish", consent=False)
    assert [f.path for f in refused.value.faults] == ["consent"] and office.stands_at(matter) == {"check_exemplar"}


def test_what_is_published_names_nobody_but_whom_it_is_about(office: Office) -> None:
    matter = office.begin("exemplar", by="donvi", **SAID)
    office.step(matter, "check_exemplar", by="vhxh", decision="publish", consent=True)
    office.step(matter, "write_exemplar", by="ttcudv", title="Lớp học dưới ánh đèn", text="Chuyện của bà Suối Mơ.")
    assert read_matter(matter, by=office.who("donvi")).entry.outcome == "published"
    ((row,), total) = movement.published()
    assert (row.title, row.name, total) == ("Lớp học dưới ánh đèn", "Đinh Suối Mơ", 1)
    guest = Guest(office.app)
    assert "Lớp học dưới ánh đèn" in browser.words(guest.open("/exemplars"))
    article = browser.words(guest.open(f"/exemplars/{row.id}"))
    assert "Chuyện của bà Suối Mơ." in article
    assert not any(private in article for private in ("0900", "MTTQ", "Thôn Đồi Sim")), "who referred her stays in the office"
    with pytest.raises(Forbidden):
        movement.take_down(row.id, "Không thích", by=office.who("donvi"))
    movement.take_down(row.id, "Người được nêu đề nghị gỡ", by=office.who("vhxh"))
    assert movement.published()[1] == 0
    with pytest.raises(NotFound):
        movement.read_publication(row.id)
    assert guest.client.get(f"/exemplars/{row.id}").status_code == 404
    assert "Chưa có bài nào" in browser.words(guest.open("/exemplars"))


def test_an_exemplar_becomes_a_timely_nomination_by_one_act(office: Office) -> None:
    matter = office.begin("exemplar", by="donvi", **SAID)
    (stop,) = [s for s in office.stops(matter) if s.state == "open"]
    given = tasks.read_task(stop.id, by=office.who("vhxh")).given
    assert given["timely_rounds"], "the demo keeps an open timely round"
    where = {"unit": str(office.units["DONG-MAY"]), "round": given["timely_rounds"][0]["value"]}
    office.step(matter, "check_exemplar", by="vhxh", decision="nominate", subject_group="D", award_form="GK_XA", **where)
    whole = read_matter(matter, by=office.who("vhxh"))
    assert whole.entry.outcome == "nominated"
    (subject,) = whole.subjects
    nomination = office.read(int(subject.partition(":")[2]))
    assert (nomination.name, nomination.achievement, nomination.form_asked) == ("Đinh Suối Mơ", "Dạy chữ số cho người già", "GK_XA")
    assert office.at(nomination.id) == {"short_report"}
