"""What axe-core finds on a page; the page's own policy stays as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def faults(page: Page, *rules: str) -> list[str]:
    """Barriers of WCAG 2.2 AA on the page as it is shown now, or by the named rules only."""
    # axe is brought in by the test's own hand, not by a script tag that the page's policy would refuse.
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": RULES}
    found: dict[str, Any] = page.evaluate("only => axe.run(document, {runOnly: only})", only)
    return [
        f"{fault['id']}: {node['html'][:140]} {node['failureSummary'][:160]}"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]
