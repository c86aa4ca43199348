"""An exemplar: referred by anybody, looked into, published with consent and taken down on request, or put forward for a timely award."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from forms import lay_out
from service import movement, trail
from service.awards.files import attach_file, files_about
from service.errors import Forbidden, Invalid, NotFound
from service.movement import read_matter
from service.processes import history, tasks
from tests.journeys.conftest import OpenOffice
from tests.journeys.inspections import PNG
from tests.journeys.office import Office
from tests.service.web import browser
from tests.service.web.browser import Guest, Visitor

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


def test_who_would_nominate_whom_nobody_asked_reads_where_he_will_be_asked(office: Office) -> None:
    for agreed, kind, told in (("yes", "INDIVIDUAL", False), ("no", "INDIVIDUAL", True), ("no", "COLLECTIVE", False)):
        matter = office.begin("exemplar", by="donvi", **SAID | {"agreed": agreed, "kind": kind})
        (stop,) = [one for one in office.stops(matter) if one.state == "open"]
        step = tasks.read_task(stop.id, by=office.who("vhxh"))
        for decision in ("nominate", "decline"):
            shown = [one.description for one in lay_out(step.form, {"decision": decision}, today=DAY, given=step.given) if one.shown]
            assert any("trước khi thủ trưởng đơn vị ký" in one for one in shown) is (told and decision == "nominate")


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
    assert (nomination.name, nomination.form_asked) == ("Đinh Suối Mơ", "GK_XA")
    assert nomination.achievement == "Dạy chữ số cho người già\nMỗi tối thứ năm ở nhà văn hóa thôn."
    assert office.at(nomination.id) == {"short_report"}


def test_an_exemplar_is_nominated_only_as_its_kind_may_be_and_each_refusal_stands_at_its_field(office: Office) -> None:
    matter = office.begin("exemplar", by="donvi", **SAID | {"agreed": "no"})
    (stop,) = [s for s in office.stops(matter) if s.state == "open"]
    task = tasks.read_task(stop.id, by=office.who("vhxh"))
    assert [one["value"] for one in task.given["subject_groups"]] == ["D"]
    assert [one["value"] for one in task.given["award_forms"]] == ["GK_XA", "BK_TINH"]
    page = Visitor(office.app, "vhxh").open(f"/tasks/{stop.id}")
    assert page.xpath("//select[@name='subject_group']/option[@selected]/@value") == ["D"]
    where = {"unit": str(office.units["DONG-MAY"]), "round": task.given["timely_rounds"][0]["value"]}
    for said, field in (({"subject_group": "C"}, "subject_group"), ({"award_form": "CO_TINH"}, "award_form")):
        with pytest.raises(Invalid) as refused:
            office.step(matter, "check_exemplar", by="vhxh",
                        **{"decision": "nominate", "subject_group": "D", "award_form": "GK_XA"} | where | said)
        assert [fault.path for fault in refused.value.faults] == [field] and office.stands_at(matter) == {"check_exemplar"}
    office.step(matter, "check_exemplar", by="vhxh", decision="nominate", subject_group="D", award_form="GK_XA", **where)
    (subject,) = read_matter(matter, by=office.who("vhxh")).subjects
    nomination = office.read(int(subject.partition(":")[2]))
    assert (nomination.subject_group, nomination.consent) == ("D", {}), "nobody answered for her: the checks ask, as of any nomination"


def test_a_collective_that_is_an_exemplar_is_offered_the_groups_of_collectives(office: Office) -> None:
    matter = office.begin("exemplar", by="donvi", **SAID | {"kind": "COLLECTIVE", "name": "Tổ công nghệ số thôn Đồi Sim"})
    (stop,) = [s for s in office.stops(matter) if s.state == "open"]
    given = tasks.read_task(stop.id, by=office.who("vhxh")).given
    assert [one["value"] for one in given["subject_groups"]] == ["A", "B", "C"] and given["likely_group"] == ""


def test_a_nomination_is_refused_where_its_group_is_for_others(office: Office) -> None:
    for kind, group in (("INDIVIDUAL", "C"), ("HOUSEHOLD", "A"), ("COLLECTIVE", "D")):
        with pytest.raises(Invalid) as refused:
            office.nominate("HN-2026", kind=kind, group=group, name="Đỗ Thu Sương")
        assert [fault.path for fault in refused.value.faults] == ["subject_group"], (kind, group)


def test_story_and_evidence_of_an_exemplar_are_there_for_the_unit_that_reports_on_it(office: Office) -> None:
    picture = attach_file(f"draft:{office.who('mttq').account}", "lop-hoc.png", PNG, by=office.who("mttq")).id
    matter = office.begin("exemplar", by="mttq", **SAID | {"evidence": [picture]})
    (stop,) = [s for s in office.stops(matter) if s.state == "open"]
    where = {"unit": str(office.units["DONG-MAY"]),
             "round": tasks.read_task(stop.id, by=office.who("vhxh")).given["timely_rounds"][0]["value"]}
    office.step(matter, "check_exemplar", by="vhxh", decision="nominate", subject_group="D", award_form="GK_XA", **where)
    (subject,) = read_matter(matter, by=office.who("vhxh")).subjects
    one = int(subject.partition(":")[2])
    with pytest.raises(NotFound):
        read_matter(matter, by=office.who("donvi"))
    (report,) = [s for s in history.timeline(office.read(one).instance_id or 0) if s.state == "open"]
    given = tasks.read_task(report.id, by=office.who("donvi")).given
    assert (given["deed"], given["summary"]) == ("Dạy chữ số cho người già", "Mỗi tối thứ năm ở nhà văn hóa thôn.")
    page = Visitor(office.app, "donvi").open(f"/tasks/{report.id}")
    assert page.xpath("//textarea[@name='summary']/text()")[0].strip() == "Mỗi tối thứ năm ở nhà văn hóa thôn."
    (copy,) = files_about(one)
    assert (copy.name, copy.id != picture, copy.uploaded_by) == ("lop-hoc.png", True, office.who("mttq").account)
    assert given["files"][copy.id]["name"] == "lop-hoc.png"
    told = trail.read(stream=f"instance:{office.read(one).instance_id}", kind="file:taken_over").events
    assert [event.body["source"] for event in told] == ["GĐH 01/2026"], "where it came from is told"
    with Visitor(office.app, "donvi").client.get(f"/files/{copy.id}") as answer:
        assert answer.status_code == 200 and answer.data == PNG


def test_who_refers_somebody_himself_and_whom_it_is_about_do_not_look_into_it(office: Office) -> None:
    others = office.begin("exemplar", by="vhxh", **SAID)
    office.step(others, "check_exemplar", by="vhxh", decision="publish", consent=True)
    own = {key: value for key, value in SAID.items() if key != "referrer"}
    officer = office.who("vhxh")
    matters = [
        office.begin("exemplar", by="vhxh", **own),
        office.begin("exemplar", by="vhxh", **own, referrer=officer.name),
        office.begin("exemplar", by="donvi", **SAID | {"name": officer.name, "about_people": [f"account:{officer.account}"]}),
    ]
    for matter in matters:
        with pytest.raises((Forbidden, NotFound)):
            office.step(matter, "check_exemplar", by="vhxh", decision="publish", consent=True)
        (falls_in,) = (login for login in ("truongphong", "vanphong") if _may(office, matter, login))
        office.step(matter, "check_exemplar", by=falls_in, decision="publish", consent=True)
        assert office.stands_at(matter) == {"write_exemplar"}
    centre = office.begin("exemplar", by="ttcudv", **own)
    office.step(centre, "check_exemplar", by="vhxh", decision="publish", consent=True)
    with pytest.raises((Forbidden, NotFound)):
        office.step(centre, "write_exemplar", by="ttcudv", title="Lớp học", text="Chuyện.")


def _may(office: Office, matter: int, login: str) -> bool:
    (stop,) = [one for one in office.stops(matter) if one.state == "open"]
    return tasks.may_act(tasks.find_task(stop.id), office.who(login))
