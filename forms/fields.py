"""The tree of a compiled form: what a page draws and what the check walks.

Plain data. `Field` is the form as designed; `Part` is the same place on one page: with its value, its errors,
its rows and whether it is shown now. `forms.view.lay_out` makes parts from fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias

from forms.conditions import Condition
from forms.problems import FieldError

#: What an option may stand for in form-js, less objects: they cannot be posted by a page without JavaScript.
OptionValue: TypeAlias = str | int | float | bool

SINGLE_CHOICE = frozenset({"radio", "select"})
MANY_CHOICE = frozenset({"checklist", "taglist"})
CHOICE = SINGLE_CHOICE | MANY_CHOICE
#: Components of form-js that hold an answer.
KEYED = CHOICE | {"textfield", "textarea", "number", "datetime", "checkbox", "filepicker", "expression"}
CONTAINERS = frozenset({"group", "dynamiclist"})
#: Components that only show something.
DISPLAY = frozenset({"text", "image", "table", "spacer", "separator", "button"})
KINDS = KEYED | CONTAINERS | DISPLAY


@dataclass(frozen=True, slots=True)
class Option:
    """One choice; `follows` is its second line: what happens if this is chosen, or what is known of it.

    `closed` says why it cannot be chosen this time; draw it disabled with that sentence.
    """

    value: OptionValue
    label: str
    follows: str = ""
    closed: str = ""
    label_en: str = ""
    follows_en: str = ""
    """English of an option that `given` brings; the schema's stands in its properties."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a `table` component."""

    key: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One component of a form. Empty text means: not given."""

    id: str
    kind: str  # the form-js type, one of KINDS; "form" for the root
    key: str = ""  # as written in the schema; may have dots: "facts.path"
    #: Where its answer lies from the root, "*" for a row number: ("evidence", "*", "link"). A container
    #: without a path has its parent's. Display components have none: ().
    path: tuple[str, ...] = ()
    label: str = ""  # may be a template: see forms.templates
    description: str = ""
    text: str = ""  # of a text component: Markdown, see forms.templates
    hint: str = ""  # properties.hint, shown under the label
    prefix: str = ""  # appearance.prefixAdorner
    suffix: str = ""  # appearance.suffixAdorner
    default: Any = None
    required: bool = False
    disabled: bool = False  # neither demanded nor stored
    readonly: bool = False  # shown; its answer is what stood there before
    hide: Condition | None = None
    must: Condition | None = None  # properties.must: what an answer, or the rows of a list, have to meet
    # text
    min_length: Condition | int | None = None
    max_length: Condition | int | None = None
    pattern: str = ""  # re2; matched anywhere in the text, as form-js does
    pattern_message: str = ""
    pattern_message_en: str = ""
    validation_type: str = ""  # "email" | "phone"
    # number
    minimum: Condition | Decimal | None = None
    maximum: Condition | Decimal | None = None
    step: Decimal | None = None  # form-js `increment`
    decimals: int | None = None  # form-js `decimalDigits`
    as_text: bool = False  # form-js `serializeToString`
    # date and time
    subtype: str = ""  # "date" | "time" | "datetime"
    time_format: str = ""  # "no_timezone" | "utc_offset" | "utc_normalized"
    no_past: bool = False
    earliest: str = ""  # properties.earliest: "today", or a name in `given` or of a field that holds a day
    latest: str = ""  # properties.latest, likewise
    # choice
    options: tuple[Option, ...] = ()
    options_key: str = ""  # valuesKey: the list of options stands in `given`
    options_expression: Condition | None = None
    closed_when: Mapping[str, Condition] = field(default_factory=dict)  # properties.closedWhen.VALUE: when it cannot be chosen
    # file
    multiple: bool = False
    accept: tuple[str, ...] = ()  # ".pdf", "image/*", "application/pdf"
    # expression
    expression: Condition | None = None
    # table
    columns: tuple[Column, ...] = ()
    # image
    source: str = ""
    # button
    action: str = ""  # "submit" | "reset"
    # containers
    children: tuple[Field, ...] = ()
    min_rows: int = 0
    max_rows: int = 0
    start_rows: int = 1  # rows shown on an empty form
    may_add: bool = True
    show_outline: bool = False
    # layout: 16 columns to a row
    row: str = ""
    width: int | None = None
    properties: Mapping[str, str] = field(default_factory=dict)  # own properties of the form's author

    @property
    def is_amount(self) -> bool:
        """Whether it is a number that is written in groups of three: no year and no number of a paper (properties.grouped)."""
        return self.kind == "number" and self.properties.get("grouped") != "no"

    def option_words(self, value: Any) -> tuple[str, str] | None:
        """What a choice of the schema is called, in Vietnamese and in English; None for a value that is none of them."""
        for option in self.options:
            if str(option.value) == str(value):
                return option.label, self.properties.get(f"option.{option.value}.en") or option.label_en or option.label
        return None

    def walk(self) -> Iterator[Field]:
        """This field and all below it, in the order of the form."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One field as it stands on a page now."""

    field: Field
    kind: str
    path: str  # "A1.evidence.0.link", as in FieldError.path
    name: str  # "A1-evidence-0-link": name and DOM id of its input
    label: str  # templates filled in
    description: str  # of a text component: its Markdown, see forms.templates.blocks
    hint: str
    shown: bool  # False: hidden by its own condition or by one above
    required: bool
    value: Any = None  # as stored or as typed
    text: str = ""  # the same as a person types it: "8,5", "23/11/2026"
    texts: tuple[str, ...] = ()  # of many choices and files: each as text
    errors: tuple[FieldError, ...] = ()
    options: tuple[Option, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    min_length: int | None = None
    max_length: int | None = None
    parts: tuple[Part, ...] = ()  # of a group
    rows: tuple[tuple[Part, ...], ...] = ()  # of a dynamic list; of a table: empty, see `cells`
    blank: tuple[Part, ...] = ()  # a row to copy: its names have "__row__" where the number goes
    headings: tuple[str, ...] = ()  # of a table
    cells: tuple[tuple[str, ...], ...] = ()
    links: tuple[tuple[str, ...], ...] = ()  # of a table, beside `cells`: where a cell leads, "" for nowhere
    may_add: bool = False  # one more row is allowed
    may_remove: bool = False

    def is_chosen(self, option: Option) -> bool:
        """Whether this option is the answer, or one of the answers, now."""
        chosen = self.value if isinstance(self.value, list) else [self.value]
        return any(same_value(option.value, one) or str_of(option.value) == one for one in chosen)


def html_name(path: Sequence[str | int]) -> str:
    """Name of an input on the page: segments joined with hyphens, which no key has."""
    return "-".join(str(segment) for segment in path)


def dotted(path: Sequence[str | int]) -> str:
    """A path as people and programs read it: "A1.evidence.0.link"."""
    return ".".join(str(segment) for segment in path)


def same_value(one: Any, other: Any) -> bool:
    """Equality as JSON has it: true is not 1."""
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)


def str_of(value: OptionValue) -> str:
    """An option's value as a page posts it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
