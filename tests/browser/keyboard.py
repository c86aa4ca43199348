"""A page walked by the Tab key alone, from the top until the focus comes round; what stops, misleads or hides is named."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

MOST = 600
"""Keys after which a walk is given up."""
_LOOKS = Path(__file__).with_name("keyboard.mjs").read_text(encoding="utf-8")
_AT_SKIP = "() => document.activeElement?.matches('.skip') ?? false"
_IN_MAIN = "() => document.activeElement.closest('main') !== null"
_NOWHERE = "() => document.activeElement === document.body"
_NOTHING_IN_MAIN = """() => !document.querySelector(
    "main :is(a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0'])"
)"""


def stumbles(page: Page) -> list[str]:
    """What a person with a keyboard would stumble over on this page, which has just been opened.

    Held against WCAG 2.2: everything that can be clicked is reached (2.1.1), nothing holds the focus (2.1.2), the skip
    link is first and leads to the content (2.4.1), the order is that of the page (2.4.3), the focus is seen (2.4.7) and
    lies under nothing (2.4.11), targets are large enough or stand apart (2.5.8).
    """
    _look_on(page)
    expected: int = page.evaluate("walkByKeyboard.begin()")
    found = _skips(page)
    page.evaluate("walkByKeyboard.fromTheTop()")
    for _ in range(expected):
        page.keyboard.press("Tab")
    for _ in range(MOST - expected):
        if page.evaluate("walkByKeyboard.isRound()"):
            break
        page.keyboard.press("Tab")
    return found + list(page.evaluate("walkByKeyboard.end()"))


def stops(page: Page) -> set[str]:
    """What kinds of stops the page has, to know whether a walk would meet something new."""
    _look_on(page)
    return set(page.evaluate("walkByKeyboard.kinds()"))


def _look_on(page: Page) -> None:
    # By the test's own hand: a script tag would be refused by the page's policy.
    if not page.evaluate("'walkByKeyboard' in window"):
        page.evaluate(_LOOKS)


def _skips(page: Page) -> list[str]:
    if page.evaluate(_NOWHERE):
        page.keyboard.press("Tab")
    else:  # a field or a list of faults has the focus from the beginning
        page.evaluate("walkByKeyboard.fromTheTop()")
    page.evaluate("walkByKeyboard.pause()")
    if not page.evaluate(_AT_SKIP):
        return ["the first stop is not the link to the content"]
    page.keyboard.press("Enter")
    if not page.evaluate(_IN_MAIN):
        return ["the link to the content does not lead there"]
    page.keyboard.press("Tab")
    # Where nothing can be acted upon but the bar, the focus goes round from here, or to what stands below.
    if any(page.evaluate(fine) for fine in (_IN_MAIN, _NOWHERE, _NOTHING_IN_MAIN)):
        return []
    return ["after the link to the content comes something else"]
