"""The register of rules on its pages: what holds, what only warns and why; confirmed and changed with a reason."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.journeys.office import Office
from tests.service.web.browser import Visitor, words
from tests.service.web.desk import Desk


@pytest.fixture
def office(desk: Desk) -> Office:
    return desk.office


@pytest.fixture
def app(office: Office) -> Flask:
    return office.app


def test_register_is_listed_with_its_basis_and_what_each_may_do(app: Flask) -> None:
    page = words(Visitor(app, "thanhtra").open("/office/rules"))
    for said in ("Lương cơ sở", "2.530.000 đồng", "Nghị định 161/2026/NĐ-CP", "từ 2/3 số thành viên Hội đồng trở lên",
                 "quá 1/2 số thành viên Hội đồng", "31/03", "bắt buộc", "chỉ nhắc", "chưa có giá trị",
                 "Luật 06/2026/QH16 sửa từ 01/10/2026, chưa đối chiếu"):
        assert said in page, said
    unsure = words(Visitor(app, "thanhtra").open("/office/rules?state=unsure&q=niem+yet"))
    assert "Thời gian niêm yết danh sách tại xã" in unsure and "Lương cơ sở" not in unsure
    assert "Không quy định nào hết hiệu lực" in words(Visitor(app, "thanhtra").open("/office/rules?state=ends"))
    assert "Không tìm thấy quy định nào" in words(Visitor(app, "thanhtra").open("/office/rules?q=zzz"))


def test_head_confirms_a_rule_with_the_paper_that_was_read(app: Flask) -> None:
    head = Visitor(app, "truongphong")
    assert "Chưa ai xác nhận" in words(head.open("/office/rules/GATE.M5"))
    path = "/office/rules/GATE.M5/1/confirm?seen=1"
    assert "Văn bản đã đọc" in words(head.open(path))
    refused = head.post(path, reason="")
    assert refused.status_code == 422 and "Ghi văn bản đã đọc" in refused.text
    page = words(head.follow(head.post(path, reason="Luật 06/2022/QH15, Điều 25")))
    assert "bắt buộc" in page and "Phiên bản 2" in page and "Phiên bản 1" in page and "Luật 06/2022/QH15, Điều 25" in page
    assert head.post(path, reason="Lần nữa").status_code == 409


def test_officer_changes_a_rule_and_nothing_typed_is_lost(app: Flask) -> None:
    officer = Visitor(app, "vhxh")
    page = words(officer.open("/office/rules/COMMUNE_POSTING_DAYS"))
    assert "Sửa quy định" in page and "Xác nhận quy định" not in page
    officer.open("/office/rules/COMMUNE_POSTING_DAYS/1/confirm", 403)
    path = "/office/rules/COMMUNE_POSTING_DAYS/change?seen=1"
    officer.open(path)
    typed = {"value": "400", "citation": "Quy chế 12/QĐ-UBND", "confidence": "P", "valid_from": "2026-12-01", "reason": "Họp HĐ"}
    wrong = officer.post(path, **typed)
    assert wrong.status_code == 422 and "từ 0 đến 366" in wrong.text and "Quy chế 12/QĐ-UBND" in wrong.text
    page = words(officer.follow(officer.post(path, **(typed | {"value": "6"}))))
    assert "Chỉ nhắc cho đến khi được xác nhận" in page and "Từ 01/12/2026: 6 ngày làm việc" in page and "Họp HĐ" in page
    stale = officer.post(path, **(typed | {"value": "7"}))
    assert stale.status_code == 409 and "vừa ghi phiên bản 2" in stale.text


@pytest.mark.parametrize(
    ("key", "typed", "shown"),
    [
        ("MULT.GK_XA", {"value": "0,35"}, "0,35 lần lương cơ sở"),
        ("QUORUM", {"numerator": "3", "denominator": "4", "operator": ">="}, "từ 3/4 số thành viên"),
        ("PUBLIC_OPINION_FORMS", {"value": "HCLD_1"}, "hạng Nhất"),
        ("STAT_REPORT_DUE", {"value": "10-12"}, "10/12"),
        ("ROUNDING", {"value": "UP_10000"}, "lên chục nghìn"),
        ("GATE.G1", {"value": "warn"}, "chỉ nhắc"),
        ("VOTE_PROV", {"numerator": "4", "denominator": "5", "operator": ">="}, "từ 4/5"),
        ("BASE_SALARY", {"value": "2.700.000"}, "2.700.000 đồng"),
    ],
)
def test_every_kind_of_value_is_typed_as_an_office_writes_it(app: Flask, key: str, typed: dict[str, str], shown: str) -> None:
    officer = Visitor(app, "vhxh")
    path = f"/office/rules/{key}/change?seen={2 if key in ('MULT.GK_XA', 'BASE_SALARY') else 1}"
    officer.open(path)
    common = {"citation": "Quy chế của tỉnh", "confidence": "S", "valid_from": "2026-11-03", "reason": "Theo văn bản mới"}
    assert shown in words(officer.follow(officer.post(path, **common, **typed)))


def test_stranger_to_the_office_reads_and_changes_nothing(app: Flask) -> None:
    unit = Visitor(app, "donvi")
    assert "Sửa quy định" not in words(unit.open("/office/rules/GATE.M5"))
    unit.open("/office/rules/GATE.M5/change", 403)
    unit.open("/office/rules/KHONG.CO", 404)
