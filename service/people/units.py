"""Units: a tree of bodies with dated names, contact people, and successors when they are merged.

A name, once given, stays: papers keep the name of their day. A merged unit's tasks pass to its successor by
`heir_id`, without touching a task. Dates of renaming and dissolution may not lie in the future: what is
entered holds at once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service import clock, trail
from service.actor import Actor
from service.db import reading, savepoint, session, transaction
from service.errors import Conflict, Invalid, NotFound
from service.people import groups as catalogue
from service.people import members, rights
from service.people.models import Membership, Unit, UnitName
from service.vietnamese import clean, contains, fold, sort_key

KINDS: dict[str, tuple[str, str]] = {
    "party": ("Cơ quan Đảng", "Party body"),
    "commune_body": ("Cơ quan chuyên môn thuộc UBND xã", "Body of the commune"),
    "mttq": ("Mặt trận Tổ quốc", "Fatherland Front"),
    "organisation": ("Tổ chức chính trị - xã hội, hội", "Organisation"),
    "school": ("Trường học", "School"),
    "health": ("Cơ sở y tế", "Health station"),
    "village": ("Thôn", "Village"),
    "household_group": ("Tổ hộ gia đình", "Household group"),
    "enterprise": ("Doanh nghiệp", "Enterprise"),
    "cooperative": ("Hợp tác xã", "Cooperative"),
    "agency": ("Cơ quan ngành dọc trên địa bàn", "Agency of a higher level"),
    "centre": ("Đơn vị sự nghiệp", "Service centre"),
    "province": ("Cơ quan cấp tỉnh", "Body of the province"),
}
"""Kinds of unit with their Vietnamese and English words."""

SUBJECT_GROUPS: dict[str, tuple[str, str]] = {
    "A": ("Cơ quan, đơn vị", "Agencies and units"),
    "B": ("Mặt trận Tổ quốc, tổ chức chính trị - xã hội", "Fatherland Front and organisations"),
    "C": ("Doanh nghiệp", "Enterprises"),
    "D": ("Cá nhân", "Individuals"),
}
"""Who competes on which criteria (plan III.1)."""

_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,39}")


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit as pages and lists need it, under its name of today."""

    id: int
    code: str
    name: str
    kind: str
    subject_group: str
    parent: int | None
    contact: str
    phone: str
    email: str
    successor: int | None
    dissolved_on: date | None


@dataclass(frozen=True, slots=True)
class DatedName:
    """What a unit was called from a day on, and by which paper."""

    name: str
    valid_from: date
    basis: str


def create_unit(
    code: str,
    name: str,
    kind: str,
    *,
    by: Actor,
    subject_group: str = "A",
    parent: int | None = None,
    contact: str = "",
    phone: str = "",
    email: str = "",
    since: date | None = None,
    basis: str = "",
) -> int:
    """Add a unit with its first name; returns its number. Raises Invalid for a bad field, Conflict for a used
    code.
    """
    rights.require(by, "unit.edit")
    code = checked_code(code)
    fields = _fields(kind=kind, subject_group=subject_group, contact=contact, phone=phone, email=email)
    name = _name(name)
    with transaction() as current:
        if parent is not None:
            _lock(parent)
        row = (
            fields
            | _called(name)
            | {"code": code, "parent_id": parent, "search": "", "created_at": clock.now()}
        )
        try:
            with savepoint():
                number: int = current.execute(sa.insert(Unit).values(row).returning(Unit.id)).scalar_one()
        except IntegrityError as error:
            raise Conflict(
                f"Mã {code} đã dùng cho đơn vị khác. Nhập mã khác.",
                f"The code {code} is in use.",
                code="code-taken",
            ) from error
        _add_name(number, name, since or clock.today(), basis)
        trail.record(
            "unit:created", by=by, stream=f"unit:{number}", body={"unit": name, "code": code, "kind": kind}
        )
        return number


def edit_unit(
    unit: int,
    *,
    by: Actor,
    kind: str | None = None,
    subject_group: str | None = None,
    contact: str | None = None,
    phone: str | None = None,
    email: str | None = None,
) -> None:
    """Change what is said about a unit, not its name; None leaves a field as it is."""
    rights.require(by, "unit.edit")
    given = {
        "kind": kind, "subject_group": subject_group, "contact": contact, "phone": phone, "email": email
    }  # fmt: skip
    fields = _fields(**{key: value for key, value in given.items() if value is not None})
    with transaction() as current:
        _lock(unit)
        if fields:
            current.execute(sa.update(Unit).where(Unit.id == unit).values(**fields))
            public = {key: value for key, value in fields.items() if key in ("kind", "subject_group")}
            trail.record(
                "unit:changed",
                by=by,
                stream=f"unit:{unit}",
                body={"fields": sorted(fields)} | public,
                private={key: value for key, value in fields.items() if key not in public},
            )


def move_unit(unit: int, parent: int | None, *, by: Actor) -> None:
    """Put a unit under another one, or under none; raises Invalid where that would make a ring."""
    rights.require(by, "unit.edit")
    with transaction() as current:
        _lock(unit)
        above = parent
        while above is not None:
            if above == unit:
                raise Invalid.at(
                    "parent", "Không đặt đơn vị dưới chính nó.", "A unit cannot stand under itself."
                )
            above = _lock(above).parent_id
        current.execute(sa.update(Unit).where(Unit.id == unit).values(parent_id=parent))
        trail.record(
            "unit:changed", by=by, stream=f"unit:{unit}", body={"fields": ["parent"], "parent": parent}
        )


def rename_unit(unit: int, name: str, *, since: date, by: Actor, basis: str = "") -> None:
    """Give a unit another name from a day on, today or before; older papers keep the older name.

    Raises Invalid for a day in the future or before the name that stands now.
    """
    rights.require(by, "unit.edit")
    name = _name(name)
    _not_in_future(since)
    with transaction() as current:
        row = _lock(unit)
        latest = current.execute(
            sa.select(sa.func.max(UnitName.valid_from)).where(UnitName.unit_id == unit)
        ).scalar_one()
        if latest is not None and since <= latest:
            raise Invalid.at(
                "since",
                f"Tên đang dùng có từ {latest:%d/%m/%Y}. Nhập ngày sau đó.",
                f"The present name holds since {latest:%d/%m/%Y}; enter a later day.",
            )
        before = row.name
        _add_name(unit, name, since, basis)
        current.execute(sa.update(Unit).where(Unit.id == unit).values(**_called(name)))
        trail.record(
            "unit:renamed",
            by=by,
            stream=f"unit:{unit}",
            basis=basis or None,
            body={"unit": name, "since": since},
            before={"name": before},
            after={"name": name},
        )


def dissolve_unit(
    unit: int, *, on: date, by: Actor, reason: str, successor: int | None = None, basis: str = ""
) -> None:
    """Record that a unit ended, merged into a successor or without one, today or before.

    Its memberships end on that day; who filed for it files for the successor, its head does not become the
    successor's head. Raises Conflict where it has ended before, Invalid for a successor that has ended or is
    itself.
    """
    rights.require(by, "unit.edit")
    if not reason.strip():
        raise Invalid.at("reason", "Ghi lý do, số quyết định sáp nhập.", "Say why, with the paper's number.")
    _not_in_future(on)
    with transaction() as current:
        row = _lock(unit)
        if row.dissolved_on is not None:
            raise Conflict("Đơn vị này đã giải thể.", "This unit has ended before.", code="unit-dissolved")
        if successor is not None and (successor == unit or _lock(successor).dissolved_on is not None):
            raise Invalid.at(
                "successor", "Chọn đơn vị kế thừa đang hoạt động.", "Choose a successor that is alive."
            )
        current.execute(
            sa.update(Unit)
            .where(Unit.id == unit)
            .values(successor_id=successor, heir_id=successor, dissolved_on=on)
        )
        current.execute(sa.update(Unit).where(Unit.heir_id == unit).values(heir_id=successor))
        _end_memberships(current, unit, on, successor)
        trail.record(
            "unit:dissolved",
            by=by,
            stream=f"unit:{unit}",
            reason=reason,
            basis=basis or None,
            body={"unit": row.name, "on": on, "successor": successor},
        )


def find_unit(unit: int) -> UnitView:
    """A unit by number; raises NotFound."""
    found = units_of([unit]).get(unit)
    if found is None:
        raise NotFound("Không có đơn vị này.", "There is no such unit.", code="no-unit")
    return found


def unit_by_code(code: str) -> int | None:
    """Number of the unit with a code."""
    with reading() as current:
        return current.execute(
            sa.select(Unit.id).where(Unit.code == clean(code).upper())
        ).scalar_one_or_none()


def unit_named(name: str) -> int | None:
    """Number of the living unit that bears a name today, if it is one only; case and spaces do not matter."""
    with reading() as current:
        found = current.execute(
            sa.select(Unit.id, Unit.name).where(
                Unit.search.like(contains(name), escape="\\"), Unit.dissolved_on.is_(None)
            )
        ).all()
    same = [row.id for row in found if row.name.casefold() == clean(name).casefold()]
    return same[0] if len(same) == 1 else None


def units_by_words() -> dict[str, set[int]]:
    """Folded codes and names, older ones and those of ended units too → numbers of the units."""
    with reading() as current:
        named = current.execute(sa.select(UnitName.unit_id, UnitName.name)).all()
        coded = current.execute(sa.select(Unit.id, Unit.code)).all()
    found: dict[str, set[int]] = {}
    for number, word in (*named, *coded):
        found.setdefault(fold(word), set()).add(number)
    return found


def units_of(numbers: Collection[int]) -> dict[int, UnitView]:
    """Units by number."""
    if not numbers:
        return {}
    return {view.id: view for view in _views(sa.select(*_VIEWED).where(Unit.id.in_(sorted(set(numbers)))))}


def list_units(
    *, text: str = "", kind: str | None = None, subject_group: str | None = None, ended: bool = False
) -> list[UnitView]:
    """Units in Vietnamese order; ended ones only if asked for; `text` needs no diacritics and finds older
    names too.
    """
    statement = sa.select(*_VIEWED)
    if not ended:
        statement = statement.where(Unit.dissolved_on.is_(None))
    if kind:
        statement = statement.where(Unit.kind == clean(kind))
    if subject_group:
        statement = statement.where(Unit.subject_group == clean(subject_group))
    if text.strip():
        statement = statement.where(Unit.search.like(contains(text), escape="\\"))
    return _views(statement.order_by(Unit.sort, Unit.id))


def unit_tree(*, ended: bool = False) -> list[tuple[int, UnitView]]:
    """All units from the top down, each with its depth, children in Vietnamese order."""
    units = list_units(ended=ended)
    present = {unit.id for unit in units}
    children: dict[int | None, list[UnitView]] = {}
    for unit in units:
        children.setdefault(unit.parent if unit.parent in present else None, []).append(unit)
    tree: list[tuple[int, UnitView]] = []
    pending = [(0, unit) for unit in reversed(children.get(None, []))]
    while pending:
        depth, unit = pending.pop()
        tree.append((depth, unit))
        pending += [(depth + 1, child) for child in reversed(children.get(unit.id, []))]
    return tree


def unit_name(unit: int, on: date | None = None) -> str:
    """What a unit was called on a day (today if none is given); raises NotFound."""
    found = unit_names([unit], on).get(unit)
    if found is None:
        raise NotFound("Không có đơn vị này.", "There is no such unit.", code="no-unit")
    return found


def unit_names(units: Iterable[int], on: date | None = None) -> dict[int, str]:
    """Names of units on a day, in one statement; before its first name a unit has the first."""
    wanted = sorted(set(units))
    if not wanted:
        return {}
    day = on or clock.today()
    with reading() as current:
        rows = current.execute(
            sa.select(UnitName.unit_id, UnitName.name, UnitName.valid_from)
            .where(UnitName.unit_id.in_(wanted))
            .order_by(UnitName.unit_id, UnitName.valid_from)
        ).all()
    names: dict[int, str] = {}
    for row in rows:
        if row.valid_from <= day or row.unit_id not in names:
            names[row.unit_id] = row.name
    return names


def names_of_unit(unit: int) -> list[DatedName]:
    """All names of a unit, the oldest first."""
    with reading() as current:
        rows = current.execute(
            sa.select(UnitName).where(UnitName.unit_id == unit).order_by(UnitName.valid_from)
        ).scalars()
        return [DatedName(row.name, row.valid_from, row.basis) for row in rows]


def current_unit(unit: int) -> int:
    """The unit that acts for this one today: itself, or the end of its line of successors."""
    return members.heir_of(unit)


def heirs() -> dict[int, int]:
    """Merged unit → the unit that acts for it today, of every unit that has a successor."""
    with reading() as current:
        rows = current.execute(sa.select(Unit.id, Unit.heir_id).where(Unit.heir_id.is_not(None))).all()
    return {number: heir for number, heir in rows if heir is not None}


def with_merged(units: Collection[int]) -> frozenset[int]:
    """Units with those that were merged into them: whose doings are theirs today."""
    return frozenset(units) | {gone for gone, heir in heirs().items() if heir in units}


def take_turn(unit: int) -> None:
    """Let one act at a time look for, and make, what a unit has one of; until the end of the open transaction.

    SQLite has one writer anyway; on PostgreSQL two acts would each find nothing and make one.
    """
    session().execute(sa.select(Unit.id).where(Unit.id == unit).with_for_update(key_share=True))


_VIEWED = (
    Unit.id, Unit.code, Unit.name, Unit.kind, Unit.subject_group, Unit.parent_id, Unit.contact, Unit.phone, Unit.email,
    Unit.successor_id, Unit.dissolved_on,
)  # fmt: skip
"""What a view of a unit holds, in its order."""


def _views(statement: sa.Executable) -> list[UnitView]:
    with reading() as current:
        return [UnitView(*row) for row in current.execute(statement)]


def _end_memberships(current: Session, unit: int, on: date, successor: int | None) -> None:
    open_ones = (
        sa.and_(Membership.unit_id == unit, sa.or_(Membership.valid_to.is_(None), Membership.valid_to > on)),
    )
    filing = (
        current.execute(
            sa.select(Membership.account_id).where(*open_ones, Membership.group == f"unit:{unit}").distinct()
        )
        .scalars()
        .all()
    )
    # A membership that would begin later never holds: half-open dates may not run backwards.
    current.execute(
        sa.update(Membership)
        .where(*open_ones)
        .values(valid_to=sa.case((Membership.valid_from > on, Membership.valid_from), else_=on))
    )
    if successor is not None and filing:
        current.execute(
            sa.insert(Membership),
            [
                {
                    "account_id": account,
                    "group": catalogue.join("unit", successor),
                    "unit_id": successor,
                    "valid_from": on,
                    "valid_to": None,
                }
                for account in filing
            ],
        )


def _add_name(unit: int, name: str, since: date, basis: str) -> None:
    session().execute(
        sa.insert(UnitName).values(unit_id=unit, name=name, valid_from=since, basis=clean(basis))
    )
    # Search finds a unit by every name that it has had.
    names = (
        session()
        .execute(sa.select(UnitName.name).where(UnitName.unit_id == unit).order_by(UnitName.valid_from))
        .scalars()
    )
    session().execute(
        sa.update(Unit).where(Unit.id == unit).values(search=" / ".join(fold(name) for name in names))
    )


def _called(name: str) -> dict[str, Any]:
    return {"name": name, "sort": sort_key(name)}


def _lock(unit: int) -> Unit:
    row = (
        session()
        .execute(
            sa.select(Unit).where(Unit.id == unit).with_for_update().execution_options(populate_existing=True)
        )
        .scalar_one_or_none()
    )
    if row is None:
        raise NotFound("Không có đơn vị này.", "There is no such unit.", code="no-unit")
    return row


def _name(name: str) -> str:
    name = clean(name)
    if not name:
        raise Invalid.at("name", "Nhập tên đơn vị.", "Type the unit's name.")
    return name


def checked_code(code: str) -> str:
    """A unit's code as it is stored; Invalid for what cannot be one."""
    code = clean(code).upper()
    if not _CODE.fullmatch(code):
        raise Invalid.at(
            "code",
            "Mã đơn vị gồm chữ không dấu, số và gạch nối.",
            "A unit's code has plain letters and hyphens.",
        )
    return code


def _fields(**given: str) -> dict[str, Any]:
    fields: dict[str, Any] = {key: clean(value) for key, value in given.items()}
    if "kind" in fields and fields["kind"] not in KINDS:
        raise Invalid.at("kind", "Chọn loại đơn vị trong danh mục.", "Choose a kind of unit.")
    if "subject_group" in fields and fields["subject_group"] not in SUBJECT_GROUPS:
        raise Invalid.at(
            "subject_group", "Chọn nhóm đối tượng A, B, C hoặc D.", "Choose subject group A, B, C or D."
        )
    return fields


def _not_in_future(day: date) -> None:
    if day > clock.today():
        raise Invalid.at(
            "on",
            "Ngày này chưa đến. Ghi vào hệ thống từ ngày có hiệu lực.",
            "This day has not come. Enter the change on the day it takes effect.",
        )
