"""The data of a process as a page shows it: each name and value as people call it, the code small, what is long folded."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import orjson
from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from service import words
from service.errors import Invalid
from service.studio.data_values import NOTHING, DataValues
from service.studio.operating import Value
from service.web.check_words import fact_value
from service.web.parts import Act, Cell, Column, Fact, Table

_SHORT = 80
"""Characters of a value that stand in a row unfolded."""


def table(instance: int, values: Sequence[Value], free: Collection[str], said: DataValues) -> Table | None:
    """Every value with where it came from; those that may be changed carry the act."""
    if not values:
        return None
    return Table(
        [Column(_("Dữ liệu")), Column(_("Giá trị")), Column(_("Đã ghi ở bước"))],
        [[_name(v, said), _value(v.name, v.value, said), _history(v, said)] for v in values],
        _("Dữ liệu của quy trình"),
        row_acts=[
            [] if v.name not in free else
            [Act(_("Sửa"), url_for("studio_operating.show", instance=instance, edit=v.name) + "#edit", f"edit-{v.name}", method="get")]
            for v in values
        ],
    )


def _name(value: Value, said: DataValues) -> Cell:
    label = said.label(value.name)
    why = _("kết quả bỏ phiếu hoặc ký, không sửa tay") if value.settled else ""
    if value.is_key:
        why = _("cho biết hồ sơ của ai, không sửa tay")
    return Cell(label or value.name, "; ".join(part for part in (value.name if label else "", why) if part))


def _value(name: str, value: Any, said: DataValues) -> Cell:
    facts = _parts(value, said)
    if facts:
        return Cell("", folded=facts, fold_words=ngettext("%(num)d mục", "%(num)d mục", len(facts)))
    text = in_words(name, value, said)
    if len(text) > _SHORT:
        return Cell("", folded=[Fact("", text)], fold_words=text[:_SHORT].rsplit(" ", 1)[0] + "…")
    return Cell(text, value if isinstance(value, str) and text != value and value != NOTHING else "")


def _history(value: Value, said: DataValues) -> Cell:
    told = [
        Fact(words.translated(step), in_words(value.name, one, said) if not isinstance(one, dict | list) else _counted(one))
        for _at, step, one in value.history
    ]
    if len(told) > 1 or any(len(fact.value) > _SHORT for fact in told):
        return Cell("", folded=told, fold_words=ngettext("%(num)d lần ghi", "%(num)d lần ghi", len(told)))
    return Cell(f"{told[0].label}: {told[0].value}") if told else Cell("")


def _counted(value: Mapping[str, Any] | Sequence[Any]) -> str:
    return ngettext("%(num)d mục", "%(num)d mục", len(value))


def _parts(value: Any, said: DataValues) -> list[Fact]:
    """The parts of a context or of a list, each by its label."""
    if isinstance(value, dict):
        labels = said.facts(value)
        if labels is not None:
            return [
                Fact(labels[key], fact_value(key, one) if isinstance(one, bool | int | float) or one is None else plain(one))
                for key, one in value.items()
            ]
        return [Fact(said.label(key) or key, in_words(key, one, said)) for key, one in value.items()]
    if isinstance(value, list):
        return [Fact(str(place), "; ".join(f"{p.label}: {p.value}" for p in _parts(one, said)) if isinstance(one, dict) else plain(one))
                for place, one in enumerate(value, 1)]
    return []


def in_words(name: str, value: Any, said: DataValues) -> str:
    """One value as people call it."""
    return said.value(name, value) if isinstance(value, str) and value not in ("", NOTHING) else plain(value)


def plain(value: Any) -> str:
    """A value without words of its own."""
    if value is None or value in ("", NOTHING):
        return _("chưa có")
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, str):
        return value
    return words.number(value) if isinstance(value, int | float) else orjson.dumps(value).decode()


# -- the form that changes one


def field(value: Value, said: DataValues, typed: str | None) -> dict[str, Any]:
    """What the form needs that asks for a new value: how it is asked for, what it can be, what stands there."""
    sort = said.sort_of(value.name, value.value)
    options: list[tuple[str, str]] = []
    if sort == "choice":
        known = said.choices(value.name)
        now = [value.value] if isinstance(value.value, str) and value.value not in known else []
        options = [(one, in_words(value.name, one, said)) for one in (*now, *known)]
    if sort == "truth":
        options = [("true", _("có")), ("false", _("không"))]
    if options and (value.value is None or "null" in said.type_of(value.name).kinds):
        options.insert(0, ("", _("chưa có")))
    return {
        "name": value.name, "label": said.label(value.name) or value.name, "sort": sort, "options": options,
        "before": in_words(value.name, value.value, said) if not isinstance(value.value, dict | list) else "",
        "value": _text(value.value) if typed is None else typed,
    }


def _text(value: Any) -> str:
    if value is None:
        return ""
    return orjson.dumps(value).decode() if not isinstance(value, str) else value


def read(value: Value, said: DataValues, typed: str) -> Any:
    """What was typed for a value, as its sort is read. Raises Invalid."""
    sort = said.sort_of(value.name, value.value)
    if sort in ("choice", "date", "text"):
        return None if not typed and not isinstance(value.value, str) else typed
    if not typed:
        return None
    try:
        return orjson.loads(typed.replace(",", ".") if sort == "number" else typed)
    except ValueError:
        pass
    if sort == "number":
        raise Invalid.at("value", "Giá trị không đọc được; ghi một số.", "The value cannot be read; write a number.")
    if sort == "truth":
        raise Invalid.at("value", "Giá trị không đọc được; chọn có hoặc không.", "The value cannot be read; choose yes or no.")
    raise Invalid.at(
        "value", "Giá trị không đọc được; ghi dạng JSON như giá trị đang có.",
        "The value cannot be read; write JSON like the value that is there.",
    )


__all__ = ["field", "in_words", "plain", "read", "table"]
