"""Finds the words of the diagrams that pages show, for the catalogues; babel.cfg names it. Translates nothing itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from service.words import past_wait
from workflows.safexml import parse

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_SHOWN = {
    f"{_BPMN}{kind}"
    for kind in (
        "process", "lane", "userTask", "receiveTask", "serviceTask", "businessRuleTask", "callActivity", "subProcess",
        "boundaryEvent", "intermediateCatchEvent", "startEvent", "endEvent", "exclusiveGateway", "inclusiveGateway", "sequenceFlow",
        "documentation",
    )
}
"""What is named in texts; documentation tells what a process is for. The drawing itself stays as it is."""


def extract(file: BinaryIO, keywords: Any, comment_tags: Any, options: Any) -> Iterator[tuple[int, str, str, list[str]]]:
    """Names of steps and lanes of a diagram, as Babel wants them; a wait also as it is called when it is over."""
    for element in parse(file.read()).iter(*sorted(_SHOWN)):
        if name := " ".join((element.get("name") or element.text or "").split()):
            for text in dict.fromkeys((name, past_wait(name))):
                yield element.sourceline or 0, "", text, []
