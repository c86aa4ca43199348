"""What an act may be told of each line besides result and reason: a closed schema for each act, checked before it acts.

The models stand with their acts in the subject modules; this module holds the types that they share and says in two
languages what is wrong. Types are strict: no text for a number, no `true` for 1, no key that the act does not ask.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema
from pydantic_core import PydanticCustomError

from service.awards.catalogue import award_forms
from service.vietnamese import clean


class LineData(BaseModel):
    """Nothing but a result and a reason: what most acts ask of a line."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _named_form(code: str) -> str:
    if code not in award_forms():
        raise PydanticCustomError("closed", "{vi}|{en}", {
            "vi": "chọn một hình thức khen thưởng có trong danh mục", "en": "choose a form of award that exists"
        })
    return code


def _iso_day(text: str) -> str:
    try:
        if date.fromisoformat(text).isoformat() == text:
            return text
    except ValueError:
        pass
    raise PydanticCustomError("closed", "{vi}|{en}", {
        "vi": "ghi ngày có thật, theo mẫu ngày/tháng/năm", "en": "give a real date, YYYY-MM-DD"
    })


MOST = 100_000
"""No body that votes is larger; what is right for one session, its own figures say."""
Count = Annotated[int, Field(ge=0, le=MOST)]
Form = Annotated[
    str, AfterValidator(_named_form), WithJsonSchema({"type": "string", "enum": sorted(award_forms())})
]
Day = Annotated[str, AfterValidator(_iso_day), WithJsonSchema({"type": "string", "format": "date"})]
Name = Annotated[str, AfterValidator(clean), Field(max_length=200)]


def labelled(vi: str, en: str) -> Any:
    """An optional field with what it is called."""
    return Field(default=None, title=vi, description=en)


def read(model: type[LineData], data: Mapping[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    """What was said of a line, by the act's schema; and its faults: key, sentence, the same in English.

    Values that are null are the same as values that are not there.
    """
    try:
        return model.model_validate(dict(data)).model_dump(exclude_none=True), []
    except ValidationError as wrong:
        return {}, [_fault(model, one) for one in wrong.errors(include_url=False)]


def _fault(model: type[LineData], error: Any) -> tuple[str, str, str]:
    key = str(error["loc"][0])[:40] if error["loc"] else ""
    known = model.model_fields.get(key)
    vi, en = (known.title or key, known.description or key) if known else (key, key)
    if error["type"] == "extra_forbidden":
        return key, f"việc này không hỏi “{key}”", f"this act asks for no “{key}”"
    said = _SAID.get(error["type"])
    if error["type"] == "closed":
        said = (error["ctx"]["vi"], error["ctx"]["en"])
    if said is None:
        said = ("giá trị này không nhận được", "this value is not taken")
    more = {name: error.get("ctx", {}).get(name, "") for name in ("ge", "le", "max_length", "expected")}
    return key, f"{vi}: {said[0].format(**more)}", f"{en}: {said[1].format(**more)}"


_WHOLE = ("ghi một số nguyên", "give a whole number")
_SAID: Mapping[str, tuple[str, str]] = {
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "greater_than_equal": ("số không nhỏ hơn {ge}", "not below {ge}"),
    "less_than_equal": ("số không lớn hơn {le}", "not above {le}"),
    "string_type": ("ghi bằng chữ", "give text"),
    "string_too_long": ("dài quá {max_length} chữ", "longer than {max_length} characters"),
    "literal_error": ("chọn một giá trị trong danh mục", "choose one of: {expected}"),
}
