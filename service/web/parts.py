"""The parts that pages are put together from, as plain values; `templates/kit/` draws them.

Words in these values are said to the reader as they are. `*so*` marks the words of a sentence that carry weight.
Moments and days are values, never text, so that one filter writes them all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from forms.fields import Part
from service.trail import Change
from service.web.charts import Chart
from service.web.frame import Link
from service.words import Due


@dataclass(frozen=True, slots=True)
class Tag:
    """A state as icon and word. `kind`: waiting, mine, passed, note, overdue, urgent, hold, return, refused, done, replaced."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value on the dotted line; `figures` sets the value in figures of one width, `code` in letters of one width.

    `head`: the label alone, as the heading of those that follow.
    """

    label: str
    value: str
    url: str = ""
    figures: bool = False
    code: bool = False
    head: bool = False


@dataclass(frozen=True, slots=True)
class Basis:
    """A legal basis: citation, excerpt, and how sure it is ("Đã có nguồn, xác nhận 03/11/2026")."""

    citation: str
    excerpt: str = ""
    sureness: str = ""
    sure: bool = True
    confirm_url: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A line of a check: `level` is ok, warn, bad or info."""

    words: str
    level: str = "ok"
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An event in the history: when, who, what; `before` is struck and `after` stands on amber.

    `pieces` are the words cut where they name people, each with the address that the name leads to or nothing; they stand
    in place of the words. `changes` are fields that changed, as a small table.
    """

    when: datetime | date | None
    words: str
    who: str = ""
    state: str = "done"
    note: str = ""
    before: str = ""
    after: str = ""
    basis: str = ""
    number: int | None = None
    verified: bool | None = None
    facts: Sequence[Fact] = ()
    link: Link | None = None
    pieces: Sequence[tuple[str, str]] = ()
    changes: Sequence[Change] = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """Events under one heading of the trail."""

    title: str
    span: str
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the diagram as text; `state` is done, live, ahead or skipped, `element` its id in the diagram.

    `each`: of a step that is done once for each item of a list, item and where it stands; `count` says the same on the shape.
    """

    element: str
    number: str
    words: str
    state: str
    when: str = ""
    note: str = ""
    facts: Sequence[Fact] = ()
    link: Link | None = None
    each: Sequence[Fact] = ()
    count: str = ""


@dataclass(frozen=True, slots=True)
class Diagram:
    """A diagram with its marks and its numbered text.

    `marks` comes from the engine: {element: "done" | "live" | "ahead" | "skipped"}, flows and gateways included.
    `problems` counts what is wrong with an element. `above` leads back to the calling diagram. `labels` puts words on
    shapes and a look on their edge or ground: {element: (look, words)}. Diagrams that say the same `together` move as one.
    """

    title: str
    source_url: str
    steps: Sequence[Step]
    marks: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, int] = field(default_factory=dict)
    above: Sequence[Link] = ()
    labels: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    together: str = ""

    @property
    def leaves_out(self) -> bool:
        """Whether numbers of the procedure are missing from its steps: questions, and what the machine does."""
        numbers = [int(step.number) for step in self.steps if step.number.isdigit()]
        return numbers != list(range(1, len(numbers) + 1))

    @property
    def drawn(self) -> dict[str, dict[str, Any]]:
        """Marks as the viewer reads them; the numbers are those of the text."""
        drawn: dict[str, dict[str, Any]] = {element: {"mark": mark} for element, mark in self.marks.items()}
        for step in self.steps:
            mark = drawn.setdefault(step.element, {})
            mark.update(mark=step.state, number=step.number)
            if step.state == "skipped" and step.note:
                mark["note"] = step.note
            if step.link:
                mark["link"] = step.link.url
            if step.count:
                mark.update(look="items", label=step.count)
        for element, (look, words) in self.labels.items():
            drawn.setdefault(element, {"mark": "plain"}).update(look=look, label=words)
        for element, count in self.problems.items():
            drawn.setdefault(element, {"mark": "ahead"})["problems"] = count
        return drawn


@dataclass(frozen=True, slots=True)
class Filter:
    """One choice of a filter with its count; a count may have stopped at 999+ (`counted`)."""

    name: str
    value: str
    words: str
    count: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class FilterField:
    """A filter that is chosen from a list (`options`: value and words) or typed (a day)."""

    name: str
    label: str
    value: str = ""
    options: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class TrailFilters:
    """The form that narrows the trail. Choices are (value, words); `kinds` are (heading, choices). `hidden` goes along unseen."""

    url: str
    hidden: Mapping[str, str]
    values: Mapping[str, str]
    """What stands in each field, by its name."""
    people: Sequence[tuple[str, str]]
    behalf: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    kinds: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    doors: Sequence[tuple[str, str]]
    also: bool = False
    wrong: str = ""
    """Why the nomination that was typed narrows nothing."""
    meant: Sequence[Link] = ()
    """Nominations that it may mean, to choose from."""
    here: int = 0
    """How many conditions of the form are in force."""


@dataclass(frozen=True, slots=True)
class FilterGroup:
    """Filters under one heading: choices with counts, or fields."""

    title: str
    filters: Sequence[Filter] = ()
    fields: Sequence[FilterField] = ()


@dataclass(frozen=True, slots=True)
class KeptFilter:
    """A filter that somebody keeps under a name: where it leads, whose it is, where it is removed by who made it."""

    link: Link
    note: str = ""
    drop_url: str = ""


@dataclass(frozen=True, slots=True)
class KeepFilter:
    """The small form that keeps what is chosen now: where it goes, what it carries, with which groups it can be shared."""

    url: str
    hidden: Mapping[str, str]
    groups: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Pager:
    """Where the reader is in a long list."""

    first: int
    last: int
    total: int
    pages: Sequence[Link] = ()
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task of the inbox. `holder` is empty where nobody has it; `claim_url` only where the reader may take it."""

    key: str
    url: str
    step: str
    who: str
    second: str = ""
    due: Due | None = None
    holder: str = ""
    mine: bool = False
    claim_url: str = ""
    tags: Sequence[Tag] = ()
    picks: bool = True
    """whether it can be chosen for an act on several"""


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """Tasks due in one stretch of time."""

    title: str
    count: int
    rows: Sequence[TaskRow]
    more: Link | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A file of a dossier; `seen` is when the reader opened it last. A quarantined file has no url."""

    name: str
    url: str
    size: int
    about: str = ""
    seen: datetime | None = None
    refused: str = ""
    key: str = ""
    """names the stored file where a form carries it on"""
    added: str = ""
    """who brought it, and when"""
    hash: str = ""
    """SHA-256, by which a copy elsewhere is compared with it"""
    look: str = ""
    """where the browser shows it; empty for what can only be saved"""


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A kind of paper on a list's page: how it stands, where its formats are, what can be done with it."""

    key: str
    name: str
    state: str
    links: Sequence[Link] = ()
    draw: Act | None = None
    edited_url: str = ""
    """where an edited DOCX is sent, or nothing"""
    edited_hint: str = ""
    """what is done with it, where that is not said of a list"""
    signed_url: str = ""
    checks: Sequence[Check] = ()
    earlier: Sequence[Link] = ()
    """the files of earlier versions"""
    versions_before: int = 0
    """how many versions those are: one is drawn up as PDF and DOCX"""
    sign: Act | None = None
    """signing with a key file, which asks for its passphrase"""


@dataclass(frozen=True, slots=True)
class PaperBlock:
    """The papers of a list, a name or a matter on a page, and what stands below them."""

    rows: Sequence[PaperRow]
    note: str = ""
    certificates: Link | None = None
    bundle: Link | None = None
    words: Mapping[str, Any] | None = None
    """what the one paper says (`service/papers/wording.py`), for who signs or reads it on the page itself"""
    words_note: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """One criterion: the unit's own score, the unit meeting's, the office's; `part` is the field it is typed into.

    Totals are of scores times their `weight`.
    """

    code: str
    words: str
    own: float | None = None
    meeting: float | None = None
    office: float | None = None
    maximum: float = 10
    evidence: Link | None = None
    note: str = ""
    wrong: str = ""
    part: Part | None = None
    weight: float = 1

    def weighed(self, column: str) -> float | None:
        """A score of this criterion (own, meeting, office, gap) as it counts in the total: left empty, the own one stands."""
        score: float | None = getattr(self, column)
        if column == "office" and score is None and self.part is not None:
            score = self.own
        return None if score is None else score * self.weight

    @property
    def gap(self) -> float | None:
        """The office's score less the unit's own."""
        return None if self.own is None or self.office is None else self.office - self.own


@dataclass(frozen=True, slots=True)
class Act:
    """Something the reader may do. `level`: main (one a page), second, text, takes (asks for a reason).

    `why_not` says in words why it cannot be done yet; the button then stays in the tab order. `effect` is what a
    dialog says before it is done ("Gạch tên Đỗ Hừng Đông? Còn ký 70 tên, …"); `asks` labels the reason it wants.
    An act in a row has a `page_url` for those (`pages/confirm.html`), so that a long list needs only one dialog.
    """

    words: str
    url: str
    key: str
    level: str = "second"
    icon: str = ""
    why_not: str = ""
    effect: str = ""
    asks: str = ""
    hidden: Mapping[str, str] = field(default_factory=dict)
    method: str = "post"
    page_url: str = ""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The small form in which the holder of a task says when to look at it again; `value` is the day as it stands."""

    url: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """Somebody's own words on a page, as they were typed: who, when, for whom; `gone` says in their place that they are no more."""

    key: str
    who: str
    when: datetime
    words: str = ""
    gone: str = ""
    tags: Sequence[Tag] = ()
    note: str = ""
    link: Link | None = None
    """Where something can be done about them."""


@dataclass(frozen=True, slots=True)
class Talk:
    """Remarks and the form for one more, where the reader may write (`url`); `why_not` says in words why not."""

    remarks: Sequence[Remark]
    url: str = ""
    people_url: str = ""
    """Gives the names that may follow an @."""
    names_link: Link | None = None
    """Where all these names stand, for who has no script."""
    may_inside: bool = False
    inside: bool = False
    typed: str = ""
    wrong: str = ""
    hidden: Mapping[str, str] = field(default_factory=dict)
    more: Link | None = None
    longest: int = 2000


@dataclass(frozen=True, slots=True)
class LineField:
    """One more thing that an act asks of a line: votes, the name as printed. `kind`: text, number, date, select."""

    name: str
    label: str
    value: str = ""
    kind: str = "text"
    options: Sequence[tuple[str, str]] = ()
    readonly: bool = False


@dataclass(frozen=True, slots=True)
class ListLine:
    """One line of a list object: who, second line, cells in the order of the columns, notes, acts on this line."""

    key: str
    number: str
    who: str
    second: str = ""
    cells: Sequence[str] = ()
    notes: Sequence[Check] = ()
    state: str = ""
    """empty, needs_look, wrong or struck"""
    acts: Sequence[Act] = ()
    url: str = ""
    picks: bool = False
    picked: bool = False
    choices: Sequence[tuple[str, str]] = ()
    """values and words of the result to be chosen on this line"""
    choice: str = ""
    reason: str = ""
    asks_reason: bool = False
    wrong: str = ""
    fields: Sequence[LineField] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list; `figures` sets it right in figures of one width."""

    words: str
    figures: bool = False


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum to sign: "70 tên", "60.720.000 đồng", "3 lưu ý" (level warn)."""

    figure: str
    words: str
    level: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """A row of the round's funnel: how many names came so far, and what still lies there."""

    words: str
    count: int
    rest: str = ""
    now: bool = False
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """Long work: "42 trong 70", and what the reader may do meanwhile; `poll_url` gives the part anew, `key` is its name on the page."""

    words: str
    done: int
    total: int
    note: str = ""
    poll_url: str = ""
    key: str = "progress"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a plain table with words, an own second line and perhaps a link or a tag; `folded` opens under `fold_words`."""

    words: str
    second: str = ""
    url: str = ""
    figures: bool = False
    tag: Tag | None = None
    due: Due | None = None
    folded: Sequence[Fact] = ()
    fold_words: str = ""
    vietnamese: bool = False
    """Somebody's own words, which no translation has: said to be Vietnamese on a page in another language."""


@dataclass(frozen=True, slots=True)
class Table:
    """A plain table; the first cell of a row says who or what. `row_acts` stand at the end of each row."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    caption: str
    row_acts: Sequence[Sequence[Act]] = ()
    foot: Sequence[Cell] = ()
    even: bool = False
    """Whether its figures stand below those of the tables above it, whatever its words are."""

    @property
    def takes_the_keyboard(self) -> bool:
        """Whether there is a link or a button in it; else the box in which it moves sideways has to take the keyboard itself."""
        return any(self.row_acts) or any(cell.url or cell.folded for row in self.rows for cell in row)


@dataclass(frozen=True, slots=True)
class Empty:
    """Says what will come and when, with at most one act."""

    title: str
    words: str
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A line of a first page: how many, of what, how urgent (`level` ok, warn, bad), and where it is done."""

    count: int
    words: str
    url: str
    second: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A section of a first page: its title, and whatever of these it has, in this order."""

    title: str
    links: Sequence[Link] = ()
    words: str = ""
    checks: Sequence[Check] = ()
    facts: Sequence[Fact] = ()
    stages: Sequence[Stage] = ()
    work: Sequence[WorkRow] = ()
    chart: Chart | None = None
    """Drawn beside the table, which says the same."""
    table: Table | None = None
    lines: Sequence[Cell] = ()
    acts: Sequence[Act] = ()
    empty: Empty | None = None
    key: str = ""
    most: int = 0
    """How many rows of `work` and `lines` are shown; those that follow unfold. 0: all."""
    anew: tuple[str, str] | None = None
    """Where it is drawn anew by itself, by its key, and at what: `every 60s`, say."""
