"""Shapes that several modules of the API share: references, paging, what a person says, refusals."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from marshmallow import ValidationError, fields, validate

LARGEST = 2**53
"""Largest number that every reader of JSON keeps exactly."""
WHOLE = validate.Range(1, LARGEST)
ERRORS = [400, 401, 403, 404, 409, 413, 415, 422, 429, 503]


class Reference(fields.Field[Any]):
    """A thing named by its number or by its code."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int | str:
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise ValidationError("Not a number or a code.")
        if isinstance(value, str) and not (0 < len(value) <= 40):
            raise ValidationError("Not a number or a code.")
        if isinstance(value, int) and not (0 < value <= LARGEST):
            raise ValidationError("Not a number or a code.")
        return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16 else value


REFERENCE: dict[str, Any] = {
    "anyOf": [
        {"type": "integer", "minimum": 1, "maximum": LARGEST},
        {"type": "string", "minLength": 1, "maxLength": 40},
    ]
}


def reference(**more: Any) -> Reference:
    """A field that takes the number or the code of a thing."""
    return Reference(metadata=REFERENCE, **more)


def whole(**more: Any) -> fields.Integer:
    """A field that takes a number of a row, written as a whole number."""
    return fields.Integer(strict=True, validate=WHOLE, **more)


def moment(**more: Any) -> fields.String:
    """A field that gives a moment."""
    return fields.String(metadata={"format": "date-time"}, **more)


def day(**more: Any) -> fields.String:
    """A field that gives a day."""
    return fields.String(metadata={"format": "date"}, **more)


def item_title() -> fields.String:
    """A field that gives what tells the item of a step from the others; null where it is done for no item of a list."""
    return fields.String(
        required=True, allow_none=True, metadata={"description": "What tells it from the others of its list, where it is done for each."}
    )


def open_object(description: str, **more: Any) -> fields.Dict:
    """A field whose keys the form or the case decides."""
    return fields.Dict(metadata={"description": description, "additionalProperties": {}}, **more)


class ReasonIn(Schema):
    """Why."""

    reason = fields.String(required=True, validate=validate.Length(1, 2_000))


class Fault(Schema):
    """One field that does not fit."""

    path = fields.String(required=True)
    message = fields.String(required=True)
    message_en = fields.String(required=True)


class Problem(Schema):
    """A refusal (RFC 9457): `code` is stable, `errors` name fields, `lines` name lines of a list or elements."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)
    message_en = fields.String(required=True)
    instance = fields.String(required=True)
    errors = fields.List(fields.Nested(Fault))
    lines = fields.List(open_object("A line, or an element of a diagram, and what is wrong with it."))


class Paging(Schema):
    """Page and size of a list."""

    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))
    size = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class Paged(Schema):
    """What stands around the items of a page."""

    page = fields.Integer(required=True)
    more = fields.Boolean(required=True)
    total = fields.Integer(required=True, metadata={"description": "Counting stops at 1000."})


class LineIn(Schema):
    """What is said of one line of a list."""

    nomination = whole(required=True)
    result = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=20))
    reason = fields.String(load_default="", validate=validate.Length(max=2_000))
    data = open_object("What else the act asks of the line: votes, form, reserve, printed_name …", load_default=dict)


class ActIn(Schema):
    """An act on a list: its lines, the fields of its form, the version that was seen.

    Without lines all lines are meant, with the act's first result.
    """

    lines = fields.List(fields.Nested(LineIn), load_default=list, validate=validate.Length(max=2_000))
    fields_ = open_object("Answers of the act's form.", load_default=dict, data_key="fields")
    version = fields.Integer(strict=True, load_default=None, allow_none=True)
    skip_bad = fields.Boolean(load_default=False)


class ActOut(Schema):
    """What an act did."""

    list = fields.Integer(required=True)
    act = fields.String(required=True)
    done = fields.Integer(required=True)
    left_out = fields.List(open_object("A line that was left out, and why."), required=True)
    state = fields.String(required=True)
    version = fields.Integer(required=True)
    repeated = fields.Boolean(required=True)


class AnswersIn(Schema):
    """Answers of a task's form, and the version of the task that was seen."""

    answers = open_object("Keys of the form's components; groups are objects, dynamic lists are lists.", load_default=dict)
    version = fields.Integer(strict=True, load_default=None, allow_none=True)


class FileOut(Schema):
    """A file that lies with a case."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    size = fields.Integer(required=True)
    sha256 = fields.String(required=True)
