"""A bundle of files to a Definition that instances run on, or every Problem that stands in the way.

It reads; it does not run. A Definition is immutable after reading and may be shared by threads; it belongs in
a cache per process and is never stored with an instance.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.util.task import TaskState

from workflows import graph, safexml
from workflows.advice import advise
from workflows.checks import (
    MOST_CELLS,
    MOST_TEXT,
    NODES,
    Bundle,
    check,
    check_ids,
    check_language,
    count_elements,
    lane_of,
    split_list,
    text_length,
)
from workflows.choices import check_choices
from workflows.decision_table import DecisionTable
from workflows.decisions import Decision, DecisionError, load_decisions, only_tables
from workflows.drawing import check_drawing
from workflows.expressions import check_expressions
from workflows.feel import FeelError
from workflows.feel.types import Type
from workflows.graph import BPMN, Scope, declared, local
from workflows.known import CheckForm, FormSeen, Known
from workflows.letter_text import check_letters
from workflows.names import learn_names
from workflows.paper_checks import check_papers, read_in_papers
from workflows.parser import DiagramParser, loop_of, read_attributes
from workflows.problems import Problem, Problems
from workflows.register import MATTER_DATA, BadRegister, Register, check_register, register_of
from workflows.table_checks import check_tables
from workflows.vocabulary import check_words
from workflows.votes import check_forms, form_text_length
from workflows.wording import problem

MOST_HELP = 600
"""Characters of what a step says of itself (its documentation) that are kept."""
_EXPRESSIONS = ("due", "key", "item_title", "expression", "table", "collection", "count", "done_when")

_KINDS = {
    "userTask": "user",
    "receiveTask": "receive",
    "serviceTask": "external",
    "businessRuleTask": "decision",
    "scriptTask": "script",
    "callActivity": "call",
    "subProcess": "subprocess",
    "startEvent": "start",
    "endEvent": "end",
    "exclusiveGateway": "gateway",
    "inclusiveGateway": "gateway",
    "parallelGateway": "gateway",
    "intermediateThrowEvent": "throw",
    "sequenceFlow": "flow",
}


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a diagram as the service sees it."""

    id: str
    process: str
    kind: str
    name: str
    lane: str | None
    attrs: Mapping[str, str]
    message: str | None = None
    ends: tuple[str, str] | None = None  # of a flow: where from, where to
    host: str | None = None  # of a boundary event: the activity that it sits on
    scope: str = ""  # the process or subprocess it stands in
    calls: str | None = None  # of a call activity: the called process
    repeated: bool = False  # done once for each item of a list
    lane_group: str = ""  # whose the lane is


@dataclass(frozen=True)
class Definition:
    """A main process with everything it needs, ready to run."""

    main: str
    name: str  # of the main process, as drawn
    register: Register | None  # of its matters; None where the service itself says what its cases are
    processes: tuple[str, ...]
    processes_named: Mapping[str, str]  # process id → name as drawn
    file_of: Mapping[str, str]  # process id → file name in the bundle
    names: frozenset[str]  # every free name that any expression reads, first segments
    warnings: tuple[Problem, ...]  # what looks wrong and stops nothing
    digest: str
    elements: Mapping[str, Element]
    spec: Any = field(repr=False)
    subprocess_specs: Mapping[str, Any] = field(repr=False)
    task_specs: tuple[Any, ...] = field(repr=False)  # every specification, by process and name: states count on it
    as_built: tuple[Any, ...] = field(repr=False)  # the same as the parser built them: the first form of states counted on it
    shape: str  # of what parts it was built, whatever their order: a state is read only where they are the same


def read_definition(
    bundle: Mapping[str, bytes],
    *,
    main: str,
    known: Known | None = None,
    check_form: CheckForm | None = None,
) -> Definition:
    """Read a bundle (file name → bytes of *.bpmn, *.dmn, *.form) whose main process is `main`.

    Raises Problems with all faults at once. `check_form` looks into each form; without it only its being
    there counts, and names of fields are not checked. The digest changes with any byte of the bundle and with `main`.
    """
    faults: list[Problem] = []
    by_file = _read_trees(bundle, faults)
    trees = list(by_file.values())
    too_large = [*count_elements(trees), *_count_text(bundle, trees)]
    if too_large:
        raise Problems([*faults, *too_large])
    tables, table_of = _read_tables(bundle, faults)
    looked, known = known is not None, known or Known()
    faults.extend(check_ids(trees))
    for name, tree in by_file.items():
        faults.extend(replace(fault, file=name) for fault in check_language(tree))
    scopes = _read_scopes(trees)
    if main not in scopes and len(trees) == sum(name.endswith(".bpmn") for name in bundle):
        faults.append(problem("no-main", None, name=main))
    elements = _read_elements(scopes)
    files = _file_of(by_file)
    seen = _see_forms(bundle, check_form)
    register = _register(bundle, main)
    known = _with_register(known, register, main, seen) if register or f"{main}.register" not in bundle else _unnamed(known)
    faults.extend(_check_all(bundle, main, known, scopes, elements, tables, seen))
    if looked:  # gaps are the gate's matter; what only wants to run a bundle may run it with them
        faults.extend(check_tables(tables, {element.attrs.get("decision_ref", "") for element in elements.values()}))
    if known.drawn:
        for name, tree in by_file.items():
            mine = [key for key, one in elements.items() if files.get(one.process) == name]
            faults.extend(replace(fault, file=name) for fault in check_drawing(tree, mine))
    home = table_of | {
        str(node.get("id")): name for name, tree in by_file.items() for node in tree.iter(etree.Element) if node.get("id")
    }
    faults = [f if f.file or f.element is None else replace(f, file=home.get(f.element)) for f in faults]
    if any(fault.severity == "error" for fault in faults):
        raise Problems(_unique(faults))
    return _build(trees, tables, elements, main, scopes, files, _digest(bundle, main), tuple(_unique(faults)), register)


def load_definition(bundle: Mapping[str, bytes], *, main: str) -> Definition:
    """Read a bundle that was deployed; it passed the gate of its day, and stricter rules of today do not stop it.

    Raises Problems where the engine cannot build it.
    """
    faults: list[Problem] = []
    by_file = _read_trees(bundle, faults)
    tables, _ = _read_tables(bundle, faults)
    scopes = _read_scopes(by_file.values())
    if main not in scopes:
        faults.append(problem("no-main", None, name=main))
    if faults:
        raise Problems(faults)
    elements, files = _read_elements(scopes), _file_of(by_file)
    return _build(list(by_file.values()), tables, elements, main, scopes, files, _digest(bundle, main), (), _register(bundle, main))


def data_types(bundle: Mapping[str, bytes], *, main: str, known: Known, check_form: CheckForm) -> Mapping[str, Type]:
    """Of what type each name of the data may be over the whole bundle; nothing where that cannot be told."""
    faults: list[Problem] = []
    scopes = _read_scopes(_read_trees(bundle, faults).values())
    tables, _ = _read_tables(bundle, faults)
    seen = _see_forms(bundle, check_form)
    names = learn_names(scopes, seen, only_tables(tables), _with_register(known, _register(bundle, main), main, seen), main)
    return names.types if names is not None else {}


def _check_all(
    bundle: Mapping[str, bytes],
    main: str,
    known: Known,
    scopes: Mapping[str, Scope],
    elements: Mapping[str, Element],
    decisions: Mapping[str, Decision],
    seen: Mapping[str, FormSeen],
) -> Iterator[Problem]:
    """Every fault that the parts of the checker find in what was read."""
    tables = only_tables(decisions)
    forms = {name.removesuffix(".form"): raw for name, raw in bundle.items() if name.endswith(".form")}
    letters = {name.removesuffix(".letter"): raw for name, raw in bundle.items() if name.endswith(".letter")}
    users = {key for key, element in elements.items() if element.kind == "user"}
    yield from check(Bundle(scopes, forms, decisions, users, known))
    yield from check_words(scopes, known, letters, {name.removesuffix(".paper") for name in bundle if name.endswith(".paper")})
    yield from check_letters(letters, known.gaps)
    groups = {key: split_list(one.attrs.get("candidates", "")) for key, one in elements.items() if one.kind == "user"}
    yield from check_register(bundle, main, known, seen, groups)
    of_tasks = {key: one.attrs for key, one in elements.items() if one.kind == "user"}
    register = _register(bundle, main)
    yield from check_papers(bundle, register, known, seen, of_tasks)
    yield from check_forms(forms, elements.values())
    for name, form in seen.items():
        yield from (replace(fault, file=f"{name}.form") for fault in form.problems)
    names = learn_names(scopes, seen, tables, known, main) if seen or not forms else None
    yield from check_expressions(scopes, tables, names, known)
    yield from check_choices(scopes, tables, seen, known, {*read_in_papers(bundle), *(register.columns if register else ())})
    yield from advise(scopes)


def _register(bundle: Mapping[str, bytes], main: str) -> Register | None:
    """The register of a bundle; None too where it cannot be read, which the check tells."""
    try:
        return register_of(bundle, main)
    except BadRegister:
        return None


def _with_register(known: Known, register: Register | None, main: str, seen: Mapping[str, FormSeen]) -> Known:
    """What is known, with what the register adds: phases, outcomes, and the data that a matter starts with."""
    if register is None:
        return known
    form = seen.get(register.form)
    started = {**MATTER_DATA, **((form.answers if form is not None else None) or {})}
    return replace(
        known,
        phases=None if known.phases is None else register.phases,
        outcomes=None if known.outcomes is None else register.outcomes,
        started=None if known.started is None else {**known.started, main: started},
        read={*known.read, *register.columns, *register.gaps},
    )


def _unnamed(known: Known) -> Known:
    """What is known where a register cannot be read: what it would name is not checked meanwhile."""
    return replace(known, phases=None, outcomes=None, started=None)


def _see_forms(bundle: Mapping[str, bytes], check_form: CheckForm | None) -> dict[str, FormSeen]:
    """What each form of the bundle tells of itself; nothing without somebody who looks into it."""
    if check_form is None:
        return {}
    return {name.removesuffix(".form"): check_form(raw) for name, raw in bundle.items() if name.endswith(".form")}


def check_bundle(
    bundle: Mapping[str, bytes],
    *,
    main: str,
    known: Known | None = None,
    check_form: CheckForm | None = None,
) -> tuple[Problem, ...]:
    """All faults and warnings of a bundle; for the page that shows them on the shapes."""
    try:
        return read_definition(bundle, main=main, known=known, check_form=check_form).warnings
    except Problems as found:
        return found.problems


def called_processes(files: Mapping[str, bytes]) -> dict[str, set[str]]:
    """For each process in these diagrams the processes that it calls, embedded subprocesses included.

    Raises Problems for XML that is not read.
    """
    faults: list[Problem] = []
    trees = _read_trees(files, faults)
    if faults:
        raise Problems(faults)
    return {
        str(node.get("id")): {str(call.get("calledElement")) for call in node.iter(f"{BPMN}callActivity")}
        for tree in trees.values()
        for node in tree.iter(f"{BPMN}process")
    }


def papers_named(files: Mapping[str, bytes]) -> dict[str, set[str]]:
    """For each process in these diagrams the papers that its steps name. Raises Problems for XML that is not read."""
    faults: list[Problem] = []
    trees = _read_trees(files, faults)
    if faults:
        raise Problems(faults)
    return {
        str(node.get("id")): {name for one in node.iter(f"{BPMN}userTask") if (name := read_attributes(one).get("paper", ""))}
        for tree in trees.values()
        for node in tree.iter(f"{BPMN}process")
    }


def _unique(faults: Sequence[Problem]) -> list[Problem]:
    return list(dict.fromkeys(faults))


def _digest(bundle: Mapping[str, bytes], main: str) -> str:
    parts = hashlib.sha256(main.encode())
    for name in sorted(bundle):
        parts.update(f"\0{name}\0{len(bundle[name])}\0".encode() + bundle[name])
    return parts.hexdigest()


def _read_trees(bundle: Mapping[str, bytes], faults: list[Problem]) -> dict[str, etree._ElementTree]:
    trees = {}
    for name in sorted(bundle):
        if name.endswith(".bpmn"):
            try:
                trees[name] = safexml.parse(bundle[name])
            except safexml.RefusedXml as refused:
                faults.append(_refused(name, refused))
                continue
            if trees[name].getroot().tag != f"{BPMN}definitions":
                del trees[name]
                faults.append(problem("not-bpmn", None, file=name))
            elif next(trees[name].iter(f"{BPMN}process"), None) is None:
                faults.append(problem("no-process", None, file=name))
    return trees


def _count_text(bundle: Mapping[str, bytes], trees: Sequence[etree._ElementTree]) -> Iterator[Problem]:
    """Refuse a bundle whose expressions or tables would take longer to look at than anybody waits."""
    length = sum(text_length(tree.getroot()) for tree in trees)
    cells = 0
    for _name, tree in safexml.readable(bundle, ".dmn"):  # what cannot be read is said when it is read
        length += text_length(tree.getroot())
        cells += sum(1 for node in tree.getroot().iter(etree.Element) if str(node.tag).endswith("Entry"))
    length += sum(form_text_length(content) for name, content in bundle.items() if name.endswith(".form"))
    if length > MOST_TEXT:
        yield problem("too-much-text", None, count=length, most=MOST_TEXT)
    if cells > MOST_CELLS:
        yield problem("too-many-cells", None, count=cells, most=MOST_CELLS)


def _refused(name: str, refused: safexml.RefusedXml) -> Problem:
    return Problem(None, refused.code, f"{name}: {refused.message}", f"{name}: {refused.message_en}", file=name)


def _read_tables(
    bundle: Mapping[str, bytes], faults: list[Problem]
) -> tuple[dict[str, Decision], dict[str, str]]:
    """The decisions of the bundle, and in which file each of their parts stands."""
    tables: dict[str, Decision] = {}
    home: dict[str, str] = {}
    for name in sorted(bundle):
        if not name.endswith(".dmn"):
            continue
        try:
            found = load_decisions(bundle[name])
        except safexml.RefusedXml as refused:
            faults.append(_refused(name, refused))
        except DecisionError as error:
            faults.extend(
                problem(
                    "bad-decision",
                    fault.element,
                    message=f"{name}: {fault.message}",
                    message_en=f"{name}: {fault.message_en}",
                    file=name,
                )
                for fault in error.faults
            )
        else:
            faults.extend(problem("duplicate-id", key, name=key, file=name) for key in found if key in tables)
            tables.update(found)
            for key, table in found.items():
                home[key] = name
                if isinstance(table, DecisionTable):
                    ids = (one.id for part in (table.inputs, table.outputs, table.rules) for one in part)
                    home |= {part: name for part in ids if part}
    return tables, home


# -- elements


def _read_scopes(trees: Iterable[etree._ElementTree]) -> dict[str, Scope]:
    return {
        str(node.get("id")): graph.read_scope(node, str(node.get("id")), NODES | graph.UNRUN)
        for tree in trees
        for node in tree.iter(f"{BPMN}process")
        if node.get("id")
    }


def _file_of(by_file: Mapping[str, etree._ElementTree]) -> dict[str, str]:
    return {str(node.get("id")): name for name, tree in by_file.items() for node in tree.iter(f"{BPMN}process")}


def _read_elements(scopes: Mapping[str, Scope]) -> dict[str, Element]:
    elements: dict[str, Element] = {}
    for process in scopes.values():
        for scope in process.walk():
            for node in (*scope.elements.values(), *scope.flows):
                element = _read_element(scope, node)
                elements[element.id] = element
    return elements


def _read_element(scope: Scope, node: etree._Element) -> Element:
    kind, message = _KINDS.get(local(node), ""), None
    reference = node.get("messageRef")
    for child in node:
        if local(child) == "messageEventDefinition":
            reference = child.get("messageRef")
    if local(node) in ("boundaryEvent", "intermediateCatchEvent"):
        what = next(
            (local(c).removesuffix("EventDefinition") for c in node if local(c).endswith("EventDefinition")),
            "",
        )
        kind = (
            f"boundary_{what}" if local(node) == "boundaryEvent" else {"message": "receive"}.get(what, what)
        )
    named = declared(node, "message", reference)
    if named is not None:
        message = named.get("name")
    lane = lane_of(node)
    attrs = read_attributes(node)
    if kind == "user" and (help_ := " ".join((node.findtext(f"{BPMN}documentation") or "").split())):
        attrs["help"] = help_[:MOST_HELP]
    if kind == "user" and lane is not None and not attrs.get("candidates"):
        attrs["candidates"] = lane[0]
    ends = (str(node.get("sourceRef")), str(node.get("targetRef"))) if kind == "flow" else None
    return Element(
        id=str(node.get("id")),
        process=scope.process,
        kind=kind,
        name=node.get("name") or str(node.get("id")),
        lane=lane[1] if lane else None,
        attrs=MappingProxyType(attrs),
        message=message,
        ends=ends,
        host=node.get("attachedToRef"),
        scope=scope.id,
        calls=node.get("calledElement"),
        repeated=loop_of(node) is not None,
        lane_group=lane[0] if lane else "",
    )


# -- building


def _build(
    trees: Sequence[etree._ElementTree],
    tables: dict[str, Decision],
    elements: Mapping[str, Element],
    main: str,
    scopes: Mapping[str, Scope],
    files: Mapping[str, str],
    digest: str,
    warnings: tuple[Problem, ...],
    register: Register | None,
) -> Definition:
    parser = DiagramParser(tables)
    try:
        for tree in trees:
            parser.add_bpmn_xml(tree)
        spec = parser.get_spec(main)
        inner = parser.get_subprocess_specs(main)
    except ValidationException as error:
        if "RecursionError" in str(error):
            raise Problems([problem("too-long", getattr(error, "id", None) or None)]) from error
        raise Problems([problem("unreadable", getattr(error, "id", None) or None)]) from error
    except FeelError as error:
        raise Problems(
            [problem("expression", None, message=error.message, message_en=error.message_en)]
        ) from error
    except RecursionError as error:
        raise Problems([problem("too-long", None)]) from error
    except Exception as error:  # whatever the library throws, its author gets one plain sentence
        raise Problems([problem("unreadable", None)]) from error
    built = [
        (process_spec.name, task_spec)
        for process_spec in (spec, *(inner[name] for name in sorted(inner)))
        for task_spec in process_spec.task_specs.values()
    ]
    for _, task_spec in built:
        task_spec.lookahead = 1  # guesses two elements ahead cost time and bytes, and nothing reads them
        task_spec.element = elements.get(task_spec.bpmn_id) if task_spec.bpmn_id else None
        if hasattr(task_spec, "learn_inputs"):
            task_spec.learn_inputs()
    parts = sorted(built, key=lambda part: (part[0], part[1].name))
    task_specs = [task_spec for _, task_spec in parts]
    for index, task_spec in enumerate(task_specs):
        task_spec.index = index
    named = {key: str(scope.node.get("name") or key) for key, scope in scopes.items()}
    return Definition(
        main=main,
        name=named[main],
        register=register,
        processes=tuple(scopes),
        processes_named=MappingProxyType(named),
        file_of=MappingProxyType(dict(files)),
        names=_names_read(task_specs),
        warnings=warnings,
        digest=digest,
        elements=MappingProxyType(dict(elements)),
        spec=spec,
        subprocess_specs=MappingProxyType(inner),
        task_specs=tuple(task_specs),
        as_built=tuple(task_spec for _, task_spec in built),
        shape=_shape_of(parts),
    )


def _shape_of(parts: Sequence[tuple[str, Any]]) -> str:
    """A hash over every part with its process and kind, and over the states that the library knows, in its order."""
    said = [" ".join(map(str, TaskState._values))]
    said += [f"{process}\0{spec.name}\0{spec.element.kind if spec.element else ''}" for process, spec in parts]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _names_read(task_specs: Sequence[Any]) -> frozenset[str]:
    """The first segments of every name that conditions, due times, keys, scripts, inputs and tables read."""
    found: set[str] = set()
    for spec in task_specs:
        sources = [getattr(spec, part, None) for part in _EXPRESSIONS]
        sources.append(getattr(getattr(spec, "event_definition", None), "expression", None))
        sources.extend(getattr(spec, "inputs_asked", {}).values())
        sources.extend(
            condition.args[0].expression for condition, _ in getattr(spec, "cond_task_specs", ()) if condition
        )
        for source in sources:
            found.update(getattr(source, "names", ()))
        if getattr(spec, "output_item_name", None):
            found.add(spec.output_item_name)  # what an item hands in is read by its list
    return frozenset(found)
