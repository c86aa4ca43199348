"""Substitutes during an absence over the API: list, what can be chosen, name one, end one."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from service import doors, people
from service.api.schemas import ERRORS, day, whole
from service.people import Standing
from service.vietnamese import people_in_order

blueprint = APIBlueprint("api_substitutions", __name__, tag="Substitutions")


class SubstitutionOut(Schema):
    """Who acts in whose place, in which group (null: all that can be lent) and processes (empty: all), to the last day."""

    id = fields.Integer(required=True)
    account = fields.Integer(required=True)
    account_name = fields.String(required=True)
    substitute = fields.Integer(required=True)
    substitute_name = fields.String(required=True)
    group = fields.String(required=True, allow_none=True)
    processes = fields.List(fields.String(), required=True)
    since = day(required=True)
    until = day(required=True)
    reason = fields.String(required=True)
    holds = fields.Boolean(required=True, metadata={"description": "Whether it counts today."})


class OneSubstitution(SubstitutionOut):
    """One substitution."""


class Substitutions(Schema):
    """Substitutions that hold or will hold, by their first day."""

    items = fields.List(fields.Nested(SubstitutionOut), required=True)


class SubstitutionQuery(Schema):
    """Whose: the own ones, on either side, or with the right to name substitutes everybody's."""

    of = fields.String(load_default="me", validate=validate.OneOf(["me", "everybody"]))


class Named(Schema):
    """A thing by its word and its names."""

    word = fields.String(required=True)
    label = fields.String(required=True)
    label_en = fields.String(required=True)


class Someone(Schema):
    """A person by number."""

    account = fields.Integer(required=True)
    name = fields.String(required=True)


class Choices(Schema):
    """What somebody can say when he names a substitute for himself."""

    groups = fields.List(fields.Nested(Named), required=True)
    processes = fields.List(fields.Nested(Named), required=True)
    people = fields.List(fields.Nested(Someone), required=True)


class SubstitutionIn(Schema):
    """Who acts in whose place; without `account` in the own. `until` is the last day."""

    account = whole(load_default=None, allow_none=True)
    substitute = whole(required=True)
    group = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 60))
    processes = fields.List(fields.String(validate=validate.Length(1, 60)), load_default=list, validate=validate.Length(max=200))
    since = fields.Date(required=True)
    until = fields.Date(required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 2_000))


class EndIn(Schema):
    """Why it ends."""

    reason = fields.String(required=True, validate=validate.Length(1, 2_000))


@blueprint.get("/substitutions")
@blueprint.input(SubstitutionQuery, location="query", arg_name="query")
@blueprint.output(Substitutions)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_substitutions(query: dict[str, Any]) -> dict[str, Any]:
    """Substitutions that hold or will hold."""
    by = doors.actor()
    return {"items": [_view(one) for one in people.list_substitutions(by=by, account=by.account if query["of"] == "me" else None)]}


@blueprint.get("/substitutions/choices")
@blueprint.output(Choices)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_choices() -> dict[str, Any]:
    """The own groups that can be lent, the processes to which it can be limited, and the people who can be named."""
    by = doors.actor()
    lent = people.lends(by)
    vi, en = (people.group_labels(lent, language) for language in ("vi", "en"))
    return {
        "groups": [{"word": word, "label": vi[word], "label_en": en[word]} for word in lent],
        "processes": [
            {"word": word, "label": label, "label_en": label_en} for word, (label, label_en) in people.processes_to_lend().items()
        ],
        "people": [
            {"account": int(number), "name": name} for number, name in people_in_order(people.substitutes_for(by) if lent else {})
        ],
    }


@blueprint.post("/substitutions")
@blueprint.input(SubstitutionIn, arg_name="said")
@blueprint.output(OneSubstitution, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def name_substitute(said: dict[str, Any]) -> dict[str, Any]:
    """Name who acts in one's own place, or with the right to name substitutes in anybody's."""
    by = doors.actor()
    account = said["account"] or by.account or 0
    number = people.name_substitute(
        account, said["substitute"], by=by, since=said["since"], until=said["until"], reason=said["reason"], group=said["group"],
        processes=said["processes"],
    )
    return _view(next(one for one in people.list_substitutions(by=by, account=account) if one.id == number))


@blueprint.post("/substitutions/<int:substitution_id>/end")
@blueprint.input(EndIn, arg_name="said")
@blueprint.output({}, status_code=204)
@blueprint.doc(security="bearer", responses=ERRORS)
def end_substitution(substitution_id: int, said: dict[str, Any]) -> str:
    """End a substitution at once; what was done stays, what is open goes back."""
    people.end_substitution(substitution_id, by=doors.actor(), reason=said["reason"])
    return ""


def _view(one: Standing) -> dict[str, Any]:
    return {
        "id": one.id, "account": one.account, "account_name": one.account_name, "substitute": one.substitute,
        "substitute_name": one.substitute_name, "group": one.group, "processes": list(one.processes), "since": one.since.isoformat(),
        "until": one.until.isoformat(), "reason": one.reason, "holds": one.holds,
    }
