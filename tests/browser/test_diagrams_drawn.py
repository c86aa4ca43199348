"""Every shipped diagram as the service draws it: no name lies over a line, a shape or another name, or leaves its lane."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.workflows.drawings import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.long]

FILES = sorted((ROOT / "bpmn").rglob("*.bpmn"))
_FAULTS = """() => {
    const BAND = 30, WIDEST_TASK = 250, scale = document.querySelector("[data-canvas] svg .viewport").getScreenCTM().a;
    const found = [], shrunk = (r) => ({left: r.left + 1, right: r.right - 1, top: r.top + 2, bottom: r.bottom - 2});
    const over = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    const called = (group) => `"${[...group.querySelectorAll("tspan")].map((t) => t.textContent).join(" ")}" (${group.dataset.elementId})`;
    const groups = [...document.querySelectorAll("[data-canvas] g[data-element-id]")];
    const labels = groups.filter((g) => g.dataset.elementId.endsWith("_label") && g.querySelector(".djs-visual text")?.textContent);
    const boxes = labels.map((g) => shrunk(g.querySelector(".djs-visual text").getBoundingClientRect()));
    const lines = groups.filter((g) => g.classList.contains("djs-connection"));
    const shapes = groups.filter((g) => g.classList.contains("djs-shape") && !g.dataset.elementId.endsWith("_label"));
    const drawn = (g) => g.querySelector(".djs-visual > :is(rect, circle, polygon)");
    labels.forEach((label, n) => {
        for (const line of lines) {
            const path = line.querySelector(".djs-visual > path"), at = path.getScreenCTM(), long = path.getTotalLength();
            for (let run = 0; run <= long; run += 4) {
                const p = path.getPointAtLength(run).matrixTransform(at);
                if (p.x > boxes[n].left && p.x < boxes[n].right && p.y > boxes[n].top && p.y < boxes[n].bottom) {
                    found.push(`${called(label)} over the line ${line.dataset.elementId}`);
                    break;
                }
            }
        }
        for (const shape of shapes) {
            const outline = drawn(shape);
            if (!outline || /^(lane|pool|participant)/.test(shape.dataset.elementId)) continue;
            const box = outline.getBoundingClientRect();
            if (outline.matches("polygon")) {
                const x = (box.left + box.right) / 2, y = (box.top + box.bottom) / 2, r = boxes[n];
                const aside = Math.max(r.left - x, x - r.right, 0) / box.width, above = Math.max(r.top - y, y - r.bottom, 0) / box.height;
                if (aside + above < 0.5) found.push(`${called(label)} over ${shape.dataset.elementId}`);
            } else if (box.width < WIDEST_TASK * scale && over(boxes[n], box)) {
                found.push(`${called(label)} over ${shape.dataset.elementId}`);
            }
        }
        for (let other = n + 1; other < labels.length; other += 1) {
            if (over(boxes[n], boxes[other])) found.push(`${called(label)} over ${called(labels[other])}`);
        }
    });
    for (const shape of shapes.filter((g) => /^lane/.test(g.dataset.elementId))) {
        const name = shape.querySelector(".djs-visual text").getBoundingClientRect(), lane = drawn(shape).getBoundingClientRect();
        const over_edge = name.left < lane.left || name.top < lane.top || name.bottom > lane.bottom || name.width > BAND * scale;
        if (over_edge) found.push(`the lane's name ${called(shape)} leaves its band`);
    }
    const mark = document.querySelector(".bjs-powered-by").getBoundingClientRect();
    const svg = document.querySelector("[data-canvas] svg").getBoundingClientRect();
    if (mark.width < 30 || mark.height < 10 || mark.top < svg.bottom) found.push("the mark of bpmn.io is missing or lies over the drawing");
    return found;
}"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="vi", viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def _look(page: Page, stage_url: str, xml: str) -> list[str]:
    page.unroute_all()
    page.route("**/sample.bpmn", lambda route: route.fulfill(body=xml, content_type="application/xml"))
    page.goto(f"{stage_url}/nomination")
    page.wait_for_selector("[data-diagram].is-shown")
    found: list[str] = page.evaluate(_FAULTS)
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_name_of_a_diagram_lies_over_something(page: Page, stage_url: str, file: Path) -> None:
    assert _look(page, stage_url, file.read_text(encoding="utf-8")) == []


def test_a_name_moved_onto_a_line_is_seen(page: Page, stage_url: str) -> None:
    whole = (ROOT / "bpmn" / "unit_report" / "unit_report.bpmn").read_text(encoding="utf-8")
    before, mark, after = whole.partition('bpmnElement="flow_report_complete__report_taken"')
    moved = before + mark + re.sub(r'(<bpmndi:BPMNLabel>\s*<dc:Bounds x="\d+" y=)"\d+"', r'\1"366"', after, count=1)
    assert _look(page, stage_url, whole) == []
    (fault,) = _look(page, stage_url, moved)
    assert fault == '"đạt" (flow_report_complete__report_taken_label) over the line flow_report_complete__report_taken'
