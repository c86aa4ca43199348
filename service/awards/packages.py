"""Packages to the province and beyond: sent once, each line answered alone, returned lines in a child package."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from service.awards import lists
from service.awards.catalogue import award_forms
from service.awards.decisions import award_money, make_award_list
from service.awards.line_data import Day, Form, LineData, labelled
from service.awards.lists import Act, Acting, ListKind, ListTask, Result, bad_line, bad_lines
from service.awards.models import Award, Nomination, Round
from service.awards.nominations import on_opened
from service.awards.rules import rules_on
from service.db import session
from service.processes.cases import Recorded
from service.words import N_

WAITS = ("wait_package", "wait_state_package")
ANSWERS = (
    Result("granted", "Được khen thưởng", "Granted"),
    Result("other_form", "Khen hình thức khác", "Granted in another form"),
    Result("forwarded", "Tỉnh trình Trung ương", "Forwarded to the centre"),
    Result("supplement", "Yêu cầu bổ sung", "Supplement asked", needs_reason=True),
    Result("refused", "Không khen thưởng", "Refused", needs_reason=True),
    Result("withdrawn", "Đã rút theo văn bản", "Withdrawn by letter", needs_reason=True),
)
TAKEN = {
    "wait_answer": ("granted", "other_form", "supplement", "refused", "withdrawn"),
    "wait_province": ("forwarded", "other_form", "supplement", "refused", "withdrawn"),
    "wait_centre": ("granted", "other_form", "supplement", "refused", "withdrawn"),
}
"""Wait → answers that it takes, the one that moves the name on first."""


class Answered(LineData):
    """What a paper from above says of a name besides the answer itself."""

    form: Form | None = labelled("Hình thức được khen", "Form granted")
    granted_level: Literal["province", "centre"] | None = labelled("Cấp khen", "Level that grants")
    answer_due: Day | None = labelled("Hạn bổ sung", "Date for the supplement")


def _send(acting: Acting) -> None:
    acting.list.number = acting.fields.get("number") or None
    acting.list.dated = date.fromisoformat(acting.fields["dated"])
    for line, nomination, _ in acting.lines:
        result = "struck" if line.result == "struck" else "sent"
        acting.payloads[nomination.id] = {"result": result}
        if result == "struck":
            nomination.reason_code, nomination.reason, nomination.refused_by = "NOT_SENT", line.reason, "chair"
        else:
            line.result = None
    acting.extra["number"] = acting.list.number or ""


def _answer(acting: Acting) -> None:
    """Each line has its own answer, by the level at which it stands; what is granted goes to an award list."""
    s = acting.s
    at = lists.standing(s, [n.id for _, n, _ in acting.lines], tuple(TAKEN))
    bad = []
    granted: list[int] = []
    for line, nomination, said in acting.lines:
        element = at.get(nomination.id, "")
        why = _wrong(element, said.result or "", said.data, nomination)
        if why:
            bad.append(bad_line(line, nomination, *why))
            continue
        level = "centre" if element == "wait_centre" else "province"
        payload = {"result": said.result, "granted_level": "none"}
        if said.result in ("granted", "other_form"):
            form = str(said.data.get("form") or nomination.form_passed)
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
        make_award_list(s, acting.list, granted, acting.by)
    acting.state = "answered" if _settled(acting) else "sent"


def _grants(form: str) -> str:
    """Which level grants a form of award: the province or the centre."""
    return "province" if award_forms()[form].level == "province" else "centre"


def _wrong(element: str, result: str, said: Mapping[str, Any], nomination: Nomination) -> tuple[str, str] | None:
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
        return _wrong_form(element, result, said, nomination)
    if "form" in said or "granted_level" in said:
        return (
            "câu trả lời này không kèm hình thức được khen", "this answer comes without a form of award"
        )
    if result == "supplement" and "answer_due" not in said:
        return (
            "ghi hạn bổ sung theo văn bản của cấp trên", "give the date for the supplement as the paper says"
        )
    return None


def _wrong_form(element: str, result: str, said: Mapping[str, Any], nomination: Nomination) -> tuple[str, str] | None:
    asked = nomination.form_passed
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


def _settled(acting: Acting) -> bool:
    final = {"granted", "other_form", "refused", "withdrawn", "supplement", "struck"}
    return all(
        line.result in final for line, _ in lists.lines_of(acting.list.id) if not line.removed
    )


lists.KINDS["package"] = ListKind(
    name="package",
    label="Tờ trình gửi UBND tỉnh",
    label_en="Package to the province",
    states={
        "draft": N_("Chờ Chủ tịch UBND xã ký tờ trình"),
        "signed": N_("Đã ký, chờ văn thư gửi"),
        "sent": N_("Đã gửi, chờ trả lời"),
        "answered": N_("Đã trả lời hết"),
    },
    start="draft",
    acts=(
        Act(
            "sign", "Ký tờ trình", "Sign the submission", "package.sign", ("draft",), to="signed",
            results=(
                Result("to_send", "Trình lên tỉnh", "Send"),
                Result("struck", "Gạch tên", "Strike", needs_reason=True),
            ),
            waits=WAITS, told="Đã ký tờ trình, {n} tên", told_en="Signed for {n} names",
        ),
        Act(
            "send", "Gửi lên tỉnh", "Send to the province", "package.send", ("signed",), to="sent",
            message="package:sent", form="paper_required", waits=WAITS, concerns=False, effect=_send,
            told="Đã gửi {n} tên", told_en="Sent {n} names",
        ),
        Act(
            "answer", "Ghi trả lời của cấp trên", "Enter the answers", "package.answer", ("sent",),
            results=ANSWERS, message="province:answered", form="answer_paper", held_allowed=True,
            line=Answered, partial=True, effect=_answer, told="Đã ghi trả lời {n} tên", told_en="Answers entered for {n} names",
        ),
    ),
    tasks={
        "draft": (ListTask("sign", N_("Ký tờ trình gửi tỉnh"), lambda row: "chair", "signing"),),
        "signed": (ListTask("send", N_("Gửi tờ trình lên tỉnh"), lambda row: "clerk", "province_intake"),),
        "sent": (ListTask("answer", N_("Ghi trả lời của tỉnh"), lambda row: "vhxh province"),),
    },
    gathers=WAITS,
    may_read=lambda by, row: by.may(*lists.OFFICE) or by.may("province") and row.state in ("sent", "answered"),
)
lists.ENDED_STATES["package"] = ("answered",)


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
