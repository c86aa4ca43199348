"""Award rounds: made with a whole calendar, opened and closed by themselves, a last one cloned for the next year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from service import clock, jobs, people, trail
from service.actor import Actor, machine
from service.awards.catalogue import award_forms
from service.awards.models import FormerCalendar, Movement, Nomination, Round
from service.awards.rules import rules_on
from service.awards.windows import window_by_plan
from service.calendar import working_calendar
from service.db import let_go, reading, transaction
from service.errors import Conflict, FieldFault, Forbidden, Invalid, NotFound
from service.processes.instances import recalculate
from service.vietnamese import clean
from workflows.calendar import ZONE

STAGES = ("HANG_NAM", "SO_KET", "TONG_KET", "DOT_XUAT")
CALENDAR_KEYS = (
    "open", "filing", "checking", "supplement", "opinions", "mending", "posting_from", "posting_to", "session",
    "signing", "province_intake", "ceremony", "close",
)
"""Keys that a round's calendar must hold when it is opened (process.md section 7)."""
STATES = {"planned": "Chưa mở", "open": "Đang nhận hồ sơ", "closed": "Đã hết hạn nộp", "ended": "Đã kết thúc"}

closing: list[Any] = []
"""Called with (session, round, by) when filing closes: what is not signed is taken off."""
redated: list[Any] = []
"""Called with (session, round id) when a calendar changes: what lists ask is due anew."""


def end_of_day(day: date | str) -> datetime:
    """The last second of a day in Viet Nam: a deadline holds to its end."""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime.combine(day, time(23, 59, 59), ZONE)


def start_of_day(day: date | str) -> datetime:
    """The first second of a day in Viet Nam."""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime.combine(day, time(0), ZONE)


def create_round(
    movement_id: int,
    *,
    code: str,
    name: str,
    stage: str,
    year: int,
    window: tuple[date, date] | None,
    calendar: Mapping[str, str],
    by: Actor,
    criteria: Sequence[Mapping[str, Any]] | None = None,
    guidance: str = "",
    quotas: Mapping[str, int] | None = None,
) -> int:
    """Plan a round; it opens by itself on its day. Without a window, a stocktake takes that of the phase that it closes.

    Invalid for a calendar that is not in order, and for a round without a window that no phase gives.
    """
    _must(by, "round.create")
    code, name = clean(code), clean(name)
    for field, said in (("code", code), ("name", name)):
        if not said:
            raise Invalid.at(field, "Ghi mã và tên đợt xét.", "The round needs a code and a name.")
    calendar = with_opinions(calendar)
    _check_calendar(stage, calendar)
    with transaction() as s:
        movement = s.get(Movement, movement_id)
        if movement is None:
            raise NotFound("Không có phong trào này.", "There is no such movement.")
        first, last = window or _planned_window(movement, stage)
        if last < first:
            raise Invalid.at("window_to", "Ngày kết thúc phải sau ngày bắt đầu.", "The end lies before the beginning.")
        row = Round(
            movement_id=movement_id,
            code=code,
            name=name,
            stage=stage,
            year=year,
            window_from=first,
            window_to=last,
            calendar=dict(calendar),
            criteria=[dict(c) for c in (criteria or movement.criteria)],
            guidance=guidance,
            quotas=checked_quotas(quotas or {}),
        )
        s.add(row)
        s.flush()
        trail.record("round:created", by=by, stream=f"round:{row.id}", body={"code": code, "stage": stage})
        return row.id


def _planned_window(movement: Movement, stage: str) -> tuple[date, date]:
    found = window_by_plan(movement, stage)
    if found is None:
        raise Invalid.at(
            "window_from", "Ghi thời gian xét thành tích: phong trào không có giai đoạn nào cho loại đợt này.",
            "Give the window: no phase of the movement is closed by such a round.",
        )
    return found.first, found.last


def change_content(
    round_id: int,
    *,
    by: Actor,
    scales: Mapping[str, tuple[Decimal, Decimal]] | None = None,
    quotas: Mapping[str, int] | None = None,
    guidance: str | None = None,
) -> None:
    """Change what a planned round asks: (maximum, weight) by criterion, quotas, guidance; what is None stays.

    Once a round is open its names were begun under its criteria, so they stay. Raises Forbidden, NotFound, Conflict,
    Invalid.
    """
    _must(by, "round.edit")
    with transaction() as s:
        row = s.scalars(select(Round).where(Round.id == round_id).with_for_update()).one_or_none()
        if row is None:
            raise _unknown()
        if row.state != "planned":
            raise Conflict(
                "Đợt đã mở: tiêu chí, chỉ tiêu, hướng dẫn không đổi được nữa.",
                "The round is open; its criteria, quotas and guidance stay.", code="wrong-state",
            )
        before = _content(row)
        if scales is not None:
            row.criteria = scaled(row.criteria, scales)
        if quotas is not None:
            row.quotas = checked_quotas(quotas)
        if guidance is not None:
            row.guidance = guidance.strip()
        after = _content(row)
        changed = [key for key in after if after[key] != before.get(key)]
        if changed or before.keys() - after.keys():
            trail.record(
                "round:content_changed", by=by, stream=f"round:{round_id}", body={"code": row.code},
                before={k: v for k, v in before.items() if after.get(k) != v},
                after={k: after[k] for k in changed},
            )


def _content(row: Round) -> dict[str, Any]:
    found: dict[str, Any] = {c["code"]: f"{c.get('max', 10)} × {c.get('weight', 1)}" for c in row.criteria}
    return found | {f"quota {key}": n for key, n in row.quotas.items()} | {"guidance": row.guidance}


def scaled(
    criteria: Sequence[Mapping[str, Any]], scales: Mapping[str, tuple[Decimal, Decimal]]
) -> list[dict[str, Any]]:
    """Criteria with their maximum and weight set anew; Invalid where one is not above 0 or too large."""
    codes = {c["code"] for c in criteria}
    faults = [
        FieldFault(f"criteria.{code}", f"Không có tiêu chí {code}.", f"There is no criterion {code}.")
        for code in scales if code not in codes
    ] + [
        FieldFault(f"criteria.{code}.{word}", f"{vi} của {code} phải lớn hơn 0 và không quá {most}.",
                   f"{en} of {code} must lie above 0 and be {most} at most.")
        for code, pair in scales.items()
        for value, word, vi, en, most in zip(
            pair, ("max", "weight"), ("Điểm tối đa", "Hệ số"), ("The maximum", "The weight"), (100, 10), strict=True
        )
        if not 0 < value <= most
    ]
    if faults:
        raise Invalid("Chưa ghi được: điểm tối đa, hệ số chưa đúng.", "Maxima or weights are wrong.", faults=faults)
    return [
        {**c, "max": _plain_number(scales[c["code"]][0]), "weight": _plain_number(scales[c["code"]][1])}
        if c["code"] in scales else dict(c)
        for c in criteria
    ]


def _plain_number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def checked_quotas(quotas: Mapping[str, int]) -> dict[str, int]:
    """Quotas by what they are for: `form:GK_XA` in the round, `unit:17`, `unit:*` each unit without its own.

    They warn, never block. Invalid for another key or a number below 1.
    """
    faults = []
    for key, count in quotas.items():
        kind, _, what = key.partition(":")
        known = what in award_forms() if kind == "form" else kind == "unit" and (what == "*" or _is_unit(what))
        if not known or not 1 <= count <= 100_000:
            faults.append(
                FieldFault(f"quotas.{key}", f"Chỉ tiêu {key} không đúng: ghi số từ 1 cho hình thức hoặc đơn vị có thật.",
                           f"The quota {key} is wrong: a number from 1 for a form of award or a unit.")
            )
    if faults:
        raise Invalid("Chưa ghi được: chỉ tiêu chưa đúng.", "Quotas are wrong.", faults=faults)
    return dict(quotas)


def _is_unit(number: str) -> bool:
    return number.isascii() and number.isdigit() and len(number) < 16 and bool(people.unit_names([int(number)]))


def clone_round(round_id: int, *, code: str, name: str, year: int, by: Actor) -> int:
    """Plan next year's round like an earlier one, with every date of its calendar moved by whole years."""
    old = read_round(round_id)
    shift = year - old.year
    moved = {k: _in_year(date.fromisoformat(v), shift).isoformat() for k, v in old.calendar.items()}
    return create_round(
        old.movement_id,
        code=code,
        name=name,
        stage=old.stage,
        year=year,
        window=(_in_year(old.window_from, shift), _in_year(old.window_to, shift)),
        calendar=moved,
        by=by,
        criteria=old.criteria,
        guidance=old.guidance,
        quotas=old.quotas,
    )


def _in_year(day: date, shift: int) -> date:
    try:
        return day.replace(year=day.year + shift)
    except ValueError:  # 29 February
        return day.replace(year=day.year + shift, day=28)


def change_calendar(round_id: int, calendar: Mapping[str, str], reason: str, *, by: Actor) -> None:
    """Change a round's calendar with a reason; the deadlines of its open steps follow."""
    _must(by, "round.edit")
    if not reason.strip():
        raise Invalid(
            "Ghi lý do đổi lịch.", "Say why the calendar changes.",
            faults=[FieldFault("reason", "Ghi lý do đổi lịch.", "Say why the calendar changes.")],
        )
    with transaction() as s:
        row = s.scalars(select(Round).where(Round.id == round_id).with_for_update()).one_or_none()
        if row is None:
            raise _unknown()
        if row.state == "ended":
            raise Conflict("Đợt này đã kết thúc, không đổi lịch.", "This round has ended.", code="wrong-state")
        calendar = with_opinions(calendar)
        _check_calendar(row.stage, calendar)
        before = dict(row.calendar)
        s.add(FormerCalendar(round_id=round_id, until=clock.now(), calendar=before))
        row.calendar = dict(calendar)
        row.calendar_version += 1
        trail.record(
            "round:calendar_changed", by=by, stream=f"round:{round_id}", reason=reason,
            before={k: v for k, v in before.items() if calendar.get(k) != v},
            after={k: v for k, v in calendar.items() if before.get(k) != v},
        )
        instances = list(
            s.scalars(select(Nomination.instance_id).where(Nomination.round_id == round_id))
        )
        s.flush()
        for instance in instances:
            if instance is not None:
                recalculate(instance, by=by)
        for move in redated:
            move(s, round_id)


def open_round(round_id: int, *, by: Actor) -> None:
    """Open a planned round. A calendar with a missing key is an error here, never later."""
    if by.account is not None:
        _must(by, "round.open")
    with transaction() as s:
        row = s.scalars(select(Round).where(Round.id == round_id).with_for_update()).one_or_none()
        if row is None:
            raise _unknown()
        if row.state != "planned":
            raise Conflict("Đợt này đã mở rồi.", "This round was opened already.", code="wrong-state")
        _check_calendar(row.stage, row.calendar)
        row.state, row.opened_at = "open", clock.now()
        trail.record("round:opened", by=by, stream=f"round:{round_id}")
        jobs.enqueue("round.opened", {"round": round_id})


def close_filing(round_id: int, *, by: Actor, reason: str = "") -> None:
    """Close the filing of a round: drafts that were not signed are taken off (NOT_FILED).

    The clock closes it in silence; a person says why. Raises Invalid, Forbidden, Conflict.
    """
    if by.account is not None:
        _must(by, "round.close")
        if not reason.strip():
            raise Invalid.at("reason", "Ghi lý do kết thúc nhận hồ sơ.", "Say why filing is closed.")
    with transaction() as s:
        row = s.scalars(select(Round).where(Round.id == round_id).with_for_update()).one_or_none()
        if row is None:
            raise _unknown()
        if row.state != "open":
            raise Conflict("Đợt này không còn nhận hồ sơ.", "Filing is closed already.", code="wrong-state")
        row.state, row.closed_at = "closed", clock.now()
        trail.record("round:filing_closed", by=by, stream=f"round:{round_id}", reason=reason.strip() or None)
        for take_off in closing:
            take_off(s, row, by)


def end_round(round_id: int, *, by: Actor) -> None:
    """End a round whose filing is over: nothing is filed or re-dated in it; names that still wait above go on."""
    with transaction() as s:
        row = s.scalars(select(Round).where(Round.id == round_id).with_for_update()).one_or_none()
        if row is None:
            raise _unknown()
        if row.state != "closed":
            raise Conflict("Đợt này chưa hết hạn nộp, hoặc đã kết thúc.", "This round is not closed.", code="wrong-state")
        row.state = "ended"
        trail.record("round:closed", by=by, stream=f"round:{round_id}")


def turn_rounds() -> int:
    """Open, close and end rounds whose moment has come; the worker's sweep."""
    now = clock.now()
    with reading() as s:
        rows = s.execute(
            select(Round.id, Round.state, Round.calendar).where(Round.state.in_(("planned", "open", "closed")))
        ).all()
    done = 0
    for round_id, state, calendar in rows:
        if state == "planned" and "open" in calendar and start_of_day(calendar["open"]) <= now:
            open_round(round_id, by=machine("timer"))
            done += 1
        # A late submission is possible until the checking date, with the office head's reason; an ad hoc round has none.
        elif state == "open" and (last := calendar.get("checking") or calendar.get("close")) and end_of_day(last) < now:
            close_filing(round_id, by=machine("timer"))
            done += 1
        elif state == "closed" and "close" in calendar and end_of_day(calendar["close"]) < now:
            end_round(round_id, by=machine("timer"))
            done += 1
    return done


def only_movement() -> int:
    """The movement that rounds belong to; Invalid where there are several and one must be named."""
    with reading() as s:
        found = list(s.scalars(select(Movement.id)))
    if len(found) != 1:
        raise Invalid.at("movement", "Ghi phong trào của đợt.", "Name the movement of the round.")
    return found[0]


def filing_closed(row: Round) -> bool:
    """Tell whether the date for filing has passed: the whole of its last second still counts."""
    return "filing" in row.calendar and date.fromisoformat(row.calendar["filing"]) < clock.today()


def stands(row: Round) -> str:
    """The state of a round as people are told it: past its day for filing it is over, though the office may still take what is late."""
    return "closed" if row.state == "open" and filing_closed(row) else row.state


def priority_in(stage: str) -> int:
    """How urgent the work of a round is from the beginning: ad hoc rounds commend at once, so theirs is high."""
    return 1 if stage == "DOT_XUAT" else 0


def read_round(round_id: int) -> Round:
    """One round; NotFound if there is none."""
    with reading() as s:
        row = s.get(Round, round_id)
        if row is None:
            raise _unknown()
        let_go([row])
        return row


def list_rounds(*, open_only: bool = False) -> list[Round]:
    """All rounds, the latest first."""
    with reading() as s:
        query = select(Round).order_by(Round.year.desc(), Round.id.desc())
        if open_only:
            query = query.where(Round.state == "open")
        rows = list(s.scalars(query))
        let_go(rows)
        return rows


def with_opinions(calendar: Mapping[str, str]) -> Mapping[str, str]:
    """The calendar, with the date for opinions reckoned where none is given: HIEPY_DAYS after filing ends."""
    days = rules_on(clock.today()).shown("HIEPY_DAYS")
    if calendar.get("opinions") or not calendar.get("filing") or days is None:
        return calendar
    try:
        filing = date.fromisoformat(calendar["filing"])
    except ValueError:
        return calendar
    return {**calendar, "opinions": working_calendar().add(filing, int(days)).isoformat()}


def _check_calendar(stage: str, calendar: Mapping[str, str]) -> None:
    if stage not in STAGES:
        raise Invalid(f"Không có loại đợt {stage}.", f"There is no stage {stage}.")
    if stage == "DOT_XUAT":
        return
    faults = []
    last: date | None = None
    for key in CALENDAR_KEYS:
        try:
            day = date.fromisoformat(calendar[key])
        except (KeyError, ValueError):
            faults.append(
                FieldFault(f"calendar.{key}", f"Lịch của đợt thiếu ngày “{key}”.", f"The calendar lacks “{key}”.")
            )
            continue
        if last is not None and day < last and key not in ("supplement", "mending", "opinions"):
            faults.append(
                FieldFault(
                    f"calendar.{key}",
                    f"Ngày {day:%d/%m/%Y} sớm hơn bước trước ({last:%d/%m/%Y}).",
                    f"{day:%d/%m/%Y} lies before the step before it ({last:%d/%m/%Y}).",
                )
            )
        last = max(last, day) if last else day
    if faults:
        raise Invalid(
            f"Lịch của đợt còn {len(faults)} chỗ cần sửa.", "The round's calendar is not complete.",
            code="calendar-incomplete", faults=faults,
        )


def _must(by: Actor, act: str) -> None:
    if not people.allowed(by, act):
        raise Forbidden("Bạn không có quyền với đợt xét.", "You may not do this with a round.")


def _unknown() -> NotFound:
    return NotFound("Không có đợt xét này.", "There is no such round.")


__all__ = [
    "CALENDAR_KEYS", "STAGES", "STATES", "change_calendar", "change_content", "checked_quotas", "clone_round",
    "close_filing", "closing", "create_round", "end_of_day", "end_round", "filing_closed", "list_rounds", "only_movement",
    "open_round", "priority_in", "read_round", "redated", "scaled", "stands", "start_of_day", "turn_rounds",
]
