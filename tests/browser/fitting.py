"""What does not fit into the window: pages that must be moved sideways, and parts whose end nobody sees."""

from __future__ import annotations

from playwright.sync_api import Page

SIZES = ((1280, 860), (1024, 860), (360, 780))
_MISFITS = """() => {
    const wide = document.documentElement.clientWidth, found = [];
    if (document.documentElement.scrollWidth > wide) found.push(`the page is ${document.documentElement.scrollWidth} px wide`);
    for (const one of document.querySelectorAll("body *")) {
        // Long tables, papers and diagrams move inside their own box; what is typed moves inside its field.
        if (one.matches("input, select, textarea, option") || !one.checkVisibility()) continue;
        if (one.closest("svg, [data-diagram], .unseen, .scroll-box") || one.clientWidth <= 1) continue;
        const look = getComputedStyle(one), box = one.getBoundingClientRect();
        const called = `${one.tagName.toLowerCase()}.${one.className}: "${one.textContent.trim().slice(0, 40)}"`;
        const shut = look.overflowX !== "visible" && look.textOverflow !== "ellipsis";
        if (shut && one.scrollWidth > one.clientWidth + 1) found.push(`cut: ${called}`);
        if (box.right > wide + 1) found.push(`beyond the window: ${called}`);
        if (look.position === "sticky" && box.height > innerHeight) found.push(`stays, and is higher than the window: ${called}`);
    }
    return found;
}"""


def misfits(page: Page) -> list[str]:
    """What does not fit at each size of a window; the window is as it was afterwards."""
    before, found = page.viewport_size, []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        found += [f"{width} px: {fault}" for fault in page.evaluate(_MISFITS)]
    if before:
        page.set_viewport_size(before)
    return found
