"""What the registers prove of a recipient over the window of a stocktake: awards, assessed years, what others add to them.

Nothing of it is typed. A nomination keeps only which lines it takes over (`nomination.evidence`); their words are read from the registers
each time, so that a revoked award or a struck row says so itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import people, words
from service.awards.catalogue import OUTCOMES, form_name
from service.awards.honours import honour_name
from service.awards.merits import alike_in_window
from service.awards.models import Award, List, Nomination, PastAward, Round, Score
from service.awards.past_awards import Earlier, earlier_of
from service.awards.recipients import RecipientInput, find_recipient
from service.awards.windows import STOCKTAKES, Window, window_of
from service.db import reading
from service.errors import Invalid
from service.processes.models import ProcessInstance
from service.vietnamese import clean
from workflows.calendar import ZONE

Words = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Result:
    """A line of a register: what it proves, of which year, with number and day; `gone` says why it counts no more."""

    source: str
    """Register and row: `award:12`."""
    year: int
    what: Words
    number: str = ""
    day: date | None = None
    detail: Words = ("", "")
    inner: Words = ("", "")
    """What only those read who read every nomination."""
    case: str = ""
    """Where it stands: `nomination:12`, `matter:7`, `publication:3`; empty for a row of the register of past awards."""
    gone: Words = ("", "")

    def told(self, language: str = "vi", *, inner: bool = False) -> str:
        """All of it in one line."""
        at = int(language == "en")
        number, on = (("số ", "ngày "), ("no. ", "of "))[at]
        known = [f"{number}{self.number}" if self.number else "", f"{on}{self.day:%d/%m/%Y}" if self.day else ""]
        parts = [self.what[at], " ".join(part for part in known if part), self.detail[at], self.inner[at] if inner else "", self.gone[at]]
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Sought:
    """Of whom, for which unit and over which window the registers are asked; `but`: the nomination that asks."""

    recipient: int
    name: str
    unit: int
    window: Window
    but: int | None = None


finders: list[Callable[[Session, Sought], Iterable[Result]]] = []
"""Registers that are asked, in the order in which a year's lines stand."""


def results_of(nomination: Nomination) -> list[Result]:
    """What the registers prove of a nominee over the window of a stocktake, the latest year first; nothing in other rounds."""
    with reading() as s:
        round_ = s.get_one(Round, nomination.round_id)
        if round_.stage not in STOCKTAKES:
            return []
        return _found(s, Sought(nomination.recipient_id, nomination.name, nomination.unit_id, window_of(round_), nomination.id))


def results_for(round_: Round, said: RecipientInput) -> list[Result]:
    """The same of somebody who is about to be nominated; nothing where nobody of this name is known in the unit."""
    if round_.stage not in STOCKTAKES:
        return []
    with reading() as s:
        who = find_recipient(s, said)
        return _found(s, Sought(who.id, who.name, said.unit, window_of(round_))) if who else []


def _found(s: Session, sought: Sought) -> list[Result]:
    lines = [line for find in finders for line in find(s, sought)]
    return sorted(lines, key=lambda line: -line.year)


def same_form_of(nomination: Nomination) -> list[Earlier]:
    """Awards of the form that a nomination asks for which its nominee received inside the window of the stocktake."""
    with reading() as s:
        round_ = s.get_one(Round, nomination.round_id)
        return _same_form(s, round_, nomination.recipient_id, nomination.form_recommended or nomination.form_asked, nomination.id)


def same_form_for(round_: Round, said: RecipientInput, form: str) -> list[Earlier]:
    """The same of somebody who is about to be nominated for a form."""
    with reading() as s:
        who = find_recipient(s, said)
        return _same_form(s, round_, who.id, form, None) if who else []


def _same_form(s: Session, round_: Round, recipient: int, form: str, but: int | None) -> list[Earlier]:
    window = (round_.window_from, round_.window_to)
    return alike_in_window(earlier_of(s, recipient, but=but), form, stage=round_.stage, window=window)


def taken(nomination: Nomination) -> list[Result]:
    """The lines that a nomination took over, as the registers have them now."""
    chosen = set(nomination.evidence)
    return [line for line in results_of(nomination) if line.source in chosen] if chosen else []


def offered(lines: Sequence[Result], unit: int, taken_before: Collection[str] = ()) -> list[Result]:
    """Lines that a unit's nomination may stand on: of what stands in a nomination only that of the unit, or of one that it succeeds.

    Otherwise the line would tell it what another unit filed about the same person. What was taken before stays.
    """
    numbers = {line.source: int(line.case.removeprefix("nomination:")) for line in lines if line.case.startswith("nomination:")}
    with reading() as s:
        rows = s.execute(select(Nomination.id, Nomination.unit_id).where(Nomination.id.in_(numbers.values()))).all()
    units = {number: of for number, of in rows}
    ours = people.current_unit(unit)
    return [
        line for line in lines
        if line.source not in numbers or line.source in taken_before
        or (of := units.get(numbers[line.source])) is not None and people.current_unit(of) == ours
    ]


def options(lines: Sequence[Result]) -> list[dict[str, str]]:
    """Lines that still count, as a form offers them."""
    return [{"value": line.source, "label": line.told(), "label.en": line.told("en")} for line in lines if not line.gone[0]]


def checked_sources(lines: Iterable[Result], sources: Collection[str]) -> list[str]:
    """These sources in the registers' order; Invalid where a register offers one not, or not any more."""
    offered = [line.source for line in lines if not line.gone[0]]
    if wrong := sorted(set(sources) - set(offered)):
        raise Invalid.at(
            "evidence", f"Sổ không có, hoặc không còn: {', '.join(wrong)}. Chọn lại trong các dòng của sổ.",
            f"No register offers {', '.join(wrong)}. Choose among its lines.",
        )
    return [source for source in offered if source in set(sources)]


def _awards(s: Session, sought: Sought) -> Iterable[Result]:
    rows = s.execute(
        select(Award, Round.year, Round.name)
        .join(Nomination, Nomination.id == Award.nomination_id)
        .join(Round, Round.id == Nomination.round_id)
        .where(
            Award.recipient_id == sought.recipient, Award.nomination_id.is_distinct_from(sought.but),
            Round.year.between(sought.window.first.year, sought.window.last.year),
        )
        .order_by(Award.decided_on.desc(), Award.id)
    ).all()
    for award, year, round_name in rows:
        yield Result(
            f"award:{award.id}", year, (form_name(award.form), form_name(award.form, "en")), award.decision, award.decided_on,
            (clean(round_name), clean(round_name)), case=f"nomination:{award.nomination_id}",
            gone=("đã bị hủy bỏ", "revoked") if award.status == "revoked" else ("", ""),
        )


def _past(s: Session, sought: Sought) -> Iterable[Result]:
    rows = s.scalars(
        select(PastAward)
        .where(PastAward.recipient_id == sought.recipient, PastAward.year.between(sought.window.first.year, sought.window.last.year))
        .order_by(PastAward.year.desc(), PastAward.id)
    )
    for row in rows:
        vi, en = honour_name(row.what), honour_name(row.what, "en")
        yield Result(
            f"past:{row.id}", row.year, (f"{vi}, năm {row.year}", f"{en}, {row.year}"), row.decision, row.decided_on,
            (row.achievement, row.achievement), gone=("đã bỏ khỏi sổ", "struck") if row.struck else ("", ""),
        )


def _assessments(s: Session, sought: Sought) -> Iterable[Result]:
    """Earlier files of the nominee: what the unit scored itself, and for the office its own total and the council's votes."""
    own, most = func.sum(Score.own * Score.weight), func.sum(Score.maximum * Score.weight)
    rows = s.execute(
        select(Nomination, Round.name, Round.year, List.number, ProcessInstance.outcome, own, most)
        .join(Round, Round.id == Nomination.round_id)
        .join(ProcessInstance, ProcessInstance.id == Nomination.instance_id)
        .join(Score, Score.nomination_id == Nomination.id)
        .outerjoin(List, List.id == Nomination.submission_id)
        .where(
            Nomination.recipient_id == sought.recipient, Nomination.id.is_distinct_from(sought.but),
            Nomination.received_at.is_not(None), Score.own.is_not(None), Round.stage != "DOT_XUAT",
            Round.year.between(sought.window.first.year, sought.window.last.year),
        )
        .group_by(Nomination.id, Round.name, Round.year, List.number, ProcessInstance.outcome)
        .order_by(Round.year.desc(), Nomination.id)
    ).all()
    for n, name, year, number, outcome, scored, maximum in rows:
        told = OUTCOMES.get(outcome or "", ("đang xét", "under way"))
        if n.form_granted and not n.revoked:
            told = (f"được tặng {form_name(n.form_granted)}", f"given: {form_name(n.form_granted, 'en')}")
        yield Result(
            f"score:{n.id}", year, (f"Phiếu tự đánh giá, {name}", f"Self-assessment, {name}"), number or "",
            n.received_at.astimezone(ZONE).date() if n.received_at else None,
            (f"tự chấm {_figure(scored)}/{_figure(maximum)} điểm, {words.within_a_sentence(told[0])}",
             f"own score {_figure(scored, '.')}/{_figure(maximum, '.')}, {words.within_a_sentence(told[1])}"),
            _inner(n), f"nomination:{n.id}",
        )


def _inner(n: Nomination) -> Words:
    vi, en = [], []
    if n.office_total is not None:
        vi.append(f"phòng chấm {_figure(n.office_total)}")
        en.append(f"the office {_figure(n.office_total, '.')}")
    if n.votes:
        vi.append(f"Hội đồng {n.votes.get('agree', 0)}/{n.votes.get('of', 0)} phiếu đồng ý")
        en.append(f"the council {n.votes.get('agree', 0)}/{n.votes.get('of', 0)} in favour")
    return ", ".join(vi), ", ".join(en)


def _figure(value: object, comma: str = ",") -> str:
    return f"{float(str(value)):.2f}".rstrip("0").rstrip(".").replace(".", comma)


finders += [_awards, _past, _assessments]
