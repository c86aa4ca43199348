"""A bundle of diagrams as a procedure in words: numbered parts and steps, who does what, by when, and what follows.

First the order and the numbers, which are the same in every language; then the words, by a Vocabulary. It reads the XML
alone, so a draft that would not run is told as well: what nothing leads to stands at the end, and says so. Nothing here
decides how a step runs; that is the engine's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal as OneOf

from lxml import etree

from workflows import graph, plain, safexml
from workflows.checks import NODES, lane_of, split_list
from workflows.graph import BPMN, Scope, declared, local
from workflows.parser import input_texts, loop_of, read_attributes, script_text
from workflows.plain import Source, Vocabulary
from workflows.ways import Order, read_order

_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_ENDS = ("kết thúc", "end", "ends")
"""Names of end events that say no more than that it ends."""


@dataclass(frozen=True, slots=True)
class Run:
    """Some words; `to` is the element (or process) that they lead to."""

    text: str
    to: str = ""


LineKind = OneOf["fact", "lead", "way", "note", "edge"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a step: a fact with its label, a question with the ways that answer it, what may happen meanwhile, or
    an event at the edge, where something begins or ends.
    """

    kind: LineKind
    label: str
    runs: tuple[Run, ...]
    element: str = ""
    """Whose line it is, where it is not the step's own: a gateway, a flow, a boundary event, an end."""

    @property
    def text(self) -> str:
        """The line as plain words."""
        said = "".join(run.text for run in self.runs)
        return f"{self.label}: {said}" if self.label and said else self.label or said


@dataclass(frozen=True, slots=True)
class Step:
    """One numbered step; those inside a subprocess follow it, one deeper."""

    element: str
    number: str
    kind: str
    title: str
    lines: tuple[Line, ...]
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """One process: what it is for, how it begins, its steps in order, its ends."""

    process: str
    number: str
    title: str
    aim: str
    begins: tuple[Line, ...]
    steps: tuple[Step, ...]
    ends: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Procedure:
    """A whole bundle in words, in one language."""

    main: str
    title: str
    language: str
    parts: tuple[Part, ...]
    bases: tuple[str, ...]
    """Keys of the legal bases that it names, in the order in which they come up."""
    missing: tuple[str, ...] = field(default=())
    """Called processes that the bundle does not hold."""

    def part(self, process: str) -> Part | None:
        """The part that is one process."""
        return next((part for part in self.parts if part.process == process), None)


def tell(files: Mapping[str, bytes], main: str, vocabulary: Vocabulary) -> Procedure:
    """The procedure of a bundle (file name → bytes) whose main process is `main`.

    Files that cannot be read are left out; so are processes that nothing calls. It raises nothing for a faulty diagram.
    """
    scopes = read_scopes(files)
    return _Telling(scopes, main, vocabulary).whole()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a step stands in the procedure: its number as told, and what sorts it among the steps of all its processes."""

    number: str
    order: tuple[int, ...]


def place_steps(files: Mapping[str, bytes], main: str) -> dict[str, Place]:
    """The place of every step of a bundle: those of a called process come behind the step that calls it first."""
    telling = _Telling(read_scopes(files), main, Vocabulary())
    found: dict[str, Place] = {}
    before: dict[str, tuple[int, ...]] = {}
    for process in telling.parts:
        scope = telling.scopes[process]
        nodes = {key: node for one in scope.walk() for key, node in one.elements.items()}
        for place, (element, number) in enumerate(_numbered(scope, telling.order).items()):
            found[element] = Place(number, (*before.get(process, ()), place))
            if called := nodes[element].get("calledElement"):
                before.setdefault(str(called), found[element].order)
    return found


def read_scopes(files: Mapping[str, bytes]) -> dict[str, Scope]:
    """The processes of a bundle by id; files that are no readable XML are left out."""
    scopes: dict[str, Scope] = {}
    for _name, tree in safexml.readable(files, ".bpmn"):
        for node in tree.iter(f"{BPMN}process"):
            if node.get("id"):
                scopes[str(node.get("id"))] = graph.read_scope(node, str(node.get("id")), NODES)
    return scopes


def step_numbers(files: Mapping[str, bytes]) -> dict[str, dict[str, str]]:
    """The number that each step has in the words, by process and element; those of processes that nothing calls as well."""
    return {process: _numbered(scope, read_order) for process, scope in read_scopes(files).items()}


def _numbered(scope: Scope, order: Callable[[Scope], Order], before: str = "") -> dict[str, str]:
    """Number of each step, those of a subprocess behind the number of theirs; in the order of the text."""
    found: dict[str, str] = {}
    inner = {one.id: one for one in scope.inner}
    for place, element in enumerate(order(scope).steps, 1):
        found[element] = f"{before}{place}"
        if element in inner:
            found |= _numbered(inner[element], order, f"{before}{place}.")
    return found


def text_of(procedure: Procedure) -> str:
    """The procedure as plain text, for programs and for reading aloud."""
    return "\n".join(_text_lines(procedure))


def _text_lines(procedure: Procedure) -> Iterator[str]:
    part_word, step_word = part_and_step(procedure.language)
    for place, part in enumerate(procedure.parts):
        if place:
            yield ""
        yield f"{part_word} {part.number}. {part.title}" if len(procedure.parts) > 1 else part.title
        if part.aim:
            yield part.aim
        for line in part.begins:
            yield line.text
        for step in part.steps:
            indent = "   " * step.depth
            yield f"{indent}{step_word} {step.number}. {step.title}"
            for line in step.lines:
                yield f"{indent}   {line.text}"
        for line in part.ends:
            yield line.text


def part_and_step(language: str) -> tuple[str, str]:
    """What a part and a step are called."""
    return ("Part", "Step") if language == "en" else ("Phần", "Bước")


def roman(number: int) -> str:
    """A number below forty as parts carry it."""
    found = ""
    for value, sign in _ROMAN:
        while number >= value:
            found, number = found + sign, number - value
    return found


def letter(place: int) -> str:
    """The mark of a way: a), b) … z), then aa) …"""
    return f"{'' if place < 26 else chr(96 + place // 26)}{chr(97 + place % 26)})"


class _Telling:
    """The words of one bundle in one language."""

    def __init__(self, scopes: Mapping[str, Scope], main: str, vocabulary: Vocabulary) -> None:
        self.scopes, self.main, self.v = scopes, main, vocabulary
        self._orders: dict[str, Order] = {}
        self._papers_said: set[tuple[str, str]] = set()
        self.parts, self.missing = self._called(main)
        self.bases: dict[str, None] = {}

    def order(self, scope: Scope) -> Order:
        """The order of a scope, worked out once."""
        found = self._orders.get(scope.id)
        if found is None or found.scope is not scope:
            found = self._orders[scope.id] = read_order(scope)
        return found

    def _called(self, main: str) -> tuple[dict[str, str], tuple[str, ...]]:
        """Processes in the order in which they are first called, with their numbers, and those that are not there."""
        order: list[str] = []
        missing: dict[str, None] = {}

        def visit(process: str) -> None:
            if process in order:
                return
            if process not in self.scopes:
                missing[process] = None
                return
            order.append(process)
            for scope, element in self._in_order(self.scopes[process]):
                node = scope.elements[element]
                if local(node) == "callActivity" and node.get("calledElement"):
                    visit(str(node.get("calledElement")))

        visit(main)
        return {process: roman(number) for number, process in enumerate(order, 1)}, tuple(missing)

    def _in_order(self, scope: Scope) -> Iterator[tuple[Scope, str]]:
        inner = {one.id: one for one in scope.inner}
        for element in self.order(scope).steps:
            yield scope, element
            if element in inner:
                yield from self._in_order(inner[element])

    def whole(self) -> Procedure:
        parts = tuple(self._part(process) for process in self.parts)
        title = parts[0].title if parts else self.main
        return Procedure(self.main, title, self.v.language, parts, tuple(self.bases), self.missing)

    def say(self, vietnamese: str, english: str) -> str:
        return self.v.say(vietnamese, english)

    def name(self, node: etree._Element) -> str:
        text = " ".join((node.get("name") or "").split())
        return self.v.drawn(text) if text else ""

    def _part(self, process: str) -> Part:
        scope = self.scopes[process]
        numbers = _numbered(scope, self.order)
        places = {element: place for place, element in enumerate(numbers)}
        steps: list[Step] = []
        self._steps(scope, numbers, places, 0, steps)
        documentation = scope.node.findtext(f"{BPMN}documentation") or ""
        aim = self.v.drawn(" ".join(documentation.split()))
        begins = list(self._begins(scope))
        order = self.order(scope)
        first = [target for start in order.starts for target in order.goes(start)]
        steps_of_scope = [step for step in order.steps if step in numbers]
        if first and steps_of_scope and first != steps_of_scope[:1]:
            begins.append(Line("fact", self.say("Trước hết", "First"), self._to(scope, order, first[0], numbers, places, None)))
        return Part(
            process, self.parts[process], self.name(scope.node) or process, aim, tuple(begins), tuple(steps),
            tuple(self._end(scope.elements[key], key) for key in scope.kinds("endEvent")),
        )

    def _begins(self, scope: Scope) -> Iterator[Line]:
        for start in scope.kinds("startEvent"):
            if name := self.name(scope.elements[start]):
                yield Line("edge", self.say("Bắt đầu", "Begins"), (Run(name),), start)

    def _end(self, node: etree._Element, key: str) -> Line:
        outcome = read_attributes(node).get("outcome", "")
        said = self.v.outcome(outcome) if outcome else ""
        words = self.name(node) or key
        if said and said != words:
            words += self.say(f" (kết quả ghi nhận: {said})", f" (recorded as: {said})")
        label = self.say("Kết thúc", "Ends")
        return Line("edge", label, (Run(words),) if words.casefold() not in _ENDS else (), key)

    # -- steps

    def _steps(
        self, scope: Scope, numbers: Mapping[str, str], places: Mapping[str, int], depth: int, found: list[Step]
    ) -> None:
        order = self.order(scope)
        inner = {one.id: one for one in scope.inner}
        for place, element in enumerate(order.steps):
            node = scope.elements[element]
            following = order.steps[place + 1] if place + 1 < len(order.steps) else None
            lines = list(self._facts(scope, node, element, numbers))
            if element in inner:
                lines += self._inside(inner[element], numbers)
            lines += self._after(scope, order, element, following, numbers, places)
            lines += self._meanwhile(scope, order, element, numbers, places)
            if element in order.unreached:
                lines.append(Line("note", "", (Run(self.say(
                    "Chưa có đường nào trên sơ đồ dẫn tới bước này.", "No way in the diagram leads to this step yet.")),)))
            title = self._title(node, element)
            found.append(Step(element, numbers[element], local(node), title, tuple(lines), depth))
            if element in inner:
                self._steps(inner[element], numbers, places, depth + 1, found)

    def _title(self, node: etree._Element, element: str) -> str:
        name = " ".join((node.get("name") or "").split())
        if local(node) == "receiveTask":
            return self.v.awaited(name) if name else element
        if name or not local(node).endswith("Gateway"):
            return self.v.drawn(name) if name else element
        return self.say("Thực hiện đồng thời", "At the same time") if local(node) == "parallelGateway" else self._which()

    def _which(self) -> str:
        return self.say("Chọn hướng xử lý", "Which way")

    def _inside(self, scope: Scope, numbers: Mapping[str, str]) -> Iterator[Line]:
        steps = self.order(scope).steps
        if steps:
            first, last = steps[0], steps[-1]
            runs: tuple[Run, ...]
            if first == last:
                runs = (Run(self.say("gồm ", "holds ")), self._step(first, numbers))
            else:
                runs = (Run(self.say("gồm từ ", "from ")), self._step(first, numbers), Run(self.say(" đến ", " to ")),
                        self._step(last, numbers))
            yield Line("fact", self.say("Nội dung", "Content"), (*runs, Run(".")))
        yield from self._begins(scope)
        for key in scope.kinds("endEvent"):
            yield self._end(scope.elements[key], key)

    def _step(self, element: str, numbers: Mapping[str, str]) -> Run:
        word = part_and_step(self.v.language)[1]
        return Run(f"{word} {numbers[element]}" if self.v.language == "vi" else f"step {numbers[element]}", element)

    def _fact(self, vietnamese: str, english: str, words: str) -> Line:
        return Line("fact", self.say(vietnamese, english), (Run(words if words.endswith(".") else f"{words}."),))

    def _facts(self, scope: Scope, node: etree._Element, element: str, numbers: Mapping[str, str]) -> Iterator[Line]:
        kind, attrs = local(node), read_attributes(node)
        yield from self._who(node, kind, attrs)
        yield from self._persons(element, attrs, numbers)
        yield from self._how(node, kind, attrs)
        if attrs.get("due"):
            yield self._fact("Thời hạn", "Due", plain.due(attrs["due"], self.v))
        if attrs.get("target"):
            yield self._fact("Mục tiêu", "Target", plain.due(attrs["target"], self.v))
        yield from self._reminders(attrs)
        if loop := loop_of(node):
            yield self._fact("Số lần", "Repeated", self._each(loop))
        keys = attrs.get("basis", "").split()
        self.bases.update(dict.fromkeys(keys))
        if said := [self.v.basis(key) or key for key in keys]:
            yield self._fact("Căn cứ", "Legal basis", "; ".join(said))

    def _who(self, node: etree._Element, kind: str, attrs: Mapping[str, str]) -> Iterator[Line]:
        lane = lane_of(node)
        lane_name = self.v.drawn(lane[1]) if lane else ""
        if kind in ("serviceTask", "businessRuleTask", "scriptTask"):
            yield self._fact("Trách nhiệm", "Done by", self.say("hệ thống tự thực hiện", "the system, by itself"))
        elif kind == "userTask":
            groups = [self.v.group(group) or group for group in attrs.get("candidates", "").split(",") if group.strip()]
            who = self.say(" hoặc ", " or ").join(dict.fromkeys(g.strip() for g in groups)) or lane_name
            if who:
                yield self._fact("Trách nhiệm", "Done by", who)
        elif kind in ("receiveTask", "intermediateCatchEvent", "callActivity", "subProcess") and lane_name:
            yield self._fact("Trách nhiệm", "Done by", lane_name)

    def _persons(self, element: str, attrs: Mapping[str, str], numbers: Mapping[str, str]) -> Iterator[Line]:
        if same := attrs.get("same_as"):
            if same == element:
                yield self._fact("Giao lại", "Again", self.say(
                    "cho người đã làm bước này ở lần trước, nếu có", "the person who did this step before, if any"))
            else:
                yield Line("fact", self.say("Giao", "Given"), (
                    Run(self.say("cho người đã làm ", "to the person who did ")), *self._named([same], numbers), Run(".")))
        if others := split_list(attrs.get("excludes", "")):
            yield Line("fact", self.say("Không giao", "Not given"), (
                Run(self.say("cho người đã làm ", "to the person who did ")), *self._named(others, numbers), Run(".")))
        if instead := split_list(attrs.get("instead", "")):
            groups = ", ".join(self.v.group(one) or one for one in instead)
            yield self._fact("Liên quan đến họ thì giao", "Where it concerns them, given", groups)
        if attrs.get("doers"):
            named = self.say("cho những người mà một bước trước nêu", "to those whom an earlier step names")
            yield self._fact("Giao thêm", "Given too", named)

    def _named(self, elements: Sequence[str], numbers: Mapping[str, str]) -> Iterator[Run]:
        for place, element in enumerate(elements):
            if place:
                yield Run(", ")
            yield self._step(element, numbers) if element in numbers else Run(f"“{element}”")

    def _how(self, node: etree._Element, kind: str, attrs: Mapping[str, str]) -> Iterator[Line]:
        if form := attrs.get("form"):
            yield self._fact("Biểu mẫu", "Form", self.v.form(form) or f"“{self.v.drawn(node.get('name', '')) or form}”")
        if kind in ("receiveTask", "intermediateCatchEvent"):
            yield from self._message(node, attrs)
        if kind == "serviceTask" and attrs.get("topic"):
            inputs = "; ".join(plain.written(name, text, self.v) for name, text in input_texts(node).items())
            words = self.v.topic(attrs["topic"]) or f"“{attrs['topic']}”"
            yield self._fact("Việc", "Work", f"{words} ({inputs})" if inputs else words)
        if kind == "businessRuleTask" and attrs.get("decision_ref"):
            table = self.v.table(attrs["decision_ref"]) or f"“{attrs['decision_ref']}”"
            yield self._fact("Cách làm", "How", self.say(f"theo bảng quyết định {table}", f"by the decision table {table}"))
        if kind == "scriptTask":
            noted = plain.written(attrs.get("result_variable", ""), script_text(node), self.v)
            yield self._fact("Việc", "Work", self.say(f"ghi nhận {noted}", f"note {noted}"))
        if kind == "callActivity":
            called = str(node.get("calledElement") or "")
            yield Line("fact", self.say("Cách làm", "How"), (
                Run(self.say("theo ", "as ")), self._part_of(called), Run(".")))
        if kind in ("intermediateCatchEvent", "intermediateThrowEvent") and (when := self._expiry(node)):
            yield self._fact("Chờ", "Waits", when)
        if kind == "receiveTask" and (papers := self._new_papers(node, attrs.get("list", ""))):
            yield self._fact("Văn bản", "Papers", "; ".join(papers))

    def _new_papers(self, node: etree._Element, kind: str) -> Sequence[str]:
        """The papers of a list, where its part first comes to it."""
        process = next((str(one.get("id")) for one in node.iterancestors(f"{BPMN}process")), "")
        if not kind or (process, kind) in self._papers_said:
            return ()
        self._papers_said.add((process, kind))
        return self.v.papers(kind)

    def _part_of(self, process: str) -> Run:
        if process not in self.parts:
            return Run(self.say(f"quy trình “{process}” (gói này không có)", f"the process “{process}”, which the bundle lacks"))
        title = self.name(self.scopes[process].node) or process
        word = self.say("Phần", "part")
        return Run(f"{word} {self.parts[process]} “{title}”", process)

    def _message(self, node: etree._Element, attrs: Mapping[str, str]) -> Iterator[Line]:
        message = _message_of(node)
        kind = attrs.get("list", "")
        named = self.v.list(kind) if kind else ""
        act = self.v.act(kind, message) if kind else ""
        if act and named:
            words = self.say(f"“{act}” ở “{named}”", f"“{act}” in “{named}”")
        else:
            words = self.v.message(message) or f"“{message}”"
            if named:
                words = self.say(f"{words} (ở “{named}”)", f"{words} (in “{named}”)")
        if message:
            yield self._fact("Hoàn thành khi", "Done when", words)
        values = [self.v.result(kind, value) or value for value in attrs.get("values", "").split()]
        if values:
            yield self._fact("Kết quả có thể", "Results", "; ".join(values))

    def _reminders(self, attrs: Mapping[str, str]) -> Iterator[Line]:
        words = split_list(attrs.get("remind", ""))
        days = [word for word in words if word.isdigit() and word != "0"]
        said: list[str] = []
        if "half" in words:
            said.append(self.say("khi còn một nửa thời gian", "at half time"))
        if days:
            said.append(self.say(f"trước hạn {self._and(days)} ngày làm việc", f"{self._and(days)} working days before"))
        if "0" in words:
            said.append(self.say("vào ngày đến hạn", "on the day itself"))
        groups = [self.v.group(group) or group for group in split_list(attrs.get("escalate", ""))]
        text = self.say(", ", ", ").join(said)
        after = split_list(attrs.get("escalate_after", ""))
        if groups or after:
            whom = ", ".join(groups) or self.say("người phụ trách", "those in charge")
            late, late_en = (f" {self._and(after)} ngày làm việc", f" by {self._and(after)} working days") if after else ("", "")
            told = self.say(f"quá hạn{late} thì báo {whom}", f"once it is overdue{late_en}, {whom} are told")
            text = f"{text}; {told}" if text else told
        if text:
            yield self._fact("Nhắc việc", "Reminders", text)
        if days_left := attrs.get("unclaimed_after"):
            tell, to = ([self.v.group(one) or one for one in split_list(attrs.get(f"unclaimed_{part}", ""))] for part in ("tell", "to"))
            said = [self.say(f"báo {', '.join(tell)}", f"{', '.join(tell)} are told")] if tell else []
            said += [self.say(f"giao thêm cho {', '.join(to)}", f"{', '.join(to)} may take it as well")] if to else []
            said = said or [self.say("báo người phụ trách", "those in charge are told")]
            yield self._fact(
                "Chưa ai nhận", "Nobody takes it",
                self.say(f"sau {days_left} ngày làm việc thì {', '.join(said)}", f"after {days_left} working days {', '.join(said)}"),
            )

    def _and(self, words: Sequence[str]) -> str:
        return self.say(" và ", " and ").join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)

    def _each(self, loop: Mapping[str, str]) -> str:
        if loop.get("collection"):
            datum = self.v.datum(loop["collection"])
            noun = datum.noun if datum else f"“{loop['collection']}”"
            words = self.say(f"một lần cho mỗi mục của {noun}, cùng một lúc", f"once for each item of {noun}, all at the same time")
        else:
            words = self.say(f"{loop.get('count', '')} lần, cùng một lúc", f"{loop.get('count', '')} times, all at the same time")
        if loop.get("done_when"):
            said = plain.condition(loop["done_when"], self.v)
            words += self.say(f"; xong sớm khi {said}", f"; done early when {said}")
        return words

    # -- what follows

    def _after(
        self, scope: Scope, order: Order, element: str, following: str | None, numbers: Mapping[str, str], places: Mapping[str, int]
    ) -> Iterator[Line]:
        node = scope.elements[element]
        gateway = element if local(node).endswith("Gateway") else order.attached.get(element)
        if gateway is not None:
            yield from self._ways(scope, order, gateway, element, numbers, places)
            return
        flows = scope.flows_from(element)
        targets = order.goes(element)
        if len(flows) > 1:
            yield Line("fact", self.say("Tiếp theo", "Then"), (*self._at_once(scope, order, flows, numbers, places, element), Run(".")))
        elif targets and (targets[0] != following or len(order.waits_before(element, targets[0])) > 1):
            yield Line("fact", self.say("Tiếp theo", "Then"), (*self._to(scope, order, targets[0], numbers, places, element), Run(".")))

    def _ways(
        self, scope: Scope, order: Order, gateway: str, element: str, numbers: Mapping[str, str], places: Mapping[str, int]
    ) -> Iterator[Line]:
        node = scope.elements[gateway]
        attrs = read_attributes(node)
        flows = scope.flows_from(gateway)
        if gateway != element:
            self.bases.update(dict.fromkeys(attrs.get("basis", "").split()))
        if local(node) == "parallelGateway":
            yield Line("fact", self.say("Tiếp theo", "Then"), (*self._at_once(scope, order, flows, numbers, places, element), Run(".")),
                       gateway)
            return
        if gateway != element:
            lead = self.name(node) or self._which()
            yield Line("lead", "", (Run(lead),), gateway)
        if local(node) == "inclusiveGateway":
            yield Line("note", "", (Run(self.say("Mọi trường hợp đúng đều thực hiện.", "Every case that holds is followed.")),))
        sources = self._sources(scope, order, gateway)
        default = node.get("default")
        for place, flow in enumerate(flows):
            yield self._way(scope, order, flow, place, default, sources, element, numbers, places)

    def _at_once(
        self, scope: Scope, order: Order, flows: Sequence[etree._Element], numbers: Mapping[str, str], places: Mapping[str, int],
        element: str,
    ) -> tuple[Run, ...]:
        targets = [order.through(str(flow.get("targetRef"))) for flow in flows]
        if all(target in numbers for target in targets):
            gone = [(self._step(target, numbers),) for target in targets]
            return (Run(self.say("thực hiện đồng thời ", "do at the same time ")), *self._all(gone))
        said = [self._to(scope, order, target, numbers, places, element) for target in targets]
        return (Run(self.say("đồng thời ", "at the same time ")), *self._all(said))

    def _all(self, parts: Sequence[tuple[Run, ...]]) -> Iterator[Run]:
        for place, part in enumerate(parts):
            if place:
                yield Run(self.say(" và ", " and ") if place == len(parts) - 1 else ", ")
            yield from part

    def _way(
        self, scope: Scope, order: Order, flow: etree._Element, place: int, default: str | None, sources: Sequence[Source],
        element: str, numbers: Mapping[str, str], places: Mapping[str, int],
    ) -> Line:
        name = self.name(flow)
        text = (flow.findtext(f"{BPMN}conditionExpression") or "").strip()
        when = plain.condition(text, self.v, sources) if text else ""
        otherwise = flow.get("id") == default or not text
        if otherwise:
            said = self.say("các trường hợp còn lại", "in all other cases")
            words = f"{name} ({said})" if name else said
        elif name:
            words = self.say(f"{name}, khi {when}", f"{name}, when {when}")
        else:
            words = self.say(f"khi {when}", f"when {when}")
        target = order.through(str(flow.get("targetRef")))
        return Line(
            "way", "", (Run(f"{letter(place)} {words}: "), *self._to(scope, order, target, numbers, places, element), Run(".")),
            str(flow.get("id") or ""),
        )

    def _to(
        self, scope: Scope, order: Order, target: str, numbers: Mapping[str, str], places: Mapping[str, int], element: str | None
    ) -> tuple[Run, ...]:
        """Where somebody goes from an element: on, back, or to an end."""
        node = scope.elements.get(target)
        if node is None:
            return (Run(self.say("chưa nối tới bước nào", "leads nowhere yet")),)
        if local(node) == "endEvent":
            words = self.name(node) or target
            if local(scope.node) == "subProcess":
                holder = self._step(scope.id, numbers)
                lead = self.say("xong phần việc này của ", "this ends one strand of ") if self._strands(scope) else self.say(
                    "hoàn thành ", "this completes ")
                return (Run(lead), holder, Run(f": “{words}”", target))
            if words.casefold() in _ENDS:
                return (Run(self.say("kết thúc", "it ends"), target),)
            return (Run(self.say("kết thúc: ", "it ends: ")), Run(f"“{words}”", target))
        if target not in numbers:
            return (Run(f"“{self.name(node) or target}”"),)
        back = element is not None and places[target] <= places[element]
        waits = order.waits_before(element, target) if element else ()
        lead = self.say("quay lại ", "back to ") if back else self.say("chuyển sang ", "go on to ")
        if len(waits) > 1:
            steps = [(self._step(one, numbers),) for one in waits if one in numbers]
            return (Run(self.say("khi xong cả ", "when all of ")), *self._all(steps),
                    Run(self.say(" thì ", " are done, ")), Run(lead), self._step(target, numbers))
        return (Run(lead), self._step(target, numbers))

    @staticmethod
    def _strands(scope: Scope) -> bool:
        """Whether several things may go on in it at once, so that one end does not complete it."""
        return any(
            local(node) in ("parallelGateway", "inclusiveGateway") or node.get("cancelActivity") == "false"
            for node in scope.elements.values()
        )

    def _sources(self, scope: Scope, order: Order, gateway: str) -> list[Source]:
        """What was done before a gateway, the nearest first; of a called process what is done in it."""
        found: list[Source] = []
        for element in order.before(gateway):
            node = scope.elements[element]
            attrs = read_attributes(node)
            if local(node) == "callActivity":
                found += self._sources_in(str(node.get("calledElement")), set())
            elif local(node) == "subProcess":
                found += [s for inner in scope.inner if inner.id == element for s in self._all_sources(inner, set())]
            elif attrs.get("form") or attrs.get("list"):
                found.append(Source(attrs.get("form", ""), attrs.get("list", "")))
        return found

    def _sources_in(self, process: str, seen: set[str]) -> list[Source]:
        if process in seen or process not in self.scopes:
            return []
        seen.add(process)
        return self._all_sources(self.scopes[process], seen)

    def _all_sources(self, scope: Scope, seen: set[str]) -> list[Source]:
        found: list[Source] = []
        for inner in scope.walk():
            for element in reversed(self.order(inner).steps):
                node = inner.elements[element]
                attrs = read_attributes(node)
                if local(node) == "callActivity":
                    found += self._sources_in(str(node.get("calledElement")), seen)
                elif attrs.get("list"):
                    found.append(Source("", attrs["list"]))
        return found

    # -- what may come meanwhile

    def _meanwhile(
        self, scope: Scope, order: Order, element: str, numbers: Mapping[str, str], places: Mapping[str, int]
    ) -> Iterator[Line]:
        for key in order.boundaries.get(element, ()):
            node = scope.elements[key]
            self.bases.update(dict.fromkeys(read_attributes(node).get("basis", "").split()))
            targets = order.goes(key)
            gone = self._to(scope, order, targets[0], numbers, places, element) if targets else (
                Run(self.say("chưa nối tới bước nào", "nothing follows yet")),)
            stops = node.get("cancelActivity") != "false"
            kept = self.say("dừng bước này và ", "this step stops, ") if stops else self.say(
                "vẫn tiếp tục bước này, đồng thời ", "this step goes on, and beside it ")
            yield Line("note", self.name(node) or self.say("Khi đang làm", "Meanwhile"), (
                Run(f"{self._event(node)}{self.say(' thì ', ': ')}{kept}"), *gone, Run(".")), key)

    def _event(self, node: etree._Element) -> str:
        timer = self._expiry(node)
        if timer:
            return self.say(f"{timer} mà chưa xong", f"if it is not done when {timer}")
        message = _message_of(node)
        if message:
            words = self.v.message(message) or f"“{message}”"
            return self.say(f"khi có {words}", f"on {words}")
        return self.say("khi xảy ra lỗi", "on an error")

    def _expiry(self, node: etree._Element) -> str:
        for event in node.iter(f"{BPMN}timerEventDefinition"):
            for tag in ("timeDate", "timeDuration"):
                if text := (event.findtext(f"{BPMN}{tag}") or "").strip():
                    return plain.expiry(text, self.v)
            return plain.cycle(event.findtext(f"{BPMN}timeCycle") or "", self.v)
        return ""


def _message_of(node: etree._Element) -> str:
    reference = node.get("messageRef")
    for child in node:
        if local(child) == "messageEventDefinition":
            reference = child.get("messageRef")
    found = declared(node, "message", reference)
    return str(found.get("name") or "") if found is not None else ""
