"""The groups of the house over the API: what they are called, and calling one otherwise."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from service import doors, people
from service.api.schemas import ERRORS

blueprint = APIBlueprint("api_groups", __name__, tag="Groups")


class GroupOut(Schema):
    """A group: its word, which memberships and tasks keep, what it is called, and whether it counts for one unit."""

    group = fields.String(required=True)
    label = fields.String(required=True)
    label_en = fields.String(required=True)
    scoped = fields.Boolean(required=True)


class Groups(Schema):
    """All groups, in the order of the house."""

    items = fields.List(fields.Nested(GroupOut), required=True)


class OneGroup(GroupOut):
    """One group."""


class NameIn(Schema):
    """What a group is called from now on, in both languages."""

    label = fields.String(required=True, validate=validate.Length(1, 200))
    label_en = fields.String(required=True, validate=validate.Length(1, 200))


@blueprint.get("/groups")
@blueprint.output(Groups)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_groups() -> dict[str, Any]:
    """Every group by its present name; everybody who is signed in may read them."""
    doors.actor()
    return {"items": _rows()}


@blueprint.put("/groups/<group>")
@blueprint.input(NameIn, arg_name="said")
@blueprint.output(OneGroup)
@blueprint.doc(security="bearer", responses=ERRORS)
def rename_group(group: str, said: dict[str, Any]) -> dict[str, Any]:
    """Call a group otherwise; its word stays, so nothing else changes."""
    people.rename_group(group, said["label"], said["label_en"], by=doors.actor())
    return next(row for row in _rows() if row["group"] == group)


def _rows() -> list[dict[str, Any]]:
    known = people.catalogue()
    vi, en = (people.group_labels(known, language) for language in ("vi", "en"))
    return [
        {"group": word, "label": vi[word], "label_en": en[word], "scoped": one.scoped} for word, one in known.items()
    ]
