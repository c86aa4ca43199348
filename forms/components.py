"""One component of a form-js schema read into a Field, or named as a problem.

What form-js knows and this service refuses (html, iframe, documentPreview, scripts) is refused by name,
everything unknown too. The whole form's rules (decision, cycles, size) are the compiler's.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from forms.conditions import Condition, compile_condition
from forms.fields import CONTAINERS, DISPLAY, KEYED, KINDS, Column, Field, Option, dotted
from forms.patterns import compile_pattern
from forms.problems import FormProblem
from workflows.feel import FeelError

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}(\.[A-Za-z][A-Za-z0-9_]{0,63}){0,5}")

#: Components of form-js that are not taken, with the reason.
REFUSED: dict[str, tuple[str, str]] = {
    "html": ("chứa mã HTML tùy ý; dùng text", "holds free HTML; use text"),
    "iframe": ("nhúng trang ngoài", "embeds a foreign page"),
    "documentPreview": ("tải tệp từ địa chỉ ngoài", "loads files from foreign addresses"),
}
#: What properties.earliest and latest call the day of the check.
TODAY = "today"
#: Rows of a dynamic list unless properties.maxRows says otherwise; no form may ask for more than MOST_ROWS.
USUAL_ROWS, MOST_ROWS = 100, 300


class Known:
    """What is known of a form while it is read: names for expressions, claimed paths, problems found."""

    def __init__(self, tree: Mapping[str, Any], given: Mapping[str, Any]) -> None:
        self.problems: list[FormProblem] = []
        self.given = frozenset(given)
        self.ids: set[str] = set()
        self.leaves: set[tuple[str, ...]] = set()
        self.lists: set[tuple[str, ...]] = set()
        self._names: dict[tuple[str, ...], Collection[str]] = {}
        self._collect(tree, ())
        self.paths = self.leaves | self.lists

    def _collect(self, component: Mapping[str, Any], base: tuple[str, ...]) -> None:
        """Claim every answer's path before any expression is compiled, since expressions may look ahead."""
        kind = component.get("type")
        if not isinstance(kind, str):
            kind = ""  # said when it is read
        name = component.get("key") if kind in KEYED else component.get("path")
        path = base
        if (kind in KEYED or kind in CONTAINERS) and isinstance(name, str) and _KEY.fullmatch(name):
            path = (*base, *name.split("."))
            if kind in KEYED or kind == "dynamiclist":
                self._claim(path, name, is_list=kind == "dynamiclist")
        if kind == "dynamiclist":
            path = (*path, "*")
        children = component.get("components")
        for child in children if isinstance(children, list) else []:
            if isinstance(child, Mapping):
                self._collect(child, path)

    def _claim(self, path: tuple[str, ...], name: str, *, is_list: bool) -> None:
        taken = self.leaves | self.lists
        if path in taken or any(
            other[: len(path)] == path
            or (path[: len(other)] == other and not (other in self.lists and path[len(other)] == "*"))
            for other in taken
        ):
            self.blame(
                name,
                "path-taken",
                f"Mục {dotted(path)} trùng đường dẫn với mục khác. Đặt tên khác.",
                f"The path {dotted(path)} is taken by another field. Choose another key.",
            )
        (self.lists if is_list else self.leaves).add(path)

    def blame(self, key: str | None, code: str, message: str, message_en: str) -> None:
        """Note a problem."""
        self.problems.append(FormProblem(key, code, message, message_en))

    def names_at(self, path: tuple[str, ...]) -> Collection[str]:
        """Names and dotted paths that an expression at this place may use."""
        rows = [place for place, segment in enumerate(path) if segment == "*"]
        row = path[: rows[-1] + 1] if rows else ()
        if row not in self._names:
            above = path[: rows[-2] + 1] if len(rows) > 1 else ()
            outer = {dotted(other) for other in self.paths if "*" not in other}
            self._names[row] = outer | self.given | self._below("this", row) | self._below("parent", above)
        return self._names[row]

    def _below(self, word: str, base: tuple[str, ...]) -> set[str]:
        inner = {dotted(other[len(base) :]) for other in self.paths if other[: len(base)] == base}
        return {f"{name}.{path}" for path in inner for name in (word, f"_{word}_")}


def read_component(raw: Mapping[str, Any], known: Known, base: tuple[str, ...], *, depth: int) -> Field:
    """Read one component and all below it; problems go to `known`, and the field may then be partial."""
    kind = "form" if depth == 0 else raw.get("type")
    name = _name(raw, depth)
    if depth and (not isinstance(kind, str) or kind not in KINDS):
        _blame_kind(kind, name, known)
        return Field(id=name, kind="spacer")
    assert isinstance(kind, str)
    reading = _Reading(raw, name, known, kind)
    path = _path(reading, base)
    common: dict[str, Any] = {
        "id": reading.identity(),
        "kind": kind,
        "key": raw["key"] if kind in KEYED and isinstance(raw.get("key"), str) else "",
        "path": path,
        "label": _label(reading),
        "description": reading.text("description"),
        "properties": reading.properties,
        "hint": reading.properties.get("hint", ""),
        "hide": reading.hide(path),
    }
    layout = raw.get("layout")
    if isinstance(layout, Mapping):
        common["row"] = layout["row"] if isinstance(layout.get("row"), str) else ""
        columns = layout.get("columns")
        common["width"] = columns if isinstance(columns, int) and 2 <= columns <= 16 else None
    if kind in KEYED:
        common.update(_answer(reading, path))
    elif kind in DISPLAY:
        common.update(_display(reading))
    if kind in KEYED or kind == "dynamiclist":
        common["must"] = reading.must(path)
    below = (*path, "*") if kind == "dynamiclist" else path
    if kind == "dynamiclist":
        common.update(_rows(reading))
    if kind in CONTAINERS or kind == "form":
        common["show_outline"] = raw.get("showOutline") is not False
        children = raw.get("components", [])
        if not isinstance(children, list) or not all(isinstance(child, Mapping) for child in children):
            reading.blame(
                "components", '"components" phải là danh sách.', '"components" must be a list of objects.'
            )
            children = []
        common["children"] = tuple(read_component(child, known, below, depth=depth + 1) for child in children)
    return Field(**common)


def _name(raw: Mapping[str, Any], depth: int) -> str:
    for word in ("key", "path", "id"):
        if isinstance(raw.get(word), str) and raw[word]:
            return str(raw[word])[:100]
    return str(raw.get("type", "?"))[:100] if depth else "form"


def _blame_kind(kind: object, name: str, known: Known) -> None:
    if isinstance(kind, str) and kind in REFUSED:
        reason, reason_en = REFUSED[kind]
        known.blame(
            name,
            "refused-component",
            f"Không dùng mục loại {kind}: {reason}.",
            f"The component {kind} is refused: it {reason_en}.",
        )
    else:
        known.blame(
            name,
            "unknown-component",
            f"Không có loại mục {str(kind)[:40]}. Dùng: {', '.join(sorted(KINDS))}.",
            f"There is no component {str(kind)[:40]}. Use one of: {', '.join(sorted(KINDS))}.",
        )


def _path(reading: _Reading, base: tuple[str, ...]) -> tuple[str, ...]:
    raw, kind = reading.raw, reading.kind
    if kind in DISPLAY or kind == "form":
        return () if kind in DISPLAY else base
    word = "key" if kind in KEYED else "path"
    name = raw.get(word)
    if kind == "group" and not name:
        return base
    if not isinstance(name, str) or not _KEY.fullmatch(name):
        reading.blame(
            "bad-key",
            f'"{word}" của mục {reading.name} chưa đúng. Dùng chữ không dấu, số, gạch dưới; chữ đứng đầu.',
            f"The {word} of {reading.name} is not usable. Use letters, digits, underscores; a letter first.",
        )
        return base
    return (*base, *name.split("."))


def _label(reading: _Reading) -> str:
    if reading.kind == "datetime":
        names = (
            ("dateLabel", "timeLabel") if reading.raw.get("subtype") != "time" else ("timeLabel", "dateLabel")
        )
        return reading.text(names[0]) or reading.text(names[1]) or reading.text("label")
    return reading.text("label")


def _answer(reading: _Reading, path: tuple[str, ...]) -> dict[str, Any]:
    """Attributes of a component that holds an answer."""
    raw, kind = reading.raw, reading.kind
    validate = reading.mapping("validate")
    appearance = reading.mapping("appearance")
    found: dict[str, Any] = {
        "required": reading.flag(validate, "required"),
        "disabled": reading.flag(raw, "disabled"),
        "readonly": reading.flag(raw, "readonly"),
        "default": raw.get("defaultValue"),
        "prefix": str(appearance.get("prefixAdorner") or ""),
        "suffix": str(appearance.get("suffixAdorner") or ""),
    }
    if kind in ("textfield", "textarea"):
        found.update(_text_limits(reading, validate, path))
    elif kind == "number":
        found["minimum"] = reading.bound(validate, "min", path)
        found["maximum"] = reading.bound(validate, "max", path)
        found["step"] = reading.decimal(raw, "increment", positive=True)
        found["decimals"] = reading.count(raw, "decimalDigits", 15)
        found["as_text"] = reading.flag(raw, "serializeToString")
    elif kind == "datetime":
        found["subtype"] = reading.one_of("subtype", ("date", "time", "datetime"), "date")
        formats = ("no_timezone", "utc_offset", "utc_normalized")
        usual = "" if found["subtype"] == "date" else "utc_offset"
        found["time_format"] = reading.one_of("timeSerializingFormat", formats, usual)
        found["no_past"] = reading.flag(raw, "disallowPassedDates")
        found["earliest"] = _day_limit(reading, "earliest", path)
        found["latest"] = _day_limit(reading, "latest", path)
    elif kind in ("radio", "select", "checklist", "taglist"):
        found.update(_options(reading, path))
        found["closed_when"] = _closed_when(reading, path, found.get("options", ()))
    elif kind == "filepicker":
        found["multiple"] = reading.flag(raw, "multiple")
        found["accept"] = tuple(
            part.strip().lower() for part in reading.text("accept").split(",") if part.strip()
        )
    elif kind == "expression":
        found["expression"] = reading.condition(raw.get("expression"), "expression", path)
    return found


def _day_limit(reading: _Reading, word: str, path: tuple[str, ...]) -> str:
    """The name of the day that a day is held against; form-js has none, so it stands in properties.earliest and latest."""
    name = reading.properties.get(word, "")
    if not name:
        return ""
    if reading.raw.get("subtype", "date") != "date":
        reading.blame(word, f'"{word}" chỉ dùng cho mục ngày.', f'"{word}" is for days only.')
    if name != TODAY and name not in reading.known.names_at(path):
        reading.blame(
            word,
            f'"{word}": không có tên {name[:60]}. Ghi today, tên trong "given" hoặc tên một mục.',
            f'"{word}": there is no {name[:60]}. Write today, a name in "given" or that of a field.',
        )
    if name != TODAY and not reading.properties.get(f"{word}What"):
        reading.blame(
            word, f'"{word}What" phải nói đó là ngày gì.', f'"{word}What" must say which day that is.'
        )
    return name


def _text_limits(reading: _Reading, validate: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {"validation_type": "", "pattern": ""}
    for word, name in (("minLength", "min_length"), ("maxLength", "max_length")):
        bound = reading.bound(validate, word, path)
        found[name] = int(bound) if isinstance(bound, Decimal) else bound
    kind = validate.get("validationType") or ""
    if kind not in ("", "custom", "email", "phone"):
        reading.blame(
            "validation-type",
            f'validationType "{str(kind)[:40]}" không có. Dùng email hoặc phone.',
            f'There is no validationType "{str(kind)[:40]}". Use email or phone.',
        )
    found["validation_type"] = kind if kind in ("email", "phone") else ""
    pattern = validate.get("pattern") or ""
    if not isinstance(pattern, str):
        pattern = ""
        reading.blame("pattern", '"pattern" phải là chữ.', '"pattern" must be a string.')
    if pattern:
        try:
            compile_pattern(pattern)
        except ValueError as error:
            why = str(error)
            reading.blame(
                "pattern",
                f"Mẫu {pattern[:60]} không chạy được trong thời gian tuyến tính ({why}). Viết lại mẫu.",
                f"The pattern {pattern[:60]} cannot run in linear time ({why}). Rewrite it.",
            )
    found["pattern"] = pattern
    found["pattern_message"] = str(validate.get("patternErrorMessage") or "")
    found["pattern_message_en"] = reading.properties.get("patternErrorMessage.en", "")
    return found


def _options(reading: _Reading, path: tuple[str, ...]) -> dict[str, Any]:
    raw = reading.raw
    sources = [word for word in ("values", "valuesKey", "valuesExpression") if raw.get(word)]
    if len(sources) != 1:
        reading.blame(
            "options",
            f"Mục {reading.name} cần đúng một nguồn dòng để chọn: values, valuesKey hoặc valuesExpression.",
            f"{reading.name} needs exactly one source of options: values, valuesKey or valuesExpression.",
        )
        return {}
    if sources[0] == "valuesKey":
        name = raw["valuesKey"]
        if name not in reading.known.given:
            reading.blame(
                "options",
                f'valuesKey "{str(name)[:60]}" không có trong "given" của biểu mẫu. Khai báo ở đó.',
                f'valuesKey "{str(name)[:60]}" is not declared in the form\'s "given". Declare it there.',
            )
        return {"options_key": str(name)}
    if sources[0] == "valuesExpression":
        return {"options_expression": reading.condition(raw["valuesExpression"], "options", path)}
    options = read_options(raw["values"], reading.properties)
    if options is None or len({(type(one.value) is bool, one.value) for one in options}) != len(options):
        reading.blame(
            "options",
            f"Các dòng để chọn của mục {reading.name} chưa đúng: mỗi dòng cần giá trị riêng và nhãn.",
            f"The options of {reading.name} are not right: each needs a value of its own and a label.",
        )
        return {}
    return {"options": options}


def _closed_when(reading: _Reading, path: tuple[str, ...], options: tuple[Option, ...]) -> dict[str, Condition]:
    """When options cannot be chosen; form-js has no such thing, so it stands in properties.closedWhen.VALUE, and why beside it."""
    found: dict[str, Condition] = {}
    for name, text in reading.properties.items():
        word, _, value = name.partition(".")
        if word != "closedWhen":
            continue
        if options and value not in {str(one.value) for one in options}:
            reading.blame(name, f'"{name}": không có dòng {value[:60]}.', f'"{name}": there is no option {value[:60]}.')
        if not reading.properties.get(f"closedWhy.{value}"):
            reading.blame(name, f'"closedWhy.{value}" phải nói vì sao.', f'"closedWhy.{value}" must say why.')
        elif condition := reading.condition(text, name, path):
            found[value] = condition
    return found


def read_options(values: Any, properties: Mapping[str, str]) -> tuple[Option, ...] | None:
    """Read [{label, value}] or plain values as form-js does; None where it is something else.

    An entry may bring its second line and its English itself: follows, label.en, follows.en.
    """
    if not isinstance(values, list) or len(values) > 1_000:
        return None
    found: list[Option] = []
    for one in values:
        value = one.get("value") if isinstance(one, Mapping) else one
        more = one if isinstance(one, Mapping) else {}
        if not isinstance(value, str | int | float) or value == "":
            return None
        follows = str(more.get("follows") or properties.get(f"follows.{value}", ""))
        found.append(
            Option(
                value, str(more.get("label") or value), follows,
                label_en=str(more.get("label.en") or ""), follows_en=str(more.get("follows.en") or ""),
            )
        )
    return tuple(found)


def _display(reading: _Reading) -> dict[str, Any]:
    raw, kind = reading.raw, reading.kind
    if kind == "text":
        return {"text": reading.text("text")}
    if kind == "image":
        source = reading.text("source")
        if not re.fullmatch(r"/[A-Za-z0-9_./-]+", source) or "//" in source or ".." in source:
            reading.blame(
                "image-source",
                "Ảnh phải nằm trong hệ thống: đường dẫn bắt đầu bằng một dấu /.",
                "An image must lie in this service: a path that begins with one slash.",
            )
        return {"source": source, "description": reading.text("alt")}
    if kind == "button":
        return {"action": reading.one_of("action", ("submit", "reset"), "submit")}
    if kind == "table":
        columns = raw.get("columns")
        if not isinstance(columns, list) or not all(
            isinstance(one, Mapping) and isinstance(one.get("key"), str) for one in columns
        ):
            reading.blame(
                "table", 'Bảng cần "columns" ghi sẵn.', 'A table needs its "columns" in the schema.'
            )
            columns = []
        data = raw.get("dataSource")
        text = data if isinstance(data, str) and data.startswith("=") else f"={data}"
        return {
            "columns": tuple(Column(str(one["key"]), str(one.get("label") or one["key"])) for one in columns),
            "expression": reading.condition(text, "table", ()),
        }
    return {}


def _rows(reading: _Reading) -> dict[str, Any]:
    """Limits of a dynamic list; form-js has none, so they stand in properties.minRows and maxRows."""
    properties = reading.properties
    least = reading.count(properties, "minRows", MOST_ROWS) or 0
    most = reading.count(properties, "maxRows", MOST_ROWS)
    most = USUAL_ROWS if most is None else most
    if least > most:
        reading.blame("rows", "minRows lớn hơn maxRows.", "minRows is greater than maxRows.")
    start = reading.count(reading.raw, "defaultRepetitions", MOST_ROWS)
    return {
        "min_rows": least,
        "max_rows": most,
        "start_rows": max(least, min(1 if start is None else start, most)),
        "may_add": reading.raw.get("allowAddRemove") is not False,
    }


class _Reading:
    """One component being read: its attributes by type, with a problem noted for each that does not fit."""

    def __init__(self, raw: Mapping[str, Any], name: str, known: Known, kind: str) -> None:
        self.raw, self.name, self.known, self.kind = raw, name, known, kind
        properties = raw.get("properties") if kind != "form" else None
        good = isinstance(properties, Mapping) and all(isinstance(one, str) for one in properties.values())
        if properties and not good:
            self.blame("properties", '"properties" phải là chữ.', '"properties" must be strings.')
        self.properties: Mapping[str, str] = MappingProxyType(dict(properties) if properties and good else {})

    def blame(self, code: str, message: str, message_en: str) -> None:
        """Note a problem of this component."""
        self.known.blame(self.name, code, message, message_en)

    def identity(self) -> str:
        """Its id, unique in the form."""
        wanted = self.raw.get("id")
        if not isinstance(wanted, str) or not wanted:
            wanted = f"{self.kind}_{len(self.known.ids) + 1}"
        if wanted in self.known.ids:
            self.blame(
                "duplicate-id", f"id {wanted} dùng hai lần. Đổi một.", f"The id {wanted} is used twice."
            )
        self.known.ids.add(wanted)
        return wanted

    def text(self, word: str) -> str:
        """A text attribute; missing is empty."""
        value = self.raw.get(word)
        if value is None or isinstance(value, str):
            return value or ""
        self.blame(word, f'"{word}" phải là chữ.', f'"{word}" must be a string.')
        return ""

    def mapping(self, word: str) -> Mapping[str, Any]:
        """An attribute that holds attributes; missing is empty."""
        value = self.raw.get(word)
        if value is None or isinstance(value, Mapping):
            return value or {}
        self.blame(word, f'"{word}" phải là đối tượng.', f'"{word}" must be an object.')
        return {}

    def flag(self, where: Mapping[str, Any], word: str) -> bool:
        """A truth value; an expression or anything else is refused, since it would be read as true."""
        value = where.get(word)
        if value is None or isinstance(value, bool):
            return bool(value)
        self.blame(word, f'"{word}" phải là true hoặc false.', f'"{word}" must be true or false.')
        return False

    def one_of(self, word: str, allowed: tuple[str, ...], usual: str) -> str:
        """An attribute with a few values."""
        value = self.raw.get(word, usual) or usual
        if value in allowed or value == usual:
            return str(value)
        words = ", ".join(allowed)
        self.blame(word, f'"{word}" phải là một trong: {words}.', f'"{word}" must be one of: {words}.')
        return usual

    def decimal(self, where: Mapping[str, Any], word: str, *, positive: bool = False) -> Decimal | None:
        """A number, which form-js's editor may write as text."""
        value = where.get(word)
        if value is None or value == "":
            return None
        try:
            number = Decimal(str(value)) if not isinstance(value, bool) else Decimal("NaN")
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or (positive and number <= 0):
            self.blame(word, f'"{word}" phải là số hợp lệ.', f'"{word}" must be a proper number.')
            return None
        return number

    def count(self, where: Mapping[str, Any], word: str, most: int) -> int | None:
        """A whole number from 0 to `most`."""
        number = self.decimal(where, word)
        if number is None:
            return None
        if number != int(number) or not 0 <= number <= most:
            self.blame(word, f'"{word}" phải từ 0 đến {most}.', f'"{word}" must be from 0 to {most}.')
            return None
        return int(number)

    def bound(self, where: Mapping[str, Any], word: str, path: tuple[str, ...]) -> Condition | Decimal | None:
        """A limit: a number or an expression."""
        value = where.get(word)
        if isinstance(value, str) and value.startswith("="):
            return self.condition(value, word, path)
        return self.decimal(where, word)

    def condition(self, text: Any, code: str, path: tuple[str, ...]) -> Condition | None:
        """Compile an expression."""
        if not isinstance(text, str) or not text:
            self.blame(code, "Thiếu biểu thức. Viết =…", "An expression is missing. Write =…")
            return None
        try:
            return compile_condition(text, self.known.names_at(path))
        except FeelError as error:
            self.blame(code, f"{self.name}: {error.message}", f"{self.name}: {error.message_en}")
            return None

    def must(self, path: tuple[str, ...]) -> Condition | None:
        """The condition that an answer has to meet, which comes with what is said where it does not."""
        text = self.properties.get("must")
        if text and not self.properties.get("mustMessage"):
            self.blame("must", "“must” cần câu “mustMessage” nói cái gì chưa đúng.", "must needs mustMessage, which says what is wrong.")
        return self.condition(text, "must", path) if text else None

    def hide(self, path: tuple[str, ...]) -> Condition | None:
        """The condition that hides it."""
        hide = self.mapping("conditional").get("hide")
        return self.condition(hide, "condition", path) if hide else None
