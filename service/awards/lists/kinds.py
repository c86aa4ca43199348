"""What a kind of list is: its states, its acts, whom it asks; the register that the subject modules fill.

Plain values. What is done with them stands in the other modules of this package.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from forms import Form
from service.actor import Actor
from service.awards.due import Due
from service.awards.line_data import LineData
from service.awards.models import Line, List, Nomination
from service.errors import NotFound


@dataclass(frozen=True, slots=True)
class LineInput:
    """What a person says of one line."""

    nomination: int
    result: str | None = None
    reason: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """A value that a line may take in an act."""

    value: str
    label: str
    label_en: str
    needs_reason: bool = False
    message: str | None = ""
    """Message sent for this value; "" = the act's own, None = none."""
    follows: str = ""
    """What follows, in words, for the second line of a choice."""


@dataclass(slots=True)
class Acting:
    """An act under way, for its effect: the rows under lock, what was typed, and what to send."""

    s: Session
    list: List
    act: Act
    lines: Sequence[tuple[Line, Nomination, LineInput]]
    fields: dict[str, Any]
    by: Actor
    at: datetime
    behalf: int | str | None = None
    """In whose place: the account that named a substitute, or the name of the body that is kept away."""
    payloads: dict[int, dict[str, Any]] = field(default_factory=dict)
    """Nomination → what its message carries besides `result`."""
    silent: set[int] = field(default_factory=set)
    """Nominations whose message is not sent by this act (the name still waits for another letter)."""
    instead: dict[int, dict[str, Any]] = field(default_factory=dict)
    """Nomination → what its message has in place of the act's: name, key, urgent."""
    first: Sequence[dict[str, Any]] = ()
    """Messages that go out ahead of the act's own."""
    extra: dict[str, Any] = field(default_factory=dict)
    """Goes into the trail's event."""
    was: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    """Nomination → the data of its line before this act."""
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    """What the act changed, for the trail's event: the values before and after it."""
    state: str | None = None
    """State that the list takes, where the effect decides it."""
    entered: dict[str, str] = field(default_factory=dict)
    """Where the office enters it for a unit: which unit, by which incoming paper (office.md, point 5)."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that can be done with a kind of list."""

    name: str
    label: str
    """What the button says; the number of names follows."""
    label_en: str
    right: str
    """Act of the matrix of rights; for which units it counts, says the kind's `units`."""
    states: tuple[str, ...]
    to: str | None = None
    results: tuple[Result, ...] = ()
    message: str | None = None
    waits: tuple[str, ...] = ()
    """Elements at which a line must stand; empty = any."""
    after: tuple[str, ...] = ()
    """Messages that, while queued, count as the line standing there already."""
    held_allowed: bool = False
    form: str | None = None
    """Form of the act's own fields, `forms/acts/NAME.form`."""
    line: type[LineData] = LineData
    """What may be said of a line besides result and reason."""
    concerns: bool = True
    """Whether it is kept from whom a name concerns; not so what only passes papers on, or asks for oneself."""
    splits: bool = False
    """Whether names that concern who acts go to a list of their own, for the substitute."""
    own_office: bool = False
    """Whether it judges a name, so that no officer does it for the own office."""
    hands: int = 1
    """How many different people must do it."""
    keeps: bool = True
    """Whether result, reason and data are written on the line at once; an act of two hands keeps them apart."""
    partial: bool = False
    """Whether it may take some of the lines only."""
    left: str = "stays"
    """What becomes of lines that it does not take: `stays` on the list, for this act later, or `leaves` for another list."""
    also: tuple[str, ...] = ()
    """Messages that its effect may send in place of its own."""
    records: bool = False
    """Its results are only kept, for a later act to send: they must be values of the wait all the same."""
    ended_allowed: bool = False
    fits: Callable[[Line, Collection[str]], bool] | None = None
    """Whether a line, with the elements at which its name stands, is one for the act; None: every line is."""
    refuses: Callable[[Nomination, LineInput], tuple[str, str] | None] | None = None
    """Why a name may not take what is said of it, in both languages, whatever its wait; None: nothing stands against it."""
    informs: Callable[[Line], bool] = lambda line: False
    """Whether it only tells of a line: the name need not stand anywhere, and no message is sent about it."""
    urgent: bool = False
    no_lines: bool = False
    """Acts on the list itself (number, format check)."""
    only: tuple[str, ...] = ()
    """Takes only lines that carry one of these results already."""
    but: Mapping[str | None, tuple[str, str]] = field(default_factory=dict)
    """Results of lines that it takes no more → why, in both languages."""
    effect: Callable[[Acting], None] | None = None
    open_to: Callable[[Actor, List], bool] = lambda by, row: True
    """Whether it is somebody's in the list's state, where its right alone does not say so."""
    enter: str = ""
    """Right with which the office enters it for a unit that files on paper, with number, date and scan."""
    anew: bool = False
    """Whether doing it again in the same state is an act of its own: what it looks at may have changed."""
    driven: bool = False
    """Whether a process does it, by the right of whoever did the step; no door does."""
    aside: bool = False
    """Offered beside what the list waits for, never as that."""
    told: str = ""
    """What the result page says; `{n}` is how many, `{names}` how many names."""
    told_en: str = ""

    def means(self, line: Line) -> bool:
        """Whether a line may be one for this act, by the result that it carries."""
        return (not self.only or line.result in self.only) and line.result not in self.but

    @property
    def messages(self) -> set[str]:
        """Names of the messages that end a line's wait when this act sends them."""
        return {m for m in (self.message, *self.also, *(r.message for r in self.results)) if m}

    @property
    def checks_values(self) -> bool:
        """Whether a line's result must be one of the values of the wait at which it stands."""
        return bool(self.results and self.waits and (self.message or self.records))


@dataclass(frozen=True, slots=True)
class ListTask:
    """What a list in some state asks of whom: a row in the same inbox as user tasks."""

    act: str
    label: str
    group: Callable[[List], str]
    """Group that is asked, or several with blanks between."""
    due: str | None = None
    """Calendar key, or None: the list's own due time."""
    when: tuple[str, ...] = ()
    """Asked only while a line stands at one of these elements."""
    parts: Callable[[Session, List], Mapping[str, str]] | None = None
    """Asked of several units, each by a task of its own: unit ("" for none) → groups; who has done it is left out."""
    until: Callable[[List], datetime | None] | None = None
    """Due time from what the list itself knows, in place of calendar and own due time."""
    tell: str = ""
    """Groups that are reminded, where not all who may act are to be."""
    follows: bool = False
    """Whether its day moves where somebody set another due day for all its names alone, in the subprocess in which they wait."""


@dataclass(frozen=True, slots=True)
class ListKind:
    """A kind of list: its states, its acts, whom it asks, who may see it."""

    name: str
    label: str
    label_en: str
    states: Mapping[str, str]
    start: str
    acts: tuple[Act, ...]
    tasks: Mapping[str, tuple[ListTask, ...]] = field(default_factory=dict)
    units: Callable[[List], Iterable[int | None]] = lambda row: (row.unit_id,)
    """Units for which a right of units, heads or agencies counts on this very list."""
    gathers: tuple[str, ...] = ()
    """Elements at which nominations wait to be put on such a list."""
    asks: str = ""
    """Kind of unit that such a list is drawn up for, one list a unit; empty where it is for none."""
    alone: bool = True
    """Whether a nomination stands on one open list of the kind at a time; one letter an agency is the exception."""
    apart: bool = False
    """Whether its own subject plans it, with more than names (a session's day, place and roll); no door draws it up."""
    rivals: tuple[str, ...] = ()
    """Other kinds that take names from the same wait: a name stands on one open list of all of them."""
    shown: Callable[[Actor, List], Mapping[str, Any]] = lambda by, row: row.data
    """What somebody who may see the list is shown of its data."""
    out: Callable[[List], bool] = lambda row: True
    """Whether those outside the office who have the right `NAME.read` see the list in its state."""
    public: Callable[[List], bool] = lambda row: False
    """Whether it is published: who has the right `NAME.read_published` sees the names that stand on it."""
    made: str | None = "drafted"
    """Word of the trail for making one; None where the first act tells it."""
    due: Due | None = None
    """Own due time of a list that is made, where the round's calendar gives none."""
    parents: Callable[[Session, Sequence[int]], Mapping[int, int | None]] | None = None
    """Earlier list that each nomination was sent back from; names of one origin only make a list together."""
    frees: Callable[[str, str], bool] = lambda state, result: False
    """Whether a line's result on a list in this state lets its name stand on another list of the kind."""
    standing: Callable[[List, Sequence[Line]], str] = lambda row, live: row.state
    """State of the list by the lines that are left, when one has left it between acts."""
    on_left: Callable[[Session, List, Sequence[Nomination], Actor], None] | None = None
    """Where names go on that an act left out and that leave the list, unless somebody draws up another."""
    worded: Callable[[List], ListKind | None] = lambda row: None
    """The same kind in the words and forms of another way of doing it, for a list that goes that way."""
    given: Callable[[List, Actor], dict[str, Any]] = lambda row, by: {}
    """What the forms of its acts may read besides the list's own fields."""

    def act(self, name: str) -> Act:
        """One act by its name; NotFound for an unknown one."""
        for act in self.acts:
            if act.name == name:
                return act
        raise NotFound("Không có thao tác này.", "There is no such act.")


PAST = {
    "minutes": "minutes_filed", "sign": "signed", "take_late": "late_allowed", "return": "returned",
    "sign_supplement": "resubmitted", "send": "sent", "answer": "answered", "post": "posted", "close": "closed",
    "key": "keyed", "prove": "proofed", "submit": "submitted", "check_form": "format_checked",
    "send_back": "sent_back", "issue": "issued", "publish": "published", "hand_over": "handed_over", "pay": "paid",
    "note_opinion": "opinion_noted", "issue_rest": "issued", "take_off": "line_removed", "propose": "proposed",
    "decide": "decided",
    "settle": "settled", "weigh": "weighed", "invite": "invited", "open": "opened", "adjourn": "adjourned",
    "put_off": "put_off",
    "finish": "finished", "sign_minutes": "minuted", "call_off": "called_off",
    "file": "received", "enter": "received", "take_paper": "paper_taken", "verify": "held", "conclude": "concluded",
    "withdraw": "withdrawn", "take_back": "object_recovered",
    "record": "recorded", "pay_back": "money_recovered", "write_off": "written_off",
}
"""Act → its word in the trail: what is told is past."""
BESIDE = {
    "withdrawal": "file", "recipient_change": "file", "review_request": "file", "hold": "suspend", "cancellation": "cancel",
    "revocation": "propose", "amendment": "propose", "reprint": "write_off",
}
"""Kinds of list that somebody can file for one nomination beside its path → the act that files it."""
SHEETS = ("petition",)
"""Kinds that stand beside a nomination as well, and that a process alone files and moves."""
KINDS: dict[str, ListKind] = {}


def kind_of(row: List) -> ListKind:
    """The kind of a list, in the words of the way that it goes."""
    kind = KINDS[row.kind]
    return kind.worded(row) or kind


told_by_mail: dict[str, Callable[[Sequence[Nomination], str], None]] = {}
"""Message → letters about the names that an act sends it to, queued with it: (names, key of the act)."""
before_acts: list[Callable[[List, Act, Mapping[str, Any]], None]] = []
"""Asked before an act does anything, once its state is right; each may refuse it. Parts above register theirs."""
after_acts: list[Callable[[Session, List, Act, Mapping[str, Any]], None]] = []
"""Told of an act that was done, in its transaction: (session, list, act, its fields). Parts above register theirs."""
act_forms: dict[str, Form] = {}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act did: how many lines, what was left out and why, and whether it was only a repetition."""

    list_id: int
    act: str
    done: int
    left_out: tuple[dict[str, Any], ...]
    state: str
    version: int
    repeated: bool = False


EMPTY = "empty"
"""State of a list that ended because no name was left on it."""
ENDED_STATES: dict[str, tuple[str, ...]] = {}
"""Kind → states in which a list takes its lines no further."""
