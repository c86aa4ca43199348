"""What kinds of value an expression can take and give, told without running it.

Only what can never fit is found: an operation that some values fit passes. A name that no one gives, a value that a
closed list does not hold, and the keys asked of rules and calendar are gathered on the way; the caller says what each
means. It evaluates nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from workflows.feel import Expression, UnaryTests
from workflows.feel.syntax import (
    Against,
    Anything,
    Between,
    Call,
    Chain,
    Compare,
    ContextOf,
    Filter,
    If,
    In,
    Input,
    ListOf,
    Literal,
    Logic,
    Loop,
    Member,
    Minus,
    Name,
    Node,
    Not,
    Range,
    Test,
)
from workflows.feel.values import YearsMonths

K = TypeVar("K")

#: Kind → the word for it in both languages.
WORDS: dict[str, tuple[str, str]] = {
    "null": ("giá trị rỗng", "null"),
    "boolean": ("đúng/sai", "a boolean"),
    "number": ("số", "a number"),
    "string": ("chuỗi chữ", "a string"),
    "date": ("ngày", "a date"),
    "time": ("giờ", "a time"),
    "moment": ("thời điểm", "a date and time"),
    "duration": ("khoảng thời gian", "a duration"),
    "months": ("khoảng thời gian theo tháng", "a duration of months"),
    "list": ("danh sách", "a list"),
    "context": ("nhóm dữ liệu", "a context"),
}
_OF: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    Decimal: "number",
    str: "string",
    date: "date",
    time: "time",
    datetime: "moment",
    timedelta: "duration",
    YearsMonths: "months",
}
_NULL = frozenset({"null"})
_TRUTH = frozenset({"boolean", "null"})
_ORDERED = frozenset({"number", "string", "date", "time", "moment", "duration", "months"})
_SPANS = frozenset({"duration", "months"})
_POINTS = frozenset({"date", "time", "moment"})


@dataclass(frozen=True, slots=True)
class Type:
    """The kinds of value that may stand somewhere, and what is known of them."""

    kinds: frozenset[str]
    #: The only texts that can stand here; None = any.
    values: frozenset[str] | None = None
    #: Entries of a context; None = any.
    entries: Mapping[str, Type] | None = None
    #: Members of a list; None = anything.
    items: Type | None = None

    def __or__(self, other: Type) -> Type:
        """What may be either."""
        return Type(
            self.kinds | other.kinds,
            _both("string", self, other, lambda one: one.values, lambda a, b: a | b),
            _both("context", self, other, lambda one: one.entries, _entries),
            _both("list", self, other, lambda one: one.items, lambda a, b: a | b),
        )

    @property
    def solid(self) -> frozenset[str]:
        """The kinds without null, which may stand almost anywhere; null where it is nothing else."""
        return self.kinds - _NULL or self.kinds

    def words(self) -> tuple[str, str]:
        """The kinds in both languages; null is left out where there is another."""
        kinds = [kind for kind in WORDS if kind in self.solid]
        return " hoặc ".join(WORDS[k][0] for k in kinds), " or ".join(WORDS[k][1] for k in kinds)


def _both(kind: str, one: Type, other: Type, of: Callable[[Type], K | None], join: Callable[[K, K], K]) -> K | None:
    """What is known of two types together: of the one that can be of that kind, else what both say."""
    first, second = of(one), of(other)
    if kind not in one.kinds or kind not in other.kinds:
        return first if kind in one.kinds else second
    return None if first is None or second is None else join(first, second)


def _entries(first: Mapping[str, Type], second: Mapping[str, Type]) -> Mapping[str, Type]:
    both = dict(first)
    for key, value in second.items():
        both[key] = both[key] | value if key in both else value
    return both


def one(*kinds: str) -> Type:
    """A type of these kinds of which nothing else is known."""
    return Type(frozenset(kinds))


def texts(values: Iterable[str], *more: str) -> Type:
    """One of these texts, or of more kinds."""
    return Type(frozenset({"string", *more}), frozenset(values))


def context(entries: Mapping[str, Type], *more: str) -> Type:
    """A context with these entries, or more kinds."""
    return Type(frozenset({"context", *more}), entries=dict(entries))


def list_of(items: Type | None, *more: str) -> Type:
    """A list of such members, or more kinds."""
    return Type(frozenset({"list", *more}), items=items)


ANY = Type(frozenset(WORDS))
BOOLEAN, NUMBER, STRING = one("boolean"), one("number"), one("string")
TRUTH = Type(_TRUTH)

#: Kinds that a type named in a decision table stands for.
NAMED: dict[str, Type] = {
    "string": STRING,
    "number": NUMBER,
    "integer": NUMBER,
    "long": NUMBER,
    "double": NUMBER,
    "boolean": BOOLEAN,
    "date": one("date"),
    "time": one("time"),
    "dateTime": one("moment"),
    "date and time": one("moment"),
    "dayTimeDuration": one("duration"),
    "days and time duration": one("duration"),
    "yearMonthDuration": one("months"),
    "years and months duration": one("months"),
    "list": one("list"),
    "context": one("context"),
}

_TEXT, _LIST, _DAY = one("string"), one("list"), one("date", "moment")
#: Function → what its arguments may be (the last one stands for all that follow), and what it gives.
_FUNCTIONS: dict[str, tuple[tuple[Type, ...], Type]] = {
    "contains": ((_TEXT,), BOOLEAN),
    "starts with": ((_TEXT,), BOOLEAN),
    "ends with": ((_TEXT,), BOOLEAN),
    "upper case": ((_TEXT,), STRING),
    "lower case": ((_TEXT,), STRING),
    "string length": ((_TEXT,), NUMBER),
    "substring": ((_TEXT, NUMBER), STRING),
    "string": ((Type(ANY.kinds - {"null", "list", "context"}),), STRING),
    "number": ((one("string", "number"), one("string", "null")), NUMBER),
    "floor": ((NUMBER,), NUMBER),
    "ceiling": ((NUMBER,), NUMBER),
    "decimal": ((NUMBER,), NUMBER),
    "round up": ((NUMBER,), NUMBER),
    "round down": ((NUMBER,), NUMBER),
    "round half up": ((NUMBER,), NUMBER),
    "round half down": ((NUMBER,), NUMBER),
    "abs": ((one("number", "duration", "months"),), one("number", "duration", "months")),
    "modulo": ((NUMBER,), NUMBER),
    "count": ((_LIST,), NUMBER),
    "list contains": ((_LIST, ANY), BOOLEAN),
    "append": ((_LIST, ANY), _LIST),
    "concatenate": ((_LIST,), _LIST),
    "all": ((one("boolean", "null", "list"),), TRUTH),
    "any": ((one("boolean", "null", "list"),), TRUTH),
    "not": ((TRUTH,), TRUTH),
    "get value": ((one("context"), _TEXT), ANY),
    "time": ((one("string", "time", "moment", "number"), NUMBER), one("time")),
    "date": ((one("string", "date", "moment", "number"), NUMBER), one("date")),
    "date and time": ((one("string", "date", "moment"), one("time")), one("moment")),
    "duration": ((one("string", "duration", "months"),), one("duration", "months")),
    "years and months duration": ((_DAY,), one("months")),
    "now": ((), one("moment")),
    "today": ((), one("date")),
    "working_days": ((NUMBER, one("string", "date", "moment")), one("moment")),
    "round_date": ((_TEXT,), one("moment")),
    "rule": ((_TEXT,), ANY),
    "may_block": ((_TEXT,), BOOLEAN),
}


@dataclass(frozen=True, slots=True)
class Never:
    """A comparison with a text that what is compared never is."""

    what: str
    value: str
    possible: frozenset[str]


@dataclass(slots=True)
class Reading:
    """What typing one expression, or one table cell, found out."""

    type: Type = ANY
    #: Names and dotted paths that nobody gives.
    unknown: list[str] = field(default_factory=list)
    #: What can never fit, in both languages.
    misfits: list[tuple[str, str]] = field(default_factory=list)
    never: list[Never] = field(default_factory=list)
    #: (function, key) of each `rule("KEY")`, `round_date("key")`, `may_block("KEY")`.
    asked: list[tuple[str, str]] = field(default_factory=list)


def read_type(expression: Expression, names: Mapping[str, Type] | None) -> Reading:
    """Type an expression over these names; None = any name of any kind."""
    typing = _Typing(names, ANY)
    typing.found.type = typing.of(expression.tree)
    return typing.found


def read_cell(cell: UnaryTests, names: Mapping[str, Type] | None, tested: Type, what: str) -> Reading:
    """Type the tests of a table cell whose column holds `tested`, named `what`."""
    typing = _Typing(names, tested)
    for test in cell.tree:
        typing.test(test, tested, what, for_cell=True)
    typing.found.type = BOOLEAN
    return typing.found


def literal_text(expression: Expression) -> str | None:
    """The text that an expression is nothing but; None for any other expression."""
    node = expression.tree
    return node.value if isinstance(node, Literal) and isinstance(node.value, str) else None


def listed_texts(cell: UnaryTests) -> frozenset[str] | None:
    """The texts that unary tests list; None where they are anything else."""
    values = [test.value for test in cell.tree if isinstance(test, Literal) and isinstance(test.value, str)]
    return frozenset(values) if len(values) == len(cell.tree) else None


class _Typing:
    """Walks one expression; `bound` holds loop variables and, for the members of a filter, their entries."""

    def __init__(self, names: Mapping[str, Type] | None, tested: Type) -> None:
        self.names = names
        self.tested = tested
        self.found = Reading()
        self.bound: list[Mapping[str, Type] | None] = []

    def misfit(self, vi: str, en: str, *types: Type) -> None:
        words = [one.words() for one in types]
        self.found.misfits.append(
            (
                f"{vi} không dùng được với {' và '.join(w[0] for w in words)}",
                f"{en} does not fit {' and '.join(w[1] for w in words)}",
            )
        )

    def of(self, node: Node) -> Type:
        return _TYPES[type(node)](self, node)

    # Leaves

    def literal(self, node: Literal) -> Type:
        kind = _OF[type(node.value)]
        return texts([node.value]) if kind == "string" else one(kind)

    def input(self, node: Input) -> Type:
        return self.tested

    def name(self, node: Name) -> Type:
        for names in reversed(self.bound):
            if names is None:
                return ANY  # an entry of a member of which nothing is known, or not
            if node.text in names:
                return names[node.text]
        if self.names is None:
            return ANY
        if node.text not in self.names:
            self.found.unknown.append(node.text)
            return ANY
        return self.names[node.text]

    def member(self, node: Member) -> Type:
        before = len(self.found.unknown)
        base = self.of(node.base)
        holder = base
        if "list" in base.kinds and "context" not in base.kinds:
            holder = base.items or ANY
        if not holder.kinds & {"context", *_POINTS, *_SPANS}:
            if len(self.found.unknown) == before:
                self.misfit(f"Lấy “.{node.key}”", f"Taking “.{node.key}”", base)
            return ANY
        if holder.entries is None or holder.kinds & {*_POINTS, *_SPANS}:
            return ANY
        if node.key not in holder.entries:
            self.found.unknown.append(path_of(node))
            return ANY
        entry = holder.entries[node.key]
        return list_of(entry) if holder is not base else entry

    # Operators

    def minus(self, node: Minus) -> Type:
        operand = self.of(node.operand)
        kinds = operand.kinds & {"number", *_SPANS}
        if not kinds:
            self.misfit("Dấu trừ", "The minus sign", operand)
        return Type(kinds) if kinds else ANY

    def chain(self, node: Chain) -> Type:
        left = self.of(node.first)
        for operator, operand in node.rest:
            right = self.of(operand)
            kinds = {
                kind
                for a in left.kinds
                for b in right.kinds
                if (kind := _ARITHMETIC[operator](a, b)) is not None
            }
            if not kinds:
                self.misfit(f"Phép {operator}", f"The operator {operator}", left, right)
            left = Type(frozenset(kinds)) if kinds else ANY
        return left

    def logic(self, node: Logic) -> Type:
        kinds: frozenset[str] = frozenset({"boolean"})
        for operand in node.operands:
            kinds |= self.truth(self.of(operand), f"Phép {node.operator}", node.operator) & _NULL
        return Type(kinds)

    def truth(self, found: Type, vi: str, en: str) -> frozenset[str]:
        if not found.solid & _TRUTH:
            self.misfit(vi, en, found)
        return found.kinds

    def compare(self, node: Compare) -> Type:
        left, right = self.of(node.left), self.of(node.right)
        self.compared(node.operator, left, right, node.left, node.right)
        return BOOLEAN

    def compared(self, operator: str, left: Type, right: Type, *nodes: Node) -> None:
        if operator in ("=", "!="):
            if not left.solid & right.solid and _NULL not in (left.solid, right.solid):
                self.misfit("So sánh bằng", "Comparing for equality", left, right)
            for mine, other, node in ((left, right, nodes[0]), (right, left, nodes[-1])):
                self.asked_of(path_of(node), mine, other)
        elif not left.kinds & right.kinds & _ORDERED:
            self.misfit(f"Phép so sánh {operator}", f"The comparison {operator}", left, right)

    def asked_of(self, what: str, mine: Type, other: Type) -> None:
        """Note a single text that what is compared never is."""
        if (
            what
            and mine.values is not None
            and other.kinds == {"string"}
            and other.values is not None
            and len(other.values) == 1
            and not mine.values & other.values
        ):
            self.found.never.append(Never(what, next(iter(other.values)), mine.values))

    def between(self, node: Between) -> Type:
        value = self.of(node.value)
        for end in (node.low, node.high):
            self.compared("between", value, self.of(end))
        return BOOLEAN

    def is_in(self, node: In) -> Type:
        value = self.of(node.value)
        outer, self.tested = self.tested, value
        for test in node.tests:
            self.test(test, value, path_of(node.value), for_cell=False)
        self.tested = outer
        return BOOLEAN

    def choice(self, node: If) -> Type:
        self.truth(self.of(node.condition), "Điều kiện sau if", "The condition after if")
        return self.of(node.then) | self.of(node.otherwise)

    # Lists, contexts, loops

    def list_made(self, node: ListOf) -> Type:
        items = [self.of(item) for item in node.items]
        return list_of(_union(items) if items else None)

    def context_made(self, node: ContextOf) -> Type:
        entries: dict[str, Type] = {}
        self.bound.append(entries)  # a later entry may use an earlier one
        for key, child in node.entries:
            entries[key] = self.of(child)
        self.bound.pop()
        return context(entries)

    def filtered(self, node: Filter) -> Type:
        base = self.of(node.base)
        if "list" not in base.kinds:
            self.misfit("Phép lọc [ ]", "A filter [ ]", base)
        item = base.items or ANY
        position = node.condition.operand if isinstance(node.condition, Minus) else node.condition
        if isinstance(position, Literal) and isinstance(position.value, Decimal):
            return item | one("null")
        inner: Mapping[str, Type] | None = None
        if "context" not in item.kinds:
            inner = {"item": item}
        elif item.entries is not None:
            inner = {"item": item, **item.entries}
        self.bound.append(inner)
        condition = self.of(node.condition)
        self.bound.pop()
        if not condition.solid & (_TRUTH | {"number"}):
            self.misfit("Điều kiện lọc", "The condition of a filter", condition)
        return list_of(base.items) if "number" not in condition.kinds else list_of(base.items) | item | one("null")

    def loop(self, node: Loop) -> Type:
        for iterator in node.iterators:
            source = self.of(iterator.source)
            if iterator.to is not None:
                for end in (source, self.of(iterator.to)):
                    if "number" not in end.kinds:
                        self.misfit("Hai đầu của a..b", "The ends of a..b", end)
                item = NUMBER
            else:
                if "list" not in source.kinds:
                    self.misfit(f"Vòng {node.kind}", f"The loop {node.kind}", source)
                item = source.items or ANY
            self.bound.append({iterator.name: item})
        body = self.of(node.body)
        del self.bound[-len(node.iterators) :]
        if node.kind == "for":
            return list_of(body)
        self.truth(body, f"Điều kiện của {node.kind}", f"The condition of {node.kind}")
        return TRUTH

    def called(self, node: Call) -> Type:
        given = [self.of(argument) for argument in node.arguments]
        wanted, gives = _FUNCTIONS.get(node.function, ((), ANY))
        for place, argument in enumerate(given):
            if wanted and not argument.solid & wanted[min(place, len(wanted) - 1)].kinds:
                self.misfit(f"Hàm {node.function}", node.function, argument)
        if node.function in ("rule", "round_date", "may_block"):
            first = node.arguments[0]
            if isinstance(first, Literal) and isinstance(first.value, str):
                self.found.asked.append((node.function, first.value))
        return gives

    def ranged(self, node: Range) -> Type:
        return ANY

    # Tests of cells and of `in`

    def test(self, test: Test, tested: Type, what: str, *, for_cell: bool) -> None:
        """Hold one test against what is tested."""
        if isinstance(test, Anything):
            return
        if isinstance(test, Not):
            for inner in test.tests:
                self.test(inner, tested, what, for_cell=for_cell)
        elif isinstance(test, Against):
            self.compared(test.operator, tested, self.of(test.operand), Name(what), test.operand)
        elif isinstance(test, Range):
            for end in (test.low, test.high):
                self.compared("..", tested, self.of(end))
        else:
            wanted = self.of(test)
            if for_cell and _asks(test):
                self.truth(wanted, "Điều kiện trong ô", "The condition in the cell")
            elif not ("list" in wanted.kinds or (for_cell and "boolean" in wanted.kinds and not isinstance(test, Literal))):
                self.compared("=", tested, wanted, Name(what), test)
            elif isinstance(test, ListOf):
                for item in test.items:
                    self.asked_of(what, tested, self.of(item))


def path_of(node: Node) -> str:
    """The dotted name that a node is; empty for anything else."""
    if isinstance(node, Name):
        return node.text
    base = path_of(node.base) if isinstance(node, Member) else ""
    return f"{base}.{node.key}" if base and isinstance(node, Member) else ""


def _union(types: Collection[Type]) -> Type:
    whole, *rest = types
    for other in rest:
        whole = whole | other
    return whole


def _asks(node: object) -> bool:
    """Whether the question mark stands in it."""
    if isinstance(node, Input):
        return True
    if isinstance(node, tuple):
        return any(_asks(part) for part in node)
    slots = getattr(type(node), "__dataclass_fields__", ())
    return any(_asks(getattr(node, name)) for name in slots if not isinstance(node, Literal))


def _plus(a: str, b: str) -> str | None:
    if a == b and a in ("number", "string", *_SPANS):
        return a
    if b in _SPANS and a in _POINTS:
        return None if (a, b) == ("time", "months") else a
    return _plus(b, a) if a in _SPANS and b in _POINTS else None


def _less(a: str, b: str) -> str | None:
    if a == b and a in ("number", *_SPANS):
        return a
    if a == b and a in _POINTS:
        return "duration"
    return _plus(a, b) if a in _POINTS else None


def _times(a: str, b: str) -> str | None:
    if a == b == "number":
        return a
    return next((s for s, n in ((a, b), (b, a)) if s in _SPANS and n == "number"), None)


def _by(a: str, b: str) -> str | None:
    if a == b and a in ("number", *_SPANS):
        return "number"
    return a if a in _SPANS and b == "number" else None


_ARITHMETIC: dict[str, Callable[[str, str], str | None]] = {
    "+": _plus,
    "-": _less,
    "*": _times,
    "/": _by,
    "**": lambda a, b: "number" if a == b == "number" else None,
}
_TYPES: dict[type, Callable[[_Typing, Any], Type]] = {
    Literal: _Typing.literal,
    Input: _Typing.input,
    Name: _Typing.name,
    Member: _Typing.member,
    Filter: _Typing.filtered,
    Call: _Typing.called,
    Minus: _Typing.minus,
    Chain: _Typing.chain,
    Logic: _Typing.logic,
    Compare: _Typing.compare,
    Between: _Typing.between,
    In: _Typing.is_in,
    If: _Typing.choice,
    ListOf: _Typing.list_made,
    ContextOf: _Typing.context_made,
    Loop: _Typing.loop,
    Range: _Typing.ranged,
}
