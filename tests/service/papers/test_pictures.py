"""The pictures of docs/papers.md; `make pictures` keeps them."""

from __future__ import annotations

import os
from pathlib import Path

from service.papers.facts import facts_of
from service.papers.kinds import kind_named
from service.papers.printing import picture
from tests.service.papers.conftest import Filled, list_of

PICTURES = Path(__file__).resolve().parents[3] / "docs" / "pictures"


def test_pictures_of_the_guide_can_be_drawn(filled: Filled) -> None:
    row = list_of(filled.office, "decision", "published")
    decision = facts_of(row, kind_named("decision"))
    certificate = facts_of(row, kind_named("certificate"))
    drawn = {
        "paper-decision.png": picture(decision, ppi=75)[0],
        "paper-certificate.png": picture(certificate, certificate["names"][:1], ppi=75)[0],
    }
    for name, content in drawn.items():
        assert content.startswith(b"\x89PNG")
        if os.environ.get("VINHDANH_PICTURES"):
            (PICTURES / name).write_bytes(content)
