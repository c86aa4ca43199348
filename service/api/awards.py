"""Units, nominations and submissions over the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apiflask import APIBlueprint, Schema
from marshmallow import fields, validate

from service import doors, people, trail
from service.actor import Actor
from service.api import matters, shapes
from service.api.lists import act_on, list_view
from service.api.next_acts import next_acts
from service.api.past_steps import past_steps
from service.api.refs import round_of, unit_of
from service.api.schemas import ERRORS, ActIn, ActOut, Paging, day, open_object, reference, whole
from service.awards import catalogue, consents, finding, joining, lists, nominations, recipients, ties
from service.awards.dossier import scores_of
from service.awards.files import files_about
from service.awards.lists import LineInput
from service.awards.models import Nomination
from service.awards.recipients import RecipientInput
from service.awards.submissions import open_submission as open_one
from service.db import transaction
from service.errors import Forbidden, Invalid
from service.processes import history, inbox
from service.processes.running import read_instance

blueprint = APIBlueprint("awards", __name__, tag="Awards")


class UnitQuery(Schema):
    """Which units: by a text without diacritics, older names too; ended ones only where they are asked for."""

    q = fields.String(load_default="", validate=validate.Length(max=100))
    ended = fields.Boolean(load_default=False)


@blueprint.get("/units")
@blueprint.input(UnitQuery, location="query", arg_name="query")
@blueprint.output(shapes.Units)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_units(query: dict[str, Any]) -> dict[str, Any]:
    """Units under their names of today."""
    people.require(doors.actor(), "unit.read")
    return {
        "items": [
            {"id": u.id, "code": u.code, "name": u.name, "kind": u.kind, "subject_group": u.subject_group}
            for u in people.list_units(text=query["q"], ended=query["ended"])
        ]
    }


class NominationQuery(Paging):
    """Which nominations."""

    round = reference(load_default=None)
    unit = reference(load_default=None)
    phase = fields.String(load_default="", validate=validate.Length(max=40))
    outcome = fields.String(load_default="", validate=validate.Length(max=40))
    award_form = fields.String(load_default="", validate=validate.Length(max=10))
    kind = fields.String(load_default="", validate=validate.OneOf(["", *catalogue.API_KINDS]))
    held = fields.Boolean(load_default=False)
    followed = fields.Boolean(load_default=False, metadata={"description": "Only what the caller follows."})
    awarded = fields.Boolean(load_default=False, metadata={"description": "Only names with an award in force."})
    q = fields.String(load_default="", validate=validate.Length(max=200))
    subject_group = fields.String(load_default="", validate=validate.OneOf(["", *catalogue.GROUPS]))
    version = fields.Integer(load_default=None, validate=validate.Range(1, 2**53))
    received_from = fields.Date(load_default=None)
    received_to = fields.Date(load_default=None)
    decided_from = fields.Date(load_default=None)
    decided_to = fields.Date(load_default=None)
    worker = fields.Integer(load_default=None, validate=validate.Range(1, 2**53))
    fact = fields.String(
        load_default="", validate=validate.Length(max=60),
        metadata={"description": "A fact and what it is to be: `pending_case:no`; yes, no, unknown. For the office."},
    )


def _filter(query: dict[str, Any]) -> finding.NominationFilter:
    return finding.NominationFilter(
        round_id=round_of(query["round"]),
        unit_id=unit_of(query["unit"]),
        phase=query["phase"],
        outcome=query["outcome"],
        form=query["award_form"],
        kind=catalogue.API_KINDS.get(query["kind"], ""),
        text=query["q"],
        held=query["held"],
        followed=query["followed"],
        awarded=query["awarded"],
        groups=(query["subject_group"],) if query["subject_group"] else (),
        versions=(query["version"],) if query["version"] else (),
        received=(query["received_from"], query["received_to"]),
        decided=(query["decided_from"], query["decided_to"]),
        worker=query["worker"],
        fact=query["fact"],
    )


def _summary(n: Nomination, phase: str, outcome: str | None, holds: int) -> dict[str, Any]:
    return {
        "id": n.id,
        "round": n.round_id,
        "submission": n.submission_id,
        "unit": n.unit_id,
        "unit_name": n.unit_name,
        "name": n.name,
        "title": n.title,
        "kind": n.kind.lower(),
        "subject_group": n.subject_group,
        "state": "ended" if phase == "ended" else "on_hold" if holds else "running",
        "phase": phase,
        "outcome": outcome,
        "award_forms": {
            "asked": n.form_asked,
            "recommended": n.form_recommended,
            "passed": n.form_passed,
            "reserve": n.form_reserve,
            "granted": n.form_granted,
        },
        "on_hold": holds > 0,
        "posthumous": n.posthumous,
        "to_family": n.to_family,
        "revoked": n.revoked,
        "reason_code": n.reason_code,
        "refused_by": n.refused_by,
    }


@blueprint.get("/nominations")
@blueprint.input(NominationQuery, location="query", arg_name="query")
@blueprint.output(shapes.Nominations)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_nominations(query: dict[str, Any]) -> dict[str, Any]:
    """Nominations that one may see, paged."""
    found = finding.find_nominations(doors.actor(), _filter(query), page=query["page"], size=query["size"])
    return {
        "items": [_summary(f.nomination, f.phase, f.outcome, f.holds) for f in found.items],
        "page": found.number,
        "more": found.more,
        "total": found.total,
    }


@blueprint.get("/nominations/counts")
@blueprint.input(NominationQuery, location="query", arg_name="query")
@blueprint.output(shapes.NominationCounts)
@blueprint.doc(security="bearer", responses=ERRORS)
def count_nominations(query: dict[str, Any]) -> dict[str, Any]:
    """How many nominations each choice would show: round, state, form, kind, unit, group, version, held, followed, awarded."""
    return {"counts": finding.count_facets(doors.actor(), _filter(query))}


@blueprint.post("/nominations")
@blueprint.input(shapes.NominationIn, arg_name="said")
@blueprint.output(shapes.Nomination, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def create_nomination(said: dict[str, Any]) -> dict[str, Any]:
    """Nominate somebody: a line of the unit's submission, and a running process."""
    who = said["recipient"]
    by = doors.actor()
    number = nominations.create_nomination(
        round_of(said["round"]) or 0,
        subject_group=said["subject_group"],
        award_form=said["award_form"],
        recipient=RecipientInput(
            kind=catalogue.API_KINDS[who["kind"]],
            name=who["name"],
            unit=unit_of(who["unit"], "recipient.unit") or 0,
            title=who["title"],
            birth_year=who["birth_year"],
            gender=who["gender"],
            direct_worker=who["direct_worker"],
            leader=who["leader"],
            members=who["members"],
            account=account_of(who["account"], "recipient.account"),
            not_accounts=tuple(p.id for p in people.accounts_named(who["name"])) if who["namesake_only"] else (),
        ),
        achievement=said["achievement"],
        late_reason=said["late_reason"],
        seen=said["seen"],
        evidence=said["evidence"],
        by=by,
    )
    return _nomination(number)


@blueprint.get("/nominations/<int:nomination_id>")
@blueprint.output(shapes.Nomination)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_nomination(nomination_id: int) -> dict[str, Any]:
    """One nomination: state, phase, outcome, forms of award, open tasks, what comes next, scores, history."""
    return _nomination(nomination_id)


def _nomination(nomination_id: int) -> dict[str, Any]:
    by = doors.actor()
    n = nominations.read_nomination(nomination_id, by=by)
    phase, outcome, holds = nominations.status_of(n)
    stops = history.timeline(n.instance_id or 0)
    office = nominations.reads_every(by, n)
    return _summary(n, phase, outcome, holds) | {
        "achievement": n.achievement,
        "appraisal": n.appraisal if office else None,
        "eligibility": n.eligibility if office else None,
        "faults": n.faults,
        "reason": n.reason,
        "scores": [
            {
                "criterion": x.criterion,
                "own": None if x.own is None else float(x.own),
                "office": None if x.office is None or not office else float(x.office),
                "maximum": float(x.maximum),
                "contents": x.contents,
            }
            for x in scores_of(n.id)
        ],
        "open_tasks": [_open(s) for s in stops if s.state == "open"],
        "next": next_acts(n, [s for s in stops if s.state == "open"]),
        "history": past_steps(stops, read_instance(n.instance_id), by) if n.instance_id else [],
        "lists": [
            {"id": row.id, "kind": row.kind, "state": row.state}
            for row in finding.find_lists(by, nomination_id=n.id)
        ],
        "tie": _tie(n, by),
        "consent": _consent(n.consent),
        "warnings": matters.warnings(n.unit_id, by),
        "files": [{"id": f.id, "name": f.name, "size": f.size, "sha256": f.sha256} for f in files_about(n.id)],
    }


def account_of(said: int | str | None, path: str = "account") -> int | None:
    """Number of an account named by number or sign-in name; Invalid for an unknown one."""
    if said is None:
        return None
    known = people.accounts_by_login()
    number = known.get(said.strip().casefold()) if isinstance(said, str) else said
    if number not in known.values():
        raise Invalid.at(path, "Không có tài khoản này.", "There is no such account.")
    return number


def _tie(n: Nomination, by: Actor) -> dict[str, Any] | None:
    if not people.allowed(by, "recipient.tie", unit=people.current_unit(n.unit_id)):
        return None
    tie = ties.tie_of(n)
    return {
        "account": _person(tie.account) if tie.account else None,
        "unit": tie.unit,
        "asked": [_person(p) for p in tie.asked],
        "others": [_person(p) for p in tie.others],
    }


def _person(person: people.Person) -> dict[str, Any]:
    return {"id": person.id, "name": person.name, "title": person.title}


@blueprint.post("/nominations/<int:nomination_id>/tie")
@blueprint.input(shapes.TieIn, arg_name="said")
@blueprint.output(shapes.Nomination)
@blueprint.doc(security="bearer", responses=ERRORS)
def tie_nominee(nomination_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Say that a nominee is, or is not, a person or unit of the installation; who it is does not act on the case."""
    by = doors.actor()
    n = ties.read_for_tie(nomination_id, by=by)
    account, unit = account_of(said["account"]), unit_of(said["unit"])
    if (account is None) == (unit is None):
        raise Invalid.at("account", "Ghi một người hoặc một đơn vị.", "Name a person or a unit.")
    if unit is not None:
        ties.tie_unit(n.id, unit if said["same"] else None, by=by, reason=said["reason"])
    elif account is not None and said["same"]:
        ties.tie_account(n.id, account, by=by, reason=said["reason"])
    elif account is not None:
        ties.untie_account(n.id, account, by=by, reason=said["reason"])
    return _nomination(nomination_id)


def _consent(said: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{key: said.get(key) for key in ("answer", "how", "on")}, **{key: said.get(key) or "" for key in ("reason", "number", "more")},
    }


def _asked(one: consents.Asked) -> dict[str, Any]:
    return {
        "nomination": one.nomination, "name": one.name, "title": one.title, "unit": one.unit_name, "round": one.round_name,
        "form": one.form, "achievement": one.achievement, "nominated_by": one.nominated_by, "consent": _consent(one.consent),
        "open": one.open,
    }


@blueprint.get("/my-nominations")
@blueprint.output(shapes.AskedNominees)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_my_nominations() -> dict[str, Any]:
    """Nominations of oneself that wait for the signature of the unit's head: for what, by whom, what one answered."""
    return {"items": [_asked(one) for one in consents.asked_of(doors.actor())]}


@blueprint.post("/nominations/<int:nomination_id>/consent")
@blueprint.input(shapes.ConsentIn, arg_name="said")
@blueprint.output(shapes.AskedNominee)
@blueprint.doc(security="bearer", responses=ERRORS)
def answer_as_nominee(nomination_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """As the nominee: agree, decline with a reason, or add what the unit should know, until the unit's head has signed."""
    by = doors.actor()
    consents.answer_nomination(nomination_id, said["answer"], by=by, reason=said["reason"], more=said["more"])
    return _asked(consents.read_asked(nomination_id, by=by))


@blueprint.post("/nominations/<int:nomination_id>/consent/paper")
@blueprint.input(shapes.ConsentPaperIn, arg_name="said")
@blueprint.output(shapes.Nomination)
@blueprint.doc(security="bearer", responses=ERRORS)
def record_consent(nomination_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """As the unit: record what a nominee said on paper, the signed achievement report for one."""
    fields_ = {**said, "on": said["on"].isoformat(), "scan": [str(number) for number in said["scan"]]}
    consents.record_consent(nomination_id, {k: v for k, v in fields_.items() if v}, by=doors.actor())
    return _nomination(nomination_id)


def _open(s: history.Stop) -> dict[str, Any]:
    return {
        "id": s.id,
        "element": s.element,
        "name": s.name,
        "item": s.item_title or None,
        "kind": s.kind,
        "due_at": s.due_at.isoformat() if s.due_at else None,
        "owner": s.owner or None,
        "since": s.opened_at.isoformat(),
    }


class SameNames(Schema):
    """Other nominations of the same name in the round."""

    items = fields.List(fields.Nested(shapes.SameName), required=True)


class Settle(Schema):
    """Which other nomination, and why."""

    other = whole(required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 2_000))


@blueprint.get("/nominations/<int:nomination_id>/same")
@blueprint.output(SameNames)
@blueprint.doc(security="bearer", responses=ERRORS)
def same_names(nomination_id: int) -> dict[str, Any]:
    """Nominations of the same name in the round that the office has still to join or keep apart."""
    by = doors.actor()
    n = nominations.read_nomination(nomination_id, by=by)
    if not nominations.reads_every(by, n):
        raise Forbidden("Việc này của phòng Văn hóa - Xã hội.", "This is the office's.")
    return {
        "items": [
            {"nomination": x.nomination, "name": x.name, "title": x.title, "unit_name": x.unit_name,
             "birth_year": x.birth_year, "award_form": x.form, "phase": x.phase, "same_recipient": x.same_recipient}
            for x in recipients.same_in_round(n)
        ]
    }


@blueprint.post("/nominations/<int:nomination_id>/join")
@blueprint.input(Settle, arg_name="said")
@blueprint.output(shapes.Nomination)
@blueprint.doc(security="bearer", responses=ERRORS)
def join_nominations(nomination_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Join the other nomination with this one: the same recipient; the other one ends as a duplicate."""
    joining.join_nominations(nomination_id, said["other"], said["reason"], by=doors.actor())
    return _nomination(nomination_id)


@blueprint.post("/nominations/<int:nomination_id>/keep-apart")
@blueprint.input(Settle, arg_name="said")
@blueprint.output(shapes.Nomination)
@blueprint.doc(security="bearer", responses=ERRORS)
def keep_apart(nomination_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Say that the other nomination of this name is another recipient's."""
    joining.keep_apart(nomination_id, said["other"], said["reason"], by=doors.actor())
    return _nomination(nomination_id)


class EventQuery(Schema):
    """Which piece of the trail; `past` is what the piece before gave."""

    past = fields.Integer(load_default=None, validate=validate.Range(1, 2**53))
    size = fields.Integer(load_default=50, validate=validate.Range(1, 200))


@blueprint.get("/nominations/<int:nomination_id>/events")
@blueprint.input(EventQuery, location="query", arg_name="query")
@blueprint.output(shapes.Events)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_events(nomination_id: int, query: dict[str, Any]) -> dict[str, Any]:
    """The trail of one nomination, oldest first: what was before and after, and why, for whom may read the trail."""
    by = doors.actor()
    n = nominations.read_nomination(nomination_id, by=by)
    locale: trail.Locale = "en" if doors.language() == "en" else "vi"
    stream = f"instance:{n.instance_id}"
    sight = trail.may_read(by, stream, own=lambda _stream: True)
    page = trail.read(
        stream=stream,
        sight=sight or trail.Sight.SENTENCES,
        past=query["past"],
        limit=query["size"],
        oldest_first=True,
        locale=locale,
    )
    return {
        "items": [
            {
                "gseq": e.gseq,
                "at": e.at.isoformat(),
                "kind": e.kind,
                "actor": e.actor,
                "door": e.door,
                "sentence": trail.sentence(e, locale),
                "before": dict(e.before) if sight else {},
                "after": dict(e.after) if sight else {},
                "reason": e.reason,
            }
            for e in page.events
        ],
        "past": page.past,
    }


class SubmissionIn(Schema):
    """The submission of a unit in a round; without a unit, of the person's own."""

    round = reference(required=True)
    unit = reference(load_default=None, allow_none=True)


@blueprint.post("/submissions")
@blueprint.input(SubmissionIn, arg_name="said")
@blueprint.output(shapes.List, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def open_submission(said: dict[str, Any]) -> dict[str, Any]:
    """Open the unit's submission for a round, or give the one being drafted."""
    by = doors.actor()
    unit = unit_of(said["unit"])
    if unit is None:
        if len(by.units) != 1:
            raise Invalid.at("unit", "Ghi đơn vị của hồ sơ đề nghị.", "Say which unit's submission it is.")
        (unit,) = by.units
    return list_view(lists.read_list(open_one(round_of(said["round"]) or 0, unit, by=by), by=by), by)


class Paper(Schema):
    """An incoming paper of a unit: number, date, and the files of its scan."""

    number = fields.String(required=True, validate=validate.Length(1, 60))
    dated = day(required=True)
    scan = fields.List(whole(), required=True, validate=validate.Length(1, 20))


class SignList(ActIn):
    """The head's signature; with `minutes`, the unit's minutes are kept in the same act.

    The office that enters a paper dossier gives its `paper`, or has taken it before.
    """

    paper = fields.Nested(Paper, load_default=None, allow_none=True)

    minutes = open_object(
        "Minutes of the unit's meeting, where they are not kept yet: held_on, chaired_by, members, present, and "
        "votes: one number for all names, or an object of nomination and number.",
        load_default=None,
        allow_none=True,
    )


@blueprint.post("/submissions/<int:submission_id>/sign")
@blueprint.input(SignList, arg_name="said")
@blueprint.output(ActOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def sign_submission(submission_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """The head's one signature: names signed, sent back for rework, or struck."""
    by = doors.actor()
    with transaction():
        if said["paper"] is not None:
            lists.act_on_list(submission_id, "take_paper", by=by, fields=said["paper"])
            said = {**said, "version": None}
        if said["minutes"] is not None:
            _keep_minutes(submission_id, dict(said["minutes"]), by=by)
            said = {**said, "version": None}
        return act_on(submission_id, "sign", said, by=by)


def _keep_minutes(submission_id: int, minutes: dict[str, Any], *, by: Any) -> None:
    lists.read_list(submission_id, by=by)
    votes, act = minutes.pop("votes", None), lists.KINDS["submission"].act("minutes")
    lines = [
        LineInput(n.id, data={"votes": votes.get(str(n.id)) if isinstance(votes, dict) else votes})
        for line, n in lists.lines_of(submission_id)
        if not line.removed and act.means(line)
    ]
    lists.act_on_list(submission_id, "minutes", by=by, lines=lines, fields=minutes)


@blueprint.get("/phases")
@blueprint.output(shapes.Phases)
@blueprint.doc(security="bearer", responses=ERRORS)
def phases() -> dict[str, Any]:
    """How many nominations stand in each phase, and how many tasks wait for the reader."""
    by = doors.actor()
    return {"phases": finding.count_phases(by), "tasks": inbox.count_open(by)}


