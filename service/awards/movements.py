"""Movements: made after a plan with its phases, contents and criteria, and changed when the plan is; rounds belong to them."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import people, trail
from service.actor import Actor
from service.awards.catalogue import DATA, GROUPS, STAGES
from service.awards.models import Movement, Nomination, Round
from service.awards.windows import STOCKTAKES
from service.db import let_go, reading, transaction
from service.errors import FieldFault, Forbidden, Invalid, NotFound
from service.vietnamese import clean
from service.words import full_date

Row = Mapping[str, Any]
Words = tuple[str, str]
_HIGHEST = 100
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class MovementInput:
    """What is said of a movement: days as dates or ISO texts, a phase with `stocktake` and `stocktake_from` where a stocktake closes it."""

    name: str
    plan: str
    """Number, day and issuer of the plan that launches it."""
    starts: date | None
    ends: date | None
    phases: Sequence[Row]
    contents: Sequence[Row]
    criteria: Sequence[Row]


@cache
def _shipped() -> Mapping[str, Any]:
    return tomllib.loads((DATA / "movement.toml").read_text(encoding="utf-8"))


def shipped(what: str) -> list[dict[str, Any]]:
    """The contents (`content`) or criteria (`criterion`) with which a movement begins."""
    return [dict(row) for row in _shipped()[what]]


def read_movement(movement_id: int) -> Movement:
    """One movement; NotFound where there is none."""
    with reading() as s:
        row = s.get(Movement, movement_id)
        if row is None:
            raise _unknown()
        let_go([row])
        return row


def may_edit(by: Actor) -> bool:
    """Tell whether somebody makes and changes movements."""
    return people.allowed(by, "movement.edit")


def make_movement(code: str, said: MovementInput, *, by: Actor) -> int:
    """Make a movement after its plan. Forbidden, Invalid at each field that is wrong."""
    _must(by)
    code, told = clean(code), _checked(said)
    if not code:
        raise Invalid.at("code", "Ghi mã phong trào.", "The movement needs a code.")
    with transaction() as s:
        if s.scalar(select(Movement.id).where(Movement.code == code)):
            raise Invalid.at("code", f"Mã {code} đã dùng cho phong trào khác. Chọn mã khác.", f"The code {code} is in use.")
        row = Movement(code=code, **told)
        s.add(row)
        s.flush()
        trail.record("movement:created", by=by, stream="system", body={"code": code})
        return row.id


def change_movement(movement_id: int, said: MovementInput, reason: str, *, by: Actor) -> None:
    """Change a movement when its plan changes; its code stays, and rounds keep the criteria and windows that they have.

    Forbidden, NotFound, Invalid; Invalid also where a content that names serve, or a stocktake that has a round, would go.
    """
    _must(by)
    reason, told = clean(reason), _checked(said)
    if not reason:
        raise Invalid.at("reason", "Ghi lý do.", "Give the reason.")
    with transaction() as s:
        row = s.scalars(select(Movement).where(Movement.id == movement_id).with_for_update()).one_or_none()
        if row is None:
            raise _unknown()
        _must_keep_what_is_used(s, row, told)
        changed = [key for key, value in told.items() if getattr(row, key) != value]
        if not changed:
            return
        before = {key: _for_trail(getattr(row, key)) for key in changed}
        for key in changed:
            setattr(row, key, told[key])
        trail.record(
            "movement:changed", by=by, stream="system", body={"code": row.code, "reason": reason},
            before=before, after={key: _for_trail(told[key]) for key in changed},
        )


def _must_keep_what_is_used(s: Session, row: Movement, told: Row) -> None:
    of = select(Nomination.contents).join(Round, Round.id == Nomination.round_id).where(Round.movement_id == row.id).distinct()
    served = {code for codes in s.scalars(of) for code in codes.split()} & {one["code"] for one in row.contents}
    if gone := sorted(served - {one["code"] for one in told["contents"]}):
        raise Invalid.at(
            "contents", f"Đã có hồ sơ ghi nội dung {', '.join(gone)}: giữ các nội dung này, sửa lời được.",
            f"Nominations name {', '.join(gone)}: keep these contents; their words may change.",
        )
    held = set(s.scalars(select(Round.stage).where(Round.movement_id == row.id)))
    lost = ({one.get("stocktake") for one in row.phases} - {one.get("stocktake") for one in told["phases"]}) & held
    if lost:
        said = [STAGES[stage] for stage in STOCKTAKES if stage in lost]
        raise Invalid.at(
            "phases", f"Đã lập đợt xét của kỳ {', '.join(vi for vi, _en in said)}: giữ giai đoạn có kỳ này.",
            f"A round was made for the stocktake {', '.join(en for _vi, en in said)}: keep the phase that it closes.",
        )


def _for_trail(value: Any) -> Any:
    """Days as texts; of rows their codes with their titles or names."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return "; ".join(" ".join(str(word) for key, word in one.items() if key != "text") for one in value)
    return value


# -- what is said, checked


def faults_of(said: MovementInput) -> list[FieldFault]:
    """Every fault of what is said of a movement, each at its field; what is missing or no day yet hinders no other check."""
    return _read(said)[1]


def seams_of(starts: date, ends: date, phases: Sequence[Row]) -> list[Words]:
    """Days of a movement that lie in no phase or in two, as sentences: nothing forbids them (plan V.1 names 2027 in both), people look."""
    found, last, code = list[Words](), starts - _DAY, ""
    for first, end, own in sorted((date.fromisoformat(one["starts"]), date.fromisoformat(one["ends"]), one["code"]) for one in phases):
        if first > last + _DAY:
            found.append(_in_none(last + _DAY, first - _DAY))
        elif first <= last and code:
            span, span_en = _span(first, min(last, end))
            found.append((f"{span} thuộc cả hai giai đoạn {code} và {own}.", f"{span_en} in both phases, {code} and {own}."))
        if end > last:
            last, code = end, own
    return [*found, *([_in_none(last + _DAY, ends)] if last < ends else [])]


def _in_none(first: date, last: date) -> Words:
    span, span_en = _span(first, last)
    return f"{span} không thuộc giai đoạn nào.", f"{span_en} in no phase."


def _span(first: date, last: date) -> Words:
    if first == last:
        return f"Ngày {full_date(first)}", f"{full_date(first)} lies"
    return f"Từ {full_date(first)} đến {full_date(last)}", f"{full_date(first)} to {full_date(last)} lie"


def _checked(said: MovementInput) -> dict[str, Any]:
    """The columns of a movement; Invalid with a fault at each field that is wrong."""
    told, faults = _read(said)
    if faults:
        raise Invalid(faults[0].message, faults[0].message_en, faults=faults)
    return told


def _read(said: MovementInput) -> tuple[dict[str, Any], list[FieldFault]]:
    told: dict[str, Any] = asdict(said) | {"name": clean(said.name), "plan": clean(said.plan)}
    faults = []
    for key, vi, en in (("name", "Ghi tên phong trào.", "Give its name."), ("plan", "Ghi số, ngày kế hoạch.", "Give the plan.")):
        if not told[key]:
            faults.append(FieldFault(key, vi, en))
    faults += [FieldFault(key, "Ghi ngày.", "Give the day.") for key in ("starts", "ends") if told[key] is None]
    if said.starts and said.ends and said.ends <= said.starts:
        faults.append(FieldFault("ends", "Ngày kết thúc phải sau ngày bắt đầu.", "The end lies before the beginning."))
    for key, tidy in (("phases", _phase), ("contents", _content), ("criteria", _criterion)):
        told[key] = _rows(key, told[key], tidy, faults)
    stocktakes = [one["stocktake"] for one in told["phases"] if "stocktake" in one]
    if len(set(stocktakes)) < len(stocktakes):
        faults.append(FieldFault("phases", "Mỗi kỳ sơ kết, tổng kết chỉ ở một giai đoạn.", "Each stocktake closes one phase only."))
    return told, faults + _outside(said, told["phases"])


def _outside(said: MovementInput, phases: Sequence[Row]) -> list[FieldFault]:
    """Days of phases outside the movement: at the day where it is one, at the movement's own day where that is what is wrong."""
    if not said.starts or not said.ends or said.ends <= said.starts:
        return []
    days = [(f"phases.{n}.{key}", one["code"], date.fromisoformat(one[key]))
            for n, one in enumerate(phases) for key in ("starts", "ends", "stocktake_from") if key in one]
    found = []
    for key, edge, wrong in (
        ("starts", said.starts, [one for one in days if one[2] < said.starts]),
        ("ends", said.ends, [one for one in days if one[2] > said.ends]),
    ):
        codes, (vi, en) = ", ".join(dict.fromkeys(code for _path, code, _day in wrong)), _EDGES[key]
        if len(wrong) == 1:
            found.append(FieldFault(
                wrong[0][0], f"Ngày nằm ngoài thời gian của phong trào ({full_date(said.starts)} - {full_date(said.ends)}).",
                f"The day lies outside the movement ({full_date(said.starts)} - {full_date(said.ends)}).",
            ))
        elif wrong:
            found.append(FieldFault(
                key, f"Phong trào {vi} {full_date(edge)}, các giai đoạn {codes} có ngày nằm ngoài. Sửa ngày này hoặc ngày của giai đoạn.",
                f"The movement {en} on {full_date(edge)}; days of {codes} lie outside it. Mend this day, or those of the phases.",
            ))
    return found


_EDGES = {"starts": ("bắt đầu", "begins"), "ends": ("kết thúc", "ends")}
Tidy = Callable[[Row, str, list[FieldFault]], dict[str, Any]]


def _rows(key: str, rows: Sequence[Row], tidy: Tidy, faults: list[FieldFault]) -> list[dict[str, Any]]:
    if not rows:
        faults.append(FieldFault(key, "Ghi ít nhất một dòng.", "Give at least one line."))
    found, codes = [], set()
    for place, one in enumerate(rows):
        at, code = f"{key}.{place}", clean(str(one.get("code") or ""))
        if not code or " " in code or code in codes:
            faults.append(FieldFault(f"{at}.code", "Mỗi dòng có một mã riêng, viết liền.", "Each line has its own code, without blanks."))
        codes.add(code)
        found.append({"code": code} | tidy(one, at, faults))
    return found


def _words(one: Row, keys: Sequence[str], must: str, at: str, faults: list[FieldFault]) -> dict[str, Any]:
    found = {key: str(one.get(key) or "").strip() for key in keys}
    if not found[must]:
        faults.append(FieldFault(f"{at}.{must}", "Ghi lời của dòng này.", "Give the words of this line."))
    return {key: value for key, value in found.items() if value or key == must}


def _content(one: Row, at: str, faults: list[FieldFault]) -> dict[str, Any]:
    return _words(one, ("title", "title_en", "text"), "title", at, faults)


def _criterion(one: Row, at: str, faults: list[FieldFault]) -> dict[str, Any]:
    group, most = one.get("group"), _points(one.get("max"))
    if group not in GROUPS:
        faults.append(FieldFault(f"{at}.group", "Chọn nhóm đối tượng.", "Choose the subject group."))
    if not 0 < most <= _HIGHEST:
        faults.append(FieldFault(f"{at}.max", f"Điểm tối đa trên 0, đến {_HIGHEST}.", f"The maximum lies above 0, up to {_HIGHEST}."))
    return {"group": group, **_words(one, ("title", "text"), "title", at, faults), "max": int(most) if most.is_integer() else most}


def _points(said: Any) -> float:
    try:
        return float(said or 0)
    except ValueError:
        return 0.0


def _phase(one: Row, at: str, faults: list[FieldFault]) -> dict[str, Any]:
    days = {key: _day(one, key, at, faults) for key in ("starts", "ends", "stocktake_from")}
    first, last, back = days["starts"], days["ends"], days["stocktake_from"]
    for key, day in days.items():
        if day is None and key != "stocktake_from" and not one.get(key):
            faults.append(FieldFault(f"{at}.{key}", "Ghi ngày.", "Give the day."))
    if first and last and last <= first:
        faults.append(FieldFault(f"{at}.ends", "Ngày kết thúc phải sau ngày bắt đầu.", "The end lies before the beginning."))
    stocktake = one.get("stocktake") or ""
    if stocktake and stocktake not in STOCKTAKES:
        faults.append(FieldFault(f"{at}.stocktake", "Kỳ này không có.", "There is no such stocktake."))
    if back and (not stocktake or (first and back > first)):
        faults.append(FieldFault(
            f"{at}.stocktake_from", "Chỉ ghi khi giai đoạn có sơ kết hoặc tổng kết, không sau ngày bắt đầu giai đoạn.",
            "Only where a stocktake closes the phase, and not after the phase's beginning.",
        ))
    known = {"starts": first, "ends": last} | ({"stocktake_from": back} if back else {})
    return {
        **_words(one, ("name", "text"), "name", at, faults), **({"stocktake": stocktake} if stocktake else {}),
        **{key: day.isoformat() for key, day in known.items() if day},
    }


def _day(one: Row, key: str, at: str, faults: list[FieldFault]) -> date | None:
    said = one.get(key) or None
    if said is None or isinstance(said, date):
        return said
    try:
        return date.fromisoformat(str(said))
    except ValueError:
        faults.append(FieldFault(f"{at}.{key}", "Ghi ngày theo dạng năm-tháng-ngày.", "Write the day as year-month-day."))
        return None


def _must(by: Actor) -> None:
    if not may_edit(by):
        raise Forbidden("Trưởng phòng Văn hóa - Xã hội hoặc quản trị hệ thống lập, sửa phong trào.",
                        "The head of the office of culture or the administrator makes and changes movements.")


def _unknown() -> NotFound:
    return NotFound("Không có phong trào này.", "There is no such movement.")
