"""The register of a draft: laid before whoever begins one, taken apart into fields and written again.

What a register means is known in `workflows.register`; here nothing is judged, so that half a register can be kept.
"""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from service import people, words
from service.actor import Actor
from service.awards import catalogue
from service.errors import Invalid
from service.studio import drafts
from service.studio.vocabulary import form_fields
from service.vietnamese import fold
from workflows import safexml
from workflows.checks import split_list
from workflows.graph import BPMN, local
from workflows.parser import read_attributes
from workflows.register import BadRegister, Register, read_register

ENDING = ".register"
TEXTS = (
    "name", "name_en", "one", "one_en", "begin", "begin_en", "hint", "hint_en", "form", "title", "series", "unit", "period",
    "unit_reads_from", "basis",
)
LISTS = ("about", "begins", "reads", "sees", "private", "columns", "facts", "concerns", "sent_by", "about_by", "once", "forwards")
TABLES: Mapping[str, tuple[str, ...]] = {
    "phases": ("code", "vi", "en"), "outcomes": ("code", "vi", "en", "tone", "reason"), "days": ("code", "rule", "rule_year"),
    "warns": ("code", "vi", "en"), "unit_reads": ("code", "phase"), "proposals": ("code", "named"),
}
"""The tables of a register → the fields of one of their rows."""
_MAY_LACK = ("days", "form", "warns", "unit_reads", "proposals")
"""Written only where something stands in it: days belong to registers by period, which may lack a form; few warn or hold proposals."""
_MAY_BE_SHORT = ("days", "outcomes")
"""Tables whose rows are written without their last field where it is empty."""
_NEEDED = ("name", "name_en", "one", "one_en", "form", "title", "series", "begins", "reads")
"""Written even while they are empty, so that the check names them."""
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_BLANK = Path(__file__).parent / "data" / "blank"
_STEM = re.compile(r"[^a-z0-9]+")
_SAID = ("textfield", "textarea", "number", "datetime", "select", "radio", "checklist", "taglist", "checkbox")
"""Fields of which a title can say the answer."""
_GROUP = "vhxh"
_USUAL = {"handling": ("Đang xử lý", "Being handled", "plain"), "done": ("Đã xong", "Done", "good")}
"""Words of the phases and outcomes that a register begins with, by their codes."""
_LINE = re.compile(r"[\r\n]+")
_SIGNS = re.compile(r"[<>&\"{}]+")
"""What a name of a process may hold and a text of a register may not."""
_BLANK_IDS = ("begun", "handle", "done")


def name_of(main: str) -> str:
    """The file in which the register of a main process stands."""
    return f"{main}{ENDING}"


# -- in fields


def typed_register(content: bytes, *, by: Actor) -> dict[str, Any]:
    """A register in fields: texts, lists, and the rows of its tables.

    What is wrong in a field is left to the check. Raises Forbidden, and Invalid for a file that holds anything but such fields.
    """
    drafts.require_editor(by)
    try:
        return _typed(tomllib.loads(content.decode("utf-8-sig")))
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        raise Invalid(
            "Tệp này không đọc được thành từng ô. Sửa ở “Dạng tệp”; phép kiểm tra nêu chỗ sai.",
            "This file cannot be read into fields. Mend it as a file; the check says what is wrong.", code="register-unreadable",
        ) from None


def _typed(data: Mapping[str, Any]) -> dict[str, Any]:
    if not data.keys() <= {*TEXTS, *LISTS, *TABLES}:
        raise KeyError("something that is no field would be lost")
    found: dict[str, Any] = {key: _text(data.get(key, "")) for key in TEXTS}
    for key in LISTS:
        found[key] = [_text(one) for one in _list(data.get(key, []))]
    for key, columns in TABLES.items():
        found[key] = [_row(code, said, columns) for code, said in data.get(key, {}).items()]
    return found


def _row(code: str, said: Any, columns: Sequence[str]) -> dict[str, str]:
    values = [_text(one) for one in _list(said)]
    if len(values) >= len(columns):
        raise ValueError("more than the fields hold")
    return dict.fromkeys(columns, "") | dict(zip(columns, (code, *values), strict=False))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("no list")
    return value


def written_register(typed: Mapping[str, Any]) -> str:
    """The file that the fields make; the script of the editor makes the same of them.

    A row without a word is left out. A code that stands there twice gets a number, which the check names: no row is lost.
    """
    lines = []
    for key in (*TEXTS[:-1], "about", "basis", *LISTS[1:]):
        value = typed.get(key) or ""
        if _plain(value) or (key in _NEEDED and not (key in _MAY_LACK and typed.get("period"))):
            lines.append(f"{key} = {_quoted_list(value or ()) if key in LISTS else _quoted(_plain(value))}")
    for key, columns in TABLES.items():
        rows, taken = list(typed.get(key) or ()), set[str]()
        if rows or key not in _MAY_LACK:
            lines += ["", f"[{key}]"]
        for row in rows:
            said = [_plain(row.get(column) or "") for column in columns]
            if not any(said[:3]):
                continue
            code, number = said[0], 1
            while code in taken:
                number += 1
                code = f"{said[0]} ({number})"
            taken.add(code)
            values = said[1:-1] if key in _MAY_BE_SHORT and not said[-1] else said[1:]
            lines.append(f"{code if _BARE.fullmatch(code) else _quoted(code)} = {_quoted_list(values)}")
    return "\n".join(lines) + "\n"


def _plain(value: Any) -> str:
    return _LINE.sub(" ", str(value)).strip()


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _quoted_list(values: Iterable[Any]) -> str:
    return f"[{', '.join(_quoted(_plain(one)) for one in values)}]"


# -- what can be named


@dataclass(frozen=True, slots=True)
class Naming:
    """What a register can name in its draft, and what diagrams can name of the register; everything with its words.

    `gaps`: what its titles can take; `data`: what a matter begins with; `answers`: what any form of the draft asks, for its papers;
    `phases`, `outcomes`: those of the register.
    """

    file: str
    gaps: Sequence[tuple[str, str]] = ()
    data: Sequence[tuple[str, str]] = ()
    answers: Sequence[tuple[str, str]] = ()
    phases: Sequence[tuple[str, str]] = ()
    outcomes: Sequence[tuple[str, str]] = ()


def naming(files: Mapping[str, bytes], main: str, language: str) -> Naming | None:
    """What the register of a draft brings to its diagrams, as far as it can be read; None where there is none."""
    content = files.get(name_of(main))
    if content is None:
        return None
    at = int(language == "en")
    try:
        data = tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return Naming(name_of(main))

    def table(key: str) -> list[tuple[str, str]]:
        said = data.get(key)
        rows = said.items() if isinstance(said, dict) else ()
        return [(code, str(row[at])) for code, row in rows if isinstance(row, list) and len(row) > at]

    form, private = str(data.get("form")), data.get("private")
    begun = {f"{form}.form": files[f"{form}.form"]} if f"{form}.form" in files else {}
    fields, texts = list(form_fields(begun, language).items()), form_fields(begun, language, kinds=_SAID)
    told = [(key, said) for key, said in texts.items() if not isinstance(private, list) or key not in private]
    unit = ("unit", ("Tên đơn vị", "Name of the unit")[at])
    matter = ("matter_id", ("Số của việc trong máy", "Number of the matter in the machine")[at])
    answers = list(form_fields({name: one for name, one in files.items() if name.endswith(".form")}, language).items())
    return Naming(name_of(main), [*told, unit], [matter, *fields], answers, table("phases"), table("outcomes"))


def register_in(files: Mapping[str, bytes], main: str) -> Register | None:
    """The register of a bundle; None too where it is not right yet."""
    content = files.get(name_of(main))
    try:
        return read_register(content) if content is not None else None
    except BadRegister:
        return None


# -- one to begin with


@dataclass(slots=True)
class _Drawn:
    """What the diagrams of a draft name already."""

    name: str = ""
    groups: dict[str, None] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    phases: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)


def ground(files: Mapping[str, bytes], main: str) -> dict[str, bytes]:
    """A register that fits a draft as it stands, with the form that begins a matter where the draft has none.

    The start form is the first that no step asks for; phases and outcomes are those that the diagrams name, or one of each.
    """
    drawn = _drawn(files, main)
    forms = sorted(name.removesuffix(".form") for name in files if name.endswith(".form"))
    made = {}
    if not forms:
        made[f"{main}.form"] = (_BLANK / "blank.form").read_bytes().replace(b"{id}", main.encode())
        forms = [main]
    start = next((one for one in forms if one not in drawn.asked), forms[0])
    known = people.catalogue()
    groups = [one for one in drawn.groups if one in known]
    office = [one for one in groups if not people.is_scoped(one)] or [_GROUP]
    scoped = [one for one in groups if people.is_scoped(one)]
    texts = form_fields({**files, **made}, "vi", start, kinds=("textfield", "textarea"))
    title = next(iter(texts), "")
    name = " ".join(_SIGNS.sub(" ", drawn.name).split())[:50] or main
    english = words.in_language(name, "en")[:50]
    typed = {
        "name": name if fold(name).startswith("so ") else f"Sổ theo dõi: {name}", "name_en": f"Register: {english}",
        "one": name, "one_en": english, "form": start,
        "title": f"{{{{ {title} }}}}" if title else name, "series": _letters(name), "unit": "own" if scoped else "none",
        "begins": scoped or office[:1], "reads": office,
        "phases": [_coded(code, said) for code, said in (drawn.phases or {"handling": ""}).items()],
        "outcomes": [_coded(code, said) for code, said in (drawn.outcomes or {"done": ""}).items()],
    }
    return made | {name_of(main): written_register(typed).encode()}


def _coded(code: str, said: str) -> dict[str, str]:
    """A row of phases or outcomes: by the usual words of its code, else as the diagram calls it."""
    vi, en, tone = _USUAL.get(code) or (said, words.in_language(said, "en")[:80], "plain")
    return {"code": code, "vi": vi, "en": en, "tone": tone}


def _letters(name: str) -> str:
    """The first letter of each word: what stands before the number of a matter."""
    found = "".join(one[0] for one in re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", name))).upper()
    return found[:10] or "VV"


def _drawn(files: Mapping[str, bytes], main: str) -> _Drawn:
    found = _Drawn()
    for _name, tree in safexml.readable(files, ".bpmn"):
        for node in tree.iter():
            if not isinstance(node.tag, str) or not node.tag.startswith(BPMN):
                continue
            said, attrs = " ".join((node.get("name") or "").split()), read_attributes(node)
            if node.get("id") == main:
                found.name = said
            found.groups |= dict.fromkeys(split_list(attrs.get("candidates", "")) + split_list(attrs.get("group", "")))
            found.asked.add(attrs.get("form", ""))
            if phase := attrs.get("phase"):
                of_office = catalogue.PHASES.get(phase, ("",))[0]
                found.phases.setdefault(phase, (of_office or said or phase)[:80])
            if (outcome := attrs.get("outcome")) and local(node) == "endEvent":
                found.outcomes.setdefault(outcome, (said or outcome)[:80])
    return found


def add_register(draft: int, *, by: Actor, instead: Mapping[str, bytes] | None = None) -> str:
    """Give a draft a register to go on from, and return the name of its file; one that has it keeps it as it is.

    `instead`: files as they stand on a page, so that it fits these. Raises Forbidden, NotFound, Invalid.
    """
    drafts.require_editor(by)
    main = drafts.read_draft(draft).key
    files = {**drafts.files_of(draft), **(instead or {})}
    if name_of(main) not in files:
        drafts.take_files(draft, ground(files, main), by=by)
    return name_of(main)


def blank_bundle(name: str = "", taken: Iterable[str] = ()) -> tuple[dict[str, bytes], str]:
    """A whole process to begin with: start, one task, end, the two forms and a register; its files and its main process.

    Its id is made of the name and is none of those `taken`: the numbers of a register follow its process.
    """
    called = " ".join(_SIGNS.sub(" ", name).split())[:50] or "Quy trình mới"
    main = free_id(called, taken)
    found = {}
    for file, kept in (("blank.bpmn", f"{main}.bpmn"), ("blank.form", f"{main}.form"), ("blank_handle.form", f"{main}_handle.form")):
        text = (_BLANK / file).read_text(encoding="utf-8")
        found[kept] = text.replace("{id}", main).replace("{name}", called).encode()
    return found | ground(found, main), main


def free_id(name: str, taken: Iterable[str] = ()) -> str:
    """An id for a process, made of its name and used by none of those that are there."""
    stem = _STEM.sub("_", fold(name)).strip("_")[:60]
    stem = stem if re.match(r"[a-z]", stem) else f"p_{stem}".rstrip("_")
    used, found, number = {*taken, *_BLANK_IDS}, stem, 1
    while found in used:
        number += 1
        found = f"{stem}_{number}"
    return found
