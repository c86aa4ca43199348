"""The papers of a bundle held against the rest of it: names that nobody gives, kinds that cannot fit, what is private and not said so."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches

from workflows.feel.types import Type, one, read_type
from workflows.known import FormSeen, Known
from workflows.paper_text import (
    BEGUN_BY,
    GIVEN,
    OF_NUMBERS,
    BadPaper,
    Chart,
    Line,
    PaperText,
    When,
    conditions_of,
    names_of,
    read_paper,
)
from workflows.problems import Problem
from workflows.register import Register
from workflows.wording import problem
from workflows.written import Fault, Written

MOST_PAPERS = 40
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,29}")
_NOTHING = one("null")
_SAID = one("string", "null")
NUMBERED = "no"
"""Entry of every row of a table: its number, from 1."""


def check_papers(
    bundle: Mapping[str, bytes],
    register: Register | None,
    known: Known,
    forms: Mapping[str, FormSeen],
    of_tasks: Mapping[str, Mapping[str, str]],
) -> Iterator[Problem]:
    """Find what is wrong with the papers of a bundle, by themselves and held against the rest.

    `of_tasks`: user task → its attributes, among them its form and the paper that it names.
    """
    unread = register is None and any(name.endswith(".register") for name in bundle)  # its own fault is told; nothing is judged by it
    papers = {name.removesuffix(".paper"): raw for name, raw in bundle.items() if name.endswith(".paper")}
    if len(papers) > MOST_PAPERS:
        yield problem("too-many-papers", None, count=len(papers), most=MOST_PAPERS)
        return
    named = {attrs.get("paper", "") for attrs in of_tasks.values()}
    answers = answers_of(register, forms, of_tasks)
    for name, content in sorted(papers.items()):
        file = f"{name}.paper"
        if not _NAME.fullmatch(name):
            yield problem("bad-paper-name", None, file=file, name=name[:100])
        if register is None and not unread:
            yield problem("stray-paper", None, file=file, name=file)
        elif not unread and name not in named:
            yield problem("idle-paper", None, file=file, name=name)
        try:
            text = read_paper(content)
        except BadPaper as bad:
            found = list(bad.faults)
        else:
            written = Written(content.decode("utf-8-sig").replace("\r\n", "\n").partition("\n---")[0])
            found = list(_Held(text, written, register, known, answers, named - {name}).faults()) if register is not None else []
        for fault in found:
            yield problem(
                "bad-paper", fault.part, file=file, message=f"{file}, dòng {fault.line}: {fault.message}",
                message_en=f"{file}, line {fault.line}: {fault.message_en}",
            )


def read_in_papers(bundle: Mapping[str, bytes]) -> set[str]:
    """First segments of all names that the papers of a bundle read; of one that cannot be read none."""
    found: set[str] = set()
    for name, content in bundle.items():
        if name.endswith(".paper"):
            try:
                found |= read_paper(content).reads
            except BadPaper:
                continue  # said already
    return found


def answers_of(
    register: Register | None, forms: Mapping[str, FormSeen], of_tasks: Mapping[str, Mapping[str, str]]
) -> Mapping[str, Type] | None:
    """What the form that begins a matter and those of its steps answer, each of it perhaps not yet; None where a form cannot be told."""
    asked = dict.fromkeys(attrs["form"] for attrs in of_tasks.values() if attrs.get("form"))
    if register is not None and register.form:
        asked[register.form] = None
    found: dict[str, Type] = {}
    for name in asked:
        seen = forms.get(name)
        if seen is None or seen.answers is None:
            return None
        for key, kind in seen.answers.items():
            found[key] = found[key] | kind if key in found else kind | _NOTHING
    return found


class _Held:
    """One paper held against what its bundle knows."""

    def __init__(
        self, text: PaperText, written: Written, register: Register | None, known: Known, answers: Mapping[str, Type] | None,
        others: Collection[str],
    ) -> None:
        self.text, self.written, self.known, self.answers, self.others = text, written, known, answers, others
        self.register = register
        self.private = frozenset({*register.private, BEGUN_BY}) if register is not None and register.private else frozenset[str]()
        self.types = {**dict.fromkeys(GIVEN, _SAID), **answers} if answers is not None else None

    def faults(self) -> Iterator[Fault]:
        for name in sorted(self.text.private - self.private):
            yield self.head(("private",), f"“{name}” không phải mục kín của sổ.", f"“{name}” is no private field of the register.", name)
        if self.register is not None and self.register.unit == "none":
            for key in ("issuer", "signs"):
                if getattr(self.text, key) in ("unit", "unit_head"):
                    yield self.head((key,), "việc của sổ này không có đơn vị.", "the matters of this register have no unit.")
        if self.register is not None and self.text.settled and self.text.settled not in self.register.phases:
            yield self.head(("settled",), f"[phases] của sổ không có giai đoạn “{self.text.settled}”.",
                            f"[phases] of the register has no phase “{self.text.settled}”.", self.text.settled)
        if self.text.revokes and self.text.revokes not in self.others:
            yield self.head(("revokes",), f"không bước nào có văn bản khác tên “{self.text.revokes}”.",
                            f"no step has another paper named “{self.text.revokes}”.", self.text.revokes)
        for at, name, how in names_of(self.text):
            yield from self.kept(at, name, how)
            if how != "when":
                yield from self.name(at, name, how)
        for when in conditions_of(self.text):
            yield from self.condition(when)
        for listed in self.text.lines:
            if listed.table is not None:
                yield from self.columns(listed)
            if listed.chart is not None:
                yield from self.bars(listed.number, listed.chart)

    def head(self, part: tuple[str, ...], vi: str, en: str, snippet: str = "") -> Fault:
        return self.written.fault(part, vi, en, snippet)

    def at(self, line: int, how: str, vi: str, en: str, name: str) -> Fault:
        """A fault of a name that a line, or the head, reads."""
        if line:
            return Fault("when" if how == "when" else None, line, vi, en)
        return self.head((how if how in ("number", "dated") else "copies",), vi, en, name)

    def kept(self, line: int, name: str, how: str) -> Iterator[Fault]:
        """What is private stands in a paper only where its file says so."""
        first = name.partition(".")[0]
        if first in self.private and first not in self.text.private:
            yield self.at(
                line, how,
                f"“{first}” là mục kín; muốn dùng thì ghi private = [\"{first}\"] ở phần đầu, khi đó chỉ người xem được mục kín mới soạn "
                "và mở văn bản này.",
                f"“{first}” is private; to use it write private = [\"{first}\"] in the head, then only who sees private fields draws and "
                "opens this paper.", name,
            )

    def type_of(self, name: str) -> Type | None:
        """Of what kind a name is; None where nobody gives it, or that cannot be told."""
        if self.types is None:
            return None
        first, *rest = name.split(".")
        found = self.types.get(first)
        for key in rest:
            found = (found.entries or {}).get(key) if found is not None else None
        return found

    def name(self, line: int, name: str, how: str) -> Iterator[Fault]:
        if how == "rows":
            yield from self.rows(line, name)
            return
        if self.types is None:
            return
        kind = self.type_of(name)
        if kind is None:
            near = get_close_matches(name, [*self.types], 1, 0.7)
            meant, meant_en = (f"; có phải “{near[0]}” không", f"; did you mean “{near[0]}”") if near else ("", "")
            yield self.at(line, how, f"không có giá trị “{name}”: không biểu mẫu nào của các bước có mục này{meant}.",
                          f"there is no value “{name}”: no form of the steps has such a field{meant_en}.", name)
        elif kind.solid == {"list"} and kind.items is None:
            yield self.at(line, how, f"“{name}” là tệp, không đứng trong văn bản.", f"“{name}” is a file, which stands in no paper.", name)
        elif "list" in kind.solid and kind.items is not None and kind.items.solid == {"context"}:
            yield self.at(line, how, f"“{name}” là danh sách nhiều cột; dùng table: {name}.",
                          f"“{name}” is a list of several columns; use table: {name}.", name)
        elif kind.solid == {"context"}:
            yield self.at(line, how, f"“{name}” là nhóm mục; ghi rõ mục nào: {name}.tên.",
                          f"“{name}” is a group; say which field of it.", name)
        elif how in OF_NUMBERS and "number" not in kind.kinds:
            yield self.at(line, how, f"bộ lọc {how} chỉ dùng cho số, “{name}” không phải số.",
                          f"the filter {how} is for numbers, and “{name}” is none.", name)

    def rows(self, line: int, name: str) -> Iterator[Fault]:
        given = self.known.rows
        if given is not None and name in given or self.types is None:
            return
        kind = self.type_of(name)
        if kind is None or "list" not in kind.kinds or kind.items is None or "context" not in kind.items.kinds:
            yield Fault("table", line, f"không có danh sách “{name}”: không biểu mẫu nào của các bước có, máy cũng không cho.",
                        f"there is no list “{name}”: no form of the steps has it, nor does the service give it.")

    def entries_of(self, rows: str) -> Collection[str] | None:
        """What the rows of a list hold; None where that cannot be told."""
        given = (self.known.rows or {}).get(rows)
        kind = self.type_of(rows)
        return given if given is not None else kind.items.entries if kind is not None and kind.items else None

    def bars(self, line: int, chart: Chart) -> Iterator[Fault]:
        """A chart names its bars by what its rows hold, and draws numbers."""
        entries = self.entries_of(chart.rows)
        if entries is None:
            return
        there = ", ".join([NUMBERED, *entries])
        for key in [*chart.labels, chart.figure]:
            if key != NUMBERED and key not in entries:
                yield Fault("chart", line, f"danh sách “{chart.rows}” không có mục “{key}”; chỉ có: {there}.",
                            f"the list “{chart.rows}” has no “{key}”; there are only: {there}.")
        kind = entries.get(chart.figure) if isinstance(entries, Mapping) else None
        if kind is not None and "number" not in kind.kinds:
            yield Fault("chart", line, f"“{chart.figure}” không phải số; biểu đồ chỉ vẽ số.",
                        f"“{chart.figure}” is no number; a chart draws numbers only.")

    def columns(self, line: Line) -> Iterator[Fault]:
        table = line.table
        assert table is not None
        entries = self.entries_of(table.rows)
        if entries is None:
            return
        if table.group and table.group not in entries:
            yield Fault("table", line.number, f"danh sách “{table.rows}” không có mục “{table.group}” để gộp dòng.",
                        f"the list “{table.rows}” has no “{table.group}” to group its rows by.")
        for place, column in enumerate(table.columns, 1):
            for key in column.keys:
                if key != NUMBERED and key not in entries:
                    there = ", ".join([NUMBERED, *entries])
                    yield Fault("col", column.number, f"cột {place}: danh sách “{table.rows}” không có mục “{key}”; chỉ có: {there}.",
                                f"column {place}: the list “{table.rows}” has no “{key}”; there are only: {there}.")

    def condition(self, when: When) -> Iterator[Fault]:
        reading = read_type(when.expression, self.types)
        for name in dict.fromkeys(reading.unknown):
            yield Fault("when", when.number, f"điều kiện đọc “{name}”, không biểu mẫu nào của các bước có mục này.",
                        f"the condition reads “{name}”, which no form of the steps has.")
        for vi, en in reading.misfits:
            yield Fault("when", when.number, f"{vi}.", f"{en}.")
        for never in reading.never:
            said = ", ".join(sorted(never.possible)[:12])
            yield Fault("when", when.number, f"“{never.what}” không bao giờ là “{never.value}”; chỉ có: {said}.",
                        f"“{never.what}” is never “{never.value}”; there are only: {said}.")
        if not reading.unknown and not reading.misfits and reading.type.solid - {"boolean", "null"}:
            yield Fault("when", when.number, "điều kiện phải cho đúng hoặc sai.", "the condition must be true or false.")
