"""Nominations: how one is made and started, and who reads it.

A nomination's path is its process instance: what it knows stands in `nomination_case`, what its steps mean in
`nomination_steps`. What a list act does to its lines stands with the list's kind.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import and_, exists, not_, select
from sqlalchemy.orm import Session

from service import clock, people, trail
from service.actor import Actor
from service.awards import catalogue
from service.awards.lists import KINDS as LIST_KINDS
from service.awards.lists import add_lines, create_list, entered_words, paper_of
from service.awards.models import List, Nomination, Recipient, Round, Score
from service.awards.public import new_code
from service.awards.recipients import RecipientInput, find_or_make, named_in_round, words_to_find
from service.awards.rounds import filing_closed, priority_in
from service.awards.ties import OFFICE_UNIT, answer_on_filing, kept_away, on_known, roles_of
from service.awards.window_results import checked_sources, offered, results_of
from service.db import let_go, reading, transaction
from service.errors import Conflict, FieldFault, Forbidden, Invalid, NotFound, Withheld
from service.processes.deployments import definition_of, list_deployments
from service.processes.enactments import current_deployment
from service.processes.instances import start_instance
from service.processes.models import ProcessInstance

MAIN_PROCESS = "nomination_case"


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
    evidence: Collection[str] = (),
) -> int:
    """Nominate somebody in an open round: recipient, line of the unit's submission, and a running process.

    For the unit's people, and for the office on behalf of a unit that files on paper. The same said again by the same
    person is the same nomination. A second one of the unit for the same recipient is asked about, and with `seen` (what
    the person was shown) every other of the same name in the round too: Conflict names those not seen. `evidence`: lines
    of the registers that it takes over, as `window_results` offers them. Raises Forbidden, NotFound, Conflict (also:
    round not open, submission signed already, filing over), Invalid.
    """
    unit_id = people.current_unit(recipient.unit)
    if not may_file_for(by, "nomination.create", unit_id) or not may_start(by, unit_id):
        raise Forbidden(
            "Bạn chỉ đề nghị khen thưởng cho đơn vị của mình.", "You may nominate for your own unit only."
        )
    _check_codes(recipient.kind, subject_group, award_form)
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
        nomination.evidence = checked_sources(offered(results_of(nomination), unit_id), evidence) if evidence else []
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


def _check_codes(kind: str, subject_group: str, award_form: str) -> None:
    faults = []
    if subject_group not in catalogue.GROUPS:
        faults.append(FieldFault("subject_group", "Chọn nhóm đối tượng A, B, C hoặc D.", "Choose group A to D."))
    elif kind in catalogue.KINDS and subject_group not in (fitting := catalogue.groups_for(kind)):
        said, said_en = catalogue.KINDS[kind]
        faults.append(FieldFault(
            "subject_group", f"{said} thì chọn nhóm {', '.join(fitting)}: tiêu chí của nhóm {subject_group} cho đối tượng khác.",
            f"{said_en}: choose group {', '.join(fitting)}; the criteria of group {subject_group} are for others.",
        ))
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
    "MAIN_PROCESS", "OFFICE_UNIT", "create_nomination", "may_see", "read_nomination", "readers_of_every", "reads_every",
    "roles_of", "status_of", "units_read", "units_read_within", "within",
]
