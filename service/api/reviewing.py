"""Reviewing over the API: who scores what, a member's own scores, reminding; the rights are the pages'."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from service import doors
from service.api.refs import unit_of
from service.api.schemas import ERRORS, ReasonIn, day, moment, whole
from service.api.scoring import ScoredCriterionOut
from service.council import session as sessions
from service.council.session import Reviewing, ScoreSheet, ScoreSheets

blueprint = APIBlueprint("api_reviewing", __name__, tag="Council sessions")
_SESSION = "/council-sessions/<int:council_session_id>"
_AT = f"{_SESSION}/reviewing"
_ROUND = "/rounds/<int:round_id>/blind"
_CODE = validate.Length(1, 4)


class PairIn(Schema):
    """A member and an item."""

    member_no = whole(required=True)
    item_no = whole(required=True)


class AssignIn(Schema):
    """Names to give and to take; what is taken needs the reason."""

    give = fields.List(fields.Nested(PairIn), load_default=list, validate=validate.Length(max=20_000))
    take = fields.List(fields.Nested(PairIn), load_default=list, validate=validate.Length(max=20_000))
    reason = fields.String(load_default="", validate=validate.Length(max=2_000))


class AssignUnitIn(Schema):
    """All names of a unit, by its number, code or name, for one member."""

    unit = fields.Raw(required=True, metadata={"description": "Number, code or name."})
    member_no = whole(required=True)


class DrawIn(Schema):
    """How many reviewers each name is to have; `seed` repeats an earlier draw."""

    each = whole(required=True)
    seed = whole(load_default=None, allow_none=True)


class RemindIn(Schema):
    """Whom to remind of those behind; all of them where nobody is named."""

    members = fields.List(whole(), load_default=None, allow_none=True, validate=validate.Length(1, 200))


class CloseIn(Schema):
    """Why, where reviewers are behind."""

    reason = fields.String(load_default="", validate=validate.Length(max=2_000))


class BlindOut(Schema):
    """How a round is with its names: empty (never blind), on, closed (scored, still hidden), lifted."""

    blind = fields.String(required=True)


class ReviewedFileOut(Schema):
    """A file of a name as a reviewer is shown it."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    media_type = fields.String(required=True)
    size = fields.Integer(required=True)
    criteria = fields.List(fields.String(), required=True)


class ReviewedFilesOut(Schema):
    """The files of a name that one is to score; `withheld`: how many are kept back in a blind round."""

    files = fields.List(fields.Nested(ReviewedFileOut), required=True)
    withheld = fields.Integer(required=True)


class ReviewedItemOut(Schema):
    """An item with the numbers of the members who score it, and of those whose scores count."""

    item_no = fields.Integer(required=True)
    nomination = fields.Integer(required=True)
    name = fields.String(required=True)
    unit_name = fields.String(required=True)
    form = fields.String(required=True)
    reviewers = fields.List(fields.Integer(), required=True)
    done = fields.List(fields.Integer(), required=True)


class ReviewerOut(Schema):
    """A member as a reviewer: items to score, those done, those that concern him."""

    member_no = fields.Integer(required=True)
    name = fields.String(required=True)
    assigned = fields.List(fields.Integer(), required=True)
    done = fields.List(fields.Integer(), required=True)
    kept_out = fields.List(fields.Integer(), required=True)
    behind = fields.Boolean(required=True)
    reminded = day(required=True, allow_none=True)


class DrawOut(Schema):
    """One time that names were given at random."""

    seed = fields.Integer(required=True)
    each = fields.Integer(required=True)
    count = fields.Integer(required=True)
    by = fields.String(required=True)
    on = day(required=True)


class ReviewingOut(Schema):
    """Who scores what in a session. `assigned` is false while everybody scores everything."""

    session = fields.Integer(required=True)
    round = fields.Integer(required=True)
    open = fields.Boolean(required=True)
    assigned = fields.Boolean(required=True)
    due = day(required=True)
    items = fields.List(fields.Nested(ReviewedItemOut), required=True)
    reviewers = fields.List(fields.Nested(ReviewerOut), required=True)
    draws = fields.List(fields.Nested(DrawOut), required=True)


class DrawnOut(ReviewingOut):
    """Who scores what after a draw, and the seed of it."""

    seed = fields.Integer(required=True)


class OwnPointsIn(Schema):
    """Points of one criterion, and what the member says of it."""

    criterion = fields.String(required=True, validate=_CODE)
    points = fields.Float(required=True, validate=validate.Range(0, 1_000))
    comment = fields.String(load_default="", validate=validate.Length(max=5_000))


class OwnItemIn(Schema):
    """An item with a figure for each of its criteria."""

    item_no = whole(required=True)
    points = fields.List(fields.Nested(OwnPointsIn), required=True, validate=validate.Length(1, 20))


class OwnScoresIn(Schema):
    """The own sheet, whole; items that are left out are not scored."""

    items = fields.List(fields.Nested(OwnItemIn), required=True, validate=validate.Length(max=2_000))


class OwnPointsOut(Schema):
    """Points of one criterion, and what the member said of it."""

    criterion = fields.String(required=True)
    points = fields.Float(required=True)
    comment = fields.String(required=True)


class OwnItemOut(Schema):
    """An item to score with its criteria, and the own scores."""

    item_no = fields.Integer(required=True)
    open = fields.Boolean(required=True)
    criteria = fields.List(fields.Nested(ScoredCriterionOut), required=True)
    points = fields.List(fields.Nested(OwnPointsOut), required=True)


class OwnScoresOut(Schema):
    """The own sheet: what is to be scored, and how far it is."""

    member_no = fields.Integer(required=True)
    done = fields.Integer(required=True)
    items = fields.List(fields.Nested(OwnItemOut), required=True)


def _view(found: Reviewing) -> dict[str, Any]:
    return {
        "session": found.session_id, "round": found.round_id, "open": found.open, "assigned": found.assigned,
        "due": found.due.isoformat(),
        "items": [
            {"nomination": i.nomination_id}
            | {name: getattr(i, name) for name in ("item_no", "name", "unit_name", "form", "reviewers", "done")}
            for i in found.items
        ],
        "reviewers": [
            {name: getattr(r, name) for name in ("member_no", "name", "assigned", "done", "kept_out", "behind")}
            | {"reminded": r.reminded and r.reminded.isoformat()}
            for r in found.reviewers
        ],
        "draws": [
            {"seed": d.seed, "each": d.each, "count": d.count, "by": d.by, "on": d.on.isoformat()} for d in found.draws
        ],
    }


def _read(council_session_id: int) -> dict[str, Any]:
    return _view(sessions.read_reviewing(council_session_id, by=doors.actor()))


@blueprint.get(_AT)
@blueprint.output(ReviewingOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_reviewing(council_session_id: int) -> dict[str, Any]:
    """Who scores what in a session, the load of each reviewer and how far he is."""
    return _read(council_session_id)


@blueprint.post(f"{_AT}/assign")
@blueprint.input(AssignIn, arg_name="said")
@blueprint.output(ReviewingOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def assign(council_session_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Give names to reviewers, take some from them, or hand one from one to another."""
    give, take = ([(one["member_no"], one["item_no"]) for one in said[word]] for word in ("give", "take"))
    sessions.assign_reviewers(council_session_id, give, take, said["reason"], by=doors.actor())
    return _read(council_session_id)


@blueprint.post(f"{_AT}/unit")
@blueprint.input(AssignUnitIn, arg_name="said")
@blueprint.output(ReviewingOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def assign_unit(council_session_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Give a reviewer all names of a unit."""
    unit = said["unit"] if isinstance(said["unit"], (int, str)) and not isinstance(said["unit"], bool) else 0
    sessions.assign_unit(council_session_id, unit_of(unit) or 0, said["member_no"], by=doors.actor())
    return _read(council_session_id)


@blueprint.post(f"{_AT}/draw")
@blueprint.input(DrawIn, arg_name="said")
@blueprint.output(DrawnOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def draw(council_session_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Give names at random, evenly, until each has so many reviewers; the same seed gives the same."""
    seed = sessions.draw_reviewers(council_session_id, said["each"], said["seed"], by=doors.actor())
    return _read(council_session_id) | {"seed": seed}


@blueprint.post(f"{_AT}/remind")
@blueprint.input(RemindIn, arg_name="said")
@blueprint.output(ReviewingOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def remind(council_session_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Remind reviewers who are behind, each at most once a day."""
    sessions.remind_reviewers(council_session_id, said["members"], by=doors.actor())
    return _read(council_session_id)


def _own(found: ScoreSheets, sheet: ScoreSheet) -> dict[str, Any]:
    return {
        "member_no": sheet.member_no, "done": len(sheet.scored),
        "items": [
            {
                "item_no": number, "open": number in found.open, "criteria": found.criteria[number],
                "points": [
                    {"criterion": code, "points": points, "comment": sheet.comments.get((item, code), "")}
                    for (item, code), points in sheet.own.items() if item == number
                ],
            }
            for number in sheet.items
        ],
    }


@blueprint.get(f"{_SESSION}/my-scores")
@blueprint.output(OwnScoresOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_own_scores(council_session_id: int) -> dict[str, Any]:
    """What one is to score as a member of the session, and the own scores."""
    return _own(*sessions.read_own_sheet(council_session_id, by=doors.actor()))


@blueprint.put(f"{_SESSION}/my-scores")
@blueprint.input(OwnScoresIn, arg_name="said")
@blueprint.output(OwnScoresOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def file_own_scores(council_session_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """File the own scores as a member; they count at once."""
    points = {one["item_no"]: {x["criterion"]: Decimal(str(x["points"])) for x in one["points"]} for one in said["items"]}
    comments = {(one["item_no"], x["criterion"]): x["comment"] for one in said["items"] for x in one["points"]}
    sessions.file_own_sheet(council_session_id, points, comments, by=doors.actor())
    return _own(*sessions.read_own_sheet(council_session_id, by=doors.actor()))


@blueprint.get(f"{_SESSION}/items/<int:item_no>/files")
@blueprint.output(ReviewedFilesOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_files(council_session_id: int, item_no: int) -> Any:
    """The files of a name that one is to score as a member; each is opened at its own address."""
    sessions.read_session(council_session_id, by=doors.actor())
    return sessions.reviewed_files(council_session_id, item_no, by=doors.actor())


@blueprint.get(_ROUND)
@blueprint.output(BlindOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_blind(round_id: int) -> dict[str, Any]:
    """Whether a round is scored blind."""
    return _blind(round_id)


@blueprint.post(_ROUND)
@blueprint.input(ReasonIn, arg_name="said")
@blueprint.output(BlindOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def set_blind(round_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Hide the names of a round from its reviewers until its scores are closed."""
    sessions.set_blind(round_id, said["reason"], by=doors.actor())
    return _blind(round_id)


@blueprint.post(f"{_ROUND}/close")
@blueprint.input(CloseIn, arg_name="said")
@blueprint.output(BlindOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def close_scores(round_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Close the scores of a blind round."""
    sessions.close_scores(round_id, said["reason"], by=doors.actor())
    return _blind(round_id)


@blueprint.post(f"{_ROUND}/lift")
@blueprint.output(BlindOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def lift_blind(round_id: int) -> dict[str, Any]:
    """Show the names of a round again, once its scores are closed."""
    sessions.lift_blind(round_id, by=doors.actor())
    return _blind(round_id)


def _blind(round_id: int) -> dict[str, Any]:
    return {"blind": sessions.blind_state(round_id)}


class FeedbackIn(Schema):
    """The words for the unit."""

    words = fields.String(required=True, validate=validate.Length(1, 20_000))


class ReleaseIn(Schema):
    """The version that was checked."""

    version = whole(required=True)


class ReviewerCommentOut(Schema):
    """What a reviewer said of a criterion, without who said it."""

    criterion = fields.String(required=True)
    comment = fields.String(required=True)


class FeedbackOut(Schema):
    """Words on a name. `state`: empty before anything is drafted, drafted, returned, released; `comments` for the office only."""

    nomination = fields.Integer(required=True)
    words = fields.String(required=True)
    state = fields.String(required=True)
    version = fields.Integer(required=True)
    returned_for = fields.String(required=True)
    released_at = moment(required=True, allow_none=True)
    comments = fields.List(fields.Nested(ReviewerCommentOut), required=True)


_FEEDBACK = "/nominations/<int:nomination_id>/feedback"


def _feedback(nomination_id: int) -> dict[str, Any]:
    found = sessions.read_feedback(nomination_id, by=doors.actor())
    return {
        "nomination": found.nomination_id, "released_at": found.released_at and found.released_at.isoformat(),
        "comments": [{"criterion": code, "comment": said} for code, said in found.comments],
    } | {name: getattr(found, name) for name in ("words", "state", "version", "returned_for")}


@blueprint.get(_FEEDBACK)
@blueprint.output(FeedbackOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_feedback(nomination_id: int) -> dict[str, Any]:
    """The words on a name: for the office as they stand, for its unit once they were released."""
    return _feedback(nomination_id)


@blueprint.put(_FEEDBACK)
@blueprint.input(FeedbackIn, arg_name="said")
@blueprint.output(FeedbackOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def draft_feedback(nomination_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Write the words for the unit, or mend them."""
    sessions.draft_feedback(nomination_id, said["words"], by=doors.actor())
    return _feedback(nomination_id)


@blueprint.post(f"{_FEEDBACK}/release")
@blueprint.input(ReleaseIn, arg_name="said")
@blueprint.output(FeedbackOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def release_feedback(nomination_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Let the words go out to the unit, as the second person."""
    sessions.release_feedback(nomination_id, said["version"], by=doors.actor())
    return _feedback(nomination_id)


@blueprint.post(f"{_FEEDBACK}/return")
@blueprint.input(ReasonIn, arg_name="said")
@blueprint.output(FeedbackOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def return_feedback(nomination_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Send the words back to be mended, with the reason."""
    sessions.return_feedback(nomination_id, said["reason"], by=doors.actor())
    return _feedback(nomination_id)
