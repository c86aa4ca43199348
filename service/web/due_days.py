"""What pages say of setting another due day: which timers of the process move with it, and what the common day is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _

from service import words
from service.processes.marks import Along, DueDay
from service.web.frame import Link
from service.web.parts import Check
from service.web.plan import KEY_WORDS


def checks(found: DueDay) -> list[Check]:
    """What moves with the due day of a task, said before it is set."""
    said = [_timer(one) for one in found.timers]
    if found.next_day is not None:
        said.append(Check(_next_words(*found.next_day), "info"))
    return said


def _timer(one: Along) -> Check:
    name, own = words.translated(one.name), words.full_date(one.seen.due)
    common = words.full_date(one.common) if one.common else _("chưa tính được")
    if not (one.seen.together or one.seen.ends):
        return Check(_("Đồng hồ *%(name)s* của quy trình vẫn chạy ngày %(own)s.", name=name, own=own), "info")
    way = Link(_("Đổi cho mọi hồ sơ"), one.changed_at) if one.changed_at else None
    if "sourced" in one.law.values():
        return Check(
            _("Đồng hồ *%(name)s* của quy trình chạy ngày %(own)s, theo quy định %(rules)s đã có căn cứ pháp lý: không dời riêng cho một "
              "hồ sơ.", name=name, own=own, rules=_rules(one)), "warn", way,
        )
    if one.seen.together:
        told = _("Đồng hồ *%(name)s* của quy trình dời theo hạn mới, chỉ cho hồ sơ này. Ngày chung, %(source)s: %(common)s.",
                 name=name, source=_source(one), common=common)
    else:
        told = _("Đồng hồ *%(name)s* của quy trình kết thúc việc này ngày %(own)s. Hạn mới sau ngày đó thì đồng hồ dời theo, chỉ cho hồ sơ "
                 "này. Ngày chung, %(source)s: %(common)s.", name=name, own=own, source=_source(one), common=common)
    if one.law:
        told += " " + _("Quy định %(rules)s đã được xác nhận: không đặt hạn trước ngày chung.", rules=_rules(one))
    return Check(told, "info", way)


def _source(one: Along) -> str:
    if any(function == "round_date" for function, _key in one.asked):
        return _("theo lịch của đợt")
    rules = ", ".join(key for function, key in one.asked if function == "rule")
    return _("theo quy định %(rules)s", rules=rules) if rules else _("theo sơ đồ quy trình")


def _rules(one: Along) -> str:
    return ", ".join(one.law)


def _next_words(key: str, day: date) -> str:
    return _("Theo lịch của đợt, tiếp sau là *%(what)s*, ngày %(day)s. Hạn mới từ ngày đó trở đi thì hồ sơ này lỡ mốc ấy.",
             what=str(KEY_WORDS.get(key, key)), day=words.full_date(day))


def moved_words(moved: Sequence[Along]) -> str:
    """Which timers moved with a due day; nothing where none did."""
    names = ", ".join(words.translated(one.name) for one in moved)
    return _("Đồng hồ *%(names)s* dời theo, chỉ cho hồ sơ này.", names=names) if names else ""


def missed_words(found: DueDay, day: date) -> str:
    """That a new due day comes to lie after what follows in the calendar; nothing where it does not."""
    if found.next_day is None or day < found.next_day[1]:
        return ""
    key, missed = found.next_day
    return _("Hạn mới không trước *%(what)s*, ngày %(day)s theo lịch của đợt: hồ sơ này lỡ mốc ấy.",
             what=str(KEY_WORDS.get(key, key)), day=words.full_date(missed))
