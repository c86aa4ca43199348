"""The letters of a bundle: TOML with words in two languages and gaps for values. No logic, no markup, nothing that runs.

Whoever edits a process writes them, so nothing in them is trusted: a gap is `{{ name }}` and nothing else, and filling one
is putting text in the place of text. Where a value is missing, the line that asks for it is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflows.problems import Problem
from workflows.wording import problem
from workflows.written import GAP, Fault, Unread, Written, read_toml

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


@dataclass(frozen=True, slots=True)
class LetterText:
    """A letter as it is written: what it is called, and by language subject, opening, facts, closing and button."""

    name: str
    name_en: str
    words: Mapping[str, Mapping[str, Any]]


class BadLetter(ValueError):
    """A letter that is not taken; `faults` holds what is wrong with it, at least one."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"line {one.line}: {one.message_en}" for one in faults))


def read_letter(content: bytes, gaps: Mapping[str, bool] | None = None) -> LetterText:
    """Read one letter; raises BadLetter.

    `gaps` are the values that it may ask for, and whether each is always there; None leaves names unchecked.
    """
    try:
        data, source = read_toml(content, MOST_BYTES, ("mẫu thư", "letter"))
    except Unread as unread:
        raise BadLetter([unread.fault]) from None
    return letter_of(data, gaps, source)


def letter_of(data: Mapping[str, Any], gaps: Mapping[str, bool] | None = None, source: str = "") -> LetterText:
    """The same of a letter whose parts are there already; raises BadLetter, with lines where it was read from a `source`."""
    faults = list(_faults(data, gaps, source))
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
        if any(values.get(name) in (None, "") for name in GAP.findall(line)):
            return None
        return GAP.sub(lambda gap: str(values[gap[1]]), line)

    return "\n".join(line for line in map(filled, text.split("\n")) if line is not None)


def _faults(data: Mapping[str, Any], gaps: Mapping[str, bool] | None, source: str) -> Iterator[Fault]:
    written = Written(source)

    def text(said: Any, part: tuple[str, ...], most: int, **allowed: bool) -> Iterator[Fault]:
        yield from written.text(said, part, most, **allowed)
        if gaps is None or not isinstance(said, str) or not allowed.get("gaps", True):
            return
        for name in GAP.findall(said):
            if name not in gaps:
                yield written.fault(part, f"thư này không có giá trị “{name}”; chỉ có: {', '.join(gaps)}.",
                                    f"this letter has no value “{name}”; there are only: {', '.join(gaps)}.", name)

    yield from written.keys(data, (), ("name", "name_en", *LANGUAGES), ("name", "name_en", *LANGUAGES))
    for key in ("name", "name_en"):
        if key in data:
            yield from text(data[key], (key,), _LENGTH[key], gaps=False)
    for language in LANGUAGES:
        said = data.get(language)
        if said is None:
            continue
        if not isinstance(said, dict):
            yield written.fault((language,), f"[{language}] phải là một mục có các dòng bên dưới.",
                                f"[{language}] must be a section with lines below it.")
            continue
        yield from written.keys(said, (language,), (*_NEEDED, "facts", "closing", "button"), _NEEDED)
        for key in ("subject", "opening", "closing", "button"):
            if key in said:
                yield from text(said[key], (language, key), _LENGTH[key], gaps=key != "button", several=key in _LINES,
                                empty=key not in _NEEDED)
        yield from _always(written, said, language, gaps or {})
        yield from _facts(written, said.get("facts", []), language, text)


def _facts(written: Written, facts: Any, language: str, text: Callable[..., Iterator[Fault]]) -> Iterator[Fault]:
    at = (language, "facts")
    if not isinstance(facts, list) or not all(isinstance(f, list) and len(f) == 2 for f in facts):
        yield written.fault(at, "facts phải là các cặp [\"Nhãn\", \"giá trị\"].", "facts must be pairs of [\"Label\", \"value\"].")
        return
    if len(facts) > _MOST_FACTS:
        yield written.fault(at, f"quá nhiều dòng thông tin, nhiều nhất {_MOST_FACTS}.", f"too many facts, at most {_MOST_FACTS}.")
        return
    for label, value in facts:
        yield from text(label, at, _FACT[0], gaps=False)
        yield from text(value, at, _FACT[1])


def _always(written: Written, said: Mapping[str, Any], language: str, gaps: Mapping[str, bool]) -> Iterator[Fault]:
    """A subject and an opening stand whatever is missing."""
    for key in _NEEDED:
        text = said.get(key)
        if not isinstance(text, str):
            continue
        loose = [[name for name in GAP.findall(line) if gaps.get(name) is False] for line in text.split("\n") if line.strip()]
        if loose and all(loose):
            name = loose[0][0]
            yield written.fault((language, key), f"“{name}” có khi không có, nên {key} cần một dòng không dùng nó.",
                                f"“{name}” is not always there, so {key} needs a line without it.")
