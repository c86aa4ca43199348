"""Nominations: how one is made and started, what its process may know, and what each step means for its row.

A nomination's path is its process instance; this module never moves it, it only listens. What a list act does to its
lines stands with the list's kind.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, exists, not_, select
from sqlalchemy.orm import Session

from service import clock, people, trail
from service.actor import Actor
from service.awards import catalogue, holds
from service.awards.guards import CONFIRM
from service.awards.lists import KINDS as LIST_KINDS
from service.awards.lists import add_lines, create_list, entered_words, paper_of, settle_tasks
from service.awards.models import List, Nomination, Recipient, Round, Rule, RuleSet, Score
from service.awards.public import new_code
from service.awards.recipients import RecipientInput, find_or_make, named_in_round, words_to_find
from service.awards.reliving import past_of
from service.awards.rounds import CALENDAR_KEYS, filing_closed, priority_in
from service.awards.rules import SOURCED, Rules, is_sure, rule_set, rules_of, rules_on
from service.awards.ties import OFFICE_UNIT, answer_on_filing, kept_away, on_known, roles_of
from service.calendar import working_calendar
from service.db import let_go, reading, session, transaction
from service.errors import Conflict, FieldFault, Forbidden, Invalid, NotFound, Withheld
from service.processes.cases import KINDS, CaseKind, Recorded, Running
from service.processes.deployments import definition_of, list_deployments
from service.processes.enactments import current_deployment
from service.processes.instances import start_instance
from service.processes.models import ProcessInstance
from workflows.environment import Env

MAIN_PROCESS = "nomination_case"

on_answers: dict[str, Callable[[Recorded, Nomination], None]] = {}
"""Element → what its answers mean for the nomination."""
on_opened: dict[str, Callable[[Recorded, Nomination], None]] = {}
"""Element of a wait → what is prepared when a nomination comes to stand there."""
on_delivered: dict[str, Callable[[Recorded, Nomination], None]] = {}
"""Message → what its delivery means for the nomination."""
on_ended: list[Callable[[Recorded, Nomination], None]] = []
"""Called when a nomination has ended, however."""
on_considered: list[Callable[[Recorded, Nomination], None]] = []
"""Called when a name comes before the office, or comes back: received, brought back by a review, refused above."""
on_moved: list[Callable[[Recorded, Nomination], None]] = []
"""Called last, when a nomination has come to stand elsewhere: in another phase, on hold, off it, or at its end."""


def create_nomination(
    round_id: int,
    *,
    subject_group: str,
    award_form: str,
    recipient: RecipientInput,
    by: Actor,
    achievement: str = "",
    late_reason: str = "",
    seen: Collection[int] | None = None,
) -> int:
    """Nominate somebody in an open round: recipient, line of the unit's submission, and a running process.

    For the unit's people, and for the office on behalf of a unit that files on paper. The same said again by the same
    person is the same nomination. A second one of the unit for the same recipient is asked about, and with `seen` (what
    the person was shown) every other of the same name in the round too: Conflict names those not seen. Raises
    Forbidden, NotFound, Conflict (also: round not open, submission signed already, filing over), Invalid.
    """
    unit_id = people.current_unit(recipient.unit)
    if not may_file_for(by, "nomination.create", unit_id) or not may_start(by, unit_id):
        raise Forbidden(
            "Bạn chỉ đề nghị khen thưởng cho đơn vị của mình.", "You may nominate for your own unit only."
        )
    _check_codes(subject_group, award_form)
    with transaction() as s:
        people.take_turn(unit_id)
        round_ = s.get(Round, round_id)
        if round_ is None:
            raise NotFound("Không có đợt xét này.", "There is no such round.")
        _check_open(round_, by, late_reason)
        who = find_or_make(s, recipient)
        answer_on_filing(who, recipient.account, recipient.not_accounts, by=by)
        says_more = s.is_modified(who)  # who it is, or is not: then it is not the same said again
        earlier = _of_recipient(s, round_id, unit_id, who)
        for one in () if says_more else earlier:
            asked = (one.title, one.subject_group, one.form_asked, one.achievement, one.created_by)
            if asked == (recipient.title or who.title, subject_group, award_form, achievement, by.account):
                return one.id
        _ask_about_same(round_id, who, earlier, seen)
        nomination = Nomination(
            round_id=round_id,
            unit_id=unit_id,
            recipient_id=who.id,
            name=who.name,
            title=recipient.title or who.title,
            unit_name=people.unit_name(unit_id, clock.today()),
            kind=who.kind,
            subject_group=subject_group,
            achievement=achievement,
            **new_code(),
            form_asked=award_form,
            sort_key=who.sort_key,
            created_at=clock.now(),
            created_by=by.account,
        )
        nomination.search = words_to_find(nomination)
        s.add(nomination)
        s.flush()
        submission = _submission_for(s, round_, unit_id, nomination, by)
        nomination.submission_id = submission
        _make_scores(s, nomination, round_)
        trail.record(
            "submission:line_added",
            by=by,
            stream=f"list:{submission}",
            body={"nomination": nomination.id, "form": award_form, "round": round_id, "count": 1}
            | _entered(s, submission, unit_id, by),
            private={"name": nomination.name},
            reason=late_reason or None,
        )
        nomination.instance_id = _start(nomination, round_, who, by)
        s.flush()
        for call in on_known:
            call(nomination, who, by)
        return nomination.id


def _entered(s: Session, submission: int, unit: int, by: Actor) -> dict[str, str]:
    if people.allowed(by, "nomination.create", unit=unit):
        return {}
    paper = paper_of(s.get_one(List, submission))
    return entered_words(unit, paper) if paper else {"for_unit": people.unit_name(unit, clock.today())}


def may_file_for(by: Actor, act: str, unit: int) -> bool:
    """Tell whether somebody may do an act of filing for a unit: one of the unit, or the office by the unit's paper."""
    return people.allowed(by, act, unit=unit) or people.allowed_for_other(by, "nomination.enter_for_unit", unit)


def may_start(by: Actor, unit: int) -> bool:
    """Tell whether somebody may start the process of a nomination for a unit."""
    return people.allowed(by, "process.start", unit=unit, process=MAIN_PROCESS) or people.allowed_for_other(
        by, "nomination.enter_for_unit", unit
    )


def entry_of(running: Running, by: Actor, element: str) -> Mapping[str, str] | None:
    """For which unit, by which paper, the office may complete a task of the unit; None where it may not.

    Without a paper that was taken the words say only the unit.
    """
    nomination = nomination_of(running)
    unit = people.current_unit(nomination.unit_id)
    if not people.allowed_for_other(by, "nomination.enter_for_unit", unit):
        return None
    with reading() as s:
        submission = s.get(List, nomination.submission_id) if nomination.submission_id else None
        paper = paper_of(submission, supplement=element.startswith("supplement_")) if submission else {}
    return entered_words(unit, paper) if paper else {"for_unit": people.unit_name(unit, clock.today())}


def _entry(running: Running, by: Actor, element: str, groups: Collection[str]) -> Mapping[str, str] | None:
    own = {running.roles.get("unit", ""), running.roles.get("unit_head", "")}
    return entry_of(running, by, element) if own & set(groups) else None


def _of_recipient(s: Session, round_id: int, unit_id: int, who: Recipient) -> list[Nomination]:
    """Nominations of a recipient by the unit in a round that have not ended."""
    return list(
        s.scalars(
            select(Nomination)
            .join(ProcessInstance, ProcessInstance.id == Nomination.instance_id)
            .where(
                Nomination.round_id == round_id,
                Nomination.unit_id == unit_id,
                Nomination.recipient_id == who.id,
                ProcessInstance.status != "ended",
            )
            .order_by(Nomination.id)
        )
    )


def _ask_about_same(
    round_id: int, who: Recipient, earlier: Sequence[Nomination], seen: Collection[int] | None
) -> None:
    """Ask once whether a name that is in the round already is to be nominated again."""
    same = {n.id: (n.name, n.unit_name) for n in earlier}
    if seen is not None:
        same |= {x.nomination: (x.name, x.unit_name) for x in named_in_round(round_id, who.kind, who.name)}
    unseen = {number: one for number, one in same.items() if number not in (seen or ())}
    if unseen:
        raise Conflict(
            f"{who.name} đã có trong đợt này. Nếu là người khác hoặc vẫn cần đề nghị, gửi lại lần nữa.",
            f"{who.name} is in this round already. If it is somebody else, or still wanted, send it again as seen.",
            code="same-name",
            lines=[
                {
                    "nomination": number, "name": name, "message": f"{unit_name} đã đề nghị",
                    "message_en": f"nominated by {unit_name}",
                }
                for number, (name, unit_name) in unseen.items()
            ],
        )


def _check_codes(subject_group: str, award_form: str) -> None:
    faults = []
    if subject_group not in catalogue.GROUPS:
        faults.append(FieldFault("subject_group", "Chọn nhóm đối tượng A, B, C hoặc D.", "Choose group A to D."))
    if award_form not in catalogue.award_forms():
        faults.append(
            FieldFault("award_form", "Chọn danh hiệu, hình thức đề nghị.", "Choose a form of award that exists.")
        )
    if faults:
        raise Invalid("Chưa ghi được: còn chỗ cần sửa.", "The nomination is not complete.", faults=faults)


def _check_open(round_: Round, by: Actor, late_reason: str) -> None:
    if round_.state != "open":
        raise Conflict(
            "Đợt này chưa mở hoặc đã hết hạn nộp.", "This round is not open for filing.", code="round-not-open"
        )
    if filing_closed(round_) and not (people.allowed(by, "submission.allow_late") and late_reason.strip()):
        raise Conflict(
            "Đã hết hạn nộp. Trưởng phòng Văn hóa - Xã hội nhận nộp muộn kèm lý do.",
            "Filing is over; the head of the office may still take it, with a reason.",
            code="filing-closed",
        )


def _submission_for(s: Session, round_: Round, unit_id: int, nomination: Nomination, by: Actor) -> int:
    title = f"{nomination.unit_name}, {round_.name}"
    if round_.stage != "DOT_XUAT":
        row = s.scalars(
            select(List)
            .where(
                List.kind == "submission",
                List.round_id == round_.id,
                List.unit_id == unit_id,
                List.state == LIST_KINDS["submission"].start,
            )
            .order_by(List.id.desc())
            .with_for_update(key_share=True)
        ).first()
        if row is not None:
            add_lines(s, row, [nomination.id])
            row.version += 1
            return row.id
        if _has_filed(s, round_.id, unit_id) and not people.allowed_for_other(by, "nomination.enter_for_unit", unit_id):
            raise Conflict(
                "Hồ sơ của đơn vị trong đợt này đã ký nộp. Liên hệ phòng Văn hóa - Xã hội để nộp thêm.",
                "Your unit's submission for this round is signed; ask the office to add a name.",
                code="submission-signed",
            )
    return create_list(
        "submission", round_.id, title=title, nominations=[nomination.id], by=by, unit_id=unit_id,
        sole=round_.stage != "DOT_XUAT",
    )


def _make_scores(s: Session, nomination: Nomination, round_: Round) -> None:
    criteria = [c for c in round_.criteria if c["group"] == nomination.subject_group]
    s.add_all(
        Score(
            nomination_id=nomination.id,
            criterion=c["code"],
            position=i,
            maximum=c.get("max", 10),
            weight=c.get("weight", 1),
        )
        for i, c in enumerate(criteria, 1)
    )


def _start(nomination: Nomination, round_: Round, recipient: Recipient, by: Actor) -> int:
    form = catalogue.award_forms()[nomination.form_asked]
    excluded, own_units = kept_away(nomination, recipient)
    return start_instance(
        MAIN_PROCESS,
        {
            "nomination_id": str(nomination.id),
            "stage": round_.stage,
            "subject_group": nomination.subject_group,
            "kind": nomination.kind,
            "form_asked": nomination.form_asked,
            "level": "commune",
            "reserve_level": None,
            "granted_level": "none",
            "reviewed": False,
            "ask_opinions": False,
            "result": "none",
            "decision": "none",
        },
        by=by,
        case_key=f"nomination:{nomination.id}",
        roles=roles_of(nomination, recipient),
        excluded=excluded,
        own_units=own_units,
        title=nomination.name,
        about=f"{nomination.unit_name} · {form.short}",
        search=nomination.search,
        unit_id=nomination.unit_id,
        priority=priority_in(round_.stage),
    )


def _has_filed(s: Session, round_id: int, unit_id: int) -> bool:
    """Whether a unit has signed a submission in a round: no name joins it, and the unit begins no second one."""
    filed = exists().where(
        List.kind == "submission", List.round_id == round_id, List.unit_id == unit_id, List.number.is_not(None)
    )
    drafting = exists().where(
        List.kind == "submission", List.round_id == round_id, List.unit_id == unit_id,
        List.state == LIST_KINDS["submission"].start,
    )
    return bool(s.scalar(select(and_(filed, not_(drafting)))))


def may_add(round_id: int, *, by: Actor) -> bool:
    """Whether somebody may begin one more nomination in an open round: his unit has not filed, or he enters for units."""
    if people.allowed(by, "nomination.enter_for_unit"):
        return True
    with reading() as s:
        return any(not _has_filed(s, round_id, people.current_unit(unit)) for unit in by.units)


def read_nomination(nomination_id: int, *, by: Actor) -> Nomination:
    """A nomination that this person may see; NotFound for everybody else."""
    with reading() as s:
        row = s.get(Nomination, nomination_id)
        if row is None or not may_see(by, row):
            raise (NotFound if row is None else Withheld)(
                "Không có hồ sơ này, hoặc hồ sơ không thuộc bạn.", "There is no such nomination, or it is not yours."
            )
        let_go([row])
        return row


_READ = "nomination.read"
"""The right by which who reads whatever the unit is told from who reads his unit's own."""


def reads_every(by: Actor, nomination: Nomination | None = None) -> bool:
    """Tell whether somebody reads every nomination, and all that is kept of one: the office, who signs, who watches over it.

    Of a nomination that is named what absent people have lent him for its process counts too.
    """
    return people.allowed(by if nomination is None else within(by, nomination), _READ, unit=people.NO_UNIT)


def readers_of_every() -> tuple[str, ...]:
    """The groups whose people read every nomination."""
    return people.bound_groups(_READ, [None])


def may_see(by: Actor, nomination: Nomination) -> bool:
    """The office and those who sign see every nomination; a unit sees its own, as does its successor."""
    by = within(by, nomination)
    return any(
        people.allowed(by, _READ, unit=unit) for unit in {nomination.unit_id, people.current_unit(nomination.unit_id)}
    )


def within(by: Actor, nomination: Nomination) -> Actor:
    """Somebody with what absent people have lent him for the process of a nomination."""
    return by.within(*_processes_of(nomination)) if any(one.processes for one in by.lent) else by


def units_read(by: Actor) -> frozenset[int] | None:
    """Units whose names somebody reads in counts of a round, in his own right or in an absent person's place; None: of all.

    What was lent for a diagram of the process in use or for submissions counts: within one, its names are before him one by one.
    """
    if any(one.processes for one in by.lent):
        by = by.within(*_processes_in_use(), "submission")
    return _units_of(by)


def units_read_within(by: Actor) -> Mapping[int, frozenset[int] | None]:
    """Versions of the process within which somebody stands in for absent people, and the units whose names he reads there.

    None: of all units. Of what was lent for all processes nothing is told here.
    """
    if not any(one.processes for one in by.lent):
        return {}
    there = {row.id: by.within(*definition_of(row.id).processes_named) for row in list_deployments() if row.key == MAIN_PROCESS}
    return {number: _units_of(standing_in) for number, standing_in in there.items() if standing_in.groups != by.groups}


def _units_of(by: Actor) -> frozenset[int] | None:
    return None if reads_every(by) else people.units_with(by, _READ)


def _processes_in_use() -> Collection[str]:
    try:
        return definition_of(current_deployment(MAIN_PROCESS)).processes_named
    except NotFound:
        return (MAIN_PROCESS,)


def _processes_of(nomination: Nomination) -> Collection[str]:
    """Diagrams of a nomination's process: who stands in within one of them sees the whole case."""
    with reading() as s:
        deployment = s.scalar(select(ProcessInstance.deployment_id).where(ProcessInstance.id == nomination.instance_id))
    return definition_of(deployment).processes_named if deployment else (MAIN_PROCESS,)


def nomination_of(running: Running) -> Nomination:
    """The row behind a case, in the open transaction or read."""
    return session().get_one(Nomination, running.case)


def _environment(running: Running) -> Env:
    row = session().execute(
        select(Round.calendar, Nomination.rule_set_id)
        .join(Nomination, Nomination.round_id == Round.id)
        .where(Nomination.id == running.case)
    ).one_or_none()
    calendar: Mapping[str, str] = row[0] if row else {}
    rules: Rules = rule_set(row[1]) if row and row[1] else rules_on(clock.today())
    return Env(
        now=clock.now,
        calendar=working_calendar(),
        dates={k: date.fromisoformat(v) for k, v in calendar.items()},
        rules=rules.values,
        blocking=rules.blocking,
    )


def _on_step(recorded: Recorded) -> None:
    nomination = nomination_of(recorded.running)
    trigger = recorded.trigger
    if nomination.instance_id is None:
        nomination.instance_id = recorded.running.id
    if trigger.kind == "user" and trigger.element in on_answers:
        on_answers[trigger.element](recorded, nomination)
    if trigger.message and trigger.message in on_delivered:
        on_delivered[trigger.message](recorded, nomination)
    if "eligibility" in recorded.step.results:
        nomination.eligibility = list(recorded.step.results["eligibility"] or [])
    for opened in recorded.step.opened:
        if opened.element in on_opened:
            on_opened[opened.element](recorded, nomination)
    before, after = recorded.running.phase or "drafting", recorded.step.phase
    if recorded.step.ended:
        for call in on_ended:
            call(recorded, nomination)
    elif after in holds.LIVE and before not in holds.LIVE:
        for call in on_considered:
            call(recorded, nomination)
    moved = trigger.message in _FREEING or trigger.element == CONFIRM
    if moved or trigger.kind != "user":
        settle_tasks(session(), nomination.id, anew=moved)
    if _stands_elsewhere(recorded, before):
        for call in on_moved:
            call(recorded, nomination)


def _stands_elsewhere(recorded: Recorded, before: str) -> bool:
    """Whether who reads the case sees another state of it than before the step."""
    trigger = recorded.trigger
    if trigger.kind in ("migrate", "unmigrate"):  # another version of the diagram may call the same step's phase otherwise
        return False
    if recorded.step.ended or (recorded.step.phase or before) != before:
        return True
    if trigger.message == "hold:lifted":
        return not recorded.running.holds  # else another hold keeps it where it is
    return trigger.message == "nomination:held" or trigger.kind in ("suspend", "release")


_FREEING = ("nomination:held", "hold:lifted", "recipient:changed")
"""Messages after which lists may or must not take a name that stands where it stood."""


def _may_read(by: Actor, running: Running) -> bool:
    with reading() as s:
        row = s.get(Nomination, running.case)
        return row is not None and may_see(by, row)


_UNITS_OWN = frozenset({"unit", "unit_head", "unit_deputy", "successor_head"})
"""Candidates of the steps at which the unit itself writes."""


def _may_read_answers(by: Actor, running: Running, candidates: Collection[str]) -> bool:
    """The office reads what was filled in at every step, a unit what it wrote itself: not scores, reasons and opinions."""
    by = within(by, nomination_of(running))
    return reads_every(by) or bool(candidates) and _UNITS_OWN.issuperset(candidates)


def _given(running: Running, element: str) -> dict[str, Any]:
    from service.awards.dossier import given

    return given(running.case, element)


def _tied(running: Running) -> tuple[str, str] | None:
    """A list whose act waits for this name: moved by hand, the name would leave the list dangling."""
    from service.awards.leaving import list_waiting_for

    title = list_waiting_for(session(), running.case)
    return None if title is None else (
        f"Tên này đang ở trong danh sách “{title}” chưa xử lý xong; đưa ra khỏi danh sách hoặc xử lý xong danh sách trước.",
        f"The name stands on the list “{title}”, which is not done; take it off or finish the list first.",
    )


def _named() -> set[str]:
    """Elements that lists gather from and act on, and at which forms, effects and figures of awards look."""
    from service.awards import dossier, fairness
    from service.awards.lists import kinds

    found = {CONFIRM, *on_answers, *on_opened, *dossier.LOOKED_AT, *fairness.CHECKS}
    for kind in kinds.KINDS.values():
        found.update(kind.gathers, *(act.waits for act in kind.acts), *(task.when for tasks in kind.tasks.values() for task in tasks))
    return found


def _on_dropped(running: Running, message: str, source: str) -> None:
    """A message that came too late is shown on its line."""
    from service.awards.models import Line

    parts = source.split(":")
    if parts[0] == "list" and len(parts) == 3:
        line = session().get(Line, int(parts[2]))
        if line is not None:
            line.data = {**line.data, "dropped": message}


def _changed_at(running: Running, asked: Collection[tuple[str, str]]) -> str:
    """The calendar of the nomination's round, or the rule, by which a day goes."""
    if any(function == "round_date" for function, _key in asked):
        found = session().execute(select(Nomination.round_id).where(Nomination.id == running.case)).scalar()
        return f"/rounds/{found}/calendar" if found else ""
    return next((f"/office/rules/{key}" for function, key in asked if function == "rule"), "")


def _rests_on(running: Running, key: str) -> str:
    """On what the version of a rule rests that holds for the nomination."""
    row = session().get(Rule, rules_of(nomination_of(running)).versions.get(key, 0))
    return "" if row is None or not is_sure(row) else "sourced" if row.confidence == SOURCED else "confirmed"


def _next_day(running: Running, key: str) -> tuple[str, date] | None:
    """The day of the round's calendar that comes next after one: what is supplemented later than that comes too late for it."""
    found = session().execute(
        select(Round.calendar).join(Nomination, Nomination.round_id == Round.id).where(Nomination.id == running.case)
    ).scalar() or {}
    if key not in found or key not in CALENDAR_KEYS:
        return None
    later = CALENDAR_KEYS[CALENDAR_KEYS.index(key) + 1 :]
    days = [(word, date.fromisoformat(found[word])) for word in later if found.get(word, "") > found[key]]
    return min(days, key=lambda one: one[1], default=None)


KINDS["nomination"] = CaseKind(
    environment=_environment, changed_at=_changed_at, rests_on=_rests_on, next_day=_next_day,
    past=past_of, on_step=_on_step, on_dropped=_on_dropped, given=_given,
    may_read=_may_read,
    may_read_answers=_may_read_answers, entry=_entry, named=_named, pausing=frozenset({CONFIRM}), tied=_tied,
    keys=frozenset({"nomination_id", "hold_id"}),
    cancelled_by=(
        "Trường hợp đề nghị khen thưởng được hủy bằng “Hủy trường hợp đề nghị” trên trang hồ sơ, để các danh sách biết.",
        "A nomination is cancelled by “Cancel the nomination” on its page, so that its lists learn of it.",
    ),
)


def status_of(nomination: Nomination) -> tuple[str, str | None, int]:
    """Phase, outcome and number of open holds of a nomination."""
    with reading() as s:
        row = s.execute(
            select(ProcessInstance.phase, ProcessInstance.outcome, ProcessInstance.holds).where(
                ProcessInstance.id == nomination.instance_id
            )
        ).one()
    return row[0] or "drafting", row[1], row[2]


__all__ = [
    "MAIN_PROCESS", "OFFICE_UNIT", "RuleSet", "create_nomination", "may_see", "nomination_of", "on_answers",
    "on_considered", "on_delivered", "on_ended", "on_moved", "on_opened", "read_nomination", "readers_of_every", "reads_every",
    "roles_of", "status_of", "units_read", "units_read_within", "within",
]
