"""The functions of expressions on lists and contexts; none changes what it is given."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from workflows.feel.arguments import Function, list_of, number_of, text_of, whole_of, wrong
from workflows.feel.errors import FeelError
from workflows.feel.frame import Frame
from workflows.feel.values import (
    MAX_LIST,
    MAX_TEXT,
    NUMBERS,
    Value,
    YearsMonths,
    bounded_list,
    bounded_text,
    check_ordered,
    divide,
    lift,
    misfit,
    multiply,
    same,
)
from workflows.feel.values import add as plus

# Lists --------------------------------------------------------------------------------------------


def _members(frame: Frame, name: str, arguments: tuple[Value, ...]) -> list[Value]:
    """The members to work on: of the one list given, or the arguments themselves."""
    members = arguments
    if len(arguments) == 1:
        members = tuple(list_of(name, 1, arguments[0]))
    frame.spend(len(members))
    return [lift(member) for member in members]


def _count(frame: Frame, value: Value) -> Decimal:
    return Decimal(len(list_of("count", 1, value)))


def _sum(frame: Frame, *arguments: Value) -> Value:
    members = _members(frame, "sum", arguments)
    if not members:
        return None
    total = members[0]
    if type(total) not in (Decimal, timedelta, YearsMonths):
        raise misfit("Hàm sum", "sum", total)
    for member in members[1:]:
        total = plus(total, member)
    return total


def _mean(frame: Frame, *arguments: Value) -> Value:
    total = _sum(frame, *arguments)
    size = len(arguments[0]) if len(arguments) == 1 else len(arguments)
    return None if total is None else divide(total, Decimal(size))


def _extreme(name: str, pick: Callable[..., Any]) -> Callable[..., Value]:
    def run(frame: Frame, *arguments: Value) -> Value:
        members = _members(frame, name, arguments)
        if not members:
            return None
        for member in members:
            check_ordered(members[0], member, name)
        return pick(members)

    return run


def _list_contains(frame: Frame, items: Value, wanted: Value) -> bool:
    members = list_of("list contains", 1, items)
    frame.spend(len(members))
    return any(same(member, wanted) for member in members)


def _append(frame: Frame, items: Value, *more: Value) -> list[Value]:
    members = list_of("append", 1, items)
    frame.spend(len(members) + len(more))
    return bounded_list([*members, *more])


def _concatenate(frame: Frame, *lists: Value) -> list[Value]:
    joined: list[Value] = []
    for place, items in enumerate(lists, start=1):
        members = list_of("concatenate", place, items)
        frame.spend(len(members))
        bounded_list(joined).extend(members)
    return bounded_list(joined)


def _three_valued(name: str, deciding: bool) -> Callable[..., Value]:
    """`all` and `any`: one deciding member decides; otherwise null if a member is null (DMN 1.3, table
    75).
    """

    def run(frame: Frame, *arguments: Value) -> Value:
        single = len(arguments) == 1 and not isinstance(arguments[0], list)
        members = list(arguments) if single else _members(frame, name, arguments)
        for member in members:
            if member is not None and type(member) is not bool:
                raise misfit(f"Hàm {name}", name, member)
        if any(member is deciding for member in members):
            return deciding
        return None if any(member is None for member in members) else not deciding

    return run


def _get_value(frame: Frame, context: Value, key: Value) -> Value:
    """The one way to ask for an entry that may be missing: null then."""
    if type(context) is not dict:
        raise wrong("get value", 1, "nhóm dữ liệu", "a context", context)
    return lift(context.get(text_of("get value", 2, key)))


def _numbers(frame: Frame, name: str, arguments: tuple[Value, ...]) -> list[Decimal]:
    return [number_of(name, place, member) for place, member in enumerate(_members(frame, name, arguments), 1)]


def _product(frame: Frame, *arguments: Value) -> Value:
    total: Value = None
    for number in _numbers(frame, "product", arguments):
        total = number if total is None else multiply(total, number)
    return total


def _median(frame: Frame, *arguments: Value) -> Value:
    numbers = sorted(_numbers(frame, "median", arguments))
    if not numbers:
        return None
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return divide(plus(numbers[middle - 1], numbers[middle]), Decimal(2))


def _stddev(frame: Frame, *arguments: Value) -> Value:
    """The deviation of a sample, which has two members at least."""
    numbers = _numbers(frame, "stddev", arguments)
    if len(numbers) < 2:
        raise FeelError("Hàm stddev cần ít nhất hai số.", "stddev needs two numbers at least.")
    total = Decimal(0)
    for number in numbers:
        total = NUMBERS.add(total, number)
    mean = NUMBERS.divide(total, Decimal(len(numbers)))
    squares = Decimal(0)
    for number in numbers:
        squares = NUMBERS.add(squares, NUMBERS.power(NUMBERS.subtract(number, mean), Decimal(2)))
    return NUMBERS.sqrt(NUMBERS.divide(squares, Decimal(len(numbers) - 1)))


def _mode(frame: Frame, *arguments: Value) -> list[Value]:
    """The most frequent numbers, the smallest first."""
    counts: dict[Decimal, int] = {}
    for number in _numbers(frame, "mode", arguments):
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(number for number, times in counts.items() if times == most)


# Parts of lists -----------------------------------------------------------------------------------


def _place(name: str, place: int, position: Value, size: int) -> int:
    """A position from 1, or from the end when negative, as an index."""
    number = whole_of(name, place, position, -MAX_LIST, MAX_LIST)
    if number == 0 or abs(number) > size:
        raise FeelError(
            f"Hàm {name}: vị trí {number} không có trong danh sách {size} phần tử.",
            f"{name}: there is no position {number} in a list of {size}.",
        )
    return number - 1 if number > 0 else size + number


def _sublist(frame: Frame, items: Value, start: Value, *lengths: Value) -> list[Value]:
    members = list_of("sublist", 1, items)
    frame.spend(len(members))
    rest = members[_place("sublist", 2, start, len(members)) :]
    return rest[: whole_of("sublist", 3, lengths[0], 0, MAX_LIST)] if lengths else rest


def _remove(frame: Frame, items: Value, position: Value) -> list[Value]:
    members = list_of("remove", 1, items)
    frame.spend(len(members))
    place = _place("remove", 2, position, len(members))
    return [*members[:place], *members[place + 1 :]]


def _insert_before(frame: Frame, items: Value, position: Value, item: Value) -> list[Value]:
    members = list_of("insert before", 1, items)
    frame.spend(len(members))
    place = _place("insert before", 2, position, len(members))
    return bounded_list([*members[:place], item, *members[place:]])


def _list_replace(frame: Frame, items: Value, position: Value, item: Value) -> list[Value]:
    members = list_of("list replace", 1, items)
    frame.spend(len(members))
    place = _place("list replace", 2, position, len(members))
    return [*members[:place], item, *members[place + 1 :]]


def _reverse(frame: Frame, items: Value) -> list[Value]:
    frame.spend(len(list_of("reverse", 1, items)))
    return list(reversed(items))


def _index_of(frame: Frame, items: Value, wanted: Value) -> list[Value]:
    members = list_of("index of", 1, items)
    frame.spend(len(members))
    return [Decimal(place) for place, member in enumerate(members, start=1) if same(member, wanted)]


def _distinct(frame: Frame, members: list[Value]) -> list[Value]:
    kept: list[Value] = []
    for member in members:
        frame.spend(1 + len(kept))
        if not any(same(member, other) for other in kept):
            kept.append(member)
    return kept


def _distinct_values(frame: Frame, items: Value) -> list[Value]:
    return _distinct(frame, list_of("distinct values", 1, items))


def _duplicate_values(frame: Frame, items: Value) -> list[Value]:
    members = list_of("duplicate values", 1, items)
    frame.spend(len(members) ** 2)
    twice = [member for member in members if sum(same(member, other) for other in members) > 1]
    return _distinct(frame, twice)


def _union(frame: Frame, *lists: Value) -> list[Value]:
    return _distinct(frame, _concatenate(frame, *lists))


def _flatten(frame: Frame, items: Value) -> list[Value]:
    flat: list[Value] = []
    for member in list_of("flatten", 1, items):
        frame.spend(1)
        flat.extend(_flatten(frame, member) if type(member) is list else [member])
        bounded_list(flat)
    return flat


def _string_join(frame: Frame, items: Value, delimiter: Value = None) -> str:
    """The strings in one; null members are left out."""
    members = list_of("string join", 1, items)
    frame.spend(len(members))
    parts = [text_of("string join", 1, member) for member in members if member is not None]
    between = "" if delimiter is None else text_of("string join", 2, delimiter)
    size = sum(map(len, parts)) + len(between) * max(len(parts) - 1, 0)
    frame.spend(size // 64)
    return between.join(parts) if size <= MAX_TEXT else bounded_text(" " * (MAX_TEXT + 1))


# Contexts -----------------------------------------------------------------------------------------


def _context_of(name: str, place: int, value: Value) -> dict[str, Value]:
    if type(value) is not dict:
        raise wrong(name, place, "nhóm dữ liệu", "a context", value)
    return value


def _get_entries(frame: Frame, context: Value) -> list[Value]:
    entries = _context_of("get entries", 1, context)
    frame.spend(len(entries))
    return [{"key": key, "value": value} for key, value in entries.items()]


def _context(frame: Frame, entries: Value) -> dict[str, Value]:
    """The context with these entries, each a context of key and value."""
    made: dict[str, Value] = {}
    for entry in list_of("context", 1, entries):
        frame.spend(1)
        parts = _context_of("context", 1, lift(entry))
        if "key" not in parts or "value" not in parts:
            raise FeelError("Hàm context: mục thiếu key hoặc value.", "context: an entry lacks key or value.")
        key = text_of("context", 1, parts["key"])
        if key in made:
            raise FeelError(f"Hàm context: mục {key} có hai lần.", f"context: the entry {key} stands twice.")
        made[key] = parts["value"]
    return made


def _context_put(frame: Frame, context: Value, key: Value, value: Value) -> dict[str, Value]:
    entries = _context_of("context put", 1, context)
    frame.spend(1 + len(entries))
    if type(key) is not list:
        return {**entries, text_of("context put", 2, key): value}
    if not key:
        raise FeelError("Hàm context put: danh sách tên trống.", "context put: the list of keys is empty.")
    first, rest = text_of("context put", 2, key[0]), key[1:]
    if rest:
        value = _context_put(frame, lift(entries.get(first)), rest, value)
    return {**entries, first: value}


def _context_merge(frame: Frame, contexts: Value) -> dict[str, Value]:
    merged: dict[str, Value] = {}
    for context in list_of("context merge", 1, contexts):
        entries = _context_of("context merge", 1, lift(context))
        frame.spend(1 + len(entries))
        merged.update(entries)
    return merged


LISTS: dict[str, Function] = {
    "count": Function(1, 1, _count, takes="list"),
    "sum": Function(1, None, _sum, takes="list"),
    "min": Function(1, None, _extreme("min", min), takes="list"),
    "max": Function(1, None, _extreme("max", max), takes="list"),
    "mean": Function(1, None, _mean, takes="list"),
    "list contains": Function(2, 2, _list_contains, takes="list, element", boolean=True),
    "append": Function(2, None, _append),
    "concatenate": Function(1, None, _concatenate),
    "all": Function(1, None, _three_valued("all", False), takes="list", boolean=True),
    "any": Function(1, None, _three_valued("any", True), takes="list", boolean=True),
    "get value": Function(2, 2, _get_value, takes="m, key"),
    "product": Function(1, None, _product, takes="list"),
    "median": Function(1, None, _median, takes="list"),
    "stddev": Function(1, None, _stddev, takes="list"),
    "mode": Function(1, None, _mode, takes="list"),
    "sublist": Function(2, 3, _sublist, takes="list, start position, length?"),
    "remove": Function(2, 2, _remove, takes="list, position"),
    "insert before": Function(3, 3, _insert_before, takes="list, position, newItem"),
    "list replace": Function(3, 3, _list_replace, takes="list, position, newItem"),
    "reverse": Function(1, 1, _reverse, takes="list"),
    "index of": Function(2, 2, _index_of, takes="list, match"),
    "distinct values": Function(1, 1, _distinct_values, takes="list"),
    "duplicate values": Function(1, 1, _duplicate_values, takes="list"),
    "union": Function(1, None, _union),
    "flatten": Function(1, 1, _flatten, takes="list"),
    "string join": Function(1, 2, _string_join, takes="list, delimiter?"),
    "get entries": Function(1, 1, _get_entries, takes="m"),
    "context": Function(1, 1, _context, takes="entries"),
    "context put": Function(3, 3, _context_put),  # DMN names the second by its kind
    "context merge": Function(1, 1, _context_merge, takes="contexts"),
}
