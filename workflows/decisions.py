"""Reads decisions from DMN: tables, single expressions, what they require of each other, and item definitions.

Everything else is refused by name with the element's id: other kinds of decision logic, business knowledge
models, decision services, imports, and expression languages other than FEEL. How a decision answers is in
`workflows.decision_table`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from lxml import etree

from workflows import safexml
from workflows.decision_kinds import BASE, Kind
from workflows.decision_table import (
    AGGREGATIONS,
    POLICIES,
    RANKED,
    SINGLE,
    Decision,
    DecisionError,
    DecisionTable,
    Fault,
    Formula,
    Input,
    Output,
    Rule,
    decision_error,
)
from workflows.feel import Expression, FeelError, UnaryTests, compile_expression, compile_unary

__all__ = ["Decision", "DecisionError", "DecisionTable", "Fault", "load_decisions", "only_tables"]

MAX_RULES = 500
MAX_COLUMNS = 50
#: Decisions that require each other, and item definitions that name each other, in a row.
MAX_CHAIN = 20

_NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20180521/MODEL/",  # 1.2
        "https://www.omg.org/spec/DMN/20191111/MODEL/",  # 1.3
        "https://www.omg.org/spec/DMN/20211108/MODEL/",  # 1.4
        "https://www.omg.org/spec/DMN/20230324/MODEL/",  # 1.5
    }
)


def load_decisions(xml: bytes) -> dict[str, Decision]:
    """Read all the decisions of a DMN file, by their ids.

    Raises safexml.RefusedXml for XML that is not safe, DecisionError with all faults for the rest.
    """
    root = safexml.parse(xml).getroot()
    reader = _Reader(etree.QName(root).namespace or "")
    if reader.namespace not in _NAMESPACES or etree.QName(root).localname != "definitions":
        raise decision_error(None, "Tệp này không phải DMN 1.2 đến 1.5.", "This file is not DMN 1.2 to 1.5.")
    decisions = reader.definitions(root)
    if reader.faults:
        raise DecisionError(list(dict.fromkeys(reader.faults)))
    return decisions


def only_tables(decisions: Mapping[str, Decision]) -> dict[str, DecisionTable]:
    """The decisions that are tables."""
    return {key: one for key, one in decisions.items() if isinstance(one, DecisionTable)}


_HARMLESS = frozenset(
    [
        "inputData",
        "itemDefinition",
        "knowledgeSource",
        "textAnnotation",
        "association",
        "group",
        "elementCollection",
        "extensionElements",
        "description",
        "performanceIndicator",
        "organizationUnit",
        "variable",
        "question",
        "allowedAnswers",
        "authorityRequirement",
        "usingTask",
        "usingProcess",
        "decisionMaker",
        "decisionOwner",
        "impactedPerformanceIndicator",
        "supportedObjective",
    ]
)


class _Reader:
    """Collects the decisions of one file, and every fault on the way."""

    def __init__(self, namespace: str) -> None:
        self.namespace = namespace
        self.faults: list[Fault] = []
        self.nodes: dict[str, etree._Element] = {}  # decisions and input data by id
        self.types: dict[str, etree._Element] = {}  # item definitions by name
        self.spaced: tuple[str, ...] = ()  # names that are more than one word
        self.read: dict[str, Decision | None] = {}
        self.reading: list[str] = []
        self.naming: list[str] = []
        self.kinds: dict[str, Kind] = {}  # each read once, or a file could ask for any amount of work

    def fault(self, node: etree._Element, message: str, message_en: str) -> None:
        owner: etree._Element | None = node
        while owner is not None and owner.get("id") is None:
            owner = owner.getparent()
        self.faults.append(Fault(None if owner is None else owner.get("id"), message, message_en))

    def refuse(self, node: etree._Element, what: str) -> None:
        self.fault(
            node,
            f"{what} nằm ngoài phần DMN được dùng. Dùng bảng quyết định hoặc một biểu thức.",
            f"{what} is outside the DMN subset in use. Use a decision table or one expression.",
        )

    def children(self, node: etree._Element, *names: str) -> list[etree._Element]:
        wanted = {f"{{{self.namespace}}}{name}" for name in names}
        return [child for child in node if child.tag in wanted]

    def text(self, node: etree._Element, name: str) -> str | None:
        """The expression under the child `name`, or None when there is none."""
        for child in self.children(node, name):
            self.check_language(child)
            for text in self.children(child, "text"):
                return (text.text or "").strip() or None
        return None

    def check_language(self, node: etree._Element) -> None:
        language = node.get("expressionLanguage")
        if language and language.lower() != "feel" and not language.rstrip("/").endswith("/FEEL"):
            self.refuse(node, f"expressionLanguage {language[:60]}")

    def definitions(self, root: etree._Element) -> dict[str, Decision]:
        self.check_language(root)
        decisions: list[etree._Element] = []
        for child in root.iterchildren(tag=etree.Element):
            name = etree.QName(child)
            if name.namespace != self.namespace:
                continue
            if name.localname == "decision":
                decisions.append(child)
            elif name.localname == "itemDefinition":
                self.types[child.get("name") or ""] = child
            elif name.localname not in _HARMLESS:
                self.refuse(child, name.localname)
            if name.localname in ("decision", "inputData") and (key := child.get("id")):
                if key in self.nodes:
                    self.fault(child, f"Mã {key} có hai lần.", f"The id {key} stands twice.")
                self.nodes[key] = child
        self.spaced = _spaced_names(root)
        for node in decisions:
            if node.get("id"):
                self.decision(str(node.get("id")))
            else:
                self.fault(node, "Quyết định thiếu id.", "The decision has no id.")
        return {key: decision for key, decision in self.read.items() if decision is not None}

    # Decisions and what they require

    def decision(self, key: str) -> Decision | None:
        """Read a decision once, after all that it requires."""
        node = self.nodes[key]
        if key in self.reading:
            self.fault(node, f"Quyết định {key} cần đến chính nó.", f"The decision {key} requires itself.")
            return None
        if len(self.reading) >= MAX_CHAIN:
            self.fault(
                node,
                f"Quá {MAX_CHAIN} quyết định nối nhau.",
                f"More than {MAX_CHAIN} decisions require each other in a row.",
            )
            return None
        if key not in self.read:
            self.reading.append(key)
            self.read[key] = self.new_decision(key, node)
            self.reading.pop()
        return self.read[key]

    def new_decision(self, key: str, node: etree._Element) -> Decision | None:
        needs: list[Decision] = []
        given: dict[str, Kind] = {}
        logic: etree._Element | None = None
        for child in node.iterchildren(tag=etree.Element):
            name = etree.QName(child)
            if name.namespace != self.namespace or name.localname in _HARMLESS:
                continue
            if name.localname in ("decisionTable", "literalExpression"):
                logic = child
            elif name.localname == "informationRequirement":
                self.requirement(child, needs, given)
            else:
                self.refuse(child, name.localname)
        if logic is None:
            self.fault(
                node, f"Quyết định {key} không có bảng hay biểu thức.", f"The decision {key} has no table."
            )
            return None
        variable, kind = self.variable(node)
        found: Decision
        if etree.QName(logic).localname == "decisionTable":
            found = self.table(key, node, logic)
        else:
            text = self.cell(logic)
            if not text:
                self.fault(logic, "Biểu thức trống.", "The expression is empty.")
            found = Formula(
                id=key,
                name=node.get("name") or key,
                variable=variable,
                expression=self.expression(logic, text or "null"),
            )
        return replace(found, variable=variable, wanted=kind, given=given, needs=tuple(needs))

    def requirement(self, node: etree._Element, needs: list[Decision], given: dict[str, Kind]) -> None:
        for child in self.children(node, "requiredInput", "requiredDecision"):
            href = child.get("href") or ""
            other = self.nodes.get(href.partition("#")[2]) if href.startswith("#") else None
            what = etree.QName(child).localname
            if other is None or (etree.QName(other).localname == "decision") != (what == "requiredDecision"):
                self.fault(
                    child,
                    f"{what} {href[:60]} không có trong tệp này.",
                    f"{what} {href[:60]} is not in this file.",
                )
            elif what == "requiredInput":
                name, kind = self.variable(other)
                if kind is not None:
                    given[name] = kind
            elif (found := self.decision(str(other.get("id")))) is not None:
                needs.append(found)

    def variable(self, node: etree._Element) -> tuple[str, Kind | None]:
        """The name under which others read the answer or the input data, and its kind."""
        for child in self.children(node, "variable"):
            name = _one_line(child.get("name") or node.get("name") or "")
            return name or str(node.get("id")), self.kind(child)
        return _one_line(node.get("name") or "") or str(node.get("id")), None

    # Tables

    def table(self, key: str, owner: etree._Element, node: etree._Element) -> DecisionTable:
        self.check_language(node)
        policy = (node.get("hitPolicy") or "UNIQUE").strip()
        aggregation = node.get("aggregation")
        inputs = tuple(self.input(child) for child in self.children(node, "input"))
        outputs = tuple(self.output(child, policy) for child in self.children(node, "output"))
        rows = self.children(node, "rule")
        if len(rows) > MAX_RULES or len(inputs) + len(outputs) > MAX_COLUMNS:
            self.fault(
                node,
                f"Bảng quá lớn: nhiều nhất {MAX_RULES} dòng và {MAX_COLUMNS} cột.",
                f"The table is too large: at most {MAX_RULES} rules and {MAX_COLUMNS} columns.",
            )
            rows = []
        rules = tuple(self.rule(row, len(inputs), len(outputs)) for row in rows)
        self.check_policy(node, policy, aggregation, outputs)
        return DecisionTable(
            id=key,
            name=owner.get("name") or key,
            variable=key,
            hit_policy=policy,
            aggregation=aggregation,
            inputs=inputs,
            outputs=outputs,
            rules=rules,
        )

    def check_policy(
        self, node: etree._Element, policy: str, aggregation: str | None, outputs: tuple[Output, ...]
    ) -> None:
        """Refuse what has no one right answer."""
        names = [output.name for output in outputs]
        if policy not in POLICIES:
            self.refuse(node, f"hitPolicy {policy}")
        if aggregation is not None and (policy != "COLLECT" or aggregation not in AGGREGATIONS):
            self.refuse(node, f"aggregation {aggregation} ({policy})")
        if aggregation is not None and len(outputs) > 1:
            self.refuse(node, f"aggregation {aggregation}, {len(outputs)} outputs")
        if node.get("preferredOrientation") == "CrossTable":
            self.refuse(node, "CrossTable")
        if not outputs:
            self.fault(node, "Bảng không có cột kết quả.", "The table has no output column.")
        if len(outputs) > 1 and (None in names or len(set(names)) < len(names)):
            self.fault(
                node,
                "Bảng nhiều cột kết quả: mỗi cột cần một tên riêng.",
                "With several outputs each needs a name of its own.",
            )
        if policy in RANKED and all(output.ranking is None for output in outputs):
            self.fault(
                node,
                f"Bảng {policy} cần danh sách giá trị của cột kết quả, xếp từ ưu tiên cao xuống thấp.",
                f"{policy} needs the output values, the best first.",
            )
        if policy not in SINGLE and any(output.default is not None for output in outputs):
            self.refuse(node, f"defaultOutputEntry ({policy})")

    def input(self, node: etree._Element) -> Input:
        expressions = self.children(node, "inputExpression")
        text = None
        if expressions:
            self.check_language(expressions[0])
            texts = self.children(expressions[0], "text")
            text = (texts[0].text or "").strip() if texts else None
        if not text:
            self.fault(node, "Cột điều kiện chưa có biểu thức.", "The input column has no expression.")
        return Input(
            node.get("id"),
            node.get("label") or text or "?",
            self.expression(node, text or "null"),
            self.tests(node, self.text(node, "inputValues")),
            self.kind(expressions[0]) if expressions else None,
        )

    def output(self, node: etree._Element, policy: str) -> Output:
        values = self.text(node, "outputValues")
        default = self.text(node, "defaultOutputEntry")
        return Output(
            node.get("id"),
            node.get("name") or None,
            node.get("label") or node.get("name") or "?",
            self.tests(node, values),
            self.expression(node, f"[{values}]") if values and policy in RANKED else None,
            self.expression(node, default) if default else None,
            self.kind(node),
        )

    def rule(self, node: etree._Element, inputs: int, outputs: int) -> Rule:
        cells, results = self.children(node, "inputEntry"), self.children(node, "outputEntry")
        if (len(cells), len(results)) != (inputs, outputs):
            self.fault(
                node,
                f"Dòng có {len(cells)} + {len(results)} ô, bảng có {inputs} + {outputs} cột.",
                f"The rule has {len(cells)} + {len(results)} cells, the table {inputs} + {outputs} columns.",
            )
        for cell in results:
            if not self.cell(cell):
                self.fault(
                    cell, "Ô kết quả trống; ghi null nếu muốn để rỗng.", "Empty output; write null if meant."
                )
        tests = tuple(self.tests(cell, self.cell(cell) or "-") for cell in cells)
        found = tuple(self.expression(cell, self.cell(cell) or "null") for cell in results)
        return Rule(node.get("id"), tuple(test for test in tests if test is not None), found)

    def cell(self, node: etree._Element) -> str:
        self.check_language(node)
        texts = self.children(node, "text")
        return (texts[0].text or "").strip() if texts else ""

    # Kinds

    def kind(self, node: etree._Element) -> Kind | None:
        return self.kind_named(node, (node.get("typeRef") or "").strip())

    def kind_named(self, node: etree._Element, written: str) -> Kind | None:
        name = written if written in self.types else written.rpartition(":")[2].strip()
        if name in ("", "Any") and name not in self.types:
            return None
        if name in self.types:
            if name in self.naming or len(self.naming) >= MAX_CHAIN:
                self.refuse(node, f"itemDefinition {name[:60]} → {name[:60]}")
                return None
            if name not in self.kinds:
                self.naming.append(name)
                self.kinds[name] = self.item(self.types[name])
                self.naming.pop()
            return self.kinds[name]
        if name not in BASE:
            self.refuse(node, f"typeRef {written[:60]}")
            return None
        return Kind(name, base=name)

    def item(self, node: etree._Element) -> Kind:
        """The kind that an item definition or a component of one describes."""
        for child in self.children(node, "functionItem"):
            self.refuse(child, "functionItem")
        parents = self.children(node, "typeRef")
        parent = self.kind_named(parents[0], (parents[0].text or "").strip()) if parents else None
        entries = {
            _one_line(child.get("name") or ""): self.item(child) for child in self.children(node, "itemComponent")
        }
        allowed = self.tests(node, self.text(node, "allowedValues"))
        for child in self.children(node, "typeConstraint"):
            self.refuse(child, "typeConstraint")
        return Kind(
            node.get("name") or "?",
            many=node.get("isCollection") in ("true", "1"),
            entries=entries or None,
            allowed=allowed,
            parent=parent,
        )

    # Expressions

    def expression(self, node: etree._Element, text: str) -> Expression:
        try:
            return compile_expression(text, spaced=self.spaced)
        except FeelError as error:
            self.fault(node, error.message, error.message_en)
            return compile_expression("null")

    def tests(self, node: etree._Element, text: str | None) -> UnaryTests | None:
        if text is None:
            return None
        try:
            return compile_unary(text, spaced=self.spaced)
        except FeelError as error:
            self.fault(node, error.message, error.message_en)
            return compile_unary("-")


_SPACED_NAME = re.compile(r"[^\W\d][\w /*+'-]*")


def _one_line(name: str) -> str:
    return " ".join(name.split())


def _spaced_names(root: etree._Element) -> tuple[str, ...]:
    """Names of the file that are more than one word, so that expressions may write them as they are."""
    names = {
        _one_line(node.get("name") or "")
        for node in root.iter(etree.Element)
        if etree.QName(node).localname in ("decision", "inputData", "variable", "itemComponent", "output")
    }
    spaced = {name for name in names if _SPACED_NAME.fullmatch(name) and not name.isidentifier()}
    return tuple(sorted(spaced, key=len, reverse=True))
