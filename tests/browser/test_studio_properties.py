"""The properties of elements: who works in a lane, ids that are refused aloud, what a copy keeps, where a problem leads, every element
by keyboard, files that keep what the editors do not know."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import Locator, Page, expect

from tests.browser.drawing import DIAGRAM, begin_draft, has, label_field, open_file, ready, saved, settled
from tests.browser.people import Person

pytestmark = pytest.mark.browser
NOM = "{urn:vinhdanh:nom:1}"


def _choose(page: Page, element: str) -> Locator:
    """Go to an element through the numbered list; its properties."""
    page.locator(f".step-row[data-element={element}]").filter(visible=True).focus()
    return page.locator(".studio-panel-in").filter(visible=True)


def _element(page: Page, key: str) -> etree._Element:
    (found,) = etree.fromstring(saved(page, DIAGRAM).encode()).xpath(f"//*[@id='{key}']")
    return found


@pytest.mark.long
def test_a_lane_names_its_group_and_ids_are_refused_aloud(admins: Callable[[str], Person]) -> None:
    page = begin_draft(admins("quantri"))
    panel = _choose(page, "check_dossier")
    panel.locator("[data-field=candidates] summary").click()
    panel.locator("[data-field=candidates] input[value=vhxh]").uncheck()
    expect(panel.locator("[data-field=candidates] summary")).to_contain_text("Theo làn Phòng Văn hóa - Xã hội: Phòng Văn hóa - Xã hội")
    panel = _choose(page, "lane_award_office")
    expect(panel.locator("[data-field=group] select")).to_have_value("vhxh")
    panel.locator("[data-field=group] select").select_option("vanphong")
    settled(page)
    expect(page.locator(".studio-badge")).to_be_hidden()
    assert _element(page, "lane_award_office").get(f"{NOM}group") == "vanphong"
    panel.locator("[data-field=group] select").select_option("")
    expect(page.locator(".problem-list li.is-error")).to_contain_text("chưa gắn với nhóm nào")
    panel = _choose(page, "check_dossier")
    expect(panel.locator("[data-field=candidates] summary")).to_have_text("Không ai")
    expect(panel.locator("[data-field=candidates] .wrong")).to_contain_text("chưa gắn với nhóm nào")
    panel = _choose(page, "lane_award_office")
    panel.locator("[data-field=group] select").select_option("vhxh")
    expect(page.locator(".studio-badge")).to_be_hidden()

    identity = panel.locator("[data-field=id] input")
    for wrong, why in (("a.b", "Mã gồm chữ không dấu"), ("End", "dành riêng"), ("lane_award_unit", "đã có ở sơ đồ này")):
        identity.fill(wrong)
        identity.blur()
        expect(panel.locator("[data-field=id] [role=alert]")).to_contain_text(why)
    identity.fill("lane_certificate_office")  # another diagram's lane: lanes are told apart within their own
    identity.blur()
    has(page, DIAGRAM, 'lane id="lane_certificate_office"')
    panel = _choose(page, "check_dossier")
    panel.locator("[data-field=id] input").fill("wait_decision")
    expect(panel.locator("[data-field=id] [role=alert]")).to_contain_text("đã có ở commune_certificate.bpmn")


@pytest.mark.long
def test_when_a_step_is_escalated_and_what_nobody_takes_are_set_and_kept(admins: Callable[[str], Person]) -> None:
    page = begin_draft(admins("quantri"))
    panel = _choose(page, "check_dossier")
    assert _element(page, "check_dossier").get(f"{NOM}escalateAfter") is None
    expect(panel.locator("[data-field=escalateAfter] summary")).to_have_text("1, 3, 5 ngày làm việc")
    panel.locator("[data-field=escalateAfter] summary").click()
    panel.locator("[data-field=escalateAfter] input[value='2']").check()
    panel.locator("[data-field=escalateAfter] input[value='5']").check()
    expect(panel.locator("[data-field=unclaimedTo]")).to_have_count(0)
    panel.locator("[data-field=unclaimedAfter] select").select_option("3")
    expect(panel.locator("[data-field=unclaimedTell] summary")).to_have_text("Trưởng phòng Văn hóa - Xã hội")
    panel.locator("[data-field=unclaimedTo] summary").click()
    panel.locator("[data-field=unclaimedTo] input[value=vanphong]").check()
    settled(page)
    has(page, DIAGRAM, 'nom:unclaimedTo="vanphong"')
    kept = _element(page, "check_dossier")
    assert (kept.get(f"{NOM}escalateAfter"), kept.get(f"{NOM}unclaimedAfter"), kept.get(f"{NOM}unclaimedTell")) == ("2 5", "3", None)
    expect(page.locator(".studio-badge")).to_be_hidden()
    panel.locator("[data-field=unclaimedAfter] select").select_option("")
    expect(panel.locator("[data-field=unclaimedTo]")).to_have_count(0)
    panel.locator("[data-field=escalateAfter] input[value='2']").uncheck()
    has(page, DIAGRAM, 'nom:escalateAfter="5"')
    assert _element(page, "check_dossier").get(f"{NOM}unclaimedAfter") is None


@pytest.mark.long
def test_a_copy_keeps_target_and_what_is_settled_and_both_can_be_set(admins: Callable[[str], Person]) -> None:
    page = begin_draft(admins("quantri"))
    panel = _choose(page, "wait_council")
    panel.locator("[data-field=target] select").first.select_option("days")
    panel.locator("[data-field=settles] summary").click()
    expect(panel.locator("[data-field=settles] input[value=level]")).to_be_checked()
    panel.locator("[data-field=settles] input[value=reserve_level]").uncheck()
    has(page, DIAGRAM, 'nom:settles="result level"')
    held = _element(page, "wait_council")
    assert held.get(f"{NOM}target") == "working_days(3)" and held.get(f"{NOM}settles") == "result level"
    page.get_by_role("button", name="Chép", exact=True).click()
    page.get_by_role("button", name="Dán", exact=True).click()
    box = page.locator(".studio-canvas").filter(visible=True).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 60, steps=4)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] - 60)
    expect(page.locator("[data-part=saved]")).not_to_have_attribute("data-state", "saved")
    settled(page)
    root = etree.fromstring(saved(page, DIAGRAM).encode())
    both = root.xpath(f"//*[local-name()='receiveTask'][@name='{held.get('name')}']")
    assert len(both) == 2 and {one.get(f"{NOM}target") for one in both} == {"working_days(3)"}
    assert {one.get(f"{NOM}settles") for one in both} == {held.get(f"{NOM}settles")}


@pytest.mark.long
def test_names_are_offered_and_every_element_is_in_the_list(admins: Callable[[str], Person]) -> None:
    page = begin_draft(admins("quantri"))
    root = etree.fromstring(saved(page, DIAGRAM).encode())
    kinds = re.compile(r"(Task|Event|Gateway|Activity|Process|Flow|lane|Annotation|association|group|Reference)$")
    drawn = {
        str(node.get("id")) for process in root.iter("{*}process") for node in process.iter("{*}*")
        if node.get("id") and kinds.search(node.tag)
    }
    listed = set(page.locator(".step-row").filter(visible=True).evaluate_all("(all) => all.map((one) => one.dataset.element)"))
    assert drawn - listed == set(), "each is reached by keyboard"
    panel = _choose(page, "check_result")
    offered = panel.locator("[data-field^=condition] datalist").first.locator("option")
    words = offered.evaluate_all("(all) => all.map((one) => one.value)")
    assert 'decision = "accept"' in words and 'result = "signed"' in words and "level" in words
    condition = panel.locator("[data-field^=condition] input").first
    condition.fill("decision = ")
    condition.blur()
    flow = str(panel.locator("[data-field^=condition]").first.get_attribute("data-field")).partition("-")[2]
    expect(page.locator(".problem-list li.is-error")).to_have_count(1)
    panel = _choose(page, flow)
    expect(panel.locator("[data-field^=condition] .wrong")).to_have_count(1)
    expect(panel.locator(".panel-problems")).to_have_count(0)
    page.get_by_role("button", name="Hoàn tác", exact=True).click()
    expect(page.locator(".studio-badge")).to_be_hidden()
    expect(_choose(page, "eligibility").locator("[data-field=decision] select")).to_have_value("eligibility")
    assert "không có trong danh mục" not in _choose(page, "eligibility").locator("[data-field=decision]").inner_text()


@pytest.mark.long
def test_a_problem_leads_to_its_place_and_files_keep_what_the_editors_do_not_know(admins: Callable[[str], Person]) -> None:
    page = begin_draft(admins("quantri"))
    address = page.url.partition("#")[0]
    token = json.loads(str(page.locator(".studio").get_attribute("data-studio")))["csrf"]

    def put(name: str, text: str) -> None:
        headers = {"X-CSRF-Token": token, "Content-Type": "text/plain"}
        answer = page.request.post(f"{address}/files/{name}?seen=0", data=text, headers=headers)
        assert answer.ok, answer.text()

    put("fees.dmn", TABLE)
    put("members.form", json.dumps(FORM))
    page.reload()
    ready(page)
    row = page.locator(".problem-list li", has_text="Dòng 2").first
    expect(row).to_contain_text("fees.dmn")
    row.locator("button").click()
    expect(page.locator("[data-row-id=r2]").first).to_be_visible()
    expect(page.locator("tr.is-pointed-at")).to_have_count(1)
    page.locator("[data-row-id=r1]").filter(has_text="18").first.click()
    page.keyboard.press("End")
    page.keyboard.type("0")
    page.locator(".panel-title").filter(visible=True).click()
    table = etree.fromstring(has(page, "fees.dmn", "180").encode())
    assert table.xpath("string(//*[local-name()='inner'][@key='a'])") == "chữ bên trong"
    assert table.xpath("string(//*[@id='r1']/@*[local-name()='colour'])") == "red"
    assert table.xpath("string(//*[local-name()='rule'][@id='r2']/*[local-name()='description'])") == "Vì sao"

    page.locator(".problem-list li", has_text="Họ và tên").first.locator("button").click()
    expect(page.locator(".studio")).to_have_attribute("data-kind", "form")
    expect(page.locator(".form-canvas .fjs-editor-selected")).to_contain_text("Họ và tên")
    label_field(page, "Họ và tên khai sinh")
    form = json.loads(has(page, "members.form", "khai sinh"))
    assert form["acme"] == {"kept": [1, {"deep": True}]} and form["given"] == {"round": "x"}
    (group,) = [one for one in form["components"] if one["type"] == "dynamiclist"]
    assert group["acme:colour"] == "red" and group["components"][0]["properties"] == {"label.en": "Full name", "acme": "yes"}


@pytest.mark.long
def test_a_file_and_the_draft_get_other_names_and_a_name_that_is_taken_is_refused_as_such(admins: Callable[[str], Person]) -> None:
    page = begin_draft(admins("quantri"))
    page.locator("[data-element=check_dossier]").focus()
    page.locator(".studio-panel").get_by_label("Tên", exact=True).filter(visible=True).fill("Thẩm định ngay trước khi đổi tên")
    page.locator(".tool-menu > summary", has_text="Tệp").click()
    page.get_by_role("button", name="Đổi tên tệp đang mở").click()
    dialog = page.locator("dialog[open]")
    for name, why in (("council/session", "Tên tệp chỉ gồm"), ("commune_certificate", "Đã có tệp commune_certificate.bpmn")):
        dialog.get_by_role("textbox").fill(name)
        dialog.get_by_role("button", name="Đổi tên").click()
        expect(dialog.locator("[data-wrong]")).to_contain_text(why)
    dialog.get_by_role("textbox").fill("Xét khen thưởng")
    dialog.get_by_role("button", name="Đổi tên").click()
    expect(page.locator("[data-part=files]")).to_have_value("Xét khen thưởng.bpmn")
    expect(page.locator(".step-list").filter(visible=True)).to_contain_text("Thẩm định ngay trước khi đổi tên")
    assert "ngay trước khi đổi tên" in saved(page, "Xét khen thưởng.bpmn")
    expect(page.locator(".studio-badge")).to_be_hidden()

    page.locator(".tool-menu > summary", has_text="Tệp").click()
    page.get_by_role("button", name="Thêm tệp mới").click()
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("Tên", exact=True).fill("Check dossier")
    dialog.get_by_role("button", name="Tạo").click()
    expect(dialog.locator("[data-wrong]")).to_have_text("Bản soạn đã có tệp check_dossier.form. Chọn tên khác.")
    page.keyboard.press("Escape")

    page.locator(".studio-head").get_by_role("button", name="Đổi tên").click()
    dialog = page.locator("dialog[open]")
    dialog.get_by_role("textbox").fill("Bản sửa cuối năm")
    dialog.get_by_role("button", name="Đổi tên").click()
    expect(page.locator("h1")).to_contain_text("Bản sửa cuối năm")


@pytest.mark.long
def test_every_shipped_table_and_form_says_the_same_after_its_editor(admins: Callable[[str], Person], tmp_path: Path) -> None:
    page = begin_draft(admins("quantri"))
    names = page.locator("[data-part=files] option").evaluate_all("(all) => all.map((one) => one.value)")
    chosen = [name for name in names if name.endswith((".dmn", ".form"))]
    assert len(chosen) > 10 and any(name.endswith(".dmn") for name in chosen)
    for name in chosen:
        open_file(page, name)
        page.locator(".tool-menu > summary", has_text="Tệp").click()
        with page.expect_download() as loading:
            page.get_by_role("button", name="Tải tệp đang mở").click()
        loading.value.save_as(tmp_path / name)
        before, after = saved(page, name), (tmp_path / name).read_text(encoding="utf-8")
        if name.endswith(".form"):
            assert json.loads(before) == json.loads(after), name
        else:
            assert _meaning(etree.fromstring(before.encode())) == _meaning(etree.fromstring(after.encode())), name


def _meaning(node: etree._Element) -> tuple[object, ...]:
    """What an element of a table says: name, attributes, text, children in order within each sort of them."""
    groups: dict[str, list[tuple[object, ...]]] = {}
    for child in node.iterchildren(etree.Element):
        groups.setdefault(etree.QName(child).localname, []).append(_meaning(child))
    return (node.tag, tuple(sorted((str(k), str(v)) for k, v in node.attrib.items())), " ".join((node.text or "").split()),
            tuple(sorted(groups.items())))


TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:acme="urn:acme:1" id="d" name="Phí" namespace="n">
  <decision id="fees" name="Phí">
    <extensionElements><acme:box size="3"><acme:inner key="a">chữ bên trong</acme:inner></acme:box></extensionElements>
    <decisionTable id="t" hitPolicy="UNIQUE">
      <input id="i1" label="Tuổi"><inputExpression id="e1" typeRef="number"><text>age</text></inputExpression></input>
      <output id="o1" name="fee" typeRef="string" />
      <rule id="r1" acme:colour="red"><inputEntry id="c1"><text>&lt; 18</text></inputEntry>
        <outputEntry id="c2"><text>"miễn"</text></outputEntry></rule>
      <rule id="r2"><description>Vì sao</description><inputEntry id="c3"><text>&lt; 60</text></inputEntry>
        <outputEntry id="c4"><text>"đủ"</text></outputEntry></rule>
      <rule id="r3"><inputEntry id="c5"><text>&gt;= 60</text></inputEntry><outputEntry id="c6"><text>"nửa"</text></outputEntry></rule>
    </decisionTable></decision>
</definitions>"""
FORM = {
    "id": "members", "type": "default", "schemaVersion": 19, "acme": {"kept": [1, {"deep": True}]}, "given": {"round": "x"}, "components": [
        {"type": "dynamiclist", "id": "g", "path": "members", "label": "Thành viên", "acme:colour": "red", "components": [
            {"type": "textfield", "id": "f2", "key": "name", "label": "Họ và tên", "properties": {"label.en": "Full name", "acme": "yes"},
             "conditional": {"hide": "=nothing_known > 1"}}]}],
}
