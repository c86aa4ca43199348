"""The life of an index set: made or copied, changed while a draft, opened for units, closed, published, opened again with a reason."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import clock, notices, people, trail
from service.actor import Actor
from service.awards.rounds import end_of_day
from service.db import let_go, reading, transaction
from service.errors import Conflict, Invalid, NotFound, how_many
from service.movement.index.models import SETTLED, IndexPillar, IndexSet, IndexValue, Indicator
from service.movement.periods import units_to_ask

RUN_INDEX = "index.run"
VERIFY_INDEX = "index.verify"
PUBLISH_INDEX = "index.publish"
ENTER_INDEX = "index.enter"
READ_INDEX = "index.read"
READ_WHOLE_INDEX = "index.read_all"
STATES = ("draft", "open", "closed", "published")


@dataclass(frozen=True, slots=True)
class Content:
    """A set with its pillars and indicators, in the order of their codes."""

    row: IndexSet
    pillars: Sequence[IndexPillar]
    indicators: Sequence[Indicator]

    def of(self, pillar: IndexPillar) -> list[Indicator]:
        """The indicators of a pillar."""
        return [one for one in self.indicators if one.pillar_id == pillar.id]

    def indicator(self, code: str) -> Indicator:
        """The indicator of a code; NotFound."""
        for one in self.indicators:
            if one.code == code:
                return one
        raise NotFound("Bộ này không có chỉ số mang mã đó.", "There is no indicator of this code in the set.")


def make_set(year: int, name: str, name_en: str, *, by: Actor, basis: str = "") -> int:
    """Make an empty set of a year; returns its number. Forbidden, Invalid, Conflict for a year that has one."""
    people.require(by, RUN_INDEX)
    with transaction() as s:
        return _made(s, year, name, name_en, basis, None, by).id


def copy_set(set_id: int, year: int, *, by: Actor) -> int:
    """Make the set of another year out of one that stands, all pillars and indicators; returns its number."""
    people.require(by, RUN_INDEX)
    with transaction() as s:
        found = content_of(s, found_set(s, set_id))
        row = _made(s, year, found.row.name, found.row.name_en, found.row.basis, found.row.id, by)
        for pillar in found.pillars:
            own = IndexPillar(set_id=row.id, **_fields(pillar, "code", "name", "name_en", "weight"))
            s.add(own)
            s.flush()
            s.add_all(
                Indicator(set_id=row.id, pillar_id=own.id, **_fields(one, *INDICATOR_FIELDS)) for one in found.of(pillar)
            )
        return row.id


INDICATOR_FIELDS = (
    "code", "name", "name_en", "measure", "inputs", "parameters", "formula", "full", "maximum", "weight", "evidence", "who", "kinds",
)


def _fields(row: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _made(s: Session, year: int, name: str, name_en: str, basis: str, source: int | None, by: Actor) -> IndexSet:
    said = _said(s, None, year, name, name_en, basis)
    row = IndexSet(**said, copied_from=source, units=[], made_at=clock.now(), made_by=by.account)
    s.add(row)
    s.flush()
    body: dict[str, Any] = {"year": year}
    if source is not None:
        body["source"] = s.get_one(IndexSet, source).year
    trail.record("index:made", by=by, stream=f"index:{row.id}", body=body)
    return row


def _said(s: Session, own: int | None, year: int, name: str, name_en: str, basis: str) -> dict[str, Any]:
    if not 2020 < year < 2100:
        raise Invalid.at("year", "Ghi năm từ 2021 đến 2099.", "Give a year from 2021 to 2099.")
    for key, text in (("name", name), ("name_en", name_en)):
        if not text.strip() or len(text) > 200:
            raise Invalid.at(key, "Ghi tên bộ chỉ số, không quá 200 chữ.", "Give the set a name of at most 200 characters.")
    if s.scalars(select(IndexSet.id).where(IndexSet.year == year, IndexSet.id != (own or 0))).first() is not None:
        raise Conflict(f"Năm {year} đã có bộ chỉ số.", f"There is a set of {year} already.", code="index-year")
    return {"year": year, "name": name.strip(), "name_en": name_en.strip(), "basis": basis.strip()}


def change_set(set_id: int, *, year: int, name: str, name_en: str, basis: str, by: Actor) -> None:
    """Change year, names and basis of a draft."""
    people.require(by, RUN_INDEX)
    with transaction() as s:
        row = locked_draft(s, set_id)
        said = _said(s, row.id, year, name, name_en, basis)
        before = _fields(row, *said)
        if before == said:
            return
        for key, value in said.items():
            setattr(row, key, value)
        trail.record("index:changed", by=by, stream=f"index:{row.id}", before=before, after=said)


def open_set(set_id: int, due_on: date, *, by: Actor, units: Collection[int] | None = None) -> None:
    """Open a draft for units, which are told: from now on nothing of it changes. Invalid for what is not ready, a day that has passed."""
    people.require(by, RUN_INDEX)
    if due_on < clock.today():
        raise Invalid.at("due_on", "Hạn nhập đã qua. Chọn ngày khác.", "The day has passed. Choose another one.")
    wanted = sorted({people.current_unit(one) for one in (units_to_ask() if units is None else units)})
    if not wanted:
        raise Invalid.at("units", "Chọn ít nhất một đơn vị.", "Choose at least one unit.")
    with transaction() as s:
        row = locked_draft(s, set_id)
        content = content_of(s, row)
        bare = next((one for one in content.pillars if not content.of(one)), None)
        if bare is not None or not content.pillars:
            name = f": trụ cột {bare.code} chưa có" if bare else ""
            raise Invalid(
                f"Chưa mở được{name or ': bộ này chưa có'} chỉ số nào.", "Each pillar needs an indicator before the set is opened.",
                code="index-empty",
            )
        row.units, row.due_on, row.opened_at = wanted, due_on, clock.now()
        trail.record(
            "index:opened", by=by, stream=f"index:{row.id}",
            body={"year": row.year, "count": len(wanted), "units": wanted, "due": due_on.isoformat()},
        )
        if any(one.who == "unit" for one in content.indicators):
            _tell(row, "index_opened", {"closes": end_of_day(due_on).isoformat()})


def close_set(set_id: int, reason: str, *, by: Actor) -> None:
    """Close an open set: units send nothing more, but what is returned to them."""
    people.require(by, RUN_INDEX)
    must_say(reason, "Ghi lý do đóng.", "Say why it is closed.")
    with transaction() as s:
        row = locked_set(s, set_id)
        if row.state != "open":
            raise Conflict("Chỉ đóng được bộ đang mở.", "Only an open set is closed.", code="index-state")
        row.closed_at = clock.now()
        trail.record("index:closed", by=by, stream=f"index:{row.id}", body={"year": row.year}, reason=reason.strip())


def why_not_published(set_id: int) -> tuple[str, str] | None:
    """Why the results of a closed set cannot be shown yet, in both languages: the office has not decided on every value."""
    with reading() as s:
        open_ones = s.scalar(
            select(func.count()).select_from(IndexValue).where(IndexValue.set_id == set_id, IndexValue.state.not_in(SETTLED))
        )
    if not open_ones:
        return None
    return (
        f"Còn {open_ones} giá trị chưa được nhận. Nhận, đề nghị đơn vị gửi lại, hoặc chốt không tính trước khi công bố.",
        f"{how_many(open_ones, 'value')} neither accepted nor left out yet.",
    )


def publish_set(set_id: int, *, by: Actor) -> None:
    """Show scores and ranking to the units, once the set is closed and the office has decided on every value; they are told."""
    people.require(by, PUBLISH_INDEX)
    with transaction() as s:
        row = locked_set(s, set_id)
        if row.state != "closed":
            raise Conflict("Đóng bộ chỉ số trước khi công bố.", "Close the set before it is published.", code="index-state")
        if why := why_not_published(row.id):
            raise Conflict(*why, code="index-undecided")
        row.published_at = clock.now()
        trail.record("index:published", by=by, stream=f"index:{row.id}", body={"year": row.year})
        _tell(row, "index_published", {})


def reopen_set(set_id: int, reason: str, *, by: Actor) -> None:
    """Open a closed or published set again, with a reason: units send again, and see no ranking until it is published anew."""
    people.require(by, PUBLISH_INDEX)
    must_say(reason, "Ghi lý do mở lại.", "Say why it is opened again.")
    with transaction() as s:
        row = locked_set(s, set_id)
        if row.state not in ("closed", "published"):
            raise Conflict("Bộ này chưa đóng.", "This set is not closed.", code="index-state")
        row.closed_at = row.published_at = None
        trail.record("index:reopened", by=by, stream=f"index:{row.id}", body={"year": row.year}, reason=reason.strip())


def _tell(row: IndexSet, letter: str, more: dict[str, Any]) -> None:
    """Tell the people of the units that are asked; each time it happens is told by itself."""
    notices.queue(
        letter, to=people.members_of([f"{group}:{unit}" for unit in row.units for group in ("unit", "unit_head")]),
        key=f"index:{row.id}:{clock.now():%Y%m%d%H%M%S}",
        context={"register": row.name, "register_en": row.name_en, **told_year(row), **more},
        link=f"/index-sets/{row.id}",
    )


def told_year(row: IndexSet) -> dict[str, str]:
    """The year of a set, as letters say it."""
    return {"period": f"năm {row.year}", "period_en": str(row.year)}


def list_sets(*, by: Actor) -> list[IndexSet]:
    """The sets, the latest year first; drafts for who runs or reads all of it. Forbidden."""
    must_read(by)
    with reading() as s:
        rows = list(s.scalars(select(IndexSet).order_by(IndexSet.year.desc())))
        let_go(rows)
    return [row for row in rows if row.state != "draft" or people.allowed(by, READ_WHOLE_INDEX)]


def read_set(set_id: int, *, by: Actor) -> Content:
    """A set with its pillars and indicators; Forbidden, NotFound, also for a draft of which one is not to know."""
    must_read(by)
    with reading() as s:
        row = s.get(IndexSet, set_id)
        if row is None or row.state == "draft" and not people.allowed(by, READ_WHOLE_INDEX):
            raise unknown_set()
        found = content_of(s, row)
        let_go([row, *found.pillars, *found.indicators])
        return found


def content_of(s: Session, row: IndexSet) -> Content:
    """A set with its parts, in an open session."""
    pillars = s.scalars(select(IndexPillar).where(IndexPillar.set_id == row.id))
    indicators = s.scalars(select(Indicator).where(Indicator.set_id == row.id))
    return Content(
        row, sorted(pillars, key=lambda one: in_order(one.code)), sorted(indicators, key=lambda one: in_order(one.code))
    )


def in_order(code: str) -> list[tuple[int, str]]:
    """Codes as people count them: 1.2 before 1.10."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in code.replace("-", ".").split(".")]


def found_set(s: Session, set_id: int) -> IndexSet:
    """A set by its number; NotFound."""
    row = s.get(IndexSet, set_id)
    if row is None:
        raise unknown_set()
    return row


def locked_set(s: Session, set_id: int) -> IndexSet:
    """A set, held until the transaction ends: nobody closes it under who writes in it."""
    row = s.scalars(select(IndexSet).where(IndexSet.id == set_id).with_for_update()).one_or_none()
    if row is None:
        raise unknown_set()
    return row


def locked_draft(s: Session, set_id: int) -> IndexSet:
    """A draft, held; Conflict for a set that was opened."""
    row = locked_set(s, set_id)
    if row.state != "draft":
        raise Conflict(
            "Bộ chỉ số đã mở cho đơn vị nhập nên không sửa được nữa. Muốn sửa thì lập bộ của năm sau.",
            "The set is open to units and changes no more.", code="index-frozen",
        )
    return row


def unknown_set() -> NotFound:
    """There is none of that number."""
    return NotFound("Không có bộ chỉ số này.", "There is no such index set.")


def must_read(by: Actor) -> None:
    """Refuse who reads nothing of the index, whatever the unit."""
    if not people.allowed(by, READ_INDEX):
        people.require(by, READ_INDEX)


def must_say(reason: str, message: str, message_en: str) -> None:
    """Refuse an act without its reason."""
    if not reason.strip():
        raise Invalid.at("reason", message, message_en)
