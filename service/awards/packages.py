"""Packages to the province and beyond: sent once, each line answered alone, returned lines in a child package."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock
from service.actor import Actor
from service.awards import holds, lists
from service.awards.catalogue import award_forms
from service.awards.decisions import must_be_unawarded, signature_of
from service.awards.due import after, give, since_receipt
from service.awards.handing_over import make_award_list
from service.awards.line_data import Day, Form, LineData, labelled
from service.awards.lists import Act, Acting, ListKind, ListTask, Result, bad_line, bad_lines
from service.awards.models import Award, Line, List, Nomination, Round
from service.awards.money import award_money
from service.awards.nomination_steps import on_opened
from service.awards.numbers import number_typed
from service.awards.places import standing
from service.awards.result_letters import onto_next_letter
from service.awards.rounds import end_of_day
from service.awards.rules import rules_on
from service.calendar import working_calendar
from service.db import reading, session
from service.errors import Invalid
from service.processes.cases import Recorded
from service.words import N_

WAITS = ("wait_package", "wait_state_package")
ANSWERS = (
    Result("granted", "Được khen thưởng", "Granted"),
    Result("other_form", "Khen hình thức khác", "Granted in another form"),
    Result("forwarded", "Tỉnh trình Trung ương", "Forwarded to the centre"),
    Result("supplement", "Yêu cầu bổ sung", "Supplement asked", needs_reason=True),
    Result("refused", "Không khen thưởng", "Refused", needs_reason=True),
    Result("withdrawn", "Đã rút theo văn bản", "Withdrawn by letter", needs_reason=True, message="nomination:withdrawn"),
)
_SUPPLEMENTING = ("supplement_package", "supplement_state_package")
TAKEN = {
    "wait_answer": ("granted", "other_form", "supplement", "refused", "withdrawn"),
    "wait_province": ("forwarded", "other_form", "supplement", "refused", "withdrawn"),
    "wait_centre": ("granted", "other_form", "supplement", "refused", "withdrawn"),
    **dict.fromkeys(_SUPPLEMENTING, ("withdrawn",)),
}
"""Step → answers that a name takes there, the one that moves it on first; the guard asks the diagram itself."""
_PROVINCE = "UBND tỉnh"
"""Through whom every answer from above comes."""
FINAL = ("granted", "other_form", "refused", "withdrawn", "supplement", "struck")
"""Results after which a line of this package waits for nothing more."""


def _answers_itself(by: Actor) -> bool:
    """Whether it is the province that answers: the office enters what came on paper, and attaches it."""
    return by.may("province")


def _standing(row: List, live: Sequence[Line]) -> str:
    """Answered once every line that is left has its last answer."""
    if row.state in ("sent", "answered"):
        return "answered" if all(line.result in FINAL for line in live) else "sent"
    return row.state


def _unanswered(line: Line, at: Collection[str]) -> bool:
    """Whether a line may still be answered: none yet, forwarded, or withdrawn while the unit supplements."""
    if line.result == "supplement":
        return any(element in at for element in _SUPPLEMENTING)
    return line.result in (None, "forwarded")


class Answered(LineData):
    """What a paper from above says of a name besides the answer itself."""

    form: Form | None = labelled("Hình thức được khen", "Form granted")
    granted_level: Literal["province", "centre"] | None = labelled("Cấp khen", "Level that grants")
    answer_due: Day | None = labelled("Hạn bổ sung", "Date for the supplement")


def _sign(acting: Acting) -> None:
    """Note who signs, for the paper; where every name is struck there is nothing to send, and the package ends."""
    acting.list.data = {**acting.list.data, **signature_of(acting, "province_submission")}
    for line, nomination, _ in acting.lines:
        line.data = {**line.data, "posthumous": nomination.posthumous}
    if any(said.result == "to_send" for _, _, said in acting.lines):
        return
    acting.state = lists.EMPTY
    for _, nomination, said in acting.lines:
        _note_struck(nomination, said.reason)
        acting.instead[nomination.id] = {"name": "package:sent", "payload": {"result": "struck"}}


def _note_struck(nomination: Nomination, reason: str) -> None:
    nomination.reason_code, nomination.reason, nomination.refused_by = "NOT_SENT", reason, "chair"


def _send(acting: Acting) -> None:
    """Give the package its own number; from now on the office asks the province after the days of its appraisal."""
    row, dated = acting.list, date.fromisoformat(acting.fields["dated"])
    row.number, row.dated = number_typed(acting.s, row, acting.fields, paper="TTr"), dated
    give(row, after("PROV_APPRAISE_DAYS", dated))
    for line, nomination, _ in acting.lines:
        result = "struck" if line.result == "struck" else "sent"
        acting.payloads[nomination.id] = {"result": result}
        if result == "struck":
            _note_struck(nomination, line.reason)
        else:
            line.result = None
    acting.extra["number"] = acting.list.number or ""


def _answer(acting: Acting) -> None:
    """Each line has its own answer, by the level at which it stands; what is granted goes to an award list."""
    s = acting.s
    _enter_for_province(acting)
    at = standing(s, [n.id for _, n, _ in acting.lines], tuple(TAKEN))
    sent = sent_forms(s, [n for _, n, _ in acting.lines])
    bad = []
    granted: list[int] = []
    must_be_unawarded(s, [(line, n) for line, n, said in acting.lines if said.result in ("granted", "other_form")])
    for line, nomination, said in acting.lines:
        element = at.get(nomination.id, "")
        why = _wrong(element, said.result or "", said.data, sent[nomination.id])
        if why:
            bad.append(bad_line(line, nomination, *why))
            continue
        level = "centre" if element == "wait_centre" else "province"
        payload = {"result": said.result, "granted_level": "none"}
        if said.result in ("granted", "other_form"):
            form = str(said.data.get("form") or sent[nomination.id])
            payload["granted_level"] = _grants(form)
            nomination.form_granted = form
            s.add(_award(acting, nomination, form, _grants(form)))
            granted.append(nomination.id)
        elif said.result == "supplement":
            payload["answer_due"] = str(said.data["answer_due"])
            nomination.faults = [{"what": said.reason}]
        elif said.result == "refused":
            nomination.reason_code, nomination.reason = "REFUSED_ABOVE", said.reason
            nomination.refused_by = level
            acting.first = [*acting.first, *holds.void_holds(s, nomination, f"list:{acting.list.id}:{line.id}")]
        elif said.result == "withdrawn":
            nomination.reason_code, nomination.refused_by = "UNIT_LETTER", "unit"
            acting.instead[nomination.id] = {"name": "nomination:withdrawn", "urgent": True,
                                             "payload": {"cause": "UNIT_LETTER"}}
        if said.result != "withdrawn":
            acting.instead[nomination.id] = {
                "name": "centre:answered" if level == "centre" else "province:answered", "payload": payload
            }
        line.data = {**line.data, "paper": dict(acting.fields), "level": level}
    if bad:
        raise bad_lines(bad)
    s.flush()
    if granted:
        make_award_list(s, acting.list, granted, acting.by, paper=str(acting.fields["number"]).strip())
        named = [n for _, n, _ in acting.lines if n.id in granted]
        onto_next_letter(s, named, acting.by, acting.at, granted=True)
    waits = [line for line, _ in lists.lines_of(acting.list.id) if not line.removed and line.result not in FINAL]
    acting.state = "sent" if waits else "answered"
    if waits and all(line.result == "forwarded" for line in waits):
        # Only the centre has still to answer: its appraisal counts from the province's latest paper.
        latest = max(date.fromisoformat(line.data["paper"]["dated"]) for line in waits)
        give(acting.list, after("BNV_APPRAISE_DAYS", latest))


def _enter_for_province(acting: Acting) -> None:
    """Where the office enters what came on paper, the trail says for whom and by which paper."""
    if _answers_itself(acting.by):
        return
    dated = date.fromisoformat(str(acting.fields["dated"]))
    acting.extra |= {
        "for_unit": _PROVINCE, "paper": str(acting.fields["number"]).strip(), "paper_date": f"{dated:%d/%m/%Y}",
    }


def _grants(form: str) -> str:
    """Which level grants a form of award: the province or the centre."""
    return "province" if award_forms()[form].level == "province" else "centre"


def sent_forms(s: Session, nominations: Sequence[Nomination]) -> dict[int, str | None]:
    """The form that was sent of each name: the one passed, or the reserve form once the one passed was refused above."""
    refused = set(
        s.scalars(
            select(Line.nomination_id)
            .join(List, List.id == Line.list_id)
            .where(
                List.kind == "package", Line.nomination_id.in_([n.id for n in nominations]), Line.result == "refused"
            )
        )
    )
    return {n.id: n.form_reserve if n.id in refused and n.form_reserve else n.form_passed for n in nominations}


def _wrong(element: str, result: str, said: Mapping[str, Any], sent: str | None) -> tuple[str, str] | None:
    """Why an answer does not fit a name where it stands: a sentence and the same in English."""
    if not element:
        return "không còn chờ cấp trên trả lời", "no answer from above is awaited any more"
    if result not in TAKEN[element]:
        words = {r.value: r for r in ANSWERS}
        taken = [words[r] for r in TAKEN[element]]
        return (
            f"ở bước này chỉ nhận: {', '.join(r.label for r in taken)}",
            f"here the answer is one of: {', '.join(r.label_en for r in taken)}",
        )
    if result in ("granted", "other_form"):
        return _wrong_form(element, result, said, sent)
    if "form" in said or "granted_level" in said:
        return (
            "câu trả lời này không kèm hình thức được khen", "this answer comes without a form of award"
        )
    if result == "supplement" and "answer_due" not in said:
        return (
            "ghi hạn bổ sung theo văn bản của cấp trên", "give the date for the supplement as the paper says"
        )
    return None


def _wrong_form(element: str, result: str, said: Mapping[str, Any], asked: str | None) -> tuple[str, str] | None:
    form = said.get("form") or (asked if result == "granted" else None)
    if result == "granted" and form != asked:
        return (
            "được khen thì đúng hình thức đã trình; nếu khác, ghi là khen hình thức khác",
            "granted means the form that was sent; for another one enter it as granted in another form",
        )
    if result == "other_form" and form in (None, asked):
        return (
            "chọn hình thức được khen, khác hình thức đã trình",
            "choose the form granted, another than the one that was sent",
        )
    above = award_forms()[form].level if form else ""
    if above == "commune" or element != "wait_centre" and above != "province":
        return (
            "cấp đang trả lời không khen hình thức này", "the level that answers does not grant this form of award"
        )
    if said.get("granted_level") not in (None, _grants(str(form))):
        return "hình thức này không do cấp đó khen", "this form of award is not granted by that level"
    return None


def _award(acting: Acting, nomination: Nomination, form: str, level: str) -> Award:
    decided = date.fromisoformat(str(acting.fields["dated"]))
    money, words = award_money(rules_on(decided), form, nomination.kind)
    return Award(
        nomination_id=nomination.id,
        recipient_id=nomination.recipient_id,
        form=form,
        level=level,
        decision=str(acting.fields["number"])[:60],
        decided_on=decided,
        text=nomination.achievement,
        money=money,
        money_basis=words,
    )


def _note_opinion(acting: Acting) -> None:
    """Note the public opinion on orders: the notice, its working days, and what came in (Law, Art. 84(5))."""
    fields = acting.fields
    rules = rules_on(date.fromisoformat(fields["dated"]))
    forms = rules.value("PUBLIC_OPINION_FORMS")
    foreign = [(line, n) for line, n, _ in acting.lines if n.form_passed not in forms]
    if foreign:
        raise bad_lines(
            [
                bad_line(line, n, "hình thức này không phải lấy ý kiến Nhân dân", "no public opinion is asked for this form")
                for line, n in foreign
            ]
        )
    until = after("PUBLIC_OPINION_DAYS", date.fromisoformat(fields["dated"]), rules=rules).until
    if fields.get("outcome") and acting.at <= until:
        raise Invalid.at(
            "outcome",
            f"Còn lấy ý kiến đến hết {until:%d/%m/%Y}. Ghi kết quả từ sau ngày đó.",
            f"Opinions are taken until {until:%d/%m/%Y}; enter the result after that day.",
        )
    noted = {k: v for k, v in fields.items() if v} | {"until": until.date().isoformat()}
    for line, _, _ in acting.lines:
        line.data = {**line.data, "public_opinion": noted}
    acting.extra |= {"number": fields["number"], "until": noted["until"], "outcome": fields.get("outcome") or None}


def _opinions_running(s: Session, row: List) -> list[dict[str, Any]]:
    """What is noted of public opinions on a package whose result is not entered yet."""
    found = [
        line.data["public_opinion"]
        for line in s.scalars(select(Line).where(Line.list_id == row.id, Line.removed.is_(False)))
        if line.result not in FINAL and "public_opinion" in line.data
    ]
    return [one for one in found if not one.get("outcome")]


def _opinion_due(row: List) -> datetime | None:
    days = [one["until"] for one in _opinions_running(session(), row)]
    return end_of_day(working_calendar().add(date.fromisoformat(max(days)), 1)) if days else None


def _returned_from(s: Session, nominations: Sequence[int]) -> dict[int, int | None]:
    """The package that each name was sent back from for a supplement; None for one that goes up for the first time."""
    last: dict[int, tuple[int, str | None]] = {}
    for nomination, package, result in s.execute(
        select(Line.nomination_id, Line.list_id, Line.result)
        .join(List, List.id == Line.list_id)
        .where(List.kind == "package", Line.nomination_id.in_(nominations), Line.removed.is_(False))
        .order_by(List.id)
    ):
        last[nomination] = (package, result)
    return {n: last[n][0] if n in last and last[n][1] == "supplement" else None for n in nominations}


@dataclass(frozen=True, slots=True)
class FlagShare:
    """How many collectives on a package go for the Government's flag, of how many that meet the provincial one."""

    flags: int
    of: int
    most: float


def flag_share(row: List) -> FlagShare | None:
    """The share of collectives put up for the Government's flag in the round, where a package holds one."""
    most = rules_on(row.dated or clock.today()).shown("FLAG_GOV_MAX_RATIO")
    if most is None or not any(n.form_passed == "CO_CP" for line, n in lists.lines_of(row.id) if not line.removed):
        return None
    with reading() as s:
        passed = list(
            s.scalars(
                select(Nomination.form_passed).where(
                    Nomination.round_id == row.round_id,
                    Nomination.kind == "COLLECTIVE",
                    Nomination.form_passed.in_(("CO_TINH", "CO_CP")),
                )
            )
        )
    return FlagShare(passed.count("CO_CP"), len(passed), float(most))


lists.KINDS["package"] = ListKind(
    name="package",
    label="Tờ trình gửi UBND tỉnh",
    label_en="Package to the province",
    states={
        "draft": N_("Chờ Chủ tịch UBND xã ký tờ trình"),
        "signed": N_("Đã ký, chờ văn thư gửi"),
        "sent": N_("Đã gửi, chờ trả lời"),
        "answered": N_("Đã trả lời hết"),
        lists.EMPTY: N_("Không gửi: không còn tên nào"),
    },
    start="draft",
    acts=(
        Act(
            "sign", "Ký tờ trình", "Sign the submission", "package.sign", ("draft",), to="signed",
            results=(
                Result("to_send", "Trình lên tỉnh", "Send"),
                Result("struck", "Gạch tên", "Strike", needs_reason=True),
            ),
            waits=WAITS, left="leaves", effect=_sign, told="Đã ký tờ trình, {n} tên", told_en="Signed for {names}",
        ),
        Act(
            "send", "Gửi lên tỉnh", "Send to the province", "package.send", ("signed",), to="sent",
            message="package:sent", form="package_paper", waits=WAITS, concerns=False, left="leaves",
            effect=_send,
            told="Đã gửi {n} tên", told_en="Sent {names}",
        ),
        Act(
            "answer", "Ghi trả lời của cấp trên", "Enter the answers", "package.answer", ("sent", "answered"),
            results=ANSWERS, message="province:answered", also=("centre:answered",), waits=tuple(TAKEN), fits=_unanswered,
            form="answer_paper", held_allowed=True, line=Answered, partial=True, effect=_answer,
            # Once all is answered only a withdrawal may follow, which the office enters by the unit's letter.
            open_to=lambda by, row: row.state == "sent" or not _answers_itself(by),
            told="Đã ghi trả lời {n} tên", told_en="Answers entered for {names}",
        ),
        Act(
            "note_opinion", "Ghi lấy ý kiến Nhân dân", "Note the public opinion", "package.answer", ("sent",),
            form="public_opinion", waits=("wait_province", "wait_centre"), concerns=False, held_allowed=True, partial=True,
            effect=_note_opinion, told="Đã ghi lấy ý kiến Nhân dân, {n} tên",
            told_en="Public opinion noted for {names}",
        ),
    ),
    tasks={
        "draft": (ListTask("sign", N_("Ký tờ trình gửi tỉnh"), lambda row: "chair", "signing"),),
        "signed": (ListTask("send", N_("Gửi tờ trình lên tỉnh"), lambda row: "clerk", "province_intake"),),
        "sent": (
            # The days of appraisal are the province's: only the office is reminded, to ask.
            ListTask("answer", N_("Ghi trả lời của cấp trên"), lambda row: "vhxh province", tell="vhxh"),
            ListTask(
                "note_opinion", N_("Ghi kết quả lấy ý kiến Nhân dân"), lambda row: "vhxh", until=_opinion_due,
                parts=lambda s, row: {"": "vhxh"} if _opinions_running(s, row) else {},
            ),
        ),
    },
    given=lambda row, by: {"answers_itself": _answers_itself(by)},
    gathers=WAITS,
    due=since_receipt("DOT_XUAT_DAYS"),
    parents=_returned_from,
    frees=lambda state, result: state == "sent" and result in FINAL,
    standing=_standing,
    out=lambda row: row.state in ("sent", "answered"),
)
lists.ENDED_STATES["package"] = ("answered", lists.EMPTY)


def _package_of_one(recorded: Recorded, nomination: Nomination) -> None:
    """In an ad hoc round the service makes the package of one by itself."""
    s = session()
    round_ = s.get_one(Round, nomination.round_id)
    if round_.stage != "DOT_XUAT":
        return
    lists.create_list(
        "package",
        nomination.round_id,
        title=f"Đề nghị khen thưởng đột xuất: {nomination.name}",
        nominations=[nomination.id],
        by=recorded.by,
    )


on_opened["wait_package"] = _package_of_one
