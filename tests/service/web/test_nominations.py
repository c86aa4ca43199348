"""Nominations on pages: found by what one knows of them; one shown whole, to those who may see it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from service import clock, people
from service.awards.nominations import MAIN_PROCESS
from service.install import shipped_bundle
from service.processes import enactments, history
from tests.journeys.office import Office
from tests.journeys.program import Program
from tests.service.web.browser import Visitor, words
from tests.service.web.desk import Desk

ROUND = "HN-2026"
FACTS = {"path": "PHONG_TRAO"}


@pytest.fixture
def office(desk: Desk) -> Office:
    return desk.office


@pytest.fixture
def app(office: Office) -> Flask:
    return office.app


def _names(visitor: Visitor, query: str) -> list[str]:
    page = visitor.open(f"/nominations{query}")
    return [words(one) for one in page.xpath("//table//th[@scope='row']/a")]


def test_list_is_narrowed_by_text_without_diacritics_state_form_and_unit(app: Flask, office: Office) -> None:
    one = office.nominate(ROUND)
    office.nominate(ROUND, name="Đỗ Hừng Đông", form="BK_TINH")
    office.nominate(ROUND, name="Phạm Thoi Vàng", unit="DET-NANG-SOM", by="donvi2")
    office.assess(one, facts=FACTS)
    officer = Visitor(app, "vhxh")
    assert _names(officer, "") == ["Đỗ Hừng Đông", "Hoàng Bình Minh", "Phạm Thoi Vàng"]
    assert _names(officer, "?q=do hung") == ["Đỗ Hừng Đông"]
    assert _names(officer, "?state=signing_by_head") == ["Hoàng Bình Minh"]
    assert _names(officer, "?form=BK_TINH&form=CO_TINH") == ["Đỗ Hừng Đông"]
    assert _names(officer, f"?unit={office.units['DET-NANG-SOM']}") == ["Phạm Thoi Vàng"]
    assert _names(officer, "?held=1") == []
    assert "Không tìm thấy" in words(officer.open("/nominations?q=khong+co"))
    assert _names(Visitor(app, "donvi2"), "") == ["Phạm Thoi Vàng"]
    assert "Chỉ gồm trường hợp của đơn vị bạn" in words(Visitor(app, "donvi2").open("/nominations"))


def test_who_stands_in_for_one_process_sees_its_nominations_on_the_page(app: Flask, office: Office) -> None:
    one = office.nominate(ROUND)
    logins, today = people.accounts_by_login(), clock.today()
    for substitute, process in (("ttcudv", "award_nomination"), ("mttq", "posting")):
        people.name_substitute(
            logins["vhxh"], logins[substitute], by=office.who("quantri"), since=today, until=today, reason="Nghỉ phép", processes=[process],
        )
    visitor = Visitor(app, "ttcudv")
    assert _names(visitor, "") == ["Hoàng Bình Minh"]
    said = words(visitor.open("/nominations"))
    assert "quy trình mà bạn xử lý thay" in said and "Người xử lý" not in said
    assert "Phòng đề nghị" in words(visitor.open(f"/nominations/{one}")), "as who is away reads the case"
    other = Visitor(app, "mttq")
    assert _names(other, "") == [] and other.open(f"/nominations/{one}", 404) is not None


def test_page_says_where_it_stands_who_did_what_and_draws_the_live_diagram(app: Flask, office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one, facts=FACTS)
    office.sign(one)
    officer = Visitor(app, "vhxh")
    page = officer.open(f"/nominations/{one}")
    told = words(page)
    assert words(page.find(".//h1")) == "Hoàng Bình Minh, đề nghị Giấy khen của Chủ tịch UBND xã"
    assert "Đang chờ Phòng Văn hóa - Xã hội, từ 03/11, hạn 25/11. Đang kiểm tra, thẩm định." in told
    history = words(page.xpath("//*[@id='history']")[0])
    assert "Hồ Thu Nắng: Tự đánh giá, kèm minh chứng." in history and "Ký đề nghị" in history
    assert page.xpath("//*[@id='history']//a[contains(., 'Xem phiếu đã ghi')]")
    diagram = page.xpath("//*[@data-diagram]")[0]
    assert '"check_dossier": {"mark": "live"' in diagram.get("data-marks")
    assert officer.client.get(diagram.get("data-src")).mimetype == "application/xml"
    assert page.xpath("//ol/li[@id='step-check_dossier' and @aria-current='step']")
    frame = officer.open(f"/nominations/{one}?process=nomination_case")
    assert frame.xpath("//li[@id='step-award']//a[contains(., 'Mở sơ đồ này')]")


def test_unit_sees_its_own_without_the_office_view_and_others_not_at_all(app: Flask, office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one, facts=FACTS)
    office.sign(one)
    office.check(one)
    assert "Điều kiện, tiêu chuẩn" in words(Visitor(app, "vhxh").open(f"/nominations/{one}"))
    unit = Visitor(app, "donvi").open(f"/nominations/{one}")
    assert "Điều kiện, tiêu chuẩn" not in words(unit) and "Phòng đề nghị" not in words(unit)
    Visitor(app, "donvi2").open(f"/nominations/{one}", 404)


def test_ended_nomination_says_how_it_ended_and_why(app: Flask, office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one, facts=FACTS)
    office.sign(one)
    office.check(one, "not_eligible")
    page = words(Visitor(app, "vhxh").open(f"/nominations/{one}"))
    assert "Không được xét" in page and "Không đủ điều kiện, tiêu chuẩn" in page


def test_list_is_narrowed_by_number_days_version_worker_and_fact(app: Flask, office: Office) -> None:
    one = office.nominate(ROUND)
    office.nominate(ROUND, name="Đỗ Hừng Đông")
    office.assess(one, facts=FACTS | {"pending_case": "yes"})
    office.sign(one)
    officer = Visitor(app, "vhxh")
    assert _names(officer, f"?q=%23{one}") == ["Hoàng Bình Minh"]
    assert _names(officer, "?received_from=03/11/2026&received_to=2026-11-03") == ["Hoàng Bình Minh"]
    assert _names(officer, "?received_from=04/11/2026") == []
    assert _names(officer, "?fact=pending_case&fact_is=yes") == ["Hoàng Bình Minh"]
    assert len(_names(officer, "?version=1&group=D")) == 2 and _names(officer, "?version=9") == []
    for odd in ("?received_from=hôm+qua", "?fact=x&fact_is=y", "?worker=abc", "?unit=%27"):
        assert len(_names(officer, odd)) == 2
    page = officer.open("/nominations")
    assert [" ".join(words(x).split()) for x in page.xpath("//label[input[@name='version']]")] == ["Phiên bản 1 2"]
    unit = Visitor(app, "donvi")
    assert not unit.open("/nominations").xpath("//select[@name='fact' or @name='worker']")
    assert len(_names(unit, "?fact=pending_case&fact_is=yes")) == 2  # a unit narrows nothing by what is the office's


def _step(page: object, element: str) -> str:
    (row,) = page.xpath(f"//ol/li[@id='step-{element}']")  # type: ignore[attr-defined]
    return words(row)


def test_step_says_who_when_in_and_out_what_was_filled_in_and_on_which_version(app: Flask, office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one, facts=FACTS | {"pending_case": "yes"})
    office.sign(one)
    office.go_to("2026-11-04")
    office.check(one, "supplement")
    officer = Visitor(app, "vhxh").open(f"/nominations/{one}")
    own = _step(officer, "self_assess")
    assert "Ai" in own and "Hồ Thu Nắng" in own and "Vào03/11/2026, 08:00" in own and "Ra03/11/2026" in own
    assert "Đưa dạy học số tới cả thôn xa." in own and "Điểm tự chấm D1" in own and "Phiên bản quy trình1" in own
    assert "kỷ luật" in own
    check = _step(officer, "check_dossier")
    assert "Kết quảYêu cầu bổ sung, hoàn thiện" in check and "Thiếu minh chứng D1" in check and "Lê Ban Mai" in check
    unit = Visitor(app, "donvi").open(f"/nominations/{one}")
    assert "Đưa dạy học số tới cả thôn xa." in _step(unit, "self_assess")
    seen = _step(unit, "check_dossier")
    assert "Lê Ban Mai" in seen and "Ra04/11/2026" in seen and "Thiếu minh chứng D1" not in seen


def test_finished_task_is_read_with_the_form_of_its_own_deployment(app: Flask, office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    (task,) = [s.id for s in history.timeline(office.read(one).instance_id or 0) if s.element == "self_assess"]
    files = shipped_bundle()
    form = json.loads(files["self_assessment.form"])
    (asked,) = [c for c in _fields(form) if c.get("key") == "summary"]
    old, asked["label"] = asked["label"], "Kể lại việc đã làm"
    asked["key"] = "retold"  # the new form keeps the answer elsewhere
    files["self_assessment.form"] = json.dumps(form).encode()
    enactments.deploy_bundle(files, main=MAIN_PROCESS, by=office.who("quantri"), note="Đổi phiếu tự đánh giá")
    later = office.nominate(ROUND, name="Lê Trúc Xanh")
    visitor = Visitor(app, "donvi")
    for path in (f"/tasks/{task}", f"/nominations/{one}"):
        page = words(visitor.open(path))
        assert old in page and "Đưa dạy học số tới cả thôn xa." in page and "Kể lại việc đã làm" not in page
    (fresh,) = [s.id for s in history.timeline(office.read(later).instance_id or 0) if s.element == "self_assess"]
    assert "Kể lại việc đã làm" in words(visitor.open(f"/tasks/{fresh}"))


def _fields(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for one in part.get("components", []):
        yield one
        yield from _fields(one)


def test_unit_reads_no_answers_of_the_office_on_the_task_either(app: Flask, office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    office.check(one, comment="Nhận xét nội bộ của phòng.")
    (task,) = [s.id for s in history.timeline(office.read(one).instance_id or 0) if s.element == "check_dossier"]
    assert "Nhận xét nội bộ của phòng." in words(Visitor(app, "thanhtra").open(f"/tasks/{task}"))
    unit = Visitor(app, "donvi")
    assert "Nhận xét nội bộ của phòng." not in words(unit.open(f"/tasks/{task}"))
    program = Program(app.test_client(), office.work)
    assert program.call("thanhtra", "GET", f"/tasks/{task}")["answers"]["comment"] == "Nhận xét nội bộ của phòng."
    told = program.call("donvi", "GET", f"/tasks/{task}")
    assert told["answers"] is None and told["data"] == {}


@pytest.mark.long
def test_papers_from_above_and_the_chair_s_signature_stand_on_the_page(app: Flask, office: Office) -> None:
    one = office.nominate(ROUND, form="BK_TINH")
    office.assess(one, facts=FACTS)
    office.sign(one)
    office.check(one)
    assert "Rút hồ sơ đề nghị" in words(Visitor(app, "thutruong").open(f"/nominations/{one}"))
    office.post(ROUND)
    office.sit(ROUND, {})
    package = office.send_package(ROUND, [one])
    before = words(Visitor(app, "donvi").open(f"/nominations/{one}"))
    assert "Quyết định khen thưởng" not in before
    office.answer(package, one, "granted")
    office.work()
    assert "Rút hồ sơ đề nghị" not in words(Visitor(app, "thutruong").open(f"/nominations/{one}")), "nothing is left to be withdrawn"
    told = words(Visitor(app, "donvi").open(f"/nominations/{one}"))
    assert "Quyết định khen thưởng" in told and "412/QĐ-UBND" in told
    seen = words(Visitor(app, "vhxh").open(f"/nominations/{one}").xpath("//*[@id='history']")[0])
    assert "Hồ Đại Ngàn ký tờ trình cấp trên, 1 tên." in seen
    assert seen.index("Hồ Đại Ngàn ký tờ trình") > seen.index("Gửi tờ trình"), "the newest first"


@pytest.mark.long
def test_a_refusal_from_above_names_its_paper(app: Flask, office: Office) -> None:
    one = office.nominate(ROUND, form="BK_TINH")
    office.assess(one, facts=FACTS)
    office.sign(one)
    office.check(one)
    office.post(ROUND)
    office.sit(ROUND, {})
    package = office.send_package(ROUND, [one])
    office.answer(package, one, "refused", "Chưa đủ thời gian")
    office.work()
    told = words(Visitor(app, "donvi").open(f"/nominations/{one}"))
    assert "Văn bản của tỉnh" in told and "412/QĐ-UBND" in told
