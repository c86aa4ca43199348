"""Versions of a process on their pages: which is in use, who asked, who confirms or refuses, how one goes back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from service import clock
from service.papers.facts import iso_words
from service.papers.wording import document_of
from service.processes import deployments, enactments
from service.processes.enactments import Act
from service.studio import drafts, procedures
from tests.bench.process import bench_bundle
from tests.journeys.office import Office
from tests.service.web.browser import Visitor, words
from tests.service.web.desk import Desk


@pytest.fixture
def office(desk: Desk) -> Office:
    return desk.office


@pytest.fixture
def app(office: Office) -> Flask:
    return office.app


def _deploy(office: Office, tasks: int, **said: object) -> int:
    return enactments.deploy_bundle(
        bench_bundle(tasks, group="vhxh"), main="bench", by=office.who("quantri"), act=Act(**said)  # type: ignore[arg-type]
    )


def test_the_pages_say_which_version_is_in_use_and_an_administrator_goes_back(office: Office, app: Flask) -> None:
    first, second = _deploy(office, 3), _deploy(office, 4, note="Thêm một bước", basis="QĐ 12/QĐ-UBND")
    admin = Visitor(app, "quantri")
    page = words(admin.open(f"/office/processes/{second}"))
    assert "đang dùng" in page and "QĐ 12/QĐ-UBND" in page and "Thêm một bước" in page and "Quay lại phiên bản này" not in page
    old = f"/office/processes/{first}"
    assert "đã thay" in words(admin.open(old)) and "Quay lại phiên bản này" in words(admin.open(old))
    listed = admin.open("/office/processes")
    marks = {
        said: set(listed.xpath(f"//span[starts-with(@class, 'tag') and contains(., '{said}')]//*[local-name()='use']/@href"))
        for said in ("đang dùng", "đã thay")
    }
    assert all(marks.values()) and marks["đang dùng"].isdisjoint(marks["đã thay"]), "what was replaced has another mark"
    assert "Quay lại phiên bản này" not in words(Visitor(app, "thanhtra").open(old))
    Visitor(app, "vhxh").open(f"{old}/roll-back", 403)
    assert "Lý do quay lại" in words(admin.open(f"{old}/roll-back"))
    refused = admin.post(f"{old}/roll-back", reason="")
    assert refused.status_code == 422 and "Ghi lý do quay lại" in refused.text
    page = words(admin.follow(admin.post(f"{old}/roll-back", reason="Bước mới làm tắc hồ sơ")))
    assert "Đang dùng lại" in page and "Bước mới làm tắc hồ sơ" in page
    again = admin.post(f"{old}/roll-back", reason="Lần nữa")
    assert again.status_code == 409 and "Phiên bản này đang dùng" in again.text
    admin.open("/office/processes/999/roll-back", 404)


def test_a_second_person_confirms_or_refuses_and_the_first_cannot(office: Office, app: Flask) -> None:
    app.extensions["settings"] = app.extensions["settings"].model_copy(update={"deploy_second": True})
    _deploy(office, 3)
    (act,) = enactments.list_enactments(open_only=True)
    admin, head = Visitor(app, "quantri"), Visitor(app, "truongphong")
    version = f"/office/processes/{act.deployment_id}"
    page = words(admin.open(version))
    assert "chờ xác nhận" in page and "Rút lại" in page and "Chưa dùng; lưu" in page
    waiting = words(head.open("/office/processes"))
    assert "Chờ xác nhận, chờ đến ngày dùng" in waiting and "chờ xác nhận" in waiting
    confirm, refuse = f"/office/enactments/{act.id}/confirm", f"/office/enactments/{act.id}/refuse"
    own = admin.post(confirm)
    assert own.status_code == 403 and "người khác xem rồi xác nhận" in own.text
    Visitor(app, "vhxh").open(confirm, 403)
    assert "Xác nhận đưa vào dùng" in words(head.open(version))
    assert words(head.open(refuse)).count("Không đồng ý")
    page = words(head.follow(head.post(confirm)))
    assert "Đã xác nhận" in page and "đang dùng" in page and "Dùng lần đầu từ" in page
    assert "chờ đến ngày dùng" not in words(head.open("/office/processes"))
    assert head.post(refuse, reason="Muộn rồi").status_code == 409
    head.open("/office/enactments/999/confirm", 404)


def test_one_for_a_later_day_is_taken_back_with_a_reason(office: Office, app: Flask) -> None:
    version = _deploy(office, 3, effective_on=clock.today() + timedelta(days=7))
    (act,) = enactments.list_enactments(version)
    admin = Visitor(app, "quantri")
    assert "dùng từ" in words(admin.open("/office/processes"))
    refuse = f"/office/enactments/{act.id}/refuse"
    assert admin.post(refuse, reason=" ").status_code == 422
    page = words(admin.follow(admin.post(refuse, reason="Chưa tập huấn")))
    assert "Chưa tập huấn" in page and "đã rút lại" in page and "Chưa dùng; lưu" in page
    assert "không dùng" in words(admin.open("/office/processes"))


def test_a_version_that_waits_is_no_replaced_one_among_the_versions(office: Office, app: Flask) -> None:
    _deploy(office, 3)
    _deploy(office, 4, effective_on=clock.today() + timedelta(days=7))
    (row,) = [words(r) for r in Visitor(app, "quantri").open("/office/processes/versions").xpath("//tr") if "phiên bản 2" in words(r)]
    assert "dùng từ" in row and "đã thay" not in row


def test_what_replaying_said_stands_with_the_act_in_counts(office: Office, app: Flask) -> None:
    effects = {"run": 7, "total": 50, "same": 48, "differs": 2}
    version = _deploy(office, 3, basis="QĐ 12/QĐ-UBND", effects=effects)
    page = Visitor(app, "quantri").open(f"/office/processes/{version}")
    (link,) = page.xpath("//a[@href='/studio/replays/7']")
    assert words(link) == "48 như cũ · 2 khác kết quả"
    assert not Visitor(app, "vhxh").open(f"/office/processes/{version}").xpath("//a[@href='/studio/replays/7']")
    second = _deploy(office, 4, effects={"not_replayed": "Chỉ sửa chính tả"})
    page = words(Visitor(app, "quantri").open(f"/office/processes/{second}"))
    assert "Không chạy lại" in page and "Chỉ sửa chính tả" in page


def test_a_version_is_compared_with_the_one_that_it_was_to_replace(office: Office, app: Flask) -> None:
    first = _deploy(office, 3)
    (act,) = enactments.list_enactments(_deploy(office, 4, effective_on=clock.today() + timedelta(days=7)))
    enactments.refuse(act.id, by=office.who("quantri"), reason="Chưa tập huấn")
    third = _deploy(office, 5)
    page = Visitor(app, "quantri").open(f"/office/processes/{third}")
    assert page.xpath(f"//a[contains(@href, 'from={first}&to={third}')]") and "So với phiên bản 1" in words(page)


def test_the_paper_says_from_which_day_and_by_which_basis_or_that_it_is_not_in_use(office: Office) -> None:
    day = clock.today() + timedelta(days=7)
    (act,) = enactments.list_enactments(_deploy(office, 3, effective_on=day, basis="Quyết định 12/QĐ-UBND."))
    facts = procedures.facts_of(act.deployment_id)
    said = str(document_of(facts))
    assert f"áp dụng từ {iso_words(day.isoformat())} theo Quyết định 12/QĐ-UBND, cho hồ sơ" in said
    enactments.refuse(act.id, by=office.who("quantri"), reason="Chưa tập huấn")
    assert "Phiên bản 1, chưa áp dụng." in str(document_of(procedures.facts_of(act.deployment_id)))


def test_the_page_of_deploying_checks_once_and_says_what_comes_of_it(
    office: Office, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    by, checks = office.who("quantri"), list[int]()
    real = deployments.check_bundle

    def counted(*given: Any, **more: Any) -> Any:
        checks.append(1)
        return real(*given, **more)

    draft = drafts.begin_draft(by=by, files=bench_bundle(3, group="vhxh"), main="bench")
    monkeypatch.setattr(deployments, "check_bundle", counted)
    admin, url = Visitor(app, "quantri"), f"/office/studio/{draft}/deploy"
    assert "Phòng Văn hóa - Xã hội" in words(admin.open(url))
    assert len(checks) == 1
    day = clock.today() + timedelta(days=7)
    said = {"note": "Quy trình mới", "basis": "QĐ 12/QĐ-UBND", "effective_on": f"{day:%d/%m/%Y}"}
    page = words(admin.follow(admin.post(url, **said)))
    assert f"dùng từ {day:%d/%m/%Y}" in page and "Đã đưa vào dùng" not in page
    assert len(checks) == 2
    assert "chờ đến ngày dùng" in words(admin.open(url)), "the page says that one waits already"
    assert admin.post(url, **said).status_code == 409
