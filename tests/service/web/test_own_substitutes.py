"""A person's own page of substitutes: naming one for an absence, ending it, seeing in whose place one acts."""

from __future__ import annotations

import pytest
from flask import Flask

from service import people
from tests.journeys.office import Office
from tests.service.web.browser import Visitor, words
from tests.service.web.desk import Desk

FIELDS = {"group": "vhxh", "since": "2026-11-03", "until": "2026-11-06"}


@pytest.fixture
def office(desk: Desk) -> Office:
    return desk.office


@pytest.fixture
def app(office: Office) -> Flask:
    return office.app


def test_somebody_names_his_own_substitute_and_ends_it(app: Flask, office: Office) -> None:
    mine, clerk = Visitor(app, "vhxh"), Visitor(app, "vanthu")
    there = people.find_account("vanthu").id
    assert mine.open("/").xpath("//a[@href='/my-substitutes']")
    assert "Chưa cử ai thay" in words(mine.open("/my-substitutes"))
    form = mine.open("/my-substitutes/new")
    assert form.xpath(f"//select[@name='substitute']/option[@value='{there}']")
    assert not form.xpath(f"//select[@name='substitute']/option[@value='{people.find_account('donvi').id}']")
    assert form.xpath("//input[@name='processes' and @value='posting']")
    assert mine.post("/my-substitutes/new", **FIELDS, substitute=str(there), reason="").status_code == 422
    page = mine.follow(mine.post("/my-substitutes/new", **FIELDS, substitute=str(there), processes="posting", reason="Nghỉ phép"))
    assert "Nghỉ phép" in words(page) and "Chỉ trong: Niêm yết" in words(page)
    assert people.actor_of("vanthu").within("posting").may("vhxh") and not people.actor_of("vanthu").may("vhxh")
    seen = words(clerk.open("/my-substitutes"))
    assert "Tôi xử lý thay" in seen and "Nghỉ phép" in seen
    (number,) = [row.id for row in people.list_substitutions(by=office.who("vhxh"), account=office.who("vhxh").account)]
    clerk.open(f"/my-substitutes/{number}/end", 404)
    assert clerk.post(f"/my-substitutes/{number}/end", reason="thử").status_code == 404
    assert mine.post(f"/my-substitutes/{number}/end", reason="").status_code == 422
    page = mine.follow(mine.post(f"/my-substitutes/{number}/end", reason="Về sớm"))
    assert "Chưa cử ai thay" in words(page) and not people.actor_of("vanthu").within("posting").may("vhxh")


def test_who_has_nothing_to_lend_is_offered_nothing(app: Flask, office: Office) -> None:
    inspector = Visitor(app, "thanhtra")
    page = inspector.open("/my-substitutes")
    assert not page.xpath("//a[@href='/my-substitutes/new']") and not page.xpath("//form[@action='/my-substitutes/new']")
    inspector.open("/my-substitutes/new", 403)
    assert inspector.post("/my-substitutes/new", **FIELDS, substitute="1", reason="Thử").status_code == 403


def test_the_chairs_signature_is_handed_to_the_deputy_only(app: Flask, office: Office) -> None:
    chair = Visitor(app, "chutich")
    fields = FIELDS | {"group": "chair", "reason": "Đi công tác"}
    refused = chair.post("/my-substitutes/new", **fields, substitute=str(people.find_account("ketoan").id))
    assert refused.status_code == 422 and "Phó Chủ tịch" in refused.text
    chair.follow(chair.post("/my-substitutes/new", **fields, substitute=str(people.find_account("phochutich").id)))
    assert people.signs_as(people.actor_of("phochutich"), "chair", "decision") == "KT. CHỦ TỊCH"


def test_what_an_absent_person_holds_is_marked_in_the_substitutes_inbox(app: Flask, office: Office) -> None:
    from service.processes import history, tasks

    one = office.nominate("HN-2026")
    office.assess(one)
    office.sign(one)
    (stop,) = [s for s in history.timeline(office.read(one).instance_id or 0) if s.state == "open"]
    tasks.claim_task(stop.id, by=office.who("vhxh"))
    clerk = Visitor(app, "vanthu")
    assert not clerk.open("/inbox?tab=all").xpath(f"//a[contains(@href, '/tasks/{stop.id}')]")
    mine = Visitor(app, "vhxh")
    mine.post("/my-substitutes/new", **FIELDS, substitute=str(people.find_account("vanthu").id), reason="Nghỉ phép")
    inbox = clerk.open("/inbox?tab=all")
    assert inbox.xpath(f"//a[contains(@href, '/tasks/{stop.id}')]") and "Xử lý thay" in words(inbox)
    page = words(clerk.open(f"/tasks/{stop.id}"))
    assert "Bạn xử lý thay Lê Ban Mai" in page and "đang giữ việc này. Bạn xem được" not in page
