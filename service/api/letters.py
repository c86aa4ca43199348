"""The office's letters over the API: how each reads, its words changed, tried on oneself, its versions, and the way back."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from flask import Response
from marshmallow import fields, validate

from service import doors, notices, people
from service.api.schemas import ERRORS, LARGEST, moment
from service.errors import NotFound
from service.notices import Rendered, Wording

blueprint = APIBlueprint("api_letters", __name__, tag="Mail")
_READ, _EDIT = "mail.read", "letter.edit"


def _part(most: int, least: int = 0) -> fields.String:
    more: dict[str, Any] = {"required": True} if least else {"load_default": ""}
    return fields.String(validate=validate.Length(least, most), **more)


class LetterWords(Schema):
    """The parts of a letter in both languages; facts are lines of "label: value". What is left empty is left out of the letter."""

    vi_subject = _part(150, 1)
    vi_opening = _part(2_000, 1)
    vi_facts = _part(6_000)
    vi_closing = _part(2_000)
    vi_button = _part(60)
    en_subject = _part(150, 1)
    en_opening = _part(2_000, 1)
    en_facts = _part(6_000)
    en_closing = _part(2_000)
    en_button = _part(60)


class LetterWordsTried(LetterWords):
    """Words that are being written."""


class LetterWordsIn(LetterWords):
    """New words, the number of the version that was edited (0: none yet), and why."""

    seen = fields.Integer(required=True, strict=True, validate=validate.Range(0, LARGEST))
    reason = fields.String(required=True, validate=validate.Length(1, 2_000))


class LetterRestoreIn(Schema):
    """The number of the version in force that was seen, and why another is to be."""

    seen = fields.Integer(required=True, strict=True, validate=validate.Range(0, LARGEST))
    reason = fields.String(required=True, validate=validate.Length(1, 2_000))


class LetterRow(Schema):
    """A kind of letter; `fixed`: nobody words it otherwise, since it is an alarm or tells of keeping checkpoints."""

    name = fields.String(required=True)
    label = fields.String(required=True)
    label_en = fields.String(required=True)
    fixed = fields.Boolean(required=True)


class LettersOut(Schema):
    """Every kind of letter."""

    items = fields.List(fields.Nested(LetterRow), required=True)


class LetterShown(LetterRow):
    """A letter as it goes now, with made-up values, in the caller's language."""

    subject = fields.String(required=True)
    text = fields.String(required=True)
    html = fields.String(required=True)


class LetterVersionRow(Schema):
    """A version of the words; `shipped`: from here on the words that come with the service.

    `sha256` is that of the words as they are kept, as the entry of the trail says it; empty where none are.
    """

    number = fields.Integer(required=True)
    saved_at = moment(required=True)
    saved_by = fields.Integer(required=True, allow_none=True)
    reason = fields.String(required=True)
    shipped = fields.Boolean(required=True)
    sha256 = fields.String(required=True)


class LetterWording(Schema):
    """The words in force, their number (0: never changed) and every version, the newest first.

    `gaps`: values that the words may ask for as `{{ name }}`, and whether each is always there. `unread`: the office's own words
    can no longer be read, so letters go in those that come with the service.
    """

    name = fields.String(required=True)
    number = fields.Integer(required=True)
    changed = fields.Boolean(required=True)
    unread = fields.Boolean(required=True)
    words = fields.Nested(LetterWords, required=True)
    gaps = fields.Dict(keys=fields.String(), values=fields.Boolean(), required=True)
    versions = fields.List(fields.Nested(LetterVersionRow), required=True)


class LetterVersion(Schema):
    """The words of one version, and the letter in them with made-up values, in the caller's language."""

    number = fields.Integer(required=True)
    words = fields.Nested(LetterWords, required=True)
    subject = fields.String(required=True)
    text = fields.String(required=True)
    html = fields.String(required=True)


@blueprint.get("/letters")
@blueprint.output(LettersOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_letters() -> dict[str, Any]:
    """The kinds of letter that the service sends."""
    people.require(doors.actor(), _READ)
    return {"items": [_row(name) for name in notices.letters()]}


@blueprint.get("/letters/<letter>")
@blueprint.output(LetterShown)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_letter(letter: str) -> dict[str, Any]:
    """One letter as it goes now, with made-up values."""
    by = doors.actor()
    people.require(by, _READ)
    shown = notices.preview(letter, language=doors.language(), by=by)
    return _row(letter) | _content(shown)


@blueprint.get("/letters/<letter>/words")
@blueprint.output(LetterWording)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_words(letter: str) -> dict[str, Any]:
    """The words of a letter in force, what they may ask for, and every version."""
    by = doors.actor()
    people.require(by, _EDIT)
    return _wording(letter, notices.read_wording(letter, by=by))


@blueprint.put("/letters/<letter>/words")
@blueprint.input(LetterWordsIn, arg_name="said")
@blueprint.output(LetterWording)
@blueprint.doc(security="bearer", responses=ERRORS)
def change_words(letter: str, said: dict[str, Any]) -> dict[str, Any]:
    """Word a letter anew; letters that are queued from now on read so."""
    by = doors.actor()
    people.require(by, _EDIT)
    seen, reason = said.pop("seen"), said.pop("reason")
    notices.save_words(letter, said, seen=seen, reason=reason, by=by)
    return _wording(letter, notices.read_wording(letter, by=by))


@blueprint.post("/letters/<letter>/words/test")
@blueprint.input(LetterWordsTried, arg_name="said")
@blueprint.output({}, status_code=204)
@blueprint.doc(security="bearer", responses=ERRORS)
def try_words(letter: str, said: dict[str, Any]) -> Response:
    """Send a letter in words that are being written to oneself, with made-up values; nothing is kept of them."""
    by = doors.actor()
    people.require(by, _EDIT)
    notices.try_words(letter, notices.typed_letter(letter, said), by=by)
    return Response(status=204)


@blueprint.get("/letters/<letter>/versions/<int:number>")
@blueprint.output(LetterVersion)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_version(letter: str, number: int) -> dict[str, Any]:
    """The words of one version; 0: those that come with the service."""
    by = doors.actor()
    people.require(by, _EDIT)
    found = notices.read_version(letter, number, by=by)
    return {"number": number, "words": notices.typed_of(found)} | _content(notices.shown(found, language=doors.language(), by=by))


@blueprint.post("/letters/<letter>/versions/<int:number>/restore")
@blueprint.input(LetterRestoreIn, arg_name="said")
@blueprint.output(LetterWording)
@blueprint.doc(security="bearer", responses=ERRORS)
def restore(letter: str, number: int, said: dict[str, Any]) -> dict[str, Any]:
    """Put an earlier version in force again, as a version of its own; 0: the words that come with the service."""
    by = doors.actor()
    people.require(by, _EDIT)
    notices.restore_words(letter, number, seen=said["seen"], reason=said["reason"], by=by)
    return _wording(letter, notices.read_wording(letter, by=by))


def _row(name: str) -> dict[str, Any]:
    if name not in notices.letters():
        raise NotFound("Không có mẫu thư này.", "There is no such letter.")
    labels = {"label": notices.label(name, "vi"), "label_en": notices.label(name, "en")}
    return {"name": name, **labels, "fixed": notices.letters()[name].fixed}


def _content(shown: Rendered) -> dict[str, Any]:
    return {"subject": shown.subject, "text": shown.text, "html": shown.html}


def _wording(name: str, found: Wording) -> dict[str, Any]:
    return {
        "name": name, "number": found.number, "changed": found.changed, "unread": found.unread, "words": notices.typed_of(found.letter),
        "gaps": dict(found.letter.gaps),
        "versions": [
            {
                "number": one.number, "saved_at": one.saved_at.isoformat(), "saved_by": one.saved_by, "reason": one.reason,
                "shipped": one.shipped, "sha256": one.sha256,
            }
            for one in found.versions
        ],
    }
