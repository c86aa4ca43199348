"""Edits of diagrams as an administrator makes them: a step put in, taken out, renamed, or moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
Bundle = Mapping[str, bytes]
_REFERENCES = ("id", "sourceRef", "targetRef", "attachedToRef", "default")


def edited(bundle: Bundle, change: Callable[[etree._Element], None]) -> dict[str, bytes]:
    """A bundle with every diagram changed; drawings go, as nothing here reads them."""
    found = dict(bundle)
    for name, content in bundle.items():
        if name.endswith(".bpmn"):
            root = etree.fromstring(content)
            for drawing in root.findall(f"{DI}BPMNDiagram"):
                root.remove(drawing)
            change(root)
            found[name] = etree.tostring(root)
    return found


def _lose_references(root: etree._Element) -> None:
    """`incoming` and `outgoing` repeat what flows say."""
    for node in [*root.iter(f"{BPMN}incoming"), *root.iter(f"{BPMN}outgoing")]:
        parent = node.getparent()
        if parent is not None:
            parent.remove(node)


def same(bundle: Bundle) -> dict[str, bytes]:
    return edited(bundle, lambda root: root.append(etree.Comment("another version")))


def insert_everywhere(bundle: Bundle, form: str) -> dict[str, bytes]:
    """A new user task on every flow."""

    def change(root: etree._Element) -> None:
        _lose_references(root)
        for flow in list(root.iter(f"{BPMN}sequenceFlow")):
            _insert(flow, f"extra_{flow.get('id')}", form)

    return edited(bundle, change)


def _insert(flow: etree._Element, key: str, form: str) -> None:
    scope = flow.getparent()
    assert scope is not None
    task = etree.SubElement(scope, f"{BPMN}userTask", {"id": key, "name": key})
    task.set(f"{CAMUNDA}formKey", form)
    task.set(f"{CAMUNDA}candidateGroups", "vhxh")
    target = str(flow.get("targetRef"))
    flow.set("targetRef", key)
    etree.SubElement(
        scope, f"{BPMN}sequenceFlow", {"id": f"{key}_on", "sourceRef": key, "targetRef": target}
    )


def rename(bundle: Bundle, mapping: Mapping[str, str]) -> dict[str, bytes]:
    """Other ids for elements, wherever a diagram names them."""

    def change(root: etree._Element) -> None:
        for node in root.iter(etree.Element):
            for word in _REFERENCES:
                if node.get(word) in mapping:
                    node.set(word, mapping[str(node.get(word))])
            for word, value in node.attrib.items():
                if etree.QName(str(word)).localname in ("sameAs", "excludes"):
                    node.set(word, " ".join(mapping.get(one, one) for one in str(value).split()))
            if etree.QName(node).localname in ("flowNodeRef", "incoming", "outgoing") and node.text in mapping:
                node.text = mapping[node.text]

    return edited(bundle, change)


def bypasses(bundle: Bundle) -> list[str]:
    """User tasks that can be taken out without more ado: one flow in, one out, nothing at the edge."""
    found = []
    for name, content in bundle.items():
        if not name.endswith(".bpmn"):
            continue
        root = etree.fromstring(content)
        hosts = {node.get("attachedToRef") for node in root.iter(f"{BPMN}boundaryEvent")}
        named = " ".join(
            str(value) for node in root.iter() if isinstance(node.tag, str) for word, value in node.attrib.items()
            if etree.QName(str(word)).localname in ("sameAs", "excludes")
        ).split()
        for task in root.iter(f"{BPMN}userTask"):
            key = task.get("id")
            flows = list(root.iter(f"{BPMN}sequenceFlow"))
            out = [f for f in flows if f.get("sourceRef") == key]
            if len(out) == 1 and key not in hosts and key not in named:
                found.append(str(key))
    return found


def remove(bundle: Bundle, key: str) -> dict[str, bytes]:
    """Take a user task out: what led to it leads on."""

    def change(root: etree._Element) -> None:
        _lose_references(root)
        for task in list(root.iter(f"{BPMN}userTask")):
            if task.get("id") != key:
                continue
            out = next(f for f in root.iter(f"{BPMN}sequenceFlow") if f.get("sourceRef") == key)
            for flow in root.iter(f"{BPMN}sequenceFlow"):
                if flow.get("targetRef") == key:
                    flow.set("targetRef", str(out.get("targetRef")))
            for node in (task, out):
                parent = node.getparent()
                assert parent is not None
                parent.remove(node)
            for reference in list(root.iter(f"{BPMN}flowNodeRef")):
                lane = reference.getparent()
                if reference.text == key and lane is not None:
                    lane.remove(reference)

    return edited(bundle, change)


def swaps(bundle: Bundle) -> list[tuple[str, str]]:
    """Pairs of user tasks of which the second follows the first only, both with one flow out."""
    plain = set(bypasses(bundle))
    found = []
    for name, content in bundle.items():
        if name.endswith(".bpmn"):
            flows = list(etree.fromstring(content).iter(f"{BPMN}sequenceFlow"))
            for flow in flows:
                a, b = str(flow.get("sourceRef")), str(flow.get("targetRef"))
                if a in plain and b in plain and sum(f.get("targetRef") == b for f in flows) == 1:
                    found.append((a, b))
    return found


def swap(bundle: Bundle, first: str, second: str) -> dict[str, bytes]:
    """Move the second of two neighbours in front of the first."""

    def change(root: etree._Element) -> None:
        _lose_references(root)
        flows = list(root.iter(f"{BPMN}sequenceFlow"))
        between = [f for f in flows if (f.get("sourceRef"), f.get("targetRef")) == (first, second)]
        if not between:
            return
        for flow in flows:
            if flow in between:
                flow.set("sourceRef", second)
                flow.set("targetRef", first)
            elif flow.get("targetRef") == first:
                flow.set("targetRef", second)
            elif flow.get("sourceRef") == second:
                flow.set("sourceRef", first)

    return edited(bundle, change)
