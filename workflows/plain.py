"""Expressions of a diagram in plain words, Vietnamese or English: conditions, due times, timers.

What names stand for is the caller's: a Vocabulary says it. An expression with no plain way of saying it is quoted as it
stands, so that nothing is left out and nothing is made up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal as OneOf

from workflows.clock import Period, parse_cycle, parse_moment, parse_period
from workflows.feel import FeelError
from workflows.feel.parser import parse_expression
from workflows.feel.syntax import (
    Between,
    Call,
    Chain,
    Compare,
    If,
    In,
    Literal,
    Logic,
    Member,
    Minus,
    Name,
    Node,
)

Language = OneOf["vi", "en"]


@dataclass(frozen=True, slots=True)
class Datum:
    """A name of the data in words: as a thing, as a truth and its contrary, and its values."""

    noun: str
    yes: str = ""
    no: str = ""
    named: Mapping[str, str] = field(default_factory=dict)  # its values

    def of(self, value: str) -> str:
        """One of its values in words; nothing for one that has none."""
        return self.named.get(value, "")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the register in words: what it is called, its value today, in what unit."""

    label: str
    value: str = ""


def _nothing(*_: str) -> str:
    return ""


def _none(*_: str) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True)
class Vocabulary:
    """What the names in a diagram stand for, in one language. What it does not know it answers with nothing."""

    language: Language = "vi"
    drawn: Callable[[str], str] = lambda text: text  # names of elements and lanes, as drawn
    awaited: Callable[[str], str] = lambda text: text  # a wait as a step: "Chờ thủ trưởng ký" → "Thủ trưởng ký"
    group: Callable[[str], str] = _nothing
    form: Callable[[str], str] = _nothing
    question: Callable[[str, str], str] = _nothing  # form, field → what it asks
    option: Callable[[str, str, str], str] = _nothing  # form, field, value → what a person chose
    table: Callable[[str], str] = _nothing
    topic: Callable[[str], str] = _nothing
    list: Callable[[str], str] = _nothing
    act: Callable[[str, str], str] = _nothing  # kind of list, message → the act that sends it
    result: Callable[[str, str], str] = _nothing  # kind of list, value → result of a line
    papers: Callable[[str], Sequence[str]] = _none  # kind of list → papers that belong to it
    message: Callable[[str], str] = _nothing
    date: Callable[[str], str] = _nothing  # key of the round's calendar
    rule: Callable[[str], Rule | None] = lambda key: None
    basis: Callable[[str], str] = _nothing
    outcome: Callable[[str], str] = _nothing
    datum: Callable[[str], Datum | None] = lambda name: None

    def say(self, vietnamese: str, english: str) -> str:
        """One of two wordings, by the language."""
        return english if self.language == "en" else vietnamese


@dataclass(frozen=True, slots=True)
class Source:
    """What was done right before a gateway, so far as its answer is read there: a form or a list."""

    form: str = ""
    list: str = ""


# -- conditions


def condition(text: str, vocabulary: Vocabulary, sources: Sequence[Source] = ()) -> str:
    """A condition in words, to stand behind "khi" or "when"; quoted as it stands where it has no plain way."""
    try:
        return _Saying(vocabulary, sources).of(parse_expression(text))
    except (FeelError, _NoWords):
        return vocabulary.say(f"biểu thức {text} đúng", f"the expression {text} holds")


class _NoWords(Exception):
    """An expression that is quoted instead."""


_COMPARED = {
    "=": ("là", "is"),
    "!=": ("không phải", "is not"),
    "<": ("nhỏ hơn", "is below"),
    "<=": ("không quá", "is at most"),
    ">": ("lớn hơn", "is above"),
    ">=": ("từ", "is at least"),
}


class _Saying:
    def __init__(self, vocabulary: Vocabulary, sources: Sequence[Source]) -> None:
        self._v, self._sources = vocabulary, sources

    def of(self, node: Node) -> str:
        if isinstance(node, Logic):
            return self._logic(node)
        if isinstance(node, Compare):
            return self._compare(node)
        if isinstance(node, Between):
            return self._v.say(
                f"{self._noun(node.value)} từ {self._value(node.low, '')} đến {self._value(node.high, '')}",
                f"{self._noun(node.value)} is from {self._value(node.low, '')} to {self._value(node.high, '')}",
            )
        if isinstance(node, In):
            return self._one_of(node.value, [test for test in node.tests if isinstance(test, Literal)], len(node.tests))
        if isinstance(node, Call) and node.function == "not" and len(node.arguments) == 1:
            return self._v.say(f"không phải là ({self.of(node.arguments[0])})", f"it is not so that {self.of(node.arguments[0])}")
        if isinstance(node, Name | Member):
            return self._truth(node, True)
        raise _NoWords

    def _logic(self, node: Logic) -> str:
        if node.operator == "or":
            same = [one for one in node.operands if isinstance(one, Compare) and one.operator == "=" and isinstance(one.right, Literal)]
            if len(same) == len(node.operands) and len({repr(one.left) for one in same}) == 1:
                return self._one_of(same[0].left, [one.right for one in same if isinstance(one.right, Literal)], len(same))
            return self._v.say(" hoặc ", " or ").join(self.of(one) for one in node.operands)
        parts = [f"({self.of(one)})" if isinstance(one, Logic) and one.operator == "or" and not self._flat(one) else self.of(one)
                 for one in node.operands]
        return self._v.say(" và ", " and ").join(parts)

    @staticmethod
    def _flat(node: Logic) -> bool:
        return all(isinstance(one, Compare) for one in node.operands)

    def _compare(self, node: Compare) -> str:
        left, right = node.left, node.right
        if isinstance(left, Literal) and not isinstance(right, Literal):
            left, right = right, left
        value = right.value if isinstance(right, Literal) else right
        if isinstance(value, bool) and node.operator in ("=", "!="):
            return self._truth(left, value == (node.operator == "="))
        if value is None and node.operator in ("=", "!="):
            noun = self._noun(left)
            if node.operator == "=":
                return self._v.say(f"không có {noun}", f"there is no {noun}")
            return self._v.say(f"có {noun}", f"there is a {noun}")
        name = left.text if isinstance(left, Name) else ""
        return f"{self._noun(left)} {self._v.say(*_COMPARED[node.operator])} {self._value(right, name)}"

    def _one_of(self, left: Node, values: Sequence[Literal], count: int) -> str:
        if len(values) != count or not values:
            raise _NoWords
        name = left.text if isinstance(left, Name) else ""
        said = [self._value(one, name) for one in values]
        words = self._v.say(" hoặc ", " or ").join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)
        return f"{self._noun(left)} {self._v.say('là', 'is')} {words}"

    def _truth(self, node: Node, holds: bool) -> str:
        datum = self._v.datum(_path(node))
        if datum is not None and datum.yes:
            return datum.yes if holds else datum.no
        noun = self._noun(node)
        return self._v.say(f"{noun} là {'có' if holds else 'không'}", f"{noun} is {'yes' if holds else 'no'}")

    def _noun(self, node: Node) -> str:
        if isinstance(node, Name):
            asked = next((said for one in self._sources if one.form and (said := self._v.question(one.form, node.text))), "")
            if asked and asked.lower().startswith(("kết quả", "result")):
                return self._v.say(asked[:1].lower() + asked[1:], f"the {asked[:1].lower()}{asked[1:]}")
            if asked:
                return self._v.say(f"trả lời “{asked}”", f"the answer to “{asked}”")
            if node.text in ("decision", "result"):
                return self._v.say("kết quả", "the result")
        if isinstance(node, Call) and node.function == "count" and len(node.arguments) == 1:
            return self._v.say(f"số mục của {self._noun(node.arguments[0])}", f"the number of {self._noun(node.arguments[0])}")
        path = _path(node)
        datum = self._v.datum(path)
        return datum.noun if datum is not None else f"“{path}”"

    def _value(self, node: Node, name: str) -> str:
        if isinstance(node, Minus):
            return f"−{self._value(node.operand, name)}"
        if not isinstance(node, Literal):
            if isinstance(node, Call):
                return due_words(node, self._v)[1]
            return self._noun(node)
        value = node.value
        if isinstance(value, str):
            return f"“{self._label(name, value) or value}”"
        if isinstance(value, bool):
            return self._v.say("có" if value else "không", "yes" if value else "no")
        if isinstance(value, Decimal | int):
            return _number(value, self._v)
        if isinstance(value, date):
            return f"{value:%d/%m/%Y}"
        raise _NoWords

    def _label(self, name: str, value: str) -> str:
        for one in self._sources:
            if one.form and (said := self._v.option(one.form, name, value)):
                return said
            if one.list and name == "result" and (said := self._v.result(one.list, value)):
                return said
        datum = self._v.datum(name)
        return datum.of(value) if datum is not None else ""


def _path(node: Node) -> str:
    if isinstance(node, Name):
        return node.text
    if isinstance(node, Member):
        return f"{_path(node.base)}.{node.key}"
    raise _NoWords


def _number(value: Decimal | int, vocabulary: Vocabulary) -> str:
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    return text if vocabulary.language == "en" else text.replace(".", ",")


def written(name: str, text: str, vocabulary: Vocabulary) -> str:
    """That a value is written down under a name: "lý do dừng: “…”"; a truth is said as one."""
    datum = vocabulary.datum(name)
    noun = datum.noun if datum is not None else f"“{name}”"
    if text in ("true", "false") and datum is not None and datum.yes:
        return datum.yes if text == "true" else datum.no
    words = {"true": ("có", "yes"), "false": ("không", "no"), "null": ("để trống", "nothing")}
    if text in words:
        return f"{noun}: {vocabulary.say(*words[text])}"
    try:
        said = _Saying(vocabulary, ())._value(parse_expression(text), name)
    except (FeelError, _NoWords):
        said = text
    return f"{noun}: {said}"


# -- times

Kind = OneOf["by", "within", "other"]


def due(text: str, vocabulary: Vocabulary) -> str:
    """By when something is due, from the text of a due time: "trong 5 ngày làm việc", "chậm nhất ngày …"."""
    kind, words = time_words(text, vocabulary)
    return vocabulary.say(
        {"by": "chậm nhất ", "within": "trong ", "other": ""}[kind] + words,
        {"by": "by ", "within": "within ", "other": ""}[kind] + words,
    )


def expiry(text: str, vocabulary: Vocabulary) -> str:
    """When a time has run out: "hết 5 ngày làm việc", "hết ngày …"."""
    kind, words = time_words(text, vocabulary)
    if kind == "by":
        return vocabulary.say(f"hết {words}", f"{words} has passed")
    return vocabulary.say(f"hết {words}" if kind == "within" else f"đến {words}", f"{words} have passed" if kind == "within" else words)


def cycle(text: str, vocabulary: Vocabulary) -> str:
    """How often a repeating timer fires."""
    found = parse_cycle(text.strip().strip('"'))
    if found is None:
        return text
    every = _period(found.period, vocabulary)
    if found.times < 0:
        return vocabulary.say(f"cứ {every} một lần", f"every {every}")
    return vocabulary.say(f"cứ {every} một lần, nhiều nhất {found.times} lần", f"every {every}, at most {found.times} times")


def time_words(text: str, vocabulary: Vocabulary) -> tuple[Kind, str]:
    """A due time and how it counts: a day by which (`by`), a span (`within`), or something else, quoted."""
    text = text.strip()
    period = parse_period(text.strip('"'))
    if period is not None:
        return "within", _period(period, vocabulary)
    moment = parse_moment(text.strip('"'))
    if moment is not None:
        return "by", _moment(moment, vocabulary)
    try:
        return due_words(parse_expression(text), vocabulary)
    except (FeelError, _NoWords):
        return "other", vocabulary.say(f"thời điểm tính theo biểu thức {text}", f"as the expression {text} gives")


def due_words(node: Node, vocabulary: Vocabulary) -> tuple[Kind, str]:
    """The same of an expression that is read already. Raises _NoWords where there is no plain way."""
    v = vocabulary
    match node:
        case Call("working_days", (Minus(Literal(number)), day)) if number == 1 and (before := due_words(day, v))[0] == "by":
            return "by", v.say(f"ngày làm việc trước {before[1]}", f"the working day before {before[1]}")
        case Call("max", (Call("working_days", (Literal(number),)), other)) if number == 0:
            return due_words(other, v)  # not before today, which goes without saying
    if (after := _after(node, v)) is not None:
        return "within", after
    if isinstance(node, Call) and len(node.arguments) == 1:
        inner = node.arguments[0]
        key = str(inner.value) if isinstance(inner, Literal) else ""
        if node.function == "round_date":
            return "by", v.date(key) or v.say(f"ngày “{key}” theo lịch của đợt", f"the date “{key}” of the round")
        if node.function == "working_days":
            return "within", _working_days(inner, v)
        if node.function == "rule" and key:
            rule = v.rule(key)
            return "other", f"{rule.label} ({rule.value})" if rule else key
        if node.function == "duration" and (period := parse_period(key)) is not None:
            return "within", _period(period, v)
        if node.function in ("date", "date and time"):
            if isinstance(inner, Literal) and (moment := parse_moment(key)) is not None:
                return "by", _moment(moment, v)
            return due_words(inner, v)
    if isinstance(node, Call) and node.function == "min" and len(node.arguments) == 2:
        (_, first), (kind, last) = (due_words(one, v) for one in node.arguments)
        if kind == "by":
            return "within", v.say(f"{first}, không quá {last}", f"{first}, and no later than {last}")
    if isinstance(node, Name | Member):
        datum = v.datum(_path(node))
        return "by", datum.noun if datum else v.say(f"ngày ghi ở “{_path(node)}”", f"the date in “{_path(node)}”")
    if isinstance(node, Literal) and isinstance(node.value, datetime):
        return "by", _moment(node.value, v)
    raise _NoWords


def _after(node: Node, v: Vocabulary) -> str | None:
    """Days that run from a day in the data: `working_days(rule("KEY"), day)`, `date(day) + duration("P1D") * rule("KEY")`; else None."""
    if isinstance(node, Call) and node.function == "working_days" and len(node.arguments) == 2:
        return _from(_working_days(node.arguments[0], v), node.arguments[1], v)
    match node:
        case Chain(day, (("+", Chain(Call("duration", (Literal("P1D"),)), (("*", Call("rule", (Literal(key),))),))),)):
            rule = v.rule(str(key))
            if rule is None or not rule.value:
                raise _NoWords
            return _from(v.say(f"{rule.value} ngày (quy định “{rule.label}”)", f"{rule.value} days (rule “{rule.label}”)"), day, v)
        case If(_, then, otherwise):
            (kind, one), (same, other) = due_words(then, v), due_words(otherwise, v)
            if (kind, same) == ("within", "within"):
                return v.say(f"{one} hoặc {other}", f"{one} or {other}")
    return None


def _from(said: str, day: Node, v: Vocabulary) -> str:
    kind, words = due_words(day, v)
    if kind != "by":
        raise _NoWords
    return v.say(f"{said} từ {words}", f"{said} from {words}")


def _working_days(node: Node, v: Vocabulary) -> str:
    if isinstance(node, Literal) and isinstance(node.value, Decimal | int):
        count = _number(node.value, v)
        return v.say(f"{count} ngày làm việc", f"{count} working day{'' if count == '1' else 's'}")
    if isinstance(node, Call) and node.function == "rule" and len(node.arguments) == 1 and isinstance(node.arguments[0], Literal):
        key = str(node.arguments[0].value)
        rule = v.rule(key)
        if rule is None:
            return v.say(f"số ngày làm việc theo quy định {key}", f"the working days of the rule {key}")
        if not rule.value:
            return v.say(f"thời hạn của quy định “{rule.label}”", f"the time of the rule “{rule.label}”")
        return v.say(f"{rule.value} ngày làm việc (quy định “{rule.label}”)", f"{rule.value} working days (rule “{rule.label}”)")
    raise _NoWords


_UNITS = (
    (86_400, "ngày", "day"),
    (3_600, "giờ", "hour"),
    (60, "phút", "minute"),
    (1, "giây", "second"),
)


def _period(period: Period, v: Vocabulary) -> str:
    parts: list[str] = []
    years, months = divmod(period.months, 12)
    rest = int(period.exact.total_seconds())
    for count, vietnamese, english in ((years, "năm", "year"), (months, "tháng", "month")):
        if count:
            parts.append(v.say(f"{count} {vietnamese}", f"{count} {english}{'' if count == 1 else 's'}"))
    for seconds, vietnamese, english in _UNITS:
        count, rest = divmod(rest, seconds)
        if count:
            parts.append(v.say(f"{count} {vietnamese}", f"{count} {english}{'' if count == 1 else 's'}"))
    return " ".join(parts) or v.say("0 ngày", "0 days")


def _moment(moment: datetime, v: Vocabulary) -> str:
    day = f"{moment:%d/%m/%Y}"
    if f"{moment:%H:%M}" == "23:59":
        return v.say(f"ngày {day}", day)
    return v.say(f"{moment:%H:%M} ngày {day}", f"{moment:%H:%M} on {day}")
