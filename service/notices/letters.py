"""The letters: what each may say, in two languages, as plain text and as HTML of the same words.

A letter is a TOML file in `templates/letters`: whether people may choose how they hear of it (`compulsory`), whether it goes
at any hour (`urgent`), whether the pages show it too (`bell`), whether it goes while mail is held back (`through_freeze`) and nobody words
it otherwise (`fixed`); the fields it takes (nothing else gets in, so no vote or
citizen number can, and a reason or an agenda in the council's letters alone), and per language subject, opening, facts,
closing and button: text whose gaps are filled by `workflows.letter_text`, a line whose value is missing left out. A field of
the kind `word` is a word of the house, said in the reader's language; a `line` is somebody's own; a `secret` is put in as the
mail goes out, stands in no table and is shown to nobody else. What depends on a number or on
what is there is `reckoned` by a template from the fields, and is a gap like any other, so that other words keep it.
Values go in as plain text; the HTML layout escapes every sentence whole. Sends nothing.

A mail may be worded by another letter: `words` is {"deployment": 3, "name": "x"}, a letter of a process as it was
deployed or else one of ours of that name, {"text": …} or {"said": …}, the words themselves. `versions` (letter → number) says which of
the office's own words stood when it was queued (`wording`). Such words are never a template. A letter that cannot be
read or asks for what is not there gives way to the letter's own words.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import css_inline
import structlog
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from service import clock
from service.notices.event import compose_event
from service.notices.office_words import read_words
from service.words import in_language
from workflows.calendar import ZONE
from workflows.letter_text import BadLetter, LetterText, fill_gaps, letter_of, read_letter

FOLDER = Path(__file__).resolve().parent.parent / "templates" / "letters"
LANGUAGES = ("vi", "en")
TASK = "assigned"
"""The letter that tells of a task, whose values a letter of a process may ask for."""
PARTS = ("subject", "opening", "facts", "closing", "button")
"""Parts of a letter that can be worded, in the order in which they are read."""
SUBJECT_LENGTH = 150
_BEGINS = re.compile(r"\s*\{\{ *(\w+) *\}\}")
# Control characters, other line ends, and marks that turn the direction of what follows.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_END_OF_DAY = time(23, 59)
_HIDDEN = "····-····-····"
"""What stands for a secret wherever a letter is shown."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """One kind of letter; `fields` are name → (kind, must be given)."""

    name: str
    label: str
    label_en: str
    fields: Mapping[str, tuple[str, bool]]
    sample: Mapping[str, Any]
    words: Mapping[str, Mapping[str, Any]]
    event: Mapping[str, Any] = field(default_factory=dict)
    """Which fields make a calendar entry of it: starts, place, uid, sequence; how many hours it takes; whether it takes the
    entry out again (`cancels`)."""
    reckoned: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By language, name → template of a value that is made of the fields; always there."""
    compulsory: bool = True
    """Whether it always goes, at once: what law or the case itself asks to be told. Whatever does not say so is."""
    urgent: bool = False
    """Whether it goes at any hour, on any day."""
    bell: bool = True
    """Whether the pages show it too; else it is mail only, and nobody chooses how to hear of it."""
    mail: bool = True
    """Whether it goes by mail; else the pages alone show it: of an address that takes no mail."""
    through_freeze: bool = False
    """Whether it goes while outgoing mail is held back: an alarm, or what tells who keeps checkpoints. Nobody cancels one that waits."""
    fixed: bool = False
    """Whether nobody words it otherwise: so is every letter that goes through a freeze, and whatever else tells of keeping checkpoints."""
    file: Mapping[str, str] = field(default_factory=dict)
    """A text file that goes with it: `field` that holds it, template of its `name`."""
    page: str = ""
    """The secret field that is the address of its button: of a page without signing in, for who may have no account."""

    @property
    def gaps(self) -> dict[str, bool]:
        """The values that other words for it may ask for, and whether each is always there; not what a calendar, file or button takes."""
        technical = {self.event.get("uid"), self.event.get("sequence"), self.file.get("field"), self.page}
        return dict.fromkeys(self.reckoned.get(LANGUAGES[0], ()), True) | {
            name: needed for name, (_kind, needed) in self.fields.items() if name not in technical
        }

    @property
    def own_parts(self) -> tuple[tuple[str, str], ...]:
        """Language and part of what is worded otherwise than the service words it."""
        shipped = letters()[self.name].words
        return tuple((language, part) for language in LANGUAGES for part in PARTS if self.words[language][part] != shipped[language][part])


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter in its final words: NFC, subject on one line; with a calendar entry where it invites to something."""

    subject: str
    text: str
    html: str
    event: str = ""
    method: str = ""
    """What the calendar is to do with the entry: PUBLISH or CANCEL."""
    file: tuple[str, str] | None = None
    """Name and content of the text file that goes with it."""


@cache
def letters() -> Mapping[str, Letter]:
    """All kinds of letters by name."""
    found = {}
    for file in sorted(FOLDER.glob("*.toml")):
        if file.stem == "layout":
            continue
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        found[file.stem] = Letter(
            name=file.stem,
            label=data["name"],
            label_en=data["name_en"],
            fields={key: (kind.rstrip("?"), not kind.endswith("?")) for key, kind in data["fields"].items()},
            sample=data["sample"],
            words={language: {"closing": ""} | {part: data[language][part] for part in PARTS if part in data[language]}
                   for language in LANGUAGES},
            event=data.get("event", {}),
            reckoned={language: data[language].get("reckoned", {}) for language in LANGUAGES},
            compulsory=data.get("compulsory", True), urgent=data.get("urgent", False), bell=data.get("bell", True),
            mail=data.get("mail", True), through_freeze=data.get("through_freeze", False),
            fixed=data.get("fixed", False) or data.get("through_freeze", False), file=data.get("file", {}), page=data.get("page", ""),
        )
    return found


def task_gaps() -> Mapping[str, bool]:
    """The values that a letter of a process may ask for, and whether each is always there; a single task is not counted."""
    return {name: needed for name, (kind, needed) in letters()[TASK].fields.items() if kind != "count"}


def telling_of_a_task() -> frozenset[str]:
    """Our own letters that a step may name: they need nothing beyond what is known of a task that opens."""
    given = task_gaps()
    return frozenset(
        name for name, one in letters().items()
        if all(word in given for word, (_, needed) in one.fields.items() if needed)
    )


@lru_cache(maxsize=256)
def written(content: bytes) -> Letter:
    """A letter of a process. Raises BadLetter."""
    return _of_process(read_letter(content, task_gaps()))


def _of_process(text: LetterText) -> Letter:
    own = letters()[TASK]
    words = {language: {**said, "button": said["button"] or own.words[language]["button"]} for language, said in text.words.items()}
    return Letter("", text.name, text.name_en, own.fields, own.sample, words)


Pinned = Callable[[int, str], bytes | None]
"""Content of the letter of that name in a deployment."""


def _none_pinned(deployment: int, name: str) -> bytes | None:
    return None


_pinned: Pinned = _none_pinned


def register_letters(pinned: Pinned) -> Pinned:
    """Register where the letters of a deployment are read."""
    global _pinned
    _pinned = pinned
    return pinned


def reworded(name: str, said: Mapping[str, Any]) -> Letter:
    """One of our letters in other words, given by language; a part that is not given stays as the service words it.

    Raises BadLetter.
    """
    own = letters()[name]
    whole = {language: {**own.words[language], **said.get(language, {})} for language in LANGUAGES}
    text = letter_of({"name": own.label, "name_en": own.label_en, **whole}, own.gaps)
    words = {language: {**one, "button": one["button"] or own.words[language]["button"]} for language, one in text.words.items()}
    return replace(own, words=words)


def _own(name: str, words: Mapping[str, Any]) -> Letter:
    """One of our letters in the words that stood when the mail was queued."""
    number = None if letters()[name].fixed else words.get("versions", {}).get(name)
    said = read_words(number) if number is not None else None
    try:
        return letters()[name] if said is None else reworded(name, said)
    except BadLetter as bad:  # it was taken by other rules
        log.warning("words of a letter not read", letter=name, number=number, error=str(bad))
        return letters()[name]


def worded(name: str, words: Mapping[str, Any] | None, context: Mapping[str, Any]) -> Letter:
    """The letter that words a mail: the one that `words` names where it can be read and has all it needs, else its own."""
    if not words:
        return letters()[name]
    own = _own(name, words)
    try:
        found = _named(name, words)
    except BadLetter as bad:
        log.warning("letter of a process not read", words=words, error=str(bad))
        return own
    if found is None or any(needed and kind != "secret" and context.get(word) is None for word, (kind, needed) in found.fields.items()):
        return own
    return found


def _named(own: str, words: Mapping[str, Any]) -> Letter | None:
    if "text" in words:
        return written(str(words["text"]).encode())
    if "said" in words:
        return reworded(own, words["said"])
    if "deployment" not in words:
        return None
    name, content = str(words["name"]), _pinned(int(words["deployment"]), str(words["name"]))
    if content is not None:
        return written(content)
    return _own(name, words) if name in letters() else None


def checked(name: str, context: Mapping[str, Any]) -> dict[str, Any]:
    """The context of a letter as plain JSON; ValueError names an unknown letter, or a field too many or too few."""
    letter = letters().get(name)
    if letter is None:
        raise ValueError(f"there is no letter {name!r}; there are {', '.join(letters())}")
    if unknown := context.keys() - letter.fields.keys():
        raise ValueError(f"the letter {name!r} does not take {', '.join(sorted(unknown))}")
    clean = {}
    for word, (kind, needed) in letter.fields.items():
        if kind == "secret":
            continue
        value = context.get(word)
        if value is None:
            if needed:
                raise ValueError(f"the letter {name!r} needs {word!r}")
            continue
        clean[word] = _plain(value, kind, f"{name}.{word}")
    return clean


def _plain(value: Any, kind: str, where: str) -> Any:
    if kind in ("line", "word") and isinstance(value, str):
        return value
    if kind == "count" and isinstance(value, int) and not isinstance(value, bool):
        return value
    if kind == "day" and isinstance(value, date | str):
        return (_day(value)).isoformat()
    if kind == "moment" and isinstance(value, datetime | str):
        return _moment(value).isoformat()
    raise ValueError(f"{where} takes a {kind}, not {value!r}")


def _day(value: date | str) -> date:
    if isinstance(value, datetime):
        return value.astimezone(ZONE).date()
    return value if isinstance(value, date) else date.fromisoformat(value)


def _moment(value: datetime | str) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if moment.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone")
    return moment


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of a digest: of which case, what is new, where it is shown."""

    case: str
    subject: str
    url: str = ""


def render(
    name: str, context: Mapping[str, Any], *, language: str, person: str, url: str | None = None, organizer: str = "",
    words: Mapping[str, Any] | None = None, items: Sequence[Item] = (),
) -> Rendered:
    """Put a letter into words for one person; `url` is where its button leads, `organizer` whose calendar entry goes with it,
    `items` what a digest gathers."""
    return _written(worded(name, words, context), context, language, person, url, organizer, items)


def _written(
    letter: Letter, context: Mapping[str, Any], language: str, person: str, url: str | None, organizer: str = "",
    items: Sequence[Item] = (),
) -> Rendered:
    language, words, values = _words(letter, context, language)
    facts = [(label, _fill_gaps(value, values)) for label, value in words["facts"]]
    page = values.get(letter.page) if letter.page else None
    around = "_open" if letter.page else ""
    said: dict[str, Any] = {
        "language": language,
        "subject": _one_line(_sentence(letter, words["subject"], values)),
        "greeting": _fill(_layout()[language]["greeting"], {"person": person or _layout()[language]["nobody"]}),
        "opening": _sentence(letter, words["opening"], values),
        "facts": [(label, value) for label, value in facts if value],
        "cases": by_case(items),
        "closing": _sentence(letter, words["closing"], values),
        "button": words["button"],
        "link": _layout()[language][f"link{around}"],
        "footer": _layout()[language][f"footer{around}"],
        "url": page if page and page != _HIDDEN else url,
    }
    html = _environment().get_template("layout.html").render(said)
    return Rendered(
        said["subject"],
        _environment().get_template("layout.txt").render(said).strip() + "\n",
        _inliner().inline(html),
        *_event(letter, context, values, url, organizer),
        (_fill(letter.file["name"], values), str(context[letter.file["field"]])) if letter.file else None,
    )


def by_case(items: Iterable[Item]) -> list[tuple[str, list[Item]]]:
    """The things of each case together, cases in the order of their first."""
    found: dict[str, list[Item]] = {}
    for one in items:
        found.setdefault(one.case, []).append(one)
    return list(found.items())


def case_of(name: str, context: Mapping[str, Any], language: str) -> str:
    """Which case, round, session or process a letter is about, as its letter calls it; empty where it is about none."""
    fields = letters()[name].fields if name in letters() else {}
    field = next((word for word in ("title", "process") if word in fields), None)
    return _said(context.get(field), fields[field][0], language) if field else ""


def _event(
    letter: Letter, context: Mapping[str, Any], values: Mapping[str, Any], url: str | None, organizer: str
) -> tuple[str, str]:
    """The calendar entry and its method, both empty for a letter without one."""
    if not letter.event:
        return "", ""
    said = letter.event
    method = "CANCEL" if said.get("cancels") else "PUBLISH"
    return compose_event(
        method=method, organizer=organizer, uid=str(values[said["uid"]]),
        sequence=int(values[said["sequence"]]), starts=_moment(context[said["starts"]]),
        hours=said["hours"], summary=str(values["title"]), place=str(values[said["place"]]), url=url or "",
        at=clock.now(),
    ), method


def subject(name: str, context: Mapping[str, Any], *, language: str, words: Mapping[str, Any] | None = None) -> str:
    """Only the subject of a letter, for lists."""
    letter = worded(name, words, context)
    _, said, values = _words(letter, context, language)
    return _one_line(_sentence(letter, said["subject"], values))


def _words(
    letter: Letter, context: Mapping[str, Any], language: str
) -> tuple[str, Mapping[str, Any], dict[str, Any]]:
    language = language if language in LANGUAGES else LANGUAGES[0]
    values = {field: _said(context.get(field), kind, language) for field, (kind, _) in letter.fields.items()}
    reckoned = {word: _fill(template, values) for word, template in letter.reckoned.get(language, {}).items()}
    # A template reads a count that is not given as none; a line with a gap for it is left out.
    values |= {field: "" for field, (_, needed) in letter.fields.items() if not needed and not context.get(field)}
    return language, letter.words[language], values | reckoned


def sample_of(letter: Letter, *, language: str, person: str, url: str) -> Rendered:
    """A letter with made-up values, for looking at it."""
    return _written(letter, letter.sample, language, person, url)


def label(name: str, language: str = "vi", words: Mapping[str, Any] | None = None, context: Mapping[str, Any] | None = None) -> str:
    """What people call a letter; the bare name where the letter is no longer known."""
    if name not in letters():
        return name
    letter = worded(name, words, context or {})
    said = letter.label if language == "vi" else letter.label_en
    if words and said == words.get("name"):  # called like its file: the step says more
        task, kind = (context or {}).get("task"), letter.fields["task"][0]
        return _said(task, kind, language) or said
    return said


def _said(value: Any, kind: str, language: str) -> Any:
    if value is None:
        return {"count": 0, "secret": _HIDDEN}.get(kind, "")
    if kind == "day":
        return f"{_day(value):%d/%m/%Y}"
    if kind == "moment":
        return _say_moment(_moment(value).astimezone(ZONE), language)
    if kind == "word":
        value = in_language(value, language)
    return _composed(value) if isinstance(value, str) else value


def _say_moment(moment: datetime, language: str) -> str:
    day = f"{moment:%d/%m/%Y}"
    if moment.time() >= _END_OF_DAY:
        return f"hết ngày {day}" if language == "vi" else f"end of {day}"
    return f"{moment:%H:%M} ngày {day}" if language == "vi" else f"{day}, {moment:%H:%M}"


def _composed(text: str) -> str:
    """NFC, line breaks as one sign, no control characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _CONTROL.sub(" ", lines))


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SUBJECT_LENGTH else line[: SUBJECT_LENGTH - 1].rstrip() + "…"


def _fill(source: str, values: Mapping[str, Any]) -> str:
    filled = _template(source).render(values)
    return _composed(filled).strip()


def _fill_gaps(source: str, values: Mapping[str, Any]) -> str:
    return _composed(fill_gaps(source, values)).strip()


def _sentence(letter: Letter, source: str, values: Mapping[str, Any]) -> str:
    """Text with its gaps filled; what is reckoned begins with a capital where it begins the text, somebody's own words do not."""
    said, begins = _fill_gaps(source, values), _BEGINS.match(source)
    return said[:1].upper() + said[1:] if begins and begins[1] in letter.reckoned.get(LANGUAGES[0], ()) else said


@cache
def _template(source: str) -> Any:
    # Plain text on purpose: the HTML layout escapes the finished sentence.
    return SandboxedEnvironment(undefined=StrictUndefined, autoescape=False).from_string(source)


@cache
def _layout() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((FOLDER / "layout.toml").read_text(encoding="utf-8"))


@cache
def _environment() -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        autoescape=lambda name: bool(name and name.endswith(".html")),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["lines"] = _break_lines
    return environment


def _break_lines(text: str) -> Markup:
    return Markup("<br>").join(escape(line) for line in text.split("\n"))


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)
