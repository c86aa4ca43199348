"""The register of rules as it is kept: each confirmation and each change is a new version, none is ever rewritten.

Which version holds on a day is decided in `rules`: the newest one whose validity covers the day. A nomination that was
received keeps the set it froze, whatever is entered afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeGuard

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock, people, trail
from service.actor import Actor
from service.awards import rules
from service.awards.catalogue import award_forms
from service.awards.models import Rule
from service.awards.rules import in_force_on, is_sure, shipped, shipped_by_key, to_recheck
from service.db import after_commit, let_go, reading, transaction
from service.errors import Conflict, Invalid, NotFound, Stale
from service.vietnamese import clean

MAY_CONFIRM = "rule.confirm"
MAY_EDIT = "rule.edit"
PROPOSED = "P"
CONFIDENCES = ("S", "S-old", "S-weak", "MH", "ML", PROPOSED)
SOON = timedelta(days=90)
"""How long before its last day a rule without a successor counts as lapsing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule of the register as of a day: its versions, newest first, and which of them holds."""

    key: str
    label: str
    versions: tuple[Rule, ...]
    now: Rule | None
    coming: Rule | None
    """The next version that begins to hold."""
    last_day: date | None
    """Last day on which the register has a value; None where no end is known, or where there never was a value."""

    @property
    def newest(self) -> int:
        """Number of the newest version, which who confirms or changes must have seen."""
        return self.versions[0].version

    @property
    def sure(self) -> bool:
        """Whether the version that holds may block."""
        return self.now is not None and self.now.value is not None and is_sure(self.now)

    def lapses(self, day: date) -> bool:
        """Whether the register has no value any more, or will have none within three months."""
        return self.last_day is not None and self.last_day <= day + SOON


@dataclass(frozen=True, slots=True)
class RuleInput:
    """A changed rule, as typed: the value as its type has it, days as dates."""

    value: Any
    citation: str
    valid_from: date
    valid_to: date | None
    confidence: str
    reason: str


def load_register(*, by: Actor) -> int:
    """Put the shipped register into an empty or older database; rules that stand are left alone. Returns how many were new."""
    with transaction() as s:
        known = set(s.scalars(select(Rule.key)))
        fresh = [r for r in shipped() if r["key"] not in known]
        versions: dict[str, int] = {}
        for r in fresh:
            versions[r["key"]] = versions.get(r["key"], 0) + 1
            s.add(
                Rule(
                    key=r["key"],
                    version=versions[r["key"]],
                    value=r.get("value"),
                    unit=r.get("unit", ""),
                    label=r.get("label", r["key"]),
                    citation=r.get("citation", ""),
                    law=r.get("law", ""),
                    confidence=r.get("confidence", "P"),
                    valid_from=r.get("valid_from"),
                    valid_to=r.get("valid_to"),
                )
            )
        if fresh:
            trail.record("rule:loaded", by=by, stream="system", body={"count": len(fresh)})
            after_commit(rules.forget)
        return len(fresh)


def read_register(day: date) -> list[Entry]:
    """Every rule with its versions, in the order of the shipped register."""
    with reading() as s:
        rows = list(s.scalars(select(Rule).order_by(Rule.version.desc())))
        let_go(rows)
    found: dict[str, list[Rule]] = {key: [] for key in shipped_by_key()}
    for row in rows:
        found.setdefault(row.key, []).append(row)
    return [_entry(key, versions, day) for key, versions in found.items() if versions]


def read_rule(key: str, day: date) -> Entry:
    """One rule with its versions; NotFound where the register has none of that key."""
    with reading() as s:
        rows = _versions(s, key)
        let_go(rows)
    return _entry(key, rows, day)


def versions_by_id(numbers: Mapping[str, int]) -> dict[str, Rule]:
    """The versions that a rule set froze, by key."""
    with reading() as s:
        rows = {row.id: row for row in s.scalars(select(Rule).where(Rule.id.in_(numbers.values())))}
        let_go(rows.values())
    return {key: rows[number] for key, number in numbers.items() if number in rows}


def standing_of(entry: Entry, row: Rule, day: date) -> str:
    """How a version stands on a day: now, coming, past, or replaced by a later version before its end."""
    if entry.now is not None and row.id == entry.now.id:
        return "now"
    later = [v for v in entry.versions if v.version > row.version]
    if any(_covers(v, row) for v in later) or in_force_on(row, day):
        return "replaced"
    return "coming" if row.valid_from is not None and row.valid_from > day else "past"


def confirm_rule(key: str, version: int, *, seen: int, reason: str, by: Actor) -> int:
    """Confirm a version against its paper: a new version, equal but for who confirmed it and when, that may block.

    The paper that was read becomes the citation of what was a proposal of the service.

    `seen` is the newest version that the person saw. Raises Forbidden, NotFound, Stale, Invalid without a reason,
    Conflict for a version without a value, replaced, past, confirmed already, or entered by the same person.
    """
    people.require(by, MAY_CONFIRM)
    _must_say_why(reason, "Ghi văn bản đã đọc: số, ngày, điều khoản.", "Say which paper was read.")
    with transaction() as s:
        entry = _seen(s, key, seen)
        row = next((v for v in entry.versions if v.version == version), None)
        if row is None:
            raise NotFound("Không có phiên bản này của quy định.", "There is no such version of the rule.")
        if fault := _why_not_confirm(entry, row, by):
            raise Conflict(*fault, code="not-to-confirm")
        people.second_person.must_be_second(by, MAY_CONFIRM, asked_by=_entered_by(row))
        # A proposal of the service has no paper behind it: what was read now is its basis.
        citation = clean(reason) if row.confidence == PROPOSED else row.citation
        made = _copy(
            row, version=entry.newest + 1, citation=citation, law=_law_of(citation), reason=clean(reason), made_by=by.account,
            made_at=clock.now(), confirmed_by=by.account, confirmed_at=clock.now(),
        )
        s.add(made)
        _tell("rule:confirmed", made, row, by)
        return made.version


def may_confirm(entry: Entry, row: Rule, *, by: Actor) -> bool:
    """Whether somebody may confirm a version now."""
    second = people.second_person.is_second(by, MAY_CONFIRM, asked_by=_entered_by(row))
    return second and _why_not_confirm(entry, row, by) is None


def entered_alone(entry: Entry, row: Rule, *, by: Actor) -> bool:
    """Whether a version waits for another person than this one, who entered it."""
    return row.confirmed_at is None and row.made_by is not None and row.made_by == by.account and standing_of(
        entry, row, clock.today()) in ("now", "coming")


def _entered_by(row: Rule) -> int:
    """Who entered a version; the service, where it brought it along or the operator of the machine entered it."""
    return row.made_by or people.second_person.SERVICE


def _why_not_confirm(entry: Entry, row: Rule, by: Actor) -> tuple[str, str] | None:
    today = clock.today()
    standing = standing_of(entry, row, today)
    if standing in ("past", "replaced"):
        return (
            "Phiên bản này không còn áp dụng. Xác nhận phiên bản đang hoặc sắp có hiệu lực.",
            "This version does not hold any more; confirm the one that does.",
        )
    if row.value is None:
        return ("Quy định này chưa có giá trị. Sửa để ghi giá trị trước.", "The rule has no value yet; enter one first.")
    if entered_alone(entry, row, by=by):  # what blocks was seen by two (decision 0010)
        return (
            "Bạn đã ghi phiên bản này. Người khác có quyền xác nhận đọc văn bản rồi xác nhận.",
            "You entered this version; another person who may confirm reads the paper and confirms it.",
        )
    if row.confirmed_at is not None and to_recheck(row, today) is None:
        return ("Phiên bản này đã được xác nhận.", "This version is confirmed already.")
    return None


def change_rule(key: str, said: RuleInput, *, seen: int, by: Actor) -> int:
    """Enter a new version of a rule, which only warns until it is confirmed; the versions before it stay as they are.

    Raises Forbidden, NotFound, Stale, Invalid naming the fields, Conflict where nothing is changed.
    """
    people.require(by, MAY_EDIT)
    with transaction() as s:
        entry = _seen(s, key, seen)
        like = entry.now or entry.versions[0]
        value = checked_value(key, said.value)
        citation = clean(said.citation)
        if not citation:
            raise Invalid.at("citation", "Ghi căn cứ: số văn bản, điều, khoản.", "Name the paper and its article.")
        if said.confidence not in CONFIDENCES:
            raise Invalid.at("confidence", "Chọn mức tin cậy trong danh sách.", "Choose one of the confidences.")
        if said.valid_to is not None and said.valid_to < said.valid_from:
            raise Invalid.at("valid_to", "Ngày hết hiệu lực phải sau ngày bắt đầu.", "The last day lies before the first.")
        _must_say_why(said.reason, "Ghi lý do sửa.", "Say why it is changed.")
        made = _copy(
            like, version=entry.newest + 1, value=value, citation=citation, law=_law_of(citation),
            confidence=said.confidence, valid_from=said.valid_from, valid_to=said.valid_to, reason=clean(said.reason),
            made_by=by.account, made_at=clock.now(), confirmed_by=None, confirmed_at=None,
        )
        if _same(made, like):
            raise Conflict("Chưa sửa gì so với quy định đang áp dụng.", "Nothing differs from the rule in force.", code="same")
        s.add(made)
        _tell("rule:changed", made, like, by)
        return made.version


def checked_value(key: str, value: Any) -> Any:
    """A value as the rule's type has it; Invalid saying what to type."""
    about = shipped_by_key().get(key)
    if about is None:
        raise NotFound("Sổ quy định không có mục này.", "The register has no such rule.")
    return _CHECKS[about["type"]](value, about)


def _whole(least: int, most: int, what: str) -> Callable[[Any, Mapping[str, Any]], int]:
    def check(value: Any, about: Mapping[str, Any]) -> int:
        if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value) or not least <= value <= most:
            raise _wrong(f"Ghi {what}: số nguyên từ {least} đến {most}.", f"A whole number from {least} to {most}.")
        return int(value)

    return check


def _number(least: float, most: float, words: str) -> Callable[[Any, Mapping[str, Any]], float]:
    def check(value: Any, about: Mapping[str, Any]) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise _wrong(words, f"A number from {least} to {most}.")
        return int(value) if value == int(value) else float(value)

    return check


def _day_of_year(value: Any, about: Mapping[str, Any]) -> str:
    try:
        day, month = (int(part) for part in str(value).replace("/", "-").split("-"))
        date(2024, month, day)
    except ValueError:
        raise _wrong("Ghi ngày và tháng, ví dụ 31-03.", "A day and a month, such as 31-03.") from None
    return f"{day:02d}-{month:02d}"


def _forms(value: Any, about: Mapping[str, Any]) -> list[str]:
    if not isinstance(value, list) or any(code not in award_forms() for code in value):
        raise _wrong("Chọn trong danh mục danh hiệu, hình thức.", "Codes of forms of award.")
    return [code for code in award_forms() if code in value]


def _threshold(value: Any, about: Mapping[str, Any]) -> dict[str, Any]:
    """A fraction of the members and how it is compared; never a decimal, so that 2/3 stays 2/3."""
    parts = value if isinstance(value, Mapping) else {}
    top, bottom, how = parts.get("numerator"), parts.get("denominator"), parts.get("operator")
    if not _counts(top) or not _counts(bottom) or how not in (">", ">=") or not 0 < bottom <= 100 or not 0 < top <= bottom:
        raise _wrong(
            "Ghi phân số, ví dụ 2/3, tử không lớn hơn mẫu, và cách so: quá, hoặc từ … trở lên.",
            "A fraction such as 2/3 and an operator, > or >=.",
        )
    return {"numerator": top, "denominator": bottom, "operator": how}


def _counts(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _choice(value: Any, about: Mapping[str, Any]) -> str:
    if value not in about["choices"]:
        raise _wrong("Chọn một giá trị trong danh sách.", f"One of {', '.join(about['choices'])}.")
    return str(value)


def _wish(value: Any, about: Mapping[str, Any]) -> str:
    if value not in wishes(str(about["wish"])):
        raise _wrong("Chọn tác dụng trong danh sách.", f"One of {', '.join(wishes(str(about['wish'])))}.")
    return str(value)


def wishes(wish: str) -> Sequence[str]:
    """What a gate may be set to: one that blocks may be set to warn, others stay what they are."""
    return ("block", "warn") if wish == "block" else (wish,)


_CHECKS: Mapping[str, Callable[[Any, Mapping[str, Any]], Any]] = {
    "dong": _whole(1, 1_000_000_000, "số đồng"),
    "days": _whole(0, 366, "số ngày làm việc"),
    "count": _whole(0, 1000, "số"),
    "multiple": _number(0, 1000, "Ghi hệ số từ 0 đến 1000, dùng dấu phẩy: 0,3."),
    "ratio": _number(0, 1, "Ghi tỷ lệ từ 0 đến 1, ví dụ 0,4."),
    "day": _day_of_year,
    "forms": _forms,
    "threshold": _threshold,
    "choice": _choice,
    "wish": _wish,
}


def _wrong(message: str, message_en: str) -> Invalid:
    return Invalid.at("value", message, message_en)


def _must_say_why(reason: str, message: str, message_en: str) -> None:
    if not reason.strip():
        raise Invalid.at("reason", message, message_en)


def _versions(s: Session, key: str) -> list[Rule]:
    rows = list(s.scalars(select(Rule).where(Rule.key == key).order_by(Rule.version.desc())))
    if not rows:
        raise NotFound("Sổ quy định không có mục này.", "The register has no such rule.")
    return rows


def _seen(s: Session, key: str, seen: int) -> Entry:
    """The rule under a lock that makes the second of two writers wait, and be told who was first."""
    s.execute(select(Rule.id).where(Rule.key == key, Rule.version == 1).with_for_update())
    entry = _entry(key, _versions(s, key), clock.today())
    if entry.newest != seen:
        first = entry.versions[0]
        who = people.names([first.made_by]).get(first.made_by, "") if first.made_by is not None else ""
        raise Stale(
            f"{who or 'Người khác'} vừa ghi phiên bản {entry.newest} của quy định này. Tải lại trang để xem rồi làm tiếp.",
            f"{who or 'Somebody'} has just entered version {entry.newest} of this rule; load the page anew.",
        )
    return entry


def _entry(key: str, versions: Sequence[Rule], day: date) -> Entry:
    now = _holding(versions, day)
    ahead = [v for v in versions if v.valid_from is not None and v.valid_from > day]
    coming = min(ahead, key=lambda v: (v.valid_from, -v.version), default=None)
    return Entry(key, (now or versions[0]).label, tuple(versions), now, coming, _last_day(versions, day))


def _holding(versions: Sequence[Rule], day: date) -> Rule | None:
    return next((v for v in versions if in_force_on(v, day)), None)


def _last_day(versions: Sequence[Rule], day: date) -> date | None:
    now = _holding(versions, day)
    if now is None:
        return max((v.valid_to for v in versions if v.valid_to is not None and v.valid_to < day), default=None)
    while now is not None:
        if now.valid_to is None:
            return None
        last = now.valid_to
        now = _holding(versions, last + timedelta(days=1))
    return last


def _covers(later: Rule, row: Rule) -> bool:
    begins = later.valid_from is None or (row.valid_from is not None and later.valid_from <= row.valid_from)
    ends = later.valid_to is None or (row.valid_to is not None and row.valid_to <= later.valid_to)
    return begins and ends


_KEPT = ("key", "value", "unit", "label", "citation", "law", "confidence", "valid_from", "valid_to")
_SAID = ("value", "citation", "confidence", "valid_from", "valid_to")


def _copy(row: Rule, **changed: Any) -> Rule:
    return Rule(**{name: getattr(row, name) for name in _KEPT} | changed)


def _same(one: Rule, other: Rule) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in _SAID)


def _law_of(citation: str) -> str:
    return next((law for law in rules.amendments() if law in citation), "")


def _tell(kind: str, made: Rule, before: Rule, by: Actor) -> None:
    trail.record(
        kind, by=by, stream="system", body={"rule": made.label, "key": made.key, "version": made.version},
        basis=made.citation, before=_plain(before), after=_plain(made), reason=made.reason,
    )
    after_commit(rules.forget)


def _plain(row: Rule) -> dict[str, Any]:
    value = row.value if isinstance(row.value, int | str) or row.value is None else str(row.value)
    return {
        "version": row.version, "value": value, "confidence": row.confidence,
        "valid_from": row.valid_from and row.valid_from.isoformat(), "valid_to": row.valid_to and row.valid_to.isoformat(),
        "confirmed": 1 if row.confirmed_at is not None else 0,
    }
