"""What the answers of a nomination's user tasks mean for its row, and what their forms may read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import people
from service.awards import completeness
from service.awards.catalogue import award_forms
from service.awards.facts import declared, fact_keys
from service.awards.files import about_files, files_about
from service.awards.honours import honour_name
from service.awards.models import Line, List, Nomination, Recipient, Round, Score
from service.awards.nomination_steps import on_answers
from service.awards.past_awards import earlier_of
from service.awards.rules import gate_labels
from service.awards.submissions import minutes_of
from service.awards.window_results import offered, options, results_of
from service.db import database_number, let_go, reading, session
from service.errors import FieldFault, Invalid
from service.processes.cases import Recorded, kind_of
from service.processes.deployments import files_of
from service.processes.models import Activity
from service.processes.running import read_instance
from workflows.decisions import Decision, load_decisions

more_given: dict[str, Callable[[Nomination, Round], Any]] = {}
"""Name that a form may read → what a part above knows of it for a nomination; looked up only where the form names it."""


def given_besides(nomination_id: int, asked: Collection[str]) -> dict[str, Any]:
    """What parts above know of a nomination, of the names that a form asks for."""
    wanted = [name for name in more_given if name in asked]
    if not wanted:
        return {}
    with reading() as s:
        nomination = s.get_one(Nomination, nomination_id)
        round_ = s.get_one(Round, nomination.round_id)
        return {name: more_given[name](nomination, round_) for name in wanted}


_LONGEST_DEED = 300
"""What the field of the deed takes."""


def _told(place: int) -> Callable[[Nomination, Round], str]:
    """What a report of an ad hoc deed begins with: as it was answered last, else the deed (0) or the story (1) it was begun with."""

    def look(nomination: Nomination, round_: Round) -> str:
        answers = session().scalars(
            select(Activity.answers)
            .where(Activity.instance_id == nomination.instance_id, Activity.element == "short_report", Activity.state == "done")
            .order_by(Activity.id.desc()).limit(1)
        ).first()
        if answers:
            return str(answers.get(("deed", "summary")[place]) or "")
        first, _, rest = nomination.achievement.partition("\n")
        told = (first, rest) if len(first) <= _LONGEST_DEED else ("", nomination.achievement)
        return told[place].strip()

    return look


more_given["deed"], more_given["summary"] = _told(0), _told(1)


def given(nomination_id: int, element: str) -> dict[str, Any]:
    """What the form of an element reads besides its answers: codes of the case, criteria, scores, faults, files.

    Names, reasons and papers are read from rows each time; none of it lies in the process.
    """
    with reading() as s:
        nomination = s.get_one(Nomination, nomination_id)
        round_ = s.get_one(Round, nomination.round_id)
        recipient = s.get_one(Recipient, nomination.recipient_id)
        scores = _scores(s, nomination_id)
        found: dict[str, Any] = {
            "stage": round_.stage,
            "subject_group": nomination.subject_group,
            "kind": nomination.kind,
            "form_asked": nomination.form_asked,
            "is_leader": recipient.leader,
            "maximum": {x.criterion: float(x.maximum) for x in scores},
            "weights": {x.criterion: float(x.weight) for x in scores},
            "self_scores": {x.criterion: _number(x.own) for x in scores},
            "award_forms": _choices(round_, nomination),
            "agencies_known": [{"value": u.code, "label": u.name} for u in people.list_units(kind="agency")],
            "award_ranks": {f.code: f.rank for f in award_forms().values()},
            "faults": nomination.faults,
            "files": about_files(files_about(nomination_id)),
            "recipient_name": nomination.name,
            "former_unit": nomination.unit_name,
            "refusal_reason": nomination.reason,
            "request_text": "",
            "answer_text": "",
            "answer_paper": "",
            "objections": [],
            "closed": {},
        }
        if keep := LOOKED_AT.get(element):
            keep(s, nomination, found)
    for key in ("maximum", "weights", "self_scores"):
        for code in _CRITERIA:
            found[key].setdefault(code, None if key == "self_scores" else 10 if key == "maximum" else 1)
    return found


def _choices(round_: Round, nomination: Nomination) -> list[dict[str, str]]:
    """All forms of award: what the plan foresees for the round and the kind first, the others with a word of warning.

    Nothing is left out: only a sourced rule may block, and the eligibility table does so with its reason.
    """
    fitting = [f for f in award_forms().values() if round_.stage in f.stages and nomination.kind in f.kinds]
    others = [f for f in award_forms().values() if f not in fitting]
    return [{"value": f.code, "label": f.name} for f in fitting] + [
        {"value": f.code, "label": f"{f.name} (Kế hoạch không nêu cho đợt và đối tượng này)"} for f in others
    ]


@lru_cache(maxsize=64)
def _table(engine: int, deployment: int) -> Decision | None:
    content = files_of(deployment).get("eligibility.dmn")
    return load_decisions(content)["eligibility"] if content else None


def eligibility_for(s: Session, nomination: Nomination, form: str) -> list[dict[str, str]]:
    """The lines of the eligibility table for a form of award, with the rules that the nomination froze."""
    instance = read_instance(nomination.instance_id or 0)
    table = _table(database_number(), instance.deployment_id)
    if table is None or not nomination.facts:
        return []
    scope = {
        "stage": s.get_one(Round, nomination.round_id).stage,
        "subject_group": nomination.subject_group,
        "kind": nomination.kind,
        "form_asked": form,
        "facts": {**dict.fromkeys(fact_keys()), **nomination.facts},
    }
    return list(table.evaluate(scope, kind_of(instance).environment(instance)) or [])


def blocking(lines: Iterable[Mapping[str, str]]) -> list[str]:
    """Codes of the gates that fail and may block: sourced, or confirmed by an officer."""
    return [x["code"] for x in lines if x["result"] == "fail" and x["effect"] == "block"]


def _open_check(s: Session, nomination: Nomination, found: dict[str, Any]) -> None:
    """Name the papers to tick, and take `accept` away where every form is blocked; one alone is refused when it is chosen."""
    stage = s.get_one(Round, nomination.round_id).stage
    found |= completeness.given(nomination, stage, _held(s, nomination))
    asked = award_forms()[nomination.form_asked].rank
    lower = [f.code for f in award_forms().values() if f.rank <= asked]
    blocked = [blocking(eligibility_for(s, nomination, code)) for code in lower]
    if blocked and all(blocked):
        vi, en = _why(blocked[-1])
        found["closed"] = {"decision": {"accept": (vi, en)}}


def _held(s: Session, nomination: Nomination) -> dict[str, tuple[str, str]]:
    """What the service has itself of the papers of a dossier."""
    found: dict[str, tuple[str, str]] = {}
    submission = s.get(List, nomination.submission_id) if nomination.submission_id else None
    held_on = str((minutes_of(submission, nomination.id) if submission else {}).get("held_on") or "")
    if held_on:
        day = date.fromisoformat(held_on).strftime("%d/%m/%Y")
        found["UNIT_MINUTES"] = (f"đã nhập, họp ngày {day}", f"entered, meeting of {day}")
    if files := {number for score in _scores(s, nomination.id) for number in score.files}:
        found["EVIDENCE"] = (f"{len(files)} tệp", f"files: {len(files)}")
    return found


def _why(codes: list[str]) -> tuple[str, str]:
    labels = gate_labels()
    vi, en = ("; ".join(dict.fromkeys(labels.get(c, (c, c))[n] for c in codes)) for n in (0, 1))
    return f"Không chọn được: {vi}", f"Not possible: {en} ({', '.join(codes)})"


def _close_supplement(s: Session, nomination: Nomination, found: dict[str, Any]) -> None:
    """In an ad hoc round a report is sent back once."""
    _open_check(s, nomination, found)
    times = s.execute(
        select(func.count())
        .select_from(Activity)
        .where(
            Activity.instance_id == nomination.instance_id,
            Activity.element == "check_report",
            Activity.state == "done",
        )
    ).scalar_one()
    if times:
        closed = found["closed"].setdefault("decision", {})
        closed["supplement"] = ("Đã yêu cầu bổ sung một lần", "It was sent back once already")


def _close_agenda(s: Session, nomination: Nomination, found: dict[str, Any]) -> None:
    """Back on the agenda goes only what the council or the chair refused."""
    _request_text(s, nomination, found)
    if nomination.refused_by not in ("council", "chair"):
        found["closed"] = {
            "decision": {
                "agenda": (
                    "Chỉ khi Hội đồng hoặc Chủ tịch không thông qua",
                    "Only where the council or the chair refused",
                )
            }
        }


def _name_known(s: Session, nomination: Nomination, found: dict[str, Any]) -> None:
    """What the registers hold, so that nobody types what the office knows: earlier awards, the newest first; results of a window."""
    found["window_results"] = options(offered(results_of(nomination), nomination.unit_id, nomination.evidence))
    found["evidence"] = nomination.evidence
    found["earlier"] = [
        {"name": honour_name(one.what), "year": one.year, "decision_number": one.decision}
        for one in earlier_of(s, nomination.recipient_id, but=nomination.id)
    ]


@dataclass(frozen=True, slots=True)
class EarlierFile:
    """What was answered at the same step of an earlier file of the same nominee, and in which round."""

    round: str
    answers: Mapping[str, Any]


def earlier_file(nomination_id: int, element: str) -> EarlierFile | None:
    """The newest earlier file that the same unit answered for the same nominee, or None."""
    with reading() as s:
        nomination = s.get_one(Nomination, nomination_id)
        rows = s.execute(
            select(Nomination.unit_id, Round.name, Activity.answers)
            .join(Round, Round.id == Nomination.round_id)
            .join(Activity, Activity.instance_id == Nomination.instance_id)
            .where(
                Nomination.recipient_id == nomination.recipient_id, Nomination.id < nomination.id,
                Activity.element == element, Activity.state == "done", Activity.answers.is_not(None),
            )
            .order_by(Round.year.desc(), Activity.id.desc())
        )
        unit = people.current_unit(nomination.unit_id)
        for own, name, answers in rows:
            if people.current_unit(own) == unit:
                return EarlierFile(name, answers)
    return None


_CRITERIA = ("A1", "A2", "A3", "A4", "A5", "A6", "B1", "B2", "C1", "C2", "C3", "D1", "D2")


def _request_text(s: Session, nomination: Nomination, found: dict[str, Any]) -> None:
    request = _last_list(s, nomination, "review_request")
    found["request_text"] = str((request.data.get("request") or {}).get("content", "")) if request else ""


def _answer_text(s: Session, nomination: Nomination, found: dict[str, Any]) -> None:
    row = s.execute(
        select(Line.reason, Line.data)
        .join(List, List.id == Line.list_id)
        .where(List.kind == "package", Line.nomination_id == nomination.id)
        .order_by(Line.id.desc())
        .limit(1)
    ).one_or_none()
    if row is not None:
        found["answer_text"] = row[0]
        found["answer_paper"] = str((row[1].get("paper") or {}).get("number", ""))


def _objections(s: Session, nomination: Nomination, found: dict[str, Any]) -> None:
    rows = s.execute(
        select(List.unit_id, Line.reason)
        .join(List, List.id == Line.list_id)
        .where(List.kind == "opinion_letter", Line.nomination_id == nomination.id, Line.result == "objection")
    ).all()
    names = people.unit_names([unit for unit, _ in rows if unit])
    found["objections"] = [{"agency": names.get(unit or 0, ""), "reason": reason} for unit, reason in rows]


def _last_list(s: Session, nomination: Nomination, kind: str) -> List | None:
    return s.scalars(
        select(List)
        .join(Line, Line.list_id == List.id)
        .where(List.kind == kind, Line.nomination_id == nomination.id)
        .order_by(List.id.desc())
        .limit(1)
    ).first()


LOOKED_AT: dict[str, Callable[[Session, Nomination, dict[str, Any]], None]] = {
    "check_dossier": _open_check,
    "check_report": _close_supplement,
    "review_refusal": _close_agenda,
    "review_timely_refusal": _request_text,
    "self_assess": _name_known,
    "supplement_package": _answer_text,
    "supplement_state_package": _answer_text,
    "weigh_objection": _objections,
}
"""Element → what its form reads from lists and registers."""


def _scores(s: Session, nomination_id: int) -> list[Score]:
    return list(s.scalars(select(Score).where(Score.nomination_id == nomination_id).order_by(Score.position)))


def scores_of(nomination_id: int) -> list[Score]:
    """Scores of a nomination in the order of its criteria."""
    with reading() as s:
        rows = _scores(s, nomination_id)
        let_go(rows)
        return rows


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _keep_assessment(recorded: Recorded, nomination: Nomination) -> None:
    answers = recorded.trigger.answers
    for row in _scores(session(), nomination.id):
        one = answers.get(row.criterion)
        if isinstance(one, Mapping) and one.get("score") is not None:
            row.own = one["score"]
            row.own_note = str(one.get("note") or "")
            row.contents = list(one.get("contents") or [])
            row.files = [int(f) for f in one.get("files") or []]
        else:
            row.own = None
    if "evidence" in answers:
        nomination.evidence = list(answers["evidence"] or [])
    nomination.achievement = str(answers.get("summary") or nomination.achievement)
    nomination.contents = _contents(answers)
    nomination.form_asked = str(answers.get("form_asked") or nomination.form_asked)
    _declare(nomination, answers)


def _contents(answers: Mapping[str, Any]) -> str:
    """The contents that an assessment names, whatever criterion names them, as the nomination keeps them."""
    said = [answers, *(one for one in answers.values() if isinstance(one, Mapping))]
    codes = sorted({str(code) for one in said for code in one.get("contents") or ()})
    return f" {' '.join(codes)} " if codes else ""


def _declare(nomination: Nomination, answers: Mapping[str, Any]) -> None:
    """Keep what the unit said beside what is judged: the registers are held against it each time."""
    said = declared(answers)
    nomination.declared = {**nomination.declared, **said}
    nomination.facts = {**nomination.facts, **said}


def _keep_check(recorded: Recorded, nomination: Nomination) -> None:
    answers = recorded.trigger.answers
    decision = answers.get("decision")
    scores = _scores(session(), nomination.id)
    for row in scores:
        one = answers.get(row.criterion)
        if isinstance(one, Mapping) and one.get("score") is not None:
            row.office, row.office_note = Decimal(str(one["score"])), str(one.get("reason") or "")
        elif decision == "accept":
            row.office, row.office_note = row.own, ""  # left empty: the unit's own score stands
    nomination.form_recommended = str(
        answers.get("form_recommended") or nomination.form_recommended or nomination.form_asked
    )
    weighed = [row.office * row.weight for row in scores if row.office is not None]
    nomination.office_total = sum(weighed) if weighed and decision == "accept" else None
    nomination.papers = list(answers.get("papers") or []) if decision == "accept" else None
    if decision == "accept":
        _check_form_allowed(nomination)
    nomination.appraisal = str(answers.get("comment") or nomination.appraisal)
    nomination.faults = [dict(f) for f in answers.get("faults") or []] if decision == "supplement" else []
    if decision == "not_eligible":
        _refuse(nomination, str(answers.get("reason_code") or "NOT_ELIGIBLE"), "office", answers)
    elif decision == "supplement":
        # What happens if the date passes; taken away again by the next check.
        _refuse(nomination, "NOT_SUPPLEMENTED", "office", {})
    else:
        nomination.reason_code, nomination.refused_by, nomination.reason = None, None, ""


def _check_form_allowed(nomination: Nomination) -> None:
    """A form that a sourced rule blocks is not accepted; the whole completion is taken back."""
    from service.awards.checks import refresh

    form = nomination.form_recommended or nomination.form_asked
    refresh(session(), nomination)
    lines = eligibility_for(session(), nomination, form)
    if codes := blocking(lines):
        vi, en = _why(codes)
        raise Invalid(
            "Chưa ghi được: hình thức này vướng điều kiện chặn.",
            "Not saved: this form of award is blocked.",
            code="not-eligible",
            faults=[FieldFault("decision", f"{vi}.", f"{en}.")],
        )
    nomination.eligibility = lines


def _refuse(nomination: Nomination, code: str, by: str, answers: Mapping[str, Any]) -> None:
    nomination.reason_code, nomination.refused_by = code, by
    nomination.reason = str(answers.get("reason") or "")


def _keep_supplement(recorded: Recorded, nomination: Nomination) -> None:
    answers = recorded.trigger.answers
    nomination.achievement = str(answers.get("summary") or nomination.achievement)
    nomination.papers = None  # the dossier is checked anew
    if answers.get("amend_facts"):
        _declare(nomination, answers)


def _keep_weighing(recorded: Recorded, nomination: Nomination) -> None:
    answers = recorded.trigger.answers
    if answers.get("decision") == "refuse":
        _refuse(nomination, str(answers.get("reason_code") or "OBJECTION"), "office", answers)


def _keep_giving_up(recorded: Recorded, nomination: Nomination) -> None:
    if recorded.trigger.answers.get("decision") == "give_up":
        _refuse(nomination, "GIVEN_UP", "unit", recorded.trigger.answers)


on_answers.update(
    self_assess=_keep_assessment,
    short_report=_keep_assessment,
    check_dossier=_keep_check,
    check_report=_keep_check,
    supplement_dossier=_keep_supplement,
    weigh_objection=_keep_weighing,
    supplement_package=_keep_giving_up,
    supplement_state_package=_keep_giving_up,
)
