"""Rounds of voting over the API: planning, opening, closing, counting. Casting and tellers' codes are not here, on purpose.

A ballot is cast in person on the pages (BAL-14); a code is shown to its teller alone. Nothing of the routes
that route_rights.toml calls secret is logged or kept for `Idempotency-Key`.
"""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from service import doors
from service.api.files import Upload
from service.api.schemas import ERRORS, LARGEST, Paged, Paging, whole
from service.api.scoring import CutIn, cut_of
from service.council import ballot
from service.council import session as sessions
from service.council.ballot import Ballot, Sum
from service.errors import Invalid

blueprint = APIBlueprint("ballots", __name__, tag="Ballots")
_SMALL = validate.Range(0, 1000)
_TEXT = validate.Length(max=2000)


class PlanIn(Schema):
    """A round of a session: numbers of items that were discussed. Votes needed, roll and quorum are reckoned by the server."""

    session = whole(required=True)
    items = fields.List(whole(), required=True, validate=validate.Length(max=200))
    secret = fields.Boolean(load_default=True)
    cut = fields.Nested(CutIn, load_default=None, allow_none=True)


class TellersIn(Schema):
    """Three accounts."""

    tellers = fields.List(whole(), required=True, validate=validate.Length(max=10))


class CodesIn(Schema):
    """Codes of at least two tellers, by their numbers 1 to 3."""

    codes = fields.Dict(
        keys=fields.String(validate=validate.OneOf(["1", "2", "3"])),
        values=fields.String(validate=validate.Length(max=120)),
        required=True,
        metadata={"description": "Number of a teller to the 36 digits."},
    )


class BallotReason(Schema):
    """Why."""

    reason = fields.String(required=True, validate=_TEXT)


class WithdrawIn(BallotReason):
    """An item, and why it is taken off."""

    item_no = whole(required=True)


class SumsIn(Schema):
    """What was counted for an item by hand."""

    item_no = whole(required=True)
    agree = fields.Integer(required=True, strict=True, validate=_SMALL)
    disagree = fields.Integer(required=True, strict=True, validate=_SMALL)
    blank = fields.Integer(required=True, strict=True, validate=_SMALL)
    recused = fields.Integer(required=True, strict=True, validate=_SMALL)


class PaperIn(Schema):
    """A count on paper, keyed by one of two people."""

    returned = fields.Integer(required=True, strict=True, validate=_SMALL)
    items = fields.List(fields.Nested(SumsIn), required=True, validate=validate.Length(max=200))


class OpinionIn(Schema):
    """The written opinion of an absent member, until the box is sealed or a count is keyed."""

    member_no = whole(required=True)
    paper = fields.String(required=True, validate=validate.Length(1, 200))
    scan = whole(required=True, metadata={"description": "Number of the scanned paper, sent to `/files` before."})
    choices = fields.Dict(
        keys=fields.String(validate=validate.Regexp(r"^[1-9][0-9]{0,5}$")),
        values=fields.String(validate=validate.OneOf(["agree", "disagree"])),
        required=True,
        metadata={"description": "Number of an item to agree or disagree."},
    )


class ResultOut(Schema):
    """The sums of an item."""

    agree = fields.Integer(required=True)
    disagree = fields.Integer(required=True)
    blank = fields.Integer(required=True)
    recused = fields.Integer(required=True)
    written_agree = fields.Integer(required=True)
    written_disagree = fields.Integer(required=True)
    reached = fields.Boolean(required=True)


class WrittenOut(Schema):
    """The written opinion of an absent member on an item; `scan` is a file."""

    member_no = fields.Integer(required=True)
    name = fields.String(required=True)
    choice = fields.String(required=True)
    paper = fields.String(required=True)
    scan = fields.Integer(required=True)


class ItemOut(Schema):
    """An item and how it stands."""

    item_no = fields.Integer(required=True)
    nomination = fields.Integer(required=True, allow_none=True)
    title = fields.String(required=True)
    rule = fields.String(required=True)
    rule_version = fields.Integer(required=True)
    denominator = fields.Integer(required=True)
    needed = fields.Integer(required=True)
    electorate = fields.Integer(required=True)
    hopeless = fields.Boolean(required=True)
    withdrawn = fields.Boolean(required=True)
    recused = fields.List(fields.Integer(), required=True)
    written = fields.List(fields.Nested(WrittenOut), required=True)
    result = fields.Nested(ResultOut, required=True, allow_none=True)


class MemberOut(Schema):
    """A line of the roll; `voted` is null until the box is sealed."""

    member_no = fields.Integer(required=True)
    name = fields.String(required=True)
    present = fields.Boolean(required=True)
    voted = fields.Boolean(required=True, allow_none=True)


class TellerOut(Schema):
    """A teller and how far the own code is."""

    no = fields.Integer(required=True)
    account = fields.Integer(required=True)
    name = fields.String(required=True)
    issued = fields.Boolean(required=True)
    confirmed = fields.Boolean(required=True)


class BallotRow(Schema):
    """A round of voting in a list."""

    id = fields.String(required=True)
    session = fields.Integer(required=True)
    number = fields.Integer(required=True)
    state = fields.String(required=True)
    secret = fields.Boolean(required=True)
    quorum = fields.Integer(required=True)
    blank = fields.String(required=True)
    reason = fields.String(required=True)
    voted = fields.Integer(required=True)
    total = fields.Integer(required=True)
    params_hash = fields.String(required=True)
    root = fields.String(required=True)
    receipts = fields.List(fields.String(), required=True)
    scan = fields.Integer(required=True, allow_none=True, metadata={"description": "File of the scanned count, of a round on paper."})
    items = fields.List(fields.Nested(ItemOut), required=True)
    roll = fields.List(fields.Nested(MemberOut), required=True)
    tellers = fields.List(fields.Nested(TellerOut), required=True)


class BallotOut(BallotRow):
    """A round of voting."""


class BallotsOut(Paged):
    """Rounds of voting, the latest session first; of one session in their order."""

    items = fields.List(fields.Nested(BallotRow), required=True)


class BallotQuery(Paging):
    """Of which session; all where none is named."""

    session = fields.Integer(load_default=None, validate=validate.Range(1, LARGEST))


def view(one: Ballot) -> dict[str, Any]:
    """A round as programs see it."""
    names = ("id", "number", "state", "secret", "quorum", "blank", "reason", "voted", "total", "params_hash", "root",
             "receipts", "scan", "tellers", "roll")
    return {name: getattr(one, name) for name in names} | {
        "session": one.session_id,
        "items": [
            {
                "nomination": item.nomination_id, "rule": item.rule[0], "rule_version": item.rule[1],
                **{name: getattr(item, name) for name in
                   ("item_no", "title", "denominator", "needed", "electorate", "hopeless", "withdrawn", "recused", "written", "result")},
            }
            for item in one.items
        ],
    }


def _read(ballot_id: str) -> dict[str, Any]:
    return view(ballot.read_round(ballot_id, by=doors.actor()))


@blueprint.get("/ballots")
@blueprint.input(BallotQuery, location="query", arg_name="query")
@blueprint.output(BallotsOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_rounds(query: dict[str, Any]) -> dict[str, Any]:
    """Rounds of voting that one may read, paged."""
    page, size = query["page"], query["size"]
    found, total = ballot.list_rounds(by=doors.actor(), session_id=query["session"], page=page, size=size)
    return {"items": [view(one) for one in found], "page": page, "more": page * size < total, "total": total}


@blueprint.post("/ballots")
@blueprint.input(PlanIn, arg_name="said")
@blueprint.output(BallotOut, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def plan_round(said: dict[str, Any]) -> dict[str, Any]:
    """Put items of a session to the vote that were discussed; the session says what they need and who votes."""
    return _read(
        sessions.plan_round(said["session"], said["items"], secret=said["secret"], **cut_of(said["cut"]), by=doors.actor())
    )


@blueprint.get("/ballots/<ballot_id>")
@blueprint.output(BallotOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_round(ballot_id: str) -> dict[str, Any]:
    """One round; until it is sealed no more than the number of voters is told."""
    return _read(ballot_id)


@blueprint.post("/ballots/<ballot_id>/tellers")
@blueprint.input(TellersIn, arg_name="said")
@blueprint.output(BallotOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def name_tellers(ballot_id: str, said: dict[str, Any]) -> dict[str, Any]:
    """Name three tellers; each takes the own code on the pages."""
    ballot.name_tellers(ballot_id, said["tellers"], by=doors.actor())
    return _read(ballot_id)


@blueprint.post("/ballots/<ballot_id>/open")
@blueprint.output(BallotOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def open_round(ballot_id: str) -> dict[str, Any]:
    """Freeze the parameters and open the round."""
    ballot.open_round(ballot_id, by=doors.actor())
    return _read(ballot_id)


@blueprint.post("/ballots/<ballot_id>/seal")
@blueprint.output(BallotOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def seal_round(ballot_id: str) -> dict[str, Any]:
    """Close the box; without a quorum the round is cancelled."""
    return view(ballot.seal_round(ballot_id, by=doors.actor()))


@blueprint.post("/ballots/<ballot_id>/count")
@blueprint.input(CodesIn, arg_name="said")
@blueprint.output(BallotOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def count_round(ballot_id: str, said: dict[str, Any]) -> dict[str, Any]:
    """Count the sealed box with the codes of two tellers."""
    codes = {int(no): code for no, code in said["codes"].items()}
    return view(ballot.count_round(ballot_id, codes, by=doors.actor()))


@blueprint.post("/ballots/<ballot_id>/recount")
@blueprint.input(CodesIn, arg_name="said")
@blueprint.output(BallotOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def recount_round(ballot_id: str, said: dict[str, Any]) -> dict[str, Any]:
    """Count the kept box again."""
    codes = {int(no): code for no, code in said["codes"].items()}
    return view(ballot.recount(ballot_id, codes, by=doors.actor()))


@blueprint.post("/ballots/<ballot_id>/cancel")
@blueprint.input(BallotReason, arg_name="said")
@blueprint.output(BallotOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def cancel_round(ballot_id: str, said: dict[str, Any]) -> dict[str, Any]:
    """Cancel a round before it is counted."""
    ballot.cancel_round(ballot_id, said["reason"], by=doors.actor())
    return _read(ballot_id)


@blueprint.post("/ballots/<ballot_id>/withdraw")
@blueprint.input(WithdrawIn, arg_name="said")
@blueprint.output(BallotOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def withdraw_item(ballot_id: str, said: dict[str, Any]) -> dict[str, Any]:
    """Take an item off before the count."""
    ballot.withdraw_item(ballot_id, said["item_no"], said["reason"], by=doors.actor())
    return _read(ballot_id)


@blueprint.post("/ballots/<ballot_id>/paper")
@blueprint.input(PaperIn, arg_name="said")
@blueprint.output(BallotOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def file_paper_count(ballot_id: str, said: dict[str, Any]) -> dict[str, Any]:
    """Key a count on paper; a second person must agree."""
    sums = {one["item_no"]: Sum(one["agree"], one["disagree"], one["blank"], one["recused"]) for one in said["items"]}
    return view(ballot.file_paper_count(ballot_id, said["returned"], sums, by=doors.actor()))


@blueprint.post("/ballots/<ballot_id>/opinions")
@blueprint.input(OpinionIn, arg_name="said")
@blueprint.output(BallotOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def file_opinion(ballot_id: str, said: dict[str, Any]) -> dict[str, Any]:
    """Enter the written opinion of an absent member, a named line of its own."""
    choices = {int(no): word for no, word in said["choices"].items()}
    ballot.file_written_opinion(
        ballot_id, said["member_no"], choices, paper=said["paper"], scan=said["scan"], by=doors.actor()
    )
    return _read(ballot_id)


@blueprint.post("/ballots/<ballot_id>/scan")
@blueprint.input(Upload, location="files", arg_name="sent")
@blueprint.output(BallotOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def attach_scan(ballot_id: str, sent: dict[str, Any]) -> dict[str, Any]:
    """Attach the scanned count of a round on paper, until the session's minutes are signed: they wait for it."""
    given = sent["file"]
    if not hasattr(given, "read"):
        raise Invalid("Gửi tệp trong trường “file”.", "Send the file in the field “file”.", code="no-file")
    ballot.attach_scan(ballot_id, given.filename or "tệp", given.read(), by=doors.actor())
    return _read(ballot_id)


@blueprint.post("/ballots/<ballot_id>/burn")
@blueprint.output(BallotOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def burn_round(ballot_id: str) -> dict[str, Any]:
    """Empty the box for good once the minutes are signed."""
    ballot.burn_round(ballot_id, by=doors.actor())
    return _read(ballot_id)
