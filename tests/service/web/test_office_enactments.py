"""Versions of a process on their pages: which is in use, who asked, who confirms or refuses, how one goes back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from service import clock
from service.processes import enactments
from service.processes.enactments import Act
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
    assert "chờ xác nhận" in page and "Rút lại" in page
    confirm, refuse = f"/office/enactments/{act.id}/confirm", f"/office/enactments/{act.id}/refuse"
    own = admin.post(confirm)
    assert own.status_code == 403 and "người khác xem rồi xác nhận" in own.text
    Visitor(app, "vhxh").open(confirm, 403)
    assert "Xác nhận đưa vào dùng" in words(head.open(version))
    assert words(head.open(refuse)).count("Không đồng ý")
    page = words(head.follow(head.post(confirm)))
    assert "Đã xác nhận" in page and "đang dùng" in page
    assert head.post(refuse, reason="Muộn rồi").status_code == 409
    head.open("/office/enactments/999/confirm", 404)


def test_one_for_a_later_day_is_taken_back_with_a_reason(office: Office, app: Flask) -> None:
    version = _deploy(office, 3, effective_on=clock.today() + timedelta(days=7))
    (act,) = enactments.list_enactments(version)
    admin = Visitor(app, "quantri")
    assert "dùng từ" in words(admin.open("/office/processes"))
    refuse = f"/office/enactments/{act.id}/refuse"
    assert admin.post(refuse, reason=" ").status_code == 422
    assert "Chưa tập huấn" in words(admin.follow(admin.post(refuse, reason="Chưa tập huấn")))
    assert "không dùng" in words(admin.open("/office/processes"))
