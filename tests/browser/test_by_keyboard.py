"""Work by keyboard alone: menus and dialogs, and a day's work of a unit from the inbox to a finished task."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from service import clock
from service.app import create_app
from service.config import Settings
from service.db import db
from tests.browser import keyboard
from tests.browser.people import Person
from tests.browser.running import installation
from tests.browser.test_first_nomination import DECLARED
from tests.journeys.office import Office

pytestmark = pytest.mark.browser

MOST = 200
"""Keys after which a place counts as not reached."""
NAMES = ("Lê Trúc Xanh", "Phạm Suối Mơ", "Đặng Mây Trắng", "Ngô Ban Chiều")
_FOCUSED = "one => one === document.activeElement"
_SAID = """() => {
    window.said = [];
    new MutationObserver((all) => all.forEach(({target}) => {
        const place = (target.nodeType === 1 ? target : target.parentElement)?.closest("[role=status]");
        if (place && place.textContent.trim()) window.said.push(place.textContent.trim().replace(/\\s+/g, " "));
    })).observe(document.body, {subtree: true, childList: true, characterData: true});
}"""
"""What a screen reader would read out of places that stay on the page; one that comes new with its words is not read."""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window at the showcase of the templates."""
    context = browser.new_context(locale="vi", viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


_BAD = """
<style>
    :focus-visible { outline: 3px solid blue; outline-offset: 2px } .blind:focus { outline: none }
    .skip { position: absolute; top: -60px } .skip:focus { top: 0 }
    .tiny { width: 12px; height: 12px; padding: 0; border: 0; overflow: hidden } .up { display: flex; flex-direction: column-reverse }
    button { min-height: 30px } .tiny { min-height: 0 } .over { position: fixed; inset: auto 0 0 0; height: 300px; background: white }
    .tall { height: 2000px }
</style>
<a class="skip" href="#main">Skip</a>
<main id="main" tabindex="-1">
    <p>In a sentence <a href="#one">a small link</a> and <a href="#two">another</a> are free.</p>
    <button class="blind">blind</button>
    <p><span role="button">unreached</span></p>
    <p style="cursor: pointer">mouse</p>
    <p><button class="tiny">tiny</button><button class="tiny">next</button></p>
    <div class="up"><button>below</button><button>above</button></div>
    <div class="tall"></div><button>covered</button>
    <div class="over"></div>
    %s
</main>
"""


def test_the_walk_names_what_is_wrong(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyboard, "MOST", 40)
    page.set_content(_BAD % "")
    assert keyboard.stumbles(page) == [
        '12×12 px and close to button.tiny "next": button.tiny "tiny"',
        '12×12 px and close to button.tiny "tiny": button.tiny "next"',
        'only a mouse can click p "mouse"',
        'the focus is not seen: button.blind "blind"',
        'the focus jumps back up: button "above" after button "below"',
        'hidden under div.over "": button "covered"',
        'Tab does not reach span "unreached"',
    ]
    page.goto("about:blank")
    page.set_content(_BAD % "<input aria-label='trap' onkeydown='event.preventDefault()'><a href='#last'>last</a>")
    assert [one for one in keyboard.stumbles(page) if "trap" in one or "last" in one] == [
        'hidden under div.over "": input "trap"', 'Tab does not reach a "last"',
        'the focus does not come round; it stands at input "trap"',
    ]


def _tab_to(page: Page, wanted: Locator, key: str = "Tab") -> None:
    for _ in range(MOST):
        if wanted.evaluate(_FOCUSED):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} does not reach {wanted}")


def _has_focus(wanted: Locator) -> None:
    expect(wanted).to_be_focused()


def _inside(page: Page, dialog: Locator) -> bool:
    # Between the last stop and the first one a browser may show its own bar; the page's parts behind must not come.
    return bool(dialog.evaluate("one => one.contains(document.activeElement) || document.activeElement === document.body"))


@pytest.mark.parametrize("key", ["Enter", "Space"])
@pytest.mark.parametrize(
    ("name", "opener", "dialog"),
    [
        ("inbox", "a[href='#keys']", "#keys"),
        ("nomination", "a[href='#ask-withdraw']", "#ask-withdraw"),
        ("task", ".act-panel a[data-dialog]", "dialog[id^=ask-]"),
    ],
)
def test_dialog_opens_keeps_the_focus_and_gives_it_back(
    page: Page, stage_url: str, name: str, opener: str, dialog: str, key: str
) -> None:
    page.goto(f"{stage_url}/{name}", wait_until="networkidle")
    link, box = page.locator(opener).first, page.locator(dialog).first
    expect(box).to_be_hidden()
    _tab_to(page, link)
    page.keyboard.press(key)
    expect(box).to_be_visible()
    for _ in range(8):
        assert _inside(page, box)
        page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    _has_focus(link)
    page.keyboard.press(key)
    _tab_to(page, box.locator("[data-close]"))
    page.keyboard.press(key)
    expect(box).to_be_hidden()
    _has_focus(link)


def test_dialog_of_a_row_gives_the_focus_back_to_the_row(page: Page, stage_url: str) -> None:
    page.goto(f"{stage_url}/chair-sign", wait_until="networkidle")
    second = page.get_by_text("Gạch tên").nth(1)
    _tab_to(page, second)
    page.keyboard.press("Enter")
    expect(page.locator("#ask-row")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#ask-row")).to_be_hidden()
    _has_focus(second)


def test_menu_opens_by_keys_and_closes_by_escape_and_when_the_focus_goes_on(page: Page, stage_url: str) -> None:
    page.goto(f"{stage_url}/home", wait_until="networkidle")
    opener, menu = page.locator(".me > summary"), page.locator(".me-menu")
    _tab_to(page, opener)
    for key in ("Enter", "Space"):
        page.keyboard.press(key)
        expect(menu).to_be_visible()
        page.keyboard.press("Tab")
        assert menu.evaluate("one => one.contains(document.activeElement)")
        page.keyboard.press("Escape")
        expect(menu).to_be_hidden()
        _has_focus(opener)
    page.keyboard.press("Enter")
    _tab_to(page, page.locator("main a, main button, main summary, main [tabindex='0']").first)
    expect(menu).to_be_hidden()


@pytest.fixture
def unit(office_var: Path, sign_in: Callable[..., Person]) -> Iterator[Person]:
    """The unit's person, for whom four self-assessments wait."""
    app = create_app(Settings(var=office_var, testing=True, demo=True))
    with app.app_context():
        office = Office(app, clock.today(), furnished=True)
        for name in NAMES:
            office.nominate("HN-2026", name=name)
        db.session.remove()
        db.engine.dispose()
    clock.follow(None)
    with installation(office_var) as url:
        yield sign_in(url, "donvi")


@pytest.mark.long
def test_a_day_of_work_is_done_by_keyboard_and_its_counts_are_read_out(unit: Person) -> None:
    page, keys = unit.page, unit.page.keyboard
    unit.go("/inbox")
    page.wait_for_load_state("networkidle")
    page.evaluate(_SAID)
    _narrow(page)
    _choose_and_claim(page)
    expect(page.locator("[data-task]")).to_have_count(2)
    keys.press("j")
    keys.press("Enter")
    unit.reads("Gửi phiếu tự đánh giá")
    name = next(name for name in NAMES if name in page.locator("h1").inner_text())
    _assess(page)
    _tab_to(page, page.get_by_role("button", name="Gửi phiếu tự đánh giá"))
    keys.press("Enter")
    unit.reads(f"Đã gửi phiếu tự đánh giá: {name}.")


@pytest.mark.long
def test_a_register_reads_out_how_many_a_search_finds(unit: Person) -> None:
    unit.go("/nominations")
    unit.page.wait_for_load_state("networkidle")
    unit.page.evaluate(_SAID)
    unit.page.keyboard.press("/")
    unit.page.keyboard.type("suoi mo", delay=20)
    _heard(unit.page, "Có 1 mục")
    _has_focus(unit.page.locator("main input[type=search]"))


def _heard(page: Page, words: str) -> None:
    for _ in range(100):
        if words in page.evaluate("window.said"):
            page.evaluate("() => { window.said = []; }")
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{words} is not read out: {page.evaluate('window.said')}")


def _narrow(page: Page) -> None:
    keys = page.keyboard
    keys.press("/")
    keys.type("truc xanh", delay=20)
    _heard(page, "Có 1 việc")
    expect(page.locator("[data-task]")).to_have_count(1)
    _has_focus(page.locator("main input[type=search]"))
    keys.press("Control+A")
    keys.press("Delete")
    _heard(page, "Có 4 việc")
    overdue = page.get_by_role("checkbox", name="Quá hạn")
    _tab_to(page, overdue, "Shift+Tab")
    keys.press("Space")
    _heard(page, "Có 0 việc")
    _has_focus(overdue)
    keys.press("Space")
    expect(page.locator("[data-task]")).to_have_count(4)
    _has_focus(overdue)


def _choose_and_claim(page: Page) -> None:
    keys, boxes = page.keyboard, page.locator("[data-task] .pick")
    for box in (boxes.nth(1), boxes.nth(2)):
        _tab_to(page, box)
        keys.press("Space")
    _heard(page, "Đã chọn 2 việc")
    keys.press("Enter")  # in a box it presses no button
    page.wait_for_timeout(300)
    expect(boxes.nth(2)).to_be_checked()
    keys.press("b")
    _has_focus(page.get_by_role("button", name="Nhận việc đã chọn"))
    _tab_to(page, page.locator("[data-unchoose]"))
    keys.press("Space")
    _has_focus(boxes.nth(1))
    keys.press("x")
    _heard(page, "Đã chọn 1 việc")
    keys.press("j")
    keys.press("x")
    keys.press("b")
    keys.press("Enter")
    expect(page.get_by_text("Đã nhận 2 việc.")).to_be_visible()


def _assess(page: Page) -> None:
    keys = page.keyboard
    _pick(page, page.get_by_label("Cán bộ, công chức, viên chức").filter(visible=True).first)
    for label, text in (
        ("Điểm tự chấm D1", "8,5"),
        ("Việc đã làm và kết quả ở D1", "Lập kho học liệu số 120 bài."),
    ):
        _tab_to(page, page.get_by_label(label).filter(visible=True).first)
        keys.type(text)
    _tab_to(page, page.get_by_label("ND5.").filter(visible=True).first)
    keys.press("Space")
    _tab_to(page, page.get_by_label("Tóm tắt thành tích").filter(visible=True).first)
    keys.type("Kho học liệu số 120 bài cho 9 lớp.")
    for question, answer in DECLARED:
        group = page.get_by_role("group", name=question).filter(visible=True).first
        _pick(page, group.get_by_label(answer).filter(visible=True).first)


def _pick(page: Page, radio: Locator) -> None:
    """Go to the question, and by arrows to the answer."""
    same = "one => document.activeElement.type === 'radio' && document.activeElement.name === one.name"
    for _ in range(MOST):
        if radio.evaluate(same):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _ in range(12):
        if radio.is_checked():
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"no key reaches {radio}")
