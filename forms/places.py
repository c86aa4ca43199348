"""One set of answers laid over a form: a tree of places, with what was sent, what it reads as, and what is
hidden.

Hidden is settled here: a condition sees the answers of what is shown, as empty what is hidden. Since
conditions do not go in circles (`forms.cycles`), looking again until nothing changes comes to an end, and to
one end only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as initially
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from forms.compiler import Form
from forms.components import MOST_ROWS
from forms.conditions import environment
from forms.fields import KEYED, MANY_CHOICE, Field
from workflows.environment import Env
from workflows.feel import FeelError, to_json

MISSING: Any = object()

#: Rows of all lists of one answer.
MOST_ROWS_IN_ALL = 1_000
#: Entries of `given` with a meaning of their own, which no expression sees.
RESERVED = frozenset({"files", "answers", "closed"})

Path = tuple[str | int, ...]
#: A code of `forms.sentences` and what it fills in.
Fault = tuple[str, dict[str, Any]]


@dataclass(slots=True)
class Place:
    """One field in one row, or outside rows."""

    field: Field
    path: Path
    raw: Any = MISSING
    value: Any = None
    fault: Fault | None = None  # of reading only; limits are held by `forms.check`
    children: list[Place] = initially(default_factory=list)
    rows: list[Row] = initially(default_factory=list)
    hidden: bool = False
    scope: Mapping[str, Any] = initially(default_factory=dict, repr=False)

    def walk(self) -> Iterator[Place]:
        """This place and all below it in order, blank rows left out."""
        yield self
        for child in self.children:
            yield from child.walk()
        for row in self.rows:
            if not row.blank:
                for child in row.places:
                    yield from child.walk()


@dataclass(slots=True)
class Row:
    """One row of a dynamic list; a blank one is shown on the page and counts for nothing."""

    number: int
    places: list[Place]
    blank: bool


@dataclass(slots=True)
class Settled:
    """A form with answers, everything decided but the limits."""

    form: Form
    places: list[Place]
    given: Mapping[str, Any]
    env: Env
    today: date
    rows: int = 0  # of all lists, so that lists within lists stay bounded too
    #: Keys that the form does not have, and values where a group should stand: path and code.
    strays: list[tuple[Path, str]] = initially(default_factory=list)

    def walk(self) -> Iterator[Place]:
        """All places in the order of the form, blank rows left out."""
        for place in self.places:
            yield from place.walk()


def settle(
    form: Form, answers: Mapping[str, Any], *, today: date, given: Mapping[str, Any], env: Env | None = None
) -> Settled:
    """Lay answers over a form. Never raises for what was answered; bad values stand as faults in their
    places.
    """
    merged = dict(form.given)
    for name, value in given.items():
        usual = merged.get(name)
        merged[name] = (
            {**usual, **value} if isinstance(usual, Mapping) and isinstance(value, Mapping) else value
        )
    settled = Settled(form, [], merged, env or environment(today), today)
    root: Mapping[str, Any] = answers if isinstance(answers, Mapping) else {}
    settled.places = _places(settled, form.fields, root, (), ())
    _find_strays(form.fields, root, (), (), settled.strays)
    _decide(settled)
    return settled


def _places(
    settled: Settled,
    fields: tuple[Field, ...],
    container: Mapping[str, Any],
    base: Path,
    above: tuple[str, ...],
) -> list[Place]:
    return [_place(settled, one, container, base, above) for one in fields]


def _place(
    settled: Settled, one: Field, container: Mapping[str, Any], base: Path, above: tuple[str, ...]
) -> Place:
    own = one.path[len(above) :]
    place = Place(one, (*base, *own))
    if one.kind == "group":
        place.children = _places(settled, one.children, container, base, above)
    elif one.kind == "dynamiclist":
        place.raw = _look_up(container, own)
        _read_rows(settled, place)
    elif one.kind in KEYED and not one.disabled:
        place.raw = _before(settled, place.path, one) if one.readonly else _look_up(container, own)
        try:
            raw = None if place.raw is MISSING else place.raw
            place.value = settled.form.readers[one.id].validate_python(raw)
        except ValidationError as error:
            place.fault = fault_of(error)
    return place


def fault_of(error: ValidationError) -> Fault:
    """The code and details of a refused answer."""
    first = error.errors(include_url=False, include_input=False)[0]
    return first["type"], dict(first.get("ctx") or {})


def _read_rows(settled: Settled, place: Place) -> None:
    one = place.field
    raw = [] if place.raw is MISSING or place.raw is None else place.raw
    if not isinstance(raw, list):
        place.fault = ("not-a-list", {})
        return
    settled.rows += len(raw)
    if len(raw) > MOST_ROWS:
        place.fault = ("too-many-rows", {"count": len(raw), "limit": one.max_rows})
        return
    if settled.rows > MOST_ROWS_IN_ALL:
        place.fault = ("too-many-rows-in-all", {"limit": MOST_ROWS_IN_ALL})
        return
    for number, row in enumerate(raw):
        cells = row if isinstance(row, Mapping) else {}
        base = (*place.path, number)
        places = _places(settled, one.children, cells, base, (*one.path, "*"))
        place.rows.append(Row(number, places, blank=is_blank(row)))
        if not isinstance(row, Mapping) and not is_blank(row):
            settled.strays.append((base, "not-an-object"))
        _find_strays(one.children, cells, base, (*one.path, "*"), settled.strays)


def is_blank(raw: Any) -> bool:
    """Whether nothing was answered in it."""
    if isinstance(raw, Mapping):
        return all(is_blank(one) for one in raw.values())
    if isinstance(raw, list):
        return all(is_blank(one) for one in raw)
    return raw is None or raw is False or (isinstance(raw, str) and not raw.strip())


def _look_up(container: Any, path: tuple[str, ...]) -> Any:
    for segment in path:
        if not isinstance(container, Mapping) or segment not in container:
            return MISSING
        container = container[segment]
    return container


def _before(settled: Settled, path: Path, one: Field) -> Any:
    """The answer of a read-only field: what stood there before (`given["answers"]`), else its default."""
    found = settled.given.get("answers")
    for segment in path:
        inside = (
            found if isinstance(found, Mapping) else dict(enumerate(found)) if isinstance(found, list) else {}
        )
        if segment not in inside:
            return one.default
        found = inside[segment]
    return found


def _find_strays(
    fields: tuple[Field, ...],
    container: Mapping[str, Any],
    base: Path,
    above: tuple[str, ...],
    found: list[tuple[Path, str]],
) -> None:
    """Name keys that no field has, and values that stand where a group should."""
    tree: dict[str, Any] = {}
    for path in _claimed(fields, len(above)):
        branch = tree
        for segment in path[:-1]:
            branch = branch.setdefault(segment, {})
        branch[path[-1]] = None

    def compare(raw: Mapping[str, Any], branch: dict[str, Any], at: Path) -> None:
        for key, value in raw.items():
            if key not in branch:
                found.append(((*at, str(key)[:60]), "unknown-key"))
            elif branch[key] is not None:
                if isinstance(value, Mapping):
                    compare(value, branch[key], (*at, key))
                elif value is not None:
                    found.append(((*at, key), "not-an-object"))

    compare(container, tree, base)


def _claimed(fields: tuple[Field, ...], depth: int) -> Iterator[tuple[str, ...]]:
    for one in fields:
        if one.kind in KEYED or one.kind == "dynamiclist":
            yield one.path[depth:]
        elif one.kind == "group":
            yield from _claimed(one.children, depth)


# What is hidden, and what is computed
# ---------------------------------------------------------------------------


def _decide(settled: Settled) -> None:
    """Look at every condition and compute every expression until nothing changes."""
    conditional = sum(one.hide is not None or one.kind == "expression" for one in settled.form.walk())
    for _ in range(conditional + 2):
        if not _look_once(settled):
            return


def _look_once(settled: Settled) -> bool:
    scope: dict[str, Any] = {}
    inner: dict[int, dict[str, Any]] = {}
    _fill(settled.places, scope, 0, inner, hidden=False)
    outside = {name: value for name, value in settled.given.items() if name not in RESERVED}
    data = {**outside, **scope}

    def look(places: list[Place], seen: Mapping[str, Any], here: Any, rows: list[int], hidden: bool) -> bool:
        changed = False
        for place in places:
            place.scope = seen
            one = place.field
            now = hidden or (one.hide is not None and one.hide.holds(seen, settled.env))
            changed |= now is not place.hidden
            place.hidden = now
            if one.expression and one.kind == "expression" and not now:
                changed |= _compute(place, settled.env)
            changed |= look(place.children, seen, here, rows, now)
            for row in place.rows:
                cells = inner[id(row)]
                numbers = [*rows, row.number + 1]
                changed |= look(row.places, _context(data, cells, here, numbers), cells, numbers, now)
        return changed

    return look(settled.places, _context(data, scope, None, []), scope, [], False)


def _context(data: Mapping[str, Any], this: Any, parent: Any, rows: list[int]) -> dict[str, Any]:
    """What an expression sees: a field named like a special name wins, but not over its form with
    underscores.
    """
    special = {"this": this, "parent": parent, "i": rows}
    return {**special, **data, **{f"_{name}_": value for name, value in special.items()}}


def _fill(
    places: list[Place], target: dict[str, Any], depth: int, inner: dict[int, dict[str, Any]], *, hidden: bool
) -> None:
    """Write the values of what is shown into the scope; what is hidden or cannot be read stands as empty."""
    for place in places:
        gone = hidden or place.hidden
        if place.field.kind == "group":
            _fill(place.children, target, depth, inner, hidden=gone)
        elif place.field.kind == "dynamiclist":
            rows = []
            for row in place.rows:
                cells: dict[str, Any] = {}
                inner[id(row)] = cells
                _fill(row.places, cells, len(place.path) + 1, inner, hidden=gone)
                if not row.blank and not gone:
                    rows.append(cells)
            put(target, place.path[depth:], rows)
        elif place.field.kind in KEYED:
            put(target, place.path[depth:], empty_of(place.field) if gone else plain(place))


def _compute(place: Place, env: Env) -> bool:
    before = (place.value, place.fault)
    try:
        assert place.field.expression
        place.value, place.fault = to_json(place.field.expression.value(place.scope, env)), None
    except FeelError:
        place.value, place.fault = None, ("cannot-compute", {})
    return (place.value, place.fault) != before


def empty_of(one: Field) -> Any:
    """What form-js keeps where nothing was answered."""
    if one.kind in ("textfield", "textarea"):
        return ""
    if one.kind in MANY_CHOICE or one.kind == "filepicker":
        return []
    return False if one.kind == "checkbox" else None


def plain(place: Place) -> Any:
    """The value as plain JSON."""
    value = place.value
    if value is None:
        return empty_of(place.field)
    if isinstance(value, Decimal):
        if place.field.as_text:
            return f"{value:f}"
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def put(target: dict[str, Any], path: Path, value: Any) -> None:
    for segment in path[:-1]:
        target = target.setdefault(str(segment), {})
    target[str(path[-1])] = value
