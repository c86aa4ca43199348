"""Every place of a bundle where an expression, or a gap for a value, can stand: one list for all tests that go through them.

Each place makes a whole bundle with the process `p` around a text, and knows a text that is fine there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

from tests.workflows.running import (
    chain,
    diagram,
    end,
    external,
    flow,
    gateway,
    receive,
    script,
    start,
    user,
    within,
)

Files = dict[str, bytes]
FORM = b'{"type":"default","id":"form","components":[{"type":"textfield","key":"comment","label":"Ghi"}]}'
_MESSAGE = {"messages": {"m": "a:b"}}
_MANY = (
    '<bpmn:multiInstanceLoopCharacteristics {} nom:outputCollection="all" nom:outputElement="o">{}'
    "</bpmn:multiInstanceLoopCharacteristics>"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands, and one that is fine there."""

    fair: str
    files: Callable[[str], Files]


def _data(tag: str, text: str) -> str:
    return f"<bpmn:{tag}><![CDATA[{text}]]></bpmn:{tag}>"


def _timed(kind: str, text: str) -> str:
    return f"<bpmn:timerEventDefinition>{_data(kind, text)}</bpmn:timerEventDefinition>"


def _drawn(content: bytes, **more: bytes) -> Files:
    return {"p.bpmn": content, "form.form": FORM, **{name.replace("__", "."): one for name, one in more.items()}}


def _chosen(kind: str) -> Callable[[str], Files]:
    return lambda text: _drawn(
        diagram(
            start() + gateway("x", "x__end", kind) + user("a") + end() + chain("begin", "x", "end") + flow("x", "a", text, key="x2")
            + chain("a", "end")
        )
    )


def _caught(kind: str) -> Callable[[str], Files]:
    return lambda text: _drawn(within(f'<bpmn:intermediateCatchEvent id="x">{_timed(kind, text)}</bpmn:intermediateCatchEvent>'))


def _edge(kind: str) -> Callable[[str], Files]:
    return lambda text: _drawn(
        diagram(
            start() + user("x") + end() + chain("begin", "x", "end")
            + f'<bpmn:boundaryEvent id="edge" attachedToRef="x" cancelActivity="false">{_timed(kind, text)}</bpmn:boundaryEvent>'
            + chain("edge", "end")
        )
    )


def _task(attribute: str) -> Callable[[str], Files]:
    return lambda text: _drawn(within(user("x", f"{attribute}={quoteattr(text)}")))


def _looped(attributes: str = "", inner: str = "") -> Callable[[str], Files]:
    def files(text: str) -> Files:
        loop = _MANY.format(attributes.format(quoteattr(text)), _data(inner, text) if inner else "")
        return _drawn(within(external("x", inner=loop, topic="notice.send")))

    return files


def _input(text: str) -> Files:
    parameter = f'<camunda:inputParameter name="y"><![CDATA[{text}]]></camunda:inputParameter>'
    extensions = f"<bpmn:extensionElements><camunda:inputOutput>{parameter}</camunda:inputOutput></bpmn:extensionElements>"
    return _drawn(within(external("x", inner=extensions, topic="notice.send")))


def _form(component: Callable[[str], Mapping[str, Any]]) -> Callable[[str], Files]:
    def files(text: str) -> Files:
        one = {"id": "c", "key": "points", "label": "Điểm", **component(text)}
        form = json.dumps({"type": "default", "id": "form", "schemaVersion": 19, "components": [one]}).encode()
        return {"p.bpmn": within(user("x")), "form.form": form}

    return files


def _limit(kind: str, word: str) -> Callable[[str], Files]:
    return _form(lambda text: {"type": kind, "validate": {word: f"={text}"}})


_TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:t">{item}
<decision id="choose" name="choose"><decisionTable id="t" hitPolicy="{policy}"><input id="i">
<inputExpression id="ie" {kind}><text><![CDATA[{input}]]></text></inputExpression>{allowed}</input>
<output id="o" name="y">{values}{default}</output><rule id="r"><inputEntry id="c"><text><![CDATA[{cell}]]></text></inputEntry>
<outputEntry id="e"><text><![CDATA[{result}]]></text></outputEntry></rule></decisionTable></decision></definitions>"""
_PLAIN = {
    "item": "", "policy": "FIRST", "kind": "", "input": "1", "allowed": "", "values": "", "default": "", "cell": "-", "result": "1",
}


def _table(part: str, tag: str = "", **more: str) -> Callable[[str], Files]:
    def files(text: str) -> Files:
        said = f'<{tag} id="v"><text><![CDATA[{text}]]></text></{tag}>' if tag else text
        if part == "item":
            said = f'<itemDefinition id="it" name="kind"><typeRef>number</typeRef>{said}</itemDefinition>'
        return _decided(_TABLE.format_map(_PLAIN | more | {part: said}))

    return files


def _decided(table: str) -> Files:
    task = '<bpmn:businessRuleTask id="x" camunda:decisionRef="choose" camunda:resultVariable="y" />'
    return _drawn(within(task), t__dmn=table.encode())


def _formula(text: str) -> Files:
    return _decided(
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:t"><decision id="choose" '
        f'name="choose"><literalExpression id="le"><text><![CDATA[{text}]]></text></literalExpression></decision></definitions>'
    )


def _letter(part: str) -> Callable[[str], Files]:
    def files(text: str) -> Files:
        said = {"subject": "Việc mới", "opening": "Bạn có việc mới.", "closing": "Hết."} | {part: f"Về {{{{ {text} }}}}"}
        section = "".join(f"{key} = {json.dumps(value)}\n" for key, value in said.items() if key != "facts")
        section += f'facts = [["Việc", {json.dumps(said["facts"])}]]\n' if part == "facts" else ""
        whole = f'name = "Thư"\nname_en = "Letter"\n[vi]\n{section}[en]\n{section}'
        return _drawn(within(user("x")), thu__letter=whole.encode())

    return files


PLACES: Mapping[str, Place] = {
    "condition": Place("1 = 1", _chosen("exclusive")),
    "condition of an inclusive gateway": Place("1 = 1", _chosen("inclusive")),
    "due": Place("working_days(3)", _task("camunda:dueDate")),
    "target": Place("working_days(3)", _task("nom:target")),
    "key": Place("nomination_id", lambda text: _drawn(within(receive("x").replace('"nomination_id"', quoteattr(text)), **_MESSAGE))),
    "key of an event": Place("nomination_id", lambda text: _drawn(within(
        f'<bpmn:intermediateCatchEvent id="x" nom:key={quoteattr(text)}><bpmn:messageEventDefinition messageRef="m" />'
        "</bpmn:intermediateCatchEvent>", **_MESSAGE,
    ))),
    "script": Place("1 + 1", lambda text: _drawn(within(script("x", text, "y")))),
    "input": Place("1 + 1", _input),
    "timeDate": Place("working_days(3)", _caught("timeDate")),
    "timeDuration": Place('duration("P3D")', _caught("timeDuration")),
    "timeDate at a boundary": Place("working_days(3)", _edge("timeDate")),
    "timeDuration at a boundary": Place('duration("P3D")', _edge("timeDuration")),
    "timeCycle": Place("R3/P1D", _edge("timeCycle")),
    "collection": Place("[1, 2]", _looped("camunda:collection={}")),
    "loopDataInputRef": Place("[1, 2]", _looped(inner="loopDataInputRef")),
    "cardinality": Place("2", _looped(inner="loopCardinality")),
    "completion": Place("1 = 1", _looped('camunda:collection="[1, 2]"', "completionCondition")),
    "form: condition": Place("1 = 2", _form(lambda text: {"type": "textfield", "conditional": {"hide": f"={text}"}})),
    "form: least number": Place("1 + 1", _limit("number", "min")),
    "form: greatest number": Place("1 + 1", _limit("number", "max")),
    "form: shortest text": Place("1 + 1", _limit("textfield", "minLength")),
    "form: longest text": Place("1 + 1", _limit("textarea", "maxLength")),
    "form: options": Place('["a", "b"]', _form(lambda text: {"type": "radio", "valuesExpression": f"={text}"})),
    "form: computed": Place("1 + 1", _form(lambda text: {"type": "expression", "expression": f"={text}"})),
    "form: table": Place('[{"a": 1}]', _form(
        lambda text: {"type": "table", "dataSource": f"={text}", "columns": [{"key": "a", "label": "A"}]}
    )),
    "form: label": Place("1 + 1", _form(lambda text: {"type": "textfield", "label": f"={text}"})),
    "form: description": Place("1 + 1", _form(lambda text: {"type": "textfield", "description": f"Ghi {{{{{text}}}}}"})),
    "form: text": Place("1 + 1", _form(lambda text: {"type": "text", "text": f"Có {{{{{text}}}}} việc"})),
    "form: hint": Place("1 + 1", _form(lambda text: {"type": "textfield", "properties": {"hint": f"Có {{{{{text}}}}}"}})),
    "table: input": Place("1 + 1", _table("input")),
    "table: cell": Place("< 5", _table("cell")),
    "table: result": Place("1 + 1", _table("result")),
    "table: allowed input": Place("[1..5]", _table("allowed", "inputValues")),
    "table: allowed output": Place("1, 2", _table("values", "outputValues")),
    "table: ranked output": Place("1, 2", _table("values", "outputValues", policy="PRIORITY")),
    "table: default output": Place("1 + 1", _table("default", "defaultOutputEntry")),
    "table: item definition": Place("[1..5]", _table("item", "allowedValues", kind='typeRef="kind"')),
    "decision: expression": Place("1 + 1", _formula),
    "letter: subject": Place("task", _letter("subject")),
    "letter: opening": Place("task", _letter("opening")),
    "letter: facts": Place("task", _letter("facts")),
    "letter: closing": Place("task", _letter("closing")),
}

HOSTILE: Mapping[str, str] = {
    "python": "__import__('os').system('touch {mark}')",
    "attributes": "().__class__.__bases__[0].__subclasses__()",
    "attributes of a text": '"".__class__.__mro__',
    "another language": "${{decision}}",
    "a template": "{{{{ self.__init__.__globals__ }}}}",
    "a huge range": "count(for i in 1..99999999999 return i) > 0",
    "ranges in each other": "some a in 1..99999999999, b in 1..99999999999 satisfies a = b",
    "a huge text": '"' + "a" * 5_000 + '" = "a"',
    "a huge number": "9" * 5_000,
    "deep nesting": "(" * 200 + "1" + ")" * 200 + " = 1",
    "deep lists": "[" * 200 + "1" + "]" * 200,
    "deep negation": "not(" * 200 + "true" + ")" * 200,
}
"""What somebody may try to write there; `{mark}` is a file that it would make."""


def hostile(name: str, mark: object = "") -> str:
    """A hostile text."""
    return HOSTILE[name].format(mark=mark)
