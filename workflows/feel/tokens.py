"""Cuts the text of an expression into its words and signs, and reads what stands between quotes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NoReturn

from workflows.feel.builtins import FUNCTIONS, OUTSIDE
from workflows.feel.errors import FeelError

#: Functions whose names have blanks; they are one word of the text only before a bracket.
_SPACED = sorted((name for name in FUNCTIONS.keys() | OUTSIDE if " " in name), key=len, reverse=True)
_KEYWORDS = frozenset(
    {
        "and",
        "or",
        "if",
        "then",
        "else",
        "in",
        "between",
        "some",
        "every",
        "satisfies",
        "for",
        "return",
        "true",
        "false",
        "null",
        "not",
        "function",
        "instance",
    }
)
_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)
    |(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)
    |(?P<string>"(?:[^"\\\n]|\\.)*")
    |(?P<spaced>(?:"""
    + "|".join(words.replace(" ", r"\s+") for words in _SPACED)
    + r""")(?=\s*\())
    |(?P<name>[^\W\d]\w*)
    |(?P<sign>\.\.|\*\*|<=|>=|!=|->|==|&&|\|\||\$\{|\#\{|[-+*/<>=()\[\]{},.:?@'!%;])""",
    re.VERBOSE,
)
_ESCAPE = re.compile(
    r"\\(u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)"
)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "'": "'"}
_HINTS = {
    "==": ("So sánh bằng viết một dấu =.", "Equality is written with one =."),
    "&&": ("Viết and thay cho &&.", "Write and instead of &&."),
    "||": ("Viết or thay cho ||.", "Write or instead of ||."),
    "!": ("Viết not(…) thay cho !.", "Write not(…) instead of !."),
    "%": ("Viết modulo(a, b) thay cho %.", "Write modulo(a, b) instead of %."),
    "'": ("Chuỗi chữ đặt trong dấu nháy kép.", "A string stands in double quotes."),
    "${": ("Bỏ ${ }: viết thẳng biểu thức.", "Leave out ${ }: write the expression itself."),
    "#{": ("Bỏ #{ }: viết thẳng biểu thức.", "Leave out #{ }: write the expression itself."),
}


@dataclass(frozen=True, slots=True)
class Token:
    """A word or sign, and where it stands."""

    kind: str  # "number" | "string" | "name" | "word" (keyword) | "sign" | "end"
    text: str
    at: int


@lru_cache(maxsize=256)
def _names(spaced: tuple[str, ...]) -> re.Pattern[str] | None:
    """The names of more than one word, as they may stand in a text."""
    if not spaced:
        return None
    words = (r"\s+".join(re.escape(word) for word in name.split()) for name in spaced)
    return re.compile(rf"(?P<named>{'|'.join(words)})(?!\w)")


def read_tokens(text: str, spaced: tuple[str, ...]) -> list[Token]:
    """All the words and signs of a text, an end behind them. Raises FeelError with the column of the fault."""
    found: list[Token] = []
    names = _names(spaced)
    at = 0
    while at < len(text):
        match = (names and names.match(text, at)) or _TOKEN.match(text, at)
        if match is None or match.group() in _HINTS:
            sign = match.group() if match else text[at]
            vi, en = _HINTS.get(
                sign, (f"Ký tự {sign} không dùng được.", f"The character {sign} cannot be used.")
            )
            if sign == '"':
                vi, en = "Chuỗi chữ chưa đóng dấu nháy kép.", "The string is not closed."
            raise FeelError(f"Ký tự thứ {at + 1}: {vi}", f"Character {at + 1}: {en}", text)
        kind = match.lastgroup or ""
        word = match.group()
        if kind in ("spaced", "named"):
            kind, word = "name", " ".join(word.split())
        elif kind == "name" and word in _KEYWORDS:
            kind = "word"
        if kind != "space":
            found.append(Token(kind, word, at))
        at = match.end()
    found.append(Token("end", "", len(text)))
    return found


def unescape(token: Token, text: str) -> str:
    """What a string of the text means. Raises FeelError with its column."""

    def refuse(vi: str, en: str) -> NoReturn:
        raise FeelError(f"Ký tự thứ {token.at + 1}: {vi}.", f"Character {token.at + 1}: {en}.", text)

    def plain(match: re.Match[str]) -> str:
        code = match[1]
        if len(code) == 11:  # one character above FFFF, written as two
            return chr(0x10000 + (int(code[1:5], 16) - 0xD800) * 0x400 + int(code[7:], 16) - 0xDC00)
        if code[0] in "uU" and len(code) > 1:
            number = int(code[1:], 16)
            if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
                refuse("mã ký tự không có thật", "no such character code")
            return chr(number)
        if code not in _ESCAPED:
            refuse(f"không có ký hiệu \\{code}", f"there is no escape \\{code}")
        return _ESCAPED[code]

    return _ESCAPE.sub(plain, token.text[1:-1])
