"""Which names of the data exist where: who gives each, of what type, and where it can have come before.

What a name holds is taken over the whole bundle; where it is known follows the arrows, into called processes and out
again. Nothing is run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from workflows.checks import split_list
from workflows.decision_table import SINGLE, DecisionTable
from workflows.feel import FeelError, compile_expression
from workflows.feel.types import ANY, NAMED, NUMBER, STRING, Type, context, list_of, one, read_type, texts
from workflows.graph import BPMN, Scope, declared, local
from workflows.known import FormSeen, Known
from workflows.parser import loop_of, read_attributes, script_text

_ROUNDS = 3
"""How often types of computed names are worked out again from each other."""


@dataclass
class Names:
    """What the data may hold, and where."""

    types: dict[str, Type]  # over the whole bundle
    before: Mapping[str, int]  # element → bits of the names that can have come before it
    bits: Mapping[str, int]  # name → its bit

    def at(self, element: str) -> dict[str, Type]:
        """The names that can be there when this element is entered, with their types."""
        mask = self.before.get(element, 0)
        return {name: kind for name, kind in self.types.items() if mask & self.bits[name]}


def learn_names(
    scopes: Mapping[str, Scope],
    forms: Mapping[str, FormSeen],
    tables: Mapping[str, DecisionTable],
    known: Known,
    main: str,
) -> Names | None:
    """Gather the names; None where they cannot be told, as the service said nothing or a form has faults."""
    if known.started is None or known.messages is None:
        return None
    if any(form.answers is None for form in forms.values()):
        return None
    objects = _data_objects(scopes)
    called = {str(node.get("calledElement")) for _, _, node in _elements(scopes) if local(node) == "callActivity"}
    given = {p: {**objects, **known.given(p)} for p in scopes if p == main or p not in called}
    types: dict[str, Type] = {}
    for one_given in given.values():
        for name, kind in one_given.items():
            types[name] = types[name] | kind if name in types else kind
    after: dict[str, set[str]] = {}  # element → names that it leaves behind
    entering: dict[str, set[str]] = {}  # element → names that stand there on entry already

    def put(where: dict[str, set[str]], key: str, name: str, kind: Type) -> None:
        types[name] = types[name] | kind if name in types else kind
        where.setdefault(key, set()).add(name)

    computed: list[tuple[str, str, etree._Element]] = []
    for _scope, key, node in _elements(scopes):
        attributes = read_attributes(node)
        tag = local(node)
        if tag == "userTask":
            seen = forms.get(attributes.get("form", ""))
            for name, kind in (seen.answers or {}).items() if seen else ():
                put(after, key, name, kind)
        elif message := _message(node):
            for name, kind in known.messages.get(message, {}).items():
                put(after, key, name, kind)
            if tag != "boundaryEvent" and (values := split_list(attributes.get("values", ""))):
                put(after, key, "result", texts(values))
        elif variable := attributes.get("result_variable"):
            if tag == "serviceTask":
                put(after, key, variable, one("context"))
            elif tag in ("scriptTask", "businessRuleTask"):
                after.setdefault(key, set()).add(variable)
                computed.append((key, variable, node))
        loop = loop_of(node)
        if loop is not None:
            if loop.get("item"):
                put(entering, key, loop["item"], NUMBER if "count" in loop else ANY)
            if loop.get("output"):
                put(entering, key, loop["output"], list_of(None))
    _compute(computed, types, tables)
    bits = {name: 1 << place for place, name in enumerate(types)}
    return Names(types, _reach(scopes, given, after, entering, bits), bits)


def result_of(table: DecisionTable) -> Type:
    """What a decision table gives."""
    columns = {
        output.name or output.label: stored(NAMED[output.kind]) | one("null")
        if output.kind
        else _union_of([stored(read_type(rule.results[place], None).type) for rule in table.rules]) | one("null")
        for place, output in enumerate(table.outputs)
    }
    answer = next(iter(columns.values())) if len(columns) == 1 else context(columns, "null")
    if table.hit_policy in SINGLE:
        return answer | one("null")
    return list_of(answer) if table.aggregation is None else one("number", "null", *answer.kinds)


def _compute(
    computed: list[tuple[str, str, etree._Element]], types: dict[str, Type], tables: Mapping[str, DecisionTable]
) -> None:
    """Work out the types of script and table results, which may rest on each other."""
    given = dict(types)
    for round_ in range(_ROUNDS):
        found: dict[str, Type] = {}
        for _, name, node in computed:
            if local(node) == "businessRuleTask":
                table = tables.get(read_attributes(node).get("decision_ref", ""))
                kind = result_of(table) if table is not None else ANY
            elif round_ == _ROUNDS - 1 and any(n == name for _, n, other in computed if other is not node):
                kind = ANY
            else:
                kind = _typed(script_text(node), {**types})
            found[name] = found[name] | kind if name in found else kind
        before = dict(types)
        for name, kind in found.items():
            types[name] = given[name] | kind if name in given else kind
        if types == before:
            return


def _typed(text: str, names: Mapping[str, Type] | None) -> Type:
    """The type of an expression as it lands in the data."""
    try:
        return stored(read_type(compile_expression(text), names).type)
    except FeelError:
        return ANY


def stored(kind: Type) -> Type:
    """The type of a value once it stands in the data: plain JSON keeps days, times and durations as texts."""
    times = kind.kinds & {"date", "time", "moment", "duration", "months"}
    return Type(kind.kinds - times, kind.values, kind.entries, kind.items) | STRING if times else kind


def _union_of(types: list[Type]) -> Type:
    whole = types[0] if types else ANY
    for other in types[1:]:
        whole = whole | other
    return whole


def _elements(scopes: Mapping[str, Scope]) -> Iterator[tuple[Scope, str, etree._Element]]:
    for process in scopes.values():
        for scope in process.walk():
            for key, node in scope.elements.items():
                yield scope, key, node


def _data_objects(scopes: Mapping[str, Scope]) -> dict[str, Type]:
    """Names of the data objects that are drawn; what they hold, associations say."""
    return {
        str(node.get("id")): ANY
        for scope in scopes.values()
        for node in scope.node.iter(f"{BPMN}dataObject")
        if node.get("id")
    }


def _message(node: etree._Element) -> str | None:
    """The name of the message that an element waits for."""
    reference = node.get("messageRef") if local(node) == "receiveTask" else None
    for child in node.iterchildren(f"{BPMN}messageEventDefinition"):
        reference = child.get("messageRef")
    named = declared(node, "message", reference)
    return named.get("name") if named is not None else None


def _reach(
    scopes: Mapping[str, Scope],
    given: Mapping[str, Mapping[str, Type]],
    after: Mapping[str, set[str]],
    entering: Mapping[str, set[str]],
    bits: Mapping[str, int],
) -> dict[str, int]:
    """For each element the names that can have come before it, along all the arrows of the bundle."""
    arrows = _arrows(scopes)
    before: dict[str, int] = dict.fromkeys(arrows, 0)
    leaves = {key: _mask(after.get(key, ()), bits) | _mask(entering.get(key, ()), bits) for key in arrows}
    todo: list[str] = []
    for process, names in given.items():
        for key in scopes[process].kinds("startEvent"):
            before[key] |= _mask(names, bits)
            todo.append(key)
    todo += [key for key in arrows if leaves[key]]
    waiting = set(todo)
    place = 0
    while place < len(todo):
        key = todo[place]
        place += 1
        waiting.discard(key)
        carried = before[key] | leaves[key]
        for target in arrows[key]:
            if carried & ~before[target]:
                before[target] |= carried
                if target not in waiting:
                    waiting.add(target)
                    todo.append(target)
    return {key: mask | _mask(entering.get(key, ()), bits) for key, mask in before.items()}


def _mask(names: object, bits: Mapping[str, int]) -> int:
    mask = 0
    for name in names:  # type: ignore[attr-defined]
        mask |= bits[name]
    return mask


def _arrows(scopes: Mapping[str, Scope]) -> dict[str, list[str]]:
    """Where data goes from each element: along flows, into subprocesses and called processes, and out of them.

    Leaving is a place of its own, "scope/", since whatever was written inside comes out, at an end or at a boundary.
    """
    arrows: dict[str, list[str]] = {}
    for process in scopes.values():
        for scope in process.walk():
            arrows.setdefault(f"{scope.id}/", [])
            for key, targets in scope.arrows().items():
                arrows.setdefault(key, []).extend([*targets, f"{scope.id}/"])
    for scope, key, node in _elements(scopes):
        inner = {"subProcess": key, "callActivity": str(node.get("calledElement"))}.get(local(node))
        if inner is None or f"{inner}/" not in arrows:
            continue
        within = scopes.get(inner) or next(one for one in scope.inner if one.id == inner)
        arrows[key].extend(within.kinds("startEvent"))
        arrows[f"{inner}/"].extend(scope.arrows().get(key, ()))
        arrows[f"{inner}/"].append(f"{scope.id}/")
    for targets in list(arrows.values()):
        for target in targets:
            arrows.setdefault(target, [])
    return arrows
