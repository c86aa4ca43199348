"""What the page of a list says of time and of other lists: when it is due and why, what follows then, what it is tied to."""

from __future__ import annotations

from datetime import date, datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from service import clock, words
from service.awards import finding, lists, packages, rounds
from service.awards.lists import kind_of
from service.awards.models import List
from service.awards.rules import rules_on
from service.calendar import working_calendar
from service.db import let_go, reading
from service.web.parts import Check, Fact
from workflows.calendar import ZONE


def open_until(row: List) -> datetime | None:
    """When a list is due, as long as something is still to be done with it: what is sent or signed off is never overdue."""
    over = row.state in lists.ENDED_STATES.get(row.kind, ()) and not kind_of(row).tasks.get(row.state)
    return None if over else row.due_at


def facts(row: List) -> list[Fact]:
    """When the list is due by a rule or by itself, and the lists it came from or gave rise to."""
    found = []
    if open_until(row) is not None:
        found += _due(row)
    if row.data.get("closed_on"):
        found.append(Fact(_("Đã đóng lấy ý kiến"), _moment(row.data["closed_on"])))
    if row.data.get("review_until"):
        found.append(Fact(_("Đề nghị xem xét lại đến hết"), words.full_date(_day(row.data["review_until"])), figures=True))
    return found + _relatives(row)


def _due(row: List) -> list[Fact]:
    if row.due_at is None:
        return []
    day = words.full_date(row.due_at.astimezone(ZONE).date())
    if row.kind == "council_sheet":
        return [Fact(_("Hạn cho ý kiến bằng văn bản"), day, figures=True)]
    if row.kind == "package" and row.state == "sent":
        above = all(line.result == "forwarded" for line, _n in lists.lines_of(row.id)
                    if not line.removed and line.result not in packages.FINAL)
        key = "BNV_APPRAISE_DAYS" if above else "PROV_APPRAISE_DAYS"
        days = rules_on(row.dated or clock.today()).shown(key)
        label = _("Hỏi Trung ương sau ngày") if above else _("Hỏi tỉnh sau ngày")
        return [
            Fact(label, ngettext("%(day)s, theo thời gian thẩm định %(n)s ngày làm việc",
                                 "%(day)s, theo thời gian thẩm định %(n)s ngày làm việc", days or 0, day=day, n=days))
        ]
    if row.kind == "posting":
        return []
    return [Fact(_("Hạn xử lý"), day, figures=True)]


def _relatives(row: List) -> list[Fact]:
    """A child package and the one it came from name each other; an award list names its decision."""
    found = []
    if row.parent_id is not None:
        with reading() as s:
            parent = s.get_one(List, row.parent_id)
            let_go([parent])
        label = _("Hồ sơ bổ sung của") if row.kind == "package" else _("Theo")
        found.append(Fact(label, _named(parent), url_for("lists.show", list_id=parent.id)))
    if row.kind == "package":
        found += [
            Fact(_("Hồ sơ bổ sung"), _named(child), url_for("lists.show", list_id=child.id))
            for child in finding.children_of(row.id)
            if child.kind == "package"
        ]
    return found


def _named(row: List) -> str:
    return ", ".join(p for p in (row.number, words.full_date(row.dated)) if p) or row.title


def checks(row: List) -> list[Check]:
    """What time or a share of names asks to be looked at."""
    found = []
    if row.data.get("closed_on") and row.state not in lists.ENDED_STATES["council_sheet"]:
        told = _("Đã hết hạn lấy ý kiến mà chưa có hai bản nhập khớp: hệ thống không tự quyết định, thư ký nhập và ký.")
        if row.state == "agreed":
            told = _("Đã hết hạn lấy ý kiến. Hai bản khớp sau ngày đó, hoặc tên đang vướng, nên kết quả chờ thư ký ký.")
        found.append(Check(told, "warn"))
    if row.kind == "package" and (share := packages.flag_share(row)) is not None:
        told = _("Cờ thi đua của Chính phủ: %(flags)d trong %(of)d tập thể đạt mức Cờ cấp tỉnh của đợt, quy định không quá %(most)d%%",
                 flags=share.flags, of=share.of, most=round(share.most * 100))
        found.append(Check(told, "warn" if share.flags > share.most * share.of else "ok"))
    return found


def before(row: List, act: str) -> str:
    """What the day brings by itself, for who is about to act."""
    if row.data.get("written") and row.due_at is not None and not row.data.get("closed_on"):
        day = words.full_date(row.due_at.astimezone(ZONE).date())
        return _(
            "Hết ngày %(day)s đợt lấy ý kiến tự đóng: kết quả hai thư ký đã nhập khớp thì có hiệu lực ngay, không cần ký. "
            "Chưa khớp thì không có gì được quyết định, thư ký được đôn đốc nhập tiếp.", day=day,
        )
    if (row.kind, act) == ("opinion_letter", "send"):
        return _opinions_due(row)
    if (row.kind, act) == ("result_letter", "send"):
        return _("Đơn vị nhận một thư có mọi tên của mình trong đợt. Tên không được xét có lý do và thời hạn đề nghị xem xét "
                 "lại một lần, bằng văn bản của thủ trưởng đơn vị.")
    if (row.kind, act) == ("decision", "prove"):
        return _("Đơn vị nào không đăng nhập thì phòng hỏi đơn vị rồi rà thay; nhật ký ghi rõ rà thay đơn vị nào.")
    return ""


def _opinions_due(row: List) -> str:
    days = rules_on(clock.today()).shown("HIEPY_DAYS")
    day = rounds.read_round(row.round_id).calendar.get("opinions")
    if day is None:
        return ngettext("Cơ quan có %(n)s ngày làm việc để trả lời, tính từ ngày gửi.",
                        "Cơ quan có %(n)s ngày làm việc để trả lời, tính từ ngày gửi.", days or 0, n=days)
    left = working_calendar().between(clock.today(), date.fromisoformat(day))
    return ngettext("Hạn trả lời theo lịch của đợt: %(day)s, còn %(num)d ngày làm việc; quy định %(n)s ngày làm việc.",
                    "Hạn trả lời theo lịch của đợt: %(day)s, còn %(num)d ngày làm việc; quy định %(n)s ngày làm việc.",
                    left, day=words.full_date(date.fromisoformat(day)), n=days)


def _day(text: str) -> date:
    return datetime.fromisoformat(text).astimezone(ZONE).date()


def _moment(text: str) -> str:
    return words.full_moment(datetime.fromisoformat(text))
