"""The pydantic check of one field: `forms.values` reads the answer, then its limits are held against it.

Validated without a context it only reads, so that conditions can see answers that break a limit, as in
form-js; with an `Outside` as context it also demands what is required and holds every limit. A wrong answer
is a PydanticCustomError whose type is a code of `forms.sentences`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, TypeAdapter, ValidationInfo

from forms.components import TODAY, read_options
from forms.conditions import Condition
from forms.fields import MANY_CHOICE, SINGLE_CHOICE, Field, Option, str_of
from forms.patterns import finds, is_email, is_phone
from forms.values import ZONE, day_of, find_option, quoted, reading, wrong
from workflows.environment import Env
from workflows.feel import FeelError


@dataclass(frozen=True, slots=True)
class Outside:
    """What the limits of one field may look at."""

    scope: Mapping[str, Any]
    env: Env
    given: Mapping[str, Any]
    today: date


def reader(field: Field) -> TypeAdapter[Any]:
    """The pydantic check of this field; its value is None where nothing was answered."""

    def limit(value: Any, info: ValidationInfo) -> Any:
        if not isinstance(info.context, Outside):
            return value
        if value is None or value is False:
            if field.required:
                raise wrong(_demand(field))
            return value
        return _LIMITS[field.kind](field, value, info.context) if field.kind in _LIMITS else value

    return TypeAdapter(Annotated[Any, BeforeValidator(reading(field)), AfterValidator(limit)])


def options_now(
    field: Field, scope: Mapping[str, Any], env: Env, given: Mapping[str, Any]
) -> tuple[Option, ...]:
    """The options of a choice: from the schema, from `given`, or computed. Raises FeelError."""
    if field.options_key:
        source = given.get(field.options_key)
    elif field.options_expression:
        source = field.options_expression.value(scope, env)
        source = [int(one) if isinstance(one, Decimal) and one == int(one) else one for one in source or []]
    else:
        return field.options
    options = read_options([] if source is None else source, field.properties)
    if options is None:
        raise FeelError("Danh sách để chọn không đọc được.", "The list of options cannot be read.")
    return options


def closed_options(field: Field, scope: Mapping[str, Any], env: Env, given: Mapping[str, Any]) -> Mapping[str, tuple[str, str]]:
    """Options that cannot be chosen this time, each with the reason in both languages.

    `given["closed"]` holds them by the field's dotted path: {"decision": {"accept": ("Vì sao.", "Why.")}}. So
    a blocking gate takes `accept` away, and an answer that is allowed once is not offered twice. The form itself
    closes one by a condition (properties.closedWhen.VALUE); what cannot be computed closes it.
    """
    own = field.properties
    closed = {
        value: (own[f"closedWhy.{value}"], own.get(f"closedWhy.{value}.en", own[f"closedWhy.{value}"]))
        for value, when in field.closed_when.items()
        if _holds(when, scope, env)
    }
    told = given.get("closed")
    found = told.get(".".join(field.path)) if isinstance(told, Mapping) else None
    return {**closed, **found} if isinstance(found, Mapping) else closed


def _holds(condition: Condition, scope: Mapping[str, Any], env: Env) -> bool:
    try:
        return condition.value(scope, env) is not False
    except FeelError:
        return True


def bound_now(bound: Condition | Decimal | int | None, scope: Mapping[str, Any], env: Env) -> Decimal | None:
    """A limit as a number; null means none. Raises FeelError where it is not a number."""
    if isinstance(bound, Condition):
        value = bound.value(scope, env)
        if value is not None and not isinstance(value, Decimal):
            raise FeelError("Giới hạn không phải là số.", "The limit is not a number.")
        return value
    return Decimal(bound) if isinstance(bound, int) else bound


def _demand(field: Field) -> str:
    if field.kind in SINGLE_CHOICE:
        return "required-choice"
    if field.kind in MANY_CHOICE:
        return "required-choices"
    number = "whole" if field.decimals == 0 else "number"
    words = {"number": number, "checkbox": "checkbox", "filepicker": "file", "datetime": field.subtype}
    return f"required-{words.get(field.kind, 'text')}"


def _bound(bound: Condition | Decimal | int | None, outside: Outside) -> Decimal | None:
    try:
        return bound_now(bound, outside.scope, outside.env)
    except FeelError:
        raise wrong("cannot-compute") from None


def _text(field: Field, value: str, outside: Outside) -> str:
    least, most = _bound(field.min_length, outside), _bound(field.max_length, outside)
    if least is not None and len(value) < least:
        raise wrong("too-short", count=len(value), limit=least)
    if most is not None and len(value) > most:
        raise wrong("too-long", count=len(value), limit=most)
    if field.validation_type == "email" and not is_email(value):
        raise wrong("email", typed=quoted(value))
    if field.validation_type == "phone" and not is_phone(value):
        raise wrong("phone", typed=quoted(value))
    if field.pattern and not finds(field.pattern, value):
        wanted = field.pattern_message or f"Nhập theo mẫu {field.pattern}."
        wanted_en = (
            field.pattern_message_en or field.pattern_message or f"Type it after the pattern {field.pattern}."
        )
        raise wrong("pattern", wanted=wanted, wanted_en=wanted_en)
    return value


def _number(field: Field, value: Decimal, outside: Outside) -> Decimal:
    exponent = value.normalize().as_tuple().exponent
    if field.decimals is not None and isinstance(exponent, int) and -exponent > field.decimals:
        if field.decimals == 0:
            raise wrong("not-whole", typed=value)
        raise wrong("too-many-decimals", typed=value, limit=field.decimals)
    if field.step is not None and value % field.step:
        below = value // field.step * field.step - (field.step if value < 0 else 0)
        raise wrong("off-step", typed=value, step=field.step, below=below, above=below + field.step)
    least, most = _bound(field.minimum, outside), _bound(field.maximum, outside)
    own = field.properties
    if least is not None and value < least:
        if what := own.get("minWhat"):
            raise wrong("less-than", typed=value, limit=least, what=what, what_en=own.get("minWhat.en", what))
        raise wrong("too-small", typed=value, limit=least)
    if most is not None and value > most:
        if what := own.get("maxWhat"):
            raise wrong("more-than", typed=value, limit=most, what=what, what_en=own.get("maxWhat.en", what))
        raise wrong("too-large", typed=value, limit=most)
    return value


def day_bound(name: str, scope: Mapping[str, Any], today: date) -> date | None:
    """The day that properties.earliest or latest stands for now; None where there is none, or where nobody knows it."""
    if name == TODAY:
        return today
    value: Any = scope if name else None
    for segment in name.split("."):
        value = value.get(segment) if isinstance(value, Mapping) else None
    return day_of(value[:10]) if isinstance(value, str) else None


def _in_time(field: Field, value: str, outside: Outside) -> None:
    """A day is not before what comes first, nor after what comes last: each says which day that is."""
    day = date.fromisoformat(value)
    own = field.properties
    for word, code, beyond in (("earliest", "too-early", -1), ("latest", "too-late", 1)):
        name = getattr(field, word)
        bound = day_bound(name, outside.scope, outside.today)
        if bound is None or (day - bound).days * beyond <= 0:
            continue
        what = "hôm nay" if name == TODAY else own[f"{word}What"]
        what_en = "today" if name == TODAY else own.get(f"{word}What.en", what)
        raise wrong(code, what=what, what_en=what_en, limit=f"{bound:%d/%m/%Y}")


def _moment(field: Field, value: str, outside: Outside) -> str:
    if field.subtype == "date":
        _in_time(field, value, outside)
    if not field.no_past or field.subtype == "time":
        return value
    day = date.fromisoformat(value[:10])
    if field.subtype == "datetime" and (at := datetime.fromisoformat(value)).tzinfo:
        day = at.astimezone(ZONE).date()
    if day < outside.today:
        raise wrong("past", typed=day.strftime("%d/%m/%Y"), limit=outside.today.strftime("%d/%m/%Y"))
    return value


def _choice(field: Field, value: Any, outside: Outside) -> Any:
    try:
        options = options_now(field, outside.scope, outside.env, outside.given)
    except FeelError:
        raise wrong("cannot-compute") from None
    closed = closed_options(field, outside.scope, outside.env, outside.given)
    found = []
    for one in value if isinstance(value, list) else [value]:
        option = find_option(one, options)
        if option is None:
            raise wrong("not-an-option", typed=quoted(one))
        if str_of(option.value) in closed:
            why, why_en = closed[str_of(option.value)]
            raise wrong("closed-option", typed=option.label, why=why, why_en=why_en)
        found.append(option.value)
    return found if isinstance(value, list) else found[0]


def _files(field: Field, value: list[int], outside: Outside) -> list[int]:
    if not field.multiple and len(value) > 1:
        raise wrong("one-file", count=len(value))
    known = outside.given.get("files", ())
    for number in value:
        if not (known(number) if callable(known) else number in known):
            raise wrong("unknown-file", typed=number)
        about = known[number] if isinstance(known, Mapping) else None
        if about is not None and field.accept and not _accepted(field.accept, about):
            raise wrong(
                "wrong-file-type", typed=quoted(_about(about, "name")), wanted=", ".join(field.accept)
            )
    return value


def _about(file: Any, word: str) -> str:
    return str((file.get(word) if isinstance(file, Mapping) else getattr(file, word, "")) or "")


def _accepted(accept: tuple[str, ...], file: Any) -> bool:
    name, media_type = _about(file, "name").lower(), _about(file, "media_type").lower()
    return any(
        name.endswith(one)
        if one.startswith(".")
        else media_type == one or (one.endswith("/*") and media_type.startswith(one[:-1]))
        for one in accept
    )


_LIMITS: dict[str, Callable[[Field, Any, Outside], Any]] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "datetime": _moment,
    "radio": _choice,
    "select": _choice,
    "checklist": _choice,
    "taglist": _choice,
    "filepicker": _files,
}
