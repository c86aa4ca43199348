"""Reads decision tables from DMN: what is not a plain decision table is refused by name, with the element's
id.

Refused are other kinds of decision logic, decisions that require other decisions, business knowledge models,
imports, and expression languages other than FEEL. How a table answers is in `workflows.decision_table`.
"""

from __future__ import annotations

from lxml import etree

from workflows import safexml
from workflows.decision_table import (
    AGGREGATIONS,
    KINDS,
    POLICIES,
    RANKED,
    SINGLE,
    DecisionError,
    DecisionTable,
    Fault,
    Input,
    Output,
    Rule,
    decision_error,
)
from workflows.feel import Expression, FeelError, UnaryTests, compile_expression, compile_unary

__all__ = ["DecisionError", "DecisionTable", "Fault", "load_decisions"]

MAX_RULES = 500
MAX_COLUMNS = 50

_NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20180521/MODEL/",  # 1.2
        "https://www.omg.org/spec/DMN/20191111/MODEL/",  # 1.3
        "https://www.omg.org/spec/DMN/20211108/MODEL/",  # 1.4
        "https://www.omg.org/spec/DMN/20230324/MODEL/",  # 1.5
    }
)


def load_decisions(xml: bytes) -> dict[str, DecisionTable]:
    """Read all the decision tables of a DMN file, by the id of the decision.

    Raises safexml.RefusedXml for XML that is not safe, DecisionError with all faults for the rest.
    """
    root = safexml.parse(xml).getroot()
    reader = _Reader(etree.QName(root).namespace or "")
    if reader.namespace not in _NAMESPACES or etree.QName(root).localname != "definitions":
        raise decision_error(None, "Tệp này không phải DMN 1.2 đến 1.5.", "This file is not DMN 1.2 to 1.5.")
    tables = reader.definitions(root)
    if reader.faults:
        raise DecisionError(reader.faults)
    return tables


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
    """Collects the tables of one file, and every fault on the way."""

    def __init__(self, namespace: str) -> None:
        self.namespace = namespace
        self.faults: list[Fault] = []

    def fault(self, node: etree._Element, message: str, message_en: str) -> None:
        owner: etree._Element | None = node
        while owner is not None and owner.get("id") is None:
            owner = owner.getparent()
        self.faults.append(Fault(None if owner is None else owner.get("id"), message, message_en))

    def refuse(self, node: etree._Element, what: str) -> None:
        self.fault(
            node,
            f"{what} nằm ngoài phần DMN được dùng. Dùng một bảng quyết định.",
            f"{what} is outside the DMN subset in use. Use one decision table.",
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

    def definitions(self, root: etree._Element) -> dict[str, DecisionTable]:
        self.check_language(root)
        tables: dict[str, DecisionTable] = {}
        for child in root.iterchildren(tag=etree.Element):
            name = etree.QName(child)
            if name.namespace == self.namespace and name.localname == "decision":
                table = self.decision(child)
                if table is not None and table.id in tables:
                    self.fault(child, f"Mã {table.id} có hai lần.", f"The id {table.id} stands twice.")
                elif table is not None:
                    tables[table.id] = table
            elif name.namespace == self.namespace and name.localname not in _HARMLESS:
                self.refuse(child, name.localname)
        return tables

    def decision(self, node: etree._Element) -> DecisionTable | None:
        key = node.get("id")
        if not key:
            self.fault(node, "Quyết định thiếu id.", "The decision has no id.")
            return None
        table: etree._Element | None = None
        for child in node.iterchildren(tag=etree.Element):
            name = etree.QName(child)
            if name.namespace != self.namespace or name.localname in _HARMLESS:
                continue
            if name.localname == "decisionTable":
                table = child
            elif name.localname != "informationRequirement":
                self.refuse(child, name.localname)
            elif not self.children(child, "requiredInput"):
                self.refuse(child, "requiredDecision")
        if table is None:
            self.fault(node, f"Quyết định {key} không có bảng.", f"The decision {key} has no table.")
            return None
        return self.table(key, node.get("name") or key, table)

    def table(self, key: str, name: str, node: etree._Element) -> DecisionTable:
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
        return DecisionTable(key, name, policy, aggregation, inputs, outputs, rules)

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

    def kind(self, node: etree._Element) -> str | None:
        kind = (node.get("typeRef") or "").removeprefix("feel:")
        if kind in ("", "Any"):
            return None
        if kind not in KINDS:
            self.refuse(node, f"typeRef {kind[:60]}")
            return None
        return kind

    def expression(self, node: etree._Element, text: str) -> Expression:
        try:
            return compile_expression(text)
        except FeelError as error:
            self.fault(node, error.message, error.message_en)
            return compile_expression("null")

    def tests(self, node: etree._Element, text: str | None) -> UnaryTests | None:
        if text is None:
            return None
        try:
            return compile_unary(text)
        except FeelError as error:
            self.fault(node, error.message, error.message_en)
            return compile_unary("-")
