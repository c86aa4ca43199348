"""Values of a year: a unit enters what it is asked, with evidence; the office accepts or returns each with a reason, or leaves it out.

Nobody decides on what he sent or on what his own unit sent; where that keeps everybody away who may, who falls in for them decides.
What is returned stays as it was typed until it is sent again, and says from then on why it was; the same again needs a word why. What
nobody sends again once the set is closed the office leaves out: it counts as nothing. What cannot be reckoned is never accepted: it is
returned, or left out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock, notices, people, trail
from service.actor import Actor
from service.awards.files import read_file_row, take_file
from service.awards.models import File
from service.awards.sight import READERS
from service.db import let_go, reading, transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound, Stale, Withheld
from service.movement.index.models import WHOLE, IndexSet, IndexValue, Indicator
from service.movement.index.scoring import outcome_of, read_decimal
from service.movement.index.sets import (
    ENTER_INDEX,
    READ_INDEX,
    READ_WHOLE_INDEX,
    RUN_INDEX,
    VERIFY_INDEX,
    Content,
    content_of,
    locked_set,
    must_read,
    must_say,
    told_year,
)

FILES = "index_value"
"""What a file is about that proves a value."""
MOST_FILES = 20


def asked_of(content: Content, unit: int) -> list[Indicator]:
    """The indicators for which a unit, or the commune, enters a value in a set."""
    if unit == WHOLE:
        return [one for one in content.indicators if one.who == "commune"]
    if unit not in content.row.units:
        return []
    kind = people.find_unit(unit).kind
    return [one for one in content.indicators if applies(one, kind)]


def applies(indicator: Indicator, kind: str) -> bool:
    """Whether units of a kind enter an indicator."""
    return indicator.who == "unit" and (not indicator.kinds or kind in indicator.kinds)


def enters_for(content: Content, by: Actor) -> list[int]:
    """For whom somebody enters values of a set: the own units, or the commune."""
    own = sorted(people.units_with(by, ENTER_INDEX) & set(content.row.units))
    return own + ([WHOLE] if people.allowed(by, RUN_INDEX) and asked_of(content, WHOLE) else [])


def reads_of(content: Content, by: Actor) -> list[int]:
    """Whose values of a set somebody reads: all that were asked, or the own units'."""
    if people.allowed(by, READ_WHOLE_INDEX):
        return [*content.row.units, WHOLE]
    return sorted(people.units_with(by, READ_INDEX) & set(content.row.units))


def send_value(
    set_id: int, code: str, unit: int, said: Mapping[str, Any], *, by: Actor, note: str = "", link: str = "", files: Collection[int] = (),
) -> int:
    """Enter the value of an indicator for a unit, or for the commune, and send it to the office; returns its number.

    Until it is accepted the same again changes it. Forbidden for who does not enter for that unit, Conflict for what is closed or
    accepted, Invalid for what is missing, and for what was returned and comes again as it was without a word why. What is refused writes
    nothing.
    """
    if unit == WHOLE:
        people.require(by, RUN_INDEX)
    else:
        people.require(by, ENTER_INDEX, unit=unit)
    with transaction() as s:
        row = locked_set(s, set_id)
        content = content_of(s, row)
        one = content.indicator(code)
        _must_be_asked(content, one, unit)
        value = s.scalars(select(IndexValue).where(IndexValue.indicator_id == one.id, IndexValue.unit_id == unit)).one_or_none()
        _must_be_open(row, value)
        clean = {key: read_decimal(said.get(key), f"said.{key}", (label, key)) for key, label in _labels(one).items()}
        if unknown := sorted(said.keys() - clean.keys()):
            raise Invalid.at(f"said.{unknown[0]}", f"Không có số liệu “{unknown[0][:40]}”.", f"There is no number “{unknown[0][:40]}”.")
        link, numbers = _link(link), list(dict.fromkeys(files))[:MOST_FILES]
        if one.evidence and not link and not numbers:
            raise Invalid.at("files", f"Kèm minh chứng, tệp hoặc đường dẫn: {one.evidence}.", "Add evidence: a file or a link.")
        if value is not None and value.state == "returned":
            _must_answer(value, clean, link, numbers, note.strip())
        if value is None:
            value = IndexValue(set_id=row.id, indicator_id=one.id, unit_id=unit, version=0, reason="")
        value.said, value.note, value.link, value.state = clean, note.strip()[:2000], link, "sent"
        value.version += 1
        value.sent_at, value.sent_by, value.decided_at, value.decided_by = clock.now(), by.account, None, None
        value.files = []
        s.add(value)
        s.flush()
        value.files = [take_file(s, f"{FILES}:{value.id}", number, by) for number in numbers]
        trail.record(
            "index_value:sent", by=by, stream=f"{FILES}:{value.id}",
            body={"code": one.code, "year": row.year, "unit": unit_words(unit)[0], "said": clean, "files": value.files},
        )
        return value.id


def _must_answer(value: IndexValue, said: Mapping[str, str], link: str, files: Sequence[int], note: str) -> None:
    """What was returned changes before it is sent again, or says in new words why it does not."""
    if said != value.said or link != value.link or set(files) != set(value.files) or note and note != value.note:
        return
    raise Invalid.at(
        "note", f"Giá trị này bị trả lại: “{value.reason}”. Số liệu và minh chứng chưa đổi: sửa lại, hoặc ghi ở đây vì sao giữ nguyên.",
        f"It was returned: “{value.reason}”. Neither numbers nor evidence have changed: mend them, or say here why they stay.",
        code="index-unchanged",
    )


def _labels(one: Indicator) -> dict[str, str]:
    return {entry["key"]: entry["label"] for entry in one.inputs}


def _must_be_asked(content: Content, one: Indicator, unit: int) -> None:
    if content.row.state == "draft":
        raise Conflict("Bộ chỉ số chưa mở.", "The set is not open yet.", code="index-state")
    if one not in asked_of(content, unit):
        raise Conflict("Chỉ số này không thu của đơn vị.", "This indicator is not asked of the unit.", code="index-not-asked")


def _must_be_open(row: IndexSet, value: IndexValue | None) -> None:
    if value is not None and value.state == "accepted":
        raise Conflict("Giá trị này đã được nhận.", "This value is accepted already.", code="index-accepted")
    returned = value is not None and value.state == "returned" and row.state == "closed"
    if row.state != "open" and not returned:
        raise Conflict(
            "Bộ chỉ số đã đóng. Muốn gửi thêm, đề nghị Phòng Văn hóa - Xã hội mở lại.", "The set is closed.", code="index-closed"
        )


def _link(text: str) -> str:
    found = text.strip()
    if found and (len(found) > 1000 or urlsplit(found).scheme not in ("http", "https") or not urlsplit(found).netloc):
        raise Invalid.at("link", "Đường dẫn bắt đầu bằng https:// hoặc http://.", "A link begins with https:// or http://.")
    return found


def accept_value(value_id: int, *, seen: int, by: Actor) -> None:
    """Accept a value as it was seen; the same again changes nothing.

    Forbidden for the own, Stale where it was sent anew since, Conflict for what cannot be reckoned: it would count as 0 unseen.
    """
    with transaction() as s:
        row, value, one = _to_decide(s, value_id, by)
        if value.state == "accepted" and value.version == seen:
            return
        _must_wait(row, value, seen, ("sent",))
        if trouble := outcome_of(one, value.said).trouble:
            raise Conflict(
                f"{trouble[0].rstrip('.')}. Giá trị không tính được thì không nhận: trả lại để đơn vị sửa, hoặc chốt không tính, có lý do.",
                f"{trouble[1].rstrip('.')}. What cannot be reckoned is not accepted: return it, or leave it out with a reason.",
                code="index-trouble",
            )
        _decide(value, "accepted", value.reason, by)
        trail.record("index_value:accepted", by=by, stream=f"{FILES}:{value.id}", body=_about(row, value, one))


def return_value(value_id: int, reason: str, *, seen: int, by: Actor) -> None:
    """Return a value, sent, accepted or left out before, with a reason: who sent it is told, and sends it again."""
    with transaction() as s:
        row, value, one = _to_decide(s, value_id, by)
        must_say(reason, "Ghi lý do trả lại.", "Say why it is returned.")
        _must_wait(row, value, seen, ("sent", "accepted", "left_out"))
        _decide(value, "returned", reason.strip()[:2000], by)
        trail.record("index_value:returned", by=by, stream=f"{FILES}:{value.id}", body=_about(row, value, one), reason=value.reason)
        groups = [f"{group}:{value.unit_id}" for group in ("unit", "unit_head")]
        told = people.members_of(groups) if value.unit_id else [value.sent_by] if value.sent_by else []
        notices.queue(
            "index_returned", to=told, key=f"{FILES}:{value.id}:{value.version}",
            context={"number": one.code, "title": one.name, **told_year(row)},
            link=f"/index-sets/{row.id}/units/{value.unit_id}",
        )


def leave_out_value(value_id: int, reason: str, *, seen: int, by: Actor) -> None:
    """Leave out with a reason: what was returned and is not sent again once the set is closed, what cannot be reckoned at any time.

    It counts as nothing. The same again changes nothing. Returning it takes that back. Conflict for everything else.
    """
    with transaction() as s:
        row, value, one = _to_decide(s, value_id, by)
        must_say(reason, "Ghi lý do không tính giá trị này.", "Say why the value is left out.")
        if value.state == "left_out" and value.version == seen:
            return
        troubled = outcome_of(one, value.said).trouble is not None
        if row.state == "open" and not troubled:
            raise Conflict(
                "Bộ chỉ số còn mở, đơn vị còn gửi lại được. Đóng bộ rồi mới chốt không tính.",
                "The set is open and the unit may still send it again; close the set first.", code="index-state",
            )
        _must_wait(row, value, seen, ("sent", "accepted", "returned") if troubled else ("returned",))
        _decide(value, "left_out", reason.strip()[:2000], by)
        trail.record("index_value:left_out", by=by, stream=f"{FILES}:{value.id}", body=_about(row, value, one), reason=value.reason)


def _about(row: IndexSet, value: IndexValue, one: Indicator) -> dict[str, Any]:
    return {"code": one.code, "year": row.year, "unit": unit_words(value.unit_id)[0]}


def _to_decide(s: Session, value_id: int, by: Actor) -> tuple[IndexSet, IndexValue, Indicator]:
    if not people.could(by, VERIFY_INDEX):
        people.require(by, VERIFY_INDEX)
    value = s.get(IndexValue, value_id)
    if value is None:
        raise _unknown()
    row = locked_set(s, value.set_id)
    s.refresh(value)
    must_decide(value, by=by)
    return row, value, s.get_one(Indicator, value.indicator_id)


def must_decide(value: IndexValue, *, by: Actor) -> None:
    """Refuse who does not decide on a value: who sent it, who is of its unit, who neither holds the right nor falls in. Forbidden."""
    barred = set(people.people_of_unit(value.unit_id)) if value.unit_id else set[int]()
    people.require(by, VERIFY_INDEX, barred=barred | ({value.sent_by} if value.sent_by else set()))


def decides_on(values: Collection[IndexValue], *, by: Actor) -> set[int]:
    """Which of these values somebody may accept or return, by number, whatever their set allows."""
    if not people.could(by, VERIFY_INDEX):
        return set()
    known: dict[tuple[int, int | None], bool] = {}
    for one in values:
        if (one.unit_id, one.sent_by) not in known:
            try:
                must_decide(one, by=by)
                known[one.unit_id, one.sent_by] = True
            except Forbidden:
                known[one.unit_id, one.sent_by] = False
    return {one.id for one in values if known[one.unit_id, one.sent_by]}


def _must_wait(row: IndexSet, value: IndexValue, seen: int, states: Sequence[str]) -> None:
    if row.state == "published":
        raise Conflict("Kết quả đã công bố. Mở lại bộ chỉ số trước.", "Published; open the set again first.", code="index-state")
    if value.version != seen:
        raise Stale("Đơn vị đã gửi lại giá trị khác. Xem lại rồi quyết định.", "It was sent anew since; look again.")
    if value.state not in states:
        raise Conflict(*_NOW[value.state], code="index-state")


_NOW = {
    "sent": ("Giá trị này đang chờ xác nhận: nhận hoặc trả lại.", "This value waits for a decision: accept or return it."),
    "returned": ("Giá trị này đã được trả lại.", "This value was returned already."),
    "accepted": ("Giá trị này đã được nhận.", "This value is accepted already."),
    "left_out": ("Giá trị này đã chốt không tính. Muốn nhận, trả lại để đơn vị gửi lại.",
                 "This value is left out; to accept it, return it and have it sent again."),
}


def _decide(value: IndexValue, state: str, reason: str, by: Actor) -> None:
    value.state, value.reason, value.decided_at, value.decided_by = state, reason, clock.now(), by.account


def values_of(content: Content, *, by: Actor, units: Collection[int] | None = None) -> list[IndexValue]:
    """What was entered in a set that somebody may read, of all units or of those named; NotFound for a unit that he may not read."""
    mine = reads_of(content, by)
    if units is not None and (hidden := set(units) - set(mine)):
        raise Withheld(f"Không có đơn vị {sorted(hidden)[0]} trong bộ này.", "There is no such unit in this set.")
    return kept_values(content, mine if units is None else units)


def kept_values(content: Content, units: Collection[int]) -> list[IndexValue]:
    """What was entered in a set for these units, whoever asks."""
    with reading() as s:
        rows = list(
            s.scalars(select(IndexValue).where(IndexValue.set_id == content.row.id, IndexValue.unit_id.in_(units)).order_by(IndexValue.id))
        )
        let_go(rows)
        return rows


def files_of(value: IndexValue) -> list[File]:
    """The evidence that goes with a value now."""
    return [read_file_row(number) for number in value.files]


def returned_to(by: Actor) -> list[tuple[IndexSet, Indicator, IndexValue]]:
    """What was returned to somebody's own units, or to who enters for the commune, the oldest first."""
    units = [*people.units_with(by, ENTER_INDEX), *([WHOLE] if people.allowed(by, RUN_INDEX) else [])]
    if not units:
        return []
    with reading() as s:
        rows = s.execute(
            select(IndexSet, Indicator, IndexValue).join(Indicator, Indicator.set_id == IndexSet.id)
            .join(IndexValue, IndexValue.indicator_id == Indicator.id)
            .where(IndexValue.unit_id.in_(units), IndexValue.state == "returned").order_by(IndexValue.decided_at)
        ).all()
        found = [(row, one, value) for row, one, value in rows]
        let_go([each for line in found for each in line])
        return found


def read_value(value_id: int, *, by: Actor) -> tuple[Content, Indicator, IndexValue]:
    """A value with what it is of, for who may read it; NotFound."""
    must_read(by)
    with reading() as s:
        value = s.get(IndexValue, value_id)
        if value is None:
            raise _unknown()
        content = content_of(s, s.get_one(IndexSet, value.set_id))
        one = next(each for each in content.indicators if each.id == value.indicator_id)
        let_go([content.row, *content.pillars, *content.indicators, value])
    if value.unit_id not in reads_of(content, by):
        raise Withheld("Không có giá trị này.", "There is no such value.")
    return content, one, value


def _read_for_file(number: str, file: int, by: Actor) -> Any:
    try:
        return read_value(int(number), by=by)
    except Forbidden:
        raise Withheld("Không có tệp này.", "There is no such file.") from None


READERS[FILES] = _read_for_file


def unit_words(unit: int) -> tuple[str, str]:
    """What a unit, or the commune, is called."""
    if unit == WHOLE:
        return "Cả xã", "The commune"
    name = people.unit_name(unit, clock.today())
    return name, name


def _unknown() -> NotFound:
    return NotFound("Không có giá trị này.", "There is no such value.")
