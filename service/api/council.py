"""Sessions of the council over the API: planned, invited, answered, held, minuted, signed; the rights are the pages'.

Rounds of voting stand under `/ballots`. A member acts for himself; a secretary writes it down for a member by his number.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from service import doors
from service.api import ballots, matters, scoring, shapes
from service.api.refs import round_of
from service.api.schemas import ERRORS, LARGEST, Paged, Paging, day, moment, open_object, reference, whole
from service.awards.ranking import rank_rule
from service.council import session as sessions
from service.council.session import Item, Outlook, Session

blueprint = APIBlueprint("api_council", __name__, tag="Council sessions")
_TEXT = validate.Length(max=2_000)
_CODE = validate.Length(max=20)
_AT = "/council-sessions/<int:council_session_id>"
_ITEM = f"{_AT}/items/<int:item_no>"


class WhenIn(Schema):
    """When and where a session is held."""

    held_at = fields.AwareDateTime(required=True)
    place = fields.String(required=True, validate=validate.Length(1, 300))


class PlanIn(WhenIn):
    """A session over names of a round that wait; all of them where none are named. `members`: accounts, chair and vice-chair too."""

    round = reference(required=True)
    chair = whole(required=True)
    vice = whole(load_default=None, allow_none=True)
    members = fields.List(whole(), required=True, validate=validate.Length(max=200))
    nominations = fields.List(whole(), load_default=None, allow_none=True, validate=validate.Length(max=2_000))
    title = fields.String(load_default="", validate=validate.Length(max=300))
    cut = fields.Nested(scoring.CutIn, load_default=None, allow_none=True)


class ActIn(Schema):
    """What an act asks for (see `acts` of the session's list), and the version that was seen."""

    fields_ = open_object("Answers of the act's form.", load_default=dict, data_key="fields")
    version = fields.Integer(strict=True, load_default=None, allow_none=True)


class SeatIn(Schema):
    """Whether a member is there."""

    member_no = whole(required=True)
    present = fields.Boolean(required=True)
    reason = fields.String(load_default="", validate=_TEXT)


class RollIn(Schema):
    """The roll as it was called; who is not named stays as he is."""

    members = fields.List(fields.Nested(SeatIn), required=True, validate=validate.Length(1, 200))


class ReplyIn(Schema):
    """Whether one comes; who does not, says why. `member_no`: for whom a secretary writes it down."""

    coming = fields.Boolean(required=True)
    reason = fields.String(load_default="", validate=_TEXT)
    member_no = whole(load_default=None, allow_none=True)


class WhyIn(Schema):
    """Why."""

    reason = fields.String(required=True, validate=_TEXT)


class ConflictIn(WhyIn):
    """A declared interest. `member_no`: for whom a secretary writes it down."""

    member_no = whole(load_default=None, allow_none=True)


class DiscussIn(Schema):
    """What was said, and the form that is put to the vote: the one proposed, or a lower one with the reason."""

    discussion = fields.String(load_default="", validate=validate.Length(max=5_000))
    form = fields.String(load_default=None, allow_none=True, validate=_CODE)
    reserve = fields.String(load_default=None, allow_none=True, validate=_CODE)
    form_reason = fields.String(load_default="", validate=_TEXT)
    again_reason = fields.String(load_default="", validate=_TEXT, metadata={"description": "Needed where the item was decided."})


class AwayQuery(Schema):
    """Number of the member who would be away."""

    away = fields.Integer(required=True, validate=validate.Range(1, LARGEST))


class SeatOut(Schema):
    """A member: `part` is chair, vice or member, `reply` yes, no or empty."""

    member_no = fields.Integer(required=True)
    account = fields.Integer(required=True)
    name = fields.String(required=True)
    title = fields.String(required=True)
    part = fields.String(required=True)
    reply = fields.String(required=True)
    present = fields.Boolean(required=True)
    reason = fields.String(required=True)


class RecusalOut(Schema):
    """Who keeps out of an item: as its nominee, by the own unit, or as declared."""

    member_no = fields.Integer(required=True)
    name = fields.String(required=True)
    cause = fields.String(required=True)
    reason = fields.String(required=True)


class OutlookOut(Schema):
    """How an item stands before the vote; `less` is needed with one voter fewer, `missing` says which rule has no value."""

    needed = fields.Integer(required=True)
    denominator = fields.Integer(required=True)
    base = fields.String(required=True)
    voters = fields.Integer(required=True)
    writers = fields.Integer(required=True)
    recused = fields.List(fields.Integer(), required=True)
    less = fields.Integer(required=True)
    hopeless = fields.Boolean(required=True)
    by_writing = fields.Boolean(required=True)
    tight = fields.Boolean(required=True)
    rule = fields.String(required=True, allow_none=True)
    rule_version = fields.Integer(required=True, allow_none=True)
    basis = fields.String(required=True)
    sure = fields.Boolean(required=True)
    missing = fields.String(required=True, allow_none=True)


class ReopenedOut(Schema):
    """The result that an item had before it was put to the vote again, and why it was."""

    result = fields.String(required=True)
    sums = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    reason = fields.String(required=True)
    on = fields.Date(required=True)


class AgendaItemOut(Schema):
    """A name on the agenda. `needed` and `denominator` are null until a round has frozen them; `outlook` says how it stands now."""

    item_no = fields.Integer(required=True)
    nomination = fields.Integer(required=True)
    name = fields.String(required=True)
    title = fields.String(required=True)
    unit_name = fields.String(required=True)
    proposed = fields.String(required=True)
    form = fields.String(required=True)
    reserve = fields.String(required=True, allow_none=True)
    form_reason = fields.String(required=True)
    state = fields.String(required=True)
    discussion = fields.String(required=True)
    result = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True)
    ballot = fields.String(required=True, allow_none=True)
    needed = fields.Integer(required=True, allow_none=True)
    denominator = fields.Integer(required=True, allow_none=True)
    sums = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    presides = fields.Integer(required=True, allow_none=True)
    recusals = fields.List(fields.Nested(RecusalOut), required=True)
    outlook = fields.Nested(OutlookOut, required=True)
    stopped = fields.String(required=True, allow_none=True, metadata={"description": "Why it cannot be put to the vote now."})
    left_over_from = fields.String(required=True)
    reopened = fields.List(fields.Nested(ReopenedOut), required=True)
    warnings = fields.List(
        fields.Nested(shapes.Warned), required=True,
        metadata={"description": "What open matters of its unit warn of; empty in a blind round and once the session is over."},
    )


class SittingOut(Schema):
    """One sitting."""

    number = fields.Integer(required=True)
    opened = moment(required=True)
    ended = moment(required=True, allow_none=True)
    reason = fields.String(required=True)
    presided_by = fields.String(required=True)
    present = fields.List(fields.String(), required=True)
    absent = fields.List(fields.String(), required=True)
    held = fields.Boolean(required=True, metadata={"description": "False where too few came and it was put off; see `reason`."})


class ChangedRuleOut(Schema):
    """A rule that has another value than when the members were invited: versions, who made the later one, when."""

    key = fields.String(required=True)
    before = fields.Integer(required=True)
    now = fields.Integer(required=True)
    by = fields.String(required=True)
    on = fields.Date(required=True, allow_none=True)


class SessionRow(Schema):
    """A session in a list."""

    id = fields.Integer(required=True)
    list = fields.Integer(required=True, metadata={"description": "Its agenda, a list of kind council_agenda."})
    round = fields.Integer(required=True)
    title = fields.String(required=True)
    state = fields.String(required=True)
    version = fields.Integer(required=True)
    held_at = moment(required=True)
    place = fields.String(required=True)
    names = fields.Integer(required=True, metadata={"description": "Items that stand on the agenda."})


class SessionsOut(Paged):
    """Sessions, the latest first."""

    items = fields.List(fields.Nested(SessionRow), required=True)


class CutOut(Schema):
    """A choice by the ranking: the line, who shared the last place, what was chosen against it and why."""

    what = fields.String(required=True)
    first = fields.Integer(required=True, allow_none=True)
    points = fields.String(required=True, allow_none=True)
    council = fields.Boolean(required=True)
    tied = fields.List(fields.String(), required=True)
    against = fields.List(open_object("name, taken, reason"), required=True)
    on = fields.Date(required=True)


class SessionOut(SessionRow):
    """A session; `quorum` is null where its rule has no value, which `quorum_basis` then says."""

    quorum = fields.Integer(required=True, allow_none=True)
    quorum_basis = fields.String(required=True)
    quorum_sure = fields.Boolean(required=True)
    quorate = fields.Boolean(required=True)
    presided_by = fields.Integer(required=True, allow_none=True)
    members = fields.List(fields.Nested(SeatOut), required=True)
    items = fields.List(fields.Nested(AgendaItemOut), required=True)
    sittings = fields.List(fields.Nested(SittingOut), required=True)
    number = fields.String(required=True)
    conclusion = fields.String(required=True)
    secretary = fields.String(required=True)
    secretary_on = day(required=True, allow_none=True)
    signed_by = fields.String(required=True)
    signed_on = day(required=True, allow_none=True)
    cuts = fields.List(fields.Nested(CutOut), required=True)
    changed_rules = fields.List(fields.Nested(ChangedRuleOut), required=True)
    ended_for = fields.String(required=True, metadata={"description": "Why it was called off; empty otherwise."})
    ended_on = day(required=True, allow_none=True)


class MinutesOut(Schema):
    """The minutes: the session as it was held, and every round, cancelled ones with their reasons."""

    passed = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    left_over = fields.Integer(required=True)
    session = fields.Nested(SessionOut, required=True)
    rounds = fields.List(fields.Nested(ballots.BallotRow), required=True)


class WhatIfItem(Schema):
    """An item with one more member away."""

    item_no = fields.Integer(required=True)
    outlook = fields.Nested(OutlookOut, required=True)


class WhatIfOut(Schema):
    """Every item with one more member away."""

    items = fields.List(fields.Nested(WhatIfItem), required=True)


class PlaceOut(Schema):
    """A name by its points; equal points share a place. `council`: what the members' score sheets make, of `sheets` of them.

    `place` is null for a name without council scores in a group that has some. `difference`: office minus unit.
    """

    place = fields.Integer(required=True, allow_none=True)
    tied = fields.Boolean(required=True)
    item_no = fields.Integer(required=True)
    own = fields.Float(required=True)
    office = fields.Float(required=True)
    difference = fields.Float(required=True)
    most = fields.Float(required=True)
    council = fields.Float(required=True, allow_none=True)
    sheets = fields.Integer(required=True)


class RankedGroupOut(Schema):
    """Names of one subject group, which have the same criteria."""

    group = fields.String(required=True)
    places = fields.List(fields.Nested(PlaceOut), required=True)


class RankingOut(Schema):
    """Names of the agenda, compared within each group."""

    groups = fields.List(fields.Nested(RankedGroupOut), required=True)
    rule = fields.Nested(
        scoring.RankRuleOut, required=True, allow_none=True,
        metadata={"description": "By which council scores are ranked; null where there are none."},
    )


def _row(one: Session) -> dict[str, Any]:
    return {
        "id": one.id, "list": one.list_id, "round": one.round_id, "title": one.title, "state": one.state,
        "version": one.version, "held_at": one.held_at.isoformat(), "place": one.place,
        "names": sum(i.live for i in one.items),
    }


def _view(one: Session) -> dict[str, Any]:
    said = ("quorum", "quorum_basis", "quorum_sure", "quorate", "presided_by", "members", "number", "conclusion", "secretary",
            "signed_by", "ended_for", "changed_rules")
    warned = {unit: [] if one.over else matters.warnings(unit, doors.actor()) for unit in {i.unit for i in one.items}}
    return _row(one) | {name: getattr(one, name) for name in said} | {
        "secretary_on": one.secretary_on and one.secretary_on.isoformat(),
        "signed_on": one.signed_on and one.signed_on.isoformat(),
        "ended_on": one.ended_on and one.ended_on.isoformat(),
        "items": [_item(i) | {"warnings": warned[i.unit]} for i in one.items],
        "cuts": [
            {name: getattr(c, name) for name in ("what", "first", "points", "council", "tied", "on")}
            | {"against": [{"name": name, "taken": taken, "reason": why} for name, taken, why in c.against]}
            for c in one.cuts
        ],
        "sittings": [
            {
                "number": s.number, "opened": s.opened.isoformat(), "ended": _moment(s.ended), "reason": s.reason,
                "presided_by": s.presided_by, "present": s.present, "absent": [name for name, _ in s.absent], "held": s.held,
            }
            for s in one.sittings
        ],
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _item(i: Item) -> dict[str, Any]:
    same = ("item_no", "name", "title", "unit_name", "proposed", "form", "reserve", "form_reason", "state", "discussion",
            "result", "reason", "ballot", "needed", "denominator", "sums", "presides", "recusals", "left_over_from", "reopened")
    return {name: getattr(i, name) for name in same} | {
        "nomination": i.nomination_id, "outlook": _outlook(i.outlook), "stopped": i.stopped[1] if i.stopped else None,
    }


def _outlook(o: Outlook) -> dict[str, Any]:
    same = ("needed", "denominator", "base", "voters", "writers", "recused", "less", "hopeless", "by_writing", "tight")
    return {name: getattr(o, name) for name in same} | {
        "rule": o.rule.key if o.rule else None, "rule_version": o.rule.version if o.rule else None,
        "basis": o.rule.citation if o.rule else "", "sure": o.rule is not None and o.rule.sure,
        "missing": o.missing[1] if o.missing else None,
    }


def _read(council_session_id: int) -> dict[str, Any]:
    return _view(sessions.read_session(council_session_id, by=doors.actor()))


@blueprint.get("/council-sessions")
@blueprint.input(Paging, location="query", arg_name="query")
@blueprint.output(SessionsOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_sessions(query: dict[str, Any]) -> dict[str, Any]:
    """Sessions that one may read, the latest first, paged."""
    page, size = query["page"], query["size"]
    found, total = sessions.list_sessions(by=doors.actor(), page=page, size=size)
    return {"items": [_row(one) for one in found], "page": page, "more": page * size < total, "total": total}


@blueprint.post("/council-sessions")
@blueprint.input(PlanIn, arg_name="said")
@blueprint.output(SessionOut, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def plan_session(said: dict[str, Any]) -> dict[str, Any]:
    """Plan a session: names are gathered by form of award, votes needed are reckoned from the rules."""
    number = sessions.plan_session(
        round_of(said["round"]) or 0, said["held_at"], said["place"], chair=said["chair"], vice=said["vice"],
        members=said["members"], nominations=said["nominations"], title=said["title"],
        **scoring.cut_of(said["cut"]), by=doors.actor(),
    )
    return _read(number)


@blueprint.get(_AT)
@blueprint.output(SessionOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_session(council_session_id: int) -> dict[str, Any]:
    """One session: roll, agenda with votes needed, who keeps out, sittings; for its members once they are invited."""
    return _read(council_session_id)


@blueprint.post(f"{_AT}/acts/<act>")
@blueprint.input(ActIn, arg_name="said")
@blueprint.output(SessionOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def do_act(council_session_id: int, act: str, said: dict[str, Any]) -> dict[str, Any]:
    """Move a session on: settle, weigh, invite, open (also to resume), adjourn, put_off, finish, sign_minutes, sign, call_off."""
    sessions.do(council_session_id, act, by=doors.actor(), fields=said["fields_"], seen=said["version"])
    return _read(council_session_id)


@blueprint.post(f"{_AT}/move")
@blueprint.input(WhenIn, arg_name="said")
@blueprint.output(SessionOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def move_session(council_session_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Hold it at another time or place; who was invited is told anew."""
    sessions.move_session(council_session_id, said["held_at"], said["place"], by=doors.actor())
    return _read(council_session_id)


@blueprint.post(f"{_AT}/remind")
@blueprint.output(SessionOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def remind_silent(council_session_id: int) -> dict[str, Any]:
    """Remind the members who have not answered, at most once a day."""
    sessions.remind_silent(council_session_id, by=doors.actor())
    return _read(council_session_id)


@blueprint.post(f"{_AT}/reply")
@blueprint.input(ReplyIn, arg_name="said")
@blueprint.output(SessionOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def reply(council_session_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Answer the invitation."""
    sessions.reply(
        council_session_id, said["coming"], said["reason"], member_no=said["member_no"], by=doors.actor()
    )
    return _read(council_session_id)


@blueprint.post(f"{_AT}/check-in")
@blueprint.output(SessionOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def check_in(council_session_id: int) -> dict[str, Any]:
    """Say that one is there, on the day, before the sitting is opened."""
    sessions.check_in(council_session_id, by=doors.actor())
    return _read(council_session_id)


@blueprint.post(f"{_AT}/roll")
@blueprint.input(RollIn, arg_name="said")
@blueprint.output(SessionOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def call_roll(council_session_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Call the roll, or say in a sitting who came and who left; a round that is planned or open is then cancelled."""
    here = {one["member_no"]: one["present"] for one in said["members"]}
    reasons = {one["member_no"]: one["reason"] for one in said["members"]}
    sessions.mark_present(council_session_id, here, reasons, by=doors.actor())
    return _read(council_session_id)


@blueprint.post(f"{_ITEM}/conflict")
@blueprint.input(ConflictIn, arg_name="said")
@blueprint.output(SessionOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def declare_conflict(council_session_id: int, item_no: int, said: dict[str, Any]) -> dict[str, Any]:
    """Keep out of an item; a round with it that is not counted is cancelled."""
    sessions.declare_conflict(
        council_session_id, item_no, said["reason"], member_no=said["member_no"], by=doors.actor()
    )
    return _read(council_session_id)


@blueprint.post(f"{_ITEM}/conflict/take-back")
@blueprint.input(ConflictIn, arg_name="said")
@blueprint.output(SessionOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def take_back_conflict(council_session_id: int, item_no: int, said: dict[str, Any]) -> dict[str, Any]:
    """Take back an interest declared by mistake, until the round with this item is opened."""
    sessions.take_back_conflict(
        council_session_id, item_no, said["reason"], member_no=said["member_no"], by=doors.actor()
    )
    return _read(council_session_id)


@blueprint.post(f"{_ITEM}/discuss")
@blueprint.input(DiscussIn, arg_name="said")
@blueprint.output(SessionOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def discuss_item(council_session_id: int, item_no: int, said: dict[str, Any]) -> dict[str, Any]:
    """Write down that an item was discussed, and which form is put to the vote."""
    sessions.discuss_item(
        council_session_id, item_no, discussion=said["discussion"], form=said["form"], reserve=said["reserve"],
        form_reason=said["form_reason"], again_reason=said["again_reason"], by=doors.actor(),
    )
    return _read(council_session_id)


@blueprint.post(f"{_ITEM}/postpone")
@blueprint.input(WhyIn, arg_name="said")
@blueprint.output(SessionOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def postpone_item(council_session_id: int, item_no: int, said: dict[str, Any]) -> dict[str, Any]:
    """Leave an item to the next session, in a sitting."""
    sessions.postpone_item(council_session_id, item_no, said["reason"], by=doors.actor())
    return _read(council_session_id)


@blueprint.post(f"{_ITEM}/take-off")
@blueprint.input(WhyIn, arg_name="said")
@blueprint.output(SessionOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def take_off_item(council_session_id: int, item_no: int, said: dict[str, Any]) -> dict[str, Any]:
    """Leave a name to another session before this one is held; it is free for the next agenda at once."""
    sessions.take_off_item(council_session_id, item_no, said["reason"], by=doors.actor())
    return _read(council_session_id)


@blueprint.get(f"{_AT}/what-if")
@blueprint.input(AwayQuery, location="query", arg_name="query")
@blueprint.output(WhatIfOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def what_if(council_session_id: int, query: dict[str, Any]) -> dict[str, Any]:
    """How each item would stand were one more member away."""
    found = sessions.what_if(council_session_id, query["away"], by=doors.actor())
    return {"items": [{"item_no": number, "outlook": _outlook(one)} for number, one in found.items()]}


@blueprint.get(f"{_AT}/ranking")
@blueprint.output(RankingOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def ranking(council_session_id: int) -> dict[str, Any]:
    """Names of the agenda within each subject group, by the council's scores or else by the office's total; ties share a place."""
    by = doors.actor()
    one = sessions.read_session(council_session_id, by=by)
    numbers = {i.nomination_id: i.item_no for i in one.items}
    found = sessions.ranking(council_session_id, by=by)
    scored = any(r.council is not None for ranked in found.values() for r in ranked)
    return {
        "rule": scoring.rule_view(rank_rule(sessions.rank_day(one))) if scored else None,
        "groups": [
            {
                "group": group,
                "places": [
                    {
                        "place": r.place, "tied": r.place is not None and sum(r.place == other.place for other in ranked) > 1,
                        "item_no": numbers[r.nomination.id], "own": r.own, "office": r.office,
                        "difference": r.office - r.own, "most": r.most, "council": r.council, "sheets": r.sheets,
                    }
                    for r in ranked
                ],
            }
            for group, ranked in found.items()
        ]
    }


@blueprint.get(f"{_AT}/minutes")
@blueprint.output(MinutesOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_minutes(council_session_id: int) -> dict[str, Any]:
    """The minutes as far as the session has come; 409 before its first sitting."""
    found = sessions.minutes_of(council_session_id, by=doors.actor())
    return {
        "passed": found.passed, "failed": found.failed, "left_over": found.left_over, "session": _view(found.session),
        "rounds": [ballots.view(one) for one in found.rounds],
    }
