"""Reads the text of an expression into its tree, or says in one sentence why it cannot.

Precedence climbing by hand: FEEL's names with blanks (`date and time`), its open ranges (`]1..5]`) and
refusals by name fit no generated parser well. Depth and length are bounded here, so that everything after
may recurse.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import NoReturn

from workflows.feel.builtins import FUNCTIONS
from workflows.feel.errors import FeelError
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
    Iterator,
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
from workflows.feel.tokens import Token, read_tokens, unescape
from workflows.feel.values import DIGITS, MAX_LIST, read_date, read_duration, read_moment, read_time

MAX_SOURCE = 4_000
MAX_DEPTH = 50

_OR, _AND, _COMPARISON, _SUM, _PRODUCT, _POWER, _POSTFIX = range(1, 8)
_RANKS = {
    "or": _OR,
    "and": _AND,
    "=": _COMPARISON,
    "!=": _COMPARISON,
    "<": _COMPARISON,
    "<=": _COMPARISON,
    ">": _COMPARISON,
    ">=": _COMPARISON,
    "in": _COMPARISON,
    "between": _COMPARISON,
    "instance": _COMPARISON,
    "+": _SUM,
    "-": _SUM,
    "*": _PRODUCT,
    "/": _PRODUCT,
    "**": _POWER,
    "[": _POSTFIX,
    ".": _POSTFIX,
    "(": _POSTFIX,
}
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})


def parse_expression(text: str, spaced: tuple[str, ...] = ()) -> Node:
    """Read one expression; `spaced` are names of more than one word. Raises FeelError with the column of the
    fault.
    """
    parser = _Parser(text, spaced)
    node = parser.expression()
    parser.expect_end()
    return node


@lru_cache(maxsize=4096)
def parse_unary(text: str, spaced: tuple[str, ...] = ()) -> tuple[Test, ...]:
    """Read the tests of a table cell. Raises FeelError with the column of the fault."""
    parser = _Parser(text, spaced)
    if parser.token.text == "-" and parser.tokens[1].kind == "end":
        return (Anything(),)
    tests = parser.tests()
    parser.expect_end()
    return tests


class _Parser:
    def __init__(self, text: str, spaced: tuple[str, ...]) -> None:
        if len(text) > MAX_SOURCE:
            raise FeelError(
                f"Biểu thức dài quá {MAX_SOURCE} ký tự.",
                f"The expression is longer than {MAX_SOURCE} characters.",
            )
        self.text = text
        self.tokens = read_tokens(text, spaced)
        self.place = 0
        self.depth = 0
        self.at_upper_end = False  # of a range, where [ closes and does not filter

    # Small steps

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.tokens[self.place]
        if token.kind != "end":
            self.place += 1
        return token

    def is_at(self, text: str) -> bool:
        token = self.tokens[self.place]
        return token.text == text and token.kind in ("sign", "word")

    def accept(self, text: str) -> bool:
        if self.is_at(text):
            self.place += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.accept(text):
            self.fail(f"thiếu {text}", f"{text} is missing")

    def expect_end(self) -> None:
        if self.token.kind != "end":
            self.fail(
                "thừa phần này, hoặc thiếu dấu phép tính trước nó",
                "this is too much, or an operator is missing before it",
            )

    def check_name(self, token: Token) -> None:
        """Refuse the names that Python keeps for itself: nothing is called so, and nobody who writes one means data."""
        if token.text.startswith("__"):
            self.fail(f"không dùng được tên {token.text[:40]}", f"the name {token.text[:40]} cannot be used", token.at)

    def fail(self, vi: str, en: str, at: int | None = None) -> NoReturn:
        token = self.token
        column = (token.at if at is None else at) + 1
        near = f" ở {token.text}" if token.text and at is None else ""
        near_en = f" at {token.text}" if token.text and at is None else ""
        raise FeelError(f"Ký tự thứ {column}{near}: {vi}.", f"Character {column}{near_en}: {en}.", self.text)

    def refuse(self, what: str, at: int, what_en: str = "") -> NoReturn:
        self.fail(
            f"{what} nằm ngoài phần FEEL được dùng",
            f"{what_en or what} is outside the FEEL subset in use",
            at,
        )

    # Expressions

    def expression(self, rank: int = _OR) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(
                f"biểu thức lồng nhau quá {MAX_DEPTH} lớp, tách thành nhiều bước",
                f"the expression is nested more than {MAX_DEPTH} deep, split it",
            )
        left = self.prefix()
        postfixes = 0
        while True:
            token = self.token
            found = _RANKS.get(token.text) if token.kind in ("sign", "word") else None
            if found is None or found < rank or (self.at_upper_end and token.text == "["):
                self.depth -= 1
                return left
            if found == _POSTFIX:
                postfixes += 1
                if postfixes + self.depth > MAX_DEPTH:
                    self.fail(f"quá {MAX_DEPTH} bước liền nhau", f"more than {MAX_DEPTH} steps in a row")
            left = self.infix(left, found)

    def infix(self, left: Node, rank: int) -> Node:
        operator = self.take()
        if rank in (_OR, _AND):
            operands = [left, self.expression(rank + 1)]
            while self.accept(operator.text):
                operands.append(self.expression(rank + 1))
            return Logic(operator.text, tuple(operands))
        if rank == _COMPARISON:
            return self.comparison(left, operator)
        if rank in (_SUM, _PRODUCT, _POWER):
            rest = [(operator.text, self.expression(rank + 1))]
            while self.token.kind == "sign" and _RANKS.get(self.token.text) == rank:
                rest.append((self.take().text, self.expression(rank + 1)))
            return Chain(left, tuple(rest))
        if operator.text == ".":
            key = self.take()
            if key.kind not in ("name", "word"):
                self.fail("sau dấu chấm phải là tên", "a name must follow the dot", key.at)
            self.check_name(key)
            return Member(left, key.text)
        if operator.text == "[":
            condition = self.expression()
            self.expect("]")
            return Filter(left, condition)
        self.fail(
            "chỉ gọi được hàm có tên; hàm làm giá trị nằm ngoài phần FEEL được dùng",
            "only a function with a name can be called; as a value it is outside the FEEL subset in use",
            operator.at,
        )

    def comparison(self, left: Node, operator: Token) -> Node:
        node: Node
        if operator.text == "instance":
            self.refuse("instance of", operator.at)
        if operator.text == "between":
            low = self.expression(_SUM)
            self.expect("and")
            node = Between(left, low, self.expression(_SUM))
        elif operator.text == "in":
            node = In(left, self.in_tests())
        else:
            node = Compare(operator.text, left, self.expression(_SUM))
        after = self.token
        if after.kind in ("sign", "word") and _RANKS.get(after.text) == _COMPARISON:
            self.fail(
                "hai phép so sánh liền nhau, nối bằng and",
                "two comparisons in a row, join them with and",
                after.at,
            )
        return node

    def in_tests(self) -> tuple[Test, ...]:
        """The right side of `in`: one test, or several in brackets."""
        if not self.is_at("("):
            return (self.test(_SUM),)
        self.take()
        first = self.test()
        if self.is_at("..") and not isinstance(first, Against | Not | Anything):
            return (self.range_end(first, low_closed=False),)
        tests = [first]
        while self.accept(","):
            tests.append(self.test())
        self.expect(")")
        return tuple(tests)

    # Tests of cells

    def tests(self) -> tuple[Test, ...]:
        tests = [self.test()]
        while self.accept(","):
            tests.append(self.test())
        return tuple(tests)

    def test(self, rank: int = _OR) -> Test:
        token = self.token
        if token.kind == "sign" and token.text in _COMPARISONS:
            self.take()
            return Against(token.text, self.expression(_SUM))
        if token.kind == "sign" and token.text == "]":
            self.take()
            return self.range_end(self.expression(_SUM), low_closed=False, started=False)
        if (
            token.kind == "word"
            and token.text == "not"
            and rank == _OR
            and self.tokens[self.place + 1].text == "("
        ):
            return self.not_tests()
        return self.expression(rank)

    def not_tests(self) -> Test:
        """`not(…)` at the head of a cell; followed by an operator it is the function after all."""
        start = self.place
        self.place += 2
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail("lồng nhau quá sâu", "nested too deep")
        tests = self.tests()
        self.depth -= 1
        self.expect(")")
        if self.token.kind == "end" or self.is_at(",") or self.is_at(")"):
            return Not(tests)
        self.place = start
        return self.expression()

    def range_end(self, low: Node, *, low_closed: bool, started: bool = True) -> Range:
        self.expect("..")
        outer, self.at_upper_end = self.at_upper_end, True
        high = self.expression(_SUM)
        self.at_upper_end = outer
        token = self.token
        if token.text not in ("]", ")", "["):
            self.fail("khoảng giá trị chưa đóng", "the range is not closed")
        self.take()
        return Range(low, high, low_closed, token.text == "]")

    # Beginnings

    def prefix(self) -> Node:
        token = self.take()
        if token.kind == "number":
            if len(token.text.replace(".", "").lstrip("0")) > DIGITS:
                self.fail(f"số có quá {DIGITS} chữ số", f"the number has more than {DIGITS} digits", token.at)
            return Literal(Decimal(token.text))
        if token.kind == "string":
            return Literal(unescape(token, self.text))
        if token.kind == "name":
            self.check_name(token)
            return self.call(token) if self.is_at("(") else Name(token.text)
        if token.kind == "word":
            return self.word(token)
        if token.kind == "sign":
            return self.sign(token)
        self.fail("biểu thức chưa hết", "the expression is not finished", token.at)

    def sign(self, token: Token) -> Node:
        if token.text == "-":
            return Minus(self.expression(_POSTFIX))
        if token.text == "?":
            return Input()
        if token.text == "(":
            inner = self.expression()
            if self.is_at(".."):
                return self.range_end(inner, low_closed=False)
            self.expect(")")
            return inner
        if token.text == "[":
            if self.accept("]"):
                return ListOf(())
            first = self.expression()
            if self.is_at(".."):
                return self.range_end(first, low_closed=True)
            items = [first]
            while self.accept(","):
                items.append(self.expression())
            self.expect("]")
            return ListOf(tuple(items))
        if token.text == "{":
            return self.context()
        if token.text == "@":
            return self.temporal(token)
        self.fail(f"không dùng được {token.text} ở đây", f"{token.text} cannot stand here", token.at)

    def word(self, token: Token) -> Node:
        constants = {"true": True, "false": False, "null": None}
        if token.text in constants:
            return Literal(constants[token.text])
        if token.text == "not":
            if not self.is_at("("):
                self.fail("viết not(…) với ngoặc", "write not(…) with brackets", token.at)
            return self.call(token)
        if token.text == "if":
            condition = self.expression()
            self.expect("then")
            then = self.expression()
            self.expect("else")
            return If(condition, then, self.expression())
        if token.text in ("some", "every", "for"):
            iterators = self.iterators()
            self.expect("return" if token.text == "for" else "satisfies")
            return Loop(token.text, iterators, self.expression())
        if token.text == "function":
            self.refuse("function", token.at)
        self.fail(f"không dùng được {token.text} ở đây", f"{token.text} cannot stand here", token.at)

    def iterators(self) -> tuple[Iterator, ...]:
        found: list[Iterator] = []
        while True:
            name = self.take()
            if name.kind != "name":
                self.fail("thiếu tên biến", "the name of the variable is missing", name.at)
            self.expect("in")
            source = self.expression()
            to = self.expression() if self.accept("..") else None
            if _steps(source, to) > MAX_LIST:
                self.fail(f"đếm quá {MAX_LIST} lần", f"it counts more than {MAX_LIST} times", name.at)
            found.append(Iterator(name.text, source, to))
            if not self.accept(","):
                return tuple(found)

    def call(self, name: Token) -> Node:
        self.take()
        arguments: list[Node] = []
        names: list[str] = []
        while not self.accept(")"):
            if arguments:
                self.expect(",")
            at, named = self.token.at, self.label()
            if named is not None:
                names.append(named)
            arguments.append(self.expression())
            if names and len(names) < len(arguments):
                self.fail("đặt tên cho mọi đối số hoặc không đối số nào", "name all arguments or none", at)
        return Call(name.text, self.in_order(name, names, arguments) if names else tuple(arguments))

    def in_order(self, name: Token, names: list[str], arguments: list[Node]) -> tuple[Node, ...]:
        """Arguments given by name, in the order of the function; one left out before another is null."""
        function = FUNCTIONS.get(name.text)
        if function is None:  # said when it is compiled
            return tuple(arguments)
        places = function.order(names)
        if places is None:
            named = ", ".join(names)
            self.fail(
                f"hàm {name.text} không nhận đối số tên {named}; các tên: {function.takes or 'không có'}",
                f"{name.text} takes no arguments named {named}; it takes {function.takes or 'none by name'}",
                name.at,
            )
        given = dict(zip(places, arguments, strict=True))
        return tuple(given.get(place, Literal(None)) for place in range(max(places) + 1))

    def label(self) -> str | None:
        """The words before a colon, taken, or None where none stands there."""
        place = self.place
        while self.tokens[place].kind in ("name", "word"):
            place += 1
        if place == self.place or self.tokens[place].text != ":" or self.tokens[place].kind != "sign":
            return None
        words = [token.text for token in self.tokens[self.place : place]]
        self.place = place + 1
        return " ".join(words)

    def context(self) -> Node:
        entries: list[tuple[str, Node]] = []
        while not self.accept("}"):
            if entries:
                self.expect(",")
            key = self.token
            label = self.label()
            if label is None:
                self.take()
                if key.kind != "string":
                    self.fail("thiếu tên của mục", "the name of the entry is missing", key.at)
                self.expect(":")
            text = unescape(key, self.text) if label is None else label
            if any(text == other for other, _ in entries):
                self.fail(f"mục {text} có hai lần", f"the entry {text} stands twice", key.at)
            entries.append((text, self.expression()))
        return ContextOf(tuple(entries))

    def temporal(self, token: Token) -> Node:
        """`@"2026-11-24"`: a date, time, date and time or duration by its looks."""
        text = self.take()
        if text.kind != "string":
            self.fail("sau @ phải là chuỗi chữ", "a string must follow @", token.at)
        content = unescape(text, self.text)
        if "P" in content[:2]:
            return Literal(read_duration(content))
        if "T" in content:
            return Literal(read_moment(content))
        return Literal(read_time(content) if ":" in content else read_date(content))


def _steps(first: Node, last: Node | None) -> int:
    """How far a range of two written numbers goes; 0 where they are computed, which the run bounds."""
    ends = [end.value for end in (first, last) if isinstance(end, Literal) and isinstance(end.value, Decimal)]
    return int(abs(ends[1] - ends[0])) if len(ends) == 2 else 0
