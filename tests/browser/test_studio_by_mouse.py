"""The editor under a hand with a mouse: typing beside the drawing right after placing a step, the search, lists that open in a table,
dropping on an arrow; nothing hops, nothing is covered."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.drawing import (
    DIAGRAM,
    FLOW,
    begin_draft,
    has,
    insert_on_flow,
    point_on_flow,
    saved,
    settled,
)
from tests.browser.people import Person
from workflows.prose import step_numbers

pytestmark = pytest.mark.browser


@pytest.mark.long
def test_a_new_step_is_named_in_the_panel_without_losing_a_letter(admins: Callable[[str], Person]) -> None:
    page = begin_draft(admins("quantri"))
    x, y = point_on_flow(page)
    page.locator(".djs-palette .entry[data-action='create.user']").filter(visible=True).click()
    page.mouse.move(x - 40, y - 30, steps=6)
    page.mouse.move(x, y, steps=6)
    page.mouse.click(x, y)
    expect(page.locator(".djs-direct-editing-content")).to_be_visible()
    field = page.locator(".studio-panel").get_by_label("Tên", exact=True).filter(visible=True)
    field.click()
    expect(page.locator(".djs-direct-editing-content")).to_have_count(0)
    page.keyboard.type("Bước mới của tổ", delay=90)
    expect(field).to_be_focused()
    expect(field).to_have_value("Bước mới của tổ")
    has(page, DIAGRAM, 'name="Bước mới của tổ"')
    expect(page.locator(".bts-palette").filter(visible=True)).to_have_count(0)


@pytest.mark.long
def test_what_an_input_method_puts_together_is_not_torn(admins: Callable[[str], Person]) -> None:
    page = begin_draft(admins("quantri"))
    page.locator("[data-element=check_dossier]").focus()
    field = page.locator(".studio-panel").get_by_label("Tên", exact=True).filter(visible=True)
    field.click()
    page.keyboard.press("Control+End")
    handle = field.element_handle()
    wire = page.context.new_cdp_session(page)
    for said in ("t", "ti", "tie", "tiê", "tiế", "tiếp"):
        wire.send("Input.imeSetComposition", {"text": said, "selectionStart": len(said), "selectionEnd": len(said)})
        page.wait_for_timeout(300)
    assert page.evaluate("(one) => one === document.activeElement", handle), "the field stays while it is put together"
    wire.send("Input.insertText", {"text": "tiếp"})
    has(page, DIAGRAM, "tiếp\"")


@pytest.mark.long
def test_the_search_opens_by_its_button_and_reads_without_marks(admins: Callable[[str], Person]) -> None:
    page = begin_draft(admins("quantri"))
    page.get_by_role("button", name="Tìm trong sơ đồ").click()
    pad = page.locator(".djs-search-container.open")
    expect(pad.locator("input")).to_be_focused()
    page.keyboard.type("bo sung ho so", delay=30)
    expect(pad.locator(".djs-search-result").first).to_contain_text("Bổ sung hồ sơ")
    expect(pad.locator(".djs-search-highlight").first).to_have_text("Bổ sung hồ sơ")
    expect(pad.locator("[role=status]")).to_be_empty()
    pad.locator("input").fill("")
    page.keyboard.type("xyzw", delay=30)
    expect(pad.locator(".djs-search-result")).to_have_count(0)
    expect(pad.locator("[role=status]")).to_have_text("Không có mục nào khớp")
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    expect(page.locator(".bts-palette").filter(visible=True)).to_have_count(0)
    page.get_by_role("button", name="Thử đường đi").click()
    expect(page.locator(".bts-palette").filter(visible=True)).to_be_visible()


@pytest.mark.long
def test_kinds_and_hit_policies_are_chosen_with_the_mouse(admins: Callable[[str], Person]) -> None:
    page = begin_draft(admins("quantri"), "eligibility.dmn")
    before = saved(page, "eligibility.dmn")
    page.locator("th.input-cell").first.dblclick()
    box = page.locator(".context-menu")
    box.locator(".dms-input-select").click()
    _choose(page, "số")
    expect(box).to_be_visible()
    has(page, "eligibility.dmn", 'typeRef="number"')
    assert before.count('typeRef="number"') < saved(page, "eligibility.dmn").count('typeRef="number"')
    page.keyboard.press("Escape")
    page.locator(".hit-policy .dms-input-select").click()
    _choose(page, "Gom mọi dòng khớp")
    has(page, "eligibility.dmn", 'hitPolicy="COLLECT"')


def _choose(page: Page, label: str) -> None:
    page.locator(".dms-select-options .option").get_by_text(label, exact=True).click()


@pytest.mark.long
def test_the_drawing_stays_where_it_is_while_saving(admins: Callable[[str], Person]) -> None:
    page = begin_draft(admins("quantri"))
    page.set_viewport_size({"width": 1400, "height": 900})
    place = page.locator(".studio-work")
    before = place.bounding_box()
    page.locator("[data-element=check_dossier]").focus()
    page.locator(".studio-panel").get_by_label("Tên", exact=True).filter(visible=True).fill("Thẩm định thật kỹ hồ sơ")
    expect(page.locator("[data-part=saved]")).to_have_text("Chưa lưu")
    assert place.bounding_box() == before
    settled(page)
    assert place.bounding_box() == before


@pytest.mark.long
def test_the_list_has_the_numbers_of_the_words(admins: Callable[[str], Person]) -> None:
    page = begin_draft(admins("quantri"))
    assert _numbers(page) == step_numbers({DIAGRAM: saved(page, DIAGRAM).encode()})["award_nomination"]
    rows = page.locator(".step-row .n").filter(visible=True).all_text_contents()
    whole = [int(one) for one in rows if one.isdigit()]
    assert whole == sorted(whole)
    insert_on_flow(page)
    told_anew = page.locator(".step-row").filter(visible=True, has_text="Bước có người làm").filter(has=page.locator(".n:not(:empty)"))
    page.locator(".studio-panel").get_by_label("Tên", exact=True).filter(visible=True).fill("Thôn xác nhận")
    expect(told_anew.filter(has_text="Thôn xác nhận")).to_have_count(1)


@pytest.mark.long
def test_a_row_of_the_list_is_reached_at_once_after_typing_in_the_panel(admins: Callable[[str], Person]) -> None:
    page = begin_draft(admins("quantri"))
    title = page.locator(".studio-panel .panel-title").filter(visible=True)
    row, other = page.locator("[data-element=check_dossier]"), page.locator("[data-element=wait_council]")
    row.click()
    name = page.locator(".studio-panel").get_by_label("Tên", exact=True).filter(visible=True)
    name.fill("Thẩm định hồ sơ cho kỹ")
    other.scroll_into_view_if_needed()
    box = _box(other)
    page.mouse.move(box["x"] + 40, box["y"] + 10)
    page.mouse.down()
    page.wait_for_timeout(120)
    page.mouse.up()
    expect(title).to_have_text("Chờ kết quả Hội đồng")
    expect(row).to_contain_text("Thẩm định hồ sơ cho kỹ")
    row.focus()
    name.fill("Thẩm định")
    other.focus()
    expect(other).to_be_focused()
    expect(title).to_have_text("Chờ kết quả Hội đồng")


def _numbers(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.locator(".step-row").filter(visible=True).evaluate_all(
        "(all) => Object.fromEntries(all.map((one) => [one.dataset.element, one.querySelector('.n').textContent]).filter(([, n]) => n))")
    return found


@pytest.mark.long
def test_nothing_is_covered(admins: Callable[[str], Person]) -> None:
    page = begin_draft(admins("quantri"))
    warned: list[str] = []
    page.on("console", lambda one: warned.append(one.text))
    page.get_by_role("button", name="Xem cả sơ đồ").click()
    page.wait_for_timeout(300)
    palette = _box(page.locator(".djs-palette").filter(visible=True))
    for shape in page.locator(".djs-shape[data-element-id]").filter(visible=True).all():
        box = shape.bounding_box()
        assert box is None or box["x"] >= palette["x"] + palette["width"], shape.get_attribute("data-element-id")
    page.set_viewport_size({"width": 1440, "height": 600})
    page.locator("[data-element=wait_council]").focus()
    page.wait_for_timeout(300)
    page.locator(".djs-context-pad .entry[data-action=replace]").filter(visible=True).click()
    menu = page.locator(".djs-popup")
    expect(menu).to_be_visible()
    page.wait_for_timeout(300)
    size = page.viewport_size
    assert size is not None
    box = _box(menu)
    assert box["y"] >= 0 and box["y"] + box["height"] <= size["height"]
    assert [one for one in warned if "getPad" in one] == []


def _box(place: Locator) -> dict[str, float]:
    box = place.bounding_box()
    assert box is not None
    return dict(box)


@pytest.mark.long
@pytest.mark.parametrize("aside", [0, 17])
def test_what_is_dragged_onto_an_arrow_stands_in_it(admins: Callable[[str], Person], aside: int) -> None:
    page = begin_draft(admins("quantri"))
    x, y = point_on_flow(page)
    across = page.evaluate(f"""() => {{
      const path = document.querySelector('.djs-container > svg [data-element-id="{FLOW}"] .djs-visual > path');
      const [one, other] = [0.19, 0.21].map((part) => path.getPointAtLength(path.getTotalLength() * part));
      const long = Math.hypot(other.x - one.x, other.y - one.y);
      return [-(other.y - one.y) / long, (other.x - one.x) / long];
    }}""")
    page.locator(".djs-palette .entry[data-action='create.user']").filter(visible=True).hover()
    page.mouse.down()
    page.mouse.move(x - 80, y - 80, steps=8)
    page.mouse.move(x + aside * across[0], y + aside * across[1], steps=8)
    page.mouse.up()
    page.keyboard.press("Escape")
    settled(page)
    expect(page.locator(".panel-kind").filter(visible=True)).to_have_text("Bước có người làm")
    expect(page.locator(".studio-panel-in").filter(visible=True)).to_contain_text("Đi tiếp:")
    has(page, DIAGRAM, f'id="{FLOW}"')
