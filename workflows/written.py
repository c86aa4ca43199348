"""Text files of a bundle that people write (TOML): read as data, and what is wrong told with its part and line.

What the parts mean is known by who reads them (`letter_text`, `register`, `paper_text`). Nothing in such a file runs: a gap is
`{{ name }}` and nothing else, in papers with a name of the closed filters behind it.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

GAP = re.compile(r"\{\{ *([A-Za-z_][A-Za-z0-9_]{0,40}) *\}\}")
LOGIC = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_MARKUP = re.compile(r"<[A-Za-z/!?]|&(#\d+|#x[0-9A-Fa-f]+|[A-Za-z]+\d*);")
_AT = re.compile(r"at line (\d+)")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a file: which part (`vi.subject`), in which line, and what to do."""

    part: str | None
    line: int
    message: str
    message_en: str


class Unread(ValueError):
    """A file that cannot be read at all; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.message_en)


def read_text(content: bytes, most: int, what: tuple[str, str]) -> str:
    """The text of a file of at most `most` bytes; `what` names the file in both languages. Raises Unread."""
    if len(content) > most:
        raise Unread(Fault(None, 1, f"{what[0]} quá lớn, nhiều nhất {most // 1024} KB; hãy rút gọn.",
                           f"the {what[1]} is too large, at most {most // 1024} KB; shorten it."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unread(Fault(None, content.count(b"\n", 0, error.start) + 1, "chữ không theo bảng mã UTF-8; hãy lưu lại tệp theo UTF-8.",
                           "this is not UTF-8; save the file as UTF-8.")) from None


def read_toml(content: bytes, most: int, what: tuple[str, str]) -> tuple[dict[str, Any], str]:
    """The data of a file of at most `most` bytes, and its text; `what` names it in both languages. Raises Unread."""
    source = read_text(content, most, what)
    return parse_toml(source), source


def parse_toml(source: str) -> dict[str, Any]:
    """The data of a text. Raises Unread."""
    try:
        return tomllib.loads(source)
    except (ValueError, RecursionError) as error:
        found = _AT.search(str(error))
        line = int(found[1]) if found else source.count("\n") + 1
        raise Unread(Fault(None, line, "không đọc được (TOML); hãy xem dấu nháy, dấu bằng, ngoặc vuông ở đây và dòng trước.",
                           "this cannot be read (TOML); look at quotes, equals signs and brackets here and before.")) from None


Wrong = tuple[str, str, str]
"""What is wrong in both languages, and the piece of the text that is."""


def signs_wrong(text: str) -> Iterator[Wrong]:
    """What no text of a file may hold, wherever it stands: hidden characters, and markup that would mean something elsewhere."""
    hidden = next((s for s in text if s not in "\n\t" and unicodedata.category(s) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")), None)
    if hidden:
        yield (f"có ký tự điều khiển U+{ord(hidden):04X}; hãy xóa đi.",
               f"there is a control character U+{ord(hidden):04X}; remove it.", hidden)
    if markup := _MARKUP.search(text):
        yield (f"“{markup[0]}” là HTML; ở đây chỉ nhận chữ thường, không có thẻ.",
               f"“{markup[0]}” is HTML; here stands plain text without tags.", markup[0])


@dataclass(frozen=True, slots=True)
class Written:
    """A file's text, for saying where a part of it stands."""

    source: str

    def keys(
        self, held: Mapping[str, Any], above: tuple[str, ...], known: Sequence[str], needed: Sequence[str]
    ) -> Iterator[Fault]:
        """Parts that mean nothing, and parts that are missing."""
        where, where_en = (f" trong [{above[0]}]", f" in [{above[0]}]") if above else ("", "")
        for key in held:
            if key not in known:
                yield self.fault((*above, key), f"“{key[:60]}” không có nghĩa ở đây{where}; chỉ có: {', '.join(known)}.",
                                 f"“{key[:60]}” means nothing here{where_en}; there are only: {', '.join(known)}.")
        for key in needed:
            if key not in held:
                yield self.fault(above, f"thiếu “{key}”{where}; hãy thêm vào.", f"“{key}” is missing{where_en}; add it.")

    def text(
        self, text: Any, part: tuple[str, ...], most: int, *, gaps: bool = True, several: bool = False, empty: bool = False
    ) -> Iterator[Fault]:
        """What is wrong with a text of at most `most` characters: kind, length, hidden characters, markup, logic."""
        if not isinstance(text, str):
            yield self.fault(part, "chỗ này phải là chữ trong dấu nháy.", "this must be text in quotes.")
            return
        if not empty and not text.strip():
            yield self.fault(part, "chỗ này không được để trống.", "this must not be empty.")
        if len(text) > most:
            yield self.fault(part, f"dài {len(text)} ký tự, nhiều nhất {most}; hãy rút gọn.",
                             f"this is {len(text)} characters long, at most {most}; shorten it.")
            return
        if not several and "\n" in text:
            yield self.fault(part, "chỗ này chỉ được một dòng.", "this stands on one line only.")
        for vi, en, piece in signs_wrong(text):
            yield self.fault(part, vi, en, piece)
        names = GAP.findall(text)
        if logic := LOGIC.search(GAP.sub("", text)):
            yield self.fault(part, f"“{logic[0]}” không dùng được; chỗ điền chỉ viết {{{{ tên }}}}, không có lệnh hay phép tính.",
                             f"“{logic[0]}” cannot be used; a gap is {{{{ name }}}} alone, without commands or computing.", logic[0])
        if names and not gaps:
            yield self.fault(part, "chỗ này không nhận giá trị điền.", "this part takes no values.", names[0])

    def fault(self, part: tuple[str, ...], message: str, message_en: str, snippet: str = "") -> Fault:
        """A fault of a part, with its line."""
        return Fault(".".join(part)[:100] or None, self._line(part, snippet), message, message_en)

    def _line(self, part: tuple[str, ...], snippet: str) -> int:
        """Where a part stands, or what is wrong in it; the nearest that can be told."""
        section, best = "", 1
        lines = self.source.split("\n")
        for number, line in enumerate(lines, 1):
            if head := re.match(r"\s*\[\s*(\w+)\s*\]", line):
                section = head[1]
                if part[:1] == (section,):
                    best = number
            elif (key := re.match(r"\s*[\"']?([\w-]+)[\"']?\s*=", line)) and part == ((section, key[1]) if section else (key[1],)):
                if not snippet:
                    return number
                return next((n for n in range(number, len(lines) + 1) if snippet in lines[n - 1]), number)
        return best
