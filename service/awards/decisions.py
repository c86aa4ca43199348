"""Decisions: names proved by their units, signed by the chair, numbered and dated, by which the awards come to be."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import people, trail
from service.actor import Actor
from service.awards import concerns, guards, lists
from service.awards.catalogue import AS_LISTED, award_forms
from service.awards.due import since_receipt
from service.awards.handing_over import put_on_award_list
from service.awards.line_data import LineData, Name, labelled
from service.awards.lists import Act, Acting, ListKind, ListTask, Result, bad_line, bad_lines
from service.awards.models import Award, Line, List, Nomination, Round
from service.awards.money import award_money
from service.awards.nomination_steps import on_delivered, on_opened
from service.awards.numbers import GOLDEN_BOOK, OFFICE, next_numbers, number_paper, number_typed
from service.awards.recipients import rename_recipient
from service.awards.result_letters import onto_next_letter
from service.awards.rules import rules_on
from service.db import session
from service.errors import Conflict, how_many
from service.processes.cases import Recorded
from service.words import N_


class Proved(LineData):
    """How a name is to be printed, where the unit corrects it."""

    printed_name: Name | None = labelled("Họ tên in trên Giấy khen", "Printed name")
    printed_title: Name | None = labelled("Chức danh in trên Giấy khen", "Printed title")


def _prove(acting: Acting) -> None:
    """A unit confirms or corrects how its names, titles and texts are to be printed.

    The office may do so for a unit that does not sign in; the trail says on whose behalf.
    """
    office = people.allowed(acting.by, "decision.proof", unit=people.NO_UNIT)
    foreign = [(line, n) for line, n, _ in acting.lines if people.current_unit(n.unit_id) not in acting.by.units]
    if foreign and not office:
        raise bad_lines(
            [bad_line(line, n, "không thuộc đơn vị của bạn", "this name is another unit's") for line, n in foreign]
        )
    if empty := [
        bad_line(line, n, "ghi họ tên đúng, hoặc chọn “Đúng”", "give the right name, or choose “correct”")
        for line, n, said in acting.lines
        if said.result == "corrected" and not said.data.get("printed_name") and not said.data.get("printed_title")
    ]:
        raise bad_lines(empty)
    others = {n.id for _, n in foreign}
    for line, nomination, said in acting.lines:
        # What stood first stays to be read, as long as it is not what stands there again.
        first = line.data.get("before", [nomination.name, nomination.title])
        if said.result == "corrected":
            rename_recipient(
                acting.s, nomination, name=said.data.get("printed_name") or nomination.name,
                title=said.data.get("printed_title") or nomination.title, by=acting.by,
            )
        rest = {k: v for k, v in line.data.items() if k != "before"}
        if first != [nomination.name, nomination.title]:
            rest["before"] = first
        line.data = {
            **rest, "proof": said.result, "proved_on": acting.at.isoformat(), "for_unit": nomination.id in others,
        }
        line.result, line.reason = None, ""
    if foreign:
        units = people.unit_names({people.current_unit(n.unit_id) for _, n in foreign})
        acting.behalf = unicodedata.normalize("NFC", "; ".join(units.values()))


def unproved(list_id: int) -> list[Nomination]:
    """Names on a decision that nobody has confirmed yet."""
    return [n for line, n in lists.lines_of(list_id) if not line.removed and not line.data.get("proof")]


def _units_to_prove(s: Session, row: List) -> dict[str, str]:
    """Units that have names on a draft to prove still, each asked by a task of its own; none in the simplified way."""
    if row.data.get("simplified"):
        return {}
    s.flush()
    units = {people.current_unit(n.unit_id) for n in unproved(row.id)}
    return {str(unit): f"unit:{unit} unit_head:{unit}" for unit in sorted(units)}


def _submit(acting: Acting) -> None:
    missing = [] if acting.list.data.get("simplified") else [n.name for n in unproved(acting.list.id)]
    if missing:
        raise Conflict(
            f"Còn {len(missing)} tên đơn vị chưa rà: {', '.join(missing[:5])}{'…' if len(missing) > 5 else ''}.",
            f"{how_many(len(missing), 'name')} not proved yet, by their units or by the office for them.",
            code="not-proved",
        )
    number = number_typed(acting.s, acting.list, acting.fields, paper="TTr", body=OFFICE)
    acting.list.data = {**acting.list.data, "submission": dict(acting.fields) | ({"number": number} if number else {})}


def _check_form(acting: Acting) -> None:
    acting.list.data = {**acting.list.data, "form_check": dict(acting.fields)}
    acting.state = "checked" if acting.fields["decision"] == "accept" else "draft"
    acting.extra["decision"] = acting.fields["decision"]


def undo_check(s: Session, row: List, paper: str, *, by: Actor) -> None:
    """A paper whose form was checked has become another: it is checked anew before the chair signs. On a list under lock."""
    row.state, row.data = "submitted", {key: value for key, value in row.data.items() if key != "form_check"}
    row.version += 1
    s.flush()
    lists.open_tasks(s, row)
    trail.record("decision:check_undone", by=by, stream=f"list:{row.id}", body={"paper": paper, "state": row.state})


def _sign(acting: Acting) -> None:
    for line, nomination, said in acting.lines:
        # Who dies after the signature was awarded alive: the papers of the decision keep saying so.
        line.data = {**line.data, "posthumous": nomination.posthumous}
        if said.result == "granted":
            nomination.form_granted = nomination.form_passed if _commune(nomination) else "GK_XA"
            # What was refused above and taken here with the reserve form is no refusal any more.
            nomination.reason_code, nomination.refused_by, nomination.reason = None, None, ""
        else:
            nomination.reason_code, nomination.reason, nomination.refused_by = "STRUCK", said.reason, "chair"
    acting.list.data = {
        **acting.list.data,
        "signed_on": acting.at.isoformat(),
        **signature_of(acting),
    }
    _split_off(acting)
    if not any(said.result == "granted" for _, _, said in acting.lines):
        acting.state = lists.EMPTY


def signature_of(acting: Acting, paper: str = "decision") -> dict[str, Any]:
    """Who signs a paper of the chair's, and as what; Forbidden for whoever may not sign it in the chair's place.

    The chair's right alone, lent for an absence or taken over for a name that concerns the chair, makes nobody a deputy.
    """
    return {"signed_by": acting.by.name, "signs_as": people.signs_as(acting.by, "chair", paper)}


def _split_off(acting: Acting) -> None:
    """Names that concern the signer go to a decision of their own, as far as this one was, for the substitute (KT.)."""
    s, row = acting.s, acting.list
    concern = concerns.concerns_on(row.id)
    rest = [
        line
        for line in s.scalars(select(Line).where(Line.list_id == row.id, Line.removed.is_(False)).order_by(Line.position))
        if concerns.bars(acting.by, acting.act, lists.units_of(row), concern.get(line.nomination_id, concerns.Concern()))
    ]
    if not rest:
        return
    for line in rest:
        lists.leave(line, guards.OWN, acting.act.name)
    s.flush()
    number = lists.create_list(
        "decision", row.round_id, title=f"{row.title}, tên do người ký thay ký", state="checked", parent_id=row.id,
        nominations=[line.nomination_id for line in rest], by=acting.by,
        data={key: row.data[key] for key in ("submission", "form_check", "simplified") if key in row.data},
    )
    kept = {line.nomination_id: {k: v for k, v in line.data.items() if k != "left"} for line in rest}
    for line in s.scalars(select(Line).where(Line.list_id == number)):
        line.data = kept[line.nomination_id]


def _standing(row: List, live: Sequence[Line]) -> str:
    """A signed decision on which no granted name is left has nothing to number."""
    return row.state if row.state != "signed" or any(line.result == "granted" for line in live) else lists.EMPTY


def must_be_unawarded(s: Session, named: Sequence[tuple[Line, Nomination]]) -> None:
    """Refuse names that have an award in force from another decision; Invalid with their lines."""
    held = {
        nomination: decision
        for nomination, decision in s.execute(
            select(Award.nomination_id, Award.decision).where(
                Award.nomination_id.in_([n.id for _, n in named]), Award.status != "revoked"
            )
        )
    }
    bad = [
        bad_line(line, n, f"đã được khen theo quyết định {held[n.id]}", f"awarded by {held[n.id]} already")
        for line, n in named
        if n.id in held
    ]
    if bad:
        raise bad_lines(bad)


def _commune(nomination: Nomination) -> bool:
    return award_forms()[nomination.form_passed or "GK_XA"].level == "commune"


def _return(acting: Acting) -> None:
    acting.list.data = {**acting.list.data, "returned": dict(acting.fields)}


def _issue(acting: Acting) -> None:
    """Number and date make the decision an act: money follows the base salary of that day, and the golden book numbers its awards."""
    number_paper(acting.s, acting.list, acting.fields, paper="QĐ")
    _issue_rest(acting)


def _issue_rest(acting: Acting) -> None:
    """Names that the decision's number was not given with, because they were on hold, get the same number and date."""
    s, row = acting.s, acting.list
    assert row.number is not None and row.dated is not None
    rules = rules_on(row.dated)
    must_be_unawarded(s, [(line, n) for line, n, _ in acting.lines])
    # In the order of the list that the decision prints, so that its certificates are numbered as they lie.
    as_listed = sorted(acting.lines, key=lambda one: (AS_LISTED.index(one[1].kind), one[0].position))
    books = next_numbers(s, GOLDEN_BOOK, row.dated.year, len(as_listed))
    for book, (line, nomination, _) in zip(books, as_listed, strict=True):
        form = nomination.form_granted or "GK_XA"
        money, words = award_money(rules, form, nomination.kind)
        line.data = {**line.data, "money": money, "money_basis": words}
        s.add(
            Award(
                nomination_id=nomination.id,
                recipient_id=nomination.recipient_id,
                form=form,
                level="commune",
                decision=row.number,
                decided_on=row.dated,
                text=nomination.achievement,
                money=money,
                money_basis=words,
                book_number=book,
            )
        )
    acting.extra["number"] = row.number
    s.flush()
    put_on_award_list(s, row, [n.id for _, n, _ in acting.lines], acting.by)
    onto_next_letter(s, [n for _, n, _ in acting.lines], acting.by, acting.at, granted=True)


def _publish(acting: Acting) -> None:
    acting.list.data = {**acting.list.data, "published_on": acting.at.isoformat()}


def _units_on(list_id: int) -> set[int | None]:
    rows = session().scalars(
        select(Nomination.unit_id).join(Line, Line.nomination_id == Nomination.id).where(Line.list_id == list_id)
    )
    units = set(rows)
    return {*units, *(people.current_unit(u) for u in units)} or {None}


OF_THE_PAPER = ("simplified", "signed_on", "signed_by", "signs_as", "published_on")


def _shown_decision(by: Actor, row: List) -> Mapping[str, Any]:
    """Units see of it, beside their own names, what stands on the paper itself."""
    return row.data if lists.reads_inside(by, row) else {k: v for k, v in row.data.items() if k in OF_THE_PAPER}


_ISSUE_REST = ListTask(
    "issue_rest", N_("Cho số các tên để lại"), lambda row: "clerk", when=("wait_issue",)
)

lists.KINDS["decision"] = ListKind(
    name="decision",
    label="Quyết định tặng Giấy khen",
    label_en="Award decision",
    states={
        "draft": N_("Đang soạn, đơn vị rà tên"),
        "submitted": N_("Đã trình, chờ kiểm tra thể thức"),
        "checked": N_("Chờ Chủ tịch UBND xã ký"),
        "signed": N_("Đã ký, chờ văn thư cho số"),
        "issued": N_("Đã ban hành"),
        "published": N_("Đã công bố"),
        lists.EMPTY: N_("Không ban hành: không còn tên nào"),
    },
    start="draft",
    acts=(
        Act(
            "prove", "Rà tên, chức danh", "Prove the names", "decision.proof", ("draft",),
            results=(
                Result("confirmed", "Đúng", "Correct"),
                Result("corrected", "Sửa lại", "Corrected"),
            ),
            line=Proved, concerns=False, partial=True, held_allowed=True, effect=_prove,
            told="Đã rà {n} tên", told_en="Proved {names}",
        ),
        Act(
            "submit", "Trình dự thảo quyết định", "Submit the draft decision", "decision.submit", ("draft",),
            to="submitted", form="decision_submit", own_office=True, no_lines=True, effect=_submit,
            told="Đã trình dự thảo", told_en="Draft submitted",
        ),
        Act(
            "check_form", "Kiểm tra thể thức", "Check the form of the paper", "decision.check_format",
            ("submitted",), form="decision_check", own_office=True, no_lines=True, effect=_check_form,
            told="Đã kiểm tra thể thức", told_en="Form checked",
        ),
        Act(
            "sign", "Ký quyết định", "Sign the decision", "decision.sign", ("checked",), to="signed",
            results=(
                Result("granted", "Tặng Giấy khen", "Grant"),
                Result("struck", "Gạch tên", "Strike", needs_reason=True),
            ),
            message="decision:signed", waits=("wait_decision",), splits=True, partial=True, left="leaves",
            effect=_sign,
            told="Đã ký {n} tên. Văn thư đã nhận việc cho số", told_en="Signed {names}; the clerk has the number task",
        ),
        Act(
            "send_back", "Trả lại phòng", "Return to the office", "decision.return", ("checked",), to="draft",
            form="reason", no_lines=True, effect=_return,
            told="Đã trả lại phòng Văn hóa - Xã hội", told_en="Returned to the office",
        ),
        Act(
            "issue", "Cho số, ngày, đóng dấu", "Number, date and seal", "decision.issue", ("signed",),
            to="issued", message="decision:issued", form="decision_issue", waits=("wait_issue",),
            after=("decision:signed",), only=("granted",), effect=_issue,
            told="Đã cho số, {n} tên", told_en="Issued for {names}",
        ),
        Act(
            "issue_rest", "Cho số các tên để lại", "Number the names left out", "decision.issue",
            ("issued", "published"), message="decision:issued", waits=("wait_issue",), only=("granted",),
            partial=True, effect=_issue_rest, told="Đã ghi cùng số, {n} tên", told_en="Same number for {names}",
        ),
        Act(
            "publish", "Công bố", "Publish", "decision.publish", ("issued",), to="published", no_lines=True,
            concerns=False, effect=_publish, told="Đã công bố", told_en="Published",
        ),
    ),
    tasks={
        "draft": (
            ListTask("prove", N_("Rà họ tên, chức danh"), lambda row: "", "signing", parts=_units_to_prove),
            ListTask("submit", N_("Trình dự thảo quyết định"), lambda row: "vhxh_head", "signing"),
        ),
        "submitted": (ListTask("check_form", N_("Kiểm tra thể thức"), lambda row: "vanphong", "signing"),),
        "checked": (ListTask("sign", N_("Ký quyết định"), lambda row: "chair", "signing"),),
        "signed": (ListTask("issue", N_("Cho số, ngày, đóng dấu"), lambda row: "clerk", "signing"),),
        "issued": (_ISSUE_REST,),
        "published": (_ISSUE_REST,),
    },
    standing=_standing,
    units=lambda row: _units_on(row.id),
    shown=_shown_decision,
    public=lambda row: row.state == "published",
    gathers=("wait_decision",),
    due=since_receipt("DOT_XUAT_DAYS"),
)


def _decision_of_one(recorded: Recorded, nomination: Nomination) -> None:
    """In an ad hoc round the decision of one is drafted by the service and goes straight to the chair (Law, Art. 85)."""
    s = session()
    if s.get_one(Round, nomination.round_id).stage != "DOT_XUAT":
        return
    lists.create_list(
        "decision",
        nomination.round_id,
        title=f"Tặng Giấy khen đột xuất: {nomination.name}",
        nominations=[nomination.id],
        by=recorded.by,
        state="checked",
        data={"simplified": True},
    )


on_opened["wait_decision"] = _decision_of_one


def _note_struck(recorded: Recorded, nomination: Nomination) -> None:
    answers: Any = recorded.trigger.answers
    if answers.get("result") == "struck" and nomination.form_granted:
        nomination.form_granted = None


on_delivered["decision:signed"] = _note_struck
lists.ENDED_STATES["decision"] = (
    # What was left out of a signed decision is not on it any more; what was signed has its message.
    "signed", "issued", "published", lists.EMPTY,
)
