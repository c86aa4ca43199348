"""What the API gives and takes for nominations, lists and tasks, so that its document says the truth."""

from __future__ import annotations

from apiflask import Schema
from marshmallow import fields, validate

from service.api.schemas import FileOut, Paged, day, item_title, moment, open_object, reference, whole
from service.awards import catalogue


class RoundRow(Schema):
    """A round of awards; `calendar` gives the last day of each step."""

    id = fields.Integer(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    stage = fields.String(required=True)
    year = fields.Integer(required=True)
    state = fields.String(required=True)
    calendar = fields.Dict(keys=fields.String(), values=day(), required=True)
    window = fields.List(day(), required=True)
    phase = fields.String(required=True, metadata={"description": "Phase of the movement that it takes stock of; empty for other rounds."})
    criteria = fields.List(open_object("A criterion: code, group, title, text, max, weight."), required=True)
    quotas = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    guidance = fields.String(required=True)
    award_forms = fields.List(fields.String(), required=True)


class Round(RoundRow):
    """One round."""


class Rounds(Schema):
    """Rounds."""

    items = fields.List(fields.Nested(RoundRow), required=True)


class Unit(Schema):
    """A unit under its name of today."""

    id = fields.Integer(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    subject_group = fields.String(required=True, allow_none=True)


class Units(Schema):
    """Units."""

    items = fields.List(fields.Nested(Unit), required=True)


class RecipientIn(Schema):
    """Who is nominated."""

    kind = fields.String(required=True, validate=validate.OneOf(sorted(catalogue.API_KINDS)))
    name = fields.String(required=True, validate=validate.Length(1, 200))
    title = fields.String(load_default="", validate=validate.Length(max=200))
    unit = reference(required=True)
    birth_year = fields.Integer(
        strict=True, load_default=None, allow_none=True, validate=validate.Range(1900, 2100)
    )
    gender = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(["male", "female", "other"])
    )
    direct_worker = fields.Boolean(load_default=False)
    leader = fields.Boolean(load_default=False)
    members = fields.Integer(
        strict=True, load_default=None, allow_none=True, validate=validate.Range(1, 1_000_000)
    )
    account = reference(
        load_default=None,
        allow_none=True,
    )
    namesake_only = fields.Boolean(
        load_default=False,
        metadata={"description": "True: nobody of the installation who bears this name is the nominee."},
    )


class NominationIn(Schema):
    """A new nomination; round and unit by number or by code."""

    round = reference(required=True)
    subject_group = fields.String(required=True, validate=validate.OneOf(sorted(catalogue.GROUPS)))
    award_form = fields.String(required=True, validate=validate.OneOf(list(catalogue.award_forms())))
    recipient = fields.Nested(RecipientIn, required=True)
    achievement = fields.String(load_default="", validate=validate.Length(max=10_000))
    late_reason = fields.String(load_default="", validate=validate.Length(max=2_000))
    evidence = fields.List(
        fields.String(validate=validate.Length(1, 40)), load_default=list, validate=validate.Length(max=200),
        metadata={"description": "Lines of the registers that it takes over as evidence, in an interim or final round: `award:12`."},
    )
    seen = fields.List(
        whole(),
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=200),
        metadata={
            "description": "Nominations of the same name in the round that you know of. Without it only your unit's "
            "own are asked about (409 `same-name`, `lines` names them); with it, even empty, those of other units too."
        },
    )


class AwardForms(Schema):
    """The four forms of award of a nomination, and the one in reserve."""

    asked = fields.String(required=True)
    recommended = fields.String(required=True, allow_none=True)
    passed = fields.String(required=True, allow_none=True)
    reserve = fields.String(required=True, allow_none=True)
    granted = fields.String(required=True, allow_none=True)


class NominationRow(Schema):
    """A nomination with where it stands."""

    id = fields.Integer(required=True)
    round = fields.Integer(required=True)
    submission = fields.Integer(required=True, allow_none=True)
    unit = fields.Integer(required=True)
    unit_name = fields.String(required=True)
    name = fields.String(required=True)
    title = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(sorted(catalogue.API_KINDS)))
    subject_group = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["running", "on_hold", "ended"]))
    phase = fields.String(required=True)
    outcome = fields.String(required=True, allow_none=True)
    award_forms = fields.Nested(AwardForms, required=True)
    on_hold = fields.Boolean(required=True)
    posthumous = fields.Boolean(required=True)
    to_family = fields.Boolean(required=True, metadata={"description": "Who was honoured died after the decision."})
    revoked = fields.Boolean(required=True, metadata={"description": "Whether the award was revoked, whatever the outcome was."})
    reason_code = fields.String(required=True, allow_none=True)
    refused_by = fields.String(required=True, allow_none=True)


class Nominations(Paged):
    """A page of nominations."""

    items = fields.List(fields.Nested(NominationRow), required=True)


class NominationCounts(Schema):
    """Counts of each choice by filter."""

    counts = fields.Dict(
        keys=fields.String(), values=fields.Dict(keys=fields.String(), values=fields.Integer()), required=True
    )


class Score(Schema):
    """Points for one criterion; the office's are seen by the office."""

    criterion = fields.String(required=True)
    own = fields.Float(required=True, allow_none=True)
    office = fields.Float(required=True, allow_none=True)
    maximum = fields.Float(required=True)
    contents = fields.List(fields.String(), required=True)


class OpenStop(Schema):
    """Where a nomination stands: a task of a person, or a wait."""

    id = fields.Integer(required=True)
    element = fields.String(required=True)
    name = fields.String(required=True)
    item = item_title()
    kind = fields.String(required=True)
    due_at = moment(required=True, allow_none=True)
    owner = fields.String(required=True, allow_none=True)
    since = moment(required=True)


class PastStop(Schema):
    """A stop of the path, done or open.

    `decision_words`: what was decided as the form of the step words it, in the language of the caller; `note`: the first text that was
    written beside it. Both null for who may not read what was answered there.
    """

    element = fields.String(required=True)
    name = fields.String(required=True)
    item = item_title()
    kind = fields.String(required=True)
    state = fields.String(required=True)
    opened_at = moment(required=True)
    closed_at = moment(required=True, allow_none=True)
    by = fields.String(required=True, allow_none=True)
    decision = fields.String(required=True, allow_none=True)
    decision_words = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)


class NextAct(Schema):
    """What can be done next.

    `complete`: the task; `act`: the act on the list; `draw_up`: a list of the kind; `plan`: a list that its subject plans,
    a session of the council; `wait`: time or a machine moves it.
    """

    do = fields.String(required=True, validate=validate.OneOf(["complete", "act", "draw_up", "plan", "wait"]))
    label = fields.String(required=True)
    groups = fields.List(fields.String(), required=True)
    asked = fields.Boolean(
        required=True, metadata={"description": "False: possible, but not what the list asks for now."}
    )
    task = fields.Integer()
    list = fields.Integer()
    act = fields.String()
    kind = fields.String()


class ListRef(Schema):
    """A list on which a nomination stands."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    state = fields.String(required=True)


class Namesake(Schema):
    """A person of the installation."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    title = fields.String(required=True)


class TieOut(Schema):
    """Who the nominee is among the installation's people and units; `asked`: nobody has said yes or no yet."""

    account = fields.Nested(Namesake, required=True, allow_none=True)
    unit = fields.Integer(required=True, allow_none=True)
    asked = fields.List(fields.Nested(Namesake), required=True)
    others = fields.List(fields.Nested(Namesake), required=True)


class TieIn(Schema):
    """Who a nominee is: a person by number or sign-in name, or the unit that a collective is; `same` false: is not."""

    account = reference(load_default=None, allow_none=True)
    unit = reference(load_default=None, allow_none=True)
    same = fields.Boolean(load_default=True)
    reason = fields.String(load_default="", validate=validate.Length(max=2_000))


class Consent(Schema):
    """Whether a nominee agrees; `how`: self (in the service), paper, own (nominated himself); all empty while nobody said."""

    answer = fields.String(required=True, allow_none=True)
    how = fields.String(required=True, allow_none=True)
    on = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True)
    number = fields.String(required=True)
    more = fields.String(required=True, metadata={"description": "What the nominee adds for the unit."})


class ConsentIn(Schema):
    """What a nominee answers: yes, no with a reason, or only `more`."""

    answer = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(["yes", "no"]))
    reason = fields.String(load_default="", validate=validate.Length(max=2_000))
    more = fields.String(load_default="", validate=validate.Length(max=4_000))


class ConsentPaperIn(Schema):
    """What a nominee said on paper: its day, and its number or the files of its scan."""

    answer = fields.String(required=True, validate=validate.OneOf(["yes", "no"]))
    on = fields.Date(required=True)
    number = fields.String(load_default="", validate=validate.Length(max=60))
    scan = fields.List(whole(), load_default=list, validate=validate.Length(max=20))
    reason = fields.String(load_default="", validate=validate.Length(max=2_000))


class AskedRow(Schema):
    """What a nominee is shown of his own nomination, and no more."""

    nomination = fields.Integer(required=True)
    name = fields.String(required=True)
    title = fields.String(required=True)
    unit = fields.String(required=True)
    round = fields.String(required=True)
    form = fields.String(required=True)
    achievement = fields.String(required=True)
    nominated_by = fields.String(required=True)
    consent = fields.Nested(Consent, required=True)
    open = fields.Boolean(required=True, metadata={"description": "Whether it may still be answered."})


class AskedNominee(AskedRow):
    """What a nominee is asked, with what he answered."""


class AskedNominees(Schema):
    """What somebody is asked as a nominee."""

    items = fields.List(fields.Nested(AskedRow), required=True)


class Warned(Schema):
    """What an open matter of the unit warns of, in the caller's language; it blocks nothing."""

    words = fields.String(required=True)
    matter = fields.Integer(required=True, allow_none=True, metadata={"description": "The matter, for who reads it; else null."})
    number = fields.String(required=True, metadata={"description": "What the matter is numbered; empty for who does not read it."})


class Nomination(NominationRow):
    """One nomination in full."""

    achievement = fields.String(required=True)
    appraisal = fields.Raw(required=True, allow_none=True)
    eligibility = fields.Raw(required=True, allow_none=True)
    faults = fields.Raw(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    scores = fields.List(fields.Nested(Score), required=True)
    open_tasks = fields.List(fields.Nested(OpenStop), required=True)
    next = fields.List(fields.Nested(NextAct), required=True)
    history = fields.List(fields.Nested(PastStop), required=True)
    lists = fields.List(fields.Nested(ListRef), required=True)
    tie = fields.Nested(TieOut, required=True, allow_none=True)
    consent = fields.Nested(Consent, required=True)
    warnings = fields.List(fields.Nested(Warned), required=True)
    files = fields.List(fields.Nested(FileOut), required=True)


class SameName(Schema):
    """Another nomination of the same name; `same_recipient`: taken for the same one already."""

    nomination = fields.Integer(required=True)
    name = fields.String(required=True)
    title = fields.String(required=True)
    unit_name = fields.String(required=True)
    birth_year = fields.Integer(required=True, allow_none=True)
    award_form = fields.String(required=True)
    phase = fields.String(required=True)
    same_recipient = fields.Boolean(required=True)


class Event(Schema):
    """An entry of the trail; `door` is web, api, cli, timer or worker. What the reader may not see is left empty."""

    gseq = fields.Integer(required=True)
    at = moment(required=True)
    kind = fields.String(required=True)
    actor = fields.String(required=True, allow_none=True)
    door = fields.String(required=True)
    sentence = fields.String(required=True)
    before = fields.Dict(required=True)
    after = fields.Dict(required=True)
    reason = fields.String(required=True, allow_none=True)


class Events(Schema):
    """A piece of the trail; `past` is where the next piece begins."""

    items = fields.List(fields.Nested(Event), required=True)
    past = fields.Integer(required=True, allow_none=True)


class Phases(Schema):
    """Counts."""

    phases = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    tasks = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class ListRow(Schema):
    """A list of names."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    state = fields.String(required=True)
    number = fields.String(required=True, allow_none=True)
    names = fields.Integer(required=True)
    version = fields.Integer(required=True)


class Lists(Paged):
    """Lists, the latest first."""

    items = fields.List(fields.Nested(ListRow), required=True)


class ListAct(Schema):
    """An act that the reader may do now."""

    name = fields.String(required=True)
    label = fields.String(required=True)
    results = fields.List(fields.String(), required=True)
    form = open_object("Schema of the act's form, as in a task.", required=True, allow_none=True)
    line_data = open_object("JSON schema of what the act takes as `data` of a line.", required=True)


class ListLine(Schema):
    """A line of a list."""

    position = fields.Integer(required=True)
    nomination = fields.Integer(required=True)
    name = fields.String(required=True)
    title = fields.String(required=True)
    unit_name = fields.String(required=True)
    result = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    removed = fields.Boolean(required=True)
    data = open_object("What the acts kept of the line.", required=True)


class Progress(Schema):
    """How far the messages of a list are."""

    queued = fields.Integer(required=True)
    delivered = fields.Integer(required=True)
    dropped = fields.Integer(required=True)


class List(Schema):
    """One list with its lines and what may be done with it."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    round = fields.Integer(required=True)
    unit = fields.Integer(required=True, allow_none=True)
    parent = fields.Integer(required=True, allow_none=True)
    state = fields.String(required=True)
    number = fields.String(required=True, allow_none=True)
    dated = day(required=True, allow_none=True)
    version = fields.Integer(required=True)
    data = open_object("What the acts kept of the list.", required=True)
    acts = fields.List(fields.Nested(ListAct), required=True)
    lines = fields.List(fields.Nested(ListLine), required=True)
    progress = fields.Nested(Progress, required=True)
    warnings = fields.List(
        fields.Nested(Warned), required=True, metadata={"description": "Of a submission that is not closed; empty for other lists."},
    )


class TaskRow(Schema):
    """A row of the inbox."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["user", "list"]))
    element = fields.String(required=True)
    name = fields.String(required=True)
    title = fields.String(required=True)
    about = fields.String(required=True)
    nomination = fields.Integer(required=True, allow_none=True)
    matter = fields.Integer(required=True, allow_none=True)
    list = fields.Integer(required=True, allow_none=True)
    opened_at = moment(required=True)
    due_at = moment(required=True, allow_none=True)
    closed_at = moment(required=True, allow_none=True)
    owner = fields.String(required=True, allow_none=True)
    version = fields.Integer(required=True)
    on_hold = fields.Boolean(required=True)
    priority = fields.String(required=True, validate=validate.OneOf(["high", "normal"]))
    follow_up = day(required=True, allow_none=True)


class FilterWords(Schema):
    """What a saved filter narrows by; several values with a comma between."""

    text = fields.String(load_default="", validate=validate.Length(max=200))
    element = fields.String(load_default="", validate=validate.Length(max=1_000))
    due = fields.String(load_default="", validate=validate.Length(max=100))
    process = fields.String(load_default="", validate=validate.Length(max=1_000))
    unit = fields.String(load_default="", validate=validate.Length(max=1_000))
    priority = fields.String(load_default="", validate=validate.Length(max=20))


class TaskFilterIn(Schema):
    """A filter of the inbox to be kept."""

    name = fields.String(required=True, validate=validate.Length(1, 80))
    filters = fields.Nested(FilterWords, required=True)
    share = fields.String(load_default="", validate=validate.Length(max=60))


class TaskFilterSaved(Schema):
    """Number of the filter."""

    id = fields.Integer(required=True)


class TaskFilter(Schema):
    """A kept filter with how many tasks it shows (among the first 1000 by due time)."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    filters = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    mine = fields.Boolean(required=True)
    maker = fields.String(required=True)
    shared_with = fields.String(required=True, allow_none=True)
    count = fields.Integer(required=True)


class TaskFilters(Schema):
    """Filters of the inbox."""

    items = fields.List(fields.Nested(TaskFilter), required=True)


class Tasks(Paged):
    """A page of the inbox; `counts` of what is mine and what waits for my groups."""

    items = fields.List(fields.Nested(TaskRow), required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class Basis(Schema):
    """A source of law that a step rests on."""

    key = fields.String(required=True)
    citation = fields.String(required=True)
    confidence = fields.String(required=True)
    note = fields.String(required=True, allow_none=True)


class DraftKept(Schema):
    """A draft: what was typed, and when it was kept."""

    answers = open_object("As typed, unchecked.", required=True)
    saved_at = moment(required=True)


class Task(Schema):
    """A task with its form (form-js schema), data, version and legal basis.

    A task of kind `list` is an act on a list: `list`, `act`, and `results` for its lines; its form asks for the
    decision on all of them, and `lines` in the answers may say otherwise for some.
    """

    id = fields.Integer(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["user", "list"]))
    element = fields.String(required=True)
    name = fields.String(required=True)
    state = fields.String(required=True)
    version = fields.Integer(required=True)
    owner = fields.Integer(required=True, allow_none=True)
    nomination = fields.Integer(required=True, allow_none=True)
    matter = fields.Integer(required=True, allow_none=True)
    list = fields.Integer(required=True, allow_none=True)
    act = fields.String(required=True, allow_none=True)
    results = fields.List(fields.String(), required=True)
    lines = fields.List(fields.Nested(ListLine), required=True)
    title = fields.String(required=True)
    opened_at = moment(required=True)
    due_at = moment(required=True, allow_none=True)
    form = open_object("The form in form-js schema.", required=True)
    data = open_object("What the form may read besides its answers.", required=True)
    answers = open_object("Answers of a completed task.", required=True, allow_none=True)
    draft = fields.Nested(DraftKept, required=True, allow_none=True)
    legal_basis = fields.List(fields.Nested(Basis), required=True)
    on_hold = fields.Boolean(required=True)
    priority = fields.String(required=True, validate=validate.OneOf(["high", "normal"]))
    follow_up = day(required=True, allow_none=True)


class Saved(Schema):
    """When a draft was kept."""

    saved_at = moment(required=True)


class Completed(Schema):
    """A task that is done."""

    id = fields.Integer(required=True)
    state = fields.String(required=True)
