"""The register of a bundle (`MAIN.register`, TOML): what its cases are called, who begins one by which form, who reads them.

A main process with a register needs no code of its own: its cases are *matters* (vụ việc), numbered by year, begun on a
form, listed with the columns named here. Whoever edits a process writes it, so nothing in it is trusted and nothing runs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflows.feel.types import STRING, Type
from workflows.known import FormSeen, Known
from workflows.problems import Problem
from workflows.wording import problem
from workflows.written import GAP, Fault, Unread, Written, read_toml

MOST_BYTES = 16 * 1024
MATTER_DATA: Mapping[str, Type] = {"matter_id": STRING}
"""Data of a matter's instance at its start, besides the answers of the form that it is begun with."""
EVERYONE = "everyone"
"""In `begins`: whoever is signed in."""
UNITS = ("own", "named", "none")
"""Whose a matter is: the unit of who begins it, a unit that he names, or none."""
ABOUT = ("nomination",)
"""What a matter can be about."""
TONES = ("good", "bad", "plain")
PERIODS = ("", "year", "half")
ALWAYS = ("unit", "period")
"""Gaps of a title besides the answers of the form."""
_TEXTS = {
    "name": 100, "name_en": 100, "one": 60, "one_en": 60, "begin": 60, "begin_en": 60, "hint": 300, "hint_en": 300,
    "form": 60, "title": 200, "series": 10, "unit": 10, "period": 10, "unit_reads_from": 40,
    "basis": 300,
}
_NEEDED = ("name", "name_en", "one", "one_en", "title", "series", "begins", "reads", "phases", "outcomes")
_LISTS = {
    "begins": 30, "reads": 30, "sees": 30, "private": 40, "columns": 8, "facts": 14, "about": 3, "concerns": 6, "sent_by": 1, "about_by": 3,
    "once": 3, "forwards": 8,
}
_SECTIONS = ("phases", "outcomes", "warns")
_LONGEST_WORDS = {"phases": 80, "outcomes": 80, "warns": 200}
_KNOWN = (*_TEXTS, *_LISTS, *_SECTIONS, "days", "unit_reads", "proposals")
ENDED, NEVER = "ended", "never"
"""In `unit_reads` besides the phases: once the matter has ended, and at no time."""
DAYS = ("filing", "checking", "signing", "province_intake")
"""Days of a period that a register may give: units file, the office checks, the chair signs, it goes to the province."""
PROPOSAL_STEPS = ("classify", "weigh", "decide")
"""Steps that a register names whose proposals are gathered: it is said what a matter is, a proposal is weighed, it is decided on."""
PROPOSALS = ("kind", *PROPOSAL_STEPS)
"""What such a register names: the kind of matter that is a proposal, and those steps."""
_RULE = re.compile(r"[A-Z][A-Z0-9_.]{1,59}")
_MOST_WORDS = 40
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_FIELD_AT = re.compile(rf"({_FIELD.pattern}\.)?{_FIELD.pattern}")
"""A field, or one as a step answers it: `decision`, `draft_decision.decision`."""
_SERIES = re.compile(r"[^\W\d_]{1,10}")
_MOST_FAULTS = 20

Words = tuple[str, str]
"""The same in Vietnamese and in English."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a matter can end: its words, and whether that is good, bad or neither."""

    words: Words
    tone: str
    reason: str = ""
    """Field in which the step that ends it so says why; told with the end to whoever hears of it."""


@dataclass(frozen=True, slots=True)
class Register:
    """A register as it is written."""

    name: Words
    one: Words
    """What one of its matters is called."""
    begin: Words
    """The button that begins one."""
    hint: Words
    """What who begins one should know; may be empty."""
    form: str
    """Form that one is begun with; empty where units are asked for it by periods and their first step asks for everything."""
    title: str
    series: str
    """Letters before the number: `ĐKN 12/2026`."""
    unit: str
    period: str
    unit_reads_from: str
    """Phase from which on a matter's unit reads it, by the order of the phases; empty: from its beginning."""
    unit_reads: Mapping[str, str]
    """Field, of every step or of one (`STEP.FIELD`) → phase from which on the unit reads it, `ended` or `never`; every other one at once.

    So does who reads a matter only because he began it; what he wrote himself he knows.
    """
    basis: str
    begins: tuple[str, ...]
    reads: tuple[str, ...]
    """Groups that read every matter; who began one and its unit read it anyway."""
    sees: tuple[str, ...]
    """Groups that see private fields."""
    private: frozenset[str]
    columns: tuple[str, ...]
    facts: tuple[str, ...]
    """Fields that the page of a matter tells first, as its steps answered them last; to each what he may read."""
    about: tuple[str, ...]
    concerns: tuple[str, ...]
    """Fields that name people and units (`account:7`, `unit:3`) whom a matter concerns: they neither act on it nor read it."""
    about_by: tuple[str, ...]
    """Fields of its steps that add nominations (`nomination:12`, as the list `names_to_add` offers them) to what a matter is about."""
    sent_by: tuple[str, ...]
    """Field of the form that one is begun with that names who sent it: left empty, whoever began it did, and acts on it no more."""
    forwards: tuple[str, ...]
    """Groups that do a step where nobody else may, only to send the matter on, if its form asks whether it is so (`nobody_left`)."""
    once: tuple[str, ...]
    """Fields of the form that one is begun with: while a matter is open, no other that says the same there is begun."""
    days: Mapping[str, tuple[str, ...]]
    """Of a register that goes by periods: key of a day → rule that says which day of the year it is; two: of the half year, of the year."""
    phases: Mapping[str, Words]
    outcomes: Mapping[str, Outcome]
    warns: Mapping[str, Words]
    """Phase in which an open matter warns in what its unit puts forward → what everybody who sees that is told."""
    proposals: Mapping[str, str]
    """Of a register whose proposals are gathered: the names that `PROPOSALS` asks for; else empty."""

    @property
    def gaps(self) -> list[str]:
        """Names of what stands in a title besides text."""
        return GAP.findall(self.title)

    @property
    def unit_phases(self) -> tuple[str, ...]:
        """Phases in which a matter's unit reads it: `unit_reads_from`, those written after it, and `ended`; none where it names none."""
        codes = tuple(self.phases)
        return (*codes[codes.index(self.unit_reads_from):], ENDED) if self.unit_reads_from in codes else ()

    def kept_from_unit(self, phase: str, element: str = "") -> frozenset[str]:
        """Fields that a matter's unit does not read yet while it stands in a phase; all that wait for one, where that is not known.

        `element`: as that step answered them. Without one, fields of a single step stand as they are written.
        """
        order = (*self.phases, ENDED)
        come = order[: order.index(phase) + 1] if phase in order else ()
        waits = (name for name, begins in self.unit_reads.items() if begins not in come)
        return frozenset(name.removeprefix(f"{element}.") if element else name for name in waits)


class BadRegister(ValueError):
    """A register that is not taken; `faults` holds what is wrong with it, at least one."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"line {one.line}: {one.message_en}" for one in faults))


def read_register(content: bytes) -> Register:
    """Read one register; raises BadRegister."""
    try:
        data, source = read_toml(content, MOST_BYTES, ("sổ theo dõi", "register"))
    except Unread as unread:
        raise BadRegister([unread.fault]) from None
    faults = list(_faults(data, Written(source)))
    if faults:
        raise BadRegister(faults[:_MOST_FAULTS])

    def both(key: str) -> Words:
        return str(data.get(key, "")).strip(), str(data.get(f"{key}_en", "")).strip()

    lists = {key: tuple(data.get(key, ())) for key in _LISTS}
    begin = both("begin")
    return Register(
        name=both("name"), one=both("one"), begin=begin if all(begin) else both("one"), hint=both("hint"),
        form=data.get("form", ""), title=data["title"].strip(), series=data["series"].strip(), unit=data.get("unit", "none"),
        period=data.get("period", ""), unit_reads_from=data.get("unit_reads_from", ""),
        unit_reads={name: said[0] for name, said in data.get("unit_reads", {}).items()},
        basis=data.get("basis", "").strip(), begins=lists["begins"], reads=lists["reads"],
        sees=lists["sees"] or lists["reads"], private=frozenset(lists["private"]), columns=lists["columns"], about=lists["about"],
        facts=lists["facts"], concerns=lists["concerns"], sent_by=lists["sent_by"], about_by=lists["about_by"], forwards=lists["forwards"],
        once=lists["once"],
        days={key: tuple(rules) for key, rules in data.get("days", {}).items()},
        phases={code: (said[0], said[1]) for code, said in data["phases"].items()},
        outcomes={code: Outcome((said[0], said[1]), *said[2:]) for code, said in data["outcomes"].items()},
        warns={code: (said[0], said[1]) for code, said in data.get("warns", {}).items()},
        proposals={key: names[0] for key, names in data.get("proposals", {}).items()},
    )


def register_of(bundle: Mapping[str, bytes], main: str) -> Register | None:
    """The register of the main process of a bundle; None where it has none. Raises BadRegister."""
    content = bundle.get(f"{main}.register")
    return read_register(content) if content is not None else None


def check_register(
    bundle: Mapping[str, bytes],
    main: str,
    known: Known,
    forms: Mapping[str, FormSeen],
    candidates: Mapping[str, Collection[str]],
) -> Iterator[Problem]:
    """Find what is wrong with the register of a bundle, by itself and held against the rest; `candidates`: task → its groups."""
    names = [name for name in bundle if name.endswith(".register")]
    for name in names:
        if name != f"{main}.register":
            yield problem("stray-register", None, file=name, name=name, main=main)
    file = f"{main}.register"
    if file not in bundle:
        return
    try:
        register = read_register(bundle[file])
    except BadRegister as bad:
        yield from (_said(file, one) for one in bad.faults)
        return
    written = Written(bundle[file].decode("utf-8-sig"))
    yield from (_said(file, one) for one in _against(register, written, bundle, known, forms, candidates))


def _said(file: str, one: Fault) -> Problem:
    return problem(
        "bad-register", one.part, file=file, message=f"{file}, dòng {one.line}: {one.message}",
        message_en=f"{file}, line {one.line}: {one.message_en}",
    )


def _faults(data: Mapping[str, Any], written: Written) -> Iterator[Fault]:
    yield from written.keys(data, (), _KNOWN, _NEEDED)
    for key, most in _TEXTS.items():
        if key in data:
            yield from written.text(data[key], (key,), most, gaps=key == "title", empty=key not in _NEEDED)
    for key, allowed in (("unit", UNITS), ("period", PERIODS)):
        if isinstance(data.get(key), str) and data[key] not in allowed:
            said = ", ".join(word for word in allowed if word)
            yield written.fault((key,), f"“{data[key][:40]}” không có ở đây; ghi một trong: {said}.",
                                f"there is no “{data[key][:40]}” here; write one of: {said}.")
    if isinstance(data.get("series"), str) and data["series"].strip() and not _SERIES.fullmatch(data["series"].strip()):
        yield written.fault(("series",), "chữ đứng trước số chỉ gồm chữ cái, nhiều nhất 10.",
                            "the letters before the number are letters alone, 10 at most.")
    for key, most in _LISTS.items():
        if key in data:
            yield from _names(data[key], key, most, written)
    for section in _SECTIONS:
        if section in data:
            yield from _words(data[section], section, written)
    if "unit_reads" in data:
        yield from _unit_reads(data["unit_reads"], written)
    if not data.get("form") and not data.get("period"):
        yield written.fault(("form",), "thiếu “form”; hãy ghi tên biểu mẫu lập việc.", "“form” is missing; name the form that begins one.")
    if "days" in data or data.get("period"):
        yield from _days(data.get("days", {}), 2 if data.get("period") == "half" else 1, written)
    if "proposals" in data:
        yield from _proposals(data["proposals"], written)


def _names(said: Any, key: str, most: int, written: Written) -> Iterator[Fault]:
    if not isinstance(said, list) or not all(isinstance(one, str) for one in said):
        yield written.fault((key,), "chỗ này phải là danh sách chữ, ví dụ [\"vhxh\"].", "this must be a list of texts, such as [\"vhxh\"].")
        return
    if len(said) > most:
        yield written.fault((key,), f"nhiều nhất {most} mục.", f"{most} entries at most.")
    for one in said:
        if not _FIELD.fullmatch(one):
            yield written.fault((key,), f"“{one[:60]}” không phải là tên.", f"“{one[:60]}” is no name.", one[:60])
        elif said.count(one) > 1:
            yield written.fault((key,), f"“{one}” có hai lần.", f"“{one}” stands there twice.", one)
            return
    if key in ("begins", "reads") and not said:
        yield written.fault((key,), "cần ít nhất một nhóm.", "at least one group is needed.")


def _words(said: Any, section: str, written: Written) -> Iterator[Fault]:
    size, most = (3, 4) if section == "outcomes" else (2, 2)
    if not isinstance(said, dict) or not said:
        yield written.fault((section,), f"[{section}] phải có ít nhất một dòng.", f"[{section}] needs at least one line.")
        return
    if len(said) > _MOST_WORDS:
        yield written.fault((section,), f"nhiều nhất {_MOST_WORDS} dòng.", f"{_MOST_WORDS} lines at most.")
    for code, words in said.items():
        at = (section, code)
        if not _CODE.fullmatch(code) or code in (ENDED, NEVER):
            yield written.fault(at, f"mã “{code[:40]}” không dùng được; chỉ chữ thường không dấu, số, gạch dưới.",
                                f"the code “{code[:40]}” cannot be used; plain small letters, digits, underscores only.")
        elif not isinstance(words, list) or not size <= len(words) <= most or not all(isinstance(one, str) for one in words):
            shape = '["tiếng Việt", "English"' + (', "good"]' if size == 3 else "]")
            yield written.fault(at, f"ghi {shape}.", f"write {shape}.")
        else:
            for one in words[:2]:
                yield from written.text(one, at, _LONGEST_WORDS[section], gaps=False)
            if size == 3 and words[2] not in TONES:
                yield written.fault(at, f"phần thứ ba là một trong: {', '.join(TONES)}.", f"the third part is one of: {', '.join(TONES)}.")
            if len(words) > 3 and not _FIELD.fullmatch(words[3]):
                yield written.fault(at, f"“{words[3][:60]}” không phải là tên.", f"“{words[3][:60]}” is no name.", words[3][:60])


def _unit_reads(said: Any, written: Written) -> Iterator[Fault]:
    if not isinstance(said, dict) or not said or len(said) > _LISTS["private"]:
        yield written.fault(("unit_reads",), f"[unit_reads] có từ 1 tới {_LISTS['private']} dòng.",
                            f"[unit_reads] has 1 to {_LISTS['private']} lines.")
        return
    for name, phase in said.items():
        at = ("unit_reads", name)
        if not _FIELD_AT.fullmatch(name):
            yield written.fault(at, f"“{name[:60]}” không phải là tên.", f"“{name[:60]}” is no name.", name[:60])
        elif not isinstance(phase, list) or len(phase) != 1 or not isinstance(phase[0], str) or not _CODE.fullmatch(phase[0]):
            yield written.fault(at, 'ghi mã của giai đoạn, ví dụ ["mending"].', 'write the code of a phase, such as ["mending"].')


def _days(said: Any, rules: int, written: Written) -> Iterator[Fault]:
    if not isinstance(said, dict) or "filing" not in said:
        yield written.fault(("days",), "sổ theo kỳ cần [days] với ngày filing (hạn đơn vị nộp).",
                            "a register by period needs [days] with the day “filing”, on which units file.")
        return
    for key, names in said.items():
        if key not in DAYS:
            yield written.fault(("days", key), f"“{key[:40]}” không có ở đây; chỉ có: {', '.join(DAYS)}.",
                                f"there is no “{key[:40]}” here; there are only: {', '.join(DAYS)}.")
        elif not isinstance(names, list) or len(names) != rules or not all(isinstance(one, str) and _RULE.fullmatch(one) for one in names):
            yield written.fault(("days", key), f"ghi {rules} khóa quy định, ví dụ [\"REPORT_UNIT_YEAR\"].",
                                f"write {rules} keys of rules, such as [\"REPORT_UNIT_YEAR\"].")


def _proposals(said: Any, written: Written) -> Iterator[Fault]:
    if not isinstance(said, dict) or set(said) != set(PROPOSALS):
        yield written.fault(("proposals",), f"[proposals] gồm đúng các dòng: {', '.join(PROPOSALS)}.",
                            f"[proposals] has these lines and no others: {', '.join(PROPOSALS)}.")
        return
    for key, names in said.items():
        if not isinstance(names, list) or len(names) != 1 or not isinstance(names[0], str) or not _FIELD.fullmatch(names[0]):
            yield written.fault(("proposals", key), "ghi một tên, ví dụ [\"weigh_proposal\"].",
                                "write one name, such as [\"weigh_proposal\"].")


def _against_unit(register: Register, written: Written, steps: Collection[str]) -> Iterator[Fault]:
    """What is wrong with what the unit, and who began the matter, read later."""
    for name, phase in register.unit_reads.items():
        at = ("unit_reads", name)
        if phase not in (*register.phases, ENDED, NEVER):
            yield written.fault(at, f"[phases] không có giai đoạn “{phase}”.", f"[phases] has no phase “{phase}”.", name)
        if (step := name.rpartition(".")[0]) and step not in steps:
            yield written.fault(at, f"sơ đồ không có bước “{step}”.", f"the diagram has no step “{step}”.", name)
        if name in register.columns or name in register.gaps:
            yield written.fault(at, f"“{name}” đơn vị xem sau, nên không làm cột, không đứng trong tên gọi.",
                                f"“{name}” is read by the unit later, so it is no column and no part of the title.", name)


def _against_reasons(register: Register, written: Written, every: Collection[str]) -> Iterator[Fault]:
    """What is wrong with the fields that say why a matter ended so."""
    for code, outcome in register.outcomes.items():
        if outcome.reason and outcome.reason not in every:
            yield written.fault(("outcomes", code), f"không biểu mẫu nào của gói có mục “{outcome.reason}”.",
                                f"no form of the bundle has a field “{outcome.reason}”.", outcome.reason)
        elif outcome.reason in register.private:
            yield written.fault(("outcomes", code), f"“{outcome.reason}” là mục kín nên không báo khi việc kết thúc.",
                                f"“{outcome.reason}” is private, so it is not told with the end.", outcome.reason)


def _against_forms(
    register: Register, written: Written, bundle: Mapping[str, bytes], forms: Mapping[str, FormSeen]
) -> Iterator[Fault]:
    """Fields that no form of the bundle has, or not the one that begins a matter."""
    if register.form and f"{register.form}.form" not in bundle:
        yield written.fault(("form",), f"gói không có biểu mẫu {register.form}.form.", f"the bundle has no form {register.form}.form.")
    started = forms.get(register.form)
    answers = started.answers if started is not None else {} if not register.form else None
    if answers is not None:
        for name in register.gaps:
            if name not in answers and name not in ALWAYS:
                yield written.fault(("title",), f"biểu mẫu {register.form} không có mục “{name}”.",
                                    f"the form {register.form} has no field “{name}”.")
    if forms and all(one.answers is not None for one in forms.values()):
        every = {name for one in forms.values() for name in one.answers or ()}
        for key in ("columns", "facts", "private", "unit_reads", "concerns", "about_by"):
            for name in getattr(register, key):
                if name.rpartition(".")[2] not in every:
                    yield written.fault((key, name) if key == "unit_reads" else (key,), f"không biểu mẫu nào của gói có mục “{name}”.",
                                        f"no form of the bundle has a field “{name}”.", name)
        yield from _against_reasons(register, written, every)
    if answers is not None:
        for name in register.sent_by:
            if name not in answers:
                yield written.fault(("sent_by",), f"biểu mẫu {register.form} không có mục “{name}”.",
                                    f"the form {register.form} has no field “{name}”.", name)
        for name in register.once:
            if name not in answers or name in register.private:
                yield written.fault(("once",), f"“{name}” phải là một mục của biểu mẫu lập việc, không phải mục kín.",
                                    f"“{name}” must be a field of the form that begins one, and not private.", name)


def _against_private(register: Register, written: Written) -> Iterator[Fault]:
    """Private fields where everybody would read them."""
    for name in register.columns:
        if name in register.private:
            yield written.fault(("columns",), f"“{name}” là mục kín nên không làm cột.", f"“{name}” is private, so it is no column.", name)
    for name in register.gaps:
        if name in register.private:
            yield written.fault(("title",), f"“{name}” là mục kín nên không đứng trong tên gọi.",
                                f"“{name}” is private, so it does not stand in the title.")


def _against_phases(register: Register, written: Written, candidates: Mapping[str, Collection[str]]) -> Iterator[Fault]:
    """Steps of a unit, and phases for its people, that the register does not have."""
    if register.unit == "none":
        for task, groups in candidates.items():
            if any(group.startswith("unit") for group in groups):
                yield written.fault(("unit",), f"bước {task} là việc của đơn vị, nên sổ phải có đơn vị (unit = \"own\").",
                                    f"the step {task} is a unit's, so the register needs a unit (unit = \"own\").")
                break
    for phase in register.warns:
        if phase not in register.phases:
            yield written.fault(("warns", phase), f"[phases] không có giai đoạn “{phase}”.", f"[phases] has no phase “{phase}”.")
    if register.warns and register.unit == "none":
        yield written.fault(("warns",), "việc không của đơn vị nào thì không báo ở hồ sơ của đơn vị (unit = \"named\").",
                            "matters of no unit cannot warn in a unit's dossiers (unit = \"named\").")
    if register.unit_reads_from and register.unit_reads_from not in register.phases:
        yield written.fault(("unit_reads_from",), f"[phases] không có giai đoạn “{register.unit_reads_from}”.",
                            f"[phases] has no phase “{register.unit_reads_from}”.")
    if register.unit_reads_from and register.unit == "none":
        yield written.fault(("unit_reads_from",), "việc không của đơn vị nào thì không có đơn vị nào xem (unit = \"named\").",
                            "matters of no unit are read by none (unit = \"named\").")


def _against(
    register: Register,
    written: Written,
    bundle: Mapping[str, bytes],
    known: Known,
    forms: Mapping[str, FormSeen],
    candidates: Mapping[str, Collection[str]],
) -> Iterator[Fault]:
    """What of a register does not fit the bundle that it stands in."""
    yield from _against_forms(register, written, bundle, forms)
    yield from _against_private(register, written)
    for key in ("begins", "reads", "sees", "forwards"):
        for group in getattr(register, key):
            if known.groups is not None and group not in known.groups and not (key == "begins" and group == EVERYONE):
                yield written.fault((key,), f"không có nhóm “{group}”.", f"there is no group “{group}”.", group)
    for kind in register.about:
        if kind not in ABOUT:
            yield written.fault(("about",), f"chỉ có: {', '.join(ABOUT)}.", f"there is only: {', '.join(ABOUT)}.")
    yield from _against_phases(register, written, candidates)
    for key in PROPOSAL_STEPS:
        if register.proposals and register.proposals[key] not in candidates:
            yield written.fault(("proposals", key), f"sơ đồ không có bước “{register.proposals[key]}”.",
                                f"the diagrams have no step “{register.proposals[key]}”.", register.proposals[key])
    yield from _against_unit(register, written, candidates)
    rules = known.registers.get("rule")
    for key, names in register.days.items():
        for name in names:
            if rules is not None and name not in rules:
                yield written.fault(("days", key), f"không có quy định “{name}”.", f"there is no rule “{name}”.", name)
    if register.period and register.unit == "none":
        yield written.fault(("period",), "sổ theo kỳ cần đơn vị.", "a register by period needs a unit.")
