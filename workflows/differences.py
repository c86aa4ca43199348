"""What differs between two bundles, element by element: added, removed, changed, moved; and the files beside the diagrams.

It reads the XML alone and needs no drawing: an element without a shape, or a shape without an element, is no fault here.
"Moved" is said of the drawing only; what an element means is compared apart from where it stands.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any
from typing import Literal as OneOf

from lxml import etree

from workflows import safexml
from workflows.graph import BPMN, declared, local
from workflows.parser import input_texts, loop_of, read_attributes, script_text

_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_DC = "{http://www.omg.org/spec/DD/20100524/DC}"
_DD = "{http://www.omg.org/spec/DD/20100524/DI}"
_SHOWN = frozenset(
    "process lane participant sequenceFlow textAnnotation association startEvent endEvent userTask receiveTask serviceTask"
    " businessRuleTask scriptTask sendTask manualTask task callActivity subProcess transaction adHocSubProcess"
    " boundaryEvent intermediateCatchEvent intermediateThrowEvent exclusiveGateway inclusiveGateway parallelGateway"
    " eventBasedGateway complexGateway".split()
)
_TIMES = ("timeDate", "timeDuration", "timeCycle")


@dataclass(frozen=True, slots=True)
class Detail:
    """One attribute that differs; an empty side means that it has none."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ElementChange:
    """What became of one element of a diagram."""

    change: OneOf["added", "removed", "changed", "moved"]
    process: str
    element: str
    kind: str
    name: str
    details: tuple[Detail, ...] = ()
    moved: bool = False
    """Whether its drawing moved as well."""


@dataclass(frozen=True, slots=True)
class FileChange:
    """A form, decision table or letter that differs, with its text as lines: " ", "-", "+" before each."""

    change: OneOf["added", "removed", "changed"]
    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """All that differs between two bundles."""

    elements: tuple[ElementChange, ...]
    files: tuple[FileChange, ...]

    def of(self, process: str) -> list[ElementChange]:
        """What differs in one process."""
        return [one for one in self.elements if one.process == process]


@dataclass(frozen=True, slots=True)
class _Known:
    process: str
    kind: str
    name: str
    facts: Mapping[str, str]
    drawn: tuple[tuple[str, ...], ...]


def differ(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Differences:
    """Compare two bundles (file name → bytes). Diagrams that cannot be read count as files."""
    before, after = _elements(old), _elements(new)
    return Differences(tuple(_element_changes(before, after)), tuple(_file_changes(old, new)))


def _element_changes(before: Mapping[str, _Known], after: Mapping[str, _Known]) -> Iterator[ElementChange]:
    for key, new in after.items():
        old = before.get(key)
        if old is None:
            yield ElementChange("added", new.process, key, new.kind, new.name)
            continue
        moved = bool(old.drawn and new.drawn and old.drawn != new.drawn)
        details = tuple(
            Detail(name, old.facts.get(name, ""), new.facts.get(name, ""))
            for name in dict.fromkeys([*old.facts, *new.facts])
            if old.facts.get(name, "") != new.facts.get(name, "")
        )
        if details:
            yield ElementChange("changed", new.process, key, new.kind, new.name, details, moved)
        elif moved:
            yield ElementChange("moved", new.process, key, new.kind, new.name, (), True)
    for key, old in before.items():
        if key not in after:
            yield ElementChange("removed", old.process, key, old.kind, old.name)


def _elements(files: Mapping[str, bytes]) -> dict[str, _Known]:
    found: dict[str, _Known] = {}
    for _name, tree in safexml.readable(files, ".bpmn"):
        drawn = dict(_drawn(tree))
        for process in tree.iter(f"{BPMN}process"):
            lanes = dict(_lanes(process))
            for node in process.iter():
                key = node.get("id") if isinstance(node.tag, str) else None
                if key and local(node) in _SHOWN:
                    found.setdefault(key, _Known(
                        str(process.get("id")), local(node), " ".join((node.get("name") or "").split()),
                        _facts(node, lanes.get(key, "")), drawn.get(key, ()),
                    ))
    return found


def _drawn(tree: etree._ElementTree) -> Iterator[tuple[str, tuple[tuple[str, ...], ...]]]:
    for node in tree.iter(f"{_DI}BPMNShape", f"{_DI}BPMNEdge"):
        key = node.get("bpmnElement")
        places = [one for one in node if one.tag in (f"{_DC}Bounds", f"{_DD}waypoint")]
        if key and places:
            yield key, tuple(tuple(_rounded(one.get(part)) for part in ("x", "y", "width", "height")) for one in places)


def _rounded(text: str | None) -> str:
    try:
        return str(round(float(text or 0)))
    except (ValueError, OverflowError):
        return str(text)


def _lanes(process: etree._Element) -> Iterator[tuple[str, str]]:
    """Element → name of the lane it stands in, collected once for the whole process."""
    for reference in process.iter(f"{BPMN}flowNodeRef"):
        lane = reference.getparent()
        if lane is not None:
            yield (reference.text or "").strip(), str(lane.get("name") or lane.get("id"))


def _facts(node: etree._Element, lane: str) -> dict[str, str]:
    """What an element means, as name → text: its own attributes, ours, and what hangs below it."""
    found = {
        str(name): " ".join(str(value).split())
        for name, value in node.attrib.items() if not str(name).startswith("{") and name not in ("id", "messageRef")
    }
    found |= {f"@{name}": " ".join(value.split()) for name, value in read_attributes(node).items()}
    found["kind"] = local(node)
    if lane:
        found["lane"] = lane
    if text := (node.findtext(f"{BPMN}conditionExpression") or "").strip():
        found["condition"] = text
    if text := " ".join((node.findtext(f"{BPMN}documentation") or "").split()):
        found["documentation"] = text
    if local(node) == "scriptTask":
        found["script"] = script_text(node)
    found |= {f"input {name}": text for name, text in input_texts(node).items()}
    found |= {f"loop {name}": text for name, text in (loop_of(node) or {}).items()}
    reference = node.get("messageRef")
    for child in node:
        if not isinstance(child.tag, str):
            continue
        if local(child) == "messageEventDefinition":
            reference = child.get("messageRef") or reference
        if local(child) == "timerEventDefinition":
            found |= {tag: text for tag in _TIMES if (text := (child.findtext(f"{BPMN}{tag}") or "").strip())}
        elif local(child).endswith("EventDefinition"):
            found["event"] = local(child).removesuffix("EventDefinition")
    if (message := declared(node, "message", reference)) is not None:
        found["message"] = str(message.get("name") or "")
    if local(node) == "textAnnotation":
        found["text"] = " ".join((node.findtext(f"{BPMN}text") or "").split())
    return {name: text for name, text in found.items() if text}


# -- the other files


def _file_changes(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Iterator[FileChange]:
    for name in sorted({*old, *new}):
        before, after = old.get(name), new.get(name)
        if before == after or (name.endswith(".bpmn") and _readable(before) and _readable(after)):
            continue
        was, now = _text(name, before), _text(name, after)
        if was == now and before is not None and after is not None:
            continue  # only blanks, or the order of keys
        lines = tuple(unified_diff(was, now, lineterm="", n=2))[2:]
        yield FileChange("added" if before is None else "removed" if after is None else "changed", name, lines)


def _readable(content: bytes | None) -> bool:
    try:
        return content is None or safexml.parse(content) is not None
    except safexml.RefusedXml:
        return False


def _text(name: str, content: bytes | None) -> list[str]:
    """A file as lines that can be compared: JSON and XML are laid out alike, whatever wrote them."""
    if content is None:
        return []
    if name.endswith(".form"):
        try:
            tree: Any = json.loads(content)
        except (ValueError, RecursionError):
            pass
        else:
            return json.dumps(tree, ensure_ascii=False, indent=1).splitlines()
    if name.endswith((".dmn", ".bpmn")):
        try:
            return list(_outline(safexml.parse(content).getroot(), 0))
        except safexml.RefusedXml:
            pass
    return content.decode("utf-8", "replace").splitlines()


def _outline(node: etree._Element, depth: int) -> Iterator[str]:
    """XML as one line an element; where shapes stand is left out."""
    if not isinstance(node.tag, str) or etree.QName(node).namespace in (_DI[1:-1], _DC[1:-1], _DD[1:-1]):
        return
    attributes = " ".join(f'{etree.QName(str(k)).localname}="{v}"' for k, v in sorted(node.attrib.items(), key=str))
    said = " ".join((node.text or "").split())
    yield "  " * depth + " ".join(part for part in (local(node), attributes, said) if part)
    for child in node:
        if local(child) != "DMNDI":
            yield from _outline(child, depth + 1)
