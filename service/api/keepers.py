"""Those who keep checkpoints outside the house, over the API."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from service import doors, keepers
from service.api.schemas import ERRORS, moment
from service.errors import NotFound
from service.keepers import KeeperLetter, Kept

blueprint = APIBlueprint("api_keepers", __name__, tag="Trail")
_SAID = dict[str, Any]


class KeeperLetterOut(Schema):
    """A letter with a checkpoint; `missed_at` where it is known that it did not arrive, `received_at` where the keeper had it after all."""

    letter = fields.Integer(required=True)
    checkpoint = fields.Integer(required=True)
    trail = fields.String(required=True)
    queued_at = moment(required=True)
    missed_at = moment(required=True, allow_none=True)
    received_at = moment(required=True, allow_none=True)


class KeeperRow(Schema):
    """Somebody who was asked to keep checkpoints; `letters` are the newest of them."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    address = fields.String(required=True)
    outside = fields.Boolean(required=True, metadata={"description": "Whether nobody who looks after the machine reaches the mailbox"})
    state = fields.String(required=True, validate=validate.OneOf(["asked", "keeping", "ended"]))
    letters = fields.List(fields.Nested(KeeperLetterOut), required=True)


class KeeperOut(KeeperRow):
    """One of them."""


class KeepersOut(Schema):
    """Everybody who was asked, who keeps now first."""

    items = fields.List(fields.Nested(KeeperRow), required=True)


class KeeperIn(Schema):
    """Whom to ask by mail."""

    name = fields.String(required=True, validate=validate.Length(1, 120))
    address = fields.String(required=True, validate=validate.Length(3, 254))
    outside = fields.Boolean(required=True)


class KeeperForgetIn(Schema):
    """Why name and address are erased; the reason stays, so it names nobody."""

    reason = fields.String(required=True, validate=validate.Length(1, 2000))


class KeeperEndIn(Schema):
    """Why the keeping ends."""

    reason = fields.String(required=True, validate=validate.Length(1, 2000))


@blueprint.get("/keepers")
@blueprint.output(KeepersOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_keepers() -> _SAID:
    """Who keeps checkpoints, with the letters that went."""
    return {"items": [_view(one) for one in keepers.list_keepers(by=doors.actor())]}


@blueprint.post("/keepers")
@blueprint.input(KeeperIn, arg_name="said")
@blueprint.output(KeeperOut, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def ask(said: _SAID) -> _SAID:
    """Ask somebody by mail; letters go once the person agreed."""
    return _one(keepers.ask_keeper(said["name"], said["address"], outside=said["outside"], by=doors.actor()))


@blueprint.post("/keepers/<int:keeper_id>/ask")
@blueprint.output(KeeperOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def ask_again(keeper_id: int) -> _SAID:
    """Ask once more who has not answered."""
    keepers.ask_again(keeper_id, by=doors.actor())
    return _one(keeper_id)


@blueprint.post("/keepers/<int:keeper_id>/end")
@blueprint.input(KeeperEndIn, arg_name="said")
@blueprint.output(KeeperOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def end(keeper_id: int, said: _SAID) -> _SAID:
    """End somebody's keeping; the person and the inspectors are told."""
    keepers.end_keeper(keeper_id, by=doors.actor(), reason=said["reason"])
    return _one(keeper_id)


@blueprint.post("/keepers/<int:keeper_id>/forget")
@blueprint.input(KeeperForgetIn, arg_name="said")
@blueprint.output(KeeperOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def forget(keeper_id: int, said: _SAID) -> _SAID:
    """Erase name and address of who keeps checkpoints no more; what went to them stays, by numbers."""
    keepers.forget(keeper_id, by=doors.actor(), reason=said["reason"])
    return _one(keeper_id)


def _one(number: int) -> _SAID:
    for one in keepers.list_keepers(by=doors.actor()):
        if one.keeper.id == number:
            return _view(one)
    raise NotFound("Không có người giữ mốc này.", "There is no such keeper.")


def _view(one: Kept) -> _SAID:
    row = one.keeper
    return {
        "id": row.id, "name": row.name, "address": row.address, "outside": row.outside,
        "state": "ended" if row.ended_at else "keeping" if row.confirmed_at else "asked",
        "letters": [_letter(letter) for letter in one.letters],
    }


def _letter(letter: KeeperLetter) -> _SAID:
    return {
        "letter": letter.number, "checkpoint": letter.checkpoint, "trail": letter.origin, "queued_at": letter.queued_at.isoformat(),
        "missed_at": letter.missed_at.isoformat() if letter.missed_at else None,
        "received_at": letter.received_at.isoformat() if letter.received_at else None,
    }
