"""The letters of a bundle: TOML with words in two languages and gaps for values. No logic, no markup, nothing that runs.

Whoever edits a process writes them, so nothing in them is trusted: a gap is `{{ name }}` and nothing else, and filling one
is putting text in the place of text. Where a value is missing, the line that asks for it is left out.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflows.problems import Problem
from workflows.wording import problem

LANGUAGES = ("vi", "en")
MOST_BYTES = 16 * 1024
MOST_LETTERS = 40
_MOST_FACTS = 12
_MOST_FAULTS = 20
_LENGTH = {"name": 100, "name_en": 100, "subject": 150, "opening": 2000, "closing": 2000, "button": 60}
_FACT = (80, 500)
_NEEDED = ("subject", "opening")
_LINES = ("opening", "closing")
"""Parts of several lines; all others stand on one."""
_NAME = re.compile(r"[A-Za-z0-9_-]{1,60}")
_GAP = re.compile(r"\{\{ *([A-Za-z_][A-Za-z0-9_]{0,40}) *\}\}")
_LOGIC = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_MARKUP = re.compile(r"<[A-Za-z/!?]|&(#\d+|#x[0-9A-Fa-f]+|[A-Za-z]+\d*);")
_AT = re.compile(r"at line (\d+)")


@dataclass(frozen=True, slots=True)
class LetterText:
    """A letter as it is written: what it is called, and by language subject, opening, facts, closing and button."""

    name: str
    name_en: str
    words: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a letter: which part (`vi.subject`), in which line, and what to do."""

    part: str | None
    line: int
    message: str
    message_en: str


class BadLetter(ValueError):
    """A letter that is not taken; `faults` holds what is wrong with it, at least one."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"line {one.line}: {one.message_en}" for one in faults))


def read_letter(content: bytes, gaps: Mapping[str, bool] | None = None) -> LetterText:
    """Read one letter; raises BadLetter.

    `gaps` are the values that it may ask for, and whether each is always there; None leaves names unchecked.
    """
    if len(content) > MOST_BYTES:
        most = MOST_BYTES // 1024
        raise BadLetter([Fault(None, 1, f"mẫu thư quá lớn, nhiều nhất {most} KB; hãy rút gọn.",
                               f"the letter is too large, at most {most} KB; shorten it.")])
    try:
        source = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadLetter([Fault(None, content.count(b"\n", 0, error.start) + 1, "chữ không theo bảng mã UTF-8; hãy lưu lại tệp theo UTF-8.",
                               "this is not UTF-8; save the file as UTF-8.")]) from None
    try:
        data = tomllib.loads(source)
    except (ValueError, RecursionError) as error:
        found = _AT.search(str(error))
        line = int(found[1]) if found else source.count("\n") + 1
        raise BadLetter([Fault(None, line, "không đọc được (TOML); hãy xem dấu nháy, dấu bằng, ngoặc vuông ở đây và dòng trước.",
                               "this cannot be read (TOML); look at quotes, equals signs and brackets here and before.")]) from None
    return letter_of(data, gaps, source)


def letter_of(data: Mapping[str, Any], gaps: Mapping[str, bool] | None = None, source: str = "") -> LetterText:
    """The same of a letter whose parts are there already; raises BadLetter, with lines where it was read from a `source`."""
    faults = list(_Reading(source, gaps).check(data))
    if faults:
        raise BadLetter(faults[:_MOST_FAULTS])
    words = {language: {"facts": [], "closing": "", "button": ""} | data[language] for language in LANGUAGES}
    return LetterText(data["name"].strip(), data["name_en"].strip(), words)


def check_letters(letters: Mapping[str, bytes], gaps: Mapping[str, bool] | None) -> Iterator[Problem]:
    """Find what is wrong with the letters of a bundle (name → content), each fault with its file and line."""
    if len(letters) > MOST_LETTERS:
        yield problem("too-many-letters", None, count=len(letters), most=MOST_LETTERS)
        return
    for name, content in sorted(letters.items()):
        file = f"{name}.letter"
        if not _NAME.fullmatch(name):
            yield problem("bad-letter-name", None, file=file, name=name[:100])
        try:
            read_letter(content, gaps)
        except BadLetter as bad:
            for one in bad.faults:
                yield problem(
                    "bad-letter", one.part, file=file,
                    message=f"{file}, dòng {one.line}: {one.message}", message_en=f"{file}, line {one.line}: {one.message_en}",
                )


def fill_gaps(text: str, values: Mapping[str, Any]) -> str:
    """Put values in place; a line that asks for a value which is not there is left out. A value is never read again."""

    def filled(line: str) -> str | None:
        if any(values.get(name) in (None, "") for name in _GAP.findall(line)):
            return None
        return _GAP.sub(lambda gap: str(values[gap[1]]), line)

    return "\n".join(line for line in map(filled, text.split("\n")) if line is not None)


@dataclass(frozen=True, slots=True)
class _Reading:
    source: str
    gaps: Mapping[str, bool] | None

    def check(self, data: Mapping[str, Any]) -> Iterator[Fault]:
        yield from self._keys(data, (), ("name", "name_en", *LANGUAGES), ("name", "name_en", *LANGUAGES))
        for key in ("name", "name_en"):
            if key in data:
                yield from self._text(data[key], (key,), _LENGTH[key], gaps=False)
        for language in LANGUAGES:
            said = data.get(language)
            if said is None:
                continue
            if not isinstance(said, dict):
                yield self._fault((language,), f"[{language}] phải là một mục có các dòng bên dưới.",
                                  f"[{language}] must be a section with lines below it.")
                continue
            yield from self._keys(said, (language,), (*_NEEDED, "facts", "closing", "button"), _NEEDED)
            for key in ("subject", "opening", "closing", "button"):
                if key in said:
                    yield from self._text(said[key], (language, key), _LENGTH[key], gaps=key != "button",
                                          several=key in _LINES, empty=key not in _NEEDED)
            yield from self._always(said, language)
            yield from self._facts(said.get("facts", []), language)

    def _keys(
        self, held: Mapping[str, Any], above: tuple[str, ...], known: Sequence[str], needed: Sequence[str]
    ) -> Iterator[Fault]:
        where, where_en = (f" trong [{above[0]}]", f" in [{above[0]}]") if above else ("", "")
        for key in held:
            if key not in known:
                yield self._fault((*above, key), f"“{key[:60]}” không có nghĩa ở đây{where}; chỉ có: {', '.join(known)}.",
                                  f"“{key[:60]}” means nothing here{where_en}; there are only: {', '.join(known)}.")
        for key in needed:
            if key not in held:
                yield self._fault(above, f"thiếu “{key}”{where}; hãy thêm vào.", f"“{key}” is missing{where_en}; add it.")

    def _facts(self, facts: Any, language: str) -> Iterator[Fault]:
        at = (language, "facts")
        if not isinstance(facts, list) or not all(isinstance(f, list) and len(f) == 2 for f in facts):
            yield self._fault(at, "facts phải là các cặp [\"Nhãn\", \"giá trị\"].", "facts must be pairs of [\"Label\", \"value\"].")
            return
        if len(facts) > _MOST_FACTS:
            yield self._fault(at, f"quá nhiều dòng thông tin, nhiều nhất {_MOST_FACTS}.", f"too many facts, at most {_MOST_FACTS}.")
            return
        for label, value in facts:
            yield from self._text(label, at, _FACT[0], gaps=False)
            yield from self._text(value, at, _FACT[1])

    def _always(self, said: Mapping[str, Any], language: str) -> Iterator[Fault]:
        """A subject and an opening stand whatever is missing."""
        gaps = self.gaps or {}
        for key in _NEEDED:
            text = said.get(key)
            if not isinstance(text, str):
                continue
            loose = [[name for name in _GAP.findall(line) if gaps.get(name) is False] for line in text.split("\n") if line.strip()]
            if loose and all(loose):
                name = loose[0][0]
                yield self._fault((language, key), f"“{name}” có khi không có, nên {key} cần một dòng không dùng nó.",
                                  f"“{name}” is not always there, so {key} needs a line without it.")

    def _text(
        self, text: Any, part: tuple[str, ...], most: int, *, gaps: bool = True, several: bool = False, empty: bool = False
    ) -> Iterator[Fault]:
        if not isinstance(text, str):
            yield self._fault(part, "chỗ này phải là chữ trong dấu nháy.", "this must be text in quotes.")
            return
        if not empty and not text.strip():
            yield self._fault(part, "chỗ này không được để trống.", "this must not be empty.")
        if len(text) > most:
            yield self._fault(part, f"dài {len(text)} ký tự, nhiều nhất {most}; hãy rút gọn.",
                              f"this is {len(text)} characters long, at most {most}; shorten it.")
            return
        if not several and "\n" in text:
            yield self._fault(part, "chỗ này chỉ được một dòng.", "this stands on one line only.")
        hidden = next((s for s in text if s not in "\n\t" and unicodedata.category(s) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")), None)
        if hidden:
            yield self._fault(part, f"có ký tự điều khiển U+{ord(hidden):04X}; hãy xóa đi.",
                              f"there is a control character U+{ord(hidden):04X}; remove it.", hidden)
        if markup := _MARKUP.search(text):
            yield self._fault(part, f"“{markup[0]}” là HTML; thư chỉ nhận chữ thường, không có thẻ.",
                              f"“{markup[0]}” is HTML; a letter takes plain text without tags.", markup[0])
        names = _GAP.findall(text)
        if logic := _LOGIC.search(_GAP.sub("", text)):
            yield self._fault(part, f"“{logic[0]}” không dùng được; chỗ điền chỉ viết {{{{ tên }}}}, không có lệnh hay phép tính.",
                              f"“{logic[0]}” cannot be used; a gap is {{{{ name }}}} alone, without commands or computing.", logic[0])
        if names and not gaps:
            yield self._fault(part, "chỗ này không nhận giá trị điền.", "this part takes no values.", names[0])
        known = self.gaps if gaps else None
        for name in names:
            if known is not None and name not in known:
                yield self._fault(part, f"thư này không có giá trị “{name}”; chỉ có: {', '.join(known)}.",
                                  f"this letter has no value “{name}”; there are only: {', '.join(known)}.", name)

    def _fault(self, part: tuple[str, ...], message: str, message_en: str, snippet: str = "") -> Fault:
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
