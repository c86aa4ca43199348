"""A round's calendar as pages show it: its words, the ruler, and what is left when one counts back from the session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from service import clock, words
from service.awards.models import Round
from service.awards.rounds import CALENDAR_KEYS, stands
from service.awards.rules import rules_on
from service.calendar import working_calendar
from service.errors import Conflict
from service.web.pages import in_language
from service.web.ruler import Flag, Ruler, Stretch, lay_out

KEY_WORDS: Mapping[str, str] = {
    "open": lazy_gettext("Mở đợt"),
    "filing": lazy_gettext("Hạn nộp hồ sơ"),
    "checking": lazy_gettext("Hạn kiểm tra, thẩm định"),
    "supplement": lazy_gettext("Hạn bổ sung hồ sơ"),
    "opinions": lazy_gettext("Hạn trả lời lấy ý kiến"),
    "mending": lazy_gettext("Hạn xem xét ý kiến không thống nhất"),
    "posting_from": lazy_gettext("Bắt đầu niêm yết"),
    "posting_to": lazy_gettext("Kết thúc niêm yết"),
    "session": lazy_gettext("Phiên họp Hội đồng"),
    "signing": lazy_gettext("Ký quyết định"),
    "province_intake": lazy_gettext("Hạn trình lên tỉnh"),
    "ceremony": lazy_gettext("Lễ trao tặng"),
    "close": lazy_gettext("Kết thúc đợt"),
}
"""What each date of the calendar is called on pages."""
_AHEAD = timedelta(days=34)


@dataclass(frozen=True, slots=True)
class Next:
    """The date that the office works towards, and what is to be done until then."""

    key: str
    day: date
    left: int
    """Working days from today; 0 = today."""


def dates(row: Round) -> dict[str, date]:
    """The dates of a round's calendar, those it has, in the order of the process."""
    return {key: date.fromisoformat(row.calendar[key]) for key in CALENDAR_KEYS if key in row.calendar}


def posting_days() -> int:
    """Working days that a list is posted, by the register; Conflict where the rule is missing."""
    return rules_on(clock.today()).number("COMMUNE_POSTING_DAYS")


def last_safe_day(row: Round) -> date | None:
    """The last day on which posting may begin and still end before the session; None without a session or the rule."""
    if "session" not in row.calendar:
        return None
    try:
        days = posting_days()
    except Conflict:
        return None  # the page of the calendar says that the rule is missing; its other dates stand
    calendar, day = working_calendar(), date.fromisoformat(row.calendar["session"])
    while calendar.add(day, days) >= date.fromisoformat(row.calendar["session"]) or not calendar.is_working(day):
        day -= timedelta(days=1)
    return day


def next_step(row: Round) -> Next | None:
    """The next date that matters: filing, then the last safe day of posting, session, signing, ceremony."""
    today, known = clock.today(), dates(row)
    safe = last_safe_day(row)
    steps = [("open", known.get("open") if row.state == "planned" else None)]
    steps += [("filing", known.get("filing") if row.state in ("planned", "open") else None), ("safe", safe)]
    steps += [(key, known.get(key)) for key in ("session", "signing", "province_intake", "ceremony", "close")]
    for key, day in steps:
        if day is not None and (day > today or day == today and key != "open"):  # on its day a round is open already
            return Next(key, day, working_calendar().between(today, day))
    return None


def sentence(row: Round) -> str:
    """How long there still is, for what: the head of the first page and of a round."""
    step = next_step(row)
    if step is None:
        return _("%(round)s đã qua hết các mốc trong lịch", round=row.name) if row.calendar else row.name
    day, n, known = words.short_date(step.day, clock.today()), step.left, dates(row)
    told = {
        "open": ngettext("Còn *%(num)d ngày làm việc* đến ngày mở đợt %(day)s",
                         "Còn *%(num)d ngày làm việc* đến ngày mở đợt %(day)s", n, day=day),
        "filing": ngettext("Còn *%(num)d ngày làm việc* để nộp hồ sơ, hạn %(day)s",
                           "Còn *%(num)d ngày làm việc* để nộp hồ sơ, hạn %(day)s", n, day=day),
        "session": ngettext("Còn *%(num)d ngày làm việc* đến phiên họp Hội đồng ngày %(day)s",
                            "Còn *%(num)d ngày làm việc* đến phiên họp Hội đồng ngày %(day)s", n, day=day),
        "signing": ngettext("Còn *%(num)d ngày làm việc* để trình ký quyết định, hạn %(day)s",
                            "Còn *%(num)d ngày làm việc* để trình ký quyết định, hạn %(day)s", n, day=day),
        "province_intake": ngettext("Còn *%(num)d ngày làm việc* để trình lên tỉnh, hạn %(day)s",
                                    "Còn *%(num)d ngày làm việc* để trình lên tỉnh, hạn %(day)s", n, day=day),
        "ceremony": ngettext("Còn *%(num)d ngày làm việc* đến lễ trao tặng ngày %(day)s",
                             "Còn *%(num)d ngày làm việc* đến lễ trao tặng ngày %(day)s", n, day=day),
        "close": ngettext("Còn *%(num)d ngày làm việc* đến ngày kết thúc đợt %(day)s",
                          "Còn *%(num)d ngày làm việc* đến ngày kết thúc đợt %(day)s", n, day=day),
    }
    if step.key == "safe":
        return ngettext(
            "Còn *%(num)d ngày làm việc* để mở niêm yết mà vẫn kịp phiên họp ngày %(day)s",
            "Còn *%(num)d ngày làm việc* để mở niêm yết mà vẫn kịp phiên họp ngày %(day)s",
            n, day=words.short_date(known["session"], clock.today()),
        )
    return told[step.key]


def filing_sentence(row: Round) -> str:
    """How long a unit still has to file: the head of a unit's first page."""
    known, today = dates(row), clock.today()
    if "filing" not in known:
        return row.name
    day = words.short_date(known["filing"], today)
    if row.state == "planned":
        return sentence(row)
    if stands(row) != "open" and known["filing"] >= today:
        return _("Đã kết thúc nhận hồ sơ, trước hạn *%(day)s*", day=day)
    if stands(row) != "open":
        return _("Đã hết hạn nộp hồ sơ, hạn là *%(day)s*", day=day)
    left = working_calendar().between(today, known["filing"])
    if left == 0:
        return _("*Hôm nay* là hạn nộp hồ sơ")
    return ngettext("Còn *%(num)d ngày làm việc* để nộp hồ sơ, hạn %(day)s",
                    "Còn *%(num)d ngày làm việc* để nộp hồ sơ, hạn %(day)s", left, day=day)


def ruler(row: Round, *, whole: bool = False) -> Ruler | None:
    """The round's calendar on a line: the five weeks around today, or the whole of it; None without a calendar."""
    known = dates(row)
    if "session" not in known or "open" not in known:
        return None
    today = clock.today()
    if whole:
        first, last = _monday(known["open"]), known.get("ceremony", known["session"]) + timedelta(days=3)
    else:
        first = _monday(min(max(today, known["open"]), known.get("ceremony", known["session"])) - timedelta(days=7))
        last = first + _AHEAD
        if first < known["session"] and last < known["session"] <= last + timedelta(days=21):
            last = known["session"] + timedelta(days=5)
    safe = last_safe_day(row)
    flags = [Flag(_("Hôm nay %(day)s", day=words.short_date(today)), today)]
    if safe is not None and safe >= today:
        flags.append(
            Flag(
                _("Ngày an toàn cuối cùng: %(weekday)s %(day)s", weekday=words.within_a_sentence(words.weekday(safe)),
                  day=words.short_date(safe)),
                safe,
                "safe",
            )
        )
    stretches = [one for one in _stretches(row, known, safe) if one.start <= last and one.end >= first]
    return lay_out(first, last, working_calendar(), stretches, flags, note=_note(known, safe))


def _stretches(row: Round, known: Mapping[str, date], safe: date | None) -> list[Stretch]:
    today = clock.today()
    after = known["filing"] + timedelta(days=1) if "filing" in known else known["open"]
    spans = [
        (_("Đơn vị nộp"), known["open"], known.get("filing")),
        (_("Kiểm tra, thẩm định"), after, known.get("checking")),
        (_("Bổ sung hồ sơ"), after, known.get("supplement")),
        (_("Lấy ý kiến cơ quan liên quan"), after, known.get("opinions")),
        (_("Niêm yết (dự kiến)"), known.get("posting_from"), known.get("posting_to")),
    ]
    found = [
        Stretch(name, start, end, "past" if end < today else "soon")
        for name, start, end in spans
        if start is not None and end is not None and start <= end
    ]
    if safe is not None and safe >= today:
        end = working_calendar().add(safe, posting_days())
        found.append(Stretch(_("Niêm yết muộn nhất"), safe, end, "latest"))
    for key, name in (
        ("session", _("Phiên họp Hội đồng")), ("signing", _("Trình ký quyết định")),
        ("province_intake", _("Trình lên tỉnh")), ("ceremony", _("Lễ trao tặng")),
    ):
        if key in known:
            found.append(Stretch(name, known[key], known[key], "past" if known[key] < today else "fixed"))
    return found


def _note(known: Mapping[str, date], safe: date | None) -> str:
    grey = _("Ô xám là ngày nghỉ.")
    try:
        days = posting_days()
    except Conflict as missing:
        return f"{in_language(missing)} {grey}"
    if safe is None or safe < clock.today():
        return grey
    return ngettext(
        "Tính lùi từ phiên họp %(session)s: niêm yết %(num)d ngày làm việc, từ %(start)s đến hết %(end)s. "
        "Ô xám là ngày nghỉ.",
        "Tính lùi từ phiên họp %(session)s: niêm yết %(num)d ngày làm việc, từ %(start)s đến hết %(end)s. "
        "Ô xám là ngày nghỉ.",
        days,
        session=words.short_date(known["session"]),
        start=words.short_date(safe),
        end=words.short_date(working_calendar().add(safe, days)),
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
