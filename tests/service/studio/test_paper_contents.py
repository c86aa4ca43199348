"""Papers among what a draft of the studio holds: offered to steps by their names, called so in lists of files and comparisons."""

from __future__ import annotations

import json

from service.config import ROOT
from service.install import movement_bundles
from service.studio.contents import Named, contents_of
from service.studio.procedures import file_titles

NAME = "Công văn trả lời đơn, kiến nghị"


def test_papers_of_a_draft_are_offered_by_what_they_are_called() -> None:
    files = movement_bundles()["petition"]
    assert contents_of(files).papers == [
        Named("petition_answer", NAME, "petition_answer.paper", "paper"),
        Named("petition_conclusion", "Kết luận nội dung đơn", "petition_conclusion.paper", "paper"),
        Named("petition_transfer", "Phiếu chuyển đơn", "petition_transfer.paper", "paper"),
    ]
    assert contents_of({"x.paper": b"?"}).papers == [Named("x", "x", "x.paper", "paper")], "one that cannot be read by its file's name"
    assert file_titles(files, "vi")["petition_answer.paper"] == NAME


def test_the_editor_keeps_the_paper_of_a_step() -> None:
    read = json.loads((ROOT / "service" / "assets" / "studio" / "attributes.json").read_text(encoding="utf-8"))
    assert {"paper", "paperPart"} <= {one["name"] for one in read["types"][0]["properties"]}
