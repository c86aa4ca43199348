"""Pages of versions, migration and operating: what an administrator sees and does without a script, and who is refused."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from lxml import html

from service import clock
from service.actor import machine
from service.awards import public
from service.processes import enactments, history, own_case
from service.processes.running import read_instance
from service.studio import migration, operating
from tests.journeys.office import Office
from tests.journeys.test_moved_nomination import with_review
from tests.service.web.desk import Desk, words

ROUND = "HN-2026"
WHY = "Quy chế mới thêm bước"


@pytest.fixture
def office(desk: Desk) -> Office:
    return desk.office


def renamed() -> dict[str, bytes]:
    """The shipped bundle with the check under another id."""
    files = with_review()
    text = files["award_nomination.bpmn"].decode().replace("check_dossier", "examine_dossier")
    files["award_nomination.bpmn"] = text.replace('formKey="examine_dossier"', 'formKey="check_dossier"').encode()
    return files


def instance_of(office: Office, one: int) -> int:
    return office.read(one).instance_id or 0


def values(page: html.HtmlElement, form: str) -> dict[str, str]:
    """What a form on the page would send as it stands, by the address it is posted to."""
    (found,) = [f for f in page.forms if form in (f.action or "") and f.method == "POST"]
    return {k: str(v) for k, v in found.form_values()}


@pytest.mark.long
def test_migration_from_the_versions_to_the_undo(desk: Desk, office: Office) -> None:
    first = enactments.current_deployment("nomination_case")
    (one,) = office.received(ROUND, "Hoàng Bình Minh")
    number = instance_of(office, one)
    second = enactments.deploy_bundle(renamed(), main="nomination_case", by=machine("cli"))
    said = desk.read("quantri", "/office/processes/versions")
    assert "1 hồ sơ đang ở phiên bản đã thay" in said and "Chuyển hồ sơ" in said
    page = desk.get("quantri", f"/office/processes/{first}/migrate")
    assert "Kiểm tra thành phần, thẩm định" in words(page) and "1 trong 1 hồ sơ chuyển được" in words(page)
    assert page.xpath("//select[@name='map:check_dossier']/option[@selected]/@value") == ["examine_dossier"]
    assert "Phần mềm nhận ra bước" in words(page) and "bằng mã check_dossier" in words(page)
    without = desk.read("quantri", f"/office/processes/{first}/migrate?looked=yes&to={second}&map:check_dossier=")
    assert "0 trong 1 hồ sơ" in without and "không còn bước này" in without and "check_dossier" in without
    sent = values(page, f"/office/processes/{first}/migrate")
    refused = desk.post("quantri", f"/office/processes/{first}/migrate", sent, 422)
    assert "Ghi lý do chuyển phiên bản." in words(refused)
    none = desk.post("quantri", f"/office/processes/{first}/migrate", sent | {"reason": WHY, "which": "chosen"}, 422)
    assert "Chưa đánh dấu hồ sơ nào" in words(none) and "đang chờ." not in words(none).partition("Từng hồ sơ")[0]
    page = desk.post("quantri", f"/office/processes/{first}/migrate", sent | {"reason": WHY})
    assert "Chuyển sang phiên bản 2" in words(page) and "0 trong 1" in words(page)
    (batch,) = migration.list_migrations(by=office.who("quantri"))
    assert "Đã tạm dừng đợt chuyển." in words(desk.post("quantri", f"/office/migrations/{batch.id}/pause"))
    desk.post("quantri", f"/office/migrations/{batch.id}/go-on")
    office.work()
    assert read_instance(number).deployment_id == second
    page = desk.get("quantri", f"/office/migrations/{batch.id}")
    assert "đã chuyển" in words(page) and WHY in words(page)
    piece = desk.who("quantri").client.get(f"/office/migrations/{batch.id}/progress")
    assert "1 trong 1" in piece.text and piece.headers["HX-Refresh"] == "true", "the page shows the end by itself"
    task = next(s for s in history.timeline(number) if s.state == "open")
    assert task.element == "examine_dossier" and "Kiểm tra thành phần" in desk.read("vhxh", f"/tasks/{task.id}")
    desk.post("quantri", f"/office/migrations/{batch.id}/undo", {"reason": "Nhầm"})
    office.work()
    said = desk.read("quantri", f"/office/migrations/{batch.id}")
    assert "đã đưa trở lại" in said and f"Lý do: {WHY}. " in said and "đưa trở lại. Lý do: Nhầm." in said
    assert "nomination:" not in said and f"Hồ sơ {public.grouped(public.code_of(office.read(one)))}" in said
    assert read_instance(number).deployment_id == first


@pytest.mark.long
def test_only_versions_that_were_in_use_are_offered_and_taken(desk: Desk, office: Office) -> None:
    first = enactments.current_deployment("nomination_case")
    office.received(ROUND, "Hoàng Bình Minh")
    tomorrow = enactments.Act(effective_on=clock.today() + timedelta(days=1))
    coming = enactments.deploy_bundle(with_review(), main="nomination_case", by=machine("cli"), act=tomorrow)
    path = f"/office/processes/{first}/migrate"
    desk.get("quantri", path, 404)
    assert path not in html.tostring(desk.get("quantri", "/office/processes/versions")).decode()
    (act,) = enactments.list_enactments(coming)
    enactments.refuse(act.id, by=machine("cli"), reason="Chưa đúng")
    used = enactments.deploy_bundle(renamed(), main="nomination_case", by=machine("cli"))
    assert path in html.tostring(desk.get("quantri", "/office/processes/versions")).decode()
    page = desk.get("quantri", path)
    assert page.xpath("//select[@name='to']/option/@value") == [str(used)]
    sent = values(page, path) | {"reason": WHY}
    desk.post("quantri", path, sent | {"to": str(coming), "map:check_dossier": ""}, 409)
    assert migration.list_migrations(by=office.who("quantri")) == []
    desk.post("quantri", path, sent)
    assert [one.to_id for one in migration.list_migrations(by=office.who("quantri"))] == [used]


def test_a_renamed_step_that_lies_behind_is_mapped_too_so_that_who_did_it_is_kept_away(desk: Desk, office: Office) -> None:
    first = enactments.current_deployment("nomination_case")
    (one,) = office.received(ROUND, "Hoàng Bình Minh")
    office.check(one)
    files = renamed()
    text = files["award_nomination.bpmn"].decode()
    at = 'id="review_before_council"'
    files["award_nomination.bpmn"] = text.replace(at, f'{at} nom:excludes="examine_dossier"', 1).encode()
    second = enactments.deploy_bundle(files, main="nomination_case", by=machine("cli"))
    path = f"/office/processes/{first}/migrate"
    page = desk.get("quantri", path)
    assert page.xpath("//select[@name='map:check_dossier']/option[@selected]/@value") == ["examine_dossier"]
    assert "1 trong 1 hồ sơ chuyển được" in words(page)
    without = desk.read("quantri", f"{path}?looked=yes&to={second}&map:check_dossier=")
    assert "0 trong 1 hồ sơ" in without and "hồ sơ đã qua không còn mã cũ" in without
    assert "1 trong 1 hồ sơ" in desk.read("quantri", f"{path}?looked=yes&to={second}&map:check_dossier=-")
    desk.post("quantri", path, values(page, path) | {"reason": WHY})
    office.work()
    number = instance_of(office, one)
    assert own_case.names_of(number, ["examine_dossier"]) == {"examine_dossier", "check_dossier"}
    assert own_case.acted_before(number, {"excludes": "examine_dossier"}) == {office.who("vhxh").account}


def test_draft_that_fits_no_more_stays_on_the_task_page(desk: Desk, office: Office) -> None:
    from service.processes import tasks

    first = enactments.current_deployment("nomination_case")
    (one,) = office.received(ROUND, "Hoàng Bình Minh")
    stop = next(s for s in history.timeline(instance_of(office, one)) if s.state == "open")
    tasks.save_draft(stop.id, {"reason": "đang xem", "old_opinion": "Ý kiến cũ còn đây"}, by=office.who("vhxh"))
    second = enactments.deploy_bundle(with_review(), main="nomination_case", by=machine("cli"))
    batch = migration.begin(first, second, {}, WHY, by=office.who("quantri"))
    office.work()
    tasks.save_draft(stop.id, {"reason": "viết tiếp"}, by=office.who("vhxh"))
    assert "Ý kiến cũ còn đây" in desk.read("vhxh", f"/tasks/{stop.id}")
    assert batch


@pytest.mark.long
def test_operating_on_a_nomination(desk: Desk, office: Office) -> None:
    (one,) = office.posted(ROUND, "Hoàng Bình Minh")
    number = instance_of(office, one)
    page = desk.get("quantri", f"/nominations/{one}")
    assert page.xpath(f"//a[@href='/office/instances/{number}']")
    assert not desk.get("vhxh", f"/nominations/{one}").xpath(f"//a[@href='/office/instances/{number}']")
    page = desk.get("quantri", f"/office/instances/{number}")
    said = words(page)
    assert "Vận hành quy trình: Hoàng Bình Minh" in said and "level" in said
    assert "Hủy trường hợp đề nghị" in said and page.xpath("//*[contains(@formaction, '/suspend') or contains(@action, '/suspend')]")
    assert not page.xpath("//*[contains(@formaction, '/cancel') or contains(@action, '/cancel')]"), "a button that never works"
    assert "Tạm dừng" in desk.say("quantri", f"/office/instances/{number}/suspend", {"reason": WHY})
    assert read_instance(number).holds == 1
    assert "Quy trình chạy tiếp." in desk.say("quantri", f"/office/instances/{number}/resume", {"reason": WHY})
    preview = desk.get("quantri", f"/office/instances/{number}?to=check_dossier")
    assert "Trở lại bước" in words(preview) and "Các bước này không còn tính" in words(preview)
    sent = values(preview, "/move")
    assert "Ghi lý do." in words(desk.post("quantri", f"/office/instances/{number}/move", sent, 422))
    assert "Đã chuyển bước." in desk.say("quantri", f"/office/instances/{number}/move", sent | {"reason": WHY})
    assert office.at(one) == {"check_dossier"}
    blocked = desk.read("quantri", f"/office/instances/{number}?to=self_assess")
    assert "không làm lại được" in blocked
    assert "Hủy trường hợp đề nghị" in desk.say("quantri", f"/office/instances/{number}/cancel", {"reason": WHY}, 409)


def test_data_is_edited_with_before_and_after(desk: Desk, office: Office) -> None:
    (one,) = office.received(ROUND, "Hoàng Bình Minh")
    number = instance_of(office, one)
    page = desk.get("quantri", f"/office/instances/{number}?edit=ask_opinions")
    sent = values(page, "/data") | {"reason": WHY}
    other = "false" if sent["value"] == "true" else "true"
    data = f"/office/instances/{number}/data"
    assert "cùng loại" in words(desk.post("quantri", data, sent | {"value": "[1]"}, 422))
    assert "không đọc được" in words(desk.post("quantri", data, sent | {"value": "maybe"}, 422))
    assert "đã thay đổi" in words(desk.post("quantri", data, sent | {"value": other, "version": "1"}, 409))
    assert "Đã sửa dữ liệu." in words(desk.post("quantri", data, sent | {"value": other}))
    assert f"ask_opinions = {sent['value']} → ask_opinions = {other}" in desk.read("thanhtra", f"/nominations/{one}/trail?part=admin")


@pytest.mark.parametrize("path", ["/office/processes/{d}/migrate", "/office/instances/{i}", "/office/instances/{i}?to=check_dossier"])
def test_only_administrators(desk: Desk, office: Office, path: str) -> None:
    (one,) = office.received(ROUND, "Hoàng Bình Minh")
    first = enactments.current_deployment("nomination_case")
    enactments.deploy_bundle(with_review(), main="nomination_case", by=machine("cli"))
    path = path.format(d=first, i=instance_of(office, one))
    desk.get("quantri", path)
    for login in ("vhxh", "truongphong", "donvi", "chutich"):
        desk.get(login, path, 403)
    for what in ("suspend", "resume", "cancel", "move", "data"):
        desk.post("vhxh", f"/office/instances/{instance_of(office, one)}/{what}", {"reason": WHY, "to": "check_dossier"}, 403)


def test_versions_are_open_to_whoever_reads_processes(desk: Desk) -> None:
    assert "Hồ sơ theo phiên bản" in desk.read("vhxh", "/office/processes/versions")
    assert "Các đợt chuyển phiên bản" not in desk.read("vhxh", "/office/processes/versions")
    desk.get("quantri", "/office/migrations/999", 404)
    desk.get("quantri", "/office/instances/999", 404)
    desk.get("quantri", "/office/processes/999/migrate", 404)


def test_whose_case_it_is_is_not_changed_by_hand_and_values_come_from_their_list(desk: Desk, office: Office) -> None:
    one, other = office.received(ROUND, "Hoàng Bình Minh", "Đỗ Hừng Đông")
    number = instance_of(office, one)
    path, data = f"/office/instances/{number}", f"/office/instances/{number}/data"
    page = desk.get("quantri", path)
    assert page.xpath("//a[contains(@href, 'edit=form_asked')]") and not page.xpath("//a[contains(@href, 'edit=nomination_id')]")
    assert not desk.get("quantri", f"{path}?edit=nomination_id").xpath("//*[@id='edit']")
    sent = values(desk.get("quantri", f"{path}?edit=form_asked"), "/data") | {"reason": WHY}
    refused = desk.post("quantri", data, sent | {"edit": "nomination_id", "value": str(other)}, 422)
    assert "cho biết đây là hồ sơ của ai, không sửa tay được" in words(refused)
    page = desk.get("quantri", f"{path}?edit=form_asked")
    assert {"GK_XA", "BK_TINH"} <= set(page.xpath("//select[@name='value']/option/@value"))
    assert page.xpath("//select[@name='value']/option[@selected]/@value") == [sent["value"]]
    assert "Giá trị không có trong danh sách" in words(desk.post("quantri", data, sent | {"value": "abc"}, 422))
    assert "Đã sửa dữ liệu." in words(desk.post("quantri", data, sent | {"value": "BK_TINH"}))
    stage = desk.get("quantri", f"{path}?edit=stage")
    assert stage.xpath("//select[@name='value']/option/@value") == ["HANG_NAM", "SO_KET", "TONG_KET", "DOT_XUAT"]


def test_steps_carry_the_numbers_of_the_procedure_everywhere(desk: Desk, office: Office) -> None:
    (one,) = office.received(ROUND, "Hoàng Bình Minh")
    told = desk.read("quantri", f"/office/processes/{enactments.current_deployment('nomination_case')}?process=award_nomination")
    page = desk.get("quantri", f"/office/instances/{instance_of(office, one)}")
    steps = page.xpath("//select[@name='to']/optgroup[last()]/option/text()")
    assert len(steps) > 4 and [int(s.partition(".")[0]) for s in steps] == sorted(int(s.partition(".")[0]) for s in steps)
    checked = next(s for s in steps if s.endswith("Kiểm tra thành phần, thẩm định"))
    assert f"Bước {checked}" in told
    case = desk.get("quantri", f"/nominations/{one}?process=award_nomination").xpath("//figure/@data-marks")
    assert any(json.loads(marks)["check_dossier"]["number"] == checked.partition(".")[0] for marks in case)


def test_data_are_shown_by_their_labels_and_a_move_tells_only_steps(desk: Desk, office: Office) -> None:
    (one,) = office.received(ROUND, "Hoàng Bình Minh")
    number = instance_of(office, one)
    page = desk.get("quantri", f"/office/instances/{number}")
    rows = {row.xpath("string(th//small)").partition(";")[0]: row for row in page.xpath("//*[@id='data']//tbody/tr")}
    assert rows["form_asked"].xpath("string(th//span[@class='who'])") == "Hình thức khen thưởng đề nghị"
    assert "Giấy khen" in words(rows["form_asked"]) and rows["form_asked"].xpath("string(td//small)") == "GK_XA"
    facts = page.xpath("//*[@id='data']//tr[.//details]")
    assert facts and '{"' not in words(page), "no JSON on the page"
    said = desk.read("quantri", f"/office/instances/{number}?to=wait_posting")
    assert "Bỏ qua:" not in said, "gateways on the way are no steps"
    assert "Dữ liệu giữ nguyên: Yêu cầu lấy ý kiến, " in said


def test_the_history_of_a_case_tells_what_an_administrator_did(desk: Desk, office: Office) -> None:
    (one,) = office.received(ROUND, "Hoàng Bình Minh")
    number, by = instance_of(office, one), office.who("quantri")
    admin = by.name
    assert admin not in desk.read("vhxh", f"/nominations/{one}")
    operating.suspend(number, "Chờ xác minh", by=by)
    operating.resume(number, "Đã rõ", by=by)
    operating.edit_values(number, {"form_asked": "BK_TINH"}, "Ghi nhầm hình thức.", by=by)
    operating.move(number, "self_assess" if "self_assess" in office.at(one) else "wait_return", "Đơn vị bổ sung", by=by)
    page = desk.get("vhxh", f"/nominations/{one}")
    said = words(page)
    for told in (
        f"{admin} tạm dừng quy trình của hồ sơ: Chờ xác minh.", f"{admin} cho quy trình của hồ sơ chạy tiếp: Đã rõ.",
        f"{admin} sửa dữ liệu của quy trình: “Hình thức khen thưởng đề nghị”. Lý do: Ghi nhầm hình thức.",
        f"{admin} chuyển hồ sơ đến bước “", "Đơn vị bổ sung.",
        "Kiểm tra thành phần, thẩm định: thôi làm, vì hồ sơ được quản trị chuyển sang bước khác.",
    ):
        assert told in said, told
    assert "wait_return" not in said
    unit = desk.read("donvi", f"/nominations/{one}")
    assert f"{admin} tạm dừng quy trình của hồ sơ" in unit
