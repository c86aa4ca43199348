"""The shape of an expression: the tree that the parser makes and the compiler reads. No behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from workflows.feel.values import Value


@dataclass(frozen=True, slots=True)
class Literal:
    value: Value


@dataclass(frozen=True, slots=True)
class Name:
    text: str


@dataclass(frozen=True, slots=True)
class Input:
    """The question mark of a table cell: the value that is tested."""


@dataclass(frozen=True, slots=True)
class Member:
    base: Node
    key: str


@dataclass(frozen=True, slots=True)
class Filter:
    base: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Minus:
    operand: Node


@dataclass(frozen=True, slots=True)
class Chain:
    """Operators of one rank, from left to right; flat, so that a long sum is not a deep tree."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Logic:
    operator: str  # "and" | "or"
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    operator: str  # "=" "!=" "<" "<=" ">" ">="
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between:
    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class In:
    value: Node
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class If:
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class ListOf:
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextOf:
    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Iterator:
    name: str
    source: Node
    to: Node | None  # the upper end of `1..10`, None for a list


@dataclass(frozen=True, slots=True)
class Loop:
    kind: str  # "some" | "every" | "for"
    iterators: tuple[Iterator, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Range:
    """An interval; stands only right of `in` or in a cell."""

    low: Node
    high: Node
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True)
class Against:
    """A comparison whose left side is the value tested: `> 5`."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Anything:
    """The dash of a table cell."""


@dataclass(frozen=True, slots=True)
class Not:
    """None of the tests: `not("a", "b")` in a cell."""

    tests: tuple[Test, ...]


Node: TypeAlias = (
    Literal
    | Name
    | Input
    | Member
    | Filter
    | Call
    | Minus
    | Chain
    | Logic
    | Compare
    | Between
    | In
    | If
    | ListOf
    | ContextOf
    | Loop
    | Range
)
Test: TypeAlias = Node | Against | Anything | Not
