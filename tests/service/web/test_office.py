"""Administration: accounts, units, rights, substitutes, the working calendar, mails, health, processes, rules."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from service import clock, people, trail, worker
from service.calendar import working_calendar
from service.config import ROOT
from service.db import reading
from service.install import prepare_database
from service.notices.letters import render
from service.notices.models import Mail
from service.processes import enactments, history
from service.processes.instances import raise_incident
from service.studio import drafts
from tests.journeys.office import Office
from tests.service.web.browser import Visitor, heading, words
from tests.service.web.desk import Desk
from workflows import engine
from workflows.step import Incident

ROUND = "HN-2026"


@pytest.fixture
def office(desk: Desk) -> Office:
    return desk.office


@pytest.fixture
def app(office: Office) -> Flask:
    return office.app


@pytest.fixture
def admin(app: Flask, office: Office) -> Visitor:
    visitor = Visitor(app, "quantri")
    visitor.open("/office")
    return visitor


@pytest.mark.parametrize(
    "path",
    ["/office", "/office/people", "/office/people?q=ho+thu&group=vhxh", "/office/people/new", "/office/units",
     "/office/units?q=dong+may", "/office/units/new", "/office/rights", "/office/substitutes", "/office/substitutes/new",
     "/office/calendar", "/office/calendar?year=2025", "/office/calendar/new", "/office/mail", "/office/mail?state=sent",
     "/office/health", "/office/processes", "/office/processes/1", "/office/processes/1?process=commune_certificate",
     "/office/processes/new", "/office/rules", "/office/rules?state=unsure&q=niem", "/office/bases"],
)
def test_page_of_administration_opens(app: Flask, path: str) -> None:
    page = Visitor(app, "quantri").open(path)
    assert words(page.find(".//h1"))


@pytest.mark.parametrize(
    ("login", "some"),
    [
        ("quantri", {"/office/people", "/office/second-person", "/office/erasures"}),
        ("thanhtra", {"/office/second-person", "/office/erasures"}), ("truongphong", {"/office/second-person"}),
        ("vhxh", {"/office/rules"}), ("vanphong", {"/office/calendar"}),
    ],
)
def test_every_part_of_administration_is_listed_for_whom_it_is_there_and_opens(app: Flask, login: str, some: set[str]) -> None:
    visitor = Visitor(app, login)
    listed = {path for path in visitor.open("/office").xpath("//main//a/@href") if path.startswith("/")}
    assert some | {"/office/units", "/office/bases"} <= listed
    for path in sorted(listed):
        assert words(visitor.open(path).find(".//h1")), path


def test_matrix_names_who_may_do_an_act_in_one_process(admin: Visitor) -> None:
    page = admin.open("/office/rights")
    (row,) = page.xpath("//tr[contains(., 'process.start')]")
    general, special = people.acts()["process.start"].granted_to(), people.acts()["process.start"].granted_to("nomination_case")
    labels = people.group_labels([*general, *special])
    assert special != general and "Riêng quy trình" in words(row)
    assert all(labels[word] in words(row) for word in (*general, *special))


def test_role_is_called_otherwise_on_the_page_of_rights(app: Flask, admin: Visitor) -> None:
    url = "/office/rights/vhxh/rename"
    assert admin.open("/office/rights").xpath(f"//a[@href='{url}']")
    admin.open(url)
    assert admin.post(url, label="Phòng Văn hóa", label_en=" ").status_code == 422
    page = admin.follow(admin.post(url, label="Phòng Văn hóa mới", label_en="New office of culture"))
    assert "Phòng Văn hóa mới" in words(page)
    assert admin.open(url).xpath("//input[@value='New office of culture']")
    admin.open("/office/rights/khong-co/rename", 404)
    inspector = Visitor(app, "thanhtra")
    assert not inspector.open("/office/rights").xpath(f"//a[@href='{url}']")
    inspector.open(url, 403)


def test_person_is_added_with_a_code_that_is_shown_once_then_blocked(app: Flask, admin: Visitor) -> None:
    fields = {"login": "moi.toi", "name": "Lý Nắng Mới", "title": "Công chức", "group": "vhxh"}
    wrong = admin.post("/office/people/new", **(fields | {"login": "Có Dấu"}))
    assert wrong.status_code == 422 and "Tên đăng nhập gồm" in wrong.text and "Lý Nắng Mới" in wrong.text
    page = admin.follow(admin.post("/office/people/new", **fields))
    assert "Mã đặt mật khẩu của Lý Nắng Mới" in words(page)
    account = people.find_account("moi.toi").id
    assert "Mã đặt mật khẩu" not in words(admin.open(f"/office/people/{account}"))
    assert admin.post(f"/office/people/{account}/block", reason="").status_code == 422
    assert "Đã khóa" in words(admin.follow(admin.post(f"/office/people/{account}/block", reason="Chuyển công tác")))


def test_language_of_mail_is_chosen_by_oneself_or_by_the_administrator(app: Flask, office: Office, admin: Visitor) -> None:
    own = Visitor(app, "donvi")
    assert own.open("/").xpath("//a[@href='/my-mail']")
    assert own.open("/my-mail").xpath("//option[@value='vi' and @selected]")
    assert own.post("/my-mail", locale="fr").status_code == 422
    own.follow(own.post("/my-mail", locale="en"))
    account = people.find_account("donvi").id
    assert people.accounts_of([account])[account].locale == "en"
    office.nominate(ROUND)
    worker.drain(app)
    with reading() as s:
        letter = s.scalars(select(Mail).where(Mail.account == account, Mail.letter == "assigned")).first()
        assert letter is not None
        written = render(letter.letter, letter.context, language="en", person="Mai")
    assert "New task" in written.subject and "Tự đánh giá" not in written.text
    row = people.accounts_of([account])[account]
    path = f"/office/people/{account}/edit"
    assert admin.open(path).xpath("//option[@value='en' and @selected]")
    admin.follow(admin.post(path, name=row.name, title=row.title, email=row.email, phone=row.phone, locale="vi"))
    assert people.accounts_of([account])[account].locale == "vi"


def test_role_is_granted_with_dates_and_taken_with_a_reason(app: Flask, admin: Visitor) -> None:
    account = people.find_account("donvi").id
    path = f"/office/people/{account}/grant"
    wrong = admin.post(path, group="secretary", valid_from="2026-12-01", valid_to="2026-11-01")
    assert wrong.status_code == 422 and "Ngày thôi phải sau ngày bắt đầu" in wrong.text
    page = admin.follow(admin.post(path, group="secretary", valid_from="2026-11-03"))
    assert "Thư ký" in words(page)
    assert people.actor_of("donvi").may("secretary")
    admin.follow(admin.post(f"/office/people/{account}/revoke", group="secretary", reason="Hết phiên"))
    assert not people.actor_of("donvi").may("secretary")


def test_only_administrators_change_accounts(app: Flask, office: Office) -> None:
    head = Visitor(app, "truongphong")
    head.open("/office/people")
    head.open("/office/people/new", 403)
    Visitor(app, "donvi").open("/office/people", 403)


def test_unit_is_renamed_from_a_day_and_merged_into_another(app: Flask, office: Office, admin: Visitor) -> None:
    unit, other = office.units["DONG-MAY"], office.units["KINH-TE"]
    page = admin.follow(
        admin.post(f"/office/units/{unit}/rename", name="Trường Đồng Mây mới", since="2026-11-03", basis="QĐ 12")
    )
    assert words(page.find(".//h1")) == "Trường Đồng Mây mới" and "Trường TH&THCS Đồng Mây" in words(page)
    future = admin.post(f"/office/units/{unit}/rename", name="Tên khác", since="2027-01-01")
    assert future.status_code == 422 and "Tên khác" in future.text
    page = admin.follow(
        admin.post(f"/office/units/{unit}/dissolve", successor=str(other), on="2026-11-03", reason="Nghị quyết 5")
    )
    assert "Đơn vị kế thừa" in words(page) and "Phòng Kinh tế" in words(page)
    assert people.current_unit(unit) == other


def test_substitute_is_named_for_some_days_and_ended(app: Flask, office: Office, admin: Visitor) -> None:
    away, there = people.find_account("truongphong").id, people.find_account("vhxh").id
    fields = {"account": str(away), "substitute": str(there), "group": "", "since": "2026-11-03", "until": "2026-11-06"}
    assert admin.post("/office/substitutes/new", **fields, reason="").status_code == 422
    page = admin.follow(admin.post("/office/substitutes/new", **fields, reason="Đi công tác"))
    assert "Đi công tác" in words(page)
    assert people.actor_of("vhxh").may("vhxh_head")
    number = people.list_substitutions(by=office.who("quantri"))[0].id
    admin.follow(admin.post(f"/office/substitutes/{number}/end", reason="Về sớm"))
    assert not people.actor_of("vhxh").may("vhxh_head")


def test_day_off_needs_its_paper_and_moves_open_deadlines(app: Flask, office: Office, admin: Visitor) -> None:
    day = date(2026, 11, 10)
    assert working_calendar().is_working(day)
    fields = {"day": day.isoformat(), "kind": "off", "name": "Nghỉ bão"}
    assert admin.post("/office/calendar/new", **fields).status_code == 422
    weekday = admin.post("/office/calendar/new", **(fields | {"kind": "working", "basis": "QĐ 1"}))
    assert weekday.status_code == 422 and "vốn là ngày làm việc" in weekday.text
    page = admin.follow(admin.post("/office/calendar/new", **fields, basis="Thông báo 7"))
    assert "Nghỉ bão" in words(page) and not working_calendar().is_working(day)
    worker.drain(app)
    assert admin.post("/office/calendar/new", **fields, basis="Thông báo 7").status_code == 409
    admin.follow(admin.post(f"/office/calendar/{day.isoformat()}/drop", reason="Bão tan"))
    assert working_calendar().is_working(day)


def test_office_decides_otherwise_than_law_and_shipped_list_and_keeps_it_over_a_restart(
    app: Flask, office: Office, admin: Visitor
) -> None:
    before, culture = date(2026, 11, 23), date(2026, 11, 24)
    shipped_off, shipped_worked = date(2026, 8, 31), date(2026, 8, 22)
    year = admin.open("/office/calendar")
    assert year.xpath("//a[contains(@href, 'day=2026-11-24') and contains(@href, 'kind=working')]")
    assert year.xpath("//a[contains(@href, 'day=2026-08-22') and contains(@href, 'kind=off')]")
    assert not year.xpath("//a[contains(@href, '/drop')]")  # nothing that ships is offered as if it could go
    asked = admin.open("/office/calendar/new?day=2026-11-24&kind=working")
    assert asked.xpath("//input[@value='2026-11-24' or @value='24/11/2026']")
    assert asked.xpath("//option[@value='working' and @selected]")
    for day, kind in ((culture, "working"), (shipped_off, "working"), (shipped_worked, "off")):
        fields = {"day": day.isoformat(), "kind": kind, "name": "Theo quyết định", "basis": "QĐ 31/QĐ-UBND"}
        assert admin.post("/office/calendar/new", **fields).status_code in (302, 303)
    prepare_database()  # as at every start
    calendar = working_calendar()
    assert calendar.is_working(culture) and calendar.is_working(shipped_off) and not calendar.is_working(shipped_worked)
    assert calendar.between(before, date(2026, 11, 25)) == 2
    told = trail.read(kind="calendar:changed", limit=3).events[-1]
    assert told.before["working"] == "no" and told.after["working"] == "yes" and told.basis == "QĐ 31/QĐ-UBND"
    page = admin.follow(admin.post("/office/calendar/2026-08-31/drop", reason="Quyết định bị thu hồi"))
    assert "thay bằng quyết định của cơ quan" in words(page)  # still of 22 August
    prepare_database()
    assert not working_calendar().is_working(shipped_off)
    assert admin.post("/office/calendar/2026-08-31/drop", reason="Lần nữa").status_code == 404
    far = {"day": "2090-01-02", "kind": "off", "name": "Xa", "basis": "QĐ 1"}
    assert admin.post("/office/calendar/new", **far).status_code == 422


def test_outbox_is_read_held_back_and_tried(app: Flask, office: Office, admin: Visitor) -> None:
    office.nominate(ROUND)
    page = admin.follow(admin.post("/office/mail/test", act="test"))
    assert "Đã xếp hàng một thư thử" in words(page)
    assert admin.post("/office/mail/freeze", reason=" ").status_code == 422
    held = admin.follow(admin.post("/office/mail/freeze", act="freeze", reason="Máy chủ thư bảo trì"))
    assert "Thư đang bị giữ lại" in words(held) and "Máy chủ thư bảo trì" in words(held)
    admin.follow(admin.post("/office/mail/release", act="release"))
    worker.drain(app)
    letter = admin.open("/office/mail").xpath("//table//th//a/@href")[0]
    assert "Nội dung thư" in words(admin.open(letter))
    assert "Đã xếp hàng gửi lại" in words(admin.follow(admin.post(f"{letter}/resend", act="resend")))


def test_inspector_reads_mail_and_sends_none(app: Flask, office: Office) -> None:
    inspector = Visitor(app, "thanhtra")
    page = inspector.open("/office/mail")
    assert not page.xpath("//form[contains(@action, '/office/mail/')]")
    assert inspector.post("/office/mail/test", act="test").status_code == 403


def test_incidents_are_grouped_by_cause_and_tried_again(app: Flask, office: Office, admin: Visitor) -> None:
    names = [office.nominate(ROUND), office.nominate(ROUND, name="Đỗ Hừng Đông")]
    page = admin.open("/office/health")
    assert "Không có trường hợp nào kẹt" in words(page)
    assert "Khóa yếu hơn: dịch vụ là chủ sở hữu dữ liệu" in words(page)  # for where it is not, see trail/test_lock
    for name in names:
        raise_incident(office.read(name).instance_id or 0, "self_assess", RuntimeError("đĩa đầy"))
    page = admin.open("/office/health")
    assert "2 trường hợp kẹt" in words(page) and "Hoàng Bình Minh" in words(page)
    assert "2 trường hợp kẹt" in words(admin.open("/"))
    one = page.xpath("//form[contains(@action, '/office/incidents/') and contains(@action, '/retry')]/@action")[0]
    told = words(admin.follow(admin.post(one, act="retry")))
    assert "đã đi tiếp" in told or "Vẫn kẹt" in told
    assert Visitor(app, "truongphong").post(one, act="retry").status_code == 403


def test_each_retry_is_listed_with_what_it_led_to(
    app: Flask, office: Office, admin: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [office.nominate(ROUND), office.nominate(ROUND, name="Đỗ Hừng Đông")]
    assert "Chưa cho trường hợp nào thử lại" in words(admin.open("/office/health"))
    for name in names:
        raise_incident(office.read(name).instance_id or 0, "self_assess", RuntimeError("đĩa đầy"))
    first, second = history.incidents_of("RuntimeError")
    retry, tried = engine.retry, []

    def fails_at_first(live: Any, env: Any) -> Any:
        tried.append(step := retry(live, env))
        fault = Incident("self_assess", "DiskFull", "Đĩa vẫn đầy.", "the disk is still full")
        return dataclasses.replace(step, incident=fault) if len(tried) == 1 else step

    monkeypatch.setattr("service.processes.instances.engine.retry", fails_at_first)
    page = admin.follow(admin.post("/office/incidents/retry/RuntimeError", act="retry-0"))
    assert "1 trường hợp đã đi tiếp, 1 vẫn kẹt" in words(page)
    (again,) = history.incidents_of("DiskFull")
    assert [(row.id, led_to) for row, led_to in history.retried_incidents(9)] == [(second, None), (first, again)]
    (listed,) = page.xpath("//*[@id='retried-incidents']")
    assert "đã đi tiếp" in words(listed) and f"vẫn kẹt: sự cố số {again}" in words(listed)
    (still,) = page.xpath("//a[@href='#retried-incidents']")
    assert words(still) == "có, vẫn kẹt"
    assert history.open_incidents()[0][2][0].retry_of == first
    assert admin.post(f"/office/incidents/{first}/retry", act="retry").status_code == 409


@pytest.mark.long
def test_bundle_with_problems_is_refused_with_element_ids_and_a_good_one_deployed(app: Flask, admin: Visitor) -> None:
    admin.open("/office/processes/new")
    assert admin.post("/office/processes/new").status_code == 422
    good = {f.name: f.read_bytes() for pattern in ("bpmn/*.bpmn", "bpmn/*.dmn", "forms/library/*.form")
            for f in ROOT.glob(pattern)}  # fmt: skip
    bad = good | {"award_nomination.bpmn": good["award_nomination.bpmn"].replace(
        b'camunda:formKey="check_dossier"', b'camunda:formKey="no_such_form"')}  # fmt: skip
    refused = admin.post("/office/processes/new", bundle=(_zip(bad), "goi.zip"))
    assert refused.status_code == 422 and "check_dossier" in refused.text and drafts.list_drafts() == []
    changed = good | {"award_nomination.bpmn": good["award_nomination.bpmn"] + b"<!-- 2 -->"}
    page = admin.follow(admin.post("/office/processes/new", bundle=(_zip(changed), "goi.zip")))
    (draft,) = drafts.list_drafts()
    assert "Đưa vào dùng" in words(page.find(".//h1")) and "Bước phải làm trước" in words(page)
    assert "phiên bản 2" not in words(admin.open("/office/processes")), "a bundle alone puts nothing into use"
    url = f"/office/studio/{draft.id}/deploy"
    said = {"note": "Bản mới", "basis": "QĐ 12/QĐ-UBND", "effective_on": clock.today().strftime("%d/%m/%Y")}
    assert admin.post(url, **said).status_code == 409, "it was not held against the version in use"
    admin.follow(admin.post(f"{url}/base", seen=str(enactments.current_deployment("nomination_case"))))
    assert admin.post(url, **said | {"basis": ""}).status_code == 422
    page = admin.follow(admin.post(url, **said))
    assert "phiên bản 2" in words(page.find(".//h1")) and "QĐ 12/QĐ-UBND" in words(page)


def _zip(files: dict[str, bytes]) -> io.BytesIO:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        archive.writestr("MAIN", "nomination_case")
    packed.seek(0)
    return packed


def test_posted_form_without_its_token_changes_nothing(app: Flask, admin: Visitor) -> None:
    account = people.find_account("donvi").id
    answer = admin.client.post(f"/office/people/{account}/block", data={"reason": "x"})
    assert answer.status_code == 400 and "mở quá lâu" in heading(answer)
    assert people.find_account("donvi").active


