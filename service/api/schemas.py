"""Shapes of the API's bodies, shared by its modules."""

from __future__ import annotations

from apiflask import Schema
from marshmallow import fields, validate

from service.awards import catalogue


class Problem(Schema):
    """RFC 9457 problem+json."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    code = fields.String()
    message = fields.String()
    message_en = fields.String()
    errors = fields.List(fields.Dict())
    lines = fields.List(fields.Dict())


class Paging(Schema):
    """Page and size of a list."""

    page = fields.Integer(load_default=1, validate=validate.Range(1, 100_000))
    size = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class RecipientIn(Schema):
    """Who is nominated."""

    kind = fields.String(required=True, validate=validate.OneOf(sorted(catalogue.API_KINDS)))
    name = fields.String(required=True, validate=validate.Length(1, 200))
    title = fields.String(load_default="", validate=validate.Length(max=200))
    unit = fields.Integer(required=True, validate=validate.Range(1, 2**53))
    birth_year = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1900, 2100))
    gender = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(["male", "female", "other"])
    )
    direct_worker = fields.Boolean(load_default=False)
    leader = fields.Boolean(load_default=False)
    members = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, 1_000_000))


class NominationIn(Schema):
    """A new nomination."""

    round = fields.Integer(required=True, validate=validate.Range(1, 2**53))
    subject_group = fields.String(required=True, validate=validate.OneOf(sorted(catalogue.GROUPS)))
    award_form = fields.String(required=True, validate=validate.OneOf(list(catalogue.award_forms())))
    recipient = fields.Nested(RecipientIn, required=True)
    achievement = fields.String(load_default="", validate=validate.Length(max=10_000))
    late_reason = fields.String(load_default="", validate=validate.Length(max=2_000))


class LineIn(Schema):
    """What is said of one line of a list."""

    nomination = fields.Integer(required=True, validate=validate.Range(1, 2**53))
    result = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=20))
    reason = fields.String(load_default="", validate=validate.Length(max=2_000))
    data = fields.Dict(load_default=dict)


class ActIn(Schema):
    """An act on a list: its lines, its own fields, the version that was seen."""

    lines = fields.List(fields.Nested(LineIn), load_default=list, validate=validate.Length(max=2_000))
    fields_ = fields.Dict(load_default=dict, data_key="fields")
    version = fields.Integer(load_default=None, allow_none=True)
    skip_bad = fields.Boolean(load_default=False)


class ActOut(Schema):
    """What an act did."""

    list = fields.Integer()
    act = fields.String()
    done = fields.Integer()
    left_out = fields.List(fields.Dict())
    state = fields.String()
    version = fields.Integer()
    repeated = fields.Boolean()


class AnswersIn(Schema):
    """Answers of a task's form, and the version of the task that was seen."""

    answers = fields.Dict(load_default=dict)
    version = fields.Integer(load_default=None, allow_none=True)
