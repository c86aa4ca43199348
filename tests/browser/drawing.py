"""The editor of the studio as an administrator drives it: opening files, putting in a step, what is saved and what is wrong."""

from __future__ import annotations

import os
import re

from playwright.sync_api import Page, expect

from tests.browser.people import Person

DIAGRAM = "award_nomination.bpmn"
FLOW = "flow_wait_posting__wait_council"
WIDE = {"viewport": {"width": 1440, "height": 900}}


def ready(page: Page) -> None:
    """Wait until the editor can be used."""
    page.wait_for_selector(".studio.is-ready")


def open_file(page: Page, name: str) -> None:
    """Open a file of the draft in its editor."""
    page.locator("[data-part=files]").select_option(name)
    kind = {".bpmn": ".studio-canvas:not([hidden]) svg", ".form": ".form-canvas .fjs-editor-container", ".dmn": ".table-stage table"}
    page.locator(kind[name[name.index("."):]]).filter(visible=True).first.wait_for()
    expect(page.locator(".studio")).not_to_have_class(re.compile("is-opening"))


def begin_draft(person: Person, file: str = DIAGRAM) -> Page:
    """Begin a draft of the process in use and open one of its files; the page of the editor."""
    person.go("/office/studio/new")
    person.page.get_by_role("button", name="Bắt đầu soạn").click()
    ready(person.page)
    open_file(person.page, file)
    return person.page


def saved(page: Page, name: str) -> str:
    """A file as the service has it."""
    address = page.url.partition("#")[0]
    answer = page.request.get(f"{address}/files/{name}")
    assert answer.ok
    return str(answer.text())


def no_errors(page: Page) -> None:
    """Nothing stands in the way of deploying."""
    expect(page.locator(".problem-list li.is-error")).to_have_count(0)
    expect(page.locator(".studio-badge")).to_be_hidden()


def has(page: Page, name: str, text: str) -> str:
    """The file as the service has it, once this stands in it."""
    for _ in range(100):
        if text in (found := saved(page, name)):
            return found
        page.wait_for_timeout(200)
    raise AssertionError(f"{text} was not saved in {name}")


def settled(page: Page) -> None:
    """All that was typed is saved."""
    expect(page.locator("[data-part=saved][data-state=saved]")).to_be_visible()


def point_on_flow(page: Page, part: float = 0.2) -> tuple[float, float]:
    """Bring the arrow that leads to the council into view; where on the screen it is, this far along."""
    page.locator("[data-element=wait_council]").focus()
    page.wait_for_timeout(300)
    x, y = page.evaluate(f"""() => {{
      const path = document.querySelector('.djs-container > svg [data-element-id="{FLOW}"] .djs-visual > path');
      const at = path.getPointAtLength(path.getTotalLength() * {part}).matrixTransform(path.getScreenCTM());
      return [at.x, at.y];
    }}""")
    return x, y


def insert_on_flow(page: Page, part: float = 0.2) -> None:
    """Put a step for people on the arrow that leads to the council, this far along; where it lands is its lane."""
    x, y = point_on_flow(page, part)
    page.locator(".djs-palette .entry[data-action='create.user']").filter(visible=True).click()
    page.mouse.move(x - 40, y - 30, steps=6)
    page.mouse.move(x, y, steps=6)
    page.mouse.click(x, y)
    expect(page.locator(".panel-kind").filter(visible=True)).to_have_text("Bước có người làm")
    page.keyboard.press("Escape")  # the name is written in the panel


def choose_due_as_expression(page: Page, text: str) -> None:
    """Type the due time of the chosen step by hand."""
    due = page.locator("[data-field=due]").filter(visible=True)
    due.locator("select").first.select_option("free")
    due.locator("textarea").fill(text)


def label_field(page: Page, label: str) -> None:
    """Call the chosen field of a form otherwise."""
    entry = page.locator(".form-properties [data-entry-id=label] [role=textbox]")
    if not entry.is_visible():
        page.locator(".form-properties .bio-properties-panel-group-header").first.click()
    entry.fill(label)


def look(page: Page, name: str) -> None:
    """Keep a picture for the eyes, where somebody asked for it."""
    if folder := os.environ.get("VINHDANH_LOOK"):
        page.wait_for_timeout(400)
        page.screenshot(path=f"{folder}/{name}.png")
