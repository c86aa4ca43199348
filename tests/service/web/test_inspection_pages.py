"""An inspection on the pages: the visit's form with its photographs, findings told apart, the warning in the unit's dossiers."""

from __future__ import annotations

import io
from typing import Any

import pytest
from lxml import html
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from service import people
from service.movement import read_matter
from service.processes import history
from service.processes.history import Stop
from tests.journeys.inspections import (
    ASSIGN,
    CHECKED,
    PNG,
    PUBLISH,
    SCHOOL,
    TWO,
    concluded,
    decided,
    look,
    mend,
    open_stop,
)
from tests.journeys.office import Office
from tests.service.web import browser
from tests.service.web.desk import ROUND, Desk

pytestmark = pytest.mark.long

WARNING = "Đơn vị còn kiến nghị kiểm tra chưa khắc phục xong."
LARGE = 80_000_000


def _visit(desk: Desk, matter: int) -> tuple[str, dict[str, Any]]:
    said = {
        "visited_on": "09/11/2026", "visited_from": "8 giờ 00", "visited_until": "11 giờ 30", "present": "Đinh Vũ Phong",
        "team_signer": "Nguyễn Thị Lan", "minutes_writer": "Trần Văn Bình",
        "observed": "Có kế hoạch, có phân công.", **dict.fromkeys(CHECKED, "good"),
    }
    return f"/tasks/{open_stop(desk.office, matter, 'visit').id}", said


def _send_photos(desk: Desk, path: str, said: dict[str, Any], photos: dict[str, bytes], code: int) -> html.HtmlElement:
    """Post the form with its files in one go, as a browser without the script does."""
    visitor = desk.who("vhxh")
    files = [("photos", FileStorage(io.BytesIO(content), name)) for name, content in photos.items()]
    boundary, body = encode_multipart(MultiDict([*said.items(), ("act", "complete"), ("csrf_token", visitor.token), *files]))
    answer = visitor.client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")
    assert answer.status_code == code
    return html.fromstring(answer.text)


def test_a_photograph_of_80_mb_is_refused_by_its_name_and_the_rest_of_the_form_is_kept(desk: Desk) -> None:
    matter = decided(desk.office)
    desk.office.go_to("2026-11-09")
    path, said = _visit(desk, matter)
    photos = {"toan-canh.png": PNG + bytes(LARGE), "bang-tin.png": PNG}
    page = _send_photos(desk, path, said, photos, 422)
    text = browser.words(page)
    assert "Tệp toan-canh.png lớn quá 26 MB" in text and "bang-tin.png" in text
    assert page.xpath("//textarea[@name='observed']")[0].text.strip() == said["observed"]
    assert read_matter(matter, by=desk.office.who("vhxh")).entry.phase == "visiting"
    kept = page.xpath("//input[@name='photos'][@type='hidden']/@value")
    desk.post("vhxh", path, said | {"act": "complete", "photos": kept})
    assert read_matter(matter, by=desk.office.who("vhxh")).entry.phase == "minuting"
    assert "chỉ tính một lần" in desk.say("vhxh", path, said | {"act": "complete"})  # a phone that sends it once more


def test_a_visit_that_a_colleague_sends_after_it_is_through_is_refused_and_what_was_typed_is_still_there(desk: Desk) -> None:
    matter = decided(desk.office)
    desk.office.go_to("2026-11-09")
    people.grant(people.accounts_by_login()["dv04"], "vhxh", by=desk.office.who("quantri"))
    path, said = _visit(desk, matter)
    assert desk.get("dv04", path).xpath("//textarea[@name='observed']")
    desk.post("vhxh", path, said | {"act": "complete"})
    late = desk.say("dv04", path, said | {"act": "complete", "observed": "Có ba lớp học số."}, 409)
    assert "đã xử lý việc này lúc" in late and "Có ba lớp học số." in late


def test_findings_are_told_apart_in_the_inbox_on_their_pages_and_on_the_page_of_the_matter(desk: Desk) -> None:
    matter = concluded(desk.office, TWO)
    inbox = desk.read("donvi", "/inbox")
    assert f"Khắc phục kiến nghị: {PUBLISH}" in inbox and f"Khắc phục kiến nghị: {ASSIGN}" in inbox
    page = desk.get("donvi", f"/tasks/{open_stop(desk.office, matter, 'mend_finding', PUBLISH).id}")
    first = " ".join(" ".join(one.text_content().split()) for one in page.xpath("//h1 | //*[@id='act']"))  # not the way to the next task
    assert f"Kiến nghị: {PUBLISH}" in first and "Kế hoạch phong trào, phần IV" in first and ASSIGN not in first
    mend(desk.office, matter, PUBLISH, "Đã niêm yết tại nhà văn hóa.")
    checked = desk.read("vhxh", f"/tasks/{open_stop(desk.office, matter, 'check_finding', PUBLISH).id}")
    assert "Đã niêm yết tại nhà văn hóa." in checked and "anh-tai-cho.png" in checked
    shown = desk.read("vhxh", f"/matters/{matter}")
    assert f"Xem kết quả khắc phục: {PUBLISH}" in shown and f"Khắc phục kiến nghị: {ASSIGN}" in shown
    assert "Xem phiếu đã ghi" in checked, "what the steps before have said"


def test_an_open_finding_warns_on_the_nomination_its_submission_and_where_the_office_checks_it(desk: Desk) -> None:
    office = desk.office
    one, = office.received(ROUND, "Hoàng Bình Minh")
    check = next(s.id for s in _stops(office, one) if s.element == "check_dossier" and s.state == "open")
    places = (("vhxh", f"/nominations/{one}"), ("donvi", f"/submissions/{office.submission(one)}"), ("vhxh", f"/tasks/{check}"))
    assert not any(WARNING in desk.read(login, path) for login, path in places)
    matter = concluded(office, TWO)
    for login, path in places:
        page = desk.get(login, path)
        (link,) = page.xpath(f"//a[@href='/matters/{matter}']")
        assert link.text_content() == "KT 01/2026" and WARNING in browser.words(page), path
    for title in (PUBLISH, ASSIGN):
        mend(office, matter, title, "Đã làm xong.")
        look(office, matter, title, "accept")
    assert not any(WARNING in desk.read(login, path) for login, path in places)
    assert SCHOOL in desk.read("vhxh", "/registers/inspection")


def _stops(office: Office, nomination: int) -> list[Stop]:
    return history.timeline(office.read(nomination).instance_id or 0)
