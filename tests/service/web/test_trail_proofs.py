"""Checkpoints on pages, an anchor held against the trail, and offline dossiers asked for and taken."""

from __future__ import annotations

import io
import zipfile

import pytest
from flask import Flask

from service import notices, people, trail
from service.actor import machine
from service.db import transaction
from service.trail import checkpoints, watch
from tests.journeys.office import Office
from tests.service.web.browser import Visitor, words
from tests.service.web.desk import Desk

ROUND = "HN-2026"


@pytest.fixture
def office(desk: Desk) -> Office:
    return desk.office


@pytest.fixture
def app(office: Office) -> Flask:
    return office.app


@pytest.fixture
def inspector(app: Flask) -> Visitor:
    """The inspector, signed in."""
    return Visitor(app, "thanhtra")


def test_checkpoints_are_listed_and_one_from_outside_is_held_against_the_trail(app: Flask, office: Office, inspector: Visitor) -> None:
    page = inspector.open("/trail")
    assert page.xpath("//a[@href='/trail/checkpoints']")
    assert "Chưa có mốc nào" in words(inspector.open("/trail/checkpoints"))
    page = inspector.follow(inspector.post("/trail/checkpoints/sign"))
    assert "đang ký mốc" in words(page)
    office.work()
    page = inspector.open("/trail/checkpoints")
    assert "Mốc số 1" in words(page) and checkpoints.fingerprints()[0] in words(page)
    note = inspector.client.get("/trail/checkpoints/1.txt").text
    assert checkpoints.read_checkpoint(1)[1] == note
    held = inspector.follow(inspector.post("/trail/checkpoints/hold", note=note.replace("\n", "\r\n")))
    assert "còn khớp mốc số 1" in words(held)
    held = inspector.follow(inspector.post("/trail/checkpoints/hold", note=note.replace("number 1", "number 2")))
    assert "không do khóa của nhật ký này ký" in words(held)
    assert inspector.post("/trail/checkpoints/hold", note="").status_code == 422
    assert [event.body["result"] for event in trail.read(kind="trail:anchor_held").events] == ["bad", "ok"]
    inspector.open("/trail/checkpoints/9.txt", 404)
    watch.raise_alarm("Mục số 5: nội dung đã bị sửa.", "Entry 5: its content was changed.", "changed", 5)
    assert "Mục số 5: nội dung đã bị sửa." in words(inspector.open("/trail/checkpoints"))


def test_every_cause_of_a_checkpoint_is_named(inspector: Visitor) -> None:
    causes = ("day", "hour", "asked", "dossier:exported", *checkpoints.CAUSES)
    for cause in causes:
        with transaction():
            trail.record("trail:checkpoint_asked", by=machine("cli"), stream="system")
        checkpoints.make_checkpoint(cause)
    page = inspector.open("/trail/checkpoints")
    told = [cell.text_content().strip() for cell in page.xpath("//table//tr/td[3]")]
    assert len(set(told)) == len(causes) and "kiểm phiếu giấy xong" in told
    assert not [one for one in told if ":" in one or one in causes]


def test_an_offline_dossier_is_asked_for_made_and_taken(app: Flask, office: Office, inspector: Visitor) -> None:
    number = office.nominate(ROUND)
    page = inspector.open(f"/nominations/{number}/trail")
    assert page.xpath(f"//a[@href='/nominations/{number}/offline-dossier']")
    place = f"/nominations/{number}/offline-dossier"
    assert "Chưa yêu cầu" in words(inspector.open(place))
    assert "đang lập" in words(inspector.follow(inspector.post(place)))
    office.work()
    page = inspector.open(place)
    (link,) = {a.get("href") for a in page.xpath("//a[starts-with(@href, '/offline-dossiers/')]")}
    sent = inspector.client.get(link)
    assert sent.headers["Content-Disposition"].startswith("attachment") and sent.mimetype == "application/zip"
    assert "verify.html" in zipfile.ZipFile(io.BytesIO(sent.data)).namelist()
    sent.close()
    for login in ("vhxh", "donvi"):
        other = Visitor(app, login)
        assert other.client.get(place).status_code in (403, 404) and other.client.get(link).status_code == 404
        assert not other.open(f"/nominations/{number}/trail").xpath(f"//a[@href='{place}']")


def test_the_unit_sees_no_checkpoints(app: Flask) -> None:
    unit = Visitor(app, "donvi")
    unit.open("/trail/checkpoints", 403)
    assert unit.post("/trail/checkpoints/sign").status_code == 403


def test_an_alarm_is_mailed_to_inspectors_and_administrators(app: Flask, office: Office) -> None:
    watch.raise_alarm("Mục số 5: nội dung đã bị sửa.", "Entry 5: its content was changed.", "changed", 5)
    assert notices.outbox(by=office.who("quantri"), letter="trail_alarm").total == len(people.members_of(["inspector", "admin"])) > 1
