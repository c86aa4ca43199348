"""Errors in print (office.md, point 10): a decision is amended or corrected by a paper of its own, a certificate printed again.

Wrong content takes a decision of the same kind, wrong layout a letter of correction (Decree 30/2020, Art. 18(3)). What
stood before stays to be read: on the list, in the trail, on the papers of that day.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock, trail
from service.awards import lists
from service.awards.decisions import signature_of
from service.awards.lists import Act, Acting, ListKind, ListTask
from service.awards.models import Award, Line, List, Nomination
from service.awards.numbers import number_minutes, number_paper
from service.awards.recipients import rename_recipient
from service.awards.telling import tell_of_award
from service.db import reading
from service.errors import Conflict, FieldFault, Invalid
from service.words import N_

MENDED = {"new_name": N_("Họ tên, tên gọi"), "new_title": N_("Chức danh"), "new_text": N_("Thành tích")}
"""What a decision of its own may set right, as the proposal's fields call it."""


def commune_award(s: Session, nomination: Nomination) -> Award:
    """The award in force that the commune itself decided; Conflict where there is none."""
    award = s.scalars(
        select(Award).where(Award.nomination_id == nomination.id, Award.status != "revoked", Award.level == "commune")
    ).first()
    if award is None:
        raise Conflict(
            "Trường hợp này không có quyết định khen thưởng của xã đang có hiệu lực. Khen thưởng cấp trên do cấp trên sửa.",
            "There is no decision of the commune in force here. What a level above granted, that level corrects.",
            code="no-award",
        )
    return award


def may_follow(nomination_id: int) -> set[str]:
    """Kinds of list that may be filed about a name's award as it stands: none without one, of each one at a time."""
    with reading() as s:
        award = s.scalars(select(Award).where(Award.nomination_id == nomination_id, Award.status != "revoked")).first()
        if award is None:
            return set()
        running = set(s.scalars(
            select(List.kind).join(Line, Line.list_id == List.id).where(
                Line.nomination_id == nomination_id, List.kind.in_(("amendment", "revocation")),
                List.state.in_(("proposed", "signed", "requesting", "asked", "recovering")),
            )
        ))
        found = {"revocation"} if award.unlisted else {"revocation", "unlisting"}
        return (found | ({"amendment", "reprint"} if award.level == "commune" else set())) - running


def _only(acting: Acting) -> tuple[Line, Nomination]:
    (line, nomination, _), = acting.lines
    return line, nomination


def _propose(acting: Acting) -> None:
    """Say what is wrong and how it should read; what is said to be wrong and reads the same is no error."""
    s, fields = acting.s, acting.fields
    line, nomination = _only(acting)
    award = commune_award(s, nomination)
    now = {"new_name": nomination.name, "new_title": nomination.title, "new_text": award.text}
    said = {key: " ".join(str(fields.get(key) or "").split()) for key in MENDED}
    changes = {key: text for key, text in said.items() if text and text != now[key]} if fields["way"] == "amend" else {}
    if fields["way"] == "amend" and not changes:
        raise Invalid(
            "Chưa ghi: chưa có chỗ nào khác với quyết định đã ban hành.",
            "Nothing was written: nothing differs from the decision as issued.", code="nothing-changed",
            faults=[FieldFault("new_name", "Ghi ít nhất một chỗ khác với quyết định.", "Give at least one thing that differs.")],
        )
    _must_be_alone(s, acting.list, nomination)
    line.data = {**line.data, "mended": {key: [now[key], text] for key, text in changes.items()}}
    acting.list.data = {**acting.list.data, "proposal": dict(fields), "way": fields["way"]}
    acting.extra |= {"decision": award.decision, "way": fields["way"]}


def _must_be_alone(s: Session, row: List, nomination: Nomination) -> None:
    other = s.scalars(
        select(List).join(Line, Line.list_id == List.id).where(
            List.kind == "amendment", List.id != row.id, List.state.in_(("proposed", "signed")),
            Line.nomination_id == nomination.id,
        )
    ).first()
    if other is not None:
        raise Conflict(
            "Đã có văn bản sửa đổi, đính chính cho trường hợp này đang chờ ban hành.",
            "A correction of this award is on its way already.", code="under-correction",
        )


def _decide(acting: Acting) -> None:
    approved = acting.fields["decision"] == "approve"
    acting.list.data = {**acting.list.data, "decided": dict(acting.fields)}
    if approved:
        acting.list.data = {
            **acting.list.data, "signed_on": acting.at.isoformat(),
            **signature_of(acting, "amending_decision" if acting.list.data["way"] == "amend" else "correction_letter"),
        }
    acting.extra["decision"] = acting.fields["decision"]
    acting.state = "signed" if approved else "refused"


def _issue(acting: Acting) -> None:
    """With its number the paper holds: the award reads as corrected from now on, and its unit is told."""
    s, row = acting.s, acting.list
    line, nomination = _only(acting)
    award = commune_award(s, nomination)
    amends = row.data["way"] == "amend"
    number_paper(s, row, acting.fields, paper="QĐ" if amends else "CV")
    after: dict[str, str] = {key: new for key, (_old, new) in line.data["mended"].items()}
    if "new_name" in after or "new_title" in after:
        rename_recipient(
            s, nomination, name=after.get("new_name", nomination.name), title=after.get("new_title", nomination.title),
            by=acting.by,
        )
    private = {}
    if "new_text" in after:
        private = {"old_text": award.text, "new_text": after["new_text"]}
        award.text = nomination.achievement = after["new_text"]
    acting.extra["number"] = row.number or ""
    trail.record(
        "award:amended", by=acting.by, stream=f"instance:{nomination.instance_id}",
        body={"number": row.number, "award": award.id}, private=private,
    )
    tell_of_award(nomination, "award_amended", f"list:{row.id}", number=row.number or "", day=row.dated)


def _write_off(acting: Acting) -> None:
    """A certificate is printed again under its own number; minutes of the office's own register write the blank off."""
    s, row = acting.s, acting.list
    _, nomination = _only(acting)
    award = commune_award(s, nomination)
    if award.handed_on and acting.fields["cause"] == "damaged":
        raise Conflict(
            "Giấy khen đã trao: chỉ in lại khi in sai và nội dung đã sửa.",
            "The certificate was handed over: it is printed again only where it was misprinted and is corrected.",
            code="handed-over",
        )
    row.dated = date.fromisoformat(acting.fields["dated"])
    if row.dated > clock.today():
        raise Invalid.at("dated", "Ngày lập biên bản: không được sau hôm nay.", "The day of the minutes cannot be after today.")
    row.number = number_minutes(s, row.dated)
    row.data = {**row.data, "written_off": dict(acting.fields)}
    acting.extra |= {"number": row.number, "blanks": int(acting.fields["blanks"])}


lists.KINDS["amendment"] = ListKind(
    name="amendment", label="Sửa đổi quyết định, đính chính", label_en="Correction of an award",
    states={
        "received": N_("Vừa nhận"), "proposed": N_("Chờ Chủ tịch UBND xã ký"), "signed": N_("Đã ký, chờ văn thư cho số"),
        "issued": N_("Đã ban hành"), "refused": N_("Không sửa"),
    },
    start="received",
    acts=(
        Act(
            "propose", "Sửa đổi quyết định, đính chính", "Correct the award", "award.propose_correction", ("received",),
            to="proposed", form="amendment_proposal", held_allowed=True, ended_allowed=True, own_office=True,
            effect=_propose, told="Đã trình Chủ tịch UBND xã", told_en="Put before the chair",
        ),
        Act(
            "decide", "Quyết định việc sửa đổi, đính chính", "Decide on the correction", "award.correct", ("proposed",),
            form="amendment_decision", held_allowed=True, ended_allowed=True, effect=_decide,
            told="Đã quyết định", told_en="Decided",
        ),
        Act(
            "issue", "Cho số văn bản sửa đổi, đính chính", "Number the correction", "award.issue_correction", ("signed",),
            to="issued", form="paper_issue", held_allowed=True, ended_allowed=True, concerns=False, effect=_issue,
            told="Đã ban hành", told_en="Issued",
        ),
    ),
    tasks={
        "proposed": (ListTask("decide", N_("Quyết định việc sửa đổi, đính chính"), lambda row: "chair"),),
        "signed": (ListTask("issue", N_("Cho số văn bản sửa đổi, đính chính"), lambda row: "clerk"),),
    },
    made=None,
    out=lambda row: row.state == "issued",
)
lists.KINDS["reprint"] = ListKind(
    name="reprint", label="Biên bản hủy phôi Giấy khen", label_en="Minutes of blanks written off",
    states={"received": N_("Vừa nhận"), "done": N_("Đã lập biên bản, được in lại")},
    start="received",
    acts=(
        Act(
            "write_off", "In lại Giấy khen, hủy phôi", "Print the certificate again", "certificate.reprint", ("received",),
            to="done", form="write_off", held_allowed=True, ended_allowed=True, concerns=False, effect=_write_off,
            told="Đã lập biên bản hủy phôi", told_en="Blank written off by minutes",
        ),
    ),
    made=None,
)
lists.ENDED_STATES.update(amendment=("issued", "refused"), reprint=("done",))
